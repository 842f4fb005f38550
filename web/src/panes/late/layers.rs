//! The layers that decide a request, as a picture and, below it, in words.

use undeny_core::what_if::{LayerView, StatementView, WhatIf};

use crate::engine::View;
use crate::parts;
use crate::state::State;
use crate::view::{Element, Node, div, drawn, p, span};

const WIDTH: usize = 320;
const HEIGHT: usize = 34;
const STEP: usize = 48;

/// A layer's name in a sentence.
pub(crate) fn title(layer: &'static str) -> &'static str {
    match layer {
        "scp" => "service control policies",
        "rcp" => "resource control policies",
        "endpoint" => "VPC endpoint policy",
        "boundary" => "permissions boundary",
        "session" => "session policies",
        "identity" => "identity policies",
        "resource" => "resource or trust policy",
        other => other,
    }
}

/// What a layer says, in a word, and the class for its colour. The sign tells it without colour.
fn state(layer: &LayerView) -> (&'static str, &'static str, &'static str) {
    match (layer.decision, layer.assumed, layer.required) {
        ("ExplicitlyDenied", ..) => ("no", "✕", "denies"),
        ("Allowed", true, _) => ("assumed", "✓", "not given, taken to allow"),
        ("Allowed", false, _) => ("ok", "✓", "allows"),
        (_, _, true) => ("no", "✕", "does not allow"),
        _ => ("idle", "–", "does not allow, and need not"),
    }
}

/// The request's way down through the layers, cut where it is stopped.
pub(crate) fn picture(answer: &WhatIf) -> Node {
    let count = answer.layers.len();
    let height = STEP * (count + 2) - (STEP - HEIGHT) + 2;
    let mut rows: Vec<Node> = vec![row(0, "idle", "", "The request", "")];
    let mut stopped = false;
    for (at, layer) in answer.layers.iter().enumerate() {
        let (class, sign, said) = state(layer);
        rows.push(way(at, stopped));
        rows.push(row(at + 1, class, sign, title(layer.layer), said));
        stopped = stopped || answer.denied_by == Some(layer.layer);
    }
    rows.push(way(count, stopped));
    rows.push(match answer.decision {
        "Allowed" => row(count + 1, "ok", "✓", "Allowed", ""),
        _ => row(count + 1, "no", "✕", "Denied", ""),
    });
    let label = match answer.decision {
        "Allowed" => "The layers let the request through; the list below says the same",
        _ => "The layers stop the request; the list below says the same",
    };
    drawn("svg")
        .class("picture")
        .attr(
            "viewBox",
            "0 0 ".to_owned() + &WIDTH.to_string() + " " + &height.to_string(),
        )
        .attr("role", "img")
        .attr("aria-label", label)
        .child(rows)
        .into()
}

fn at(element: Element, x: usize, y: usize) -> Element {
    element.attr("x", x.to_string()).attr("y", y.to_string())
}

fn row(
    nth: usize,
    class: &'static str,
    sign: &'static str,
    name: &'static str,
    said: &'static str,
) -> Node {
    let y = nth * STEP + 1;
    drawn("g")
        .class(class)
        .child(
            at(drawn("rect"), 1, y)
                .attr("width", (WIDTH - 2).to_string())
                .attr("height", HEIGHT.to_string())
                .attr("rx", "8"),
        )
        .child(at(drawn("text"), 12, y + 21).class("sign").child(sign))
        .child(at(drawn("text"), 30, y + 21).class("name").child(name))
        .child(
            at(drawn("text"), WIDTH - 12, y + 21)
                .class("said")
                .attr("text-anchor", "end")
                .child(if said.starts_with("not given") {
                    "assumed"
                } else if said.contains("need not") {
                    "not needed"
                } else {
                    said
                }),
        )
        .into()
}

/// The line from one row to the next; dashed where the request does not come by any more.
fn way(nth: usize, stopped: bool) -> Node {
    let y = nth * STEP + HEIGHT + 1;
    drawn("path")
        .class(if stopped { "way stopped" } else { "way" })
        .attr(
            "d",
            "M160 ".to_owned() + &y.to_string() + "v" + &(STEP - HEIGHT).to_string(),
        )
        .into()
}

/// The same in words: what the layer says, and by which statement.
pub(crate) fn said(state_of_page: State, view: &View, layer: &LayerView, after: bool) -> Node {
    let (class, sign, said) = state(layer);
    let class = match class {
        "ok" => "pill ok",
        "no" => "pill no",
        _ => "pill",
    };
    let statements: Vec<Node> = layer
        .statements
        .iter()
        .map(|statement| line(state_of_page, view, statement, after))
        .collect();
    [
        span()
            .class(class)
            .attr("aria-hidden", "true")
            .child(sign)
            .into(),
        " ".into(),
        title(layer.layer).into(),
        " ".into(),
        span().class("stat").child(said).into(),
        div().class("statements").child(statements).into(),
    ]
    .into()
}

fn line(state: State, view: &View, statement: &StatementView, after: bool) -> Node {
    let mut name = "Statement ".to_owned() + &statement.number.to_string();
    if let Some(sid) = &statement.sid {
        name.push_str(" (");
        name.push_str(sid);
        name.push(')');
    }
    // The places are those of the patched text then, which is not in the box.
    let place = if after {
        Node::Nothing
    } else {
        [", ".into(), parts::place(state, view, statement.place)].into()
    };
    let said: Node = match &statement.why {
        None if statement.effect == "Deny" => " denies it".into(),
        None => " allows it".into(),
        Some(why) => [" does not match: ".into(), parts::prose(why)].into(),
    };
    p().class(if statement.why.is_none() {
        "matches"
    } else {
        "passes"
    })
    .child(name)
    .child(place)
    .child(said)
    .into()
}
