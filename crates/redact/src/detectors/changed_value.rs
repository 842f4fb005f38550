//! Values in the tree of differences that the CDK prints, under a property that names a secret.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `[~] MasterUserPassword` above `[-] value` and `[+] value`.
    ChangedValue,
    Facts {
        id: "changed-value",
        class: Class::Secret,
        sees: "the old and the new value of a property in what `cdk diff` prints, if its name says that it is a secret",
        source: "https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-diff.html",
        example: " └─ [~] MasterUserPassword\n     ├─ [-] Zw9-{w6}\n     └─ [+] Zx8-{w6}",
        near_miss: " └─ [~] Timeout\n     ├─ [-] 30\n     └─ [+] 60",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Mark(b'[')],
    look
);

/// Bytes of a line, at most.
const LINE: usize = 400;
/// How far above a value its property stands, in lines.
const LINES: usize = 4;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let mark = place.span.start;
    if !bytes.starts(mark, "[-] ") && !bytes.starts(mark, "[+] ") {
        return;
    }
    let line = bytes.run_back(mark, LINE, |byte| byte != b'\n');
    let Some(column) = column(bytes, line, mark) else {
        return;
    };
    let start = mark + 4;
    let end = bytes.run(start, LINE, |byte| byte >= b' ');
    let value = trimmed(bytes, Span::new(start, end));
    // A line that is too long may not be once a part of it is hidden.
    scan.far.push(Far {
        place: place.span,
        read: Span::new(line.saturating_sub(LINES * LINE), end),
    });
    let mut below = line;
    for _ in 0..LINES {
        let Some(last) = below.checked_sub(1) else {
            return;
        };
        below = bytes.run_back(last, LINE, |byte| byte != b'\n');
        let open = bytes.run(below, LINE, |byte| byte != b'[' && byte != b'\n');
        let Some(above) = self::column(bytes, below, open) else {
            return;
        };
        if above >= column {
            continue;
        }
        let from = bytes.run(open + 4, 2, |byte| byte == b'.');
        let name = Span::new(from, bytes.run(from, 80, is_word));
        let text = scan.under(value);
        let told = text.len() >= 3
            && !text.starts_with(['{', '[', '('])
            && !value::is_reference(text)
            && (!value::is_trivial(text) || value::is_first_password(text));
        if told && !name.is_empty() && scan.key(name).promise >= Promise::Token {
            scan.secret(&FACTS, value, rank::STRONG_KEY);
        }
        return;
    }
}

/// How many characters of the tree stand in the line at `line` before the mark at `at`.
fn column(bytes: Bytes<'_>, line: usize, at: usize) -> Option<usize> {
    let tree = bytes.under(Span::new(line, at));
    let drawn = std::str::from_utf8(tree).ok()?;
    let only = drawn
        .chars()
        .all(|sign| matches!(sign, ' ' | '│' | '├' | '└' | '─'));
    let marked = bytes.at(at) == b'[' && bytes.starts(at + 2, "] ");
    (only && marked && drawn.contains('─')).then(|| drawn.chars().count())
}

/// Without blanks and quotes around it.
fn trimmed(bytes: Bytes<'_>, span: Span) -> Span {
    let blank = |byte: u8| matches!(byte, b' ' | b'"' | b'\'');
    let start = bytes.run(span.start, span.len(), blank);
    Span::new(start, bytes.run_back(span.end, span.end - start, blank))
}
