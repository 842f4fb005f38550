//! The whole way once: read, redact, diagnose, plan, edit, prove.

use std::collections::BTreeMap;

use undeny_document::Paste;
use undeny_redact::{Redacted, Vault};

use crate::report::{Report, SCHEMA, Verdict};

/// What the user chose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Answers to questions, by the question's id.
    pub answers: BTreeMap<String, String>,
    /// How redaction is to be done.
    pub redaction: undeny_redact::Options,
}

/// A report, and the redacted texts with the way back. Only the report is ever written anywhere.
#[expect(
    missing_debug_implementations,
    reason = "it holds the vault, which must not be printed"
)]
pub struct Outcome {
    /// What the page and the command show.
    pub report: Report,
    /// What others may see.
    pub redaction: Redaction,
}

/// The texts given with placeholders in them, and the originals.
#[expect(
    missing_debug_implementations,
    reason = "it holds the vault, which must not be printed"
)]
pub struct Redaction {
    /// The originals; wiped on drop.
    pub vault: Vault,
    /// One for each text given.
    pub texts: Vec<Redacted>,
}

/// Read a paste, find the cause, patch and prove. No input makes it fail: what could not be read or done is in the report.
#[must_use]
pub fn run(paste: &Paste, options: &Options) -> Outcome {
    let texts: Vec<&str> = paste
        .inputs
        .iter()
        .map(|input| input.text.as_str())
        .collect();
    let mut vault = Vault::new();
    let redacted = undeny_redact::redact(&mut vault, &texts, &options.redaction);
    let report = Report {
        schema: SCHEMA,
        denials: Vec::new(),
        decoys: Vec::new(),
        verdict: Verdict::Unknown,
        cause: None,
        documents: Vec::new(),
        variants: Vec::new(),
        questions: Vec::new(),
        proof: None,
        handover: None,
        warnings: Vec::new(),
        problems: Vec::new(),
    };
    Outcome {
        report,
        redaction: Redaction {
            vault,
            texts: redacted,
        },
    }
}
