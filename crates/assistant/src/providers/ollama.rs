//! Ollama.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://docs.ollama.com/faq>
pub(super) const OLLAMA: Provider = Provider {
    id: "ollama",
    name: "Ollama",
    dialect: &OPENAI_CHAT,
    base: "http://localhost:11434/v1",
    key_header: "",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::WhenConfigured,
    notes: "answers pages of other sites where OLLAMA_ORIGINS names them, else 403; pages on localhost always",
    source: "https://docs.ollama.com/faq",
    opaque: &[
        "OLLAMA_ORIGINS does not name this page's address",
        "Chrome asked for permission to reach this computer, and it was not given",
    ],
    is_local: true,
};
