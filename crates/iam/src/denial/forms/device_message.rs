use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · lines of AWS IoT's log on a device that may not connect, publish, subscribe or receive.
/// *What it never does* · take the certificate's id for a principal of IAM, or a topic for an ARN: the line has no region.
#[derive(Debug)]
pub(super) struct DeviceMessage;

/// The log's events and the actions that they need.
const EVENTS: &[(&str, &str)] = &[
    ("connect", "iot:Connect"),
    ("deletethingshadow", "iot:DeleteThingShadow"),
    ("getthingshadow", "iot:GetThingShadow"),
    ("publish-in", "iot:Publish"),
    ("publish-out", "iot:Receive"),
    ("subscribe", "iot:Subscribe"),
    ("updatethingshadow", "iot:UpdateThingShadow"),
];

impl Form for DeviceMessage {
    fn id(&self) -> &'static str {
        manual("device-message")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`\"eventType\": \"Publish-In\", ... \"reason\": \"AUTHORIZATION_FAILURE\"` of AWS IoT's log",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "{\"status\":\"Failure\",\"eventType\":\"Publish-In\",\"protocol\":\"MQTT\",\"topicName\":\"a/b\",\"reason\":\"AUTHORIZATION_FAILURE\"}",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["reason:authorization_failure"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let before = text.squeezed_before(hit.start, 600);
        let object = before.rsplit('{').next().unwrap_or_default();
        let action = object
            .rsplit_once("eventtype:")
            .map(|(_, event)| event.split([',', '}']).next().unwrap_or_default())
            .and_then(|event| EVENTS.iter().find(|(name, _)| *name == event));
        let Some((_, action)) = action else {
            return Vec::new();
        };
        let denial = Denial {
            action: Some((*action).to_owned()),
            action_source: ActionSource::Implied,
            ..Denial::default()
        };
        let start = hit.start - object.len();
        vec![Finding::new(
            denial,
            Span::new(start, hit.end),
            Weight::Implied,
        )]
    }
}
