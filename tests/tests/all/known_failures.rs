//! The list of what is known to fail. It may only shrink: a listed test that passes fails.

use std::collections::BTreeSet;

use libtest_mimic::Trial;

use crate::Test;

const LIST: &str = include_str!("../../cases/known-failures.txt");

pub(crate) fn turn(tests: Vec<Test>) -> Vec<Trial> {
    let listed: Vec<&str> = LIST
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let names: BTreeSet<String> = tests.iter().map(|test| test.name.clone()).collect();
    let known: BTreeSet<&str> = listed.iter().copied().collect();
    let strangers: Vec<String> = known
        .iter()
        .filter(|name| !names.contains(**name))
        .map(|name| (*name).to_owned())
        .collect();
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .map(|test| {
            let known = known.contains(test.name.as_str());
            test.trial(known)
        })
        .collect();
    let twice = listed.len() != known.len();
    trials.push(Trial::test(
        "known failures: each names a test, once",
        move || {
            if twice {
                return Err("a line stands there twice".into());
            }
            if strangers.is_empty() {
                Ok(())
            } else {
                Err(format!("no such test: {}", strangers.join(", ")).into())
            }
        },
    ));
    trials
}
