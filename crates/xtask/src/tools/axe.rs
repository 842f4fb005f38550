//! axe-core: looks at the page for what keeps people with assistive technology out. The version is pinned in `tests/browser/package.json`.

use anyhow::Result;

use super::{Tool, npm::Pinned};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: Pinned = Pinned {
    package: "axe-core",
    file: "axe-core/axe.min.js",
};

#[derive(Debug)]
pub(crate) struct Axe;

impl Tool for Axe {
    fn name(&self) -> &'static str {
        "axe"
    }

    fn purpose(&self) -> &'static str {
        "checks the page's accessibility in tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(PACKAGE.find(workplace)?.map(|modules| {
            Environment::default().with_variable("UNDENY_AXE", modules.join(PACKAGE.file))
        }))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        PACKAGE.install(workplace)
    }

    fn remedy(&self, workplace: &Workplace) -> String {
        PACKAGE.remedy(workplace)
    }
}
