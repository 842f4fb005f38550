//! Betterleaks: a scanner that redaction's speed is measured beside.

use anyhow::Result;

use super::{Tool, pypi::Package};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: Package = Package {
    name: "pybetterleaks",
    module: "pybetterleaks",
    version: "0.6.2",
    size: "about 25 MB",
};

#[derive(Debug)]
pub(crate) struct Betterleaks;

impl Betterleaks {
    /// The variable that says where the Python is that can import it.
    pub(crate) const PYTHON: &'static str = "UNDENY_BETTERLEAKS";
}

impl Tool for Betterleaks {
    fn name(&self) -> &'static str {
        "betterleaks"
    }

    fn purpose(&self) -> &'static str {
        "is measured beside our redaction"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(PACKAGE.programs(workplace).map(|programs| {
            Environment::default().with_variable(Self::PYTHON, programs.join("python"))
        }))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        PACKAGE.install(workplace)
    }

    fn remedy(&self, _: &Workplace) -> String {
        PACKAGE.remedy()
    }
}
