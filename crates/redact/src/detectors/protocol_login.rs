//! Passwords in dialogues of FTP, POP3, IMAP, SMTP and Redis, as traces and sessions show them.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, FAR, Facts, Far, Place, Scan, rank};
use crate::detectors::keyed_secret;
use crate::value;

detector!(
    /// `PASS value` below `USER ann`, `a1 LOGIN ann value`, `AUTH PLAIN dmFsdWU=`, the answer to `334 UGFzc3dvcmQ6`.
    ProtocolLogin,
    Facts {
        id: "protocol-login",
        class: Class::Secret,
        sees: "the password or credentials that a client sends in FTP, POP3, IMAP, SMTP and Redis",
        source: "https://www.rfc-editor.org/rfc/rfc4954",
        example: "334 UGFzc3dvcmQ6\nWnc5LX{w6}",
        near_miss: "250-AUTH PLAIN LOGIN\n250 SMTPUTF8",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("334 "),
        Anchor::Literal("AUTH "),
        Anchor::Literal("AUTHENTICATE "),
        Anchor::Literal("LOGIN "),
        Anchor::Literal("PASS "),
    ],
    look
);

/// Mechanisms that a client names before what it sends.
///
/// Source: <https://www.iana.org/assignments/sasl-mechanisms/sasl-mechanisms.xhtml>
const MECHANISMS: &[&str] = &[
    "CRAM-MD5",
    "DIGEST-MD5",
    "EXTERNAL",
    "GSSAPI",
    "LOGIN",
    "NTLM",
    "OAUTHBEARER",
    "PLAIN",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
];

/// What a server asks for: a user's name or a password in base64, or a challenge, which begins with `<`.
const ASKED: &[&str] = &[
    "PD",
    "UGFzc3dvcmQ",
    "VXNlcm5hbWU",
    "cGFzc3dvcmQ",
    "dXNlcm5hbWU",
];

/// Bytes of a line, at most.
const LINE: usize = 200;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let (start, end) = (place.span.start, place.span.end);
    match bytes.at(start) {
        b'3' => asked(scan, place.span),
        b'P' if is_sent(bytes, start) => pass(scan, place.span),
        b'L' => login(scan, place.span),
        b'A' => {
            let first = word(bytes, end);
            let second = word(bytes, after(bytes, first));
            let mechanism = MECHANISMS
                .iter()
                .any(|name| name.eq_ignore_ascii_case(scan.under(first)));
            if mechanism {
                encoded(scan, second);
            } else if is_at_prompt(bytes, start) && ends(bytes, after(bytes, second)) {
                report(scan, place.span, second);
            }
        }
        _ => {}
    }
}

/// `334 UGFzc3dvcmQ6`, and in the next line what is sent; a log of Python's repeats the question in a line between.
fn asked(scan: &mut Scan<'_>, code: Span) {
    let bytes = scan.bytes;
    let question = word(bytes, code.end);
    if !ASKED
        .iter()
        .any(|asked| bytes.starts(question.start, asked))
    {
        return;
    }
    let mut line = bytes.run(question.end, LINE, |byte| byte != b'\n') + 1;
    if bytes.starts(line, "reply:") {
        line = bytes.run(line, LINE, |byte| byte != b'\n') + 1;
    }
    // `C: `, `> `, `--> `, `send: '`.
    let mark = bytes.run(line, 40, |byte| {
        byte >= b' ' && byte != b'>' && byte != b':'
    });
    let marked = matches!(bytes.at(mark), b'>' | b':');
    let from = if marked { mark + 1 } else { line };
    let answer = word(bytes, from);
    scan.far.push(Far {
        place: code,
        read: Span::new(code.start, answer.end + 1),
    });
    encoded(scan, answer);
}

/// What is sent in base64, and nothing behind it on its line.
fn encoded(scan: &mut Scan<'_>, span: Span) {
    let bytes = scan.bytes;
    let text = scan.under(span);
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let mechanism = MECHANISMS.contains(&text);
    if text.len() >= 4
        && text.len().is_multiple_of(4)
        && text.bytes().all(base64)
        && !mechanism
        && ends(bytes, after(bytes, span))
    {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// `PASS value` in a line of its own, where `USER` or what a server says of it stands near.
fn pass(scan: &mut Scan<'_>, command: Span) {
    let bytes = scan.bytes;
    let value = word(bytes, command.end);
    if !ends(bytes, after(bytes, value)) {
        return;
    }
    let from = bytes.run_back(command.start, LINE, |_| true);
    let to = bytes.run(value.end, 80, |_| true);
    let says = |span: Span, words: &[&[u8]]| {
        let text = bytes.under(span);
        (words.iter()).any(|word| text.windows(word.len()).any(|part| part == *word))
    };
    let near = says(Span::new(from, command.start), &[b"USER ", b"331 ", b"+OK"])
        || says(
            Span::new(value.end, to),
            &[b"\n230 ", b"\n530 ", b"\n+OK", b"\n-ERR"],
        );
    scan.far.push(Far {
        place: command,
        read: Span::new(from, to),
    });
    if near {
        report(scan, command, value);
    }
}

/// `a1 LOGIN ann value`, where the tag begins its line.
fn login(scan: &mut Scan<'_>, command: Span) {
    let bytes = scan.bytes;
    let gap = bytes.run_back(command.start, 1, |byte| byte == b' ');
    let tag = bytes.run_back(gap, 8, |byte| byte.is_ascii_alphanumeric());
    let name = bytes.under(Span::new(tag, gap));
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let letters = name.len() - digits.count();
    let user = word(bytes, command.end);
    let value = word(bytes, after(bytes, user));
    if gap == command.start
        || letters == name.len()
        || letters > 4
        || !is_sent(bytes, tag)
        || !ends(bytes, after(bytes, value))
    {
        return;
    }
    // `web1 LOGIN attempt failed`: a sentence has no quotes and no mark, and the server answers with the tag.
    let next = bytes.run(value.end, LINE, |byte| byte != b'\n') + 1;
    let answer = bytes.run(next, 8, |byte| {
        !byte.is_ascii_alphanumeric() && byte != b'*'
    });
    let answered =
        bytes.at(answer) == b'*' || bytes.under(Span::new(answer, answer + name.len())) == name;
    scan.far.push(Far {
        place: command,
        read: Span::new(tag, answer + name.len()),
    });
    let quoted = bytes.before(value.start) == b'"';
    if quoted || answered || keyed_secret::told(scan.under(value), false) {
        report(scan, command, value);
    }
}

fn report(scan: &mut Scan<'_>, command: Span, value: Span) {
    let text = scan.under(value);
    if value.end > command.start + FAR {
        scan.far.push(Far {
            place: command,
            read: Span::new(command.start, value.end + 1),
        });
    }
    if text.len() >= 3 && !value::is_reference(text) && !value::is_trivial(text) {
        scan.secret(&FACTS, value, rank::STRONG_KEY);
    }
}

/// Whether a client's line begins at `at`, perhaps behind a mark that says so: `C: `, `> `, `--> `, `send: '`.
fn is_sent(bytes: Bytes<'_>, at: usize) -> bool {
    let mark = bytes.run_back(at, 3, |byte| matches!(byte, b' ' | b'\'' | b'"'));
    matches!(bytes.before(mark), 0 | b'\n' | b'>' | b':')
}

/// Whether a prompt of Redis stands before `at`, which ends in `>`, or a command that comes before: `HELLO 3 AUTH ann value`.
fn is_at_prompt(bytes: Bytes<'_>, at: usize) -> bool {
    let gap = bytes.run_back(at, 1, |byte| byte == b' ');
    let hello = ["HELLO 2", "HELLO 3"].iter().any(|hello| {
        gap.checked_sub(hello.len())
            .is_some_and(|at| bytes.starts(at, hello))
    });
    gap < at && (bytes.before(gap) == b'>' && bytes.before(gap - 1) != b'-' || hello)
}

/// The word behind `at` on the same line, without its quotes.
fn word(bytes: Bytes<'_>, at: usize) -> Span {
    let start = bytes.run(at, 4, |byte| byte == b' ');
    if bytes.at(start) == b'"' {
        let end = bytes.run(start + 1, LINE, |byte| byte >= b' ' && byte != b'"');
        return Span::new(start + 1, end);
    }
    let start = start + usize::from(bytes.at(start) == b'\'');
    let end = bytes.run(start, 4096, |byte| {
        byte > b' ' && !matches!(byte, b'\'' | b'\\')
    });
    Span::new(start, end)
}

/// Behind a word and its closing quote.
fn after(bytes: Bytes<'_>, word: Span) -> usize {
    word.end + usize::from(bytes.at(word.end) == b'"')
}

/// Whether a line ends at `at`, or a text in quotes of which it is the whole.
fn ends(bytes: Bytes<'_>, at: usize) -> bool {
    let end = bytes.run(at, 4, |byte| byte == b' ');
    matches!(bytes.at(end), b'\n' | b'\r' | b'\'' | 0) || bytes.escaped_line_end(end)
}
