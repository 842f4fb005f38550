//! The documents as a patch leaves them.

use undeny_iam::change::Change;
use undeny_text::{Edits, Span, unified_diff};

use crate::case::Case;
use crate::{change_words, words};

/// A document that a patch changes.
#[derive(Clone, Debug)]
pub(crate) struct PatchedDocument {
    /// Its text afterwards.
    pub(crate) after: String,
    /// The change as a unified diff.
    pub(crate) diff: String,
    /// The change in sentences.
    pub(crate) changes: Vec<String>,
}

/// Each document of the case, where it changes. `edits` and `texts` (patched) are one for each text given.
pub(crate) fn documents(
    case: &Case<'_>,
    changes: &[Change],
    edits: &[Edits],
    texts: &[String],
) -> Vec<Option<PatchedDocument>> {
    let names = words::document_names(case);
    let documents = case.reading.documents.iter().enumerate().zip(names);
    documents
        .map(|((index, document), name)| {
            let text = *case.texts.get(document.input)?;
            let whole = whole_lines(text, document.span);
            let before = whole.text(text);
            let edits = edits.get(document.input)?;
            let patched = texts.get(document.input)?;
            let start = edits.map_offset(document.span.start).min(patched.len());
            // An insertion at the document's first byte belongs to it.
            let moved = shifted(edits, document.span.start);
            let start = if start > document.span.start {
                start.min(moved)
            } else {
                start
            };
            let end = edits.map_offset(whole.end);
            let after = Span::new(start, end).text(patched);
            (after != before).then(|| PatchedDocument {
                after: after.to_owned(),
                diff: unified_diff(&name, before, after),
                changes: changes
                    .iter()
                    .filter(|change| {
                        case.policies
                            .get(change.policy)
                            .is_some_and(|policy| policy.document == index)
                    })
                    .map(|change| change_words::sentence(case, change))
                    .collect(),
            })
        })
        .collect()
}

/// A document with the line break behind it, where nothing else stands on its last line: as a file of its own it would have one.
pub(crate) fn whole_lines(text: &str, span: Span) -> Span {
    let rest = text.get(span.end..).unwrap_or_default();
    match rest.find('\n') {
        Some(line_break)
            if rest
                .get(..line_break)
                .is_some_and(|line| line.trim().is_empty())
                && !span.text(text).ends_with('\n') =>
        {
            Span::new(span.start, span.end + line_break + 1)
        }
        _ => span,
    }
}

/// Where the bytes before `offset` end after the edits before it.
fn shifted(edits: &undeny_text::Edits, offset: usize) -> usize {
    let mut mapped = offset;
    for edit in edits
        .as_slice()
        .iter()
        .filter(|edit| edit.span.end <= offset && edit.span.start < offset)
    {
        mapped = mapped + edit.insert.len() - edit.span.len();
    }
    mapped
}
