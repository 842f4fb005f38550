//! An assistant's answer, which is hostile until shown otherwise: read as data, restored, and held against the paste like any stranger's patch.

use serde::Serialize;
use undeny_core::foreign::{self, Wider};
use undeny_core::report::{Document, NewAccess, ProvenRequest, SCHEMA};
use undeny_core::text::unified_diff;
use undeny_core::{Input, Options, Paste, lint};
use undeny_redact::Vault;

use crate::json::{self, Value};
use crate::prompt::id;
use crate::visible::{code, is_hidden, visible};

/// What a model proposes, before anything of it is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Why, in its words.
    pub explanation: String,
    /// What it wants to change.
    pub changes: Vec<Proposal>,
    /// What it asks.
    pub questions: Vec<String>,
    /// Whether the text ended before the answer did.
    pub cut_off: bool,
}

/// A change of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// The document's id in the prompt, or its name.
    pub id: String,
    /// The whole document; empty where `edits` are given.
    pub text: String,
    /// What is to be replaced by what.
    pub edits: Vec<(String, String)>,
    /// Why.
    pub reason: String,
}

/// An answer with what it is worth: what the page and the command show, and the public JSON of `undeny answer`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Checked {
    /// The version of the JSON.
    pub schema: u32,
    /// `proven`, `wider` (it opens more than the denied call needs), `not_proven` or `nothing` (it changes nothing).
    pub verdict: &'static str,
    /// The model's words, restored, with hidden characters made visible.
    pub explanation: String,
    /// What the model asks, likewise.
    pub questions: Vec<String>,
    /// The documents that it changes.
    pub documents: Vec<Changed>,
    /// Each request of the denied call, decided before and after.
    pub requests: Vec<ProvenRequest>,
    /// Everything that is allowed afterwards and was not before.
    pub new_access: Vec<NewAccess>,
    /// What of it the denied call does not need, each with an example.
    pub wider: Vec<Widening>,
    /// Why it is not proven, a sentence each.
    pub reasons: Vec<String>,
    /// What had to be assumed.
    pub assumptions: Vec<String>,
    /// The variant of undeny's own that says the same, where one does.
    pub same_as: Option<&'static str>,
    /// What became of placeholders.
    pub placeholders: Placeholders,
    /// Characters that are not seen, and were not in the documents: `U+202E`.
    pub hidden_characters: Vec<String>,
    /// What is wrong in the changed documents and was not before.
    pub findings: Vec<Finding>,
}

/// A document as the answer leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Index among the documents found; `None` for a new one.
    pub index: Option<usize>,
    /// Its name.
    pub name: String,
    /// As given.
    pub before: String,
    /// As the answer has it, restored.
    pub after: String,
    /// The change as a unified diff.
    pub diff: String,
    /// Why, in the model's words, with hidden characters made visible.
    pub reason: String,
}

/// Something that the answer opens beyond the denied call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Widening {
    /// `dropped-condition`, `new-access`, `new-principal`, `new-wildcard` or `removed-deny`.
    pub kind: &'static str,
    /// One sentence.
    pub message: String,
    /// A request that it lets through.
    pub example: undeny_core::report::Request,
}

/// What became of placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Placeholders {
    /// What looks like one and stands for nothing.
    pub unknown: Vec<String>,
    /// What looks like a damaged one.
    pub altered: Vec<String>,
    /// Hidden values that stand where they did not stand before, by placeholder.
    pub duplicated: Vec<String>,
}

/// A finding of the linter that is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: &'static str,
    /// `error`, `security`, `warning` or `suggestion`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
}

/// Longer answers are not read, in bytes.
pub const LONGEST: usize = 2_000_000;

/// Read an answer out of whatever was pasted: JSON, JSON in a fence, JSON between sentences, JSON that was cut off.
///
/// # Errors
/// A sentence, where there is no answer in it.
pub fn read(text: &str) -> Result<Answer, String> {
    if text.len() > LONGEST {
        return Err(format!(
            "the answer is longer than {LONGEST} bytes, so it was not read; ask for edits instead of whole documents"
        ));
    }
    let mut first = None;
    for (at, _) in text.match_indices('{').take(MOST_TRIES) {
        let Some(found) = text.get(at..).and_then(json::read) else {
            continue;
        };
        if found.value.get("documents").is_some() || found.value.get("explanation").is_some() {
            return Ok(answer(&found.value, found.cut_off));
        }
        if first.is_none() && found.value.get("Statement").is_some() && !found.cut_off {
            let policy = text.get(at..at + found.end).unwrap_or_default();
            first = Some(policy.to_owned());
        }
    }
    match first {
        // A bare policy: its document is not named.
        Some(policy) => Ok(Answer {
            changes: vec![Proposal {
                text: policy,
                ..Proposal::default()
            }],
            ..Answer::default()
        }),
        None => Err(
            "there is no JSON object with `documents` in the answer; ask the assistant to answer as the prompt says"
                .to_owned(),
        ),
    }
}

/// So many opening braces are tried.
const MOST_TRIES: usize = 200;

fn answer(value: &Value, cut_off: bool) -> Answer {
    let text = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::text)
            .unwrap_or_default()
            .to_owned()
    };
    let list = |value: &Value, key: &str| -> Vec<Value> {
        value
            .get(key)
            .map(|value| value.list().to_vec())
            .unwrap_or_default()
    };
    let changes = list(value, "documents")
        .iter()
        .map(|document| Proposal {
            id: match text(document, "id") {
                id if id.is_empty() => text(document, "name"),
                id => id,
            },
            text: text(document, "text"),
            edits: list(document, "edits")
                .iter()
                .map(|edit| (text(edit, "find"), text(edit, "replace")))
                .collect(),
            reason: text(document, "reason"),
        })
        .collect();
    Answer {
        explanation: text(value, "explanation"),
        changes,
        questions: list(value, "questions")
            .iter()
            .filter_map(|question| question.text().map(str::to_owned))
            .collect(),
        cut_off,
    }
}

/// Restore an answer and hold it against the paste. No answer makes it fail: what is wrong with one is in [`Checked::reasons`].
#[must_use]
pub fn check(paste: &Paste, options: &Options, vault: &Vault, text: &str) -> Checked {
    let mut checked = Checked {
        schema: SCHEMA,
        verdict: "nothing",
        ..Checked::default()
    };
    let answer = match read(text) {
        Ok(answer) => answer,
        Err(sentence) => {
            checked.reasons.push(sentence);
            return checked;
        }
    };
    let shown = |text: &str| visible(&vault.restore(text).text);
    checked.explanation = shown(&answer.explanation);
    checked.questions = answer.questions.iter().map(|text| shown(text)).collect();
    if answer.cut_off {
        checked
            .reasons
            .push("the answer ends before it is complete".to_owned());
    }
    let outcome = undeny_core::run(paste, options);
    let mut applied = Applied {
        vault,
        texts: paste
            .inputs
            .iter()
            .map(|input| input.text.clone())
            .collect(),
        splices: Vec::new(),
        checked: &mut checked,
    };
    for proposal in &answer.changes {
        applied.take(proposal, &outcome.report.documents);
    }
    let texts = applied.finish();
    if checked.documents.is_empty() {
        return checked;
    }
    look_at_placeholders(vault, &mut checked);
    look_for_hidden(&mut checked);
    let examined = foreign::examine(paste, options, &outcome.patches, &texts);
    checked.findings = new_findings(paste, &texts);
    checked.requests = examined.requests;
    checked.new_access = examined.new_access;
    checked.assumptions = examined.assumptions;
    checked.same_as = examined.same_as;
    checked.reasons.extend(examined.reasons);
    checked.wider = examined.wider.into_iter().map(Widening::from).collect();
    checked.verdict = if !checked.wider.is_empty() {
        "wider"
    } else if checked.reasons.is_empty() && examined.proven {
        "proven"
    } else {
        "not_proven"
    };
    checked
}

impl From<Wider> for Widening {
    fn from(wider: Wider) -> Self {
        Self {
            kind: wider.kind,
            message: wider.message,
            example: wider.example,
        }
    }
}

/// The texts while changes are taken into them.
struct Applied<'a> {
    vault: &'a Vault,
    texts: Vec<String>,
    /// Input, bytes of it, and what stands there afterwards.
    splices: Vec<(usize, std::ops::Range<usize>, String)>,
    checked: &'a mut Checked,
}

impl Applied<'_> {
    fn refuse(&mut self, name: &str, why: &str) {
        self.checked.reasons.push(format!(
            "the change of `{}` is not taken: {why}",
            visible(name)
        ));
    }

    fn restore(&mut self, text: &str) -> String {
        let restored = self.vault.restore(text);
        let placeholders = &mut self.checked.placeholders;
        for (list, found) in [
            (&mut placeholders.unknown, restored.unknown),
            (&mut placeholders.altered, restored.altered),
        ] {
            for name in found {
                let name = visible(&name);
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
        restored.text
    }

    fn take(&mut self, proposal: &Proposal, documents: &[Document]) {
        let Some(document) = find(proposal, self.vault, documents) else {
            self.take_new(proposal);
            return;
        };
        let name = document.name.clone();
        if matches!(document.role, "error" | "event" | "token") {
            self.refuse(&name, "it is what AWS said, and not what can be changed");
            return;
        }
        if self
            .checked
            .documents
            .iter()
            .any(|known| known.index == Some(document.index))
        {
            self.refuse(&name, "the answer changes it twice");
            return;
        }
        let before = document.before.clone();
        let crlf = before.contains("\r\n");
        let ends = |text: String| {
            if crlf && !text.contains("\r\n") {
                text.replace('\n', "\r\n")
            } else {
                text
            }
        };
        let mut after = if proposal.text.trim().is_empty() {
            before.clone()
        } else {
            let text = self.restore(&proposal.text);
            ends(text)
        };
        if proposal.text.trim().is_empty() {
            for (wanted, replacement) in &proposal.edits {
                let wanted = self.restore(wanted);
                let wanted = ends(wanted);
                let replacement = self.restore(replacement);
                let count = if wanted.is_empty() {
                    0
                } else {
                    after.matches(wanted.as_str()).count()
                };
                if count != 1 {
                    self.refuse(
                        &name,
                        &format!("the text to be replaced stands {count} times in it"),
                    );
                    return;
                }
                after = after.replacen(wanted.as_str(), &ends(replacement), 1);
            }
        } else if proposal.text.contains("left out ...]") && !before.contains("left out ...]") {
            self.refuse(
                &name,
                "lines of it were left out of the prompt, and of the answer",
            );
            return;
        } else if before.ends_with('\n') && !after.ends_with('\n') {
            after.push_str(if crlf { "\r\n" } else { "\n" });
        } else if !before.ends_with('\n') {
            after.truncate(after.trim_end_matches(['\r', '\n']).len());
        }
        if after == before {
            return;
        }
        let span = document.span.start..document.span.end;
        self.splices.push((document.input, span, after.clone()));
        self.checked.documents.push(Changed {
            index: Some(document.index),
            diff: unified_diff(&name, &before, &after),
            name,
            before,
            after,
            reason: visible(&self.vault.restore(&proposal.reason).text),
        });
    }

    /// A document that was not there: everything that it grants is new.
    fn take_new(&mut self, proposal: &Proposal) {
        if proposal.text.trim().is_empty() {
            self.refuse(&proposal.id, "no document of the prompt is called so");
            return;
        }
        let after = self.restore(&proposal.text);
        let name = visible(&self.vault.restore(&proposal.id).text);
        self.checked.reasons.push(format!(
            "it adds a document, `{name}`, and undeny cannot tell to whom it belongs"
        ));
        self.texts.push(after.clone());
        self.checked.documents.push(Changed {
            index: None,
            diff: unified_diff(&name, "", &after),
            name,
            before: String::new(),
            after,
            reason: visible(&self.vault.restore(&proposal.reason).text),
        });
    }

    fn finish(mut self) -> Vec<String> {
        self.splices
            .sort_by_key(|(_, span, _)| std::cmp::Reverse(span.start));
        for (input, span, after) in self.splices {
            if let Some(text) = self.texts.get_mut(input)
                && text.is_char_boundary(span.start)
                && text.is_char_boundary(span.end)
                && span.end <= text.len()
            {
                text.replace_range(span, &after);
            }
        }
        self.texts
    }
}

/// The document that a proposal means: by id, by name, and a bare policy where there is one policy alone.
fn find<'d>(proposal: &Proposal, vault: &Vault, documents: &'d [Document]) -> Option<&'d Document> {
    let wanted = proposal.id.trim();
    if wanted.is_empty() {
        let mut policies = documents.iter().filter(|document| {
            !matches!(
                document.role,
                "error" | "event" | "token" | "other" | "workflow"
            )
        });
        return match (policies.next(), policies.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        };
    }
    let name = vault.restore(wanted).text;
    documents
        .iter()
        .find(|document| id(document.index).eq_ignore_ascii_case(wanted))
        .or_else(|| {
            documents.iter().find(|document| {
                document.name == name || document.name.ends_with(&format!("/{name}"))
            })
        })
}

fn look_at_placeholders(vault: &Vault, checked: &mut Checked) {
    for (placeholder, original) in vault.entries() {
        if !placeholder.starts_with('<') || placeholder == original {
            continue;
        }
        let more = checked.documents.iter().any(|document| {
            document.after.matches(original).count() > document.before.matches(original).count()
        });
        if more {
            checked.placeholders.duplicated.push(placeholder.to_owned());
        }
    }
    let placeholders = &checked.placeholders;
    let mut say = |names: &[String], what: &str| {
        if !names.is_empty() {
            checked
                .reasons
                .push(format!("{what}: {}", names.join(", ")));
        }
    };
    say(
        &placeholders.unknown,
        "it names placeholders that stand for nothing",
    );
    say(
        &placeholders.altered,
        "it changed placeholders, which were left as they are",
    );
    say(
        &placeholders.duplicated,
        "it puts hidden values where they did not stand before",
    );
}

fn look_for_hidden(checked: &mut Checked) {
    for document in &checked.documents {
        for character in document
            .after
            .chars()
            .filter(|character| is_hidden(*character))
        {
            let name = code(character);
            let count = |text: &str| text.chars().filter(|found| *found == character).count();
            if count(&document.after) > count(&document.before)
                && !checked.hidden_characters.contains(&name)
            {
                checked.hidden_characters.push(name);
            }
        }
    }
    if !checked.hidden_characters.is_empty() {
        checked.reasons.push(format!(
            "it writes characters that nobody sees: {}",
            checked.hidden_characters.join(", ")
        ));
    }
}

fn new_findings(paste: &Paste, texts: &[String]) -> Vec<Finding> {
    let after = Paste {
        inputs: texts
            .iter()
            .enumerate()
            .map(|(index, text)| Input {
                text: text.clone(),
                ..paste.inputs.get(index).cloned().unwrap_or_default()
            })
            .collect(),
    };
    let mut known: Vec<(&'static str, String)> = lint::lint(paste)
        .findings
        .into_iter()
        .map(|finding| (finding.rule, finding.message))
        .collect();
    let mut new = Vec::new();
    for finding in lint::lint(&after).findings {
        let same =
            |known: &(&'static str, String)| known.0 == finding.rule && known.1 == finding.message;
        if let Some(at) = known.iter().position(same) {
            known.swap_remove(at);
        } else {
            new.push(Finding {
                rule: finding.rule,
                severity: finding.severity,
                message: finding.message,
            });
        }
    }
    new
}
