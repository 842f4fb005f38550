//! Passwords that a script of expect answers a prompt with.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, FAR, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `expect "password:" { send "value\r" }`, `child.expect('password:')` above `child.sendline('value')`.
    SentPassword,
    Facts {
        id: "sent-password",
        class: Class::Secret,
        sees: "the text that a script of expect or pexpect sends where a password is asked for",
        source: "https://man7.org/linux/man-pages/man1/expect.1.html",
        example: "expect \"password:\"\nsend \"Zw9-{w6}\\r\"",
        near_miss: "expect \"continue?\"\nsend \"sure-thing-91\\r\"",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Literal("exp_send"), Anchor::Literal("send")],
    look
);

/// How far before an answer its prompt may be, in bytes.
const NEAR: usize = 240;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    // `send_user` and its like write elsewhere.
    let word = scan.under(place.span);
    if !matches!(word, "exp_send" | "send" | "sendLine" | "sendline") {
        return;
    }
    let Some(span) = sent(bytes, place.span.end) else {
        return;
    };
    let from = bytes.run_back(start, NEAR, |_| true);
    let before = bytes.under(Span::new(from, start));
    // The prompt that was waited for last.
    let Some(prompt) = before
        .windows("expect".len())
        .rposition(|word| word == b"expect")
    else {
        return;
    };
    let prompt_end = bytes.run(from + prompt, NEAR, |byte| byte != b'\n');
    let asked = bytes
        .under(Span::new(
            from + prompt,
            prompt_end.min(start).max(from + prompt),
        ))
        .to_ascii_lowercase();
    let asks = ["assword", "assphrase", "passwd", "passcode"]
        .iter()
        .any(|word| {
            asked
                .windows(word.len())
                .any(|part| part == word.as_bytes())
        });
    if !asks {
        // In a block the prompt stands on a line of its own: `"*assword*" { send .. }`.
        let line = bytes.line(start, NEAR);
        let line = bytes
            .under(Span::new(line.start, start))
            .to_ascii_lowercase();
        if !line.windows(7).any(|part| part == b"assword") {
            return;
        }
    }
    scan.far.push(Far {
        place: place.span,
        read: Span::new(from, span.end + FAR),
    });
    let text = scan.under(span);
    if text.len() >= 3
        && !value::is_reference(text)
        && (!value::is_trivial(text) || value::is_first_password(text))
    {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// What is sent, without the sign for the end of the line: `send -- "value\r"`, `sendline('value')`.
fn sent(bytes: Bytes<'_>, from: usize) -> Option<Span> {
    let mut at = bytes.run(from, 4, |byte| matches!(byte, b' ' | b'('));
    while bytes.at(at) == b'-' {
        let option = bytes.run(at, 12, |byte| byte == b'-' || byte.is_ascii_alphabetic());
        at = bytes.run(option, 4, |byte| byte == b' ');
    }
    // In a shell's string the quotes are escaped.
    let escaped = bytes.at(at) == b'\\';
    at += usize::from(escaped);
    let quote = bytes.at(at);
    if at == from || !matches!(quote, b'"' | b'\'' | b'{') {
        return None;
    }
    let close = if quote == b'{' { b'}' } else { quote };
    let start = at + 1;
    let mut end = start;
    while end < start + NEAR && bytes.at(end) != close && bytes.at(end) >= b' ' {
        // `\r` at the end; a quote behind a backslash is part of it, unless they all are.
        let next = bytes.at(end + 1);
        let ends =
            matches!(next, b'r' | b'n') && matches!(bytes.at(end + 2), b'"' | b'\'' | b'}' | b'\\');
        if bytes.at(end) == b'\\' && (ends || escaped) {
            break;
        }
        end += 1 + usize::from(bytes.at(end) == b'\\');
    }
    let closed = bytes.at(end) == close || bytes.at(end) == b'\\';
    (closed && start < end).then(|| Span::new(start, end))
}
