use super::Lookalike;
use crate::denial::manual_list;

/// The machine's clock differs from AWS's.
#[derive(Debug)]
pub(super) struct ClockSkew;

impl Lookalike for ClockSkew {
    fn id(&self) -> &'static str {
        "clock-skew"
    }

    fn advice(&self) -> &'static str {
        "The clock of the machine that signed the request is off: set it (NTP); no policy is wrong."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "RequestTimeTooSkewed: The difference between the request time and the current time is too large.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "requesttimetooskewed",
            "signatureexpired",
            "signatureexpired:",
            "signaturenotyetcurrent",
        ]
    }
}
