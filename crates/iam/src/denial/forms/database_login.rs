use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · that PostgreSQL on RDS refuses a login with a token of IAM: its extension for such logins is PAM.
/// *What it never does* · take another server's PAM for it: the host's name has to be one of RDS.
#[derive(Debug)]
pub(super) struct DatabaseLogin;

impl Form for DatabaseLogin {
    fn id(&self) -> &'static str {
        manual("database-login")
    }

    fn reads(&self) -> &'static str {
        manual("`PAM authentication failed for user` from a host of RDS")
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Troubleshooting.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "psql: error: connection to server at \"db.abc.eu-west-1.rds.amazonaws.com\" (10.0.0.5), port 5432 failed: FATAL:  PAM authentication failed for user \"app\"",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["pamauthenticationfailedforuser"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        if !text
            .squeezed_before(hit.start, 300)
            .contains(".rds.amazonaws.com")
        {
            return Vec::new();
        }
        let denial = Denial {
            action: Some("rds-db:connect".to_owned()),
            action_source: ActionSource::Implied,
            ..Denial::default()
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}
