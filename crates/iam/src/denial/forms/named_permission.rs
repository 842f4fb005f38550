use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::Denial;
use crate::denial::normalise::Normalised;
use crate::denial::sentence::{resource_after, shown};
use crate::denial::value::{Value, between};

/// *What it reads* · sentences that put the action between "does not have" and "permission": `does not have the elasticbeanstalk:DescribeEvents permission`.
/// *What it never does* · read a condition or an advice for a denial: "if the role does not have the s3:GetObject permission".
#[derive(Debug)]
pub(super) struct NamedPermission;

impl Form for NamedPermission {
    fn id(&self) -> &'static str {
        manual("named-permission")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`does not have the ACTION permission`, `is missing the ACTION permission`, `lacks ACTION permission`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "The provided role does not have the elasticbeanstalk:CreateApplicationVersion permission",
            "Role arn:aws:iam::111122223333:role/export is missing the s3:PutObject permission",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "doesnothave",
            "doesnthave",
            "donothave",
            "donthave",
            "ismissing",
            "lacksthe",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.end, 200);
        let mut rest = window;
        for word in ["the", "required", "necessary", "following", "iampermission"] {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        let at = hit.end + (window.len() - rest.len());
        let Some((length, word)) = ["permission", "privilege"]
            .iter()
            .filter_map(|word| Some((rest.find(word)?, *word)))
            .min()
        else {
            return Vec::new();
        };
        // Wrapped between words or inside one: an action holds no blank either way.
        let listed: String = text
            .text()
            .get(text.place(at)..text.place_end(at + length))
            .unwrap_or_default()
            .chars()
            .filter(|letter| !letter.is_whitespace() && !"\"'`*".contains(*letter))
            .collect();
        let actions: Vec<&str> = listed
            .split(',')
            .map(|name| name.strip_prefix("and").unwrap_or(name))
            .collect();
        if !actions.iter().all(|action| is_action(action)) || is_advice(text, hit.start) {
            return Vec::new();
        }
        let mut end = at + length + word.len();
        if text.squeezed_from(end).starts_with('s') {
            end += 1;
        }
        let (resource, end) = resource_after(text, end);
        let role = role_in_front(text, hit.start);
        let begin = role
            .as_ref()
            .map_or(hit.start, |role| text.squeezed_at(role.start));
        actions
            .iter()
            .map(|action| {
                let denial = Denial {
                    principal: shown(role.as_ref()),
                    action: Some((*action).to_owned()),
                    resource: shown(resource.as_ref()),
                    ..Denial::default()
                };
                Finding::new(denial, Span::new(begin, end), Weight::Sentence)
            })
            .collect()
    }
}

/// A service, a colon, and a name with a capital.
fn is_action(action: &str) -> bool {
    action.split_once(':').is_some_and(|(service, name)| {
        (2..=30).contains(&service.len())
            && service
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && name.len() <= 80
            && name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The role whose ARN ends where the verb begins, at the squeezed offset `at`.
fn role_in_front(text: &Normalised, at: usize) -> Option<Value> {
    let before = text.squeezed_before(at, 260);
    let start = text.place(at - before.len() + before.rfind("arn:")?);
    between(text, start, text.place(at))
        .filter(|role| role.text.contains(":role/") && !role.text.contains(' '))
}

/// Whether the sentence that goes on at the squeezed offset `at` is a condition, or tells what to look at.
fn is_advice(text: &Normalised, at: usize) -> bool {
    let end = text.place(at);
    let start = crate::denial::normalise::floor(text.text(), end.saturating_sub(200));
    let before = text.text().get(start..end).unwrap_or_default();
    let sentence = before
        .rsplit(['\n', ';'])
        .next()
        .and_then(|line| line.rsplit(". ").next())
        .unwrap_or_default()
        .to_ascii_lowercase();
    sentence
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| {
            [
                "can", "could", "if", "may", "might", "or", "probably", "should", "unless", "when",
                "whether", "which", "who", "because",
            ]
            .contains(&word)
        })
}
