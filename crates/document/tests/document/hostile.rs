//! Input that nobody means well with: an answer, quickly, and never a panic.

use crate::laws::check_spans;
use crate::plain::read_one;

#[track_caller]
fn survives(text: &str) -> Vec<String> {
    let start = std::time::Instant::now();
    let reading = read_one(text);
    check_spans(text, &reading);
    let took = start.elapsed();
    assert!(took.as_secs() < 20, "{took:?} for {} bytes", text.len());
    reading.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn deep_brackets() {
    for (open, close) in [
        ("[", "]"),
        ("{\"a\":", "}"),
        ("{\"a\":[", "]}"),
        ("(", ")"),
        ("- ", ""),
        ("a:\n", ""),
    ] {
        let text = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        let problems = survives(&text);
        if text.starts_with(['[', '{']) {
            assert_eq!(
                problems,
                ["this nests deeper than 128 levels (paste the policy alone)"]
            );
        }
        survives(&open.repeat(100_000));
        survives(&close.repeat(100_000));
        survives(&format!("{{\"Statement\": {}", open.repeat(1000)).repeat(100));
    }
}

#[test]
fn nothing_and_binary() {
    assert!(read_one("").documents.is_empty());
    assert!(read_one(" \n\t\r\n\u{feff}").documents.is_empty());
    survives("\0\u{1}\u{2}{\0}[\0]\"\0\"");
    let bytes: Vec<u8> = (0..200_000_u32)
        .map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    survives(&String::from_utf8_lossy(&bytes));
}

#[test]
fn long_and_broken() {
    survives(&"{\n\"Statement\": [\n".repeat(50_000));
    survives(&"{\"Statement\": \"\n".repeat(50_000));
    survives(&"x {\"Statement\": {\n".repeat(50_000));
    survives(&"{\"a\": 1}\n".repeat(100_000));
    survives(&"\"".repeat(1_000_000));
    survives(&"{\"".repeat(500_000));
    survives(&"\\".repeat(1_000_000));
    survives(&"{\"Statement\": \"\\\\\\\"".repeat(100_000));
}

#[test]
fn interpolations_in_interpolations() {
    let deep = |open: &str, close: &str| format!("{}x{}", open.repeat(40), close.repeat(40));
    let quoted = format!(
        "resource \"a\" \"b\" {{\n  x = {}\n}}\n",
        deep("\"${", "}\"")
    );
    assert_eq!(
        survives(&quoted),
        ["interpolations nest deeper than 12 levels (write the inner ones as locals)"]
    );
    let heredoc = format!(
        "resource \"a\" \"b\" {{\n  x = <<E\n${{{}}}\nE\n}}\n",
        deep("\"${", "}\"")
    );
    assert_eq!(survives(&heredoc).len(), 1);
}
