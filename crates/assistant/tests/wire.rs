//! The codecs: streams split at every byte, requests as the providers' documentation has them, and no key where none belongs.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use serde_json::Value;
use undeny_assistant::prompt::{ANSWER_SCHEMA, INSTRUCTIONS};
use undeny_assistant::providers::{PROVIDERS, find};
use undeny_assistant::wire::dialects::{
    ANTHROPIC_MESSAGES, DIALECTS, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES,
};
use undeny_assistant::wire::{
    Config, Decoder, Dialect, Event, FAILURES, Prompt, Shape, advise, decode_models, encode,
    encode_models, looks_like_a_key, opaque, wait_before_retry,
};

/// A stream of a dialect, and what it says: `|text`, `!refusal`, `#done`, ...
const STREAMS: &[(&str, &Dialect, &str, &str)] = &[
    (
        "a normal answer",
        &OPENAI_CHAT,
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Grüße \"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"😀\"},\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n",
        "Grüße 😀|usage 7 3|Complete",
    ),
    (
        "comments, blank lines and carriage returns",
        &OPENAI_CHAT,
        ": keep-alive\r\n\r\n\r\n: keep-alive\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\n:\r\ndata:{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"length\"}]}\r\n\r\ndata: [DONE]\r\n\r\n",
        "ab|Length",
    ),
    (
        "carriage returns alone",
        &OPENAI_CHAT,
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\rdata: [DONE]\r\r",
        "a|Complete",
    ),
    (
        "data in several lines, a byte order mark",
        &OPENAI_CHAT,
        "\u{feff}data: {\"choices\":\ndata: [{\"delta\":\ndata: {\"content\":\"a\"}}]}\nid: 3\nretry: 10\n\ndata: [DONE]\n\n",
        "a|Complete",
    ),
    (
        "an error in mid-stream",
        &OPENAI_CHAT,
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"code\":null}}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n",
        "a|error server_error boom",
    ),
    (
        "an end without [DONE]",
        &OPENAI_CHAT,
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
        "a|Complete",
    ),
    (
        "an end in the middle",
        &OPENAI_CHAT,
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"del",
        "a|Length",
    ),
    (
        "a refusal",
        &OPENAI_CHAT,
        "data: {\"choices\":[{\"delta\":{\"refusal\":\"no\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\ndata: [DONE]\n\n",
        "refusal no|Refusal",
    ),
    (
        "a normal answer",
        &OPENAI_RESPONSES,
        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"error\":null}}\n\nevent: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Grü\"}\n\nevent: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"ße\"}\n\nevent: response.something.new\ndata: {\"type\":\"response.something.new\"}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}}\n\n",
        "Grüße|usage 5 2|Complete",
    ),
    (
        "a refusal",
        &OPENAI_RESPONSES,
        "event: response.refusal.delta\ndata: {\"type\":\"response.refusal.delta\",\"delta\":\"no\"}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\"}\n\n",
        "refusal no|Complete",
    ),
    (
        "incomplete",
        &OPENAI_RESPONSES,
        "event: response.incomplete\ndata: {\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}}\n\n",
        "Length",
    ),
    (
        "failed",
        &OPENAI_RESPONSES,
        "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\",\"message\":\"boom\"}}}\n\n",
        "error server_error boom",
    ),
    (
        "an error",
        &OPENAI_RESPONSES,
        "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}\n\n",
        "error rate_limit_exceeded slow down",
    ),
    (
        "a normal answer",
        &ANTHROPIC_MESSAGES,
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüße\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":9,\"output_tokens\":4}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        "Grüße|usage 9 4|Complete",
    ),
    (
        "overloaded in mid-stream",
        &ANTHROPIC_MESSAGES,
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},\"request_id\":\"r\"}\n\n",
        "a|error overloaded_error Overloaded",
    ),
    (
        "a refusal",
        &ANTHROPIC_MESSAGES,
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\n",
        "Refusal",
    ),
    (
        "too long",
        &ANTHROPIC_MESSAGES,
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"}}\n\n",
        "Length",
    ),
    (
        "a normal answer",
        &GEMINI,
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"text\":\"Gr\"}]}}]}\r\n\r\ndata: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"üße\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":6,\"candidatesTokenCount\":2}}\r\n\r\n",
        "Grüße|usage 6 2|Complete",
    ),
    (
        "a blocked prompt",
        &GEMINI,
        "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n",
        "refusal the prompt was blocked: SAFETY|Refusal",
    ),
    (
        "an error",
        &GEMINI,
        "data: {\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}\n\n",
        "error UNAVAILABLE busy",
    ),
    (
        "too long",
        &GEMINI,
        "data: {\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}\n\n",
        "Length",
    ),
];

/// Events as a person reads them; pieces of text joined.
fn said(events: &[Event]) -> String {
    let mut said = String::new();
    let mut in_text = false;
    for event in events {
        let joins = in_text && matches!(event, Event::Text(_));
        if !said.is_empty() && !joins {
            said.push('|');
        }
        in_text = matches!(event, Event::Text(_));
        said.push_str(&match event {
            Event::Text(text) => text.clone(),
            Event::Refusal(text) => format!("refusal {text}"),
            Event::Done(stop) => format!("{stop:?}"),
            Event::Usage { input, output } => format!("usage {input} {output}"),
            Event::Error { kind, message } => format!("error {kind} {message}"),
        });
    }
    said
}

fn decode<'b>(dialect: &'static Dialect, pieces: impl IntoIterator<Item = &'b [u8]>) -> String {
    let mut decoder = Decoder::new(dialect);
    let mut events = Vec::new();
    for piece in pieces {
        events.extend(decoder.push(piece));
    }
    events.extend(decoder.finish());
    said(&events)
}

#[test]
fn an_answer_in_one_piece_says_the_same() {
    for (dialect, body, wanted) in [
        (
            &OPENAI_CHAT,
            "{\"choices\":[{\"message\":{\"content\":\"a b\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}",
            "a b|usage 7 3|Complete",
        ),
        (
            &OPENAI_CHAT,
            "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
            "a|Complete",
        ),
        (
            &OPENAI_CHAT,
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n",
            "a|Complete",
        ),
        (
            &OPENAI_CHAT,
            "{\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}}",
            "error server_error boom",
        ),
        (&OPENAI_CHAT, "{}", ""),
        (
            &ANTHROPIC_MESSAGES,
            "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"max_tokens\"}",
            "a|Length",
        ),
        (
            &GEMINI,
            "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]},{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]},\"finishReason\":\"STOP\"}]}]",
            "ab|Complete",
        ),
        (
            &OPENAI_RESPONSES,
            "{\"status\":\"completed\",\"output\":[{\"type\":\"reasoning\"},{\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}],\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}",
            "a|usage 7 3|Complete",
        ),
    ] {
        assert_eq!(said(&Decoder::new(dialect).whole(body)), wanted, "{body}");
    }
}

#[test]
fn streams_say_the_same_however_they_are_split() {
    for (name, dialect, stream, wanted) in STREAMS {
        let dialect = DIALECTS
            .iter()
            .find(|known| known.id == dialect.id)
            .unwrap();
        let bytes = stream.as_bytes();
        assert_eq!(decode(dialect, [bytes]), *wanted, "{}: {name}", dialect.id);
        for split in 0..=bytes.len() {
            let (left, right) = bytes.split_at(split);
            assert_eq!(
                decode(dialect, [left, right]),
                *wanted,
                "{}: {name}, split at {split}",
                dialect.id
            );
        }
        assert_eq!(
            decode(dialect, bytes.chunks(1)),
            *wanted,
            "{}: {name}, byte by byte",
            dialect.id
        );
    }
}

#[test]
fn text_comes_as_soon_as_its_event_is_complete() {
    let mut decoder = Decoder::new(&OPENAI_CHAT);
    assert_eq!(
        decoder.push(b"data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n"),
        []
    );
    assert_eq!(decoder.push(b"\n"), [Event::Text("a".to_owned())]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_in_any_pieces_end_once(bytes in proptest::collection::vec(any::<u8>(), 0..400), size in 1_usize..50) {
        for dialect in DIALECTS {
            let mut decoder = Decoder::new(dialect);
            let mut events: Vec<Event> = bytes.chunks(size).flat_map(|piece| decoder.push(piece)).collect();
            events.extend(decoder.finish());
            let ends = events.iter().filter(|event| matches!(event, Event::Done(_) | Event::Error { .. })).count();
            prop_assert_eq!(ends, 1);
        }
    }

    #[test]
    fn a_stream_cut_into_random_pieces_says_the_same(which in 0..STREAMS.len(), cuts in proptest::collection::vec(0_usize..900, 0..20)) {
        let (_, dialect, stream, wanted) = STREAMS[which];
        let dialect = DIALECTS.iter().find(|known| known.id == dialect.id).unwrap();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &stream.as_bytes()[pair[0]..pair[1]]);
        prop_assert_eq!(decode(dialect, pieces), wanted);
    }
}

const KEY: &str = "sk-ant-csk-0123456789abcdef";

fn config<'c>(id: &str, shape: Shape) -> Config<'c> {
    let provider = find(id).unwrap();
    Config {
        provider,
        base: if provider.base.is_empty() {
            "https://own.example/v1"
        } else {
            provider.base
        },
        model: "a-model",
        key: if provider.key_header.is_empty() {
            ""
        } else {
            KEY
        },
        shape,
    }
}

const PROMPT: Prompt<'_> = Prompt {
    instructions: INSTRUCTIONS,
    input: "a \"question\"\nwith ümlauts and \u{1} control",
    schema: ANSWER_SCHEMA,
};

#[test]
fn requests_hold_the_prompt_and_nothing_that_was_not_asked_for() {
    for provider in PROVIDERS {
        for shape in [Shape::Schema, Shape::Object, Shape::Text] {
            let config = config(provider.id, shape);
            let request = encode(&config, &PROMPT);
            let body: Value = serde_json::from_str(&request.body).unwrap();
            let text = body.to_string();
            for banned in ["temperature", "top_p", "top_k", "topP", "topK", "seed"] {
                assert!(
                    !text.contains(&format!("\"{banned}\"")),
                    "{}: {banned}",
                    provider.id
                );
            }
            assert!(text.contains("with ümlauts and \\u0001 control"), "{text}");
            assert!(
                !request.url.contains(KEY) && !request.body.contains(KEY),
                "{}",
                provider.id
            );
            assert!(request.url.starts_with(config.base), "{}", request.url);
            let mut names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
            let mut wanted: Vec<&str> = provider.headers.iter().map(|(name, _)| *name).collect();
            wanted.push("content-type");
            wanted.extend(Some(provider.key_header).filter(|name| !name.is_empty()));
            names.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(names, wanted, "{}", provider.id);
            assert!(
                !format!("{request:?} {config:?}").contains(KEY),
                "a debug print holds the key"
            );
            let models = encode_models(&config);
            assert!(models.body.is_empty() && !models.url.contains(KEY));
        }
    }
}

#[test]
fn each_dialect_sends_what_its_documentation_says() {
    let body = |id: &str, shape| -> Value {
        serde_json::from_str(&encode(&config(id, shape), &PROMPT).body).unwrap()
    };
    let anthropic = body("anthropic", Shape::Schema);
    assert_eq!(anthropic["output_config"]["format"]["type"], "json_schema");
    assert_eq!(anthropic["system"], INSTRUCTIONS);
    assert!(anthropic["max_tokens"].as_u64().unwrap() > 1000);
    assert!(
        body("anthropic", Shape::Text)
            .get("output_config")
            .is_none()
    );
    let openai = body("openai", Shape::Schema);
    assert_eq!(
        (
            openai["store"].as_bool(),
            openai["text"]["format"]["strict"].as_bool()
        ),
        (Some(false), Some(true))
    );
    assert_eq!(openai["text"]["format"]["name"], "answer");
    let groq = body("groq", Shape::Schema);
    assert_eq!(groq["response_format"]["json_schema"]["strict"], true);
    assert_eq!(groq["messages"][1]["content"], PROMPT.input);
    assert_eq!(
        body("groq", Shape::Object)["response_format"]["type"],
        "json_object"
    );
    assert!(body("groq", Shape::Text).get("response_format").is_none());
    let gemini = encode(
        &Config {
            model: "models/../x?key=1",
            ..config("gemini", Shape::Schema)
        },
        &PROMPT,
    );
    assert_eq!(
        gemini.url,
        "https://generativelanguage.googleapis.com/v1beta/models/..xkey1:streamGenerateContent?alt=sse"
    );
    assert!(gemini.body.contains("responseJsonSchema"));
}

#[test]
fn models_are_listed_from_every_dialects_answer() {
    assert_eq!(
        decode_models("{\"data\":[{\"id\":\"b\"},{\"id\":\"a\"}]}"),
        ["a", "b"]
    );
    assert_eq!(
        decode_models("{\"models\":[{\"name\":\"models/gemini-x\"}]}"),
        ["gemini-x"]
    );
    assert_eq!(decode_models("<html>"), Vec::<String>::new());
}

#[test]
fn every_failure_has_a_sentence_and_a_next_step() {
    for (status, body, words) in [
        (
            401,
            "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"CORS requests are not allowed for this Organization because of its settings\"}}",
            "organisation",
        ),
        (
            401,
            "{\"error\":{\"message\":\"Incorrect API key\"}}",
            "key",
        ),
        (402, "", "balance"),
        (403, "{\"error\":\"origin not allowed\"}", "address"),
        (
            403,
            "{\"error\":{\"status\":\"PERMISSION_DENIED\"}}",
            "model",
        ),
        (
            404,
            "{\"error\":{\"message\":\"model not found\"}}",
            "model",
        ),
        (413, "", "larger"),
        (
            429,
            "{\"error\":{\"code\":\"insufficient_quota\"}}",
            "quota",
        ),
        (429, "", "many"),
        (500, "", "failed"),
        (503, "[{\"error\":{\"status\":\"UNAVAILABLE\"}}]", "failed"),
        (529, "", "overloaded"),
        (
            400,
            "[{\"error\":{\"message\":\"API key not valid\",\"status\":\"INVALID_ARGUMENT\"}}]",
            "key",
        ),
    ] {
        let advice = advise(status, body, None);
        assert!(
            advice.sentence.contains(words),
            "{status} {body}: {advice:?}"
        );
        assert!(!advice.next.is_empty());
    }
    for failure in FAILURES {
        let wider = FAILURES
            .iter()
            .position(|other| other.status == failure.status && other.words.is_empty());
        let own = FAILURES
            .iter()
            .position(|other| std::ptr::eq(other, failure));
        assert!(
            own <= wider,
            "{} {:?} is never reached",
            failure.status,
            failure.words
        );
    }
}

#[test]
fn retries_are_few_short_and_before_the_first_token() {
    let busy = advise(529, "", None);
    for random in [0, 1, 12_345, u32::MAX] {
        let waits: Vec<_> = (0..4)
            .map(|tries| wait_before_retry(tries, false, &busy, random))
            .collect();
        assert!(
            (500..=1000).contains(&waits[0].unwrap()) && (2000..=4000).contains(&waits[1].unwrap()),
            "{waits:?}"
        );
        assert_eq!(waits[2..], [None, None]);
        assert_eq!(wait_before_retry(0, true, &busy, random), None);
    }
    assert_eq!(
        wait_before_retry(0, false, &advise(429, "", Some("3")), 0),
        Some(3000)
    );
    assert_eq!(
        wait_before_retry(0, false, &advise(429, "", Some("60")), 0),
        None
    );
    assert_eq!(wait_before_retry(0, false, &advise(401, "", None), 0), None);
}

#[test]
fn the_ladder_of_shapes_ends_at_text() {
    assert!(Shape::Schema.is_refused(
        400,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported"
    ));
    assert!(!Shape::Schema.is_refused(400, "context too long"));
    assert!(!Shape::Schema.is_refused(401, "schema"));
    assert!(!Shape::Text.is_refused(400, "response_format"));
    assert_eq!(
        Shape::Schema.next().and_then(Shape::next),
        Some(Shape::Text)
    );
    assert_eq!(Shape::Text.next(), None);
}

#[test]
fn what_cannot_be_read_has_causes_the_likeliest_first() {
    assert!(opaque(&config("openai", Shape::Text))[0].contains("key"));
    assert!(opaque(&config("ollama", Shape::Text))[0].contains("OLLAMA_ORIGINS"));
    assert!(opaque(&config("bedrock", Shape::Text))[0].contains("CORS"));
    for provider in PROVIDERS {
        assert!(
            opaque(&config(provider.id, Shape::Text)).len() >= 2,
            "{}",
            provider.id
        );
    }
}

#[test]
fn a_key_of_another_provider_is_questioned() {
    assert!(looks_like_a_key(
        find("anthropic").unwrap(),
        "sk-ant-api03-0123456789"
    ));
    assert!(!looks_like_a_key(
        find("anthropic").unwrap(),
        "sk-proj-0123456789abcdef"
    ));
    assert!(!looks_like_a_key(find("groq").unwrap(), "short"));
    assert!(looks_like_a_key(
        find("mistral").unwrap(),
        "0123456789abcdefABCDEF0123456789"
    ));
}

#[test]
fn the_registry_is_in_order_and_complete() {
    assert!(PROVIDERS.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(DIALECTS.windows(2).all(|pair| pair[0].id < pair[1].id));
    for provider in PROVIDERS {
        assert!(provider.source.starts_with("https://"), "{}", provider.id);
        assert!(
            !provider.base.ends_with('/')
                && (provider.base.is_empty() || provider.base.starts_with("http")),
            "{}",
            provider.id
        );
        assert_eq!(
            provider.model.is_empty(),
            provider.model_date.is_empty(),
            "{}",
            provider.id
        );
        assert_eq!(
            provider.base.starts_with("http://localhost"),
            provider.is_local,
            "{}",
            provider.id
        );
    }
}
