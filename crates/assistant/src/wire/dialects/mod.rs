//! The four dialects, one file each.

mod anthropic_messages;
mod gemini;
mod openai_chat;
mod openai_responses;

pub use anthropic_messages::ANTHROPIC_MESSAGES;
pub use gemini::GEMINI;
pub use openai_chat::OPENAI_CHAT;
pub use openai_responses::OPENAI_RESPONSES;

use super::{Config, Event, Prompt, Shape};
use crate::json::Value;

/// A way of speaking to a provider.
pub struct Dialect {
    /// Its name: lower case, words joined by hyphens.
    pub id: &'static str,
    /// Behind the base address: where models are listed.
    pub models_path: &'static str,
    /// Whether `[DONE]` ends the stream, with the usage between it and the stop.
    pub(crate) ends_with_done: bool,
    /// What is sent: the path behind the base address, and the body.
    pub(crate) encode: fn(&Config<'_>, &Prompt<'_>) -> (String, String),
    /// What one event of the stream says.
    pub(crate) read: fn(&str, &Value, &mut Vec<Event>),
    /// What an answer in one piece says, as a server sends it that does not stream.
    pub(crate) whole: fn(&Value, &mut Vec<Event>),
}

impl std::fmt::Debug for Dialect {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id)
    }
}

/// All of them, by name.
pub const DIALECTS: &[&Dialect] = &[
    &ANTHROPIC_MESSAGES,
    &GEMINI,
    &OPENAI_CHAT,
    &OPENAI_RESPONSES,
];

/// Longest answer that is asked for, in tokens.
pub(crate) const MOST_TOKENS: &str = "16000";

fn text_of<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    value
        .at(path)
        .and_then(Value::text)
        .filter(|text| !text.is_empty())
}

fn usage(value: &Value, input: &str, output: &str) -> Option<Event> {
    let count = |key: &str| value.get(key).and_then(Value::number);
    Some(Event::Usage {
        input: count(input)?,
        output: count(output).unwrap_or(0),
    })
}
