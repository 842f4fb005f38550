//! What is given: the text box that everything is pasted into, and a box for each opened file.
//!
//! The first box is in `index.html`, so that it works before the engine is there. The boxes are the user's: made once, never written to while somebody
//! types in them, so undo stays the browser's.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use crate::late::{Late, late};
use crate::state::{PASTE, State, Text};
use crate::view::{Node, button, div, input, live, p, span};
use crate::{app, dom, files};

/// The buttons above the box.
pub(crate) fn tools(state: State) -> Node {
    let open = button()
        .on("click", |_| {
            if let Some(chooser) = dom::by_id("open-files") {
                chooser.click();
            }
        })
        .child("Open files");
    let chooser = input()
        .attr("id", "open-files")
        .attr("type", "file")
        .attr("multiple", true)
        .attr("hidden", true)
        .attr("aria-label", "Files to open")
        .on("change", move |event| {
            let chooser = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(chooser) = chooser {
                files::open(state, chooser.files());
                // So that the same file can be chosen again.
                chooser.set_value("");
            }
        });
    let clear = button()
        .attr("id", "clear")
        .on("click", move |_| clear(state))
        .child("Clear everything");
    [open.into(), chooser.into(), clear.into()].into()
}

/// One tab a text, when there are files.
pub(crate) fn tabs(state: State) -> Node {
    let names = Memo::new(move |_| {
        state.texts.with(|texts| {
            texts
                .iter()
                .map(|text| (text.id, text.label()))
                .collect::<Vec<_>>()
        })
    });
    live(move || {
        let names = names.get();
        let front = state.front.get();
        (names.len() > 1).then(|| {
            let tabs: Vec<Node> = names
                .into_iter()
                .map(|(id, name)| tab(state, id, name, front == id))
                .collect();
            div()
                .class("tabs")
                .attr("role", "group")
                .attr("aria-label", "Texts given")
                .child(tabs)
        })
    })
}

fn tab(state: State, id: usize, name: String, front: bool) -> Node {
    let close = (id != PASTE).then(|| {
        button()
            .attr("aria-label", "Close ".to_owned() + &name)
            .on("click", move |_| state.close(id))
            .child("×")
    });
    span()
        .class(if front { "tab now" } else { "tab" })
        .child(
            button()
                .attr("aria-pressed", if front { "true" } else { "false" })
                .on("click", move |_| state.front.set(id))
                .child(name),
        )
        .child(close)
        .into()
}

/// That a long text is being read, and what became of files.
pub(crate) fn notes(state: State) -> Node {
    let working = live(move || {
        state.working.get().then(|| {
            p().class("hint")
                .attr("role", "status")
                .test_id("working")
                .child("Reading what is given … ")
                .child(
                    button()
                        .test_id("stop")
                        .on("click", move |_| app::stop(state))
                        .child("Stop"),
                )
        })
    });
    let notes = live(move || {
        let notes: Vec<Node> = state
            .notes
            .get()
            .into_iter()
            .map(|note| {
                let back = note.back.map(|(label, texts)| {
                    button()
                        .on("click", move |_| {
                            state.notes.set(Vec::new());
                            state.add(texts.clone(), false);
                        })
                        .child(label)
                });
                p().class("hint")
                    .attr("role", "alert")
                    .child(note.said + " ")
                    .child(back)
                    .into()
            })
            .collect();
        notes
    });
    [working, notes].into()
}

/// Show the box for pasted text, with the cursor on an empty line at its end.
pub(crate) fn go_to_end(state: State) {
    state.front.set(PASTE);
    if let Some(paste) = dom::text_box(PASTE) {
        paste.set_hidden(false);
        let _ = paste.focus();
        let end = paste.text_length();
        let _ = paste.set_selection_range(end, end);
        let text = paste.value();
        if !text.is_empty() && !text.ends_with('\n') {
            dom::command("insertText", "\n");
        }
    }
}

/// Make the box of a file.
pub(crate) fn add_box(state: State, text: &Text) {
    let made = document()
        .create_element("textarea")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok());
    let (Some(area), Some(place)) = (made, dom::by_id("files")) else {
        return;
    };
    area.set_id(&dom::box_id(text.id));
    area.set_class_name("text");
    area.set_wrap("off");
    area.set_spellcheck(false);
    area.set_hidden(true);
    let _ = area.set_attribute("autocomplete", "off");
    let _ = area.set_attribute("aria-label", &text.label());
    area.set_value(&text.text);
    hear(state, &area, text.id);
    let _ = place.append_child(&area);
}

/// Hear what happens in the box of `index.html`, and files that are dropped anywhere.
pub(crate) fn listen(state: State) {
    if let Some(paste) = dom::text_box(PASTE) {
        hear(state, &paste, PASTE);
        // What was typed or pasted before the engine was there.
        if paste.text_length() > 0 {
            edited(state, PASTE);
        }
    }
    Effect::new(move |_| {
        let front = state.front.get();
        state.texts.with(|texts| {
            for text in texts {
                if let Some(shown) = dom::by_id(&dom::box_id(text.id)) {
                    shown.set_hidden(text.id != front);
                }
            }
        });
    });
    let _ = window_event_listener(ev::dragover, |event| {
        event.prevent_default();
        dropping(true);
    });
    let _ = window_event_listener(ev::dragleave, |event| {
        if event.related_target().is_none() {
            dropping(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |event| {
        dropping(false);
        let given = event.data_transfer().and_then(|data| data.files());
        // Dropped text goes where it is dropped; only files are ours.
        if given.as_ref().is_some_and(|given| given.length() > 0) {
            event.prevent_default();
            files::open(state, given);
        }
    });
}

fn hear(state: State, area: &HtmlTextAreaElement, id: usize) {
    let heard = Closure::<dyn Fn()>::new(move || edited(state, id));
    let _ = area.add_event_listener_with_callback("input", heard.as_ref().unchecked_ref());
    heard.forget();
}

fn dropping(now: bool) {
    if let Some(body) = document().body() {
        let _ = body.class_list().toggle_with_force("dropping", now);
    }
}

/// What is too long for a text box is shown in another way.
pub(crate) fn take_over(state: State, id: usize) {
    if let Late::Here(rest) = late() {
        (rest.take_over)(state, id);
    }
}

/// The box of a text was edited: read it again soon.
pub(crate) fn edited(state: State, id: usize) {
    state.texts.update(|texts| {
        if let Some(text) = texts.iter_mut().find(|text| text.id == id) {
            text.edited = true;
        }
    });
    take_over(state, id);
}

/// Take away everything given and chosen.
fn clear(state: State) {
    state.forget_choices();
    state.close_all();
    state.texts.set(vec![Text::default()]);
    state.view.set(None);
    if let Some(paste) = dom::text_box(PASTE) {
        paste.set_value("");
        paste.set_hidden(false);
        let _ = paste.focus();
    }
}
