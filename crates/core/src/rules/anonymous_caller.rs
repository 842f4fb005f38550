use undeny_iam::arn::Caller;

use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::words::code;

/// The request was not signed, so AWS does not know who called.
///
/// # What it sees
/// A denial for `User: anonymous`: a browser, `curl` or a client library without credentials called a service that decides by IAM.
///
/// # What it changes
/// Nothing in a policy: the call has to be signed with the credentials of a user or role, which a policy can then name.
///
/// # What it never does
/// It never answers with `Principal: "*"`, which opens the resource to the whole internet.
///
/// Source: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html>
#[derive(Debug)]
pub(super) struct AnonymousCaller;

impl Rule for AnonymousCaller {
    fn name(&self) -> &'static str {
        "anonymous-caller"
    }

    fn summary(&self) -> &'static str {
        "The request was not signed, so no policy can name the caller"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let denial = &seen.denial.value;
        let action = denial.action.as_deref()?;
        let principal = denial.principal.as_deref()?;
        if !principal.eq_ignore_ascii_case("anonymous")
            && !matches!(Caller::parse(principal), Caller::Anonymous)
        {
            return None;
        }
        Some(Found(Diagnosis {
            rule: self.name(),
            title: "No policy is wrong: the request has to be signed.".to_owned(),
            explanation: format!(
                "AWS saw {} from nobody: the request carried no signature. Sign it with the credentials of a user or role (SigV4: an AWS \
                 SDK, `awscurl`, a client library's AWS authentication), and let the resource's policy or that caller's identity policy \
                 allow {} to exactly that caller. `Principal: \"*\"` would open the resource to everybody who reaches it.",
                code(action),
                code(action)
            ),
            next: Some(format!(
                "Signed, the same call is decided for its caller, which needs {}.",
                code(action)
            )),
            labels: vec![(
                seen.denial.input,
                denial.span,
                "nobody signed this request".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}
