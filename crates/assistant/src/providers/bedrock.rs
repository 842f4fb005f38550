//! AWS Bedrock.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html>
pub(super) const BEDROCK: Provider = Provider {
    id: "bedrock",
    name: "AWS Bedrock",
    dialect: &OPENAI_CHAT,
    base: "",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::No,
    notes: "sends no CORS headers: put a gateway of your own before it (LiteLLM with CORS), or copy the prompt",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html",
    opaque: &[
        "Bedrock sends no CORS headers, so no browser can read its answer; use a gateway, or copy the prompt into a chat window",
    ],
    is_local: false,
};
