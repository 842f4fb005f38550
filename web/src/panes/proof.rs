//! The proof in plain words: the request before and after, all new access, what stays denied, what a lazier fix would have opened.

use leptos::prelude::*;
use undeny_core::report::{ContextMap, NewAccess, Proof, ProvenRequest, Request};

use crate::engine::View;
use crate::parts;
use crate::state::State;
use crate::view::{Node, li, live, p, span, table, tbody, td, th, tr, ul};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        let hardened = state.hardened.get();
        let variant = view
            .report
            .variants
            .iter()
            .find(|variant| hardened && variant.id == "hardened");
        let proof = variant
            .map(|variant| &variant.proof)
            .or(view.report.proof.as_ref())?;
        let how = span()
            .class("stat")
            .child("decided here, by the rules that AWS documents");
        Some(
            parts::card("proof", "Proof", how).child(
                table()
                    .class("proof")
                    .child(tbody().child(rows(&view, proof))),
            ),
        )
    })
}

fn rows(view: &View, proof: &Proof) -> Vec<Node> {
    let mut rows = Vec::new();
    let title = if proof.requests.len() == 1 {
        "The denied request"
    } else {
        "The requests it needs"
    };
    rows.push(row(None, title, list(proof.requests.iter().map(decided))));
    let access = if proof.new_access.is_empty() {
        Node::from("None.")
    } else {
        list(proof.new_access.iter().map(|access| opened(view, access)))
    };
    rows.push(row(Some("new-access"), "New access, all of it", access));
    if !proof.still_denied.is_empty() {
        rows.push(row(
            None,
            "Still denied",
            list(
                proof
                    .still_denied
                    .iter()
                    .map(|probe| [pill("no", "Denied"), " ".into(), asked(&probe.request)].into()),
            ),
        ));
        let mut lazy: Vec<&str> = Vec::new();
        for probe in &proof.still_denied {
            if !lazy.contains(&probe.lazy_fix.as_str()) {
                lazy.push(&probe.lazy_fix);
            }
        }
        rows.push(row(
            None,
            "The lazy fix would have",
            list(lazy.into_iter().map(|fix| {
                let probes = proof
                    .still_denied
                    .iter()
                    .filter(|probe| probe.lazy_fix == fix);
                let opened: Vec<Node> = probes
                    .enumerate()
                    .map(|(index, probe)| {
                        let comma = if index == 0 { "" } else { ", " };
                        [
                            comma.into(),
                            parts::name(&probe.request.action),
                            " on ".into(),
                            parts::name(&probe.request.resource),
                        ]
                        .into()
                    })
                    .collect();
                let fix = if fix.contains('`') {
                    parts::prose(fix)
                } else {
                    parts::name(fix)
                };
                [
                    fix,
                    " ".into(),
                    pill("warn", "opened"),
                    " ".into(),
                    opened.into(),
                ]
                .into()
            })),
        ));
    }
    let checks = [
        (
            proof.only_planned,
            "Nothing is opened beyond the list above",
            "More is opened than was planned",
        ),
        (
            proof.idempotent,
            "Running again changes nothing more",
            "Running again would change it again",
        ),
        (
            proof.restores,
            "The fix of the redacted text, restored, is this fix",
            "The fix of the redacted text is another one",
        ),
    ];
    rows.push(row(
        None,
        "Checked",
        list(checks.into_iter().map(|(holds, yes, no)| {
            if holds {
                [pill("ok", "Yes"), " ".into(), yes.into()].into()
            } else {
                [pill("no", "No"), " ".into(), no.into()].into()
            }
        })),
    ));
    if !proof.assumptions.is_empty() {
        rows.push(row(
            None,
            "Assumed",
            list(
                proof
                    .assumptions
                    .iter()
                    .map(|assumption| parts::prose(assumption)),
            ),
        ));
    }
    rows
}

fn row(test_id: Option<&'static str>, title: &'static str, content: Node) -> Node {
    tr().child(th().attr("scope", "row").child(title))
        .child(td().test_id(test_id).child(content))
        .into()
}

fn list(items: impl Iterator<Item = Node>) -> Node {
    let items: Vec<Node> = items.map(|item| li().child(item).into()).collect();
    ul().child(items).into()
}

fn pill(class: &'static str, text: &'static str) -> Node {
    let class = match class {
        "ok" => "pill ok",
        "no" => "pill no",
        _ => "pill warn",
    };
    span().class(class).child(text).into()
}

fn decided(request: &ProvenRequest) -> Node {
    let verdict = |decision: &str, when: &'static str| match (decision, when) {
        ("Allowed", "before") => pill("ok", "Allowed before"),
        ("Allowed", _) => pill("ok", "Allowed after"),
        ("ExplicitlyDenied", "before") => pill("no", "Explicitly denied before"),
        ("ExplicitlyDenied", _) => pill("no", "Explicitly denied after"),
        (_, "before") => pill("no", "Denied before"),
        _ => pill("no", "Denied after"),
    };
    [
        verdict(request.before, "before"),
        " → ".into(),
        verdict(request.after, "after"),
        " ".into(),
        parts::name(&request.action),
        " on ".into(),
        parts::name(&request.resource),
        detail(&request.principal, &request.context),
    ]
    .into()
}

fn asked(request: &Request) -> Node {
    [
        parts::name(&request.action),
        " on ".into(),
        parts::name(&request.resource),
        detail(&request.principal, &request.context),
    ]
    .into()
}

fn detail(principal: &str, context: &ContextMap) -> Node {
    let mut text = "by ".to_owned() + principal;
    for (key, values) in context {
        text.push_str(", ");
        text.push_str(key);
        text.push_str(" = ");
        text.push_str(&values.join(", "));
    }
    p().class("more").child(text).into()
}

fn opened(view: &View, access: &NewAccess) -> Node {
    let by = view
        .report
        .documents
        .iter()
        .find(|document| document.index == access.document)
        .map(|document| {
            p().class("more")
                .child("opened by ".to_owned() + &document.name)
        });
    let condition = access
        .condition
        .as_ref()
        .map(|condition| -> [Node; 2] { [", only where ".into(), parts::prose(condition)] });
    [
        parts::names(&access.actions),
        " on ".into(),
        parts::names(&access.resources),
        " for ".into(),
        parts::name(&access.principal),
        condition.into(),
        by.into(),
    ]
    .into()
}
