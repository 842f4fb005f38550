//! The word with which nginx signs links.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Facts, Place, Scan, rank};

detector!(
    /// `secure_link_md5 "$secure_link_expires$uri value";`, `secure_link_secret value;`.
    SecureLink,
    Facts {
        id: "secure-link",
        class: Class::Secret,
        sees: "what is no variable in the expression that nginx checks a link with",
        source: "https://nginx.org/en/docs/http/ngx_http_secure_link_module.html",
        example: "secure_link_md5 \"$secure_link_expires$uri Zw9-{w6}\";",
        near_miss: "secure_link_md5 \"$secure_link_expires$uri$remote_addr\";",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("secure_link_hmac_secret"),
        Anchor::Literal("secure_link_md5"),
        Anchor::Literal("secure_link_secret"),
    ],
    look
);

/// Bytes of an expression, at most.
const LONGEST: usize = 96;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let from = bytes.run(place.span.end, 16, |byte| byte == b' ');
    let quote = bytes.at(from);
    let quoted = matches!(quote, b'"' | b'\'');
    let start = from + usize::from(quoted);
    let end = bytes.run(start, LONGEST, |byte| {
        byte >= b' ' && byte != if quoted { quote } else { b';' }
    });
    if from == place.span.end || bytes.at(end) < b' ' {
        return;
    }
    let mut at = start;
    while at < end {
        if bytes.at(at) == b'$' {
            let name = bytes.run(at + 1, LONGEST, |byte| is_word(byte) || byte == b'{');
            at = name + usize::from(bytes.at(name) == b'}');
            continue;
        }
        let word = bytes.run(at, end - at, |byte| byte != b'$' && byte != b' ');
        let span = Span::new(at, word);
        let tag = crate::placeholder::is_placeholder(scan.under(span));
        let said = bytes.under(span).iter().any(u8::is_ascii_alphanumeric);
        if said && !tag && span.len() >= 3 {
            scan.secret(&FACTS, span, rank::STRONG_KEY);
        }
        at = word.max(at + 1);
    }
}
