//! `cargo xtask setup`: only the tools, for people who want to call them by hand or to prepare a machine.

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    progress,
    tools::{self, TOOLS, Tool},
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Setup;

#[derive(Debug, Args)]
struct Options {
    /// Only these; without a name, all of them
    #[arg(value_name = "TOOL")]
    tools: Vec<String>,
}

impl Command for Setup {
    fn name(&self) -> &'static str {
        "setup"
    }

    fn usage(&self) -> clap::Command {
        let list: Vec<_> = TOOLS
            .iter()
            .map(|tool| format!("  {:<13} {}", tool.name(), tool.purpose()))
            .collect();
        Options::augment_args(clap::Command::new(self.name()).about(
            "Install the tools that are missing, and print the lines that put them into a shell",
        ))
        .after_help(format!("Tools:\n{}", list.join("\n")))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let wanted: Vec<&dyn Tool> = if options.tools.is_empty() {
            TOOLS.to_vec()
        } else {
            options
                .tools
                .iter()
                .map(|name| by_name(name))
                .collect::<Result<_>>()?
        };
        let environment = tools::ready(workplace, &wanted)?;
        progress::note(&format!(
            "everything is there; the cache folder is {}",
            workplace.cache().folder().display()
        ));
        for line in environment.shell_lines() {
            println!("{line}");
        }
        Ok(())
    }
}

fn by_name(name: &str) -> Result<&'static dyn Tool> {
    let Some(tool) = TOOLS.iter().find(|tool| tool.name() == name) else {
        let known: Vec<_> = TOOLS.iter().map(|tool| tool.name()).collect();
        bail!(
            "there is no tool `{name}`; the tools are: {}",
            known.join(", ")
        );
    };
    Ok(*tool)
}
