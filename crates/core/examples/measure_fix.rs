//! `cargo run --release -p undeny-core --example measure_fix`: how long it takes from 50 KB of Terraform and an error to a proven patch.
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod terraform;

use std::time::Instant;

use undeny_core::{Input, Options, Paste, run};

const RUNS: usize = 40;

fn main() {
    for (name, bytes) in [("1 KB", 1_000), ("50 KB", 50_000), ("500 KB", 500_000)] {
        let input = |name: &str, text: String| Input {
            name: Some(name.to_owned()),
            text,
            role: None,
        };
        let paste = Paste {
            inputs: vec![
                input("error.log", terraform::ERROR.to_owned()),
                input("main.tf", terraform::terraform(bytes)),
            ],
        };
        let options = Options::default();
        let mut times: Vec<f64> = Vec::new();
        let mut verdict = "";
        for _ in 0..RUNS.min(2_000_000 / bytes).max(3) {
            let started = Instant::now();
            let outcome = run(&paste, &options);
            times.push(started.elapsed().as_secs_f64() * 1000.0);
            verdict = outcome.report.verdict.as_str();
        }
        times.sort_by(f64::total_cmp);
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let slowest = times.last().copied().unwrap_or_default();
        println!("{name:>7}  {verdict}  median {median:.2} ms, slowest {slowest:.2} ms");
    }
}
