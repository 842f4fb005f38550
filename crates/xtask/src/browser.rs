//! The scripts of `tests/browser`: run by Node.js against the page that our own server gives, where possible on a machine without any network.

use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::{
    environment::Environment, process, progress, provider::Provider, server::Server,
    workplace::Workplace,
};

/// The version that `tests/browser/package.json` pins.
pub(crate) fn pinned_version(workplace: &Workplace, package: &str) -> Result<String> {
    let path = workplace.path("tests/browser/package.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
    let version = json
        .pointer("/devDependencies")
        .and_then(|all| all.get(package))
        .and_then(serde_json::Value::as_str);
    Ok(version
        .with_context(|| format!("tests/browser/package.json pins no {package}"))?
        .to_owned())
}

/// A script of `tests/browser` with the page at `UNDENY_URL` and a provider that is none at `UNDENY_PROVIDER`; both are served for as long as this process lives.
pub(crate) fn script(
    workplace: &Workplace,
    environment: &Environment,
    page: &Path,
    name: &str,
) -> Result<Command> {
    let server = Server::bind(page, 0)?;
    let address = server.address()?;
    server.run_in_background();
    let provider = Provider::bind()?;
    let provider_address = provider.address()?;
    provider.run_in_background();
    let mut node = environment.command("node", workplace.root());
    node.arg(workplace.path("tests/browser").join(name))
        .env("UNDENY_URL", address)
        .env("UNDENY_PROVIDER", provider_address)
        .stdin(Stdio::null());
    Ok(node)
}

/// How to start a program where there is no network but loopback.
#[derive(Debug)]
pub(crate) enum Isolation {
    /// The words before the program.
    Words(Vec<OsString>),
    /// This machine does not allow it, and why.
    Refused(String),
}

impl Isolation {
    pub(crate) fn of_this_machine() -> Self {
        // Root makes a namespace at once; others may where the machine allows user namespaces.
        let ways: [&[&str]; 2] = [
            &["unshare", "--net"],
            &["unshare", "--map-root-user", "--net"],
        ];
        let mut why = String::new();
        for way in ways {
            let words: Vec<OsString> = way
                .iter()
                .chain(&["sh", "-c", "ip link set lo up && exec \"$@\"", "sh"])
                .map(OsString::from)
                .collect();
            match process::read(words_as_command(&words).arg("true")) {
                Ok(_) => return Self::Words(words),
                Err(error) => why = format!("{error:#}"),
            }
        }
        Self::Refused(why)
    }

    /// This very program again, isolated if the machine allows it.
    pub(crate) fn ourselves(&self) -> Result<Command> {
        let program = env::current_exe().context("this program does not know its own place")?;
        match self {
            Self::Words(words) => {
                progress::note("without network: in a network namespace that has loopback only");
                let mut command = words_as_command(words);
                command.arg(program);
                Ok(command)
            }
            Self::Refused(why) => {
                progress::note(&format!(
                    "with this machine's network, because it refuses a namespace without one ({why}); requests to other origins still fail a journey"
                ));
                Ok(Command::new(program))
            }
        }
    }
}

fn words_as_command(words: &[OsString]) -> Command {
    let mut words = words.iter();
    let mut command = Command::new(words.next().cloned().unwrap_or_default());
    command.args(words);
    command
}
