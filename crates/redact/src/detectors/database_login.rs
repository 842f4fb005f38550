//! Users and passwords of databases in front of an `@`, where no URL is around them: Go's data source names, Oracle's logins.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Facts, Place, Scan, rank};
use crate::value;

detector!(
    /// `user:password@tcp(host:3306)/name`, `jdbc:oracle:thin:user/password@//host`, `sqlplus user/password@host`.
    DatabaseLogin,
    Facts {
        id: "database-login",
        class: Class::Secret,
        sees: "the password of a user before the address of a database that is no URL",
        source: "https://github.com/go-sql-driver/mysql#dsn-data-source-name",
        example: "svc:Zw9-{w6}@tcp(db.acme.example:3306)/ledger",
        near_miss: "@tcp(db.acme.example:3306)/ledger",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("tcp("),
        Anchor::Literal("unix("),
        Anchor::Literal("thin:"),
        Anchor::Literal("oci:"),
        Anchor::Literal("sqlplus "),
        Anchor::Literal("sqlcl "),
        Anchor::Literal("sql "),
        Anchor::Mark(b'@'),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let (start, end) = (place.span.start, place.span.end);
    let is_part = |byte: u8| byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`');
    let (span, separator) = if bytes.at(start) == b'@' {
        let Some(found) = assigned(scan, start) else {
            return;
        };
        found
    } else if bytes.at(end) == b'(' {
        if bytes.before(start) != b'@' {
            return;
        }
        let from = bytes.run_back(start - 1, 100, |byte| is_part(byte) && byte != b'=');
        (Span::new(from, start - 1), ':')
    } else {
        let from = bytes.run(end, 2, |byte| matches!(byte, b':' | b' '));
        let at = bytes.run(from, 100, |byte| is_part(byte) && byte != b'@');
        if bytes.at(at) != b'@' {
            return;
        }
        (Span::new(from, at), '/')
    };
    let text = scan.under(span);
    let Some((user, password)) = text.split_once(separator) else {
        return;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$#[]".contains(&byte);
    if user.is_empty() || !user.bytes().all(plain) || value::is_reference(password) {
        return;
    }
    scan.secret(
        &FACTS,
        Span::new(span.end - password.len(), span.end),
        rank::URL,
    );
}

/// The login before the `@` at `at` that a variable for an address holds: `DB_URL=user:password@host`, `userid=user/password@name`.
fn assigned(scan: &Scan<'_>, at: usize) -> Option<(Span, char)> {
    const KEYS: &[&str] = &["conn", "connection", "dsn", "uri", "url"];
    let bytes = scan.bytes;
    let part = |byte: u8| byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`' | b'=');
    let from = bytes.run_back(at, 100, part);
    let quote = usize::from(matches!(bytes.before(from), b'"' | b'\''));
    let sign = bytes.run_back(from - quote, 2, |byte| byte == b' ');
    if !matches!(bytes.before(sign), b'=' | b':') || !is_word(bytes.at(at + 1)) {
        return None;
    }
    let end = bytes.run_back(sign - 1, 3, |byte| matches!(byte, b' ' | b'"'));
    let key = Span::new(bytes.run_back(end, 60, is_word), end);
    let name = scan.under(key).to_ascii_lowercase();
    let span = Span::new(from, at);
    let text = scan.under(span);
    let separator = text.chars().find(|sign| matches!(sign, ':' | '/'))?;
    let (_, password) = text.split_once(separator)?;
    // Oracle's `userid=`; a `UserId` elsewhere is a name.
    let named = name == "userid" && separator == '/'
        || KEYS.iter().any(|known| {
            let rest = name.strip_suffix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
        });
    // `jdbc:oracle:thin:@host` has no user.
    (named && password.len() >= 3 && !password.ends_with(':') && !password.starts_with('/'))
        .then_some((span, separator))
}
