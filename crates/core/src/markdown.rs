//! Markdown, for a pull request or a ticket. What comes from a paste is text there, whatever it holds: no markup, no mentions.

use std::fmt::Write as _;

use crate::report::{Denial, Document, Proof, Report, Request, Verdict};

/// A report, as the text of a pull request or a ticket: what broke, why, the fix, its proof, the hardened variant, what a lazier fix would have
/// opened, and how to keep it.
///
/// It names what the paste names; whoever shows it to others redacts it together with the paste.
#[must_use]
pub fn report(report: &Report) -> String {
    let mut text = String::new();
    let title = report.cause.as_ref().map(|cause| cause.title.as_str());
    let title = title
        .or_else(|| report.decoys.first().map(|decoy| decoy.reason.as_str()))
        .unwrap_or("What was denied is read, and why is not known");
    let _ = writeln!(text, "## {}", prose(title));
    if !report.denials.is_empty() {
        text.push_str("\n### What broke\n\n");
    }
    for denial in &report.denials {
        let _ = writeln!(text, "- {}", broke(denial));
    }
    if let Some(cause) = &report.cause {
        text.push_str("\n### Why\n");
        for line in cause
            .explanation
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            let _ = write!(text, "\n{}\n", prose(line));
        }
        if let Some(next) = &cause.next {
            let _ = write!(text, "\nWhat AWS will show next: {}\n", prose(next));
        }
    }
    let changed: Vec<&Document> = changed(&report.documents);
    if !changed.is_empty() {
        text.push_str(match report.verdict {
            Verdict::PatchOtherOwner => "\n### The fix, for the policy's owner\n",
            _ => "\n### The fix\n",
        });
        diffs(&mut text, &changed);
    }
    if let Some(handover) = &report.handover {
        let fence = fence(handover);
        let _ = write!(
            text,
            "\n### For the policy's owner\n\n{fence}text\n{}\n{fence}\n",
            handover.trim_end()
        );
    }
    if let Some(proof) = &report.proof {
        text.push_str("\n### Proof\n\n");
        self::proof(&mut text, report, proof);
    }
    for variant in &report.variants {
        let changed = self::changed(&variant.documents);
        if variant.id == "hardened" && !changed.is_empty() {
            let about = [variant.title.as_str(), variant.note.as_str()].join(" ");
            let _ = write!(text, "\n### Hardened\n\n{}\n", prose(about.trim()));
            diffs(&mut text, &changed);
        }
    }
    lazy(&mut text, report);
    if report.proof.is_some() {
        text.push_str(
            "\n### Keep it\n\n`undeny guard --tool checkov` (or `rego`, `terraform`, `sentinel`) writes the checks that fail when this access is taken away again, or widened.\n",
        );
    }
    for question in &report.questions {
        let _ = write!(
            text,
            "\nOpen question: {} {}\n",
            prose(&question.text),
            prose(&question.why)
        );
    }
    text
}

/// Who was denied what on what.
fn broke(denial: &Denial) -> String {
    let inferred = &denial.inferred;
    let either = |printed: &Option<String>, inferred: &Option<String>, unknown: &str| {
        printed
            .as_ref()
            .or(inferred.as_ref())
            .map_or_else(|| unknown.to_owned(), |name| code(name))
    };
    let mut text = either(&denial.principal, &inferred.principal, "the caller");
    text.push_str(" was denied ");
    text.push_str(&either(&denial.action, &inferred.action, "a request"));
    if denial.resource.is_some() || inferred.resource.is_some() {
        text.push_str(" on ");
        text.push_str(&either(&denial.resource, &inferred.resource, ""));
    }
    if let Some(kind) = denial.policy_type.or(inferred.policy_type) {
        text.push_str(match denial.denial {
            "explicit" => ", by a Deny statement of the kind ",
            _ => ", for want of an Allow in the policy of the kind ",
        });
        text.push_str(&code(kind));
    }
    text
}

fn changed(documents: &[Document]) -> Vec<&Document> {
    documents
        .iter()
        .filter(|document| document.diff.is_some())
        .collect()
}

fn diffs(text: &mut String, documents: &[&Document]) {
    for document in documents {
        let _ = write!(text, "\n{}:\n\n", code(&document.name));
        for change in &document.changes {
            let _ = writeln!(text, "- {}", prose(change));
        }
        if let Some(diff) = &document.diff {
            let fence = fence(diff);
            let end = if diff.ends_with('\n') { "" } else { "\n" };
            let _ = write!(text, "\n{fence}diff\n{diff}{end}{fence}\n");
        }
    }
}

fn proof(text: &mut String, report: &Report, proof: &Proof) {
    for request in &proof.requests {
        let asked = Request {
            principal: request.principal.clone(),
            action: request.action.clone(),
            resource: request.resource.clone(),
            context: request.context.clone(),
        };
        let _ = writeln!(
            text,
            "- {}: **{}** before, **{}** after",
            said(&asked),
            decided(request.before),
            decided(request.after)
        );
    }
    for access in &proof.new_access {
        let list = |values: &[String]| {
            let values: Vec<String> = values.iter().map(|value| code(value)).collect();
            values.join(", ")
        };
        let on = if access.resources.is_empty() {
            "what the policy is attached to".to_owned()
        } else {
            list(&access.resources)
        };
        let _ = write!(
            text,
            "- opened: {} on {on} for {}",
            list(&access.actions),
            code(&access.principal)
        );
        if let Some(condition) = &access.condition {
            let _ = write!(text, ", only where {}", prose(condition));
        }
        if let Some(name) = report.opened_by(access) {
            let _ = write!(text, ", by {}", code(name));
        }
        text.push('\n');
    }
    if proof.only_planned {
        text.push_str("- nothing else is opened\n");
    }
    for assumption in &proof.assumptions {
        let _ = writeln!(text, "- assumed: {}", prose(assumption));
    }
}

fn decided(decision: &str) -> &'static str {
    match decision {
        "Allowed" => "allowed",
        "ExplicitlyDenied" => "explicitly denied",
        _ => "denied",
    }
}

fn said(request: &Request) -> String {
    let mut text = code(&request.action)
        + " on "
        + &code(&request.resource)
        + " by "
        + &code(&request.principal);
    for (key, values) in &request.context {
        text.push_str(", ");
        text.push_str(&code(&(key.clone() + " = " + &values.join(", "))));
    }
    text
}

/// What a lazier fix would have opened, and what is too wide in what was pasted.
fn lazy(text: &mut String, report: &Report) {
    let probes = report
        .proof
        .as_ref()
        .map_or(&[][..], |proof| &proof.still_denied);
    let mut too_wide = report
        .warnings
        .iter()
        .filter(|warning| warning.is_too_wide())
        .peekable();
    if probes.is_empty() && too_wide.peek().is_none() {
        return;
    }
    text.push_str("\n### What the lazy fix opens\n\n");
    for probe in probes {
        let fix = if probe.lazy_fix.contains('`') {
            prose(&probe.lazy_fix)
        } else {
            code(&probe.lazy_fix)
        };
        let _ = writeln!(
            text,
            "- {fix} would have opened {}; with the fix above it stays denied",
            said(&probe.request)
        );
    }
    for warning in too_wide {
        let _ = writeln!(
            text,
            "- in what was pasted: {} {}",
            prose(&warning.message),
            prose(&warning.blast_radius)
        );
    }
}

/// A sentence with code in backticks.
#[must_use]
pub fn prose(text: &str) -> String {
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
#[must_use]
pub fn inert(text: &str) -> String {
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
#[must_use]
pub fn code(text: &str) -> String {
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
#[must_use]
pub fn fence(text: &str) -> String {
    let mut fence = String::from("```");
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, Options, Paste, run};

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

    #[test]
    fn a_report_says_what_broke_why_the_fix_and_its_proof() {
        let text = "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::reports/a.csv\" because no identity-based policy allows the s3:PutObject action\n\n{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::reports/a.csv\"}]}\n";
        let paste = Paste {
            inputs: vec![Input {
                text: text.to_owned(),
                ..Input::default()
            }],
        };
        let report = self::report(&run(&paste, &Options::default()).report);
        for heading in [
            "## ",
            "### What broke\n",
            "### Why\n",
            "### The fix\n",
            "```diff\n",
            "### Proof\n",
            "**denied** before, **allowed** after",
            "nothing else is opened",
            "### Keep it\n",
        ] {
            assert!(report.contains(heading), "{heading} is not in\n{report}");
        }
    }

    #[test]
    fn the_same_access_opened_by_two_documents_names_them() {
        let role = "arn:aws:iam::123456789012:role/TargetDeployRole";
        let caller = "arn:aws:iam::123456789012:role/CodeBuildServiceRole";
        let input = |name: &str, text: String| Input {
            name: Some(name.to_owned()),
            text,
            ..Input::default()
        };
        let paste = Paste {
            inputs: vec![
                input(
                    "build.log",
                    format!(
                        "User: arn:aws:sts::123456789012:assumed-role/CodeBuildServiceRole/session is not authorized to perform: sts:AssumeRole on resource: {role} with an explicit deny or missing permission: sts:TagSession\n"
                    ),
                ),
                input(
                    "caller.json",
                    format!(
                        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[\"sts:AssumeRole\"],\"Resource\":\"{role}\"}}]}}\n"
                    ),
                ),
                input(
                    "trust.json",
                    format!(
                        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"{caller}\"}},\"Action\":\"sts:AssumeRole\"}}]}}\n"
                    ),
                ),
            ],
        };
        let report = run(&paste, &Options::default()).report;
        let text = self::report(&report);
        for name in ["caller.json", "trust.json"] {
            assert!(
                text.contains(&format!(", by `{name}`\n")),
                "{name} is not in\n{text}"
            );
        }
        let mut alone = report;
        if let Some(proof) = &mut alone.proof {
            proof.new_access.truncate(1);
        }
        assert!(
            !self::report(&alone).contains(", by `"),
            "one is named for nothing"
        );
    }
}
