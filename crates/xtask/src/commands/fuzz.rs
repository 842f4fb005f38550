//! `cargo xtask fuzz`: the engine on inputs made to break it. A crash, a hang or a broken promise is kept in `fuzz/artifacts/`.

use std::{fs, time::Instant};

use anyhow::{Context as _, Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    process, progress,
    satellite::{self, FUZZ},
    tally::Tally,
    tools::{self, CargoFuzz},
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Fuzz;

#[derive(Debug, Args)]
struct Options {
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only these targets; without a name, all of fuzz/fuzz_targets
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

/// One input that takes longer is a hang.
const HANG_SECONDS: u32 = 10;
/// Longer inputs find little more and make each run slow.
const LONGEST_INPUT: u32 = 65_536;

impl Command for Fuzz {
    fn name(&self) -> &'static str {
        "fuzz"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(
            clap::Command::new(self.name())
                .about("Run the fuzz targets of fuzz/, each for a while"),
        )
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let known = known_targets(workplace)?;
        if let Some(unknown) = options
            .targets
            .iter()
            .find(|target| !known.contains(target))
        {
            bail!(
                "there is no fuzz target `{unknown}`; the targets are: {}",
                known.join(", ")
            );
        }
        let targets = if options.targets.is_empty() {
            known
        } else {
            options.targets
        };
        let environment = tools::ready(workplace, &[&CargoFuzz])?;
        satellite::manifest(workplace, FUZZ)?;

        let mut tally = Tally::default();
        for target in &targets {
            progress::step(&format!("fuzz {target} for {} s", options.seconds));
            let started = Instant::now();
            let found = workplace.path(FUZZ).join("corpus").join(target);
            fs::create_dir_all(&found)?;
            let mut fuzz = environment.command("cargo", workplace.root());
            // The sanitizers are an unstable option of the stable compiler.
            fuzz.env("RUSTC_BOOTSTRAP", "1")
                .args(["fuzz", "run", "--fuzz-dir", FUZZ, "--target-dir"])
                .arg(workplace.target().join("fuzz"))
                .arg(target)
                .arg(found);
            // Real pastes to start from.
            fuzz.args(
                ["examples", "tests/cases"]
                    .into_iter()
                    .map(|seeds| workplace.path(seeds))
                    .filter(|seeds| seeds.is_dir()),
            );
            fuzz.args([
                "--",
                // The runs are counted at the end; each new input is no news to a person.
                "-verbosity=0",
                "-print_final_stats=1",
                &format!("-max_total_time={}", options.seconds),
                &format!("-timeout={HANG_SECONDS}"),
                &format!("-max_len={LONGEST_INPUT}"),
            ]);
            match process::run(&mut fuzz) {
                Ok(()) => {
                    progress::note(&format!(
                        "{target}: nothing found ({})",
                        progress::duration(started)
                    ));
                    tally.passed += 1;
                }
                Err(error) => {
                    progress::failure(&format!(
                        "{target}: {error:#}; the input is in fuzz/artifacts/{target}/"
                    ));
                    tally.failed += 1;
                }
            }
        }
        println!("{tally}");
        if tally.failed > 0 {
            bail!("{} of {} fuzz targets failed", tally.failed, targets.len());
        }
        Ok(())
    }
}

fn known_targets(workplace: &Workplace) -> Result<Vec<String>> {
    let folder = workplace.path(FUZZ).join("fuzz_targets");
    let mut targets = Vec::new();
    for entry in
        fs::read_dir(&folder).with_context(|| format!("cannot look into {}", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            targets.extend(
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    targets.sort();
    Ok(targets)
}
