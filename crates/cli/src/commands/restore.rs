//! `undeny restore`: placeholders out, originals in.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};
use undeny_core::redaction::{Restored, Vault};

use crate::args::{Format, Restore};
use crate::{files, ndjson, output};

pub(super) fn run(args: &Restore) -> Result<u8> {
    if args.common.ndjson {
        let common = args.map.as_deref().map(read_map).transpose()?;
        return ndjson::run(|job| {
            let own = match job.get("map") {
                Some(Value::Object(entries)) => Some(vault(entries)?),
                Some(_) => return Err("`map` is not an object".to_owned()),
                None => None,
            };
            let vault = own
                .as_ref()
                .or(common.as_ref())
                .ok_or("the job has no `map`, and there is no --map")?;
            let paste = ndjson::paste(job)?;
            let [input] = paste.inputs.as_slice() else {
                return Err("a job to restore has one `text`".to_owned());
            };
            Ok(to_json(&vault.restore(&input.text)))
        });
    }
    let Some(map) = args.map.as_deref() else {
        bail!("--map FILE says what the placeholders stand for")
    };
    let given = files::read(&args.files, &[])?;
    super::complain(&given.unreadable);
    // Only now: in `redact --map m | restore --map m`, the map is written before the text ends.
    let vault = read_map(map)?;
    let mut complete = true;
    for input in &given.paste.inputs {
        let restored = vault.restore(&input.text);
        match args.common.format {
            Format::Json => output::print_json(&to_json(&restored))?,
            Format::Human => output::print(&restored.text)?,
        }
        if !restored.unknown.is_empty() {
            complete = false;
            output::say(&format!(
                "not restored, since the map does not have them: {}",
                restored.unknown.join(", ")
            ));
        }
        if !restored.altered.is_empty() {
            complete = false;
            output::say(&format!(
                "not restored, since they are written differently from the map: {}",
                restored.altered.join(", ")
            ));
        }
    }
    Ok(super::status(complete, &given.unreadable))
}

/// The vault of a map in a file.
pub(super) fn read_map(path: &Path) -> Result<Vault> {
    let text = files::read_one(Some(path))?;
    // A parser's message may quote what it stumbled over, and here that is an original.
    let Ok(Value::Object(entries)) = serde_json::from_str::<Value>(&text) else {
        bail!("{} is not a map: it is no JSON object", path.display())
    };
    vault(&entries)
        .map_err(anyhow::Error::msg)
        .with_context(|| path.display().to_string())
}

fn vault(entries: &Map<String, Value>) -> Result<Vault, String> {
    let mut pairs = Vec::new();
    for (placeholder, original) in entries {
        let original = original
            .as_str()
            .ok_or_else(|| format!("the map's value of `{placeholder}` is not a string"))?;
        pairs.push((placeholder.clone(), original.to_owned()));
    }
    Vault::from_entries(pairs).map_err(|error| error.to_string())
}

fn to_json(restored: &Restored) -> Value {
    json!({ "text": restored.text, "unknown": restored.unknown, "altered": restored.altered })
}
