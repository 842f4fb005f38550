//! What must hold after a fix, in words that every tool can check.
//!
//! Policies in a repository have other names than in the paste, so a rule knows its policy by what it allows: by its [`Anchor`]s.

use serde_json::{Map, Value, json};
use undeny_core::report::{Document, ProvenRequest, Report};
use undeny_core::{Input, Paste, Role};

use crate::examples::{self, Example, Told};
use undeny_iam::glob;
use undeny_iam::policy::{self, Effect, Policy, PrincipalKind, Statement};

/// Everything that a guard of one report checks.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// One sentence: what the fix was for.
    pub title: String,
    /// One for each policy that the patch changes.
    pub rules: Vec<Rule>,
    /// Roles (ARNs, or references as in templates) whose sessions are tagged: who may assume them must be allowed to tag too.
    pub tagged_roles: Vec<String>,
    /// Principals (`AWS:arn...`) that tag their sessions: who lets them in must let them tag.
    pub tagging_principals: Vec<String>,
    /// Policies that a guard passes or refuses.
    pub examples: Vec<Example>,
    /// What the general checks would refuse and the proven patch has: actions (in lower case), and GitHub subjects.
    pub accepted: Vec<String>,
}

/// What must hold of one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The document's name in the paste, for messages.
    pub name: String,
    /// What the policy was taken for: `identity`, `trust`, `bucket`, ... A document may hold several kinds.
    pub role: &'static str,
    /// Whether its statements have principals: a trust policy, a bucket's policy.
    pub has_principals: bool,
    /// Ways to know the policy: it is the one that allows all of any of these lists.
    pub anchors: Vec<Vec<Anchor>>,
    /// What it must allow.
    pub needs: Vec<Need>,
    /// How wide it may be where it allows that.
    pub known: Known,
    /// Denies that must stand as they are.
    pub denies: Vec<Access>,
    /// Whether the policy was not there before: then nothing that looks at policies one by one misses it where it is taken away.
    pub is_first: bool,
}

/// Something that a policy says, by which it is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// Each of these actions.
    pub actions: Vec<String>,
    /// On each of these; empty where the statement has no resources.
    pub resources: Vec<String>,
    /// For any of these; empty where the statement has no principals.
    pub principals: Vec<String>,
}

/// A request that must stay allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The action.
    pub action: String,
    /// The resource: its ARN, and how templates write it; any one of them. Empty where the statement has no resources.
    pub resources: Vec<String>,
    /// Any of these; empty where the statement has no principals.
    pub principals: Vec<String>,
    /// Condition keys with the value that must be accepted.
    pub context: Vec<(String, String)>,
    /// Condition keys that the statement must not lose.
    pub keys: Vec<String>,
    /// The operator of each of `keys`.
    pub operators: Vec<String>,
}

impl Need {
    /// The operator that the proven patch has on the key.
    #[must_use]
    pub fn operator(&self, key: &str) -> Option<&str> {
        let index = self.keys.iter().position(|own| own == key)?;
        self.operators.get(index).map(String::as_str)
    }
}

/// Wildcards and everything else that the proven patch has, and that is therefore no lazy fix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Patterns of actions.
    pub actions: Vec<String>,
    /// Patterns of resources.
    pub resources: Vec<String>,
    /// Principals.
    pub principals: Vec<String>,
    /// Values of conditions.
    pub values: Vec<String>,
    /// Operators of conditions.
    pub operators: Vec<String>,
    /// Whether it has `NotAction`, `NotResource` or `NotPrincipal` in an Allow.
    pub negated: bool,
}

/// A statement, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The actions, negated or not.
    pub actions: (bool, Vec<String>),
    /// The resources, negated or not.
    pub resources: (bool, Vec<String>),
    /// The principals, negated or not.
    pub principals: (bool, Vec<String>),
    /// Operator, key and values.
    pub conditions: Vec<(String, String, Vec<String>)>,
}

impl Story {
    /// The story of a report; none where its patch changes no policy.
    #[must_use]
    pub fn read(report: &Report) -> Option<Self> {
        let requests = report
            .proof
            .as_ref()
            .map_or(&[][..], |proof| &proof.requests);
        let mut rules = Vec::new();
        let mut after = Vec::new();
        let mut examples = Vec::new();
        for document in &report.documents {
            let old = read(document, &document.before);
            match &document.after {
                Some(text) => {
                    let new = read(document, text);
                    // What stands behind a policy that was put in has another place, and says what it said.
                    let mut kept = old.clone();
                    let changed = new.iter().filter(|policy| {
                        let same = kept.iter().position(|old| is_unchanged(old, policy));
                        same.map(|index| kept.remove(index)).is_none()
                    });
                    let changed: Vec<&Policy> = changed.collect();
                    for policy in changed {
                        let before = kept.iter().find(|old| old.path == policy.path);
                        if let Some(rule) = rule(document, before, policy, requests) {
                            examples.extend(rule.examples(rules.len(), before, policy));
                            rules.push(rule);
                        }
                    }
                    after.extend(new);
                }
                None => after.extend(old),
            }
        }
        if rules.is_empty() {
            return None;
        }
        let mut story = Self {
            title: report
                .cause
                .as_ref()
                .map(|cause| cause.title.clone())
                .unwrap_or_default(),
            rules,
            tagged_roles: Vec::new(),
            tagging_principals: Vec::new(),
            examples,
            accepted: Vec::new(),
        };
        story.tags(&after);
        story.accept(&after);
        Some(story)
    }

    /// Where sessions are tagged; left out where the patched policies do it in two policies.
    fn tags(&mut self, after: &[Policy]) {
        let needs = self
            .rules
            .iter()
            .flat_map(|rule| rule.needs.iter().map(move |need| (rule, need)));
        for (rule, need) in needs.filter(|(_, need)| need.action == TAG_SESSION) {
            let (from, to) = if rule.has_principals {
                (&need.principals, &mut self.tagging_principals)
            } else {
                (&need.resources, &mut self.tagged_roles)
            };
            for value in from.iter().filter(|value| !is_everyone(value)) {
                let paired = after.iter().all(|policy| {
                    let grants = |action| {
                        policy.statements.iter().any(|statement| {
                            let values = if rule.has_principals {
                                principals(statement).1
                            } else {
                                resources(statement).1
                            };
                            grants(statement, action)
                                && values.iter().any(|own| glob::matches(own, value))
                        })
                    };
                    !grants(ASSUME_ROLE) || grants(TAG_SESSION)
                });
                if paired {
                    add(to, value);
                }
            }
        }
    }

    fn accept(&mut self, after: &[Policy]) {
        for statement in after.iter().flat_map(|policy| &policy.statements) {
            if statement.effect != Effect::Allow {
                continue;
            }
            for action in actions(statement).1 {
                if is_sts(&action)
                    && (is_wild(&action) || resources(statement).1.iter().any(|own| is_wild(own)))
                {
                    add(&mut self.accepted, &action.to_ascii_lowercase());
                }
            }
            if principals(statement)
                .1
                .iter()
                .any(|own| own.contains(GITHUB))
            {
                for condition in &statement.conditions {
                    if condition.key.ends_with(":sub") {
                        for item in &condition.values {
                            add(&mut self.accepted, &written(&item.value()));
                        }
                    }
                }
                add_missing(statement, &mut self.accepted);
            }
        }
    }

    /// As JSON, which Rego, Sentinel and Python read too.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let rules: Vec<Value> = self.rules.iter().map(Rule::to_json).collect();
        json!({
            "title": self.title,
            "rules": rules,
            "tagged_roles": self.tagged_roles,
            "tagging_principals": self.tagging_principals,
            "accepted": self.accepted,
        })
    }
}

impl Rule {
    fn examples(&self, index: usize, before: Option<&Policy>, after: &Policy) -> Vec<Example> {
        let before = before.map(statements).unwrap_or_default();
        let after = statements(after);
        let fresh: Vec<usize> = (0..after.len())
            .filter(|index| after.get(*index).is_some_and(|new| !before.contains(new)))
            .collect();
        let any = |known: &[String]| known.iter().any(|own| own == "*");
        examples::of(
            index,
            &Told {
                before: &before,
                after: &after,
                fresh: &fresh,
                action: self.needs.last().map(|need| need.action.as_str()),
                known_actions: &self.known.actions,
                any_resource: any(&self.known.resources),
                any_principal: any(&self.known.principals),
            },
        )
    }

    fn to_json(&self) -> Value {
        let anchors: Vec<Value> = self
            .anchors
            .iter()
            .map(|list| {
                list.iter()
                    .map(|anchor| {
                        let resources = if anchor.resources.is_empty() {
                            json!([""])
                        } else {
                            json!(anchor.resources)
                        };
                        json!({"effect": anchor.effect, "actions": anchor.actions, "resources": resources, "principals": anchor.principals})
                    })
                    .collect()
            })
            .collect();
        let needs: Vec<Value> = self
            .needs
            .iter()
            .map(|need| {
                let context: Map<String, Value> = need
                    .context
                    .iter()
                    .map(|(key, value)| (key.clone(), Value::String(value.clone())))
                    .collect();
                json!({"action": need.action, "resources": need.resources, "principals": need.principals, "context": context, "keys": need.keys})
            })
            .collect();
        let known = json!({
            "actions": self.known.actions,
            "resources": self.known.resources,
            "principals": self.known.principals,
            "values": self.known.values,
            "operators": self.known.operators,
            "negated": self.known.negated,
        });
        let denies: Vec<Value> = self.denies.iter().map(Access::to_json).collect();
        json!({
            "name": self.name,
            "has_principals": self.has_principals,
            "anchors": anchors,
            "needs": needs,
            "known": known,
            "denies": denies,
        })
    }
}

impl Access {
    fn to_json(&self) -> Value {
        let conditions: Vec<Value> = self
            .conditions
            .iter()
            .map(|(operator, key, values)| {
                let operators: Vec<String> = same_operators(operator, values)
                    .iter()
                    .map(|operator| operator.to_ascii_lowercase())
                    .collect();
                json!({"operators": operators, "key": key.to_ascii_lowercase(), "values": values})
            })
            .collect();
        let actions: Vec<String> = self
            .actions
            .1
            .iter()
            .map(|own| own.to_ascii_lowercase())
            .collect();
        json!({
            "not_action": self.actions.0, "actions": actions,
            "not_resource": self.resources.0, "resources": self.resources.1,
            "not_principal": self.principals.0, "principals": self.principals.1,
            "conditions": conditions,
        })
    }
}

/// Whether each statement is an Allow, and what it says.
pub(crate) type Statements = [(bool, Access)];

fn statements(policy: &Policy) -> Vec<(bool, Access)> {
    policy
        .statements
        .iter()
        .map(|statement| (statement.effect == Effect::Allow, Access::read(statement)))
        .collect()
}

const ASSUME_ROLE: &str = "sts:AssumeRole";
const TAG_SESSION: &str = "sts:TagSession";
const GITHUB: &str = "oidc-provider/token.actions.githubusercontent.com";

/// The policies of a document's text. What was said of the document counts where they are all of one kind; else each is what its place says.
fn read(document: &Document, text: &str) -> Vec<Policy> {
    let taken_for = |role: Option<Role>| {
        let paste = Paste {
            inputs: vec![Input {
                name: Some(document.name.clone()),
                text: text.to_owned(),
                role,
            }],
        };
        policy::find(&undeny_document::read(&paste))
    };
    let plain = taken_for(None);
    let first = plain.first().map(|policy| policy.role);
    if plain.iter().any(|policy| Some(policy.role) != first) {
        return plain;
    }
    taken_for(Role::from_name(document.role))
}

/// Whether a policy has the same name and says the same.
fn is_unchanged(before: &Policy, after: &Policy) -> bool {
    before.name == after.name
        && before.role == after.role
        && statements(before) == statements(after)
}

fn rule(
    document: &Document,
    before: Option<&Policy>,
    after: &Policy,
    requests: &[ProvenRequest],
) -> Option<Rule> {
    let old = before.map_or(&[][..], |policy| &policy.statements);
    let same = |left: &Statement, right: &Statement| {
        left.effect == right.effect && Access::read(left) == Access::read(right)
    };
    let fresh: Vec<&Statement> = after
        .statements
        .iter()
        .filter(|new| !old.iter().any(|old| same(old, new)))
        .collect();
    if fresh.is_empty() {
        return None;
    }
    let gone: Vec<&Statement> = old
        .iter()
        .filter(|old| !after.statements.iter().any(|new| same(old, new)))
        .collect();
    let mut needs = Vec::new();
    for statement in fresh
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
    {
        for need in self::needs(statement, &gone, requests) {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    }
    let denies: Vec<Access> = fresh
        .iter()
        .filter(|statement| statement.effect == Effect::Deny)
        .map(|statement| Access::read(statement))
        .collect();
    let mut rule = Rule {
        name: document.name.clone(),
        role: after.role.as_str(),
        has_principals: after
            .statements
            .iter()
            .any(|statement| statement.principals.is_some()),
        anchors: Vec::new(),
        known: known(after, &needs),
        needs,
        denies,
        is_first: before.is_none(),
    };
    let first = anchors(old, &gone, &rule.needs);
    let second: Vec<Anchor> = fresh.iter().filter_map(|new| anchor(new)).collect();
    if first.is_empty() || !first.iter().all(|anchor| says(after, anchor)) {
        rule.anchors.push(second);
    }
    if !first.is_empty() {
        rule.anchors.insert(0, first);
    }
    Some(rule)
}

/// What the policy was known by before: the statements that changed, else those of the same service, else all.
fn anchors(old: &[Statement], gone: &[&Statement], needs: &[Need]) -> Vec<Anchor> {
    let of = |statements: &[&Statement]| -> Vec<Anchor> {
        statements
            .iter()
            .filter_map(|statement| anchor(statement))
            .collect()
    };
    let allows = |statements: &[&Statement]| {
        statements
            .iter()
            .any(|statement| statement.effect == Effect::Allow)
    };
    if allows(gone) {
        return of(gone);
    }
    let all: Vec<&Statement> = old
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .collect();
    let near: Vec<&Statement> = all
        .iter()
        .copied()
        .filter(|statement| {
            actions(statement).1.iter().any(|own| {
                needs
                    .iter()
                    .any(|need| service(own) == service(&need.action))
            })
        })
        .collect();
    let chosen = of(if near.is_empty() { &all } else { &near });
    if chosen.is_empty() { of(gone) } else { chosen }
}

fn anchor(statement: &Statement) -> Option<Anchor> {
    let (actions, resources, principals) = (
        actions(statement),
        resources(statement),
        principals(statement),
    );
    (!actions.0 && !actions.1.is_empty()).then(|| Anchor {
        effect: statement.effect.as_str(),
        actions: actions.1,
        resources: if resources.0 { Vec::new() } else { resources.1 },
        principals: if principals.0 {
            Vec::new()
        } else {
            principals.1
        },
    })
}

/// Whether the policy says what the anchor says.
fn says(policy: &Policy, anchor: &Anchor) -> bool {
    anchor.actions.iter().all(|action| {
        let on = |resource: Option<&String>| {
            policy.statements.iter().any(|statement| {
                statement.effect.as_str() == anchor.effect
                    && actions(statement)
                        .1
                        .iter()
                        .any(|own| glob::matches_ignoring_case(own, action))
                    && resource.is_none_or(|resource| {
                        resources(statement)
                            .1
                            .iter()
                            .any(|own| glob::matches(own, resource))
                    })
                    && (anchor.principals.is_empty()
                        || principals(statement)
                            .1
                            .iter()
                            .any(|own| is_everyone(own) || anchor.principals.contains(own)))
            })
        };
        if anchor.resources.is_empty() {
            on(None)
        } else {
            anchor.resources.iter().all(|resource| on(Some(resource)))
        }
    })
}

/// What a statement is there for: the proven requests that it allows, else the actions that are new in it.
fn needs(statement: &Statement, gone: &[&Statement], requests: &[ProvenRequest]) -> Vec<Need> {
    let resources = resources(statement).1;
    let principals = needed_principals(statement, gone);
    let keys: Vec<String> = statement
        .conditions
        .iter()
        .map(|condition| written(&condition.key))
        .collect();
    let operators: Vec<String> = statement
        .conditions
        .iter()
        .map(|condition| condition.operator.clone())
        .collect();
    let need = |action: &str, resource: Option<&str>, request: Option<&ProvenRequest>| {
        let mut on = Vec::new();
        if !resources.is_empty() {
            // Where the request itself has an unresolved reference, what the statement has says it better.
            if let Some(resource) = resource.filter(|own| !has_reference(own)) {
                add(&mut on, resource);
            }
            // Where the statement has it in so many words, no reference stands for it.
            let is_named = on.first().is_some_and(|resource| {
                resources
                    .iter()
                    .any(|own| !has_reference(own) && glob::matches(own, resource))
            });
            // One that the statement had before, when the request was denied, is another.
            let was_there = |own: &String| {
                (gone.iter().filter(|old| grants(old, action)))
                    .any(|old| self::resources(old).1.contains(own))
            };
            let all_were = resources.iter().all(was_there);
            for own in resources.iter().filter(|own| all_were || !was_there(own)) {
                if on.is_empty() || (has_reference(own) && !is_named) {
                    add(&mut on, own);
                }
            }
        }
        let mut context = Vec::new();
        for condition in &statement.conditions {
            let asked = request.and_then(|request| {
                request
                    .context
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(&written(&condition.key)))
                    .and_then(|(_, values)| values.first().cloned())
            });
            let plain = || {
                let values = condition.values.iter().map(|item| written(&item.value()));
                values.into_iter().find(|value| !is_wild(value))
            };
            if let Some(value) = asked.or_else(plain) {
                context.push((written(&condition.key), value));
            }
        }
        Need {
            action: action.to_owned(),
            resources: on,
            principals: principals.clone(),
            context,
            keys: keys.clone(),
            operators: operators.clone(),
        }
    };
    let mut found: Vec<Need> = Vec::new();
    for request in requests {
        let covered = resources.is_empty()
            || resources
                .iter()
                .any(|own| has_reference(own) || glob::matches(own, &request.resource));
        if covered && grants(statement, &request.action) {
            found.push(need(
                &request.action,
                Some(&request.resource),
                Some(request),
            ));
        }
    }
    if found.is_empty() {
        let old: Vec<String> = gone
            .iter()
            .flat_map(|statement| actions(statement).1)
            .collect();
        for action in actions(statement).1 {
            if !old.contains(&action) && !is_wild(&action) {
                found.push(need(&action, None, None));
            }
        }
    }
    found
}

/// The principals that the patch brings in; all where it brings none.
fn needed_principals(statement: &Statement, gone: &[&Statement]) -> Vec<String> {
    let all = principals(statement).1;
    let old: Vec<String> = gone
        .iter()
        .flat_map(|statement| principals(statement).1)
        .collect();
    let new: Vec<String> = all
        .iter()
        .filter(|own| !old.contains(own))
        .cloned()
        .collect();
    if new.is_empty() { all } else { new }
}

fn known(after: &Policy, needs: &[Need]) -> Known {
    let mut known = Known::default();
    for statement in &after.statements {
        if statement.effect != Effect::Allow {
            continue;
        }
        let access = Access::read(statement);
        if access.actions.0 || access.resources.0 || access.principals.0 {
            known.negated = true;
        }
        if !needs.iter().any(|need| grants(statement, &need.action)) {
            continue;
        }
        for action in &access.actions.1 {
            if is_wild(action) {
                add(&mut known.actions, action);
            }
        }
        for resource in &access.resources.1 {
            if is_wild(resource) {
                add(&mut known.resources, resource);
            }
        }
        for principal in &access.principals.1 {
            if is_everyone(principal) {
                add(&mut known.principals, principal);
            }
        }
        for (operator, _, values) in &access.conditions {
            add(&mut known.operators, operator);
            for value in values {
                if is_wild(value) {
                    add(&mut known.values, value);
                }
            }
        }
    }
    known
}

/// Whether it is an Allow of this action.
fn grants(statement: &Statement, action: &str) -> bool {
    let (negated, patterns) = actions(statement);
    statement.effect == Effect::Allow
        && negated
            != patterns
                .iter()
                .any(|own| glob::matches_ignoring_case(own, action))
}

impl Access {
    fn read(statement: &Statement) -> Self {
        let mut conditions: Vec<_> = statement
            .conditions
            .iter()
            .map(|condition| {
                let values = condition.values.iter().map(|item| written(&item.value()));
                (
                    condition.operator.clone(),
                    written(&condition.key),
                    sorted(values.collect()),
                )
            })
            .collect();
        conditions.sort();
        let of = |(negated, values)| (negated, sorted(values));
        Self {
            actions: of(actions(statement)),
            resources: of(resources(statement)),
            principals: of(principals(statement)),
            conditions,
        }
    }
}

/// The operators that say the same of these values: `ArnNotEquals` and `ArnNotLike` always, `StringNotEquals` and `StringNotLike` where no value has a
/// wildcard, both pairs where the values are ARNs and no wildcard could reach over a colon.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
pub(crate) fn same_operators(operator: &str, values: &[String]) -> Vec<String> {
    let (set, name) = operator
        .split_once(':')
        .map_or(("", operator), |(set, name)| (set, name));
    let (name, suffix) = name
        .strip_suffix("IfExists")
        .map_or((name, ""), |name| (name, "IfExists"));
    let not = if name.contains("Not") { "Not" } else { "" };
    let kind = name.replace("Not", "");
    let plain = !values.iter().any(|value| is_wild(value));
    // In the sixth part of an ARN, the last one, a wildcard means the same to both.
    let arns = values.iter().all(|value| {
        let first: Vec<&str> = value.splitn(6, ':').take(5).collect();
        (value.starts_with("arn:") && first.len() == 5 || value.starts_with("${"))
            && !first.iter().any(|part| is_wild(part))
    });
    let names: &[&str] = match kind.as_str() {
        "ArnEquals" | "ArnLike" | "StringEquals" | "StringLike" if arns && plain => {
            &["ArnEquals", "ArnLike", "StringEquals", "StringLike"]
        }
        "ArnEquals" | "ArnLike" | "StringLike" if arns => &["ArnEquals", "ArnLike", "StringLike"],
        "ArnEquals" | "ArnLike" => &["ArnEquals", "ArnLike"],
        "StringEquals" | "StringLike" if plain => &["StringEquals", "StringLike"],
        _ => return vec![operator.to_owned()],
    };
    let colon = if set.is_empty() { "" } else { ":" };
    names
        .iter()
        .map(|name| {
            let (kind, how) = name.split_at(if name.starts_with("Arn") { 3 } else { 6 });
            format!("{set}{colon}{kind}{not}{how}{suffix}")
        })
        .collect()
}

fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort();
    values.dedup();
    values
}

fn actions(statement: &Statement) -> (bool, Vec<String>) {
    values(statement.actions.as_ref())
}

fn resources(statement: &Statement) -> (bool, Vec<String>) {
    values(statement.resources.as_ref())
}

fn values(element: Option<&policy::Element>) -> (bool, Vec<String>) {
    element.map_or((false, Vec::new()), |element| {
        (
            element.negated,
            element
                .items
                .iter()
                .map(|item| written(&item.value()))
                .collect(),
        )
    })
}

/// `AWS:arn...`, `Service:codebuild.amazonaws.com`; `*` for everyone.
fn principals(statement: &Statement) -> (bool, Vec<String>) {
    statement
        .principals
        .as_ref()
        .map_or((false, Vec::new()), |principals| {
            let values = principals.items.iter().map(|principal| {
                let kind = match principal.kind {
                    PrincipalKind::Everyone => return "*".to_owned(),
                    PrincipalKind::Aws => "AWS",
                    PrincipalKind::Service => "Service",
                    PrincipalKind::Federated => "Federated",
                    PrincipalKind::CanonicalUser => "CanonicalUser",
                    PrincipalKind::Unknown => "Unknown",
                };
                let value = written(&principal.item.value());
                match kind {
                    "AWS" if value == "*" => "*".to_owned(),
                    "AWS" => format!("{kind}:{}", account(&value).unwrap_or(&value)),
                    _ => format!("{kind}:{value}"),
                }
            });
            (principals.negated, values.collect())
        })
}

/// The account that an ARN of an account's root stands for: IAM takes both for the same principal.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>.
fn account(principal: &str) -> Option<&str> {
    let (partition, account) = principal.strip_prefix("arn:")?.split_once(":iam::")?;
    let account = account.strip_suffix(":root")?;
    (!partition.contains(':') && is_account(account)).then_some(account)
}

/// Whether it is an account's number.
pub(crate) fn is_account(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// References as `${...}`: `${aws_iam_role.ci.arn}`, `${Role.Arn}`, `${AWS::AccountId}`.
fn written(value: &str) -> String {
    value
        .replace("\u{27e6}Ref:", "${")
        .replace("\u{27e6}GetAtt:", "${")
        .replace('\u{27e6}', "${")
        .replace('\u{27e7}', "}")
}

/// Whether the value has a reference in it that is no variable of IAM's (`${aws:username}`).
pub(crate) fn has_reference(value: &str) -> bool {
    value
        .split("${")
        .skip(1)
        .any(|rest| !is_variable(rest.split('}').next().unwrap_or_default()))
}

/// Whether what stands between `${` and `}` is a variable of IAM's.
pub(crate) fn is_variable(inside: &str) -> bool {
    inside.contains(':') && !inside.contains("::")
}

/// A GitHub trust without an audience or a subject, accepted because the proven patch has it.
fn add_missing(statement: &Statement, accepted: &mut Vec<String>) {
    for claim in [":aud", ":sub"] {
        if !statement
            .conditions
            .iter()
            .any(|condition| condition.key.ends_with(claim))
        {
            add(accepted, claim);
        }
    }
}

fn is_wild(value: &str) -> bool {
    value.contains(['*', '?'])
}

fn is_everyone(principal: &str) -> bool {
    principal == "*"
}

fn is_sts(action: &str) -> bool {
    service(action).eq_ignore_ascii_case("sts")
}

fn service(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

fn add(values: &mut Vec<String>, value: &str) {
    if !values.iter().any(|own| own == value) {
        values.push(value.to_owned());
    }
}
