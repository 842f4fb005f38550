//! Lines of PPP's files of secrets, `/etc/ppp/chap-secrets`: client, server, secret, addresses.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `ann  l2tpd  value  *`, and the lines below `# client  server  secret`.
    ChapSecret,
    Facts {
        id: "chap-secret",
        class: Class::Secret,
        sees: "the third column of a file of PPP's secrets, below its usual header or beside the name of a server of L2TP or PPTP",
        source: "https://ppp.samba.org/pppd.html",
        example: "# client\tserver\tsecret\tIP addresses\nann\t*\tZw9-{w6}\t*",
        near_miss: "# client\tserver\tcolour\tIP addresses\nann\t*\tturquoise\t*",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("client"),
        Anchor::Literal("l2tpd"),
        Anchor::Literal("pptpd"),
    ],
    look
);

/// Bytes of a line, at most.
const LINE: usize = 256;
/// Lines below a header, at most.
const LINES: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let from = bytes.run_back(place.span.start, LINE, |byte| byte != b'\n');
    let line = Span::new(from, bytes.run(from, LINE, |byte| byte != b'\n'));
    if bytes.at(place.span.start) != b'c' {
        let [client, server, secret] = columns(bytes, line);
        // In a tree, `|  l2tpd  Service`, a bar stands before the name, and in a list of Markdown's a mark.
        let named = bytes.under(client) == b"*" && bytes.at(secret.end + 1) > b' '
            || (bytes.under(client).is_ascii()
                && bytes.under(client).iter().any(u8::is_ascii_alphanumeric));
        if named && server.contains(place.span) && server.len() <= place.span.len() + 1 {
            told(scan, secret);
        }
        return;
    }
    let [_, server, secret] = columns(bytes, Span::new(place.span.start, line.end));
    if scan.under(Span::new(line.start, place.span.start)).trim() != "#"
        || scan.under(server) != "server"
        || scan.under(secret) != "secret"
    {
        return;
    }
    let mut at = line.end + 1;
    for _ in 0..LINES {
        let line = Span::new(at, bytes.run(at, LINE, |byte| byte != b'\n'));
        let [client, server, secret] = columns(bytes, line);
        let is_name = |word: Span| {
            let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"*-_.@\\".contains(byte);
            !word.is_empty() && bytes.under(word).iter().all(part)
        };
        let is_entry = is_name(client) && is_name(server) && !secret.is_empty();
        if bytes.at(line.start) != b'#' && !is_entry {
            break;
        }
        if bytes.at(line.start) != b'#' {
            told(scan, secret);
        }
        at = line.end + 1;
    }
    scan.far.push(Far {
        place: place.span,
        read: Span::new(place.span.start, at.min(bytes.len())),
    });
}

/// The first three words of a line, without quotes around them.
fn columns(bytes: Bytes<'_>, line: Span) -> [Span; 3] {
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r');
    let mut at = line.start;
    [(); 3].map(|()| {
        let start = bytes.run(at, line.end.saturating_sub(at), blank);
        let quote = bytes.at(start);
        if matches!(quote, b'"' | b'\'') {
            let end = bytes.run(start + 1, line.end.saturating_sub(start + 1), |byte| {
                byte != quote
            });
            at = end + 1;
            return Span::new(start + 1, end);
        }
        let end = bytes.run(start, line.end.saturating_sub(start), |byte| !blank(byte));
        at = end;
        Span::new(start, end)
    })
}

fn told(scan: &mut Scan<'_>, secret: Span) {
    let text = scan.under(secret);
    if text.len() >= 3 && !value::is_reference(text) {
        scan.secret(&FACTS, secret, rank::STRONG_KEY);
    }
}
