//! A change in a sentence.

use undeny_iam::change::{Change, ChangeKind, NewStatement};
use undeny_iam::policy::PrincipalKind;

use crate::case::Case;
use crate::words::{self, actions, code};

/// What changes, in one sentence without a full stop.
pub(crate) fn sentence(case: &Case<'_>, change: &Change) -> String {
    let policy = case.policies.get(change.policy);
    let label = |index: usize| {
        policy
            .and_then(|policy| policy.statements.get(index))
            .map_or_else(
                || format!("statement {}", index + 1),
                |statement| statement.label(index),
            )
    };
    let key = |statement: usize, condition: usize| {
        policy
            .and_then(|policy| policy.statements.get(statement))
            .and_then(|statement| statement.conditions.get(condition))
            .map_or_else(String::new, |condition| code(&condition.key))
    };
    match &change.kind {
        ChangeKind::AddActions {
            statement,
            actions: added,
        } => format!("add {} to {}", actions(added), label(*statement)),
        ChangeKind::AddResources {
            statement,
            resources,
        } => format!(
            "add {} to the resources of {}",
            actions(resources),
            label(*statement)
        ),
        ChangeKind::AddPrincipals {
            statement, names, ..
        } => format!(
            "add {} to the principals of {}",
            actions(names),
            label(*statement)
        ),
        ChangeKind::AddStatement(new) => added(new),
        ChangeKind::ReplaceValue {
            statement, value, ..
        } => format!("write {} in {}", code(value), label(*statement)),
        ChangeKind::ReplaceOperator {
            statement,
            condition,
            operator,
        } => {
            format!(
                "compare {} with {} in {}",
                key(*statement, *condition),
                code(operator),
                label(*statement)
            )
        }
        ChangeKind::ReplaceKey {
            statement,
            condition,
            key: new,
        } => {
            format!(
                "look at {} and not at {} in {}",
                code(new),
                key(*statement, *condition),
                label(*statement)
            )
        }
        ChangeKind::AddConditionValues {
            statement,
            condition,
            values,
        } => {
            format!(
                "let {} be {} too in {}",
                key(*statement, *condition),
                actions(values),
                label(*statement)
            )
        }
        ChangeKind::AddCondition {
            statement,
            condition,
        } => {
            format!(
                "ask for {} to be {} in {}",
                code(&condition.key),
                actions(&condition.values),
                label(*statement)
            )
        }
        ChangeKind::AddVersion { version } => format!("write the version {}", code(version)),
        ChangeKind::Respell { word, .. } => format!("write {}", code(word)),
        ChangeKind::KeyPrincipal { name, .. } => format!("write the kind of {}", code(name)),
    }
}

/// What to write by hand where the document's own hand does not allow a patch: each change in a sentence, a new statement in full.
pub(crate) fn by_hand(case: &Case<'_>, changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let place = words::policy(case, change.policy);
        text.push_str(&format!("In the {place}: {}.\n", sentence(case, change)));
        if let ChangeKind::AddStatement(new) = &change.kind {
            text.push('\n');
            text.push_str(&statement(new));
            text.push('\n');
        }
    }
    text
}

/// A statement as JSON, a value a line where there are several.
fn statement(new: &NewStatement) -> String {
    let quoted = |value: &String| format!("\"{value}\"");
    let values = |values: &[String], indent: &str| match values {
        [one] => quoted(one),
        several => {
            let lines: Vec<String> = several
                .iter()
                .map(|value| format!("\n{indent}  {}", quoted(value)))
                .collect();
            format!("[{}\n{indent}]", lines.join(","))
        }
    };
    let mut members = Vec::new();
    if let Some(sid) = &new.sid {
        members.push(format!("\"Sid\": \"{sid}\""));
    }
    members.push(format!("\"Effect\": \"{}\"", new.effect.as_str()));
    for (kind, name) in &new.principals {
        let kind = match kind {
            PrincipalKind::Service => "Service",
            PrincipalKind::Federated => "Federated",
            PrincipalKind::CanonicalUser => "CanonicalUser",
            _ => "AWS",
        };
        members.push(format!("\"Principal\": {{ \"{kind}\": {} }}", quoted(name)));
    }
    members.push(format!("\"Action\": {}", values(&new.actions, "  ")));
    if !new.resources.is_empty() {
        members.push(format!("\"Resource\": {}", values(&new.resources, "  ")));
    }
    if !new.conditions.is_empty() {
        let conditions: Vec<String> = new
            .conditions
            .iter()
            .map(|condition| {
                format!(
                    "\"{}\": {{ \"{}\": {} }}",
                    condition.operator,
                    condition.key,
                    values(&condition.values, "    ")
                )
            })
            .collect();
        members.push(format!(
            "\"Condition\": {{\n    {}\n  }}",
            conditions.join(",\n    ")
        ));
    }
    format!("{{\n  {}\n}}\n", members.join(",\n  "))
}

fn added(new: &NewStatement) -> String {
    let sid = new.sid.as_deref().map_or_else(
        || "a statement".to_owned(),
        |sid| format!("statement {}", code(sid)),
    );
    let on = if new.resources.is_empty() {
        String::new()
    } else {
        let resources: Vec<String> = new
            .resources
            .iter()
            .map(|resource| code(words::short(resource)))
            .collect();
        format!(" on {}", words::list(&resources))
    };
    let condition = if new.conditions.is_empty() {
        String::new()
    } else {
        let keys: Vec<String> = new
            .conditions
            .iter()
            .map(|condition| code(&condition.key))
            .collect();
        format!(", under a condition on {}", words::list(&keys))
    };
    format!(
        "add {sid}: {} {}{on}{condition}",
        new.effect.as_str().to_ascii_lowercase(),
        actions(&new.actions)
    )
}
