//! The semantics written a second time, as plainly as possible, and both tested against each other at random.
//!
//! `SCENARIOS=1000000 SEED=7 cargo test --release -p undeny-iam --test reference -- --nocapture` for more, or for one seed again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop"
)]

#[path = "support/random.rs"]
mod random;

use random::{ARN, DATE, NUMERIC, Random, TEXT, number};
use undeny_document::Role;
use undeny_iam::evaluate::{Compiled, Context, Outcome, Request, Scenario, evaluate};
use undeny_iam::policy::{
    Condition, Dialect, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals,
    RoleSource, Statement, Version,
};
use undeny_text::Span;

// ---- The small universe

const CALLERS: &[&str] = &[
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:sts::111111111111:assumed-role/ci/build",
    "arn:aws:sts::222222222222:assumed-role/deploy/run",
    "arn:aws:sts::111111111111:federated-user/ann",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:role/path/CI",
    "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForThis/run",
    "arn:aws:iam::111111111111:oidc-provider/example.com",
    "arn:aws:iam::222222222222:saml-provider/idp",
    "example.com",
    "lambda.amazonaws.com",
    "*",
];

const NAMED: &[(PrincipalKind, &str)] = &[
    (PrincipalKind::Everyone, "*"),
    (PrincipalKind::Aws, "*"),
    (PrincipalKind::Aws, "111111111111"),
    (PrincipalKind::Aws, "arn:aws:iam::222222222222:root"),
    (PrincipalKind::Aws, "arn:aws:iam::111111111111:user/ann"),
    (PrincipalKind::Aws, "arn:aws:iam::111111111111:role/path/CI"),
    (PrincipalKind::Aws, "arn:aws:iam::222222222222:role/deploy"),
    (
        PrincipalKind::Aws,
        "arn:aws:sts::111111111111:assumed-role/ci/build",
    ),
    (
        PrincipalKind::Aws,
        "arn:aws:sts::111111111111:federated-user/ann",
    ),
    (PrincipalKind::Service, "lambda.amazonaws.com"),
    (PrincipalKind::Service, "*"),
    (
        PrincipalKind::Federated,
        "arn:aws:iam::111111111111:oidc-provider/example.com",
    ),
    (
        PrincipalKind::Federated,
        "arn:aws:iam::222222222222:saml-provider/idp",
    ),
];

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "sts:AssumeRole",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:GetCallerIdentity",
    "kms:Decrypt",
    "kms:CreateAlias",
    "iam:PassRole",
    "iam:GetRole",
];

const ACTION_PATTERNS: &[&str] = &[
    "*",
    "*:*",
    "s3:*",
    "S3:getobject",
    "s3:GetObject",
    "s3:P?tObject",
    "s3:*Object",
    "sts:*",
    "sts:AssumeRole",
    "sts:TagSession",
    "sts:Set*",
    "sts:AssumeRole*",
    "kms:*",
    "k*:Decrypt",
    "iam:PassRole",
    "iam:*Role",
    "s3",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::box/a",
    "arn:aws:s3:::box/red/b",
    "arn:aws:iam::111111111111:role/ci",
    "arn:aws:iam::111111111111:role/aws-reserved/x",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:sts::111111111111:federated-user/ann",
    "arn:aws:kms:us-east-1:111111111111:key/1",
    "arn:aws:kms:us-east-1:111111111111:alias/k",
    "arn:aws:kms:us-east-1:111111111111:alias/aws/s3",
];

const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "arn:aws:s3:::box/*",
    "arn:aws:s3:::box/?",
    "arn:aws:s3:::*/b",
    "arn:aws:s3:*",
    "arn:aws:*:::box/a",
    "arn:aws:s3:::box/${aws:PrincipalTag/team}/*",
    "arn:aws:s3:::box/${aws:PrincipalTag/team, 'red'}/b",
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::*:role/ci",
    "arn:aws:kms:*:111111111111:key/1",
    "arn:aws:kms:us-east-1:*:alias/*",
    "arn:aws:sts::111111111111:federated-user/*",
    "arn:aws:kms",
];

/// A key, operators that suit it, values that a policy wants of it, and lists that a request has of it.
struct Key {
    name: &'static str,
    operators: &'static [&'static str],
    wanted: &'static [&'static str],
    sent: &'static [&'static [&'static str]],
}

const KEYS: &[Key] = &[
    Key {
        name: "aws:PrincipalTag/team",
        operators: TEXT,
        wanted: &[
            "red",
            "RED",
            "r*",
            "blue",
            "b?ue",
            "",
            "${*}",
            "r${*}",
            "${aws:PrincipalTag/team}",
            "${aws:RequestTag/team}",
            "${aws:RequestTag/team, 'red'}",
            "${aws:RequestTag/team}*",
        ],
        sent: &[&[], &["red"], &["Red"], &["blue"], &[""], &["r*"]],
    },
    Key {
        name: "aws:RequestTag/team",
        operators: TEXT,
        wanted: &["red", "*"],
        sent: &[&[], &[], &["red"], &["r"]],
    },
    Key {
        name: "aws:TagKeys",
        operators: TEXT,
        wanted: &["red", "RED", "r*", "blue", "b?ue", ""],
        sent: &[&[], &["red"], &["red", "blue"], &["blue", "green"]],
    },
    Key {
        name: "aws:MultiFactorAuthAge",
        operators: NUMERIC,
        wanted: &["5", "5.0", "-3", "10", "010", "many"],
        sent: &[
            &[],
            &["5"],
            &["05.00"],
            &["9"],
            &["-4"],
            &["few"],
            &["5", "10"],
        ],
    },
    Key {
        name: "aws:CurrentTime",
        operators: DATE,
        wanted: &[
            "2026-01-01T00:00:00Z",
            "2026-01-01",
            "1767225600",
            "2026-01-01T01:00:00+01:00",
            "soon",
        ],
        sent: &[
            &["2026-01-01T00:00:00Z"],
            &["2025-12-31T23:59:59Z"],
            &["1767225601"],
            &["later"],
            &[],
        ],
    },
    Key {
        name: "aws:SecureTransport",
        operators: &["Bool"],
        wanted: &["true", "false", "TRUE", "yes"],
        sent: &[&[], &["true"], &["False"], &["no"], &["true", "false"]],
    },
    Key {
        name: "example:Binary",
        operators: &["BinaryEquals"],
        wanted: &["YQ==", "YQ", "YWI=", "?"],
        sent: &[&[], &["YQ=="], &["YQ"], &["!"]],
    },
    Key {
        name: "aws:SourceIp",
        operators: &["IpAddress", "NotIpAddress"],
        wanted: &[
            "10.0.0.0/8",
            "10.1.2.3",
            "10.1.2.3/31",
            "2001:db8::/32",
            "::/0",
            "0.0.0.0/0",
            "here",
        ],
        sent: &[
            &[],
            &["10.1.2.3"],
            &["10.1.2.2"],
            &["11.0.0.1"],
            &["2001:db8::1"],
            &["there"],
        ],
    },
    Key {
        name: "aws:SourceArn",
        operators: ARN,
        wanted: &[
            "arn:aws:s3:::box",
            "arn:aws:s3:::b*",
            "arn:*:s3:::bo?",
            "arn:aws:*:::box",
            "arn:aws:s3:::${aws:PrincipalTag/team}",
            "arn:aws:s3:::${aws:RequestTag/team, 'box'}",
            "arn:aws:s3",
        ],
        sent: &[
            &[],
            &["arn:aws:s3:::box"],
            &["arn:aws:s3:::red"],
            &["arn:aws-cn:s3:::box"],
            &["box"],
        ],
    },
    Key {
        name: "aws:PrincipalArn",
        operators: ARN,
        wanted: &["arn:aws:iam::111111111111:role/*", "arn:aws:iam::*:*"],
        sent: &[
            &[],
            &["arn:aws:iam::111111111111:role/ci"],
            &["arn:aws:iam::222222222222:user/x"],
        ],
    },
];

/// Points in time of this universe, in seconds.
const DATES: &[(&str, i64)] = &[
    ("2026-01-01T00:00:00Z", 1_767_225_600),
    ("2026-01-01", 1_767_225_600),
    ("1767225600", 1_767_225_600),
    ("2026-01-01T01:00:00+01:00", 1_767_225_600),
    ("2025-12-31T23:59:59Z", 1_767_225_599),
    ("1767225601", 1_767_225_601),
];

/// Ranges of addresses of this universe: the family, the first and the last.
const NETWORKS: &[(&str, u8, u32, u32)] = &[
    ("10.0.0.0/8", 4, 0x0a00_0000, 0x0aff_ffff),
    ("10.1.2.3", 4, 0x0a01_0203, 0x0a01_0203),
    ("10.1.2.3/31", 4, 0x0a01_0202, 0x0a01_0203),
    ("10.1.2.2", 4, 0x0a01_0202, 0x0a01_0202),
    ("11.0.0.1", 4, 0x0b00_0001, 0x0b00_0001),
    ("0.0.0.0/0", 4, 0, u32::MAX),
    // By their first 32 bits.
    ("2001:db8::/32", 6, 0x2001_0db8, 0x2001_0db8),
    ("2001:db8::1", 6, 0x2001_0db8, 0x2001_0db8),
    ("::/0", 6, 0, u32::MAX),
];

/// Bytes of this universe.
const BYTES: &[(&str, &str)] = &[("YQ==", "a"), ("YQ", "a"), ("YWI=", "ab")];

// ---- Policies in the plainest form

#[derive(Clone, Debug)]
struct Says {
    /// Of a policy without variables.
    old: bool,
    allow: bool,
    principals: Option<(bool, Vec<(PrincipalKind, &'static str)>)>,
    actions: (bool, Vec<&'static str>),
    resources: Option<(bool, Vec<&'static str>)>,
    conditions: Vec<(String, &'static str, Vec<&'static str>)>,
}

type Plain = Vec<Says>;

fn says(random: &mut Random, named: bool, old: bool) -> Says {
    let principals =
        (named && !random.one_in(20)).then(|| (random.one_in(8), random.some(NAMED, 2)));
    let resources = if named && random.one_in(4) {
        None
    } else {
        Some((random.one_in(8), random.some(RESOURCE_PATTERNS, 3)))
    };
    let mut conditions = Vec::new();
    while random.one_in(3) && conditions.len() < 2 {
        let key = &KEYS[random.below(KEYS.len())];
        let (mut operator, mut wanted) = (random.pick(key.operators).to_owned(), key.wanted);
        if random.one_in(10) {
            operator = "Null".to_owned();
            wanted = &["true", "false", "TRUE", "maybe"];
        } else if random.one_in(40) {
            operator = "Strange".to_owned();
        } else {
            if random.one_in(5) {
                operator.push_str("IfExists");
            }
            if random.one_in(4) {
                let set = random.pick(&["ForAllValues:", "ForAnyValue:"]);
                operator.insert_str(0, set);
            }
        }
        conditions.push((operator, key.name, random.some(wanted, 2)));
    }
    Says {
        old,
        allow: !random.one_in(4),
        principals,
        actions: (random.one_in(8), random.some(ACTION_PATTERNS, 3)),
        resources,
        conditions,
    }
}

fn plain(random: &mut Random, named: bool) -> Plain {
    let old = random.one_in(8);
    (0..=random.below(3))
        .map(|_| says(random, named, old))
        .collect()
}

fn policy(plain: &Plain, role: Role) -> Policy {
    let element = |(negated, values): &(bool, Vec<&str>)| Element {
        negated: *negated,
        span: Span::default(),
        items: values.iter().map(|value| Item::literal(*value)).collect(),
    };
    let statements = plain
        .iter()
        .map(|says| Statement {
            path: Vec::new(),
            passed_over: 0,
            span: Span::default(),
            sid: None,
            effect: if says.allow {
                Effect::Allow
            } else {
                Effect::Deny
            },
            principals: says.principals.as_ref().map(|(negated, names)| Principals {
                negated: *negated,
                span: Span::default(),
                items: names
                    .iter()
                    .map(|(kind, name)| Principal {
                        kind: *kind,
                        item: Item::literal(*name),
                    })
                    .collect(),
            }),
            actions: Some(element(&says.actions)),
            resources: says.resources.as_ref().map(element),
            conditions: says
                .conditions
                .iter()
                .map(|(operator, key, values)| Condition {
                    operator: operator.clone(),
                    operator_span: Span::default(),
                    key: (*key).to_owned(),
                    key_span: Span::default(),
                    values: values.iter().map(|value| Item::literal(*value)).collect(),
                    span: Span::default(),
                })
                .collect(),
        })
        .collect();
    Policy {
        document: 0,
        path: Vec::new(),
        span: Span::default(),
        dialect: Dialect::PolicyLanguage,
        role,
        role_source: RoleSource::Said,
        name: None,
        version: if plain.iter().any(|says| says.old) {
            Version::V2008
        } else {
            Version::V2012
        },
        statements,
    }
}

// ---- The reference: no cleverness at all

/// A pattern as characters: a literal one, any run, any one.
#[derive(Clone, Copy)]
enum Mark {
    Is(char),
    Run,
    One,
}

fn marks(pattern: &str) -> Vec<Mark> {
    pattern
        .chars()
        .map(|character| match character {
            '*' => Mark::Run,
            '?' => Mark::One,
            other => Mark::Is(other),
        })
        .collect()
}

fn fits(pattern: &[Mark], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [Mark::Run, rest @ ..] => (0..=text.len()).any(|at| fits(rest, &text[at..])),
        [Mark::One, rest @ ..] => !text.is_empty() && fits(rest, &text[1..]),
        [Mark::Is(wanted), rest @ ..] => text.first() == Some(wanted) && fits(rest, &text[1..]),
    }
}

fn like(pattern: &str, text: &str) -> bool {
    fits(&marks(pattern), &text.chars().collect::<Vec<char>>())
}

fn action_fits(pattern: &str, action: &str) -> bool {
    if pattern == "*" || pattern == "*:*" {
        return true;
    }
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    match (pattern.split_once(':'), action.split_once(':')) {
        (Some((service, name)), Some((actual_service, actual_name))) => {
            service == actual_service && like(name, actual_name)
        }
        _ => false,
    }
}

/// The marks of a value with what its variables stand for; `None` where one stands for nothing.
fn resolved(value: &str, old: bool, wildcards: bool, context: &Context) -> Option<Vec<Mark>> {
    let plain = |text: &str| -> Vec<Mark> {
        if wildcards {
            marks(text)
        } else {
            text.chars().map(Mark::Is).collect()
        }
    };
    if old {
        return Some(plain(value));
    }
    let mut all = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        let end = rest[at..].find('}').unwrap() + at;
        all.extend(plain(&rest[..at]));
        let inside = &rest[at + 2..end];
        let text = if ["*", "?", "$"].contains(&inside) {
            inside.to_owned()
        } else {
            let (key, default) = match inside.split_once(", ") {
                Some((key, default)) => (key, Some(default.trim_matches('\'').to_owned())),
                None => (inside, None),
            };
            match context.get(key) {
                Some([one]) => one.clone(),
                _ => default?,
            }
        };
        all.extend(text.chars().map(Mark::Is));
        rest = &rest[end + 1..];
    }
    all.extend(plain(rest));
    Some(all)
}

/// Split at the first five colons.
fn six(marks: Vec<Mark>) -> Vec<Vec<Mark>> {
    let mut parts: Vec<Vec<Mark>> = vec![Vec::new()];
    for mark in marks {
        match mark {
            Mark::Is(':') if parts.len() < 6 => parts.push(Vec::new()),
            mark => parts.last_mut().unwrap().push(mark),
        }
    }
    parts
}

fn arn_fits(parts: &[Vec<Mark>], arn: &str) -> bool {
    let actual: Vec<&str> = arn.splitn(6, ':').collect();
    actual.len() == 6
        && parts.len() == 6
        && parts
            .iter()
            .zip(actual)
            .all(|(part, actual)| fits(part, &actual.chars().collect::<Vec<char>>()))
}

fn resource_fits(pattern: &str, old: bool, resource: &str, context: &Context) -> bool {
    if pattern == "*" {
        return true;
    }
    if resource == "*" {
        return false;
    }
    let Some(all) = resolved(pattern, old, true, context) else {
        return false;
    };
    let mut parts = six(all);
    while parts.len() < 6 {
        parts.push(vec![Mark::Run]);
    }
    !parts[2].iter().any(|mark| !matches!(mark, Mark::Is(_))) && arn_fits(&parts, resource)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum As {
    User,
    Role,
    Session,
    Federating,
    Account,
    Everyone,
    /// Everyone, where a condition names the principal's ARN.
    EveryoneByArn,
    Itself,
}

fn account_of(arn: &str) -> Option<&str> {
    let account = arn.split(':').nth(4)?;
    (arn.starts_with("arn:") && !account.is_empty() && account != "aws").then_some(account)
}

fn is_provider(caller: &str) -> bool {
    caller.contains("-provider/") || caller == "example.com"
}

fn named_as((kind, name): (PrincipalKind, &str), caller: &str, owner: Option<&str>) -> Option<As> {
    let of_account = |account: &str| account_of(caller) == Some(account) && !is_provider(caller);
    match name {
        "*" if kind == PrincipalKind::Service => {
            caller.ends_with(".amazonaws.com").then_some(As::Itself)
        }
        "*" => Some(As::Everyone),
        "111111111111" if of_account("111111111111") => Some(As::Account),
        "arn:aws:iam::222222222222:root" if of_account("222222222222") => Some(As::Account),
        "arn:aws:iam::111111111111:user/ann" if caller == name => Some(As::User),
        "arn:aws:iam::111111111111:user/ann" if caller.ends_with("federated-user/ann") => {
            Some(As::Federating)
        }
        "arn:aws:iam::111111111111:role/path/CI"
            if caller == name || caller.ends_with("assumed-role/ci/build") =>
        {
            Some(As::Role)
        }
        "arn:aws:iam::222222222222:role/deploy" if caller.ends_with("assumed-role/deploy/run") => {
            Some(As::Role)
        }
        "arn:aws:sts::111111111111:assumed-role/ci/build" if caller == name => Some(As::Session),
        "arn:aws:sts::111111111111:federated-user/ann" if caller == name => Some(As::Session),
        "arn:aws:iam::111111111111:oidc-provider/example.com"
            if caller == "example.com" && owner.is_none_or(|owner| owner == "111111111111") =>
        {
            Some(As::Itself)
        }
        "lambda.amazonaws.com"
        | "arn:aws:iam::111111111111:oidc-provider/example.com"
        | "arn:aws:iam::222222222222:saml-provider/idp"
            if caller == name =>
        {
            Some(As::Itself)
        }
        _ => None,
    }
}

/// Thousandths, of numbers with a sign, digits and at most three decimals.
fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    Some(
        number * 1000
            + if whole.starts_with('-') {
                -fraction
            } else {
                fraction
            },
    )
}

/// Whether a value of the request is what the policy wants, and whether each of the two is of the operator's type.
fn compared(
    base: &str,
    value: &str,
    wanted: &str,
    old: bool,
    context: &Context,
) -> (bool, bool, bool) {
    let order = |value: Option<i64>, wanted: Option<i64>| {
        let holds = match (value, wanted) {
            (Some(value), Some(wanted)) => match base
                .trim_start_matches("Numeric")
                .trim_start_matches("Date")
            {
                "LessThan" => value < wanted,
                "LessThanEquals" => value <= wanted,
                "GreaterThan" => value > wanted,
                "GreaterThanEquals" => value >= wanted,
                _ => value == wanted,
            },
            _ => false,
        };
        (holds, value.is_some(), wanted.is_some())
    };
    let letters: Vec<char> = value.chars().collect();
    let text = |wildcards| {
        let holds =
            resolved(wanted, old, wildcards, context).is_some_and(|marks| fits(&marks, &letters));
        (holds, true, true)
    };
    match base {
        "StringEquals" | "StringNotEquals" => text(false),
        "StringLike" | "StringNotLike" => text(true),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
            let lower = |mark: &Mark| match mark {
                Mark::Is(letter) => letter.to_ascii_lowercase(),
                _ => panic!("no wildcards here"),
            };
            let holds = resolved(wanted, old, false, context).is_some_and(|marks| {
                marks.iter().map(lower).collect::<String>() == value.to_ascii_lowercase()
            });
            (holds, true, true)
        }
        "ArnEquals" | "ArnLike" | "ArnNotEquals" | "ArnNotLike" => {
            let marks = resolved(wanted, old, true, context);
            let holds = marks.is_some_and(|marks| arn_fits(&six(marks), value));
            let is_arn = |text: &str| text.split(':').count() >= 6;
            (holds, is_arn(value), is_arn(wanted))
        }
        "Bool" => {
            let read = |text: &str| match text.to_lowercase().as_str() {
                "true" => Some(1),
                "false" => Some(0),
                _ => None,
            };
            order(read(value), read(wanted))
        }
        "BinaryEquals" => {
            let read = |text: &str| {
                BYTES
                    .iter()
                    .find(|(known, _)| *known == text)
                    .map(|(_, bytes)| *bytes)
            };
            let (value, wanted) = (read(value), read(wanted));
            (
                value.is_some() && value == wanted,
                value.is_some(),
                wanted.is_some(),
            )
        }
        "IpAddress" | "NotIpAddress" => {
            let read = |text: &str| NETWORKS.iter().find(|(known, ..)| *known == text);
            let (value, wanted) = (read(value), read(wanted));
            let holds = match (value, wanted) {
                (Some((_, family, first, last)), Some((_, of, from, to))) => {
                    family == of && from <= first && last <= to
                }
                _ => false,
            };
            (holds, value.is_some(), wanted.is_some())
        }
        _ if base.starts_with("Date") => {
            let read = |text: &str| {
                DATES
                    .iter()
                    .find(|(known, _)| *known == text)
                    .map(|(_, date)| *date)
            };
            order(read(value), read(wanted))
        }
        _ => order(thousandths(value), thousandths(wanted)),
    }
}

fn condition_holds(
    operator: &str,
    key: &str,
    wanted: &[&str],
    old: bool,
    context: &Context,
) -> bool {
    let values: Vec<String> = context.get(key).map(<[String]>::to_vec).unwrap_or_default();
    if operator == "Strange" {
        return false;
    }
    if operator == "Null" {
        return wanted
            .iter()
            .any(|wanted| wanted.to_lowercase() == values.is_empty().to_string());
    }
    let (set, base) = operator.split_once(':').unwrap_or(("", operator));
    let if_exists = base.ends_with("IfExists");
    let base = base.trim_end_matches("IfExists");
    let negated = base.contains("Not");
    let satisfies = |value: &String| {
        let each: Vec<(bool, bool, bool)> = wanted
            .iter()
            .map(|wanted| compared(base, value, wanted, old, context))
            .collect();
        let is_read = each.iter().all(|(_, value, _)| *value);
        let is_policy_read = each.iter().all(|(_, _, wanted)| *wanted);
        let is_met = each.iter().any(|(holds, _, _)| *holds);
        is_read
            && if negated {
                is_policy_read && !is_met
            } else {
                is_met
            }
    };
    match (set, values.as_slice()) {
        ("ForAllValues", values) => values.iter().all(satisfies),
        ("ForAnyValue", []) => if_exists,
        ("ForAnyValue", values) => values.iter().any(satisfies),
        (_, []) => if_exists || negated,
        (_, [value]) => satisfies(value),
        _ => false,
    }
}

/// The ways in which the statement names the caller where it matches; empty where it does not. On the caller's side `Everyone`.
fn matches(
    says: &Says,
    request: &Request,
    on_resource: bool,
    has_boundary: bool,
    on_gate: bool,
    owner: Option<&str>,
) -> Vec<As> {
    let (not_action, actions) = &says.actions;
    let action = || {
        actions
            .iter()
            .any(|pattern| action_fits(pattern, &request.action))
            != *not_action
    };
    let resource = || match &says.resources {
        Some((not, patterns)) => {
            patterns.iter().any(|pattern| {
                resource_fits(pattern, says.old, &request.resource, &request.context)
            }) != *not
        }
        None => on_resource,
    };
    let conditions = || {
        says.conditions.iter().all(|(operator, key, wanted)| {
            condition_holds(operator, key, wanted, says.old, &request.context)
        })
    };
    if !(action() && resource() && conditions()) {
        return Vec::new();
    }
    let Some((not, principals)) = &says.principals else {
        return if on_resource && !on_gate {
            Vec::new()
        } else {
            vec![As::Everyone]
        };
    };
    let by_arn = says.conditions.iter().any(|(operator, key, _)| {
        *key == "aws:PrincipalArn" && operator != "Null" && !operator.contains("Not")
    });
    let everyone = if by_arn {
        As::EveryoneByArn
    } else {
        As::Everyone
    };
    let ways: Vec<As> = principals
        .iter()
        .filter_map(|principal| named_as(*principal, &request.principal, owner))
        .map(|way| if way == As::Everyone { everyone } else { way })
        .collect();
    if *not {
        // An account beside one of its principals spares only that one.
        let has_companion = principals.iter().any(|(kind, name)| {
            *kind == PrincipalKind::Aws
                && [":user/", ":role/", ":assumed-role/", ":federated-user/"]
                    .iter()
                    .any(|part| name.contains(part))
                && account_of(name) == account_of(&request.principal)
        });
        let is_companion = !says.allow
            && has_companion
            && !request.principal.ends_with(":root")
            && ways.iter().all(|way| *way == As::Account);
        let ways = if is_companion { Vec::new() } else { ways };
        let cannot_be_spared = !says.allow
            && has_boundary
            && [":user/", ":assumed-role/", ":role/"]
                .iter()
                .any(|kind| request.principal.contains(kind));
        return if ways.is_empty() || cannot_be_spared {
            vec![everyone]
        } else {
            Vec::new()
        };
    }
    // A provider is named only at roles of its own account.
    let is_foreign = request.action.starts_with("sts:AssumeRoleWith")
        && request.principal.contains("-provider/")
        && owner != account_of(&request.principal);
    if is_foreign { Vec::new() } else { ways }
}

#[derive(Debug, Default)]
struct World {
    request: Request,
    resource_account: Option<&'static str>,
    is_key: bool,
    identity: Vec<Plain>,
    resource: Option<Plain>,
    boundary: Vec<Plain>,
    session: Vec<Plain>,
    scps: Vec<Vec<Plain>>,
    rcps: Vec<Vec<Plain>>,
    endpoint: Option<Plain>,
}

fn expected(world: &World) -> Outcome {
    let request = &world.request;
    let caller = request.principal.as_str();
    let action = request.action.as_str();
    if action == "sts:GetCallerIdentity" {
        return Outcome::Allowed;
    }
    let caller_account = account_of(caller);
    let owner = world
        .resource_account
        .or(account_of(&request.resource))
        .or(caller_account);
    let web = action.starts_with("sts:AssumeRoleWith");
    let has_identity = !web && caller.starts_with("arn:") && !is_provider(caller);
    let is_root = caller.ends_with(":root");
    let is_federated = caller.contains(":federated-user/");
    let is_linked = caller.contains("/AWSServiceRoleFor");
    let limited = has_identity && !is_root;
    let has_boundary = !world.boundary.is_empty();

    let caller_side = |policies: &[Plain], allow: bool| {
        policies.iter().flatten().any(|says| {
            says.allow == allow
                && !matches(says, request, false, has_boundary, false, owner).is_empty()
        })
    };
    let resource_ways: Vec<As> = world
        .resource
        .iter()
        .flatten()
        .filter(|says| says.allow)
        .flat_map(|says| matches(says, request, true, has_boundary, false, owner))
        .collect();
    let gate = |policies: &[Plain], allow: bool| {
        policies.iter().flatten().any(|says| {
            says.allow == allow
                && !matches(says, request, true, has_boundary, true, owner).is_empty()
        })
    };

    // An explicit Deny anywhere.
    let mut denied = world.resource.iter().flatten().any(|says| {
        !says.allow && !matches(says, request, true, has_boundary, false, owner).is_empty()
    });
    if has_identity {
        denied |= caller_side(&world.identity, false);
        denied |= !is_linked && world.scps.iter().any(|level| caller_side(level, false));
    }
    if limited {
        denied |= caller_side(&world.boundary, false) || caller_side(&world.session, false);
    }
    let service = action.split(':').next().unwrap();
    if ["s3", "sts", "kms"].contains(&service) && !is_linked {
        denied |= world.rcps.iter().any(|level| gate(level, false));
    }
    if let Some(endpoint) = &world.endpoint {
        denied |= gate(std::slice::from_ref(endpoint), false);
    }
    if denied {
        return Outcome::ExplicitlyDenied;
    }
    let refuse = Outcome::ImplicitlyDenied;
    let is_of_aws = match action {
        "iam:PassRole" => {
            request.resource.contains("aws-reserved") || request.resource.contains("::aws:policy/")
        }
        "kms:CreateAlias" => request.resource.contains("alias/aws/"),
        _ => false,
    };
    if is_of_aws {
        return refuse;
    }
    if is_root && action == "sts:AssumeRole" {
        return refuse;
    }
    // Gates.
    if has_identity && !is_linked && world.scps.iter().any(|level| !caller_side(level, true)) {
        return refuse;
    }
    if let Some(endpoint) = &world.endpoint
        && !gate(std::slice::from_ref(endpoint), true)
    {
        return refuse;
    }
    let crosses = matches!((caller_account, owner), (Some(caller), Some(owner)) if caller != owner);
    let boundary = !limited || world.boundary.is_empty() || caller_side(&world.boundary, true);
    let session = !limited || world.session.is_empty() || caller_side(&world.session, true);
    let no_identity_in_effect = is_federated && world.session.is_empty();
    let identity = (is_root || caller_side(&world.identity, true))
        && boundary
        && session
        && !no_identity_in_effect;
    let is_alias = request.resource.contains(":alias/");
    let guarded = match action {
        "sts:AssumeRole" | "sts:AssumeRoleWithWebIdentity" | "sts:AssumeRoleWithSAML" => true,
        // The second authorisations, but not of GetFederationToken.
        "sts:TagSession" | "sts:SetSourceIdentity" => !request.resource.contains("federated-user"),
        "kms:Decrypt" | "kms:CreateAlias" => {
            request.resource.contains(":key/")
                || world.is_key && world.resource.is_some() && !is_alias
        }
        _ => false,
    };
    let allowed = if !has_identity {
        !resource_ways.is_empty()
    } else if crosses {
        identity && !resource_ways.is_empty()
    } else {
        let by_resource = resource_ways.iter().any(|way| match way {
            As::User | As::Session | As::Itself | As::EveryoneByArn => true,
            As::Role => boundary && session,
            As::Federating => boundary && session && !no_identity_in_effect,
            As::Everyone => session,
            As::Account => guarded && identity,
        });
        by_resource || !guarded && identity
    };
    if allowed { Outcome::Allowed } else { refuse }
}

// ---- The tests

fn request(random: &mut Random) -> Request {
    let mut context = Context::default();
    for key in KEYS {
        let values = random.pick(key.sent);
        // The name's letter case does not matter.
        let name = if random.one_in(4) {
            key.name.to_ascii_uppercase()
        } else {
            key.name.to_owned()
        };
        context.set(
            &name,
            values.iter().map(|value| (*value).to_owned()).collect(),
        );
    }
    Request {
        principal: random.pick(CALLERS).to_owned(),
        action: random.pick(ACTIONS).to_owned(),
        resource: random.pick(RESOURCES).to_owned(),
        context,
    }
}

fn world(random: &mut Random) -> World {
    let one = |random: &mut Random, named| plain(random, named);
    let mut world = World {
        request: request(random),
        is_key: random.one_in(3),
        ..World::default()
    };
    if random.one_in(5) {
        world.resource_account = Some(random.pick(&["111111111111", "222222222222"]));
    }
    if !random.one_in(4) {
        world.identity.push(one(random, false));
    }
    if !random.one_in(3) {
        world.resource = Some(one(random, true));
    }
    if random.one_in(3) {
        world.boundary.push(one(random, false));
    }
    if random.one_in(3) {
        world.session.push(one(random, false));
    }
    for _ in 0..random.below(5).saturating_sub(2) {
        let level = vec![one(random, false)];
        world.scps.push(level);
    }
    if random.one_in(5) {
        let level = vec![one(random, true)];
        world.rcps.push(level);
    }
    if random.one_in(6) {
        world.endpoint = Some(one(random, true));
    }
    world
}

fn scenario(world: &World) -> Scenario {
    let all =
        |policies: &[Plain], role: Role| policies.iter().map(|plain| policy(plain, role)).collect();
    let role = if world.is_key {
        Role::Key
    } else {
        Role::Bucket
    };
    Scenario {
        request: world.request.clone(),
        resource_account: world.resource_account.map(str::to_owned),
        identity: all(&world.identity, Role::Identity),
        resource: world.resource.as_ref().map(|plain| policy(plain, role)),
        boundary: all(&world.boundary, Role::Boundary),
        session: all(&world.session, Role::Session),
        scps: world
            .scps
            .iter()
            .map(|level| all(level, Role::Scp))
            .collect(),
        rcps: world
            .rcps
            .iter()
            .map(|level| all(level, Role::Rcp))
            .collect(),
        endpoint: world
            .endpoint
            .as_ref()
            .map(|plain| policy(plain, Role::Endpoint)),
    }
}

#[test]
fn the_evaluator_decides_as_the_reference() {
    let seed = number("SEED", 20_261_121);
    let count = number("SCENARIOS", 25_000);
    println!("seed {seed}, {count} scenarios");
    let mut random = Random::new(seed);
    let mut outcomes = [0_u64; 3];
    for at in 0..count {
        let world = world(&mut random);
        let scenario = scenario(&world);
        let outcome = Compiled::new(&scenario).decide(&scenario.request);
        let wanted = expected(&world);
        assert_eq!(outcome, wanted, "seed {seed}, scenario {at}: {world:#?}");
        outcomes[outcome as usize] += 1;
        if at % 50 == 0 {
            let decision = evaluate(&scenario);
            assert_eq!(decision.outcome, outcome);
        }
    }
    println!(
        "allowed {}, implicit {}, explicit {}",
        outcomes[0], outcomes[1], outcomes[2]
    );
    assert!(
        outcomes.iter().all(|outcome| *outcome > count / 50),
        "{outcomes:?}"
    );
}
