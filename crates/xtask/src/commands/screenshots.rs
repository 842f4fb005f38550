//! `cargo xtask screenshots`: the pictures of the README, made from the page as it is.

use anyhow::Result;
use clap::ArgMatches;

use super::Command;
use crate::{
    browser,
    page::{self, Kind},
    process, tools,
    workplace::Workplace,
};

const FOLDER: &str = "docs/screenshots";

#[derive(Debug)]
pub(crate) struct Screenshots;

impl Command for Screenshots {
    fn name(&self) -> &'static str {
        "screenshots"
    }

    fn usage(&self) -> clap::Command {
        clap::Command::new(self.name())
            .about("Build the page and write its pictures, light and dark, to docs/screenshots/")
    }

    fn run(&self, workplace: &Workplace, _: &ArgMatches) -> Result<()> {
        let environment = tools::ready(workplace, tools::FOR_THE_BROWSER)?;
        let dist = page::build_page(workplace, Kind::Release)?;
        let mut node = browser::script(workplace, &environment, &dist, "screenshots.mjs")?;
        process::run(node.arg(workplace.path(FOLDER)))
    }
}
