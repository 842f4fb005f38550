//! A package from PyPI, in a Python environment of its own in the cache.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{apt, process, progress, workplace::Workplace};

/// A package.
#[derive(Debug)]
pub(super) struct Package {
    /// Its name on PyPI.
    pub(super) name: &'static str,
    /// Its module's, which is there once it is installed.
    pub(super) module: &'static str,
    /// Exactly this one.
    pub(super) version: &'static str,
    /// What the download costs.
    pub(super) size: &'static str,
}

impl Package {
    /// The environment's folder with its Python, if the package is installed. The programs beside it begin with the folder that they were installed
    /// in, which has another name by now: `python -m` runs them.
    pub(super) fn programs(&self, workplace: &Workplace) -> Option<PathBuf> {
        let place = workplace.cache().place(&self.folder());
        self.complete(&place).then(|| place.join("bin"))
    }

    pub(super) fn install(&self, workplace: &Workplace) -> Result<()> {
        let fill = |partial: &Path| {
            let make = || {
                let mut python = Command::new("python3");
                python.args(["-m", "venv", "--clear"]).arg(partial);
                process::run(&mut python)
            };
            if let Err(error) = make() {
                progress::note(&format!("{error:#}; asking Debian for Python's venv"));
                apt::install(&["python3", "python3-venv"])?;
                make()?;
            }
            let wanted = format!("{}=={}", self.name, self.version);
            progress::note(&format!("installing {wanted} from PyPI ({})", self.size));
            let mut pip = Command::new(partial.join("bin/python"));
            pip.args(["-m", "pip", "install", "--quiet"])
                .args(["--disable-pip-version-check", &wanted]);
            process::run(&mut pip)
        };
        let complete = |place: &Path| self.complete(place);
        workplace.cache().install(&self.folder(), complete, fill)?;
        Ok(())
    }

    pub(super) fn remedy(&self) -> String {
        let Self { name, version, .. } = self;
        format!(
            "See that Python 3.9 or later, its venv and PyPI can be reached: python3 -m venv {name} && {name}/bin/pip install {name}=={version}, then run this again."
        )
    }

    fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn complete(&self, place: &Path) -> bool {
        let python = place.join("lib").read_dir().into_iter().flatten().flatten();
        let packages = python.map(|folder| folder.path().join("site-packages"));
        packages
            .map(|folder| folder.join(self.module))
            .any(|module| module.is_dir())
    }
}
