use undeny_iam::denial::manual;

use super::whole_set::{self, WholeSet};
use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::Diagnosis;
use crate::report::Question;
use crate::words::code;

/// A service needs its service-linked role for the first time in an account, and the caller may not make it.
///
/// # What it sees
/// "The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances", which names neither the role nor
/// the action.
///
/// # What it changes
/// The caller's identity policy gets `iam:CreateServiceLinkedRole` on exactly this role. The role is made once in an account: where somebody
/// else makes it, no policy has to change, and it says so.
///
/// # What it never does
/// It never allows the service-linked roles of every service.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-fleet-requests.html>
#[derive(Debug)]
pub(super) struct ServiceLinkedRole;

const ACTION: &str = "iam:CreateServiceLinkedRole";

/// What a message says without blanks, the service, its role.
const ROLES: &[(&str, &str, &str)] = &[
    (
        "roleforec2spotfleet",
        "spotfleet.amazonaws.com",
        "AWSServiceRoleForEC2SpotFleet",
    ),
    (
        "roleforec2spotinstances",
        "spot.amazonaws.com",
        "AWSServiceRoleForEC2Spot",
    ),
];

fn role(seen: &Seen<'_, '_>) -> Option<(&'static str, &'static str)> {
    let denial = &seen.denial.value;
    if denial.resource.is_some() || denial.action.as_deref() != Some(ACTION) {
        return None;
    }
    ROLES
        .iter()
        .find(|(says, ..)| seen.mentions(says))
        .map(|(_, service, role)| (*service, *role))
}

impl Rule for ServiceLinkedRole {
    fn name(&self) -> &'static str {
        "service-linked-role"
    }

    fn summary(&self) -> &'static str {
        manual("A service's own role is not there yet, and the caller may not make it")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let case = seen.case;
        let (service, role) = role(seen)?;
        let account = case.answer("account").or_else(|| case.account());
        let arn = format!(
            "arn:aws:iam::{}:role/aws-service-role/{service}/{role}",
            account.unwrap_or("ACCOUNT")
        );
        let why = format!(
            "The first call of its kind in an account makes the role {}, with the caller's permission. Whoever may can also make it once \
             (`aws iam create-service-linked-role --aws-service-name {service}`); then the caller needs nothing more.",
            code(role)
        );
        let principal = seen.denial.value.principal.as_deref();
        let own = whole_set::role_of(case, principal, "the caller");
        let question = match (&own, account) {
            (Some(_), None) => Question {
                id: "account".to_owned(),
                text: "In which account is the role to be made: what is its number?".to_owned(),
                why: "it is a part of the role's ARN".to_owned(),
                default: None,
            },
            _ => Question {
                id: "identity-policy".to_owned(),
                text: "What does the identity policy of the caller say? Paste it beside the error."
                    .to_owned(),
                why: "the patch is made in its text".to_owned(),
                default: None,
            },
        };
        let set = own
            .filter(|_| account.is_some())
            .and_then(|(policy, principal, assumptions)| {
                WholeSet {
                    rule: self.name(),
                    policy,
                    principal,
                    actions: &[ACTION],
                    resources: vec![arn.clone()],
                    on_one: false,
                    called: ACTION,
                    lazy: "iam:CreateRole",
                    assumptions,
                }
                .missing(case, "allow the service-linked role to be made", &why)
            });
        Some(Found(set.unwrap_or_else(|| Diagnosis {
            title: format!(
                "Make the service-linked role {} once, or let the caller make it.",
                code(role)
            ),
            explanation: format!(
                "{why} Else the caller's identity policy has to allow {} on {}.",
                code(ACTION),
                code(&arn)
            ),
            questions: vec![question],
            ..Diagnosis::asking(self.name())
        })))
    }
}
