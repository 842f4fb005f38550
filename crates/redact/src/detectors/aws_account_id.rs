//! Account ids of AWS, wherever they stand: twelve digits, alone, in names, hosts and URLs, or in groups of four.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::placeholder::is_public_account;

detector!(
    /// Twelve digits that stand alone, or `dddd-dddd-dddd`.
    AwsAccountId,
    Facts {
        id: "aws-account-id",
        class: Class::Identifier,
        sees: "twelve digits between other characters, or three groups of four; not the ids of AWS's documentation",
        source: "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html",
        example: "account 596341019084",
        near_miss: "account 123456789012",
        placeholder: "222244446666",
    },
    &[Anchor::Digits { least: 4, most: 12 }, Anchor::Token],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let span = place.span;
    if span.len() >= 16 || !bytes.at(span.start).is_ascii_digit() {
        // `name_596341019084`: in a longer word.
        inside(span, scan);
        return;
    }
    if !matches!(span.len(), 4 | 12) {
        return;
    }
    let digits = bytes.run(span.start, 13, |byte| byte.is_ascii_digit()) - span.start;
    let decimal = bytes.before(span.start) == b'.'
        && bytes.before(span.start.saturating_sub(1)).is_ascii_digit();
    if digits == 12 && span.len() == 12 && !decimal {
        if !is_public_account(scan.under(span)) && !is_measure(bytes, span) {
            scan.hit(
                &FACTS,
                span,
                rank::IDENTIFIER,
                Confidence::High,
                Form::Account,
            );
        }
    } else if digits == 4
        && span.len() == 4
        && (bytes.at(span.end) == b'-' || bytes.at(span.end) == b' ' && is_told(bytes, span.start))
        && bytes.at(span.end + 5) == bytes.at(span.end)
        && !matches!(bytes.before(span.start), b'-' | b'.')
    {
        let separator = char::from(bytes.at(span.end));
        let whole = Span::new(span.start, span.start + 14);
        let text = scan.under(whole);
        let grouped = text.len() == 14
            && text
                .split(separator)
                .all(|four| four.len() == 4 && four.bytes().all(|byte| byte.is_ascii_digit()));
        let ends = !bytes.at(whole.end).is_ascii_alphanumeric() && bytes.at(whole.end) != b'-';
        if grouped && ends && !is_public_account(&text.replace(separator, "")) {
            scan.hit(
                &FACTS,
                whole,
                rank::IDENTIFIER,
                Confidence::Medium,
                Form::DashedAccount,
            );
        }
    }
}

/// Whether the word for an account stands before `at`: four digits with spaces between them may be anything else.
fn is_told(bytes: Bytes<'_>, at: usize) -> bool {
    let start = bytes.run_back(at, 24, |byte| byte != b'\n');
    let before = bytes.under(Span::new(start, at)).to_ascii_lowercase();
    before.windows(7).any(|word| word == b"account")
}

/// What is measured, before a number.
const MEASURES: &[&str] = &[
    "bytes",
    "count",
    "created",
    "duration",
    "epoch",
    "expiration",
    "expires",
    "expiresat",
    "expires_at",
    "expiry",
    "length",
    "nanos",
    "offset",
    "seconds",
    "size",
    "time",
    "timestamp",
    "total",
];

/// Whether a name before twelve digits, or a unit behind them, makes them a number of something: `"size": 235442549134`, `100000000000 bytes`.
fn is_measure(bytes: Bytes<'_>, span: Span) -> bool {
    if bytes.starts(span.end, " bytes")
        || bytes.starts(span.end, " B ")
        || bytes.starts(span.end, " ns")
    {
        return true;
    }
    let end = bytes.run_back(span.start, 4, |byte| {
        matches!(byte, b' ' | b'=' | b':' | b'"' | b'\'')
    });
    end < span.start
        && MEASURES.iter().any(|name| {
            let from = end.saturating_sub(name.len());
            // `object_count`, `contentLength`; not `account`.
            let is_word = !bytes.before(from).is_ascii_alphabetic()
                || bytes.at(from).is_ascii_uppercase() && bytes.before(from).is_ascii_lowercase();
            is_word && bytes.starts_ignoring_case(from, name)
        })
}

fn inside(token: Span, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if !bytes.under(token).contains(&b'_') {
        return;
    }
    let mut at = token.start;
    while at < token.end {
        if !bytes.at(at).is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = bytes.run(at, token.end - at, |byte| byte.is_ascii_digit());
        let span = Span::new(at, end);
        let joined = bytes.before(at) == b'_' || bytes.at(end) == b'_';
        let alone =
            !bytes.before(at).is_ascii_alphanumeric() && !bytes.at(end).is_ascii_alphanumeric();
        if span.len() == 12 && joined && alone && !is_public_account(scan.under(span)) {
            scan.hit(
                &FACTS,
                span,
                rank::IDENTIFIER,
                Confidence::High,
                Form::Account,
            );
        }
        at = end;
    }
}
