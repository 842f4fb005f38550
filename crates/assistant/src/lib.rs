//! What may be said to a language model, and what its answer is worth. Nothing of it is written yet: the crate holds the place that
//! `docs/architecture.md` gives it, above `undeny-core` and `undeny-redact`.
