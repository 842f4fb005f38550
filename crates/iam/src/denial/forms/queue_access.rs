use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::Denial;
use crate::denial::normalise::Normalised;
use crate::denial::sentence::{principal_before, shown};
use crate::denial::value::token;

/// *What it reads* · `Access to the resource URL is denied` of SQS, and API Gateway's and others' `not authorized to access this resource` with a caller.
/// *What it never does* · turn the URL into an ARN here; [`crate::denial::operations::queue_arn`] does where it is wanted.
#[derive(Debug)]
pub(super) struct QueueAccess;

impl Form for QueueAccess {
    fn id(&self) -> &'static str {
        manual("queue-access")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Access to the resource URL is denied.`, `User: ARN is not authorized to access this resource`, `ARN is not authorized to create managed-rule`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-access-denied.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/orders is denied.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accesstotheresource",
            "notauthorizedtoaccess",
            "notauthorizedtocreatemanaged-rule",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.end, 400);
        if text.squeezed().get(hit.range()) != Some("accesstotheresource") {
            return caller(text, hit, window);
        }
        let Some(end) = window.find("isdenied") else {
            return Vec::new();
        };
        let value =
            crate::denial::value::between(text, text.place_end(hit.end), text.place(hit.end + end))
                .filter(|value| value.text.contains("://") || value.text.starts_with("arn:"))
                .filter(|value| !value.text.contains(' '));
        let Some(value) = value else {
            return Vec::new();
        };
        let denial = Denial {
            resource: shown(Some(&value)),
            ..Denial::default()
        };
        vec![Finding::new(
            denial,
            Span::new(hit.start, hit.end + end + 8),
            Weight::Sentence,
        )]
    }
}

/// `User: ARN is not authorized to access this resource`: an authorizer's own refusal prints no ARN.
fn caller(text: &Normalised, hit: Span, window: &str) -> Vec<Finding> {
    let verb = if text.squeezed_before(hit.start, 2) == "is" {
        2
    } else {
        0
    };
    let who = principal_before(text, hit.start - verb).filter(|who| who.text.starts_with("arn:"));
    let Some(who) = who else {
        return Vec::new();
    };
    let resource = window
        .strip_prefix("resource:")
        .map(|_| hit.end + "resource:".len())
        .and_then(|at| token(text, text.place_end(at)))
        .or_else(|| {
            token(text, text.place_end(hit.end)).filter(|value| value.text.starts_with("arn:"))
        });
    let begin = text.squeezed_at(who.start);
    let end = resource
        .as_ref()
        .map_or(hit.end, |value| text.squeezed_at(value.end));
    let denial = Denial {
        principal: shown(Some(&who)),
        resource: shown(resource.as_ref()),
        ..Denial::default()
    };
    vec![Finding::new(
        denial,
        Span::new(begin, end),
        Weight::Sentence,
    )]
}
