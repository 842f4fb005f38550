use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A server that speaks S3's protocol and is not AWS.
#[derive(Debug)]
pub(super) struct S3Compatible;

impl Lookalike for S3Compatible {
    fn id(&self) -> &'static str {
        "s3-compatible"
    }

    fn advice(&self) -> &'static str {
        "This answer comes from an S3-compatible server or a client without AWS's request id: look at that server's own users and policies."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&["Service error: unhandled error (AccessDenied)"])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "backblaze",
            "ceph",
            "digitaloceanspaces.com",
            "minio",
            "r2.cloudflarestorage.com",
            "unhandlederror(accessdenied)",
            "wasabi",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let around = text.squeezed_before(hit.start, 200);
        let window = text.squeezed_window(hit.end, 300);
        if phrase.starts_with("unhandled") {
            let aws = ["request_id", "requestid", "amazonaws", "arn:"]
                .iter()
                .any(|sign| around.contains(sign) || window.contains(sign));
            return (!aws).then_some(hit);
        }
        let refused = around.contains("accessdenied") || window.contains("accessdenied");
        let aws = ["amazonaws", "arn:aws", "isnotauthorized"]
            .iter()
            .any(|sign| around.contains(sign) || window.contains(sign));
        (refused && !aws).then_some(hit)
    }
}
