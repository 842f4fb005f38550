use undeny_iam::arn::Arn;
use undeny_iam::denial::{Denial, manual, operations};
use undeny_iam::service::Catalogue;

use super::missing_permission::MissingPermission;
use super::{Found, Precedence, Rule, Seen};
use crate::case::{Case, In};
use crate::diagnosis::Remedy;
use crate::understand::{is_bucket_action, name_at, named_after};
use undeny_text::Span;

/// The message prints no resource, and there can be only one.
///
/// # What it sees
/// A queue of SQS by its address. A denial without a resource whose action takes none, by AWS's own list (`lakeformation:GetDataAccess`), or is a call of OpenSearch
/// (`es:ESHttpPost`), which never prints one, where the pasted policies speak of exactly one domain; or a call on an object of S3 whose address
/// or bucket and key the wrapper names beside it.
///
/// # What it changes
/// What the rule `missing-permission` changes, on `*`, or on what is in that domain.
///
/// # What it never does
/// It takes no resource for granted where the policies speak of two domains, or where AWS's list does not have the action.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>,
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html>
#[derive(Debug)]
pub(super) struct UnprintedResource;

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    denial
        .resource
        .as_deref()
        .is_none_or(|resource| resource.starts_with("http"))
        && denial
            .action
            .as_deref()
            .is_some_and(|action| !action.starts_with("sts:"))
}

impl Rule for UnprintedResource {
    fn name(&self) -> &'static str {
        "unprinted-resource"
    }

    fn summary(&self) -> &'static str {
        manual("The message prints no resource, and there can be only one")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) || case.answer("resource").is_some() {
            return None;
        }
        let action = denial.action.as_deref()?;
        let (resource, said) = if let Some(url) = &denial.resource {
            let queue = operations::queue_arn(url)?;
            let said = format!("the queue's address is that of `{queue}`");
            (queue, said)
        } else if Catalogue::common().only_star(action) == Some(true) {
            let said = format!("`{action}` takes no resource, only `*`");
            ("*".to_owned(), said)
        } else if action.to_ascii_lowercase().starts_with("es:eshttp") {
            let domain = only_domain(case)?;
            let said =
                format!("the call was to `{domain}`, the only domain that the policies speak of");
            (format!("{domain}/*"), said)
        } else {
            let text = case.texts.get(seen.denial.input)?;
            let object = object_beside(around(text, denial.span), action)?;
            let said = format!("the call was on `{object}`, which the message names beside it");
            (object, said)
        };
        let told = In {
            input: seen.denial.input,
            value: Denial {
                resource: Some(resource),
                ..denial.clone()
            },
        };
        let Found(mut diagnosis) = MissingPermission.diagnose(&Seen {
            case,
            denial: &told,
        })?;
        diagnosis.rule = self.name();
        if let Remedy::Change { minimal, .. } = &mut diagnosis.remedy {
            minimal.assumptions.push(said);
        }
        Some(Found(diagnosis))
    }
}

/// The lines of a place, and the one before them.
fn around(text: &str, place: Span) -> &str {
    let before = text.get(..place.start).unwrap_or_default();
    let start = before
        .rmatch_indices('\n')
        .nth(1)
        .map_or(0, |(newline, _)| newline + 1);
    let after = text.get(place.end..).unwrap_or_default();
    let end = place.end + after.find('\n').unwrap_or(after.len());
    text.get(start..end).unwrap_or_default()
}

/// The object that a wrapper names: `on "https://BUCKET.s3.eu-west-1.amazonaws.com/KEY"`, `uploading S3 Object (KEY) to Bucket (BUCKET)`,
/// `Unable to access object "KEY" in S3 bucket "BUCKET"`.
fn object_beside(text: &str, action: &str) -> Option<String> {
    let is_object =
        action.starts_with("s3:") && action.contains("Object") && !is_bucket_action(action);
    if !is_object {
        return None;
    }
    let address = || {
        let (_, rest) = text.split_once("https://")?;
        let (host, key) = name_at(rest, 0).split_once('/')?;
        let (bucket, region) = host.split_once(".s3.")?;
        region
            .contains("amazonaws.com")
            .then_some((bucket, key.split('?').next()?))
    };
    let words = || {
        let labels = [("Object", "to Bucket"), ("object", "S3 bucket")];
        labels.into_iter().find_map(|(object, bucket)| {
            Some((named_after(text, bucket)?, named_after(text, object)?))
        })
    };
    let (bucket, key) = address().or_else(words)?;
    let is_plain = !bucket.is_empty() && !key.is_empty() && !key.contains(['*', '?', '$', '%']);
    is_plain.then(|| format!("arn:aws:s3:::{bucket}/{key}"))
}

/// The ARN of the one domain of OpenSearch that the policies name.
fn only_domain(case: &Case<'_>) -> Option<String> {
    let mut found: Vec<String> = case
        .policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.resources)
        .flat_map(|element| &element.items)
        .filter_map(|item| {
            let value = item.value();
            let arn = Arn::parse(&value).filter(|arn| arn.service == "es")?;
            let name = arn.resource.strip_prefix("domain/")?.split('/').next()?;
            let resource = format!("domain/{name}");
            Some(
                Arn {
                    resource: &resource,
                    ..arn
                }
                .to_string(),
            )
        })
        .collect();
    found.sort();
    found.dedup();
    match found.as_slice() {
        [only] if !only.contains(['*', '?']) => found.pop(),
        _ => None,
    }
}
