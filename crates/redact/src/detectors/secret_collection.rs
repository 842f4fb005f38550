//! Secrets that a map or a list holds below a key in the plural: `db_passwords = { dev = ".." }`, `credentials:` with a name and a value on each line.

use undeny_text::Span;

use crate::assignment;
use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::detectors::keyed_secret::{is_resource_name, told};
use crate::key::Promise;
use crate::value;

detector!(
    /// `db_passwords = { dev = ".." }`, `"secrets": {"stripe": ".."}`, `passwords: [.., ..]`.
    SecretCollection,
    Facts {
        id: "secret-collection",
        class: Class::Secret,
        sees: "the values of a map or a list whose key speaks of passwords, secrets or keys in the plural",
        source: "https://developer.hashicorp.com/terraform/language/expressions/types",
        example: "credentials:\n  alice: Zw9-{w6}\n",
        near_miss: "db_passwords = { dev = var.password }",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Mark(b'{'), Anchor::Mark(b'['), Anchor::Mark(b':')],
    look
);

/// So far a collection is read, in bytes.
const LONGEST: usize = 4096;
/// Longest name or value in one, in bytes.
const ITEM: usize = 512;

/// Names whose values tell of a secret, in small letters.
const ABOUT: &[&str] = &[
    "algorithm",
    "default",
    "description",
    "documentation",
    "driver",
    "email",
    "enabled",
    "endpoint",
    "engine",
    "environment",
    "external",
    "field",
    "file",
    "format",
    "kind",
    "label",
    "mode",
    "path",
    "port",
    "prefix",
    "provider",
    "region",
    "required",
    "shape",
    "source",
    "store",
    "target",
    "title",
    "type",
    "uri",
    "url",
    "version",
];

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let at = place.span.start;
    let key = if bytes.at(at) == b':' {
        let line = bytes.run(at + 1, 8, |byte| matches!(byte, b' ' | b'\r'));
        (bytes.at(line) == b'\n').then(|| {
            let end = bytes.run_back(at, 1, |byte| matches!(byte, b'"' | b'\''));
            let part = |byte: u8| is_word(byte) || matches!(byte, b'-' | b'.');
            Span::new(bytes.run_back(end, 80, part), end)
        })
    } else {
        // `tolist([`, `sensitive({`.
        let call = bytes.before(at) == b'(';
        let open = if call {
            bytes.run_back(at - 1, 20, is_word)
        } else {
            at
        };
        assignment::container(bytes, open)
    };
    let Some(key) = key else {
        return;
    };
    if !matches!(bytes.before(key.end), b's' | b'S') {
        return;
    }
    let promise = scan.key(Span::new(key.start, key.end - 1)).promise;
    if promise < Promise::Token {
        return;
    }
    let (items, end) = if bytes.at(at) == b':' {
        lines(bytes, key, at)
    } else {
        inside(bytes, at)
    };
    scan.far.push(Far {
        place: Span::new(key.start, at + 1),
        read: Span::new(key.start, end),
    });
    for (name, value, quoted) in items {
        let text = scan.under(value);
        if !tells(scan, name, promise) && is_one(text, promise, quoted) {
            scan.likely_secret(&FACTS, value, rank::STRONG_KEY);
        }
    }
}

/// A name, which a list has none of, its value, and whether that has quotes.
type Item = (Span, Span, bool);

/// Whether the name says that its value is none of the secrets, or others know better what it is.
fn tells(scan: &mut Scan<'_>, name: Span, promise: Promise) -> bool {
    let lower = scan.under(name).to_ascii_lowercase();
    let facts = scan.key(name);
    ABOUT.binary_search(&lower.as_str()).is_ok()
        || !matches!(facts.promise, Promise::None | Promise::Weak)
        || promise < Promise::Password && (facts.identifier || facts.naming || facts.pair)
}

fn is_one(text: &str, promise: Promise, quoted: bool) -> bool {
    let plain = text.len() < 4
        || text.contains([' ', '(', '{'])
        || text.contains("://")
        || text.starts_with(['/', '<', '*', '&', '!'])
        || text.starts_with("arn:")
        || value::is_reference(text)
        || value::is_trivial(text)
        || value::is_everybodys(text)
        || value::is_file(text, true)
        || value::is_moment(text);
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    let letters = has(u8::is_ascii_alphabetic);
    let sign = has(u8::is_ascii_digit) || has(|byte| b"!@#$%^*+?~".contains(byte));
    !plain
        && letters
        && if promise == Promise::Password {
            sign || quoted && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        } else {
            let mixed = has(u8::is_ascii_uppercase)
                && has(u8::is_ascii_lowercase)
                && has(u8::is_ascii_digit);
            (mixed || told(text, false)) && !is_resource_name(text) && !value::is_digest(text)
        }
}

/// The items between the bracket at `open` and the one that closes it, as far as they are written out; and where reading ended.
fn inside(bytes: Bytes<'_>, open: usize) -> (Vec<Item>, usize) {
    let listed = bytes.at(open) == b'[';
    let mut items = Vec::new();
    let limit = bytes.len().min(open + LONGEST);
    let space = |byte: u8| byte.is_ascii_whitespace() || byte == b',';
    let blank = |byte: u8| byte == b' ';
    let mut at = open + 1;
    while at < limit {
        at = bytes.run(at, ITEM, space);
        let name = if listed {
            Span::empty(at)
        } else {
            let quote = usize::from(matches!(bytes.at(at), b'"' | b'\''));
            let end = bytes.run(at + quote, 80, |byte| {
                is_word(byte) || b"-.@".contains(&byte)
            });
            let name = Span::new(at + quote, end);
            let sign = bytes.run(end + quote, 20, blank);
            if name.is_empty() || !matches!(bytes.at(sign), b':' | b'=') {
                break;
            }
            at = bytes.run(sign + 1, 1, |byte| byte == b'>');
            at = bytes.run(at, 8, blank);
            name
        };
        let Some((value, quoted)) = value(bytes, at, b",]}") else {
            break;
        };
        at = value.end + usize::from(quoted);
        items.push((name, value, quoted));
        let behind = bytes.run(at, 8, blank);
        if !matches!(bytes.at(behind), b',' | b'\n' | b'\r') {
            at = behind;
            break;
        }
    }
    (items, at.min(bytes.len()))
}

/// The items on the lines below `key` that begin further right than it, all at one column; and where reading ended.
fn lines(bytes: Bytes<'_>, key: Span, colon: usize) -> (Vec<Item>, usize) {
    let blank = |byte: u8| byte == b' ';
    let line = bytes.run_back(key.start, 64, |byte| matches!(byte, b' ' | b'"' | b'\''));
    let mut items = Vec::new();
    let mut at = bytes.run(colon, ITEM, |byte| byte != b'\n') + 1;
    if line > 0 && bytes.before(line) != b'\n' {
        return (items, at);
    }
    let limit = bytes.len().min(at + LONGEST);
    let mut column = 0;
    while at < limit {
        let first = bytes.run(at, 64, blank);
        let end = bytes.run(at, ITEM, |byte| byte != b'\n');
        let indent = first - at;
        at = end + 1;
        if matches!(bytes.at(first), b'\n' | b'\r' | b'#') {
            continue;
        }
        if column == 0 {
            column = indent;
        }
        if indent <= key.start - line || indent < column || bytes.at(first) == b'-' {
            break;
        }
        let name_end = bytes.run(first, 80, |byte| is_word(byte) || b"-.@".contains(&byte));
        let from = bytes.run(name_end + 1, 8, blank);
        if indent > column || bytes.at(name_end) != b':' || from == name_end + 1 {
            continue;
        }
        if let Some((value, quoted)) = value(bytes, from, b"") {
            let rest = bytes.run(value.end + usize::from(quoted), 8, |byte| {
                matches!(byte, b' ' | b'\r')
            });
            if matches!(bytes.at(rest), b'\n' | b'#' | 0) {
                items.push((Span::new(first, name_end), value, quoted));
            }
        }
    }
    (items, at.min(bytes.len()))
}

/// The value at `at`, in quotes or up to a space or one of `ends`.
fn value(bytes: Bytes<'_>, at: usize, ends: &[u8]) -> Option<(Span, bool)> {
    let quote = bytes.at(at);
    if matches!(quote, b'"' | b'\'') {
        let mut end = at + 1;
        while end < at + ITEM && bytes.at(end) != quote && bytes.at(end) >= b' ' {
            end += 1 + usize::from(bytes.at(end) == b'\\');
        }
        return (bytes.at(end) == quote).then_some((Span::new(at + 1, end), true));
    }
    let end = bytes.run(at, ITEM, |byte| byte > b' ' && !ends.contains(&byte));
    (end > at && !matches!(quote, b'{' | b'[')).then_some((Span::new(at, end), false))
}
