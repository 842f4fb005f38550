use undeny_iam::denial::{DenialKind, PolicyType};
use undeny_iam::evaluate::{Layer, Outcome};

use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::{self, code, short};

/// A statement with `"Effect": "Deny"` matches, and no Allow can answer it.
///
/// # What it sees
/// A message that says "with an explicit deny", or a Deny in what was pasted that matches the denied request.
///
/// # What it changes
/// Nothing. It names the kind of policy and, where it was pasted, the statement, and writes the text for its owner. A Deny is somebody's
/// decision: whether this request should escape it is theirs to say.
///
/// # What it never does
/// It never removes a Deny and never answers one with an Allow.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html>
#[derive(Debug)]
pub(super) struct ExplicitDeny;

impl Rule for ExplicitDeny {
    fn name(&self) -> &'static str {
        "explicit-deny"
    }

    fn summary(&self) -> &'static str {
        "A Deny matches, and no Allow can answer it"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let action = denial.action.clone()?;
        let setup = case.request(denial).map(|request| case.setup(request));
        let decision = setup.as_ref().map(crate::case::Setup::decide);
        let matched = setup
            .as_ref()
            .zip(decision.as_ref())
            .and_then(|(setup, decision)| {
                decision
                    .layers
                    .iter()
                    .find(|layer| layer.outcome == Outcome::ExplicitlyDenied)
                    .and_then(|layer| {
                        let statement = layer.statements.iter().find(|statement| {
                            statement.effect == undeny_iam::policy::Effect::Deny
                                && statement.mismatch.is_none()
                        })?;
                        let index = setup.policies(layer.layer).get(statement.policy)?;
                        Some((layer.layer, *index, statement.statement))
                    })
            });
        if matched.is_none() && denial.kind != DenialKind::Explicit {
            return None;
        }
        let resource = denial
            .resource
            .as_deref()
            .map_or_else(String::new, |resource| {
                format!(" on {}", code(short(resource)))
            });
        let mut labels = Vec::new();
        let (place, kind) = match matched {
            Some((layer, index, statement)) => {
                let view = case.policies.get(index)?.statements.get(statement)?;
                let document = case.document_of(index)?;
                labels.push((
                    document.input,
                    view.span,
                    format!("this Deny matches {action}"),
                ));
                (
                    format!(
                        "{} of the {}",
                        view.label(statement),
                        words::policy(case, index)
                    ),
                    layer_in_words(layer),
                )
            }
            None => {
                let kind = denial
                    .policy_type
                    .map_or("a policy that the message does not name", kind_in_words);
                let place = match &denial.policy_arn {
                    Some(arn) => format!("{kind}: {}", code(arn)),
                    None => kind.to_owned(),
                };
                (place, kind)
            }
        };
        let explanation = format!(
            "A Deny in {place} matches {}{resource}. A Deny wins over every Allow, so no permission added anywhere lets this call through. \
             Either the call has to change so that the Deny no longer matches (its region, encryption, MFA, tags, source network, \
             organisation), or whoever owns that policy has to exempt it by a condition.",
            code(&action)
        );
        let handover = format!(
            "Our call is stopped by an explicit deny.\n\nWho: {}\nAction: {action}\nResource: {}\nDenied by: {}\n\nIf this call is meant to \
             work, please exempt exactly this caller, action and resource by a condition in that Deny, and leave it as it is for everybody \
             else. If it is not meant to work, please tell us what to do instead.\n",
            denial
                .principal
                .as_deref()
                .unwrap_or("(the message does not say)"),
            denial
                .resource
                .as_deref()
                .unwrap_or("(the message does not say)"),
            place.replace('`', "")
        );
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!(
                "No policy change of yours can fix this: a Deny in {} stops {}.",
                article(kind),
                code(&action)
            ),
            explanation,
            next: None,
            labels,
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Some(handover),
        }))
    }
}

fn article(kind: &str) -> String {
    if kind.starts_with("a ")
        || kind.starts_with("an ")
        || kind.starts_with("the ")
        || kind.starts_with("S3")
    {
        kind.to_owned()
    } else if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {kind}")
    } else {
        format!("a {kind}")
    }
}

const fn layer_in_words(layer: Layer) -> &'static str {
    match layer {
        Layer::Scp => "service control policy",
        Layer::Rcp => "resource control policy",
        Layer::Endpoint => "VPC endpoint policy",
        Layer::Boundary => "permissions boundary",
        Layer::Session => "session policy",
        Layer::Identity => "identity policy",
        Layer::Resource => "resource policy",
    }
}

const fn kind_in_words(kind: PolicyType) -> &'static str {
    match kind {
        PolicyType::Identity => "identity policy",
        PolicyType::Resource => "resource policy",
        PolicyType::Scp => "service control policy",
        PolicyType::Rcp => "resource control policy",
        PolicyType::Boundary => "permissions boundary",
        PolicyType::Session => "session policy",
        PolicyType::Vpce => "VPC endpoint policy",
        PolicyType::Trust => "trust policy",
        PolicyType::Bpa => "S3 Block Public Access",
    }
}
