//! OpenRouter.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://openrouter.ai/docs/use-cases/oauth-pkce>
pub(super) const OPENROUTER: Provider = Provider {
    id: "openrouter",
    name: "OpenRouter",
    dialect: &OPENAI_CHAT,
    base: "https://openrouter.ai/api/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &["sk-or-"],
    model: "openrouter/auto",
    model_date: "alias",
    cors: Cors::Yes,
    notes: "sign-in by OAuth PKCE gives a key without copying one; sends `: OPENROUTER PROCESSING` comments",
    source: "https://openrouter.ai/docs/use-cases/oauth-pkce",
    opaque: &[],
    is_local: false,
};
