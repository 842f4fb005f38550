//! Google's Gemini API.
//!
//! Source: <https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent>

use super::{Config, Dialect, Event, Prompt, Shape, text_of, usage};
use crate::json::Value;
use crate::wire::{Object, Stop};

/// `POST /v1beta/models/{model}:streamGenerateContent?alt=sse`
pub const GEMINI: Dialect = Dialect {
    id: "gemini",
    models_path: "/v1beta/models",
    ends_with_done: false,
    encode,
    read,
    whole,
};

fn encode(config: &Config<'_>, prompt: &Prompt<'_>) -> (String, String) {
    let parts = |text: &str| format!("[{}]", Object::new().text("text", text).end());
    let system = Object::new()
        .raw("parts", &parts(prompt.instructions))
        .end();
    let content = Object::new()
        .text("role", "user")
        .raw("parts", &parts(prompt.input))
        .end();
    let mut body = Object::new()
        .raw("systemInstruction", &system)
        .raw("contents", &format!("[{content}]"));
    if config.shape != Shape::Text {
        let mut generation = Object::new().text("responseMimeType", "application/json");
        if config.shape == Shape::Schema {
            generation = generation.raw("responseJsonSchema", prompt.schema);
        }
        body = body.raw("generationConfig", &generation.end());
    }
    // The model's name is the user's: nothing of it may become another path.
    let model: String = config
        .model
        .trim_start_matches("models/")
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_'))
        .collect();
    (
        format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
        body.end(),
    )
}

/// One response, or, without `alt=sse`, the list of those that a stream would have.
fn whole(value: &Value, events: &mut Vec<Event>) {
    match value.list() {
        [] => read("", value, events),
        all => {
            for value in all {
                read("", value, events);
            }
        }
    }
}

fn read(_: &str, value: &Value, events: &mut Vec<Event>) {
    if let Some(reason) = text_of(value, &["promptFeedback", "blockReason"]) {
        events.push(Event::Refusal(format!("the prompt was blocked: {reason}")));
        events.push(Event::Done(Stop::Refusal));
        return;
    }
    let first = value
        .get("candidates")
        .and_then(|candidates| candidates.list().first());
    let Some(candidate) = first else { return };
    let parts = candidate.at(&["content", "parts"]).map(Value::list);
    for part in parts.unwrap_or_default() {
        // Thoughts are no part of the answer.
        if part.get("thought") == Some(&Value::Bool(true)) {
            continue;
        }
        if let Some(text) = text_of(part, &["text"]) {
            events.push(Event::Text(text.to_owned()));
        }
    }
    let stop = match text_of(candidate, &["finishReason"]) {
        None => return,
        Some("STOP") => Stop::Complete,
        Some("MAX_TOKENS") => Stop::Length,
        Some("SAFETY" | "RECITATION" | "PROHIBITED_CONTENT" | "BLOCKLIST" | "SPII") => {
            Stop::Refusal
        }
        Some(_) => Stop::Other,
    };
    events.extend(
        value
            .get("usageMetadata")
            .and_then(|found| usage(found, "promptTokenCount", "candidatesTokenCount")),
    );
    events.push(Event::Done(stop));
}
