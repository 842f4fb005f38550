//! OpenAI.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_RESPONSES;

/// Source: <https://platform.openai.com/docs/api-reference/responses>
pub(super) const OPENAI: Provider = Provider {
    id: "openai",
    name: "OpenAI",
    dialect: &OPENAI_RESPONSES,
    base: "https://api.openai.com/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &["sk-"],
    model: "gpt-5-mini",
    model_date: "2025-08-07",
    cors: Cors::Yes,
    notes: "401 and 404 come without CORS headers: a wrong key is an opaque TypeError; nothing is stored (store: false)",
    source: "https://platform.openai.com/docs/api-reference/responses",
    opaque: &[
        "the key is wrong: OpenAI says so in an answer that a browser may not read",
        "there is no such model for this key, likewise",
    ],
    is_local: false,
};
