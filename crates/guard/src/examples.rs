//! The policies of a story as plain JSON: as they were, as the patch leaves them, and as a lazy fix would leave them. For a guard's own tests.

use serde_json::{Map, Value, json};

use crate::story::{Access, Statements};

/// A policy with what a guard has to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// `original`, `fixed`, or the lazy fix: `lazy action`, `lazy resource`, `lazy principal`, `lazy condition`, `lazy deny` (gone, with a wider
    /// exception, or with one more condition).
    pub kind: &'static str,
    /// Index of its rule.
    pub rule: usize,
    /// The policy, references as `${...}`.
    pub policy: Value,
}

impl Example {
    /// Whether a guard lets it pass.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.kind == "fixed"
    }
}

/// The examples of one changed policy.
pub(crate) fn of(rule: usize, told: &Told<'_>) -> Vec<Example> {
    let example = |kind, statements: &Statements| Example {
        kind,
        rule,
        policy: policy(statements),
    };
    let mut examples = vec![example("fixed", told.after)];
    if !told.before.is_empty() {
        examples.push(example("original", told.before));
    }
    for &index in told.fresh {
        let change = |kind, change: &dyn Fn(&mut Access)| {
            let mut lazy = told.after.to_vec();
            if let Some((_, access)) = lazy.get_mut(index) {
                change(access);
            }
            example(kind, &lazy)
        };
        let Some((allow, access)) = told.after.get(index) else {
            continue;
        };
        if !allow {
            let mut lazy = told.after.to_vec();
            lazy.remove(index);
            if lazy.iter().any(|(allow, _)| *allow) {
                examples.push(example("lazy deny", &lazy));
            }
            if !access.conditions.is_empty() {
                examples.push(change("lazy deny exception", &|access| {
                    if let Some((_, _, values)) = access.conditions.first_mut() {
                        values.push("*".to_owned());
                    }
                }));
            }
            examples.push(change("lazy deny condition", &|access| {
                let region = vec!["undeny-1".to_owned()];
                let only = (
                    "StringEquals".to_owned(),
                    "aws:RequestedRegion".to_owned(),
                    region,
                );
                access.conditions.push(only);
            }));
            continue;
        }
        let wide = |list: &(bool, Vec<String>)| list.0 || list.1.iter().any(|own| own == "*");
        if let Some(action) = told.action {
            let service = action.split(':').next().unwrap_or_default();
            let all = format!("{service}:*");
            // Names of actions have no letter case: `SQS:*` is known as `sqs:*`.
            let is_known = told
                .known_actions
                .iter()
                .any(|own| own == "*" || own.eq_ignore_ascii_case(&all));
            if !access.actions.0 && !is_known {
                let prefix = format!("{service}:").to_ascii_lowercase();
                examples.push(change("lazy action", &|access| {
                    let others = |own: &String| !own.to_ascii_lowercase().starts_with(&prefix);
                    access.actions.1.retain(others);
                    access.actions.1.push(all.clone());
                }));
            }
        }
        if !access.resources.1.is_empty() && !wide(&access.resources) && !told.any_resource {
            examples.push(change("lazy resource", &|access| {
                access.resources = (false, vec!["*".to_owned()]);
            }));
        }
        if !access.principals.1.is_empty() && !wide(&access.principals) && !told.any_principal {
            examples.push(change("lazy principal", &|access| {
                access.principals = (false, vec!["*".to_owned()]);
            }));
        }
        if !access.conditions.is_empty() {
            examples.push(change("lazy condition", &|access| {
                access.conditions.clear()
            }));
        }
    }
    examples
}

/// What the examples of a policy are made from.
pub(crate) struct Told<'a> {
    pub(crate) before: &'a Statements,
    pub(crate) after: &'a Statements,
    /// The statements of `after` that the patch made or changed.
    pub(crate) fresh: &'a [usize],
    /// The action that was denied.
    pub(crate) action: Option<&'a str>,
    pub(crate) known_actions: &'a [String],
    pub(crate) any_resource: bool,
    pub(crate) any_principal: bool,
}

/// As IAM reads it.
fn policy(statements: &Statements) -> Value {
    let statements: Vec<Value> = statements
        .iter()
        .map(|(allow, access)| {
            let mut members = Map::new();
            members.insert(
                "Effect".to_owned(),
                Value::from(if *allow { "Allow" } else { "Deny" }),
            );
            let mut put = |name: &str, negated: bool, value: Value| {
                let name = if negated {
                    format!("Not{name}")
                } else {
                    name.to_owned()
                };
                members.insert(name, value);
            };
            if !access.principals.1.is_empty() {
                put(
                    "Principal",
                    access.principals.0,
                    principal(&access.principals.1),
                );
            }
            if !access.actions.1.is_empty() {
                put("Action", access.actions.0, one_or_many(&access.actions.1));
            }
            if !access.resources.1.is_empty() {
                put(
                    "Resource",
                    access.resources.0,
                    one_or_many(&access.resources.1),
                );
            }
            if !access.conditions.is_empty() {
                let mut operators = Map::new();
                for (operator, key, values) in &access.conditions {
                    if let Value::Object(keys) = operators
                        .entry(operator.clone())
                        .or_insert_with(|| Value::Object(Map::new()))
                    {
                        keys.insert(key.clone(), one_or_many(values));
                    }
                }
                put("Condition", false, Value::Object(operators));
            }
            Value::Object(members)
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn principal(values: &[String]) -> Value {
    if values.iter().any(|value| value == "*") {
        return Value::from("*");
    }
    let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
    for value in values {
        let (kind, name) = value.split_once(':').unwrap_or(("AWS", value));
        match kinds.iter_mut().find(|(own, _)| *own == kind) {
            Some((_, names)) => names.push(name.to_owned()),
            None => kinds.push((kind, vec![name.to_owned()])),
        }
    }
    let members = kinds
        .into_iter()
        .map(|(kind, names)| (kind.to_owned(), one_or_many(&names)))
        .collect();
    Value::Object(members)
}

fn one_or_many(values: &[String]) -> Value {
    match values {
        [one] => Value::from(one.as_str()),
        many => json!(many),
    }
}
