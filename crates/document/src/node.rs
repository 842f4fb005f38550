//! The one tree that every format becomes.

use undeny_text::Span;

/// A value with its place in the text as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value's bytes: a string with its quotes, a list with its brackets, a block with its braces, a heredoc from `<<` to its
    /// end marker, a YAML block collection from its first to its last item. A YAML tag (`!Sub`) or anchor in front belongs to it.
    pub span: Span,
    /// How it is written, which is how a change to it has to be written.
    pub syntax: Syntax,
    /// What it is.
    pub value: Value,
}

/// The hand a node is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, also with comments and trailing commas, also inside a heredoc or a YAML block scalar (where its bytes stand as they are).
    Json,
    /// An HCL expression (`{ Action = [..] }` in `jsonencode`) or body (`statement { .. }`).
    Hcl,
    /// YAML with brackets.
    YamlFlow,
    /// YAML by indentation, and plain or quoted scalars in it.
    YamlBlock,
    /// Inside a string whose escapes make the bytes differ from the text (`"{\"Version\": ..."`, percent-encoded): read, not edited.
    Escaped,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string, decoded; with references where the format interpolates.
    Text(Text),
    /// A sequence.
    List(List),
    /// An object, mapping, HCL body or block.
    Map(Map),
    /// A function call: HCL `jsonencode(..)`, `concat(..)`, `file(..)`; CloudFormation's `!If`, `Fn::If` and other intrinsic functions
    /// that are not text. The name is as written in HCL and without `!` or `Fn::` in CloudFormation. HCL's `a ? b : c` is `If(a, b, c)`,
    /// and `[for k, v in a : b if c]` is `for k, v(a, b, c)`.
    Call {
        /// The function.
        name: String,
        /// What it is given.
        arguments: Vec<Node>,
    },
    /// A document written inside a string: JSON in a heredoc, in a quoted or block scalar. Its spans count the same text as all others.
    Embedded(Box<Node>),
    /// An expression whose value the text does not tell (`var.x`, `aws_iam_role.ci.arn`, `!Ref Role`): shown, matched by a resolver,
    /// never edited into. A YAML alias is one too (`*name`).
    Opaque {
        /// The expression in one canonical form: `var.x`, `aws_iam_role.ci.arn`, `Ref:Role`, `Ref:AWS::AccountId`, `GetAtt:Role.Arn`,
        /// `ImportValue:name`; other expressions as written, with blanks joined.
        expression: String,
    },
}

/// A string that may have references in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    // INVARIANT: a single piece is `One`, so that equal strings are equal. A paste has a string at every word or two, and nearly all are one
    // piece: a list of its own for each would double what they take.
    pieces: Pieces,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pieces {
    One(Piece),
    Several(Vec<Piece>),
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Characters, with the format's escapes undone: an IAM variable (`${aws:username}`) is literal, however its format writes it.
    Literal(String),
    /// A reference to something that is not in the text, in the canonical form of [`Value::Opaque`]: `${var.bucket}` is `var.bucket`,
    /// `${AWS::AccountId}` under `!Sub` is `Ref:AWS::AccountId`, a workflow's `${{ secrets.ROLE }}` is `secrets.ROLE`.
    Reference(String),
}

/// A sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The items in order.
    pub items: Vec<Node>,
}

/// A mapping. Keys may repeat: HCL blocks do by design, JSON by mistake (a [`crate::Problem`] says so).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// The members in order.
    pub members: Vec<Member>,
}

/// A key with its value, or a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// From the key's first byte to the value's last.
    pub span: Span,
    /// The key, or the block's type.
    pub key: Key,
    /// How it is written.
    pub kind: MemberKind,
    /// The value; for a block its body, a [`Value::Map`].
    pub value: Node,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its bytes, with quotes.
    pub span: Span,
    /// Its text, decoded; a reference in it is its canonical form between `${` and `}` (`${local.issuer}:sub`, `${Ref:AWS::Region}`).
    pub text: String,
}

/// Whether a member is written with a value or as a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// `key: value`, `key = value`.
    Attribute,
    /// `resource "aws_iam_role" "ci" { .. }`: the labels, decoded.
    Block(Vec<String>),
}

impl Node {
    /// The members, where this is a mapping (also of an [`Value::Embedded`] document).
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.inner().value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, where this is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&List> {
        match &self.inner().value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The string, where this is one and holds no reference.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => text.literal(),
            _ => None,
        }
    }

    /// The value under the first member with `key` (exact case).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key).map(|member| &member.value)
    }

    /// The document inside, for an [`Value::Embedded`] one and for `jsonencode(..)`; else the node itself.
    #[must_use]
    pub fn inner(&self) -> &Node {
        match &self.value {
            Value::Embedded(root) => root.inner(),
            Value::Call { name, arguments } if name == "jsonencode" => {
                arguments.first().map_or(self, Node::inner)
            }
            _ => self,
        }
    }

    /// One node or the items of a list: how IAM writes "one or several".
    #[must_use]
    pub fn one_or_many(&self) -> &[Node] {
        match &self.inner().value {
            Value::List(list) => &list.items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Count every span as if what stands at `from` stood at `to`; nothing of the node stands before `from`.
    pub(crate) fn shift(&mut self, from: usize, to: usize) {
        self.span = moved(self.span, from, to);
        match &mut self.value {
            Value::List(list) => list.items.iter_mut().for_each(|item| item.shift(from, to)),
            Value::Map(map) => map
                .members
                .iter_mut()
                .for_each(|member| member.shift(from, to)),
            Value::Call { arguments, .. } => {
                arguments.iter_mut().for_each(|node| node.shift(from, to))
            }
            Value::Embedded(root) => root.shift(from, to),
            _ => {}
        }
    }

    /// The nodes directly below, in order.
    #[must_use]
    pub fn children(&self) -> Children<'_> {
        let (nodes, members): (&[Node], &[Member]) = match &self.value {
            Value::List(list) => (&list.items, &[]),
            Value::Map(map) => (&[], &map.members),
            Value::Call { arguments, .. } => (arguments, &[]),
            Value::Embedded(root) => (std::slice::from_ref(root), &[]),
            _ => (&[], &[]),
        };
        Children { nodes, members }
    }
}

/// The nodes directly below one.
#[derive(Clone, Copy, Debug)]
pub struct Children<'a> {
    // INVARIANT: one of the two is empty.
    nodes: &'a [Node],
    members: &'a [Member],
}

impl<'a> Children<'a> {
    /// The node with this index; found at once, however many there are.
    #[must_use]
    pub fn get(self, index: usize) -> Option<&'a Node> {
        self.nodes
            .get(index)
            .or_else(|| Some(&self.members.get(index)?.value))
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = &'a Node;

    fn next(&mut self) -> Option<&'a Node> {
        if let [first, rest @ ..] = self.nodes {
            self.nodes = rest;
            return Some(first);
        }
        let [first, rest @ ..] = self.members else {
            return None;
        };
        self.members = rest;
        Some(&first.value)
    }
}

impl Member {
    /// As [`Node::shift`].
    pub(crate) fn shift(&mut self, from: usize, to: usize) {
        self.span = moved(self.span, from, to);
        self.key.span = moved(self.key.span, from, to);
        self.value.shift(from, to);
    }
}

const fn moved(span: Span, from: usize, to: usize) -> Span {
    Span {
        start: span.start.saturating_sub(from) + to,
        end: span.end.saturating_sub(from) + to,
    }
}

impl Map {
    /// The first member with `key` (exact case).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.key.text == key)
    }

    /// Every member with `key` (exact case), in order.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Member> {
        self.members
            .iter()
            .filter(move |member| member.key.text == key)
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Text {
    /// A string of these pieces in this order, no two of which are literals and neighbours.
    #[must_use]
    pub fn new(mut pieces: Vec<Piece>) -> Self {
        let one = if pieces.len() == 1 {
            pieces.pop()
        } else {
            None
        };
        Self {
            pieces: one.map_or(Pieces::Several(pieces), Pieces::One),
        }
    }

    /// A string without references.
    #[must_use]
    pub fn from_literal(text: impl Into<String>) -> Self {
        Self {
            pieces: Pieces::One(Piece::Literal(text.into())),
        }
    }

    /// The pieces in order; no two literals are neighbours.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        match &self.pieces {
            Pieces::One(piece) => std::slice::from_ref(piece),
            Pieces::Several(pieces) => pieces,
        }
    }

    /// The string, where it holds no reference.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.pieces() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

/// Whether a reference is to a single value by its name: an ARN, an id, a name. What a variable or a local holds, its name does not tell.
#[must_use]
pub fn is_single_value(expression: &str) -> bool {
    if expression.contains('*') || expression.contains(' ') {
        return false;
    }
    if expression.starts_with("Ref:") || expression.starts_with("GetAtt:") {
        return true;
    }
    let last = expression.rsplit('.').next().unwrap_or_default();
    expression.contains('.')
        && !expression.starts_with("var.")
        && !expression.starts_with("local.")
        && (last == "arn"
            || last == "id"
            || last == "name"
            || last.ends_with("_arn")
            || last.ends_with("_id"))
}
