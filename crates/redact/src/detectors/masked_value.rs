//! Values that a pipeline is told to mask: said in the clear by the command that hides them from there on.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Facts, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `::add-mask::value`, `::set-output name=token::value`, `##vso[task.setvariable variable=name;issecret=true]value`, `##vso[task.setsecret]value`.
    MaskedValue,
    Facts {
        id: "masked-value",
        class: Class::Secret,
        sees: "the value that a command of GitHub Actions or Azure Pipelines masks in the log",
        source: "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log",
        example: "echo \"::add-mask::Zw9-{w6}\"",
        near_miss: "::add-mask::${{ steps.read.outputs.token }}",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("add-mask::"),
        Anchor::Literal("set-env name="),
        Anchor::Literal("set-output name="),
        Anchor::Literal("task.setsecret]"),
        Anchor::Literal("task.setvariable "),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let from = if bytes.starts(start, "add-mask::") {
        start + "add-mask::".len()
    } else if bytes.at(start) == b's' {
        let name = bytes.run(start, 16, |byte| byte != b'=') + 1;
        let end = bytes.run(name, 80, |byte| is_word(byte) || byte == b'-');
        if !bytes.starts(end, "::") || scan.key(Span::new(name, end)).promise < Promise::Token {
            return;
        }
        end + 2
    } else {
        let close = bytes.run(start, 200, |byte| byte != b']' && byte != b'\n');
        let properties = bytes.under(Span::new(start, close)).to_ascii_lowercase();
        let secret = properties.starts_with(b"task.setsecret")
            || properties.windows(13).any(|part| part == b"issecret=true");
        if bytes.at(close) != b']' || !secret {
            return;
        }
        close + 1
    };
    let end = bytes.run(from, 4096, |byte| {
        !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'`' | 0)
    });
    let span = Span::new(from, end);
    scan.reads_to(place.span, end);
    if !value::is_reference(scan.under(span)) {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}
