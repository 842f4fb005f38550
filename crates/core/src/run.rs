//! The whole way once: read, redact, diagnose, plan, prove, report.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use undeny_document::{Input, Paste, Role};
use undeny_redact::{Redacted, Vault};
use undeny_text::{Edit, Edits, at_once, rest};

use crate::case::{Case, Told};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::proof::{self, Aim, Fix, Refusal};
use crate::reference::Signs;
use crate::report::{Report, Verdict};
use crate::{assemble, change_words, handover, key_reference, left_open, room, rules, warnings};

/// What the user chose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Answers to questions, by the question's id.
    pub answers: BTreeMap<String, String>,
    /// What documents are taken for, by their index in the report, where the user knows better.
    pub roles: BTreeMap<usize, Role>,
    /// The time, in seconds since 1970, where the shell knows it: whether a pasted token has ended.
    pub now: Option<u64>,
    /// How redaction is to be done.
    pub redaction: undeny_redact::Options,
}

/// A report, the patched texts, and the redacted texts with the way back. Only the report is ever written anywhere.
#[expect(
    missing_debug_implementations,
    reason = "it holds the vault, which must not be printed"
)]
pub struct Outcome {
    /// What the page and the command show.
    pub report: Report,
    /// The texts as each variant of the report leaves them.
    pub patches: Vec<Patch>,
    /// What others may see.
    pub redaction: Redaction,
}

/// The texts as one variant leaves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The variant's id: `minimal`, `hardened`.
    pub variant: &'static str,
    /// One for each text given; equal to it where nothing changes.
    pub texts: Vec<String>,
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
    at_once(run_in_steps(paste, options))
}

/// [`run`] for a shell that has other things to do meanwhile: it is pending at each [`rest`], which waits for nothing, so whoever polls it decides
/// when it goes on. Dropped, it is cancelled.
pub async fn run_in_steps(paste: &Paste, options: &Options) -> Outcome {
    let read = || {
        let mut case = Case::read(paste, &options.answers, &options.roles, options.now);
        key_reference::bind(&mut case);
        case
    };
    let mut case = read();
    rest().await;
    if room::make(&mut case) {
        rest().await;
        let outcome = run_case(case, paste, options).await;
        // What it asks for instead may be what is missing for one.
        let asks_more = |id: &str| !matches!(id, "identity-policy" | "other-policies" | "policy");
        let questions = &outcome.report.questions;
        let is_asked = !questions.is_empty() && questions.iter().all(|it| asks_more(&it.id));
        if !outcome.patches.is_empty() || is_asked {
            return outcome;
        }
        // No patch: then the policy to be given is a text.
        case = read();
    }
    run_case(case, paste, options).await
}

/// What comes of a paste that was read.
async fn run_case(mut case: Case<'_>, paste: &Paste, options: &Options) -> Outcome {
    let mut twin = Twin::new(paste, options, &case.told).await;
    rest().await;
    let (mut diagnosis, mut found, joined) = attempt(&case, paste, &twin).await;
    if matches!(found.minimal, Some(Err(_))) && case.denials.len() > 1 {
        // Together it is no patch, or what was left out would be taken up once the rest is mended: one denial after the other, as far as it goes.
        let mut apart: Vec<usize> = (0..case.denials.len()).collect();
        let mut kept = None;
        for index in joined.into_iter().take(MOST_ATTEMPTS) {
            apart.retain(|other| *other != index);
            case.told.apart.clone_from(&apart);
            twin.told.apart.clone_from(&apart);
            rest().await;
            let (with, proven, _) = attempt(&case, paste, &twin).await;
            if matches!(proven.minimal, Some(Ok(_))) {
                kept = Some((with, proven, apart.clone()));
            } else {
                apart.push(index);
            }
        }
        case.told.apart.clear();
        if let Some((with, proven, apart)) = kept {
            (diagnosis, found) = (with, proven);
            case.told.apart = apart;
        }
    }
    if let (Some(Err(_)), Some(diagnosis)) = (&found.minimal, &diagnosis)
        && let Remedy::Change { minimal, .. } = &diagnosis.remedy
        && proof::right_by_hand(&case, minimal)
    {
        found.by_hand = Some(change_words::by_hand(&case, &minimal.changes));
    }
    rest().await;
    let mut report = assemble::report(&case, diagnosis.as_ref(), &found);
    if let Some(diagnosis) = &diagnosis
        && let Some(text) = handover::text(&case, &diagnosis.handover)
    {
        report.handover = Some(text);
    }
    report.warnings = warnings::look(&case);
    if let (Some(proof), Some(diagnosis)) = (&mut report.proof, &diagnosis)
        && let Remedy::Change { minimal, .. } = &diagnosis.remedy
    {
        let beside = warnings::beside(&case, minimal, &report.warnings);
        proof.assumptions.extend(beside);
    }
    let open = left_open::parts(&case);
    if let (false, Some(proof)) = (open.is_empty(), &mut report.proof) {
        proof.assumptions.push(
            "the parts of the policies that only their template decides, which are listed as not read, change nothing for this call".to_owned(),
        );
    }
    report.problems.extend(open.into_iter().map(|part| {
        assemble::problem(
            &case,
            part.input,
            part.span,
            part.message,
            part.help.to_owned(),
        )
    }));
    Signs::of(&case.reading).write_report(&mut report);
    let mut patches = Vec::new();
    if let Some(Ok(fix)) = &found.minimal {
        patches.push(Patch {
            variant: "minimal",
            texts: fix.texts().to_vec(),
        });
    }
    if let Some((_, fix)) = &found.hardened {
        patches.push(Patch {
            variant: "hardened",
            texts: fix.texts().to_vec(),
        });
    }
    Outcome {
        report,
        patches,
        redaction: twin.redaction,
    }
}

/// How many denials' plans are tried one after the other where all together are no patch: each attempt reads the paste again.
const MOST_ATTEMPTS: usize = 8;

/// Find the cause and prove the plans; the denials, by index, that the plan speaks for come with it.
async fn attempt(
    case: &Case<'_>,
    paste: &Paste,
    twin: &Twin,
) -> (Option<Diagnosis>, Proven, Vec<usize>) {
    let Some((diagnosis, joined)) = rules::diagnose_together(case) else {
        return (None, Proven::default(), Vec::new());
    };
    let read = OnceCell::new();
    let mut found = Proven::default();
    rest().await;
    let prove = async |plan: &Plan, aim, which| {
        let restored = async || {
            if read.get().is_none() {
                rest().await;
            }
            let read = read.get_or_init(|| twin.read(case));
            rest().await;
            twin.restored(read, which)
        };
        prove(case, paste, plan, aim, which, restored).await
    };
    match &diagnosis.remedy {
        Remedy::Change {
            minimal, hardened, ..
        } => {
            if !minimal.changes.is_empty() {
                found.minimal = Some(prove(minimal, Aim::Allow, Which::Minimal).await);
            }
            if let Some(hardened) = hardened
                && matches!(found.minimal, Some(Ok(_)))
            {
                let fix = prove(&hardened.plan, Aim::Allow, Which::Hardened).await;
                found.hardened = fix.ok().map(|fix| (hardened.clone(), fix));
            }
        }
        Remedy::Explain { hardened } | Remedy::Ask { hardened } => {
            if let Some(hardened) = hardened {
                let fix = prove(&hardened.plan, Aim::Narrow, Which::Hardened).await;
                found.hardened = fix.ok().map(|fix| (hardened.clone(), fix));
            }
        }
    }
    (Some(diagnosis), found, joined)
}

/// Read a paste and find the cause; nothing is planned in bytes, proven or redacted, so no patch is in the report. It is what can be said first:
/// where a rule that comes later may know better, or a part of the paste could not be read yet, no cause is told.
#[must_use]
pub fn diagnose(paste: &Paste, options: &Options) -> Report {
    let case = Case::read(paste, &options.answers, &options.roles, options.now);
    let diagnosis = rules::diagnose_first(&case);
    let mut report = assemble::report(&case, diagnosis.as_ref(), &Proven::default());
    Signs::of(&case.reading).write_report(&mut report);
    report
}

/// Read the denials alone, without looking for a cause: the command `explain`.
#[must_use]
pub fn explain(paste: &Paste) -> Report {
    let answers = BTreeMap::new();
    let case = Case::read(paste, &answers, &BTreeMap::new(), None);
    let mut report = assemble::report(&case, None, &Proven::default());
    Signs::of(&case.reading).write_report(&mut report);
    report
}

/// Redact the texts of a paste together.
#[must_use]
pub fn redact(paste: &Paste, options: &Options) -> Redaction {
    let texts: Vec<&str> = paste
        .inputs
        .iter()
        .map(|input| input.text.as_str())
        .collect();
    let mut vault = Vault::new();
    let texts = undeny_redact::redact(&mut vault, &texts, &options.redaction);
    Redaction { vault, texts }
}

/// What was proven.
#[derive(Debug, Default)]
pub(crate) struct Proven {
    /// The minimal patch, or why it is none.
    pub(crate) minimal: Option<Result<Fix, Refusal>>,
    /// The hardened one.
    pub(crate) hardened: Option<(crate::diagnosis::Hardened, Fix)>,
    /// The text to write by hand, where the change is right and cannot be written here.
    pub(crate) by_hand: Option<String>,
}

impl Proven {
    /// How the report ends.
    pub(crate) fn verdict(&self, case: &Case<'_>, diagnosis: Option<&Diagnosis>) -> Verdict {
        let Some(diagnosis) = diagnosis else {
            return if case.denials.is_empty() && !case.decoys.is_empty() {
                Verdict::ExplainOnly
            } else {
                Verdict::Unknown
            };
        };
        match (&diagnosis.remedy, &self.minimal) {
            (
                Remedy::Change {
                    owner: Owner::User, ..
                },
                Some(Ok(_)),
            ) => Verdict::Patch,
            (
                Remedy::Change {
                    owner: Owner::Other,
                    ..
                },
                Some(Ok(_)) | None,
            ) => Verdict::PatchOtherOwner,
            (Remedy::Change { .. }, _) | (Remedy::Ask { .. }, _) => Verdict::Unknown,
            (Remedy::Explain { .. }, _) => Verdict::ExplainOnly,
        }
    }
}

/// Which plan of a diagnosis.
#[derive(Clone, Copy)]
enum Which {
    Minimal,
    Hardened,
}

fn plan_of(diagnosis: &Diagnosis, which: Which) -> Option<&Plan> {
    match (&diagnosis.remedy, which) {
        (Remedy::Change { minimal, .. }, Which::Minimal) => Some(minimal),
        (
            Remedy::Change { hardened, .. }
            | Remedy::Explain { hardened }
            | Remedy::Ask { hardened },
            Which::Hardened,
        ) => hardened.as_ref().map(|hardened| &hardened.plan),
        _ => None,
    }
}

async fn prove(
    case: &Case<'_>,
    paste: &Paste,
    plan: &Plan,
    aim: Aim,
    which: Which,
    restored: impl AsyncFnOnce() -> Option<Vec<String>>,
) -> Result<Fix, Refusal> {
    let idempotent = |again: &Case<'_>| {
        rules::diagnose(again)
            .as_ref()
            .and_then(|diagnosis| plan_of(diagnosis, which))
            .is_none_or(|plan| plan.changes.is_empty())
    };
    let restores =
        async |texts: &[String]| restored().await.is_some_and(|restored| restored == texts);
    proof::prove(case, paste, plan, aim, idempotent, restores).await
}

/// The paste as others may see it, read like the paste itself: what a fix of it, restored, has to be is the fix.
struct Twin {
    /// The redacted texts, with the way back; answers are redacted with them, so that both name one thing alike.
    redaction: Redaction,
    paste: Paste,
    answers: BTreeMap<String, String>,
    told: Told,
}

impl Twin {
    async fn new(paste: &Paste, options: &Options, told: &Told) -> Self {
        let mut told = told.clone();
        let mut names = Vec::new();
        told.visit(&mut |name| names.push(name.clone()));
        // One text for all of them, a line each: a text has its price.
        let joined = names.join("\n");
        let texts: Vec<&str> = paste
            .inputs
            .iter()
            .map(|input| &input.text)
            .chain(options.answers.values())
            .chain(std::iter::once(&joined))
            .map(String::as_str)
            .collect();
        let mut vault = Vault::new();
        let mut texts =
            undeny_redact::redact_in_steps(&mut vault, &texts, &options.redaction).await;
        let rest = texts.split_off(paste.inputs.len().min(texts.len()));
        let mut rest = rest.into_iter().map(|redacted| redacted.text);
        let answers = options.answers.keys().cloned().zip(rest.by_ref()).collect();
        let hidden = rest.next().unwrap_or_default();
        if hidden.split('\n').count() == names.len().max(1) {
            let mut hidden = hidden.split('\n');
            told.visit(&mut |name| hidden.next().unwrap_or_default().clone_into(name));
        }
        let inputs = paste
            .inputs
            .iter()
            .zip(&texts)
            .map(|(input, redacted)| Input {
                text: redacted.text.clone(),
                ..input.clone()
            })
            .collect();
        Self {
            redaction: Redaction { vault, texts },
            paste: Paste { inputs },
            answers,
            told,
        }
    }

    /// The twin read, with its diagnosis. Placeholders hide that two names are one; that they are was read in the paste.
    fn read(&self, original: &Case<'_>) -> (Case<'_>, Option<Diagnosis>) {
        let edits: Option<Vec<Edits>> = self.redaction.texts.iter().map(edits_of).collect();
        let case = Case::read_renamed(
            &self.paste,
            &self.answers,
            self.told.clone(),
            original,
            edits.as_deref(),
        );
        let diagnosis = rules::diagnose(&case);
        (case, diagnosis)
    }

    /// The twin's own fix, with the originals put back.
    fn restored(&self, read: &(Case<'_>, Option<Diagnosis>), which: Which) -> Option<Vec<String>> {
        let (case, diagnosis) = read;
        let plan = plan_of(diagnosis.as_ref()?, which)?;
        let patched = proof::patch(case, &plan.changes).ok()?;
        let restore = |text: &String| self.redaction.vault.restore(text).text;
        Some(patched.iter().map(restore).collect())
    }
}

/// Redaction as the edits that it is.
fn edits_of(redacted: &Redacted) -> Option<Edits> {
    let edits = redacted
        .findings
        .iter()
        .map(|finding| Edit::replace(finding.span, finding.placeholder.clone()))
        .collect();
    Edits::new(edits).ok()
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn a_run_in_steps_rests_between_them_and_ends_as_a_run_does() {
        let text = "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::reports/a.csv\" because no identity-based policy allows the s3:PutObject action\n\n{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::reports/a.csv\"}]}\n";
        let paste = Paste {
            inputs: vec![Input {
                text: text.to_owned(),
                ..Input::default()
            }],
        };
        let options = Options::default();
        let mut running = pin!(run_in_steps(&paste, &options));
        let mut context = Context::from_waker(Waker::noop());
        let mut rests = 0;
        let outcome = loop {
            match running.as_mut().poll(&mut context) {
                Poll::Ready(outcome) => break outcome,
                Poll::Pending => rests += 1,
            }
        };
        assert!(rests >= 3, "{rests} rests");
        let whole = run(&paste, &options);
        assert_eq!(outcome.report, whole.report);
        assert_eq!(outcome.patches, whole.patches);
    }
}
