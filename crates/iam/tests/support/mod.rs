//! Policies and scenarios from JSON, the way a paste brings them.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop, and each takes what it needs"
)]

use serde_json::Value;
use undeny_document::{Input, Paste};
use undeny_iam::evaluate::{Request, Scenario};
use undeny_iam::policy::{Policy, from_node};

/// The policy that `json` is.
#[track_caller]
pub fn policy(json: &Value) -> Policy {
    let input = Input {
        text: json.to_string(),
        ..Input::default()
    };
    let reading = undeny_document::read(&Paste {
        inputs: vec![input],
    });
    let document = reading.documents.first().expect("one document");
    from_node(&document.root, None).unwrap_or_else(|| panic!("no policy: {json}"))
}

/// A request as `simulate` takes it.
pub fn request(json: &Value) -> Request {
    let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    let mut request = Request {
        principal: text("principal"),
        action: text("action"),
        resource: text("resource"),
        ..Request::default()
    };
    for (key, values) in json["context"].as_object().into_iter().flatten() {
        let values = match values {
            Value::Array(values) => values.iter().map(string).collect(),
            value => vec![string(value)],
        };
        request.context.set(key, values);
    }
    request
}

fn string(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A scenario as `simulate` takes it.
pub fn scenario(json: &Value) -> Scenario {
    let list = |value: &Value| -> Vec<Policy> {
        value.as_array().into_iter().flatten().map(policy).collect()
    };
    let levels = |value: &Value| -> Vec<Vec<Policy>> {
        value.as_array().into_iter().flatten().map(list).collect()
    };
    let one = |value: &Value| value.is_object().then(|| policy(value));
    Scenario {
        request: request(&json["request"]),
        resource_account: json["resource_account"].as_str().map(str::to_owned),
        identity: list(&json["identity"]),
        resource: one(&json["resource"]),
        boundary: list(&json["boundary"]),
        session: list(&json["session"]),
        scps: levels(&json["scps"]),
        rcps: levels(&json["rcps"]),
        endpoint: one(&json["endpoint"]),
    }
}
