//! Bytes of a text: spans, edits, maps back to the source, line numbers and diffs; and how work on a long one is done in steps.
//!
//! Every position in undeny is a byte offset of the text *as pasted*. This crate is where bytes move, and the only place:
//! everything above says *what* changes and hands over [`Edits`].
//!
//! It knows nothing of policies, secrets or formats, and depends on nothing.

mod diff;
mod edit;
mod finder;
mod line_index;
mod search;
mod source_map;
mod span;
mod steps;

pub use diff::{Hunk, Line, LineKind, hunks, unified_diff, unified_diff_of_edits};
pub use edit::{Edit, Edits, EditsError};
pub use finder::{Finder, Found};
pub use line_index::{LineColumn, LineIndex};
pub use search::{first_of, order_without_case, space_length, split_at_first, word_length};
pub use source_map::{MappedText, Segment, SourceMap};
pub use span::Span;
pub use steps::{at_once, rest};
