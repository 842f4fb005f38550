//! What is too wide in what was pasted, and what it would let somebody do.
//!
//! The fix that everybody tries first is a star. Where one stands in the paste already, this says so beside the answer.

use undeny_document::Role;
use undeny_iam::glob;
use undeny_iam::policy::{Effect, Item, Policy, Statement};

use crate::case::Case;
use crate::report::{Place, Warning};
use crate::words::code;

/// Every Allow in the paste that is wider than a least-privilege one can be.
pub(crate) fn look(case: &Case<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for policy in &case.policies {
        if matches!(
            policy.role,
            Role::Scp | Role::Rcp | Role::Boundary | Role::Session | Role::Endpoint
        ) {
            // These grant nothing by themselves.
            continue;
        }
        let Some(document) = case.reading.documents.get(policy.document) else {
            continue;
        };
        for statement in policy
            .statements
            .iter()
            .filter(|statement| statement.effect == Effect::Allow)
        {
            for (rule, item, message, blast_radius) in wide(policy, statement) {
                warnings.push(Warning {
                    rule,
                    message,
                    blast_radius,
                    span: Place::new(document.input, item.span),
                });
            }
        }
    }
    warnings
}

type Wide<'a> = (&'static str, &'a Item, String, String);

fn wide<'a>(policy: &Policy, statement: &'a Statement) -> Vec<Wide<'a>> {
    let mut found = Vec::new();
    let actions = statement
        .actions
        .iter()
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items);
    let star_resource = statement
        .resources
        .iter()
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items)
        .find(|item| item.value() == "*");
    let has_conditions = !statement.conditions.is_empty();
    for item in actions {
        let action = item.value();
        let Some((service, name)) = action.split_once(':') else {
            if action == "*" && policy.role != Role::Key {
                found.push((
                    "wildcard-action",
                    item,
                    "`Action: \"*\"` allows everything in every service".to_owned(),
                    "whoever takes over this caller is an administrator of the account".to_owned(),
                ));
            }
            continue;
        };
        if name == "*" && policy.role != Role::Key {
            found.push((
                "wildcard-action",
                item,
                format!("{} allows every action of the service", code(&action)),
                blast_radius(service, star_resource.is_some()),
            ));
        }
        let assumes = glob::matches_ignoring_case(&action, "sts:AssumeRole")
            || glob::matches_ignoring_case(&action, "sts:TagSession");
        if assumes
            && !has_conditions
            && let Some(resource) = star_resource
        {
            found.push((
                "wildcard-resource",
                resource,
                format!("{} on `Resource: \"*\"` reaches every role in every account that trusts this one", code(&action)),
                "a stolen build can assume every role whose trust policy names this account, and name its session tags: where policies decide \
                 by tags, it chooses its own access"
                    .to_owned(),
            ));
        }
        if glob::matches_ignoring_case(&action, "iam:PassRole")
            && !has_conditions
            && let Some(resource) = star_resource
        {
            found.push((
                "wildcard-resource",
                resource,
                format!("{} on `Resource: \"*\"` lets the caller hand any role to a service", code(&action)),
                "a stolen build can start a function or a machine with the account's strongest role and become it".to_owned(),
            ));
        }
    }
    if policy.role == Role::Trust && !has_conditions {
        let everyone = statement
            .principals
            .iter()
            .filter(|principals| !principals.negated)
            .flat_map(|principals| &principals.items)
            .find(|principal| principal.item.value() == "*");
        if let Some(principal) = everyone {
            found.push((
                "wildcard-principal",
                &principal.item,
                "`Principal: \"*\"` in a trust policy without a condition lets every AWS account assume the role".to_owned(),
                "anybody with any AWS account becomes this role".to_owned(),
            ));
        }
    }
    found
}

fn blast_radius(service: &str, everywhere: bool) -> String {
    let on = if everywhere { "" } else { " there" };
    match service.to_ascii_lowercase().as_str() {
        "sts" => format!(
            "a stolen build can assume every role{on} that trusts it, tag its sessions as it likes, set any source identity and make \
             federated sessions"
        ),
        "iam" => "whoever takes over this caller can give itself every permission of the account"
            .to_owned(),
        "kms" => format!(
            "whoever takes over this caller can decrypt everything{on}, and schedule the keys' deletion"
        ),
        "s3" => format!(
            "whoever takes over this caller can read, overwrite, delete and publish what is stored{on}"
        ),
        "secretsmanager" | "ssm" => {
            format!("whoever takes over this caller can read and replace every secret{on}")
        }
        "lambda" => format!(
            "whoever takes over this caller can run its own code with the functions' roles{on}"
        ),
        service => format!(
            "whoever takes over this caller can read, change, delete and share everything of `{service}`{on}"
        ),
    }
}
