use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::code;
use undeny_iam::denial::manual;

/// Lake Formation keeps grants of its own, and the caller has none.
///
/// # What it sees
/// "Insufficient Lake Formation permission(s): Required Describe on orders" of Glue, Athena and Redshift Spectrum: the table or database is
/// registered in Lake Formation, which decides apart from IAM.
///
/// # What it changes
/// Nothing in a policy: it says which grant is missing, and where it is made.
///
/// # What it never does
/// It never answers with `glue:*` or `lakeformation:*` in an identity policy, which changes nothing about the refusal.
///
/// Source: <https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html>,
/// <https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html>
#[derive(Debug)]
pub(super) struct LakeFormation;

/// A sentence on one line.
fn said(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    seen.denial.value.action.is_none() && seen.mentions("insufficientlakeformationpermission")
}

impl Rule for LakeFormation {
    fn name(&self) -> &'static str {
        "lake-formation"
    }

    fn summary(&self) -> &'static str {
        manual("Lake Formation decides, and the caller lacks a grant there")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let denial = &seen.denial.value;
        let text = seen.case.texts.get(seen.denial.input)?;
        let said = said(denial.span.text(text));
        if denial.action.is_some() || !said.contains("Lake Formation permission") {
            return None;
        }
        let permission = said
            .split_once("Required ")
            .and_then(|(_, rest)| rest.split_once(" on "))
            .map(|(permission, _)| permission);
        let on = denial
            .resource
            .as_deref()
            .map_or_else(String::new, |name| format!(" on {}", code(name)));
        let grant = permission.map_or_else(
            || format!("what the call needs{on}"),
            |permission| format!("{}{on}", code(permission)),
        );
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!("No policy is wrong: Lake Formation has to grant {grant}."),
            explanation: format!(
                "The refusal is Lake Formation's, which keeps grants of its own for the databases and tables that are registered there; no \
                 policy of IAM gives them. Let an administrator of the data lake grant {grant} to the caller's role (\"Data permissions\" in \
                 its console, `aws lakeformation grant-permissions`, `aws_lakeformation_permissions` in Terraform)."
            ),
            next: Some(format!(
                "To read the data itself, the caller's identity policy then needs {}.",
                code("lakeformation:GetDataAccess")
            )),
            labels: vec![(
                seen.denial.input,
                denial.span,
                "Lake Formation refuses, not IAM".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}
