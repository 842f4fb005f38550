//! What has to be known to go on, or to be sure: each question an input, the answer worked in at once; what a policy
//! answers leads to the box for pasted text.

use leptos::prelude::*;
use undeny_core::report::{Question, Verdict};

use super::paste;
use crate::parts;
use crate::state::State;
use crate::view::{Node, button, div, input, label, live, p, strong};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let asked = state.asked.get();
        (!asked.is_empty()).then(|| {
            let rows: Vec<Node> = asked
                .into_iter()
                .map(|question| row(state, question))
                .collect();
            let needed = state.view.with(|view| {
                view.as_ref()
                    .is_some_and(|view| view.report.verdict == Verdict::Unknown)
            });
            let title = if needed { "Your answer" } else { "To be sure" };
            parts::card("questions", title, ()).child(div().class("body").child(rows))
        })
    })
}

/// Show the questions of a report, and keep those that have an answer, so that it can be changed.
pub(crate) fn keep(state: State, mut now: Vec<Question>) {
    let answers = state.answers.get_untracked();
    state.asked.with_untracked(|asked| {
        for (index, question) in asked.iter().enumerate() {
            let answered = answers
                .get(&question.id)
                .is_some_and(|answer| !answer.trim().is_empty());
            if answered && !now.iter().any(|new| new.id == question.id) {
                now.insert(index.min(now.len()), question.clone());
            }
        }
    });
    if state.asked.with_untracked(|asked| *asked != now) {
        state.asked.set(now);
    }
}

fn row(state: State, question: Question) -> Node {
    let id = "question-".to_owned() + &question.id;
    let why = id.clone() + "-why";
    let answer = state
        .answers
        .with_untracked(|answers| answers.get(&question.id).cloned().unwrap_or_default());
    if question.wants_text() {
        return div()
            .class("question")
            .test_id(id)
            .child(strong().child(parts::prose(&question.text)))
            .child(
                p().child(
                    button()
                        .on("click", move |_| paste::go_to_end(state))
                        .child("Go to the text box"),
                ),
            )
            .child(p().child(parts::prose(&question.why)))
            .into();
    }
    let assumed = question
        .default
        .map(|default| "Assumed: ".to_owned() + &default)
        .unwrap_or_default();
    div()
        .class("question")
        .child(
            label()
                .attr("for", id.clone())
                .child(parts::prose(&question.text)),
        )
        .child(
            input()
                .attr("id", id.clone())
                .test_id(id)
                .attr("type", "text")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("placeholder", assumed)
                .attr("aria-describedby", why.clone())
                .value(answer)
                .on("input", move |event| {
                    let answer = event_target_value(&event);
                    let id = question.id.clone();
                    state.answers.update(|answers| {
                        answers.insert(id, answer);
                    });
                }),
        )
        .child(p().attr("id", why).child(parts::prose(&question.why)))
        .into()
}
