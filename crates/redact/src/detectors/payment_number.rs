//! Card numbers and bank accounts, by their check digits.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// Thirteen to nineteen digits that pass Luhn's check and begin like a card.
    PaymentNumber,
    Facts {
        id: "payment-number",
        class: Class::Personal,
        sees: "a card number, also in groups",
        source: "https://www.iso.org/standard/70484.html",
        example: "4111 1111 1111 1111",
        near_miss: "4111 1111 1111 1112",
        placeholder: "<CARD_1>",
    },
    &[Anchor::Digits],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
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
