//! Values that a message quotes because they are refused, under a key of secrets.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Class, FAR, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `Value 'value' at 'masterUserPassword' failed ..`, `Parameter 'DBPassword' value 'value' must match ..`.
    RejectedValue,
    Facts {
        id: "rejected-value",
        class: Class::Secret,
        sees: "the value that a message of AWS or Terraform quotes and refuses, if its key names a secret",
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html",
        example: "Value 'Zw9-{w6}' at 'masterUserPassword' failed to satisfy constraint",
        near_miss: "Value 'running-{w6}' at 'state' failed to satisfy constraint",
        placeholder: "<SECRET_1>",
    },
    literals!(OPENINGS.0),
    look
);

/// What stands before a value that is refused, and between it and its key; where there is nothing between, the key stands before.
///
/// Sources: <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
const OPENINGS: &[(&str, &str)] = &[
    ("Invalid value ", " for variable "),
    ("Value ", " at "),
    ("input_value=", ABOVE),
    ("invalid value ", " for variable "),
    ("value ", ""),
];

/// The key is the line above, as pydantic writes it.
///
/// Source: <https://docs.pydantic.dev/latest/errors/errors/>
const ABOVE: &str = "\n";

/// Bytes of a value, at most.
const LONGEST: usize = 512;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    for (opening, between) in bytes.standing(start, OPENINGS, |row| row.0) {
        // A value that is too long may not be once a part of it is hidden.
        scan.far.push(Far {
            place: place.span,
            read: Span::new(start.saturating_sub(LONGEST), start + LONGEST + FAR),
        });
        let Some(span) = quoted(bytes, start + opening.len()) else {
            continue;
        };
        let key = if *between == ABOVE {
            above(bytes, start)
        } else if between.is_empty() {
            // `Parameter 'DBPassword' value ..`.
            let end = start.saturating_sub(2);
            let from = bytes.run_back(end, 64, is_word);
            let named = is_quote(bytes.at(end)) && bytes.at(end) == bytes.before(from);
            named.then(|| Span::new(from, end))
        } else {
            let at = span.end + 1;
            let key = bytes
                .starts(at, between)
                .then(|| quoted(bytes, at + between.len()));
            key.flatten()
        };
        let Some(key) = key.filter(|key| !key.is_empty() && key.len() <= 80) else {
            continue;
        };
        let name = scan.under(key).rsplit('.').next().unwrap_or_default().len();
        let key = Span::new(key.end - name, key.end);
        let text = scan.under(span);
        if text.len() < 3 || value::is_reference(text) || scan.key(key).promise < Promise::Token {
            continue;
        }
        scan.secret(&FACTS, span, rank::STRONG_KEY);
        return;
    }
}

/// The line above that of `at`, if it is a path of names.
fn above(bytes: Bytes<'_>, at: usize) -> Option<Span> {
    let line = bytes.run_back(at, LONGEST, |byte| byte != b'\n');
    let end = line.checked_sub(1)?;
    let start = bytes.run_back(end, 80, |byte| is_word(byte) || byte == b'.');
    let from = bytes.run_back(start, 40, |byte| matches!(byte, b' ' | b'\t'));
    (start < end && matches!(bytes.before(from), b'\n' | 0)).then(|| Span::new(start, end))
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"')
}

/// What stands in quotes at `at`.
fn quoted(bytes: Bytes<'_>, at: usize) -> Option<Span> {
    let quote = bytes.at(at);
    let end = bytes.run(at + 1, LONGEST, |byte| byte != quote && byte >= b' ');
    (is_quote(quote) && bytes.at(end) == quote).then(|| Span::new(at + 1, end))
}
