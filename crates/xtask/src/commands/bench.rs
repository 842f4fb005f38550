//! `cargo xtask bench`: how fast the engine is, natively and in the browser, and how large the page is. It measures and says which budget lines hold;
//! it is no test, because a busy machine would fail it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::{Command, bench_page};
use crate::{
    browser,
    page::{self, Kind},
    pieces, process, progress, satellite,
    tools::{self, Betterleaks, FOR_THE_BROWSER, FOR_THE_PAGE},
    weight,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Bench;

#[derive(Debug, Args)]
struct Options {
    /// Only the page's size
    #[arg(long, conflicts_with = "speed")]
    size: bool,
    /// Only the engine's speed
    #[arg(long)]
    speed: bool,
    /// Only the page in Chromium: typing, large pastes, a slow network, Lighthouse
    #[arg(long, conflicts_with_all = ["size", "speed"])]
    page: bool,
    /// With --page: take dist/ as it is
    #[arg(long, requires = "page")]
    no_build: bool,
    /// Only what deciding, comparing and linting weigh in the page (of its last build; without one it is built)
    #[arg(long, conflicts_with_all = ["size", "speed"])]
    share: bool,
    /// Measure other redactors on the same pastes too: the crate redact-secret, and Betterleaks from PyPI
    #[arg(long, conflicts_with_all = ["size", "page", "share"])]
    peers: bool,
    /// Compare these pairs of policies too: one a line, JSON with `existing` and `new`
    #[arg(long, value_name = "FILE", conflicts_with = "size")]
    pairs: Option<PathBuf>,
}

/// What is pasted, as a person says it, and how the benchmark is told: bytes of a build's log with something to hide in most lines, of Terraform, or of a
/// service's log with nothing to hide.
const PASTES: &[(&str, &str)] = &[
    ("1 KB", "1000"),
    ("50 KB", "50000"),
    (TERRAFORM, "terraform-50000"),
    ("1 MB", "1000000"),
    (SMALL_LOG, "log-100000"),
    (LARGE_LOG, "log-1000000"),
];
const SMALL_LOG: &str = "100 KB log";
const LARGE_LOG: &str = "1 MB log";
const TERRAFORM: &str = "50 KB Terraform";

/// One frame of a screen: the report is there before the next key.
const LONGEST_50_KB: f64 = 16.0;
/// Milliseconds from an error and a Terraform file to a proven patch: native, wasm.
const LONGEST_TERRAFORM: (f64, f64) = (10.0, 20.0);

/// Redaction of a log with nothing to hide, in wasm: MB a second at least, milliseconds for 100 KB and for 1 MB.
const LEAST_REDACTED: f64 = 60.0;
const LONGEST_REDACTION: [(&str, f64); 2] = [(SMALL_LOG, 3.0), (LARGE_LOG, 25.0)];
/// How much quicker than Betterleaks, natively.
const LEAST_AHEAD: f64 = 10.0;

/// What deciding, comparing and linting may weigh together.
const LARGEST_SHARE: u64 = 90_000;
const PARTS: &[&str] = &[
    "undeny_iam::lint",
    "undeny_core::lint",
    "undeny_core::warnings",
    "undeny_iam::compare",
    "undeny_core::compare",
    "undeny_iam::evaluate",
    "undeny_core::simulate",
    "undeny_iam::service",
    "undeny_iam::order",
    "undeny_iam::policy::meaning",
];

const LEAST_DECISIONS: (f64, f64) = (2e6, 5e5);
const LONGEST_COMPARISON: f64 = 5.0;
const LONGEST_GLOB: f64 = 50.0;
const MOST_MEMORY: u64 = 64 << 20;

const BENCH_PAGE: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>bench</title><link rel=\"icon\" href=\"data:,\"><script type=\"module\" src=\"start.js\"></script>\n";
const BENCH_START: &str = "import start, * as engine from './engine.js';\nconst { memory } = await start({ module_or_path: './engine_bg.wasm' });\nwindow.memory = memory;\nwindow.engine = engine;\n";

impl Command for Bench {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Measure the engine's speed (natively and in Chromium) and the page's compressed size",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        if options.page {
            return bench_page::measure(workplace, options.no_build);
        }
        let mut budget = Vec::new();
        if options.share {
            let (table, holds) = share(workplace)?;
            println!("{table}");
            budget.push(holds);
        }
        if !options.size && !options.share {
            let pairs = pairs(workplace, options.pairs.as_deref())?;
            progress::step("engine, native");
            let peers = options.peers.then(|| peers_folder(workplace)).transpose()?;
            let (native, policies_native) = measure_native(workplace, &pairs, peers.as_deref())?;
            progress::step("engine, wasm in Chromium");
            let (wasm, policies_wasm) = measure_wasm(workplace, &pairs)?;
            println!("{}", speed_table(&native, &wasm));
            if let Some(folder) = peers {
                progress::step("Betterleaks");
                let betterleaks = measure_betterleaks(workplace, &folder)?;
                let (table, ahead) = peers_table(&native, &betterleaks);
                println!("{table}");
                budget.push(ahead);
            }
            println!("{}", policies_table(&policies_native, &policies_wasm));
            budget.extend(policies_budget(&policies_native, &policies_wasm));
            budget.extend(redaction_budget(&wasm));
            for (place, all, longest) in [
                ("native", &native, LONGEST_TERRAFORM.0),
                ("wasm", &wasm, LONGEST_TERRAFORM.1),
            ] {
                if let Some(paste) = all.iter().find(|measured| measured.size == TERRAFORM) {
                    let took = median(&paste.pipeline);
                    budget.push((
                        took <= longest,
                        format!(
                            "{TERRAFORM} to proven patch, {place}: {took:.1} ms of {longest} ms"
                        ),
                    ));
                }
            }
            if let Some(paste) = wasm.iter().find(|measured| measured.size == "50 KB") {
                let took = median(&paste.pipeline);
                budget.push((
                    took <= LONGEST_50_KB,
                    format!("50 KB paste to report in wasm: {took:.1} ms of {LONGEST_50_KB} ms"),
                ));
            }
        }
        if !options.speed && !options.share {
            let dist = page::build_page(workplace, Kind::Release)?;
            let weight = weight::of(workplace, &dist)?;
            println!("{}", weight.table);
            budget.extend(weight.budget);
        }
        println!("budget");
        for (holds, line) in budget {
            println!("  {}  {line}", if holds { "holds" } else { "OVER " });
        }
        Ok(())
    }
}

/// The times of each run, in milliseconds.
#[derive(Debug, serde::Deserialize)]
struct Measured {
    #[serde(skip)]
    size: &'static str,
    bytes: u64,
    redaction: Vec<f64>,
    pipeline: Vec<f64>,
    /// What the crate `redact-secret` takes for the redaction alone.
    #[serde(default)]
    redact_secret: Vec<f64>,
}

impl Measured {
    /// MB a second, where these are the times of a run.
    fn speed(&self, times: &[f64]) -> f64 {
        // Bytes a millisecond are kilobytes a second.
        #[expect(
            clippy::cast_precision_loss,
            reason = "a paste has far fewer bytes than a float has exact numbers"
        )]
        let speed = self.bytes as f64 / median(times) / 1e3;
        speed
    }
}

/// What deciding, comparing and hostile input take.
#[derive(Debug, serde::Deserialize)]
struct Policies {
    /// Requests a second, policies read once.
    decisions: f64,
    /// Milliseconds of each pair of policies, read and compared.
    comparisons: Vec<f64>,
    /// Microseconds of each hostile pattern against 2 KB.
    globs: Vec<f64>,
    /// Milliseconds of each hostile text of 1 MB, linted and compared.
    hostile: Vec<f64>,
    /// Bytes of memory that the module had at the end; in wasm.
    memory: Option<u64>,
}

/// The pairs of a file as the two halves take them: texts with lines between them that no JSON has.
fn pairs(workplace: &Workplace, path: Option<&Path>) -> Result<PathBuf> {
    let mut all = Vec::new();
    if let Some(path) = path {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let case: serde_json::Value = serde_json::from_str(line)
                .with_context(|| format!("{} has a line that is no JSON", path.display()))?;
            let side = |name: &str| {
                case.get(name)
                    .map(ToString::to_string)
                    .with_context(|| format!("a line of {} has no `{name}`", path.display()))
            };
            all.push(format!("{}\n----\n{}", side("existing")?, side("new")?));
        }
    }
    let folder = workplace.target().join("bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("pairs.txt");
    fs::write(&file, all.join("\n====\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Where the texts are left for those that are measured beside us.
fn peers_folder(workplace: &Workplace) -> Result<PathBuf> {
    let folder = workplace.target().join("bench/peers");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Milliseconds of each run of Betterleaks, for each paste.
fn measure_betterleaks(workplace: &Workplace, folder: &Path) -> Result<Vec<Vec<f64>>> {
    let environment = tools::ready(workplace, &[&Betterleaks])?;
    let python = environment
        .variable(Betterleaks::PYTHON)
        .context("Betterleaks was installed without a Python")?;
    let mut python = environment.command(python, workplace.root());
    python
        .arg(workplace.path("crates/xtask/bench/betterleaks.py"))
        .args(arguments().map(|word| folder.join(word)));
    process::read_with_progress(&mut python)?
        .lines()
        .map(|line| {
            serde_json::from_str(line)
                .with_context(|| format!("Betterleaks' script printed `{line}`"))
        })
        .collect()
}

/// MB a second of each on the same pastes, and whether we are as far ahead of Betterleaks on all as the budget says.
fn peers_table(native: &[Measured], betterleaks: &[Vec<f64>]) -> (String, (bool, String)) {
    let mut table = format!(
        "{:<16} {:>16} {:>16} {:>16}\n",
        "redaction", "undeny", "redact-secret", "Betterleaks"
    );
    let mut ahead = f64::INFINITY;
    for (one, betterleaks) in native.iter().zip(betterleaks) {
        let [ours, peer, scanner] =
            [&one.redaction, &one.redact_secret, betterleaks].map(|times| one.speed(times));
        ahead = ahead.min(ours / scanner);
        table.push_str(&format!(
            "{:<16} {ours:>11.1} MB/s {peer:>11.1} MB/s {scanner:>11.1} MB/s\n",
            one.size
        ));
    }
    let said = format!(
        "redaction against Betterleaks, native: {ahead:.1} times as quick at least, of {LEAST_AHEAD}"
    );
    (table, (ahead >= LEAST_AHEAD, said))
}

fn redaction_budget(wasm: &[Measured]) -> Vec<(bool, String)> {
    let mut budget = Vec::new();
    for (size, longest) in LONGEST_REDACTION {
        let Some(log) = wasm.iter().find(|one| one.size == size) else {
            continue;
        };
        let (took, speed) = (median(&log.redaction), log.speed(&log.redaction));
        budget.push((
            took <= longest && speed >= LEAST_REDACTED,
            format!("redaction of a {size} in wasm: {took:.1} ms of {longest} ms, {speed:.0} MB/s of {LEAST_REDACTED}"),
        ));
    }
    budget
}

fn measure_native(
    workplace: &Workplace,
    pairs: &Path,
    peers: Option<&Path>,
) -> Result<(Vec<Measured>, Policies)> {
    let manifest = satellite::manifest(workplace, satellite::BENCH)?;
    let mut cargo = tools::ready(workplace, &[])?.command("cargo", workplace.root());
    cargo
        .arg("run")
        .arg("--release")
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(workplace.target().join("bench"))
        .arg("--");
    if let Some(folder) = peers {
        cargo.arg("--peers").arg(folder);
    }
    cargo.args(arguments()).arg("--pairs").arg(pairs);
    measured(&process::read_with_progress(&mut cargo)?)
}

fn measure_wasm(workplace: &Workplace, pairs: &Path) -> Result<(Vec<Measured>, Policies)> {
    let environment =
        tools::ready(workplace, FOR_THE_PAGE)?.and(tools::ready(workplace, FOR_THE_BROWSER)?);
    let target = workplace.target().join("bench");
    let manifest = satellite::manifest(workplace, satellite::BENCH)?;
    let mut cargo = environment.command("cargo", workplace.root());
    cargo
        .args([
            "build",
            "--lib",
            "--profile",
            "wasm",
            "--target",
            tools::TARGET,
            "--manifest-path",
        ])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target);
    // As the page is compiled, so that the page's speed is measured.
    pieces::compile_small(&mut cargo, &environment, workplace);
    process::run(&mut cargo)?;

    let built = target
        .join(tools::TARGET)
        .join("wasm")
        .join("undeny_bench.wasm");
    let page = target.join("page");
    let mut bindgen = pieces::bindgen(workplace, &environment, "engine", &page);
    process::run(bindgen.arg(&built))?;
    let wasm = page.join("engine_bg.wasm");
    let flags = pieces::SHRINK.iter().copied();
    pieces::shrink(workplace, &environment, flags, &wasm)?;
    fs::write(page.join("index.html"), BENCH_PAGE)?;
    fs::write(page.join("start.js"), BENCH_START)?;

    let mut node = browser::script(workplace, &environment, &page, "bench.mjs")?;
    measured(&process::read_with_progress(
        node.args(arguments()).arg("--pairs").arg(pairs),
    )?)
}

fn arguments() -> impl Iterator<Item = String> {
    PASTES.iter().map(|(_, word)| (*word).to_owned())
}

fn measured(printed: &str) -> Result<(Vec<Measured>, Policies)> {
    let mut all = Vec::new();
    for ((size, _), line) in PASTES.iter().zip(printed.lines()) {
        let mut one: Measured = serde_json::from_str(line)
            .with_context(|| format!("the benchmark printed `{line}`"))?;
        one.size = size;
        all.push(one);
    }
    if all.len() != PASTES.len() {
        bail!(
            "the benchmark measured {} of {} pastes",
            all.len(),
            PASTES.len()
        );
    }
    let last = printed.lines().nth(PASTES.len()).unwrap_or_default();
    let policies = serde_json::from_str(last)
        .with_context(|| format!("the benchmark of policies printed `{last}`"))?;
    Ok((all, policies))
}

/// The time that all but one in a hundred stay below.
pub(super) fn late(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * 99).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

fn most(times: &[f64]) -> f64 {
    times.iter().copied().fold(0.0, f64::max)
}

fn policies_table(native: &Policies, wasm: &Policies) -> String {
    let mut table = String::new();
    for (place, all) in [("native", native), ("wasm", wasm)] {
        table.push_str(&format!(
            "{place:<8} {:.2} M decisions/s; {} comparisons: median {:.2} ms, p99 {:.2} ms, most {:.2} ms; worst glob {:.1} µs; worst hostile 1 MB {:.0} ms{}\n",
            all.decisions / 1e6,
            all.comparisons.len(),
            median(&all.comparisons),
            late(&all.comparisons),
            most(&all.comparisons),
            most(&all.globs),
            most(&all.hostile),
            all.memory.map_or(String::new(), |memory| format!("; memory {:.1} MB", megabytes(memory))),
        ));
    }
    table
}

fn policies_budget(native: &Policies, wasm: &Policies) -> Vec<(bool, String)> {
    let (least_native, least_wasm) = LEAST_DECISIONS;
    let memory = wasm.memory.unwrap_or(u64::MAX);
    let comparison = late(&wasm.comparisons);
    let glob = most(&wasm.globs).max(most(&native.globs));
    vec![
        (
            native.decisions >= least_native,
            format!(
                "decisions a second, native: {:.2} M of {:.1} M",
                native.decisions / 1e6,
                least_native / 1e6
            ),
        ),
        (
            wasm.decisions >= least_wasm,
            format!(
                "decisions a second in wasm: {:.2} M of {:.1} M",
                wasm.decisions / 1e6,
                least_wasm / 1e6
            ),
        ),
        (
            comparison <= LONGEST_COMPARISON,
            format!("comparison in wasm, p99: {comparison:.2} ms of {LONGEST_COMPARISON} ms"),
        ),
        (
            glob <= LONGEST_GLOB,
            format!("64 stars against 2 KB: {glob:.1} µs of {LONGEST_GLOB} µs"),
        ),
        (
            memory <= MOST_MEMORY,
            format!(
                "memory in wasm after 1 MB of anything: {:.1} MB of {:.0} MB",
                megabytes(memory),
                megabytes(MOST_MEMORY)
            ),
        ),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "for a person to read")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

pub(super) fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn speed_table(native: &[Measured], wasm: &[Measured]) -> String {
    let mut table = format!(
        "{:<16} {:<8} {:>16} {:>14} {:>6}\n",
        "paste", "where", "redaction", "pipeline", "runs"
    );
    for (place, all) in [("native", native), ("wasm", wasm)] {
        for one in all {
            let speed = one.speed(&one.redaction);
            let line = format!(
                "{:<16} {place:<8} {speed:>11.1} MB/s {:>11.2} ms {:>6}\n",
                one.size,
                median(&one.pipeline),
                one.pipeline.len()
            );
            table.push_str(&line);
        }
    }
    table
}

/// What one part of the engine weighs.
#[derive(Debug, serde::Deserialize)]
struct Part {
    part: String,
    functions: u64,
    bytes: u64,
    brotli: u64,
}

/// All parts, and the code of the whole under brotli.
#[derive(Debug, serde::Deserialize)]
struct Parts {
    code: u64,
    rows: Vec<Part>,
}

/// How much smaller the page's code would be without each part, from the engine as it was linked for the page.
fn share(workplace: &Workplace) -> Result<(String, (bool, String))> {
    let whole = pieces::whole(workplace);
    if !whole.exists() {
        page::build_page(workplace, Kind::Release)?;
    }
    let environment = tools::ready(workplace, FOR_THE_PAGE)?;
    let shrunk = workplace.target().join("pieces").join("named.wasm");
    let mut shrink = environment.command("wasm-opt", workplace.root());
    process::run(
        shrink
            .args(pieces::SHRINK)
            .arg("-g")
            .arg(&whole)
            .arg("-o")
            .arg(&shrunk),
    )?;
    let mut node = environment.command("node", workplace.root());
    let printed = process::read(
        node.arg(workplace.path("tests/browser/share.mjs"))
            .arg(&shrunk)
            .args(PARTS),
    )?;
    let parts: Parts = serde_json::from_str(&printed)?;
    let mut table = format!(
        "{:<24} {:>10} {:>10} {:>10}\n",
        "code of", "functions", "bytes", "brotli"
    );
    for row in &parts.rows {
        table.push_str(&format!(
            "{:<24} {:>10} {:>10} {:>10}\n",
            row.part, row.functions, row.bytes, row.brotli
        ));
    }
    let together = parts.rows.last().map_or(u64::MAX, |row| row.brotli);
    let said = format!(
        "deciding, comparing and linting in the page: {together} bytes brotli of {LARGEST_SHARE} (all code: {})",
        parts.code
    );
    Ok((table, (together <= LARGEST_SHARE, said)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_middle_run_counts() {
        assert!((median(&[9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
        let times: Vec<f64> = (1..=200).map(f64::from).collect();
        assert!((late(&times) - 198.0).abs() < f64::EPSILON);
    }

    /// The optimisation level of the profile `wasm` and of each package in it, by the table's heading.
    fn levels(manifest: &str) -> BTreeMap<&str, &str> {
        let mut heading = "";
        let mut levels = BTreeMap::new();
        for line in manifest.lines() {
            if line.starts_with('[') {
                heading = line;
            } else if heading.starts_with("[profile.wasm")
                && let Some(level) = line.strip_prefix("opt-level = ")
            {
                levels.insert(heading, level);
            }
        }
        levels
    }

    /// The benchmark is a workspace of its own, so its profile is too; compiled any other way, its figures would not be the page's.
    #[test]
    fn the_benchmark_is_compiled_as_the_page_is() {
        let page = levels(include_str!("../../../../Cargo.toml"));
        let bench = levels(include_str!("../../bench/Cargo.toml"));
        assert!(bench.contains_key("[profile.wasm]"));
        for (heading, level) in &bench {
            assert_eq!(page.get(heading), Some(level), "{heading}");
        }
        let of_the_page_alone = [
            "leptos",
            "reactive_graph",
            "tachys",
            "undeny-assistant",
            "undeny-frame",
            "undeny-web",
        ];
        for heading in page.keys().filter(|heading| !bench.contains_key(*heading)) {
            let package = heading
                .trim_start_matches("[profile.wasm.package.")
                .trim_end_matches(']');
            assert!(
                of_the_page_alone.contains(&package),
                "the benchmark's manifest lacks {heading}"
            );
        }
    }
}
