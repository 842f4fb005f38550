//! A comparison of policies that are too large, or overlap too much, for an exact one: by what is written, always rounded up.

use crate::evaluate::principal::Named;
use crate::evaluate::{Context, Request};
use crate::order::Index;
use crate::policy::{Effect, Element, Policy, Statement, Version, meaning};

use super::example::{Confirmed, Judge};
use super::principals::principal_text;
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
            .flat_map(|policy| {
                policy
                    .statements
                    .iter()
                    .map(move |statement| (policy, statement))
            })
            .filter(|(_, statement)| statement.effect == effect)
            .map(|(policy, statement)| Written::new(statement, policy.version, has_principals))
            .collect()
    };
    let index = |all: &[Written]| {
        let mut known = Index::default();
        for written in all {
            known.place(written.meaning.as_str());
        }
        known
    };
    let denied_after = index(&of(after, Effect::Deny));
    let is_denied_still = of(before, Effect::Deny)
        .iter()
        .all(|denied| denied_after.get(denied.meaning.as_bytes()).is_some());
    let allowed_before = of(before, Effect::Allow);
    let keys = index(&allowed_before);
    let mut new_access = Vec::new();
    let mut more = 0;
    let mut work = 2_000_000_usize;
    let all = after.iter().flat_map(|policy| {
        policy
            .statements
            .iter()
            .map(move |statement| (policy, statement))
    });
    for (policy, statement) in all {
        if statement.effect != Effect::Allow {
            continue;
        }
        let written = Written::new(statement, policy.version, has_principals);
        let is_covered = is_denied_still
            && (keys.get(written.meaning.as_bytes()).is_some()
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
            principals: match &statement.principals {
                Some(principals) if principals.negated => vec!["*".to_owned()],
                principals => shown(
                    principals
                        .iter()
                        .flat_map(|principals| &principals.items)
                        .map(principal_text),
                ),
            },
            actions: values_or_all(&statement.actions),
            resources: values_or_all(&statement.resources),
            condition: (!statement.conditions.is_empty()).then(|| {
                let texts: Vec<String> = statement
                    .conditions
                    .iter()
                    .map(super::words::condition_text)
                    .collect();
                texts.join("; ")
            }),
            span: statement.span,
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
        notes: Vec::new(),
        open: Vec::new(),
    }
}

/// The values of an element, in order.
fn values(element: &Option<Element>) -> impl Iterator<Item = String> {
    element
        .iter()
        .flat_map(|element| &element.items)
        .map(|item| item.value().into_owned())
}

/// The values as words; of the `Not` forms everything, which is more than they say.
fn values_or_all(element: &Option<Element>) -> Vec<String> {
    if element.as_ref().is_some_and(|element| element.negated) {
        vec!["*".to_owned()]
    } else {
        shown(values(element))
    }
}

/// A statement as lists of texts, sorted; an element that is missing and means everything is `*`.
struct Written {
    meaning: String,
    principals: Vec<String>,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<String>,
    negated: [bool; 3],
}

impl Written {
    fn new(statement: &Statement, version: Version, has_principals: bool) -> Self {
        // The same text means something else where it holds variables and the versions differ.
        let marked = |text: String| {
            if version == Version::V2008 && text.contains("${") {
                format!("2008 {text}")
            } else {
                text
            }
        };
        let sorted = |mut texts: Vec<String>| {
            texts.sort();
            texts.dedup();
            texts
        };
        let is_negated =
            |element: &Option<Element>| element.as_ref().is_some_and(|element| element.negated);
        let mut resources = sorted(values(&statement.resources).map(marked).collect());
        if statement.resources.is_none() && has_principals {
            resources.push("*".to_owned());
        }
        Self {
            meaning: meaning(statement, version),
            principals: sorted(
                statement
                    .principals
                    .iter()
                    .flat_map(|principals| &principals.items)
                    .map(|principal| match Named::new(principal) {
                        Named::Everyone => "*".to_owned(),
                        named => format!("{named:?}"),
                    })
                    .collect(),
            ),
            actions: sorted(values(&statement.actions).collect()),
            resources,
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
                            "{:?} {:?} {:?}",
                            condition.operator,
                            condition.key,
                            sorted(values.map(marked).collect())
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

fn shown(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.take(MOST_ENTRIES).collect();
    texts.sort();
    texts.dedup();
    texts
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
