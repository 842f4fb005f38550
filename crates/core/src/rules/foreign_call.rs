use undeny_iam::denial::{ActionSource, manual, operations};
use undeny_iam::service::{Catalogue, Lookup};

use super::{Found, Precedence, Rule, Seen, unknown_denial};

/// A message names a call and not its service, and the service of the pasted policies has no such call.
///
/// # What it sees
/// "An error occurred (AccessDenied) when calling the CreateModel operation" beside a policy that speaks of SQS alone.
///
/// # What it changes
/// Nothing. It asks for the action.
///
/// # What it never does
/// It never puts a service's prefix before another service's call: an action that does not exist is stored and grants nothing.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
#[derive(Debug)]
pub(super) struct ForeignCall;

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    denial.action_source == ActionSource::Implied
        && denial.action.is_some()
        && seen.case.answer("action").is_none()
        && denial
            .operation
            .as_deref()
            .is_some_and(|call| operations::action_of_operation(call).is_none())
}

impl Rule for ForeignCall {
    fn name(&self) -> &'static str {
        "foreign-call"
    }

    fn summary(&self) -> &'static str {
        manual("The call that was denied is none of the service that the policies speak of")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let denial = &seen.denial.value;
        let (action, call) = (denial.action.as_deref()?, denial.operation.as_deref()?);
        let (_, name) = action.split_once(':')?;
        let is_made_up = concerns(seen)
            && name == call
            // Where the wrapper names the service, the call is its own and may be new.
            && !seen.mentions("operationerror")
            && !seen.mentions("(service:")
            && matches!(Catalogue::common().look_up(action), Lookup::NoSuchAction(_));
        if !is_made_up {
            return None;
        }
        let mut unsaid = seen.denial.clone();
        unsaid.value.action = None;
        let seen = Seen {
            case: seen.case,
            denial: &unsaid,
        };
        unknown_denial::ask(self.name(), &seen).map(Found)
    }
}
