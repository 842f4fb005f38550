//! playwright-core: drives the browser in journeys, screenshots and benchmarks. It brings no browser of its own; the version is pinned in
//! `tests/browser/package.json`.

use anyhow::Result;

use super::{Tool, npm};
use crate::{browser, environment::Environment, workplace::Workplace};

const PACKAGE: &str = "playwright-core";
const FILE: &str = "playwright-core/package.json";

#[derive(Debug)]
pub(crate) struct Playwright;

impl Tool for Playwright {
    fn name(&self) -> &'static str {
        "playwright"
    }

    fn purpose(&self) -> &'static str {
        "drives the browser in tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        let version = browser::pinned_version(workplace, PACKAGE)?;
        Ok(
            npm::find(workplace, PACKAGE, &version, FILE).map(|modules| {
                Environment::default()
                    .with_variable("UNDENY_PLAYWRIGHT", modules.join(PACKAGE))
                    .with_variable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
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
