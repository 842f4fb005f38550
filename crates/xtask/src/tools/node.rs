//! Node.js with npm: runs wasm-opt (which is itself JavaScript and wasm), the browser journeys and the measuring of compressed sizes.

use std::process::Command;

use anyhow::Result;

use super::Tool;
use crate::{
    apt,
    environment::{Environment, on_path},
    process,
    workplace::Workplace,
};

const OLDEST: u32 = 18;

#[derive(Debug)]
pub(crate) struct Node;

impl Tool for Node {
    fn name(&self) -> &'static str {
        "node"
    }

    fn purpose(&self) -> &'static str {
        "runs wasm-opt and the browser tests"
    }

    fn find(&self, _: &Workplace) -> Result<Option<Environment>> {
        let there = on_path("npm").is_some() && on_path("node").is_some() && new_enough()?;
        Ok(there.then(Environment::default))
    }

    fn install(&self, _: &Workplace) -> Result<()> {
        apt::install(&["nodejs", "npm"])
    }

    fn remedy(&self, _: &Workplace) -> String {
        format!(
            "Install Node.js {OLDEST} or later with npm so that `node` and `npm` are on PATH, then run this again."
        )
    }
}

fn new_enough() -> Result<bool> {
    let printed = process::read(Command::new("node").arg("--version"))?;
    let major = printed
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    Ok(major.is_some_and(|major| major >= OLDEST))
}
