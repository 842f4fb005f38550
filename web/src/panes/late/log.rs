//! Trust made visible: every request that the page made, a try whether one is refused now, the air gap, and what the browser keeps.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::js;
use crate::state::State;
use crate::view::{Node, button, code, div, element, h3, live, p, pre, table, tbody, td, th, tr};

/// What the air gap forbids beyond the lock: frames, pictures, media, further scripts, workers. Added to the page's own policy, so it only narrows.
const AIR_GAP: &str = "connect-src 'none'; frame-src 'none'; child-src 'none'; worker-src 'none'; img-src data:; media-src 'none'; object-src 'none'; font-src 'none'; manifest-src 'none'; script-src 'none'";

/// What happens to own requests now, as far as was tried.
#[derive(Clone, PartialEq)]
struct Tried(String, bool);

/// The dialog's content.
pub(crate) fn content(state: State) -> Node {
    let tried = RwSignal::new(None::<Tried>);
    let kept = RwSignal::new(Vec::<String>::new());
    attempt(tried);
    list_kept(kept);
    let rows: Vec<Node> = requests()
        .into_iter()
        .map(|(address, kind, size)| {
            let own = address.starts_with(&origin()) || address.starts_with("file:");
            tr().child(td().child(code().child(short(&address))))
                .child(td().child(kind))
                .child(td().class("number").child(size))
                .child(td().child(if own { "own file" } else { "FOREIGN" }))
                .into()
        })
        .collect();
    let policy = pre()
        .class("markdown")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", "The content policies in force")
        .child(policies());
    div()
        .class("body")
        .child(live(move || {
            let tried = tried.get();
            let (said, class) = match &tried {
                None => ("Trying…".to_owned(), "pill"),
                Some(Tried(said, true)) => (said.clone(), "pill ok wraps"),
                Some(Tried(said, false)) => (said.clone(), "pill warn wraps"),
            };
            p().attr("role", "status")
                .test_id("network-tried")
                .child(element("span").class(class).child(said))
        }))
        .child(
            div()
                .class("acts")
                .child(
                    button()
                        .test_id("try-request")
                        .on("click", move |_| attempt(tried))
                        .child("Try a request again"),
                )
                .child(
                    button()
                        .test_id("air-gap")
                        .on("click", move |_| {
                            air_gap();
                            state.said.set("Air gap closed".to_owned());
                            attempt(tried);
                        })
                        .child("Close the air gap"),
                ),
        )
        .child(p().class("stat").child(
            "The air gap also forbids frames, pictures and further scripts until the page is loaded again, so no assistant can be asked any more. What no policy can stop: a link that you follow.",
        ))
        .child(h3().child("Requests since the page was opened"))
        .child(
            div()
                .class("scrolls")
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr("aria-label", "Requests")
                .child(
                    table()
                        .class("log")
                        .test_id("request-log")
                        .child(tbody().child(
                            tr().child(th().attr("scope", "col").child("file"))
                                .child(th().attr("scope", "col").child("for"))
                                .child(th().attr("scope", "col").child("bytes"))
                                .child(th().attr("scope", "col").child("whose")),
                        ).child(rows)),
                ),
        )
        .child(h3().child("What your browser keeps"))
        .child(live(move || stored(kept)))
        .child(h3().child("Content policies in force"))
        .child(policy)
        .into()
}

fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

fn short(address: &str) -> String {
    let name = address.split(['?', '#']).next().unwrap_or(address);
    match name.strip_prefix(&origin()) {
        Some("" | "/") => "/".to_owned(),
        Some(path) => path.to_owned(),
        None => name.to_owned(),
    }
}

/// Address, what it was for, bytes: as the browser itself recorded them.
fn requests() -> Vec<(String, String, String)> {
    let performance = js::get(&window(), "performance");
    let mut all = Vec::new();
    for kind in ["navigation", "resource"] {
        let entries = js::call(&performance, "getEntriesByType", &[JsValue::from_str(kind)]);
        for entry in entries.iter().flat_map(js::items) {
            let size = js::get(&entry, "encodedBodySize").as_f64().unwrap_or(0.0);
            all.push((
                js::text(&entry, "name"),
                js::text(&entry, "initiatorType"),
                size.to_string(),
            ));
        }
    }
    all
}

/// Ask for an own file: the browser has to refuse.
fn attempt(tried: RwSignal<Option<Tried>>) {
    tried.set(None);
    spawn_local(async move {
        let probe = JsValue::from_str("boot.js?network-probe");
        let answered = js::ask(&window(), "fetch", &[probe]).await.is_some();
        let said = if answered {
            "Just tried: a request for an own file was answered. This page is not locked."
        } else {
            "Just tried: the browser refused a request for the page’s own file."
        };
        tried.set(Some(Tried(said.to_owned(), !answered)));
    });
}

/// Forbid everything that asks anybody, until the page is loaded again.
fn air_gap() {
    let Ok(policy) = document().create_element("meta") else {
        return;
    };
    let _ = policy.set_attribute("http-equiv", "Content-Security-Policy");
    let _ = policy.set_attribute("content", AIR_GAP);
    if let Some(head) = document().head() {
        let _ = head.append_child(&policy);
    }
    if let Ok(Some(badge)) = document().query_selector("[data-testid=network]") {
        let _ = badge.set_attribute("data-air-gap", "true");
        if let Some(said) = badge.last_element_child() {
            said.set_text_content(Some("Air gap closed. Nothing can be asked of anybody."));
        }
    }
}

/// The policies that the page's own tags add; the server's comes on top.
fn policies() -> String {
    let Ok(found) = document().query_selector_all("meta[http-equiv=Content-Security-Policy]")
    else {
        return String::new();
    };
    let all: Vec<String> = (0..found.length())
        .filter_map(|at| Some(js::text(&found.get(at)?.into(), "content")))
        .collect();
    all.join("\n\n")
}

fn stored(kept: RwSignal<Vec<String>>) -> Vec<Node> {
    let kept_now = kept.get();
    if kept_now.is_empty() {
        return vec![p().test_id("stored").child("Nothing.").into()];
    }
    let wipe = button()
        .test_id("wipe-stored")
        .on("click", move |_| {
            spawn_local(async move {
                wipe().await;
                list_kept(kept);
            });
        })
        .child("Remove it");
    vec![
        p().test_id("stored")
            .child("The page’s own files, to work without a network: ")
            .child(kept_now.join(", "))
            .child(". Nothing of what you pasted.")
            .into(),
        div().class("acts").child(wipe).into(),
    ]
}

fn list_kept(kept: RwSignal<Vec<String>>) {
    spawn_local(async move {
        let caches = js::get(&window(), "caches");
        let names = js::ask(&caches, "keys", &[]).await;
        let names = names.iter().flat_map(js::items);
        kept.set(names.filter_map(|name| name.as_string()).collect());
    });
}

/// Remove the copy of the page's files, and what would make one again.
async fn wipe() {
    let workers = js::get(&window().navigator(), "serviceWorker");
    let registered = js::ask(&workers, "getRegistrations", &[]).await;
    for one in registered.iter().flat_map(js::items) {
        let _ = js::ask(&one, "unregister", &[]).await;
    }
    let caches = js::get(&window(), "caches");
    let names = js::ask(&caches, "keys", &[]).await;
    for name in names.iter().flat_map(js::items) {
        let _ = js::ask(&caches, "delete", &[name]).await;
    }
}
