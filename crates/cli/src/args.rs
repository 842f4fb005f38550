//! What the command takes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use undeny_core::Role;
use undeny_guard::{TOOLS, Tool};

/// Paste an AccessDenied and the policies around it; get the fix as a proven diff. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "undeny", version, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// An assistant's answer: restored, read, compared and proven like a fix. Exit: 0 proven, 1 not proven (it is said why), 2 bad input.
    Answer(Answer),
    /// What AFTER allows that BEFORE does not. Exit: 0 nothing new, 1 new access or not known, 2 bad input.
    Compare(Compare),
    /// What was denied, to whom, by which kind of policy. Exit: 0 a denial was read, 1 none, 2 bad input.
    Explain(Explain),
    /// Diagnose, patch, prove. Exit: 0 a proven patch, 1 no patch (the verdict says why), 2 bad input.
    Fix(Fix),
    /// Files that catch this denial, and its lazy fix, in CI. Exit: 0 they are made, 1 there is nothing to guard, 2 bad input.
    Guard(Guard),
    /// What is wrong, too wide or without effect in policies, with a fix where one is safe. Exit: 0 nothing, 1 findings, 2 bad input.
    Lint(Lint),
    /// The redacted prompt for an assistant, through the gate. Exit: 0, 1 the gate blocked it (it is said where), 2 bad input.
    Prompt(Prompt),
    /// Identifiers and secrets out, placeholders in. Exit: 0, or 2 on bad input.
    Redact(Redact),
    /// Placeholders out, originals in. Exit: 0, 1 something could not be restored (it is listed), 2 bad input.
    Restore(Restore),
    /// The JSON Schema of what the other commands print with `--format json`. Exit: 0.
    Schema,
    /// Decide a request against policies. Exit: 0 allowed, 1 denied, 2 bad input.
    Simulate(Simulate),
}

/// Files, folders or standard input.
#[derive(Debug, ClapArgs)]
pub(crate) struct Inputs {
    /// Files with anything in them: an error, a CI log, policies, Terraform. A folder stands for the files in it (not in folders below,
    /// and none that is hidden), `-` or nothing for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Common {
    /// Read a job a line from standard input, `{"id": .., "text": ".."}` or `{"id": .., "documents": [{"name": "..", "text": ".."}]}`, and
    /// print an answer a line.
    #[arg(long, conflicts_with = "files")]
    pub(crate) ndjson: bool,
    /// How a report is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; coloured on a terminal.
    Human,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFormat {
    /// GitLab's code quality report.
    Gitlab,
    /// For people; coloured on a terminal.
    Human,
    /// For programs.
    Json,
    /// For a pull request's comment.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Roles {
    /// What a file is, where its content cannot tell: `--role org.json=scp`. May repeat. In `--ndjson` a document has its own `role`.
    #[arg(long = "role", value_name = "NAME=ROLE", value_parser = role)]
    pub(crate) roles: Vec<(String, Role)>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Answers {
    /// The answer to a question of the report, by its id. May repeat.
    #[arg(long = "answer", value_name = "ID=VALUE", value_parser = pair)]
    pub(crate) answers: Vec<(String, String)>,
}

impl Answers {
    /// By the question's id; of two answers to one question the later counts.
    pub(crate) fn by_id(&self) -> BTreeMap<String, String> {
        self.answers.iter().cloned().collect()
    }
}

/// What a diagnosis is made from.
#[derive(Debug, ClapArgs)]
pub(crate) struct Case {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) roles: Roles,
    #[command(flatten)]
    pub(crate) answers: Answers,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) case: Case,
    /// Read a job a line from standard input and print a report a line.
    #[arg(long, conflicts_with_all = ["files", "roles", "write"])]
    pub(crate) ndjson: bool,
    /// How the report is printed.
    #[arg(long, value_enum, default_value_t = FixFormat::Human)]
    pub(crate) format: FixFormat,
    /// Write a proven patch to the files, each at once or not at all.
    #[arg(long, requires = "files")]
    pub(crate) write: bool,
    /// The variant with conditions instead of the minimal one.
    #[arg(long)]
    pub(crate) harden: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FixFormat {
    /// For people; coloured on a terminal.
    Human,
    /// For programs.
    Json,
    /// A unified diff that `git apply` and `patch -p1` take.
    Diff,
}

#[derive(Debug, ClapArgs)]
#[command(mut_arg("roles", |arg| arg.conflicts_with("ndjson")))]
pub(crate) struct Guard {
    #[command(flatten)]
    pub(crate) case: Case,
    #[command(flatten)]
    pub(crate) common: Common,
    /// The tool that is to run in CI: checkov, config, rego, sentinel or terraform.
    #[arg(long, value_name = "TOOL", value_parser = tool)]
    pub(crate) tool: &'static dyn Tool,
    /// The folder that the files are written to; without it they are printed.
    #[arg(long, value_name = "DIR", conflicts_with = "ndjson")]
    pub(crate) out: Option<PathBuf>,
    /// Guard the hardened variant, where there is one.
    #[arg(long)]
    pub(crate) harden: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) roles: Roles,
    /// Read a job a line from standard input, `{"id": .., "text": ".."}` or `{"id": .., "documents": [{"name": "..", "text": ".."}]}`, and
    /// print an answer a line.
    #[arg(long, conflicts_with_all = ["files", "roles"])]
    pub(crate) ndjson: bool,
    /// How the findings are printed.
    #[arg(long, value_enum, default_value_t = ReviewFormat::Human)]
    pub(crate) format: ReviewFormat,
    /// Text without a policy is no error: for hooks, which are given every file that changed.
    #[arg(long)]
    pub(crate) if_any: bool,
    /// List the rules, with the names of AWS's checks, and look at nothing.
    #[arg(long, conflicts_with_all = ["files", "roles", "ndjson"])]
    pub(crate) rules: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Answer {
    #[command(flatten)]
    pub(crate) case: Case,
    /// The file that `prompt --map` wrote.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: PathBuf,
    /// The answer, as it was copied. It names documents by number: give the same FILEs as to `prompt`, in the same order.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
#[command(mut_arg("roles", |arg| arg.conflicts_with("ndjson")))]
pub(crate) struct Prompt {
    #[command(flatten)]
    pub(crate) case: Case,
    #[command(flatten)]
    pub(crate) common: Common,
    /// Where the originals go, readable by you alone; `answer` needs them. `-` puts them into the JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Your own question.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) question: String,
    /// Longest prompt, in bytes; longer documents are cut, and the prompt says where.
    #[arg(long, value_name = "BYTES", default_value_t = undeny_assistant::prompt::LIMIT)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) hiding: Hiding,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Redact {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) common: Common,
    /// Where the originals go, readable by you alone; `-` puts them into the JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) hiding: Hiding,
}

/// What is hidden, and what is not.
#[derive(Debug, ClapArgs)]
pub(crate) struct Hiding {
    /// How much is hidden.
    #[arg(long, value_enum, default_value_t = Level::Standard)]
    pub(crate) level: Level,
    /// A word of your own to hide wherever it stands. May repeat.
    #[arg(long = "hide", value_name = "WORD")]
    pub(crate) words: Vec<String>,
    /// A value to leave as it is. May repeat.
    #[arg(long, value_name = "VALUE")]
    pub(crate) keep: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Secrets, identifiers and personal data; generic words in names stay.
    Standard,
    /// Every name as well.
    Strict,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Restore {
    /// The redacted texts. A folder stands for the files in it, `-` or nothing for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
    /// The file that `redact --map` or `prompt --map` wrote. With `--ndjson` a job may carry its own `map`.
    #[arg(long, value_name = "FILE", required_unless_present = "ndjson")]
    pub(crate) map: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = SCENARIO)]
pub(crate) struct Simulate {
    /// The scenario, as JSON; `-` or nothing for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read a job a line from standard input, `{"id": .., "scenario": {..}}`, and print an answer a line.
    #[arg(long, conflicts_with = "file")]
    pub(crate) ndjson: bool,
    /// How the decision is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

/// What `simulate` takes.
const SCENARIO: &str = r#"A scenario is complete: a policy or a key that is not given does not exist.
  {
    "request": {
      "principal": "arn:aws:iam::111122223333:user/ann",
      "action": "s3:GetObject",
      "resource": "arn:aws:s3:::reports/a.csv",
      "context": { "aws:SourceIp": ["203.0.113.9"] }
    },
    "resource_account": "111122223333",
    "identity": [{ "Version": "2012-10-17", "Statement": [] }]
  }
Only `request` is needed. `identity`, `boundary` and `session` are lists of policies, `resource` and `endpoint` are one policy.
`scps` and `rcps` are lists of lists, by level: root, organisational units, account."#;

#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "undeny compare BEFORE AFTER\n       undeny compare --access-not-granted ACTION[,ACTION]... [--on RESOURCE]... POLICY\n       undeny compare --no-public-access POLICY",
    after_help = "Two more questions, about one policy, with an example for every no; they answer to CheckAccessNotGranted and CheckNoPublicAccess of AWS's \
                  Access Analyzer:\n  undeny compare --access-not-granted s3:DeleteBucket,iam:* policy.json\n  undeny compare --access-not-granted '*' --on \
                  'arn:aws:s3:::payroll/*' policy.json\n  undeny compare --no-public-access bucket-policy.json\nExit: 0 it grants none of it, 1 it does or may, 2 bad input."
)]
pub(crate) struct Compare {
    /// The policies as they were; with one of the questions below, the policy that is asked about.
    #[arg(value_name = "BEFORE", required_unless_present = "ndjson")]
    pub(crate) before: Option<PathBuf>,
    /// The policies as they are to be.
    #[arg(
        value_name = "AFTER",
        required_unless_present_any = ["ndjson", "access_not_granted", "on", "no_public_access"],
        conflicts_with_all = ["access_not_granted", "on", "no_public_access"]
    )]
    pub(crate) after: Option<PathBuf>,
    /// Does the policy allow any of these actions? `*` and `?` stand for more; may repeat, or be a list with commas.
    #[arg(long, value_name = "ACTION", value_delimiter = ',')]
    pub(crate) access_not_granted: Vec<String>,
    /// The question is about these resources only (ARNs, with `*` and `?`). May repeat.
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) on: Vec<String>,
    /// Does the resource's policy allow anything to callers that it neither names nor tells by a fixed account, organisation, source or
    /// network?
    #[arg(long, conflicts_with_all = ["access_not_granted", "on"])]
    pub(crate) no_public_access: bool,
    /// Read a job a line from standard input, with the two as `documents`, and print an answer a line. A job may ask about one document
    /// with `"access_not_granted": {"actions": [..], "resources": [..]}` or `"no_public_access": true`.
    #[arg(long, conflicts_with_all = ["before", "after", "access_not_granted", "on", "no_public_access"])]
    pub(crate) ndjson: bool,
    /// A text without a policy, or an empty one, is a policy without statements: for hooks, where a file may be new or have none.
    #[arg(long, conflicts_with_all = ["access_not_granted", "on", "no_public_access", "ndjson"])]
    pub(crate) if_any: bool,
    /// How the comparison is printed.
    #[arg(long, value_enum, default_value_t = ReviewFormat::Human)]
    pub(crate) format: ReviewFormat,
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(id, value)| (id.to_owned(), value.to_owned()))
        .ok_or_else(|| "write it as ID=VALUE".to_owned())
}

fn tool(text: &str) -> Result<&'static dyn Tool, String> {
    undeny_guard::find(text).ok_or_else(|| {
        let known: Vec<_> = TOOLS.iter().map(|tool| tool.id()).collect();
        format!(
            "there is no tool `{text}`; the tools are: {}",
            known.join(" ")
        )
    })
}

fn role(text: &str) -> Result<(String, Role), String> {
    let (name, role) = text
        .rsplit_once('=')
        .ok_or_else(|| "write it as NAME=ROLE".to_owned())?;
    let role = Role::from_name(role)
        .ok_or_else(|| format!("there is no role `{role}`; the roles are: {}", roles()))?;
    Ok((name.to_owned(), role))
}

/// The names of all roles.
pub(crate) fn roles() -> String {
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory as _;
        super::Args::command().debug_assert();
    }
}
