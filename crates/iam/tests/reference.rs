//! The semantics written a second time, as plainly as possible, and both tested against each other at random.
//!
//! `SCENARIOS=1000000 COMPARISONS=20000 SEED=7 cargo test --release -p undeny-iam --test reference` for more, or for one seed again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop"
)]

use undeny_document::Role;
use undeny_iam::compare::compare;
use undeny_iam::evaluate::{Compiled, Context, Outcome, Request, Scenario, evaluate};
use undeny_iam::glob;
use undeny_iam::policy::{
    Condition, Dialect, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals,
    RoleSource, Statement, Version,
};
use undeny_text::Span;

/// A small generator of numbers: the same seed, the same scenarios.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == 0
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn some<T: Copy + PartialEq>(&mut self, list: &[T], most: usize) -> Vec<T> {
        let mut some = Vec::new();
        for _ in 0..=self.below(most) {
            let one = self.pick(list);
            if !some.contains(&one) {
                some.push(one);
            }
        }
        some
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

// ---- The small universe

const CALLERS: &[&str] = &[
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:sts::111111111111:assumed-role/ci/build",
    "arn:aws:sts::222222222222:assumed-role/deploy/run",
    "arn:aws:sts::111111111111:federated-user/ann",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:oidc-provider/example.com",
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
    (
        PrincipalKind::Federated,
        "arn:aws:iam::111111111111:oidc-provider/example.com",
    ),
];

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "sts:AssumeRole",
    "sts:TagSession",
    "sts:AssumeRoleWithWebIdentity",
    "kms:Decrypt",
    "iam:PassRole",
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
    "sts:AssumeRole*",
    "kms:Decrypt",
    "k*:Decrypt",
    "iam:PassRole",
    "s3",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::box/a",
    "arn:aws:s3:::box/red/b",
    "arn:aws:iam::111111111111:role/ci",
    "arn:aws:iam::111111111111:role/aws-reserved/x",
    "arn:aws:kms:us-east-1:111111111111:key/1",
    "arn:aws:kms:us-east-1:111111111111:alias/k",
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
    "arn:aws:kms:us-east-1:*:alias/k",
    "arn:aws:kms",
];

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringEqualsIgnoreCase",
    "StringEqualsIfExists",
    "StringNotLike",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringEquals",
    "ForAllValues:StringNotLike",
    "ForAnyValue:StringNotEquals",
    "Null",
    "Strange",
];

const KEYS: &[&str] = &["aws:PrincipalTag/team", "aws:TagKeys"];
const VALUES: &[&str] = &["red", "RED", "r*", "blue", "b?ue", ""];
const NULLS: &[&str] = &["true", "false", "TRUE"];
const CONTEXTS: &[(&str, &[&[&str]])] = &[
    (
        "aws:principaltag/team",
        &[&[], &["red"], &["blue"], &[""], &["r*"]],
    ),
    (
        "AWS:TagKeys",
        &[&[], &["red"], &["red", "blue"], &["blue", "green"]],
    ),
];

// ---- Policies in the plainest form

#[derive(Clone, Debug)]
struct Says {
    allow: bool,
    principals: Option<(bool, Vec<(PrincipalKind, &'static str)>)>,
    actions: (bool, Vec<&'static str>),
    resources: Option<(bool, Vec<&'static str>)>,
    conditions: Vec<(&'static str, &'static str, Vec<&'static str>)>,
}

type Plain = Vec<Says>;

fn says(random: &mut Random, named: bool) -> Says {
    let principals =
        (named && !random.one_in(20)).then(|| (random.one_in(8), random.some(NAMED, 2)));
    let resources = if named && random.one_in(4) {
        None
    } else {
        Some((random.one_in(8), random.some(RESOURCE_PATTERNS, 3)))
    };
    let mut conditions = Vec::new();
    while random.one_in(3) && conditions.len() < 2 {
        let operator = random.pick(OPERATORS);
        let values = if operator == "Null" {
            random.some(NULLS, 1)
        } else {
            random.some(VALUES, 2)
        };
        conditions.push((operator, random.pick(KEYS), values));
    }
    Says {
        allow: !random.one_in(4),
        principals,
        actions: (random.one_in(8), random.some(ACTION_PATTERNS, 3)),
        resources,
        conditions,
    }
}

fn plain(random: &mut Random, named: bool) -> Plain {
    (0..=random.below(3)).map(|_| says(random, named)).collect()
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
                    operator: (*operator).to_owned(),
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
        version: Version::V2012,
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

fn resource_fits(pattern: &str, resource: &str, context: &Context) -> bool {
    if pattern == "*" {
        return true;
    }
    if resource == "*" {
        return false;
    }
    let team = match context.get("aws:PrincipalTag/team") {
        Some([team]) => Some(team.clone()),
        _ => None,
    };
    // The only two variables of this universe.
    let mut resolved: Vec<Mark> = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find("${") {
        let end = rest[at..].find('}').unwrap() + at;
        resolved.extend(marks(&rest[..at]));
        let value = if rest[at..end].contains(',') {
            team.clone().unwrap_or_else(|| "red".to_owned())
        } else {
            match &team {
                Some(team) => team.clone(),
                None => return false,
            }
        };
        resolved.extend(value.chars().map(Mark::Is));
        rest = &rest[end + 1..];
    }
    resolved.extend(marks(rest));
    let mut parts: Vec<Vec<Mark>> = vec![Vec::new()];
    for mark in resolved {
        match mark {
            Mark::Is(':') if parts.len() < 6 => parts.push(Vec::new()),
            mark => parts.last_mut().unwrap().push(mark),
        }
    }
    while parts.len() < 6 {
        parts.push(vec![Mark::Run]);
    }
    if parts[2].iter().any(|mark| !matches!(mark, Mark::Is(_))) {
        return false;
    }
    let actual: Vec<&str> = resource.splitn(6, ':').collect();
    actual.len() == 6
        && parts
            .iter()
            .zip(actual)
            .all(|(part, actual)| fits(part, &actual.chars().collect::<Vec<char>>()))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum As {
    User,
    Role,
    Session,
    Federating,
    Account,
    Everyone,
    Itself,
}

fn named_as((_, name): (PrincipalKind, &str), caller: &str) -> Option<As> {
    let account =
        |account: &str| caller.starts_with("arn:") && caller.contains(&format!(":{account}:"));
    let is_provider = caller.contains(":oidc-provider/");
    match name {
        "*" => Some(As::Everyone),
        "111111111111" if account("111111111111") && !is_provider => Some(As::Account),
        "arn:aws:iam::222222222222:root" if account("222222222222") => Some(As::Account),
        "arn:aws:iam::111111111111:user/ann" if caller == name => Some(As::User),
        "arn:aws:iam::111111111111:user/ann" if caller.ends_with("federated-user/ann") => {
            Some(As::Federating)
        }
        "arn:aws:iam::111111111111:role/path/CI" if caller.ends_with("assumed-role/ci/build") => {
            Some(As::Role)
        }
        "arn:aws:iam::222222222222:role/deploy" if caller.ends_with("assumed-role/deploy/run") => {
            Some(As::Role)
        }
        "arn:aws:sts::111111111111:assumed-role/ci/build" if caller == name => Some(As::Session),
        "arn:aws:sts::111111111111:federated-user/ann" if caller == name => Some(As::Session),
        "lambda.amazonaws.com" if caller == name => Some(As::Itself),
        "arn:aws:iam::111111111111:oidc-provider/example.com" if caller == name => Some(As::Itself),
        _ => None,
    }
}

fn condition_holds(operator: &str, key: &str, wanted: &[&str], context: &Context) -> bool {
    let values: Vec<String> = context.get(key).map(<[String]>::to_vec).unwrap_or_default();
    let equal = |value: &String| wanted.iter().any(|wanted| value == wanted);
    let alike = |value: &String| wanted.iter().any(|wanted| like(wanted, value));
    match (operator, values.as_slice()) {
        ("Strange", _) => false,
        ("Null", values) => wanted
            .iter()
            .any(|wanted| wanted.to_lowercase() == values.is_empty().to_string()),
        ("ForAllValues:StringEquals", values) => values.iter().all(equal),
        ("ForAnyValue:StringEquals", values) => values.iter().any(equal),
        ("ForAllValues:StringNotLike", values) => values.iter().all(|value| !alike(value)),
        ("ForAnyValue:StringNotEquals", values) => values.iter().any(|value| !equal(value)),
        ("StringEqualsIfExists" | "StringNotEquals" | "StringNotLike", []) => true,
        (_, []) => false,
        ("StringEquals" | "StringEqualsIfExists", [value]) => equal(value),
        ("StringNotEquals", [value]) => !equal(value),
        ("StringLike", [value]) => alike(value),
        ("StringNotLike", [value]) => !alike(value),
        ("StringEqualsIgnoreCase", [value]) => wanted
            .iter()
            .any(|wanted| wanted.to_lowercase() == value.to_lowercase()),
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
            patterns
                .iter()
                .any(|pattern| resource_fits(pattern, &request.resource, &request.context))
                != *not
        }
        None => on_resource,
    };
    let conditions = || {
        says.conditions
            .iter()
            .all(|(operator, key, wanted)| condition_holds(operator, key, wanted, &request.context))
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
    let ways: Vec<As> = principals
        .iter()
        .filter_map(|principal| named_as(*principal, &request.principal))
        .collect();
    if *not {
        let cannot_be_spared = !says.allow
            && has_boundary
            && (request.principal.contains(":user/")
                || request.principal.contains(":assumed-role/"));
        return if ways.is_empty() || cannot_be_spared {
            vec![As::Everyone]
        } else {
            Vec::new()
        };
    }
    ways
}

#[derive(Debug, Default)]
struct World {
    request: Request,
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
    let web = action == "sts:AssumeRoleWithWebIdentity";
    let has_identity = !web && caller.starts_with("arn:") && !caller.contains(":oidc-provider/");
    let is_root = caller.ends_with(":root");
    let is_federated = caller.contains(":federated-user/");
    let limited = has_identity && !is_root;
    let has_boundary = !world.boundary.is_empty();

    let caller_side = |policies: &[Plain], allow: bool| {
        policies.iter().flatten().any(|says| {
            says.allow == allow && !matches(says, request, false, has_boundary, false).is_empty()
        })
    };
    let resource_ways: Vec<As> = world
        .resource
        .iter()
        .flatten()
        .filter(|says| says.allow)
        .flat_map(|says| matches(says, request, true, has_boundary, false))
        .collect();
    let gate_denies = |policies: &[Plain]| {
        policies
            .iter()
            .flatten()
            .any(|says| !says.allow && !matches(says, request, true, has_boundary, true).is_empty())
    };

    // An explicit Deny anywhere.
    let mut denied =
        world.resource.iter().flatten().any(|says| {
            !says.allow && !matches(says, request, true, has_boundary, false).is_empty()
        });
    if has_identity {
        denied |= caller_side(&world.identity, false);
        denied |= world.scps.iter().any(|level| caller_side(level, false));
    }
    if limited {
        denied |= caller_side(&world.boundary, false) || caller_side(&world.session, false);
    }
    let service = action.split(':').next().unwrap();
    if ["s3", "sts", "kms"].contains(&service) {
        denied |= world.rcps.iter().any(|level| gate_denies(level));
    }
    if let Some(endpoint) = &world.endpoint {
        denied |= gate_denies(std::slice::from_ref(endpoint));
    }
    if denied {
        return Outcome::ExplicitlyDenied;
    }
    let refuse = Outcome::ImplicitlyDenied;
    if action == "iam:PassRole" && request.resource.contains("aws-reserved") {
        return refuse;
    }
    if is_root && action == "sts:AssumeRole" {
        return refuse;
    }
    // Gates.
    if has_identity && world.scps.iter().any(|level| !caller_side(level, true)) {
        return refuse;
    }
    if let Some(endpoint) = &world.endpoint {
        let lets = endpoint
            .iter()
            .any(|says| says.allow && !matches(says, request, true, has_boundary, true).is_empty());
        if !lets {
            return refuse;
        }
    }
    // The resource's account is 111111111111 where the ARN has one, else the caller's.
    let crosses = caller.contains(":222222222222:") && request.resource.contains(":111111111111:");
    let boundary = !limited || world.boundary.is_empty() || caller_side(&world.boundary, true);
    let session = !limited || world.session.is_empty() || caller_side(&world.session, true);
    let no_identity_in_effect = is_federated && world.session.is_empty();
    let identity = (is_root || caller_side(&world.identity, true))
        && boundary
        && session
        && !no_identity_in_effect;
    let guarded = match action {
        "sts:AssumeRole" | "sts:AssumeRoleWithWebIdentity" | "sts:TagSession" => true,
        "kms:Decrypt" => request.resource.contains(":key/"),
        _ => false,
    };
    let allowed = if !has_identity {
        !resource_ways.is_empty()
    } else if crosses {
        identity && !resource_ways.is_empty()
    } else {
        let by_resource = resource_ways.iter().any(|way| match way {
            As::User | As::Session | As::Itself => true,
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
    for (key, values) in CONTEXTS {
        let values = random.pick(values);
        context.set(
            key,
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
        ..World::default()
    };
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
    let role = match world.request.action.as_str() {
        "kms:Decrypt" => Role::Other,
        _ => Role::Bucket,
    };
    Scenario {
        request: world.request.clone(),
        resource_account: None,
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
    let count = number("SCENARIOS", 100_000);
    println!("seed {seed}, {count} scenarios");
    let mut random = Random(seed | 1);
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

fn layer_allows(policies: &[Plain], request: &Request, named: bool) -> bool {
    let says = |allow: bool| {
        policies.iter().flatten().any(|says| {
            says.allow == allow && !matches(says, request, named, false, false).is_empty()
        })
    };
    says(true) && !says(false)
}

fn every_request(named: bool) -> Vec<Request> {
    let callers = if named { CALLERS } else { &CALLERS[..1] };
    let mut requests = Vec::new();
    for caller in callers {
        for action in ACTIONS {
            for resource in RESOURCES {
                for team in CONTEXTS[0].1 {
                    for tags in CONTEXTS[1].1 {
                        let mut context = Context::default();
                        for (key, values) in [(CONTEXTS[0].0, team), (CONTEXTS[1].0, tags)] {
                            context.set(
                                key,
                                values.iter().map(|value| (*value).to_owned()).collect(),
                            );
                        }
                        requests.push(Request {
                            principal: (*caller).to_owned(),
                            action: (*action).to_owned(),
                            resource: (*resource).to_owned(),
                            context,
                        });
                    }
                }
            }
        }
    }
    requests
}

/// Whether an entry's words cover a request, as generously as words are read.
fn covers(patterns: &[String], text: &str) -> bool {
    patterns.is_empty()
        || patterns.iter().any(|pattern| {
            pattern == "*" || pattern == "*:*" || glob::matches_ignoring_case(pattern, text)
        })
}

#[test]
fn nothing_new_is_missed() {
    let seed = number("SEED", 20_261_121);
    let count = number("COMPARISONS", 300);
    println!("seed {seed}, {count} comparisons");
    let mut random = Random(seed.wrapping_mul(77) | 1);
    let universes = [every_request(false), every_request(true)];
    let (mut new, mut none, mut over, mut unconfirmed, mut rough) = (0, 0, 0, 0, 0);
    for at in 0..count {
        let named = random.one_in(2);
        let role = if named { Role::Bucket } else { Role::Identity };
        let before = vec![plain(&mut random, named)];
        // Mostly a small change of the same policy, as in life.
        let after = if random.one_in(3) {
            vec![plain(&mut random, named)]
        } else {
            let mut changed = before[0].clone();
            if random.one_in(2) {
                changed.push(says(&mut random, named));
            } else {
                let place = random.below(changed.len());
                changed[place] = says(&mut random, named);
            }
            vec![changed]
        };
        let read = |plains: &[Plain]| {
            plains
                .iter()
                .map(|plain| policy(plain, role))
                .collect::<Vec<Policy>>()
        };
        let (policies_before, policies_after) = (read(&before), read(&after));
        let comparison = compare(&policies_before, &policies_after);
        let same = compare(&policies_before, &policies_before);
        assert!(
            same.new_access.is_empty(),
            "seed {seed}, {at}: equal policies: {before:#?} {same:#?}"
        );
        rough += u32::from(!comparison.approximated.is_empty());
        let mut found = false;
        for request in &universes[usize::from(named)] {
            let is_new =
                layer_allows(&after, request, named) && !layer_allows(&before, request, named);
            if !is_new {
                continue;
            }
            found = true;
            let is_covered = comparison.new_access.iter().any(|entry| {
                covers(&entry.actions, &request.action)
                    && (covers(&entry.resources, &request.resource)
                        || entry.resources.iter().any(|pattern| {
                            resource_fits(pattern, &request.resource, &request.context)
                        }))
            });
            assert!(
                is_covered,
                "seed {seed}, {at}: missed {request:#?}\nbefore {before:#?}\nafter {after:#?}\n{comparison:#?}"
            );
        }
        for entry in &comparison.new_access {
            if entry.confirmed {
                assert!(layer_allows_any(&policies_after, &entry.example, named));
                assert!(!layer_allows_any(&policies_before, &entry.example, named));
            } else {
                unconfirmed += 1;
                assert!(
                    !comparison.approximated.is_empty(),
                    "seed {seed}, {at}: an exact comparison has an example that does not hold: {entry:#?}\nbefore {before:#?}\nafter {after:#?}"
                );
            }
        }
        match (found, comparison.new_access.is_empty()) {
            (true, _) => new += 1,
            (false, true) => none += 1,
            (false, false) => over += 1,
        }
    }
    println!(
        "new {new}, nothing new {none}, new outside this small universe {over}, entries without a confirmed example {unconfirmed}, approximated {rough}"
    );
}

/// By the real evaluator, whose layer's outcome is what a comparison speaks of.
fn layer_allows_any(policies: &[Policy], request: &Request, named: bool) -> bool {
    let scenario = Scenario {
        request: request.clone(),
        identity: if named { Vec::new() } else { policies.to_vec() },
        resource: named.then(|| policies[0].clone()),
        ..Scenario::default()
    };
    let decision = evaluate(&scenario);
    decision
        .layers
        .iter()
        .any(|layer| layer.outcome == Outcome::Allowed)
}
