//! What languages write where a value could stand behind a key for a secret, and what is none: atoms, pins, sigils, types, blocks.

use undeny_text::Span;

use crate::assignment::How;
use crate::bytes::{Bytes, is_word};
use crate::detector::{Place, Scan};
use crate::value;

/// Whether the value `text` of `place` is syntax of a language's, and says nothing of a secret.
pub(crate) fn is_syntax(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    let bytes = scan.bytes;
    let (key, value) = (place.key, place.span);
    let name = |text: &str| !text.is_empty() && text.bytes().all(is_word);
    // `"?token=" + token`: the quote ends a text, and opens none.
    let joined = matches!(bytes.before(value.start), b'"' | b'\'')
        && bytes.at(value.end) != place.quote
        && text.strip_prefix('+').is_some_and(name);
    if joined || is_hidden_field(bytes, place, text) || value::is_scheme(text) {
        return true;
    }
    if place.quote != 0 {
        return is_console_command(scan, place, text)
            || is_token_of_pages(scan, place, text)
            || is_verb(scan, place);
    }
    let lower = |text: &str| {
        !text.is_empty() && (text.bytes()).all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    // Elixir's `:atom`, `^pinned`, `~p"sigil"`.
    let atom = text.strip_prefix(':').is_some_and(lower);
    let pin = text.strip_prefix('^').is_some_and(lower)
        && matches!(bytes.at(value.end), b'}' | b')' | b',' | b']');
    let sigil = text.len() == 2
        && text.starts_with('~')
        && matches!(bytes.at(value.end), b'"' | b'\'')
        && text
            .bytes()
            .all(|byte| byte == b'~' || byte.is_ascii_alphabetic());
    // Go's `var key = Type{`.
    let literal = place.how == How::Equals
        && text.strip_suffix('{').is_some_and(name)
        && matches!(bytes.at(value.end), b'\n' | b'\r');
    atom || pin
        || sigil
        || literal
        || is_column(text)
        || is_elsewhere(text)
        || is_variable(bytes, place, text)
        || is_field(scan, place, text)
        || is_in_brackets(bytes, place, text)
        || is_element(place, text)
        || is_path_of_names(bytes, place, text)
        || is_last_argument(bytes, place, text)
        || is_type(scan, place, text)
        || is_block(scan, key.start, value.start)
}

/// `["password":protected]=>`, `["password":"App\Config":private]=>`: how PHP prints a field that others may not see.
fn is_hidden_field(bytes: Bytes<'_>, place: Place, text: &str) -> bool {
    let behind = place.span.end + usize::from(place.quote != 0);
    place.how == How::Colon
        && ((matches!(text, "private" | "protected") || text.ends_with(":private"))
            && bytes.at(behind) == b']'
            || bytes.starts(behind, ":private]"))
}

/// Laravel's and Symfony's commands: `$signature = 'invoices:generate {user}'`.
fn is_console_command(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b':' | b'-' | b'_');
    let command = text.split(' ').next().unwrap_or_default();
    scan.under(place.key) == "$signature" && command.contains(':') && command.bytes().all(part)
}

/// `Pass 'strict' policy`: what is passed, and no word for a password.
fn is_verb(scan: &Scan<'_>, place: Place) -> bool {
    let behind = place.span.end + 1;
    place.how == How::Space
        && scan.under(place.key).eq_ignore_ascii_case("pass")
        && scan.bytes.at(behind) == b' '
        && scan.bytes.at(behind + 1).is_ascii_lowercase()
}

/// What says in a service's model which field holds the token of a page: `"output_token": "NextMarker"`.
fn is_token_of_pages(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    matches!(scan.under(place.key), "input_token" | "output_token")
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_'))
}

/// The column of a table as a generator of Phoenix's or Rails' is told: `password:text:redact`.
fn is_column(text: &str) -> bool {
    const TYPES: &[&str] = &[
        "array",
        "binary",
        "boolean",
        "decimal",
        "digest",
        "float",
        "index",
        "integer",
        "map",
        "redact",
        "references",
        "string",
        "text",
        "token",
        "uniq",
        "unique",
        "uuid",
    ];
    text.contains(':') && text.split(':').all(|part| TYPES.contains(&part))
}

/// Where the secret is found: `env:DOCKER_PASSWORD`, `file:/run/secrets/db`.
fn is_elsewhere(text: &str) -> bool {
    let path = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    text.strip_prefix("env:").is_some_and(value::is_constant)
        || text
            .strip_prefix("file:")
            .is_some_and(|file| file.starts_with(['/', '.']) && file.bytes().all(path))
}

/// `['SecretId' => $secretName]`, `"credentials=$TF_VAR_credentials_path"`: a variable in mixed cases.
fn is_variable(bytes: Bytes<'_>, place: Place, text: &str) -> bool {
    let Some(name) = text.strip_prefix('$') else {
        return false;
    };
    let letters = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let arrow = bytes.run_back(place.span.start, 4, |byte| byte == b' ');
    let behind = bytes.before(arrow) == b'>' && matches!(bytes.at(place.span.end), b',' | b']');
    name.len() > 1 && name.bytes().all(letters) && (name.starts_with("TF_VAR_") || behind)
}

/// A field of an object, in a statement: `const acme_token_id = gateway.tokenId;`.
fn is_field(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    let mut parts = text.split('.');
    let camel = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let line = scan
        .bytes
        .run_back(place.key.start, 8, |byte| byte != b'\n');
    let declared = scan.under(Span::new(line, place.key.start));
    place.how == How::Equals
        && scan.bytes.at(place.span.end) == b';'
        && text.contains('.')
        && ["const ", "let ", "var "]
            .iter()
            .any(|word| declared.ends_with(word))
        && parts.all(camel)
}

/// A cast, `saved = (Credential) load(id)`, or a remark, `auth: (nothing)`.
fn is_in_brackets(bytes: Bytes<'_>, place: Place, text: &str) -> bool {
    matches!(place.how, How::Colon | How::Equals)
        && bytes.before(place.span.start) == b'('
        && bytes.at(place.span.end) == b')'
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// An element or a part of a list: `password = fields[i+1:]`.
fn is_element(place: Place, text: &str) -> bool {
    let spaced = place.how == How::Equals && place.span.start > place.key.end + 1;
    let element = text.strip_suffix(']').and_then(|rest| rest.split_once('['));
    spaced
        && element.is_some_and(|(name, index)| {
            !name.is_empty()
                && name.bytes().all(|byte| is_word(byte) || byte == b'.')
                && name.starts_with(|first: char| first.is_ascii_alphabetic())
                && !index.is_empty()
                && (index.bytes()).all(|byte| is_word(byte) || b"+-*:.'\"".contains(&byte))
        })
}

/// What a call is given by its name, from a module: `default=uuid.uuid4,`, `token=settings.api_v2)`.
fn is_path_of_names(bytes: Bytes<'_>, place: Place, text: &str) -> bool {
    let part = |part: &str| {
        let name = part.trim_end_matches(|last: char| last.is_ascii_digit());
        name.len() >= 2
            && part.len() - name.len() <= 2
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    text.contains('.')
        && text.split('.').all(part)
        && is_argument(bytes, place.span)
        && !(bytes.at(place.span.end) == b',' && is_word(bytes.at(place.span.end + 1)))
}

/// The last field of an object that a call is given: `sign({ key: secret, signature: signed })`.
fn is_last_argument(bytes: Bytes<'_>, place: Place, text: &str) -> bool {
    let blank = |byte: u8| byte.is_ascii_whitespace();
    place.how == How::Colon
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && bytes.starts(bytes.run(place.span.end, 64, blank), "})")
}

/// Whether a value without quotes stands behind its name in brackets: `f(key=value)`, `F(a, key: value)`.
pub(crate) fn is_argument(bytes: Bytes<'_>, span: Span) -> bool {
    let space = |byte: u8| byte.is_ascii_whitespace();
    let sign = bytes.run_back(span.start, 4, space);
    let end = bytes.run(span.end, 64, space);
    if !matches!(bytes.before(sign), b'=' | b':') || !matches!(bytes.at(end), b',' | b')') {
        return false;
    }
    let key = bytes.run_back(sign - 1, 64, is_word);
    let before = bytes.run_back(key, 64, space);
    key < sign - 1 && matches!(bytes.before(before), b'(' | b',')
}

/// What a function of PHP's returns: `f(string $password): ?string`.
fn is_type(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    place.how == How::Colon
        && scan.bytes.at(place.key.end) == b')'
        && scan.under(place.key).starts_with('$')
        && text
            .bytes()
            .all(|byte| is_word(byte) || matches!(byte, b'?' | b'\\' | b'|'))
}

/// Whether a block of Python's begins with the key, and the value is its first line: `class Password:`, `with secret:`.
fn is_block(scan: &Scan<'_>, key: usize, value: usize) -> bool {
    const WORDS: &[&str] = &[
        "case", "class", "def", "elif", "except", "for", "if", "in", "match", "while", "with",
    ];
    let bytes = scan.bytes;
    let gap = bytes.run_back(key, 2, |byte| byte == b' ');
    let word = bytes.run_back(gap, 8, |byte| byte.is_ascii_lowercase());
    let word = scan.under(Span::new(word, gap));
    let between = bytes.run(key, value.saturating_sub(key), |byte| byte != b'\n');
    // The key may have been read with the word before it.
    let own = scan.under(Span::new(key, between));
    let own = own.split(' ').next().unwrap_or_default();
    between < value && (gap < key && WORDS.contains(&word) || WORDS.contains(&own))
}
