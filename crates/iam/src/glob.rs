//! `*` and `?`, matched in linear time.

use memchr::memmem;

/// Whether `pattern` (`*` any characters, `?` one character) matches all of `text`, bytes compared exactly.
///
/// `?` stands for one character, so a multi-byte one counts once.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    Glob::new(pattern).matches(text)
}

/// As [`matches()`], with ASCII letters of either case equal.
#[must_use]
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    Glob::new(&pattern.to_ascii_lowercase()).matches(&text.to_ascii_lowercase())
}

/// A pattern read once.
///
/// The pieces between the stars are looked for from left to right, each at its first place: there is no backtracking, whatever the
/// number of stars. A piece without `?` is found in linear time; one with `?` costs at most its length times the text's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    // INVARIANT: UTF-8, but for STAR and ONE, which no UTF-8 text holds; `shape` says what is in it.
    bytes: Box<[u8]>,
    shape: Shape,
}

/// What a pattern amounts to: most need no search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Shape {
    Everything,
    Literal,
    Prefix,
    General,
}

/// Any characters, in [`Glob`]'s bytes.
pub(crate) const STAR: u8 = 0xFF;
/// One character, in [`Glob`]'s bytes.
pub(crate) const ONE: u8 = 0xFE;

impl Glob {
    /// Read `*` and `?` in `pattern`.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let bytes = pattern
            .bytes()
            .map(|byte| match byte {
                b'*' => STAR,
                b'?' => ONE,
                other => other,
            })
            .collect();
        Self::from_marked(bytes)
    }

    /// The text itself: its `*` is a star like any other character.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self::from_marked(text.as_bytes().to_vec())
    }

    /// From bytes that hold [`STAR`] and [`ONE`] already.
    pub(crate) fn from_marked(mut bytes: Vec<u8>) -> Self {
        bytes.dedup_by(|right, left| *right == STAR && *left == STAR);
        let shape = match bytes.iter().position(|byte| matches!(*byte, STAR | ONE)) {
            None => Shape::Literal,
            Some(0) if bytes.len() == 1 && bytes.first() == Some(&STAR) => Shape::Everything,
            Some(at) if at + 1 == bytes.len() && bytes.last() == Some(&STAR) => Shape::Prefix,
            Some(_) => Shape::General,
        };
        Self {
            bytes: bytes.into_boxed_slice(),
            shape,
        }
    }

    /// Whether all of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matches_bytes(text.as_bytes())
    }

    /// As [`Self::matches`], for the bytes of a string.
    pub(crate) fn matches_bytes(&self, text: &[u8]) -> bool {
        match self.shape {
            Shape::Everything => true,
            Shape::Literal => *self.bytes == *text,
            Shape::Prefix => self
                .bytes
                .split_last()
                .is_some_and(|(_, prefix)| text.starts_with(prefix)),
            Shape::General => matches_marked(&self.bytes, text),
        }
    }

    /// The bytes, with [`STAR`] and [`ONE`] for the wildcards.
    pub(crate) fn marked(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it is `*`.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.shape == Shape::Everything
    }

    /// Whether it has no wildcard.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.shape == Shape::Literal
    }
}

impl std::fmt::Debug for Glob {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Glob({self})")
    }
}

impl std::fmt::Display for Glob {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let written: Vec<u8> = self
            .bytes
            .iter()
            .map(|byte| match *byte {
                STAR => b'*',
                ONE => b'?',
                other => other,
            })
            .collect();
        formatter.write_str(&String::from_utf8_lossy(&written))
    }
}

fn matches_marked(pattern: &[u8], text: &[u8]) -> bool {
    let is_star = |byte: &u8| *byte == STAR;
    let (Some(first), Some(last)) = (
        pattern.iter().position(is_star),
        pattern.iter().rposition(is_star),
    ) else {
        return match_front(pattern, text) == Some(text.len());
    };
    let part = |range: std::ops::Range<usize>| pattern.get(range).unwrap_or_default();
    let Some(taken) = match_front(part(0..first), text) else {
        return false;
    };
    let rest = text.get(taken..).unwrap_or_default();
    let Some(left) = match_back(part(last + 1..pattern.len()), rest) else {
        return false;
    };
    let mut rest = rest.get(..left).unwrap_or_default();
    if first == last {
        return true;
    }
    for piece in part(first + 1..last).split(is_star) {
        let Some(end) = find(piece, rest) else {
            return false;
        };
        rest = rest.get(end..).unwrap_or_default();
    }
    true
}

/// How many bytes of `text`'s beginning `piece` takes.
fn match_front(piece: &[u8], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in piece {
        let byte = *text.get(at)?;
        if *wanted == ONE {
            at = next_character(text, at);
        } else if *wanted == byte {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// How many bytes of `text` are left where `piece` takes its end.
fn match_back(piece: &[u8], text: &[u8]) -> Option<usize> {
    let mut left = text.len();
    for wanted in piece.iter().rev() {
        left = left.checked_sub(1)?;
        if *wanted == ONE {
            while left > 0 && text.get(left).is_some_and(|byte| byte & 0xC0 == 0x80) {
                left -= 1;
            }
        } else if text.get(left) != Some(wanted) {
            return None;
        }
    }
    Some(left)
}

/// Where the first place of `piece` in `text` ends.
fn find(piece: &[u8], text: &[u8]) -> Option<usize> {
    if piece.is_empty() {
        return Some(0);
    }
    if !piece.contains(&ONE) {
        return memmem::find(text, piece).map(|start| start + piece.len());
    }
    let mut start = 0;
    while start < text.len() {
        let here = text.get(start..).unwrap_or_default();
        if let Some(taken) = match_front(piece, here) {
            return Some(start + taken);
        }
        start = next_character(text, start);
    }
    None
}

fn next_character(text: &[u8], offset: usize) -> usize {
    let mut next = offset + 1;
    while text.get(next).is_some_and(|byte| byte & 0xC0 == 0x80) {
        next += 1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(
            matches(pattern, text),
            expected,
            "`{pattern}` against `{text}`"
        );
    }

    #[test]
    fn stars_and_question_marks() {
        check("", "", true);
        check("", "a", false);
        check("*", "", true);
        check("?", "", false);
        check("?", "ü", true);
        check("??", "ü", false);
        check("*?", "ü", true);
        check("a*c", "abcabc", true);
        check("a*c", "abcab", false);
        check("*/deploy-*", "role/app/deploy-x", true);
        check("a*?c", "ac", false);
        check("a*?c", "abc", true);
        check("a**", "a", true);
        check("ab*ba", "aba", false);
        check("ab*ba", "abba", true);
        check("*b?d*", "abxbcd", true);
        check("a*b*c", "axbxc", true);
        check("a*b*c", "axcxb", false);
        check("A", "a", false);
        assert!(matches_ignoring_case("S3:get*", "s3:GetObject"));
    }

    #[test]
    fn a_literal_star_is_a_character() {
        assert!(Glob::literal("a*").matches("a*"));
        assert!(!Glob::literal("a*").matches("ab"));
    }

    /// The plainest matcher there is, against which the quick one is compared on every small pattern and text.
    fn plain(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|at| plain(rest, &text[at..])),
            Some((b'?', rest)) => !text.is_empty() && plain(rest, &text[1..]),
            Some((byte, rest)) => text.first() == Some(byte) && plain(rest, &text[1..]),
        }
    }

    fn words(alphabet: &[u8], longest: usize) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let to = words.len();
            for at in from..to {
                for letter in alphabet {
                    words.push(format!("{}{}", words[at], char::from(*letter)));
                }
            }
            from = to;
        }
        words
    }

    #[test]
    fn agrees_with_the_plainest_matcher() {
        let texts = words(b"ab", 5);
        for pattern in words(b"ab*?", 5) {
            let glob = Glob::new(&pattern);
            for text in &texts {
                assert_eq!(
                    glob.matches(text),
                    plain(pattern.as_bytes(), text.as_bytes()),
                    "`{pattern}` against `{text}`"
                );
            }
        }
    }
}
