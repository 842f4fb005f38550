use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// GitLab's own permissions.
#[derive(Debug)]
pub(super) struct GitLab;

impl Lookalike for GitLab {
    fn id(&self) -> &'static str {
        "gitlab"
    }

    fn advice(&self) -> &'static str {
        "This is GitLab's own permission (the token's scopes, the member's role, the job token's allowlist), not AWS's."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "remote: HTTP Basic: Access denied. The provided password or token is incorrect or your account has 2FA enabled",
            "GitlabHttpError: 403: insufficient_scope",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "httpbasic:accessdenied",
            "insufficient_scope",
            "notallowedtopushcode",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let around = text.squeezed_before(hit.start, 300);
        (phrase != "insufficient_scope" || around.contains("gitlab")).then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
