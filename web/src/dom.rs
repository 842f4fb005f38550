//! The browser: boxes and places in them, clipboard, downloads.

use leptos::prelude::{document, window};
use undeny_core::text::Span;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlDocument, HtmlElement,
    HtmlTextAreaElement, Url,
};

use crate::state::PASTE;

/// The element with this id.
pub(crate) fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The element that an event happened in, or the nearest around it that `selector` takes.
pub(crate) fn closest(event: &web_sys::Event, selector: &str) -> Option<HtmlElement> {
    event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest(selector)
        .ok()??
        .dyn_into()
        .ok()
}

/// The id of the box of a text.
pub(crate) fn box_id(text: usize) -> String {
    if text == PASTE {
        "paste".to_owned()
    } else {
        format!("text-{text}")
    }
}

/// The box of a text.
pub(crate) fn text_box(text: usize) -> Option<HtmlTextAreaElement> {
    by_id(&box_id(text))?.dyn_into().ok()
}

/// Put the cursor on the bytes `span` of `text` in its box, and the box there.
pub(crate) fn select(area: &HtmlTextAreaElement, text: &str, span: Span) {
    let start = units(text, span.start);
    let end = units(text, span.end);
    let _ = area.focus();
    let _ = area.set_selection_range(start, end);
    let line = lines(text.get(..span.start).unwrap_or_default());
    let all = lines(text).max(1);
    let height = f64::from(area.scroll_height()) / f64::from(all + 1);
    let top = height * f64::from(line) - f64::from(area.client_height()) / 3.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a height in pixels; `as` saturates"
    )]
    area.set_scroll_top(top.max(0.0) as i32);
    area.set_scroll_left(0);
    area.scroll_into_view_with_scroll_into_view_options(&nearest());
}

/// Scroll no further than needed.
pub(crate) fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

/// Offset in a text box (UTF-16 units, every line end one unit) of the byte at `offset` of `text`.
pub(crate) fn units(text: &str, offset: usize) -> u32 {
    let before = text.get(..offset).unwrap_or(text);
    let ends = before.matches("\r\n").count();
    let units: usize = before.chars().map(char::len_utf16).sum();
    u32::try_from(units - ends).unwrap_or(u32::MAX)
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Do in the box that has the focus what a person would do there, so that it can be undone; false when the browser refuses.
pub(crate) fn command(name: &str, value: &str) -> bool {
    document().dyn_into::<HtmlDocument>().is_ok_and(|document| {
        document.exec_command_with_show_ui_and_value(name, false, value) == Ok(true)
    })
}

/// Put `text` in the place of all of the box's text, so that undo brings the old text back.
pub(crate) fn type_over(area: &HtmlTextAreaElement, text: &str) {
    let _ = area.focus();
    area.select();
    if !command("insertText", text) {
        area.set_value(text);
    }
    let _ = area.set_selection_range(0, 0);
    area.set_scroll_top(0);
}

/// Call `heard` when the element with this id is pressed; it may be pressed from now on.
pub(crate) fn on_click(id: &str, heard: impl Fn() + 'static) {
    if let Some(element) = by_id(id) {
        let heard = Closure::<dyn Fn()>::new(heard);
        let _ = element.add_event_listener_with_callback("click", heard.as_ref().unchecked_ref());
        heard.forget();
        let _ = element.remove_attribute("disabled");
    }
}

/// Put `text` on the clipboard; false when the browser refuses.
pub(crate) async fn copy(text: &str) -> bool {
    // Without a secure context there is no `navigator.clipboard`.
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    if there
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
    {
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

fn copy_by_selection(text: &str) -> Option<bool> {
    let focused = document().active_element();
    let area: HtmlTextAreaElement = document()
        .create_element("textarea")
        .ok()?
        .dyn_into()
        .ok()?;
    area.set_class_name("hidden");
    area.set_value(text);
    document().body()?.append_child(&area).ok()?;
    area.select();
    let done = document()
        .dyn_into::<HtmlDocument>()
        .ok()?
        .exec_command("copy")
        .unwrap_or(false);
    area.remove();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = focused.focus();
    }
    Some(done)
}

/// Save `bytes` as a file. No request is made: the file is a blob of this page.
pub(crate) fn download(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let properties = BlobPropertyBag::new();
    properties.set_type("application/octet-stream");
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The browser takes the blob some time after the click.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(30),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_counts_utf16_and_one_for_each_line_end() {
        let text = "a\r\nü😀b";
        assert_eq!(units(text, 0), 0);
        assert_eq!(units(text, 3), 2);
        assert_eq!(units(text, 5), 3);
        assert_eq!(units(text, 9), 5);
        assert_eq!(units(text, text.len()), 6);
    }
}
