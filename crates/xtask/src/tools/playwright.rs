//! playwright-core: drives the browser in journeys, screenshots and benchmarks. It brings no browser of its own; the version is pinned in
//! `tests/browser/package.json`.

use anyhow::Result;

use super::{Tool, npm::Pinned};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: Pinned = Pinned {
    package: "playwright-core",
    file: "playwright-core/package.json",
};

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
        Ok(PACKAGE.find(workplace)?.map(|modules| {
            Environment::default()
                .with_variable("UNDENY_PLAYWRIGHT", modules.join(PACKAGE.package))
                .with_variable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        }))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        PACKAGE.install(workplace)
    }

    fn remedy(&self, workplace: &Workplace) -> String {
        PACKAGE.remedy(workplace)
    }
}
