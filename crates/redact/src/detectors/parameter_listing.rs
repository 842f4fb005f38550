//! Encrypted parameters of Parameter Store, as the command line of AWS prints them in a table or as text.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `SecureString<TAB>value<TAB>3`, `|| Type | SecureString ||` above `|| Value | value ||`, `|  SecretString  |  value  |`.
    ParameterListing,
    Facts {
        id: "parameter-listing",
        class: Class::Secret,
        sees: "the value of a SecureString or a SecretString in a table or a text of the command line of AWS",
        source: "https://docs.aws.amazon.com/cli/latest/reference/ssm/get-parameter.html",
        example: "||  Type   |  SecureString  ||\n||  Value  |  Zw9-{w6}     ||",
        near_miss: "||  Type   |  SecureString  ||\n||  Tier   |  Standard      ||",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Literal("SecretString"), Anchor::Literal("SecureString")],
    look
);

/// Bytes of a row, at most.
const ROW: usize = 4096;
/// Rows below the type, at most.
const ROWS: usize = 3;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let (start, end) = (place.span.start, place.span.end);
    // The value follows the type, in the order of the alphabet; a number alone is the version.
    if bytes.before(start) == b'\t' && bytes.at(end) == b'\t' && bytes.starts(start, "Secure") {
        let to = bytes.run(end + 1, ROW, |byte| !matches!(byte, b'\t' | b'\n' | b'\r'));
        let span = Span::new(end + 1, to);
        let number = bytes.under(span).iter().all(u8::is_ascii_digit);
        if bytes.at(to) == b'\t' || !number {
            report(scan, place, span);
        }
        return;
    }
    // `|  SecretString  |  value  |`, of Secrets Manager's; other tables have one blank behind their bar.
    let text = bytes.starts(start, "SecretString");
    if text && (start < 3 || !bytes.starts(start - 3, "|  ")) {
        return;
    }
    let Some(beside) = cell(bytes, end) else {
        return;
    };
    if !beside.is_empty() {
        report(scan, place, beside);
        return;
    }
    if text {
        return;
    }
    let mut at = bytes.run(end, ROW, |byte| byte != b'\n') + 1;
    for _ in 0..ROWS {
        let open = bytes.run(at, 8, |byte| matches!(byte, b'|' | b' '));
        if open == at {
            return;
        }
        let name = bytes.run(open, 40, |byte| byte.is_ascii_alphabetic());
        let value = cell(bytes, name).filter(|_| bytes.under(Span::new(open, name)) == b"Value");
        if let Some(value) = value {
            report(scan, place, value);
            return;
        }
        at = bytes.run(open, ROW, |byte| byte != b'\n') + 1;
    }
}

/// The cell behind the one in which `from` is, without blanks; empty behind the last. Nothing where no cell ends.
fn cell(bytes: Bytes<'_>, from: usize) -> Option<Span> {
    let bar = bytes.run(from, ROW, |byte| byte == b' ');
    if bytes.at(bar) != b'|' {
        return None;
    }
    let start = bytes.run(bar + 1, ROW, |byte| byte == b' ');
    let mut end = bytes.run(start, ROW, |byte| byte >= b' ' && byte != b'|');
    // A value may hold a bar; the one that closes its cell stands behind a blank.
    while bytes.at(end) == b'|' && end > start && bytes.before(end) != b' ' {
        end = bytes.run(end + 1, ROW, |byte| byte >= b' ' && byte != b'|');
    }
    let end = bytes.run_back(end, end - start, |byte| byte == b' ');
    Some(Span::new(start, end))
}

fn report(scan: &mut Scan<'_>, place: Place, span: Span) {
    let text = scan.under(span);
    scan.far.push(Far {
        place: place.span,
        read: Span::new(place.span.start, span.end.max(place.span.end) + 2),
    });
    if text.len() >= 3 && !value::is_reference(text) {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}
