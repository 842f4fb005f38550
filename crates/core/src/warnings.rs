//! What lint finds in what was pasted, said beside the answer.
//!
//! The fix that everybody tries first is a star. Where one stands in the paste already, the linter knows, and what it would let somebody do.

use undeny_iam::lint::{self, Severity};
use undeny_iam::service::Catalogue;

use crate::case::Case;
use crate::diagnosis::Plan;
use crate::report::{Place, Warning};

/// More is not read beside an answer; `undeny lint` has them all.
const MOST: usize = 100;

/// What lint finds in the policies of the paste: what somebody gets too much first, else in order of place.
pub(crate) fn look(case: &Case<'_>) -> Vec<Warning> {
    let mut found = lint::lint(
        &case.reading,
        &case.texts,
        &case.policies,
        Catalogue::common(),
    );
    found.sort_by_key(|finding| rank(finding.severity));
    found.truncate(MOST);
    found
        .into_iter()
        .map(|finding| Warning {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: finding.message,
            blast_radius: finding.attack.unwrap_or_default(),
            span: Place::new(finding.input, finding.span),
        })
        .collect()
}

/// What AWS may refuse in the policies that a plan changes: who reads "proven" has to know that all of the policy is stored or nothing of it.
pub(crate) fn beside(case: &Case<'_>, plan: &Plan, warnings: &[Warning]) -> Vec<String> {
    const MOST: usize = 5;
    let is_changed = |warning: &Warning| {
        plan.changes.iter().any(|change| {
            let policy = case.policies.get(change.policy);
            let document = policy.and_then(|policy| case.reading.documents.get(policy.document));
            policy.zip(document).is_some_and(|(policy, document)| {
                document.input == warning.span.document
                    && (policy.span.start..policy.span.end).contains(&warning.span.start)
            })
        })
    };
    let errors = warnings
        .iter()
        .filter(|warning| warning.severity == Severity::Error.as_str() && is_changed(warning));
    errors
        .take(MOST)
        .map(|warning| {
            format!(
                "AWS stores the policy although it has what stood there before: {}",
                warning.message
            )
        })
        .collect()
}

const fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Security => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Suggestion => 3,
    }
}
