//! axe-core: looks at the page for what keeps people with assistive technology out. The version is pinned in `tests/browser/package.json`.

use anyhow::Result;

use super::{Tool, npm};
use crate::{browser, environment::Environment, workplace::Workplace};

const PACKAGE: &str = "axe-core";
const FILE: &str = "axe-core/axe.min.js";

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
        let version = browser::pinned_version(workplace, PACKAGE)?;
        Ok(npm::find(workplace, PACKAGE, &version, FILE)
            .map(|modules| Environment::default().with_variable("UNDENY_AXE", modules.join(FILE))))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        npm::install(
            workplace,
            PACKAGE,
            &browser::pinned_version(workplace, PACKAGE)?,
            FILE,
        )
    }

    fn remedy(&self, workplace: &Workplace) -> String {
        npm::command_by_hand(
            PACKAGE,
            &browser::pinned_version(workplace, PACKAGE).unwrap_or_default(),
        )
    }
}
