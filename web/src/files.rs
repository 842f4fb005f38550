//! Files that are opened or dropped: read as text here, never sent.

use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList};

use leptos::prelude::{Set as _, Update as _};

use crate::state::State;

/// Larger files are refused: the whole text is held in memory several times.
const LARGEST: f64 = 64.0 * 1024.0 * 1024.0;

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
                Ok(text) => texts.push((name, text)),
                Err(why) => state.notes.update(|notes| notes.push(name + " " + why)),
            }
        }
        state.add(texts);
    });
}

async fn read(file: &File) -> Result<String, &'static str> {
    if file.size() > LARGEST {
        return Err("was not opened: it is larger than 64 MB. Open the part with the error.");
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| "could not be read. Is it a folder?")?;
    decode(js_sys::Uint8Array::new(&buffer).to_vec())
        .ok_or("was not opened: it is not text (neither UTF-8 nor UTF-16).")
}

/// UTF-8, or UTF-16 with its mark: what a redirect in PowerShell writes.
fn decode(bytes: Vec<u8>) -> Option<String> {
    let wide = |from_bytes: fn([u8; 2]) -> u16| -> Option<String> {
        let (pairs, []) = bytes.get(2..)?.as_chunks::<2>() else {
            return None;
        };
        char::decode_utf16(pairs.iter().map(|pair| from_bytes(*pair)))
            .collect::<Result<_, _>>()
            .ok()
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_and_other_bytes_are_refused() {
        assert_eq!(decode("ü\0".into()).as_deref(), Some("ü\0"));
        assert_eq!(
            decode(vec![0xFF, 0xFE, 0x41, 0, 0xFC, 0]).as_deref(),
            Some("Aü")
        );
        assert_eq!(decode(vec![0xFE, 0xFF, 0, 0x41]).as_deref(), Some("A"));
        assert_eq!(decode(vec![0xFF, 0xFE, 0x41]), None);
        assert_eq!(decode(vec![0x89, b'P', b'N', b'G', 0xFF]), None);
    }
}
