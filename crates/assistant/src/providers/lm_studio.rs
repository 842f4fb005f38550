//! LM Studio.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://lmstudio.ai/docs/cli/server-start>
pub(super) const LM_STUDIO: Provider = Provider {
    id: "lm-studio",
    name: "LM Studio",
    dialect: &OPENAI_CHAT,
    base: "http://localhost:1234/v1",
    key_header: "",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::WhenConfigured,
    notes: "start it with `lms server start --cors`",
    source: "https://lmstudio.ai/docs/cli/server-start",
    opaque: &[
        "LM Studio was started without `--cors`",
        "Chrome asked for permission to reach this computer, and it was not given",
    ],
    is_local: true,
};
