use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::{Normalised, floor};
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · Lambda's sentence on a stream that its function's role may not read, which lists the calls.
/// *What it never does* · take a call for the action of a service that the stream's ARN does not name.
#[derive(Debug)]
pub(super) struct StreamActions;

impl Form for StreamActions {
    fn id(&self) -> &'static str {
        manual("stream-actions")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Cannot access stream ARN. Please ensure the role can perform the A, B, and C Actions on your stream in IAM.`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-create-package.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Cannot access stream arn:aws:kinesis:us-east-1:111122223333:stream/orders. Please ensure the role can perform the GetRecords, \
             GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["ensuretherolecanperformthe"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let rest = text
            .text()
            .get(text.place_end(hit.end)..)
            .unwrap_or_default();
        let rest = rest.get(..floor(rest, 240)).unwrap_or_default();
        let before = text.squeezed_before(hit.start, 300);
        // Everything from the ARN to the next sentence is the ARN, wherever it is wrapped.
        let stream = before.rfind("arn:").map(|at| {
            let start = text.place(hit.start - before.len() + at);
            let raw = text.text().get(start..text.place(hit.start));
            let joined: String = raw.unwrap_or_default().split_whitespace().collect();
            let joined = joined.strip_suffix("Please").unwrap_or(&joined);
            joined.trim_end_matches('.').to_owned()
        });
        // Wrapped between words or inside one: the names are between commas either way.
        let rest = rest.replace('\n', "");
        let (Some(stream), Some((list, _))) = (stream, rest.split_once("Actions")) else {
            return Vec::new();
        };
        let Some(service) = stream.split(':').nth(2).map(str::to_owned) else {
            return Vec::new();
        };
        list.split(',')
            .map(str::trim)
            .map(|name| name.strip_prefix("and").map_or(name, str::trim_start))
            .filter(|name| {
                name.starts_with(|letter: char| letter.is_ascii_uppercase())
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })
            .map(|name| {
                let denial = Denial {
                    action: Some(format!("{service}:{name}")),
                    resource: (name != "ListStreams").then(|| stream.clone()),
                    action_source: ActionSource::Implied,
                    inferred_policy_type: Some(PolicyType::Identity),
                    ..Denial::default()
                };
                let start = hit.start - before.len() + before.rfind("arn:").unwrap_or_default();
                Finding::new(denial, Span::new(start, hit.end), Weight::Implied)
            })
            .collect()
    }
}
