//! “What if”: another caller, action, resource or condition value, decided by the same policies, before and after the patch.

use std::collections::BTreeMap;

use leptos::prelude::*;
use undeny_core::report::{Report, Request};
use undeny_core::what_if::{LayerView, WhatIf};

use super::layers;
use crate::engine;
use crate::parts;
use crate::state::State;
use crate::view::{Node, button, details, div, element, input, label, li, live, p, span, summary};

/// The card; a closed one costs nothing.
pub(crate) fn pane(state: State) -> Node {
    let open = RwSignal::new(false);
    let edits = RwSignal::new(Edits::default());
    live(move || {
        let view = state.view.get()?;
        let policies = view.report.documents.iter().any(|document| {
            !matches!(
                document.role,
                "error" | "other" | "token" | "event" | "workflow"
            )
        });
        (policies && !view.first).then(|| {
            details()
                .class("card what-if")
                .test_id("what-if")
                .attr("open", open.get_untracked())
                .on("toggle", move |event| {
                    let now = event
                        .target()
                        .is_some_and(|target| crate::js::get(&target, "open").is_truthy());
                    open.set(now);
                })
                .child(
                    summary()
                        .class("bar")
                        .child(element("h2").child("What if"))
                        .child(
                            span()
                                .class("stat")
                                .child("another request, the same policies"),
                        ),
                )
                .child(live(move || open.get().then(|| body(state, edits))))
        })
    })
}

/// What was changed of the denied request.
#[derive(Clone, Debug, Default, PartialEq)]
struct Edits {
    principal: Option<String>,
    action: Option<String>,
    resource: Option<String>,
    keys: BTreeMap<String, String>,
    before: bool,
}

impl Edits {
    fn request(&self, denied: Request) -> Request {
        let mut request = Request {
            principal: self.principal.clone().unwrap_or(denied.principal),
            action: self.action.clone().unwrap_or(denied.action),
            resource: self.resource.clone().unwrap_or(denied.resource),
            context: denied.context,
        };
        for (key, value) in &self.keys {
            let values: Vec<String> = value
                .split(", ")
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
                .collect();
            request
                .context
                .retain(|known, _| !known.eq_ignore_ascii_case(key));
            if !values.is_empty() {
                request.context.insert(key.clone(), values);
            }
        }
        request
    }
}

/// The request that was denied, as it was proven or read.
fn denied(report: &Report) -> Request {
    let proven = report
        .proof
        .as_ref()
        .or_else(|| report.variants.first().map(|variant| &variant.proof))
        .and_then(|proof| {
            proof
                .requests
                .iter()
                .find(|request| request.before != "Allowed")
                .or_else(|| proof.requests.first())
        });
    if let Some(proven) = proven {
        return Request {
            principal: proven.principal.clone(),
            action: proven.action.clone(),
            resource: proven.resource.clone(),
            context: proven.context.clone(),
        };
    }
    let Some(denial) = report.denials.first() else {
        return Request::default();
    };
    let either = |printed: &Option<String>, inferred: &Option<String>| {
        printed
            .clone()
            .or_else(|| inferred.clone())
            .unwrap_or_default()
    };
    Request {
        principal: either(&denial.principal, &denial.inferred.principal),
        action: either(&denial.action, &denial.inferred.action),
        resource: either(&denial.resource, &denial.inferred.resource),
        ..Request::default()
    }
}

/// A line of text that changes the request.
fn field(
    edits: RwSignal<Edits>,
    name: &str,
    said: impl Into<Node>,
    placeholder: Option<&'static str>,
    value: String,
    set: impl Fn(&mut Edits, String) + 'static,
) -> Node {
    let id = "what-if-".to_owned() + name;
    div()
        .class("field")
        .child(label().attr("for", id.clone()).child(said))
        .child(
            input()
                .attr("id", id.clone())
                .test_id(id)
                .attr("type", "text")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("placeholder", placeholder)
                .value(value)
                .on("input", move |event| {
                    let value = event_target_value(&event);
                    edits.update(|edits| set(edits, value));
                }),
        )
        .into()
}

fn body(state: State, edits: RwSignal<Edits>) -> Option<Node> {
    let view = state.view.get()?;
    let edited = edits.get();
    let denied = denied(&view.report);
    let patched = view.report.proof.is_some();
    let after = patched && !edited.before;
    let request = edited.request(denied.clone());
    let answer = engine::what_if(state, &view, &request, after);
    let mut fields: Vec<Node> = vec![
        field(
            edits,
            "principal",
            "Who",
            None,
            request.principal.clone(),
            |edits, value| {
                edits.principal = Some(value);
            },
        ),
        field(
            edits,
            "action",
            "What",
            None,
            request.action.clone(),
            |edits, value| {
                edits.action = Some(value);
            },
        ),
        field(
            edits,
            "resource",
            "On what",
            None,
            request.resource.clone(),
            |edits, value| {
                edits.resource = Some(value);
            },
        ),
    ];
    let mut keys: Vec<String> = denied.context.keys().cloned().collect();
    for key in &answer.keys {
        if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            keys.push(key.clone());
        }
    }
    for (at, key) in keys.into_iter().enumerate() {
        let value = edited.keys.get(&key).cloned().unwrap_or_else(|| {
            let known = request
                .context
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(&key));
            known
                .map(|(_, values)| values.join(", "))
                .unwrap_or_default()
        });
        fields.push(field(
            edits,
            &("key-".to_owned() + &at.to_string()),
            parts::name(&key),
            Some("not in the request"),
            value,
            move |edits, value| {
                edits.keys.insert(key.clone(), value);
            },
        ));
    }
    let which = patched.then(|| {
        let one = |said: &'static str, before: bool| -> Node {
            button()
                .test_id(if before {
                    "what-if-before"
                } else {
                    "what-if-after"
                })
                .attr(
                    "aria-pressed",
                    if edited.before == before {
                        "true"
                    } else {
                        "false"
                    },
                )
                .on("click", move |_| {
                    edits.update(|edits| edits.before = before)
                })
                .child(said)
                .into()
        };
        span()
            .class("switch")
            .attr("role", "group")
            .attr("aria-label", "Decided by the policies")
            .child([one("Before the patch", true), one("After the patch", false)])
    });
    let reset = button()
        .class("quiet")
        .attr("disabled", edited == Edits::default())
        .on("click", move |_| edits.set(Edits::default()))
        .child("Back to the denied request");
    Some(
        div()
            .class("body")
            .child(div().class("fields").child(fields))
            .child(div().class("acts").child(which).child(reset))
            .child(decision(&answer))
            .child(layers::picture(&answer))
            .child(
                element("ol")
                    .class("layers")
                    .attr("id", "layers")
                    .attr(
                        "aria-label",
                        "The layers, in the order in which they are asked",
                    )
                    .child(
                        answer
                            .layers
                            .iter()
                            .map(|layer| {
                                li().child(layers::said(state, &view, layer, after)).into()
                            })
                            .collect::<Vec<Node>>(),
                    ),
            )
            .child(
                answer
                    .notes
                    .iter()
                    .map(|note| p().class("stat").child(parts::prose(note)).into())
                    .collect::<Vec<Node>>(),
            )
            .into(),
    )
}

/// How it ends, in a sentence.
fn decision(answer: &WhatIf) -> Node {
    let by = answer.denied_by.map(layers::title).unwrap_or_default();
    let of = |assumed: bool| {
        let allows =
            move |layer: &&LayerView| layer.decision == "Allowed" && layer.assumed == assumed;
        answer.layers.iter().filter(allows)
    };
    let taken = of(true).map(|layer| layers::title(layer.layer));
    let taken = taken.collect::<Vec<_>>().join(", ");
    let (class, said, more) = match answer.decision {
        "Allowed" if taken.is_empty() => (
            "pill ok",
            "Allowed",
            "every layer that has to allow it does".to_owned(),
        ),
        "Allowed" if of(false).next().is_none() => (
            "pill warn",
            "Not known",
            format!("nothing that could allow it was given: {taken}"),
        ),
        "Allowed" => (
            "pill ok",
            "Allowed",
            format!("if what was not given allows it, too: {taken}"),
        ),
        "ExplicitlyDenied" => (
            "pill no",
            "Denied",
            "a Deny statement matches: ".to_owned() + by,
        ),
        _ => ("pill no", "Denied", "nothing allows it: ".to_owned() + by),
    };
    p().test_id("what-if-decision")
        .attr("data-decision", answer.decision)
        .attr("role", "status")
        .child(span().class(class).child(said))
        .child(" ")
        .child(more)
        .into()
}
