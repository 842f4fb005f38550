//! What others may see: the redacted paste with every finding marked. A mark switches its value off and on; selected text is hidden too.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use undeny_core::redaction::Class;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement, KeyboardEvent, Selection};

use crate::engine::{DRAWN_BYTES, Hidden, Mark, Piece, Shown, View};
use crate::state::State;
use crate::view::{Element, Node, button, div, h3, live, mark, p, pre, span};
use crate::{dom, parts};

/// Longer selections are no words.
const LONGEST_WORD: usize = 400;

thread_local! {
    /// The mark to focus when its line has been painted anew.
    static FOCUS: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The card.
pub(crate) fn pane(state: State) -> Node {
    let any = Memo::new(move |_| {
        state
            .view
            .with(|view| view.as_ref().is_some_and(|view| !view.first))
    });
    let drawn = RwSignal::new(DRAWN_BYTES);
    live(move || {
        drawn.set(DRAWN_BYTES);
        any.get().then(|| {
            let counted = span()
                .class("stat")
                .test_id("findings")
                .child(live(move || counts(state)));
            let copy = parts::copy_button(
                state,
                "copy-redacted".to_owned(),
                "Copy redacted".to_owned(),
                false,
                move || state.view.with_untracked(|view| Some(copied(view.as_deref()?))),
            );
            let buttons = span()
                .class("push")
                .child(live(move || strict_button(state)))
                .child(copy);
            parts::card("redaction", "What others may see", [counted.into(), buttons.into()])
                .child(live(move || chosen(state)))
                .child(
                    div()
                        .class("redacted")
                        .test_id("redacted")
                        .attr("id", "redacted")
                        .attr("role", "group")
                        .attr("aria-label", "The redacted text")
                        // It scrolls, so the keyboard has to reach it, also where nothing in it is hidden.
                        .attr("tabindex", "0")
                        .on("click", move |event| {
                            if let Some(mark) = dom::closest(&event, "mark") {
                                toggle(state, &mark);
                            }
                        })
                        .on("keydown", move |event| press(state, drawn, &event))
                        .on("scroll", move |_| draw_more(state, drawn))
                        .child(live(move || texts(state, drawn))),
                )
                .child(live(move || rest(state, drawn)))
                .child(
                    div()
                        .class("hint")
                        .child(p().child(
                            "Press a mark to show or hide what it stands for; ← → go from mark to mark. Select text, here or above, to hide it too.",
                        ))
                        .child(live(move || hide_button(state))),
                )
        })
    })
}

/// The switch between hiding what identifies and hiding every name.
fn strict_button(state: State) -> Node {
    let strict = state.strict.get();
    button()
        .test_id("strict")
        .attr("aria-pressed", if strict { "true" } else { "false" })
        .attr(
            "title",
            "Hide every name whole, also the everyday words in it",
        )
        .on("click", move |_| {
            state.strict.update(|strict| *strict = !*strict)
        })
        .child("Strict")
        .into()
}

/// Hear what is selected, wherever it is.
pub(crate) fn listen(state: State) {
    let heard = wasm_bindgen::closure::Closure::<dyn Fn()>::new(move || {
        if let Some(selected) = selection(state) {
            let word = selected.trim();
            let fits = !word.is_empty() && word.len() <= LONGEST_WORD && !word.contains('\n');
            let word = fits.then(|| word.to_owned());
            if state.selected.with_untracked(|before| *before != word) {
                state.selected.set(word);
            }
        }
    });
    let _ = document()
        .add_event_listener_with_callback("selectionchange", heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Focus the mark that was pressed, if painting it anew took the focus away.
pub(crate) fn refocus() {
    if let Some(number) = FOCUS.take() {
        focus(number);
    }
}

fn counts(state: State) -> String {
    let hidden = state
        .view
        .with(|view| view.as_ref().map(|view| view.hidden))
        .unwrap_or_default();
    let Hidden {
        identifiers,
        secrets,
        personal,
    } = hidden;
    let mut text = parts::counted(identifiers, "identifier", "identifiers");
    text.push_str(" hidden, ");
    text.push_str(&parts::counted(secrets, "secret", "secrets"));
    if personal > 0 {
        text.push_str(", ");
        text.push_str(&personal.to_string());
        text.push_str(" personal");
    }
    text
}

fn copied(view: &View) -> String {
    match view.texts.as_slice() {
        [one] => one.redacted.clone(),
        texts => {
            let named: Vec<String> = texts
                .iter()
                .map(|text| {
                    let name = text.name.as_deref().unwrap_or("pasted");
                    "# ".to_owned() + name + "\n" + &text.redacted
                })
                .collect();
            named.join("\n")
        }
    }
}

fn hide_button(state: State) -> Element {
    button()
        .test_id("hide-selection")
        .attr("disabled", state.selected.with(Option::is_none))
        // The press must not take the selection away.
        .on("mousedown", |event: Event| event.prevent_default())
        .on("click", move |_| {
            if let Some(word) = state.selected.get_untracked() {
                state.keep.update(|keep| keep.retain(|kept| *kept != word));
                state.words.update(|words| {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                });
                state.selected.set(None);
            }
        })
        .child("Hide selection")
}

/// The user's own words and switched-off values, to take back.
fn chosen(state: State) -> Option<Element> {
    let words = state.words.get();
    let keep = state.keep.get();
    if words.is_empty() && keep.is_empty() {
        return None;
    }
    let chip = move |text: String, label: &'static str, list: RwSignal<Vec<String>>| {
        let removed = text.clone();
        button()
            .attr("aria-label", label.to_owned() + &text)
            .attr("title", label.to_owned() + &text)
            .on("click", move |_| {
                list.update(|list| list.retain(|other| *other != removed))
            })
            .child(text + " ×")
            .into()
    };
    let row = |said: &'static str, texts: Vec<String>, label, list| {
        (!texts.is_empty()).then(|| -> [Node; 2] {
            let chips: Vec<Node> = texts
                .into_iter()
                .map(|text| chip(text, label, list))
                .collect();
            [said.into(), chips.into()]
        })
    };
    Some(
        div()
            .class("chips")
            .child(row(
                "Hidden by you:",
                words,
                "Do not hide any more: ",
                state.words,
            ))
            .child(row("Shown by you:", keep, "Hide again: ", state.keep)),
    )
}

fn texts(state: State, drawn: RwSignal<usize>) -> Option<Vec<Node>> {
    let view = state.view.get()?;
    let drawn = drawn.get();
    let several = view.texts.len() > 1;
    let texts = (0..view.texts.len())
        .filter_map(|index| {
            let text = view.texts.get(index)?;
            let title = several
                .then(|| h3().child(text.name.clone().unwrap_or_else(|| "Pasted".to_owned())));
            Some([title.into(), lines(&view, index, text, drawn)].into())
        })
        .collect();
    Some(texts)
}

/// The lines of one text, in chunks that stay on the page while they are the same.
fn lines(view: &Arc<View>, index: usize, text: &Shown, drawn: usize) -> Node {
    let chunks: Vec<Node> = text
        .chunks
        .iter()
        .enumerate()
        .take_while(|(_, chunk)| chunk.start < drawn)
        .map(|(at, chunk)| {
            let view = Arc::clone(view);
            span()
                .keyed(chunk.key(), move || {
                    let chunk = view.texts.get(index).and_then(|text| text.chunks.get(at));
                    let pieces = chunk
                        .map(|chunk| chunk.pieces.as_slice())
                        .unwrap_or_default();
                    pieces
                        .iter()
                        .map(|piece| match piece {
                            Piece::Plain(text) => text.clone().into(),
                            Piece::Mark(mark) => marked(mark),
                        })
                        .collect()
                })
                .into()
        })
        .collect();
    pre().child(chunks).into()
}

fn marked(value: &Mark) -> Node {
    let class = match (value.on, value.class) {
        (false, _) => Some("off"),
        (true, Class::Secret) => Some("secret"),
        (true, _) => None,
    };
    let what = value.detector.replace('-', " ");
    let title = if value.on {
        "Hidden (".to_owned() + &what + "). Press to show."
    } else {
        "Shown (".to_owned() + &what + "). Press to hide."
    };
    let number = value.number.to_string();
    mark()
        .class(class)
        .attr("role", "button")
        // One stop for the tab key; the arrow keys go on from there.
        .attr("tabindex", if value.number == 0 { "0" } else { "-1" })
        .attr("aria-pressed", if value.on { "true" } else { "false" })
        .test_id("redaction-".to_owned() + &number)
        .attr("data-number", number)
        .attr("title", title)
        .child(value.seen.clone())
        .into()
}

/// The length of the longest text, in bytes, where not all of it is drawn.
fn undrawn(state: State, drawn: usize) -> Option<usize> {
    state.view.with_untracked(|view| {
        let texts = view.as_ref()?.texts.iter();
        let longest = texts.map(|text| text.redacted.len()).max()?;
        (longest > drawn).then_some(longest)
    })
}

/// Somebody scrolls: what comes next is drawn before it is reached.
fn draw_more(state: State, drawn: RwSignal<usize>) {
    let Some(area) = dom::by_id("redacted") else {
        return;
    };
    let left = area.scroll_height() - area.scroll_top() - area.client_height();
    if left < 4 * area.client_height() && undrawn(state, drawn.get_untracked()).is_some() {
        drawn.update(|drawn| *drawn = drawn.saturating_add(DRAWN_BYTES));
    }
}

/// What is not drawn yet.
fn rest(state: State, drawn: RwSignal<usize>) -> Option<Element> {
    state.view.track();
    undrawn(state, drawn.get())?;
    Some(
        div()
            .class("hint")
            .child("More is drawn as you scroll; what is copied is all of it. ")
            .child(
                button()
                    .on("click", move |_| drawn.set(usize::MAX))
                    .child("Draw everything"),
            ),
    )
}

fn number_of(mark: &HtmlElement) -> Option<usize> {
    mark.get_attribute("data-number")?.parse().ok()
}

fn toggle(state: State, mark: &HtmlElement) {
    let Some(number) = number_of(mark) else {
        return;
    };
    let found = original_of(state, number);
    let Some((original, on)) = found else { return };
    FOCUS.set(Some(number));
    // A word of the user's own is taken back rather than kept against itself.
    if on
        && state
            .words
            .with_untracked(|words| words.iter().any(|own| own.eq_ignore_ascii_case(&original)))
    {
        state
            .words
            .update(|words| words.retain(|own| !own.eq_ignore_ascii_case(&original)));
        return;
    }
    state.keep.update(|keep| {
        keep.retain(|kept| *kept != original);
        if on {
            keep.push(original);
        }
    });
}

/// What a mark stands for, and whether it is hidden.
fn original_of(state: State, number: usize) -> Option<(String, bool)> {
    state.view.with_untracked(|view| {
        let view = view.as_ref()?;
        let pieces = view
            .texts
            .iter()
            .flat_map(|text| &text.chunks)
            .flat_map(|chunk| &chunk.pieces);
        pieces
            .filter_map(|piece| match piece {
                Piece::Mark(mark) => Some(mark),
                Piece::Plain(_) => None,
            })
            .find(|mark| mark.number == number)
            .map(|mark| (mark.original.clone(), mark.on))
    })
}

fn press(state: State, drawn: RwSignal<usize>, event: &Event) {
    let (Some(mark), Some(event)) = (
        dom::closest(event, "mark"),
        event.dyn_ref::<KeyboardEvent>(),
    ) else {
        return;
    };
    let step = |by: isize| {
        let number = number_of(&mark)?;
        Some(number.saturating_add_signed(by))
    };
    let target = match event.key().as_str() {
        "Enter" | " " => {
            event.prevent_default();
            return toggle(state, &mark);
        }
        "ArrowRight" | "ArrowDown" => step(1),
        "ArrowLeft" | "ArrowUp" => step(-1),
        "Home" => Some(0),
        _ => return,
    };
    event.prevent_default();
    if let Some(number) = target
        && !focus(number)
        && let Some(start) = start_of(state, number)
    {
        drawn.set(start.saturating_add(DRAWN_BYTES));
        request_animation_frame(move || {
            focus(number);
        });
    }
}

/// Where the lines with a mark begin, in bytes of the redacted text.
fn start_of(state: State, number: usize) -> Option<usize> {
    let is_it = |piece: &Piece| matches!(piece, Piece::Mark(mark) if mark.number == number);
    state.view.with_untracked(|view| {
        let texts = view.as_ref()?.texts.iter();
        let found = texts
            .flat_map(|text| &text.chunks)
            .find(|chunk| chunk.pieces.iter().any(is_it));
        Some(found?.start)
    })
}

/// Focus a mark; false where it is not drawn.
fn focus(number: usize) -> bool {
    let selector = "mark[data-number=\"".to_owned() + &number.to_string() + "\"]";
    let found = document().query_selector(&selector).ok().flatten();
    found
        .and_then(|mark| mark.dyn_into::<HtmlElement>().ok())
        .is_some_and(|mark| mark.focus().is_ok())
}

/// What is selected in a text box or, as it was given, in the redacted text; `None` when the selection is elsewhere.
fn selection(state: State) -> Option<String> {
    let active = document().active_element();
    if let Some(area) = active.and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok()) {
        let start = area.selection_start().ok()?.unwrap_or(0);
        let end = area.selection_end().ok()?.unwrap_or(0);
        // Somebody who selects all of a large text wants to copy it.
        if end.saturating_sub(start) > u32::try_from(LONGEST_WORD).unwrap_or(u32::MAX) {
            return Some(String::new());
        }
        return js_sys::JsString::from(area.value())
            .substring(start, end)
            .as_string();
    }
    let selection = document().get_selection().ok()??;
    let node = selection.anchor_node()?;
    let within = |id: &str| dom::by_id(id).is_some_and(|place| place.contains(Some(&node)));
    if within("files") && !node.is_same_node(selection.focus_node().as_ref()) {
        // Several lines of a long text.
        return Some(String::new());
    }
    if within("files") {
        return Some(String::from(selection.to_string()));
    }
    within("redacted").then(|| as_given(state, &selection).unwrap_or_default())
}

/// The selected piece of the redacted text, with every mark in it as what it stands for; nothing where it is hidden already, or no one line.
fn as_given(state: State, selection: &Selection) -> Option<String> {
    let range = selection.get_range_at(0).ok()?;
    let around = range.common_ancestor_container().ok()?;
    let inside = dom::by_id("redacted")?.contains(Some(&around));
    let text = String::from(selection.to_string());
    if !inside || text.len() > LONGEST_WORD || text.contains('\n') {
        return None;
    }
    // All of it within one mark.
    let element = around
        .dyn_ref::<web_sys::Element>()
        .cloned()
        .or_else(|| around.parent_element());
    let whole = element
        .and_then(|element| element.closest("mark").ok().flatten())
        .and_then(|mark| number_of(mark.unchecked_ref()));
    if let Some(number) = whole {
        let (_, on) = original_of(state, number)?;
        return (!on).then_some(text);
    }
    let fragment = range.clone_contents().ok()?;
    let marks = fragment.query_selector_all("mark").ok()?;
    for at in 0..marks.length() {
        let mark = marks.get(at)?;
        // Of a mark that is selected in part, all of it.
        let (original, _) = original_of(state, number_of(mark.unchecked_ref())?)?;
        mark.set_text_content(Some(&original));
    }
    fragment.text_content()
}
