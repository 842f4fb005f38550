//! Many words searched for at once: sorted, looked up where their first bytes occur. Nothing is compiled, so a search that is done once costs no more
//! than its text.

use std::cmp::Ordering;

/// Words to search for in bytes, all at once: where each may begin is known by the hash of its first bytes.
#[derive(Debug)]
pub struct Finder<'w> {
    // INVARIANT: by the hash of their first bytes, then in order, each once, none empty.
    words: Vec<Word<'w>>,
    // How many first bytes are hashed: no more than the shortest word has.
    // INVARIANT: 1 to 8, where there are words.
    head: usize,
    // Bits in the table of first bytes, as a power of two.
    bits: u32,
    // INVARIANT: the bit of each word's first bytes is set.
    heads: Vec<u64>,
    // Where the words of each sixteen places of that table begin, and at last how many words there are.
    starts: Vec<u32>,
}

#[derive(Debug)]
struct Word<'w> {
    bytes: &'w [u8],
    // Of its first bytes, as many as are hashed.
    hash: u32,
    // Its first sixteen bytes.
    lead: u128,
    // Its place among the words as given.
    number: u32,
    // The longest other word that it begins with, or `NONE`.
    shorter: u32,
}

const NONE: u32 = u32::MAX;

/// Sort hashes of `bits` bits, which each have a number of 32 bits behind them, by how many there are of each: hashes are in no order that a sort could
/// make use of.
fn in_order_of_hashes(hashes: &mut Vec<u64>, bits: u32) {
    let bucket = |hashed: u64| (hashed >> 36) as usize;
    let mut ends = vec![0_u32; 1 << (bits - 4)];
    for hashed in hashes.iter() {
        if let Some(count) = ends.get_mut(bucket(*hashed)) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut ordered = vec![0; hashes.len()];
    for hashed in hashes.iter().rev() {
        if let Some(end) = ends.get_mut(bucket(*hashed)) {
            *end -= 1;
            if let Some(place) = ordered.get_mut(*end as usize) {
                *place = *hashed;
            }
        }
    }
    for same in ordered.chunk_by_mut(|one, two| bucket(*one) == bucket(*two)) {
        same.sort_unstable();
    }
    *hashes = ordered;
}

impl<'w> Finder<'w> {
    /// A search for `words`, in any order; those found are told by their place among them, the first where one is given twice.
    #[must_use]
    pub fn new(words: &[&'w [u8]]) -> Self {
        let shortest = words.iter().map(|word| word.len()).filter(|len| *len > 0);
        let head = shortest.min().unwrap_or(0).min(8);
        // Some sixteen bits for each word, so that few places look like the begin of one.
        let bits = (words.len() * 16).next_power_of_two().ilog2().clamp(12, 22);
        // By hash, a number each; then the few that share a hash, in order.
        let mut hashes: Vec<u64> = words
            .iter()
            .zip(0..)
            .filter(|(word, _)| !word.is_empty())
            .map(|(word, number)| {
                (hash(word.get(..head).unwrap_or_default(), bits) as u64) << 32 | number
            })
            .collect();
        in_order_of_hashes(&mut hashes, bits);
        let word = |hashed: u64| {
            words
                .get((hashed & u64::from(NONE)) as usize)
                .copied()
                .unwrap_or_default()
        };
        for same in hashes.chunk_by_mut(|one, two| one >> 32 == two >> 32) {
            if same.len() > 1 {
                same.sort_unstable_by(|one, two| (word(*one), one).cmp(&(word(*two), two)));
            }
        }
        hashes.dedup_by(|second, first| word(*second) == word(*first));
        let mut finder = Self {
            words: Vec::with_capacity(hashes.len()),
            head,
            bits,
            heads: vec![0; 1 << (bits - 6)],
            starts: Vec::with_capacity((1 << (bits - 4)) + 1),
        };
        let mut open: Vec<u32> = Vec::new();
        for (at, hashed) in (0_u32..).zip(hashes) {
            let (hash, bytes) = ((hashed >> 32) as usize, word(hashed));
            let number = (hashed & u64::from(NONE)) as u32;
            if let Some(slot) = finder.heads.get_mut(hash >> 6) {
                *slot |= 1_u64 << (hash & 63);
            }
            while finder.starts.len() <= hash >> 4 {
                finder.starts.push(at);
            }
            while let Some(last) = open.last() {
                let last = finder.words.get(*last as usize);
                if last.is_some_and(|last| bytes.starts_with(last.bytes)) {
                    break;
                }
                open.pop();
            }
            finder.words.push(Word {
                bytes,
                hash: u32::try_from(hash).unwrap_or(NONE),
                lead: lead(bytes),
                number,
                shorter: open.last().copied().unwrap_or(NONE),
            });
            open.push(at);
        }
        let count = u32::try_from(finder.words.len()).unwrap_or(NONE);
        finder.starts.resize((1 << (bits - 4)) + 1, count);
        finder
    }

    /// The longest word that stands at `at`.
    #[must_use]
    pub fn longest(&self, text: &[u8], at: usize) -> Option<Found> {
        let rest = text.get(at..)?;
        let hash = hash(rest.get(..self.head)?, self.bits);
        if self.heads.get(hash >> 6)? >> (hash & 63) & 1 == 0 {
            return None;
        }
        let from = *self.starts.get(hash >> 4)? as usize;
        let to = *self.starts.get((hash >> 4) + 1)? as usize;
        // Whatever the text begins with sorts before it, and the next one before it begins with all that it begins with itself.
        let here = self.words.get(from..to)?;
        let key = (u32::try_from(hash).unwrap_or(NONE), lead(rest));
        let ahead = |word: &Word<'_>| match (word.hash, word.lead).cmp(&key) {
            Ordering::Equal => word.bytes <= rest,
            apart => apart == Ordering::Less,
        };
        let mut place = from + here.partition_point(ahead).checked_sub(1)?;
        while !rest.starts_with(self.words.get(place)?.bytes) {
            place = self.words.get(place)?.shorter as usize;
        }
        Some(Found(place))
    }

    /// The next shorter word that stands where this one does.
    #[must_use]
    pub fn next(&self, found: Found) -> Option<Found> {
        let shorter = self.words.get(found.0)?.shorter;
        (shorter != NONE).then_some(Found(shorter as usize))
    }

    /// Which of the words as given was found.
    #[must_use]
    pub fn number(&self, found: Found) -> usize {
        self.words
            .get(found.0)
            .map_or(0, |word| word.number as usize)
    }

    /// The word that was found.
    #[must_use]
    pub fn word(&self, found: Found) -> &'w [u8] {
        self.words.get(found.0).map_or(&[], |word| word.bytes)
    }

    /// Where words stand, from left to right, the longest first, none in another: offset in bytes, and which of the words as given.
    pub fn find(&self, text: &[u8], found: &mut dyn FnMut(usize, usize)) {
        self.look(text, &mut |at, place| {
            let (length, number) = self
                .words
                .get(place.0)
                .map_or((0, 0), |word| (word.bytes.len(), word.number));
            found(at, number as usize);
            at + length
        });
    }

    /// Where words stand, also in each other, from left to right and the longest first: offset in bytes, and which of the words as given.
    pub fn find_overlapping(&self, text: &[u8], found: &mut dyn FnMut(usize, usize)) {
        self.look(text, &mut |at, longest| {
            let mut next = Some(longest);
            while let Some(place) = next {
                found(at, self.number(place));
                next = self.next(place);
            }
            at
        });
    }

    /// Where words stand, from left to right, with the longest of each place; `found` says from where on the next may begin.
    fn look(&self, text: &[u8], found: &mut dyn FnMut(usize, Found) -> usize) {
        if self.words.is_empty() {
            return;
        }
        // The last bytes read, as many as are hashed.
        let mask = u64::MAX >> (64 - 8 * self.head);
        let mut last = 0_u64;
        let mut from = 0;
        for (end, byte) in (1..).zip(text) {
            last = (last << 8 | u64::from(*byte)) & mask;
            let bit = spread(last, self.bits);
            let open = self
                .heads
                .get(bit >> 6)
                .is_some_and(|word| word >> (bit & 63) & 1 == 1);
            if !open || end < from + self.head {
                continue;
            }
            let at = end - self.head;
            if let Some(place) = self.longest(text, at) {
                from = found(at, place);
            }
        }
    }
}

/// A word that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found(usize);

/// The first sixteen bytes as a number, in the order of bytes; what is missing at the end is zero.
#[inline]
fn lead(bytes: &[u8]) -> u128 {
    let mut lead = [0; 16];
    for (place, byte) in lead.iter_mut().zip(bytes) {
        *place = *byte;
    }
    u128::from_be_bytes(lead)
}

#[inline]
fn hash(head: &[u8], bits: u32) -> usize {
    let last = head
        .iter()
        .fold(0_u64, |last, byte| last << 8 | u64::from(*byte));
    spread(last, bits)
}

#[inline]
fn spread(last: u64, bits: u32) -> usize {
    (last.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_is_found_from_left_to_right() {
        let words: Vec<&[u8]> = vec![b"abcd", b"abc", b"bcde", b"abcdef", b"x12", b"", b"abc"];
        let finder = Finder::new(&words);
        let mut found = Vec::new();
        let text = b"abcdeabcdefbcdex12abx";
        finder.find(text, &mut |at, number| found.push((at, number)));
        assert_eq!(found, [(0, 0), (5, 3), (11, 2), (15, 4)]);
        let shorter = finder.longest(text, 0).and_then(|found| finder.next(found));
        assert_eq!(shorter.map(|found| finder.number(found)), Some(1));
    }

    #[test]
    fn words_in_words_are_found_too() {
        let words: Vec<&[u8]> = vec![b"abcd", b"abc", b"bcd", b"cd", b"abcde"];
        let mut found = Vec::new();
        Finder::new(&words)
            .find_overlapping(b"abcdabc", &mut |at, number| found.push((at, number)));
        assert_eq!(found, [(0, 0), (0, 1), (1, 2), (2, 3), (4, 1)]);
    }

    #[test]
    fn no_words_are_nowhere() {
        Finder::new(&[]).find_overlapping(b"abc", &mut |_, _| panic!("nothing was asked for"));
    }
}
