use crate::denial::manual_list;

use super::Lookalike;

/// SES does not know the name and password of a mail client.
#[derive(Debug)]
pub(super) struct MailLogin;

impl Lookalike for MailLogin {
    fn id(&self) -> &'static str {
        "mail-login"
    }

    fn advice(&self) -> &'static str {
        "SES's mail server did not accept the login, and no policy was looked at: the SMTP password is not a secret access key but is made from one, for one region; make SMTP credentials for the region of the endpoint."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&["535 Authentication Credentials Invalid"])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "535,5.7.8authenticationcredentialsinvalid",
            "535authenticationcredentialsinvalid",
        ]
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
