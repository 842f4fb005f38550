//! Random pairs of policies, each compared, and each request of a small universe decided with both: nothing that is new may be missed.
//!
//! `PAIRS=300000 SEED=7 cargo test --release -p undeny-iam --lib soundness -- --nocapture` for more, or for one seed again.

#![expect(
    clippy::print_stdout,
    reason = "the seed and the counts are of use to whoever runs it"
)]

use undeny_document::Role;
use undeny_text::Span;

use crate::evaluate::{Context, Request};
use crate::glob;
use crate::policy::{
    Condition, Dialect, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals,
    RoleSource, Statement, Version,
};

#[path = "../../tests/support/random.rs"]
mod random;

use random::{ARN, DATE, NUMERIC, Random, TEXT, number};

use super::example::{Confirmed, Judge};
use super::{NO_EXAMPLE, compare, space};

const CALLERS: &[&str] = &[
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:iam::111111111111:user/bob",
    "arn:aws:iam::111111111111:role/ci",
    "arn:aws:sts::111111111111:assumed-role/ci/build",
    "arn:aws:sts::111111111111:assumed-role/ci/other",
    "arn:aws:sts::111111111111:assumed-role/example-role/example",
    "arn:aws:sts::222222222222:assumed-role/deploy/run",
    "arn:aws-cn:sts::333333333333:assumed-role/deploy/run",
    "arn:aws:sts::444444444444:assumed-role/deploy/run",
    "arn:aws:sts::111111111111:federated-user/ann",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:oidc-provider/example.com",
    "arn:aws:iam::222222222222:oidc-provider/example.com",
    "arn:aws:iam::111111111111:saml-provider/idp",
    "example.com",
    "lambda.amazonaws.com",
    "example.amazonaws.com",
    "other.amazonaws.com",
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    "*",
];

const NAMED: &[(PrincipalKind, &str)] = &[
    (PrincipalKind::Everyone, "*"),
    (PrincipalKind::Aws, "*"),
    (PrincipalKind::Aws, "111111111111"),
    (PrincipalKind::Aws, "arn:aws:iam::222222222222:root"),
    (PrincipalKind::Aws, "arn:aws-cn:iam::333333333333:root"),
    (PrincipalKind::Aws, "arn:aws:iam::111111111111:user/ann"),
    (PrincipalKind::Aws, "arn:aws:iam::111111111111:role/path/CI"),
    (PrincipalKind::Aws, "arn:aws:iam::111111111111:role/ci"),
    (
        PrincipalKind::Aws,
        "arn:aws:iam::111111111111:role/example-role",
    ),
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
    (PrincipalKind::Service, "example.amazonaws.com"),
    (PrincipalKind::Service, "*"),
    (PrincipalKind::Federated, "*"),
    (PrincipalKind::Federated, "example.com"),
    (
        PrincipalKind::Federated,
        "arn:aws:iam::111111111111:oidc-provider/example.com",
    ),
    (
        PrincipalKind::Federated,
        "arn:aws:iam::222222222222:oidc-provider/example.com",
    ),
    (
        PrincipalKind::CanonicalUser,
        "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    ),
];

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:GetObjectAcl",
    "s3:Get",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "kms:Decrypt",
    "example:Example",
    "other:Anything",
];

const ACTION_PATTERNS: &[&str] = &[
    "*",
    "*:*",
    "s3:*",
    "S3:getobject",
    "s3:GetObject",
    "s3:GetObject*",
    "s3:Get*",
    "s3:Get?*",
    "s3:P?tObject",
    "s3:*Object",
    "s3:?????????",
    "sts:*",
    "sts:AssumeRole",
    "sts:AssumeRole*",
    "sts:AssumeRoleWithWebIdentity",
    "kms:Decrypt",
    "k*:Decrypt",
    "example:*",
    "s3",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::box",
    "arn:aws:s3:::box/a",
    "arn:aws:s3:::box/b",
    "arn:aws:s3:::box/red/b",
    "arn:aws:s3:::box/blue/b",
    "arn:aws:s3:::other/b",
    "arn:aws-cn:s3:::box/a",
    "arn:aws:iam::111111111111:role/ci",
    "arn:aws:iam::222222222222:role/ci",
    "arn:aws:kms:us-east-1:111111111111:key/1",
    "arn:aws:kms:eu-west-1:111111111111:key/1",
    "arn:aws:kms:eu-west-1:222222222222:key/2:x",
];

const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "arn:aws:s3:::box/*",
    "arn:aws:s3:::box*",
    "arn:aws:s3:::box/?",
    "arn:aws:s3:::box/a",
    "arn:aws:s3:::*/b",
    "arn:aws:s3:::*",
    "arn:*:s3:::box/a",
    "arn:aws:s3:*",
    "arn:aws:*:::box/a",
    "arn:aws:s3:::box/${aws:PrincipalTag/team}/*",
    "arn:aws:s3:::box/${aws:PrincipalTag/team, 'red'}/b",
    "arn:aws:s3:::box/${aws:PrincipalTag/team}",
    "arn:aws:s3:::box/red/*",
    "arn:aws:iam::111111111111:role/*",
    "arn:aws:iam::*:role/ci",
    "arn:aws:kms:*:111111111111:key/1",
    "arn:aws:kms:us-*:*:key/*",
    "arn:aws:kms:*:*:*",
    "arn:aws:kms",
    "box/a",
];

/// A key, values that a policy compares it with, and values that a request has of it.
struct Key {
    name: &'static str,
    operators: &'static [&'static str],
    wanted: &'static [&'static str],
    sent: &'static [&'static str],
    /// Whether AWS may send several values.
    is_list: bool,
}

const ADDRESS: &[&str] = &["IpAddress", "NotIpAddress"];

const MIXED_OPERATORS: &[&[&str]] = &[
    TEXT,
    NUMERIC,
    DATE,
    ARN,
    ADDRESS,
    &["Bool"],
    &["BinaryEquals"],
];

const TEAM: Key = Key {
    name: "aws:PrincipalTag/team",
    operators: TEXT,
    wanted: &[
        "red",
        "RED",
        "r*",
        "blue",
        "b?ue",
        "",
        "*",
        "?*",
        "${*}",
        "${aws:username}",
        "r${aws:username}*",
    ],
    sent: &[
        "red", "RED", "rED", "blue", "blxe", "", "r*", "x", "*", "rann", "ann",
    ],
    is_list: false,
};

const KEYS: &[Key] = &[
    TEAM,
    Key {
        name: "aws:TagKeys",
        operators: TEXT,
        wanted: &["red", "RED", "r*", "blue", "b?ue", ""],
        sent: &["red", "RED", "blue", "green", "r"],
        is_list: true,
    },
    Key {
        name: "example:Mixed",
        operators: &[],
        wanted: &[
            "red",
            "R*",
            "5",
            "05",
            "5.0",
            "10",
            "-1",
            "1*",
            "true",
            "false",
            "2026-01-01T00:00:00Z",
            "1970",
            "10.0.0.0/8",
            "10.1.0.0/16",
            "::/0",
            "arn:aws:s3:::box",
            "arn:aws:s3:::*",
            "arn:*:iam::*:*",
            "YQ==",
            "YWI=",
            "nonsense",
            "*:*:*",
        ],
        sent: &[
            "red",
            "R",
            "5",
            "05",
            "7",
            "10",
            "100",
            "-1",
            "true",
            "FALSE",
            "2026-01-01T00:00:00Z",
            "2027",
            "1970",
            "10.1.2.3",
            "10.2.3.4",
            "11.0.0.1",
            "::1",
            "arn:aws:s3:::box",
            "arn:aws:s3:::boy",
            "arn:aws:iam::1:x",
            "arn:aws-cn:iam::1:x",
            "YQ==",
            "YQ",
            "YWI=",
            "zzz",
            "",
        ],
        is_list: false,
    },
    Key {
        name: "aws:RequestTag/size",
        operators: NUMERIC,
        wanted: &[
            "5",
            "5.0",
            "7",
            "-3",
            "0.1",
            "0.10000000000000000001",
            "99999999999999999999999",
            "99999999999999999999998.5",
            "junk",
        ],
        sent: &[
            "5",
            "6",
            "7",
            "-3",
            "-4",
            "0",
            "0.1",
            "0.100000000000000000001",
            "99999999999999999999999",
            "99999999999999999999998.7",
            "many",
        ],
        is_list: false,
    },
    Key {
        name: "aws:MultiFactorAuthAge",
        operators: NUMERIC,
        wanted: &["0", "3600", "3600.5", "86400"],
        sent: &["0", "1", "3600", "3600.25", "3601", "86400", "86401"],
        is_list: false,
    },
    Key {
        name: "aws:CurrentTime",
        operators: DATE,
        wanted: &[
            "2026-01-01T00:00:00Z",
            "2026-01-01",
            "2026-01-01T00:00:00.5Z",
            "1970-01-01T01:00:00Z",
            "2030-01-01T00:00:00+02:00",
            "0",
        ],
        sent: &[
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.25Z",
            "2026-01-01T00:00:01Z",
            "1970-01-01T00:30:00Z",
            "1970",
            "2031",
            "1969-12-31",
            "2028-02-29",
        ],
        is_list: false,
    },
    Key {
        name: "aws:SecureTransport",
        operators: &["Bool"],
        wanted: &["true", "false", "TRUE"],
        sent: &["true", "false", "False"],
        is_list: false,
    },
    Key {
        name: "aws:SourceIp",
        operators: ADDRESS,
        wanted: &[
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.3",
            "0.0.0.0/0",
            "2001:db8::/32",
            "2001:db8::1",
            "::/0",
            "nowhere",
        ],
        sent: &[
            "10.1.2.3",
            "10.1.2.4",
            "10.2.0.0",
            "11.0.0.1",
            "9.255.255.255",
            "2001:db8::1",
            "2001:db8::2",
            "fe80::1",
        ],
        is_list: false,
    },
    Key {
        name: "aws:SourceArn",
        operators: ARN,
        wanted: &[
            "arn:aws:s3:::box",
            "arn:aws:s3:::*",
            "arn:*:s3:::box",
            "arn:aws:*:*:111111111111:*",
            "arn:aws:sns:us-?:1:t",
            "no-arn",
            "arn:aws:s3:::b${*}x",
        ],
        sent: &[
            "arn:aws:s3:::box",
            "arn:aws:s3:::boy:1",
            "arn:aws-cn:s3:::box",
            "arn:aws:sns:us-1:111111111111:t",
            "arn:aws:sns:us-1:1:t",
            "arn:aws:s3:::b*x",
        ],
        is_list: false,
    },
];

/// The keys of one pair.
type Keys<'a> = &'a [&'a Key];

fn condition(random: &mut Random, keys: Keys<'_>) -> Condition {
    let key = random.pick(keys);
    let mut values = random.some(key.wanted, 3);
    let base = if key.operators.is_empty() || random.one_in(30) {
        let family = random.pick(MIXED_OPERATORS);
        random.pick(family)
    } else {
        random.pick(key.operators)
    };
    let mut operator = base.to_owned();
    if random.one_in(10) {
        "Null".clone_into(&mut operator);
        values = random.some(&["true", "false", "FALSE", "never"], 1);
    } else if random.one_in(200) {
        "Strange".clone_into(&mut operator);
    } else {
        if random.one_in(6) {
            operator.push_str("IfExists");
        }
        if random.one_in(if key.is_list { 2 } else { 8 }) {
            let set = random.pick(&["ForAllValues:", "ForAnyValue:"]);
            operator.insert_str(0, set);
        }
    }
    Condition {
        operator,
        operator_span: Span::default(),
        key: if random.one_in(8) {
            key.name.to_ascii_uppercase()
        } else {
            key.name.to_owned()
        },
        key_span: Span::default(),
        values: values.into_iter().map(Item::literal).collect(),
        span: Span::default(),
    }
}

fn statement(random: &mut Random, named: bool, keys: Keys<'_>) -> Statement {
    let element = |negated, values: Vec<&str>| Element {
        negated,
        span: Span::default(),
        items: values.into_iter().map(Item::literal).collect(),
    };
    let principals = (named && !random.one_in(30)).then(|| Principals {
        negated: random.one_in(8),
        span: Span::default(),
        items: random
            .some(NAMED, 2)
            .into_iter()
            .map(|(kind, name)| Principal {
                kind,
                item: Item::literal(name),
            })
            .collect(),
    });
    // Simple elements leave the rest to the conditions.
    let is_plain = random.one_in(2);
    let actions = if is_plain {
        element(false, vec!["*"])
    } else {
        element(random.one_in(8), random.some(ACTION_PATTERNS, 3))
    };
    let resources = if named && random.one_in(3) {
        None
    } else if is_plain && random.one_in(2) {
        Some(element(false, vec!["*"]))
    } else {
        Some(element(random.one_in(6), random.some(RESOURCE_PATTERNS, 3)))
    };
    let mut conditions = Vec::new();
    while !random.one_in(3) && conditions.len() < 3 {
        conditions.push(condition(random, keys));
    }
    Statement {
        path: Vec::new(),
        passed_over: 0,
        span: Span::default(),
        sid: None,
        effect: if random.one_in(3) {
            Effect::Deny
        } else {
            Effect::Allow
        },
        principals,
        actions: Some(actions),
        resources,
        conditions,
    }
}

fn policy(random: &mut Random, named: bool, statements: Vec<Statement>) -> Policy {
    Policy {
        document: 0,
        path: Vec::new(),
        span: Span::default(),
        dialect: Dialect::PolicyLanguage,
        role: if named { Role::Bucket } else { Role::Identity },
        role_source: RoleSource::Said,
        name: None,
        version: if random.one_in(12) {
            Version::V2008
        } else {
            Version::V2012
        },
        statements,
    }
}

/// A change as people make them: a statement more, less, another, or one value of one element more, less or moved.
fn changed(
    random: &mut Random,
    named: bool,
    keys: Keys<'_>,
    before: &[Statement],
) -> Vec<Statement> {
    let mut after = before.to_vec();
    for _ in 0..=random.below(2) {
        let place = random.below(after.len());
        let other = statement(random, named, keys);
        match random.below(8) {
            0 => after.push(other),
            1 if after.len() > 1 => drop(after.remove(place)),
            1 | 2 => after[place] = other,
            3 => {
                let one = &mut after[place];
                one.conditions.pop();
            }
            4 => after[place].conditions = other.conditions,
            5 => after[place].resources = other.resources,
            6 => after[place].principals = other.principals,
            _ => {
                // The same in two parts, by one condition and its opposite.
                let condition = condition(random, keys);
                let mut opposite = condition.clone();
                opposite.operator = if let Some(rest) = condition.operator.strip_prefix("StringNot")
                {
                    format!("String{rest}")
                } else if let Some(rest) = condition.operator.strip_prefix("String") {
                    format!("StringNot{rest}")
                } else if let Some(rest) =
                    condition.operator.strip_prefix("NumericGreaterThanEquals")
                {
                    format!("NumericLessThan{rest}")
                } else if let Some(rest) = condition.operator.strip_prefix("Ip") {
                    format!("NotIp{rest}")
                } else {
                    condition.operator.clone()
                };
                let mut half = after[place].clone();
                half.conditions.push(condition);
                after[place].conditions.push(opposite);
                after.push(half);
            }
        }
    }
    after
}

/// Requests of the small universe, and whether AWS could send them.
fn requests(random: &mut Random, named: bool, keys: Keys<'_>) -> Vec<(Request, bool)> {
    let callers = if named {
        random.some(CALLERS, 8)
    } else {
        vec![CALLERS[0]]
    };
    let actions = random.some(ACTIONS, 4);
    let resources = random.some(RESOURCES, 5);
    let mut contexts = vec![(Context::default(), true)];
    // What variables stand for, where the key is none of those that are looked at.
    for (key, values) in [
        ("aws:username", &["ann", "red"][..]),
        (TEAM.name, &["red", "blue", "red/b", "a", ""]),
    ] {
        if !random.one_in(3) {
            let value = random.pick(values);
            contexts[0].0.set(key, vec![value.to_owned()]);
        }
    }
    for key in keys {
        let mut ways: Vec<(Vec<&str>, bool)> = vec![(Vec::new(), true)];
        for value in random.some(key.sent, 8) {
            ways.push((vec![value], true));
        }
        for _ in 0..if key.is_list { 4 } else { 2 } {
            ways.push((random.some(key.sent, 3), key.is_list));
            let twice = random.pick(key.sent);
            ways.push((vec![twice, twice], key.is_list));
        }
        if key.name.starts_with("aws:") && !key.name.contains("Tag") {
            ways.push((vec!["something else"], false));
        }
        let mut next = Vec::new();
        for (context, is_real) in &contexts {
            for (values, is_sent) in &ways {
                let mut context = context.clone();
                context.set(
                    key.name,
                    values.iter().map(|value| (*value).to_owned()).collect(),
                );
                next.push((
                    context,
                    *is_real && (*is_sent || values.len() == 1 && values[0] != "something else"),
                ));
            }
        }
        contexts = next;
    }
    let mut all = Vec::new();
    for caller in callers {
        for action in &actions {
            for resource in &resources {
                for (context, is_real) in &contexts {
                    all.push((
                        Request {
                            principal: caller.to_owned(),
                            action: (*action).to_owned(),
                            resource: (*resource).to_owned(),
                            context: context.clone(),
                        },
                        *is_real,
                    ));
                }
            }
        }
    }
    all
}

fn covers(patterns: &[String], text: &str) -> bool {
    patterns.is_empty()
        || patterns.iter().any(|pattern| {
            matches!(pattern.as_str(), "*" | "*:*")
                || pattern.contains("${")
                || pattern.splitn(6, ':').count() < 6 && pattern.starts_with("arn:")
                || glob::matches_ignoring_case(pattern, text)
        })
}

#[derive(Debug, Default)]
struct Counts {
    new: u64,
    nothing: u64,
    /// New outside the small universe.
    outside: u64,
    odd: u64,
    approximated: u64,
    by_layer: u64,
    by_decision: u64,
    unconfirmed: u64,
}

#[test]
fn what_is_new_is_reported_and_every_example_holds() {
    let seed = number("SEED", 20_261_122);
    let pairs = number("PAIRS", 1_500);
    println!("seed {seed}, {pairs} pairs");
    let mut random = Random::new(seed);
    let mut counts = Counts::default();
    for at in 0..pairs {
        let named = random.one_in(2);
        let first = &KEYS[random.below(KEYS.len())];
        let second = &KEYS[random.below(KEYS.len())];
        let keys: Vec<&Key> = if first.name == second.name || random.one_in(2) {
            vec![first]
        } else {
            vec![first, second]
        };
        let count = 1 + random.below(3);
        let before: Vec<Statement> = (0..count)
            .map(|_| statement(&mut random, named, &keys))
            .collect();
        let after = if random.one_in(6) {
            (0..count)
                .map(|_| statement(&mut random, named, &keys))
                .collect()
        } else {
            changed(&mut random, named, &keys, &before)
        };
        let before = [policy(&mut random, named, before)];
        let after = [policy(&mut random, named, after)];
        let comparison = compare(&before, &after);
        let has_principals = space::has_principals(&[&before, &after]);
        let judge = Judge::new(&before, &after, has_principals);
        let say = || {
            format!(
                "seed {seed}, pair {at}\nbefore {}\nafter {}\n{comparison:#?}",
                shown(&before[0]),
                shown(&after[0])
            )
        };
        counts.approximated += u64::from(!comparison.approximated.is_empty());
        assert!(
            !comparison
                .approximated
                .iter()
                .any(|note| note == NO_EXAMPLE),
            "exact, and an example does not hold: {}",
            say()
        );
        let mut found = false;
        for (request, is_real) in requests(&mut random, named, &keys) {
            if judge.confirms(&request) == Confirmed::No {
                continue;
            }
            if !is_real {
                counts.odd += 1;
                assert!(
                    !comparison.new_access.is_empty() || !comparison.approximated.is_empty(),
                    "missed, and not said: {request:#?}\n{}",
                    say()
                );
                continue;
            }
            found = true;
            let is_covered = comparison.new_access.iter().any(|entry| {
                covers(&entry.actions, &request.action)
                    && covers(&entry.resources, &request.resource)
            });
            assert!(is_covered, "missed: {request:#?}\n{}", say());
        }
        for entry in &comparison.new_access {
            match judge.confirms(&entry.example) {
                Confirmed::No => {
                    counts.unconfirmed += 1;
                    assert!(!entry.confirmed, "{}", say());
                }
                Confirmed::ByLayer => counts.by_layer += 1,
                Confirmed::ByDecision => counts.by_decision += 1,
            }
        }
        match (found, comparison.new_access.is_empty()) {
            (true, _) => counts.new += 1,
            (false, true) => counts.nothing += 1,
            (false, false) => counts.outside += 1,
        }
        assert!(
            compare(&before, &before).new_access.is_empty(),
            "equal policies: {}",
            say()
        );
    }
    println!("{counts:#?}");
    assert!(
        counts.new > pairs / 10 && counts.nothing > pairs / 10,
        "{counts:?}"
    );
}

/// A policy, shortly.
fn shown(policy: &Policy) -> String {
    let mut text = format!("{:?}", policy.version);
    for statement in &policy.statements {
        let list = |element: &Option<Element>| {
            element.as_ref().map(|element| {
                (
                    element.negated,
                    element
                        .items
                        .iter()
                        .map(|item| item.value().into_owned())
                        .collect::<Vec<_>>(),
                )
            })
        };
        let principals = statement.principals.as_ref().map(|principals| {
            (
                principals.negated,
                principals
                    .items
                    .iter()
                    .map(|principal| (principal.kind, principal.item.value().into_owned()))
                    .collect::<Vec<_>>(),
            )
        });
        let conditions: Vec<String> = statement
            .conditions
            .iter()
            .map(super::words::condition_text)
            .collect();
        text.push_str(&format!(
            "\n  {:?} {principals:?} {:?} {:?} {conditions:?}",
            statement.effect,
            list(&statement.actions),
            list(&statement.resources)
        ));
    }
    text
}
