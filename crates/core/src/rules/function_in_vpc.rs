use super::whole_set::{self, WholeSet};
use super::{Found, Precedence, Rule, Seen};
use crate::words;
use undeny_iam::denial::manual;

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

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let is_interface = |action: &str| {
        ACTIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(action))
    };
    let text = seen.case.texts.get(seen.denial.input);
    seen.denial
        .value
        .action
        .as_deref()
        .is_some_and(is_interface)
        && text.is_some_and(|text| text.to_ascii_lowercase().contains("execution role"))
}

impl Rule for FunctionInVpc {
    fn name(&self) -> &'static str {
        "function-in-vpc"
    }

    fn summary(&self) -> &'static str {
        manual("A Lambda function in a VPC may not make its network interfaces")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let (policy, principal, assumptions) =
            whole_set::role_of(case, denial.principal.as_deref(), "the execution role")?;
        let all: Vec<String> = ACTIONS.iter().map(|action| (*action).to_owned()).collect();
        let why = format!(
            "A function in a VPC gets network interfaces there, which Lambda makes and removes with the function's execution role. It \
             checks {} before the first interface exists, so the resource is `*`.",
            words::actions(&all)
        );
        let set = WholeSet {
            rule: self.name(),
            policy,
            principal,
            actions: ACTIONS,
            resources: vec!["*".to_owned()],
            on_one: false,
            called: "NetworkInterfaces",
            lazy: "ec2:RunInstances",
            assumptions,
        };
        set.missing(
            case,
            "allow what Lambda needs for a function in a VPC",
            &why,
        )
        .map(Found)
    }
}
