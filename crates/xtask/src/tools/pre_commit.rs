//! pre-commit: runs the hooks of this repository in tests, as `docs/ci.md` says to set them up.

use anyhow::Result;

use super::{Tool, pypi::Package};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: Package = Package {
    name: "pre-commit",
    module: "pre_commit",
    version: "4.7.0",
    size: "about 25 MB",
};

#[derive(Debug)]
pub(crate) struct PreCommit;

impl Tool for PreCommit {
    fn name(&self) -> &'static str {
        "pre-commit"
    }

    fn purpose(&self) -> &'static str {
        "runs the hooks of this repository in tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(PACKAGE.programs(workplace).map(|programs| {
            Environment::default().with_variable("UNDENY_PRE_COMMIT", programs.join("python"))
        }))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        PACKAGE.install(workplace)
    }

    fn remedy(&self, _: &Workplace) -> String {
        PACKAGE.remedy()
    }
}
