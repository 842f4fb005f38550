//! The verdict: how it ends, in one sentence, and the ways out. It is what the eye finds first.

use leptos::prelude::*;
use undeny_core::report::{Document, Report, Verdict};

use crate::engine::View;
use crate::late::{Late, late};
use crate::parts;
use crate::state::State;
use crate::view::{Node, button, div, h2, live, p, section};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        let said = Said::of(&view);
        let hardened = state.hardened.get();
        Some(
            section()
                .class("card verdict")
                .test_id("verdict")
                .attr("data-verdict", view.report.verdict.as_str())
                .attr("aria-label", "Verdict")
                .child(p().class("kind").child(said.kind))
                .child(h2().child(parts::prose(&said.headline)))
                .child((!said.more.is_empty()).then(|| p().child(parts::prose(&said.more))))
                .child(actions(state, &view, hardened)),
        )
    })
}

/// What a screen reader says of the verdict.
pub(crate) fn spoken(state: State) -> String {
    state.view.with_untracked(|view| match view {
        Some(view) => {
            let said = Said::of(view);
            parts::plain(&(said.kind.to_owned() + ": " + &said.headline))
        }
        None => String::new(),
    })
}

/// The documents that the chosen patch changes.
pub(crate) fn changed(view: &View, hardened: bool) -> Vec<&Document> {
    let id = if hardened { "hardened" } else { "minimal" };
    let variant = view.report.variants.iter().find(|variant| variant.id == id);
    variant
        .map_or(&view.report.documents, |variant| &variant.documents)
        .iter()
        .filter(|document| document.after.is_some())
        .collect()
}

struct Said {
    kind: &'static str,
    headline: String,
    more: String,
}

impl Said {
    fn of(view: &View) -> Self {
        let report = &view.report;
        let title = report.cause.as_ref().map(|cause| cause.title.clone());
        if view.first && !report.denials.is_empty() {
            let is_known = title.is_some();
            return Self {
                kind: if is_known { "Cause found" } else { "Denial read" },
                headline: title
                    .unwrap_or_else(|| "The error is read; its cause needs the rest of the engine.".to_owned()),
                more: match (late(), is_known) {
                    (Late::Missing, _) => {
                        "The part of the engine that patches and proves did not arrive: reload the page. The command `undeny fix FILE` does the same."
                    }
                    (_, true) => "The patch and its proof follow in a moment.",
                    (_, false) => "The cause, the patch and its proof follow in a moment.",
                }
                .to_owned(),
            };
        }
        match report.verdict {
            Verdict::Patch => Self {
                kind: "Patch",
                headline: title.unwrap_or_else(|| "Change the policy as below.".to_owned()),
                more: view.outcome.clone(),
            },
            Verdict::PatchOtherOwner => Self {
                kind: "Somebody else’s policy",
                headline: title
                    .unwrap_or_else(|| "The policy that must change is not yours.".to_owned()),
                more: "Send the text below to whoever owns it.".to_owned(),
            },
            Verdict::ExplainOnly => Self {
                kind: "No policy change",
                headline: title
                    .or_else(|| report.decoys.first().map(|decoy| decoy.reason.clone()))
                    .unwrap_or_else(|| "No change of a policy is right here.".to_owned()),
                more: String::new(),
            },
            Verdict::Unknown => Self::unknown(report, title),
        }
    }

    fn unknown(report: &Report, title: Option<String>) -> Self {
        if let Some(question) = report.questions.first() {
            let headline = title.unwrap_or_else(|| question.text.clone());
            return Self {
                kind: if headline.starts_with("I need to know") {
                    "One thing is missing"
                } else {
                    "I need to know"
                },
                headline,
                more: "Answer below, or paste the missing part; the answer is worked out again at once.".to_owned(),
            };
        }
        if let Some(title) = title {
            return Self {
                kind: "Not known",
                headline: title,
                more: String::new(),
            };
        }
        if let Some(decoy) = report.decoys.first() {
            return Self {
                kind: "Not an AWS denial",
                headline: decoy.reason.clone(),
                more: String::new(),
            };
        }
        if report.denials.is_empty() {
            return Self {
                kind: "Nothing denied yet",
                headline: "I find no access error in this.".to_owned(),
                more: "Paste the error too: the lines with “is not authorized to perform” or “AccessDenied”, and what stands around them.".to_owned(),
            };
        }
        Self {
            kind: "Not known",
            headline: "I read the error, and no rule here explains it yet.".to_owned(),
            more:
                "Paste the policies around it: the caller’s, and the one on the resource or role."
                    .to_owned(),
        }
    }
}

fn actions(state: State, view: &View, hardened: bool) -> Option<Node> {
    let Late::Here(rest) = late() else {
        return None;
    };
    let more = (rest.ways)(state);
    let changed = changed(view, hardened);
    let ask = (!view.first).then(|| {
        button()
            .test_id("assistant-open")
            .on("click", move |_| state.asking.set(true))
            .child("Ask an assistant…")
    });
    if changed.is_empty() {
        return Some(div().class("acts").child(more).child(ask).into());
    }
    let one = changed.len() == 1;
    let copies: Vec<Node> = changed
        .iter()
        .enumerate()
        .map(|(nth, document)| {
            let after = document.after.clone();
            let label = if one {
                "Copy fixed policy".to_owned()
            } else {
                "Copy fixed ".to_owned() + &document.name
            };
            parts::copy_button(
                state,
                "copy-fixed-".to_owned() + &document.index.to_string(),
                label,
                nth == 0,
                move || after.clone(),
            )
            .into()
        })
        .collect();
    Some(
        div()
            .class("acts")
            .child(copies)
            .child(more)
            .child(ask)
            .into(),
    )
}
