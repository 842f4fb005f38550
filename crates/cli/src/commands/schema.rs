//! `undeny schema`: the JSON Schema of what the other commands print.

use anyhow::Result;

use crate::output;

/// A definition for each command under `$defs`. Every JSON output of the tests is held against it, and it allows no other members.
const SCHEMA: &str = include_str!("../schema.json");

pub(super) fn run() -> Result<u8> {
    output::print(SCHEMA)?;
    Ok(0)
}
