use undeny_document::Role;
use undeny_iam::denial::manual;
use undeny_iam::policy::{Policy, PrincipalKind};

use super::web_identity_condition::issuer_in;
use super::{Found, Precedence, Rule, Seen};
use crate::case::Case;
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::code;

/// AWS does not get as far as the trust policy: the token itself is refused.
///
/// # What it sees
/// A denial of `sts:AssumeRoleWithWebIdentity` that says what is wrong with the token or its provider: no provider for the issuer in the
/// role's account, an audience that the provider does not list, a certificate or a key that could not be checked, a token that has ended.
///
/// # What it changes
/// Nothing in a policy. It says which call on the identity provider, or which line of the workflow, is needed.
///
/// # What it never does
/// It never changes a trust policy that already names the token's issuer.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
#[derive(Debug)]
pub(super) struct TokenRefused;

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let action = seen.denial.value.action.as_deref();
    action.is_some_and(|action| action.eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity"))
}

impl Rule for TokenRefused {
    fn name(&self) -> &'static str {
        "token-refused"
    }

    fn summary(&self) -> &'static str {
        manual("AWS refuses the token itself: its provider, audience, key or end")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let text = case.texts.get(seen.denial.input)?;
        let lower = text.to_ascii_lowercase();
        let (title, explanation) = if lower.contains("incorrect token audience") {
            (
                "No policy is wrong: the identity provider does not list the token's audience.",
                "The identity provider in the role's account has a list of audiences (client ids), and the token's is none of them, so the \
                 trust policy is not even looked at. Either let the job ask for an audience of that list (".to_owned()
                    + asked_where(case)
                    + "), or add it: `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn .. --client-id \
                       AUDIENCE`.",
            )
        } else if lower.contains("match configured thumbprint") {
            (
                "No policy is wrong: the identity provider's thumbprint is out of date.",
                "The certificate that the issuer shows is not the one whose thumbprint the identity provider in the role's account has. For \
                 GitHub and other issuers behind a well-known certificate authority AWS no longer looks at it; else get the new one and set \
                 it: `aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn .. --thumbprint-list ..`."
                    .to_owned(),
            )
        } else if lower.contains("retrieve verification key") {
            (
                "No policy is wrong: AWS could not get the issuer's keys.",
                "AWS fetches the issuer's keys from its `/.well-known/openid-configuration`, and got none: the issuer has to be reachable \
                 from the internet and to answer in a few seconds. Where it was a failure of the moment, try again."
                    .to_owned(),
            )
        } else if let Some(issuer) = issuer_in(text)
            && trusts(case, issuer)
        {
            (
                "No policy is wrong: the role's account has no identity provider for this issuer.",
                format!(
                    "The trust policy names a provider for {}, and the role's account does not have it. It is made once in each account: \
                     `aws iam create-open-id-connect-provider --url https://{issuer} --client-id-list sts.amazonaws.com`. Check also that \
                     the role is in the account that was meant.",
                    code(issuer)
                ),
            )
        } else {
            return None;
        };
        Some(Found(Diagnosis {
            rule: self.name(),
            title: title.to_owned(),
            explanation,
            next: None,
            labels: vec![(
                seen.denial.input,
                denial.span,
                "this is said before any policy is looked at".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}

/// Where a job says which audience it asks for.
///
/// Sources: <https://docs.gitlab.com/ci/yaml/#id_tokens>, <https://github.com/aws-actions/configure-aws-credentials#oidc>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html>
fn asked_where(case: &Case<'_>) -> &'static str {
    let says = |word: &str| case.texts.iter().any(|text| text.contains(word));
    if says("id_tokens:") || says("gitlab") {
        "`aud:` under `id_tokens:` in `.gitlab-ci.yml`"
    } else if says("configure-aws-credentials") || says("actions.githubusercontent.com") {
        "`audience:` of `configure-aws-credentials`; without it, `sts.amazonaws.com`"
    } else if says("oidc.eks.") {
        "the service account's annotation `eks.amazonaws.com/audience`; without it, `sts.amazonaws.com`"
    } else {
        "`sts.amazonaws.com` is usual"
    }
}

/// Whether every pasted trust policy for web identities names this issuer's provider.
fn trusts(case: &Case<'_>, issuer: &str) -> bool {
    let mut providers = case
        .policies
        .iter()
        .filter(|policy| policy.role == Role::Trust)
        .flat_map(|policy: &Policy| &policy.statements)
        .flat_map(|statement| &statement.principals)
        .flat_map(|principals| &principals.items)
        .filter(|principal| principal.kind == PrincipalKind::Federated)
        .map(|principal| principal.item.value().into_owned());
    providers.all(|provider| provider.ends_with(&format!(":oidc-provider/{issuer}")))
}
