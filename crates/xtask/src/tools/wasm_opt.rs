//! wasm-opt: makes the page's wasm smaller. It comes from the npm package `binaryen`, because Debian's is too old for what rustc writes today.

use anyhow::Result;

use super::{Tool, npm};
use crate::{environment::Environment, workplace::Workplace};

const PACKAGE: &str = "binaryen";
const VERSION: &str = "132.0.0";
const FILE: &str = ".bin/wasm-opt";

#[derive(Debug)]
pub(crate) struct WasmOpt;

impl Tool for WasmOpt {
    fn name(&self) -> &'static str {
        "wasm-opt"
    }

    fn purpose(&self) -> &'static str {
        "makes the page's wasm small"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(npm::find(workplace, PACKAGE, VERSION, FILE)
            .map(|modules| Environment::default().with_folder(modules.join(".bin"))))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        npm::install(workplace, PACKAGE, VERSION, FILE)
    }

    fn remedy(&self, _: &Workplace) -> String {
        npm::command_by_hand(PACKAGE, VERSION)
    }
}
