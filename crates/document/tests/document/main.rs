//! Tests of reading and editing, as data: tables through one `check`, and laws over every sample.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "these are tests"
)]

mod edits;
mod hostile;
mod laws;
mod plain;
mod random;
mod reading;
mod samples;
