//! cargo-fuzz: builds and runs the targets of `fuzz/`.

use anyhow::Result;

use super::{Tool, cargo_install::Crate};
use crate::{environment::Environment, workplace::Workplace};

const CARGO_FUZZ: Crate<'static> = Crate {
    package: "cargo-fuzz",
    version: "0.13.2",
    features: &[],
    programs: &["cargo-fuzz"],
    build_time: "about one minute on two cores",
};

#[derive(Debug)]
pub(crate) struct CargoFuzz;

impl Tool for CargoFuzz {
    fn name(&self) -> &'static str {
        "cargo-fuzz"
    }

    fn purpose(&self) -> &'static str {
        "fuzzes the engine"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(CARGO_FUZZ.find(workplace))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        CARGO_FUZZ.install(workplace)
    }

    fn remedy(&self, _: &Workplace) -> String {
        CARGO_FUZZ.command_by_hand()
    }
}
