//! Azure OpenAI.

use super::{Cors, Provider};
use crate::wire::dialects::OPENAI_CHAT;

/// Source: <https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle>
pub(super) const AZURE_OPENAI: Provider = Provider {
    id: "azure-openai",
    name: "Azure OpenAI",
    dialect: &OPENAI_CHAT,
    base: "",
    key_header: "api-key",
    headers: &[],
    key_looks: &[],
    model: "",
    model_date: "",
    cors: Cors::Unverified,
    notes: "one host for each resource: https://{resource}.openai.azure.com/openai/v1",
    source: "https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle",
    opaque: &["the resource does not answer browsers; copy the prompt into a chat window instead"],
    is_local: false,
};
