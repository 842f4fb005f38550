//! `undeny lint`: what is wrong, too wide or without effect in policies.

use anyhow::{Result, bail};
use serde::Serialize;
use undeny_core::lint::{self, Catalogue, RuleSays};
use undeny_core::report::SCHEMA;

use crate::args::{Lint, ReviewFormat};
use crate::{files, gitlab, human, markdown, ndjson, output, sarif};

/// All of AWS's services; the engine itself carries only the most used.
static SERVICES: &[u8] = include_bytes!("../../../iam/data/services.bin");

#[derive(Serialize)]
struct Rules {
    schema: u32,
    rules: Vec<RuleSays>,
}

pub(super) fn run(args: &Lint) -> Result<u8> {
    if args.rules {
        let rules = lint::rules();
        match args.format {
            ReviewFormat::Json => output::print_json(&Rules {
                schema: SCHEMA,
                rules,
            })?,
            ReviewFormat::Human => output::print(&human::rules(&rules))?,
            ReviewFormat::Markdown => output::print(&markdown::rules(&rules))?,
            ReviewFormat::Sarif => output::print_json(&sarif::rules(&rules))?,
            ReviewFormat::Gitlab => {
                bail!(
                    "GitLab's report has findings and no rules: use --rules with human, json, markdown or sarif"
                )
            }
        }
        return Ok(0);
    }
    let read = Catalogue::read(SERVICES).ok();
    let catalogue = read.as_ref().unwrap_or_else(|| Catalogue::common());
    if args.ndjson {
        super::refuse_beside_ndjson(args.format)?;
        return ndjson::run(|job| {
            serde_json::to_value(lint::lint_with(&ndjson::paste(job)?, catalogue))
                .map_err(|error| error.to_string())
        });
    }
    let read = if args.if_any {
        files::read_any
    } else {
        files::read
    };
    let given = read(&args.inputs.files, &args.roles.roles)?;
    super::complain(&given.unreadable);
    let report = lint::lint_with(&given.paste, catalogue);
    if report.policies == 0 && report.findings.is_empty() && !args.if_any {
        bail!("there is no policy in what was given: nothing in it has a `Statement`");
    }
    match args.format {
        ReviewFormat::Json => output::print_json(&report)?,
        ReviewFormat::Human => output::print(&human::findings(&report, &output::screen()))?,
        ReviewFormat::Markdown => output::print(&markdown::findings(&report))?,
        ReviewFormat::Sarif => output::print_json(&sarif::findings(&report))?,
        ReviewFormat::Gitlab => output::print_json(&gitlab::findings(&report))?,
    }
    if given.unreadable.is_empty() {
        Ok(u8::from(!report.findings.is_empty()))
    } else {
        Ok(2)
    }
}
