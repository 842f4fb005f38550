use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · that a service may not use a queue, topic, function or key that it was given: S3's notifications, CloudWatch's log groups and
/// alarms, API Gateway.
/// *What it never does* · name the service or an action: they follow from the wording, and the text does not print them.
#[derive(Debug)]
pub(super) struct ServiceRefused;

/// Source: <https://repost.aws/knowledge-center/api-gateway-rest-api-lambda-integrations>
const GATEWAY: &str = "invalidpermissionsonlambdafunction";
const BEDROCK: &str = "accessdeniedwhileinvokinglambdafunction";
const LOGS: &str = "couldnotexecutethelambdafunction";

impl Form for ServiceRefused {
    fn id(&self) -> &'static str {
        manual("service-refused")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Unable to validate the following destination configurations`, `The specified KMS key does not exist or is not allowed to be used with ARN`, `CloudWatch Alarms does not have authorization to access the SNS topic encryption key`, `Invalid permissions on Lambda function`, `Could not execute the lambda function`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "InvalidArgument: Unable to validate the following destination configurations",
            "InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:111122223333:log-group:/app'",
            "CloudWatch Alarms does not have authorization to access the SNS topic encryption key.",
            "Execution failed due to configuration error: Invalid permissions on Lambda function",
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            BEDROCK,
            GATEWAY,
            LOGS,
            "doesnotgrantsufficientpermissionsforamazon",
            "doesnothaveauthorizationtoaccessthesnstopicencryptionkey",
            "insufficientcloudwatchlogsresourcepolicy",
            "kmskeydoesnotexistorisnotallowedtobeusedwith",
            "unabletovalidatethefollowingdestinationconfigurations",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        // `.. with LogGroup 'ARN'`, `.. with Arn 'ARN'`, `.. with ARN`.
        let word = ["loggroup", "arn"].iter().find(|word| {
            let window = text.squeezed_window(hit.end, 12);
            window.starts_with(**word) && !window.starts_with("arn:")
        });
        let at = hit.end + word.map_or(0, |word| word.len());
        let resource = token(text, text.place_end(at))
            .map(|value| value.text.trim_end_matches(['.', ',', ')']).to_owned())
            .filter(|value| value.starts_with("arn:"));
        let said = text.squeezed().get(hit.range());
        let calls = [BEDROCK, GATEWAY, LOGS]
            .into_iter()
            .any(|call| said == Some(call));
        let denial = Denial {
            action: calls.then(|| "lambda:InvokeFunction".to_owned()),
            action_source: if calls {
                ActionSource::Implied
            } else {
                ActionSource::Printed
            },
            resource,
            inferred_policy_type: Some(PolicyType::Resource),
            ..Denial::default()
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}
