//! The assistant's frame: the one part of undeny with a network, and it never has an original.
//!
//! The page gives it a prompt that is redacted and has passed the gate; the user gives it a provider, a model and a key. It narrows its own network to
//! that provider's origin, asks, shows what comes as text, and hands the text back. The key stays in its box, and is wiped when the frame is
//! closed, on "Forget", and after a quarter of an hour without use.
//!
//! Architecture invariant: this crate knows the codecs of `undeny-assistant` and no engine. It stores nothing.

mod ask;
mod built_in;
mod channel;
mod choice;
mod dom;
mod key;
mod lock;
mod sign_in;
mod state;

fn main() {
    if sign_in::came_back() {
        return;
    }
    choice::fill();
    choice::listen();
    key::listen();
    ask::listen();
    channel::listen();
    sign_in::listen();
    channel::report_height();
    channel::say("ready", &[]);
}
