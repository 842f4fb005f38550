//! `cargo xtask build`: the page as it is shipped, in `dist/`.

use anyhow::Result;
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    page::{self, Kind},
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Build;

#[derive(Debug, Args)]
struct Options {
    /// Quick to build, but slow and large
    #[arg(long)]
    dev: bool,
}

impl Command for Build {
    fn name(&self) -> &'static str {
        "build"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Build the page into dist/, with the hash of every file in the file that loads it",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let dist = page::build_page(
            workplace,
            if options.dev {
                Kind::Development
            } else {
                Kind::Release
            },
        )?;
        println!("{}", dist.display());
        Ok(())
    }
}
