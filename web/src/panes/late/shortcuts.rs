//! Keyboard shortcuts: each with a modifier, so none is typed by accident, and all of them off at one press.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, KeyboardEvent};

use super::dialog::{self, Dialog};
use super::ways;
use crate::dom;
use crate::js;
use crate::state::State;

/// One shortcut.
pub(crate) struct Shortcut {
    /// As it is printed on keys.
    pub(crate) keys: &'static str,
    /// What it does.
    pub(crate) does: &'static str,
    control: bool,
    alt: bool,
    shift: bool,
    /// The key's place, whatever letter is on it.
    code: &'static str,
    act: fn(State),
}

const fn alt(
    keys: &'static str,
    does: &'static str,
    code: &'static str,
    act: fn(State),
) -> Shortcut {
    Shortcut {
        keys,
        does,
        control: false,
        alt: true,
        shift: true,
        code,
        act,
    }
}

/// All of them, in the order of the help.
pub(crate) const SHORTCUTS: &[Shortcut] = &[
    Shortcut {
        keys: "Ctrl S",
        does: "Save the patch as a file; it never shares",
        control: true,
        alt: false,
        shift: false,
        code: "KeyS",
        act: ways::save_patch,
    },
    alt("Alt Shift C", "Copy the fixed policy", "KeyC", |_| {
        press("[data-testid^=copy-fixed-]");
    }),
    alt("Alt Shift R", "Copy the redacted text", "KeyR", |_| {
        press("[data-testid=copy-redacted]");
    }),
    alt("Alt Shift M", "Report as Markdown", "KeyM", |state| {
        if state.view.with_untracked(Option::is_some) {
            dialog::show(Dialog::Report);
        }
    }),
    alt("Alt Shift P", "Go to the text box", "KeyP", |_| {
        focus("#paste, .text:not([hidden])")
    }),
    alt("Alt Shift W", "Go to “What if”", "KeyW", |_| {
        focus("[data-testid=what-if] input")
    }),
    alt(
        "Alt Shift L",
        "Requests that this page made",
        "KeyL",
        |_| dialog::show(Dialog::Log),
    ),
    Shortcut {
        keys: "F7",
        does: "Next change of the diff",
        control: false,
        alt: false,
        shift: false,
        code: "F7",
        act: |_| change(1),
    },
    Shortcut {
        keys: "Shift F7",
        does: "Change before it",
        control: false,
        alt: false,
        shift: true,
        code: "F7",
        act: |_| change(-1),
    },
];

thread_local! {
    static OFF: Cell<bool> = const { Cell::new(false) };
    static AT: Cell<isize> = const { Cell::new(-1) };
}

/// Whether the shortcuts are off.
pub(crate) fn off() -> bool {
    OFF.get()
}

/// Turn them off or on.
pub(crate) fn turn(off: bool) {
    OFF.set(off);
}

/// Hear keys.
pub(crate) fn listen(state: State) {
    let heard =
        Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| press_of(state, &event));
    let _ = document().add_event_listener_with_callback("keydown", heard.as_ref().unchecked_ref());
    heard.forget();
}

fn press_of(state: State, event: &KeyboardEvent) {
    if OFF.get() || event.repeat() {
        return;
    }
    let control = event.ctrl_key() || event.meta_key();
    // `?` is a letter to whoever types.
    if event.key() == "?" && !control && !event.alt_key() {
        if !dialog::is_open() && !types(event) {
            event.prevent_default();
            dialog::show(Dialog::Help);
        }
        return;
    }
    let found = SHORTCUTS.iter().find(|shortcut| {
        (shortcut.control, shortcut.alt, shortcut.shift)
            == (control, event.alt_key(), event.shift_key())
            && shortcut.code == event.code()
    });
    if let Some(shortcut) = found {
        event.prevent_default();
        if !dialog::is_open() {
            (shortcut.act)(state);
        }
    }
}

/// Whether the key goes into a box.
fn types(event: &KeyboardEvent) -> bool {
    dom::closest(event, "input, textarea, select").is_some()
}

fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into().ok())
        .collect()
}

fn press(selector: &str) {
    if let Some(button) = all(selector).first() {
        button.click();
    }
}

fn focus(selector: &str) {
    if let Some(element) = all(selector).first() {
        let _ = element.focus();
    }
}

/// Go to another change: the first line of each run of changed lines.
fn change(by: isize) {
    let changed = |line: &HtmlElement| {
        let class = line.class_name();
        class == "added" || class == "removed"
    };
    let lines = all(".diff .lines > span, .diff tr, .whole .lines > span");
    let mut starts: Vec<&HtmlElement> = Vec::new();
    let mut inside = false;
    for line in &lines {
        let now = changed(line)
            || line
                .query_selector("td.added, td.removed")
                .is_ok_and(|cell| cell.is_some());
        if now && !inside {
            starts.push(line);
        }
        inside = now;
    }
    let Ok(count) = isize::try_from(starts.len()) else {
        return;
    };
    if count == 0 {
        return;
    }
    let before = AT.get();
    let next = if before < 0 && by < 0 {
        count - 1
    } else {
        (before + by).rem_euclid(count)
    };
    AT.set(next);
    if let Some(line) = usize::try_from(next).ok().and_then(|next| starts.get(next)) {
        let _ = line.set_attribute("tabindex", "-1");
        let _ = line.focus();
        let _ = js::call(line, "scrollIntoView", &[]);
    }
}
