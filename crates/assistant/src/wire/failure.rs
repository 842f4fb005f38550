//! What went wrong, in a sentence with a next step; never with a key or a provider's whole answer in it.

use super::Config;
use crate::json::Value;
use crate::providers::Provider;

/// A failure that is known.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// The status, or the first of a class (500 stands for all from 500 on).
    pub status: u16,
    /// Words of the provider's message that tell it from others of this status; none for all others.
    pub words: &'static [&'static str],
    /// What it is.
    pub sentence: &'static str,
    /// What to do.
    pub next: &'static str,
    /// Whether the same request may do later.
    pub passes: bool,
}

/// By status; of one status those with words first.
pub const FAILURES: &[Failure] = &[
    Failure {
        status: 400,
        words: &["temperature", "top_p", "top_k"],
        sentence: "the provider refused a sampling parameter, and undeny sends none",
        next: "look for a proxy between that adds it",
        passes: false,
    },
    Failure {
        status: 400,
        words: &["credit balance", "billing"],
        sentence: "the account has no credit left",
        next: "top it up at the provider, or copy the prompt into a chat window",
        passes: false,
    },
    Failure {
        status: 400,
        words: &["api key", "api_key_invalid"],
        sentence: "the provider does not know this key",
        next: "paste it again; keys are shown once, when they are made",
        passes: false,
    },
    Failure {
        status: 400,
        words: &["context", "too long", "maximum", "token"],
        sentence: "the prompt is longer than this model takes",
        next: "choose a model with a longer context, or a shorter limit",
        passes: false,
    },
    Failure {
        status: 400,
        words: &[],
        sentence: "the provider did not understand the request",
        next: "choose another model; this one may not take what was asked for",
        passes: false,
    },
    Failure {
        status: 401,
        words: &["cors requests are not allowed"],
        sentence: "your organisation does not let its keys be used from a browser",
        next: "ask its administrator to allow it, use a key of a workspace of your own, or copy the prompt into a chat window",
        passes: false,
    },
    Failure {
        status: 401,
        words: &[],
        sentence: "the provider does not know this key",
        next: "paste it again, and look whether it is one of this provider's",
        passes: false,
    },
    Failure {
        status: 402,
        words: &[],
        sentence: "the account has no balance left",
        next: "top it up at the provider, or choose a model that costs nothing",
        passes: false,
    },
    Failure {
        status: 403,
        words: &["origin"],
        sentence: "the server does not accept this page's address",
        next: "add the page's address to the origins that it allows",
        passes: false,
    },
    Failure {
        status: 403,
        words: &[],
        sentence: "this key may not use this model, or not from your country",
        next: "choose another model, or look at the key's permissions at the provider",
        passes: false,
    },
    Failure {
        status: 404,
        words: &[],
        sentence: "there is no such model, or not for this key",
        next: "choose one from the list; and look at the base address, which ends where the provider's says it does",
        passes: false,
    },
    Failure {
        status: 408,
        words: &[],
        sentence: "the provider waited too long for the request",
        next: "try again",
        passes: true,
    },
    Failure {
        status: 413,
        words: &[],
        sentence: "the prompt is larger than the provider takes",
        next: "choose a shorter limit",
        passes: false,
    },
    Failure {
        status: 422,
        words: &[],
        sentence: "the provider did not understand the request",
        next: "choose another model; this one may not take what was asked for",
        passes: false,
    },
    Failure {
        status: 429,
        words: &["quota", "insufficient", "billing", "credit"],
        sentence: "the account's quota is used up",
        next: "raise it at the provider, or choose another model",
        passes: false,
    },
    Failure {
        status: 429,
        words: &[],
        sentence: "too many requests for this key at the moment",
        next: "wait, and try again",
        passes: true,
    },
    Failure {
        status: 500,
        words: &[],
        sentence: "the provider failed",
        next: "try again in a while, or choose another model",
        passes: true,
    },
    Failure {
        status: 529,
        words: &[],
        sentence: "the provider is overloaded",
        next: "try again in a while, or choose another model",
        passes: true,
    },
];

/// What to tell of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What it is.
    pub sentence: &'static str,
    /// What to do.
    pub next: &'static str,
    /// Whether the same request may do later.
    pub passes: bool,
    /// How long the provider asks to wait, in seconds.
    pub retry_after: Option<u64>,
}

/// What an answer with this `status` and `body` means; `retry_after` is that header's value, in seconds or none.
#[must_use]
pub fn advise(status: u16, body: &str, retry_after: Option<&str>) -> Advice {
    let message = message(body).to_ascii_lowercase();
    let status = match status {
        529 => 529,
        500.. => 500,
        other => other,
    };
    let found = FAILURES.iter().find(|failure| {
        failure.status == status
            && (failure.words.is_empty() || failure.words.iter().any(|word| message.contains(word)))
    });
    let retry_after = retry_after.and_then(|text| text.trim().parse().ok());
    match found {
        Some(failure) => Advice {
            sentence: failure.sentence,
            next: failure.next,
            passes: failure.passes,
            retry_after,
        },
        None => Advice {
            sentence: "the provider answered with a status that undeny does not know",
            next: "look at the base address",
            passes: false,
            retry_after,
        },
    }
}

/// What an error in the middle of a stream means: `kind` is the provider's word for it, `message` what it says.
#[must_use]
pub fn advise_event(kind: &str, message: &str) -> Advice {
    let kind = kind.to_ascii_lowercase();
    let status = EVENTS
        .iter()
        .find(|(word, _)| kind.contains(word))
        .map_or(500, |(_, status)| *status);
    advise(status, message, None)
}

/// Words of a kind of error, and the status that an answer of this kind has.
const EVENTS: &[(&str, u16)] = &[
    ("overloaded", 529),
    ("rate_limit", 429),
    ("resource_exhausted", 429),
    ("quota", 429),
    ("billing", 402),
    ("authentication", 401),
    ("unauthenticated", 401),
    ("permission", 403),
    ("not_found", 404),
    ("too_large", 413),
    ("invalid", 400),
    ("context_length", 400),
];

/// The message and kind in an error's body, or the body.
fn message(body: &str) -> String {
    let Some(found) = crate::json::read(body) else {
        return body.to_owned();
    };
    let value = match &found.value {
        Value::List(values) => values.first().cloned().unwrap_or(Value::Null),
        _ => found.value,
    };
    let error = value.get("error").unwrap_or(&value);
    let text = |key: &str| error.get(key).and_then(Value::text).unwrap_or_default();
    format!(
        "{} {} {} {} {}",
        error.text().unwrap_or_default(),
        text("message"),
        text("type"),
        text("code"),
        text("status")
    )
}

/// Why a request may have failed without an answer that the page may read (`TypeError`), most likely first.
#[must_use]
pub fn opaque(config: &Config<'_>) -> Vec<&'static str> {
    let mut causes: Vec<&'static str> = config.provider.opaque.to_vec();
    let own = config.provider.base != config.base;
    if own || config.provider.is_local {
        causes.push("the base address is wrong, or nothing listens there");
        causes.push("the server does not allow this page's address (CORS)");
    }
    causes.extend([
        "this computer is offline",
        "a browser extension, a proxy or a firewall stopped the request",
    ]);
    if !own && !config.provider.is_local {
        causes.push(
            "the provider no longer answers browsers; copy the prompt into a chat window instead",
        );
    }
    causes
}

/// How long to wait before another try, in milliseconds; none where there is to be none.
///
/// At most two further tries, before the first token only. `random` is any number of the caller's; it spreads the waits between a half and the whole
/// of 1 s and 4 s. Where the provider asks for a time, it is kept, up to 8 s: a longer one is the user's to wait.
#[must_use]
pub fn wait_before_retry(tries: u32, has_token: bool, advice: &Advice, random: u32) -> Option<u32> {
    if !advice.passes || has_token || tries >= 2 {
        return None;
    }
    if let Some(seconds) = advice.retry_after {
        return u32::try_from(seconds.saturating_mul(1000))
            .ok()
            .filter(|wait| *wait <= 8000)
            .map(|wait| wait.max(500));
    }
    let most = 1000_u32 << (2 * tries);
    let half = most / 2;
    Some(half + random % (half + 1))
}

/// Whether a key looks like one of `provider`'s; one that does not is questioned, and sent all the same if the user says so.
#[must_use]
pub fn looks_like_a_key(provider: &Provider, key: &str) -> bool {
    let key = key.trim();
    if provider.key_header.is_empty() {
        return key.is_empty();
    }
    key.len() >= 16
        && key.bytes().all(|byte| byte.is_ascii_graphic())
        && (provider.key_looks.is_empty()
            || provider
                .key_looks
                .iter()
                .any(|start| key.starts_with(start)))
}
