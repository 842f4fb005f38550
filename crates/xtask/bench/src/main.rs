//! The native half of `cargo xtask bench`: for each size given, one line of JSON with the times of each run in milliseconds.

use std::{hint::black_box, time::Instant};

/// Enough runs for a median, and no more than a few seconds.
const RUNS: usize = 30;
const PATIENCE: f64 = 3_000.0;

fn main() {
    for size in std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
    {
        let text = undeny_bench::paste(size);
        let redaction = times(|| undeny_bench::redaction(black_box(&text)));
        let pipeline = times(|| undeny_bench::pipeline(black_box(&text)));
        println!(
            "{{\"bytes\":{},\"redaction\":{redaction:?},\"pipeline\":{pipeline:?}}}",
            text.len()
        );
    }
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
