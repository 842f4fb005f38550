//! Google Gemini.

use super::{Cors, Provider};
use crate::wire::dialects::GEMINI as DIALECT;

/// Source: <https://ai.google.dev/api/generate-content>
pub(super) const GEMINI: Provider = Provider {
    id: "gemini",
    name: "Google Gemini",
    dialect: &DIALECT,
    base: "https://generativelanguage.googleapis.com",
    key_header: "x-goog-api-key",
    headers: &[],
    key_looks: &["AIza", "AQ."],
    model: "gemini-2.5-flash",
    model_date: "2025-06-17",
    cors: Cors::Yes,
    notes: "any other header fails the preflight with 403; the key is never in the address, which is logged",
    source: "https://ai.google.dev/api/generate-content",
    opaque: &["a header beside x-goog-api-key and content-type was added on the way"],
    is_local: false,
};
