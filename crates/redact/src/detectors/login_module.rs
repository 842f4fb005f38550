//! Passwords of the users that a login module of Java's lists.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `PlainLoginModule required user_ann="value";`.
    LoginModule,
    Facts {
        id: "login-module",
        class: Class::Secret,
        sees: "the passwords of users, `user_name=\"..\"`, in the options of a login module of Kafka's or ZooKeeper's",
        source: "https://kafka.apache.org/documentation/#security_sasl_plain_brokerconfig",
        example: "org.apache.kafka.common.security.plain.PlainLoginModule required\n  user_ann=\"Zw9-{w6}\";",
        near_miss: "org.apache.kafka.common.security.plain.PlainLoginModule required\n  serviceName=\"kafka\";",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("DigestLoginModule"),
        Anchor::Literal("PlainLoginModule"),
        Anchor::Literal("ScramLoginModule"),
    ],
    look
);

/// Bytes of the options, at most.
const OPTIONS: usize = 2048;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let blank = |byte: u8| byte.is_ascii_whitespace() || byte == b'\\';
    let limit = place.span.end + OPTIONS;
    // The flag: `required`.
    let flag = bytes.run(place.span.end, 64, blank);
    let mut at = bytes.run(flag, 16, |byte| byte.is_ascii_lowercase());
    if flag == place.span.end || at == flag {
        return;
    }
    while at < limit {
        let start = bytes.run(at, 64, blank);
        let sign = bytes.run(start, 80, |byte| {
            is_word(byte) || matches!(byte, b'.' | b'-')
        });
        // In a text in quotes these are escaped.
        let open = sign + 1 + usize::from(bytes.at(sign + 1) == b'\\');
        let quote = bytes.at(open);
        if sign == start || bytes.at(sign) != b'=' || !matches!(quote, b'"' | b'\'') {
            break;
        }
        let end = bytes.run(open + 1, 256, |byte| byte != quote && byte >= b' ');
        let close = end - usize::from(open > sign + 1 && bytes.before(end) == b'\\');
        let span = Span::new(open + 1, close.max(open + 1));
        let text = scan.under(span);
        if bytes.starts(start, "user_") && text.len() >= 3 && !value::is_reference(text) {
            scan.secret(&FACTS, span, rank::STRONG_KEY);
        }
        at = end + 1;
    }
    scan.far.push(Far {
        place: place.span,
        read: Span::new(place.span.start, at.min(bytes.len())),
    });
}
