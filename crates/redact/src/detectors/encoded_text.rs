//! Text in base64, percent or JSON escapes, or coloured for a terminal: decoded, looked at, and hidden where something is in it.

use undeny_text::Span;

use crate::bytes::kind;
use crate::detector::{Anchor, Class, Confidence, FAR, Facts, Far, Form, Hit, Place, Scan, rank};
use crate::{bytes, encode, engine, name};

detector!(
    /// Base64 that holds a secret goes whole; percent and JSON escapes and colours are looked through.
    EncodedText,
    Facts {
        id: "encoded-text",
        class: Class::Secret,
        sees: "a value that another detector sees once base64 or percent or JSON escapes or a terminal's colours are undone",
        source: "https://www.rfc-editor.org/rfc/rfc4648#section-4",
        example: "cGFzc3dvcmQ9NHVoVnJUejlLcQ==",
        near_miss: "SGVsbG8gd29ybGQsIGhvdyBhcmUgeW91Pw==",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Token,
        Anchor::Mark(b'%'),
        Anchor::Mark(b'\\'),
        Anchor::Mark(b'['),
        Anchor::Mark(0x1b),
    ],
    look
);

/// Longest text that is decoded.
const LONGEST: usize = 65_536;

fn look(place: Place, scan: &mut Scan<'_>) {
    if scan.depth > 1 {
        return;
    }
    let start = place.span.start;
    if scan.bytes.at(start) == b'%' {
        escaped(start, scan, encode::percent_decoded);
    } else if scan.bytes.at(start) == b'\\' {
        if scan.bytes.starts(start, "\\u00") {
            escaped(start, scan, encode::unicode_decoded);
        }
    } else if matches!(scan.bytes.at(start), b'[' | 0x1b) {
        coloured(start, scan);
    } else if place.span.len() >= 20 && place.span.len() <= LONGEST {
        base64(place.span, scan);
    }
}

fn base64(span: Span, scan: &mut Scan<'_>) {
    let text = scan.under(span);
    let is_none = |byte: &u8| matches!(byte, b'.' | b'~' | b'-' | b'_');
    if text.as_bytes().iter().any(is_none) || text.starts_with("eyJ") {
        return;
    }
    // The quick look: the first bytes must be text.
    let head = text.get(..16).unwrap_or_default();
    if encode::base64_decoded(head).is_none() {
        return;
    }
    let Some(decoded) = encode::base64_decoded(text) else {
        return;
    };
    if decoded.len() < 12 || !decoded.contains([' ', '=', ':', '\n', '"', '-']) {
        return;
    }
    let found = engine::detect(&decoded, scan.strict, scan.depth + 2);
    if found.iter().any(|hit| {
        hit.class == Class::Secret && hit.confidence != Confidence::Low
            || hit.class != Class::Secret && hit.confidence == Confidence::High
    }) {
        scan.hit_as(
            FACTS.id,
            class_of(&found),
            span,
            rank::TOKEN - 1,
            Confidence::Medium,
            Form::Tag("SECRET"),
        );
    }
}

/// What is in an object or a list of JSON that is written in base64.
pub(super) enum Json {
    /// It is none, or was not read.
    Unread,
    /// Nothing that any detector sees: where a list is to be continued, what a tool wrote of its fields.
    Plain,
    /// The gravest of what is in it.
    Holds(Class),
}

/// What the token under `span` holds, where it is an object or a list of JSON in base64, from its first brace to its last.
pub(super) fn json(span: Span, scan: &Scan<'_>) -> Json {
    let text = scan.under(span);
    if scan.depth > 1 || span.len() > LONGEST || !text.starts_with(['e', 'W']) {
        return Json::Unread;
    }
    let Some(decoded) = encode::base64_decoded(text).filter(|text| is_json(text.trim())) else {
        return Json::Unread;
    };
    let mut found = engine::detect(&decoded, scan.strict, scan.depth + 2);
    // Of a name of generic words nothing is hidden.
    found.retain(|hit| {
        let whole = match hit.form {
            Form::Name | Form::Echo => scan.strict,
            Form::WholeName => true,
            _ => return true,
        };
        !name::to_hide(hit.span.text(&decoded), whole).is_empty()
    });
    if found.is_empty() {
        Json::Plain
    } else {
        Json::Holds(class_of(&found))
    }
}

/// Whether the brackets of a text are those of one object or list of JSON.
fn is_json(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut rest = text.bytes();
    for byte in rest.by_ref() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    depth == 0 && rest.len() == 0 && text.contains('"') && text.ends_with(['}', ']'])
}

/// The gravest class of what wins where hits overlap.
fn class_of(found: &[Hit]) -> Class {
    let loses = |hit: &Hit| {
        let mut others = found.iter();
        others.any(|other| other.rank > hit.rank && other.span.contains(hit.span))
    };
    let mut classes = (found.iter())
        .filter(|hit| hit.class != Class::Secret || !loses(hit))
        .map(|hit| hit.class);
    let first = classes.next().unwrap_or(Class::Secret);
    classes.fold(first, |class, next| match next {
        Class::Secret => next,
        _ => class,
    })
}

/// Look through the escapes that `decoded` undoes, in the run of text around `at`.
fn escaped(
    at: usize,
    scan: &mut Scan<'_>,
    decoded: fn(&str) -> Option<(String, undeny_text::SourceMap)>,
) {
    let bytes = scan.bytes;
    if at < scan.decoded_to {
        return;
    }
    let backslash = bytes.at(at) == b'\\';
    let is_part = |byte: u8| {
        kind(byte) & (bytes::TOKEN | bytes::MARK) != 0
            && byte != b'<'
            && (backslash || byte != b'\\')
            || matches!(byte, b'&' | b'?' | b'#' | b'*' | b'!' | b';')
            // What escapes stand in is a string of JSON's, with its spaces.
            || backslash && byte == b' '
    };
    let start = bytes.run_back(at, 4096, is_part).max(scan.decoded_to);
    let end = bytes.run(at, LONGEST, is_part);
    scan.decoded_to = end;
    if end - start > FAR {
        scan.far.push(Far {
            place: Span::new(at, at + 1),
            read: Span::new(start, end),
        });
    }
    look_through(Span::new(start, end), scan, decoded);
}

/// Look through the colours of the line around `at`.
fn coloured(at: usize, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if at < scan.done.colours || bytes.colour(at) == 0 {
        return;
    }
    let is_part = |byte: u8| byte != b'\n';
    let start = bytes.run_back(at, 4096, is_part).max(scan.done.colours);
    let end = bytes.run(at, LONGEST, is_part);
    let boundary = |at: &usize| scan.text.is_char_boundary(*at);
    let start = (start..=at).find(boundary).unwrap_or(at);
    let end = (at..=end).rev().find(boundary).unwrap_or(at);
    scan.done.colours = end;
    scan.far.push(Far {
        place: Span::new(at, at + 1),
        read: Span::new(start, end),
    });
    look_through(Span::new(start, end), scan, encode::uncoloured);
}

/// Report what is seen in the text under `span` once it is decoded.
fn look_through(
    span: Span,
    scan: &mut Scan<'_>,
    decoded: fn(&str) -> Option<(String, undeny_text::SourceMap)>,
) {
    let start = span.start;
    let Some((decoded, map)) = decoded(scan.under(span)) else {
        return;
    };
    for hit in engine::detect(&decoded, scan.strict, scan.depth + 1) {
        // Hits without an escape in them are seen in the text itself.
        let source = map.source_span(hit.span).shift(start);
        if source.len() == hit.span.len()
            && scan.under(source) == hit.span.text(&decoded)
            && hit.form != Form::Name
        {
            if hit.detector != "opaque" {
                scan.hits.push(Hit {
                    span: source,
                    ..hit
                });
            }
            continue;
        }
        let form = match hit.form {
            Form::Name | Form::WholeName | Form::Echo | Form::Tag(_) => hit.form,
            _ => Form::Tag("SECRET"),
        };
        if hit.confidence == Confidence::Low {
            continue;
        }
        // The parts of a name between colours are names.
        let mut rest = source;
        let segments = map.segments();
        let from = segments.partition_point(|part| part.source.end + start <= rest.start);
        let parts = segments.get(from..).unwrap_or_default().iter();
        for end in parts.map(|part| part.source.end + start) {
            if form != Form::Name || end >= source.end {
                break;
            }
            let colour = scan.bytes.colour(end);
            if colour > 0 {
                let span = Span::new(rest.start, end);
                scan.hits.push(Hit { span, form, ..hit });
                rest = Span::new((end + colour).min(rest.end), rest.end);
            }
        }
        scan.hits.push(Hit {
            span: rest,
            form,
            ..hit
        });
    }
}
