//! What an answer has to look like.

/// The shape of an answer, as JSON Schema in the subset that all providers take in strict mode.
pub const ANSWER_SCHEMA: &str = r#"{"type":"object","properties":{"explanation":{"type":"string"},"documents":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"text":{"type":"string"},"edits":{"type":"array","items":{"type":"object","properties":{"find":{"type":"string"},"replace":{"type":"string"}},"required":["find","replace"],"additionalProperties":false}},"reason":{"type":"string"}},"required":["id","text","edits","reason"],"additionalProperties":false}},"questions":{"type":"array","items":{"type":"string"}}},"required":["explanation","documents","questions"],"additionalProperties":false}"#;
