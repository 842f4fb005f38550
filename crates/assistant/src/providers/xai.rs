//! xAI.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.x.ai/docs/api-reference>
pub(super) const XAI: Provider = Provider {
    id: "xai",
    name: "xAI",
    dialect: &OPENAI_CHAT,
    base: "https://api.x.ai/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &["xai-"],
    model: "grok-4",
    model_date: "2025-07-09",
    cors: Cors::Yes,
    notes: "",
    source: "https://docs.x.ai/docs/api-reference",
    opaque: &[],
    is_local: false,
};
