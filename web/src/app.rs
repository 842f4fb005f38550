//! The page's life: mount the panes into the frame of `index.html`, read what is given when it changes, show the answer.

use std::cell::RefCell;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use leptos::leptos_dom::helpers::{AnimationFrameRequestHandle, TimeoutHandle};
use leptos::mount::mount_to_renderer;
use leptos::prelude::*;
use undeny_core::Options;

use crate::engine::{Answering, View};
use crate::late::{self, Late, late};
use crate::state::{PASTE, State};
use crate::view::{Node, div};
use crate::{dom, engine, panes};

/// Texts up to here are read with the next frame, larger ones when typing pauses.
const SMALL: usize = 256 * 1024;
/// A text that is longer or shorter by more than this was not typed, so nothing is waited for.
pub(crate) const TYPED: usize = 1024;
const PAUSE: Duration = Duration::from_millis(150);
/// So long the answer is worked at before the browser may paint and hear keys, in milliseconds.
const TASK: f64 = 12.0;
/// What takes longer says so, and can be stopped; in milliseconds.
const LONG: f64 = 100.0;
/// A verdict is announced when it has stood this long.
const SETTLED: Duration = Duration::from_millis(1200);

/// Mount everything, and say that the engine is up.
pub(crate) fn start() {
    let Some(body) = document().body() else {
        return;
    };
    // What is mounted here is nothing; it starts Leptos, and the panes live in it as long as the page.
    mount_to_renderer(&body, || {
        let state = State::new();
        fill("menu", panes::menu::pane(state));
        fill("paste-tools", panes::paste::tools(state));
        fill("tabs", panes::paste::tabs(state));
        fill("notes", panes::paste::notes(state));
        fill("documents", panes::documents::pane(state));
        fill("examples", panes::welcome::examples(state));
        fill("answer", answer(state));
        fill("foot", panes::foot::pane(state));
        panes::paste::listen(state);
        panes::welcome::listen(state);
        read_when_changed(state);
        late::fetch(state);
        panes::welcome::open_address(state);
    })
    .forget();
    set_root("data-revision", "0");
    set_root("data-ready", "true");
}

/// The right side, from the verdict down.
fn answer(state: State) -> Node {
    [
        panes::verdict::pane(state),
        slot("assistant-slot"),
        panes::cause::pane(state),
        slot("fix-slot"),
        panes::handover::pane(state),
        panes::questions::pane(state),
        slot("proof-slot"),
        panes::warnings::pane(state),
        panes::decoys::pane(state),
        panes::problems::pane(state),
    ]
    .into()
}

/// Where a pane of the second piece will stand.
fn slot(id: &'static str) -> Node {
    div().class("slot").attr("id", id).into()
}

/// Put a pane into the element of `index.html` that waits for it.
pub(crate) fn fill(id: &str, pane: Node) {
    if let Some(place) = dom::by_id(id) {
        let mut built = pane.build();
        built.mount(&place, None);
        std::mem::forget(built);
    }
}

fn read_when_changed(state: State) {
    Effect::new(move |_| {
        let class = if state.reading.get() { "reading" } else { "" };
        if let Some(root) = document().document_element() {
            root.set_class_name(class);
        }
    });
    Effect::new(move |_| {
        let given = state.texts.with(|texts| {
            texts
                .iter()
                .map(|text| match dom::text_box(text.id) {
                    Some(area) => area.text_length() as usize,
                    None => text.text.len(),
                })
                .sum()
        });
        state.choices.track();
        state.words.track();
        state.strict.track();
        state.keep.track();
        state.answers.track();
        schedule(state, given);
    });
}

fn set_root(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

#[derive(Default)]
struct Pending {
    /// The answer that is being worked out, and since when.
    answering: Option<(Answering, f64)>,
    frame: Option<AnimationFrameRequestHandle>,
    pause: Option<TimeoutHandle>,
    /// How much was given at the last change, in UTF-16 units; bytes of what is in no text box.
    units: usize,
    announcement: Option<TimeoutHandle>,
    revision: u64,
}

thread_local! {
    static PENDING: RefCell<Pending> = RefCell::default();
}

/// Read what is given once more.
#[cfg(feature = "split")]
pub(crate) fn read_again(state: State) {
    schedule(state, 0);
}

/// Read what is given soon; a newer change takes the place of an older one.
fn schedule(state: State, units: usize) {
    PENDING.with_borrow_mut(|pending| {
        if let Some(pause) = pending.pause.take() {
            pause.clear();
        }
        let pasted = units.abs_diff(std::mem::replace(&mut pending.units, units)) > TYPED;
        if units <= SMALL {
            pending.read_soon(state, false);
            return;
        }
        pending.cancel();
        let (wait, go_on): (_, fn(State)) = if pasted {
            // Nobody looks at a key, and the browser paints between the steps.
            (Duration::ZERO, read)
        } else {
            let soon = |state| PENDING.with_borrow_mut(|pending| pending.read_soon(state, true));
            (PAUSE, soon)
        };
        pending.pause = set_timeout_with_handle(move || go_on(state), wait).ok();
    });
}

impl Pending {
    /// Do not read what was to be read soon.
    fn cancel(&mut self) {
        if let Some(pause) = self.pause.take() {
            pause.clear();
        }
        if let Some(frame) = self.frame.take() {
            frame.cancel();
        }
    }

    /// Read behind the next frame, which paints what was typed, and says that it is read where that is `long`.
    fn read_soon(&mut self, state: State, long: bool) {
        if self.frame.is_some() {
            return;
        }
        self.frame = request_animation_frame_with_handle(move || {
            if long {
                state.reading.set(true);
                state.working.set(true);
            }
            set_timeout(
                move || {
                    // Nothing where it was stopped meanwhile.
                    if PENDING
                        .with_borrow_mut(|pending| pending.frame.take())
                        .is_some()
                    {
                        read(state);
                    }
                },
                Duration::ZERO,
            );
        })
        .ok();
    }
}

fn read(state: State) {
    state.texts.update_untracked(|texts| {
        for text in texts.iter_mut().filter(|text| text.edited) {
            text.edited = false;
            if let Some(area) = dom::text_box(text.id) {
                text.text = area.value();
                if text.crlf {
                    text.text = text.text.replace('\n', "\r\n");
                }
            }
        }
    });
    let blank = state.texts.with_untracked(|texts| {
        texts
            .iter()
            .all(|text| text.id == PASTE && text.text.trim().is_empty())
    });
    // A newer text takes the place of what is still being worked at.
    PENDING.with_borrow_mut(|pending| pending.answering = None);
    if blank {
        show(state, None);
        return;
    }
    // From here on there is something that could leave: `boot.js` tries its lock.
    set_root("data-given", "true");
    let options = options(state);
    match late() {
        Late::Here(rest) => {
            let (texts, choices) = (state.texts.get_untracked(), state.choices.get_untracked());
            let answering = (rest.answer)(texts, choices, options);
            PENDING.with_borrow_mut(|pending| {
                pending.answering = Some((answering, js_sys::Date::now()));
            });
            go_on(state);
        }
        Late::Coming | Late::Missing => {
            let view = state
                .texts
                .with_untracked(|texts| engine::first(texts, &options));
            show(state, Some(view));
        }
    }
}

/// Work at the answer for as long as a frame may wait, then let the browser do what it has to, and go on.
pub(crate) fn go_on(state: State) {
    let taken = PENDING.with_borrow_mut(|pending| pending.answering.take());
    let Some((mut answering, since)) = taken else {
        return;
    };
    let started = js_sys::Date::now();
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(view) = answering.as_mut().poll(&mut context) {
            show(state, Some(view));
            return;
        }
        if js_sys::Date::now() - started >= TASK {
            break;
        }
    }
    PENDING.with_borrow_mut(|pending| pending.answering = Some((answering, since)));
    if js_sys::Date::now() - since >= LONG {
        state.reading.set(true);
        state.working.set(true);
    }
    if let Late::Here(rest) = late() {
        (rest.go_on)(state);
    }
}

/// Stop working at an answer; the one before it stays.
pub(crate) fn stop(state: State) {
    let stopped = PENDING.with_borrow_mut(|pending| {
        pending.cancel();
        pending.answering.take()
    });
    drop(stopped);
    state.reading.set(false);
    state.working.set(false);
    painted(state);
}

fn show(state: State, view: Option<View>) {
    let questions = view
        .as_ref()
        .map(|view| view.report.questions.clone())
        .unwrap_or_default();
    panes::questions::keep(state, questions);
    if view.is_none() {
        state.asking.set(false);
    }
    state.view.set(view.map(Arc::new));
    state.working.set(false);
    let waits = matches!(late(), Late::Coming) && state.view.with_untracked(Option::is_some);
    state.reading.set(waits);
    if !waits {
        painted(state);
    }
}

/// What the user chose.
pub(crate) fn options(state: State) -> Options {
    Options {
        answers: state
            .answers
            .get_untracked()
            .into_iter()
            .filter(|(_, answer)| !answer.trim().is_empty())
            .collect(),
        redaction: engine::redaction_options(state),
        now: Some(seconds_now()),
        ..Options::default()
    }
}

/// The browser's time, in seconds since 1970.
fn seconds_now() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970 are positive and far below the float's exact numbers"
    )]
    let seconds = (js_sys::Date::now() / 1000.0) as u64;
    seconds
}

/// After the panes have changed: count the revision, give the focus back, and tell the verdict when it has settled.
fn painted(state: State) {
    request_animation_frame(move || {
        PENDING.with_borrow_mut(|pending| {
            pending.revision += 1;
            set_root("data-revision", &pending.revision.to_string());
            if let Some(earlier) = pending.announcement.take() {
                earlier.clear();
            }
            pending.announcement = set_timeout_with_handle(
                move || {
                    let verdict = panes::verdict::spoken(state);
                    if state.said.with_untracked(|said| *said != verdict) {
                        state.said.set(verdict);
                    }
                },
                SETTLED,
            )
            .ok();
        });
        panes::redacted::refocus();
    });
}
