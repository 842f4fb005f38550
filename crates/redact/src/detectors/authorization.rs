//! Credentials behind the name of a scheme or in a command: `Bearer ..`, `Basic ..`, `curl -u user:password`, netrc.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, FAR, Facts, Far, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// The credentials behind `Bearer`, `Basic`, `Token`, `curl -u` and in netrc files.
    Authorization,
    Facts {
        id: "authorization",
        class: Class::Secret,
        sees: "what follows the name of an HTTP authorization scheme, the user and password of curl, the password of a netrc line",
        source: "https://www.rfc-editor.org/rfc/rfc6750#section-2.1",
        example: "Bearer {w30}",
        near_miss: "Bearer ${API_KEY}",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("Basic"),
        Anchor::Literal("BASIC"),
        Anchor::Literal("basic"),
        Anchor::Literal("Bearer"),
        Anchor::Literal("BEARER"),
        Anchor::Literal("bearer"),
        Anchor::Literal("ApiKey"),
        Anchor::Literal("Apikey"),
        Anchor::Literal("aivenv1"),
        Anchor::Literal("curl"),
        Anchor::Literal("machine"),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let word = scan.under(place.span);
    match word {
        "curl" => curl(scan, place.span.end),
        "machine" => netrc(scan, place.span.end),
        "Basic" | "BASIC" | "basic" => scheme(scan, place.span.end, 8),
        "Bearer" | "BEARER" | "bearer" => scheme(scan, place.span.end, 10),
        "ApiKey" | "Apikey" | "aivenv1" => scheme(scan, place.span.end, 16),
        _ => {}
    }
}

fn is_credential(byte: u8) -> bool {
    is_word(byte) || b"+/=-.~:|!*%".contains(&byte)
}

/// Whether what follows a scheme is no word of a sentence.
pub(crate) fn is_telling(text: &str) -> bool {
    text.len() >= 24
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || crate::random::score(text.as_bytes()) > 6
        || text.ends_with('=')
}

fn scheme(scan: &mut Scan<'_>, end: usize, least: usize) {
    let bytes = scan.bytes;
    let gap = bytes.run(end, 4, |byte| {
        byte == b' ' || byte == b'\t' || byte == b'"' || byte == b'\''
    });
    let percent = bytes.starts(end, "%20");
    let start = if percent { end + 3 } else { gap };
    if start == end {
        return;
    }
    let to = bytes.run(start, 16_384, is_credential);
    let to = bytes.run_back(to, 4, |byte| matches!(byte, b'.' | b':' | b'!'));
    let span = Span::new(start, to.max(start));
    let text = scan.under(span);
    // `Basic AWS::Serverless::Function`: a type.
    let names = text.contains("::");
    if text.len() >= least && !names && is_telling(text) && !value::is_reference(text) {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// `-u user:password`, `--user user:password` on the rest of the line, which may go on behind a backslash.
fn curl(scan: &mut Scan<'_>, from: usize) {
    let bytes = scan.bytes;
    if from < scan.done.curl {
        return;
    }
    let mut end = from;
    while end < bytes.len()
        && end - from < 2000
        && !(bytes.at(end) == b'\n' && bytes.before(end) != b'\\')
    {
        end += 1;
    }
    scan.done.curl = end;
    let line = bytes.under(Span::new(from, end));
    if line.contains(&b'\n') {
        scan.far.push(Far {
            place: Span::new(from - 1, from),
            read: Span::new(from, end),
        });
    }
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| {
        rest.windows(3)
            .position(|three| three == b" -u" || three == b" --")
    }) {
        let start = from + at + found + 1;
        at += found + 3;
        let flag = bytes.run(start, 16, |byte| byte.is_ascii_lowercase() || byte == b'-');
        let name = scan.under(Span::new(start, flag));
        if !(name == "-u"
            || name == "--user"
            || name == "--proxy-user"
            || name.starts_with("-u") && !name.starts_with("--"))
        {
            continue;
        }
        let flag = if name.starts_with("--") {
            flag
        } else {
            start + 2
        };
        let value_start = bytes.run(flag, 4, |byte| matches!(byte, b' ' | b'=' | b'\t'));
        let quote = bytes.at(value_start);
        let (value_start, value_end) = if matches!(quote, b'"' | b'\'') {
            (
                value_start + 1,
                bytes.run(value_start + 1, 512, |byte| byte != quote && byte != b'\n'),
            )
        } else {
            (value_start, bytes.run(value_start, 512, |byte| byte > b' '))
        };
        credentials(scan, Span::new(value_start, value_end));
    }
}

/// `user:password`.
fn credentials(scan: &mut Scan<'_>, span: Span) {
    let text = scan.under(span);
    if value::is_reference(text) {
        return;
    }
    let Some(colon) = text.find(':') else {
        return;
    };
    let user = Span::new(span.start, span.start + colon);
    let password = Span::new(user.end + 1, span.end);
    if !value::is_reference(scan.under(password)) {
        scan.secret(&FACTS, password, rank::URL);
    }
    let name = scan.under(user);
    if !value::is_reference(name) {
        let form = if name.len() >= 12 && name.bytes().any(|byte| byte.is_ascii_digit()) {
            Form::Tag("SECRET")
        } else {
            Form::Name
        };
        scan.hit_as(
            FACTS.id,
            Class::Identifier,
            user,
            rank::NAME,
            Confidence::Medium,
            form,
        );
    }
}

/// `machine host login user password secret`, on one line or several.
fn netrc(scan: &mut Scan<'_>, from: usize) {
    let bytes = scan.bytes;
    let mut at = from;
    let mut login = false;
    let mut name = Span::empty(from);
    for _ in 0..10 {
        let start = bytes.run(at, 64, |byte| byte <= b' ' && byte != 0);
        let end = bytes.run(start, 512, |byte| byte > b' ');
        if start == at && at != from || start == end {
            return;
        }
        let mut word = Span::new(start, end);
        // `echo "machine .. password value" > ~/.netrc`: the quote is the shell's.
        let quoted = bytes.run(start, 1, |byte| matches!(byte, b'"' | b'\''));
        if quoted > start && bytes.before(end) == bytes.at(start) && end > start + 1 {
            word = Span::new(start + 1, end - 1);
        } else if matches!(bytes.before(end), b'"' | b'\'')
            && bytes.before(from - "machine".len()) == bytes.before(end)
        {
            word = Span::new(start, end - 1);
        }
        match scan.under(name) {
            "login" => {
                login = true;
                scan.far.push(Far {
                    place: Span::new(from - 1, from),
                    read: Span::new(from, end + 2 * FAR),
                });
            }
            "password" | "passwd"
                if login || scan.under(Span::new(from, start)).contains("login") =>
            {
                if !value::is_reference(scan.under(word)) {
                    scan.secret(&FACTS, word, rank::STRONG_KEY);
                }
                return;
            }
            _ => {}
        }
        name = word;
        at = end;
    }
}
