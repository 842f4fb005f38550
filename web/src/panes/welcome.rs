//! The empty page: what to do and the promise (in `index.html`, there at once), and the examples.

use leptos::prelude::*;

use crate::dom;
use crate::examples::{EXAMPLES, Example};
use crate::state::{PASTE, State};
use crate::view::{Node, button, div, live, span, strong};

/// The examples as buttons.
pub(crate) fn examples(state: State) -> Node {
    let empty = Memo::new(move |_| state.view.with(Option::is_none));
    live(move || {
        empty.get().then(|| {
            let examples: Vec<Node> = EXAMPLES
                .iter()
                .map(|example| {
                    button()
                        .on("click", move |_| open(state, example))
                        .child(strong().child(example.title))
                        .child(span().child(example.about))
                        .into()
                })
                .collect();
            div().class("examples").child(examples)
        })
    })
}

/// Paste an example in the place of what is there; undo brings that back.
pub(crate) fn open(state: State, example: &Example) {
    state.forget_choices();
    state.close_all();
    if let Some(paste) = dom::text_box(PASTE) {
        paste.set_hidden(false);
        dom::type_over(&paste, &example.text());
    }
    super::paste::edited(state, PASTE);
}

/// Show the welcome of `index.html` while there is nothing to read.
pub(crate) fn listen(state: State) {
    Effect::new(move |_| {
        let empty = state.view.with(Option::is_none);
        if let Some(welcome) = dom::by_id("welcome") {
            welcome.set_hidden(!empty);
        }
    });
}
