//! Anthropic.

use super::{Cors, Provider};
use crate::wire::dialects::ANTHROPIC_MESSAGES;

/// Source: <https://docs.anthropic.com/en/api/messages>
pub(super) const ANTHROPIC: Provider = Provider {
    id: "anthropic",
    name: "Anthropic",
    dialect: &ANTHROPIC_MESSAGES,
    base: "https://api.anthropic.com",
    key_header: "x-api-key",
    headers: &[
        ("anthropic-version", "2026-10-21"),
        ("anthropic-dangerous-direct-browser-access", "true"),
    ],
    key_looks: &["sk-ant-"],
    model: "claude-sonnet-4-5",
    model_date: "2025-09-29",
    cors: Cors::OptIn,
    notes: "an organisation can forbid it: 401, \"CORS requests are not allowed for this Organization because of its settings\"; temperature, top_p and top_k are a 400 since 2026-10-21",
    source: "https://docs.anthropic.com/en/api/messages",
    opaque: &[],
    is_local: false,
};
