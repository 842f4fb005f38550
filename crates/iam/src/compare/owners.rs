//! Which policies of two texts are compared with which: a template holds those of many roles and resources, and what one of them has is
//! nothing that another may.

use crate::policy::Policy;

use super::space;

/// Whose a policy is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A role's or user's name.
    Holder(String),
    /// The resource of a template that it stands in, where nothing says who has it.
    Resource(String),
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
    if before.len() <= 1 && after.len() <= 1 {
        return vec![(before.to_vec(), after.to_vec())];
    }
    let mut groups = Vec::new();
    for says_who in [false, true] {
        let before = owned(before, owners_before, says_who);
        let after = owned(after, owners_after, says_who);
        if after.is_empty() {
            continue;
        }
        let is_one = before.len() <= 1 && after.len() == 1;
        if is_one || after.iter().all(|owned| owned.owners.is_empty()) {
            groups.push((all(before.iter()), all(after.iter())));
            continue;
        }
        let has = |side: &[Owned<'_>], owner: &Owner| side.iter().any(|owned| owned.is_of(owner));
        let mut found: Vec<&Owner> = after.iter().flat_map(|owned| owned.owners).collect();
        found.sort_unstable();
        found.dedup();
        for owner in found {
            // A resource of another name may be the same one, renamed.
            let is_renamed = matches!(owner, Owner::Resource(_)) && !has(&before, owner);
            let was = before.iter().filter(|owned| {
                let is_gone = || owned.owners.iter().all(|owner| !has(&after, owner));
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

/// A policy and whose it is.
struct Owned<'a> {
    policy: &'a Policy,
    owners: &'a [Owner],
}

impl Owned<'_> {
    fn is_of(&self, owner: &Owner) -> bool {
        self.owners.contains(owner)
    }
}

fn owned<'a>(policies: &'a [Policy], owners: &'a Owners, says_who: bool) -> Vec<Owned<'a>> {
    let all = policies.iter().enumerate().map(|(index, policy)| Owned {
        policy,
        owners: owners.get(index).map(Vec::as_slice).unwrap_or_default(),
    });
    all.filter(|owned| space::has_principals(&[std::slice::from_ref(owned.policy)]) == says_who)
        .collect()
}

fn all<'a>(owned: impl Iterator<Item = &'a Owned<'a>>) -> Vec<Policy> {
    owned.map(|owned| owned.policy.clone()).collect()
}
