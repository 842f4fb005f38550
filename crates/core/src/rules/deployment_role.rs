use undeny_document::Role;
use undeny_iam::arn::Caller;
use undeny_iam::change::{Change, ChangeKind};
use undeny_iam::denial::manual;
use undeny_iam::evaluate::{Layer, Outcome, Request};

use super::{Found, Precedence, Rule, Seen, encrypted_data, missing_permission};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::words::{self, code, short};

/// A deployment fell back to the caller's own permissions, because the caller may not assume the deployment's role.
///
/// # What it sees
/// The CDK's warning "current credentials could not be used to assume '...', but are for the right account. Proceeding anyway." before a
/// denial: what is denied after it is what the role is for.
///
/// # What it changes
/// The caller's identity policy allows `sts:AssumeRole` on exactly the roles that the warnings name. The roles trust their account.
///
/// # What it never does
/// It never gives the caller the deployment's own permissions.
///
/// Source: <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html#bootstrapping-env-roles>
#[derive(Debug)]
pub(super) struct DeploymentRole;

const ASSUME: &str = "sts:AssumeRole";

/// What stands before the role in the warning.
const MARK: &str = "could not be used to assume '";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let text = seen.case.texts.get(seen.denial.input);
    text.is_some_and(|text| text.contains(MARK))
}

impl Rule for DeploymentRole {
    fn name(&self) -> &'static str {
        "deployment-role"
    }

    fn summary(&self) -> &'static str {
        manual(
            "A deployment's role could not be assumed, so the caller's own permissions were used",
        )
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let text = case.texts.get(seen.denial.input)?;
        let callers = case.denials.iter().map(|denial| &denial.value.principal);
        let principal = std::iter::once(&denial.principal)
            .chain(callers)
            .find_map(Clone::clone)?;
        let account = Caller::parse(&principal).account()?.to_owned();
        let roles = roles(text, &account);
        // AWS itself says that assuming the role was denied, and to whom: the rules for that know why.
        if denial.principal.is_some()
            && denial
                .resource
                .as_ref()
                .is_some_and(|resource| roles.contains(resource))
        {
            return None;
        }
        if roles.is_empty() {
            return None;
        }
        if case.with_role(Role::Identity).is_empty() {
            return Some(Found(self.without_policy(&roles, &principal)));
        }
        let requests: Vec<Request> = roles
            .iter()
            .map(|role| Request {
                principal: principal.clone(),
                action: ASSUME.to_owned(),
                resource: role.clone(),
                ..Request::default()
            })
            .collect();
        let mut changes: Vec<Change> = Vec::new();
        for request in &requests {
            let setup = case.setup(request.clone());
            let decision = setup.decide();
            if decision.outcome != Outcome::ImplicitlyDenied {
                continue;
            }
            for (layer, change) in missing_permission::blamed(case, request, &setup, &decision) {
                if layer.layer != Layer::Identity {
                    return None;
                }
                match (
                    changes.first_mut().map(|first| &mut first.kind),
                    change.kind,
                ) {
                    (Some(ChangeKind::AddStatement(first)), ChangeKind::AddStatement(new)) => {
                        first.resources.extend(new.resources);
                    }
                    (_, kind) => encrypted_data::join(&mut changes, change.policy, kind),
                }
            }
        }
        let Some(index) = changes.first().map(|change| change.policy) else {
            return Some(Found(self.allowed_already(&roles)));
        };
        let names: Vec<String> = roles.iter().map(|role| code(short(role))).collect();
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!(
                "Patch the {}: allow {} on {}.",
                words::policy(case, index),
                code(ASSUME),
                words::list(&names)
            ),
            explanation: format!(
                "The deployment assumes {} and could not, so it went on with {}'s own permissions, and these do not suffice. Allowing the \
                 denied action to the caller would only lead to the next one: the roles are made for the deployment and trust their \
                 account, so the caller's identity policy has to allow assuming them.",
                words::list(&names),
                code(short(&principal))
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes,
                    lazy: requests
                        .first()
                        .map(missing_permission::lazy)
                        .unwrap_or_default(),
                    requests,
                    assumptions: vec!["the roles' trust policies leave it to their account, as the CDK's bootstrap writes them".to_owned()],
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}

impl DeploymentRole {
    fn without_policy(&self, roles: &[String], principal: &str) -> Diagnosis {
        let names: Vec<String> = roles.iter().map(|role| code(short(role))).collect();
        let caller = code(short(principal));
        Diagnosis {
            title: format!(
                "Paste the policy of {caller}: it has to allow {} on {}.",
                code(ASSUME),
                words::list(&names)
            ),
            explanation: format!(
                "The deployment assumes {} and could not, so it went on with {caller}'s own permissions, and these do not suffice. Allowing the \
                 denied action to the caller would only lead to the next one: the roles are made for the deployment and trust their \
                 account, so the caller's identity policy has to allow assuming them.",
                words::list(&names),
            ),
            questions: vec![Question {
                id: "identity-policy".to_owned(),
                text: format!(
                    "What does the identity policy of {caller} say? Paste it beside the error."
                ),
                why: "the patch is made in its text and proven with its statements".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }

    fn allowed_already(&self, roles: &[String]) -> Diagnosis {
        let names: Vec<String> = roles.iter().map(|role| code(short(role))).collect();
        Diagnosis {
            title: format!("The caller's policy already allows assuming {}.", words::list(&names)),
            explanation: "What denies it is on the other side: the roles' trust policies (the account was bootstrapped with another trust), or \
                          the roles do not exist there. Run `cdk bootstrap` again, with `--trust` where the caller is in another account."
                .to_owned(),
            questions: vec![Question {
                id: "trust-policy".to_owned(),
                text: format!("What does the trust policy of {} say? Paste it beside the rest.", words::list(&names)),
                why: "the caller's side allows it".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }
}

/// The roles of this account that a warning says could not be assumed.
fn roles(text: &str, account: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(MARK).skip(1) {
        let Some((role, _)) = part.split_once('\'') else {
            continue;
        };
        let is_role = role.starts_with("arn:")
            && role.contains(&format!(":iam::{account}:role/"))
            && !role.contains(['*', '<', '>', ' ']);
        if is_role && !found.iter().any(|known| known == role) {
            found.push(role.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_from_warnings() {
        let text = "current credentials could not be used to assume 'arn:aws:iam::111122223333:role/cdk-x-deploy-role', but are for the \
                    right account. Proceeding anyway.";
        assert_eq!(
            roles(text, "111122223333"),
            ["arn:aws:iam::111122223333:role/cdk-x-deploy-role"]
        );
        assert!(roles(text, "444455556666").is_empty());
    }
}
