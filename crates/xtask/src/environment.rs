//! What a program that we start sees of the machine: the tools' folders in front of `PATH`, and their variables.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Command,
};

#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    folders: Vec<PathBuf>,
    variables: Vec<(&'static str, OsString)>,
    removed: Vec<&'static str>,
}

impl Environment {
    /// Programs in this folder are found before all others.
    #[must_use]
    pub(crate) fn with_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.push(folder.into());
        self
    }

    #[must_use]
    pub(crate) fn with_variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn without_variable(mut self, name: &'static str) -> Self {
        self.removed.push(name);
        self
    }

    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.folders.extend(other.folders);
        self.variables.extend(other.variables);
        self.removed.extend(other.removed);
        self
    }

    /// What a variable was set to.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        let found = self.variables.iter().rfind(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_os_str())
    }

    /// A program to be started with this environment in the folder `at`.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, at: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(at);
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(path) = self.path() {
            command.env("PATH", path);
        }
        command
    }

    /// The same as lines for a shell, for a person who wants to call the tools by hand.
    pub(crate) fn shell_lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self
            .removed
            .iter()
            .map(|name| format!("unset {name}"))
            .collect();
        lines.extend(
            self.variables
                .iter()
                .map(|(name, value)| format!("export {name}='{}'", value.to_string_lossy())),
        );
        if !self.folders.is_empty() {
            let folders: Vec<_> = self
                .folders
                .iter()
                .map(|folder| folder.to_string_lossy())
                .collect();
            lines.push(format!("export PATH='{}':\"$PATH\"", folders.join(":")));
        }
        lines
    }

    fn path(&self) -> Option<OsString> {
        if self.folders.is_empty() {
            return None;
        }
        let inherited = env::var_os("PATH").unwrap_or_default();
        env::join_paths(
            self.folders
                .iter()
                .cloned()
                .chain(env::split_paths(&inherited)),
        )
        .ok()
    }
}

/// The place of a program on `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
