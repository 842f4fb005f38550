//! Tools that are crates: built by `cargo install` into the cache folder, or taken ready-made by `cargo binstall` where a person has that.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    environment::{Environment, on_path},
    process, progress,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Crate<'a> {
    pub(crate) package: &'a str,
    pub(crate) version: &'a str,
    /// What has to be switched on for its programs to be built.
    pub(crate) features: &'a [&'a str],
    /// The programs it brings; the first one answers `--version`.
    pub(crate) programs: &'a [&'a str],
    /// How long a build takes on two cores, for the person who waits.
    pub(crate) build_time: &'a str,
}

impl Crate<'_> {
    /// On `PATH` in exactly this version, or in the cache.
    pub(crate) fn find(&self, workplace: &Workplace) -> Option<Environment> {
        if self
            .programs
            .iter()
            .all(|program| on_path(program).is_some())
            && self.on_path_in_this_version()
        {
            return Some(Environment::default());
        }
        let place = workplace.cache().place(&self.folder());
        self.complete(&place)
            .then(|| Environment::default().with_folder(place.join("bin")))
    }

    /// Its first program in the cache, for a tool of which two versions stand beside each other.
    pub(crate) fn program(&self, workplace: &Workplace) -> Option<PathBuf> {
        let place = workplace.cache().place(&self.folder());
        let program = self.programs.first()?;
        self.complete(&place)
            .then(|| place.join("bin").join(program))
    }

    pub(crate) fn install(&self, workplace: &Workplace) -> Result<()> {
        let scratch = workplace.cache().scratch(&self.folder());
        let fill = |partial: &Path| {
            if on_path("cargo-binstall").is_some() {
                match process::run(&mut self.binstall(partial)) {
                    Ok(()) if self.complete(partial) => return Ok(()),
                    Ok(()) => progress::note(
                        "cargo binstall did not bring the programs; building them instead",
                    ),
                    Err(error) => progress::note(&format!("{error:#}; building it instead")),
                }
            }
            progress::note(&format!(
                "building {} {}, once ({})",
                self.package, self.version, self.build_time
            ));
            let Err(error) = process::run(&mut self.build(partial, &scratch, true)) else {
                return Ok(());
            };
            // A version that the tool's own lock file names may be missing from a registry (withdrawn, or a mirror behind in time).
            progress::note(&format!(
                "{error:#}; trying again with the newest dependencies that fit"
            ));
            process::run(&mut self.build(partial, &scratch, false))
        };
        workplace
            .cache()
            .install(&self.folder(), |place| self.complete(place), fill)?;
        Ok(())
    }

    pub(crate) fn command_by_hand(&self) -> String {
        format!(
            "Try it by hand: cargo install --locked {}@{}, then run this again.",
            self.package, self.version
        )
    }

    fn folder(&self) -> String {
        format!("{}-{}", self.package, self.version)
    }

    fn complete(&self, place: &Path) -> bool {
        self.programs
            .iter()
            .all(|program| place.join("bin").join(program).is_file())
    }

    fn on_path_in_this_version(&self) -> bool {
        let Some(program) = self.programs.first() else {
            return false;
        };
        process::read(Command::new(program).arg("--version"))
            .is_ok_and(|printed| printed.split_whitespace().any(|word| word == self.version))
    }

    fn binstall(&self, partial: &Path) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(["binstall", "--no-confirm", "--root"])
            .arg(partial)
            .arg(format!("{}@{}", self.package, self.version));
        command
    }

    fn build(&self, partial: &Path, scratch: &Path, locked: bool) -> Command {
        let mut command = Command::new("cargo");
        // These tools only start other programs and copy files: a quick build is worth more than a quick program.
        command
            .env("CARGO_TARGET_DIR", scratch)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env_remove("RUSTFLAGS")
            // Not the clone's own .cargo/config.toml.
            .current_dir(scratch.parent().unwrap_or(partial))
            .args(["install", "--force"])
            .args(locked.then_some("--locked"))
            .args(
                (!self.features.is_empty())
                    .then(|| format!("--features={}", self.features.join(","))),
            )
            .arg("--root")
            .arg(partial)
            .arg(format!("{}@{}", self.package, self.version));
        command
    }
}
