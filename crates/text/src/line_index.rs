use crate::Span;

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

/// Where the lines of one text begin; made once, asked often.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Byte offset of each line's first byte. INVARIANT: sorted, begins with 0.
    starts: Vec<usize>,
    /// Whether a byte is a character everywhere: then columns are not counted, which in one long line would take its length each time.
    is_ascii: bool,
}

impl LineIndex {
    /// Find the lines of `text`. A line ends behind `\n`; a `\r` before it belongs to the line end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let ends = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(offset, _)| offset + 1);
        Self {
            starts: std::iter::once(0).chain(ends).collect(),
            is_ascii: text.is_ascii(),
        }
    }

    /// The line (from 1) that holds the byte at `offset`.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Offset of the first byte of a line (from 1); beyond the last line `usize::MAX`.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        self.starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(usize::MAX)
    }

    /// Line and column of the byte at `offset` of `text`, the text this index was made from.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let before = text.get(start..offset.min(text.len())).unwrap_or_default();
        let characters = if self.is_ascii {
            before.len()
        } else {
            before.chars().count()
        };
        LineColumn {
            line,
            column: characters + 1,
        }
    }

    /// The lines (from 1, both included) that `span` touches.
    #[must_use]
    pub fn lines(&self, span: Span) -> (usize, usize) {
        let last = if span.is_empty() {
            span.end
        } else {
            span.end - 1
        };
        (self.line(span.start), self.line(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_columns_count_characters() {
        let text = "ab\r\ncüd\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let place = index.line_column(text, offset);
            (place.line, place.column)
        };
        assert_eq!(
            [at(0), at(1), at(4), at(7), at(9)],
            [(1, 1), (1, 2), (2, 1), (2, 3), (3, 1)]
        );
        assert_eq!(index.lines(Span::new(0, 4)), (1, 1));
        assert_eq!(index.lines(Span::new(0, 5)), (1, 2));
    }
}
