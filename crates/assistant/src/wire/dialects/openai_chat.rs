//! OpenAI's Chat Completions, which most others speak as well.
//!
//! Source: <https://platform.openai.com/docs/api-reference/chat/streaming>

use super::{Config, Dialect, Event, Prompt, Shape, text_of, usage};
use crate::json::Value;
use crate::wire::{Object, Stop};

/// `POST /chat/completions`
pub const OPENAI_CHAT: Dialect = Dialect {
    id: "openai-chat",
    models_path: "/models",
    ends_with_done: true,
    encode,
    read,
    whole,
};

fn encode(config: &Config<'_>, prompt: &Prompt<'_>) -> (String, String) {
    let message = |role: &str, content: &str| {
        Object::new()
            .text("role", role)
            .text("content", content)
            .end()
    };
    let messages = format!(
        "[{},{}]",
        message("system", prompt.instructions),
        message("user", prompt.input)
    );
    let mut body = Object::new()
        .text("model", config.model)
        .raw("messages", &messages)
        .raw("stream", "true")
        .raw("stream_options", "{\"include_usage\":true}");
    body = match config.shape {
        Shape::Schema => {
            let schema = Object::new()
                .text("name", "answer")
                .raw("strict", "true")
                .raw("schema", prompt.schema)
                .end();
            let format = Object::new()
                .text("type", "json_schema")
                .raw("json_schema", &schema);
            body.raw("response_format", &format.end())
        }
        Shape::Object => body.raw("response_format", "{\"type\":\"json_object\"}"),
        Shape::Text => body,
    };
    ("/chat/completions".to_owned(), body.end())
}

fn read(_: &str, value: &Value, events: &mut Vec<Event>) {
    said("delta", value, events);
}

fn whole(value: &Value, events: &mut Vec<Event>) {
    said("message", value, events);
}

fn said(place: &str, value: &Value, events: &mut Vec<Event>) {
    let first = value
        .get("choices")
        .and_then(|choices| choices.list().first());
    if let Some(choice) = first {
        if let Some(text) = text_of(choice, &[place, "content"]) {
            events.push(Event::Text(text.to_owned()));
        }
        if let Some(text) = text_of(choice, &[place, "refusal"]) {
            events.push(Event::Refusal(text.to_owned()));
        }
        match text_of(choice, &["finish_reason"]) {
            Some("stop") => events.push(Event::Done(Stop::Complete)),
            Some("length") => events.push(Event::Done(Stop::Length)),
            Some("content_filter") => events.push(Event::Done(Stop::Refusal)),
            _ => {}
        }
    }
    events.extend(
        value
            .get("usage")
            .and_then(|found| usage(found, "prompt_tokens", "completion_tokens")),
    );
}
