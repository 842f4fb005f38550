//! What goes over the wire and what comes back, as data: no network here. The frame sends a [`Request`] and pushes the answer's bytes into a [`Decoder`].

pub mod dialects;
mod failure;
mod sse;

pub use dialects::Dialect;
pub use failure::{
    Advice, FAILURES, Failure, advise, advise_event, looks_like_a_key, opaque, wait_before_retry,
};
pub use sse::{Sse, SseEvent};

use crate::json::Value;
use crate::providers::Provider;

/// What the user chose.
#[derive(Clone, Copy)]
pub struct Config<'c> {
    /// Whose model.
    pub provider: &'c Provider,
    /// The base address, without a slash at its end; the provider's own where the user gave none.
    pub base: &'c str,
    /// The model's name.
    pub model: &'c str,
    /// The key; empty where none is needed. It is written into a header and nowhere else.
    pub key: &'c str,
    /// How the answer's shape is asked for.
    pub shape: Shape,
}

impl std::fmt::Debug for Config<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Config")
            .field("provider", &self.provider.id)
            .field("model", &self.model)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

/// How the answer's shape is asked for, the strictest first: a provider or model that refuses one is asked again by the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By the JSON Schema.
    Schema,
    /// As any JSON object; the prompt says which.
    Object,
    /// As text; the prompt says which, and reading is tolerant.
    Text,
}

impl Shape {
    /// The next one to try after a refusal of this one.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Object),
            Self::Object => Some(Self::Text),
            Self::Text => None,
        }
    }

    /// Whether a refusal with this status and message is about the shape, so that the next one may do.
    #[must_use]
    pub fn is_refused(self, status: u16, message: &str) -> bool {
        let message = message.to_ascii_lowercase();
        self != Self::Text
            && matches!(status, 400 | 404 | 422 | 501)
            && [
                "response_format",
                "json_schema",
                "json_object",
                "responsejsonschema",
                "responsemimetype",
                "response_mime_type",
                "output_config",
                "text.format",
                "schema",
                "structured output",
            ]
            .iter()
            .any(|word| message.contains(word))
    }
}

/// What is asked of a model.
#[derive(Clone, Copy, Debug)]
pub struct Prompt<'p> {
    /// The same in every prompt.
    pub instructions: &'p str,
    /// This paste's.
    pub input: &'p str,
    /// The answer's JSON Schema.
    pub schema: &'p str,
}

/// A request, ready for `fetch`.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address; a key is never in it.
    pub url: String,
    /// The headers: no other may be added, since some providers refuse a preflight that names one.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for `GET`.
    pub body: String,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers hold the key.
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .field("body", &self.body.len())
            .finish()
    }
}

/// What a stream says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// More of the answer.
    Text(String),
    /// The model declines, in its words.
    Refusal(String),
    /// It is over.
    Done(Stop),
    /// Tokens read and written, as the provider counts them.
    Usage {
        /// Of the prompt.
        input: u64,
        /// Of the answer.
        output: u64,
    },
    /// The provider reports an error in the middle of the stream.
    Error {
        /// The provider's word for it.
        kind: String,
        /// Its message.
        message: String,
    },
}

/// Why a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The answer is complete.
    Complete,
    /// It grew too long and was cut off.
    Length,
    /// The model declined or a filter stopped it.
    Refusal,
    /// For another reason.
    Other,
}

/// Reads a stream as its bytes arrive, in pieces of any size.
#[derive(Debug)]
pub struct Decoder {
    dialect: &'static Dialect,
    sse: Sse,
    /// The stop that was announced, where more may come behind it.
    announced: Option<Stop>,
    ended: bool,
}

impl Decoder {
    /// Of an answer in this dialect.
    #[must_use]
    pub fn new(dialect: &'static Dialect) -> Self {
        Self {
            dialect,
            sse: Sse::default(),
            announced: None,
            ended: false,
        }
    }

    /// The next bytes of the body. Nothing comes after [`Event::Done`] or [`Event::Error`].
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for event in self.sse.push(bytes) {
            self.read(&event, &mut events);
        }
        events
    }

    /// The body has ended: what a provider leaves open (no `[DONE]`, no stop) is said to be cut off.
    pub fn finish(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(event) = self.sse.finish() {
            self.read(&event, &mut events);
        }
        if !self.ended {
            self.ended = true;
            events.push(Event::Done(self.announced.unwrap_or(Stop::Length)));
        }
        events
    }

    /// The whole body at once, of a server that does not stream: JSON, or a stream all the same.
    pub fn whole(&mut self, body: &str) -> Vec<Event> {
        let mut events = Vec::new();
        match crate::json::read(body).filter(|found| !found.cut_off) {
            Some(found) if body.trim_start().starts_with(['{', '[']) => {
                match error_of(&found.value) {
                    Some(error) => events.push(error),
                    None => (self.dialect.whole)(&found.value, &mut events),
                }
                self.ended = true;
                if !events.is_empty() && !events.iter().any(is_last) {
                    events.push(Event::Done(Stop::Complete));
                }
                events.sort_by_key(is_last);
            }
            _ => {
                events = self.push(body.as_bytes());
                events.extend(self.finish());
            }
        }
        events
    }

    fn read(&mut self, event: &SseEvent, events: &mut Vec<Event>) {
        if self.ended {
            return;
        }
        let mut found = Vec::new();
        if event.data.trim() == "[DONE]" {
            found.push(Event::Done(self.announced.take().unwrap_or(Stop::Complete)));
        } else if let Some(json) = crate::json::read(&event.data).filter(|found| !found.cut_off) {
            if let Some(error) = error_of(&json.value) {
                found.push(error);
            } else {
                (self.dialect.read)(&event.name, &json.value, &mut found);
                if self.dialect.ends_with_done {
                    found.retain(|event| match event {
                        Event::Done(stop) => {
                            self.announced = Some(*stop);
                            false
                        }
                        _ => true,
                    });
                }
            }
        }
        // Usage may come behind the stop; it is told before it.
        found.sort_by_key(|event| matches!(event, Event::Done(_)));
        for event in found {
            let last = is_last(&event);
            events.push(event);
            if last {
                self.ended = true;
                break;
            }
        }
    }
}

/// Whether nothing comes after it.
const fn is_last(event: &Event) -> bool {
    matches!(event, Event::Done(_) | Event::Error { .. })
}

/// The error in a body or an event: `{"error": {..}}`, as every dialect has it, or `{"type": "error", ..}`.
fn error_of(value: &Value) -> Option<Event> {
    let error = match value.get("error") {
        Some(error) if *error != Value::Null => error,
        _ if value.get("type").and_then(Value::text) == Some("error") => value,
        _ => return None,
    };
    let text = |key: &str| error.get(key).and_then(Value::text);
    let kind = text("status")
        .or_else(|| text("type").filter(|kind| *kind != "error"))
        .or_else(|| text("code"))
        .unwrap_or_default()
        .to_owned();
    let message = text("message")
        .or_else(|| error.text())
        .unwrap_or_default()
        .to_owned();
    Some(Event::Error { kind, message })
}

/// The request for an answer.
#[must_use]
pub fn encode(config: &Config<'_>, prompt: &Prompt<'_>) -> Request {
    let dialect = config.provider.dialect;
    let (path, body) = (dialect.encode)(config, prompt);
    Request {
        method: "POST",
        url: format!("{}{path}", config.base),
        headers: headers(config, true),
        body,
    }
}

/// The request for the list of models.
#[must_use]
pub fn encode_models(config: &Config<'_>) -> Request {
    Request {
        method: "GET",
        url: format!("{}{}", config.base, config.provider.dialect.models_path),
        headers: headers(config, false),
        body: String::new(),
    }
}

/// The models' names in the answer to [`encode_models`], in order.
#[must_use]
pub fn decode_models(body: &str) -> Vec<String> {
    let Some(found) = crate::json::read(body) else {
        return Vec::new();
    };
    let list = found
        .value
        .get("data")
        .or_else(|| found.value.get("models"));
    let mut names: Vec<String> = list
        .map(Value::list)
        .unwrap_or_default()
        .iter()
        .filter_map(|model| model.get("id").or_else(|| model.get("name"))?.text())
        .map(|name| name.strip_prefix("models/").unwrap_or(name).to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn headers(config: &Config<'_>, has_body: bool) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if has_body {
        headers.push(("content-type", "application/json".to_owned()));
    }
    if !config.key.is_empty() {
        let value = match config.provider.key_header {
            "authorization" => format!("Bearer {}", config.key),
            _ => config.key.to_owned(),
        };
        headers.push((config.provider.key_header, value));
    }
    for (name, value) in config.provider.headers {
        headers.push((*name, (*value).to_owned()));
    }
    headers
}

/// `{"key":"text", ..}` built up without a library: the values are JSON already.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(crate) fn text(self, key: &str, text: &str) -> Self {
        let mut value = String::new();
        crate::json::write_text(&mut value, text);
        self.raw(key, &value)
    }

    pub(crate) fn raw(mut self, key: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        crate::json::write_text(&mut self.0, key);
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
