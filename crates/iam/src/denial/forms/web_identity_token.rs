use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · STS's refusals of a web identity token or SAML assertion: no such provider, wrong audience, wrong thumbprint.
/// *What it never does* · read an expired token as a denial (that is a decoy).
#[derive(Debug)]
pub(super) struct WebIdentityToken;

impl Form for WebIdentityToken {
    fn id(&self) -> &'static str {
        manual("web-identity-token")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`No OpenIDConnect provider found in your account for URL`, `Incorrect token audience`, `InvalidIdentityToken`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "InvalidIdentityToken: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com",
            "An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "couldntretrieveverificationkeyfromyouridentityprovider",
            "httpscertificatedoesntmatchconfiguredthumbprint",
            "incorrecttokenaudience",
            "invalididentitytoken",
            "noopenidconnectproviderfound",
            "nosamlproviderfound",
            "specifiedproviderdoesntexist",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let phrase = text.squeezed().get(hit.range()).unwrap_or_default();
        let window = text.squeezed_window(hit.end, 120);
        if window.contains("expired") && phrase == "invalididentitytoken" {
            return Vec::new();
        }
        let saml = phrase.contains("saml")
            || phrase == "specifiedproviderdoesntexist"
                && text.squeezed_before(hit.start, 200).contains("saml");
        let provider = phrase.contains("provider")
            || phrase.contains("thumbprint")
            || window.contains("provider")
            || window.contains("thumbprint");
        let action = if saml {
            "sts:AssumeRoleWithSAML"
        } else {
            "sts:AssumeRoleWithWebIdentity"
        };
        let denial = Denial {
            action: Some(action.to_owned()),
            action_source: ActionSource::Implied,
            inferred_policy_type: (!provider).then_some(PolicyType::Trust),
            ..Denial::default()
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}
