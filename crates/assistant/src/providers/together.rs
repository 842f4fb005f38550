//! Together.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.together.ai/reference/chat-completions-1>
pub(super) const TOGETHER: Provider = Provider {
    id: "together",
    name: "Together",
    dialect: &OPENAI_CHAT,
    base: "https://api.together.xyz/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "openai/gpt-oss-120b",
    model_date: "2025-08-05",
    cors: Cors::Yes,
    notes: "",
    source: "https://docs.together.ai/reference/chat-completions-1",
    opaque: &[],
    is_local: false,
};
