//! Names by segment: what identifies goes, what everybody's names hold stays, so that prefixes, suffixes and wildcards still show.

use std::borrow::Cow;
use std::collections::BTreeSet;

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::generic;
use crate::placeholder::{is_padded, is_whole, name_at};
use crate::pool::Pool;

/// A piece of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// Bytes of the name.
    pub(crate) span: Span,
    /// Whether it is an everyday word (or too short to say anything).
    pub(crate) generic: bool,
}

/// The segments of names, each cut once.
#[derive(Default)]
pub(crate) struct Names {
    names: Pool,
    segments: Vec<Segment>,
    // Where the segments of each name end, by its number.
    ends: Vec<usize>,
}

impl Names {
    /// What [`segments`] gives for `name`.
    pub(crate) fn segments(&mut self, name: &str) -> &[Segment] {
        let number = self.names.number(name) as usize;
        if number == self.ends.len() {
            self.segments.append(&mut segments(name));
            self.ends.push(self.segments.len());
        }
        let end = |number: usize| self.ends.get(number).copied().unwrap_or_default();
        let start = number.checked_sub(1).map_or(0, end);
        self.segments.get(start..end(number)).unwrap_or_default()
    }
}

/// The segments of `name`; neighbours that are a word of `joined` together are one: `ExampleCorp`, where `examplecorp` is met, too.
fn joined_segments<'s>(
    name: &str,
    all: &'s [Segment],
    joined: &BTreeSet<String>,
) -> Cow<'s, [Segment]> {
    if joined.is_empty() {
        return Cow::Borrowed(all);
    }
    let mut found: Vec<Segment> = Vec::new();
    let mut rest = all;
    while let Some((first, after)) = rest.split_first() {
        let longest = neighbours(rest)
            .filter(|(span, _)| joined.contains(&span.text(name).to_ascii_lowercase()))
            .last();
        if let Some((span, count)) = longest {
            found.push(Segment {
                span,
                generic: false,
            });
            rest = rest.get(count..).unwrap_or_default();
        } else {
            found.push(*first);
            rest = after;
        }
    }
    Cow::Owned(found)
}

/// The first two, three, four segments, as long as nothing is between them.
fn neighbours(segments: &[Segment]) -> impl Iterator<Item = (Span, usize)> {
    let start = segments.first().map_or(0, |first| first.span.start);
    segments
        .windows(2)
        .take(4)
        .map_while(|pair| match pair {
            [one, two] if one.span.end == two.span.start => Some(two.span.end),
            _ => None,
        })
        .zip(2..)
        .map(move |(end, count)| (Span::new(start, end), count))
}

/// In lower case, what neighbours of `name` are together, if a vault knows none of them apart.
pub(crate) fn compounds(
    name: &str,
    all: &[Segment],
    known: impl Fn(&str) -> bool,
    found: &mut BTreeSet<String>,
) {
    if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return;
    }
    for at in 0..all.len() {
        let rest = all.get(at..).unwrap_or_default();
        for (span, count) in neighbours(rest) {
            let apart = rest.iter().take(count).any(|segment| {
                !segment.generic && known(&segment.span.text(name).to_ascii_lowercase())
            });
            if !apart && span.len() >= 6 {
                found.insert(span.text(name).to_ascii_lowercase());
            }
        }
    }
}

/// The segments of `name` that are letters or digits; placeholders, references and percent escapes are none.
pub(crate) fn segments(name: &str) -> Vec<Segment> {
    let bytes = Bytes(name.as_bytes());
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes.at(at);
        if let Some(end) = reference_end(bytes, at) {
            at = end;
            continue;
        }
        if byte == b'%'
            && bytes.at(at + 1).is_ascii_hexdigit()
            && bytes.at(at + 2).is_ascii_hexdigit()
        {
            at += 3;
            continue;
        }
        if !byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        if let Some(end) = placeholder_at(bytes, at) {
            at = end;
            continue;
        }
        let run = bytes.run(at, usize::MAX, |byte| byte.is_ascii_alphanumeric());
        let permission_set = bytes.starts(at, "AWSReservedSSO") && bytes.at(run) == b'_';
        if permission_set {
            // `AWSReservedSSO_<PermissionSet>_<16 hex>`: only the end is anybody's own.
            let end = bytes.run(at, usize::MAX, |byte| {
                byte.is_ascii_alphanumeric() || b"_-+=,.@".contains(&byte)
            });
            let last = bytes.run_back(end, usize::MAX, |byte| byte != b'_');
            at = last.max(run);
            continue;
        }
        at = words(bytes, name, at, run, &mut found);
    }
    found
}

/// Where the placeholder ends that stands at `at` as a segment of its own.
fn placeholder_at(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    name_at(bytes, at).filter(|end| is_whole(bytes, Span::new(at, *end)))
}

/// Cut `start..end`, a run of letters and digits, where the case changes. Returns where it stopped.
fn words(
    bytes: Bytes<'_>,
    name: &str,
    start: usize,
    end: usize,
    found: &mut Vec<Segment>,
) -> usize {
    let mut at = start;
    while at < end {
        if let Some(after) = placeholder_at(bytes, at) {
            at = after;
            continue;
        }
        let mut to = at + 1;
        while to < end {
            let (before, byte, after) = (bytes.before(to), bytes.at(to), bytes.at(to + 1));
            let upper = byte.is_ascii_uppercase();
            let boundary = upper
                && (before.is_ascii_lowercase()
                    || (before.is_ascii_uppercase() || before.is_ascii_digit()) && after.is_ascii_lowercase() && to + 1 < end
                        // `IAMs`: a lone plural is no word.
                        && (bytes.at(to + 2).is_ascii_lowercase() || after != b's'));
            if boundary || upper && placeholder_at(bytes, to).is_some() {
                break;
            }
            to += 1;
        }
        segment(bytes, name, at, to, found);
        at = to;
    }
    at
}

fn segment(bytes: Bytes<'_>, name: &str, start: usize, end: usize, found: &mut Vec<Segment>) {
    let text = name.get(start..end).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    if generic::is_generic(&lower) {
        found.push(Segment {
            span: Span::new(start, end),
            generic: true,
        });
        return;
    }
    // `acme2`: the number is its own piece.
    let letters = bytes.run(start, end - start, |byte| !byte.is_ascii_digit());
    let is_number = |from: usize| bytes.run(from, end - from, |byte| byte.is_ascii_digit()) == end;
    if letters > start
        && letters < end
        && end - letters <= 3
        && is_number(letters)
        && letters - start > 1
    {
        let word = lower.get(..letters - start).unwrap_or_default();
        found.push(Segment {
            span: Span::new(start, letters),
            generic: generic::is_generic(word),
        });
        found.push(Segment {
            span: Span::new(letters, end),
            generic: true,
        });
        return;
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    found.push(Segment {
        span: Span::new(start, end),
        // A letter and a number, as in `c000`, say as little.
        generic: text.len() == 1
            || !bytes.before(start).is_ascii_alphanumeric()
                && bytes.at(start).is_ascii_lowercase()
                && letters == start + 1
                && text.len() <= 4
                && is_number(letters)
            || digits && (text.len() <= 3 || is_padded(text) || is_date(text)),
    });
}

/// Whether digits are a year of ours, or a day in one: `2024`, `20240502`.
fn is_date(digits: &str) -> bool {
    let between = |text: Option<&str>, from: u32, to: u32| {
        text.and_then(|text| text.parse().ok())
            .is_some_and(|number| (from..=to).contains(&number))
    };
    between(digits.get(..4), 1990, 2099)
        && (digits.len() == 4
            || digits.len() == 8
                && between(digits.get(4..6), 1, 12)
                && between(digits.get(6..8), 1, 31))
}

/// Where the reference ends that begins at `at`: `${..}`, `{{..}}`, `<..>`.
fn reference_end(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    let close = match (bytes.at(at), bytes.at(at + 1)) {
        (b'$' | b'#' | b'%' | b'{', b'{') => b'}',
        (b'<', _) => b'>',
        _ => return None,
    };
    let end = bytes.run(at, 200, |byte| byte != close && byte != b'\n');
    (bytes.at(end) == close).then(|| bytes.run(end, 2, |byte| byte == close))
}

/// Whether what is left of a token around an id in it is words alone, everybody's or short ones: `pvc-`, `us-east-1_`.
pub(crate) fn is_of_words(part: &str) -> bool {
    part.is_ascii()
        && part.len() < 24
        && segments(part).iter().all(|segment| {
            let text = segment.span.text(part);
            let is_short = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_lowercase());
            segment.generic || is_short
        })
}

/// The segments of `name` to hide: those that are not generic; in `whole`, all that say anything.
pub(crate) fn to_hide(name: &str, whole: bool) -> Vec<Span> {
    let mut spans = Vec::new();
    let none = BTreeSet::new();
    each_to_hide(name, &segments(name), &none, &none, whole, |span| {
        spans.push(span);
    });
    spans
}

/// The same, and the generic ones of `hidden` too; words of `joined` are one. `all` are the segments of `name`.
pub(crate) fn each_to_hide(
    name: &str,
    all: &[Segment],
    hidden: &BTreeSet<String>,
    joined: &BTreeSet<String>,
    whole: bool,
    mut each: impl FnMut(Span),
) {
    for segment in joined_segments(name, all, joined).iter() {
        let text = segment.span.text(name);
        if !segment.generic
            || whole && text.len() > 1 && text.bytes().any(|byte| byte.is_ascii_alphabetic())
            || !hidden.is_empty() && hidden.contains(&text.to_ascii_lowercase())
        {
            each(segment.span);
        }
    }
}

/// Words that are grammar more often than name: types in ARNs, claims, hosts and regions. They are never given up.
const STRUCTURE: &[&str] = &[
    "af",
    "amazonaws",
    "ap",
    "aws",
    "ca",
    "central",
    "cn",
    "com",
    "east",
    "environment",
    "eu",
    "gov",
    "heads",
    "il",
    "index",
    "iso",
    "main",
    "me",
    "mx",
    "net",
    "north",
    "northeast",
    "northwest",
    "policy",
    "pull",
    "ref",
    "refs",
    "region",
    "role",
    "s3",
    "sa",
    "south",
    "southeast",
    "southwest",
    "stream",
    "table",
    "tags",
    "us",
    "user",
    "west",
];

/// How the names begin of what AWS and its tools make in every account, with the account in them.
///
/// Source: <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html>
const OF_EVERYBODY: &[&str] = &[
    "aws-athena-query-results-",
    "aws-cloudtrail-logs-",
    "aws-codestar-",
    "aws-glue-",
    "aws-sam-cli-",
    "cdk-hnb659fds-",
    "cf-templates-",
    "codepipeline-",
    "config-bucket-",
    "elasticbeanstalk-",
    "sagemaker-",
];

/// A generic word of `name` that must go too, where all the words of `name` outside of `hits` are generic, so that no run of 8 or more bytes that is half of it, or of one of its components, stays.
///
/// A component of generic words alone identifies nobody and stays.
pub(crate) fn betraying(
    name: &str,
    all: &[Segment],
    hidden: &BTreeSet<String>,
    joined: &BTreeSet<String>,
    hits: &[Span],
) -> Option<String> {
    let all = joined_segments(name, all, joined);
    let own =
        |segment: &Segment| !segment.generic && !hits.iter().any(|hit| hit.overlaps(segment.span));
    if all.iter().any(own) {
        return None;
    }
    let goes = |segment: &Segment| {
        !segment.generic
            || hidden.contains(&segment.span.text(name).to_ascii_lowercase())
            || hits.iter().any(|hit| hit.overlaps(segment.span))
    };
    let mut cuts: Vec<Span> = all
        .iter()
        .filter(|segment| goes(segment))
        .map(|segment| segment.span)
        .chain(hits.iter().copied())
        .collect();
    if cuts.is_empty() {
        return None;
    }
    cuts.sort();
    // What AWS calls a resource in every account says nothing once the account is hidden.
    let is_of_everybody = |part: Span| {
        OF_EVERYBODY
            .iter()
            .any(|begin| part.text(name).starts_with(begin))
            && all.iter().all(|segment| {
                !part.contains(segment.span)
                    || !goes(segment)
                    || hits.iter().any(|hit| hit.overlaps(segment.span))
            })
    };
    let telling = components(name)
        .into_iter()
        .filter(|part| cuts.iter().any(|cut| cut.overlaps(*part)) && !is_of_everybody(*part))
        .collect::<Vec<_>>();
    let word = |part: Span, from: &[Span]| {
        let run = longest_run(part, &cuts)?;
        // The word nearest to the middle breaks it best.
        let middle = run.start + run.len() / 2;
        all.iter()
            .filter(|segment| {
                let text = segment.span.text(name);
                run.contains(segment.span)
                    && from.iter().any(|part| part.contains(segment.span))
                    && text.len() > 1
                    && text.bytes().any(|byte| byte.is_ascii_alphabetic())
                    && !STRUCTURE.contains(&text.to_ascii_lowercase().as_str())
            })
            .min_by_key(|segment| {
                let centre = segment.span.start + segment.span.len() / 2;
                (centre.abs_diff(middle), segment.span.start)
            })
            .map(|segment| segment.span.text(name).to_ascii_lowercase())
    };
    telling
        .iter()
        .find_map(|part| word(*part, &telling))
        .or_else(|| word(Span::new(0, telling.last()?.end), &telling))
}

/// The pieces of a name between slashes and colons.
fn components(name: &str) -> Vec<Span> {
    let mut at = 0;
    name.split(['/', ':'])
        .map(|part| {
            let span = Span::new(at, at + part.len());
            at += part.len() + 1;
            span
        })
        .collect()
}

/// The longest run of `part` that no cut touches, if it has 8 bytes or more and is half of `part`.
fn longest_run(part: Span, cuts: &[Span]) -> Option<Span> {
    let mut from = part.start;
    let mut longest: Option<Span> = None;
    let inside = cuts.iter().filter(|cut| cut.overlaps(part)).copied();
    for cut in inside.chain([Span::empty(part.end)]) {
        let run = Span::new(from, cut.start.max(from));
        if run.len() >= 8
            && run.len() * 2 >= part.len()
            && longest.is_none_or(|known| run.len() > known.len())
        {
            longest = Some(run);
        }
        from = from.max(cut.end);
    }
    longest
}
