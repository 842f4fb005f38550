use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A secret that was read and is not of the wanted form.
#[derive(Debug)]
pub(super) struct SecretFormat;

impl Lookalike for SecretFormat {
    fn id(&self) -> &'static str {
        "secret-format"
    }

    fn advice(&self) -> &'static str {
        "The secret was fetched, so access is fine; its content is not the JSON that the task definition asks for."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "ResourceInitializationError: unable to pull secrets or registry auth: invalid character 'p' in literal true (expecting 'r')",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["didnotcontainjsonkey", "invalidcharacter"]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let around = text.squeezed_before(hit.start, 300);
        (around.contains("secret") || around.contains("resourceinitializationerror")).then_some(hit)
    }
}
