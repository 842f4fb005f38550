//! What is found in a paste.

use std::fmt::Write as _;

use crate::laws::check_spans;
use crate::plain::{read_named, read_one};

/// One line a document (`format name: first bytes … last bytes`) and one a problem (`! line: message`).
fn show(name: Option<&str>, text: &str) -> String {
    let reading = read_named(name, text);
    check_spans(text, &reading);
    let mut shown = String::new();
    for document in &reading.documents {
        let content = document.span.text(text);
        let first = content.lines().next().unwrap_or_default();
        let last = content.lines().last().unwrap_or_default();
        let _ = writeln!(
            shown,
            "{} {}: {first} … {last}",
            document.format.as_str(),
            document.name.as_deref().unwrap_or("-")
        );
    }
    let index = undeny_text::LineIndex::new(text);
    for problem in &reading.problems {
        let place = index.line_column(text, problem.span.start);
        let _ = writeln!(shown, "! {}:{} {problem}", place.line, place.column);
    }
    shown
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let shown = show(None, text);
    assert!(
        shown.trim() == expected.trim(),
        "got\n{shown}\nexpected\n{expected}"
    );
}

#[test]
fn an_error_and_two_policies() {
    check(
        "User: arn:aws:sts::1:assumed-role/a/b is not authorized\n\n{\n  \"Statement\": []\n}\n\n\n# trust.json\n{\n  \"Statement\": [ ]\n}\nbye\n",
        "
text -: User: arn:aws:sts::1:assumed-role/a/b is not authorized … User: arn:aws:sts::1:assumed-role/a/b is not authorized
json -: { … }
json trust.json: { … }
text -: bye … bye
",
    );
}

#[test]
fn a_file_is_one_document_with_all_its_bytes() {
    let reading = read_named(Some("a.json"), "\u{feff}{\n \"a\": 1 }\r\n\r\n");
    assert_eq!(reading.documents.len(), 1);
    assert_eq!(reading.documents[0].span.len(), 18);
    assert_eq!(reading.documents[0].name.as_deref(), Some("a.json"));
}

#[test]
fn brackets_in_a_log_are_text() {
    check(
        "[Container] 2026/10/02 Running\n[INFO] {not json}\n[1] x\n{\"level\":\"error\",\"m\":\"x\"}\n{u'Message': u'User: x'}\n",
        "text -: [Container] 2026/10/02 Running … {u'Message': u'User: x'}",
    );
}

#[test]
fn a_policy_in_the_midst_of_a_line() {
    check(
        "12:00 putting policy {\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\"}]} to role\n",
        "
text -: 12:00 putting policy … 12:00 putting policy
json -: {\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\"}]} … {\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\"}]}
text -: to role … to role
",
    );
}

#[test]
fn a_markdown_fence_gives_the_name() {
    check(
        "hello\n```json policy.json\n{\n  \"Statement\": []\n}\n```\n\n```json\n{ \"Statement\": [] }\n```\n",
        "
text -: hello … hello
json policy.json: { … }
json -: { \"Statement\": [] } … { \"Statement\": [] }
",
    );
}

#[test]
fn what_is_broken_is_a_problem_with_a_place_and_the_rest_goes_on() {
    check(
        "{\n  \"Statement\": [\n    {\n      \"Action\": \"a\"\n      \"Resource\": \"b\"\n    }\n  ]\n}\n\n{\n  \"Statement\": []\n}\n",
        "
text -: { … }
json -: { … }
! 4:20 a comma is missing here (add `,` before this place)
",
    );
    check(
        "{\n  \"Statement\": [\n    { \"Action\": \"a }\n  ]\n}\n\n{\n  \"Statement\": []\n}\n",
        "
text -: { … }
json -: { … }
! 3:17 this string is not closed on its line (add the missing `\"`)
",
    );
}

#[test]
fn a_key_twice_is_a_problem_and_both_are_read() {
    let text = "{ \"a\": 1, \"a\": 2 }";
    check(
        text,
        "
json -: { \"a\": 1, \"a\": 2 } … { \"a\": 1, \"a\": 2 }
! 1:11 the key `a` is there twice in one object (AWS refuses a policy with a repeated key: merge the two)
",
    );
    assert_eq!(
        read_one(text).documents[0]
            .root
            .as_map()
            .unwrap()
            .members
            .len(),
        2
    );
}
