//! Starting other programs, with errors that say which program, what it was to do, and how it ended.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
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

/// Writes to standard output at once, also where a program that shares it made it answer "not now" instead of waiting.
fn print(mut bytes: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    loop {
        let done = if bytes.is_empty() {
            out.flush().map(|()| 0)
        } else {
            out.write(bytes)
        };
        match done {
            Ok(0) => return Ok(()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
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
            print(&line)?;
            printed.push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
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
