//! What a paste's policies tell besides the cause: a resource that may not be made at all, a variable that is plain text.
//!
//! Sources: <https://developer.hashicorp.com/terraform/language/meta-arguments/count>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

use undeny_document::{Format, MemberKind, Role};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::denial::DenialKind;
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::{Effect, Policy, Principals, Statement, Version};

use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Plan, Remedy};
use crate::handover::{Handover, Named};
use crate::report::Question;
use crate::words::{self, code, short};

/// Sentences to put behind the diagnosis's explanation.
pub(crate) fn told(case: &Case<'_>, diagnosis: &Diagnosis) -> String {
    let set = permission_set(case, diagnosis);
    let told = match &diagnosis.remedy {
        Remedy::Change { minimal, .. } => {
            plain_variables(case, minimal)
                + name_of_session(case)
                + one_stream(minimal)
                + name_of_secret(case)
        }
        Remedy::Ask { .. } => left_out(case).unwrap_or_default() + name_of_secret(case),
        Remedy::Explain { .. } => not_spared(case).unwrap_or_default() + name_of_session(case),
    };
    told + &set.unwrap_or_default()
}

/// Where what the caller itself lacks is to be allowed to a role that IAM Identity Center made: only its permission set changes it.
///
/// Source: <https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetcustom.html>
fn permission_set(case: &Case<'_>, diagnosis: &Diagnosis) -> Option<String> {
    const MADE: &str = "AWSReservedSSO_";
    let principal = case.denial()?.value.principal.as_deref()?;
    let Caller::RoleSession { role, .. } = Caller::parse(principal) else {
        return None;
    };
    let (set, _) = role.strip_prefix(MADE)?.rsplit_once('_')?;
    let is_own = |index: usize| {
        let policy = case.policies.get(index);
        policy.is_some_and(|policy| policy.role == Role::Identity)
    };
    let asks = |question: &Question| question.id == "identity-policy";
    let is_about_it = match &diagnosis.remedy {
        Remedy::Change { minimal, .. } => {
            let mut changes = minimal.changes.iter();
            changes.any(|change| is_own(change.policy))
        }
        _ => diagnosis.questions.iter().any(asks),
    };
    is_about_it.then(|| {
        format!(
            " The caller's role is made by IAM Identity Center, and nobody changes it in IAM: the statement goes into the inline policy of the \
             permission set {} (`aws sso-admin get-inline-policy-for-permission-set`, `aws_ssoadmin_permission_set_inline_policy`), which is then \
             provisioned again.",
            code(set)
        )
    })
}

/// What the owner of the resource is to be told, where only the caller's side was asked for, the message does not say which side refused, and the
/// resource is in another account.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
pub(crate) fn tell_other_side(case: &Case<'_>, diagnosis: &mut Diagnosis) {
    let [
        Handover::Request {
            request,
            named: Named::Nobody,
            ..
        },
    ] = diagnosis.handover.as_slice()
    else {
        return;
    };
    let Some(denial) = case.denial() else {
        return;
    };
    let account = Arn::parse(&request.resource).map(|arn| arn.account);
    let caller = Caller::parse(&request.principal).account();
    let is_known = |account: &str| account.len() == 12 && account != UNKNOWN_ACCOUNT;
    if !matches!(diagnosis.remedy, Remedy::Ask { .. })
        || denial.value.policy_type.is_some()
        || caller == account
        || !caller.is_some_and(is_known)
        || !account.is_some_and(is_known)
    {
        return;
    }
    let setup = case.setup(request.clone());
    if !setup.policies(Layer::Resource).is_empty() {
        return;
    }
    let place = if request.action.starts_with("sts:") {
        "the role's trust policy"
    } else {
        "the resource's own policy"
    };
    diagnosis.explanation.push_str(&format!(
        " {} is in another account, and the message does not say which side refused: {place} there has to allow the same to the caller, which the \
         second text asks of its owner.",
        code(short(&request.resource))
    ));
    let told = Handover::Request {
        place: place.to_owned(),
        request: request.clone(),
        named: Named::Caller,
    };
    diagnosis.handover.push(told);
}

/// Where a secret was asked for by its name, and its ARN has what the name does not tell.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_secret>
fn name_of_secret(case: &Case<'_>) -> &'static str {
    let resource = case
        .denial()
        .and_then(|denial| denial.value.resource.as_deref())
        .unwrap_or_default();
    if !resource.ends_with("-??????") {
        ""
    } else if resource.contains(":secretsmanager:*:") {
        " The `??????` stands for the six characters that AWS puts behind a secret's name, and the `*` for its region, which nothing in the paste \
         tells: write the region, or the whole ARN that `aws secretsmanager describe-secret` prints."
    } else {
        " The `??????` stands for the six characters that AWS puts behind a secret's name; `aws secretsmanager describe-secret` prints the whole \
         ARN."
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
