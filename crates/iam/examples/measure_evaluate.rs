//! How many requests a second the evaluator decides, policies read once, and how long hostile patterns take.
//!
//! `cargo run --release -p undeny-iam --example measure_evaluate`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, not a part of the product"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant;

use serde_json::json;
use undeny_iam::evaluate::{Compiled, evaluate};
use undeny_iam::glob;

fn main() {
    let identity = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": ["arn:aws:s3:::reports/*", "arn:aws:s3:::reports"] },
        { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/deploy-*" },
        { "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": { "StringNotEquals": { "aws:RequestedRegion": ["eu-west-1", "eu-central-1"] } } }
    ] });
    let bucket = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/ci" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*" },
        { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*", "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
    ] });
    let scenario = support::scenario(&json!({
        "request": { "principal": "arn:aws:sts::111122223333:assumed-role/ci/build-7", "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/2026/a.csv",
            "context": { "aws:RequestedRegion": "eu-west-1", "aws:SecureTransport": "true" } },
        "identity": [identity], "resource": bucket,
    }));
    let compiled = Compiled::new(&scenario);
    let count = 2_000_000;
    let start = Instant::now();
    for _ in 0..count {
        black_box(compiled.decide(black_box(&scenario.request)));
    }
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    println!("decisions, policies read once  {:.2} M/s", rate / 1e6);
    let count = 50_000;
    let start = Instant::now();
    for _ in 0..count {
        black_box(evaluate(black_box(&scenario)));
    }
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    println!(
        "decisions, from policies, with every reason  {:.0} k/s",
        rate / 1e3
    );

    let text = "a".repeat(2_048);
    for (name, pattern) in [
        ("64 stars, `a*a*..b`", format!("{}b", "a*".repeat(64))),
        (
            "64 stars, `*aa..`",
            format!("{}b*", format!("*{}", "a".repeat(31)).repeat(64)),
        ),
        ("64 stars with `?`", format!("{}b*", "*a?a".repeat(64))),
    ] {
        let count = 2_000;
        let start = Instant::now();
        for _ in 0..count {
            black_box(glob::matches(black_box(&pattern), black_box(&text)));
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(count);
        println!("{name}, 2 KB  {each:.1} µs");
    }
}
