//! llama.cpp server.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>
pub(super) const LLAMA_CPP: Provider = Provider {
    id: "llama-cpp",
    name: "llama.cpp server",
    dialect: &OPENAI_CHAT,
    base: "http://localhost:8080/v1",
    key_header: "authorization",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::Yes,
    notes: "open by default; narrower when tools are on (ggml-org/llama.cpp#25655)",
    source: "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    opaque: &["Chrome asked for permission to reach this computer, and it was not given"],
    is_local: true,
};
