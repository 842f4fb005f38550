//! AWS Config and cfn-guard: rules in Guard for templates, and for what already runs, with the template that deploys these.
//!
//! Guard has no way to ask whether a pattern in a policy covers a value, so the patterns that cover one are told by regular expressions: a start
//! of the value, a wildcard, and an end of it. That takes a few patterns with two wildcards and more for covering that are not.
//! Source: <https://github.com/aws-cloudformation/cloudformation-guard/tree/main/docs>.

mod item;

use std::fmt::Write as _;

use undeny_iam::glob;

use super::{Tool, file};
use crate::story::{
    Access, Anchor, Need, Rule, has_reference, is_account, is_variable, same_operators,
};
use crate::{File, Story};

#[derive(Debug)]
pub(super) struct Config;

impl Tool for Config {
    fn id(&self) -> &'static str {
        "config"
    }

    fn name(&self) -> &'static str {
        "AWS Config and cfn-guard"
    }

    fn judges(&self) -> &'static str {
        "CloudFormation templates; in AWS Config, what already runs"
    }

    fn makes(&self) -> &'static str {
        "`undeny.guard`, rules in Guard for cfn-guard on CloudFormation templates and plain policies; and, where the story has policies of IAM's, `undeny-config-rule.yaml`, a template that deploys AWS Config custom policy rules for what already runs, with the text of these rules beside it (`undeny-config-1.guard`, ...)"
    }

    fn lines(&self) -> &'static [&'static str] {
        &[
            "cfn-guard validate --rules DIR/undeny.guard --data template.yaml",
            "aws cloudformation deploy --template-file DIR/undeny-config-rule.yaml --stack-name undeny-guard",
        ]
    }

    fn tested(&self) -> &'static str {
        "cfn-guard runs `undeny.guard` on templates and plain policies, and `undeny-config-*.guard` on configuration items as AWS describes them, for IAM's roles, users, groups and managed policies. Untested: `aws cloudformation deploy` and AWS Config itself, which need an account. AWS Config runs Guard 2, which cannot decode the percent-encoded policies of IAM's configuration items; so these rules search that text, statement by statement: they see whether the action stands with its resource or principal, whether the values and keys of its conditions are there, and whether a wildcard stands beside it. They do not see what a condition's operator is, nor changed Denies. A policy that lists only what it does not allow (`NotAction`) is known again by the fix alone."
    }

    fn files(&self, story: &Story) -> Vec<File> {
        let mut files = vec![file("undeny.guard", &templates(story), "")];
        let mut resources = String::new();
        for (number, item) in item::rules(story).iter().enumerate() {
            let number = number + 1;
            files.push(file(&format!("undeny-config-{number}.guard"), item, ""));
            let _ = write!(
                resources,
                include_str!("config/resource.txt"),
                number = number,
                text = item
                    .lines()
                    .map(|line| format!("            {line}\n"))
                    .collect::<String>()
            );
        }
        if !resources.is_empty() {
            files.push(file(
                "undeny-config-rule.yaml",
                include_str!("config/rule.yaml"),
                resources.trim_end(),
            ));
        }
        files
    }
}

fn templates(story: &Story) -> String {
    let mut text = String::new();
    let mut names = Vec::new();
    for rule in &story.rules {
        for anchors in &rule.anchors {
            let name = format!("undeny_story_{}", names.len() + 1);
            let _ = write!(
                text,
                "rule {name}(policies) {{\n  %policies !empty\n  let chosen = %policies[\n{}  ]\n  when %chosen !empty {{\n    %chosen {{\n{}    }}\n  }}\n}}\n\n",
                selector(anchors),
                checks(rule)
            );
            names.push(name);
        }
    }
    for role in &story.tagged_roles {
        let name = format!("undeny_tags_{}", names.len() + 1);
        let on = any_of("Resource", std::slice::from_ref(role), &[], true);
        text.push_str(&tags(
            &name,
            &on,
            &format!(
                "sts:AssumeRole on {role} without sts:TagSession; sessions of this role are tagged"
            ),
        ));
        names.push(name);
    }
    for principal in &story.tagging_principals {
        let name = format!("undeny_tags_{}", names.len() + 1);
        let on = principals(std::slice::from_ref(principal), false);
        text.push_str(&tags(
            &name,
            &on,
            &format!("{principal} may assume the role and not tag the session, and it does tag"),
        ));
        names.push(name);
    }
    text.push_str(&general(story));
    names.push("undeny_general".to_owned());
    for (rule, when, policies) in [
        ("undeny_properties", "%properties !empty", "%properties"),
        ("undeny_inline", "%inline !empty", "%inline"),
        ("undeny_serverless", "%serverless !empty", "%serverless"),
        ("undeny_plain", "Statement exists", "this"),
    ] {
        let _ = writeln!(text, "rule {rule} when {when} {{");
        for name in &names {
            let _ = writeln!(text, "  {name}({policies})");
        }
        text.push_str("}\n");
    }
    named(include_str!("config/head.guard"), &text)
}

/// The policies that say all this.
fn selector(anchors: &[Anchor]) -> String {
    let mut text = String::new();
    for anchor in anchors {
        let on: Vec<Option<&String>> = if anchor.resources.is_empty() {
            vec![None]
        } else {
            anchor.resources.iter().map(Some).collect()
        };
        for action in &anchor.actions {
            for resource in &on {
                let _ = write!(
                    text,
                    "    some Statement[*] {{\n      Effect == '{}'\n      some Action[*] == {}\n",
                    anchor.effect,
                    covering(action, true)
                );
                if let Some(resource) = resource {
                    clause(
                        &mut text,
                        6,
                        &any_of("Resource", std::slice::from_ref(*resource), &[], true),
                    );
                }
                if !anchor.principals.is_empty() {
                    clause(&mut text, 6, &principals(&anchor.principals, true));
                }
                text.push_str("    }\n");
            }
        }
    }
    text
}

fn checks(rule: &Rule) -> String {
    let mut text = String::new();
    for need in &rule.needs {
        present(&mut text, rule, need);
        narrow(&mut text, rule, need);
    }
    if !rule.known.negated {
        text.push_str("      Statement[*] {\n        when Effect == 'Allow' {\n");
        for element in ["NotAction", "NotResource", "NotPrincipal"] {
            let _ = writeln!(
                text,
                "          {element} !exists <<an Allow with {element} allows what nobody has listed>>"
            );
        }
        text.push_str("        }\n      }\n");
    }
    for deny in &rule.denies {
        text.push_str("      some Statement[*] {\n        Effect == 'Deny' <<a Deny that was to stay, with its exception, is gone>>\n");
        exactly(&mut text, deny);
        text.push_str("      }\n");
    }
    text
}

/// Some statement allows it.
fn present(text: &mut String, rule: &Rule, need: &Need) {
    let action = &need.action;
    let known = known(&rule.known.actions, |own| {
        glob::matches_ignoring_case(own, action)
    });
    let mut any = vec![format!(
        "some Action[*] == {}",
        one_of(&[action.as_str()], &known, true)
    )];
    let negated = |any: &mut Vec<String>, element: &str| {
        if rule.known.negated {
            any.push(format!("Not{element} exists"));
        }
    };
    negated(&mut any, "Action");
    let _ = write!(
        text,
        "      some Statement[*] {{\n        Effect == 'Allow' <<{action} is not allowed any more; it was denied before undeny's fix, and would be again>>\n"
    );
    clause(text, 8, &any);
    if !need.resources.is_empty() {
        let known = self::known(&rule.known.resources, |own| {
            need.resources
                .iter()
                .any(|resource| glob::matches(own, resource))
        });
        let mut any = any_of("Resource", &need.resources, &known, false);
        negated(&mut any, "Resource");
        clause(text, 8, &any);
    }
    if !need.principals.is_empty() {
        let mut any = principals(&need.principals, false);
        negated(&mut any, "Principal");
        clause(text, 8, &any);
    }
    for (key, value) in &need.context {
        let Some(operator) = need.operator(key).filter(|operator| is_positive(operator)) else {
            continue;
        };
        let any_case = operator.to_ascii_lowercase().contains("ignorecase");
        let known = self::known(&rule.known.values, |own| glob::matches(own, value));
        let at = |operators: &str| {
            format!(
                "Condition[ keys == %{operators} ][ keys == {} ]",
                exact(key, true)
            )
        };
        let mut any = values(&at("positive"), value, any_case);
        if !known.is_empty() {
            any.push(format!(
                "some {}[*] == {}",
                at("pattern"),
                one_of(&[], &known, false)
            ));
        }
        clause(text, 8, &any);
    }
    text.push_str("      }\n");
}

/// No statement allows it too widely.
fn narrow(text: &mut String, rule: &Rule, need: &Need) {
    let action = &need.action;
    let _ = write!(
        text,
        "      Statement[*] {{\n        when Effect == 'Allow' some Action[*] == {} {{\n          Action[*] != {} <<{action} is allowed by a wildcard; name the action>>\n",
        covering(action, true),
        wildcard(std::slice::from_ref(action), &rule.known.actions, true)
    );
    if !need.resources.is_empty() {
        let wild = wildcard(&need.resources, &rule.known.resources, false);
        let _ = write!(
            text,
            "          when Resource exists {{\n            Resource[*] {{\n              this is_struct or this != {wild} <<{action} is allowed on a wildcard; name the resource>>\n              'Fn::Sub' !exists or 'Fn::Sub' is_list or 'Fn::Sub' != {wild} <<{action} is allowed on a wildcard; name the resource>>\n            }}\n          }}\n"
        );
    }
    if !need.principals.is_empty() && !rule.known.principals.iter().any(|own| own == "*") {
        let _ = write!(
            text,
            "          Principal is_struct or Principal != '*' <<{action} is allowed to everyone; name the principal>>\n          when Principal.AWS exists {{\n            Principal.AWS[*] {{ this is_struct or this != '*' <<{action} is allowed to everyone; name the principal>> }}\n          }}\n"
        );
    }
    if !need.keys.is_empty() {
        text.push_str("          when Effect == 'Allow'\n");
        if !need.resources.is_empty() {
            clause(text, 15, &any_of("Resource", &need.resources, &[], true));
        }
        if !need.principals.is_empty() {
            clause(text, 15, &principals(&need.principals, false));
        }
        text.push_str("          {\n");
        for key in &need.keys {
            let _ = writeln!(
                text,
                "            Condition.*[ keys == {} ] !empty <<{action} is allowed without the condition on {key}>>",
                exact(key, true)
            );
        }
        text.push_str("          }\n          when Condition exists {\n");
        let lax = rule.known.operators.iter().any(|own| is_lax(own));
        for key in &need.keys {
            if !lax {
                let _ = writeln!(
                    text,
                    "            Condition[ keys == %also_without ][ keys == {} ] empty <<{action} is allowed under an operator that also holds where {key} is absent>>",
                    exact(key, true)
                );
            }
        }
        for (key, value) in &need.context {
            let _ = writeln!(
                text,
                "            Condition[ keys == %positive ][ keys == {} ][*] {{ this is_struct or this != {} <<{action} is allowed for any {key}; name the value>> }}",
                exact(key, true),
                wildcard(std::slice::from_ref(value), &rule.known.values, false)
            );
        }
        if lax && need.context.is_empty() {
            text.push_str("            Condition exists\n");
        }
        text.push_str("          }\n");
    }
    text.push_str("        }\n      }\n");
}

/// The statement as it is: each value, and no other.
fn exactly(text: &mut String, access: &Access) {
    let mut element = |at: &str, list: &[String], any_case: bool| {
        let mut all = String::from("this is_struct");
        for value in list {
            clause(text, 8, &values(at, value, any_case));
            let _ = write!(all, " or this == {}", exact(value, any_case));
        }
        if !list.is_empty() {
            let _ = writeln!(text, "        {at}[*] {{ {all} }}");
        }
    };
    let name = |negated: bool, name: &str| {
        if negated {
            format!("Not{name}")
        } else {
            name.to_owned()
        }
    };
    element(&name(access.actions.0, "Action"), &access.actions.1, true);
    element(
        &name(access.resources.0, "Resource"),
        &access.resources.1,
        false,
    );
    let mut all: Vec<String> = Vec::new();
    for (operator, key, list) in &access.conditions {
        let operators = same_operators(operator, list);
        let names: Vec<&str> = operators.iter().map(String::as_str).collect();
        element(
            &format!(
                "Condition[ keys == {} ][ keys == {} ]",
                one_of(&names, &[], true),
                exact(key, true)
            ),
            list,
            false,
        );
        all.extend(operators);
    }
    let principal = name(access.principals.0, "Principal");
    for value in &access.principals.1 {
        let any = match value.split_once(':') {
            Some((kind, name)) => principal_values(&format!("{principal}.{kind}"), name),
            None => vec![
                format!("{principal} == '*'"),
                format!("some {principal}.AWS[*] == '*'"),
            ],
        };
        clause(text, 8, &any);
    }
    // Another condition would take something out of the Deny.
    if all.is_empty() {
        text.push_str("        Condition !exists\n");
    } else {
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        let keys: Vec<&str> = access
            .conditions
            .iter()
            .map(|(_, key, _)| key.as_str())
            .collect();
        let _ = write!(
            text,
            "        Condition[ keys != {} ] empty\n        Condition.*[ keys != {} ] empty\n",
            one_of(&names, &[], true),
            one_of(&keys, &[], true)
        );
    }
}

/// Who allows `sts:AssumeRole` there allows `sts:TagSession` too.
fn tags(name: &str, on: &[String], message: &str) -> String {
    let statement = |text: &mut String, indent: usize, action: &str, message: &str| {
        let pad = " ".repeat(indent);
        let _ = write!(
            text,
            "{pad}some Statement[*] {{\n{pad}  Effect == 'Allow'{message}\n{pad}  some Action[*] == {}\n",
            covering(action, true)
        );
        clause(text, indent + 2, on);
        let _ = writeln!(text, "{pad}}}");
    };
    let mut text =
        format!("rule {name}(policies) {{\n  %policies !empty\n  let chosen = %policies[\n");
    statement(&mut text, 4, "sts:AssumeRole", "");
    text.push_str("  ]\n  when %chosen !empty {\n    %chosen {\n");
    statement(&mut text, 6, "sts:TagSession", &format!(" <<{message}>>"));
    text.push_str("    }\n  }\n}\n\n");
    text
}

fn general(story: &Story) -> String {
    let accepted: Vec<String> = story.accepted.iter().map(|own| escaped(own)).collect();
    let accepted = format!("({})", accepted.join("|"));
    let mut claims = String::new();
    for (name, pattern, message) in [
        (
            ":aud",
            "aud",
            "GitHub's tokens are trusted without a condition on the audience (aud)",
        ),
        (
            ":sub",
            "sub|repository|repository_id|job_workflow_ref",
            "GitHub's tokens are trusted without a condition on the subject (sub), so every repository of GitHub is let in",
        ),
    ] {
        if !story.accepted.iter().any(|own| own == name) {
            let _ = writeln!(
                claims,
                "        Condition[ keys == %positive ][ keys == /(?i):({pattern})$/ ] !empty <<{message}>>"
            );
        }
    }
    let operators = story.rules.iter().flat_map(|rule| &rule.known.operators);
    let absent = if operators.into_iter().any(|own| is_lax(own)) {
        ""
    } else {
        "          Condition[ keys == %also_without ][ keys == /(?i):(aud|sub)$/ ] empty <<GitHub's tokens are trusted under an operator that also holds where the claim is absent>>\n"
    };
    let any = |action: &str| format!("({action}|{})", wild(action));
    include_str!("config/general.guard")
        .replace("@EXCEPT@", &format!("(?!{accepted}$)"))
        .replace("@ACCEPTED@", &accepted)
        .replace("@ASSUME@", &any("AssumeRole"))
        .replace("@WEB@", &any("AssumeRoleWithWebIdentity"))
        .replace("@CLAIMS@", &claims)
        .replace("@ABSENT@", absent)
}

/// Clauses of which one has to hold.
fn clause(text: &mut String, indent: usize, any: &[String]) {
    let pad = " ".repeat(indent);
    let _ = writeln!(text, "{pad}{}", any.join(&format!(" or\n{pad}  ")));
}

/// Some value of the element is one of these, or a pattern that is known; or, where asked for, any pattern that covers one.
fn any_of(element: &str, wanted: &[String], known: &[&str], wide: bool) -> Vec<String> {
    let mut any = Vec::new();
    for value in wanted {
        any.extend(values(element, value, false));
        if wide {
            let wild = expression(false, &wild(value));
            any.push(format!("some {element}[*] == {wild}"));
            if value.contains("${") {
                any.push(format!("some {element}[*].'Fn::Sub' == {wild}"));
            }
        }
    }
    if !known.is_empty() {
        any.push(format!(
            "some {element}[*] == {}",
            one_of(&[], known, false)
        ));
        any.push(format!(
            "some {element}[*].'Fn::Sub' == {}",
            one_of(&[], known, false)
        ));
    }
    any
}

/// Some value there is this one, as a template may write it.
fn values(at: &str, value: &str, any_case: bool) -> Vec<String> {
    let same = one_of(&[value], &[], any_case);
    let mut any = vec![
        format!("some {at}[*] == {same}"),
        format!("some {at}[*].'Fn::Sub' == {same}"),
    ];
    if !value.contains("${") {
        return any;
    }
    any.push(format!("some {at}[*].'Fn::Sub'[0] == {same}"));
    any.push(format!("some {at}[*].'Fn::Join' exists"));
    let whole = value
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    if let Some(inside) = whole.filter(|inside| !inside.contains("${")) {
        match inside.split_once('.') {
            Some((name, attribute)) => {
                any.push(format!("some {at}[*].'Fn::GetAtt' == '{inside}'"));
                any.push(format!(
                    "some {at}[*] == {{ 'Fn::GetAtt': ['{name}', '{attribute}'] }}"
                ));
            }
            None => match inside.strip_prefix("ImportValue:") {
                Some(_) => any.push(format!("some {at}[*].'Fn::ImportValue' exists")),
                None => any.push(format!("some {at}[*].Ref == '{inside}'")),
            },
        }
    }
    any
}

fn principals(wanted: &[String], wide: bool) -> Vec<String> {
    let mut any = vec![
        "Principal == '*'".to_owned(),
        "some Principal.AWS[*] == '*'".to_owned(),
    ];
    for value in wanted {
        if let Some((kind, name)) = value.split_once(':') {
            any.extend(principal_values(&format!("Principal.{kind}"), name));
            if wide && has_reference(name) && !of_cloudformation(name) {
                any.push(format!("Principal.{kind} exists"));
            }
        }
    }
    any
}

/// Some principal there is this one; an account's number and the ARN of its root are the same.
fn principal_values(at: &str, name: &str) -> Vec<String> {
    let mut any = values(at, name, false);
    if is_account(name) {
        any.push(format!("some {at}[*] == /^arn:[^:]*:iam::{name}:root$/"));
    }
    any
}

/// Whether the references are of CloudFormation's: logical ids begin with a capital, Terraform's addresses do not.
fn of_cloudformation(value: &str) -> bool {
    value
        .split("${")
        .skip(1)
        .all(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
}

fn known(patterns: &[String], covers: impl Fn(&str) -> bool) -> Vec<&str> {
    patterns
        .iter()
        .map(String::as_str)
        .filter(|own| covers(own))
        .collect()
}

fn is_positive(operator: &str) -> bool {
    let name = operator.rsplit(':').next().unwrap_or_default();
    [
        "StringEquals",
        "StringLike",
        "ArnEquals",
        "ArnLike",
        "StringEqualsIgnoreCase",
    ]
    .iter()
    .any(|own| name == *own || name.strip_suffix("IfExists") == Some(*own))
}

/// Whether it also holds where the key is absent.
fn is_lax(operator: &str) -> bool {
    operator.starts_with("ForAllValues:") || operator.ends_with("IfExists")
}

// --- regular expressions ---------------------------------------------------------------------------------------------

/// One of the values, with anything in the place of their references, or one of the patterns as it stands.
fn one_of(wanted: &[&str], known: &[&str], any_case: bool) -> String {
    let mut any: Vec<String> = Vec::new();
    for value in wanted {
        any.push(literal(value));
        if has_reference(value) {
            any.push(concrete(value));
        }
    }
    any.extend(known.iter().map(|own| literal(own)));
    expression(any_case, &any.join("|"))
}

fn exact(value: &str, any_case: bool) -> String {
    one_of(&[value], &[], any_case)
}

/// The value, or a pattern that covers it.
fn covering(value: &str, any_case: bool) -> String {
    expression(any_case, &format!("{}|{}", literal(value), wild(value)))
}

/// Patterns that cover one of the values, without those that the proven patch has.
fn wildcard(values: &[String], known: &[String], any_case: bool) -> String {
    let known: Vec<String> = known.iter().map(|own| literal(own)).collect();
    let any: Vec<String> = values.iter().map(|value| wild(value)).collect();
    if known.is_empty() {
        expression(any_case, &any.join("|"))
    } else {
        expression(
            any_case,
            &format!("(?!({})$)({})", known.join("|"), any.join("|")),
        )
    }
}

/// A regular expression for a whole value, between marks; see [`named`].
fn expression(any_case: bool, pattern: &str) -> String {
    format!(
        "{OPEN}{}^({pattern})${CLOSE}",
        if any_case { "(?i)" } else { "" }
    )
}

/// Around a regular expression until it is known how often it is there. No policy can have them: they are no characters of JSON.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// The rules with their long regular expressions named, each once, at the end of `head`.
fn named(head: &str, rules: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut body = String::new();
    let mut rest = rules;
    while let Some((before, after)) = rest.split_once(OPEN) {
        body.push_str(before);
        let (pattern, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        if pattern.len() <= 60 {
            let _ = write!(body, "/{pattern}/");
        } else {
            let index = names
                .iter()
                .position(|own| *own == pattern)
                .unwrap_or_else(|| {
                    names.push(pattern);
                    names.len() - 1
                });
            let _ = write!(body, "%value_{}", index + 1);
        }
        rest = after;
    }
    body.push_str(rest);
    let mut text = head.to_owned();
    for (index, pattern) in names.iter().enumerate() {
        let _ = writeln!(text, "let value_{} = /{pattern}/", index + 1);
    }
    text.push('\n');
    text + &body
}

/// A start of the value, a wildcard, anything up to another wildcard, and an end of the value.
fn wild(value: &str) -> String {
    format!(
        "{}[*?](.*[*?])?{}",
        starts(value, &escaped),
        ends(value, &escaped)
    )
}

/// Any start of the text, none too. The groups of a word nest within each other; an engine limits how deep that may be.
fn starts(text: &str, escape: &dyn Fn(&str) -> String) -> String {
    let words = words(text);
    let mut all = Vec::new();
    let mut done = String::new();
    for word in &words {
        let (mut inside, mut close) = (String::new(), String::new());
        for character in word.chars() {
            inside.push('(');
            inside.push_str(&escape(character.encode_utf8(&mut [0; 4])));
            close.push_str(")?");
        }
        all.push(format!("{done}{inside}{close}"));
        done.push_str(&escape(word));
    }
    if all.is_empty() {
        String::new()
    } else {
        format!("({})", all.join("|"))
    }
}

/// Any end of the text, none too.
fn ends(text: &str, escape: &dyn Fn(&str) -> String) -> String {
    let words = words(text);
    let mut all = Vec::new();
    let mut done = String::new();
    for word in words.iter().rev() {
        let mut inside = String::new();
        for character in word.chars() {
            inside = format!("({inside}{})?", escape(character.encode_utf8(&mut [0; 4])));
        }
        all.push(format!("{inside}{done}"));
        done.insert_str(0, &escape(word));
    }
    if all.is_empty() {
        String::new()
    } else {
        format!("({})", all.join("|"))
    }
}

/// Pieces of at most thirty characters that end after a `:` or `/` where they can.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut count) = (0, 0);
    for (index, character) in text.char_indices() {
        count += 1;
        let end = index + character.len_utf8();
        if count >= 30 || (count >= 10 && matches!(character, ':' | '/')) {
            words.extend(text.get(start..end));
            (start, count) = (end, 0);
        }
    }
    words.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    words
}

/// The value with anything in the place of its references.
fn concrete(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(&escaped(before));
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        if is_variable(inside) {
            out.push_str(&literal(&format!("${{{inside}}}")));
        } else {
            out.push_str("[^*?]+");
        }
        rest = after;
    }
    out + &escaped(rest)
}

/// The characters themselves; a variable of IAM's also as Fn::Sub has it, `${!aws:username}`.
fn literal(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(&escaped(before));
        out.push_str(r"\$\{");
        if is_variable(after.split('}').next().unwrap_or_default()) {
            out.push_str("!?");
        }
        rest = after;
    }
    out + &escaped(rest)
}

/// The characters themselves in a regular expression between slashes.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if "\\.+*?()|[]{}^$/".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
