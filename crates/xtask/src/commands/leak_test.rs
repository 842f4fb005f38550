//! `cargo xtask leak-test`: planted secrets through the prompt; none may come out in any writing.

use anyhow::Result;
use clap::ArgMatches;

use super::Command;
use crate::{process, tools, workplace::Workplace};

#[derive(Debug)]
pub(crate) struct LeakTest;

impl Command for LeakTest {
    fn name(&self) -> &'static str {
        "leak-test"
    }

    fn usage(&self) -> clap::Command {
        clap::Command::new(self.name())
            .about("Plant 10,000 secrets and identifiers and look for them in what may leave")
    }

    fn run(&self, workplace: &Workplace, _: &ArgMatches) -> Result<()> {
        let mut cargo = tools::ready(workplace, &[])?.command("cargo", workplace.root());
        process::run(cargo.args([
            "run",
            "--quiet",
            "--package",
            "undeny-tests",
            "--bin",
            "leak",
        ]))
    }
}
