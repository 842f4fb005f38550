//! JSON Web Tokens: three parts of base64url, the first a JSON object.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::encode;

use super::encoded_text::{self, Json};

detector!(
    /// A signed, unsigned or encrypted token, also cut off.
    JsonWebToken,
    Facts {
        id: "json-web-token",
        class: Class::Secret,
        sees: "base64url that decodes to a JSON object, with the parts that follow behind dots; one without more parts where something is in it",
        source: "https://www.rfc-editor.org/rfc/rfc7519#section-3",
        example: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhY21lIn0.c2lnbmF0dXJlMTIzNDU2",
        near_miss: "eyJ",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Literal("eyJ"), Anchor::Literal("ewog"), Anchor::Literal("ewo")],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let part = |from: usize| {
        bytes.run(from, 16_384, |byte| {
            is_word(byte) || matches!(byte, b'-' | b'=')
        })
    };
    let first = part(start);
    if first - start < 16 {
        return;
    }
    let header = scan.under(Span::new(start, first)).trim_end_matches('=');
    let opens = header.starts_with("eyJ") || header.starts_with("ewo");
    let mut end = first;
    let mut parts = 1;
    while bytes.at(end) == b'.' && parts < 5 {
        let next = part(end + 1);
        if next == end + 1 && parts != 2 && parts != 1 {
            break;
        }
        end = next;
        parts += 1;
    }
    if bytes.before(end) == b'.' {
        end -= 1;
    }
    let json = encode::base64_decoded(header)
        .is_some_and(|text| text.trim_start().starts_with('{') && text.contains('"'));
    if opens && (json || parts >= 3 || first - start >= 40) || json {
        let confidence = if parts >= 2 {
            Confidence::High
        } else {
            Confidence::Medium
        };
        // Alone it may be no token, but the mark at which a list goes on, or a state; a token's header says how it is signed.
        let class = if parts > 1 || is_header(header) {
            Class::Secret
        } else {
            match encoded_text::json(Span::new(start, first), scan) {
                Json::Plain => return,
                Json::Holds(class) => class,
                Json::Unread => Class::Secret,
            }
        };
        scan.hit_as(
            FACTS.id,
            class,
            Span::new(start, end),
            rank::TOKEN,
            confidence,
            Form::Tag("SECRET"),
        );
    }
}

/// Whether a token's first part is its header, which names the algorithm.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc7515#section-4.1.1>
fn is_header(part: &str) -> bool {
    encode::base64_decoded(part).is_some_and(|text| text.contains("\"alg\""))
}
