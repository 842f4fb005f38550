//! The assistant's frame: a page of its own beside the page, with a wasm and a content policy of its own. It is loaded when a user opens the assistant.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha384};

use crate::{
    environment::Environment,
    page::{self, Kind},
    pieces, process, tools,
    workplace::Workplace,
};

/// How its files begin.
pub(crate) const NAME: &str = "undeny-frame";
/// Its page.
pub(crate) const PAGE: &str = "assistant.html";

/// What the frame may do: as the page, but for its network, which it narrows to one provider's origin before it asks. It frames nothing, and
/// nobody else frames it.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' https: http:; \
                                 base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Whether a file is the frame's alone.
pub(crate) fn has(name: &str) -> bool {
    name.starts_with(NAME) || name == PAGE || (name.starts_with("style") && name.ends_with(".css"))
}

/// Compiles it and puts its wasm, its script and its page into `laid_out`; the page names files by placeholders until [`seal`].
pub(crate) fn build(
    workplace: &Workplace,
    environment: &Environment,
    kind: Kind,
    laid_out: &Path,
) -> Result<()> {
    for name in page::file_names(laid_out)? {
        if name.starts_with(NAME) {
            fs::remove_file(laid_out.join(name))?;
        }
    }
    let mut cargo = environment.command("cargo", workplace.root());
    cargo.args([
        "build",
        "--quiet",
        "--package",
        NAME,
        "--target",
        tools::TARGET,
    ]);
    let profile = match kind {
        Kind::Release => {
            cargo.args(["--profile", "wasm"]);
            pieces::compile_small(&mut cargo, environment, workplace);
            "wasm"
        }
        Kind::Development => "debug",
    };
    process::run(&mut cargo)?;
    let work = workplace.target().join("frame");
    let built = workplace.target().join(tools::TARGET).join(profile);
    let mut bindgen = pieces::bindgen(workplace, environment, NAME, &work);
    process::run(bindgen.arg(built.join(format!("{NAME}.wasm"))))?;
    let wasm = work.join(format!("{NAME}_bg.wasm"));
    if kind == Kind::Release {
        let flags = ["-Oz"].iter().chain(pieces::STRIP).copied();
        pieces::shrink(workplace, environment, flags, &wasm)?;
    }
    let wasm = fs::read(wasm)?;
    let wasm_name = format!("{NAME}-{}_bg.wasm", hash(&wasm));
    fs::write(laid_out.join(&wasm_name), &wasm)?;
    let script = started(
        &fs::read_to_string(work.join(format!("{NAME}.js")))?,
        &wasm_name,
        &page::integrity_of(&wasm),
    )?;
    fs::write(
        laid_out.join(format!("{NAME}-{}.js", hash(script.as_bytes()))),
        script,
    )?;
    fs::copy(workplace.path("frame").join(PAGE), laid_out.join(PAGE))
        .with_context(|| format!("there is no frame/{PAGE}"))?;
    Ok(())
}

fn hash(bytes: &[u8]) -> String {
    Sha384::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// wasm-bindgen's script, which then starts what it has been written for, by its checksum.
fn started(script: &str, wasm: &str, integrity: &str) -> Result<String> {
    if !script.contains("async function __wbg_init(") {
        bail!(
            "wasm-bindgen writes its script in another way than this was written for: it has no `__wbg_init`"
        );
    }
    Ok(format!(
        "{script}\n__wbg_init({{ module_or_path: fetch(new URL(\"./{wasm}\", import.meta.url), {{ integrity: \"{integrity}\", credentials: \"same-origin\" }}) }});\n"
    ))
}

/// Writes the names and hashes of the finished files into the frame's page.
pub(crate) fn seal(dist: &Path, names: &[String]) -> Result<()> {
    let file = dist.join(PAGE);
    let mut html =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    if !html.contains(&format!("content=\"{POLICY}\"")) {
        bail!(
            "frame/{PAGE} does not carry the content policy that it is served with; its meta tag must say:\n{POLICY}"
        );
    }
    for (start, end, placeholder) in [
        (NAME, ".js", "FRAME_JS"),
        ("style", ".css", "STYLE"),
        ("late", ".css", "LATE"),
    ] {
        let name = names
            .iter()
            .find(|name| name.starts_with(start) && name.ends_with(end))
            .with_context(|| format!("there is no {start}*{end} for the frame"))?;
        for (placeholder, value) in [
            (
                format!("__UNDENY_{placeholder}_INTEGRITY__"),
                page::integrity(&dist.join(name))?,
            ),
            (format!("__UNDENY_{placeholder}__"), format!("./{name}")),
        ] {
            if !html.contains(&placeholder) {
                bail!("frame/{PAGE} has no {placeholder}, so it would load a file nobody checks");
            }
            html = html.replace(&placeholder, &value);
        }
    }
    fs::write(file, html)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_page_names_each_file_with_its_hash() {
        let dist = std::env::temp_dir().join(format!("undeny-frame-test-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        let write = |name: &str, text: &str| fs::write(dist.join(name), text).unwrap();
        write("undeny-frame-0123456789abcdef.js", "js");
        write("style-0123456789abcdef.css", "css");
        write("late.css", "css");
        let names = page::file_names(&dist).unwrap();
        let body = "<link href=\"__UNDENY_STYLE__\" integrity=\"__UNDENY_STYLE_INTEGRITY__\"><link href=\"__UNDENY_LATE__\" integrity=\"__UNDENY_LATE_INTEGRITY__\"><script src=\"__UNDENY_FRAME_JS__\" integrity=\"__UNDENY_FRAME_JS_INTEGRITY__\">";
        write(PAGE, &format!("<meta content=\"default-src *\">{body}"));
        assert!(
            seal(&dist, &names)
                .unwrap_err()
                .to_string()
                .contains("content policy")
        );
        write(PAGE, &format!("<meta content=\"{POLICY}\">{body}"));
        seal(&dist, &names).unwrap();
        let html = fs::read_to_string(dist.join(PAGE)).unwrap();
        let integrity = page::integrity(&dist.join("undeny-frame-0123456789abcdef.js")).unwrap();
        assert!(
            html.contains(&format!(
                "src=\"./undeny-frame-0123456789abcdef.js\" integrity=\"{integrity}\""
            )),
            "{html}"
        );
        assert!(!html.contains("__UNDENY"), "{html}");
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn another_kind_of_script_is_an_error_and_no_silent_frame() {
        assert!(started("export { initSync };", "a.wasm", "sha384-x").is_err());
    }
}
