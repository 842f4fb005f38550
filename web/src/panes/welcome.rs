//! The empty page: what to do and the promise (in `index.html`, there at once), and the examples.

use leptos::prelude::*;

use crate::dom;
use crate::examples::{self, EXAMPLES};
use crate::late;
use crate::state::{PASTE, State};
use crate::view::{Node, button, div, live, span, strong};

/// The examples as buttons.
pub(crate) fn examples(state: State) -> Node {
    let empty = Memo::new(move |_| state.view.with(Option::is_none));
    live(move || {
        empty.get().then(|| {
            let examples: Vec<Node> = EXAMPLES
                .iter()
                .enumerate()
                .map(|(which, example)| {
                    button()
                        .on("click", move |_| open(state, which))
                        .child(strong().child(example.title))
                        .child(span().child(example.about))
                        .into()
                })
                .collect();
            div().class("examples").child(examples)
        })
    })
}

/// Open an example by its address, so that it can be linked to.
pub(crate) fn open(state: State, which: usize) {
    let Some(example) = EXAMPLES.get(which) else {
        return;
    };
    let fragment = "#/example/".to_owned() + example.id;
    let location = window().location();
    // A change of the address opens it; asked for once more, it is pasted once more.
    if location.hash().is_ok_and(|now| now == fragment) || location.set_hash(&fragment).is_err() {
        late::open_example(state, which);
    }
}

/// Open the example that the address names, if it names one.
pub(crate) fn open_address(state: State) {
    let fragment = window().location().hash().unwrap_or_default();
    if let Some(which) = examples::at(&fragment) {
        late::open_example(state, which);
    }
}

/// Paste a text in the place of what is there; undo brings that back.
pub(crate) fn put(state: State, text: &str) {
    let closed = state.texts.with_untracked(|texts| {
        let others = texts.iter().filter(|text| text.id != PASTE);
        others
            .map(|text| (text.label(), text.text.clone()))
            .collect::<Vec<_>>()
    });
    state.forget_choices();
    state.close_all();
    if !closed.is_empty() {
        let said = "The files that were open are closed.".to_owned();
        state.note(said, Some(("Open them again", closed)));
    }
    if let Some(paste) = dom::text_box(PASTE) {
        paste.set_hidden(false);
        dom::type_over(&paste, text);
    }
    super::paste::edited(state, PASTE);
}

/// Show the welcome of `index.html` while there is nothing to read, and follow the address.
pub(crate) fn listen(state: State) {
    let _ = window_event_listener_untyped("hashchange", move |_| open_address(state));
    Effect::new(move |_| {
        let empty = state.view.with(Option::is_none);
        if let Some(welcome) = dom::by_id("welcome") {
            welcome.set_hidden(!empty);
        }
    });
}
