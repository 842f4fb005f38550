//! From what was found to the report.

use undeny_document::{Document, Role};
use undeny_iam::denial::PolicyType;
use undeny_text::{LineIndex, Span};

use crate::case::{Case, In, UNKNOWN_ACCOUNT};
use crate::diagnosis::Diagnosis;
use crate::patched::whole_lines;
use crate::proof::Fix;
use crate::report::{self, Cause, Label, Place, PlainSpan, Report, SCHEMA, Variant, role_in_words};
use crate::run::Proven;
use crate::storable;
use crate::words;

pub(crate) fn report(case: &Case<'_>, diagnosis: Option<&Diagnosis>, proven: &Proven) -> Report {
    let verdict = proven.verdict(case, diagnosis);
    let minimal = proven
        .minimal
        .as_ref()
        .and_then(|result| result.as_ref().ok());
    let refusal = proven
        .minimal
        .as_ref()
        .and_then(|result| result.as_ref().err());
    let documents = documents(case, minimal);
    let mut variants = Vec::new();
    if let Some(fix) = minimal {
        variants.push(Variant {
            id: "minimal",
            title: "The least that is enough.".to_owned(),
            note: String::new(),
            documents: changed(documents.clone()),
            proof: fix.proof().clone(),
        });
    }
    if let Some((hardened, fix)) = &proven.hardened {
        let documents = self::documents(case, Some(fix));
        variants.push(Variant {
            id: "hardened",
            title: hardened.title.clone(),
            note: hardened.note.clone(),
            documents: changed(documents),
            proof: fix.proof().clone(),
        });
    }
    Report {
        schema: SCHEMA,
        denials: case
            .printed
            .iter()
            .zip(&case.denials)
            .map(|(printed, understood)| self::denial(printed, &understood.value))
            .collect(),
        decoys: case
            .decoys
            .iter()
            .map(|decoy| report::Decoy {
                kind: decoy.value.kind,
                reason: decoy.value.reason.clone(),
                span: Place::new(decoy.input, decoy.value.span),
            })
            .collect(),
        verdict,
        cause: cause(
            case,
            diagnosis,
            refusal.map(|refusal| refusal.0.as_str()),
            proven.by_hand.is_some(),
        ),
        documents,
        variants,
        questions: questions(diagnosis, refusal.map(|refusal| refusal.0.as_str())),
        proof: minimal.map(|fix| fix.proof().clone()),
        handover: proven.by_hand.clone(),
        warnings: Vec::new(),
        problems: problems(case),
    }
}

/// What would make the answer surer or possible. Where a change could not be proven and nothing is asked, what stands in its way is.
fn questions(diagnosis: Option<&Diagnosis>, refusal: Option<&str>) -> Vec<report::Question> {
    let asked = diagnosis
        .map(|diagnosis| diagnosis.questions.clone())
        .unwrap_or_default();
    match refusal {
        Some(refusal) if asked.is_empty() => vec![report::Question {
            id: "policy".to_owned(),
            text: "What does the policy say in full, as AWS has it? Paste it beside the error."
                .to_owned(),
            why: refusal.to_owned(),
            default: None,
        }],
        _ => asked,
    }
}

fn changed(documents: Vec<report::Document>) -> Vec<report::Document> {
    documents
        .into_iter()
        .filter(|document| document.after.is_some())
        .collect()
}

fn cause(
    case: &Case<'_>,
    diagnosis: Option<&Diagnosis>,
    refusal: Option<&str>,
    by_hand: bool,
) -> Option<Cause> {
    let Some(diagnosis) = diagnosis else {
        let decoy = case.decoys.first().filter(|_| case.denials.is_empty())?;
        return Some(Cause {
            rule: decoy.value.kind,
            title: if decoy.value.is_sure {
                "No AWS policy denied this."
            } else {
                "It is not sure that an AWS policy denied this."
            }
            .to_owned(),
            explanation: decoy.value.reason.clone(),
            next: None,
            labels: vec![Label {
                span: Place::new(decoy.input, decoy.value.span),
                text: "what says so".to_owned(),
            }],
        });
    };
    let (title, explanation) = match refusal {
        None => (diagnosis.title.clone(), diagnosis.explanation.clone()),
        Some(refusal) => (
            "No patch: a change was found, and could not be proven.".to_owned(),
            format!(
                "{} No patch is offered: {refusal}.{}",
                diagnosis.explanation,
                if by_hand {
                    " What to write by hand stands below."
                } else {
                    ""
                }
            ),
        ),
    };
    Some(Cause {
        rule: diagnosis.rule,
        title,
        explanation,
        next: diagnosis.next.clone(),
        labels: diagnosis
            .labels
            .iter()
            .map(|(input, span, text)| Label {
                span: Place::new(*input, *span),
                text: text.clone(),
            })
            .collect(),
    })
}

fn denial(
    denial: &In<undeny_iam::denial::Denial>,
    understood: &undeny_iam::denial::Denial,
) -> report::Denial {
    let value = &denial.value;
    let is_role_action = value.action.as_deref().is_some_and(|action| {
        action
            .to_ascii_lowercase()
            .starts_with("sts:assumerolewith")
    });
    let inferred = value
        .inferred_policy_type
        .or(is_role_action.then_some(PolicyType::Trust));
    let both_sides = value.policy_type.is_none() && inferred.is_none() && crosses_accounts(value);
    let filled = |printed: &Option<String>, understood: &Option<String>| {
        // A stand-in for an account that is masked is nothing that was found out.
        let is_stand_in =
            |value: &String| printed.is_some() && value.contains(&format!(":{UNKNOWN_ACCOUNT}:"));
        understood
            .clone()
            .filter(|value| printed != understood && !is_stand_in(value))
    };
    report::Denial {
        principal: value.principal.clone(),
        action: value.action.clone(),
        resource: value.resource.clone(),
        policy_type: value.policy_type.map(PolicyType::as_str),
        denial: value.kind.as_str(),
        operation: value.operation.clone(),
        action_source: match value.action_source {
            undeny_iam::denial::ActionSource::Printed => "printed",
            undeny_iam::denial::ActionSource::Implied => "implied",
        },
        inferred: report::Inferred {
            policy_type: inferred
                .filter(|_| value.policy_type.is_none())
                .map(PolicyType::as_str)
                .or(both_sides.then_some("identity+trust")),
            principal: filled(&value.principal, &understood.principal),
            action: filled(&value.action, &understood.action),
            resource: filled(&value.resource, &understood.resource),
        },
        policy_arn: value.policy_arn.clone(),
        missing_permissions: value.missing_permissions.clone(),
        decode: value.encoded_message.as_deref().map(decode_command),
        span: Place::new(denial.input, value.span),
    }
}

/// Whether a caller asks STS for a role of another account: then the caller's policy and the role's trust policy must both allow it.
fn crosses_accounts(denial: &undeny_iam::denial::Denial) -> bool {
    let account = |arn: &Option<String>| {
        let account = arn.as_deref()?.split(':').nth(4)?;
        (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| account.to_owned())
    };
    let asks = matches!(
        denial.action.as_deref(),
        Some("sts:AssumeRole" | "sts:SetSourceIdentity" | "sts:TagSession")
    );
    asks && account(&denial.principal)
        .zip(account(&denial.resource))
        .is_some_and(|(caller, role)| caller != role)
}

/// How to decode an encoded authorization message; one that was pasted cut off is asked for.
fn decode_command(message: &str) -> String {
    let message = if message.ends_with("...") {
        "ENCODED-MESSAGE"
    } else {
        message
    };
    format!(
        "aws sts decode-authorization-message --encoded-message {message} --query DecodedMessage --output text"
    )
}

/// Every document, with its patch where there is one.
fn documents(case: &Case<'_>, fix: Option<&Fix>) -> Vec<report::Document> {
    let lines: Vec<LineIndex> = case.texts.iter().map(|text| LineIndex::new(text)).collect();
    let mut result = Vec::new();
    let names = words::document_names(case);
    for ((index, document), name) in case.reading.documents.iter().enumerate().zip(names) {
        let Some(text) = case.texts.get(document.input) else {
            continue;
        };
        let role = case.role_of(index);
        let span = whole_lines(text, document.span);
        let patched = fix.and_then(|fix| fix.document(index));
        result.push(report::Document {
            index,
            input: document.input,
            format: document.format.as_str(),
            role: role.as_str(),
            taken_for: taken_for(case, index, document, role),
            span: PlainSpan::from(span),
            lines: lines
                .get(document.input)
                .map_or((0, 0), |lines| lines.lines(document.span)),
            diff: patched.map(|patched| patched.diff.clone()),
            name,
            before: span.text(text).to_owned(),
            after: patched.map(|patched| patched.after.clone()),
            changes: patched
                .map(|patched| patched.changes.clone())
                .unwrap_or_default(),
        });
    }
    result
}

fn taken_for(case: &Case<'_>, index: usize, document: &Document, role: Role) -> String {
    match role {
        Role::Error => {
            let denial = case.denials.iter().find(|denial| {
                denial.input == document.input && document.span.overlaps(denial.value.span)
            });
            match denial.and_then(|denial| denial.value.action.as_deref()) {
                Some(action) => format!("access denied, {action}"),
                None => "error or log".to_owned(),
            }
        }
        _ => {
            let name = case
                .policies
                .iter()
                .find(|policy| policy.document == index)
                .and_then(|policy| policy.name.clone());
            match name {
                Some(name) => format!("{} of {name}", role_in_words(role)),
                None => role_in_words(role).to_owned(),
            }
        }
    }
}

/// What could not be read, at its place.
pub(crate) fn problem(
    case: &Case<'_>,
    input: usize,
    span: Span,
    message: String,
    help: String,
) -> report::Problem {
    let text = case.texts.get(input).copied().unwrap_or_default();
    let at = LineIndex::new(text).line_column(text, span.start);
    report::Problem {
        span: Place::new(input, span),
        line: at.line,
        column: at.column,
        message,
        help,
    }
}

fn problems(case: &Case<'_>) -> Vec<report::Problem> {
    case.reading
        .problems
        .iter()
        .map(|problem| {
            self::problem(
                case,
                problem.input,
                problem.span,
                problem.message.clone(),
                problem.help.clone(),
            )
        })
        .chain(storable::faults(case).into_iter().map(|fault| {
            problem(
                case,
                fault.input,
                fault.span,
                fault.message,
                fault.help.to_owned(),
            )
        }))
        .collect()
}
