//! Real cases in a folder outside of the repository: their form, and the table of how many are right.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use undeny_core::{Input, Paste};

use crate::judge::{self, Judgement};
use crate::shape;

/// A case.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// What it is about: `trust+identity`, `oidc trust`, ...
    pub kind: String,
    /// What is pasted.
    pub input: Given,
    /// One good fix.
    pub accepted_fix: Fix,
    /// Other verdicts that are as good.
    #[serde(default)]
    pub also_accepted_outcomes: Vec<Also>,
    /// The denied request.
    pub request: Request,
    /// What else must work.
    #[serde(default)]
    pub also_must_be_allowed_after: Vec<Request>,
    /// Canaries.
    #[serde(default)]
    pub must_not_allow: Vec<Request>,
    /// What lazy fixes open.
    #[serde(default)]
    pub lazy_probes: Vec<Request>,
    /// How the layers decide.
    pub evaluation: Evaluation,
    /// What a person would answer.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

/// What is pasted.
#[derive(Clone, Debug, Deserialize)]
pub struct Given {
    /// The error.
    pub error: String,
    /// The files.
    pub documents: Vec<Document>,
}

/// A file.
#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Its format by the names of the public JSON.
    pub format: String,
    /// What it is.
    pub role: String,
    /// Its text.
    pub text: String,
    /// The layer that it decides in; none for a workflow.
    pub layer: Option<String>,
    /// From a value to the expression that stands for it.
    #[serde(default)]
    pub refs: BTreeMap<String, String>,
}

/// A good fix.
#[derive(Clone, Debug, Deserialize)]
pub struct Fix {
    /// The verdict.
    pub outcome: String,
    /// The texts that change.
    #[serde(default)]
    pub changes: Vec<ChangedDocument>,
}

/// A text as a fix leaves it.
#[derive(Clone, Debug, Deserialize)]
pub struct ChangedDocument {
    /// The file's name.
    pub document: String,
    /// Its text.
    pub text: String,
}

/// Another verdict that is as good.
#[derive(Clone, Debug, Deserialize)]
pub struct Also {
    /// The verdict.
    pub outcome: String,
    /// A pattern that one of the patched texts must have.
    pub must_contain: Option<String>,
    /// Whether it is a patch of the policies, judged as one.
    #[serde(default)]
    pub policies: bool,
}

/// A request.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// Who.
    pub principal: String,
    /// What.
    pub action: String,
    /// On what.
    pub resource: String,
    /// The condition keys.
    #[serde(default)]
    pub context: BTreeMap<String, Value>,
    /// Which lazy fix opens it.
    #[serde(default)]
    pub why: String,
    /// Layers that must deny it by themselves too.
    #[serde(default)]
    pub alone: Vec<String>,
    /// Whether only these layers must: all of them together allow it already.
    #[serde(default)]
    pub alone_only: bool,
    /// Whether neither the error nor the documents show this limit.
    #[serde(default)]
    pub beyond_input: bool,
}

/// How the layers decide.
#[derive(Clone, Debug, Deserialize)]
pub struct Evaluation {
    /// The layers that must each allow; in a nested list, any one of them.
    pub all_of: Vec<Gate>,
    /// The policies by layer as they are.
    pub before: BTreeMap<String, Vec<Value>>,
    /// The policies by layer as the accepted fix leaves them.
    pub after: Option<BTreeMap<String, Vec<Value>>>,
}

/// One layer that must allow, or several of which one must.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Gate {
    /// This one.
    One(String),
    /// Any of these.
    Any(Vec<String>),
}

/// What a person would answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// A pattern, tried on the question's id, then on its text.
    #[serde(rename = "match")]
    pub pattern: String,
    /// The answer.
    pub value: String,
}

/// How a case is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Each document a file.
    Files,
    /// Everything in one text.
    Paste,
}

impl Case {
    /// What is given, and where each document stands in it: the text's index and the bytes.
    #[must_use]
    pub fn paste(&self, form: Form) -> (Paste, Vec<(usize, std::ops::Range<usize>)>) {
        let input = |name: &str, text: &str| Input {
            name: Some(name.to_owned()),
            text: text.to_owned(),
            role: None,
        };
        let mut inputs = vec![input("error.txt", &self.input.error)];
        inputs.extend(
            self.input
                .documents
                .iter()
                .map(|document| input(&document.name, &document.text)),
        );
        match form {
            Form::Files => {
                let places = inputs.iter().enumerate().skip(1);
                let places = places
                    .map(|(index, input)| (index, 0..input.text.len()))
                    .collect();
                (Paste { inputs }, places)
            }
            Form::Paste => {
                let commented: Vec<bool> = std::iter::once(false)
                    .chain(self.input.documents.iter().map(|document| {
                        matches!(document.format.as_str(), "hcl" | "cfn-yaml" | "yaml")
                    }))
                    .collect();
                let errors: Vec<bool> = (0..inputs.len()).map(|index| index == 0).collect();
                let (paste, ranges) = shape::as_paste(&inputs, &commented, &errors);
                let places = ranges.into_iter().skip(1).map(|range| (0, range)).collect();
                (paste, places)
            }
        }
    }

    /// What the accepted fix changes: format and text.
    #[must_use]
    pub fn mended(&self) -> Vec<(String, String)> {
        let format = |name: &str| {
            let mut documents = self.input.documents.iter();
            documents.find(|own| own.name == name)
        };
        self.accepted_fix
            .changes
            .iter()
            .filter_map(|changed| {
                Some((
                    format(&changed.document)?.format.clone(),
                    changed.text.clone(),
                ))
            })
            .collect()
    }

    /// The format that the table counts it under: that of the first document which the accepted fix changes.
    fn format(&self) -> &str {
        let changed = self.accepted_fix.changes.first();
        self.input
            .documents
            .iter()
            .find(|document| changed.is_none_or(|changed| changed.document == document.name))
            .map_or("none", |document| document.format.as_str())
    }
}

/// Read every case of a folder, by name.
///
/// # Errors
/// The first file that is no case.
pub fn read(folder: &Path) -> Result<Vec<Case>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
        })
        .collect()
}

/// The table of a folder's cases in these forms; `verbose` adds why each wrong case is wrong.
///
/// # Errors
/// What the judge itself gets wrong: the accepted fix of a case must be right.
pub fn table(cases: &[Case], forms: &[Form], verbose: bool) -> Result<String, String> {
    let mut text = String::new();
    let doubts: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            let id = case.id.clone();
            judge::doubts(case)
                .into_iter()
                .map(move |doubt| format!("{id}: {doubt}"))
        })
        .collect();
    if doubts.is_empty() {
        let _ = writeln!(
            text,
            "The judge finds the accepted fixes of all {} cases right.",
            cases.len()
        );
    } else {
        return Err(format!(
            "the judge is wrong about accepted fixes:\n{}",
            doubts.join("\n")
        ));
    }
    for form in forms {
        let judged: Vec<(&Case, Judgement)> = cases
            .iter()
            .map(|case| (case, judge::judge(case, *form)))
            .collect();
        let name = match form {
            Form::Files => "As separate files",
            Form::Paste => "As one paste",
        };
        let right = judged
            .iter()
            .filter(|(_, judgement)| judgement.right())
            .count();
        let also = judged
            .iter()
            .filter(|(_, judgement)| judgement.also && judgement.right())
            .count();
        let _ = writeln!(
            text,
            "\n{name}: {right} of {} right ({:.0} %), {also} of these by a verdict that is as good",
            judged.len(),
            percent(right, judged.len())
        );
        for (title, key) in [
            (
                "kind",
                (|case: &Case| case.kind.as_str()) as fn(&Case) -> &str,
            ),
            ("format", |case: &Case| case.format()),
            ("wanted", |case: &Case| case.accepted_fix.outcome.as_str()),
        ] {
            let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            for (case, judgement) in &judged {
                let group = groups.entry(key(case)).or_default();
                group.0 += usize::from(judgement.right());
                group.1 += 1;
            }
            let _ = writeln!(text, "  {title:<20} right");
            for (name, (right, all)) in groups {
                let _ = writeln!(text, "    {name:<18} {right:>3} of {all}");
            }
        }
        let sum = |count: fn(&Judgement) -> usize| -> usize {
            judged.iter().map(|(_, judgement)| count(judgement)).sum()
        };
        let _ = writeln!(
            text,
            "  opened: {} of {} canaries, {} of {} lazy probes; {} of {} beyond the input",
            sum(|judgement| judgement.canaries.0),
            sum(|judgement| judgement.canaries.1),
            sum(|judgement| judgement.probes.0),
            sum(|judgement| judgement.probes.1),
            sum(|judgement| judgement.beyond.0),
            sum(|judgement| judgement.beyond.1),
        );
        let ratios: Vec<f64> = judged
            .iter()
            .filter_map(|(_, judgement)| judgement.ratio)
            .collect();
        if !ratios.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "a few cases")]
            let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
            let _ = writeln!(
                text,
                "  lines changed, to those of the accepted fix: {mean:.2} (mean of {} right patches)",
                ratios.len()
            );
        }
        if verbose {
            for (case, judgement) in &judged {
                if let Some(ratio) = judgement.ratio.filter(|ratio| *ratio > 1.2) {
                    let _ = writeln!(text, "  {} changes {ratio:.2} × the lines", case.id);
                }
            }
        }
        for (case, judgement) in judged.iter().filter(|(_, judgement)| !judgement.right()) {
            let _ = writeln!(text, "  ✗ {} ({})", case.id, judgement.verdict);
            if verbose {
                for line in judgement.wrong.iter().flat_map(|wrong| wrong.lines()) {
                    let _ = writeln!(text, "      {line}");
                }
            }
        }
    }
    Ok(text)
}

#[expect(clippy::cast_precision_loss, reason = "a few cases")]
fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}
