//! Groq.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://console.groq.com/docs/api-reference>
pub(super) const GROQ: Provider = Provider {
    id: "groq",
    name: "Groq",
    dialect: &OPENAI_CHAT,
    base: "https://api.groq.com/openai/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &["gsk_"],
    model: "openai/gpt-oss-120b",
    model_date: "2025-08-05",
    cors: Cors::Yes,
    notes: "",
    source: "https://console.groq.com/docs/api-reference",
    opaque: &[],
    is_local: false,
};
