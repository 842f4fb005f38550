//! Bytes of a text that can be asked for anywhere, and what kinds of bytes there are.

use undeny_text::Span;

/// The bytes of a text; outside it there are zeros.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'t>(pub &'t [u8]);

pub(crate) const LOWER: u8 = 1;
pub(crate) const UPPER: u8 = 2;
pub(crate) const DIGIT: u8 = 4;
pub(crate) const UNDERSCORE: u8 = 8;
pub(crate) const TOKEN: u8 = 16;
pub(crate) const HEX: u8 = 32;
pub(crate) const MARK: u8 = 64;
pub(crate) const SPACE: u8 = 128;
pub(crate) const WORD: u8 = LOWER | UPPER | DIGIT | UNDERSCORE;

pub(crate) static KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [0_u8; 256];
    let mut at = 0_usize;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "at is below 256")]
        let byte = at as u8;
        let mut kind = 0;
        if byte.is_ascii_lowercase() {
            kind |= LOWER | TOKEN;
        }
        if byte.is_ascii_uppercase() {
            kind |= UPPER | TOKEN;
        }
        if byte.is_ascii_digit() {
            kind |= DIGIT | TOKEN;
        }
        if byte.is_ascii_hexdigit() {
            kind |= HEX;
        }
        if byte == b'_' {
            kind |= UNDERSCORE | TOKEN;
        }
        if matches!(byte, b'+' | b'/' | b'=' | b'-' | b'.' | b'~') {
            kind |= TOKEN;
        }
        if matches!(byte, b'\t' | b'\n' | b'\r' | b' ') {
            kind |= SPACE;
        }
        if matches!(
            byte,
            b':' | b'='
                | b'@'
                | b'-'
                | b'%'
                | b'>'
                | b','
                | b'<'
                | b'+'
                | b'\\'
                | b'{'
                | b'}'
                | b'['
                | 0x1b
                // The last bytes of what stands behind a word for a password in Chinese and Japanese: a wide colon, `是`, `は`, `为`.
                | 0x9a
                | 0xaf
                | 0xba
        ) {
            kind |= MARK;
        }
        #[expect(clippy::indexing_slicing, reason = "at is below 256, in a constant")]
        {
            kinds[at] = kind;
        }
        at += 1;
    }
    kinds
}

/// The kinds a byte is of, as a sum.
#[inline]
pub(crate) fn kind(byte: u8) -> u8 {
    KINDS.get(byte as usize).copied().unwrap_or(0)
}

/// Whether these are the 36 bytes of a UUID: hexadecimal digits in groups of `8-4-4-4-12`.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether the byte can stand in a word.
#[inline]
pub(crate) fn is_word(byte: u8) -> bool {
    kind(byte) & WORD != 0
}

/// Whether the byte can stand in the name of a constant or of a variable of an environment.
#[inline]
pub(crate) fn is_of_constant(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

/// The last two bytes of some words: most texts end with others.
#[derive(Debug)]
pub(crate) struct Endings([u64; 4]);

impl Endings {
    /// Of these words, of two bytes or more each.
    pub(crate) const fn of(words: &[&str]) -> Self {
        let mut set = [0; 4];
        let mut rest = words;
        while let Some((word, next)) = rest.split_first() {
            if let [.., last_but_one, last] = word.as_bytes() {
                let (part, bit) = Self::place(*last_but_one, *last);
                #[expect(clippy::indexing_slicing, reason = "a byte has four such parts")]
                {
                    set[part] |= bit;
                }
            }
            rest = next;
        }
        Self(set)
    }

    /// A place for two bytes, which others may share.
    const fn place(last_but_one: u8, last: u8) -> (usize, u64) {
        let place = last_but_one.wrapping_mul(31).wrapping_add(last);
        ((place >> 6) as usize, 1 << (place & 63))
    }

    /// Whether one of the words may end as `text` does.
    #[inline]
    pub(crate) fn may_end(&self, text: &[u8]) -> bool {
        let [.., last_but_one, last] = text else {
            return false;
        };
        let (part, bit) = Self::place(*last_but_one, *last);
        self.0.get(part).is_some_and(|set| set & bit != 0)
    }
}

/// So far back the begin of a text in quotes is looked for, in bytes.
const STRING: usize = 400;

impl<'t> Bytes<'t> {
    /// How many.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The byte at `offset`, or 0.
    #[inline]
    #[must_use]
    pub fn at(self, offset: usize) -> u8 {
        self.0.get(offset).copied().unwrap_or(0)
    }

    /// The byte before `offset`, or 0.
    #[inline]
    #[must_use]
    pub fn before(self, offset: usize) -> u8 {
        if offset == 0 { 0 } else { self.at(offset - 1) }
    }

    /// What follows `offset`; nothing, where that is outside.
    #[inline]
    #[must_use]
    pub fn rest(self, offset: usize) -> &'t [u8] {
        self.0.get(offset..).unwrap_or_default()
    }

    /// Whether `literal` stands at `offset`.
    #[inline]
    #[must_use]
    pub fn starts(self, offset: usize, literal: &str) -> bool {
        let literal = literal.as_bytes();
        // Most differ in their first byte already.
        self.0.get(offset..).is_some_and(|rest| {
            (literal.first()).is_none_or(|first| rest.first() == Some(first))
                && rest.starts_with(literal)
        })
    }

    /// The rows whose word stands at `offset`, of a table in the order of their words' first bytes.
    pub fn standing<R>(
        self,
        offset: usize,
        rows: &[R],
        word: impl Fn(&R) -> &'static str + Copy,
    ) -> impl Iterator<Item = &R> {
        let byte = Some(self.at(offset));
        let from = rows.partition_point(|row| word(row).bytes().next() < byte);
        (rows.get(from..).unwrap_or_default().iter())
            .take_while(move |row| word(row).bytes().next() == byte)
            .filter(move |row| self.starts(offset, word(row)))
    }

    /// Whether `literal` stands at `offset`, upper or lower case.
    #[must_use]
    pub fn starts_ignoring_case(self, offset: usize, literal: &str) -> bool {
        self.0
            .get(offset..offset + literal.len())
            .is_some_and(|rest| rest.eq_ignore_ascii_case(literal.as_bytes()))
    }

    /// The first offset from `offset` on whose byte is not `accepted`, at most `limit` bytes on.
    #[inline]
    #[must_use]
    pub fn run(self, offset: usize, limit: usize, accepted: impl Fn(u8) -> bool) -> usize {
        let end = self.len().min(offset.saturating_add(limit));
        let mut at = offset;
        while at < end && accepted(self.at(at)) {
            at += 1;
        }
        at
    }

    /// The first offset of the run of `accepted` bytes that ends before `offset`, at most `limit` bytes back.
    #[inline]
    #[must_use]
    pub fn run_back(self, offset: usize, limit: usize, accepted: impl Fn(u8) -> bool) -> usize {
        let least = offset.saturating_sub(limit);
        let mut at = offset;
        while at > least && accepted(self.before(at)) {
            at -= 1;
        }
        at
    }

    /// The line around `offset`, at most `limit` bytes to each side.
    #[must_use]
    pub fn line(self, offset: usize, limit: usize) -> Span {
        Span::new(
            self.run_back(offset, limit, |byte| byte != b'\n'),
            self.run(offset, limit, |byte| byte != b'\n'),
        )
    }

    /// Whether an escape ends before `offset`: `%3A`, `%252F`, `$252F`, `\n`, `\u003c`. What follows is a word of its own.
    #[must_use]
    pub fn escaped_before(self, offset: usize) -> bool {
        let back = |by: usize| offset.checked_sub(by).map_or(0, |at| self.at(at));
        let hex = back(2).is_ascii_hexdigit() && back(1).is_ascii_hexdigit();
        hex && (back(3) == b'%'
            || back(4) == b'2' && back(3) == b'5' && matches!(back(5), b'%' | b'$'))
            || back(2) == b'\\' && matches!(back(1), b'n' | b'r' | b't' | b'b' | b'f')
            || back(6) == b'\\' && back(5) == b'u'
            || back(1) == b'm' && self.colour_before(offset)
    }

    /// How many bytes the sequence takes that begins at `offset` and colours what a terminal shows, `ESC [ 1 ; 31 m`, or clears its line, `ESC [ 0 K`; 0
    /// where there is none. What is copied from a page may have lost the first byte.
    ///
    /// Source: <https://ecma-international.org/publications-and-standards/standards/ecma-48/>
    #[must_use]
    pub fn colour(self, offset: usize) -> usize {
        // The first byte may be written out.
        let written = [r"\x1b", r"\x1B", r"\u001b", r"\u001B", r"\033", r"\e", "^["];
        let length = match self.at(offset) {
            0x1b => 1,
            b'\\' | b'^' => (written.iter())
                .find(|escape| self.starts(offset, escape))
                .map_or(0, |escape| escape.len()),
            _ => 0,
        };
        let escaped = length > 0;
        let open = offset + length;
        if self.at(open) != b'[' {
            return 0;
        }
        let end = self.run(open + 1, 16, |byte| byte.is_ascii_digit() || byte == b';');
        let is_one = matches!(self.at(end), b'm' | b'K') && (escaped || end > open + 1);
        if is_one { end + 1 - offset } else { 0 }
    }

    /// Whether such a sequence ends before `offset`.
    fn colour_before(self, offset: usize) -> bool {
        let open = self.run_back(offset - 1, 17, |byte| byte.is_ascii_digit() || byte == b';');
        self.before(open) == b'[' && self.colour(open - 1) == offset + 1 - open
    }

    /// Whether `at` lies in a text in double quotes, in which quotes and the ends of lines are escaped, as in JSON: the last quote before it on its line
    /// opens one.
    #[must_use]
    pub fn in_string(self, at: usize) -> bool {
        let quote = (at.saturating_sub(STRING)..at).rev().find(|at| {
            matches!(self.at(*at), b'\n' | b'"')
                && !(self.at(*at) == b'"' && self.before(*at) == b'\\')
        });
        quote.is_some_and(|quote| {
            let before = self.run_back(quote, 4, |byte| byte == b' ');
            self.at(quote) == b'"'
                && matches!(
                    self.before(before),
                    b':' | b',' | b'[' | b'{' | b'(' | b'=' | b'\n' | 0
                )
        })
    }

    /// Whether the end of a line is written out at `at`, as in a text of JSON.
    #[must_use]
    pub fn escaped_line_end(self, at: usize) -> bool {
        self.at(at) == b'\\' && matches!(self.at(at + 1), b'n' | b'r')
    }

    /// The bytes under a span.
    #[must_use]
    pub fn under(self, span: Span) -> &'t [u8] {
        self.0.get(span.start..span.end).unwrap_or_default()
    }
}
