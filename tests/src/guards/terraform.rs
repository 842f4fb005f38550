//! `terraform` from `PATH`: it formats, validates and tests the modules. They need no provider, so nothing is downloaded.

use std::path::Path;
use std::process::Command;

use undeny_guard::File;

use super::{Runner, Said, Told};

#[derive(Debug)]
pub(super) struct Terraform;

impl Runner for Terraform {
    fn tool(&self) -> &'static str {
        "terraform"
    }

    fn missing(&self) -> Option<String> {
        Command::new("terraform")
            .arg("version")
            .output()
            .is_err()
            .then(|| "there is no terraform on PATH".to_owned())
    }

    fn run(&self, stories: &[(&Told, Vec<File>)]) -> Vec<Vec<Said>> {
        stories
            .iter()
            .map(|(_, files)| {
                let scratch = tempfile::tempdir().unwrap();
                for file in files {
                    let path = scratch.path().join(&file.name);
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, &file.text).unwrap();
                }
                COMMANDS
                    .iter()
                    .map(|arguments| Said {
                        form: arguments[0],
                        kind: arguments[0].to_owned(),
                        passed: run(scratch.path(), arguments),
                        must_pass: true,
                    })
                    .collect()
            })
            .collect()
    }
}

/// The last one calls the modules with what was proven, and with wildcards, which must be refused.
const COMMANDS: &[&[&str]] = &[
    &["fmt", "-check", "-recursive"],
    &["init", "-backend=false", "-input=false"],
    &["validate"],
    &["test"],
];

fn run(folder: &Path, arguments: &[&str]) -> Result<bool, String> {
    let output = Command::new("terraform")
        .current_dir(folder)
        .args(arguments)
        .args((arguments[0] != "fmt").then_some("-no-color"))
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(true);
    }
    Err(format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}
