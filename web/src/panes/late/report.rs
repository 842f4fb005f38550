//! The report as Markdown, for a pull request or a ticket: redacted, unless one says otherwise.

use leptos::prelude::*;
use undeny_core::markdown;
use undeny_core::redaction::Vault;

use super::ways;
use crate::engine;
use crate::parts;
use crate::state::State;
use crate::view::{Node, button, div, element, input, label, live, p, pre};

/// The dialog's content.
pub(crate) fn content(state: State) -> Node {
    let open = RwSignal::new(false);
    let choice = move |shows: bool, said: &'static str, why: &'static str| -> Node {
        label()
            .class("choice")
            .child(
                input()
                    .attr("type", "radio")
                    .attr("name", "report-names")
                    .attr("checked", !shows)
                    .test_id(if shows {
                        "report-open"
                    } else {
                        "report-redacted"
                    })
                    .on("change", move |_| open.set(shows)),
            )
            .child(element("b").child(said))
            .child(why)
            .into()
    };
    div()
        .class("body")
        .child(
            element("fieldset")
                .child(element("legend").child("Names and numbers in it"))
                .child(choice(
                    false,
                    "Redacted",
                    "For others: placeholders stand for what identifies you.",
                ))
                .child(choice(
                    true,
                    "As pasted",
                    "For your own repository: whoever reads it reads the names.",
                )),
        )
        .child(live(move || {
            let text = text(state, open.get());
            let (copied, saved) = (text.clone(), text.clone());
            let buttons: [Node; 2] = [
                parts::copy_button(
                    state,
                    "copy-report".to_owned(),
                    "Copy".to_owned(),
                    true,
                    move || Some(copied.clone()),
                )
                .into(),
                button()
                    .test_id("download-report")
                    .on("click", move |_| {
                        ways::save(state, "undeny-report.md", saved.as_bytes())
                    })
                    .child("Download .md")
                    .into(),
            ];
            [
                pre()
                    .class("markdown")
                    .test_id("report-text")
                    .attr("tabindex", "0")
                    .attr("role", "group")
                    .attr("aria-label", "The report")
                    .child(text),
                div().class("acts").child(buttons),
            ]
            .map(Node::from)
        }))
        .child(p().class("stat").child("Made here; nothing was sent."))
        .into()
}

/// The report; `open` with the names as pasted.
fn text(state: State, open: bool) -> String {
    let text = state.view.with_untracked(|view| {
        view.as_ref()
            .map(|view| markdown::report(&view.report))
            .unwrap_or_default()
    });
    if open { text } else { redacted(state, &text) }
}

/// A text about the paste, redacted together with it, so that one name has one placeholder everywhere.
pub(crate) fn redacted(state: State, text: &str) -> String {
    let options = engine::redaction_options(state);
    let answers: Vec<String> = state.answers.get_untracked().into_values().collect();
    state.texts.with_untracked(|texts| {
        let all: Vec<&str> = texts
            .iter()
            .map(|text| text.text.as_str())
            .chain(answers.iter().map(String::as_str))
            .chain([text])
            .collect();
        let mut redacted = undeny_core::redaction::redact(&mut Vault::new(), &all, &options);
        redacted.pop().map(|last| last.text).unwrap_or_default()
    })
}
