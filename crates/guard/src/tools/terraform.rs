//! Terraform: modules that cannot be called with a wildcard, and calls of them for the story.

use std::fmt::Write as _;

use super::{Tool, file};
use crate::story::{Need, Rule, is_account};
use crate::{File, Story};

#[derive(Debug)]
pub(super) struct Terraform;

impl Tool for Terraform {
    fn id(&self) -> &'static str {
        "terraform"
    }

    fn name(&self) -> &'static str {
        "Terraform"
    }

    fn judges(&self) -> &'static str {
        "nothing else: modules that cannot be used in the lazy way"
    }

    fn makes(&self) -> &'static str {
        "`undeny.tf`, which calls modules in `modules/` for this story: `assume-role-policy` (always pairs `sts:AssumeRole` and `sts:TagSession`, takes the keys for `sts:TransitiveTagKeys`), `github-oidc-trust` and `exact-access`; each refuses wildcards by `validation` and needs no provider. `tests/undeny.tftest.hcl` is their test"
    }

    fn lines(&self) -> &'static [&'static str] {
        &[
            "terraform -chdir=DIR init",
            "terraform -chdir=DIR validate",
            "terraform -chdir=DIR test",
        ]
    }

    fn tested(&self) -> &'static str {
        "Where a `terraform` is on PATH, these lines run as they stand here, and its `fmt -check` and `test` on the files of every case; without one they are skipped, and it is said."
    }

    fn files(&self, story: &Story) -> Vec<File> {
        let (calls, tests) = calls(story);
        let mut files = vec![
            file("undeny.tf", include_str!("terraform/undeny.txt"), &calls),
            file(
                "tests/undeny.tftest.hcl",
                include_str!("terraform/test.txt"),
                &tests,
            ),
        ];
        for (name, text) in [
            (
                "modules/assume-role-policy/main.tf",
                include_str!("terraform/assume_role_policy.tf"),
            ),
            (
                "modules/exact-access/main.tf",
                include_str!("terraform/exact_access.tf"),
            ),
            (
                "modules/github-oidc-trust/main.tf",
                include_str!("terraform/github_oidc_trust.tf"),
            ),
        ] {
            files.push(file(name, text, ""));
        }
        files
    }
}

/// The calls of modules that a story makes, and what a test says of each.
fn calls(story: &Story) -> (String, String) {
    let mut calls = String::new();
    let mut tests = String::new();
    for (index, rule) in story.rules.iter().enumerate() {
        let number = index + 1;
        if rule.needs.is_empty() {
            continue;
        }
        let assumes = rule
            .needs
            .iter()
            .all(|need| STS.contains(&need.action.as_str()))
            && rule.needs.iter().all(|need| need.keys.is_empty())
            && role_names(rule).is_some();
        if assumes && let Some(names) = role_names(rule) {
            let has = |action: &str| rule.needs.iter().any(|need| need.action == action);
            let (name, output) = if rule.has_principals {
                ("callers", "trust_policy")
            } else {
                ("roles", "identity_policy")
            };
            let arguments = [
                (name, list(&names)),
                ("tag_session", has("sts:TagSession").to_string()),
                (
                    "set_source_identity",
                    has("sts:SetSourceIdentity").to_string(),
                ),
            ];
            module(
                &mut calls,
                number,
                &rule.name,
                "assume-role-policy",
                &arguments,
                output,
            );
            refuse(
                &mut tests,
                number,
                "assume-role-policy",
                &[(name, "[\"*\"]".to_owned())],
                name,
            );
            continue;
        }
        for (nth, need) in rule.needs.iter().enumerate() {
            let number = format!("{number}_{}", nth + 1);
            if let Some((provider, subject)) = github(need) {
                let audience = need
                    .context
                    .iter()
                    .find(|(key, _)| key.ends_with(":aud"))
                    .map_or("sts.amazonaws.com", |(_, value)| value.as_str());
                let arguments = [
                    ("provider_arn", quoted(provider)),
                    ("audience", quoted(audience)),
                    ("subjects", list(&[subject])),
                ];
                module(
                    &mut calls,
                    &number,
                    &rule.name,
                    "github-oidc-trust",
                    &arguments,
                    "trust_policy",
                );
                let lazy = [
                    ("provider_arn", quoted(provider)),
                    ("subjects", "[\"repo:*\"]".to_owned()),
                ];
                refuse(&mut tests, &number, "github-oidc-trust", &lazy, "subjects");
                continue;
            }
            exact(&mut calls, &mut tests, &number, rule, need);
        }
    }
    (calls.trim_end().to_owned(), tests.trim_end().to_owned())
}

const STS: &[&str] = &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];

/// The roles of an identity policy, or the callers of a trust policy; none where one is a reference or no role.
fn role_names(rule: &Rule) -> Option<Vec<&str>> {
    let mut names: Vec<&str> = Vec::new();
    for need in &rule.needs {
        let values: Vec<&str> = if rule.has_principals {
            need.principals
                .iter()
                .map(|own| own.strip_prefix("AWS:").unwrap_or_default())
                .collect()
        } else {
            need.resources
                .first()
                .map(String::as_str)
                .into_iter()
                .collect()
        };
        for value in values {
            let is_role = is_account(value)
                || value.starts_with("arn:") && !value.contains("${") && !value.contains('*');
            if !is_role {
                return None;
            }
            if !names.contains(&value) {
                names.push(value);
            }
        }
    }
    (!names.is_empty()).then_some(names)
}

/// The provider and the subject, where GitHub's tokens are what is let in.
fn github(need: &Need) -> Option<(&str, &str)> {
    let provider = need
        .principals
        .iter()
        .find_map(|own| own.strip_prefix("Federated:"))
        .filter(|own| {
            own.starts_with("arn:")
                && own.contains("oidc-provider/token.actions.githubusercontent.com")
                && !own.contains("${")
        })?;
    let (_, subject) = need.context.iter().find(|(key, _)| key.ends_with(":sub"))?;
    subject
        .starts_with("repo:")
        .then_some((provider, subject.as_str()))
}

fn exact(calls: &mut String, tests: &mut String, number: &str, rule: &Rule, need: &Need) {
    let mut arguments = vec![("actions", list(&[need.action.as_str()]))];
    if let Some(resource) = need.resources.first() {
        arguments.push(("resources", list(&[resource.as_str()])));
        if resource.contains(['*', '?']) {
            arguments.push(("accepted_patterns", list(&[resource.as_str()])));
        }
    }
    let named: Vec<(&str, &str)> = need
        .principals
        .iter()
        .filter_map(|own| own.split_once(':'))
        .collect();
    if let Some((kind, _)) = named.first() {
        let same: Vec<&str> = named
            .iter()
            .filter(|(own, _)| own == kind)
            .map(|(_, name)| *name)
            .collect();
        arguments.push(("principals", format!("{{ {kind} = {} }}", list(&same))));
    }
    let mut conditions: Vec<(&str, Vec<String>)> = Vec::new();
    for (key, value) in &need.context {
        let operator = need.operator(key).unwrap_or("StringEquals");
        let pair = format!("{} = {}", quoted(key), list(&[value.as_str()]));
        match conditions.iter_mut().find(|(own, _)| *own == operator) {
            Some((_, pairs)) if !pairs.contains(&pair) => pairs.push(pair),
            Some(_) => {}
            None => conditions.push((operator, vec![pair])),
        }
    }
    if !conditions.is_empty() {
        let all: Vec<String> = conditions
            .iter()
            .map(|(operator, pairs)| format!("{} = {{ {} }}", quoted(operator), pairs.join(", ")))
            .collect();
        arguments.push(("conditions", format!("{{ {} }}", all.join(", "))));
    }
    module(
        calls,
        number,
        &rule.name,
        "exact-access",
        &arguments,
        "statement",
    );
    let service = need.action.split(':').next().unwrap_or_default();
    let lazy = [("actions", list(&[format!("{service}:*").as_str()]))];
    refuse(tests, number, "exact-access", &lazy, "actions");
}

fn module(
    text: &mut String,
    number: impl std::fmt::Display,
    name: &str,
    module: &str,
    arguments: &[(&str, String)],
    output: &str,
) {
    let _ = writeln!(
        text,
        "# {}\nmodule \"undeny_{number}\" {{\n  source = \"./modules/{module}\"\n",
        name.replace('\n', " ")
    );
    arguments_of(text, arguments, 2);
    let _ = writeln!(
        text,
        "}}\n\noutput \"undeny_{number}\" {{\n  value = module.undeny_{number}.{output}\n}}\n"
    );
}

/// A run of the test that a validation has to refuse.
fn refuse(
    text: &mut String,
    number: impl std::fmt::Display,
    module: &str,
    arguments: &[(&str, String)],
    variable: &str,
) {
    let _ = writeln!(
        text,
        "run \"a_wildcard_is_refused_{number}\" {{\n  command = plan\n\n  module {{\n    source = \"./modules/{module}\"\n  }}\n\n  variables {{"
    );
    arguments_of(text, arguments, 4);
    let _ = writeln!(text, "  }}\n\n  expect_failures = [var.{variable}]\n}}\n");
}

/// As `terraform fmt` aligns them.
fn arguments_of(text: &mut String, arguments: &[(&str, String)], indent: usize) {
    let width = arguments
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0);
    for (name, value) in arguments {
        let _ = writeln!(text, "{:indent$}{name:width$} = {value}", "");
    }
}

fn list(values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}

/// A string of Terraform's, in which nothing is evaluated.
fn quoted(value: &str) -> String {
    let value = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{value}\"")
}
