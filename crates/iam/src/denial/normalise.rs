//! Takes off whatever wrapped an error text (colours, boxes, timestamps, comment marks, escapes), with a map back to the paste.
//!
//! Two derived texts come out. [`Normalised::text`] is the paste without decoration, line ends kept; values are cut from it.
//! [`Normalised::squeezed`] is that text in lower case without spaces, quotes, backticks and asterisks: a sentence
//! wrapped at any place, even inside a word, reads the same there, so phrases are looked for in it.
//!
//! Whether a line end inside a value is a wrap or its end is the grammar's question: see `value`.

use undeny_text::{MappedText, SourceMap, Span};

/// A paste made readable.
#[derive(Debug)]
pub struct Normalised {
    text: String,
    map: SourceMap,
    lines: Vec<Line>,
    squeezed: String,
    // INVARIANT: sorted by both fields; each run of `squeezed` is a run of `text` of the same length.
    runs: Vec<Run>,
}

/// One line of the derived text, without its line end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Characters of the line as shown, prefix included: what a terminal's width cuts.
    pub(super) width: usize,
    /// The same without the prefix.
    pub(super) own: usize,
    /// Spaces between the prefix and the first character.
    pub(super) indent: usize,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    squeezed: usize,
    text: usize,
}

impl Normalised {
    /// Read `source`.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let (decoded, escaped) = decode(source);
        let (decoded, inner) = decoded.finish();
        let mut escaped = escaped.into_iter().peekable();
        let mut text = MappedText::new();
        let mut lines = Vec::with_capacity(decoded.len() / 64 + 1);
        let mut starred = false;
        let mut start = 0;
        loop {
            let end = decoded
                .get(start..)
                .and_then(|rest| rest.find('\n'))
                .map_or(decoded.len(), |at| start + at);
            let line = decoded.get(start..end).unwrap_or_default();
            let mut width = if line.is_ascii() {
                line.len()
            } else {
                line.chars().count()
            };
            // A terminal cuts what is printed, so escapes count in full; a line end that is itself an escape was no cut.
            let mut longer = 0;
            let mut printed = true;
            while let Some((at, extra)) = escaped.next_if(|(at, _)| *at <= end) {
                if at == end && decoded.as_bytes().get(end) == Some(&b'\n') {
                    printed = false;
                } else {
                    longer += extra;
                }
            }
            if printed {
                width += longer;
            }
            let (prefix, indent) = prefix(line, starred);
            starred = line
                .get(..prefix)
                .is_some_and(|prefix| prefix.contains('*'))
                || line.trim_start().starts_with("/*");
            let kept = line.get(prefix..).unwrap_or_default();
            let kept = kept.trim_end_matches(is_box).len();
            let at = text.text().len();
            copy_without_timestamps(
                &mut text,
                &decoded,
                Span::new(start + prefix, start + prefix + kept),
            );
            lines.push(Line {
                start: at,
                end: text.text().len(),
                width,
                own: width.saturating_sub(prefix),
                indent,
            });
            if end >= decoded.len() {
                break;
            }
            text.copy(&decoded, Span::new(end, end + 1));
            start = end + 1;
        }
        let (text, outer) = text.finish();
        let map = outer.then(&inner);
        let (squeezed, runs) = squeeze(&text);
        Self {
            text,
            map,
            lines,
            squeezed,
            runs,
        }
    }

    /// The paste without decoration.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same in lower case without spaces, quotes, backticks, asterisks and backslashes.
    #[must_use]
    pub fn squeezed(&self) -> &str {
        &self.squeezed
    }

    /// Where the squeezed byte at `offset` is in [`Self::text`].
    #[must_use]
    pub fn place(&self, offset: usize) -> usize {
        let next = self.runs.partition_point(|run| run.squeezed <= offset);
        match next.checked_sub(1).and_then(|at| self.runs.get(at)) {
            Some(run) => (run.text + (offset - run.squeezed)).min(self.text.len()),
            None => 0,
        }
    }

    /// Where the squeezed bytes before `offset` end in [`Self::text`].
    #[must_use]
    pub fn place_end(&self, offset: usize) -> usize {
        match offset.checked_sub(1) {
            Some(last) => {
                let at = self.place(last);
                let length = self
                    .text
                    .get(at..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8);
                (at + length).min(self.text.len())
            }
            None => 0,
        }
    }

    /// The first squeezed offset that stands for the byte at `offset` of [`Self::text`] or a later one.
    #[must_use]
    pub fn squeezed_at(&self, offset: usize) -> usize {
        let next = self.runs.partition_point(|run| run.text <= offset);
        let end = self
            .runs
            .get(next)
            .map_or(self.squeezed.len(), |run| run.squeezed);
        match next.checked_sub(1).and_then(|at| self.runs.get(at)) {
            Some(run) => (run.squeezed + (offset - run.text)).min(end),
            None => 0,
        }
    }

    /// The squeezed text from `offset`.
    #[must_use]
    pub fn squeezed_from(&self, offset: usize) -> &str {
        self.squeezed.get(offset..).unwrap_or_default()
    }

    /// At most `length` bytes of the squeezed text from `offset`.
    #[must_use]
    pub fn squeezed_window(&self, offset: usize, length: usize) -> &str {
        let end = floor(&self.squeezed, offset.saturating_add(length));
        self.squeezed.get(offset..end).unwrap_or_default()
    }

    /// At most `length` bytes of the squeezed text before `offset`.
    #[must_use]
    pub fn squeezed_before(&self, offset: usize, length: usize) -> &str {
        let start = floor(&self.squeezed, offset.saturating_sub(length));
        self.squeezed.get(start..offset).unwrap_or_default()
    }

    /// The bytes of the paste that the bytes `span` of [`Self::text`] stand for.
    #[must_use]
    pub fn source_span(&self, span: Span) -> Span {
        self.map.source_span(span)
    }

    /// The number of the line that holds the byte at `offset` of [`Self::text`].
    pub(super) fn line_at(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|line| line.start <= offset)
            .saturating_sub(1)
    }

    pub(super) fn line(&self, number: usize) -> Option<Line> {
        self.lines.get(number).copied()
    }
}

/// The greatest offset not above `at` that does not cut a character.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn is_box(character: char) -> bool {
    matches!(character, '\u{2500}'..='\u{257f}' | ' ' | '\t')
}

fn squeeze(text: &str) -> (String, Vec<Run>) {
    let mut squeezed = String::with_capacity(text.len());
    let mut runs = Vec::with_capacity(text.len() / 6 + 1);
    let mut rest = text;
    let mut at = 0;
    while !rest.is_empty() {
        let kept = rest
            .bytes()
            .position(|byte| SQUEEZED.get(usize::from(byte)) == Some(&true))
            .unwrap_or(rest.len());
        if kept > 0 {
            runs.push(Run {
                squeezed: squeezed.len(),
                text: at,
            });
            squeezed.push_str(rest.get(..kept).unwrap_or_default());
        }
        // `"..." +` at the end of a line puts two literals together.
        if squeezed.ends_with('+')
            && rest
                .get(kept..)
                .is_some_and(|rest| rest.trim_start_matches(' ').starts_with('\n'))
        {
            squeezed.pop();
        }
        let dropped = rest
            .get(kept..)
            .unwrap_or_default()
            .bytes()
            .position(|byte| SQUEEZED.get(usize::from(byte)) != Some(&true))
            .unwrap_or(rest.len() - kept);
        at += kept + dropped;
        rest = rest.get(kept + dropped..).unwrap_or_default();
    }
    squeezed.make_ascii_lowercase();
    (squeezed, runs)
}

const fn table(members: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < members.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
        {
            table[members[at] as usize] = true;
        }
        at += 1;
    }
    table
}

/// What the squeezed text leaves out.
static SQUEEZED: [bool; 256] = table(b" \t\n\x0b\x0c\r\"'`*\\");

/// What [`decode`] has to look at.
static SPECIAL: [bool; 256] = {
    let mut table = table(b"\x1b\\&\r[^\x08\0");
    let mut at = 0x80;
    while at < 256 {
        #[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
        {
            table[at] = true;
        }
        at += 1;
    }
    table
};

/// Colours and invisible characters out, escapes and entities read.
fn decode(source: &str) -> (MappedText, Vec<(usize, usize)>) {
    let mut out = MappedText::new();
    // Where an escape was read, and how many characters it took beside the one that it stands for.
    let mut escaped = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest
            .bytes()
            .position(|byte| SPECIAL.get(usize::from(byte)) == Some(&true))
            .unwrap_or(rest.len());
        if plain > 0 {
            out.copy(source, Span::new(at, at + plain));
            at += plain;
            continue;
        }
        let (length, meaning) = special(rest);
        let length = length.max(1);
        let span = Span::new(at, at + length);
        if rest.starts_with(['\\', '&']) && length > 1 {
            let kept = usize::from(!matches!(meaning, Meaning::Nothing));
            escaped.push((out.text().len(), length - kept));
        }
        match meaning {
            Meaning::Itself => out.copy(source, span),
            Meaning::Nothing => {}
            Meaning::Character(character) => {
                out.write(character.encode_utf8(&mut [0; 4]), span);
            }
        }
        at += length;
    }
    (out, escaped)
}

enum Meaning {
    Itself,
    Nothing,
    Character(char),
}

/// How many bytes at the start of `rest` belong together, and what they mean. `rest` is not empty.
fn special(rest: &str) -> (usize, Meaning) {
    let Some(first) = rest.chars().next() else {
        return (1, Meaning::Nothing);
    };
    match first {
        '\x1b' => (ansi(rest, 1), Meaning::Nothing),
        '\r' => {
            let end = rest.get(1..2) == Some("\n") || rest.get(1..3) == Some("\r\n");
            (
                1,
                if end {
                    Meaning::Nothing
                } else {
                    Meaning::Character('\n')
                },
            )
        }
        '\x08' | '\0' => (1, Meaning::Nothing),
        '[' => match bare_colour(rest) {
            Some(length) => (length, Meaning::Nothing),
            None => (1, Meaning::Itself),
        },
        '^' if rest.starts_with("^[[") => (ansi(rest, 2), Meaning::Nothing),
        '^' => (1, Meaning::Itself),
        '&' => match entity(rest) {
            Some((length, character)) => (length, shown(character)),
            None => (1, Meaning::Itself),
        },
        '\\' => escape(rest),
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
            (first.len_utf8(), Meaning::Character('\''))
        }
        '\u{201c}'..='\u{201f}' => (first.len_utf8(), Meaning::Character('"')),
        _ => (
            first.len_utf8(),
            match shown(first) {
                Meaning::Character(character) if character == first => Meaning::Itself,
                other => other,
            },
        ),
    }
}

fn shown(character: char) -> Meaning {
    match character {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Meaning::Character(' ')
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => Meaning::Character('\n'),
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{80}'..='\u{9f}' => Meaning::Nothing,
        other => Meaning::Character(other),
    }
}

/// The length of a terminal sequence whose introducer is `escape` bytes long.
fn ansi(rest: &str, escape: usize) -> usize {
    let bytes = rest.as_bytes();
    match bytes.get(escape) {
        Some(b'[') => {
            let mut at = escape + 1;
            while bytes
                .get(at)
                .is_some_and(|byte| (0x20..0x40).contains(byte))
                && at < escape + 32
            {
                at += 1;
            }
            match bytes.get(at) {
                Some(0x40..=0x7e) => at + 1,
                _ => escape + 1,
            }
        }
        Some(b']') => {
            let window = bytes.get(..bytes.len().min(512)).unwrap_or_default();
            window
                .iter()
                .position(|byte| *byte == 7)
                .map(|at| at + 1)
                .unwrap_or(escape + 1)
        }
        Some(byte) if byte.is_ascii() && *byte != b'\n' && escape == 1 => 2,
        _ => escape,
    }
}

/// `[31m`, from a log that lost its escape characters.
fn bare_colour(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while bytes
        .get(at)
        .is_some_and(|byte| byte.is_ascii_digit() || *byte == b';')
        && at < 16
    {
        at += 1;
    }
    (at > 1 && bytes.get(at) == Some(&b'm')).then_some(at + 1)
}

/// A backslash, or several of them where text was quoted more than once, and what follows.
fn escape(rest: &str) -> (usize, Meaning) {
    let slashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
    let after = rest.get(slashes..).unwrap_or_default();
    let Some(next) = after.chars().next() else {
        return (slashes, Meaning::Nothing);
    };
    match next {
        'n' => (slashes + 1, Meaning::Character('\n')),
        'r' => (slashes + 1, Meaning::Nothing),
        't' => (slashes + 1, Meaning::Character(' ')),
        '&' => (slashes, Meaning::Nothing),
        '"' | '\'' | '`' | '/' | '*' | '_' | '<' | '>' | '[' | ']' | '(' | ')' | '{' | '}'
        | '$' | '|' | '#' | ':' => (slashes + 1, Meaning::Character(next)),
        '\n' | '\r' | ' ' => (slashes, Meaning::Nothing),
        'u' | 'x' => {
            let digits = if next == 'u' { 4 } else { 2 };
            let code = after
                .get(1..1 + digits)
                .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match code {
                Some(0x1b) => {
                    let tail = after.get(1 + digits..).unwrap_or_default();
                    (slashes + 1 + digits + ansi_tail(tail), Meaning::Nothing)
                }
                Some(0x26) => {
                    let tail = after.get(1 + digits..).unwrap_or_default();
                    match entity_tail(tail) {
                        Some((length, character)) => {
                            (slashes + 1 + digits + length, shown(character))
                        }
                        None => (slashes + 1 + digits, Meaning::Character('&')),
                    }
                }
                Some(0x0a) => (slashes + 1 + digits, Meaning::Character('\n')),
                Some(code) => (
                    slashes + 1 + digits,
                    match char::from_u32(code) {
                        Some('\u{2018}' | '\u{2019}') => Meaning::Character('\''),
                        Some('\u{201c}' | '\u{201d}') => Meaning::Character('"'),
                        Some(character) if !character.is_control() => shown(character),
                        _ => Meaning::Nothing,
                    },
                ),
                None => (slashes, Meaning::Character('\\')),
            }
        }
        '0' | 'e' if after.starts_with("033[") || after.starts_with("e[") => {
            let introducer = if next == 'e' { 1 } else { 3 };
            let tail = after.get(introducer..).unwrap_or_default();
            (slashes + introducer + ansi_tail(tail), Meaning::Nothing)
        }
        _ => (slashes, Meaning::Character('\\')),
    }
}

/// The length of `[31m` where an escape character was read before it.
fn ansi_tail(tail: &str) -> usize {
    bare_colour(tail)
        .filter(|_| tail.starts_with('['))
        .or_else(|| tail.starts_with("[K").then_some(2))
        .unwrap_or(0)
}

fn entity(rest: &str) -> Option<(usize, char)> {
    entity_tail(rest.get(1..)?).map(|(length, character)| (length + 1, character))
}

/// The entity that `tail`, the text after `&`, begins with; `&amp;quot;` is read through.
fn entity_tail(tail: &str) -> Option<(usize, char)> {
    const NAMED: &[(&str, char)] = &[
        ("apos;", '\''),
        ("gt;", '>'),
        ("ldquo;", '"'),
        ("lsquo;", '\''),
        ("lt;", '<'),
        ("nbsp;", ' '),
        ("quot;", '"'),
        ("rdquo;", '"'),
        ("rsquo;", '\''),
    ];
    let mut amps = 0;
    let mut inner = tail;
    while let Some(next) = inner.strip_prefix("amp;").filter(|_| amps < 4) {
        amps += 1;
        inner = next;
    }
    let skipped = tail.len() - inner.len();
    let found = NAMED
        .iter()
        .find(|(name, _)| inner.starts_with(name))
        .map(|(name, character)| (name.len(), *character))
        .or_else(|| {
            let digits = inner.strip_prefix('#')?;
            let end = digits.get(..digits.len().min(8)).map_or_else(
                || {
                    digits
                        .char_indices()
                        .take(8)
                        .find(|(_, c)| *c == ';')
                        .map(|(at, _)| at)
                },
                |head| head.find(';'),
            )?;
            let digits = digits.get(..end)?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            let character = char::from_u32(code)
                .filter(|character| !character.is_control() || *character == '\n')?;
            Some((end + 2, character))
        });
    match found {
        Some((length, character)) => Some((skipped + length, character)),
        None if amps > 0 => Some((skipped, '&')),
        None => None,
    }
}

/// How many bytes at the start of a line are decoration, and how many of them are the spaces before the text.
fn prefix(line: &str, starred: bool) -> (usize, usize) {
    let mut at = 0;
    let mut indent = 0;
    let mut dated = false;
    let mut dashed = false;
    let mut timed = false;
    let mut counted = 0;
    // Every round takes at least one byte off; a line has few marks, so the rounds are few.
    for _ in 0..12 {
        let rest = line.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\u{b}', '\u{c}']);
        let spaces = rest.len() - trimmed.len();
        if spaces > 0 {
            at += spaces;
            indent = spaces;
        }
        let Some(length) = mark(trimmed, at - counted, starred, &mut dated)
            .or_else(|| dated.then(|| origin(trimmed, dashed)).flatten())
        else {
            break;
        };
        // Only behind the time itself: `time - name - LEVEL - message`.
        dashed = timed && trimmed.starts_with("- ");
        timed = trimmed.starts_with(|c: char| c.is_ascii_digit());
        let attempt = at == 0 && attempt(trimmed).is_some();
        at += length;
        indent = 0;
        // One space belongs to the mark.
        if line.get(at..).is_some_and(|rest| rest.starts_with(' ')) {
            at += 1;
        }
        // What a retry loop counts may begin like a line of its own.
        if attempt {
            counted = at;
        }
    }
    (at, indent)
}

/// The length of one mark at the start of `rest`.
fn mark(rest: &str, at: usize, starred: bool, dated: &mut bool) -> Option<usize> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    let second = bytes.get(1).copied();
    let spaced = matches!(second, None | Some(b' ' | b'\t'));
    match first {
        b'>' if spaced || second == Some(b'>') => Some(1),
        b'#' if rest.starts_with("##[") => rest
            .get(..24.min(rest.len()))
            .and_then(|head| head.find(']'))
            .map(|end| end + 1),
        b'#' => {
            let run = bytes.iter().take_while(|byte| **byte == b'#').count();
            match bytes.get(run) {
                None | Some(b' ' | b'\t') => Some(run),
                Some(digit) if digit.is_ascii_digit() => buildkit(rest),
                _ => None,
            }
        }
        b'/' if rest.starts_with("//") => {
            let run = bytes.iter().take_while(|byte| **byte == b'/').count();
            matches!(bytes.get(run), None | Some(b' ' | b'\t')).then_some(run)
        }
        b'/' if rest.starts_with("/* ") || rest.starts_with("/**") => Some(
            bytes
                .iter()
                .skip(1)
                .take_while(|byte| **byte == b'*')
                .count()
                + 1,
        ),
        b'*' if spaced => {
            // `*` at the start of a line may be the resource.
            let after = rest.get(1..).unwrap_or_default().trim_start();
            let clause =
                after.is_empty() || after.starts_with("because") || after.starts_with("with ");
            (starred || !clause).then_some(1)
        }
        b'-' | b'+' if spaced => Some(1),
        b'-' if rest.starts_with("-- ") => Some(2),
        b';' if spaced => Some(1),
        b'|' if spaced => Some(1),
        b':' if rest.starts_with("::") => {
            let end = rest.get(2..)?.find("::")?;
            let command = rest.get(2..2 + end)?;
            (end < 300 && command.starts_with(|c: char| c.is_ascii_lowercase())).then_some(end + 4)
        }
        b'[' => bracketed(rest, dated),
        b'0'..=b'9' => {
            if let Some(length) = timestamp(rest) {
                *dated = true;
                return Some(length);
            }
            // `  98 | ` of a listing with line numbers.
            let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            (rest.len() - after.len() <= 6 && after.starts_with(" | "))
                .then_some(rest.len() - after.len() + 2)
        }
        b'A' | b'D' | b'F' | b'J' | b'M' | b'N' | b'O' | b'S' if at == 0 && syslog(rest) => {
            *dated = true;
            Some(15)
        }
        b'E' | b'F' | b'I' | b'W' if second.is_some_and(|byte| byte.is_ascii_digit()) => klog(rest),
        b'a' | b'A' => attempt(rest),
        b'r' if rest.starts_with("remote: ") => Some(7),
        b's' if rest.starts_with("section_") => section(rest),
        b's' if *dated && (rest.starts_with("stderr ") || rest.starts_with("stdout ")) => {
            Some(if matches!(rest.get(7..9), Some("F " | "P ")) {
                8
            } else {
                6
            })
        }
        0xe2 => {
            let run = rest.trim_start_matches(|c: char| matches!(c, '\u{2500}'..='\u{257f}'));
            (run.len() < rest.len()).then_some(rest.len() - run.len())
        }
        _ if *dated => level(rest),
        _ if at == 0 => named_stream(rest),
        _ => None,
    }
}

/// `#12 3.456 ` of BuildKit.
fn buildkit(rest: &str) -> Option<usize> {
    let mut parts = rest.splitn(3, ' ');
    let step = parts.next()?;
    let time = parts.next()?;
    let number = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    (number(step.get(1..)?) && number(time) && time.contains('.'))
        .then_some(step.len() + 1 + time.len())
}

/// `[Container] 2026/01/02 ...`, `[ERROR]`, `[12:34:56]`, `[2026-01-02 12:34:56,000]`.
fn bracketed(rest: &str, dated: &mut bool) -> Option<usize> {
    let head = rest.get(..floor(rest, 48))?;
    let end = head.find(']')?;
    let inner = head.get(1..end)?;
    if inner
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit())
    {
        if timestamp(inner).is_some()
            || inner.contains(':')
                && inner
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b":.,-/+ TUCZ".contains(&byte))
        {
            *dated = true;
            return Some(end + 1);
        }
        return None;
    }
    const WORDS: &[&str] = &[
        "container",
        "debug",
        "error",
        "err",
        "fatal",
        "info",
        "stderr",
        "stdout",
        "warn",
        "warning",
        "cli",
    ];
    WORDS
        .iter()
        .any(|word| inner.eq_ignore_ascii_case(word))
        .then_some(end + 1)
}

/// `section_end:1725531234:step_script` of GitLab, which folds its log by such lines.
fn section(rest: &str) -> Option<usize> {
    let marked = rest
        .strip_prefix("section_start:")
        .or_else(|| rest.strip_prefix("section_end:"))?;
    let (time, name) = marked.split_once(':')?;
    if time.is_empty() || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // `[collapsed=true]` may stand behind the name.
    let end = name
        .find(|c: char| !(c.is_ascii_alphanumeric() || "_.-[]=".contains(c)))
        .unwrap_or(name.len());
    Some(rest.len() - name.len() + end)
}

/// `attempt 3: `, `Attempt 3/12: ` of a retry loop that numbers its lines.
fn attempt(rest: &str) -> Option<usize> {
    let number = rest
        .strip_prefix("attempt ")
        .or_else(|| rest.strip_prefix("Attempt "))
        .or_else(|| rest.strip_prefix("ATTEMPT "))?;
    let after = number.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() == number.len() {
        return None;
    }
    let of = after
        .strip_prefix('/')
        .or_else(|| after.strip_prefix(" of "))
        .map_or(after, |total| {
            total.trim_start_matches(|c: char| c.is_ascii_digit())
        });
    let end = of.strip_prefix(" failed").unwrap_or(of);
    end.starts_with(": ").then_some(rest.len() - end.len() + 1)
}

/// `E0305 09:02:28.252114       1 file.go:125] ` of Kubernetes programs.
fn klog(rest: &str) -> Option<usize> {
    let head = rest.get(..floor(rest, 120))?;
    let digits = head.get(1..5)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || head.get(5..6) != Some(" ") {
        return None;
    }
    head.find("] ").map(|end| end + 1)
}

/// `Sep 14 08:21:00` at the start of a line.
fn syslog(rest: &str) -> bool {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = rest.get(..3).is_some_and(|name| MONTHS.contains(name));
    let day = rest
        .get(3..7)
        .is_some_and(|day| day.starts_with(' ') && day.trim().parse::<u8>().is_ok());
    month && day && rest.get(7..).and_then(timestamp) == Some(8)
}

/// What a logger puts between a time and the message: who wrote it, where, for which request.
fn origin(rest: &str, dashed: bool) -> Option<usize> {
    let head = rest.get(..floor(rest, 100))?;
    let word = head.find([' ', '\t']).unwrap_or(head.len());
    let first = head.get(..word)?;
    // `[main]`, `{taskinstance.py:1280}`: closed before anything is said.
    for (open, close) in [('[', ']'), ('{', '}')] {
        if first.starts_with(open) {
            return (first.ends_with(close) && first.len() <= 60).then_some(word);
        }
    }
    // `host-1 deploy[4711]: `, `app[web.1]: `
    let process = |word: &str| word.ends_with("]:") && word.contains('[') && word.len() <= 60;
    if process(first) {
        return Some(word);
    }
    let second = head.get(word..)?.trim_start();
    if process(second.split(' ').next().unwrap_or_default()) {
        return Some(word);
    }
    // `- deploy - ERROR - `
    if dashed && second.starts_with("- ") {
        return Some(word);
    }
    // `01O` of GitLab; a request's id, as Lambda prints it.
    let bytes = first.as_bytes();
    let section = matches!(bytes, [b'0'..=b'9', b'0'..=b'9', b'E' | b'O'])
        || matches!(bytes, [b'0'..=b'9', b'0'..=b'9', b'E' | b'O', b'+']);
    let id = first.len() == 36
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    (section || id).then_some(word)
}

/// A level after a timestamp: `ERROR`, `warn -`.
fn level(rest: &str) -> Option<usize> {
    const LEVELS: &[&str] = &[
        "CRITICAL", "DEBUG", "ERROR", "FATAL", "INFO", "NOTICE", "TRACE", "WARN", "WARNING",
        "critical", "debug", "error", "fatal", "info", "warn", "warning",
    ];
    let word = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let found = rest.get(..word)?;
    if !LEVELS.contains(&found) {
        return None;
    }
    matches!(rest.as_bytes().get(word), Some(b' ' | b'\t')).then_some(word)
}

/// `web-1  | text` of Docker Compose, and `job<TAB>step<TAB>time text` of `gh run view --log`.
fn named_stream(rest: &str) -> Option<usize> {
    let name = rest
        .bytes()
        .take(48)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        .count();
    if name == 0 {
        return None;
    }
    let after = rest.get(name..)?;
    if after.starts_with(' ') {
        let bar = after.trim_start_matches(' ');
        return bar.starts_with("| ").then_some(rest.len() - bar.len() + 1);
    }
    if rest.contains('\t') {
        let head = rest.get(..floor(rest, 160))?;
        let tab = head.rfind('\t')?;
        let length = timestamp(rest.get(tab + 1..)?)?;
        return Some(tab + 1 + length);
    }
    None
}

/// The length of a date with a time, or of a time with a fraction, at the start of `rest`.
pub(super) fn timestamp(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let time_from = if digits(0, 4)
        && matches!(bytes.get(4), Some(b'-' | b'/'))
        && digits(5, 7)
        && matches!(bytes.get(7), Some(b'-' | b'/'))
        && digits(8, 10)
        && matches!(bytes.get(10), Some(b'T' | b' ' | b't'))
    {
        11
    } else {
        0
    };
    if !(digits(time_from, time_from + 2)
        && bytes.get(time_from + 2) == Some(&b':')
        && digits(time_from + 3, time_from + 5)
        && bytes.get(time_from + 5) == Some(&b':')
        && digits(time_from + 6, time_from + 8))
    {
        return None;
    }
    let mut at = time_from + 8;
    if matches!(bytes.get(at), Some(b'.' | b','))
        && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    {
        at += 1;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
    }
    match bytes.get(at) {
        Some(b'Z' | b'z') => at += 1,
        Some(b'+' | b'-') if digits(at + 1, at + 3) => {
            at += 3;
            if bytes.get(at) == Some(&b':') {
                at += 1;
            }
            if digits(at, at + 2) {
                at += 2;
            }
        }
        _ => {}
    }
    matches!(
        bytes.get(at),
        None | Some(b' ' | b'\t' | b':' | b']' | b'|')
    )
    .then_some(at)
}

/// Copies a line; a full timestamp between spaces is left out: it stood at the start of a line that is joined now.
fn copy_without_timestamps(out: &mut MappedText, text: &str, span: Span) {
    let line = span.text(text);
    let bytes = line.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find('T')) {
        let mark = at + found;
        at = mark + 1;
        let Some(start) = mark.checked_sub(10) else {
            continue;
        };
        if start == 0 || bytes.get(start - 1) != Some(&b' ') {
            continue;
        }
        let Some(length) = line.get(start..).and_then(timestamp) else {
            continue;
        };
        let end = start + length;
        if bytes.get(end) != Some(&b' ') || !matches!(bytes.get(end - 1), Some(b'Z')) {
            continue;
        }
        out.copy(text, Span::new(span.start + from, span.start + start));
        from = end + 1;
        if let Some(rest) = line.get(from..).filter(|rest| rest.starts_with("##[")) {
            from += rest.find(']').filter(|at| *at < 24).map_or(0, |at| at + 1);
        }
        at = from;
    }
    out.copy(text, Span::new(span.start + from, span.end));
}
