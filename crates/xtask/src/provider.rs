//! A provider of language models that is none: on loopback, for the journeys. It speaks all four dialects with real server-sent events, and
//! behaves as the address says: `http://127.0.0.1:PORT/BEHAVIOUR` is the base address of a provider that behaves so.
//!
//! Its answer is what was last posted to `/control/answer`, and what it was asked stands at `/control/requests`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use anyhow::Result;
use serde_json::{Value, json};

/// More than this is no prompt of ours, in bytes.
const LONGEST_BODY: u64 = 16 << 20;
/// A stalled stream says nothing for so long.
const STALL: Duration = Duration::from_secs(40);
/// Between two pieces of a slow stream.
const SLOW: Duration = Duration::from_millis(120);

#[derive(Debug, Default)]
struct Told {
    answer: String,
    requests: Vec<Value>,
    /// How often each behaviour was asked.
    asked: BTreeMap<String, u32>,
}

#[derive(Debug)]
pub(crate) struct Provider {
    listener: TcpListener,
    told: Arc<Mutex<Told>>,
}

impl Provider {
    pub(crate) fn bind() -> Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?,
            told: Arc::default(),
        })
    }

    pub(crate) fn address(&self) -> Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// Answers until the process ends.
    pub(crate) fn run_in_background(self) {
        thread::spawn(move || {
            for stream in self.listener.incoming().flatten() {
                let told = Arc::clone(&self.told);
                // A browser that goes away in the middle is what some journeys want.
                thread::spawn(move || converse(&stream, &told).ok());
            }
        });
    }
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

fn read(stream: &TcpStream) -> Result<Option<Request>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        ..Request::default()
    };
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            request
                .headers
                .insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = request
        .headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0)
        .min(LONGEST_BODY);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(request))
}

fn converse(stream: &TcpStream, told: &Mutex<Told>) -> Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let Some(request) = read(stream)? else {
        return Ok(());
    };
    if let Some(control) = request.path.strip_prefix("/control/") {
        let answer = match control {
            "answer" => {
                lock(told).answer.clone_from(&request.body);
                "{}".to_owned()
            }
            "reset" => {
                *lock(told) = Told::default();
                "{}".to_owned()
            }
            _ => serde_json::to_string(&lock(told).requests)?,
        };
        return whole(stream, 200, &[], &answer);
    }
    if request.method == "OPTIONS" {
        let wanted = request
            .headers
            .get("access-control-request-headers")
            .map_or("", String::as_str);
        let headers = [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Headers", wanted),
            ("Access-Control-Allow-Methods", "GET, POST"),
            ("Access-Control-Allow-Private-Network", "true"),
        ];
        return whole(stream, 204, &headers, "");
    }
    let (behaviour, path) = request
        .path
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or((&request.path, ""));
    let times = {
        let mut told = lock(told);
        told.requests.push(json!({
            "method": request.method, "path": request.path, "headers": request.headers, "body": request.body,
        }));
        let times = told.asked.entry(behaviour.to_owned()).or_default();
        *times += 1;
        *times
    };
    if path.ends_with("models") {
        let list = if path.contains("v1beta") {
            json!({ "models": [{ "name": "models/fake-large" }, { "name": "models/fake-small" }] })
        } else {
            json!({ "data": [{ "id": "fake-small" }, { "id": "fake-large" }] })
        };
        return whole(stream, 200, CORS, &list.to_string());
    }
    if path.ends_with("auth/keys") {
        return whole(
            stream,
            200,
            CORS,
            "{\"key\":\"sk-or-v1-fake0000000000000000\"}",
        );
    }
    let Some(dialect) = Dialect::of(path) else {
        return failed(stream, 404, &[], "not_found_error", "there is no such path");
    };
    behave(stream, told, behaviour, times, dialect, &request.body)
}

const CORS: &[(&str, &str)] = &[
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "retry-after"),
];

fn behave(
    stream: &TcpStream,
    told: &Mutex<Told>,
    behaviour: &str,
    times: u32,
    dialect: Dialect,
    body: &str,
) -> Result<()> {
    let answer = lock(told).answer.clone();
    let pieces = dialect.answered(&answer, 24);
    match behaviour {
        "bytes" => {
            let bytes: Vec<&[u8]> = pieces
                .iter()
                .flat_map(|piece| piece.as_bytes().chunks(1))
                .collect();
            streamed(stream, &bytes, Duration::ZERO, true)
        }
        // All at once: a model on the same machine, a proxy that gathers.
        "burst" => {
            let all = dialect.answered(&answer, 4).concat();
            streamed(stream, &[all.as_bytes()], Duration::ZERO, true)
        }
        "unstreamed" => whole(stream, 200, CORS, &dialect.unstreamed(&answer).to_string()),
        "sign-in" => page(stream, "<html><body>Sign in to the proxy</body></html>"),
        "nothing" => streamed(stream, &[], Duration::ZERO, true),
        "slow" => streamed(stream, &bytes_of(&pieces), SLOW, true),
        "stalled" => {
            let few: Vec<&[u8]> = bytes_of(&pieces).into_iter().take(4).collect();
            streamed(stream, &few, Duration::ZERO, false)?;
            thread::sleep(STALL);
            Ok(())
        }
        "silent" => {
            streamed(stream, &[], Duration::ZERO, false)?;
            thread::sleep(STALL);
            Ok(())
        }
        "broken" => {
            let few: Vec<&[u8]> = bytes_of(&pieces).into_iter().take(5).collect();
            // The connection ends without the last chunk.
            streamed(stream, &few, Duration::ZERO, false)
        }
        "mid-error" => {
            let error = dialect.error("overloaded_error", "Overloaded");
            let mut few: Vec<&[u8]> = bytes_of(&pieces).into_iter().take(5).collect();
            few.push(error.as_bytes());
            streamed(stream, &few, Duration::ZERO, true)
        }
        "first-error-once" if times == 1 => streamed(
            stream,
            &[dialect.error("overloaded_error", "Overloaded").as_bytes()],
            Duration::ZERO,
            true,
        ),
        "refusal" => streamed(stream, &bytes_of(&dialect.refused()), Duration::ZERO, true),
        "truncated" => streamed(
            stream,
            &bytes_of(&dialect.cut(&answer)),
            Duration::ZERO,
            true,
        ),
        // As OpenAI and Cerebras do with a wrong key.
        "bad-key" => failed(
            stream,
            401,
            &[],
            "invalid_request_error",
            "Incorrect API key provided",
        ),
        "organisation" => failed(
            stream,
            401,
            CORS,
            "authentication_error",
            "CORS requests are not allowed for this Organization because of its settings",
        ),
        "busy-once" if times == 1 => failed(
            stream,
            429,
            &[CORS, &[("Retry-After", "1")]].concat(),
            "rate_limit_error",
            "slow down",
        ),
        "busy" => failed(
            stream,
            429,
            &[CORS, &[("Retry-After", "600")]].concat(),
            "rate_limit_error",
            "slow down",
        ),
        "overloaded-once" if times == 1 => {
            failed(stream, 529, CORS, "overloaded_error", "Overloaded")
        }
        "overloaded" => failed(stream, 529, CORS, "overloaded_error", "Overloaded"),
        "no-schema" if body.contains("schema\"") && body.contains("additionalProperties") => {
            failed(
                stream,
                400,
                CORS,
                "invalid_request_error",
                "response_format: json_schema is not supported by this model",
            )
        }
        "elsewhere" => whole(
            stream,
            307,
            &[CORS, &[("Location", "/normal/chat/completions")]].concat(),
            "",
        ),
        status if status.parse::<u16>().is_ok() => {
            let status = status.parse()?;
            failed(stream, status, CORS, "some_error", "no")
        }
        _ => streamed(stream, &bytes_of(&pieces), Duration::ZERO, true),
    }
}

fn bytes_of(pieces: &[String]) -> Vec<&[u8]> {
    pieces.iter().map(String::as_bytes).collect()
}

fn failed(
    stream: &TcpStream,
    status: u16,
    headers: &[(&str, &str)],
    kind: &str,
    message: &str,
) -> Result<()> {
    let error =
        json!({ "type": "error", "error": { "type": kind, "message": message, "code": kind } });
    whole(stream, status, headers, &error.to_string())
}

fn head(status: u16, mime: &str, headers: &[(&str, &str)]) -> String {
    let mut head =
        format!("HTTP/1.1 {status} Said\r\nContent-Type: {mime}\r\nConnection: close\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head
}

fn page(mut stream: &TcpStream, body: &str) -> Result<()> {
    let mut answer = head(200, "text/html; charset=utf-8", CORS);
    let _ = write!(answer, "Content-Length: {}\r\n\r\n{body}", body.len());
    Ok(stream.write_all(answer.as_bytes())?)
}

fn whole(mut stream: &TcpStream, status: u16, headers: &[(&str, &str)], body: &str) -> Result<()> {
    let mut answer = head(status, "application/json", headers);
    let _ = write!(answer, "Content-Length: {}\r\n\r\n{body}", body.len());
    Ok(stream.write_all(answer.as_bytes())?)
}

/// A stream of events, each piece a chunk of its own.
fn streamed(mut stream: &TcpStream, pieces: &[&[u8]], pause: Duration, ends: bool) -> Result<()> {
    let mut begun = head(200, "text/event-stream", CORS);
    begun.push_str("Transfer-Encoding: chunked\r\n\r\n");
    stream.write_all(begun.as_bytes())?;
    for piece in pieces {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        stream.write_all(&chunk)?;
        if !pause.is_zero() {
            thread::sleep(pause);
        }
    }
    if ends {
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    AnthropicMessages,
    Gemini,
    OpenAiChat,
    OpenAiResponses,
}

impl Dialect {
    fn of(path: &str) -> Option<Self> {
        let path = path.split('?').next().unwrap_or_default();
        Some(match path {
            _ if path.ends_with("v1/messages") => Self::AnthropicMessages,
            _ if path.ends_with(":streamGenerateContent") => Self::Gemini,
            _ if path.ends_with("chat/completions") => Self::OpenAiChat,
            _ if path.ends_with("responses") => Self::OpenAiResponses,
            _ => return None,
        })
    }

    fn event(self, name: &str, data: &Value) -> String {
        match self {
            Self::AnthropicMessages | Self::OpenAiResponses => {
                format!("event: {name}\ndata: {data}\n\n")
            }
            Self::Gemini => format!("data: {data}\r\n\r\n"),
            Self::OpenAiChat => format!("data: {data}\n\n"),
        }
    }

    /// The answer as it is without a stream.
    fn unstreamed(self, text: &str) -> Value {
        match self {
            Self::AnthropicMessages => {
                json!({ "type": "message", "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn" })
            }
            Self::Gemini => {
                json!({ "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": "STOP" }] })
            }
            Self::OpenAiChat => {
                json!({ "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }] })
            }
            Self::OpenAiResponses => {
                json!({ "status": "completed", "output": [{ "content": [{ "type": "output_text", "text": text }] }] })
            }
        }
    }

    fn begin(self) -> Vec<String> {
        match self {
            Self::AnthropicMessages => vec![
                self.event(
                    "message_start",
                    &json!({ "type": "message_start", "message": { "usage": { "input_tokens": 7 } } }),
                ),
                self.event(
                    "content_block_start",
                    &json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
                ),
                self.event("ping", &json!({ "type": "ping" })),
            ],
            Self::Gemini => Vec::new(),
            Self::OpenAiChat => vec![
                ": keep-alive\n\n".to_owned(),
                self.event("", &json!({ "choices": [{ "delta": { "role": "assistant", "content": "" } }] })),
            ],
            Self::OpenAiResponses => vec![self.event(
                "response.created",
                &json!({ "type": "response.created", "response": { "status": "in_progress" } }),
            )],
        }
    }

    fn text(self, text: &str) -> String {
        match self {
            Self::AnthropicMessages => self.event(
                "content_block_delta",
                &json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": text } }),
            ),
            Self::Gemini => self.event(
                "",
                &json!({ "candidates": [{ "content": { "parts": [{ "text": text }], "role": "model" } }] }),
            ),
            Self::OpenAiChat => self.event("", &json!({ "choices": [{ "delta": { "content": text } }] })),
            Self::OpenAiResponses => self.event(
                "response.output_text.delta",
                &json!({ "type": "response.output_text.delta", "delta": text }),
            ),
        }
    }

    fn end(self, stop: [&str; 4]) -> Vec<String> {
        let [anthropic, gemini, chat, responses] = stop;
        match self {
            Self::AnthropicMessages => vec![
                self.event("content_block_stop", &json!({ "type": "content_block_stop", "index": 0 })),
                self.event(
                    "message_delta",
                    &json!({ "type": "message_delta", "delta": { "stop_reason": anthropic }, "usage": { "input_tokens": 7, "output_tokens": 3 } }),
                ),
                self.event("message_stop", &json!({ "type": "message_stop" })),
            ],
            Self::Gemini => vec![self.event(
                "",
                &json!({ "candidates": [{ "content": { "parts": [] }, "finishReason": gemini }], "usageMetadata": { "promptTokenCount": 7, "candidatesTokenCount": 3 } }),
            )],
            Self::OpenAiChat => vec![
                self.event("", &json!({ "choices": [{ "delta": {}, "finish_reason": chat }] })),
                self.event("", &json!({ "choices": [], "usage": { "prompt_tokens": 7, "completion_tokens": 3 } })),
                "data: [DONE]\n\n".to_owned(),
            ],
            Self::OpenAiResponses => vec![self.event(
                &format!("response.{responses}"),
                &json!({ "type": format!("response.{responses}"), "response": { "usage": { "input_tokens": 7, "output_tokens": 3 }, "incomplete_details": { "reason": "max_output_tokens" } } }),
            )],
        }
    }

    /// The answer in pieces of so many letters.
    fn answered(self, answer: &str, few: usize) -> Vec<String> {
        let letters: Vec<char> = answer.chars().collect();
        let mut pieces = self.begin();
        pieces.extend(
            letters
                .chunks(few)
                .map(|few| self.text(&few.iter().collect::<String>())),
        );
        pieces.extend(self.end(["end_turn", "STOP", "stop", "completed"]));
        pieces
    }

    /// The first half of it, and that it grew too long.
    fn cut(self, answer: &str) -> Vec<String> {
        let half: String = answer.chars().take(answer.chars().count() / 2).collect();
        let mut pieces = self.begin();
        pieces.push(self.text(&half));
        pieces.extend(self.end(["max_tokens", "MAX_TOKENS", "length", "incomplete"]));
        pieces
    }

    fn refused(self) -> Vec<String> {
        let mut pieces = self.begin();
        let said = "I cannot help with that.";
        match self {
            Self::OpenAiChat => {
                pieces.push(self.event(
                    "",
                    &json!({ "choices": [{ "delta": { "refusal": said } }] }),
                ));
            }
            Self::OpenAiResponses => pieces.push(self.event(
                "response.refusal.delta",
                &json!({ "type": "response.refusal.delta", "delta": said }),
            )),
            _ => {}
        }
        pieces.extend(self.end(["refusal", "SAFETY", "stop", "completed"]));
        pieces
    }

    fn error(self, kind: &str, message: &str) -> String {
        match self {
            Self::Gemini => self.event(
                "",
                &json!({ "error": { "code": 503, "message": message, "status": "UNAVAILABLE" } }),
            ),
            _ => self.event(
                "error",
                &json!({ "type": "error", "error": { "type": kind, "message": message } }),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_is_told_by_its_path_and_says_the_answer() {
        for (path, dialect) in [
            ("v1/messages", Dialect::AnthropicMessages),
            (
                "v1beta/models/m:streamGenerateContent?alt=sse",
                Dialect::Gemini,
            ),
            ("chat/completions", Dialect::OpenAiChat),
            ("responses", Dialect::OpenAiResponses),
        ] {
            assert_eq!(Dialect::of(path), Some(dialect));
            let stream: String = dialect.answered("{\"a\": \"é\"}", 8).concat();
            assert!(stream.contains("é"), "{stream}");
            assert!(
                stream.ends_with("\n\n") || stream.ends_with("\r\n\r\n"),
                "{stream}"
            );
        }
        assert_eq!(Dialect::of("v1/other"), None);
    }
}
