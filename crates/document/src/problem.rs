//! What could not be read, where, and what to do about it.

use std::fmt;

use undeny_text::Span;

/// A part that could not be read, or was read with doubt. Never a reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Index of the input.
    pub input: usize,
    /// Where in that input's text.
    pub span: Span,
    /// One sentence, lower case, without a full stop; the user's text in backticks and never a secret's neighbourhood.
    pub message: String,
    /// What to do about it, in one sentence; empty where the message says it.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(formatter, " ({})", self.help)?;
        }
        Ok(())
    }
}
