use crate::denial::manual_list;

use super::Lookalike;

/// The CDK looks for what its bootstrap makes, and it is not there.
#[derive(Debug)]
pub(super) struct CdkBootstrap;

impl Lookalike for CdkBootstrap {
    fn id(&self) -> &'static str {
        "cdk-bootstrap"
    }

    fn advice(&self) -> &'static str {
        "No policy refused this: the account or the region has no CDK bootstrap, or one of another qualifier. Run `cdk bootstrap` there (`--qualifier` where the app names one)."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "acme: SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped? Please run 'cdk bootstrap'",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["hastheenvironmentbeenbootstrapped"]
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
