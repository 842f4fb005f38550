//! `--ndjson`: a job a line in, an answer a line out, in the same order. A job that fails says so in its line, and the run goes on.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, Write as _};

use anyhow::Result;
use serde_json::{Map, Value, json};
use undeny_core::{Input, Paste, Role};

/// Answer every job on standard input.
///
/// `answer` gets the job's object and gives the command's JSON, or a sentence on why there is none.
pub(crate) fn run(answer: impl Fn(&Map<String, Value>) -> Result<Value, String>) -> Result<u8> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for (number, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (id, result) = match serde_json::from_slice::<Value>(&line) {
            Ok(Value::Object(job)) => (job.get("id").cloned().unwrap_or(Value::Null), answer(&job)),
            Ok(_) => (
                Value::Null,
                Err(format!("line {} is not a JSON object", number + 1)),
            ),
            Err(error) => (
                Value::Null,
                Err(format!("line {} is not JSON: {error}", number + 1)),
            ),
        };
        let mut object = Map::new();
        object.insert("id".to_owned(), id);
        match result {
            Ok(Value::Object(fields)) => object.extend(fields),
            Ok(other) => drop(object.insert("result".to_owned(), other)),
            Err(error) => drop(object.insert("error".to_owned(), json!(error))),
        }
        serde_json::to_writer(&mut output, &object)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(0)
}

/// The job's own answers, after those that `given` has for every job.
pub(crate) fn answers(
    job: &Map<String, Value>,
    mut given: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    if let Some(Value::Object(answers)) = job.get("answers") {
        for (id, value) in answers {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            given.insert(id.clone(), value);
        }
    }
    given
}

/// The texts of a job.
pub(crate) fn paste(job: &Map<String, Value>) -> Result<Paste, String> {
    let role = |object: &Map<String, Value>| match object.get("role").and_then(Value::as_str) {
        None => Ok(None),
        Some(name) => Role::from_name(name)
            .map(Some)
            .ok_or_else(|| format!("there is no role `{name}`")),
    };
    let text = |object: &Map<String, Value>| match object.get("text") {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err("`text` is not a string".to_owned()),
        None => Err("the job has no `text` and no `documents`".to_owned()),
    };
    let inputs = match job.get("documents") {
        Some(Value::Array(documents)) => documents
            .iter()
            .map(|document| {
                let document = document
                    .as_object()
                    .ok_or_else(|| "a document is not an object".to_owned())?;
                let name = document
                    .get("name")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                Ok(Input {
                    name,
                    text: text(document)?,
                    role: role(document)?,
                })
            })
            .collect::<Result<Vec<_>, String>>()?,
        Some(_) => return Err("`documents` is not a list".to_owned()),
        None => vec![Input {
            name: None,
            text: text(job)?,
            role: role(job)?,
        }],
    };
    Ok(Paste { inputs })
}
