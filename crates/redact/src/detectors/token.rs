//! Tokens with a provider's prefix: one table of facts, read by one small grammar.

mod grammar;
mod table;

use std::sync::OnceLock;

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Detector, Facts, Form, Place, Scan, rank};

pub use table::{Check, TOKENS, TokenFact};

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
            TOKENS
                .iter()
                .map(|row| Anchor::Literal(grammar::prefix(row.grammar)))
                .collect()
        })
    }

    fn look(&self, place: Place, scan: &mut Scan<'_>) {
        let start = place.span.start;
        if start < scan.done.token {
            return;
        }
        let mut longest: Option<(usize, &'static TokenFact)> = None;
        for row in rows(scan.bytes.at(start)) {
            if let Some(end) = grammar::read(row.grammar, scan.bytes, start)
                && longest.is_none_or(|(known, _)| end > known)
            {
                longest = Some((end, row));
            }
        }
        let Some((end, row)) = longest else { return };
        scan.done.token = end;
        let span = Span::new(start, end);
        let confidence = match row.check {
            Check::Crc32 if !grammar::crc_fits(scan.under(span)) => Confidence::Medium,
            _ => Confidence::High,
        };
        let masked = crate::value::is_reference(scan.under(span))
            || crate::random::variety(
                scan.bytes
                    .under(Span::new(start + grammar::prefix(row.grammar).len(), end)),
            ) < 3;
        if !masked {
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
    }
}

/// The rows whose grammar begins with this byte.
fn rows(first: u8) -> &'static [&'static TokenFact] {
    static ROWS: OnceLock<Vec<Vec<&'static TokenFact>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut rows = vec![Vec::new(); 256];
        for row in TOKENS {
            if let Some(list) = row
                .grammar
                .bytes()
                .next()
                .and_then(|first| rows.get_mut(usize::from(first)))
            {
                list.push(row);
            }
        }
        rows
    });
    rows.get(usize::from(first)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_sees_its_example_and_not_its_near_miss() {
        for row in TOKENS {
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
                grammar::read(row.grammar, crate::Bytes(near.as_bytes()), 0).is_none(),
                "{}: {near}",
                row.id
            );
        }
    }

    #[test]
    fn the_rows_are_in_order_and_name_their_pages() {
        for pair in TOKENS.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for row in TOKENS {
            assert!(row.page.starts_with("https://"), "{}", row.id);
            assert!(grammar::prefix(row.grammar).len() >= 2, "{}", row.id);
        }
        assert!(TOKENS.len() >= 200, "{}", TOKENS.len());
    }
}
