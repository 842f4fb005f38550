//! What a run of bytes is made of, counted in one walk.

/// How many bytes of each kind there are; a hexadecimal digit is counted as such and as a digit or letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) digits: usize,
    pub(crate) lower: usize,
    pub(crate) upper: usize,
    pub(crate) hexadecimal: usize,
    /// `-` and `_`.
    pub(crate) separators: usize,
    pub(crate) slashes: usize,
    pub(crate) dots: usize,
    /// `=`, `+` and `~`.
    pub(crate) joints: usize,
    pub(crate) spaces: usize,
}

/// Bits of a counter, and so the longest part that is counted at once, in bytes.
const BITS: u32 = 7;
const PART: usize = (1 << BITS) - 1;

/// For each byte, a one in the counter of each kind that it is of.
static ONES: [u64; 256] = ones();

const fn ones() -> [u64; 256] {
    let mut ones = [0; 256];
    let mut at = 0_usize;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "at is below 256")]
        let byte = at as u8;
        let kind = match byte {
            b'0'..=b'9' => 0,
            b'a'..=b'z' => 1,
            b'A'..=b'Z' => 2,
            b'-' | b'_' => 4,
            b'/' => 5,
            b'.' => 6,
            b'=' | b'+' | b'~' => 7,
            b' ' => 8,
            _ => 9,
        };
        let hexadecimal = (byte.is_ascii_hexdigit() as u64) << (3 * BITS);
        let one = if kind == 9 { 0 } else { 1 << (kind * BITS) };
        #[expect(clippy::indexing_slicing, reason = "at is below 256, in a constant")]
        {
            ones[at] = one | hexadecimal;
        }
        at += 1;
    }
    ones
}

impl Tally {
    /// Of all of `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut tally = Self::default();
        for part in bytes.chunks(PART) {
            let sum: u64 = part
                .iter()
                .map(|byte| ONES.get(usize::from(*byte)).copied().unwrap_or(0))
                .sum();
            let count = |kind: u32| (sum >> (kind * BITS) & PART as u64) as usize;
            tally.digits += count(0);
            tally.lower += count(1);
            tally.upper += count(2);
            tally.hexadecimal += count(3);
            tally.separators += count(4);
            tally.slashes += count(5);
            tally.dots += count(6);
            tally.joints += count(7);
            tally.spaces += count(8);
        }
        tally
    }

    /// Letters in either case.
    pub(crate) fn letters(self) -> usize {
        self.lower + self.upper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_counted_as_what_it_is() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let tally = Tally::of(&all.repeat(9));
        let is = |test: fn(&u8) -> bool| 9 * all.iter().filter(|byte| test(byte)).count();
        assert_eq!(tally.digits, is(u8::is_ascii_digit));
        assert_eq!(tally.lower, is(u8::is_ascii_lowercase));
        assert_eq!(tally.upper, is(u8::is_ascii_uppercase));
        assert_eq!(tally.letters(), is(u8::is_ascii_alphabetic));
        assert_eq!(tally.hexadecimal, is(u8::is_ascii_hexdigit));
        assert_eq!(tally.separators, is(|byte| b"-_".contains(byte)));
        assert_eq!(tally.slashes, 9);
        assert_eq!(tally.dots, 9);
        assert_eq!(tally.joints, is(|byte| b"=+~".contains(byte)));
        assert_eq!(tally.spaces, 9);
    }
}
