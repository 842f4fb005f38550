use super::Lookalike;
use crate::denial::manual_list;

/// The request never reached AWS.
#[derive(Debug)]
pub(super) struct Network;

impl Lookalike for Network {
    fn id(&self) -> &'static str {
        "network"
    }

    fn advice(&self) -> &'static str {
        "The request did not reach AWS: a name, a route, a proxy or a security group is in the way (a VPC endpoint's, for example). No policy was looked at."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "RequestError: send request failed\\ncaused by: Post \"https://sts.us-east-1.amazonaws.com/\": dial tcp: lookup sts.us-east-1.amazonaws.com: no such host",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "connectionrefused",
            "connectiontimedout",
            "connecttimeoutonendpointurl",
            "couldnotconnecttotheendpointurl",
            "dialtcp",
            "econnrefused",
            "enotfound",
            "etimedout",
            "i/otimeout",
            "nametemporarilyunresolvable",
            "nosuchhost",
            "readtimeoutonendpointurl",
            "requesterror:sendrequestfailed",
            "temporaryfailureinnameresolution",
            "unabletoexecutehttprequest",
        ]
    }
}
