//! Deciding, comparing and linting: requests against policies that are read once, pairs of policies as people change them, and hostile ones.

use std::hint::black_box;

use undeny_core::{Input, Paste, compare, lint};
use undeny_iam::evaluate::{Compiled, Context, Request, Scenario};
use undeny_iam::{glob, policy};
use wasm_bindgen::prelude::wasm_bindgen;

const IDENTITY: &str = r#"{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": ["arn:aws:s3:::reports/*", "arn:aws:s3:::reports"] },
  { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/deploy-*" },
  { "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": { "StringNotEquals": { "aws:RequestedRegion": ["eu-west-1", "eu-central-1"] } } }
] }"#;
const BUCKET: &str = r#"{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/ci" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*" },
  { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*", "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
] }"#;

/// Requests decided with the same policies, which are read once for all of them.
#[wasm_bindgen]
pub fn decisions(count: usize) -> usize {
    let read = |text: &str| policy::find(&undeny_document::read(&paste_of(text.to_owned())));
    let compiled = Compiled::new(&Scenario {
        identity: read(IDENTITY),
        resource: read(BUCKET).into_iter().next(),
        ..Scenario::default()
    });
    let mut context = Context::default();
    context.set("aws:RequestedRegion", vec!["eu-west-1".to_owned()]);
    context.set("aws:SecureTransport", vec!["true".to_owned()]);
    let request = Request {
        principal: "arn:aws:sts::111122223333:assumed-role/ci/build-7".to_owned(),
        action: "s3:GetObject".to_owned(),
        resource: "arn:aws:s3:::reports/2026/a.csv".to_owned(),
        context,
    };
    (0..count)
        .filter(|_| compiled.decide(black_box(&request)) == undeny_iam::evaluate::Outcome::Allowed)
        .count()
}

const SERVICES: &[(&str, &str)] = &[
    ("cloudformation", "stack"),
    ("cloudtrail", "trail"),
    ("dynamodb", "table"),
    ("ec2", "instance"),
    ("kms", "key"),
    ("lambda", "function"),
    ("rds", "db"),
    ("s3", "bucket"),
    ("secretsmanager", "secret"),
    ("sqs", "queue"),
];
const VERBS: &[&str] = &[
    "Create", "Delete", "Describe", "Get", "List", "Put", "Start", "Stop", "Tag", "Update",
];
const NOUNS: &[&str] = &["Item", "Set", "Policy", "Status", "Version"];

/// Pairs of policies as people compare them.
#[wasm_bindgen]
pub fn pair_count() -> usize {
    SERVICES.len() * 4
}

/// The pair of this number: BEFORE, a line with `----`, AFTER.
#[wasm_bindgen]
pub fn pair(number: usize) -> String {
    let (service, kind) = SERVICES
        .get(number % SERVICES.len())
        .copied()
        .unwrap_or(("s3", "bucket"));
    let all: Vec<String> = VERBS
        .iter()
        .flat_map(|verb| {
            NOUNS
                .iter()
                .map(move |noun| format!("\"{service}:{verb}{noun}\""))
        })
        .collect();
    let all = all.join(", ");
    let deny = format!(
        r#"{{ "Version": "2012-10-17", "Statement": [
  {{ "Effect": "Allow", "Action": "*", "Resource": "*" }},
  {{ "Effect": "Deny", "Action": [{all}], "Resource": "arn:aws:{service}:*:*:{kind}/Sensitive*" }} ] }}"#
    );
    let after = match number / SERVICES.len() {
        // Nothing new; new on the sensitive one; a list that grew by one; a condition that went.
        0 => format!(
            r#"{{ "Version": "2012-10-17", "Statement": [ {{ "Effect": "Allow", "Action": ["{service}:Get*", "{service}:PutItem"], "Resource": "arn:aws:{service}:*:*:{kind}/Other" }} ] }}"#
        ),
        1 => format!(
            r#"{{ "Version": "2012-10-17", "Statement": [ {{ "Effect": "Allow", "Action": "{service}:*", "Resource": "*" }} ] }}"#
        ),
        2 => {
            let list = |more: &str| {
                format!(
                    r#"{{ "Version": "2012-10-17", "Statement": [ {{ "Effect": "Allow", "Action": [{all}{more}], "Resource": ["arn:aws:{service}:eu-west-1:111122223333:{kind}/a*", "arn:aws:{service}:eu-west-1:111122223333:{kind}/b/*"] }} ] }}"#
                )
            };
            return format!(
                "{}\n----\n{}",
                list(""),
                list(&format!(", \"{service}:ResetAll\""))
            );
        }
        _ => {
            let guarded = |condition: &str| {
                format!(
                    r#"{{ "Version": "2012-10-17", "Statement": [ {{ "Effect": "Allow", "Principal": {{ "AWS": "arn:aws:iam::111122223333:root" }}, "Action": "{service}:*", "Resource": "*"{condition} }} ] }}"#
                )
            };
            let condition = r#", "Condition": { "StringEquals": { "aws:PrincipalTag/team": ["red", "blue"] }, "IpAddress": { "aws:SourceIp": "203.0.113.0/24" }, "Bool": { "aws:MultiFactorAuthPresent": "true" } }"#;
            return format!("{}\n----\n{}", guarded(condition), guarded(""));
        }
    };
    format!("{deny}\n----\n{after}")
}

/// Compare two texts of policies; how many entries of new access there are.
#[wasm_bindgen]
pub fn comparison(before: &str, after: &str) -> usize {
    compare::compare(before, after).map_or(0, |report| report.new_access.len())
}

/// Patterns that make a backtracking engine hang, against 2 KB.
#[wasm_bindgen]
pub fn glob_count() -> usize {
    GLOBS.len()
}

const GLOBS: &[(&str, &str)] = &[
    ("a*", "b"),
    ("*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b*"),
    ("*a?a", "b*"),
    ("*a", "b"),
];

/// Match the pattern of this number, 64 stars long, `count` times.
#[wasm_bindgen]
pub fn globs(number: usize, count: usize) -> usize {
    let (piece, end) = GLOBS.get(number).copied().unwrap_or_default();
    let pattern = piece.repeat(64) + end;
    let text = "a".repeat(2_048);
    (0..count)
        .filter(|_| glob::matches(black_box(&pattern), black_box(&text)))
        .count()
}

/// Input of about 1 MB that is meant to cost much, as one policy to lint and as two to compare: how much is found.
#[wasm_bindgen]
pub fn hostile(number: usize) -> usize {
    let found = lint::lint(&paste_of(hostile_text(number, 1_000_000)));
    let half = hostile_text(number, 500_000);
    found.findings.len() + comparison(&half.replacen("Allow", "Deny", 1), &half)
}

/// How many there are.
#[wasm_bindgen]
pub fn hostile_count() -> usize {
    HOSTILE.len()
}

const HOSTILE: &[fn(usize) -> String] = &[
    |at| {
        format!(
            r#"{{"Effect":"Allow","Action":"s3:Get*{at}","Resource":"arn:aws:s3:::b{at}/*x*{at}*"}}"#
        )
    },
    |at| {
        format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringLike":{{"k:{at}":["*a*{at}","*b*","c?"]}}}}}}"#
        )
    },
    |at| {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{:012}:role/r"}},"Action":"sts:AssumeRole"}}"#,
            at % 1_000_000
        )
    },
    |at| {
        format!(
            r#"{{"Effect":"Allow","Action":["ec2:Run*","iam:*{at}"],"Resource":"*","Condition":{{"ForAllValues:StringNotLike":{{"aws:TagKeys":"*{at}*"}}}}}}"#
        )
    },
    |at| {
        format!(
            r#"{{"Effect":"Allow","Action":["{}"],"Resource":"arn:aws:s3:::b{at}"}}"#,
            vec!["a"; 200].join(r#"",""#)
        )
    },
    |_| {
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"a":{"b":"c","d":"e","f":"g"}}}"#.to_owned()
    },
    |_| "{}".to_owned(),
    |_| "[[".to_owned(),
];

fn hostile_text(number: usize, bytes: usize) -> String {
    let Some(statement) = HOSTILE.get(number) else {
        return String::new();
    };
    let mut text = String::from("{\"Version\":\"2012-10-17\",\"Statement\":[");
    let mut at = 0;
    while text.len() < bytes - 2_000 {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&statement(at));
        at += 1;
    }
    text + "]}"
}

fn paste_of(text: String) -> Paste {
    Paste {
        inputs: vec![Input {
            name: None,
            text,
            role: None,
        }],
    }
}
