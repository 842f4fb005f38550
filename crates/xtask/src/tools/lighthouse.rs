//! Lighthouse: scores the page's speed, accessibility and practices with its mobile preset. The version is pinned in `tests/browser/package.json`.

use anyhow::Result;

use super::{Tool, npm};
use crate::{browser, environment::Environment, workplace::Workplace};

const PACKAGE: &str = "lighthouse";
const FILE: &str = "lighthouse/core/index.js";

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
        let version = browser::pinned_version(workplace, PACKAGE)?;
        Ok(
            npm::find(workplace, PACKAGE, &version, FILE).map(|modules| {
                Environment::default().with_variable("UNDENY_LIGHTHOUSE", modules.join(FILE))
            }),
        )
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
