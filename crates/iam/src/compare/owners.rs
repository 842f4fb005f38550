//! Which policies of two texts are compared with which: a template holds those of many roles and resources, and what one of them has is
//! nothing that another may.

use undeny_document::Role;
use undeny_text::Span;

use crate::policy::{Effect, Policy, RoleSource, Statement};

use super::space;

/// Whose a policy is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A role's or user's name.
    Holder(String),
    /// The resource of a template that it stands in, where nothing says who has it.
    Resource(String),
    /// The resource that it stands in beside who has it: where nobody has it any more, it is still the same policy.
    Held(String),
}

/// Whose each policy is, by its index; nobody's known where the text does not say.
pub type Owners = [Vec<Owner>];

/// The policies of each owner apart, those that say who is allowed apart from those of the callers.
#[must_use]
pub fn by_owner(policies: &[Policy], owners: &Owners) -> Vec<Vec<Policy>> {
    let groups = groups([&[], policies], [&[], owners]);
    groups.into_iter().map(|(_, after)| after).collect()
}

/// What is to be compared with what. A policy that nobody is known to own may be anybody's.
pub(super) fn groups(
    [before, after]: [&[Policy]; 2],
    [owners_before, owners_after]: [&Owners; 2],
) -> Vec<(Vec<Policy>, Vec<Policy>)> {
    let (before, limits_before) = apart(before, owners_before);
    let (after, limits_after) = apart(after, owners_after);
    let mut groups = limits(&limits_before, &limits_after);
    if before.len() <= 1 && after.len() <= 1 && !is_handed_on(&before, &after) {
        if groups.is_empty() || !after.is_empty() {
            groups.push((all(before.iter()), all(after.iter())));
        }
        return groups;
    }
    for says_who in [false, true] {
        let before = owned(&before, says_who);
        let after = owned(&after, says_who);
        if after.is_empty() {
            continue;
        }
        let is_one = before.len() <= 1 && after.len() == 1 && !is_handed_on(&before, &after);
        if is_one || after.iter().all(|owned| owned.owners.is_empty()) {
            groups.push((all(before.iter()), all(after.iter())));
            continue;
        }
        let has = |side: &[Owned<'_>], owner: &Owner| side.iter().any(|owned| owned.is_of(owner));
        let mut found: Vec<&Owner> = after.iter().flat_map(|owned| owned.owners).collect();
        found.retain(|owner| !matches!(owner, Owner::Held(_)));
        found.sort_unstable();
        found.dedup();
        for owner in found {
            // A resource of another name may be the same one, renamed.
            let is_renamed = matches!(owner, Owner::Resource(_)) && !has(&before, owner);
            let was = before.iter().filter(|owned| {
                let is_gone = || {
                    let mut owners = owned.owners.iter();
                    owners.all(|owner| matches!(owner, Owner::Held(_)) || !has(&after, owner))
                };
                owned.owners.is_empty() || owned.is_of(owner) || (is_renamed && is_gone())
            });
            let is = after.iter().filter(|owned| owned.is_of(owner));
            groups.push((all(was), all(is)));
        }
        let nobodys: Vec<&Owned<'_>> = after
            .iter()
            .filter(|owned| owned.owners.is_empty())
            .collect();
        if !nobodys.is_empty() {
            groups.push((all(before.iter()), all(nobodys.into_iter())));
        }
    }
    groups
}

/// Whether somebody has a policy of AFTER who had none of BEFORE, which others have.
fn is_handed_on(before: &[Owned<'_>], after: &[Owned<'_>]) -> bool {
    let had = |owner: &Owner| before.iter().any(|owned| owned.is_of(owner));
    let mut all = after.iter().flat_map(|owned| owned.owners);
    before.iter().any(|owned| !owned.owners.is_empty())
        && all.any(|owner| matches!(owner, Owner::Holder(_)) && !had(owner))
}

/// SCPs and RCPs, each with what it was: one that is gone holds nothing back. One that allows nothing is attached beside AWS's own, which
/// allows everything.
fn limits(before: &[Owned<'_>], after: &[Owned<'_>]) -> Vec<(Vec<Policy>, Vec<Policy>)> {
    let has = |side: &[Owned<'_>], owned: &Owned<'_>| {
        side.iter()
            .any(|other| other.owners.iter().any(|owner| owned.is_of(owner)))
    };
    let is_plain = before.len() <= 1 && after.len() <= 1;
    before
        .iter()
        .map(|was| {
            // One of another name may be the same one, renamed.
            let is_gone = is_plain || !has(after, was);
            let is = after.iter().filter(|is| {
                if is_gone {
                    is_plain || !has(before, is)
                } else {
                    was.owners.iter().any(|owner| is.is_of(owner))
                }
            });
            let is = all(is);
            let place = is.first().map_or_else(Span::default, |policy| policy.span);
            let was = vec![was.policy.clone()];
            let allowing = allowing_what_is_denied(&was, place);
            let with_full_access = |mut policies: Vec<Policy>| {
                let mut statements = policies.iter().flat_map(|policy| &policy.statements);
                if !statements.any(|statement| statement.effect == Effect::Allow) {
                    policies.extend(allowing.iter().cloned());
                }
                policies
            };
            (with_full_access(was), with_full_access(is))
        })
        .collect()
}

/// What these policies deny, allowed: as others may that they are attached beside.
pub(super) fn allowing_what_is_denied(policies: &[Policy], place: Span) -> Vec<Policy> {
    let denying = |policy: &Policy| {
        let statements = policy.statements.iter();
        let denies = statements.filter(|statement| statement.effect == Effect::Deny);
        let allowed = denies.map(|statement| Statement {
            effect: Effect::Allow,
            span: place,
            ..statement.clone()
        });
        policy.with_statements(allowed.collect())
    };
    policies.iter().map(denying).collect()
}

/// A policy and whose it is.
#[derive(Clone, Copy)]
struct Owned<'a> {
    policy: &'a Policy,
    owners: &'a [Owner],
}

impl Owned<'_> {
    fn is_of(&self, owner: &Owner) -> bool {
        self.owners.iter().any(|own| match (own, owner) {
            (Owner::Held(own), Owner::Resource(name)) => own == name,
            _ => own == owner,
        })
    }
}

/// The policies that grant, and those that only hold back.
fn apart<'a>(policies: &'a [Policy], owners: &'a Owners) -> (Vec<Owned<'a>>, Vec<Owned<'a>>) {
    let all = policies.iter().enumerate().map(|(index, policy)| Owned {
        policy,
        owners: owners.get(index).map(Vec::as_slice).unwrap_or_default(),
    });
    all.partition(|owned| {
        !matches!(owned.policy.role, Role::Scp | Role::Rcp)
            || owned.policy.role_source < RoleSource::Content
    })
}

fn owned<'a>(policies: &[Owned<'a>], says_who: bool) -> Vec<Owned<'a>> {
    let all = policies.iter().copied();
    all.filter(|owned| space::has_principals(&[std::slice::from_ref(owned.policy)]) == says_who)
        .collect()
}

fn all<'a>(owned: impl Iterator<Item = &'a Owned<'a>>) -> Vec<Policy> {
    owned.map(|owned| owned.policy.clone()).collect()
}
