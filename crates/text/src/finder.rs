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
    // How many bytes the shortest word has; no more of the others are looked for at first.
    // INVARIANT: 0 where there are no words, and no more than 255.
    reach: usize,
    // The last bytes of four that are hashed for a step.
    mask: u32,
    // Bits in the table of steps, as a power of two.
    step_bits: u32,
    // By the hash of the last bytes read, how far the next word ends at least.
    steps: Vec<u8>,
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

/// So many bytes of each word are looked for at first.
const LONGEST_STEP: usize = 32;
/// Bits in the largest table of steps, as a power of two.
const MOST_STEPS: u32 = 20;

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
        let reach = shortest.min().unwrap_or(0).min(LONGEST_STEP);
        let head = reach.min(8);
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
            reach,
            mask: 0,
            step_bits: 0,
            steps: Vec::new(),
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
        finder.measure_steps();
        finder
    }

    /// Fill the table of steps from the words.
    fn measure_steps(&mut self) {
        let length = match self.reach {
            0..=3 => self.reach,
            4..=5 => 3,
            _ => 4,
        };
        let blocks = self.words.len() * (self.reach + 1 - length);
        self.mask = u32::MAX.checked_shr(32 - 8 * length as u32).unwrap_or(0);
        self.step_bits = (blocks * 4)
            .next_power_of_two()
            .ilog2()
            .clamp(10, MOST_STEPS);
        // What stands in none of them.
        let farthest = self.reach + 1 - length;
        self.steps = vec![u8::try_from(farthest).unwrap_or(u8::MAX); 1 << self.step_bits];
        for word in &self.words {
            let begin = word.bytes.get(..self.reach).unwrap_or_default();
            for (at, bytes) in begin.windows(length.max(1)).enumerate() {
                let place = spread(u64::from(block(bytes)), self.step_bits);
                let left = u8::try_from(self.reach - length - at).unwrap_or(u8::MAX);
                if let Some(step) = self.steps.get_mut(place) {
                    *step = left.min(*step);
                }
            }
        }
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
    ///
    /// Most places are passed over, as in Wu and Manber, "A fast algorithm for multi-pattern searching", 1994: what stands in none of the words, or far
    /// from where the shortest of them ends, says how much farther the next one ends.
    fn look(&self, text: &[u8], found: &mut dyn FnMut(usize, Found) -> usize) {
        let mut end = self.reach;
        while end <= text.len() && self.reach > 0 {
            let step = self.step(text, end);
            if step > 0 {
                end += step;
                continue;
            }
            let next = match self.longest(text, end - self.reach) {
                Some(place) => found(end - self.reach, place) + self.reach,
                None => 0,
            };
            end = next.max(end + 1);
        }
    }

    /// How far behind `end` the first bytes of a word end at least that are as many as the shortest has; 0 where they may end there.
    #[inline]
    fn step(&self, text: &[u8], end: usize) -> usize {
        let block = match end.checked_sub(4).and_then(|start| text.get(start..end)) {
            Some(&[one, two, three, four]) => u32::from_be_bytes([one, two, three, four]),
            _ => block(text.get(end - self.reach..end).unwrap_or_default()),
        };
        let place = spread(u64::from(block & self.mask), self.step_bits);
        self.steps.get(place).copied().map_or(1, usize::from)
    }
}

/// The last four bytes as a number.
fn block(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |block, byte| block << 8 | u32::from(*byte))
}

/// A word that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found(usize);

/// The first sixteen bytes as a number, in the order of bytes; what is missing at the end is zero.
#[inline]
fn lead(bytes: &[u8]) -> u128 {
    if let Some(lead) = bytes.first_chunk() {
        return u128::from_be_bytes(*lead);
    }
    let mut lead = [0; 16];
    if let Some(places) = lead.get_mut(..bytes.len()) {
        places.copy_from_slice(bytes);
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
    fn what_is_found_is_what_stands_there() {
        // Of few letters, so that words begin, end and hold each other.
        let mut state = 1_u64;
        let mut letters = |most: u64| {
            let mut next = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                state >> 33
            };
            let length = next() % most;
            let letter = |number: u64| if number.is_multiple_of(3) { b'b' } else { b'a' };
            (0..length).map(|_| letter(next())).collect::<Vec<u8>>()
        };
        for round in 0..400 {
            let least = [1, 2, 3, 4, 5, 6, 9, 33][round % 8];
            let words: Vec<Vec<u8>> = (0..1 + round % 12)
                .map(|_| {
                    [
                        vec![b'a'; least / 2],
                        letters(8),
                        vec![b'b'; least.div_ceil(2)],
                    ]
                    .concat()
                })
                .collect();
            let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            let text = [letters(300), words.concat(), letters(40)].concat();
            let mut expected = Vec::new();
            for at in 0..text.len() {
                let mut here: Vec<&[u8]> = words
                    .iter()
                    .copied()
                    .filter(|word| text[at..].starts_with(word))
                    .collect();
                here.sort_by_key(|word| std::cmp::Reverse(word.len()));
                here.dedup();
                expected.extend(here.into_iter().map(|word| (at, word)));
            }
            let mut found = Vec::new();
            Finder::new(&words)
                .find_overlapping(&text, &mut |at, number| found.push((at, words[number])));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn no_words_are_nowhere() {
        Finder::new(&[]).find_overlapping(b"abc", &mut |_, _| panic!("nothing was asked for"));
    }
}
