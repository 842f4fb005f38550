//! Tokens with a provider's prefix: one table of facts, read by one small grammar.

mod grammar;
mod table;

use std::sync::OnceLock;

use undeny_text::Span;

use crate::bytes::is_uuid;
use crate::detector::{Anchor, Class, Confidence, Detector, Facts, Form, Place, Scan, rank};

pub use table::{Check, TokenFact, tokens};

/// Tokens of the table: a provider's prefix, then its alphabet and length.
#[derive(Debug)]
pub(super) struct Token;

pub(crate) static FACTS: Facts = Facts {
    id: "token",
    class: Class::Secret,
    sees: "a token of a known provider, by prefix, alphabet, length and structure; findings carry the name of the row",
    source: "https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns",
    example: "ghp_{w36}",
    near_miss: "ghp_{w8}",
    placeholder: "<SECRET_1>",
};

impl Detector for Token {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn anchors(&self) -> &'static [Anchor] {
        static ANCHORS: OnceLock<Vec<Anchor>> = OnceLock::new();
        ANCHORS.get_or_init(|| {
            let mut prefixes: Vec<&str> = tokens()
                .iter()
                .map(|row| grammar::prefix(row.grammar))
                .filter(|prefix| !prefix.is_empty())
                .collect();
            prefixes.sort_unstable();
            // Where a shorter prefix is met, all rows are asked.
            prefixes.dedup_by(|longer, shorter| longer.starts_with(*shorter));
            let mut anchors: Vec<Anchor> = prefixes.into_iter().map(Anchor::Literal).collect();
            anchors.push(Anchor::Token);
            anchors
        })
    }

    fn look(&self, place: &Place, scan: &mut Scan<'_>) {
        let start = place.span.start;
        if start >= scan.done.token {
            let first = scan.bytes.at(start);
            let second = scan.bytes.at(start + 1);
            read_any(scan, start, start, rows().prefixed(first, second));
        }
        if place.span.len() < TOKEN {
            return;
        }
        // `key=token` is one run, and the token its last part.
        let mut at = start;
        while at + TOKEN <= place.span.end {
            if at >= scan.done.token {
                let left = place.span.end - at;
                let reached = |(distance, _): &&(usize, Row)| *distance <= left;
                for (distance, row) in rows().others.iter().take_while(reached) {
                    let literal = row.prefix;
                    if literal.as_bytes().first() == Some(&scan.bytes.at(at + distance))
                        && scan.bytes.starts(at + distance, literal)
                    {
                        read_any(scan, at, at + distance, std::slice::from_ref(row));
                    }
                }
            }
            let next = scan.bytes.run(at, place.span.end - at, |byte| byte != b'=');
            at = next + 1;
        }
    }
}

/// Shortest run that is looked at for tokens without a prefix, in bytes.
const TOKEN: usize = 16;

/// The longest token that one of `rows` reads at `start`; their literals stand at `literal`.
fn read_any(scan: &mut Scan<'_>, start: usize, literal: usize, rows: &[Row]) {
    let bytes = scan.bytes;
    let mut longest: Option<(usize, &'static TokenFact)> = None;
    for row in rows {
        // The last byte is the quickest to compare.
        if bytes.at(literal + row.prefix.len() - 1) != row.last
            || !bytes.starts(literal, row.prefix)
        {
            continue;
        }
        // In base64, as a checksum is written, two characters and a mark say nothing.
        if row.prefix.len() < 3 && matches!(bytes.before(start), b'+' | b'/') {
            continue;
        }
        let fact = row.fact;
        let weak = fact.check == Check::Random;
        if weak && start < scan.done.words {
            continue;
        }
        let Some(end) = row.grammar.read(bytes, start) else {
            continue;
        };
        if weak
            && (!looks_drawn(fact, bytes.under(Span::new(start, end)))
                || is_numbered_uuid(bytes.under(Span::new(start, end))))
        {
            scan.done.words = end;
        } else if longest.is_none_or(|(known, _)| end > known) {
            longest = Some((end, fact));
        }
    }
    let Some((end, row)) = longest else { return };
    scan.done.token = end;
    let span = Span::new(start, end);
    let text = scan.under(span);
    let body = bytes.under(Span::new(start + grammar::prefix(row.grammar).len(), end));
    let confidence = match row.check {
        // Hidden, but hardly a token.
        _ if is_left_out(body) => Confidence::Low,
        Check::Crc32 if !grammar::crc_fits(text) => Confidence::Medium,
        _ => Confidence::High,
    };
    // `ghp_****..` says that something was left out; `sk_test_BBBB..` and `AKCxxxx..` may be anything.
    let masked = body
        .iter()
        .all(|byte| matches!(byte, b'0' | b'*' | b'.' | b'-' | b'_'));
    if crate::value::is_reference(text) || masked {
        return;
    }
    scan.hit_as(
        row.id,
        Class::Secret,
        span,
        rank::TOKEN,
        confidence,
        Form::Tag("SECRET"),
    );
    scan.known();
}

/// Whether what follows the prefix is no word.
fn looks_drawn(row: &'static TokenFact, token: &[u8]) -> bool {
    let body = token
        .get(grammar::prefix(row.grammar).len()..)
        .unwrap_or_default();
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    let separators = body
        .iter()
        .filter(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/'))
        .count();
    digits >= 2 && separators * 5 <= body.len()
        || is_left_out(body)
        || crate::random::is_random(body, 45)
}

/// Whether a number and a UUID make the token, as in the name of a part of a table: `00000-40acbb0b-275e-4f4a-a3eb-eb453d68a18e`.
fn is_numbered_uuid(token: &[u8]) -> bool {
    let (number, uuid) = token.split_at(token.len().saturating_sub(36));
    is_uuid(uuid)
        && number
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// `AKCxxxxxxxxxx`: what follows the prefix was left out, or never was.
fn is_left_out(body: &[u8]) -> bool {
    body.len() >= 8 && body.iter().all(|byte| byte | 32 == b'x')
}

/// A row of the table, read.
struct Row {
    // INVARIANT: not empty.
    prefix: &'static str,
    last: u8,
    grammar: grammar::Grammar,
    fact: &'static TokenFact,
}

struct Rows {
    // By the first two bytes of their prefix.
    buckets: Vec<Vec<Row>>,
    // Rows without a prefix: how far from the begin the literal in them stands, the nearest first.
    others: Vec<(usize, Row)>,
}

impl Rows {
    fn bucket(first: u8, second: u8) -> usize {
        usize::from(first & 127) << 4 | usize::from((second ^ second >> 4) & 15)
    }

    fn prefixed(&self, first: u8, second: u8) -> &[Row] {
        self.buckets
            .get(Self::bucket(first, second))
            .map_or(&[], Vec::as_slice)
    }
}

fn rows() -> &'static Rows {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    ROWS.get_or_init(|| {
        let mut rows = Rows {
            buckets: (0..2048).map(|_| Vec::new()).collect(),
            others: Vec::new(),
        };
        for fact in tokens() {
            let mut prefix = grammar::prefix(fact.grammar);
            let mut distance = 0;
            if prefix.len() < 2 {
                (distance, prefix) = grammar::landmark(fact.grammar);
            }
            let Some(last) = prefix.as_bytes().last().copied() else {
                continue;
            };
            let row = Row {
                prefix,
                last,
                grammar: grammar::Grammar::new(fact.grammar),
                fact,
            };
            match (prefix.as_bytes(), distance) {
                ([first, second, ..], 0) => {
                    if let Some(bucket) = rows.buckets.get_mut(Rows::bucket(*first, *second)) {
                        bucket.push(row);
                    }
                }
                _ => rows.others.push((distance, row)),
            }
        }
        rows.others.sort_by_key(|(distance, _)| *distance);
        rows
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_sees_its_example_and_not_its_near_miss() {
        for row in tokens() {
            let example = grammar::example(row.grammar);
            let seen = crate::scan(&format!("x {example} y"));
            assert!(
                seen.iter().any(|sighting| sighting.span.start == 2
                    && sighting.span.len() == example.len()
                    && sighting.class == Class::Secret),
                "{}: {example} {seen:?}",
                row.id
            );
            let near = grammar::near_miss(row.grammar);
            assert!(
                grammar::Grammar::new(row.grammar)
                    .read(crate::Bytes(near.as_bytes()), 0)
                    .is_none(),
                "{}: {near}",
                row.id
            );
        }
    }

    #[test]
    fn the_rows_are_in_order_and_name_their_pages() {
        for pair in tokens().windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for row in tokens() {
            assert!(row.page.starts_with("https://"), "{}", row.id);
            assert!(
                grammar::prefix(row.grammar).len() >= 2
                    || !grammar::landmark(row.grammar).1.is_empty() && row.grammar.starts_with('{'),
                "{}",
                row.id
            );
        }
        assert!(tokens().len() >= 500, "{}", tokens().len());
    }
}
