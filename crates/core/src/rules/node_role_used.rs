use undeny_iam::arn::Caller;
use undeny_iam::denial::manual;

use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::code;
use crate::workflow;

/// A pod has no role of its own, so its node's role was used.
///
/// # What it sees
/// A denial for an instance's session (`assumed-role/NODE-ROLE/i-..`), and a pasted Kubernetes manifest of the service account that the
/// pod runs with. Without the annotation `eks.amazonaws.com/role-arn` (or with one that the running pod has not seen yet) the SDK falls back
/// to the instance: the error then names the node's role, and every fix of a policy would be for the wrong caller.
///
/// # What it changes
/// Nothing in a policy. It says what the manifest needs.
///
/// # What it never does
/// It never gives a node's role what one pod needs: every pod on the node would have it.
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>
#[derive(Debug)]
pub(super) struct NodeRoleUsed;

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let principal = seen.denial.value.principal.as_deref();
    // An instance's session.
    principal.is_some_and(|principal| principal.contains("/i-"))
        && seen
            .case
            .texts
            .iter()
            .any(|text| text.contains("ServiceAccount"))
}

impl Rule for NodeRoleUsed {
    fn name(&self) -> &'static str {
        "node-role-used"
    }

    fn summary(&self) -> &'static str {
        manual("A pod's service account has no role, so the node's role was used")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let principal = seen.denial.value.principal.as_deref()?;
        let Caller::RoleSession { role, session, .. } = Caller::parse(principal) else {
            return None;
        };
        if !session.starts_with("i-") {
            return None;
        }
        let account = workflow::service_accounts(seen.case)
            .into_iter()
            .find(|account| account.is_account)?;
        let action = seen.denial.value.action.as_deref()?;
        let (title, what) = match &account.role {
            None => (
                "No policy is wrong: the service account needs its role's annotation.",
                "has no annotation `eks.amazonaws.com/role-arn`. Add it with the ARN of the pod's role (or make a Pod Identity association), \
                 and start the pods again"
                    .to_owned(),
            ),
            Some(annotated) => (
                "No policy is wrong: the pod does not use its service account's role.",
                format!(
                    "has the role {}, and the pod did not use it: it was started before the annotation, runs with another service account, \
                     or its SDK is too old for web identities. Start the pods again, and look for `AWS_WEB_IDENTITY_TOKEN_FILE` in \
                     their environment",
                    code(annotated)
                ),
            ),
        };
        let (input, span) = account.place;
        Some(Found(Diagnosis {
            rule: self.name(),
            title: title.to_owned(),
            explanation: format!(
                "The caller in the message is the node's role {}, and not the pod's. The service account {} {what}. Giving {} to the node's \
                 role would give it to every pod on the node.",
                code(role),
                code(&account.subject),
                code(action)
            ),
            next: None,
            labels: vec![(input, span, "this service account".to_owned())],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}
