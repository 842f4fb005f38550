//! Anthropic's Messages API.
//!
//! Source: <https://docs.anthropic.com/en/api/messages>, <https://docs.anthropic.com/en/api/messages-streaming>

use super::{Config, Dialect, Event, MOST_TOKENS, Prompt, Shape, text_of, usage};
use crate::json::Value;
use crate::wire::{Object, Stop};

/// `POST /v1/messages`
pub const ANTHROPIC_MESSAGES: Dialect = Dialect {
    id: "anthropic-messages",
    models_path: "/v1/models",
    ends_with_done: false,
    encode,
    read,
    whole,
};

fn encode(config: &Config<'_>, prompt: &Prompt<'_>) -> (String, String) {
    let message = Object::new()
        .text("role", "user")
        .text("content", prompt.input)
        .end();
    let mut body = Object::new()
        .text("model", config.model)
        .raw("max_tokens", MOST_TOKENS)
        .text("system", prompt.instructions)
        .raw("messages", &format!("[{message}]"))
        .raw("stream", "true");
    if config.shape == Shape::Schema {
        let format = Object::new()
            .text("type", "json_schema")
            .raw("schema", prompt.schema)
            .end();
        body = body.raw("output_config", &Object::new().raw("format", &format).end());
    }
    ("/v1/messages".to_owned(), body.end())
}

fn read(name: &str, value: &Value, events: &mut Vec<Event>) {
    let kind = text_of(value, &["type"]).unwrap_or(name);
    match kind {
        "content_block_delta" => {
            if let Some(text) = text_of(value, &["delta", "text"]) {
                events.push(Event::Text(text.to_owned()));
            }
        }
        "message_delta" => {
            events.extend(
                value
                    .get("usage")
                    .and_then(|found| usage(found, "input_tokens", "output_tokens")),
            );
            events.extend(text_of(value, &["delta", "stop_reason"]).map(stop));
        }
        "message_stop" => events.push(Event::Done(Stop::Complete)),
        // `message_start`, `content_block_start`, `ping`, and what will be added.
        _ => {}
    }
}

fn whole(value: &Value, events: &mut Vec<Event>) {
    for block in value.get("content").map(Value::list).unwrap_or_default() {
        events.extend(text_of(block, &["text"]).map(|text| Event::Text(text.to_owned())));
    }
    events.extend(
        value
            .get("usage")
            .and_then(|found| usage(found, "input_tokens", "output_tokens")),
    );
    events.extend(text_of(value, &["stop_reason"]).map(stop));
}

fn stop(reason: &str) -> Event {
    Event::Done(match reason {
        "end_turn" | "stop_sequence" => Stop::Complete,
        "max_tokens" | "model_context_window_exceeded" => Stop::Length,
        "refusal" => Stop::Refusal,
        _ => Stop::Other,
    })
}
