//! What a statement says: equal texts for statements that decide alike for this reason alone.

use crate::evaluate::principal::Named;

use super::{Statement, Version};

/// What a statement says, whatever its Sid, its place, the letter case of what has none, and the order of its lists.
pub(crate) fn meaning(statement: &Statement, version: Version) -> String {
    let mut parts = vec![statement.effect.as_str().to_owned()];
    let mut push = |name: &str, negated: bool, mut values: Vec<String>| {
        values.sort();
        values.dedup();
        parts.push(format!("{name}{negated}{values:?}"));
    };
    if let Some(principals) = &statement.principals {
        let values = principals
            .items
            .iter()
            .map(|principal| format!("{:?}", Named::new(principal)))
            .collect();
        push("Principal", principals.negated, values);
    }
    for (name, element) in [
        ("Action", &statement.actions),
        ("Resource", &statement.resources),
    ] {
        if let Some(element) = element {
            let values = element
                .items
                .iter()
                .map(|item| {
                    let value = item.value().into_owned();
                    if name == "Action" {
                        value.to_ascii_lowercase()
                    } else {
                        value
                    }
                })
                .collect();
            push(name, element.negated, values);
        }
    }
    let mut conditions: Vec<String> = statement
        .conditions
        .iter()
        .map(|condition| {
            let mut values: Vec<String> = condition
                .values
                .iter()
                .map(|item| item.value().into_owned())
                .collect();
            values.sort();
            values.dedup();
            format!(
                "{:?}{:?}{values:?}",
                condition.operator.to_ascii_lowercase(),
                condition.key.to_ascii_lowercase()
            )
        })
        .collect();
    conditions.sort();
    parts.extend(conditions);
    let text = parts.join("\n");
    if text.contains("${") {
        format!("{version:?}{text}")
    } else {
        text
    }
}
