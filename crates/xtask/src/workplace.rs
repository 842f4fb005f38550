//! Where things are: the clone, and the cache folder that all clones of this user share.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::cache::Cache;

#[derive(Debug)]
pub(crate) struct Workplace {
    root: PathBuf,
    cache: Cache,
}

impl Workplace {
    pub(crate) fn discover() -> Result<Self> {
        // Cargo names the package's folder when it runs us; a binary started by hand still knows where it was built.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.lock").is_file() || root.join("Cargo.toml").is_file())
            .with_context(|| {
                format!(
                    "`{}` is not inside a clone of undeny; run `cargo xtask` inside one",
                    package.display()
                )
            })?
            .to_owned();
        Ok(Self {
            root,
            cache: Cache::new(cache_folder()?),
        })
    }

    /// The clone's top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the clone.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Cargo's build folder for this clone; everything that is made anew by a build goes below it.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), PathBuf::from)
    }

    /// The version of a package that `Cargo.lock` names.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.path("Cargo.lock");
        let lock = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        version_in_lock(&lock, package).with_context(|| {
            format!("Cargo.lock names no `{package}`; run `cargo check` once to write it")
        })
    }
}

fn cache_folder() -> Result<PathBuf> {
    let named = |variable: &str| {
        env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = if let Some(folder) = named("UNDENY_CACHE") {
        folder
    } else if let Some(folder) = named("XDG_CACHE_HOME") {
        folder.join("undeny")
    } else if let Some(home) = env::home_dir() {
        home.join(".cache").join("undeny")
    } else {
        bail!("no folder for downloaded tools is known: set UNDENY_CACHE to one");
    };
    std::path::absolute(&folder)
        .with_context(|| format!("the cache folder `{}` is no path", folder.display()))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_versions() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            version_in_lock(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
