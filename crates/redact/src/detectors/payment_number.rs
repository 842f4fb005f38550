//! Card numbers and bank accounts, by their check digits.

use undeny_text::Span;

use super::opaque;
use crate::bytes::Bytes;
use crate::detector::{Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// Thirteen to nineteen digits that pass Luhn's check and begin like a card; an account's international number.
    PaymentNumber,
    Facts {
        id: "payment-number",
        class: Class::Personal,
        sees: "a card number or an IBAN, also in groups",
        source: "https://www.iso.org/standard/70484.html",
        example: "4111 1111 1111 1111",
        near_miss: "4111 1111 1111 1112",
        placeholder: "<CARD_1>",
    },
    literals!(COUNTRIES, and [Anchor::Digits { least: 4, most: 19 }]),
    look
);

/// The countries whose accounts have an IBAN.
///
/// Source: <https://www.swift.com/standards/data-standards/iban-international-bank-account-number>
const COUNTRIES: &[&str] = &[
    "AD", "AE", "AL", "AT", "AZ", "BA", "BE", "BG", "BH", "BR", "BY", "CH", "CR", "CY", "CZ", "DE",
    "DK", "DO", "EE", "EG", "ES", "FI", "FR", "GB", "GE", "GI", "GR", "HR", "HU", "IE", "IL", "IS",
    "IT", "JO", "KW", "KZ", "LB", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO",
    "PK", "PL", "PT", "QA", "RO", "RS", "SA", "SE", "SI", "SK", "SM", "TN", "TR", "UA", "XK",
];

/// `DE89370400440532013000`, also in groups of four; the rest of a division of its digits by 97 is 1 where `A` stands for 10.
///
/// Source: <https://www.iso.org/standard/81090.html>
fn account(scan: &mut Scan<'_>, start: usize) {
    let bytes = scan.bytes;
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let grouped = bytes.at(start + 4) == b' ';
    let mut end = bytes.run(start, 34, is_part);
    while grouped && bytes.at(end) == b' ' && end - start < 42 {
        let group = bytes.run(end + 1, 4, is_part);
        if group == end + 1 || bytes.at(group).is_ascii_alphanumeric() {
            break;
        }
        end = group;
    }
    let span = Span::new(start, end);
    let signs: Vec<u8> = (bytes.under(span).iter().copied())
        .filter(|byte| *byte != b' ')
        .collect();
    let (head, rest) = signs.split_at(signs.len().min(4));
    let digits = rest.iter().filter(|byte| byte.is_ascii_digit()).count();
    if !(15..=34).contains(&signs.len()) || digits < 8 || bytes.at(end).is_ascii_alphanumeric() {
        return;
    }
    let remainder = rest.iter().chain(head).fold(0_u32, |remainder, byte| {
        let value = char::from(*byte).to_digit(36).unwrap_or(0);
        (remainder * if value > 9 { 100 } else { 10 } + value) % 97
    });
    if remainder == 1 {
        scan.hit(
            &FACTS,
            span,
            rank::PERSONAL,
            Confidence::High,
            Form::Tag("IBAN"),
        );
    }
}

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if bytes.at(place.span.start).is_ascii_uppercase() {
        let check = |at: usize| bytes.at(place.span.start + at).is_ascii_digit();
        if check(2) && check(3) {
            account(scan, place.span.start);
        }
        return;
    }
    let start = place.span.start;
    if !matches!(bytes.at(start), b'2'..=b'6')
        || place.span.len() < 4
        || place.span.len() > 4 && place.span.len() < 13
        || matches!(bytes.before(start), b'.' | b'-' | b'/' | b'=') && place.span.len() == 4
    {
        return;
    }
    let separator = bytes.at(place.span.end);
    let end = if place.span.len() == 4 && matches!(separator, b' ' | b'-') {
        bytes.run(start, 19, |byte| byte.is_ascii_digit() || byte == separator)
    } else {
        place.span.end
    };
    let span = Span::new(start, end);
    if span.len() < 14 {
        return;
    }
    let digits: Vec<u8> = bytes
        .under(span)
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| byte - b'0')
        .collect();
    let grouped = span.len() == digits.len() || span.len() == 19 && digits.len() == 16;
    // Milliseconds since 1970 have thirteen digits, too.
    if !grouped
        || !(14..=19).contains(&digits.len())
        || bytes.at(end).is_ascii_alphanumeric()
        || is_other(bytes, span)
        || !luhn(&digits)
    {
        return;
    }
    scan.hit(
        &FACTS,
        span,
        rank::PERSONAL,
        Confidence::High,
        Form::Tag("CARD"),
    );
}

/// Whether digits in one piece are a moment, `20240502032020`, a part of a path, or an id: `trace_id=..`.
fn is_other(bytes: Bytes<'_>, span: Span) -> bool {
    let text = bytes.under(span);
    opaque::is_time(text)
        || text.iter().all(u8::is_ascii_digit)
            && (bytes.before(span.start) == b'/'
                || bytes.before(span.start) == b'='
                    && bytes.starts_ignoring_case(span.start.saturating_sub(3), "id="))
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let doubled = u32::from(*digit) << (at & 1);
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}
