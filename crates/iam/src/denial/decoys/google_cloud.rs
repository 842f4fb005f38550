use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// Google Cloud's own authorization.
#[derive(Debug)]
pub(super) struct GoogleCloud;

impl Lookalike for GoogleCloud {
    fn id(&self) -> &'static str {
        "other-cloud-google"
    }

    fn advice(&self) -> &'static str {
        "This is Google Cloud, not AWS: give the account the role there."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "(oritmaynotexist)",
            "accessdeniedexception:403",
            "bigqueryerrorin",
            "gcloud.",
            "googleapis.com",
            "gserviceaccount.com",
            "iam_permission_denied",
            "permission_denied",
            "thecallerdoesnothavepermission",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let before = text.squeezed_before(hit.start, 300);
        let window = text.squeezed_window(hit.end, 300);
        match phrase {
            // QuickSight and others begin AWS's own sentence with the word.
            "permission_denied" => (window.contains("googleapis")
                || before.contains("googleapis")
                || before.contains("google")
                || window.contains("cloudresourcemanager"))
            .then_some(hit),
            "gcloud." | "googleapis.com" | "gserviceaccount.com" => {
                let denied = |around: &str| {
                    around.contains("denied")
                        || around.contains("403")
                        || around.contains("doesnothave")
                };
                (denied(before) || denied(window)).then_some(hit)
            }
            _ => Some(hit),
        }
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
