use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A registry of packages that is not CodeArtifact.
#[derive(Debug)]
pub(super) struct PackageRegistry;

impl Lookalike for PackageRegistry {
    fn id(&self) -> &'static str {
        "package-registry"
    }

    fn advice(&self) -> &'static str {
        "The package registry refused this, and it is not one of CodeArtifact: look at the registry's address, at the token and its rights, and at who owns the package's name."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "npm ERR! code E403
npm ERR! 403 403 Forbidden - PUT https://registry.npmjs.org/@acme%2fui - You do not have permission to publish \"ui\". Are you logged in as the correct user?",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["npmerr!codee403", "npmerrorcodee403"]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let around = text.squeezed_before(hit.start, 200);
        let after = text.squeezed_window(hit.end, 400);
        (!around.contains(".codeartifact.") && !after.contains(".codeartifact.")).then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
