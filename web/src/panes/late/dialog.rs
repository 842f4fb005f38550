//! One dialog at a time: guard rails, help, the request log, the report, sharing. The browser's own, so that the focus stays in it and Escape closes it.

use leptos::prelude::*;

use super::{guard, help, log, report, share};
use crate::dom;
use crate::js;
use crate::state::State;
use crate::view::{Node, button, div, element, h2, live};

/// Which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// Files for CI that keep the fix.
    Guard,
    /// What can be done, and the keyboard shortcuts.
    Help,
    /// Every request that the page made.
    Log,
    /// The report as Markdown.
    Report,
    /// A link with the redacted text in it.
    Share,
}

thread_local! {
    static OPEN: std::cell::Cell<Option<RwSignal<Option<Dialog>>>> = const { std::cell::Cell::new(None) };
}

/// The place of all dialogs; nothing is in it while none is open.
pub(crate) fn pane(state: State) -> Node {
    let open = RwSignal::new(None::<Dialog>);
    OPEN.set(Some(open));
    for (id, dialog) in [("open-log", Dialog::Log), ("open-help", Dialog::Help)] {
        dom::on_click(id, move || show(dialog));
    }
    element("dialog")
        .attr("id", "dialog")
        .attr("aria-labelledby", "dialog-title")
        .on("close", move |_| open.set(None))
        .child(live(move || {
            let open = open.get()?;
            let (title, content) = match open {
                Dialog::Guard => ("Guard rails for CI", guard::content(state)),
                Dialog::Help => ("Help", help::content(state)),
                Dialog::Log => ("What this page asked for", log::content(state)),
                Dialog::Report => (
                    "Report for a pull request or ticket",
                    report::content(state),
                ),
                Dialog::Share => ("Share by a link", share::content(state)),
            };
            Some(
                div()
                    .class("dialog")
                    .child(
                        div()
                            .class("bar")
                            .child(h2().attr("id", "dialog-title").child(title))
                            .child(
                                button()
                                    .class("push quiet")
                                    .attr("aria-label", "Close")
                                    .on("click", |_| close())
                                    .child("×"),
                            ),
                    )
                    .child(content),
            )
        }))
        .into()
}

/// Open a dialog.
pub(crate) fn show(dialog: Dialog) {
    if let Some(open) = OPEN.get() {
        open.set(Some(dialog));
        // Once it is filled, so that the focus finds its first button.
        request_animation_frame(|| call("showModal"));
    }
}

/// Close what is open.
pub(crate) fn close() {
    call("close");
}

/// Whether one is open.
pub(crate) fn is_open() -> bool {
    OPEN.get()
        .is_some_and(|open| open.with_untracked(Option::is_some))
}

fn call(method: &str) {
    if let Some(dialog) = dom::by_id("dialog") {
        let _ = js::call(&dialog, method, &[]);
    }
}
