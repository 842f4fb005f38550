//! What AFTER allows that BEFORE does not: the command `compare`.

use serde::Serialize;
use undeny_document::{Input, Paste};
use undeny_iam::compare;
use undeny_iam::policy;

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
}

/// Compare the policies in two texts.
///
/// # Errors
/// A sentence that says which text holds no policy.
pub fn compare(before: &str, after: &str) -> Result<ComparisonReport, String> {
    let read = |text: &str, name: &str| {
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
    };
    let (before, after) = (read(before, "BEFORE")?, read(after, "AFTER")?);
    let comparison = compare::compare(&before, &after);
    Ok(ComparisonReport {
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
            })
            .collect(),
        exact: comparison.approximated.is_empty(),
        approximated: comparison.approximated,
    })
}
