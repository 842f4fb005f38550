//! Telephone numbers in international form.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `+` and eight to fifteen digits, in groups or not.
    PhoneNumber,
    Facts {
        id: "phone-number",
        class: Class::Personal,
        sees: "a telephone number that begins with + and the number of a country",
        source: "https://www.itu.int/rec/T-REC-E.164",
        example: "+49 30 901820",
        near_miss: "2026-11-21T00:00:00+0100",
        placeholder: "<PHONE_1>",
    },
    &[Anchor::Mark(b'+')],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let plus = place.span.start;
    if !matches!(bytes.at(plus + 1), b'1'..=b'9')
        || bytes.before(plus).is_ascii_alphanumeric()
        || matches!(bytes.before(plus), b'/' | b'+' | b'=' | b')' | b'.' | b'-')
    {
        return;
    }
    let mut end = bytes.run(plus + 1, 20, |byte| {
        byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')')
    });
    while end > plus && !bytes.before(end).is_ascii_digit() {
        end -= 1;
    }
    let span = Span::new(plus, end);
    let text = bytes.under(span);
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    // `+1 (415) 555 0100`.
    let gaps = text
        .windows(2)
        .any(|two| !two.iter().any(u8::is_ascii_digit) && !matches!(two, b" (" | b") " | b")-"));
    let decimal = bytes.at(end) == b'.' && bytes.at(end + 1).is_ascii_digit();
    if (8..=15).contains(&digits) && !gaps && !bytes.at(end).is_ascii_alphanumeric() && !decimal {
        scan.hit(
            &FACTS,
            span,
            rank::PERSONAL,
            Confidence::High,
            Form::Tag("PHONE"),
        );
    }
}
