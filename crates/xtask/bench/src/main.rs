//! The native half of `cargo xtask bench`: for each size given (`terraform-50000`: of Terraform), one line of JSON with the times of each run in milliseconds; then one line about
//! policies, with pairs of `--pairs FILE` beside our own.

use std::{hint::black_box, time::Instant};

/// Enough runs for a median, and no more than a few seconds.
const RUNS: usize = 30;
const PATIENCE: f64 = 3_000.0;
const DECISIONS: usize = 500_000;
const MATCHES: usize = 500;

fn main() {
    let mut pairs: Vec<String> = (0..undeny_bench::pair_count())
        .map(undeny_bench::pair)
        .collect();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--pairs" {
            let path = arguments.next().unwrap_or_default();
            let text = std::fs::read_to_string(path).unwrap_or_default();
            pairs.extend(text.split("\n====\n").map(str::to_owned));
            continue;
        }
        let text = match argument.strip_prefix("terraform-") {
            Some(size) => size.parse().map(undeny_bench::terraform),
            None => argument.parse().map(undeny_bench::paste),
        };
        let Ok(text) = text else { continue };
        let redaction = times(|| undeny_bench::redaction(black_box(&text)));
        let pipeline = times(|| undeny_bench::pipeline(black_box(&text)));
        println!(
            "{{\"bytes\":{},\"redaction\":{redaction:?},\"pipeline\":{pipeline:?}}}",
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
