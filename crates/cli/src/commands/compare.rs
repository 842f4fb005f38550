//! `undeny compare`: what AFTER allows that BEFORE does not.

use anyhow::Result;
use undeny_core::compare;

use crate::args::{Compare, Format};
use crate::{files, human, ndjson, output};

pub(super) fn run(args: &Compare) -> Result<u8> {
    if args.ndjson {
        return ndjson::run(|job| {
            let paste = ndjson::paste(job)?;
            let [before, after] = paste.inputs.as_slice() else {
                return Err("`documents` of a job to compare are two: before, after".to_owned());
            };
            serde_json::to_value(compare::compare(&before.text, &after.text)?)
                .map_err(|error| error.to_string())
        });
    }
    let before = files::read_one(args.before.as_deref())?;
    let after = files::read_one(args.after.as_deref())?;
    let report = compare::compare(&before, &after).map_err(anyhow::Error::msg)?;
    match args.format {
        Format::Json => output::print_json(&report)?,
        Format::Human => output::print(&human::comparison(&report, output::colours()))?,
    }
    Ok(u8::from(!report.new_access.is_empty()))
}
