//! Kubernetes Secrets: every value under `data:` and `stringData:`.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// The entries of a manifest with `kind: Secret`.
    KubernetesSecret,
    Facts {
        id: "kubernetes-secret",
        class: Class::Secret,
        sees: "the values under data and stringData of a manifest of kind Secret, in YAML",
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
    if place.span.start < scan.done.manifest {
        return;
    }
    let line = bytes.run_back(place.span.start, 80, |byte| byte != b'\n');
    if scan
        .under(Span::new(line, place.span.start))
        .trim_matches(['"', ' ', '\t', '\''])
        != "kind:"
    {
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
