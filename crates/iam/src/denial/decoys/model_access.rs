use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A model that the account has not enabled.
#[derive(Debug)]
pub(super) struct ModelAccess;

impl Lookalike for ModelAccess {
    fn id(&self) -> &'static str {
        "model-access"
    }

    fn advice(&self) -> &'static str {
        "The account has no access to this model: enable it, or accept its agreement, in the Bedrock console of that region. No policy changes that."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "AccessDeniedException: You don't have access to the model with the specified model ID.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accesstothemodelwiththespecified",
            "agreementtothismodel",
            "anthropicmodelsisnotallowed",
            "haveaccesstothemodelwiththespecifiedmodelid",
            "isnotavailableforthisaccount",
            "isntsupported",
            "isntsupportedwithon-demandthroughput",
            "modelaccessisnotenabled",
            "modelusecasedetailshavenotbeensubmitted",
            "operationnotallowed",
            "thismodelismarkedbyproviderasl",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let around = text.squeezed_before(hit.start, 300);
        let after = text.squeezed_window(hit.end, 60);
        let bedrock = after.contains("bedrock")
            || around.contains("bedrock")
            || around.contains("invokemodel")
            || around.contains("converse")
            || around.contains("model");
        (!matches!(
            phrase,
            "operationnotallowed" | "isntsupported" | "isnotavailableforthisaccount"
        ) || bedrock)
            .then_some(hit)
    }
}
