//! Sentinel: a policy for HCP Terraform, with its mock test.

use std::fmt::Write as _;

use super::{Tool, file};
use crate::{Example, File, Story};

#[derive(Debug)]
pub(super) struct Sentinel;

impl Tool for Sentinel {
    fn id(&self) -> &'static str {
        "sentinel"
    }

    fn name(&self) -> &'static str {
        "Sentinel"
    }

    fn judges(&self) -> &'static str {
        "plans in HCP Terraform; not tested here"
    }

    fn makes(&self) -> &'static str {
        "`undeny.sentinel`, a policy for plans, `sentinel.hcl`, and its mock test in `test/undeny/`"
    }

    fn lines(&self) -> &'static [&'static str] {
        &[
            "(cd DIR && sentinel test)",
            "sentinel fmt -check DIR/undeny.sentinel",
        ]
    }

    fn tested(&self) -> &'static str {
        "**Untested**: `sentinel`, the interpreter, is in no package registry, so neither the policy nor its mock test has been run. Run `sentinel test` before you rely on it. It checks less than the others: no values of conditions, no GitHub trust, no Deny."
    }

    fn files(&self, story: &Story) -> Vec<File> {
        let json = serde_json::to_string_pretty(&story.to_json()).unwrap_or_default();
        let mut files = vec![
            file(
                "undeny.sentinel",
                include_str!("sentinel/undeny.sentinel"),
                &json,
            ),
            file(
                "sentinel.hcl",
                "policy \"undeny\" {\n  source            = \"./undeny.sentinel\"\n  enforcement_level = \"hard-mandatory\"\n}\n",
                "",
            ),
        ];
        for (index, example) in story.examples.iter().enumerate() {
            // What this policy does not look at is no test of it.
            if (example.kind == "original" || example.kind.starts_with("lazy deny"))
                && !story
                    .rules
                    .get(example.rule)
                    .is_some_and(|rule| rule.needs.iter().any(|need| need.context.is_empty()))
            {
                continue;
            }
            files.extend(mock(index + 1, example));
        }
        files
    }
}

/// A test case and the plan that it runs on.
fn mock(number: usize, example: &Example) -> [File; 2] {
    let name = format!("{number}-{}", example.kind.replace(' ', "-"));
    let policy = serde_json::Value::from(example.policy.to_string());
    let mut plan = String::from("# A plan that creates one policy.\n");
    let _ = writeln!(
        plan,
        "resource_changes = {{\n\t\"aws_iam_policy.example\": {{\n\t\t\"address\": \"aws_iam_policy.example\",\n\t\t\"mode\": \"managed\",\n\t\t\"type\": \"aws_iam_policy\",\n\t\t\"change\": {{\n\t\t\t\"actions\": [\"create\"],\n\t\t\t\"after\": {{\"policy\": {policy}}},\n\t\t}},\n\t}},\n}}"
    );
    let case = format!(
        "mock \"tfplan/v2\" {{\n  module {{\n    source = \"{name}.sentinel\"\n  }}\n}}\n\ntest {{\n  rules = {{\n    main = {}\n  }}\n}}\n",
        example.passes()
    );
    [
        file(&format!("test/undeny/{name}.hcl"), &case, ""),
        file(&format!("test/undeny/{name}.sentinel"), &plan, ""),
    ]
}
