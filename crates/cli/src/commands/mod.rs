//! One file a command. Each returns the exit status that its help names.

mod answer;
mod compare;
mod explain;
mod fix;
mod guard;
mod lint;
mod prompt;
mod redact;
mod restore;
mod schema;
mod simulate;

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use undeny_core::{Options, Paste};

use crate::args::{Command, ReviewFormat};
use crate::output;

pub(crate) fn run(command: Command) -> Result<u8> {
    match command {
        Command::Answer(args) => answer::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Guard(args) => guard::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Prompt(args) => prompt::run(&args),
        Command::Redact(args) => redact::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Schema => schema::run(),
        Command::Simulate(args) => simulate::run(&args),
    }
}

/// Tell what could not be read; such a run ends with 2, whatever else it found.
fn complain(unreadable: &[String]) {
    for sentence in unreadable {
        output::say(sentence);
    }
}

fn status(found: bool, unreadable: &[String]) -> u8 {
    if unreadable.is_empty() {
        u8::from(!found)
    } else {
        2
    }
}

/// Formats that are one document for the whole run.
fn refuse_beside_ndjson(format: ReviewFormat) -> Result<()> {
    if !matches!(format, ReviewFormat::Human | ReviewFormat::Json) {
        bail!("--ndjson prints a line of JSON for each job: leave this --format out");
    }
    Ok(())
}

/// A diagnosis of this paste with these answers, by question.
fn options(answers: BTreeMap<String, String>, paste: &Paste) -> Result<Options, String> {
    undeny_core::answers::heard(&answers, paste)?;
    Ok(Options {
        answers,
        now: now(),
        ..Options::default()
    })
}

/// The time, in seconds since 1970: whether a pasted token has ended.
fn now() -> Option<u64> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().map(|since| since.as_secs())
}
