//! What may be said to a language model, and what its answer is worth.
//!
//! ```text
//! Paste -> Prompt (redacted) -> gate -> Cleared ... (the user's chat window, or a provider) ... -> Answer -> Checked (restored, compared, proven)
//! ```
//!
//! A prompt is built from the report of the redacted paste. What leaves goes through the [`gate`], which looks at the exact bytes. An answer is
//! hostile: it is read as data, and a change of a policy in it has to prove itself like one of our own.
//!
//! Architecture invariant: nothing here has a network, a clock or a random number.

#[cfg(feature = "engine")]
pub mod answer;
#[cfg(feature = "engine")]
mod cut;
#[cfg(feature = "engine")]
pub mod gate;
pub mod json;
#[cfg(feature = "engine")]
mod legend;
#[cfg(feature = "engine")]
pub mod prompt;
pub mod providers;
pub mod schema;
#[cfg(feature = "engine")]
mod views;
mod visible;
pub mod wire;

pub use visible::{is_hidden, visible};
