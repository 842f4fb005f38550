//! Terraform: blocks, attributes, expressions, and policies in `jsonencode(..)`, heredocs and quoted strings.
//!
//! hcl-edit reads, one top-level block at a time, so that a broken block hides no other; nothing is ever printed with it.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{Element, Template};
use undeny_text::{Span, first_of, space_length, split_at_first, word_length};

use super::{DEPTH, Trouble, json};
use crate::{Key, List, Map, Member, MemberKind, Node, Piece, Syntax, Text, Value};

/// Blocks that can stand at the top of a file, and those of a policy document that people paste alone.
const BLOCKS: &[&str] = &[
    "check",
    "condition",
    "data",
    "dependency",
    "ephemeral",
    "import",
    "include",
    "inline_policy",
    "locals",
    "module",
    "moved",
    "not_principals",
    "output",
    "principals",
    "provider",
    "removed",
    "resource",
    "statement",
    "terraform",
    "variable",
];

/// Whether `line` begins a block (`resource "a" "b" {`) or an attribute that holds a policy (`policy = jsonencode({`).
pub(crate) fn begins(line: &str) -> bool {
    let line = trim_space(line);
    let word = word(line);
    if word.is_empty() {
        return false;
    }
    let rest = line.get(word.len()..).unwrap_or_default();
    if let Some(value) = trim_space(rest).strip_prefix('=') {
        let value = trim_space(value);
        return value.starts_with("jsonencode(")
            || value.starts_with("<<")
            || value.starts_with("data.aws_")
            || (word == "inputs" && value.starts_with('{'));
    }
    let Some(labels) = header(rest) else {
        return false;
    };
    BLOCKS.binary_search(&word).is_ok() || labels > 0
}

/// Whether `line` can follow a block in one file: also any other attribute.
pub(crate) fn continues(line: &str) -> bool {
    let word = word(line);
    let rest = trim_space(line.get(word.len()..).unwrap_or_default());
    begins(line) || (!word.is_empty() && rest.starts_with('=') && !rest.starts_with("=="))
}

fn word(line: &str) -> &str {
    match line.as_bytes().first() {
        Some(first) if first.is_ascii_alphabetic() || *first == b'_' => {
            line.get(..word_length(line, b"_-")).unwrap_or_default()
        }
        _ => "",
    }
}

/// The number of quoted labels in front of the brace in `rest`, which ends the line or is closed on it.
fn header(rest: &str) -> Option<usize> {
    let mut rest = trim_space(rest);
    let mut labels = 0;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (label, behind) = split_at_first(quoted, b"\"")?;
            if label.is_empty() || first_of(label, b"{:").is_some() {
                return None;
            }
            labels += 1;
            rest = trim_space(behind);
        } else if let Some(body) = rest.strip_prefix('{') {
            let body = body.trim();
            return (body.is_empty() || body.starts_with(['#', '/', '}']) || body.ends_with('}'))
                .then_some(labels);
        } else {
            let label = word(rest);
            if label.is_empty() {
                return None;
            }
            rest = trim_space(rest.get(label.len()..)?);
        }
    }
}

/// `text` without the white space that it begins with, nearly always ASCII.
fn trim_space(text: &str) -> &str {
    let rest = text.get(space_length(text)..).unwrap_or_default();
    if rest.as_bytes().first().is_none_or(u8::is_ascii) {
        rest
    } else {
        rest.trim_start()
    }
}

/// How deep strings with interpolations may nest in one another; the parser needs much stack for each.
const TEMPLATES: usize = 12;

/// The end of the block or attribute that begins at `start`; looks at every byte once, and no further than `limit`.
pub(crate) fn extent(text: &str, start: usize, limit: usize) -> Result<usize, Trouble> {
    let text = text.get(..limit).unwrap_or(text);
    let bytes = text.as_bytes();
    // Closing brackets wanted; `"` inside a quoted string, where `${` opens a bracket again.
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if open.len() > DEPTH {
            return Err(Trouble::new(
                Span::new(at, at + 1),
                format!("this nests deeper than {DEPTH} levels"),
                "paste the block alone",
            ));
        }
        if let Some((b'"', quote)) = open.last().copied() {
            match byte {
                b'\\' => at += 2,
                b'"' => {
                    open.pop();
                    at += 1;
                }
                b'\n' => {
                    return Err(Trouble::new(
                        Span::new(quote, quote + 1),
                        "this string is not closed on its line",
                        "add the missing `\"`",
                    ));
                }
                b'$' | b'%'
                    if bytes.get(at + 1) == Some(&byte) && bytes.get(at + 2) == Some(&b'{') =>
                {
                    at += 3
                }
                b'$' | b'%' if bytes.get(at + 1) == Some(&b'{') => {
                    open.push((b'}', at + 1));
                    at += 2;
                }
                _ => at += 1,
            }
            continue;
        }
        match byte {
            b'"' => {
                if open.iter().filter(|(closer, _)| *closer == b'"').count() > TEMPLATES {
                    return Err(too_many_templates(at));
                }
                open.push((b'"', at));
                at += 1;
            }
            b'{' | b'[' | b'(' => {
                let closer = match byte {
                    b'{' => b'}',
                    b'[' => b']',
                    _ => b')',
                };
                open.push((closer, at));
                at += 1;
            }
            b'}' | b']' | b')' => {
                match open.pop() {
                    Some((closer, _)) if closer == byte => {}
                    _ => {
                        return Err(Trouble::new(
                            Span::new(at, at + 1),
                            format!("`{}` closes nothing that is open here", char::from(byte)),
                            "check the brackets before this place",
                        ));
                    }
                }
                at += 1;
            }
            b'#' => at = line_end(text, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(text, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let Some(length) = text.get(at..).and_then(|rest| rest.find("*/")) else {
                    return Err(Trouble::new(
                        Span::new(at, at + 2),
                        "this comment is never closed",
                        "add the missing `*/`",
                    ));
                };
                at += length + 2;
            }
            b'<' if bytes.get(at + 1) == Some(&b'<') => match heredoc_end(text, at) {
                Some(end) => {
                    if let Some(place) = deep_template(text, Span::new(at, end)) {
                        return Err(too_many_templates(place));
                    }
                    at = end;
                }
                None => {
                    return Err(Trouble::new(
                        Span::new(at, at + 2),
                        "the end of this heredoc is missing",
                        "paste the whole block",
                    ));
                }
            },
            b'\n' if open.is_empty() => {
                let carriage = at > start && bytes.get(at - 1) == Some(&b'\r');
                return Ok(at - usize::from(carriage));
            }
            _ => at += 1,
        }
    }
    match open.last() {
        None => Ok(text.len()),
        Some((_, opened)) => Err(Trouble::new(
            Span::new(*opened, opened + 1),
            "this bracket is never closed",
            "paste the whole block, or add the closing bracket",
        )),
    }
}

fn too_many_templates(at: usize) -> Trouble {
    Trouble::new(
        Span::new(at, at + 1),
        format!("interpolations nest deeper than {TEMPLATES} levels"),
        "write the inner ones as locals",
    )
}

/// Where the interpolations of a heredoc nest too deep.
fn deep_template(text: &str, span: Span) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = 0;
    for (offset, byte) in span.text(text).bytes().enumerate() {
        match byte {
            b'{' if depth > 0 || before == b'$' || before == b'%' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 2 * TEMPLATES {
            return Some(span.start + offset);
        }
        before = byte;
    }
    None
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |length| at + length)
}

/// The end of the heredoc that begins at `start` with `<<`: behind its end marker. A `<<` that begins none ends behind itself.
fn heredoc_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start + 2..)?;
    let marker = word(rest.strip_prefix('-').unwrap_or(rest));
    let mut at = line_end(text, start) + 1;
    if marker.is_empty() {
        return Some(start + 2);
    }
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end)?;
        let trimmed = line.trim_start();
        if let Some(behind) = trimmed.strip_prefix(marker)
            && !behind
                .starts_with(|next: char| next.is_alphanumeric() || next == '_' || next == '-')
        {
            return Some(at + (line.len() - trimmed.len()) + marker.len());
        }
        at = end + 1;
    }
    None
}

/// Whether the byte at `offset` stands inside a heredoc, where `${` begins an interpolation.
pub(crate) fn in_heredoc(text: &str, offset: usize) -> bool {
    const TRIES: usize = 8;
    let before = text.get(..offset).unwrap_or_default();
    // One letter is searched for backwards many times faster than two, and there may be megabytes before the document.
    before
        .rmatch_indices('<')
        .filter(|(at, _)| before.as_bytes().get(at + 1) == Some(&b'<'))
        .take(TRIES)
        .find(|(at, _)| {
            let rest = text.get(at + 2..line_end(text, *at)).unwrap_or_default();
            let marker = rest.strip_prefix('-').unwrap_or(rest).trim_end();
            !marker.is_empty() && word(marker) == marker
        })
        .is_some_and(|(at, _)| heredoc_end(text, at).is_some_and(|end| end > offset))
}

/// Read the block or attribute `span`.
pub(crate) fn parse(
    text: &str,
    span: Span,
    notes: &mut Vec<Trouble>,
) -> Result<Vec<Member>, Trouble> {
    let source = span.text(text);
    let body = hcl_edit::parser::parse_body(source).map_err(|error| {
        let place = span.start + error.location().offset();
        let end = text
            .get(place..)
            .and_then(|rest| rest.chars().next())
            .map_or(place, |character| place + character.len_utf8());
        let place = Span::new(place, end);
        let key = text.get(place.start..).map_or("", word);
        if error.message().contains("redefined") && !key.is_empty() {
            return twice(Span::new(place.start, place.start + key.len()), key);
        }
        Trouble::new(
            place,
            "this is not what Terraform can read",
            format!("the reader says: {}", error.message()),
        )
    })?;
    let mut reader = Reader {
        text,
        base: span.start,
        notes,
    };
    let members = reader.body(&body);
    in_order(&members).map(|()| members)
}

/// hcl-edit keeps one of two equal keys of an object, and then the places no longer fit: such a block is not edited.
fn in_order(members: &[Member]) -> Result<(), Trouble> {
    let mut done = 0;
    for member in members {
        let fits = member.span.start >= done
            && member.key.span.end <= member.value.span.start
            && member.span.contains(member.value.span);
        if !fits {
            return Err(twice(member.key.span, &member.key.text));
        }
        done = member.span.end;
        nodes_in_order(&member.value)?;
    }
    Ok(())
}

fn nodes_in_order(node: &Node) -> Result<(), Trouble> {
    match &node.value {
        Value::Map(map) if node.syntax == Syntax::Hcl => in_order(&map.members),
        _ => node.children().try_for_each(nodes_in_order),
    }
}

fn twice(span: Span, key: &str) -> Trouble {
    Trouble::new(
        span,
        format!(
            "the key `{}` is there twice in one object",
            json::shown(key)
        ),
        "merge the two",
    )
}

struct Reader<'t, 'n> {
    text: &'t str,
    base: usize,
    notes: &'n mut Vec<Trouble>,
}

impl<'t> Reader<'t, '_> {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        range.map_or(Span::empty(self.base), |range| {
            Span::from(range).shift(self.base)
        })
    }

    fn body(&mut self, body: &Body) -> Vec<Member> {
        body.iter()
            .map(|structure| self.structure(structure))
            .collect()
    }

    fn structure(&mut self, structure: &Structure) -> Member {
        match structure {
            Structure::Attribute(attribute) => {
                let value = self.node(&attribute.value);
                let name = attribute.key.as_str();
                let key = self.key_before(name, attribute.key.span(), value.span.start);
                Member {
                    span: Span::new(key.start, value.span.end),
                    key: Key {
                        span: key,
                        text: name.to_owned(),
                    },
                    kind: MemberKind::Attribute,
                    value,
                }
            }
            Structure::Block(block) => {
                let span = self.span(block.span());
                let name = block.ident.as_str();
                let key = Span::new(span.start, span.start + name.len());
                let opening = self.opening_brace(key.end, span.end);
                let value = Node {
                    span: Span::new(opening, span.end),
                    syntax: Syntax::Hcl,
                    value: Value::Map(Map {
                        members: self.body(&block.body),
                    }),
                };
                Member {
                    span,
                    key: Key {
                        span: key,
                        text: name.to_owned(),
                    },
                    kind: MemberKind::Block(
                        block
                            .labels
                            .iter()
                            .map(|label| label.as_str().to_owned())
                            .collect(),
                    ),
                    value,
                }
            }
        }
    }

    /// The key in front of a value; hcl-edit does not give the place in every case.
    fn key_before(&self, name: &str, range: Option<Range<usize>>, value: usize) -> Span {
        if let Some(range) = range {
            let span = Span::from(range).shift(self.base);
            if span.text(self.text) == name {
                return span;
            }
        }
        let before = self.text.get(..value).unwrap_or_default();
        let start = before
            .trim_end()
            .strip_suffix(['=', ':'])
            .map(str::trim_end)
            .and_then(|before| before.strip_suffix(name))
            .map_or(value, str::len);
        Span::new(start, start + name.len().min(value - start))
    }

    /// The brace behind a block's labels.
    fn opening_brace(&self, start: usize, end: usize) -> usize {
        let header = self.text.get(start..end).unwrap_or_default();
        let mut quoted = false;
        header
            .bytes()
            .position(|byte| {
                quoted ^= byte == b'"';
                byte == b'{' && !quoted
            })
            .map_or(start, |offset| start + offset)
    }

    fn node(&mut self, expression: &Expression) -> Node {
        let span = self.span(expression.span());
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(value) => Value::Bool(*value.value()),
            Expression::Number(_) => Value::Number(span.text(self.text).to_owned()),
            Expression::String(content) => self.string(span, content.value()),
            Expression::Array(array) => Value::List(List {
                items: array.iter().map(|item| self.node(item)).collect(),
            }),
            Expression::Object(object) => {
                let mut members = Vec::with_capacity(object.len());
                for (key, value) in object {
                    let value = self.node(value.expr());
                    let key = self.object_key(key, value.span.start);
                    members.push(Member {
                        span: Span::new(key.span.start, value.span.end),
                        key,
                        kind: MemberKind::Attribute,
                        value,
                    });
                }
                Value::Map(Map { members })
            }
            Expression::StringTemplate(template) => self.template(span, template),
            Expression::HeredocTemplate(heredoc) => self.heredoc(span, &heredoc.template),
            Expression::Parenthesis(inner) => return self.node(inner.inner()),
            Expression::FuncCall(call) => {
                let mut name = String::new();
                for part in &call.name.namespace {
                    name.push_str(part.as_str());
                    name.push_str("::");
                }
                name.push_str(call.name.name.as_str());
                Value::Call {
                    name,
                    arguments: call
                        .args
                        .iter()
                        .map(|argument| self.node(argument))
                        .collect(),
                }
            }
            Expression::Conditional(choice) => Value::Call {
                name: "If".to_owned(),
                arguments: vec![
                    self.node(&choice.cond_expr),
                    self.node(&choice.true_expr),
                    self.node(&choice.false_expr),
                ],
            },
            Expression::ForExpr(each) if each.key_expr.is_none() => {
                let key = each.intro.key_var.as_ref();
                let key = key.map_or(String::new(), |key| format!("{}, ", key.as_str()));
                let mut arguments = vec![
                    self.node(&each.intro.collection_expr),
                    self.node(&each.value_expr),
                ];
                arguments.extend(each.cond.as_ref().map(|only| self.node(&only.expr)));
                Value::Call {
                    name: format!("for {key}{}", each.intro.value_var.as_str()),
                    arguments,
                }
            }
            _ => Value::Opaque {
                expression: canonical(span.text(self.text)),
            },
        };
        Node {
            span,
            syntax: Syntax::Hcl,
            value,
        }
    }

    fn object_key(&self, key: &ObjectKey, value: usize) -> Key {
        match key {
            ObjectKey::Ident(name) => Key {
                span: self.key_before(name.as_str(), name.span(), value),
                text: name.as_str().to_owned(),
            },
            ObjectKey::Expression(expression) => {
                let span = self.span(expression.span());
                let text = match expression {
                    Expression::String(content) => iam_variables(content.value()),
                    Expression::StringTemplate(template) => {
                        let mut text = String::new();
                        for piece in self.pieces(template).unwrap_or_default() {
                            match piece {
                                Piece::Literal(literal) => text.push_str(&literal),
                                Piece::Reference(reference) => {
                                    text.push_str("${");
                                    text.push_str(&reference);
                                    text.push('}');
                                }
                            }
                        }
                        text
                    }
                    _ => canonical(span.text(self.text)),
                };
                Key { span, text }
            }
        }
    }

    fn string(&self, span: Span, content: &str) -> Value {
        if json::may_hold_json(content)
            && !span.text(self.text).contains("${")
            && let Some(root) = json::inside_string(self.text, span)
        {
            return Value::Embedded(Box::new(root));
        }
        Value::Text(Text::from_literal(iam_variables(content)))
    }

    fn template(&self, span: Span, template: &Template) -> Value {
        self.pieces(template).map_or_else(
            || Value::Opaque {
                expression: canonical(span.text(self.text)),
            },
            |pieces| Value::Text(Text::new(pieces)),
        )
    }

    /// The pieces of a template; `None` where it has directives (`%{ if .. }`).
    fn pieces(&self, template: &Template) -> Option<Vec<Piece>> {
        let mut pieces: Vec<Piece> = Vec::new();
        for element in template {
            match element {
                Element::Literal(literal) => push_literal(&mut pieces, &iam_variables(literal)),
                Element::Interpolation(interpolation) => {
                    let span = self.span(interpolation.expr.span());
                    pieces.push(Piece::Reference(canonical(span.text(self.text))));
                }
                Element::Directive(_) => return None,
            }
        }
        Some(pieces)
    }

    /// JSON in a heredoc keeps its places: every `${..}` is laid over with as many bytes that JSON can read.
    fn heredoc(&mut self, span: Span, template: &Template) -> Value {
        let raw = span.text(self.text);
        let start = raw.find('\n').map_or(raw.len(), |newline| newline + 1);
        let end = raw
            .rfind('\n')
            .map_or(start, |newline| newline + 1)
            .max(start);
        let content = Span::new(start, end).shift(span.start);
        match template_json(self.text, content) {
            Some(Ok(root)) => return Value::Embedded(Box::new(root)),
            Some(Err(trouble)) => self.notes.push(trouble),
            None => {}
        }
        self.template(span, template)
    }
}

/// The JSON document that the template text `content` is; `None` where it does not look like one.
pub(crate) fn template_json(text: &str, content: Span) -> Option<Result<Node, Trouble>> {
    let raw = content.text(text);
    let lead = raw.len() - raw.trim_start().len();
    if !raw.get(lead..)?.starts_with(['{', '[']) {
        return None;
    }
    let (overlay, holes) = match overlay(raw) {
        Ok(overlay) => overlay,
        Err(place) => {
            return Some(Err(Trouble::new(
                Span::new(place, (place + 2).min(raw.len())).shift(content.start),
                "a template directive decides what this policy says",
                "paste the policy as it is rendered",
            )));
        }
    };
    let result = json::extent(&overlay, lead)
        .map_err(|broken| broken.trouble)
        .and_then(|extent| {
            let behind = overlay.get(extent.end..).unwrap_or_default();
            if behind.trim().is_empty() {
                json::parse(&overlay, Span::new(lead, extent.end), &mut Vec::new())
            } else {
                Err(Trouble::new(
                    Span::new(extent.end, overlay.len()),
                    "there is more behind the policy in this heredoc",
                    "check the brackets",
                ))
            }
        });
    Some(match result {
        Ok(mut root) => {
            restore(&mut root, raw, &holes);
            root.shift(0, content.start);
            Ok(root)
        }
        Err(trouble) => Err(Trouble {
            span: trouble.span.shift(content.start),
            ..trouble
        }),
    })
}

/// `raw` with every interpolation laid over, and the interpolations.
fn overlay(raw: &str) -> Result<(String, Vec<Span>), usize> {
    let bytes = raw.as_bytes();
    let mut overlay = String::with_capacity(raw.len());
    let mut holes = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    let mut done = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'"' => {
                quoted = !quoted;
                at += 1;
            }
            b'\\' if quoted => at += 2,
            b'$' | b'%' if next == Some(&byte) && bytes.get(at + 2) == Some(&b'{') => at += 3,
            b'%' if next == Some(&b'{') => return Err(at),
            b'$' if next == Some(&b'{') => {
                let end = interpolation_end(raw, at + 2);
                overlay.push_str(raw.get(done..at).unwrap_or_default());
                let length = end - at;
                if quoted {
                    overlay.extend(std::iter::repeat_n('x', length));
                } else {
                    overlay.push('"');
                    overlay.extend(std::iter::repeat_n('x', length.saturating_sub(2)));
                    overlay.push('"');
                }
                holes.push(Span::new(at, end));
                at = end;
                done = end;
            }
            _ => at += 1,
        }
    }
    overlay.push_str(raw.get(done..).unwrap_or_default());
    Ok((overlay, holes))
}

/// Behind the brace that closes the interpolation whose inside begins at `start`.
fn interpolation_end(raw: &str, start: usize) -> usize {
    let mut depth = 1_usize;
    let mut quoted = false;
    let mut at = start;
    let bytes = raw.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => depth -= 1,
            // An interpolation that is not closed on its line is not closed at all.
            b'\n' if quoted => return at,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    raw.len()
}

/// Put the interpolations back as references.
fn restore(node: &mut Node, raw: &str, holes: &[Span]) {
    match &mut node.value {
        Value::List(list) => {
            for item in &mut list.items {
                restore(item, raw, holes);
            }
        }
        Value::Map(map) => {
            for member in &mut map.members {
                if member.key.span.text(raw).contains(['$', '%']) {
                    member.key.text = pieces_of(member.key.span, raw, holes)
                        .into_iter()
                        .map(|piece| match piece {
                            Piece::Literal(literal) => literal,
                            Piece::Reference(reference) => format!("${{{reference}}}"),
                        })
                        .collect();
                }
                restore(&mut member.value, raw, holes);
            }
        }
        Value::Text(_) => {
            if holes.binary_search(&node.span).is_ok() {
                node.value = Value::Opaque {
                    expression: hole(node.span, raw),
                };
            } else if node.span.text(raw).contains(['$', '%']) {
                node.value = Value::Text(Text::new(pieces_of(node.span, raw, holes)));
            }
        }
        _ => {}
    }
}

fn hole(span: Span, raw: &str) -> String {
    let inside = span
        .text(raw)
        .strip_prefix("${")
        .map(|inside| inside.strip_suffix('}').unwrap_or(inside))
        .unwrap_or_default();
    let inside = inside.strip_prefix('~').unwrap_or(inside);
    canonical(inside.strip_suffix('~').unwrap_or(inside))
}

/// The pieces of the JSON string at `span`.
fn pieces_of(span: Span, raw: &str, holes: &[Span]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let literal = |from: usize, to: usize, pieces: &mut Vec<Piece>| {
        let (decoded, _) = json::unescape(raw, Span::new(from, to));
        push_literal(pieces, &decoded.replace("$${", "${").replace("%%{", "%{"));
    };
    let mut at = span.start + 1;
    let end = span.end.saturating_sub(1);
    let first = holes.partition_point(|hole| hole.start < span.start);
    for place in holes.iter().skip(first).take_while(|hole| hole.end <= end) {
        literal(at, place.start, &mut pieces);
        pieces.push(Piece::Reference(hole(*place, raw)));
        at = place.end;
    }
    literal(at, end, &mut pieces);
    pieces
}

fn push_literal(pieces: &mut Vec<Piece>, literal: &str) {
    if literal.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Literal(last)) => last.push_str(literal),
        _ => pieces.push(Piece::Literal(literal.to_owned())),
    }
}

/// `&{aws:username}` is how a policy document data source writes the IAM variable `${aws:username}`.
fn iam_variables(literal: &str) -> String {
    literal.replace("&{", "${")
}

/// An expression in one form: blanks only where words would run together.
pub(crate) fn canonical(source: &str) -> String {
    let simple = !source.contains(['"', ' ', '\n', '\t', '\r']);
    if simple {
        return source.to_owned();
    }
    let path = source
        .chars()
        .all(|character| character.is_alphanumeric() || "._-[]* \t\r\n\"/".contains(character));
    let words: Vec<&str> = source.split_whitespace().collect();
    if path
        && words
            .iter()
            .skip(1)
            .all(|word| word.starts_with(['.', '[']))
    {
        words.concat()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn block_types_are_in_order_for_the_search() {
        assert!(super::BLOCKS.is_sorted());
    }
}
