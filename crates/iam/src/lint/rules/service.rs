//! What the table of services knows: actions, resources and condition keys that do not exist or do not go together.
//!
//! The table ages and AWS does not wait, so nothing here is an error.

use undeny_document::Role;

use crate::arn::Arn;
use crate::change::ChangeKind;
use crate::evaluate::condition::{Operator, SetOperator, Test};
use crate::policy::{Condition, Effect, Statement};
use crate::service::{AccessLevel, Action, Fit, KeyUse, Lookup};

use super::prelude::*;
use crate::lint::words::either;

rule! {
    /// An action that takes only `Resource: "*"`, on something else: the statement never reaches it.
    ActionNeedsStar = "action-needs-star", None, Warning,
    "An action that works on no resource stands with resources other than `*`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::reports"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "s3:GetObject"], "Resource": ["*"]}"#],
    action_needs_star
}

rule! {
    /// `Allow` with `NotAction` and a tag's key: actions without that key are never allowed.
    AllowNotactionWithTagKey = "allow-notaction-with-unsupported-tag-condition-key-for-service",
    Some("suggestion-allow-notaction-with-unsupported-tag-condition-key-for-service"), Suggestion,
    "`Allow` with `NotAction` asks for a tag that most actions do not have",
    bad [statement Identity r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "ec2:StartInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    |context, found| not_action_with_tag(context, Effect::Allow, found)
}

rule! {
    /// `Allow` with a tag's key for a service that has no such tags: nothing of it is allowed.
    AllowWithTagKey = "allow-with-unsupported-tag-condition-key-for-service",
    Some("suggestion-allow-with-unsupported-tag-condition-key-for-service"), Suggestion,
    "`Allow` asks for a tag that the service's actions do not have",
    bad [statement Identity r#"{"Effect": "Allow", "Action": ["ec2:StartInstances", "sts:GetFederationToken", "health:*"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["ec2:StartInstances", "rds:StopDBInstance"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    |context, found| action_with_tag(context, Effect::Allow, found)
}

rule! {
    /// `Deny` with `NotAction` and a tag's key: actions without that key are not denied.
    DenyNotactionWithTagKey = "deny-notaction-with-unsupported-tag-condition-key-for-service",
    Some("security-warning-deny-notaction-with-unsupported-tag-condition-key-for-service"), Security,
    "`Deny` with `NotAction` asks for a tag that most actions do not have",
    bad [statement Identity r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    good [statement Identity r#"{"Effect": "Deny", "Action": "ec2:StopInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    |context, found| not_action_with_tag(context, Effect::Deny, found)
}

rule! {
    /// `Deny` with a tag's key for a service that has no such tags: nothing of it is denied.
    DenyWithTagKey = "deny-with-unsupported-tag-condition-key-for-service",
    Some("security-warning-deny-with-unsupported-tag-condition-key-for-service"), Security,
    "`Deny` asks for a tag that the service's actions do not have",
    bad [statement Identity r#"{"Effect": "Deny", "Action": ["ec2:StopInstances", "health:*"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    good [statement Identity r#"{"Effect": "Deny", "Action": ["ec2:StopInstances"], "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#],
    |context, found| action_with_tag(context, Effect::Deny, found)
}

rule! {
    /// A resource that is none of the kinds that the statement's actions take: `s3:ListBucket` on objects.
    ResourceTypeMismatch = "resource-type-mismatch", None, Warning,
    "An action stands with resources of kinds that it does not take",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports/2026/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}"#],
    resource_type_mismatch
}

rule! {
    /// An action that the service does not have, as far as is known, and another that it has and that was perhaps meant.
    MisspeltAction = "misspelt-action", Some("error-invalid-action"), Warning,
    "An action that its service does not have, as far as is known, and nearly has",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:HeadObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject*"], "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:TeleportEverythingToMars", "Resource": "arn:aws:s3:::reports/*"}"#
    ],
    |context, found| unknown_action(context, true, found)
}

rule! {
    /// An action that the service does not have, as far as is known. AWS adds some every week, so this is a note.
    UnknownAction = "unknown-action", None, Suggestion,
    "An action that its service does not have, as far as is known",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:TeleportEverythingToMars", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObjcet*", "Resource": "arn:aws:s3:::reports/*"}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject*"], "Resource": "arn:aws:s3:::reports/*"}"#],
    |context, found| unknown_action(context, false, found)
}

rule! {
    /// A condition key that some of the statement's actions never have: for those an `Allow` never holds.
    UnsupportedActionForConditionKey = "unsupported-action-for-condition-key", Some("error-unsupported-action-for-condition-key"), Warning,
    "A condition key stands beside actions that never have it",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringLike": {"s3:prefix": "2026/*"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"], "Condition": {"StringLike": {"s3:prefix": "2026/*"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "arn:aws:iam::111122223333:role/app", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"StringLike": {"s3:prefix": "2026/*"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*", "Condition": {"StringLikeIfExists": {"s3:prefix": "2026/*"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#
    ],
    unsupported_action_for_condition_key
}

rule! {
    /// A pattern that reaches actions which change permissions, and does not say so: `s3:Put*` is also `s3:PutBucketPolicy`.
    WildcardPermissionsManagement = "wildcard-permissions-management", None, Warning,
    "A pattern of actions reaches some that change permissions",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:Put*", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": ["s3:PutObject", "s3:PutBucketPolicy"], "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Identity r#"{"Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::reports/*"}"#
    ],
    wildcard_permissions_management
}

rule! {
    /// A key of a service that has no such key, as far as is known.
    UnknownConditionKey = "unknown-condition-key", Some("error-invalid-service-condition-key"), Warning,
    "A condition key that its service does not have, as far as is known",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"StringLike": {"s3:prefixes": "2026/*"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"StringLike": {"S3:Prefix": "2026/*"}}}"#],
    unknown_condition_key
}

rule! {
    /// An ARN of a service that does not exist, as far as is known. Needs the whole table.
    UnknownServiceInArn = "unknown-service", Some("error-invalid-service"), Warning,
    "An ARN of a service that does not exist, as far as is known",
    bad [statement Identity r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s4:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    unknown_service_in_arn
}

rule! {
    /// An action of a service that does not exist, as far as is known. Needs the whole table.
    UnknownServiceInAction = "unknown-service-in-action", Some("error-invalid-service-in-action"), Warning,
    "An action of a service that does not exist, as far as is known",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "dynamo:GetItem", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}"#],
    unknown_service_in_action
}

/// The actions that an entry of `Action` stands for; none where it is not one of a service of the table.
fn stands_for<'a>(context: &Context<'a>, text: &str) -> Vec<Action<'a>> {
    if matches!(text, "*" | "*:*") || text.contains('$') {
        return Vec::new();
    }
    context.catalogue.expand(text)
}

fn action_needs_star(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.allows() {
        let values = resources(statement);
        let other = values.iter().find_map(literal);
        let Some(other) = other else { continue };
        // A reference may stand for anything.
        if context.role().is_resource_policy()
            || values
                .iter()
                .any(|item| literal(item).is_none_or(|text| text == "*"))
        {
            continue;
        }
        for item in actions(statement) {
            let Some(text) = literal(item) else { continue };
            let all = stands_for(context, text);
            if !all.is_empty() && all.iter().all(|action| action.only_star()) {
                found.say(
                    item.span,
                    format!(
                        "{} works on no resource: only `Resource: \"*\"` allows it, not {}",
                        code(text),
                        code(other)
                    ),
                );
            }
        }
    }
}

/// A condition on a resource's or request's tag.
fn tag_condition(statement: &Statement) -> Option<&Condition> {
    condition_on(
        statement,
        &["aws:requesttag", "aws:resourcetag", "aws:tagkeys"],
    )
    .filter(|condition| !holds_without(condition))
}

fn not_action_with_tag(context: &Context<'_>, effect: Effect, found: &mut Sink) {
    for (_, statement) in context.views().filter(|(_, it)| it.effect == effect) {
        let (Some(_), Some(condition)) = (
            negated(statement.actions.as_ref()),
            tag_condition(statement),
        ) else {
            continue;
        };
        let (what, attack) = match effect {
            Effect::Allow => ("allows only actions that have it", None),
            Effect::Deny => (
                "denies only actions that have it",
                Some("whoever calls an action without such tags is not held back"),
            ),
        };
        let mut finding = Found::new(
            condition.key_span,
            format!(
                "with {}, `NotAction` {what}, and many have none; name the actions",
                code(&condition.key)
            ),
        );
        finding.attack = attack.map(str::to_owned);
        found.push(finding);
    }
}

fn action_with_tag(context: &Context<'_>, effect: Effect, found: &mut Sink) {
    for (_, statement) in context.views().filter(|(_, it)| it.effect == effect) {
        let Some(condition) = tag_condition(statement) else {
            continue;
        };
        let mut services: Vec<&str> = Vec::new();
        for item in actions(statement) {
            let Some(text) = literal(item) else { continue };
            let Some((prefix, _)) = text.split_once(':') else {
                continue;
            };
            let Some(service) = context.catalogue.service(prefix) else {
                continue;
            };
            // What any action of the service has says that the service knows such tags.
            let has_tags = service.actions().any(|action| {
                matches!(
                    action.condition_key(&condition.key),
                    KeyUse::Applies(_) | KeyUse::Global(_)
                )
            });
            if !has_tags && !services.contains(&service.prefix()) {
                services.push(service.prefix());
            }
        }
        if services.is_empty() {
            continue;
        }
        let (what, attack) = match effect {
            Effect::Allow => ("allows nothing of", None),
            Effect::Deny => (
                "denies nothing of",
                Some("whoever calls an action of that service is not held back"),
            ),
        };
        let mut finding = Found::new(
            condition.key_span,
            format!(
                "with {} the statement {what} {}, which has no such tags",
                code(&condition.key),
                list(&services)
            ),
        );
        finding.attack = attack.map(str::to_owned);
        found.push(finding);
    }
}

/// Whether the condition holds for a request without the key.
fn holds_without(condition: &Condition) -> bool {
    let operator = Operator::parse(&condition.operator);
    operator.if_exists
        || operator.negated
        || operator.set == Some(SetOperator::All)
        || matches!(operator.test, Test::Null | Test::Unknown)
}

fn unsupported_action_for_condition_key(context: &Context<'_>, found: &mut Sink) {
    if context.role() == Role::Trust {
        return;
    }
    for (_, statement) in context.allows() {
        let all = actions(statement);
        for condition in &statement.conditions {
            if holds_without(condition) || condition.key.contains('$') {
                continue;
            }
            let never: Vec<&str> = all
                .iter()
                .filter_map(literal)
                .filter(|text| {
                    let action = context.catalogue.action(text);
                    let usage = action.map(|action| action.condition_key(&condition.key));
                    matches!(usage, Some(KeyUse::DoesNotApply(_)))
                })
                .collect();
            let (what, so) = match never.as_slice() {
                [] => continue,
                some if some.len() == all.len() => ("for none of", "the statement allows nothing"),
                _ => ("not for", "the statement does not allow them"),
            };
            found.say(
                condition.key_span,
                format!(
                    "AWS lists {} {what} {}, so {so}",
                    code(&condition.key),
                    list(&never)
                ),
            );
        }
    }
}

/// As many pairs of an action and a resource are looked at in a statement.
const PAIRS: usize = 20_000;

fn resource_type_mismatch(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.views() {
        let values = resources(statement);
        let texts: Option<Vec<&str>> = values.iter().map(literal).collect();
        let Some(texts) = texts.filter(|texts| !texts.is_empty() && !texts.contains(&"*")) else {
            continue;
        };
        if texts
            .iter()
            .any(|text| Arn::parse(text).is_none() || is_placeholder(text) && !text.contains("${"))
        {
            continue;
        }
        // Each action is held against each resource: beyond what people write, and what AWS stores, there is nothing to tell.
        if texts.len().saturating_mul(actions(statement).len()) > PAIRS {
            continue;
        }
        for item in actions(statement) {
            let Some(text) = literal(item).filter(|text| !text.contains(['*', '?'])) else {
                continue;
            };
            let mut takes_some = None;
            let fits = texts
                .iter()
                .any(|resource| match context.catalogue.fit(text, resource) {
                    Fit::Other(takes) => {
                        takes_some.get_or_insert(takes);
                        false
                    }
                    _ => true,
                });
            if let (false, Some(takes)) = (fits, takes_some) {
                let kinds: Vec<&str> = takes.iter().map(|kind| kind.arn()).collect();
                found.say(
                    item.span,
                    format!(
                        "{} does not work on {}; it takes {}",
                        code(text),
                        list(&texts),
                        list(&kinds)
                    ),
                );
            }
        }
    }
}

/// As many slips of spelling are told for a policy.
const MOST: usize = 20;

fn wildcard_permissions_management(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.allows() {
        for item in actions(statement) {
            // All of a service, or of all services, has a rule of its own.
            let Some(text) = literal(item).filter(|text| {
                text.contains(['*', '?'])
                    && text.split_once(':').is_some_and(|(_, name)| name != "*")
            }) else {
                continue;
            };
            let all = stands_for(context, text);
            let changing: Vec<String> = all
                .iter()
                .filter(|action| action.level() == AccessLevel::PermissionsManagement)
                .map(ToString::to_string)
                .collect();
            if changing.is_empty() || found.len() >= MOST {
                continue;
            }
            found.say(
                item.span,
                format!(
                    "{} stands for {} actions, and {} of them change permissions: {}",
                    code(text),
                    all.len(),
                    changing.len(),
                    list(&changing)
                ),
            );
        }
    }
}

/// Those for which something near is known, or the others.
fn unknown_action(context: &Context<'_>, is_near: bool, found: &mut Sink) {
    for (at, statement) in context.views() {
        for item in any_actions(statement) {
            let Some(text) = literal(item) else { continue };
            // Looking for what was meant takes its time: no policy that people write has so many slips.
            if found.len() >= MOST {
                return;
            }
            let prefix = text.split_once(':').map_or("", |(prefix, _)| prefix);
            // Services that the table has not have a rule of their own.
            if context.catalogue.action(text).is_some()
                || context.catalogue.service(prefix).is_none()
            {
                continue;
            }
            let near = match context.catalogue.look_up(text) {
                Lookup::NoSuchAction(near) => near,
                Lookup::NotAnAction if text.contains('*') && !text.contains(['$', '?']) => {
                    // A mask, or a pattern of stars only.
                    if text.contains("**") || !context.catalogue.expand(text).is_empty() {
                        continue;
                    }
                    Vec::new()
                }
                _ => continue,
            };
            if is_placeholder(text) || near.is_empty() == is_near {
                continue;
            }
            let help = if near.is_empty() {
                String::new()
            } else {
                format!("; perhaps {}", either(&near))
            };
            let what = if text.contains('*') {
                "matches no action that we know"
            } else {
                "is no action that we know"
            };
            let mut finding = Found::new(item.span, format!("{} {what}{help}", code(text)));
            if let [only] = near.as_slice()
                && !any_actions(statement)
                    .iter()
                    .any(|other| action_matches(&other.value(), only))
            {
                finding = finding.fix(
                    format!("write {only}"),
                    vec![ChangeKind::ReplaceValue {
                        statement: at,
                        item: item.span,
                        value: only.clone(),
                    }],
                );
            }
            found.push(finding);
        }
    }
}

fn unknown_condition_key(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let key = condition.key.as_str();
        let Some((prefix, name)) = key.split_once(':') else {
            continue;
        };
        let is_ours = !prefix.eq_ignore_ascii_case("aws")
            && !name.is_empty()
            && key.is_ascii()
            && !is_placeholder(key)
            && !key.ends_with('/');
        if is_ours
            && context.catalogue.service(prefix).is_some()
            && context.catalogue.condition_key(key).is_none()
            && !is_tag_without_key(key)
        {
            found.say(
                condition.key_span,
                format!(
                    "{} is no condition key of `{prefix}` that we know",
                    code(key)
                ),
            );
        }
    }
}

/// `iam:ResourceTag`, which another rule tells.
fn is_tag_without_key(key: &str) -> bool {
    key.to_ascii_lowercase().ends_with("tag")
}

fn unknown_service_in_arn(context: &Context<'_>, found: &mut Sink) {
    if !context.catalogue.is_complete() {
        return;
    }
    let mut in_arns = None;
    for (_, statement) in context.views() {
        for item in any_resources(statement) {
            let Some(arn) = literal(item).and_then(Arn::parse) else {
                continue;
            };
            let service = arn.service;
            let is_name = !service.is_empty()
                && service
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if !is_name
                || service.starts_with("service")
                || context.catalogue.service(service).is_some()
                || in_arns
                    .get_or_insert_with(|| arn_services(context))
                    .get(service.as_bytes())
                    .is_some()
            {
                continue;
            }
            found.say(
                item.span,
                format!("{} is no service that we know", code(service)),
            );
        }
    }
}

/// The services in the ARNs of the table, which are not all prefixes of actions: `catalog` is Service Catalog's.
fn arn_services(context: &Context<'_>) -> Index {
    let mut services = Index::default();
    let kinds = context
        .catalogue
        .services()
        .flat_map(|service| service.resource_types());
    for kind in kinds {
        if let Some(arn) = Arn::parse(kind.arn()) {
            services.place(arn.service);
        }
    }
    services
}

fn unknown_service_in_action(context: &Context<'_>, found: &mut Sink) {
    if !context.catalogue.is_complete() {
        return;
    }
    for (_, statement) in context.views() {
        for item in any_actions(statement) {
            let Some(text) = literal(item) else { continue };
            let Some((prefix, _)) = text.split_once(':') else {
                continue;
            };
            if prefix.is_empty()
                || prefix.contains(['*', '?', '$'])
                || is_placeholder(prefix)
                || prefix.to_ascii_lowercase().starts_with("service-")
                || context.catalogue.service(prefix).is_some()
            {
                continue;
            }
            if found.len() >= MOST {
                return;
            }
            let near = match context.catalogue.look_up(text) {
                Lookup::NoSuchService(near) => near,
                _ => Vec::new(),
            };
            let help = if near.is_empty() {
                String::new()
            } else {
                format!("; perhaps {}", either(&near))
            };
            found.say(
                item.span,
                format!("{} is of no service that we know{help}", code(text)),
            );
        }
    }
}
