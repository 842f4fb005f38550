//! What AFTER allows that BEFORE does not: the command `compare`.

use serde::Serialize;
use undeny_document::{Input, Paste};
use undeny_iam::compare;
use undeny_iam::policy;
use undeny_text::LineIndex;

use crate::proof::as_request;
use crate::report::{Request, SCHEMA};

/// What `compare` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonReport {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Everything that is newly allowed.
    pub new_access: Vec<Access>,
    /// Whether it is exactly that, and not more than that.
    pub exact: bool,
    /// What had to be over-approximated, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approximated: Vec<String>,
    /// What is nothing new and yet not the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What was asked.
    #[serde(skip)]
    pub question: Question,
}

/// What a [`ComparisonReport`] answers: its `new_access` lists every "yes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What does AFTER allow that BEFORE does not?
    NewAccess,
    /// Does the policy allow any of this?
    AccessNotGranted,
    /// Does the policy allow anything to just anybody?
    NoPublicAccess,
}

/// One box of new access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// What.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// To whom; empty where the policies have no `Principal`.
    pub principals: Vec<String>,
    /// Under which conditions, in words.
    pub condition: Option<String>,
    /// A request that AFTER allows and BEFORE does not.
    pub example: Request,
    /// Lines and columns (in characters, from 1) of the granting statement in AFTER's text: of its first character, and behind its last.
    #[serde(skip)]
    pub place: [(usize, usize); 2],
}

/// Compare the policies in two texts.
///
/// # Errors
/// A sentence that says which text holds no policy.
pub fn compare(before: &str, after: &str) -> Result<ComparisonReport, String> {
    let (policies_before, policies_after) = (read(before, "BEFORE")?, read(after, "AFTER")?);
    let comparison = compare::compare(&policies_before, &policies_after);
    Ok(report(comparison, Question::NewAccess, after))
}

/// Whether there is anything to compare in the text: a policy, or something that cannot be read and may be one.
#[must_use]
pub fn has_policy(text: &str) -> bool {
    let paste = Paste {
        inputs: vec![Input {
            text: text.to_owned(),
            ..Input::default()
        }],
    };
    let reading = undeny_document::read(&paste);
    let broken = !text.trim().is_empty() && !reading.problems.is_empty();
    broken || !policy::find(&reading).is_empty()
}

/// What the policies in a text allow of these actions on these resources; of all actions or resources where a list is empty.
///
/// # Errors
/// A sentence that says what is no action, or that the text holds no policy.
pub fn access_not_granted(
    text: &str,
    actions: &[String],
    resources: &[String],
) -> Result<ComparisonReport, String> {
    if actions.is_empty() && resources.is_empty() {
        return Err("say which access must not be granted: actions, resources or both".to_owned());
    }
    for action in actions {
        let is_action = action == "*"
            || action.split_once(':').is_some_and(|(service, name)| {
                !name.is_empty() && !service.is_empty() && !service.contains(['*', '?', ' '])
            });
        if !is_action {
            return Err(format!(
                "`{action}` is no action; write it as `service:Name`, with `*` and `?` in the name where more are meant"
            ));
        }
    }
    let policies = read(text, "POLICY")?;
    Ok(report(
        compare::granted(&policies, actions, resources),
        Question::AccessNotGranted,
        text,
    ))
}

/// What the resource policies in a text allow to just anybody: to callers that they neither name nor tell by a fixed account, organisation,
/// source or network.
///
/// # Errors
/// A sentence, where the text holds no policy or the policies do not say who.
pub fn no_public_access(text: &str) -> Result<ComparisonReport, String> {
    let policies = read(text, "POLICY")?;
    let says_who = policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .any(|statement| statement.principals.is_some());
    if !says_who {
        return Err(
            "POLICY has no `Principal`: only a resource's policy can make something public"
                .to_owned(),
        );
    }
    Ok(report(
        compare::public(&policies),
        Question::NoPublicAccess,
        text,
    ))
}

fn read(text: &str, name: &str) -> Result<Vec<policy::Policy>, String> {
    let paste = Paste {
        inputs: vec![Input {
            text: text.to_owned(),
            ..Input::default()
        }],
    };
    let reading = undeny_document::read(&paste);
    let policies = policy::find(&reading);
    if policies.is_empty() {
        return Err(match reading.problems.first() {
            Some(problem) => format!("{name}: {problem}"),
            None => format!("{name} holds no policy: there is no `Statement` in it"),
        });
    }
    Ok(policies)
}

fn report(comparison: compare::Comparison, question: Question, text: &str) -> ComparisonReport {
    let lines = LineIndex::new(text);
    let place = |offset: usize| {
        let at = lines.line_column(text, offset);
        (at.line, at.column)
    };
    ComparisonReport {
        schema: SCHEMA,
        new_access: comparison
            .new_access
            .into_iter()
            .map(|access| Access {
                actions: access.actions,
                resources: access.resources,
                principals: access.principals,
                condition: access.condition,
                example: as_request(&access.example),
                place: [place(access.span.start), place(access.span.end)],
            })
            .collect(),
        exact: comparison.approximated.is_empty(),
        approximated: comparison.approximated,
        notes: comparison.notes,
        question,
    }
}
