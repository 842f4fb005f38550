//! `guards [DIR] [-v] [--only TEXT] [--tool TOOL]`: the guards of our own cases, or of a folder's real cases, run by the tools that they are for.
//!
//! Of our own cases the pages in `docs/` are a part (`--only docs`): their command lines are run as they stand.
//!
//! Each line is a tool and a case: whether the guard passes what the patch leaves, and refuses what was pasted and the lazy fixes.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints a table"
)]

use std::path::Path;
use std::process::ExitCode;

use undeny_tests::guards::{self, Told};
use undeny_tests::{corpus, judge};

fn main() -> ExitCode {
    let (mut folder, mut verbose, mut only, mut tool) = (None, false, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-v" => verbose = true,
            "--only" => only = arguments.next(),
            "--tool" => tool = arguments.next(),
            _ => folder = Some(argument),
        }
    }
    let pages = folder.is_none() && only.as_deref().is_none_or(|only| "docs".contains(only));
    let mut cases = match &folder {
        Some(folder) => of_folder(Path::new(folder)),
        None => guards::own_cases(),
    };
    if let Ok(cases) = &mut cases {
        cases.retain(|told| only.as_ref().is_none_or(|only| told.name.contains(only)));
        guards::ask_in_general(cases);
    }
    match cases {
        Ok(cases) if cases.is_empty() && !pages => {
            eprintln!("guards: no case has anything to guard");
            ExitCode::from(2)
        }
        Ok(cases) => {
            let (table, _, wrong) = guards::matrix(&cases, tool.as_deref(), pages, verbose);
            print!("{table}");
            ExitCode::from(u8::from(wrong > 0))
        }
        Err(error) => {
            eprintln!("guards: {error}");
            ExitCode::from(2)
        }
    }
}

fn of_folder(folder: &Path) -> Result<Vec<Told>, String> {
    Ok(corpus::read(folder)?
        .iter()
        .filter_map(|case| {
            let (paste, _) = case.paste(corpus::Form::Files);
            let mut told = guards::told(case.id.clone(), judge::answered(case, &paste).1.report)?;
            // One that allows more or less than the patch is another story.
            told.mended = case.mended();
            told.mended.retain(|(_, text)| {
                told.report.documents.iter().any(|document| {
                    document
                        .after
                        .as_deref()
                        .is_some_and(|after| same(after, text))
                })
            });
            Some(told)
        })
        .collect())
}

/// Whether both allow the same.
fn same(left: &str, right: &str) -> bool {
    let nothing_new = |before, after| {
        undeny_core::compare::compare(before, after)
            .is_ok_and(|report| report.new_access.is_empty())
    };
    nothing_new(left, right) && nothing_new(right, left)
}
