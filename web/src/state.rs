//! What the user gave and chose, and the answer to it: one struct of signals.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use undeny_core::Role;
use undeny_core::report::Question;

use crate::dom;
use crate::engine::View;
use crate::panes::paste;

/// The id of the text box that everything is pasted into; files have higher ones.
pub(crate) const PASTE: usize = 0;

/// Everything the panes read and change.
#[derive(Clone, Copy)]
pub(crate) struct State {
    /// The pasted text and the opened files. INVARIANT: the first one is the paste.
    pub(crate) texts: RwSignal<Vec<Text>>,
    /// The id of the text in front.
    pub(crate) front: RwSignal<usize>,
    /// What documents were said to be.
    pub(crate) choices: RwSignal<Vec<Choice>>,
    /// The user's own words to hide.
    pub(crate) words: RwSignal<Vec<String>>,
    /// Whether every name is hidden, whole.
    pub(crate) strict: RwSignal<bool>,
    /// Values that were switched off: not hidden.
    pub(crate) keep: RwSignal<Vec<String>>,
    /// Answers to questions, by the question's id.
    pub(crate) answers: RwSignal<BTreeMap<String, String>>,
    /// The questions on the page: those of the report, and those that have an answer.
    pub(crate) asked: RwSignal<Vec<Question>>,
    /// Whether the hardened patch is shown.
    pub(crate) hardened: RwSignal<bool>,
    /// How a patch is shown: 0 as a unified diff, 1 side by side, 2 as whole files.
    pub(crate) form: RwSignal<usize>,
    /// The answer; `None` while there is nothing to read.
    pub(crate) view: RwSignal<Option<Arc<View>>>,
    /// Whether the answer on the page is not the one to what is given now.
    pub(crate) reading: RwSignal<bool>,
    /// Whether an answer is being worked at for long enough to say so.
    pub(crate) working: RwSignal<bool>,
    /// What became of files: not opened, replaced, closed.
    pub(crate) notes: RwSignal<Vec<Note>>,
    /// Selected text that could be hidden too.
    pub(crate) selected: RwSignal<Option<String>>,
    /// The button that has just copied, and whether it could.
    pub(crate) copied: RwSignal<Option<(String, bool)>>,
    /// What a screen reader says next.
    pub(crate) said: RwSignal<String>,
    /// The theme that was chosen; nothing is the system's.
    pub(crate) theme: RwSignal<String>,
    /// Whether the assistant's panel is open.
    pub(crate) asking: RwSignal<bool>,
    /// Changes when something in the assistant's panel has changed.
    pub(crate) panel: RwSignal<u32>,
}

/// What is said of files.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// In sentences.
    pub(crate) said: String,
    /// Texts with their names that can be had back, and what the button for it says.
    pub(crate) back: Option<(&'static str, Vec<(String, String)>)>,
}

/// One text given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    /// Its id, for its box.
    pub(crate) id: usize,
    /// The file's name.
    pub(crate) name: Option<String>,
    /// The text.
    pub(crate) text: String,
    /// Whether its lines end in CR LF, which a text box does not keep.
    pub(crate) crlf: bool,
    /// Whether its box was edited since it was read.
    pub(crate) edited: bool,
    /// Whether it is shown to read: its box is no text box.
    pub(crate) long: bool,
}

impl Text {
    /// What its tab says.
    pub(crate) fn label(&self) -> String {
        let unnamed = if self.id == PASTE {
            "Pasted"
        } else {
            "Pasted text"
        };
        self.name.clone().unwrap_or_else(|| unnamed.to_owned())
    }
}

/// What the user says that a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The id of its text.
    pub(crate) text: usize,
    /// Which of the documents in that text, from 0.
    pub(crate) nth: usize,
    /// What it is.
    pub(crate) role: Role,
}

impl State {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            texts: RwSignal::new(vec![Text::default()]),
            front: RwSignal::new(PASTE),
            choices: RwSignal::default(),
            words: RwSignal::default(),
            strict: RwSignal::default(),
            keep: RwSignal::default(),
            answers: RwSignal::default(),
            asked: RwSignal::default(),
            hardened: RwSignal::default(),
            form: RwSignal::default(),
            view: RwSignal::default(),
            reading: RwSignal::default(),
            working: RwSignal::default(),
            notes: RwSignal::default(),
            selected: RwSignal::default(),
            copied: RwSignal::default(),
            said: RwSignal::default(),
            theme: RwSignal::default(),
            asking: RwSignal::default(),
            panel: RwSignal::default(),
        }
    }

    /// Forget every choice; the texts are the caller's.
    pub(crate) fn forget_choices(self) {
        self.choices.set(Vec::new());
        self.words.set(Vec::new());
        self.keep.set(Vec::new());
        self.strict.set(false);
        self.answers.set(BTreeMap::new());
        self.asked.set(Vec::new());
        self.hardened.set(false);
        self.notes.set(Vec::new());
        self.selected.set(None);
    }

    /// Say something of files.
    pub(crate) fn note(self, said: String, back: Option<(&'static str, Vec<(String, String)>)>) {
        self.notes.update(|notes| notes.push(Note { said, back }));
    }

    /// Open texts as further inputs; the first comes to the front when nothing is pasted. Where `again`, a file that was opened before takes the
    /// place of what it was then. Further texts with one name are told apart by a number.
    pub(crate) fn add(self, texts: Vec<(String, String)>, again: bool) {
        let mut added = Vec::new();
        let mut replaced = Vec::new();
        self.texts.update(|all| {
            for (name, text) in texts {
                let crlf = text.contains("\r\n");
                let earlier = all.iter_mut().find(|one| {
                    again && one.name.as_ref() == Some(&name) && !added.contains(&one.id)
                });
                if let Some(earlier) = earlier {
                    added.push(earlier.id);
                    if earlier.text == text {
                        continue;
                    }
                    if let Some(shown) = dom::by_id(&dom::box_id(earlier.id)) {
                        shown.remove();
                    }
                    let id = earlier.id;
                    let was = std::mem::replace(
                        earlier,
                        Text {
                            id,
                            name: Some(name.clone()),
                            text,
                            crlf,
                            ..Text::default()
                        },
                    );
                    paste::add_box(self, earlier);
                    replaced.push((name, was.text));
                    continue;
                }
                let id = all.iter().map(|text| text.id).max().unwrap_or(PASTE) + 1;
                added.push(id);
                let text = Text {
                    id,
                    name: Some(unused(all, name)),
                    text,
                    crlf,
                    ..Text::default()
                };
                paste::add_box(self, &text);
                all.push(text);
            }
        });
        for id in &added {
            paste::take_over(self, *id);
        }
        for (name, text) in replaced {
            let said = name.clone() + " was opened again and takes the place of the earlier one.";
            self.note(said, Some(("Keep both", vec![(name, text)])));
        }
        let blank = dom::text_box(PASTE).is_none_or(|paste| paste.text_length() == 0);
        if let (Some(first), true) = (added.first(), blank) {
            self.front.set(*first);
        }
    }

    /// Close a file.
    pub(crate) fn close(self, id: usize) {
        self.front.set(PASTE);
        self.choices
            .update(|choices| choices.retain(|choice| choice.text != id));
        self.texts.update(|texts| {
            texts.retain(|text| text.id != id || id == PASTE);
        });
        if let (Some(shown), true) = (dom::by_id(&dom::box_id(id)), id != PASTE) {
            shown.remove();
        }
    }

    /// Close every file.
    pub(crate) fn close_all(self) {
        let ids = self
            .texts
            .with_untracked(|texts| texts.iter().map(|text| text.id).collect::<Vec<_>>());
        for id in ids.into_iter().filter(|id| *id != PASTE) {
            self.close(id);
        }
    }
}

/// The name, with a number before its ending where a text has it already: `policy-2.json`.
fn unused(texts: &[Text], name: String) -> String {
    let taken = |name: &str| texts.iter().any(|text| text.name.as_deref() == Some(name));
    let (stem, ending) = match name.rfind('.') {
        Some(at) => name.split_at(at),
        None => (name.as_str(), ""),
    };
    let mut free = name.clone();
    let mut number = 1;
    while taken(&free) {
        number += 1;
        free = [stem, "-", &number.to_string(), ending].concat();
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_given_once() {
        let named = |name: &str| Text {
            name: Some(name.to_owned()),
            ..Text::default()
        };
        let texts = [named("policy.json"), named("policy-2.json"), named("log")];
        for (name, free) in [
            ("policy.json", "policy-3.json"),
            ("log", "log-2"),
            ("main.tf", "main.tf"),
        ] {
            assert_eq!(unused(&texts, name.to_owned()), free);
        }
    }
}
