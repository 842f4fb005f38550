//! Policies of resources: what they can be about, and services that act for others.

use undeny_document::Role;

use crate::arn::Arn;
use crate::change::ChangeKind;
use crate::policy::{PrincipalKind, Statement};

use super::prelude::*;
use super::trust::add_condition;

rule! {
    /// A key about the resource, in the policy of that resource: it is the same for every request.
    IrrelevantConditionKeyInPolicy = "irrelevant-condition-key-in-policy", Some("suggestion-irrelevant-condition-key-in-policy"), Suggestion,
    "A resource's policy asks whose the resource is",
    bad [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEquals": {"s3:ResourceAccount": "111122223333"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEquals": {"s3:ResourceAccount": "111122223333"}}}"#],
    irrelevant_condition_key
}

rule! {
    /// A service is kept to some accounts by a key that says less than `aws:SourceArn`.
    RecommendedConditionKeyForServicePrincipal = "recommended-condition-key-for-service-principal",
    Some("suggestion-recommended-condition-key-for-service-principal"), Suggestion,
    "A service is narrowed by an older key than `aws:SourceArn` or `aws:SourceAccount`",
    bad [statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"StringEquals": {"aws:SourceOwner": "111122223333"}}}"#],
    good [statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#],
    recommended_condition_key
}

rule! {
    /// A service acts for whoever asks it, unless the policy says for which account or resource.
    RestrictAccessToServicePrincipal = "restrict-access-to-service-principal", Some("security-warning-restrict-access-to-service-principal"), Security,
    "A resource's policy lets a service in for whomever it works",
    bad [
        statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::trails/*"}"#
    ],
    good [
        statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:news"}}}"#,
        statement Bucket r#"{"Effect": "Deny", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::trails/*"}"#
    ],
    restrict_access
}

rule! {
    /// A resource's policy decides calls on that resource; other services' actions never reach it.
    UnsupportedActionInPolicy = "unsupported-action-in-policy", Some("error-unsupported-action-in-policy"), Error,
    "A resource's policy has an action of another service",
    bad [
        statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": ["sts:AssumeRole", "s3:GetObject"]}"#
    ],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::reports/*"}"#],
    unsupported_action
}

rule! {
    /// A condition on a key that a service never sends: with it the statement lets the service do nothing.
    UnsupportedConditionKeyForServicePrincipal = "unsupported-condition-key-for-service-principal",
    Some("error-unsupported-condition-key-for-service-principal"), Error,
    "A service is asked for a key that only users and roles have",
    bad [statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}"#],
    good [
        statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"StringEquals": {"aws:SourceOrgID": "o-1234567890"}}}"#,
        statement Queue r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}"#
    ],
    unsupported_condition_key
}

rule! {
    /// A resource's policy is about that resource.
    UnsupportedResourceArnInPolicy = "unsupported-resource-arn-in-policy", Some("error-unsupported-resource-arn-in-policy"), Error,
    "A resource's policy names a resource of another service",
    bad [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}"#],
    unsupported_resource
}

/// The services whose actions and ARNs a policy of this kind can have.
fn services(role: Role) -> Option<&'static [&'static str]> {
    match role {
        Role::Trust => Some(&["sts"]),
        Role::Bucket => Some(&[
            "s3",
            "s3-object-lambda",
            "s3-outposts",
            "s3express",
            "s3tables",
        ]),
        Role::Key => Some(&["kms"]),
        Role::Queue => Some(&["sqs"]),
        Role::Topic => Some(&["sns"]),
        Role::Secret => Some(&["secretsmanager"]),
        Role::Repository => Some(&["ecr", "ecr-public"]),
        _ => None,
    }
}

fn irrelevant_condition_key(context: &Context<'_>, found: &mut Sink) {
    const KEYS: &[&str] = &[
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "s3:resourceaccount",
    ];
    if !context.role().is_resource_policy() {
        return;
    }
    for &(_, _, _, condition) in &context.conditions {
        if is_key(condition, KEYS) {
            found.say(
                condition.key_span,
                format!(
                    "{} is the same for every request to this resource; it belongs into the caller's policy",
                    code(&condition.key)
                ));
        }
    }
}

/// Keys that say for whom a service acts.
const SOURCES: &[&str] = &[
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
];

/// Keys that say it less well.
const OLD: &[&str] = &["aws:referer", "aws:sourceowner", "kms:calleraccount"];

fn only_services(statement: &Statement) -> bool {
    let principals = principals(statement);
    !principals.is_empty()
        && principals
            .iter()
            .all(|principal| principal.kind == PrincipalKind::Service)
}

fn recommended_condition_key(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.allows() {
        if !only_services(statement) || condition_on(statement, SOURCES).is_some() {
            continue;
        }
        if let Some(condition) = condition_on(statement, OLD) {
            found.say(
                condition.key_span,
                format!(
                    "say for whom the service acts with `aws:SourceArn` or `aws:SourceAccount` instead of {}",
                    code(&condition.key)
                ));
        }
    }
}

fn restrict_access(context: &Context<'_>, found: &mut Sink) {
    // Services that work for their own account alone, or say for whom in their own keys.
    const OWN: &[&str] = &[
        "ec2.amazonaws.com",
        "elasticloadbalancing.amazonaws.com",
        "lambda.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com",
    ];
    let is_resource = context.role().is_resource_policy() || context.role() == Role::Other;
    if !is_resource || context.role() == Role::Trust {
        return;
    }
    for (at, statement) in context.allows() {
        let is_narrowed = condition_on(statement, SOURCES).is_some()
            || condition_on(statement, OLD).is_some()
            || statement.conditions.iter().any(|condition| {
                let key = condition.key.to_ascii_lowercase();
                !key.starts_with("aws:") && !key.starts_with("s3:x-amz-")
            });
        if is_narrowed {
            continue;
        }
        for item in principals_of(statement, PrincipalKind::Service) {
            let Some(service) = literal(item) else {
                continue;
            };
            if OWN.contains(&service) || service.contains(['*', '?']) {
                continue;
            }
            let mut finding = Found::new(
                item.span,
                format!(
                    "{} may do this for any account; say for which with `aws:SourceArn` or `aws:SourceAccount`",
                    code(service)
                ),
            )
            .attack("anybody with an AWS account has the service do this to your resource for them");
            if let Some(change) = own_account(statement, at) {
                finding = finding.fix("keep it to the resource's own account", vec![change]);
            }
            found.push(finding);
        }
    }
}

/// The condition that keeps a service to the account of the statement's resources, where these name one, and nobody else is named.
fn own_account(statement: &Statement, at: usize) -> Option<ChangeKind> {
    if !only_services(statement) {
        return None;
    }
    let accounts: Vec<String> = resources(statement)
        .iter()
        .map(|item| {
            let text = item.value();
            Arn::parse(&text)
                .map(|arn| arn.account.to_owned())
                .unwrap_or_default()
        })
        .collect();
    let account = accounts.first()?;
    let is_number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && accounts.iter().all(|other| other == account))
        .then(|| add_condition(at, "StringEquals", "aws:SourceAccount", account))
}

fn unsupported_action(context: &Context<'_>, found: &mut Sink) {
    let Some(known) = services(context.role()) else {
        return;
    };
    for (_, statement) in context.views() {
        for item in actions(statement) {
            let Some(text) = literal(item) else { continue };
            let Some((service, _)) = text.split_once(':') else {
                continue;
            };
            if service.contains(['*', '?'])
                || is_placeholder(service)
                || known
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(service))
            {
                continue;
            }
            let what = match context.role() {
                Role::Trust => "a trust policy decides who assumes the role",
                _ => "this policy decides calls on its own resource",
            };
            found.say(
                item.span,
                format!("{what}, and {} is never one of them", code(text)),
            );
        }
    }
}

fn unsupported_condition_key(context: &Context<'_>, found: &mut Sink) {
    const KEYS: &[&str] = &[
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltag",
        "aws:userid",
        "aws:username",
    ];
    for (_, statement) in context.allows() {
        if !only_services(statement) {
            continue;
        }
        for condition in &statement.conditions {
            let operator = condition.operator.to_ascii_lowercase();
            let holds_without = operator.ends_with("ifexists")
                || operator.starts_with("forallvalues:")
                || operator.contains("not")
                || operator == "null";
            if is_key(condition, KEYS) && !holds_without {
                found.say(
                    condition.key_span,
                    format!(
                        "a service's call has no {}, so this lets it do nothing; ask for `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`",
                        code(&condition.key)
                    ));
            }
        }
    }
}

fn unsupported_resource(context: &Context<'_>, found: &mut Sink) {
    if context.role() == Role::Trust {
        return;
    }
    let Some(known) = services(context.role()) else {
        return;
    };
    for (_, statement) in context.views() {
        for item in any_resources(statement) {
            let Some(arn) = literal(item).and_then(Arn::parse) else {
                continue;
            };
            let service = arn.service;
            if service.is_empty()
                || service.contains(['*', '?'])
                || is_placeholder(service)
                || known
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(service))
            {
                continue;
            }
            found.say(
                item.span,
                format!(
                    "{} is of `{service}`, and this policy is about resources of {}",
                    code(&item.value()),
                    list(&known.iter().take(1).collect::<Vec<_>>())
                ),
            );
        }
    }
}
