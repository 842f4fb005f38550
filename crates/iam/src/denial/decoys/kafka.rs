use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::forms::is_signed_with_iam;
use crate::denial::normalise::Normalised;

/// Kafka's own authorizer.
#[derive(Debug)]
pub(super) struct Kafka;

impl Lookalike for Kafka {
    fn id(&self) -> &'static str {
        "kafka"
    }

    fn advice(&self) -> &'static str {
        "Kafka refused this. Where the cluster is one of MSK and the client signs in with IAM (port 9098, AWS_MSK_IAM), the caller's identity policy has to allow the actions of kafka-cluster; else Kafka's own access control lists decide."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "clusterauthorizationexception",
            "groupauthorizationexception",
            "topicauthorizationexception",
            "transactionalidauthorizationexception",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        (!is_signed_with_iam(text, hit)).then_some(hit)
    }

    fn is_sure(&self) -> bool {
        false
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
