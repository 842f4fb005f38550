//! Values without quotes that are just what they say: in an environment, in settings, in connection strings, behind options. No sign in them is code.

use undeny_text::Span;

use crate::assignment::How;
use crate::bytes::{Bytes, is_of_constant, is_word};
use crate::detector::Far;
use crate::key::{Promise, promise};
use crate::random;
use crate::settings::{self, Seen, Setting};

/// What is known of an assignment whose value has no quotes.
pub(crate) struct Assignment {
    pub(crate) key: Span,
    pub(crate) promise: Promise,
    pub(crate) operator: usize,
    pub(crate) how: How,
    /// The value as code would end it.
    pub(crate) value: Span,
}

/// Bytes of a line that are read before a key.
const LINE: usize = 200;

/// The value where it is what it says, to its end.
pub(crate) fn whole(
    bytes: Bytes<'_>,
    of: &Assignment,
    seen: &mut Option<Seen>,
    far: &mut Vec<Far>,
) -> Option<Span> {
    let start = of.value.start;
    let tight = of.key.end == of.operator && start == of.operator + 1;
    let end = |field: u8| {
        crate::assignment::written_end(bytes, start, opened(bytes, of.key.start), field)
    };
    let field = field(bytes, of.key);
    let span = match of.how {
        How::Equals if tight && field != 0 => Span::new(start, end(field)),
        How::Equals if tight && (is_variable(bytes, of) || is_option(bytes, of.key.start)) => {
            Span::new(start, end(0))
        }
        How::Equals if !tight && is_printed(bytes, of) => Span::new(start, end(b',')),
        How::Equals if !tight && is_output(bytes, of, far) => Span::new(start, end(0)),
        How::Equals => {
            let span = Span::new(start, end(0));
            let (found, read) = settings::is_setting(bytes, span, seen)?;
            far.push(Far {
                place: Span::new(of.key.start, span.end),
                read,
            });
            // `password = user.name` may be code, unless a section's header says that it is not.
            let enough = if !tight && is_path(bytes.under(span)) {
                Setting::InSection
            } else {
                Setting::Alone
            };
            (found >= enough).then_some(span)?
        }
        How::Colon if of.promise == Promise::Password => {
            let span = Span::new(start, end(0));
            let plain = if tight {
                is_dumped(bytes, of.key, span)
            } else {
                is_in_log(bytes, of, span) || is_of_a_mapping(bytes, of, span, far)
            };
            plain.then_some(span)?
        }
        _ => return None,
    };
    (!is_call(bytes, span)).then_some(span)
}

/// What closes the bracket that is open before `key` on its line, or in its text in quotes; 0 where there is none.
fn opened(bytes: Bytes<'_>, key: usize) -> u8 {
    match open_at(bytes, key).map(|open| bytes.at(open)) {
        Some(b'(') => b')',
        Some(b'[') => b']',
        Some(b'{') => b'}',
        _ => 0,
    }
}

/// Where that bracket stands.
fn open_at(bytes: Bytes<'_>, key: usize) -> Option<usize> {
    let line = bytes.run_back(key, LINE, |byte| byte != b'\n');
    let mut depth = 0_usize;
    for at in (line..key).rev() {
        match bytes.at(at) {
            b'"' | b'\'' | b'`' if is_word(bytes.at(at + 1)) => return None,
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
            b'(' | b'[' | b'{' => return Some(at),
            _ => {}
        }
    }
    None
}

/// What parts fields where `key` is one of several, as in `;password=` and `&password=` in a connection string or a query; else 0.
fn field(bytes: Bytes<'_>, key: Span) -> u8 {
    match bytes.before(key.start) {
        b';' => b';',
        b'&' | b'?' if bytes.before(key.start - 1) > b' ' => b'&',
        _ => 0,
    }
}

/// `NAME=`, of a variable of an environment.
fn is_variable(bytes: Bytes<'_>, of: &Assignment) -> bool {
    const DECLARE: &[&[u8]] = &[b"const", b"final", b"let", b"static", b"val", b"var"];
    let (key, value) = (bytes.under(of.key), of.value);
    if !key.iter().copied().all(is_of_constant)
        || matches!(bytes.before(of.key.start), b'.' | b'$' | b'>' | b':')
    {
        return false;
    }
    let gap = bytes.run_back(of.key.start, 4, |byte| byte == b' ');
    let word = bytes.run_back(gap, 8, is_word);
    if DECLARE.contains(&bytes.under(Span::new(word, gap))) {
        return false;
    }
    // `f(NAME=value, ..)`, also over several lines.
    let space = |byte: u8| byte.is_ascii_whitespace();
    let before = bytes.run_back(of.key.start, 64, space);
    let behind = bytes.run(value.end, 64, space);
    let argument =
        matches!(bytes.before(before), b'(' | b',') && matches!(bytes.at(behind), b',' | b')');
    !argument
        || bytes
            .under(Span::new(before, of.key.start))
            .contains(&b'\n')
            && { bytes.at(value.end) != b',' }
}

/// `--password=`, `-Dpassword=`, `-o user=x,password=`, `--from-literal=password=`.
fn is_option(bytes: Bytes<'_>, key: usize) -> bool {
    let part = |byte: u8| byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`' | b'(');
    let is_dash = |at: usize| {
        bytes.at(at) == b'-' && (bytes.at(at + 1) == b'-' || bytes.at(at + 1).is_ascii_alphabetic())
    };
    let word = bytes.run_back(key, LINE, part);
    if is_dash(word) {
        return true;
    }
    let word = word - usize::from(matches!(bytes.before(word), b'"' | b'\''));
    let gap = bytes.run_back(word, 2, |byte| byte == b' ');
    let before = bytes.run_back(gap, 32, part);
    gap < word && before < gap && is_dash(before)
}

/// `[password] => value` and `[password:protected] => value`, as PHP prints an array and an object, and `Login { User = app, Password = value }`, as a record of .NET prints itself.
fn is_printed(bytes: Bytes<'_>, of: &Assignment) -> bool {
    let key = of.key;
    let close = bytes.run(key.end, 80, |byte| {
        is_word(byte) || matches!(byte, b':' | b'\\')
    });
    let named = close == key.end || bytes.at(key.end) == b':';
    if bytes.before(key.start) == b'[' && named && bytes.starts(close, "] => ") {
        return true;
    }
    let Some(open) = open_at(bytes, key.start).filter(|open| bytes.starts(*open, "{ ")) else {
        return false;
    };
    let close = bytes.run(of.value.start, LINE, |byte| {
        byte >= b' ' && !matches!(byte, b'"' | b'\'' | b'}' | b'{' | b'(' | b';')
    });
    let end = open.saturating_sub(1);
    let name = bytes.run_back(end, 64, is_word);
    let word = bytes.run_back(name.saturating_sub(1), 16, |byte| {
        byte.is_ascii_alphabetic()
    });
    let before = bytes.under(Span::new(word, name.saturating_sub(1)));
    let fields = bytes.under(Span::new(open + 2, key.start));
    bytes.at(name).is_ascii_uppercase()
        && name < end
        && bytes.before(open) == b' '
        && !matches!(
            before,
            b"new" | b"class" | b"struct" | b"const" | b"enum" | b"type"
        )
        && bytes.starts(close.saturating_sub(1), " }")
        && bytes.at(key.start).is_ascii_uppercase()
        && !fields
            .iter()
            .any(|byte| matches!(byte, b'"' | b'\'' | b'(' | b';'))
        && bytes.starts(key.end, " = ")
}

/// `AppStack.AdminPassword = value`, below `Outputs:` or another of them, as the CDK prints them; `Db:Password = value`, as .NET lists its secrets of users.
fn is_output(bytes: Bytes<'_>, of: &Assignment, far: &mut Vec<Far>) -> bool {
    let line = bytes.run_back(of.key.start, LINE, |byte| byte != b'\n');
    let path = bytes.under(Span::new(line, of.key.end));
    let plain =
        (path.iter()).all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':'));
    let rest = bytes.run(of.value.end, 64, |byte| matches!(byte, b' ' | b'\r'));
    let ends = matches!(bytes.at(rest), b'\n' | 0);
    let code = matches!(bytes.before(of.value.end), b';' | b',' | b'{' | b'(' | b')');
    if !plain
        || !ends
        || code
        || !path.first().is_some_and(u8::is_ascii_uppercase)
        || !bytes.starts(of.key.end, " = ")
    {
        return false;
    }
    let joint = |mark: u8| path.iter().position(|byte| *byte == mark);
    if let Some(colon) = joint(b':') {
        return path.get(colon + 1) != Some(&b':');
    }
    let Some(stack) = joint(b'.').and_then(|dot| path.get(..=dot)) else {
        return false;
    };
    let above = bytes.run_back(line.saturating_sub(1), LINE, |byte| byte != b'\n');
    far.push(Far {
        place: Span::new(of.key.start, of.value.end),
        read: Span::new(above, rest),
    });
    let above = bytes.under(Span::new(above, line));
    above.starts_with(b"Outputs:") || above.starts_with(stack)
}

/// `{User:app Password:value Host:db}`, `map[host:db password:value]`, as programs in Go print what they hold.
fn is_dumped(bytes: Bytes<'_>, key: Span, value: Span) -> bool {
    let pair = |at: usize| {
        let end = bytes.run(at, 40, is_word);
        end > at && bytes.at(end) == b':' && bytes.at(end + 1) > b' '
    };
    let before = bytes.before(key.start);
    let follows = before == b' ' && !matches!(bytes.before(key.start - 1), b',' | b'{' | b' ');
    let goes_on = bytes.at(value.end) == b' ' && pair(value.end + 1);
    let Some(open) = open_at(bytes, key.start) else {
        return false;
    };
    let close = match bytes.at(open) {
        b'{' => b'}',
        b'[' if bytes.starts(open.saturating_sub(3), "map[") => b']',
        _ => return false,
    };
    follows && (goes_on || bytes.at(value.end) == close)
        || before == bytes.at(open) && open + 1 == key.start && goes_on
}

/// `2026-03-01T10:00:00Z   DB_PASSWORD: value`, as a log prints an environment: alone in its line behind a time or a mark.
fn is_in_log(bytes: Bytes<'_>, of: &Assignment, value: Span) -> bool {
    let key = bytes.under(of.key);
    let blank = bytes.run_back(of.key.start, 40, |byte| byte == b' ');
    let line = bytes.run_back(blank, LINE, |byte| byte != b'\n');
    let rest = bytes.run(value.end, 64, |byte| matches!(byte, b' ' | b'\r'));
    let marked =
        matches!(bytes.before(blank), b'|' | b']' | b'>') || bytes.at(line).is_ascii_digit();
    key.contains(&b'_')
        && key.iter().copied().all(is_of_constant)
        && of.key.end == of.operator
        && bytes.at(of.operator + 1) == b' '
        && line < blank
        && blank < of.key.start
        && marked
        && matches!(bytes.at(rest), b'\n' | 0)
        && opened(bytes, of.key.start) == 0
}

/// `password: value`, alone in its line of YAML, and in no braces or brackets of code.
fn is_of_a_mapping(bytes: Bytes<'_>, of: &Assignment, value: Span, far: &mut Vec<Far>) -> bool {
    let blank = |byte: u8| byte == b' ';
    let line = bytes.run_back(of.key.start, 64, |byte| matches!(byte, b' ' | b'-'));
    let rest = bytes.run(value.end, 64, |byte| matches!(byte, b' ' | b'\r'));
    let ends = matches!(bytes.at(rest), b'\n' | 0) || rest > value.end && bytes.at(rest) == b'#';
    let text = bytes.under(value);
    if of.key.end != of.operator
        || bytes.at(of.operator + 1) != b' '
        || line > 0 && bytes.before(line) != b'\n'
        || !ends
        || text.starts_with(b"*")
        || matches!(text.last(), Some(b',' | b';' | b'{' | b'(' | b'['))
    {
        return false;
    }
    // The line to which this one belongs, and the next one.
    let indent = of.key.start - line;
    let least = line.saturating_sub(LINE);
    let mut at = line;
    let mut opens = 0;
    while at > least && opens == 0 {
        let end = at - 1;
        at = bytes.run_back(end, LINE, |byte| byte != b'\n');
        let first = bytes.run(at, LINE, blank);
        if first < end && (first - at < indent || indent == 0) {
            let last = bytes.run_back(end, LINE, |byte| matches!(byte, b' ' | b'\r'));
            opens = bytes.before(last);
        }
    }
    let next = bytes.run(value.end, LINE, |byte| byte != b'\n');
    let next = bytes.run(next, LINE, |byte| byte.is_ascii_whitespace());
    far.push(Far {
        place: Span::new(of.key.start, value.end),
        read: Span::new(at, next + 1),
    });
    !matches!(opens, b'{' | b'(' | b'[' | b',' | b';')
        && !matches!(bytes.at(next), b'}' | b')' | b']')
}

/// A name or a path of names, also as the place of one or what is there: `user.name`, `*name`.
fn is_path(text: &[u8]) -> bool {
    (text.iter())
        .skip_while(|byte| matches!(byte, b'*' | b'&' | b'!'))
        .all(|byte| is_word(*byte) || *byte == b'.')
}

/// Whether a value is a call or an item, or the begin of one, or a template: `get_secret(name)`, `settings["name"]`, `sys.argv[1]`, `user/[password]`.
fn is_call(bytes: Bytes<'_>, value: Span) -> bool {
    let text = bytes.under(value);
    let name = |byte: u8| is_word(byte) || matches!(byte, b'.' | b':');
    let open = bytes.run(value.start, text.len(), name);
    let head = bytes.under(Span::new(value.start, open));
    let quote = matches!(bytes.at(value.end), b'"' | b'\'' | b'`');
    let opens = matches!(bytes.at(open), b'(' | b'[') && open < value.end;
    let number = bytes.run(open + 1, 8, |byte| byte.is_ascii_digit());
    let item = head.contains(&b'.') && bytes.at(number) == b']' && number + 1 == value.end;
    let last = text.strip_suffix(b"]").and_then(|text| {
        let open = text.iter().rposition(|byte| *byte == b'[')?;
        std::str::from_utf8(text.get(open + 1..)?).ok()
    });
    let template = last.is_some_and(|name| promise(name) >= Promise::Token);
    let call = !head.is_empty()
        && opens
        && random::score(head) < 6
        && (item
            || text.ends_with(b")") && bytes.at(open) == b'('
            || quote && open + 1 == value.end);
    call || template
}
