//! Guard rails: files for a tool in CI that keep the denial, and its lazy fix, out of the next change.

use leptos::prelude::*;
use undeny_guard::{File, TOOLS, Tool};

use super::{ways, zip};
use crate::parts;
use crate::state::State;
use crate::view::{
    Node, button, code, details, div, element, h3, input, label, live, p, pre, span, summary,
};

/// Where the commands look for the files.
const FOLDER: &str = "ci";

/// The dialog's content.
pub(crate) fn content(state: State) -> Node {
    let chosen = RwSignal::new(0_usize);
    let choices: Vec<Node> = TOOLS
        .iter()
        .enumerate()
        .map(|(index, tool)| {
            label()
                .class("choice")
                .child(
                    input()
                        .attr("type", "radio")
                        .attr("name", "guard-tool")
                        .attr("checked", index == 0)
                        .test_id("guard-".to_owned() + tool.id())
                        .on("change", move |_| chosen.set(index)),
                )
                .child(element("b").child(tool.name()))
                .child(tool.judges())
                .into()
        })
        .collect();
    // Without a patch no tool has anything to keep.
    let first = TOOLS.first().map(|tool| files(state, *tool));
    let Some(Ok(_)) = first else {
        let why = first.and_then(Result::err).unwrap_or_default();
        return div()
            .class("body")
            .child(
                p().test_id("guard-none")
                    .child(why.replacen("there", "There", 1) + "."),
            )
            .into();
    };
    div()
        .class("body")
        .child(p().child("Kept in your repository and run before a merge, these files refuse a change that would bring this denial back, or that widens the fix."))
        .child(
            element("fieldset")
                .child(element("legend").child("The tool in your CI"))
                .child(choices),
        )
        .child(live(move || {
            let nodes = TOOLS.get(chosen.get()).map(|tool| made(state, *tool));
            nodes.unwrap_or_default()
        }))
        .child(p().class("stat").child("Names and numbers are as pasted, as in the patch: a guard has to know them, and your repository has them already. Made here; nothing was sent."))
        .into()
}

/// The tool's files for the chosen variant of the patch.
fn files(state: State, tool: &dyn Tool) -> Result<Vec<File>, String> {
    let hardened = state.hardened.get_untracked();
    state.view.with_untracked(|view| {
        let Some(view) = view else {
            return Ok(Vec::new());
        };
        let mut report = view.report.clone();
        if hardened {
            report.take_variant("hardened");
        }
        undeny_guard::guard(&report, tool)
    })
}

/// The tool's files, how to run them, and what of it was tried.
fn made(state: State, tool: &'static dyn Tool) -> Vec<Node> {
    let files = files(state, tool).unwrap_or_default();
    let all = files.clone();
    let save_all = button()
        .class("primary")
        .test_id("download-guard")
        .on("click", move |_| {
            let entries: Vec<zip::Entry<'_>> = all
                .iter()
                .map(|file| (file.name.as_str(), file.text.as_str()))
                .collect();
            ways::save(
                state,
                &("undeny-".to_owned() + tool.id() + ".zip"),
                &zip::zip(&entries),
            );
        })
        .child("Download .zip");
    let run = undeny_guard::commands(tool, FOLDER, &files).join("\n");
    let copied = run.clone();
    let copy_run = parts::copy_button(
        state,
        "copy-guard-run".to_owned(),
        "Copy commands".to_owned(),
        false,
        move || Some(copied.clone()),
    );
    let mut nodes: Vec<Node> = vec![
        div()
            .class("acts")
            .child([save_all, copy_run].map(Node::from))
            .into(),
        h3().child("To run it, with the files in ci/").into(),
        text("guard-run".to_owned(), "The commands".to_owned(), run),
        p().class("stat").child(parts::prose(tool.tested())).into(),
        h3().child("The files").into(),
    ];
    nodes.extend(
        files
            .into_iter()
            .enumerate()
            .map(|(index, file)| shown(state, index, file)),
    );
    nodes
}

/// A file, folded: the names of all are seen at once.
fn shown(state: State, index: usize, file: File) -> Node {
    let lines = parts::counted(file.text.lines().count(), "line", "lines");
    let (copied, saved) = (file.text.clone(), file.text.clone());
    let name = file.name.rsplit('/').next().unwrap_or_default().to_owned();
    let copy = parts::copy_button(
        state,
        "copy-guard-".to_owned() + &index.to_string(),
        "Copy".to_owned(),
        false,
        move || Some(copied.clone()),
    );
    let save = button()
        .test_id("download-guard-".to_owned() + &index.to_string())
        .attr("aria-label", "Download ".to_owned() + &file.name)
        .on("click", move |_| {
            ways::save(state, &name, saved.as_bytes());
        })
        .child("Download");
    details()
        .class("made")
        .child(
            summary()
                .test_id("guard-open-".to_owned() + &index.to_string())
                .child([
                    Node::from(code().child(file.name.clone())),
                    span().class("stat").child(lines).into(),
                ]),
        )
        .child(div().class("acts").child([copy, save].map(Node::from)))
        .child(text(
            "guard-file-".to_owned() + &index.to_string(),
            file.name,
            file.text,
        ))
        .into()
}

/// A text that can be scrolled by keyboard.
fn text(test_id: String, label: String, text: String) -> Node {
    pre()
        .class("markdown")
        .test_id(test_id)
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", label)
        .child(text)
        .into()
}
