//! Exactly what one set of policies allows that another does not.

mod checks;
mod example;
mod keys;
mod minterms;
mod owners;
mod principals;
mod rough;
mod set;
#[cfg(test)]
mod soundness;
mod space;
mod words;

use undeny_text::Span;

use crate::evaluate::Request;
use crate::evaluate::principal::Named;
use crate::order::Index;
use crate::policy::{Effect, Open, Policy, Settled, given};

pub(crate) use checks::lets_others_pass;
pub use checks::{granted, public};
use example::{Confirmed, Judge};
pub use owners::{Owner, Owners, by_owner};
use set::{Cube, maximal, subtract};
use space::{Axis, Space};

/// What AFTER allows and BEFORE does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// All of it, as the fewest boxes; empty where there is nothing new.
    pub new_access: Vec<NewAccess>,
    /// What had to be over-approximated, and why, in sentences; empty where the comparison is exact.
    pub approximated: Vec<String>,
    /// What is nothing new and yet not the same, in sentences.
    pub notes: Vec<String>,
    /// What the texts leave open.
    pub open: Vec<LeftOpen>,
}

/// What one of the texts leaves open, and how that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen {
    /// Whether it is in AFTER.
    pub is_after: bool,
    /// Index of the document.
    pub document: usize,
    /// Its bytes.
    pub span: Span,
    /// Why, in words.
    pub why: String,
    /// Whether it may allow what was not read: then nothing shows that there is nothing new.
    pub may_allow_more: bool,
}

/// One box of new access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccess {
    /// Patterns as the policies write them; `*` where any caller is meant, empty for policies without `Principal`.
    pub principals: Vec<String>,
    /// Action patterns.
    pub actions: Vec<String>,
    /// Resource patterns.
    pub resources: Vec<String>,
    /// The conditions that limit it, in words; `None` where nothing does.
    pub condition: Option<String>,
    /// The statement of AFTER that allows it: its bytes in the text that it was read from.
    pub span: Span,
    /// One request that AFTER allows and BEFORE does not.
    pub example: Request,
    /// Whether deciding `example` with both sides' policies gives just that; false only where something is approximated.
    pub confirmed: bool,
}

/// Compare two sets of policies of one layer (each set is one caller's or one resource's policies).
///
/// A statement is a cube: one set a dimension (who, what, which resource, each condition key). What AFTER allows and BEFORE does not is
/// each Allow of AFTER without the Denies of AFTER and the Allows of BEFORE, and what of it a Deny of BEFORE forbids and none of AFTER
/// does. Where that has to be rounded it is rounded up: something may be called new that is not, never the other way.
#[must_use]
pub fn compare(before: &[Policy], after: &[Policy]) -> Comparison {
    let has_principals = space::has_principals(&[before, after]);
    // What is too large for AWS too is not read once more for examples.
    let judge = if space::is_huge(&[before, after]) {
        Judge::new(&[], &[], has_principals)
    } else {
        Judge::new(before, after, has_principals)
    };
    let Ok(space) = Space::new(before, after) else {
        return rough::compare(before, after, has_principals, &judge);
    };
    let mut approximated = space.approximated.clone();
    let mut found = difference(&space, &mut approximated);
    if found.len() > MOST_ENTRIES {
        approximated.push(format!(
            "only the first {MOST_ENTRIES} of {} kinds of new access are listed",
            found.len()
        ));
        found.truncate(MOST_ENTRIES);
    }
    let index = words::Index::new(&space);
    let mut new_access = Vec::new();
    for (cube, granting) in found {
        let words = words::words(&space, &index, &cube, granting);
        let (example, confirmed) = example::example(&space, &cube, &judge);
        if confirmed == Confirmed::No {
            let note = if space.is_about_domains(&cube) {
                "a provider's domain and the account of the resource, which says whose provider it is, are taken as independent"
            } else {
                NO_EXAMPLE
            };
            let is_said = if note == NO_EXAMPLE {
                !approximated.is_empty()
            } else {
                approximated.iter().any(|known| known == note)
            };
            if !is_said {
                approximated.push(note.to_owned());
            }
        }
        new_access.push(NewAccess {
            principals: words.principals,
            actions: words.actions,
            resources: words.resources,
            condition: words.condition,
            span: space
                .statements
                .get(granting)
                .map_or_else(Span::default, |stated| stated.written.span),
            example,
            confirmed: confirmed != Confirmed::No,
        });
    }
    Comparison {
        new_access,
        approximated,
        notes: delegations(before, after),
        open: Vec::new(),
    }
}

/// As [`compare`], with what the texts leave open: what may be in AFTER counts as allowed there and not as denied, what may be in BEFORE the
/// other way round. What both have alike is in both or in neither. What one owner has is compared with what that owner had: `owners` are those
/// of the policies of each.
#[must_use]
pub fn compare_settled(before: &Settled, after: &Settled, owners: [&Owners; 2]) -> Comparison {
    let compare = |before: &[Policy], after: &[Policy]| {
        let mut all = Comparison::default();
        for (before, after) in owners::groups([before, after], owners) {
            let mut found = compare(&before, &after);
            if found.new_access.is_empty() {
                found.notes.extend(denied_less(&before, &after));
            }
            all.join(found);
        }
        all
    };
    let signs = |settled: &Settled| {
        let mut signs = Index::default();
        for open in &settled.open {
            signs.place(open.sign.as_str());
        }
        signs
    };
    let (signs_before, signs_after) = (signs(before), signs(after));
    let is_in_before = |open: &Open| signs_before.get(open.sign.as_bytes()).is_some();
    let is_in_after = |open: &Open| signs_after.get(open.sign.as_bytes()).is_some();
    let taken_before = before.with(|open| !is_in_after(open), Effect::Deny);
    let mut comparison = compare(
        &taken_before,
        &after.with(|open| !is_in_before(open), Effect::Allow),
    );
    if before.open.iter().any(is_in_after) {
        // Where both have it: each Allow of BEFORE that AFTER has too is in both.
        let mut with = before.clone();
        with.policies = taken_before;
        let both = compare(&with.with(is_in_after, Effect::Allow), &after.at_most());
        for access in both.new_access {
            let is_new = |known: &NewAccess| {
                (
                    &known.principals,
                    &known.actions,
                    &known.resources,
                    &known.condition,
                ) != (
                    &access.principals,
                    &access.actions,
                    &access.resources,
                    &access.condition,
                )
            };
            if comparison.new_access.iter().all(is_new) {
                comparison.new_access.push(access);
            }
        }
        for sentence in both.approximated {
            if !comparison.approximated.contains(&sentence) {
                comparison.approximated.push(sentence);
            }
        }
    }
    let new = after.open.iter().filter(|open| !is_in_before(open));
    comparison.leave(new, true);
    let gone = before.open.iter().filter(|open| !is_in_after(open));
    comparison.leave(gone, false);
    comparison.open.extend(made_otherwise(before, after));
    comparison.open.extend(named_otherwise(before, after));
    comparison.open.extend(no_longer_bounded(before, after));
    comparison.open.extend(no_longer_limited(before, after));
    let same = after.open.iter().filter(|open| is_in_before(open));
    let same = same.filter(|open| open.may_allow_more()).count();
    if same > 0 {
        comparison.notes.push(format!(
            "{same} of AFTER's parts {} not read whole; they stand in BEFORE too, and are taken to say the same there",
            if same == 1 { "was" } else { "were" }
        ));
    }
    comparison
}

impl Comparison {
    /// What is found here or there.
    pub fn join(&mut self, other: Self) {
        fn add<T: PartialEq>(all: &mut Vec<T>, new: Vec<T>) {
            for item in new {
                if !all.contains(&item) {
                    all.push(item);
                }
            }
        }
        add(&mut self.new_access, other.new_access);
        add(&mut self.approximated, other.approximated);
        add(&mut self.notes, other.notes);
        add(&mut self.open, other.open);
    }

    /// Tell what is open in the one text that a question was about.
    pub fn leave_open(&mut self, settled: &Settled) {
        self.leave(settled.open.iter(), true);
    }

    /// What may allow more has to be told always, the rest where it may be why something is listed.
    fn leave<'o>(&mut self, all: impl Iterator<Item = &'o Open>, is_after: bool) {
        let has_new = !self.new_access.is_empty();
        self.open.extend(all.filter_map(|open| {
            let may_allow_more = is_after && open.may_allow_more();
            (may_allow_more || has_new).then(|| LeftOpen {
                is_after,
                document: open.document,
                span: open.span,
                why: open.why.clone(),
                may_allow_more,
            })
        }));
    }
}

/// What BEFORE denies and AFTER does not, where none of it is allowed by these policies: others may.
fn denied_less(before: &[Policy], after: &[Policy]) -> Option<String> {
    let allowing = owners::allowing_what_is_denied(before, Span::default());
    if allowing.iter().all(|policy| policy.statements.is_empty()) {
        return None;
    }
    let with = |policies: &[Policy]| [policies, &allowing].concat();
    let found = compare(&with(before), &with(after)).new_access;
    let mut actions: Vec<String> = Vec::new();
    for action in found.into_iter().flat_map(|access| access.actions) {
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    let more = actions.len().saturating_sub(MOST_NAMED);
    actions.truncate(MOST_NAMED);
    if more > 0 {
        actions.push(format!("{more} more"));
    }
    (!actions.is_empty()).then(|| {
        format!(
            "BEFORE denies more than AFTER (of {}): these policies do not allow it, and where others do, it is allowed now",
            actions.join(", ")
        )
    })
}

/// Actions that a note names.
const MOST_NAMED: usize = 4;

/// What is made where it was not, or for more than it was: its policies are the same, and whether they were there is not in them.
fn made_otherwise(before: &Settled, after: &Settled) -> Vec<LeftOpen> {
    let mut found = Vec::new();
    for is in &after.made {
        let mut same = before.made.iter();
        let Some(was) = same.find(|was| was.name == is.name) else {
            continue;
        };
        let is_perhaps_new = was.whether.is_some() && was.whether != is.whether;
        let is_elsewhere = is.on.is_some() && was.on.is_some() && was.on != is.on;
        let is_for_more = is.each.as_ref().is_some_and(|each| {
            let known = was.each.as_ref();
            each.iter()
                .any(|one| known.is_none_or(|known| !known.contains(one)))
        });
        if is_perhaps_new || is_for_more || is_elsewhere {
            found.push(LeftOpen {
                is_after: true,
                document: is.document,
                span: is.span,
                why: format!(
                    "`{}` is made {} than in BEFORE",
                    is.name,
                    if is_for_more {
                        "for others"
                    } else if is_perhaps_new {
                        "under another condition"
                    } else {
                        "for another resource"
                    }
                ),
                may_allow_more: true,
            });
        }
    }
    found
}

/// What the policies name is defined otherwise: they say the same, and it may mean more.
fn named_otherwise(before: &Settled, after: &Settled) -> Vec<LeftOpen> {
    let changed = after.mentions.iter().filter(|is| {
        let mut same = before.mentions.iter();
        let said = given(&is.name);
        same.any(|was| was.name == is.name && was.sign != is.sign)
            && after.open.iter().all(|open| open.why != said)
    });
    changed
        .map(|is| LeftOpen {
            is_after: true,
            document: is.document,
            span: is.span,
            why: format!("`{}` is not the same as in BEFORE", is.name),
            may_allow_more: true,
        })
        .collect()
}

/// Who had a permissions boundary and has another or none: what that held back is not in what the policies say.
fn no_longer_bounded(before: &Settled, after: &Settled) -> Vec<LeftOpen> {
    let mut found = Vec::new();
    for was in &before.bounded {
        let Some(boundary) = &was.boundary else {
            continue;
        };
        let mut same = after.bounded.iter();
        let is = same.find(|is| is.names.iter().any(|name| was.names.contains(name)));
        if let Some(is) = is.filter(|is| is.boundary.as_ref() != Some(boundary)) {
            let first = boundary.lines().next().unwrap_or_default();
            let name = is.names.first().map_or("", String::as_str);
            found.push(LeftOpen {
                is_after: true,
                document: is.document,
                span: is.span,
                why: format!(
                    "`{name}` no longer has the permissions boundary `{}`",
                    first.trim_matches(['"', '\''])
                ),
                may_allow_more: true,
            });
        }
    }
    found
}

/// What held back whatever the policies say, and is gone or another.
fn no_longer_limited(before: &Settled, after: &Settled) -> Vec<LeftOpen> {
    let gone = before.limits.iter().filter(|limit| {
        let mut same = after.limits.iter();
        !same.any(|is| (&is.kind, &is.sign) == (&limit.kind, &limit.sign))
    });
    gone.map(|limit| LeftOpen {
        is_after: false,
        document: limit.document,
        span: limit.span,
        why: format!(
            "`{}` held something back, and is not the same in AFTER",
            limit.kind
        ),
        may_allow_more: true,
    })
    .collect()
}

/// A role is inside its account, but who is named needs no identity policy in that account, and whose account is named does.
fn delegations(before: &[Policy], after: &[Policy]) -> Vec<String> {
    let named = |policies: &[Policy]| -> Vec<Named> {
        policies
            .iter()
            .flat_map(|policy| &policy.statements)
            .filter(|statement| statement.effect == Effect::Allow)
            .flat_map(|statement| &statement.principals)
            .filter(|principals| !principals.negated)
            .flat_map(|principals| &principals.items)
            .map(Named::new)
            .collect()
    };
    let known = named(before);
    let mut notes = Vec::new();
    for now in named(after) {
        let (Named::Role { arn, account, .. } | Named::User { arn, account, .. }) = &now else {
            continue;
        };
        let was_delegated = known.iter().any(
            |known| matches!(known, Named::Account { account: whole, .. } if whole == account),
        );
        if was_delegated && !known.contains(&now) && notes.len() < MOST_ENTRIES {
            let note = format!(
                "{arn} was allowed through its account, whose identity policies had to allow too; where it is named, the resource's policy is enough in that account"
            );
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    notes
}

/// Said where nothing else is; the random tests have never seen it.
const NO_EXAMPLE: &str =
    "no request was found that shows it: some of what is listed may not be new";
/// More is not for people.
const MOST_ENTRIES: usize = 100;
/// Steps of the algebra; a policy of AWS needs some hundreds.
const MOST_WORK: usize = 300_000;

/// Cubes of new access, each with the statement that grants it.
fn difference(space: &Space<'_>, approximated: &mut Vec<String>) -> Vec<(Cube, usize)> {
    let of = |is_after: bool, effect: Effect| {
        let both = space.statements.iter().zip(&space.cubes).enumerate();
        both.filter(move |(_, (stated, _))| stated.is_after == is_after && stated.effect == effect)
    };
    let same = |is_after: bool, effect: Effect| {
        let mut known = Index::default();
        for (_, (stated, _)) in of(is_after, effect) {
            known.place(stated.identity.as_str());
        }
        known
    };
    let denied_after: Vec<&Cube> = of(true, Effect::Deny)
        .map(|(_, (_, cubes))| &cubes.surest)
        .collect();
    let mut covering = denied_after.clone();
    covering.extend(of(false, Effect::Allow).map(|(_, (_, cubes))| &cubes.surest));
    let allowed_before = same(false, Effect::Allow);
    let still_denied = same(true, Effect::Deny);
    let mut work = MOST_WORK;
    let mut is_rough = false;
    let mut found: Vec<(Cube, usize)> = Vec::new();
    for (at, (stated, cubes)) in of(true, Effect::Allow) {
        if allowed_before.get(stated.identity.as_bytes()).is_none() {
            let rest = subtract(&cubes.named, &covering, &mut work);
            is_rough |= rest.is_rough;
            found.extend(rest.cubes.into_iter().map(|cube| (cube, at)));
        }
        for (_, (denied, forbidden)) in of(false, Effect::Deny) {
            if still_denied.get(denied.identity.as_bytes()).is_some() {
                continue;
            }
            let both = cubes.widest.and(&forbidden.widest);
            let rest = subtract(&both, &denied_after, &mut work);
            is_rough |= rest.is_rough;
            found.extend(rest.cubes.into_iter().map(|cube| (cube, at)));
        }
    }
    if is_rough {
        approximated.push(
            "the policies overlap in too many ways to subtract them all: some of what is listed may not be new"
                .to_owned(),
        );
    }
    let found = as_aws_sends(space, found, approximated);
    let cubes = maximal(
        found.iter().map(|(cube, _)| cube.clone()).collect(),
        &mut work,
    );
    cubes
        .into_iter()
        .map(|cube| {
            let granting = found
                .iter()
                .find(|(known, _)| *known == cube)
                .map_or(0, |(_, granting)| *granting);
            (cube, granting)
        })
        .collect()
}

/// The cubes without what AWS never sends: several values of a key that has one, values that are not of the key's type.
fn as_aws_sends(
    space: &Space<'_>,
    found: Vec<(Cube, usize)>,
    approximated: &mut Vec<String>,
) -> Vec<(Cube, usize)> {
    let mut kept = Vec::new();
    for (mut cube, granting) in found {
        let mut odd = None;
        for (dimension, side) in space.dimensions.iter().zip(&mut cube.sides) {
            *side = side.minus(&dimension.unreal);
            if let (true, Axis::Key(key)) = (side.is_empty(), &dimension.axis) {
                odd = Some(key);
            }
        }
        let Some(key) = odd else {
            kept.push((cube, granting));
            continue;
        };
        let note = format!(
            "{key} is taken to have one value, of its type, as AWS sends it: what would be new with any other is not listed"
        );
        if !approximated.contains(&note) {
            approximated.push(note);
        }
    }
    kept
}
