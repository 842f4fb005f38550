//! The foot: the version, and the line that a screen reader is told.

use leptos::prelude::*;

use crate::state::State;
use crate::view::{Node, live, p};

/// The foot.
pub(crate) fn pane(state: State) -> Node {
    let about = concat!(
        "undeny ",
        env!("CARGO_PKG_VERSION"),
        " · runs in this page alone · stores nothing you paste"
    );
    [
        p().child(about).into(),
        p().class("hidden")
            .attr("role", "status")
            .child(live(move || state.said.get()))
            .into(),
    ]
    .into()
}
