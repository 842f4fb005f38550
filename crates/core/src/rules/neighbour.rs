//! The condition of a statement beside which another one would be written: it is not to be bypassed without a word.

use undeny_document::{Piece, Role, is_single_value};
use undeny_iam::change::{self, Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::glob;
use undeny_iam::policy::{Condition, Effect, Element, Policy, PrincipalKind, Statement};

use super::condition_not_met::way_to_meet;
use super::missing_permission::{is_exactly, takes_more};
use crate::case::{Case, PRINCIPAL_ARN};
use crate::witness;
use crate::words::{self, capitalised, code};

/// What is to be said of a neighbour's condition.
pub(super) struct Said {
    /// A sentence or two.
    pub(super) sentence: String,
    /// What is taken for granted because the condition is kept.
    pub(super) assumptions: Vec<String>,
    /// The request as it would be where the condition does not hold, where it is kept.
    pub(super) stranger: Option<Request>,
}

/// How a statement is beside a new one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// It allows the same call to others.
    SameCall,
    /// It allows the same caller something else on the same resource.
    SameResource,
    /// It allows the same caller to tag what a call makes; the new one is about another thing that the call makes.
    TaggedAtOnce,
}

/// Where a change writes a new statement beside one with a condition, keep that condition: join that statement, or write its condition once
/// more. Where it is not known whether the call can meet it, the change stays and the sentence warns.
pub(super) fn keep_condition(
    case: &Case<'_>,
    layer: Layer,
    request: &mut Request,
    change: &mut Change,
) -> Option<Said> {
    let ChangeKind::AddStatement(new) = &change.kind else {
        return None;
    };
    let policy = case.policies.get(change.policy)?;
    let mut dropped = None;
    for (index, statement) in policy.statements.iter().enumerate() {
        if statement.effect != Effect::Allow || statement.conditions.is_empty() {
            continue;
        }
        let Some(beside) = beside(policy, statement, new, request) else {
            continue;
        };
        let kept = Change {
            policy: change.policy,
            kind: joined(index, statement, new, beside),
        };
        let name = words::policy(case, change.policy);
        let place = format!("{} of the {name}", statement.label(index));
        let unknown: Vec<&Condition> = statement
            .conditions
            .iter()
            .filter(|condition| request.context.get(&condition.key).is_none())
            .collect();
        let mut trial = request.clone();
        let can_hold = unknown
            .iter()
            .all(|condition| witness::satisfy(condition, &mut trial.context))
            && (beside == Beside::SameCall
                || unknown
                    .iter()
                    .all(|condition| is_met_by_calls(condition, &request.action)));
        if can_hold && allows(case, layer, &trial, &kept) {
            let stranger = unknown.first().map(|condition| {
                let mut stranger = trial.clone();
                let other = vec!["something-else".to_owned()];
                stranger.context.set(&condition.key, other);
                stranger
            });
            let mut ways: Vec<String> = unknown
                .iter()
                .filter_map(|condition| way_to_meet(&condition.key))
                .map(str::to_owned)
                .collect();
            ways.dedup();
            let sentence = format!(
                "{} holds only where {}, and so does what is added{}.",
                capitalised(&place),
                conditions(&statement.conditions),
                match ways.as_slice() {
                    [] => String::new(),
                    ways => format!(": {}", words::list(ways)),
                }
            );
            let assumptions = unknown
                .iter()
                .map(|condition| {
                    format!(
                        "the condition on {} is taken to hold; the message does not tell",
                        code(&condition.key)
                    )
                })
                .collect();
            *request = trial;
            *change = kept;
            return Some(Said {
                sentence,
                assumptions,
                stranger,
            });
        }
        if !statement.conditions.iter().all(is_about_caller) {
            dropped = dropped.or_else(|| {
                Some(format!(
                    "Take care: {place} allows {} only where {}. The new statement does not ask for that, since the message does not tell \
                     whether the call meets it: where it does, give the new statement the same condition.",
                    match beside {
                        Beside::SameCall => "the same call to others",
                        Beside::TaggedAtOnce => "the same on other things",
                        Beside::SameResource => "other actions on the same resource",
                    },
                    conditions(&statement.conditions)
                ))
            });
        }
    }
    Some(Said {
        sentence: dropped?,
        assumptions: Vec::new(),
        stranger: None,
    })
}

/// How `statement` is beside the new one; `None` where they have nothing to do with each other.
fn beside(
    policy: &Policy,
    statement: &Statement,
    new: &NewStatement,
    request: &Request,
) -> Option<Beside> {
    // What a service does with a key in a caller's name, its own rule knows.
    if request.action.to_ascii_lowercase().starts_with("kms:") {
        return None;
    }
    let principals = statement.principals.as_ref();
    if principals.is_some_and(|principals| principals.negated || principals.items.is_empty()) {
        return None;
    }
    let covers = |element: Option<&Element>, values: &[String], ignoring_case: bool| {
        element.is_some_and(|element| {
            !element.negated
                && values.iter().all(|value| {
                    element.items.iter().any(|item| {
                        if ignoring_case {
                            glob::matches_ignoring_case(&item.value(), value)
                        } else {
                            glob::matches(&item.value(), value)
                        }
                    })
                })
        })
    };
    let same_call = match (new.principals.as_slice(), principals) {
        ([(PrincipalKind::Aws, name)], Some(principals)) => {
            principals.items.iter().all(|item| {
                item.kind == PrincipalKind::Aws && names_other(&item.item.value(), name)
            }) && covers(statement.actions.as_ref(), &new.actions, true)
                && (new.resources.is_empty()
                    || covers(statement.resources.as_ref(), &new.resources, false))
        }
        _ => false,
    };
    if same_call {
        return Some(Beside::SameCall);
    }
    let [resource] = new.resources.as_slice() else {
        return None;
    };
    let service = request.action.split(':').next().unwrap_or_default();
    let is_of_service = statement
        .actions
        .iter()
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items)
        .any(|item| {
            item.value()
                .split_once(':')
                .is_some_and(|(known, _)| known.eq_ignore_ascii_case(service))
        });
    let same_caller = match principals {
        None => new.principals.is_empty(),
        Some(principals) => principals.items.iter().all(|item| {
            new.principals
                .contains(&(item.kind, item.item.value().into_owned()))
        }),
    };
    let is_tagging = |condition: &Condition| condition.key.eq_ignore_ascii_case("ec2:CreateAction");
    if same_caller
        && new.actions.len() == 1
        && new
            .actions
            .iter()
            .all(|action| is_exactly(statement.actions.as_ref(), action, true))
        && statement.conditions.iter().any(is_tagging)
        && resource.ends_with("/*")
    {
        return Some(Beside::TaggedAtOnce);
    }
    let same_resource = resource != "*"
        && is_exactly(statement.resources.as_ref(), resource, false)
        && policy.role != Role::Trust;
    (is_of_service && same_caller && same_resource).then_some(Beside::SameResource)
}

/// Whether a principal is another than the caller and nobody's whom the caller is one of.
fn names_other(present: &str, caller: &str) -> bool {
    present != "*" && present != caller
}

/// The new statement put into the one that has the condition, where that opens nothing more; else with its condition.
fn joined(index: usize, statement: &Statement, new: &NewStatement, beside: Beside) -> ChangeKind {
    let with_condition = || {
        let mut new = new.clone();
        new.conditions.extend(NewCondition::all_of(statement));
        ChangeKind::AddStatement(new)
    };
    match (beside, new.principals.as_slice(), new.resources.as_slice()) {
        (Beside::SameCall, [(kind, name)], resources) => {
            let right_action = new
                .actions
                .first()
                .is_some_and(|action| is_exactly(statement.actions.as_ref(), action, true));
            let right_resource = match resources {
                [] => statement.resources.is_none(),
                [only] => is_exactly(statement.resources.as_ref(), only, false),
                _ => false,
            };
            let is_list = statement
                .principals
                .iter()
                .flat_map(|principals| &principals.items)
                .flat_map(|principal| principal.item.text.pieces())
                .all(|piece| match piece {
                    Piece::Literal(_) => true,
                    Piece::Reference(expression) => is_single_value(expression),
                });
            if right_action && right_resource && is_list {
                return ChangeKind::AddPrincipals {
                    statement: index,
                    kind: *kind,
                    names: vec![name.clone()],
                };
            }
            with_condition()
        }
        (Beside::TaggedAtOnce, ..) if takes_more(statement.resources.as_ref()) => {
            ChangeKind::AddResources {
                statement: index,
                resources: new.resources.clone(),
            }
        }
        (Beside::SameResource, ..) if takes_more(statement.actions.as_ref()) => {
            ChangeKind::AddActions {
                statement: index,
                actions: new.actions.clone(),
            }
        }
        _ => with_condition(),
    }
}

/// Whether this layer would allow the request with the change.
fn allows(case: &Case<'_>, layer: Layer, request: &Request, change: &Change) -> bool {
    let patched = change::expected(&case.policies, std::slice::from_ref(change));
    case.setup_with(request.clone(), &patched)
        .decide()
        .layers
        .iter()
        .any(|decision| decision.layer == layer && decision.outcome == Outcome::Allowed)
}

/// Whether whoever makes this call can do so in a way that the condition asks for.
fn is_met_by_calls(condition: &Condition, action: &str) -> bool {
    way_to_meet(&condition.key).is_some() && is_sent_with(&condition.key, action)
}

/// Keys of services that only some of their actions have, and those actions.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>. The whole catalogue
/// stays out of the page's first piece, which a diagnosis waits for.
const KEYS: &[(&str, &[&str])] = &[
    (
        "dynamodb:LeadingKeys",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PartiQL*",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ],
    ),
    ("ec2:CreateAction", &["ec2:CreateTags"]),
    ("iam:AWSServiceName", &["iam:CreateServiceLinkedRole"]),
    ("s3:delimiter", &["s3:ListBucket", "s3:ListBucketVersions"]),
    ("s3:prefix", &["s3:ListBucket", "s3:ListBucketVersions"]),
    ("sts:ExternalId", &["sts:AssumeRole"]),
];

/// Whether a request for this action can have the key: the keys of AWS's as a whole, and those of the action's own service, of which [`KEYS`] tells more.
fn is_sent_with(key: &str, action: &str) -> bool {
    let known = KEYS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(key));
    if let Some((_, actions)) = known {
        return actions
            .iter()
            .any(|pattern| glob::matches_ignoring_case(pattern, action));
    }
    let service = |name: &str| {
        name.split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    service(key) == "aws" || service(key) == service(action)
}

/// Whether a condition tells who calls, as a principal does.
fn is_about_caller(condition: &Condition) -> bool {
    [
        PRINCIPAL_ARN,
        "aws:PrincipalAccount",
        "aws:userid",
        "aws:username",
    ]
    .iter()
    .any(|key| condition.key.eq_ignore_ascii_case(key))
}

fn conditions(conditions: &[Condition]) -> String {
    let each: Vec<String> = conditions
        .iter()
        .map(|condition| {
            let values: Vec<String> = condition
                .values
                .iter()
                .map(|item| code(&item.value()))
                .collect();
            format!(
                "{} is {} ({})",
                code(&condition.key),
                words::list(&values),
                condition.operator
            )
        })
        .collect();
    words::list(&each)
}
