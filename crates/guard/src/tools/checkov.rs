//! Checkov: a custom check in Python for Terraform and CloudFormation.

use super::{Tool, file};
use crate::{File, Story};

#[derive(Debug)]
pub(super) struct Checkov;

impl Tool for Checkov {
    fn id(&self) -> &'static str {
        "checkov"
    }

    fn name(&self) -> &'static str {
        "Checkov"
    }

    fn judges(&self) -> &'static str {
        "Terraform and CloudFormation, as files"
    }

    fn makes(&self) -> &'static str {
        "`undeny_checks/undeny_guard.py`, custom checks in Python for Terraform and CloudFormation: CKV_UNDENY_1 is this story, CKV_UNDENY_2 what holds in general"
    }

    fn lines(&self) -> &'static [&'static str] {
        &[
            "checkov --directory . --external-checks-dir DIR/undeny_checks --check CKV_UNDENY_1,CKV_UNDENY_2 --skip-download",
        ]
    }

    fn tested(&self) -> &'static str {
        "Checkov from PyPI runs the checks on Terraform (`jsonencode`, heredocs, `aws_iam_policy_document`) and CloudFormation (YAML and JSON). Statements that Terraform keeps in `locals` are seen in the resource that has them, not before."
    }

    fn files(&self, story: &Story) -> Vec<File> {
        // In a raw string of Python's only its closing quotes have to be kept out.
        let json = serde_json::to_string_pretty(&story.to_json())
            .unwrap_or_default()
            .replace('\'', "\\u0027");
        vec![
            file(
                "undeny_checks/__init__.py",
                "# Checkov loads checks from folders that are packages.\n",
                "",
            ),
            file(
                "undeny_checks/undeny_guard.py",
                include_str!("checkov/undeny_guard.py"),
                &json,
            ),
        ]
    }
}
