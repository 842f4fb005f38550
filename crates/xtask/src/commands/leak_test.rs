//! `cargo xtask leak-test`: planted secrets through the prompt and through the page; none may come out in any writing.

use std::{ffi::OsStr, fs, path::PathBuf};

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    browser::{self, Isolation},
    page::{self, Kind},
    process::{self, Finished},
    progress, tools,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct LeakTest;

#[derive(Debug, Args)]
struct Options {
    /// Only prompts, requests and messages; no browser
    #[arg(long)]
    native: bool,
    /// Take dist/ as it is
    #[arg(long)]
    no_build: bool,
    /// Run right here; this is how the command calls itself inside the network namespace
    #[arg(long, hide = true)]
    here: bool,
}

impl Command for LeakTest {
    fn name(&self) -> &'static str {
        "leak-test"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Plant 10,000 secrets and identifiers and look for them in all that may leave, natively and in the page",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        if options.here {
            let environment = tools::ready(workplace, tools::FOR_THE_BROWSER)?;
            let mut node =
                browser::script(workplace, &environment, &workplace.path("dist"), "leak.mjs")?;
            return process::run(node.arg(folder(workplace)));
        }
        natively(workplace, ALL)?;
        if options.native {
            return Ok(());
        }
        tools::ready(workplace, tools::FOR_THE_BROWSER)?;
        if !options.no_build {
            page::build_page(workplace, Kind::Release)?;
        }
        in_the_page(workplace, ALL)
    }
}

/// How many values are planted.
const ALL: &str = "10000";
/// The same way with some of them, as `cargo xtask test` goes it.
const SOME: &str = "400";

/// A short form on the page in `dist/`.
pub(crate) fn short(workplace: &Workplace) -> Result<Finished> {
    natively(workplace, SOME)?;
    in_the_page(workplace, SOME)?;
    Ok(Finished {
        printed: String::new(),
        failure: None,
    })
}

/// Where pastes and what was captured of them lie.
fn folder(workplace: &Workplace) -> PathBuf {
    workplace.target().join("leak")
}

fn natively(workplace: &Workplace, planted: &str) -> Result<()> {
    progress::step("planted secrets in prompts, requests and messages");
    leak(workplace, &[planted.as_ref()])
}

fn in_the_page(workplace: &Workplace, planted: &str) -> Result<()> {
    progress::step("planted secrets in the page");
    let folder = folder(workplace);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    leak(
        workplace,
        &[planted.as_ref(), "--write".as_ref(), folder.as_ref()],
    )?;
    let mut ourselves = Isolation::of_this_machine().ourselves()?;
    let walked = process::run(
        ourselves
            .current_dir(workplace.root())
            .args(["leak-test", "--here"]),
    );
    if walked.is_err() {
        bail!("the pastes did not all go through the page");
    }
    leak(
        workplace,
        &[planted.as_ref(), "--search".as_ref(), folder.as_ref()],
    )
}

fn leak(workplace: &Workplace, arguments: &[&OsStr]) -> Result<()> {
    let cargo = tools::ready(workplace, &[])?.command("cargo", workplace.root());
    process::run(process::program_of_tests(cargo, "leak").args(arguments))
}
