//! What a program takes where a variable of its environment is not set.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Facts, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `process.env.DB_PASSWORD ?? "default"`, `os.getenv("API_TOKEN") or "default"`, `ENV.fetch("API_TOKEN") { "default" }`.
    VariableDefault,
    Facts {
        id: "variable-default",
        class: Class::Secret,
        sees: "the default of a variable of the environment that has the name of a secret",
        source: "https://nodejs.org/api/process.html#processenv",
        example: "connect(process.env.DB_PASSWORD || 'Zw9-{w6}')",
        near_miss: "connect(process.env.DB_PASSWORD || config.password)",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("ENV"),
        Anchor::Literal("GetEnvironmentVariable"),
        Anchor::Literal("_ENV"),
        Anchor::Literal("env"),
        Anchor::Literal("environ"),
        Anchor::Literal("getenv"),
    ],
    look
);

/// What stands between a variable and its default, in JavaScript, Python, PHP, Ruby, C#, Kotlin, Rust, Java, and Scala.
const OPERATORS: &[&str] = &[
    "??",
    "||",
    "?:",
    "or ",
    "{",
    ".unwrap_or(",
    ".unwrap_or_else(|_| ",
    ".orElse(",
    ".getOrElse(",
];

/// So far a name is looked for, and so long a default may be, in bytes.
const LONGEST: usize = 80;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let Some(name) = name(scan, place.span.end) else {
        return;
    };
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let mut at = bytes.run(name.end, 4, |byte| {
        matches!(byte, b'"' | b'\'' | b']' | b')')
    });
    at = bytes.run(at, 40, blank);
    let operator = OPERATORS.iter().find(|operator| bytes.starts(at, operator));
    let Some(operator) = operator else {
        return;
    };
    at = bytes.run(at + operator.len(), 40, |byte| blank(byte) || byte == b'=');
    for call in ["String::from(", "Some("] {
        at += if bytes.starts(at, call) {
            call.len()
        } else {
            0
        };
    }
    let quote = bytes.at(at);
    let end = bytes.run(at + 1, 256, |byte| byte != quote && byte != b'\n');
    if !matches!(quote, b'"' | b'\'' | b'`') || bytes.at(end) != quote {
        return;
    }
    let span = Span::new(at + 1, end);
    scan.reads_to(place.span, end + 1);
    let text = scan.under(span);
    if text.len() >= 4 && !value::is_reference(text) && !value::is_trivial(text) {
        scan.likely_secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// The first name of a secret behind `from`, in the same expression.
fn name(scan: &mut Scan<'_>, from: usize) -> Option<Span> {
    let bytes: Bytes<'_> = scan.bytes;
    let joins = |byte: u8| matches!(byte, b'.' | b':' | b'[' | b'(' | b'"' | b'\'' | b'?' | b'!');
    let mut at = from;
    while at < from + LONGEST {
        let start = bytes.run(at, 4, joins);
        let end = bytes.run(start, LONGEST, is_word);
        if start == at || end == start {
            return None;
        }
        let name = Span::new(start, end);
        if scan.key(name).promise >= Promise::Token {
            return Some(name);
        }
        at = end;
    }
    None
}
