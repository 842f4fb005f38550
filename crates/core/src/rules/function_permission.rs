use undeny_document::{Node, Value};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::denial::{PolicyType, manual};

use super::{Found, Precedence, Rule, Seen, template_notification};
use crate::case::Case;
use crate::diagnosis::{Diagnosis, Remedy};
use crate::handover::Handover;
use crate::resolve;
use crate::words::{self, code};

/// A function's policy is made of permissions in Terraform, and none lets the caller in.
///
/// # What it sees
/// A denial of `lambda:InvokeFunction` that names the function's own policy, and resources `aws_lambda_permission`, each of which is a
/// statement of that policy. "Unable to validate the following destination configurations" where a bucket's notifications call a function, in
/// Terraform or in a template.
/// "Invalid permissions on Lambda function" of API Gateway, "Could not execute the lambda function" of CloudWatch Logs, "Access denied while
/// invoking Lambda function" of Bedrock's agents.
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
        || is_of_bucket(seen)
        || of_service(seen).is_some()
}

/// A service that could not call a function, as its own message tells.
struct Service {
    says: &'static str,
    name: &'static str,
    principal: &'static str,
    /// The source where the paste does not tell it.
    source: &'static str,
    /// What a permission that is there may have wrong.
    doubt: &'static str,
}

/// Sources: <https://repost.aws/knowledge-center/api-gateway-rest-api-lambda-integrations>,
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html#agents-permissions-lambda>,
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample>
const SERVICES: &[Service] = &[
    Service {
        says: "invalidpermissionsonlambdafunction",
        name: "API Gateway",
        principal: "apigateway.amazonaws.com",
        source: "arn:aws:execute-api:REGION:ACCOUNT:API-ID/*/*",
        doubt: "its source has to fit this API's id, the stage, the method and the path (`API-ID/STAGE/METHOD/PATH`), and where the \
                integration names an alias or a version, the permission has to be on that (`qualifier`)",
    },
    Service {
        says: "accessdeniedwhileinvokinglambdafunction",
        name: "Bedrock",
        principal: "bedrock.amazonaws.com",
        source: "arn:aws:bedrock:REGION:ACCOUNT:agent/AGENT-ID",
        doubt: "its source has to fit the agent's ARN",
    },
    Service {
        says: "couldnotexecutethelambdafunction",
        name: "CloudWatch Logs",
        principal: "logs.amazonaws.com",
        source: "arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*",
        doubt: "its source has to fit the log group, with `:*` behind its ARN, and it has to be there before the subscription filter is \
                made (`depends_on`)",
    },
];

fn of_service(seen: &Seen<'_, '_>) -> Option<&'static Service> {
    let denial = &seen.denial.value;
    if denial.action.as_deref() != Some(INVOKE) || denial.principal.is_some() {
        return None;
    }
    SERVICES.iter().find(|service| seen.mentions(service.says))
}

/// Whether S3 could not reach what a bucket's notifications name, and it is no queue or topic of the paste.
fn is_of_bucket(seen: &Seen<'_, '_>) -> bool {
    let action = seen.denial.value.action.as_deref();
    seen.mentions("validatethefollowingdestination")
        && !matches!(action, Some("sqs:SendMessage" | "sns:Publish"))
}

impl Rule for FunctionPermission {
    fn name(&self) -> &'static str {
        "function-permission"
    }

    fn summary(&self) -> &'static str {
        manual("None of a function's permissions lets the caller invoke it")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        if is_of_bucket(seen) {
            let found = self.bucket(case);
            return found
                .or_else(|| template_notification::diagnose(self.name(), case))
                .map(Found);
        }
        if let Some(service) = of_service(seen) {
            return Some(Found(self.service(
                case,
                service,
                denial.resource.as_deref(),
            )));
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
                Remedy::of_others()
            },
            questions: Vec::new(),
            handover,
        }))
    }
}

impl FunctionPermission {
    /// A service is to call a function in its own name.
    fn service(&self, case: &Case<'_>, service: &Service, printed: Option<&str>) -> Diagnosis {
        let called = Called::by(case, service, printed);
        let all = permissions(case);
        let lets_in = all.iter().find(|(_, node)| {
            let of = node.get("function_name").and_then(source);
            let is_it = of.is_none_or(|of| stem(of) == stem(&called.function));
            let principal = node.get("principal").and_then(Node::as_str);
            principal.is_some_and(|it| {
                it.starts_with(service.principal.trim_end_matches("amazonaws.com"))
            }) && is_it
        });
        let function = if called.function == UNNAMED {
            "the function".to_owned()
        } else {
            format!("the function {}", code(&called.function))
        };
        let why = format!(
            "{} calls {function} in its own name, so the function's policy alone decides: it has to let {} in.",
            service.name,
            code(service.principal)
        );
        let (title, explanation, remedy, handover) = match lets_in {
            Some((label, _)) => (
                format!(
                    "The pasted permission lets {} in: does its source fit?",
                    service.name
                ),
                format!(
                    "{why} {} does, and not for this call: {}.",
                    code(&format!("aws_lambda_permission.{label}")),
                    service.doubt
                ),
                Remedy::Explain { hardened: None },
                Vec::new(),
            ),
            None => (
                format!(
                    "Add a permission to {function}: none lets {} in.",
                    service.name
                ),
                format!(
                    "{why} The permission in the text below does, and for one source only. If there is one already (`aws lambda \
                     get-policy` shows it), {}.",
                    service.doubt
                ),
                Remedy::of_others(),
                vec![Handover::Text(called.permission(service))],
            ),
        };
        Diagnosis::new(self.name(), title, explanation, remedy, handover)
    }

    /// A bucket is to call a function: S3 tries it when the notifications are set.
    ///
    /// Source: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_notification>
    fn bucket(&self, case: &Case<'_>) -> Option<Diagnosis> {
        let notification = notification(case)?;
        let function = code(notification.function);
        let lets_in = permissions(case).into_iter().find(|(_, node)| {
            let of = node.get("function_name").map(|node| source(node));
            let is_it = of
                .flatten()
                .is_none_or(|of| stem(of) == stem(notification.function));
            node.get("principal").and_then(Node::as_str) == Some(S3) && is_it
        });
        let why = format!(
            "S3 tries the function {function} when the bucket's notifications are set, and the function's policy has to let {} in by then.",
            code(S3)
        );
        let (title, explanation, remedy, handover) = match lets_in {
            Some((label, _)) => (
                "The pasted permission lets S3 in: was it there first?".to_owned(),
                format!(
                    "{why} {} does. Write `depends_on = [aws_lambda_permission.{label}]` into the notification, so that Terraform makes the \
                     permission before it, and check that its `source_arn` is this bucket's and that the function is in the bucket's region.",
                    code(&format!("aws_lambda_permission.{label}"))
                ),
                Remedy::Explain { hardened: None },
                Vec::new(),
            ),
            None => (
                format!("Add a permission to the function {function}: none lets S3 in."),
                format!(
                    "{why} No `aws_lambda_permission` in what was pasted does; the one in the text below does, and for this bucket only."
                ),
                Remedy::of_others(),
                vec![Handover::Text(format!(
                    "Please add this permission, and `depends_on = [aws_lambda_permission.allow_bucket]` to the notification.\n\nresource \
                     \"aws_lambda_permission\" \"allow_bucket\" {{\n  statement_id  = \"AllowBucket\"\n  action        = \"{INVOKE}\"\n  \
                     function_name = {}\n  principal     = \"{S3}\"\n  source_arn    = {}\n}}\n\nNothing else is needed: no other action, \
                     no other principal.\n",
                    notification.function, notification.bucket
                ))],
            ),
        };
        Some(Diagnosis::new(
            self.name(),
            title,
            explanation,
            remedy,
            handover,
        ))
    }
}

/// `aws_lambda_function.x.arn` and `aws_lambda_function.x.function_name` are one function.
fn stem(expression: &str) -> String {
    let stem: Vec<&str> = expression.split('.').take(2).collect();
    stem.join(".")
}

/// Where the paste does not tell which function it is.
const UNNAMED: &str = "FUNCTION";

/// What a service calls, and from where.
struct Called {
    /// An expression of Terraform, or the function's name.
    function: String,
    /// The source's ARN, an expression of Terraform between quotes.
    source: String,
    is_terraform: bool,
}

impl Called {
    fn by(case: &Case<'_>, service: &Service, printed: Option<&str>) -> Self {
        let only = |kind: &'static str| {
            let mut found = resolve::resources(&case.reading, kind).map(|(label, _)| label);
            found.next().filter(|_| found.next().is_none())
        };
        let filter = resolve::resources(&case.reading, "aws_cloudwatch_log_subscription_filter")
            .map(|(_, node)| node)
            .next()
            .filter(|_| service.principal.starts_with("logs."));
        let named = printed
            .and_then(Arn::parse)
            .and_then(|arn| arn.resource.split(':').nth(1));
        let declared = filter
            .and_then(|filter| filter.get("destination_arn"))
            .and_then(source)
            .filter(|function| function.starts_with("aws_lambda_function."))
            .map(stem)
            .or_else(|| {
                only("aws_lambda_function").map(|label| format!("aws_lambda_function.{label}"))
            });
        let group = filter
            .and_then(|filter| filter.get("log_group_name"))
            .and_then(source)
            .filter(|group| group.starts_with("aws_cloudwatch_log_group."))
            .map(|group| format!("${{{}.arn}}:*", stem(group)));
        let api = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
            .into_iter()
            .filter(|_| service.principal == "apigateway.amazonaws.com")
            .find_map(|kind| Some(format!("${{{kind}.{}.execution_arn}}/*/*", only(kind)?)));
        Self {
            is_terraform: declared.is_some(),
            function: match (named, declared) {
                (_, Some(declared)) => declared,
                (Some(named), None) => named.to_owned(),
                (None, None) => UNNAMED.to_owned(),
            },
            source: group.or(api).unwrap_or_else(|| service.source.to_owned()),
        }
    }

    /// The permission that is missing, for Terraform or for the command line.
    fn permission(&self, service: &Service) -> String {
        let Self {
            function, source, ..
        } = self;
        let principal = service.principal;
        let id = format!("Allow{}", service.name.replace(' ', ""));
        let added = if self.is_terraform {
            format!(
                "resource \"aws_lambda_permission\" \"{}\" {{\n  statement_id  = \"{id}\"\n  action        = \"{INVOKE}\"\n  \
                 function_name = {function}.function_name\n  principal     = \"{principal}\"\n  source_arn    = \"{source}\"\n}}",
                service.name.to_ascii_lowercase().replace(' ', "_")
            )
        } else {
            format!(
                "aws lambda add-permission --function-name {function} --statement-id {id} --action {INVOKE} --principal {principal} \
                 --source-arn \"{source}\""
            )
        };
        format!(
            "Please add this permission to the function.\n\n{added}\n\nNothing else is needed: no other action, no other principal.\n"
        )
    }
}

const S3: &str = "s3.amazonaws.com";

/// What a bucket's notifications in Terraform name.
struct Notification<'c> {
    /// The expression of the function's ARN.
    function: &'c str,
    /// An expression of the bucket's ARN.
    bucket: String,
}

/// What an expression of Terraform is written as.
fn source(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Opaque { expression } => Some(expression),
        _ => None,
    }
}

/// The one notification in the paste that calls a function.
fn notification<'c>(case: &'c Case<'_>) -> Option<Notification<'c>> {
    let mut found =
        resolve::resources(&case.reading, "aws_s3_bucket_notification").filter_map(|(_, node)| {
            let bucket = node.get("bucket")?;
            let function = node.get("lambda_function")?.get("lambda_function_arn")?;
            let bucket = match bucket.as_str() {
                Some(name) => format!("\"arn:aws:s3:::{name}\""),
                None => {
                    let expression = source(bucket)?;
                    let resource = expression
                        .strip_suffix(".id")
                        .or_else(|| expression.strip_suffix(".bucket"));
                    resource
                        .filter(|resource| resource.starts_with("aws_s3_bucket."))
                        .map_or_else(
                            || format!("\"arn:aws:s3:::${{{expression}}}\""),
                            |resource| format!("{resource}.arn"),
                        )
                }
            };
            Some(Notification {
                function: source(function)?,
                bucket,
            })
        });
    found.next().filter(|_| found.next().is_none())
}

/// The permissions of functions in Terraform, with their labels.
fn permissions<'c>(case: &'c Case<'_>) -> Vec<(&'c str, &'c Node)> {
    resolve::resources(&case.reading, "aws_lambda_permission")
        .filter(|(_, node)| {
            let action = node.get("action").and_then(Node::as_str);
            action.is_none_or(|action| action == INVOKE || action == "lambda:*")
        })
        .collect()
}
