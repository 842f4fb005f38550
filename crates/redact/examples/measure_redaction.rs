//! How well the redactor does on a labelled sample: `cargo run --release -p undeny-redact --example measure_redaction -- FOLDER [--verbose]
//! [--seeds=N]`.
//!
//! FOLDER holds `sample.jsonl` and `aws_probes.jsonl`; a further argument that is a folder of text files is measured for changed bytes. With N seeds each
//! probe is measured N times more, with other numbers and letters in the values that must go.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a tool for developers, not part of the product"
)]

use std::collections::BTreeMap;

use serde_json::Value;
use undeny_redact::{Class, Confidence, Options, Redacted, Vault, redact};

fn run(text: &str) -> (Vault, Redacted) {
    let mut vault = Vault::new();
    let result = redact(&mut vault, &[text], &Options::default()).remove(0);
    (vault, result)
}

/// The README's rule: the secret, or a run of 8 or more of its characters that is at least half of it, is still there.
fn leaks(secret: &str, output: &str) -> bool {
    if output.contains(secret) {
        return true;
    }
    let characters: Vec<char> = secret.chars().collect();
    let length = 8.max(characters.len().div_ceil(2));
    characters
        .windows(length)
        .any(|run| output.contains(&run.iter().collect::<String>()))
}

fn lines(path: &str) -> Vec<Value> {
    std::fs::read_to_string(path)
        .expect("the file can be read")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .map(|list| {
            list.iter()
                .map(|item| item.as_str().unwrap().to_owned())
                .collect()
        })
        .unwrap_or_default()
}

/// The probe with other values of the same shape: each word with a digit in what must go gets other digits, and other letters of its alphabet.
fn drawn(row: &Value, seed: u64) -> Value {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |most: u8| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((state >> 33) % u64::from(most)).unwrap()
    };
    let words = |text: &str| -> Vec<String> {
        text.split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| word.len() >= 6 && word.bytes().any(|byte| byte.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    };
    let kept = strings(&row["keep"]).join(" ");
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    for word in strings(&row["redact"])
        .iter()
        .flat_map(|value| words(value))
    {
        if kept.contains(&word) || others.contains_key(&word) {
            continue;
        }
        let hex = word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        // An identifier of IAM: four letters that say of what, then base 32.
        let identifier = word.len() >= 16
            && word.starts_with('A')
            && word
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        let other = word
            .bytes()
            .enumerate()
            .map(|(at, byte)| {
                char::from(match byte {
                    _ if identifier && at < 4 => byte,
                    _ if identifier => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(next(32))],
                    b'0' => byte,
                    b'1'..=b'9' => b'1' + next(9),
                    b'a'..=b'z' if hex => b'a' + next(6),
                    b'a'..=b'z' => b'a' + next(26),
                    // What kind of identifier it is: `Z` of a hosted zone.
                    b'A'..=b'Z' if at == 0 => byte,
                    b'A'..=b'Z' => b'A' + next(26),
                    _ => byte,
                })
            })
            .collect();
        others.insert(word, other);
    }
    let mut text = row.to_string();
    for (word, other) in others {
        text = text.replace(&word, &other);
    }
    let mut drawn: Value = serde_json::from_str(&text).unwrap();
    // What links two values may be their digits: an access key's id holds its account.
    drawn["same"] = Value::Array(Vec::new());
    drawn
}

#[derive(Default)]
struct Tally {
    right: usize,
    all: usize,
}

impl Tally {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }
    fn share(&self) -> f64 {
        100.0 * self.right as f64 / (self.all.max(1)) as f64
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|argument| argument == "--verbose");
    let folder = &arguments[0];
    let mut round = Tally::default();
    let mut again = Tally::default();
    let mut check = |text: &str, vault: &Vault, result: &Redacted| {
        let back = vault.restore(&result.text);
        round.add(back.text == text && back.unknown.is_empty() && back.altered.is_empty());
        if back.text != text || !back.unknown.is_empty() {
            println!(
                "ROUND {text:?} -> {:?} -> {:?} {:?}",
                result.text, back.text, back.unknown
            );
        }
        let (_, second) = run(&result.text);
        again.add(second.text == result.text);
        if second.text != result.text {
            println!("AGAIN {:?} -> {:?}", result.text, second.text);
        }
    };

    let mut rules: BTreeMap<String, Tally> = BTreeMap::new();
    let mut sources: BTreeMap<String, Tally> = BTreeMap::new();
    let (mut clean, mut clean_any) = (Tally::default(), Tally::default());
    let (mut clean_bytes, mut clean_changed) = (0, 0);
    let mut sure = Tally::default();
    let mut everything = String::new();
    for row in lines(&format!("{folder}/sample.jsonl")) {
        let text = row["text"].as_str().unwrap();
        everything.push_str(text);
        everything.push('\n');
        let (vault, result) = run(text);
        check(text, &vault, &result);
        let source = row["source"].as_str().unwrap();
        let rule = format!("{source}/{}", row["rule"].as_str().unwrap());
        if row["expect"] == "secret" {
            let mut secrets = strings(&row["secrets"]);
            if let Some(secret) = row["secret"].as_str() {
                secrets.push(secret.to_owned());
            }
            for secret in secrets {
                let safe = !leaks(&secret, &result.text);
                rules.entry(rule.clone()).or_default().add(safe);
                sources.entry(source.to_owned()).or_default().add(safe);
                if !safe {
                    println!("LEAK {rule}: {text:?}\n  -> {:?}", result.text);
                }
                for finding in &result.findings {
                    if finding.class == Class::Secret && finding.confidence != Confidence::Low {
                        let value = finding.span.text(text);
                        sure.add(secret.contains(value) || value.contains(&secret));
                    }
                }
            }
        } else {
            let secret = result.findings.iter().any(|finding| {
                finding.class == Class::Secret && finding.confidence != Confidence::Low
            });
            clean.add(!secret);
            if row["scope"] == "any" {
                clean_any.add(!secret);
            }
            clean_bytes += text.len();
            clean_changed += result
                .findings
                .iter()
                .map(|finding| finding.span.len())
                .sum::<usize>();
            if verbose && !result.findings.is_empty() {
                println!("CLEAN {rule}: {text:?}\n  -> {:?}", result.text);
            }
        }
    }
    let all = rules.values().fold(Tally::default(), |sum, tally| Tally {
        right: sum.right + tally.right,
        all: sum.all + tally.all,
    });
    let macro_share = rules.values().map(Tally::share).sum::<f64>() / rules.len().max(1) as f64;
    println!(
        "not leaked: {}/{} = {:.1} % micro, {macro_share:.1} % macro over {} rules",
        all.right,
        all.all,
        all.share(),
        rules.len()
    );
    for (source, tally) in &sources {
        println!(
            "  {source}: {}/{} = {:.1} %",
            tally.right,
            tally.all,
            tally.share()
        );
    }
    println!(
        "findings of class secret, high or medium, that are the labelled secret: {}/{} = {:.1} %",
        sure.right,
        sure.all,
        sure.share()
    );
    println!(
        "clean texts without such a finding: {}/{} = {:.1} % (scope any: {}/{})",
        clean.right,
        clean.all,
        clean.share(),
        clean_any.right,
        clean_any.all
    );
    println!(
        "clean texts, bytes changed: {:.1} %",
        100.0 * clean_changed as f64 / clean_bytes.max(1) as f64
    );

    let (mut hidden, mut kept, mut linked) = (Tally::default(), Tally::default(), Tally::default());
    let seeds = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix("--seeds="))
        .map_or(0, |seeds| seeds.parse().unwrap());
    let probes = lines(&format!("{folder}/aws_probes.jsonl"));
    let again_drawn = (1..=seeds).flat_map(|seed| probes.iter().map(move |row| drawn(row, seed)));
    for row in probes.iter().cloned().chain(again_drawn) {
        let text = row["text"].as_str().unwrap();
        everything.push_str(text);
        everything.push('\n');
        let (vault, result) = run(text);
        check(text, &vault, &result);
        for value in strings(&row["redact"]) {
            let safe = !leaks(&value, &result.text);
            hidden.add(safe);
            if !safe {
                println!("PROBE LEAK {}: {value:?} in {:?}", row["kind"], result.text);
            }
        }
        for value in strings(&row["keep"]) {
            kept.add(result.text.contains(&value));
            if !result.text.contains(&value) {
                println!("PROBE LOST {}: {value:?} in {:?}", row["kind"], result.text);
            }
        }
        for group in row["same"].as_array().unwrap() {
            let placeholders: Vec<String> = strings(group)
                .iter()
                .map(|value| {
                    result
                        .findings
                        .iter()
                        .find(|finding| finding.span.text(text) == value)
                        .map(|finding| finding.placeholder.clone())
                        .unwrap_or_default()
                })
                .collect();
            let label = |placeholder: &str| {
                placeholder
                    .split('_')
                    .nth(1)
                    .unwrap_or(placeholder)
                    .to_owned()
            };
            linked.add(
                placeholders
                    .iter()
                    .all(|placeholder| label(placeholder) == label(&placeholders[0])),
            );
        }
        if verbose {
            println!(
                "PROBE {}: {}",
                row["kind"],
                result.text.lines().next().unwrap()
            );
        }
    }
    println!(
        "AWS probes: hidden {}/{}, kept {}/{}, linked {}/{}",
        hidden.right, hidden.all, kept.right, kept.all, linked.right, linked.all
    );
    println!(
        "round trip {}/{}, redacting again changes nothing {}/{}",
        round.right, round.all, again.right, again.all
    );

    for path in arguments
        .iter()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
    {
        let mut count: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let (mut bytes, mut files) = (0, 0);
        let mut queue = vec![std::path::PathBuf::from(path)];
        while let Some(entry) = queue.pop() {
            if entry.is_dir() {
                queue.extend(
                    std::fs::read_dir(&entry)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
            } else if let Ok(text) = std::fs::read_to_string(&entry) {
                let (vault, result) = run(&text);
                if vault.restore(&result.text).text != text {
                    println!("ROUND {}", entry.display());
                }
                let (_, second) = run(&result.text);
                if second.text != result.text {
                    println!(
                        "AGAIN {} {:?}",
                        entry.display(),
                        second.findings.first().map(|finding| (
                            finding.detector,
                            finding
                                .span
                                .text(&result.text)
                                .chars()
                                .take(80)
                                .collect::<String>()
                        ))
                    );
                }
                bytes += text.len();
                files += 1;
                for finding in &result.findings {
                    *count
                        .entry((finding.detector, finding.class.as_str()))
                        .or_default() += finding.span.len();
                    if verbose && finding.class == Class::Secret {
                        println!(
                            "HIT {} {} {} {:?}",
                            entry.display(),
                            finding.detector,
                            finding.confidence.as_str(),
                            finding
                                .span
                                .text(&text)
                                .chars()
                                .take(100)
                                .collect::<String>()
                        );
                    }
                }
            }
        }
        println!("{path}: {files} files, {bytes} bytes; bytes changed by detector:");
        for ((detector, class), changed) in count {
            println!(
                "  {detector} ({class}): {changed} = {:.3} %",
                100.0 * changed as f64 / bytes.max(1) as f64
            );
        }
    }

    let log = "2026-11-21T10:15:42.123Z INFO  [main] com.example.app.Server - request handled in 12 ms, status=200 path=/api/v1/items user agent Mozilla/5.0\n\
               2026-11-21T10:15:42.125Z DEBUG [worker-3] scheduler: next run in 30 s, queue length 14, retries 0 of 3\n"
        .repeat(5_000);
    for (name, text) in [
        ("plain log", log),
        ("sample and probes, repeated", everything.repeat(10)),
    ] {
        let started = cpu_seconds();
        let (_, result) = run(&text);
        let seconds = cpu_seconds() - started;
        println!(
            "{name}: {} bytes, {} findings, {:.1} MB/s",
            text.len(),
            result.findings.len(),
            text.len() as f64 / seconds / 1e6
        );
    }
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
