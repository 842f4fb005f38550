//! Columns of passwords, as in the file that the console of IAM gives for a new user.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Confidence, Facts, Far, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// `User name,Password,..` above lines of as many fields; a table of Markdown's with such a column.
    PasswordColumn,
    Facts {
        id: "password-column",
        class: Class::Secret,
        sees: "the fields of a column that its header calls passwords, in CSV and in tables of Markdown",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html",
        example: "User name,Password,Console sign-in URL\nann,Zw9-{w6},https://acme.signin.aws.amazon.com/console",
        near_miss: "Name,Password,Role\nis required,as soon",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("Password"),
        Anchor::Literal("password"),
        Anchor::Literal("PASSWORD"),
        Anchor::Literal("Secret"),
        Anchor::Literal("secret"),
    ],
    look
);

/// Bytes of a line, at most.
const LINE: usize = 1000;
/// Lines below a header, at most.
const LINES: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let blank = |byte: u8| byte == b' ';
    let before = bytes.run_back(place.span.start, 32, blank);
    let after = bytes.run(place.span.end, 32, blank);
    let separator = |byte: u8| matches!(byte, b',' | b'|' | b';' | b'\t');
    let mark = match (bytes.before(before), bytes.at(after)) {
        (_, mark) if separator(mark) => mark,
        (mark, b'\n' | b'\r' | 0) if separator(mark) => mark,
        _ => return,
    };
    let header = bytes.line(place.span.start, LINE);
    let Some(count) = heading(bytes, header, mark) else {
        return;
    };
    let head = bytes.under(Span::new(header.start, place.span.start));
    let column = head.iter().filter(|byte| **byte == mark).count();
    let mut at = header.end + 1;
    for _ in 0..LINES {
        let line = Span::new(at, bytes.run(at, LINE, |byte| byte != b'\n'));
        let fields = || bytes.under(line).split(|byte| *byte == mark);
        if line.is_empty() || fields().count() != count {
            break;
        }
        at = line.end + 1;
        let start = line.start
            + fields()
                .take(column)
                .map(|field| field.len() + 1)
                .sum::<usize>();
        let length = fields().nth(column).map_or(0, <[u8]>::len);
        let span = trimmed(bytes, Span::new(start, start + length));
        let text = scan.under(span);
        // `| --- | --- |`
        let ruled = text.bytes().all(|byte| matches!(byte, b'-' | b':' | b'='));
        if !ruled
            && span.len() >= 4
            && !text.contains(' ')
            && !value::is_reference(text)
            && !value::is_trivial(text)
        {
            scan.hit(
                &FACTS,
                span,
                rank::STRONG_KEY,
                Confidence::Medium,
                Form::Tag("SECRET"),
            );
        }
    }
    scan.far.push(Far {
        place: place.span,
        read: Span::new(header.start, at.min(bytes.len())),
    });
}

/// How many fields a line has that is a header: names alone.
fn heading(bytes: Bytes<'_>, line: Span, mark: u8) -> Option<usize> {
    let text = bytes.under(line);
    let mut fields = text.split(|byte| *byte == mark);
    let is_name = |field: &[u8]| {
        let field = field.trim_ascii();
        field.len() <= 40
            && (field.iter()).all(|byte| byte.is_ascii_alphabetic() || b" _-\"()".contains(byte))
    };
    let count = fields.clone().count();
    let named = fields.all(is_name);
    (named && count >= if mark == b'|' { 4 } else { 2 }).then_some(count)
}

/// Without blanks and quotes around it.
fn trimmed(bytes: Bytes<'_>, span: Span) -> Span {
    let blank = |byte: u8| matches!(byte, b' ' | b'\r' | b'"' | b'`');
    let start = bytes.run(span.start, span.len(), blank);
    let end = bytes.run_back(span.end, span.end - start, blank);
    Span::new(start, end)
}
