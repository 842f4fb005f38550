//! Several denials in one paste: one plan that allows them all.

use undeny_iam::arn::Caller;
use undeny_iam::change::{Change, ChangeKind};
use undeny_iam::denial::Denial;
use undeny_iam::evaluate::Request;

use super::is_made_up;
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::words::{code, short};

/// What became of a denial's own plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// It is not in the plan: it is there already, or does not go together with it.
    No,
    /// Its changes are in the plan with the others.
    Both,
    /// It is the plan now.
    Instead,
}

/// Put what `more` found for `denial` to `diagnosis`, which began with the denial `about`.
///
/// What cannot be in one plan (another owner's policy, a statement that is changed already in another way) is said in a sentence.
pub(super) fn join(
    diagnosis: &mut Diagnosis,
    about: &Denial,
    denial: &Denial,
    more: Diagnosis,
) -> Joined {
    let action = denial.action.clone().unwrap_or_default();
    if covered(diagnosis, denial) || says_nothing_more(diagnosis, &more) {
        return Joined::No;
    }
    // What can be patched comes before what has to be asked, or what no policy mends where the two have nothing to do with each other.
    let gives_way = match diagnosis.remedy {
        Remedy::Ask { .. } => true,
        Remedy::Explain { .. } => unrelated(about, denial),
        Remedy::Change { .. } => false,
    };
    if gives_way
        && matches!(&more.remedy, Remedy::Change { minimal, .. } if !minimal.changes.is_empty())
    {
        let first = std::mem::replace(diagnosis, more);
        if lists(about, denial) {
            return Joined::Instead;
        }
        if matches!(first.remedy, Remedy::Ask { .. }) {
            diagnosis.explanation.push(' ');
            diagnosis.explanation.push_str(&first.explanation);
        } else {
            tell(diagnosis, &first);
        }
        questions(diagnosis, first);
        return Joined::Instead;
    }
    let Remedy::Change {
        owner,
        minimal,
        hardened,
    } = &mut diagnosis.remedy
    else {
        return Joined::No;
    };
    let is_of_other = minimal
        .requests
        .iter()
        .all(|request| is_of_another(request, denial));
    let mut joined = Joined::No;
    if let Remedy::Change {
        owner: other,
        minimal: plan,
        ..
    } = &more.remedy
        && !plan.changes.is_empty()
        && !minimal.changes.is_empty()
    {
        let mut together = minimal.clone();
        if add(&mut together, plan) {
            *minimal = together;
            if *other == Owner::Other {
                *owner = Owner::Other;
            }
            *hardened = None;
            joined = Joined::Both;
        }
    }
    if joined == Joined::Both {
        let what = match &denial.principal {
            Some(principal) if is_of_other => {
                format!("{} to {}", code(&action), code(short(principal)))
            }
            _ => code(&action),
        };
        diagnosis.title = format!(
            "{}, and allow {what} besides.",
            diagnosis.title.trim_end_matches('.'),
        );
        if !diagnosis.explanation.contains(&more.explanation) {
            diagnosis.explanation.push(' ');
            diagnosis.explanation.push_str(&more.explanation);
        }
        diagnosis.labels.extend(more.labels.clone());
    } else if lists(about, denial) {
        return Joined::No;
    } else {
        tell(diagnosis, &more);
    }
    diagnosis.handover.extend(more.handover.clone());
    questions(diagnosis, more);
    joined
}

/// Whether one sentence lists what both ask for: some of it may be allowed, and is then no question.
fn lists(about: &Denial, denial: &Denial) -> bool {
    about.span == denial.span && about.action != denial.action
}

/// Say what another denial is about whose needs are not in the plan.
pub(super) fn tell(diagnosis: &mut Diagnosis, more: &Diagnosis) {
    let title = more.title.trim_end_matches('.');
    if diagnosis.title.trim_end_matches('.') == title || diagnosis.explanation.contains(title) {
        return;
    }
    diagnosis
        .explanation
        .push_str(&format!(" Another denial in the paste: {}", more.title));
}

/// Whether two denials are by all appearances not of one call: another caller or another resource.
fn unrelated(left: &Denial, right: &Denial) -> bool {
    let differ = |left: &Option<String>, right: &Option<String>| matches!((left, right), (Some(left), Some(right)) if left != right);
    differ(&left.principal, &right.principal) || differ(&left.resource, &right.resource)
}

fn questions(diagnosis: &mut Diagnosis, more: Diagnosis) {
    for question in more.questions {
        if !diagnosis
            .questions
            .iter()
            .any(|known| known.id == question.id)
        {
            diagnosis.questions.push(question);
        }
    }
}

/// Whether the same rule found nothing that the plan does not have.
fn says_nothing_more(diagnosis: &Diagnosis, more: &Diagnosis) -> bool {
    let (Remedy::Change { minimal, .. }, Remedy::Change { minimal: other, .. }) =
        (&diagnosis.remedy, &more.remedy)
    else {
        return false;
    };
    diagnosis.rule == more.rule
        && !other.changes.is_empty()
        && other
            .changes
            .iter()
            .all(|change| minimal.changes.contains(change))
}

/// Whether the plan allows this denial's request already.
fn covered(diagnosis: &Diagnosis, denial: &Denial) -> bool {
    let Remedy::Change { minimal, .. } = &diagnosis.remedy else {
        return false;
    };
    minimal.requests.iter().any(|request| {
        denial
            .action
            .as_deref()
            .is_some_and(|action| action.eq_ignore_ascii_case(&request.action))
            && denial
                .resource
                .as_deref()
                .is_none_or(|resource| resource == request.resource)
            && !is_of_another(request, denial)
    })
}

/// Whether a denial is another caller's than a request; two sessions of a role are one.
fn is_of_another(request: &Request, denial: &Denial) -> bool {
    let named = |caller: &str| Caller::parse(caller).policy_principal();
    denial.principal.as_deref().is_some_and(|caller| {
        !is_made_up(&request.principal) && named(caller) != named(&request.principal)
    })
}

/// Put `more` into `plan`; `false` where the two do not go together.
fn add(plan: &mut Plan, more: &Plan) -> bool {
    for change in &more.changes {
        if !add_change(&mut plan.changes, change) {
            return false;
        }
    }
    for request in &more.requests {
        if !plan.requests.contains(request) {
            plan.requests.push(request.clone());
        }
    }
    for assumption in &more.assumptions {
        if !plan.assumptions.contains(assumption) {
            plan.assumptions.push(assumption.clone());
        }
    }
    // A request of one denial is none that has to stay denied for another.
    plan.lazy.extend(more.lazy.iter().cloned());
    let requests = plan.requests.clone();
    plan.lazy.retain(|(lazy, _)| {
        !requests.iter().any(|request| {
            request.action.eq_ignore_ascii_case(&lazy.action) && request.resource == lazy.resource
        })
    });
    true
}

fn add_change(changes: &mut Vec<Change>, change: &Change) -> bool {
    if changes.contains(change) {
        return true;
    }
    if let ChangeKind::AddStatement(new) = &change.kind {
        let mut new = new.clone();
        for before in changes
            .iter_mut()
            .filter(|before| before.policy == change.policy)
        {
            let ChangeKind::AddStatement(statement) = &mut before.kind else {
                continue;
            };
            let same = statement.effect == new.effect
                && statement.principals == new.principals
                && statement.conditions == new.conditions;
            if same && statement.resources == new.resources {
                for action in &new.actions {
                    if !statement.actions.contains(action) {
                        statement.actions.push(action.clone());
                    }
                }
                return true;
            }
            if same && statement.actions == new.actions && !new.resources.is_empty() {
                for resource in &new.resources {
                    if !statement.resources.contains(resource) {
                        statement.resources.push(resource.clone());
                    }
                }
                return true;
            }
            if statement.sid.is_some() && statement.sid == new.sid {
                new.sid = new.sid.map(|sid| format!("{sid}More"));
            }
        }
        changes.push(Change {
            policy: change.policy,
            kind: ChangeKind::AddStatement(new),
        });
        return true;
    }
    let clash = changes.iter().any(|before| {
        before.policy == change.policy
            && statement_of(&before.kind).is_some()
            && statement_of(&before.kind) == statement_of(&change.kind)
            && std::mem::discriminant(&before.kind) != std::mem::discriminant(&change.kind)
    });
    if clash {
        return false;
    }
    changes.push(change.clone());
    true
}

/// The statement that a change lengthens.
const fn statement_of(kind: &ChangeKind) -> Option<usize> {
    match kind {
        ChangeKind::AddActions { statement, .. }
        | ChangeKind::AddResources { statement, .. }
        | ChangeKind::AddPrincipals { statement, .. } => Some(*statement),
        _ => None,
    }
}
