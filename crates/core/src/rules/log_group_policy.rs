use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::handover::Handover;
use crate::understand::name_at;
use crate::words::{self, code};
use undeny_iam::denial::manual;

/// A service may not write its logs into a log group: the resource policy of CloudWatch Logs does not let it in.
///
/// # What it sees
/// "The Resource Access Policy specified for the CloudWatch Logs log group NAME does not grant sufficient permissions" of OpenSearch,
/// "InsufficientCloudWatchLogsResourcePolicy" of Route 53.
///
/// # What it changes
/// Nothing: the policy is one of the account's, in the log group's region. It writes the one that is missing, for this service, this log group
/// and the actions that the service asks for.
///
/// # What it never does
/// It never names every log group, and never a role: no identity policy has a say.
///
/// Source: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html>,
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html>
#[derive(Debug)]
pub(super) struct LogGroupPolicy;

/// A service that writes logs, as its own message tells.
struct Service {
    says: &'static str,
    name: &'static str,
    principal: &'static str,
    actions: &'static [&'static str],
}

const SERVICES: &[Service] = &[
    Service {
        says: "doesnotgrantsufficientpermissionsforamazon",
        name: "OpenSearch",
        principal: "es.amazonaws.com",
        actions: &[
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:PutLogEventsBatch",
        ],
    },
    Service {
        says: "insufficientcloudwatchlogsresourcepolicy",
        name: "Route 53",
        principal: "route53.amazonaws.com",
        actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    },
];

fn of_service(seen: &Seen<'_, '_>) -> Option<&'static Service> {
    if seen.denial.value.action.is_some() {
        return None;
    }
    SERVICES.iter().find(|service| seen.mentions(service.says))
}

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    of_service(seen).is_some()
}

/// The ARN of the log group that the message names; what it does not tell is in capitals.
fn log_group(text: &str) -> String {
    const LABEL: &str = "log group ";
    let named = text
        .find(LABEL)
        .map(|at| name_at(text, at + LABEL.len()).trim_end_matches(":*"))
        .filter(|name| !name.is_empty())
        .unwrap_or("NAME");
    if named.starts_with("arn:") {
        format!("{named}:*")
    } else {
        format!("arn:aws:logs:REGION:ACCOUNT:log-group:{named}:*")
    }
}

impl Rule for LogGroupPolicy {
    fn name(&self) -> &'static str {
        "log-group-policy"
    }

    fn summary(&self) -> &'static str {
        manual("The policy of CloudWatch Logs does not let a service write into a log group")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let service = of_service(seen)?;
        let text = seen.case.texts.get(seen.denial.input)?;
        let group = log_group(text);
        let actions: Vec<String> = service.actions.iter().map(ToString::to_string).collect();
        let statement = format!(
            "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {{\n      \"Effect\": \"Allow\",\n      \"Principal\": {{ \"Service\": \
             \"{}\" }},\n      \"Action\": [\"{}\"],\n      \"Resource\": \"{group}\"\n    }}\n  ]\n}}",
            service.principal,
            actions.join("\", \"")
        );
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!(
                "Let {} write into the log group: the resource policy of CloudWatch Logs does not.",
                service.name
            ),
            explanation: format!(
                "{} writes its logs in its own name, so no role and no identity policy has a say: a resource policy of CloudWatch Logs, in \
                 the log group's account and region, has to allow {} to {}. The policy is in the text below; an account has ten of them at \
                 most in a region, so a statement may have to join one that is there (`aws logs describe-resource-policies`). In Terraform it \
                 is `aws_cloudwatch_log_resource_policy`, which has to be there first (`depends_on`).",
                service.name,
                code(service.principal),
                words::actions(&actions),
            ),
            next: None,
            labels: vec![(
                seen.denial.input,
                seen.denial.value.span,
                "the policy of CloudWatch Logs, not a role's".to_owned(),
            )],
            remedy: Remedy::of_others(),
            questions: Vec::new(),
            handover: vec![Handover::Text(format!(
                "Please add this resource policy to CloudWatch Logs (`aws logs put-resource-policy --policy-name NAME --policy-document \
                 file://policy.json`).\n\n{statement}\n\nNothing else is needed: no other action, no other log group.\n"
            ))],
        }))
    }
}
