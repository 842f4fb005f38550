use super::second_authorisation::{self, Second};
use super::{Found, Precedence, Rule, Seen};
use undeny_iam::denial::manual;

/// A session passes tags, and `sts:TagSession` is missing.
///
/// # What it sees
/// A denial of `sts:TagSession`, or one of `sts:AssumeRole` that names `sts:TagSession` as missing. Passing session tags is authorised
/// apart from assuming the role: for the same caller, on the same role, in the caller's identity policy and in the role's trust policy.
///
/// # What it changes
/// `sts:TagSession` joins the statement that already allows `sts:AssumeRole` on exactly this role to exactly this caller, in each of the
/// two policies that was given; where there is no such statement, one of its own. The hardened variant puts it into a statement of its own
/// whose condition limits the tags that may travel on to further roles (`sts:TransitiveTagKeys`).
///
/// # What it never does
/// It never writes `sts:*`, never widens a resource, and never adds a principal that cannot assume the role already.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required>
#[derive(Debug)]
pub(super) struct MissingSessionTagging;

impl Rule for MissingSessionTagging {
    fn name(&self) -> &'static str {
        "missing-session-tagging"
    }

    fn summary(&self) -> &'static str {
        manual("A session passes tags, and `sts:TagSession` is missing on one side or both")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        second_authorisation::diagnose(
            seen,
            &Second {
                rule: self.name(),
                action: "sts:TagSession",
                because: "it passes session tags",
                what: "passing session tags",
            },
        )
    }
}
