//! JSON as models write it: strict JSON, and what is left of it after comments, a comma too many, line ends inside strings, or an end that never came.
//!
//! The codecs and the answers need little of JSON, and the frame's program is to stay small, so this is a reader of its own.

/// A value. Numbers stay as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// As written.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object, in order; of a key given twice, the last value counts.
    Map(Vec<(String, Value)>),
}

/// Deeper JSON is no answer.
const DEEPEST: usize = 64;

impl Value {
    /// The value of `key`, where this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value at the end of `path`, one key after another.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The string, where this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list's values; none where this is no list.
    #[must_use]
    pub fn list(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }

    /// The number, where this is a whole one.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// Whether the text ended before it did.
    pub cut_off: bool,
    /// Offset behind it.
    pub end: usize,
}

/// Read the value that `text` begins with, tolerantly; none where it is no JSON or too deep.
#[must_use]
pub fn read(text: &str) -> Option<Found> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        text,
        at: 0,
        cut_off: false,
    };
    let value = reader.value(0)?;
    Some(Found {
        value,
        cut_off: reader.cut_off,
        end: reader.at,
    })
}

/// Write `text` as a JSON string, with quotes.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if u32::from(control) < 0x20 => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = u32::from(control) >> shift & 15;
                    out.extend(char::from_digit(digit, 16));
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    cut_off: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Past blanks and comments.
    fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if byte.is_ascii_whitespace() || rest.starts_with("\u{feff}".as_bytes()) {
                self.at += if byte.is_ascii_whitespace() { 1 } else { 3 };
            } else if rest.starts_with(b"//") || byte == b'#' {
                let end = rest.iter().position(|byte| *byte == b'\n');
                self.at += end.unwrap_or(rest.len());
            } else if rest.starts_with(b"/*") {
                let end = rest.windows(2).position(|pair| pair == b"*/");
                self.at += end.map_or(rest.len(), |end| end + 2);
            } else {
                break;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.skip();
        match self.peek() {
            None => {
                self.cut_off = true;
                Some(Value::Null)
            }
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(_) => self.word(),
        }
    }

    fn word(&mut self) -> Option<Value> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
        {
            self.at += 1;
        }
        let word = self.text.get(start..self.at)?;
        let ends = self.peek().is_none();
        match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ if word.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
                Some(Value::Number(word.to_owned()))
            }
            _ if ends
                && ["true", "false", "null"]
                    .iter()
                    .any(|whole| whole.starts_with(word)) =>
            {
                self.cut_off = true;
                Some(Value::Null)
            }
            _ => None,
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None => {
                    self.cut_off = true;
                    return Some(Value::List(values));
                }
                Some(b']') => {
                    self.at += 1;
                    return Some(Value::List(values));
                }
                Some(b',') => self.at += 1,
                Some(_) => values.push(self.value(depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None => {
                    self.cut_off = true;
                    return Some(Value::Map(members));
                }
                Some(b'}') => {
                    self.at += 1;
                    return Some(Value::Map(members));
                }
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let key = self.string()?;
                    self.skip();
                    match self.peek() {
                        Some(b':') => self.at += 1,
                        None => {
                            self.cut_off = true;
                            return Some(Value::Map(members));
                        }
                        Some(_) => return None,
                    }
                    let value = self.value(depth + 1)?;
                    members.push((key, value));
                }
                Some(_) => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut text = String::new();
        let mut copied = self.at;
        loop {
            match self.peek() {
                None => {
                    text.push_str(self.text.get(copied..)?);
                    self.cut_off = true;
                    return Some(text);
                }
                Some(b'"') => {
                    text.push_str(self.text.get(copied..self.at)?);
                    self.at += 1;
                    return Some(text);
                }
                Some(b'\\') => {
                    text.push_str(self.text.get(copied..self.at)?);
                    text.extend(self.escape());
                    copied = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// The character that an escape stands for; an escape that is none stands for itself.
    fn escape(&mut self) -> Option<char> {
        let start = self.at;
        let letter = self.bytes.get(start + 1).copied();
        let code = |from: usize| {
            let digits = self.text.get(from..from + 4)?;
            digits
                .bytes()
                .all(|digit| digit.is_ascii_hexdigit())
                .then(|| u32::from_str_radix(digits, 16).ok())
                .flatten()
        };
        let (character, length) = match letter {
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(mark @ (b'"' | b'\\' | b'/')) => (char::from(mark), 2),
            Some(b'u') => match code(start + 2) {
                Some(high @ 0xd800..0xdc00)
                    if self.bytes.get(start + 6..start + 8) == Some(b"\\u") =>
                {
                    match code(start + 8) {
                        Some(low @ 0xdc00..0xe000) => (
                            char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                                .unwrap_or('\u{fffd}'),
                            12,
                        ),
                        _ => ('\u{fffd}', 6),
                    }
                }
                Some(code) => (char::from_u32(code).unwrap_or('\u{fffd}'), 6),
                None => ('\\', 1),
            },
            None => {
                self.cut_off = true;
                self.at += 1;
                return None;
            }
            Some(_) => ('\\', 1),
        };
        self.at += length;
        Some(character)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &str, cut_off: bool) {
        let found = read(text).unwrap();
        assert_eq!(
            found.value.get("a").and_then(Value::text),
            Some(wanted),
            "{text}"
        );
        assert_eq!(found.cut_off, cut_off, "{text}");
    }

    #[test]
    fn what_models_write_is_read() {
        check(r#"{"a": "b"}"#, "b", false);
        check("{\"a\": \"line\nline\"}", "line\nline", false);
        check("{ // why\n \"a\": \"b\", }", "b", false);
        check(
            r#"{"a": "\u0041\ud83d\ude00\n\d"}"#,
            "A\u{1f600}\n\\d",
            false,
        );
        check(r#"{"a": "b"#, "b", true);
        check(r#"{"a": "b", "c": [1, {"#, "b", true);
        check(
            r#"{"x": tru, "a": 1"#.replace("tru, \"a\": 1", "1, \"a\": \"b\"").as_str(),
            "b",
            true,
        );
        assert_eq!(read("nothing"), None);
        assert_eq!(read(&"[".repeat(100_000)), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let text = "a\"b\\c\nd\u{1}é\u{202e}";
        let mut json = String::new();
        write_text(&mut json, text);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        assert_eq!(read(&json).unwrap().value.text(), Some(text));
    }
}
