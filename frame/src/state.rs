//! What the frame remembers: the prompt, the request under way, where its network leads.

use std::cell::RefCell;

use web_sys::AbortController;

/// What the page said may leave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prompt {
    pub(crate) instructions: String,
    pub(crate) input: String,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// The prompt; none while the gate holds it back.
    pub(crate) prompt: Option<Prompt>,
    /// How to stop the request under way; none while there is none.
    pub(crate) running: Option<AbortController>,
    /// What came of the answer and is not on the page yet.
    pub(crate) unwritten: String,
    /// Whether more of the answer waits for a later frame.
    pub(crate) writes_later: bool,
    /// Counts requests and cancellations: whoever has an older number writes nothing any more.
    pub(crate) turn: u32,
    /// The origin that the network was narrowed to.
    pub(crate) origin: Option<String>,
    /// Whether the user was told that the key looks like another provider's.
    pub(crate) doubted: bool,
    /// Wipes the key when it fires.
    pub(crate) idle: Option<i32>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Read or change what is remembered. `work` must not call this again.
pub(crate) fn with<R>(work: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(work)
}

/// The number of a new turn; all older ones are over.
pub(crate) fn next_turn() -> u32 {
    with(|state| {
        state.turn = state.turn.wrapping_add(1);
        state.turn
    })
}

/// Whether this turn is still the one.
pub(crate) fn is_turn(turn: u32) -> bool {
    with(|state| state.turn == turn)
}
