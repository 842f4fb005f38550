//! The engine in two pieces. The first one, which comes with the page's frame, reads JSON and says the cause; the second one has what comes after
//! that: plans in bytes, their proof, redaction, the parsers of Terraform and YAML, and the panes that show them.
//!
//! `boot.js` fetches the first, begins to fetch the second, locks the network, and starts the first; the second is put to it when it has arrived,
//! mostly before anything is pasted. In a build without the feature `split` everything is one piece.

use std::cell::Cell;

use undeny_core::Options;
use undeny_core::text::Span;

use crate::app;
use crate::engine::{self, Answering, View};
use crate::next_task;
use crate::panes;
use crate::state::{Choice, State, Text};
use crate::view::Node;

/// What only the second piece can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest {
    /// [`engine::answer`].
    pub(crate) answer: fn(Vec<Text>, Vec<Choice>, Options) -> Answering,
    /// [`crate::examples::texts`].
    pub(crate) examples: fn() -> &'static [&'static str],
    /// [`panes::late::mount`].
    mount: fn(State),
    /// [`panes::late::findings::list`].
    pub(crate) findings: fn(State, &View) -> Node,
    /// [`panes::late::ways::more`].
    pub(crate) ways: fn(State) -> Node,
    /// Go on with an answer in the next task.
    pub(crate) go_on: fn(State),
    /// [`panes::late::long::take_over`].
    pub(crate) take_over: fn(State, usize),
    /// [`panes::late::long::select`].
    pub(crate) select: fn(&Text, Span),
    #[cfg(feature = "split")]
    parsers: undeny_core::Parsers,
    #[cfg(feature = "split")]
    forms: undeny_core::LateForms,
}

/// How it stands with the second piece.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Late {
    /// It is on its way.
    Coming,
    /// It is there.
    Here(Rest),
    /// It did not come.
    #[cfg_attr(
        not(feature = "split"),
        expect(dead_code, reason = "one piece is always whole")
    )]
    Missing,
}

thread_local! {
    static LATE: Cell<Late> = const { Cell::new(Late::Coming) };
    /// The example that was asked for before its text was there.
    static WANTED: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Open an example, by its place in [`crate::examples::EXAMPLES`]; as soon as its text is there.
pub(crate) fn open_example(state: State, which: usize) {
    match late() {
        Late::Here(rest) => {
            if let Some(text) = (rest.examples)().get(which) {
                crate::panes::welcome::put(state, text);
            }
        }
        Late::Coming | Late::Missing => WANTED.set(Some(which)),
    }
}

fn arrived(state: State, rest: Rest) {
    LATE.set(Late::Here(rest));
    (rest.mount)(state);
    if let Some(which) = WANTED.take() {
        open_example(state, which);
    }
}

/// The second piece, as far as it is there.
pub(crate) fn late() -> Late {
    LATE.get()
}

/// The linker sees what is named here only from here, so that the splitter can move all that nothing else needs into a piece of its own.
const fn rest() -> Rest {
    Rest {
        answer: engine::answer,
        examples: crate::examples::texts,
        mount: panes::late::mount,
        findings: panes::late::findings::list,
        ways: panes::late::ways::more,
        go_on: |state| next_task::call(move || app::go_on(state)),
        take_over: panes::late::long::take_over,
        select: panes::late::long::select,
        #[cfg(feature = "split")]
        parsers: undeny_core::Parsers::all(),
        #[cfg(feature = "split")]
        forms: undeny_core::LateForms::all(),
    }
}

/// Ask for the second piece; what was pasted until then is read again when it is there.
#[cfg(not(feature = "split"))]
pub(crate) fn fetch(state: State) {
    arrived(state, rest());
}

/// Ask for the second piece; what was pasted until then is read again when it is there.
#[cfg(feature = "split")]
pub(crate) fn fetch(state: State) {
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    #[wasm_split(rest, wasm_split_path = ::leptos::wasm_split, fallible)]
    fn split_rest() -> Result<Rest, SplitLoaderError> {
        Ok(rest())
    }

    leptos::task::spawn_local(async move {
        match split_rest().await {
            Ok(rest) => {
                rest.parsers.install();
                rest.forms.install();
                arrived(state, rest);
            }
            Err(_) => LATE.set(Late::Missing),
        }
        crate::app::read_again(state);
    });
}
