use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::shown;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · services that may not use a bucket: load balancer logs, flow logs, Config, CloudTrail, Athena, CodePipeline.
/// *What it never does* · name an action where several may be missing: these texts print only the bucket.
///
/// Source: <https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html>
#[derive(Debug)]
pub(super) struct BucketDelivery;

const MODEL: &str = "couldnotaccessmodeldataat";
const ATHENA: &str = "unabletoverify/createoutputbucket";

impl Form for BucketDelivery {
    fn id(&self) -> &'static str {
        manual("bucket-delivery")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Access Denied for bucket: NAME`, `Access Denied for LogDestination: NAME`, `Insufficient delivery policy to s3 bucket: NAME`, `Permission denied on S3 path: PATH`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "InvalidConfigurationRequest: Access Denied for bucket: example-logs. Please check S3bucket permission",
            "Insufficient delivery policy to s3 bucket: example-config, unable to write to bucket",
            "Permission denied on S3 path: s3://example-data/table/",
            "Unable to access the artifact with Amazon S3 object key 'app/Build/a1B2' located in the Amazon S3 artifact bucket 'example-artifacts'. The provided role does not have sufficient permissions.",
            "Could not access model data at s3://example-models/model.tar.gz. Please ensure that the role exists",
            "Access Denied for LogDestination: example-flow-logs. Please check LogDestination permission",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accessdeniedforbucket:",
            "accessdeniedforlogdestination:",
            "accessdeniedwhenwritingoutputtourl:",
            "accessdeniedwhenwritingtolocation:",
            "amazons3artifactbucket",
            MODEL,
            "incorrects3bucketpolicyisdetectedforbucket:",
            "insufficientdeliverypolicytos3bucket:",
            "permissiondeniedons3path:",
            "permissionsrequiredtoaccesstheamazons3bucketnamed",
            ATHENA,
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let bucket = token(text, text.place_end(hit.end));
        let Some(bucket) = bucket else {
            return Vec::new();
        };
        let end = text.squeezed_at(bucket.end);
        let policy = text
            .squeezed()
            .get(hit.range())
            .is_some_and(|phrase| phrase.contains("policy") || phrase.contains("deniedfor"));
        // Athena looks where its bucket is before it runs anything, SageMaker at a model's archive.
        let action = match text.squeezed().get(hit.range()) {
            Some(ATHENA) => Some("s3:GetBucketLocation"),
            Some(MODEL) => Some("s3:GetObject"),
            _ => None,
        };
        // `Please ensure that the role "ROLE" exists`, in whose name the archive is read.
        let role = text
            .squeezed_from(end)
            .find("therolearn:")
            .filter(|at| action == Some("s3:GetObject") && *at < 40)
            .and_then(|at| token(text, text.place_end(end + at + 7)));
        let denial = Denial {
            principal: shown(role.as_ref()),
            action_source: if action.is_some() {
                ActionSource::Implied
            } else {
                ActionSource::Printed
            },
            action: action.map(ToOwned::to_owned),
            resource: shown(Some(&bucket)),
            inferred_policy_type: policy.then_some(PolicyType::Resource),
            ..Denial::default()
        };
        vec![Finding::new(
            denial,
            Span::new(hit.start, end),
            Weight::Sentence,
        )]
    }
}
