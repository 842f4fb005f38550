//! The key: in its box and nowhere else, and not for long.

use undeny_assistant::providers::{PROVIDERS, Provider};
use undeny_assistant::wire::looks_like_a_key;

use crate::{choice, dom, state};

/// A key that nobody uses is wiped after so long, in milliseconds.
const IDLE: i32 = 15 * 60 * 1000;

/// Shorter beginnings (`sk-`) are many providers'.
const TELLING: usize = 4;

pub(crate) fn listen() {
    dom::on("key", "input", |_| {
        state::with(|state| state.doubted = false);
        used();
        doubt();
        choice::settle();
    });
    dom::on("forget", "click", |_| {
        forget();
        dom::set_text("state", "The key is forgotten.");
    });
}

/// Wipe it from the box.
pub(crate) fn forget() {
    dom::set_value("key", "");
    dom::stop_timer(state::with(|state| state.idle.take()));
    doubt();
    choice::settle();
}

/// It was used: the time begins anew.
pub(crate) fn used() {
    dom::stop_timer(state::with(|state| state.idle.take()));
    if dom::value("key").is_empty() {
        return;
    }
    let timer = dom::after(IDLE, || {
        forget();
        dom::set_text(
            "state",
            "The key was not used for 15 minutes, so it is forgotten. Paste it again to go on.",
        );
    });
    state::with(|state| state.idle = timer);
}

/// Another provider whose keys begin like this one, where `provider`'s do not.
pub(crate) fn of_another(provider: &Provider, key: &str) -> Option<&'static Provider> {
    let begins = |provider: &Provider| {
        provider
            .key_looks
            .iter()
            .filter(|start| key.starts_with(**start))
            .map(|start| start.len())
            .max()
    };
    let own = begins(provider).unwrap_or(0);
    PROVIDERS
        .iter()
        .filter_map(|other| Some((begins(other)?, *other)))
        .filter(|(length, other)| *length > own && *length >= TELLING && other.id != provider.id)
        .max_by_key(|(length, _)| *length)
        .map(|(_, other)| other)
}

/// Question a key that does not look like the provider's.
pub(crate) fn doubt() {
    let key = dom::value("key");
    let said = choice::provider()
        .filter(|_| !key.is_empty())
        .and_then(|provider| {
            if let Some(other) = of_another(provider, &key) {
                return Some(format!(
                    "This begins like a key of {}. Is it meant for {}?",
                    other.name, provider.name
                ));
            }
            (!provider.key_header.is_empty() && !looks_like_a_key(provider, &key)).then(|| {
                let begin = provider.key_looks.join("” or “");
                if begin.is_empty() || provider.key_looks.iter().any(|look| key.starts_with(look)) {
                    "This is short for a key. Is it complete?".to_owned()
                } else {
                    format!(
                        "This does not look like a key of {}: they begin with “{begin}”.",
                        provider.name
                    )
                }
            })
        });
    dom::set_text("doubt", said.as_deref().unwrap_or_default());
    dom::show("doubt", said.is_some());
}
