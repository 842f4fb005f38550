//! The tools. A new one is one file here and one line in [`TOOLS`]; the command's help and the pages in `docs/` are made from it.

mod checkov;
mod config;
mod rego;
mod sentinel;
mod terraform;

use crate::{File, Story};

/// All tools, by name.
pub const TOOLS: &[&dyn Tool] = &[
    &checkov::Checkov,
    &config::Config,
    &rego::Rego,
    &sentinel::Sentinel,
    &terraform::Terraform,
];

/// Something that runs in CI and refuses a change.
pub trait Tool: Sync + std::fmt::Debug {
    /// Its name on the command line.
    fn id(&self) -> &'static str;

    /// As its makers call it.
    fn name(&self) -> &'static str;

    /// What it judges, in a few words.
    fn judges(&self) -> &'static str;

    /// What is made, in one sentence.
    fn makes(&self) -> &'static str;

    /// The command lines that run it, in the folder with the policies; `DIR` stands for the one with the files.
    fn lines(&self) -> &'static [&'static str];

    /// What of it is run in undeny's own tests, and what is not.
    fn tested(&self) -> &'static str;

    /// The files of a story.
    fn files(&self, story: &Story) -> Vec<File>;
}

/// The tool of this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Tool> {
    TOOLS.iter().copied().find(|tool| tool.id() == id)
}

/// The tool's command lines for files in `folder`, for a shell.
#[must_use]
pub fn commands(tool: &dyn Tool, folder: &str) -> Vec<String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let folder = if folder.chars().all(plain) {
        folder.to_owned()
    } else {
        "'".to_owned() + &folder.replace('\'', r"'\''") + "'"
    };
    tool.lines()
        .iter()
        .map(|line| line.replace("DIR", &folder))
        .collect()
}

/// The story's examples as a JSON list: `kind`, `passes`, `policy`.
fn examples(story: &Story) -> String {
    let examples: Vec<serde_json::Value> = story
        .examples
        .iter()
        .map(|example| {
            serde_json::json!({"kind": example.kind, "passes": example.passes(), "policy": example.policy})
        })
        .collect();
    serde_json::to_string_pretty(&examples).unwrap_or_default()
}

/// A file of a tool: `text` with the story in the place of `@STORY@`.
fn file(name: &str, text: &str, story: &str) -> File {
    File {
        name: name.to_owned(),
        text: text.replace("@STORY@", story),
    }
}
