use crate::Span;

/// A run of a derived text and the bytes of the source that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of the derived text.
    pub derived: Span,
    /// Bytes of the source.
    pub source: Span,
    /// Whether the two are the same bytes, so that an offset inside one is the same offset inside the other.
    pub verbatim: bool,
}

/// From a derived text (unwrapped, unescaped, decoded, redacted) back to the text as pasted.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    // INVARIANT: sorted by `derived`, which covers the derived text without gaps; `source` never goes backwards.
    segments: Vec<Segment>,
}

impl SourceMap {
    /// The map of a text onto itself.
    #[must_use]
    pub fn identity(length: usize) -> Self {
        let span = Span::new(0, length);
        Self {
            segments: vec![Segment {
                derived: span,
                source: span,
                verbatim: true,
            }],
        }
    }

    /// The segments, in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The bytes of the source that the bytes `derived` stand for.
    ///
    /// Where a piece was rewritten, all of what it was made from; for an empty span, a place.
    #[must_use]
    pub fn source_span(&self, derived: Span) -> Span {
        if derived.is_empty() {
            return Span::empty(self.source_start(derived.start));
        }
        Span::new(
            self.source_start(derived.start),
            self.source_end(derived.end),
        )
    }

    fn source_start(&self, offset: usize) -> usize {
        let next = self
            .segments
            .partition_point(|segment| segment.derived.end <= offset);
        match self.segments.get(next) {
            Some(segment) if segment.verbatim => {
                segment.source.start + (offset - segment.derived.start.min(offset))
            }
            Some(segment) => segment.source.start,
            None => self.segments.last().map_or(0, |segment| segment.source.end),
        }
    }

    fn source_end(&self, offset: usize) -> usize {
        let next = self
            .segments
            .partition_point(|segment| segment.derived.end < offset);
        match self.segments.get(next) {
            Some(segment) if segment.verbatim => {
                segment.source.start + (offset - segment.derived.start.min(offset))
            }
            Some(segment) => segment.source.end,
            None => self.segments.last().map_or(0, |segment| segment.source.end),
        }
    }

    /// This map followed by `inner`: `self` maps a text to what `inner` derived it from.
    #[must_use]
    pub fn then(&self, inner: &Self) -> Self {
        let mut segments = Vec::with_capacity(self.segments.len().max(inner.segments.len()));
        for outer in &self.segments {
            if !outer.verbatim {
                let source = inner.source_span(outer.source);
                segments.push(Segment { source, ..*outer });
                continue;
            }
            let first = inner
                .segments
                .partition_point(|segment| segment.derived.end <= outer.source.start);
            let within = inner
                .segments
                .iter()
                .skip(first)
                .take_while(|segment| segment.derived.start < outer.source.end);
            segments.extend(within.map(|segment| {
                let start = segment.derived.start.max(outer.source.start);
                let end = segment.derived.end.min(outer.source.end);
                let moved = |offset: usize| offset - outer.source.start + outer.derived.start;
                let derived = Span::new(moved(start), moved(end));
                let source = if segment.verbatim {
                    let shift = start - segment.derived.start;
                    Span::new(
                        segment.source.start + shift,
                        segment.source.start + shift + (end - start),
                    )
                } else {
                    segment.source
                };
                Segment {
                    derived,
                    source,
                    verbatim: segment.verbatim,
                }
            }));
        }
        Self { segments }
    }
}

/// A derived text while it is written, with its map.
#[derive(Clone, Debug, Default)]
pub struct MappedText {
    text: String,
    map: SourceMap,
}

impl MappedText {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Append the bytes `span` of `source` as they are.
    pub fn copy(&mut self, source: &str, span: Span) {
        let piece = span.text(source);
        if piece.is_empty() {
            return;
        }
        let derived = Span::new(self.text.len(), self.text.len() + piece.len());
        self.text.push_str(piece);
        match self.map.segments.last_mut() {
            Some(last) if last.verbatim && last.source.end == span.start => {
                last.source.end = span.end;
                last.derived.end = derived.end;
            }
            _ => self.map.segments.push(Segment {
                derived,
                source: span,
                verbatim: true,
            }),
        }
    }

    /// Append `text`, which stands for the bytes `source` of the source.
    pub fn write(&mut self, text: &str, source: Span) {
        if text.is_empty() {
            return;
        }
        let derived = Span::new(self.text.len(), self.text.len() + text.len());
        self.text.push_str(text);
        self.map.segments.push(Segment {
            derived,
            source,
            verbatim: false,
        });
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text and its map.
    #[must_use]
    pub fn finish(self) -> (String, SourceMap) {
        (self.text, self.map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwrapped() -> (&'static str, String, SourceMap) {
        let source = "is not\n    authorized &amp; so";
        let mut text = MappedText::new();
        text.copy(source, Span::new(0, 6));
        text.write(" ", Span::new(6, 11));
        text.copy(source, Span::new(11, 22));
        text.write("&", Span::new(22, 27));
        text.copy(source, Span::new(27, 30));
        let (text, map) = text.finish();
        (source, text, map)
    }

    #[test]
    fn a_span_of_the_derived_text_is_found_in_the_source() {
        let (source, text, map) = unwrapped();
        assert_eq!(text, "is not authorized & so");
        let find = |needle: &str| {
            let start = text.find(needle).unwrap();
            map.source_span(Span::new(start, start + needle.len()))
                .text(source)
        };
        assert_eq!(find("authorized"), "authorized");
        assert_eq!(find("not authorized"), "not\n    authorized");
        assert_eq!(find("& so"), "&amp; so");
    }

    #[test]
    fn maps_compose() {
        let (source, text, inner) = unwrapped();
        let mut outer = MappedText::new();
        outer.copy(&text, Span::new(3, 17));
        outer.write("AND", Span::new(18, 19));
        let (derived, outer) = outer.finish();
        assert_eq!(derived, "not authorizedAND");
        let map = outer.then(&inner);
        assert_eq!(
            map.source_span(Span::new(0, 14)).text(source),
            "not\n    authorized"
        );
        assert_eq!(map.source_span(Span::new(4, 8)).text(source), "auth");
        assert_eq!(map.source_span(Span::new(14, 15)).text(source), "&amp;");
    }
}
