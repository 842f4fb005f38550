//! `redactions OUT FOLDER...`: redacts every Terraform, CloudFormation, YAML and JSON file of the folders. Each must come back, and stay as it is when it
//! is redacted again; what changed is counted; the files are written below OUT, as they were and redacted, for other parsers to read.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints a table"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use undeny_redact::{Class, Options, Redacted, Vault, redact};
use undeny_tests::files;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(out), folders) = (arguments.next(), arguments.collect::<Vec<_>>()) else {
        eprintln!("usage: redactions OUT FOLDER...");
        return ExitCode::from(2);
    };
    let mut count = 0;
    let mut bytes = 0;
    let mut changed: BTreeMap<(Class, &'static str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, text) in files::below(&folders) {
        count += 1;
        bytes += text.len();
        let (vault, result) = once(&text);
        if vault.restore(&result.text).text != text {
            wrong.push(format!("{}: does not come back", name.display()));
        }
        if once(&result.text).1.text != result.text {
            wrong.push(format!("{}: changes when redacted again", name.display()));
        }
        for finding in &result.findings {
            *changed
                .entry((finding.class, finding.detector))
                .or_default() += finding.span.len();
        }
        for (folder, text) in [("original", &text), ("redacted", &result.text)] {
            if let Err(error) = files::write(&out.join(folder).join(&name), text) {
                eprintln!("{error}");
            }
        }
    }
    println!("files redacted       {count}, {bytes} bytes");
    for class in [Class::Identifier, Class::Personal, Class::Secret] {
        let of_class = changed.iter().filter(|((of, _), _)| *of == class);
        let sum: usize = of_class.clone().map(|(_, changed)| changed).sum();
        println!(
            "bytes changed        {}: {}",
            class.as_str(),
            share(sum, bytes)
        );
        for ((_, detector), changed) in of_class {
            println!("  {detector:<30} {}", share(*changed, bytes));
        }
    }
    println!("wrong                {}", wrong.len());
    for wrong in wrong.iter().take(40) {
        println!("  {wrong}");
    }
    ExitCode::from(u8::from(!wrong.is_empty()))
}

fn once(text: &str) -> (Vault, Redacted) {
    let mut vault = Vault::new();
    let mut results = redact(&mut vault, &[text], &Options::default());
    (vault, results.pop().unwrap_or_default())
}

/// A count of bytes and its share of all.
fn share(bytes: usize, all: usize) -> String {
    let thousandths = bytes * 100_000 / all.max(1);
    format!(
        "{bytes} ({}.{:03} %)",
        thousandths / 1000,
        thousandths % 1000
    )
}
