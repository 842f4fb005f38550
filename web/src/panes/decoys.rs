//! What looks like an AWS denial and is not, with what it is instead.

use leptos::prelude::*;

use crate::parts;
use crate::state::State;
use crate::view::{Node, li, live, ul};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        // Where nothing else was denied, the first one is the cause, which has a card of its own.
        let told = usize::from(view.report.denials.is_empty());
        let rows: Vec<Node> = view
            .report
            .decoys
            .iter()
            .skip(told)
            .map(|decoy| {
                li().attr("data-kind", decoy.kind)
                    .child(parts::place(state, &view, decoy.span))
                    .child(parts::prose(&decoy.reason))
                    .into()
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        Some(
            parts::card("decoys", "Not an AWS denial", ())
                .child(ul().class("problems").child(rows)),
        )
    })
}
