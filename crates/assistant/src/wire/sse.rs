//! Server-sent events out of bytes that arrive in pieces of any size.
//!
//! Source: <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// Its type; empty where the stream names none.
    pub name: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
}

/// A line or an event longer than this is none of a model's, in bytes: what is beyond is dropped.
const LONGEST: usize = 8_000_000;

/// The state between pieces.
#[derive(Clone, Debug, Default)]
pub struct Sse {
    /// The line so far; a character may be in two pieces, so that only whole lines become text.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed behind it ends no further line.
    after_return: bool,
    started: bool,
    event: SseEvent,
    has_data: bool,
}

impl Sse {
    /// The events that these bytes complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<SseEvent> {
        let mut events = Vec::new();
        for byte in bytes {
            let after_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    events.extend(self.end_line());
                }
                _ if self.line.len() < LONGEST => self.line.push(*byte),
                _ => {}
            }
        }
        events
    }

    /// The end of the stream: an event without its blank line, which the standard drops and providers send, is given out all the same.
    pub fn finish(&mut self) -> Option<SseEvent> {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.end_line()
    }

    fn end_line(&mut self) -> Option<SseEvent> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let mut line: &str = &text;
        if !std::mem::replace(&mut self.started, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" if self.event.data.len() < LONGEST => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // A comment has an empty field; `id` and `retry` say nothing here.
            _ => {}
        }
        None
    }
}
