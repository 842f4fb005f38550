//! Cuts principals, actions and resources out of the text, and decides whether a line end inside one is a wrap.

use super::normalise::{Line, Normalised, floor};

/// A value and where it stands in the normalised text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it stood in quotes of its own.
    pub(super) quoted: bool,
}

/// No name that AWS takes is longer; a longer run of characters is not a value.
const LONGEST: usize = 2048;

/// Widths at which terminals and tools cut lines.
const WIDTHS: &[usize] = &[60, 70, 72, 76, 78, 79, 80, 100, 118, 119, 120, 132, 160];

/// The width of a terminal that is taken from one line alone.
pub(super) const WIDEST: usize = 160;

/// Whether a line is as long as terminals cut them, with or without what stands before it.
pub(super) fn usual(line: Line) -> bool {
    WIDTHS.contains(&line.width) || WIDTHS.contains(&line.own)
}

/// What may come after a value, squeezed: then a line end before it ended the value.
const FOLLOWERS: &[&str] = &[
    "aswellas",
    "(requesttoken",
    "(sdk",
    "(service",
    "becauseno",
    "becausepublic",
    "becausethe",
    "encodedauthorization",
    "onresource",
    "ontheresource",
    "onthisresource",
    "onrole",
    "requestid",
    "statuscode",
    "withanexplicit",
    "(encoded",
    "(status",
    "(erroroccur",
    "actionstatuscode",
    "becauseitdoesnot",
    "cannotbeassumed",
    "isinvalidor",
    "isnotauthori",
    "isntauthori",
    "notauthori",
    "shouldbegiven",
    ".pleasecheck",
    ".pleaseensure",
    ",couldnotbeassumed",
    "couldnotbeassumed",
    "hasinsufficient",
];

/// First words, squeezed, of a line that begins something new.
const OPENERS: &[&str] = &[
    "at",
    "error",
    "caused",
    "status",
    "request",
    "exit",
    "user",
    "retry",
    "traceback",
    "file",
    "fatal",
    "warning",
    "info",
    "debug",
    "failed",
    "finished",
    "done",
    "null",
    "none",
    "end",
    "arn",
    "aws",
    "make",
    "npm",
    "and",
    "or",
    "the",
    "on",
    "in",
    "for",
    "to",
    "you",
    "please",
    "see",
    "with",
    "because",
    "http",
    "https",
    "command",
    "resource",
];

/// The text from `start` to `end` as one value: wraps taken out, quotes and emphasis around it dropped.
pub(super) fn between(text: &Normalised, start: usize, end: usize) -> Option<Value> {
    let mut start = start;
    let mut end = floor(text.text(), end);
    if end.saturating_sub(start) > LONGEST {
        return None;
    }
    let piece = text.text().get(start..end)?;
    let trimmed = piece.trim_start_matches(is_edge);
    start += piece.len() - trimmed.len();
    let mut trimmed = trimmed.trim_end_matches(is_edge);
    // The mark that puts the next line's literal behind this one.
    if let Some(literal) = trimmed.strip_suffix('+').map(str::trim_end)
        && literal.ends_with(['"', '\'', '`'])
    {
        trimmed = literal.trim_end_matches(is_edge);
    }
    end = end.min(start + trimmed.len());
    let quoted = piece.trim_start().starts_with(['"', '\'', '`']);
    let mut joined = join(text, start, end);
    if joined.starts_with("arn:") {
        // AWS's manual sets the example's name in code style: user/`ann`.
        joined.retain(|c| c != '`');
    }
    (!joined.is_empty()).then_some(Value {
        text: joined,
        start,
        end,
        quoted,
    })
}

fn is_edge(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '`')
}

/// The text from `start` to `end` without its wraps.
fn join(text: &Normalised, start: usize, end: usize) -> String {
    let piece = text.text().get(start..end).unwrap_or_default();
    if !piece.contains('\n') {
        return piece.trim().to_owned();
    }
    let mut out = String::with_capacity(piece.len());
    let mut at = start;
    for line in piece.split('\n') {
        let trimmed = line.trim();
        // `"..." +` in source code: the marks between two pieces of one literal.
        let head = trimmed.trim_start_matches(['"', '\'', '+', ' ']);
        let tail = head
            .trim_end_matches(['+', '\\', ' '])
            .trim_end_matches(['"', '\'']);
        if !out.is_empty() && spaced(text, at, &out) {
            out.push(' ');
        }
        out.push_str(if trimmed.starts_with(['"', '\'']) || out.is_empty() {
            tail
        } else {
            trimmed.trim_end_matches(['"', '\'', '\\'])
        });
        at += line.len() + 1;
    }
    out
}

/// Whether the line end before `at` stood for a space: only inside a placeholder such as `<role name>`.
fn spaced(text: &Normalised, at: usize, so_far: &str) -> bool {
    let open = so_far.matches(['<', '[']).count() > so_far.matches(['>', ']']).count();
    if !open {
        return false;
    }
    // `<ACCOUNT_ID>`: names with joints have no spaces.
    let inside = so_far.rsplit(['<', '[']).next().unwrap_or_default();
    let rest = text.text().get(at..).unwrap_or_default();
    let rest = rest.split(['>', ']', '\n']).next().unwrap_or_default();
    // A few letters are the end of a word.
    let fragment = rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_lowercase());
    if inside.is_empty() || fragment || inside.contains(['_', '-']) || rest.contains(['_', '-']) {
        return false;
    }
    let number = text.line_at(at);
    let (Some(line), Some(previous)) = (
        text.line(number),
        number.checked_sub(1).and_then(|before| text.line(before)),
    ) else {
        return false;
    };
    let before = number.checked_sub(2).and_then(|before| text.line(before));
    let cut = before.is_some_and(|before| before.width == previous.width);
    // Lines of different lengths were filled with words.
    let filled = before.is_some_and(|before| before.width > 40 && before.width != previous.width);
    let ends = text
        .text()
        .get(..previous.end)
        .is_some_and(|text| text.ends_with(' '));
    ends || filled || line.indent > previous.indent || !(cut || usual(previous))
}

/// The value that begins at `start`, leaving spaces and quotes before it out.
pub(super) fn token(text: &Normalised, start: usize) -> Option<Value> {
    let rest = text.text().get(start..)?;
    let mut skipped = rest.trim_start_matches(is_edge);
    // `on resource: " +` and the value in the next line's literal.
    if let Some(next) = skipped.strip_prefix(['+', '.', '\\']) {
        let next = next.trim_start_matches([' ', '\t']);
        let opened = rest
            .get(..rest.len() - skipped.len())
            .is_some_and(|before| before.contains(['"', '\'', '`']));
        if opened && next.starts_with('\n') {
            skipped = next
                .trim_start_matches(['u', 'f', 'b', 'r'])
                .trim_start_matches(is_edge);
        }
    }
    let stars = skipped.bytes().take_while(|byte| *byte == b'*').count();
    if stars > 0 {
        let after = skipped.get(stars..).unwrap_or_default();
        let named = after
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '<' | '{' | '$' | '`' | '"'));
        if stars == 1 && !after.starts_with(is_name) {
            let at = start + (rest.len() - skipped.len());
            return Some(Value {
                text: "*".to_owned(),
                start: at,
                end: at + 1,
                quoted: after.starts_with(['"', '\'', '`']),
            });
        }
        // `**` around a name is emphasis, more of them are a mask.
        if stars <= 2 && named {
            skipped = after.trim_start_matches(is_edge);
        }
    }
    let before = rest.get(..rest.len() - skipped.len())?;
    // A value does not begin beyond an empty line.
    if before.matches('\n').count() > 1 {
        return None;
    }
    let from = start + before.len();
    let quote = before
        .chars()
        .next_back()
        .filter(|last| matches!(last, '"' | '\'' | '`'));
    if let Some(value) = quote.and_then(|quote| in_quotes(text, from, quote)) {
        return Some(value);
    }
    let end = token_end(text, from);
    let raw = text.text().get(from..end)?;
    let kept = trim_token(raw);
    let value = join(text, from, from + kept.len());
    (!value.is_empty()).then_some(Value {
        text: value,
        start: from,
        end: from + kept.len(),
        quoted: false,
    })
}

/// The rest of a value whose opening quote stands before `from`.
fn in_quotes(text: &Normalised, from: usize, quote: char) -> Option<Value> {
    let window = text.text().get(from..)?;
    let window = window.get(..floor(window, LONGEST))?;
    let close = window.find(|c: char| c == quote || (quote == '`' && c == '\''))?;
    let inside = window.get(..close)?;
    // Source code puts a literal together from lines: the quote before the line end closes a line, not the value.
    let after = window.get(close + 1..).unwrap_or_default();
    let glued = after
        .trim_start_matches([' ', '+', '\\'])
        .strip_prefix('\n')
        .is_some_and(|next| next.trim_start().starts_with(quote));
    if glued || inside.contains("\n\n") || inside.is_empty() || crosses(inside) {
        return None;
    }
    let value = join(text, from, from + close);
    (!value.is_empty()).then_some(Value {
        text: value.trim().to_owned(),
        start: from,
        end: from + close,
        quoted: true,
    })
}

/// Whether a text between two quotes is more than a value.
fn crosses(inside: &str) -> bool {
    let folded: String = inside
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    [
        "becauseno",
        "withanexplicit",
        "statuscode:",
        "isnotauthorized",
        "requestid",
    ]
    .iter()
    .any(|phrase| folded.contains(phrase))
}

/// The text without `**` behind it: behind a joint of a name, asterisks are a mask.
pub(super) fn without_emphasis(text: &str) -> &str {
    let bare = text.trim_end_matches('*');
    if text.len() < bare.len() + 2 || bare.is_empty() || bare.ends_with(['/', ':', '-', '_', '.']) {
        text
    } else {
        bare
    }
}

/// Drops what a sentence puts after a value.
fn trim_token(raw: &str) -> &str {
    let mut kept = raw.trim_end();
    loop {
        let before = kept.len();
        kept = kept.trim_end_matches([',', ';', '!', '?', '"', '\'', '`', ' ', '\n']);
        kept = without_emphasis(kept);
        if kept.ends_with('.') && !kept.ends_with("...") && !kept.ends_with("..") {
            kept = kept.strip_suffix('.').unwrap_or(kept);
        }
        if kept.ends_with("....") {
            kept = kept.strip_suffix('.').unwrap_or(kept);
        }
        if kept.len() == before {
            return kept;
        }
    }
}

/// Where the unquoted value that begins at `from` ends.
fn token_end(text: &Normalised, from: usize) -> usize {
    let all = text.text();
    let mut at = from;
    let mut open: Vec<char> = Vec::new();
    while at < all.len() && at - from < LONGEST {
        let Some(character) = all.get(at..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        let rest = all.get(at + character.len_utf8()..).unwrap_or_default();
        match character {
            // Inside `[role ARN]`, whose end was seen.
            '\n' if !open.is_empty() => {}
            '\n' => match continues(text, from, at) {
                Some(next) => {
                    at = next;
                    continue;
                }
                None => break,
            },
            ' ' | '\t' if open.is_empty() => {
                // `arn:aws:iam::xxxx :user/x`: a mask with a space after it.
                let so_far = all.get(from..at).unwrap_or_default();
                let next = rest.trim_start_matches(' ');
                let joined = so_far.starts_with("arn:")
                    && so_far.matches(':').count() < 5
                    && next.starts_with(':')
                    && !next.starts_with(": ");
                if !joined {
                    break;
                }
            }
            '<' | '{' | '[' | '(' => {
                let close = match character {
                    '<' => '>',
                    '{' => '}',
                    '[' => ']',
                    _ => ')',
                };
                if character == '<' && rest.starts_with(['/', '!']) {
                    break;
                }
                if character == '(' && !all.get(..at).is_some_and(|before| before.ends_with('$')) {
                    break;
                }
                let window = rest.get(..floor(rest, 80)).unwrap_or_default();
                let ends = window.find(close).is_some_and(|end| {
                    let inside = window.get(..end).unwrap_or_default();
                    inside.matches('\n').count() <= 1
                        && !inside.contains("\n\n")
                        && !crosses(inside)
                        && !inside.contains('"')
                });
                if ends {
                    open.push(close);
                }
            }
            '>' | '}' | ']' | ')' => match open.last() {
                Some(close) if *close == character => {
                    open.pop();
                }
                _ => break,
            },
            '"' | '\'' | '`' => {
                if !rest.trim_start_matches([' ', '+', '\\']).starts_with('\n') {
                    break;
                }
                let line_end =
                    at + 1 + (rest.len() - rest.trim_start_matches([' ', '+', '\\']).len());
                match glued(text, from, at, line_end, character) {
                    Some(next) => {
                        at = next;
                        continue;
                    }
                    None => break,
                }
            }
            ',' | ';' if open.is_empty() => break,
            '|'
            | '\\'
            | '\u{ff08}'..='\u{ff09}'
            | '\u{3001}'..='\u{3002}'
            | '\u{ff0c}'
            | '\u{300c}'
            | '\u{300d}' => break,
            '&' if rest.starts_with("gt;") => break,
            _ => {}
        }
        at += character.len_utf8();
    }
    at
}

/// Where a literal that is put together from lines goes on after the quote at `at`.
fn glued(text: &Normalised, from: usize, at: usize, line_end: usize, quote: char) -> Option<usize> {
    let rest = text.text().get(line_end + 1..)?;
    let trimmed = rest.trim_start_matches([' ', '+', '\t', 'f', 'u', 'r', 'b']);
    if !trimmed.starts_with(quote) || rest.len() - trimmed.len() > 80 {
        return None;
    }
    let next = line_end + 1 + (rest.len() - trimmed.len()) + 1;
    let so_far = text.text().get(from..at)?;
    let word = trimmed.get(1..)?.chars().next()?;
    (unfinished(so_far) || so_far.ends_with(['/', '-', ':']) || matches!(word, '/' | ':' | '-'))
        .then_some(next)
}

/// Whether a name cannot end here by its grammar.
fn unfinished(so_far: &str) -> bool {
    if so_far.starts_with("arn:") || "arn:".starts_with(so_far) {
        let parts = so_far.matches(':').count();
        return parts < 5 || (parts == 5 && so_far.ends_with(':'));
    }
    so_far.is_empty() || so_far.ends_with(['$', '<', '{'])
}

/// Whether the value that reaches from `from` to the line end at `at` goes on in the next line, and where there.
pub(super) fn continues(text: &Normalised, from: usize, at: usize) -> Option<usize> {
    let so_far = text.text().get(from..at)?;
    let number = text.line_at(at);
    let current = text.line(number)?;
    let next = text.line(number + 1)?;
    let rest = text.text().get(next.start..next.end)?;
    if rest.trim().is_empty() {
        return None;
    }
    let joined = join(text, from, at);
    let ahead = text.squeezed_window(text.squeezed_at(next.start), 40);
    if FOLLOWERS.iter().any(|phrase| ahead.starts_with(phrase))
        || joined.ends_with("...")
        || joined.ends_with('\u{2026}')
    {
        return None;
    }
    if unfinished(&joined) {
        return Some(next.start);
    }
    if so_far.ends_with(' ') {
        return None;
    }
    // The end of a sentence, and the next one.
    if joined.ends_with('.') && rest.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let word = rest
        .find(|c: char| !is_name(c))
        .map_or(rest, |end| rest.get(..end).unwrap_or_default());
    let after = rest.get(word.len()..).unwrap_or_default();
    let hanging = joined.ends_with(['/', '-', '_', ':', '.', '=']);
    let alike = says_again(text, number);
    let opener = alike || {
        let head = word.trim_end_matches([':', ',']);
        OPENERS
            .iter()
            .any(|opener| head.eq_ignore_ascii_case(opener))
            || word.starts_with("arn:")
    };
    let closed =
        so_far.ends_with(['>', '}', ']']) && !so_far.starts_with("arn:") && !so_far.contains('\n');
    if !is_rest(&joined, word) || is_block_header(rest) || opener || closed || is_item(rest) {
        return None;
    }
    let alone = after.trim_start().is_empty();
    let settled = !(alone && is_file_name(word)) && ends_after(text, next, word, after);
    if hanging && settled && next.indent <= current.indent.max(1) {
        return Some(next.start);
    }
    if next.indent > current.indent {
        return None;
    }
    // A terminal cuts every line at one width: a full line was cut, whatever the grammar.
    let cut = number
        .checked_sub(1)
        .and_then(|before| text.line(before))
        .is_some_and(|before| {
            before.width == current.width && current.width >= 20 && next.width <= current.width
        });
    let cut = cut || current.width == next.width && current.width >= 40;
    if cut {
        return Some(next.start);
    }
    if word.ends_with(':') && !after.is_empty() {
        return None;
    }
    let first = text.line_at(from.saturating_sub(240));
    let widest = (first..number)
        .filter_map(|number| text.line(number))
        .map(|line| line.width)
        .max()
        .unwrap_or(0);
    let full = current.width >= 40
        && current.width >= next.width
        && (widest <= current.width || usual(current));
    let plain = word.bytes().all(|byte| byte.is_ascii_alphabetic()) && word.len() > 12;
    // A word by itself says nothing for a wrap: the one full line has to be as wide as terminals are.
    let limit = if alone { WIDEST } else { 250 };
    (full && settled && !plain && current.width <= limit && !word.ends_with(':'))
        .then_some(next.start)
}

/// Whether `word` at the start of a line can be the rest of the value whose beginning is `so_far`: a bracket that nothing opened and
/// a shell's prompt cannot.
fn is_rest(so_far: &str, word: &str) -> bool {
    let says = |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | '.' | '/');
    let opened = so_far.matches(['<', '{', '[']).count() > so_far.matches(['>', '}', ']']).count();
    (opened || word.contains(says) && !word.ends_with('$')) && word != "*/"
}

/// Whether a line opens a block of Terraform: `data "aws_iam_policy_document" "ci" {`, `locals {`.
fn is_block_header(line: &str) -> bool {
    let Some(header) = line.trim_end().strip_suffix('{') else {
        return false;
    };
    let mut words = header.split_whitespace();
    let name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    header.ends_with(' ')
        && words.next().is_some_and(name)
        && words.all(|label| name(label.trim_matches('"')))
}

/// Whether a word is the name of a file that people paste below its name: `policies/ci.tf`.
fn is_file_name(word: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "cfg", "hcl", "ini", "json", "jsonc", "log", "md", "py", "sh", "template", "tf", "tfvars",
        "toml", "ts", "txt", "yaml", "yml",
    ];
    let name = word.trim_end_matches(':');
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        stem.ends_with(|c: char| c.is_ascii_alphanumeric())
            && EXTENSIONS
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Whether the line after `number` says an earlier one again, as a retry loop does; numbers may differ. Lines that follow each
/// other as they did before are one saying.
fn says_again(text: &Normalised, number: usize) -> bool {
    let said = |number: usize| {
        text.line(number)
            .and_then(|line| text.text().get(line.start..line.end))
            .unwrap_or_default()
    };
    let here = said(number);
    let next = said(number + 1);
    let after = said(number + 2);
    if next.len() >= 20 && after.len() >= 20 && alike(next, after) {
        return true;
    }
    // The first saying may stand behind something that the others do not have.
    let tail = here.get(floor(here, here.len().saturating_sub(16))..);
    let tail = tail.unwrap_or_default();
    (number.saturating_sub(15)..=number).rev().any(|earlier| {
        let before = earlier.checked_sub(1).map(said);
        alike(said(earlier), next)
            && !before.is_some_and(|before| alike(before, here) || before.ends_with(tail))
    })
}

/// Whether two lines begin with the same ten characters, or one is the beginning of the other; any number is like any other.
fn alike(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.bytes().peekable(), b.bytes().peekable());
    let mut common = 0;
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                while a.next_if(u8::is_ascii_digit).is_some() {}
                while b.next_if(u8::is_ascii_digit).is_some() {}
            }
            (Some(x), Some(y)) if x == y => {}
            (_, None) => return common > 0,
            _ => return common >= 10,
        }
        common += 1;
        if common >= 10 {
            return true;
        }
    }
}

/// Whether a line is the next of a numbered list: `2. AccessDenied`.
pub(super) fn is_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=3).contains(&(line.len() - rest.len()))
        && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// Whether after the word that begins the line `next` the sentence ends or goes on as sentences of denials do.
fn ends_after(text: &Normalised, next: Line, word: &str, after: &str) -> bool {
    let tail = after.trim_start();
    if word.ends_with("**") || word.len() > 1 && word.ends_with('.') || after.starts_with(" - ") {
        return true;
    }
    if tail.is_empty()
        || tail.starts_with('(')
        || after.starts_with(['"', '\'', '`', ',', '.', ')', '}', '<'])
    {
        return true;
    }
    let squeezed = text.squeezed_window(text.squeezed_at(next.start + word.len()), 40);
    FOLLOWERS.iter().any(|phrase| squeezed.starts_with(phrase))
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_/.:*$@+=<>{}[]#~%".contains(character)
}

/// The end of the word that a terminal cut off in the line before, where the name at `start` begins a line.
pub(super) fn cut_head(text: &Normalised, start: usize) -> Option<&str> {
    let number = text.line_at(start);
    let line = text
        .line(number)
        .filter(|line| line.start == start && line.indent == 0)?;
    let previous = number.checked_sub(1).and_then(|before| text.line(before))?;
    let next = text.line(number + 1);
    let before = text.text().get(previous.start..previous.end)?;
    let full =
        previous.width >= 40 && (previous.width == line.width || usual(previous) && next.is_none());
    if !full
        || before.ends_with(' ')
        || line.width > previous.width
        || says_again(text, number.saturating_sub(1))
    {
        return None;
    }
    let word = before
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
        .next()?;
    (!word.is_empty() && word.len() < 40).then_some(word)
}

/// The encoded authorization message that stands behind the squeezed offset `at`, its wraps taken out; AWS's are at most 10,240
/// characters (<https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>).
pub(super) fn encoded(text: &Normalised, at: usize) -> Option<String> {
    let rest = text.text().get(text.place_end(at)..)?;
    let mut message = String::new();
    for (number, line) in rest.split('\n').enumerate() {
        let line =
            line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '+'));
        let run = line
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            .count();
        // The rest of it, and no word of the next message.
        let rest = run == line.len() && line.bytes().any(|byte| byte.is_ascii_digit());
        let goes_on = number == 0 || run >= 20 || rest;
        if !goes_on || message.len() + run > 10_240 {
            break;
        }
        message.push_str(line.get(..run)?);
        if let Some(more) = line.get(run..).filter(|more| !more.is_empty()) {
            // Cut off, or masked: what is there does not decode.
            if more.starts_with(['.', '\u{2026}', '*', '<']) && !more.starts_with(". ") {
                message.push_str("...");
            }
            break;
        }
    }
    (!message.is_empty()).then_some(message)
}

/// `None` where a value is elided (`...`) or stands for nothing.
pub(super) fn printed(value: &str) -> Option<String> {
    let bare = value.trim_matches(|c: char| {
        matches!(c, '.' | '\u{2026}' | '[' | ']' | '(' | ')' | '<' | '>') || c.is_whitespace()
    });
    (!bare.is_empty()
        && !bare.eq_ignore_ascii_case("null")
        && !bare.eq_ignore_ascii_case("undefined"))
    .then(|| value.to_owned())
}
