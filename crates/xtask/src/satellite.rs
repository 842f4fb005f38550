//! Crates beside the workspace (`fuzz/`, `crates/xtask/bench/`): built only by their own command, with the versions that the workspace uses.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::workplace::Workplace;

pub(crate) const BENCH: &str = "crates/xtask/bench";
pub(crate) const FUZZ: &str = "fuzz";

/// Their folders.
pub(crate) const SATELLITES: &[&str] = &[BENCH, FUZZ];

/// The crate's manifest, with a `Cargo.lock` beside it that starts from the clone's; cargo adds what only this crate uses.
pub(crate) fn manifest(workplace: &Workplace, folder: &str) -> Result<PathBuf> {
    let folder = workplace.path(folder);
    let (ours, theirs) = (workplace.path("Cargo.lock"), folder.join("Cargo.lock"));
    if !theirs.is_file() || modified(&theirs)? < modified(&ours)? {
        fs::copy(&ours, &theirs).with_context(|| format!("cannot write {}", theirs.display()))?;
    }
    Ok(folder.join("Cargo.toml"))
}

fn modified(file: &Path) -> Result<std::time::SystemTime> {
    Ok(fs::metadata(file)
        .with_context(|| format!("cannot look at {}", file.display()))?
        .modified()?)
}
