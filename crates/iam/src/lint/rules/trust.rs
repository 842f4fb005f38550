//! Trust policies: who becomes a role, with which calls.

use undeny_document::Role;

use crate::arn::Arn;
use crate::change::{ChangeKind, NewCondition};
use crate::policy::{Effect, PrincipalKind, Statement};

use super::prelude::*;

rule! {
    /// A service that works for many accounts can be made to assume the role for a stranger, unless a condition says for whom.
    ConfusedDeputy = "confused-deputy", None, Warning,
    "A trust policy lets a service assume the role for whomever it works",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}"#],
    good [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#
    ],
    confused_deputy
}

rule! {
    /// A federated principal is a domain or a provider's ARN.
    InvalidFederatedPrincipalSyntax = "invalid-federated-principal-syntax-in-role-trust-policy",
    Some("error-invalid-federated-principal-syntax-in-role-trust-policy"), Error,
    "A federated principal is neither a domain nor a provider's ARN",
    bad [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "https://token.actions.githubusercontent.com/"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#
    ],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/adfs"}, "Action": "sts:AssumeRoleWithSAML", "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}"#],
    invalid_federated_principal_syntax
}

rule! {
    /// A call that this kind of principal cannot make.
    MismatchedActionForPrincipal = "mismatched-action-for-principal", Some("error-mismatched-action-for-principal"), Error,
    "A trust policy allows a call that its principals cannot make",
    bad [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRole"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/adfs"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRoleWithSAML"}"#
    ],
    good [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/adfs"}, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"], "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}"#
    ],
    mismatched_action_for_principal
}

rule! {
    /// A condition on a session's tags or source identity needs the call that sets them: without it every session that carries
    /// them is refused.
    MissingActionForConditionKey = "missing-action-for-condition-key", Some("error-missing-action-for-condition-key"), Error,
    "A condition looks at tags or a source identity, and the call that sets them is not allowed",
    bad [
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole", "Condition": {"StringLike": {"sts:SourceIdentity": "ann"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole", "Condition": {"StringLike": {"aws:RequestTag/team": "*"}}}"#
    ],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"], "Condition": {"StringLike": {"sts:SourceIdentity": "ann"}}}"#],
    missing_action_for_condition_key
}

rule! {
    /// IAM Roles Anywhere assumes roles with tags and a source identity, always.
    MissingActionForRolesAnywhere = "missing-action-for-roles-anywhere-trust-policy",
    Some("error-missing-action-for-roles-anywhere-trust-policy"), Error,
    "A trust policy for IAM Roles Anywhere lacks one of its three calls",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": "sts:AssumeRole"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"], "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/11111111-1111-1111-1111-111111111111"}}}"#],
    missing_action_for_roles_anywhere
}

rule! {
    /// A session of a role that is named too.
    RedundantPrincipalInRoleTrustPolicy = "redundant-principal-in-role-trust-policy",
    Some("suggestion-redundant-principal-in-role-trust-policy"), Suggestion,
    "A trust policy names a session and its role",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/ci", "arn:aws:sts::111122223333:assumed-role/ci/build"]}, "Action": "sts:AssumeRole"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/ci", "arn:aws:sts::111122223333:assumed-role/cd/build"]}, "Action": "sts:AssumeRole"}"#],
    redundant_principal
}

rule! {
    /// A trust policy has no `NotPrincipal`.
    RoleTrustPolicyNotprincipal = "role-trust-policy-syntax-error-notprincipal",
    Some("error-role-trust-policy-syntax-error-notprincipal"), Error,
    "A trust policy has `NotPrincipal`",
    bad [statement Trust r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}"#],
    good [statement Trust r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}}"#],
    trust_notprincipal
}

rule! {
    /// A trust policy is about the role that it belongs to.
    RoleTrustPolicyResource = "role-trust-policy-syntax-error-resource", Some("error-role-trust-policy-syntax-error-resource"), Error,
    "A trust policy has a `Resource`",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole", "Resource": "*"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}"#],
    trust_resource
}

rule! {
    /// `"Principal": "*"` in a trust policy.
    RoleTrustPolicyWildcard = "role-trust-policy-unsupported-wildcard-in-principal",
    Some("error-role-trust-policy-unsupported-wildcard-in-principal"), Error,
    "A trust policy allows `\"Principal\": \"*\"`",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "acme"}}}"#],
    trust_wildcard
}

rule! {
    /// A whole account is trusted where a role of it would do.
    RootPrincipal = "root-principal", None, Security,
    "A trust policy trusts a whole account, and no condition narrows it",
    bad [
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#
    ],
    good [
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#
    ],
    root_principal
}

/// Services whose documentation asks for `aws:SourceAccount` or `aws:SourceArn` in their roles' trust policies.
const DEPUTIES: &[&str] = &[
    "appflow",
    "bedrock",
    "cloudtrail",
    "codebuild",
    "config",
    "datasync",
    "delivery.logs",
    "dms",
    "ecs-tasks",
    "export.rds",
    "firehose",
    "imagebuilder",
    "iot",
    "kinesisanalytics",
    "lakeformation",
    "logs",
    "macie",
    "pipes",
    "rolesanywhere",
    "s3.data-source.lustre.fsx",
    "sagemaker",
    "scheduler",
    "ses",
    "ssm",
    "states",
    "storagegateway",
    "transfer",
    "vpc-flow-logs",
    "vpc-lattice",
];

const SOURCES: &[&str] = &[
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
];

fn is_trust(context: &Context<'_>) -> bool {
    context.role() == Role::Trust
}

fn confused_deputy(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.allows() {
        if condition_on(statement, SOURCES).is_some() {
            continue;
        }
        for item in principals_of(statement, PrincipalKind::Service) {
            let text = item.value();
            let Some(name) = text.strip_suffix(".amazonaws.com") else {
                continue;
            };
            if DEPUTIES.contains(&name) {
                found.say(
                    item.span,
                    format!(
                        "{} may assume this role for any account's resource; say for which with `aws:SourceAccount` or `aws:SourceArn`",
                        code(&text)
                    ));
            }
        }
    }
}

fn invalid_federated_principal_syntax(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.views() {
        for item in principals_of(statement, PrincipalKind::Federated) {
            let Some(text) = literal(item) else { continue };
            if is_placeholder(text) || text.contains(['*', '?']) {
                continue;
            }
            let is_right = match Arn::parse(text) {
                Some(arn) => {
                    arn.service == "iam"
                        && ["oidc-provider/", "saml-provider/"]
                            .iter()
                            .any(|kind| arn.resource.starts_with(kind))
                }
                None => {
                    !text.starts_with("arn:")
                        && text.contains('.')
                        && !text.contains("://")
                        && !text.ends_with('/')
                }
            };
            if !is_right {
                found.say(
                    item.span,
                    format!(
                        "{} is neither a domain such as `accounts.google.com` nor the ARN of an `oidc-provider` or `saml-provider`",
                        code(text)
                    ));
            }
        }
    }
}

/// Which of the three AssumeRole calls a principal can make.
fn calls(kind: PrincipalKind, text: &str) -> &'static [&'static str] {
    match kind {
        PrincipalKind::Federated if text.contains(":saml-provider/") => &["assumerolewithsaml"],
        PrincipalKind::Federated
            if text.contains(":oidc-provider/") || !text.starts_with("arn:") =>
        {
            &["assumerolewithwebidentity"]
        }
        PrincipalKind::Aws | PrincipalKind::Service => &["assumerole"],
        _ => &[
            "assumerole",
            "assumerolewithsaml",
            "assumerolewithwebidentity",
        ],
    }
}

fn mismatched_action_for_principal(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.allows() {
        let principals = principals(statement);
        if principals.is_empty()
            || principals
                .iter()
                .any(|principal| literal(&principal.item).is_none_or(|text| text == "*"))
        {
            continue;
        }
        for item in actions(statement) {
            let action = item.value().to_ascii_lowercase();
            let Some(call @ ("assumerole" | "assumerolewithsaml" | "assumerolewithwebidentity")) =
                action.strip_prefix("sts:")
            else {
                continue;
            };
            let can = principals
                .iter()
                .any(|principal| calls(principal.kind, &principal.item.value()).contains(&call));
            if !can {
                let names: Vec<String> = principals
                    .iter()
                    .map(|principal| principal.item.value().into_owned())
                    .collect();
                let right = match calls(
                    principals
                        .first()
                        .map_or(PrincipalKind::Unknown, |it| it.kind),
                    names.first().map_or("", String::as_str),
                ) {
                    ["assumerolewithsaml"] => "sts:AssumeRoleWithSAML",
                    ["assumerolewithwebidentity"] => "sts:AssumeRoleWithWebIdentity",
                    _ => "sts:AssumeRole",
                };
                found.say(
                    item.span,
                    format!(
                        "{} cannot call {}; they call `{right}`",
                        list(&names),
                        code(&item.value())
                    ),
                );
            }
        }
    }
}

/// Whether any statement that allows reaches the action.
fn allows(context: &Context<'_>, action: &str) -> bool {
    context
        .allows()
        .any(|(_, statement)| reach(statement, action).is_some())
}

fn missing_action_for_condition_key(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    const NEEDS: &[(&str, &str)] = &[
        ("aws:requesttag", "sts:TagSession"),
        ("aws:tagkeys", "sts:TagSession"),
        ("sts:sourceidentity", "sts:SetSourceIdentity"),
        ("sts:transitivetagkeys", "sts:TagSession"),
    ];
    for &(at, statement, _, condition) in &context.conditions {
        let asks_for_absence = condition.operator.eq_ignore_ascii_case("Null")
            && condition.values.iter().all(|item| item.value() == "true");
        if statement.effect == Effect::Deny || asks_for_absence {
            continue;
        }
        let need = NEEDS.iter().find(|(key, _)| is_key(condition, &[key]));
        let assumes = actions(statement).iter().any(|item| {
            item.value()
                .to_ascii_lowercase()
                .starts_with("sts:assumerole")
        });
        if let Some((_, action)) = need
            && assumes
            && !allows(context, action)
        {
            found.push(
                Found::new(
                    condition.key_span,
                    format!(
                        "{} is set by `{action}`, which no statement allows",
                        code(&condition.key)
                    ),
                )
                .fix(
                    format!("allow {action} beside the call"),
                    vec![ChangeKind::AddActions {
                        statement: at,
                        actions: vec![(*action).to_owned()],
                    }],
                ),
            );
        }
    }
}

fn missing_action_for_roles_anywhere(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (at, statement) in context.allows() {
        let item = principals_of(statement, PrincipalKind::Service)
            .find(|item| item.value() == "rolesanywhere.amazonaws.com");
        let Some(item) = item else { continue };
        let missing: Vec<String> = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
            .into_iter()
            .filter(|action| {
                !context.allows().any(|(_, other)| {
                    principals_of(other, PrincipalKind::Service)
                        .any(|item| item.value() == "rolesanywhere.amazonaws.com")
                        && reach(other, action).is_some()
                })
            })
            .map(str::to_owned)
            .collect();
        if !missing.is_empty() && negated(statement.actions.as_ref()).is_none() {
            found.push(
                Found::new(
                    item.span,
                    format!("IAM Roles Anywhere needs {} too", list(&missing)),
                )
                .fix(
                    "allow the missing calls",
                    vec![ChangeKind::AddActions {
                        statement: at,
                        actions: missing,
                    }],
                ),
            );
            return;
        }
    }
}

fn redundant_principal(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.views() {
        // By account and name: a session's ARN has not its role's path.
        let mut roles = Index::default();
        let mut texts: Vec<String> = Vec::new();
        for item in principals_of(statement, PrincipalKind::Aws) {
            let text = item.value().into_owned();
            let name = Arn::parse(&text).and_then(|arn| {
                let name = arn.resource.strip_prefix("role/")?.rsplit('/').next()?;
                Some(format!("{}/{name}", arn.account))
            });
            if let Some(name) = name
                && roles.is_new(name)
            {
                texts.push(text);
            }
        }
        for item in principals_of(statement, PrincipalKind::Aws) {
            let text = item.value();
            let Some(arn) = Arn::parse(&text) else {
                continue;
            };
            let Some(role) = arn
                .resource
                .strip_prefix("assumed-role/")
                .and_then(|name| name.split('/').next())
            else {
                continue;
            };
            let parent = roles.get(format!("{}/{role}", arn.account).as_bytes());
            if let Some(parent) = parent.and_then(|at| texts.get(at)) {
                found.say(
                    item.span,
                    format!(
                        "{} is a session of {}, which is named too",
                        code(&text),
                        code(parent)
                    ),
                );
            }
        }
    }
}

fn trust_notprincipal(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.views() {
        if let Some(principals) = statement.principals.as_ref().filter(|it| it.negated) {
            found.say(
                principals.span,
                "a trust policy takes no `NotPrincipal`; name who may with `Principal`".to_owned(),
            );
        }
    }
}

fn trust_resource(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.views() {
        if let Some(resources) = &statement.resources {
            found.say(
                resources.span,
                "a trust policy is about its own role and takes no `Resource`; leave it out"
                    .to_owned(),
            );
        }
    }
}

fn trust_wildcard(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.allows() {
        let everybody = principals(statement)
            .iter()
            .find(|principal| principal.kind == PrincipalKind::Everyone);
        if let Some(principal) = everybody {
            found.say(
                principal.item.span,
                "`\"Principal\": \"*\"` lets everybody assume this role; name the account or role that may".to_owned());
        }
    }
}

/// The account that a principal names as a whole.
fn whole_account(text: &str) -> Option<&str> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    Arn::parse(text)
        .filter(|arn| arn.service == "iam" && arn.resource == "root")
        .map(|arn| arn.account)
}

fn assumes(statement: &Statement) -> bool {
    reach(statement, "sts:AssumeRole").is_some()
}

fn root_principal(context: &Context<'_>, found: &mut Sink) {
    if !is_trust(context) {
        return;
    }
    for (_, statement) in context.allows() {
        if !statement.conditions.is_empty() || !assumes(statement) {
            continue;
        }
        for item in principals_of(statement, PrincipalKind::Aws) {
            let text = item.value();
            if let Some(account) = whole_account(&text) {
                found.push(
                    Found::new(
                        item.span,
                        format!(
                            "{} trusts the whole account {}; name the role that assumes this one, or add a condition",
                            code(&text),
                            code(account)
                        ),
                    )
                    .attack(
                        "whoever takes over anything in that account that may call `sts:AssumeRole` becomes this role",
                    ),
                );
            }
        }
    }
}

/// A condition as a change.
pub(super) fn add_condition(
    statement: usize,
    operator: &str,
    key: &str,
    value: &str,
) -> ChangeKind {
    ChangeKind::AddCondition {
        statement,
        condition: NewCondition {
            operator: operator.to_owned(),
            key: key.to_owned(),
            values: vec![value.to_owned()],
        },
    }
}
