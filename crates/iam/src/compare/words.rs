//! A cube of cells in the words of the policies.

use crate::arn::Caller;
use crate::evaluate::condition::Condition;
use crate::evaluate::matching::ActionPattern;
use crate::evaluate::principal::Named;
use crate::order::{Index as Places, ranked};
use crate::policy;

use super::principals::principal_text;
use super::set::{Cube, Set};
use super::space::{Axis, Dimension, Representative, Space};

/// The parts of a [`super::NewAccess`].
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) principals: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) condition: Option<String>,
}

/// A written pattern and the representatives that it matches.
#[derive(Debug)]
struct Candidate {
    text: String,
    /// The statements that have it, but for the `Not` forms.
    owners: Vec<usize>,
    matched: Vec<usize>,
}

/// The written patterns of each dimension, matched once for all cubes.
#[derive(Debug)]
pub(super) struct Index {
    candidates: Vec<Vec<Candidate>>,
}

impl Index {
    pub(super) fn new(space: &Space<'_>) -> Self {
        let candidates = space
            .dimensions
            .iter()
            .map(|dimension| match &dimension.axis {
                Axis::Principal => principals(space, dimension),
                Axis::Action => actions(space, dimension),
                Axis::Resource => resources(space, dimension),
                Axis::Key(_) | Axis::Atoms { .. } => Vec::new(),
            })
            .collect();
        Self { candidates }
    }
}

pub(super) fn words(space: &Space<'_>, index: &Index, cube: &Cube, granting: usize) -> Words {
    let mut words = Words::default();
    let mut conditions = Vec::new();
    let sides = space
        .dimensions
        .iter()
        .zip(&cube.sides)
        .zip(&index.candidates);
    for ((dimension, side), candidates) in sides {
        let cover = || cover(dimension, side, candidates, granting);
        match &dimension.axis {
            Axis::Principal => words.principals = cover(),
            Axis::Action => words.actions = cover(),
            Axis::Resource => {
                // A trust policy has none.
                if space
                    .statements
                    .iter()
                    .any(|stated| stated.written.resources.is_some())
                {
                    words.resources = cover();
                }
            }
            Axis::Key(key) => key_words(space, dimension, side, granting, key, &mut conditions),
            Axis::Atoms { operator, key, .. } => {
                atom_words(space, granting, operator, key, &mut conditions);
            }
        }
    }
    if !conditions.is_empty() {
        words.condition = Some(conditions.join("; "));
    }
    words
}

/// Gathers equal texts.
#[derive(Default)]
struct Gathered {
    candidates: Vec<Candidate>,
    places: Places,
}

impl Gathered {
    fn add(
        &mut self,
        text: String,
        owner: Option<usize>,
        dimension: &Dimension,
        matches: impl Fn(usize, &Representative) -> bool,
    ) {
        let (at, is_new) = self.places.place(text.as_str());
        if is_new {
            let matched = dimension
                .representatives
                .iter()
                .enumerate()
                .filter(|(at, representative)| matches(*at, representative))
                .map(|(at, _)| at)
                .collect();
            self.candidates.push(Candidate {
                text,
                owners: Vec::new(),
                matched,
            });
        }
        if let Some(candidate) = self.candidates.get_mut(at) {
            candidate.owners.extend(owner);
        }
    }
}

fn actions(space: &Space<'_>, dimension: &Dimension) -> Vec<Candidate> {
    let lower: Vec<String> = dimension
        .representatives
        .iter()
        .map(|representative| match representative {
            Representative::Action(text) => text.to_ascii_lowercase(),
            _ => String::new(),
        })
        .collect();
    let mut gathered = Gathered::default();
    for (at, stated) in space.statements.iter().enumerate() {
        if let Some(actions) = &stated.written.actions {
            for item in &actions.items {
                let text = item.value().into_owned();
                let pattern = ActionPattern::new(&text);
                gathered.add(
                    text,
                    (!actions.negated).then_some(at),
                    dimension,
                    |at, _| {
                        lower
                            .get(at)
                            .and_then(|lower| lower.split_once(':'))
                            .is_some_and(|parts| pattern.matches(parts))
                    },
                );
            }
        }
    }
    gathered.candidates
}

fn resources(space: &Space<'_>, dimension: &Dimension) -> Vec<Candidate> {
    let mut gathered = Gathered::default();
    for (at, stated) in space.statements.iter().enumerate() {
        let is_negated = stated
            .written
            .resources
            .as_ref()
            .is_some_and(|resources| resources.negated);
        for shape in stated.shapes() {
            gathered.add(shape.text.clone(), (!is_negated).then_some(at), dimension, |_, representative| {
                matches!(representative, Representative::Resource(target) if shape.names(target))
            });
        }
    }
    gathered.candidates
}

fn principals(space: &Space<'_>, dimension: &Dimension) -> Vec<Candidate> {
    let mut gathered = Gathered::default();
    for (at, stated) in space.statements.iter().enumerate() {
        if let Some(principals) = &stated.written.principals {
            for principal in &principals.items {
                let named = Named::new(principal);
                let owner = (!principals.negated).then_some(at);
                gathered.add(
                    principal_text(principal),
                    owner,
                    dimension,
                    |_, representative| match representative {
                        Representative::Principal(who) => !named
                            .names(&who.text, &Caller::parse(&who.text), who.owner.as_deref())
                            .is_empty(),
                        _ => false,
                    },
                );
            }
        }
    }
    gathered.candidates
}

/// The fewest patterns that say what is in `side`: those wholly in it first, then the narrowest of the granting statement.
fn cover(
    dimension: &Dimension,
    side: &Set,
    candidates: &[Candidate],
    granting: usize,
) -> Vec<String> {
    let inside = |at: &usize| {
        dimension
            .cells
            .get(*at)
            .is_some_and(|cell| side.contains(*cell))
    };
    let mut open: Vec<bool> = (0..dimension.representatives.len())
        .map(|at| inside(&at))
        .collect();
    let mut chosen: Vec<&Candidate> = Vec::new();
    let whole: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| !candidate.matched.is_empty() && candidate.matched.iter().all(inside))
        .collect();
    // The widest first, and of two as wide the granting statement's own.
    let whole = ranked(whole, |candidate| {
        (usize::MAX / 4 - candidate.matched.len()) * 2
            + usize::from(!candidate.owners.contains(&granting))
    });
    for candidate in whole {
        let is_news = candidate
            .matched
            .iter()
            .any(|at| open.get(*at).copied().unwrap_or(false));
        if is_news {
            close(candidate, &mut open);
            chosen.push(candidate);
        }
    }
    let mut is_open_to_all = false;
    while let Some(at) = open.iter().position(|open| *open) {
        let narrowest = candidates
            .iter()
            .filter(|candidate| {
                candidate.owners.contains(&granting) && candidate.matched.contains(&at)
            })
            .min_by_key(|candidate| candidate.matched.len());
        match narrowest {
            Some(candidate) => {
                close(candidate, &mut open);
                chosen.push(candidate);
            }
            None => {
                is_open_to_all = true;
                break;
            }
        }
    }
    if is_open_to_all {
        return vec!["*".to_owned()];
    }
    let mut texts: Vec<(usize, String)> = Vec::new();
    for (at, candidate) in chosen.iter().enumerate() {
        let is_said = chosen.iter().enumerate().any(|(other, wider)| {
            other != at
                && (wider.matched.len() > candidate.matched.len()
                    || wider.matched.len() == candidate.matched.len() && other < at)
                && candidate
                    .matched
                    .iter()
                    .all(|cell| wider.matched.contains(cell))
        });
        if !is_said {
            let place = candidates
                .iter()
                .position(|known| std::ptr::eq(known, *candidate))
                .unwrap_or(usize::MAX);
            texts.push((place, candidate.text.clone()));
        }
    }
    ranked(texts, |(place, _)| *place)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

fn close(candidate: &Candidate, open: &mut [bool]) {
    for at in &candidate.matched {
        if let Some(open) = open.get_mut(*at) {
            *open = false;
        }
    }
}

fn key_words(
    space: &Space<'_>,
    dimension: &Dimension,
    side: &Set,
    granting: usize,
    key: &str,
    conditions: &mut Vec<String>,
) {
    let full = Set::full(dimension.size);
    if full.is_within(side) {
        return;
    }
    let mut said = full;
    let mut add = |set: &Set, text: String, said: &mut Set| {
        let narrower = said.and(set);
        if narrower != *said {
            *said = narrower;
            conditions.push(text);
        }
    };
    // The statement's own conditions, then those of others that hold throughout or nowhere.
    let mut others: Vec<(Set, String)> = Vec::new();
    for (at, stated) in space.statements.iter().enumerate() {
        for (written, read) in stated
            .written
            .conditions
            .iter()
            .zip(&stated.read.conditions)
        {
            if read.key != key {
                continue;
            }
            let set = cells_with(dimension, read);
            if at == granting {
                let (set, text) = what_lets_in(dimension, side, written, read)
                    .unwrap_or((set, condition_text(written)));
                add(&set, text, &mut said);
            } else {
                others.push((set, condition_text(written)));
            }
        }
    }
    for (set, text) in others {
        if side.is_within(&set) {
            add(&set, text, &mut said);
        } else if !side.meets(&set) {
            let without = Set::full(dimension.size).minus(&set);
            add(&without, format!("not ({text})"), &mut said);
        }
    }
}

/// The cells whose values satisfy a condition.
fn cells_with(dimension: &Dimension, condition: &Condition) -> Set {
    let mut set = Set::empty(dimension.size);
    for (representative, cell) in dimension.representatives.iter().zip(&dimension.cells) {
        if let Representative::Values(values) = representative
            && values.satisfy(condition)
        {
            set.insert(*cell);
        }
    }
    set
}

/// A condition with only those of its values that let something of `side` in, where the others let nothing of it in.
fn what_lets_in(
    dimension: &Dimension,
    side: &Set,
    written: &policy::Condition,
    read: &Condition,
) -> Option<(Set, String)> {
    if written.values.len() < 2 || written.values.len() != read.wanted.len() {
        return None;
    }
    let mut set = Set::empty(dimension.size);
    let mut values = Vec::new();
    for (at, item) in written.values.iter().enumerate() {
        let own = cells_with(dimension, &read.with_one(at)?);
        if own.meets(side) {
            set = set.or(&own);
            values.push(item);
        }
    }
    side.is_within(&set)
        .then(|| (set, text_with(written, &values)))
}

fn atom_words(
    space: &Space<'_>,
    granting: usize,
    operator: &str,
    key: &str,
    conditions: &mut Vec<String>,
) {
    let own = space.statements.get(granting).into_iter();
    let own = own.flat_map(|stated| {
        stated
            .written
            .conditions
            .iter()
            .zip(&stated.read.conditions)
    });
    for (written, read) in own {
        if read.key == key && written.operator.eq_ignore_ascii_case(operator) {
            let text = condition_text(written);
            if !conditions.contains(&text) {
                conditions.push(text);
            }
        }
    }
}

pub(super) fn condition_text(condition: &policy::Condition) -> String {
    text_with(condition, &condition.values.iter().collect::<Vec<_>>())
}

/// A condition in words, with these of its values.
fn text_with(condition: &policy::Condition, values: &[&policy::Item]) -> String {
    let shown: Vec<String> = values
        .iter()
        .take(8)
        .map(|item| format!("\"{}\"", item.value()))
        .collect();
    let more = values.len().saturating_sub(shown.len());
    let more = if more > 0 {
        format!(" or {more} more")
    } else {
        String::new()
    };
    format!(
        "{} {} {}{more}",
        condition.operator,
        condition.key,
        shown.join(" or ")
    )
}
