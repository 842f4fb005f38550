//! A request that a condition lets through, for proofs about calls whose context is not known.

use undeny_iam::evaluate::Context;
use undeny_iam::policy::Condition;

/// Set the condition's key in `context` so that the condition holds, where that can be read off it; `false` where it cannot.
///
/// A key that `context` has stays as it is.
pub(crate) fn satisfy(condition: &Condition, context: &mut Context) -> bool {
    if context.get(&condition.key).is_some() {
        return true;
    }
    let (set, operator) = match condition.operator.split_once(':') {
        Some((set, operator)) => (Some(set), operator),
        None => (None, condition.operator.as_str()),
    };
    let optional = operator.ends_with("IfExists")
        || set.is_some_and(|set| set.eq_ignore_ascii_case("ForAllValues"));
    let operator = operator
        .strip_suffix("IfExists")
        .unwrap_or(operator)
        .to_ascii_lowercase();
    let Some(value) = condition
        .values
        .first()
        .map(|item| item.value().into_owned())
    else {
        return optional;
    };
    let example = match operator.as_str() {
        "stringequals"
        | "stringequalsignorecase"
        | "bool"
        | "numericequals"
        | "numericlessthanequals"
        | "numericgreaterthanequals"
        | "dateequals"
        | "binaryequals" => value,
        "stringlike" | "arnlike" | "arnequals" => example_of(&value),
        "ipaddress" => value.split('/').next().unwrap_or_default().to_owned(),
        "null" => {
            if value.eq_ignore_ascii_case("false") {
                context.set(&condition.key, vec!["present".to_owned()]);
            }
            return true;
        }
        // A key that is absent satisfies a negated operator.
        _ => return optional || operator.contains("not"),
    };
    context.set(&condition.key, vec![example]);
    true
}

/// A string that a pattern matches and that reads like a name.
pub(crate) fn example_of(pattern: &str) -> String {
    if let Some(repository) = pattern
        .strip_prefix("repo:")
        .and_then(|rest| rest.strip_suffix(":*"))
        && !repository.contains(':')
    {
        return format!("repo:{}:ref:refs/heads/main", example_of(repository));
    }
    pattern.replace('*', "example").replace('?', "x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_match_their_patterns() {
        for pattern in [
            "repo:acme/app:*",
            "repo:acme/*:*",
            "a?c*",
            "plain",
            "repo:acme/*",
        ] {
            assert!(
                undeny_iam::glob::matches(pattern, &example_of(pattern)),
                "{pattern}"
            );
        }
    }
}
