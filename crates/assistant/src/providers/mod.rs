//! The providers, one file each: facts that go stale, with their source.
//!
//! Whether a provider answers a browser was measured over all of these hosts by big-AGI on 14 August 2026
//! (<https://github.com/enricoros/big-AGI>, `kb/systems/client-side-fetch.md`).

mod anthropic;
mod azure_openai;
mod bedrock;
mod cerebras;
mod deepseek;
mod gemini;
mod groq;
mod litellm;
mod llama_cpp;
mod lm_studio;
mod mistral;
mod ollama;
mod openai;
mod openai_compatible;
mod openrouter;
mod together;
mod vllm;
mod xai;

use crate::wire::Dialect;

/// What is known of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its name in addresses and settings: lower case, words joined by hyphens.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How it is spoken to.
    pub dialect: &'static Dialect,
    /// The base address, without a slash at its end; empty where it is the user's own.
    pub base: &'static str,
    /// The header that holds the key; empty where there is none. In `authorization` it stands behind `Bearer`.
    pub key_header: &'static str,
    /// Further headers; with the key's and `content-type`, all that are sent.
    pub headers: &'static [(&'static str, &'static str)],
    /// How its keys begin; empty where that says nothing.
    pub key_looks: &'static [&'static str],
    /// The model until the list is there; empty where only the user's own list tells.
    pub model: &'static str,
    /// When that model came out, or `alias` for a name that moves.
    pub model_date: &'static str,
    /// Whether it answers a browser.
    pub cors: Cors,
    /// What to know.
    pub notes: &'static str,
    /// Its documentation.
    pub source: &'static str,
    /// Why a request may fail without an answer that a page may read, most likely first; what holds for all comes behind.
    pub opaque: &'static [&'static str],
    /// Whether it runs on the user's own computer: the request then says `targetAddressSpace: "loopback"`.
    pub is_local: bool,
}

/// Whether a provider answers a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Yes.
    Yes,
    /// With a header that says so.
    OptIn,
    /// Where its own settings allow the page.
    WhenConfigured,
    /// Nobody has measured it.
    Unverified,
    /// No: through a gateway, or the clipboard.
    No,
}

impl Cors {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::OptIn => "yes, by a header",
            Self::WhenConfigured => "when its settings allow it",
            Self::Unverified => "not verified",
            Self::No => "no",
        }
    }
}

/// All of them, by name.
pub const PROVIDERS: &[&Provider] = &[
    &anthropic::ANTHROPIC,
    &azure_openai::AZURE_OPENAI,
    &bedrock::BEDROCK,
    &cerebras::CEREBRAS,
    &deepseek::DEEPSEEK,
    &gemini::GEMINI,
    &groq::GROQ,
    &litellm::LITELLM,
    &llama_cpp::LLAMA_CPP,
    &lm_studio::LM_STUDIO,
    &mistral::MISTRAL,
    &ollama::OLLAMA,
    &openai::OPENAI,
    &openai_compatible::OPENAI_COMPATIBLE,
    &openrouter::OPENROUTER,
    &together::TOGETHER,
    &vllm::VLLM,
    &xai::XAI,
];

/// The provider with this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.id == id).copied()
}

/// OpenRouter's sign-in without a client id: the address to open.
///
/// `challenge` is the SHA-256 of the verifier in base64 for URLs without padding; `callback` is the page's address, percent-encoded.
/// Source: <https://openrouter.ai/docs/use-cases/oauth-pkce>
#[must_use]
pub fn openrouter_sign_in(callback: &str, challenge: &str) -> String {
    format!(
        "https://openrouter.ai/auth?callback_url={callback}&code_challenge={challenge}&code_challenge_method=S256"
    )
}

/// The body with which the `code` of the sign-in is exchanged for a key, at `https://openrouter.ai/api/v1/auth/keys`.
#[must_use]
pub fn openrouter_exchange(code: &str, verifier: &str) -> String {
    crate::wire::Object::new()
        .text("code", code)
        .text("code_verifier", verifier)
        .text("code_challenge_method", "S256")
        .end()
}
