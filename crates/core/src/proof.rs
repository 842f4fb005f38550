//! A patch is a patch only with a proof: this is the one place that makes a [`Fix`].
//!
//! The patched text is read again, held against what was planned, and the request decided before and after.

use undeny_document::{Input, Paste};
use undeny_iam::arn::Caller;
use undeny_iam::change::{self, Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::compare;
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::{Policy, Statement};
use undeny_text::{Edits, Span, rest};

use crate::case::{Case, PRINCIPAL_ARN, Setup, UNKNOWN_ACCOUNT, name_of_caller};
use crate::diagnosis::Plan;
use crate::patched::{self, PatchedDocument};
use crate::report::{self, ContextMap, NewAccess, Proof, ProvenRequest, StillDenied};
use crate::role_arn;
use crate::sharing;

/// A proven patch.
#[derive(Clone, Debug)]
pub(crate) struct Fix {
    // INVARIANT: made by `prove` alone.
    /// Each text as given, patched.
    texts: Vec<String>,
    /// Each document that was recognised, where it changes.
    documents: Vec<Option<PatchedDocument>>,
    /// That it is right.
    proof: Proof,
}

/// Why a plan is not a patch, in a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

impl Fix {
    /// Each text as given, patched.
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// A document by its index, where the patch changes it.
    pub(crate) fn document(&self, index: usize) -> Option<&PatchedDocument> {
        self.documents.get(index)?.as_ref()
    }

    /// That it is right.
    pub(crate) fn proof(&self) -> &Proof {
        &self.proof
    }
}

/// What a proof has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// The call was denied and is allowed afterwards.
    Allow,
    /// The call is allowed as before, and less is allowed besides.
    Narrow,
}

/// Make the changes of `plan` and show that they are right.
///
/// `idempotent` diagnoses the patched paste, read once for all, and `restores` runs the way again on the redacted one; they are asked last,
/// since they cost most. It rests between parts that walk through all of the texts.
pub(crate) async fn prove(
    case: &Case<'_>,
    paste: &Paste,
    plan: &Plan,
    aim: Aim,
    idempotent: impl FnOnce(&Case<'_>) -> bool,
    restores: impl AsyncFnOnce(&[String]) -> bool,
) -> Result<Fix, Refusal> {
    narrow_enough(case, plan)?;
    let changed = plan.changes.iter().map(|change| change.policy);
    if let Some(fault) = crate::storable::faults_in(case, changed).first() {
        return Err(Refusal(format!(
            "AWS would refuse to store this policy: {} ({})",
            fault.message, fault.help
        )));
    }
    if let (Aim::Allow, Some(refusal)) = (aim, crate::left_open::refusal(case, plan)) {
        return Err(refusal);
    }
    if let Some(problem) = misread(case, plan) {
        return Err(Refusal(format!(
            "this policy is not read whole: {} ({})",
            problem.message, problem.help
        )));
    }
    let edits = edits(case, &plan.changes)?;
    let texts = applied(case, &edits)?;
    rest().await;
    let patched = Paste {
        inputs: paste
            .inputs
            .iter()
            .zip(&texts)
            .map(|(input, text)| Input {
                text: text.clone(),
                ..input.clone()
            })
            .collect(),
    };
    let after = Case::read_told(
        &patched,
        case.answers,
        case.told.clone(),
        case,
        Some(&edits),
    );
    rest().await;
    as_planned(case, &after, &plan.changes)?;

    let mut requests = Vec::new();
    let mut assumed: Vec<Layer> = Vec::new();
    let mut denied_before = false;
    for request in &plan.requests {
        let before = case.setup(request.clone());
        let decided_before = before.decide().outcome;
        let decided_after = decide_after(case, &before, request, &after.policies);
        if decided_after != Outcome::Allowed {
            return Err(Refusal(format!(
                "`{}` on `{}` would still be denied after this change, so it is not offered",
                request.action, request.resource
            )));
        }
        denied_before |= decided_before != Outcome::Allowed;
        for layer in before.assumed {
            if !assumed.contains(&layer) {
                assumed.push(layer);
            }
        }
        requests.push(ProvenRequest {
            principal: request.principal.clone(),
            action: request.action.clone(),
            resource: request.resource.clone(),
            context: context_map(request),
            before: decided_before.as_str(),
            after: decided_after.as_str(),
        });
    }
    if aim == Aim::Allow && !denied_before {
        return Err(Refusal(
            "the policies as pasted already allow this request, so no change of them can be what is missing".to_owned(),
        ));
    }

    let (new_access, remarks) = new_access(case, &after.policies, plan);
    let only_planned = new_access
        .iter()
        .all(|access| planned(case, plan, access, aim));
    if !only_planned {
        return Err(Refusal(
            "the change would open more than the denied request needs, so it is not offered"
                .to_owned(),
        ));
    }
    let narrows = narrows_a_deny(case, plan);
    if narrows
        && !plan
            .lazy
            .iter()
            .all(|(request, _)| stays_denied(case, plan, request, &after.policies))
    {
        return Err(Refusal(
            "the Deny would no longer stop others, so the change is not offered".to_owned(),
        ));
    }
    let still_denied = plan
        .lazy
        .iter()
        .filter(|(request, _)| stays_denied(case, plan, request, &after.policies))
        .map(|(request, lazy_fix)| StillDenied {
            request: as_request(request),
            lazy_fix: lazy_fix.clone(),
        })
        .collect();

    let mut assumptions = plan.assumptions.clone();
    assumptions.extend(case.taken.iter().cloned());
    assumptions.extend(assumed.into_iter().map(assumption));
    assumptions.extend(remarks);
    if !idempotent(&after) {
        return Err(Refusal(
            "running on the patched text would change it again, so it is not offered".to_owned(),
        ));
    }
    let restores = restores(&texts).await;
    if !restores {
        return Err(Refusal(
            "the same fix of the redacted text would not be this one with the names put back, so it is not offered".to_owned(),
        ));
    }
    let proof = Proof {
        requests,
        new_access,
        only_planned,
        idempotent: true,
        restores,
        assumptions,
        still_denied,
    };
    Ok(Fix {
        documents: patched::documents(case, &plan.changes, &edits, &texts),
        texts,
        proof,
    })
}

/// Whether `plan` would be right though its documents' hands do not allow it to be written: the requests are allowed by the policies that it
/// would make. Then a person can write it.
pub(crate) fn right_by_hand(case: &Case<'_>, plan: &Plan) -> bool {
    if plan.changes.is_empty()
        || narrow_enough(case, plan).is_err()
        || edits(case, &plan.changes).is_ok()
    {
        return false;
    }
    let expected = change::expected(&case.policies, &plan.changes);
    plan.requests.iter().all(|request| {
        let before = case.setup(request.clone());
        decide_after(case, &before, request, &expected) == Outcome::Allowed
    })
}

/// What could not be read inside a policy that the plan changes: a key that is there twice, of which AWS may take the other one.
fn misread<'c>(case: &'c Case<'_>, plan: &Plan) -> Option<&'c undeny_document::Problem> {
    let changed: Vec<(usize, Span)> = plan
        .changes
        .iter()
        .filter_map(|change| {
            let policy = case.policies.get(change.policy)?;
            let document = case.reading.documents.get(policy.document)?;
            Some((document.input, policy.span))
        })
        .collect();
    case.reading.problems.iter().find(|problem| {
        changed
            .iter()
            .any(|(input, span)| *input == problem.input && span.contains(problem.span))
    })
}

/// The texts with `changes` made in them.
pub(crate) fn patch(case: &Case<'_>, changes: &[Change]) -> Result<Vec<String>, Refusal> {
    applied(case, &edits(case, changes)?)
}

/// `changes` as edits, for each text.
fn edits(case: &Case<'_>, changes: &[Change]) -> Result<Vec<Edits>, Refusal> {
    let edits = change::edits_with(
        &case.reading,
        &case.texts,
        &case.policies,
        &case.all_bindings(),
        changes,
    )
    .map_err(|refusal| Refusal(refusal.to_string()))?;
    let invents_account = edits
        .iter()
        .flat_map(|edits| edits.as_slice())
        .any(|edit| edit.insert.contains(&format!(":{UNKNOWN_ACCOUNT}:")))
        && !case.texts.iter().any(|text| text.contains(UNKNOWN_ACCOUNT));
    if invents_account {
        return Err(Refusal(
            "the account is not known, and this document does not refer to it".to_owned(),
        ));
    }
    Ok(edits)
}

fn applied(case: &Case<'_>, edits: &[Edits]) -> Result<Vec<String>, Refusal> {
    case.texts
        .iter()
        .zip(edits)
        .map(|(text, edits)| {
            edits
                .apply(text)
                .map_err(|error| Refusal(error.to_string()))
        })
        .collect()
}

/// Decide with the patched policies in the places of those that decided before.
pub(crate) fn decide_after(
    case: &Case<'_>,
    before: &Setup,
    request: &Request,
    policies: &[Policy],
) -> Outcome {
    let mut after = case.setup_with(request.clone(), policies);
    // What was assumed stays assumed in the same words.
    for layer in &before.assumed {
        match layer {
            Layer::Identity => after
                .scenario
                .identity
                .clone_from(&before.scenario.identity),
            Layer::Resource => after
                .scenario
                .resource
                .clone_from(&before.scenario.resource),
            _ => {}
        }
    }
    after.decide().outcome
}

/// Whether a request that a lazier fix would open is denied with the patched policies.
///
/// A request on another resource meets that resource's own policy, of which nothing is known: it is taken to leave the decision to the
/// caller's account, so that what the patched policies say is what decides.
fn stays_denied(case: &Case<'_>, plan: &Plan, request: &Request, policies: &[Policy]) -> bool {
    let mut setup = case.setup_with(request.clone(), policies);
    let is_other = !plan
        .requests
        .iter()
        .any(|planned| planned.resource == request.resource);
    if is_other && setup.scenario.resource.is_some() {
        setup.scenario.resource = crate::case::delegating_policy(request);
    }
    setup.decide().outcome != Outcome::Allowed
}

/// The reading of the patched text finds the same policies, changed as planned and in nothing else.
fn as_planned(case: &Case<'_>, after: &Case<'_>, changes: &[Change]) -> Result<(), Refusal> {
    let as_expected = |(index, (left, right)): (usize, (&Policy, &Policy))| {
        let changed = changes.iter().any(|change| change.policy == index);
        let same = |left: &Policy| {
            left.role == right.role
                && left.document == right.document
                && change::same_meaning(left, right)
        };
        if changed {
            same(&change::expected_of(left, index, changes))
        } else {
            same(left)
        }
    };
    let mut pairs = case.policies.iter().zip(&after.policies).enumerate();
    let same = case.policies.len() == after.policies.len() && pairs.all(as_expected);
    let problems = after.reading.problems.len() <= case.reading.problems.len();
    if same && problems {
        Ok(())
    } else {
        Err(Refusal(
            "the patched text does not read back as planned, so it is not offered".to_owned(),
        ))
    }
}

/// No change names more than the requests do: no action pattern, no resource that no request has, no principal but the callers.
fn narrow_enough(case: &Case<'_>, plan: &Plan) -> Result<(), Refusal> {
    let action_known = |action: &String| {
        plan.requests
            .iter()
            .any(|request| request.action.eq_ignore_ascii_case(action))
    };
    let resource_known = |resource: &String| {
        plan.requests
            .iter()
            .any(|request| request.resource == *resource)
    };
    let principal_known = |name: &String| {
        !crate::rules::is_made_up(name)
            && plan.requests.iter().any(|request| {
                role_arn::to_name(request).is_some_and(|principal| principal == *name)
            })
    };
    for change in &plan.changes {
        let policy = case.policies.get(change.policy);
        let is_key = policy.is_some_and(|policy| policy.role == undeny_document::Role::Key);
        let statement = |index: usize| policy.and_then(|policy| policy.statements.get(index));
        let denies = touched(&change.kind)
            .and_then(statement)
            .is_some_and(|statement| statement.effect == undeny_iam::policy::Effect::Deny);
        if denies && !spares_callers(&change.kind, &statement, &principal_known) {
            return Err(Refusal(
                "the change would take something out of a Deny, so it is not offered".to_owned(),
            ));
        }
        let fits = match &change.kind {
            ChangeKind::AddActions {
                statement: index,
                actions,
            } => {
                actions.iter().all(action_known)
                    && statement(*index).is_some_and(|statement| {
                        resources(statement)
                            .iter()
                            .all(|r| is_key || resource_known(r))
                    })
            }
            ChangeKind::AddResources { resources, .. } => resources.iter().all(resource_known),
            ChangeKind::AddPrincipals { names, .. } => names.iter().all(principal_known),
            ChangeKind::AddStatement(new) => {
                new.actions.iter().all(action_known)
                    && new
                        .resources
                        .iter()
                        .all(|resource| is_key || resource_known(resource))
                    && (new.principals.iter().all(|(_, name)| principal_known(name))
                        || names_by_condition(plan, new))
            }
            ChangeKind::ReplaceValue {
                statement: index,
                item,
                value,
            } => {
                value != "*"
                    && statement(*index).is_some_and(|statement| {
                        let within = |items: &[undeny_iam::policy::Item]| {
                            items.iter().any(|found| found.span == *item)
                        };
                        let element = |element: &Option<undeny_iam::policy::Element>| {
                            element
                                .as_ref()
                                .is_some_and(|element| within(&element.items))
                        };
                        let names_caller = statement.principals.as_ref().is_some_and(|found| {
                            found.items.iter().any(|found| found.item.span == *item)
                        });
                        (!element(&statement.actions) || action_known(value))
                            && (!element(&statement.resources) || resource_known(value))
                            && (!names_caller || principal_known(value))
                    })
            }
            ChangeKind::AddConditionValues { values, .. } => {
                values.iter().all(|value| value != "*")
            }
            ChangeKind::ReplaceOperator { .. }
            | ChangeKind::ReplaceKey { .. }
            | ChangeKind::AddCondition { .. } => true,
            // The linter's; no denial is mended with them.
            ChangeKind::AddVersion { .. }
            | ChangeKind::KeyPrincipal { .. }
            | ChangeKind::Respell { .. } => false,
        };
        if !fits {
            return Err(Refusal(
                "the change would grant more than the denied request needs, so it is not offered"
                    .to_owned(),
            ));
        }
    }
    Ok(())
}

/// Whether a new statement names the caller's account, and by a condition the caller's role and no other, whatever its path; or everybody, and
/// by a condition the caller.
fn names_by_condition(plan: &Plan, new: &NewStatement) -> bool {
    plan.requests.iter().any(|request| {
        let caller = Caller::parse(&request.principal);
        let is_caller = |condition: &NewCondition| {
            condition.key == PRINCIPAL_ARN
                && condition.operator == "ArnEquals"
                && matches!(condition.values.as_slice(), [only] if Some(only) == role_arn::to_name(request).as_ref())
        };
        if new.conditions.iter().any(is_caller) {
            return true;
        }
        let (Caller::RoleSession { role, .. }, Some(account)) = (&caller, caller.account()) else {
            return false;
        };
        let is_account = |name: &String| name.ends_with(&format!(":iam::{account}:root"));
        let is_role = |value: &String| {
            value.contains(&format!(":iam::{account}:role/")) && value.ends_with(*role)
        };
        new.principals.iter().all(|(_, name)| is_account(name))
            && new.conditions.iter().any(|condition| {
                condition.key == PRINCIPAL_ARN
                    && condition.operator == "ArnLike"
                    && condition.values.iter().all(is_role)
            })
    })
}

/// The statement that a change is made in; `None` for a new one.
const fn touched(kind: &ChangeKind) -> Option<usize> {
    match kind {
        ChangeKind::AddActions { statement, .. }
        | ChangeKind::AddResources { statement, .. }
        | ChangeKind::AddPrincipals { statement, .. }
        | ChangeKind::ReplaceValue { statement, .. }
        | ChangeKind::ReplaceOperator { statement, .. }
        | ChangeKind::ReplaceKey { statement, .. }
        | ChangeKind::AddConditionValues { statement, .. }
        | ChangeKind::AddCondition { statement, .. } => Some(*statement),
        ChangeKind::AddStatement(_)
        | ChangeKind::AddVersion { .. }
        | ChangeKind::KeyPrincipal { .. }
        | ChangeKind::Respell { .. } => None,
    }
}

/// Whether a change of a Deny does nothing but spare callers of the requests, each by its whole ARN.
fn spares_callers<'p>(
    kind: &ChangeKind,
    statement: &impl Fn(usize) -> Option<&'p Statement>,
    principal_known: &impl Fn(&String) -> bool,
) -> bool {
    let spares = |operator: &str, key: &str, values: &[String]| {
        let operator = operator.to_ascii_lowercase();
        key.eq_ignore_ascii_case(PRINCIPAL_ARN)
            && (operator.starts_with("stringnot") || operator.starts_with("arnnot"))
            && values
                .iter()
                .all(|value| !value.contains(['*', '?', '$']) && principal_known(value))
    };
    match kind {
        ChangeKind::AddCondition { condition, .. } => {
            spares(&condition.operator, &condition.key, &condition.values)
        }
        ChangeKind::AddConditionValues {
            statement: index,
            condition,
            values,
        } => statement(*index)
            .and_then(|statement| statement.conditions.get(*condition))
            .is_some_and(|condition| spares(&condition.operator, &condition.key, values)),
        _ => false,
    }
}

/// Whether the plan spares callers from a Deny.
fn narrows_a_deny(case: &Case<'_>, plan: &Plan) -> bool {
    plan.changes.iter().any(|change| {
        touched(&change.kind)
            .and_then(|index| case.policies.get(change.policy)?.statements.get(index))
            .is_some_and(|statement| statement.effect == undeny_iam::policy::Effect::Deny)
    })
}

fn resources(statement: &Statement) -> Vec<String> {
    statement
        .resources
        .iter()
        .flat_map(|element| &element.items)
        .map(|item| item.value().into_owned())
        .collect()
}

/// What each changed policy allows now and did not before; and what is to be known of that, in sentences.
fn new_access(case: &Case<'_>, after: &[Policy], plan: &Plan) -> (Vec<NewAccess>, Vec<String>) {
    let mut changed: Vec<usize> = plan.changes.iter().map(|change| change.policy).collect();
    changed.sort_unstable();
    changed.dedup();
    let mut found = Vec::new();
    let mut remarks = Vec::new();
    for index in changed {
        let (Some(before), Some(after)) = (case.policies.get(index), after.get(index)) else {
            continue;
        };
        let comparison =
            compare::compare(std::slice::from_ref(before), std::slice::from_ref(after));
        remarks.extend(comparison.approximated);
        remarks.extend(comparison.notes);
        let others = sharing::others(case, index, &plan.requests).named;
        for access in comparison.new_access {
            let principal = if access.principals.is_empty() {
                let mut all = callers(case, index, &plan.requests);
                if all.is_empty() {
                    let caller = case.caller_to_name();
                    all.push(caller.unwrap_or_else(|| "whoever has this policy".to_owned()));
                }
                all.extend(others.clone());
                all.join(", ")
            } else {
                access.principals.join(", ")
            };
            let resources = match access.resources.as_slice() {
                // A trust policy has no resource: it is on one role.
                [] | [_] if before.role == undeny_document::Role::Trust => {
                    let mut roles = roles_of(plan, &access.actions);
                    roles.extend(others.clone());
                    roles
                }
                _ => access.resources,
            };
            found.push(NewAccess {
                document: before.document,
                principal,
                actions: access.actions,
                resources,
                condition: access.condition,
                example: as_request(&access.example),
            });
        }
    }
    (found, remarks)
}

/// The callers of `requests` whose own the policy `index` is, as policies name them.
fn callers(case: &Case<'_>, index: usize, requests: &[Request]) -> Vec<String> {
    let mut callers: Vec<String> = Vec::new();
    for request in requests {
        let is_own = name_of_caller(&request.principal).is_some()
            && !crate::rules::is_made_up(&request.principal)
            && case.own_policies(&request.principal).contains(&index);
        if let Some(name) = role_arn::to_name(request).filter(|_| is_own)
            && !callers.contains(&name)
        {
            callers.push(name);
        }
    }
    callers
}

/// The roles that the plan's requests with these actions assume.
fn roles_of(plan: &Plan, actions: &[String]) -> Vec<String> {
    let is_one = |request: &&Request| {
        (actions.iter()).any(|action| action.eq_ignore_ascii_case(&request.action))
    };
    let mut roles: Vec<String> = (plan.requests.iter().filter(is_one))
        .map(|request| request.resource.clone())
        .collect();
    roles.sort();
    roles.dedup();
    roles
}

/// Whether this new access is what the plan set out to open.
fn planned(case: &Case<'_>, plan: &Plan, access: &NewAccess, aim: Aim) -> bool {
    if aim == Aim::Narrow {
        return false;
    }
    // What a Deny stops no more is what other statements allow to the callers that it spares: the change can do nothing else.
    if narrows_a_deny(case, plan) {
        let spared = access
            .example
            .context
            .get(PRINCIPAL_ARN)
            .into_iter()
            .flatten();
        let caller = Caller::parse(&access.example.principal).policy_principal();
        let known = |name: &String| {
            plan.requests.iter().any(|request| {
                let plain = Caller::parse(&request.principal).policy_principal();
                [plain, role_arn::to_name(request)]
                    .iter()
                    .flatten()
                    .any(|known| known == name)
            })
        };
        if spared.chain(caller.iter()).any(known) {
            return true;
        }
    }
    let role_of = |role| {
        case.policies
            .iter()
            .any(|policy| policy.document == access.document && policy.role == role)
    };
    let any_resource = role_of(undeny_document::Role::Trust) || role_of(undeny_document::Role::Key);
    // Each action on each resource, so that two requests open no third.
    access.actions.iter().all(|action| {
        let mut requests = plan
            .requests
            .iter()
            .filter(|request| request.action.eq_ignore_ascii_case(action));
        if any_resource {
            return requests.next().is_some();
        }
        let requests: Vec<&Request> = requests.collect();
        !requests.is_empty()
            && access.resources.iter().all(|resource| {
                requests
                    .iter()
                    .any(|request| undeny_iam::glob::matches(&request.resource, resource))
            })
    })
}

pub(crate) fn assumption(layer: Layer) -> String {
    match layer {
        Layer::Resource => "the policy on the other side was not given; it is taken to allow this call for the caller's account".to_owned(),
        _ => "the caller's identity policy was not given; it is taken to allow this call".to_owned(),
    }
}

pub(crate) fn context_map(request: &Request) -> ContextMap {
    let hidden = role_arn::hidden(request).is_some();
    request
        .context
        .iter()
        .filter(|(key, _)| !(hidden && key.eq_ignore_ascii_case(PRINCIPAL_ARN)))
        .map(|(key, values)| (key.to_owned(), values.to_vec()))
        .collect()
}

pub(crate) fn as_request(request: &Request) -> report::Request {
    report::Request {
        principal: request.principal.clone(),
        action: request.action.clone(),
        resource: request.resource.clone(),
        context: context_map(request),
    }
}
