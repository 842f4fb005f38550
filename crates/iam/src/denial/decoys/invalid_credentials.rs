use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// Credentials that AWS does not know, cannot verify, or that are missing.
#[derive(Debug)]
pub(super) struct InvalidCredentials;

impl Lookalike for InvalidCredentials {
    fn id(&self) -> &'static str {
        "invalid-credentials"
    }

    fn advice(&self) -> &'static str {
        "AWS does not know who asks: the keys are missing, wrong, deleted or signed wrongly. Fix the credentials first; no policy was looked at."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accesskeyidyouprovideddoesnotexist",
            "authfailure",
            "awswasnotabletovalidatetheprovidedaccesscredentials",
            "butnocredentialshavebeenconfigured",
            "couldnotloadcredentialsfromanyproviders",
            "credentialscouldnotbeloaded",
            "credentialsnotfound",
            "credentialsprovidererror",
            "incompletesignature",
            "incorrectusernameorpassword",
            "invalidaccesskeyid",
            "invalidclienttokenid",
            "invalidsignatureexception",
            "missingauthenticationtoken",
            "missingcredentialsinconfig",
            "noawscredentialsprovidedby",
            "nobasicauthcredentials",
            "nocredentialproviders",
            "nocredentialsproviders",
            "notauthorizedexception",
            "novalidcredentialsources",
            "novalidcredentialsourcesfound",
            "partialcredentials",
            "requestsignaturewecalculateddoesnotmatch",
            "samlresponse",
            "securitytokenincludedintherequestisinvalid",
            "signaturedoesnotmatch",
            "tokenprovidedisnotavalidjwt",
            "unabletoloadawscredentials",
            "unabletoloadcredentials",
            "unabletolocatecredentials",
            "unauthenticatedaccessisnotsupportedforthisidentitypool",
            "unrecognizedclientexception",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let window = text.squeezed_window(hit.end, 80);
        match phrase {
            "samlresponse" => {
                (text.squeezed_before(hit.start, 24).ends_with("invalid")).then_some(hit)
            }
            "authfailure" => {
                (window.starts_with([':', ')', ',']) || window.starts_with("(")).then_some(hit)
            }
            "tokenprovidedisnotavalidjwt" => None,
            _ => Some(hit),
        }
    }
}
