//! Passwords that a test of a user interface types into a field.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Class, FAR, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `page.fill('#password', 'value')`, `cy.get('#password').type('value')`, `fill_in 'Password', with: 'value'`.
    TypedPassword,
    Facts {
        id: "typed-password",
        class: Class::Secret,
        sees: "the text that a test types into a field of which the selector or the label speaks of a password",
        source: "https://playwright.dev/docs/input",
        example: "page.fill('input[name=\"password\"]', 'Zw9-{w6}')",
        near_miss: "page.fill('input[name=\"colour\"]', 'turquoise')",
        placeholder: "<SECRET_1>",
    },
    literals!(CALLS),
    look
);

/// What types into a field, in Playwright, Selenium, Cypress, WebdriverIO, TestCafe, CodeceptJS, Capybara and jQuery.
///
/// Sources: the reference of each tool.
const CALLS: &[&str] = &[
    "SendKeys(",
    "addValue(",
    "enterText(",
    "fill(",
    "fillField(",
    "fill_in ",
    "fill_in(",
    "inputText(",
    "pressSequentially(",
    "replaceText(",
    "sendKeys(",
    "send_keys(",
    "setValue(",
    "toHaveValue(",
    "type(",
    "typeText(",
    "val(",
];

/// How far before a call its field is named, and how long its arguments may be, in bytes.
const NEAR: usize = 200;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let Some(call) = CALLS.iter().find(|call| bytes.starts(start, call)) else {
        return;
    };
    let from = start + call.len();
    let Some((first, last)) = texts(bytes, from) else {
        return;
    };
    let before = receiver(bytes, start);
    let named = if last.start == first.start {
        // The field is what the method is of, or an argument that is no text alone.
        let argument = Span::new(from, first.start - 1);
        names_password(bytes.under(argument))
            || argument.is_empty() && names_password(last_name(bytes, Span::new(before, start)))
    } else {
        names_password(bytes.under(Span::new(from, last.start)))
    };
    if !named {
        return;
    }
    let lines = bytes.under(Span::new(before, last.end)).contains(&b'\n');
    if lines || start - before > FAR || last.end > start + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(before, last.end + 1),
        });
    }
    let text = scan.under(last);
    // `Enter your password`, a name of a variable.
    let words = text
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'.' | b'_'))
        && text.contains([' ', '_']);
    if text.len() >= 4 && !words && !value::is_reference(text) && !value::is_trivial(text) {
        scan.likely_secret(&FACTS, last, rank::STRONG_KEY);
    }
}

/// The first and the last text among the arguments that begin at `from`; nothing is joined to the last one.
fn texts(bytes: Bytes<'_>, from: usize) -> Option<(Span, Span)> {
    let (mut at, mut depth) = (from, 0_usize);
    let mut first = None;
    let mut last = None;
    while at < from + 2 * NEAR {
        let byte = bytes.at(at);
        match byte {
            b'"' | b'\'' | b'`' => {
                let mut end = at + 1;
                while end < from + 2 * NEAR && bytes.at(end) != byte && bytes.at(end) >= b' ' {
                    end += 1 + usize::from(bytes.at(end) == b'\\');
                }
                if bytes.at(end) != byte {
                    return None;
                }
                let text = Span::new(at + 1, end);
                first = first.or(Some(text));
                last = Some((text, depth));
                at = end;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                let Some(less) = depth.checked_sub(1) else {
                    break;
                };
                depth = less;
            }
            b'\n' if depth == 0 && last.is_some() => break,
            b';' | 0 => break,
            _ => {}
        }
        at += 1;
    }
    // A text in a call within is the name of something; `{ value: 'text' }` is an option.
    let (text, depth) = last?;
    (depth == 0 && text.start < text.end).then_some((first?, text))
}

/// Where the expression begins whose method stands at `start`; a line that begins with a dot goes on from the one before.
fn receiver(bytes: Bytes<'_>, start: usize) -> usize {
    let least = start.saturating_sub(NEAR);
    let mut at = start;
    loop {
        at = bytes.run_back(at, at - least, |byte| !matches!(byte, b'\n' | b';'));
        let first = bytes.run(at, NEAR, |byte| matches!(byte, b' ' | b'\t'));
        if at == least || bytes.before(at) != b'\n' || bytes.at(first) != b'.' {
            return at;
        }
        at -= 1;
    }
}

/// What names the field before a method: the last text in quotes or slashes, or else the name of the object.
fn last_name(bytes: Bytes<'_>, before: Span) -> &[u8] {
    let text = bytes.under(before);
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let Some(close) = text.iter().rposition(is_quote) else {
        let name = bytes.run_back(before.end, before.len().min(60), |byte| {
            is_word(byte) || b".()->!?".contains(&byte)
        });
        return bytes.under(Span::new(name, before.end));
    };
    let quote = text.get(close).copied().unwrap_or(0);
    let inside = text.get(..close).unwrap_or_default();
    let open = inside.iter().rposition(|byte| *byte == quote);
    open.and_then(|open| inside.get(open..)).unwrap_or_default()
}

/// Whether a selector, a label or a name speaks of a password.
fn names_password(text: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[b"passwd", b"password", b"passphrase", b"pwd"];
    let text = text.to_ascii_lowercase();
    WORDS
        .iter()
        .any(|word| text.windows(word.len()).any(|part| part == *word))
}
