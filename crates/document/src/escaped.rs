//! A document inside a string with escapes, undone so that it can be edited like any other, and its edits as those of the string.

use undeny_text::{Edit, SourceMap, Span};

use crate::formats::json;
use crate::{Node, Syntax, Value};

/// A document inside a string (`"{\"Version\": .."`, `"%7B%22Version.."`) as the text that the string stands for.
#[derive(Clone, Debug)]
pub struct Unescaped {
    /// The text.
    pub text: String,
    /// The document in it; its spans count that text.
    pub root: Node,
    map: SourceMap,
    writing: Writing,
}

/// How the string writes what is put into it.
#[derive(Clone, Copy, Debug)]
enum Writing {
    /// With the escapes of JSON.
    Escapes,
    /// The same in Terraform, where `${` begins an expression.
    Template,
    /// Percent-encoded.
    Percent,
}

impl Unescaped {
    /// Undo the escapes of `string`, a [`Value::Embedded`] node of `source`; `None` where it is no string with escapes.
    #[must_use]
    pub fn read(source: &str, string: &Node) -> Option<Self> {
        let Value::Embedded(inner) = &string.value else {
            return None;
        };
        let quoted = string.span.text(source);
        if inner.syntax != Syntax::Escaped || quoted.len() < 2 || !quoted.starts_with('"') {
            return None;
        }
        let (text, map, percent) = json::undone(source, string.span)?;
        let root = json::whole_document(&text)?;
        let writing = match string.syntax {
            _ if percent => Writing::Percent,
            Syntax::Hcl => Writing::Template,
            _ => Writing::Escapes,
        };
        Some(Self {
            text,
            root,
            map,
            writing,
        })
    }

    /// Where the bytes `place` of the source, those of a value or a key below `node` there, are in the text; `own` is `node` in [`Self::root`].
    #[must_use]
    pub fn place(node: &Node, own: &Node, place: Span) -> Option<Span> {
        if node.span == place {
            return Some(own.span);
        }
        if let (Value::Map(left), Value::Map(right)) = (&node.value, &own.value) {
            let mut keys = left.members.iter().zip(&right.members);
            if let Some((_, member)) = keys.find(|(member, _)| member.key.span == place) {
                return Some(member.key.span);
            }
        }
        node.children()
            .zip(own.children())
            .find_map(|(left, right)| Self::place(left, right, place))
    }

    /// Edits of the text as edits of the source.
    #[must_use]
    pub fn edits(&self, edits: Vec<Edit>) -> Vec<Edit> {
        edits
            .into_iter()
            .map(|edit| {
                let span = if !edit.span.is_empty() {
                    self.map.source_span(edit.span)
                } else if let Some(before) = edit.span.start.checked_sub(1) {
                    Span::empty(self.map.source_span(Span::new(before, before + 1)).end)
                } else {
                    self.map.source_span(edit.span)
                };
                Edit::replace(span, self.written(&edit.insert))
            })
            .collect()
    }

    fn written(&self, text: &str) -> String {
        if matches!(self.writing, Writing::Percent) {
            return json::percent_encode(text);
        }
        let quoted = json::quote(text);
        let inside = quoted
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or_default();
        if matches!(self.writing, Writing::Template) {
            inside.replace("${", "$${").replace("%{", "%%{")
        } else {
            inside.to_owned()
        }
    }
}
