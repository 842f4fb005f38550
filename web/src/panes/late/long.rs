//! Texts that are too long for a text box: shown to read, in blocks of which the browser lays out what is looked at.
//!
//! A text box is laid out whole, and again with every key: 1 MB takes a browser a quarter of a second, 10 MB some seconds. Nobody types in a log, so a long
//! paste does not get into the box. It becomes a tab of its own, as a file does; "Edit it" makes a text box of it all the same.

use leptos::prelude::*;
use undeny_core::text::Span;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement};

use crate::panes::paste;
use crate::state::{PASTE, State, Text};
use crate::view::{Node, button, div, live, p};
use crate::{app, dom, files, js, parts};

/// Longer texts are shown to read, in UTF-16 units or bytes.
const LONG: usize = 128 * 1024;
/// A block has this many lines, or ends behind this many bytes.
const LINES: usize = 128;
const BYTES: usize = 16 * 1024;

/// Take over what is too long already, and hear pastes: long ones, and those that go into no box.
pub(crate) fn listen(state: State) {
    let ids = state
        .texts
        .with_untracked(|texts| texts.iter().map(|text| text.id).collect::<Vec<_>>());
    for id in ids {
        take_over(state, id);
    }
    let _ = window_event_listener_untyped("paste", move |event| pasted(state, &event));
}

/// How long the text in front is, where it is shown to read.
pub(crate) fn note(state: State) -> Node {
    let shown = Memo::new(move |_| {
        let front = state.front.get();
        state.texts.with(|texts| {
            let text = texts.iter().find(|text| text.id == front && text.long)?;
            Some((front, said(&text.text)))
        })
    });
    live(move || {
        let (id, said) = shown.get()?;
        Some(
            div()
                .class("hint")
                .test_id("long")
                .child(p().child(said + ", shown to read."))
                .child(
                    button()
                        .attr(
                            "title",
                            "A text box for it; browsers are slow with so long a text",
                        )
                        .on("click", move |_| edit(state, id))
                        .child("Edit it"),
                ),
        )
    })
}

/// `1.2 MB, 13160 lines`.
fn said(text: &str) -> String {
    let tenths = text.len() / 100_000;
    let mut said = if tenths < 10 {
        (text.len() / 1000).to_string() + " KB"
    } else {
        (tenths / 10).to_string() + "." + &(tenths % 10).to_string() + " MB"
    };
    said.push_str(", ");
    said.push_str(&parts::counted(text.lines().count(), "line", "lines"));
    said
}

/// Show a text to read when its box has become too long at once; what somebody types stays where it is.
pub(crate) fn take_over(state: State, id: usize) {
    let Some(area) = dom::text_box(id) else {
        return;
    };
    let units = area.text_length() as usize;
    if units <= LONG {
        return;
    }
    let typed = state.texts.with_untracked(|texts| {
        let known = texts.iter().find(|text| text.id == id);
        known.is_some_and(|text| {
            let before = dom::units(&text.text, text.text.len()) as usize;
            text.edited && units.abs_diff(before) <= app::TYPED
        })
    });
    if typed {
        return;
    }
    if id == PASTE {
        let text = area.value();
        area.set_value("");
        state.texts.update_untracked(|texts| {
            if let Some(paste) = texts.iter_mut().find(|text| text.id == PASTE) {
                paste.edited = true;
            }
        });
        add(state, text);
        return;
    }
    let read = area.value();
    state.texts.update(|texts| {
        if let Some(text) = texts.iter_mut().find(|text| text.id == id) {
            if std::mem::take(&mut text.edited) {
                text.text = read;
            }
            text.long = true;
            area.remove();
            show(text, area.hidden());
        }
    });
}

/// A long paste as a text of its own, in front.
fn add(state: State, text: String) {
    let focused = document()
        .active_element()
        .is_some_and(|element| element.tag_name() == "TEXTAREA");
    let mut id = PASTE;
    state.texts.update(|texts| {
        id = texts.iter().map(|text| text.id).max().unwrap_or(PASTE) + 1;
        let text = Text {
            id,
            crlf: text.contains("\r\n"),
            text,
            long: true,
            ..Text::default()
        };
        show(&text, true);
        texts.push(text);
    });
    state.front.set(id);
    if focused && let Some(shown) = dom::by_id(&dom::box_id(id)) {
        // The effect that brings it to the front has not run yet.
        shown.set_hidden(false);
        let _ = shown.focus();
    }
}

/// Put a text on the page, in blocks.
fn show(text: &Text, hidden: bool) {
    let make = |tag: &str| {
        let made = document().create_element(tag).ok()?;
        made.dyn_into::<HtmlElement>().ok()
    };
    let (Some(place), Some(shown)) = (dom::by_id("files"), make("pre")) else {
        return;
    };
    shown.set_id(&dom::box_id(text.id));
    shown.set_class_name("text long");
    shown.set_hidden(hidden);
    // It scrolls, so the keyboard has to reach it.
    shown.set_tab_index(0);
    let _ = shown.set_attribute("role", "region");
    let _ = shown.set_attribute("aria-label", &(text.label() + ", shown to read"));
    for block in blocks(&text.text) {
        if let Some(made) = make("div") {
            let words = block.text(&text.text);
            made.set_text_content(Some(words));
            let lines = words.lines().count();
            if lines != LINES {
                let value = [
                    JsValue::from_str("--lines"),
                    JsValue::from_str(&lines.to_string()),
                ];
                js::call(&js::get(&made, "style"), "setProperty", &value);
            }
            let _ = shown.append_child(&made);
        }
    }
    let _ = place.append_child(&shown);
}

/// The blocks of a text, in order: whole lines, and parts of a line that is longer than a block.
fn blocks(text: &str) -> Vec<Span> {
    let mut blocks = Vec::new();
    let (mut start, mut at, mut lines) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if at > start && end - start > BYTES {
            blocks.push(Span::new(start, at));
            (start, lines) = (at, 0);
        }
        while end - start > BYTES {
            at = text.floor_char_boundary(start + BYTES);
            blocks.push(Span::new(start, at));
            start = at;
        }
        at = end;
        lines += 1;
        if lines == LINES {
            blocks.push(Span::new(start, at));
            (start, lines) = (at, 0);
        }
    }
    if at > start {
        blocks.push(Span::new(start, at));
    }
    blocks
}

/// Select the bytes `span` of a text that is shown to read, and bring them into sight.
pub(crate) fn select(text: &Text, span: Span) {
    let Some(shown) = dom::by_id(&dom::box_id(text.id)) else {
        return;
    };
    let blocks = blocks(&text.text);
    let end_of = |offset: usize| {
        let which = blocks
            .partition_point(|block| block.end < offset)
            .min(blocks.len().saturating_sub(1));
        let start = blocks.get(which)?.start;
        let node = shown
            .children()
            .item(u32::try_from(which).ok()?)?
            .first_child()?;
        let units = text.text.get(start..offset)?.encode_utf16().count();
        let units = u32::try_from(units).ok()?;
        Some([JsValue::from(node), JsValue::from(units)])
    };
    let (Some(from), Some(to)) = (end_of(span.start), end_of(span.end)) else {
        return;
    };
    let Some(range) = js::call(&document(), "createRange", &[]) else {
        return;
    };
    js::call(&range, "setStart", &from);
    js::call(&range, "setEnd", &to);
    let _ = shown.focus();
    if let Ok(Some(selection)) = document().get_selection() {
        let selection = JsValue::from(selection);
        js::call(&selection, "removeAllRanges", &[]);
        js::call(&selection, "addRange", std::slice::from_ref(&range));
    }
    // Near it first: what is far from sight is as high as it is taken to be until it is laid out.
    if let Some(block) = from
        .first()
        .and_then(|node| node.dyn_ref::<web_sys::Node>())
        && let Some(block) = block.parent_element()
    {
        block.scroll_into_view();
    }
    let top = |of: &JsValue| {
        let place = js::call(of, "getBoundingClientRect", &[])?;
        js::get(&place, "top").as_f64()
    };
    if let (Some(wanted), Some(now)) = (top(&range), top(&shown)) {
        let third = f64::from(shown.client_height()) / 3.0;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a height in pixels; `as` saturates"
        )]
        shown.set_scroll_top(shown.scroll_top() + (wanted - now - third) as i32);
    }
    shown.set_scroll_left(0);
    shown.scroll_into_view_with_scroll_into_view_options(&dom::nearest());
}

/// Make a text box of a text that is shown to read.
fn edit(state: State, id: usize) {
    if let Some(shown) = dom::by_id(&dom::box_id(id)) {
        shown.remove();
    }
    state.texts.update(|texts| {
        if let Some(text) = texts.iter_mut().find(|text| text.id == id) {
            text.long = false;
            paste::add_box(state, text);
        }
    });
    if let Some(area) = dom::text_box(id) {
        area.set_hidden(false);
        let _ = area.focus();
        let _ = area.set_selection_range(0, 0);
    }
}

/// Somebody pastes: files are opened, long text gets a tab of its own, and what would go nowhere goes into the box.
fn pasted(state: State, event: &Event) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let area = target
        .as_ref()
        .and_then(|element| element.dyn_ref::<HtmlTextAreaElement>())
        .filter(|area| area.class_name() == "text");
    let typed_in = target.as_ref().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    });
    let in_dialog = document()
        .query_selector("dialog[open]")
        .is_ok_and(|open| open.is_some());
    let answers = target.as_ref().is_some_and(|element| {
        element
            .closest(".question")
            .is_ok_and(|found| found.is_some())
    });
    if area.is_none() && ((typed_in && !answers) || in_dialog) {
        return;
    }
    let data = js::get(event, "clipboardData");
    let given = js::get(&data, "files").dyn_into::<web_sys::FileList>().ok();
    if given.as_ref().is_some_and(|given| given.length() > 0) {
        event.prevent_default();
        files::open(state, given);
        return;
    }
    let text = js::call(&data, "getData", &[JsValue::from_str("text/plain")])
        .and_then(|text| text.as_string())
        .unwrap_or_default();
    // An answer is one line; more lines are a policy or a log.
    let stays = area.is_some() || (typed_in && !text.trim().contains('\n'));
    if text.is_empty() || (text.len() <= LONG && stays) {
        return;
    }
    event.prevent_default();
    if text.len() > LONG {
        // It takes the place of what is selected.
        if area.is_some_and(|area| area.selection_start() != area.selection_end()) {
            dom::command("delete", "");
        }
        add(state, text);
        return;
    }
    paste::go_to_end(state);
    dom::command("insertText", &text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_text_again() {
        let long = "ü".repeat(BYTES) + "\n";
        for text in [
            String::new(),
            "one line".to_owned(),
            "a\r\n".repeat(3 * LINES + 1),
            "x\n\n".repeat(LINES) + &long + "y",
            long.clone(),
            "z".repeat(BYTES) + &"a line\n".repeat(LINES),
        ] {
            let blocks = blocks(&text);
            let again: String = blocks.iter().map(|block| block.text(&text)).collect();
            assert_eq!(again, text);
            for block in blocks {
                let words = block.text(&text);
                assert!(!words.is_empty() && words.len() <= BYTES);
                assert!(words.lines().count() <= LINES);
            }
        }
    }

    #[test]
    fn a_length_is_said_in_the_unit_that_fits() {
        assert_eq!(said(&"12345678\n".repeat(30_000)), "270 KB, 30000 lines");
        assert_eq!(said(&"12345678\n".repeat(300_000)), "2.7 MB, 300000 lines");
    }
}
