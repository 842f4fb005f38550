//! `undeny fix`: diagnose, patch, prove.

use anyhow::{Result, bail};
use serde_json::{Map, Value};
use undeny_core::report::Report;
use undeny_core::text::unified_diff;
use undeny_core::{Options, Outcome};

use crate::args::{Fix, FixFormat};
use crate::files::{self, Given};
use crate::{human, ndjson, output};

pub(super) fn run(args: &Fix) -> Result<u8> {
    if args.ndjson {
        if args.format == FixFormat::Diff {
            bail!("--ndjson prints JSON, so it does not go with --format diff");
        }
        return ndjson::run(|job| answer(args, job));
    }
    let given = files::read(&args.inputs.files, &args.roles.roles)?;
    super::complain(&given.unreadable);
    let options = Options {
        answers: args.answers.by_id(),
        now: super::now(),
        ..Options::default()
    };
    let outcome = undeny_core::run(&given.paste, &options);
    let report = chosen(outcome.report.clone(), args.harden);
    let texts = patched(&outcome, args.harden);
    match args.format {
        FixFormat::Json => output::print_json(&report)?,
        FixFormat::Human => output::print(&human::report(&report, args.harden, output::colours()))?,
        FixFormat::Diff => output::print(&diff(&given, &report, texts))?,
    }
    if args.write {
        match texts {
            Some(texts) => write(&given, texts)?,
            None => eprintln!("undeny: nothing was written: there is no proven patch"),
        }
    }
    Ok(super::status(texts.is_some(), &given.unreadable))
}

fn answer(args: &Fix, job: &Map<String, Value>) -> Result<Value, String> {
    let paste = ndjson::paste(job)?;
    let options = Options {
        answers: ndjson::answers(job, args.answers.by_id()),
        now: super::now(),
        ..Options::default()
    };
    let report = chosen(undeny_core::run(&paste, &options).report, args.harden);
    serde_json::to_value(report).map_err(|error| error.to_string())
}

/// With `--harden`, the report's patch and proof are the hardened variant's.
pub(super) fn chosen(mut report: Report, harden: bool) -> Report {
    if harden {
        report.take_variant("hardened");
    }
    report
}

fn patched(outcome: &Outcome, harden: bool) -> Option<&[String]> {
    let find = |variant: &str| {
        outcome
            .patches
            .iter()
            .find(|patch| patch.variant == variant)
    };
    let patch = if harden {
        find("hardened").or_else(|| find("minimal"))
    } else {
        find("minimal")
    };
    patch.map(|patch| patch.texts.as_slice())
}

/// The diff of each file; of each document where the text came without a file.
fn diff(given: &Given, report: &Report, texts: Option<&[String]>) -> String {
    let mut text = String::new();
    let Some(texts) = texts else { return text };
    for (index, ((input, path), after)) in given
        .paste
        .inputs
        .iter()
        .zip(&given.paths)
        .zip(texts)
        .enumerate()
    {
        match (&input.name, path) {
            (Some(name), Some(_)) => text.push_str(&unified_diff(
                name.trim_start_matches('/'),
                &input.text,
                after,
            )),
            _ => {
                let documents = report
                    .documents
                    .iter()
                    .filter(|document| document.input == index);
                text.extend(documents.filter_map(|document| document.diff.as_deref()));
            }
        }
    }
    text
}

fn write(given: &Given, texts: &[String]) -> Result<()> {
    for ((input, path), after) in given.paste.inputs.iter().zip(&given.paths).zip(texts) {
        if input.text == *after {
            continue;
        }
        if let Some(path) = path {
            files::replace(path, after)?;
            eprintln!("undeny: wrote {}", path.display());
        }
    }
    Ok(())
}
