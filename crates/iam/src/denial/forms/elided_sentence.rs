use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::{actions_at, clause_at, policy_type};
use crate::denial::{ActionSource, Denial, DenialKind};

/// *What it reads* · the sentence as people shorten it in tickets and notes: the code, dots, perhaps the action, and the clause.
/// *What it never does* · take a clause that is only talked about for a denial: the code and the dots must stand before it.
#[derive(Debug)]
pub(super) struct ElidedSentence;

impl Form for ElidedSentence {
    fn id(&self) -> &'static str {
        manual("elided-sentence")
    }

    fn reads(&self) -> &'static str {
        manual("`AccessDenied ... ACTION ... with an explicit deny in a service control policy`")
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "AccessDenied ... s3:GetBucketObjectLockConfiguration ... with an explicit deny in a service control policy",
            "AccessDeniedException: ... because no identity-based policy allows the sns:Publish action",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "becauseno",
            "boundaryallowsthe",
            "policyallowsthe",
            "withanexplicitdeny",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        if text
            .squeezed()
            .get(hit.range())
            .is_some_and(|phrase| phrase.ends_with("allowsthe"))
        {
            return clause_alone(text, hit);
        }
        let before = text.squeezed_before(hit.start, 160);
        let Some((at, code)) = ["accessdenied", "unauthorizedoperation"]
            .iter()
            .filter_map(|code| before.rfind(code).map(|at| (at, code)))
            .max()
        else {
            return Vec::new();
        };
        let begin = hit.start - before.len() + at;
        let rest = before.get(at + code.len()..).unwrap_or_default();
        let rest = rest.strip_prefix("exception").unwrap_or(rest);
        let dots = rest.trim_start_matches([':', '(', ')']);
        let elided = dots.starts_with("...") || dots.starts_with('\u{2026}');
        // Whoever prints the verb is read as a sentence.
        if !elided || dots.contains("authorized") || dots.contains("user:") {
            return Vec::new();
        }
        let named = dots.trim_start_matches(['.', '\u{2026}']);
        let from = hit.start - named.len();
        let clause = clause_at(text, hit.start);
        if clause.kind == DenialKind::Unknown
            || clause.kind == DenialKind::Implicit && clause.policy_type.is_none()
        {
            return Vec::new();
        }
        let action = actions_at(text, text.place(from))
            .into_iter()
            .next()
            .filter(|action| {
                !named.is_empty()
                    && text.squeezed_at(action.end) <= hit.start
                    && action.name.contains(':')
            });
        // The clause's own action is read with `allows the`.
        let after = text.squeezed_window(hit.end, 60);
        if action.is_none() && after.contains("allowsthe") {
            return Vec::new();
        }
        let denial = Denial {
            action_source: action
                .as_ref()
                .map(|action| action.source)
                .unwrap_or_default(),
            action: action.map(|action| action.name),
            policy_type: clause.policy_type,
            kind: clause.kind,
            policy_arn: clause.policy_arn,
            ..Denial::default()
        };
        vec![Finding::new(
            denial,
            Span::new(begin, clause.end.max(hit.end)),
            Weight::Implied,
        )]
    }
}

/// `no resource-based policy allows the lambda:GetLayerVersion action`, without the sentence before it.
fn clause_alone(text: &Normalised, hit: Span) -> Vec<Finding> {
    let before = text.squeezed_before(hit.start, 400);
    if before.contains("authorizedtoperform") || before.contains("authorisedtoperform") {
        return Vec::new();
    }
    let Some(at) = before.rfind("no") else {
        return Vec::new();
    };
    let begin = hit.start - before.len() + at;
    let (Some(policy), _) = policy_type(text.squeezed_window(begin + 2, 60), begin + 2) else {
        return Vec::new();
    };
    let Some(action) = actions_at(text, text.place_end(hit.end))
        .into_iter()
        .next()
        .filter(|action| action.source == ActionSource::Printed)
    else {
        return Vec::new();
    };
    let because = before
        .get(..at)
        .is_some_and(|before| before.ends_with("because"));
    let end = text.squeezed_at(action.end);
    if !text.squeezed_from(end).starts_with("action") {
        return Vec::new();
    }
    let denial = Denial {
        action: Some(action.name),
        policy_type: Some(policy),
        kind: if because {
            DenialKind::Implicit
        } else {
            DenialKind::Unknown
        },
        ..Denial::default()
    };
    vec![Finding::new(denial, Span::new(begin, end), Weight::Implied)]
}
