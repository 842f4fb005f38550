//! `undeny fix`: diagnose, patch, prove.

use anyhow::{Error, Result, bail};
use serde_json::{Map, Value};
use undeny_core::Outcome;
use undeny_core::report::Report;
use undeny_core::text::unified_diff;

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
    let case = &args.case;
    let given = files::read(&case.inputs.files, &case.roles.roles)?;
    super::complain(&given.unreadable);
    let options = super::options(case.answers.by_id(), &given.paste).map_err(Error::msg)?;
    let outcome = undeny_core::run(&given.paste, &options);
    let report = chosen(outcome.report.clone(), args.harden);
    let texts = patched(&outcome, args.harden);
    match args.format {
        FixFormat::Json => output::print_json(&report)?,
        FixFormat::Human => {
            let diffs = diffs(&given, &report, texts);
            let screen = output::screen();
            output::print(&human::report(&report, &diffs, args.harden, &screen))?;
        }
        FixFormat::Diff => {
            output::print(&diffs(&given, &report, texts).concat())?;
            if texts.is_none() && !args.write {
                output::say("there is no proven patch; `--format human` says why");
            }
        }
    }
    if args.write {
        match texts {
            Some(texts) => write(&given, texts)?,
            None => output::say("nothing was written: there is no proven patch"),
        }
    }
    Ok(super::status(texts.is_some(), &given.unreadable))
}

fn answer(args: &Fix, job: &Map<String, Value>) -> Result<Value, String> {
    let paste = ndjson::paste(job)?;
    let options = super::options(ndjson::answers(job, args.case.answers.by_id())?, &paste)?;
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
fn diffs(given: &Given, report: &Report, texts: Option<&[String]>) -> Vec<String> {
    let mut diffs = Vec::new();
    let inputs = given.paste.inputs.iter().zip(&given.paths);
    for (index, ((input, path), after)) in inputs.zip(texts.unwrap_or_default()).enumerate() {
        match (&input.name, path) {
            (Some(name), Some(_)) => {
                let name = name.trim_start_matches('/');
                diffs.push(unified_diff(name, &input.text, after));
            }
            _ => {
                let documents = report.documents.iter();
                let here = documents.filter(|document| document.input == index);
                diffs.extend(here.filter_map(|document| document.diff.clone()));
            }
        }
    }
    diffs.retain(|diff| !diff.is_empty());
    diffs
}

/// Write what changed to its files; nothing, where a text that changed has no file.
fn write(given: &Given, texts: &[String]) -> Result<()> {
    let inputs = given.paste.inputs.iter().zip(&given.paths).zip(texts);
    let changed = inputs
        .filter(|((input, _), after)| input.text != **after)
        .map(|((_, path), after)| path.as_ref().map(|path| (path, after)));
    let Some(files) = changed.collect::<Option<Vec<_>>>() else {
        bail!(
            "nothing was written: a part of the patch is for standard input; give that policy as a file"
        )
    };
    for (path, after) in files {
        files::replace(path, after)?;
        output::say(&format!("wrote {}", path.display()));
    }
    Ok(())
}
