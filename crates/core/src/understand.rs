//! What a message means where it leaves something out: the action behind an operation, the ARN behind a bare name, the resource that only
//! the pasted policies name. What was filled in is said, so that the proof can list it.

use undeny_document::{Piece, Reading, Role, Value};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::denial::{ActionSource, Denial, DenialKind, PolicyType, operations};
use undeny_iam::glob;
use undeny_iam::policy::{Bindings, Effect, Policy, Statement};

use crate::case::{UNKNOWN_ACCOUNT, is_cut};
use crate::resolve::{self, Whereabouts};

/// Actions that take no resource, so that only `*` grants them, by service; a star at the end stands for a family.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
#[rustfmt::skip]
const WITHOUT_RESOURCE: &[&str] = &[
    "access-analyzer:ListPolicyGenerations", "acm:ListCertificates", "apprunner:ListServices", "athena:ListDataCatalogs",
    "autoscaling:Describe*", "bedrock:ListFoundationModels", "ce:Get*", "cloudformation:ListStacks",
    "cloudformation:ValidateTemplate", "cloudformation:ListExports", "cloudfront:ListDistributions", "cloudtrail:DescribeTrails",
    "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics", "cloudwatch:PutMetricData",
    "codecommit:ListRepositories", "cognito-idp:ListUserPools", "dynamodb:DescribeLimits", "dynamodb:ListStreams", "dynamodb:ListTables",
    "ec2:AssignPrivateIpAddresses", "ec2:Describe*", "ec2:GetEbsEncryptionByDefault", "ec2:UnassignPrivateIpAddresses",
    "ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken", "ecs:CreateCluster", "ecs:DeregisterTaskDefinition",
    "ecs:ListClusters", "ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition", "eks:DescribeAddonVersions", "eks:ListClusters",
    "elasticloadbalancing:Describe*", "events:ListRules", "glue:GetSecurityConfigurations", "guardduty:ListDetectors",
    "iam:GetAccountAuthorizationDetails", "iam:GetAccountPasswordPolicy", "iam:GetAccountSummary", "iam:ListAccountAliases",
    "iam:ListGroups", "iam:ListOpenIDConnectProviders", "iam:ListPolicies", "iam:ListRoles", "iam:ListSAMLProviders",
    "iam:ListServerCertificates", "iam:ListUsers", "iam:ListVirtualMFADevices",
    "kinesis:ListStreams", "kms:CreateKey", "kms:ListAliases", "kms:ListKeys", "lakeformation:GetDataAccess", "lambda:GetAccountSettings", "lambda:ListEventSourceMappings",
    "lambda:ListFunctions", "logs:DescribeQueries", "organizations:DescribeOrganization", "organizations:ListAccounts",
    "organizations:ListRoots", "polly:SynthesizeSpeech", "pricing:*", "rekognition:DetectLabels", "route53:GetHostedZoneCount", "route53:ListHostedZones",
    "route53:ListHostedZonesByName", "s3:ListAllMyBuckets", "secretsmanager:GetRandomPassword", "secretsmanager:ListSecrets",
    "secretsmanager:BatchGetSecretValue", "ses:GetSendQuota", "sns:ListTopics", "sqs:ListQueues", "ssm:DescribeParameters", "ssmmessages:*", "sts:DecodeAuthorizationMessage",
    "sts:GetCallerIdentity", "sts:GetServiceBearerToken", "textract:DetectDocumentText", "transcribe:StartTranscriptionJob",
    "translate:TranslateText", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
];

/// Whether only `*` grants this action.
pub(crate) fn takes_no_resource(action: &str) -> bool {
    WITHOUT_RESOURCE
        .iter()
        .any(|pattern| glob::matches_ignoring_case(pattern, action))
}

/// Fill in what `denial` leaves out. New bindings are stand-ins for references that the request is about; the sentences say what was
/// taken for granted.
pub(crate) fn understand(
    denial: &Denial,
    text: &str,
    answered: Option<&str>,
    policies: &[Policy],
    place: &Whereabouts,
    bindings: &mut Bindings,
) -> (Denial, Vec<String>) {
    let mut understood = denial.clone();
    let mut said = Vec::new();
    if understood.action.is_none()
        && let Some(answer) = answered
    {
        understood.action = if answer.contains(':') {
            Some(answer.to_owned())
        } else {
            action_behind(answer, text, policies)
        };
        understood.action_source = ActionSource::Implied;
    }
    if understood.action.is_none()
        && let Some((action, destination)) = destination(denial, text, policies, place, bindings)
    {
        understood.principal = Some("s3.amazonaws.com".to_owned());
        said.push(format!(
            "S3 tries the destination when the bucket's notifications are set, with `{action}` on `{}`, the one whose policy was given",
            crate::words::short(&destination)
        ));
        understood.action = Some(action.to_owned());
        understood.action_source = ActionSource::Implied;
        understood.resource = Some(destination);
        // `putting S3 Bucket (NAME) Notification`
        let bucket = text
            .get(..denial.span.end)
            .and_then(|before| before.rsplit_once("S3 Bucket ("))
            .and_then(|(_, rest)| rest.split_once(") Notification"));
        if let Some((bucket, _)) = bucket {
            let arn = format!("arn:{}:s3:::{bucket}", place.partition);
            understood
                .context
                .push(("aws:SourceArn".to_owned(), vec![arn]));
        }
        return (understood, said);
    }
    if understood.action.is_none()
        // What a service may not do for a call is not the call.
        && denial.inferred_policy_type.is_none()
        && !speaks_of_key(text, denial)
        && !speaks_of_machine_role(text, denial)
        && let Some(operation) = &denial.operation
        && let Some(action) = action_behind(operation, text, policies)
    {
        said.push(format!("the call `{operation}` needs `{action}`"));
        understood.action = Some(action);
        understood.action_source = ActionSource::Implied;
    }
    let Some(action) = understood.action.clone() else {
        return (understood, said);
    };
    // SQS prints its actions in small letters.
    let action = written_as(&action, policies).unwrap_or(action);
    understood.action = Some(action.clone());
    let is_role_action = action.to_ascii_lowercase().starts_with("sts:");
    if let Some(name) = &denial.principal
        && !is_role_action
        && let Some(service) = operations::service_principal(name)
    {
        understood.principal = Some(service.to_owned());
    } else if let Some(name) = &denial.principal
        && !is_role_action
        && is_bare_name(name)
        && crate::services::principal(name).is_none()
    {
        let account = place.account.as_deref().unwrap_or(UNKNOWN_ACCOUNT);
        let is_role = policies.iter().any(|policy| {
            policy.role == Role::Trust && policy.name.as_deref() == Some(name.as_str())
        });
        let kind = if is_role { "role" } else { "user" };
        understood.principal = Some(format!(
            "arn:{}:iam::{account}:{kind}/{name}",
            place.partition
        ));
        said.push(format!("`{name}` is taken for an IAM {kind} of that name"));
    }
    let resource = match &denial.resource {
        Some(resource) if is_cut(resource) => {
            let whole = only_completion(resource, text, policies);
            if let Some(whole) = &whole {
                said.push(format!(
                    "the resource that the message cuts short is `{whole}`, the only one in the paste that begins so"
                ));
            }
            whole.or_else(|| Some(resource.clone()))
        }
        Some(resource) => complete(resource, &action, &understood, policies, place),
        None => beside(&understood, &action, text, place, &mut said).or_else(|| {
            missing_resource(&understood, &action, policies, place, bindings, &mut said)
        }),
    };
    understood.resource = resource;
    (understood, said)
}

/// Whether one of `others` tells with names what `denial` tells by its code alone: `An error occurred (403) when calling the HeadObject
/// operation: Forbidden`, where another call of the paste was refused the same action, on the same thing if one stands beside the code.
pub(crate) fn is_told_in_full<'a>(
    denial: &Denial,
    mut others: impl Iterator<Item = &'a Denial>,
    text: &str,
    policies: &[Policy],
    place: &Whereabouts,
) -> bool {
    if !denial.names_nothing()
        || speaks_of_key(text, denial)
        || speaks_of_machine_role(text, denial)
    {
        return false;
    }
    let Some(action) = denial
        .operation
        .as_ref()
        .and_then(|operation| action_behind(operation, text, policies))
    else {
        return false;
    };
    let named = beside(denial, &action, text, place, &mut Vec::new());
    others.any(|other| {
        other.principal.is_some()
            && (denial.kind == DenialKind::Unknown || denial.kind == other.kind)
            && other
                .action
                .as_deref()
                .is_some_and(|other| other.eq_ignore_ascii_case(&action))
            && (named.is_none() || other.resource.is_none() || named == other.resource)
    })
}

/// What S3 could not do when a bucket's notifications were set: the action, and the one queue or topic of the paste that has a policy.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html>
fn destination(
    denial: &Denial,
    text: &str,
    policies: &[Policy],
    place: &Whereabouts,
    bindings: &mut Bindings,
) -> Option<(&'static str, String)> {
    const PHRASE: &str = "validate the following destination";
    if !denial.span.text(text).to_ascii_lowercase().contains(PHRASE) {
        return None;
    }
    let mut found = policies.iter().filter_map(|policy| match policy.role {
        Role::Queue => Some(("sqs:SendMessage", "sqs", policy)),
        Role::Topic => Some(("sns:Publish", "sns", policy)),
        _ => None,
    });
    let (Some((action, service, policy)), None) = (found.next(), found.next()) else {
        return None;
    };
    let item = policy
        .statements
        .iter()
        .filter_map(|statement| statement.resources.as_ref())
        .flat_map(|element| &element.items)
        .find(|item| item.value() != "*")?;
    let resource = match item.text.pieces() {
        [Piece::Reference(expression)] => {
            let known = bindings
                .entry(expression.clone())
                .or_insert_with(|| resolve::stand_in(expression, service, place));
            known.clone()
        }
        _ => item.value().into_owned(),
    };
    Some((action, resource))
}

/// An action as it is spelled, where the message prints it in small letters.
fn written_as(action: &str, policies: &[Policy]) -> Option<String> {
    const SPELLED: &[&str] = &[
        "sqs:ChangeMessageVisibility",
        "sqs:CreateQueue",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ListQueues",
        "sqs:PurgeQueue",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "sqs:SetQueueAttributes",
    ];
    let (_, name) = action.split_once(':')?;
    if name.chars().any(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    if let Some(spelled) = SPELLED
        .iter()
        .find(|spelled| spelled.eq_ignore_ascii_case(action))
    {
        return Some((*spelled).to_owned());
    }
    policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.actions)
        .flat_map(|element| &element.items)
        .map(|item| item.value().into_owned())
        .find(|written| written.eq_ignore_ascii_case(action))
}

/// Whether a message is about what Step Functions does with a state machine's role, and not about the call that made the machine.
fn speaks_of_machine_role(text: &str, denial: &Denial) -> bool {
    let said = denial.span.text(text);
    said.contains("managed-rule") || said.contains("Log Destination")
}

/// Whether a message without an action is about a key.
pub(crate) fn speaks_of_key(text: &str, denial: &Denial) -> bool {
    if denial.action.is_some() {
        return false;
    }
    let said = denial.span.text(text).to_ascii_lowercase();
    let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    // The words may stand beside the error's code.
    let around = text
        .get(denial.span.start..)
        .map(|rest| {
            rest.chars()
                .take(240)
                .collect::<String>()
                .to_ascii_lowercase()
        })
        .unwrap_or_default();
    let around: String = around.split_whitespace().collect::<Vec<_>>().join(" ");
    [
        "access to kms",
        "ciphertext refers to",
        "kms key is not accessible",
        "kms access was denied",
        "kms.accessdenied",
        "kmsaccessdenied",
        "enabled or you do not have permission",
        "is not allowed to be used with",
        "topic encryption key",
    ]
    .iter()
    .any(|phrase| said.contains(phrase) || around.contains(phrase))
}

/// The action that an operation needs, by the service that the text or the policies name.
fn action_behind(operation: &str, text: &str, policies: &[Policy]) -> Option<String> {
    let service = service_in(text);
    if let Some(action) = service.and_then(|service| operations::action(service, operation)) {
        return Some(action);
    }
    if let Some(action) = operations::action_of_operation(operation) {
        return Some(action);
    }
    // The only service that the policies speak of is the one that was called.
    let mut services: Vec<String> = policies
        .iter()
        .filter(|policy| policy.role != Role::Trust)
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| statement.actions.iter().flat_map(|element| &element.items))
        .filter_map(|item| {
            item.value()
                .split_once(':')
                .map(|(service, _)| service.to_ascii_lowercase())
        })
        .collect();
    services.sort();
    services.dedup();
    match services.as_slice() {
        // Each of S3's calls names what it works on; another's is known by that it does not.
        [only] if only != "s3" || operation.contains("Bucket") || operation.contains("Object") => {
            operations::action(only, operation)
        }
        _ => None,
    }
}

/// The service that a wrapper names.
fn service_in(text: &str) -> Option<&str> {
    let after = |marker: &str| {
        let start = text.find(marker)? + marker.len();
        text.get(start..)?
            .split([':', ',', ';', ')'])
            .next()
            .map(str::trim)
    };
    after("operation error ").or_else(|| after("(Service: "))
}

fn is_bare_name(name: &str) -> bool {
    let masked = name.contains("***")
        || name.contains("XXX")
        || name.eq_ignore_ascii_case("anonymous")
        || name.eq_ignore_ascii_case("user");
    !masked
        && !name.is_empty()
        && !name.ends_with(".amazonaws.com")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
}

/// The only ARN in the message's text or a policy that begins like one that the message cuts short, and has no wildcard.
fn only_completion(resource: &str, text: &str, policies: &[Policy]) -> Option<String> {
    let beginning = resource.trim_end_matches(['.', '\u{2026}']);
    Arn::parse(beginning)?;
    let in_policies = policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(resources);
    let in_text = text
        .match_indices(beginning)
        .map(|(at, _)| name_at(text, at).trim_end_matches([',', ';']).to_owned());
    let mut whole: Vec<String> = in_policies
        .chain(in_text)
        .filter(|found| {
            found.len() > beginning.len()
                && found.starts_with(beginning)
                && !is_cut(found)
                && !found.contains(['*', '?', '\u{27e6}'])
        })
        .collect();
    whole.sort();
    whole.dedup();
    match whole.as_slice() {
        [_] => whole.pop(),
        _ => None,
    }
}

/// A resource as an ARN, where AWS printed it short.
fn complete(
    resource: &str,
    action: &str,
    denial: &Denial,
    policies: &[Policy],
    place: &Whereabouts,
) -> Option<String> {
    let service = action.split(':').next().unwrap_or_default();
    let account = denial
        .principal
        .as_deref()
        .and_then(|principal| Caller::parse(principal).account());
    // IAM works in the caller's account only.
    if service == "iam"
        && let Some((kind, name)) = entity(resource)
        && let Some(account) = account.or(place.account.as_deref())
    {
        let (kind, is_list) = match kind.strip_suffix("-path") {
            Some(kind) => (kind, true),
            None => (kind.as_str(), false),
        };
        return Some(if Arn::parse(name).is_some() {
            name.to_owned()
        } else if is_list && takes_no_resource(action) {
            "*".to_owned()
        } else {
            let name = name.trim_start_matches('/');
            format!("arn:{}:iam::{account}:{kind}/{name}", place.partition)
        });
    }
    // A secret that was asked for by its name: its ARN ends in six characters of AWS's own.
    if service == "secretsmanager"
        && let Some(account) = account
        && !resource.is_empty()
        && resource
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte))
    {
        let region = place
            .region
            .clone()
            .or_else(|| region_of(policies, service))
            .unwrap_or_else(|| "*".to_owned());
        return Some(format!(
            "arn:{}:{service}:{region}:{account}:secret:{resource}-??????",
            place.partition
        ));
    }
    let name = resource
        .strip_prefix("s3://")
        .or_else(|| resource.strip_prefix("s3a://"))
        .unwrap_or(resource);
    if service == "s3"
        && Arn::parse(name).is_none()
        && !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"./_-=".contains(&byte))
    {
        return Some(format!("arn:aws:s3:::{name}"));
    }
    // Systems Manager prints the account's own parameters without the account; its documents without one are AWS's.
    if let Some(arn) = Arn::parse(resource)
        && arn.service == "ssm"
        && arn.account.is_empty()
        && arn.resource.starts_with("parameter")
        && !arn.resource.starts_with("parameter/aws/")
        && let Some(account) = account
    {
        return Some(Arn { account, ..arn }.to_string());
    }
    Some(resource.to_owned())
}

/// What IAM names in words, as its ARN's type and the rest: `role app`, `instance profile web`, `policy arn:..`; `policy path /` is what a list is of.
pub(crate) fn entity(resource: &str) -> Option<(String, &str)> {
    const KINDS: &str = " group instance-profile mfa oidc-provider policy role saml-provider server-certificate user ";
    let (kind, name) = resource.trim().rsplit_once(' ')?;
    let kind = kind.trim_end_matches(':').replace(' ', "-");
    let known = kind.strip_suffix("-path").unwrap_or(&kind);
    KINDS
        .contains(&format!(" {known} "))
        .then_some((kind, name))
}

/// The region of the first resource of a service that a policy names, a reference too.
fn region_of(policies: &[Policy], service: &str) -> Option<String> {
    policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(resources)
        .find_map(|resource| {
            let arn = Arn::parse(&resource)?;
            (arn.service == service && !arn.region.is_empty()).then(|| arn.region.to_owned())
        })
}

/// Lines before the one in which a denial begins that may name what the call was made on.
const LINES_BEFORE: usize = 3;

/// What stands in `text` from the byte `at` to a blank, a quote or a bracket.
pub(crate) fn name_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let length = rest
        .find(|character: char| character.is_whitespace() || "\"'`(),;[]{}<>\\".contains(character))
        .unwrap_or(rest.len());
    rest.get(..length)
        .unwrap_or_default()
        .trim_end_matches(['.', ':'])
}

/// The only ARN of the action's service that stands in the denial's lines: "creating Lambda Event Source Mapping (ARN): .. does not have
/// permissions to call ReceiveMessage on SQS".
fn beside(
    denial: &Denial,
    action: &str,
    text: &str,
    place: &Whereabouts,
    said: &mut Vec<String>,
) -> Option<String> {
    if takes_no_resource(action) {
        return None;
    }
    // Of a role's ARN beside such a call, the caller's session is as likely.
    let service = action
        .split(':')
        .next()
        .filter(|service| *service != "sts")?;
    let before = text.get(..denial.span.start)?;
    let mut start = before.len();
    for line in before.rsplit('\n').take(1 + LINES_BEFORE) {
        let is_boxed_blank = line
            .chars()
            .all(|character| character.is_whitespace() || matches!(character, '│' | '|'));
        if is_boxed_blank && start < before.len() {
            break;
        }
        start = start.saturating_sub(line.len() + 1);
    }
    let start = if start == 0 { 0 } else { start + 1 };
    let after = text.get(denial.span.end..)?;
    let end = denial.span.end + after.find('\n').unwrap_or(after.len());
    let shown = text.get(start.min(denial.span.start)..end)?;
    let mut found: Option<String> = None;
    let mut take = |arn: &str| {
        let fits = Arn::parse(arn).is_some_and(|parsed| {
            parsed.service == service
                && !arn.contains('*')
                && (service != "s3" || is_bucket_action(action) != parsed.resource.contains('/'))
        });
        // The caller's own, which a mark inside it may cut.
        let is_caller = denial
            .principal
            .as_deref()
            .is_some_and(|caller| caller.starts_with(arn));
        if !fits || is_caller {
            return true;
        }
        let is_other = found.as_deref().is_some_and(|known| known != arn);
        found = Some(arn.to_owned());
        !is_other
    };
    for (at, _) in shown.match_indices("arn:") {
        // API Gateway asks for `.../functions/ARN/invocations`.
        if !take(name_at(shown, at).trim_end_matches("/invocations")) {
            return None;
        }
    }
    // `upload failed: ./a.html to s3://BUCKET/a.html An error occurred (AccessDenied) when calling the PutObject operation`
    for (at, scheme) in shown.match_indices("s3://") {
        let mut path = name_at(shown, at + scheme.len());
        if is_bucket_action(action) {
            path = path.split('/').next().unwrap_or_default();
        }
        if !take(&format!("arn:{}:s3:::{path}", place.partition)) {
            return None;
        }
    }
    if is_bucket_action(action) {
        let bucket = named_after(shown, "S3 Bucket").or_else(|| named_after(shown, "S3 bucket"));
        if let Some(name) = bucket
            && !take(&format!("arn:{}:s3:::{name}", place.partition))
        {
            return None;
        }
    }
    let found = found?;
    said.push(format!(
        "the call was on `{found}`, which the message names beside it"
    ));
    Some(found)
}

/// What stands in brackets or quotes behind a label of at most a few words: `reading S3 Bucket (NAME)`, `S3 bucket "NAME"`.
pub(crate) fn named_after<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(label)?;
    let (words, rest) = rest.split_once(['(', '"'])?;
    let name = name_at(rest, 0);
    let is_words = words
        .chars()
        .all(|letter| letter.is_ascii_alphabetic() || letter == ' ');
    let is_whole = rest.get(name.len()..)?.starts_with([')', '"']);
    (is_words && is_whole && !name.is_empty()).then_some(name)
}

/// Fill in what the paste's only trigger reads from, where the message about a trigger names no queue and no stream.
pub(crate) fn read_by_trigger(
    denial: &mut Denial,
    reading: &Reading,
    place: &Whereabouts,
    bindings: &mut Bindings,
) -> Option<String> {
    let service = denial.action.as_deref()?.split(':').next()?;
    if denial.resource.is_some() || denial.principal.is_some() {
        return None;
    }
    let mut sources = resolve::resources(reading, "aws_lambda_event_source_mapping")
        .filter_map(|(_, trigger)| Some((trigger.get("event_source_arn")?, String::new())))
        .chain(resolve::template_triggers(reading));
    let (source, kind) = sources.next().filter(|_| sources.next().is_none())?;
    let (resource, shown) = match &source.value {
        // `aws_sqs_queue.orders.arn`, or `!GetAtt Orders.Arn` of an `AWS::SQS::Queue`
        Value::Opaque { expression } if (kind + expression).contains(service) => {
            let known = bindings
                .entry(expression.clone())
                .or_insert_with(|| resolve::stand_in(expression, service, place));
            (known.clone(), resolve::shown(expression))
        }
        _ => {
            let arn = source.as_str()?;
            let arn = Arn::parse(arn).filter(|arn| arn.service == service)?;
            (arn.to_string(), arn.to_string())
        }
    };
    denial.resource = Some(resource);
    Some(format!(
        "the message names no resource; `{shown}` is taken for it, which the only trigger of the paste reads from"
    ))
}

fn missing_resource(
    denial: &Denial,
    action: &str,
    policies: &[Policy],
    place: &Whereabouts,
    bindings: &mut Bindings,
    said: &mut Vec<String>,
) -> Option<String> {
    if takes_no_resource(action) {
        said.push(format!("`{action}` takes no resource, only `*`"));
        return Some("*".to_owned());
    }
    let identity = || {
        policies
            .iter()
            .filter(|policy| policy.role == Role::Identity)
            .flat_map(|policy| &policy.statements)
            .filter(|statement| statement.effect == Effect::Allow)
    };
    // Another layer is to blame: what the caller's own policy allows is what it was called on.
    let other_layer = matches!(
        denial.policy_type,
        Some(
            PolicyType::Boundary
                | PolicyType::Scp
                | PolicyType::Rcp
                | PolicyType::Session
                | PolicyType::Vpce
        )
    );
    if other_layer {
        let mut found: Vec<String> = identity()
            .filter(|statement| names_action(statement, action))
            .flat_map(resources)
            .collect();
        found.sort();
        found.dedup();
        if let [only] = found.as_slice()
            && only != "*"
        {
            said.push(format!(
                "the message names no resource; the identity policy allows `{action}` on `{only}`, which is taken for it"
            ));
            return Some(only.clone());
        }
        return None;
    }
    // The one thing of the right kind that the caller's policy speaks of.
    let service = action.split(':').next().unwrap_or_default();
    let of_service = |statement: &&Statement| {
        statement
            .actions
            .iter()
            .flat_map(|element| &element.items)
            .any(|item| {
                item.value()
                    .split_once(':')
                    .is_some_and(|(found, _)| found.eq_ignore_ascii_case(service))
            })
    };
    let mut found: Vec<String> = Vec::new();
    for item in identity()
        .filter(of_service)
        .flat_map(|statement| &statement.resources)
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items)
    {
        let value = item.value();
        let value = match item.text.pieces().first() {
            Some(Piece::Reference(expression)) => {
                let stand_in = bindings
                    .get(expression)
                    .cloned()
                    .unwrap_or_else(|| resolve::stand_in(expression, service, place));
                let rest = value
                    .strip_prefix(undeny_iam::policy::unknown_reference(expression).as_str())
                    .unwrap_or_default()
                    .to_owned();
                format!("{stand_in}{rest}")
            }
            _ => value.into_owned(),
        };
        let value = match service {
            "s3" if is_bucket_action(action) => bucket_of(&value),
            "kms" => Arn::parse(&value)
                .is_some_and(|arn| arn.service == "kms" && arn.resource.starts_with("key/"))
                .then_some(value),
            // A trigger reads from the queue or the stream that its function's role may already do something with.
            "kinesis" | "sqs" => Arn::parse(&value)
                .is_some_and(|arn| arn.service == service)
                .then_some(value),
            _ => None,
        };
        if let Some(value) = value
            && !value.contains('*')
            && !found.contains(&value)
        {
            found.push(value);
        }
    }
    let [only] = found.as_slice() else {
        return None;
    };
    if let Some(expression) = stands_for(policies, only, service, place) {
        bindings.insert(expression.clone(), only.clone());
        said.push(format!(
            "the message names no resource; `{}` is taken for it, the only one of its kind in the policy",
            resolve::shown(&expression)
        ));
    } else {
        said.push(format!(
            "the message names no resource; `{only}` is taken for it, the only one of its kind in the policy"
        ));
    }
    Some(only.clone())
}

/// The reference that `stand_in` was made up for.
fn stands_for(
    policies: &[Policy],
    stand_in: &str,
    service: &str,
    place: &Whereabouts,
) -> Option<String> {
    policies
        .iter()
        .flat_map(Policy::references)
        .find(|expression| resolve::stand_in(expression, service, place) == stand_in)
}

fn names_action(statement: &Statement, action: &str) -> bool {
    statement.actions.as_ref().is_some_and(|element| {
        !element.negated
            && element
                .items
                .iter()
                .any(|item| glob::matches_ignoring_case(&item.value(), action))
    })
}

fn resources(statement: &Statement) -> Vec<String> {
    statement
        .resources
        .iter()
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items)
        .map(|item| item.value().into_owned())
        .collect()
}

fn bucket_of(resource: &str) -> Option<String> {
    let arn = Arn::parse(resource).filter(|arn| arn.service == "s3")?;
    let bucket = arn.resource.split('/').next()?;
    Some(
        Arn {
            resource: bucket,
            ..arn
        }
        .to_string(),
    )
}

/// Whether an action of S3 is about a bucket and not about an object in it.
pub(crate) fn is_bucket_action(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return false;
    };
    service.eq_ignore_ascii_case("s3")
        && (name.contains("Bucket")
            || matches!(
                name,
                "GetAccelerateConfiguration"
                    | "GetEncryptionConfiguration"
                    | "GetLifecycleConfiguration"
                    | "GetReplicationConfiguration"
                    | "PutEncryptionConfiguration"
                    | "PutLifecycleConfiguration"
                    | "PutReplicationConfiguration"
            ))
        && name != "ListAllMyBuckets"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_actions_take_no_resource() {
        assert!(takes_no_resource("ecr:GetAuthorizationToken"));
        assert!(takes_no_resource("ec2:DescribeInstances"));
        assert!(!takes_no_resource("ec2:RunInstances"));
        assert!(is_bucket_action("s3:ListBucketMultipartUploads"));
        assert!(!is_bucket_action("s3:GetObject"));
    }
}
