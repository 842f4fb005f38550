use undeny_document::Role;
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::denial::{Denial, manual};
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::{Effect, Item, PrincipalKind, Statement};

use super::{Found, Precedence, Rule, Seen, missing_permission};
use crate::case::Case;
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::services;
use crate::words::{self, code, short};

/// The caller hands a role to a service, and may not.
///
/// # What it sees
/// An implicit denial of `iam:PassRole`. The denied action differs from the call in the wrapper: creating a function, an instance, a
/// pipeline passes a role on, and passing is authorised apart. The wrapper, the call, the role's trust policy or the caller's other
/// actions tell which service the role goes to; else it asks.
///
/// # What it changes
/// `iam:PassRole` on exactly this role, in a statement of its own with `iam:PassedToService`, so that the role can be handed to this service
/// and to no other.
///
/// A role of another account cannot be handed over at all, and that is said.
///
/// # What it never does
/// It never allows `iam:PassRole` on `*`: that is every role of the account for whoever can start a machine.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
#[derive(Debug)]
pub(super) struct PassRole;

const KEY: &str = "iam:PassedToService";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let action = seen.denial.value.action.as_deref();
    action.is_some_and(|action| action.eq_ignore_ascii_case("iam:PassRole"))
}

impl Rule for PassRole {
    fn name(&self) -> &'static str {
        "pass-role"
    }

    fn summary(&self) -> &'static str {
        manual("The caller hands a role to a service, and may not")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let text = case.texts.get(seen.denial.input)?;
        if crosses_accounts(denial, denial.span.text(text)) {
            return Some(Found(self.crosses_accounts(denial)));
        }
        let mut request: Request = case.request(denial)?;
        let answer = case.answer("passed-to-service");
        let service = match answer {
            Some(answer) => services::answered(answer),
            None => receiver(case, denial, text, &request.resource),
        };
        let Some(service) = service else {
            let setup = case.setup(request.clone());
            let has_identity = !setup.policies(Layer::Identity).is_empty();
            return (has_identity && setup.decide().outcome == Outcome::ImplicitlyDenied)
                .then(|| Found(self.ask(&request, answer)));
        };
        // Nobody answers what the log says already, unless it is wrong.
        let otherwise = answer
            .and_then(|_| of_the_call(denial, text))
            .filter(|called| *called != service)
            .map(|called| {
                format!(
                    " The call in the log hands it to {}: check the answer, since a call that hands it elsewhere stays denied.",
                    code(called)
                )
            })
            .unwrap_or_default();
        request.context.set(KEY, vec![service.clone()]);
        let setup = case.setup(request.clone());
        let own = setup.policies(Layer::Identity);
        let index = *case.nearest_of(&request.principal, own).first()?;
        let decision = setup.decide();
        let identity = decision
            .layers
            .iter()
            .find(|layer| layer.layer == Layer::Identity)?;
        if decision.outcome == Outcome::Allowed {
            return Some(Found(Diagnosis {
                title: format!(
                    "The pasted policies already allow handing this role to {}.",
                    code(&service)
                ),
                explanation: format!(
                    "They allow {} on {} for {}. Check that they are the ones in force, and that the role goes to this service.{otherwise}",
                    code("iam:PassRole"),
                    code(short(&request.resource)),
                    code(&service)
                ),
                questions: vec![question(&service)],
                ..Diagnosis::asking(self.name())
            }));
        }
        if decision.outcome != Outcome::ImplicitlyDenied || identity.outcome == Outcome::Allowed {
            return None;
        }
        let policy = case.policies.get(index)?;
        if policy.role != Role::Identity {
            return None;
        }
        let joined = policy.statements.iter().position(|statement| {
            hands_to(statement, &service)
                && missing_permission::takes_more(statement.resources.as_ref())
        });
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
        let other_role = Arn::parse(&request.resource).map(|arn| {
            Arn {
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
                 Nothing in the {} allows it.{otherwise}",
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
                        kind: joined.map_or(ChangeKind::AddStatement(statement), |statement| {
                            ChangeKind::AddResources {
                                statement,
                                resources: vec![request.resource.clone()],
                            }
                        }),
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
            handover: Vec::new(),
        }))
    }
}

/// Whether the role is of another account than the caller.
fn crosses_accounts(denial: &Denial, said: &str) -> bool {
    let caller = denial.principal.as_deref().map(Caller::parse);
    let role = denial.resource.as_deref().and_then(Arn::parse);
    let is_known =
        |account: &str| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let differ = matches!(
        (caller.as_ref().and_then(Caller::account), role.map(|arn| arn.account)),
        (Some(caller), Some(role)) if is_known(caller) && is_known(role) && caller != role
    );
    differ
        || said
            .to_ascii_lowercase()
            .contains("cross-account pass role is not allowed")
}

impl PassRole {
    fn crosses_accounts(&self, denial: &Denial) -> Diagnosis {
        let role = denial
            .resource
            .as_deref()
            .map_or_else(|| "the role".to_owned(), |role| code(short(role)));
        Diagnosis {
            rule: self.name(),
            title: "No policy can allow it: a role is handed over only within its own account."
                .to_owned(),
            explanation: format!(
                "The call hands {role} to a service, and the role is of another account than the caller. {} never crosses accounts, whatever \
                 the policies on both sides say. Name a role of the caller's account in the call, and let that one assume {role} where it \
                 needs what is there; or make the call in the role's account.",
                code("iam:PassRole"),
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }
    }

    fn ask(&self, request: &Request, answer: Option<&str>) -> Diagnosis {
        let role = code(short(&request.resource));
        let why = match answer {
            Some(answer) => {
                let answer: String = answer.trim().chars().take(60).collect();
                format!(
                    "{} is no service principal: write it as policies do, such as `lambda.amazonaws.com`.",
                    code(&answer)
                )
            }
            None => format!(
                "The call hands {role} to a service, and neither the message nor the policies tell to which."
            ),
        };
        Diagnosis {
            title: format!("I need to know: which service does {role} go to?"),
            explanation: format!(
                "{why} A permission for handing it \
                 to every service would let the caller run its own code with this role elsewhere."
            ),
            questions: vec![Question {
                default: None,
                ..question("")
            }],
            ..Diagnosis::asking(self.name())
        }
    }
}

/// Whether a statement allows handing its roles to `service`, and nothing else.
fn hands_to(statement: &Statement, service: &str) -> bool {
    let is_only = |item: &[Item], value: &str| matches!(item, [only] if only.value().eq_ignore_ascii_case(value));
    let [condition] = statement.conditions.as_slice() else {
        return false;
    };
    statement.effect == Effect::Allow
        && statement
            .actions
            .as_ref()
            .is_some_and(|actions| !actions.negated && is_only(&actions.items, "iam:PassRole"))
        && condition.operator.eq_ignore_ascii_case("StringEquals")
        && condition.key.eq_ignore_ascii_case(KEY)
        && is_only(&condition.values, service)
}

/// The service that the role goes to: the wrapper's, the call's, the one that the role trusts, or the only one that the caller's policy
/// speaks of.
fn receiver(case: &Case<'_>, denial: &Denial, text: &str, role: &str) -> Option<String> {
    if let Some(service) = of_the_call(denial, text) {
        return Some(service.to_owned());
    }
    let name = role.rsplit('/').next().unwrap_or_default();
    let trusted: Vec<String> = case
        .with_role(Role::Trust)
        .into_iter()
        .filter_map(|index| case.policies.get(index))
        .filter(|policy| policy.name.as_deref().is_none_or(|known| known == name))
        .flat_map(|policy| &policy.statements)
        .filter_map(|statement| statement.principals.as_ref())
        .flat_map(|principals| &principals.items)
        .filter(|principal| principal.kind == PrincipalKind::Service)
        .map(|principal| principal.item.value().into_owned())
        .collect();
    if let [only] = trusted.as_slice() {
        return Some(only.clone());
    }
    let mut found: Vec<&'static str> = case
        .with_role(Role::Identity)
        .into_iter()
        .filter_map(|index| case.policies.get(index))
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.actions)
        .flat_map(|element| &element.items)
        .filter_map(|item| {
            let value = item.value().into_owned();
            services::receiver(value.split(':').nth(1)?)
        })
        .collect();
    // The call itself, where the caller may make it in one service only.
    if let Some(call) = denial.operation.as_deref().filter(|_| found.is_empty()) {
        found.extend(callers_services(case, call));
    }
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

/// The service that the failed call hands the role to, by its name or its wrapper.
fn of_the_call(denial: &Denial, text: &str) -> Option<&'static str> {
    denial
        .operation
        .as_deref()
        .and_then(services::receiver)
        .or_else(|| services::named_in(text))
}

/// The services in which the caller's policies allow `call` by name or by a pattern of that service.
fn callers_services(case: &Case<'_>, call: &str) -> Vec<&'static str> {
    case.with_role(Role::Identity)
        .into_iter()
        .filter_map(|index| case.policies.get(index))
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| &statement.actions)
        .flat_map(|element| &element.items)
        .filter_map(|item| {
            let value = item.value();
            let (service, _) = value.split_once(':')?;
            undeny_iam::glob::matches_ignoring_case(&value, &format!("{service}:{call}"))
                .then(|| services::principal(service))?
        })
        .collect()
}

fn question(service: &str) -> Question {
    Question {
        id: "passed-to-service".to_owned(),
        text: "Which service does the role go to?".to_owned(),
        why: "the permission is for handing it to this service and to no other".to_owned(),
        default: Some(service.to_owned()),
    }
}
