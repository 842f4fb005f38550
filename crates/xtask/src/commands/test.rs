//! `cargo xtask test`: everything that must hold before a change lands, in the order in which it is cheapest to fail.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _, builder::PossibleValuesParser};

use super::{Command, guards, journeys, leak_test};
use crate::{
    page::{self, Kind},
    pieces,
    process::{self, Finished},
    progress, satellite,
    tally::Tally,
    tools::{
        self, Chromium, FOR_GUARDS, FOR_THE_BROWSER, FOR_THE_PAGE, Lints, Tool, WasmBindgen,
        WasmTarget,
    },
    weight,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Test;

#[derive(Debug, Args)]
struct Options {
    /// Only this step (may repeat)
    #[arg(long, value_name = "STEP", value_parser = PossibleValuesParser::new(STEPS.iter().map(|step| step.name)))]
    only: Vec<String>,
}

/// One runner, or one check.
struct Step {
    name: &'static str,
    does: &'static str,
    needs: &'static [&'static dyn Tool],
    run: fn(&Workplace) -> Result<Finished>,
}

/// In the order in which they run.
const STEPS: &[Step] = &[
    Step {
        name: "format",
        does: "cargo fmt --all --check",
        needs: &[&Lints],
        run: format,
    },
    Step {
        name: "clippy",
        does: "clippy with warnings denied, for this machine and for wasm; the links of the documentation",
        needs: &[&Lints, &WasmTarget],
        run: clippy,
    },
    Step {
        name: "native",
        does: "cargo test --workspace",
        needs: &[],
        run: native,
    },
    Step {
        name: "guards",
        does: "generated guards, run by Checkov, cfn-guard, regorus and, where there is one, Terraform; the hooks, run by pre-commit",
        needs: FOR_GUARDS,
        run: |workplace| guards::run(workplace, &[]),
    },
    Step {
        name: "wasm",
        does: "wasm tests in headless Chromium",
        needs: &[&WasmTarget, &WasmBindgen, &Chromium],
        run: wasm,
    },
    Step {
        name: "page",
        does: "the page as it is shipped, within its budget of bytes",
        needs: FOR_THE_PAGE,
        run: page,
    },
    Step {
        name: "journeys",
        does: "browser journeys on that page",
        needs: FOR_THE_BROWSER,
        run: walk,
    },
    Step {
        name: "leaks",
        does: "planted secrets through the prompt and that page, a short form of leak-test",
        needs: FOR_THE_BROWSER,
        run: leak_test::short,
    },
];

impl Command for Test {
    fn name(&self) -> &'static str {
        "test"
    }

    fn usage(&self) -> clap::Command {
        let list: Vec<_> = STEPS
            .iter()
            .map(|step| format!("  {:<9} {}", step.name, step.does))
            .collect();
        Options::augment_args(
            clap::Command::new(self.name())
                .about("Set up what tests need, then run every check and every test"),
        )
        .after_help(format!("Steps:\n{}", list.join("\n")))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let wanted = |step: &&Step| {
            options.only.is_empty() || options.only.iter().any(|name| name == step.name)
        };
        let started = Instant::now();
        let mut tally = Tally::default();
        let mut summary = Vec::new();
        let mut failures = Vec::new();
        // All tools first: a machine that lacks one says so at once, not after half an hour of tests.
        progress::step("tools");
        for step in STEPS.iter().filter(wanted) {
            tools::ready(workplace, step.needs)?;
        }
        progress::note(&format!(
            "ready ({}); they are in {}",
            progress::duration(started),
            workplace.cache().folder().display()
        ));
        for step in STEPS.iter().filter(wanted) {
            progress::step(&format!("{}: {}", step.name, step.does));
            let started = Instant::now();
            // A failed step does not stop the others: one run tells everything that is wrong.
            let finished = (step.run)(workplace).unwrap_or_else(|error| Finished {
                printed: String::new(),
                failure: Some(format!("{error:#}")),
            });
            let counted = Tally::read(&finished.printed);
            tally = tally.and(counted);
            let word = if finished.failure.is_some() {
                "FAILED"
            } else {
                "ok"
            };
            summary.push(format!(
                "{:<9} {word:<7} {:>12}  {}",
                step.name,
                progress::duration(started),
                counts(counted)
            ));
            if let Some(failure) = finished.failure {
                progress::failure(&failure);
                failures.push(step.name);
            }
        }
        progress::step(&format!("summary ({})", progress::duration(started)));
        for line in summary {
            progress::note(&line);
        }
        println!("{tally}");
        if !failures.is_empty() {
            bail!(
                "failed: {}; one step alone: cargo xtask test --only {}",
                failures.join(", "),
                failures.first().unwrap_or(&"STEP")
            );
        }
        Ok(())
    }
}

fn counts(tally: Tally) -> String {
    if tally == Tally::default() {
        String::new()
    } else {
        tally.to_string()
    }
}

fn format(workplace: &Workplace) -> Result<Finished> {
    let environment = tools::ready(workplace, &[])?;
    let mut commands = vec![environment.command("cargo", workplace.root())];
    for folder in satellite::SATELLITES {
        commands.push(environment.command("cargo", &workplace.path(folder)));
    }
    for command in &mut commands {
        command.args(["fmt", "--all", "--check"]);
    }
    checks(commands)
}

fn clippy(workplace: &Workplace) -> Result<Finished> {
    let mut native = tools::ready(workplace, &[])?.command("cargo", workplace.root());
    native.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    let mut wasm = tools::ready(workplace, &[&WasmTarget])?.command("cargo", workplace.root());
    wasm.args([
        "clippy",
        "--package",
        "undeny-web",
        "--target",
        tools::TARGET,
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    let mut documentation = tools::ready(workplace, &[])?.command("cargo", workplace.root());
    documentation.env("RUSTDOCFLAGS", "-D warnings").args([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    let mut commands = vec![native, wasm, documentation];
    for folder in satellite::SATELLITES {
        let mut beside = tools::ready(workplace, &[])?.command("cargo", workplace.root());
        // The workspace's own build folder, so that the engine is not compiled again.
        beside
            .arg("clippy")
            .arg("--manifest-path")
            .arg(satellite::manifest(workplace, folder)?)
            .arg("--target-dir")
            .arg(workplace.target());
        beside.args(["--all-targets", "--", "-D", "warnings"]);
        commands.push(beside);
    }
    checks(commands)
}

fn native(workplace: &Workplace) -> Result<Finished> {
    process::run_and_read(
        tools::ready(workplace, &[])?
            .command("cargo", workplace.root())
            .args(["test", "--workspace", "--no-fail-fast"]),
    )
}

/// Runs the wasm tests of each crate that has some, which it shows by depending on `wasm-bindgen-test`. Where a crate's test targets are named
/// `wasm...`, only these are built for wasm, so that its other tests may use what exists natively only.
fn wasm(workplace: &Workplace) -> Result<Finished> {
    let environment = tools::ready(workplace, &[&WasmTarget, &WasmBindgen, &Chromium])?
        .with_variable(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .with_variable(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            workplace.path("tests/browser/webdriver.json"),
        );
    let crates = crates_with_wasm_tests(workplace)?;
    if crates.is_empty() {
        progress::note(
            "no crate depends on wasm-bindgen-test yet, so there is no wasm test to run",
        );
    }
    let mut all = Finished {
        printed: String::new(),
        failure: None,
    };
    for (package, targets) in crates {
        let mut cargo = environment.command("cargo", workplace.root());
        cargo.args([
            "test",
            "--no-fail-fast",
            "--target",
            tools::TARGET,
            "--package",
            &package,
        ]);
        for target in &targets {
            cargo.args(["--test", target]);
        }
        let finished = process::run_and_read(&mut cargo)?;
        all.printed.push_str(&finished.printed);
        all.failure = all.failure.or(finished.failure);
    }
    Ok(all)
}

fn page(workplace: &Workplace) -> Result<Finished> {
    let dist = page::build_page(workplace, Kind::Release)?;
    let weight = weight::of(workplace, &dist)?;
    let over: Vec<String> = weight
        .budget
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, line)| format!("over the budget: {line}"))
        .collect();
    Ok(Finished {
        printed: String::new(),
        // Without the standard library's source the page is larger, which is that machine's matter.
        failure: (!over.is_empty()
            && pieces::has_library_source(&tools::ready(workplace, FOR_THE_PAGE)?, workplace))
        .then(|| over.join("\n")),
    })
}

fn walk(workplace: &Workplace) -> Result<Finished> {
    if !workplace.path("dist/index.html").is_file() {
        bail!("there is no page in dist/ to walk through; `cargo xtask build` makes it");
    }
    journeys::walk(workplace, &[])
}

/// Programs that say yes or no and count nothing; all of them run.
fn checks(mut commands: Vec<std::process::Command>) -> Result<Finished> {
    let failures: Vec<_> = commands
        .iter_mut()
        .filter_map(|command| process::run(command).err())
        .map(|error| format!("{error:#}"))
        .collect();
    Ok(Finished {
        printed: String::new(),
        failure: (!failures.is_empty()).then(|| failures.join("\n")),
    })
}

/// Each such crate with its test targets for wasm (none: all its targets).
fn crates_with_wasm_tests(workplace: &Workplace) -> Result<Vec<(String, Vec<String>)>> {
    let mut cargo = tools::ready(workplace, &[])?.command("cargo", workplace.root());
    let printed = process::read(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata =
        serde_json::from_str(&printed).context("cannot read what `cargo metadata` printed")?;
    let has_wasm_tests = |package: &Package| {
        package
            .dependencies
            .iter()
            .any(|dependency| dependency.name == "wasm-bindgen-test")
    };
    let for_wasm = |target: &Target| {
        target.kind.iter().any(|kind| kind == "test") && target.name.starts_with("wasm")
    };
    let crates = metadata
        .packages
        .into_iter()
        .filter(has_wasm_tests)
        .map(|package| {
            let targets = package
                .targets
                .into_iter()
                .filter(for_wasm)
                .map(|target| target.name)
                .collect();
            (package.name, targets)
        });
    Ok(crates.collect())
}

#[derive(Debug, serde::Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, serde::Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Debug, serde::Deserialize)]
struct Dependency {
    name: String,
}

#[derive(Debug, serde::Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}
