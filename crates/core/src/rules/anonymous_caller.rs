use undeny_iam::arn::Caller;
use undeny_iam::denial::{DenialKind, manual};
use undeny_iam::glob;
use undeny_iam::policy::{Effect, Element, PrincipalKind, Statement};

use super::{Found, Precedence, Rule, Seen, explicit_deny};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::{self, code};

/// The request was not signed, so AWS does not know who called.
///
/// # What it sees
/// A denial for `User: anonymous`: a browser, `curl` or a client library without credentials called a service that decides by IAM.
///
/// # What it changes
/// Nothing in a policy: the call has to be signed with the credentials of a user or role, which a policy can then name. Where a pasted policy
/// lets everybody in on a condition (a private API's VPC endpoint), the call has to meet it instead.
///
/// # What it never does
/// It never answers with `Principal: "*"`, which opens the resource to the whole internet.
///
/// Source: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html>
#[derive(Debug)]
pub(super) struct AnonymousCaller;

impl Rule for AnonymousCaller {
    fn name(&self) -> &'static str {
        "anonymous-caller"
    }

    fn summary(&self) -> &'static str {
        manual("The request was not signed, so no policy can name the caller")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let denial = &seen.denial.value;
        let action = denial.action.as_deref()?;
        if !concerns(seen) {
            return None;
        }
        if let Some(found) = self.on_condition(seen, action) {
            return Some(Found(found));
        }
        if denial.kind == DenialKind::Explicit && action.starts_with("execute-api:") {
            // A private API's Deny is about where the call comes from: signed, it is denied as well.
            return None;
        }
        Some(Found(Diagnosis {
            rule: self.name(),
            title: "No policy is wrong: the request has to be signed.".to_owned(),
            explanation: format!(
                "AWS saw {} from nobody: the request carried no signature. Sign it with the credentials of a user or role (SigV4: an AWS \
                 SDK, `awscurl`, a client library's AWS authentication), and let the resource's policy or that caller's identity policy \
                 allow {} to exactly that caller. `Principal: \"*\"` would open the resource to everybody who reaches it.",
                code(action),
                code(action)
            ),
            next: Some(format!(
                "Signed, the same call is decided for its caller, which needs {}.",
                code(action)
            )),
            labels: vec![(
                seen.denial.input,
                denial.span,
                "nobody signed this request".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}

/// Whether nobody signed the request.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    seen.denial
        .value
        .principal
        .as_deref()
        .is_some_and(|principal| {
            principal.eq_ignore_ascii_case("anonymous")
                || matches!(Caller::parse(principal), Caller::Anonymous)
        })
}

impl AnonymousCaller {
    /// The policy is open to everybody on a condition, which the call did not meet.
    ///
    /// Sources: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>,
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html>
    fn on_condition(&self, seen: &Seen<'_, '_>, action: &str) -> Option<Diagnosis> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let effect = if denial.kind == DenialKind::Explicit {
            Effect::Deny
        } else {
            Effect::Allow
        };
        let resource = case.resource(denial).unwrap_or_default();
        let mut places = Vec::new();
        let mut labels = Vec::new();
        let mut asks = String::new();
        for (index, policy) in case.policies.iter().enumerate() {
            for (number, statement) in policy.statements.iter().enumerate() {
                if statement.effect != effect
                    || statement.conditions.is_empty()
                    || !is_for_everybody(statement)
                    || !covers(statement, action, &resource)
                {
                    continue;
                }
                let place = format!(
                    "{} of the {}",
                    statement.label(number),
                    words::policy(case, index)
                );
                places.push(place);
                asks.push_str(&explicit_deny::meet(statement));
                if let Some(document) = case.document_of(index) {
                    let what = if effect == Effect::Deny {
                        "this Deny can match"
                    } else {
                        "this does not hold"
                    };
                    labels.push((document.input, statement.span, what.to_owned()));
                }
            }
        }
        if asks.is_empty() {
            return None;
        }
        let place = words::list(&places);
        let endpoint = if action.starts_with("execute-api:")
            && asks.to_ascii_lowercase().contains("aws:sourcevpc")
        {
            " A private API is called from inside the VPC, by the endpoint's private DNS name or as `https://API-VPCE.execute-api.REGION.\
             amazonaws.com/STAGE`. Where the endpoint was made anew, its new id belongs into the condition, and the API has to be deployed \
             again before its policy is in force."
        } else {
            ""
        };
        Some(Diagnosis {
            rule: self.name(),
            title: if effect == Effect::Deny {
                format!(
                    "No permission is missing: a Deny on a condition stops {}.",
                    code(action)
                )
            } else {
                format!(
                    "No permission is missing: {} is open to everybody on a condition.",
                    code(action)
                )
            },
            explanation: format!(
                "Nobody has to sign this call: {place} {} everybody on a condition, and the call {}.{asks}{endpoint}",
                if effect == Effect::Deny {
                    "denies"
                } else {
                    "lets in"
                },
                if effect == Effect::Deny {
                    "met it, however it is signed"
                } else {
                    "did not meet it"
                },
            ),
            next: None,
            labels,
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        })
    }
}

fn is_for_everybody(statement: &Statement) -> bool {
    statement.principals.as_ref().is_some_and(|principals| {
        !principals.negated
            && principals
                .items
                .iter()
                .any(|item| item.kind == PrincipalKind::Everyone || item.item.value() == "*")
    })
}

/// Whether a statement is about this call. API Gateway writes a resource also without what every one of the API has: `execute-api:/prod/*`.
fn covers(statement: &Statement, action: &str, resource: &str) -> bool {
    const SHORT: &str = "execute-api:/";
    let any = |element: &Option<Element>, fits: &dyn Fn(&str) -> bool| {
        element.as_ref().is_none_or(|element| {
            element.items.iter().any(|item| fits(&item.value())) != element.negated
        })
    };
    any(&statement.actions, &|pattern| {
        glob::matches_ignoring_case(pattern, action)
    }) && any(&statement.resources, &|pattern| {
        let path = pattern.strip_prefix(SHORT).unwrap_or(pattern);
        glob::matches(pattern, resource)
            || (path != pattern && glob::matches(&format!("*/{path}"), resource))
    })
}
