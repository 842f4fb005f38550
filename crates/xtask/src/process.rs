//! Starting other programs, with errors that say which program, what it was to do, and how it ended.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Output, Stdio},
};

use anyhow::{Context as _, Result, bail};

/// `cargo`, told to run a program of `tests/`; its arguments are to be added.
pub(crate) fn program_of_tests(mut cargo: Command, name: &str) -> Command {
    cargo.args([
        "run",
        "--quiet",
        "--package",
        "undeny-tests",
        "--bin",
        name,
        "--",
    ]);
    cargo
}

/// Runs a program at this terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let spelled = spell(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    if !status.success() {
        bail!("`{spelled}` failed ({status})");
    }
    Ok(())
}

/// Runs a program and gives what it printed on standard output; what it said on standard error is part of the error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let spelled = spell(command);
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr);
        bail!("`{spelled}` failed ({status}): {}", said.trim());
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// Runs a program whose standard output is data for us, while its progress goes to this terminal.
pub(crate) fn read_with_progress(command: &mut Command) -> Result<String> {
    let spelled = spell(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    if !output.status.success() {
        bail!("`{spelled}` failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program at this terminal and also gives what it printed on standard output. A failed program is not an error here: its counts still count.
pub(crate) fn run_and_read(command: &mut Command) -> Result<Finished> {
    let spelled = spell(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{spelled}`"))?;
    let mut printed = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            std::io::stdout().lock().write_all(&line)?;
            printed.push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
        std::io::stdout().flush()?;
    }
    let status = child.wait()?;
    Ok(Finished {
        printed,
        failure: (!status.success()).then(|| format!("`{spelled}` failed ({status})")),
    })
}

#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) printed: String,
    /// A sentence, if the program failed.
    pub(crate) failure: Option<String>,
}

fn spell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
