//! `undeny redact`: identifiers and secrets out, placeholders in.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};
use undeny_core::redaction::{Class, Level, Options as RedactionOptions, Redacted, Vault};
use undeny_core::{Options, Paste, Redaction};

use crate::args::{self, Common, Format, Hiding, Redact};
use crate::{files, ndjson, output};

pub(super) fn run(args: &Redact) -> Result<u8> {
    let map_inline = map_inline(args.map.as_deref(), &args.common)?;
    if args.common.ndjson {
        return ndjson::run(|job| {
            let paste = ndjson::paste(job)?;
            let redaction = redact(args, &paste);
            Ok(to_json(args, &redaction, &paste, map_inline))
        });
    }
    let given = files::read(&args.inputs.files, &[])?;
    super::complain(&given.unreadable);
    let redaction = redact(args, &given.paste);
    if let Some(path) = args.map.as_deref().filter(|_| !map_inline) {
        write_map(path, &redaction.vault)?;
    }
    match args.common.format {
        Format::Json => {
            output::print_json(&to_json(args, &redaction, &given.paste, map_inline))?;
        }
        Format::Human => {
            for text in &redaction.texts {
                output::print(&text.text)?;
            }
            output::say(&count(&given.paste, &redaction.texts));
        }
    }
    Ok(super::status(true, &given.unreadable))
}

/// Whether the originals go into the JSON (`--map -`), which has to be asked for.
pub(super) fn map_inline(map: Option<&Path>, common: &Common) -> Result<bool> {
    let inline = map.is_some_and(|path| path.as_os_str() == "-");
    if common.ndjson && map.is_some() && !inline {
        bail!("with --ndjson the originals go into each line: use --map -");
    }
    if inline && !common.ndjson && common.format != Format::Json {
        bail!("--map - puts the originals into the JSON: add --format json, or name a file");
    }
    Ok(inline)
}

fn redact(args: &Redact, paste: &Paste) -> Redaction {
    undeny_core::redact(
        paste,
        &Options {
            redaction: options(&args.hiding),
            ..Options::default()
        },
    )
}

/// What the arguments say of redaction.
pub(super) fn options(hiding: &Hiding) -> RedactionOptions {
    RedactionOptions {
        level: match hiding.level {
            args::Level::Standard => Level::Standard,
            args::Level::Strict => Level::Strict,
        },
        words: hiding.words.clone(),
        keep: hiding.keep.clone(),
    }
}

/// The originals by placeholder, for the file or the JSON that the user asked for.
pub(super) fn map(vault: &Vault) -> Map<String, Value> {
    vault
        .entries()
        .map(|(placeholder, original)| (placeholder.to_owned(), json!(original)))
        .collect()
}

/// Write the originals to the file that the user named.
pub(super) fn write_map(path: &Path, vault: &Vault) -> Result<()> {
    let text = serde_json::to_string_pretty(&map(vault)).context("the map")? + "\n";
    files::write_private(path, &text)
}

/// One text gives the text and its findings; several give one such object each in `documents`.
fn to_json(args: &Redact, redaction: &Redaction, paste: &Paste, with_map: bool) -> Value {
    let level = options(&args.hiding).level.as_str();
    let one = |text: &Redacted| {
        let findings: Vec<Value> = text
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "detector": finding.detector,
                    "class": finding.class.as_str(),
                    "start": finding.span.start,
                    "end": finding.span.end,
                    "placeholder": finding.placeholder,
                    "confidence": finding.confidence.as_str(),
                })
            })
            .collect();
        (json!(text.text), json!(findings))
    };
    let mut object = Map::new();
    object.insert("schema".to_owned(), json!(undeny_core::report::SCHEMA));
    if let [text] = redaction.texts.as_slice() {
        let (text, findings) = one(text);
        object.insert("text".to_owned(), text);
        object.insert("level".to_owned(), json!(level));
        object.insert("findings".to_owned(), findings);
    } else {
        object.insert("level".to_owned(), json!(level));
        let texts = paste.inputs.iter().zip(&redaction.texts);
        let documents = texts.map(|(input, text)| {
            let (text, findings) = one(text);
            json!({ "name": input.name, "text": text, "findings": findings })
        });
        object.insert("documents".to_owned(), documents.collect());
    }
    if with_map {
        object.insert("map".to_owned(), Value::Object(map(&redaction.vault)));
    }
    Value::Object(object)
}

/// What is hidden: a value that stands in several places counts once, as it does on the page.
fn count(paste: &Paste, texts: &[Redacted]) -> String {
    let mut values: BTreeSet<(Class, &str)> = BTreeSet::new();
    for (input, redacted) in paste.inputs.iter().zip(texts) {
        let found = redacted.findings.iter();
        values.extend(found.map(|finding| (finding.class, finding.span.text(&input.text))));
    }
    let of = |class| values.iter().filter(|(found, _)| *found == class).count();
    let word = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    format!(
        "{}, {} and {} hidden",
        word(of(Class::Secret), "secret", "secrets"),
        word(of(Class::Identifier), "identifier", "identifiers"),
        word(
            of(Class::Personal),
            "piece of personal data",
            "pieces of personal data"
        )
    )
}
