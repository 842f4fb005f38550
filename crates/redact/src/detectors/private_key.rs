//! Private keys: PEM and PGP blocks, also escaped, on one line, indented, behind log prefixes or cut off; PuTTY; age.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};

detector!(
    /// What stands between `-----BEGIN .. PRIVATE KEY-----` and its end.
    PrivateKey,
    Facts {
        id: "private-key",
        class: Class::Secret,
        sees: "the body of a private key block, in PEM's, PGP's or PuTTY's armour",
        source: "https://www.rfc-editor.org/rfc/rfc7468#section-10",
        example: "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7v3\n-----END RSA PRIVATE KEY-----",
        near_miss: "-----BEGIN PUBLIC KEY-----\nMFwwDQYJ\n-----END PUBLIC KEY-----",
        placeholder: "-----BEGIN RSA PRIVATE KEY-----\n<SECRET_1>\n-----END RSA PRIVATE KEY-----",
    },
    &[
        Anchor::Literal("Private-Lines:"),
        Anchor::Literal("BEGIN"),
        Anchor::Literal("END "),
    ],
    look
);

/// Longest block, in bytes.
const BLOCK: usize = 65_536;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    if start < scan.done.block {
        return;
    }
    if bytes.starts(start, "Private-Lines:") {
        let line = bytes.run(start, 80, |byte| byte != b'\n');
        let window = boundary(scan.text, line, line + BLOCK);
        let end = scan
            .under(Span::new(line, window))
            .find("Private-MAC")
            .map_or(window, |at| line + at);
        scan.done.block = end;
        let read = Span::new(start, end);
        scan.far.push(Far { place: read, read });
        body(scan, line, end, false);
        return;
    }
    if bytes.starts(start, "END ") {
        headless(scan, place.span);
        return;
    }
    if !bytes.starts(start, "BEGIN ") && !bytes.starts(start, "BEGIN+")
        || !matches!(bytes.before(start), b'-' | b' ')
    {
        return;
    }
    let label_end = bytes.run(start, 64, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'+')
    });
    let label = scan.under(Span::new(start, label_end));
    if !label.contains("PRIVATE") || !bytes.starts(label_end, "--") {
        return;
    }
    let from = bytes.run(label_end, 8, |byte| byte == b'-');
    let window = boundary(scan.text, from, from + BLOCK);
    let search = scan.done.unclosed.max(from);
    let rest = scan.text.get(search..window).unwrap_or_default();
    let closed = rest.find("--END").or_else(|| rest.find("-- END"));
    let end = closed
        .map(|at| search + at)
        .map(|at| bytes.run_back(at, 8, |byte| byte == b'-'));
    if end.is_none() {
        // A line may be cut where the next search begins.
        scan.done.unclosed = boundary(scan.text, from, window.saturating_sub(8)).max(from);
    }
    // What stands before the block on its line also stands before its other lines.
    let line = bytes.run_back(start, 200, |byte| byte != b'\n');
    let prefixed = scan
        .under(Span::new(line, start))
        .trim_matches([' ', '\t', '-', '"', '\''])
        .len()
        > 4;
    // `-  -----BEGIN ..`: in a difference the mark stands before each line.
    let mark = bytes.at(line);
    let marked = matches!(mark, b'+' | b'-') && bytes.at(line + 1) != b'-' || mark == b'>';
    let end = end.unwrap_or_else(|| cut_off(bytes, from, if marked { mark } else { 0 }));
    scan.done.block = end;
    // The line that ends a block which lacks its last was read, too.
    let read = bytes.run(end + 1, 512, |byte| byte != b'\n');
    // What stands in a block is looked at where it is none.
    let read = Span::new(start, read);
    scan.far.push(Far { place: read, read });
    body(scan, from, end, prefixed);
}

/// The lines of base64 before `-----END .. PRIVATE KEY-----` whose begin was cut away.
fn headless(scan: &mut Scan<'_>, place: Span) {
    let bytes = scan.bytes;
    let label = bytes.run(place.start, 64, |byte| {
        byte.is_ascii_uppercase() || byte == b' '
    });
    let line = bytes.run_back(place.start, 8, |byte| byte == b'-');
    let named = scan.under(Span::new(place.start, label));
    if line == place.start || !named.ends_with("PRIVATE KEY") || bytes.before(line) != b'\n' {
        return;
    }
    let armour = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let end = bytes.run_back(line, 2, |byte| matches!(byte, b'\n' | b'\r'));
    let mut start = end;
    while start > end.saturating_sub(BLOCK) {
        let feed = bytes.run_back(start, 2, |byte| matches!(byte, b'\n' | b'\r'));
        let feed = if start == end { end } else { feed };
        let from = bytes.run_back(feed, 100, armour);
        if from == feed
            || feed - from < 32 && feed != end
            || !matches!(bytes.before(from), b'\n' | 0)
        {
            break;
        }
        start = from;
    }
    let read = Span::new(start.saturating_sub(80), label);
    scan.far.push(Far { place, read });
    let body = Span::new(start, end);
    // One that has its begin was read from there.
    let above = bytes.line(start.saturating_sub(1), 80);
    let begun = scan
        .under(Span::new(above.start.min(start), start))
        .contains("BEGIN");
    if body.len() >= 16 && !begun {
        scan.secret(&FACTS, body, rank::BLOCK);
    }
}

/// The last place to cut the text at or before `at`, not before `from`.
fn boundary(text: &str, from: usize, at: usize) -> usize {
    (from..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(from)
}

/// The end of a block that lacks its last line: the last line of base64.
fn cut_off(bytes: Bytes<'_>, from: usize, mark: u8) -> usize {
    let mut at = from;
    let mut end = from;
    while at < bytes.len() && at - from < BLOCK {
        // A header is short; every other line is armour from end to end.
        let head = bytes.run(at, 80, |byte| byte != b'\n');
        let line = bytes.under(Span::new(at, head)).trim_ascii();
        let header = line.contains(&b':') && line.len() < 60 && head - at < 80;
        let to = if header {
            head
        } else {
            let marked = at + usize::from(mark != 0 && bytes.at(at) == mark);
            let blank = bytes.run(marked, 80, |byte| matches!(byte, b' ' | b'\t'));
            let armour = bytes.run(blank, BLOCK, |byte| {
                byte.is_ascii_alphanumeric() || b"+/=\\-\"',".contains(&byte)
            });
            bytes.run(armour, 80, |byte| matches!(byte, b' ' | b'\t' | b'\r'))
        };
        if to < bytes.len() && bytes.at(to) != b'\n' {
            break;
        }
        end = to;
        at = to + 1;
    }
    if end == from {
        bytes.run(from, BLOCK, |byte| {
            byte.is_ascii_alphanumeric() || b"+/=\\ ".contains(&byte)
        })
    } else {
        end
    }
}

fn body(scan: &mut Scan<'_>, from: usize, end: usize, prefixed: bool) {
    let bytes = scan.bytes;
    let first_line = bytes.run(from, end - from.min(end), |byte| byte != b'\n');
    if prefixed && first_line < end {
        let mut at = first_line;
        while at < end {
            let line_end = bytes.run(at + 1, BLOCK, |byte| byte != b'\n').min(end);
            // The last run of base64 of the line is the key's; what stands before it is the log's.
            let to = bytes
                .run_back(line_end, 200, |byte| {
                    !byte.is_ascii_alphanumeric() && !b"+/=".contains(&byte)
                })
                .max(at + 1);
            let start = bytes
                .run_back(to, 2048, |byte| {
                    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
                })
                .max(at + 1);
            if to - start.min(to) >= 4 && line_end < end || to > start + 20 {
                scan.secret(&FACTS, Span::new(start, to), rank::BLOCK);
            }
            at = line_end;
        }
        return;
    }
    // Without the line ends at both sides, escaped or not.
    let mut start = from;
    let mut to = end;
    loop {
        if bytes.at(start) <= b' ' && start < to {
            start += 1;
        } else if bytes.at(start) == b'\\'
            && matches!(bytes.at(start + 1), b'n' | b'r' | b'\\' | b'\n')
            && start + 1 < to
        {
            start += if bytes.at(start + 1) == b'\\' { 1 } else { 2 };
        } else {
            break;
        }
    }
    while to > start && (bytes.before(to) <= b' ' || bytes.before(to) == b'-') {
        to -= 1;
    }
    while to > start + 2 && bytes.before(to - 1) == b'\\' && matches!(bytes.before(to), b'n' | b'r')
    {
        to -= 2;
        if bytes.before(to) == b'\\' {
            to -= 1;
        }
    }
    if to > start {
        scan.secret(&FACTS, Span::new(start, to), rank::BLOCK);
    }
}
