//! What lint finds in what was pasted: a card that waits for the engine's second piece, which has the rules and makes the list.

use leptos::prelude::*;

use crate::late::{Late, late};
use crate::parts;
use crate::state::State;
use crate::view::{Node, live};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        let Late::Here(rest) = late() else {
            return None;
        };
        if view.report.warnings.is_empty() {
            return None;
        }
        Some(parts::card("warnings", "In what was pasted", ()).child((rest.findings)(state, &view)))
    })
}
