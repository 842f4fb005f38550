use std::fmt;

use crate::Span;

/// Bytes out, text in. `span` counts bytes of the text as it was before any edit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards; empty for a deletion.
    pub insert: String,
}

impl Edit {
    /// Put `text` before the byte at `offset`.
    #[must_use]
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self {
            span: Span::empty(offset),
            insert: text.into(),
        }
    }

    /// Put `text` in the place of `span`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            insert: text.into(),
        }
    }

    /// Take `span` away.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self {
            span,
            insert: String::new(),
        }
    }
}

/// Why a set of edits is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditsError {
    /// Two edits touch the same byte, or insert at the same place.
    Overlap {
        /// The earlier one.
        first: Span,
        /// The one that begins before the earlier one ends.
        second: Span,
    },
    /// An edit ends behind the text, or cuts a character.
    Outside {
        /// Where it wanted to be.
        span: Span,
        /// Bytes in the text.
        length: usize,
    },
}

impl fmt::Display for EditsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap { first, second } => write!(
                formatter,
                "two edits overlap: bytes {}..{} and {}..{}",
                first.start, first.end, second.start, second.end
            ),
            Self::Outside { span, length } => write!(
                formatter,
                "an edit at bytes {}..{} is outside the text of {length} bytes or cuts a character",
                span.start, span.end
            ),
        }
    }
}

impl std::error::Error for EditsError {}

/// A change of one text: edits that all refer to the text as it was, in order, none touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    // INVARIANT: sorted by span, disjoint, at most one insertion per place; `Edits::new` checks.
    edits: Vec<Edit>,
}

impl Edits {
    /// Sort `edits` and check that they do not touch one another.
    ///
    /// Two insertions at one place are an overlap, since their order would be a guess.
    ///
    /// # Errors
    /// [`EditsError::Overlap`] with the first two that do.
    pub fn new(mut edits: Vec<Edit>) -> Result<Self, EditsError> {
        edits.sort();
        for (first, second) in edits.iter().zip(edits.iter().skip(1)) {
            if second.span.start < first.span.end || second.span == first.span {
                return Err(EditsError::Overlap {
                    first: first.span,
                    second: second.span,
                });
            }
        }
        Ok(Self { edits })
    }

    /// The edits, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Edit] {
        &self.edits
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// `text` with every edit made, once.
    ///
    /// # Errors
    /// [`EditsError::Outside`] when an edit is not within `text` on character boundaries.
    pub fn apply(&self, text: &str) -> Result<String, EditsError> {
        let grown: usize = self.edits.iter().map(|edit| edit.insert.len()).sum();
        let mut result = String::with_capacity(text.len() + grown);
        let mut done = 0;
        for edit in &self.edits {
            let outside = EditsError::Outside {
                span: edit.span,
                length: text.len(),
            };
            if !text.is_char_boundary(edit.span.end) {
                return Err(outside);
            }
            result.push_str(text.get(done..edit.span.start).ok_or(outside)?);
            result.push_str(&edit.insert);
            done = edit.span.end;
        }
        result.push_str(text.get(done..).unwrap_or_default());
        Ok(result)
    }

    /// Where the byte at `offset` of the text before stands afterwards; inside a replaced span, the end of its replacement.
    #[must_use]
    pub fn map_offset(&self, offset: usize) -> usize {
        let mut mapped = offset;
        for edit in &self.edits {
            if edit.span.start > offset {
                break;
            }
            if edit.span.end <= offset {
                mapped = mapped + edit.insert.len() - edit.span.len();
            } else {
                return mapped - (offset - edit.span.start) + edit.insert.len();
            }
        }
        mapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, edits: Vec<Edit>, expected: &str) {
        assert_eq!(Edits::new(edits).unwrap().apply(text).unwrap(), expected);
    }

    #[test]
    fn edits_refer_to_the_text_before_any_of_them() {
        check(
            "abc",
            vec![Edit::insert(3, "!"), Edit::replace(Span::new(0, 1), "AA")],
            "AAbc!",
        );
        check(
            "abc",
            vec![Edit::insert(1, "-"), Edit::delete(Span::new(1, 2))],
            "a-c",
        );
        check("", vec![Edit::insert(0, "x")], "x");
        check("abc", vec![], "abc");
    }

    #[test]
    fn edits_that_touch_are_refused() {
        assert!(matches!(
            Edits::new(vec![
                Edit::delete(Span::new(0, 2)),
                Edit::delete(Span::new(1, 3))
            ]),
            Err(EditsError::Overlap { .. })
        ));
        assert!(Edits::new(vec![Edit::insert(1, "a"), Edit::insert(1, "b")]).is_err());
    }

    #[test]
    fn an_edit_outside_the_text_or_inside_a_character_is_refused() {
        for edit in [
            Edit::insert(3, "x"),
            Edit::delete(Span::new(1, 2)),
            Edit::delete(Span::new(0, 1)),
        ] {
            assert!(matches!(
                Edits::new(vec![edit]).unwrap().apply("ü"),
                Err(EditsError::Outside { .. })
            ));
        }
    }

    #[test]
    fn offsets_follow_the_edits() {
        let edits = Edits::new(vec![Edit::insert(1, "xx"), Edit::delete(Span::new(2, 4))]).unwrap();
        let mapped: Vec<usize> = (0..=5).map(|offset| edits.map_offset(offset)).collect();
        assert_eq!(mapped, [0, 3, 4, 4, 4, 5]);
    }
}
