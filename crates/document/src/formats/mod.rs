//! One file a format: the only users of the parser crates.

pub(crate) mod cloudformation;
pub(crate) mod hcl;
pub(crate) mod json;
pub(crate) mod yaml;

mod parsers;

use undeny_text::Span;

use crate::{Node, Syntax, Value};

pub use parsers::Parsers;
pub(crate) use parsers::parsers;

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

/// Whether the line of the byte at `offset` is one of Jinja or Helm.
pub(crate) fn in_template(text: &str, offset: usize) -> bool {
    let start = text
        .get(..offset)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1);
    text.get(start..)
        .and_then(|rest| rest.lines().next())
        .is_some_and(|line| line.contains("{{") || line.contains("{%"))
}

/// What is wrong with a line of Jinja or Helm where `format` is to be read.
pub(crate) fn template_expected(format: &str) -> String {
    format!("a template (`{{{{ .. }}}}`) stands where {format} is expected")
}

/// What to do about a template.
pub(crate) const AS_RENDERED: &str = "paste the file as it is rendered";

/// Whether `text` is a decimal number without a sign: digits, perhaps a point with more of them on either side, perhaps an exponent. No float is
/// made of it, because no float is wanted.
pub(crate) fn is_decimal(text: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (
            number,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (text, None),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    is_digits(whole)
        && is_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && is_digits(exponent))
}

/// Whether every place below `node` is one in `text`, inside its parent's and behind its elder sibling's.
pub(crate) fn is_placed(text: &str, node: &Node) -> bool {
    let is_place = |span: Span| text.get(span.range()).is_some();
    if !is_place(node.span) {
        return false;
    }
    if let Value::Map(map) = &node.value {
        let mut done = node.span.start;
        for member in &map.members {
            let fits = member.span.start >= done
                && member.span.contains(member.key.span)
                && member.span.contains(member.value.span)
                && is_place(member.key.span)
                && (node.syntax == Syntax::Escaped
                    || member.key.span.end <= member.value.span.start);
            if !fits {
                return false;
            }
            done = member.span.end;
        }
    }
    let mut done = node.span.start;
    node.children().all(|child| {
        let fits =
            child.span.start >= done && node.span.contains(child.span) && is_placed(text, child);
        done = child.span.end;
        fits
    })
}
