//! The command `undeny`: the engine in a terminal and in CI. The only crate that touches files.
//!
//! One file a command in `commands/`; reading and writing is in `files`, what people read in `human` and `markdown`, what code scanning reads in
//! `sarif` and `gitlab`, `--ndjson` in `ndjson`.
//! What a command prints goes to standard output, what is said about the run to standard error.

mod args;
mod commands;
mod files;
mod gitlab;
mod human;
mod markdown;
mod ndjson;
mod output;
mod sarif;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are no errors; clap knows where each is printed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(args.command) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            output::say(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}
