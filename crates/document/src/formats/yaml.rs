//! YAML: CloudFormation templates, workflows, manifests. The only file that names granit-parser.

use std::collections::BTreeSet;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};
use undeny_text::Span;

use super::{
    AS_RENDERED, Trouble, cloudformation, in_template, is_decimal, json, template_expected,
};
use crate::{Key, List, Map, Member, MemberKind, Node, Piece, Syntax, Text, Value};

/// How deep blocks and brackets may nest, each.
const NESTING: usize = 60;

/// Keys that make a run of lines YAML that somebody meant.
const STRONG: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Action",
    "AssumeRolePolicyDocument",
    "Effect",
    "Globals",
    "Outputs",
    "Parameters",
    "PolicyDocument",
    "Principal",
    "Resources",
    "Statement",
    "Transform",
    "Type",
    "apiVersion",
    "before_script",
    "custom",
    "env",
    "functions",
    "iam",
    "id_tokens",
    "image",
    "jobs",
    "kind",
    "metadata",
    "on",
    "permissions",
    "phases",
    "pipelines",
    "provider",
    "role-to-assume",
    "run",
    "runs-on",
    "script",
    "service",
    "spec",
    "stages",
    "statements",
    "steps",
    "uses",
    "workflow",
];

/// What a line is, as far as YAML by indentation is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// `key:`, `key: value`; whether the key is one of those that tell.
    Key {
        /// See [`STRONG`].
        strong: bool,
        /// Nothing stands behind the colon.
        open: bool,
    },
    /// `- ..`; whether a telling key follows.
    Item {
        /// See [`STRONG`].
        strong: bool,
    },
    /// `---`.
    Separator,
    /// Anything else.
    Other,
}

/// Classify a line without its indentation.
pub(crate) fn line_kind(line: &str) -> LineKind {
    if line == "---"
        || (line.starts_with("--- ") && line.trim_end() == "---")
        || line.starts_with("--- #")
    {
        return LineKind::Separator;
    }
    if line.starts_with("- ") {
        let item = line.trim_start_matches(['-', ' ']);
        return LineKind::Item {
            strong: matches!(key_kind(item), LineKind::Key { strong: true, .. }),
        };
    }
    if line == "-" {
        return LineKind::Item { strong: false };
    }
    key_kind(line)
}

fn key_kind(line: &str) -> LineKind {
    let (key, behind) = if let Some(quoted) = line.strip_prefix('"') {
        let Some((key, behind)) = quoted.split_once('"') else {
            return LineKind::Other;
        };
        (key, behind)
    } else {
        let end = line
            .find(|character: char| {
                !(character.is_ascii_alphanumeric() || "_-./@".contains(character))
            })
            .unwrap_or(line.len());
        (
            line.get(..end).unwrap_or_default(),
            line.get(end..).unwrap_or_default(),
        )
    };
    let Some(value) = behind.trim_start().strip_prefix(':') else {
        return LineKind::Other;
    };
    if key.is_empty() || !(value.is_empty() || value.starts_with([' ', '\t', '\r'])) {
        return LineKind::Other;
    }
    let value = value.trim();
    LineKind::Key {
        strong: STRONG.binary_search(&key).is_ok(),
        open: value.is_empty() || value.starts_with('#') || value.starts_with(['|', '>', '&', '!']),
    }
}

/// Read the one YAML document that is the bytes `span`.
pub(crate) fn parse(text: &str, span: Span, notes: &mut Vec<Trouble>) -> Result<Node, Trouble> {
    let source = span.text(text);
    if let Some((lone, _)) = source
        .match_indices('\r')
        .find(|(at, _)| source.as_bytes().get(at + 1) != Some(&b'\n'))
    {
        return Err(Trouble::new(
            Span::new(lone, lone + 1).shift(span.start),
            "a line ends in a carriage return alone",
            "save the file with line ends of one kind",
        ));
    }
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: NESTING,
        block_nesting_limit: NESTING,
    };
    let mut reader = Reader {
        source,
        base: span.start,
        cursor: 0,
        events: Parser::new_from_str_with_options(source, options),
        ahead: None,
        flow: 0,
        notes,
    };
    let root = loop {
        match reader.next()? {
            Some((Event::StreamStart | Event::DocumentStart(..), _)) => {}
            Some((Event::StreamEnd | Event::DocumentEnd, _)) | None => {
                return Err(Trouble::new(span, "there is nothing here", ""));
            }
            Some((event, place)) => break reader.node(event, place)?,
        }
    };
    // Errors behind the root count too.
    while let Some((event, place)) = reader.next()? {
        if event.is_node() {
            return Err(Trouble::new(
                reader.span(&place),
                "there is more behind the document",
                "separate documents by a line `---`",
            ));
        }
    }
    let mut root = root;
    if !super::is_placed(text, &root) {
        return Err(Trouble::new(
            root.span,
            "this YAML is written in a way that could not be followed",
            "write the collections in it by indentation",
        ));
    }
    cloudformation::long_forms(&mut root);
    Ok(root)
}

type Place = granit_parser::Span;

struct Reader<'s, 'n> {
    source: &'s str,
    base: usize,
    /// Offset in the source behind what was last read.
    cursor: usize,
    events: Parser<'s, StrInput<'s>>,
    ahead: Option<(Event<'s>, Place)>,
    /// How many brackets are open.
    flow: usize,
    notes: &'n mut Vec<Trouble>,
}

impl<'s> Reader<'s, '_> {
    fn next(&mut self) -> Result<Option<(Event<'s>, Place)>, Trouble> {
        if let Some(event) = self.ahead.take() {
            return Ok(Some(event));
        }
        match self.events.next() {
            None => Ok(None),
            Some(Ok(event)) => Ok(Some(event)),
            Some(Err(error)) => Err(self.explain(&error)),
        }
    }

    fn explain(&self, error: &ScanError) -> Trouble {
        let at = error
            .marker()
            .byte_offset()
            .unwrap_or(self.cursor)
            .min(self.source.len());
        let mut at = at;
        while !self.source.is_char_boundary(at) {
            at -= 1;
        }
        let start = self
            .source
            .get(..at)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |newline| newline + 1);
        let line = self
            .source
            .get(start..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or_default();
        let end = at
            + self
                .source
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
        let span = Span::new(at, end).shift(self.base);
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return Trouble::new(
                span,
                format!("this nests deeper than {NESTING} levels"),
                "paste the policy alone",
            );
        }
        if in_template(self.source, at) {
            return Trouble::new(span, template_expected("YAML"), AS_RENDERED);
        }
        let indent = line.len() - line.trim_start().len();
        if line
            .get(..indent)
            .is_some_and(|blanks| blanks.contains('\t'))
        {
            return Trouble::new(
                span,
                "a tab indents this line, which YAML does not allow",
                "use spaces",
            );
        }
        Trouble::new(
            span,
            "this is not YAML",
            "check the indentation, the colons and the quotes around this place",
        )
    }

    fn span(&self, place: &Place) -> Span {
        place
            .byte_range()
            .map_or(Span::empty(self.cursor), Span::from)
            .shift(self.base)
    }

    /// The place of a node's content in the source.
    fn place(&self, place: &Place) -> Span {
        place
            .byte_range()
            .map_or(Span::empty(self.cursor), Span::from)
    }

    /// Where the node's anchor begins; read right behind its first event.
    fn anchor(&mut self, id: usize) -> Result<Option<usize>, Trouble> {
        if id == 0 {
            return Ok(None);
        }
        match self.next()? {
            Some((Event::Anchor(..), place)) => Ok(Some(self.place(&place).start)),
            other => {
                self.ahead = other;
                Ok(None)
            }
        }
    }

    fn node(&mut self, event: Event<'s>, place: Place) -> Result<Node, Trouble> {
        let tag = place.tag_span().and_then(|span| span.byte_range());
        let content = self.place(&place);
        let lead = |anchor: Option<usize>, start: usize| {
            let start = anchor.map_or(start, |anchor| anchor.min(start));
            tag.as_ref().map_or(start, |tag| tag.start.min(start))
        };
        let function = tag
            .as_ref()
            .and_then(|tag| self.source.get(tag.clone()))
            .and_then(|tag| tag.strip_prefix('!'))
            .filter(|name| {
                !name.is_empty()
                    && name
                        .chars()
                        .all(|character| character.is_ascii_alphanumeric())
            })
            .map(str::to_owned);
        let mut node = match event {
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.cursor = content.end;
                Node {
                    span: content,
                    syntax: self.scalar_syntax(),
                    value: Value::Opaque {
                        expression: content.text(self.source).to_owned(),
                    },
                }
            }
            Event::Scalar(value, style, anchor, _) => {
                if let Some(tag) = &tag {
                    self.cursor = self.cursor.max(tag.end);
                }
                let anchor = self.anchor(anchor)?;
                let mut node = self.scalar(&value, style, content, function.is_some());
                node.span.start = lead(anchor, node.span.start);
                self.cursor = node.span.end.max(self.cursor);
                node
            }
            Event::SequenceStart(style, anchor, _) => {
                if let Some(tag) = &tag {
                    self.cursor = self.cursor.max(tag.end);
                }
                let anchor = self.anchor(anchor)?;
                let mut items = Vec::new();
                self.flow += usize::from(style == StructureStyle::Flow);
                let end = loop {
                    match self.next()? {
                        Some((Event::SequenceEnd, place)) => break self.place(&place).end,
                        Some((event, place)) => items.push(self.node(event, place)?),
                        None => break self.source.len(),
                    }
                };
                self.flow -= usize::from(style == StructureStyle::Flow);
                let inner = items.first().map(|item: &Node| item.span.start - self.base);
                let last = items.last().map(|item| item.span.end - self.base);
                self.collection(
                    style,
                    content,
                    (inner, last),
                    lead(anchor, usize::MAX),
                    end,
                    Value::List(List { items }),
                )
            }
            Event::MappingStart(style, anchor, _) => {
                if let Some(tag) = &tag {
                    self.cursor = self.cursor.max(tag.end);
                }
                let anchor = self.anchor(anchor)?;
                self.flow += usize::from(style == StructureStyle::Flow);
                let (members, end) = self.members()?;
                self.flow -= usize::from(style == StructureStyle::Flow);
                let inner = members
                    .first()
                    .map(|member: &Member| member.span.start - self.base);
                let last = members.last().map(|member| member.span.end - self.base);
                self.collection(
                    style,
                    content,
                    (inner, last),
                    lead(anchor, usize::MAX),
                    end,
                    Value::Map(Map { members }),
                )
            }
            _ => {
                return Err(Trouble::new(
                    content.shift(self.base),
                    "this is not YAML",
                    "check the indentation around this place",
                ));
            }
        };
        node.span = node.span.shift(self.base);
        if let Some(name) = function {
            let argument = Node {
                span: node.span,
                syntax: node.syntax,
                value: node.value,
            };
            node.value = cloudformation::function(&name, &argument);
        }
        Ok(node)
    }

    /// A collection's place: with brackets, from bracket to bracket; else from its first to its last child.
    fn collection(
        &mut self,
        style: StructureStyle,
        opening: Span,
        children: (Option<usize>, Option<usize>),
        lead: usize,
        end: usize,
        value: Value,
    ) -> Node {
        let flow = style == StructureStyle::Flow;
        let start = if flow {
            opening.start
        } else {
            children.0.unwrap_or(opening.start)
        };
        let end = if flow {
            end
        } else {
            children.1.unwrap_or(start)
        };
        let span = Span::new(start.min(lead), end);
        self.cursor = self.cursor.max(end);
        Node {
            span,
            syntax: if flow {
                Syntax::YamlFlow
            } else {
                Syntax::YamlBlock
            },
            value,
        }
    }

    fn members(&mut self) -> Result<(Vec<Member>, usize), Trouble> {
        let mut members: Vec<Member> = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            let key = match self.next()? {
                Some((Event::MappingEnd, place)) => return Ok((members, self.place(&place).end)),
                Some((event, place)) => self.node(event, place)?,
                None => return Ok((members, self.source.len())),
            };
            let name = match &key.value {
                Value::Text(text) => text.literal().unwrap_or_default().to_owned(),
                Value::Null => String::new(),
                _ => Span::new(key.span.start - self.base, key.span.end - self.base)
                    .text(self.source)
                    .to_owned(),
            };
            let Some((event, place)) = self.next()? else {
                return Ok((members, self.source.len()));
            };
            // An empty value stands right behind the colon.
            let rest = self.source.get(self.cursor..).unwrap_or_default();
            let blanks = rest.len() - rest.trim_start().len();
            let colon = if rest.get(blanks..).is_some_and(|rest| rest.starts_with(':')) {
                self.cursor + blanks + 1
            } else {
                self.cursor
            };
            let empty = matches!(&event, Event::Scalar(_, ScalarStyle::Plain, 0, None))
                && self.place(&place).is_empty();
            let value = if empty {
                let at = colon.min(self.source.len());
                self.cursor = at;
                Node {
                    span: Span::empty(at).shift(self.base),
                    syntax: self.scalar_syntax(),
                    value: Value::Null,
                }
            } else {
                self.node(event, place)?
            };
            let key = Key {
                span: key.span,
                text: name,
            };
            if key.text != "<<" && !seen.insert(key.text.clone()) {
                self.notes.push(Trouble::new(
                    key.span,
                    format!(
                        "the key `{}` is there twice in one mapping",
                        json::shown(&key.text)
                    ),
                    "only one of the two counts: merge them",
                ));
            }
            members.push(Member {
                span: Span::new(key.span.start, value.span.end.max(key.span.end)),
                key,
                kind: MemberKind::Attribute,
                value,
            });
        }
    }

    fn scalar_syntax(&self) -> Syntax {
        if self.flow > 0 {
            Syntax::YamlFlow
        } else {
            Syntax::YamlBlock
        }
    }

    /// A scalar; its span does not count the base yet.
    fn scalar(&mut self, value: &str, style: ScalarStyle, content: Span, tagged: bool) -> Node {
        let mut span = content;
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let header = self
                .source
                .get(self.cursor..content.start)
                .and_then(|between| between.find(['|', '>']))
                .map_or(content.start, |offset| self.cursor + offset);
            let body = content.text(self.source);
            span = Span::new(
                header,
                (content.start + body.trim_end().len()).max(header + 1),
            );
        } else {
            let body = content.text(self.source);
            span.end = content.start + body.trim_end().len();
            if span.is_empty() {
                span = Span::empty(span.start.max(self.cursor));
            }
        }
        let plain = style == ScalarStyle::Plain;
        let syntax = self.scalar_syntax();
        let value = if plain && !tagged {
            plain_value(value)
        } else if json::may_hold_json(value)
            && let Some(root) = self.embedded(value, style, span, content)
        {
            Value::Embedded(Box::new(root))
        } else {
            Value::Text(text(value))
        };
        Node {
            span,
            syntax,
            value,
        }
    }

    /// The JSON document in a scalar: with places that can be edited where its bytes stand as they are.
    fn embedded(
        &mut self,
        value: &str,
        style: ScalarStyle,
        span: Span,
        content: Span,
    ) -> Option<Node> {
        let verbatim = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => Some(content),
            ScalarStyle::SingleQuoted if !value.contains('\'') => {
                Some(Span::new(span.start + 1, span.end.saturating_sub(1)))
            }
            _ => None,
        };
        let Some(inside) = verbatim else {
            let raw = span.text(self.source);
            if style != ScalarStyle::DoubleQuoted || raw.contains('\n') {
                return None;
            }
            let mut root = json::inside_string(self.source, span)?;
            root.shift(0, self.base);
            return Some(root);
        };
        let lead = inside.text(self.source).len() - inside.text(self.source).trim_start().len();
        let start = inside.start + lead;
        let extent = json::extent(self.source, start);
        let end = match extent {
            Ok(extent) if extent.end <= inside.end => extent.end,
            Ok(_) => return None,
            Err(broken) => {
                if broken.meant && broken.at <= inside.end {
                    self.notes.push(Trouble {
                        span: broken.trouble.span.shift(self.base),
                        ..broken.trouble
                    });
                }
                return None;
            }
        };
        if !self.source.get(end..inside.end)?.trim().is_empty() {
            return None;
        }
        let mut notes = Vec::new();
        match json::parse(self.source, Span::new(start, end), &mut notes) {
            Ok(mut root) => {
                json::open_strings(self.source, &mut root);
                root.shift(0, self.base);
                Some(root)
            }
            Err(trouble) => {
                self.notes.push(Trouble {
                    span: trouble.span.shift(self.base),
                    ..trouble
                });
                None
            }
        }
    }
}

/// What a plain scalar is.
fn plain_value(value: &str) -> Value {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(value) => Value::Number(value.to_owned()),
        _ => Value::Text(text(value)),
    }
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if let Some(hex) = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0o"))
    {
        return !hex.is_empty() && hex.chars().all(|digit| digit.is_ascii_hexdigit());
    }
    let special = matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN");
    special
        || (digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
            && is_decimal(&digits.replace('_', "")))
}

/// A string with the references that other languages write into YAML: GitHub's `${{ x }}`, Serverless' `${self:x}`.
fn text(value: &str) -> Text {
    const SERVERLESS: &[&str] = &[
        "self:", "env:", "opt:", "sls:", "ssm:", "cf:", "file(", "param:",
    ];
    let mut pieces = Vec::new();
    let mut rest = value;
    let mut literal = String::new();
    while let Some((before, behind)) = rest.split_once("${") {
        literal.push_str(before);
        let (inside, after) = if let Some(inside) = behind.strip_prefix('{') {
            inside.split_once("}}").unwrap_or(("", ""))
        } else if SERVERLESS.iter().any(|lead| behind.starts_with(lead)) {
            behind.split_once('}').unwrap_or(("", ""))
        } else {
            ("", "")
        };
        if inside.trim().is_empty() {
            literal.push_str("${");
            rest = behind;
            continue;
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Reference(inside.trim().to_owned()));
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Text::new(pieces)
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// None.
    Plain,
    /// `'`
    Single,
    /// `"`
    Double,
}

/// `content` as a scalar: as `quotes` say, or with quotes that are needed. `flow`: between brackets.
pub(crate) fn scalar(content: &str, quotes: Quotes, flow: bool) -> String {
    let printable = content
        .chars()
        .all(|character| !character.is_control() && character != '\u{feff}');
    match quotes {
        Quotes::Plain if printable && is_plain(content, flow) => content.to_owned(),
        Quotes::Single if printable => format!("'{}'", content.replace('\'', "''")),
        _ => json::quote(content),
    }
}

fn is_plain(content: &str, flow: bool) -> bool {
    let Some(first) = content.chars().next() else {
        return false;
    };
    let starts = !"-?:,[]{}#&*!|>'\"%@`".contains(first) && !first.is_whitespace();
    starts
        && !content.contains(": ")
        && !content.contains(" #")
        && !content.ends_with(|last: char| last == ':' || last.is_whitespace())
        && !(flow && (content.contains([',', '[', ']', '{', '}']) || content.contains("::")))
        && !content.contains("${")
        && !matches!(
            content.to_ascii_lowercase().as_str(),
            "yes" | "no" | "on" | "off" | "y" | "n"
        )
        && !looks_like_date(content)
        && matches!(plain_value(content), Value::Text(_))
}

/// YAML 1.1 readers, CloudFormation's among them, take such a scalar for a date.
fn looks_like_date(content: &str) -> bool {
    content.len() >= 8
        && content.starts_with(|first: char| first.is_ascii_digit())
        && content
            .chars()
            .all(|character| character.is_ascii_digit() || "-:TtZz. ".contains(character))
}

/// Whether the byte at `offset` stands inside a block scalar under `!Sub`, where `${` begins a reference.
pub(crate) fn in_sub(text: &str, offset: usize) -> bool {
    const LEADS: [&str; 4] = ["!Sub |", "!Sub >", "Fn::Sub: |", "Fn::Sub: >"];
    let before = text.get(..offset).unwrap_or_default();
    // Upwards, no further than the first line that nothing can be outside of: there may be megabytes above.
    let mut least = usize::MAX;
    for line in before.rsplit('\n') {
        let depth = line.len() - line.trim_start().len();
        if LEADS.iter().any(|lead| line.contains(lead)) {
            return depth < least;
        }
        if !line.trim().is_empty() {
            least = least.min(depth);
        }
        if least == 0 {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #[test]
    fn telling_keys_are_in_order_for_the_search() {
        assert!(super::STRONG.is_sorted());
    }
}
