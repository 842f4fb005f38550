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

/// The tool's command lines for `files` in `folder`, for a shell; without those that name a file that this story does not have.
#[must_use]
pub fn commands(tool: &dyn Tool, folder: &str, files: &[File]) -> Vec<String> {
    let is_there = |name: &str| {
        let below = format!("{name}/");
        let mut names = files.iter().map(|file| file.name.as_str());
        names.any(|own| own == name || own.starts_with(&below))
    };
    let runs = |line: &&&str| {
        let mut named = line.split("DIR/").skip(1);
        named.all(|rest| is_there(rest.split(' ').next().unwrap_or_default()))
    };
    let folder = quoted(folder);
    let lines = tool.lines().iter().filter(runs);
    lines.map(|line| line.replace("DIR", &folder)).collect()
}

/// A folder's name as a shell takes it.
fn quoted(folder: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    if folder.chars().all(plain) {
        folder.to_owned()
    } else {
        "'".to_owned() + &folder.replace('\'', r"'\''") + "'"
    }
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
