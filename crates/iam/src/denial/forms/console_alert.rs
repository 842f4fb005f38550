use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::policy_type;
use crate::denial::value::between;
use crate::denial::{ActionSource, Denial, DenialKind, operations};

/// *What it reads* · what AWS's console gives to copy for the administrator: `User:`, `Action:`, `On resource(s):`, `Context:`, a line each or in one.
/// *What it never does* · read a `Context:` without a user and an action before it.
#[derive(Debug)]
pub(super) struct ConsoleAlert;

impl Form for ConsoleAlert {
    fn id(&self) -> &'static str {
        manual("console-alert")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`User: ARN`, `Action: ACTION`, `On resource(s): ARN`, `Context: ...` of the console",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "User: arn:aws:iam::111122223333:user/ann\nAction: ecr:DescribeRepositories\nOn resource(s): arn:aws:ecr:eu-west-1:111122223333:repository/*\nContext: no identity-based policy allows the action",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["context:"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        read(text, hit).into_iter().collect()
    }
}

fn read(text: &Normalised, hit: Span) -> Option<Finding> {
    let before = text.squeezed_before(hit.start, 800);
    let begin = before.rfind("user:")?;
    let before = before.get(begin..)?;
    let begin = hit.start - before.len();
    // What stands between a label and the next one.
    let labelled = |label: &str, next: &[&str]| {
        let start = before.find(label)? + label.len();
        let rest = before.get(start..)?;
        let end = next.iter().find_map(|next| rest.find(next));
        let end = begin + start + end.unwrap_or(rest.len());
        let value = between(text, text.place_end(begin + start), text.place(end))?;
        Some(value.text.trim_matches(['[', ']']).to_owned())
    };
    // Not `kms:EncryptionContext:app`, with half a policy before it.
    let name = labelled("action:", &["onresource"]).filter(|name| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":-".contains(&byte))
    })?;
    let is_whole = name.contains(':');
    let action = if is_whole {
        name
    } else {
        operations::action(&labelled("service:", &["action:"])?, &name)?
    };
    let after = text.squeezed_window(hit.end, 120);
    let rest = ["no", "an", "a", "[no"]
        .iter()
        .find_map(|article| after.strip_prefix(article))?;
    let (policy_type, end) = policy_type(rest, hit.end + (after.len() - rest.len()));
    let denial = Denial {
        principal: labelled("user:", &["service:", "action:"]),
        action: Some(action),
        resource: labelled("onresource(s):", &[]),
        policy_type,
        kind: if after.contains("explicit") {
            DenialKind::Explicit
        } else {
            DenialKind::Implicit
        },
        action_source: if is_whole {
            ActionSource::Printed
        } else {
            ActionSource::Implied
        },
        ..Denial::default()
    };
    Some(Finding::new(
        denial,
        Span::new(begin, end),
        Weight::Sentence,
    ))
}
