//! A comparison of policies that are too large, or overlap too much, for an exact one: by what is written, always rounded up.

use std::collections::HashSet;

use crate::evaluate::{Context, Request};
use crate::policy::{Effect, Element, Policy, Statement};

use super::example::{Confirmed, Judge};
use super::{Comparison, MOST_ENTRIES, NewAccess};

/// An Allow of AFTER is nothing new where an Allow of BEFORE lists all that it lists, and AFTER has every Deny of BEFORE.
pub(super) fn compare(
    before: &[Policy],
    after: &[Policy],
    has_principals: bool,
    judge: &Judge,
) -> Comparison {
    let mut approximated = vec![
        "the policies are too large or overlap too much for an exact comparison: statements are compared as they are written".to_owned(),
    ];
    let of = |policies: &[Policy], effect: Effect| -> Vec<Written> {
        policies
            .iter()
            .flat_map(|policy| &policy.statements)
            .filter(|statement| statement.effect == effect)
            .map(Written::new)
            .collect()
    };
    let denied_before: HashSet<String> =
        of(before, Effect::Deny).iter().map(Written::key).collect();
    let denied_after: HashSet<String> = of(after, Effect::Deny).iter().map(Written::key).collect();
    let is_denied_still = denied_before.is_subset(&denied_after);
    let allowed_before = of(before, Effect::Allow);
    let keys: HashSet<String> = allowed_before.iter().map(Written::key).collect();
    let mut new_access = Vec::new();
    let mut more = 0;
    let mut work = 2_000_000_usize;
    for statement in after.iter().flat_map(|policy| &policy.statements) {
        if statement.effect != Effect::Allow {
            continue;
        }
        let written = Written::new(statement);
        let is_covered = is_denied_still
            && (keys.contains(&written.key())
                || allowed_before
                    .iter()
                    .any(|wider| wider.covers(&written, &mut work)));
        if is_covered {
            continue;
        }
        if new_access.len() >= MOST_ENTRIES {
            more += 1;
            continue;
        }
        let example = example(statement, has_principals);
        new_access.push(NewAccess {
            principals: shown(&written.principals),
            actions: shown(&written.actions),
            resources: shown(&written.resources),
            condition: (!statement.conditions.is_empty()).then(|| {
                let texts: Vec<String> = statement
                    .conditions
                    .iter()
                    .map(super::words::condition_text)
                    .collect();
                texts.join("; ")
            }),
            confirmed: judge.confirms(&example) != Confirmed::No,
            example,
        });
    }
    if more > 0 {
        approximated.push(format!("{more} more statements may allow something new"));
    }
    Comparison {
        new_access,
        approximated,
    }
}

/// A statement as lists of texts.
struct Written {
    principals: Vec<String>,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<String>,
    negated: [bool; 3],
}

impl Written {
    fn new(statement: &Statement) -> Self {
        let sorted = |mut texts: Vec<String>| {
            texts.sort();
            texts.dedup();
            texts
        };
        let texts = |element: &Option<Element>| {
            sorted(
                element
                    .iter()
                    .flat_map(|element| &element.items)
                    .map(|item| item.value().into_owned())
                    .collect(),
            )
        };
        let is_negated =
            |element: &Option<Element>| element.as_ref().is_some_and(|element| element.negated);
        Self {
            principals: sorted(
                statement
                    .principals
                    .iter()
                    .flat_map(|principals| &principals.items)
                    .map(super::space::principal_text)
                    .collect(),
            ),
            actions: texts(&statement.actions),
            resources: texts(&statement.resources),
            conditions: sorted(
                statement
                    .conditions
                    .iter()
                    .map(|condition| {
                        let values = condition
                            .values
                            .iter()
                            .map(|item| item.value().into_owned());
                        format!(
                            "{} {} {:?}",
                            condition.operator,
                            condition.key,
                            sorted(values.collect())
                        )
                    })
                    .collect(),
            ),
            negated: [
                statement
                    .principals
                    .as_ref()
                    .is_some_and(|principals| principals.negated),
                is_negated(&statement.actions),
                is_negated(&statement.resources),
            ],
        }
    }

    fn key(&self) -> String {
        let Self {
            principals,
            actions,
            resources,
            conditions,
            negated,
        } = self;
        format!("{principals:?}{actions:?}{resources:?}{conditions:?}{negated:?}")
    }

    fn covers(&self, other: &Self, work: &mut usize) -> bool {
        let lists = |list: &[String], other: &[String], work: &mut usize| {
            *work = work.saturating_sub(other.len());
            list.iter().any(|text| text == "*")
                || other.iter().all(|text| list.binary_search(text).is_ok())
        };
        *work > 0
            && self.negated == [false; 3]
            && other.negated == [false; 3]
            && self
                .conditions
                .iter()
                .all(|condition| other.conditions.contains(condition))
            && lists(&self.actions, &other.actions, work)
            && lists(&self.principals, &other.principals, work)
            && lists(&self.resources, &other.resources, work)
    }
}

fn shown(texts: &[String]) -> Vec<String> {
    texts.iter().take(MOST_ENTRIES).cloned().collect()
}

/// The statement's first values with their wildcards filled in: a guess, which is then decided.
fn example(statement: &Statement, has_principals: bool) -> Request {
    let filled = |element: &Option<Element>| {
        let first = element
            .as_ref()
            .filter(|element| !element.negated)?
            .items
            .first()?;
        let text = first.value();
        Some(if text == "*" {
            text.into_owned()
        } else {
            text.replace('*', "example").replace('?', "x")
        })
    };
    let action = filled(&statement.actions).filter(|action| action != "*");
    let resource = filled(&statement.resources).unwrap_or_else(|| "*".to_owned());
    let principal = statement
        .principals
        .as_ref()
        .filter(|principals| !principals.negated)
        .and_then(|principals| principals.items.first())
        .map(|principal| principal.item.value().into_owned());
    Request {
        principal: match principal {
            Some(principal) if has_principals => principal,
            _ => "arn:aws:iam::123456789012:user/example".to_owned(),
        },
        action: action.unwrap_or_else(|| "s3:GetObject".to_owned()),
        resource: if resource == "*" {
            "arn:aws:s3:::example-bucket/example-key".to_owned()
        } else {
            resource
        },
        context: Context::default(),
    }
}
