//! The page as one HTML file that works from a disk: everything stands in it, and its content policy names its script and style by their hashes and
//! forbids every request.
//!
//! The file's encoding is windows-1252, which has a character for every byte: packed wasm takes 1.6 % more than its bytes, where base64 takes 33 %.
//! All other text in it is ASCII, so nothing else depends on the encoding.

use std::{fs, io::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use lzma_rust2::{LzmaOptions, LzmaWriter};

use crate::{page, pieces, workplace::Workplace};

/// The one file, made of a page that [`page::build_page`] has built into `dist`.
pub(crate) fn make(workplace: &Workplace, dist: &Path) -> Result<Vec<u8>> {
    let names = page::file_names(dist)?;
    let find = |fits: &dyn Fn(&str) -> bool, what: &str| -> Result<String> {
        let name = names.iter().find(|name| fits(name));
        Ok(name
            .with_context(|| format!("the page has no {what}"))?
            .clone())
    };
    let wasm = find(
        &|name| name.starts_with("undeny-web") && name.ends_with("_bg.wasm"),
        "engine",
    )?;
    // A development build is one piece.
    let rest = names
        .iter()
        .find(|name| name.starts_with("undeny-web") && name.ends_with(pieces::REST));
    let glue = find(
        &|name| name.starts_with("undeny-web") && name.ends_with(".js"),
        "script of the engine",
    )?;
    let style = find(
        &|name| name.starts_with("style-") && name.ends_with(".css"),
        "style sheet",
    )?;
    let read = |name: &str| {
        fs::read_to_string(dist.join(name)).with_context(|| format!("cannot read {name}"))
    };

    let start = fs::read_to_string(workplace.path("web/single.js"))?
        .replace("__UNDENY_COMMIT__", &page::commit(workplace))
        .replace(
            "__UNDENY_WASM_INTEGRITY__",
            &page::integrity(&dist.join(&wasm))?,
        );
    let script = in_ascii(&(start + &in_one_module(&read(&glue)?)?), &|code| {
        format!("\\u{code:04x}")
    });
    let style = in_ascii(&(read(&style)? + &read("late.css")?), &|code| {
        format!("\\{code:x} ")
    });
    if script.contains("</script") || script.contains("<!--") || style.contains("</style") {
        bail!(
            "a script or style sheet of the page has an end tag in it, so it cannot stand inside of a page"
        );
    }
    let head = page_around(&read("index.html")?, &script, &style)?;
    let (before, after) = head
        .split_once("</body>")
        .context("index.html has no </body>")?;

    let mut file = before.as_bytes().to_vec();
    let pieces = std::iter::once(("engine", &wasm)).chain(rest.map(|rest| ("rest", rest)));
    for (id, name) in pieces {
        file.extend_from_slice(format!("<script type=\"text/plain\" id=\"{id}\">").as_bytes());
        let piece = fs::read(dist.join(name)).with_context(|| format!("cannot read {name}"))?;
        file.extend(as_characters(&packed(&piece)?));
        file.extend_from_slice(b"</script>\n");
    }
    file.extend_from_slice(
        format!("<script type=\"module\">{script}</script>\n</body>").as_bytes(),
    );
    file.extend_from_slice(after.as_bytes());
    Ok(file)
}

/// The engine's script without imports and exports, to stand behind [`web/single.js`](../../../web/single.js).
fn in_one_module(glue: &str) -> Result<String> {
    let mut text = String::new();
    for line in glue.lines() {
        if line.starts_with("import ") {
            if !line.contains("./boot.js") {
                bail!("the engine's script imports something unknown: {line}");
            }
        } else if !line.starts_with("export {") {
            text.push_str(line.strip_prefix("export ").unwrap_or(line));
            text.push('\n');
        }
    }
    if !text.contains("function __wbg_init(") {
        bail!("the engine's script has no `__wbg_init`: another version of wasm-bindgen wrote it");
    }
    Ok(text)
}

/// `index.html` with its style sheet inside, without what loads other files, and with a content policy that names script and style by hash.
fn page_around(html: &str, script: &str, style: &str) -> Result<String> {
    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        page::integrity_of(script.as_bytes()),
        page::integrity_of(style.as_bytes()),
    );
    let around_style = html
        .split_once(page::STYLE_STARTS)
        .and_then(|(before, rest)| Some((before, rest.split_once(page::STYLE_ENDS)?.1)));
    let (Some((before, after)), Some(ours)) = (around_style, page::policy_of(html)) else {
        bail!("index.html has no style or no content policy in it");
    };
    let mut lines = Vec::new();
    for line in before.lines().chain(after.lines()) {
        let loads = [
            "<script ",
            "<link rel=\"modulepreload\"",
            "<link rel=\"preload\"",
        ];
        if !loads.iter().any(|start| line.starts_with(start)) {
            lines.push(line);
        }
    }
    let html = lines.join("\n") + "\n";
    let encoded = html.replacen("charset=\"utf-8\"", "charset=\"windows-1252\"", 1);
    let (Some((before, after)), true) = (encoded.split_once("</head>"), encoded != html) else {
        bail!("index.html does not say that it is in UTF-8, or its head does not end");
    };
    let html = format!("{before}<style>{style}</style>\n</head>{after}").replacen(ours, &policy, 1);
    Ok(in_ascii(&html, &|code| format!("&#{code};")))
}

/// The text with every other character written in a way that its language reads.
fn in_ascii(text: &str, escaped: &dyn Fn(u32) -> String) -> String {
    let mut ascii = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            ascii.push_str(&escaped(u32::from(letter)));
        }
    }
    ascii
}

/// Bytes that HTML would change or read as markup, and the sign itself, stand behind `=`, 64 higher. `bytes()` in `web/single.js` reads it.
fn as_characters(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 50);
    for byte in bytes {
        match byte {
            0 | b'\r' | b'<' | b'=' => text.extend([b'=', byte + 64]),
            other => text.push(*other),
        }
    }
    text
}

/// The bytes as `unpacked()` in `web/single.js` reads them: LZMA with its length in its head. wasm has no alignment, and much hangs on the byte before.
fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut options = LzmaOptions::with_preset(9);
    options.lc = 4;
    options.pb = 0;
    options.nice_len = LzmaOptions::NICE_LEN_MAX;
    let length = u64::try_from(bytes.len())?;
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(length))?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let text = as_characters(&all);
        assert!(!text.iter().any(|byte| matches!(byte, 0 | b'\r' | b'<')));
        let mut back = Vec::new();
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            back.push(if *byte == b'=' {
                bytes.next().unwrap() - 64
            } else {
                *byte
            });
        }
        assert_eq!(back, all);
    }

    #[test]
    fn the_one_file_loads_nothing_and_names_what_runs_in_it() {
        let html = format!(
            "<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n<style>a{{}}</style>\n<link rel=\"modulepreload\" href=\"./a.js\">\n<script type=\"module\" src=\"boot.js\"></script>\n</head>\n<body>\u{2026}</body>\n",
            page::POLICY
        );
        let made = page_around(&html, "let a;", "b{}").unwrap();
        assert!(made.is_ascii() && made.contains("&#8230;"), "{made}");
        for gone in ["a{}", "href=", "src=\"", "'self'"] {
            assert!(!made.contains(gone), "{gone} is in {made}");
        }
        for wanted in [
            "windows-1252",
            "<style>b{}</style>",
            "connect-src 'none'",
            &page::integrity_of(b"let a;"),
            &page::integrity_of(b"b{}"),
        ] {
            assert!(made.contains(wanted), "{wanted} is not in {made}");
        }
        assert!(page_around("<head></head>", "", "").is_err());
    }

    #[test]
    fn the_engines_script_joins_the_module() {
        let glue = "import { rest } from \"./boot.js\";\nexport class A {}\nasync function __wbg_init(a) {}\nexport { initSync, __wbg_init as default };\n";
        assert_eq!(
            in_one_module(glue).unwrap(),
            "class A {}\nasync function __wbg_init(a) {}\n"
        );
        assert!(in_one_module("import a from \"./b.js\";\n").is_err());
    }
}
