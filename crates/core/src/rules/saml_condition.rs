use undeny_document::Role;
use undeny_iam::arn::Arn;
use undeny_iam::change::{Change, ChangeKind};
use undeny_iam::denial::manual;
use undeny_iam::evaluate::Request;
use undeny_iam::glob;
use undeny_iam::policy::{Condition, Effect, Item, Policy, Principal, PrincipalKind, Statement};
use undeny_text::Span;

use super::{Found, Precedence, Rule, Seen, web_identity_statement};
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::role_arn;
use crate::witness;
use crate::words::{self, code};

/// A trust policy for SAML does not fit what the identity provider sends.
///
/// # What it sees
/// A denial of `sts:AssumeRoleWithSAML`, whose message names nothing, and one statement that trusts a SAML provider: its action is another
/// call, or its condition on `SAML:aud` is no address that assertions are sent to. That address has no slash at its end, and it is AWS's
/// and not the identity provider's name for AWS (`urn:amazon:webservices`).
///
/// # What it changes
/// The action becomes `sts:AssumeRoleWithSAML`, or joins the list where the statement trusts others as well; the value becomes the address
/// that was meant, or AWS's sign-in for all regions.
///
/// # What it never does
/// It never drops a condition and never names another provider.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html>
#[derive(Debug)]
pub(super) struct SamlCondition;

const ACTION: &str = "sts:AssumeRoleWithSAML";
const AUDIENCE: &str = "SAML:aud";

/// Where assertions are sent; the first is what AWS's own console writes.
const ENDPOINTS: &[&str] = &[
    "https://signin.aws.amazon.com/saml",
    "https://*.signin.aws.amazon.com/saml",
    "https://signin.aws.amazon.com/saml/acs/*",
    "https://*.signin.aws.amazon.com/saml/acs/*",
    "https://*.signin.aws.amazon.com/platform/saml/acs/*",
    "https://signin.amazonaws-us-gov.com/saml",
    "https://*.signin.amazonaws-us-gov.com/saml",
    "https://signin.amazonaws-us-gov.com/saml/acs/*",
    "https://*.signin.amazonaws-us-gov.com/saml/acs/*",
    "https://signin.amazonaws.cn/saml",
    "https://*.signin.amazonaws.cn/saml",
    "https://signin.amazonaws.cn/saml/acs/*",
    "https://*.signin.amazonaws.cn/saml/acs/*",
];

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let action = seen.denial.value.action.as_deref();
    action.is_some_and(|action| action.eq_ignore_ascii_case(ACTION))
}

impl Rule for SamlCondition {
    fn name(&self) -> &'static str {
        "saml-condition"
    }

    fn summary(&self) -> &'static str {
        manual("A trust policy's action or its `SAML:aud` does not fit an assertion")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let mut found = case.with_role(Role::Trust).into_iter().flat_map(|index| {
            let policy = case.policies.get(index);
            policy.into_iter().flat_map(move |policy| {
                let statements = policy.statements.iter().enumerate();
                statements.filter_map(move |(number, statement)| {
                    Some((index, policy, number, statement, provider_of(statement)?))
                })
            })
        });
        // Of several, the message does not say which.
        let (Some((index, policy, number, statement, provider)), None) =
            (found.next(), found.next())
        else {
            let none = case.with_role(Role::Trust).is_empty() && is_bare(seen);
            return none.then(|| Found(ask_for_trust_policy(self.name())));
        };
        let Some(wrong) =
            wrong_action(statement, number).or_else(|| wrong_audience(statement, number, provider))
        else {
            return is_bare(seen).then(|| Found(ask(self.name(), case, index)));
        };
        let provider = provider.value().into_owned();
        let account = Arn::parse(&provider)
            .map(|arn| arn.account.to_owned())
            .unwrap_or_else(|| UNKNOWN_ACCOUNT.to_owned());
        let mut request = Request {
            principal: provider,
            action: ACTION.to_owned(),
            resource: web_identity_statement::role_of(case, denial)
                .unwrap_or_else(|| role_arn::of_trust_policy(case, policy, &account)),
            ..Request::default()
        };
        let endpoint = wrong.endpoint.clone().or_else(|| audience(statement));
        if let Some(endpoint) = endpoint {
            request.context.set(AUDIENCE, vec![endpoint]);
        }
        for condition in &statement.conditions {
            if !witness::satisfy(condition, &mut request.context) {
                return None;
            }
        }
        let mut lazy = Vec::new();
        if request.context.get(AUDIENCE).is_some() {
            let mut elsewhere = request.clone();
            let other = "https://sp.example.com/saml".to_owned();
            elsewhere.context.set(AUDIENCE, vec![other]);
            lazy.push((
                elsewhere,
                "leaving out the condition on `SAML:aud`".to_owned(),
            ));
        }
        let mut requests = vec![request];
        if wrong.endpoint.is_some() {
            // With the condition, all that the statement says begins to hold.
            requests.extend(all_of(statement, &requests));
        }
        Some(Found(diagnosis(
            self.name(),
            case,
            (index, policy),
            wrong,
            requests,
            lazy,
        )))
    }
}

/// Whether the message only says that the call was refused, and not what is wrong with the assertion.
fn is_bare(seen: &Seen<'_, '_>) -> bool {
    seen.mentions("notauthorizedtoperformsts:assumerolewithsaml")
        || seen.mentions("notauthorizedtoperform:sts:assumerolewithsaml")
}

fn ask_for_trust_policy(rule: &'static str) -> Diagnosis {
    Diagnosis {
        title: "Paste the role's trust policy: it decides this call alone.".to_owned(),
        explanation: format!(
            "{} is not signed, so no identity policy has a say: the trust policy of the role decides, which names the SAML provider and the \
             value of {}. The message names none of them. In the assertion, the pair of role and provider in its attribute \
             `https://aws.amazon.com/SAML/Attributes/Role` has to be this role and that provider, in the same account; a name that is \
             written otherwise, or a role that is not there, is refused in the same words.",
            code(ACTION),
            code(AUDIENCE)
        ),
        questions: vec![Question {
            id: "trust-policy".to_owned(),
            text: "What does the role's trust policy say? Paste it beside the error.".to_owned(),
            why: "its provider and its conditions are what the assertion is compared with"
                .to_owned(),
            default: None,
        }],
        ..Diagnosis::asking(rule)
    }
}

fn ask(rule: &'static str, case: &Case<'_>, index: usize) -> Diagnosis {
    let name = words::policy(case, index);
    Diagnosis {
        title: "I need to know: what does the assertion say?".to_owned(),
        explanation: format!(
            "The {name} allows {} to a SAML provider, and nothing in it is seen to be wrong. What it is compared with stands in the \
             assertion: the pair of role and provider in its attribute `https://aws.amazon.com/SAML/Attributes/Role` has to be this role \
             and the provider that the policy names, in the same account, and its `Recipient` the value of {}.",
            code(ACTION),
            code(AUDIENCE)
        ),
        questions: vec![Question {
            id: "saml-response".to_owned(),
            text: "What do `Recipient`, `Issuer` and the attribute `Role` say in the SAML response (the browser's network log shows it)?"
                .to_owned(),
            why: "the trust policy is compared with them".to_owned(),
            default: None,
        }],
        ..Diagnosis::asking(rule)
    }
}

fn diagnosis(
    rule: &'static str,
    case: &Case<'_>,
    (index, policy): (usize, &Policy),
    wrong: Wrong,
    requests: Vec<Request>,
    lazy: Vec<(Request, String)>,
) -> Diagnosis {
    let name = words::policy(case, index);
    let input = case
        .reading
        .documents
        .get(policy.document)
        .map_or(0, |document| document.input);
    Diagnosis {
        rule,
        title: format!("Patch the {name}: {}.", wrong.title),
        explanation: format!(
            "An assertion becomes a role only where a statement of the role's trust policy allows {} to its provider and every condition \
             holds. {}",
            code(ACTION),
            wrong.sentence
        ),
        next: None,
        labels: vec![(input, wrong.span, wrong.label.to_owned())],
        remedy: Remedy::Change {
            owner: Owner::User,
            minimal: Plan {
                changes: vec![Change {
                    policy: index,
                    kind: wrong.kind,
                }],
                requests,
                assumptions: wrong.assumption.into_iter().collect(),
                lazy,
            },
            hardened: None,
        },
        questions: wrong.question.into_iter().collect(),
        handover: Vec::new(),
    }
}

/// What the statement allows besides the request: the calls that go with it, and those of its other providers.
fn all_of(statement: &Statement, requests: &[Request]) -> Vec<Request> {
    let mut others: Vec<Request> = Vec::new();
    let Some(request) = requests.first() else {
        return others;
    };
    let providers = statement
        .principals
        .iter()
        .flat_map(|principals| &principals.items)
        .filter(|principal| is_provider(principal));
    for provider in providers {
        for action in statement.actions.iter().flat_map(|element| &element.items) {
            let action = action.value();
            let action = if action.eq_ignore_ascii_case(ACTION) {
                ACTION
            } else {
                &action
            };
            let other = Request {
                principal: provider.item.value().into_owned(),
                action: action.to_owned(),
                ..request.clone()
            };
            if !action.contains('*') && !requests.contains(&other) && !others.contains(&other) {
                others.push(other);
            }
        }
    }
    others
}

/// What does not fit.
struct Wrong {
    kind: ChangeKind,
    title: String,
    sentence: String,
    span: Span,
    label: &'static str,
    /// The address that the assertion is sent to, where the change is about it.
    endpoint: Option<String>,
    assumption: Option<String>,
    question: Option<Question>,
}

/// The SAML provider that an Allow trusts.
fn provider_of(statement: &Statement) -> Option<&Item> {
    let principals = statement
        .principals
        .as_ref()
        .filter(|principals| !principals.negated && statement.effect == Effect::Allow)?;
    principals
        .items
        .iter()
        .find(|principal| is_provider(principal))
        .map(|principal| &principal.item)
}

fn is_provider(principal: &Principal) -> bool {
    principal.kind == PrincipalKind::Federated && principal.item.value().contains(":saml-provider/")
}

fn wrong_action(statement: &Statement, number: usize) -> Option<Wrong> {
    let actions = statement
        .actions
        .as_ref()
        .filter(|element| !element.negated)?;
    let allows = actions
        .items
        .iter()
        .any(|item| glob::matches_ignoring_case(&item.value(), ACTION));
    if allows {
        return None;
    }
    let other = actions.items.iter().find(|item| {
        ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]
            .iter()
            .any(|action| item.value().eq_ignore_ascii_case(action))
    })?;
    let is_theirs_alone = statement
        .principals
        .iter()
        .flat_map(|principals| &principals.items)
        .all(is_provider);
    let written = other.value().into_owned();
    let kind = if is_theirs_alone {
        ChangeKind::ReplaceValue {
            statement: number,
            item: other.span,
            value: ACTION.to_owned(),
        }
    } else {
        ChangeKind::AddActions {
            statement: number,
            actions: vec![ACTION.to_owned()],
        }
    };
    Some(Wrong {
        kind,
        title: format!("its statement has {} for an assertion", code(&written)),
        sentence: format!(
            "Statement {} trusts a SAML provider and allows {}, which is the call of somebody with credentials of AWS or with another \
             kind of token; an assertion is presented with {}.",
            number + 1,
            code(&written),
            code(ACTION)
        ),
        span: other.span,
        label: "not the call that presents an assertion",
        endpoint: None,
        assumption: None,
        question: None,
    })
}

fn audiences(statement: &Statement) -> impl Iterator<Item = (usize, &Condition)> {
    statement
        .conditions
        .iter()
        .enumerate()
        .filter(|(_, condition)| condition.key.eq_ignore_ascii_case(AUDIENCE))
}

/// Whether assertions are sent to this address, or to one that this pattern matches.
fn is_endpoint(value: &str) -> bool {
    ENDPOINTS.iter().any(|endpoint| {
        *endpoint == value
            || endpoint.contains('*') && glob::matches(endpoint, value)
            || value.contains('*') && glob::matches(value, &witness::example_of(endpoint))
    })
}

/// The address that the statement already lets in.
fn audience(statement: &Statement) -> Option<String> {
    let (_, condition) = audiences(statement).next()?;
    let value = condition.values.first()?.value().into_owned();
    Some(witness::example_of(&value))
}

/// The address that a value is meant to be: without what was added to it.
fn meant(value: &str) -> Option<String> {
    let plain = value.trim().trim_end_matches('/').to_ascii_lowercase();
    let plain = plain
        .strip_prefix("http://")
        .map_or_else(|| plain.clone(), |rest| format!("https://{rest}"));
    let plain = if plain.starts_with("https://") {
        plain
    } else {
        format!("https://{plain}")
    };
    [plain.clone(), format!("{plain}/saml")]
        .into_iter()
        .find(|address| is_endpoint(address))
}

fn wrong_audience(statement: &Statement, number: usize, provider: &Item) -> Option<Wrong> {
    let mut found = audiences(statement);
    // Two that look at it are somebody's own arrangement.
    let (Some((_, condition)), None) = (found.next(), found.next()) else {
        return None;
    };
    let is_compared = ["StringEquals", "StringEqualsIgnoreCase", "StringLike"]
        .iter()
        .any(|operator| condition.operator.eq_ignore_ascii_case(operator));
    let is_plain = condition
        .values
        .iter()
        .all(|item| item.text.literal().is_some());
    if !is_compared
        || !is_plain
        || condition
            .values
            .iter()
            .any(|item| is_endpoint(&item.value()))
    {
        return None;
    }
    let near = condition
        .values
        .iter()
        .find_map(|item| Some((item, meant(&item.value())?)));
    let provider = provider.value();
    let partition = Arn::parse(&provider).map_or("aws", |arn| arn.partition);
    let default = match partition {
        "aws-cn" => "https://signin.amazonaws.cn/saml",
        "aws-us-gov" => "https://signin.amazonaws-us-gov.com/saml",
        _ => "https://signin.aws.amazon.com/saml",
    };
    let is_near = near.is_some();
    let (item, endpoint) = match near {
        Some(near) => near,
        None => (condition.values.first()?, default.to_owned()),
    };
    let written = item.value().into_owned();
    Some(Wrong {
        kind: ChangeKind::ReplaceValue {
            statement: number,
            item: item.span,
            value: endpoint.clone(),
        },
        title: format!("`SAML:aud` is {}", code(&endpoint)),
        sentence: format!(
            "`SAML:aud` is the address that the assertion is sent to, compared letter by letter, and {} is none of AWS's{}.",
            code(&written),
            if is_near {
                ": it has to be written exactly as the sign-in has it"
            } else {
                ", so the condition never holds"
            }
        ),
        span: item.span,
        label: "no assertion is sent to this address",
        endpoint: Some(endpoint.clone()),
        assumption: Some(format!(
            "the identity provider sends its assertions to {}",
            code(&endpoint)
        )),
        question: (!is_near).then(|| Question {
            id: "saml-recipient".to_owned(),
            text: "Which `Recipient` do the identity provider's assertions have (its single sign-on URL for AWS)?".to_owned(),
            why: "a regional sign-in has its own address, `https://REGION.signin.aws.amazon.com/saml`".to_owned(),
            default: Some(endpoint),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_looks_like_them() {
        let global = "https://signin.aws.amazon.com/saml";
        assert!(is_endpoint(global));
        assert!(is_endpoint("https://eu-west-1.signin.aws.amazon.com/saml"));
        assert!(is_endpoint("https://*.signin.aws.amazon.com/saml"));
        assert!(!is_endpoint("https://signin.aws.amazon.com/saml/"));
        assert!(!is_endpoint("urn:amazon:webservices"));
        for near in [
            "https://signin.aws.amazon.com/saml/",
            "http://signin.aws.amazon.com/saml",
            "https://signin.aws.amazon.com",
            "https://Signin.aws.amazon.com/SAML ",
        ] {
            assert_eq!(meant(near).as_deref(), Some(global), "{near}");
        }
        assert_eq!(meant("urn:amazon:webservices"), None);
    }
}
