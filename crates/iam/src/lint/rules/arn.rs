//! ARNs in `Resource` that name nothing.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use crate::arn::Arn;
use crate::policy::{Item, Statement};

use super::prelude::*;

rule! {
    /// S3 buckets and hosted zones have no account in their ARN.
    ArnAccountNotAllowed = "arn-account-not-allowed", Some("error-arn-account-not-allowed"), Error,
    "An ARN has an account where the service's ARNs have none",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3::111122223333:reports/*"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/reports/object/*"}"#
    ],
    arn_account_not_allowed
}

rule! {
    /// Global services have no region in their ARNs.
    ArnRegionNotAllowed = "arn-region-not-allowed", Some("error-arn-region-not-allowed"), Error,
    "An ARN has a region where the service's ARNs have none",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam:eu-west-1:111122223333:role/ci"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:eu-west-1::reports/*"}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::111122223333:role/ci"}"#],
    arn_region_not_allowed
}

rule! {
    /// A wildcard in the service's part of an ARN matches nothing.
    ArnWildcardService = "arn-wildcard-service", None, Warning,
    "An ARN has a wildcard for its service, which AWS does not match",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:*:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    arn_wildcard_service
}

rule! {
    /// `arn:aws:iam::111122223333:*/ci`: AWS's documentation forbids a wildcard for the kind of resource; it may match more, or nothing.
    ArnWildcardType = "arn-wildcard-type", None, Warning,
    "An ARN has a wildcard for the kind of resource and a name behind it",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::111122223333:*/ci"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::111122223333:role/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:eu-west-1:111122223333:*/prod/GET/*"}"#
    ],
    arn_wildcard_type
}

rule! {
    /// An account has twelve digits.
    InvalidArnAccount = "invalid-arn-account", Some("error-invalid-arn-account"), Error,
    "The account in an ARN does not have twelve digits",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::11112222333:role/ci"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::1111-2222-3333:role/ci"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::11112222333O:role/ci"}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": ["arn:aws:iam::111122223333:role/ci", "arn:aws:iam::*:role/cd"]}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetPolicy", "Resource": "arn:aws:iam::aws:policy/ReadOnlyAccess"}"#
    ],
    invalid_arn_account
}

rule! {
    /// A resource is an ARN or `*`.
    InvalidArnPrefix = "invalid-arn-prefix", Some("error-invalid-arn-prefix"), Error,
    "A resource is neither `*` nor an ARN",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "s3:::reports/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "role app"}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Other r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/GET/orders"}"#
    ],
    invalid_arn_prefix
}

rule! {
    /// A region that AWS does not have.
    InvalidArnRegion = "invalid-arn-region", Some("error-invalid-arn-region"), Error,
    "The region in an ARN does not exist",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-eest-1:111122223333:jobs"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-11:111122223333:jobs"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:ohio:111122223333:jobs"}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": ["arn:aws:sqs:us-east-1:111122223333:jobs", "arn:aws:sqs:*:111122223333:jobs", "arn:aws-us-gov:sqs:us-gov-west-1:111122223333:jobs"]}"#],
    invalid_arn_region
}

rule! {
    /// A kind of resource that the service does not have, or no resource at all.
    InvalidArnResource = "invalid-arn-resource", Some("error-invalid-arn-resource"), Error,
    "The last part of an ARN is not one of the service's resources",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::111122223333:roles/ci"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "lambda:GetFunction", "Resource": "arn:aws:lambda:eu-west-1:111122223333:functions:jobs"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:"}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": ["arn:aws:iam::111122223333:role/ci", "arn:aws:iam::111122223333:*"]}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#
    ],
    invalid_arn_resource
}

rule! {
    /// Services are written in lower case in ARNs.
    InvalidArnServiceCase = "invalid-arn-service-case", Some("error-invalid-arn-service-case"), Error,
    "The service in an ARN has capital letters",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:S3:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    invalid_arn_service_case
}

rule! {
    /// A partition that AWS does not have.
    InvalidPartition = "invalid-partition", Some("error-invalid-partition"), Error,
    "The partition in an ARN does not exist",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:amazon:s3:::reports/*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws-cn:s3:::reports/*", "arn:*:s3:::reports/*", "arn:partition:s3:::reports/*"]}"#],
    invalid_partition
}

rule! {
    /// An ARN with too few parts, whose last one therefore stands where a region or an account should.
    MissingArnField = "missing-arn-field", Some("error-missing-arn-field"), Error,
    "An ARN has fewer than six parts",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:reports/*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:jobs"}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    missing_arn_field
}

rule! {
    /// Regional resources have a region in their ARN.
    MissingArnRegion = "missing-arn-region", Some("error-missing-arn-region"), Error,
    "An ARN of a regional service has no region",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs::111122223333:jobs"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:111122223333:jobs"}"#],
    missing_arn_region
}

rule! {
    /// `arn:aws:s3:*`: AWS completes it with wildcards in identity policies, and does not say so for others.
    ShortArn = "short-arn", None, Warning,
    "An ARN has fewer than six parts and is completed with wildcards",
    bad [
        statement Bucket r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs"}"#
    ],
    good [statement Bucket r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::*"}"#],
    short_arn
}

/// Services whose ARNs have no region.
const GLOBAL: &[&str] = &[
    "budgets",
    "cloudfront",
    "iam",
    "organizations",
    "route53",
    "sts",
    "waf",
];

/// Services whose resources all have a region. `ec2` has images without an account, `ssm` documents; none lacks the region.
const REGIONAL: &[&str] = &[
    "athena",
    "autoscaling",
    "batch",
    "cloudformation",
    "codebuild",
    "codecommit",
    "codedeploy",
    "cognito-identity",
    "cognito-idp",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "es",
    "events",
    "firehose",
    "glue",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "rds",
    "redshift",
    "sagemaker",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
];

/// Words that lead an ARN of the service and that its table does not have.
const MORE_KINDS: &[(&str, &[&str])] = &[(
    "iam",
    &[
        "assumed-role",
        "federated-user",
        "outbound-web-identity-federation",
        "root",
        "u2f",
    ],
)];

/// The words that can lead the last part of an ARN of this service; `None` where it may begin with a name.
fn kinds<'a>(context: &Context<'a>, service: &str) -> Option<Vec<&'a str>> {
    let mut kinds: Vec<&str> = Vec::new();
    for form in context
        .catalogue
        .service(service)?
        .resource_types()
        .flat_map(|kind| kind.arn().split(", "))
    {
        let arn = Arn::parse(form).filter(|arn| arn.service == service)?;
        let kind = leading_word(arn.resource);
        if !is_definite(kind) {
            return None;
        }
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    (!kinds.is_empty()).then_some(kinds)
}

fn leading_word(resource: &str) -> &str {
    resource.split(['/', ':']).next().unwrap_or(resource)
}

/// Every literal value of `Resource` and `NotResource`, but for `*`.
fn texts<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Statement, &'a Item, &'a str)> {
    context.views().flat_map(|(_, statement)| {
        any_resources(statement).iter().filter_map(move |item| {
            let text = literal(item).filter(|text| *text != "*")?;
            Some((statement, item, text))
        })
    })
}

/// Those that are ARNs of six parts.
fn arns<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Item, &'a str, Arn<'a>)> {
    texts(context).filter_map(|(_, item, text)| Some((item, text, Arn::parse(text)?)))
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a part says something definite: no wildcard, no variable, nothing to be filled in.
fn is_definite(part: &str) -> bool {
    !part.is_empty() && !has_wildcard(part) && !is_placeholder(part)
}

/// A bucket or an object, not an access point or a job.
fn is_bucket(arn: &Arn<'_>) -> bool {
    arn.service == "s3"
        && !["access", "async-request/", "job/", "storage-lens", "table"]
            .iter()
            .any(|kind| arn.resource.starts_with(kind))
        && !arn.resource.starts_with(['*', '?'])
}

fn arn_account_not_allowed(context: &Context<'_>, found: &mut Sink) {
    for (item, _, arn) in arns(context) {
        let has_none = is_bucket(&arn) && arn.region.is_empty()
            || arn.service == "route53"
                && ["change/", "healthcheck/", "hostedzone/"]
                    .iter()
                    .any(|kind| arn.resource.starts_with(kind));
        if has_none
            && is_definite(arn.account)
            && arn.account.bytes().all(|byte| byte.is_ascii_digit())
        {
            found.say(
                item.span,
                format!(
                    "ARNs of this kind have no account, and {} names {}",
                    code(&arn.to_string()),
                    code(arn.account)
                ),
            );
        }
    }
}

fn arn_region_not_allowed(context: &Context<'_>, found: &mut Sink) {
    for (item, text, arn) in arns(context) {
        let has_none = GLOBAL.contains(&arn.service) || is_bucket(&arn) && arn.account.is_empty();
        if has_none && is_definite(arn.region) && arn.region != "region" {
            found.say(
                item.span,
                format!(
                    "ARNs of `{}` have no region here, and {} names {}",
                    arn.service,
                    code(text),
                    code(arn.region)
                ),
            );
        }
    }
}

fn arn_wildcard_service(context: &Context<'_>, found: &mut Sink) {
    for (item, text, arn) in arns(context) {
        if has_wildcard(arn.service) {
            found.say(
                item.span,
                format!(
                    "{} has a wildcard for its service, so it matches nothing",
                    code(text)
                ),
            );
        }
    }
}

fn arn_wildcard_type(context: &Context<'_>, found: &mut Sink) {
    const WITHOUT_TYPES: &[&str] = &[
        "apigateway",
        "execute-api",
        "s3",
        "s3-object-lambda",
        "s3express",
        "sns",
        "sqs",
    ];
    for (item, text, arn) in arns(context) {
        if WITHOUT_TYPES.contains(&arn.service) || has_wildcard(arn.service) {
            continue;
        }
        if let Some((kind, name)) = arn.resource.split_once(['/', ':'])
            && has_wildcard(kind)
            && !name.is_empty()
            && name != "*"
        {
            found.say(
                item.span,
                format!(
                    "{} has a wildcard for the kind of resource; write it out, as AWS's documentation asks",
                    code(text)
                ));
        }
    }
}

fn invalid_arn_account(context: &Context<'_>, found: &mut Sink) {
    for (item, text, arn) in arns(context) {
        let account = arn.account;
        // Words to be filled in have no digit, or say what belongs there.
        let is_number = is_definite(account)
            && account.bytes().any(|byte| byte.is_ascii_digit())
            && !account.to_ascii_lowercase().contains("account");
        if is_number && !(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
        {
            found.say(
                item.span,
                format!(
                    "{} in {} is no account: an account has twelve digits",
                    code(account),
                    code(text)
                ),
            );
        }
    }
}

fn invalid_arn_prefix(context: &Context<'_>, found: &mut Sink) {
    for (_, item, text) in texts(context) {
        let lower = text.to_ascii_lowercase();
        // API Gateway puts its own ARN in front of this one.
        let is_stand_in = text.starts_with("execute-api:/")
            // A blank alone is nothing to be filled in.
            || is_placeholder(&text.replace(' ', "-"))
            || has_wildcard(text.get(..1).unwrap_or_default())
            || lower.contains("arn")
            || lower.contains("resource")
            || text.is_empty();
        if !text.starts_with("arn:") && !is_stand_in {
            found.say(
                item.span,
                format!(
                    "{} is neither `*` nor an ARN: it does not begin with `arn:`",
                    code(text)
                ),
            );
        }
    }
}

/// What is wrong with a region, where something is.
pub(super) fn wrong_region(region: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov",
        "us-iso", "us-isob", "us-isof",
    ];
    const DIRECTIONS: &[&str] = &[
        "central",
        "east",
        "north",
        "northeast",
        "northwest",
        "south",
        "southeast",
        "southwest",
        "west",
    ];
    // Words to be filled in, and a place that is none: `region`, `aws-global`.
    let lower = region.to_ascii_lowercase();
    if !is_definite(region) || lower.contains("region") || lower.contains("global") {
        return false;
    }
    let Some((front, number)) = region.rsplit_once('-') else {
        return true;
    };
    let Some((prefix, direction)) = front.rsplit_once('-') else {
        return true;
    };
    number.len() != 1
        || !number.bytes().all(|byte| byte.is_ascii_digit())
        || !PREFIXES.contains(&prefix)
        || !DIRECTIONS.contains(&direction)
}

fn invalid_arn_region(context: &Context<'_>, found: &mut Sink) {
    for (item, text, arn) in arns(context) {
        if wrong_region(arn.region) {
            found.say(
                item.span,
                format!(
                    "{} in {} is no region of AWS's",
                    code(arn.region),
                    code(text)
                ),
            );
        }
    }
}

fn invalid_arn_resource(context: &Context<'_>, found: &mut Sink) {
    // Most ARNs of a policy are of one service.
    let mut last: Option<(&str, Option<Vec<&str>>)> = None;
    for (item, text, arn) in arns(context) {
        if arn.resource.is_empty() {
            found.say(
                item.span,
                format!("{} ends where its resource should stand", code(text)),
            );
            continue;
        }
        let kind = leading_word(arn.resource);
        let is_more = MORE_KINDS
            .iter()
            .any(|(service, more)| *service == arn.service && more.contains(&kind));
        if !is_definite(kind) || is_more {
            continue;
        }
        if last
            .as_ref()
            .is_none_or(|(service, _)| *service != arn.service)
        {
            last = Some((arn.service, kinds(context, arn.service)));
        }
        if let Some((_, Some(kinds))) = &last
            && !kinds.contains(&kind)
        {
            found.say(
                item.span,
                format!(
                    "`{}` has no resources {}; it has {}",
                    arn.service,
                    code(kind),
                    list(kinds)
                ),
            );
        }
    }
}

fn invalid_arn_service_case(context: &Context<'_>, found: &mut Sink) {
    for (item, text, arn) in arns(context) {
        let lower = arn.service.to_ascii_lowercase();
        if is_definite(arn.service) && arn.service != lower && !lower.starts_with("service") {
            found.say(
                item.span,
                format!(
                    "{} has the service {}; in ARNs it is written `{lower}`",
                    code(text),
                    code(arn.service)
                ),
            );
        }
    }
}

fn invalid_partition(context: &Context<'_>, found: &mut Sink) {
    const PARTITIONS: &[&str] = &[
        "aws",
        "aws-cn",
        "aws-eusc",
        "aws-iso",
        "aws-iso-b",
        "aws-iso-e",
        "aws-iso-f",
        "aws-us-gov",
    ];
    for (item, text, arn) in arns(context) {
        let is_open = has_wildcard(arn.partition)
            || is_placeholder(arn.partition)
            || arn.partition.eq_ignore_ascii_case("partition")
            || arn.partition.eq_ignore_ascii_case("aws-partition");
        if !PARTITIONS.contains(&arn.partition) && !is_open {
            found.say(
                item.span,
                format!(
                    "{} in {} is no partition; it is `aws`, `aws-cn` or `aws-us-gov`",
                    code(arn.partition),
                    code(text)
                ),
            );
        }
    }
}

/// The parts of an ARN with fewer than six.
fn short(text: &str) -> Option<Vec<&str>> {
    if !text.starts_with("arn:") || Arn::parse(text).is_some() || text.contains("${") {
        return None;
    }
    Some(text.split(':').collect())
}

/// Whether AWS would complete it to something that can match: the last part is a service or ends with a wildcard alone.
fn is_completed(parts: &[&str]) -> bool {
    match parts {
        ["arn", _, service] => !service.is_empty(),
        [.., last] if parts.len() > 3 => matches!(*last, "*" | ""),
        _ => false,
    }
}

fn missing_arn_field(context: &Context<'_>, found: &mut Sink) {
    for (_, item, text) in texts(context) {
        if let Some(parts) = short(text)
            && !is_completed(&parts)
            && !is_placeholder(text)
        {
            found.say(
                item.span,
                format!(
                    "{} has {} parts of the six of `arn:partition:service:region:account:resource`",
                    code(text),
                    parts.len()
                ),
            );
        }
    }
}

fn missing_arn_region(context: &Context<'_>, found: &mut Sink) {
    for (item, text, arn) in arns(context) {
        if arn.region.is_empty() && REGIONAL.contains(&arn.service) && !has_wildcard(arn.service) {
            // `arn:aws:ec2:::*` says everything, and is only odd.
            if arn.account.is_empty() && matches!(arn.resource, "*" | "") {
                continue;
            }
            found.say(
                item.span,
                format!(
                    "{} has no region, and every resource of `{}` has one; write it, or `*`",
                    code(text),
                    arn.service
                ),
            );
        }
    }
}

fn short_arn(context: &Context<'_>, found: &mut Sink) {
    for (_, item, text) in texts(context) {
        if let Some(parts) = short(text)
            && is_completed(&parts)
        {
            let place = if context.has_principals() || !context.is_iam() {
                "; AWS documents that for identity policies only"
            } else {
                ""
            };
            found.say(
                item.span,
                format!(
                    "{} is completed with `*` for the parts that it lacks{place}",
                    code(text)
                ),
            );
        }
    }
}
