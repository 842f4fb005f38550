//! Debian's packages, where the machine has them and this user may install them.

use std::{io::IsTerminal as _, process::Command, sync::OnceLock};

use anyhow::{Result, bail};

use crate::{environment::on_path, process, progress};

/// Installs packages by name, as root or through sudo.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let Some(prefix) = privilege()? else {
        bail!("installing Debian's packages needs root or sudo; ask for: apt-get install {names}");
    };
    progress::note(&format!("installing Debian's packages {names}"));
    update(prefix)?;
    process::run(
        apt_get(prefix)
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages),
    )
}

/// The words in front of `apt-get`, if this user may call it.
fn privilege() -> Result<Option<&'static [&'static str]>> {
    if on_path("apt-get").is_none() {
        bail!("this machine has no apt-get");
    }
    if process::read(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Some(&[]));
    }
    if on_path("sudo").is_none() {
        return Ok(None);
    }
    // Without a terminal nobody can type a password, and a question nobody sees would hang the run.
    Ok(Some(if std::io::stdin().is_terminal() {
        &["sudo"]
    } else {
        &["sudo", "--non-interactive"]
    }))
}

/// A fresh list of packages, once a run: an old one names files that are gone.
fn update(prefix: &[&str]) -> Result<()> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    if UPDATED.get().is_none() {
        process::run(apt_get(prefix).args(["update", "--quiet"]))?;
        UPDATED.get_or_init(|| ());
    }
    Ok(())
}

fn apt_get(prefix: &[&str]) -> Command {
    let mut words = prefix.iter().copied().chain([
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-o",
        "DPkg::Lock::Timeout=600",
    ]);
    let mut command = Command::new(words.next().unwrap_or("env"));
    command.args(words);
    command
}
