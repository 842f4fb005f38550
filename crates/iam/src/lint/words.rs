//! How values stand in a sentence.

/// A value in backticks; a long one is cut.
pub(super) fn code(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST {
        return format!("`{text}`");
    }
    let short: String = text.chars().take(MOST).collect();
    format!("`{short}...`")
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
        .map(|value| code(value.as_ref()))
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
