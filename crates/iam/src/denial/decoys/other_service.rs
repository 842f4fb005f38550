use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// Another provider's service says in its own name that it refuses.
#[derive(Debug)]
pub(super) struct OtherService;

impl Lookalike for OtherService {
    fn id(&self) -> &'static str {
        "other-service"
    }

    fn advice(&self) -> &'static str {
        "This is the answer of another service than AWS: look at the token, the role or the plan that it knows."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Error: POST https://api.digitalocean.com/v2/droplets: 403 (request \"9f\") You are not authorized to perform this operation",
            "{\"code\":\"NotAuthorizedOrNotFound\",\"message\":\"Authorization failed or requested resource not found.\"}",
            "ErrorCode: NoPermission ErrorMessage: You are not authorized to do this action. You should be authorized by RAM.",
            "Error making API request. URL: PUT https://vault.acme.example/v1/secret/data/api Code: 403. Errors: * 1 error occurred: * permission denied",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "/v1/secret/data",
            "authorizedbyram",
            "cloudflareapitoken",
            "currentuserisnotauthorizedtoperformthisaction",
            "notauthorizedornotfound",
            "vault/v1/",
            "youarenotauthorizedtoperformthis",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let (before, after) = (
            text.squeezed_before(hit.start, 200),
            text.squeezed_window(hit.end, 200),
        );
        match phrase {
            "/v1/secret/data" | "vault/v1/" => after.contains("permissiondenied").then_some(hit),
            "youarenotauthorizedtoperformthis" => {
                let aws = [
                    "amazonaws",
                    "arn:aws",
                    "unauthorizedoperation",
                    "encodedauthorization",
                ];
                let is_aws = aws
                    .iter()
                    .any(|sign| before.contains(sign) || after.contains(sign));
                // An address in the same line.
                let line = text
                    .text()
                    .get(..text.place(hit.start))
                    .and_then(|before| before.rsplit('\n').next());
                let elsewhere = line.is_some_and(|line| line.contains("https://"))
                    || ["ibmcloud", "inibm"]
                        .iter()
                        .any(|name| after.contains(name));
                (elsewhere && !is_aws).then_some(hit)
            }
            _ => Some(hit),
        }
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
