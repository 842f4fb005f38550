//! A change that somebody else made (an assistant's answer, a colleague's patch): whether it helps, and everything else that it opens.
//!
//! The texts before and after are read, whatever was meant. A change is proven when every request of the denied call is allowed afterwards, nothing
//! else is, no Deny forbids less, and nothing changed that undeny does not read. What is wider is named with a request that it lets through.

use undeny_document::{Format, Input, Paste, Role};
use undeny_iam::arn::Caller;
use undeny_iam::change::same_meaning;
use undeny_iam::compare::{self, NewAccess as Access};
use undeny_iam::evaluate::{self, Layer, Outcome, Request, Scenario};
use undeny_iam::policy::{
    Condition, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals, Statement,
};
use undeny_text::Span;

use crate::case::{Case, Setup};
use crate::diagnosis::Remedy;
use crate::proof::{as_request, context_map, decide_after};
use crate::reference::Signs;
use crate::report::{self, NewAccess, ProvenRequest};
use crate::role_arn;
use crate::run::{Options, Patch};
use crate::{rules, storable};

/// What a foreign change is worth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examined {
    /// Whether it does what the denied call needs and nothing else.
    pub proven: bool,
    /// The variant of our own that says the same, where one does.
    pub same_as: Option<&'static str>,
    /// Each request of the denied call, decided before and after.
    pub requests: Vec<ProvenRequest>,
    /// Everything that is allowed afterwards and was not before, policy by policy.
    pub new_access: Vec<NewAccess>,
    /// What it opens beyond the denied call, each with a request that it lets through.
    pub wider: Vec<Wider>,
    /// Why it is not proven, a sentence each.
    pub reasons: Vec<String>,
    /// What had to be assumed, a sentence each.
    pub assumptions: Vec<String>,
}

/// Something that a change opens beyond the denied call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wider {
    /// `dropped-condition`, `new-access`, `new-principal`, `new-wildcard` or `removed-deny`.
    pub kind: &'static str,
    /// Index of the text.
    pub document: usize,
    /// One sentence.
    pub message: String,
    /// A request that is allowed afterwards and was not before.
    pub example: report::Request,
}

/// Hold `after` (a text for each input of `paste`, and further ones for documents that are new) against the paste.
///
/// `ours` are the patches that were proven for the same paste: a change that says the same is proven by them.
#[must_use]
pub fn examine(paste: &Paste, options: &Options, ours: &[Patch], after: &[String]) -> Examined {
    let mut known = paste.clone();
    known.inputs.extend(
        after
            .iter()
            .skip(paste.inputs.len())
            .map(|_| Input::default()),
    );
    let patched = patched(&known, after);
    let before = Case::read(&known, &options.answers, &options.roles, options.now);
    let after = Case::read_told(
        &patched,
        &options.answers,
        before.told.clone(),
        &before,
        None,
    );
    let mut examined = Examined::default();

    let (requests, assumed) = requests(&before);
    examined.assumptions = assumed;
    unread(&before, &after, &mut examined);
    let setups: Vec<Setup> = requests
        .iter()
        .map(|request| before.setup(request.clone()))
        .collect();
    let aligned = aligned(&before, &after);
    let pairs = pairs(&before, &after, aligned);
    for pair in &pairs {
        let mut needed = Vec::new();
        if let (Some(index), Some(policy)) = (pair.index, pair.before) {
            for (request, setup) in requests.iter().zip(&setups) {
                if setup.given.iter().any(|(_, given)| given.contains(&index)) {
                    needed.extend(needed_allow(policy, request));
                }
            }
        }
        opened(&before, pair, needed, &mut examined);
    }

    let same_as = aligned
        .then(|| same_as(&known, options, &before, &after, ours))
        .flatten();
    if let Some(variant) = same_as
        && examined.reasons.is_empty()
    {
        examined.wider.clear();
        examined.same_as = Some(variant);
    }
    decide(&before, &after, aligned, &requests, &setups, &mut examined);
    examined.proven = examined.reasons.is_empty() && examined.wider.is_empty();
    // The change may have other references than the paste.
    Signs::of(&after.reading).write_examined(&mut examined);
    examined
}

fn patched(paste: &Paste, after: &[String]) -> Paste {
    Paste {
        inputs: paste
            .inputs
            .iter()
            .enumerate()
            .map(|(index, input)| Input {
                text: after.get(index).unwrap_or(&input.text).clone(),
                ..input.clone()
            })
            .collect(),
    }
}

/// What the denied call asks for: what our own diagnosis says, else what the message says.
fn requests(case: &Case<'_>) -> (Vec<Request>, Vec<String>) {
    if let Some(diagnosis) = rules::diagnose(case)
        && let Remedy::Change { minimal, .. } = diagnosis.remedy
        && !minimal.requests.is_empty()
    {
        let mut assumed = minimal.assumptions;
        assumed.extend(case.taken.iter().cloned());
        return (minimal.requests, assumed);
    }
    let request = case.denial().and_then(|denial| case.request(&denial.value));
    (request.into_iter().collect(), case.taken.clone())
}

/// Decide the requests before and after.
fn decide(
    before: &Case<'_>,
    after: &Case<'_>,
    aligned: bool,
    requests: &[Request],
    setups: &[Setup],
    examined: &mut Examined,
) {
    if requests.is_empty() {
        examined
            .reasons
            .push("no denied request could be read, so there is nothing to prove".to_owned());
        return;
    }
    let mut denied_before = false;
    for (request, setup) in requests.iter().zip(setups) {
        let decided_before = setup.decide().outcome;
        let decided_after = if aligned {
            decide_after(before, setup, request, &after.policies)
        } else {
            after.setup(request.clone()).decide().outcome
        };
        denied_before |= decided_before != Outcome::Allowed;
        if decided_after != Outcome::Allowed {
            examined.reasons.push(format!(
                "`{}` on `{}` would still be denied",
                request.action, request.resource
            ));
        }
        for layer in &setup.assumed {
            let sentence = crate::proof::assumption(*layer);
            if !examined.assumptions.contains(&sentence) {
                examined.assumptions.push(sentence);
            }
        }
        examined.requests.push(ProvenRequest {
            principal: request.principal.clone(),
            action: request.action.clone(),
            resource: request.resource.clone(),
            context: context_map(request),
            before: decided_before.as_str(),
            after: decided_after.as_str(),
        });
    }
    if !denied_before {
        examined.reasons.push(
            "the policies as pasted already allow this request, so no change of them can be what is missing"
                .to_owned(),
        );
    }
}

/// Whether each policy afterwards stands where one stood before, for the same purpose.
fn aligned(before: &Case<'_>, after: &Case<'_>) -> bool {
    before.policies.len() == after.policies.len()
        && before
            .policies
            .iter()
            .zip(&after.policies)
            .all(|(left, right)| {
                input_of(before, left) == input_of(after, right)
                    && left.role == right.role
                    && left.name == right.name
            })
}

fn input_of(case: &Case<'_>, policy: &Policy) -> Option<usize> {
    case.reading
        .documents
        .get(policy.document)
        .map(|document| document.input)
}

/// A policy before and after; one of them may be missing.
struct Pair<'p> {
    /// Its index among the policies before.
    index: Option<usize>,
    before: Option<&'p Policy>,
    after: Option<&'p Policy>,
    input: usize,
}

/// Each policy with what became of it: by place where all stayed, else by text, purpose and name.
fn pairs<'p>(before: &'p Case<'_>, after: &'p Case<'_>, aligned: bool) -> Vec<Pair<'p>> {
    let mut free: Vec<usize> = (0..before.policies.len()).collect();
    let mut pairs = Vec::new();
    for (at, policy) in after.policies.iter().enumerate() {
        let input = input_of(after, policy);
        let found = free.iter().position(|index| {
            before.policies.get(*index).is_some_and(|known| {
                if aligned {
                    *index == at
                } else {
                    input_of(before, known) == input
                        && known.role == policy.role
                        && known.name == policy.name
                }
            })
        });
        let index = found.map(|found| free.remove(found));
        pairs.push(Pair {
            index,
            before: index.and_then(|index| before.policies.get(index)),
            after: Some(policy),
            input: input.unwrap_or_default(),
        });
    }
    for index in free {
        let policy = before.policies.get(index);
        pairs.push(Pair {
            index: Some(index),
            before: policy,
            after: None,
            input: policy
                .and_then(|policy| input_of(before, policy))
                .unwrap_or_default(),
        });
    }
    pairs
}

/// Everything that one policy opens, and what of it the denied call does not need.
fn opened(case: &Case<'_>, pair: &Pair<'_>, needed: Vec<Statement>, examined: &mut Examined) {
    if let (Some(before), Some(after)) = (pair.before, pair.after)
        && same_meaning(before, after)
    {
        return;
    }
    let sides = |policy: Option<&Policy>| policy.cloned().into_iter().collect::<Vec<_>>();
    let (before, after) = (sides(pair.before), sides(pair.after));
    let all = compare::compare(&before, &after);
    for access in &all.new_access {
        examined.new_access.push(NewAccess {
            document: pair.input,
            principal: whom(case, access),
            actions: access.actions.clone(),
            resources: access.resources.clone(),
            condition: access.condition.clone(),
            example: as_request(&access.example),
        });
    }
    for sentence in all.approximated {
        if !examined.assumptions.contains(&sentence) {
            examined.assumptions.push(sentence);
        }
    }
    let beyond = match (pair.before, needed.is_empty()) {
        (Some(policy), false) => {
            let mut allowed = before.clone();
            allowed.push(policy.with_statements(needed.clone()));
            compare::compare(&allowed, &after).new_access
        }
        _ => all.new_access,
    };
    for access in &beyond {
        let kind = kind(access, &needed, pair.before);
        widen(case, pair, kind, access, examined);
    }
    // A Deny forbids in other policies, too: what it lets through now is what a policy that allows everything would.
    let everything = |policies: &[Policy], like: Option<&Policy>| -> Vec<Policy> {
        let mut policies = policies.to_vec();
        if let Some(policy) = like {
            policies.push(policy.with_statements(vec![allow_everything(policy)]));
        }
        policies
    };
    let like = pair.before.or(pair.after);
    let freed = compare::compare(&everything(&before, like), &everything(&after, like));
    for access in &freed.new_access {
        widen(case, pair, "removed-deny", access, examined);
    }
}

/// Name it, once.
fn widen(
    case: &Case<'_>,
    pair: &Pair<'_>,
    kind: &'static str,
    access: &Access,
    examined: &mut Examined,
) {
    let wider = Wider {
        kind,
        document: pair.input,
        message: message(case, kind, access),
        example: as_request(&by_its_holder(case, pair, access)),
    };
    let same = |known: &Wider| {
        (known.kind, known.document, &known.message) == (wider.kind, wider.document, &wider.message)
    };
    if !examined.wider.iter().any(same) {
        examined.wider.push(wider);
    }
}

/// The example, by the caller of the denied request where the policy names nobody and lets the caller do it as well.
fn by_its_holder(case: &Case<'_>, pair: &Pair<'_>, access: &Access) -> Request {
    let example = access.example.clone();
    let Some(principal) = case.caller_to_name() else {
        return example;
    };
    let own = Request {
        principal,
        ..example.clone()
    };
    let allows = |policy: Option<&Policy>| {
        let scenario = Scenario {
            request: own.clone(),
            identity: policy.into_iter().cloned().collect(),
            ..Scenario::default()
        };
        evaluate::evaluate(&scenario).outcome == Outcome::Allowed
    };
    if access.principals.is_empty() && allows(pair.after) && !allows(pair.before) {
        own
    } else {
        example
    }
}

fn whom(case: &Case<'_>, access: &Access) -> String {
    if !access.principals.is_empty() {
        return access.principals.join(", ");
    }
    case.caller_to_name()
        .unwrap_or_else(|| "whoever has this policy".to_owned())
}

fn has_wildcard(values: &[String]) -> bool {
    values.iter().any(|value| value.contains(['*', '?']))
}

/// The word for what is wider, the most telling one first.
fn kind(access: &Access, needed: &[Statement], before: Option<&Policy>) -> &'static str {
    let values = |element: &Option<Element>| -> Vec<String> {
        element
            .iter()
            .flat_map(|element| &element.items)
            .map(|item| item.value().into_owned())
            .collect()
    };
    let known_principals: Vec<String> = before
        .iter()
        .flat_map(|policy| &policy.statements)
        .chain(needed)
        .flat_map(|statement| &statement.principals)
        .flat_map(|principals| &principals.items)
        .map(|principal| principal.item.value().into_owned())
        .collect();
    let is_new = |name: &String| !known_principals.contains(name);
    if access.principals.iter().any(is_new) {
        return "new-principal";
    }
    let of = |pick: fn(&Statement) -> &Option<Element>| -> Vec<String> {
        before
            .iter()
            .flat_map(|policy| &policy.statements)
            .filter(|statement| statement.effect == Effect::Allow)
            .flat_map(|statement| values(pick(statement)))
            .collect()
    };
    let (actions, resources) = (of(|s| &s.actions), of(|s| &s.resources));
    let is_old =
        |known: &[String], values: &[String]| values.iter().all(|value| known.contains(value));
    if is_old(&actions, &access.actions)
        && (access.resources.is_empty() || is_old(&resources, &access.resources))
    {
        // The same actions on the same resources: what went is a condition.
        return "dropped-condition";
    }
    if has_wildcard(&access.actions) && !is_old(&actions, &access.actions)
        || has_wildcard(&access.resources) && !is_old(&resources, &access.resources)
    {
        return "new-wildcard";
    }
    let is_needed = needed.iter().any(|statement| {
        let same = |known: Vec<String>, values: &[String]| {
            values
                .iter()
                .all(|value| known.iter().any(|known| known.eq_ignore_ascii_case(value)))
        };
        same(values(&statement.actions), &access.actions)
            && same(values(&statement.resources), &access.resources)
    });
    if is_needed {
        "dropped-condition"
    } else {
        "new-access"
    }
}

fn message(case: &Case<'_>, kind: &str, access: &Access) -> String {
    let list = |values: &[String]| {
        let shown: Vec<String> = values
            .iter()
            .take(5)
            .map(|value| format!("`{value}`"))
            .collect();
        let more = values.len().saturating_sub(5);
        let rest = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{rest}", shown.join(", "))
    };
    let on = if access.resources.is_empty() {
        String::new()
    } else {
        format!(" on {}", list(&access.resources))
    };
    let condition = access
        .condition
        .as_ref()
        .map_or(String::new(), |condition| format!(", if {condition}"));
    let does = if kind == "removed-deny" {
        "a Deny no longer stops"
    } else {
        "it also grants"
    };
    format!(
        "{does} {}{on} for `{}`{condition}",
        list(&access.actions),
        whom(case, access)
    )
}

/// A statement that allows just what `request` needs of `policy`.
///
/// Where a statement of the policy would allow the request but for its conditions, these stay but for the keys whose value in the request is known:
/// to drop one is more than the request needs.
fn needed_allow(policy: &Policy, request: &Request) -> Option<Statement> {
    let blocked = policy
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow && !statement.conditions.is_empty())
        .find(|statement| allows_but_for_conditions(policy, statement, request));
    let element = |value: &str| Element {
        items: vec![Item::literal(value)],
        ..Element::default()
    };
    let resource = match policy.role {
        Role::Trust => None,
        // A key's policy is about its key, however it calls it.
        Role::Key => Some(element("*")),
        _ => Some(element(&request.resource)),
    };
    let has_principals = policy.role.is_resource_policy()
        || policy
            .statements
            .iter()
            .any(|statement| statement.principals.is_some());
    let principals = match blocked.and_then(|statement| statement.principals.clone()) {
        Some(principals) if !principals.negated => Some(principals),
        _ if has_principals => {
            let caller = Caller::parse(&request.principal);
            let kind = match caller {
                Caller::Service(_) => PrincipalKind::Service,
                Caller::IdentityProvider(_) => PrincipalKind::Federated,
                _ => PrincipalKind::Aws,
            };
            Some(Principals {
                items: vec![Principal {
                    kind,
                    item: Item::literal(role_arn::to_name(request)?),
                }],
                ..Principals::default()
            })
        }
        _ => None,
    };
    let conditions = blocked.map_or_else(Vec::new, |statement| {
        statement
            .conditions
            .iter()
            .map(|condition| match request.context.get(&condition.key) {
                Some(values) => Condition {
                    operator: if values.len() == 1 {
                        "StringEquals".to_owned()
                    } else {
                        "ForAllValues:StringEquals".to_owned()
                    },
                    values: values.iter().map(Item::literal).collect(),
                    ..condition.clone()
                },
                None => condition.clone(),
            })
            .collect()
    });
    Some(Statement {
        path: Vec::new(),
        passed_over: 0,
        span: Span::default(),
        sid: None,
        effect: Effect::Allow,
        principals,
        actions: Some(element(&request.action)),
        resources: resource,
        conditions,
    })
}

fn allows_but_for_conditions(policy: &Policy, statement: &Statement, request: &Request) -> bool {
    let bare = policy.with_statements(vec![Statement {
        conditions: Vec::new(),
        ..statement.clone()
    }]);
    let has_principals = statement.principals.is_some();
    let mut scenario = Scenario {
        request: request.clone(),
        ..Scenario::default()
    };
    let layer = if has_principals {
        scenario.resource = Some(bare);
        Layer::Resource
    } else {
        scenario.identity = vec![bare];
        Layer::Identity
    };
    evaluate::evaluate(&scenario)
        .layers
        .iter()
        .any(|decided| decided.layer == layer && decided.outcome == Outcome::Allowed)
}

fn allow_everything(like: &Policy) -> Statement {
    let any = || {
        Some(Element {
            items: vec![Item::literal("*")],
            ..Element::default()
        })
    };
    let has_principals = like.role.is_resource_policy()
        || like
            .statements
            .iter()
            .any(|statement| statement.principals.is_some());
    Statement {
        path: Vec::new(),
        passed_over: 0,
        span: Span::default(),
        sid: None,
        effect: Effect::Allow,
        principals: has_principals.then(|| Principals {
            items: vec![Principal {
                kind: PrincipalKind::Everyone,
                item: Item::literal("*"),
            }],
            ..Principals::default()
        }),
        actions: any(),
        resources: any().filter(|_| like.role != Role::Trust),
        conditions: Vec::new(),
    }
}

/// The variant of ours whose policies say the same as these.
fn same_as(
    paste: &Paste,
    options: &Options,
    before: &Case<'_>,
    after: &Case<'_>,
    ours: &[Patch],
) -> Option<&'static str> {
    ours.iter()
        .find(|patch| {
            let patched = patched(paste, &patch.texts);
            let own = Case::read_told(
                &patched,
                &options.answers,
                before.told.clone(),
                before,
                None,
            );
            own.policies.len() == after.policies.len()
                && own
                    .policies
                    .iter()
                    .zip(&after.policies)
                    .all(|(left, right)| same_meaning(left, right))
        })
        .map(|patch| patch.variant)
}

/// What changed and is not read: outside of policies, or inside one in a way that no policy has.
fn unread(before: &Case<'_>, after: &Case<'_>, examined: &mut Examined) {
    if after.reading.problems.len() > before.reading.problems.len()
        && let Some(problem) = after.reading.problems.last()
    {
        examined.reasons.push(format!(
            "a changed document cannot be read: {}",
            problem.message
        ));
    }
    let faults = storable::faults(after);
    if faults.len() > storable::faults(before).len()
        && let Some(fault) = faults.last()
    {
        examined.reasons.push(format!(
            "AWS would refuse to store a changed policy: {}",
            fault.message
        ));
    }
    let references = |case: &Case<'_>| -> Vec<String> {
        case.policies.iter().flat_map(Policy::references).collect()
    };
    let known = references(before);
    if let Some(new) = references(after)
        .iter()
        .find(|reference| !known.contains(reference))
    {
        examined.reasons.push(format!(
            "it refers to `{new}`, and what that is cannot be read here"
        ));
    }
    for (input, (text, changed)) in before.texts.iter().zip(&after.texts).enumerate() {
        if text == changed {
            continue;
        }
        let (known, now) = (Residue::of(before, input), Residue::of(after, input));
        if known.outside != now.outside {
            examined.reasons.push(format!(
                "it changes {} outside of the policies that undeny reads, so look at it yourself",
                name_of(before, input)
            ));
        } else if now.has_more_inside_than(&known) {
            examined.reasons.push(format!(
                "it puts something into a policy of {} that undeny does not read, so look at it yourself",
                name_of(before, input)
            ));
        }
    }
}

fn name_of(case: &Case<'_>, input: usize) -> String {
    case.reading
        .documents
        .iter()
        .filter(|document| document.input == input)
        .find_map(|document| document.name.as_ref())
        .map_or_else(
            || format!("document {}", input + 1),
            |name| format!("`{name}`"),
        )
}

/// The words of a text that no policy's reading accounts for.
#[derive(Debug, Default)]
struct Residue {
    /// Outside of statements, in order; in YAML with the depth of each line.
    outside: Vec<String>,
    /// Inside of statements, beside the values that were read, sorted.
    inside: Vec<String>,
}

/// Words of every policy: they say nothing without the values beside them, which are read.
const GRAMMAR: &[&str] = &[
    "Action",
    "Allow",
    "AWS",
    "CanonicalUser",
    "Condition",
    "Deny",
    "Effect",
    "Federated",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Service",
    "Sid",
    "actions",
    "condition",
    "effect",
    "identifiers",
    "not_actions",
    "not_principals",
    "not_resources",
    "principals",
    "resources",
    "sid",
    "statement",
    "test",
    "type",
    "values",
    "variable",
];

impl Residue {
    fn of(case: &Case<'_>, input: usize) -> Self {
        let text = case.texts.get(input).copied().unwrap_or_default();
        let is_here = |policy: &&Policy| input_of(case, policy) == Some(input);
        let mut statements: Vec<Span> = Vec::new();
        let mut values: Vec<Span> = Vec::new();
        let mut sids: Vec<String> = Vec::new();
        for statement in case
            .policies
            .iter()
            .filter(is_here)
            .flat_map(|policy| &policy.statements)
        {
            statements.push(statement.span);
            sids.extend(statement.sid.clone());
            let elements = statement.actions.iter().chain(&statement.resources);
            values.extend(
                elements
                    .flat_map(|element| &element.items)
                    .map(|item| item.span),
            );
            let principals = statement.principals.iter().flat_map(|found| &found.items);
            values.extend(principals.map(|principal| principal.item.span));
            for condition in &statement.conditions {
                values.extend([condition.operator_span, condition.key_span]);
                values.extend(condition.values.iter().map(|item| item.span));
            }
        }
        let is_yaml = case.reading.documents.iter().any(|document| {
            document.input == input && matches!(document.format, Format::Yaml | Format::CfnYaml)
        });
        let mut residue = Self::default();
        let mut at = 0;
        let mut word = String::new();
        let mut depth = None;
        let mut inside_word = false;
        statements.sort_by_key(|span| span.start);
        values.sort_by_key(|span| span.start);
        let holds = |spans: &[Span], offset: usize| {
            let next = spans.partition_point(|span| span.start <= offset);
            // Spans of one kind may be nested; a few back are enough.
            spans
                .get(next.saturating_sub(8)..next)
                .unwrap_or_default()
                .iter()
                .any(|span| offset < span.end)
        };
        let mut column = 0;
        for character in text.chars() {
            let inside = holds(&statements, at);
            let hidden = inside && holds(&values, at);
            let is_word = !hidden
                && (character.is_alphanumeric()
                    || matches!(
                        character,
                        '_' | '*' | '?' | '$' | '#' | '&' | '!' | '@' | '%' | '|'
                    ));
            if is_word && !word.is_empty() && inside == inside_word {
                word.push(character);
            } else {
                residue.push(&mut word, inside_word, depth);
                if is_word {
                    word.push(character);
                    inside_word = inside;
                    depth = (is_yaml && !inside).then_some(column);
                } else if !inside && !hidden && matches!(character, '{' | '}' | '(' | ')') {
                    residue.outside.push(character.to_string());
                }
            }
            if character == '\n' {
                column = 0;
            } else {
                column += 1;
            }
            at += character.len_utf8();
        }
        residue.push(&mut word, inside_word, depth);
        residue.inside.retain(|word| {
            !GRAMMAR.contains(&word.as_str()) && !sids.iter().any(|sid| sid.contains(word.as_str()))
        });
        residue.inside.sort_unstable();
        residue
    }

    fn push(&mut self, word: &mut String, inside: bool, depth: Option<usize>) {
        if word.is_empty() {
            return;
        }
        let word = std::mem::take(word);
        if inside {
            self.inside.push(word);
        } else if let Some(depth) = depth {
            self.outside.push(format!("{depth} {word}"));
        } else {
            self.outside.push(word);
        }
    }

    /// Whether it has a word inside a statement that `known` has not, or not as often.
    fn has_more_inside_than(&self, known: &Self) -> bool {
        let mut left = known.inside.iter().peekable();
        for word in &self.inside {
            while left.peek().is_some_and(|known| *known < word) {
                left.next();
            }
            if left.next_if(|known| *known == word).is_none() {
                return true;
            }
        }
        false
    }
}
