//! The redactor and its peers over the same files, one after the other: `cd bench && cargo run --release -- FILE..`.
//!
//! Times are of the processor, the best of five. Betterleaks joins where `python3` can import `pybetterleaks` (`PYTHON` names another interpreter).

use std::process::Command;

use undeny_redact::{Options, Vault, redact};

const BETTERLEAKS: &str = "
import sys, time, pybetterleaks
text = open(sys.argv[1]).read()
best = 1e9
for _ in range(5):
    started = time.process_time()
    found = pybetterleaks.scan_text(text)
    best = min(best, time.process_time() - started)
print(best, len(found.findings))
";

fn main() {
    println!(
        "{:<28} {:<14} {:>9} {:>9} {:>9} {:>8}",
        "file", "who", "bytes", "ms", "MB/s", "found"
    );
    for file in std::env::args().skip(1) {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{file} cannot be read: {error}");
                continue;
            }
        };
        let name = file.rsplit('/').next().unwrap_or(&file);
        let row = |who: &str, seconds: f64, found: usize| {
            let bytes = text.len();
            println!(
                "{name:<28} {who:<14} {bytes:>9} {:>9.2} {:>9.1} {found:>8}",
                seconds * 1e3,
                bytes as f64 / seconds / 1e6
            );
        };
        let (seconds, found) = best(|| {
            redact(&mut Vault::new(), &[&text], &Options::default())
                .first()
                .map_or(0, |one| one.findings.len())
        });
        row("undeny", seconds, found);
        let (seconds, found) =
            best(|| redact_secret::sanitize(&text).map_or(0, |result| result.findings().len()));
        row("redact-secret", seconds, found);
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let output = Command::new(python)
            .args(["-c", BETTERLEAKS, &file])
            .output();
        let told = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let mut numbers = told.iter().flat_map(|told| told.split_whitespace());
        if let (Some(seconds), Some(found)) = (
            numbers.next().and_then(|number| number.parse().ok()),
            numbers.next().and_then(|number| number.parse().ok()),
        ) {
            row("betterleaks", seconds, found);
        }
    }
}

/// The best of five, each as many runs as the clock needs.
fn best(run: impl Fn() -> usize) -> (f64, usize) {
    let mut best = f64::MAX;
    let mut found = 0;
    for _ in 0..5 {
        let started = cpu_seconds();
        let mut runs = 0.0;
        while cpu_seconds() - started < 0.03 {
            found = run();
            runs += 1.0;
        }
        best = best.min((cpu_seconds() - started) / runs);
    }
    (best, found)
}

/// Seconds this thread has had the processor: wall-clock time says little on a shared machine.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|nanoseconds| nanoseconds.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}
