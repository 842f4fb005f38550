//! What stands around a sentence: the call that the tool names.

use super::normalise::Normalised;
use undeny_text::Span;

/// A call named by a wrapper, in the squeezed text.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) operation: String,
    pub(super) span: Span,
    /// How far after the call its message may begin.
    pub(super) reach: usize,
    /// The code in `An error occurred (CODE)`.
    pub(super) code: Option<String>,
}

/// The squeezed phrases that name a call.
pub(super) const ANCHORS: &[&str] = &["whencallingthe", "operationerror", "errorexecuting"];

/// The call that the phrase at `hit` names.
pub(super) fn call(text: &Normalised, hit: Span) -> Option<Call> {
    match text.squeezed().get(hit.range())? {
        "whencallingthe" => botocore(text, hit),
        "operationerror" => go(text, hit),
        _ => php(text, hit),
    }
}

/// `An error occurred (AccessDenied) when calling the PutObject operation (reached max retries: 4):`
fn botocore(text: &Normalised, hit: Span) -> Option<Call> {
    let rest = text.squeezed_window(hit.end, 120);
    let end = rest
        .match_indices("operation")
        .map(|(at, word)| (at, at + word.len()))
        .find(|(at, end)| {
            *at > 0
                && rest
                    .get(*end..)
                    .and_then(|after| after.chars().next())
                    .is_none_or(|next| !next.is_ascii_alphanumeric() || *at >= 4)
        })?;
    // `ListOperations operation`: the name may hold the word itself.
    let end = rest
        .match_indices("operation")
        .map(|(at, word)| (at, at + word.len()))
        .find(|(at, end)| {
            *at > 0
                && rest
                    .get(*end..)
                    .and_then(|after| after.chars().next())
                    .is_none_or(|next| matches!(next, ':' | '(' | '.' | ',' | ')'))
        })
        .unwrap_or(end);
    let operation = name(text, hit.end, hit.end + end.0)?;
    let before = text.squeezed_before(hit.start, 80);
    let open = before
        .rfind("anerroroccurred(")
        .map(|at| at + "anerroroccurred(".len());
    let code = open
        .and_then(|open| before.get(open..))
        .and_then(|rest| rest.strip_suffix(')'))
        .map(ToOwned::to_owned);
    let start = match (open, &code) {
        (Some(open), Some(_)) => hit.start - (before.len() - open) - "anerroroccurred(".len(),
        _ => hit.start,
    };
    Some(Call {
        operation,
        span: Span::new(start, hit.end + end.1),
        reach: 200,
        code,
    })
}

/// `operation error CloudWatch Logs: CreateLogGroup, https response error StatusCode: 400, ...`
fn go(text: &Normalised, hit: Span) -> Option<Call> {
    let rest = text.squeezed_window(hit.end, 100);
    // Without a service it is the end of one line, "this operation", and the start of another, "Error: ...".
    let colon = rest.find(':').filter(|colon| (1..=40).contains(colon))?;
    let after = rest.get(colon + 1..)?;
    let length = after
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(after.len());
    let start = hit.end + colon + 1;
    let operation = name(text, start, start + length)?;
    Some(Call {
        operation,
        span: Span::new(hit.start, start + length),
        reach: 500,
        code: None,
    })
}

/// `Error executing "GetObject" on "https://..."; AWS HTTP error: ...`
fn php(text: &Normalised, hit: Span) -> Option<Call> {
    let rest = text.squeezed_window(hit.end, 100);
    let end = rest.find("onhttp")?;
    Some(Call {
        operation: name(text, hit.end, hit.end + end)?,
        span: Span::new(hit.start, hit.end + end),
        reach: 900,
        code: None,
    })
}

/// The name between two squeezed offsets, in its own letters.
fn name(text: &Normalised, start: usize, end: usize) -> Option<String> {
    let raw = text.text().get(text.place(start)..text.place_end(end))?;
    let name: String = raw
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | '*' | '\\'))
        .collect();
    (name.len() >= 2 && name.len() <= 80 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then_some(name)
}
