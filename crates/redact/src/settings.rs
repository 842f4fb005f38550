//! Lines of a file of settings, `name = value` without quotes, against lines of code that look like them: `password = rootroot` in MySQL's option file, `password = value` in a program.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::key::{Normal, Promise, promise};
use crate::random;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// `[section]`.
    Header,
    /// `name = value`, where nothing says that it is code.
    Setting,
    /// The same with a value that a variable may well be called: `user = user`, `password = new_password`.
    Variable,
    /// Empty, or a line at which what is pasted begins or ends: a prompt, a fence, a rule.
    Edge,
    /// A comment.
    Comment,
    /// Anything else.
    Other,
}

/// What a value without quotes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    /// None of a file of settings.
    No,
    /// One among other settings.
    Alone,
    /// One below a section's header.
    InSection,
}

/// Where a setting was seen last, and what the lines before it say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    line: usize,
    above: Above,
}

#[derive(Clone, Copy, Debug, Default)]
struct Above {
    /// Where the first line begins that was read.
    from: usize,
    /// A section's header stands above.
    header: bool,
    /// Nothing but settings and comments up to an edge.
    plain: bool,
}

/// A line is no longer than this, in bytes, to be one of a file of settings.
const LINE: usize = 400;
/// How many lines behind a setting are read.
const BEHIND: usize = 4;

/// Whether the value without quotes under `value` is one of a file of settings, `name = value` on a line of its own; and all that was read to say so.
///
/// It is where a section's header is above it, or where the lines around are settings and comments up to an empty line or the text's end, and nothing in them is code.
pub(crate) fn is_setting(
    bytes: Bytes<'_>,
    value: Span,
    last: &mut Option<Seen>,
) -> Option<(Setting, Span)> {
    let mut end = bytes.run(value.end, 8, |byte| matches!(byte, b' ' | b'\t' | b'\r'));
    // `name = value ; comment`.
    if end > value.end && matches!(bytes.at(end), b';' | b'#') {
        end = bytes.run(end, LINE, |byte| byte != b'\n');
    }
    if !matches!(bytes.at(end), b'\n' | 0) {
        return None;
    }
    let line = bytes.run_back(value.start, LINE, |byte| byte != b'\n');
    let kind = kind(bytes, Span::new(line, end));
    if !matches!(kind, Line::Setting | Line::Variable) {
        return None;
    }
    let above = above(bytes, line, last.filter(|last| last.line <= line));
    *last = Some(Seen { line, above });
    if above.header {
        return Some((Setting::InSection, Span::new(above.from, end)));
    }
    let indented = matches!(bytes.at(line), b' ' | b'\t');
    // `jwt.secret=mysecretsigningkey`: long, small and close to its name, it is no variable.
    let word = bytes.under(value);
    let literal = bytes.before(value.start) == b'='
        && word.len() >= 12
        && word.iter().all(u8::is_ascii_lowercase);
    let alone = above.plain && (kind == Line::Setting || literal) && !indented;
    let (below, end) = if alone {
        below(bytes, end)
    } else {
        (false, end)
    };
    let found = if alone && below {
        Setting::Alone
    } else {
        Setting::No
    };
    Some((found, Span::new(above.from, end)))
}

fn above(bytes: Bytes<'_>, line: usize, last: Option<Seen>) -> Above {
    // Whether an edge was met, and a variable before it.
    let (mut at, mut edge, mut code) = (line, false, false);
    loop {
        if at == 0 {
            return Above {
                from: 0,
                header: false,
                plain: edge || !code,
            };
        }
        if let Some(last) = last.filter(|last| last.line == at) {
            return Above {
                plain: edge || !code && last.above.plain,
                ..last.above
            };
        }
        let end = at - 1;
        let start = bytes.run_back(end, LINE, |byte| byte != b'\n');
        let kind = if end - start < LINE {
            kind(bytes, Span::new(start, end))
        } else {
            Line::Other
        };
        if matches!(kind, Line::Header | Line::Other) {
            return Above {
                from: start,
                header: kind == Line::Header,
                plain: edge,
            };
        }
        code |= kind == Line::Variable && !edge;
        edge |= kind == Line::Edge && !code;
        at = start;
    }
}

/// Whether the next lines are settings too, as far as there are any; and where reading ended.
fn below(bytes: Bytes<'_>, end: usize) -> (bool, usize) {
    let mut at = end + 1;
    for _ in 0..BEHIND {
        if at >= bytes.len() {
            break;
        }
        let end = bytes.run(at, LINE, |byte| byte != b'\n');
        let whole = matches!(bytes.at(end), b'\n' | 0);
        match kind(bytes, Span::new(at, end)) {
            _ if !whole => return (false, end),
            Line::Other | Line::Variable => return (false, end),
            Line::Edge | Line::Header => return (true, end),
            Line::Setting | Line::Comment => at = end + 1,
        }
    }
    (true, at.min(bytes.len()))
}

fn kind(bytes: Bytes<'_>, line: Span) -> Line {
    let text = bytes.under(line).trim_ascii();
    let Some(first) = text.first() else {
        return Line::Edge;
    };
    let starts = |with: &[&[u8]]| with.iter().any(|with| text.starts_with(with));
    if starts(&[b"$ ", b"> ", b"% ", b"```", b"---", b"===", b"==>"]) {
        return Line::Edge;
    }
    // Rust's `#[attribute]` and C's `#include` are code.
    if matches!(first, b'#' | b';' | b'!') {
        let comment = matches!(text.get(1), None | Some(b' ' | b'#' | b';' | b'\t'));
        return if comment { Line::Comment } else { Line::Other };
    }
    if *first == b'[' {
        let name = text
            .strip_prefix(b"[")
            .and_then(|rest| rest.strip_suffix(b"]"));
        let named = |name: &[u8]| {
            !name.is_empty()
                && (name.iter()).all(|byte| is_word(*byte) || b" .:/\"-".contains(byte))
        };
        return if name.is_some_and(named) {
            Line::Header
        } else {
            Line::Other
        };
    }
    match (std::str::from_utf8(text).ok()).and_then(|text| text.split_once('=')) {
        Some((name, value)) => assignment(name.trim_end(), value.trim_start()),
        None => Line::Other,
    }
}

/// Whether a value that ends in a sign of code is one drawn at random.
fn is_password(value: &str) -> bool {
    !value.ends_with(';')
        && !value.contains([' ', '\t', ','])
        && value.bytes().any(|byte| b"!@#$%^*+?~".contains(&byte))
        && random::score(value.as_bytes()) >= 8
}

/// What `name = value` is.
fn assignment(name: &str, value: &str) -> Line {
    let of_a_name = |byte: u8| is_word(byte) || matches!(byte, b'.' | b'-' | b'/');
    // `self.password = word`, `a == b`, `a => b`, `f(x)`.
    let plain = !name.is_empty()
        && name.bytes().all(of_a_name)
        && !["self.", "this."]
            .iter()
            .any(|object| name.starts_with(object))
        && !value.starts_with(['=', '>', '~', '"', '\'', '`', '[', '{', '('])
        && (!value.ends_with([';', '{', '(', ',', ')', '\\', '|']) || is_password(value));
    let field = name.rsplit(['.', '-', '/']).next().unwrap_or(name);
    // `login.password.label=Password`: a text of an application's.
    let titled = name.contains('.') && value.starts_with(|first: char| first.is_ascii_uppercase());
    let variable = value.bytes().all(is_word)
        && !titled
        && (promise(value) >= Promise::Token
            || Normal::new(value).as_str() == Normal::new(field).as_str());
    match (plain, variable) {
        (false, _) => Line::Other,
        (true, true) => Line::Variable,
        (true, false) => Line::Setting,
    }
}
