//! Codes that are sent to prove who somebody is.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Facts, Place, Scan, rank};

detector!(
    /// `your verification code is 482913`, `482913 is your login code`, `One-time code: 482 913`.
    OneTimeCode,
    Facts {
        id: "one-time-code",
        class: Class::Secret,
        sees: "the digits that a message calls a code to log in, to verify or to confirm with",
        source: "https://pages.nist.gov/800-63-4/sp800-63b.html",
        example: "Your verification code is 482913.",
        near_miss: "Your verification code is missing.",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("2FA code"),
        Anchor::Literal("Authentication code"),
        Anchor::Literal("Confirmation code"),
        Anchor::Literal("Login code"),
        Anchor::Literal("MFA code"),
        Anchor::Literal("One-time "),
        Anchor::Literal("Security code"),
        Anchor::Literal("Verification code"),
        Anchor::Literal("authentication code"),
        Anchor::Literal("confirmation code"),
        Anchor::Literal("login code"),
        Anchor::Literal("one-time "),
        Anchor::Literal("security code"),
        Anchor::Literal("sign-in code"),
        Anchor::Literal("verification code"),
    ],
    look
);

/// Bytes between a code and what is said of it, at most.
const NEAR: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let line = bytes.run(start, NEAR, |byte| byte >= b' ');
    let said = bytes.under(Span::new(start, line));
    let found = ["code", "passcode", "password", "PIN"]
        .iter()
        .filter_map(|word| {
            let at = said
                .windows(word.len())
                .position(|part| part == word.as_bytes())?;
            (at <= "authentication ".len()).then_some(start + at + word.len())
        })
        .max();
    let Some(end) = found else {
        return;
    };
    if let Some(span) = behind(bytes, end).or_else(|| before(bytes, start)) {
        scan.likely_secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// ` is 482913`, `: 482913`, ` for Acme: G-482913`.
fn behind(bytes: Bytes<'_>, end: usize) -> Option<Span> {
    let mut at = end;
    if bytes.starts(at, " for ") {
        at = bytes.run(at, NEAR, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'.')
        });
        // `for Acme is ..`.
        let is = bytes
            .under(Span::new(end, at))
            .windows(4)
            .position(|word| word == b" is ");
        at = is.map_or(at, |is| end + is);
    }
    let link = [" is: ", " is ", ": ", ":", " = ", "="]
        .iter()
        .find(|link| bytes.starts(at, link))?;
    let from = bytes.run(at + link.len(), 2, |byte| {
        matches!(byte, b'*' | b'"' | b'`')
    });
    code(bytes, from)
}

/// `482913 is your Acme `, which ends where the words for a code begin.
fn before(bytes: Bytes<'_>, start: usize) -> Option<Span> {
    let from = bytes.run_back(start, NEAR, |byte| {
        byte >= b' ' && !matches!(byte, b'.' | b'!' | b'?' | b':')
    });
    let said = bytes.under(Span::new(from, start));
    let is = [" is your ", " is the "].iter().find_map(|is| {
        said.windows(is.len())
            .position(|part| part == is.as_bytes())
    })?;
    let end = from + is;
    let digits = bytes.run_back(end, 9, |byte| {
        byte.is_ascii_digit() || matches!(byte, b'-' | b' ')
    });
    let begin = bytes.run(digits, 9, |byte| matches!(byte, b'-' | b' '));
    code(bytes, begin).filter(|span| span.end == end)
}

/// Four to eight digits, also in two groups of three, which are no part of more.
fn code(bytes: Bytes<'_>, from: usize) -> Option<Span> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    // `G-482913`.
    let start = if bytes.at(from).is_ascii_uppercase() && bytes.at(from + 1) == b'-' {
        from + 2
    } else {
        from
    };
    let first = bytes.run(start, 9, is_digit);
    let second = bytes.run(first + 1, 4, is_digit);
    let grouped = first == start + 3
        && second == first + 4
        && matches!(bytes.at(first), b' ' | b'-')
        && !bytes.at(second).is_ascii_alphanumeric();
    let end = if grouped { second } else { first };
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'%' | b'/');
    let more = matches!(bytes.at(end), b'.' | b',' | b':' | b'-')
        && bytes.at(end + 1).is_ascii_alphanumeric();
    let whole = !inner(bytes.at(end)) && !more && !bytes.before(start).is_ascii_digit();
    ((4..=8).contains(&(end - start)) && whole).then(|| Span::new(start, end))
}
