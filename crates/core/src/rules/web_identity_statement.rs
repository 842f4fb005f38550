//! A trust policy that names no identity provider at all: the statement that lets the job's or the pod's token in.

use undeny_document::Role;
use undeny_iam::arn::Arn;
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::denial::Denial;
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Effect, PrincipalKind};

use super::web_identity_condition::{ACTION, AUDIENCE, GITHUB};
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::role_arn;
use crate::words::{self, code};
use crate::workflow;

/// The role that the token was to become, where a text names it.
pub(super) fn role_of(case: &Case<'_>, denial: &Denial) -> Option<String> {
    if let Some(role) = &denial.resource
        && role.contains(":role/")
        && !role.contains(['*', '<', '$'])
    {
        return Some(role.clone());
    }
    let mut named = workflow::roles(case);
    named.dedup();
    match named.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// What the pods of the pasted manifests present; those with a role, where some have one.
pub(super) fn subjects(case: &Case<'_>) -> Vec<String> {
    let accounts = workflow::service_accounts(case);
    let with_role = accounts.iter().any(|account| account.role.is_some());
    accounts
        .into_iter()
        .filter(|account| !with_role || account.role.is_some())
        .map(|account| account.subject)
        .collect()
}

/// Add the statement, where the provider and the subject are known; ask for what is not.
pub(super) fn state(case: &Case<'_>, denial: &Denial, rule: &'static str) -> Option<Diagnosis> {
    let trusts = case.with_role(Role::Trust);
    let [index] = trusts.as_slice() else {
        return None;
    };
    let policy = case.policies.get(*index)?;
    let token = case.told.tokens.first();
    let jobs = workflow::jobs(case);
    let subjects = subjects(case);
    let role = role_of(case, denial);
    let account = role
        .as_deref()
        .and_then(Arn::parse)
        .map(|arn| arn.account.to_owned())
        .filter(|account| account.len() == 12);
    let issuer = token
        .map(|token| token.issuer.clone())
        .or_else(|| (!jobs.is_empty()).then(|| GITHUB.to_owned()));
    let provider = case.answer("provider").map(str::to_owned).or_else(|| {
        let issuer = issuer.as_ref()?;
        Some(format!("arn:aws:iam::{}:oidc-provider/{issuer}", account?))
    });
    let subject = case
        .answer("sub")
        .map(str::to_owned)
        .or_else(|| token?.claim("sub").first().cloned())
        .or_else(|| match subjects.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        });
    if issuer.is_none() && subjects.is_empty() && case.answer("provider").is_none() {
        return None;
    }
    let name = words::policy(case, *index);
    let missing: Vec<Question> = [
        provider.is_none().then(|| Question {
            id: "provider".to_owned(),
            text: "What is the ARN of the identity provider (`arn:aws:iam::ACCOUNT:oidc-provider/ISSUER`; `aws iam \
                   list-open-id-connect-providers`)?"
                .to_owned(),
            why: "the statement names it".to_owned(),
            default: None,
        }),
        subject.is_none().then(|| Question {
            id: "sub".to_owned(),
            text: format!(
                "Which subject (`sub`) does the token have? For GitHub: {}; for EKS: {}.",
                code("repo:ORG/REPO:ref:refs/heads/BRANCH"),
                code("system:serviceaccount:NAMESPACE:NAME")
            ),
            why: "without it, every token of the provider would be let in".to_owned(),
            default: None,
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let explanation = format!(
        "A token becomes a role only where the role's trust policy names the token's provider, and the {name} names none: it trusts others."
    );
    let (Some(provider), Some(subject)) = (provider, subject) else {
        return Some(Diagnosis {
            title: format!("I need to know more: the {name} trusts no identity provider."),
            explanation,
            questions: missing,
            ..Diagnosis::asking(rule)
        });
    };
    let host = provider.split_once("oidc-provider/")?.1.to_owned();
    let audience = token
        .and_then(|token| token.claim("aud").first().cloned())
        .unwrap_or_else(|| AUDIENCE.to_owned());
    let condition = |claim: &str, value: &str| NewCondition {
        operator: "StringEquals".to_owned(),
        key: format!("{host}:{claim}"),
        values: vec![value.to_owned()],
    };
    let mut request = Request {
        principal: provider.clone(),
        action: ACTION.to_owned(),
        resource: role.unwrap_or_else(|| {
            let account = Arn::parse(&provider).map_or(UNKNOWN_ACCOUNT, |arn| arn.account);
            role_arn::of_trust_policy(case, policy, account)
        }),
        ..Request::default()
    };
    request
        .context
        .set(&format!("{host}:aud"), vec![audience.clone()]);
    request
        .context
        .set(&format!("{host}:sub"), vec![subject.clone()]);
    let mut stranger = request.clone();
    stranger
        .context
        .set(&format!("{host}:sub"), vec!["of-another".to_owned()]);
    Some(Diagnosis {
        rule,
        title: format!("Patch the {name}: let in the token of {}.", code(&subject)),
        explanation,
        next: Some(format!(
            "The provider itself has to exist in the role's account: `aws iam create-open-id-connect-provider --url https://{host} \
             --client-id-list {audience}`."
        )),
        labels: Vec::new(),
        remedy: Remedy::Change {
            owner: Owner::User,
            minimal: Plan {
                changes: vec![Change {
                    policy: *index,
                    kind: ChangeKind::AddStatement(NewStatement {
                        sid: Some(words::sid(policy, ACTION)),
                        effect: Effect::Allow,
                        principals: vec![(PrincipalKind::Federated, provider)],
                        actions: vec![ACTION.to_owned()],
                        resources: Vec::new(),
                        conditions: vec![condition("aud", &audience), condition("sub", &subject)],
                    }),
                }],
                requests: vec![request],
                assumptions: vec![format!("the token's audience is {}", code(&audience))],
                lazy: vec![(stranger, "leaving out the condition on `sub`".to_owned())],
            },
            hardened: None,
        },
        questions: missing,
        handover: Vec::new(),
    })
}
