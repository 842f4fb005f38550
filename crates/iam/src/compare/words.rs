//! A cube of cells in the words of the policies.

use crate::arn::Caller;
use crate::evaluate::Context;
use crate::evaluate::matching::ActionPattern;
use crate::evaluate::principal::{Named, Names};
use crate::policy;

use super::set::{Cube, Set};
use super::space::{Axis, Dimension, Representative, Space, Stated, principal_text};

/// The parts of a [`super::NewAccess`].
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) principals: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) condition: Option<String>,
}

/// A written pattern and the representatives that it matches.
struct Candidate {
    text: String,
    /// Whether the statement that grants has it.
    is_own: bool,
    matched: Vec<usize>,
}

pub(super) fn words(space: &Space<'_>, cube: &Cube, granting: usize) -> Words {
    let mut words = Words::default();
    let mut conditions = Vec::new();
    for (dimension, side) in space.dimensions.iter().zip(&cube.sides) {
        match &dimension.axis {
            Axis::Principal => words.principals = principals(space, dimension, side, granting),
            Axis::Action => words.actions = actions(space, dimension, side, granting),
            Axis::Resource => words.resources = resources(space, dimension, side, granting),
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

fn actions(space: &Space<'_>, dimension: &Dimension, side: &Set, granting: usize) -> Vec<String> {
    let items = space
        .statements
        .iter()
        .enumerate()
        .flat_map(|(at, stated)| {
            let actions = stated.written.actions.iter();
            actions.flat_map(move |actions| {
                actions.items.iter().map(move |item| {
                    (
                        item.value().into_owned(),
                        at == granting && !actions.negated,
                    )
                })
            })
        });
    let candidates = candidates(dimension, items, |text| {
        let pattern = ActionPattern::new(text);
        Box::new(move |representative| match representative {
            Representative::Text(action) => {
                let lower = action.to_ascii_lowercase();
                pattern.matches(lower.split_once(':').unwrap_or(("", &lower)))
            }
            _ => false,
        })
    });
    cover(dimension, side, candidates)
}

fn resources(space: &Space<'_>, dimension: &Dimension, side: &Set, granting: usize) -> Vec<String> {
    if space
        .statements
        .iter()
        .all(|stated| stated.written.resources.is_none())
    {
        return Vec::new();
    }
    let own = space.statements.get(granting).map(|stated| stated.written);
    let is_own = |stated: &Stated<'_>| {
        own.is_some_and(|own| std::ptr::eq(own, stated.written))
            && stated
                .written
                .resources
                .as_ref()
                .is_some_and(|resources| !resources.negated)
    };
    let mut seen: Vec<(String, bool)> = Vec::new();
    let mut candidates = Vec::new();
    for (stated, shape) in space.shapes() {
        let is_own = is_own(stated);
        if let Some(known) = seen.iter().position(|(text, _)| *text == shape.text) {
            if is_own && let Some(candidate) = candidates.get_mut(known) {
                let candidate: &mut Candidate = candidate;
                candidate.is_own = true;
            }
            continue;
        }
        seen.push((shape.text.clone(), is_own));
        let matched = dimension
            .representatives
            .iter()
            .enumerate()
            .filter(|(_, representative)| {
                matches!(representative, Representative::Resource(target) if shape.names(target))
            })
            .map(|(at, _)| at)
            .collect();
        candidates.push(Candidate {
            text: shape.text.clone(),
            is_own,
            matched,
        });
    }
    cover(dimension, side, candidates)
}

fn principals(
    space: &Space<'_>,
    dimension: &Dimension,
    side: &Set,
    granting: usize,
) -> Vec<String> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (at, stated) in space.statements.iter().enumerate() {
        if let Some(principals) = &stated.written.principals {
            for principal in &principals.items {
                let text = principal_text(principal);
                let is_own = at == granting && !principals.negated;
                if let Some(known) = candidates.iter_mut().find(|known| known.text == text) {
                    known.is_own |= is_own;
                    continue;
                }
                let named = Named::new(principal);
                let matched = dimension
                    .representatives
                    .iter()
                    .enumerate()
                    .filter(|(_, representative)| match representative {
                        Representative::Text(text) => {
                            named.names(text, &Caller::parse(text), None) != Names::NONE
                        }
                        _ => false,
                    })
                    .map(|(at, _)| at)
                    .collect();
                candidates.push(Candidate {
                    text,
                    is_own,
                    matched,
                });
            }
        }
    }
    cover(dimension, side, candidates)
}

type Matcher = Box<dyn Fn(&Representative) -> bool>;

fn candidates(
    dimension: &Dimension,
    items: impl Iterator<Item = (String, bool)>,
    matcher: impl Fn(&str) -> Matcher,
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut places: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for (text, is_own) in items {
        if let Some(at) = places.get(&text) {
            if let Some(known) = candidates.get_mut(*at) {
                known.is_own |= is_own;
            }
            continue;
        }
        let matches = matcher(&text);
        let matched = dimension
            .representatives
            .iter()
            .enumerate()
            .filter(|(_, representative)| matches(representative))
            .map(|(at, _)| at)
            .collect();
        places.insert(text.clone(), candidates.len());
        candidates.push(Candidate {
            text,
            is_own,
            matched,
        });
    }
    candidates
}

/// The fewest patterns that say what is in `side`: those wholly in it first, then the narrowest of the granting statement.
fn cover(dimension: &Dimension, side: &Set, candidates: Vec<Candidate>) -> Vec<String> {
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
    let mut whole: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| !candidate.matched.is_empty() && candidate.matched.iter().all(inside))
        .collect();
    whole.sort_by_key(|candidate| {
        (
            std::cmp::Reverse(candidate.matched.len()),
            !candidate.is_own,
        )
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
            .filter(|candidate| candidate.is_own && candidate.matched.contains(&at))
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
    texts.sort();
    texts.into_iter().map(|(_, text)| text).collect()
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
            let mut set = Set::empty(dimension.size);
            for (representative, cell) in dimension.representatives.iter().zip(&dimension.cells) {
                if let Representative::Values(values) = representative {
                    let mut context = Context::default();
                    context.set(key, values.clone());
                    if read.check(&context).is_ok() {
                        set.insert(*cell);
                    }
                }
            }
            if at == granting {
                add(&set, condition_text(written), &mut said);
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
    let shown: Vec<String> = condition
        .values
        .iter()
        .take(8)
        .map(|item| format!("\"{}\"", item.value()))
        .collect();
    let more = condition.values.len().saturating_sub(shown.len());
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
