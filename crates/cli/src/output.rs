//! Standard output: text, and JSON a line or indented. Standard error: what is said about the run.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result};
use serde::Serialize;
use undeny_assistant::visible;

/// Print `text` as it is. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    write(text.as_bytes()).map(drop)
}

/// Print `value` as indented JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    print(&text)
}

/// Write `bytes` at once. Whether somebody reads on.
pub(crate) fn write(bytes: &[u8]) -> Result<bool> {
    let mut output = io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        result => result
            .map(|()| true)
            .context("standard output could not be written"),
    }
}

/// Say something about the run. Where nobody can hear it, there is nobody to tell that either.
pub(crate) fn say(sentence: &str) {
    let _ = writeln!(io::stderr().lock(), "undeny: {}", visible(sentence));
}

/// What a report is shown on.
#[derive(Debug)]
pub(crate) struct Screen {
    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` says no (<https://no-color.org>).
    pub(crate) colours: bool,
    /// Width of a line of prose, in characters: the terminal's, if it is a narrow one.
    pub(crate) width: usize,
}

/// The widest line of prose that reads well.
const WIDTH: usize = 100;

/// What standard output is.
pub(crate) fn screen() -> Screen {
    let is_terminal = io::stdout().is_terminal();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let size = is_terminal.then(|| terminal_size::terminal_size_of(io::stdout()));
    Screen {
        colours: is_terminal && !no_colour,
        width: size
            .flatten()
            .map_or(WIDTH, |(width, _)| usize::from(width.0).min(WIDTH)),
    }
}
