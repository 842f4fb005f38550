//! Encoded authorization messages, which may hold what only the account's administrators should read.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Facts, Place, Scan, rank};
use crate::value;

detector!(
    /// `Encoded authorization failure message: ..`, `--encoded-message ..`, `"EncodedMessage": ".."`.
    EncodedAuthorization,
    Facts {
        id: "encoded-authorization-message",
        class: Class::Secret,
        sees: "the message behind its announcement, and what is given to be decoded",
        source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html",
        example: "Encoded authorization failure message: {w12}-{w30}_{w30}",
        near_miss: "Encoded authorization failure message: none",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("EncodedMessage"),
        Anchor::Literal("Encoded authorization"),
        Anchor::Literal("encoded authorization"),
        Anchor::Literal("encoded-message"),
        Anchor::Literal("encodedMessage"),
        Anchor::Literal("encoded_message"),
    ],
    look
);

/// Most bytes of a message that AWS decodes.
const LONGEST: usize = 10_240;
/// So far the word `message` is looked for, in bytes.
const PHRASE: usize = 48;
/// Fewest that are taken for one, in bytes.
const SHORTEST: usize = 20;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let near = Span::new(start, bytes.len().min(start + PHRASE));
    let mut phrase = [0; PHRASE];
    let near = bytes.under(near);
    let phrase = phrase.get_mut(..near.len()).unwrap_or_default();
    phrase.copy_from_slice(near);
    phrase.make_ascii_lowercase();
    let Some(said) = phrase.windows(7).position(|word| word == b"message") else {
        return;
    };
    let from = start + said + 7;
    let open = bytes.run(from, 8, |byte| {
        matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'\\')
    });
    let end = bytes.run(open, LONGEST, |byte| is_word(byte) || byte == b'-');
    let span = Span::new(open, end);
    if open == from || span.len() < SHORTEST || value::is_reference(scan.under(span)) {
        return;
    }
    scan.secret(&FACTS, span, rank::STRONG_KEY);
}
