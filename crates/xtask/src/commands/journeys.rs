//! `cargo xtask journeys`: a person's ways through the page, in a real browser, without a network.

use std::fs;

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    browser::{self, Isolation},
    page::{self, Kind},
    process::{self, Finished},
    single, tools,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Journeys;

#[derive(Debug, Args)]
struct Options {
    /// Only journeys whose file name contains this
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Take dist/ as it is
    #[arg(long)]
    no_build: bool,
    /// The main ways in Firefox, where it is installed
    #[arg(long)]
    firefox: bool,
    /// Run right here; this is how the command calls itself inside the network namespace
    #[arg(long, hide = true)]
    here: bool,
}

impl Command for Journeys {
    fn name(&self) -> &'static str {
        "journeys"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Build the page and walk tests/browser/journeys through it in headless Chromium",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        if options.here {
            let environment = tools::ready(workplace, tools::FOR_THE_BROWSER)?;
            let dist = workplace.path("dist");
            if options.firefox {
                let mut node = browser::script(workplace, &environment, &dist, "firefox.mjs")?;
                // Before version 22 its WebSocket has to be asked for.
                return process::run(node.env("NODE_OPTIONS", "--experimental-websocket"));
            }
            let one_file = workplace.target().join("undeny.html");
            fs::write(&one_file, single::make(workplace, &dist)?)?;
            let mut node = browser::script(workplace, &environment, &dist, "run.mjs")?;
            return process::run(node.args(&options.names).env("UNDENY_ONE_FILE", one_file));
        }
        if !options.no_build {
            page::build_page(workplace, Kind::Release)?;
        }
        let mut names = options.names;
        if options.firefox {
            names.push("--firefox".to_owned());
        }
        match walk(workplace, &names)?.failure {
            Some(failure) => bail!(failure),
            None => Ok(()),
        }
    }
}

/// Runs the journeys on `dist/` and gives what they printed.
pub(crate) fn walk(workplace: &Workplace, names: &[String]) -> Result<Finished> {
    // Out here, where there is a network to install from.
    tools::ready(workplace, tools::FOR_THE_BROWSER)?;
    let mut ourselves = Isolation::of_this_machine().ourselves()?;
    let mut finished = process::run_and_read(
        ourselves
            .current_dir(workplace.root())
            .args(["journeys", "--here"])
            .args(names),
    )?;
    // What went wrong was said inside; how we called ourselves explains nothing.
    finished.failure = finished
        .failure
        .map(|_| "not all browser journeys passed".to_owned());
    Ok(finished)
}
