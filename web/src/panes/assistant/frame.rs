//! The frame with the network, seen from the page: what it is told and what is heard of it.
//!
//! It is told texts that the gate has cleared, the theme and verdicts. It is heard only where the message comes from this very frame.

use std::cell::Cell;

use undeny_assistant::answer::Checked;
use undeny_assistant::prompt::INSTRUCTIONS;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlIFrameElement, MessageEvent};

use super::{PANEL, Panel, answered, worth};
use crate::dom;
use crate::state::State;
use crate::view::{Node, iframe, p};

const FRAME: &str = "assistant-frame";
const ADDRESS: &str = "./assistant.html";

/// What is remembered of it.
#[derive(Default)]
pub(super) struct Frame {
    /// Whether it has said that it is ready.
    ready: bool,
    /// The provider, base address and model for the next frame.
    chosen: Option<[String; 3]>,
}

/// The element. What a browser guards by a permission is handed on: its own model, and servers on this computer.
///
/// The page as one file has no frame beside it and no network: there, copying is the way.
pub(super) fn element() -> Node {
    if leptos::prelude::window()
        .location()
        .protocol()
        .is_ok_and(|protocol| protocol == "file:")
    {
        return p()
            .class("more")
            .child("This edition of the page has no network at all: copy the prompt above into a chat window, and paste its answer below.")
            .into();
    }
    iframe()
        .attr("id", FRAME)
        .class("assistant-frame")
        .attr("src", ADDRESS)
        .attr("height", "240")
        .attr("title", "Provider, key and request")
        .attr(
            "allow",
            "language-model; loopback-network; local-network; local-network-access",
        )
        .into()
}

fn of_page() -> Option<HtmlIFrameElement> {
    dom::by_id(FRAME)?.dyn_into().ok()
}

fn say(kind: &str, fields: &[(&str, &str)]) {
    let Some(window) = of_page().and_then(|frame| frame.content_window()) else {
        return;
    };
    let message = js_sys::Object::new();
    let set = |name: &str, value: &str| {
        let _ = js_sys::Reflect::set(
            &message,
            &JsValue::from_str(name),
            &JsValue::from_str(value),
        );
    };
    set("undeny", kind);
    for (name, value) in fields {
        set(name, value);
    }
    let origin = leptos::prelude::window()
        .location()
        .origin()
        .unwrap_or_default();
    let _ = window.post_message(&message, &origin);
}

pub(super) fn tell_theme(theme: &str) {
    say("theme", &[("theme", theme)]);
}

/// The text of the box, if it was cleared; its instructions and its input go apart, as providers take them.
pub(super) fn tell_prompt(panel: &Panel) {
    if !panel.frame.ready || panel.built.is_none() {
        return;
    }
    if !panel.blocked.is_empty() || panel.text.trim().is_empty() {
        say("held", &[]);
        return;
    }
    let whole = panel.text.as_str();
    let (instructions, input) = whole
        .strip_prefix(INSTRUCTIONS)
        .and_then(|rest| rest.strip_prefix('\n'))
        .map(|input| (INSTRUCTIONS, input))
        .or_else(|| whole.split_once("\n# "))
        .unwrap_or(("", whole));
    say(
        "prompt",
        &[("instructions", instructions), ("input", input)],
    );
}

/// What the answer is worth, in a sentence without anything of the paste.
pub(super) fn tell_worth(checked: Option<&Checked>) {
    let (verdict, sentence) = checked.map_or(("", ""), |checked| {
        (checked.verdict, worth::sentence(checked.verdict))
    });
    say("worth", &[("verdict", verdict), ("sentence", sentence)]);
}

/// Hear the frame.
pub(super) fn listen(state: State) {
    thread_local! {
        static LISTENS: Cell<bool> = const { Cell::new(false) };
    }
    if LISTENS.replace(true) {
        return;
    }
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let own = of_page().and_then(|frame| frame.content_window());
        let from_frame = match (own, event.source()) {
            (Some(own), Some(source)) => js_sys::Object::is(&own, &source),
            _ => false,
        };
        let origin = leptos::prelude::window().location().origin();
        if from_frame && origin.is_ok_and(|own| own == event.origin()) {
            hear(state, &event.data());
        }
    });
    let _ = leptos::prelude::window()
        .add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    heard.forget();
}

fn hear(state: State, message: &JsValue) {
    use leptos::prelude::GetUntracked as _;

    let text = |name: &str| {
        js_sys::Reflect::get(message, &JsValue::from_str(name))
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    match text("undeny").as_str() {
        "ready" => {
            tell_theme(&state.theme.get_untracked());
            PANEL.with_borrow_mut(|panel| {
                panel.frame.ready = true;
                if let Some([provider, base, model]) = panel.frame.chosen.take() {
                    say(
                        "choose",
                        &[("provider", &provider), ("base", &base), ("model", &model)],
                    );
                }
                tell_prompt(panel);
            });
        }
        "height" => {
            let pixels: u32 = text("pixels").parse().unwrap_or(0);
            if let Some(frame) = of_page() {
                let _ = frame.set_attribute("height", &pixels.clamp(120, 4000).to_string());
            }
        }
        "reload" => {
            PANEL.with_borrow_mut(|panel| {
                panel.frame = Frame {
                    ready: false,
                    chosen: Some([text("provider"), text("base"), text("model")]),
                };
            });
            // A frame's network is narrowed once and for all, so this is another document.
            if let Some(frame) = of_page() {
                frame.set_src(ADDRESS);
            }
        }
        "asking" => answered(state, ""),
        "answer" => answered(state, &text("text")),
        _ => {}
    }
}
