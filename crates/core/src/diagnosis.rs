//! What a rule finds: why a request was denied, and what is to change. No bytes yet.

use undeny_iam::change::Change;
use undeny_iam::evaluate::Request;
use undeny_text::Span;

use crate::handover::Handover;
use crate::report::Question;

/// Why, and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    /// The rule that found it.
    pub(crate) rule: &'static str,
    /// One sentence with what to do.
    pub(crate) title: String,
    /// Why, in a few sentences.
    pub(crate) explanation: String,
    /// The error that AWS will show next, if any.
    pub(crate) next: Option<String>,
    /// The places that show it: the text's index, the bytes, a short phrase.
    pub(crate) labels: Vec<(usize, Span, String)>,
    /// What to do about it.
    pub(crate) remedy: Remedy,
    /// What would make the answer surer or possible.
    pub(crate) questions: Vec<Question>,
    /// What somebody else is to be told, where somebody else has to act too.
    pub(crate) handover: Vec<Handover>,
}

impl Diagnosis {
    /// With nothing to show in the texts and nothing to ask.
    pub(crate) const fn new(
        rule: &'static str,
        title: String,
        explanation: String,
        remedy: Remedy,
        handover: Vec<Handover>,
    ) -> Self {
        Self {
            rule,
            title,
            explanation,
            next: None,
            labels: Vec::new(),
            remedy,
            questions: Vec::new(),
            handover,
        }
    }

    /// Which asks first: its title, its explanation and its questions are the caller's.
    pub(crate) const fn asking(rule: &'static str) -> Self {
        Self {
            rule,
            title: String::new(),
            explanation: String::new(),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Ask { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }
    }
}

/// What to do about a denial.
#[derive(Clone, Debug)]
pub(crate) enum Remedy {
    /// Change policies.
    Change {
        /// Whose they are.
        owner: Owner,
        /// The least that is enough.
        minimal: Plan,
        /// The same with conditions that hold for the request.
        hardened: Option<Hardened>,
    },
    /// Change nothing in a policy.
    Explain {
        /// A change that only narrows, worth making all the same.
        hardened: Option<Hardened>,
    },
    /// Ask first.
    Ask {
        /// A change that only narrows, worth making all the same.
        hardened: Option<Hardened>,
    },
}

impl Remedy {
    /// Somebody else makes what the handover says: no policy that was pasted changes.
    pub(crate) fn of_others() -> Self {
        Self::Change {
            owner: Owner::Other,
            minimal: Plan::default(),
            hardened: None,
        }
    }
}

/// Whose policy has to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The user's own, as far as can be told.
    User,
    /// Somebody else's: an organisation's, a security team's, another account's.
    Other,
}

/// Changes, and the requests that show that they are right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// What changes.
    pub(crate) changes: Vec<Change>,
    /// Every request of the denied call: each must be allowed afterwards, and before at least one must not be.
    pub(crate) requests: Vec<Request>,
    /// What is taken for granted, in sentences.
    pub(crate) assumptions: Vec<String>,
    /// Requests that must stay denied, with the lazier fix that would open each.
    pub(crate) lazy: Vec<(Request, String)>,
}

/// A plan with conditions.
#[derive(Clone, Debug)]
pub(crate) struct Hardened {
    /// The plan.
    pub(crate) plan: Plan,
    /// One sentence with what is different.
    pub(crate) title: String,
    /// What its conditions buy, and what they may break.
    pub(crate) note: String,
}
