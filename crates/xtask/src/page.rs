//! Building the page: Trunk compiles and lays out, then the hashes of the finished files are written into the files that load them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command as Process,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha384};

use crate::{
    environment::Environment, frame, pieces, process, progress, tools, workplace::Workplace,
};

/// What the page may do: run its own scripts and wasm, show its own styles, ask its own origin, frame its own files. `index.html` must say the same in a
/// meta tag, or the build fails; it then gets the hash of the style that stands in the page ([`policy_of`]).
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                                 frame-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types undeny-offline";

/// The list of hashes, for people who serve the page themselves.
pub(crate) const MANIFEST: &str = "integrity.json";
const BOOT: &str = "boot.js";
/// What follows the first diagnosis: [`LATER`] loads the style sheet of the later panes and registers the worker.
const LATER: &str = "later.js";
const LATE_STYLE: &str = "late.css";
/// The worker that keeps a copy of the page for when there is no network.
pub(crate) const OFFLINE: &str = "offline.js";
/// For search engines.
const ROBOTS: &str = "robots.txt";
/// A file's name with this behind it: the same file under brotli, for a server that gives it to who can read it.
pub(crate) const PACKED: &str = ".br";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quick to build, slow and large.
    Development,
    /// What is shipped.
    Release,
}

/// Builds the page into `dist/` and gives that folder.
///
/// 1. Trunk compiles `web/`, runs wasm-bindgen and copies what `index.html` names. It injects no script of its own (`inject_scripts = false`): an
///    inline script would need `unsafe-inline`. For a release the wasm is then cut into two pieces and made small ([`pieces`]).
/// 2. `boot.js` and `index.html` name the page's JavaScript and wasm by placeholders, because the file names have hashes in them:
///    `__UNDENY_JS__`, `__UNDENY_WASM__`, `__UNDENY_REST__` become `./undeny-web-<hash>.js`, `./undeny-web-<hash>_bg.wasm` and
///    `./undeny-web-<hash>_rest.wasm` (nothing where the wasm is one piece), and `__UNDENY_JS_INTEGRITY__` and so on their `sha384-...`.
/// 3. The first style sheet takes the place of its link in `index.html`, by hash: the first paint waits for one file. It stays a file too, for the frame.
/// 4. The finished `boot.js` gets its own hash on the script tag of `index.html`, and Trunk's leftover link to the crate becomes a preload of the
///    JavaScript with its hash, so that every file that runs is checked before it runs.
///    The frame's page ([`frame`]) gets the hashes of its files likewise.
/// 5. `integrity.json` lists the hash of each file, for people who serve the page themselves.
/// 6. For a release, each file's brotli is written beside it ([`PACKED`]).
/// 7. Only then it goes to `dist/`: what is there is a whole page, also when a build fails half-way or a browser asks in between.
pub(crate) fn build_page(workplace: &Workplace, kind: Kind) -> Result<PathBuf> {
    let environment = tools::ready(workplace, tools::FOR_THE_PAGE)?;
    if !workplace.path("index.html").is_file() {
        bail!(
            "there is no index.html in {}: the page is not written yet",
            workplace.root().display()
        );
    }
    let started = Instant::now();
    progress::step(if kind == Kind::Release {
        "page (release)"
    } else {
        "page (development)"
    });
    let mut trunk = environment.command("trunk", workplace.root());
    let laid_out = workplace.target().join("page");
    trunk
        .args(["build", "--skip-version-check", "--log", "warn", "--dist"])
        .arg(&laid_out);
    if kind == Kind::Release {
        trunk.args([
            "--release",
            "--cargo-profile",
            "wasm",
            "--features",
            "split",
        ]);
        pieces::compile_small(&mut trunk, &environment, workplace);
    }
    // Trunk reads NO_COLOR=1 as the value of a yes-or-no option and stops.
    trunk.env_remove("NO_COLOR");
    process::run(&mut trunk)?;
    if kind == Kind::Release {
        pieces::cut(workplace, &environment, &laid_out)?;
    }

    frame::build(workplace, &environment, kind, &laid_out)?;

    seal(&laid_out, &commit(workplace))?;
    pack(workplace, &environment, kind, &laid_out)?;
    let dist = workplace.path("dist");
    put(&laid_out, &dist)?;
    progress::note(&format!(
        "the page is in {} ({})",
        dist.display(),
        progress::duration(started)
    ));
    Ok(dist)
}

/// Steps 2 to 5 of [`build_page`].
fn seal(dist: &Path, commit: &str) -> Result<()> {
    let names = file_names(dist)?;
    let one = |what: &str, fits: &dyn Fn(&str) -> bool| -> Result<String> {
        let mut fitting = names.iter().filter(|name| fits(name));
        match (fitting.next(), fitting.next()) {
            (Some(name), None) => Ok(name.clone()),
            (None, _) => bail!(
                "Trunk made no {what}; `index.html` needs `<link data-trunk rel=\"rust\" href=\"web\" data-bin=\"undeny-web\"/>`"
            ),
            (Some(_), Some(_)) => bail!("Trunk made more than one {what}"),
        }
    };
    let wasm = one("wasm file", &|name| {
        name.starts_with("undeny-web") && name.ends_with("_bg.wasm")
    })?;
    let js = one("JavaScript file", &|name| {
        name.starts_with("undeny-web") && name.ends_with(".js")
    })?;
    let rest = names
        .iter()
        .find(|name| name.starts_with("undeny-web") && name.ends_with(pieces::REST));
    let (wasm_integrity, js_integrity) =
        (integrity(&dist.join(&wasm))?, integrity(&dist.join(&js))?);
    let (rest, rest_integrity) = match rest {
        Some(rest) => (format!("./{rest}"), integrity(&dist.join(rest))?),
        None => Default::default(),
    };
    let fill = |text: &str| {
        text.replace("__UNDENY_JS__", &format!("./{js}"))
            .replace("__UNDENY_WASM__", &format!("./{wasm}"))
            .replace("__UNDENY_REST__", &rest)
            .replace("__UNDENY_JS_INTEGRITY__", &js_integrity)
            .replace("__UNDENY_WASM_INTEGRITY__", &wasm_integrity)
            .replace("__UNDENY_REST_INTEGRITY__", &rest_integrity)
    };

    let late_style = integrity(&dist.join(LATE_STYLE))?;
    fill_in(
        dist,
        LATER,
        &[
            ("__UNDENY_LATE_CSS_INTEGRITY__", &late_style),
            ("__UNDENY_WASM_INTEGRITY__", &wasm_integrity),
            ("__UNDENY_COMMIT__", commit),
        ],
    )?;
    let later_integrity = integrity(&dist.join(LATER))?;

    let boot = dist.join(BOOT);
    let script = fs::read_to_string(&boot)
        .with_context(|| format!("Trunk copied no {BOOT}; `index.html` needs `<link data-trunk rel=\"copy-file\" href=\"web/{BOOT}\"/>`"))?;
    for placeholder in [
        "__UNDENY_JS__",
        "__UNDENY_WASM__",
        "__UNDENY_WASM_INTEGRITY__",
        "__UNDENY_REST__",
        "__UNDENY_REST_INTEGRITY__",
        "__UNDENY_LATER_INTEGRITY__",
    ] {
        if !script.contains(placeholder) {
            bail!("web/{BOOT} has no {placeholder}, so the page would load a file nobody checks");
        }
    }
    let script = script.replace("__UNDENY_LATER_INTEGRITY__", &later_integrity);
    fs::write(&boot, without_comments(&fill(&script))?)?;

    let index = dist.join("index.html");
    let html = fill(&fs::read_to_string(&index)?);
    let html = with_style(&html, |name| {
        fs::read_to_string(dist.join(name)).with_context(|| format!("Trunk made no {name}"))
    })?;
    let preload =
        format!("<link rel=\"modulepreload\" href=\"./{js}\" integrity=\"{js_integrity}\">");
    let html = replace_trunk_link(&html, &preload);
    let html = with_boot_integrity(&html, &integrity(&boot)?)
        .with_context(|| format!("index.html has no `<script type=\"module\" src=\"{BOOT}\">`"))?;
    fs::write(&index, html)?;

    frame::seal(dist, &names)?;

    let mut manifest = BTreeMap::new();
    for name in names.iter().filter(|name| loaded(name) && *name != OFFLINE) {
        manifest.insert(name.clone(), integrity(&dist.join(name))?);
    }
    // The worker keeps every other file; its version is the hash of what it keeps.
    let files = serde_json::to_string_pretty(&manifest)?;
    let version = hex(&Sha384::digest(files.as_bytes()), 8);
    fill_in(
        dist,
        OFFLINE,
        &[
            ("__UNDENY_VERSION__", &version),
            ("__UNDENY_FILES__", &files),
        ],
    )?;
    manifest.insert(OFFLINE.to_owned(), integrity(&dist.join(OFFLINE))?);
    fs::write(
        dist.join(MANIFEST),
        serde_json::to_string_pretty(&manifest)? + "\n",
    )?;
    Ok(())
}

/// Whether browsers load this file for the page or its frame; the others are for servers and for people.
pub(crate) fn loaded(name: &str) -> bool {
    name != MANIFEST && name != ROBOTS
}

/// Whether the page's first diagnosis waits for this one of the files that browsers load. The style sheet stands in `index.html`; as a file it is the frame's.
pub(crate) fn waited_for(name: &str) -> bool {
    let late = [LATER, LATE_STYLE, OFFLINE].contains(&name) || name.ends_with(pieces::REST);
    !late && !name.ends_with(".css") && !frame::has(name)
}

/// Write each file once more as brotli packs it; only a release, for it takes its time.
fn pack(
    workplace: &Workplace,
    environment: &Environment,
    kind: Kind,
    laid_out: &Path,
) -> Result<()> {
    for name in file_names(laid_out)? {
        remove_packed(&laid_out.join(name))?;
    }
    if kind == Kind::Release {
        let files = file_names(laid_out)?;
        let mut node = environment.command("node", workplace.root());
        process::read(
            node.arg(workplace.path("tests/browser/compressed.mjs"))
                .arg("--beside")
                .args(files.iter().map(|name| laid_out.join(name))),
        )?;
    }
    Ok(())
}

/// Where the brotli of a file is.
pub(crate) fn packed(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(PACKED);
    PathBuf::from(name)
}

fn remove_packed(file: &Path) -> Result<()> {
    let packed = packed(file);
    if packed.is_file() {
        fs::remove_file(&packed).with_context(|| format!("cannot remove {}", packed.display()))?;
    }
    Ok(())
}

/// Copy a file, and its brotli where there is one. Nobody is given new bytes under an old packing in between.
pub(crate) fn copy_with_packed(from: &Path, to: &Path) -> Result<()> {
    remove_packed(to)?;
    let copy = |from: &Path, to: &Path| {
        fs::copy(from, to).with_context(|| format!("cannot write {}", to.display()))
    };
    copy(from, to)?;
    if packed(from).is_file() {
        copy(&packed(from), &packed(to))?;
    }
    Ok(())
}

/// Write values into a file of the page in the places of their placeholders, each of which has to be there.
fn fill_in(dist: &Path, name: &str, values: &[(&str, &str)]) -> Result<()> {
    let file = dist.join(name);
    let mut text = fs::read_to_string(&file).with_context(|| {
        format!("Trunk copied no {name}; `index.html` needs `<link data-trunk rel=\"copy-file\" href=\"web/{name}\"/>`")
    })?;
    for (placeholder, value) in values {
        if !text.contains(placeholder) {
            bail!("web/{name} has no {placeholder}, so the page would load a file nobody checks");
        }
        text = text.replace(placeholder, value);
    }
    fs::write(&file, text)?;
    Ok(())
}

/// The first bytes as hexadecimal digits.
fn hex(bytes: &[u8], count: usize) -> String {
    bytes
        .iter()
        .take(count)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Step 7 of [`build_page`]. Files that came from an earlier build go last, for a browser that still asks for them.
fn put(from: &Path, dist: &Path) -> Result<()> {
    let names = file_names(from)?;
    for name in &names {
        let file = dist.join(name);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        copy_with_packed(&from.join(name), &file)?;
    }
    for old in file_names(dist)?.iter().filter(|old| !names.contains(old)) {
        remove_packed(&dist.join(old))?;
        fs::remove_file(dist.join(old))?;
    }
    Ok(())
}

/// The page's files, by name relative to `dist/`, sorted.
pub(crate) fn file_names(dist: &Path) -> Result<Vec<String>> {
    fn walk(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
        for entry in fs::read_dir(folder)
            .with_context(|| format!("cannot look into {}", folder.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Trunk's staging folder; and a file's brotli goes with its file.
            if name.starts_with('.') || name.ends_with(PACKED) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &format!("{prefix}{name}/"), names)?;
            } else {
                names.push(format!("{prefix}{name}"));
            }
        }
        Ok(())
    }
    let mut names = Vec::new();
    walk(dist, "", &mut names)?;
    names.sort();
    Ok(names)
}

pub(crate) fn integrity(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(integrity_of(&bytes))
}

pub(crate) fn integrity_of(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

/// The commit that is built, for the page's foot; `unknown` outside of a clone.
pub(crate) fn commit(workplace: &Workplace) -> String {
    let mut git = Process::new("git");
    git.current_dir(workplace.root())
        .args(["rev-parse", "--short=12", "HEAD"]);
    process::read(&mut git).map_or_else(|_| "unknown".to_owned(), |line| line.trim().to_owned())
}

/// A script without its comment lines, blank lines and indentation, which are a sixth of what is downloaded of it.
///
/// # Errors
///
/// Where a text in it goes over several lines, whose indentation would be a part of it.
pub(crate) fn without_comments(script: &str) -> Result<String> {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in script.lines().map(str::trim) {
        inside |= line.starts_with("/*");
        if inside {
            inside = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            if line.matches('`').count() % 2 == 1 {
                bail!("a script has a text of several lines: {line}");
            }
            kept.push(line);
        }
    }
    Ok(kept.join("\n"))
}

/// The page with its style sheet inside, and the content policy that names it by its hash.
fn with_style(html: &str, read: impl FnOnce(&str) -> Result<String>) -> Result<String> {
    let tag = html
        .lines()
        .find(|line| line.starts_with("<link rel=\"stylesheet\""))
        .context("index.html has no style sheet in a line of its own")?;
    let name = tag
        .split_once("href=\"./")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(name, _)| name)
        .context("Trunk links the style sheet in another way than this was written for")?;
    let style = read(name)?;
    if style.contains("</style") {
        bail!("{name} has an end tag in it, so it cannot stand inside of a page");
    }
    let ours = format!("content=\"{POLICY}\"");
    if !html.contains(&ours) {
        bail!(
            "index.html does not carry the content policy that it is served with; its meta tag must say:\n{POLICY}"
        );
    }
    let own = "style-src 'self'";
    let policy = POLICY.replace(own, &format!("{own} '{}'", integrity_of(style.as_bytes())));
    Ok(html
        .replacen(&ours, &format!("content=\"{policy}\""), 1)
        .replacen(tag, &format!("{STYLE_STARTS}{style}{STYLE_ENDS}"), 1))
}

/// Around the style that stands in a page.
pub(crate) const STYLE_STARTS: &str = "<style>";
pub(crate) const STYLE_ENDS: &str = "</style>";

/// The content policy of a page that was built, from its meta tag: it is to be served with the same.
pub(crate) fn policy_of(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("http-equiv=\"Content-Security-Policy\" content=\"")?;
    Some(rest.split_once('"')?.0)
}

/// With `inject_scripts = false` Trunk leaves its own tag in the page.
fn replace_trunk_link(html: &str, by: &str) -> String {
    let Some((before, rest)) = html.split_once("<link data-trunk") else {
        return html.to_owned();
    };
    let Some((_, after)) = rest.split_once('>') else {
        return html.to_owned();
    };
    format!("{before}{by}{after}")
}

fn with_boot_integrity(html: &str, integrity: &str) -> Option<String> {
    let source = ["src=\"boot.js\"", "src=\"./boot.js\"", "src=\"/boot.js\""]
        .into_iter()
        .find(|source| html.contains(source))?;
    Some(html.replacen(source, &format!("{source} integrity=\"{integrity}\""), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_for_those_who_read_the_source() {
        let script = "// What it is for.\n/**\n * @param {string} a\n */\nfunction f(a) {\n  // why\n\n  return `//${a}`; // so\n}\n";
        assert_eq!(
            without_comments(script).unwrap(),
            "function f(a) {\nreturn `//${a}`; // so\n}"
        );
        assert!(without_comments("let a = `\n  b`;").is_err());
    }

    #[test]
    fn a_sealed_page_names_each_file_with_its_hash() {
        let dist = std::env::temp_dir().join(format!("undeny-page-test-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        let write = |name: &str, text: &str| fs::write(dist.join(name), text).unwrap();
        write("undeny-web-6b1f17990a4b3f4f.js", "js");
        write("undeny-web-6b1f17990a4b3f4f_bg.wasm", "wasm");
        write(
            "boot.js",
            "fetch('__UNDENY_WASM__', { integrity: '__UNDENY_WASM_INTEGRITY__' }); import('__UNDENY_JS__'); ['__UNDENY_REST__', '__UNDENY_REST_INTEGRITY__', '__UNDENY_LATER_INTEGRITY__']",
        );
        let page = |policy: &str| {
            format!(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n<link rel=\"stylesheet\" href=\"./style-6b1f17990a4b3f4f.css\" integrity=\"sha384-x\"/>\n<link data-trunk rel=\"rust\" data-trunk-id=\"0\" />\n<script type=\"module\" src=\"boot.js\"></script>\n"
            )
        };
        write("undeny-frame-6b1f17990a4b3f4f.js", "frame");
        write("style-6b1f17990a4b3f4f.css", "style");
        write(
            frame::PAGE,
            &format!(
                "<meta content=\"{}\">__UNDENY_FRAME_JS__ __UNDENY_FRAME_JS_INTEGRITY__ __UNDENY_STYLE__ __UNDENY_STYLE_INTEGRITY__ __UNDENY_LATE__ __UNDENY_LATE_INTEGRITY__",
                frame::POLICY
            ),
        );
        let later = || {
            write("late.css", "style");
            write(
                "later.js",
                "__UNDENY_LATE_CSS_INTEGRITY__ __UNDENY_WASM_INTEGRITY__ __UNDENY_COMMIT__",
            );
            write("offline.js", "__UNDENY_VERSION__ __UNDENY_FILES__");
        };
        later();
        write("index.html", &page("default-src 'self'"));
        assert!(
            seal(&dist, "c0ffee")
                .unwrap_err()
                .to_string()
                .contains("content policy")
        );

        write(
            "boot.js",
            "fetch('__UNDENY_WASM__', { integrity: '__UNDENY_WASM_INTEGRITY__' }); import('__UNDENY_JS__'); ['__UNDENY_REST__', '__UNDENY_REST_INTEGRITY__', '__UNDENY_LATER_INTEGRITY__']",
        );
        later();
        write("index.html", &page(POLICY));
        seal(&dist, "c0ffee").unwrap();
        let later = integrity(&dist.join("later.js")).unwrap();
        let offline = fs::read_to_string(dist.join("offline.js")).unwrap();
        assert!(
            offline.contains(&later) && !offline.contains("offline.js"),
            "{offline}"
        );
        let boot = fs::read_to_string(dist.join("boot.js")).unwrap();
        let wasm = integrity(&dist.join("undeny-web-6b1f17990a4b3f4f_bg.wasm")).unwrap();
        assert_eq!(
            boot,
            format!(
                "fetch('./undeny-web-6b1f17990a4b3f4f_bg.wasm', {{ integrity: '{wasm}' }}); import('./undeny-web-6b1f17990a4b3f4f.js'); ['', '', '{later}']"
            )
        );
        let html = fs::read_to_string(dist.join("index.html")).unwrap();
        assert!(!html.contains("data-trunk"), "{html}");
        assert!(html.contains("\n<style>style</style>\n"), "{html}");
        let policy = policy_of(&html).unwrap();
        let styles = format!("style-src 'self' '{}';", integrity_of(b"style"));
        assert!(policy.contains(&styles), "{policy}");
        assert!(html.contains("<link rel=\"modulepreload\" href=\"./undeny-web-6b1f17990a4b3f4f.js\" integrity=\"sha384-"), "{html}");
        assert!(
            html.contains(&format!(
                "src=\"boot.js\" integrity=\"{}\"",
                integrity(&dist.join("boot.js")).unwrap()
            )),
            "{html}"
        );
        let manifest: BTreeMap<String, String> =
            serde_json::from_str(&fs::read_to_string(dist.join(MANIFEST)).unwrap()).unwrap();
        assert_eq!(
            manifest.get("undeny-web-6b1f17990a4b3f4f_bg.wasm"),
            Some(&wasm)
        );
        assert_eq!(manifest.len(), 10);

        let public = dist.with_extension("public");
        fs::create_dir_all(&public).unwrap();
        fs::write(public.join("undeny-web-0000000000000000.js"), "old").unwrap();
        put(&dist, &public).unwrap();
        assert_eq!(file_names(&public).unwrap(), file_names(&dist).unwrap());
        fs::remove_dir_all(public).unwrap();
        fs::remove_dir_all(dist).unwrap();
    }
}
