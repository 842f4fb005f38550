//! What AWS will ask for next: actions that calls need one after the other, each denied by itself.
//!
//! Sources: the pages on permissions of each service, for instance
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.

use undeny_document::Role;
use undeny_iam::evaluate::Request;
use undeny_iam::glob;
use undeny_iam::policy::Effect;

use crate::case::Case;
use crate::words::code;

/// An action, what is asked for after it, and when. Of several rows of one action the one counts of which most is allowed already: who may upload layers
/// pushes images.
const STEPS: &[(&str, &[&str], &str)] = &[
    (
        "cloudformation:CreateChangeSet",
        &[
            "cloudformation:DescribeChangeSet",
            "cloudformation:ExecuteChangeSet",
        ],
        "to deploy it",
    ),
    (
        "codebuild:StartBuild",
        &["codebuild:BatchGetBuilds"],
        "to wait for the build",
    ),
    (
        "ec2:CreateNetworkInterface",
        &[
            "ec2:DescribeNetworkInterfaces",
            "ec2:DeleteNetworkInterface",
        ],
        "for the interface's life",
    ),
    (
        "ec2:RunInstances",
        &["ec2:CreateTags"],
        "where the instance is tagged as it is made",
    ),
    (
        "ecr:BatchCheckLayerAvailability",
        &["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
        "to pull the image",
    ),
    (
        "ecr:BatchCheckLayerAvailability",
        &[
            "ecr:InitiateLayerUpload",
            "ecr:UploadLayerPart",
            "ecr:CompleteLayerUpload",
            "ecr:PutImage",
        ],
        "to push the image",
    ),
    (
        "ecr:GetAuthorizationToken",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:BatchGetImage",
        ],
        "to pull the image",
    ),
    (
        "ecr:GetAuthorizationToken",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:InitiateLayerUpload",
            "ecr:UploadLayerPart",
            "ecr:CompleteLayerUpload",
            "ecr:PutImage",
        ],
        "to push the image",
    ),
    (
        "ecr:InitiateLayerUpload",
        &[
            "ecr:UploadLayerPart",
            "ecr:CompleteLayerUpload",
            "ecr:PutImage",
        ],
        "to push the image",
    ),
    (
        "ecs:RegisterTaskDefinition",
        &["iam:PassRole"],
        "for the task's roles",
    ),
    ("ecs:RunTask", &["iam:PassRole"], "for the task's roles"),
    (
        "iam:CreateInstanceProfile",
        &["iam:AddRoleToInstanceProfile", "iam:PassRole"],
        "to put the role into it",
    ),
    (
        "iam:CreateRole",
        &["iam:GetRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"],
        "to give the role its policies",
    ),
    (
        "kms:GenerateDataKey",
        &["kms:Decrypt"],
        "for uploads in parts, and to read what was written",
    ),
    (
        "lambda:CreateFunction",
        &["iam:PassRole"],
        "for the function's role",
    ),
    (
        "logs:CreateLogGroup",
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        "to write into it",
    ),
    (
        "logs:CreateLogStream",
        &["logs:PutLogEvents"],
        "to write into it",
    ),
    (
        "route53:ListHostedZones",
        &[
            "route53:ListResourceRecordSets",
            "route53:ChangeResourceRecordSets",
        ],
        "to change records",
    ),
    ("s3:ListBucket", &["s3:GetObject"], "to read what is listed"),
    (
        "secretsmanager:GetSecretValue",
        &["kms:Decrypt"],
        "if the secret is encrypted with a key of its own",
    ),
    (
        "sqs:ReceiveMessage",
        &["sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "to take messages off the queue",
    ),
    (
        "ssm:GetParameter",
        &["kms:Decrypt"],
        "if the parameter is a SecureString with a key of its own",
    ),
    (
        "ssm:GetParameters",
        &["kms:Decrypt"],
        "if the parameters are SecureStrings with a key of their own",
    ),
    (
        "states:StartExecution",
        &["states:DescribeExecution"],
        "to wait for it",
    ),
];

/// What will be asked for after these requests, and is not allowed by what was pasted; `None` where nothing is known.
pub(crate) fn after(case: &Case<'_>, requests: &[Request]) -> Option<String> {
    let request = requests.first()?;
    let mentioned = |action: &str| {
        requests
            .iter()
            .any(|request| request.action.eq_ignore_ascii_case(action))
            || case
                .policies
                .iter()
                .filter(|policy| policy.role == Role::Identity)
                .flat_map(|policy| &policy.statements)
                .filter(|statement| statement.effect == Effect::Allow)
                .flat_map(|statement| &statement.actions)
                .any(|element| {
                    !element.negated
                        && element
                            .items
                            .iter()
                            .any(|item| glob::matches_ignoring_case(&item.value(), action))
                })
    };
    let rows = STEPS
        .iter()
        .filter(|(action, _, _)| action.eq_ignore_ascii_case(&request.action));
    // Of equals, the first.
    let (_, actions, when) = rows
        .rev()
        .max_by_key(|(_, actions, _)| actions.iter().filter(|action| mentioned(action)).count())?;
    let missing: Vec<String> = actions
        .iter()
        .filter(|action| !mentioned(action))
        .map(|action| code(action))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "Then AWS will ask for {} ({when}); nothing pasted allows that either.",
            crate::words::list(&missing)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::report_and_texts;

    #[test]
    fn who_may_upload_layers_pushes() {
        let error = "User: arn:aws:sts::604718392055:assumed-role/ci/x is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no \
                     identity-based policy allows the ecr:GetAuthorizationToken action";
        let next = |actions: &str| {
            let policy = format!(
                "{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": [{actions}], \"Resource\": \"*\"}}]}}"
            );
            let (report, _) = report_and_texts(&[("error.txt", error), ("ci.json", &policy)]);
            report
                .cause
                .and_then(|cause| cause.next)
                .unwrap_or_default()
        };
        let push = next("\"ecr:InitiateLayerUpload\", \"ecr:UploadLayerPart\"");
        assert!(
            push.contains("PutImage") && push.contains("to push the image"),
            "{push}"
        );
        let pull = next("\"ecr:BatchGetImage\"");
        assert!(
            pull.contains("GetDownloadUrlForLayer") && pull.contains("to pull the image"),
            "{pull}"
        );
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(STEPS.is_sorted_by_key(|(action, _, _)| *action));
    }
}
