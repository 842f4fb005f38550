//! `undeny answer`: an assistant's answer, restored, read, compared and proven like a fix.

use anyhow::{Error, Result};
use undeny_assistant::answer;

use super::restore::read_map;
use crate::args::{Answer, Format};
use crate::{files, human, output};

pub(super) fn run(args: &Answer) -> Result<u8> {
    let vault = read_map(&args.map)?;
    let text = files::read_one(Some(&args.from))?;
    let case = &args.case;
    let given = files::read(&case.inputs.files, &case.roles.roles)?;
    super::complain(&given.unreadable);
    let options = super::options(case.answers.by_id(), &given.paste).map_err(Error::msg)?;
    let checked = answer::check(&given.paste, &options, &vault, &text);
    match args.format {
        Format::Json => output::print_json(&checked)?,
        Format::Human => output::print(&human::answer(&checked, &output::screen()))?,
    }
    Ok(super::status(
        checked.verdict == "proven",
        &given.unreadable,
    ))
}
