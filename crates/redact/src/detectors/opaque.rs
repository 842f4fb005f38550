//! What remains and looks drawn at random: tokens of nobody's known form.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::random;

detector!(
    /// Sixteen or more characters without the letter pairs of words; not checksums.
    Opaque,
    Facts {
        id: "opaque",
        class: Class::Secret,
        sees: "a long token that looks random, where nothing says that it is a checksum or a version",
        source: "https://csrc.nist.gov/glossary/term/entropy",
        example: "q4pdt26np4oasrkeyd1uik8qd1xcfn",
        near_miss: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Token],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let text = scan.under(place.span).trim_end_matches('.');
    let place = Place {
        span: Span::new(place.span.start, place.span.start + text.len()),
        ..place
    };
    // Base64 with slashes and pluses is one token; a path is several.
    let bytes = text.as_bytes();
    let slashes = bytes.iter().filter(|byte| **byte == b'/').count();
    let whole = slashes > 0
        && slashes * 10 < bytes.len() + 10
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_uppercase)
        && bytes.iter().any(u8::is_ascii_lowercase)
        && !text.contains(['.', '~'])
        && text.split('/').all(|part| {
            part.len() < 6
                || random::score(part.as_bytes()) * 3 > i32::try_from(part.len()).unwrap_or(0)
        });
    if is_secret_access_key(text) {
        let span = place.span;
        scan.hit_as(
            "aws-secret-access-key",
            Class::Secret,
            span,
            rank::WEAK_KEY,
            Confidence::Medium,
            Form::Tag("SECRET"),
        );
        return;
    }
    if whole {
        judge(scan, place.span);
        return;
    }
    let mut at = place.span.start;
    for piece in text.split(['/', '.', '~', '=', '+']) {
        let span = Span::new(at, at + piece.len());
        at += piece.len() + 1;
        if piece.len() >= 16 {
            judge(scan, span);
        }
    }
}

/// Forty characters of base64, as AWS's secret keys have: small and capital letters, digits or marks, and no path of words.
fn is_secret_access_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
    bytes.len() == 40
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'='))
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && !bytes.iter().all(u8::is_ascii_hexdigit)
        && random::score(bytes) >= 14
}

fn judge(scan: &mut Scan<'_>, span: Span) {
    let bytes = scan.bytes;
    let value = bytes.under(span);
    let trimmed = value.trim_ascii_end();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    if letters < 3 || random::variety(trimmed) < 7 {
        return;
    }
    if hex && (value.len() < 32 || digits == 0) {
        return;
    }
    let threshold = if digits == 0 { 110 } else { 75 };
    let separators = value
        .iter()
        .filter(|byte| matches!(byte, b'-' | b'_'))
        .count();
    if !random::is_random(value, threshold)
        || separators * 4 > value.len()
        || value.len() - separators < 16
    {
        return;
    }
    // Dates, versions, counters.
    if !hex && digits * 10 > value.len() * 8 {
        return;
    }
    // `amzn2-ami-hvm-x86_64-gp2`: many short parts are a name's.
    let mut parts = value.split(|byte| matches!(byte, b'-' | b'_'));
    if separators >= 4 && parts.all(|part| part.len() <= 6) {
        return;
    }
    if is_checksum(scan, span, hex) {
        return;
    }
    // Names that were replaced look random, too.
    if crate::placeholder::lookalikes(scan.under(span))
        .iter()
        .any(|lookalike| lookalike.exact)
    {
        return;
    }
    scan.hit(
        &FACTS,
        span,
        rank::OPAQUE,
        Confidence::Low,
        Form::Tag("SECRET"),
    );
}

/// Whether what stands before says that this is a checksum, a commit, a digest, an integrity value.
fn is_checksum(scan: &Scan<'_>, span: Span, hex: bool) -> bool {
    let bytes = scan.bytes;
    let before = bytes.run_back(span.start, 48, |byte| byte != b'\n');
    let text =
        String::from_utf8_lossy(bytes.under(Span::new(before, span.start))).to_ascii_lowercase();
    let near = [
        "sha1-",
        "sha256",
        "sha384",
        "sha512",
        "sha1",
        "md5",
        "checksum",
        "integrity",
        "digest",
        "h1:",
        "zh:",
        "etag",
        "hash",
        "crc",
    ];
    if near.iter().any(|word| text.contains(word)) && !text.trim_end().ends_with('~') {
        return true;
    }
    if !hex {
        return false;
    }
    let word = bytes.before(span.start);
    word == b'@'
        || [
            "commit",
            "rev",
            "sha",
            "tree",
            "head",
            "git",
            "merge",
            "parent",
            "revision",
            "version",
            "image",
            "build",
            "fingerprint",
            "/blob/",
            "/pull/",
            "layer",
            "trace",
            "span",
        ]
        .iter()
        .any(|word| text.contains(word))
        || is_word(word)
}
