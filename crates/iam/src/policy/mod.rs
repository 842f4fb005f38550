//! A policy as a view over a document's tree: what IAM sees, with the place of every element.
//!
//! [`find()`] finds them in documents of any format. Values keep their references ([`Piece::Reference`]): [`Policy::bind`] puts in what
//! is known of them. What a change to a policy looks like in its document is [`crate::change`].

mod find;
mod meaning;
mod places;
mod unsettled;

use std::borrow::Cow;
use std::collections::BTreeMap;

use undeny_document::{Node, Piece, Role, Text};
use undeny_text::Span;

pub use find::{find, from_node};
pub(crate) use meaning::meaning;
pub(crate) use unsettled::given;
pub use unsettled::{Bounded, Limit, Made, Mention, Open, Settled, grants, settle};

/// How a policy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `{ "Version": .., "Statement": [ { "Effect": .., "Action": .. } ] }`, in whatever format.
    PolicyLanguage,
    /// `data "aws_iam_policy_document"` with `statement { actions = [..] }` blocks.
    /// Source: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>
    TerraformData,
    /// Not yet: the node is the role, user or function that is to get its first policy, and there is no statement.
    Unwritten,
}

/// The policy language's version: variables exist only in the newer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, also where a policy names none.
    #[default]
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// One policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Index of its document in the reading.
    pub document: usize,
    /// The way from the document's root to the policy's node: indexes into [`Node::children`].
    pub path: Vec<usize>,
    /// Its bytes in the input's text.
    pub span: Span,
    /// How it is written.
    pub dialect: Dialect,
    /// What it is for.
    pub role: Role,
    /// How sure the role is.
    pub role_source: RoleSource,
    /// What it is attached to or called, where the document says so: a role's or policy's name, a logical id, a resource's address.
    pub name: Option<String>,
    /// The policy language's version.
    pub version: Version,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

impl Policy {
    /// This policy with other statements; its own, of which there can be thousands, are not copied.
    #[must_use]
    pub fn with_statements(&self, statements: Vec<Statement>) -> Self {
        Self {
            document: self.document,
            path: self.path.clone(),
            span: self.span,
            dialect: self.dialect,
            role: self.role,
            role_source: self.role_source,
            name: self.name.clone(),
            version: self.version,
            statements,
        }
    }
}

/// Where a policy's role is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleSource {
    /// Nothing says otherwise: a policy without `Principal` is taken for an identity policy.
    Guess,
    /// A file's or resource's name.
    Name,
    /// The content: `Principal` and the actions, or the attribute it stands in (`AssumeRolePolicyDocument`).
    Content,
    /// The user said so.
    Said,
}

/// `Allow` or `Deny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Forbids, whatever grants.
    Deny,
}

impl Effect {
    /// As the policy language writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The way from the policy's node to the statement's.
    pub path: Vec<usize>,
    /// How many entries before it in its list could not be read; its number counts them.
    pub passed_over: usize,
    /// Its bytes.
    pub span: Span,
    /// Its id.
    pub sid: Option<String>,
    /// Allow or Deny.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Principals>,
    /// `Action` or `NotAction`.
    pub actions: Option<Element>,
    /// `Resource` or `NotResource`.
    pub resources: Option<Element>,
    /// The conditions, one entry for each operator and key.
    pub conditions: Vec<Condition>,
}

/// `Action`, `NotAction`, `Resource` or `NotResource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Whether it is the `Not` form.
    pub negated: bool,
    /// From the key to the value's end.
    pub span: Span,
    /// The values.
    pub items: Vec<Item>,
}

/// One value with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The value.
    pub text: Text,
    /// Its bytes, with quotes.
    pub span: Span,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principals {
    /// Whether it is the `Not` form.
    pub negated: bool,
    /// From the key to the value's end.
    pub span: Span,
    /// The principals, in order.
    pub items: Vec<Principal>,
}

/// One principal of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Which kind of name it is.
    pub kind: PrincipalKind,
    /// The name.
    pub item: Item,
}

/// The keys of `Principal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// `"Principal": "*"`, without a key.
    Everyone,
    /// `AWS`
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`
    CanonicalUser,
    /// A key that IAM does not know; matches nobody.
    Unknown,
}

/// One operator with one key and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As written: `StringEquals`, `ForAnyValue:StringLikeIfExists`.
    pub operator: String,
    /// The operator's bytes, with quotes.
    pub operator_span: Span,
    /// As written: `aws:RequestTag/Team`.
    pub key: String,
    /// The key's bytes, with quotes.
    pub key_span: Span,
    /// The values.
    pub values: Vec<Item>,
    /// From the key to the last value's end (Terraform: the `condition` block).
    pub span: Span,
}

/// What is known of references: from an expression's canonical form to its value.
pub type Bindings = BTreeMap<String, String>;

impl Item {
    /// A value without references and without a place.
    #[must_use]
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            text: Text::from_literal(text),
            span: Span::default(),
        }
    }

    /// The value, references as [`unknown_reference`] writes them.
    #[must_use]
    pub fn value(&self) -> Cow<'_, str> {
        match self.text.literal() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.text
                    .pieces()
                    .iter()
                    .map(|piece| match piece {
                        Piece::Literal(text) => text.clone(),
                        Piece::Reference(expression) => unknown_reference(expression),
                    })
                    .collect(),
            ),
        }
    }
}

/// How a reference without a known value stands in a string: between two characters that no AWS name has, so that it matches only itself and `*`.
#[must_use]
pub fn unknown_reference(expression: &str) -> String {
    let name: String = expression
        .chars()
        .map(|character| {
            if matches!(character, '*' | '?' | '$') {
                '_'
            } else {
                character
            }
        })
        .collect();
    format!("\u{27e6}{name}\u{27e7}")
}

/// The parts of a mapping's key that holds references as [`undeny_document::Key`] has them: each literal with the reference behind it.
pub fn key_pieces(key: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(key);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let found = text.find("${").and_then(|start| {
            let inside = text.get(start + 2..)?;
            let mut depth = 1;
            let end = inside.char_indices().find_map(|(at, character)| {
                match character {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(at)
            })?;
            Some((
                text.get(..start)?,
                inside.get(..end)?,
                inside.get(end + 1..)?,
            ))
        });
        Some(match found {
            Some((literal, name, after)) => {
                rest = Some(after);
                (literal, Some(name))
            }
            None => (text, None),
        })
    })
}

/// A string with what is known of the references in it, which [`unknown_reference`] wrote, put in.
fn with_known(text: &str, bindings: &Bindings) -> String {
    let mut found = text.to_owned();
    for (name, value) in bindings {
        let sign = unknown_reference(name);
        if found.contains(&sign) {
            found = found.replace(&sign, value);
        }
    }
    found
}

impl Policy {
    /// The policy's node in its document, whose root is `root`.
    #[must_use]
    pub fn node<'a>(&self, root: &'a Node) -> Option<&'a Node> {
        walk(root, &self.path)
    }

    /// The same policy with what is known of its references put in; every place stays.
    #[must_use]
    pub fn bind(&self, bindings: &Bindings) -> Self {
        let mut bound = self.clone();
        bound.put_in(bindings);
        bound
    }

    /// As [`Policy::bind`], in this policy itself.
    pub fn put_in(&mut self, bindings: &Bindings) {
        for condition in self
            .statements
            .iter_mut()
            .flat_map(|statement| &mut statement.conditions)
            .filter(|condition| condition.key.contains('\u{27e6}'))
        {
            condition.key = with_known(&condition.key, bindings);
        }
        for item in self.items_mut() {
            if item.text.literal().is_some() {
                continue;
            }
            let pieces = item.text.pieces().iter().map(|piece| match piece {
                Piece::Reference(expression) => bindings
                    .get(expression)
                    .map_or_else(|| piece.clone(), |value| Piece::Literal(value.clone())),
                Piece::Literal(_) => piece.clone(),
            });
            let mut merged: Vec<Piece> = Vec::new();
            for piece in pieces {
                match (merged.last_mut(), piece) {
                    (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&text),
                    (_, piece) => merged.push(piece),
                }
            }
            item.text = Text::new(merged);
        }
    }

    /// Every expression that the policy refers to, in order of place, each once.
    #[must_use]
    pub fn references(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for item in self.clone().items_mut() {
            for piece in item.text.pieces() {
                if let Piece::Reference(expression) = piece
                    && !found.contains(expression)
                {
                    found.push(expression.clone());
                }
            }
        }
        found
    }

    fn items_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        self.statements.iter_mut().flat_map(|statement| {
            let principals = statement
                .principals
                .iter_mut()
                .flat_map(|principals| &mut principals.items);
            let elements = statement
                .actions
                .iter_mut()
                .chain(statement.resources.iter_mut());
            principals
                .map(|principal| &mut principal.item)
                .chain(elements.flat_map(|element| &mut element.items))
                .chain(
                    statement
                        .conditions
                        .iter_mut()
                        .flat_map(|condition| &mut condition.values),
                )
        })
    }
}

impl Statement {
    /// The statement's node below the policy's.
    #[must_use]
    pub fn node<'a>(&self, policy: &'a Node) -> Option<&'a Node> {
        walk(policy, &self.path)
    }

    /// How to name it to a person: its Sid, else its number (from 1).
    #[must_use]
    pub fn label(&self, index: usize) -> String {
        match &self.sid {
            Some(sid) if !sid.is_empty() => format!("statement `{sid}`"),
            _ => format!("statement {}", index + self.passed_over + 1),
        }
    }
}

fn walk<'a>(from: &'a Node, path: &[usize]) -> Option<&'a Node> {
    path.iter()
        .try_fold(from, |node, index| node.children().get(*index))
}
