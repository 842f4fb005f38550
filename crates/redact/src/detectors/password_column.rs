//! Columns of passwords, as in the file that the console of IAM gives for a new user, and in what a database's shell prints.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `User name,Password,..` above lines of as many fields; a table of Markdown's, of psql's or of mysql's with such a column.
    PasswordColumn,
    Facts {
        id: "password-column",
        class: Class::Secret,
        sees: "the fields of a column that its header calls passwords, in CSV, in tables of Markdown and in those that psql and mysql print",
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
        Anchor::Mark(b'+'),
    ],
    look
);

/// Bytes of a line, at most.
const LINE: usize = 1000;
/// Lines below a header, at most.
const LINES: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if bytes.at(place.span.start) == b'+' {
        printed(scan, place);
        return;
    }
    let blank = |byte: u8| matches!(byte, b' ' | b'"');
    let before = bytes.run_back(place.span.start, 32, blank);
    let after = bytes.run(place.span.end, 32, blank);
    let separator = |byte: u8| matches!(byte, b',' | b'|' | b';' | b'\t');
    let mark = match (bytes.before(before), bytes.at(after)) {
        (_, mark) if separator(mark) => mark,
        (mark, b'\n' | b'\r' | 0) if separator(mark) => mark,
        _ => return,
    };
    let header = bytes.line(place.span.start, LINE);
    if heading(bytes, header, mark).is_none() {
        return;
    }
    let head = bytes.under(Span::new(header.start, place.span.start));
    let column = head.iter().filter(|byte| **byte == mark).count();
    // `| SecretString | value |`: a name and its value, unless a ruler stands below.
    let below = bytes.run(header.end + 1, LINE, |byte| byte != b'\n');
    if mark == b'|'
        && column == 1
        && fields_of(bytes.under(header), mark) == 4
        && !is_ruler(bytes.under(Span::new(header.end + 1, below)))
    {
        return;
    }
    rows(scan, place.span, header, mark, &[column]);
}

/// The table that psql or mysql prints around the first `+` of a ruler: `---+---` below its header, or `+---+` above and below.
fn printed(scan: &mut Scan<'_>, place: Place) {
    let bytes = scan.bytes;
    let plus = place.span.start;
    let start = bytes.run_back(plus, LINE, |byte| byte == b'-');
    if !matches!(bytes.before(start), b'\n' | 0) || !bytes.starts(plus, "+--") {
        return;
    }
    let end = bytes.run(plus, LINE, |byte| matches!(byte, b'-' | b'+' | b'\r'));
    if bytes.at(end) != b'\n' {
        return;
    }
    // The one above the header: the one below it has a line before it that is no ruler.
    let boxed = start == plus;
    let above = bytes.line(start.saturating_sub(1), LINE);
    let header = if !boxed {
        above
    } else if bytes.at(above.start) != b'|' || start == 0 {
        Span::new(end + 1, bytes.run(end + 1, LINE, |byte| byte != b'\n'))
    } else {
        return;
    };
    if start == 0 && !boxed {
        return;
    }
    let mut columns = Vec::new();
    let mut at = header.start;
    for (number, cell) in bytes.under(header).split(|byte| *byte == b'|').enumerate() {
        let name = trimmed(bytes, Span::new(at, at + cell.len()));
        at += cell.len() + 1;
        let plain = (bytes.under(name).iter())
            .all(|byte| byte.is_ascii_alphanumeric() || b"_ -.".contains(byte));
        if !name.is_empty()
            && plain
            && scan.key(name).promise >= Promise::Token
            && columns.len() < 8
        {
            columns.push(number);
        }
    }
    if !columns.is_empty() {
        rows(scan, place.span, header, b'|', &columns);
    }
}

/// The fields of these columns in the lines below a header.
fn rows(scan: &mut Scan<'_>, place: Span, header: Span, mark: u8, columns: &[usize]) {
    let bytes = scan.bytes;
    // In Jira's tables two bars stand around a heading, and one around a cell.
    let doubled = bytes.starts(header.start, "||") && mark == b'|';
    let count = fields_of(bytes.under(header), mark);
    let count = if doubled { count / 2 + 1 } else { count };
    let columns: Vec<usize> = (columns.iter())
        .map(|column| if doubled { column / 2 } else { *column })
        .collect();
    let mut at = header.end + 1;
    for _ in 0..LINES {
        let line = Span::new(at, bytes.run(at, LINE, |byte| byte != b'\n'));
        let ruled = is_ruler(bytes.under(line));
        let fields = fields(bytes, line, mark);
        if line.is_empty() || !ruled && fields.len() != count {
            break;
        }
        at = line.end + 1;
        for column in columns.iter().filter(|_| !ruled) {
            let Some(span) = fields.get(*column).map(|field| trimmed(bytes, *field)) else {
                continue;
            };
            let text = scan.under(span);
            if span.len() >= 4
                && !is_ruler(text.as_bytes())
                && !text.contains(' ')
                && !value::is_reference(text)
                && !value::is_trivial(text)
            {
                scan.likely_secret(&FACTS, span, rank::STRONG_KEY);
            }
        }
    }
    scan.far.push(Far {
        place,
        read: Span::new(header.start.min(place.start), at.min(bytes.len())),
    });
}

/// The fields of a line. In CSV one in quotes may hold the mark between them.
fn fields(bytes: Bytes<'_>, line: Span, mark: u8) -> Vec<Span> {
    let mut fields = Vec::new();
    let mut at = line.start;
    loop {
        let rest = line.end.saturating_sub(at);
        let mut from = at;
        if bytes.at(at) == b'"' && matches!(mark, b',' | b';') {
            let close = bytes.run(at + 1, rest.saturating_sub(1), |byte| byte != b'"');
            // One that closes nothing is a sign like others.
            let closes = close < line.end
                && (matches!(bytes.at(close + 1), b'"' | b'\r' | b'\n' | 0)
                    || bytes.at(close + 1) == mark);
            if closes {
                from = close + 1;
                while from < line.end && bytes.at(from) == b'"' {
                    let left = line.end.saturating_sub(from + 1);
                    from = (bytes.run(from + 1, left, |byte| byte != b'"') + 1).min(line.end);
                }
            }
        }
        let left = line.end.saturating_sub(from);
        let end = bytes.run(from, left, |byte| byte != mark);
        fields.push(Span::new(at, end));
        if end >= line.end {
            return fields;
        }
        at = end + 1;
    }
}

fn fields_of(line: &[u8], mark: u8) -> usize {
    line.split(|byte| *byte == mark).count()
}

/// `| --- | --- |`, `----+----`: what stands between a header and its rows.
fn is_ruler(line: &[u8]) -> bool {
    (line.iter()).all(|byte| matches!(byte, b'-' | b':' | b'=' | b'|' | b'+' | b' ' | b'\r'))
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
    // What is imported, one a line, ends in a comma, or is indented.
    if matches!(mark, b',' | b';')
        && (text.first() == Some(&b' ')
            || fields.clone().any(|field| field.trim_ascii().is_empty()))
    {
        return None;
    }
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
