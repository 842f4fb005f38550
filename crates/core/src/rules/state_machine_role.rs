use undeny_iam::arn::Arn;
use undeny_iam::denial::manual;
use undeny_iam::glob;

use super::whole_set::{self, WholeSet};
use super::{Found, Precedence, Rule, Seen};
use crate::case::Case;
use crate::diagnosis::Diagnosis;
use crate::report::Question;
use crate::words;

/// A state machine's role may not do what Step Functions does with it when the machine is made.
///
/// # What it sees
/// "'ROLE' is not authorized to create managed-rule", and "The state machine IAM Role is not authorized to access the Log Destination". Both
/// come from `CreateStateMachine` and `UpdateStateMachine`, and mean the machine's role, not the caller.
///
/// # What it changes
/// A state that waits for a job (`.sync`) gets a rule of EventBridge that Step Functions writes with the machine's role: `events:PutRule`,
/// `events:PutTargets` and `events:DescribeRule` on the rules of the jobs that the definition waits for, or that the role may start. Logging
/// needs the actions of log delivery, which take no resource: the eight that AWS's CDK gives. The manual's `logs:CreateLogStream` and
/// `logs:PutLogEvents` are not used by a delivery, which writes in its own name.
///
/// # What it never does
/// It never allows `events:*`, a rule of every name, or `logs:*`, and does not change the policy of whoever makes the machine.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html>,
/// <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>
#[derive(Debug)]
pub(super) struct StateMachineRole;

const RULE_ACTIONS: &[&str] = &["events:PutTargets", "events:PutRule", "events:DescribeRule"];

const DELIVERY_ACTIONS: &[&str] = &[
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

/// What starts a job that a state can wait for; the integration's name where it is another; what stands in the rule's name between
/// `StepFunctionsGetEvent` and `Rule`.
///
/// Sources: the integrations' pages under <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>
const JOBS: &[(&str, &str, &str)] = &[
    ("batch:SubmitJob", "", "sForBatchJobs"),
    ("codebuild:StartBuild", "", "ForCodeBuildStartBuild"),
    (
        "codebuild:StartBuildBatch",
        "",
        "ForCodeBuildStartBuildBatch",
    ),
    ("ecs:RunTask", "", "sForECSTask"),
    (
        "elasticmapreduce:AddJobFlowSteps",
        "addStep",
        "ForEMRAddJobFlowSteps",
    ),
    (
        "elasticmapreduce:RunJobFlow",
        "createCluster",
        "ForEMRRunJobFlow",
    ),
    (
        "elasticmapreduce:TerminateJobFlows",
        "terminateCluster",
        "ForEMRTerminateJobFlows",
    ),
    (
        "emr-serverless:StartApplication",
        "",
        "sForEMRServerlessApplication",
    ),
    ("emr-serverless:StartJobRun", "", "sForEMRServerlessJob"),
    ("mediaconvert:CreateJob", "", "sForMediaConvertJob"),
    (
        "sagemaker:CreateHyperParameterTuningJob",
        "",
        "sForSageMakerTuningJobs",
    ),
    (
        "sagemaker:CreateLabelingJob",
        "",
        "sForSageMakerLabelingJobs",
    ),
    (
        "sagemaker:CreateProcessingJob",
        "",
        "sForSageMakerProcessingJobs",
    ),
    (
        "sagemaker:CreateTrainingJob",
        "",
        "sForSageMakerTrainingJobs",
    ),
    (
        "sagemaker:CreateTransformJob",
        "",
        "sForSageMakerTransformJobs",
    ),
    ("states:StartExecution", "", "sForStepFunctionsExecution"),
];

/// What is said where the delivery of logs is what was refused, without blanks.
const LOGS: &str = "notauthorizedtoaccessthelogdestination";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    seen.denial.value.action.is_none()
        && (seen.mentions(LOGS) || seen.mentions("notauthorizedtocreatemanaged-rule"))
}

impl Rule for StateMachineRole {
    fn name(&self) -> &'static str {
        "state-machine-role"
    }

    fn summary(&self) -> &'static str {
        manual(
            "A state machine's role may not make the rule or the log delivery that the machine needs",
        )
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let logs = seen.mentions(LOGS);
        let (policy, principal, assumptions) = whole_set::role_of(
            case,
            denial.principal.as_deref(),
            "the state machine's role",
        )?;
        let set = WholeSet {
            rule: self.name(),
            policy,
            principal,
            actions: DELIVERY_ACTIONS,
            resources: vec!["*".to_owned()],
            on_one: false,
            called: "LogDelivery",
            lazy: "logs:DeleteLogGroup",
            assumptions,
        };
        if logs {
            return set
                .missing(
                    case,
                    "allow what a state machine needs to log",
                    "Step Functions sets up the delivery to the log group with the state machine's role, and none of these actions takes \
                     a resource.",
                )
                .map(Found);
        }
        let jobs = jobs(case, policy);
        let region = case.answer("region").or_else(|| region(case, policy));
        let (Some(region), Some(role), false) =
            (region, Arn::parse(&set.principal), jobs.is_empty())
        else {
            return Some(Found(self.ask(jobs.is_empty())));
        };
        let resources = jobs
            .iter()
            .map(|name| {
                let Arn {
                    partition, account, ..
                } = role;
                format!(
                    "arn:{partition}:events:{region}:{account}:rule/StepFunctionsGetEvent{name}Rule"
                )
            })
            .collect();
        WholeSet {
            actions: RULE_ACTIONS,
            resources,
            called: "ManagedRule",
            lazy: "events:DeleteRule",
            ..set
        }
        .missing(
            case,
            "allow the rule that tells when a job is done",
            "A state that waits for its job (`.sync`) is told of the end by a rule of EventBridge, which Step Functions writes with the \
             state machine's role.",
        )
        .map(Found)
    }
}

impl StateMachineRole {
    fn ask(&self, which: bool) -> Diagnosis {
        let (id, text) = if which {
            (
                "managed-rule",
                "For which action does the state machine wait (`ecs:RunTask`, `batch:SubmitJob`, ..)?",
            )
        } else {
            ("region", "In which region is the state machine?")
        };
        Diagnosis {
            title: "I need to know which rule: Step Functions may not write it.".to_owned(),
            explanation: format!(
                "The role lacks {} on the rule of EventBridge that tells the state machine when a job is done; each kind of job has its own.",
                words::actions(
                    &RULE_ACTIONS
                        .iter()
                        .map(|action| (*action).to_owned())
                        .collect::<Vec<_>>()
                )
            ),
            questions: vec![Question {
                id: id.to_owned(),
                text: text.to_owned(),
                why: "the grant is made on exactly this rule".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }
}

/// The jobs that the paste waits for: those of the answer, else of the definition, else those that the role may start.
fn jobs(case: &Case<'_>, policy: usize) -> Vec<&'static str> {
    let of = |wanted: &dyn Fn(&str, &str) -> bool| -> Vec<&'static str> {
        JOBS.iter()
            .filter(|(action, integration, _)| wanted(action, integration))
            .map(|(.., name)| *name)
            .collect()
    };
    if let Some(answer) = case.answer("managed-rule") {
        return of(&|action, _| answer.eq_ignore_ascii_case(action));
    }
    let texts: Vec<String> = case
        .texts
        .iter()
        .map(|text| text.to_ascii_lowercase())
        .collect();
    let waits = of(&|action, integration| {
        let (service, name) = action.split_once(':').unwrap_or_default();
        let name = if integration.is_empty() {
            name
        } else {
            integration
        };
        let waits = format!("{service}:{name}.sync").to_ascii_lowercase();
        texts.iter().any(|text| text.contains(&waits))
    });
    if !waits.is_empty() {
        return waits;
    }
    let items: Vec<String> = case
        .policies
        .get(policy)
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.actions)
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items)
        .map(|item| item.value().to_ascii_lowercase())
        .filter(|item| item != "*")
        .collect();
    of(&|action, _| {
        let action = action.to_ascii_lowercase();
        items.iter().any(|item| glob::matches(item, &action))
    })
}

/// The region that the messages name, else the one that the role's policy writes.
fn region<'c>(case: &'c Case<'_>, policy: usize) -> Option<&'c str> {
    if let Some(region) = case.region() {
        return Some(region);
    }
    case.policies
        .get(policy)?
        .statements
        .iter()
        .flat_map(|statement| &statement.resources)
        .flat_map(|element| &element.items)
        .filter_map(|item| item.text.literal())
        .find_map(|literal| {
            let region = literal.split(':').nth(3)?;
            (!region.is_empty() && !region.contains('*')).then_some(region)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_are_sorted() {
        assert!(JOBS.is_sorted_by_key(|(action, ..)| *action));
    }
}
