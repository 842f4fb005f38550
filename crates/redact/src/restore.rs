//! The way back: placeholders out, originals in; exact where the text is ours, tolerant where a model has been at it, and never a guess.

use std::borrow::Cow;
use std::collections::BTreeSet;

use undeny_text::{Finder, Span};

use crate::bytes::{Bytes, SPACE, kind};
use crate::placeholder::{self, TAGS, lookalikes};
use crate::vault::{Restored, Vault};

/// `text` with the originals of `vault`.
pub(crate) fn restore(vault: &Vault, text: &str) -> Restored {
    let (mut restored, spans) = replaced(vault, text);
    let mut told: BTreeSet<String> = restored.altered.iter().cloned().collect();
    for lookalike in lookalikes(text) {
        let next = spans.partition_point(|span| span.end <= lookalike.span.start);
        let covered = spans
            .get(next)
            .is_some_and(|span| span.overlaps(lookalike.span));
        let what = lookalike.span.text(text).to_owned();
        if covered
            || vault.is_reserved(&lookalike.core(text))
            || placeholder::is_public_account(&what) && vault.original(&what).is_none()
        {
            continue;
        }
        if lookalike.exact && told.insert(what.clone()) {
            restored.unknown.push(what);
        }
    }
    restored
}

/// The text with its originals, and where they were put back; what is unknown is not looked for.
pub(crate) fn replaced(vault: &Vault, text: &str) -> (Restored, Vec<Span>) {
    let bytes = Bytes(text.as_bytes());
    let shapes: Vec<(&str, &str)> = vault
        .pairs()
        .filter(|(placeholder, original)| placeholder != original && !placeholder.starts_with('<'))
        .collect();
    // In one walk: the shapes, then the names of tags.
    let written = shapes.iter().map(|(placeholder, _)| *placeholder);
    let lower: Vec<Cow<'_, str>> = written
        .chain(TAGS.iter().copied())
        .map(lower_case)
        .collect();
    let words: Vec<&[u8]> = lower.iter().map(|lower| lower.as_bytes()).collect();
    let finder = Finder::new(&words);
    let mut replaced: Vec<(Span, &str)> = Vec::new();
    let mut restored = Restored::default();
    let mut altered: BTreeSet<String> = BTreeSet::new();
    let mut alter = |written: &str| {
        if altered.insert(written.to_owned()) {
            restored.altered.push(written.to_owned());
        }
    };
    finder.find(&bytes.0.to_ascii_lowercase(), &mut |start, number| {
        if let Some((placeholder, original)) = shapes.get(number) {
            let span = Span::new(start, start + placeholder.len());
            match shaped(bytes, span, placeholder, original, vault) {
                Some(Ok(original)) => replaced.push((span, original)),
                Some(Err(altered)) => alter(altered),
                None => {}
            }
        } else if let Some(name) = TAGS.get(number - shapes.len()) {
            match tagged(bytes, start, name, vault) {
                Some(Ok(found)) => replaced.push(found),
                Some(Err(altered)) => alter(&altered),
                None => {}
            }
        }
    });
    replaced.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut spans = Vec::with_capacity(replaced.len());
    for (span, original) in replaced {
        if span.start < done {
            continue;
        }
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push_str(original);
        done = span.end;
        spans.push(span);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    restored.text = out;
    (restored, spans)
}

pub(crate) fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The original of the shape at `span`, or what was made of it.
fn shaped<'v, 't>(
    bytes: Bytes<'t>,
    span: Span,
    placeholder: &str,
    original: &'v str,
    vault: &'v Vault,
) -> Option<Result<&'v str, &'t str>> {
    if !placeholder::is_whole(bytes, span) {
        return None;
    }
    if bytes.under(span) == placeholder.as_bytes() {
        return Some(Ok(original));
    }
    let written = std::str::from_utf8(bytes.under(span)).unwrap_or_default();
    if let Some(exact) = vault.original(written) {
        return Some(Ok(exact));
    }
    // The case of a name says which spelling is meant: this one is none of ours.
    let named = placeholder::name_at(Bytes(placeholder.as_bytes()), 0).is_some();
    Some(
        if named || vault.is_reserved(&crate::vault::core(written)) {
            Err(written)
        } else {
            Ok(original)
        },
    )
}

/// The tag whose name stands at `start`, with its original, or what was made of it.
fn tagged<'v>(
    bytes: Bytes<'_>,
    start: usize,
    name: &str,
    vault: &'v Vault,
) -> Option<Result<(Span, &'v str), String>> {
    // Ours, to the byte: no tolerance, it would take bytes of the user's.
    if bytes.before(start) == b'<' && bytes.at(start + name.len()) == b'_' {
        let number = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        let end = bytes.run(start + name.len() + 1, 41, number);
        let span = Span::new(start - 1, end + 1);
        let exact = std::str::from_utf8(bytes.under(span)).ok();
        if let Some(original) = exact.and_then(|exact| vault.original(exact)) {
            return Some(Ok((span, original)));
        }
    }
    let tag = parse(bytes, start, start + name.len(), name)?;
    let original = vault.original(&format!("<{}>", tag.core))?;
    if tag.sure {
        Some(Ok((tag.span, original)))
    } else if vault.is_reserved(&tag.core.to_ascii_lowercase()) {
        None
    } else {
        let written = String::from_utf8_lossy(bytes.under(tag.span)).into_owned();
        Some(Err(written))
    }
}

struct Tag {
    span: Span,
    core: String,
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
    let (after, bare) = separator(bytes, end)?;
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
    let spaced = bytes.run_back(start, 3, |byte| kind(byte) & SPACE != 0);
    let opened = OPEN
        .iter()
        .find(|open| spaced >= open.len() && bytes.starts(spaced - open.len(), open));
    let space = bytes.run(at, 3, |byte| kind(byte) & SPACE != 0);
    let closed = CLOSE.iter().find(|close| bytes.starts(space, close));
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
        sure,
    })
}

/// What stands between name and number, and whether it is an underscore in whatever writing.
fn separator(bytes: Bytes<'_>, at: usize) -> Option<(usize, bool)> {
    for escape in ["\\\\_", "\\_", "%5F", "%5f", "\\u005f", "&#95;", "_"] {
        if bytes.starts(at, escape) {
            let after = at + escape.len();
            let end = bytes.run(after, 3, |byte| kind(byte) & SPACE != 0);
            return Some((end, end == after));
        }
    }
    let end = bytes.run(at, 3, |byte| kind(byte) & SPACE != 0 || byte == b'-');
    if end == at {
        return None;
    }
    let end = if bytes.at(end) == b'_' {
        bytes.run(end + 1, 2, |byte| kind(byte) & SPACE != 0)
    } else {
        end
    };
    Some((end, false))
}
