use undeny_document::Role;
use undeny_iam::denial::manual;
use undeny_iam::policy::{Effect, Policy};

use super::whole_set::WholeSet;
use super::{Found, Precedence, Rule, Seen};
use crate::case::UNKNOWN_ACCOUNT;
use crate::diagnosis::Diagnosis;
use crate::report::Question;
use crate::resolve::UNKNOWN_REGION;
use crate::words::{self, code};

/// Lambda may not fetch a function's image from its repository.
///
/// # What it sees
/// "Lambda does not have permission to access the ECR image. Check the ECR permissions." The function's role has no part in it: Lambda itself
/// fetches the image, and the repository's policy decides.
///
/// # What it changes
/// The repository policy lets `lambda.amazonaws.com` do `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`, what of it is missing.
///
/// # What it never does
/// It gives no permission to the function's role, and allows nobody but the service.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-permissions>
#[derive(Debug)]
pub(super) struct FunctionImage;

const ACTIONS: &[&str] = &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

const LAMBDA: &str = "lambda.amazonaws.com";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    seen.denial.value.action.is_none() && seen.mentions("permissiontoaccesstheecrimage")
}

impl Rule for FunctionImage {
    fn name(&self) -> &'static str {
        "function-image"
    }

    fn summary(&self) -> &'static str {
        manual("A repository's policy does not let Lambda fetch a function's image")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let case = seen.case;
        if !concerns(seen) {
            return None;
        }
        let why = "Lambda fetches the image itself, in its own name: the repository's policy decides, and the function's role has no part in \
                   it.";
        let Some(policy) = case.with_role(Role::Repository).first().copied() else {
            return Some(Found(self.ask(
                "Paste the repository's policy: it has to let Lambda fetch the image.",
                why,
            )));
        };
        let repository = case.policies.get(policy)?;
        let name = words::policy(case, policy);
        if let Some(label) = conditional(repository) {
            return Some(Found(self.ask(
                "Lambda is named in the repository's policy, and a condition holds it back.",
                &format!("{why} In the {name}, {label} names {} under a condition: compare it with the function's ARN and account.", code(LAMBDA)),
            )));
        }
        WholeSet {
            rule: self.name(),
            policy,
            principal: LAMBDA.to_owned(),
            actions: ACTIONS,
            resources: vec![format!(
                "arn:aws:ecr:{}:{}:repository/{}",
                case.region().unwrap_or(UNKNOWN_REGION),
                case.account().unwrap_or(UNKNOWN_ACCOUNT),
                repository.name.as_deref().unwrap_or("images")
            )],
            on_one: true,
            called: "LambdaImage",
            lazy: "ecr:PutImage",
            assumptions: Vec::new(),
        }
        .missing(case, "let Lambda fetch the image", why)
        .map(Found)
    }
}

impl FunctionImage {
    fn ask(&self, title: &str, why: &str) -> Diagnosis {
        Diagnosis {
            title: title.to_owned(),
            explanation: format!(
                "{why} {} needs `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer` there. Where whoever makes the function may \
                 `ecr:GetRepositoryPolicy` and `ecr:SetRepositoryPolicy`, Lambda writes that itself; in another account it cannot.",
                code(LAMBDA)
            ),
            questions: vec![Question {
                id: "repository-policy".to_owned(),
                text: "What does `aws ecr get-repository-policy` print? Paste it beside the error."
                    .to_owned(),
                why: "the patch is made in its text".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }
}

/// The statement that names Lambda under a condition.
fn conditional(policy: &Policy) -> Option<String> {
    policy
        .statements
        .iter()
        .enumerate()
        .find(|(_, statement)| {
            statement.effect == Effect::Allow
                && !statement.conditions.is_empty()
                && statement.principals.as_ref().is_some_and(|principals| {
                    principals
                        .items
                        .iter()
                        .any(|principal| principal.item.value() == LAMBDA)
                })
        })
        .map(|(index, statement)| statement.label(index))
}
