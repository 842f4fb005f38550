//! Lighthouse: scores the page's speed, accessibility and practices with its mobile preset. The version is pinned in `tests/browser/package.json`.

use anyhow::Result;

use super::{Tool, npm::Pinned};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: Pinned = Pinned {
    package: "lighthouse",
    file: "lighthouse/core/index.js",
};

#[derive(Debug)]
pub(crate) struct Lighthouse;

impl Tool for Lighthouse {
    fn name(&self) -> &'static str {
        "lighthouse"
    }

    fn purpose(&self) -> &'static str {
        "scores the page"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(PACKAGE.find(workplace)?.map(|modules| {
            Environment::default().with_variable("UNDENY_LIGHTHOUSE", modules.join(PACKAGE.file))
        }))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        PACKAGE.install(workplace)
    }

    fn remedy(&self, workplace: &Workplace) -> String {
        PACKAGE.remedy(workplace)
    }
}
