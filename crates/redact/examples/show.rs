//! What the redactor does with standard input, finding by finding: `cargo run -p undeny-redact --example show < FILE`.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use undeny_redact::{Options, Vault, redact};

fn main() {
    let text = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
    let mut vault = Vault::new();
    for result in redact(&mut vault, &[&text], &Options::default()) {
        print!("{}", result.text);
        if std::env::args().any(|argument| argument == "--text") {
            continue;
        }
        println!();
        for finding in result.findings {
            println!(
                "{:?} {:?} {:?} {:?} {:?}",
                finding.detector,
                finding.class,
                finding.confidence,
                finding.span.text(&text),
                finding.placeholder
            );
        }
    }
}
