//! What the user chose: whose model, where, and which; and what of the page follows from it.

use undeny_assistant::providers::{Cors, PROVIDERS, Provider};
use undeny_assistant::schema::ANSWER_SCHEMA;
use undeny_assistant::wire::{self, Config, Request, Shape};

use crate::{built_in, channel, dom, key, lock, sign_in, state};

/// The provider that stands in front.
const FIRST: &str = "anthropic";
/// The value of the browser's own model, which is no provider of the registry.
const BUILT_IN: &str = "built-in";

/// Write the list of providers.
pub(crate) fn fill() {
    let add = |id: &str, name: &str| {
        if let Some(option) = dom::add("provider", "option", name) {
            let _ = option.set_attribute("value", id);
        }
    };
    if built_in::is_there() {
        add(BUILT_IN, "This browser’s own model");
    }
    for provider in PROVIDERS {
        add(provider.id, provider.name);
    }
    if let Some(select) = dom::select("provider") {
        select.set_value(FIRST);
    }
    chosen();
}

pub(crate) fn listen() {
    dom::on("provider", "change", |_| {
        chosen();
        move_on();
    });
    dom::on("base-url", "change", |_| {
        settle();
        move_on();
    });
    for id in ["base-url", "model"] {
        dom::on(id, "input", |_| settle());
    }
}

/// The provider, where one of the registry is chosen.
pub(crate) fn provider() -> Option<&'static Provider> {
    undeny_assistant::providers::find(&dom::select("provider")?.value())
}

pub(crate) fn is_built_in() -> bool {
    dom::select("provider").is_some_and(|select| select.value() == BUILT_IN)
}

/// The base address, without a slash at its end.
pub(crate) fn base() -> String {
    dom::value("base-url").trim_end_matches('/').to_owned()
}

/// Where the network has to lead.
pub(crate) fn origin() -> Option<String> {
    if is_built_in() {
        return Some("'none'".to_owned());
    }
    lock::origin(&base())
}

/// Choose what the page remembers of an earlier frame.
pub(crate) fn choose(provider: &str, base: &str, model: &str) {
    if let Some(select) = dom::select("provider").filter(|_| !provider.is_empty()) {
        select.set_value(provider);
        chosen();
        dom::set_value("base-url", base);
        dom::set_value("model", model);
        settle();
        dom::set_text(
            "state",
            "A frame reaches one provider only, so this is a new one, and it has no key.",
        );
    }
}

/// Another origin needs another frame: the page makes one, and the key goes with this one.
fn move_on() {
    if origin().is_some_and(|origin| lock::leads_elsewhere(&origin)) {
        let provider = dom::select("provider").map_or_else(String::new, |select| select.value());
        key::forget();
        channel::say(
            "reload",
            &[
                ("provider", &provider),
                ("base", &base()),
                ("model", &dom::value("model")),
            ],
        );
    }
}

/// Write what belongs to the provider.
fn chosen() {
    let built_in = is_built_in();
    let provider = provider();
    dom::set_value("base-url", provider.map_or("", |provider| provider.base));
    dom::set_value("model", provider.map_or("", |provider| provider.model));
    dom::set_text("models", "");
    dom::set_value("account", provider.map_or("", |provider| provider.name));
    let about = match provider {
        Some(provider) if provider.notes.is_empty() => String::new(),
        Some(provider) => format!("{}: {}.", provider.name, provider.notes),
        None => "The model runs in this browser: no key, and nothing leaves this computer. The browser may have to fetch it first (several gigabytes).".to_owned(),
    };
    dom::set_text("about", &about);
    state::with(|state| state.doubted = false);
    for (id, shown) in [
        ("base-url", !built_in),
        ("model", !built_in),
        (
            "key",
            provider.is_some_and(|provider| !provider.key_header.is_empty()),
        ),
    ] {
        let label = dom::by_id(id).and_then(|element| element.closest("label").ok().flatten());
        if let Some(label) = label {
            let _ = if shown {
                label.remove_attribute("hidden")
            } else {
                label.set_attribute("hidden", "")
            };
        }
    }
    dom::show("sign-in", provider.is_some_and(sign_in::is_offered));
    key::doubt();
    settle();
}

/// Run `work` with what is chosen.
pub(crate) fn with_config<R>(shape: Shape, work: impl FnOnce(&Config<'_>) -> R) -> Option<R> {
    let provider = provider()?;
    let (base, model, key) = (base(), dom::value("model"), dom::value("key"));
    Some(work(&Config {
        provider,
        base: &base,
        model: &model,
        key: if provider.key_header.is_empty() {
            ""
        } else {
            &key
        },
        shape,
    }))
}

/// The request as it would leave now.
pub(crate) fn request(shape: Shape) -> Option<Request> {
    let prompt = state::with(|state| state.prompt.clone())?;
    with_config(shape, |config| {
        wire::encode(
            config,
            &wire::Prompt {
                instructions: &prompt.instructions,
                input: &prompt.input,
                schema: ANSWER_SCHEMA,
            },
        )
    })
}

/// Show the request, and whether it can be sent.
pub(crate) fn settle() {
    let running = state::with(|state| state.running.is_some());
    let request = request(Shape::Schema);
    let (line, body) = match (&request, is_built_in()) {
        (Some(request), _) => (
            format!(
                "{} {}, {} bytes",
                request.method,
                request.url,
                request.body.len()
            ),
            request.body.clone(),
        ),
        (None, true) => (
            "No request: the text goes to the browser’s model.".to_owned(),
            state::with(|state| state.prompt.clone()).map_or_else(String::new, |prompt| {
                prompt.instructions + "\n" + &prompt.input
            }),
        ),
        (None, false) => (String::new(), String::new()),
    };
    dom::set_text("line", &line);
    dom::set_text("preview", &body);
    let why = why_not();
    dom::enable("send", why.is_none() && !running);
    dom::enable("list", !running && origin().is_some() && !is_built_in());
    let reach = match (why, origin()) {
        (Some(why), _) => why.to_owned(),
        (None, Some(origin)) if origin.starts_with('\'') => {
            "Nothing leaves this computer.".to_owned()
        }
        (None, Some(origin)) => format!("Goes to {origin}, and nowhere else."),
        (None, None) => String::new(),
    };
    dom::set_text("reach", &reach);
}

/// What is missing before it can be sent.
fn why_not() -> Option<&'static str> {
    if state::with(|state| state.prompt.is_none()) {
        return Some("The gate holds the text back.");
    }
    if is_built_in() {
        return None;
    }
    let provider = provider()?;
    if provider.cors == Cors::No && base().is_empty() {
        return Some(
            "No browser reaches it: give the address of your own gateway, or copy the prompt above.",
        );
    }
    if base().is_empty() {
        return Some("Give the base address.");
    }
    if origin().is_none() {
        return Some("The base address is no web address: it begins with https://");
    }
    if dom::value("model").is_empty() {
        return Some("Name a model, or list them.");
    }
    // Some servers want none, where others of their kind want one.
    if dom::value("key").is_empty()
        && !provider.key_header.is_empty()
        && !provider.base.is_empty()
        && base() == provider.base
    {
        return Some("Paste a key.");
    }
    None
}
