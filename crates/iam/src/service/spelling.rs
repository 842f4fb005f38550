//! What an unknown action was perhaps meant to be.

use super::{Action, Catalogue, Service};
use crate::denial::operations;

const MOST: usize = 3;

pub(super) fn nearest(catalogue: &Catalogue, text: &str) -> Vec<String> {
    let Some((prefix, name)) = text.split_once(':') else {
        return Vec::new();
    };
    if name.is_empty() || name.len() > 100 || prefix.len() > 60 {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    let mut add = |action: String| {
        if found.len() < MOST && !action.eq_ignore_ascii_case(text) && !found.contains(&action) {
            found.push(action);
        }
    };
    if let Some(action) = of_operation(catalogue, prefix, name) {
        return vec![action];
    }
    match catalogue.service(prefix) {
        Some(service) => alike(service, name).into_iter().for_each(&mut add),
        None => {
            for service in services_like(catalogue, prefix) {
                match service.action(name) {
                    Some(action) => add(action.to_string()),
                    None => alike(service, name).into_iter().take(1).for_each(&mut add),
                }
            }
        }
    }
    found
}

/// The action behind an API operation, whatever the case of its letters: tables of the denial reader.
fn of_operation(catalogue: &Catalogue, prefix: &str, name: &str) -> Option<String> {
    let lower = prefix.to_ascii_lowercase();
    let known = |action: &str| catalogue.action(action).map(|action| action.to_string());
    operations::renamed(&lower, name)
        .and_then(|action| known(&action))
        .or_else(|| known(&operations::action(&lower, name)?))
}

/// Services whose prefix is spelled nearly so, the nearest first.
fn services_like<'a>(catalogue: &'a Catalogue, prefix: &str) -> Vec<Service<'a>> {
    let lower = prefix.to_ascii_lowercase();
    let most = if lower.len() < 5 { 1 } else { 2 };
    let mut near: Vec<Vec<Service<'a>>> = vec![Vec::new(); most + 1];
    for service in catalogue.services() {
        let distance = distance(lower.as_bytes(), service.prefix().as_bytes(), most);
        if let Some(same) = distance.and_then(|distance| near.get_mut(distance)) {
            same.push(service);
        }
    }
    near.concat()
}

/// Actions of the service with a name nearly so: few letters changed, the name's beginning, or one word changed, as `ReadObject` for `GetObject`.
fn alike(service: Service<'_>, name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    let most = (lower.len() / 4).clamp(1, 4);
    let wanted = words(name);
    // The best few, kept in order by hand: a sort would be a fifth of this module's code in the page.
    let mut near: Vec<((usize, usize), Action<'_>)> = Vec::new();
    for action in service.actions() {
        let Some(cost) = cost(&lower, &wanted, action.lower_name(), action.name(), most) else {
            continue;
        };
        let rank = (cost, action.name().len().abs_diff(lower.len()));
        let at = near.iter().take_while(|(other, _)| *other <= rank).count();
        near.insert(at, (rank, action));
        near.truncate(MOST);
    }
    let best = near.first().map_or(0, |((cost, _), _)| *cost);
    near.into_iter()
        .take_while(|((cost, _), _)| *cost <= best + 2)
        .map(|(_, action)| action.to_string())
        .collect()
}

/// How unlikely it is that the known action was meant: two a letter. `None`: it was not.
fn cost(
    lower: &str,
    wanted: &[String],
    known_lower: &str,
    known: &str,
    most: usize,
) -> Option<usize> {
    let letters =
        distance(lower.as_bytes(), known_lower.as_bytes(), most).map(|letters| letters * 2);
    let beginning = (lower.len() > 4 && known_lower.starts_with(lower))
        .then(|| 2 + (known.len() - lower.len()) / 4);
    // Names that share neither their beginning nor their end differ by more than a word.
    let (one, two) = (lower.as_bytes(), known_lower.as_bytes());
    let may_share = one.iter().zip(two).take(3).all(|(one, two)| one == two)
        || one
            .iter()
            .rev()
            .zip(two.iter().rev())
            .take(3)
            .all(|(one, two)| one == two);
    let word = may_share
        .then(|| other_word(wanted, &words(known)))
        .flatten()
        .map(|likely| if likely { 3 } else { most * 2 + 2 });
    [letters, beginning, word].into_iter().flatten().min()
}

/// `GetBucketPolicy` is `get`, `bucket`, `policy`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut lower_before = true;
    for letter in name.chars() {
        let upper = letter.is_ascii_uppercase();
        match words.last_mut() {
            Some(word) if !(upper && lower_before) => word.push(letter.to_ascii_lowercase()),
            _ => words.push(letter.to_ascii_lowercase().to_string()),
        }
        lower_before = !upper;
    }
    words
}

/// Verbs that people take for each other.
const VERBS: &[&[&str]] = &[
    &["describe", "fetch", "get", "head", "list", "read", "view"],
    &["modify", "put", "set", "update", "upload", "write"],
    &["delete", "destroy", "drop", "remove", "terminate"],
    &["add", "create", "launch", "make", "new"],
    &[
        "call", "execute", "invoke", "launch", "run", "start", "trigger",
    ],
    &["publish", "put", "send"],
];

/// Whether one word was changed, added or left out, while the rest says enough; true where that word is a verb for a like one.
fn other_word(wanted: &[String], has: &[String]) -> Option<bool> {
    let same_start = wanted.iter().zip(has).take_while(|(a, b)| a == b).count();
    let same_end = wanted
        .iter()
        .rev()
        .zip(has.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let longer = wanted.len().max(has.len());
    let same = (same_start + same_end).min(wanted.len().min(has.len()));
    // What stays must name the thing: the last word, or all but the last.
    let telling = same_end > 0 || same_start >= 2;
    if longer - same > 1 || same == 0 || !telling {
        return None;
    }
    let like = |verbs: &[&str]| {
        [wanted.first(), has.first()]
            .into_iter()
            .all(|verb| verb.is_some_and(|verb| verbs.contains(&verb.as_str())))
    };
    let verb_only = wanted.len() == has.len() && same_start == 0;
    Some(verb_only && VERBS.iter().any(|verbs| like(verbs)))
}

/// Letters to insert, delete, change or swap, if at most `most`.
fn distance(one: &[u8], two: &[u8], most: usize) -> Option<usize> {
    if one.len().abs_diff(two.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut here = vec![row + 1];
        for (column, other) in two.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&above, column) + usize::from(letter != other))
                .min(at(&above, column + 1) + 1)
                .min(at(&here, column) + 1);
            let swapped = row > 0
                && column > 0
                && one.get(row - 1) == Some(other)
                && two.get(column - 1) == Some(letter);
            if swapped {
                cost = cost.min(at(&before, column - 1) + 1);
            }
            here.push(cost);
        }
        if here.iter().all(|cost| *cost > most) {
            return None;
        }
        before = std::mem::replace(&mut above, here);
    }
    above.last().copied().filter(|cost| *cost <= most)
}
