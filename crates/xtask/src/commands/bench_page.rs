//! `cargo xtask bench --page`: the page in Chromium as a person meets it: typing, large pastes, the first visit on a slow network, the next one without
//! any, and Lighthouse where it can be had. Beside each time stands that of a bare text box in the same run.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::bench::{late, median};
use crate::{
    browser,
    page::{self, Kind},
    process, progress, tools,
    workplace::Workplace,
};

/// One line of `tests/browser/page-bench.mjs`; times in milliseconds.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Line {
    name: String,
    /// From each key to the frame that shows it.
    text: Vec<f64>,
    /// From each key to the frame that shows a new answer.
    answer: Vec<f64>,
    /// From a paste to the frame that shows its answer.
    took: Option<f64>,
    /// The longest task meanwhile.
    longest: Option<f64>,
    /// From the request to the first paint, each time.
    first_paint: Vec<f64>,
    /// From the request to a usable page, each time.
    usable: Vec<f64>,
    scores: BTreeMap<String, f64>,
    failing: Vec<String>,
}

/// The budget: what is measured, and the most milliseconds.
const TEXT: f64 = 16.0;
const ANSWER: f64 = 50.0;
const PASTES: &[(&str, f64)] = &[("paste 1 MB", 150.0), ("paste 10 MB", 2_000.0)];
const TASK: f64 = 50.0;
const FIRST_PAINT: f64 = 600.0;
const USABLE: f64 = 2_500.0;
const RESTART: f64 = 200.0;
/// Points of a hundred.
const SCORES: &[(&str, f64)] = &[
    ("performance", 95.0),
    ("accessibility", 100.0),
    ("best-practices", 100.0),
    ("seo", 100.0),
];

/// Build the page, measure it, print the table and which lines of the budget hold.
pub(super) fn measure(workplace: &Workplace, no_build: bool) -> Result<()> {
    let dist = if no_build {
        workplace.path("dist")
    } else {
        page::build_page(workplace, Kind::Release)?
    };
    let mut environment = tools::ready(workplace, tools::FOR_THE_BROWSER)?;
    match tools::ready(workplace, &[&tools::Lighthouse]) {
        Ok(lighthouse) => environment = environment.and(lighthouse),
        Err(error) => progress::note(&format!("without Lighthouse: {error:#}")),
    }
    let mut node = browser::script(workplace, &environment, &dist, "page-bench.mjs")?;
    let printed = process::read_with_progress(&mut node)?;
    let lines: Vec<Line> = printed
        .lines()
        .map(|line| {
            serde_json::from_str(line)
                .with_context(|| format!("the page's benchmark printed `{line}`"))
        })
        .collect::<Result<_>>()?;
    for line in &lines {
        println!("{}", said(line));
    }
    println!("budget");
    for (holds, line) in budget(&lines) {
        println!("  {}  {line}", if holds { "holds" } else { "OVER " });
    }
    Ok(())
}

fn said(line: &Line) -> String {
    let mut text = format!("{:<41}", line.name);
    for (what, times) in [
        ("key to text", &line.text),
        ("key to answer", &line.answer),
        ("first paint", &line.first_paint),
        ("usable", &line.usable),
    ] {
        if !times.is_empty() {
            text.push_str(&format!(
                " {what}: median {:.1} ms, p99 {:.1} ms;",
                median(times),
                late(times)
            ));
        }
    }
    for (what, time) in [("answer", line.took), ("longest task", line.longest)] {
        if let Some(time) = time {
            text.push_str(&format!(" {what} {time:.0} ms;"));
        }
    }
    for (what, score) in &line.scores {
        text.push_str(&format!(" {what} {score};"));
    }
    if !line.failing.is_empty() {
        text.push_str(&format!(" less than full: {}", line.failing.join(", ")));
    }
    text
}

fn budget(lines: &[Line]) -> Vec<(bool, String)> {
    let line = |name: &str| lines.iter().find(|line| line.name == name);
    let mut budget = Vec::new();
    let mut most = |what: &str, value: Option<f64>, limit: f64| {
        let value = value.unwrap_or(f64::NAN);
        budget.push((value <= limit, format!("{what}: {value:.1} of {limit} ms")));
    };
    if let Some(typing) = line("typing in 50 KB, frames at once") {
        most(
            "50 KB, key to text without waiting for the display, p99",
            Some(late(&typing.text)),
            TEXT,
        );
    }
    if let Some(typing) = line("typing in 50 KB") {
        most(
            "50 KB, key to answer, p99",
            Some(late(&typing.answer)),
            ANSWER,
        );
    }
    for (name, limit) in PASTES {
        most(name, line(name).and_then(|line| line.took), *limit);
    }
    most(
        "longest task of a paste of 256 KB",
        line("paste 256 KB").and_then(|line| line.longest),
        TASK,
    );
    let slow = line("slow 4G, 4 x CPU");
    most(
        "first paint, slow 4G, 4 x CPU",
        slow.map(|line| median(&line.first_paint)),
        FIRST_PAINT,
    );
    most(
        "usable, slow 4G, 4 x CPU",
        slow.map(|line| median(&line.usable)),
        USABLE,
    );
    most(
        "offline restart",
        line("offline restart").map(|line| median(&line.usable)),
        RESTART,
    );
    if let Some(lighthouse) = line("lighthouse") {
        for (what, least) in SCORES {
            let score = lighthouse.scores.get(*what).copied().unwrap_or(0.0);
            budget.push((
                score >= *least,
                format!("Lighthouse, {what}: {score} of {least}"),
            ));
        }
    }
    budget
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_does_not_hold() {
        assert!(budget(&[]).iter().all(|(holds, _)| !holds));
        let line: Line =
            serde_json::from_str("{\"name\":\"paste 1 MB\",\"took\":149.5,\"longest\":80}")
                .unwrap();
        let held: Vec<bool> = budget(&[line]).iter().map(|(holds, _)| *holds).collect();
        assert_eq!(held.iter().filter(|holds| **holds).count(), 1);
    }
}
