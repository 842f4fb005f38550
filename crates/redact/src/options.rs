//! What the user may choose: how much is hidden, their own words, and what stays.

/// How much is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Secrets, identifiers, personal data; of names, the segments that are not everyday words (`prod`, `deploy`, `readonly` stay).
    #[default]
    Standard,
    /// Every name, whole.
    Strict,
}

impl Level {
    /// As the command line and the JSON say it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Strict => "strict",
        }
    }
}

/// The user's choices for one redaction.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How much is hidden.
    pub level: Level,
    /// The user's own words: hidden wherever they stand, upper or lower case.
    pub words: Vec<String>,
    /// Values that the user switched off: never hidden.
    pub keep: Vec<String>,
}
