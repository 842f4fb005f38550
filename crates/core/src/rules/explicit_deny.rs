use undeny_iam::arn::Caller;
use undeny_iam::change::{self, Change, ChangeKind, NewCondition};
use undeny_iam::denial::{Denial, DenialKind, PolicyType, manual};
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::{Condition, Effect, Policy, Statement};

use super::{Found, Precedence, Rule, Seen, condition_not_met, missing_permission};
use crate::case::{Case, PRINCIPAL_ARN, Setup};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::handover::Handover;
use crate::role_arn;
use crate::words::{self, code, short};

/// A statement with `"Effect": "Deny"` matches, and no Allow can answer it.
///
/// # What it sees
/// A message that says "with an explicit deny", or a Deny in what was pasted that matches the denied request. Where the message says so and none
/// matches, the only one that can: what it asks of keys that no message tells (MFA, TLS, the source's address) is left open.
///
/// # What it changes
/// A Deny of a resource's policy, an endpoint's policy or a boundary gets an exemption for exactly this caller: its ARN joins the exempt
/// ones where the Deny has such a list on `aws:PrincipalArn`, else a condition is added. It denies everybody else as before, and the patch is
/// for its owner: whether this caller should escape it is theirs to say. Where the call itself can meet what the Deny asks for (MFA,
/// encryption, TLS, a region, a tag, an instance type), and in identity policies, session policies and an organisation's policies, nothing
/// changes: it says what the call has to look like.
///
/// # What it never does
/// It never removes a Deny, never takes an action, resource or principal out of one, and never answers one with an Allow.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
#[derive(Debug)]
pub(super) struct ExplicitDeny;

impl Rule for ExplicitDeny {
    fn name(&self) -> &'static str {
        "explicit-deny"
    }

    fn summary(&self) -> &'static str {
        manual("A Deny matches, and no Allow can answer it")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let action = denial.action.clone()?;
        let request = case.request(denial);
        let hidden = request
            .as_ref()
            .and_then(|request| role_arn::hidden(request).map(str::to_owned));
        let request = request.map(with_caller);
        let setup = request.map(|request| case.setup(request));
        let matched = setup.as_ref().and_then(matching);
        if hidden.is_none()
            && let Some((setup, matched)) = setup.as_ref().zip(matched)
            && let Some(found) = self.exempt(case, setup, matched)
        {
            return Some(Found(found));
        }
        if matched.is_none() && denial.kind != DenialKind::Explicit {
            return None;
        }
        if matched.is_none() && denial.policy_type == Some(PolicyType::Bpa) {
            return Some(Found(self.block_public_access(seen, &action)));
        }
        let possible = match &setup {
            Some(setup) if denial.kind == DenialKind::Explicit => {
                possible(case, denial, setup, matched)
            }
            _ => Vec::new(),
        };
        let unsure = match possible.as_slice() {
            [_] if matched.is_none() => {
                " The message says that a Deny matched, and of the pasted ones only this can have: the paste does not tell what the request \
                 carried in the keys that it looks at."
            }
            [_, _, ..] => {
                " Which of them it was the paste does not tell: it does not show what the request carried in the keys that they look at."
            }
            _ => "",
        };
        let found: Vec<Matched> = match (possible.as_slice(), matched) {
            ([], matched) => matched.into_iter().collect(),
            _ => possible,
        };
        let resource = denial
            .resource
            .as_deref()
            .map_or_else(String::new, |resource| {
                format!(" on {}", code(short(resource)))
            });
        let mut labels = Vec::new();
        let mut places = Vec::new();
        let mut way_out = String::new();
        for (_, index, statement) in &found {
            let view = case.policies.get(*index)?.statements.get(*statement)?;
            labels.push((
                case.document_of(*index)?.input,
                view.span,
                if found.len() == 1 {
                    format!("this Deny matches {action}")
                } else {
                    format!("this Deny can match {action}")
                },
            ));
            places.push(format!(
                "{} of the {}",
                view.label(*statement),
                words::policy(case, *index)
            ));
            way_out.push_str(&meet(view));
            if let Some(hidden) = &hidden
                && view.conditions.iter().any(is_exempt_list)
            {
                way_out.push_str(&format!(
                    " The caller's role has a path, which the session's ARN does not show and a pattern has to have: its ARN is like {}.",
                    code(hidden)
                ));
            }
        }
        let (place, kind) = match found.as_slice() {
            [(layer, ..)] => (words::list(&places), layer_in_words(*layer)),
            [(layer, ..), ..] => (
                format!("one of {}", words::list(&places)),
                layer_in_words(*layer),
            ),
            [] => {
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
        let quarantine = denial
            .policy_arn
            .as_deref()
            .is_some_and(|arn| arn.contains("AWSCompromisedKeyQuarantine"));
        let leaked = if quarantine {
            " AWS attached this policy because the access key was found in public: delete the key, look through CloudTrail for what was done \
             with it, and move to short-lived credentials; only then detach the policy."
        } else {
            ""
        };
        let explanation = format!(
            "A Deny in {place} matches {}{resource}. A Deny wins over every Allow, so no permission added anywhere lets this call through. \
             Either the call has to change so that the Deny no longer matches (its region, encryption, MFA, tags, source network, \
             organisation), or whoever owns that policy has to exempt it by a condition.{way_out}{unsure}{leaked}",
            code(&action)
        );
        let handover = Handover::Text(format!(
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
        ));
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
            handover: vec![handover],
        }))
    }
}

/// The Deny that matches: its layer, policy and statement.
type Matched = (Layer, usize, usize);

/// The request with the key that tells who calls, as AWS sets it.
fn with_caller(mut request: Request) -> Request {
    if request.context.get(PRINCIPAL_ARN).is_none()
        && let Some(name) = role_arn::to_name(&request)
        && name.starts_with("arn:")
    {
        request.context.set(PRINCIPAL_ARN, vec![name]);
    }
    request
}

fn matching(setup: &Setup) -> Option<Matched> {
    all_matching(setup).into_iter().next()
}

fn all_matching(setup: &Setup) -> Vec<Matched> {
    let decision = setup.decide();
    let denying = decision
        .layers
        .iter()
        .filter(|layer| layer.outcome == Outcome::ExplicitlyDenied);
    denying
        .flat_map(|layer| {
            let matching = layer.statements.iter().filter(|statement| {
                statement.effect == Effect::Deny && statement.mismatch.is_none()
            });
            matching.filter_map(|statement| {
                let index = setup.policies(layer.layer).get(statement.policy)?;
                Some((layer.layer, *index, statement.statement))
            })
        })
        .collect()
}

/// Of how many Denies it is looked which can have matched: each is decided by itself.
const MOST_OPEN: usize = 32;

/// The Denies that can have matched, where the message says that one has: everything in them fits that the request tells, and what they ask
/// of keys that the paste does not show (MFA, TLS, the source's address) is left open. None where `matched` matches by what is told alone.
fn possible(
    case: &Case<'_>,
    denial: &Denial,
    setup: &Setup,
    matched: Option<Matched>,
) -> Vec<Matched> {
    let mut request = setup.scenario.request.clone();
    condition_not_met::tell(&mut request);
    let is_open = |statement: &Statement| {
        statement.effect == Effect::Deny
            && statement
                .conditions
                .iter()
                .any(|condition| request.context.get(&condition.key).is_none())
    };
    let can_match = |index: usize, number: usize| {
        let mut policies = case.policies.clone();
        let statement = policies.get_mut(index)?.statements.get_mut(number)?;
        statement
            .conditions
            .retain(|condition| request.context.get(&condition.key).is_some());
        all_matching(&case.setup_with(request.clone(), &policies))
            .into_iter()
            .find(|(_, denied, by)| (*denied, *by) == (index, number))
    };
    let is_sure =
        matched.and_then(|(_, index, number)| case.policies.get(index)?.statements.get(number));
    if is_sure.is_some_and(|statement| !is_open(statement)) {
        return Vec::new();
    }
    let open: Vec<(usize, usize)> = setup
        .given
        .iter()
        .flat_map(|(_, indexes)| indexes)
        .filter_map(|index| Some((*index, case.policies.get(*index)?)))
        .flat_map(|(index, policy)| {
            let statements = policy.statements.iter().enumerate();
            statements
                .filter(|(_, statement)| is_open(statement))
                .map(move |(number, _)| (index, number))
        })
        .take(MOST_OPEN + 1)
        .collect();
    if open.len() > MOST_OPEN {
        return Vec::new();
    }
    let mut found: Vec<Matched> = open
        .into_iter()
        .filter_map(|(index, number)| can_match(index, number))
        .collect();
    let meant = denial.policy_type.and_then(layer_of);
    found.retain(|(layer, _, _)| meant.is_none_or(|meant| meant == *layer));
    // AWS names the policy in newer messages.
    let named = denial
        .policy_arn
        .as_deref()
        .and_then(|arn| arn.rsplit('/').next());
    let is_named = |(_, index, _): &Matched| {
        let policy = case.policies.get(*index);
        named.is_some() && policy.and_then(|policy| policy.name.as_deref()) == named
    };
    if found.iter().any(is_named) {
        found.retain(is_named);
    }
    found
}

impl ExplicitDeny {
    /// Settings of the bucket, its account or its organisation, and no statement.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
    fn block_public_access(&self, seen: &Seen<'_, '_>, action: &str) -> Diagnosis {
        let denial = &seen.denial.value;
        let what = if seen.mentions("blockpublicpolicy") {
            "the policy that was to be put there lets everybody in, and the setting `BlockPublicPolicy` refuses such a policy"
        } else {
            "its settings refuse what would let everybody in"
        };
        Diagnosis {
            rule: self.name(),
            title: "No permission is missing: S3 Block Public Access refuses it.".to_owned(),
            explanation: format!(
                "{} was refused by S3 Block Public Access of the bucket, its account or its organisation, which is no policy: {what}. No \
                 permission added anywhere lets it through. Name those whom it is for instead of `*`, or put a distribution in front of \
                 the bucket; only where everybody is to read the bucket, its owner turns the setting off for this one bucket (`aws s3api \
                 put-public-access-block`).",
                code(action)
            ),
            next: None,
            labels: vec![(
                seen.denial.input,
                denial.span,
                "this names the setting".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }
    }

    /// Spare exactly this caller, where the Deny is about who calls.
    fn exempt(&self, case: &Case<'_>, setup: &Setup, matched: Matched) -> Option<Diagnosis> {
        let request = &setup.scenario.request;
        let name = role_arn::to_name(request)
            .filter(|name| name.starts_with("arn:") && !name.contains('*'))?;
        let mut changes: Vec<Change> = Vec::new();
        let mut places = Vec::new();
        let mut labels = Vec::new();
        let mut next = Some(matched);
        let mut policies: Vec<Policy> = case.policies.clone();
        // Another Deny may stand behind the first.
        while let Some((layer, index, statement)) = next {
            if changes.len() > 8
                || !matches!(layer, Layer::Resource | Layer::Endpoint | Layer::Boundary)
            {
                return None;
            }
            let view = policies.get(index)?.statements.get(statement)?;
            let has_list = view.conditions.iter().any(is_exempt_list);
            let met = |condition: &Condition| {
                can_be_met(condition) || (!has_list && is_about_network(&condition.key))
            };
            if view.conditions.iter().any(met) {
                return None;
            }
            let change = Change {
                policy: index,
                kind: exemption(view, statement, &name),
            };
            policies = change::expected(&policies, std::slice::from_ref(&change));
            places.push(format!(
                "{} of the {}",
                view_label(case, index, statement)?,
                words::policy(case, index)
            ));
            let document = case.document_of(index)?;
            labels.push((
                document.input,
                case.policies.get(index)?.statements.get(statement)?.span,
                format!("this Deny matches {}", request.action),
            ));
            changes.push(change);
            let again = matching(&case.setup_with(request.clone(), &policies));
            if again == next {
                return None;
            }
            next = again;
        }
        // Behind the Deny there may be no Allow.
        let after = case.setup_with(request.clone(), &policies);
        let decision = after.decide();
        if decision.outcome != Outcome::Allowed {
            changes.extend(missing_permission::additions(
                case, request, &after, &decision,
            ));
        }
        let stranger = |principal: String| {
            let mut request = Request {
                principal: principal.clone(),
                ..request.clone()
            };
            request.context.set(PRINCIPAL_ARN, vec![principal]);
            request
        };
        let account = Caller::parse(&request.principal).account()?.to_owned();
        let lazy = vec![(
            stranger(format!("arn:aws:iam::{account}:user/any-other-caller")),
            "deleting the Deny".to_owned(),
        )];
        let place = words::list(&places);
        let action = code(&request.action);
        let resource = code(short(&request.resource));
        let explanation = format!(
            "A Deny in {place} matches {action} on {resource}. A Deny wins over every Allow, so no permission added anywhere lets this call \
             through: only the Deny itself can spare it. The patch exempts {} and nobody else; it is for the policy's owner, who decides \
             whether this caller is meant to be stopped. It spares this caller from everything that this Deny denies.",
            code(short(&name))
        );
        let handover = Handover::Text(format!(
            "Our call is stopped by an explicit deny.\n\nWho: {}\nAction: {}\nResource: {}\nDenied by: {}\n\nIf this call is meant to \
             work, please exempt exactly {name} in that Deny (a condition `ArnNotEquals` on `{PRINCIPAL_ARN}`, or its list of exempt \
             principals), as in the patch, and leave it as it is for everybody else. If it is not meant to work, please tell us what to do \
             instead.\n",
            request.principal,
            request.action,
            request.resource,
            place.replace('`', "")
        ));
        Some(Diagnosis {
            rule: self.name(),
            title: format!(
                "Not yours to change: the owner of the {} has to spare {} from its Deny.",
                words::policy(case, matched.1),
                code(short(&name))
            ),
            explanation,
            next: None,
            labels,
            remedy: Remedy::Change {
                owner: Owner::Other,
                minimal: Plan {
                    changes,
                    requests: vec![request.clone()],
                    assumptions: vec![format!(
                        "the policy's owner agrees that {} is spared",
                        code(short(&name))
                    )],
                    lazy,
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: vec![handover],
        })
    }
}

fn view_label(case: &Case<'_>, index: usize, statement: usize) -> Option<String> {
    Some(
        case.policies
            .get(index)?
            .statements
            .get(statement)?
            .label(statement),
    )
}

/// How this Deny spares one more caller.
fn exemption(view: &Statement, statement: usize, name: &str) -> ChangeKind {
    let list = view.conditions.iter().position(is_exempt_list);
    match list {
        Some(condition) => ChangeKind::AddConditionValues {
            statement,
            condition,
            values: vec![name.to_owned()],
        },
        None => ChangeKind::AddCondition {
            statement,
            condition: NewCondition {
                operator: "ArnNotEquals".to_owned(),
                key: PRINCIPAL_ARN.to_owned(),
                values: vec![name.to_owned()],
            },
        },
    }
}

/// Whether a condition of a Deny lists callers that it spares.
fn is_exempt_list(condition: &Condition) -> bool {
    condition.key.eq_ignore_ascii_case(PRINCIPAL_ARN) && is_negated(&condition.operator)
}

/// Whether a key tells from where the call comes: the call can come from elsewhere.
fn is_about_network(key: &str) -> bool {
    [
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpcsourceip",
    ]
    .iter()
    .any(|known| key.eq_ignore_ascii_case(known))
}

fn is_negated(operator: &str) -> bool {
    let operator = operator.to_ascii_lowercase();
    operator.starts_with("stringnot") || operator.starts_with("arnnot")
}

/// Whether the call can be made so that this condition of a Deny does not hold: it is about how, and not about who or where from.
fn can_be_met(condition: &Condition) -> bool {
    way_to_meet(&condition.key).is_some()
}

/// What a caller does about a Deny on this key.
pub(super) fn way_to_meet(key: &str) -> Option<&'static str> {
    const WAYS: &[(&str, &str)] = &[
        (
            "aws:multifactorauth",
            "sign in with MFA first (`aws sts get-session-token --serial-number .. --token-code ..`) and call with that session",
        ),
        (
            "aws:requestedregion",
            "make the call in a region that the policy names",
        ),
        ("aws:requesttag/", "pass the tags that the policy asks for"),
        ("aws:securetransport", "call over HTTPS"),
        ("aws:tagkeys", "pass the tags that the policy asks for"),
        (
            "ec2:createaction",
            "tag in the call that makes it (its `TagSpecifications`); tagging later is another permission",
        ),
        (
            "ec2:",
            "ask for what the policy allows (instance type, image, volume)",
        ),
        (
            "iam:permissionsboundary",
            "pass the permissions boundary that the policy asks for",
        ),
        ("iam:policyarn", "attach a policy that the policy names"),
        (
            "kms:encryptioncontext",
            "pass the encryption context that the policy asks for",
        ),
        ("rds:", "ask for what the policy allows"),
        ("s3:authtype", "sign the request as the policy asks for"),
        ("s3:signature", "sign the request as the policy asks for"),
        ("s3:tlsversion", "call with a newer version of TLS"),
        (
            "s3:x-amz-",
            "pass the header that the policy asks for (`--server-side-encryption aws:kms`, `--acl bucket-owner-full-control`)",
        ),
        (
            "sts:externalid",
            "pass the external id that the policy asks for",
        ),
        (
            "sts:rolesessionname",
            "name the session as the policy asks for",
        ),
    ];
    let key = key.to_ascii_lowercase();
    WAYS.iter()
        .find(|(prefix, _)| key.starts_with(prefix))
        .map(|(_, way)| *way)
}

/// What the call has to look like so that the Deny does not match.
pub(super) fn meet(statement: &Statement) -> String {
    let ways: Vec<String> = statement
        .conditions
        .iter()
        .filter_map(|condition| {
            let way = way_to_meet(&condition.key).or_else(|| {
                is_about_network(&condition.key)
                    .then_some("call from an address, network or endpoint that the policy names")
            })?;
            Some(format!(
                " It looks at {} ({} {}): {way}.",
                code(&condition.key),
                condition.operator,
                words::values(condition)
            ))
        })
        .collect();
    ways.concat()
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

/// The layer in which a kind of policy has its say.
pub(super) const fn layer_of(kind: PolicyType) -> Option<Layer> {
    Some(match kind {
        PolicyType::Identity => Layer::Identity,
        PolicyType::Resource | PolicyType::Trust => Layer::Resource,
        PolicyType::Scp => Layer::Scp,
        PolicyType::Rcp => Layer::Rcp,
        PolicyType::Boundary => Layer::Boundary,
        PolicyType::Session => Layer::Session,
        PolicyType::Vpce => Layer::Endpoint,
        PolicyType::Bpa => return None,
    })
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
