//! OpenAI's Responses API; nothing is stored (`store: false`).
//!
//! Source: <https://platform.openai.com/docs/api-reference/responses-streaming>

use super::{Config, Dialect, Event, Prompt, Shape, text_of, usage};
use crate::json::Value;
use crate::wire::{Object, Stop};

/// `POST /responses`
pub const OPENAI_RESPONSES: Dialect = Dialect {
    id: "openai-responses",
    models_path: "/models",
    ends_with_done: false,
    encode,
    read,
};

fn encode(config: &Config<'_>, prompt: &Prompt<'_>) -> (String, String) {
    let mut body = Object::new()
        .text("model", config.model)
        .text("instructions", prompt.instructions)
        .text("input", prompt.input)
        .raw("stream", "true")
        .raw("store", "false");
    let format = match config.shape {
        Shape::Schema => Some(
            Object::new()
                .text("type", "json_schema")
                .text("name", "answer")
                .raw("schema", prompt.schema)
                .raw("strict", "true")
                .end(),
        ),
        Shape::Object => Some("{\"type\":\"json_object\"}".to_owned()),
        Shape::Text => None,
    };
    if let Some(format) = format {
        body = body.raw("text", &Object::new().raw("format", &format).end());
    }
    ("/responses".to_owned(), body.end())
}

fn read(name: &str, value: &Value, events: &mut Vec<Event>) {
    match text_of(value, &["type"]).unwrap_or(name) {
        "response.output_text.delta" => {
            if let Some(text) = text_of(value, &["delta"]) {
                events.push(Event::Text(text.to_owned()));
            }
        }
        "response.refusal.delta" => {
            if let Some(text) = text_of(value, &["delta"]) {
                events.push(Event::Refusal(text.to_owned()));
            }
        }
        "response.completed" => {
            events.extend(tokens(value));
            events.push(Event::Done(Stop::Complete));
        }
        "response.incomplete" => {
            events.extend(tokens(value));
            let reason = text_of(value, &["response", "incomplete_details", "reason"]);
            events.push(Event::Done(match reason {
                Some("content_filter") => Stop::Refusal,
                _ => Stop::Length,
            }));
        }
        "response.failed" => {
            let text = |key| text_of(value, &["response", "error", key]).unwrap_or_default();
            events.push(Event::Error {
                kind: text("code").to_owned(),
                message: text("message").to_owned(),
            });
        }
        _ => {}
    }
}

fn tokens(value: &Value) -> Option<Event> {
    value
        .at(&["response", "usage"])
        .and_then(|found| usage(found, "input_tokens", "output_tokens"))
}
