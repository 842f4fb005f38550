//! `undeny answer`: an assistant's answer, restored, read, compared and proven like a fix.

use anyhow::Result;
use undeny_assistant::answer;
use undeny_core::Options;

use super::restore::read_map;
use crate::args::{Answer, Format};
use crate::{files, human, output};

pub(super) fn run(args: &Answer) -> Result<u8> {
    let vault = read_map(&args.map)?;
    let text = files::read_one(Some(&args.from))?;
    let given = files::read(&args.inputs.files, &args.roles.roles)?;
    super::complain(&given.unreadable);
    let options = Options {
        answers: args.answers.by_id(),
        now: super::now(),
        ..Options::default()
    };
    let checked = answer::check(&given.paste, &options, &vault, &text);
    match args.format {
        Format::Json => output::print_json(&checked)?,
        Format::Human => output::print(&human::answer(&checked, output::colours()))?,
    }
    Ok(super::status(
        checked.verdict == "proven",
        &given.unreadable,
    ))
}
