//! What the page and its frame say to each other. The page says prompts (redacted, and cleared by the gate), the theme and what it found an answer to
//! be worth; the frame says that it is ready, how high it is, and what was answered. Neither ever says a key.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::MessageEvent;

use crate::state::Prompt;
use crate::{ask, choice, dom, state};

/// Tell the page: `kind`, and fields of text.
pub(crate) fn say(kind: &str, fields: &[(&str, &str)]) {
    let Some(window) = dom::window() else { return };
    let message = js_sys::Object::new();
    dom::set(&message, "undeny", &JsValue::from_str(kind));
    for (name, value) in fields {
        dom::set(&message, name, &JsValue::from_str(value));
    }
    let origin = window.location().origin().unwrap_or_default();
    if let Ok(Some(parent)) = window.parent() {
        let _ = parent.post_message(&message, &origin);
    }
}

/// Hear the page, and nobody else.
pub(crate) fn listen() {
    let Some(window) = dom::window() else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let Some(window) = dom::window() else { return };
        let parent = window.parent().ok().flatten();
        let from_parent = match (parent, event.source()) {
            (Some(parent), Some(source)) => js_sys::Object::is(&parent, &source),
            _ => false,
        };
        if from_parent
            && window
                .location()
                .origin()
                .is_ok_and(|own| own == event.origin())
        {
            hear(&event.data());
        }
    });
    let _ = window.add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    heard.forget();
}

fn hear(message: &JsValue) {
    let text = |name: &str| dom::get_text(message, name).unwrap_or_default();
    match text("undeny").as_str() {
        "prompt" => {
            let prompt = Prompt {
                instructions: text("instructions"),
                input: text("input"),
            };
            state::with(|state| state.prompt = Some(prompt));
            choice::settle();
        }
        // The gate looks, or holds it back.
        "held" => {
            state::with(|state| state.prompt = None);
            choice::settle();
        }
        "choose" => choice::choose(&text("provider"), &text("base"), &text("model")),
        "theme" => {
            let root = dom::document().and_then(|document| document.document_element());
            if let Some(root) = root {
                let _ = match text("theme").as_str() {
                    "" => root.remove_attribute("data-theme"),
                    theme => root.set_attribute("data-theme", theme),
                };
            }
        }
        "worth" => {
            dom::set_text("answer-proof", &text("sentence"));
            dom::show("answer-proof", !text("sentence").is_empty());
            if let Some(element) = dom::by_id("answer-proof") {
                let _ = element.set_attribute("data-verdict", &text("verdict"));
            }
        }
        "cancel" => ask::cancel(),
        _ => {}
    }
}

/// Tell the page how high the frame is, whenever that changes.
pub(crate) fn report_height() {
    let heard = Closure::<dyn Fn()>::new(|| {
        let body = dom::document().and_then(|document| document.body());
        if let Some(body) = body {
            say("height", &[("pixels", &body.offset_height().to_string())]);
        }
    });
    // A `ResizeObserver` by its name: one method of it is needed.
    let made = dom::window()
        .and_then(|window| dom::get(&window, "ResizeObserver"))
        .and_then(|class| {
            let class: js_sys::Function = class.dyn_into().ok()?;
            js_sys::Reflect::construct(&class, &js_sys::Array::of1(heard.as_ref())).ok()
        });
    let body = dom::document().and_then(|document| document.body());
    if let (Some(observer), Some(body)) = (made, body) {
        let observe = dom::get(&observer, "observe")
            .and_then(|method| method.dyn_into::<js_sys::Function>().ok());
        if let Some(observe) = observe {
            let _ = observe.call1(&observer, &body);
        }
    }
    heard.forget();
}
