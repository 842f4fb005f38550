//! The model that a browser brings along (Chrome's Prompt API): no key, and nothing leaves the computer.
//!
//! Source: <https://developer.chrome.com/docs/ai/prompt-api>

use js_sys::{Function, JSON, Object, Promise};
use undeny_assistant::schema::ANSWER_SCHEMA;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStream, ReadableStreamDefaultReader};

use crate::{ask, dom, state};

fn class() -> Option<JsValue> {
    dom::get(dom::window()?.as_ref(), "LanguageModel")
}

pub(crate) fn is_there() -> bool {
    class().is_some()
}

async fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = dom::get(object, name)?.dyn_into().ok()?;
    let made = method
        .apply(object, &arguments.iter().collect::<js_sys::Array>())
        .ok()?;
    match made.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await.ok(),
        Err(value) => Some(value),
    }
}

/// Ask it; the turn ends in every case.
pub(crate) async fn ask(turn: u32) {
    let said = answer(turn).await;
    if let Err(sentence) = said {
        ask::end(turn, "failed", sentence, None);
    }
}

async fn answer(turn: u32) -> Result<(), &'static str> {
    let class = class().ok_or("This browser has no model of its own.")?;
    let available = call(&class, "availability", &[])
        .await
        .and_then(|value| value.as_string())
        .unwrap_or_default();
    if available == "unavailable" || available.is_empty() {
        return Err(
            "The browser’s model cannot be used on this computer: it wants 22 GB of free disk and a large graphics memory. Choose a provider.",
        );
    }
    let prompt =
        state::with(|state| state.prompt.clone()).ok_or("The gate holds the text back.")?;
    let signal = state::with(|state| state.running.as_ref().map(AbortController::signal));
    let told = |object: &Object| {
        if let Some(signal) = &signal {
            dom::set(object, "signal", signal);
        }
    };
    let created = Object::new();
    told(&created);
    let monitor = Closure::<dyn Fn(JsValue)>::new(move |monitor: JsValue| watch(turn, &monitor));
    dom::set(&created, "monitor", monitor.as_ref());
    let session = call(&class, "create", &[created.into()])
        .await
        .ok_or("The browser did not start its model. Try again, or choose a provider.")?;
    drop(monitor);
    let asked = Object::new();
    told(&asked);
    if let Ok(schema) = JSON::parse(ANSWER_SCHEMA) {
        dom::set(&asked, "responseConstraint", &schema);
    }
    let text = JsValue::from_str(&(prompt.instructions + "\n" + &prompt.input));
    let failed =
        "The browser’s model stopped. The prompt may be longer than it takes; choose a provider.";
    let stream: ReadableStream = call(&session, "promptStreaming", &[text, asked.into()])
        .await
        .and_then(|stream| stream.dyn_into().ok())
        .ok_or(failed)?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut whole = String::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| failed)?;
        if !state::is_turn(turn) {
            let _ = JsFuture::from(reader.cancel()).await;
            return Ok(());
        }
        let Some(text) = dom::get_text(&piece, "value") else {
            break;
        };
        ask::write(turn, &text);
        whole.push_str(&text);
    }
    ask::end(turn, "done", "Answered by this browser.", Some(&whole));
    Ok(())
}

/// Say how far the browser is with fetching its model.
fn watch(turn: u32, monitor: &JsValue) {
    let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let loaded = dom::get(&event, "loaded").and_then(|loaded| loaded.as_f64());
        if let (Some(loaded), true) = (loaded, state::is_turn(turn)) {
            dom::set_text(
                "state",
                &format!("The browser fetches its model: {:.0} %.", loaded * 100.0),
            );
        }
    });
    if let Some(target) = monitor.dyn_ref::<web_sys::EventTarget>() {
        let _ = target
            .add_event_listener_with_callback("downloadprogress", heard.as_ref().unchecked_ref());
    }
    heard.forget();
}
