//! Roles for web identities: which of an identity provider's users become the role.

use undeny_document::Role;

use crate::policy::{Condition, PrincipalKind, Statement};

use super::prelude::*;
use super::trust::add_condition;

rule! {
    /// `aud` under `ForAnyValue:` or `ForAllValues:`: right only where the provider's tokens hold a list.
    ConfirmAudienceClaimType = "confirm-audience-claim-type", Some("suggestion-confirm-audience-claim-type"), Suggestion,
    "A token's audience is compared as a list",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.acme.dev"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"ForAnyValue:StringEquals": {"idp.acme.dev:aud": "sts.amazonaws.com"}, "StringEquals": {"idp.acme.dev:sub": "build"}}}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.acme.dev"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"idp.acme.dev:aud": "sts.amazonaws.com", "idp.acme.dev:sub": "build"}}}"#],
    confirm_audience_claim_type
}

rule! {
    /// `ForAllValues:` holds for a request without the key, so in an `Allow` it lets in whoever leaves the key out.
    ForallvaluesInTrust = "forallvalues-in-trust", None, Security,
    "`ForAllValues:` in a trust policy's `Allow` holds for requests without the key",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "ForAllValues:StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}"#],
    good [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}}"#
    ],
    forallvalues_in_trust
}

rule! {
    /// Without `aud` a token that was made for something else is good enough.
    MissingAud = "missing-aud", None, Security,
    "A role for web identities does not look at the token's audience",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}"#],
    missing_aud
}

rule! {
    /// Not one of the provider's claims is looked at.
    MissingConditionKeyForOidcPrincipal = "missing-condition-key-for-oidc-principal",
    Some("security-warning-missing-condition-key-for-oidc-principal"), Security,
    "A role for web identities looks at none of the token's claims",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.acme.dev"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.acme.dev"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"idp.acme.dev:aud": "sts.amazonaws.com", "idp.acme.dev:sub": "build"}}}"#],
    missing_condition_key
}

rule! {
    /// GitHub's provider serves all of GitHub: without `sub` every repository's workflow becomes the role.
    MissingGithubRepoConditionKey = "missing-github-repo-condition-key", Some("security-warning-missing-github-repo-condition-key"), Security,
    "A role for GitHub Actions does not say which repository",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}"#],
    missing_github_repo
}

rule! {
    /// Without `sub` every user of the provider becomes the role.
    MissingSub = "missing-sub", None, Security,
    "A role for web identities does not say whose tokens",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789:aud": "sts.amazonaws.com"}}}"#],
    good [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789:aud": "sts.amazonaws.com", "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789:sub": "system:serviceaccount:app:web"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "graph.facebook.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"graph.facebook.com:app_id": "111222333444555"}}}"#
    ],
    missing_sub
}

rule! {
    /// A `*` in GitHub's `sub` that leaves the branch or the repository open.
    SpecificGithubRepoAndBranchRecommended = "specific-github-repo-and-branch-recommended",
    Some("general-warning-specific-github-repo-and-branch-recommended"), Warning,
    "A role for GitHub Actions has a wildcard in `sub`",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:*"}}}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}"#],
    specific_github_repo
}

rule! {
    /// A `sub` whose `*` lets in strangers: every repository of GitHub or of an organisation, every service account.
    WildcardSub = "wildcard-sub", None, Security,
    "A role for web identities has a `sub` that a stranger can have",
    bad [
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme*"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/idp.acme.dev"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"idp.acme.dev:aud": "sts.amazonaws.com"}, "StringLike": {"idp.acme.dev:sub": "*"}}}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789:aud": "sts.amazonaws.com"}, "StringLike": {"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789:sub": "system:serviceaccount:*:*"}}}"#
    ],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/release-*"}}}"#],
    wildcard_sub
}

const GITHUB: &str = "token.actions.githubusercontent.com";

/// A statement that lets a provider's users in.
struct WebIdentity<'a> {
    at: usize,
    statement: &'a Statement,
    item: &'a crate::policy::Item,
    /// The provider's host and path as written: what its condition keys begin with, in any letter case.
    issuer: &'a str,
    /// Whether it is one of the account's own providers and not one that STS knows by its domain.
    is_own: bool,
}

fn web_identities<'a>(context: &Context<'a>) -> Vec<WebIdentity<'a>> {
    if context.role() != Role::Trust {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, statement) in context.allows() {
        if reach(statement, "sts:AssumeRoleWithWebIdentity").is_none() {
            continue;
        }
        for item in principals_of(statement, PrincipalKind::Federated) {
            let Some(text) = literal(item) else { continue };
            let own = text.split_once(":oidc-provider/").map(|(_, issuer)| issuer);
            if own.is_none() && text.starts_with("arn:") {
                continue;
            }
            found.push(WebIdentity {
                at,
                statement,
                item,
                issuer: own.unwrap_or(text),
                is_own: own.is_some(),
            });
        }
    }
    found
}

impl<'a> WebIdentity<'a> {
    /// The conditions on a claim, or on any.
    fn conditions(&self, claim: Option<&str>) -> Vec<&'a Condition> {
        self.statement
            .conditions
            .iter()
            .filter(|condition| {
                let key = condition.key.to_ascii_lowercase();
                // A key with a reference in it (`${local.issuer}:sub`) is taken for this provider's.
                match key.rsplit_once(':') {
                    Some((host, name)) => {
                        (host.eq_ignore_ascii_case(self.issuer) || !host.is_ascii())
                            && claim.is_none_or(|claim| claim == name)
                    }
                    None => !key.is_ascii(),
                }
            })
            .collect()
    }

    fn is_github(&self) -> bool {
        self.issuer.eq_ignore_ascii_case(GITHUB)
    }
}

fn confirm_audience_claim_type(context: &Context<'_>, found: &mut Sink) {
    for identity in web_identities(context) {
        for condition in identity.conditions(Some("aud")) {
            let operator = condition.operator.to_ascii_lowercase();
            if operator.starts_with("forallvalues:") || operator.starts_with("foranyvalue:") {
                found.say(
                    condition.operator_span,
                    format!(
                        "{} compares {} as a list; most providers' tokens hold one audience, for which that never matches or always does",
                        code(&condition.operator),
                        code(&condition.key)
                    ));
            }
        }
    }
}

fn forallvalues_in_trust(context: &Context<'_>, found: &mut Sink) {
    if context.role() != Role::Trust {
        return;
    }
    for (_, statement) in context.allows() {
        for condition in &statement.conditions {
            let is_all = condition
                .operator
                .to_ascii_lowercase()
                .starts_with("forallvalues:");
            // Tags: a request without any is what such a condition means to allow.
            let is_tags = is_key(condition, &["aws:tagkeys", "sts:transitivetagkeys"]);
            let asks_for_presence = statement.conditions.iter().any(|other| {
                other.operator.eq_ignore_ascii_case("Null")
                    && other.key.eq_ignore_ascii_case(&condition.key)
                    && other.values.iter().all(|value| value.value() == "false")
            });
            if is_all && !is_tags && !asks_for_presence {
                found.push(
                    Found::new(
                        condition.operator_span,
                        format!(
                            "{} holds for a request without {}",
                            code(&condition.operator),
                            code(&condition.key)
                        ),
                    )
                    .attack("whoever comes without that key passes this condition"),
                );
            }
        }
    }
}

fn missing_aud(context: &Context<'_>, found: &mut Sink) {
    for identity in web_identities(context) {
        if !identity.is_own
            || !identity.conditions(Some("aud")).is_empty()
            || identity.conditions(None).is_empty()
        {
            // Without any claim another rule says so.
            continue;
        }
        let key = format!("{}:aud", identity.issuer);
        let mut finding = Found::new(
            identity.item.span,
            format!("no condition looks at {}", code(&key)),
        )
        .attack("a token that was made for another service is good enough to become this role");
        if identity.is_github() || identity.issuer.starts_with("oidc.eks.") {
            finding = finding.fix(
                "ask for the audience sts.amazonaws.com",
                vec![add_condition(
                    identity.at,
                    "StringEquals",
                    &key,
                    "sts.amazonaws.com",
                )],
            );
        }
        found.push(finding);
    }
}

fn missing_condition_key(context: &Context<'_>, found: &mut Sink) {
    for identity in web_identities(context) {
        if identity.conditions(None).is_empty() {
            found.push(
                Found::new(
                    identity.item.span,
                    format!(
                        "no condition looks at a claim of {}; ask for its `aud` and `sub`",
                        code(identity.issuer)
                    ),
                )
                .attack("everybody with a token of that provider becomes this role"),
            );
        }
    }
}

fn missing_github_repo(context: &Context<'_>, found: &mut Sink) {
    const CLAIMS: &[&str] = &[
        "sub",
        "job_workflow_ref",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
    ];
    for identity in web_identities(context) {
        if identity.is_github()
            && !CLAIMS
                .iter()
                .any(|claim| !identity.conditions(Some(claim)).is_empty())
        {
            found.push(
                Found::new(
                    identity.item.span,
                    format!("no condition looks at `{GITHUB}:sub`"),
                )
                .attack("a workflow in anybody's repository on GitHub becomes this role"),
            );
        }
    }
}

fn missing_sub(context: &Context<'_>, found: &mut Sink) {
    for identity in web_identities(context) {
        let any = identity.conditions(None);
        let only_audience = any
            .iter()
            .all(|condition| condition.key.to_ascii_lowercase().ends_with(":aud"));
        if identity.is_own
            && !identity.is_github()
            && !any.is_empty()
            && only_audience
            && any.iter().all(|condition| condition.key.is_ascii())
        {
            found.push(
                Found::new(
                    identity.item.span,
                    format!("no condition looks at `{}:sub`", identity.issuer),
                )
                .attack("every user or workload of that provider becomes this role"),
            );
        }
    }
}

fn specific_github_repo(context: &Context<'_>, found: &mut Sink) {
    for identity in web_identities(context)
        .iter()
        .filter(|identity| identity.is_github())
    {
        for item in identity
            .conditions(Some("sub"))
            .iter()
            .filter(|condition| is_positive_like(condition))
            .flat_map(|condition| &condition.values)
        {
            let text = item.value();
            if text.contains(['*', '?']) {
                found.say(
                    item.span,
                    format!(
                        "{} lets in more than one repository and branch or environment",
                        code(&text)
                    ),
                );
            }
        }
    }
}

fn is_positive_like(condition: &Condition) -> bool {
    let operator = condition.operator.to_ascii_lowercase();
    operator.contains("stringlike")
}

/// Who has a subject that this pattern matches, where that is a stranger.
fn strangers(issuer: &str, pattern: &str) -> Option<&'static str> {
    let wild = |text: &str| text.contains(['*', '?']);
    if pattern.starts_with('*') {
        return Some("every user or workload of that provider becomes this role");
    }
    if issuer.eq_ignore_ascii_case(GITHUB) {
        let repository = pattern.strip_prefix("repo:").unwrap_or(pattern);
        let (owner, rest) = repository.split_once('/').unwrap_or((repository, ""));
        if wild(owner) {
            return Some(
                "anybody who makes an account or a repository on GitHub with a fitting name becomes this role",
            );
        }
        let name = rest.split(':').next().unwrap_or(rest);
        if name.starts_with(['*', '?']) {
            return Some(
                "a workflow in any repository of that owner becomes this role, on any branch a contributor can push",
            );
        }
    } else if let Some(rest) = pattern.strip_prefix("system:serviceaccount:") {
        let namespace = rest.split(':').next().unwrap_or(rest);
        if wild(namespace) {
            return Some("a pod in any namespace with a fitting name becomes this role");
        }
    } else if let Some(rest) = pattern.strip_prefix("project_path:") {
        let group = rest.split(['/', ':']).next().unwrap_or(rest);
        if wild(group) {
            return Some("anybody who makes a group with a fitting name becomes this role");
        }
    }
    None
}

fn wildcard_sub(context: &Context<'_>, found: &mut Sink) {
    for identity in web_identities(context) {
        for item in identity
            .conditions(Some("sub"))
            .iter()
            .filter(|condition| is_positive_like(condition))
            .flat_map(|condition| &condition.values)
        {
            let Some(text) = literal(item) else { continue };
            if let Some(attack) = strangers(identity.issuer, text) {
                found.push(
                    Found::new(
                        item.span,
                        format!("{} leaves open whose token it is", code(text)),
                    )
                    .attack(attack),
                );
            }
        }
    }
}
