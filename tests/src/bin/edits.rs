//! `edits OUT FOLDER...`: one action, then one statement, added at every policy of every Terraform, CloudFormation, YAML and JSON file of the
//! folders. Each result is read again and held against what was planned; the files that change are written below OUT, as they were and
//! as they are afterwards, for other parsers to read.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints a table"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use undeny_core::{Input, Paste};
use undeny_iam::change::{self, Change, ChangeKind, NewStatement};
use undeny_iam::policy::{self, Effect, Policy, PrincipalKind};
use undeny_tests::files;
use undeny_text::Edits;

/// What is added: no policy has it.
const ACTION: &str = "sns:UndenyProbe";
const SID: &str = "UndenyProbe";
const RESOURCE: &str = "arn:aws:sns:us-east-1:111122223333:undeny-probe";
const PRINCIPAL: &str = "arn:aws:iam::111122223333:role/undeny-probe";

/// How it went.
#[derive(Default)]
struct Tally {
    looked_at: usize,
    files: usize,
    policies: usize,
    unread: usize,
    changes: usize,
    edited: usize,
    lines: usize,
    added: usize,
    removed: usize,
    refused: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(out), folders) = (arguments.next(), arguments.collect::<Vec<_>>()) else {
        eprintln!("usage: edits OUT FOLDER...");
        return ExitCode::from(2);
    };
    let mut tally = Tally::default();
    for (name, text) in files::below(&folders) {
        look(&mut tally, &out, &name, &text);
    }
    println!("files read           {}", tally.looked_at);
    println!("files with policies  {}", tally.files);
    println!("policies             {}", tally.policies);
    println!("files not read whole {}", tally.unread);
    println!("changes tried        {}", tally.changes);
    println!("edited, as planned   {}", tally.edited);
    println!(
        "lines touched        {} (+{} -{})",
        tally.lines, tally.added, tally.removed
    );
    println!(
        "refused              {}",
        tally.refused.values().sum::<usize>()
    );
    for (reason, count) in &tally.refused {
        println!("  {count:>5}  {reason}");
    }
    println!("wrong                {}", tally.wrong.len());
    for wrong in tally.wrong.iter().take(40) {
        println!("  {wrong}");
    }
    ExitCode::from(u8::from(!tally.wrong.is_empty()))
}

fn paste(name: &Path, text: &str) -> Paste {
    Paste {
        inputs: vec![Input {
            name: Some(name.display().to_string()),
            text: text.to_owned(),
            role: None,
        }],
    }
}

fn look(tally: &mut Tally, out: &Path, name: &Path, text: &str) {
    tally.looked_at += 1;
    let reading = undeny_document::read(&paste(name, text));
    let policies = policy::find(&reading);
    if policies.is_empty() {
        return;
    }
    tally.files += 1;
    tally.policies += policies.len();
    tally.unread += usize::from(!reading.problems.is_empty());
    for (kind, changes) in [
        ("action", actions(&policies)),
        ("statement", statements(&policies)),
    ] {
        let mut possible = Vec::new();
        for change in changes {
            tally.changes += 1;
            match apply(&reading, text, &policies, std::slice::from_ref(&change)) {
                Err(reason) => *tally.refused.entry(reason).or_default() += 1,
                Ok((edits, patched)) => {
                    if same(
                        &reading,
                        name,
                        &patched,
                        &policies,
                        std::slice::from_ref(&change),
                    ) {
                        tally.edited += 1;
                        count(tally, text, &edits);
                        possible.push(change);
                    } else {
                        tally.wrong.push(format!(
                            "{}: {kind} in policy {} reads back as something else",
                            name.display(),
                            change.policy
                        ));
                    }
                }
            }
        }
        if possible.is_empty() {
            continue;
        }
        // All together, for the parsers of others.
        match apply(&reading, text, &policies, &possible) {
            Ok((_, patched)) if same(&reading, name, &patched, &policies, &possible) => {
                write(&out.join("before").join(name), text);
                write(&out.join(kind).join(name), &patched);
            }
            Ok(_) => tally
                .wrong
                .push(format!("{}: {kind}, all together", name.display())),
            Err(reason) => tally.wrong.push(format!(
                "{}: {kind}, all together: {reason}",
                name.display()
            )),
        }
    }
}

fn write(path: &Path, text: &str) {
    if let Err(error) = files::write(path, text) {
        eprintln!("{error}");
    }
}

/// One more action in the first statement of each policy that lists actions.
fn actions(policies: &[Policy]) -> Vec<Change> {
    let first = |policy: &Policy| {
        policy.statements.iter().position(|statement| {
            statement
                .actions
                .as_ref()
                .is_some_and(|actions| !actions.negated)
        })
    };
    policies
        .iter()
        .enumerate()
        .filter_map(|(index, policy)| {
            Some(Change {
                policy: index,
                kind: ChangeKind::AddActions {
                    statement: first(policy)?,
                    actions: vec![ACTION.to_owned()],
                },
            })
        })
        .collect()
}

fn statements(policies: &[Policy]) -> Vec<Change> {
    let new = |policy: &Policy| {
        let has = |found: fn(&policy::Statement) -> bool| policy.statements.iter().any(found);
        NewStatement {
            sid: Some(SID.to_owned()),
            effect: Effect::Allow,
            principals: has(|statement| statement.principals.is_some())
                .then(|| (PrincipalKind::Aws, PRINCIPAL.to_owned()))
                .into_iter()
                .collect(),
            actions: vec![ACTION.to_owned()],
            resources: if has(|statement| statement.resources.is_some()) {
                vec![RESOURCE.to_owned()]
            } else {
                Vec::new()
            },
            conditions: Vec::new(),
        }
    };
    policies
        .iter()
        .enumerate()
        .map(|(index, policy)| Change {
            policy: index,
            kind: ChangeKind::AddStatement(new(policy)),
        })
        .collect()
}

fn apply(
    reading: &undeny_document::Reading,
    text: &str,
    policies: &[Policy],
    changes: &[Change],
) -> Result<(Edits, String), String> {
    let edits = change::edits(reading, &[text], policies, changes)
        .map_err(|refusal| refusal.to_string())?
        .into_iter()
        .next()
        .ok_or("no edits")?;
    let patched = edits.apply(text).map_err(|error| error.to_string())?;
    Ok((edits, patched))
}

/// Whether the patched text has the same policies, changed as planned and in nothing else, and reads no worse.
fn same(
    before: &undeny_document::Reading,
    name: &Path,
    patched: &str,
    policies: &[Policy],
    changes: &[Change],
) -> bool {
    let reading = undeny_document::read(&paste(name, patched));
    let found = policy::find(&reading);
    let expected = change::expected(policies, changes);
    reading.problems.len() <= before.problems.len()
        && expected.len() == found.len()
        && expected
            .iter()
            .zip(&found)
            .all(|(left, right)| change::same_meaning(left, right))
}

fn count(tally: &mut Tally, text: &str, edits: &Edits) {
    for edit in edits.as_slice() {
        let gone = edit.span.text(text).matches('\n').count();
        let come = edit.insert.matches('\n').count();
        // A line whose end moves is not touched.
        let within = !edit.insert.starts_with('\n') || edit.span.end > edit.span.start;
        let inside = usize::from(within && !edit.insert.ends_with('\n'));
        tally.removed += gone + inside;
        tally.added += come + inside;
        tally.lines += gone.max(come) + inside;
    }
}
