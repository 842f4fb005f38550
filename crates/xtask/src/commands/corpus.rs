//! `cargo xtask corpus FOLDER`: edits at every policy of other people's files, and their redaction, each checked by reading it again, and by parsers
//! that have nothing to do with undeny.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use anyhow::{Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    process::{program_of_tests, run},
    progress, tools,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Corpus;

#[derive(Debug, Args)]
struct Options {
    /// Folders with Terraform, CloudFormation, YAML and JSON files; without one, the test cases' own
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
}

/// What reads the results besides undeny, from PyPI.
const PACKAGES: &[&str] = &["PyYAML==6.0.3", "python-hcl2==8.1.4"];
const CHECK: &str = include_str!("corpus/check.py");

impl Command for Corpus {
    fn name(&self) -> &'static str {
        "corpus"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(
            clap::Command::new(self.name())
                .about("Add an action and a statement at every policy of the files in folders, redact the files, and check each result"),
        )
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let folders = if options.folders.is_empty() {
            vec![workplace.path("tests/cases")]
        } else {
            options.folders
        };
        let out = workplace.target().join("corpus");
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        let mut failed = 0;
        progress::step("add an action and a statement at every policy");
        let cargo = tools::ready(workplace, &[])?.command("cargo", workplace.root());
        let mut edits = program_of_tests(cargo, "edits");
        failed += usize::from(note(run(edits.arg(&out).args(&folders))));

        progress::step("redact every file");
        let cargo = tools::ready(workplace, &[])?.command("cargo", workplace.root());
        let mut redactions = program_of_tests(cargo, "redactions");
        failed += usize::from(note(run(redactions.arg(&out).args(&folders))));

        progress::step("read the results with PyYAML, python-hcl2 and Python's own JSON");
        match python(workplace) {
            Ok(python) => {
                let script = out.join("check.py");
                fs::create_dir_all(&out)?;
                fs::write(&script, CHECK)?;
                for (what, names) in [
                    ("edits", &["before", "action", "statement"][..]),
                    ("shapes", &["original", "redacted"]),
                ] {
                    let mut check = process::Command::new(&python);
                    check
                        .arg(&script)
                        .arg(what)
                        .args(names.iter().map(|name| out.join(name)));
                    failed += usize::from(note(run(&mut check)));
                }
            }
            Err(error) => progress::note(&format!("left out: {error:#}")),
        }

        match unformatted(&out.join("before")) {
            None => {
                progress::note("terraform is not installed: its formatting was not checked");
            }
            Some(before) => {
                progress::step("terraform fmt");
                for kind in ["action", "statement"] {
                    let after = unformatted(&out.join(kind)).unwrap_or_default();
                    let new: Vec<&String> =
                        after.iter().filter(|name| !before.contains(name)).collect();
                    println!(
                        "{kind:<20} {} files are formatted no more, {} never were",
                        new.len(),
                        before.len()
                    );
                    for name in &new {
                        progress::failure(&format!("{kind}/{name} was formatted before"));
                    }
                    failed += usize::from(!new.is_empty());
                }
            }
        }
        if failed > 0 {
            bail!("{failed} of the checks found something wrong");
        }
        Ok(())
    }
}

fn note(result: Result<()>) -> bool {
    match result {
        Ok(()) => false,
        Err(error) => {
            progress::failure(&format!("{error:#}"));
            true
        }
    }
}

/// The files below a folder that `terraform fmt` would change; `None` where there is no terraform.
fn unformatted(folder: &Path) -> Option<Vec<String>> {
    let output = process::Command::new("terraform")
        .current_dir(folder)
        .args(["fmt", "-check", "-recursive", "-list=true"])
        .output()
        .ok()?;
    let listed = String::from_utf8_lossy(&output.stdout);
    Some(listed.lines().map(str::to_owned).collect())
}

/// A Python with the parsers, in the cache.
fn python(workplace: &Workplace) -> Result<PathBuf> {
    let place = workplace.cache().install(
        &format!("parsers-{}", PACKAGES.join("-").replace("==", "-")),
        |place| place.join("bin/python").exists() && place.join("ready").exists(),
        |place| {
            run(process::Command::new("python3")
                .args(["-m", "venv"])
                .arg(place))?;
            run(process::Command::new(place.join("bin/python"))
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ])
                .args(PACKAGES))?;
            fs::write(place.join("ready"), "")?;
            Ok(())
        },
    )?;
    Ok(place.join("bin/python"))
}
