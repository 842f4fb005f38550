//! How values stand in a sentence.

use std::fmt;

/// A value in backticks; a long one is cut.
pub(super) struct Code<'a>(&'a str);

impl fmt::Display for Code<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 120;
        let (shown, more) = match self.0.char_indices().nth(MOST) {
            Some((end, _)) => (self.0.get(..end).unwrap_or_default(), "..."),
            None => (self.0, ""),
        };
        for part in ["`", shown, more, "`"] {
            formatter.write_str(part)?;
        }
        Ok(())
    }
}

/// A value in backticks; a long one is cut.
pub(super) fn code(text: &str) -> Code<'_> {
    Code(text)
}

/// Values in backticks: `a`, `b` and `c`; of many the first five.
pub(super) fn list<T: AsRef<str>>(values: &[T]) -> String {
    joined(values, "and")
}

/// As [`list`], with one to choose: `a`, `b` or `c`.
pub(super) fn either<T: AsRef<str>>(values: &[T]) -> String {
    joined(values, "or")
}

fn joined<T: AsRef<str>>(values: &[T], word: &str) -> String {
    const MOST: usize = 5;
    let mut shown: Vec<String> = values
        .iter()
        .take(MOST)
        .map(|value| code(value.as_ref()).to_string())
        .collect();
    if values.len() > MOST {
        shown.push(format!("{} more", values.len() - MOST));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
        None => String::new(),
    }
}
