//! Mistral.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.mistral.ai/api/>
pub(super) const MISTRAL: Provider = Provider {
    id: "mistral",
    name: "Mistral",
    dialect: &OPENAI_CHAT,
    base: "https://api.mistral.ai/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "mistral-large-latest",
    model_date: "alias",
    cors: Cors::Yes,
    notes: "any header beside Authorization and content-type fails",
    source: "https://docs.mistral.ai/api/",
    opaque: &[],
    is_local: false,
};
