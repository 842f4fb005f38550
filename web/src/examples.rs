//! The built-in examples, made by `build.rs` of stories and cases that are tested elsewhere too. Each has an address: `#/example/ID`.

/// One example. Its text comes with the second piece of the engine.
#[derive(Debug)]
pub(crate) struct Example {
    /// Its name in the page's address.
    pub(crate) id: &'static str,
    /// What its button says.
    pub(crate) title: &'static str,
    /// What it shows, a phrase.
    pub(crate) about: &'static str,
}

/// In the order of the page.
pub(crate) const EXAMPLES: &[Example] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// The example at an address's fragment (`#/example/lazy-fix`).
pub(crate) fn at(fragment: &str) -> Option<usize> {
    let id = fragment.strip_prefix("#/example/")?;
    EXAMPLES.iter().position(|example| example.id == id)
}

/// The examples' texts, in the order of [`EXAMPLES`]: each one paste.
pub(crate) fn texts() -> &'static [&'static str] {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"))
}
