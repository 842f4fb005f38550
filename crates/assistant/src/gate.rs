//! The gate: the last look at the exact bytes before they leave, whatever way they leave.
//!
//! All detectors look again, and every original of the vault is searched for, in plain, in the other letter case, escaped, in hexadecimal and in
//! base64. A finding is named by the detector or the placeholder and by its place, never by its value.

use undeny_redact::Vault;
use undeny_text::Finder;

use crate::prompt::FIXED;
use crate::views::{View, views};

pub use crate::views::Writing;

/// A text that may leave. Only [`check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared<'t>(&'t str);

impl<'t> Cleared<'t> {
    /// The text.
    #[must_use]
    pub const fn text(self) -> &'t str {
        self.0
    }
}

/// Something in the text that must not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// What it is.
    pub what: What,
    /// How it is written.
    pub writing: Writing,
    /// Offset of its first byte in the text.
    pub start: usize,
    /// Offset behind its last byte; for what had to be decoded, rounded to what surely holds it.
    pub end: usize,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A detector, by its name, sees something.
    Detector(&'static str),
    /// The original of this placeholder.
    Original(String),
}

impl std::fmt::Display for Blocked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            writing,
            start,
            ..
        } = self;
        match what {
            What::Detector(name) => write!(formatter, "byte {start}: {name} sees something here"),
            What::Original(placeholder) => write!(
                formatter,
                "byte {start}: the original of {placeholder} ({})",
                writing.as_str()
            ),
        }
    }
}

/// Shortest original that is searched for inside words, in bytes; shorter ones only where they stand for themselves.
const ANYWHERE: usize = 8;
/// Shortest original that is searched for at all, in bytes: what is shorter (`for`, `eu`) is an everyday word as often as a name.
const SHORTEST: usize = 4;
/// Shortest original that is searched for in what had to be decoded, in bytes: random bytes hold any shorter one sooner or later.
const DECODED: usize = 5;

/// Look at `text` for the last time. `keep` are values that the user chose not to hide.
///
/// # Errors
/// Everything that must not leave, by place.
pub fn check<'t>(
    text: &'t str,
    vault: &Vault,
    keep: &[String],
) -> Result<Cleared<'t>, Vec<Blocked>> {
    let fixed = harmless(text, vault);
    let mut found: Vec<Blocked> = undeny_redact::scan(text)
        .into_iter()
        .filter(|sighting| {
            let value = sighting.span.text(text);
            !keep.iter().any(|kept| kept == value)
                && !is_within(&fixed, sighting.span.start, sighting.span.end)
        })
        .map(|sighting| Blocked {
            what: What::Detector(sighting.detector),
            writing: Writing::Plain,
            start: sighting.span.start,
            end: sighting.span.end,
        })
        .collect();
    originals(text, vault, keep, &fixed, &mut found);
    found.sort_by(|left, right| {
        (left.start, left.end, left.writing).cmp(&(right.start, right.end, right.writing))
    });
    found.dedup_by(|right, left| left.start == right.start && left.end == right.end);
    if found.is_empty() {
        Ok(Cleared(text))
    } else {
        Err(found)
    }
}

/// Where the words of ours stand, sorted and disjoint: what is in every prompt was written before there was anything to hide, and a
/// placeholder is no original, whatever its letters (`session` is in `<SESSION_1>`).
fn harmless(text: &str, vault: &Vault) -> Vec<(usize, usize)> {
    let words: Vec<&[u8]> = FIXED
        .iter()
        .copied()
        .chain(
            vault
                .entries()
                .filter(|(placeholder, original)| placeholder != original)
                .map(|(placeholder, _)| placeholder),
        )
        .map(str::as_bytes)
        .collect();
    let mut parts = Vec::new();
    Finder::new(&words).find(text.as_bytes(), &mut |start, number| {
        parts.push((
            start,
            start + words.get(number).map_or(0, |word| word.len()),
        ));
    });
    parts
}

fn is_within(parts: &[(usize, usize)], start: usize, end: usize) -> bool {
    let next = parts.partition_point(|(from, _)| *from <= start);
    next.checked_sub(1)
        .and_then(|index| parts.get(index))
        .is_some_and(|(from, to)| *from <= start && end <= *to)
}

fn originals(
    text: &str,
    vault: &Vault,
    keep: &[String],
    fixed: &[(usize, usize)],
    found: &mut Vec<Blocked>,
) {
    let entries: Vec<(&str, &str)> = vault
        .entries()
        .filter(|(placeholder, original)| {
            placeholder != original
                && original.len() >= SHORTEST
                && !keep.iter().any(|kept| kept == original)
        })
        .collect();
    // No letter case hides an original.
    let lower: Vec<Vec<u8>> = entries
        .iter()
        .map(|(_, original)| original.to_ascii_lowercase().into_bytes())
        .collect();
    let words: Vec<&[u8]> = lower.iter().map(Vec::as_slice).collect();
    let finder = Finder::new(&words);
    for view in views(text) {
        let decoded = matches!(view.writing, Writing::Base64 | Writing::Hexadecimal);
        finder.find_overlapping(&view.bytes.to_ascii_lowercase(), &mut |from, number| {
            let Some((placeholder, original)) = entries.get(number) else {
                return;
            };
            let to = from + original.len();
            let apart = stands_apart(&view.bytes, from, to);
            let counts = if decoded {
                original.len() >= DECODED
            } else {
                original.len() >= ANYWHERE || apart
            };
            if !counts {
                return;
            }
            let (start, end) = place(&view, from, to, text.len());
            if is_within(fixed, start, end) {
                return;
            }
            found.push(Blocked {
                what: What::Original((*placeholder).to_owned()),
                writing: view.writing,
                start,
                end,
            });
        });
    }
}

fn place(view: &View, start: usize, end: usize, length: usize) -> (usize, usize) {
    let from = view.source(start).min(length);
    let last = view.source(end.saturating_sub(1)).min(length);
    (from, (last + 1).max(from).min(length))
}

/// Whether the bytes at `start..end` are a word or segment of their own: `acme` in `acme-logs` and in `AcmeRole`, not in `acmeist`.
fn stands_apart(bytes: &[u8], start: usize, end: usize) -> bool {
    let at = |index: Option<usize>| index.and_then(|index| bytes.get(index)).copied();
    let (before, first) = (at(start.checked_sub(1)), at(Some(start)));
    let (last, after) = (at(end.checked_sub(1)), at(Some(end)));
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let open = |left: Option<u8>, right: Option<u8>| {
        let hump = left.is_some_and(|byte| !byte.is_ascii_uppercase())
            && right.is_some_and(|byte| byte.is_ascii_uppercase());
        !is_word(left) || !is_word(right) || hump
    };
    // An escape's letter is no part of the word behind it: `\nacme`.
    let escaped = before.is_some_and(|byte| matches!(byte, b'n' | b'r' | b't'))
        && at(start.checked_sub(2)) == Some(b'\\');
    (open(before, first) || escaped) && open(last, after)
}
