//! What AWS would not store: a statement with a wrong effect, without an action or resource, with a principal where none may be.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use undeny_document::{Node, Role, Value};
use undeny_iam::policy::{Dialect, Policy};
use undeny_text::Span;

use crate::case::Case;

/// Something that AWS refuses in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The text that it is in.
    pub(crate) input: usize,
    /// The bytes.
    pub(crate) span: Span,
    /// One sentence, lower case, without a full stop.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: &'static str,
}

/// Everything in the pasted policies that AWS would refuse to store.
pub(crate) fn faults(case: &Case<'_>) -> Vec<Fault> {
    faults_in(case, 0..case.policies.len())
}

/// The same of some of the policies, by index.
pub(crate) fn faults_in(case: &Case<'_>, indexes: impl Iterator<Item = usize>) -> Vec<Fault> {
    let mut found = Vec::new();
    for index in indexes {
        let Some(policy) = case.policies.get(index) else {
            continue;
        };
        let Some(document) = case.reading.documents.get(policy.document) else {
            continue;
        };
        let Some(node) = policy.node(&document.root) else {
            continue;
        };
        if policy.dialect != Dialect::PolicyLanguage {
            continue;
        }
        let Some(statements) = node.get("Statement") else {
            continue;
        };
        for statement in statements.one_or_many() {
            if let Some((span, message, help)) = fault(policy, statement) {
                found.push(Fault {
                    input: document.input,
                    span,
                    message,
                    help,
                });
            }
        }
    }
    found
}

fn fault(policy: &Policy, statement: &Node) -> Option<(Span, String, &'static str)> {
    let map = statement.as_map()?;
    // A merge or a spread may bring what is not written.
    if map.members.iter().any(|member| member.key.text == "<<") {
        return None;
    }
    let has = |key: &str| map.get(key).is_some();
    match map.get("Effect") {
        None => {
            return Some((
                statement.span,
                "this statement has no `Effect`".to_owned(),
                "write `Allow` or `Deny`",
            ));
        }
        Some(member) => {
            if let Value::Text(text) = &member.value.value
                && let Some(effect) = text.literal()
                && effect != "Allow"
                && effect != "Deny"
            {
                return Some((
                    member.value.span,
                    format!("`{effect}` is no `Effect`"),
                    "write `Allow` or `Deny`, in these letters",
                ));
            }
        }
    }
    if !has("Action") && !has("NotAction") {
        return Some((
            statement.span,
            "this statement has no `Action`".to_owned(),
            "name the actions",
        ));
    }
    let needs_resource = matches!(
        policy.role,
        Role::Identity | Role::Boundary | Role::Session | Role::Scp | Role::Bucket
    );
    if needs_resource && !has("Resource") && !has("NotResource") {
        return Some((
            statement.span,
            "this statement has no `Resource`".to_owned(),
            "name the resources",
        ));
    }
    if matches!(
        policy.role,
        Role::Identity | Role::Boundary | Role::Session | Role::Scp
    ) && let Some(member) = map.get("Principal").or_else(|| map.get("NotPrincipal"))
    {
        return Some((
            member.span,
            "an identity policy has no `Principal`".to_owned(),
            "take it out, or attach the policy to the resource",
        ));
    }
    None
}
