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

/// A literal, and who looks where it stands.
struct Literal {
    bytes: &'static [u8],
    // Its first four bytes, and which of them it has: most differ there already.
    first: u32,
    mask: u32,
    detector: &'static dyn Detector,
}

impl Literal {
    fn new(literal: &'static str, detector: &'static dyn Detector) -> Self {
        let bytes = literal.as_bytes();
        let mut first = [0; 4];
        let mut mask = [0; 4];
        for ((first, mask), byte) in first.iter_mut().zip(&mut mask).zip(bytes) {
            (*first, *mask) = (*byte, u8::MAX);
        }
        Self {
            bytes,
            first: u32::from_le_bytes(first),
            mask: u32::from_le_bytes(mask),
            detector,
        }
    }
}

/// The literals that begin with the same two bytes.
#[derive(Clone, Default)]
struct Pair {
    // INVARIANT: places in the sorted literals.
    from: u16,
    to: u16,
    // What [`behind`] makes of the third and fourth byte of one of them, and of the third alone where there is no fourth.
    fourth: u32,
    third: u32,
}

/// Bits for two bytes in a set of 32 of them, of which most are not in it.
fn behind(third: u8, fourth: u8) -> u32 {
    1 << (third.wrapping_mul(5).wrapping_add(fourth) & 31)
}

/// Longest word of digits that is told from longer ones, in bytes.
const DIGITS: usize = 20;

struct Index {
    literals: Vec<Literal>,
    // By the first two bytes: the place in `pairs`, of which the first says that no literal begins so.
    starts: Vec<u16>,
    pairs: Vec<Pair>,
    marks: Vec<Vec<&'static dyn Detector>>,
    // By the length of the word; at the last place, of all that are longer.
    digits: [Vec<&'static dyn Detector>; DIGITS + 1],
    tokens: Vec<&'static dyn Detector>,
    assignments: Vec<&'static dyn Detector>,
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
            starts: vec![0; PAIRS],
            pairs: vec![Pair::default()],
            marks: vec![Vec::new(); 256],
            digits: [const { Vec::new() }; DIGITS + 1],
            tokens: Vec::new(),
            assignments: Vec::new(),
        };
        for detector in DETECTORS.iter().copied() {
            for anchor in detector.anchors() {
                match *anchor {
                    Anchor::Literal(literal) => {
                        index.literals.push(Literal::new(literal, detector));
                    }
                    Anchor::Mark(byte) => {
                        if let Some(list) = index.marks.get_mut(usize::from(byte)) {
                            list.push(detector);
                        }
                    }
                    Anchor::Digits { least, most } => {
                        for list in index
                            .digits
                            .iter_mut()
                            .take(most.saturating_add(1))
                            .skip(least)
                        {
                            list.push(detector);
                        }
                    }
                    Anchor::Token => index.tokens.push(detector),
                    Anchor::Assignment => index.assignments.push(detector),
                }
            }
        }
        let order = |literal: &Literal| (literal.bytes, literal.detector.facts().id);
        index.literals.sort_by_key(order);
        index.literals.dedup_by_key(|literal| order(literal));
        for (at, literal) in (0_u16..).zip(&index.literals) {
            let [first, second, third, fourth] = literal.first.to_le_bytes();
            let Some(start) = pair(first, second).and_then(|pair| index.starts.get_mut(pair))
            else {
                continue;
            };
            if *start == 0 {
                *start = u16::try_from(index.pairs.len()).unwrap_or(0);
                index.pairs.push(Pair {
                    from: at,
                    ..Pair::default()
                });
            }
            if let Some(pair) = index.pairs.last_mut() {
                pair.to = at + 1;
                match literal.bytes.len() {
                    0..=2 => pair.third = u32::MAX,
                    3 => pair.third |= behind(third, 0),
                    _ => pair.fourth |= behind(third, fourth),
                }
            }
        }
        index
    }

    fn literals(&self, scan: &mut Scan<'_>, word: Span) {
        let bytes = scan.bytes;
        let here = match bytes.rest(word.start).first_chunk::<4>() {
            Some(four) => *four,
            None => [0, 1, 2, 3].map(|ahead| bytes.at(word.start + ahead)),
        };
        let [first, second, third, fourth] = here;
        let start = pair(first, second).and_then(|pair| self.starts.get(pair));
        let Some(pair) = start.and_then(|start| self.pairs.get(usize::from(*start))) else {
            return;
        };
        if pair.fourth & behind(third, fourth) | pair.third & behind(third, 0) == 0 {
            return;
        }
        let [from, to] = [pair.from, pair.to].map(usize::from);
        let here = u32::from_le_bytes(here);
        for literal in self.literals.get(from..to).unwrap_or_default() {
            if (here ^ literal.first) & literal.mask == 0
                && (literal.bytes.get(4..))
                    .is_none_or(|rest| bytes.rest(word.start + 4).starts_with(rest))
            {
                literal.detector.look(&place(word), scan);
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
            for byte in bytes.rest(start) {
                let kind = kind_of(*byte);
                if kind & WORD == 0 {
                    break;
                }
                kinds |= kind;
                at += 1;
            }
            let word = Span::new(start, at);
            if kinds & WORD == DIGIT {
                let digits = index.digits.get(word.len().min(DIGITS));
                let place = place(word);
                for detector in digits.into_iter().flatten() {
                    detector.look(&place, scan);
                }
            }
            if word.len() > 1 || kind_of(bytes.at(at)) & TOKEN != 0 || bytes.at(at) == b'$' {
                index.literals(scan, word);
            }
            if let Some(place) = assignment::spaced(scan, word) {
                assigned(scan, place, &index.assignments);
            }
            if start >= token_to {
                token_to = token_end(bytes, start, at);
                if token_to - start >= TOKEN_LENGTH {
                    let place = place(Span::new(start, token_to));
                    for detector in &index.tokens {
                        detector.look(&place, scan);
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
                let place = place(Span::new(at, at + 1));
                for detector in list {
                    detector.look(&place, scan);
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

/// Where the token ends that begins at `start` with a word that ends at `end`. Where it is shorter than those that are looked at, any place behind it before
/// which no other begins that is long enough.
#[inline]
fn token_end(bytes: Bytes<'_>, start: usize, end: usize) -> usize {
    let is_token = |at: &usize| kind_of(bytes.at(*at)) & TOKEN != 0;
    let long = start + TOKEN_LENGTH;
    // From behind, since what is found there says most.
    if let Some(short) = (end..long).rev().find(|at| !is_token(at)) {
        return short;
    }
    let mut to = end.max(long);
    while is_token(&to) {
        to += 1;
    }
    to
}

fn assigned(scan: &mut Scan<'_>, place: Place, detectors: &[&'static dyn Detector]) {
    let read = place.key.cover(place.span);
    if read.len() > FAR || scan.bytes.under(read).contains(&b'\n') {
        scan.far.push(Far { place: read, read });
    }
    for detector in detectors {
        detector.look(&place, scan);
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
