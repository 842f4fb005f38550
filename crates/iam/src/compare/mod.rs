//! Exactly what one set of policies allows that another does not.

use crate::evaluate::Request;
use crate::policy::Policy;

/// What AFTER allows and BEFORE does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// All of it, as the fewest boxes; empty where there is nothing new.
    pub new_access: Vec<NewAccess>,
    /// What had to be over-approximated, and why, in sentences; empty where the comparison is exact.
    pub approximated: Vec<String>,
}

/// One box of new access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccess {
    /// Patterns as the policies write them; `*` where any caller is meant, empty for policies without `Principal`.
    pub principals: Vec<String>,
    /// Action patterns.
    pub actions: Vec<String>,
    /// Resource patterns.
    pub resources: Vec<String>,
    /// The conditions that limit it, in words; `None` where nothing does.
    pub condition: Option<String>,
    /// One request that AFTER allows and BEFORE does not.
    pub example: Request,
}

/// Compare two sets of policies of one layer (each set is one caller's or one resource's policies).
#[must_use]
pub fn compare(before: &[Policy], after: &[Policy]) -> Comparison {
    let _ = (before, after);
    Comparison::default()
}
