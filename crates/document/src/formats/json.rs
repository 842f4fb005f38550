//! JSON: also with comments and trailing commas, and JSON written inside a string.
//!
//! [`extent`] walks over a value without recursion and says where it ends, so that a paste can be cut before anything is parsed and
//! no input can use up the stack. [`parse`] then makes the tree.

use std::collections::BTreeSet;

use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{Scanner, ScannerOptions, tokens::Token};
use undeny_text::{MappedText, SourceMap, Span};

use super::{AS_RENDERED, DEPTH, Trouble, in_template, is_decimal, template_expected};
use crate::{Key, List, Map, Member, MemberKind, Node, Syntax, Text, Value};

/// The whole of a bracketed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Offset behind the closing bracket.
    pub(crate) end: usize,
    /// The first line break inside a string, where there is one.
    pub(crate) broken_string: Option<usize>,
}

/// Why a bracket does not begin a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// How far it could be read.
    pub(crate) at: usize,
    /// Whether a `"key":` was seen before that: somebody meant JSON.
    pub(crate) meant: bool,
    /// What is wrong there.
    pub(crate) trouble: Trouble,
}

/// Where the value ends that begins at `start` with `{` or `[`. Looks at every byte once and keeps no more than [`DEPTH`] brackets.
pub(crate) fn extent(text: &str, start: usize) -> Result<Extent, Broken> {
    let mut unclosed = None;
    walk(text, start, &mut unclosed).map_err(|mut broken| {
        // What comes after a string that runs over its line is not what is wrong.
        if let Some(place) = unclosed
            && broken.trouble.span.start > place
        {
            broken.trouble = Trouble::new(
                Span::new(place, place + 1),
                "this string is not closed on its line",
                "add the missing `\"`",
            );
        }
        broken
    })
}

/// `unclosed` becomes the first string that runs over a line.
fn walk(text: &str, start: usize, unclosed: &mut Option<usize>) -> Result<Extent, Broken> {
    let bytes = text.as_bytes();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut at = start;
    let mut meant = false;
    let mut broken_string = None;
    let mut after_string = false;
    let broken = |at: usize, end: usize, meant: bool, message: String, help: &str| Broken {
        at,
        meant,
        trouble: Trouble::new(Span::new(at, end.min(text.len())), message, help),
    };
    while let Some(&byte) = bytes.get(at) {
        let was_string = std::mem::take(&mut after_string);
        match byte {
            b'{' | b'[' => {
                if open.len() >= DEPTH {
                    return Err(broken(
                        at,
                        at + 1,
                        true,
                        format!("this nests deeper than {DEPTH} levels"),
                        "paste the policy alone",
                    ));
                }
                open.push((if byte == b'{' { b'}' } else { b']' }, at));
                at += 1;
            }
            b'}' | b']' => {
                let Some((closer, opened)) = open.pop() else {
                    break;
                };
                if closer != byte {
                    return Err(broken(
                        at,
                        at + 1,
                        meant,
                        format!(
                            "`{}` closes what `{}` opened",
                            char::from(byte),
                            opened_by(bytes, opened)
                        ),
                        "check the brackets before this place",
                    ));
                }
                at += 1;
                if open.is_empty() {
                    return Ok(Extent {
                        end: at,
                        broken_string,
                    });
                }
            }
            b'"' => {
                let string = string_end(bytes, at);
                match string {
                    Ok((end, newline)) => {
                        broken_string = broken_string.or(newline);
                        if newline.is_some() {
                            unclosed.get_or_insert(at);
                        }
                        at = end;
                        after_string = true;
                    }
                    Err(StringError::Unclosed) => {
                        return Err(broken(
                            at,
                            at + 1,
                            meant,
                            "this string is not closed".to_owned(),
                            "add the missing `\"`",
                        ));
                    }
                    Err(StringError::Escape(place)) => {
                        return Err(broken(
                            place,
                            next_boundary(text, place + 1),
                            meant,
                            "a backslash in a JSON string must be followed by one of `\"\\/bfnrtu`"
                                .to_owned(),
                            "write `\\\\` for a backslash",
                        ));
                    }
                }
            }
            b':' => {
                meant |= was_string;
                at += 1;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                after_string = was_string;
                at += 1;
            }
            b',' => at += 1,
            b'/' => match comment_end(text, at) {
                Some(end) => at = end,
                None => {
                    return Err(broken(
                        at,
                        at + 1,
                        meant,
                        "`/` is no JSON".to_owned(),
                        "quote the value",
                    ));
                }
            },
            b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                let end = bytes
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-._".contains(byte)))
                    .map_or(bytes.len(), |length| at + length);
                let word = text.get(at..end).unwrap_or_default();
                if !matches!(word, "true" | "false" | "null") && !is_number(word) {
                    if in_template(text, at) {
                        let message = template_expected("JSON");
                        return Err(broken(at, end, meant, message, AS_RENDERED));
                    }
                    return Err(broken(
                        at,
                        end,
                        meant,
                        "a word without quotes is no JSON".to_owned(),
                        "put it in double quotes",
                    ));
                }
                at = end;
            }
            _ => {
                let end = next_boundary(text, at + 1);
                if in_template(text, at) {
                    let message = template_expected("JSON");
                    return Err(broken(at, end, meant, message, AS_RENDERED));
                }
                return Err(broken(
                    at,
                    end,
                    meant,
                    format!(
                        "`{}` is not expected here",
                        text.get(at..end).unwrap_or_default().escape_debug()
                    ),
                    "check the quotes and brackets before this place",
                ));
            }
        }
    }
    let opened = open.last().map_or(start, |(_, opened)| *opened);
    Err(Broken {
        at: text.len(),
        meant,
        trouble: Trouble::new(
            Span::new(opened, opened + 1),
            format!("this `{}` is never closed", opened_by(bytes, opened)),
            "paste the whole document, or add the closing bracket",
        ),
    })
}

fn opened_by(bytes: &[u8], at: usize) -> char {
    bytes.get(at).copied().map_or('{', char::from)
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && !(digits.len() > 1
            && digits.starts_with('0')
            && digits
                .chars()
                .nth(1)
                .is_some_and(|second| second.is_ascii_digit()))
        && is_decimal(digits)
}

fn next_boundary(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at.min(text.len())
}

enum StringError {
    Unclosed,
    Escape(usize),
}

/// The end of the string that begins at `start`, and its first line break.
fn string_end(bytes: &[u8], start: usize) -> Result<(usize, Option<usize>), StringError> {
    let mut at = start + 1;
    let mut newline = None;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok((at + 1, newline)),
            b'\\' => {
                match bytes.get(at + 1) {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 1,
                    Some(b'u')
                        if bytes
                            .get(at + 2..at + 6)
                            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) =>
                    {
                        at += 5;
                    }
                    Some(_) => return Err(StringError::Escape(at)),
                    None => return Err(StringError::Unclosed),
                }
                at += 1;
            }
            b'\n' => {
                newline = newline.or(Some(at));
                at += 1;
            }
            _ => at += 1,
        }
    }
    Err(StringError::Unclosed)
}

/// The end of the comment that begins at `start` with `/`.
fn comment_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if rest.starts_with("//") {
        Some(rest.find('\n').map_or(text.len(), |length| start + length))
    } else if rest.starts_with("/*") {
        let length = rest.get(2..)?.find("*/")?;
        Some(start + 2 + length + 2)
    } else {
        None
    }
}

/// The tree of the value that is exactly the bytes `span` of `text`. What is odd but readable is added to `notes`.
///
/// `span` must have been measured by [`extent`].
pub(crate) fn parse(text: &str, span: Span, notes: &mut Vec<Trouble>) -> Result<Node, Trouble> {
    let mut reader = Reader {
        scanner: Scanner::new(
            span.text(text),
            &ScannerOptions {
                allow_single_quoted_strings: false,
                allow_hexadecimal_numbers: false,
                allow_unary_plus_numbers: false,
                allow_bare_decimal_point_numbers: false,
                allow_non_finite_numbers: false,
                allow_extended_string_escapes: false,
            },
        ),
        base: span.start,
        notes,
    };
    let Some(first) = reader.next()? else {
        return Err(Trouble::new(
            span,
            "there is no value here",
            "paste the whole document",
        ));
    };
    let node = reader.node(first)?;
    match reader.next()? {
        None => Ok(node),
        Some(_) => Err(reader.trouble(NO_JSON)),
    }
}

/// What is wrong, and what to do.
type Explained = (&'static str, &'static str);
const COLON_MISSING: Explained = (
    "a colon is missing behind this key",
    "write `\"key\": value`",
);
const COLON_UNEXPECTED: Explained = (
    "a colon is not expected here",
    "write `\"key\": value` inside braces",
);
const COMMA_MISSING: Explained = ("a comma is missing here", "add `,` before this place");
const COMMA_UNEXPECTED: Explained = ("a comma too many", "remove it");
const ESCAPE_UNKNOWN: Explained = (
    "this string has an escape that JSON does not know",
    "check the backslashes",
);
const KEY_EXPECTED: Explained = (
    "a key in double quotes is expected here",
    "write `\"key\": value`",
);
const NO_JSON: Explained = ("this is not JSON", "check the text around this place");
const VALUE_MISSING: Explained = ("this key has no value", "write a value behind the colon");

/// Of one document: a hostile one would have them at every word.
const MOST_NOTES: usize = 100;

/// Makes the tree token by token; nothing else is kept, and [`extent`] has seen to it that it is not too deep.
struct Reader<'t, 'n> {
    scanner: Scanner<'t>,
    base: usize,
    notes: &'n mut Vec<Trouble>,
}

impl<'t> Reader<'t, '_> {
    /// The next token that is no comment.
    fn next(&mut self) -> Result<Option<Token<'t>>, Trouble> {
        loop {
            match self.scanner.scan() {
                Ok(Some(Token::CommentLine(_) | Token::CommentBlock(_))) => {}
                Ok(token) => return Ok(token),
                Err(error) => {
                    let range = error.range();
                    let explained = match error.kind() {
                        ParseErrorKind::String(_) => ESCAPE_UNKNOWN,
                        _ => NO_JSON,
                    };
                    return Err(self.trouble_at(range.start, range.end, explained));
                }
            }
        }
    }

    /// Of the token read last.
    fn span(&self) -> Span {
        Span::new(self.scanner.token_start(), self.scanner.token_end()).shift(self.base)
    }

    fn trouble(&self, explained: Explained) -> Trouble {
        self.trouble_at(
            self.scanner.token_start(),
            self.scanner.token_end(),
            explained,
        )
    }

    fn trouble_at(&self, start: usize, end: usize, (message, help): Explained) -> Trouble {
        let source = self.scanner.file_text();
        let end = next_boundary(source, end.max(start + 1));
        Trouble::new(
            Span::new(start.min(source.len()), end).shift(self.base),
            message,
            help,
        )
    }

    /// The value that begins with this token, which was just read.
    fn node(&mut self, token: Token<'t>) -> Result<Node, Trouble> {
        let mut span = self.span();
        let value = match token {
            Token::String(text) => Value::Text(Text::from_literal(text)),
            Token::Number(number) => Value::Number(number.to_owned()),
            Token::Boolean(value) => Value::Bool(value),
            Token::Null => Value::Null,
            Token::OpenBracket => {
                let value = self.list()?;
                span = Span::new(span.start, self.span().end);
                value
            }
            Token::OpenBrace => {
                let value = self.map()?;
                span = Span::new(span.start, self.span().end);
                value
            }
            Token::Comma => return Err(self.trouble(COMMA_UNEXPECTED)),
            Token::Colon => return Err(self.trouble(COLON_UNEXPECTED)),
            _ => return Err(self.trouble(NO_JSON)),
        };
        Ok(Node {
            span,
            syntax: Syntax::Json,
            value,
        })
    }

    /// The token behind a value and its comma.
    fn after_value(&mut self, in_list: bool) -> Result<Option<Token<'t>>, Trouble> {
        let end = self.scanner.token_end();
        let token = self.next()?;
        let begins_another = match token {
            Some(Token::Comma) => return self.next(),
            Some(Token::OpenBrace | Token::OpenBracket) => in_list,
            Some(
                Token::String(_)
                | Token::Word(_)
                | Token::Number(_)
                | Token::Boolean(_)
                | Token::Null,
            ) => true,
            _ => false,
        };
        if begins_another {
            return Err(self.trouble_at(end, end, COMMA_MISSING));
        }
        Ok(token)
    }

    fn list(&mut self) -> Result<Value, Trouble> {
        let mut items = Vec::new();
        let mut token = self.next()?;
        loop {
            match token {
                Some(Token::CloseBracket) => break,
                Some(token) => items.push(self.node(token)?),
                None => return Err(self.trouble(NO_JSON)),
            }
            token = self.after_value(true)?;
        }
        Ok(Value::List(List { items }))
    }

    fn map(&mut self) -> Result<Value, Trouble> {
        let mut seen = BTreeSet::new();
        let mut members = Vec::new();
        let mut token = self.next()?;
        loop {
            let key = match token {
                Some(Token::CloseBrace) => break,
                Some(Token::String(text)) => Key {
                    span: self.span(),
                    text: text.into_owned(),
                },
                Some(_) => return Err(self.trouble(KEY_EXPECTED)),
                None => return Err(self.trouble(NO_JSON)),
            };
            if !seen.insert(key.text.clone()) && self.notes.len() < MOST_NOTES {
                self.notes.push(Trouble::new(
                    key.span,
                    format!(
                        "the key `{}` is there twice in one object",
                        shown(&key.text)
                    ),
                    "AWS refuses a policy with a repeated key: merge the two",
                ));
            }
            if self.next()? != Some(Token::Colon) {
                return Err(self.trouble(COLON_MISSING));
            }
            let Some(first) = self.next()? else {
                return Err(self.trouble(VALUE_MISSING));
            };
            let value = self.node(first)?;
            members.push(Member {
                span: Span::new(key.span.start, value.span.end),
                key,
                kind: MemberKind::Attribute,
                value,
            });
            token = self.after_value(false)?;
        }
        Ok(Value::Map(Map { members }))
    }
}

/// A key as a message may show it: short, and without anything that could be a secret.
pub(crate) fn shown(key: &str) -> String {
    let mut shown: String = key
        .chars()
        .take(40)
        .filter(|character| !character.is_control())
        .collect();
    if key.chars().count() > 40 {
        shown.push('…');
    }
    shown
}

/// Turn strings that hold a JSON document (escaped, or percent-encoded) into that document, below `node`.
pub(crate) fn open_strings(text: &str, node: &mut Node) {
    match &mut node.value {
        Value::List(list) => {
            for item in &mut list.items {
                open_strings(text, item);
            }
        }
        Value::Map(map) => {
            for member in &mut map.members {
                open_strings(text, &mut member.value);
            }
        }
        Value::Text(string) if node.syntax == Syntax::Json => {
            if let Some(literal) = string.literal()
                && may_hold_json(literal)
                && let Some(root) = inside_string(text, node.span)
            {
                node.value = Value::Embedded(Box::new(root));
            }
        }
        _ => {}
    }
}

/// Whether a decoded string looks like a JSON object.
pub(crate) fn may_hold_json(literal: &str) -> bool {
    let start = literal.trim_start();
    let opened = start.starts_with('{') || start.starts_with('[');
    (opened && start.contains('"') && start.contains(':')) || begins_encoded(start)
}

fn begins_encoded(text: &str) -> bool {
    text.get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("%7b"))
}

/// The document inside the JSON string at `span`.
pub(crate) fn inside_string(text: &str, span: Span) -> Option<Node> {
    let (decoded, map, _) = undone(text, span)?;
    let mut root = whole_document(&decoded)?;
    map_spans(&mut root, &map);
    Some(root)
}

/// What the JSON string at `span` (with its quotes) stands for, with the map back, and whether it was percent-encoded besides.
pub(crate) fn undone(text: &str, span: Span) -> Option<(String, SourceMap, bool)> {
    let content = Span::new(span.start + 1, span.end.checked_sub(1)?);
    let (decoded, map) = unescape(text, content);
    if begins_encoded(decoded.trim_start()) {
        let (plain, inner) = percent_decode(&decoded);
        return Some((plain, inner.then(&map), true));
    }
    Some((decoded, map, false))
}

/// The document that `text` is and nothing else.
pub(crate) fn whole_document(text: &str) -> Option<Node> {
    let start = text.len() - text.trim_start().len();
    if !text.get(start..)?.starts_with(['{', '[']) {
        return None;
    }
    let end = extent(text, start).ok()?.end;
    if !text.get(end..)?.trim().is_empty() {
        return None;
    }
    parse(text, Span::new(start, end), &mut Vec::new()).ok()
}

/// Lead every span back to the source.
fn map_spans(node: &mut Node, map: &SourceMap) {
    node.span = map.source_span(node.span);
    node.syntax = Syntax::Escaped;
    match &mut node.value {
        Value::List(list) => {
            for item in &mut list.items {
                map_spans(item, map);
            }
        }
        Value::Map(members) => {
            for member in &mut members.members {
                member.span = map.source_span(member.span);
                member.key.span = map.source_span(member.key.span);
                map_spans(&mut member.value, map);
            }
        }
        _ => {}
    }
}

/// The characters of the JSON string content `span`, with a map back.
pub(crate) fn unescape(text: &str, span: Span) -> (String, SourceMap) {
    let mut decoded = MappedText::new();
    let bytes = text.as_bytes();
    let mut at = span.start;
    let mut plain = at;
    while at < span.end {
        if bytes.get(at) != Some(&b'\\') {
            at += 1;
            continue;
        }
        decoded.copy(text, Span::new(plain, at));
        let (character, length) = escape(text, at);
        let end = (at + length).min(span.end);
        decoded.write(character.encode_utf8(&mut [0; 4]), Span::new(at, end));
        at = end;
        plain = at;
    }
    decoded.copy(text, Span::new(plain, span.end));
    decoded.finish()
}

/// The character that the escape at `at` stands for, and the escape's length.
fn escape(text: &str, at: usize) -> (char, usize) {
    let rest = text.get(at + 1..).unwrap_or_default();
    match rest.bytes().next() {
        Some(b'n') => ('\n', 2),
        Some(b't') => ('\t', 2),
        Some(b'r') => ('\r', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'u') => {
            let Some(unit) = hex(rest.get(1..5)) else {
                return ('\u{fffd}', 2);
            };
            if (0xd800..0xdc00).contains(&unit)
                && let Some(low) = rest
                    .get(5..7)
                    .filter(|next| *next == "\\u")
                    .and_then(|_| hex(rest.get(7..11)))
                && (0xdc00..0xe000).contains(&low)
            {
                let scalar = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return (char::from_u32(scalar).unwrap_or('\u{fffd}'), 12);
            }
            (char::from_u32(unit).unwrap_or('\u{fffd}'), 6)
        }
        Some(_) => {
            let character = rest.chars().next().unwrap_or('\\');
            (character, 1 + character.len_utf8())
        }
        None => ('\\', 1),
    }
}

fn hex(digits: Option<&str>) -> Option<u32> {
    u32::from_str_radix(digits?, 16).ok()
}

fn percent_decode(text: &str) -> (String, SourceMap) {
    let mut decoded = MappedText::new();
    let mut at = 0;
    let mut plain = 0;
    while at < text.len() {
        let Some(first) = percent_byte(text, at) else {
            at += 1;
            continue;
        };
        decoded.copy(text, Span::new(plain, at));
        let mut bytes = vec![first];
        let mut end = at + 3;
        let wanted = match first {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            _ => 1,
        };
        while bytes.len() < wanted {
            let Some(next) = percent_byte(text, end).filter(|next| next & 0xc0 == 0x80) else {
                break;
            };
            bytes.push(next);
            end += 3;
        }
        decoded.write(&String::from_utf8_lossy(&bytes), Span::new(at, end));
        at = end;
        plain = end;
    }
    decoded.copy(text, Span::new(plain, text.len()));
    decoded.finish()
}

/// `text` percent-encoded, as IAM writes policies: everything but letters, digits and `-._~`.
pub(crate) fn percent_encode(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| {
        DIGITS
            .get(usize::from(value))
            .map_or('0', |digit| char::from(*digit))
    };
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

fn percent_byte(text: &str, at: usize) -> Option<u8> {
    let code = text.get(at..at + 3)?.strip_prefix('%')?;
    u8::from_str_radix(code, 16).ok()
}

/// `content` as a JSON string, with its quotes.
pub(crate) fn quote(content: &str) -> String {
    use std::fmt::Write as _;
    let mut quoted = String::with_capacity(content.len() + 2);
    quoted.push('"');
    for character in content.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
