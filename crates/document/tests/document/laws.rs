//! What holds for every document and every edit.

use undeny_document::edit::{self, New, NewMember, Refusal};
use undeny_document::{Node, Reading, Syntax, Value, read_again};
use undeny_text::{Edit, Edits, Span};

use crate::plain::{Plain, nodes, paste_named, read_named};
use crate::samples::SAMPLES;

/// One change, to be made on the tree and on the text.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Append(Vec<New>),
    Insert(Option<usize>, Vec<NewMember>),
    Replace(New),
    Rename(usize, String),
    Remove(usize),
}

impl Operation {
    pub(crate) fn edits(&self, text: &str, node: &Node) -> Result<Vec<Edit>, Refusal> {
        match self {
            Self::Append(items) => edit::append(text, node, items),
            Self::Insert(after, members) => edit::insert_members(text, node, *after, members),
            Self::Replace(new) => edit::replace(text, node, new),
            Self::Rename(index, name) => {
                let key = &node.as_map().unwrap().members[*index].key;
                edit::rename(text, node, key, name)
            }
            Self::Remove(index) => edit::remove(text, node, *index),
        }
    }

    fn plan(&self, tree: &mut Plain) {
        let node = tree.inner();
        match self {
            Self::Append(items) => {
                let new = items.iter().map(Plain::new);
                match node {
                    Plain::List(list) => list.extend(new),
                    Plain::Call(name, arguments) if name == "concat" => {
                        let list = arguments.iter_mut().find_map(|argument| match argument {
                            Plain::List(list) => Some(list),
                            _ => None,
                        });
                        list.unwrap().extend(new);
                    }
                    single => {
                        let first = std::mem::replace(single, Plain::Null);
                        *single = Plain::List(std::iter::once(first).chain(new).collect());
                    }
                }
            }
            Self::Insert(after, members) => {
                let Plain::Map(list) = node else {
                    panic!("no mapping: {node:?}")
                };
                let at = after
                    .filter(|after| *after < list.len())
                    .map_or(list.len(), |after| after + 1);
                list.splice(at..at, members.iter().map(Plain::member));
            }
            Self::Replace(new) => *node = Plain::new(new),
            Self::Rename(index, name) => {
                let Plain::Map(list) = node else {
                    panic!("no mapping: {node:?}")
                };
                list[*index].0.clone_from(name);
            }
            Self::Remove(index) => match node {
                Plain::List(list) => {
                    list.remove(*index);
                }
                Plain::Map(list) => {
                    list.remove(*index);
                }
                other => panic!("nothing to remove from {other:?}"),
            },
        }
    }
}

/// Make `operation` at the node under `path` of document `index`, read the result again, and compare: precisely the planned change.
/// Gives the new text, or `None` where the edit was refused.
#[track_caller]
pub(crate) fn edit_law(
    name: Option<&str>,
    text: &str,
    index: usize,
    path: &[usize],
    operation: &Operation,
) -> Option<String> {
    let before = read_named(name, text);
    let mut node = &before.documents[index].root;
    for step in path {
        node = node.children().get(*step).unwrap();
    }
    let Ok(edits) = operation.edits(text, node) else {
        return None;
    };
    let edits =
        Edits::new(edits).unwrap_or_else(|error| panic!("{error} for {operation:?} in\n{text}"));
    for edit in edits.as_slice() {
        assert!(
            before.documents[index].span.contains(edit.span),
            "{edit:?} is outside the document, for {operation:?} in\n{text}"
        );
    }
    let after_text = edits.apply(text).unwrap();
    let mut planned = Plain::of(&before.documents[index].root);
    operation.plan(planned.at(path));
    let after = read_named(name, &after_text);
    let again = read_again(&paste_named(name, &after_text), &[text], &before);
    assert!(
        again == after,
        "read beside the text before it, the same text is another after {operation:?}:\n{text}\n=>\n{after_text}"
    );
    assert_eq!(
        after.documents.len(),
        before.documents.len(),
        "documents after {operation:?} at {path:?}:\n{text}\n=>\n{after_text}\n{:?}",
        after.problems
    );
    let got = Plain::of(&after.documents[index].root).canonical();
    let planned = planned.canonical();
    assert!(
        got == planned,
        "{operation:?} at {path:?}:\n{text}\n=>\n{after_text}\nread  {got:?}\nplan  {planned:?}"
    );
    Some(after_text)
}

pub(crate) fn attribute(key: &str, value: New) -> NewMember {
    NewMember {
        key: key.to_owned(),
        value,
        block: false,
    }
}

fn text(content: &str) -> New {
    New::Text(content.to_owned())
}

fn statement() -> New {
    New::Map(vec![
        attribute("Sid", text("New")),
        attribute("Effect", text("Allow")),
        attribute("Action", New::List(vec![text("x:Y"), text("x:Z")])),
        attribute(
            "Condition",
            New::Map(vec![attribute(
                "StringEquals",
                New::Map(vec![attribute("aws:username", text("${aws:username}"))]),
            )]),
        ),
    ])
}

pub(crate) fn operations_at(root: &Node, path: &[usize], node: &Node) -> Vec<Operation> {
    let mut all = operations(node);
    let (mut inner_root, mut parent) = (path.is_empty(), root);
    for step in path {
        inner_root = matches!(parent.value, Value::Embedded(_));
        parent = parent.children().get(*step).unwrap();
    }
    if inner_root {
        // A document that is a single string, or whose first block has a new type, may be no document any more.
        all.retain(|operation| {
            !matches!(
                operation,
                Operation::Append(_) | Operation::Replace(_) | Operation::Rename(..)
            )
        });
    }
    all
}

/// Everything that can be done at a node.
fn operations(node: &Node) -> Vec<Operation> {
    let inner = node.inner();
    let mut all = vec![
        Operation::Append(vec![text("new:Action")]),
        Operation::Append(vec![text("q\"u\\o\n${aws:username}%{x}"), text("two")]),
        Operation::Replace(text("changed")),
    ];
    match &inner.value {
        Value::List(list) => {
            all.push(Operation::Append(vec![statement()]));
            all.extend((0..list.items.len()).map(Operation::Remove));
        }
        Value::Map(map) => {
            all.push(Operation::Append(vec![statement()]));
            let long = attribute("AVeryLongKeyIndeed", text("v"));
            let nested = attribute(
                "Nested",
                New::Map(vec![attribute("K", New::List(vec![text("v")]))]),
            );
            all.push(Operation::Insert(None, vec![attribute("K", text("v"))]));
            all.push(Operation::Insert(None, vec![long.clone(), nested]));
            for index in 0..map.members.len() {
                all.push(Operation::Insert(
                    Some(index),
                    vec![attribute("K", text("v"))],
                ));
                all.push(Operation::Insert(Some(index), vec![long.clone()]));
                all.push(Operation::Remove(index));
                all.push(Operation::Rename(index, "Renamed".to_owned()));
            }
        }
        _ => {}
    }
    all
}

/// Spans are inside the text, on characters, in order, and inside their parents'.
#[track_caller]
pub(crate) fn check_spans(text: &str, reading: &Reading) {
    let mut done = 0;
    for document in &reading.documents {
        assert!(document.span.start >= done, "documents overlap in\n{text}");
        done = document.span.end;
        assert!(
            text.get(document.span.range()).is_some(),
            "{:?}",
            document.span
        );
        assert!(document.span.contains(document.root.span));
        for (_, node) in nodes(&document.root) {
            assert!(text.get(node.span.range()).is_some(), "{node:?}");
            for child in node.children() {
                assert!(
                    node.span.contains(child.span),
                    "{child:#?} is outside its parent {:?} in\n{text}",
                    node.span
                );
            }
            if let Value::Map(map) = &node.value {
                for member in &map.members {
                    assert!(
                        node.span.contains(member.span),
                        "{member:#?} {:?}",
                        node.span
                    );
                    assert!(member.span.contains(member.value.span), "{member:#?}");
                    assert!(member.span.contains(member.key.span), "{member:#?}");
                    assert!(text.get(member.key.span.range()).is_some());
                }
            }
            let siblings: Vec<&Node> = node.children().collect();
            if node.syntax != Syntax::Escaped {
                for pair in siblings.windows(2) {
                    assert!(pair[0].span.end <= pair[1].span.start, "{pair:#?}");
                }
            }
        }
    }
    for problem in &reading.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
    }
}

fn every_edit(name: &str, text: &str) -> (usize, usize) {
    let reading = read_named(Some(name), text);
    check_spans(text, &reading);
    let (mut made, mut refused) = (0, 0);
    for (index, document) in reading.documents.iter().enumerate() {
        for (path, node) in nodes(&document.root) {
            for operation in operations_at(&document.root, &path, node) {
                match edit_law(Some(name), text, index, &path, &operation) {
                    Some(_) => made += 1,
                    None => refused += 1,
                }
            }
        }
    }
    (made, refused)
}

#[test]
fn every_edit_of_every_sample_reads_back_as_planned() {
    for (name, text) in SAMPLES {
        let (made, refused) = every_edit(name, text);
        println!("{name}: {made} edits, {refused} refused");
        assert!(made > 0 || name.contains("refused"), "{name}");
    }
}

#[test]
fn so_with_carriage_returns() {
    for (name, text) in SAMPLES {
        let twin = text.replace('\n', "\r\n");
        let (made, _) = every_edit(name, &twin);
        let (plain, _) = every_edit(name, text);
        assert_eq!(made, plain, "{name}");
        let reading = read_named(Some(name), &twin);
        for (index, document) in reading.documents.iter().enumerate() {
            for (path, node) in nodes(&document.root) {
                for operation in operations_at(&document.root, &path, node) {
                    if let Some(after) = edit_law(Some(name), &twin, index, &path, &operation) {
                        assert!(
                            !after.replace("\r\n", "").contains(['\n', '\r']),
                            "mixed line ends after {operation:?} in {name}:\n{after:?}"
                        );
                        assert_eq!(
                            Some(after.replace("\r\n", "\n")),
                            edit_law(Some(name), text, index, &path, &operation),
                            "{name}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn so_without_the_last_line_end_and_in_front_of_text() {
    for (name, text) in SAMPLES {
        every_edit(name, text.trim_end());
    }
}

#[test]
fn spans_of_a_span_helper_are_half_open() {
    assert_eq!(Span::new(1, 3).text("abcd"), "bc");
}
