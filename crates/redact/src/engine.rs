//! One walk over a text that calls each detector where it wants to look.
//!
//! Nothing is searched for: words, marks and assignments are met in one pass, literals are looked up by the first bytes of a word. So the time is
//! linear in the text, whatever it holds.

use std::sync::OnceLock;

use undeny_text::{Span, rest};

use crate::assignment;
use crate::bytes::{Bytes, DIGIT, KINDS, MARK, TOKEN, WORD};
use crate::detector::{Anchor, Braces, Done, FAR, Far, Hit, Place, Scan};
use crate::key::KeyCache;
use crate::{DETECTORS, Detector};

/// Shortest run of token bytes that [`Anchor::Token`] detectors look at.
const TOKEN_LENGTH: usize = 16;

/// So much of a text is walked through between two rests, in bytes.
const STEP: usize = 128 * 1024;

/// What every detector sees in `text`.
pub(crate) fn detect(text: &str, strict: bool, depth: u8) -> Vec<Hit> {
    let mut scan = scan(text, strict, depth);
    walk(&mut scan, Walked::default(), usize::MAX);
    scan.hits
}

/// [`detect`] at the places in `windows`, which are in order, with rests. What detectors read around a place may lie outside; the second answer is
/// what of it lay on other lines.
pub(crate) async fn detect_in_steps(
    text: &str,
    windows: &[Span],
    strict: bool,
) -> (Vec<Hit>, Vec<Far>) {
    let mut scan = scan(text, strict, 0);
    let mut walked = Walked::default();
    let mut rested = 0;
    for window in windows {
        walked.at = walked.at.max(window.start);
        while walked.at < window.end {
            if walked.at - rested >= STEP {
                rested = walked.at;
                rest().await;
            }
            let until = window.end.min(walked.at.saturating_add(STEP));
            walked = walk(&mut scan, walked, until);
        }
    }
    (scan.hits, scan.far)
}

fn scan(text: &str, strict: bool, depth: u8) -> Scan<'_> {
    Scan {
        text,
        bytes: Bytes(text.as_bytes()),
        hits: Vec::new(),
        far: Vec::new(),
        strict,
        depth,
        decoded_to: 0,
        named: Span::empty(0),
        unnamed: Span::empty(0),
        braces: Braces::default(),
        keys: KeyCache::new(text.len()),
        last_key: None,
        unquoted: (Span::empty(0), 0),
        done: Done::default(),
    }
}

struct Index {
    literals: Vec<(&'static [u8], &'static dyn Detector)>,
    // INVARIANT: by the first two bytes, where the literals begin that are not before them; the literals are sorted.
    starts: Vec<u16>,
    // A literal of which the first three bytes are these, or the first two and `ANY`, may exist.
    heads: Vec<u64>,
    marks: Vec<Vec<&'static dyn Detector>>,
    digits: Vec<&'static dyn Detector>,
    tokens: Vec<&'static dyn Detector>,
    assignments: Vec<&'static dyn Detector>,
}

/// Bits in the table of first bytes, as a power of two.
const HEADS: u32 = 15;
/// The third byte of a literal of two; there is no such byte in a text.
const ANY: u8 = 0xff;

fn head(first: u8, second: u8, third: u8) -> (usize, u64) {
    let bytes = u32::from(first) << 16 | u32::from(second) << 8 | u32::from(third);
    let bit = bytes.wrapping_mul(0x9e37_79b1) >> (32 - HEADS);
    (bit as usize >> 6, 1 << (bit & 63))
}

/// How many pairs of bytes of ASCII there are.
const PAIRS: usize = 1 << 14;

fn pair(first: u8, second: u8) -> Option<usize> {
    (first.is_ascii() && second.is_ascii()).then(|| usize::from(first) << 7 | usize::from(second))
}

impl Index {
    fn new() -> Self {
        let mut index = Self {
            literals: Vec::new(),
            starts: Vec::with_capacity(PAIRS + 1),
            heads: vec![0; 1 << (HEADS - 6)],
            marks: vec![Vec::new(); 256],
            digits: Vec::new(),
            tokens: Vec::new(),
            assignments: Vec::new(),
        };
        for detector in DETECTORS.iter().copied() {
            for anchor in detector.anchors() {
                match *anchor {
                    Anchor::Literal(literal) => {
                        index.literals.push((literal.as_bytes(), detector));
                    }
                    Anchor::Mark(byte) => {
                        if let Some(list) = index.marks.get_mut(usize::from(byte)) {
                            list.push(detector);
                        }
                    }
                    Anchor::Digits => index.digits.push(detector),
                    Anchor::Token => index.tokens.push(detector),
                    Anchor::Assignment => index.assignments.push(detector),
                }
            }
        }
        index
            .literals
            .sort_by(|a, b| (a.0, a.1.facts().id).cmp(&(b.0, b.1.facts().id)));
        index
            .literals
            .dedup_by(|a, b| a.0 == b.0 && a.1.facts().id == b.1.facts().id);
        for (at, (literal, _)) in (0_u16..).zip(&index.literals) {
            let first = literal.first().copied().unwrap_or(0);
            let second = literal.get(1).copied().unwrap_or(0);
            while index.starts.len() <= pair(first, second).unwrap_or(0) {
                index.starts.push(at);
            }
            let third = literal.get(2).copied().unwrap_or(ANY);
            let (word, bit) = head(first, second, third);
            if let Some(word) = index.heads.get_mut(word) {
                *word |= bit;
            }
        }
        let count = u16::try_from(index.literals.len()).unwrap_or(u16::MAX);
        index.starts.resize(PAIRS + 1, count);
        index
    }

    fn literals(&self, scan: &mut Scan<'_>, word: Span) {
        let first = scan.bytes.at(word.start);
        let second = scan.bytes.at(word.start + 1);
        let begins = |third: u8| {
            let (at, bit) = head(first, second, third);
            self.heads.get(at).is_some_and(|word| word & bit != 0)
        };
        if !begins(scan.bytes.at(word.start + 2)) && !begins(ANY) {
            return;
        }
        let Some(pair) = pair(first, second) else {
            return;
        };
        let [from, to] =
            [pair, pair + 1].map(|at| self.starts.get(at).copied().map_or(0, usize::from));
        for (literal, detector) in self.literals.get(from..to).unwrap_or_default() {
            // Most differ in their third byte already.
            let here = scan.bytes.0.get(word.start..word.start + literal.len());
            if here.is_some_and(|here| here.get(2) == literal.get(2) && here == *literal) {
                detector.look(place(word), scan);
            }
        }
    }
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(Index::new)
}

fn place(span: Span) -> Place {
    Place {
        span,
        key: Span::empty(span.start),
        quote: 0,
        how: assignment::How::None,
        literal: false,
    }
}

/// How far a walk has come.
#[derive(Clone, Copy, Debug, Default)]
struct Walked {
    /// What is before it was walked through.
    at: usize,
    /// Where the last token ends.
    token_to: usize,
}

/// Go on to the byte at `until`, and to the end of the word in which it is.
fn walk(scan: &mut Scan<'_>, walked: Walked, until: usize) -> Walked {
    let index = index();
    let bytes = scan.bytes;
    let Walked {
        mut at,
        mut token_to,
    } = walked;
    let within = bytes.0.get(..until).unwrap_or(bytes.0);
    while let Some(&byte) = within.get(at) {
        let kind = kind_of(byte);
        if kind & WORD != 0 {
            let start = at;
            let mut kinds = 0;
            while let Some(&byte) = bytes.0.get(at) {
                let kind = kind_of(byte);
                if kind & WORD == 0 {
                    break;
                }
                kinds |= kind;
                at += 1;
            }
            let word = Span::new(start, at);
            if kinds & WORD == DIGIT {
                for detector in &index.digits {
                    detector.look(place(word), scan);
                }
            }
            if word.len() > 1 || kind_of(bytes.at(at)) & TOKEN != 0 || bytes.at(at) == b'$' {
                index.literals(scan, word);
            }
            if let Some(place) = assignment::spaced(scan, word) {
                assigned(scan, place, &index.assignments);
            }
            if start >= token_to {
                token_to = at;
                while kind_of(bytes.at(token_to)) & TOKEN != 0 {
                    token_to += 1;
                }
                if token_to - start >= TOKEN_LENGTH {
                    for detector in &index.tokens {
                        detector.look(place(Span::new(start, token_to)), scan);
                    }
                }
            }
            continue;
        }
        if kind & MARK != 0 {
            match byte {
                b'{' => scan.braces.open(at),
                b'}' => scan.braces.close(at),
                _ => {}
            }
            if let Some(list) = index.marks.get(usize::from(byte)) {
                for detector in list {
                    detector.look(place(Span::new(at, at + 1)), scan);
                }
            }
            if let Some(place) = assignment::at(scan, at) {
                assigned(scan, place, &index.assignments);
                assignment::remember(scan, place);
            }
            at += skip(bytes, at, byte);
            continue;
        }
        at += 1;
    }
    Walked { at, token_to }
}

fn assigned(scan: &mut Scan<'_>, place: Place, detectors: &[&'static dyn Detector]) {
    let read = place.key.cover(place.span);
    if read.len() > FAR || scan.bytes.under(read).contains(&b'\n') {
        scan.far.push(Far { place: read, read });
    }
    for detector in detectors {
        detector.look(place, scan);
    }
}

/// How many bytes a mark takes: an escape takes the letters that belong to it, so that words begin behind it.
fn skip(bytes: Bytes<'_>, at: usize, byte: u8) -> usize {
    let next = bytes.at(at + 1);
    match byte {
        b'\\' if matches!(next, b'n' | b'r' | b't' | b'b' | b'f') => 2,
        b'\\' if next == b'u' && (2..6).all(|ahead| bytes.at(at + ahead).is_ascii_hexdigit()) => 6,
        b'%' if next.is_ascii_hexdigit() && bytes.at(at + 2).is_ascii_hexdigit() => 3,
        b'[' | 0x1b => bytes.colour(at).max(1),
        _ => 1,
    }
}

#[inline]
fn kind_of(byte: u8) -> u8 {
    KINDS.get(usize::from(byte)).copied().unwrap_or(0)
}
