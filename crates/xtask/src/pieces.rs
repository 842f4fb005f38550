//! The wasm of a released page: compiled to be small, cut into two pieces, bound to JavaScript, and made smaller once more.
//!
//! The cut is where `web/src/late.rs` says `wasm_split`: what only the second piece reaches, code and data, goes there. Both share one memory, so
//! the second one is no program of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha384};

use crate::{
    environment::{Environment, on_path},
    page, process, progress, tools,
    workplace::Workplace,
};

const NAME: &str = "undeny-web";

/// What the splitter calls its script. `wasm-bindgen` makes an import of it; here its text takes the import's place, so that no further file is loaded.
const LINK: &str = "__wasm_split.js";

/// How the name of the second piece ends.
pub(crate) const REST: &str = "_rest.wasm";

/// How wasm-opt makes the page's pieces small. Below the first KB lies the end of the stack, and nobody points there; functions that are alike
/// stand beside each other, which brotli likes.
pub(crate) const SHRINK: &[&str] = &[
    "-Oz",
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=0",
    "--reorder-functions-by-name",
];

/// What no browser reads.
pub(crate) const STRIP: &[&str] = &["--strip-debug", "--strip-producers"];

/// Compile for size: in the order of what they bring.
///
/// The standard library as it comes was compiled for speed and to say where it panicked. The page has no console that anybody reads, so it is
/// compiled anew, for size, and stops at once. Cargo counts these switches as unstable, which is why `RUSTC_BOOTSTRAP` is set; the code stays stable
/// Rust, and where the library's source cannot be had the page is built without them.
pub(crate) fn compile_small(
    command: &mut Command,
    environment: &Environment,
    workplace: &Workplace,
) {
    let mut flags = Vec::new();
    if has_library_source(environment, workplace) {
        flags.extend(
            [
                "-Zunstable-options",
                "-Cpanic=immediate-abort",
                "-Zlocation-detail=none",
            ]
            .map(str::to_owned),
        );
        command
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    } else {
        progress::note(
            "the standard library's source is not on this machine (rustup component add rust-src), so the page is a tenth larger than it has to be",
        );
    }
    // No path of this machine in what is published, and the same bytes on every machine.
    let folders = [
        (Some(workplace.root().to_owned()), "undeny"),
        (
            env::var_os("CARGO_HOME")
                .map(PathBuf::from)
                .or_else(|| env::home_dir().map(|home| home.join(".cargo"))),
            "cargo",
        ),
        (sysroot(environment, workplace), "rust"),
    ];
    for (folder, name) in folders {
        if let Some(folder) = folder {
            flags.push(format!("--remap-path-prefix={}=/{name}", folder.display()));
        }
    }
    command
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env_remove("RUSTFLAGS")
        // wasm-opt reads from the file which features the wasm uses, and stripping drops that; it strips the names itself.
        .env("CARGO_PROFILE_WASM_STRIP", "none");
}

fn sysroot(environment: &Environment, workplace: &Workplace) -> Option<PathBuf> {
    let printed = process::read(
        environment
            .command("rustc", workplace.root())
            .args(["--print", "sysroot"]),
    );
    printed.ok().map(|printed| PathBuf::from(printed.trim()))
}

/// Whether the standard library can be compiled anew, for size.
pub(crate) fn has_library_source(environment: &Environment, workplace: &Workplace) -> bool {
    let there = || {
        sysroot(environment, workplace).is_some_and(|sysroot| {
            sysroot
                .join("lib/rustlib/src/rust/library/Cargo.lock")
                .is_file()
        })
    };
    if there() {
        return true;
    }
    if on_path("rustup").is_none() {
        return false;
    }
    progress::note("rustup component add rust-src");
    let added = process::run(environment.command("rustup", workplace.root()).args([
        "component",
        "add",
        "rust-src",
    ]));
    added.is_ok() && there()
}

/// What the linker made of the page's last release build, with its symbols' names.
pub(crate) fn whole(workplace: &Workplace) -> PathBuf {
    workplace
        .target()
        .join(tools::TARGET)
        .join("wasm")
        .join(format!("{NAME}.wasm"))
}

/// `wasm-bindgen` for a page: `NAME.js` and `NAME_bg.wasm` in `folder`. What it binds is still to be added.
pub(crate) fn bindgen(
    workplace: &Workplace,
    environment: &Environment,
    name: &str,
    folder: &Path,
) -> Command {
    let mut bindgen = environment.command("wasm-bindgen", workplace.root());
    bindgen
        .args(["--target", "web", "--no-typescript", "--out-name", name])
        .arg("--out-dir")
        .arg(folder);
    bindgen
}

/// `wasm-opt` with these switches, in place.
pub(crate) fn shrink<'a>(
    workplace: &Workplace,
    environment: &Environment,
    flags: impl IntoIterator<Item = &'a str>,
    wasm: &Path,
) -> Result<()> {
    let mut shrink = environment.command("wasm-opt", workplace.root());
    process::run(shrink.args(flags).arg(wasm).arg("-o").arg(wasm))
}

/// Cut what was compiled, and put the pieces into `laid_out` in the place of what Trunk made of the whole.
pub(crate) fn cut(workplace: &Workplace, environment: &Environment, laid_out: &Path) -> Result<()> {
    let whole = whole(workplace);
    let work = workplace.target().join("pieces");
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("cannot empty {}", work.display()))?;
    }
    fs::create_dir_all(&work)?;
    let mut split = environment.command("wasm-split-cli", workplace.root());
    process::run(split.arg(&whole).arg(&work).args(["--out-name", NAME]))?;
    let rest = piece_beside(&work, &format!("{NAME}.wasm"))?;

    let bound = work.join("bound");
    let mut bindgen = bindgen(workplace, environment, NAME, &bound);
    // The second piece imports the table and the memory by the linker's names.
    bindgen.arg("--keep-lld-exports");
    process::run(bindgen.arg(work.join(format!("{NAME}.wasm"))))?;
    let first = bound.join(format!("{NAME}_bg.wasm"));
    for piece in [&first, &rest] {
        // What the splitter reads is of no use behind it.
        let flags = SHRINK.iter().chain(STRIP).copied();
        shrink(workplace, environment, flags, piece)?;
    }
    let script = linked(
        &fs::read_to_string(bound.join(format!("{NAME}.js")))?,
        &fs::read_to_string(work.join(LINK))?,
        &format!("./{}", file_name(&rest)),
    )?;

    for old in fs::read_dir(laid_out)? {
        let path = old?.path();
        if file_name(&path).starts_with(NAME) {
            fs::remove_file(path)?;
        }
    }
    let put = |bytes: &[u8], end: &str| -> Result<()> {
        let hash: String = Sha384::digest(bytes)
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        fs::write(laid_out.join(format!("{NAME}-{hash}{end}")), bytes)?;
        Ok(())
    };
    put(page::without_comments(&script)?.as_bytes(), ".js")?;
    put(&fs::read(&first)?, "_bg.wasm")?;
    put(&fs::read(&rest)?, REST)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The one wasm file in the folder beside the first piece.
fn piece_beside(folder: &Path, first: &str) -> Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
            && file_name(&path) != first
        {
            found.push(path);
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        _ => bail!(
            "the splitter made {} pieces behind the first one where one is expected: web/src/late.rs names one function with `wasm_split`",
            found.len()
        ),
    }
}

/// The page's script: wasm-bindgen's, with the splitter's in the place of its import, and the second piece taken from `boot.js`, which has fetched it
/// by its checksum.
///
/// # Errors
///
/// Where one of the two scripts is not written as expected: another version of a tool.
fn linked(script: &str, link: &str, piece: &str) -> Result<String> {
    let expected = |what: &str| {
        format!(
            "{what}: the splitter or wasm-bindgen writes its script in another way than this was written for"
        )
    };
    let import = script
        .lines()
        .find(|line| line.starts_with("import ") && line.contains(LINK))
        .with_context(|| expected("the page's script does not import the splitter's"))?;
    let name = import
        .strip_prefix("import * as ")
        .and_then(|rest| rest.split(' ').next())
        .with_context(|| expected("the import of the splitter's script is of another kind"))?;
    let own = format!("import {{ initSync }} from \"./{NAME}.js\";\n");
    let fetched = format!("fetch(new URL(\"{piece}\", import.meta.url))");
    let streamed = "WebAssembly.instantiateStreaming(src, imports)";
    for part in [own.as_str(), &fetched, streamed] {
        if link.matches(part).count() != 1 {
            bail!(expected(&format!(
                "the splitter's script does not say `{part}` once"
            )));
        }
    }
    let link = link
        .replace(&own, "")
        .replace(&fetched, "rest")
        .replace(streamed, "WebAssembly.instantiate(await src, imports)");
    let exported: Vec<&str> = link
        .lines()
        .filter_map(|line| line.strip_prefix("export const ")?.split(' ').next())
        .collect();
    Ok(format!(
        "import {{ rest }} from \"./boot.js\";\n{}\n{}const {name} = {{ {} }};\n",
        script.replacen(import, "", 1),
        link.replace("export const ", "const "),
        exported.join(", "),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "import * as import1 from \"./__wasm_split.js\"\nfunction imports() { return { \"./__wasm_split.js\": import1 }; }\nexport { initSync };\n";
    const SPLIT: &str = "import { initSync } from \"./undeny-web.js\";\n\nexport const __load = load(() => {\n    const src = fetch(new URL(\"./split_rest.wasm\", import.meta.url));\n    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n});\n";

    #[test]
    fn the_splitters_script_becomes_part_of_the_pages() {
        let linked = linked(SCRIPT, SPLIT, "./split_rest.wasm").unwrap();
        assert!(
            linked.starts_with("import { rest } from \"./boot.js\";\n"),
            "{linked}"
        );
        assert!(linked.contains("const src = rest;"), "{linked}");
        assert!(
            linked.contains("(WebAssembly.instantiate(await src, imports))"),
            "{linked}"
        );
        assert!(
            linked.ends_with("const import1 = { __load };\n"),
            "{linked}"
        );
        assert!(
            !linked.contains("fetch(") && !linked.contains("from \"./undeny-web.js\""),
            "{linked}"
        );
    }

    #[test]
    fn another_kind_of_script_is_an_error_and_no_broken_page() {
        assert!(linked("", SPLIT, "./split_rest.wasm").is_err());
        assert!(linked(SCRIPT, SPLIT, "./other.wasm").is_err());
        assert!(linked(SCRIPT, "export const a = 1;", "./split_rest.wasm").is_err());
    }
}
