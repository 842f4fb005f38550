use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::Denial;
use crate::denial::normalise::Normalised;
use crate::denial::sentence::shown;
use crate::denial::value::token;

/// *What it reads* · Lake Formation's own permissions, which are granted there and not in a policy.
/// *What it never does* · turn `Required Describe on x` into an IAM action.
#[derive(Debug)]
pub(super) struct LakeFormation;

impl Form for LakeFormation {
    fn id(&self) -> &'static str {
        "lake-formation"
    }

    fn reads(&self) -> &'static str {
        "`Insufficient Lake Formation permission(s): Required PERMISSION on NAME`"
    }

    fn source(&self) -> &'static str {
        "https://docs.aws.amazon.com/lake-formation/latest/dg/troubleshooting.html"
    }

    fn examples(&self) -> &'static [&'static str] {
        &[
            "AccessDeniedException: Insufficient Lake Formation permission(s): Required Describe on sales",
        ]
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["insufficientlakeformationpermission"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.end, 120);
        let mut resource = None;
        if let Some(at) = window.find("required") {
            let start = text.place_end(hit.end + at + "required".len());
            let rest = text.text().get(start..).unwrap_or_default();
            let words = rest.split_whitespace().take(8).collect::<Vec<_>>();
            if let Some(on) = words.iter().position(|word| *word == "on") {
                let mut place = start;
                for word in words.iter().take(on + 1) {
                    place += text
                        .text()
                        .get(place..)
                        .and_then(|rest| rest.find(word))
                        .unwrap_or(0)
                        + word.len();
                }
                resource = token(text, place);
            }
        }
        let end = resource
            .as_ref()
            .map_or(hit.end, |value| text.squeezed_at(value.end));
        let denial = Denial {
            resource: shown(resource.as_ref()),
            ..Denial::default()
        };
        vec![Finding::new(
            denial,
            Span::new(hit.start, end),
            Weight::Sentence,
        )]
    }
}
