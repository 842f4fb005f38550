use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// Azure's own authorization.
#[derive(Debug)]
pub(super) struct Azure;

impl Lookalike for Azure {
    fn id(&self) -> &'static str {
        "other-cloud-azure"
    }

    fn advice(&self) -> &'static str {
        "This is Azure, not AWS: give the client the role at that scope in Azure."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Storage/read' over scope '/subscriptions/z'",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "aadsts",
            "authorizationfailed",
            "authorizationpermissionmismatch",
            "linkedauthorizationfailed",
            "nothaveauthorizationtoperformaction",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        if phrase == "aadsts" {
            let digit = text
                .squeezed_window(hit.end, 1)
                .bytes()
                .all(|byte| byte.is_ascii_digit());
            return digit.then_some(hit);
        }
        let before = text.squeezed_before(hit.start, 200);
        let window = text.squeezed_window(hit.end, 400);
        let azure = phrase != "authorizationfailed"
            || window.contains("microsoft.")
            || window.contains("client")
            || before.contains("azure")
            || window.contains("azure");
        azure.then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
