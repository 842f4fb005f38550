//! Any server that speaks like OpenAI.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://platform.openai.com/docs/api-reference/chat>
pub(super) const OPENAI_COMPATIBLE: Provider = Provider {
    id: "openai-compatible",
    name: "Any server that speaks like OpenAI",
    dialect: &OPENAI_CHAT,
    base: "",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::WhenConfigured,
    notes: "the base address ends before /chat/completions",
    source: "https://platform.openai.com/docs/api-reference/chat",
    opaque: &[],
    is_local: false,
};
