//! Measures the denial reader on a corpus of messages (one JSON object a line: `raw`, `expected_all`, `tags`).
//!
//! | command | prints |
//! | --- | --- |
//! | `measure_denials FILE [-v]` | rows right by field, form, wrapper and tag; with `-v` each row that is not |
//! | `measure_denials --wrapped FILE [-v]` | the same rows in every synthetic wrapper, and in wrappers in wrappers |
//! | `measure_denials --speed` | time for 1, 2, 4 and 8 MB of log with 200 denials a megabyte |
//! | `measure_denials --fuzz FILE` | ten minutes of spoilt rows: no panic, spans inside the text |
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measuring program prints, and an absent JSON member is null"
)]

#[path = "../src/denial/tests/wrappers.rs"]
mod wrappers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde_json::Value;
use undeny_iam::denial::forms::readers;
use undeny_iam::denial::{Denial, read};

type Triple = (Option<String>, Option<String>, Option<String>);

fn main() {
    let mut verbose = false;
    let mut fuzz = false;
    let mut wrapped = false;
    let mut files = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-v" => verbose = true,
            "--speed" => return speed(),
            "--fuzz" => fuzz = true,
            "--wrapped" => wrapped = true,
            _ => files.push(argument),
        }
    }
    for file in files {
        match std::fs::read_to_string(&file) {
            Ok(text) if fuzz => spoil(&text),
            Ok(text) if wrapped => wrap(&text, verbose),
            Ok(text) => measure(&text, verbose),
            Err(error) => println!("{file}: {error}"),
        }
    }
}

#[derive(Default)]
struct Share {
    right: usize,
    of: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    fn show(&self, name: &str) {
        let percent = if self.of == 0 {
            100.0
        } else {
            100.0 * self.right as f64 / self.of as f64
        };
        println!("{:>4} / {:<4} {percent:6.1} %  {name}", self.right, self.of);
    }
}

fn measure(text: &str, verbose: bool) {
    let mut all = Share::default();
    let mut printing = Share::default();
    let mut policy = Share::default();
    let mut kind = Share::default();
    let mut operation = Share::default();
    let mut source = Share::default();
    let mut policy_arn = Share::default();
    let mut decoys = Share::default();
    let mut named = Share::default();
    let mut multi = Share::default();
    let mut forms: BTreeMap<&'static str, Share> = BTreeMap::new();
    let mut wrappers: BTreeMap<String, Share> = BTreeMap::new();
    let mut tags: BTreeMap<String, Share> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let Ok(row) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let raw = row["raw"].as_str().unwrap_or_default();
        let expected = row["expected_all"].as_array().cloned().unwrap_or_default();
        let reading = read(raw);
        let wanted: BTreeSet<Triple> = expected.iter().map(triple).collect();
        let got: BTreeSet<Triple> = reading.denials.iter().map(of).collect();
        let right = wanted == got;
        let mut notes = Vec::new();
        all.add(right);
        if wanted
            .iter()
            .any(|(p, a, r)| p.is_some() || a.is_some() || r.is_some())
        {
            printing.add(right);
        }
        if expected.is_empty() {
            decoys.add(reading.denials.is_empty());
            named.add(!reading.decoys.is_empty());
            if reading.decoys.is_empty() {
                notes.push("no decoy named".to_owned());
            }
        }
        if expected.len() > 1 {
            multi.add(right);
        }
        for want in &expected {
            let same: Vec<&Denial> = reading
                .denials
                .iter()
                .filter(|denial| of(denial) == triple(want))
                .collect();
            let mut field =
                |share: &mut Share, name: &str, value: &dyn Fn(&Denial) -> Option<String>| {
                    let wanted = want[name].as_str().map(ToOwned::to_owned);
                    let ok = same.iter().any(|denial| value(denial) == wanted);
                    share.add(ok);
                    if !ok && !same.is_empty() {
                        notes.push(format!(
                            "{name}: want {wanted:?}, got {:?}",
                            same.iter().map(|denial| value(denial)).collect::<Vec<_>>()
                        ));
                    }
                };
            field(&mut policy, "policy_type", &|denial| {
                denial.policy_type.map(|policy| policy.as_str().to_owned())
            });
            field(&mut kind, "denial", &|denial| {
                Some(denial.kind.as_str().to_owned())
            });
            field(&mut operation, "operation", &|denial| {
                denial.operation.clone()
            });
            field(&mut policy_arn, "policy_arn", &|denial| {
                denial.policy_arn.clone()
            });
            if !want["action"].is_null() {
                field(&mut source, "action_source", &|denial| {
                    Some(format!("{:?}", denial.action_source).to_lowercase())
                });
            }
            wrappers
                .entry(want["wrapper"].as_str().unwrap_or("-").to_owned())
                .or_default()
                .add(right);
        }
        for form in readers(raw).into_iter().filter(|_| !expected.is_empty()) {
            forms.entry(form).or_default().add(right);
        }
        for tag in row["tags"].as_array().into_iter().flatten() {
            tags.entry(tag.as_str().unwrap_or_default().to_owned())
                .or_default()
                .add(right);
        }
        for denial in &reading.denials {
            if denial.span.end > raw.len() || raw.get(denial.span.range()).is_none() {
                notes.push(format!("span {:?} outside the text", denial.span));
            }
        }
        if verbose && (!right || !notes.is_empty()) {
            println!(
                "---- {} {}\n{raw}",
                row["id"].as_str().unwrap_or_default(),
                if right { "fields" } else { "WRONG" }
            );
            if !right {
                println!("  want {wanted:?}\n  got  {got:?}");
            }
            for note in notes {
                println!("  {note}");
            }
        }
    }
    all.show("rows right");
    printing.show("rows right of those that print any of principal, action, resource");
    policy.show("policy type");
    kind.show("denial kind");
    operation.show("operation");
    source.show("action source");
    policy_arn.show("policy ARN");
    decoys.show("decoys not taken for denials");
    named.show("decoys named");
    multi.show("rows with several denials");
    println!("by form (a row counts for each form that reads something in it)");
    for (name, share) in &forms {
        share.show(name);
    }
    println!("by wrapper");
    for (name, share) in &wrappers {
        share.show(name);
    }
    println!("by tag");
    for (name, share) in &tags {
        share.show(name);
    }
}

/// Every row that is one line, in each wrapper, then 40 times in wrappers in wrappers: right where the same is read as without.
fn wrap(text: &str, verbose: bool) {
    let mut shares: BTreeMap<String, Share> = BTreeMap::new();
    let mut choices = wrappers::Choices::new(1);
    for row in text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
    {
        let raw = row["raw"].as_str().unwrap_or_default().trim();
        if raw.contains('\n') || raw.len() < 60 {
            continue;
        }
        let read_as = |text: &str| {
            read(text)
                .denials
                .iter()
                .map(of)
                .collect::<BTreeSet<Triple>>()
        };
        let whole = read_as(raw);
        let mut judge = |name: &str, text: &str| {
            let got = read_as(text);
            shares.entry(name.to_owned()).or_default().add(got == whole);
            if verbose && got != whole {
                println!(
                    "---- {} in {name}\n{text}\n  want {whole:?}\n  got  {got:?}",
                    row["id"]
                );
            }
        };
        for wrapper in wrappers::WRAPPERS {
            judge(wrapper.name, &(wrapper.wrap)(raw, &mut choices));
        }
        for _ in 0..40 {
            let (text, names) = wrappers::together(raw, &mut choices);
            let deep = format!("{} together", names.len());
            judge(&deep, &text);
        }
    }
    println!("by synthetic wrapper");
    for (name, share) in &shares {
        share.show(name);
    }
}

fn triple(value: &Value) -> Triple {
    let text = |name: &str| value[name].as_str().map(ToOwned::to_owned);
    (text("principal"), text("action"), text("resource"))
}

fn of(denial: &Denial) -> Triple {
    (
        denial.principal.clone(),
        denial.action.clone(),
        denial.resource.clone(),
    )
}

/// A CI log of `size` bytes with 200 denials a megabyte.
fn log(size: usize) -> String {
    let mut text = String::with_capacity(size + 512);
    let mut line = 0_usize;
    while text.len() < size {
        line += 1;
        let minute = line / 60 % 60;
        let second = line % 60;
        if line.is_multiple_of(48) {
            text.push_str(&format!(
                "2026-09-14T08:{minute:02}:{second:02}.1234567Z \u{1b}[31m##[error]An error occurred (AccessDeniedException) when calling the PutItem operation: User: arn:aws:sts::111122223333:assumed-role/deploy/run-{line}\n2026-09-14T08:{minute:02}:{second:02}.1234567Z is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/orders-{line} because no identity-based policy allows the dynamodb:PutItem action\u{1b}[0m\n"
            ));
        } else {
            text.push_str(&format!(
                "2026-09-14T08:{minute:02}:{second:02}.1234567Z [{line}] building module {line} of service \"web\": compiled in {second}.{minute} s\n"
            ));
        }
    }
    text
}

fn speed() {
    for megabytes in [1, 2, 4, 8] {
        let text = log(megabytes << 20);
        let mut best = f64::MAX;
        let mut found = 0;
        for _ in 0..7 {
            let start = Instant::now();
            found = read(&text).denials.len();
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!(
            "{megabytes} MB: {best:.1} ms, {found} denials, {:.0} MB/s",
            text.len() as f64 / 1_048_576.0 / (best / 1000.0)
        );
    }
}

/// Reads messages that were cut, joined and spoilt for ten minutes: none may panic, and every span lies inside its text.
fn spoil(text: &str) {
    let raws: Vec<Vec<char>> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|row| row["raw"].as_str().map(|raw| raw.chars().collect()))
        .collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or(0)
    };
    const NOISE: &[char] = &[
        '\n',
        '\r',
        '"',
        '\'',
        '`',
        '\\',
        '<',
        '>',
        '{',
        '}',
        '(',
        ')',
        '*',
        '&',
        ';',
        ':',
        '.',
        ' ',
        '\u{a0}',
        'é',
        '\u{1b}',
        '[',
        '│',
        '\u{1f600}',
        '\u{2026}',
        '\0',
        '/',
        '-',
        'n',
        'u',
    ];
    let start = Instant::now();
    let mut read_texts = 0_usize;
    let mut slowest = 0.0_f64;
    while start.elapsed().as_secs() < 600 {
        let mut text: Vec<char> = Vec::new();
        for _ in 0..=random(4) {
            let raw = &raws[random(raws.len())];
            let from = random(raw.len());
            let length = random(raw.len() * 2);
            text.extend(
                raw.iter()
                    .skip(if random(2) == 0 { 0 } else { from })
                    .take(length),
            );
        }
        for _ in 0..random(12) {
            let at = random(text.len() + 1);
            match random(3) {
                0 => text.insert(at, NOISE[random(NOISE.len())]),
                1 if at < text.len() => text[at] = NOISE[random(NOISE.len())],
                _ if at < text.len() => {
                    text.remove(at);
                }
                _ => {}
            }
        }
        let text: String = text.into_iter().collect();
        let before = Instant::now();
        let reading = read(&text);
        slowest = slowest.max(before.elapsed().as_secs_f64() * 1000.0);
        for span in reading
            .denials
            .iter()
            .map(|denial| denial.span)
            .chain(reading.decoys.iter().map(|decoy| decoy.span))
        {
            if text.get(span.range()).is_none() {
                println!("span {span:?} outside\n{text}");
            }
        }
        read_texts += 1;
    }
    println!("{read_texts} spoilt texts, none panicked; the slowest took {slowest:.1} ms");
}
