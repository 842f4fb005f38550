use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · clients of an MSK cluster with IAM access control that may not connect, or not use a topic or group; Lambda as such a client.
/// *What it never does* · take the refusal of Kafka's own access control lists for IAM's, or name one of the several actions that a topic may need.
#[derive(Debug)]
pub(super) struct KafkaAccess;

/// MSK's own words: the id of the attempt, and that is all.
const CONNECT: &str = "]:accessdenied";
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html>
const LAMBDA: &str = "clusterfailedtoauthorizelambda";

impl Form for KafkaAccess {
    fn id(&self) -> &'static str {
        manual("kafka-access")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`SaslAuthenticationException: [ID]: Access denied`, `TopicAuthorizationException: Not authorized to access topics`, `Cluster failed to authorize Lambda`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "SaslAuthenticationException: [cc8333d3-37a9-4bb8-9d5a-1b1127502cad]: Access denied",
            "sasl.mechanism = AWS_MSK_IAM\norg.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]",
            "PROBLEM: Cluster failed to authorize Lambda.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "clusterauthorizationexception",
            CONNECT,
            "groupauthorizationexception",
            LAMBDA,
            "topicauthorizationexception",
            "transactionalidauthorizationexception",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        match text.squeezed().get(hit.range()) {
            Some(CONNECT) => {
                let before = text.squeezed_before(hit.start, 160);
                let Some((said, id)) = before.rsplit_once('[') else {
                    return Vec::new();
                };
                let is_id = id.len() == 36
                    && id
                        .bytes()
                        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
                if !is_id || !said.contains("sasl") && !said.contains("authenticat") {
                    return Vec::new();
                }
                let denial = Denial {
                    action: Some("kafka-cluster:Connect".to_owned()),
                    action_source: ActionSource::Implied,
                    ..Denial::default()
                };
                let start = hit.start - id.len() - 1;
                vec![Finding::new(
                    denial,
                    Span::new(start, hit.end),
                    Weight::Implied,
                )]
            }
            Some(said) if said == LAMBDA || is_signed_with_iam(text, hit) => {
                let mut finding = Finding::alone(hit, None);
                finding.complete = true;
                vec![finding]
            }
            _ => Vec::new(),
        }
    }
}

/// Whether the text around a refusal of Kafka says that the client signs in with IAM.
pub(in crate::denial) fn is_signed_with_iam(text: &Normalised, hit: Span) -> bool {
    const SIGNS: &[&str] = &[
        ".amazonaws.com:9098",
        ".amazonaws.com:9198",
        ".kafka-serverless.",
        "arn:aws:kafka:",
        "aws_msk_iam",
        "kafka-cluster:",
        "msk.auth.iam",
        "mskauthtokenprovider",
    ];
    const AROUND: usize = 2000;
    let sides = [
        text.squeezed_before(hit.start, AROUND),
        text.squeezed_window(hit.end, AROUND),
    ];
    SIGNS
        .iter()
        .any(|sign| sides.iter().any(|side| side.contains(sign)))
}
