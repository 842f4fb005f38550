use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::Denial;
use crate::denial::normalise::Normalised;
use crate::denial::sentence::actions_at;

/// *What it reads* · Bedrock's list of actions in brackets: one denial each.
/// *What it never does* · take "IAM user or service role" for a principal.
#[derive(Debug)]
pub(super) struct MarketplaceActions;

impl Form for MarketplaceActions {
    fn id(&self) -> &'static str {
        manual("marketplace-actions")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`is not authorized to perform the required AWS Marketplace actions (ACTION, ACTION)`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["authorizedtoperformtherequired"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.end, 60);
        let Some(open) = window.find('(').filter(|at| {
            window.get(..*at).is_some_and(|words| {
                words.ends_with("actions")
                    || words.ends_with("permissions")
                    || words.ends_with("action")
            })
        }) else {
            return Vec::new();
        };
        actions_at(text, text.place_end(hit.end + open + 1))
            .into_iter()
            .map(|action| {
                let span = Span::new(hit.start, text.squeezed_at(action.end));
                let denial = Denial {
                    action: Some(action.name),
                    action_source: action.source,
                    ..Denial::default()
                };
                Finding::new(denial, span, Weight::Sentence)
            })
            .collect()
    }
}
