//! `undeny explain`: what was denied, to whom, by which kind of policy.

use anyhow::Result;
use serde::Serialize;
use undeny_core::report::{Decoy, Denial, Report, SCHEMA};

use crate::args::{Explain, Format};
use crate::{files, human, ndjson, output};

#[derive(Serialize)]
struct Explanation<'a> {
    schema: u32,
    denials: &'a [Denial],
    decoys: &'a [Decoy],
}

impl<'a> Explanation<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            schema: SCHEMA,
            denials: &report.denials,
            decoys: &report.decoys,
        }
    }
}

pub(super) fn run(args: &Explain) -> Result<u8> {
    if args.common.ndjson {
        return ndjson::run(|job| {
            let report = undeny_core::explain(&ndjson::paste(job)?);
            serde_json::to_value(Explanation::new(&report)).map_err(|error| error.to_string())
        });
    }
    let given = files::read(&args.inputs.files, &[])?;
    super::complain(&given.unreadable);
    let report = undeny_core::explain(&given.paste);
    match args.common.format {
        Format::Json => output::print_json(&Explanation::new(&report))?,
        Format::Human => output::print(&human::explanation(&report, &output::screen()))?,
    }
    Ok(super::status(!report.denials.is_empty(), &given.unreadable))
}
