//! Markdown, for the comment of a pull request. What comes from a policy is text there, whatever it holds: no markup, no mentions.

use std::fmt::Write as _;

use undeny_core::compare::{ComparisonReport, Question};
use undeny_core::lint::{LintReport, RuleSays};

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
    text
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
    let title = if report.new_access.is_empty() {
        nothing
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
    text
}

/// Values of one cell.
const MOST_SHOWN: usize = 20;

/// A sentence with code in backticks.
fn prose(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(|(at, piece)| {
            if at % 2 == 0 {
                inert(piece)
            } else {
                code(piece)
            }
        })
        .collect()
}

/// Text that means nothing but itself.
fn inert(text: &str) -> String {
    let mut inert = String::new();
    for letter in text.chars() {
        match letter {
            '&' => inert.push_str("&amp;"),
            '<' => inert.push_str("&lt;"),
            '>' => inert.push_str("&gt;"),
            // A mention would send mail.
            '@' => inert.push_str("&#64;"),
            '\n' | '\r' => inert.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' => {
                inert.push('\\');
                inert.push(letter);
            }
            other => inert.push(other),
        }
    }
    inert
}

/// A value set as code, in a cell of a table.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let plain = plain.replace('|', "\\|");
    let mut ticks = String::from("`");
    while plain.contains(&ticks) {
        ticks.push('`');
    }
    let space = if plain.starts_with('`') || plain.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{space}{plain}{space}{ticks}")
}

/// Longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let mut fence = String::from("```");
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_says_is_no_markup() {
        assert_eq!(
            prose("a `b|c` <img> @ann [x](y)"),
            "a `b\\|c` &lt;img&gt; &#64;ann \\[x\\]\\(y\\)"
        );
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fence("a ```` b"), "`````");
        assert_eq!(inert("a\n| b"), "a \\| b");
    }
}
