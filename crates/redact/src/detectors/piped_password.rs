//! Passwords that a command reads from its input, written out in front of the pipe or below it.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Class, FAR, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `echo 'password' | docker login --password-stdin`, `echo user:password | chpasswd`, `chpasswd <<< 'user:password'`.
    PipedPassword,
    Facts {
        id: "piped-password",
        class: Class::Secret,
        sees: "the text that `echo`, `printf` or a shell's `<<<` gives to a command that reads a password",
        source: "https://docs.docker.com/reference/cli/docker/login/#password-stdin",
        example: "echo 'Zw9-{w6}' | docker login --username ci --password-stdin registry.acme.example",
        near_miss: "aws ecr get-login-password | docker login --username AWS --password-stdin registry.acme.example",
        placeholder: "<SECRET_1>",
    },
    literals!(READERS),
    look
);

/// What a command says that reads a password.
///
/// Sources: each command's manual.
const READERS: &[&str] = &[
    "chpasswd",
    "cryptsetup ",
    "gh auth login --with-token",
    "gpg --passphrase-fd 0",
    "kinit ",
    "passphrase-fd 0",
    "passwd --stdin",
    "passwd ",
    "password-stdin",
    "sudo -S",
    "with-token",
    "wrangler secret put",
];

/// How long a command may be, in bytes.
const LONGEST: usize = 400;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    if bytes.starts(start, "chpasswd") {
        accounts(scan, place.span);
    }
    let line = bytes.line(start, LONGEST);
    // Many commands search what is called so.
    if bytes.starts(start, "passwd ") {
        let pipe = bytes.run_back(start, 8, |byte| byte.is_ascii_lowercase() || byte == b' ');
        let between = scan.under(Span::new(pipe, start)).trim();
        if bytes.before(pipe) != b'|' || !matches!(between, "" | "sudo") {
            return;
        }
    }
    let found = piped(bytes, line.start, start)
        .or_else(|| here(bytes, start, line.end))
        .or_else(|| below(bytes, start, line));
    let Some(span) = found else {
        return;
    };
    // `user:password`, one a line.
    let text = scan.under(span);
    let user = match text.split_once(':') {
        Some((user, _)) if bytes.starts(start, "chpasswd") => user.len() + 1,
        _ => 0,
    };
    let span = Span::new(span.start + user, span.end);
    if start.abs_diff(span.start) > FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(span.start.min(start), span.end.max(place.span.end)),
        });
    }
    let text = scan.under(span);
    let words = text.contains(' ')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte.is_ascii_whitespace());
    if text.len() >= 3 && !words && !value::is_reference(text) {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// How many lines of accounts are read, and how long one may be, in bytes.
const LINES: usize = 64;
const LINE: usize = 400;

/// `user:password` in each line of the text that `chpasswd <<EOF` begins, or of cloud-init's `chpasswd:`.
///
/// Source: <https://cloudinit.readthedocs.io/en/latest/reference/modules.html#set-passwords>
fn accounts(scan: &mut Scan<'_>, place: Span) {
    let bytes = scan.bytes;
    let line = bytes.line(place.start, LINE);
    let rest = scan.under(Span::new(place.end, line.end));
    let mapping = bytes.under(Span::new(line.start, place.start));
    let mapping = rest.trim_end() == ":" && mapping.iter().all(|byte| matches!(byte, b' ' | b'-'));
    let whole = scan.under(line);
    let here = whole.contains("<<") && !whole.contains("<<<");
    if !mapping && !here {
        return;
    }
    let indent = place.start - line.start;
    let mut at = line.end + 1;
    for _ in 0..LINES {
        let start = bytes.run(at, 80, |byte| matches!(byte, b' ' | b'\t' | b'-'));
        let end = bytes.run(start, LINE, |byte| byte != b'\n' && byte != b'\r');
        let name = bytes.run(start, 64, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
        });
        if start == end || mapping && start - at <= indent {
            break;
        }
        at = bytes.run(end, 2, |byte| byte == b'\r').min(end + 1) + 1;
        let password = Span::new((name + 1).min(end), end);
        let text = scan.under(password);
        if bytes.at(name) != b':' || name == start {
            // The end of the text, or a line that is none of it.
            if here {
                break;
            }
            continue;
        }
        // `R` and `RANDOM` ask for one that nobody knows; `list: |` is a key.
        let told = text.len() >= 3 && !text.starts_with(' ') && text != "RANDOM";
        if told && !value::is_reference(text) {
            scan.secret(&FACTS, password, rank::STRONG_KEY);
        }
    }
    scan.far.push(Far {
        place,
        read: Span::new(line.start, at.min(bytes.len())),
    });
}

/// What stands between `echo` and the pipe before the command at `end`.
fn piped(bytes: Bytes<'_>, start: usize, end: usize) -> Option<Span> {
    let before = bytes.under(Span::new(start, end));
    let pipe = start + before.iter().rposition(|byte| *byte == b'|')?;
    let printed = bytes.under(Span::new(start, pipe));
    let last = |word: &[u8]| {
        let at = printed
            .windows(word.len())
            .rposition(|window| window == word)?;
        Some(start + at + word.len())
    };
    let mut at = last(b"echo ").max(last(b"printf ")).max(last(b"print "))?;
    // Options, and a format.
    loop {
        at = bytes.run(at, 8, |byte| byte == b' ');
        let word = word(bytes, at);
        let skipped = bytes.at(at) == b'-'
            || bytes.at(word.start) == b'%' && bytes.at(word.start + 1) == b's';
        if !skipped {
            break;
        }
        at = word.end + usize::from(word.start > at);
    }
    let found = word(bytes, at);
    let close = found.end + (found.start - at);
    // A sentence is no password, and a longer command is read no further.
    let end = bytes.run(close, 8, |byte| byte == b' ');
    (end == pipe && !found.is_empty()).then_some(found)
}

/// What `<<<` gives to the command at `start`, before `end`.
fn here(bytes: Bytes<'_>, start: usize, end: usize) -> Option<Span> {
    let behind = bytes.under(Span::new(start, end));
    let mark = behind.windows(3).position(|window| window == b"<<<")?;
    let found = word(bytes, bytes.run(start + mark + 3, 8, |byte| byte == b' '));
    (!found.is_empty()).then_some(found)
}

/// The one line of the text that `<<EOF` on the line of the command at `start` begins.
fn below(bytes: Bytes<'_>, start: usize, line: Span) -> Option<Span> {
    let whole = bytes.under(line);
    let mark = whole.windows(2).position(|window| window == b"<<")?;
    let end = bytes.run(line.start + mark + 2, 40, |byte| {
        is_word(byte) || matches!(byte, b'-' | b'"' | b'\'')
    });
    let tag = bytes.under(Span::new(line.start + mark + 2, end));
    let named = tag.iter().any(|byte| is_word(*byte));
    let from = line.end + 1;
    let to = bytes.run(from, 256, |byte| byte > b' ');
    let next = bytes.run(to, 2, |byte| matches!(byte, b'\r' | b'\n'));
    let closed = bytes.at(to) < b' ' && named && next > to;
    // The accounts of `chpasswd` are read for themselves.
    (closed && from < to && !bytes.starts(start, "chpasswd")).then(|| Span::new(from, to))
}

/// The word at `at`, without quotes around it.
fn word(bytes: Bytes<'_>, at: usize) -> Span {
    let quote = bytes.at(at);
    if matches!(quote, b'"' | b'\'') {
        let end = bytes.run(at + 1, 256, |byte| byte != quote && byte != b'\n');
        return Span::new(at + 1, end);
    }
    // In a text of JSON the quotes are escaped.
    if quote == b'\\' && bytes.at(at + 1) == b'"' {
        let end = bytes.run(at + 2, 256, |byte| !matches!(byte, b'\\' | b'"' | b'\n'));
        return Span::new(at + 2, end);
    }
    let end = bytes.run(at, 256, |byte| byte > b' ' && byte != b'|' && byte != b';');
    Span::new(at, end)
}
