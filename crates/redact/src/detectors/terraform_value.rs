//! Values in the messages and traces of Terraform, behind words that say whose they are.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, FAR, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `var.db_password has source value cty.StringVal("value")`, `.password: was cty.StringVal("old"), but now cty.StringVal("new")`.
    TerraformValue,
    Facts {
        id: "terraform-value",
        class: Class::Secret,
        sees: "what Terraform's traces and errors say that a variable or an attribute is, was or will be, if its name says that it is a secret",
        source: "https://developer.hashicorp.com/terraform/internals/debugging",
        example: ".password: was cty.StringVal(\"zw9-{w6}\"), but now cty.StringVal(\"zx8-{w6}\")",
        near_miss: ".engine: was cty.StringVal(\"postgres\"), but now cty.StringVal(\"aurora\")",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Literal("cty.StringVal")],
    look
);

/// What stands behind the name of a value.
const SAID: &[&str] = &[
    ": was",
    ": planned value",
    ": prior value",
    " has source value",
    " has value",
];

/// How far before a value its name may be, in bytes.
const NEAR: usize = 400;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let open = start + "cty.StringVal(".len();
    let escaped = usize::from(bytes.starts(open, "\\\""));
    if bytes.at(open - 1) != b'(' || bytes.at(open + escaped) != b'"' {
        return;
    }
    let from = open + escaped + 1;
    let mut end = from;
    while end < from + 4096 && bytes.at(end) >= b' ' && bytes.at(end) != b'"' {
        if escaped == 1 && bytes.at(end) == b'\\' {
            break;
        }
        end += 1 + usize::from(bytes.at(end) == b'\\');
    }
    let span = Span::new(from, end.min(bytes.len()));
    let line = bytes.run_back(start, NEAR, |byte| byte != b'\n');
    let before = bytes.under(Span::new(line, start));
    let last = |said: &&str| {
        before
            .windows(said.len())
            .rposition(|part| part == said.as_bytes())
    };
    let Some(said) = SAID.iter().filter_map(last).max() else {
        return;
    };
    let name = bytes.run_back(line + said, 80, |byte| is_word(byte) || byte == b'.');
    if scan.key(Span::new(name, line + said)).promise < Promise::Token {
        return;
    }
    if start > name + FAR || span.end > start + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(name, span.end + 1),
        });
    }
    let text = scan.under(span);
    if text.len() >= 4 && !value::is_reference(text) && !value::is_trivial(text) {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}
