use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// GitHub's own permissions.
#[derive(Debug)]
pub(super) struct GitHub;

impl Lookalike for GitHub {
    fn id(&self) -> &'static str {
        "github"
    }

    fn advice(&self) -> &'static str {
        "This is GitHub's own permission (the job's `permissions:`, the token's scopes), not AWS's."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "remote: Permission to acme/app.git denied to github-actions[bot].",
            "Resource not accessible by integration",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "actions_id_token_request_url",
            "deniedtogithub-actions[bot]",
            "permissiondenied(publickey)",
            "resourcenotaccessiblebyintegration",
            "therequestedurlreturnederror:403",
            "unabletogetactions_id_token_request_url",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        // CodeCommit speaks Git too, and IAM decides there.
        (!text
            .squeezed_before(hit.start, 200)
            .contains("git-codecommit."))
        .then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
