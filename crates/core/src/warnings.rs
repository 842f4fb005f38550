//! What lint finds in what was pasted, said beside the answer.
//!
//! The fix that everybody tries first is a star. Where one stands in the paste already, the linter knows, and what it would let somebody do.

use undeny_iam::lint::{self, Severity};
use undeny_iam::service::Catalogue;

use crate::case::Case;
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

const fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Security => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Suggestion => 3,
    }
}
