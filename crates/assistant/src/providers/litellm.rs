//! LiteLLM.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.litellm.ai/docs/proxy/user_keys>
pub(super) const LITELLM: Provider = Provider {
    id: "litellm",
    name: "LiteLLM",
    dialect: &OPENAI_CHAT,
    base: "http://localhost:4000/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::WhenConfigured,
    notes: "a gateway of your own, also before Bedrock; its CORS origins are in its settings",
    source: "https://docs.litellm.ai/docs/proxy/user_keys",
    opaque: &["Chrome asked for permission to reach this computer, and it was not given"],
    is_local: true,
};
