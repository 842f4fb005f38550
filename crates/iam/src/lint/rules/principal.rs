//! Who a statement names.

use undeny_document::{Role, Value};

use crate::arn::{Arn, Caller};
use crate::change::ChangeKind;
use crate::compare::lets_others_pass;
use crate::policy::{Effect, PrincipalKind, RoleSource};

use super::prelude::*;

rule! {
    /// `Allow` with `NotPrincipal` lets in everybody else, also the anonymous caller.
    AllowWithNotPrincipal = "allow-with-not-principal", Some("security-warning-allow-with-not-principal"), Security,
    "`Allow` with `NotPrincipal` lets in everybody else",
    bad [statement Bucket r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    allow_with_not_principal
}

rule! {
    /// Identity providers are principals of trust policies only.
    FederatedPrincipalNotSupported = "federated-principal-not-supported", Some("error-federated-principal-not-supported"), Error,
    "A resource's policy names an identity provider",
    bad [statement Bucket r#"{"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:00000000-0000-0000-0000-000000000000"}}}"#],
    federated_principal_not_supported
}

rule! {
    /// `Principal` is `*` or an object with a kind of principal as its key.
    InvalidPrincipalFormat = "invalid-principal-format", Some("error-invalid-principal-format"), Error,
    "`Principal` is neither `*` nor an object",
    bad [
        statement Bucket r#"{"Effect": "Allow", "Principal": "arn:aws:iam::111122223333:root", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": ["arn:aws:iam::111122223333:root"], "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#
    ],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    invalid_principal_format
}

rule! {
    /// The kinds of principal are `AWS`, `Service`, `Federated` and `CanonicalUser`, in this letter case.
    InvalidPrincipalKey = "invalid-principal-key", Some("error-invalid-principal-key"), Error,
    "`Principal` has a key that is no kind of principal",
    bad [statement Bucket r#"{"Effect": "Allow", "Principal": {"Aws": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    invalid_principal_key
}

rule! {
    /// `AROA...` stands where a role was that has been deleted: nobody matches it any more.
    InvalidRoleReference = "invalid-role-reference", Some("general-warning-invalid-role-reference"), Warning,
    "A principal is the id of a role, mostly of a deleted one",
    bad [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEEXAMPLEEX0"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    |context, found| reference(context, "AROA", "role", found)
}

rule! {
    /// A service is named `ec2.amazonaws.com`.
    InvalidServicePrincipalFormat = "invalid-service-principal-format", Some("error-invalid-service-principal-format"), Error,
    "A service principal has not the form `service.amazonaws.com`",
    bad [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "ec2"}, "Action": "sts:AssumeRole"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "https://ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#
    ],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", "logs.eu-west-1.amazonaws.com"]}, "Action": "sts:AssumeRole"}"#],
    invalid_service_principal_format
}

rule! {
    /// `AIDA...` stands where a user was that has been deleted.
    InvalidUserReference = "invalid-user-reference", Some("general-warning-invalid-user-reference"), Warning,
    "A principal is the id of a user, mostly of a deleted one",
    bad [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "AIDAEXAMPLEEXAMPLEEX0"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    |context, found| reference(context, "AIDA", "user", found)
}

rule! {
    /// `Deny` with `NotPrincipal` hits also the account and the role of a principal that it spares, and everybody with a permissions
    /// boundary.
    NotPrincipalWithoutAccount = "not-principal-without-account", None, Warning,
    "`Deny` with `NotPrincipal` spares a principal and not its account",
    bad [statement Bucket r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/ann"}, "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Bucket r#"{"Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:root"]}, "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"}"#],
    not_principal_without_account
}

rule! {
    /// A service control policy is about everybody in its accounts.
    ScpSyntaxErrorPrincipal = "scp-syntax-error-principal", Some("error-scp-syntax-error-principal"), Error,
    "A service control policy has a `Principal`",
    bad [statement Scp r#"{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:*", "Resource": "*"}"#],
    good [statement Scp r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#],
    scp_syntax_error_principal
}

rule! {
    /// An identity policy is about whom it is attached to.
    UnsupportedPrincipal = "unsupported-principal", Some("error-unsupported-principal"), Error,
    "A policy of an identity has a `Principal`",
    bad [statement Identity r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    unsupported_principal
}

rule! {
    /// A `*` in a principal stands alone or not at all.
    UnsupportedWildcardInPrincipal = "unsupported-wildcard-in-principal", Some("error-unsupported-wildcard-in-principal"), Error,
    "A principal has a wildcard in it",
    bad [
        statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci-*"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}"#
    ],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci-*"}}}"#],
    unsupported_wildcard_in_principal
}

rule! {
    /// Everybody, without a condition that says who.
    WildcardPrincipal = "wildcard-principal", None, Security,
    "`Allow` names everybody, and no condition narrows it",
    bad [
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Queue r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"}}}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-1234567890/*"}}}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.7", "0.0.0.0/0"]}}}"#
    ],
    good [
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}}"#,
        statement Bucket r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "guest"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}}"#,
        statement Bucket r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Endpoint r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#
    ],
    wildcard_principal
}

fn allow_with_not_principal(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.allows() {
        if let Some(principals) = statement.principals.as_ref().filter(|it| it.negated) {
            let names: Vec<String> = principals
                .items
                .iter()
                .map(|principal| principal.item.value().into_owned())
                .collect();
            found.push(
                Found::new(
                    principals.span,
                    format!(
                        "`Allow` with `NotPrincipal` lets in everybody but {}; name who may with `Principal`",
                        list(&names)
                    ),
                )
                .attack("anybody on the internet who is not listed has this access"),
            );
        }
    }
}

fn federated_principal_not_supported(context: &Context<'_>, found: &mut Sink) {
    if !context.role().is_resource_policy() || context.role() == Role::Trust {
        return;
    }
    for (_, statement) in context.views() {
        for item in principals_of(statement, PrincipalKind::Federated) {
            found.say(
                item.span,
                format!(
                    "{} is an identity provider, and only a trust policy takes one; name the role that its users assume",
                    code(&item.value())
                ));
        }
    }
}

fn invalid_principal_format(context: &Context<'_>, found: &mut Sink) {
    for statement in &context.statements {
        for member in ["Principal", "NotPrincipal"]
            .iter()
            .filter_map(|name| statement.member(name))
        {
            let inner = member.value.inner();
            let is_wrong = match &inner.value {
                Value::Text(text) => text.literal().is_some_and(|text| text != "*"),
                Value::List(_) => true,
                _ => false,
            };
            if is_wrong {
                let mut finding = Found::new(
                    inner.span,
                    format!(
                        "`{}` takes `*` or an object such as `{{\"AWS\": ..}}`",
                        member.key.text
                    ),
                );
                if let Some(name) = inner.as_str()
                    && let Some(kind) = kind_of(name)
                {
                    finding = finding.fix(
                        "write its kind",
                        vec![ChangeKind::KeyPrincipal {
                            place: inner.span,
                            kind,
                            name: name.to_owned(),
                        }],
                    );
                }
                found.push(finding);
            }
        }
    }
}

/// The kind of a principal that stands without it.
fn kind_of(name: &str) -> Option<PrincipalKind> {
    match Caller::parse(name) {
        Caller::Service(_) => Some(PrincipalKind::Service),
        Caller::IdentityProvider(_) => Some(PrincipalKind::Federated),
        Caller::User(_)
        | Caller::Role(_)
        | Caller::RoleSession { .. }
        | Caller::FederatedUser(_)
        | Caller::Root(_) => Some(PrincipalKind::Aws),
        Caller::Other(text) => (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(PrincipalKind::Aws),
        Caller::Anonymous => None,
    }
}

fn invalid_principal_key(context: &Context<'_>, found: &mut Sink) {
    const KINDS: &[&str] = &["AWS", "CanonicalUser", "Federated", "Service"];
    for statement in &context.statements {
        for kind in ["Principal", "NotPrincipal"]
            .iter()
            .filter_map(|name| statement.member(name)?.value.as_map())
            .flat_map(|map| &map.members)
        {
            let key = kind.key.text.as_str();
            if KINDS.contains(&key) || key.starts_with("Fn::") || key == "Ref" {
                continue;
            }
            let near = KINDS.iter().find(|known| known.eq_ignore_ascii_case(key));
            let help = near.map_or_else(
                || format!("; they are {}", list(KINDS)),
                |near| format!("; write `{near}`"),
            );
            found.say(
                kind.key.span,
                format!("{} is no kind of principal{help}", code(key)),
            );
        }
    }
}

fn reference(context: &Context<'_>, prefix: &str, what: &str, found: &mut Sink) {
    for (_, statement) in context.views() {
        let items = statement
            .principals
            .iter()
            .flat_map(|principals| &principals.items)
            .filter(|principal| principal.kind == PrincipalKind::Aws);
        for principal in items {
            let text = principal.item.value();
            let is_id = text.starts_with(prefix)
                && text.len() >= 16
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_id {
                found.say(
                    principal.item.span,
                    format!(
                        "{} is the id of a {what}: AWS writes it where a {what} was deleted, and nobody matches it; write the {what}'s ARN",
                        code(&text)
                    ));
            }
        }
    }
}

fn invalid_service_principal_format(context: &Context<'_>, found: &mut Sink) {
    const ENDINGS: &[&str] = &[
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazonaws.eu",
        ".amazon.com",
        ".aws.internal",
        ".api.aws",
    ];
    for (_, statement) in context.views() {
        let services = statement
            .principals
            .iter()
            .flat_map(|principals| &principals.items)
            .filter(|principal| principal.kind == PrincipalKind::Service);
        for principal in services {
            let Some(text) = literal(&principal.item) else {
                continue;
            };
            let is_named = ENDINGS.iter().any(|ending| {
                text.strip_suffix(ending).is_some_and(|name| {
                    !name.is_empty()
                        && name.bytes().all(|byte| {
                            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
                        })
                })
            });
            if !is_named && !is_placeholder(text) && !text.contains(['*', '?']) {
                found.say(
                    principal.item.span,
                    format!(
                        "{} is no service principal; it has the form `service.amazonaws.com`",
                        code(text)
                    ),
                );
            }
        }
    }
}

fn not_principal_without_account(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context
        .views()
        .filter(|(_, statement)| statement.effect == Effect::Deny)
    {
        let Some(principals) = statement.principals.as_ref().filter(|it| it.negated) else {
            continue;
        };
        let names: Vec<String> = principals
            .items
            .iter()
            .map(|principal| principal.item.value().into_owned())
            .collect();
        let mut known = Index::default();
        for name in &names {
            known.place(name.as_str());
        }
        for (principal, name) in principals.items.iter().zip(&names) {
            let Some(arn) = Arn::parse(name) else {
                continue;
            };
            if arn.resource == "root" {
                continue;
            }
            let root = format!("arn:{}:iam::{}:root", arn.partition, arn.account);
            if known.get(root.as_bytes()).is_none() && known.get(arn.account.as_bytes()).is_none() {
                found.say(
                    principal.item.span,
                    format!(
                        "{} is spared and its account is not, so it is denied all the same; list {} too, or deny with a condition on `aws:PrincipalArn`",
                        code(name),
                        code(&root)
                    ));
            }
        }
    }
}

fn with_principal(context: &Context<'_>, what: &str, found: &mut Sink) {
    for (_, statement) in context.views() {
        if let Some(principals) = &statement.principals {
            found.say(
                principals.span,
                format!("{what} takes no `Principal`; leave it out"),
            );
        }
    }
}

fn scp_syntax_error_principal(context: &Context<'_>, found: &mut Sink) {
    if context.role() == Role::Scp {
        with_principal(context, "a service control policy", found);
    }
}

fn unsupported_principal(context: &Context<'_>, found: &mut Sink) {
    let is_sure = matches!(
        context.policy.role_source,
        RoleSource::Said | RoleSource::Content
    );
    let what = match context.role() {
        Role::Identity => "an identity policy",
        Role::Boundary => "a permissions boundary",
        Role::Session => "a session policy",
        _ => return,
    };
    if is_sure {
        with_principal(context, what, found);
    }
}

fn unsupported_wildcard_in_principal(context: &Context<'_>, found: &mut Sink) {
    for (_, statement) in context.views() {
        for principal in statement
            .principals
            .iter()
            .flat_map(|principals| &principals.items)
        {
            let Some(text) = literal(&principal.item) else {
                continue;
            };
            let is_alone = text == "*"
                && matches!(principal.kind, PrincipalKind::Aws | PrincipalKind::Everyone);
            let is_known = !matches!(
                principal.kind,
                PrincipalKind::Unknown | PrincipalKind::Everyone
            );
            if text.contains(['*', '?']) && !is_alone && is_known && !text.contains("***") {
                let instead = if principal.kind == PrincipalKind::Aws {
                    "; name the account and narrow it with `ArnLike` on `aws:PrincipalArn`"
                } else {
                    ""
                };
                found.say(
                    principal.item.span,
                    format!(
                        "a principal takes no wildcard, and {} has one{instead}",
                        code(text)
                    ),
                );
            }
        }
    }
}

/// Keys that say who calls, or from where no stranger can.
const NARROWING: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:principaltag",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "cloudfront:distributionarn",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "sns:endpoint",
    "sts:externalid",
];

fn wildcard_principal(context: &Context<'_>, found: &mut Sink) {
    if !context.role().is_resource_policy() && context.role() != Role::Other {
        return;
    }
    for (_, statement) in context.allows() {
        let everybody = principals(statement)
            .iter()
            .find(|principal| principal.item.value() == "*");
        let Some(principal) = everybody else { continue };
        // A trust policy's bare `*` has a rule of its own.
        let is_bare_trust =
            context.role() == Role::Trust && principal.kind == PrincipalKind::Everyone;
        let mut telling = statement
            .conditions
            .iter()
            .filter(|condition| is_key(condition, NARROWING));
        let first = telling.clone().next();
        if is_bare_trust || telling.any(|condition| !lets_others_pass(condition)) {
            continue;
        }
        let what: Vec<String> = any_actions(statement)
            .iter()
            .map(|item| item.value().into_owned())
            .collect();
        let (message, attack) = if context.role() == Role::Trust {
            (
                "every AWS account may assume this role".to_owned(),
                "anybody with any AWS account becomes this role",
            )
        } else {
            (
                format!("everybody may call {}", list(&what)),
                "anybody on the internet has this access, without an account or a signature",
            )
        };
        let (why, attack) = match first {
            None => ("no condition says who".to_owned(), attack),
            Some(condition) => (
                format!(
                    "`{}` on `{}` lets others pass too",
                    condition.operator, condition.key
                ),
                "whoever meets the condition, from whatever account, has this access",
            ),
        };
        found.push(
            Found::new(
                principal.item.span,
                format!("{message}: `Principal` is `*` and {why}"),
            )
            .attack(attack),
        );
    }
}
