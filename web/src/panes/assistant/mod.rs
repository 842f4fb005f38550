//! The assistant's panel: the exact text that may leave, the frame that may send it, and what an answer is worth.
//!
//! The originals stay here. The frame gets the text of the box when the gate has cleared it, and gives back text, which is read as data and held
//! against the paste like any stranger's patch. A chat window does as well: copy the one, paste the other.

mod frame;
mod worth;

use std::cell::RefCell;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use undeny_assistant::answer::{self, Checked};
use undeny_assistant::gate::{self, Blocked};
use undeny_assistant::prompt::{self, Built, PromptOptions, estimated_tokens};
use undeny_core::redaction::Level;
use undeny_core::text::Span;
use undeny_core::{Options, Paste};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use crate::state::State;
use crate::view::{Node, button, div, h3, input, label, li, live, p, span, textarea, ul};
use crate::{app, dom, engine, parts};

/// The ids of the boxes.
const PROMPT: &str = "prompt-text";
const QUESTION: &str = "prompt-question";
const ANSWER: &str = "answer-text";

/// So long nothing is typed before it is looked at again.
const PAUSE: Duration = Duration::from_millis(150);
/// The gate names at most so many places here.
const MOST_NAMED: usize = 20;

/// What the panel holds; wiped when it is closed.
#[derive(Default)]
struct Panel {
    /// The prompt as it was built, with the originals.
    built: Option<Built>,
    /// What it is about.
    about: Option<(Paste, Options)>,
    /// What the box holds.
    text: String,
    /// Whether the user changed it.
    edited: bool,
    /// Whether the paste has changed since.
    stale: bool,
    /// What the gate found in it.
    blocked: Vec<Blocked>,
    /// What the answer is worth; none where there is none.
    checked: Option<Checked>,
    /// How often an answer was looked at.
    checks: u32,
    /// Whether the user wants to copy what is not proven.
    armed: bool,
    /// What is to be done when typing pauses.
    prompt_later: Option<TimeoutHandle>,
    answer_later: Option<TimeoutHandle>,
    frame: frame::Frame,
}

thread_local! {
    static PANEL: RefCell<Panel> = RefCell::default();
}

/// Paint the panel anew.
fn changed(state: State) {
    state.panel.update(|count| *count = count.wrapping_add(1));
}

/// The card, while it is open.
pub(crate) fn pane(state: State) -> Node {
    // However it is closed: the originals go with it, and the frame with its key.
    on_cleanup(|| drop(PANEL.take()));
    frame::listen(state);
    Effect::new(move |first: Option<()>| {
        state.view.track();
        // The boxes are on the page with the next frame.
        later(
            state,
            if first.is_none() {
                Duration::ZERO
            } else {
                PAUSE
            },
        );
    });
    Effect::new(move |_| frame::tell_theme(&state.theme.get()));
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(
            &wasm_bindgen::closure::Closure::once_into_js(|| {
                if let Some(card) = dom::by_id("assistant") {
                    card.scroll_into_view_with_bool(true);
                }
            })
            .unchecked_into(),
        );
    }
    let close = button()
        .test_id("assistant-close")
        .on("click", move |_| state.asking.set(false))
        .child("Close");
    parts::card("assistant", "Ask an assistant", span().class("push").child(close))
        .attr("id", "assistant")
        .child(leaves(state))
        .child(
            div()
                .class("part")
                .child(h3().child("Ask with your own key"))
                .child(p().class("more").child(
                    "A frame of its own sends it: that frame has a network and never an original. The key stays in it, and goes when you close this.",
                ))
                .child(frame::element()),
        )
        .child(comes_back(state))
        .child(live(move || {
            state.panel.track();
            let view = state.view.get();
            PANEL.with_borrow(|panel| worth::pane(state, panel, view.as_deref()))
        }))
        .into()
}

/// The text that may leave, and what the gate says of it.
fn leaves(state: State) -> Node {
    let tools = span()
        .class("push")
        .child(live(move || {
            state.panel.track();
            PANEL.with_borrow(|panel| {
                (panel.edited || panel.stale).then(|| {
                    button()
                        .test_id("rebuild")
                        .on("click", move |_| build(state))
                        .child(if panel.stale {
                            "Write it anew for this paste"
                        } else {
                            "Undo my changes"
                        })
                })
            })
        }))
        .child(live(move || {
            state.panel.track();
            let held =
                PANEL.with_borrow(|panel| panel.text.is_empty() || !panel.blocked.is_empty());
            parts::copy_button(
                state,
                "copy-prompt".to_owned(),
                "Copy prompt".to_owned(),
                false,
                cleared,
            )
            .attr("disabled", held)
        }));
    div()
        .class("part")
        .child(
            div()
                .class("line")
                .child(h3().child("What leaves"))
                .child(
                    span()
                        .class("stat")
                        .test_id("prompt-stat")
                        .child(live(move || {
                            state.panel.track();
                            PANEL.with_borrow(counts)
                        })),
                )
                .child(live(move || {
                    state.panel.track();
                    PANEL.with_borrow(gate_pill)
                }))
                .child(tools),
        )
        .child(
            label().class("ask").child("Your question").child(
                input()
                    .attr("id", QUESTION)
                    .test_id("question")
                    .attr("autocomplete", "off")
                    .attr("placeholder", "optional: what you want to know of it")
                    .on("input", move |_| later(state, PAUSE)),
            ),
        )
        .child(
            textarea()
                .class("prompt")
                .attr("id", PROMPT)
                .test_id("preview")
                .attr("spellcheck", "false")
                .attr("autocomplete", "off")
                .attr(
                    "aria-label",
                    "The exact text that leaves; you can change it",
                )
                .on("input", move |_| edited(state)),
        )
        .child(live(move || {
            state.panel.track();
            PANEL.with_borrow(held)
        }))
        .into()
}

/// The box for an answer, from the frame or from a chat window.
fn comes_back(state: State) -> Node {
    div()
        .class("part")
        .child(h3().child("What comes back"))
        .child(
            textarea()
                .class("answer")
                .attr("id", ANSWER)
                .test_id("answer")
                .attr("spellcheck", "false")
                .attr("autocomplete", "off")
                .attr("aria-label", "The assistant’s answer")
                .attr("placeholder", "The answer of the frame comes here. Or copy the prompt into the chat window that your company allows, and paste its answer.")
                .on("input", move |_| {
                    let work = set_timeout_with_handle(move || check(state), PAUSE).ok();
                    PANEL.with_borrow_mut(|panel| {
                        if let Some(earlier) = std::mem::replace(&mut panel.answer_later, work) {
                            earlier.clear();
                        }
                    });
                }),
        )
        .into()
}

fn counts(panel: &Panel) -> String {
    let Some(built) = &panel.built else {
        return String::new();
    };
    let mut text = parts::counted(built.redactions, "place hidden", "places hidden");
    text.push_str(", about ");
    text.push_str(&estimated_tokens(&panel.text).to_string());
    text.push_str(" tokens");
    if built.prompt.left_out > 0 {
        text.push_str(", ");
        text.push_str(&parts::counted(
            built.prompt.left_out,
            "line left out",
            "lines left out",
        ));
    }
    text
}

fn gate_pill(panel: &Panel) -> Node {
    let (class, text) = if panel.built.is_none() {
        ("pill", "Writing …")
    } else if panel.blocked.is_empty() {
        ("pill ok", "Gate: cleared")
    } else {
        ("pill no", "Gate: held back")
    };
    span()
        .class(class)
        .test_id("gate")
        .attr("role", "status")
        .child(text)
        .into()
}

/// What the gate found: names and places, never values.
fn held(panel: &Panel) -> Node {
    if panel.blocked.is_empty() {
        return Node::Nothing;
    }
    let mut rows: Vec<Node> = Vec::new();
    for blocked in panel.blocked.iter().take(MOST_NAMED) {
        let (start, end) = (blocked.start, blocked.end);
        let line = panel
            .text
            .bytes()
            .take(start)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1;
        let show = button()
            .class("place")
            .on("click", move |_| {
                let text = PANEL.with_borrow(|panel| panel.text.clone());
                if let Some(area) = text_area(PROMPT) {
                    dom::select(&area, &text, Span::new(start, end));
                }
            })
            .child("line ".to_owned() + &line.to_string());
        rows.push(li().child(show).child(" ").child(found(blocked)).into());
    }
    let more = panel.blocked.len().saturating_sub(MOST_NAMED);
    div()
        .class("held")
        .test_id("gate-findings")
        .child(p().child("This does not leave. Take it out below, or hide it: select it in the paste, and press Hide."))
        .child(ul().child(rows))
        .child((more > 0).then(|| p().child("and ".to_owned() + &more.to_string() + " more places")))
        .into()
}

fn found(blocked: &Blocked) -> String {
    match &blocked.what {
        gate::What::Detector(name) => (*name).to_owned() + " sees something here",
        gate::What::Original(placeholder) => {
            "the original of ".to_owned() + placeholder + ", " + blocked.writing.as_str()
        }
    }
}

fn text_area(id: &str) -> Option<HtmlTextAreaElement> {
    dom::by_id(id)?.dyn_into().ok()
}

/// The text of the box, if the gate clears exactly these bytes.
fn cleared() -> Option<String> {
    PANEL.with_borrow_mut(|panel| {
        let text = text_area(PROMPT)?.value();
        panel.text = text.clone();
        look(panel);
        panel.blocked.is_empty().then_some(text)
    })
}

/// Build the prompt when typing pauses.
fn later(state: State, pause: Duration) {
    let work = set_timeout_with_handle(
        move || {
            let edited = PANEL.with_borrow_mut(|panel| {
                panel.stale = panel.edited;
                panel.edited
            });
            // What the user wrote is not overwritten.
            if edited {
                changed(state);
            } else {
                build(state);
            }
        },
        pause,
    )
    .ok();
    PANEL.with_borrow_mut(|panel| {
        if let Some(earlier) = std::mem::replace(&mut panel.prompt_later, work) {
            earlier.clear();
        }
    });
}

/// Write the prompt of what is given now.
fn build(state: State) {
    if !state.asking.get_untracked() {
        return;
    }
    let view = state.view.get_untracked();
    let Some(view) = view.filter(|view| !view.first) else {
        return;
    };
    let (paste, options) = state.texts.with_untracked(|texts| {
        engine::asked(
            texts,
            &state.choices.read_untracked(),
            &view.report,
            app::options(state),
        )
    });
    let question = dom::by_id(QUESTION)
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        .map_or_else(String::new, |input| input.value());
    let built = prompt::build(
        &paste,
        &PromptOptions {
            options: options.clone(),
            question,
            ..PromptOptions::default()
        },
    );
    PANEL.with_borrow_mut(|panel| {
        panel.text = built.prompt.text();
        panel.blocked.clone_from(&built.blocked);
        panel.built = Some(built);
        panel.about = Some((paste, options));
        panel.edited = false;
        panel.stale = false;
        if let Some(area) = text_area(PROMPT) {
            area.set_value(&panel.text);
        }
        frame::tell_prompt(panel);
    });
    changed(state);
    check(state);
}

/// The box was changed by hand: the frame has nothing until the gate has looked.
fn edited(state: State) {
    PANEL.with_borrow_mut(|panel| {
        panel.edited = true;
        if let Some(area) = text_area(PROMPT) {
            panel.text = area.value();
        }
        look(panel);
        frame::tell_prompt(panel);
    });
    changed(state);
}

/// The last look at the exact bytes.
fn look(panel: &mut Panel) {
    let (Some(built), Some((_, options))) = (&panel.built, &panel.about) else {
        return;
    };
    panel.blocked = gate::check(&panel.text, &built.vault, &options.redaction.keep)
        .err()
        .unwrap_or_default();
}

/// An answer has come from the frame.
fn answered(state: State, text: &str) {
    if let Some(area) = text_area(ANSWER) {
        area.set_value(text);
    }
    check(state);
}

/// Hold what is in the box against the paste.
fn check(state: State) {
    PANEL.with_borrow_mut(|panel| {
        let text = text_area(ANSWER).map_or_else(String::new, |area| area.value());
        panel.armed = false;
        panel.checked = match (&panel.built, &panel.about) {
            (Some(built), Some((paste, options))) if !text.trim().is_empty() => {
                // The strict level hides relations that a proof needs; it is for what others see.
                let mut options = options.clone();
                options.redaction.level = Level::Standard;
                Some(answer::check(paste, &options, &built.vault, &text))
            }
            _ => None,
        };
        frame::tell_worth(panel.checked.as_ref());
        panel.checks += 1;
        // As the page counts its revisions: whoever waits for an answer's worth can see that it was looked at.
        if let Some(card) = dom::by_id("assistant") {
            let _ = card.set_attribute("data-checked", &panel.checks.to_string());
        }
    });
    changed(state);
}
