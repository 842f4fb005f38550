//! Stars that allow more than any one caller needs.

use undeny_document::Role;

use crate::change::ChangeKind;

use super::prelude::*;

rule! {
    /// Every action on every resource.
    AdministratorAccess = "administrator-access", None, Security,
    "A statement allows every action on every resource",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Scp r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#
    ],
    administrator_access
}

rule! {
    /// `*:*` works like `*`, and no documentation says so.
    StarColonStar = "star-colon-star", None, Suggestion,
    "`*:*` stands where `*` says the same and is documented",
    bad [statement Identity r#"{"Effect": "Deny", "Action": "*:*", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::reports/*"}"#],
    star_colon_star
}

rule! {
    /// Every role that trusts the account.
    WildcardAssumeRole = "wildcard-assume-role", None, Security,
    "`sts:AssumeRole` on every role",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": ["sts:TagSession"], "Resource": "arn:aws:iam::*:role/*"}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "arn:aws:iam::111122223333:role/deploy"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*", "Condition": {"StringEquals": {"iam:ResourceTag/team": "web"}}}"#
    ],
    wildcard_assume_role
}

rule! {
    /// `iam*:Get*`: other services begin with the same letters, and AWS documents no wildcard there.
    WildcardInServiceName = "wildcard-in-service-name", Some("suggestion-wildcard-in-service-name"), Suggestion,
    "An action has a wildcard in its service's name",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s*:ListAllMyBuckets", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAll*", "Resource": "*"}"#],
    wildcard_in_service_name
}

rule! {
    /// Every action of a service on every resource.
    WildcardService = "wildcard-service", None, Security,
    "Every action of a service on every resource",
    bad [statement Identity r#"{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}"#,
        statement Boundary r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "web"}}}"#
    ],
    wildcard_service
}

fn grants(context: &Context<'_>) -> bool {
    context.role() == Role::Identity && !context.has_principals()
}

fn administrator_access(context: &Context<'_>, found: &mut Sink) {
    if !grants(context) {
        return;
    }
    for (_, statement) in context.allows() {
        let all = actions(statement)
            .iter()
            .find(|item| matches!(&*item.value(), "*" | "*:*"));
        let everywhere = resources(statement).iter().any(|item| item.value() == "*");
        if let Some(item) = all
            && everywhere
            && statement.conditions.is_empty()
        {
            found.push(
                Found::new(
                    item.span,
                    format!(
                        "{} on `*` allows everything in every service",
                        code(&item.value())
                    ),
                )
                .attack("whoever takes over this caller is an administrator of the account"),
            );
        }
    }
}

fn star_colon_star(context: &Context<'_>, found: &mut Sink) {
    for (at, statement) in context.views() {
        for item in any_actions(statement) {
            if item.value() == "*:*" {
                found.push(
                    Found::new(
                        item.span,
                        "`*:*` is taken for `*`, which no documentation says; write `*`".to_owned(),
                    )
                    .fix(
                        "write *",
                        vec![ChangeKind::ReplaceValue {
                            statement: at,
                            item: item.span,
                            value: "*".to_owned(),
                        }],
                    ),
                );
            }
        }
    }
}

fn wildcard_assume_role(context: &Context<'_>, found: &mut Sink) {
    if !grants(context) {
        return;
    }
    for (_, statement) in context.allows() {
        let found_action = ["sts:AssumeRole", "sts:TagSession"]
            .iter()
            .find_map(|action| Some((*action, reach(statement, action)?)));
        let Some((action, reach)) = found_action else {
            continue;
        };
        if reach.is_everything() || !statement.conditions.is_empty() {
            continue;
        }
        let wide = resources(statement).iter().find(|item| {
            matches!(
                &*item.value(),
                "*" | "arn:aws:iam::*:role/*" | "arn:aws:iam::*:*"
            )
        });
        if let Some(item) = wide {
            found.push(
                Found::new(
                    item.span,
                    format!(
                        "{} on {} reaches every role in every account that trusts this one",
                        code(action),
                        code(&item.value())
                    ),
                )
                .attack(
                    "whoever takes over this caller, a stolen build for instance, becomes each of those roles; where policies decide by session tags and it may tag, it chooses its own access",
                ),
            );
        }
    }
}

fn wildcard_in_service_name(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.views() {
        for item in any_actions(statement) {
            let text = item.value();
            if let Some((service, _)) = text.split_once(':')
                && service.contains(['*', '?'])
                && text != "*:*"
                && !service.contains("***")
            {
                found.say(
                    item.span,
                    format!(
                        "{} has a wildcard in the service's name; it may match nothing, or a service that begins alike",
                        code(&text)
                    ));
            }
        }
    }
}

fn wildcard_service(context: &Context<'_>, found: &mut Sink) {
    if !grants(context) {
        return;
    }
    for (_, statement) in context.allows() {
        let everywhere = resources(statement).iter().any(|item| item.value() == "*");
        if !everywhere || !statement.conditions.is_empty() {
            continue;
        }
        for item in actions(statement) {
            let text = item.value();
            let Some((service, "*")) = text.split_once(':') else {
                continue;
            };
            if service == "*" {
                continue;
            }
            let attack = match service.to_ascii_lowercase().as_str() {
                "iam" => {
                    "whoever takes over this caller can give itself every permission of the account"
                }
                "kms" => {
                    "whoever takes over this caller can decrypt what the account's keys protect, and schedule their deletion"
                }
                "organizations" => {
                    "whoever takes over this caller can take accounts and guard rails out of the organisation"
                }
                "s3" => {
                    "whoever takes over this caller can read, replace and delete every object, and open buckets to the world"
                }
                "secretsmanager" | "ssm" => {
                    "whoever takes over this caller reads every secret and parameter"
                }
                "sts" => {
                    "whoever takes over this caller becomes every role that trusts it, with session tags and a source identity of its choice"
                }
                "lambda" => {
                    "whoever takes over this caller can run its own code with the functions' roles"
                }
                _ => {
                    "whoever takes over this caller can read, change, delete and share everything in this service"
                }
            };
            found.push(
                Found::new(
                    item.span,
                    format!(
                        "{} on `*` allows every action of the service on everything",
                        code(&text)
                    ),
                )
                .attack(attack),
            );
        }
    }
}
