//! One file a format: the only users of the parser crates.

pub(crate) mod cloudformation;
pub(crate) mod hcl;
pub(crate) mod json;
pub(crate) mod yaml;

use undeny_text::Span;

/// How deep a document may nest. Deeper ones are refused, so nothing below can use up the stack.
pub(crate) const DEPTH: usize = 128;

/// What is wrong with a part, before it is known which input it is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Where.
    pub(crate) span: Span,
    /// One sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}

impl Trouble {
    pub(crate) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: help.into(),
        }
    }
}
