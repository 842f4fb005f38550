use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · Cognito's refusal to hand out credentials for the pool's roles.
/// *What it never does* · name the role: the text does not.
#[derive(Debug)]
pub(super) struct IdentityPool;

impl Form for IdentityPool {
    fn id(&self) -> &'static str {
        manual("identity-pool")
    }

    fn reads(&self) -> &'static str {
        manual("`Invalid identity pool configuration. Check assigned IAM roles for this pool.`")
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "invalididentitypoolconfiguration.",
            "checkassignediamrolesforthispool",
        ]
    }

    fn read(&self, _: &Normalised, hit: Span) -> Vec<Finding> {
        let denial = Denial {
            action: Some("sts:AssumeRoleWithWebIdentity".to_owned()),
            action_source: ActionSource::Implied,
            inferred_policy_type: Some(PolicyType::Trust),
            ..Denial::default()
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}
