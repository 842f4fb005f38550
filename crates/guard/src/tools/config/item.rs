//! Rules for configuration items, where IAM's policies are percent-encoded text: AWS Config runs Guard 2, which cannot decode it.
//!
//! In that text `%7B` and `%7D` are braces and nothing else, so a regular expression can stay inside of one statement.
//! Source: the `AWS::IAM::*` files of <https://github.com/awslabs/aws-config-resource-schema>.

use std::fmt::Write as _;

use undeny_iam::glob;

use super::{ends, is_positive, known, starts};
use crate::Story;
use crate::story::{Anchor, Need, Rule, is_account, is_variable};

/// AWS Config takes no longer text: <https://docs.aws.amazon.com/config/latest/APIReference/API_CustomPolicyDetails.html>.
const LIMIT: usize = 10_000;

/// One character, written or encoded, that is no brace.
const FLAT: &str = "([^%]|%[^7].|%7[^BD])";
/// A list up to a value of it.
const LIST: &str = "(%5B([^%]|%[^5].|%5[^BD])*)?";
/// The inside of a value.
const WORD: &str = "([^%]|%[^2].|%2[^2])*";
/// What a reference stands for: no wildcard.
const VALUE: &str = "([^%*]|%[^2].|%2[^2A])+";
const SPACE: &str = "(%20|%0[9AD]|\\+)*";
const STAR: &str = "(%2A|\\*)";

/// The text of an AWS Config rule for each policy of the story that can be known again by its words.
pub(super) fn rules(story: &Story) -> Vec<String> {
    let of = |rule: &Rule| {
        let lists = rule.anchors.iter();
        lists
            .filter_map(|anchors| text(rule, anchors))
            .collect::<Vec<_>>()
    };
    story.rules.iter().flat_map(of).collect()
}

/// A regular expression, whether it has to be found, and the sentence if not.
type Check = (String, bool, String);

fn text(rule: &Rule, anchors: &[Anchor]) -> Option<String> {
    let is_recorded = match rule.role {
        "trust" => rule.has_principals,
        "identity" | "boundary" | "other" => !rule.has_principals,
        _ => false,
    };
    if !is_recorded || rule.needs.is_empty() || rule.known.negated || anchors.is_empty() {
        return None;
    }
    let mut out = String::from(
        "# What undeny proved, kept, in what already runs: for AWS Config, where IAM's policies are percent-encoded text.\n",
    );
    let mut select = String::new();
    for (number, pattern) in selected(anchors).iter().enumerate() {
        let _ = writeln!(out, "let about_{number} = /{pattern}/");
        let _ = write!(select, " @ == %about_{number}");
    }
    let mut checks = vec![(
        beside("%22Allow%22", "%22Not(Action|Principal|Resource)%22"),
        false,
        "an Allow with NotAction, NotResource or NotPrincipal allows what nobody has listed"
            .to_owned(),
    )];
    for need in &rule.needs {
        present(&mut checks, rule, need);
        narrow(&mut checks, rule, need);
    }
    let places: &[(&str, &str, &str)] = if rule.has_principals {
        &[(
            "trust",
            "['AWS::IAM::Role']",
            "configuration.assumeRolePolicyDocument",
        )]
    } else {
        &[
            (
                "inline",
                "['AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::User']",
                "configuration[ keys in ['groupPolicyList', 'rolePolicyList', 'userPolicyList'] ][@ ].policyDocument",
            ),
            (
                "managed",
                "['AWS::IAM::Policy']",
                "configuration.policyVersionList[ isDefaultVersion == true@ ].document",
            ),
        ]
    };
    let mut rules = String::new();
    let mut body = String::new();
    for (number, (pattern, wanted, message)) in checks.iter().enumerate() {
        let line = format!("let words_{number} = /{pattern}/\n");
        let clause = format!(
            "    this {} %words_{number} <<{message}>>\n",
            if *wanted { "==" } else { "!=" }
        );
        if out.len() + line.len() + (body.len() + clause.len() + select.len() + 200) * places.len()
            > LIMIT
        {
            out.push_str("# The rest of what was proven does not fit into one rule of AWS Config; undeny.guard has it.\n");
            break;
        }
        out.push_str(&line);
        body.push_str(&clause);
    }
    for (name, kinds, place) in places {
        let member = place.rsplit('.').next().unwrap_or_default();
        let select = if rule.has_principals {
            let _ = writeln!(rules, "let {name} = {place}");
            select.replace('@', &format!("%{name}"))
        } else {
            let select = select.replace('@', member);
            let _ = writeln!(rules, "let {name} = {}", place.replace('@', &select));
            format!(" %{name} !empty")
        };
        let _ = write!(
            rules,
            "rule undeny_{name} when resourceType in {kinds}{select} {{\n  %{name} {{\n{body}  }}\n}}\n"
        );
    }
    Some(out + &rules)
}

/// What the policy is known by; a lazy fix that has a wildcard in its place too.
fn selected(anchors: &[Anchor]) -> Vec<String> {
    let mut all = Vec::new();
    for anchor in anchors.iter().take(2) {
        let named: Vec<&str> = anchor
            .principals
            .iter()
            .filter_map(|own| own.split_once(':'))
            .map(|(_, name)| name)
            .collect();
        for action in anchor.actions.iter().take(2) {
            let action = format!("%22({}|{})%22", encoded(action), wild(action));
            if anchor.resources.is_empty() && named.is_empty() {
                all.push(format!("(?i){action}"));
            }
            for resource in anchor.resources.iter().take(2) {
                all.push(beside(
                    &action,
                    &format!("%22({STAR}|{})%22", encoded(resource)),
                ));
            }
            if !named.is_empty() {
                let named: Vec<String> = named.iter().map(|name| principal(name)).collect();
                all.push(beside(
                    &action,
                    &format!("%22({STAR}|{})%22", named.join("|")),
                ));
            }
        }
    }
    all.dedup();
    all
}

fn present(checks: &mut Vec<Check>, rule: &Rule, need: &Need) {
    let actions = known(&rule.known.actions, |own| {
        glob::matches_ignoring_case(own, &need.action)
    });
    let actions: Vec<String> = std::iter::once(need.action.as_str())
        .chain(actions)
        .map(encoded)
        .collect();
    let action = format!("%22({})%22", actions.join("|"));
    let resources: Vec<&str> = need.resources.iter().map(String::as_str).collect();
    let on = word(
        &resources,
        &known(&rule.known.resources, |own| {
            resources
                .iter()
                .any(|resource| glob::matches(own, resource))
        }),
    );
    let named: Vec<&str> = need
        .principals
        .iter()
        .map(|own| own.split_once(':').map_or(own.as_str(), |(_, name)| name))
        .collect();
    let message = format!(
        "{} is not allowed any more; it was denied before undeny's fix, and would be again",
        need.action
    );
    let pattern = match (resources.is_empty(), named.is_empty()) {
        (false, _) => beside(&action, &on),
        (true, false) => {
            let named: Vec<String> = named.iter().map(|name| principal(name)).collect();
            beside(&action, &format!("%22(?-i:{}|{STAR})%22", named.join("|")))
        }
        (true, true) => format!("(?i){action}"),
    };
    checks.push((pattern, true, message));
    for (key, value) in &need.context {
        let patterns = known(&rule.known.values, |own| glob::matches(own, value));
        let pattern = if need.operator(key).is_some_and(is_positive) {
            let below = |operators: &str, words: &str| {
                format!(
                    "%22([A-Za-z]*%3A)?({operators})(IfExists)?%22{SPACE}%3A{SPACE}%7B{FLAT}*%22{}%22{SPACE}%3A{SPACE}{LIST}{words}",
                    encoded(key)
                )
            };
            let exact = below(
                "(String|Arn)(Equals|Like|EqualsIgnoreCase)",
                &word(&[value], &[]),
            );
            if patterns.is_empty() {
                format!("(?i){exact}")
            } else {
                format!(
                    "(?i)({exact}|{})",
                    below("StringLike|ArnLike|ArnEquals", &word(&[], &patterns))
                )
            }
        } else {
            word(&[value], &patterns)
        };
        checks.push((
            pattern,
            true,
            format!(
                "{} is not allowed any more for the value of {key} that it needs",
                need.action
            ),
        ));
    }
    for key in &need.keys {
        checks.push((
            format!("(?i)%22{}%22", encoded(key)),
            true,
            format!("{} is allowed without the condition on {key}", need.action),
        ));
    }
}

fn narrow(checks: &mut Vec<Check>, rule: &Rule, need: &Need) {
    let action = &need.action;
    if rule.known.actions.is_empty() {
        checks.push((
            format!(
                "(?i)%22Action%22{SPACE}%3A{SPACE}{LIST}%22{}%22",
                wild(action)
            ),
            false,
            format!("{action} is allowed by a wildcard; name the action"),
        ));
    }
    let granting = format!("%22({}|{})%22", encoded(action), wild(action));
    let has_star = |list: &[String]| list.iter().any(|own| own == "*");
    if !need.resources.is_empty() && !has_star(&rule.known.resources) {
        checks.push((
            beside(
                &granting,
                &format!("%22Resource%22{SPACE}%3A{SPACE}{LIST}%22{STAR}%22"),
            ),
            false,
            format!("{action} is allowed on every resource; name the resource"),
        ));
    }
    if !need.principals.is_empty() && !has_star(&rule.known.principals) {
        checks.push((
            beside(
                &granting,
                &format!("%22Principal%22{SPACE}%3A{SPACE}(%7B{FLAT}*)?%22{STAR}%22"),
            ),
            false,
            format!("{action} is allowed to everyone; name the principal"),
        ));
    }
}

/// Both stand in one statement, in any order; the second one may stand in braces there.
fn beside(left: &str, right: &str) -> String {
    let inside = format!("({FLAT}|%7B({FLAT}|%7B{FLAT}*%7D)*%7D)*");
    format!("(?i)({left}{inside}(%7B{FLAT}*)?{right}|{right}({FLAT}*%7D)?{inside}{left})")
}

/// One of the values, or one of the patterns as it stands, in quotation marks; their case counts.
fn word(wanted: &[&str], known: &[&str]) -> String {
    let all: Vec<String> = wanted
        .iter()
        .chain(known)
        .map(|value| encoded(value))
        .collect();
    format!("%22(?-i:{})%22", all.join("|"))
}

/// A principal's name; IAM stores an account's number as the ARN of its root.
fn principal(name: &str) -> String {
    if is_account(name) {
        format!("(arn%3A[a-z-]*%3Aiam%3A%3A{name}%3Aroot|{name})")
    } else {
        encoded(name)
    }
}

/// A pattern that covers the action: `*`, `sts:*`, `sts:Tag*`.
fn wild(action: &str) -> String {
    let (service, name) = action.split_once(':').unwrap_or(("", action));
    format!(
        "({STAR}|{}%3A{}{STAR}({WORD}{STAR})?{})",
        encoded(service),
        starts(name, &encoded),
        ends(name, &encoded)
    )
}

/// Percent-encoded (RFC 3986), for a regular expression; anything in the place of a reference.
fn encoded(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    loop {
        let (before, after) = rest
            .split_once("${")
            .map_or((rest, None), |(before, after)| (before, Some(after)));
        for byte in before.bytes() {
            match byte {
                b'.' => out.push_str("\\."),
                b'*' => out.push_str(STAR),
                b'-' | b'_' | b'~' => out.push(char::from(byte)),
                _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
        let Some(after) = after else {
            return out;
        };
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        if is_variable(inside) {
            let _ = write!(out, "%24%7B{}%7D", encoded(inside));
        } else {
            out.push_str(VALUE);
        }
        rest = after;
    }
}
