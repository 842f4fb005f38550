//! wasm-split: cuts the page's wasm into the piece that has to be there first and the piece that may come later. Leptos's own tools split with it.

use anyhow::Result;

use super::{Tool, cargo_install::Crate};
use crate::{environment::Environment, workplace::Workplace};

const WASM_SPLIT: Crate<'static> = Crate {
    package: "wasm_split_cli_support",
    version: "0.2.4",
    features: &["build-binary"],
    programs: &["wasm-split-cli"],
    build_time: "about one minute on two cores",
};

#[derive(Debug)]
pub(crate) struct WasmSplit;

impl Tool for WasmSplit {
    fn name(&self) -> &'static str {
        "wasm-split"
    }

    fn purpose(&self) -> &'static str {
        "cuts the page's wasm into what is needed first and what may come later"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        Ok(WASM_SPLIT.find(workplace))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        WASM_SPLIT.install(workplace)
    }

    fn remedy(&self, _: &Workplace) -> String {
        WASM_SPLIT.command_by_hand()
    }
}
