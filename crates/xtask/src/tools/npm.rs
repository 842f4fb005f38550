//! npm packages that are tools of ours. None is shipped with the page.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{browser, process, workplace::Workplace};

/// Where the package of this name and version is, if it is installed.
pub(crate) fn find(
    workplace: &Workplace,
    package: &str,
    version: &str,
    file: &str,
) -> Option<PathBuf> {
    let modules = workplace
        .cache()
        .place(&folder(package, version))
        .join("node_modules");
    modules.join(file).is_file().then_some(modules)
}

/// Installs the package; `file` (below `node_modules`) tells that it is complete. Its install scripts do not run: they would download browsers.
pub(crate) fn install(
    workplace: &Workplace,
    package: &str,
    version: &str,
    file: &str,
) -> Result<()> {
    let complete = |place: &Path| place.join("node_modules").join(file).is_file();
    let fill = |partial: &Path| fill(&mut Command::new("npm"), partial, package, version);
    workplace
        .cache()
        .install(&folder(package, version), complete, fill)?;
    Ok(())
}

/// Installs the package into `folder` and no other place, by this `npm`.
pub(crate) fn fill(npm: &mut Command, folder: &Path, package: &str, version: &str) -> Result<()> {
    npm.current_dir(folder)
        .args(["install", "--no-save", "--ignore-scripts", "--no-audit"])
        .args(["--no-fund", "--loglevel=error", "--prefix"])
        .arg(folder)
        .arg(format!("{package}@{version}"));
    process::run(npm)
}

/// A package whose version is pinned in `tests/browser/package.json`.
#[derive(Debug)]
pub(crate) struct Pinned {
    pub(crate) package: &'static str,
    /// Below `node_modules`; it tells that the package is complete.
    pub(crate) file: &'static str,
}

impl Pinned {
    /// The folder `node_modules` that has it, if it is installed.
    pub(crate) fn find(&self, workplace: &Workplace) -> Result<Option<PathBuf>> {
        let version = browser::pinned_version(workplace, self.package)?;
        Ok(find(workplace, self.package, &version, self.file))
    }

    pub(crate) fn install(&self, workplace: &Workplace) -> Result<()> {
        let version = browser::pinned_version(workplace, self.package)?;
        install(workplace, self.package, &version, self.file)
    }

    pub(crate) fn remedy(&self, workplace: &Workplace) -> String {
        let version = browser::pinned_version(workplace, self.package).unwrap_or_default();
        command_by_hand(self.package, &version)
    }
}

pub(crate) fn command_by_hand(package: &str, version: &str) -> String {
    format!("See that npm reaches its registry: npm view {package}@{version}, then run this again.")
}

fn folder(package: &str, version: &str) -> String {
    format!("{package}-{version}")
}
