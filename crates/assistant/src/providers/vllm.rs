//! vLLM.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>
pub(super) const VLLM: Provider = Provider {
    id: "vllm",
    name: "vLLM",
    dialect: &OPENAI_CHAT,
    base: "http://localhost:8000/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::Yes,
    notes: "open by default",
    source: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    opaque: &["Chrome asked for permission to reach this computer, and it was not given"],
    is_local: true,
};
