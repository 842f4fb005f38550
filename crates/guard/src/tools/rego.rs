//! OPA and Conftest: Rego for plans, templates and plain policies.

use super::{Tool, file};
use crate::{File, Story};

#[derive(Debug)]
pub(super) struct Rego;

impl Tool for Rego {
    fn id(&self) -> &'static str {
        "rego"
    }

    fn name(&self) -> &'static str {
        "OPA and Conftest"
    }

    fn judges(&self) -> &'static str {
        "Terraform plans, CloudFormation, plain policies"
    }

    fn makes(&self) -> &'static str {
        "`undeny.rego`, a policy in Rego v1 that reads `terraform show -json` plans, CloudFormation templates and plain policies, and `undeny_test.rego`, its own test"
    }

    fn lines(&self) -> &'static [&'static str] {
        &[
            "opa test DIR -v",
            "terraform show -json plan.tfplan > plan.json",
            "opa eval --fail-defined --data DIR/undeny.rego --input plan.json 'data.undeny.deny[_]'",
            "conftest test --policy DIR --namespace undeny plan.json",
        ]
    }

    fn tested(&self) -> &'static str {
        "Both files are run by regorus, an interpreter of Rego, on plans, templates and plain policies, and, where a `terraform` is on PATH, on the plan.json that its own `show -json` writes. Untested: `opa` and `conftest` themselves, with the lines above; no package registry has these programs."
    }

    fn files(&self, story: &Story) -> Vec<File> {
        let json = serde_json::to_string_pretty(&story.to_json()).unwrap_or_default();
        vec![
            file("undeny.rego", include_str!("rego/undeny.rego"), &json),
            file(
                "undeny_test.rego",
                include_str!("rego/undeny_test.rego"),
                &super::examples(story),
            ),
        ]
    }
}
