use super::second_authorisation::{self, Second};
use super::{Found, Precedence, Rule, Seen};
use undeny_iam::denial::manual;

/// A session sets a source identity, and `sts:SetSourceIdentity` is missing.
///
/// # What it sees
/// A denial of `sts:SetSourceIdentity`, or one of `sts:AssumeRole` that names it as missing. A source identity is authorised apart from
/// assuming the role, on both sides, and stays with the session through every further role.
///
/// # What it changes
/// `sts:SetSourceIdentity` joins the statement that already allows `sts:AssumeRole` on exactly this role to exactly this caller, in each of
/// the two policies that was given; where there is no such statement, one of its own.
///
/// # What it never does
/// It never writes `sts:*`, never widens a resource, and never adds a principal that cannot assume the role already.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html#id_credentials_temp_control-access_monitor-perms>
#[derive(Debug)]
pub(super) struct MissingSourceIdentity;

impl Rule for MissingSourceIdentity {
    fn name(&self) -> &'static str {
        "missing-source-identity"
    }

    fn summary(&self) -> &'static str {
        manual(
            "A session sets a source identity, and `sts:SetSourceIdentity` is missing on one side or both",
        )
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        second_authorisation::diagnose(
            seen,
            &Second {
                rule: self.name(),
                action: "sts:SetSourceIdentity",
                because: "it sets a source identity",
                what: "setting a source identity",
            },
        )
    }
}
