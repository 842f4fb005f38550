//! The wasm-bindgen command: makes the JavaScript side of the page's wasm, and runs wasm tests in a browser. It takes only wasm made by the library
//! of its own version, so the version is the one in `Cargo.lock`.

use anyhow::Result;

use super::{Tool, cargo_install::Crate};
use crate::{environment::Environment, workplace::Workplace};

#[derive(Debug)]
pub(crate) struct WasmBindgen;

impl Tool for WasmBindgen {
    fn name(&self) -> &'static str {
        "wasm-bindgen"
    }

    fn purpose(&self) -> &'static str {
        "connects the page's wasm to the browser and runs its tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(cli(&workplace.locked_version("wasm-bindgen")?).find(workplace))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        cli(&workplace.locked_version("wasm-bindgen")?).install(workplace)
    }

    fn remedy(&self, workplace: &Workplace) -> String {
        workplace.locked_version("wasm-bindgen").map_or_else(
            |_| "Run `cargo check` first.".to_owned(),
            |version| cli(&version).command_by_hand(),
        )
    }
}

fn cli(version: &str) -> Crate<'_> {
    Crate {
        package: "wasm-bindgen-cli",
        version,
        features: &[],
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        build_time: "about two minutes on two cores",
    }
}
