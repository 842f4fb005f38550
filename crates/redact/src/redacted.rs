//! The redaction itself: texts in, redacted texts and findings out.
//!
//! Detectors see, overlaps are settled, other occurrences of what was found are searched for, placeholders are handed out in reading order, and the
//! result is checked: restored, it must be the input.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use undeny_text::{Finder, MappedText, SourceMap, Span, at_once, rest};

use crate::bytes::{TOKEN, WORD, kind};
use crate::detector::{Far, Form, Hit, rank};
use crate::name::Names;
use crate::pool::Pool;
use crate::{
    Class, Confidence, Level, Options, Vault, encode, engine, name, placeholder, restore, value,
    vault,
};

/// A value that was hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which detector saw it.
    pub detector: &'static str,
    /// What it is.
    pub class: Class,
    /// Bytes of the input text.
    pub span: Span,
    /// What stands there now.
    pub placeholder: String,
    /// How sure.
    pub confidence: Confidence,
}

/// A value that would be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Which detector saw it.
    pub detector: &'static str,
    /// What it is.
    pub class: Class,
    /// Bytes of the text.
    pub span: Span,
    /// How sure.
    pub confidence: Confidence,
}

/// One text after redaction.
#[derive(Clone, Debug, Default)]
pub struct Redacted {
    /// The text without originals.
    pub text: String,
    /// What was hidden: sorted, disjoint; alone they turn the input into the output.
    pub findings: Vec<Finding>,
    /// From the redacted text to the text as given.
    pub source_map: SourceMap,
}

/// How often a result that does not restore is made again, with the placeholder that came out wrong reserved.
const ATTEMPTS: usize = 8;
/// Shortest value whose other occurrences are hidden, in bytes.
const BACKSTOP: usize = 8;
/// Shortest value whose other occurrences are hidden when its key or its grammar says that it is a secret, in bytes.
const KNOWN: usize = 5;

/// Hide what a stranger must not read in `texts`, which belong together: a value found in one is hidden in all.
///
/// Placeholders are numbered by first occurrence and shared through `vault` with other calls of the session. The same vault, texts and options give
/// the same result on every machine.
#[must_use]
pub fn redact(vault: &mut Vault, texts: &[&str], options: &Options) -> Vec<Redacted> {
    at_once(redact_in_steps(vault, texts, options))
}

/// [`redact`] for a shell that has other things to do meanwhile: it is pending at each [`rest`], which waits for nothing.
pub async fn redact_in_steps(
    vault: &mut Vault,
    texts: &[&str],
    options: &Options,
) -> Vec<Redacted> {
    let zones: Vec<Zones> = texts.iter().map(|text| Zones::of(text)).collect();
    for (text, zones) in texts.iter().zip(&zones) {
        for lookalike in &zones.0 {
            reserve(vault, &lookalike.core(text));
        }
        for written in placeholder::invented(text) {
            reserve(vault, &restore::lower_case(written));
        }
    }
    rest().await;
    let (mut settled, far) = settle(texts, options, &zones).await;
    let looks: Vec<Look<'_>> = (texts.iter().zip(&zones).zip(far))
        .map(|((text, zones), far)| Look { text, zones, far })
        .collect();
    let checkpoint = vault.checkpoint();
    let mut results = write(vault, texts, &settled, options);
    let mut wrong_before = false;
    let mut verified = false;
    for attempt in 0..ATTEMPTS {
        let opaque = wrong_before || attempt >= ATTEMPTS / 2;
        rest().await;
        let (fresh, moved) = look_again(&looks, &results, &mut settled, options, opaque).await;
        rest().await;
        if fresh.iter().all(Vec::is_empty) {
            let mut wrong = Vec::new();
            let mut exact = true;
            for ((text, result), hits) in texts.iter().zip(&results).zip(&mut settled) {
                if vault.is_empty() || vault.restores(&result.text, text) {
                    continue;
                }
                exact = false;
                wrong.extend(taken_for_ours(vault, result));
                let lookalikes = placeholder::lookalikes(&result.text);
                wrong.extend(lookalikes.iter().map(|one| one.core(&result.text)));
                if wrong_before {
                    // Shapes need room around them; tags do not.
                    *hits = hits.iter().flat_map(|hit| tags(text, hit)).collect();
                }
            }
            if exact {
                verified = true;
                break;
            }
            wrong_before = true;
            vault.back_to(&checkpoint);
            for core in &wrong {
                reserve(vault, core);
            }
        } else if moved {
            vault.back_to(&checkpoint);
        } else if opaque {
            break;
        } else {
            wrong_before = true;
            continue;
        }
        results = write(vault, texts, &settled, options);
    }
    if verified {
        return results;
    }
    // What never comes to rest goes as one piece.
    for _ in 0..ATTEMPTS {
        let (fresh, _) = look_again(&looks, &results, &mut settled, options, true).await;
        let exact = texts
            .iter()
            .zip(&results)
            .all(|(text, result)| vault.restores(&result.text, text));
        if exact && fresh.iter().all(Vec::is_empty) {
            return results;
        }
        for ((text, hits), spans) in texts.iter().zip(&mut settled).zip(fresh) {
            in_one_piece(text, hits, &spans);
        }
        vault.back_to(&checkpoint);
        results = write(vault, texts, &settled, options);
    }
    // What never settled gets tags, which need no room around them. What does not restore may have no findings of its own.
    let restores = |(text, result): (&&str, &Redacted)| vault.restores(&result.text, text);
    if !texts.iter().zip(&results).all(restores) {
        for (text, hits) in texts.iter().zip(&mut settled) {
            *hits = hits.iter().flat_map(|hit| tags(text, hit)).collect();
        }
        vault.back_to(&checkpoint);
        results = write(vault, texts, &settled, options);
    }
    results
}

/// The cores of what would be restored in the result where nothing was hidden: the user wrote it.
fn taken_for_ours(vault: &Vault, result: &Redacted) -> Vec<String> {
    let (mut read, mut at) = (0, 0);
    let ours: Vec<Span> = result
        .findings
        .iter()
        .map(|finding| {
            let start = at + (finding.span.start - read);
            read = finding.span.end;
            at = start + finding.placeholder.len();
            Span::new(start, at)
        })
        .collect();
    let (_, places) = restore::replaced(vault, &result.text);
    places
        .into_iter()
        .filter(|place| ours.binary_search(&place.span).is_err())
        .map(|place| vault::core(&place.placeholder).into_owned())
        .collect()
}

/// What [`redact`] would hide in `text`, without handing out placeholders.
#[must_use]
pub fn scan(text: &str) -> Vec<Sighting> {
    at_once(settle(&[text], &Options::default(), &[Zones::of(text)]))
        .0
        .into_iter()
        .flatten()
        .filter(|hit| hit.form != Form::Ipv4Range)
        .flat_map(|hit| {
            let spans = match hit.form {
                Form::Name | Form::WholeName => {
                    name::to_hide(hit.span.text(text), hit.form == Form::WholeName)
                        .into_iter()
                        .map(|span| span.shift(hit.span.start))
                        .collect()
                }
                _ => vec![hit.span],
            };
            spans.into_iter().map(move |span| Sighting {
                detector: hit.detector,
                class: hit.class,
                span,
                confidence: hit.confidence,
            })
        })
        .collect()
}

/// The hit as tags: what is hidden of it, opaque.
fn tags(text: &str, hit: &Hit) -> Vec<Hit> {
    let tag = |span: Span| Hit {
        span,
        form: Form::Tag("SECRET"),
        ..*hit
    };
    if hit.form == Form::Ipv4Range {
        Vec::new()
    } else if matches!(hit.form, Form::Name | Form::WholeName) {
        name::to_hide(hit.span.text(text), hit.form == Form::WholeName)
            .into_iter()
            .map(|span| tag(span.shift(hit.span.start)))
            .collect()
    } else {
        vec![tag(hit.span)]
    }
}

/// The hits, those around `spans` as tags for all that stands there between spaces, quotes and brackets.
fn in_one_piece(text: &str, hits: &mut Vec<Hit>, spans: &[Span]) {
    let bytes = crate::bytes::Bytes(text.as_bytes());
    let open = |byte: u8| byte > b' ' && !b"\"'`,;()[]{}".contains(&byte);
    for span in spans {
        let run = Span::new(
            bytes.run_back(span.start, usize::MAX, open),
            bytes.run(span.end, usize::MAX, open),
        );
        let mut whole = run;
        hits.retain(|hit| {
            let apart = !hit.span.overlaps(run);
            if !apart {
                whole = whole.cover(hit.span);
            }
            apart
        });
        hits.push(Hit {
            span: whole,
            rank: rank::BLOCK,
            detector: "opaque",
            class: Class::Secret,
            confidence: Confidence::Low,
            form: Form::Tag("SECRET"),
            known: false,
        });
    }
    hits.sort_by_key(|hit| hit.span.start);
}

/// A text that is looked at again once it is redacted.
struct Look<'t> {
    text: &'t str,
    zones: &'t Zones,
    /// What detectors read on other lines than those of their places.
    far: Vec<Far>,
}

/// Look at what was written: what is seen in it now, beside placeholders, joins the hits. Where it stands in the texts, and whether the hits are others
/// now.
async fn look_again(
    looks: &[Look<'_>],
    results: &[Redacted],
    settled: &mut [Vec<Hit>],
    options: &Options,
    opaque: bool,
) -> (Vec<Vec<Span>>, bool) {
    let mut fresh = vec![Vec::new(); looks.len()];
    let mut moved = false;
    let mut names = Names::default();
    for (((look, result), hits), fresh) in looks.iter().zip(results).zip(settled).zip(&mut fresh) {
        let mut all = seen_in(look, result, options, opaque, &mut names).await;
        if !all.is_empty() {
            fresh.extend(all.iter().map(|hit| hit.span));
            all.extend_from_slice(hits);
            let next = disjoint(look.text, look.zones, all, options);
            moved |= next != *hits;
            *hits = next;
        }
    }
    (fresh, moved)
}

/// What is seen in a redacted text near its placeholders, as hits of the text itself.
async fn seen_in(
    look: &Look<'_>,
    result: &Redacted,
    options: &Options,
    opaque: bool,
    names: &mut Names,
) -> Vec<Hit> {
    let strict = options.level == Level::Strict;
    let written = &result.text;
    let windows = windows(result, &look.far);
    let (mut hits, _) = engine::detect_in_steps(written, &windows, strict).await;
    keep_what_counts(written, &mut hits, options);
    let zones = Zones(placeholder::lookalikes_in(written, &around(written, &hits)));
    let mut all = Vec::new();
    let mut spans = Vec::new();
    for hit in disjoint(written, &zones, hits, options) {
        if matches!(hit.form, Form::Ipv4Range | Form::Echo) {
            continue;
        }
        if matches!(hit.form, Form::Name | Form::WholeName) {
            let whole = strict || hit.form == Form::WholeName;
            let name = hit.span.text(written);
            let none = BTreeSet::new();
            name::each_to_hide(name, names.segments(name), &none, &none, whole, |span| {
                if !options.keep.iter().any(|keep| keep == span.text(name)) {
                    spans.push(span.shift(hit.span.start));
                }
            });
        } else {
            spans.push(hit.span);
        }
        for span in spans.drain(..) {
            let source = result.source_map.source_span(span);
            let verbatim = source.text(look.text) == span.text(written);
            let form = if verbatim && !opaque {
                hit.form
            } else {
                Form::Tag("SECRET")
            };
            all.push(Hit {
                span: source,
                form,
                rank: rank::BLOCK,
                ..hit
            });
        }
    }
    all
}

/// Where the numbers stand of placeholders that overlap the hits, in order.
fn around(written: &str, hits: &[Hit]) -> Vec<Span> {
    let bytes = crate::bytes::Bytes(written.as_bytes());
    let mut around: Vec<Span> = hits.iter().map(|hit| hit.span).collect();
    put_in_order(&mut around, |span| span.start);
    let mut to = 0;
    for span in &mut around {
        let unseen = span.start.saturating_sub(to);
        span.start = bytes.run_back(span.start, unseen.min(BEFORE), |byte| byte > b' ');
        // `&lt;SECRET_1&gt;`, of which a hit is the begin.
        span.end = bytes.run(span.end, BEHIND, |byte| byte > b' ');
        to = to.max(span.end);
    }
    around
}

/// Sort what is nearly in order already, as what a walk through a text sees is.
fn put_in_order<T: Copy, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    // So often an item may be moved by one place before it is time to sort in earnest.
    let mut moves = items.len() * 8;
    for at in 1..items.len() {
        let mut place = at;
        while let Some([one, two]) = items.get_mut(place.wrapping_sub(1)..place + 1)
            && key(two) < key(one)
        {
            std::mem::swap(one, two);
            place -= 1;
            moves -= 1;
            if moves == 0 {
                items.sort_unstable_by_key(key);
                return;
            }
        }
    }
}

/// How far before a placeholder it can matter that it is none of what stood there, in bytes.
const BEFORE: usize = 256;
/// The same behind a placeholder: so far back lines are read, unless it is noted as far.
const BEHIND: usize = 160;
/// A longer token is looked at from its middle, in bytes: no detector reads one to its end.
const LONGEST_TOKEN: usize = 65_536;

/// The parts of a redacted text near what was hidden, and the places for which it was read, in order; the rest is as it was, and was looked at.
fn windows(result: &Redacted, far: &[Far]) -> Vec<Span> {
    let bytes = crate::bytes::Bytes(result.text.as_bytes());
    // From the begin of a word on, and of the escape whose letters it seems to begin with. A long token is looked at from its begin too, as it was
    // before, or from where the window before has seen it.
    let window = |start: usize, end: usize, seen: usize| {
        let is_part = |byte: u8| kind(byte) & (TOKEN | WORD) != 0;
        let word = bytes.run_back(start, LONGEST_TOKEN.min(start - seen), is_part);
        let start = word - usize::from(matches!(bytes.before(word), b'\\' | b'%'));
        Span::new(start, end.min(bytes.len()))
    };
    let mut windows: Vec<Span> = Vec::new();
    // Where the text is, in the input and now.
    let (mut read, mut at) = (0, 0);
    for finding in &result.findings {
        at += finding.span.start - read;
        read = finding.span.end;
        let (start, end) = (at.saturating_sub(BEFORE), at + finding.placeholder.len());
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = (end + BEHIND).min(bytes.len()),
            last => {
                let seen = last.map_or(0, |last| last.end);
                windows.push(window(start, end + BEHIND, seen));
            }
        }
        at = end;
    }
    let segments = result.source_map.segments();
    let mut segment_at = 0;
    let mut now = |offset: usize| {
        segment_at = first_from(segments, segment_at, |segment| segment.source.end > offset);
        segments.get(segment_at).map_or(bytes.len(), |segment| {
            let within = if segment.verbatim {
                offset.saturating_sub(segment.source.start)
            } else {
                0
            };
            segment.derived.start + within
        })
    };
    let near = windows.len();
    let mut finding_at = 0;
    for far in far {
        let read = far.read;
        finding_at = first_from(&result.findings, finding_at, |finding| {
            finding.span.end > read.start
        });
        let hidden = result.findings.get(finding_at);
        if hidden.is_some_and(|finding| finding.span.start < read.end) {
            windows.push(window(now(far.place.start), now(far.place.end), 0));
        }
    }
    if windows.len() > near {
        put_in_order(&mut windows, |window| window.start);
    }
    windows
}

/// Where the first of `all`, which are in order, stands that is `behind`, and all that follow it: searched for from where the last one was, which is near.
fn first_from<T>(all: &[T], last: usize, behind: impl Fn(&T) -> bool) -> usize {
    let is = |at: usize, behind_it: bool| all.get(at).is_some_and(|one| behind(one) == behind_it);
    let (mut low, mut high, mut reach) = (last, last, 1);
    while low > 0 && is(low - 1, true) {
        high = low - 1;
        low = high.saturating_sub(reach);
        reach *= 2;
    }
    while is(high, false) {
        low = high + 1;
        high = (low + reach).min(all.len());
        reach *= 2;
    }
    let near = all.get(low..high).unwrap_or_default();
    low + near.partition_point(|one| !behind(one))
}

fn reserve(vault: &mut Vault, core: &str) {
    if !vault.has_core(core) {
        vault.reserve(core);
    }
}

/// Hits of every text: sorted, disjoint, without what must stay, with every other occurrence of what was found; and what was read for
/// them on other lines.
async fn settle(
    texts: &[&str],
    options: &Options,
    zones: &[Zones],
) -> (Vec<Vec<Hit>>, Vec<Vec<Far>>) {
    let strict = options.level == Level::Strict;
    let mut settled: Vec<Vec<Hit>> = Vec::with_capacity(texts.len());
    let mut far = Vec::with_capacity(texts.len());
    for (text, zones) in texts.iter().zip(zones) {
        let (mut hits, reads_far) = engine::detect_in_steps(text, &[Span::of(text)], strict).await;
        far.push(reads_far);
        own_words(text, &options.words, &mut hits);
        settled.push(disjoint(text, zones, hits, options));
    }
    rest().await;
    echoes(texts, &mut settled);
    let values = values(texts, &settled, options);
    if !values.is_empty() {
        let words: Vec<&[u8]> = values.iter().map(|(value, _)| value.as_bytes()).collect();
        let finder = Finder::new(&words);
        for ((text, zones), hits_of_text) in texts.iter().zip(zones).zip(&mut settled) {
            let known = std::mem::take(hits_of_text);
            let mut others: Vec<Hit> = Vec::new();
            let mut at_hit = 0;
            finder.find(text.as_bytes(), &mut |start, number| {
                let Some((word, hit)) = values.get(number) else {
                    return;
                };
                let span = Span::new(start, start + word.len());
                while known
                    .get(at_hit)
                    .is_some_and(|known| known.span.end <= start)
                {
                    at_hit += 1;
                }
                // What was found there itself needs no second hit.
                let same = known.get(at_hit).is_some_and(|known| known.span == span);
                if !same && is_apart(text, span, hit) {
                    others.push(Hit {
                        span,
                        rank: rank::BACKSTOP.min(hit.rank),
                        ..*hit
                    });
                }
            });
            *hits_of_text = if others.is_empty() {
                known
            } else {
                let mut all = known;
                all.append(&mut others);
                disjoint(text, zones, all, options)
            };
        }
    }
    (settled, far)
}

/// Settle the words that only their key calls names: those that a name elsewhere takes along become names, the others stay as they are.
fn echoes(texts: &[&str], settled: &mut [Vec<Hit>]) {
    let any = settled.iter().flatten().any(|hit| hit.form == Form::Echo);
    if !any {
        return;
    }
    let mut hidden: BTreeSet<String> = BTreeSet::new();
    for (text, hits) in texts.iter().zip(&*settled) {
        for hit in hits {
            if !matches!(hit.form, Form::Name | Form::WholeName) {
                continue;
            }
            let name = hit.span.text(text);
            let spans = name::to_hide(name, hit.form == Form::WholeName);
            if !spans.is_empty() {
                hidden.insert(name.to_ascii_lowercase());
                hidden.extend(parts_of_a_path(name).map(str::to_ascii_lowercase));
            }
            hidden.extend(
                spans
                    .iter()
                    .map(|span| span.text(name).to_ascii_lowercase()),
            );
        }
    }
    for (text, hits) in texts.iter().zip(settled) {
        let mut parts: Vec<Hit> = Vec::new();
        hits.retain_mut(|hit| {
            if hit.form != Form::Echo {
                return true;
            }
            hit.form = Form::Name;
            let name = hit.span.text(text);
            let known = |name: &str| hidden.contains(&name.to_ascii_lowercase());
            // Of a variable of an environment, the words that go elsewhere alone.
            if value::is_constant(name) && !known(name) {
                let words = name::segments(name).into_iter().map(|segment| segment.span);
                parts.extend(
                    (words.filter(|word| word.len() >= 4 && known(word.text(name)))).map(|word| {
                        Hit {
                            span: word.shift(hit.span.start),
                            form: Form::WholeName,
                            ..*hit
                        }
                    }),
                );
                return false;
            }
            // A word of four letters or more that goes elsewhere would be given away by one that stays.
            known(name)
                || (name::segments(name)
                    .iter()
                    .map(|segment| segment.span.text(name)))
                .any(|word| word.len() >= 4 && known(word))
        });
        if !parts.is_empty() {
            hits.append(&mut parts);
            hits.sort_by_key(|hit| hit.span.start);
        }
    }
}

/// Whether an occurrence stands for itself, and is not part of a longer word. Long secrets count anywhere.
fn is_apart(text: &str, span: Span, hit: &Hit) -> bool {
    if hit.class == Class::Secret && span.len() >= 16 {
        return true;
    }
    let bytes = crate::bytes::Bytes(text.as_bytes());
    // A word for a password is also a part of names: `paranoid_mode`.
    let word = hit.class == Class::Secret && (bytes.under(span).iter()).all(u8::is_ascii_lowercase);
    if word && names_something(bytes, span) {
        return false;
    }
    let open = |outer: u8, inner: u8| {
        !(outer.is_ascii_alphanumeric() && inner.is_ascii_alphanumeric() || word && outer == b'_')
    };
    open(bytes.before(span.start), bytes.at(span.start))
        && open(bytes.at(span.end), bytes.before(span.end))
}

/// Whether the word at `span` is the scheme of a URL, a key at the begin of its line, or an image: there it is a name, whatever else it is elsewhere.
fn names_something(bytes: crate::bytes::Bytes<'_>, span: Span) -> bool {
    let space = |byte: u8| byte == b' ';
    let quote = matches!(bytes.at(span.end), b'"' | b'\'')
        && bytes.at(span.end) == bytes.before(span.start);
    let (start, end) = (
        span.start - usize::from(quote),
        span.end + usize::from(quote),
    );
    let indent = bytes.run_back(start, 64, |byte| matches!(byte, b' ' | b'-' | b'\t'));
    let begins = indent == 0 || bytes.before(indent) == b'\n';
    let sign = bytes.run(end, 8, space);
    let is_key = match bytes.at(sign) {
        b':' => matches!(bytes.at(sign + 1), b' ' | b'\n' | b'\r'),
        b'=' => bytes.at(sign + 1) != b'=',
        _ => false,
    };
    let path = bytes.run_back(start, 128, |byte| {
        byte.is_ascii_alphanumeric() || b"./:_-\"'".contains(&byte)
    });
    let before = bytes.run_back(path, 8, space);
    let is_image = before < path
        && ["image:", "FROM"]
            .iter()
            .any(|key| before >= key.len() && bytes.starts(before - key.len(), key));
    bytes.starts(span.end, "://") || begins && is_key || is_image
}

/// The user's own words, wherever they stand.
fn own_words(text: &str, words: &[String], hits: &mut Vec<Hit>) {
    let words: Vec<&str> = words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return;
    }
    let words: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let bytes: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let finder = Finder::new(&bytes);
    let lower = text.to_ascii_lowercase();
    finder.find(lower.as_bytes(), &mut |start, number| {
        let length = words.get(number).map_or(0, String::len);
        let span = Span::new(start, start + length);
        let plain = span
            .text(text)
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric());
        let bytes = crate::bytes::Bytes(text.as_bytes());
        let apart = !bytes.before(span.start).is_ascii_alphanumeric()
            && !bytes.at(span.end).is_ascii_alphanumeric();
        hits.push(Hit {
            span,
            rank: rank::USER,
            detector: "user-word",
            class: Class::Identifier,
            confidence: Confidence::High,
            form: if plain && apart {
                Form::WholeName
            } else {
                Form::Tag("WORD")
            },
            known: true,
        });
    });
}

/// Values to search for elsewhere, with what they become; of those that occur more than once, the first counts.
fn values<'t>(
    texts: &[&'t str],
    settled: &[Vec<Hit>],
    options: &Options,
) -> Vec<(Cow<'t, str>, Hit)> {
    /// What was done with a value: nothing of it is done twice.
    #[derive(Clone, Copy, Default)]
    struct Done {
        value: bool,
        variants: bool,
        nothing_to_hide: bool,
    }
    let mut values: Vec<(Cow<'t, str>, Hit)> = Vec::new();
    let mut paths: Vec<(&'t str, Hit)> = Vec::new();
    let mut met = Pool::default();
    let mut done: Vec<Done> = Vec::new();
    for (text, hits) in texts.iter().zip(settled) {
        for hit in hits {
            let value = hit.span.text(text);
            let is_name = matches!(hit.form, Form::Name | Form::WholeName);
            let least = if hit.known || is_name && is_compound(value) {
                KNOWN
            } else {
                BACKSTOP
            };
            if value.len() < least
                || value.len() > 4096
                || hit.detector == "user-word"
                || hit.form == Form::Ipv4Range
                || hit.class == Class::Secret && value::is_trivial(value)
            {
                continue;
            }
            let number = met.number(value) as usize;
            done.resize(done.len().max(number + 1), Done::default());
            let Some(done) = done.get_mut(number) else {
                continue;
            };
            let secret = hit.class == Class::Secret && hit.confidence != Confidence::Low;
            if done.value && (done.variants || !secret) {
                continue;
            }
            if is_name {
                let strict = options.level == Level::Strict && name::segments(value).len() > 1;
                done.nothing_to_hide =
                    done.nothing_to_hide || name::to_hide(value, strict).is_empty();
                if done.nothing_to_hide {
                    continue;
                }
                if !done.value {
                    paths.push((value, *hit));
                }
            }
            if !done.value {
                // Everybody's words say something else where they stand elsewhere.
                if is_name || hit.class != Class::Secret || !value::is_everybodys(value) {
                    values.push((Cow::Borrowed(value), *hit));
                }
                done.value = true;
            }
            if secret && !done.variants {
                for variant in encode::variants(value) {
                    let form = Form::Tag("SECRET");
                    values.push((Cow::Owned(variant), Hit { form, ..*hit }));
                }
                done.variants = true;
            }
        }
    }
    for (path, hit) in paths {
        for part in parts_of_a_path(path) {
            if met.is_new(part) {
                values.push((Cow::Borrowed(part), hit));
            }
        }
        for id in logical_ids(path) {
            if met.is_new(id) {
                let form = Form::Name;
                values.push((Cow::Borrowed(id), Hit { form, ..hit }));
            }
        }
    }
    values.retain(|(value, _)| !options.keep.iter().any(|keep| keep == value));
    values
}

/// The names in a path that stand elsewhere without it: `acme-prod-logs` of `acme-prod-logs/2026/app.log`, `acme-deploy` of `team/acme-deploy`. Those
/// of one word only at the begin, where a resource's own name stands.
fn parts_of_a_path(path: &str) -> impl Iterator<Item = &str> {
    let is_path = path.contains(['/', ':']);
    let parts = path.split(['/', ':']).enumerate();
    parts.filter_map(move |(number, part)| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let counts = is_path
            && part.len() >= if is_compound(part) { KNOWN } else { BACKSTOP }
            && part.bytes().all(plain)
            && (number == 0 || name::segments(part).len() > 1)
            && !name::to_hide(part, false).is_empty();
        counts.then_some(part)
    })
}

/// Whether a name is made of several words, which everyday texts do not write so: `acme-ci`.
fn is_compound(name: &str) -> bool {
    let ends = |end: Option<&u8>| end.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    bytes.contains(&b'-') && ends(bytes.first()) && ends(bytes.last())
}

/// The logical ids of a template in a name that CloudFormation made: `OrdersFunctionRole` in `shop-OrdersFunctionRole-1X2Y3Z4W5V6U`, and the function for
/// which SAM makes a role of that name.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html>
fn logical_ids(name: &str) -> impl Iterator<Item = &str> {
    let name = name.split('/').next().unwrap_or_default();
    let made = name.rsplit_once('-').filter(|(_, random)| {
        (7..=13).contains(&random.len())
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && random.bytes().any(|byte| byte.is_ascii_digit())
    });
    let parts = made
        .into_iter()
        .flat_map(|(rest, _)| rest.split('-').skip(1));
    let ids = parts.flat_map(|part| [Some(part), part.strip_suffix("Role")]);
    ids.flatten().filter(|id| {
        id.len() >= BACKSTOP
            && id.starts_with(|first: char| first.is_ascii_uppercase())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && id.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
            && !name::to_hide(id, false).is_empty()
    })
}

/// Without empty hits, placeholders and what the user switched off.
fn keep_what_counts(text: &str, hits: &mut Vec<Hit>, options: &Options) {
    hits.retain(|hit| {
        let value = hit.span.text(text);
        !value.is_empty()
            && (hit.rank == rank::USER || !placeholder::is_placeholder(value))
            && !options.keep.iter().any(|keep| keep == value)
    });
}

/// The hits that win, cut where they overlap; without placeholders and what the user switched off.
fn disjoint(text: &str, zones: &Zones, mut hits: Vec<Hit>, options: &Options) -> Vec<Hit> {
    keep_what_counts(text, &mut hits, options);
    // Secrets may hold what looks like an id; nothing holds a tag.
    let mut taken = Taken::new(text.len());
    let mut taken_or_id = Taken::new(text.len());
    for lookalike in zones.0.iter().filter(|lookalike| lookalike.exact) {
        let span = lookalike.span;
        if span.text(text).starts_with(['<', '&']) {
            taken.add(span.start, span.end);
        }
        taken_or_id.add(span.start, span.end);
    }
    // What overlaps nothing has won; of what hangs together, the best takes its part first.
    let hit = |numbered: u64| hits.get((numbered & u64::from(u32::MAX)) as usize);
    let mut by_place: Vec<u64> = hits
        .iter()
        .zip(0_u64..)
        .map(|(hit, number)| (hit.span.start as u64) << 32 | number)
        .collect();
    put_in_order(&mut by_place, |numbered| *numbered);
    let mut won: Vec<Hit> = Vec::with_capacity(hits.len());
    let mut best: Vec<u128> = Vec::new();
    let mut rest = by_place.as_slice();
    while !rest.is_empty() {
        let mut end = 0;
        let joined = rest.iter().take_while(|numbered| {
            let span = hit(**numbered).map_or(Span::empty(0), |hit| hit.span);
            let joins = end == 0 || span.start < end;
            end = end.max(span.end);
            joins
        });
        let count = joined.count();
        let (together, behind) = rest.split_at(count);
        rest = behind;
        if let [alone] = together {
            if let Some(hit) = hit(*alone) {
                take_part(text, hit, [&mut taken, &mut taken_or_id], false, &mut won);
            }
            continue;
        }
        // Where all else is the same, by the detectors' names.
        best.clear();
        best.extend(together.iter().filter_map(|numbered| {
            let hit = hit(*numbered)?;
            let shortness = u128::from(u32::MAX) - hit.span.len() as u128;
            let rank = u128::from(u8::MAX - hit.rank);
            Some(rank << 96 | shortness << 64 | u128::from(*numbered))
        }));
        let detector = |key: u128| hit(key as u64).map(|hit| hit.detector);
        best.sort_unstable_by(|a, b| {
            (a >> 32)
                .cmp(&(b >> 32))
                .then_with(|| (detector(*a), *a).cmp(&(detector(*b), *b)))
        });
        let first = won.len();
        for hit in best.iter().filter_map(|key| hit(*key as u64)) {
            take_part(text, hit, [&mut taken, &mut taken_or_id], true, &mut won);
        }
        if let Some(parts) = won.get_mut(first..)
            && parts.len() > 1
        {
            parts.sort_unstable_by_key(|hit| hit.span.start);
        }
    }
    won
}

/// What is left of a hit: the parts of it that nothing took before, which it takes, where others could want them.
fn take_part(
    text: &str,
    hit: &Hit,
    [taken, taken_or_id]: [&mut Taken; 2],
    contested: bool,
    won: &mut Vec<Hit>,
) {
    let tag = hit.class == Class::Secret || matches!(hit.form, Form::Tag(_));
    let open = tag || hit.rank == rank::USER;
    let mut from = hit.span.start;
    while from < hit.span.end {
        let next = if open { &*taken } else { &*taken_or_id }.around(from, hit.span.end);
        let to = next.map_or(hit.span.end, |(start, _)| start.max(from));
        let span = Span::new(from, to);
        let cut = span != hit.span;
        let part = span.text(text);
        let says = (part.bytes()).any(|byte| byte.is_ascii_alphanumeric() || byte >= 128)
            && !(cut && (value::is_boundary(part) || value::is_scheme(part)))
            && !(cut && hit.rank == rank::OPAQUE && name::is_of_words(part));
        let keeps_its_form = !cut || matches!(hit.form, Form::Name | Form::WholeName) || tag;
        if says && keeps_its_form && text.get(from..to).is_some() {
            let form = match hit.form {
                Form::AccessKey | Form::Number if cut => Form::Tag("SECRET"),
                form => form,
            };
            won.push(Hit { span, form, ..*hit });
        }
        // What says nothing is nobody's.
        if contested && (keeps_its_form || !says) && to > from {
            taken.add(from, to);
            taken_or_id.add(from, to);
        }
        from = next.map_or(hit.span.end, |(_, end)| end.max(from + 1));
    }
}

/// What looks like a placeholder in a text.
struct Zones(Vec<placeholder::Lookalike>);

impl Zones {
    fn of(text: &str) -> Self {
        Self(placeholder::lookalikes(text))
    }
}

/// Parts of a text that are spoken for: a bit for each byte.
struct Taken {
    bits: Vec<u64>,
}

impl Taken {
    fn new(length: usize) -> Self {
        Self {
            bits: vec![0; length / 64 + 1],
        }
    }

    /// The part that holds `from`, cut there, or the first that begins before `to`.
    fn around(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let start = self.next(from, to, 0)?;
        Some((start, self.next(start, to, u64::MAX).unwrap_or(to)))
    }

    /// The first offset of `from..to` whose bit, turned by `turn`, is set.
    fn next(&self, from: usize, to: usize, turn: u64) -> Option<usize> {
        let mut at = from;
        while at < to {
            let word = (self.bits.get(at >> 6)? ^ turn) >> (at & 63);
            if word != 0 {
                return Some(at + word.trailing_zeros() as usize).filter(|at| *at < to);
            }
            at = (at | 63) + 1;
        }
        None
    }

    fn add(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let stop = end.min((at | 63) + 1);
            let ones = u64::MAX >> (64 - (stop - at));
            if let Some(word) = self.bits.get_mut(at >> 6) {
                *word |= ones << (at & 63);
            }
            at = stop;
        }
    }
}

/// Placeholders for the hits, in reading order, and the rewritten texts.
fn write(
    vault: &mut Vault,
    texts: &[&str],
    settled: &[Vec<Hit>],
    options: &Options,
) -> Vec<Redacted> {
    let strict = options.level == Level::Strict;
    networks(vault, texts, settled);
    masked_accounts(vault, texts, settled);
    let mut names = Names::default();
    let joined = joined(vault, texts, settled, &mut names);
    if !strict {
        let mut told = Pool::default();
        for (text, hits) in texts.iter().zip(settled) {
            betraying(text, hits, &joined, &mut vault.words, &mut names, &mut told);
        }
    }
    texts
        .iter()
        .zip(settled)
        .map(|(text, hits)| {
            let mut findings = Vec::with_capacity(hits.len());
            let mut spans = Vec::new();
            let has_markup = text.contains("</");
            for hit in hits {
                let form = if matches!(hit.form, Form::Name | Form::WholeName) {
                    let whole = strict || hit.form == Form::WholeName;
                    let name = hit.span.text(text);
                    let all = names.segments(name);
                    name::each_to_hide(name, all, &vault.words, &joined, whole, |span| {
                        if !options.keep.iter().any(|keep| keep == span.text(name)) {
                            spans.push(span.shift(hit.span.start));
                        }
                    });
                    Form::Name
                } else {
                    spans.push(hit.span);
                    hit.form
                };
                for span in spans.drain(..) {
                    let original = span.text(text);
                    let placeholder = vault.placeholder(form, original);
                    let placeholder = vault.text(placeholder);
                    if placeholder != original {
                        let placeholder = match placeholder.strip_prefix('<') {
                            Some(tag) if has_markup && is_in_markup(text, span) => {
                                format!("&lt;{}&gt;", tag.trim_end_matches('>'))
                            }
                            _ => placeholder.to_owned(),
                        };
                        findings.push(Finding {
                            detector: hit.detector,
                            class: hit.class,
                            span,
                            placeholder,
                            confidence: hit.confidence,
                        });
                    }
                }
            }
            let mut mapped = MappedText::new();
            let mut done = 0;
            for finding in &findings {
                mapped.copy(text, Span::new(done, finding.span.start));
                mapped.write(&finding.placeholder, finding.span);
                done = finding.span.end;
            }
            mapped.copy(text, Span::new(done, text.len()));
            let (text, source_map) = mapped.finish();
            Redacted {
                text,
                findings,
                source_map,
            }
        })
        .collect()
}

/// How much text of an element is read around a value in it, in bytes.
const ELEMENT: usize = 256;

/// Whether a value is text between the tags of an element, where a `<` would begin another: `<password>value</password>`.
fn is_in_markup(text: &str, span: Span) -> bool {
    let bytes = crate::bytes::Bytes(text.as_bytes());
    let sign = |byte: u8| !matches!(byte, b'<' | b'>');
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    let inner = bytes.run_back(span.start, ELEMENT, sign);
    let close = bytes.run(span.end, ELEMENT, sign);
    if bytes.before(inner) != b'>' || !bytes.starts(close, "</") {
        return false;
    }
    let open = bytes.run_back(inner - 1, ELEMENT, sign);
    let name = Span::new(open, bytes.run(open, 64, is_name));
    let end = close + 2 + name.len();
    bytes.before(open) == b'<'
        && !name.is_empty()
        && bytes.starts(close + 2, name.text(text))
        && bytes.at(end) == b'>'
}

/// Accounts of which only the end stands in one place and all in another: they get their placeholders first, so that the ends agree.
fn masked_accounts(vault: &mut Vault, texts: &[&str], settled: &[Vec<Hit>]) {
    let of = |wanted: Form| {
        let hits = texts.iter().zip(settled);
        hits.flat_map(move |(text, hits)| {
            let hits = hits.iter().filter(move |hit| hit.form == wanted);
            hits.map(|hit| hit.span.text(text))
        })
    };
    let ends: BTreeSet<&str> = (of(Form::MaskedAccount))
        .map(|masked| masked.trim_start_matches('*'))
        .collect();
    if ends.is_empty() {
        return;
    }
    for account in
        of(Form::Account).filter(|account| account.get(8..).is_some_and(|end| ends.contains(end)))
    {
        vault.placeholder(Form::Account, account);
    }
}

/// Networks among the hits, the widest first, so that what they hold stays in them. A private range goes only where an address in it does.
fn networks(vault: &mut Vault, texts: &[&str], settled: &[Vec<Hit>]) {
    let mut seen: Vec<(u8, IpAddr)> = Vec::new();
    let mut ranges: Vec<(u8, Ipv4Addr, &str)> = Vec::new();
    let mut hosts: Vec<Ipv4Addr> = Vec::new();
    for (text, hits) in texts.iter().zip(settled) {
        for hit in hits {
            let value = hit.span.text(text);
            let mask = || {
                let rest = text.get(hit.span.end..)?.strip_prefix('/')?;
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                rest.get(..digits.min(3))?.parse::<u8>().ok()
            };
            match hit.form {
                Form::Ipv4 | Form::Ipv6 => {
                    let Ok(address) = value.parse::<IpAddr>() else {
                        continue;
                    };
                    if let IpAddr::V4(address) = address {
                        hosts.push(address);
                    }
                    if let Some(mask) = mask() {
                        seen.push((mask, address));
                    }
                }
                Form::DashedIpv4 => hosts.extend(value.replace('-', ".").parse::<Ipv4Addr>()),
                Form::Ipv4Range => {
                    if let (Ok(address), Some(mask)) = (value.parse(), mask()) {
                        ranges.push((mask, address, value));
                    }
                }
                _ => {}
            }
        }
    }
    for (mask, range, value) in ranges {
        let shift = 32_u32.saturating_sub(u32::from(mask));
        let top = |address: Ipv4Addr| u32::from(address).checked_shr(shift);
        if hosts.iter().any(|host| top(*host) == top(range)) {
            vault.ranges.insert(value.to_owned());
            seen.push((mask, range.into()));
        }
    }
    seen.sort_by_key(|(mask, _)| *mask);
    for (mask, address) in seen {
        vault.networks.learn(address, mask);
    }
}

/// Words that stand in one piece here and in two there, `examplecorp` and `ExampleCorp`: they are one word everywhere.
fn joined(
    vault: &Vault,
    texts: &[&str],
    settled: &[Vec<Hit>],
    cut: &mut Names,
) -> BTreeSet<String> {
    let names = || {
        texts.iter().zip(settled).flat_map(|(text, hits)| {
            hits.iter()
                .filter(|hit| matches!(hit.form, Form::Name | Form::WholeName))
                .map(|hit| hit.span.text(text))
        })
    };
    let mut compounds = BTreeSet::new();
    let mut met = Pool::default();
    for name in names() {
        if met.is_new(name) {
            let known = |word: &str| vault.has_name(word);
            name::compounds(name, cut.segments(name), known, &mut compounds);
        }
    }
    if compounds.is_empty() {
        return compounds;
    }
    let mut joined: BTreeSet<String> = compounds
        .iter()
        .filter(|word| vault.has_name(word))
        .cloned()
        .collect();
    for name in names() {
        for segment in cut.segments(name) {
            let word = segment.span.text(name).to_ascii_lowercase();
            if !segment.generic && compounds.contains(&word) {
                joined.insert(word);
            }
        }
    }
    joined
}

/// Generic words around a secret that would give all of it away, until none is left, where no word beside them goes: what goes in one name goes in all.
///
/// `told`: the names that were looked at, with what goes in them and how many words went then.
fn betraying(
    text: &str,
    hits: &[Hit],
    joined: &BTreeSet<String>,
    words: &mut BTreeSet<String>,
    names: &mut Names,
    told: &mut Pool,
) {
    let mut at = 0;
    let mut key = String::new();
    while let Some(hit) = hits.get(at) {
        at += 1;
        if hit.form != Form::Name {
            continue;
        }
        // A name may have been cut by an account id or another value in it: look at all of it.
        let mut whole = hit.span;
        let mut inside = Vec::new();
        let mut secret = false;
        let mut ahead = at;
        while let Some(next) = hits.get(ahead) {
            let gap = Span::new(whole.end, next.span.start);
            let joined = gap.len() <= 2
                && gap.text(text).bytes().all(|byte| {
                    !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b',')
                });
            // A range that stays hides nothing.
            if !joined || next.form == Form::Ipv4Range {
                break;
            }
            if next.form != Form::Name {
                inside.push(next.span);
                secret |= next.class == Class::Secret;
            }
            whole = whole.cover(next.span);
            ahead += 1;
        }
        // Everybody's words stay around a word of one's own; a secret's surroundings are a part of it.
        if !secret {
            continue;
        }
        let inside: Vec<Span> = inside
            .iter()
            .map(|span| Span::new(span.start - whole.start, span.end - whole.start))
            .collect();
        let name = whole.text(text);
        loop {
            key.clear();
            let places = inside.iter().flat_map(|span| [span.start, span.end]);
            for number in places.chain([words.len()]) {
                placeholder::push_number(&mut key, number, 1);
                key.push(' ');
            }
            key.push_str(name);
            if !told.is_new(&key) {
                break;
            }
            let all = names.segments(name);
            match name::betraying(name, all, words, joined, &inside) {
                Some(word) => words.insert(word),
                None => break,
            };
        }
    }
}
