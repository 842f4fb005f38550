use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::{Normalised, floor};
use crate::denial::operations;
use crate::denial::sentence::{Action, actions_at, resource_after, shown};
use crate::denial::value::{Value, token};
use crate::denial::{ActionSource, Denial};

/// *What it reads* · other sentences that print an action: `does not have permissions to call`, `doesn't have permission to perform`,
/// `API: s3:CreateBucket Access Denied`.
/// *What it never does* · read an action from prose: it must look like `service:Action`.
#[derive(Debug)]
pub(super) struct MissingPermissions;

impl Form for MissingPermissions {
    fn id(&self) -> &'static str {
        manual("missing-permissions")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`does not have permissions to call ACTION`, `not have permission to perform ACTION on resource RESOURCE`, `API: ACTION Access Denied`, `AccessDenied: ACTION on RESOURCE`, `Unable to use Connection: ARN. The provided role does not have sufficient permissions`, `IAM role ARN does not have sufficient permissions`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
            "API: s3:CreateBucket Access Denied",
            "Unable to use Connection: arn:aws:codestar-connections:us-east-1:111122223333:connection/1a2b. The provided role does not have sufficient permissions",
            "Insufficient privileges to create a backup; IAM role arn:aws:iam::111122223333:role/backup does not have sufficient permissions",
            "The service role does not have permission to perform: logs:CreateLogStream on resource: arn:aws:logs:us-east-1:111122223333:log-group:/a",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accessdenied",
            "lackspermission",
            "nothavepermission",
            "nothavethepermission",
            "nothavesufficientpermission",
            "nothavetherequiredpermission",
            "nthavepermission",
            "nthavethepermission",
            "ntauthorizedtocall",
            "insufficientpermission",
            "notauthorizedtocall",
            "notauthorizedtoinvoke",
            "notpermittedtoperform",
            "notallowedtoperform",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let Some(phrase) = text.squeezed().get(hit.range()) else {
            return Vec::new();
        };
        if phrase == "accessdenied" {
            let named = after_api(text, hit);
            return if named.is_empty() {
                after_code(text, hit)
            } else {
                named
            };
        }
        let window = text.squeezed_window(hit.end, 48);
        // `permissions`, and not the `s` of `s3`.
        let skipped = window
            .strip_prefix('s')
            .filter(|_| phrase.ends_with("permission"))
            .unwrap_or(window);
        let mut rest = skipped;
        for words in [
            "required",
            "needed",
            "tocallthe",
            "tocall",
            "toperformthe",
            "toperform",
            "toinvoke",
            "touse",
            "for",
            "action",
            "operation",
            ":",
        ] {
            rest = rest.strip_prefix(words).unwrap_or(rest);
        }
        let at = hit.end + (window.len() - rest.len());
        let actions = on_service(text, at).map_or_else(
            || actions_at(text, text.place_end(at)),
            |action| vec![action],
        );
        let Some(last) = actions.last() else {
            let found = connection(text, hit);
            return if found.is_empty() && phrase == "nothavesufficientpermission" {
                role_alone(text, hit)
            } else {
                found
            };
        };
        let (resource, end) = resource_after(text, text.squeezed_at(last.end));
        let who = principal(text, hit.start);
        let begin = who
            .as_ref()
            .map_or(hit.start, |who| text.squeezed_at(who.start))
            .min(hit.start);
        actions
            .iter()
            .map(|action| {
                let denial = Denial {
                    principal: shown(who.as_ref()),
                    action: Some(action.name.clone()),
                    resource: shown(resource.as_ref()),
                    action_source: action.source,
                    ..Denial::default()
                };
                Finding::new(denial, Span::new(begin, end), Weight::Sentence)
            })
            .collect()
    }
}

/// Services that Lambda names when its execution role lacks a permission (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html>).
const SERVICES: &[&str] = &[
    "DynamoDB", "EC2", "EFS", "KMS", "Kafka", "Kinesis", "Lambda", "MQ", "S3", "SNS", "SQS", "SSM",
];

/// `CreateNetworkInterface on EC2`.
fn on_service(text: &Normalised, at: usize) -> Option<Action> {
    let start = text.place_end(at);
    let rest = text.text().get(start..)?;
    let rest = rest.get(..floor(rest, 120))?;
    // Cut inside a word, or wrapped between two.
    let shapes = [
        rest.replace('\n', ""),
        rest.replace('\n', " "),
        rest.replacen('\n', "", 1).replace('\n', " "),
    ];
    let call = |shape: &String| -> Option<(String, String)> {
        let mut words = shape.split_whitespace();
        let operation = words.next()?.trim_matches(['"', '\'', '`']);
        let service = (words.next() == Some("on"))
            .then(|| words.next())
            .flatten()?;
        let service = service
            .split(|c: char| !c.is_ascii_alphanumeric())
            .find(|part| !part.is_empty())?;
        let capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        let plain = operation.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (capital(operation) && plain && capital(service) && service.len() <= 16)
            .then(|| (operation.to_owned(), service.to_owned()))
    };
    let calls: Vec<(String, String)> = shapes.iter().filter_map(call).collect();
    let known = calls
        .iter()
        .find(|(_, service)| SERVICES.contains(&service.as_str()));
    let (operation, service) = known.or(calls.first())?;
    let name = operations::action(service, operation)?;
    let first = rest.split_whitespace().next()?;
    Some(Action {
        name,
        source: ActionSource::Implied,
        end: start + (rest.len() - rest.trim_start().len()) + first.len(),
    })
}

/// `API: s3:CreateBucket Access Denied` of CloudFormation.
fn after_api(text: &Normalised, hit: Span) -> Vec<Finding> {
    let before = text.squeezed_before(hit.start, 80);
    let Some(at) = before.rfind("api:") else {
        return Vec::new();
    };
    let start = hit.start - (before.len() - at);
    let action = actions_at(text, text.place_end(start + 4))
        .into_iter()
        .next()
        .filter(|action| text.squeezed_at(action.end) == hit.start && action.name.contains(':'));
    let Some(action) = action else {
        return Vec::new();
    };
    let denial = Denial {
        action: Some(action.name),
        action_source: action.source,
        ..Denial::default()
    };
    vec![Finding::new(
        denial,
        Span::new(start, hit.end),
        Weight::Sentence,
    )]
}

/// `AccessDenied: s3:GetObject on reports`, as people and programs shorten it.
fn after_code(text: &Normalised, hit: Span) -> Vec<Finding> {
    let rest = text.squeezed_window(hit.end, 60);
    let tail = rest.strip_prefix("exception").unwrap_or(rest);
    let Some(said) = tail.strip_prefix(':') else {
        return Vec::new();
    };
    let at = hit.end + (rest.len() - said.len());
    let action = actions_at(text, text.place(at)).into_iter().next();
    let action = action.filter(|action| {
        action.source == ActionSource::Printed
            && action.name.split_once(':').is_some_and(|(_, name)| {
                name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })
    });
    let Some(action) = action else {
        return Vec::new();
    };
    let end = text.squeezed_at(action.end);
    let rest = text.text().get(action.end..).unwrap_or_default();
    let resource = rest
        .strip_prefix(" on ")
        .and_then(|_| token(text, action.end + 4))
        .filter(|value| !value.text.eq_ignore_ascii_case("resource"));
    // Whatever else follows is another sentence about the action.
    if resource.is_none()
        && !rest
            .trim_start()
            .starts_with(['\n', '"', '\'', '`', ')', ',', '.'])
        && !rest.is_empty()
    {
        return Vec::new();
    }
    let end = resource
        .as_ref()
        .map_or(end, |value| text.squeezed_at(value.end));
    let denial = Denial {
        action: Some(action.name),
        resource: shown(resource.as_ref()),
        ..Denial::default()
    };
    vec![Finding::new(
        denial,
        Span::new(hit.start, end),
        Weight::Sentence,
    )]
}

/// `Unable to use Connection: ARN. The provided role does not have sufficient permissions.` of CodePipeline and CodeBuild.
///
/// Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-permissions.html>
fn connection(text: &Normalised, hit: Span) -> Vec<Finding> {
    const OPENING: &str = "unabletouseconnection:";
    let before = text.squeezed_before(hit.start, 200);
    let Some(at) = before.rfind(OPENING) else {
        return Vec::new();
    };
    let start = hit.start - (before.len() - at);
    let arn = token(text, text.place_end(start + OPENING.len()))
        .map(|value| value.text.trim_end_matches('.').to_owned())
        .filter(|value| value.contains(":connection/"));
    let service = arn.as_deref().and_then(|arn| arn.split(':').nth(2));
    let Some(service) = service else {
        return Vec::new();
    };
    let denial = Denial {
        action: Some(format!("{service}:UseConnection")),
        resource: arn.clone(),
        action_source: ActionSource::Implied,
        ..Denial::default()
    };
    vec![Finding::new(
        denial,
        Span::new(start, hit.end),
        Weight::Sentence,
    )]
}

/// `IAM role ARN does not have sufficient permissions` of AWS Backup, which says no more.
fn role_alone(text: &Normalised, hit: Span) -> Vec<Finding> {
    let role = principal(text, hit.start).filter(|role| role.text.contains(":role/"));
    let Some(role) = role else {
        return Vec::new();
    };
    let span = Span::new(text.squeezed_at(role.start), hit.end);
    let denial = Denial {
        principal: Some(role.text),
        ..Denial::default()
    };
    vec![Finding::new(denial, span, Weight::Sentence)]
}

/// The last ARN before the verb, in the same sentence.
fn principal(text: &Normalised, at: usize) -> Option<Value> {
    let before = text.squeezed_before(at, 300);
    let found = before.rfind("arn:")?;
    let value = token(text, text.place(at - before.len() + found))?;
    let gap = text.text().get(value.end..text.place(at))?;
    (gap.len() < 24 && !gap.contains('.') && !gap.contains("\n\n")).then_some(value)
}
