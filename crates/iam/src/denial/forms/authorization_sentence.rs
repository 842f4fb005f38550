use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::{actions_at, clause_at, principal_before, resource_after, shown};
use crate::denial::{Denial, DenialKind, PolicyType};

/// *What it reads* · IAM's sentence with all its clauses, with and without `User:`, colons, resource and quotes; Athena's
/// "You are not authorized", SES's quoting, "on role", services in place of users.
/// *What it never does* · guess what the sentence leaves out.
#[derive(Debug)]
pub(super) struct AuthorizationSentence;

impl Form for AuthorizationSentence {
    fn id(&self) -> &'static str {
        manual("authorization-sentence")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`... is not authorized to perform: ACTION on resource: RESOURCE` and the clause that names the policy",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::reports/a.csv\" because no identity-based policy allows the s3:GetObject action",
            "User: arn:aws:sts::111122223333:assumed-role/ci/build is not authorized to perform: ecr:CreateRepository with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-example/service_control_policy/p-example",
            "arn:aws:iam::111122223333:role/pipeline is not authorized to perform AssumeRole on role arn:aws:iam::111122223333:role/deploy",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "authorisedtoperform",
            "authorizedtoperform",
            "isnotauthorized",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        if text.squeezed().get(hit.range()) == Some("isnotauthorized") {
            return cut_off(text, hit);
        }
        let before = text.squeezed_before(hit.start, 12);
        let Some(verb) = ["isnot", "isnt", "arenot", "wasnot", "not", "un"]
            .iter()
            .find(|verb| before.ends_with(**verb))
        else {
            return Vec::new();
        };
        let start = hit.start - verb.len();
        let after = text.squeezed_window(hit.end, 40);
        let who = match *verb {
            "isnot" | "isnt" | "wasnot" => principal_before(text, start),
            "not" => labelled(text, start),
            _ => None,
        };
        let skipped = [
            "action:",
            "theaction:",
            "actions:",
            "theoperation:",
            "operation:",
            "thefollowingaction:",
            "thefollowingactions:",
            "thefollowingaction(s):",
            ":action:",
            ":",
        ]
        .iter()
        .find(|phrase| after.starts_with(**phrase))
        .map_or(0, |phrase| phrase.len());
        let actions = actions_at(text, text.place_end(hit.end + skipped));
        let principal = shown(who.as_ref());
        let begin = who
            .as_ref()
            .map_or(start, |who| text.squeezed_at(who.start))
            .min(start);
        let Some(last) = actions.last() else {
            return without_action(text, hit, begin, principal, after);
        };
        let (resource, end) = resource_after(text, text.squeezed_at(last.end));
        let clause = clause_at(text, end);
        let span = Span::new(begin, clause.end.max(end));
        let mut resource = shown(resource.as_ref());
        // `*not authorized to perform: ...*`, `**...**`: the whole sentence is set off.
        let before = text.text().get(..text.place(begin)).unwrap_or_default();
        let before = before.trim_end_matches("User: ");
        let marks = before.get(before.trim_end_matches('*').len()..);
        if let (Some(marks), Some(resource)) = (marks, resource.as_mut())
            && clause.end <= end
            && resource.len() > marks.len()
            && resource.ends_with(marks)
        {
            resource.truncate(resource.len() - marks.len());
        }
        actions
            .iter()
            .map(|action| {
                let denial = Denial {
                    principal: principal.clone(),
                    action: Some(action.name.clone()),
                    resource: resource.clone(),
                    policy_type: clause.policy_type,
                    kind: clause.kind,
                    action_source: action.source,
                    inferred_policy_type: clause
                        .policy_type
                        .is_none()
                        .then(|| inferred(&action.name, principal.as_deref()))
                        .flatten(),
                    policy_arn: clause.policy_arn.clone(),
                    missing_permissions: clause.missing.clone(),
                    ..Denial::default()
                };
                Finding::new(denial, span, Weight::Sentence)
            })
            .collect()
    }
}

/// `User: ARN is not authorized t`, where the paste ends.
fn cut_off(text: &Normalised, hit: Span) -> Vec<Finding> {
    let rest = text.squeezed_window(hit.end, 12);
    let line = text
        .text()
        .get(text.place_end(hit.end)..)
        .and_then(|rest| rest.split('\n').next())
        .unwrap_or_default();
    let said: String = line
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .take(12)
        .collect();
    let missing = "toperform".strip_prefix(said.as_str());
    // The next line does not go on with it.
    let goes_on = missing.is_none_or(|missing| {
        rest.strip_prefix(said.as_str()).is_none_or(|next| {
            missing.is_empty() || next.chars().next().is_some_and(|c| missing.starts_with(c))
        })
    });
    if goes_on || rest.starts_with("topass") {
        return Vec::new();
    }
    let who = principal_before(text, hit.start).filter(|who| who.text.starts_with("arn:"));
    who.map(|who| {
        let span = Span::new(text.squeezed_at(who.start), hit.end);
        let denial = Denial {
            principal: shown(Some(&who)),
            ..Denial::default()
        };
        Finding::new(denial, span, Weight::Sentence)
    })
    .into_iter()
    .collect()
}

/// Who stands after `User:` where the verb is missing: `User: X not authorized to perform`.
fn labelled(text: &Normalised, start: usize) -> Option<crate::denial::value::Value> {
    let before = text.squeezed_before(start, 400);
    let found = before.rfind("user:")?;
    let tail = before.get(found + 5..)?;
    (tail.starts_with("arn:") && !tail.contains("error"))
        .then(|| principal_before(text, start))
        .flatten()
}

/// `User: X is not authorized to perform this operation`: who, and nothing else.
fn without_action(
    text: &Normalised,
    hit: Span,
    begin: usize,
    principal: Option<String>,
    after: &str,
) -> Vec<Finding> {
    let elided = after.trim_start_matches(':').starts_with(['.', '\u{2026}']);
    let (resource, end) = if elided {
        resource_after(
            text,
            hit.end + (after.len() - after.trim_start_matches([':', '.', '\u{2026}']).len()),
        )
    } else {
        (None, hit.end)
    };
    let clause = clause_at(text, end);
    let resource = shown(resource.as_ref());
    let whom = principal
        .as_deref()
        .is_some_and(|principal| principal.contains("arn:"));
    if !whom && resource.is_none() && (clause.kind == DenialKind::Unknown || !elided) {
        return Vec::new();
    }
    let denial = Denial {
        principal,
        resource,
        policy_type: clause.policy_type,
        kind: clause.kind,
        policy_arn: clause.policy_arn,
        ..Denial::default()
    };
    vec![Finding::new(
        denial,
        Span::new(begin, clause.end.max(end)),
        Weight::Sentence,
    )]
}

/// Whose policy an action is about, where AWS asks only one.
fn inferred(action: &str, principal: Option<&str>) -> Option<PolicyType> {
    let federated = matches!(
        action,
        "sts:AssumeRoleWithWebIdentity" | "sts:AssumeRoleWithSAML"
    );
    let service = action == "sts:AssumeRole"
        && principal.is_some_and(|who| !who.contains(':') && !who.contains('/'));
    (federated || service).then_some(PolicyType::Trust)
}
