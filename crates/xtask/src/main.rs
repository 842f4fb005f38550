//! What the README calls: `cargo xtask serve`, `cargo xtask test`, ...
//!
//! A command is one file in `commands/` and one line in its registry; a tool that commands need (Trunk, a browser, ...) is one file in `tools/` and
//! one line in its registry. A tool that is missing is installed into the user's cache folder, by version, once for all clones.
//!
//! Architecture Invariant: nothing here knows the engine or the page's inside. Commands start other programs and look at files.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command for people at a terminal: results go to standard output, progress to standard error"
)]

mod apt;
mod browser;
mod cache;
mod commands;
mod environment;
mod frame;
mod headers;
mod page;
mod pieces;
mod process;
mod progress;
mod provider;
mod satellite;
mod server;
mod single;
mod tally;
mod tools;
mod weight;
mod workplace;

use std::process::ExitCode;

use commands::COMMANDS;
use workplace::Workplace;

fn main() -> ExitCode {
    let matches = command_line().get_matches();
    let Some((name, arguments)) = matches.subcommand() else {
        return ExitCode::from(2);
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name() == name) else {
        return ExitCode::from(2);
    };
    match Workplace::discover().and_then(|workplace| command.run(&workplace, arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::failure(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn command_line() -> clap::Command {
    clap::Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("Builds, serves, tests and measures undeny. What a command needs and is missing is installed into the user's cache folder, once.")
        .after_help("The cache folder is $UNDENY_CACHE, else $XDG_CACHE_HOME/undeny, else ~/.cache/undeny. Deleting it is always safe.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|command| command.usage()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command_line().debug_assert();
    }

    #[test]
    fn registries_are_alphabetical() {
        let names: Vec<_> = COMMANDS.iter().map(|command| command.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        let names: Vec<_> = tools::TOOLS.iter().map(|tool| tool.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
