//! Where the time goes: `cargo run --release -p undeny-redact --example time [FILE]`.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use undeny_redact::{Options, Vault, redact, scan};

/// Text full of things to hide, each line different.
fn dense() -> String {
    let mut text = String::new();
    for line in 0..6_000_usize {
        text.push_str(&match line % 6 {
            0 => format!("User: arn:aws:sts::{}:assumed-role/acme{line}-deploy/jane{line} is not authorized\n", 596_341_019_084 + line % 50),
            1 => format!("  db_password: k7Qx2Zr9Wp5V{line}\n"),
            2 => format!("postgres://svc:m1cM1TyA{line}@db{line}.acme.example:5432/x\n"),
            3 => format!("10.1.{}.{} jane{line}@acme.example vpc-372d89ab{line:08x}0\n", line % 250, line % 99),
            4 => format!("\"Resource\": \"arn:aws:s3:::acme-{line}-logs/*\", \"x\": true\n"),
            _ => "the quick brown fox jumps over the lazy dog, again and again\n".to_owned(),
        });
    }
    text
}

fn main() {
    let text = dense();
    if let Some(file) = std::env::args().nth(1) {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let mut best = f64::MAX;
        let mut found = 0;
        for _ in 0..8 {
            // The clock of the processor has steps of a few milliseconds.
            let started = cpu_seconds();
            let mut runs = 0.0;
            while cpu_seconds() - started < 0.1 {
                let results = redact(&mut Vault::new(), &[&text], &Options::default());
                found = results.first().map_or(0, |one| one.findings.len());
                runs += 1.0;
            }
            best = best.min((cpu_seconds() - started) / runs);
        }
        println!(
            "{file}: {} bytes, {found} findings, {:.2} ms, {:.1} MB/s",
            text.len(),
            best * 1e3,
            text.len() as f64 / best / 1e6
        );
        return;
    }
    for (name, run) in [("scan", 0), ("redact", 1)] {
        let started = cpu_seconds();
        let mut count = 0;
        for _ in 0..4 {
            count = if run == 0 {
                scan(&text).len()
            } else {
                redact(&mut Vault::new(), &[&text], &Options::default())
                    .first()
                    .map_or(0, |one| one.findings.len())
            };
        }
        println!(
            "dense: {name} {:.1} MB/s, {count} found in {} bytes",
            4.0 * text.len() as f64 / (cpu_seconds() - started) / 1e6,
            text.len()
        );
    }
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
