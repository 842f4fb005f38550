//! Reads a folder of cases (`input.error`, `input.documents`) and tells how many documents are found, as separate files and in one paste.
//!
//! `cargo run -p undeny-document --example measure_documents -- DIR`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use undeny_document::{Format, Input, Paste, read};

struct Wanted {
    name: String,
    format: String,
    text: String,
}

#[derive(Default)]
struct Score {
    wanted: usize,
    found: usize,
    exact: usize,
    named: usize,
    extra: usize,
    problems: usize,
    took: Duration,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: measure DIR")?;
    let mut files: Vec<_> = std::fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut separate = Score::default();
    let mut together = Score::default();
    let mut cases = 0;
    for file in files.iter().filter(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    }) {
        let case: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
        let error = string(&case, "/input/error");
        let Some(documents) = case.pointer("/input/documents").and_then(Value::as_array) else {
            continue;
        };
        cases += 1;
        let wanted: Vec<Wanted> = documents
            .iter()
            .map(|document| Wanted {
                name: string(document, "/name"),
                format: string(document, "/format"),
                text: string(document, "/text"),
            })
            .collect();
        measure(
            file,
            &files_of(&error, &wanted),
            &error,
            &wanted,
            &mut separate,
        );
        measure(
            file,
            &paste_of(&error, &wanted),
            &error,
            &wanted,
            &mut together,
        );
    }
    println!("{cases} cases");
    for (form, score) in [("separate files", separate), ("one paste", together)] {
        println!(
            "{form}: {} of {} documents with the right format, {} with the exact span, {} named; {} texts too many, {} problems; {:?}",
            score.found,
            score.wanted,
            score.exact,
            score.named,
            score.extra,
            score.problems,
            score.took
        );
    }
    Ok(())
}

fn string(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn files_of(error: &str, wanted: &[Wanted]) -> Paste {
    let mut inputs = vec![Input {
        name: None,
        text: error.to_owned(),
        role: None,
    }];
    inputs.extend(wanted.iter().map(|wanted| Input {
        name: Some(wanted.name.clone()),
        text: wanted.text.clone(),
        role: None,
    }));
    Paste { inputs }
}

fn paste_of(error: &str, wanted: &[Wanted]) -> Paste {
    let mut text = error.to_owned();
    for wanted in wanted {
        text.push_str("\n\n");
        if !wanted.format.contains("json") {
            text.push_str("# ");
            text.push_str(&wanted.name);
            text.push('\n');
        }
        text.push_str(&wanted.text);
    }
    Paste {
        inputs: vec![Input {
            name: None,
            text,
            role: None,
        }],
    }
}

fn measure(file: &Path, paste: &Paste, error: &str, wanted: &[Wanted], score: &mut Score) {
    let start = Instant::now();
    let reading = read(paste);
    score.took += start.elapsed();
    score.wanted += wanted.len();
    score.problems += reading.problems.len();
    let file = file.file_stem().unwrap_or_default().to_string_lossy();
    for problem in &reading.problems {
        println!("{file}: {problem}");
    }
    let text = |document: &undeny_document::Document| {
        paste
            .inputs
            .get(document.input)
            .map(|input| document.span.text(&input.text))
            .unwrap_or_default()
    };
    let mut texts = 0;
    let mut found = reading.documents.iter().filter(|document| {
        texts += usize::from(document.format == Format::Text);
        document.format != Format::Text
    });
    for wanted in wanted {
        let Some(document) = found.next() else {
            println!("{file}: `{}` is lost", wanted.name);
            continue;
        };
        if document.format.as_str() == wanted.format {
            score.found += 1;
        } else {
            println!(
                "{file}: `{}` is {} and was read as {}",
                wanted.name,
                wanted.format,
                document.format.as_str()
            );
        }
        if text(document).trim() == wanted.text.trim() {
            score.exact += 1;
        } else {
            println!(
                "{file}: `{}` was read from\n{}",
                wanted.name,
                text(document)
            );
        }
        score.named += usize::from(document.name.as_deref() == Some(wanted.name.as_str()));
    }
    for document in found {
        println!("{file}: too many: {}", text(document));
    }
    score.extra += texts.saturating_sub(usize::from(!error.trim().is_empty()));
}
