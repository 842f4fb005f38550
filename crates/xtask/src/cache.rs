//! The folder of installed tools: one sub-folder a tool and version, complete or not there at all.
//!
//! An install fills a folder of its own and renames it when complete, so an interrupted run leaves nothing half-done; a lock file makes a second
//! clone that needs the same tool at the same time wait for the first one instead of building it twice.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, Result};

use crate::progress;

#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the tool `name` (with its version) is, or will be.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A scratch folder that outlives an interrupted install, so that a long compilation goes on where it was. It is deleted once the install is complete.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join(format!(".{name}.scratch"))
    }

    /// Fills the folder `name` by `fill`, unless `complete` finds everything there already.
    pub(crate) fn install(
        &self,
        name: &str,
        complete: impl Fn(&Path) -> bool,
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let place = self.place(name);
        if complete(&place) {
            return Ok(place);
        }
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot make the cache folder {}", self.folder.display()))?;
        let _lock = self.lock(name)?;
        if complete(&place) {
            return Ok(place); // another run finished it while this one waited
        }
        let started = Instant::now();
        progress::note(&format!("installing {name} into {}", self.folder.display()));
        let partial = self.folder.join(format!(".{name}.partial"));
        clear(&partial)?;
        fs::create_dir(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
        fill(&partial)?;
        clear(&place)?;
        fs::rename(&partial, &place).with_context(|| format!("cannot put {name} in its place"))?;
        clear(&self.scratch(name))?;
        progress::note(&format!(
            "{name} is installed ({})",
            progress::duration(started)
        ));
        Ok(place)
    }

    /// Held until dropped; the operating system lets go of it too when the process dies, however it dies.
    fn lock(&self, name: &str) -> Result<File> {
        let path = self.folder.join(format!(".{name}.lock"));
        let file = File::create(&path)
            .with_context(|| format!("cannot make the lock file {}", path.display()))?;
        if file.try_lock().is_err() {
            progress::note(&format!("another run is installing {name}; waiting for it"));
            file.lock()
                .with_context(|| format!("cannot wait for the lock file {}", path.display()))?;
        }
        Ok(file)
    }
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove the leftover {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_install_is_complete_or_not_there() {
        let folder = std::env::temp_dir().join(format!("undeny-cache-test-{}", std::process::id()));
        let cache = Cache::new(folder.clone());
        let complete = |place: &Path| place.join("tool").is_file();

        let failed = cache.install("tool-1", complete, |partial| {
            fs::write(partial.join("half"), "")?;
            anyhow::bail!("interrupted")
        });
        assert!(failed.is_err());
        assert!(!cache.place("tool-1").exists());

        let place = cache
            .install("tool-1", complete, |partial| {
                Ok(fs::write(partial.join("tool"), "1")?)
            })
            .unwrap();
        assert!(complete(&place));
        assert!(
            !place.join("half").exists(),
            "the leftover of the failed try is gone"
        );

        cache
            .install("tool-1", complete, |_| {
                anyhow::bail!("a complete tool is not installed twice")
            })
            .unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
