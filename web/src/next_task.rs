//! Go on in the next task: behind what the browser has to do, and no later.

use std::cell::OnceCell;

use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::js;

thread_local! {
    static CHANNEL: OnceCell<JsValue> = const { OnceCell::new() };
}

/// Call `go_on` in the next task; it is the same function each time. A timer that sets a timer would wait 4 ms each time
/// (<https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers>), a message to oneself does not.
pub(crate) fn call(go_on: impl Fn() + 'static) {
    CHANNEL.with(|channel| {
        let channel = channel.get_or_init(|| made(go_on));
        js::call(&js::get(channel, "port2"), "postMessage", &[JsValue::NULL]);
    });
}

fn made(go_on: impl Fn() + 'static) -> JsValue {
    let class: js_sys::Function = js::get(&window(), "MessageChannel").unchecked_into();
    let Ok(channel) = js_sys::Reflect::construct(&class, &js_sys::Array::new()) else {
        return JsValue::UNDEFINED;
    };
    let heard = Closure::<dyn Fn()>::new(go_on).into_js_value();
    let name = JsValue::from_str("onmessage");
    let _ = js_sys::Reflect::set(&js::get(&channel, "port1"), &name, &heard);
    channel
}
