use crate::denial::manual_list;

use super::Lookalike;

/// A role's ARN that is none.
#[derive(Debug)]
pub(super) struct RoleName;

impl Lookalike for RoleName {
    fn id(&self) -> &'static str {
        "role-name"
    }

    fn advice(&self) -> &'static str {
        "No policy refused this: what was given as the role's ARN is none (`arn:aws:iam::ACCOUNT:role/NAME`). Look for an empty variable or secret, a missing account id, quotes or blanks around it."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&["Error: Could not assume role with OIDC: Request ARN is invalid"])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["requestarnisinvalid"]
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
