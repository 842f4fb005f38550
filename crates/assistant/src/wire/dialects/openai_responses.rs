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
    whole,
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
            events.extend(value.get("response").and_then(tokens));
            events.push(Event::Done(Stop::Complete));
        }
        "response.incomplete" => {
            events.extend(value.get("response").and_then(tokens));
            events.push(incomplete(value.get("response")));
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

fn whole(value: &Value, events: &mut Vec<Event>) {
    let blocks = value.get("output").map(Value::list).unwrap_or_default();
    for part in blocks
        .iter()
        .filter_map(|block| block.get("content"))
        .flat_map(Value::list)
    {
        events.extend(text_of(part, &["text"]).map(|text| Event::Text(text.to_owned())));
        events.extend(text_of(part, &["refusal"]).map(|text| Event::Refusal(text.to_owned())));
    }
    events.extend(tokens(value));
    if text_of(value, &["status"]) == Some("incomplete") {
        events.push(incomplete(Some(value)));
    }
}

fn incomplete(response: Option<&Value>) -> Event {
    let reason = response.and_then(|value| text_of(value, &["incomplete_details", "reason"]));
    Event::Done(match reason {
        Some("content_filter") => Stop::Refusal,
        _ => Stop::Length,
    })
}

fn tokens(response: &Value) -> Option<Event> {
    response
        .get("usage")
        .and_then(|found| usage(found, "input_tokens", "output_tokens"))
}
