//! A case: one Markdown file that reads as a specification.
//!
//! The first line is the title, then prose and fenced blocks. The info string says what a block is:
//!
//! | block | is |
//! | --- | --- |
//! | `json NAME`, `hcl NAME`, `yaml NAME` | a file; a third word `as=ROLE` says what the user takes it for |
//! | `error NAME?` | the error message or log |
//! | `diff NAME?` | the lines that go and come, in order; of one file where it is named. A case without one must give no patch |
//! | `hardened NAME?` | the same for the hardened variant |
//! | `expect` | what else must hold, a line each (see [`Expected`]) |

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use undeny_core::report::Report;
use undeny_core::{Input, Options, Outcome, Paste, Role};

use crate::diff;

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The first line.
    pub title: String,
    /// The files and the error, in order.
    pub inputs: Vec<Input>,
    /// For each input, whether its format has comments.
    pub commented: Vec<bool>,
    /// For each input, whether it is the error.
    pub errors: Vec<bool>,
    /// The lines that go and come.
    pub diffs: Vec<Lines>,
    /// The same for the hardened variant.
    pub hardened: Vec<Lines>,
    /// What else must hold.
    pub expected: Expected,
}

/// Expected `-` and `+` lines, of all files or of one.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The file; `None` for all.
    pub name: Option<String>,
    /// The lines.
    pub lines: Vec<String>,
}

/// The lines of an `expect` block.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// `verdict: patch`
    pub verdict: Option<String>,
    /// `rule: missing-session-tagging`
    pub rule: Option<String>,
    /// `silent: explicit-deny`: the rule that must not be the one that speaks.
    pub silent: Vec<String>,
    /// `question: trust-policy`: one that must be asked.
    pub questions: Vec<String>,
    /// `no question`: none may be asked.
    pub no_question: bool,
    /// `handover`: there is a text to hand over; `handover: words` and the words stand in it.
    pub handover: Vec<String>,
    /// `new: sts:TagSession on arn:.. for arn:..`: all new access, no more and no less.
    pub new: Vec<String>,
    /// `request: sts:TagSession ImplicitlyDenied -> Allowed`: a proven request.
    pub requests: Vec<String>,
    /// `warning: wildcard-action`: one that must be given.
    pub warnings: Vec<String>,
    /// `no warning`
    pub no_warning: bool,
    /// `says: words`: words of the cause's title or explanation.
    pub says: Vec<String>,
    /// `decoy: kind`
    pub decoys: Vec<String>,
    /// `problem: words`: words of a problem with reading.
    pub problems: Vec<String>,
    /// `answer: sub=...`: the user's answers.
    pub answers: BTreeMap<String, String>,
    /// `asked: sub=...`: what the redacted text does not tell any more, and is asked for, with the answer that gives the same fix.
    pub asked: BTreeMap<String, String>,
    /// `files only: why`: names decide what each file is, so the case is not run as one paste.
    pub files_only: bool,
    /// `unguarded: TOOL, why`: what this tool cannot see in the case, so its guard is not run there.
    pub unguarded: Vec<String>,
}

/// The cases below a folder, by name: `missing-permission/yaml` with its file.
#[must_use]
pub fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(folder).unwrap().with_extension("");
                let name = name.display().to_string().replace('\\', "/");
                found.push((name, path));
            }
        }
    }
    found.sort();
    found
}

impl Case {
    /// Read a case.
    ///
    /// # Errors
    /// A sentence with the line's number.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut case = Self::default();
        let mut lines = text.lines().enumerate();
        let (_, title) = lines.next().ok_or("the file is empty")?;
        title
            .strip_prefix("# ")
            .ok_or("line 1: the first line is `# title`")?
            .clone_into(&mut case.title);
        while let Some((number, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let fence = number + 1;
            let mut body = String::new();
            loop {
                let (_, line) = lines
                    .next()
                    .ok_or_else(|| format!("line {fence}: the block has no end"))?;
                if line == "```" {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            case.block(info, body)
                .map_err(|error| format!("line {fence}: {error}"))?;
        }
        if case.inputs.is_empty() {
            return Err("no input".to_owned());
        }
        if case.diffs.is_empty() && case.expected.verdict.is_none() {
            return Err("a case without a `diff` names its `verdict:`".to_owned());
        }
        Ok(case)
    }

    fn block(&mut self, info: &str, body: String) -> Result<(), String> {
        let mut words = info.split_whitespace();
        let language = words.next().ok_or("the block has no language")?;
        let name = words.next().map(str::to_owned);
        let lines = || Lines {
            name: name.clone(),
            lines: body.lines().map(str::to_owned).collect(),
        };
        match language {
            "json" | "hcl" | "yaml" | "error" => {
                let is_error = language == "error";
                let role = match words.next() {
                    None => None,
                    Some(word) => Some(
                        word.strip_prefix("as=")
                            .and_then(Role::from_name)
                            .ok_or_else(|| format!("no role in `{word}`"))?,
                    ),
                };
                let name = match (name, is_error) {
                    (Some(name), _) => name,
                    (None, true) => "error.txt".to_owned(),
                    (None, false) => return Err(format!("a name after `{language}`")),
                };
                self.inputs.push(Input {
                    name: Some(name),
                    text: body,
                    role,
                });
                self.commented.push(matches!(language, "hcl" | "yaml"));
                self.errors.push(is_error);
            }
            "diff" => self.diffs.push(lines()),
            "hardened" => self.hardened.push(lines()),
            "expect" => {
                for line in body.lines() {
                    self.expected.line(line)?;
                }
            }
            other => return Err(format!("`{other}` is no block of a case")),
        }
        Ok(())
    }

    /// The inputs as files.
    #[must_use]
    pub fn files(&self) -> Paste {
        Paste {
            inputs: self.inputs.clone(),
        }
    }

    /// The answers.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            answers: self.expected.answers.clone(),
            ..Options::default()
        }
    }

    /// Whether `outcome` of the case's files is what the case says.
    ///
    /// # Errors
    /// What differs, a line each.
    pub fn check(&self, outcome: &Outcome) -> Result<(), String> {
        let report = &outcome.report;
        let mut wrong = Wrong::default();
        self.expected.check(report, &mut wrong);
        for (what, variant, expected) in [
            ("diff", "minimal", &self.diffs),
            ("hardened", "hardened", &self.hardened),
        ] {
            let found = report.variants.iter().find(|found| found.id == variant);
            let changed = |name: Option<&str>| -> Vec<String> {
                let documents = found.iter().flat_map(|found| &found.documents);
                documents
                    .filter(|document| name.is_none_or(|name| name == document.name))
                    .filter_map(|document| document.diff.as_deref())
                    .flat_map(diff::changed_lines)
                    .collect()
            };
            if expected.is_empty() && variant == "minimal" {
                let lines = changed(None);
                wrong.unless(lines.is_empty(), || {
                    format!("a patch:\n{}", lines.join("\n"))
                });
            }
            for lines in expected {
                let found = changed(lines.name.as_deref());
                wrong.unless(found == lines.lines, || {
                    let name = lines.name.as_deref().unwrap_or("all files");
                    format!(
                        "{what} of {name}, wanted\n{}\nfound\n{}",
                        lines.lines.join("\n"),
                        found.join("\n")
                    )
                });
            }
            if !expected.is_empty() && expected.iter().all(|lines| lines.name.is_some()) {
                let documents = found.iter().flat_map(|found| &found.documents);
                for document in documents {
                    let named = expected
                        .iter()
                        .any(|lines| lines.name.as_deref() == Some(&document.name));
                    wrong.unless(named, || format!("{what}: {} changes too", document.name));
                }
            }
        }
        wrong.result(report)
    }
}

impl Expected {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let (key, value) = line
            .split_once(':')
            .map_or((line.trim(), ""), |(key, value)| (key.trim(), value.trim()));
        let text = value.to_owned();
        match key {
            "verdict" => self.verdict = Some(text),
            "rule" => self.rule = Some(text),
            "silent" => self.silent.push(text),
            "question" => self.questions.push(text),
            "no question" => self.no_question = true,
            "handover" => self.handover.push(text),
            "new" => self.new.push(text),
            "request" => self.requests.push(text),
            "warning" => self.warnings.push(text),
            "no warning" => self.no_warning = true,
            "says" => self.says.push(text),
            "decoy" => self.decoys.push(text),
            "problem" => self.problems.push(text),
            "files only" => self.files_only = true,
            "unguarded" => {
                let (tool, _why) = value
                    .split_once(',')
                    .ok_or_else(|| format!("write `{key}: TOOL, why`"))?;
                self.unguarded.push(tool.trim().to_owned());
            }
            "answer" | "asked" => {
                let (id, value) = value
                    .split_once('=')
                    .ok_or_else(|| format!("write `{key}: ID=VALUE`"))?;
                let answers = if key == "asked" {
                    &mut self.asked
                } else {
                    &mut self.answers
                };
                answers.insert(id.to_owned(), value.to_owned());
            }
            "" => {}
            other => return Err(format!("`{other}` is no line of `expect`")),
        }
        Ok(())
    }

    fn check(&self, report: &Report, wrong: &mut Wrong) {
        let verdict = report.verdict.as_str();
        let wanted = self.verdict.as_deref().unwrap_or("patch");
        wrong.unless(verdict == wanted, || {
            format!("verdict, wanted {wanted}, found {verdict}")
        });
        let rule = report.cause.as_ref().map_or("none", |cause| cause.rule);
        if let Some(wanted) = &self.rule {
            wrong.unless(rule == wanted, || {
                format!("rule, wanted {wanted}, found {rule}")
            });
        }
        for silent in &self.silent {
            wrong.unless(rule != silent, || format!("{silent} speaks"));
        }
        let asked: Vec<&str> = report
            .questions
            .iter()
            .map(|found| found.id.as_str())
            .collect();
        for question in &self.questions {
            wrong.unless(asked.contains(&question.as_str()), || {
                format!("question {question}, asked is {asked:?}")
            });
        }
        if self.no_question {
            wrong.unless(asked.is_empty(), || format!("asked is {asked:?}"));
        }
        for words in &self.handover {
            wrong.unless(
                report
                    .handover
                    .as_ref()
                    .is_some_and(|text| text.contains(words)),
                || format!("no handover with {words:?}: {:?}", report.handover),
            );
        }
        if !self.new.is_empty() {
            let mut wanted = self.new.clone();
            let mut found = new_access(report);
            wanted.sort();
            found.sort();
            wrong.unless(wanted == found, || {
                format!(
                    "new access, wanted\n{}\nfound\n{}",
                    wanted.join("\n"),
                    found.join("\n")
                )
            });
        }
        let requests = requests(report);
        for request in &self.requests {
            wrong.unless(requests.contains(request), || {
                format!("proven request {request}, found {requests:?}")
            });
        }
        let warnings: Vec<&str> = report.warnings.iter().map(|found| found.rule).collect();
        for warning in &self.warnings {
            wrong.unless(warnings.contains(&warning.as_str()), || {
                format!("warning {warning}, found {warnings:?}")
            });
        }
        if self.no_warning {
            let none = !report.warnings.iter().any(|found| found.is_too_wide());
            wrong.unless(none, || format!("warnings {warnings:?}"));
        }
        for words in &self.says {
            let said = report.cause.as_ref().is_some_and(|cause| {
                cause.title.contains(words) || cause.explanation.contains(words)
            });
            wrong.unless(said, || format!("it does not say {words:?}"));
        }
        for kind in &self.decoys {
            wrong.unless(report.decoys.iter().any(|decoy| decoy.kind == kind), || {
                format!("decoy {kind}, found {:?}", report.decoys)
            });
        }
        for words in &self.problems {
            let said = report
                .problems
                .iter()
                .any(|problem| problem.message.contains(words));
            wrong.unless(said, || {
                format!("problem {words:?}, found {:?}", report.problems)
            });
        }
    }
}

fn new_access(report: &Report) -> Vec<String> {
    let mut all = Vec::new();
    for access in report.proof.iter().flat_map(|proof| &proof.new_access) {
        for action in &access.actions {
            let on = access.resources.join(", ");
            let on = if on.is_empty() {
                on
            } else {
                format!(" on {on}")
            };
            let limit = access
                .condition
                .as_ref()
                .map_or(String::new(), |condition| format!(" if {condition}"));
            all.push(format!("{action}{on} for {}{limit}", access.principal));
        }
    }
    all
}

fn requests(report: &Report) -> Vec<String> {
    report
        .proof
        .iter()
        .flat_map(|proof| &proof.requests)
        .map(|request| format!("{} {} -> {}", request.action, request.before, request.after))
        .collect()
}

/// What differs.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, right: bool, sentence: impl FnOnce() -> String) {
        if !right {
            self.0.push(sentence());
        }
    }

    fn result(self, report: &Report) -> Result<(), String> {
        if self.0.is_empty() {
            return Ok(());
        }
        let cause = report.cause.as_ref().map_or_else(
            || "no cause".to_owned(),
            |cause| format!("{}: {}\n{}", cause.rule, cause.title, cause.explanation),
        );
        Err(format!(
            "{}\n\nthe report says: {}, {cause}",
            self.0.join("\n"),
            report.verdict.as_str()
        ))
    }
}
