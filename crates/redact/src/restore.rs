//! The way back: placeholders out, originals in; exact where the text is ours, tolerant where a model has been at it, and never a guess.

use std::borrow::Cow;
use std::collections::BTreeSet;

use undeny_text::{Finder, Span};

use crate::bytes::{Bytes, SPACE, kind};
use crate::placeholder::{self, TAGS, lookalikes};
use crate::vault::{Restored, Vault};

/// `text` with the originals of `vault`.
pub(crate) fn restore(vault: &Vault, text: &str) -> Restored {
    let (mut restored, places) = replaced(vault, text);
    let mut told: BTreeSet<String> = restored.altered.iter().cloned().collect();
    let mut tag = Span::empty(0);
    let hides_accounts = vault
        .pairs()
        .any(|(placeholder, _)| placeholder::is_handed_out(placeholder));
    for lookalike in lookalikes(text) {
        // The account in a tag is a part of it.
        if tag.contains(lookalike.span) {
            continue;
        }
        let next = places.partition_point(|place| place.span.end <= lookalike.span.start);
        let covered = places
            .get(next)
            .is_some_and(|place| place.span.overlaps(lookalike.span));
        let what = lookalike.span.text(text).to_owned();
        if covered
            || vault.is_reserved(&lookalike.core(text))
            || placeholder::is_public_account(&what)
                && vault.original(&what).is_none()
                && !(hides_accounts && placeholder::is_handed_out(&what))
        {
            continue;
        }
        if lookalike.exact {
            tag = lookalike.span;
            if told.insert(what.clone()) {
                restored.unknown.push(what);
            }
        }
    }
    for written in placeholder::invented(text) {
        if hides_accounts
            && !vault.is_reserved(&lower_case(written))
            && told.insert(written.to_owned())
        {
            restored.unknown.push(written.to_owned());
        }
    }
    for broken in broken(vault, text, &places) {
        if told.insert(broken.clone()) {
            restored.altered.push(broken);
        }
    }
    restored
}

/// Placeholders in which a line is broken, with the indent, the mark of a quotation or of a diff behind it: nobody knows what the line meant, so they
/// are told and stay.
fn broken(vault: &Vault, text: &str, places: &[Place<'_>]) -> Vec<String> {
    if vault.is_empty() {
        return Vec::new();
    }
    let bytes = Bytes(text.as_bytes());
    let part = |byte: u8| byte > b' ';
    // The text without its breaks: where each was, and how much longer the text was behind it.
    let mut joined = String::new();
    let mut breaks: Vec<(usize, usize)> = Vec::new();
    let mut copied = 0;
    for (at, _) in text.match_indices('\n') {
        let start = at - usize::from(bytes.before(at) == b'\r');
        let indent = bytes.run(at + 1, 32, |byte| matches!(byte, b' ' | b'\t'));
        let mark = bytes.run(indent, 2, |byte| {
            matches!(byte, b'>' | b'+' | b'#' | b'*' | b'|')
        });
        let next = bytes.run(mark, 32, |byte| matches!(byte, b' ' | b'\t'));
        if start >= copied && part(bytes.before(start)) && part(bytes.at(next)) {
            joined.push_str(text.get(copied..start).unwrap_or_default());
            breaks.push((joined.len(), next - joined.len()));
            copied = next;
        }
    }
    if breaks.is_empty() {
        return Vec::new();
    }
    joined.push_str(text.get(copied..).unwrap_or_default());
    let lower: Vec<Cow<'_, str>> = (vault.pairs())
        .map(|(placeholder, _)| lower_case(placeholder))
        .collect();
    let words: Vec<&[u8]> = lower.iter().map(|word| word.as_bytes()).collect();
    let finder = Finder::new(&words);
    let mut found = Vec::new();
    finder.find(
        joined.to_ascii_lowercase().as_bytes(),
        &mut |start, number| {
            let span = Span::new(
                start,
                start + words.get(number).map_or(0, |word| word.len()),
            );
            let first = breaks.partition_point(|(at, _)| *at <= span.start);
            let within = breaks.get(first).is_some_and(|(at, _)| *at < span.end);
            let whole = bytes_at(&joined, span.start) == b'<'
                || placeholder::is_whole(Bytes(joined.as_bytes()), span);
            if !within || !whole {
                return;
            }
            let place = |at: usize| {
                let behind = breaks.partition_point(|(start, _)| *start <= at);
                let shift = behind.checked_sub(1).and_then(|last| breaks.get(last));
                at + shift.map_or(0, |(_, shift)| *shift)
            };
            let written = Span::new(place(span.start), place(span.end - 1) + 1);
            let next = places.partition_point(|place| place.span.end <= written.start);
            let covered = (places.get(next)).is_some_and(|place| place.span.overlaps(written));
            if !covered && let Some(written) = text.get(written.start..written.end) {
                found.push(written.to_owned());
            }
        },
    );
    found
}

fn bytes_at(text: &str, at: usize) -> u8 {
    Bytes(text.as_bytes()).at(at)
}

/// A place at which an original was put back.
pub(crate) struct Place<'v> {
    pub(crate) span: Span,
    original: Cow<'v, str>,
    /// The placeholder that was read there, as the vault writes it.
    pub(crate) placeholder: Cow<'v, str>,
}

/// A shaped placeholder in one of its writings, with its original in the same.
struct Shape<'v> {
    written: Cow<'v, str>,
    original: Cow<'v, str>,
    placeholder: &'v str,
}

/// What was read at a place.
enum Read<'v> {
    Ours(Place<'v>),
    /// It looks like one of ours, and it is not clear which.
    Altered(String),
    /// A tag that is none of ours: nothing in it is put back.
    Foreign(Span),
}

/// The text with its originals, and where they were put back; what is unknown is not looked for.
pub(crate) fn replaced<'v>(vault: &'v Vault, text: &str) -> (Restored, Vec<Place<'v>>) {
    let bytes = Bytes(text.as_bytes());
    let mut shapes: Vec<Shape<'v>> = Vec::new();
    let mut others: Vec<Shape<'v>> = Vec::new();
    let lower = text.to_ascii_lowercase();
    let mut signs = Signs {
        lower: &lower,
        seen: None,
    };
    for (placeholder, original) in vault.pairs() {
        if placeholder == original || placeholder.starts_with('<') {
            continue;
        }
        shapes.push(Shape {
            written: Cow::Borrowed(placeholder),
            original: Cow::Borrowed(original),
            placeholder,
        });
        if !placeholder::is_name(placeholder) {
            other_writings(
                placeholder,
                original,
                &mut signs,
                &mut |written, original| {
                    if vault.original(&written).is_none() {
                        others.push(Shape {
                            written: Cow::Owned(written),
                            original: Cow::Owned(original),
                            placeholder,
                        });
                    }
                },
            );
        }
    }
    let exact = shapes.len();
    shapes.append(&mut others);
    // In one walk: the shapes, then the names of tags.
    let written = shapes.iter().map(|shape| shape.written.as_ref());
    let names: Vec<Cow<'_, str>> = written
        .chain(TAGS.iter().copied())
        .map(lower_case)
        .collect();
    let words: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let finder = Finder::new(&words);
    let mut places: Vec<Place<'v>> = Vec::new();
    let mut foreign: Vec<Span> = Vec::new();
    let mut restored = Restored::default();
    let mut altered: BTreeSet<String> = BTreeSet::new();
    finder.find(lower.as_bytes(), &mut |start, number| {
        let read = if let Some(shape) = shapes.get(number) {
            let span = Span::new(start, start + shape.written.len());
            shaped(bytes, span, shape, number < exact, vault)
        } else if let Some(name) = TAGS.get(number - shapes.len()) {
            tagged(bytes, start, name, vault)
        } else {
            None
        };
        match read {
            Some(Read::Ours(place)) => places.push(place),
            Some(Read::Foreign(span)) => foreign.push(span),
            Some(Read::Altered(written)) if altered.insert(written.clone()) => {
                restored.altered.push(written);
            }
            Some(Read::Altered(_)) | None => {}
        }
    });
    places.sort_by_key(|place| (place.span.start, usize::MAX - place.span.end));
    foreign.sort_by_key(|span| span.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut tag = 0;
    places.retain(|place| {
        let span = place.span;
        while foreign.get(tag).is_some_and(|tag| tag.end <= span.start) {
            tag += 1;
        }
        let within = foreign.get(tag).is_some_and(|tag| tag.contains(span));
        if span.start < done || within {
            return false;
        }
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push_str(&place.original);
        done = span.end;
        true
    });
    out.push_str(text.get(done..).unwrap_or_default());
    restored.text = out;
    (restored, places)
}

/// Which signs stand between letters or digits of a text in small letters: what is written with another cannot be in it.
struct Signs<'t> {
    lower: &'t str,
    seen: Option<Vec<&'static str>>,
}

impl Signs<'_> {
    fn has(&mut self, sign: &'static str) -> bool {
        let lower = self.lower;
        sign.is_empty()
            || (self.seen)
                .get_or_insert_with(|| signs_in(lower))
                .contains(&sign)
    }
}

/// The signs of [`other_writings`] that stand between letters or digits of a text in small letters, in one walk.
fn signs_in(lower: &str) -> Vec<&'static str> {
    let signs: Vec<(Cow<'_, str>, &'static str)> = [OF_EMAIL, OF_IPV6, OF_HOST, OF_UUID]
        .concat()
        .into_iter()
        .map(|(_, sign)| sign)
        .chain(OF_ACCOUNTS.iter().map(|(_, sign)| *sign))
        .map(|sign| (lower_case(sign), sign))
        .collect();
    // A bit for each sign that was not seen yet, by its first byte.
    let mut open = [0_u64; 256];
    for (number, (written, _)) in signs.iter().enumerate() {
        let first = written.bytes().next().map(usize::from);
        if let Some(open) = first.and_then(|first| open.get_mut(first)) {
            *open |= 1 << number;
        }
    }
    let mut seen = Vec::new();
    let bytes = Bytes(lower.as_bytes());
    let mut from = 0;
    while let Some(ahead) = (bytes.rest(from).iter())
        .position(|byte| open.get(usize::from(*byte)).is_some_and(|open| *open != 0))
    {
        let at = from + ahead;
        from = at + 1;
        if !bytes.before(at).is_ascii_alphanumeric() {
            continue;
        }
        let Some(open) = open.get_mut(usize::from(bytes.at(at))) else {
            continue;
        };
        let mut left = *open;
        while left != 0 {
            let number = left.trailing_zeros();
            left &= left - 1;
            if let Some((written, sign)) = signs.get(number as usize)
                && bytes.starts(at, written)
                && bytes.at(at + written.len()).is_ascii_alphanumeric()
            {
                seen.push(*sign);
                *open &= !(1 << number);
            }
        }
    }
    seen
}

/// How else a shaped placeholder may be written in a text with these signs, and its original in the same writing: `person1%40example.com`,
/// `198[.]18[.]0[.]1`, `2222 4444 6666`.
fn other_writings(
    placeholder: &str,
    original: &str,
    signs: &mut Signs<'_>,
    each: &mut dyn FnMut(String, String),
) {
    let others = if placeholder.contains('@') {
        OF_EMAIL
    } else if placeholder.contains(':') {
        OF_IPV6
    } else if placeholder.contains('.') {
        OF_HOST
    } else if placeholder.len() == 36 && placeholder.starts_with("00000000-") {
        OF_UUID
    } else {
        &[]
    };
    for (sign, other) in others.iter().filter(|(_, other)| signs.has(other)) {
        each(
            placeholder.replace(sign, other),
            original.replace(sign, other),
        );
    }
    let is_account = others.is_empty()
        && placeholder.len() == 12
        && original.len() == 12
        && placeholder.bytes().all(|byte| byte.is_ascii_digit());
    if is_account {
        for (places, sign) in OF_ACCOUNTS.iter().filter(|(_, sign)| signs.has(sign)) {
            let parts = |digits: &str| {
                let part = |(start, end): &(usize, usize)| digits.get(*start..*end);
                let parts: Vec<&str> = places.iter().filter_map(part).collect();
                parts.join(sign)
            };
            each(parts(placeholder), parts(original));
        }
    }
}

/// A sign of a shape, and how else it is written.
type Sign = (&'static str, &'static str);
const OF_EMAIL: &[Sign] = &[
    ("@", "%40"),
    ("@", "&#64;"),
    ("@", "&#x40;"),
    ("@", "\\u0040"),
    ("@", "\\@"),
    ("@", "[at]"),
    (".", "\\."),
    (".", "[.]"),
];
const OF_IPV6: &[Sign] = &[(":", "%3A"), (":", "\\:"), (":", "[:]")];
const OF_HOST: &[Sign] = &[
    (".", "[.]"),
    (".", "(.)"),
    (".", "[dot]"),
    (".", "\\."),
    (".", "-"),
];
const OF_UUID: &[Sign] = &[("-", ""), ("-", "\\-")];

/// The places of the parts of an account id, and what is written between them.
const OF_ACCOUNTS: &[(&[(usize, usize)], &str)] = &[
    (FOURS, "-"),
    (FOURS, " "),
    (FOURS, "\\-"),
    (FOURS, "\u{2010}"),
    (FOURS, "\u{2011}"),
    (FOURS, "\u{2013}"),
    (FOURS, "\u{a0}"),
    (&[(0, 3), (3, 6), (6, 9), (9, 12)], ","),
    (ENDS, "\u{2026}"),
    (ENDS, "..."),
];
const FOURS: &[(usize, usize)] = &[(0, 4), (4, 8), (8, 12)];
const ENDS: &[(usize, usize)] = &[(0, 6), (8, 12)];

pub(crate) fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// What the shape at `span` stands for.
fn shaped<'v>(
    bytes: Bytes<'_>,
    span: Span,
    shape: &Shape<'v>,
    exact: bool,
    vault: &'v Vault,
) -> Option<Read<'v>> {
    if !placeholder::is_whole(bytes, span) || !exact && placeholder::goes_on(bytes, span) {
        return None;
    }
    let ours = |original: Cow<'v, str>, placeholder: &'v str| {
        Some(Read::Ours(Place {
            span,
            original,
            placeholder: Cow::Borrowed(placeholder),
        }))
    };
    if exact && bytes.under(span) == shape.placeholder.as_bytes() {
        return ours(shape.original.clone(), shape.placeholder);
    }
    let written = std::str::from_utf8(bytes.under(span)).unwrap_or_default();
    // Another spelling that is one of ours, too.
    if exact && let Some(original) = vault.original(written) {
        return ours(Cow::Borrowed(original), shape.placeholder);
    }
    if !placeholder::is_name(shape.placeholder) {
        let reserved = vault.is_reserved(&crate::vault::core(written));
        return if reserved {
            exact.then(|| Read::Altered(written.to_owned()))
        } else {
            ours(shape.original.clone(), shape.placeholder)
        };
    }
    match respelt(written, vault) {
        Some(original) if !vault.is_reserved(&crate::vault::core(written)) => {
            ours(Cow::Owned(original), shape.placeholder)
        }
        _ => Some(Read::Altered(written.to_owned())),
    }
}

/// The original of a name in a case that was never hidden, where the case says which: all small, all capitals, or one capital at the begin.
fn respelt(written: &str, vault: &Vault) -> Option<String> {
    let original = SPELLINGS.iter().find_map(|letters| {
        let mut other = written.to_ascii_lowercase().into_bytes();
        for (at, upper) in [
            (0, letters[0]),
            (1, letters[1]),
            (other.len() - 1, letters[2]),
        ] {
            if let Some(byte) = other.get_mut(at).filter(|_| upper) {
                byte.make_ascii_uppercase();
            }
        }
        vault.original(std::str::from_utf8(&other).ok()?)
    })?;
    let letters = |byte: &u8| byte.is_ascii_alphabetic();
    let mut upper = (written.bytes().filter(letters)).map(|byte| byte.is_ascii_uppercase());
    match [upper.next(), upper.next(), upper.next()].map(Option::unwrap_or_default) {
        [false, false, false] => Some(original.to_ascii_lowercase()),
        [true, true, true] => Some(original.to_ascii_uppercase()),
        [true, false, false] => {
            // Of `AcmeDeploy` nobody knows which capitals stay.
            let rest = original.get(1..)?;
            let plain = !rest.bytes().any(|byte| byte.is_ascii_uppercase())
                || !original.bytes().any(|byte| byte.is_ascii_lowercase());
            let first = original.get(..1)?.to_ascii_uppercase();
            plain.then(|| first + &rest.to_ascii_lowercase())
        }
        _ => None,
    }
}

/// Which of the three letters of a name's placeholder are capitals.
const SPELLINGS: &[[bool; 3]] = &[
    [false, false, false],
    [true, false, false],
    [true, true, true],
    [true, false, true],
    [true, true, false],
    [false, false, true],
    [false, true, false],
    [false, true, true],
];

/// The tag whose name stands at `start`, with its original, or what was made of it.
fn tagged<'v>(bytes: Bytes<'_>, start: usize, name: &str, vault: &'v Vault) -> Option<Read<'v>> {
    // Ours, to the byte: no tolerance, it would take bytes of the user's.
    if bytes.before(start) == b'<' && bytes.at(start + name.len()) == b'_' {
        let number = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        let end = bytes.run(start + name.len() + 1, 41, number);
        let span = Span::new(start - 1, end + 1);
        let exact = std::str::from_utf8(bytes.under(span)).ok();
        if let Some((exact, original)) =
            exact.and_then(|exact| Some((exact, vault.original(exact)?)))
        {
            return Some(Read::Ours(Place {
                span,
                original: Cow::Borrowed(original),
                placeholder: Cow::Owned(exact.to_owned()),
            }));
        }
    }
    let tag = parse(bytes, start, start + name.len(), name)?;
    let placeholder = format!("<{}>", tag.core);
    let Some(original) = vault.original(&placeholder) else {
        return (name == "KEYID").then_some(Read::Foreign(tag.span));
    };
    let written = String::from_utf8_lossy(bytes.under(tag.span)).into_owned();
    // A part of a longer word is none of ours.
    if !tag.whole {
        None
    } else if tag.sure {
        Some(Read::Ours(Place {
            span: tag.span,
            original: Cow::Borrowed(original),
            placeholder: Cow::Owned(placeholder),
        }))
    } else if vault.is_reserved(&tag.core.to_ascii_lowercase()) {
        None
    } else {
        Some(Read::Altered(written))
    }
}

struct Tag {
    span: Span,
    core: String,
    // Whether it is no part of a longer word.
    whole: bool,
    // Whether nothing but the writing changed.
    sure: bool,
}

const OPEN: &[&str] = &[
    "\\\\<", "\\<", "<", "&amp;lt;", "&lt;", "&#60;", "&#x3c;", "&#x3C;", "%3C", "%3c", "\\u003c",
    "\\u003C",
];
const CLOSE: &[&str] = &[
    "\\\\>", "\\>", ">", "&amp;gt;", "&gt;", "&#62;", "&#x3e;", "&#x3E;", "%3E", "%3e", "\\u003e",
    "\\u003E",
];

/// The tag whose name stands at `start..end`, in whatever writing.
fn parse(bytes: Bytes<'_>, start: usize, end: usize, name: &str) -> Option<Tag> {
    let (after, bare, lost) = match separator(bytes, end) {
        Some((after, bare)) => (after, bare, false),
        None => (end, false, true),
    };
    let mut at = bytes.run(after, 20, |byte| byte.is_ascii_digit());
    let mut core = format!(
        "{name}_{}",
        std::str::from_utf8(bytes.under(Span::new(after, at))).ok()?
    );
    if at == after {
        return None;
    }
    let mut bare = bare;
    if let Some((second, plain)) =
        separator(bytes, at).filter(|(second, _)| bytes.at(*second).is_ascii_digit())
    {
        let last = bytes.run(second, 20, |byte| byte.is_ascii_digit());
        if name == "KEYID" {
            core = format!(
                "{core}_{}",
                std::str::from_utf8(bytes.under(Span::new(second, last))).ok()?
            );
            at = last;
            bare &= plain;
        }
    }
    let spaced = gap_before(bytes, start);
    let opened = OPEN
        .iter()
        .find(|open| spaced >= open.len() && bytes.starts(spaced - open.len(), open));
    let space = gap(bytes, at, 3);
    let closed = CLOSE.iter().find(|close| bytes.starts(space, close));
    // `<SECRET1>`: between brackets the underscore may be lost.
    if lost && (opened.is_none() || closed.is_none()) {
        return None;
    }
    let from = opened.map_or(start, |open| spaced - open.len());
    let to = closed.map_or(at, |close| space + close.len());
    let whole = (opened.is_some()
        || !bytes.before(start).is_ascii_alphanumeric() && bytes.before(start) != b'_')
        && (closed.is_some() || !bytes.at(at).is_ascii_alphanumeric() && bytes.at(at) != b'_');
    let upper = bytes
        .under(Span::new(start, end))
        .iter()
        .all(u8::is_ascii_uppercase);
    let sure = whole && (opened.is_some() || closed.is_some() || bare && upper);
    Some(Tag {
        span: Span::new(from, to),
        core,
        whole,
        sure,
    })
}

/// Signs that nobody sees, which are put where a line may or may not break.
const UNSEEN: &[&str] = &[
    "\u{ad}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}",
];

/// Behind up to `most` spaces and signs that nobody sees.
fn gap(bytes: Bytes<'_>, at: usize, most: usize) -> usize {
    let mut end = at;
    for _ in 0..most {
        if kind(bytes.at(end)) & SPACE != 0 {
            end += 1;
        } else if let Some(sign) = UNSEEN.iter().find(|sign| bytes.starts(end, sign)) {
            end += sign.len();
        } else {
            break;
        }
    }
    end
}

/// Before up to three of them.
fn gap_before(bytes: Bytes<'_>, at: usize) -> usize {
    let mut start = at;
    for _ in 0..3 {
        let ends = |sign: &&&str| start >= sign.len() && bytes.starts(start - sign.len(), sign);
        if kind(bytes.before(start)) & SPACE != 0 {
            start -= 1;
        } else if let Some(sign) = UNSEEN.iter().find(ends) {
            start -= sign.len();
        } else {
            break;
        }
    }
    start
}

/// What stands between name and number, and whether it is an underscore in whatever writing.
fn separator(bytes: Bytes<'_>, at: usize) -> Option<(usize, bool)> {
    let at = gap_of_unseen(bytes, at);
    for escape in [
        "\\\\_", "\\_", "%5F", "%5f", "\\u005f", "\\u005F", "&#95;", "&#x5f;", "&#x5F;",
        "&lowbar;", "_",
    ] {
        if bytes.starts(at, escape) {
            let after = at + escape.len();
            let end = gap(bytes, after, 3);
            let spaces = bytes.under(Span::new(after, end));
            return Some((end, !spaces.iter().any(|byte| kind(*byte) & SPACE != 0)));
        }
    }
    let end = bytes.run(at, 3, |byte| kind(byte) & SPACE != 0 || byte == b'-');
    if end == at {
        return None;
    }
    let end = if bytes.at(end) == b'_' {
        gap(bytes, end + 1, 2)
    } else {
        end
    };
    Some((end, false))
}

/// Behind a sign that nobody sees.
fn gap_of_unseen(bytes: Bytes<'_>, at: usize) -> usize {
    let sign = UNSEEN.iter().find(|sign| bytes.starts(at, sign));
    sign.map_or(at, |sign| at + sign.len())
}
