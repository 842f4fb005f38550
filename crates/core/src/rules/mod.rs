//! The rules: each knows one cause of denials, in one file.
//!
//! A rule looks at a `Case` and says nothing, or gives a `Diagnosis`. It says what changes in IAM's words; bytes move in
//! `undeny_iam::change`, and whether the change is right is not its to say but `proof`'s. A rule's doc comment is its manual page.
//!
//! To add one: its file, its line in `FIRST` or in `LATER`, its cases in `tests/cases/<rule>/`.

mod anonymous_caller;
mod bucket_delivery;
mod condition_not_met;
mod deployment_role;
mod encrypted_data;
mod encrypted_volume;
mod explicit_deny;
mod file_system_mount;
mod foreign_call;
mod function_image;
mod function_in_vpc;
mod function_permission;
mod harden;
mod invented_action;
mod lake_formation;
mod log_group_policy;
mod missing_id_token_permission;
mod missing_permission;
mod missing_session_tagging;
mod missing_source_identity;
mod neighbour;
mod node_role_used;
mod output_bucket;
mod pass_role;
mod saml_condition;
mod second_authorisation;
mod service_in_a_role;
mod service_linked_role;
mod service_role_trust;
mod service_sentence;
mod state_machine_role;
mod template_notification;
mod together;
mod token_refused;
mod unknown_denial;
mod unprinted_resource;
mod web_identity_condition;
mod web_identity_statement;
mod whole_set;

pub(crate) use missing_permission::{NOBODY, by_account, is_made_up, principal_of};
use undeny_iam::denial::Denial;
use undeny_iam::evaluate::Request;

use crate::case::{Case, In};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::handover::{Handover, Named};
use crate::{remarks, room, sharing};
use together::Joined;

/// One cause of denials.
pub trait Rule: Sync {
    /// Its name, in the public JSON and in the manual.
    fn name(&self) -> &'static str;

    /// One sentence: what it knows.
    fn summary(&self) -> &'static str;

    /// How special it is: of several rules that speak, the most special one is heard.
    fn precedence(&self) -> Precedence;

    /// Why this denial happened, if this rule knows.
    #[doc(hidden)]
    fn diagnose(&self, case: &Seen<'_, '_>) -> Option<Found>;
}

/// How special a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// Knows one story.
    Story,
    /// Knows one mechanism.
    Mechanism,
    /// Knows what is left.
    General,
}

/// What a rule may look at.
#[derive(Debug)]
pub struct Seen<'c, 't> {
    pub(crate) case: &'c Case<'t>,
    pub(crate) denial: &'c In<Denial>,
}

impl Seen<'_, '_> {
    /// Whether the text around the denial has these words, which are in small letters and without blanks: tools break AWS's lines.
    pub(super) fn mentions(&self, words: &str) -> bool {
        const BEFORE: usize = 2000;
        const BEHIND: usize = 400;
        self.squeezed(BEFORE, BEHIND).contains(words)
    }

    /// The denial's text with that many bytes around it, in small letters and without blanks.
    fn squeezed(&self, before: usize, behind: usize) -> String {
        let text = self.case.texts.get(self.denial.input);
        let text = text.copied().unwrap_or_default();
        let span = self.denial.value.span;
        let start = text.floor_char_boundary(span.start.saturating_sub(before));
        let end = text.floor_char_boundary(span.end.saturating_add(behind).min(text.len()));
        text.get(start..end)
            .unwrap_or_default()
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .map(|letter| letter.to_ascii_lowercase())
            .collect()
    }
}

/// What a rule found.
#[derive(Debug)]
pub struct Found(pub(crate) Diagnosis);

/// The rules that the page's first answer needs, by name.
const FIRST: &[&dyn Rule] = &[
    &condition_not_met::ConditionNotMet,
    &encrypted_data::EncryptedData,
    &explicit_deny::ExplicitDeny,
    &missing_permission::MissingPermission,
    &missing_session_tagging::MissingSessionTagging,
    &missing_source_identity::MissingSourceIdentity,
    &unknown_denial::UnknownDenial,
];

/// The rules that come with the page's second piece, by name: each knows one story, and what it may know is waited for ([`CONCERNS`]).
const LATER: &[&dyn Rule] = &[
    &anonymous_caller::AnonymousCaller,
    &bucket_delivery::BucketDelivery,
    &deployment_role::DeploymentRole,
    &encrypted_volume::EncryptedVolume,
    &file_system_mount::FileSystemMount,
    &foreign_call::ForeignCall,
    &function_image::FunctionImage,
    &function_in_vpc::FunctionInVpc,
    &function_permission::FunctionPermission,
    &invented_action::InventedAction,
    &lake_formation::LakeFormation,
    &log_group_policy::LogGroupPolicy,
    &missing_id_token_permission::MissingIdTokenPermission,
    &node_role_used::NodeRoleUsed,
    &output_bucket::OutputBucket,
    &pass_role::PassRole,
    &saml_condition::SamlCondition,
    &service_in_a_role::ServiceInARole,
    &service_linked_role::ServiceLinkedRole,
    &service_role_trust::ServiceRoleTrust,
    &service_sentence::ServiceSentence,
    &state_machine_role::StateMachineRole,
    &token_refused::TokenRefused,
    &unprinted_resource::UnprintedResource,
    &web_identity_condition::WebIdentityCondition,
];

/// What a rule of [`LATER`] may know, in the same order. A table of its own: whoever names a rule links it.
const CONCERNS: &[fn(&Seen<'_, '_>) -> bool] = &[
    anonymous_caller::concerns,
    bucket_delivery::concerns,
    deployment_role::concerns,
    encrypted_volume::concerns,
    file_system_mount::concerns,
    foreign_call::concerns,
    function_image::concerns,
    function_in_vpc::concerns,
    function_permission::concerns,
    invented_action::concerns,
    lake_formation::concerns,
    log_group_policy::concerns,
    missing_id_token_permission::concerns,
    node_role_used::concerns,
    output_bucket::concerns,
    pass_role::concerns,
    saml_condition::concerns,
    service_in_a_role::concerns,
    // Its denials name no resource either.
    unprinted_resource::concerns,
    service_role_trust::concerns,
    service_sentence::concerns,
    state_machine_role::concerns,
    token_refused::concerns,
    unprinted_resource::concerns,
    web_identity_condition::concerns,
];

/// Every rule, by name.
pub fn all() -> impl Iterator<Item = &'static dyn Rule> {
    let mut rules: Vec<_> = FIRST.iter().chain(LATER).copied().collect();
    rules.sort_by_key(|rule| rule.name());
    rules.into_iter()
}

/// The diagnosis that can be given without [`LATER`]: the same as [`diagnose`] gives, without its hardened variant, or none.
pub(crate) fn diagnose_first(case: &Case<'_>) -> Option<Diagnosis> {
    let waits = |denial| {
        CONCERNS
            .iter()
            .any(|concerns| concerns(&Seen { case, denial }))
    };
    if !case.reading.is_whole() || case.denials.iter().any(waits) {
        return None;
    }
    with_rules(case, FIRST.iter().copied())
        .map(|(diagnosis, _)| diagnosis)
        // Its caller may be given a policy.
        .filter(|diagnosis| wanted(diagnosis).is_none())
}

/// The service that what the denial with this index could not use is encrypted for, where the paste tells.
pub(crate) fn encrypting_service(case: &Case<'_>, denial: usize) -> Option<&'static str> {
    let denial = case.denials.get(denial)?;
    encrypted_data::service_of(&Seen { case, denial })
}

/// The request for which a caller that the paste makes is to be given a policy.
fn wanted(diagnosis: &Diagnosis) -> Option<&Request> {
    diagnosis
        .handover
        .iter()
        .find_map(|handover| match handover {
            Handover::Policy(request) => Some(request),
            _ => None,
        })
}

/// The requests of those denials whose callers the paste makes and gives no policy, and which nothing else explains.
pub(crate) fn asking_for_a_policy(case: &Case<'_>) -> Vec<Request> {
    let is_made = |denial: &&In<Denial>| {
        let principal = denial.value.principal.as_deref();
        principal.is_some_and(|principal| room::is_made(case, principal))
    };
    let mut denials = case.denials.iter().filter(is_made).peekable();
    if denials.peek().is_none() {
        return Vec::new();
    }
    let rules = by_precedence(all());
    let asks = |denial| {
        let diagnosis = diagnose_one(case, denial, &rules)?;
        let of_itself = || {
            let is_asked = diagnosis
                .questions
                .iter()
                .any(|it| it.id == "identity-policy");
            match diagnosis.handover.as_slice() {
                [
                    Handover::Request {
                        request,
                        named: Named::Nobody,
                        ..
                    },
                ] if is_asked => Some(request),
                _ => None,
            }
        };
        wanted(&diagnosis).or_else(of_itself).cloned()
    };
    denials.take(MOST_DENIALS).filter_map(asks).collect()
}

fn by_precedence(rules: impl Iterator<Item = &'static dyn Rule>) -> Vec<&'static dyn Rule> {
    let mut rules: Vec<_> = rules.collect();
    rules.sort_by_key(|rule| (rule.precedence(), rule.name()));
    rules
}

/// The diagnosis of the paste: of the denial that the report is about, with what the others need in one plan.
pub(crate) fn diagnose(case: &Case<'_>) -> Option<Diagnosis> {
    diagnose_together(case).map(|(diagnosis, _)| diagnosis)
}

/// As [`diagnose`], with the denials, by index, that the plan speaks for. Those that the case sets apart are only told of.
pub(crate) fn diagnose_together(case: &Case<'_>) -> Option<(Diagnosis, Vec<usize>)> {
    let (mut diagnosis, joined) = with_rules(case, all())?;
    if let Remedy::Change { minimal, .. } = &diagnosis.remedy {
        let others = sharing::told(case, minimal);
        diagnosis.explanation.push_str(&others);
        let changed = minimal.changes.iter().map(|change| change.policy);
        let first = room::told(case, changed);
        diagnosis.explanation.push_str(&first);
    }
    let remarks = remarks::told(case, &diagnosis);
    diagnosis.explanation.push_str(&remarks);
    remarks::tell_other_side(case, &mut diagnosis);
    if let Remedy::Change {
        minimal,
        hardened: hardened @ None,
        ..
    } = &mut diagnosis.remedy
    {
        *hardened = harden::harden(case, minimal);
    }
    Some((diagnosis, joined))
}

fn with_rules(
    case: &Case<'_>,
    rules: impl Iterator<Item = &'static dyn Rule>,
) -> Option<(Diagnosis, Vec<usize>)> {
    let rules = by_precedence(rules);
    let diagnose_one = |denial| diagnose_one(case, denial, &rules);
    let apart = |index: &usize| case.told.apart.contains(index);
    let about = case.denial()?;
    let mut first = case
        .denials
        .iter()
        .position(|denial| std::ptr::eq(denial, about))?;
    if apart(&first) {
        first = (0..case.denials.len())
            .find(|index| !apart(index))
            .unwrap_or(first);
    }
    let about = case.denials.get(first)?;
    let mut diagnosis = diagnose_one(about)?;
    let mut joined = vec![first];
    for (index, other) in case
        .denials
        .iter()
        .enumerate()
        .filter(|(index, other)| other.value.action.is_some() && *index != first)
        .take(MOST_DENIALS)
    {
        let Some(more) = diagnose_one(other) else {
            continue;
        };
        if apart(&index) {
            together::tell(&mut diagnosis, &more);
            continue;
        }
        match together::join(&mut diagnosis, &about.value, &other.value, more) {
            Joined::No => {}
            Joined::Both => joined.push(index),
            Joined::Instead => joined = vec![index],
        }
    }
    Some((diagnosis, joined))
}

/// How many further denials are looked at: a log repeats itself.
const MOST_DENIALS: usize = 24;

/// The diagnosis of the first of these rules, the most special ones before the others, that knows this denial.
fn diagnose_one(case: &Case<'_>, denial: &In<Denial>, rules: &[&dyn Rule]) -> Option<Diagnosis> {
    let seen = Seen { case, denial };
    let Found(diagnosis) = rules.iter().find_map(|rule| rule.diagnose(&seen))?;
    Some(diagnosis)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Input, Options, Paste, Report, run};

    /// What is said of these texts, each with its name, and the texts as the first patch leaves them; none without one.
    pub(crate) fn report_and_texts(texts: &[(&str, &str)]) -> (Report, Vec<String>) {
        let input = |(name, text): &(&str, &str)| Input {
            name: Some((*name).to_owned()),
            text: (*text).to_owned(),
            role: None,
        };
        let paste = Paste {
            inputs: texts.iter().map(input).collect(),
        };
        let mut outcome = run(&paste, &Options::default());
        let patched = outcome.patches.drain(..).next();
        (
            outcome.report,
            patched.map(|patch| patch.texts).unwrap_or_default(),
        )
    }

    #[test]
    fn the_registry_is_sorted_and_names_are_unique() {
        assert_eq!(LATER.len(), CONCERNS.len());
        for rules in [FIRST, LATER] {
            assert!(rules.is_sorted_by(|left, right| left.name() < right.name()));
        }
        assert!(
            LATER
                .iter()
                .all(|later| FIRST.iter().all(|first| first.name() != later.name()))
        );
    }
}
