//! Which IAM action an API operation needs, whose principal a service is, and names that stand for ARNs.
//!
//! An operation `X` of a service mostly needs the action `service:X`. Where it does not, `data/operations.tsv` says so, and
//! `data/names.tsv` says how messages call services; each line names AWS's page. `tables` is made from both by a test.

use super::tables;

/// The rows of a table: a line `@GROUP`, then the group's lines `NAME VALUE`.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let mut group = "";
    table.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix('@') {
            group = name;
            return None;
        }
        let (name, value) = line.split_once(' ')?;
        Some((group, name, value))
    })
}

/// The lines `NAME VALUE` of one group, each behind a line break; found without looking at the others' lines, since every action of every
/// policy is asked for.
fn group(table: &'static str, name: &str) -> &'static str {
    let mut rest = table;
    loop {
        let Some(at) = rest.find('@') else { return "" };
        let (begins, line) = (
            at == 0 || rest.as_bytes().get(at - 1) == Some(&b'\n'),
            rest.get(at + 1..).unwrap_or_default(),
        );
        let Some(behind) = line
            .strip_prefix(name)
            .filter(|behind| begins && behind.starts_with('\n'))
        else {
            rest = line;
            continue;
        };
        let end = behind.find("\n@").unwrap_or(behind.len());
        return behind.get(..end).unwrap_or_default();
    }
}

/// The action of the service with `prefix` behind `operation`, in any letter case, where it has another name.
#[must_use]
pub fn renamed(prefix: &str, operation: &str) -> Option<String> {
    group(tables::OPERATIONS, prefix)
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(name, _)| match name.strip_suffix('*') {
            Some(beginning) => operation
                .get(..beginning.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(beginning)),
            None => name.eq_ignore_ascii_case(operation),
        })
        .map(|(_, action)| full(prefix, action))
}

/// An action of the table: only another service's prefix is written out.
fn full(prefix: &str, action: &str) -> String {
    if action.contains(':') {
        action.to_owned()
    } else {
        format!("{prefix}:{action}")
    }
}

/// The action behind an operation that is printed without its service.
#[must_use]
pub fn action_of_operation(operation: &str) -> Option<String> {
    rows(tables::OPERATIONS)
        .find(|(_, name, _)| *name == operation)
        .map(|(prefix, _, action)| full(prefix, action))
}

/// The action behind an operation of `service`: an event source (`s3.amazonaws.com`) or a name (`S3`, `CloudWatch Logs`).
#[must_use]
pub fn action(service: &str, operation: &str) -> Option<String> {
    let prefix = service_prefix(service)?;
    // CloudTrail writes `Invoke20150331` of these.
    let plain = operation.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let operation = if prefix == "lambda" || prefix == "cloudfront" {
        plain
    } else {
        operation
    };
    if operation.is_empty() || !operation.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    renamed(&prefix, operation).or_else(|| Some(format!("{prefix}:{operation}")))
}

/// A service's name in lower case, without blanks and the brand before it.
fn folded(name: &str) -> String {
    let folded: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .map(|c| c.to_ascii_lowercase())
        .collect();
    ["amazon", "aws"]
        .iter()
        .find_map(|brand| folded.strip_prefix(brand))
        .filter(|rest| rest.len() > 1 && !rest.starts_with('-'))
        .map_or(folded.clone(), ToOwned::to_owned)
}

fn named(kind: &str, folded: &str) -> Option<&'static str> {
    let line = format!("\n{} ", folded.replace('-', ""));
    let names = group(tables::NAMES, kind);
    let value = names.get(names.find(&line)? + line.len()..)?;
    value.lines().next()
}

/// The prefix of a service's actions.
#[must_use]
pub fn service_prefix(service: &str) -> Option<String> {
    let folded = folded(service.split('.').next().unwrap_or_default());
    if folded.is_empty() || folded.len() > 40 {
        return None;
    }
    Some(named("prefix", &folded).map_or(folded, ToOwned::to_owned))
}

/// The principal of a service as a message calls it: `Lambda` is `lambda.amazonaws.com`.
#[must_use]
pub fn service_principal(name: &str) -> Option<&'static str> {
    named("principal", &folded(name))
}

/// The ARN of the queue behind an SQS URL: `https://sqs.us-east-1.amazonaws.com/111122223333/orders`.
#[must_use]
pub fn queue_arn(url: &str) -> Option<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let (account, queue) = path.split_once('/')?;
    let region = host
        .strip_prefix("sqs.")
        .and_then(|rest| rest.split_once(".amazonaws.com"))
        .or_else(|| {
            host.strip_suffix(".queue.amazonaws.com")
                .map(|region| (region, ""))
        })?;
    let partition = if region.1.starts_with(".cn") {
        "aws-cn"
    } else {
        "aws"
    };
    let queue = queue.trim_end_matches('/');
    (!account.is_empty() && !queue.is_empty())
        .then(|| format!("arn:{partition}:sqs:{}:{account}:{queue}", region.0))
}
