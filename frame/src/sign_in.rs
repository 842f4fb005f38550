//! OpenRouter's sign-in: a key without copying one (OAuth with PKCE).
//!
//! The provider's page opens in a window of its own and comes back to `assistant.html?code=...` there. That window hands the code to this frame
//! and closes; the frame, which kept the verifier, exchanges it for a key, which goes into the key's box.

use undeny_assistant::providers::{Provider, openrouter_exchange, openrouter_sign_in};
use undeny_assistant::{json, wire};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{ask, choice, dom, key};

/// The windows of this origin hear each other by this name.
const CHANNEL: &str = "undeny-sign-in";

pub(crate) fn is_offered(provider: &Provider) -> bool {
    provider.id == "openrouter"
}

pub(crate) fn listen() {
    dom::on("sign-in", "click", |_| spawn_local(sign_in()));
}

fn channel() -> Option<JsValue> {
    let class: js_sys::Function = dom::get(dom::window()?.as_ref(), "BroadcastChannel")?
        .dyn_into()
        .ok()?;
    js_sys::Reflect::construct(&class, &js_sys::Array::of1(&JsValue::from_str(CHANNEL))).ok()
}

fn call(object: &JsValue, name: &str, arguments: &js_sys::Array) -> Option<JsValue> {
    let method: js_sys::Function = dom::get(object, name)?.dyn_into().ok()?;
    method.apply(object, arguments).ok()
}

/// Whether this is the window that came back from the sign-in; it hands the code on, takes it out of its address, and closes.
pub(crate) fn came_back() -> bool {
    let Some(window) = dom::window() else {
        return false;
    };
    let url = window
        .location()
        .href()
        .ok()
        .and_then(|href| web_sys::Url::new(&href).ok());
    let code = url.as_ref().and_then(|url| url.search_params().get("code"));
    let (Some(url), Some(code)) = (url, code) else {
        return false;
    };
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url.pathname()));
    }
    if let Some(channel) = channel() {
        let arguments = js_sys::Array::of1(&JsValue::from_str(&code));
        call(&channel, "postMessage", &arguments);
    }
    dom::show("form", false);
    dom::set_text("state", "Signed in. This window can be closed.");
    let _ = window.close();
    true
}

async fn sign_in() {
    let said = |sentence: &str| dom::set_text("state", sentence);
    let Some(window) = dom::window() else { return };
    let location = window.location();
    let callback = format!(
        "{}{}",
        location.origin().unwrap_or_default(),
        location.pathname().unwrap_or_default()
    );
    let Some((verifier, challenge)) = verifier().await else {
        said("The sign-in needs a page that is served by https.");
        return;
    };
    let Some(channel) = channel() else {
        said("This browser cannot hand the sign-in back. Paste a key instead.");
        return;
    };
    let heard = Closure::once_into_js(move |event: JsValue| {
        if let Some(code) = dom::get_text(&event, "data") {
            spawn_local(exchange(code, verifier));
        }
    });
    dom::set(&channel, "onmessage", &heard);
    let callback = String::from(js_sys::encode_uri_component(&callback));
    let address = openrouter_sign_in(&callback, &challenge);
    match window.open_with_url_and_target_and_features(&address, "_blank", "width=520,height=720") {
        Ok(_) => said("Sign in at OpenRouter in the window that opened."),
        Err(_) => {
            said("The browser did not open a window. Allow it for this page, or paste a key.")
        }
    }
}

/// A random verifier, and its SHA-256, both in base64 for URLs.
async fn verifier() -> Option<(String, String)> {
    let crypto = dom::get(dom::window()?.as_ref(), "crypto")?;
    let random = js_sys::Uint8Array::new_with_length(32);
    call(&crypto, "getRandomValues", &js_sys::Array::of1(&random))?;
    let verifier = base64_url(&random.to_vec());
    let bytes = js_sys::Uint8Array::from(verifier.as_bytes());
    let subtle = dom::get(&crypto, "subtle")?;
    let digest = call(
        &subtle,
        "digest",
        &js_sys::Array::of2(&JsValue::from_str("SHA-256"), &bytes),
    )?;
    let digest = JsFuture::from(digest.dyn_into::<js_sys::Promise>().ok()?)
        .await
        .ok()?;
    let challenge = base64_url(&js_sys::Uint8Array::new(&digest).to_vec());
    Some((verifier, challenge))
}

fn base64_url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, index| {
            bits << 8 | usize::from(group.get(index).copied().unwrap_or(0))
        });
        for index in 0..=group.len() {
            let letter = LETTERS.get(bits >> (18 - 6 * index) & 63).copied();
            text.push(char::from(letter.unwrap_or(b'A')));
        }
    }
    text
}

/// The code against a key.
async fn exchange(code: String, verifier: String) {
    let Some(turn) = ask::begin() else { return };
    dom::set_text("state", "Fetching the key …");
    let request = wire::Request {
        method: "POST",
        url: format!("{}/auth/keys", choice::base()),
        headers: vec![("content-type", "application/json".to_owned())],
        body: openrouter_exchange(&code, &verifier),
    };
    let body = match ask::fetch(&request).await {
        Ok(response) if response.ok() => response.text().await.ok(),
        _ => None,
    };
    let found = body
        .as_deref()
        .and_then(json::read)
        .and_then(|found| found.value.get("key")?.text().map(str::to_owned));
    match found {
        Some(found) => {
            dom::set_value("key", &found);
            key::used();
            key::doubt();
            ask::end(turn, "signed-in", "Signed in: the key is in its box.", None);
        }
        None => ask::end(
            turn,
            "failed",
            "OpenRouter gave no key for this sign-in. Sign in once more, or paste a key.",
            None,
        ),
    }
}
