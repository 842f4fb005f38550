//! Texts, each kept once and known by its number.

use zeroize::Zeroize;

/// Texts with numbers from 0 up, looked up by hash; wiped on drop.
#[derive(Default)]
pub(crate) struct Pool {
    // INVARIANT: none grows beyond its first capacity, so no copy of a text is left behind.
    pages: Vec<String>,
    texts: Vec<Text>,
    // By hash: the hash and, in the low half, the text's number and one more; or 0.
    // INVARIANT: as many as a power of two, at most half of them taken.
    slots: Vec<u64>,
}

struct Text {
    page: u32,
    start: u32,
    end: u32,
}

/// Bytes of a page, where no text is longer; the first is shorter.
const PAGE: usize = 1 << 14;
const FIRST: usize = 1 << 9;

impl Pool {
    /// The text with this number; there is none beyond those handed out.
    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts
            .get(number as usize)
            .and_then(|text| {
                let page = self.pages.get(text.page as usize)?;
                page.get(text.start as usize..text.end as usize)
            })
            .unwrap_or_default()
    }

    /// The number of `text`, if it has one.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.look_up(text, hash(text.as_bytes())).ok()
    }

    /// Whether `text` had no number; it has one now.
    pub(crate) fn is_new(&mut self, text: &str) -> bool {
        let count = self.texts.len();
        self.number(text) as usize == count
    }

    /// The number of `text`, a new one where it has none.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if (self.texts.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(text.as_bytes());
        let slot = match self.look_up(text, hash) {
            Ok(number) => return number,
            Err(slot) => slot,
        };
        let room = |page: &String| page.capacity() - page.len() >= text.len();
        if !self.pages.last().is_some_and(room) {
            let page = if self.pages.is_empty() { FIRST } else { PAGE };
            self.pages.push(String::with_capacity(page.max(text.len())));
        }
        let number = low(self.texts.len());
        let place = low(self.pages.len() - 1);
        if let Some(page) = self.pages.last_mut() {
            let start = low(page.len());
            page.push_str(text);
            self.texts.push(Text {
                page: place,
                start,
                end: low(page.len()),
            });
        }
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = u64::from(hash) << 32 | u64::from(number + 1);
        }
        number
    }

    /// Where `text` is, or the free slot it belongs in.
    fn look_up(&self, text: &str, hash: u32) -> Result<u32, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get(at).filter(|slot| **slot != 0) {
            let number = (slot & u64::from(u32::MAX)) as u32 - 1;
            if slot >> 32 == u64::from(hash) && self.text(number) == text {
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
        Err(at)
    }

    fn grow(&mut self) {
        let count = (self.slots.len() * 2).max(64);
        let slots = std::mem::replace(&mut self.slots, vec![0; count]);
        for slot in slots.into_iter().filter(|slot| *slot != 0) {
            let mut at = (slot >> 32) as usize & (count - 1);
            while self.slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & (count - 1);
            }
            if let Some(place) = self.slots.get_mut(at) {
                *place = slot;
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for page in &mut self.pages {
            page.zeroize();
        }
    }
}

/// What fits of a count; texts and numbers stay far below.
fn low(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn hash(bytes: &[u8]) -> u32 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| {
        let mixed = (hash ^ word).wrapping_mul(SPREAD);
        mixed ^ mixed >> 29
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(bytes.len() as u64, |hash, word| {
        mix(hash, u64::from_le_bytes(*word))
    });
    let rest = rest
        .iter()
        .fold(0, |rest, byte| rest << 8 | u64::from(*byte));
    (mix(hash, rest).wrapping_mul(SPREAD) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut pool = Pool::default();
        let text = |number: usize| "x".repeat(number % 40) + &number.to_string();
        for number in 0..5_000 {
            assert_eq!(pool.find(&text(number)), None);
            assert_eq!(pool.number(&text(number)) as usize, number);
        }
        let long = "y".repeat(3 * PAGE);
        assert_eq!(pool.number(&long), 5_000);
        for number in 0..5_000 {
            assert_eq!(pool.number(&text(number)) as usize, number);
            assert_eq!(
                pool.find(&text(number)).map(|found| pool.text(found)),
                Some(text(number).as_str())
            );
        }
        assert_eq!(pool.text(5_000), long);
        assert_eq!(pool.text(5_001), "");
        assert_eq!(pool.find(""), None);
    }
}
