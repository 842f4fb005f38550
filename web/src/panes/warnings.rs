//! What is too wide in what was pasted, and what it would let somebody do who has stolen the caller's credentials.

use leptos::prelude::*;

use crate::parts;
use crate::state::State;
use crate::view::{Node, div, li, live, p, strong, ul};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        if view.report.warnings.is_empty() {
            return None;
        }
        let rows: Vec<Node> = view
            .report
            .warnings
            .iter()
            .map(|warning| {
                li().attr("data-rule", warning.rule)
                    .child(
                        div()
                            .child(strong().child(parts::prose(&warning.message)))
                            .child(parts::place(state, &view, warning.span)),
                    )
                    .child(p().class("more").child(parts::prose(&warning.blast_radius)))
                    .into()
            })
            .collect();
        Some(
            parts::card("warnings", "Too wide already", ())
                .child(ul().class("warnings").child(rows)),
        )
    })
}
