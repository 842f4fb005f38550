//! Asking: one request at a time, its answer shown as it comes, and every failure in a sentence with a next step.

use gloo_net::http::{Request as HttpRequest, Response};
use undeny_assistant::visible;
use undeny_assistant::wire::{
    Advice, Decoder, Event, Request, Shape, Stop, advise, advise_event, decode_models,
    encode_models, opaque, wait_before_retry,
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCredentials,
    RequestInit, RequestRedirect,
};

use crate::{built_in, channel, choice, dom, key, lock, state};

/// After so long without a byte the user is told, in milliseconds.
const SILENCE: i32 = 10_000;
/// Writing that takes longer gets pauses, in milliseconds.
const SLOW: f64 = 8.0;
/// A longer error is none that says more, in bytes.
const LONGEST_ERROR: usize = 100_000;
/// A longer answer is not read on, in bytes.
const LONGEST: usize = 2_000_000;

pub(crate) fn listen() {
    dom::on("form", "submit", |event| {
        event.prevent_default();
        send();
    });
    dom::on("cancel", "click", |_| cancel());
    dom::on("list", "click", |_| list_models());
}

/// Stop at once; what comes after this is not written.
pub(crate) fn cancel() {
    let running = state::with(|state| state.running.take());
    let Some(running) = running else { return };
    state::next_turn();
    running.abort();
    rest();
    say("Cancelled. Nothing more is written.");
    channel::say("ended", &[("how", "cancelled")]);
}

fn say(sentence: &str) {
    dom::set_text("state", sentence);
}

fn clear() {
    state::with(|state| state.unwritten.clear());
    dom::set_text("causes", "");
    dom::set_text("answer", "");
    dom::set_text("answer-proof", "");
    dom::show("answer-proof", false);
    dom::show("said", false);
}

fn send() {
    let disabled = dom::by_id("send").is_some_and(|send| send.has_attribute("disabled"));
    if disabled {
        return;
    }
    let other =
        choice::provider().and_then(|provider| key::of_another(provider, &dom::value("key")));
    if let Some(other) = other
        && !state::with(|state| std::mem::replace(&mut state.doubted, true))
    {
        say(&format!(
            "Not sent: the key begins like one of {}. Press Send once more if it is meant so.",
            other.name
        ));
        return;
    }
    clear();
    let Some(turn) = begin() else { return };
    say("Asking …");
    key::used();
    if choice::is_built_in() {
        spawn_local(built_in::ask(turn));
    } else {
        spawn_local(ask(turn));
    }
}

/// A new turn, with the network narrowed.
pub(crate) fn begin() -> Option<u32> {
    let origin = choice::origin()?;
    if !lock::narrow(&origin) {
        say(
            "This frame reaches another provider. Choose that one again, or close the assistant and open it anew.",
        );
        return None;
    }
    let controller = AbortController::new().ok()?;
    let turn = state::next_turn();
    state::with(|state| state.running = Some(controller));
    dom::show("cancel", true);
    choice::settle();
    channel::say("asking", &[]);
    Some(turn)
}

/// No request is under way any more; what has come is on the page.
fn rest() {
    write_now();
    state::with(|state| state.running = None);
    dom::show("cancel", false);
    choice::settle();
}

/// A turn is over: what the page and the user are told.
pub(crate) fn end(turn: u32, how: &str, sentence: &str, answer: Option<&str>) {
    if !state::is_turn(turn) {
        return;
    }
    rest();
    say(sentence);
    channel::say("ended", &[("how", how)]);
    if let Some(answer) = answer {
        channel::say("answer", &[("text", answer)]);
    }
}

/// Show more of the answer: at once, or, where something was written since the last frame, all that has come until then with a later one.
/// Every change of a long text is laid out anew, so that a change for each piece of a fast answer would keep the tab from everything else.
pub(crate) fn write(turn: u32, text: &str) {
    if !state::is_turn(turn) {
        return;
    }
    let later = state::with(|state| {
        state.unwritten.push_str(text);
        state.writes_later
    });
    if !later {
        write_now();
    }
}

/// Put on the page what has come. It is text, with characters that nobody sees made visible.
fn write_now() {
    let text = state::with(|state| {
        state.writes_later = !state.unwritten.is_empty();
        std::mem::take(&mut state.unwritten)
    });
    if text.is_empty() {
        return;
    }
    let started = js_sys::Date::now();
    dom::show("said", true);
    let node = dom::document().map(|document| document.create_text_node(&visible(&text)));
    if let (Some(answer), Some(node)) = (dom::by_id("answer"), node) {
        let low = answer.scroll_height() - answer.scroll_top() - answer.client_height() < 40;
        let _ = answer.append_child(&node);
        if low {
            answer.set_scroll_top(answer.scroll_height());
        }
    }
    let took = js_sys::Date::now() - started;
    if took < SLOW {
        dom::next_frame(write_now);
    } else {
        // Most of the time is the user's: keys and Cancel are heard between.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "some milliseconds; `as` saturates"
        )]
        dom::after((took * 3.0) as i32, || dom::next_frame(write_now));
    }
}

/// What became of one try.
enum Tried {
    /// It was answered, to its end or until it broke off.
    Answered,
    /// It may do in this shape.
    OtherShape(Shape),
    /// It failed before anything was answered.
    Failed(Advice),
}

async fn ask(turn: u32) {
    let mut shape = Shape::Schema;
    let mut tries = 0;
    loop {
        match once(turn, shape).await {
            Tried::Answered => return,
            Tried::OtherShape(next) => shape = next,
            Tried::Failed(advice) => {
                let random = (js_sys::Math::random() * f64::from(u32::MAX)).to_bits();
                let random = u32::try_from(random >> 32).unwrap_or(0);
                let Some(wait) = wait_before_retry(tries, false, &advice, random) else {
                    fail(turn, &advice);
                    return;
                };
                tries += 1;
                if !state::is_turn(turn) {
                    return;
                }
                say(&format!(
                    "{} Trying again in {} s.",
                    capital(advice.sentence),
                    f64::from(wait.div_ceil(100)) / 10.0
                ));
                sleep(i32::try_from(wait).unwrap_or(i32::MAX)).await;
            }
        }
        if !state::is_turn(turn) {
            return;
        }
    }
}

fn fail(turn: u32, advice: &Advice) {
    let wait = advice
        .retry_after
        .map(|seconds| format!(" The provider asks to wait {seconds} s."))
        .unwrap_or_default();
    end(
        turn,
        "failed",
        &format!(
            "{}{wait} What helps: {}.",
            capital(advice.sentence),
            advice.next
        ),
        None,
    );
}

/// A sentence with its capital and full stop.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str() + ".")
        .unwrap_or_default()
}

async fn sleep(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = dom::window() {
            let _ =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}

async fn once(turn: u32, shape: Shape) -> Tried {
    let Some(request) = choice::request(shape) else {
        end(turn, "failed", "The gate holds the text back.", None);
        return Tried::Answered;
    };
    let response = match fetch(&request).await {
        Ok(response) => response,
        Err(()) => {
            unanswered(turn);
            return Tried::Answered;
        }
    };
    if !response.ok() {
        let after = response.headers().get("retry-after");
        let mut body = response.text().await.unwrap_or_default();
        if let Some((end, _)) = body.char_indices().nth(LONGEST_ERROR) {
            body.truncate(end);
        }
        if let Some(next) = shape
            .next()
            .filter(|_| shape.is_refused(response.status(), &body))
        {
            return Tried::OtherShape(next);
        }
        return Tried::Failed(advise(response.status(), &body, after.as_deref()));
    }
    read(turn, &response).await
}

/// The answer, as it comes.
async fn read(turn: u32, response: &Response) -> Tried {
    let dialect = choice::provider().map(|provider| provider.dialect);
    let (Some(dialect), Some(body)) = (dialect, response.body()) else {
        end(
            turn,
            "failed",
            "The answer has no body. Look at the base address.",
            None,
        );
        return Tried::Answered;
    };
    let kind = response.headers().get("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let mut decoder = Decoder::new(dialect);
    let mut heard = Heard::default();
    if kind.eq_ignore_ascii_case("application/json") {
        let silence = listen_for_silence(turn);
        let body = response.text().await;
        dom::stop_timer(silence);
        let events = decoder.whole(&body.unwrap_or_default());
        for event in events {
            if let Some(tried) = heard.take(turn, event) {
                return tried;
            }
        }
        no_stream(turn, kind);
        return Tried::Answered;
    }
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut silence = listen_for_silence(turn);
    loop {
        let piece = JsFuture::from(reader.read()).await;
        dom::stop_timer(silence.take());
        if !state::is_turn(turn) {
            drop_rest(&reader).await;
            return Tried::Answered;
        }
        let (events, last) = match piece {
            Err(_) => {
                end(
                    turn,
                    "broken",
                    "The connection broke off before the answer was complete. What came is below; press Send to ask again.",
                    None,
                );
                return Tried::Answered;
            }
            Ok(piece) => match dom::get(&piece, "value") {
                Some(bytes) => (
                    decoder.push(&js_sys::Uint8Array::new(&bytes).to_vec()),
                    false,
                ),
                None => (decoder.finish(), true),
            },
        };
        let silent = matches!(events.as_slice(), [Event::Done(Stop::Length)]);
        if last && silent && !heard.has_begun {
            no_stream(turn, kind);
            return Tried::Answered;
        }
        for event in events {
            if let Some(tried) = heard.take(turn, event) {
                drop_rest(&reader).await;
                return tried;
            }
        }
        if last || heard.text.len() > LONGEST {
            drop_rest(&reader).await;
            heard.done(turn, Stop::Length);
            return Tried::Answered;
        }
        silence = listen_for_silence(turn);
    }
}

/// It is no answer of a model: a page that asks to sign in, an empty body.
fn no_stream(turn: u32, kind: &str) {
    let kind = if kind.is_empty() { "no type" } else { kind };
    end(
        turn,
        "failed",
        &format!(
            "What came is no model’s answer and not an event stream ({kind}): a proxy, or a wrong base address. What helps: look at the base address."
        ),
        None,
    );
}

/// Read no further. A stream that was stopped already refuses, which is as good.
async fn drop_rest(reader: &ReadableStreamDefaultReader) {
    let _ = JsFuture::from(reader.cancel()).await;
}

/// What was said so far.
#[derive(Default)]
struct Heard {
    /// Whether the stream said anything at all.
    has_begun: bool,
    text: String,
    refusal: String,
    usage: Option<(u64, u64)>,
}

impl Heard {
    fn take(&mut self, turn: u32, event: Event) -> Option<Tried> {
        self.has_begun = true;
        match event {
            Event::Text(text) => {
                if self.text.is_empty() {
                    say("Answering …");
                }
                write(turn, &text);
                self.text.push_str(&text);
                None
            }
            Event::Refusal(text) => {
                write(turn, &text);
                self.refusal.push_str(&text);
                None
            }
            Event::Usage { input, output } => {
                self.usage = Some((input, output));
                None
            }
            Event::Done(stop) => {
                self.done(turn, stop);
                Some(Tried::Answered)
            }
            Event::Error { kind, message } => {
                let advice = advise_event(&kind, &message);
                if self.text.is_empty() {
                    return Some(Tried::Failed(advice));
                }
                end(
                    turn,
                    "broken",
                    &format!(
                        "In the middle of its answer: {} What came is below. What helps: {}.",
                        capital(advice.sentence),
                        advice.next
                    ),
                    None,
                );
                Some(Tried::Answered)
            }
        }
    }

    fn done(&self, turn: u32, stop: Stop) {
        let tokens = self
            .usage
            .map(|(input, output)| format!(" {input} tokens read, {output} written."))
            .unwrap_or_default();
        let (how, sentence) = match stop {
            _ if !self.refusal.is_empty() => ("refused", "The model declined to answer."),
            Stop::Refusal => (
                "refused",
                "The model declined to answer, or a filter of the provider stopped it. Another model may do.",
            ),
            Stop::Length => (
                "cut",
                "The answer ends before it is complete. A shorter prompt or another model may do.",
            ),
            _ if self.text.trim().is_empty() => {
                ("empty", "The answer is empty. Another model may do.")
            }
            Stop::Complete | Stop::Other => ("done", "Answered."),
        };
        let answer = matches!(how, "done" | "cut").then_some(self.text.as_str());
        end(
            turn,
            how,
            &format!("{sentence}{tokens}"),
            answer.filter(|text| !text.is_empty()),
        );
    }
}

fn listen_for_silence(turn: u32) -> Option<i32> {
    dom::after(SILENCE, move || {
        if state::is_turn(turn) {
            say("Nothing has come for ten seconds. It may still; Cancel stops waiting.");
        }
    })
}

/// The browser gave no reason: which there may be, most likely first.
fn unanswered(turn: u32) {
    if !state::is_turn(turn) {
        return;
    }
    let causes = choice::with_config(Shape::Text, opaque).unwrap_or_default();
    end(
        turn,
        "unanswered",
        "The browser could not read an answer, and is not told why. Most likely first:",
        None,
    );
    for cause in causes {
        dom::add("causes", "li", &capital(cause));
    }
}

/// The provider's answer. It is asked with its headers and no others, without cookies, and no redirection is followed.
pub(crate) async fn fetch(request: &Request) -> Result<Response, ()> {
    let init = RequestInit::new();
    let none = |_: JsValue| ();
    init.set_method(request.method);
    let headers = Headers::new().map_err(none)?;
    for (name, value) in &request.headers {
        headers.set(name, value).map_err(none)?;
    }
    init.set_headers(&headers);
    if !request.body.is_empty() {
        init.set_body(&JsValue::from_str(&request.body));
    }
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_redirect(RequestRedirect::Error);
    let signal = state::with(|state| state.running.as_ref().map(AbortController::signal));
    init.set_signal(signal.as_ref());
    if let Some(space) = address_space() {
        dom::set(&init, "targetAddressSpace", &JsValue::from_str(space));
    }
    // A browser that does not know the word for the address space does not know the permission either.
    let made = web_sys::Request::new_with_str_and_init(&request.url, &init).or_else(|_| {
        let _ = js_sys::Reflect::delete_property(&init, &JsValue::from_str("targetAddressSpace"));
        web_sys::Request::new_with_str_and_init(&request.url, &init)
    });
    HttpRequest::from(made.map_err(none)?)
        .send()
        .await
        .map_err(|_| ())
}

/// Which part of the network the address is in, where it is no public one: the browser asks the user before a page reaches it.
///
/// Source: <https://wicg.github.io/local-network-access/>
fn address_space() -> Option<&'static str> {
    let host = web_sys::Url::new(&choice::base()).ok()?.hostname();
    let own = ["localhost", "[::1]"].contains(&host.as_str())
        || host.ends_with(".localhost")
        || host.starts_with("127.");
    own.then_some("loopback")
}

fn list_models() {
    let Some(turn) = begin() else { return };
    dom::set_text("causes", "");
    say("Asking for the list of models …");
    spawn_local(async move {
        let request = choice::with_config(Shape::Text, encode_models);
        let Some(request) = request else { return };
        let Ok(response) = fetch(&request).await else {
            unanswered(turn);
            return;
        };
        let body = response.text().await.unwrap_or_default();
        if !state::is_turn(turn) {
            return;
        }
        if !response.ok() {
            fail(turn, &advise(response.status(), &body, None));
            return;
        }
        let names = decode_models(&body);
        dom::set_text("models", "");
        for name in &names {
            if let Some(option) = dom::add("models", "option", "") {
                let _ = option.set_attribute("value", name);
            }
        }
        if let (true, Some(first)) = (dom::value("model").is_empty(), names.first()) {
            dom::set_value("model", first);
        }
        let sentence = match names.len() {
            0 => "The provider lists no model; name one.".to_owned(),
            1 => "One model; it is in the list of the box.".to_owned(),
            count => format!("{count} models; they are in the list of the box."),
        };
        end(turn, "listed", &sentence, None);
    });
}
