//! `iam:PassRole` and `iam:CreateServiceLinkedRole` on more roles than meant.

use crate::policy::Statement;

use super::prelude::*;

rule! {
    /// `iam:CreateServiceLinkedRole` in a `NotAction` that leaves it, with `NotResource`.
    CreateSlrWithNotActionAndNotResource = "create-slr-with-not-action-and-not-resource",
    Some("general-warning-create-slr-with-not-action-and-not-resource"), Warning,
    "`NotAction` with `NotResource` leaves `iam:CreateServiceLinkedRole` on most roles",
    bad [statement Identity r#"{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    good [statement Identity r#"{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    |context, found| look(context, SLR, Action::Not, Resource::Not, found)
}

rule! {
    /// `iam:CreateServiceLinkedRole` by name, with `NotResource`.
    CreateSlrWithNotResource = "create-slr-with-not-resource", Some("general-warning-create-slr-with-not-resource"), Warning,
    "`iam:CreateServiceLinkedRole` with `NotResource`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::111122223333:role/aws-service-role/lex.amazonaws.com/AWSServiceRoleForLex"}"#],
    |context, found| look(context, SLR, Action::Named, Resource::Not, found)
}

rule! {
    /// An action pattern that covers `iam:CreateServiceLinkedRole`, with `NotResource`.
    CreateSlrWithStarInActionAndNotResource = "create-slr-with-star-in-action-and-not-resource",
    Some("general-warning-create-slr-with-star-in-action-and-not-resource"), Warning,
    "A wildcard in `Action` covers `iam:CreateServiceLinkedRole`, with `NotResource`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:Create*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:Get*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    |context, found| look(context, SLR, Action::Pattern, Resource::Not, found)
}

rule! {
    /// An action pattern that covers `iam:CreateServiceLinkedRole`, on every role.
    CreateSlrWithStarInActionAndResource = "create-slr-with-star-in-action-and-resource",
    Some("general-warning-create-slr-with-star-in-action-and-resource"), Warning,
    "Wildcards in `Action` and `Resource` allow every service-linked role to be created",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:Create*", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:CreateService*", "Resource": "*", "Condition": {"StringEquals": {"iam:AWSServiceName": "lex.amazonaws.com"}}}"#],
    |context, found| look(context, SLR, Action::Pattern, Resource::Wide, found)
}

rule! {
    /// `iam:CreateServiceLinkedRole` by name, on every role.
    CreateSlrWithStarInResource = "create-slr-with-star-in-resource", Some("general-warning-create-slr-with-star-in-resource"), Warning,
    "`iam:CreateServiceLinkedRole` on every role, whatever the service",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*", "Condition": {"StringLike": {"iam:AWSServiceName": "lex.amazonaws.com"}}}"#],
    |context, found| look(context, SLR, Action::Named, Resource::Wide, found)
}

rule! {
    /// `NotAction` that leaves `iam:CreateServiceLinkedRole`, on every role.
    CreateSlrWithStarInResourceAndNotAction = "create-slr-with-star-in-resource-and-not-action",
    Some("general-warning-create-slr-with-star-in-resource-and-not-action"), Warning,
    "`NotAction` on every resource leaves `iam:CreateServiceLinkedRole`",
    bad [statement Identity r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}"#],
    |context, found| look(context, SLR, Action::Not, Resource::Wide, found)
}

rule! {
    /// `NotAction` with `NotResource` leaves `iam:PassRole` on most roles.
    PassRoleWithNotActionAndNotResource = "pass-role-with-not-action-and-not-resource",
    Some("security-warning-pass-role-with-not-action-and-not-resource"), Security,
    "`NotAction` with `NotResource` leaves `iam:PassRole` on most roles",
    bad [statement Identity r#"{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    good [statement Identity r#"{"Effect": "Allow", "NotAction": "iam:PassRole", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    |context, found| look(context, PASS, Action::Not, Resource::Not, found)
}

rule! {
    /// `iam:PassRole` by name, with `NotResource`.
    PassRoleWithNotResource = "pass-role-with-not-resource", Some("security-warning-pass-role-with-not-resource"), Security,
    "`iam:PassRole` with `NotResource`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}"#],
    |context, found| look(context, PASS, Action::Named, Resource::Not, found)
}

rule! {
    /// An action pattern that covers `iam:PassRole`, with `NotResource`.
    PassRoleWithStarInActionAndNotResource = "pass-role-with-star-in-action-and-not-resource",
    Some("security-warning-pass-role-with-star-in-action-and-not-resource"), Security,
    "A wildcard in `Action` covers `iam:PassRole`, with `NotResource`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:P*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:Get*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#],
    |context, found| look(context, PASS, Action::Pattern, Resource::Not, found)
}

rule! {
    /// An action pattern that covers `iam:PassRole`, on every role.
    PassRoleWithStarInActionAndResource = "pass-role-with-star-in-action-and-resource",
    Some("security-warning-pass-role-with-star-in-action-and-resource"), Security,
    "Wildcards in `Action` and `Resource` allow every role to be passed",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "arn:aws:iam::111122223333:role/app-*"}"#
    ],
    |context, found| look(context, PASS, Action::Pattern, Resource::Wide, found)
}

rule! {
    /// `NotAction` that leaves `iam:PassRole`, on every role.
    PassRoleWithStarInResourceAndNotAction = "pass-role-with-star-in-resource-and-not-action",
    Some("security-warning-pass-role-with-star-in-resource-and-not-action"), Security,
    "`NotAction` on every resource leaves `iam:PassRole`",
    bad [statement Identity r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}"#],
    |context, found| look(context, PASS, Action::Not, Resource::Wide, found)
}

rule! {
    /// `iam:PassRole` by name, on every role and to every service.
    WildcardPassrole = "wildcard-passrole", Some("security-warning-pass-role-with-star-in-resource"), Security,
    "`iam:PassRole` on every role, whatever the service",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": ["ec2:RunInstances", "iam:PassRole"], "Resource": "arn:aws:iam::111122223333:role/*"}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
        statement Scp r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#
    ],
    |context, found| look(context, PASS, Action::Named, Resource::Wide, found)
}

/// An action that is dangerous on every role.
#[derive(Clone, Copy)]
struct Subject {
    action: &'static str,
    example: &'static str,
    /// The key that limits it.
    key: &'static str,
    does: &'static str,
    attack: Option<&'static str>,
}

const PASS: Subject = Subject {
    action: "iam:PassRole",
    example: "arn:aws:iam::111122223333:role/qzx-any",
    key: "iam:passedtoservice",
    does: "lets the caller hand any role of the account to a service",
    attack: Some(
        "whoever takes over this caller starts a function or a machine with the account's strongest role and becomes it",
    ),
};

const SLR: Subject = Subject {
    action: "iam:CreateServiceLinkedRole",
    example: "arn:aws:iam::111122223333:role/aws-service-role/qzx.amazonaws.com/AWSServiceRoleForQzx",
    key: "iam:awsservicename",
    does: "lets the caller create service-linked roles of services that nobody meant",
    attack: None,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Named,
    Pattern,
    Not,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Resource {
    Wide,
    Not,
}

fn look(
    context: &Context<'_>,
    subject: Subject,
    action: Action,
    resource: Resource,
    found: &mut Sink,
) {
    if !context.is_identity() || context.has_principals() {
        return;
    }
    for (_, statement) in context.allows() {
        let Some(reach) = reach(statement, subject.action) else {
            continue;
        };
        let form = match reach {
            Reach::Named(_) => Action::Named,
            Reach::Pattern(_) => Action::Pattern,
            Reach::NotAction(_) => Action::Not,
        };
        if form != action || condition_on(statement, &[subject.key]).is_some() {
            continue;
        }
        let Some(place) = covers(statement, subject, resource) else {
            continue;
        };
        let how = match reach {
            Reach::Named(item) => code(&item.value()).to_string(),
            Reach::Pattern(item) => {
                format!("{} covers `{}`, and", code(&item.value()), subject.action)
            }
            Reach::NotAction(_) => format!("`NotAction` leaves `{}`, and", subject.action),
        };
        let mut finding = Found::new(reach.span(), format!("{how} {place} {}", subject.does));
        finding.attack = subject.attack.map(str::to_owned);
        found.push(finding);
    }
}

fn covers(statement: &Statement, subject: Subject, wanted: Resource) -> Option<String> {
    match wanted {
        Resource::Not => {
            negated(statement.resources.as_ref())?;
            Some("with `NotResource`".to_owned())
        }
        Resource::Wide => {
            let item = wide_resource(statement, subject.example)?;
            Some(format!("on {}", code(&item.value())))
        }
    }
}
