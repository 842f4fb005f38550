//! The guards of a report, run by the tools that they are for.
//!
//! Each guard must pass the policies that the patch leaves, and refuse them as they were and as lazy fixes would leave them.

use std::fmt::Write as _;
use std::path::Path;

use crate::case::{self, Case};
use serde_json::Value;
use undeny_core::report::Report;
use undeny_guard::{Example, File, Story};

mod checkov;
mod config;
mod rego;
mod terraform;

/// A report with a name.
#[derive(Clone, Debug)]
pub struct Told {
    /// The case's name.
    pub name: String,
    /// Its report.
    pub report: Report,
    /// What the report's guards are about.
    pub story: Story,
    /// Documents as somebody else has mended them, with their formats: guards have to let these pass too.
    pub mended: Vec<(String, String)>,
    /// Whether the policies that every guard judges alike are judged with this story's guards too.
    pub general: bool,
}

/// What a guard says of one text.
#[derive(Clone, Debug)]
pub struct Said {
    /// Which form the policy was given in: `policy`, `plan`, `cloudformation`, ...
    pub form: &'static str,
    /// What the text is: `fixed`, `original`, `lazy action`, ...
    pub kind: String,
    /// Whether the guard let it pass; an error where the tool itself failed.
    pub passed: Result<bool, String>,
    /// Whether it must.
    pub must_pass: bool,
}

impl Said {
    /// Whether it says what it must.
    #[must_use]
    pub fn right(&self) -> bool {
        self.passed
            .as_ref()
            .is_ok_and(|passed| *passed == self.must_pass)
    }
}

/// A program that runs guards.
pub trait Runner: Sync {
    /// The tool whose guards it runs.
    fn tool(&self) -> &'static str;

    /// Why it cannot run here, if it cannot.
    fn missing(&self) -> Option<String>;

    /// What the guards of each story say, in order.
    fn run(&self, stories: &[(&Told, Vec<File>)]) -> Vec<Vec<Said>>;
}

/// All of them, by tool.
pub const RUNNERS: &[&dyn Runner] = &[
    &checkov::Checkov,
    &config::CfnGuard,
    &rego::Regorus,
    &terraform::Terraform,
];

/// The cases that have something to guard.
#[must_use]
pub fn told(name: String, report: Report) -> Option<Told> {
    let story = Story::read(&report)?;
    Some(Told {
        name,
        report,
        story,
        mended: Vec::new(),
        general: false,
    })
}

/// Our own cases that have something to guard.
///
/// # Errors
/// The first file that is no case.
pub fn own_cases() -> Result<Vec<Told>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut told = Vec::new();
    for (name, path) in case::files(&folder) {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let case = Case::read(&text).map_err(|error| format!("{name}: {error}"))?;
        let report = undeny_core::run(&case.files(), &case.options()).report;
        told.extend(self::told(name, report));
    }
    Ok(told)
}

/// The general checks depend on what the story accepts: one story for each of these is asked, and no other.
pub fn ask_in_general(cases: &mut [Told]) {
    let mut asked: Vec<Vec<String>> = Vec::new();
    for told in cases {
        told.general = !asked.contains(&told.story.accepted);
        if told.general {
            asked.push(told.story.accepted.clone());
        }
    }
}

/// Run every guard of every case; the table, and how many are right and wrong.
#[must_use]
pub fn matrix(cases: &[Told], tool: Option<&str>, verbose: bool) -> (String, usize, usize) {
    let mut text = String::new();
    let (mut right, mut wrong) = (0, 0);
    let wanted = |runner: &&&dyn Runner| tool.is_none_or(|tool| tool == runner.tool());
    for runner in RUNNERS.iter().filter(wanted) {
        let Some(tool) = undeny_guard::find(runner.tool()) else {
            continue;
        };
        if let Some(why) = runner.missing() {
            let _ = writeln!(text, "{}: not run: {why}", runner.tool());
            continue;
        }
        let stories: Vec<(&Told, Vec<File>)> = cases
            .iter()
            .map(|case| (case, tool.files(&case.story)))
            .collect();
        for (case, said) in cases.iter().zip(runner.run(&stories)) {
            let mut kinds: Vec<(&str, Vec<&Said>)> = Vec::new();
            for said in &said {
                let kind = said.kind.split(' ').next().unwrap_or_default();
                match kinds.iter_mut().find(|(own, _)| *own == kind) {
                    Some((_, list)) => list.push(said),
                    None => kinds.push((kind, vec![said])),
                }
                right += usize::from(said.right());
                wrong += usize::from(!said.right());
            }
            let cells: Vec<String> = kinds
                .iter()
                .map(|(kind, list)| {
                    let good = list.iter().filter(|said| said.right()).count();
                    let mark = if good == list.len() { "" } else { " WRONG" };
                    let word = match *kind {
                        "original" | "lazy" | "bad" => "refused",
                        _ => "passes",
                    };
                    format!("{kind} {word} {good}/{}{mark}", list.len())
                })
                .collect();
            let _ = writeln!(
                text,
                "{:<10} {:<44} {}",
                runner.tool(),
                case.name,
                cells.join(", ")
            );
            for said in said.iter().filter(|said| verbose && !said.right()) {
                let _ = writeln!(
                    text,
                    "    {} as {}: {}",
                    said.kind,
                    said.form,
                    match &said.passed {
                        Ok(true) => "passed",
                        Ok(false) => "refused",
                        Err(error) => error,
                    }
                );
            }
        }
    }
    let _ = writeln!(text, "{right} passed, {wrong} failed");
    (text, right, wrong)
}

/// The story's examples, and policies that every guard refuses or lets pass in general.
fn examples(told: &Told) -> Vec<Example> {
    let mut examples = told.story.examples.clone();
    for (kind, accepts, policy) in GENERAL.iter().filter(|_| told.general) {
        // What the proven patch itself has of these is accepted.
        if told
            .story
            .accepted
            .iter()
            .any(|own| accepts.contains(&own.as_str()))
        {
            continue;
        }
        // A story about the trust in such a provider knows its policy by nothing else: to it, this is the policy without the fix.
        let mut needs = told.story.rules.iter().flat_map(|rule| &rule.needs);
        if kind.starts_with("good trust")
            && needs.any(|need| need.action.ends_with("WithWebIdentity"))
        {
            continue;
        }
        examples.push(Example {
            kind,
            rule: usize::MAX,
            policy: serde_json::from_str(policy).unwrap(),
        });
    }
    examples
}

/// Whether a guard lets a policy of this kind pass.
fn must_pass(kind: &str) -> bool {
    matches!(kind.split(' ').next(), Some("fixed" | "good"))
}

/// A kind, what of it a story may accept, and the policy.
const GENERAL: &[(&str, &[&str], &str)] = &[
    (
        "bad every action of STS",
        &["sts:*"],
        r#"{"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "arn:aws:iam::999988887777:role/undeny-general"}}"#,
    ),
    (
        "bad every role",
        &["sts:AssumeRole"],
        r#"{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "*"}]}"#,
    ),
    (
        "bad every role of an account",
        &["sts:AssumeRole"],
        r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ["arn:aws:iam::999988887777:role/*"]}]}"#,
    ),
    (
        "bad trust without a subject",
        &[":sub"],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]}"#,
    ),
    (
        "bad trust without an audience",
        &[":aud"],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:undeny-general/app:ref:refs/heads/main"}}}]}"#,
    ),
    (
        "bad trust of every repository",
        &["repo:*", "repo:undeny-general/*"],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:undeny-general/*"}}}]}"#,
    ),
    (
        "good assumption of a role by name",
        &[],
        r#"{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "arn:aws:iam::999988887777:role/undeny-general"}]}"#,
    ),
    (
        "good trust of a branch",
        &[],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:undeny-general/app:ref:refs/heads/*"}}}]}"#,
    ),
];

fn text<'a>(files: &'a [File], name: &str) -> &'a str {
    files
        .iter()
        .find(|file| file.name == name)
        .map_or("", |file| file.text.as_str())
}

/// A policy as people write it in a file.
struct Form {
    form: &'static str,
    /// `fixed`, `original`, `lazy action`, ...
    kind: &'static str,
    extension: &'static str,
    text: String,
}

/// Each example as Terraform and as CloudFormation, and what was pasted in these formats as it stands.
fn text_forms(told: &Told) -> Vec<Form> {
    let mut forms = Vec::new();
    for example in &examples(told) {
        let trust = has_principals(example);
        let family = written_in(told, example);
        let mut form = |form, extension: &'static str, text| {
            if family.is_some_and(|family| (family == "hcl") != (extension == "tf")) {
                return;
            }
            forms.push(Form {
                form,
                kind: example.kind,
                extension,
                text,
            });
        };
        let (kind, attribute) = if trust {
            ("aws_iam_role", "assume_role_policy")
        } else {
            ("aws_iam_policy", "policy")
        };
        // Terraform would evaluate IAM's variables.
        let terraform = iam_variable(&example.policy.to_string(), "$$");
        form(
            "jsonencode",
            "tf",
            format!(
                "resource \"{kind}\" \"example\" {{\n  {attribute} = jsonencode({terraform})\n}}\n"
            ),
        );
        form(
            "heredoc",
            "tf",
            format!(
                "resource \"{kind}\" \"example\" {{\n  {attribute} = <<POLICY\n{terraform}\nPOLICY\n}}\n"
            ),
        );
        form(
            "cloudformation",
            "json",
            rego::template(&example.policy, trust).to_string(),
        );
    }
    for document in &told.report.documents {
        let extension = match document.format {
            "hcl" => "tf",
            "cfn-yaml" => "yaml",
            "cfn-json" => "json",
            _ => continue,
        };
        let Some(after) = &document.after else {
            continue;
        };
        for (kind, text) in [("fixed", after), ("original", &document.before)] {
            forms.push(Form {
                form: "as pasted",
                kind,
                extension,
                text: text.clone(),
            });
        }
    }
    for (format, text) in &told.mended {
        let extension = match format.as_str() {
            "hcl" => "tf",
            "cfn-yaml" => "yaml",
            "cfn-json" => "json",
            _ => continue,
        };
        forms.push(Form {
            form: "accepted fix",
            kind: "fixed",
            extension,
            text: text.clone(),
        });
    }
    forms
}

/// Plain policies as somebody else has mended them.
fn mended(told: &Told) -> impl Iterator<Item = Value> {
    told.mended
        .iter()
        .filter(|(format, _)| format == "json")
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
}

/// The format whose references the example has, if it has any: they mean nothing elsewhere.
fn written_in<'a>(told: &'a Told, example: &Example) -> Option<&'a str> {
    let name = &told.story.rules.get(example.rule)?.name;
    let mut documents = told.report.documents.iter();
    let document = documents.find(|document| document.name == *name)?;
    example
        .policy
        .to_string()
        .contains("${")
        .then_some(document.format)
}

/// IAM's variables (`${aws:username}`) with another sign in the place of the `$`.
fn iam_variable(text: &str, sign: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let inside = after.split('}').next().unwrap_or_default();
        let variable = inside.contains(':') && !inside.contains("::");
        out.push_str(if variable { sign } else { "$" });
        out.push('{');
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The policy of an example in the property that a template or a plan has it in.
fn has_principals(example: &Example) -> bool {
    example
        .policy
        .get("Statement")
        .and_then(Value::as_array)
        .is_some_and(|statements| {
            statements.iter().any(|statement| {
                statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some()
            })
        })
}
