//! What an unknown action was perhaps meant to be.

use super::{Catalogue, Service};
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
        add(action);
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
    let s3 = operations::S3_OPERATIONS
        .iter()
        .filter(|_| lower == "s3")
        .find(|(operation, _)| operation.eq_ignore_ascii_case(name))
        .and_then(|(_, action)| known(action));
    s3.or_else(|| {
        operations::RENAMED_OPERATIONS
            .iter()
            .find(|(service, operation, _)| {
                *service == lower && operation.eq_ignore_ascii_case(name)
            })
            .and_then(|(_, _, action)| known(action))
    })
    .or_else(|| known(&operations::action(&lower, name)?))
}

/// Services whose prefix is spelled nearly so, the nearest first.
fn services_like<'a>(catalogue: &'a Catalogue, prefix: &str) -> Vec<Service<'a>> {
    let lower = prefix.to_ascii_lowercase();
    let most = if lower.len() < 5 { 1 } else { 2 };
    let mut near: Vec<_> = catalogue
        .services()
        .filter_map(|service| {
            let distance = distance(lower.as_bytes(), service.prefix().as_bytes(), most)?;
            Some((distance, service))
        })
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, service)| service).collect()
}

/// Actions of the service with a name nearly so: few letters changed, else one word changed, as `ReadObject` for `GetObject`.
fn alike(service: Service<'_>, name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    let most = (lower.len() / 4).clamp(1, 4);
    let wanted = words(name);
    let mut near: Vec<(usize, &str, String)> = service
        .actions()
        .filter_map(|action| {
            let cost = match distance(lower.as_bytes(), action.lower_name().as_bytes(), most) {
                Some(distance) => distance,
                None => most + other_words(&wanted, &words(action.name()))?,
            };
            Some((cost, action.name(), action.to_string()))
        })
        .collect();
    near.sort_by_key(|(cost, name, _)| (*cost, name.len().abs_diff(lower.len()), *name));
    near.into_iter()
        .take(MOST)
        .map(|(_, _, action)| action)
        .collect()
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

/// How many words were changed or added, if it is at most one and the rest says enough.
fn other_words(wanted: &[String], has: &[String]) -> Option<usize> {
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
    (longer - same <= 1 && same >= 1 && telling).then_some(longer - same)
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
