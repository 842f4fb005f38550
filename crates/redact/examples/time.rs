//! Where the time goes: `cargo run --release -p undeny-redact --example time`.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use std::time::Instant;
use undeny_redact::{Options, Vault, redact, scan};

fn main() {
    let log = "2026-11-21T10:15:42.123Z INFO  [main] com.example.app.Server - request handled in 12 ms, status=200 path=/api/v1/items user agent Mozilla/5.0\n\
               2026-11-21T10:15:42.125Z DEBUG [worker-3] scheduler: next run in 30 s, queue length 14, retries 0 of 3\n"
        .repeat(20_000);
    let started = Instant::now();
    let found = scan(&log).len();
    println!(
        "scan   {:.1} MB/s, {found} found",
        log.len() as f64 / started.elapsed().as_secs_f64() / 1e6
    );
    let started = Instant::now();
    let mut vault = Vault::new();
    let found = redact(&mut vault, &[&log], &Options::default());
    println!(
        "redact {:.1} MB/s, {} findings",
        log.len() as f64 / started.elapsed().as_secs_f64() / 1e6,
        found.first().map_or(0, |one| one.findings.len())
    );
    let started = Instant::now();
    let restored = vault.restore(&log);
    println!(
        "restore {:.1} MB/s, {}",
        log.len() as f64 / started.elapsed().as_secs_f64() / 1e6,
        restored.text.len()
    );
}
