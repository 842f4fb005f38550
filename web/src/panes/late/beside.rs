//! A patch side by side: the text before on the left, after on the right, hunks only.

use undeny_core::report::Document;
use undeny_core::text::{Line, LineKind, hunks};

use super::selected::SIDE;
use crate::view::{Node, span, table, tbody, td, tr};

/// A table with a row for each pair of lines.
pub(crate) fn rows(document: &Document) -> Vec<Node> {
    let after = document.after.as_deref().unwrap_or(&document.before);
    let mut rows: Vec<Node> = Vec::new();
    for hunk in hunks(&document.before, after, 3) {
        if !rows.is_empty() {
            rows.push(
                tr().class("gap")
                    .child(td().attr("colspan", "4").child("⋯"))
                    .into(),
            );
        }
        let mut old = hunk.before.0;
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for line in &hunk.lines {
            match line.kind {
                LineKind::Removed => removed.push(line),
                LineKind::Added => added.push(line),
                LineKind::Context => {
                    old += removed.len();
                    pairs(&mut rows, &mut removed, &mut added);
                    rows.push(
                        tr().class("same")
                            .child(number(old))
                            .child(cell("before", "", "", &line.text))
                            .child(number(line.number))
                            .child(cell("after", "", "", &line.text))
                            .into(),
                    );
                    old += 1;
                }
            }
        }
        pairs(&mut rows, &mut removed, &mut added);
    }
    vec![table().child(tbody().child(rows)).into()]
}

/// Removed lines beside the added ones that take their place.
fn pairs(rows: &mut Vec<Node>, removed: &mut Vec<&Line>, added: &mut Vec<&Line>) {
    for at in 0..removed.len().max(added.len()) {
        let mut row = tr();
        for (line, side, class, sign) in [
            (removed.get(at), "before", "removed", "−"),
            (added.get(at), "after", "added", "+"),
        ] {
            row = match line {
                Some(line) => row
                    .child(number(line.number))
                    .child(cell(side, class, sign, &line.text)),
                None => row.child(td()).child(td().class("none")),
            };
        }
        rows.push(row.into());
    }
    removed.clear();
    added.clear();
}

fn number(number: usize) -> Node {
    td().class("number").child(number.to_string()).into()
}

fn cell(side: &'static str, class: &'static str, sign: &'static str, text: &str) -> Node {
    let said = match class {
        "added" => Some("added line"),
        "removed" => Some("removed line"),
        _ => None,
    };
    let role = said.map(|_| "img");
    td().class(class)
        .attr(SIDE, side)
        .child(
            span()
                .class("sign")
                .attr("role", role)
                .attr("aria-label", said)
                .child(sign),
        )
        .child(text.to_owned())
        .into()
}
