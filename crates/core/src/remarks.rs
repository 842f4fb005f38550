//! What a paste's policies tell besides the cause: a resource that may not be made at all, a variable that is plain text.
//!
//! Sources: <https://developer.hashicorp.com/terraform/language/meta-arguments/count>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

use undeny_document::{Format, MemberKind};
use undeny_iam::arn::Caller;
use undeny_iam::denial::DenialKind;
use undeny_iam::evaluate::{Outcome, Request};
use undeny_iam::policy::{Effect, Policy, Principals, Statement, Version};

use crate::case::Case;
use crate::diagnosis::{Diagnosis, Plan, Remedy};
use crate::words::{self, code};

/// Sentences to put behind the diagnosis's explanation.
pub(crate) fn told(case: &Case<'_>, diagnosis: &Diagnosis) -> String {
    match &diagnosis.remedy {
        Remedy::Change { minimal, .. } => {
            plain_variables(case, minimal) + name_of_session(case) + one_stream(minimal)
        }
        Remedy::Ask { .. } => left_out(case).unwrap_or_default(),
        Remedy::Explain { .. } => not_spared(case).unwrap_or_default() + name_of_session(case),
    }
}

/// Where a patch names one stream of a log group.
fn one_stream(plan: &Plan) -> &'static str {
    let is_one = |request: &Request| {
        let stream = request.resource.split_once(":log-stream:");
        stream.is_some_and(|(_, stream)| !stream.is_empty() && !stream.contains('*'))
    };
    if plan.requests.iter().any(is_one) {
        " It is about this one log stream, and the next run has another: where all streams of the group are meant, end the resource with \
         `:log-stream:*`."
    } else {
        ""
    }
}

/// Where a Deny matched, none is seen to, and one spares the caller's role by name and not its session.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
fn not_spared(case: &Case<'_>) -> Option<String> {
    let denial = &case.denial()?.value;
    if denial.kind != DenialKind::Explicit {
        return None;
    }
    let setup = case.setup(case.request(denial)?);
    let principal = &setup.scenario.request.principal;
    let Caller::RoleSession { .. } = Caller::parse(principal) else {
        return None;
    };
    if setup.decide().outcome == Outcome::ExplicitlyDenied {
        return None;
    }
    let names_session = |principals: &Principals| {
        let mut items = principals.items.iter();
        items.any(|named| named.item.value() == principal.as_str())
    };
    let denies_without_the_list = |index: usize, number: usize| {
        let mut policies = case.policies.clone();
        let statement = policies.get_mut(index)?.statements.get_mut(number)?;
        statement.principals.as_mut()?.items.clear();
        let setup = case.setup_with(setup.scenario.request.clone(), &policies);
        (setup.decide().outcome == Outcome::ExplicitlyDenied).then_some((index, number))
    };
    let given = setup.given.iter().flat_map(|(_, indexes)| indexes);
    let (index, number) = given
        .filter_map(|index| Some((*index, case.policies.get(*index)?)))
        .find_map(|(index, policy)| {
            let number = policy.statements.iter().position(|statement| {
                let principals = statement.principals.as_ref();
                statement.effect == Effect::Deny
                    && principals.is_some_and(|list| list.negated && !names_session(list))
            })?;
            denies_without_the_list(index, number)
        })?;
    let label = case
        .policies
        .get(index)?
        .statements
        .get(number)?
        .label(number);
    Some(format!(
        " Look at {label} of the {}: it denies everybody whom its `NotPrincipal` does not name, and AWS wants a session's own ARN there too \
         ({}), beside its role's and its account's. A condition `ArnNotEquals` on `aws:PrincipalArn` with `\"Principal\": \"*\"` spares the \
         role's sessions whatever they are called.",
        words::policy(case, index),
        code(principal)
    ))
}

/// Where a policy speaks of the user's name, and the caller is no user.
fn name_of_session(case: &Case<'_>) -> &'static str {
    let principal = case
        .denial()
        .and_then(|denial| denial.value.principal.as_deref());
    let is_session =
        principal.is_some_and(|name| matches!(Caller::parse(name), Caller::RoleSession { .. }));
    let mut statements = case
        .policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.effect == Effect::Allow);
    let speaks = |statement: &Statement| {
        let resources = statement.resources.iter().flat_map(|list| &list.items);
        let values = statement.conditions.iter().flat_map(|each| &each.values);
        resources
            .chain(values)
            .any(|item| item.value().contains("${aws:username}"))
    };
    if is_session && statements.any(speaks) {
        " Only users have `aws:username`: for a role's session, as here, `${aws:username}` stands for nothing and matches nothing. A session \
         has `${aws:userid}` (`ROLE-ID:SESSION-NAME`) and the tags `${aws:PrincipalTag/KEY}`."
    } else {
        ""
    }
}

/// Where all that allows the call may not be made.
fn left_out(case: &Case<'_>) -> Option<String> {
    let setup = case.setup(case.request(&case.denial()?.value)?);
    let decision = setup.decide();
    if decision.outcome != Outcome::Allowed {
        return None;
    }
    let mut only = Vec::new();
    for layer in &decision.layers {
        let policies = setup.policies(layer.layer);
        let matching = layer
            .statements
            .iter()
            .filter(|statement| statement.effect == Effect::Allow && statement.mismatch.is_none());
        let mut allowing: Vec<usize> = matching
            .filter_map(|statement| policies.get(statement.policy).copied())
            .collect();
        allowing.dedup();
        let all: Option<Vec<String>> = allowing
            .into_iter()
            .map(|index| {
                let condition = made_if(case, case.policies.get(index)?)?;
                let name = words::policy(case, index);
                Some(format!("the {name} stands under {condition}"))
            })
            .collect();
        only.extend(all.into_iter().flatten());
    }
    (!only.is_empty()).then(|| {
        format!(
            " What allows it may not have been made at all: {}.",
            words::list(&only)
        )
    })
}

/// What decides whether the resource that a policy stands in is made, in words.
fn made_if(case: &Case<'_>, policy: &Policy) -> Option<String> {
    let document = case.reading.documents.get(policy.document)?;
    let members = &document.root.as_map()?.members;
    let member = members.get(*policy.path.first()?)?;
    let (resource, key) = match &member.kind {
        MemberKind::Block(_) => (&member.value, "count"),
        _ if member.key.text == "Resources" && document.format != Format::Json => {
            let resources = &member.value.as_map()?.members;
            (&resources.get(*policy.path.get(1)?)?.value, "Condition")
        }
        _ => return None,
    };
    let written = resource.get(key)?;
    let text = case.texts.get(document.input)?;
    Some(if key == "count" {
        code(&format!("count = {}", written.span.text(text)))
    } else {
        code(&format!("Condition: {}", written.as_str()?))
    })
}

/// Where a changed policy would allow the call if its variables were read.
fn plain_variables(case: &Case<'_>, plan: &Plan) -> String {
    let mut told = String::new();
    let mut changed: Vec<usize> = plan.changes.iter().map(|change| change.policy).collect();
    changed.dedup();
    for index in changed {
        let mut policies = case.policies.clone();
        let Some(policy) = policies.get_mut(index) else {
            continue;
        };
        let is_newer = std::mem::replace(&mut policy.version, Version::V2012) == Version::V2012;
        let would_allow = |request: &Request| {
            let setup = case.setup_with(request.clone(), &policies);
            setup.decide().outcome == Outcome::Allowed
        };
        if is_newer || !plan.requests.iter().all(would_allow) {
            continue;
        }
        told.push_str(&format!(
            " The {} is not of the version `2012-10-17`, and in older ones a variable like `${{aws:username}}` is plain text: with \
             `\"Version\": \"2012-10-17\"` it allows this call without a further statement.",
            words::policy(case, index)
        ));
    }
    told
}
