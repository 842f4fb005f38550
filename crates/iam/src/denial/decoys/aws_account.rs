use super::Lookalike;
use crate::denial::manual_list;

/// AWS refuses the account as a whole: not subscribed, not verified, not offered.
#[derive(Debug)]
pub(super) struct AwsAccount;

impl Lookalike for AwsAccount {
    fn id(&self) -> &'static str {
        "aws-account"
    }

    fn advice(&self) -> &'static str {
        "AWS refuses the account and not the caller: a subscription, a verification or a quota is missing. No policy changes that; look at the account's state or ask AWS Support."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "AccessDeniedException: Your account is not authorized to invoke this API operation",
            "AllAccessDisabled: All access to this object has been disabled",
            "OptInRequired: You are not subscribed to this service",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accountiscurrentlybeingverified",
            "accountproblem",
            "allaccessdisabled",
            "emailaddressisnotverified",
            "inordertousethisawsmarketplaceproduct",
            "needsasubscriptionfortheservice",
            "notavailableforyouraccount",
            "notsubscribedtothisservice",
            "optinrequired",
            "pendingverification",
            "subscriptionrequiredexception",
            "youraccounthasbeensuspended",
            "youraccountiscurrentlyblocked",
            "youraccountisnotauthorized",
            "youraccountissuspended",
        ]
    }
}
