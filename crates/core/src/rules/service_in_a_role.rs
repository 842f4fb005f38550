use undeny_document::Role;
use undeny_iam::arn::Caller;
use undeny_iam::denial::{PolicyType, manual};
use undeny_iam::policy::{Effect, Policy};

use super::missing_permission::MissingPermission;
use super::{Found, Precedence, Rule, Seen};
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::Diagnosis;
use crate::report::Question;
use crate::role_arn;
use crate::words::{code, short};

/// A message names a service where the role is meant with which the service works.
///
/// # What it sees
/// "Service Principal: glue.amazonaws.com is not authorized to perform: logs:PutLogEvents .. because no identity-based policy allows". A service
/// has no identity policy: the one of the role that it was given is meant, a crawler's or a job's.
///
/// # What it changes
/// The identity policy of the only role in the paste that trusts the service, as `missing-permission` does. Else it asks for that role's policy.
///
/// # What it never does
/// It lets the service itself do nothing.
///
/// Source: <https://docs.aws.amazon.com/glue/latest/dg/create-service-policy.html>
#[derive(Debug)]
pub(super) struct ServiceInARole;

fn service<'s>(seen: &'s Seen<'_, '_>) -> Option<&'s str> {
    let denial = &seen.denial.value;
    if denial.policy_type != Some(PolicyType::Identity) {
        return None;
    }
    match Caller::parse(denial.principal.as_deref()?) {
        Caller::Service(service) => Some(service),
        _ => None,
    }
}

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    denial.policy_type == Some(PolicyType::Identity)
        && denial
            .principal
            .as_deref()
            .is_some_and(|principal| principal.contains(".amazonaws."))
}

impl Rule for ServiceInARole {
    fn name(&self) -> &'static str {
        "service-in-a-role"
    }

    fn summary(&self) -> &'static str {
        manual("A service works with a role whose identity policy lacks the action")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let case = seen.case;
        let denial = &seen.denial.value;
        let service = service(seen)?;
        let why = format!(
            "{} has no identity policy of its own: the message means the role with which it works.",
            code(service)
        );
        if let Some(role) = role(case, service, denial.resource.as_deref()) {
            let mut denial = seen.denial.clone();
            denial.value.principal = Some(role);
            let Found(mut found) = MissingPermission.diagnose(&Seen {
                case,
                denial: &denial,
            })?;
            found.explanation = format!("{why} {}", found.explanation);
            return Some(Found(found));
        }
        let on = denial
            .resource
            .as_deref()
            .map_or_else(String::new, |resource| {
                format!(" on {}", code(short(resource)))
            });
        Some(Found(Diagnosis {
            title: format!("Paste the policy of the role that {} works with.", code(service)),
            explanation: format!(
                "{why} Its identity policy has to allow {}{on}.",
                code(denial.action.as_deref()?)
            ),
            questions: vec![Question {
                id: "identity-policy".to_owned(),
                text: "What do the trust policy and the identity policy of that role say? Paste them beside the error.".to_owned(),
                why: "the patch is made in the identity policy's text".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }))
    }
}

/// The only role of the paste that trusts the service.
fn role(case: &Case<'_>, service: &str, resource: Option<&str>) -> Option<String> {
    let trusts = case.with_role(Role::Trust);
    let mut trusting = trusts
        .iter()
        .filter_map(|index| case.policies.get(*index))
        .filter(|policy| trusts_service(policy, service));
    let policy = trusting.next()?;
    let account = resource
        .and_then(undeny_iam::arn::Arn::parse)
        .map(|arn| arn.account)
        .filter(|account| account.len() == 12)
        .or_else(|| case.account())
        .unwrap_or(UNKNOWN_ACCOUNT);
    trusting
        .next()
        .is_none()
        .then(|| role_arn::of_trust_policy(case, policy, account))
}

fn trusts_service(policy: &Policy, service: &str) -> bool {
    policy
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .filter_map(|statement| statement.principals.as_ref())
        .filter(|principals| !principals.negated)
        .flat_map(|principals| &principals.items)
        .any(|principal| principal.item.value() == service)
}
