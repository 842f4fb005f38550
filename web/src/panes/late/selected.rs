//! What is copied of a patch by selecting it: lines of code, without the signs and numbers beside them.

use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DocumentFragment, Event};

use crate::{dom, js};

/// What stands between the lines of code, or beside them.
const NO_CODE: &str = ".sign, .number, .names, .at, .gap";

/// The side of a patch that is shown side by side, in an attribute of its cells and of the whole.
pub(crate) const SIDE: &str = "data-side";

/// Somebody begins to select: of two sides, the one where it begins.
pub(crate) fn begin(event: &Event) {
    let side = dom::closest(event, "td").and_then(|cell| cell.get_attribute(SIDE));
    if let (Some(side), Some(both)) = (side, dom::closest(event, ".beside")) {
        let _ = both.set_attribute(SIDE, &side);
    }
}

/// Copy the code alone. A selection that goes beyond the patch is the browser's.
pub(crate) fn copy(event: &Event) {
    let Some(patch) = dom::closest(event, ".diff, .whole") else {
        return;
    };
    let range = document()
        .get_selection()
        .ok()
        .flatten()
        .and_then(|selection| selection.get_range_at(0).ok());
    let Some(range) = range else { return };
    let within = range
        .common_ancestor_container()
        .is_ok_and(|node| patch.contains(Some(&node)));
    let (true, Ok(fragment)) = (within, range.clone_contents()) else {
        return;
    };
    let Some(code) = code(&fragment, patch.get_attribute(SIDE).as_deref()) else {
        return;
    };
    let arguments = [JsValue::from_str("text/plain"), JsValue::from_str(&code)];
    if js::call(&js::get(event, "clipboardData"), "setData", &arguments).is_some() {
        event.prevent_default();
    }
}

fn code(fragment: &DocumentFragment, side: Option<&str>) -> Option<String> {
    each(fragment, NO_CODE, |element| element.remove())?;
    let mut lines = Vec::new();
    let cells = ["td[", SIDE, "=", side.unwrap_or("after"), "]"].concat();
    each(fragment, &cells, |cell| {
        lines.push(cell.text_content().unwrap_or_default());
    })?;
    if lines.is_empty() {
        fragment.text_content()
    } else {
        Some(lines.join("\n"))
    }
}

fn each(
    fragment: &DocumentFragment,
    selector: &str,
    mut work: impl FnMut(web_sys::Element),
) -> Option<()> {
    let found = fragment.query_selector_all(selector).ok()?;
    for at in 0..found.length() {
        if let Some(element) = found.get(at).and_then(|node| node.dyn_into().ok()) {
            work(element);
        }
    }
    Some(())
}
