//! Files that are opened or dropped: read as text here, never sent.

use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList};

use leptos::prelude::Set as _;

use crate::state::State;

/// Larger files are refused: the whole text is held in memory several times.
const LARGEST: f64 = 64.0 * 1024.0 * 1024.0;
/// Behind the name of a file of which not all could be read.
const UNREADABLE: &str =
    " is not UTF-8 throughout: what could not be read stands as \u{fffd}, in a patched file too.";

/// Read files and add them to what is given, in their order.
pub(crate) fn open(state: State, files: Option<FileList>) {
    let Some(files) = files else { return };
    let files: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    state.notes.set(Vec::new());
    spawn_local(async move {
        let mut texts = Vec::new();
        for file in files {
            let name = file.name();
            match read(&file).await {
                Ok((text, whole)) => {
                    if !whole {
                        state.note(name.clone() + UNREADABLE, None);
                    }
                    texts.push((name, text));
                }
                Err(why) => state.note(name + " " + why, None),
            }
        }
        state.add(texts, true);
    });
}

async fn read(file: &File) -> Result<(String, bool), &'static str> {
    if file.size() > LARGEST {
        return Err("was not opened: it is larger than 64 MB. Open the part with the error.");
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| "could not be read. Is it a folder?")?;
    decode(js_sys::Uint8Array::new(&buffer).to_vec())
        .ok_or("was not opened: it is not text (neither UTF-8 nor UTF-16).")
}

/// The text, and whether all of it could be read. UTF-8, or UTF-16 with its mark: what a redirect in PowerShell writes. In a log of many
/// programs some bytes may be neither: they become replacement characters.
fn decode(bytes: Vec<u8>) -> Option<(String, bool)> {
    let wide = |from_bytes: fn([u8; 2]) -> u16| -> Option<(String, bool)> {
        let (pairs, []) = bytes.get(2..)?.as_chunks::<2>() else {
            return None;
        };
        char::decode_utf16(pairs.iter().map(|pair| from_bytes(*pair)))
            .collect::<Result<_, _>>()
            .ok()
            .map(|text| (text, true))
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => match String::from_utf8(bytes) {
            Ok(text) => Some((text, true)),
            Err(error) => {
                let bytes = error.as_bytes();
                (!is_binary(bytes)).then(|| (String::from_utf8_lossy(bytes).into_owned(), false))
            }
        },
    }
}

/// Whether one byte in 32 or more is a control character that no terminal is sent: text has next to none.
fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes
        .iter()
        .filter(|byte| matches!(byte, 0..=6 | 14..=26 | 28..=31 | 127))
        .count();
    controls * 32 >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_and_other_bytes_are_refused() {
        let text = |bytes: &[u8]| decode(bytes.to_vec());
        let whole = |text: &str| Some((text.to_owned(), true));
        assert_eq!(text("ü\0".as_bytes()), whole("ü\0"));
        assert_eq!(text(&[0xFF, 0xFE, 0x41, 0, 0xFC, 0]), whole("Aü"));
        assert_eq!(text(&[0xFE, 0xFF, 0, 0x41]), whole("A"));
        assert_eq!(text(&[0xFF, 0xFE, 0x41]), None);
        assert_eq!(text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), None);
        assert_eq!(
            text(b"\x1b[31mGr\xfc\xdfe\x1b[0m\n"),
            Some(("\u{1b}[31mGr\u{fffd}\u{fffd}e\u{1b}[0m\n".to_owned(), false))
        );
    }
}
