use undeny_document::{Piece, Role, is_single_value};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::denial::{Denial, DenialKind, PolicyType, manual};
use undeny_iam::evaluate::{
    Decision, Layer, LayerDecision, MismatchElement, Outcome, Request, evaluate,
};
use undeny_iam::glob;
use undeny_iam::policy::{
    Condition, Effect, Element, Policy, PrincipalKind, Principals, RoleSource, Statement,
};
use undeny_text::Span;

use super::{Found, Precedence, Rule, Seen, explicit_deny, neighbour};
use crate::case::{
    Case, PRINCIPAL_ARN, Setup, UNKNOWN_ACCOUNT, is_hidden, is_role_request, is_whole, only_denies,
};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::handover::{Handover, Named};
use crate::report::{Question, role_in_words};
use crate::role_arn;
use crate::words::{self, code, short};

/// Nothing allows the request where something would have to.
///
/// # What it sees
/// A denial with its action and resource, and policies none of which has a matching Allow. It decides the request with what was pasted and
/// blames the first layer on each side that has to allow it and does not.
///
/// # What it changes
/// The exact action on the exact resource is allowed in that policy: an existing statement gets one more action where its resource is
/// exactly this one, or one more resource where its action is exactly this one, and it has no condition; else a statement of its own.
/// A statement beside with a condition, on the same call for others or on the same resource, is joined or its condition written once more
/// where the call can meet it; where that is not known, it is said.
/// In a policy of a resource the caller's role or user is named besides.
///
/// # What it never does
/// It never writes a wildcard that the message does not print, never lengthens a statement in a way that opens a second thing, and
/// does not guess a resource that the message hides.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
#[derive(Debug)]
pub(super) struct MissingPermission;

impl Rule for MissingPermission {
    fn name(&self) -> &'static str {
        "missing-permission"
    }

    fn summary(&self) -> &'static str {
        manual("No statement allows the action on the resource where one has to")
    }

    fn precedence(&self) -> Precedence {
        Precedence::General
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let action = denial.action.clone()?;
        if let Some(found) = ask_for_resource(self.name(), case, denial, &action) {
            return Some(Found(found));
        }
        let mut assumptions = Vec::new();
        let principal = match case
            .answer("principal")
            .map(str::to_owned)
            .or_else(|| denial.principal.clone())
        {
            Some(principal) if !principal.contains(['*', '<', '>']) => principal,
            _ => {
                assumptions.push("the message does not say who called; it is taken to be whoever has the identity policy".to_owned());
                anybody(denial.resource.as_deref())
            }
        };
        let resource = case.resource(denial)?;
        let mut request = Request {
            principal,
            action,
            resource,
            ..Request::default()
        };
        for (key, values) in &denial.context {
            request.context.set(key, values.clone());
        }
        if case.answer("principal").is_some() {
            // Whoever was asked for knows the path.
            let arn = Caller::parse(&request.principal).policy_principal();
            request
                .context
                .set(PRINCIPAL_ARN, arn.into_iter().collect());
        }
        if request.action.eq_ignore_ascii_case("ec2:CreateTags")
            && let Some(operation) = denial.operation.as_deref()
            && operation != "CreateTags"
        {
            // A call that makes something and tags it at once.
            let call = vec![operation.to_owned()];
            request.context.set("ec2:CreateAction", call);
        }
        let setup = case.setup(request.clone());
        let decision = setup.decide();
        let found = match decision.outcome {
            Outcome::ExplicitlyDenied => return None,
            Outcome::Allowed => elsewhere(self.name(), case, denial, &request, &setup),
            Outcome::ImplicitlyDenied => plan(
                self.name(),
                case,
                denial,
                &request,
                &setup,
                &decision,
                assumptions,
            ),
        };
        Some(Found(found))
    }
}

/// Whether a change writes a principal.
fn names_somebody(change: &Change) -> bool {
    match &change.kind {
        ChangeKind::AddPrincipals { .. } => true,
        ChangeKind::AddStatement(new) => !new.principals.is_empty(),
        _ => false,
    }
}

/// Whether a caller stands for one that the message does not name.
pub(crate) fn is_made_up(principal: &str) -> bool {
    principal.ends_with(NOBODY)
}

/// The name of a caller that the message does not name.
pub(crate) const NOBODY: &str = ":user/caller";

/// Whether the service has gateway endpoints.
fn has_gateways(request: &Request) -> bool {
    matches!(request.action.split(':').next(), Some("s3" | "dynamodb"))
}

/// A gateway endpoint's policy names everybody, and the caller by a condition.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
fn name_at_gateway(case: &Case<'_>, request: &mut Request, changes: &mut [Change]) {
    if !has_gateways(request) {
        return;
    }
    for change in changes {
        let is_endpoint = case
            .policies
            .get(change.policy)
            .is_some_and(|policy| policy.role == Role::Endpoint);
        let ChangeKind::AddStatement(new) = &mut change.kind else {
            continue;
        };
        if is_endpoint && let [(PrincipalKind::Aws, name)] = new.principals.as_slice() {
            let name = name.clone();
            request.context.set(PRINCIPAL_ARN, vec![name.clone()]);
            new.principals = vec![(PrincipalKind::Everyone, "*".to_owned())];
            new.conditions.push(NewCondition {
                operator: "ArnEquals".to_owned(),
                key: PRINCIPAL_ARN.to_owned(),
                values: vec![name],
            });
        }
    }
}

/// Let the changes name the account of a caller whose role has a hidden path, with a condition for exactly this role. What is said of it and
/// asked comes back; `None` where the whole ARN is known, or no change names anybody.
pub(super) fn name_by_condition(
    case: &Case<'_>,
    requests: &mut [Request],
    changes: &mut [Change],
) -> Option<(&'static str, Question)> {
    if !changes.iter().any(names_somebody) {
        return None;
    }
    let first = requests.first()?;
    let why = role_arn::why(role_arn::hidden(first)?);
    let (account, condition) = by_account(first)?;
    for change in changes.iter_mut() {
        let Some(policy) = case.policies.get(change.policy) else {
            continue;
        };
        let values = |element: Option<&Element>| -> Vec<String> {
            element
                .iter()
                .flat_map(|element| &element.items)
                .map(|item| item.value().into_owned())
                .collect()
        };
        let (actions, resources, mut conditions) = match &change.kind {
            ChangeKind::AddStatement(new) if !new.principals.is_empty() => (
                new.actions.clone(),
                new.resources.clone(),
                new.conditions.clone(),
            ),
            ChangeKind::AddPrincipals { statement, .. } => {
                let Some(statement) = policy.statements.get(*statement) else {
                    continue;
                };
                let mut actions = values(statement.actions.as_ref());
                actions.retain(|action| {
                    requests
                        .iter()
                        .any(|request| request.action.eq_ignore_ascii_case(action))
                });
                (
                    actions,
                    values(statement.resources.as_ref()),
                    NewCondition::all_of(statement),
                )
            }
            _ => continue,
        };
        conditions.push(condition.clone());
        let sid = actions.first().map(|action| words::sid(policy, action));
        change.kind = ChangeKind::AddStatement(NewStatement {
            sid,
            effect: Effect::Allow,
            principals: vec![(PrincipalKind::Aws, account.clone())],
            actions,
            resources,
            conditions,
        });
    }
    let example = role_arn::example(condition.values.first()?);
    for request in requests {
        request.context.set(PRINCIPAL_ARN, vec![example.clone()]);
    }
    let question = Question {
        id: "principal".to_owned(),
        text: "What is the ARN of the role, with its path (`aws iam get-role --query Role.Arn --role-name ..`)?".to_owned(),
        why: "with it, the role itself can be the principal".to_owned(),
        default: None,
    };
    Some((why, question))
}

fn ask_for_principal(rule: &'static str, request: &Request, names: &[String]) -> Diagnosis {
    let place = words::list(names);
    Diagnosis {
        title: format!("I need to know: who was denied {}?", code(&request.action)),
        explanation: format!(
            "Nothing in {place} allows {} on {}, and a statement there names its principal, which the message does not.",
            code(&request.action),
            code(short(&request.resource))
        ),
        questions: vec![Question {
            id: "principal".to_owned(),
            text: "What is the ARN of the caller (`aws sts get-caller-identity`)?".to_owned(),
            why: "the policy is to let exactly this caller".to_owned(),
            default: None,
        }],
        ..Diagnosis::asking(rule)
    }
}

/// Somebody in the resource's account.
pub(super) fn anybody(resource: Option<&str>) -> String {
    let account = resource
        .and_then(Arn::parse)
        .map(|arn| arn.account)
        .filter(|account| account.len() == 12);
    format!(
        "arn:aws:iam::{}{NOBODY}",
        account.unwrap_or(UNKNOWN_ACCOUNT)
    )
}

fn ask_for_resource(
    rule: &'static str,
    case: &Case<'_>,
    denial: &Denial,
    action: &str,
) -> Option<Diagnosis> {
    let printed = denial.resource.as_deref();
    let answer = case.answer("resource");
    if answer.is_some_and(is_whole) || printed.is_some_and(is_whole) {
        return None;
    }
    Some(Diagnosis {
        title: format!(
            "I need to know: on which resource was {} denied?",
            code(action)
        ),
        explanation: match printed {
            Some(resource) if !is_hidden(resource) => format!(
                "The message names the resource {} without its ARN, and a policy needs the ARN.",
                code(resource)
            ),
            Some(resource) => format!(
                "The message masks the resource ({}), and a grant on a guess would be too wide or too narrow.",
                code(resource)
            ),
            None => format!(
                "The message does not print a resource for {}, and a grant on everything would be wider than the call needs.{}",
                code(action),
                if denial.operation.as_deref() == Some("HeadObject") {
                    " S3 answers this call with the same 403 where the object does not exist and the caller may not `s3:ListBucket` on its \
                     bucket: check the key first, or list it with somebody who may."
                } else {
                    ""
                }
            ),
        },
        questions: vec![Question {
            id: "resource".to_owned(),
            text: format!(
                "What is the ARN of the resource of {}? (`*` if the action takes none)",
                code(action)
            ),
            why: match answer {
                Some(answer) => format!("{} is neither an ARN nor `*`", code(answer)),
                None => "the grant is made on exactly this resource".to_owned(),
            },
            default: None,
        }],
        ..Diagnosis::asking(rule)
    })
}

/// Whether nothing but an identity policy that was not pasted is known to be missing.
fn needs_identity(setup: &Setup) -> bool {
    if setup.given.is_empty() || !setup.assumed.contains(&Layer::Identity) {
        return false;
    }
    let mut without = setup.scenario.clone();
    without.identity.clear();
    let account = Arn::parse(&without.request.resource).map(|arn| arn.account);
    account == Some("") || evaluate(&without).outcome != Outcome::Allowed
}

/// Whether the layer allows the request; what its Allow asks of keys that nothing tells is said.
fn allowed_by(case: &Case<'_>, setup: &Setup, layer: Layer) -> Option<String> {
    let decision = setup.decide();
    let found = decision
        .layers
        .iter()
        .find(|found| found.layer == layer && found.outcome == Outcome::Allowed)?;
    let mut statements = found
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow && statement.mismatch.is_none());
    let open = statements.find_map(|statement| {
        let policy = *setup.policies(layer).get(statement.policy)?;
        let statement = case
            .policies
            .get(policy)?
            .statements
            .get(statement.statement)?;
        let context = &setup.scenario.request.context;
        let is_open = |condition: &&Condition| context.get(&condition.key).is_none();
        statement.conditions.iter().find(is_open)
    });
    Some(open.map_or_else(String::new, |open| {
        format!(
            " Or its condition on {} ({} {}) did not hold: it holds without the key, and nothing tells what the request carried.",
            code(&open.key),
            open.operator,
            words::values(open)
        )
    }))
}

/// What was pasted allows the request.
fn elsewhere(
    rule: &'static str,
    case: &Case<'_>,
    denial: &Denial,
    request: &Request,
    setup: &Setup,
) -> Diagnosis {
    let action = code(&request.action);
    let resource = code(short(&request.resource));
    let lacks_identity = denial.policy_type == Some(PolicyType::Identity)
        && setup.assumed.contains(&Layer::Identity);
    // A service has no identity policy.
    let is_service = matches!(Caller::parse(&request.principal), Caller::Service(_));
    let kind = denial
        .policy_type
        .and_then(|kind| (kind != PolicyType::Identity).then_some(kind))
        .or(is_service.then_some(PolicyType::Resource));
    let other_side = kind.is_none() && needs_identity(setup);
    if lacks_identity || other_side || (kind.is_none() && setup.given.is_empty()) {
        let maker = case.maker(&request.principal);
        let caller = if is_made_up(&request.principal) {
            "the caller".to_owned()
        } else {
            code(short(&request.principal))
        };
        return Diagnosis {
            rule,
            title: if other_side {
                format!("Paste the caller's identity policy: it has to allow {action} too.")
            } else {
                format!("Paste the policy: {action} on {resource} is not allowed.")
            },
            explanation: format!(
                "{action} on {resource} was denied to {caller}. {}",
                if other_side {
                    "What was pasted of the resource's side allows it. That is not enough where the resource is in another account, or where \
                     its policy leaves it to the caller's: then the identity policy of the caller, in its own account, has to allow it too."
                } else if maker.is_some() {
                    "None of the pasted policies is its own, so there is nothing to patch: paste the one that it has, or give it the policy \
                     in the text below."
                } else {
                    "Without the policy there is nothing to patch; the statement to add is in the text below."
                }
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Ask { hardened: None },
            questions: vec![Question {
                id: "identity-policy".to_owned(),
                text: format!(
                    "What does the identity policy of {caller} say? Paste it beside the error."
                ),
                why: "the patch is made in its text and proven with its statements".to_owned(),
                default: None,
            }],
            handover: vec![match maker {
                Some(_) => Handover::Policy(request.clone()),
                None => Handover::Request {
                    place: "the identity policy of the caller".to_owned(),
                    request: request.clone(),
                    named: Named::Nobody,
                },
            }],
        };
    }
    let (what, remedy) = match kind {
        Some(PolicyType::Scp) => ("a service control policy of the organisation", Some(true)),
        Some(PolicyType::Rcp) => ("a resource control policy of the organisation", Some(true)),
        Some(PolicyType::Boundary) => ("the caller's permissions boundary", Some(true)),
        Some(PolicyType::Vpce) => ("the VPC endpoint's policy", Some(true)),
        Some(PolicyType::Session) => ("the session's policy", Some(true)),
        Some(PolicyType::Resource | PolicyType::Trust | PolicyType::Bpa) => {
            ("the resource's own policy", Some(true))
        }
        _ => ("something that was not pasted", None),
    };
    let other = remedy.is_some();
    let layer = kind
        .or(denial.policy_type)
        .and_then(explicit_deny::layer_of);
    if let Some(layer) = layer.filter(|layer| !setup.policies(*layer).is_empty())
        && let Some(open) = allowed_by(case, setup, layer)
    {
        let what = if other {
            what
        } else {
            "the caller's identity policy"
        };
        return Diagnosis {
            rule,
            title: format!("The pasted policy already allows {action}: {what} in force does not."),
            explanation: format!(
                "The policies as pasted allow {action} on {resource}, and {}. So what was pasted is not in force yet, is not attached, or is \
                 another's.{open}",
                if is_service {
                    format!("for a service {what} decides alone")
                } else {
                    format!("the message says that {what} does not")
                }
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Ask { hardened: None },
            questions: vec![Question {
                id: "other-policies".to_owned(),
                text: format!("What does {what} say that is in force? Paste it."),
                why: "what was pasted allows the call".to_owned(),
                default: None,
            }],
            handover: Vec::new(),
        };
    }
    Diagnosis {
        rule,
        title: if other {
            format!("Not your policy: {what} has to allow {action}.")
        } else {
            format!("The pasted policies already allow {action}: {what} denies it.")
        },
        explanation: format!(
            "{}{}",
            if setup.given.is_empty() {
                String::new()
            } else if setup.decide().outcome == Outcome::Allowed {
                format!("The policies as pasted allow {action} on {resource}. ")
            } else {
                format!(
                    "Nothing in what was pasted is seen to allow {action} on {resource}, and a change there would not be enough. "
                )
            },
            if other {
                format!(
                    "{} {what}, which was not pasted; it has to allow this call{}.",
                    if is_service {
                        "For a service decides"
                    } else {
                        "The message names"
                    },
                    if setup.given.is_empty() { "" } else { " too" }
                )
            } else {
                "Check that they are the ones in force and attached to this caller, and look at its permissions boundary, its session \
                 policy, the resource's own policy, the VPC endpoint's policy and the organisation's service control policies."
                    .to_owned()
            }
        ),
        next: None,
        labels: Vec::new(),
        remedy: if matches!(kind, Some(PolicyType::Scp | PolicyType::Rcp)) {
            // An organisation's guardrail: there is nothing here to patch, and its owner may say no.
            Remedy::Explain { hardened: None }
        } else if other {
            Remedy::of_others()
        } else {
            Remedy::Ask { hardened: None }
        },
        questions: if other {
            Vec::new()
        } else {
            vec![Question {
                id: "other-policies".to_owned(),
                text: "Which other policies apply: a permissions boundary, session policy, resource policy, endpoint policy or SCP? Paste them."
                    .to_owned(),
                why: "what was pasted allows the call, so one of these must deny it".to_owned(),
                default: None,
            }]
        },
        handover: if other {
            vec![Handover::Request {
                place: what.to_owned(),
                request: request.clone(),
                named: match kind {
                    Some(PolicyType::Vpce) if has_gateways(request) => Named::ByCondition,
                    Some(PolicyType::Resource | PolicyType::Vpce) => Named::Caller,
                    _ => Named::Nobody,
                },
            }]
        } else {
            Vec::new()
        },
    }
}

fn plan(
    rule: &'static str,
    case: &Case<'_>,
    denial: &Denial,
    request: &Request,
    setup: &Setup,
    decision: &Decision,
    mut assumptions: Vec<String>,
) -> Diagnosis {
    let mut changes: Vec<Change> = Vec::new();
    let mut labels = Vec::new();
    let mut sentences = Vec::new();
    let mut others: Vec<usize> = Vec::new();
    let mut changed: Vec<usize> = Vec::new();
    let mut blamed_layers = Vec::new();
    let mut request = request.clone();
    let mut strangers = Vec::new();
    for (layer, mut change) in blamed(case, &request, setup, decision) {
        blamed_layers.push(layer.layer);
        let Some(policy) = case.policies.get(change.policy) else {
            continue;
        };
        if owned_by_others(policy, layer.layer, &request, setup) {
            others.push(change.policy);
        }
        let candidates = setup.policies(layer.layer);
        sentences.push(sentence(case, change.policy, candidates, layer, &request));
        if let Some(said) = neighbour::keep_condition(case, layer.layer, &mut request, &mut change)
        {
            sentences.push(said.sentence);
            assumptions.extend(said.assumptions);
            strangers.extend(said.stranger);
        }
        if matches!(change.kind, ChangeKind::ReplaceValue { .. }) {
            sentences.push(
                "AWS stores no policy with what stands there now, so the new value takes its place."
                    .to_owned(),
            );
        }
        labels.extend(label(case, candidates, layer, &request));
        changed.push(change.policy);
        changes.push(change);
    }
    assumptions.extend(guesses(case, &changed));
    let action = code(&request.action);
    let resource = short(&request.resource).to_owned();
    let named = |indexes: &[usize]| -> Vec<String> {
        indexes
            .iter()
            .map(|index| format!("the {}", words::policy(case, *index)))
            .collect()
    };
    let names = named(&changed);
    let blames_another = limit_named(denial).is_some_and(|layer| !blamed_layers.contains(&layer));
    if changes.is_empty() || blames_another {
        return elsewhere(rule, case, denial, &request, setup);
    }
    let mut questions = Vec::new();
    if changes.iter().any(names_somebody) && is_made_up(&request.principal) {
        return ask_for_principal(rule, &request, &names);
    }
    if let Some((why, question)) =
        name_by_condition(case, std::slice::from_mut(&mut request), &mut changes)
    {
        questions.push(question);
        sentences.push(why.to_owned());
    }
    name_at_gateway(case, &mut request, &mut changes);
    let request = &request;
    let place = words::list(&named(&others)).replace('`', "");
    let handover = Handover::of_policies(&others, &changes, &place, std::slice::from_ref(request));
    let owner = if others.is_empty() {
        Owner::User
    } else {
        Owner::Other
    };
    let mut lazy = lazy(request);
    lazy.extend(
        strangers
            .into_iter()
            .map(|stranger| (stranger, "a statement without the condition".to_owned())),
    );
    let mut explanation = sentences.join(" ");
    if denial.kind == DenialKind::Unknown && denial.policy_type.is_none() {
        explanation.push_str(" The message does not say whose policy is missing it; deciding the request with what was pasted does.");
    }
    Diagnosis {
        rule,
        title: format!(
            "Patch {}: allow {action} on {}.",
            words::list(&names),
            if resource == "*" {
                "every resource, the only one it takes".to_owned()
            } else {
                code(&resource)
            }
        ),
        explanation,
        next: crate::next::after(case, std::slice::from_ref(request)),
        labels,
        remedy: Remedy::Change {
            owner,
            minimal: Plan {
                changes,
                requests: vec![request.clone()],
                assumptions,
                lazy,
            },
            hardened: None,
        },
        questions,
        handover,
    }
}

/// The layer besides the caller's own policies that the message says does not allow the call: a change elsewhere cannot mend that.
fn limit_named(denial: &Denial) -> Option<Layer> {
    explicit_deny::layer_of(denial.policy_type?)
        .filter(|layer| !matches!(layer, Layer::Identity | Layer::Resource))
}

/// What has to be added so that every layer that has a say allows the request.
pub(super) fn additions(
    case: &Case<'_>,
    request: &Request,
    setup: &Setup,
    decision: &Decision,
) -> Vec<Change> {
    blamed(case, request, setup, decision)
        .into_iter()
        .map(|(_, change)| change)
        .collect()
}

/// The layers that do not allow the request and were given, each with the smallest change that makes it.
pub(super) fn blamed<'d>(
    case: &Case<'_>,
    request: &Request,
    setup: &Setup,
    decision: &'d Decision,
) -> Vec<(&'d LayerDecision, Change)> {
    // Where a role's trust policy or a key's policy has to change, the caller's side is made to say it too: it then holds whichever way the trust is written.
    let both = is_role_request(request) || request.action.to_ascii_lowercase().starts_with("kms:");
    decision
        .layers
        .iter()
        .filter(|layer| {
            layer.outcome != Outcome::Allowed
                && (layer.required || (both && layer.layer == Layer::Identity))
        })
        .flat_map(|layer| {
            let candidates = setup.policies(layer.layer);
            let to_change: Vec<usize> = match layer.layer {
                Layer::Scp => levels_without(case, candidates, layer),
                Layer::Identity => {
                    let own = case.nearest_of(&request.principal, candidates);
                    choose(case, own, request).into_iter().collect()
                }
                _ => choose(case, candidates, request).into_iter().collect(),
            };
            to_change.into_iter().filter_map(move |index| {
                let kind = addition(case.policies.get(index)?, request)?;
                Some((
                    layer,
                    Change {
                        policy: index,
                        kind,
                    },
                ))
            })
        })
        .collect()
}

/// The service control policies that do not allow the request, each on its level; not those that only deny, which are not what a level
/// allows with.
fn levels_without(case: &Case<'_>, candidates: &[usize], layer: &LayerDecision) -> Vec<usize> {
    let allows = |place: usize| {
        layer.statements.iter().any(|statement| {
            statement.policy == place
                && statement.effect == Effect::Allow
                && statement.mismatch.is_none()
        })
    };
    candidates
        .iter()
        .enumerate()
        .filter(|(place, index)| {
            !allows(*place)
                && case
                    .policies
                    .get(**index)
                    .is_some_and(|policy| !only_denies(policy))
        })
        .map(|(_, index)| *index)
        .collect()
}

/// The policy to change: the one that speaks of the action's service, else the first that is surely of this kind.
fn choose(case: &Case<'_>, candidates: &[usize], request: &Request) -> Option<usize> {
    let service = request
        .action
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let speaks = |index: &&usize| {
        case.policies.get(**index).is_some_and(|policy| {
            policy.statements.iter().any(|statement| {
                statement.effect == Effect::Allow
                    && statement
                        .actions
                        .iter()
                        .flat_map(|element| &element.items)
                        .any(|item| {
                            item.value().to_ascii_lowercase().split(':').next()
                                == Some(service.as_str())
                        })
            })
        })
    };
    candidates
        .iter()
        .find(speaks)
        .or_else(|| candidates.first())
        .copied()
}

/// The smallest change that allows the request in this policy.
fn addition(policy: &Policy, request: &Request) -> Option<ChangeKind> {
    let principal = (policy.role.is_resource_policy()
        || matches!(policy.role, Role::Endpoint | Role::Other | Role::Rcp)
            && policy
                .statements
                .iter()
                .any(|statement| statement.principals.is_some()))
    .then(|| principal_of(request))
    .flatten();
    // A trust policy and a repository's policy are on one thing and name no resource.
    let is_trust = policy.role == Role::Trust || policy.role == Role::Repository;
    let is_key = policy.role == Role::Key;
    let resource = if is_key {
        "*".to_owned()
    } else {
        request.resource.clone()
    };
    for (index, statement) in policy.statements.iter().enumerate() {
        let plain = statement.effect == Effect::Allow && statement.conditions.is_empty();
        if !plain {
            continue;
        }
        let right_resource = if is_trust {
            statement.resources.is_none()
        } else {
            is_exactly(statement.resources.as_ref(), &resource, false)
        };
        let right_action = is_exactly(statement.actions.as_ref(), &request.action, true);
        let principals = statement.principals.as_ref();
        let right_principal = match &principal {
            None => principals.is_none(),
            Some((kind, name)) => principals.is_some_and(|principals| {
                !principals.negated
                    && !principals.items.is_empty()
                    && principals
                        .items
                        .iter()
                        .all(|item| item.kind == *kind && item.item.value() == name.as_str())
            }),
        };
        if right_resource && right_principal && takes_more(statement.actions.as_ref()) {
            return Some(ChangeKind::AddActions {
                statement: index,
                actions: vec![request.action.clone()],
            });
        }
        if right_action
            && right_principal
            && !is_trust
            && !is_key
            && let Some(item) = unstorable(statement, request)
        {
            return Some(ChangeKind::ReplaceValue {
                statement: index,
                item,
                value: resource,
            });
        }
        if right_action
            && right_principal
            && !is_trust
            && !is_key
            && takes_more(statement.resources.as_ref())
        {
            return Some(ChangeKind::AddResources {
                statement: index,
                resources: vec![resource],
            });
        }
        if let Some((kind, name)) = &principal
            && right_action
            && right_resource
            && principals.is_some_and(|principals| {
                !principals.negated
                    && principals
                        .items
                        .iter()
                        .all(|item| joins(item.kind, *kind, is_trust))
            })
        {
            if let Some(item) = principals.and_then(deleted)
                && role_arn::hidden(request).is_none()
            {
                return Some(ChangeKind::ReplaceValue {
                    statement: index,
                    item,
                    value: name.clone(),
                });
            }
            return Some(ChangeKind::AddPrincipals {
                statement: index,
                kind: *kind,
                names: vec![name.clone()],
            });
        }
    }
    Some(ChangeKind::AddStatement(NewStatement {
        sid: Some(words::sid(policy, &request.action)),
        effect: Effect::Allow,
        principals: principal.into_iter().collect(),
        actions: vec![request.action.clone()],
        resources: if is_trust { Vec::new() } else { vec![resource] },
        conditions: Vec::new(),
    }))
}

/// The only principal of a statement that has been deleted, of which its id is left: AWS stores no policy that names one.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn deleted(principals: &Principals) -> Option<Span> {
    let is_id = |value: &str| {
        (value.starts_with("AROA") || value.starts_with("AIDA"))
            && value.len() >= 16
            && value
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let mut ids = principals.items.iter().filter(|principal| {
        principal.kind == PrincipalKind::Aws && principal.item.text.literal().is_some_and(is_id)
    });
    match (ids.next(), ids.next()) {
        (Some(only), None) => Some(only.item.span),
        _ => None,
    }
}

/// The resource of a statement that means the request's, written so that AWS stores no policy with it: in another partition's ARN, or as the
/// address of an object.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn unstorable(statement: &Statement, request: &Request) -> Option<Span> {
    let wanted = Arn::parse(&request.resource)?;
    let means = |written: &str| {
        if let Some(address) = written.strip_prefix("s3://") {
            return wanted.service == "s3" && glob::matches(address, wanted.resource);
        }
        Arn::parse(written).is_some_and(|arn| {
            let partition = wanted.partition;
            arn.partition != partition
                && arn.partition.starts_with("aws")
                && glob::matches(&Arn { partition, ..arn }.to_string(), &request.resource)
        })
    };
    let resources = statement.resources.as_ref()?;
    let mut found = resources
        .items
        .iter()
        .filter(|item| item.text.literal().is_some_and(means));
    match (found.next(), found.next()) {
        (Some(only), None) if !resources.negated => Some(only.span),
        _ => None,
    }
}

/// Whether a principal of `new` may be listed beside one of `present`: in a trust policy, whose action says what is granted, also a service's
/// beside a role's.
fn joins(present: PrincipalKind, new: PrincipalKind, is_trust: bool) -> bool {
    present == new
        || (is_trust
            && matches!(present, PrincipalKind::Aws | PrincipalKind::Service)
            && matches!(new, PrincipalKind::Aws | PrincipalKind::Service))
}

/// The caller of a request as a policy names it.
pub(crate) fn principal_of(request: &Request) -> Option<(PrincipalKind, String)> {
    let caller = Caller::parse(&request.principal);
    let kind = match caller {
        Caller::Service(_) => PrincipalKind::Service,
        Caller::IdentityProvider(_) => PrincipalKind::Federated,
        _ => PrincipalKind::Aws,
    };
    Some((kind, role_arn::to_name(request)?))
}

/// The account of a caller whose role's path is not known, and the condition for exactly that role.
pub(crate) fn by_account(request: &Request) -> Option<(String, NewCondition)> {
    let hidden = role_arn::hidden(request)?;
    let Arn {
        partition, account, ..
    } = Arn::parse(hidden)?;
    Some((
        format!("arn:{partition}:iam::{account}:root"),
        NewCondition {
            operator: "ArnLike".to_owned(),
            key: PRINCIPAL_ARN.to_owned(),
            values: vec![hidden.to_owned()],
        },
    ))
}

/// Whether a value can be written beside those of an element: what `var.arns` or `local.actions` alone stands for may be a list already.
pub(super) fn takes_more(element: Option<&Element>) -> bool {
    element.is_some_and(|element| {
        let is_open = matches!(
            element.items.as_slice(),
            [only] if only.span.end == element.span.end
                && matches!(only.text.pieces(), [Piece::Reference(expression)] if !is_single_value(expression))
        );
        !element.negated && !is_open
    })
}

pub(super) fn is_exactly(element: Option<&Element>, value: &str, ignoring_case: bool) -> bool {
    element.is_some_and(|element| {
        !element.negated
            && !element.items.is_empty()
            && element.items.iter().all(|item| {
                if ignoring_case {
                    item.value().eq_ignore_ascii_case(value)
                } else {
                    item.value() == value
                }
            })
    })
}

/// Whether a policy of this layer is usually somebody else's than the caller's.
pub(super) fn owned_by_others(
    policy: &Policy,
    layer: Layer,
    request: &Request,
    setup: &Setup,
) -> bool {
    match layer {
        Layer::Scp | Layer::Rcp | Layer::Boundary | Layer::Endpoint => true,
        Layer::Resource => {
            let owner = Arn::parse(&request.resource)
                .map(|arn| arn.account)
                .filter(|account| !account.is_empty())
                .or(setup.scenario.resource_account.as_deref());
            let caller = Caller::parse(&request.principal);
            policy.role != Role::Trust
                && matches!((owner, caller.account()), (Some(owner), Some(caller)) if owner != caller)
        }
        Layer::Session | Layer::Identity => false,
    }
}

/// What a layer says, and the statement that comes nearest.
fn sentence(
    case: &Case<'_>,
    index: usize,
    candidates: &[usize],
    layer: &LayerDecision,
    request: &Request,
) -> String {
    let name = words::policy(case, index);
    let mut text = format!(
        "Nothing in the {name} allows {} on {}.",
        code(&request.action),
        code(short(&request.resource))
    );
    if let Some(nearest) = nearest(case, candidates, layer, request) {
        let label = nearest.view.label(nearest.number);
        let mut characters = label.chars();
        let first = characters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .unwrap_or_default();
        let of = if nearest.policy == index {
            String::new()
        } else {
            format!(" of the {}", words::policy(case, nearest.policy))
        };
        text.push_str(&format!(
            " {first}{}{of} comes nearest: {}.",
            characters.as_str(),
            nearest.why
        ));
    }
    text
}

/// An Allow that does not match, and why.
struct Nearest<'a> {
    policy: usize,
    number: usize,
    view: &'a Statement,
    why: &'a str,
}

/// The Allow that got farthest: one that fails at its resource or a condition says more than one that fails at its action. Of several, the one
/// that speaks of the action's service, then of the resource, then of what is called most like it.
fn nearest<'a>(
    case: &'a Case<'_>,
    candidates: &[usize],
    layer: &'a LayerDecision,
    request: &Request,
) -> Option<Nearest<'a>> {
    layer
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .filter_map(|statement| {
            let mismatch = statement.mismatch.as_ref()?;
            let policy = *candidates.get(statement.policy)?;
            let number = statement.statement;
            let view = case.policies.get(policy)?.statements.get(number)?;
            let progress = match mismatch.element {
                MismatchElement::Principal => 0,
                MismatchElement::Action => 1,
                MismatchElement::Resource => 2,
                MismatchElement::Condition(index) => 3 + index,
            };
            let nearness = (
                progress,
                fit(view, request),
                std::cmp::Reverse((statement.policy, number)),
            );
            let why = mismatch.why.as_str();
            Some((
                nearness,
                Nearest {
                    policy,
                    number,
                    view,
                    why,
                },
            ))
        })
        .max_by_key(|(nearness, _)| *nearness)
        .map(|(_, nearest)| nearest)
}

/// How well a statement's lists fit a request, to be compared: whether it speaks of the action's service, whether of its action and of its
/// resource, and how much of the resource's ARN it has.
fn fit(statement: &Statement, request: &Request) -> (bool, u8, usize) {
    let service_of = |action: &str| {
        action
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let service = service_of(&request.action);
    let values = |element: &Option<Element>| -> Vec<String> {
        let plain = element.iter().filter(|element| !element.negated);
        plain
            .flat_map(|element| &element.items)
            .map(|item| item.value().into_owned())
            .collect()
    };
    let (actions, resources) = (values(&statement.actions), values(&statement.resources));
    let has_action = actions
        .iter()
        .any(|action| glob::matches_ignoring_case(action, &request.action));
    // Everything is no resource that a statement speaks of.
    let has_resource = resources
        .iter()
        .any(|resource| resource != "*" && glob::matches(resource, &request.resource));
    let common = |resource: &String| {
        resource
            .bytes()
            .zip(request.resource.bytes())
            .take_while(|(left, right)| left == right)
            .count()
    };
    (
        actions.iter().any(|action| service_of(action) == service),
        u8::from(has_action) + u8::from(has_resource),
        resources.iter().map(common).max().unwrap_or_default(),
    )
}

fn label(
    case: &Case<'_>,
    candidates: &[usize],
    layer: &LayerDecision,
    request: &Request,
) -> Option<(usize, Span, String)> {
    let nearest = nearest(case, candidates, layer, request)?;
    let document = case.document_of(nearest.policy)?;
    Some((document.input, nearest.view.span, nearest.why.to_owned()))
}

/// What a document was taken for without anything that says so.
fn guesses(case: &Case<'_>, changed: &[usize]) -> Vec<String> {
    changed
        .iter()
        .filter_map(|index| case.policies.get(*index))
        .filter(|policy| policy.role_source == RoleSource::Guess)
        .map(|policy| {
            format!(
                "the policy is taken for the caller's {}; change that where it is not",
                role_in_words(policy.role)
            )
        })
        .collect()
}

pub(super) fn lazy(request: &Request) -> Vec<(Request, String)> {
    let mut lazy = Vec::new();
    let service = request.action.split(':').next().unwrap_or_default();
    if let Some(arn) = Arn::parse(&request.resource)
        && request.resource != "*"
    {
        let (kind, name) = arn.type_and_name();
        let other = match kind {
            // The type and what parts it from the name, as this service writes it: `table/`, `function:`.
            Some(_) => {
                let typed = arn.resource.strip_suffix(name).unwrap_or_default();
                format!("{typed}any-other")
            }
            None => "any-other".to_owned(),
        };
        let resource = Arn {
            resource: &other,
            ..arn
        }
        .to_string();
        lazy.push((
            Request {
                resource,
                ..request.clone()
            },
            "`Resource: \"*\"`".to_owned(),
        ));
    }
    lazy.push((
        Request {
            action: format!("{service}:AnyOtherAction"),
            ..request.clone()
        },
        format!("`{service}:*`"),
    ));
    lazy
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::report_and_texts;

    /// The story stands here and not among the cases: redaction renames a part of a service-linked role's name, so that the redacted text
    /// alone does not tell what it is.
    #[test]
    fn a_service_linked_role_is_named_by_a_condition() {
        let error = "User: arn:aws:sts::604718392055:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling is not authorized to perform: \
                     kms:CreateGrant on resource: arn:aws:kms:us-east-1:604718392055:key/4c5b1d0e-77aa-4c1f-9f55-0e6d2b7a9c31 because no \
                     resource-based policy allows the kms:CreateGrant action";
        let key = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Admins",
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::604718392055:role/key-admin" },
      "Action": "kms:*",
      "Resource": "*"
    }
  ]
}
"#;
        let (report, texts) = report_and_texts(&[("error.txt", error), ("key.json", key)]);
        assert_eq!(report.verdict.as_str(), "patch");
        let patched = texts.get(1).map(String::as_str).unwrap_or_default();
        for line in [
            r#"      "Principal": { "AWS": "arn:aws:iam::604718392055:root" },"#,
            r#"      "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::604718392055:role/aws-service-role/*/AWSServiceRoleForAutoScaling" } }"#,
        ] {
            assert!(patched.contains(line), "{patched}");
        }
    }

    /// The story stands here and not among the cases: redaction renames the role and the file each for itself.
    #[test]
    fn a_file_called_like_the_caller_is_patched_whatever_another_says() {
        let error = "User: arn:aws:sts::604718392055:assumed-role/app-task-role/x is not authorized to perform: ssm:GetParameter on resource: \
                     arn:aws:ssm:eu-west-1:604718392055:parameter/app/x because no identity-based policy allows the ssm:GetParameter action";
        let policy = |action: &str, resource: &str| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}]}}"#
            )
        };
        let execution = policy(
            "ssm:GetParameters",
            "arn:aws:ssm:eu-west-1:604718392055:parameter/app/x",
        );
        let task = policy("s3:GetObject", "arn:aws:s3:::zebra/*");
        let (report, texts) = report_and_texts(&[
            ("error.txt", error),
            ("execution-role-policy.json", &execution),
            ("task-role-policy.json", &task),
        ]);
        assert_eq!(report.verdict.as_str(), "patch");
        assert_eq!(texts.get(1), Some(&execution));
        assert!(
            texts
                .get(2)
                .is_some_and(|text| text.contains("ssm:GetParameter\""))
        );
    }

    /// The story stands here and not among the cases: redaction renames what is cut and what is whole each for itself.
    #[test]
    fn a_resource_that_the_message_cuts_short_is_the_only_one_that_begins_so() {
        let error = "User: arn:aws:sts::604718392055:assumed-role/api/api is not authorized to perform: dynamodb:PutItem on resource: \
                     arn:aws:dynamodb:eu-west-1:604718392055:table/Ord...";
        let table = "arn:aws:dynamodb:eu-west-1:604718392055:table/Orders";
        let api = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": "{table}"}}]}}"#
        );
        let (report, texts) = report_and_texts(&[("error.txt", error), ("api.json", &api)]);
        assert_eq!(report.verdict.as_str(), "patch");
        assert_eq!(
            texts.get(1),
            Some(&api.replace(
                r#"["dynamodb:GetItem"]"#,
                r#"["dynamodb:GetItem", "dynamodb:PutItem"]"#
            ))
        );
    }

    /// The story stands here and not among the cases: Checkov's guard takes a variable for whatever is needed, so it lets the original pass.
    #[test]
    fn resources_in_a_variable_get_no_neighbour() {
        let error = "User: arn:aws:sts::604718392055:assumed-role/mailer/x is not authorized to perform: sqs:SendMessage on resource: \
                     arn:aws:sqs:eu-west-1:604718392055:mail because no identity-based policy allows the sqs:SendMessage action";
        let mailer = "data \"aws_iam_policy_document\" \"mailer\" {\n  statement {\n    actions   = [\"sqs:SendMessage\"]\n    resources = \
                      var.queues\n  }\n}\n";
        let (report, texts) = report_and_texts(&[("error.txt", error), ("mailer.tf", mailer)]);
        assert_eq!(report.verdict.as_str(), "patch");
        let patched = texts.get(1).map(String::as_str).unwrap_or_default();
        assert!(
            patched.contains("resources = var.queues\n  }\n"),
            "{patched}"
        );
        assert!(
            patched.contains("resources = [\"arn:aws:sqs:eu-west-1:604718392055:mail\"]\n"),
            "{patched}"
        );
    }
}
