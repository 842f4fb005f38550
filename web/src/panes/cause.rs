//! Why it was denied: the explanation, the places in the text that show it, the request as it was read, and what AWS says next.

use leptos::prelude::*;
use undeny_core::report::Denial;

use crate::engine::View;
use crate::parts;
use crate::state::State;
use crate::view::{Node, dd, div, dl, dt, li, live, p, span, ul};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        let report = &view.report;
        if report.cause.is_none() && report.denials.is_empty() {
            return None;
        }
        let explanation = report.cause.as_ref().map(|cause| {
            let paragraphs: Vec<Node> = cause
                .explanation
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| p().child(parts::prose(line)).into())
                .collect();
            let next = cause.next.as_ref().map(|next| {
                p().child("What AWS will show next: ")
                    .child(parts::prose(next))
            });
            let nodes: [Node; 3] = [paragraphs.into(), next.into(), labels(state, &view).into()];
            nodes
        });
        let denials: Vec<Node> = report
            .denials
            .iter()
            .map(|denial| request(state, &view, denial))
            .collect();
        Some(
            parts::card("cause", "Why it was denied", ())
                .child(div().class("body").child(explanation).child(denials)),
        )
    })
}

fn labels(state: State, view: &View) -> Option<Node> {
    let labels = &view.report.cause.as_ref()?.labels;
    if labels.is_empty() {
        return None;
    }
    let rows: Vec<Node> = labels
        .iter()
        .map(|label| {
            li().child(parts::place(state, view, label.span))
                .child(span().child(parts::prose(&label.text)))
                .into()
        })
        .collect();
    Some(ul().class("places").child(rows).into())
}

/// Who, what, on what: as printed; what was concluded says so.
fn request(state: State, view: &View, denial: &Denial) -> Node {
    let fact = |term: &'static str, value: Option<Node>| {
        let pair =
            value.map(|value| -> [Node; 2] { [dt().child(term).into(), dd().child(value).into()] });
        Node::from(pair)
    };
    let printed_or = |printed: &Option<String>, inferred: &Option<String>| match (printed, inferred)
    {
        (Some(printed), _) => Some(parts::name(printed)),
        (None, Some(inferred)) => {
            Some([parts::name(inferred), " (concluded, not printed)".into()].into())
        }
        (None, None) => None,
    };
    let action = denial.action.as_ref().map(|action| {
        let implied = (denial.action_source == "implied").then_some(" (implied by the call)");
        [parts::name(action), implied.into()].into()
    });
    let missing =
        (!denial.missing_permissions.is_empty()).then(|| parts::names(&denial.missing_permissions));
    let kind = denial
        .policy_type
        .or(denial.inferred.policy_type)
        .map(|kind| {
            let said = if denial.policy_type.is_some() {
                " policy, says AWS"
            } else {
                " policy, concluded"
            };
            let denied = match denial.denial {
                "explicit" => ", by a Deny statement",
                "implicit" => ", because nothing allows it",
                _ => "",
            };
            (kind.to_owned() + said + denied).into()
        });
    dl().class("facts")
        .child([
            fact(
                "Who",
                printed_or(&denial.principal, &denial.inferred.principal),
            ),
            fact("What", action),
            fact("Also missing", missing),
            fact(
                "On what",
                printed_or(&denial.resource, &denial.inferred.resource),
            ),
            fact("Denied by", kind),
            fact(
                "Named policy",
                denial.policy_arn.as_ref().map(|arn| parts::name(arn)),
            ),
            fact("Printed at", Some(parts::place(state, view, denial.span))),
        ])
        .into()
}
