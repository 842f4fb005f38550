//! Many words searched for at once: sorted, looked up where their first bytes occur. Nothing is compiled, so a search that is done once costs no more
//! than its text.

/// Words and where they may begin.
pub(crate) struct Finder<'w> {
    // INVARIANT: sorted, each once, none empty.
    words: Vec<&'w [u8]>,
    // For each word the longest other one that it begins with, or `NONE`.
    shorter: Vec<u32>,
    // How many first bytes are hashed: no more than the shortest word has.
    // INVARIANT: 1 to 4, where there are words.
    head: usize,
    // INVARIANT: the bit of each word's first bytes is set.
    heads: Vec<u64>,
}

const NONE: u32 = u32::MAX;
/// Bits in the table of first bytes, as a power of two.
const BITS: u32 = 15;

impl<'w> Finder<'w> {
    /// A search for `words`, in any order.
    pub(crate) fn new(mut words: Vec<&'w [u8]>) -> Self {
        words.retain(|word| !word.is_empty());
        words.sort_unstable();
        words.dedup();
        let head = words
            .iter()
            .map(|word| word.len())
            .min()
            .unwrap_or(0)
            .min(4);
        let mut heads = vec![0; 1 << (BITS - 6)];
        let mut shorter = Vec::with_capacity(words.len());
        let mut open: Vec<u32> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let bit = hash(word.get(..head).unwrap_or_default());
            if let Some(slot) = heads.get_mut(bit >> 6) {
                *slot |= 1_u64 << (bit & 63);
            }
            while let Some(last) = open.last() {
                if words
                    .get(*last as usize)
                    .is_some_and(|last| word.starts_with(last))
                {
                    break;
                }
                open.pop();
            }
            shorter.push(open.last().copied().unwrap_or(NONE));
            open.push(u32::try_from(at).unwrap_or(NONE));
        }
        Self {
            words,
            shorter,
            head,
            heads,
        }
    }

    /// The words, in the order of their numbers.
    pub(crate) fn words(&self) -> &[&'w [u8]] {
        &self.words
    }

    /// The number of the longest word that stands at `at`.
    pub(crate) fn longest(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let bit = hash(rest.get(..self.head)?);
        if self.heads.get(bit >> 6)? >> (bit & 63) & 1 == 0 || self.words.is_empty() {
            return None;
        }
        // Whatever the text begins with sorts before it, and the next one before it begins with all that it begins with itself.
        let mut number = self
            .words
            .partition_point(|word| *word <= rest)
            .checked_sub(1)?;
        while !rest.starts_with(self.words.get(number)?) {
            number = self.next(number)?;
        }
        Some(number)
    }

    /// The next shorter word that stands where this one does.
    pub(crate) fn next(&self, number: usize) -> Option<usize> {
        self.shorter
            .get(number)
            .copied()
            .filter(|shorter| *shorter != NONE)
            .map(|shorter| shorter as usize)
    }

    /// Where words stand, from left to right, the longest first, none in another: offset and number.
    pub(crate) fn find(&self, text: &[u8], found: &mut dyn FnMut(usize, usize)) {
        if self.words.is_empty() {
            return;
        }
        // The last bytes read, as many as are hashed.
        let mask = u32::MAX >> (32 - 8 * self.head as u32);
        let mut last = 0_u32;
        let mut from = 0;
        for (end, byte) in (1..).zip(text) {
            last = (last << 8 | u32::from(*byte)) & mask;
            let bit = spread(last);
            let open = self
                .heads
                .get(bit >> 6)
                .is_some_and(|word| word >> (bit & 63) & 1 == 1);
            if !open || end < from + self.head {
                continue;
            }
            let at = end - self.head;
            if let Some(number) = self.longest(text, at) {
                found(at, number);
                from = at + self.words.get(number).map_or(1, |word| word.len());
            }
        }
    }
}

#[inline]
fn hash(head: &[u8]) -> usize {
    let bits = head
        .iter()
        .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
    spread(bits)
}

#[inline]
fn spread(bits: u32) -> usize {
    (bits.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_is_found_from_left_to_right() {
        let words: Vec<&[u8]> = vec![b"abcd", b"abc", b"bcde", b"abcdef", b"x12"];
        let finder = Finder::new(words);
        let mut found = Vec::new();
        let text = b"abcdeabcdefbcdex12abx";
        finder.find(text, &mut |at, number| {
            found.push((at, finder.words()[number].to_vec()));
        });
        let text = |at: usize, word: &str| (at, word.as_bytes().to_vec());
        assert_eq!(
            found,
            [
                text(0, "abcd"),
                text(5, "abcdef"),
                text(11, "bcde"),
                text(15, "x12")
            ]
        );
    }
}
