//! Trunk: compiles the page's crate, runs wasm-bindgen and wasm-opt over it and lays out `dist/`. It only builds; we serve.

use anyhow::Result;

use super::{Tool, cargo_install::Crate};
use crate::{environment::Environment, workplace::Workplace};

// 0.22 needs a newer rustc than the one this repository asks for.
const TRUNK: Crate<'static> = Crate {
    package: "trunk",
    version: "0.21.14",
    features: &[],
    programs: &["trunk"],
    build_time: "about five minutes on two cores",
};

#[derive(Debug)]
pub(crate) struct Trunk;

impl Tool for Trunk {
    fn name(&self) -> &'static str {
        "trunk"
    }

    fn purpose(&self) -> &'static str {
        "puts the page together"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(TRUNK.find(workplace))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        TRUNK.install(workplace)
    }

    fn remedy(&self, _: &Workplace) -> String {
        TRUNK.command_by_hand()
    }
}
