//! `cargo xtask guards`: what `undeny guard` makes, run by the tools that it is for.

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    process::{self, Finished},
    tools::{self, FOR_GUARDS},
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Guards;

#[derive(Debug, Args)]
struct Options {
    /// Given on to the runner: a folder of real cases, `-v`, `--only TEXT`, `--tool TOOL`
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<String>,
}

impl Command for Guards {
    fn name(&self) -> &'static str {
        "guards"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Run the guards of every case with the tools that they are for: the patch passes, what was pasted and lazy fixes are refused",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let finished = run(workplace, &options.arguments)?;
        match finished.failure {
            Some(failure) => bail!(failure),
            None => Ok(()),
        }
    }
}

/// The table of guards and cases; it ends with how many are as they should be.
pub(crate) fn run(workplace: &Workplace, arguments: &[String]) -> Result<Finished> {
    let cargo = tools::ready(workplace, FOR_GUARDS)?.command("cargo", workplace.root());
    process::run_and_read(process::program_of_tests(cargo, "guards").args(arguments))
}
