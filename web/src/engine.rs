//! From what the user gave to what the panes show: the report, and the redacted texts cut into pieces.
//!
//! It decides nothing about access; `undeny_core::run` does. What it adds: marks for what was switched off.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;

use leptos::prelude::*;
use undeny_core::redaction::{Class, Finding, Level, Redacted, Vault};
use undeny_core::report::{Report, Request};
use undeny_core::text::{LineIndex, Span, rest};
use undeny_core::what_if::{self, WhatIf};
use undeny_core::{Input, Options, Paste, Role, run_in_steps};

use crate::panes::fix::size;
use crate::parts;
use crate::state::{Choice, PASTE, State, Text};

/// The redacted view draws this much of each text at first, and as much more each time somebody comes near the end of it.
pub(crate) const DRAWN_BYTES: usize = 8 * 1024;

/// What the panes show.
#[derive(Debug)]
pub(crate) struct View {
    /// The report; a place's `document` counts `texts`.
    pub(crate) report: Report,
    /// The texts given.
    pub(crate) texts: Vec<Shown>,
    /// How many different values of each class are hidden.
    pub(crate) hidden: Hidden,
    /// The texts as the minimal patch leaves them; none where there is no patch.
    pub(crate) patched: Vec<String>,
    /// What the patch comes to, in a sentence or two; empty where there is none.
    pub(crate) outcome: String,
    /// Whether this is only the cause: no patch was made and nothing redacted, because the engine's second piece is not there.
    pub(crate) first: bool,
}

/// One text given, and what others may see of it.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The id of its box.
    pub(crate) id: usize,
    /// The file's name.
    pub(crate) name: Option<String>,
    /// Where its lines begin.
    pub(crate) lines: LineIndex,
    /// The redacted text.
    pub(crate) redacted: String,
    /// The redacted text again, in pieces of some lines.
    pub(crate) chunks: Vec<Chunk>,
}

/// Some lines of a redacted text.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// Bytes of the redacted text before this chunk.
    pub(crate) start: usize,
    /// What it shows.
    pub(crate) pieces: Vec<Piece>,
}

impl Chunk {
    /// A hash of the pieces: a chunk with the same key is the same on the page.
    pub(crate) fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.pieces.hash(&mut hasher);
        hasher.finish()
    }
}

/// A piece of a redacted text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// Text as given.
    Plain(String),
    /// A value that is hidden, or could be.
    Mark(Mark),
}

/// A value that is hidden, or was and is switched off.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    /// Which, counted over all texts.
    pub(crate) number: usize,
    /// What is seen: the placeholder, or the original where it is switched off.
    pub(crate) seen: String,
    /// The original.
    pub(crate) original: String,
    /// Whether it is hidden.
    pub(crate) on: bool,
    /// What it is.
    pub(crate) class: Class,
    /// Which detector saw it.
    pub(crate) detector: &'static str,
}

/// Different values hidden, by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// Names of accounts, roles, hosts.
    pub(crate) identifiers: usize,
    /// Keys, passwords, tokens.
    pub(crate) secrets: usize,
    /// E-mail and network addresses.
    pub(crate) personal: usize,
}

/// The cause alone, without patch, proof and redaction.
pub(crate) fn first(texts: &[Text], options: &Options) -> View {
    let given = given(texts);
    let report = undeny_core::diagnose(&paste(&given), options);
    let texts = given
        .iter()
        .map(|text| Shown {
            id: text.id,
            name: shown_name(text),
            lines: LineIndex::new(&text.text),
            redacted: String::new(),
            chunks: Vec::new(),
        })
        .collect();
    View {
        report,
        texts,
        hidden: Hidden::default(),
        patched: Vec::new(),
        outcome: String::new(),
        first: true,
    }
}

/// The file's name, or what the tab of a long paste says.
fn shown_name(text: &Text) -> Option<String> {
    (text.id != PASTE).then(|| text.label())
}

/// The texts to be read. A paste that is blank beside files would only be reported as empty.
fn given(texts: &[Text]) -> Vec<&Text> {
    let all_blank = texts.iter().all(|text| text.text.trim().is_empty());
    texts
        .iter()
        .filter(|text| all_blank || !text.text.trim().is_empty())
        .collect()
}

fn paste(given: &[&Text]) -> Paste {
    let inputs = given
        .iter()
        .map(|text| Input {
            name: text.name.clone(),
            text: text.text.clone(),
            role: None,
        })
        .collect();
    Paste { inputs }
}

/// An answer that is being worked out, in steps: whoever polls it decides when the next one follows.
pub(crate) type Answering = Pin<Box<dyn Future<Output = View>>>;

/// The answer to what was given.
pub(crate) fn answer(texts: Vec<Text>, choices: Vec<Choice>, options: Options) -> Answering {
    Box::pin(async move { answer_in_steps(&texts, &choices, &options).await })
}

async fn answer_in_steps(texts: &[Text], choices: &[Choice], options: &Options) -> View {
    let given = given(texts);
    let paste = paste(&given);
    // The strict level hides relations that the proof needs; it is for what others see.
    let mut standard = options.clone();
    standard.redaction.level = Level::Standard;
    let mut outcome = run_in_steps(&paste, &standard).await;
    standard.roles = roles(&given, choices, &outcome.report);
    if !standard.roles.is_empty() {
        outcome = run_in_steps(&paste, &standard).await;
    }
    rest().await;
    let report = outcome.report;
    let patched = outcome
        .patches
        .into_iter()
        .find(|patch| patch.variant == "minimal")
        .map(|patch| patch.texts)
        .unwrap_or_default();
    let findings = if options.redaction.level == Level::Standard {
        findings(outcome.redaction.texts)
    } else {
        redacted(&given, &options.redaction).await
    };
    let possible = if options.redaction.keep.is_empty() {
        Vec::new()
    } else {
        everything(&given, options).await
    };
    rest().await;
    let hidden = count(&given, &findings);
    let mut number = 0;
    let mut shown = Vec::with_capacity(given.len());
    let none = Vec::new();
    for (index, text) in given.iter().enumerate() {
        let pieces = pieces(
            &text.text,
            findings.get(index).unwrap_or(&none),
            possible.get(index).unwrap_or(&none),
            &options.redaction.keep,
            &mut number,
        );
        rest().await;
        let redacted = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => text.as_str(),
                Piece::Mark(mark) => mark.seen.as_str(),
            })
            .collect();
        rest().await;
        shown.push(Shown {
            id: text.id,
            name: shown_name(text),
            lines: LineIndex::new(&text.text),
            redacted,
            chunks: chunks(pieces),
        });
        rest().await;
    }
    View {
        outcome: comes_to(&report),
        report,
        texts: shown,
        hidden,
        patched,
        first: false,
    }
}

/// What a patch comes to, from its proof.
fn comes_to(report: &Report) -> String {
    let changed: Vec<_> = report
        .documents
        .iter()
        .filter(|document| document.after.is_some())
        .collect();
    let lines = changed
        .iter()
        .map(|document| size(document))
        .fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    let mut text = parts::counted(changed.len(), "document changes", "documents change");
    text.push_str(", +");
    text.push_str(&lines.0.to_string());
    text.push_str(" −");
    text.push_str(&lines.1.to_string());
    text.push_str(" lines.");
    if let Some(proof) = &report.proof {
        let allowed = proof
            .requests
            .iter()
            .all(|request| request.after == "Allowed");
        if allowed && proof.only_planned {
            text.push_str(" Proven here: the denied request is allowed after it, and nothing is opened beyond the list below.");
        }
    }
    text
}

/// How redaction is to be done, as the user chose.
pub(crate) fn redaction_options(state: State) -> undeny_core::redaction::Options {
    undeny_core::redaction::Options {
        words: state.words.get_untracked(),
        keep: state.keep.get_untracked(),
        level: if state.strict.get_untracked() {
            Level::Strict
        } else {
            Level::Standard
        },
    }
}

/// A request, decided by the policies that were given; `after` by the minimal patch's.
pub(crate) fn what_if(state: State, view: &View, request: &Request, after: bool) -> WhatIf {
    state.texts.with_untracked(|texts| {
        let given = given(texts);
        let paste = paste(&given);
        let options = Options {
            answers: state.answers.get_untracked(),
            roles: roles(&given, &state.choices.read_untracked(), &view.report),
            ..Options::default()
        };
        what_if::decide(
            &paste,
            after.then_some(view.patched.as_slice()),
            &options,
            request,
        )
    })
}

/// What an assistant is asked about: the texts given, with what the user chose and takes documents for.
pub(crate) fn asked(
    texts: &[Text],
    choices: &[Choice],
    report: &Report,
    mut options: Options,
) -> (Paste, Options) {
    let given = given(texts);
    options.roles = roles(&given, choices, report);
    (paste(&given), options)
}

/// What the user takes documents for, by their index in the report.
fn roles(given: &[&Text], choices: &[Choice], report: &Report) -> BTreeMap<usize, Role> {
    let chosen = |choice: &Choice| {
        let input = given.iter().position(|text| text.id == choice.text)?;
        let mut inside = report
            .documents
            .iter()
            .enumerate()
            .filter(|(_, document)| document.input == input);
        Some((inside.nth(choice.nth)?.0, choice.role))
    };
    choices.iter().filter_map(chosen).collect()
}

/// What would be hidden if nothing were switched off.
async fn everything(given: &[&Text], options: &Options) -> Vec<Vec<Finding>> {
    let mut all = options.redaction.clone();
    all.keep.clear();
    redacted(given, &all).await
}

async fn redacted(given: &[&Text], options: &undeny_core::redaction::Options) -> Vec<Vec<Finding>> {
    let texts: Vec<&str> = given.iter().map(|text| text.text.as_str()).collect();
    let mut vault = Vault::new();
    findings(undeny_core::redaction::redact_in_steps(&mut vault, &texts, options).await)
}

fn findings(texts: Vec<Redacted>) -> Vec<Vec<Finding>> {
    texts.into_iter().map(|text| text.findings).collect()
}

fn count(given: &[&Text], findings: &[Vec<Finding>]) -> Hidden {
    let mut values: BTreeSet<(Class, &str)> = BTreeSet::new();
    for (text, findings) in given.iter().zip(findings) {
        for finding in findings {
            values.insert((finding.class, finding.span.text(&text.text)));
        }
    }
    let of = |class| values.iter().filter(|(found, _)| *found == class).count();
    Hidden {
        identifiers: of(Class::Identifier),
        secrets: of(Class::Secret),
        personal: of(Class::Personal),
    }
}

/// The redacted text as pieces: what is hidden, and what `possible` says could be and `keep` says is not.
fn pieces(
    text: &str,
    findings: &[Finding],
    possible: &[Finding],
    keep: &[String],
    number: &mut usize,
) -> Vec<Piece> {
    let shown = possible.iter().filter(|finding| {
        let original = finding.span.text(text);
        let next = findings.partition_point(|hidden| hidden.span.end <= finding.span.start);
        let covered = findings
            .get(next)
            .is_some_and(|hidden| hidden.span.overlaps(finding.span));
        !covered && keep.iter().any(|kept| kept == original)
    });
    let mut marks: Vec<(&Finding, bool)> = findings
        .iter()
        .map(|finding| (finding, true))
        .chain(shown.map(|finding| (finding, false)))
        .collect();
    marks.sort_by_key(|(finding, _)| finding.span);
    let mut pieces = Vec::new();
    let mut from = 0;
    for (finding, on) in marks {
        let plain = Span::new(from, finding.span.start).text(text);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain.to_owned()));
        }
        let original = finding.span.text(text).to_owned();
        pieces.push(Piece::Mark(Mark {
            number: *number,
            seen: if on {
                finding.placeholder.clone()
            } else {
                original.clone()
            },
            original,
            on,
            class: finding.class,
            detector: finding.detector,
        }));
        *number += 1;
        from = finding.span.end;
    }
    let rest = text.get(from..).unwrap_or_default();
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    pieces
}

/// Group pieces by some lines each; a plain piece is cut at line ends.
fn chunks(pieces: Vec<Piece>) -> Vec<Chunk> {
    const LINES: usize = 24;
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut now: Vec<Piece> = Vec::new();
    let (mut lines, mut start, mut length) = (0, 0, 0);
    let mut close = |now: &mut Vec<Piece>, start: &mut usize, length: &mut usize| {
        chunks.push(Chunk {
            start: *start,
            pieces: std::mem::take(now),
        });
        *start += std::mem::take(length);
    };
    for piece in pieces {
        match piece {
            Piece::Mark(mark) => {
                length += mark.seen.len();
                now.push(Piece::Mark(mark));
            }
            Piece::Plain(text) => {
                let mut plain = String::new();
                for line in text.split_inclusive('\n') {
                    plain.push_str(line);
                    length += line.len();
                    lines += usize::from(line.ends_with('\n'));
                    if lines == LINES {
                        lines = 0;
                        now.push(Piece::Plain(std::mem::take(&mut plain)));
                        close(&mut now, &mut start, &mut length);
                    }
                }
                if !plain.is_empty() {
                    now.push(Piece::Plain(plain));
                }
            }
        }
    }
    if !now.is_empty() {
        close(&mut now, &mut start, &mut length);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(text: &str, value: &str, placeholder: &str) -> Finding {
        let start = text.find(value).unwrap();
        Finding {
            detector: "aws-account-id",
            class: Class::Identifier,
            span: Span::new(start, start + value.len()),
            placeholder: placeholder.to_owned(),
            confidence: undeny_core::redaction::Confidence::High,
        }
    }

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => text.clone(),
                Piece::Mark(mark) if mark.on => format!("[{}]", mark.seen),
                Piece::Mark(mark) => format!("({})", mark.seen),
            })
            .collect()
    }

    #[test]
    fn what_is_switched_off_keeps_its_number_and_shows_the_original() {
        let text = "a 123456789012 b role-x c";
        let all = [
            finding(text, "123456789012", "111122223333"),
            finding(text, "role-x", "role-a"),
        ];
        let mut number = 0;
        let on = pieces(text, &all, &[], &[], &mut number);
        assert_eq!(shown(&on), "a [111122223333] b [role-a] c");
        number = 0;
        let keep = ["123456789012".to_owned()];
        let off = pieces(text, &all[1..], &all, &keep, &mut number);
        assert_eq!(shown(&off), "a (123456789012) b [role-a] c");
        assert_eq!(number, 2);
    }

    #[test]
    fn chunks_are_the_text_again() {
        let text = "x\n".repeat(100);
        let chunks = chunks(vec![Piece::Plain(text.clone())]);
        let again: String = chunks.iter().map(|chunk| shown(&chunk.pieces)).collect();
        assert_eq!(again, text);
        assert_eq!(chunks.len(), 5);
        assert_eq!(chunks[1].start, 48);
        assert_eq!(chunks[0].key(), chunks[1].key());
    }
}
