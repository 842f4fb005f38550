//! `undeny compare`: what AFTER allows that BEFORE does not, and two questions about one policy.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde_json::{Map, Value};
use undeny_core::compare::{self, ComparisonReport};

use crate::args::{Compare, ReviewFormat};
use crate::{files, gitlab, human, markdown, ndjson, output, sarif};

pub(super) fn run(args: &Compare) -> Result<u8> {
    if args.ndjson {
        super::refuse_beside_ndjson(args.format)?;
        return ndjson::run(|job| {
            serde_json::to_value(of_job(job)?).map_err(|error| error.to_string())
        });
    }
    let is_standard = |path: &Option<PathBuf>| {
        let path = path.as_deref();
        path.is_some_and(|path| path.as_os_str() == "-")
    };
    if is_standard(&args.before) && is_standard(&args.after) {
        bail!("standard input is read once: name a file for BEFORE or for AFTER");
    }
    resources(&args.on).map_err(anyhow::Error::msg)?;
    let before = read(args, args.before.as_deref())?;
    let mut subject = args.before.as_deref();
    let asks = !args.access_not_granted.is_empty() || !args.on.is_empty();
    let report = if args.no_public_access {
        compare::no_public_access(&before)
    } else if asks {
        compare::access_not_granted(&before, &args.access_not_granted, &args.on)
    } else {
        subject = args.after.as_deref();
        compare::compare(&before, &read(args, subject)?)
    };
    let report = report.map_err(anyhow::Error::msg)?;
    let name = subject.map_or_else(|| "policy.json".to_owned(), files::name);
    match args.format {
        ReviewFormat::Json => output::print_json(&report)?,
        ReviewFormat::Human => {
            output::print(&human::comparison(&report, &name, &output::screen()))?
        }
        ReviewFormat::Markdown => output::print(&markdown::comparison(&report, &name))?,
        ReviewFormat::Sarif => output::print_json(&sarif::comparison(&report, &name))?,
        ReviewFormat::Gitlab => output::print_json(&gitlab::comparison(&report, &name))?,
    }
    Ok(u8::from(!report.is_nothing()))
}

/// A bucket's name alone is no resource: no policy would grant anything on it, and the answer would be a false "none".
fn resources(on: &[String]) -> Result<(), String> {
    let is_pattern = |resource: &&String| {
        let fixed = resource.split(['*', '?']).next().unwrap_or_default();
        // A template's policy names what it makes by a reference.
        let is_reference = resource.starts_with("${");
        let may_become_arn = fixed.len() < resource.len() && "arn:".starts_with(fixed);
        fixed.starts_with("arn:") || is_reference || may_become_arn
    };
    match on.iter().find(|resource| !is_pattern(resource)) {
        None => Ok(()),
        Some(resource) => Err(format!(
            "`{resource}` is no ARN; write it as `arn:aws:s3:::bucket/*`, with `*` and `?` where more are meant"
        )),
    }
}

/// A text; with `--if-any` an empty policy where it holds none.
fn read(args: &Compare, path: Option<&Path>) -> Result<String> {
    let text = files::read_one(path)?;
    Ok(if args.if_any && !compare::has_policy(&text) {
        NO_STATEMENTS.to_owned()
    } else {
        text
    })
}

const NO_STATEMENTS: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

fn of_job(job: &Map<String, Value>) -> Result<ComparisonReport, String> {
    let paste = ndjson::paste(job)?;
    let texts: Vec<&str> = paste
        .inputs
        .iter()
        .map(|input| input.text.as_str())
        .collect();
    let granted = job.get("access_not_granted");
    let is_public = job.get("no_public_access") == Some(&Value::Bool(true));
    match (texts.as_slice(), granted) {
        ([text], Some(access)) => {
            let list = |name: &str| -> Result<Vec<String>, String> {
                let Some(list) = access.get(name) else {
                    return Ok(Vec::new());
                };
                let texts = list.as_array().and_then(|list| {
                    list.iter()
                        .map(|text| text.as_str().map(str::to_owned))
                        .collect()
                });
                texts.ok_or_else(|| format!("`access_not_granted.{name}` is not a list of texts"))
            };
            let on = list("resources")?;
            resources(&on)?;
            compare::access_not_granted(text, &list("actions")?, &on)
        }
        ([text], None) if is_public => compare::no_public_access(text),
        ([before, after], None) if !is_public => compare::compare(before, after),
        _ if granted.is_some() || is_public => {
            Err("a question about one policy takes one document".to_owned())
        }
        _ => Err("`documents` of a job to compare are two: before, after".to_owned()),
    }
}
