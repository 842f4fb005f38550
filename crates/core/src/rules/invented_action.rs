use undeny_document::Role;
use undeny_iam::arn::Arn;
use undeny_iam::change::{self, Change, ChangeKind};
use undeny_iam::denial::{manual, operations};
use undeny_iam::evaluate::{Outcome, Request};
use undeny_iam::policy::{Effect, Item, Policy, Statement};

use super::{Found, Precedence, Rule, Seen, missing_permission};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::understand::is_bucket_action;
use crate::words::{self, code, short};

/// A policy grants an action that does not exist: the name of an API call, where the permission is called otherwise.
///
/// # What it sees
/// An implicit denial of an action, and an Allow in the caller's policy that names the API call behind it (`s3:HeadObject`,
/// `s3:ListObjectsV2`, `s3:UploadPart`, `lambda:Invoke`). IAM stores such an entry and it grants nothing.
///
/// # What it changes
/// The entry becomes the action that it means, as do its like in the same policy, where their resources fit that action. Where
/// the resources are of the other kind (objects and a bucket's action), the denied action gets a statement of its own.
///
/// # What it never does
/// It never replaces an action that exists, and never changes the resources of a statement.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>,
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
#[derive(Debug)]
pub(super) struct InventedAction;

/// Other names that people write, and what they mean.
const ALIASES: &[(&str, &str)] = &[
    ("iam:assumerole", "sts:AssumeRole"),
    ("s3:getobjects", "s3:GetObject"),
    ("s3:listobject", "s3:ListBucket"),
    ("s3:putobjects", "s3:PutObject"),
];

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let mut policies = seen.case.policies.iter();
    policies.any(|policy| invented(policy).next().is_some())
}

impl Rule for InventedAction {
    fn name(&self) -> &'static str {
        "invented-action"
    }

    fn summary(&self) -> &'static str {
        manual("A policy grants an action that does not exist in place of the one that was denied")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let action = denial.action.clone()?;
        let mut assumptions = Vec::new();
        let own = match &denial.principal {
            Some(principal) => case.own_policies(principal),
            None => case.with_role(Role::Identity),
        };
        let index = own.into_iter().find(|index| {
            case.policies.get(*index).is_some_and(|policy| {
                invented(policy).any(|(_, _, meant)| meant.eq_ignore_ascii_case(&action))
            })
        })?;
        let resource = match case
            .resource(denial)
            .filter(|resource| !resource.contains("***"))
        {
            Some(resource) => resource,
            // What the entry was written for is what it was meant to allow.
            None => {
                let policy = case.policies.get(index)?;
                let only = invented(policy)
                    .filter(|(_, _, meant)| meant.eq_ignore_ascii_case(&action))
                    .filter_map(|(number, _, meant)| {
                        let statement = policy.statements.get(number)?;
                        let element = statement.resources.as_ref()?;
                        let [only] = element.items.as_slice() else {
                            return None;
                        };
                        (fits(statement, &meant) && only.value() != "*")
                            .then(|| only.value().into_owned())
                    })
                    .next()?;
                assumptions.push(format!(
                    "the message names no resource; the entry that means this action is on {}",
                    code(&only)
                ));
                only
            }
        };
        let principal = denial
            .principal
            .clone()
            .filter(|principal| !principal.contains(['*', '<', '>']))
            .unwrap_or_else(|| {
                assumptions.push("the message does not say who called; it is taken to be whoever has the identity policy".to_owned());
                missing_permission::anybody(Some(&resource))
            });
        let request = Request {
            principal,
            action,
            resource,
            ..Request::default()
        };
        let setup = case.setup(request.clone());
        if setup.decide().outcome != Outcome::ImplicitlyDenied {
            return None;
        }
        let policy = case.policies.get(index)?;
        let document = case.document_of(index)?.input;
        let mut requests = vec![request.clone()];
        let mut changes: Vec<Change> = Vec::new();
        let mut labels = Vec::new();
        let mut sentences = Vec::new();
        for (number, item, meant) in invented(policy) {
            let statement = policy.statements.get(number)?;
            labels.push((
                document,
                item.span,
                format!("no such action; {meant} is meant"),
            ));
            let written = item.value();
            if has(statement, &meant)
                || !fits(statement, &meant)
                || replaces(&changes, number, &meant)
            {
                sentences.push(format!(
                    "{} does not exist ({} is what the call needs) and grants nothing.",
                    code(&written),
                    code(&meant)
                ));
                continue;
            }
            sentences.push(format!(
                "{} does not exist: the permission is called {}.",
                code(&written),
                code(&meant)
            ));
            for resource in statement
                .resources
                .iter()
                .flat_map(|element| &element.items)
            {
                let mut other = Request {
                    action: meant.clone(),
                    resource: resource.value().into_owned(),
                    ..request.clone()
                };
                for condition in &statement.conditions {
                    crate::witness::satisfy(condition, &mut other.context);
                }
                if !requests.contains(&other) {
                    requests.push(other);
                }
            }
            changes.push(Change {
                policy: index,
                kind: ChangeKind::ReplaceValue {
                    statement: number,
                    item: item.span,
                    value: meant,
                },
            });
        }
        let policies = change::expected(&case.policies, &changes);
        let after = case.setup_with(request.clone(), &policies);
        let decision = after.decide();
        if decision.outcome != Outcome::Allowed {
            changes.extend(missing_permission::additions(
                case, &request, &after, &decision,
            ));
        }
        let name = words::policy(case, index);
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!(
                "Patch the {name}: the action is called {}.",
                code(&request.action)
            ),
            explanation: format!(
                "The call needs {} on {}. {} IAM stores a policy with such a name without an error.",
                code(&request.action),
                code(short(&request.resource)),
                sentences.join(" ")
            ),
            next: crate::next::after(case, std::slice::from_ref(&request)),
            labels,
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes,
                    lazy: missing_permission::lazy(&request),
                    requests,
                    assumptions,
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}

/// The entries of the policy's Allows that are no actions, with the action that each means.
fn invented(policy: &Policy) -> impl Iterator<Item = (usize, &Item, String)> {
    policy
        .statements
        .iter()
        .enumerate()
        .filter(|(_, statement)| statement.effect == Effect::Allow)
        .flat_map(|(number, statement)| {
            statement
                .actions
                .iter()
                .filter(|element| !element.negated)
                .flat_map(|element| &element.items)
                .filter_map(move |item| Some((number, item, meant_by(&item.value())?)))
        })
}

/// The action that a name which is none means.
fn meant_by(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
        return Some((*meant).to_owned());
    }
    let (service, operation) = name.split_once(':')?;
    if operation.contains(['*', '?']) {
        return None;
    }
    operations::action(service, operation).filter(|meant| !meant.eq_ignore_ascii_case(name))
}

fn has(statement: &Statement, action: &str) -> bool {
    statement
        .actions
        .iter()
        .flat_map(|element| &element.items)
        .any(|item| undeny_iam::glob::matches_ignoring_case(&item.value(), action))
}

fn replaces(changes: &[Change], number: usize, meant: &str) -> bool {
    changes.iter().any(|change| {
        matches!(&change.kind, ChangeKind::ReplaceValue { statement, value, .. } if *statement == number && value == meant)
    })
}

/// Whether the statement's resources are of the kind that the action takes.
fn fits(statement: &Statement, action: &str) -> bool {
    let Some(element) = statement
        .resources
        .as_ref()
        .filter(|element| !element.negated)
    else {
        return false;
    };
    if !action.starts_with("s3:") {
        return true;
    }
    let wants_bucket = is_bucket_action(action);
    element.items.iter().all(|item| {
        let value = item.value();
        if value == "*" {
            return true;
        }
        let is_object =
            Arn::parse(&value).map_or(value.contains('/'), |arn| arn.resource.contains('/'));
        is_object != wants_bucket
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_calls_mean_actions() {
        let check =
            |name: &str, expect: Option<&str>| assert_eq!(meant_by(name).as_deref(), expect);
        check("s3:HeadObject", Some("s3:GetObject"));
        check("s3:ListObjectsV2", Some("s3:ListBucket"));
        check("lambda:Invoke", Some("lambda:InvokeFunction"));
        check("s3:GetObject", None);
        check("s3:Get*", None);
        check("s3:PutBucketCors", None);
    }
}
