use undeny_document::Role;
use undeny_iam::change::{Change, ChangeKind, NewStatement};
use undeny_iam::evaluate::{Outcome, Request};
use undeny_iam::policy::Effect;

use super::{Found, Precedence, Rule, Seen, missing_permission};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::words::{self, code};

/// A Lambda function in a VPC needs network interfaces, and its role may not make them.
///
/// # What it sees
/// "The provided execution role does not have permissions to call CreateNetworkInterface on EC2", or a denial of that action that names no
/// resource.
///
/// # What it changes
/// The role's identity policy gets the six actions that Lambda asks for, those that it lacks, on `*`: Lambda checks them on every
/// resource before the interface exists. It is what AWS's own `AWSLambdaVPCAccessExecutionRole` has beside logging.
///
/// # What it never does
/// It never allows `ec2:*`.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions>
#[derive(Debug)]
pub(super) struct FunctionInVpc;

const ACTIONS: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];

impl Rule for FunctionInVpc {
    fn name(&self) -> &'static str {
        "function-in-vpc"
    }

    fn summary(&self) -> &'static str {
        "A Lambda function in a VPC may not make its network interfaces"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let action = denial.action.as_deref()?;
        let is_interface = ACTIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(action));
        let text = case.texts.get(seen.denial.input)?.to_ascii_lowercase();
        if !is_interface || !text.contains("execution role") {
            return None;
        }
        let index = *case.with_role(Role::Identity).first()?;
        let policy = case.policies.get(index)?;
        let mut assumptions = Vec::new();
        let principal = denial.principal.clone().unwrap_or_else(|| {
            assumptions
                .push("the execution role is the one that has the identity policy".to_owned());
            missing_permission::anybody(None)
        });
        let requests: Vec<Request> = ACTIONS
            .iter()
            .map(|action| Request {
                principal: principal.clone(),
                action: (*action).to_owned(),
                resource: "*".to_owned(),
                ..Request::default()
            })
            .collect();
        let missing: Vec<String> = requests
            .iter()
            .filter(|request| case.setup((*request).clone()).decide().outcome != Outcome::Allowed)
            .map(|request| request.action.clone())
            .collect();
        let first = requests.first()?.clone();
        if missing.is_empty() {
            return None;
        }
        let name = words::policy(case, index);
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!("Patch the {name}: allow what Lambda needs for a function in a VPC."),
            explanation: format!(
                "A function in a VPC gets network interfaces there, which Lambda makes and removes with the function's execution role. It \
                 checks {} before the first interface exists, so the resource is `*`. The {name} lacks {}.",
                words::actions(
                    &ACTIONS
                        .iter()
                        .map(|action| (*action).to_owned())
                        .collect::<Vec<_>>()
                ),
                words::actions(&missing)
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes: vec![Change {
                        policy: index,
                        kind: ChangeKind::AddStatement(NewStatement {
                            sid: Some(words::sid(policy, "NetworkInterfaces")),
                            effect: Effect::Allow,
                            principals: Vec::new(),
                            actions: missing,
                            resources: vec!["*".to_owned()],
                            conditions: Vec::new(),
                        }),
                    }],
                    requests,
                    assumptions,
                    lazy: vec![(
                        Request {
                            action: "ec2:RunInstances".to_owned(),
                            ..first
                        },
                        code("ec2:*"),
                    )],
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: None,
        }))
    }
}
