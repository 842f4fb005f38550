//! The subject of a web identity: organisations, repositories, namespaces go; the grammar of the claim, refs and wildcards stay.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `repo:ORG/REPO:..`, `organization:..:project:..`, `project_path:..`, `system:serviceaccount:NS:NAME`; `Syncing repository: ORG/REPO`.
    OidcClaim,
    Facts {
        id: "oidc-claim",
        class: Class::Identifier,
        sees: "the names in a subject claim of GitHub, GitLab, HCP Terraform and Kubernetes",
        source: "https://docs.github.com/en/actions/reference/security/oidc",
        example: "repo:acme-8hma/infra-ptn:ref:refs/heads/main",
        near_miss: "repo: *",
        placeholder: "repo:nm1x/nm2x:ref:refs/heads/main",
    },
    &[Anchor::Literal("repo:"), Anchor::Literal("organization:"), Anchor::Literal("project_path:"), Anchor::Literal("system:serviceaccount:"), Anchor::Literal("syncing repository:"), Anchor::Literal("github_repository")],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let colon = bytes.run(place.span.start, 24, |byte| byte != b':');
    let part = |from: usize| {
        bytes.run(from, 256, |byte| {
            byte.is_ascii_alphanumeric() || b"-_./*?@${}".contains(&byte)
        })
    };
    let name = |scan: &mut Scan<'_>, from: usize| {
        let end = part(from);
        let span = Span::new(from, end);
        scan.hit(
            &FACTS,
            span,
            rank::NAME + 1,
            Confidence::High,
            if scan.strict {
                Form::WholeName
            } else {
                Form::Name
            },
        );
        end
    };
    // GitHub's log names the repository of the subject, spelled as there.
    let logged = [
        "syncing repository:",
        "github_repository:",
        "github_repository=",
    ]
    .into_iter()
    .find(|head| bytes.starts_ignoring_case(place.span.start, head));
    if let Some(head) = logged {
        let from = bytes.run(place.span.start + head.len(), 4, |byte| {
            b" \"'".contains(&byte)
        });
        if scan.under(Span::new(from, part(from))).contains('/') {
            name(scan, from);
        }
        return;
    }
    match scan.under(Span::new(place.span.start, colon)) {
        "repo" => {
            let end = part(colon + 1);
            if scan.under(Span::new(colon + 1, end)).contains('/') {
                name(scan, colon + 1);
                // `repo:o/r:environment:NAME`
                if bytes.starts(end, ":environment:") {
                    name(scan, end + 13);
                }
            }
        }
        "project_path" => {
            name(scan, colon + 1);
        }
        "organization" => {
            let end = part(colon + 1);
            if bytes.starts(end, ":project:") {
                name(scan, colon + 1);
                let end = name(scan, end + 9);
                if bytes.starts(end, ":workspace:") {
                    name(scan, end + 11);
                }
            }
        }
        "system" => {
            let from = colon + 1 + "serviceaccount:".len();
            let end = name(scan, from);
            if bytes.at(end) == b':' {
                name(scan, end + 1);
            }
        }
        _ => {}
    }
}
