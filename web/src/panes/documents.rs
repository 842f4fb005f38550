//! What was recognised as what, in the order given; a wrong guess is corrected with the select "Taken for".

use leptos::prelude::*;
use undeny_core::Role;
use undeny_core::report::{Document, Place, role_in_words};
use undeny_core::text::Span;

use crate::engine::View;
use crate::parts;
use crate::state::{Choice, State};
use crate::view::{Node, button, li, live, option, select, span, ul};

/// So many are listed at first: each has a select, and a log can hold hundreds.
const LISTED: usize = 40;

/// The list.
pub(crate) fn pane(state: State) -> Node {
    let all = RwSignal::new(false);
    live(move || {
        let view = state.view.get()?;
        if view.report.documents.is_empty() {
            return None;
        }
        let count = view.report.documents.len();
        let listed = if all.get() { count } else { LISTED };
        let mut seen: Vec<usize> = Vec::new();
        let rows: Vec<Node> = view
            .report
            .documents
            .iter()
            .take(listed)
            .map(|document| {
                let nth = seen
                    .iter()
                    .filter(|input| **input == document.input)
                    .count();
                seen.push(document.input);
                row(state, &view, document, nth)
            })
            .collect();
        Some(
            ul().class("documents")
                .test_id("documents")
                .attr("aria-label", "What was recognised")
                .child(rows)
                .child((count > listed).then(|| {
                    li().child(
                        button()
                            .on("click", move |_| all.set(true))
                            .child("List all ".to_owned() + &count.to_string()),
                    )
                })),
        )
    })
}

fn row(state: State, view: &View, document: &Document, nth: usize) -> Node {
    let text = view.texts.get(document.input);
    let id = text.map_or(0, |text| text.id);
    let chosen = state.choices.with(|choices| {
        choices
            .iter()
            .any(|choice| choice.text == id && choice.nth == nth)
    });
    let (first, last) = document.lines;
    let lines = if first == last {
        "ine ".to_owned() + &first.to_string()
    } else {
        "ines ".to_owned() + &first.to_string() + "–" + &last.to_string()
    };
    let title = match text.and_then(|text| text.name.clone()) {
        Some(name) => name + ", l" + &lines,
        None => "L".to_owned() + &lines,
    };
    let (before, after) = around_role(document);
    let place = Place::new(
        document.input,
        Span::new(document.span.start, document.span.end),
    );
    li().test_id("document-".to_owned() + &document.index.to_string())
        .child(span().class(dot(document.role)).attr("aria-hidden", "true"))
        .child(parts::place_button(state, id, place, title))
        .child(
            span()
                .class("what")
                .child(before)
                .child(
                    select()
                        .attr("aria-label", "Taken for")
                        .class(chosen.then_some("chosen"))
                        .on("change", move |event| {
                            choose(state, id, nth, &event_target_value(&event));
                        })
                        .child(options(chosen))
                        .value(document.role),
                )
                .child(after),
        )
        .into()
}

/// What it was taken for besides the words that the select says: before the select, and behind it.
fn around_role(document: &Document) -> (String, String) {
    let said = Role::from_name(document.role).map(role_in_words);
    let rest = said.and_then(|said| document.taken_for.strip_prefix(said));
    match rest {
        Some(rest) => (String::new(), rest.trim().to_owned()),
        None => (document.taken_for.clone(), String::new()),
    }
}

fn options(chosen: bool) -> Vec<Node> {
    let back = chosen.then(|| {
        option()
            .attr("value", "")
            .child("as undeny reads it")
            .into()
    });
    Role::ALL
        .iter()
        .map(|role| {
            option()
                .attr("value", role.as_str())
                .child(role_in_words(*role))
                .into()
        })
        .chain(back)
        .collect()
}

fn choose(state: State, text: usize, nth: usize, role: &str) {
    state.choices.update(|choices| {
        choices.retain(|choice| (choice.text, choice.nth) != (text, nth));
        if let Some(role) = Role::from_name(role) {
            choices.push(Choice { text, nth, role });
        }
    });
}

fn dot(role: &str) -> &'static str {
    match role {
        "error" => "dot error",
        "other" | "token" | "event" | "workflow" => "dot",
        _ => "dot policy",
    }
}
