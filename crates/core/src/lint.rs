//! What is wrong, too wide or without effect in policies: the command `lint`, and the marks in the page.

use serde::Serialize;
use undeny_document::{Document, Paste, Reading};
use undeny_iam::lint as iam;
use undeny_iam::policy::{self, Policy};
use undeny_text::{Edits, LineIndex, unified_diff_of_edits};

pub use undeny_iam::service::Catalogue;

use crate::reference::Signs;
use crate::report::SCHEMA;
use crate::words;

/// What `lint` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LintReport {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The findings, by place.
    pub findings: Vec<Finding>,
    /// How many policies were looked at.
    #[serde(skip)]
    pub policies: usize,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: &'static str,
    /// `error`, `security`, `warning` or `suggestion`.
    pub severity: &'static str,
    /// What is wrong, in words; for `security` also what an attacker gets.
    pub message: String,
    /// Index of the text.
    pub document: usize,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// What to change, where that is safe.
    pub fix: Option<Fix>,
    /// The text's name, or a made-up one.
    #[serde(skip)]
    pub name: String,
    /// Line and column (in characters) of `start`, from 1.
    #[serde(skip)]
    pub place: (usize, usize),
    /// The same of `end`.
    #[serde(skip)]
    pub place_end: (usize, usize),
}

/// A change that takes a finding away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// The change as a unified diff that `git apply` takes.
    pub diff: String,
    /// The change, piece by piece.
    #[serde(skip)]
    pub replacements: Vec<Replacement>,
}

/// A piece of a text and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Line and column (in characters, from 1) of its first character.
    pub from: (usize, usize),
    /// The same behind its last character.
    pub to: (usize, usize),
    /// What stands there instead.
    pub text: String,
}

/// What a rule says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSays {
    /// Its name.
    pub name: &'static str,
    /// `error`, `security`, `warning` or `suggestion`.
    pub severity: &'static str,
    /// The anchor of the check of AWS's Access Analyzer that it answers to.
    pub aws_name: Option<&'static str>,
    /// What it looks for.
    pub summary: &'static str,
}

/// Bytes of diffs in one report. Findings behind that come without one: a text of one long line would be printed whole for each.
const MOST_DIFFS: usize = 4 << 20;

/// Every rule, by name.
#[must_use]
pub fn rules() -> Vec<RuleSays> {
    iam::RULES
        .iter()
        .zip(iam::MANUALS)
        .map(|(rule, manual)| RuleSays {
            name: rule.name,
            severity: rule.severity.as_str(),
            aws_name: manual.aws_name,
            summary: manual.summary,
        })
        .collect()
}

/// Look at every policy in a paste, with the services that are inside the engine.
#[must_use]
pub fn lint(paste: &Paste) -> LintReport {
    lint_with(paste, Catalogue::common())
}

/// As [`lint`], with another table of services.
#[must_use]
pub fn lint_with(paste: &Paste, catalogue: &Catalogue) -> LintReport {
    let texts: Vec<&str> = paste
        .inputs
        .iter()
        .map(|input| input.text.as_str())
        .collect();
    let reading = undeny_document::read(paste);
    let policies = policy::find(&reading);
    let signs = Signs::of(&reading);
    let lines: Vec<LineIndex> = texts.iter().map(|text| LineIndex::new(text)).collect();
    let mut diffs = 0;
    let findings = iam::lint(&reading, &texts, &policies, catalogue)
        .into_iter()
        .map(|found| {
            let text = texts.get(found.input).copied().unwrap_or_default();
            let name = name(&found, &reading, &policies);
            let place = |offset: usize| {
                lines.get(found.input).map_or((1, 1), |lines| {
                    let at = lines.line_column(text, offset);
                    (at.line, at.column)
                })
            };
            let mut message = match &found.attack {
                Some(attack) => format!("{}; {attack}", found.message),
                None => found.message.clone(),
            };
            signs.write(&mut message);
            Finding {
                rule: found.rule,
                severity: found.severity.as_str(),
                message,
                document: found.input,
                start: found.span.start,
                end: found.span.end,
                fix: found.fix.as_ref().and_then(|fix| {
                    if diffs > MOST_DIFFS {
                        return None;
                    }
                    let edits = edits(fix, found.input, &reading, &texts, &policies)?;
                    let diff =
                        unified_diff_of_edits(&name, text, lines.get(found.input)?, &edits).ok()?;
                    diffs += diff.len();
                    let pieces = edits.as_slice().iter().map(|edit| Replacement {
                        from: place(edit.span.start),
                        to: place(edit.span.end),
                        text: edit.insert.clone(),
                    });
                    (!diff.is_empty()).then(|| Fix {
                        title: fix.title.clone(),
                        diff,
                        replacements: pieces.collect(),
                    })
                }),
                name,
                place: place(found.span.start),
                place_end: place(found.span.end),
            }
        })
        .collect();
    LintReport {
        schema: SCHEMA,
        findings,
        policies: policies.len(),
    }
}

fn name(found: &iam::Finding, reading: &Reading, policies: &[Policy]) -> String {
    let document: Option<&Document> = reading.documents.get(found.document);
    if let Some(name) = document.and_then(|document| document.name.clone()) {
        return name;
    }
    // They are in the documents' order.
    let first = policies.partition_point(|policy| policy.document < found.document);
    let role = policies
        .get(first)
        .filter(|policy| policy.document == found.document)
        .map_or(undeny_document::Role::Identity, |policy| policy.role);
    let format = document.map_or("json", |document| document.format.as_str());
    words::made_up_name(role, format, 1)
}

/// What the fix changes in its input; `None` where this document's hand does not allow it.
fn edits(
    fix: &iam::Fix,
    input: usize,
    reading: &Reading,
    texts: &[&str],
    policies: &[Policy],
) -> Option<Edits> {
    let edits = undeny_iam::change::edits(reading, texts, policies, &fix.changes).ok()?;
    edits.get(input).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use undeny_document::Input;

    fn report(name: &str, text: &str) -> LintReport {
        lint(&Paste {
            inputs: vec![Input {
                name: Some(name.to_owned()),
                text: text.to_owned(),
                role: None,
            }],
        })
    }

    #[test]
    fn a_finding_has_its_place_and_what_an_attacker_gets() {
        let text = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\",\n \"Resource\": \"*\"}]}";
        let report = report("policy.json", text);
        let finding = report
            .findings
            .iter()
            .find(|finding| finding.rule == "wildcard-passrole")
            .unwrap();
        assert_eq!(
            text.get(finding.start..finding.end),
            Some("\"iam:PassRole\"")
        );
        assert_eq!(finding.severity, "security");
        assert!(finding.message.contains("whoever takes over this caller"));
        assert_eq!(finding.place.0, 1);
    }

    #[test]
    fn a_fix_is_a_diff_in_the_files_own_hand() {
        let text = "# who\ndata \"aws_iam_policy_document\" \"a\" {\n  statement {\n    actions   = [\"*:*\"]\n    resources = [\"arn:aws:s3:::reports/*\"]\n  }\n}\n";
        let report = report("main.tf", text);
        let finding = report
            .findings
            .iter()
            .find(|finding| finding.rule == "star-colon-star")
            .unwrap();
        let fix = finding.fix.as_ref().unwrap();
        assert!(
            fix.diff
                .contains("-    actions   = [\"*:*\"]\n+    actions   = [\"*\"]\n"),
            "{}",
            fix.diff
        );
    }

    #[test]
    fn rules_say_what_they_are() {
        let rules = rules();
        assert!(rules.len() > 150);
        assert!(rules.iter().any(|rule| {
            rule.name == "missing-effect" && rule.aws_name == Some("error-missing-effect")
        }));
    }
}
