//! Each case under each law.

use std::path::Path;
use std::sync::Arc;

use undeny_core::rules;
use undeny_tests::case::{self, Case};
use undeny_tests::laws::LAWS;

use crate::Test;

pub(crate) fn trials() -> Vec<Test> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut tests = Vec::new();
    for (name, path) in case::files(&folder) {
        match Case::read(&std::fs::read_to_string(&path).unwrap()) {
            Ok(case) => {
                let case = Arc::new(case);
                for (law, check) in LAWS {
                    let case = Arc::clone(&case);
                    tests.push(Test::new(format!("{name}: {law}"), move || check(&case)));
                }
            }
            Err(error) => tests.push(Test::new(format!("{name}: it is a case"), move || {
                Err(error)
            })),
        }
    }
    tests.push(Test::new(
        "cases: every rule has three, and one in which it stays silent",
        move || enough(&folder),
    ));
    tests
}

fn enough(folder: &Path) -> Result<(), String> {
    for rule in rules::all() {
        let folder = folder.join(rule.name());
        let cases: Vec<Case> = if folder.is_dir() {
            case::files(&folder)
                .iter()
                .filter_map(|(_, path)| Case::read(&std::fs::read_to_string(path).ok()?).ok())
                .collect()
        } else {
            Vec::new()
        };
        let silent = |case: &&Case| case.expected.silent.iter().any(|name| name == rule.name());
        let count = cases.iter().filter(silent).count();
        if cases.len() < count + 3 || count == 0 {
            return Err(format!(
                "{}: {} cases, {count} of them `silent: {}`",
                rule.name(),
                cases.len(),
                rule.name()
            ));
        }
    }
    Ok(())
}
