//! The programs that commands need and that do not come with Rust: how each is found, how it is installed, and what to say when it cannot be had.
//!
//! A new tool is one file here and one line in [`TOOLS`].

mod axe;
mod betterleaks;
mod cargo_fuzz;
mod cargo_install;
mod cfn_guard;
mod checkov;
mod chromium;
mod lighthouse;
mod lints;
mod node;
pub(crate) mod npm;
mod playwright;
mod pre_commit;
mod pypi;
mod trunk;
mod wasm_bindgen;
mod wasm_opt;
mod wasm_split;
mod wasm_target;

pub(crate) use self::{
    axe::Axe,
    betterleaks::Betterleaks,
    cargo_fuzz::CargoFuzz,
    cfn_guard::CfnGuard,
    checkov::Checkov,
    chromium::Chromium,
    lighthouse::Lighthouse,
    lints::Lints,
    node::Node,
    playwright::Playwright,
    pre_commit::PreCommit,
    trunk::Trunk,
    wasm_bindgen::WasmBindgen,
    wasm_opt::WasmOpt,
    wasm_split::WasmSplit,
    wasm_target::{TARGET, WasmTarget},
};

use anyhow::{Context as _, Result, anyhow};

use crate::{environment::Environment, workplace::Workplace};

/// All tools, by name.
pub(crate) const TOOLS: &[&dyn Tool] = &[
    &Axe,
    &Betterleaks,
    &CargoFuzz,
    &CfnGuard,
    &Checkov,
    &Chromium,
    &Lighthouse,
    &Lints,
    &Node,
    &Playwright,
    &PreCommit,
    &Trunk,
    &WasmBindgen,
    &WasmOpt,
    &WasmSplit,
    &WasmTarget,
];

/// What builds the page.
pub(crate) const FOR_THE_PAGE: &[&dyn Tool] = &[
    &Node,
    &WasmTarget,
    &WasmBindgen,
    &WasmOpt,
    &WasmSplit,
    &Trunk,
];

/// What drives the page in a browser.
pub(crate) const FOR_THE_BROWSER: &[&dyn Tool] = &[&Node, &Chromium, &Playwright, &Axe];

/// What runs the guards that `undeny guard` makes, and the hooks.
pub(crate) const FOR_GUARDS: &[&dyn Tool] = &[&CfnGuard, &Checkov, &PreCommit];

pub(crate) trait Tool: Sync {
    /// As people call it.
    fn name(&self) -> &'static str;

    /// What it does for us, as the end of "which ...".
    fn purpose(&self) -> &'static str;

    /// What a program sees that is to use the tool, if the tool is on this machine in the wanted version.
    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>>;

    /// Gets it onto this machine, so that `find` finds it.
    fn install(&self, workplace: &Workplace) -> Result<()>;

    /// What a person can do where `install` cannot.
    fn remedy(&self, workplace: &Workplace) -> String;
}

/// Sees to it that the tools are there, and gives what a program sees that is to use them. What is there already costs a look, no more.
pub(crate) fn ready(workplace: &Workplace, tools: &[&dyn Tool]) -> Result<Environment> {
    tools
        .iter()
        .try_fold(Environment::default(), |environment, tool| {
            Ok(environment.and(ready_one(workplace, *tool)?))
        })
}

fn ready_one(workplace: &Workplace, tool: &dyn Tool) -> Result<Environment> {
    if let Some(environment) = tool.find(workplace)? {
        return Ok(environment);
    }
    let installed = tool.install(workplace).and_then(|()| {
        tool.find(workplace)?
            .ok_or_else(|| anyhow!("it was installed without an error and is still not found"))
    });
    installed.with_context(|| {
        format!(
            "{}, which {}, cannot be had on this machine. {}\n  why",
            tool.name(),
            tool.purpose(),
            tool.remedy(workplace)
        )
    })
}
