//! Edits as diffs that a person can read.

use undeny_document::edit::{self, New};
use undeny_text::{Edits, LineKind, hunks};

use crate::laws::{Operation, attribute, edit_law};
use crate::plain::{find, nodes, read_one};

/// Make `operation` at `path` of the first document that is not text; `expected` is the changed lines.
#[track_caller]
fn check(text: &str, path: &str, operation: &Operation, expected: &str) {
    let reading = read_one(text);
    let index = reading
        .documents
        .iter()
        .position(|document| document.format.as_str() != "text")
        .unwrap_or_else(|| panic!("no document: {:?}", reading.problems));
    let node = find(&reading.documents[index], path);
    let (way, _) = nodes(&reading.documents[index].root)
        .into_iter()
        .find(|(_, candidate)| std::ptr::eq(*candidate, node))
        .unwrap();
    let after = edit_law(text, index, &way, operation)
        .unwrap_or_else(|| panic!("refused: {:?}", operation.edits(text, node)));
    let mut diff = String::new();
    for hunk in hunks(text, &after, 0) {
        for line in hunk.lines {
            let sign = match line.kind {
                LineKind::Removed => '-',
                LineKind::Added => '+',
                LineKind::Context => ' ',
            };
            diff.push(sign);
            diff.push_str(&line.text);
            diff.push('\n');
        }
    }
    assert!(
        diff.trim_end() == expected.trim_start_matches('\n').trim_end(),
        "got\n{diff}\nexpected\n{expected}"
    );
}

#[track_caller]
fn check_refused(text: &str, path: &str, operation: &Operation, reason: &str) {
    let reading = read_one(text);
    let node = find(&reading.documents[0], path);
    let refusal = operation.edits(text, node).unwrap_err();
    assert_eq!(refusal.reason, reason);
}

fn text(content: &str) -> New {
    New::Text(content.to_owned())
}

fn add(action: &str) -> Operation {
    Operation::Append(vec![text(action)])
}

fn add_statement() -> Operation {
    Operation::Append(vec![New::Map(vec![
        attribute("Effect", text("Allow")),
        attribute("Action", New::List(vec![text("a:B"), text("c:D")])),
        attribute("Resource", text("*")),
    ])])
}

#[test]
fn json_a_comment_stays_and_the_comma_goes_before_it() {
    check(
        "{ \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": [\n      \"s3:GetObject\" // objects\n], \"Resource\": \"arn:aws:s3:::reports/*\" }] }\n",
        "Statement/0/Action",
        &add("s3:PutObject"),
        r#"
-      "s3:GetObject" // objects
+      "s3:GetObject", // objects
+      "s3:PutObject"
"#,
    );
}

#[test]
fn json_one_item_a_line() {
    check(
        "{\n  \"Action\": [\n    \"a:B\",\n    \"a:C\"\n  ]\n}",
        "Action",
        &add("a:D"),
        r#"
-    "a:C"
+    "a:C",
+    "a:D"
"#,
    );
    check(
        "{\n  \"Action\": [\n    \"a:B\",\n    \"a:C\", // last\n  ]\n}",
        "Action",
        &add("a:D"),
        r#"
+    "a:D",
"#,
    );
}

#[test]
fn json_lists_on_one_line() {
    check(
        r#"{"Action":["a:B"]}"#,
        "Action",
        &add("a:C"),
        r#"
-{"Action":["a:B"]}
+{"Action":["a:B","a:C"]}
"#,
    );
    check(
        r#"{ "Action": [ "a:B" ] }"#,
        "Action",
        &add("a:C"),
        r#"
-{ "Action": [ "a:B" ] }
+{ "Action": [ "a:B", "a:C" ] }
"#,
    );
    check(
        "{\n  \"Action\": [\"a:B\"]\n}",
        "Action",
        &add("a:C"),
        r#"
-  "Action": ["a:B"]
+  "Action": ["a:B", "a:C"]
"#,
    );
}

#[test]
fn json_a_single_value_becomes_a_list_as_its_neighbours_are() {
    check(
        "{\n  \"Action\": \"a:B\"\n}",
        "Action",
        &add("a:C"),
        r#"
-  "Action": "a:B"
+  "Action": ["a:B", "a:C"]
"#,
    );
    check(
        "{\n  \"Action\": \"a:B\",\n  \"Resource\": [\n    \"x\"\n  ]\n}",
        "Action",
        &add("a:C"),
        r#"
-  "Action": "a:B",
+  "Action": [
+    "a:B",
+    "a:C"
+  ],
"#,
    );
}

#[test]
fn json_a_statement_in_the_hand_of_its_neighbours() {
    check(
        "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\n        \"x:Y\"\n      ]\n    }\n  ]\n}",
        "Statement",
        &add_statement(),
        r#"
+    },
+    {
+      "Effect": "Allow",
+      "Action": [
+        "a:B",
+        "c:D"
+      ],
+      "Resource": "*"
"#,
    );
    check(
        r#"{"Statement":[{"Effect":"Allow","Action":"x:Y"}]}"#,
        "Statement",
        &add_statement(),
        r#"
-{"Statement":[{"Effect":"Allow","Action":"x:Y"}]}
+{"Statement":[{"Effect":"Allow","Action":"x:Y"},{"Effect":"Allow","Action":["a:B","c:D"],"Resource":"*"}]}
"#,
    );
    check(
        "{\n  \"Statement\": [{\n    \"Effect\": \"Allow\"\n  }]\n}",
        "Statement",
        &add_statement(),
        r#"
+  }, {
+    "Effect": "Allow",
+    "Action": ["a:B", "c:D"],
+    "Resource": "*"
"#,
    );
    check(
        "{\n\t\"Statement\": {\n\t\t\"Effect\": \"Allow\"\n\t}\n}",
        "Statement",
        &add_statement(),
        "
-\t\"Statement\": {
+\t\"Statement\": [{
-\t}
+\t}, {
+\t\t\"Effect\": \"Allow\",
+\t\t\"Action\": [\"a:B\", \"c:D\"],
+\t\t\"Resource\": \"*\"
+\t}]
",
    );
}

#[test]
fn json_members_are_inserted_behind_their_neighbour() {
    let condition = Operation::Insert(
        None,
        vec![attribute(
            "Condition",
            New::Map(vec![attribute(
                "Bool",
                New::Map(vec![attribute("k", text("true"))]),
            )]),
        )],
    );
    check(
        "{\n  \"A\": 1,\n  \"B\": 2 // two\n}\n",
        "",
        &condition,
        r#"
-  "B": 2 // two
+  "B": 2, // two
+  "Condition": {
+    "Bool": {
+      "k": "true"
+    }
+  }
"#,
    );
    check(
        "{\n  \"A\": 1,\n  \"B\": 2\n}\n",
        "",
        &Operation::Insert(Some(0), vec![attribute("K", text("v"))]),
        r#"
+  "K": "v",
"#,
    );
    check(
        r#"{ "A": 1 }"#,
        "",
        &condition,
        r#"
-{ "A": 1 }
+{ "A": 1, "Condition": { "Bool": { "k": "true" } } }
"#,
    );
    check(
        "{\n  \"A\": {}\n}",
        "A",
        &Operation::Insert(None, vec![attribute("K", text("v"))]),
        r#"
-  "A": {}
+  "A": {
+    "K": "v"
+  }
"#,
    );
}

#[test]
fn json_items_are_removed_with_their_separator() {
    check(
        "{\n  \"A\": [\n    \"b\",\n    \"c\"\n  ]\n}",
        "A",
        &Operation::Remove(1),
        r#"
-    "b",
-    "c"
+    "b"
"#,
    );
    check(
        "{\n  \"A\": [\n    \"b\",\n    \"c\"\n  ]\n}",
        "A",
        &Operation::Remove(0),
        r#"
-    "b",
"#,
    );
    check(
        r#"{"A":["b","c"]}"#,
        "A",
        &Operation::Remove(0),
        r#"
-{"A":["b","c"]}
+{"A":["c"]}
"#,
    );
    check(
        r#"{ "A": [ "b", "c" ] }"#,
        "A",
        &Operation::Remove(1),
        r#"
-{ "A": [ "b", "c" ] }
+{ "A": [ "b" ] }
"#,
    );
    check_refused(
        r#"{"A":["b"]}"#,
        "A",
        &Operation::Remove(0),
        "it is the only item, and an empty list means something else",
    );
}

#[test]
fn json_inside_a_string_is_read_and_not_edited() {
    check_refused(
        r#"{ "PolicyDocument": "{\"Statement\":[{\"Action\":[\"a:B\"]}]}" }"#,
        "PolicyDocument/Statement/0/Action",
        &add("a:C"),
        "it stands inside a string with escapes: change it where the string is made",
    );
}

#[test]
fn two_edits_of_one_text_can_be_made_together() {
    let text = "{\n  \"A\": [\"b\"],\n  \"C\": [\"d\"]\n}";
    let reading = read_one(text);
    let document = &reading.documents[0];
    let mut edits = edit::append(text, find(document, "A"), &[New::Text("x".to_owned())]).unwrap();
    edits.extend(edit::append(text, find(document, "C"), &[New::Text("y".to_owned())]).unwrap());
    assert_eq!(
        Edits::new(edits).unwrap().apply(text).unwrap(),
        "{\n  \"A\": [\"b\", \"x\"],\n  \"C\": [\"d\", \"y\"]\n}"
    );
}
