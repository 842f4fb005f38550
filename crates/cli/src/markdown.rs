//! Markdown, for the comment of a pull request. What comes from a policy is text there, whatever it holds: no markup, no mentions, and
//! nothing that a reader would not see.

use std::fmt::Write as _;

use undeny_assistant::visible;
use undeny_core::compare::{ComparisonReport, Question};
use undeny_core::lint::{LintReport, RuleSays};
use undeny_core::markdown::{code, fence, inert, prose};

use crate::human;

/// The findings of `lint`.
pub(crate) fn findings(report: &LintReport) -> String {
    let count = report.findings.len();
    let title = match count {
        0 => "nothing was found".to_owned(),
        1 => "one finding".to_owned(),
        count => format!("{count} findings"),
    };
    let mut text = format!("### undeny lint: {title}\n");
    if count > 0 {
        text.push_str("\n| where | how bad | rule | what is wrong |\n| --- | --- | --- | --- |\n");
    }
    for finding in &report.findings {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code(&format!("{}:{}", finding.name, finding.place.0)),
            finding.severity,
            code(finding.rule),
            prose(&finding.message)
        );
    }
    for finding in &report.findings {
        if let Some(fix) = &finding.fix {
            let fence = fence(&fix.diff);
            let _ = write!(
                text,
                "\n<details><summary>{}:{}: {}</summary>\n\n{fence}diff\n{}{fence}\n\n</details>\n",
                inert(&finding.name),
                finding.place.0,
                prose(&fix.title),
                fix.diff
            );
        }
    }
    visible(&text)
}

/// The rules of `lint`.
pub(crate) fn rules(rules: &[RuleSays]) -> String {
    let mut text =
        "| rule | how bad | what it looks for | AWS's check |\n| --- | --- | --- | --- |\n"
            .to_owned();
    for rule in rules {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code(rule.name),
            rule.severity,
            prose(rule.summary),
            rule.aws_name.unwrap_or_default()
        );
    }
    text
}

/// A comparison; `name` is AFTER's.
pub(crate) fn comparison(report: &ComparisonReport, name: &str) -> String {
    let (nothing, title) = match report.question {
        Question::NewAccess => ("nothing new is allowed", "new access"),
        Question::AccessNotGranted => {
            ("none of this is allowed", "access that must not be granted")
        }
        Question::NoPublicAccess => ("nothing is allowed to just anybody", "public access"),
    };
    let title = if report.is_nothing() {
        nothing
    } else if report.new_access.is_empty() {
        "not known, a part that may allow something was not read"
    } else {
        title
    };
    let mut text = format!("### undeny compare: {title}\n");
    if !report.new_access.is_empty() {
        text.push_str("\n| where | actions | resources | for | if | for example |\n| --- | --- | --- | --- | --- | --- |\n");
    }
    for access in &report.new_access {
        let list = |values: &[String]| {
            let shown: Vec<String> = values
                .iter()
                .take(MOST_SHOWN)
                .map(|value| code(value))
                .collect();
            let more = values.len().saturating_sub(MOST_SHOWN);
            if more > 0 {
                format!("{} and {more} more", shown.join(" "))
            } else {
                shown.join(" ")
            }
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            code(&format!("{name}:{}", access.place[0].0)),
            list(&access.actions),
            list(&access.resources),
            list(&access.principals),
            access.condition.as_deref().map(code).unwrap_or_default(),
            inert(&human::example(&access.example))
        );
    }
    for sentence in &report.approximated {
        let _ = write!(text, "\nApproximated: {}.\n", prose(sentence));
    }
    for sentence in &report.notes {
        let _ = write!(text, "\nNote: {}.\n", prose(sentence));
    }
    visible(&text)
}

/// Values of one cell.
const MOST_SHOWN: usize = 20;
