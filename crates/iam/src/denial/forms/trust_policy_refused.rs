use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form};
use crate::denial::PolicyType;
use crate::denial::normalise::Normalised;

/// *What it reads* · IAM's refusal to store a trust policy for a shared identity provider (GitHub, for one) that every tenant would satisfy.
/// *What it never does* · take the provider for the caller: the text does not say who wrote the policy.
#[derive(Debug)]
pub(super) struct TrustPolicyRefused;

impl Form for TrustPolicyRefused {
    fn id(&self) -> &'static str {
        manual("trust-policy-refused")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Trust policy with trusted principal PROVIDER must evaluate, using StringEquals, ..., KEY which is not scoped to all`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "MalformedPolicyDocument: Trust policy with trusted principal arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, token.actions.githubusercontent.com:sub or token.actions.githubusercontent.com:job_workflow_ref which is not scoped to all.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["mustevaluate,usingstringequals"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let end = text
            .squeezed_window(hit.end, 400)
            .find("notscopedtoall")
            .map_or(hit.end, |at| hit.end + at + "notscopedtoall".len());
        let mut finding = Finding::alone(Span::new(hit.start, end), None);
        finding.complete = true;
        finding.denial.inferred_policy_type = Some(PolicyType::Trust);
        vec![finding]
    }
}
