//! Parts of the pasted policies that only their template decides: what the answer did not count, said beside it.

use undeny_document::Format;
use undeny_iam::glob;
use undeny_iam::policy::{self, Effect, Statement};
use undeny_text::Span;

use crate::case::Case;
use crate::diagnosis::Plan;
use crate::proof::Refusal;
use crate::words::code;

/// A part that may speak of the denied call.
#[derive(Debug)]
pub(crate) struct Part {
    /// The text that it is in.
    pub(crate) input: usize,
    /// Its bytes.
    pub(crate) span: Span,
    /// What leaves it open and what it may do, in one sentence without a full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: &'static str,
}

/// More is not read beside an answer.
const MOST: usize = 20;

/// The parts of the policies that were not counted and may speak of what was denied.
pub(crate) fn parts(case: &Case<'_>) -> Vec<Part> {
    let actions: Vec<&str> = case
        .denials
        .iter()
        .filter_map(|denial| denial.value.action.as_deref())
        .collect();
    if actions.is_empty() {
        return Vec::new();
    }
    let settled = policy::settle(&case.reading, &case.texts, &case.policies);
    let mut parts = Vec::new();
    let mut add = |document: usize, span: Span, message: String, help: &'static str| {
        let Some(document) = case.reading.documents.get(document) else {
            return;
        };
        if parts.len() < MOST {
            parts.push(Part {
                input: document.input,
                span,
                message,
                help,
            });
        }
    };
    for (policy, read) in settled.policies.iter().zip(&case.policies) {
        for statement in unread(&policy.statements, &read.statements) {
            let Some(says) = says(statement, &actions) else {
                continue;
            };
            add(
                policy.document,
                statement.span,
                format!("this part, which the template puts together, {says}, and was not counted"),
                "look there first: it may cover this call already",
            );
        }
    }
    for open in settled.open.iter().filter(|open| open.policy.is_some()) {
        let mut said = open
            .statements
            .iter()
            .filter_map(|part| says(part, &actions));
        let said = said.next();
        let read = open.policy.and_then(|policy| case.policies.get(policy));
        let is_counted = read.is_some_and(|read| {
            unread(&open.statements, &read.statements).count() < open.statements.len()
        });
        let document = case.reading.documents.get(open.document);
        let is_json = document.is_some_and(|document| document.format == Format::Json);
        let message = match said {
            Some(_) if is_counted => {
                format!(
                    "this statement may not be in force as it was read: {}",
                    open.why
                )
            }
            Some(says) => format!(
                "this part was not counted: {}; where it is in force, it {says}",
                open.why
            ),
            // What is not read in JSON is wrong, and that is told anyway.
            None if !open.is_all && !is_json => format!("this part was not read: {}", open.why),
            None => continue,
        };
        add(
            open.document,
            open.span,
            message,
            "look what it is once the template is rendered, or paste the policy as AWS has it",
        );
    }
    parts
}

/// Why a plan is no patch where the template of a policy that it changes puts together a statement that allows the call already.
pub(crate) fn refusal(case: &Case<'_>, plan: &Plan) -> Option<Refusal> {
    let denial = &case.denial()?.value;
    let (action, resource) = (denial.action.as_deref()?, denial.resource.as_deref()?);
    let settled = policy::settle(&case.reading, &case.texts, &case.policies);
    let changed = plan.changes.iter().filter_map(|change| {
        let settled = settled.policies.get(change.policy)?;
        Some((settled, case.policies.get(change.policy)?))
    });
    let mut all = changed.flat_map(|(settled, read)| unread(&settled.statements, &read.statements));
    let allows = all.any(|statement| {
        let on = statement.resources.as_ref().is_some_and(|element| {
            let mut items = element.items.iter();
            !element.negated && items.any(|item| glob::matches(&item.value(), resource))
        });
        let is_plain = statement.principals.is_none() && statement.conditions.is_empty();
        on && is_plain && statement.effect == Effect::Allow && says(statement, &[action]).is_some()
    });
    allows.then(|| {
        Refusal(format!(
            "the template puts together a statement that allows {} on {} already, so one more cannot be what is missing",
            code(action),
            code(resource)
        ))
    })
}

/// The statements that were not read where they stand.
fn unread<'a>(
    settled: &'a [Statement],
    read: &'a [Statement],
) -> impl Iterator<Item = &'a Statement> {
    let mut known: Vec<Span> = read.iter().map(|statement| statement.span).collect();
    known.sort_unstable_by_key(|span| (span.start, span.end));
    settled.iter().filter(move |statement| {
        let key = (statement.span.start, statement.span.end);
        known
            .binary_search_by_key(&key, |span| (span.start, span.end))
            .is_err()
    })
}

/// "allows `s3:GetObject`", where the statement speaks of one of the actions.
fn says(statement: &Statement, actions: &[&str]) -> Option<String> {
    let element = statement.actions.as_ref()?;
    let action = actions.iter().find(|action| {
        let mut items = element.items.iter();
        items.any(|item| glob::matches_ignoring_case(&item.value(), action)) != element.negated
    })?;
    let verb = match statement.effect {
        Effect::Allow => "allows",
        Effect::Deny => "denies",
    };
    Some(format!("{verb} {}", code(action)))
}
