//! One text as others may read it: with percent, JSON and HTML escapes undone, hexadecimal and base64 decoded.
//!
//! A value can be written in more ways than can be listed (half of its letters escaped, a base64 word that begins one byte earlier), so the
//! gate does not search for writings of values: it undoes writings, and searches for the values.

use zeroize::Zeroize;

/// How a view was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writing {
    /// As it stands, in upper or lower case.
    Plain,
    /// Escaped: percent, JSON or HTML.
    Escaped,
    /// Hexadecimal.
    Hexadecimal,
    /// Base64, standard or for URLs, padded or not, at any alignment.
    Base64,
}

impl Writing {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Escaped => "escaped",
            Self::Hexadecimal => "hexadecimal",
            Self::Base64 => "base64",
        }
    }
}

/// Bytes as one way of reading shows them, with the place of each run in the text.
pub(crate) struct View {
    pub(crate) writing: Writing,
    pub(crate) bytes: Vec<u8>,
    /// Offsets where the view's bytes jump, ascending: from the view to the text.
    marks: Vec<(usize, usize)>,
    /// How many bytes of the text stand for `per.1` bytes of the view, between marks.
    per: (usize, usize),
}

impl Drop for View {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl View {
    fn new(writing: Writing, per: (usize, usize)) -> Self {
        Self {
            writing,
            bytes: Vec::new(),
            marks: Vec::new(),
            per,
        }
    }

    fn mark(&mut self, source: usize) {
        self.marks.push((self.bytes.len(), source));
    }

    /// The offset in the text of the view's byte at `at`.
    pub(crate) fn source(&self, at: usize) -> usize {
        let next = self.marks.partition_point(|(view, _)| *view <= at);
        match next.checked_sub(1).and_then(|index| self.marks.get(index)) {
            Some((view, source)) => source + (at - view) * self.per.0 / self.per.1,
            None => at,
        }
    }
}

/// Every view of `text`; the first is the text itself.
pub(crate) fn views(text: &str) -> Vec<View> {
    let mut plain = View::new(Writing::Plain, (1, 1));
    plain.bytes.extend_from_slice(text.as_bytes());
    let mut all = vec![plain];
    let escaped = unescaped(text.as_bytes());
    let sources: Vec<Option<&View>> = vec![None, escaped.as_ref()];
    let mut decoded = Vec::new();
    for source in sources {
        let bytes = source.map_or(text.as_bytes(), |view| view.bytes.as_slice());
        if source.is_none() && escaped.is_some() && !has_runs(bytes) {
            continue;
        }
        let place = |at: usize| source.map_or(at, |view| view.source(at));
        for offset in 0..2 {
            decoded.push(hexadecimal(bytes, offset, &place));
        }
        for offset in 0..4 {
            decoded.push(base64(bytes, offset, &place));
        }
    }
    all.extend(escaped);
    all.extend(decoded.into_iter().filter(|view| !view.bytes.is_empty()));
    all
}

/// Whether any run is long enough to be decoded.
fn has_runs(bytes: &[u8]) -> bool {
    bytes
        .split(|byte| sextet(*byte).is_none())
        .any(|run| run.len() >= LEAST)
}

/// Shortest run that is decoded, in bytes of the text.
const LEAST: usize = 6;

/// Percent, JSON and HTML escapes undone, again and again up to three times (`\\u005cu0061`, `%2541`); none where there are none.
fn unescaped(bytes: &[u8]) -> Option<View> {
    let mut current: Option<View> = None;
    for _ in 0..3 {
        let from = current.as_ref().map_or(bytes, |view| view.bytes.as_slice());
        let place = |at: usize| current.as_ref().map_or(at, |view| view.source(at));
        let mut view = View::new(Writing::Escaped, (1, 1));
        let mut at = 0;
        let mut changed = false;
        while let Some(byte) = from.get(at) {
            if let Some((character, length)) = escape(from, at) {
                view.mark(place(at));
                view.bytes.extend_from_slice(&character);
                at += length;
                view.mark(place(at));
                changed = true;
            } else {
                view.bytes.push(*byte);
                at += 1;
                if current.is_some() {
                    // Places follow the view below.
                    view.mark(place(at));
                }
            }
        }
        if !changed {
            break;
        }
        current = Some(view);
    }
    current
}

/// The escape at `at`: what it stands for and how long it is.
fn escape(bytes: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let digits = |from: usize, count: usize| -> Option<u32> {
        let digits = bytes.get(from..from + count)?;
        digits.iter().try_fold(0_u32, |value, digit| {
            Some(value * 16 + char::from(*digit).to_digit(16)?)
        })
    };
    let written = |code: u32, length: usize| {
        let character = char::from_u32(code)?;
        let mut buffer = [0; 4];
        Some((
            character.encode_utf8(&mut buffer).as_bytes().to_vec(),
            length,
        ))
    };
    match (bytes.get(at)?, bytes.get(at + 1)?) {
        (b'%', _) => Some((vec![u8::try_from(digits(at + 1, 2)?).ok()?], 3)),
        (b'\\', b'u') => {
            let first = digits(at + 2, 4)?;
            if (0xd800..0xdc00).contains(&first)
                && bytes.get(at + 6..at + 8) == Some(b"\\u")
                && let Some(second @ 0xdc00..0xe000) = digits(at + 8, 4)
            {
                return written(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12);
            }
            written(first, 6)
        }
        (b'\\', b'x') => Some((vec![u8::try_from(digits(at + 2, 2)?).ok()?], 4)),
        (b'\\', b'n') => Some((vec![b'\n'], 2)),
        (b'\\', b'r') => Some((vec![b'\r'], 2)),
        (b'\\', b't') => Some((vec![b'\t'], 2)),
        (b'\\', b'b') => Some((vec![8], 2)),
        (b'\\', b'f') => Some((vec![12], 2)),
        (b'\\', mark @ (b'"' | b'\\' | b'/' | b'\'')) => Some((vec![*mark], 2)),
        (b'&', b'#') => {
            let hexadecimal = matches!(bytes.get(at + 2), Some(b'x' | b'X'));
            let start = at + 2 + usize::from(hexadecimal);
            let radix = if hexadecimal { 16 } else { 10 };
            let mut code = 0_u32;
            let mut end = start;
            while let Some(digit) = bytes
                .get(end)
                .and_then(|byte| char::from(*byte).to_digit(radix))
                && end < start + 7
            {
                code = code * radix + digit;
                end += 1;
            }
            (end > start && bytes.get(end) == Some(&b';'))
                .then(|| written(code, end + 1 - at))
                .flatten()
        }
        (b'&', _) => [
            ("&amp;", b'&'),
            ("&lt;", b'<'),
            ("&gt;", b'>'),
            ("&quot;", b'"'),
            ("&apos;", b'\''),
        ]
        .into_iter()
        .find(|(name, _)| bytes.get(at..at + name.len()) == Some(name.as_bytes()))
        .map(|(name, character)| (vec![character], name.len())),
        _ => None,
    }
}

/// Runs of hexadecimal digits, decoded from their `offset`th digit.
fn hexadecimal(bytes: &[u8], offset: usize, place: &dyn Fn(usize) -> usize) -> View {
    let mut view = View::new(Writing::Hexadecimal, (2, 1));
    runs(
        bytes,
        &|byte| byte.is_ascii_hexdigit(),
        &mut |start, run| {
            view.bytes.push(b'\n');
            let start = start + offset;
            view.mark(place(start));
            for pair in run.get(offset..).unwrap_or_default().chunks_exact(2) {
                let value = pair.iter().fold(0, |value, digit| {
                    value << 4 | char::from(*digit).to_digit(16).unwrap_or(0)
                });
                view.bytes.push(u8::try_from(value & 255).unwrap_or(0));
            }
        },
    );
    view
}

/// Runs of base64, decoded from their `offset`th character; line ends inside a run are passed over.
fn base64(bytes: &[u8], offset: usize, place: &dyn Fn(usize) -> usize) -> View {
    let mut view = View::new(Writing::Base64, (4, 3));
    let member = |byte: u8| sextet(byte).is_some() || matches!(byte, b'\n' | b'\r');
    runs(bytes, &member, &mut |start, run| {
        view.bytes.push(b'\n');
        let mut held = 0_u32;
        let mut count = 0;
        let mut skipped = 0;
        let mut lines_marked = false;
        for (index, byte) in run.iter().enumerate() {
            let Some(value) = sextet(*byte) else {
                lines_marked = false;
                continue;
            };
            if skipped < offset {
                skipped += 1;
                continue;
            }
            if count == 0 && !lines_marked {
                view.mark(place(start + index));
                lines_marked = true;
            }
            held = held << 6 | value;
            count += 1;
            if count == 4 {
                let [_, first, second, third] = held.to_be_bytes();
                view.bytes.extend([first, second, third]);
                (held, count) = (0, 0);
            }
        }
        // What is left of the last four.
        let rest = held << (6 * (4 - count));
        let [_, first, second, _] = rest.to_be_bytes();
        match count {
            2 => view.bytes.push(first),
            3 => view.bytes.extend([first, second]),
            _ => {}
        }
    });
    view
}

/// The six bits of a letter of base64, standard or for URLs.
const fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => (byte - b'A') as u32,
        b'a'..=b'z' => (byte - b'a') as u32 + 26,
        b'0'..=b'9' => (byte - b'0') as u32 + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Every run of bytes that `member` takes, long enough to say something.
fn runs(bytes: &[u8], member: &dyn Fn(u8) -> bool, found: &mut dyn FnMut(usize, &[u8])) {
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !member(*byte))
            .unwrap_or(rest.len());
        if length >= LEAST {
            found(at, rest.get(..length).unwrap_or_default());
        }
        at += length + 1;
    }
}
