//! What can be left out and nothing changes.

use crate::evaluate::condition::{Comparison, Operator, Test};
use crate::glob;
use crate::policy::{Item, meaning};

use super::prelude::*;

rule! {
    /// An action that another of the same statement covers.
    RedundantAction = "redundant-action", Some("suggestion-redundant-action"), Suggestion,
    "An action is covered by another of the statement",
    bad [statement Identity r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*"], "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["s3:PutObject", "s3:Get*"], "Resource": "arn:aws:s3:::reports/*"}"#],
    redundant_action
}

rule! {
    /// Of several numbers under one comparison only the greatest or the least counts.
    RedundantConditionValueNum = "redundant-condition-value-num", Some("suggestion-redundant-condition-value-num"), Suggestion,
    "Of several numbers under one comparison only one counts",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"NumericLessThan": {"s3:max-keys": ["10", "20"]}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"NumericEquals": {"s3:max-keys": ["10", "20"]}}}"#],
    redundant_condition_value_num
}

rule! {
    /// A resource that another of the same statement covers.
    RedundantResource = "redundant-resource", Some("suggestion-redundant-resource"), Suggestion,
    "A resource is covered by another of the statement",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::reports/*", "arn:aws:s3:::reports/2026/*"]}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}"#],
    redundant_resource
}

rule! {
    /// Two statements say the same.
    RedundantStatement = "redundant-statement", Some("suggestion-redundant-statement"), Suggestion,
    "Two statements say the same",
    bad [statement Identity r#"{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}, {"Sid": "B", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::reports/*"]}"#],
    good [statement Identity r#"{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}, {"Sid": "B", "Effect": "Deny", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::reports/*"]}"#],
    redundant_statement
}

/// The items of which another is at least as wide; of two that are equal the later.
fn covered(items: &[Item], fold: fn(&str) -> String) -> Vec<(&Item, &Item)> {
    /// More patterns than people write: each is held against every item.
    const MOST: usize = 200;
    let texts: Vec<Option<String>> = items.iter().map(|item| literal(item).map(fold)).collect();
    let patterns: Vec<(usize, &str, glob::Glob)> = texts
        .iter()
        .enumerate()
        .filter_map(|(index, text)| Some((index, text.as_deref()?)))
        .filter(|(_, text)| text.contains(['*', '?']))
        .take(MOST)
        .map(|(index, text)| (index, text, glob::Glob::new(text)))
        .collect();
    let mut seen = Index::default();
    let mut first: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (index, (item, text)) in items.iter().zip(&texts).enumerate() {
        let Some(text) = text.as_deref() else {
            continue;
        };
        let (place, is_new) = seen.place(text);
        if is_new {
            first.push(index);
        }
        let before = first.get(place).copied().unwrap_or(index);
        let wider = if before == index {
            patterns
                .iter()
                .find(|(other, wide, pattern)| {
                    // A `?` stands for one character, and a `*` of the other may be none.
                    let is_sure = !(wide.contains('?') && text.contains('*'));
                    *other != index
                        && is_sure
                        && pattern.matches(text)
                        // Of two that cover each other the first stays.
                        && (*other < index || !glob::matches(text, wide))
                })
                .map(|(other, _, _)| *other)
        } else {
            Some(before)
        };
        if let Some(wide) = wider.and_then(|other| items.get(other)) {
            found.push((item, wide));
        }
    }
    found
}

fn redundant_action(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.views() {
        for (item, wide) in covered(any_actions(statement), str::to_ascii_lowercase) {
            found.say(
                item.span,
                format!(
                    "{} is covered by {}",
                    code(&item.value()),
                    code(&wide.value())
                ),
            );
        }
    }
}

fn redundant_condition_value_num(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let which = match Operator::parse(&condition.operator).test {
            Test::Number(Comparison::Less | Comparison::LessOrEqual)
            | Test::Date(Comparison::Less | Comparison::LessOrEqual) => "greatest",
            Test::Number(Comparison::Greater | Comparison::GreaterOrEqual)
            | Test::Date(Comparison::Greater | Comparison::GreaterOrEqual) => "least",
            _ => continue,
        };
        if condition.values.len() > 1 {
            found.say(
                condition.span,
                format!(
                    "{} with several values means the {which} of them; write that one",
                    code(&condition.operator)
                ),
            );
        }
    }
}

fn redundant_resource(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.views() {
        for (item, wide) in covered(any_resources(statement), str::to_owned) {
            found.say(
                item.span,
                format!(
                    "{} is covered by {}",
                    code(&item.value()),
                    code(&wide.value())
                ),
            );
        }
    }
}

fn redundant_statement(context: &Context<'_>, found: &mut Sink) {
    if context.policy.statements.len() < 2 {
        return;
    }
    let mut seen = Index::default();
    let mut first: Vec<usize> = Vec::new();
    for (index, statement) in context.views() {
        let (place, is_new) = seen.place(meaning(statement, context.policy.version));
        if is_new {
            first.push(index);
        }
        let before = first.get(place).copied().unwrap_or(index);
        if before != index {
            let label = context
                .policy
                .statements
                .get(before)
                .map_or_else(String::new, |other| other.label(before));
            found.say(
                statement.span,
                format!("{} says the same as {label}", statement.label(index)),
            );
        }
    }
}
