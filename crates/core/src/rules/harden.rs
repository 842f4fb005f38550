//! The hardened variant of a plan that only allows: its new statements with conditions that hold for the denied request.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (`aws:ResourceAccount`,
//! `aws:RequestedRegion`, `aws:SourceAccount`), <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>.

use undeny_document::{Format, Role, Value};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Effect, Element, Policy, PrincipalKind, unknown_reference};
use undeny_text::Span;

use super::encrypted_data;
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Hardened, Plan};
use crate::resolve;
use crate::understand;
use crate::words::{self, code};

/// A key whose value follows from the request, and what a condition on it does.
struct Key {
    name: &'static str,
    operator: &'static str,
    buys: &'static str,
    breaks: &'static str,
}

const REGION: Key = Key {
    name: "aws:RequestedRegion",
    operator: "StringEquals",
    buys: "the call is allowed in this region alone, so a stolen credential does nothing elsewhere",
    breaks: "it breaks the same call in another region",
};
const RESOURCE_ACCOUNT: Key = Key {
    name: "aws:ResourceAccount",
    operator: "StringEquals",
    buys: "a bucket of this name that somebody makes in another account, once this one is deleted, gets none of the data",
    breaks: "it breaks where the bucket belongs to another account",
};
const SOURCE_ACCOUNT: Key = Key {
    name: "aws:SourceAccount",
    operator: "StringEquals",
    buys: "the service can do this only on behalf of resources of this account, so nobody else's resource can make it (the confused deputy)",
    breaks: "it breaks where the service acts for a resource of another account",
};

const SOURCE_ARN: Key = Key {
    name: "aws:SourceArn",
    operator: "ArnLike",
    buys: "the service can do this only on behalf of this one resource, which the paste names",
    breaks: "it breaks where another resource is to use it too",
};
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
const LOG_GROUP: Key = Key {
    name: encrypted_data::LOG_GROUP,
    operator: "ArnLike",
    buys: "CloudWatch Logs can use the key for this log group alone",
    breaks: "it breaks where another log group is to use the key too",
};

/// Services that act for a resource, and what stands in its ARN: the service, and how its resource begins.
///
/// Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html>,
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>,
/// <https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html>,
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
const SOURCES: &[(&str, &str, &str)] = &[
    ("cloudtrail.amazonaws.com", "cloudtrail", "trail/"),
    ("cloudwatch.amazonaws.com", "cloudwatch", "alarm:"),
    ("events.amazonaws.com", "events", "rule/"),
    ("s3.amazonaws.com", "s3", ""),
    ("sns.amazonaws.com", "sns", ""),
];

/// What Terraform says of the same: a resource, its attribute that names the source, and the type of that.
const LINKS: &[(&str, &str, &str, &str)] = &[
    (
        "s3.amazonaws.com",
        "aws_s3_bucket_notification",
        "bucket",
        "aws_s3_bucket",
    ),
    (
        "sns.amazonaws.com",
        "aws_sns_topic_subscription",
        "topic_arn",
        "aws_sns_topic",
    ),
    (
        "events.amazonaws.com",
        "aws_cloudwatch_event_target",
        "rule",
        "aws_cloudwatch_event_rule",
    ),
];

/// Services that say for which account they assume a role: their own manuals show `aws:SourceAccount` in a trust policy.
///
/// Sources: <https://docs.aws.amazon.com/bedrock/latest/userguide/kb-permissions.html>,
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html>,
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html>,
/// <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>,
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>
const SAY_FOR_WHOM: &[&str] = &[
    "bedrock.amazonaws.com",
    "codebuild.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "pods.eks.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// The service whose manual puts no condition on the source on its deliveries; where one is put, they fail.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>
const SAYS_NO_SOURCE: &str = "logdelivery.elasticloadbalancing.amazonaws.com";

/// Services that answer in one region whatever the caller's: a condition on the region would deny elsewhere for no gain.
const GLOBAL: &[&str] = &[
    "account",
    "aws-portal",
    "budgets",
    "ce",
    "cloudfront",
    "globalaccelerator",
    "health",
    "iam",
    "organizations",
    "route53",
    "route53domains",
    "s3",
    "shield",
    "sts",
    "support",
    "trustedadvisor",
    "waf",
];

/// `minimal` with conditions, where some fit.
pub(super) fn harden(case: &Case<'_>, minimal: &Plan) -> Option<Hardened> {
    let mut plan = minimal.clone();
    let mut told: Vec<(&'static Key, String)> = Vec::new();
    for change in &mut plan.changes {
        let Some(policy) = case.policies.get(change.policy) else {
            continue;
        };
        let Some(mut statement) = as_statement(policy, change) else {
            continue;
        };
        let Some(request) = minimal.requests.iter().find(|request| {
            statement
                .actions
                .iter()
                .any(|action| action.eq_ignore_ascii_case(&request.action))
        }) else {
            continue;
        };
        let held: Vec<(&'static Key, String)> = facts(case, policy, request)
            .into_iter()
            .filter(|(key, _)| fits(case, key, policy.role, &statement))
            // A reference is one of its own document.
            .filter(|(_, value)| !value.contains('\u{27e6}') || is_terraform(case, policy))
            .filter(|(key, _)| {
                let mut conditions = statement.conditions.iter();
                !conditions.any(|condition| condition.key.eq_ignore_ascii_case(key.name))
            })
            .collect();
        if held.is_empty() {
            continue;
        }
        for (key, value) in held {
            statement.conditions.push(NewCondition {
                operator: key.operator.to_owned(),
                key: key.name.to_owned(),
                values: vec![value.clone()],
            });
            if !told.iter().any(|(known, _)| known.name == key.name) {
                told.push((key, value));
            }
        }
        change.kind = ChangeKind::AddStatement(statement);
    }
    if told.is_empty() {
        return None;
    }
    for request in plan.requests.iter_mut() {
        for (key, value) in &told {
            request.context.set(key.name, vec![value.clone()]);
        }
    }
    let limits: Vec<String> = told
        .iter()
        .map(|(key, value)| format!("{} is {}", code(key.name), code(value)))
        .collect();
    let notes: Vec<String> = told
        .iter()
        .map(|(key, _)| format!("{}; {}.", words::capitalised(key.buys), key.breaks))
        .collect();
    Some(Hardened {
        plan,
        title: format!("The same where {}.", words::list(&limits)),
        note: notes.join(" "),
    })
}

/// What follows from a request, as far as the paste tells.
fn facts(case: &Case<'_>, policy: &Policy, request: &Request) -> Vec<(&'static Key, String)> {
    let mut found = Vec::new();
    let caller = Caller::parse(&request.principal);
    let resource = Arn::parse(&request.resource);
    let service = request.action.split(':').next().unwrap_or_default();
    let is_account = |account: &str| {
        account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && account != UNKNOWN_ACCOUNT
    };
    let named = resource
        .as_ref()
        .map(|arn| arn.account)
        .filter(|account| is_account(account));
    if let Caller::Service(service) = caller {
        if let Some(group) = log_group(case).filter(|_| service.starts_with("logs.")) {
            return vec![(&LOG_GROUP, group)];
        }
        if let Some(source) = source(case, policy, service, &request.resource) {
            found.push((&SOURCE_ARN, source));
        }
        // The folder that a service delivers to is called after the account.
        let folder = request.resource.split_once("/AWSLogs/");
        let folder = folder.and_then(|(_, rest)| rest.split('/').next());
        let account = named.or(folder).or_else(|| case.account());
        found.extend(
            account
                .filter(|account| is_account(account))
                .map(|account| (&SOURCE_ACCOUNT, account.to_owned())),
        );
    } else if service.eq_ignore_ascii_case("s3")
        && named.is_none()
        && request.resource != "*"
        && case.with_role(Role::Bucket).is_empty()
    {
        found.extend(
            caller
                .account()
                .filter(|account| is_account(account))
                .map(|account| (&RESOURCE_ACCOUNT, account.to_owned())),
        );
    }
    let regional = resolve::region(&request.resource);
    if !GLOBAL
        .iter()
        .any(|global| service.eq_ignore_ascii_case(global))
        && !matches!(caller, Caller::Service(_))
        && let Some(region) = case.answer("region").or(regional).or_else(|| case.region())
    {
        found.push((&REGION, region.to_owned()));
    }
    found
}

/// The log group that a key is to be used for, as the message names it.
fn log_group(case: &Case<'_>) -> Option<String> {
    let resource = case.denial()?.value.resource.as_deref()?;
    let arn = Arn::parse(resource)?;
    (arn.service == "logs").then(|| resource.to_owned())
}

/// What a service acts for, where the messages or Terraform name exactly one: its ARN, or a reference to it.
fn source(case: &Case<'_>, policy: &Policy, service: &str, target: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    let told = case.denials.iter().flat_map(|denial| &denial.value.context);
    for (key, values) in told {
        if key.eq_ignore_ascii_case(SOURCE_ARN.name) {
            found.extend(values.iter().cloned());
        }
    }
    let (_, kind, begins) = SOURCES.iter().find(|(known, ..)| *known == service)?;
    for denial in &case.denials {
        let text = case.texts.get(denial.input).copied().unwrap_or_default();
        let lines = around(text, denial.value.span);
        for (at, _) in lines.match_indices("arn:") {
            let name = understand::name_at(lines, at);
            let fits = Arn::parse(name)
                .is_some_and(|arn| arn.service == *kind && arn.resource.starts_with(begins));
            if fits && name != target && !name.contains('*') {
                found.push(name.to_owned());
            }
        }
    }
    if found.is_empty() {
        for (_, link, attribute, made) in LINKS.iter().filter(|(known, ..)| *known == service) {
            found.extend(linked(case, policy, (link, attribute, made)));
        }
    }
    found.sort();
    found.dedup();
    match found.as_slice() {
        [_] => found.pop(),
        _ => None,
    }
}

/// The lines of a message.
fn around(text: &str, span: Span) -> &str {
    let before = text.get(..span.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let behind = text.get(span.end..).unwrap_or_default();
    let end = span.end + behind.find('\n').unwrap_or(behind.len());
    text.get(start..end).unwrap_or_default()
}

/// What the attribute of Terraform's resources `link` names: a reference to a resource of the type `made`.
fn linked(
    case: &Case<'_>,
    policy: &Policy,
    (link, attribute, made): (&str, &str, &str),
) -> Vec<String> {
    let bindings = case.told.bindings(policy);
    resolve::resources(&case.reading, link)
        .filter_map(|(_, resource)| {
            let node = resource.get(attribute)?;
            if let Some(name) = node.as_str() {
                // Only a bucket's name makes an ARN without an account.
                return (made == "aws_s3_bucket").then(|| format!("arn:aws:s3:::{name}"));
            }
            let Value::Opaque { expression } = &node.value else {
                return None;
            };
            let mut parts = expression.split('.');
            let label = (parts.next() == Some(made))
                .then(|| parts.next())
                .flatten()?;
            if parts.count() != 1 || label.contains('[') {
                return None;
            }
            let arn = format!("{made}.{label}.arn");
            let known = bindings.get(&arn).cloned();
            Some(known.unwrap_or_else(|| unknown_reference(&arn)))
        })
        .collect()
}

/// Whether a policy stands in Terraform.
fn is_terraform(case: &Case<'_>, policy: &Policy) -> bool {
    case.reading
        .documents
        .get(policy.document)
        .is_some_and(|document| document.format == Format::Hcl)
}

/// Whether a condition on `key` says something in this statement that it does not say already.
fn fits(case: &Case<'_>, key: &Key, role: Role, statement: &NewStatement) -> bool {
    let identity = matches!(role, Role::Identity | Role::Boundary | Role::Session);
    let services = || {
        statement
            .principals
            .iter()
            .all(|(kind, _)| *kind == PrincipalKind::Service)
            && !statement.principals.is_empty()
    };
    match key.name {
        encrypted_data::LOG_GROUP => role == Role::Key && services(),
        "aws:SourceAccount" | "aws:SourceArn" => {
            let mut names = statement.principals.iter().map(|(_, name)| name.as_str());
            services()
                && if role == Role::Trust {
                    names.all(|name| SAY_FOR_WHOM.contains(&name))
                } else {
                    !names.any(|name| name == SAYS_NO_SOURCE)
                }
        }
        "aws:ResourceAccount" => identity,
        // An ARN that names its region is bound to it already.
        _ => identity && (case.answer("region").is_some() || statement.resources == ["*"]),
    }
}

/// The change as a statement of its own; `None` where it is none that a condition can be put on alone.
fn as_statement(policy: &Policy, change: &Change) -> Option<NewStatement> {
    let values = |element: Option<&Element>| -> Option<Vec<String>> {
        let Some(element) = element else {
            return Some(Vec::new());
        };
        let items = element.items.iter();
        items
            .map(|item| item.text.literal().map(str::to_owned))
            .collect()
    };
    let (index, principals, actions, resources) = match &change.kind {
        ChangeKind::AddStatement(new) => return (new.effect == Effect::Allow).then(|| new.clone()),
        ChangeKind::AddActions { statement, actions } => (*statement, None, Some(actions), None),
        ChangeKind::AddResources {
            statement,
            resources,
        } => (*statement, None, None, Some(resources)),
        ChangeKind::AddPrincipals {
            statement,
            kind,
            names,
        } => (*statement, Some((*kind, names)), None, None),
        _ => return None,
    };
    let own = policy.statements.get(index)?;
    if own.principals.is_some() != principals.is_some() {
        return None;
    }
    let actions = match actions {
        Some(actions) => actions.clone(),
        None => values(own.actions.as_ref())?,
    };
    let resources = match resources {
        Some(resources) => resources.clone(),
        None => values(own.resources.as_ref())?,
    };
    let principals = principals.map_or_else(Vec::new, |(kind, names)| {
        names.iter().map(|name| (kind, name.clone())).collect()
    });
    Some(NewStatement {
        sid: Some(words::sid(policy, actions.first()?)),
        effect: Effect::Allow,
        principals,
        actions,
        resources,
        conditions: Vec::new(),
    })
}
