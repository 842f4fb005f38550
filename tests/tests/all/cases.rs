//! Each case under each law.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use undeny_core::rules::RULES;
use undeny_tests::case::Case;
use undeny_tests::laws::LAWS;

use crate::Test;

pub(crate) fn trials() -> Vec<Test> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut tests = Vec::new();
    for path in files(&folder) {
        let name = path
            .strip_prefix(&folder)
            .unwrap()
            .with_extension("")
            .display()
            .to_string()
            .replace('\\', "/");
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

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn enough(folder: &Path) -> Result<(), String> {
    for rule in RULES {
        let folder = folder.join(rule.name());
        let cases: Vec<Case> = if folder.is_dir() {
            files(&folder)
                .iter()
                .filter_map(|path| Case::read(&std::fs::read_to_string(path).ok()?).ok())
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
