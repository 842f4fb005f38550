//! The hardened variant of a plan that only allows: its new statements with conditions that hold for the denied request.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html> (`aws:ResourceAccount`,
//! `aws:RequestedRegion`, `aws:SourceAccount`), <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>.

use undeny_document::Role;
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Effect, Element, Policy, PrincipalKind};

use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Hardened, Plan};
use crate::resolve;
use crate::words::{self, code};

/// A key whose value follows from the request, and what a condition on it does.
struct Key {
    name: &'static str,
    buys: &'static str,
    breaks: &'static str,
}

const REGION: Key = Key {
    name: "aws:RequestedRegion",
    buys: "the call is allowed in this region alone, so a stolen credential does nothing elsewhere",
    breaks: "it breaks the same call in another region",
};
const RESOURCE_ACCOUNT: Key = Key {
    name: "aws:ResourceAccount",
    buys: "a bucket of this name that somebody makes in another account, once this one is deleted, gets none of the data",
    breaks: "it breaks where the bucket belongs to another account",
};
const SOURCE_ACCOUNT: Key = Key {
    name: "aws:SourceAccount",
    buys: "the service can do this only on behalf of resources of this account, so nobody else's resource can make it (the confused deputy)",
    breaks: "it breaks where the service acts for a resource of another account",
};

/// Services that say for which account they assume a role: their own manuals show `aws:SourceAccount` in a trust policy.
///
/// Sources: <https://docs.aws.amazon.com/bedrock/latest/userguide/kb-permissions.html>,
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html>,
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html>,
/// <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>,
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>
const SAY_FOR_WHOM: &[&str] = &[
    "bedrock.amazonaws.com",
    "codebuild.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "pods.eks.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// Services that answer in one region whatever the caller's: a condition on the region would deny elsewhere for no gain.
const GLOBAL: &[&str] = &[
    "account",
    "aws-portal",
    "budgets",
    "ce",
    "cloudfront",
    "globalaccelerator",
    "health",
    "iam",
    "organizations",
    "route53",
    "route53domains",
    "s3",
    "shield",
    "sts",
    "support",
    "trustedadvisor",
    "waf",
];

/// `minimal` with conditions, where some fit.
pub(super) fn harden(case: &Case<'_>, minimal: &Plan) -> Option<Hardened> {
    let mut plan = minimal.clone();
    let mut told: Vec<(&'static Key, String)> = Vec::new();
    for change in &mut plan.changes {
        let Some(policy) = case.policies.get(change.policy) else {
            continue;
        };
        let Some(mut statement) = as_statement(policy, change) else {
            continue;
        };
        let Some(request) = minimal.requests.iter().find(|request| {
            statement
                .actions
                .iter()
                .any(|action| action.eq_ignore_ascii_case(&request.action))
        }) else {
            continue;
        };
        let held: Vec<(&'static Key, String)> = facts(case, request)
            .into_iter()
            .filter(|(key, _)| fits(case, key, policy.role, &statement))
            .filter(|(key, _)| {
                let mut conditions = statement.conditions.iter();
                !conditions.any(|condition| condition.key.eq_ignore_ascii_case(key.name))
            })
            .collect();
        if held.is_empty() {
            continue;
        }
        for (key, value) in held {
            statement.conditions.push(NewCondition {
                operator: "StringEquals".to_owned(),
                key: key.name.to_owned(),
                values: vec![value.clone()],
            });
            if !told.iter().any(|(known, _)| known.name == key.name) {
                told.push((key, value));
            }
        }
        change.kind = ChangeKind::AddStatement(statement);
    }
    if told.is_empty() {
        return None;
    }
    for request in plan.requests.iter_mut() {
        for (key, value) in &told {
            request.context.set(key.name, vec![value.clone()]);
        }
    }
    let limits: Vec<String> = told
        .iter()
        .map(|(key, value)| format!("{} is {}", code(key.name), code(value)))
        .collect();
    let notes: Vec<String> = told
        .iter()
        .map(|(key, _)| format!("{}; {}.", words::capitalised(key.buys), key.breaks))
        .collect();
    Some(Hardened {
        plan,
        title: format!("The same where {}.", words::list(&limits)),
        note: notes.join(" "),
    })
}

/// What follows from a request, as far as the paste tells.
fn facts(case: &Case<'_>, request: &Request) -> Vec<(&'static Key, String)> {
    let mut found = Vec::new();
    let caller = Caller::parse(&request.principal);
    let resource = Arn::parse(&request.resource);
    let service = request.action.split(':').next().unwrap_or_default();
    let is_account = |account: &str| {
        account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && account != UNKNOWN_ACCOUNT
    };
    let named = resource
        .as_ref()
        .map(|arn| arn.account)
        .filter(|account| is_account(account));
    if matches!(caller, Caller::Service(_)) {
        let account = named.or_else(|| case.account());
        found.extend(
            account
                .filter(|account| is_account(account))
                .map(|account| (&SOURCE_ACCOUNT, account.to_owned())),
        );
    } else if service.eq_ignore_ascii_case("s3")
        && named.is_none()
        && request.resource != "*"
        && case.with_role(Role::Bucket).is_empty()
    {
        found.extend(
            caller
                .account()
                .filter(|account| is_account(account))
                .map(|account| (&RESOURCE_ACCOUNT, account.to_owned())),
        );
    }
    let regional = resolve::region(&request.resource);
    if !GLOBAL
        .iter()
        .any(|global| service.eq_ignore_ascii_case(global))
        && !matches!(caller, Caller::Service(_))
        && let Some(region) = case.answer("region").or(regional).or_else(|| case.region())
    {
        found.push((&REGION, region.to_owned()));
    }
    found
}

/// Whether a condition on `key` says something in this statement that it does not say already.
fn fits(case: &Case<'_>, key: &Key, role: Role, statement: &NewStatement) -> bool {
    let identity = matches!(role, Role::Identity | Role::Boundary | Role::Session);
    let services = || {
        statement
            .principals
            .iter()
            .all(|(kind, _)| *kind == PrincipalKind::Service)
            && !statement.principals.is_empty()
    };
    match key.name {
        "aws:SourceAccount" => {
            services()
                && (role != Role::Trust
                    || statement
                        .principals
                        .iter()
                        .all(|(_, name)| SAY_FOR_WHOM.contains(&name.as_str())))
        }
        "aws:ResourceAccount" => identity,
        // An ARN that names its region is bound to it already.
        _ => identity && (case.answer("region").is_some() || statement.resources == ["*"]),
    }
}

/// The change as a statement of its own; `None` where it is none that a condition can be put on alone.
fn as_statement(policy: &Policy, change: &Change) -> Option<NewStatement> {
    let values = |element: Option<&Element>| -> Option<Vec<String>> {
        let Some(element) = element else {
            return Some(Vec::new());
        };
        let items = element.items.iter();
        items
            .map(|item| item.text.literal().map(str::to_owned))
            .collect()
    };
    let (index, principals, actions, resources) = match &change.kind {
        ChangeKind::AddStatement(new) => return (new.effect == Effect::Allow).then(|| new.clone()),
        ChangeKind::AddActions { statement, actions } => (*statement, None, Some(actions), None),
        ChangeKind::AddResources {
            statement,
            resources,
        } => (*statement, None, None, Some(resources)),
        ChangeKind::AddPrincipals {
            statement,
            kind,
            names,
        } => (*statement, Some((*kind, names)), None, None),
        _ => return None,
    };
    let own = policy.statements.get(index)?;
    if own.principals.is_some() != principals.is_some() {
        return None;
    }
    let actions = match actions {
        Some(actions) => actions.clone(),
        None => values(own.actions.as_ref())?,
    };
    let resources = match resources {
        Some(resources) => resources.clone(),
        None => values(own.resources.as_ref())?,
    };
    let principals = principals.map_or_else(Vec::new, |(kind, names)| {
        names.iter().map(|name| (kind, name.clone())).collect()
    });
    Some(NewStatement {
        sid: Some(words::sid(policy, actions.first()?)),
        effect: Effect::Allow,
        principals,
        actions,
        resources,
        conditions: Vec::new(),
    })
}
