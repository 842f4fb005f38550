//! Changes to a tree, written in the hand of the text around them.
//!
//! Each function looks at one node of the tree that was read and gives the edits of the text as pasted. Nothing is printed anew:
//! what is inserted copies the neighbours' indentation, quotes, separators and line ends, and what is not named stays byte for byte.

mod align;
mod block;
mod bracket;
mod hand;
mod write;

use std::fmt;

use undeny_text::{Edit, Span};

use crate::{Key, Node, Syntax, Text, Value};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum New {
    /// A string without references; escapes are added as the format wants.
    Text(String),
    /// A string with references (`${aws_s3_bucket.logs.arn}/*`), each in the canonical form of [`Value::Opaque`]; only where the
    /// document's language interpolates.
    Template(Text),
    /// A reference in the canonical form of [`Value::Opaque`], as it was read in the same document: `aws_s3_bucket.logs.arn` is written
    /// bare in Terraform and as `${..}` in a heredoc, `GetAtt:Table.Arn` as `!GetAtt` in YAML and as `Fn::GetAtt` in JSON.
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

/// A block to be written behind another one in HCL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBlock {
    /// Its type and labels: `resource "aws_iam_role_policy" "ci"`.
    pub head: String,
    /// Its attributes, each on one line.
    pub attributes: Vec<NewMember>,
    /// One more attribute, behind a blank line, whose value `jsonencode` makes a string of.
    pub encoded: NewMember,
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

/// Append `items` to the list `node`, in order; a single value that is not a list becomes a list with that value first. Of `concat(..)`
/// the first literal list is taken.
///
/// `text` is the input's whole text.
///
/// # Errors
/// A [`Refusal`] where the list is an expression, an anchored YAML node, an escaped string or otherwise not ours to change.
pub fn append(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    let node = first_list(node.inner());
    allowed(text, node)?;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    if node.syntax == Syntax::YamlBlock {
        return block::append(text, node, items);
    }
    bracket::append(text, node, items)
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
    let node = node.inner();
    allowed(text, node)?;
    let Value::Map(map) = &node.value else {
        return Err(refuse(node, "this is no mapping"));
    };
    if members.is_empty() {
        return Ok(Vec::new());
    }
    if node.syntax == Syntax::YamlBlock {
        return block::insert_members(text, node, map, after, members);
    }
    bracket::insert_members(text, node, map, after, members)
}

/// Write `block` behind the block whose body is `node`, at the top of an HCL file; `like` is an object of the file whose hand what is encoded is
/// written in.
///
/// # Errors
/// As [`append`].
pub fn add_block(
    text: &str,
    node: &Node,
    block: &NewBlock,
    like: Option<&Node>,
) -> Result<Vec<Edit>, Refusal> {
    allowed(text, node)?;
    bracket::add_block(text, node, block, like)
}

/// Write `new` in the place of `node`. A string keeps its quotes.
///
/// # Errors
/// As [`append`].
pub fn replace(text: &str, node: &Node, new: &New) -> Result<Vec<Edit>, Refusal> {
    if matches!(node.value, Value::Embedded(_)) && !matches!(new, New::Map(_) | New::List(_)) {
        return Err(refuse(node, "a document is written inside this string"));
    }
    let node = node.inner();
    allowed(text, node)?;
    if hand::is_body(text, node) {
        return Err(refuse(node, "a block cannot be replaced by a value"));
    }
    if node.span.text(text).starts_with("<<") {
        return Err(refuse(node, "it is written as a heredoc"));
    }
    let hand = hand::Hand::around(text, node.span, node.syntax);
    if matches!(node.syntax, Syntax::YamlBlock | Syntax::YamlFlow) {
        let collection = matches!(node.value, Value::Map(_) | Value::List(_))
            && node.syntax == Syntax::YamlBlock;
        if collection || node.value == Value::Null {
            return Err(refuse(node, "it has lines of its own"));
        }
        let hand = hand.like_yaml(text, node);
        let written =
            write::yaml_value(new, &hand, "", false).map_err(|reason| refuse(node, reason))?;
        return Ok(vec![Edit::replace(node.span, written)]);
    }
    let hand = hand.like(text, node);
    let indent = hand::indent_at(text, node.span.start);
    let written = write::value(new, &hand, indent, hand::is_tall(text, node))
        .map_err(|reason| refuse(node, reason))?;
    Ok(vec![Edit::replace(node.span, written)])
}

/// Write `name` in the place of `key`, with the quotes that it has. `node` is the mapping that it is a key of.
///
/// # Errors
/// As [`append`].
pub fn rename(text: &str, node: &Node, key: &Key, name: &str) -> Result<Vec<Edit>, Refusal> {
    let node = node.inner();
    allowed(text, node)?;
    let written = write::key(text, key.span, name, node.syntax);
    Ok(vec![Edit::replace(key.span, written)])
}

/// Take the child at `index` away from the list or mapping `node`, with its separator and, where it stood alone on its lines, those lines.
///
/// # Errors
/// As [`append`]; also where it is the only child.
pub fn remove(text: &str, node: &Node, index: usize) -> Result<Vec<Edit>, Refusal> {
    let node = node.inner();
    allowed(text, node)?;
    let spans: Vec<Span> = match &node.value {
        Value::List(list) => list.items.iter().map(|item| item.span).collect(),
        Value::Map(map) => map.members.iter().map(|member| member.span).collect(),
        _ => return Err(refuse(node, "this is no list and no mapping")),
    };
    if node.syntax == Syntax::YamlBlock {
        return block::remove(text, node, &spans, index);
    }
    bracket::remove(text, node, &spans, index)
}

/// Of `concat(..)` the first literal list.
fn first_list(node: &Node) -> &Node {
    match &node.value {
        Value::Call { name, arguments } if name == "concat" => arguments
            .iter()
            .find(|argument| matches!(argument.value, Value::List(_)))
            .unwrap_or(node),
        _ => node,
    }
}

fn refuse(node: &Node, reason: impl Into<String>) -> Refusal {
    Refusal {
        span: node.span,
        reason: reason.into(),
    }
}

/// Whether a node can be edited at all.
fn allowed(text: &str, node: &Node) -> Result<(), Refusal> {
    if node.syntax == Syntax::Escaped {
        return Err(refuse(
            node,
            "it stands inside a string with escapes: change it where the string is made",
        ));
    }
    if text.get(node.span.start..node.span.end).is_none() {
        return Err(refuse(node, "it is not a part of this text"));
    }
    if matches!(node.syntax, Syntax::YamlBlock | Syntax::YamlFlow)
        && let Some(refusal) = block::shared(text, node)
    {
        return Err(refusal);
    }
    match &node.value {
        Value::Call { name, .. } => Err(refuse(
            node,
            format!("it is the result of `{name}(..)`, which the text alone does not tell"),
        )),
        _ => Ok(()),
    }
}
