//! The frame's network: one origin, once chosen, for as long as the frame lives.

use wasm_bindgen::JsCast as _;
use web_sys::{HtmlMetaElement, Url};

use crate::{dom, state};

/// The origin of a base address; none where it is no address of the web.
pub(crate) fn origin(base: &str) -> Option<String> {
    let url = Url::new(base).ok()?;
    let plain = url.username().is_empty() && url.password().is_empty();
    (matches!(url.protocol().as_str(), "https:" | "http:") && plain).then(|| url.origin())
}

/// Let the network lead to `origin` alone (`'none'`: nowhere). A policy that is added can only narrow and cannot be taken back, so another origin
/// needs another frame.
///
/// False where it leads elsewhere already.
pub(crate) fn narrow(origin: &str) -> bool {
    let known = state::with(|state| state.origin.clone());
    if let Some(known) = known {
        return known == origin;
    }
    let added = dom::document().and_then(|document| {
        let meta: HtmlMetaElement = document.create_element("meta").ok()?.dyn_into().ok()?;
        meta.set_http_equiv("Content-Security-Policy");
        meta.set_content(&format!("connect-src {origin}"));
        document.head()?.append_child(&meta).ok()
    });
    if added.is_some() {
        state::with(|state| state.origin = Some(origin.to_owned()));
    }
    added.is_some()
}

/// Whether another frame is needed to reach `origin`.
pub(crate) fn leads_elsewhere(origin: &str) -> bool {
    state::with(|state| state.origin.as_deref().is_some_and(|known| known != origin))
}
