//! Passwords in rows that SQL inserts: the columns tell which values they are.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `INSERT INTO users (name, password) VALUES ('ann', 'password'), ('bob', 'password')`.
    SqlValues,
    Facts {
        id: "sql-values",
        class: Class::Secret,
        sees: "the values that SQL inserts into columns with the name of a secret, or beside such a name",
        source: "https://www.postgresql.org/docs/current/sql-insert.html",
        example: "INSERT INTO users (name, password) VALUES ('ann', 'Zw9-{w6}');",
        near_miss: "INSERT INTO users (name, password) VALUES (?, :password);",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("IGNORE INTO "),
        Anchor::Literal("INSERT INTO "),
        Anchor::Literal("Insert Into "),
        Anchor::Literal("REPLACE INTO "),
        Anchor::Literal("Replace Into "),
        Anchor::Literal("UPSERT INTO "),
        Anchor::Literal("ignore into "),
        Anchor::Literal("insert into "),
        Anchor::Literal("replace into "),
    ],
    look
);

/// Bytes of a statement, at most.
const LONGEST: usize = 8192;
/// Rows, at most.
const ROWS: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let limit = bytes.len().min(start + LONGEST);
    let open = bytes.run(start, 160, |byte| !matches!(byte, b'(' | b';' | 0));
    if bytes.at(open) != b'(' {
        return;
    }
    let close = bytes.run(open + 1, 2000, |byte| {
        !matches!(byte, b'(' | b')' | b';' | 0)
    });
    let names = scan.under(Span::new(open + 1, close));
    let mut wanted = Vec::new();
    // A column of names beside one of values: `(name, value)`.
    let (mut naming, mut valued) = (None, None);
    let mut from = open + 1;
    for name in names.split(',') {
        let plain =
            name.trim_matches(|sign: char| sign.is_ascii_whitespace() || "`\"[]".contains(sign));
        let inner = from + name.find(plain).unwrap_or(0);
        let promise = scan.key(Span::new(inner, inner + plain.len())).promise;
        let number = wanted.len();
        let last = plain.rsplit('_').next().unwrap_or(plain);
        if ["name", "key", "setting", "param", "code"]
            .iter()
            .any(|word| last.eq_ignore_ascii_case(word))
        {
            naming = naming.or(Some(number));
        } else if ["value", "val", "values"]
            .iter()
            .any(|word| last.eq_ignore_ascii_case(word))
        {
            valued = Some(number);
        }
        wanted.push(promise >= Promise::Token || plain.to_ascii_lowercase().contains("passw"));
        from += name.len() + 1;
    }
    let pair = naming.zip(valued);
    if !wanted.contains(&true) && pair.is_none() {
        return;
    }
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let mut at = bytes.run(close + 1, 64, blank);
    if bytes.at(close) != b')' || !bytes.starts_ignoring_case(at, "values") {
        return;
    }
    at += "values".len();
    for _ in 0..ROWS {
        at = bytes.run(at, 64, |byte| blank(byte) || byte == b',');
        if bytes.at(at) != b'(' || at >= limit {
            break;
        }
        let Some((fields, end)) = row(bytes, at + 1, limit) else {
            break;
        };
        at = end;
        let named = pair.and_then(|(naming, valued)| {
            let name = *fields.get(naming)?;
            // A placeholder names nothing.
            let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./:".contains(byte);
            let plain = bytes.under(name).iter().all(is_key);
            (plain && scan.key(name).promise >= Promise::Token).then_some(valued)
        });
        let goes = |number: usize| Some(number) == named || wanted.get(number) == Some(&true);
        for (_, field) in (0..).zip(fields).filter(|(number, _)| goes(*number)) {
            let text = scan.under(field);
            if text.len() >= 3 && !value::is_reference(text) && !value::is_trivial(text) {
                scan.likely_secret(&FACTS, field, rank::STRONG_KEY);
            }
        }
    }
    scan.far.push(Far {
        place: place.span,
        read: Span::new(start, at.min(bytes.len())),
    });
}

/// The fields of the row that begins at `at`, of which the ones in quotes are without them and the others empty, and where the row ends.
fn row(bytes: Bytes<'_>, at: usize, limit: usize) -> Option<(Vec<Span>, usize)> {
    let mut fields = Vec::new();
    let mut at = at;
    loop {
        at = bytes.run(at, 64, |byte| byte.is_ascii_whitespace());
        // `N'..'`, `E'..'`.
        let quote =
            at + usize::from(bytes.at(at).is_ascii_alphabetic() && bytes.at(at + 1) == b'\'');
        let mark = bytes.at(quote);
        let field = if matches!(mark, b'\'' | b'"') {
            let end = text_end(bytes, quote + 1, mark, limit)?;
            at = end + 1;
            Span::new(quote + 1, end)
        } else {
            Span::empty(at)
        };
        fields.push(field);
        // What else a field is made of: a number, a call, a type behind `::`.
        let mut depth = 0_usize;
        loop {
            match bytes.at(at) {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b',' if depth == 0 => break,
                b')' => return Some((fields, at + 1)),
                b';' | 0 => return None,
                _ => {}
            }
            at += 1;
            if at >= limit {
                return None;
            }
        }
        at += 1;
    }
}

/// Where the text ends that `quote` opened before `from`: two of them, or one behind a backslash, are part of it.
fn text_end(bytes: Bytes<'_>, from: usize, quote: u8, limit: usize) -> Option<usize> {
    let mut at = from;
    while at < limit {
        match bytes.at(at) {
            b'\\' => at += 2,
            byte if byte == quote && bytes.at(at + 1) == quote => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}
