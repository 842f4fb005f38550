//! How much of AWS's catalogue of checks is covered, what is found in AWS's own examples, and whether every probe is right.
//!
//! `cargo run -p undeny-iam --example measure_lint -- FOLDER [--verbose]`: the folder has `access_analyzer_checks.jsonl` and
//! `example_policies.jsonl`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement, not a part of the product"
)]

use std::collections::BTreeMap;

use serde_json::Value;
use undeny_document::{Input, Paste, Role};
use undeny_iam::lint::{self, Finding, MANUALS, RULES, Severity};
use undeny_iam::policy;
use undeny_iam::service::Catalogue;

/// Checks that are left out, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "error-scp-syntax-error-action-wildcard",
        "no error since September 2025: SCPs take the whole policy language",
    ),
    (
        "error-scp-syntax-error-allow-condition",
        "no error since September 2025",
    ),
    (
        "error-scp-syntax-error-allow-notaction",
        "no error since September 2025",
    ),
    (
        "error-scp-syntax-error-allow-resource",
        "no error since September 2025",
    ),
    (
        "error-scp-syntax-error-notresource",
        "no error since September 2025",
    ),
];

static SERVICES: &[u8] = include_bytes!("../data/services.bin");

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let verbose = std::env::args().any(|argument| argument == "--verbose");
    let catalogue = Catalogue::read(SERVICES).unwrap();
    let read = |name: &str| -> Vec<Value> {
        std::fs::read_to_string(format!("{folder}/{name}"))
            .unwrap()
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };

    let checks = read("access_analyzer_checks.jsonl");
    let covered = |id: &str| MANUALS.iter().any(|manual| manual.aws_name == Some(id));
    let ids: Vec<&str> = checks
        .iter()
        .map(|check| check["id"].as_str().unwrap())
        .collect();
    let count = ids.iter().filter(|id| covered(id)).count();
    println!("catalogue       {count}/{} titles covered", ids.len());
    for id in ids.iter().filter(|id| !covered(id)) {
        let reason = LEFT_OUT
            .iter()
            .find(|(left, _)| left == id)
            .map_or("not yet", |(_, reason)| *reason);
        println!("  missing       {id}: {reason}");
    }
    for (rule, manual) in RULES.iter().zip(MANUALS) {
        if let Some(name) = manual.aws_name
            && !ids.contains(&name)
        {
            println!("  unknown       {name} of {}", rule.name);
        }
    }
    let of_aws = MANUALS
        .iter()
        .filter(|manual| manual.aws_name.is_some())
        .count();
    println!(
        "rules           {}: {of_aws} of AWS's, {} of our own",
        RULES.len(),
        RULES.len() - of_aws
    );

    let mut by_severity: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut all, mut clean) = (0, 0);
    for case in read("example_policies.jsonl") {
        let text = serde_json::to_string_pretty(&case["policy"]).unwrap();
        let role = match case["policy_type"].as_str().unwrap() {
            "identity" => Some(Role::Identity),
            "trust" => Some(Role::Trust),
            _ => None,
        };
        let findings = findings(&text, role, &catalogue);
        all += 1;
        clean += usize::from(findings.is_empty());
        for finding in findings {
            *by_severity.entry(finding.severity).or_default() += 1;
            *by_rule.entry(finding.rule).or_default() += 1;
            if finding.severity == Severity::Error || verbose {
                println!(
                    "  {} {} in {}: {} at {}",
                    finding.severity.as_str(),
                    finding.rule,
                    case["file"],
                    finding.message,
                    finding.span.text(&text)
                );
            }
        }
    }
    let severity = |severity| by_severity.get(&severity).copied().unwrap_or_default();
    println!(
        "AWS's examples  {all}: {} errors, {} security, {} warnings, {} suggestions; {clean} without any",
        severity(Severity::Error),
        severity(Severity::Security),
        severity(Severity::Warning),
        severity(Severity::Suggestion)
    );
    let mut often: Vec<(usize, &str)> = by_rule.iter().map(|(rule, n)| (*n, *rule)).collect();
    often.sort_by(|left, right| right.cmp(left));
    for (count, rule) in often {
        println!("  {count:>3} {rule}");
    }

    let (mut right, mut probes) = (0, 0);
    for (rule, manual) in RULES.iter().zip(MANUALS) {
        for (probe, wanted) in manual
            .bad
            .iter()
            .map(|probe| (probe, true))
            .chain(manual.good.iter().map(|probe| (probe, false)))
        {
            let found = findings(&probe.text(), Some(probe.role), &catalogue)
                .iter()
                .any(|finding| finding.rule == rule.name);
            probes += 1;
            right += usize::from(found == wanted);
            if found != wanted {
                println!("  wrong probe of {}: {}", rule.name, probe.text());
            }
        }
    }
    println!("probes right    {right}/{probes}");
}

fn findings(text: &str, role: Option<Role>, catalogue: &Catalogue) -> Vec<Finding> {
    let paste = Paste {
        inputs: vec![Input {
            name: None,
            text: text.to_owned(),
            role,
        }],
    };
    let reading = undeny_document::read(&paste);
    let policies = policy::find(&reading);
    lint::lint(&reading, &[text], &policies, catalogue)
}
