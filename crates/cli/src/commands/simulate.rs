//! `undeny simulate`: decide a request against policies.

use anyhow::{Result, anyhow};
use serde_json::Value;
use undeny_core::simulate;

use crate::args::{Format, Simulate};
use crate::{files, human, ndjson, output};

pub(super) fn run(args: &Simulate) -> Result<u8> {
    if args.ndjson {
        return ndjson::run(|job| {
            let scenario = job.get("scenario").ok_or("the job has no `scenario`")?;
            if !matches!(scenario, Value::Object(_)) {
                return Err("`scenario` is not an object".to_owned());
            }
            let text = serde_json::to_string(scenario).map_err(|error| error.to_string())?;
            serde_json::to_value(simulate::simulate(&text)?).map_err(|error| error.to_string())
        });
    }
    let file = args.file.as_deref();
    let text = files::read_one(file)?;
    let simulation = simulate::simulate(&text).map_err(|said| {
        anyhow!(
            "{}: {said}; `undeny simulate --help` shows a scenario",
            files::title(file)
        )
    })?;
    match args.format {
        Format::Json => output::print_json(&simulation)?,
        Format::Human => output::print(&human::simulation(&simulation, &output::screen()))?,
    }
    Ok(u8::from(simulation.decision != "Allowed"))
}
