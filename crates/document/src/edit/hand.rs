//! The hand that a text is written in: line ends, indentation, how dense, how lists are laid out.

use undeny_text::Span;

use crate::formats::hcl;
use crate::formats::yaml::{self, Quotes};
use crate::{List, Member, MemberKind, Node, Syntax, Value};

/// What new text has to look like.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    /// How it is written.
    pub(super) syntax: Syntax,
    /// `\n` or `\r\n`.
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) unit: String,
    /// Without spaces behind commas and colons.
    pub(super) compact: bool,
    /// Whether lists of strings are written one item a line.
    pub(super) tall_lists: bool,
    /// Whether maps inside of a map on several lines are written on one.
    pub(super) wide_maps: bool,
    /// Whether the last item of a tall list has a comma too.
    pub(super) trailing_commas: bool,
    /// Whether braces on one line have a space inside.
    pub(super) padded: bool,
    /// Whether the brackets of a list on one line do.
    pub(super) padded_lists: bool,
    /// Whether `${` in a string has to be written `$${`, because a template surrounds it.
    pub(super) template: bool,
    /// What stands between key and value where an HCL object is written as JSON is (`"key": value`), and in JSON where it is not `: `.
    pub(super) colon: Option<String>,
    /// Whether the keys of an HCL object have quotes though they need none.
    pub(super) quoted_keys: bool,
    /// Whether the members of an HCL object on lines of their own end in commas.
    pub(super) commas: bool,
    /// Whether lists of scalars in YAML are written with brackets.
    pub(super) flow_lists: bool,
    /// How much deeper than its key a YAML list begins.
    pub(super) list_indent: String,
    /// The quotes of YAML scalars.
    pub(super) quotes: Quotes,
    /// The quotes of YAML scalars with a colon: actions, ARNs.
    pub(super) name_quotes: Quotes,
    /// The quotes of what `!Sub` fills in.
    pub(super) sub_quotes: Quotes,
    /// The quotes of YAML keys.
    pub(super) key_quotes: Quotes,
    /// Whether the text around is under `!Sub`, where `${` begins a reference.
    pub(super) sub: bool,
}

impl Hand {
    /// The hand around `span`, as far as the text alone tells it.
    pub(super) fn around(text: &str, span: Span, syntax: Syntax) -> Self {
        let (tall_lists, trailing_commas) = lists_around(text, span, syntax);
        Self {
            syntax,
            newline: newline(text, span.start),
            unit: unit_around(text, span.start, syntax),
            compact: syntax != Syntax::Hcl && is_compact(text, span),
            tall_lists,
            wide_maps: false,
            trailing_commas,
            padded: true,
            padded_lists: false,
            template: syntax == Syntax::Hcl
                || (syntax == Syntax::Json && hcl::in_heredoc(text, span.start)),
            colon: None,
            quoted_keys: false,
            commas: false,
            flow_lists: false,
            list_indent: "  ".to_owned(),
            quotes: Quotes::Plain,
            name_quotes: Quotes::Plain,
            sub_quotes: Quotes::Double,
            key_quotes: Quotes::Plain,
            sub: syntax == Syntax::Json && yaml::in_sub(text, span.start),
        }
    }

    /// The hand of the YAML around: of `node` itself, and of the lines near it.
    pub(super) fn like_yaml(mut self, text: &str, node: &Node) -> Self {
        let votes = votes_around(text, node.span);
        self.flow_lists =
            votes.flow > votes.block || (votes.flow + votes.block == 0 && node.as_list().is_none());
        if let Some(indent) = votes.list_indent {
            self.list_indent = " ".repeat(indent);
        }
        if let Some(unit) = votes.unit {
            self.unit = " ".repeat(unit);
        }
        let mut own = Vec::new();
        let mut names = Vec::new();
        let mut subs = Vec::new();
        let mut keys = Vec::new();
        let mut lists = (0_usize, 0_usize);
        let mut padded = 0_usize;
        let mut maps = (0_usize, 0_usize);
        walk(node, &mut |node| match &node.value {
            Value::Text(content) if block_or_flow(node.syntax) => {
                let quotes = quotes_of(text, node.span);
                let source = node.span.text(text);
                // What a function makes has no quotes of its own.
                if !source.starts_with('!') {
                    own.push(quotes);
                }
                if let Some(rest) = source.strip_prefix("!Sub ") {
                    let start = node.span.end - rest.trim_start().len();
                    subs.push(quotes_of(text, Span::new(start, node.span.end)));
                } else if content
                    .literal()
                    .is_some_and(|content| content.contains(':') && !content.contains('*'))
                {
                    // Many quote what has a star, and nothing else.
                    names.push(quotes);
                }
            }
            Value::Map(map) if block_or_flow(node.syntax) => {
                if node.syntax == Syntax::YamlFlow && !map.members.is_empty() {
                    let source = node.span.text(text);
                    self.padded = source.starts_with("{ ") || !source.starts_with('{');
                }
                keys.extend(
                    map.members
                        .iter()
                        .map(|member| quotes_of(text, member.key.span)),
                );
                for member in &map.members {
                    if matches!(&member.value.value, Value::Map(map) if !map.members.is_empty()) {
                        let is_flow = member.value.syntax == Syntax::YamlFlow;
                        maps.0 += usize::from(is_flow);
                        maps.1 += usize::from(!is_flow);
                    }
                }
            }
            Value::List(list)
                if !list
                    .items
                    .iter()
                    .any(|item| matches!(item.value, Value::Map(_))) =>
            {
                if node.syntax == Syntax::YamlFlow {
                    lists.0 += 1;
                    padded += usize::from(node.span.text(text).starts_with("[ "));
                } else {
                    lists.1 += 1;
                }
            }
            _ => {}
        });
        if lists.0 + lists.1 > 0 {
            self.flow_lists = lists.0 > lists.1;
        }
        self.padded_lists = lists.0 > 0 && padded == lists.0;
        self.wide_maps = maps.0 > 0 && maps.1 == 0;
        self.quotes = common(&own);
        self.name_quotes = if names.is_empty() {
            self.quotes
        } else {
            common(&names)
        };
        if !subs.is_empty() {
            self.sub_quotes = common(&subs);
        } else if self.name_quotes != Quotes::Plain {
            self.sub_quotes = self.name_quotes;
        }
        self.key_quotes = common(&keys);
        self
    }

    /// Refined by a neighbour that is written in the hand to copy.
    pub(super) fn like(mut self, text: &str, neighbour: &Node) -> Self {
        if let Value::Map(map) = &neighbour.inner().value
            && let Some(first) = map.members.first()
        {
            if is_tall(text, neighbour) {
                if let Some(unit) = indent_at(text, first.span.start)
                    .strip_prefix(indent_at(text, neighbour.span.end.saturating_sub(1)))
                    && !unit.is_empty()
                {
                    unit.clone_into(&mut self.unit);
                }
            } else {
                self.padded = text
                    .get(neighbour.span.start + 1..first.span.start)
                    .is_none_or(|gap| gap.starts_with(' '));
                if let Some(second) = map.members.get(1)
                    && self.syntax == Syntax::Json
                {
                    let between = text.get(first.span.end..second.span.start);
                    self.compact = between == Some(",");
                }
            }
        }
        if neighbour.inner().syntax == Syntax::Json
            && let Some(map) = neighbour.as_map()
        {
            // With a blank on both sides, or with none.
            const COLONS: &[&str] = &[" : ", ":"];
            let is_all = |colon: &str| {
                let between =
                    |it: &Member| text.get(it.key.span.end..it.value.span.start) == Some(colon);
                !map.members.is_empty() && map.members.iter().all(between)
            };
            let colon = COLONS.iter().find(|colon| is_all(colon));
            self.colon = colon.map(|colon| (*colon).to_owned());
        }
        if let Value::Map(map) = &neighbour.inner().value
            && neighbour.inner().syntax == Syntax::Hcl
            && let Some(first) = map.members.first()
            && first.kind == MemberKind::Attribute
        {
            self.colon = text
                .get(first.key.span.end..first.value.span.start)
                .filter(|between| between.contains(':') && !between.contains('\n'))
                .map(str::to_owned);
            self.quoted_keys = map
                .members
                .iter()
                .all(|member| member.key.span.text(text).starts_with('"'));
            self.commas = text
                .get(first.span.end..neighbour.span.end)
                .is_some_and(|rest| rest.trim_start().starts_with(','));
        }
        if let Value::Map(map) = &neighbour.inner().value
            && is_tall(text, neighbour)
        {
            let values = || {
                let attributes = map.members.iter();
                let attributes = attributes.filter(|member| member.kind == MemberKind::Attribute);
                attributes.map(|member| &member.value)
            };
            // A template's functions stand in braces too.
            let mut braced = values()
                .flat_map(Node::one_or_many)
                .map(|value| value.span.text(text))
                .filter(|source| source.starts_with('{') && *source != "{}");
            if let Some(first) = braced.next() {
                self.padded = first
                    .get(1..)
                    .is_none_or(|inside| inside.starts_with([' ', '\n', '\r']));
            }
            let mut maps = values()
                .filter(|value| matches!(&value.value, Value::Map(map) if !map.members.is_empty()))
                .peekable();
            if maps.peek().is_some() {
                self.wide_maps = maps.all(|value| !is_tall(text, value));
            }
        }
        let mut tall = 0_usize;
        let mut wide = 0_usize;
        let mut padded = 0_usize;
        let mut commas = self.trailing_commas;
        each_scalar_list(neighbour, &mut |list, node| {
            if is_tall(text, node) {
                tall += 1;
                commas = list.items.last().is_some_and(|last| {
                    text.get(last.span.end..node.span.end)
                        .is_some_and(|rest| rest.trim_start().starts_with(','))
                });
            } else {
                wide += 1;
                padded += usize::from(node.span.text(text).starts_with("[ "));
            }
        });
        if tall + wide > 0 {
            self.tall_lists = tall >= wide;
            self.trailing_commas = commas;
        }
        self.padded_lists = wide > 0 && padded == wide;
        self
    }

    /// What stands between key and value in JSON.
    pub(super) fn json_colon(&self) -> &str {
        let usual = if self.compact { ":" } else { ": " };
        self.colon.as_deref().unwrap_or(usual)
    }

    /// What stands between two items on one line.
    pub(super) fn comma(&self) -> &'static str {
        if self.compact { "," } else { ", " }
    }
}

fn each_scalar_list(node: &Node, visit: &mut impl FnMut(&List, &Node)) {
    if let Value::List(list) = &node.value
        && !list.items.is_empty()
        && list
            .items
            .iter()
            .all(|item| !matches!(item.value, Value::Map(_) | Value::List(_)))
    {
        visit(list, node);
    }
    for child in node.children() {
        each_scalar_list(child, visit);
    }
}

/// Whether a node takes more than one line.
pub(super) fn is_tall(text: &str, node: &Node) -> bool {
    node.span.text(text).contains('\n')
}

/// Whether the mapping `node` is an HCL body, where members end with their line, and not an object.
pub(super) fn is_body(text: &str, node: &Node) -> bool {
    let Value::Map(map) = &node.value else {
        return false;
    };
    node.syntax == Syntax::Hcl
        && (!is_bracketed(text, node)
            || map
                .members
                .iter()
                .any(|member| member.kind != MemberKind::Attribute)
            || text.get(..node.span.start).is_some_and(|before| {
                before.trim_end().ends_with(|last: char| {
                    last == '"' || last == '_' || last == '-' || last.is_ascii_alphanumeric()
                })
            }))
}

/// Whether a collection is written with brackets around it.
pub(super) fn is_bracketed(text: &str, node: &Node) -> bool {
    matches!(text.as_bytes().get(node.span.start), Some(b'{' | b'['))
}

/// Where the children of a collection end: before its closing bracket, or at the end of its last line.
pub(super) fn inside_end(text: &str, node: &Node) -> usize {
    if is_bracketed(text, node) {
        node.span.end.saturating_sub(1)
    } else {
        (line_end(text, node.span.end) + 2).min(text.len())
    }
}

/// The start of the line that holds the byte at `offset`.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// The end of the line that holds the byte at `offset`, before its line break.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let length = rest.find('\n').unwrap_or(rest.len());
    let line = rest.get(..length).unwrap_or_default();
    offset + line.strip_suffix('\r').unwrap_or(line).len()
}

/// The blanks at the start of the line that holds the byte at `offset`.
pub(super) fn indent_at(text: &str, offset: usize) -> &str {
    let line = text
        .get(line_start(text, offset)..offset)
        .unwrap_or_default();
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or_default()
}

/// Whether only blanks stand before the byte at `offset` on its line.
pub(super) fn begins_line(text: &str, offset: usize) -> bool {
    text.get(line_start(text, offset)..offset)
        .is_some_and(|before| before.trim_start_matches('\u{feff}').trim().is_empty())
}

/// The line break in use near `offset`.
pub(super) fn newline(text: &str, offset: usize) -> &'static str {
    let before = text.get(..offset).unwrap_or_default();
    let after = text.get(offset..).unwrap_or_default();
    let carriage = match after.find('\n') {
        Some(place) => after.get(..place).is_some_and(|line| line.ends_with('\r')),
        None => before
            .rfind('\n')
            .is_some_and(|place| before.get(..place).is_some_and(|line| line.ends_with('\r'))),
    };
    if carriage { "\r\n" } else { "\n" }
}

/// How much deeper a line stands than the one that it is inside of, in JSON as the line at `offset` shows it.
fn unit_around(text: &str, offset: usize, syntax: Syntax) -> String {
    let own = indent_at(text, offset);
    let before = text.get(..line_start(text, offset)).unwrap_or_default();
    let outer = |line: &str| {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.get(..line.len() - content.len())?;
        (indent.len() < own.len() && !content.trim_end().is_empty()).then_some(indent.len())
    };
    let step = (syntax == Syntax::Json)
        .then(|| before.lines().rev().find_map(outer))
        .flatten();
    match step.and_then(|step| own.get(step..)) {
        Some(unit) if unit.len() <= 8 => unit.to_owned(),
        _ if own.contains('\t') => "\t".to_owned(),
        _ => "  ".to_owned(),
    }
}

/// Whether the value at `span` follows its colon, or its list's comma, without a space.
fn is_compact(text: &str, span: Span) -> bool {
    let inside = span.text(text);
    if inside.contains('\n') {
        return false;
    }
    let before = text.get(..span.start).unwrap_or_default();
    before.ends_with("\":") || before.ends_with("\",")
}

/// How the nearest list of strings around is laid out: tall or not, with or without a last comma.
fn lists_around(text: &str, span: Span, syntax: Syntax) -> (bool, bool) {
    const REACH: usize = 4000;
    let mut best: Option<(usize, bool, bool)> = None;
    let (start, end) = document_around(text, span, syntax, REACH);
    let region = text.get(start..end).unwrap_or_default();
    for (offset, _) in region.match_indices('[') {
        let place = start + offset;
        let behind = text.get(place + 1..end).unwrap_or_default();
        let gap = behind.len() - behind.trim_start().len();
        if !behind.get(gap..).is_some_and(|rest| rest.starts_with('"'))
            || span.contains_offset(place)
        {
            continue;
        }
        let tall = behind.get(..gap).is_some_and(|gap| gap.contains('\n'));
        let comma = behind
            .split(']')
            .next()
            .is_some_and(|list| list.trim_end().ends_with(','));
        let distance = place.abs_diff(span.start);
        if best.is_none_or(|(nearest, ..)| distance < nearest) {
            best = Some((distance, tall, comma));
        }
    }
    best.map_or((false, syntax == Syntax::Hcl), |(_, tall, comma)| {
        (tall, if tall { comma } else { syntax == Syntax::Hcl })
    })
}

/// A piece of text around `span` that does not reach over a closing bracket in the first column, nor, for JSON, a blank line.
fn document_around(text: &str, span: Span, syntax: Syntax, reach: usize) -> (usize, usize) {
    let mut start = span.start.saturating_sub(reach);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = span.end.saturating_add(reach).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(start..span.start).unwrap_or_default();
    let after = text.get(span.end..end).unwrap_or_default();
    let mut walls = vec!["\n}", "\n]"];
    if syntax == Syntax::Json {
        walls.extend(["\n\n", "\n\r\n"]);
    }
    if let Some(wall) = walls.iter().filter_map(|wall| before.rfind(wall)).max() {
        start += wall;
    }
    if let Some(wall) = walls.iter().filter_map(|wall| after.find(wall)).min() {
        end = span.end + wall;
    }
    (start, end)
}

fn block_or_flow(syntax: Syntax) -> bool {
    matches!(syntax, Syntax::YamlBlock | Syntax::YamlFlow)
}

fn walk(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    for child in node.children() {
        walk(child, visit);
    }
}

/// The quotes of the scalar at `span`.
pub(super) fn quotes_of(text: &str, span: Span) -> Quotes {
    match text.as_bytes().get(span.start) {
        Some(b'"') => Quotes::Double,
        Some(b'\'') => Quotes::Single,
        _ => Quotes::Plain,
    }
}

/// None where some do without, else those of the last.
fn common(all: &[Quotes]) -> Quotes {
    if all.contains(&Quotes::Plain) {
        return Quotes::Plain;
    }
    all.last().copied().unwrap_or(Quotes::Plain)
}

/// What the lines around a place tell of the hand.
#[derive(Default)]
struct Votes {
    flow: usize,
    block: usize,
    list_indent: Option<usize>,
    unit: Option<usize>,
}

fn votes_around(text: &str, span: Span) -> Votes {
    const REACH: usize = 3000;
    let mut start = span.start.saturating_sub(REACH);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = span.end.saturating_add(REACH).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let region = text.get(line_start(text, start)..end).unwrap_or_default();
    let mut votes = Votes::default();
    let mut open: Option<usize> = None;
    for line in region.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let item = trimmed.strip_prefix("- ").map(str::trim_start);
        // A key behind a dash stands deeper by the dash.
        let column = item.map_or(depth, |item| depth + trimmed.len() - item.len());
        let content = item.unwrap_or(trimmed);
        if let Some(key) = open {
            if item.is_some() && depth >= key {
                votes.list_indent = Some(depth - key);
            } else if item.is_none() && depth > key {
                votes.unit = Some(depth - key);
            }
        }
        let keyed = content.contains(": ") || content.ends_with(':');
        if item.is_some() && !keyed {
            votes.block += 1;
        }
        if content.contains(": [") && !content.contains("[]") && !content.contains('!') {
            votes.flow += 1;
        }
        open = content.ends_with(':').then_some(column);
    }
    votes
}
