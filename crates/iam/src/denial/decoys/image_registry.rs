use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A registry other than ECR refuses the image.
#[derive(Debug)]
pub(super) struct ImageRegistry;

impl Lookalike for ImageRegistry {
    fn id(&self) -> &'static str {
        "image-registry"
    }

    fn advice(&self) -> &'static str {
        "The container registry refused the image, and it is not a private ECR repository: check the image's name, the login and the rate limit."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Error response from daemon: pull access denied for acme/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "failedtofetchoauthtoken",
            "insufficient_scope:authorizationfailed",
            "pullaccessdeniedfor",
            "requestedaccesstotheresourceisdenied",
            "toomanyrequests:youhavereached",
            "unauthorized:authenticationrequired",
            "unauthorized:incorrectusernameorpassword",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let around = text.squeezed_before(hit.start, 200);
        let window = text.squeezed_window(hit.end, 200);
        (!around.contains(".dkr.ecr.") && !window.contains(".dkr.ecr.")).then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
