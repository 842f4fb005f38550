//! Rust's standard library for wasm32-unknown-unknown, the target of the page.
//!
//! The order: the active toolchain has it; `rustup target add`; else, on Debian, a toolchain of our own. That one is Debian's rustc with the standard
//! library built from Debian's source, in a sysroot in the cache folder: the compiler's own folder stays as Debian made it, and nothing asks for root but apt.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::Tool;
use crate::{
    apt,
    environment::{Environment, on_path},
    process, progress,
    workplace::Workplace,
};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's newest compiler (kept current for its browsers), its library's source, the linker for wasm, and clippy.
const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
    "lld-22",
];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LINKERS: &[&str] = &["/usr/bin/lld-22", "/usr/bin/lld"];
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library";

#[derive(Debug)]
pub(crate) struct WasmTarget;

impl Tool for WasmTarget {
    fn name(&self) -> &'static str {
        "wasm-target"
    }

    fn purpose(&self) -> &'static str {
        "is Rust's standard library for the browser"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        if active_toolchain_has_it(workplace) {
            return Ok(Some(Environment::default()));
        }
        let Ok(version) = debian_version() else {
            return Ok(None);
        };
        let place = workplace.cache().place(&folder(&version));
        Ok(complete(&place).then(|| use_toolchain(&place)))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        let by_rustup = add_by_rustup(workplace);
        let Err(why) = by_rustup else { return Ok(()) };
        progress::note(&format!("{why:#}; taking Debian's compiler instead"));
        build_on_debian(workplace)
            .with_context(|| format!("{why:#}, and Debian's packages did not help either"))
    }

    fn remedy(&self, _: &Workplace) -> String {
        format!(
            "Try `rustup target add {TARGET}` where there is a network, or install Debian's packages {}, then run this again.",
            PACKAGES.join(" ")
        )
    }
}

fn active_toolchain_has_it(workplace: &Workplace) -> bool {
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(workplace.root())
        .args(["--print", "target-libdir", "--target", TARGET]);
    process::read(&mut rustc).is_ok_and(|printed| has_standard_library(Path::new(printed.trim())))
}

fn has_standard_library(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

fn add_by_rustup(workplace: &Workplace) -> Result<()> {
    if on_path("rustup").is_none() {
        bail!("there is no rustup on PATH");
    }
    progress::note(&format!("rustup target add {TARGET}"));
    process::run(
        Command::new("rustup")
            .current_dir(workplace.root())
            .env("RUST_BACKTRACE", "0")
            .args(["target", "add", TARGET]),
    )
}

fn build_on_debian(workplace: &Workplace) -> Result<()> {
    if !debian_is_complete() {
        apt::install(PACKAGES)?;
    }
    let version = debian_version()?;
    let name = folder(&version);
    let scratch = workplace.cache().scratch(&name);
    let place = workplace.cache().install(&name, complete, |partial| {
        progress::note(&format!(
            "building the standard library of Rust {version} for {TARGET}, once (about one minute)"
        ));
        let libraries = build_standard_library(&scratch)?;
        lay_out(partial, &workplace.cache().place(&name), &libraries)
    })?;
    name_in_rustup(&name, &place);
    Ok(())
}

fn debian_is_complete() -> bool {
    let programs = [
        DEBIAN_RUSTC,
        DEBIAN_CARGO,
        "/usr/bin/clippy-driver",
        "/usr/bin/cargo-clippy",
    ];
    programs.iter().all(|program| Path::new(program).exists())
        && Path::new(DEBIAN_LIBRARY).is_dir()
        && linker().is_some()
}

fn debian_version() -> Result<String> {
    let printed = process::read(debian(DEBIAN_RUSTC).arg("-vV"))?;
    let version = printed
        .lines()
        .find_map(|line| line.strip_prefix("release: "));
    Ok(version
        .with_context(|| format!("{DEBIAN_RUSTC} does not say its version"))?
        .to_owned())
}

fn folder(version: &str) -> String {
    format!("rust-{version}-wasm32")
}

/// Compiles `std` in the scratch folder and gives its libraries.
fn build_standard_library(scratch: &Path) -> Result<Vec<PathBuf>> {
    let source = scratch.join("src");
    fs::create_dir_all(&source)?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"only-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    fs::write(source.join("lib.rs"), "#![no_std]\n")?;
    let mut cargo = debian(DEBIAN_CARGO);
    cargo
        .current_dir(scratch)
        .env("RUSTC", DEBIAN_RUSTC)
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        // The source ships with its dependencies; `-Zbuild-std` is the one unstable thing, and Debian's compiler is of one piece with that source.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode in them the libraries cannot take part in link-time optimization.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .args([
            "build",
            "--quiet",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort,test",
        ]);
    process::run(&mut cargo)?;
    let built = scratch
        .join("target")
        .join(TARGET)
        .join("release")
        .join("deps");
    let mut libraries = Vec::new();
    for entry in
        fs::read_dir(&built).with_context(|| format!("cannot look into {}", built.display()))?
    {
        let path = entry?.path();
        let ours = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("libonly_std"));
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
            && !ours
        {
            libraries.push(path);
        }
    }
    Ok(libraries)
}

/// A toolchain folder: programs that name it as their sysroot, Debian's libraries for the host, ours for wasm. The libraries of an older build must not
/// be beside them (E0464), which a new folder a version sees to.
fn lay_out(partial: &Path, place: &Path, libraries: &[PathBuf]) -> Result<()> {
    let bin = partial.join("bin");
    fs::create_dir_all(&bin)?;
    let sysroot = place.display();
    script(
        &bin.join("rustc"),
        &format!("exec {DEBIAN_RUSTC} --sysroot '{sysroot}' \"$@\""),
    )?;
    script(
        &bin.join("clippy-driver"),
        &format!("SYSROOT='{sysroot}' exec /usr/bin/clippy-driver \"$@\""),
    )?;
    script(
        &bin.join("cargo-clippy"),
        &format!("SYSROOT='{sysroot}' exec /usr/bin/cargo-clippy \"$@\""),
    )?;
    symlink(DEBIAN_CARGO, bin.join("cargo"))?;

    let rustlib = partial.join("lib").join("rustlib");
    let wasm = rustlib.join(TARGET).join("lib");
    fs::create_dir_all(&wasm)?;
    for library in libraries {
        let name = library.file_name().context("a library without a name")?;
        fs::copy(library, wasm.join(name))
            .with_context(|| format!("cannot copy {}", library.display()))?;
    }

    // Where cargo looks for it when the library is to be compiled anew.
    fs::create_dir_all(rustlib.join("src").join("rust"))?;
    symlink(
        DEBIAN_LIBRARY,
        rustlib.join("src").join("rust").join("library"),
    )?;

    let host = host()?;
    let host_folder = rustlib.join(&host);
    fs::create_dir_all(host_folder.join("bin"))?;
    symlink(
        Path::new("/usr/lib/rustlib").join(&host).join("lib"),
        host_folder.join("lib"),
    )?;
    let linker =
        linker().with_context(|| format!("none of {} is there", DEBIAN_LINKERS.join(", ")))?;
    symlink(linker, host_folder.join("bin").join("rust-lld"))?;
    Ok(())
}

fn linker() -> Option<&'static str> {
    DEBIAN_LINKERS
        .iter()
        .find(|linker| Path::new(linker).exists())
        .copied()
}

fn host() -> Result<String> {
    let printed = process::read(debian(DEBIAN_RUSTC).arg("-vV"))?;
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .with_context(|| format!("{DEBIAN_RUSTC} does not say its host"))?
        .to_owned())
}

fn script(path: &Path, line: &str) -> Result<()> {
    fs::write(path, format!("#!/bin/sh\n{line}\n"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// The last things an install makes are the last things this looks for.
fn complete(place: &Path) -> bool {
    place.join("bin").join("rustc").is_file()
        && has_standard_library(&place.join("lib").join("rustlib").join(TARGET).join("lib"))
}

fn use_toolchain(place: &Path) -> Environment {
    // We may run under rustup ourselves, which tells its own compiler's place by these.
    let environment = Environment::default().with_folder(place.join("bin"));
    [
        "RUSTUP_TOOLCHAIN",
        "RUSTC",
        "RUSTDOC",
        "CARGO",
        "LD_LIBRARY_PATH",
    ]
    .iter()
    .fold(environment, |environment, name| {
        environment.without_variable(name)
    })
}

/// Only a convenience for people (`cargo +rust-1.96.0-wasm32 ...`): we find the toolchain by its place.
fn name_in_rustup(name: &str, place: &Path) {
    let taken = process::read(Command::new("rustup").args(["toolchain", "list"]))
        .map_or(true, |list| list.lines().any(|line| line.starts_with(name)));
    if !taken
        && process::run(
            Command::new("rustup")
                .args(["toolchain", "link", name])
                .arg(place),
        )
        .is_err()
    {
        progress::note(
            "rustup would not give that toolchain a name, which only matters to people who want to call it by hand",
        );
    }
}

fn debian(program: &str) -> Command {
    let mut command = Command::new(program);
    for name in [
        "RUSTUP_TOOLCHAIN",
        "RUSTC",
        "RUSTDOC",
        "CARGO",
        "LD_LIBRARY_PATH",
        "RUSTC_WRAPPER",
    ] {
        command.env_remove(name);
    }
    command
}
