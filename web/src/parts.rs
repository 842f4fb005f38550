//! Small things that several panes show: prose with code in it, buttons that copy, buttons that lead to a place in the text.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use undeny_core::report::Place;

use crate::dom;
use crate::engine::View;
use crate::late::{Late, late};
use crate::state::State;
use crate::view::{Element, Node, button, code, div, h2, live, section};

/// How long a button says "Copied".
const SAID: Duration = Duration::from_millis(1800);

/// A sentence as a report has it: names and values in backticks become code.
pub(crate) fn prose(text: &str) -> Node {
    let pieces: Vec<&str> = text.split('`').collect();
    // With an odd number of backticks the last one opens nothing.
    let paired = pieces.len() % 2 == 1;
    let last = pieces.len().saturating_sub(1);
    let nodes: Vec<Node> = pieces
        .into_iter()
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(index, piece)| {
            if index % 2 == 0 {
                piece.to_owned().into()
            } else if paired || index != last {
                name(piece)
            } else {
                ("`".to_owned() + piece).into()
            }
        })
        .collect();
    nodes.into()
}

/// A name or value.
pub(crate) fn name(text: &str) -> Node {
    code().child(text.to_owned()).into()
}

/// The sentence without backticks, for attributes and screen readers.
pub(crate) fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// A titled card. `tools` stand in its bar.
pub(crate) fn card(test_id: &'static str, title: &'static str, tools: impl Into<Node>) -> Element {
    section()
        .class("card")
        .test_id(test_id)
        .attr("aria-label", title)
        .child(div().class("bar").child(h2().child(title)).child(tools))
}

/// A button that copies, and says so. `key` is its test id, and its own.
pub(crate) fn copy_button(
    state: State,
    key: String,
    label: String,
    primary: bool,
    text: impl Fn() -> Option<String> + 'static,
) -> Element {
    let copied = key.clone();
    let said = key.clone();
    button()
        .class(primary.then_some("primary"))
        .test_id(key)
        .on("click", move |_| {
            let Some(text) = text() else { return };
            let key = copied.clone();
            spawn_local(async move {
                let done = dom::copy(&text).await;
                state
                    .said
                    .set(if done { "Copied" } else { "Not copied" }.to_owned());
                state.copied.set(Some((key.clone(), done)));
                set_timeout(
                    move || {
                        if state
                            .copied
                            .with_untracked(|now| now.as_ref().is_some_and(|now| now.0 == key))
                        {
                            state.copied.set(None);
                        }
                    },
                    SAID,
                );
            });
        })
        .child(live(move || {
            let done = state.copied.with(|copied| match copied {
                Some((key, done)) if *key == said => Some(*done),
                _ => None,
            });
            match done {
                None => label.clone(),
                Some(true) => "Copied".to_owned(),
                Some(false) => "Not copied: the browser refused".to_owned(),
            }
        }))
}

/// A button that shows a place in the text it is in.
pub(crate) fn place(state: State, view: &View, place: Place) -> Node {
    let Some(shown) = view.texts.get(place.document) else {
        return Node::Nothing;
    };
    let line = shown.lines.line(place.start).to_string();
    let said = match &shown.name {
        Some(name) => name.clone() + ", line " + &line,
        None => "line ".to_owned() + &line,
    };
    place_button(state, shown.id, place, said).into()
}

/// A button that shows a place in the text with this id.
pub(crate) fn place_button(state: State, id: usize, place: Place, said: String) -> Element {
    button()
        .class("place")
        .attr("title", "Show it in the text")
        .on("click", move |_| show(state, id, place))
        .child(said)
}

/// Bring a text to the front and select a place in it.
fn show(state: State, id: usize, place: Place) {
    state.front.set(id);
    // The box may have been hidden until now.
    request_animation_frame(move || {
        state.texts.with_untracked(|texts| {
            let text = texts.iter().find(|text| text.id == id);
            let Some(text) = text else { return };
            match (dom::text_box(id), late()) {
                (Some(area), _) => dom::select(&area, &text.text, place.span()),
                (None, Late::Here(rest)) => (rest.select)(text, place.span()),
                _ => {}
            }
        });
    });
}

/// `1 line`, `2 lines`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    count.to_string() + " " + if count == 1 { one } else { many }
}

/// `a`, `b`.
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Node {
    let nodes: Vec<Node> = names
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let comma = if index == 0 { "" } else { ", " };
            [comma.into(), name(text)].into()
        })
        .collect();
    nodes.into()
}
