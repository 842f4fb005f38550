//! GitLab's code quality report: a list of findings, each with the members that GitLab asks for.
//!
//! Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use serde_json::{Value, json};
use undeny_core::compare::{ComparisonReport, Question};
use undeny_core::lint::LintReport;

use crate::{human, sarif};

/// The findings of `lint`.
pub(crate) fn findings(report: &LintReport) -> Value {
    let mut issues = Issues::default();
    for finding in &report.findings {
        let severity = match finding.severity {
            "error" => "critical",
            "security" => "major",
            "warning" => "minor",
            _ => "info",
        };
        issues.add(
            finding.rule,
            severity,
            &finding.message,
            &finding.name,
            finding.place.0,
        );
    }
    Value::Array(issues.list)
}

/// A comparison: each piece of new access at the statement of AFTER, `name`, that grants it.
pub(crate) fn comparison(report: &ComparisonReport, name: &str) -> Value {
    let mut issues = Issues::default();
    let rule = sarif::rule(report.question);
    let said = match report.question {
        Question::NewAccess => "allowed now",
        Question::AccessNotGranted => "allowed",
        Question::NoPublicAccess => "allowed to just anybody",
    };
    for access in &report.new_access {
        let message = format!(
            "{said}: {}; for example {}",
            human::new_access(access),
            human::example(&access.example)
        );
        issues.add(rule, "major", &message, name, access.place[0].0);
    }
    for unread in &report.unread {
        issues.add(
            sarif::NOT_READ,
            "major",
            &unread.sentence,
            name,
            unread.place[0].0,
        );
    }
    Value::Array(issues.list)
}

#[derive(Default)]
struct Issues {
    list: Vec<Value>,
    known: Vec<String>,
}

impl Issues {
    fn add(&mut self, rule: &str, severity: &str, message: &str, name: &str, line: usize) {
        let path = name.trim_start_matches('/');
        // GitLab follows a finding from one run to the next by its fingerprint: where it stands in the file may change, so the line is no
        // part of it; of equal findings each has its number.
        let said = format!("{rule}\n{path}\n{message}");
        let number = self.known.iter().filter(|known| **known == said).count();
        self.list.push(json!({
            "description": message,
            "check_name": rule,
            "fingerprint": fingerprint(&format!("{said}\n{number}")),
            "severity": severity,
            "location": { "path": path, "lines": { "begin": line } },
        }));
        self.known.push(said);
    }
}

/// FNV-1a with 128 bits, as 32 hexadecimal digits: <https://www.rfc-editor.org/rfc/rfc9923>.
fn fingerprint(text: &str) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in text.bytes() {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}
