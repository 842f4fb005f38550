//! Changes to a tree, written in the hand of the text around them.
//!
//! Each function looks at one node of the tree that was read and gives the edits of the text as pasted. Nothing is printed anew:
//! what is inserted copies the neighbours' indentation, quotes, separators and line ends, and what is not named stays byte for byte.

use std::fmt;

use undeny_text::{Edit, Span};

use crate::{Key, Node};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum New {
    /// A string without references; escapes are added as the format wants.
    Text(String),
    /// An expression of the document's own language, written as it stands (`aws_s3_bucket.logs.arn`); only where such a reference
    /// was read in the same document.
    Reference(String),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<New>),
    /// A mapping, in this order.
    Map(Vec<NewMember>),
}

/// A member to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// The key, or the block's type.
    pub key: String,
    /// The value; a [`New::Map`] for a block.
    pub value: New,
    /// Whether it is written as an HCL block (`condition { .. }`) and not as an attribute.
    pub block: bool,
}

/// Why a node cannot be edited, in a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The node that it is about.
    pub span: Span,
    /// One sentence, lower case, without a full stop.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}

/// Append `items` to the list `node`, in order; a single value that is not a list becomes a list with that value first.
///
/// `text` is the input's whole text.
///
/// # Errors
/// A [`Refusal`] where the list is an expression, an anchored YAML node, an escaped string or otherwise not ours to change.
pub fn append(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    let _ = (text, items);
    Err(Refusal {
        span: node.span,
        reason: "this format cannot be edited yet".to_owned(),
    })
}

/// Insert `members` into the mapping or body `node`, behind the member at index `after`, else at the end.
///
/// # Errors
/// As [`append`].
pub fn insert_members(
    text: &str,
    node: &Node,
    after: Option<usize>,
    members: &[NewMember],
) -> Result<Vec<Edit>, Refusal> {
    let _ = (text, after, members);
    Err(Refusal {
        span: node.span,
        reason: "this format cannot be edited yet".to_owned(),
    })
}

/// Write `new` in the place of `node`. A string keeps its quotes.
///
/// # Errors
/// As [`append`].
pub fn replace(text: &str, node: &Node, new: &New) -> Result<Vec<Edit>, Refusal> {
    let _ = (text, new);
    Err(Refusal {
        span: node.span,
        reason: "this format cannot be edited yet".to_owned(),
    })
}

/// Write `name` in the place of `key`, with the quotes that it has. `node` is the mapping that it is a key of.
///
/// # Errors
/// As [`append`].
pub fn rename(text: &str, node: &Node, key: &Key, name: &str) -> Result<Vec<Edit>, Refusal> {
    let _ = (text, key, name);
    Err(Refusal {
        span: node.span,
        reason: "this format cannot be edited yet".to_owned(),
    })
}

/// Take the child at `index` away from the list or mapping `node`, with its separator and, where it stood alone on its lines, those lines.
///
/// # Errors
/// As [`append`]; also where it is the only child.
pub fn remove(text: &str, node: &Node, index: usize) -> Result<Vec<Edit>, Refusal> {
    let _ = (text, index);
    Err(Refusal {
        span: node.span,
        reason: "this format cannot be edited yet".to_owned(),
    })
}
