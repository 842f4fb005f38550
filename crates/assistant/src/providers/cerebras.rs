//! Cerebras.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://inference-docs.cerebras.ai/api-reference/chat-completions>
pub(super) const CEREBRAS: Provider = Provider {
    id: "cerebras",
    name: "Cerebras",
    dialect: &OPENAI_CHAT,
    base: "https://api.cerebras.ai/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &["csk-"],
    model: "gpt-oss-120b",
    model_date: "2025-08-05",
    cors: Cors::Yes,
    notes: "401 comes without CORS headers: a wrong key is an opaque TypeError",
    source: "https://inference-docs.cerebras.ai/api-reference/chat-completions",
    opaque: &["the key is wrong: Cerebras says so in an answer that a browser may not read"],
    is_local: false,
};
