//! What could not be read, with line and column; everything else is still shown.

use leptos::prelude::*;

use crate::parts;
use crate::state::State;
use crate::view::{Node, li, live, span, ul};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        if view.report.problems.is_empty() {
            return None;
        }
        let rows: Vec<Node> = view
            .report
            .problems
            .iter()
            .map(|problem| {
                let at = problem.line.to_string() + ":" + &problem.column.to_string();
                let id = view
                    .texts
                    .get(problem.span.document)
                    .map_or(0, |text| text.id);
                let place = problem.span;
                li().child(parts::place_button(state, id, place, at))
                    .child(parts::prose(&problem.message))
                    .child(
                        span()
                            .class("more")
                            .child(" \u{2013} ")
                            .child(parts::prose(&problem.help)),
                    )
                    .into()
            })
            .collect();
        Some(
            parts::card("problems", "Could not be read", ())
                .child(ul().class("problems").child(rows)),
        )
    })
}
