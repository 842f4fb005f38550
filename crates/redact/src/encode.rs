//! Other writings of a value: percent, JSON and base64, in which it may stand elsewhere.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use undeny_text::{MappedText, SourceMap, Span};

use crate::bytes::Bytes;

/// Other writings of a secret, without itself.
pub(crate) fn variants(value: &str) -> Vec<String> {
    let mut variants = Vec::new();
    if !value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    {
        let mut percent = String::with_capacity(value.len() * 2);
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                percent.push(char::from(byte));
            } else {
                percent.push('%');
                for digit in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                    percent.push(digit.to_ascii_uppercase());
                }
            }
        }
        variants.push(percent);
    }
    if value.contains(['\\', '"', '\n']) {
        variants.push(
            value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n"),
        );
    }
    if value.contains(['&', '<', '>', '"']) {
        let markup = (value.replace('&', "&amp;").replace('<', "&lt;")).replace('>', "&gt;");
        variants.push(markup.replace('"', "&quot;"));
        if value.contains('"') {
            variants.push(markup);
        }
    }
    // As a log or a form shouts it.
    if value.len() >= 8 && value.bytes().any(|byte| byte.is_ascii_digit()) {
        let upper = value.to_ascii_uppercase();
        if upper != value {
            variants.push(upper);
        }
    }
    if value.contains('%')
        && let Some((decoded, _)) = percent_decoded(value)
        && decoded != value
    {
        variants.push(decoded);
    }
    if value.len() >= 8 {
        variants.push(STANDARD_NO_PAD.encode(value));
    }
    variants
}

/// `text` without percent escapes, and the way back; nothing where it has none or they are no text.
pub(crate) fn percent_decoded(text: &str) -> Option<(String, SourceMap)> {
    let bytes = Bytes(text.as_bytes());
    let escaped = |at: usize| {
        let digit = |at: usize| char::from(bytes.at(at)).to_digit(16);
        (bytes.at(at) == b'%').then_some(())?;
        u8::try_from(digit(at + 1)? << 4 | digit(at + 2)?).ok()
    };
    let mut mapped = MappedText::new();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let Some(first) = escaped(start) else {
            at += 1;
            continue;
        };
        let (mut raw, mut length) = ([first, 0, 0, 0], 1);
        let is_text = |raw: &[u8; 4], length: usize| {
            let raw = raw.get(..length).unwrap_or_default();
            std::str::from_utf8(raw).is_ok()
        };
        while !is_text(&raw, length) {
            *raw.get_mut(length)? = escaped(start + 3 * length)?;
            length += 1;
        }
        at += 3 * length;
        mapped.copy(text, Span::new(copied, start));
        let raw = raw.get(..length)?;
        mapped.write(std::str::from_utf8(raw).ok()?, Span::new(start, at));
        copied = at;
    }
    if copied == 0 {
        return None;
    }
    mapped.copy(text, Span::new(copied, text.len()));
    Some(mapped.finish())
}

/// `text` without JSON's `\uXXXX` for characters of ASCII, and the way back; nothing where it has none.
pub(crate) fn unicode_decoded(text: &str) -> Option<(String, SourceMap)> {
    let bytes = Bytes(text.as_bytes());
    let mut mapped = MappedText::new();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 2..at + 6).filter(|_| bytes.starts(at, "\\u"));
        let decoded = digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(|byte| (b' '..127).contains(byte));
        let Some(decoded) = decoded else {
            at += 1;
            continue;
        };
        mapped.copy(text, Span::new(copied, at));
        mapped.write(
            char::from(decoded).encode_utf8(&mut [0; 4]),
            Span::new(at, at + 6),
        );
        at += 6;
        copied = at;
    }
    if copied == 0 {
        return None;
    }
    mapped.copy(text, Span::new(copied, text.len()));
    Some(mapped.finish())
}

/// `text` without the sequences that colour it in a terminal, and the way back; nothing where it has none.
pub(crate) fn uncoloured(text: &str) -> Option<(String, SourceMap)> {
    let bytes = Bytes(text.as_bytes());
    let mut mapped = MappedText::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let length = bytes.colour(at);
        if length > 0 {
            mapped.copy(text, Span::new(copied, at));
            copied = at + length;
        }
        at += length.max(1);
    }
    if copied == 0 {
        return None;
    }
    mapped.copy(text, Span::new(copied, text.len()));
    Some(mapped.finish())
}

/// The text that `token` is in base64, where it is printable text.
pub(crate) fn base64_decoded(token: &str) -> Option<String> {
    let token = token.trim_end_matches('=');
    let standard = if token.contains(['-', '_']) {
        Cow::Owned(token.replace('-', "+").replace('_', "/"))
    } else {
        Cow::Borrowed(token)
    };
    let raw = STANDARD_NO_PAD
        .decode(standard.as_bytes())
        .or_else(|_| STANDARD.decode(standard.as_bytes()))
        .ok()?;
    let text = String::from_utf8(raw).ok()?;
    text.bytes()
        .all(|byte| !byte.is_ascii_control() || matches!(byte, b'\n' | b'\r' | b'\t'))
        .then_some(text)
}
