//! `cargo run --release -p undeny-core --example measure_fix [BYTES...]`: how long it takes from so many bytes of Terraform and an error to a
//! proven patch; 1 KB, 50 KB and 500 KB where none are given.
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod terraform;

use std::time::Instant;

use undeny_core::{Input, Options, Paste, run};

const RUNS: usize = 40;

fn main() {
    let mut sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
        .collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 50_000, 500_000];
    }
    for bytes in sizes {
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
        for _ in 0..RUNS.min(2_000_000 / bytes.max(1)).max(3) {
            let started = Instant::now();
            let outcome = run(&paste, &options);
            times.push(started.elapsed().as_secs_f64() * 1000.0);
            verdict = outcome.report.verdict.as_str();
        }
        times.sort_by(f64::total_cmp);
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let slowest = times.last().copied().unwrap_or_default();
        println!("{bytes:>7} bytes  {verdict}  median {median:.2} ms, slowest {slowest:.2} ms");
    }
}
