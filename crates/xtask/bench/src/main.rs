//! The native half of `cargo xtask bench`: for each text named (`1000`, `log-1000`, `terraform-1000`), one line of JSON with the times of each run in
//! milliseconds; then one line about policies, with pairs of `--pairs FILE` beside our own. With `--peers FOLDER` the crate `redact-secret` is measured on
//! the same texts, and they are left in the folder for those that are no crates.

use std::{hint::black_box, path::PathBuf, time::Instant};

use redact_secret::{DefaultPolicy, DetectorRegistry};

/// Enough runs for a median, and no more than a few seconds.
const RUNS: usize = 30;
const PATIENCE: f64 = 3_000.0;
const DECISIONS: usize = 500_000;
const MATCHES: usize = 500;

fn main() {
    let mut pairs: Vec<String> = (0..undeny_bench::pair_count())
        .map(undeny_bench::pair)
        .collect();
    let mut peers = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--pairs" {
            let path = arguments.next().unwrap_or_default();
            let text = std::fs::read_to_string(path).unwrap_or_default();
            pairs.extend(text.split("\n====\n").map(str::to_owned));
            continue;
        }
        if argument == "--peers" {
            peers =
                (arguments.next().map(PathBuf::from)).zip(DetectorRegistry::with_built_in([]).ok());
            continue;
        }
        let text = undeny_bench::made(&argument);
        let redaction = times(|| undeny_bench::redaction(black_box(&text)));
        let pipeline = times(|| undeny_bench::pipeline(black_box(&text)));
        let mut peer = Vec::new();
        if let Some((folder, registry)) = &peers {
            let _ = std::fs::write(folder.join(&argument), &text);
            peer = times(|| redact_secret(registry, black_box(&text)));
        }
        println!(
            "{{\"bytes\":{},\"redaction\":{redaction:?},\"pipeline\":{pipeline:?},\"redact_secret\":{peer:?}}}",
            text.len()
        );
    }
    let started = Instant::now();
    black_box(undeny_bench::decisions(DECISIONS));
    let decisions = count(DECISIONS) / started.elapsed().as_secs_f64();
    let comparisons: Vec<f64> = pairs
        .iter()
        .filter_map(|pair| pair.split_once("\n----\n"))
        .map(|(before, after)| {
            let all = times(|| undeny_bench::comparison(black_box(before), black_box(after)));
            all.into_iter().fold(f64::INFINITY, f64::min)
        })
        .collect();
    let globs: Vec<f64> = (0..undeny_bench::glob_count())
        .map(|number| {
            let started = Instant::now();
            black_box(undeny_bench::globs(number, MATCHES));
            started.elapsed().as_secs_f64() * 1e6 / count(MATCHES)
        })
        .collect();
    let hostile: Vec<f64> = (0..undeny_bench::hostile_count())
        .map(|number| {
            let started = Instant::now();
            black_box(undeny_bench::hostile(number));
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    println!(
        "{{\"decisions\":{decisions},\"comparisons\":{comparisons:?},\"globs\":{globs:?},\"hostile\":{hostile:?}}}"
    );
}

/// What the crate `redact-secret` makes of a text, in bytes; 0 where it gives none.
fn redact_secret(registry: &DetectorRegistry, text: &str) -> usize {
    let form = &redact_secret::default_placeholder_formatter;
    redact_secret::scan_and_redact(text, registry, &DefaultPolicy, form)
        .map_or(0, |redacted| redacted.text().len())
}

#[expect(clippy::cast_precision_loss, reason = "a count of runs")]
fn count(runs: usize) -> f64 {
    runs as f64
}

fn times(work: impl Fn() -> usize) -> Vec<f64> {
    let mut times = Vec::new();
    while times.len() < RUNS && (times.len() < 3 || times.iter().sum::<f64>() < PATIENCE) {
        let started = Instant::now();
        black_box(work());
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    times
}
