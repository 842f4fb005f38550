//! SARIF 2.1.0: findings as code scanning takes them.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};
use undeny_core::compare::{ComparisonReport, Question};
use undeny_core::lint::{self, Fix, LintReport, RuleSays};

use crate::human;

/// The findings of `lint`.
pub(crate) fn findings(report: &LintReport) -> Value {
    let found: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    let rules: Vec<RuleSays> = lint::rules()
        .into_iter()
        .filter(|rule| found.contains(&rule.name))
        .collect();
    let results = report.findings.iter().map(|finding| {
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(finding.severity),
            "message": { "text": sentence(&finding.message) },
            "locations": [location(&finding.name, finding.place, finding.place_end)],
        });
        let index = rules.iter().position(|rule| rule.name == finding.rule);
        if let (Some(index), Value::Object(result)) = (index, &mut result) {
            result.insert("ruleIndex".to_owned(), json!(index));
            if let Some(fix) = &finding.fix {
                result.insert("fixes".to_owned(), json!([changed(fix, &finding.name)]));
            }
        }
        result
    });
    log(rules.iter().map(descriptor).collect(), results.collect())
}

/// The rules of `lint`, and no results.
pub(crate) fn rules(rules: &[RuleSays]) -> Value {
    log(rules.iter().map(descriptor).collect(), Vec::new())
}

/// A comparison: each box of new access is a result at the statement of AFTER that grants it. `name` is AFTER's.
pub(crate) fn comparison(report: &ComparisonReport, name: &str) -> Value {
    let id = rule(report.question);
    let summary = match report.question {
        Question::NewAccess => "Something is allowed that was not before.",
        Question::AccessNotGranted => "Something is allowed that must not be granted.",
        Question::NoPublicAccess => "Something is allowed to just anybody.",
    };
    let mut rules = vec![json!({
        "id": id,
        "shortDescription": { "text": summary },
        "defaultConfiguration": { "level": "error" },
        "properties": properties("security"),
    })];
    if !report.unread.is_empty() {
        rules.push(json!({
            "id": NOT_READ,
            "shortDescription": { "text": "Something may be allowed, and was not read." },
            "defaultConfiguration": { "level": "warning" },
            "properties": properties("warning"),
        }));
    }
    let unread = report.unread.iter().map(|unread| {
        let [start, end] = unread.place;
        json!({
            "ruleId": NOT_READ,
            "ruleIndex": 1,
            "level": "warning",
            "message": { "text": sentence(&unread.sentence) },
            "locations": [location(name, start, end)],
        })
    });
    let results = report.new_access.iter().map(|access| {
        let text = format!(
            "{}. For example {}.",
            human::new_access(access),
            human::example(&access.example)
        );
        let [start, end] = access.place;
        json!({
            "ruleId": id,
            "ruleIndex": 0,
            "level": "error",
            "message": { "text": text },
            "locations": [location(name, start, end)],
            "properties": { "example": access.example },
        })
    });
    let mut log = log(rules, results.chain(unread).collect());
    let is_result = |text: &&String| report.unread.iter().any(|unread| unread.sentence == **text);
    let approximated = report.approximated.iter();
    let said = approximated
        .filter(|text| !is_result(text))
        .map(|text| ("warning", text));
    let said = said.chain(report.notes.iter().map(|text| ("note", text)));
    let notifications: Vec<Value> = said
        .map(|(level, text)| json!({ "level": level, "message": { "text": sentence(text) } }))
        .collect();
    if !notifications.is_empty()
        && let Some(run) = log.pointer_mut("/runs/0").and_then(Value::as_object_mut)
    {
        run.insert(
            "invocations".to_owned(),
            json!([{ "executionSuccessful": true, "toolExecutionNotifications": notifications }]),
        );
    }
    log
}

/// What a "yes" to a question is called where tools follow findings from run to run.
pub(crate) fn rule(question: Question) -> &'static str {
    match question {
        Question::NewAccess => "new-access",
        Question::AccessNotGranted => "access-granted",
        Question::NoPublicAccess => "public-access",
    }
}

/// The same for what may be allowed and was not read.
pub(crate) const NOT_READ: &str = "not-read";

fn log(rules: Vec<Value>, results: Vec<Value>) -> Value {
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "undeny",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn descriptor(rule: &RuleSays) -> Value {
    let mut rule_says = json!({
        "id": rule.name,
        "shortDescription": { "text": sentence(rule.summary) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties(rule.severity),
    });
    if let (Some(anchor), Value::Object(says)) = (rule.aws_name, &mut rule_says) {
        says.insert("helpUri".to_owned(), json!(format!(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-{anchor}"
        )));
    }
    rule_says
}

/// Code scanning ranks what is tagged `security` by a number from 0 to 10.
fn properties(severity: &str) -> Value {
    if severity == "security" {
        json!({ "tags": ["security", "iam"], "security-severity": "8.0" })
    } else {
        json!({ "tags": ["iam"] })
    }
}

fn level(severity: &str) -> &'static str {
    match severity {
        "error" | "security" => "error",
        "warning" => "warning",
        _ => "note",
    }
}

fn changed(fix: &Fix, name: &str) -> Value {
    let replacements: Vec<Value> = fix
        .replacements
        .iter()
        .map(|piece| {
            json!({
                "deletedRegion": region(piece.from, piece.to),
                "insertedContent": { "text": piece.text },
            })
        })
        .collect();
    json!({
        "description": { "text": sentence(&fix.title) },
        "artifactChanges": [{ "artifactLocation": { "uri": uri(name) }, "replacements": replacements }],
    })
}

fn location(name: &str, start: (usize, usize), end: (usize, usize)) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(name) }, "region": region(start, end) } })
}

fn region((line, column): (usize, usize), (end_line, end_column): (usize, usize)) -> Value {
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// A name as a reference to a file beside the run's root, or anywhere: what a URI does not take is written as `%XX`.
fn uri(name: &str) -> String {
    let mut uri = String::from(if name.starts_with('/') { "file://" } else { "" });
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// A capital first and a full stop last, which the messages of reports have not.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use undeny_core::{Input, Paste};

    /// What the schema does not say: that ids are distinct and indices fit. The schema itself is asked in `tests/tests/all/outputs.rs`.
    #[track_caller]
    fn check(log: &Value, results: usize) {
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
        for (at, id) in ids.iter().enumerate() {
            assert!(!ids.iter().take(at).any(|known| known == id), "{id} twice");
        }
        for rule in rules {
            assert!(rule["shortDescription"]["text"].is_string());
            levels(&rule["defaultConfiguration"]["level"]);
        }
        let found = run["results"].as_array().unwrap();
        assert_eq!(found.len(), results);
        for result in found {
            levels(&result["level"]);
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(Some(&&result["ruleId"]), ids.get(rule));
            for location in result["locations"].as_array().unwrap() {
                place(&location["physicalLocation"], "region");
            }
            let fixes = result.get("fixes").and_then(Value::as_array);
            for change in fixes.into_iter().flatten().flat_map(|fix| {
                assert!(fix["description"]["text"].is_string());
                fix["artifactChanges"].as_array().unwrap()
            }) {
                for piece in change["replacements"].as_array().unwrap() {
                    let whole = json!({
                        "artifactLocation": change["artifactLocation"],
                        "deletedRegion": piece["deletedRegion"],
                    });
                    place(&whole, "deletedRegion");
                    assert!(piece["insertedContent"]["text"].is_string());
                }
            }
        }
    }

    fn levels(level: &Value) {
        assert!(
            ["none", "note", "warning", "error"]
                .iter()
                .any(|known| level == known),
            "{level}"
        );
    }

    fn place(location: &Value, name: &str) {
        let uri = location["artifactLocation"]["uri"].as_str().unwrap();
        assert!(
            uri.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)),
            "{uri}"
        );
        let number = |key: &str| location[name][key].as_u64().unwrap();
        let (start, end) = (
            (number("startLine"), number("startColumn")),
            (number("endLine"), number("endColumn")),
        );
        assert!(
            start.0 >= 1 && start.1 >= 1 && start <= end,
            "{start:?} {end:?}"
        );
    }

    #[test]
    fn findings_are_results_with_a_rule_a_place_and_a_fix() {
        let text = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"*:*\", \"s3:HeadObject\"],\n  \"Resource\": \"*\"}]}";
        let report = lint::lint(&Paste {
            inputs: vec![Input {
                name: Some("a folder/\u{fc} 100% [x].json".to_owned()),
                text: text.to_owned(),
                role: None,
            }],
        });
        assert!(report.findings.len() > 2);
        let log = findings(&report);
        check(&log, report.findings.len());
        assert!(log.to_string().contains("\"fixes\""));
    }

    #[test]
    fn a_file_outside_of_the_root_has_a_whole_address() {
        assert_eq!(uri("/iam/a b.json"), "file:///iam/a%20b.json");
        assert_eq!(uri("iam/a b.json"), "iam/a%20b.json");
    }

    #[test]
    fn all_rules_are_described() {
        check(&rules(&lint::rules()), 0);
    }

    #[test]
    fn new_access_is_a_result_at_its_statement() {
        let of = |action: &str| {
            format!(
                "\n{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"*\"}}]}}"
            )
        };
        let report = undeny_core::compare::compare(&of("s3:GetObject"), &of("s3:*")).unwrap();
        let log = comparison(&report, "after.json");
        check(&log, report.new_access.len());
        assert_eq!(
            log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"],
            2
        );
    }
}
