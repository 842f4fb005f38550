//! The frame's elements, all of which stand in `assistant.html`. Text becomes text nodes: there is no way to write markup.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, Window};

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

pub(crate) fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

pub(crate) fn input(id: &str) -> Option<HtmlInputElement> {
    by_id(id)?.dyn_into().ok()
}

pub(crate) fn select(id: &str) -> Option<HtmlSelectElement> {
    by_id(id)?.dyn_into().ok()
}

/// What the input holds, without blanks around it.
pub(crate) fn value(id: &str) -> String {
    input(id).map_or_else(String::new, |input| input.value().trim().to_owned())
}

pub(crate) fn set_value(id: &str, value: &str) {
    if let Some(input) = input(id) {
        input.set_value(value);
    }
}

pub(crate) fn set_text(id: &str, text: &str) {
    if let Some(element) = by_id(id) {
        element.set_text_content(Some(text));
    }
}

pub(crate) fn show(id: &str, shown: bool) {
    if let Some(element) = by_id(id) {
        element.set_hidden(!shown);
    }
}

pub(crate) fn enable(id: &str, enabled: bool) {
    if let Some(element) = by_id(id) {
        let _ = if enabled {
            element.remove_attribute("disabled")
        } else {
            element.set_attribute("disabled", "")
        };
    }
}

/// Add a child with this text.
pub(crate) fn add(parent: &str, tag: &str, text: &str) -> Option<HtmlElement> {
    let child: HtmlElement = document()?.create_element(tag).ok()?.dyn_into().ok()?;
    child.set_text_content(Some(text));
    by_id(parent)?.append_child(&child).ok()?;
    Some(child)
}

/// Call `heard` on every `event` of the element with this id.
pub(crate) fn on(id: &str, event: &str, heard: impl Fn(Event) + 'static) {
    if let Some(element) = by_id(id) {
        let closure = Closure::<dyn Fn(Event)>::new(heard);
        let _ = element.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        closure.forget();
    }
}

/// Call `done` once in `milliseconds`.
pub(crate) fn after(milliseconds: i32, done: impl FnOnce() + 'static) -> Option<i32> {
    let closure = Closure::once_into_js(done);
    window()?
        .set_timeout_with_callback_and_timeout_and_arguments_0(
            closure.unchecked_ref(),
            milliseconds,
        )
        .ok()
}

/// Call `done` before the next frame is painted.
pub(crate) fn next_frame(done: impl FnOnce() + 'static) {
    let closure = Closure::once_into_js(done);
    if let Some(window) = window() {
        let _ = window.request_animation_frame(closure.unchecked_ref());
    }
}

pub(crate) fn stop_timer(timer: Option<i32>) {
    if let (Some(window), Some(timer)) = (window(), timer) {
        window.clear_timeout_with_handle(timer);
    }
}

/// A property of a JavaScript object; none where it is not there.
pub(crate) fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

pub(crate) fn get_text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name)?.as_string()
}

pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = js_sys::Reflect::set(object, &JsValue::from_str(name), value);
}
