//! Edits as diffs that a person can read.

use undeny_document::edit::{self, New, NewMember};
use undeny_document::{Piece, Text};
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
    let after = edit_law(None, text, index, &way, operation)
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

const DATA: &str = r#"data "aws_iam_policy_document" "d" {
  statement {
    effect    = "Allow"
    actions   = ["ec2:RunInstances"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "d" {
  name   = "d"
  policy = data.aws_iam_policy_document.d.json
}
"#;

fn block(key: &str, members: Vec<NewMember>) -> NewMember {
    NewMember {
        key: key.to_owned(),
        value: New::Map(members),
        block: true,
    }
}

#[test]
fn hcl_a_statement_block_behind_the_others() {
    let statement = Operation::Insert(
        None,
        vec![block(
            "statement",
            vec![
                attribute("effect", text("Allow")),
                attribute("actions", New::List(vec![text("iam:PassRole")])),
                attribute(
                    "resources",
                    New::List(vec![New::Reference("aws_iam_role.x.arn".to_owned())]),
                ),
                block(
                    "condition",
                    vec![
                        attribute("test", text("StringEquals")),
                        attribute("variable", text("iam:PassedToService")),
                        attribute("values", New::List(vec![text("bedrock.amazonaws.com")])),
                    ],
                ),
            ],
        )],
    );
    check(
        DATA,
        "data",
        &statement,
        r#"
+  statement {
+    effect    = "Allow"
+    actions   = ["iam:PassRole"]
+    resources = [aws_iam_role.x.arn]
+    condition {
+      test     = "StringEquals"
+      variable = "iam:PassedToService"
+      values   = ["bedrock.amazonaws.com"]
+    }
+  }
"#,
    );
}

#[test]
fn hcl_the_column_of_the_equals_sign_is_kept() {
    check(
        DATA,
        "data/statement",
        &Operation::Insert(Some(0), vec![attribute("sid", text("New"))]),
        r#"
+    sid       = "New"
"#,
    );
    check(
        DATA,
        "resource",
        &Operation::Insert(None, vec![attribute("name_prefix", text("x"))]),
        r#"
-  name   = "d"
-  policy = data.aws_iam_policy_document.d.json
+  name        = "d"
+  policy      = data.aws_iam_policy_document.d.json
+  name_prefix = "x"
"#,
    );
    check(
        DATA,
        "data/statement/actions",
        &add("ec2:CreateFleet"),
        r#"
-    actions   = ["ec2:RunInstances"]
+    actions   = ["ec2:RunInstances", "ec2:CreateFleet"]
"#,
    );
}

#[test]
fn hcl_lists_in_jsonencode() {
    let policy = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    Statement = [\n      {\n        Effect = \"Allow\"\n        Action = [\n          \"ec2:*\",\n          \"s3:*\",\n        ]\n        Resource = \"*\"\n      },\n    ]\n  })\n}\n";
    check(
        policy,
        "resource/policy/Statement/0/Action",
        &add("a:B"),
        r#"
+          "a:B",
"#,
    );
    check(
        policy,
        "resource/policy/Statement/0/Resource",
        &add("a:B"),
        r#"
-        Resource = "*"
+        Resource = ["*", "a:B"]
"#,
    );
    check(
        policy,
        "resource/policy/Statement",
        &add_statement(),
        r#"
+      {
+        Effect = "Allow"
+        Action = [
+          "a:B",
+          "c:D",
+        ]
+        Resource = "*"
+      },
"#,
    );
    let colons = "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    \"Statement\" : [{\n      \"Effect\" : \"Allow\",\n      \"Action\" : \"s3:*\"\n    }]\n  })\n}\n";
    check(
        colons,
        "resource/policy/Statement",
        &add_statement(),
        r#"
+      }, {
+      "Effect" : "Allow",
+      "Action" : ["a:B", "c:D"],
+      "Resource" : "*"
"#,
    );
}

#[test]
fn hcl_json_in_a_heredoc() {
    let policy = "resource \"x\" \"y\" {\n  policy = <<-EOF\n    {\n      \"Statement\": [\n        {\n          \"Action\": \"a:B\",\n          \"Resource\": \"arn:aws:s3:::${aws_s3_bucket.b.id}/$${aws:username}\"\n        }\n      ]\n    }\n  EOF\n}\n";
    check(
        policy,
        "resource/policy/Statement/0/Resource",
        &Operation::Append(vec![
            text("x/${aws:username}"),
            New::Reference("aws_s3_bucket.b.arn".to_owned()),
        ]),
        r#"
-          "Resource": "arn:aws:s3:::${aws_s3_bucket.b.id}/$${aws:username}"
+          "Resource": ["arn:aws:s3:::${aws_s3_bucket.b.id}/$${aws:username}", "x/$${aws:username}", "${aws_s3_bucket.b.arn}"]
"#,
    );
}

#[test]
fn hcl_expressions_are_not_edited_into() {
    let policy =
        "data \"x\" \"y\" {\n  a = var.list\n  b = merge(var.a, {})\n  c = aws_x.y.arn\n}\n";
    check_refused(
        policy,
        "data/a",
        &add("x"),
        "`var.list` may be a list already, and the text does not tell",
    );
    check_refused(
        policy,
        "data/b",
        &add("x"),
        "it is the result of `merge(..)`, which the text alone does not tell",
    );
    check(
        policy,
        "data/c",
        &add("x"),
        r#"
-  c = aws_x.y.arn
+  c = [aws_x.y.arn, "x"]
"#,
    );
}

const TEMPLATE: &str = "Resources:\n  fn:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - Effect: Allow\n            Action:\n              - a:Get\n              - \"a:List*\" # read\n            Resource: !GetAtt Alerts.Arn # table\n      Roles:\n        - !Ref Role\n";

#[test]
fn yaml_a_list_by_indentation() {
    let path = "Resources/fn/Properties/PolicyDocument/Statement/0";
    check(
        TEMPLATE,
        &format!("{path}/Action"),
        &add("a:Put"),
        r#"
+              - a:Put
"#,
    );
    check(
        TEMPLATE,
        &format!("{path}/Resource"),
        &Operation::Append(vec![New::Template(Text::new(vec![
            Piece::Reference("GetAtt:Alerts.Arn".to_owned()),
            Piece::Literal("/index/${aws:username}".to_owned()),
        ]))]),
        r#"
-            Resource: !GetAtt Alerts.Arn # table
+            Resource:
+              - !GetAtt Alerts.Arn # table
+              - !Sub "${Alerts.Arn}/index/${!aws:username}"
"#,
    );
    check(
        TEMPLATE,
        path,
        &Operation::Insert(Some(0), vec![attribute("Sid", text("New"))]),
        r#"
+            Sid: New
"#,
    );
}

#[test]
fn yaml_a_statement_in_the_hand_of_its_neighbours() {
    let statement = Operation::Append(vec![New::Map(vec![
        attribute("Effect", text("Allow")),
        attribute("Action", New::List(vec![text("iam:PassRole"), text("*")])),
        attribute(
            "Resource",
            New::Reference("GetAtt:OrdersRole.Arn".to_owned()),
        ),
        attribute(
            "Condition",
            New::Map(vec![attribute(
                "StringEquals",
                New::Map(vec![attribute(
                    "iam:PassedToService",
                    text("lambda.amazonaws.com"),
                )]),
            )]),
        ),
    ])]);
    check(
        TEMPLATE,
        "Resources/fn/Properties/PolicyDocument/Statement",
        &statement,
        r#"
+          - Effect: Allow
+            Action:
+              - iam:PassRole
+              - "*"
+            Resource: !GetAtt OrdersRole.Arn
+            Condition:
+              StringEquals:
+                iam:PassedToService: lambda.amazonaws.com
"#,
    );
}

#[test]
fn yaml_with_brackets_and_flush_lists() {
    let text = "Statement:\n- Effect: Allow\n  Action: [\"a:B\", \"c:D\"]\n  Resource: \"*\"\n";
    check(
        text,
        "Statement/0/Action",
        &add("e:F"),
        r#"
-  Action: ["a:B", "c:D"]
+  Action: ["a:B", "c:D", "e:F"]
"#,
    );
    check(
        text,
        "Statement/0/Resource",
        &add("x"),
        r#"
-  Resource: "*"
+  Resource: ["*", "x"]
"#,
    );
    check(
        text,
        "Statement",
        &add_statement(),
        r#"
+- Effect: Allow
+  Action: ["a:B", "c:D"]
+  Resource: "*"
"#,
    );
    check(
        text,
        "Statement/0/Action",
        &Operation::Remove(0),
        r#"
-  Action: ["a:B", "c:D"]
+  Action: ["c:D"]
"#,
    );
    check(
        "Statement:\n  Effect: Allow\n  Action: a:B\n",
        "Statement",
        &add_statement(),
        r#"
-  Effect: Allow
-  Action: a:B
+  - Effect: Allow
+    Action: a:B
+  - Effect: Allow
+    Action: [a:B, c:D]
+    Resource: "*"
"#,
    );
}

#[test]
fn yaml_policies_in_block_scalars_and_what_is_shared() {
    let text = "Resources:\n  R:\n    Type: AWS::X\n    Policy: |\n      {\n        \"Statement\": [{ \"Action\": \"a:B\" }]\n      }\n    A: &shared [x]\n    B: *shared\n";
    check(
        text,
        "Resources/R/Policy/Statement/0/Action",
        &add("c:D"),
        r#"
-        "Statement": [{ "Action": "a:B" }]
+        "Statement": [{ "Action": ["a:B", "c:D"] }]
"#,
    );
    check_refused(
        text,
        "Resources/R/A",
        &add("y"),
        "an anchor (`&`) makes this node stand in several places: a change here would change them all",
    );
    check_refused(
        text,
        "Resources/R/B",
        &add("y"),
        "`*shared` stands for something written elsewhere",
    );
}

#[test]
fn cloudformation_in_json() {
    let text = "{\n  \"Resources\": {\n    \"P\": {\n      \"Type\": \"AWS::IAM::Policy\",\n      \"Resource\": { \"Fn::GetAtt\": [\"T\", \"Arn\"] }\n    }\n  }\n}\n";
    check(
        text,
        "Resources/P/Resource",
        &Operation::Append(vec![
            New::Reference("Ref:X".to_owned()),
            New::Template(Text::new(vec![
                Piece::Reference("GetAtt:T.Arn".to_owned()),
                Piece::Literal("/*".to_owned()),
            ])),
        ]),
        r#"
-      "Resource": { "Fn::GetAtt": ["T", "Arn"] }
+      "Resource": [{ "Fn::GetAtt": ["T", "Arn"] }, { "Ref": "X" }, { "Fn::Sub": "${T.Arn}/*" }]
"#,
    );
}
