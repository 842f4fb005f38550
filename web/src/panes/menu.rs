//! The top right: examples while something is pasted, and the theme.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use crate::dom;
use crate::examples::EXAMPLES;
use crate::state::State;
use crate::view::{Node, button, details, div, label, live, option, select, summary};

/// The menu.
pub(crate) fn pane(state: State) -> Node {
    let given = Memo::new(move |_| state.view.with(Option::is_some));
    [
        live(move || given.get().then(|| examples(state))),
        theme(state),
    ]
    .into()
}

fn examples(state: State) -> Node {
    let examples: Vec<Node> = EXAMPLES
        .iter()
        .enumerate()
        .map(|(which, example)| {
            button()
                .on("click", move |event| {
                    close(&event);
                    super::welcome::open(state, which);
                })
                .child(example.title)
                .into()
        })
        .collect();
    details()
        .on("keydown", |event| {
            let escape = event
                .dyn_ref::<KeyboardEvent>()
                .is_some_and(|event| event.key() == "Escape");
            if escape {
                close(&event);
            }
        })
        .child(summary().child("Examples"))
        .child(div().child(examples))
        .into()
}

/// Close the list and go back to what opened it.
fn close(event: &Event) {
    let Some(menu) = dom::closest(event, "details") else {
        return;
    };
    let _ = menu.remove_attribute("open");
    let summary = menu
        .query_selector("summary")
        .ok()
        .flatten()
        .and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
    if let Some(summary) = summary {
        let _ = summary.focus();
    }
}

fn theme(state: State) -> Node {
    let of = |value: &'static str, said: &'static str| -> Node {
        option().attr("value", value).child(said).into()
    };
    label()
        .child("Theme")
        .child(
            select()
                .attr("aria-label", "Theme")
                .on("change", move |event| {
                    // Nothing is stored, so a reload is back at the system's.
                    let chosen = event_target_value(&event);
                    if let Some(root) = document().document_element() {
                        let _ = if chosen.is_empty() {
                            root.remove_attribute("data-theme")
                        } else {
                            root.set_attribute("data-theme", &chosen)
                        };
                    }
                    state.theme.set(chosen);
                })
                .child([of("", "System"), of("light", "Light"), of("dark", "Dark")]),
        )
        .into()
}
