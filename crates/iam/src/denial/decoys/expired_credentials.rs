use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// Credentials or a token whose time is over.
#[derive(Debug)]
pub(super) struct ExpiredCredentials;

impl Lookalike for ExpiredCredentials {
    fn id(&self) -> &'static str {
        "expired-credentials"
    }

    fn advice(&self) -> &'static str {
        "The credentials or the token have expired: sign in again (`aws sso login`, a new session, a shorter job); no policy is wrong."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "authorizationtokenhasexpired",
            "credentialshaveexpired",
            "expired-token",
            "expiredtoken",
            "expiredtokenexception",
            "expiredwebidentitytoken",
            "providedtokenhasexpired",
            "refreshfailed",
            "requestexpired",
            "requesthasexpired",
            "securitytokenincludedintherequestisexpired",
            "ssosessionassociatedwiththisprofilehasexpired",
            "ssotokenexpired",
            "tokenexpired:",
            "tokenhasexpiredandrefreshfailed",
            "tokenisexpired",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        (text.squeezed().get(hit.range()) != Some("refreshfailed")
            || text.squeezed_before(hit.start, 60).contains("token"))
        .then_some(hit)
    }
}
