//! A tree without places, to compare what was read before and after an edit.

use undeny_document::edit::{New, NewMember};
use undeny_document::{
    Document, Input, MemberKind, Node, Paste, Piece, Reading, Text, Value, read,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Number(String),
    Text(Text),
    List(Vec<Plain>),
    Map(Vec<(String, MemberKind, Plain)>),
    Call(String, Vec<Plain>),
    Embedded(Box<Plain>),
    Opaque(String),
}

impl Plain {
    pub(crate) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(value) => Self::Number(value.clone()),
            Value::Text(value) => Self::Text(value.clone()),
            Value::List(list) => Self::List(list.items.iter().map(Self::of).collect()),
            Value::Map(map) => Self::Map(
                map.members
                    .iter()
                    .map(|member| {
                        (
                            member.key.text.clone(),
                            member.kind.clone(),
                            Self::of(&member.value),
                        )
                    })
                    .collect(),
            ),
            Value::Call { name, arguments } => {
                Self::Call(name.clone(), arguments.iter().map(Self::of).collect())
            }
            Value::Embedded(root) => Self::Embedded(Box::new(Self::of(root))),
            Value::Opaque { expression } => Self::Opaque(expression.clone()),
        }
    }

    pub(crate) fn new(new: &New) -> Self {
        match new {
            New::Text(text) => Self::Text(Text::from_literal(text.clone())),
            New::Template(text) => Self::Text(text.clone()),
            New::Reference(expression) => Self::Opaque(expression.clone()),
            New::Bool(value) => Self::Bool(*value),
            New::List(items) => Self::List(items.iter().map(Self::new).collect()),
            New::Map(members) => Self::Map(members.iter().map(Self::member).collect()),
        }
    }

    pub(crate) fn member(new: &NewMember) -> (String, MemberKind, Self) {
        let kind = if new.block {
            MemberKind::Block(Vec::new())
        } else {
            MemberKind::Attribute
        };
        (new.key.clone(), kind, Self::new(&new.value))
    }

    /// The same in one canonical form: JSON writes a lone reference as a string with one piece.
    pub(crate) fn canonical(self) -> Self {
        match self {
            Self::Opaque(expression) => Self::Text(Text::new(vec![Piece::Reference(expression)])),
            Self::List(items) => Self::List(items.into_iter().map(Self::canonical).collect()),
            Self::Map(members) => Self::Map(
                members
                    .into_iter()
                    .map(|(key, kind, value)| (key, kind, value.canonical()))
                    .collect(),
            ),
            Self::Call(name, arguments) => {
                Self::Call(name, arguments.into_iter().map(Self::canonical).collect())
            }
            Self::Embedded(root) => Self::Embedded(Box::new(root.canonical())),
            other => other,
        }
    }

    pub(crate) fn at(&mut self, path: &[usize]) -> &mut Self {
        let [first, rest @ ..] = path else {
            return self;
        };
        match self {
            Self::List(items) | Self::Call(_, items) => items[*first].at(rest),
            Self::Map(members) => members[*first].2.at(rest),
            Self::Embedded(root) => root.at(rest), // its only child
            other => panic!("no children below {other:?}"),
        }
    }

    /// Where `Node::inner` leads.
    pub(crate) fn inner(&mut self) -> &mut Self {
        let wraps = match self {
            Self::Embedded(_) => true,
            Self::Call(name, arguments) => name == "jsonencode" && !arguments.is_empty(),
            _ => false,
        };
        if wraps { self.at(&[0]).inner() } else { self }
    }
}

pub(crate) fn read_one(text: &str) -> Reading {
    read_named(None, text)
}

pub(crate) fn read_named(name: Option<&str>, text: &str) -> Reading {
    read(&paste_named(name, text))
}

pub(crate) fn paste_named(name: Option<&str>, text: &str) -> Paste {
    Paste {
        inputs: vec![Input {
            name: name.map(str::to_owned),
            text: text.to_owned(),
            role: None,
        }],
    }
}

/// Every node below `node` with the way to it, `node` first.
pub(crate) fn nodes(node: &Node) -> Vec<(Vec<usize>, &Node)> {
    let mut all = vec![(Vec::new(), node)];
    let mut next = 0;
    while let Some((path, node)) = all.get(next).cloned() {
        for (index, child) in node.children().enumerate() {
            let mut path = path.clone();
            path.push(index);
            all.push((path, child));
        }
        next += 1;
    }
    all
}

/// The node that `path` names: keys and indices between dots; a key with dots in brackets.
pub(crate) fn find<'a>(document: &'a Document, path: &str) -> &'a Node {
    let mut node = &document.root;
    for step in path.split('/').filter(|step| !step.is_empty()) {
        node = match step.parse::<usize>() {
            Ok(index) if node.as_list().is_some() => &node.as_list().unwrap().items[index],
            _ => {
                let (key, nth) = step.split_once('#').unwrap_or((step, "0"));
                let map = node
                    .as_map()
                    .unwrap_or_else(|| panic!("no mapping at `{step}`: {node:#?}"));
                let found = map
                    .members
                    .iter()
                    .filter(|member| member.key.text == key)
                    .nth(nth.parse().unwrap());
                &found
                    .unwrap_or_else(|| {
                        panic!(
                            "no `{step}` in {:?}",
                            map.members
                                .iter()
                                .map(|member| &member.key.text)
                                .collect::<Vec<_>>()
                        )
                    })
                    .value
            }
        };
    }
    node
}
