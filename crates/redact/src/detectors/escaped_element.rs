//! Text in elements whose brackets are escaped, as a document in another has them, under a name of a secret.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, FAR, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `&lt;password&gt;value&lt;/password&gt;`.
    EscapedElement,
    Facts {
        id: "escaped-element",
        class: Class::Secret,
        sees: "the text of an XML element that is named after a secret and stands escaped in another document",
        source: "https://www.w3.org/TR/xml/#syntax",
        example: "&lt;password&gt;Zw9-{w6}&lt;/password&gt;",
        near_miss: "&lt;colour&gt;turquoise&lt;/colour&gt;",
        placeholder: "&lt;SECRET_1&gt;",
    },
    &[Anchor::Literal("gt")],
    look
);

/// Bytes of a name, at most.
const NAME: usize = 64;
/// Bytes of a text, at most.
const TEXT: usize = 512;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let close = place.span.start.saturating_sub(1);
    if !bytes.starts(close, "&gt;") {
        return;
    }
    let is_name = |byte: u8| is_word(byte) || matches!(byte, b'-' | b'.' | b':');
    let element = Span::new(bytes.run_back(close, NAME, is_name), close);
    let opens = (element.start.checked_sub(4)).is_some_and(|at| bytes.starts(at, "&lt;"));
    let start = close + 4;
    let end = bytes.run(start, TEXT, |byte| {
        byte >= b' ' && byte != b'&' && byte != b'<'
    });
    let name = scan.under(element);
    let ends = bytes.starts(end, "&lt;/")
        && bytes.starts(end + 5, name)
        && bytes.starts(end + 5 + name.len(), "&gt;");
    if name.is_empty() || !opens || !ends {
        return;
    }
    let local = name.rfind(':').map_or(0, |colon| colon + 1);
    let key = Span::new(element.start + local, element.end);
    let span = Span::new(start, end);
    let text = scan.under(span);
    let promise = scan.key(key).promise;
    let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let enough = match promise {
        Promise::Password => true,
        Promise::Token => !letters && text.len() >= 8,
        _ => false,
    };
    if end > start + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(element.start, end + 10 + name.len()),
        });
    }
    if enough
        && text.len() >= 4
        && !text.contains(' ')
        && !value::is_reference(text)
        && !value::is_trivial(text)
    {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}
