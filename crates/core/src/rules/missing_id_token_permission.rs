use undeny_iam::arn::Caller;
use undeny_iam::denial::manual;
use undeny_iam::policy::PrincipalKind;

use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::{code, short};
use crate::workflow;

/// A workflow cannot ask for its token, so the runner's own role was used.
///
/// # What it sees
/// A denial for a role session, on a role that a pasted workflow wants to assume by its token, while the workflow does not grant itself
/// `id-token: write`. Without that permission `configure-aws-credentials` has no token and falls back to whatever credentials the machine
/// has: the error then names the runner's role, and every fix of a policy would be for the wrong caller.
///
/// # What it changes
/// Nothing in a policy. It says which lines the workflow needs.
///
/// # What it never does
/// It never lets the runner's role into the trust policy.
///
/// Source: <https://docs.github.com/en/actions/reference/security/oidc#workflow-permissions-for-the-requesting-the-oidc-token>,
/// <https://github.com/aws-actions/configure-aws-credentials#oidc>
#[derive(Debug)]
pub(super) struct MissingIdTokenPermission;

/// The calls that assume a role, or come with it.
const ACTIONS: &[&str] = &["sts:AssumeRole", "sts:TagSession"];

fn assumes(action: &str) -> bool {
    ACTIONS
        .iter()
        .any(|wanted| action.eq_ignore_ascii_case(wanted))
}

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let action = seen.denial.value.action.as_deref();
    action.is_some_and(assumes) && seen.case.texts.iter().any(|text| text.contains("jobs"))
}

impl Rule for MissingIdTokenPermission {
    fn name(&self) -> &'static str {
        "missing-id-token-permission"
    }

    fn summary(&self) -> &'static str {
        manual("A workflow lacks `id-token: write`, so the runner's own role was used")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let action = denial.action.as_deref()?;
        if !assumes(action) {
            return None;
        }
        let principal = denial.principal.as_deref()?;
        let Caller::RoleSession { role, .. } = Caller::parse(principal) else {
            return None;
        };
        let resource = denial.resource.as_deref()?;
        let job = workflow::jobs(case)
            .into_iter()
            .find(|job| job.role.as_deref().is_none_or(|role| role == resource))?;
        if job.may_ask_for_token {
            return None;
        }
        // The role is meant for tokens: its trust policy, where it was pasted, trusts a provider and not this caller.
        let trusts: Vec<_> = case
            .with_role(undeny_document::Role::Trust)
            .into_iter()
            .filter_map(|index| case.policies.get(index))
            .collect();
        let kinds: Vec<PrincipalKind> = trusts
            .iter()
            .flat_map(|policy| &policy.statements)
            .flat_map(|statement| {
                statement
                    .principals
                    .iter()
                    .flat_map(|principals| &principals.items)
            })
            .map(|principal| principal.kind)
            .collect();
        if !kinds.is_empty() && !kinds.contains(&PrincipalKind::Federated) {
            return None;
        }
        Some(Found(Diagnosis {
            rule: self.name(),
            title: "No policy is wrong: the workflow needs `permissions: id-token: write`."
                .to_owned(),
            explanation: format!(
                "The workflow wants to assume {} by its token, but does not let itself ask for one, so the machine's own role {} was used: \
                 it is the caller in the message. Add `permissions:` with `id-token: write` and `contents: read` to the workflow or to this job. \
                 Letting {} into the trust policy, or giving it {}, would open the role to every job on that machine.",
                code(short(resource)),
                code(role),
                code(role),
                code(action)
            ),
            next: None,
            labels: vec![(
                job.input,
                job.span,
                "this job cannot ask for a token".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}
