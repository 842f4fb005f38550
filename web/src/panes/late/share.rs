//! Sharing: a deliberate press makes a link with the redacted text in its fragment, which browsers do not send. Opening one fills the box.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::js;
use crate::parts;
use crate::state::State;
use crate::view::{Node, div, element, live, p};

/// What the fragment of such a link begins with.
const PREFIX: &str = "#/paste/";
/// A mail or a chat has cut it, most likely.
const INCOMPLETE: &str = "This link is incomplete: the text that it holds cannot be read. Ask for the whole link, or for the redacted text itself.";
/// Longer links are cut by some programs.
const LONGEST_SAFE: usize = 8 * 1024;
/// Longer texts are refused: no browser keeps such an address.
const LONGEST: usize = 512 * 1024;

/// The dialog's content.
pub(crate) fn content(state: State) -> Node {
    let text = state.view.with_untracked(|view| {
        view.as_ref().map(|view| {
            let texts: Vec<&str> = view
                .texts
                .iter()
                .map(|text| text.redacted.as_str())
                .collect();
            texts.join("\n")
        })
    });
    let Some(text) = text.filter(|text| text.len() <= LONGEST) else {
        return div()
            .class("body")
            .child(p().child("There is nothing to share, or it is too long for a link. Copy the redacted text instead."))
            .into();
    };
    let link = address() + PREFIX + &encode(&text);
    let length = link.len();
    let size = length.to_string() + " characters";
    let long = length > LONGEST_SAFE;
    let copied = link.clone();
    div()
        .class("body")
        .child(p().child(
            "The link holds the redacted text, as it stands under “What others may see”. It stands behind the #, which browsers do not send to a server. Nothing is uploaded.",
        ))
        .child(
            element("textarea")
                .class("link")
                .test_id("share-link")
                .attr("readonly", true)
                .attr("rows", "4")
                .attr("aria-label", "The link")
                .child(link),
        )
        .child(p().class("stat").test_id("share-size").child(size))
        .child(long.then(|| {
            p().class("stat").child(
                "Chat programs and mail cut links of this length. Copy the redacted text instead, or shorten the paste.",
            )
        }))
        .child(div().class("acts").child(live(move || {
            let copied = copied.clone();
            parts::copy_button(state, "copy-link".to_owned(), "Copy link".to_owned(), true, move || {
                Some(copied.clone())
            })
        })))
        .into()
}

/// The page's address without its fragment.
fn address() -> String {
    let address = window().location().href().unwrap_or_default();
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Fill the box with what the address holds, if it holds something.
pub(crate) fn open_address(state: State) {
    let open = move || {
        let fragment = window().location().hash().unwrap_or_default();
        let Some(shared) = fragment.strip_prefix(PREFIX) else {
            return;
        };
        match decode(shared) {
            Some(text) => crate::panes::welcome::put(state, &text),
            None => state.note(INCOMPLETE.to_owned(), None),
        }
    };
    open();
    let _ = window_event_listener_untyped("hashchange", move |_| open());
}

/// Take what was shared or opened out of the address.
pub(crate) fn forget_address() {
    if window()
        .location()
        .hash()
        .is_ok_and(|hash| !hash.is_empty())
    {
        let history = js::get(&window(), "history");
        let address = JsValue::from_str(&address());
        let _ = js::call(
            &history,
            "replaceState",
            &[JsValue::NULL, JsValue::from_str(""), address],
        );
    }
}

/// How many bytes the text has, a point, and URL-safe base64 without padding (RFC 4648, section 5) of them: a link that was cut shows it.
fn encode(text: &str) -> String {
    let mut encoded = text.len().to_string() + ".";
    encoded.reserve(text.len() * 4 / 3 + 4);
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk
            .iter()
            .chain(&[0; 2])
            .take(3)
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for place in 0..=chunk.len() {
            let sextet = bits >> (18 - 6 * place) & 63;
            encoded.push(char::from(letter(sextet)));
        }
    }
    encoded
}

fn letter(sextet: u32) -> u8 {
    let sextet = u8::try_from(sextet).unwrap_or_default();
    match sextet {
        0..=25 => b'A' + sextet,
        26..=51 => b'a' + (sextet - 26),
        52..=61 => b'0' + (sextet - 52),
        62 => b'-',
        _ => b'_',
    }
}

/// The text of [`encode`]; `None` where it is none, or not all of it. Older links do not say their length.
fn decode(encoded: &str) -> Option<String> {
    if encoded.is_empty() || encoded.len() > LONGEST * 2 {
        return None;
    }
    let (length, encoded) = match encoded.split_once('.') {
        Some((length, encoded)) => (Some(length.parse::<usize>().ok()?), encoded),
        None => (None, encoded),
    };
    let mut bytes = Vec::with_capacity(encoded.len() * 3 / 4);
    for chunk in encoded.as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut bits = 0_u32;
        for byte in chunk {
            let sextet = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(sextet);
        }
        bits <<= 6 * (4 - chunk.len());
        let [_, all @ ..] = bits.to_be_bytes();
        bytes.extend(all.into_iter().take(chunk.len() - 1));
    }
    if length.is_some_and(|length| length != bytes.len()) {
        return None;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_any_text() {
        for text in ["", "a", "ab", "abc", "ü→😀\r\n{}", "????>>>>"] {
            let encoded = encode(text);
            assert_eq!(decode(&encoded).as_deref(), Some(text), "{encoded}");
        }
        assert_eq!(encode("Man?>"), "5.TWFuPz4");
        assert_eq!(decode("TWFuPz4").as_deref(), Some("Man?>"));
        for broken in [
            "",
            "%",
            "a+b",
            "_w",
            "ü",
            "5.TWFu",
            "5.TWFuPz4…",
            "5",
            ".TWFu",
        ] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
