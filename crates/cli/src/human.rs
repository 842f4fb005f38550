//! Reports as a person reads them in a terminal: the verdict first, then why, the diff, the proof.

use std::fmt::Write as _;
use std::slice;

use undeny_assistant::answer::Checked;
use undeny_assistant::visible;
use undeny_core::compare::{Access, ComparisonReport, Question};
use undeny_core::lint::{LintReport, RuleSays};
use undeny_core::report::{Decoy, Proof, Report, Request, Verdict};
use undeny_core::simulate::Simulation;

use crate::output::Screen;

// Colours are marked by characters that no text has, until what the text itself would tell a terminal is taken out.
const PLAIN: char = '\u{fdd0}';
const BOLD: char = '\u{fdd1}';
const DIM: char = '\u{fdd2}';
const RED: char = '\u{fdd3}';
const GREEN: char = '\u{fdd4}';
const YELLOW: char = '\u{fdd5}';

const SEQUENCES: &[(char, &str)] = &[
    (PLAIN, "\u{1b}[0m"),
    (BOLD, "\u{1b}[1m"),
    (DIM, "\u{1b}[2m"),
    (RED, "\u{1b}[31m"),
    (GREEN, "\u{1b}[32m"),
    (YELLOW, "\u{1b}[33m"),
];

impl Screen {
    fn with(&self, mark: char, text: &str) -> String {
        if self.colours {
            format!("{mark}{text}{PLAIN}")
        } else {
            text.to_owned()
        }
    }
    fn bold(&self, text: &str) -> String {
        self.with(BOLD, text)
    }
    fn dim(&self, text: &str) -> String {
        self.with(DIM, text)
    }
    fn green(&self, text: &str) -> String {
        self.with(GREEN, text)
    }
    fn red(&self, text: &str) -> String {
        self.with(RED, text)
    }
    fn yellow(&self, text: &str) -> String {
        self.with(YELLOW, text)
    }

    /// What a terminal gets: of what was given nothing but letters, whatever it would tell the terminal to do.
    fn shown(&self, text: &str) -> String {
        let mut text = visible(text);
        if self.colours {
            for (mark, sequence) in SEQUENCES {
                text = text.replace(*mark, sequence);
            }
        }
        text
    }

    /// A decision in one word.
    fn decision(&self, decision: &str) -> String {
        if decision == "Allowed" {
            self.green("allowed")
        } else {
            self.red("denied")
        }
    }

    /// A line of a diff.
    fn diff_line(&self, line: &str) -> String {
        match line.as_bytes().first() {
            Some(b'+') if !line.starts_with("+++") => self.green(line),
            Some(b'-') if !line.starts_with("---") => self.red(line),
            Some(b'@') => self.dim(line),
            _ => line.to_owned(),
        }
    }

    /// Sentences, wrapped.
    fn prose(&self, text: &mut String, sentences: &str, indent: &str) {
        let mut line = indent.to_owned();
        for word in plain(sentences).split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > self.width && line.trim() != "" {
                text.push_str(line.trim_end());
                text.push('\n');
                indent.clone_into(&mut line);
            }
            if line.trim() != "" {
                line.push(' ');
            }
            line.push_str(word);
        }
        if line.trim() != "" {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
}

/// A report of `fix`, whose patch makes these diffs.
pub(crate) fn report(report: &Report, diffs: &[String], hardened: bool, screen: &Screen) -> String {
    let mut text = String::new();
    let title = report
        .cause
        .as_ref()
        .map_or_else(|| no_cause(report), |cause| cause.title.clone());
    let mark = match report.verdict {
        Verdict::Patch => screen.green("✔"),
        Verdict::PatchOtherOwner => screen.yellow("➜"),
        Verdict::ExplainOnly => screen.yellow("■"),
        Verdict::Unknown => screen.yellow("?"),
    };
    let _ = writeln!(text, "{mark} {}", screen.bold(&plain(&title)));
    if let Some(cause) = &report.cause {
        text.push('\n');
        screen.prose(&mut text, &cause.explanation, "");
    }
    for diff in diffs {
        let _ = write!(text, "\n{}", self::diff(diff, screen));
    }
    if let Some(proof) = &report.proof {
        let _ = write!(text, "\n{}", self::proof(report, proof, screen));
    }
    if !hardened {
        self::hardened(&mut text, report, screen);
    }
    too_wide(&mut text, report, screen);
    if let Some(next) = report.cause.as_ref().and_then(|cause| cause.next.as_ref()) {
        let _ = writeln!(text, "\n{}", screen.bold("What AWS will say next"));
        screen.prose(&mut text, next, "  ");
    }
    questions(&mut text, report, screen);
    if let Some(handover) = &report.handover {
        let _ = writeln!(text, "\n{}", screen.bold("To hand over"));
        for line in handover.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    for decoy in &report.decoys {
        let head = screen.bold("Not an AWS denial:");
        self::decoy(&mut text, &format!("\n{head}"), decoy, screen);
    }
    problems(&mut text, report, screen);
    screen.shown(&text)
}

/// The variant with conditions, which `--harden` takes.
fn hardened(text: &mut String, report: &Report, screen: &Screen) {
    let variants = report.variants.iter();
    for variant in variants.filter(|variant| variant.id == "hardened") {
        let head = screen.bold("Hardened");
        let _ = writeln!(text, "\n{head} {}", screen.dim("(--harden)"));
        screen.prose(text, &variant.title, "  ");
        screen.prose(text, &variant.note, "  ");
    }
}

fn too_wide(text: &mut String, report: &Report, screen: &Screen) {
    let mut too_wide = report
        .warnings
        .iter()
        .filter(|warning| warning.is_too_wide())
        .peekable();
    if too_wide.peek().is_some() {
        let _ = writeln!(text, "\n{}", screen.bold("Too wide in what was given"));
    }
    for warning in too_wide {
        let sentence = format!("{}: {}.", warning.message, warning.blast_radius);
        screen.prose(text, &sentence, "  ");
    }
}

fn questions(text: &mut String, report: &Report, screen: &Screen) {
    if !report.questions.is_empty() {
        let _ = writeln!(text, "\n{}", screen.bold("Questions"));
    }
    for question in &report.questions {
        let sentence = format!("{} ({})", question.text, question.why);
        screen.prose(text, &sentence, "  ");
        let default = question.default.as_deref().map(plain);
        let example = default.map_or(String::new(), |default| {
            format!("  (taken without an answer: {default})")
        });
        let _ = writeln!(
            text,
            "  {}{}",
            screen.dim(&format!("--answer {}=...", question.id)),
            screen.dim(&example)
        );
    }
}

fn no_cause(report: &Report) -> String {
    if report.denials.is_empty() {
        "No denial was found: paste the error message beside the policies.".to_owned()
    } else {
        "A denial was read, and nothing that explains it.".to_owned()
    }
}

fn decoy(text: &mut String, head: &str, decoy: &Decoy, screen: &Screen) {
    let _ = writeln!(text, "{head} {}", decoy.kind);
    screen.prose(text, &decoy.reason, "  ");
}

fn problems(text: &mut String, report: &Report, screen: &Screen) {
    if report.problems.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", screen.bold("Not read"));
    for problem in &report.problems {
        let name = report
            .documents
            .iter()
            .find(|document| document.input == problem.span.document)
            .map_or("the text", |document| document.name.as_str());
        let help = if problem.help.is_empty() {
            String::new()
        } else {
            format!("; {}", problem.help)
        };
        let _ = writeln!(
            text,
            "  {name}:{}:{}: {}{help}",
            problem.line,
            problem.column,
            plain(&problem.message)
        );
    }
}

fn diff(diff: &str, screen: &Screen) -> String {
    let mut text = String::new();
    for line in diff.lines() {
        let _ = writeln!(text, "{}", screen.diff_line(line));
    }
    text
}

fn proof(report: &Report, proof: &Proof, screen: &Screen) -> String {
    let mut text = format!("{}\n", screen.bold("Proof"));
    for request in &proof.requests {
        let _ = writeln!(
            text,
            "  {} on {}: {} before, {} after",
            request.action,
            request.resource,
            screen.decision(request.before),
            screen.decision(request.after)
        );
    }
    if proof.new_access.is_empty() {
        let _ = writeln!(text, "  New access: none");
    }
    for access in &proof.new_access {
        let by = report
            .opened_by(access)
            .map_or(String::new(), |name| format!(", by {name}"));
        let _ = writeln!(
            text,
            "  New access: {}{by}",
            granted(
                &access.actions,
                &access.resources,
                slice::from_ref(&access.principal),
                access.condition.as_deref()
            )
        );
    }
    for denied in &proof.still_denied {
        let place = if denied.request.resource == "*" {
            String::new()
        } else {
            format!(" on {}", denied.request.resource)
        };
        let who = if denied.lazy_fix.contains("Principal") {
            format!(" for {}", denied.request.principal)
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "  Still denied: {}{place}{who} {}",
            denied.request.action,
            screen.dim(&format!("({} would open it)", plain(&denied.lazy_fix)))
        );
    }
    for assumption in &proof.assumptions {
        let _ = writeln!(text, "  Assumed: {}", plain(assumption));
    }
    text
}

/// A report of `explain`.
pub(crate) fn explanation(report: &Report, screen: &Screen) -> String {
    let mut text = String::new();
    for denial in &report.denials {
        let unsaid = || screen.dim("(not said)");
        let value = |value: &Option<String>| value.clone().unwrap_or_else(unsaid);
        let _ = writeln!(
            text,
            "{} {}",
            screen.red("denied"),
            screen.bold(&value(&denial.action))
        );
        let _ = writeln!(text, "  who       {}", value(&denial.principal));
        let _ = writeln!(text, "  on        {}", value(&denial.resource));
        let kind = match (denial.policy_type, denial.inferred.policy_type) {
            (Some(kind), _) => kind.to_owned(),
            (None, Some(kind)) => format!(
                "{} {}",
                screen.dim("(not said; follows from the wording)"),
                kind
            ),
            (None, None) => unsaid(),
        };
        let _ = writeln!(text, "  policy    {kind}");
        let _ = writeln!(text, "  denial    {}", denial.denial);
        if let Some(operation) = &denial.operation {
            let _ = writeln!(text, "  call      {operation}");
        }
        if !denial.missing_permissions.is_empty() {
            let _ = writeln!(
                text,
                "  missing   {}",
                denial.missing_permissions.join(", ")
            );
        }
        if let Some(arn) = &denial.policy_arn {
            let _ = writeln!(text, "  by        {arn}");
        }
        if let Some(action) = &denial.inferred.action {
            let _ = writeln!(
                text,
                "  action    {} {action}",
                screen.dim("(not said; follows from the call)")
            );
        }
        if let Some(command) = &denial.decode {
            let _ = writeln!(text, "  decode    {command}");
            let needs =
                "(needs sts:DecodeAuthorizationMessage; paste what it prints beside the error)";
            let _ = writeln!(text, "            {}", screen.dim(needs));
        }
    }
    for decoy in &report.decoys {
        let head = screen.yellow("not an AWS denial:");
        self::decoy(&mut text, &head, decoy, screen);
    }
    if report.denials.is_empty() && report.decoys.is_empty() {
        text.push_str("No denial was found in this text.\n");
    }
    problems(&mut text, report, screen);
    screen.shown(&text)
}

/// A decision of `simulate`.
pub(crate) fn simulation(simulation: &Simulation, screen: &Screen) -> String {
    let mut text = String::new();
    let decision = if simulation.decision == "Allowed" {
        screen.green(simulation.decision)
    } else {
        screen.red(simulation.decision)
    };
    let by = simulation
        .denied_by
        .map_or(String::new(), |layer| format!(" by {layer}"));
    let _ = writeln!(text, "{}{by}", screen.bold(&decision));
    for (name, layer) in &simulation.layers.0 {
        let _ = writeln!(text, "\n{name}: {}", layer.decision);
        for statement in &layer.statements {
            let place = format!(
                "policy {}, statement {} ({})",
                statement.policy + 1,
                statement.statement + 1,
                statement.effect
            );
            match &statement.why {
                None => drop(writeln!(text, "  {place} matches")),
                Some(why) => drop(writeln!(text, "  {place} does not: {}", plain(why))),
            }
        }
    }
    for note in &simulation.notes {
        let _ = writeln!(text, "\n{}", plain(note));
    }
    screen.shown(&text)
}

/// Said instead of "nothing" where something that may allow was not read.
pub(crate) const NOT_KNOWN: &str = "Not known: a part that may allow something was not read.";

/// A comparison; `name` is AFTER's.
pub(crate) fn comparison(report: &ComparisonReport, name: &str, screen: &Screen) -> String {
    let mut text = String::new();
    let (nothing, mark) = match report.question {
        Question::NewAccess => ("Nothing new is allowed.", "new"),
        Question::AccessNotGranted => ("None of this is allowed.", "allowed"),
        Question::NoPublicAccess => ("Nothing is allowed to just anybody.", "public"),
    };
    if report.is_nothing() {
        let _ = writeln!(text, "{}", screen.green(nothing));
    } else if report.new_access.is_empty() {
        let _ = writeln!(text, "{}", screen.yellow(NOT_KNOWN));
    }
    for access in &report.new_access {
        let _ = writeln!(
            text,
            "{} {}",
            screen.red(mark),
            screen.bold(&access.actions.join(", "))
        );
        let mut field = |name: &str, values: &str| {
            if !values.is_empty() {
                let _ = writeln!(text, "  {name:<9} {}", one_line(values));
            }
        };
        field("on", &access.resources.join(", "));
        field("for", &access.principals.join(", "));
        field("if", access.condition.as_deref().unwrap_or_default());
        field("example", &example(&access.example));
        field("at", &format!("{name}:{}", access.place[0].0));
    }
    for sentence in &report.approximated {
        let _ = writeln!(
            text,
            "{} {}",
            screen.yellow("approximated:"),
            plain(sentence)
        );
    }
    for sentence in &report.notes {
        let _ = writeln!(text, "{} {}", screen.dim("note:"), plain(sentence));
    }
    screen.shown(&text)
}

/// The findings of `lint`.
pub(crate) fn findings(report: &LintReport, screen: &Screen) -> String {
    let mut text = String::new();
    if report.findings.is_empty() {
        let _ = writeln!(text, "{}", screen.green("Nothing was found."));
    }
    for finding in &report.findings {
        let severity = match finding.severity {
            "error" | "security" => screen.red(finding.severity),
            "warning" => screen.yellow(finding.severity),
            other => screen.dim(other),
        };
        let (line, column) = finding.place;
        let _ = writeln!(
            text,
            "{}:{line}:{column} {severity} {}",
            finding.name,
            screen.bold(finding.rule)
        );
        screen.prose(&mut text, &finding.message, "  ");
        if let Some(fix) = &finding.fix {
            let _ = writeln!(text, "  {}", screen.dim(&format!("fix: {}", fix.title)));
            for line in fix.diff.lines().skip(2) {
                let _ = writeln!(text, "    {}", screen.diff_line(line));
            }
        }
    }
    screen.shown(&text)
}

/// An assistant's answer: what it is worth first, then what it changes.
pub(crate) fn answer(checked: &Checked, screen: &Screen) -> String {
    let mut text = String::new();
    let (mark, title) = match checked.verdict {
        "proven" => (
            screen.green("✔"),
            "Proven: the denied call is allowed afterwards, and nothing else is.",
        ),
        "wider" => (
            screen.red("✘"),
            "Not proven: it opens more than the denied call needs.",
        ),
        "not_proven" => (screen.yellow("?"), "Not proven."),
        _ => (screen.yellow("■"), "The answer changes nothing."),
    };
    let _ = writeln!(text, "{mark} {}", screen.bold(title));
    for wider in &checked.wider {
        let _ = writeln!(
            text,
            "  {} {}",
            screen.red(wider.kind),
            plain(&wider.message)
        );
        let _ = writeln!(text, "    example: {}", example(&wider.example));
    }
    for reason in &checked.reasons {
        let _ = writeln!(text, "  {}", plain(reason));
    }
    if let Some(variant) = checked.same_as {
        let _ = writeln!(
            text,
            "  It says the same as undeny's own patch ({variant})."
        );
    }
    if !checked.explanation.is_empty() {
        let _ = writeln!(text, "\n{}", screen.bold("The assistant says"));
        screen.prose(&mut text, &checked.explanation, "  ");
    }
    for document in &checked.documents {
        let _ = writeln!(text);
        text.push_str(&diff(&document.diff, screen));
    }
    if !checked.requests.is_empty() {
        let _ = writeln!(text, "\n{}", screen.bold("The denied call"));
    }
    for request in &checked.requests {
        let _ = writeln!(
            text,
            "  {} on {}: {} before, {} after",
            request.action,
            request.resource,
            screen.decision(request.before),
            screen.decision(request.after)
        );
    }
    let mut said = Vec::new();
    for access in &checked.new_access {
        let line = granted(
            &access.actions,
            &access.resources,
            slice::from_ref(&access.principal),
            None,
        );
        if !said.contains(&line) {
            let _ = writeln!(text, "  New access: {}", line);
            said.push(line);
        }
    }
    for assumption in &checked.assumptions {
        let _ = writeln!(text, "  Assumed: {}", plain(assumption));
    }
    for finding in &checked.findings {
        let _ = writeln!(
            text,
            "  {} {}: {}",
            screen.yellow(finding.severity),
            finding.rule,
            plain(&finding.message)
        );
    }
    for question in &checked.questions {
        screen.prose(&mut text, &format!("It asks: {}", question), "  ");
    }
    screen.shown(&text)
}

/// The rules of `lint`, one a line.
pub(crate) fn rules(rules: &[RuleSays]) -> String {
    let mut text = String::new();
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in rules {
        let _ = writeln!(
            text,
            "{:width$}  {:10}  {}{}",
            rule.name,
            rule.severity,
            plain(rule.summary),
            rule.aws_name
                .map_or(String::new(), |name| format!("  [AWS: {name}]"))
        );
    }
    text
}

/// A piece of new access in one line.
pub(crate) fn new_access(access: &Access) -> String {
    granted(
        &access.actions,
        &access.resources,
        &access.principals,
        access.condition.as_deref(),
    )
}

/// What is granted, in one line.
fn granted(
    actions: &[String],
    resources: &[String],
    principals: &[String],
    condition: Option<&str>,
) -> String {
    let mut text = actions.join(", ");
    for (word, list) in [("on", resources), ("for", principals)] {
        if !list.is_empty() {
            let _ = write!(text, " {word} {}", list.join(", "));
        }
    }
    if let Some(condition) = condition {
        let _ = write!(text, ", if {condition}");
    }
    one_line(&text)
}

/// A request in one line.
pub(crate) fn example(request: &Request) -> String {
    let context: Vec<String> = request
        .context
        .iter()
        .map(|(key, values)| format!("{key} = {}", values.join(", ")))
        .collect();
    let context = if context.is_empty() {
        String::new()
    } else {
        format!(" with {}", context.join("; "))
    };
    one_line(&format!(
        "{} calls {} on {}{context}",
        request.principal, request.action, request.resource
    ))
}

/// A name may hold a line's end, and what stands behind it shall not read as a line of the report.
fn one_line(text: &str) -> String {
    text.replace('\n', "[U+000A]")
}

/// A sentence without backticks: a terminal has no other letters for code.
fn plain(text: &str) -> String {
    text.replace('`', "")
}
