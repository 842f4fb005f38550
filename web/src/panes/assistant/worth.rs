//! What an answer is worth: proven, or what it opens beyond the denied request, with an example of each; side by side with undeny's own.
//!
//! Everything of the answer is text here. What is not proven takes a second, deliberate click.

use leptos::prelude::*;
use undeny_assistant::answer::{Changed, Checked, Widening};
use undeny_assistant::visible;
use undeny_core::report::Document;

use super::super::verdict::changed as own_changes;
use super::super::{fix, proof};
use super::{PANEL, Panel, changed};
use crate::engine::View;
use crate::parts;
use crate::state::State;
use crate::view::{Node, button, div, h3, li, p, span, strong, table, tbody, ul};

/// At most so many lines of a diff are painted.
const MOST_LINES: usize = 1_500;
/// Longer words of an answer are cut here, in characters.
const MOST_WORDS: usize = 6_000;
/// At most so many of a kind are listed.
const MOST: usize = 40;

/// A verdict in a sentence that says nothing of the paste.
pub(super) fn sentence(verdict: &str) -> &'static str {
    match verdict {
        "proven" => "Proven: it allows the denied request, and opens nothing else.",
        "wider" => "Not proven: it also grants more than the denied request needs.",
        "not_proven" => "Not proven.",
        _ => "It changes no document.",
    }
}

/// The whole of it.
pub(super) fn pane(state: State, panel: &Panel, view: Option<&View>) -> Node {
    let (Some(checked), Some(view)) = (&panel.checked, view) else {
        return Node::Nothing;
    };
    let class = match checked.verdict {
        "proven" => "pill ok",
        "wider" => "pill no",
        _ => "pill warn",
    };
    let kind = match checked.verdict {
        "proven" => "Proven",
        "wider" => "Wider than asked",
        "not_proven" => "Not proven",
        _ => "No change",
    };
    let mut parts: Vec<Node> = vec![
        div()
            .class("line")
            .child(h3().child("What it is worth"))
            .child(span().class(class).child(kind))
            .into(),
        p().class("worth")
            .child(strong().child(sentence(checked.verdict)))
            .into(),
    ];
    if checked.same_as.is_some() {
        parts.push(p().child("It says the same as undeny’s own patch.").into());
    }
    parts.push(wider(&checked.wider));
    parts.push(sentences("reasons", &checked.reasons));
    parts.push(words(checked));
    parts.push(side_by_side(state, checked, view, panel.armed));
    parts.push(decided(checked));
    if !checked.findings.is_empty() {
        let rows: Vec<Node> = checked
            .findings
            .iter()
            .take(MOST)
            .map(|finding| {
                li().child(span().class("pill warn").child(finding.severity))
                    .child(" ")
                    .child(parts_of(&finding.message))
                    .into()
            })
            .collect();
        parts.push(
            div()
                .child(h3().child("New findings"))
                .child(ul().class("list").child(rows))
                .into(),
        );
    }
    div()
        .class("part proof-of-answer")
        .test_id("answer-proof")
        .attr("data-verdict", checked.verdict)
        .child(parts)
        .into()
}

/// A sentence of undeny's own; names in it may be the answer's, so hidden characters show.
fn parts_of(text: &str) -> Node {
    parts::prose(&visible(text))
}

fn sentences(test_id: &'static str, all: &[String]) -> Node {
    if all.is_empty() {
        return Node::Nothing;
    }
    let rows: Vec<Node> = all
        .iter()
        .take(MOST)
        .map(|text| li().child(parts_of(text)).into())
        .collect();
    ul().class("list").test_id(test_id).child(rows).into()
}

/// What it opens beyond the denied request, in red, each with a request that it lets through.
fn wider(all: &[Widening]) -> Node {
    if all.is_empty() {
        return Node::Nothing;
    }
    let rows: Vec<Node> = all
        .iter()
        .take(MOST)
        .map(|widening| {
            let example = &widening.example;
            let context: String = example
                .context
                .iter()
                .map(|(key, values)| ", ".to_owned() + key + " = " + &values.join(", "))
                .collect();
            li().child(
                p().child(span().class("pill no").child(said(widening.kind)))
                    .child(" ")
                    .child(parts_of(&widening.message)),
            )
            .child(
                p().class("more")
                    .child("It lets through: ")
                    .child(parts::name(&visible(&example.action)))
                    .child(" on ")
                    .child(parts::name(&visible(&example.resource)))
                    .child(" by ")
                    .child(parts::name(&visible(&example.principal)))
                    .child(visible(&context)),
            )
            .into()
        })
        .collect();
    ul().class("wider")
        .test_id("answer-wider")
        .child(rows)
        .into()
}

fn said(kind: &str) -> &'static str {
    match kind {
        "dropped-condition" => "a condition dropped",
        "new-principal" => "a new principal",
        "new-wildcard" => "a new wildcard",
        "removed-deny" => "a Deny weakened",
        _ => "new access",
    }
}

/// The model's own words and questions: text, however it looks.
fn words(checked: &Checked) -> Node {
    let cut = |text: &str| match text.char_indices().nth(MOST_WORDS) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + " …",
        None => text.to_owned(),
    };
    let mut rows: Vec<Node> = Vec::new();
    if !checked.explanation.trim().is_empty() {
        rows.push(
            p().class("quoted")
                .test_id("answer-words")
                .child(cut(&checked.explanation))
                .into(),
        );
    }
    for question in checked.questions.iter().take(MOST) {
        rows.push(
            p().class("quoted")
                .child("It asks: ".to_owned() + &cut(question))
                .into(),
        );
    }
    if rows.is_empty() {
        return Node::Nothing;
    }
    div()
        .child(h3().child("In its own words"))
        .child(rows)
        .into()
}

/// Its documents and ours, beside each other.
fn side_by_side(state: State, checked: &Checked, view: &View, armed: bool) -> Node {
    if checked.documents.is_empty() {
        return Node::Nothing;
    }
    let own = own_changes(view, state.hardened.get_untracked());
    let mut rows: Vec<Node> = Vec::new();
    for (nth, document) in checked.documents.iter().take(MOST).enumerate() {
        let ours = own.iter().find(|ours| Some(ours.index) == document.index);
        rows.push(
            div()
                .class("pairs")
                .child(theirs(document, nth))
                .child(own_one(ours.copied()))
                .into(),
        );
        rows.push(copies(state, checked, document, nth, armed));
    }
    div().child(rows).into()
}

fn theirs(document: &Changed, nth: usize) -> Node {
    let lines = fix::unified(
        &visible(&document.before),
        &visible(&document.after),
        None,
        MOST_LINES,
    );
    div()
        .class("side")
        .child(
            p().class("line")
                .child(span().class("file").child(visible(&document.name)))
                .child(span().class("stat").child("the assistant’s")),
        )
        .child((!document.reason.is_empty()).then(|| {
            p().class("quoted")
                .child(document.reason.chars().take(MOST_WORDS).collect::<String>())
        }))
        .child(
            div()
                .class("diff")
                .test_id("answer-diff-".to_owned() + &nth.to_string())
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr(
                    "aria-label",
                    "The assistant’s change of ".to_owned() + &visible(&document.name),
                )
                .child(div().class("lines").child(lines)),
        )
        .into()
}

fn own_one(ours: Option<&Document>) -> Node {
    let Some(document) = ours else {
        return div()
            .class("side")
            .child(
                p().class("line")
                    .child(span().class("stat").child("undeny’s own")),
            )
            .child(p().class("more").child("undeny changes nothing here."))
            .into();
    };
    let after = document.after.as_deref().unwrap_or(&document.before);
    let lines = fix::unified(&document.before, after, None, MOST_LINES);
    div()
        .class("side")
        .child(
            p().class("line")
                .child(span().class("file").child(document.name.clone()))
                .child(span().class("stat").child("undeny’s own")),
        )
        .child(
            div()
                .class("diff")
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr(
                    "aria-label",
                    "undeny’s own change of ".to_owned() + &document.name,
                )
                .child(div().class("lines").child(lines)),
        )
        .into()
}

/// What is proven is copied at once; anything else after a second click.
fn copies(state: State, checked: &Checked, document: &Changed, nth: usize, armed: bool) -> Node {
    let key = "copy-answer-".to_owned() + &nth.to_string();
    let text = document.after.clone();
    let copy =
        |label: String| parts::copy_button(state, key, label, false, move || Some(text.clone()));
    let name = visible(&document.name);
    if checked.verdict == "proven" {
        return div()
            .class("acts")
            .child(copy("Copy ".to_owned() + &name))
            .into();
    }
    if armed {
        let label = if checked.verdict == "wider" {
            "Yes, copy what opens more: "
        } else {
            "Yes, copy what is not proven: "
        };
        return div()
            .class("acts")
            .child(copy(label.to_owned() + &name).class("danger"))
            .into();
    }
    div()
        .class("acts")
        .child(
            button()
                .test_id("copy-anyway-".to_owned() + &nth.to_string())
                .on("click", move |_| {
                    PANEL.with_borrow_mut(|panel| panel.armed = true);
                    changed(state);
                })
                .child("Copy it all the same …"),
        )
        .into()
}

/// The requests, and everything that it opens.
fn decided(checked: &Checked) -> Node {
    if checked.documents.is_empty() {
        return Node::Nothing;
    }
    let caller = checked
        .requests
        .first()
        .map_or("", |request| request.principal.as_str());
    let mut rows: Vec<Node> = Vec::new();
    if !checked.requests.is_empty() {
        let all = checked
            .requests
            .iter()
            .take(MOST)
            .map(|request| proof::decided(request, caller));
        rows.push(proof::row(None, "The denied request", proof::list(all)));
    }
    let access = if checked.new_access.is_empty() {
        Node::from("None that undeny can read.")
    } else {
        proof::list(
            checked
                .new_access
                .iter()
                .take(MOST)
                .map(|access| proof::opened(&[], access)),
        )
    };
    rows.push(proof::row(
        Some("answer-access"),
        "New access, all of it",
        access,
    ));
    if !checked.assumptions.is_empty() {
        let all = checked
            .assumptions
            .iter()
            .take(MOST)
            .map(|text| parts_of(text));
        rows.push(proof::row(None, "Assumed", proof::list(all)));
    }
    table().class("proof").child(tbody().child(rows)).into()
}
