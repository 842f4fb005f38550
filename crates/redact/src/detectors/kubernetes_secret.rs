//! Kubernetes Secrets: every value under `data:` and `stringData:`.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Far, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// The entries of a manifest with `kind: Secret`.
    KubernetesSecret,
    Facts {
        id: "kubernetes-secret",
        class: Class::Secret,
        sees: "the values under data and stringData of a manifest of kind Secret, in YAML and JSON",
        source: "https://kubernetes.io/docs/concepts/configuration/secret/",
        example: "kind: Secret\ndata:\n  password: MWYyZDFlMmU2N2Rm\n",
        near_miss: "kind: ConfigMap\ndata:\n  colour: Ymx1ZQ==\n",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Literal("Secret")],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let line = bytes.run_back(place.span.start, 80, |byte| byte != b'\n');
    let before = scan.under(Span::new(line, place.span.start));
    let key = before.trim_end_matches(['"', ' ', '\t', '\'']);
    let json_key = key.ends_with("\"kind\":") && bytes.at(place.span.end) == b'"';
    if before.trim_matches(['"', ' ', '\t', '\'']) != "kind:" && !json_key {
        return;
    }
    if json_key {
        json(scan, place.span);
        return;
    }
    if place.span.start < scan.done.manifest {
        return;
    }
    // The document around it.
    let before = scan.text.get(..line).unwrap_or_default();
    let from = before.rfind("\n---").map_or(0, |at| at + 4);
    let after = scan.text.get(place.span.end..).unwrap_or_default();
    let to = after
        .find("\n---")
        .map_or(scan.text.len(), |at| place.span.end + at);
    scan.done.manifest = to;
    scan.far.push(Far {
        place: place.span,
        read: Span::new(from, to),
    });
    let mut at = from;
    let mut inside: Option<usize> = None;
    while at < to {
        let end = bytes.run(at, usize::MAX, |byte| byte != b'\n').min(to);
        let text = scan.under(Span::new(at, end));
        let indent = text.len() - text.trim_start().len();
        let content = text.trim();
        match inside {
            Some(outer) if !content.is_empty() && indent <= outer => inside = None,
            Some(_) if !content.starts_with('#') => entry(scan, at, text),
            _ => {}
        }
        if matches!(content, "data:" | "stringData:") {
            inside = Some(indent);
        }
        at = end + 1;
    }
}

/// The same in JSON: the strings of the objects `data` and `stringData` beside `"kind": "Secret"`.
fn json(scan: &mut Scan<'_>, kind: Span) {
    let bytes = scan.bytes;
    let from = bytes
        .run_back(kind.start, NEAR, |_| true)
        .max(scan.done.secrets);
    let to = bytes.run(kind.end, NEAR, |_| true);
    scan.far.push(Far {
        place: kind,
        read: Span::new(from, to),
    });
    let mut at = from;
    while at < to {
        let key = ["\"data\"", "\"stringData\""]
            .into_iter()
            .find(|key| bytes.at(at) == b'"' && bytes.starts(at, key));
        let Some(key) = key else {
            at += 1;
            continue;
        };
        let open = bytes.run(at + key.len(), 64, |byte| byte <= b' ' || byte == b':');
        at = open + 1;
        if bytes.at(open) != b'{' {
            continue;
        }
        // Strings in turn: a key, then its value.
        let mut is_value = false;
        while at < to && bytes.at(at) != b'}' {
            if bytes.at(at) != b'"' {
                at += 1;
                continue;
            }
            let end = string_end(scan, at + 1);
            let value = Span::new(at + 1, end);
            if is_value && value.len() > 1 && !value::is_reference(scan.under(value)) {
                scan.hit(
                    &FACTS,
                    value,
                    rank::STRONG_KEY + 1,
                    Confidence::High,
                    Form::Tag("SECRET"),
                );
                scan.known();
            }
            is_value = !is_value;
            at = end + 1;
        }
    }
    scan.done.secrets = at;
}

/// How far from its kind the data of a manifest may be, in bytes.
const NEAR: usize = 16_384;

/// The quote that closes the JSON string that begins at `start`.
fn string_end(scan: &Scan<'_>, start: usize) -> usize {
    let mut at = start;
    while at < scan.bytes.len() && !matches!(scan.bytes.at(at), b'"' | b'\n') {
        at += if scan.bytes.at(at) == b'\\' { 2 } else { 1 };
    }
    at.min(scan.bytes.len())
}

fn entry(scan: &mut Scan<'_>, line: usize, text: &str) {
    let value = text
        .split_once(": ")
        .map_or("", |(_, value)| value)
        .trim()
        .trim_matches(['"', '\'']);
    let value = if value.is_empty() && !text.contains(':') {
        text.trim()
    } else {
        value
    };
    if value.len() < 2 || value::is_reference(value) || matches!(value, "|" | "|-" | ">" | ">-") {
        return;
    }
    if let Some(at) = text.rfind(value) {
        scan.hit(
            &FACTS,
            Span::new(line + at, line + at + value.len()),
            rank::STRONG_KEY + 1,
            Confidence::High,
            Form::Tag("SECRET"),
        );
        scan.known();
    }
}
