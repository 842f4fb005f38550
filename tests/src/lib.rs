//! Tests of the whole, and what they are made of.
//!
//! - [`case`]: a case is a Markdown file that reads as a specification; `cases/<rule>/` holds them.
//! - [`laws`]: what must hold of every case, whatever it says.
//! - [`corpus`]: real cases in a folder outside of the repository, judged by evaluating the patched policies.
//! - [`guards`]: the guards of a report, run by the tools that they are for.
//! - [`command`]: a command test is a folder in `cli/`.
//! - [`files`]: other people's files, below a folder.
//! - [`diff`] and [`shape`]: a reader of unified diffs that shares no code with the writer, and a case as one paste.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "this crate is tests: a failure here is to be loud"
)]

pub mod case;
pub mod command;
pub mod corpus;
pub mod diff;
pub mod files;
pub mod guards;
pub mod judge;
pub mod laws;
pub mod shape;
