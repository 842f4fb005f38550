//! Policy variables: `${aws:username}`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use undeny_text::Span;

use crate::evaluate::condition::{Operator, Test};
use crate::policy::{Item, Version};

use super::prelude::*;

rule! {
    /// `${}` names no variable.
    EmptyVariable = "empty-variable", Some("error-empty-variable"), Error,
    "A variable names nothing: `${}`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${}"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}"}"#],
    empty_variable
}

rule! {
    /// Only string and ARN operators put variables in.
    InvalidVariableForOperator = "invalid-variable-for-operator", Some("error-invalid-variable-for-operator"), Error,
    "A variable stands under an operator that takes none",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "${aws:PrincipalTag/mfa}"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:username}"}}}"#],
    invalid_variable_for_operator
}

rule! {
    /// `${` without its `}`.
    MissingBraceInVariable = "missing-brace-in-variable", Some("error-missing-brace-in-variable"), Error,
    "A variable has no closing brace",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}"#],
    missing_brace_in_variable
}

rule! {
    /// A default value stands in single quotes.
    MissingQuoteInVariable = "missing-quote-in-variable", Some("error-missing-quote-in-variable"), Error,
    "A variable's default value has no single quotes around it",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/team, 'none}"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/team, none}"}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/team, 'none'}"}"#],
    missing_quote_in_variable
}

rule! {
    /// A blank inside a variable's name.
    UnsupportedSpaceInVariable = "unsupported-space-in-variable", Some("error-unsupported-space-in-variable"), Error,
    "A variable has a blank in it",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username }"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/team, 'no team'}"}"#],
    unsupported_space_in_variable
}

rule! {
    /// Variables are put into `Resource` and `Condition`, nowhere else.
    VariableUnsupportedInElement = "variable-unsupported-in-element", Some("error-variable-unsupported-in-element"), Error,
    "A variable stands in an element that takes none",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:${aws:PrincipalTag/verb}", "Resource": "*"}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/${aws:username}"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#
    ],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}"#],
    variable_unsupported_in_element
}

rule! {
    /// The rules of 2008 have no variables: the characters stand for themselves. AWS calls this an error and has it in its own
    /// examples, so it is a warning here.
    VariableUnsupportedInVersion = "variable-unsupported-in-version", Some("error-variable-unsupported-in-version"), Warning,
    "A policy with variables does not say `Version: 2012-10-17`, so they stand for themselves",
    bad [
        policy Identity r#"{"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}]}"#,
        policy Identity r#"{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}]}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}"#],
    variable_unsupported_in_version
}

/// What stands between `${` and `}`, and whether the brace closes it.
fn variables(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        match after.split_once('}') {
            // The next one opens before this one closes.
            Some((inner, _)) if inner.contains("${") => {
                let (inner, _) = inner.split_once("${").unwrap_or((inner, ""));
                found.push((inner, false));
                rest = after.get(inner.len()..).unwrap_or_default();
            }
            Some((inner, behind)) => {
                found.push((inner, true));
                rest = behind;
            }
            None => {
                found.push((after, false));
                rest = "";
            }
        }
    }
    found
}

/// Whether it is IAM's variable and not a template's: `aws:username`, `*`, also misspelt.
fn is_variable(inner: &str) -> bool {
    let name = inner.split(',').next().unwrap_or(inner).trim();
    let Some((service, key)) = name.split_once(':') else {
        return false;
    };
    !key.starts_with(':')
        && !service.is_empty()
        && service
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/' | b'_'))
}

/// Every value of `Resource`, `NotResource` and conditions.
fn values<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Item> {
    context.views().flat_map(|(_, statement)| {
        any_resources(statement).iter().chain(
            statement
                .conditions
                .iter()
                .flat_map(|condition| &condition.values),
        )
    })
}

fn empty_variable(context: &Context<'_>, found: &mut Sink) {
    for item in values(context) {
        let text = item.value();
        if variables(&text)
            .iter()
            .any(|(inner, closed)| *closed && inner.trim().is_empty())
        {
            found.say(
                item.span,
                format!("{} has a variable without a name", code(&text)),
            );
        }
    }
}

fn invalid_variable_for_operator(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let takes_none = matches!(
            Operator::parse(&condition.operator).test,
            Test::Number(_)
                | Test::Date(_)
                | Test::Bool
                | Test::Binary
                | Test::Address
                | Test::Null
        );
        if !takes_none {
            continue;
        }
        for item in &condition.values {
            if let Some(text) = literal(item)
                && variables(text).iter().any(|(inner, _)| is_variable(inner))
            {
                found.say(
                    item.span,
                    format!(
                        "{} stands under {}; variables are put in under string and ARN operators only",
                        code(text),
                        code(&condition.operator)
                    ));
            }
        }
    }
}

fn missing_brace_in_variable(context: &Context<'_>, found: &mut Sink) {
    for item in values(context) {
        let Some(text) = literal(item) else { continue };
        if variables(text)
            .iter()
            .any(|(inner, closed)| !closed && is_variable(inner))
        {
            found.say(
                item.span,
                format!("{} has a variable without a closing brace", code(text)),
            );
        }
    }
}

fn missing_quote_in_variable(context: &Context<'_>, found: &mut Sink) {
    for item in values(context) {
        let Some(text) = literal(item) else { continue };
        for (inner, closed) in variables(text) {
            let Some((_, default)) = inner.split_once(',') else {
                continue;
            };
            let default = default.trim();
            let quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
            if closed && is_variable(inner) && !quoted {
                found.say(
                    item.span,
                    format!(
                        "the default value {} has no single quotes around it",
                        code(default)
                    ),
                );
            }
        }
    }
}

fn unsupported_space_in_variable(context: &Context<'_>, found: &mut Sink) {
    for item in values(context) {
        let Some(text) = literal(item) else { continue };
        for (inner, closed) in variables(text) {
            let name = inner.split(',').next().unwrap_or(inner);
            if closed && is_variable(inner) && name.contains(char::is_whitespace) {
                found.say(
                    item.span,
                    format!("the variable {} has a blank in it", code(name)),
                );
            }
        }
    }
}

fn variable_unsupported_in_element(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.views() {
        let principals = statement
            .principals
            .iter()
            .flat_map(|principals| &principals.items)
            .map(|principal| (&principal.item, "Principal"));
        let actions = any_actions(statement).iter().map(|item| (item, "Action"));
        for (item, element) in principals.chain(actions) {
            if let Some(text) = literal(item)
                && variables(text).iter().any(|(inner, _)| is_variable(inner))
            {
                found.say(
                    item.span,
                    format!(
                        "no variable is put into `{element}`: {} matches nothing",
                        code(text)
                    ),
                );
            }
        }
    }
}

fn variable_unsupported_in_version(context: &Context<'_>, found: &mut Sink) {
    if context.policy.version != Version::V2008 || context.object().is_none() {
        return;
    }
    let mut spans: Vec<(Span, String)> = Vec::new();
    for item in values(context) {
        if let Some(text) = literal(item)
            && variables(text)
                .iter()
                .any(|(inner, closed)| *closed && is_variable(inner))
        {
            spans.push((item.span, text.to_owned()));
        }
    }
    for (span, text) in spans {
        found.say(
            span,
            format!(
                "{} is plain text without `\"Version\": \"2012-10-17\"`",
                code(&text)
            ),
        );
    }
}
