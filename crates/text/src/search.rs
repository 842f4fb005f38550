//! Searches of ASCII characters, byte by byte. The page is compiled for size, and there the library's searches by `char` are several times slower.

use std::cmp::Ordering;

/// Offset in bytes of the first of these bytes in `text`: ASCII characters, or the first byte of a longer one.
#[must_use]
#[inline(never)]
pub fn first_of(text: &str, wanted: &[u8]) -> Option<usize> {
    for (at, byte) in text.as_bytes().iter().enumerate() {
        for one in wanted {
            if byte == one {
                return Some(at);
            }
        }
    }
    None
}

/// What stands before and behind the first of these ASCII characters in `text`.
#[must_use]
pub fn split_at_first<'a>(text: &'a str, wanted: &[u8]) -> Option<(&'a str, &'a str)> {
    let at = first_of(text, wanted)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Length in bytes of what `text` begins with: ASCII letters, digits, and these other ASCII characters.
#[must_use]
#[inline(never)]
pub fn word_length(text: &str, others: &[u8]) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_alphanumeric() && !others.contains(byte) {
            break;
        }
        at += 1;
    }
    at
}

/// Length in bytes of the white space that `text` begins with, as long as it is ASCII.
#[must_use]
#[inline(never)]
pub fn space_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c) = bytes.get(at) {
        at += 1;
    }
    at
}

/// Order of `lower`, which has no ASCII capitals, and `text`, of which their case does not count.
#[must_use]
#[inline(never)]
pub fn order_without_case(lower: &str, text: &str) -> Ordering {
    let (left, right) = (lower.as_bytes(), text.as_bytes());
    let mut at = 0;
    loop {
        match (left.get(at), right.get(at)) {
            (Some(one), Some(other)) => match one.cmp(&other.to_ascii_lowercase()) {
                Ordering::Equal => at += 1,
                order => return order,
            },
            (one, other) => return one.cmp(&other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_what_the_library_finds() {
        for text in [
            "",
            ":",
            "a:b",
            "é:ü",
            "arn:aws",
            "{x}:y",
            "s3",
            "\u{e000}a/b",
        ] {
            assert_eq!(first_of(text, b":{"), text.find([':', '{']), "{text}");
            assert_eq!(
                split_at_first(text, b":/"),
                text.split_once([':', '/']),
                "{text}"
            );
        }
    }

    #[test]
    fn a_word_and_space_end_where_something_else_begins() {
        for (text, others, word, space) in [
            ("resource \"a\"", "_-", 8, 0),
            ("assume_role_policy = x", "_-", 18, 0),
            (" \t\r\n x", "", 0, 5),
            ("é", "_", 0, 0),
            ("a\u{a0}b", "", 1, 0),
        ] {
            assert_eq!(word_length(text, others.as_bytes()), word, "{text}");
            assert_eq!(space_length(text), space, "{text}");
        }
    }

    #[test]
    fn case_counts_in_no_order() {
        for (lower, text) in [
            ("a", "B"),
            ("getobject", "GetObject"),
            ("b", "A"),
            ("ab", "A"),
            ("", "A"),
            ("a", ""),
        ] {
            assert_eq!(
                order_without_case(lower, text),
                lower.cmp(&text.to_ascii_lowercase()),
                "{lower} {text}"
            );
        }
    }
}
