//! CloudTrail events and decoded authorization messages: the richest input, JSON that carries the whole request.
//!
//! An event that prints the sentence completes it (the call, the condition keys); one that does not is a denial of its own.

use undeny_text::Span;

use super::forms::{Finding, Weight, is_denial_code};
use super::json::{self, Json};
use super::normalise::Normalised;
use super::{ActionSource, Denial, DenialKind, operations};

/// The squeezed phrases inside the objects that are read here.
pub(super) const ANCHORS: &[&str] = &["errorcode:", "explicitdeny:"];

/// One event of the paste.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Its object, in the squeezed text.
    pub(super) span: Span,
    operation: Option<String>,
    principal: Option<String>,
    context: Vec<(String, Vec<String>)>,
    /// What it says by itself.
    pub(super) denial: Option<Finding>,
}

impl Event {
    /// Adds what the event knows to a denial that was read from its message.
    pub(super) fn complete(&self, denial: &mut Denial) {
        denial.operation = denial.operation.take().or_else(|| self.operation.clone());
        if denial.principal.is_none() && denial.action.is_some() {
            denial.principal.clone_from(&self.principal);
        }
        for (key, values) in &self.context {
            if !denial.context.iter().any(|(known, _)| known == key) {
                denial.context.push((key.clone(), values.clone()));
            }
        }
    }
}

/// No event that CloudTrail writes is longer.
const LONGEST: usize = 256 * 1024;

/// The events around the squeezed offsets `anchors`.
pub(super) fn read(text: &Normalised, anchors: &[usize]) -> Vec<Event> {
    if anchors.is_empty() {
        return Vec::new();
    }
    let mut anchors: Vec<usize> = anchors.iter().map(|anchor| text.place(*anchor)).collect();
    anchors.sort_unstable();
    let mut opens = openings(text, &anchors);
    opens.sort_unstable();
    opens.dedup();
    // Objects may be nested without end in a hostile paste: all of them together are read as often as a few times the paste.
    let mut budget = text.text().len().saturating_mul(4).saturating_add(LONGEST);
    let mut events = Vec::new();
    for open in opens {
        if budget == 0 {
            break;
        }
        let (object, end) = json::object(text.text(), open, LONGEST.min(budget));
        budget = budget.saturating_sub(end.saturating_sub(open).max(1));
        let span = Span::new(text.squeezed_at(open), text.squeezed_at(end));
        events.extend(decoded(&object, span).or_else(|| cloud_trail(&object, span)));
    }
    events
}

/// The innermost `{` around each of the sorted offsets; for a cut-off event without one, the start of its text.
fn openings(text: &Normalised, anchors: &[usize]) -> Vec<usize> {
    let mut stack: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    let mut next = anchors.iter().copied().peekable();
    for (at, byte) in text.text().bytes().enumerate() {
        while let Some(anchor) = next.next_if(|anchor| *anchor <= at) {
            let cut_off = || {
                let mut number = text.line_at(anchor);
                // Up to the first member that is still there.
                for _ in 0..200 {
                    let before = number.checked_sub(1).and_then(|before| text.line(before));
                    let member = before.is_some_and(|line| {
                        text.text().get(line.start..line.end).is_some_and(|line| {
                            let line = line.trim();
                            line.starts_with(['"', '}', ']']) && line.ends_with([',', '{', '['])
                        })
                    });
                    if !member {
                        break;
                    }
                    number -= 1;
                }
                let start = text.line(number).map_or(anchor, |line| line.start);
                // Ends of objects that began above the cut.
                let rest = text.text().get(start..).unwrap_or_default();
                let ends = |c: char| c.is_whitespace() || matches!(c, '}' | ']' | ',');
                start + (rest.len() - rest.trim_start_matches(ends).len())
            };
            found.push(stack.last().copied().unwrap_or_else(cut_off));
        }
        match byte {
            b'{' => stack.push(at),
            b'}' => {
                stack.pop();
            }
            _ => {}
        }
    }
    found
}

fn cloud_trail(object: &Json, span: Span) -> Option<Event> {
    let name = object.text_at(&["eventName"]);
    let source = object.text_at(&["eventSource"]);
    let identity = object.get("userIdentity");
    name?;
    let whole = source.is_some() || identity.is_some();
    let code = object.text_at(&["errorCode"])?;
    if !is_denial_code(&code.to_ascii_lowercase()) {
        return None;
    }
    let principal = identity.and_then(|identity| {
        identity
            .text_at(&["arn"])
            .or_else(|| identity.text_at(&["identityProvider"]))
            .or_else(|| {
                identity
                    .text_at(&["invokedBy"])
                    .filter(|_| identity.text_at(&["type"]) == Some("AWSService"))
            })
    });
    let action = source
        .zip(name)
        .and_then(|(source, name)| operations::action(source, name));
    let context = context(object);
    let resource = resource(object, name.unwrap_or_default());
    let denial = Denial {
        principal: principal.map(ToOwned::to_owned),
        action_source: if action.is_some() {
            ActionSource::Implied
        } else {
            ActionSource::Printed
        },
        action,
        resource,
        operation: name.map(ToOwned::to_owned),
        context: context.clone(),
        ..Denial::default()
    };
    Some(Event {
        span,
        operation: name.map(ToOwned::to_owned),
        principal: principal.map(ToOwned::to_owned),
        context,
        denial: whole.then(|| Finding::new(denial, span, Weight::Whole)),
    })
}

/// What the request named: the resource that fits the call best.
fn resource(object: &Json, operation: &str) -> Option<String> {
    if operation.starts_with("AssumeRole")
        && let Some(role) = object.text_at(&["requestParameters", "roleArn"])
    {
        return Some(role.to_owned());
    }
    let listed: Vec<(&str, &str)> = object
        .get("resources")
        .map(Json::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| {
            let arn = item.text_at(&["ARN"]).or_else(|| item.text_at(&["arn"]))?;
            Some((item.text_at(&["type"]).unwrap_or_default(), arn))
        })
        .collect();
    let wanted = if operation.contains("Object") {
        "AWS::S3::Object"
    } else {
        ""
    };
    listed
        .iter()
        .find(|(kind, _)| *kind == wanted)
        .or_else(|| listed.first())
        .map(|(_, arn)| (*arn).to_owned())
        .or_else(|| {
            let mut arns = object
                .get("requestParameters")
                .map(Json::members)
                .unwrap_or_default()
                .iter()
                .filter_map(|(_, value)| value.text())
                .filter(|value| value.starts_with("arn:"));
            let first = arns.next()?;
            arns.next().is_none().then(|| first.to_owned())
        })
        .or_else(|| {
            let parameter = |name| object.text_at(&["requestParameters", name]);
            let bucket = parameter("bucketName")?;
            Some(
                match parameter("key").filter(|_| operation.contains("Object")) {
                    Some(key) => format!("arn:aws:s3:::{bucket}/{key}"),
                    None => format!("arn:aws:s3:::{bucket}"),
                },
            )
        })
}

/// Condition keys, where the event prints them, and their path.
const KEYS: &[(&str, &[&str])] = &[
    (
        "aws:MultiFactorAuthPresent",
        &[
            "userIdentity",
            "sessionContext",
            "attributes",
            "mfaAuthenticated",
        ],
    ),
    ("aws:PrincipalAccount", &["userIdentity", "accountId"]),
    ("aws:RequestedRegion", &["awsRegion"]),
    ("aws:SourceVpce", &["vpcEndpointId"]),
    ("aws:UserAgent", &["userAgent"]),
    ("aws:username", &["userIdentity", "userName"]),
    ("ec2:InstanceType", &["requestParameters", "instanceType"]),
    (
        "iam:PermissionsBoundary",
        &["requestParameters", "permissionsBoundary"],
    ),
    ("sts:ExternalId", &["requestParameters", "externalId"]),
    (
        "sts:RoleSessionName",
        &["requestParameters", "roleSessionName"],
    ),
    (
        "sts:SourceIdentity",
        &["requestParameters", "sourceIdentity"],
    ),
];

fn context(object: &Json) -> Vec<(String, Vec<String>)> {
    let mut context: Vec<(String, Vec<String>)> = Vec::new();
    for (key, path) in KEYS {
        let named =
            *key == "aws:username" && object.text_at(&["userIdentity", "type"]) != Some("IAMUser");
        if let Some(value) = object.text_at(path).filter(|_| !named) {
            context.push(((*key).to_owned(), vec![value.to_owned()]));
        }
    }
    if let Some(address) = object.text_at(&["sourceIPAddress"]) {
        let number = address
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'));
        if number {
            context.push(("aws:SourceIp".to_owned(), vec![address.to_owned()]));
        } else if address.ends_with(".amazonaws.com") {
            context.push(("aws:CalledVia".to_owned(), vec![address.to_owned()]));
        }
    }
    let tags = object
        .at(&["requestParameters", "tags"])
        .map(Json::items)
        .unwrap_or_default();
    let mut names = Vec::new();
    for tag in tags {
        let name = tag.text_at(&["key"]).or_else(|| tag.text_at(&["Key"]));
        let value = tag.text_at(&["value"]).or_else(|| tag.text_at(&["Value"]));
        if let Some((name, value)) = name.zip(value) {
            context.push((format!("aws:RequestTag/{name}"), vec![value.to_owned()]));
            names.push(name.to_owned());
        }
    }
    if !names.is_empty() {
        context.push(("aws:TagKeys".to_owned(), names));
    }
    let transitive: Vec<String> = object
        .at(&["requestParameters", "transitiveTagKeys"])
        .map(Json::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|key| key.text().map(ToOwned::to_owned))
        .collect();
    if !transitive.is_empty() {
        context.push(("sts:TransitiveTagKeys".to_owned(), transitive));
    }
    web_identity(object, &mut context);
    context.sort();
    context.dedup_by(|a, b| a.0 == b.0);
    context
}

/// The claims of the token, as `PROVIDER:claim`.
fn web_identity(object: &Json, context: &mut Vec<(String, Vec<String>)>) {
    let host = |provider: &str| {
        provider
            .split_once("oidc-provider/")
            .map_or(provider, |(_, host)| host)
            .trim_start_matches("https://")
            .to_owned()
    };
    if let Some(identity) = object.get("userIdentity")
        && identity.text_at(&["type"]) == Some("WebIdentityUser")
        && let Some(provider) = identity.text_at(&["identityProvider"])
    {
        let host = host(provider);
        if let Some(subject) = identity.text_at(&["userName"]) {
            context.push((format!("{host}:sub"), vec![subject.to_owned()]));
            // `PROVIDER:AUDIENCE:SUBJECT`
            let audience = identity
                .text_at(&["principalId"])
                .and_then(|id| id.strip_suffix(subject))
                .and_then(|id| id.trim_end_matches(':').rsplit_once(&host))
                .map(|(_, audience)| audience.trim_matches(':'))
                .filter(|audience| !audience.is_empty());
            if let Some(audience) = audience {
                context.push((format!("{host}:aud"), vec![audience.to_owned()]));
            }
        }
    }
    let data = object.at(&["userIdentity", "sessionContext", "webIdFederationData"]);
    if let Some(data) = data {
        let Some(provider) = data.text_at(&["federatedProvider"]) else {
            return;
        };
        let host = host(provider);
        for (name, value) in data
            .get("attributes")
            .map(Json::members)
            .unwrap_or_default()
        {
            if let Some(value) = value.text() {
                let key = if name.contains(':') {
                    name.clone()
                } else {
                    format!("{host}:{name}")
                };
                context.push((key, vec![value.to_owned()]));
            }
        }
    }
}

/// `{"allowed":false,"explicitDeny":false,"context":{...}}` of `sts decode-authorization-message`.
fn decoded(object: &Json, span: Span) -> Option<Event> {
    let explicit = object.text_at(&["explicitDeny"])?;
    let request = object.get("context")?;
    let action = request.text_at(&["action"]);
    let principal = request.text_at(&["principal", "arn"]);
    let resource = request.text_at(&["resource"]);
    if action.is_none() && principal.is_none() && resource.is_none() {
        return None;
    }
    let context: Vec<(String, Vec<String>)> = request
        .at(&["conditions", "items"])
        .map(Json::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| {
            let key = item.text_at(&["key"])?;
            let values = item
                .at(&["values", "items"])
                .map(Json::items)
                .unwrap_or_default()
                .iter()
                .filter_map(|value| value.text_at(&["value"]).map(ToOwned::to_owned))
                .collect();
            Some((key.to_owned(), values))
        })
        .collect();
    let denial = Denial {
        principal: principal.map(ToOwned::to_owned),
        action: action.map(ToOwned::to_owned),
        resource: resource.map(ToOwned::to_owned),
        kind: if explicit == "true" {
            DenialKind::Explicit
        } else {
            DenialKind::Implicit
        },
        context: context.clone(),
        ..Denial::default()
    };
    Some(Event {
        span,
        operation: None,
        principal: None,
        context,
        denial: (object.text_at(&["allowed"]) != Some("true"))
            .then(|| Finding::new(denial, span, Weight::Whole)),
    })
}
