use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form};
use crate::denial::normalise::Normalised;

/// *What it reads* · a container engine that may not pull from, or push to, a private ECR repository.
/// *What it never does* · take another registry's refusal for ECR's (that is a decoy).
#[derive(Debug)]
pub(super) struct ImagePull;

impl Form for ImagePull {
    fn id(&self) -> &'static str {
        "image-pull"
    }

    fn reads(&self) -> &'static str {
        manual("`pull access denied for ACCOUNT.dkr.ecr.REGION.amazonaws.com/...`")
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "CannotPullContainerError: Error response from daemon: pull access denied for 111122223333.dkr.ecr.us-east-1.amazonaws.com/app, repository does not exist or may require 'docker login'",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["pullaccessdeniedfor", "pullaccessdenied", "403forbidden"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.start, 160);
        let around = text.squeezed_before(hit.start, 200);
        let private = window.contains(".dkr.ecr.")
            || text.squeezed().get(hit.range()) == Some("403forbidden")
                && around.contains(".dkr.ecr.");
        if private {
            vec![Finding::alone(hit, None)]
        } else {
            Vec::new()
        }
    }
}
