use crate::denial::{manual, manual_list};
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
        manual("lake-formation")
    }

    fn reads(&self) -> &'static str {
        manual("`Insufficient Lake Formation permission(s): Required PERMISSION on NAME`")
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/lake-formation/latest/dg/troubleshooting.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "AccessDeniedException: Insufficient Lake Formation permission(s): Required Describe on sales",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["insufficientlakeformationpermission"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.end, 120);
        let mut resource = None;
        let required = window
            .find("required")
            .filter(|at| *at < 12)
            .map(|at| at + "required".len());
        let on =
            window.starts_with("(s)on") || window.starts_with("on") || window.starts_with("son");
        if let Some(at) = required.or_else(|| on.then(|| window.find("on")).flatten()) {
            let from = hit.end + at;
            let words = text.squeezed_window(from, 80);
            let alone = |offset: usize| {
                let before = text.text().get(..text.place(offset));
                let after = text.text().get(text.place_end(offset + 2)..);
                before.is_some_and(|before| before.ends_with([' ', '\n', ')']))
                    && after.is_some_and(|after| after.starts_with([' ', '\n', ':']))
            };
            let on = words
                .match_indices("on")
                .map(|(at, _)| from + at)
                .find(|offset| alone(*offset));
            resource = on.and_then(|offset| token(text, text.place_end(offset + 2)));
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
