//! A browser compiles code when it is first run, so a first answer takes some three times as long as the next one. As soon as somebody is there, an
//! example is answered unseen: what is pasted then is not the first.

use std::cell::RefCell;
use std::task::{Context, Waker};
use std::time::Duration;

use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::*;
use undeny_core::Options;

use crate::engine::{self, Answering};
use crate::examples;
use crate::state::{State, Text};

thread_local! {
    static HEARING: RefCell<Vec<WindowListenerHandle>> = const { RefCell::new(Vec::new()) };
}

/// Wait for the first sign of a person.
pub(crate) fn listen(state: State) {
    let signs = ["pointermove", "pointerdown", "keydown", "focusin"];
    let hearing = signs.map(|sign| window_event_listener_untyped(sign, move |_| begin(state)));
    HEARING.set(hearing.into());
}

fn begin(state: State) {
    for heard in HEARING.take() {
        heard.remove();
    }
    let answered = state.view.with_untracked(Option::is_some);
    if let (false, Some(example)) = (answered, examples::texts().first()) {
        let text = Text {
            text: (*example).to_owned(),
            ..Text::default()
        };
        step(engine::answer(vec![text], Vec::new(), Options::default()));
    }
}

/// One step now and then, so that nothing waits for it.
fn step(mut answering: Answering) {
    set_timeout(
        move || {
            let mut context = Context::from_waker(Waker::noop());
            if answering.as_mut().poll(&mut context).is_pending() {
                step(answering);
            }
        },
        Duration::ZERO,
    );
}
