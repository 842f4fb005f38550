use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::{actions_at, clause_at};
use crate::denial::{Denial, DenialKind};

/// *What it reads* · errors that say only that something was denied: S3's `Access Denied`, EC2's `UnauthorizedOperation` with
/// its encoded message (`aws sts decode-authorization-message --encoded-message ...` decodes it, which itself needs
/// `sts:DecodeAuthorizationMessage`), CloudFormation's `Access denied for operation`.
/// *What it never does* · take prose or another program's 403 for AWS's.
#[derive(Debug)]
pub(super) struct ErrorCodeAlone;

impl Form for ErrorCodeAlone {
    fn id(&self) -> &'static str {
        manual("error-code-alone")
    }

    fn reads(&self) -> &'static str {
        manual(
            "an AWS error code (`AccessDenied`, `UnauthorizedOperation`) whose message names nothing",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Error: reading S3 Bucket: AccessDenied: Access Denied",
            "UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: example",
            "Aws::S3::Errors::Forbidden:",
            "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: EXAMPLE)",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accessdenied",
            "authorizationerror",
            "forbidden:null",
            "forbidden:forbidden",
            "forbidden(service:amazons3",
            "s3::errors::forbidden",
            "statuscode:403",
            "therequestedurlreturnederror:403",
            "unauthorizedoperation",
            "youarenotauthorizedtoperformthisoperation",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let Some(phrase) = text.squeezed().get(hit.range()) else {
            return Vec::new();
        };
        let before = text.squeezed_before(hit.start, 60);
        let after = text.squeezed_window(hit.end, 60);
        match phrase {
            "accessdenied" | "authorizationerror" | "unauthorizedoperation"
                if !code(text, hit, before, after) => {
                    return Vec::new();
                }
            "therequestedurlreturnederror:403"
                if !text
                    .squeezed_before(hit.start, 200)
                    .contains("git-codecommit.") =>
            {
                return Vec::new();
            }
            "statuscode:403"
                // Go v2 prints the status before a message that may be empty.
                if (!(before.contains("httpsresponseerror") || before.ends_with("forbidden"))
                    || !before.contains("forbidden") && !after.contains("forbidden"))
                => {
                    return Vec::new();
                }
            "youarenotauthorizedtoperformthisoperation" => {
                return not_authorized(text, hit, before);
            }
            _ => {}
        }
        let mut finding = Finding::alone(hit, None);
        finding.complete = after.starts_with("(service:");
        vec![finding]
    }
}

/// CloudFormation puts the call before it: `API: ec2:RunInstances You are not authorized to perform this operation.`
fn not_authorized(text: &Normalised, hit: Span, before: &str) -> Vec<Finding> {
    if let Some(at) = before.rfind("api:") {
        let start = hit.start - (before.len() - at) + 4;
        let action = actions_at(text, text.place_end(start))
            .into_iter()
            .next()
            .filter(|action| text.squeezed_at(action.end) <= hit.start + 1);
        if let Some(action) = action {
            // The sentence that tells more may follow.
            let window = text.squeezed_window(hit.end, 200);
            if !window.starts_with(".user:") && !window.trim_start_matches('.').starts_with("user:")
            {
                let denial = Denial {
                    action: Some(action.name),
                    action_source: action.source,
                    ..Denial::default()
                };
                return vec![Finding::new(
                    denial,
                    Span::new(start - 4, hit.end),
                    Weight::Sentence,
                )];
            }
        }
    }
    let mut finding = Finding::alone(hit, None);
    finding.complete = true;
    // `You are not authorized to perform this operation ... with an explicit deny in a service control policy`
    let clause = clause_at(text, hit.end);
    if clause.policy_type.is_some() || clause.kind != DenialKind::Unknown {
        finding.denial.kind = clause.kind;
        finding.denial.policy_type = clause.policy_type;
        finding.denial.policy_arn = clause.policy_arn;
        finding.span.end = clause.end.max(hit.end);
    }
    vec![finding]
}

/// Whether the word at `hit` stands where error codes stand.
fn code(text: &Normalised, hit: Span, before: &str, after: &str) -> bool {
    let written = text
        .text()
        .get(text.place(hit.start)..text.place_end(hit.end))
        .unwrap_or_default();
    let joined = !written.contains(' ');
    let tail = ["exception", "fault"]
        .iter()
        .find(|tail| after.starts_with(**tail))
        .map_or(0, |tail| tail.len());
    let rest = after.get(tail..).unwrap_or_default();
    // A path, and not a message.
    let bytes = rest.as_bytes();
    let path =
        rest.starts_with(":/") || bytes.first() == Some(&b':') && bytes.get(2) == Some(&b':');
    if path
        || before.ends_with("security.access.")
        || before.ends_with("java.nio.file.") && !rest.contains("s3a://") && !rest.contains("s3://")
        || before.ends_with("unhandlederror(")
        || before.ends_with("pull")
    {
        return false;
    }
    if joined && written.starts_with(|c: char| c.is_ascii_uppercase()) {
        // `(AccessDenied) when calling` is read by the call that it belongs to.
        if before.ends_with("anerroroccurred(") {
            return !rest.starts_with(")whencallingthe");
        }
        let word = before
            .chars()
            .next_back()
            .is_some_and(|last| last.is_ascii_alphanumeric() || last == '_');
        let place = text.place(hit.start);
        let glued = text
            .text()
            .get(..place)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|last| last.is_ascii_alphanumeric() || last == '_' || last == '-');
        if word
            && glued
            && !before.ends_with("kms")
            && !before.ends_with("s3")
            && !before.ends_with("codecommit")
        {
            return false;
        }
        let labelled = [
            "errorcode:",
            "errorcode=",
            "code:",
            "<code>",
            "name:",
            "errortype:",
            "__type:",
            "type:",
            "apierror",
            "code=",
            "#",
            "errorcode",
            "reason:",
        ]
        .iter()
        .any(|label| before.ends_with(label));
        return labelled
            || rest.is_empty()
            || rest.starts_with([':', '(', '|', ')', '\u{ff09}', '.', ',', '}', '<', '\u{1b}'])
            || before.ends_with(':')
                && !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    }
    // `Access Denied` in prose counts only beside what AWS alone prints.
    rest.starts_with("(service:")
        || rest.starts_with("foroperation")
        || before.ends_with("s3exception:")
        || before.ends_with("accessdenied:")
        || before.ends_with("accessdenied)")
        || before.ends_with("s3:accessdenied:")
        || before.ends_with("s3serviceexception:")
        || before.ends_with("statuscode:403,awserrorcode:accessdenied,awserrormessage:")
}
