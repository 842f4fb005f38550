//! `*` and `?`, matched in linear time.

/// Whether `pattern` (`*` any characters, `?` one character) matches all of `text`, bytes compared exactly.
///
/// Time is at most `pattern.len() * text.len()` steps and usually their sum: one place to go back to, never a tree of them.
/// `?` stands for one character, so a multi-byte one counts once.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    matches_bytes(pattern.as_bytes(), text.as_bytes(), |left, right| {
        left == right
    })
}

/// As [`matches`], with ASCII letters of either case equal.
#[must_use]
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    matches_bytes(pattern.as_bytes(), text.as_bytes(), |left, right| {
        left.eq_ignore_ascii_case(&right)
    })
}

fn matches_bytes(pattern: &[u8], text: &[u8], equal: impl Fn(u8, u8) -> bool) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    // Behind the last `*`, and the text that this `*` has to take at least.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(at_text).copied() {
        match pattern.get(at_pattern).copied() {
            Some(b'*') => {
                at_pattern += 1;
                retry = Some((at_pattern, at_text));
                continue;
            }
            Some(b'?') => {
                at_pattern += 1;
                at_text = next_character(text, at_text);
                continue;
            }
            Some(wanted) if equal(wanted, byte) => {
                at_pattern += 1;
                at_text += 1;
                continue;
            }
            _ => {}
        }
        let Some((pattern_start, text_start)) = retry else {
            return false;
        };
        let text_start = next_character(text, text_start);
        retry = Some((pattern_start, text_start));
        (at_pattern, at_text) = (pattern_start, text_start);
    }
    pattern
        .get(at_pattern..)
        .unwrap_or_default()
        .iter()
        .all(|byte| *byte == b'*')
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
        check("*", "", true);
        check("?", "", false);
        check("?", "ü", true);
        check("a*c", "abcabc", true);
        check("a*c", "abcab", false);
        check("*/deploy-*", "role/app/deploy-x", true);
        check("a*?c", "ac", false);
        check("a**", "a", true);
        check("A", "a", false);
        assert!(matches_ignoring_case("S3:get*", "s3:GetObject"));
    }
}
