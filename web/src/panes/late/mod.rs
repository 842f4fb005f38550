//! The panes that come with the engine's second piece: nobody needs them before the first diagnosis.
//!
//! A pane is one file here and one line in [`mount`].

pub(crate) mod beside;
pub(crate) mod dialog;
pub(crate) mod findings;
mod guard;
mod help;
mod layers;
mod log;
pub(crate) mod long;
mod report;
pub(crate) mod selected;
mod share;
mod shortcuts;
mod warm;
pub(crate) mod ways;
mod what_if;
mod zip;

use leptos::prelude::Get as _;

use crate::app::fill;
use crate::dom;
use crate::panes;
use crate::state::State;
use crate::view::live;

/// Put them into their places.
pub(crate) fn mount(state: State) {
    fill("fix-slot", panes::fix::pane(state));
    let assistant = move || state.asking.get().then(|| panes::assistant::pane(state));
    fill("assistant-slot", live(assistant));
    fill("proof-slot", panes::proof::pane(state));
    fill("redaction", panes::redacted::pane(state));
    panes::redacted::listen(state);
    fill("long", long::note(state));
    long::listen(state);
    fill("dialogs", dialog::pane(state));
    fill("more", what_if::pane(state));
    shortcuts::listen(state);
    warm::listen(state);
    share::open_address(state);
    dom::on_click("clear", share::forget_address);
}
