//! The laws on random input: policies in random hands with a random denial, and damaged pastes.
//!
//! The same random numbers every time; `PROPTEST_CASES` tries more, `UNDENY_SEED=1` other ones.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestError, TestRunner};
use undeny_core::{Input, Options, Paste, run};
use undeny_tests::laws;

use crate::Test;

pub(crate) fn trials() -> Vec<Test> {
    vec![
        Test::new(
            "random: a policy in any hand and any denial keep the laws",
            || check(96, &story(), |paste| laws_hold(&paste)),
        ),
        Test::new(
            "random: a policy in any template and any denial keep the laws",
            || check(128, &templates(), |paste| laws_hold(&paste)),
        ),
        Test::new(
            "random: a trust policy and a tagged session keep the laws",
            || check(64, &tagging(), |paste| laws_hold(&paste)),
        ),
        Test::new("random: a trust policy for GitHub keeps the laws", || {
            check(64, &web_identity(), |paste| laws_hold(&paste))
        }),
        Test::new("random: a patch of a damaged paste is proven", || {
            check(384, &damaged(), |text| {
                let paste = one(text);
                laws::proven(&run(&paste, &Options::default()).report)?;
                laws::diffs_apply(&paste, &Options::default())?;
                laws::idempotent(&paste, &Options::default())
            })
        }),
        Test::new("random: no damage to a paste makes it panic", || {
            check(384, &damaged(), |text| {
                let paste = one(text);
                laws::spans(&paste, &run(&paste, &Options::default()).report)?;
                laws::deterministic(&paste, &Options::default())
            })
        }),
        Test::new("random: no answer makes it panic or widens a patch", || {
            let answers = (
                "[ -~]{0,40}|\\*|arn:aws:[a-z0-9]{0,4}:[*a-z-]{0,9}:[0-9*]{0,12}:[ -~]{0,20}",
                story(),
            );
            check(96, &answers, |(answer, paste)| {
                let ids = ["resource", "principal", "sub", "tag-keys", "region"];
                let options = Options {
                    answers: ids
                        .iter()
                        .map(|id| ((*id).to_owned(), answer.clone()))
                        .collect(),
                    ..Options::default()
                };
                laws::proven(&run(&paste, &options).report)?;
                laws::diffs_apply(&paste, &options)
            })
        }),
    ]
}

fn check<S: Strategy>(
    cases: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), String>,
) -> Result<(), String>
where
    S::Value: Clone + std::fmt::Debug,
{
    let variable = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let mut runner = TestRunner::new(Config {
        cases: variable("PROPTEST_CASES").map_or(cases, |cases: u64| {
            u32::try_from(cases).unwrap_or(cases as u32)
        }),
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(variable("UNDENY_SEED").unwrap_or(0)),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    });
    runner
        .run(strategy, |value| test(value).map_err(TestCaseError::fail))
        .map_err(|error| match error {
            TestError::Fail(reason, value) => format!("{reason}\n\nfor {value:#?}"),
            other => other.to_string(),
        })
}

fn one(text: String) -> Paste {
    let input = Input {
        text,
        ..Input::default()
    };
    Paste {
        inputs: vec![input],
    }
}

fn laws_hold(paste: &Paste) -> Result<(), String> {
    let options = Options::default();
    let outcome = run(paste, &options);
    laws::spans(paste, &outcome.report)?;
    laws::proven(&outcome.report)?;
    laws::diffs_apply(paste, &options)?;
    laws::idempotent(paste, &options)?;
    laws::deterministic(paste, &options)?;
    laws::line_ends(paste, &options)?;
    laws::restores(paste, &options, &BTreeMap::new())
}

/// How a policy is written.
#[derive(Clone, Debug)]
struct Hand {
    indent: Option<&'static str>,
    crlf: bool,
    ended: bool,
    colon: &'static str,
    comment: bool,
    one_line_lists: bool,
    scalars: bool,
}

fn hand() -> impl Strategy<Value = Hand> {
    (
        select(vec![Some("  "), Some("    "), Some("\t"), None]),
        any::<bool>(),
        any::<bool>(),
        select(vec![": ", ":", " : "]),
        prop::bool::weighted(0.2),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(indent, crlf, ended, colon, comment, one_line_lists, scalars)| Hand {
                indent,
                crlf,
                ended,
                colon,
                comment,
                one_line_lists,
                scalars,
            },
        )
}

impl Hand {
    fn write(&self, value: &serde_json::Value) -> String {
        let mut text = String::new();
        if self.comment {
            text.push_str("// written by hand\n");
        }
        self.value(&mut text, value, 0);
        if self.ended {
            text.push('\n');
        }
        if self.crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    }

    fn value(&self, text: &mut String, value: &serde_json::Value, depth: usize) {
        use serde_json::Value;
        match value {
            Value::Array(items) if items.len() == 1 && self.scalars && items[0].is_string() => {
                self.value(text, &items[0], depth);
            }
            Value::Array(items) => {
                let flat = self.one_line_lists && items.iter().all(Value::is_string);
                let items: Vec<(Option<&str>, &Value)> =
                    items.iter().map(|item| (None, item)).collect();
                self.bracket(text, ('[', ']'), &items, depth, flat);
            }
            Value::Object(fields) => {
                let items: Vec<(Option<&str>, &Value)> = fields
                    .iter()
                    .map(|(key, item)| (Some(key.as_str()), item))
                    .collect();
                self.bracket(text, ('{', '}'), &items, depth, false);
            }
            other => text.push_str(&other.to_string()),
        }
    }

    fn bracket(
        &self,
        text: &mut String,
        (open, close): (char, char),
        items: &[(Option<&str>, &serde_json::Value)],
        depth: usize,
        flat: bool,
    ) {
        let indent = self.indent.filter(|_| !flat);
        let line = |text: &mut String, depth: usize| {
            if let Some(indent) = indent {
                text.push('\n');
                text.push_str(&indent.repeat(depth));
            }
        };
        text.push(open);
        for (index, (key, value)) in items.iter().enumerate() {
            if index > 0 {
                text.push(',');
                if indent.is_none() && self.colon != ":" {
                    text.push(' ');
                }
            }
            line(text, depth + 1);
            if let Some(key) = key {
                text.push_str(&serde_json::json!(key).to_string());
                text.push_str(self.colon);
            }
            self.value(text, value, depth + 1);
        }
        if !items.is_empty() {
            line(text, depth);
        }
        text.push(close);
    }
}

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:*",
    "s3:Get*",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "sqs:SendMessage",
    "kms:Decrypt",
    "sts:AssumeRole",
    "*",
];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::reports",
    "arn:aws:s3:::reports/*",
    "arn:aws:s3:::reports/2026/a.csv",
    "arn:aws:s3:::reports/${aws:username}/*",
    "arn:aws:dynamodb:eu-west-1:604718392055:table/orders",
    "arn:aws:sqs:eu-west-1:604718392055:jobs",
    "arn:aws:iam::604718392055:role/deploy",
    "*",
];
const DENIED: &[(&str, &str)] = &[
    ("s3:GetObject", "arn:aws:s3:::reports/2026/a.csv"),
    ("s3:PutObject", "arn:aws:s3:::reports/x y.csv"),
    ("s3:ListBucket", "arn:aws:s3:::reports"),
    (
        "dynamodb:Query",
        "arn:aws:dynamodb:eu-west-1:604718392055:table/orders/index/by-day",
    ),
    (
        "dynamodb:GetItem",
        "arn:aws:dynamodb:eu-west-1:604718392055:table/orders",
    ),
    ("dynamodb:ListTables", "*"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:604718392055:jobs"),
    ("sts:AssumeRole", "arn:aws:iam::604718392055:role/deploy"),
];

fn statement() -> impl Strategy<Value = serde_json::Value> {
    (
        prop::option::of("[A-Z][a-z]{2,6}"),
        prop::bool::weighted(0.9),
        subsequence(ACTIONS, 1..3),
        subsequence(RESOURCES, 1..3),
        prop::option::weighted(
            0.2,
            select(vec!["aws:SourceIp", "aws:PrincipalTag/team", "s3:prefix"]),
        ),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(sid, allow, actions, resources, condition, not)| {
            let mut fields = serde_json::Map::new();
            if let Some(sid) = sid {
                fields.insert("Sid".into(), sid.into());
            }
            fields.insert("Effect".into(), if allow { "Allow" } else { "Deny" }.into());
            fields.insert(
                if not { "NotAction" } else { "Action" }.into(),
                actions.into(),
            );
            fields.insert("Resource".into(), resources.into());
            if let Some(key) = condition {
                let value = if key == "aws:SourceIp" {
                    "10.0.0.0/8"
                } else {
                    "blue"
                };
                let operator = if key == "aws:SourceIp" {
                    "IpAddress"
                } else {
                    "StringLike"
                };
                fields.insert(
                    "Condition".into(),
                    serde_json::json!({ operator: { key: value } }),
                );
            }
            fields.into()
        })
}

fn policy() -> impl Strategy<Value = serde_json::Value> {
    prop::collection::vec(statement(), 1..4).prop_map(|mut statements| {
        // Sids are unique where AWS stores them.
        for (index, statement) in statements.iter_mut().enumerate() {
            if let Some(sid) = statement.get_mut("Sid") {
                *sid = format!("{}{index}", sid.as_str().unwrap()).into();
            }
        }
        serde_json::json!({ "Version": "2012-10-17", "Statement": statements })
    })
}

fn error(action: &str, resource: &str, tail: &str) -> String {
    format!(
        "An error occurred (AccessDenied) when calling the operation: User: arn:aws:sts::604718392055:assumed-role/app-role/i-0abc is not authorized to perform: {action} on resource: \"{resource}\"{tail}\n"
    )
}

fn story() -> impl Strategy<Value = Paste> {
    (
        policy(),
        hand(),
        select(DENIED),
        select(vec![
            "",
            " because no identity-based policy allows the action",
            " with an explicit deny in an identity-based policy",
        ]),
        any::<bool>(),
    )
        .prop_map(|(policy, hand, (action, resource), tail, files)| {
            given(
                &[
                    ("error.txt", error(action, resource, tail)),
                    ("policy.json", hand.write(&policy)),
                ],
                files,
            )
        })
}

/// A policy written in Terraform or CloudFormation, as people do.
#[derive(Clone, Copy, Debug)]
enum Template {
    /// `policy = jsonencode({..})`
    Encoded,
    /// `policy = <<EOF`
    Heredoc,
    /// `data "aws_iam_policy_document"`
    Document,
    /// A role's inline policy in YAML, lists with dashes.
    Yaml,
    /// The same with lists in brackets, and strings in quotes.
    YamlBrackets,
    /// A managed policy in a JSON template.
    Json,
    /// A role's inline policy under `Fn::Sub`, in a block of JSON.
    JsonInYaml,
}

const TEMPLATES: &[Template] = &[
    Template::Encoded,
    Template::Heredoc,
    Template::Document,
    Template::Yaml,
    Template::YamlBrackets,
    Template::Json,
    Template::JsonInYaml,
];

impl Template {
    fn name(self) -> &'static str {
        match self {
            Self::Encoded | Self::Heredoc | Self::Document => "main.tf",
            Self::Yaml | Self::YamlBrackets | Self::JsonInYaml => "template.yaml",
            Self::Json => "template.json",
        }
    }

    fn write(self, policy: &serde_json::Value, hand: &Hand) -> String {
        let plain = Hand {
            comment: false,
            crlf: false,
            ended: false,
            ..hand.clone()
        };
        let own =
            "resource \"aws_iam_role_policy\" \"app\" {\n  name = \"app\"\n  role = \"app-role\"\n";
        let in_template = |text: &str| text.replace("${", "$${");
        let text = match self {
            Self::Encoded => {
                let object = object(policy, 1, hand);
                format!("{own}  policy = jsonencode({object})\n}}\n")
            }
            Self::Heredoc => {
                let json = in_template(&plain.write(policy));
                format!("{own}\n  policy = <<-EOF\n{json}\nEOF\n}}\n")
            }
            Self::Document => format!(
                "{}\n{own}  policy = data.aws_iam_policy_document.app.json\n}}\n",
                blocks(policy, hand)
            ),
            Self::Yaml | Self::YamlBrackets => {
                let brackets = matches!(self, Self::YamlBrackets);
                let mut text = "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: app-role\n      Policies:\n        - PolicyName: app\n          PolicyDocument:\n".to_owned();
                yaml(&mut text, policy, 12, brackets, hand);
                text.push_str("Outputs:\n  Role:\n    Value: !Ref AppRole\n");
                text
            }
            Self::Json => plain.write(&serde_json::json!({ "Resources": { "AppPolicy": {
                "Type": "AWS::IAM::Policy",
                "Properties": { "PolicyName": "app", "Roles": ["app-role"], "PolicyDocument": policy }
            } } })),
            Self::JsonInYaml => {
                let json = plain.write(policy).replace("${", "${!");
                let lines: Vec<String> = json
                    .lines()
                    .map(|line| format!("            {}", line.replace('\t', "  ")))
                    .collect();
                format!(
                    "Resources:\n  AppRole:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [app-role]\n      PolicyDocument:\n        Fn::Sub: |\n{}\n",
                    lines.join("\n")
                )
            }
        };
        if hand.crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    }
}

/// A string of Terraform.
fn hcl_text(text: &str) -> String {
    serde_json::json!(text).to_string().replace("${", "$${")
}

fn hcl_list(items: &[serde_json::Value], depth: usize, hand: &Hand) -> String {
    let texts: Vec<String> = items
        .iter()
        .map(|item| hcl_text(item.as_str().unwrap()))
        .collect();
    if hand.scalars && texts.len() == 1 {
        return texts[0].clone();
    }
    if hand.one_line_lists {
        return format!("[{}]", texts.join(", "));
    }
    let inner = "  ".repeat(depth + 1);
    let comma = if hand.ended { "," } else { "" };
    format!(
        "[\n{inner}{}{comma}\n{}]",
        texts.join(&format!(",\n{inner}")),
        "  ".repeat(depth)
    )
}

/// An object of Terraform; items of lists of objects hug their bracket where the hand's lists are on one line.
fn object(value: &serde_json::Value, depth: usize, hand: &Hand) -> String {
    use serde_json::Value;
    let inner = "  ".repeat(depth + 1);
    match value {
        Value::Object(fields) => {
            let mut text = "{\n".to_owned();
            for (index, (key, value)) in fields.iter().enumerate() {
                let key = if key.contains(':') {
                    hcl_text(key)
                } else {
                    key.clone()
                };
                let remark = if hand.comment && index == 0 {
                    " # as agreed"
                } else {
                    ""
                };
                text.push_str(&format!(
                    "{inner}{key} = {}{remark}\n",
                    object(value, depth + 1, hand)
                ));
            }
            text.push_str(&format!("{}}}", "  ".repeat(depth)));
            text
        }
        Value::Array(items) if items.iter().all(Value::is_string) => hcl_list(items, depth, hand),
        Value::Array(items) => {
            let hug = hand.one_line_lists;
            let deeper = if hug { depth } else { depth + 1 };
            let written: Vec<String> = items
                .iter()
                .map(|item| object(item, deeper, hand))
                .collect();
            if hug {
                format!("[{}]", written.join(", "))
            } else {
                format!(
                    "[\n{inner}{}\n{}]",
                    written.join(&format!(",\n{inner}")),
                    "  ".repeat(depth)
                )
            }
        }
        Value::String(text) => hcl_text(text),
        other => other.to_string(),
    }
}

/// The policy as a Terraform policy document.
fn blocks(policy: &serde_json::Value, hand: &Hand) -> String {
    let mut text = "data \"aws_iam_policy_document\" \"app\" {\n".to_owned();
    let lists = Hand {
        scalars: false,
        ..hand.clone()
    };
    for (index, statement) in policy["Statement"].as_array().unwrap().iter().enumerate() {
        if index > 0 && hand.ended {
            text.push('\n');
        }
        text.push_str("  statement {\n");
        for (key, value) in statement.as_object().unwrap() {
            let name = match key.as_str() {
                "Sid" => "sid",
                "Effect" => "effect",
                "Action" => "actions",
                "NotAction" => "not_actions",
                "Resource" => "resources",
                _ => continue,
            };
            // `&{..}` is how Terraform writes IAM's own variables.
            let value = match value {
                serde_json::Value::Array(items) => hcl_list(items, 2, &lists).replace("$${", "&{"),
                other => hcl_text(other.as_str().unwrap()),
            };
            text.push_str(&format!("    {name} = {value}\n"));
        }
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            for (key, value) in keys.as_object().unwrap() {
                text.push_str(&format!(
                    "    condition {{\n      test     = {}\n      variable = {}\n      values   = [{}]\n    }}\n",
                    hcl_text(operator),
                    hcl_text(key),
                    hcl_text(value.as_str().unwrap())
                ));
            }
        }
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    text
}

/// Block YAML; `brackets`: lists of strings in brackets and strings in single quotes.
fn yaml(text: &mut String, value: &serde_json::Value, depth: usize, brackets: bool, hand: &Hand) {
    use serde_json::Value;
    let quoted = |item: &str| {
        if brackets {
            format!("'{item}'")
        } else {
            serde_json::json!(item).to_string()
        }
    };
    for (key, value) in value.as_object().unwrap() {
        let start = if text.ends_with("- ") {
            String::new()
        } else {
            " ".repeat(depth)
        };
        text.push_str(&format!("{start}{key}:"));
        match value {
            Value::String(item) => {
                // A date without quotes is no string in YAML.
                text.push_str(&format!(" {}\n", quoted(item)));
            }
            Value::Array(items) if items.iter().all(Value::is_string) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| quoted(item.as_str().unwrap()))
                    .collect();
                if hand.scalars && items.len() == 1 {
                    text.push_str(&format!(" {}\n", items[0]));
                } else if brackets {
                    text.push_str(&format!(" [{}]\n", items.join(", ")));
                } else {
                    let indent = if hand.one_line_lists {
                        depth
                    } else {
                        depth + 2
                    };
                    let remark = if hand.comment { " # as agreed" } else { "" };
                    text.push('\n');
                    for item in items {
                        text.push_str(&format!("{}- {item}{remark}\n", " ".repeat(indent)));
                    }
                }
            }
            Value::Array(items) => {
                text.push('\n');
                for item in items {
                    text.push_str(&format!("{}- ", " ".repeat(depth + 2)));
                    yaml(text, item, depth + 4, brackets, hand);
                }
            }
            other => {
                text.push('\n');
                yaml(text, other, depth + 2, brackets, hand);
            }
        }
    }
}

fn templates() -> impl Strategy<Value = Paste> {
    (
        policy(),
        hand(),
        select(TEMPLATES),
        select(DENIED),
        any::<bool>(),
    )
        .prop_map(|(policy, hand, template, (action, resource), files)| {
            let tail = " because no identity-based policy allows the action";
            given(
                &[
                    ("error.txt", error(action, resource, tail)),
                    (template.name(), template.write(&policy, &hand)),
                ],
                files,
            )
        })
}

fn tagging() -> impl Strategy<Value = Paste> {
    let principal = select(vec![
        "arn:aws:iam::604718392055:role/app-role",
        "arn:aws:iam::604718392055:root",
        "604718392055",
        "arn:aws:sts::604718392055:assumed-role/app-role/i-0abc",
        "arn:aws:iam::604718392055:role/another",
    ]);
    (
        prop::option::of(policy()),
        subsequence(vec!["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"], 1..3),
        principal,
        (hand(), hand()),
        select(vec!["381940275516", "604718392055"]),
        (select(vec!["sts:TagSession", "sts:SetSourceIdentity"]), any::<bool>(), prop::bool::weighted(0.3)),
    )
        .prop_map(|(identity, actions, principal, hands, account, (action, files, condition))| {
            let mut statement = serde_json::json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": actions });
            if condition {
                statement["Condition"] = serde_json::json!({ "StringEquals": { "sts:ExternalId": "team-7" } });
            }
            let trust = serde_json::json!({ "Version": "2012-10-17", "Statement": [statement] });
            let role = format!("arn:aws:iam::{account}:role/deploy");
            let mut texts = vec![("error.txt", error(action, &role, ""))];
            texts.extend(identity.map(|identity| ("identity.json", hands.0.write(&identity))));
            texts.push(("trust.json", hands.1.write(&trust)));
            given(&texts, files)
        })
}

fn web_identity() -> impl Strategy<Value = Paste> {
    let operators = select(vec![
        "StringEquals",
        "StringLike",
        "ForAnyValue:StringEquals",
        "StringEqualsIgnoreCase",
    ]);
    let audience = prop::option::of(select(vec![
        "sts.amazonaws.com",
        "https://github.com/acme",
        "sts.*",
    ]));
    let subject = select(vec![
        "repo:acme/app:*",
        "repo:acme/app:ref:refs/heads/main",
        "repo:acme/*",
        "*",
        "repo:acme/app:environment:pr?d",
    ]);
    (operators, audience, subject, hand(), any::<bool>()).prop_map(|(operator, audience, subject, hand, files)| {
        let mut keys = serde_json::Map::new();
        if let Some(audience) = audience {
            keys.insert("token.actions.githubusercontent.com:aud".into(), audience.into());
        }
        keys.insert("token.actions.githubusercontent.com:sub".into(), subject.into());
        let trust = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::604718392055:oidc-provider/token.actions.githubusercontent.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { operator: keys } }] });
        let message = "Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity\n";
        given(&[("error.txt", message.to_owned()), ("trust.json", hand.write(&trust))], files)
    })
}

fn given(texts: &[(&str, String)], files: bool) -> Paste {
    let input = |name: Option<&str>, text: String| Input {
        name: name.map(str::to_owned),
        text,
        role: None,
    };
    let inputs = if files {
        texts
            .iter()
            .map(|(name, text)| input(Some(name), text.clone()))
            .collect()
    } else {
        let texts: Vec<&str> = texts.iter().map(|(_, text)| text.trim_end()).collect();
        vec![input(None, texts.join("\n\n"))]
    };
    Paste { inputs }
}

/// A paste with parts cut out, doubled, moved, and characters put in.
fn damaged() -> impl Strategy<Value = String> {
    let seeds: Vec<String> = vec![
        format!(
            "{}\n{}\n{}",
            include_str!("seed/build.log"),
            include_str!("seed/identity.json"),
            include_str!("seed/trust.json")
        ),
        include_str!("seed/mixed.txt").to_owned(),
        include_str!("seed/templates.txt").to_owned(),
    ];
    let piece = select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        "\n",
        "\r\n",
        "\r",
        "\t",
        ",",
        ":",
        "*",
        "${",
        "%{",
        "<<EOF\n",
        "EOF\n",
        "!Sub ",
        "!Ref",
        "|\n",
        "- ",
        "# ",
        "//",
        "/*",
        "*/",
        "\u{feff}",
        "\u{0}",
        "é",
        "𝕏",
        "\u{202e}",
        "arn:aws:",
        "***",
        "\\u0022",
        "&quot;",
        "%7B%22",
        "jsonencode(",
        "---\n",
        "&a",
        "*a",
        "<<: *a",
        "0x",
        "1e999",
    ]);
    let damage = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..4_u8,
        piece,
    );
    (select(seeds), prop::collection::vec(damage, 1..8)).prop_map(|(mut text, damages)| {
        for (from, to, kind, piece) in damages {
            let places: Vec<usize> = text
                .char_indices()
                .map(|(index, _)| index)
                .chain([text.len()])
                .collect();
            let (from, to) = (from.index(places.len()), to.index(places.len()));
            // Mostly near, sometimes far.
            let to = if kind % 2 == 0 {
                to
            } else {
                (from + to % 40).min(places.len() - 1)
            };
            let (start, end) = (places[from.min(to)], places[from.max(to)]);
            match kind {
                0 | 1 => text.replace_range(start..end, piece),
                2 => {
                    let copy = text[start..end].to_owned();
                    text.insert_str(start, &copy);
                }
                _ => text.insert_str(start, piece),
            }
            if text.len() > 20_000 {
                let cut = text
                    .char_indices()
                    .map(|(index, _)| index)
                    .take_while(|index| *index <= 20_000)
                    .last()
                    .unwrap_or(0);
                text.truncate(cut);
            }
        }
        text
    })
}
