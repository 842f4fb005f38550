//! rustfmt and clippy: part of most Rust installations, not of the smallest ones.

use std::process::Command;

use anyhow::Result;

use super::Tool;
use crate::{
    apt,
    environment::{Environment, on_path},
    process,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Lints;

impl Tool for Lints {
    fn name(&self) -> &'static str {
        "lints"
    }

    fn purpose(&self) -> &'static str {
        "are rustfmt and clippy"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        let answers = |name: &str| {
            let mut cargo = Command::new("cargo");
            process::read(
                cargo
                    .current_dir(workplace.root())
                    .args([name, "--version"]),
            )
            .is_ok()
        };
        Ok((answers("fmt") && answers("clippy")).then(Environment::default))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        if on_path("rustup").is_some() {
            let mut rustup = Command::new("rustup");
            rustup
                .current_dir(workplace.root())
                .env("RUST_BACKTRACE", "0");
            return process::run(rustup.args(["component", "add", "rustfmt", "clippy"]));
        }
        apt::install(&["rustfmt-web", "rust-web-clippy"])
    }

    fn remedy(&self, _: &Workplace) -> String {
        "Try `rustup component add rustfmt clippy` where there is a network, then run this again."
            .to_owned()
    }
}
