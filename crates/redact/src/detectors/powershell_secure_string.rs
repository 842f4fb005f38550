//! Plain texts that PowerShell makes secure strings of.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// `ConvertTo-SecureString 'password' -AsPlainText -Force`.
    PowershellSecureString,
    Facts {
        id: "powershell-secure-string",
        class: Class::Secret,
        sees: "the plain text that is made a secure string",
        source: "https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.security/convertto-securestring",
        example: "$given = ConvertTo-SecureString 'correct{w6}' -AsPlainText -Force",
        near_miss: "$given = ConvertTo-SecureString $plain -AsPlainText -Force",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("ConvertTo-SecureString"),
        Anchor::Literal("convertto-securestring"),
        Anchor::Literal("ConvertTo-securestring"),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let is_blank = |byte: u8| byte == b' ';
    let mut at = bytes.run(
        place.span.start + "ConvertTo-SecureString".len(),
        4,
        is_blank,
    );
    for option in ["-String ", "-AsPlainText ", "-Force "] {
        if bytes.starts_ignoring_case(at, option) {
            at = bytes.run(at + option.len(), 4, is_blank);
        }
    }
    at = bytes.run(at, 1, |byte| byte == b'(');
    let quote = bytes.at(at);
    if !matches!(quote, b'\'' | b'"') {
        return;
    }
    let end = bytes.run(at + 1, 256, |byte| byte != quote && byte >= b' ');
    let span = Span::new(at + 1, end);
    let text = scan.under(span);
    if span.is_empty() || bytes.at(end) != quote || value::is_reference(text) {
        return;
    }
    scan.hit(
        &FACTS,
        span,
        rank::STRONG_KEY,
        Confidence::High,
        Form::Tag("SECRET"),
    );
    if !value::is_trivial(text) {
        scan.known();
    }
}
