//! How a token is written down: literals, and `{class count}` for a run: `ghp_{w36}`, `{d10-13}`.
//!
//! Classes: `d` digits, `h` hexadecimal in lower case, `H` in either, `X` in upper case, `l` lower case and digits, `u` upper case and digits, `w` letters and
//! digits, `_` those and `_`, `b` base64url, `s` base64, `e` base64 of either kind with `=`, `U` and `L` letters, `5` base32, `t` `[A-Za-z0-9_.~!-]`, `p` that and `%`,
//! `c` the alphabet of crypt `[A-Za-z0-9./]`, `k` that and the marks between fields of a hash `[$,=+_-]`, `f` base64url with `=` and `.`, `q` parts of a path.
//! A run takes what it can: a count that is fixed and followed by something is exact, every other is the least. `!` at the end: the word ends there.

use crate::bytes::{Bytes, is_word};

/// A grammar, read once.
pub(super) struct Grammar {
    steps: Vec<Step>,
    // Whether the word ends behind the last step.
    ends: bool,
}

enum Step {
    Literal(&'static str),
    Run(Run),
}

struct Run {
    class: u8,
    least: usize,
    most: usize,
}

impl Grammar {
    /// What the words of `grammar` mean.
    pub(super) fn new(grammar: &'static str) -> Self {
        let (mut rest, ends) = grammar
            .strip_suffix('!')
            .map_or((grammar, false), |rest| (rest, true));
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some((mut run, after)) = run_at(rest) {
                if after.is_empty() && !ends {
                    run.most = usize::MAX;
                }
                steps.push(Step::Run(run));
                rest = after;
            } else {
                // At least a byte, so that a grammar that is none comes to an end.
                let length = prefix_of(rest).len().max(1);
                let (literal, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
                steps.push(Step::Literal(literal));
                rest = after;
            }
        }
        Self { steps, ends }
    }

    /// Where the token ends that begins at `start`, if there is one.
    pub(super) fn read(&self, bytes: Bytes<'_>, start: usize) -> Option<usize> {
        let mut at = start;
        for step in &self.steps {
            match step {
                Step::Literal(literal) => {
                    if !bytes.starts(at, literal) {
                        return None;
                    }
                    at += literal.len();
                }
                Step::Run(run) => {
                    let end = bytes.run(at, run.most, |byte| accepts(run.class, byte));
                    if end - at < run.least {
                        return None;
                    }
                    at = end;
                }
            }
        }
        (!self.ends || !is_word(bytes.at(at))).then_some(at)
    }
}

/// The literal that a grammar begins with.
pub(super) fn prefix(grammar: &'static str) -> &'static str {
    prefix_of(grammar)
}

/// The literal behind the first runs of a grammar that begins with runs of fixed length, and its distance from the begin, in bytes.
pub(super) fn landmark(grammar: &'static str) -> (usize, &'static str) {
    let mut rest = grammar;
    let mut distance = 0;
    while let Some((run, after)) = run_at(rest) {
        distance += run.least;
        rest = after;
    }
    (distance, prefix(rest).trim_end_matches('!'))
}

fn prefix_of(grammar: &str) -> &str {
    grammar.split('{').next().unwrap_or(grammar)
}

fn run_at(grammar: &str) -> Option<(Run, &str)> {
    let inner = grammar.strip_prefix('{')?;
    let (inner, after) = inner.split_once('}')?;
    let class = inner.bytes().next()?;
    let counts = inner.get(1..)?;
    let (least, most) = counts.split_once('-').unwrap_or((counts, counts));
    Some((
        Run {
            class,
            least: least.parse().ok()?,
            most: most.parse().ok()?,
        },
        after,
    ))
}

fn accepts(class: u8, byte: u8) -> bool {
    match class {
        b'd' => byte.is_ascii_digit(),
        b'h' => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
        b'H' => byte.is_ascii_hexdigit(),
        b'X' => byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'),
        b'l' => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
        b'u' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'_' => byte.is_ascii_alphanumeric() || byte == b'_',
        b'b' => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        b's' => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'),
        b'e' => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-'),
        b'U' => byte.is_ascii_uppercase(),
        b'L' => byte.is_ascii_lowercase(),
        b'5' => byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'),
        b't' => byte.is_ascii_alphanumeric() || b"_.~!-".contains(&byte),
        b'c' => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'),
        b'k' => byte.is_ascii_alphanumeric() || b"./$,=+_-".contains(&byte),
        b'f' => byte.is_ascii_alphanumeric() || b"_-=.".contains(&byte),
        b'q' => byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte),
        b'p' => byte.is_ascii_alphanumeric() || b"_.~!-%".contains(&byte),
        _ => false,
    }
}

/// Whether the last six characters are the checksum of the part behind the first underscore: CRC-32 in base 62.
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>
pub(super) fn crc_fits(token: &str) -> bool {
    let Some((_, body)) = token.split_once('_') else {
        return false;
    };
    let Some((value, sum)) = body.split_at_checked(body.len().saturating_sub(6)) else {
        return false;
    };
    let mut crc = u32::MAX;
    for byte in value.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    crc = !crc;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        let value = u8::try_from(crc % 62).unwrap_or(0);
        *digit = match value {
            0..10 => b'0' + value,
            10..36 => b'A' + value - 10,
            _ => b'a' + value - 36,
        };
        crc /= 62;
    }
    digits == *sum.as_bytes()
}

/// A token that the grammar reads, made here so that no file holds one.
#[cfg(test)]
pub(crate) fn example(grammar: &str) -> String {
    let mut made = String::new();
    let mut rest = grammar.strip_suffix('!').unwrap_or(grammar);
    let mut turn = 7_usize;
    while !rest.is_empty() {
        if let Some((run, after)) = run_at(rest) {
            for _ in 0..run.least {
                let alphabet: Vec<u8> = (33..127)
                    .filter(|byte| accepts(run.class, *byte) && byte.is_ascii_alphanumeric())
                    .collect();
                turn = (turn * 31 + 17) % 10_007;
                made.push(char::from(alphabet[turn % alphabet.len()]));
            }
            rest = after;
        } else {
            let literal = rest.split('{').next().unwrap();
            made.push_str(literal);
            rest = rest.get(literal.len()..).unwrap();
        }
    }
    made
}

/// One character short of what the grammar reads.
#[cfg(test)]
pub(super) fn near_miss(grammar: &str) -> String {
    let mut example = example(grammar);
    example.pop();
    example
}
