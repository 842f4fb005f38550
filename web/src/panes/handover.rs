//! The text for whoever owns the policy that must change.

use leptos::prelude::*;
use undeny_core::report::Verdict;

use crate::parts;
use crate::state::State;
use crate::view::{Node, live, pre, span};

/// The card.
pub(crate) fn pane(state: State) -> Node {
    live(move || {
        let view = state.view.get()?;
        let text = view.report.handover.clone()?;
        let copied = text.clone();
        let copy = parts::copy_button(
            state,
            "copy-handover".to_owned(),
            "Copy text".to_owned(),
            // Beside a fix of one's own it is the second thing to do.
            view.report.verdict != Verdict::Patch,
            move || Some(copied.clone()),
        );
        Some(
            parts::card(
                "handover-card",
                "Send this to the owner",
                span().class("push").child(copy),
            )
            .child(pre().class("handover").test_id("handover").child(text)),
        )
    })
}
