//! Lines of PostgreSQL's file of passwords: `host:port:database:user:password`.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Confidence, FAR, Facts, Far, Form, Place, Scan, rank};
use crate::detectors::aws_endpoint;
use crate::value;

detector!(
    /// `db.acme.example:5432:ledger:ann:password`, `*:*:*:ann:password`.
    PasswordFile,
    Facts {
        id: "password-file",
        class: Class::Secret,
        sees: "the password and the host in a line of PostgreSQL's file of passwords, ~/.pgpass",
        source: "https://www.postgresql.org/docs/current/libpq-pgpass.html",
        example: "db.acme.example:5432:ledger:ann:Zw9-{w6}",
        near_miss: "src/main.c:5432:ledger:warning:unused",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Mark(b':')],
    look
);

/// Bytes of a field, at most.
const FIELD: usize = 200;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let colon = place.span.start;
    let port = Span::new(
        colon + 1,
        bytes.run(colon + 1, 6, |byte| byte.is_ascii_digit()),
    );
    let any = bytes.at(colon + 1) == b'*' && bytes.at(colon + 2) == b':';
    let port = if any {
        Span::new(colon + 1, colon + 2)
    } else {
        port
    };
    if bytes.before(colon) == b']' && bytes.at(port.end) == b' ' {
        relay(scan, place, port);
        return;
    }
    if port.is_empty() || bytes.at(port.end) != b':' {
        return;
    }
    let Some(host) = host(bytes, colon) else {
        return;
    };
    let database = field(bytes, port.end + 1);
    let user = field(bytes, database.end + 1);
    if database.is_empty() || user.is_empty() || bytes.at(database.end) != b':' {
        return;
    }
    let is_name = |span: Span| {
        let first = bytes.at(span.start);
        first.is_ascii_alphabetic() || matches!(first, b'_' | b'*' | b'$' | b'{' | b'<')
    };
    if bytes.at(user.end) != b':' || !is_name(database) || !is_name(user) {
        return;
    }
    let password = password(bytes, user.end + 1, bytes.before(host.start));
    let name = scan.under(host);
    if !is_server(name, scan.under(port)) {
        return;
    }
    if password.end > colon + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(host.start, password.end + 1),
        });
    }
    let text = scan.under(password);
    if text.len() < 3 || value::is_reference(text) {
        return;
    }
    scan.secret(&FACTS, password, rank::STRONG_KEY);
    if name.contains('.') && !name.starts_with("127.") && !aws_endpoint::is_host(name) {
        scan.hit_as(
            "host-name",
            Class::Identifier,
            host,
            rank::NAME,
            Confidence::Medium,
            Form::Name,
        );
    }
}

/// `[smtp.acme.example]:587 user:password`, a line of Postfix's.
///
/// Source: <https://www.postfix.org/SASL_README.html#client_sasl_enable>
fn relay(scan: &mut Scan<'_>, place: Place, port: Span) {
    let bytes = scan.bytes;
    let from = bytes.run(port.end, 16, |byte| matches!(byte, b' ' | b'\t'));
    let user = bytes.run(from, FIELD, |byte| byte > b' ' && byte != b':');
    let end = bytes.run(user + 1, FIELD, |byte| byte > b' ');
    let line = bytes.run_back(place.span.start, FIELD, |byte| byte != b'\n');
    let ends = matches!(bytes.at(end), b'\n' | b'\r' | 0);
    let span = Span::new((user + 1).min(end), end);
    let text = scan.under(span);
    if bytes.at(line) != b'['
        || port.is_empty()
        || user == from
        || bytes.at(user) != b':'
        || !ends
        || text.len() < 3
        || value::is_reference(text)
    {
        return;
    }
    if span.end > place.span.start + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(line, span.end + 1),
        });
    }
    scan.secret(&FACTS, span, rank::STRONG_KEY);
}

/// The host before the colon at `end`, which begins the line, or a text in quotes.
fn host(bytes: Bytes<'_>, end: usize) -> Option<Span> {
    let start = bytes.run_back(end, FIELD, |byte| {
        is_word(byte) || matches!(byte, b'.' | b'-' | b'*' | b'/')
    });
    let begins = matches!(bytes.before(start), 0 | b'\n' | b'"' | b'\'' | b' ' | b'\t');
    (begins && start < end).then(|| Span::new(start, end))
}

/// The field that begins at `start`; a backslash stands before a colon in it.
fn field(bytes: Bytes<'_>, start: usize) -> Span {
    let mut end = start;
    while end < start + FIELD
        && bytes.at(end) > b' '
        && !matches!(bytes.at(end), b':' | b'"' | b'\'')
    {
        end += 1 + usize::from(bytes.at(end) == b'\\');
    }
    Span::new(start, end.min(bytes.len()))
}

/// The password that begins at `start` and ends its line, or the text that `quote` opened; there is no field behind it.
fn password(bytes: Bytes<'_>, start: usize, quote: u8) -> Span {
    let closed = matches!(quote, b'"' | b'\'');
    let mut end = start;
    while end < start + FIELD && bytes.at(end) > b' ' && bytes.at(end) != b':' {
        if closed && bytes.at(end) == quote {
            return Span::new(start, end);
        }
        end += 1 + usize::from(bytes.at(end) == b'\\');
    }
    let end = end.min(bytes.len());
    let rest = bytes.run(end, 8, |byte| matches!(byte, b' ' | b'\r'));
    if matches!(bytes.at(rest), b'\n' | 0) && end <= start + FIELD {
        Span::new(start, end)
    } else {
        Span::empty(start)
    }
}

/// Whether this is a server of databases: its port is a usual one or any, or it is written as an address is.
fn is_server(host: &str, port: &str) -> bool {
    const PORTS: &[&str] = &["*", "26257", "5439", "6432", "6543", "15432", "25432"];
    let number = port.parse::<u16>().unwrap_or(0);
    let usual = (5400..5500).contains(&number) || PORTS.contains(&port);
    let address = host == "localhost" || host.split('.').count() > 2;
    let file = host.contains('/') && !host.starts_with('/')
        || value::is_file(host, true)
        || [
            ".c", ".cc", ".cpp", ".go", ".h", ".java", ".js", ".py", ".rb", ".rs", ".ts",
        ]
        .iter()
        .any(|kind| host.ends_with(kind));
    !file && (usual || number >= 1024 && address)
}
