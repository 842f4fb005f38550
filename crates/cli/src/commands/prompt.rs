//! `undeny prompt`: what may be said to an assistant, through the gate.

use std::collections::BTreeMap;

use anyhow::{Error, Result};
use serde_json::{Map, Value, json};
use undeny_assistant::gate::{Blocked, What};
use undeny_assistant::prompt::{self, Built, PromptOptions, estimated_tokens};
use undeny_core::{Options, Paste};

use super::redact::{map, map_inline, options, write_map};
use crate::args::{Format, Prompt};
use crate::{files, ndjson, output};

pub(super) fn run(args: &Prompt) -> Result<u8> {
    let case = &args.case;
    let map_inline = map_inline(args.map.as_deref(), &args.common)?;
    if args.common.ndjson {
        return ndjson::run(|job| {
            let answers = ndjson::answers(job, case.answers.by_id())?;
            let paste = ndjson::paste(job)?;
            let built = prompt::build(&paste, &chosen(args, answers, &paste)?);
            Ok(to_json(&built, map_inline))
        });
    }
    let given = files::read(&case.inputs.files, &case.roles.roles)?;
    super::complain(&given.unreadable);
    let chosen = chosen(args, case.answers.by_id(), &given.paste).map_err(Error::msg)?;
    let built = prompt::build(&given.paste, &chosen);
    let cleared = built.blocked.is_empty();
    if cleared && let Some(path) = args.map.as_deref().filter(|_| !map_inline) {
        write_map(path, &built.vault)?;
    }
    match args.common.format {
        Format::Json => output::print_json(&to_json(&built, map_inline))?,
        Format::Human if cleared => {
            let text = built.prompt.text();
            output::print(&text)?;
            let places = if built.redactions == 1 {
                "place"
            } else {
                "places"
            };
            output::say(&format!(
                "{} {places} redacted, about {} tokens",
                built.redactions,
                estimated_tokens(&text)
            ));
            if built.prompt.left_out > 0 {
                output::say(&format!(
                    "{} lines were left out to stay within {} bytes (--limit)",
                    built.prompt.left_out, args.limit
                ));
            }
            if text.len() > args.limit {
                output::say(&format!(
                    "the prompt has {} bytes: what stands beside the documents alone is more than --limit takes",
                    text.len()
                ));
            }
        }
        Format::Human => {
            output::say(
                "the gate blocked the prompt; hide what it names (--hide WORD), or take it out:",
            );
            let text = built.prompt.text();
            for blocked in &built.blocked {
                output::say(&place(&text, blocked));
            }
        }
    }
    Ok(super::status(cleared, &given.unreadable))
}

fn chosen(
    args: &Prompt,
    answers: BTreeMap<String, String>,
    paste: &Paste,
) -> Result<PromptOptions, String> {
    Ok(PromptOptions {
        options: Options {
            redaction: options(&args.hiding),
            ..super::options(answers, paste)?
        },
        question: args.question.clone(),
        limit: args.limit,
    })
}

/// A finding with the line of the prompt that it is in; never the value.
fn place(text: &str, blocked: &Blocked) -> String {
    let line = text
        .bytes()
        .take(blocked.start)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1;
    format!("line {line} of the prompt, {blocked}")
}

fn to_json(built: &Built, with_map: bool) -> Value {
    let cleared = built.blocked.is_empty();
    let text = built.prompt.text();
    let blocked: Vec<Value> = built
        .blocked
        .iter()
        .map(|blocked| {
            let (kind, name) = match &blocked.what {
                What::Detector(name) => ("detector", *name),
                What::Original(placeholder) => ("original", placeholder.as_str()),
            };
            json!({
                "kind": kind,
                "name": name,
                "writing": blocked.writing.as_str(),
                "start": blocked.start,
                "end": blocked.end,
            })
        })
        .collect();
    let mut object = Map::new();
    object.insert("schema".to_owned(), json!(undeny_core::report::SCHEMA));
    object.insert("prompt".to_owned(), json!(cleared.then_some(&text)));
    object.insert("redactions".to_owned(), json!(built.redactions));
    object.insert("tokens".to_owned(), json!(estimated_tokens(&text)));
    object.insert("left_out".to_owned(), json!(built.prompt.left_out));
    object.insert("blocked".to_owned(), json!(blocked));
    if with_map {
        object.insert("map".to_owned(), Value::Object(map(&built.vault)));
    }
    Value::Object(object)
}
