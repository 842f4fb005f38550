//! `undeny guard`: files that catch this denial, and its lazy fix, in CI.

use std::fmt::Write as _;

use anyhow::{Error, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use undeny_core::Paste;
use undeny_core::report::SCHEMA;
use undeny_guard::File;

use super::fix;
use crate::args::{Format, Guard};
use crate::{files, ndjson, output};

/// What `guard` prints.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    schema: u32,
    tool: &'a str,
    files: Vec<PrintedFile<'a>>,
    run: Vec<String>,
    /// Why there are no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    nothing: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct PrintedFile<'a> {
    name: &'a str,
    text: &'a str,
}

pub(super) fn run(args: &Guard) -> Result<u8> {
    if args.common.ndjson {
        return ndjson::run(|job| answer(args, job));
    }
    let case = &args.case;
    let given = files::read(&case.inputs.files, &case.roles.roles)?;
    super::complain(&given.unreadable);
    undeny_core::answers::heard(&case.answers.by_id(), &given.paste).map_err(Error::msg)?;
    let made = made(args, &given.paste, &Map::new());
    let found = made.is_ok();
    match (&args.out, &made) {
        (Some(folder), Ok(files)) => {
            for file in files {
                files::write(&folder.join(&file.name), &file.text)?;
            }
        }
        (_, Err(sentence)) => {
            output::say(&format!(
                "{sentence} (`undeny fix` with the same files shows it)"
            ));
        }
        (None, Ok(_)) => {}
    }
    match args.common.format {
        Format::Json => output::print_json(&printed(args, &made))?,
        Format::Human => output::print(&human(args, made.as_deref().unwrap_or_default()))?,
    }
    Ok(super::status(found, &given.unreadable))
}

fn answer(args: &Guard, job: &Map<String, Value>) -> Result<Value, String> {
    let made = made(args, &ndjson::paste(job)?, job);
    serde_json::to_value(printed(args, &made)).map_err(|error| error.to_string())
}

fn made(args: &Guard, paste: &Paste, job: &Map<String, Value>) -> Result<Vec<File>, String> {
    let options = super::options(ndjson::answers(job, args.case.answers.by_id())?, paste)?;
    let report = fix::chosen(undeny_core::run(paste, &options).report, args.harden);
    undeny_guard::guard(&report, args.tool)
}

fn printed<'a>(args: &'a Guard, made: &'a Result<Vec<File>, String>) -> Printed<'a> {
    let files = made.as_deref().unwrap_or_default();
    Printed {
        schema: SCHEMA,
        tool: args.tool.id(),
        files: files
            .iter()
            .map(|file| PrintedFile {
                name: &file.name,
                text: &file.text,
            })
            .collect(),
        run: if files.is_empty() {
            Vec::new()
        } else {
            undeny_guard::commands(args.tool, &folder(args), files)
        },
        nothing: made.as_ref().err().map(String::as_str),
    }
}

/// The files that were written and how to run them; the files themselves where no folder was named.
fn human(args: &Guard, files: &[File]) -> String {
    let mut text = String::new();
    if files.is_empty() {
        return text;
    }
    for file in files {
        let _ = match &args.out {
            Some(folder) => writeln!(text, "{}", folder.join(&file.name).display()),
            None => write!(text, "==> {} <==\n{}\n", file.name, file.text),
        };
    }
    let folder = folder(args);
    let _ = writeln!(
        text,
        "\nTo run it, in the folder with your policies, with these files in {folder}:"
    );
    for line in undeny_guard::commands(args.tool, &folder, files) {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// Where the files are written to, or where they might be.
fn folder(args: &Guard) -> String {
    args.out
        .as_ref()
        .map_or_else(|| "ci".to_owned(), |folder| folder.display().to_string())
}
