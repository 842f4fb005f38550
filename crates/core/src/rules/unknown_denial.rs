use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::report::Question;
use crate::words::{self, code};
use undeny_iam::denial::manual;

/// Something was denied, and the message does not say what.
///
/// # What it sees
/// A denial without an action: a bare "Access Denied", an encoded authorisation message.
///
/// # What it changes
/// Nothing. It asks for the action, or for the decoded message: only AWS can decode it, for whoever may call
/// `sts:DecodeAuthorizationMessage`.
///
/// # What it never does
/// It never guesses an action from a policy.
///
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>
#[derive(Debug)]
pub(super) struct UnknownDenial;

impl Rule for UnknownDenial {
    fn name(&self) -> &'static str {
        "unknown-denial"
    }

    fn summary(&self) -> &'static str {
        manual("The message does not say what was denied")
    }

    fn precedence(&self) -> Precedence {
        Precedence::General
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        if seen.denial.value.action.is_some() {
            return None;
        }
        ask(self.name(), seen).map(Found)
    }
}

/// The question for what the message leaves out, as `rule` asks it.
pub(super) fn ask(rule: &'static str, seen: &Seen<'_, '_>) -> Option<Diagnosis> {
    let (case, denial) = (seen.case, &seen.denial.value);
    let text = case.texts.get(seen.denial.input)?;
    let encoded = text
        .to_ascii_lowercase()
        .contains("encoded authorization failure message");
    let call = denial
        .operation
        .as_deref()
        .map_or_else(|| "The call".to_owned(), code);
    let unsaid: Vec<String> = [
        (&denial.principal, "who was denied"),
        (&denial.action, "what"),
        (&denial.resource, "on what"),
    ]
    .into_iter()
    .filter(|(said, _)| said.is_none())
    .map(|(_, name)| name.to_owned())
    .collect();
    let (title, explanation, question) = if encoded {
        (
                "I need the decoded message: this one hides what was denied.",
                format!(
                    "{call} was denied, and who, what and on what is in the encoded message, which only AWS can decode: `aws sts \
                     decode-authorization-message --encoded-message ... --query DecodedMessage --output text`, called by somebody who may \
                     `sts:DecodeAuthorizationMessage`. Paste what it prints beside the rest."
                ),
                Question {
                    id: "decoded-message".to_owned(),
                    text: "What does `aws sts decode-authorization-message` print? Paste it beside the error.".to_owned(),
                    why: "it names the caller, the action, the resource and the statement that denied".to_owned(),
                    default: None,
                },
            )
    } else {
        (
            "I need to know: which action was denied?",
            format!(
                "{call} was denied, and the message does not say {}. The caller's CloudTrail event \
                     (`errorCode: AccessDenied`), the SDK's debug log or a newer version of the tool says more.",
                words::list(&unsaid)
            ),
            Question {
                id: "action".to_owned(),
                text: "Which action was denied (`service:Action`), or which call of which service?"
                    .to_owned(),
                why: "the grant is made for exactly this action".to_owned(),
                default: None,
            },
        )
    };
    Some(Diagnosis {
        rule,
        title: title.to_owned(),
        explanation,
        next: None,
        labels: vec![(
            seen.denial.input,
            denial.span,
            "this names nothing".to_owned(),
        )],
        remedy: Remedy::Ask { hardened: None },
        questions: vec![question],
        handover: Vec::new(),
    })
}
