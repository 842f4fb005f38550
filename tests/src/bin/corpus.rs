//! `corpus DIR [-v] [--as-files | --as-paste]`: how many of a folder's real cases the product gets right.
//!
//! The form of a case is in `tests/src/corpus.rs`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints a table"
)]

use std::path::Path;
use std::process::ExitCode;

use undeny_tests::corpus::{self, Form};

fn main() -> ExitCode {
    let mut folder = None;
    let mut verbose = false;
    let mut forms = vec![Form::Files, Form::Paste];
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-v" => verbose = true,
            "--as-files" => forms = vec![Form::Files],
            "--as-paste" => forms = vec![Form::Paste],
            _ => folder = Some(argument),
        }
    }
    let Some(folder) = folder else {
        eprintln!("corpus DIR [-v] [--as-files | --as-paste]");
        return ExitCode::from(2);
    };
    let table =
        corpus::read(Path::new(&folder)).and_then(|cases| corpus::table(&cases, &forms, verbose));
    match table {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("corpus: {error}");
            ExitCode::from(2)
        }
    }
}
