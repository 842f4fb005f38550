//! What a detector is: facts for the manual, and a look at a place of the text.

/// What kind of harm a value does when it is read by a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Opens something: a password, a token, a key.
    Secret,
    /// Names something of the user's: an account, a resource, a host.
    Identifier,
    /// Names a person: an e-mail address, an address on the net, a card number.
    Personal,
}

impl Class {
    /// As the JSON says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Identifier => "identifier",
            Self::Personal => "personal",
        }
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Grammar, checksum or the name of its key say so.
    High,
    /// The surroundings say so.
    Medium,
    /// It only looks random.
    Low,
}

impl Confidence {
    /// As the JSON says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// What the manual says of a detector.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Its name in findings: lower case, words joined by hyphens.
    pub id: &'static str,
    /// What it finds.
    pub class: Class,
    /// What it sees, in a sentence.
    pub sees: &'static str,
    /// The page that documents the form.
    pub source: &'static str,
    /// A made-up text in which it finds something.
    pub example: &'static str,
    /// What stands there afterwards.
    pub placeholder: &'static str,
}

/// One family of values: what it is, for the manual.
pub trait Detector: Sync {
    /// What the manual says.
    fn facts(&self) -> &'static Facts;
}
