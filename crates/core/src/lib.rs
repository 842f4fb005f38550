//! From a paste to a report: what was denied and why, the patch, and the proof that it is right.
//!
//! ```text
//! Paste -> documents -> denials -> Diagnosis (rules/) -> Plan -> edits -> Proof -> Report
//! ```
//!
//! [`run()`] is the one function that the page and the command call. A rule is one file in `rules/` and one line in its registry.
//! A `Fix` can be made only by `proof::prove`, which reads the patched text again and decides the request before and after.
//!
//! Architecture invariant: nothing here reads a file, a clock, the environment or a random number, and the same paste gives the same
//! report.

pub mod answers;
mod assemble;
mod case;
mod change_words;
pub mod compare;
mod diagnosis;
pub mod foreign;
mod handover;
mod holder;
mod key_reference;
mod left_open;
pub mod lint;
pub mod markdown;
mod next;
mod patched;
mod proof;
mod reference;
mod remarks;
pub mod report;
mod resolve;
mod role_arn;
mod room;
pub mod rules;
mod run;
mod services;
mod sharing;
pub mod simulate;
mod storable;
mod token;
mod understand;
mod unmask;
mod warnings;
pub mod what_if;
mod witness;
mod words;
mod workflow;

pub use report::Report;
pub use run::{Options, Outcome, Patch, Redaction, diagnose, explain, redact, run, run_in_steps};

#[cfg(feature = "parsers-apart")]
pub use undeny_document::Parsers;
pub use undeny_document::{Input, Paste, Role};
#[cfg(feature = "parsers-apart")]
pub use undeny_iam::denial::LateForms;
pub use undeny_redact as redaction;
pub use undeny_text as text;
