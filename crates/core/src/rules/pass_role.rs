use undeny_document::Role;
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::Effect;

use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::services;
use crate::words::{self, code, short};

/// The caller hands a role to a service, and may not.
///
/// # What it sees
/// An implicit denial of `iam:PassRole`. The denied action differs from the call in the wrapper: creating a function, an instance, a
/// pipeline passes a role on, and passing is authorised apart. The wrapper tells which service the role goes to.
///
/// # What it changes
/// `iam:PassRole` on exactly this role, in a statement of its own with `iam:PassedToService`, so that the role can be handed to this service
/// and to no other.
///
/// # What it never does
/// It never allows `iam:PassRole` on `*`: that is every role of the account for whoever can start a machine.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
#[derive(Debug)]
pub(super) struct PassRole;

const KEY: &str = "iam:PassedToService";

impl Rule for PassRole {
    fn name(&self) -> &'static str {
        "pass-role"
    }

    fn summary(&self) -> &'static str {
        "The caller hands a role to a service, and may not"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !denial
            .action
            .as_deref()?
            .eq_ignore_ascii_case("iam:PassRole")
        {
            return None;
        }
        let mut request: Request = case.request(denial)?;
        let text = case.texts.get(seen.denial.input)?;
        let service = case
            .answer("passed-to-service")
            .or_else(|| services::named_in(text))?
            .to_owned();
        request.context.set(KEY, vec![service.clone()]);
        let setup = case.setup(request.clone());
        let index = *setup.policies(Layer::Identity).first()?;
        let decision = setup.decide();
        let identity = decision
            .layers
            .iter()
            .find(|layer| layer.layer == Layer::Identity)?;
        if decision.outcome == Outcome::Allowed {
            return Some(Found(Diagnosis {
                rule: self.name(),
                title: format!(
                    "The pasted policies already allow handing this role to {}.",
                    code(&service)
                ),
                explanation: format!(
                    "They allow {} on {} for {}. Check that they are the ones in force, and that the role goes to this service.",
                    code("iam:PassRole"),
                    code(short(&request.resource)),
                    code(&service)
                ),
                next: None,
                labels: Vec::new(),
                remedy: Remedy::Ask { hardened: None },
                questions: vec![question(&service)],
                handover: None,
            }));
        }
        if decision.outcome != Outcome::ImplicitlyDenied || identity.outcome == Outcome::Allowed {
            return None;
        }
        let policy = case.policies.get(index)?;
        if policy.role != Role::Identity {
            return None;
        }
        let statement = NewStatement {
            sid: Some(words::sid(policy, "iam:PassRole")),
            effect: Effect::Allow,
            principals: Vec::new(),
            actions: vec!["iam:PassRole".to_owned()],
            resources: vec![request.resource.clone()],
            conditions: vec![NewCondition {
                operator: "StringEquals".to_owned(),
                key: KEY.to_owned(),
                values: vec![service.clone()],
            }],
        };
        let mut other_service = request.clone();
        other_service.context.set(
            KEY,
            vec![
                if service == "ec2.amazonaws.com" {
                    "lambda.amazonaws.com"
                } else {
                    "ec2.amazonaws.com"
                }
                .to_owned(),
            ],
        );
        let other_role = undeny_iam::arn::Arn::parse(&request.resource).map(|arn| {
            undeny_iam::arn::Arn {
                resource: "role/any-other-role",
                ..arn
            }
            .to_string()
        })?;
        let role = short(&request.resource).to_owned();
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!(
                "Patch the {}: allow handing {} to {}.",
                words::policy(case, index),
                code(&role),
                code(&service)
            ),
            explanation: format!(
                "The call makes something that runs with {}, so the caller hands this role to {}, and that is authorised apart, as {}. \
                 Nothing in the {} allows it.",
                code(&role),
                code(&service),
                code("iam:PassRole"),
                words::policy(case, index)
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes: vec![Change {
                        policy: index,
                        kind: ChangeKind::AddStatement(statement),
                    }],
                    requests: vec![request.clone()],
                    assumptions: vec![format!("the role goes to {}", code(&service))],
                    lazy: vec![
                        (
                            Request {
                                resource: other_role,
                                ..request.clone()
                            },
                            "`Resource: \"*\"`".to_owned(),
                        ),
                        (other_service, format!("leaving out {}", code(KEY))),
                    ],
                },
                hardened: None,
            },
            questions: vec![question(&service)],
            handover: None,
        }))
    }
}

fn question(service: &str) -> Question {
    Question {
        id: "passed-to-service".to_owned(),
        text: "Which service does the role go to?".to_owned(),
        why: "the permission is for handing it to this service and to no other".to_owned(),
        default: Some(service.to_owned()),
    }
}
