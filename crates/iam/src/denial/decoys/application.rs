use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// An application's own 403, or an authorizer's in front of it.
#[derive(Debug)]
pub(super) struct Application;

impl Lookalike for Application {
    fn id(&self) -> &'static str {
        "application"
    }

    fn advice(&self) -> &'static str {
        "This is the application's own answer, or its authorizer's, not a decision of IAM: look at the authorizer's policy or at the application's rights."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "{\"message\": \"User is not authorized to access this resource with an explicit deny\"}",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "403forbidden",
            "message:forbidden}",
            "message:unauthorized}",
            "notauthorizedtoaccessthisresource",
            "respondedwitha403",
            "springframework.security",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let before = text.squeezed_before(hit.start, 200);
        if phrase == "403forbidden" {
            let aws = |around: &str| {
                [
                    "amazonaws",
                    "arn:aws",
                    "knowledgebase",
                    "s3a:",
                    "awserror",
                    "(service:",
                ]
                .iter()
                .any(|sign| around.contains(sign))
            };
            return (!aws(before) && !aws(text.squeezed_window(hit.end, 200))).then_some(hit);
        }
        let caller = before.rfind("user:").is_some_and(|at| {
            before
                .get(at..)
                .is_some_and(|rest| rest.starts_with("user:arn:"))
        });
        (!caller).then_some(hit)
    }
}
