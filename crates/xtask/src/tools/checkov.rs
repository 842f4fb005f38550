//! Checkov: runs the checks of `undeny guard --tool checkov` in tests.

use anyhow::Result;

use super::{Tool, pypi::Package};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: Package = Package {
    name: "checkov",
    module: "checkov",
    version: "3.3.30",
    size: "about 290 MB, a minute or two",
};

#[derive(Debug)]
pub(crate) struct Checkov;

impl Tool for Checkov {
    fn name(&self) -> &'static str {
        "checkov"
    }

    fn purpose(&self) -> &'static str {
        "runs the guards for Checkov in tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(PACKAGE.programs(workplace).map(|programs| {
            Environment::default().with_variable("UNDENY_CHECKOV", programs.join("python"))
        }))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        PACKAGE.install(workplace)
    }

    fn remedy(&self, _: &Workplace) -> String {
        PACKAGE.remedy()
    }
}
