use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight, is_denial_code};
use crate::denial::normalise::Normalised;
use crate::denial::operations;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · rows of CloudTrail's events under a line of column names: the console's download, Athena, CloudWatch Logs Insights; with commas,
/// tabs or bars.
/// *What it never does* · read a row whose message is IAM's sentence: that is read as one.
#[derive(Debug)]
pub(super) struct EventTable;

/// How many rows below the names are looked at.
const MOST_ROWS: usize = 200;

impl Form for EventTable {
    fn id(&self) -> &'static str {
        manual("event-table")
    }

    fn reads(&self) -> &'static str {
        manual("rows of CloudTrail events below `eventname`, `eventsource`, `errorcode`")
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "eventsource,eventname,errorcode,useridentity.arn\nkms.amazonaws.com,Decrypt,AccessDenied,arn:aws:sts::111122223333:assumed-role/app/i-0a",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["errorcode", "error_code"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let number = text.line_at(text.place(hit.start));
        let Some(line) = text.line(number) else {
            return Vec::new();
        };
        let cut = |start: usize, end: usize| text.text().get(start..end).unwrap_or_default();
        let names = cut(line.start, line.end);
        if names.len() > 2000 || names.contains(['{', '=']) {
            return Vec::new();
        }
        let Some(separator) = ['\t', '|', ','].into_iter().find(|c| names.contains(*c)) else {
            return Vec::new();
        };
        let names: Vec<String> = cells(names, separator)
            .iter()
            .map(|name| {
                name.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|letter| letter.to_ascii_lowercase())
                    .collect()
            })
            .collect();
        let column = |names_of: &[&str]| {
            names_of
                .iter()
                .find_map(|wanted| names.iter().position(|name| name == wanted))
        };
        let (Some(code), Some(event)) = (column(&["errorcode"]), column(&["eventname"])) else {
            return Vec::new();
        };
        let source = column(&["eventsource"]);
        let who = column(&[
            "useridentityarn",
            "arn",
            "principalarn",
            "username",
            "useridentityusername",
        ]);
        let what = column(&["resourcearn", "resourcename", "resourcesarn"]);
        let mut findings = Vec::new();
        for row in number + 1..=number + MOST_ROWS {
            let Some(line) = text.line(row) else { break };
            let said = cut(line.start, line.end);
            // The line below the names of a drawn table.
            if said.bytes().all(|byte| b" -+|:=".contains(&byte)) && !said.is_empty() {
                continue;
            }
            let cells = cells(said, separator);
            if cells.len() < 2 || is_header(said) {
                break;
            }
            if said.contains("authorized to perform") {
                continue;
            }
            // What is taken off the beginning of a line, a time for one, was a cell.
            let cell = |column: Option<usize>, off: usize| {
                let value = cells.get(column?.checked_sub(off)?)?.as_str();
                (!["", "-", "null"].contains(&value)).then(|| value.to_owned())
            };
            let off = (0..=names.len().saturating_sub(1)).find(|off| {
                cell(Some(code), *off)
                    .is_some_and(|code| is_denial_code(&code.to_ascii_lowercase()))
                    && cell(Some(event), *off).is_some_and(|event| {
                        event.starts_with(|letter: char| letter.is_ascii_uppercase())
                    })
                    && (source.is_none()
                        || cell(source, *off).is_some_and(|source| source.contains(".amazonaws.")))
            });
            let Some((off, operation)) = off.zip(off.and_then(|off| cell(Some(event), off))) else {
                continue;
            };
            let cell = |column: Option<usize>| cell(column, off);
            let action = cell(source).and_then(|source| operations::action(&source, &operation));
            let denial = Denial {
                principal: cell(who),
                action_source: if action.is_some() {
                    ActionSource::Implied
                } else {
                    ActionSource::Printed
                },
                action,
                resource: cell(what),
                operation: Some(operation),
                ..Denial::default()
            };
            let span = Span::new(text.squeezed_at(line.start), text.squeezed_at(line.end));
            findings.push(Finding::new(denial, span, Weight::Whole));
        }
        findings
    }
}

/// Whether another table begins here: every row belongs to one.
fn is_header(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["errorcode", "error code", "error_code"]
        .iter()
        .any(|name| line.contains(name))
}

/// The cells of a row, quotes off; in quotes a separator is a letter like any other.
fn cells(row: &str, separator: char) -> Vec<String> {
    let row = if separator == '|' {
        row.trim().trim_matches('|')
    } else {
        row
    };
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in row.chars() {
        match letter {
            '"' if separator != '|' => quoted = !quoted,
            _ if letter == separator && !quoted => cells.push(String::new()),
            _ => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(letter);
                }
            }
        }
    }
    for cell in &mut cells {
        *cell = cell.trim().to_owned();
    }
    cells
}
