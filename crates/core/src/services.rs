//! Services as error messages call them: whom they act as, and which of them receive a role.

use undeny_iam::denial::operations::service_principal;

/// The service principal of a service that a message calls by `name`: "CodeBuild", "AWS Lambda", "Amazon ECS", "Step Functions".
pub(crate) fn principal(name: &str) -> Option<&'static str> {
    let mut words = name.trim();
    loop {
        if let Some(principal) = service_principal(words) {
            return Some(principal);
        }
        // A maker or a family stands in front: `AWS EventBridge Scheduler`.
        words = words
            .strip_prefix("AWS")
            .or_else(|| words.strip_prefix("Amazon"))
            .or_else(|| words.split_once(' ').map(|(_, rest)| rest))?
            .trim_start();
    }
}

/// The service principal that somebody means: written as policies have it, or the service by its name. Nothing where it is neither.
pub(crate) fn answered(answer: &str) -> Option<String> {
    let answer = answer.trim();
    let written = answer.to_ascii_lowercase();
    let service = written
        .strip_suffix(".cn")
        .unwrap_or(&written)
        .strip_suffix(".amazonaws.com");
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match service {
        Some(service) => service.split('.').all(is_label).then_some(written),
        None => principal(answer).map(str::to_owned),
    }
}

/// Calls that hand a role over, and the service that receives it. Sorted by call.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
const RECEIVERS: &[(&str, &str)] = &[
    ("AddRoleToInstanceProfile", "ec2.amazonaws.com"),
    ("AssociateIamInstanceProfile", "ec2.amazonaws.com"),
    ("CreateAutoScalingGroup", "ec2.amazonaws.com"),
    ("CreateChangeSet", "cloudformation.amazonaws.com"),
    ("CreateCrawler", "glue.amazonaws.com"),
    ("CreateDeliveryStream", "firehose.amazonaws.com"),
    ("CreateFlowLogs", "vpc-flow-logs.amazonaws.com"),
    ("CreateFunction", "lambda.amazonaws.com"),
    ("CreateLaunchConfiguration", "ec2.amazonaws.com"),
    ("CreateLaunchTemplate", "ec2.amazonaws.com"),
    ("CreateNodegroup", "eks.amazonaws.com"),
    ("CreateNotebookInstance", "sagemaker.amazonaws.com"),
    ("CreatePipeline", "codepipeline.amazonaws.com"),
    ("CreateSchedule", "scheduler.amazonaws.com"),
    ("CreateStack", "cloudformation.amazonaws.com"),
    ("CreateStateMachine", "states.amazonaws.com"),
    ("CreateTrainingJob", "sagemaker.amazonaws.com"),
    ("PutTargets", "events.amazonaws.com"),
    ("RegisterTaskDefinition", "ecs-tasks.amazonaws.com"),
    ("ReplaceIamInstanceProfileAssociation", "ec2.amazonaws.com"),
    ("RunInstances", "ec2.amazonaws.com"),
    ("RunTask", "ecs-tasks.amazonaws.com"),
    ("StartAutomationExecution", "ssm.amazonaws.com"),
    ("UpdateFunctionConfiguration", "lambda.amazonaws.com"),
    ("UpdateStack", "cloudformation.amazonaws.com"),
    ("UpdateStateMachine", "states.amazonaws.com"),
];

/// The service that receives the role of a call.
pub(crate) fn receiver(call: &str) -> Option<&'static str> {
    RECEIVERS
        .iter()
        .find(|(name, _)| *name == call)
        .map(|(_, service)| *service)
}

/// The service whose call failed, as a wrapper around the message names it: `(Service: Lambda`, `operation error Bedrock:`.
pub(crate) fn named_in(text: &str) -> Option<&'static str> {
    let after = |marker: &str, ends: &[char]| {
        let start = text.find(marker)? + marker.len();
        let rest = text.get(start..)?;
        let name = rest.split(ends).next()?;
        principal(name)
    };
    after("(Service: ", &[',', ';', ')'])
        .or_else(|| after("operation error ", &[':', ',']))
        .or_else(|| {
            text.to_ascii_lowercase()
                .contains("instance profile")
                .then_some("ec2.amazonaws.com")
        })
}

/// Words of services about roles in which they do not name themselves.
///
/// Sources: <https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service.html>,
/// <https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole>,
/// <https://docs.aws.amazon.com/glue/latest/dg/glue-troubleshooting-errors.html>
const OWN_WORDS: &[(&str, &str)] = &[
    ("Application-Detailed-Message", "dms.amazonaws.com"),
    ("DMS ", "dms.amazonaws.com"),
    ("ENHANCED_MONITORING", "monitoring.rds.amazonaws.com"),
    ("get credentials of role", "redshift.amazonaws.com"),
    ("is not configured properly", "dms.amazonaws.com"),
    ("verify role's TrustPolicy", "glue.amazonaws.com"),
];

/// The one service that a text about roles speaks of by its name: `API Gateway could not assume the role`.
pub(crate) fn mentioned_in(text: &str) -> Option<&'static str> {
    if let Some((_, service)) = OWN_WORDS.iter().find(|(said, _)| text.contains(said)) {
        return Some(service);
    }
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Option<&'static str> = None;
    for (at, word) in words.iter().enumerate() {
        // A name is written with a capital; `IAM` and `STS` are in every such text and no service that takes a role.
        if !word.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            continue;
        }
        let two = words.get(at + 1).map(|next| format!("{word} {next}"));
        let two = two.as_deref().and_then(service_principal);
        let Some(service) = two.or_else(|| service_principal(word)) else {
            continue;
        };
        if found.is_some_and(|before| before != service) {
            return None;
        }
        found = Some(service);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(RECEIVERS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn names_are_read_as_messages_write_them() {
        assert_eq!(principal("CodeBuild"), Some("codebuild.amazonaws.com"));
        assert_eq!(principal("AWS Lambda"), Some("lambda.amazonaws.com"));
        assert_eq!(principal("Step Functions"), Some("states.amazonaws.com"));
        assert_eq!(principal("Whatever"), None);
        assert_eq!(
            named_in("x (Service: Lambda, Status Code: 403)"),
            Some("lambda.amazonaws.com")
        );
        assert_eq!(
            named_in("operation error Bedrock: PutX, https"),
            Some("bedrock.amazonaws.com")
        );
        assert_eq!(named_in("nothing"), None);
    }

    #[test]
    fn an_answer_is_a_principal_or_a_name() {
        for (answer, principal) in [
            ("lambda", Some("lambda.amazonaws.com")),
            (" AWS Lambda ", Some("lambda.amazonaws.com")),
            ("ecs", Some("ecs-tasks.amazonaws.com")),
            ("Lambda.amazonaws.com", Some("lambda.amazonaws.com")),
            ("ec2.amazonaws.com.cn", Some("ec2.amazonaws.com.cn")),
            (
                "delivery.logs.amazonaws.com",
                Some("delivery.logs.amazonaws.com"),
            ),
            ("yes", None),
            ("*", None),
            ("*.amazonaws.com", None),
            (".amazonaws.com", None),
            ("not a service!!", None),
            ("lambda.example.com", None),
            ("", None),
        ] {
            assert_eq!(answered(answer).as_deref(), principal, "{answer}");
        }
    }
}
