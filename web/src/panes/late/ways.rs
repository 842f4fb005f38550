//! The ways out beside the verdict: the patch as a file, patched files, guard rails, the report, a link.

use leptos::prelude::*;

use super::dialog::{self, Dialog};
use crate::dom;
use crate::engine::View;
use crate::panes::verdict::changed;
use crate::state::State;
use crate::view::{Node, button};

/// The buttons after those that copy.
pub(crate) fn more(state: State) -> Node {
    let mut nodes: Vec<Node> = Vec::new();
    let patched = state
        .view
        .with_untracked(|view| view.as_ref().map(|view| !changed(view, false).is_empty()));
    if patched == Some(true) {
        nodes.push(
            button()
                .test_id("download-patch")
                .on("click", move |_| save_patch(state))
                .child("Download .patch")
                .into(),
        );
        nodes.push(
            button()
                .test_id("download-files")
                .on("click", move |_| save_files(state))
                .child("Download fixed files")
                .into(),
        );
    }
    nodes.push(
        button()
            .test_id("guard")
            .on("click", |_| dialog::show(Dialog::Guard))
            .child("Guard rails…")
            .into(),
    );
    nodes.push(
        button()
            .test_id("report")
            .on("click", |_| dialog::show(Dialog::Report))
            .child("Report…")
            .into(),
    );
    nodes.push(
        button()
            .test_id("share")
            .on("click", |_| dialog::show(Dialog::Share))
            .child("Share…")
            .into(),
    );
    nodes.into()
}

/// The chosen variant's patch, as `git apply` and `patch -p1` take it; empty where there is none.
fn patch(view: &View, hardened: bool) -> String {
    changed(view, hardened)
        .iter()
        .filter_map(|document| document.diff.as_deref())
        .collect()
}

/// Save the chosen patch as a file. Nothing is sent: the file is made here.
pub(crate) fn save_patch(state: State) {
    let hardened = state.hardened.get_untracked();
    let patch = state.view.with_untracked(|view| {
        view.as_ref()
            .map(|view| patch(view, hardened))
            .unwrap_or_default()
    });
    if patch.is_empty() {
        state.said.set("There is no patch to save".to_owned());
    } else {
        save(state, "undeny.patch", patch.as_bytes());
    }
}

/// Save each patched text as the file that it was given as.
fn save_files(state: State) {
    let hardened = state.hardened.get_untracked();
    let files: Vec<(String, String)> = state.view.with_untracked(|view| {
        let Some(view) = view else { return Vec::new() };
        changed(view, hardened)
            .iter()
            .filter_map(|document| {
                let name = file_name(&document.name, document.format);
                Some((name, document.after.clone()?))
            })
            .collect()
    });
    for (name, text) in files {
        save(state, &name, text.as_bytes());
    }
}

/// A document's name as that of a file: without folders, with an ending.
fn file_name(name: &str, format: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || "-_.".contains(letter) {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let ending = match format {
        "hcl" => ".tf",
        "yaml" | "cfn-yaml" => ".yaml",
        "text" => ".txt",
        _ => ".json",
    };
    if plain.contains('.') {
        plain
    } else {
        plain + ending
    }
}

/// Save a file, and say so.
pub(crate) fn save(state: State, name: &str, bytes: &[u8]) {
    let said = match dom::download(name, bytes) {
        Ok(()) => name.to_owned() + " saved",
        Err(_) => "The browser did not save the file".to_owned(),
    };
    state.said.set(said);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_saved_under_a_name_that_every_system_takes() {
        for (name, format, file) in [
            ("identity policy", "json", "identity-policy.json"),
            ("infra/roles.tf", "hcl", "roles.tf"),
            ("a\\..\\b", "hcl", "b.tf"),
            ("rôle", "yaml", "r-le.yaml"),
        ] {
            assert_eq!(file_name(name, format), file);
        }
    }
}
