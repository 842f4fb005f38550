//! Keys and their values, however they are written: `key = value`, `"key": "value"`, `<key>value</key>`, `--key value`, `set("KEY", "value")`.

use undeny_text::Span;

use crate::bytes::{Bytes, MARK, SPACE, WORD, is_of_constant, is_word, kind};
use crate::detector::{FAR, Far, Place, Scan};
use crate::key::{Normal, Promise};
use crate::{placeholder, value, written};

/// How an assignment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is none.
    None,
    /// `key: value`.
    Colon,
    /// `key = value`, and all operators that hold an `=`.
    Equals,
    /// `<key>value</key>`.
    Markup,
    /// `KEY, "value"`, `setKey("value")`.
    Argument,
    /// `"key", "value"`.
    Comma,
    /// `["word", "key", "value"`: it may as well be a list.
    Listed,
    /// `--key value`.
    Flag,
    /// `key value`, `key is value`, `| key | value |`.
    Space,
}

/// Longest key in bytes.
const KEY: usize = 80;
/// Longest label of a link, in bytes.
const LABEL: usize = 60;
/// Longest tag with its attributes, in bytes.
const TAG: usize = 256;
/// Longest value in bytes.
const VALUE: usize = 16_384;
/// Longest value in a value of which many are read, in bytes.
const NESTED: usize = 48;
/// How many backslashes stand before a quote, at most.
const DEPTH: usize = 7;
/// How many longer ones are read.
const DEEPEST: usize = 4;

/// The assignment whose operator stands at `operator`.
pub(crate) fn at(scan: &mut Scan<'_>, operator: usize) -> Option<Place> {
    let bytes = scan.bytes;
    let next = bytes.at(operator + 1);
    match bytes.at(operator) {
        b':' if next == b'/' && bytes.at(operator + 2) == b'/' => None,
        b':' => key_value(scan, operator, How::Colon),
        b'=' if next != b'=' || bytes.before(operator) == b'=' => {
            key_value(scan, operator, How::Equals)
        }
        b'=' => key_value(scan, operator, How::Equals),
        b'>' => markup(scan, operator),
        // `key <- value`.
        b'<' if next == b'-' && bytes.at(operator + 2) == b' ' => {
            key_value(scan, operator, How::Equals)
        }
        b',' => comma(bytes, operator),
        b'-' if next == b'-'
            && kind(bytes.before(operator)) & WORD == 0
            && bytes.before(operator) != b'-' =>
        {
            flag(scan, operator + 2)
        }
        // PowerShell's `-Password value`.
        b'-' if next.is_ascii_uppercase() && is_blank(bytes.before(operator)) => {
            flag(scan, operator + 1)
        }
        _ => None,
    }
}

/// Remember what a `name:` names, for the `value:` that follows it.
pub(crate) fn remember(scan: &mut Scan<'_>, place: Place) {
    if scan.key(place.key).naming {
        scan.named = place.span;
        if scan.key(place.span).promise >= Promise::Token {
            pairs(scan, place.key.start, place.span.end);
        }
    }
}

/// The name between `start` and `end` is looked at again, with the value that may follow, where anything of it goes.
fn pairs(scan: &mut Scan<'_>, start: usize, end: usize) {
    let read = Span::new(start, end + 2 * FAR);
    scan.far.push(Far { place: read, read });
}

fn is_key(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'.' | b'$')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// The quote at `at` that is written as an entity, as in reports in XML.
fn entity(bytes: Bytes<'_>, at: usize) -> Option<&'static str> {
    const QUOTES: &[&str] = &["&quot;", "&#34;", "&#39;", "&apos;", "&#x22;", "&#x27;"];
    let is_one = bytes.at(at) == b'&';
    (QUOTES.iter().copied()).find(|quote| is_one && bytes.starts(at, quote))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

const TYPES: &[&str] = &[
    "string", "String", "str", "const", "text", "char", "auto", "Text", "bytes", "any",
];

fn key_value(scan: &mut Scan<'_>, operator: usize, how: How) -> Option<Place> {
    let bytes = scan.bytes;
    // An operator of several characters is met at its first; the others were part of it.
    let before = bytes.before(operator);
    if how == How::Equals && matches!(before, b'=' | b':' | b'<' | b'>')
        || how == How::Colon && before == b':'
    {
        return None;
    }
    if how == How::Colon && before.is_ascii_digit() && is_in_time(bytes, operator) {
        return None;
    }
    // `[token-type]: #section`: where a link of Markdown's leads.
    if how == How::Colon && bytes.before(operator) == b']' {
        let label = bytes.run_back(operator, LABEL, |byte| !matches!(byte, b'[' | b'\n'));
        let line = bytes.run_back(label.saturating_sub(1), 3, |byte| byte == b' ');
        if bytes.before(label) == b'[' && matches!(bytes.before(line), b'\n' | 0) {
            return None;
        }
    }
    // `token :: Type`, in Haskell; `userPassword:: dmFsdWU=` is an attribute of LDIF's, in base64.
    if how == How::Colon
        && bytes.starts(operator, "::")
        && is_blank(bytes.at(operator + 2))
        && is_blank(before)
    {
        return None;
    }
    // `RSAPrivateKey ::= SEQUENCE`, in ASN.1 and in grammars.
    if how == How::Colon && bytes.starts(operator, "::=") {
        return None;
    }
    // `Token::Variable`: a path of names in code.
    if how == How::Colon
        && bytes.starts(operator, "::")
        && bytes.at(operator + 2).is_ascii_alphabetic()
    {
        let end = bytes.run(operator + 2, KEY, is_key);
        let name = bytes.under(Span::new(operator + 2, end));
        if !name.iter().any(u8::is_ascii_digit) {
            return None;
        }
    }
    // `input[type="password"]:focus`, in CSS; `-v $(pwd):/path`, in a shell.
    if how == How::Colon
        && (bytes.before(operator) == b']' && bytes.at(operator + 1).is_ascii_alphabetic()
            || bytes.before(operator) == b')' && bytes.starts(operator.saturating_sub(6), "$(pwd)"))
    {
        return None;
    }
    let mut end = operator;
    // `if password != "value"`.
    let differs = how == How::Equals && before == b'!';
    if differs {
        end -= 1;
    }
    if how == How::Equals && matches!(before, b'.' | b'?' | b'+' | b'|') {
        end -= 1;
    }
    let key = key_before(bytes, end, how)?;
    // `arn:..:secret:name`, `a:token:b`: fields, no keys; `/key:value` is an option.
    let slash = bytes.before(key.start) == b'/';
    let option = slash && matches!(bytes.before(key.start - 1), 0 | b' ' | b'\n' | b'\t');
    let tight = how == How::Colon
        && key.end == operator
        && (slash && !option || bytes.before(key.start) == b':')
        && !matches!(bytes.at(operator + 1), b' ' | b'"' | b'\'');
    // `User:name/Password:value`.
    let paired = tight && slash && scan.key(key).promise == Promise::Password;
    if tight && !paired {
        return None;
    }
    // `team/db/password:value`, alone in its line, as Consul lists what it keeps.
    let kept = paired && is_kept(bytes, key, operator);
    // `expect "password:" { .. }`: the quote behind the colon closes a text.
    if how == How::Colon && key.end == operator && bytes.at(operator + 1) == b'"' {
        let line = bytes.run_back(key.start, 160, |byte| byte != b'\n');
        let quotes = (line..key.start)
            .filter(|at| bytes.at(*at) == b'"' && bytes.before(*at) != b'\\')
            .count();
        if quotes % 2 == 1 {
            return None;
        }
    }
    let mut key = key;
    if scan.key(key).is_dull() {
        // The words before may go, and then the last one names.
        let last = bytes.run_back(key.end, key.len(), |byte| byte != b' ');
        if last > key.start && scan.key(Span::new(last, key.end)).naming {
            pairs(scan, key.start, operator);
        }
        // `key: Type = value`
        key = typed(bytes, key.start)
            .filter(|key| how == How::Equals && !scan.key(*key).is_dull())?;
    }
    let mut from = operator + 1;
    if bytes.at(operator) == b'<' {
        from += 1;
    }
    from = bytes.run(from, 4, |byte| matches!(byte, b':' | b'=' | b'>' | b'~'));
    let first = bytes.run(from, 64, is_blank);
    if matches!(bytes.at(first), b'\n' | b'\r' | b'|' | b'>' | b'<') {
        let line = bytes.run(first, 256, |byte| kind(byte) & (SPACE | MARK) != 0);
        let end = bytes.run(line, VALUE, |byte| byte != b'\n');
        scan.far.push(Far {
            place: Span::new(key.start, operator + 1),
            read: Span::new(key.start, end),
        });
    }
    let (outer, count) = scan.unquoted;
    let known = if count >= DEEPEST {
        outer
    } else {
        Span::empty(0)
    };
    // `NAME=` alone in its line has no value; `name =` in code may have it on the next.
    if how == How::Equals
        && matches!(bytes.at(first), b'\n' | b'\r')
        && key.end == operator
        && first == from
    {
        return None;
    }
    // `${NAME:-value}`, in a shell; behind `?` there is a message, and behind `+` what stands for any value.
    let default = how == How::Colon
        && key.end == operator
        && bytes.before(key.start) == b'{'
        && bytes.before(key.start - 1) == b'$';
    if default && matches!(bytes.at(from), b'?' | b'+') {
        return None;
    }
    if default && matches!(bytes.at(from), b'-' | b'=') {
        from += 1;
    }
    let (span, quote) = value(bytes, from, known)?;
    // `` `Enter the password: ` ``: the text ends there.
    if quote == b'`' && from < span.start && bytes.at(key.end) != b'`' {
        let line = bytes.run_back(key.start, 160, |byte| byte != b'\n');
        let before = bytes.under(Span::new(line, key.start));
        if before.iter().filter(|byte| **byte == b'`').count() % 2 == 1 {
            return None;
        }
    }
    let numbered = || bytes.under(span).iter().any(u8::is_ascii_digit);
    if differs && quote == 0 || paired && !kept && !numbered() {
        return None;
    }
    // ` /password:value`, an option of Windows.
    let option = option && how == How::Colon && key.end == operator && first == operator + 1;
    let (span, literal) = if kept && quote == 0 {
        (
            Span::new(span.start, bytes.run(span.start, VALUE, |byte| byte > b' ')),
            true,
        )
    } else if default && quote == 0 && names_a_variable(bytes, key) {
        // `${DB_PASSWORD:value}`, in the settings of Spring: what the variable is where it is not set.
        (span, true)
    } else if quote == 0 {
        let end = if how == How::Equals && key.end == operator {
            closed(bytes, key.start, span)
        } else {
            span.end
        };
        let deep = span.start < known.end && span.start > known.start;
        let whole = (end == span.end && !deep)
            .then(|| whole(scan, key, operator, how, span))
            .flatten();
        let span = whole.unwrap_or(Span::new(span.start, end));
        (nested(scan, span), option || whole.is_some())
    } else {
        (span, false)
    };
    Some(Place {
        span,
        key,
        quote,
        how,
        literal,
    })
}

/// Whether the colon stands between two pairs of digits, of which the first begins a word or follows a date: `10:15:42`, `2026-11-21T10:15`.
fn is_in_time(bytes: Bytes<'_>, colon: usize) -> bool {
    let before = |by: usize| colon.checked_sub(by).map_or(0, |at| bytes.at(at));
    bytes.at(colon + 1).is_ascii_digit()
        && bytes.at(colon + 2).is_ascii_digit()
        && !is_word(bytes.at(colon + 3))
        && before(2).is_ascii_digit()
        && match before(3) {
            b'T' => before(4).is_ascii_digit(),
            byte => matches!(byte, b':' | b' '),
        }
}

/// Whether a key is the last part of a path that begins its line, and its value one word that ends it: `team/db/password:value`.
fn is_kept(bytes: Bytes<'_>, key: Span, operator: usize) -> bool {
    let path = bytes.run_back(key.start, KEY, |byte| is_key(byte) || byte == b'/');
    let end = bytes.run(operator + 1, KEY, |byte| byte > b' ');
    let slashes = bytes
        .under(Span::new(path, key.start))
        .iter()
        .filter(|byte| **byte == b'/');
    matches!(bytes.before(path), b'\n' | 0)
        && is_word(bytes.at(path))
        && slashes.count() >= 2
        && end > operator + 6
        // `registry/app/password:latest`, an image.
        && !std::str::from_utf8(bytes.under(Span::new(operator + 1, end)))
            .is_ok_and(|value| value == "latest" || value::is_everybodys(value))
        && matches!(bytes.at(end), b'\n' | b'\r' | 0)
}

/// Whether a key is written as variables of an environment are: `DB_PASSWORD`.
fn names_a_variable(bytes: Bytes<'_>, key: Span) -> bool {
    let name = bytes.under(key);
    name.contains(&b'_')
        && (name.iter()).all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'0'..=b'9' | b'_'))
}

/// The value `span` without quotes where it is just what it says, to its end.
fn whole(scan: &mut Scan<'_>, key: Span, operator: usize, how: How, span: Span) -> Option<Span> {
    let facts = scan.key(key);
    let bytes = scan.bytes;
    let ours = bytes.at(span.start) == b'<' && {
        let close = bytes.run(span.start, 40, |byte| byte != b'>');
        placeholder::is_placeholder(scan.under(Span::new(span.start, close + 1)))
    };
    if ours || facts.promise < Promise::Token && !facts.pair {
        return None;
    }
    let of = written::Assignment {
        key,
        promise: facts.promise,
        operator,
        how,
        value: span,
    };
    written::whole(bytes, &of, &mut scan.done.setting, &mut scan.far)
}

/// Where a value with spaces ends, of which only the first word was read, where what is around it says so: `"NAME=some words"`, `a=b;name=some words;c=d`.
fn closed(bytes: Bytes<'_>, key: usize, first: Span) -> usize {
    let opens = bytes.before(key);
    if !is_quote(opens) && opens != b';' || bytes.at(first.end) != b' ' {
        return first.end;
    }
    let end = bytes.run(first.end, 128, |byte| {
        byte >= b' ' && !is_quote(byte) && !matches!(byte, b';' | b'=')
    });
    let closes = bytes.at(end) == opens || opens == b';' && is_quote(bytes.at(end));
    if closes && bytes.before(end) != b' ' {
        end
    } else {
        first.end
    }
}

/// The key of which the type begins before `at`, on the same line: `key: Option<&str> = ..`.
fn typed(bytes: Bytes<'_>, at: usize) -> Option<Span> {
    let colon = bytes.run_back(at, 40, |byte| {
        is_word(byte) || matches!(byte, b' ' | b'&' | b'<' | b'>' | b'[' | b']' | b'.' | b'?')
    });
    // `password:<SECRET_1> name = ..`: a value that was hidden is no type.
    let kind = bytes.run(colon, 40, is_blank);
    if colon == at || bytes.before(colon) != b':' || bytes.at(kind) == b'<' {
        return None;
    }
    let start = bytes.run_back(colon - 1, KEY, is_key);
    (start < colon - 1).then(|| Span::new(start, colon - 1))
}

/// The key before the brace at `open`: `key = {`, `"key": {`, `variable "key" {`.
pub(crate) fn container(bytes: Bytes<'_>, open: usize) -> Option<Span> {
    let end = bytes.run_back(open, 8, |byte| {
        is_blank(byte) || is_quote(byte) || matches!(byte, b':' | b'=' | b'>')
    });
    let start = bytes.run_back(end, KEY, is_key);
    // `<SECRET_1> {` is a placeholder, and no key.
    let tag = bytes.before(start) == b'<' && bytes.at(end) == b'>';
    (start < end && !tag).then(|| Span::new(start, end))
}

/// A key and its value with nothing but space between them, or a bar, or a word: `ENV KEY value`, `| key | value |`, `the key is value`.
pub(crate) fn spaced(scan: &mut Scan<'_>, word: Span) -> Option<Place> {
    let bytes = scan.bytes;
    if word.len() < 3 || !ends_like_a_secret(bytes, word.end) {
        return None;
    }
    match bytes.at(word.end) {
        b'(' => return call(bytes, word),
        b'.' => return equals(bytes, word),
        _ => {}
    }
    // `<token xmlns="..">`: an element with attributes.
    let element = bytes.run_back(word.start, 40, |byte| is_key(byte) || byte == b':');
    if bytes.before(element) == b'<' {
        return None;
    }
    let mut at = word.end + usize::from(is_quote(bytes.at(word.end)));
    let gap = column(bytes, at);
    if gap == at {
        return None;
    }
    at = gap;
    // `NAME -> value`; `Map("name" -> "value")`, in Scala.
    let mut mapped = false;
    if bytes.starts(at, "-> ") {
        at = bytes.run(at + 2, 4, is_blank);
        let open = bytes.run_back(word.start, KEY, is_key).saturating_sub(1);
        let before = bytes.run_back(open, 64, |byte| kind(byte) & SPACE != 0);
        mapped = bytes.at(word.end) == b'"'
            && bytes.at(at) == b'"'
            && bytes.at(open) == b'"'
            && matches!(bytes.before(before), b'(' | b',');
    }
    // `I set DB_PASSWORD to value`.
    let set = bytes.starts(at, "to ") && names_a_variable(bytes, word);
    let told = (bytes.starts(at, "is") || set) && matches!(bytes.at(at + 2), b' ' | b':');
    if told {
        at = bytes.run(at + 2, 4, |byte| is_blank(byte) || byte == b':');
    }
    if matches!(bytes.at(at), b'=' | b':' | b'<' | b'-' | b'|' | b'{' | b'#') {
        return None;
    }
    let key = Span::new(bytes.run_back(word.start, KEY, is_key), word.end);
    // `<ns:token name="value">`: attributes follow the name of an element.
    let element = bytes.run_back(key.start, KEY, |byte| is_key(byte) || byte == b':');
    let assigned = bytes.run(at, KEY, |byte| is_key(byte) || byte == b':');
    if bytes.before(element) == b'<' && assigned > at && bytes.at(assigned) == b'=' {
        return None;
    }
    // `.Values.password | b64enc`, in a template.
    let piped = matches!(bytes.at(key.start), b'.' | b'$') && bytes.at(gap - 2) == b'|';
    if piped || scan.key(key).promise < Promise::Token {
        return None;
    }
    // `{:user "ann" :password "value"}`: a map of Clojure's.
    let keyword = bytes.before(key.start) == b':'
        && bytes.at(at) == b'"'
        && matches!(bytes.before(key.start - 1), b' ' | b'{');
    let declared = keyword || declares(bytes, key.start) || is_property(bytes, key);
    let (span, quote) = value(bytes, at, Span::empty(0))?;
    let declared = declared || quote != 0 && is_set(bytes, key.start);
    let declared = declared || is_listed(scan, key, span);
    let digit = |byte: &&u8| byte.is_ascii_digit();
    let numbered = || bytes.under(span).iter().filter(digit).count() >= 2;
    let end = bytes.run_back(span.end, 3, |byte| {
        matches!(byte, b'.' | b',' | b')' | b':' | b';' | b'|')
    });
    (span.start < end).then_some(Place {
        span: Span::new(span.start, end),
        key,
        quote,
        // `the password is "value"`.
        how: if mapped {
            How::Equals
        } else if declared || told && quote != 0 || set && numbered() {
            How::Flag
        } else {
            How::Space
        },
        literal: quote == 0 && (declared || is_given(bytes, key, span.start)),
    })
}

/// Whether a key is a path of three parts and more that begins its line, as in the settings of Spark: `spark.acme.password value`.
///
/// Source: <https://spark.apache.org/docs/latest/configuration.html>
fn is_property(bytes: Bytes<'_>, key: Span) -> bool {
    let dots = bytes.under(key).iter().filter(|byte| **byte == b'.');
    dots.count() >= 2 && matches!(bytes.before(key.start), b'\n' | 0)
}

/// How far above a line of a list its ruler stands, in bytes.
const RULER: usize = 1024;

/// `db_password    value` in a list of names and values, below `---    -----`, as Vault and PowerShell print it.
fn is_listed(scan: &mut Scan<'_>, key: Span, value: Span) -> bool {
    let bytes = scan.bytes;
    let end = bytes.run(value.end, KEY, |byte| matches!(byte, b' ' | b'\r'));
    if value.start < key.end + 2
        || key.start > 0 && bytes.before(key.start) != b'\n'
        || !matches!(bytes.at(end), b'\n' | 0)
    {
        return false;
    }
    let least = key.start.saturating_sub(RULER);
    let mut line = key.start;
    let mut ruled = false;
    while line > least {
        let last = line - 1;
        line = bytes.run_back(last, TAG, |byte| byte != b'\n');
        let text = bytes.under(Span::new(line, last)).trim_ascii();
        ruled = text.starts_with(b"--")
            && text.windows(3).any(|gap| gap == b" --")
            && text.iter().all(|byte| matches!(byte, b'-' | b' '));
        if ruled || !text.windows(2).any(|gap| gap == b"  ") {
            break;
        }
    }
    scan.far.push(Far {
        place: Span::new(key.start, value.end),
        read: Span::new(line, end),
    });
    ruled
}

/// Behind the blanks and bars of a table at `from`.
fn column(bytes: Bytes<'_>, from: usize) -> usize {
    let mut at = from;
    loop {
        let next = bytes.run(at, 8, |byte| is_blank(byte) || byte == b'|');
        let bar = ["│", "┃", "║"].iter().find(|bar| bytes.starts(next, bar));
        at = next + bar.map_or(0, |bar| bar.len());
        if bar.is_none() || at > from + 40 {
            return at;
        }
    }
}

/// Whether `key` is a variable in a table or a list, `| NAME | value |`, or a command sets it: `variable set NAME value`, `reset-password value`.
fn is_given(bytes: Bytes<'_>, key: Span, value: usize) -> bool {
    const VERBS: &[&[u8]] = &[
        b"--plaintext",
        b"--secret",
        b"add",
        b"create",
        b"put",
        b"set",
        b"update",
    ];
    let name = bytes.under(key);
    let between = bytes.under(Span::new(key.end, value));
    let parted =
        between.iter().any(|byte| *byte != b' ') && name.iter().copied().all(is_of_constant);
    let gap = bytes.run_back(key.start, 4, is_blank);
    let verb = bytes.run_back(gap, 16, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    parted
        || gap < key.start && VERBS.contains(&bytes.under(Span::new(verb, gap)))
        || name.starts_with(b"reset-")
        || name.starts_with(b"change-")
}

/// Whether `set ` begins the line and a key stands behind it at `start`, as in Tcl.
fn is_set(bytes: Bytes<'_>, start: usize) -> bool {
    let set = start.saturating_sub("set ".len());
    let line = bytes.run_back(set, 40, is_blank);
    bytes.starts(set, "set ") && matches!(bytes.before(line), b'\n' | 0)
}

/// Whether a word that declares a variable or a header stands before `start`: `ENV KEY value`, `ARG`, `setx`, `set -x`, `proxy_set_header`.
fn declares(bytes: Bytes<'_>, start: usize) -> bool {
    let gap = bytes.run_back(start, 8, is_blank);
    let word = bytes.run_back(gap, 16, |byte| is_word(byte) || byte == b'-');
    gap < start
        && matches!(
            bytes.under(Span::new(word, gap)),
            b"ENV"
                | b"ARG"
                | b"SetEnv"
                | b"setx"
                | b"-x"
                | b"--secret"
                | b"-gx"
                | b"-Ux"
                | b"setenv"
                | b"fastcgi_param"
                | b"proxy_set_header"
                | b"uwsgi_param"
        )
}

/// Whether the word that ends at `end` may be a key of a secret, by its last letters.
fn ends_like_a_secret(bytes: Bytes<'_>, end: usize) -> bool {
    let last = [3, 2, 1].map(|back| bytes.at(end.wrapping_sub(back)) | 32);
    matches!(
        &last,
        b"ord"
            | b"pwd"
            | b"ken"
            | b"ret"
            | b"key"
            | b"ass"
            | b"ase"
            | b"ort"
            | b"uth"
            | b"ial"
            | b"als"
            | b"ode"
    )
}

/// Assignments in the value of an assignment, `a=b=c=`, are read as far as a few, so that many cost no more than their length.
fn nested(scan: &mut Scan<'_>, span: Span) -> Span {
    let (outer, count) = scan.unquoted;
    if span.start < outer.end && span.start > outer.start && span.len() > NESTED {
        scan.unquoted.1 += 1;
        if count >= DEEPEST {
            let end = (span.start..=span.start + NESTED)
                .rev()
                .find(|end| scan.text.is_char_boundary(*end));
            return Span::new(span.start, end.unwrap_or(span.end));
        }
    } else if span.start >= outer.end {
        scan.unquoted = (span, 0);
    }
    span
}

fn key_before(bytes: Bytes<'_>, end: usize, how: How) -> Option<Span> {
    let mut end = bytes.run_back(end, 40, is_blank);
    // `char password[20] = "value"`, `key[] = "value"`.
    if how == How::Equals && bytes.before(end) == b']' {
        let open = bytes.run_back(end - 1, 6, |byte| byte.is_ascii_digit());
        if bytes.before(open) == b'[' && is_word(bytes.before(open - 1)) {
            end = open - 1;
        }
    }
    // `@password NVARCHAR(20) = 'value'`.
    if how == How::Equals && bytes.before(end) == b')' {
        let open = bytes.run_back(end - 1, 6, |byte| byte.is_ascii_alphanumeric());
        let kind = bytes.run_back(open.saturating_sub(1), 12, |byte| {
            byte.is_ascii_alphabetic()
        });
        let gap = bytes.run_back(kind, 4, is_blank);
        let name = bytes.run_back(gap, KEY, is_key);
        if bytes.before(open) == b'(' && kind < open - 1 && gap < kind && bytes.before(name) == b'@'
        {
            end = gap;
        }
    }
    // `**Password**: value`, in Markdown.
    if how == How::Colon && bytes.before(end) == b'*' {
        end = bytes.run_back(end, 2, |byte| byte == b'*');
    }
    end = bytes.run_back(end, 4, |byte| {
        is_quote(byte) || matches!(byte, b']' | b'\\' | b')')
    });
    if bytes.before(end) == b';' {
        let open = bytes
            .run_back(end, 6, |byte| byte != b'&')
            .saturating_sub(1);
        if entity(bytes, open).is_some_and(|quote| open + quote.len() == end) {
            end = open;
        }
    }
    let start = bytes.run_back(end, KEY, is_key);
    if start == end {
        return None;
    }
    let mut key = Span::new(start, end);
    let word = bytes.under(key);
    if how == How::Equals && TYPES.iter().any(|name| name.as_bytes() == word) {
        // `Dim token As String = ..`
        let before = bytes.run_back(start, 4, is_blank);
        let start = match before.checked_sub("As".len()) {
            Some(word)
                if is_blank(bytes.before(word)) && bytes.starts_ignoring_case(word, "As") =>
            {
                word
            }
            _ => start,
        };
        // `var token string = ..`, `token: string = ..`
        let gap = bytes.run_back(start, 4, |byte| is_blank(byte) || byte == b':');
        let before = bytes.run_back(gap, KEY, is_key);
        if before < gap && gap < start {
            key = Span::new(before, gap);
        }
    }
    // `canva client id: ..`: words at the begin of a line belong to the key.
    if how == How::Colon && bytes.at(key.end) == b':' {
        let mut start = key.start;
        for _ in 0..2 {
            if bytes.before(start) != b' ' {
                break;
            }
            let word = bytes.run_back(start - 1, 24, |byte| is_word(byte) || byte == b'-');
            if word == start - 1 || !bytes.at(word).is_ascii_alphabetic() {
                break;
            }
            start = word;
        }
        let line = bytes.run_back(start, 8, |byte| {
            is_blank(byte) || matches!(byte, b'#' | b'-' | b'/' | b'*')
        });
        if start < key.start && (line == 0 || bytes.before(line) == b'\n') {
            key.start = start;
        }
    }
    // `["password":protected]=>`, `[password:App\Config:private] =>`: how PHP prints what others may not see.
    if how == How::Equals
        && bytes.at(key.end) == b']'
        && bytes.before(key.start) == b':'
        && matches!(bytes.under(key), b"protected" | b"private")
    {
        let open = bytes.run_back(key.start, KEY, |byte| byte > b' ' && byte != b'[');
        let start = open + usize::from(is_quote(bytes.at(open)));
        let end = bytes.run(start, KEY, is_word);
        if bytes.before(open) == b'[' && start < end && end < key.start {
            key = Span::new(start, end);
        }
    }
    let name = bytes.under(key);
    name.iter().any(u8::is_ascii_alphabetic).then_some(key)
}

/// The value that begins behind an operator, without its quotes; in `known`, one without quotes ends where that ends.
fn value(bytes: Bytes<'_>, from: usize, known: Span) -> Option<(Span, u8)> {
    let mut at = bytes.run(from, 64, is_blank);
    // A block: `key: |`, `<<EOF`.
    let block = match bytes.at(at) {
        b'|' | b'>' => {
            let end = bytes.run(at + 1, 3, |byte| {
                matches!(byte, b'-' | b'+') || byte.is_ascii_digit()
            });
            let end = bytes.run(end, 8, is_blank);
            matches!(bytes.at(end), b'\n' | b'\r').then_some(end)
        }
        b'<' if bytes.at(at + 1) == b'<' => {
            let end = bytes.run(at + 2, 40, |byte| {
                is_word(byte) || is_quote(byte) || matches!(byte, b'-' | b'~')
            });
            matches!(bytes.at(end), b'\n' | b'\r').then_some(end)
        }
        b'\n' | b'\r' => return next_line(bytes, at),
        _ => None,
    };
    if let Some(end) = block {
        let start = bytes.run(end, 256, |byte| kind(byte) & SPACE != 0);
        let end = bytes.run(start, VALUE, |byte| !matches!(byte, b'\n' | b'\r'));
        return (start < end).then_some((Span::new(start, end), b'|'));
    }
    // YAML's `&anchor value` and `!!tag value`.
    if matches!(bytes.at(at), b'&') || bytes.starts(at, "!!") {
        let end = bytes.run(at + 1, KEY, |byte| is_key(byte) || byte == b'!');
        if bytes.at(end) == b' ' && !matches!(bytes.at(end + 1), b'&' | b'|' | b'=') {
            at = bytes.run(end, 8, is_blank);
        }
    }
    // `b"..."`, `@"..."`, `(`, `[`.
    if matches!(bytes.at(at), b'b' | b'r' | b'f' | b'u' | b'@' | b'L') && is_quote(bytes.at(at + 1))
    {
        at += 1;
    }
    // `password={a;b};`, as ODBC writes what holds its separator.
    if bytes.at(at) == b'{' && bytes.before(at) == b'=' {
        let end = bytes.run(at + 1, 128, |byte| {
            byte > b' ' && !is_quote(byte) && byte != b'}'
        });
        let plain = bytes.under(Span::new(at + 1, end)).iter();
        let named =
            (plain.clone()).all(|byte| is_word(*byte) || matches!(byte, b'.' | b'-' | b'{'));
        if bytes.starts(end, "};") && !named {
            return Some((Span::new(at + 1, end), b'"'));
        }
    }
    // `(string) (len=9) "value"`, as go-spew dumps it.
    if bytes.starts(at, "(string) (len=") {
        let size = bytes.run(at + "(string) (len=".len(), 8, |byte| byte.is_ascii_digit());
        if bytes.starts(size, ") \"") {
            at = size + ") ".len();
        }
    }
    // `((name))` is a variable.
    let variable = bytes.starts(at, "((");
    while matches!(bytes.at(at), b'(' | b'[') && at < from + 8 && !variable {
        at = bytes.run(at + 1, 8, is_blank);
    }
    if let Some(entity) = entity(bytes, at) {
        let start = at + entity.len();
        let end = (start..bytes.len().min(start + VALUE))
            .find(|end| bytes.at(*end) < b' ' || bytes.starts(*end, entity))?;
        return (start < end && bytes.starts(end, entity)).then(|| (Span::new(start, end), b'"'));
    }
    let slashes = bytes.run(at, DEPTH, |byte| byte == b'\\');
    let escapes = slashes - at;
    if is_quote(bytes.at(slashes)) {
        let quote = bytes.at(slashes);
        let mut start = slashes + 1;
        if quote != b'`' && bytes.at(start) == quote && bytes.at(start + 1) == quote {
            start += 2;
        }
        let end = quoted(bytes, start, quote, escapes);
        return (start < end).then_some((Span::new(start, end), quote));
    }
    if let Some(literal) = wrapped(bytes, at) {
        return Some(literal);
    }
    let end = if known.start < at && at < known.end {
        known.end
    } else {
        unquoted(bytes, at)
    };
    (at < end).then_some((Span::new(at, end), 0))
}

/// What makes a value of the text alone that it is called with, in normal form.
const WRAPPERS: &[&str] = &[
    "byte",
    "bytearray",
    "bytes",
    "from",
    "getbytes",
    "literal",
    "md5",
    "of",
    "password",
    "plaintext",
    "ptr",
    "secret",
    "secretstr",
    "secretstring",
    "securestring",
    "sensitive",
    "sha1",
    "some",
    "str",
    "string",
    "stringptr",
    "stringval",
    "unsafeplaintext",
    "value",
    "valueof",
];

/// The text in a call that only wraps it: `SecretValue.unsafePlainText("value")`, `pulumi.secret("value")`, `String::from("value")`, `sensitive("value")`.
fn wrapped(bytes: Bytes<'_>, at: usize) -> Option<(Span, u8)> {
    // `[]byte("value")`, of which the first bracket was read.
    let from = at + usize::from(bytes.at(at) == b']');
    let from = if bytes.starts(from, "new ") {
        from + 4
    } else {
        from
    };
    let path = |byte: u8| is_key(byte) || byte == b':';
    let open = bytes.run(from, KEY, path);
    if open == from || bytes.at(open) != b'(' {
        return None;
    }
    let name = bytes.run_back(open, KEY, is_word).max(from);
    let name = std::str::from_utf8(bytes.under(Span::new(name, open))).ok()?;
    let known = WRAPPERS.contains(&Normal::new(name).as_str());
    // `StringValue(..)`; but `Secret("name")` makes a resource.
    let value =
        name.ends_with("Value") && name.starts_with(|first: char| first.is_ascii_uppercase());
    if !known && !value || name == "Secret" {
        return None;
    }
    let start = bytes.run(open + 1, 8, is_blank);
    let quote = bytes.at(start);
    if !is_quote(quote) {
        return None;
    }
    let end = quoted(bytes, start + 1, quote, 0);
    let close = bytes.run(end + 1, 8, is_blank);
    (start + 1 < end && bytes.at(end) == quote && bytes.at(close) == b')')
        .then(|| (Span::new(start + 1, end), quote))
}

/// The value of a key that stands alone on its line: the first of a list, or a scalar that is no mapping.
fn next_line(bytes: Bytes<'_>, at: usize) -> Option<(Span, u8)> {
    let line = bytes.run(at, 2, |byte| matches!(byte, b'\n' | b'\r'));
    let mut start = bytes.run(line, 40, is_blank);
    let listed = bytes.at(start) == b'-' && bytes.at(start + 1) == b' ';
    if listed {
        start = bytes.run(start + 1, 8, is_blank);
    } else if start < line + 2 {
        return None;
    }
    // `string(5) "value"`, as PHP's `var_dump` prints it.
    if bytes.starts(start, "string(") {
        let digits = start + "string(".len();
        let size = bytes.run(digits, 8, |byte| byte.is_ascii_digit());
        if bytes.starts(size, ") \"") {
            start = size + 2;
        }
    }
    let quote = bytes.at(start);
    if is_quote(quote) {
        let end = quoted(bytes, start + 1, quote, 0);
        let mapping = bytes.at(bytes.run(end + 1, 4, is_blank)) == b':';
        return (start + 1 < end && !mapping).then(|| (Span::new(start + 1, end), quote));
    }
    let end = unquoted(bytes, start);
    let rest = bytes.run(end, 8, is_blank);
    // `- name=value; Path=/`: a cookie.
    let alone =
        matches!(bytes.at(rest), b'\n' | b'\r' | b'#' | 0) || listed && bytes.at(end) == b';';
    let mapping = bytes.under(Span::new(start, end)).ends_with(b":");
    (alone && !mapping && start < end && !matches!(quote, b'-' | b'#' | b'|' | b'>' | b'<' | b'{'))
        .then(|| (Span::new(start, end), 0))
}

/// Whether a quote behind `run` backslashes is part of a text that began with a quote behind `escapes`: each level of escapes doubles those before and adds
/// one.
fn is_inside(escapes: usize, run: usize) -> bool {
    let (mut escapes, mut run) = (escapes, run);
    while escapes % 2 == 1 {
        if run % 2 == 0 {
            return false;
        }
        escapes /= 2;
        run /= 2;
    }
    escapes == 0 && run % 2 == 1
}

/// Where the quoted value ends that begins at `start`, behind a quote before which so many `escapes` stand.
fn quoted(bytes: Bytes<'_>, start: usize, quote: u8, escapes: usize) -> usize {
    let limit = bytes.len().min(start + VALUE);
    let mut at = start;
    while at < limit {
        let byte = bytes.at(at);
        if byte == quote {
            // `'it''s'`, in YAML and SQL, and `'it'\''s'`, in a shell.
            let rest = ["''", "'\\''"].iter().find(|rest| bytes.starts(at, rest));
            let goes_on = rest.map(|rest| at + rest.len()).filter(|behind| {
                at > start
                    && bytes.at(*behind) > b' '
                    && !matches!(bytes.at(*behind), b',' | b')' | b'\'')
            });
            match goes_on {
                Some(behind) => {
                    at = behind;
                    continue;
                }
                None => return at,
            }
        }
        if byte == b'\n' && quote != b'`' {
            break;
        }
        if byte == b'\\' {
            let run = bytes.run(at, 2 * DEPTH, |byte| byte == b'\\') - at;
            if escapes > 0 && bytes.at(at + run) == quote {
                if !is_inside(escapes, run) {
                    return at + run.saturating_sub(escapes);
                }
                at += run;
            } else {
                at += 1;
            }
        }
        at += 1;
    }
    // Not closed: what stands on the line without a space.
    unquoted(bytes, start)
}

/// Where the value without quotes ends that begins at `start`.
fn unquoted(bytes: Bytes<'_>, start: usize) -> usize {
    ends(bytes, start, None)
}

/// The same for one that is just what it says: brackets are part of it but the one that `closes` what is around, and so are other signs but the
/// one that parts it from the next `field`.
pub(crate) fn written_end(bytes: Bytes<'_>, start: usize, closes: u8, field: u8) -> usize {
    ends(bytes, start, Some((closes, field)))
}

fn ends(bytes: Bytes<'_>, start: usize, written: Option<(u8, u8)>) -> usize {
    let limit = bytes.len().min(start + VALUE);
    let mut at = start;
    let mut open = 0_usize;
    while at < limit {
        let byte = bytes.at(at);
        let next = bytes.at(at + 1);
        let ends = kind(next) & SPACE != 0 || next == 0 || is_quote(next);
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | 0 => break,
            // Ideographic and full-width punctuation.
            0xe3 if next == 0x80 => break,
            0xef if matches!(next, 0xbc | 0xbd) => break,
            b',' | b';' if ends => break,
            b'&' | b';' if written.is_some_and(|(_, field)| field == byte) => break,
            b';' => match written {
                None if is_word(next) && bytes.before(at) != b'\\' => break,
                Some(_) if goes_on(bytes, at + 1) => break,
                _ => {}
            },
            b',' if next == b'\\' || next == b'{' || is_word(next) && assigns(bytes, at + 1) => {
                break;
            }
            // `{password:0,other:1}`, as minifiers write it.
            b',' if is_word(next) && at < start + 4 && names(bytes, at + 1) => break,
            b'&' if bytes.starts(at, "&lt;") => {
                if let Some(end) = escaped_tag(bytes, at) {
                    at = end;
                    continue;
                }
            }
            b'\\' if matches!(next, b'n' | b'r' | b't' | b'"' | b'\'' | b'\n') => break,
            // `&name=`, in a text of JSON.
            b'\\' if bytes.starts(at, "\\u0026") && assigns(bytes, at + 6) => break,
            b'<' if matches!(next, b'/' | b'b') && written.is_none() => break,
            b'<' if next == b'/' && bytes.at(at + 2).is_ascii_alphabetic()
                || bytes.starts(at, "<br") =>
            {
                break;
            }
            b'&' if bytes
                .0
                .get(at + 1..bytes.len().min(at + 48))
                .is_some_and(|rest| {
                    let name = rest
                        .iter()
                        .take_while(|byte| is_word(**byte) || **byte == b'-')
                        .count();
                    name > 0 && rest.get(name) == Some(&b'=') || rest.starts_with(b"amp;")
                }) =>
            {
                break;
            }
            b'(' | b'{' | b'[' => open += 1,
            b')' | b'}' | b']' => {
                // No call goes on with a letter behind its arguments.
                let inside = match written {
                    Some((closes, _)) => closes != byte,
                    None => byte == b')' && next.is_ascii_alphanumeric(),
                };
                if open == 0 && !inside {
                    break;
                }
                open = open.saturating_sub(1);
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// Behind the placeholder `&lt;SECRET_1&gt;` that begins at `at`.
fn escaped_tag(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    let name = bytes.run(at + 4, 40, is_word);
    let end = name + "&gt;".len();
    let tag = std::str::from_utf8(bytes.under(Span::new(at, end))).ok()?;
    (tag.ends_with("&gt;") && placeholder::is_placeholder(tag)).then_some(end)
}

/// Whether what stands behind a semicolon is no part of the value before: `; name=..`, `;command argument`.
fn goes_on(bytes: Bytes<'_>, at: usize) -> bool {
    let name = bytes.run(at, 40, |byte| {
        is_word(byte) || matches!(byte, b' ' | b'-' | b'.')
    });
    let word = bytes.run(at, 128, |byte| byte > b' ' && !is_quote(byte));
    name > at && bytes.at(name) == b'=' || is_blank(bytes.at(word))
}

/// Whether a key and a `=` begin at `at`.
fn assigns(bytes: Bytes<'_>, at: usize) -> bool {
    let end = bytes.run(at, 40, |byte| is_word(byte) || matches!(byte, b'-' | b'.'));
    end > at && bytes.at(end) == b'='
}

/// Whether a key and a `:` begin at `at`.
fn names(bytes: Bytes<'_>, at: usize) -> bool {
    let end = bytes.run(at, 40, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    end > at && bytes.at(end) == b':'
}

fn markup(scan: &mut Scan<'_>, operator: usize) -> Option<Place> {
    let bytes = scan.bytes;
    let is_name = |byte: u8| is_key(byte) || byte == b':';
    let mut key = Span::new(bytes.run_back(operator, KEY, is_key), operator);
    // `<entry key="KEY">value</entry>`: the attribute was met last.
    let attribute = scan.named.end + 1 == operator && is_quote(bytes.before(operator));
    if attribute {
        key = scan.named;
    }
    let element = if attribute {
        let open = bytes.run_back(operator, TAG, |byte| !matches!(byte, b'<' | b'>'));
        Span::new(open, bytes.run(open, KEY, is_key))
    } else if is_quote(bytes.before(operator)) {
        // `<ns:password type="plain">value</ns:password>`.
        let open = bytes.run_back(operator, TAG, |byte| !matches!(byte, b'<' | b'>'));
        let element = Span::new(open, bytes.run(open, KEY, is_name));
        let name = bytes.run_back(element.end, element.len(), is_key);
        key = Span::new(name, element.end);
        if scan.key(key).promise < Promise::Token || bytes.at(element.end) != b' ' {
            return None;
        }
        if operator - open > FAR {
            scan.far.push(Far {
                place: Span::new(operator, operator + 1),
                read: Span::new(open - 1, operator + 1),
            });
        }
        element
    } else {
        Span::new(bytes.run_back(operator, KEY, is_name), operator)
    };
    if key.is_empty() || element.is_empty() || bytes.before(element.start) != b'<' {
        return None;
    }
    // An element is closed by its own name, whatever stands in a string before.
    let closed = |close: usize| {
        let end = close + 2 + element.len();
        bytes.starts(close + 2, scan.under(element)) && !is_key(bytes.at(end))
    };
    let mut from = bytes.run(operator + 1, 64, |byte| kind(byte) & SPACE != 0);
    let literal = bytes.starts(from, "<![CDATA[");
    if literal {
        from += 9;
    }
    let close = bytes.run(from, VALUE, |byte| {
        byte != if literal { b']' } else { b'<' }
    });
    if literal {
        return (from < close && bytes.starts(close, "]]>")).then_some(Place {
            span: Span::new(from, close),
            key,
            quote: b'<',
            how: How::Markup,
            literal: false,
        });
    }
    // `<SECRET_1> .. </password>` is no element.
    if bytes.at(close) != b'<' || bytes.at(close + 1) != b'/' || !closed(close) {
        return None;
    }
    let end = bytes
        .run_back(close, 64, |byte| kind(byte) & SPACE != 0)
        .max(from);
    (from < end).then_some(Place {
        span: Span::new(from, end),
        key,
        quote: b'<',
        how: How::Markup,
        literal: false,
    })
}

fn comma(bytes: Bytes<'_>, operator: usize) -> Option<Place> {
    let end = bytes.run_back(operator, 4, is_blank);
    let quote = bytes.before(end);
    let from = bytes.run(operator + 1, 4, is_blank);
    // In a text of JSON the quotes are escaped.
    let escaped = bytes.at(from) == b'\\';
    let from = from + usize::from(escaped);
    let opened = bytes.at(from);
    if !is_quote(opened) {
        return None;
    }
    let (key, how) = if is_quote(quote) {
        let close = end - 1 - usize::from(escaped && bytes.before(end - 1) == b'\\');
        let start = bytes.run_back(close, KEY, is_key);
        // A parameter of SQL: `("@password", "value")`.
        let parameter = usize::from(matches!(bytes.before(start), b'@' | b':'));
        if start == close || bytes.before(start - parameter) != quote {
            return None;
        }
        let open = start - parameter - 1;
        let open = open - usize::from(escaped && bytes.before(open) == b'\\');
        let open = bytes.run_back(open, 64, |byte| kind(byte) & SPACE != 0);
        let listed = matches!(bytes.before(open), b',' | b'[' | b'{');
        // `env('DB_PASSWORD', 'value')`: what a variable is where it is not set.
        let called = [
            "append(",
            "define(",
            "env(",
            "fetch(",
            "formparam(",
            "get(",
            "getenv(",
            "namevaluepair(",
            "of(",
            "param(",
            "put(",
            "setdefault(",
            "setenv(",
            "setenvironmentvariable(",
            "setproperty(",
        ]
        .iter()
        .any(|call| {
            let at = open.checked_sub(call.len());
            at.is_some_and(|at| bytes.starts_ignoring_case(at, call))
        });
        // `["server", "--password", "value"]`: the words of a command.
        let option = listed
            && bytes.starts(start, "--")
            && !bytes.starts(start, "--no-")
            && bytes.at(from + 1) != b'-';
        let how = if option {
            How::Flag
        } else if is_of_pairs(bytes, open) {
            How::Equals
        } else if listed {
            How::Listed
        } else if called {
            How::Equals
        } else {
            How::Comma
        };
        (Span::new(start, close), how)
    } else if ends_like_a_secret(bytes, end) {
        // `setopt(handle, OPT_PASSWORD, "value")`; a field, `settings.token, "value"`, is another argument.
        let key = Span::new(bytes.run_back(end, KEY, is_word), end);
        let field = bytes.before(key.start) == b'.';
        if field && bytes.under(key).iter().any(u8::is_ascii_lowercase) {
            return None;
        }
        let how = if is_compared(bytes, key) {
            How::Equals
        } else {
            How::Argument
        };
        (key, how)
    } else {
        return None;
    };
    let close = quoted(bytes, from + 1, opened, usize::from(escaped));
    // `"eventName": "GetSecretValue", "requestParameters": ..`: what is behind the comma is a key.
    let next = bytes.run(close + 1, 8, is_blank);
    let is_key = bytes.at(close) == opened
        && (bytes.at(next) == b':' || bytes.at(next) == b'=' && bytes.at(next + 1) != b'=');
    (from + 1 < close && !is_key).then_some(Place {
        span: Span::new(from + 1, close),
        key,
        quote: opened,
        how,
        literal: false,
    })
}

/// Whether the first text of a pair begins at `open`, and it is one of a list of pairs: `[('password', 'value'), ..`.
fn is_of_pairs(bytes: Bytes<'_>, open: usize) -> bool {
    let bracket = open.saturating_sub(1);
    let before = bytes.run_back(bracket, 8, |byte| kind(byte) & SPACE != 0);
    bytes.at(bracket) == b'(' && matches!(bytes.before(before), b'[' | b'(' | b',')
}

/// Whether `key` is what a function of C's copies the next argument to, or compares with it: `strcpy(password, "value")`; or an option that a call sets:
/// `setopt(handle, OPT_PASSWORD, "value")`.
fn is_compared(bytes: Bytes<'_>, key: Span) -> bool {
    const CALLS: &[&[u8]] = &[b"strcasecmp", b"strcat", b"strcmp", b"strcpy"];
    let name = bytes.run_back(key.start.saturating_sub(1), 12, is_word);
    let option = bytes.under(key);
    bytes.before(key.start) == b'(' && CALLS.contains(&bytes.under(Span::new(name, key.start - 1)))
        || option.contains(&b'_')
            && option.iter().copied().all(is_of_constant)
            && bytes.before(bytes.run_back(key.start, 4, is_blank)) == b','
}

/// `password.equals("value")`.
fn equals(bytes: Bytes<'_>, word: Span) -> Option<Place> {
    let open = ["compareTo(", "equals(", "equalsIgnoreCase(", "Equals("]
        .iter()
        .find(|call| bytes.starts(word.end + 1, call))
        .map(|call| word.end + 1 + call.len())?;
    let quote = bytes.at(open);
    let close = bytes.run(open + 1, 512, |byte| byte != quote && byte > b' ');
    let alone = quote == b'"' && bytes.at(close) == quote && bytes.at(close + 1) == b')';
    (open + 1 < close && alone).then_some(Place {
        span: Span::new(open + 1, close),
        key: word,
        quote,
        how: How::Equals,
        literal: false,
    })
}

/// `setPassword("value")`, `.password("value")`: a call with a text alone.
fn call(bytes: Bytes<'_>, word: Span) -> Option<Place> {
    let start = word.end + 2;
    // `{noop}value`: how Spring encodes it. <https://docs.spring.io/spring-security/reference/features/authentication/password-storage.html>
    let start = if bytes.starts(start, "{noop}") {
        start + "{noop}".len()
    } else {
        start
    };
    let quote = bytes.at(word.end + 1);
    let close = bytes.run(start, 512, |byte| byte != quote && byte > b' ');
    let alone = is_quote(quote) && bytes.at(close) == quote && bytes.at(close + 1) == b')';
    let verb = [
        "change", "check", "set", "update", "validate", "verify", "with",
    ]
    .iter()
    .any(|verb| {
        let next = bytes.at(word.start + verb.len());
        bytes.starts(word.start, verb) && (next == b'_' || next.is_ascii_uppercase())
    });
    // A builder's method is called as what it sets.
    let sets = verb || bytes.before(word.start) == b'.' && bytes.under(word) == b"password";
    (start < close && alone).then_some(Place {
        span: Span::new(start, close),
        key: word,
        quote,
        how: if sets { How::Equals } else { How::Argument },
        literal: false,
    })
}

/// `--key`, alone in its line, above its value in a line of the same indentation, as kubectl lists the arguments of a container.
///
/// Source: <https://kubernetes.io/docs/reference/kubectl/generated/kubectl_describe/>
fn listed_flag(scan: &mut Scan<'_>, key: Span) -> Option<Place> {
    let bytes = scan.bytes;
    let dashes = bytes.run_back(key.start, 2, |byte| byte == b'-');
    let line = bytes.run_back(dashes, 40, |byte| byte == b' ');
    let from = bytes.run(key.end + 1, 40, |byte| byte == b' ');
    let indent = dashes - line;
    let alone = indent >= 4
        && bytes.before(line) == b'\n'
        && from - key.end - 1 == indent
        && bytes.at(from) != b'-';
    let end = bytes.run(from, 128, |byte| byte > b' ');
    if !alone
        || from == end
        || !matches!(bytes.at(end), b'\n' | b'\r' | 0)
        || scan.key(key).promise < Promise::Token
    {
        return None;
    }
    scan.far.push(Far {
        place: Span::new(dashes, key.end),
        read: Span::new(line, end),
    });
    Some(Place {
        span: Span::new(from, end),
        key,
        quote: 0,
        how: How::Flag,
        literal: true,
    })
}

/// Behind the sign at `at` that a shell's line ends with and goes on in the next: `\`, or PowerShell's and Windows' own.
fn continued(bytes: Bytes<'_>, at: usize) -> usize {
    let end = bytes.run(at + 1, 1, |byte| byte == b'\r');
    if matches!(bytes.at(at), b'\\' | b'`' | b'^') && bytes.at(end) == b'\n' {
        bytes.run(end + 1, 40, is_blank)
    } else {
        at
    }
}

/// The option of which the name begins at `start`.
fn flag(scan: &mut Scan<'_>, start: usize) -> Option<Place> {
    let bytes = scan.bytes;
    let end = bytes.run(start, KEY, |byte| is_word(byte) || byte == b'-');
    if start == end {
        return None;
    }
    if bytes.at(end) == b'\n' {
        return listed_flag(scan, Span::new(start, end));
    }
    if !is_blank(bytes.at(end)) {
        return None;
    }
    let blank = bytes.run(end, 8, is_blank);
    let from = continued(bytes, blank);
    // `--password    the password to use`: a table of options; `--no-password` takes none.
    if blank - end >= 3 || bytes.starts(start, "no-") {
        return None;
    }
    if matches!(
        bytes.at(from),
        b'-' | b'=' | b':' | b'|' | b'<' | b'>' | b'&'
    ) {
        return None;
    }
    let (span, quote) = value(bytes, from, Span::empty(0))?;
    Some(Place {
        span,
        key: Span::new(start, end),
        quote,
        how: How::Flag,
        literal: quote == 0 && !bytes.under(span).contains(&b'('),
    })
}
