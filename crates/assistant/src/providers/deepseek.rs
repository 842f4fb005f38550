//! DeepSeek.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://api-docs.deepseek.com/api/create-chat-completion>
pub(super) const DEEPSEEK: Provider = Provider {
    id: "deepseek",
    name: "DeepSeek",
    dialect: &OPENAI_CHAT,
    base: "https://api.deepseek.com",
    key_header: "authorization",
    headers: &[],
    key_looks: &["sk-"],
    model: "deepseek-chat",
    model_date: "alias",
    cors: Cors::Yes,
    notes: "sends `: keep-alive` comments and blank lines while it waits; 402 is \"no balance\"; takes a JSON object, and no schema",
    source: "https://api-docs.deepseek.com/api/create-chat-completion",
    opaque: &[],
    is_local: false,
};
