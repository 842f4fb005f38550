//! How things are called in sentences.

use undeny_document::Role;
use undeny_iam::arn::Arn;
use undeny_iam::policy::{Condition, Dialect, Policy};

use crate::case::Case;
use crate::report::role_in_words;

/// A name or value in a sentence.
pub(crate) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The text with its first letter large, where it is one of `a` to `z`.
pub(crate) fn capitalised(text: &str) -> String {
    let mut capitalised = text.to_owned();
    if let Some(first) = capitalised.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    capitalised
}

/// What each document is called: its own name, or one made up.
pub(crate) fn document_names(case: &Case<'_>) -> Vec<String> {
    let documents = &case.reading.documents;
    let own = |name: &String| {
        documents
            .iter()
            .any(|document| document.name.as_ref() == Some(name))
    };
    // How far each kind of name is counted, by its first one.
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut make_up = |role: Role, format: &str| {
        let mut name = made_up_name(role, format, 1);
        let known = counts.iter().position(|(first, _)| *first == name);
        let known = known.unwrap_or(counts.len());
        if known == counts.len() {
            counts.push((name.clone(), 0));
        }
        if let Some((_, count)) = counts.get_mut(known) {
            loop {
                *count += 1;
                name = made_up_name(role, format, *count);
                if !own(&name) {
                    break;
                }
            }
        }
        name
    };
    let named = documents.iter().enumerate().map(|(index, document)| {
        let own = document.name.clone();
        own.unwrap_or_else(|| make_up(case.role_of(index), document.format.as_str()))
    });
    named.collect()
}

/// An ARN by what tells it from others: `role/deploy`, `reports/a.csv`; what stands for a reference as the reference; anything else as it is.
pub(crate) fn short(resource: &str) -> &str {
    let short = match Arn::parse(resource) {
        Some(arn) if !arn.resource.is_empty() => arn.resource,
        _ => resource,
    };
    // What stands for a key is its ARN, and `key/` is only in front of what stands for it here.
    let short = short.strip_prefix("key/").unwrap_or(short);
    // A template's is written as the template writes it when all is told.
    short
        .strip_prefix('⟦')
        .and_then(|rest| rest.strip_suffix('⟧'))
        .filter(|inside| !inside.contains(':'))
        .unwrap_or(short)
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What a condition compares with, in a sentence: any of it is enough, but where it is not to be any.
pub(crate) fn values(condition: &Condition) -> String {
    let values: Vec<String> = condition
        .values
        .iter()
        .map(|item| code(&item.value()))
        .collect();
    let is_negated = condition.operator.contains("Not");
    match values.as_slice() {
        [first @ .., last] if !first.is_empty() && !is_negated => {
            format!("{} or {last}", first.join(", "))
        }
        _ => list(&values),
    }
}

/// Actions in a sentence.
pub(crate) fn actions(actions: &[String]) -> String {
    list(
        &actions
            .iter()
            .map(|action| code(action))
            .collect::<Vec<_>>(),
    )
}

/// "identity policy", "trust policy of `deploy`", "`bucket.json`".
pub(crate) fn policy(case: &Case<'_>, index: usize) -> String {
    let Some(policy) = case.policies.get(index) else {
        return "policy".to_owned();
    };
    if let (Dialect::Unwritten, Some(name)) = (policy.dialect, &policy.name) {
        return name.clone();
    }
    let role = match policy.role {
        // What it is for is not known.
        Role::Other => "policy",
        role => role_in_words(role),
    };
    match name_of(case, policy) {
        Some(name) => format!("{role} {}", code(&name)),
        None => role.to_owned(),
    }
}

fn name_of(case: &Case<'_>, policy: &Policy) -> Option<String> {
    policy.name.clone().or_else(|| {
        let document = case.reading.documents.get(policy.document)?;
        document
            .name
            .as_deref()
            .map(|name| name.rsplit('/').next().unwrap_or(name).to_owned())
    })
}

/// A file name for the `nth` document, from 1, of those of its kind that have none.
pub(crate) fn made_up_name(role: Role, format: &str, nth: usize) -> String {
    let stem = match role {
        Role::Identity => "identity-policy",
        Role::Trust => "trust-policy",
        Role::Bucket => "bucket-policy",
        Role::Key => "key-policy",
        Role::Queue => "queue-policy",
        Role::Topic => "topic-policy",
        Role::Secret => "secret-policy",
        Role::Repository => "repository-policy",
        Role::Endpoint => "endpoint-policy",
        Role::Scp => "scp",
        Role::Rcp => "rcp",
        Role::Boundary => "boundary",
        Role::Session => "session-policy",
        Role::Error => "error",
        Role::Workflow => "workflow",
        Role::Token => "token",
        Role::Event => "event",
        Role::Other => "text",
    };
    let extension = match format {
        "json" | "cfn-json" => "json",
        "hcl" => "tf",
        "cfn-yaml" | "yaml" => "yml",
        _ => "txt",
    };
    if nth == 1 {
        format!("{stem}.{extension}")
    } else {
        format!("{stem}-{nth}.{extension}")
    }
}

/// A statement's or a policy's name for what it allows: `AllowS3GetObject`.
pub(crate) fn sid_of(action: &str) -> String {
    let mut base = String::from("Allow");
    for word in action
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let mut characters = word.chars();
        base.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        base.push_str(characters.as_str());
    }
    base
}

/// A statement's Sid for an action: `AllowStsTagSession`; with a number where it is taken.
pub(crate) fn sid(policy: &Policy, action: &str) -> String {
    let base = sid_of(action);
    let taken = |name: &str| {
        policy
            .statements
            .iter()
            .any(|statement| statement.sid.as_deref() == Some(name))
    };
    if !taken(&base) {
        return base;
    }
    (2..)
        .map(|number| format!("{base}{number}"))
        .find(|name| !taken(name))
        .unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use undeny_document::{Input, Paste};

    use super::*;

    #[test]
    fn a_name_that_is_made_up_is_the_lowest_that_nobody_has() {
        let policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}";
        let input = |name: Option<&str>| Input {
            name: name.map(str::to_owned),
            text: policy.to_owned(),
            ..Input::default()
        };
        let names = [None, Some("identity-policy-2.json"), None, None];
        let paste = Paste {
            inputs: names.map(input).to_vec(),
        };
        let answers = BTreeMap::new();
        let case = Case::read(&paste, &answers, &BTreeMap::new(), None);
        assert_eq!(
            document_names(&case),
            [
                "identity-policy.json",
                "identity-policy-2.json",
                "identity-policy-3.json",
                "identity-policy-4.json",
            ]
        );
    }
}
