//! How well the redactor does on CredData, real repositories with labelled lines: `cargo run --release -p undeny-redact --example measure_creddata --
//! FOLDER [--verbose]`.
//!
//! FOLDER holds `meta/*.csv` and the files that they name under `data/`, as CredData's `download_data.py` leaves them; files that are not there are passed
//! over. <https://github.com/Samsung/CredData>
//!
//! Distinct values count. A labelled value is found where 80 % of it is covered. A finding of class `secret` with confidence `high` or `medium` is right
//! where it touches a true label, wrong on a line whose labels are all false, and counted apart on a line without a label.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use undeny_redact::{Class, Confidence, Options, Vault, redact};

/// A row of `meta`: lines count from 1, columns are characters of the line from 0.
struct Label {
    first: usize,
    last: usize,
    real: bool,
    from: Option<usize>,
    to: Option<usize>,
    category: String,
}

type Files = BTreeMap<String, Vec<Label>>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|argument| argument == "--verbose");
    let Some(folder) = arguments.iter().find(|argument| !argument.starts_with('-')) else {
        println!("the folder of CredData is missing");
        return;
    };
    let folder = Path::new(folder);
    let mut files = Files::new();
    let Ok(tables) = std::fs::read_dir(folder.join("meta")) else {
        println!("{} has no folder `meta`", folder.display());
        return;
    };
    for table in tables.flatten() {
        let text = std::fs::read_to_string(table.path()).unwrap_or_default();
        read(&text, &mut files);
    }
    let mut score = Score::default();
    for (path, labels) in &files {
        let Ok(bytes) = std::fs::read(folder.join(path)) else {
            continue;
        };
        measure(path, &String::from_utf8_lossy(&bytes), labels, &mut score);
    }
    score.print(verbose);
}

/// The rows of a table, by the columns that its first line names.
fn read(table: &str, files: &mut Files) {
    let mut lines = table.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| names.iter().position(|known| *known == name);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| {
            column(name)
                .and_then(|at| cells.get(at).copied())
                .unwrap_or("")
        };
        let number = |name: &str| cell(name).parse::<usize>().ok();
        let (Some(first), Some(last)) = (number("LineStart"), number("LineEnd")) else {
            continue;
        };
        files
            .entry(cell("FilePath").to_owned())
            .or_default()
            .push(Label {
                first,
                last,
                real: cell("GroundTruth") == "T",
                from: number("ValueStart"),
                to: number("ValueEnd"),
                category: cell("Category").to_owned(),
            });
    }
}

#[derive(Default)]
struct Score {
    bytes: usize,
    changed: BTreeMap<&'static str, usize>,
    /// By category: found, all.
    found: BTreeMap<String, (usize, usize)>,
    seen: BTreeSet<(String, String)>,
    missed: Vec<String>,
    right: BTreeSet<(String, String)>,
    wrong: BTreeMap<(String, String), String>,
    unlabelled: BTreeMap<(String, String), String>,
    /// Bytes of class secret by file.
    secret: BTreeMap<String, usize>,
}

fn measure(path: &str, text: &str, labels: &[Label], score: &mut Score) {
    let repository = path.split('/').nth(1).unwrap_or_default().to_owned();
    // Where each line begins; they end as Python reads them, at `\r` too.
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    starts.extend((1..=bytes.len()).filter(|at| match bytes.get(at - 1) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(*at) != Some(&b'\n'),
        _ => false,
    }));
    let place = |line: usize, column: Option<usize>| {
        let start = *starts.get(line.checked_sub(1)?)?;
        let rest = text.get(start..)?;
        column.map(|column| {
            let mut places = rest.char_indices().map(|(at, _)| at);
            start + places.nth(column).unwrap_or(rest.len())
        })
    };
    let result = redact(&mut Vault::new(), &[text], &Options::default()).remove(0);
    let mut covered = vec![false; text.len()];
    for finding in &result.findings {
        for byte in covered
            .iter_mut()
            .take(finding.span.end)
            .skip(finding.span.start)
        {
            *byte = true;
        }
        *score.changed.entry(finding.class.as_str()).or_default() += finding.span.len();
        if finding.class == Class::Secret {
            *score.secret.entry(path.to_owned()).or_default() += finding.span.len();
        }
    }
    score.bytes += text.len();
    let mut values = Vec::new();
    for label in labels.iter().filter(|label| label.real) {
        let (Some(from), Some(to)) = (place(label.first, label.from), place(label.last, label.to))
        else {
            continue;
        };
        let Some(value) = text.get(from..to).filter(|value| !value.trim().is_empty()) else {
            continue;
        };
        values.push((from, to));
        if !score.seen.insert((repository.clone(), value.to_owned())) {
            continue;
        }
        let hidden = covered
            .iter()
            .take(to)
            .skip(from)
            .filter(|byte| **byte)
            .count();
        let (found, all) = score.found.entry(label.category.clone()).or_default();
        *all += 1;
        if hidden * 10 >= value.len() * 8 {
            *found += 1;
        } else {
            score
                .missed
                .push(format!("{}: {path}:{}", label.category, label.first));
        }
    }
    for finding in &result.findings {
        if finding.class != Class::Secret || finding.confidence == Confidence::Low {
            continue;
        }
        let line = |at: usize| starts.partition_point(|start| *start <= at);
        let lines = line(finding.span.start)..=line(finding.span.end.saturating_sub(1));
        let touches = |label: &&Label| label.first <= *lines.end() && *lines.start() <= label.last;
        let mut touched = labels.iter().filter(touches).peekable();
        let labelled = touched.peek().is_some();
        let real = touched.any(|label| label.real)
            || values
                .iter()
                .any(|(from, to)| finding.span.start < *to && *from < finding.span.end);
        let key = (repository.clone(), finding.span.text(text).to_owned());
        let seen = || format!("{} {path}:{}", finding.detector, lines.start());
        if real {
            score.right.insert(key);
        } else if labelled {
            score.wrong.entry(key).or_insert_with(seen);
        } else {
            score.unlabelled.entry(key).or_insert_with(seen);
        }
    }
}

impl Score {
    #[expect(clippy::cast_precision_loss, reason = "shares in per cent")]
    fn print(mut self, verbose: bool) {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        self.wrong.retain(|value, _| !self.right.contains(value));
        self.unlabelled
            .retain(|value, _| !self.right.contains(value) && !self.wrong.contains_key(value));
        let (found, all) = self
            .found
            .values()
            .fold((0, 0), |sum, (found, all)| (sum.0 + found, sum.1 + all));
        println!("values found: {found}/{all} = {:.1} %", share(found, all));
        let (right, wrong) = (self.right.len(), self.wrong.len());
        println!(
            "findings of class secret, high or medium, on labelled lines that are right: {right}/{} = {:.1} % ({} more on lines without a label)",
            right + wrong,
            share(right, right + wrong),
            self.unlabelled.len()
        );
        for (class, bytes) in &self.changed {
            println!(
                "bytes changed, {class}: {:.2} % of {}",
                share(*bytes, self.bytes),
                self.bytes
            );
        }
        for (category, (found, all)) in self.found.iter().filter(|(_, (found, all))| found < all) {
            println!("  {category}: {found}/{all}");
        }
        if verbose {
            for missed in &self.missed {
                println!("missed {missed}");
            }
            for (what, values) in [("wrong", &self.wrong), ("no label", &self.unlabelled)] {
                for ((_, value), seen) in values {
                    println!("{what} {seen}: {value:?}");
                }
            }
            let mut files: Vec<_> = self.secret.iter().collect();
            files.sort_by_key(|(_, bytes)| std::cmp::Reverse(**bytes));
            for (path, bytes) in files.into_iter().take(20) {
                println!("bytes of class secret {path}: {bytes}");
            }
        }
    }
}
