use undeny_document::{MemberKind, Node};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::denial::PolicyType;

use super::{Found, Precedence, Rule, Seen};
use crate::case::Case;
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::handover::Handover;
use crate::words::{self, code};

/// A function's policy is made of permissions in Terraform, and none lets the caller in.
///
/// # What it sees
/// A denial of `lambda:InvokeFunction` that names the function's own policy, and resources `aws_lambda_permission`, each of which is a
/// statement of that policy.
///
/// # What it changes
/// Nothing: a permission is a resource of its own. It writes the one that is missing, for exactly this caller, and says what the others let in.
///
/// # What it never does
/// It never widens a permission that is there, and lets in no account where the message names a role.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>,
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_permission>
#[derive(Debug)]
pub(super) struct FunctionPermission;

const INVOKE: &str = "lambda:InvokeFunction";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    denial.policy_type == Some(PolicyType::Resource) && denial.action.as_deref() == Some(INVOKE)
}

impl Rule for FunctionPermission {
    fn name(&self) -> &'static str {
        "function-permission"
    }

    fn summary(&self) -> &'static str {
        "None of a function's permissions lets the caller invoke it"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let function = denial.resource.as_deref()?;
        let principal = Caller::parse(denial.principal.as_deref()?).policy_principal()?;
        let arn = Arn::parse(function)?;
        let name = arn.resource.split(':').nth(1)?;
        let all = permissions(case);
        let own: Vec<&(&str, &Node)> = all
            .iter()
            .filter(|(_, node)| {
                let of = node.get("function_name").and_then(Node::as_str);
                of.is_none_or(|of| of == name || of == function)
            })
            .collect();
        if own.is_empty() {
            return None;
        }
        let account = Arn::parse(&principal)?.account.to_owned();
        let value = |node: &Node| {
            node.get("principal")
                .and_then(Node::as_str)
                .map(str::to_owned)
        };
        let lets_in = own.iter().find(|(_, node)| {
            value(node).is_some_and(|value| value == principal || value == account)
        });
        let there: Vec<String> = own
            .iter()
            .map(|(label, node)| match value(node) {
                Some(value) => format!("{} lets in {}", code(label), code(&value)),
                None => format!("{} lets in what is not told", code(label)),
            })
            .collect();
        let explanation = format!(
            "The policy of the function {} is made of its permissions (`aws_lambda_permission`): {}. {}",
            code(name),
            words::list(&there),
            match lets_in {
                Some((label, _)) => format!(
                    "{} is for this caller's account already, and AWS says that no statement allows the call: check that it was applied, in \
                     the function's account ({}) and region, and without a `qualifier` that the call does not name.",
                    code(label),
                    arn.account
                ),
                None => format!("None of them is for {}.", code(&principal)),
            }
        );
        let handover = if lets_in.is_some() {
            Vec::new()
        } else {
            vec![Handover::Text(format!(
                "Please add this permission in the function's account.\n\nresource \"aws_lambda_permission\" \"allow_caller\" {{\n  \
                 statement_id  = \"AllowCaller\"\n  action        = \"{INVOKE}\"\n  function_name = \"{name}\"\n  principal     = \
                 \"{principal}\"\n}}\n\nNothing else is needed: no other action, no other principal.\n"
            ))]
        };
        Some(Found(Diagnosis {
            rule: self.name(),
            title: if lets_in.is_some() {
                "The pasted permission lets the caller's account in: is it in force?".to_owned()
            } else {
                format!(
                    "Add a permission to the function {}: none lets the caller in.",
                    code(name)
                )
            },
            explanation,
            next: None,
            labels: Vec::new(),
            remedy: if lets_in.is_some() {
                Remedy::Explain { hardened: None }
            } else {
                Remedy::Change {
                    owner: Owner::Other,
                    minimal: Plan::default(),
                    hardened: None,
                }
            },
            questions: Vec::new(),
            handover,
        }))
    }
}

/// The permissions of functions in Terraform, with their labels.
fn permissions<'c>(case: &'c Case<'_>) -> Vec<(&'c str, &'c Node)> {
    let members = case
        .reading
        .documents
        .iter()
        .filter_map(|document| document.root.as_map())
        .flat_map(|map| &map.members);
    members
        .filter_map(|member| match &member.kind {
            MemberKind::Block(labels) => match labels.as_slice() {
                [kind, label] if kind == "aws_lambda_permission" => {
                    Some((label.as_str(), &member.value))
                }
                _ => None,
            },
            _ => None,
        })
        .filter(|(_, node)| {
            let action = node.get("action").and_then(Node::as_str);
            action.is_none_or(|action| action == INVOKE || action == "lambda:*")
        })
        .collect()
}
