//! Passwords in statements of SQL that make or change a user.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::detectors::keyed_secret;
use crate::value;

detector!(
    /// `IDENTIFIED BY 'password'`, `IDENTIFIED WITH plugin BY 'password'`, `WITH PASSWORD 'password'`.
    SqlPassword,
    Facts {
        id: "sql-password",
        class: Class::Secret,
        sees: "the password of a user in SQL, in quotes or as a word",
        source: "https://dev.mysql.com/doc/refman/8.4/en/create-user.html",
        example: "ALTER USER 'app'@'%' IDENTIFIED WITH caching_sha2_password BY 'new-{w6}';",
        near_miss: "CREATE USER app IDENTIFIED BY :password;",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("IDENTIFIED"),
        Anchor::Literal("Identified"),
        Anchor::Literal("identified"),
        Anchor::Literal("PASSWORD"),
        Anchor::Literal("Password"),
        Anchor::Literal("password"),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let is_blank = |byte: u8| byte == b' ';
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let word = |from: usize| {
        let start = bytes.run(from, 4, is_blank);
        Span::new(start, bytes.run(start, 40, is_name))
    };
    let is = |span: Span, name: &str| scan.under(span).eq_ignore_ascii_case(name);
    let mut next = word(place.span.end);
    // `PASSWORD = 'password'`, `PASSWORD('password')`.
    let mut open = if bytes.at(place.span.end) == b'(' {
        place.span.end + 1
    } else {
        bytes.run(place.span.end, 4, |byte| matches!(byte, b' ' | b'='))
    };
    // `SET PASSWORD FOR 'user'@'host' = 'password'`.
    let of_user = is(next, "for") && is(place.span, "password");
    if of_user {
        let line = bytes.run(next.end, 160, |byte| byte != b'\n' && byte != b'=');
        if bytes.at(line) == b'=' {
            open = bytes.run(line + 1, 4, is_blank);
        }
    }
    if bytes.starts(open, "N'") {
        open += 1;
    }
    let own = is(place.span, "password") && open > place.span.end && bytes.at(open) == b'\'';
    if !own {
        if !is(place.span, "identified") {
            return;
        }
        if is(next, "with") {
            let open = bytes.run(next.end, 4, is_blank);
            let quote = usize::from(matches!(bytes.at(open), b'\'' | b'"' | b'`'));
            let plugin = bytes.run(open + quote, 40, is_name);
            next = word(plugin + quote);
        }
        if !is(next, "by") {
            return;
        }
        open = bytes.run(next.end, 4, is_blank);
    }
    for prefix in ["PASSWORD ", "VALUES "] {
        if bytes.starts(open, prefix) {
            open = bytes.run(open + prefix.len(), 4, is_blank);
        }
    }
    // In a text of JSON the quotes are escaped.
    let escaped = bytes.at(open) == b'\\' && bytes.at(open + 1) == b'"';
    let open = open + usize::from(escaped);
    let quote = bytes.at(open);
    let span = if matches!(quote, b'\'' | b'"') {
        // In a text of SQL each quote is written twice; two quotes and nothing more hold nothing.
        let inside = bytes.run(open, 4, |byte| byte == quote);
        if (inside - open).is_multiple_of(2) && !bytes.at(inside).is_ascii_alphanumeric() {
            return;
        }
        let open = inside - 1;
        let part = |from: usize| bytes.run(from, 256, |byte| byte != quote && byte >= b' ');
        let mut end = part(open + 1);
        // `'it''s'`.
        while inside == open + 1
            && end < open + 256
            && bytes.at(end + 1) == quote
            && bytes.at(end + 2).is_ascii_alphanumeric()
        {
            end = part(end + 2);
        }
        Span::new(open + 1, end - usize::from(escaped && end > open + 1))
    } else {
        let end = bytes.run(open, 64, |byte| is_name(byte) || b"#$-!".contains(&byte));
        Span::new(open, end)
    };
    let text = scan.under(span);
    let bare = span.start == open;
    let is_keyword = own
        && bytes.at(open - 1) != b'('
        && (is(span, "password") || keyed_secret::is_statement(text));
    scan.reads_to(place.span, span.end + 1);
    if text.len() < 3
        // `Password = 'Password'`, in code.
        || is_keyword
        || bare && !in_statement(scan, place.span.start)
        || value::is_reference(text)
        || !quote.is_ascii_graphic()
    {
        return;
    }
    scan.hit(
        &FACTS,
        span,
        rank::STRONG_KEY,
        Confidence::High,
        Form::Tag("SECRET"),
    );
}

/// Whether the line before `end` makes or changes a user: `the user is identified by the id` does not.
fn in_statement(scan: &Scan<'_>, end: usize) -> bool {
    let line = scan.bytes.run_back(end, 160, |byte| byte != b'\n');
    let before = scan.under(Span::new(line, end)).to_ascii_lowercase();
    before.contains("user ")
        && ["create ", "alter ", "grant "]
            .iter()
            .any(|verb| before.contains(verb))
}
