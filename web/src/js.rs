//! What the page asks of the browser by name: things that few panes need, so no binding of their own is downloaded for them.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property; `undefined` where there is none.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is text; empty where it is none.
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// Call a method; `None` where there is no such method, or it throws.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method = get(object, name).dyn_into::<js_sys::Function>().ok()?;
    let all = js_sys::Array::new();
    for argument in arguments {
        all.push(argument);
    }
    js_sys::Reflect::apply(&method, object, &all).ok()
}

/// Call a method that answers later; `None` also where it refuses.
pub(crate) async fn ask(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let promise = call(object, name, arguments)?;
    JsFuture::from(js_sys::Promise::resolve(&promise))
        .await
        .ok()
}

/// The items of a list.
pub(crate) fn items(list: &JsValue) -> Vec<JsValue> {
    js_sys::Array::from(list).iter().collect()
}
