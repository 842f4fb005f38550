//! The proof in plain words: the request before and after, all new access, what stays denied, what a lazier fix would have opened.

use leptos::prelude::*;
use undeny_core::report::{ContextMap, Document, NewAccess, Proof, ProvenRequest, StillDenied};

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
    // Who asks is said once; below, only where somebody else asks.
    let caller = proof
        .requests
        .first()
        .map_or("", |request| request.principal.as_str());
    let title = if proof.requests.len() == 1 {
        "The denied request"
    } else {
        "The requests it needs"
    };
    let by = p().class("more").child("by ").child(parts::name(caller));
    let requests = list(
        proof
            .requests
            .iter()
            .map(|request| decided(request, caller)),
    );
    rows.push(row(None, title, [requests, by.into()].into()));
    let access = if proof.new_access.is_empty() {
        Node::from("None.")
    } else {
        list(
            proof
                .new_access
                .iter()
                .map(|access| opened(&view.report.documents, access)),
        )
    };
    rows.push(row(Some("new-access"), "New access, all of it", access));
    if !proof.still_denied.is_empty() {
        let probes = proof.still_denied.iter().map(|probe| probed(probe, caller));
        rows.push(row(None, "Still denied", list(probes)));
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

pub(super) fn row(test_id: Option<&'static str>, title: &'static str, content: Node) -> Node {
    tr().child(th().attr("scope", "row").child(title))
        .child(td().test_id(test_id).child(content))
        .into()
}

pub(super) fn list(items: impl Iterator<Item = Node>) -> Node {
    let items: Vec<Node> = items.map(|item| li().child(item).into()).collect();
    ul().child(items).into()
}

pub(super) fn pill(class: &'static str, text: &'static str) -> Node {
    let class = match class {
        "ok" => "pill ok",
        "no" => "pill no",
        _ => "pill warn",
    };
    span().class(class).child(text).into()
}

pub(super) fn decided(request: &ProvenRequest, caller: &str) -> Node {
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
        detail(&request.principal, caller, &request.context),
    ]
    .into()
}

/// A request that stays denied, and the lazy fix that would have opened it.
fn probed(probe: &StillDenied, caller: &str) -> Node {
    let fix = if probe.lazy_fix.contains('`') {
        parts::prose(&probe.lazy_fix)
    } else {
        parts::name(&probe.lazy_fix)
    };
    let request = &probe.request;
    [
        pill("no", "Denied"),
        " ".into(),
        parts::name(&request.action),
        " on ".into(),
        parts::name(&request.resource),
        detail(&request.principal, caller, &request.context),
        p().class("more")
            .child("the lazy fix ")
            .child(fix)
            .child(" would have ")
            .child(pill("warn", "opened"))
            .child(" it")
            .into(),
    ]
    .into()
}

/// Who asks, if not the caller, and what the request carries.
pub(super) fn detail(principal: &str, caller: &str, context: &ContextMap) -> Node {
    let mut facts = Vec::new();
    if principal != caller {
        facts.push("by ".to_owned() + principal);
    }
    for (key, values) in context {
        facts.push(key.clone() + " = " + &values.join(", "));
    }
    (!facts.is_empty())
        .then(|| p().class("more").child(facts.join(", ")))
        .into()
}

pub(super) fn opened(documents: &[Document], access: &NewAccess) -> Node {
    let by = documents
        .iter()
        .find(|document| document.index == access.document)
        .map(|document| {
            p().class("more")
                .child("opened by ".to_owned() + &document.name)
        });
    // A policy that stands on its resource names none.
    let resources = if access.resources.is_empty() {
        "what the policy is attached to".into()
    } else {
        parts::names(&access.resources)
    };
    let condition = access
        .condition
        .as_ref()
        .map(|condition| -> [Node; 2] { [", only where ".into(), parts::prose(condition)] });
    [
        parts::names(&access.actions),
        " on ".into(),
        resources,
        " for ".into(),
        parts::name(&access.principal),
        condition.into(),
        by.into(),
    ]
    .into()
}
