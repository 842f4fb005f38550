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

#[test]
fn a_broken_block_hides_no_other() {
    check(
        "resource \"a\" \"one\" {\n  x = [\"a\"\n}\n\nresource \"a\" \"two\" {\n  x = 1\n}\n\nresource \"a\" \"three\" {\n  x = = 1\n}\n\nresource \"a\" \"four\" {\n  x = <<EOF\nfoo\n}\n\nresource \"a\" \"five\" {\n}\n",
        "
hcl -: resource \"a\" \"one\" { … }
! 3:1 `}` closes nothing that is open here (check the brackets before this place)
! 10:7 this is not what Terraform can read (the reader says: invalid expression; expected `\"`, `[`, `{`, `-`, `!`, `(`, `_`, `<`, letter or digit)
! 14:7 the end of this heredoc is missing (paste the whole block)
",
    );
}

#[test]
fn files_in_one_paste_are_named_by_their_comments() {
    check(
        "AccessDenied: no\n\n# main.tf\nresource \"a\" \"b\" {\n}\n\n# deploy_action\nresource \"aws_iam_role\" \"deploy_action\" {\n}\n\n# publish.yml\n- name: x\n  uses: y\n\n# stack\nResources:\n  A:\n    Type: AWS::S3::Bucket\n\n// trust.json\n{\n  \"Statement\": []\n}\n",
        "
text -: AccessDenied: no … AccessDenied: no
hcl main.tf: resource \"a\" \"b\" { … }
hcl deploy_action: resource \"aws_iam_role\" \"deploy_action\" { … }
yaml publish.yml: - name: x …   uses: y
cfn-yaml stack: Resources: …     Type: AWS::S3::Bucket
json trust.json: { … }
",
    );
    check(
        "--- file: a.tf\nvariable \"x\" {}\n\n--- file: b.yaml\non: push\njobs:\n  a:\n    steps: []\n\n==> c.json <==\n{ \"Statement\": [] }\n",
        "
hcl a.tf: variable \"x\" {} … variable \"x\" {}
yaml b.yaml: on: push …     steps: []
json c.json: { \"Statement\": [] } … { \"Statement\": [] }
",
    );
}

#[test]
fn yaml_behind_an_error_and_between_separators() {
    check(
        "Error: it failed\nAWSTemplateFormatVersion: 2010-09-09\nResources:\n  A:\n    Type: AWS::S3::Bucket\nDone.\n",
        "
text -: Error: it failed … Error: it failed
cfn-yaml -: AWSTemplateFormatVersion: 2010-09-09 …     Type: AWS::S3::Bucket
text -: Done. … Done.
",
    );
    check(
        "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n",
        "
yaml -: --- …   name: a
yaml -: --- …   name: b
",
    );
    check(
        "Caused by:\n  Service: AmazonS3\n  Status Code: 403\nUser: arn:aws:iam::1:user/x\n",
        "text -: Caused by: … User: arn:aws:iam::1:user/x",
    );
}

#[test]
fn templates_of_templates_are_a_problem() {
    check(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Values.name }}\n  {{- if .x }}\n  a: b\n",
        "
text -: apiVersion: v1 …   a: b
! 5:5 a template (`{{ .. }}`) stands where YAML is expected (paste the file as it is rendered)
",
    );
    check(
        "resource \"a\" \"b\" {\n  policy = <<EOF\n{ \"Statement\": [%{ if var.x }1%{ endif }] }\nEOF\n}\n",
        "
hcl -: resource \"a\" \"b\" { … }
! 3:17 a template directive decides what this policy says (paste the policy as it is rendered)
",
    );
}

#[test]
fn any_two_documents_in_one_paste_are_found_as_alone() {
    use crate::plain::Plain;
    use crate::samples::SAMPLES;
    let alone = |name: &str, text: &str| {
        let reading = read_named(Some(name), text);
        assert_eq!(reading.documents.len(), 1, "{name}");
        (
            reading.documents[0].format,
            Plain::of(&reading.documents[0].root),
        )
    };
    // Comments outside the document are text there.
    let samples = || {
        SAMPLES
            .iter()
            .filter(|(name, _)| *name != "comments-everywhere.json")
    };
    for (first, one) in samples() {
        for (second, two) in samples() {
            // A byte order mark belongs in front.
            let (one, two) = (
                one.trim_start_matches('\u{feff}'),
                two.trim_start_matches('\u{feff}'),
            );
            let text = format!(
                "An error occurred (AccessDenied) when calling the AssumeRole operation: User: x\nis not authorized\n\n# {first}\n{one}\n\n# {second}\n{two}\n"
            );
            let reading = read_one(&text);
            check_spans(&text, &reading);
            let found: Vec<_> = reading
                .documents
                .iter()
                .map(|document| (document.format, Plain::of(&document.root)))
                .skip(1)
                .collect();
            let names: Vec<_> = reading
                .documents
                .iter()
                .filter_map(|document| document.name.as_deref())
                .collect();
            assert_eq!(
                found,
                [alone(first, one), alone(second, two)],
                "{first} and {second}:\n{}",
                show(None, &text)
            );
            assert_eq!(names, [*first, *second], "{text}");
        }
    }
}
