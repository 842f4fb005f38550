//! Chromium and its driver, of one version: wasm tests go through the driver, journeys drive the browser itself.

use std::{env, path::Path, path::PathBuf, process::Command};

use anyhow::{Result, bail};

use super::Tool;
use crate::{
    apt,
    environment::{Environment, on_path},
    process,
    workplace::Workplace,
};

const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

#[derive(Debug)]
pub(crate) struct Chromium;

impl Tool for Chromium {
    fn name(&self) -> &'static str {
        "chromium"
    }

    fn purpose(&self) -> &'static str {
        "with its driver runs the page in tests"
    }

    fn find(&self, _: &Workplace) -> Result<Option<Environment>> {
        let browser =
            named("UNDENY_CHROMIUM").or_else(|| BROWSERS.iter().find_map(|name| on_path(name)));
        let driver = named("CHROMEDRIVER").or_else(|| on_path("chromedriver"));
        let (Some(browser), Some(driver)) = (browser, driver) else {
            return Ok(None);
        };
        let (of_browser, of_driver) = (major(&browser)?, major(&driver)?);
        if of_browser != of_driver {
            bail!(
                "{} is of version {of_browser} and {} of version {of_driver}; tests need both of one version: install matching ones, or name them by UNDENY_CHROMIUM and CHROMEDRIVER",
                browser.display(),
                driver.display()
            );
        }
        Ok(Some(
            Environment::default()
                .with_variable("UNDENY_CHROMIUM", browser)
                .with_variable("CHROMEDRIVER", driver),
        ))
    }

    fn install(&self, _: &Workplace) -> Result<()> {
        // Without fonts a page is drawn in boxes, and a screenshot shows them.
        apt::install(&[
            "chromium",
            "chromium-driver",
            "fonts-dejavu-core",
            "fonts-liberation",
        ])
    }

    fn remedy(&self, _: &Workplace) -> String {
        "Install Chromium (or Chrome) and the chromedriver of the same version on PATH, or name them by UNDENY_CHROMIUM and CHROMEDRIVER, then run this again.".to_owned()
    }
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// `Chromium 156.0.8078.79 built on Debian ..` and `ChromeDriver 156.0.8078.79 (..)` are both of version 156.
fn major(program: &Path) -> Result<String> {
    let printed = process::read(Command::new(program).arg("--version"))?;
    let version = printed
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    match version.and_then(|version| version.split('.').next()) {
        Some(major) => Ok(major.to_owned()),
        None => bail!(
            "{} does not say its version (it printed `{}`)",
            program.display(),
            printed.trim()
        ),
    }
}
