//! `--ndjson`: a job a line in, an answer a line out, in the same order. A job that fails says so in its line, and the run goes on.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _};

use anyhow::Result;
use serde_json::{Map, Value, json};
use undeny_core::{Input, Paste, Role};

use crate::output;

/// Answer every job on standard input.
///
/// `answer` gets the job's object and gives the command's JSON, or a sentence on why there is none.
pub(crate) fn run(answer: impl Fn(&Map<String, Value>) -> Result<Value, String>) -> Result<u8> {
    for (number, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        // What PowerShell writes into a pipe begins with a byte order mark.
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (id, result) = match serde_json::from_slice::<Value>(line) {
            Ok(Value::Object(job)) => (job.get("id").cloned().unwrap_or(Value::Null), answer(&job)),
            Ok(_) => (
                Value::Null,
                Err(format!("line {} is not a JSON object", number + 1)),
            ),
            Err(error) => (Value::Null, Err(no_json(number + 1, &error))),
        };
        let mut object = Map::new();
        object.insert("id".to_owned(), id);
        match result {
            Ok(Value::Object(fields)) => object.extend(fields),
            Ok(other) => drop(object.insert("result".to_owned(), other)),
            Err(error) => drop(object.insert("error".to_owned(), json!(error))),
        }
        let mut bytes = serde_json::to_vec(&object)?;
        bytes.push(b'\n');
        // Each answer goes out before the next job is read: who asks may wait for it.
        if !output::write(&bytes)? {
            break;
        }
    }
    Ok(0)
}

/// The parser counts lines within the job, which has one.
fn no_json(line: usize, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    format!(
        "line {line}, column {}, is not JSON: {said}",
        error.column()
    )
}

/// The job's own answers, after those that `given` has for every job.
pub(crate) fn answers(
    job: &Map<String, Value>,
    mut given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, String> {
    match job.get("answers") {
        None | Some(Value::Null) => {}
        Some(Value::Object(answers)) => {
            for (id, value) in answers {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                given.insert(id.clone(), value);
            }
        }
        Some(_) => return Err("`answers` is not an object".to_owned()),
    }
    Ok(given)
}

/// The texts of a job.
pub(crate) fn paste(job: &Map<String, Value>) -> Result<Paste, String> {
    let inputs = match job.get("documents") {
        Some(Value::Array(documents)) => documents
            .iter()
            .map(|document| input(document.as_object().ok_or("a document is not an object")?))
            .collect::<Result<Vec<_>, String>>()?,
        Some(_) => return Err("`documents` is not a list".to_owned()),
        None => vec![input(job)?],
    };
    Ok(Paste { inputs })
}

fn input(object: &Map<String, Value>) -> Result<Input, String> {
    let string = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(format!("`{name}` is not a string")),
    };
    let role = string("role")?.map(|name| {
        Role::from_name(name).ok_or_else(|| {
            format!(
                "there is no role `{name}`; the roles are: {}",
                crate::args::roles()
            )
        })
    });
    Ok(Input {
        name: string("name")?.map(str::to_owned),
        text: string("text")?
            .ok_or("the job has no `text` and no `documents`")?
            .to_owned(),
        role: role.transpose()?,
    })
}
