//! How often the comparison agrees with published labels, how many of its examples are confirmed, and how long it takes.
//!
//! `cargo run --release -p undeny-iam --example measure_compare -- FILE.jsonl`: a line has `existing`, `new` and `expect` (PASS or FAIL).
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement, not a part of the product"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use serde_json::Value;
use undeny_iam::compare::compare;

fn main() {
    let path = std::env::args().nth(1).expect("a file of labelled pairs");
    let verbose = std::env::args().any(|argument| argument == "--verbose");
    let text = std::fs::read_to_string(path).unwrap();
    let (mut agreed, mut all, mut fails, mut confirmed) = (0, 0, 0, 0);
    let mut times = Vec::new();
    let mut rough = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let before = [support::policy(&case["existing"])];
        let after = [support::policy(&case["new"])];
        let start = Instant::now();
        let comparison = compare(&before, &after);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        let found = if comparison.new_access.is_empty() {
            "PASS"
        } else {
            "FAIL"
        };
        let expected = case["expect"].as_str().unwrap();
        all += 1;
        agreed += usize::from(found == expected);
        rough += usize::from(!comparison.approximated.is_empty());
        if found == "FAIL" {
            fails += 1;
            confirmed += usize::from(comparison.new_access.iter().all(|new| new.confirmed));
        }
        if found != expected || verbose {
            println!(
                "{} expected {expected}, found {found}: {comparison:#?}",
                case["name"]
            );
        }
    }
    let mut slowest: Vec<(f64, usize)> = times.iter().copied().zip(1..).collect();
    slowest.sort_by(|left, right| right.0.total_cmp(&left.0));
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!("agreement       {agreed}/{all}");
    println!("FAIL confirmed  {confirmed}/{fails} (every example of the pair)");
    println!("approximated    {rough}/{all}");
    println!(
        "time            p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    for (time, line) in slowest.iter().take(3) {
        println!("slowest         line {line}: {time:.2} ms");
    }
}
