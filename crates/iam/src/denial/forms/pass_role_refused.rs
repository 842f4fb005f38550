use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::{principal_before, shown};
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · refusals to hand a role to a service, in words.
/// *What it never does* · read `iam:PassRole` where the sentence prints it: that is the authorization sentence.
#[derive(Debug)]
pub(super) struct PassRoleRefused;

impl Form for PassRoleRefused {
    fn id(&self) -> &'static str {
        manual("pass-role-refused")
    }

    fn reads(&self) -> &'static str {
        manual("`is not authorized to pass role ROLE`, `Cross-account pass role is not allowed`")
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "User: arn:aws:iam::111122223333:user/ann is not authorized to pass role arn:aws:iam::111122223333:role/task",
            "An error occurred (AccessDeniedException) when calling the CreateFunction operation: Cross-account pass role is not allowed.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["notauthorizedtopass", "cross-accountpassroleisnotallowed"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let crossing = text
            .squeezed()
            .get(hit.range())
            .is_some_and(|phrase| phrase.starts_with("cross"));
        let (who, role) = if crossing {
            (None, None)
        } else {
            let window = text.squeezed_window(hit.end, 40);
            let word = ["therole:", "therole", "role:", "role", "iamrole"]
                .iter()
                .find(|word| window.starts_with(**word));
            let Some(word) = word else {
                return Vec::new();
            };
            let verb = if text.squeezed_before(hit.start, 2) == "is" {
                2
            } else {
                0
            };
            let role = token(text, text.place_end(hit.end + word.len()))
                .filter(|role| role.text.starts_with("arn:") || role.quoted);
            (principal_before(text, hit.start - verb), role)
        };
        let begin = who
            .as_ref()
            .map_or(hit.start, |who| text.squeezed_at(who.start))
            .min(hit.start);
        let end = role
            .as_ref()
            .map_or(hit.end, |role| text.squeezed_at(role.end));
        let denial = Denial {
            principal: shown(who.as_ref()),
            action: Some("iam:PassRole".to_owned()),
            resource: shown(role.as_ref()),
            action_source: ActionSource::Implied,
            inferred_policy_type: Some(PolicyType::Identity),
            ..Denial::default()
        };
        vec![Finding::new(denial, Span::new(begin, end), Weight::Implied)]
    }
}
