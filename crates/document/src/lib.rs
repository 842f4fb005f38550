//! From a paste to documents: what each part is, as one tree with spans, and changes written in that part's own hand.
//!
//! A paste may be one text that holds an error, two policies and a Terraform file, or several files. [`read`] finds the parts by
//! their content and never fails as a whole: what cannot be read is a [`Problem`] with a place, and the rest goes on. Every span
//! counts bytes of the text as given.
//!
//! Whatever the format, a part becomes one [`Node`] tree. A format is one file in `formats/` and the only user of its parser.
//! This crate knows formats, not IAM: that a map is a policy statement is said in `undeny-iam`.
//! It never prints a document: [`edit`] gives edits of the text as pasted.

pub mod edit;
mod escaped;
mod formats;
mod node;
mod paste;
mod problem;
mod split;

pub use escaped::Unescaped;
pub use formats::Parsers;
pub use node::{
    Children, Key, List, Map, Member, MemberKind, Node, Piece, Syntax, Text, Value, is_single_value,
};
pub use paste::{Document, Format, Input, Paste, Reading, Role, read, read_again};
pub use problem::Problem;
