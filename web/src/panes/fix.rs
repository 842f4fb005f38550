//! The fix: the patch of each document as a diff or as the whole file, minimal or hardened.
//!
//! The text of a diff is the unified diff to the byte; line numbers are drawn by the style sheet, and the signs have names for screen readers. What is
//! copied by selecting it is the code.

use leptos::prelude::*;
use undeny_core::report::Document;
use undeny_core::text::{Hunk, Line, LineKind, hunks};

use super::late::{beside, selected};
use super::verdict::changed;
use crate::parts;
use crate::state::State;
use crate::view::{Node, b, button, div, i, li, live, p, span, ul};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        let both = view
            .report
            .variants
            .iter()
            .any(|variant| variant.id == "hardened");
        let hardened = both && state.hardened.get();
        let form = state.form.get();
        let documents = changed(&view, hardened);
        if documents.is_empty() {
            return None;
        }
        let id = if hardened { "hardened" } else { "minimal" };
        let variant = view.report.variants.iter().find(|variant| variant.id == id);
        let about = variant.map(|variant| {
            let text = [variant.title.as_str(), variant.note.as_str()].join(" ");
            p().class("note").child(parts::prose(text.trim()))
        });
        let files: Vec<Node> = documents
            .into_iter()
            .map(|document| file(state, document, form))
            .collect();
        let variants = both.then(|| {
            choice(
                "Variant",
                &[
                    ("Minimal", Some("variant-minimal"), !hardened),
                    ("Hardened", Some("variant-hardened"), hardened),
                ],
                move |which| state.hardened.set(which == 1),
            )
        });
        let forms = choice(
            "Shown as",
            &[
                ("Unified", None, form == 0),
                ("Side by side", None, form == 1),
                ("Whole file", None, form == 2),
            ],
            move |which| state.form.set(which),
        );
        let tools: [Node; 2] = [variants.into(), span().class("push").child(forms).into()];
        Some(parts::card("fix", "Fix", tools).child(about).child(files))
    })
}

/// Buttons, one of them pressed; `choose` is told which is to be.
fn choice(
    label: &'static str,
    all: &[(&'static str, Option<&'static str>, bool)],
    choose: impl Fn(usize) + Copy + 'static,
) -> Node {
    let buttons: Vec<Node> = all
        .iter()
        .enumerate()
        .map(|(index, &(text, test_id, pressed))| {
            button()
                .test_id(test_id)
                .attr("aria-pressed", if pressed { "true" } else { "false" })
                .on("click", move |_| choose(index))
                .child(text)
                .into()
        })
        .collect();
    span()
        .class("switch")
        .attr("role", "group")
        .attr("aria-label", label)
        .child(buttons)
        .into()
}

fn file(state: State, document: &Document, form: usize) -> Node {
    let (added, removed) = size(document);
    let after = document.after.clone().unwrap_or_default();
    let copied = after.clone();
    let head = div()
        .class("bar")
        .child(span().class("file").child(document.name.clone()))
        .child(
            span()
                .class("stat")
                .child(b().child("+".to_owned() + &added.to_string()))
                .child(" ")
                .child(i().child("−".to_owned() + &removed.to_string())),
        )
        .child(span().class("push").child(parts::copy_button(
            state,
            "copy-".to_owned() + &document.index.to_string(),
            "Copy".to_owned(),
            false,
            move || Some(copied.clone()),
        )));
    let changes = (!document.changes.is_empty()).then(|| {
        let rows: Vec<Node> = document
            .changes
            .iter()
            .map(|change| li().child(parts::prose(change)).into())
            .collect();
        ul().class("changes").child(rows)
    });
    let index = document.index.to_string();
    let text: Node = if form == 1 {
        div()
            .class("diff beside")
            .test_id("beside-".to_owned() + &index)
            .attr("tabindex", "0")
            .attr("role", "group")
            .attr(
                "aria-label",
                document.name.clone() + ", before and after side by side",
            )
            .on("mousedown", |event| selected::begin(&event))
            .on("copy", |event| selected::copy(&event))
            .child(beside::rows(document))
            .into()
    } else if form == 2 {
        div()
            .class("whole")
            .test_id("fixed-".to_owned() + &index)
            .attr("tabindex", "0")
            .attr("role", "group")
            .attr("aria-label", document.name.clone() + ", patched")
            .on("copy", |event| selected::copy(&event))
            .child(
                div()
                    .class("lines")
                    .child(whole_file(&document.before, &after)),
            )
            .into()
    } else {
        div()
            .class("diff")
            .test_id("diff-".to_owned() + &index)
            .attr("tabindex", "0")
            .attr("role", "group")
            .attr("aria-label", "Changes to ".to_owned() + &document.name)
            .on("copy", |event| selected::copy(&event))
            .child(div().class("lines").child(unified(
                &document.before,
                &after,
                document.diff.as_deref(),
                usize::MAX,
            )))
            .into()
    };
    [head.into(), changes.into(), text].into()
}

/// The unified diff, at most `most` of its lines. `diff` is where the two lines that name the files stand.
pub(super) fn unified(before: &str, after: &str, diff: Option<&str>, most: usize) -> Vec<Node> {
    let mut rows = Vec::new();
    // The two lines that name the files; so that the text is the whole diff; not for the eye.
    let names: String = diff
        .iter()
        .flat_map(|diff| diff.split_inclusive('\n'))
        .take(2)
        .collect();
    rows.push(span().class("names").child(names).into());
    for hunk in hunks(before, after, 3) {
        rows.push(span().class("at").child(header(&hunk)).into());
        for line in &hunk.lines {
            if rows.len() >= most {
                rows.push(
                    span()
                        .class("at")
                        .child("… more lines than are shown here\n")
                        .into(),
                );
                return rows;
            }
            rows.push(row(line, true));
            if !line.ended {
                rows.push(
                    span()
                        .class("at")
                        .child("\\ No newline at end of file\n")
                        .into(),
                );
            }
        }
    }
    rows
}

fn whole_file(before: &str, after: &str) -> Vec<Node> {
    let all = hunks(before, after, usize::MAX);
    all.iter()
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.kind != LineKind::Removed)
        .map(|line| row(line, false))
        .collect()
}

/// A line; with its sign where the text is a diff, else with the sign for screen readers and colour alone.
fn row(line: &Line, signed: bool) -> Node {
    let (class, sign, said) = match line.kind {
        LineKind::Context => ("", " ", None),
        LineKind::Added => ("added", "+", Some("added line ")),
        LineKind::Removed => ("removed", "-", Some("removed line ")),
    };
    let number = line.number.to_string();
    let said = said.map(|said| said.to_owned() + &number);
    let role = said.as_ref().map(|_| "img");
    let mut text = line.text.clone();
    if line.ended || signed {
        text.push('\n');
    }
    span()
        .class(class)
        .attr("data-line", number)
        .child(
            span()
                .class("sign")
                .attr("role", role)
                .attr("aria-label", said)
                .child(if signed { sign } else { "" }),
        )
        .child(span().child(text))
        .into()
}

fn header(hunk: &Hunk) -> String {
    let range = |(first, count): (usize, usize)| match count {
        0 => first.saturating_sub(1).to_string() + ",0",
        1 => first.to_string(),
        _ => first.to_string() + "," + &count.to_string(),
    };
    "@@ -".to_owned() + &range(hunk.before) + " +" + &range(hunk.after) + " @@\n"
}

/// Added and removed lines of a document.
pub(crate) fn size(document: &Document) -> (usize, usize) {
    let after = document.after.as_deref().unwrap_or(&document.before);
    let hunks = hunks(&document.before, after, 0);
    let of = |kind| {
        hunks
            .iter()
            .flat_map(|hunk| &hunk.lines)
            .filter(|line| line.kind == kind)
            .count()
    };
    (of(LineKind::Added), of(LineKind::Removed))
}
