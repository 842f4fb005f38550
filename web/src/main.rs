//! The page: what is pasted on the left, the verdict, the fix and its proof on the right. Everything runs here, in the browser.
//!
//! `boot.js` starts this after it has locked the network. [`state::State`] is what the user gave and chose; [`engine`] makes an answer of it
//! with `undeny_core::run`; the panes show the answer. Text from a paste or a report becomes text nodes and attributes, never markup.

mod app;
mod dom;
mod engine;
mod examples;
mod files;
mod js;
mod late;
mod next_task;
mod panes;
mod parts;
mod state;
mod view;

fn main() {
    app::start();
}
