//! Where the time goes: `cargo run --release -p undeny-redact --example time`.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use undeny_redact::{Options, Vault, redact, scan};

fn main() {
    let log = "2026-11-21T10:15:42.123Z INFO  [main] com.example.app.Server - request handled in 12 ms, status=200 path=/api/v1/items user agent Mozilla/5.0\n\
               2026-11-21T10:15:42.125Z DEBUG [worker-3] scheduler: next run in 30 s, queue length 14, retries 0 of 3\n"
        .repeat(20_000);
    let started = cpu_seconds();
    let found = scan(&log).len();
    println!(
        "scan   {:.1} MB/s, {found} found",
        log.len() as f64 / (cpu_seconds() - started) / 1e6
    );
    let started = cpu_seconds();
    let mut vault = Vault::new();
    let found = redact(&mut vault, &[&log], &Options::default());
    println!(
        "redact {:.1} MB/s, {} findings",
        log.len() as f64 / (cpu_seconds() - started) / 1e6,
        found.first().map_or(0, |one| one.findings.len())
    );
    let started = cpu_seconds();
    let restored = vault.restore(&log);
    println!(
        "restore {:.1} MB/s, {}",
        log.len() as f64 / (cpu_seconds() - started) / 1e6,
        restored.text.len()
    );
}

/// Seconds this thread has had the processor: the machine is shared, wall-clock time says little.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|nanoseconds| nanoseconds.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}
