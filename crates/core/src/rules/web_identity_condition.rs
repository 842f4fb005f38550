use undeny_document::Role;
use undeny_iam::change::{Change, ChangeKind, NewCondition};
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Condition, Effect, Policy, PrincipalKind, Statement};

use super::{Found, Precedence, Rule, Seen};
use crate::case::Case;
use crate::diagnosis::{Diagnosis, Hardened, Owner, Plan, Remedy};
use crate::report::Question;
use crate::witness::{self, example_of};
use crate::words::{self, code};

/// A trust policy's condition on a web identity token does not hold.
///
/// # What it sees
/// A denial of `sts:AssumeRoleWithWebIdentity`, whose message names nothing, and a trust policy for an OpenID Connect provider. It looks at
/// the conditions on the token's `aud` and `sub`: a wildcard under `StringEquals`, which compares it as a plain star; an audience that
/// AWS's own action never asks for; a subject other than the one that the job presents.
///
/// # What it changes
/// The one condition that fails: `StringEquals` becomes `StringLike` for the key that has the wildcard and for no other, a wrong audience or
/// a subject in the wrong letter case is replaced, the job's subject joins the list. The hardened variant also pins `aud` where the policy
/// does not look at it.
///
/// # What it never does
/// It never drops a condition and never widens a subject beyond what the policy's author wrote or the job presents.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>,
/// <https://docs.github.com/en/actions/reference/security/oidc>
#[derive(Debug)]
pub(super) struct WebIdentityCondition;

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";
/// The audience that GitHub's official action and EKS ask for.
const AUDIENCE: &str = "sts.amazonaws.com";

impl Rule for WebIdentityCondition {
    fn name(&self) -> &'static str {
        "web-identity-condition"
    }

    fn summary(&self) -> &'static str {
        "A trust policy's condition on `aud` or `sub` of a web identity token does not hold"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !denial.action.as_deref()?.eq_ignore_ascii_case(ACTION) {
            return None;
        }
        let trusts = case.with_role(Role::Trust);
        let Some((policy_index, statement_index)) = trusts.iter().find_map(|index| {
            let policy = case.policies.get(*index)?;
            policy
                .statements
                .iter()
                .position(trusts_provider)
                .map(|statement| (*index, statement))
        }) else {
            return Some(Found(ask_for_trust_policy(self.name())));
        };
        let policy = case.policies.get(policy_index)?;
        let statement = policy.statements.get(statement_index)?;
        let provider = statement
            .principals
            .as_ref()?
            .items
            .iter()
            .find(|principal| principal.kind == PrincipalKind::Federated)?
            .item
            .value()
            .into_owned();
        Some(Found(look(
            self.name(),
            case,
            policy_index,
            policy,
            statement_index,
            statement,
            &provider,
        )))
    }
}

fn trusts_provider(statement: &Statement) -> bool {
    let federated = statement
        .principals
        .iter()
        .flat_map(|principals| &principals.items)
        .any(|principal| principal.kind == PrincipalKind::Federated);
    let allows = statement
        .actions
        .iter()
        .flat_map(|element| &element.items)
        .any(|item| undeny_iam::glob::matches_ignoring_case(&item.value(), ACTION));
    statement.effect == Effect::Allow && federated && allows
}

/// What is wrong with one condition.
struct Wrong {
    kind: ChangeKind,
    sentence: String,
    span: undeny_text::Span,
    label: String,
}

fn look(
    rule: &'static str,
    case: &Case<'_>,
    policy_index: usize,
    policy: &Policy,
    statement_index: usize,
    statement: &Statement,
    provider: &str,
) -> Diagnosis {
    let host = provider
        .split_once("oidc-provider/")
        .map_or(provider, |(_, host)| host);
    let is_github = host == "token.actions.githubusercontent.com"
        || host.starts_with("token.actions.githubusercontent.com/");
    let sub_key = format!("{host}:sub");
    let aud_key = format!("{host}:aud");
    let presented = case.answer("sub");

    let mut wrong = Vec::new();
    for (index, condition) in statement.conditions.iter().enumerate() {
        if condition.key.eq_ignore_ascii_case(&sub_key) {
            wrong.extend(wrong_subject(condition, statement_index, index, presented));
        } else if condition.key.eq_ignore_ascii_case(&aud_key)
            && (is_github || host.starts_with("oidc.eks."))
        {
            wrong.extend(wrong_audience(condition, statement_index));
        }
    }
    let has_audience = statement
        .conditions
        .iter()
        .any(|condition| condition.key.eq_ignore_ascii_case(&aud_key));
    let pin = (!has_audience && (is_github || host.starts_with("oidc.eks."))).then(|| Change {
        policy: policy_index,
        kind: ChangeKind::AddCondition {
            statement: statement_index,
            condition: NewCondition {
                operator: "StringEquals".to_owned(),
                key: aud_key.clone(),
                values: vec![AUDIENCE.to_owned()],
            },
        },
    });

    let subject = presented.map(str::to_owned).or_else(|| {
        statement
            .conditions
            .iter()
            .find(|condition| condition.key.eq_ignore_ascii_case(&sub_key))
            .and_then(|condition| condition.values.first())
            .map(|item| example_of(&item.value()))
    });
    let mut request = Request {
        principal: provider.to_owned(),
        action: ACTION.to_owned(),
        resource: role_arn(policy, provider),
        ..Request::default()
    };
    request.context.set(&aud_key, vec![AUDIENCE.to_owned()]);
    if let Some(subject) = &subject {
        request.context.set(&sub_key, vec![subject.clone()]);
    }
    for condition in &statement.conditions {
        witness::satisfy(condition, &mut request.context);
    }

    let name = words::policy(case, policy_index);
    let mut assumptions = Vec::new();
    if presented.is_none()
        && let Some(subject) = &subject
    {
        assumptions.push(format!("the job presents a subject like {}", code(subject)));
    }
    let mut questions = Vec::new();
    let ask_subject = Question {
        id: "sub".to_owned(),
        text: format!(
            "Which subject does the job's token have? For GitHub: {}, {} or {}",
            code("repo:ORG/REPO:ref:refs/heads/BRANCH"),
            code("repo:ORG/REPO:environment:NAME"),
            code("repo:ORG/REPO:pull_request")
        ),
        why: "the message does not print it, and the trust policy compares it".to_owned(),
        default: subject.clone(),
    };

    let unpinned = if pin.is_some() {
        format!(
            " The policy does not look at {}: a token that the same job asked for with another audience would do as well. The hardened \
             variant pins it to {}.",
            code(&aud_key),
            code(AUDIENCE)
        )
    } else {
        String::new()
    };
    let lazy = lazy(&request, &sub_key, &aud_key);
    let document = case
        .document_of(policy_index)
        .map_or(0, |document| document.input);
    if wrong.is_empty() {
        let hardened = pin.map(|change| Hardened {
            plan: Plan { changes: vec![change], requests: vec![request.clone()], assumptions: assumptions.clone(), lazy: Vec::new() },
            title: format!("Pin the audience to {}.", code(AUDIENCE)),
            note: format!(
                "A token that the job asked for with another audience is refused. It breaks a job that sets `audience:` to something else \
                 than {}. It does not lift this denial by itself: no condition of the policy fails for the subject above.",
                code(AUDIENCE)
            ),
        });
        questions.push(ask_subject);
        return Diagnosis {
            rule,
            title: if presented.is_some() {
                "The trust policy accepts this token: look at the provider, the role's ARN and the token's audience.".to_owned()
            } else {
                "I need to know: which subject does the job's token have?".to_owned()
            },
            explanation: format!(
                "The message names nothing, and the {name} accepts a token with {} and {}. So the token has another subject, or the \
                 workflow names another role, or the provider does not exist in the role's account.{unpinned}",
                subject.as_deref().map_or_else(
                    || "any subject".to_owned(),
                    |subject| format!("the subject {}", code(subject))
                ),
                format_args!("the audience {}", code(AUDIENCE)),
            ),
            next: None,
            labels: vec![(
                document,
                statement.span,
                "accepts the expected token".to_owned(),
            )],
            remedy: Remedy::Ask { hardened },
            questions,
            handover: None,
        };
    }

    let mut explanation = format!("The message names nothing, but the {name} does:");
    let mut labels = Vec::new();
    let mut changes = Vec::new();
    for found in wrong {
        explanation.push(' ');
        explanation.push_str(&found.sentence);
        labels.push((document, found.span, found.label));
        changes.push(Change {
            policy: policy_index,
            kind: found.kind,
        });
    }
    explanation.push_str(&unpinned);
    if presented.is_none() {
        questions.push(ask_subject);
    }
    let minimal = Plan {
        changes: changes.clone(),
        requests: vec![request.clone()],
        assumptions: assumptions.clone(),
        lazy: lazy.clone(),
    };
    let hardened = pin.map(|change| {
        changes.push(change);
        Hardened {
            plan: Plan { changes, requests: vec![request], assumptions, lazy },
            title: format!("The same, and the audience pinned to {}.", code(AUDIENCE)),
            note: format!(
                "A token that the same job asked for with another audience is refused. It breaks a job that sets `audience:` to something \
                 else than {}.",
                code(AUDIENCE)
            ),
        }
    });
    let title = match minimal.changes.first().map(|change| &change.kind) {
        Some(ChangeKind::ReplaceOperator { operator, .. }) => {
            format!(
                "Patch the trust policy: compare the subject with {}, since it has a wildcard.",
                code(operator)
            )
        }
        Some(ChangeKind::ReplaceValue { value, .. }) if value == AUDIENCE => {
            format!(
                "Patch the trust policy: the token's audience is {}.",
                code(AUDIENCE)
            )
        }
        Some(ChangeKind::ReplaceValue { value, .. }) => format!(
            "Patch the trust policy: the token's subject is {}.",
            code(value)
        ),
        _ => format!(
            "Patch the trust policy: let in the subject {}.",
            code(presented.unwrap_or("of this job"))
        ),
    };
    Diagnosis {
        rule,
        title,
        explanation,
        next: None,
        labels,
        remedy: Remedy::Change {
            owner: Owner::User,
            minimal,
            hardened,
        },
        questions,
        handover: None,
    }
}

fn wrong_subject(
    condition: &Condition,
    statement: usize,
    index: usize,
    presented: Option<&str>,
) -> Vec<Wrong> {
    let values: Vec<String> = condition
        .values
        .iter()
        .map(|item| item.value().into_owned())
        .collect();
    let (prefix, bare) = condition
        .operator
        .split_once(':')
        .map_or(("", condition.operator.as_str()), |(set, bare)| (set, bare));
    let equals = bare.eq_ignore_ascii_case("StringEquals")
        || bare.eq_ignore_ascii_case("StringEqualsIfExists");
    let wild: Vec<&String> = values
        .iter()
        .filter(|value| value.contains(['*', '?']))
        .collect();
    let accepts = |pattern: &str, subject: &str| undeny_iam::glob::matches(pattern, subject);
    if equals
        && !wild.is_empty()
        && presented.is_none_or(|subject| wild.iter().any(|pattern| accepts(pattern, subject)))
    {
        let operator = bare.replacen("Equals", "Like", 1);
        let operator = if prefix.is_empty() {
            operator
        } else {
            format!("{prefix}:{operator}")
        };
        return vec![Wrong {
            sentence: format!(
                "{} compares {} as it stands, so its star is a plain character, and no token has the subject {}; {} takes it as a wildcard.",
                code(&condition.operator),
                code(&condition.key),
                wild.first().map_or_else(String::new, |value| code(value)),
                code(&operator)
            ),
            span: condition.span,
            label: format!("a wildcard under {}", condition.operator),
            kind: ChangeKind::ReplaceOperator {
                statement,
                condition: index,
                operator,
            },
        }];
    }
    let Some(presented) = presented else {
        return Vec::new();
    };
    let like = bare.to_ascii_lowercase().starts_with("stringlike");
    let holds = values.iter().any(|value| {
        if like {
            accepts(value, presented)
        } else {
            value == presented
        }
    });
    if holds || !(equals || like) {
        return Vec::new();
    }
    let other_case = condition
        .values
        .iter()
        .find(|item| item.value().eq_ignore_ascii_case(presented));
    let sentence = format!(
        "the token's subject is {}, {} wants {}.",
        code(presented),
        code(&condition.operator),
        words::list(&values.iter().map(|value| code(value)).collect::<Vec<_>>())
    );
    vec![match other_case {
        Some(item) => Wrong {
            sentence: format!("{sentence} The two differ in upper and lower case only."),
            span: item.span,
            label: "differs from the token's subject in letter case".to_owned(),
            kind: ChangeKind::ReplaceValue {
                statement,
                item: item.span,
                value: presented.to_owned(),
            },
        },
        None => Wrong {
            sentence,
            span: condition.span,
            label: "does not let in this job's subject".to_owned(),
            kind: ChangeKind::AddConditionValues {
                statement,
                condition: index,
                values: vec![presented.to_owned()],
            },
        },
    }]
}

fn wrong_audience(condition: &Condition, statement: usize) -> Option<Wrong> {
    let holds = condition
        .values
        .iter()
        .any(|item| undeny_iam::glob::matches(&item.value(), AUDIENCE));
    let first = condition.values.first()?;
    let negated = condition.operator.to_ascii_lowercase().contains("not");
    if holds || negated {
        return None;
    }
    Some(Wrong {
        sentence: format!(
            "it wants the audience {}, and the token's is {}, unless the workflow asks for another one.",
            code(&first.value()),
            code(AUDIENCE)
        ),
        span: first.span,
        label: "not the token's audience".to_owned(),
        kind: ChangeKind::ReplaceValue {
            statement,
            item: first.span,
            value: AUDIENCE.to_owned(),
        },
    })
}

/// The role that the policy is on, as far as known: its account is the provider's.
fn role_arn(policy: &Policy, provider: &str) -> String {
    let account = undeny_iam::arn::Arn::parse(provider)
        .map(|arn| arn.account)
        .unwrap_or("000000000000");
    let name = policy.name.as_deref().unwrap_or("this-role");
    format!("arn:aws:iam::{account}:role/{name}")
}

fn lazy(request: &Request, sub_key: &str, aud_key: &str) -> Vec<(Request, String)> {
    let mut stranger = request.clone();
    stranger.context.set(
        sub_key,
        vec!["repo:somebody-else/any-repository:ref:refs/heads/main".to_owned()],
    );
    let mut audience = request.clone();
    audience
        .context
        .set(aud_key, vec!["https://example.com".to_owned()]);
    vec![
        (
            stranger,
            "dropping the condition on `sub`, or `repo:*`".to_owned(),
        ),
        (audience, "dropping the condition on `aud`".to_owned()),
    ]
}

fn ask_for_trust_policy(rule: &'static str) -> Diagnosis {
    Diagnosis {
        rule,
        title: "Paste the role's trust policy: it decides this call alone.".to_owned(),
        explanation: "`sts:AssumeRoleWithWebIdentity` is not signed, so no identity policy has a say: the trust policy of the role, its \
                      conditions on the token's `aud` and `sub`, and the identity provider in the role's account decide. The message names \
                      none of them."
            .to_owned(),
        next: None,
        labels: Vec::new(),
        remedy: Remedy::Ask { hardened: None },
        questions: vec![Question {
            id: "trust-policy".to_owned(),
            text: "What does the role's trust policy say? Paste it beside the error.".to_owned(),
            why: "its conditions on the token are what fails".to_owned(),
            default: None,
        }],
        handover: None,
    }
}
