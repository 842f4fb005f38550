//! Reads JSON objects inside a log: cut off, with quotes that lost their escapes, wrapped. Never fails, gives what is there.

use super::normalise::floor;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Text(String),
    /// Numbers, booleans and null as written.
    Word(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member called `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The member at the end of `path`.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Text or word, not empty and not null.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Self::Word(word) => Some(word.as_str()).filter(|word| *word != "null"),
            _ => None,
        }
    }

    /// The text of the member at the end of `path`.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(Self::text)
    }

    /// The elements; none where it is no list.
    pub(super) fn items(&self) -> &[Json] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The members; none where it is no object.
    pub(super) fn members(&self) -> &[(String, Json)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }
}

/// The object that begins at `start` with `{`, or whose members do, and where it ends; at most `limit` bytes are read.
pub(super) fn object(text: &str, start: usize, limit: usize) -> (Json, usize) {
    let end = floor(text, start.saturating_add(limit));
    let mut reader = Reader {
        text: text.get(..end).unwrap_or_default(),
        at: start,
    };
    if reader.peek() == Some(b'{') {
        reader.at += 1;
    }
    let value = reader.object(0);
    (value, reader.at)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

const DEEPEST: usize = 48;

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.peek()? {
            b'{' if depth < DEEPEST => {
                self.at += 1;
                Some(self.object(depth))
            }
            b'[' if depth < DEEPEST => {
                self.at += 1;
                Some(self.list(depth))
            }
            quote @ (b'"' | b'\'') => {
                // A string that holds JSON: its quotes lost their escapes.
                let rest = self.text.get(self.at + 1..).unwrap_or_default();
                if rest.starts_with('{') && depth < DEEPEST {
                    self.at += 2;
                    let value = self.object(depth);
                    if self.peek() == Some(quote) {
                        self.at += 1;
                    }
                    return Some(value);
                }
                self.at += 1;
                Some(Json::Text(self.string(quote)))
            }
            _ => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let end = rest
                    .find([',', '}', ']', '\n', '{', '['])
                    .unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default().trim().to_owned();
                self.at += end;
                (!word.is_empty()).then_some(Json::Word(word))
            }
        }
    }

    /// Go to the next entry of an object or list, over blanks and commas; `false` behind its end, `close`, or at the end of the text.
    fn goes_on(&mut self, close: u8) -> bool {
        loop {
            self.space();
            match self.peek() {
                None => return false,
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return false;
                }
                Some(_) => return true,
            }
        }
    }

    fn object(&mut self, depth: usize) -> Json {
        let mut members = Vec::new();
        while self.goes_on(b'}') {
            let before = self.at;
            let key = match self.peek() {
                Some(quote @ (b'"' | b'\'')) => {
                    self.at += 1;
                    self.string(quote)
                }
                _ => {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    let end = rest
                        .find(|c: char| {
                            !(c.is_ascii_alphanumeric() || "_-.:/@".contains(c)) || c == ':'
                        })
                        .unwrap_or(rest.len());
                    self.at += end;
                    rest.get(..end).unwrap_or_default().to_owned()
                }
            };
            self.space();
            if matches!(self.peek(), Some(b':' | b'=')) {
                self.at += 1;
                if let Some(value) = self.value(depth + 1) {
                    members.push((key, value));
                }
            }
            if self.at == before {
                self.step();
            }
        }
        Json::Object(members)
    }

    fn list(&mut self, depth: usize) -> Json {
        let mut items = Vec::new();
        while self.goes_on(b']') {
            let before = self.at;
            items.extend(self.value(depth + 1));
            if self.at == before {
                self.step();
            }
        }
        Json::List(items)
    }

    /// Past one character.
    fn step(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.chars().next().map_or(1, char::len_utf8);
    }

    /// The string whose opening quote was read: its end is a quote that a separator follows.
    fn string(&mut self, quote: u8) -> String {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start;
        loop {
            match bytes.get(end) {
                None => break,
                Some(byte) if *byte == quote => {
                    let mut next = end + 1;
                    let mut lines = 0;
                    while let Some(byte) = bytes.get(next).filter(|byte| byte.is_ascii_whitespace())
                    {
                        lines += usize::from(*byte == b'\n');
                        next += 1;
                        if next - end > 200 {
                            break;
                        }
                    }
                    if matches!(
                        bytes.get(next),
                        None | Some(b',' | b':' | b'}' | b']' | b'=')
                    ) || lines > 0
                    {
                        break;
                    }
                    end += 1;
                }
                Some(_) => end += 1,
            }
        }
        self.at = (end + 1).min(bytes.len());
        let raw = self.text.get(start..end).unwrap_or_default();
        if raw.contains('\n') {
            raw.split('\n').map(str::trim).collect()
        } else {
            raw.to_owned()
        }
    }
}
