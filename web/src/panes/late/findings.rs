//! What lint finds in what was pasted, marked in its line of the text; what somebody gets too much is seen at once, as far as a person reads it, the
//! rest is a press away.

use leptos::prelude::WithUntracked as _;
use undeny_core::report::Warning;
use undeny_core::text::Span;

use crate::engine::View;
use crate::parts;
use crate::state::State;
use crate::view::{Element, Node, code, details, div, li, mark, p, strong, summary, ul};

/// So many findings are seen at once: one `iam:*` has a dozen.
const OPEN: usize = 4;

/// The findings, in the report's order.
pub(crate) fn list(state: State, view: &View) -> Node {
    let rows = |too_wide: bool| -> Vec<Node> {
        let warnings = view.report.warnings.iter();
        warnings
            .filter(|warning| warning.is_too_wide() == too_wide)
            .map(|warning| row(state, view, warning).into())
            .collect()
    };
    let mut open = rows(true);
    let mut rest = open.split_off(open.len().min(OPEN));
    rest.extend(rows(false));
    let more = match rest.len() {
        0 => Node::Nothing,
        count => details()
            .class("findings")
            .child(summary().child(parts::counted(count, "more finding", "more findings")))
            .child(ul().class("warnings").child(rest))
            .into(),
    };
    [ul().class("warnings").child(open).into(), more].into()
}

fn row(state: State, view: &View, warning: &Warning) -> Element {
    let radius = if warning.blast_radius.is_empty() {
        Node::Nothing
    } else {
        p().class("more")
            .child(parts::prose(&warning.blast_radius))
            .into()
    };
    li().class(warning.severity)
        .attr("data-rule", warning.rule)
        .child(
            div()
                .child(strong().child(parts::prose(&warning.message)))
                .child(parts::place(state, view, warning.span)),
        )
        .child(marked(state, view, warning))
        .child(radius)
}

/// The line that it is about, with a mark where.
fn marked(state: State, view: &View, warning: &Warning) -> Node {
    let Some(shown) = view.texts.get(warning.span.document) else {
        return Node::Nothing;
    };
    state.texts.with_untracked(|texts| {
        let Some(text) = texts.iter().find(|text| text.id == shown.id) else {
            return Node::Nothing;
        };
        let [before, inside, after] = line(&text.text, warning.span.span());
        code()
            .class("line")
            .child(before)
            .child(mark().child(inside))
            .child(after)
            .into()
    })
}

/// A line of a text around a span, cut short where it is long: what stands before the span, the span (its first line), what stands behind it.
fn line(text: &str, span: Span) -> [String; 3] {
    /// Characters on each side, and of the span itself.
    const SHOWN: usize = 80;
    let before = text.get(..span.start).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default();
    let skipped = before.chars().count().saturating_sub(SHOWN);
    let mut before: String = before.chars().skip(skipped).collect();
    if skipped > 0 {
        before.insert(0, '…');
    } else {
        before = before.trim_start().to_owned();
    }
    let whole = span.text(text);
    let first = whole.split('\n').next().unwrap_or_default();
    let inside = cut(first, SHOWN);
    let after = if inside.len() == whole.len() {
        let rest = text.get(span.end..).unwrap_or_default();
        cut(rest.split('\n').next().unwrap_or_default(), SHOWN)
    } else {
        " …".to_owned()
    };
    [before, inside, after]
}

fn cut(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut cut: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_in_its_line() {
        let text = "{\n  \"Action\": \"s3:*\", // all\n}";
        let start = text.find("\"s3").unwrap();
        let of = |span: Span| line(text, span).join("|");
        assert_eq!(
            of(Span::new(start, start + 6)),
            "\"Action\": |\"s3:*\"|, // all"
        );
        assert_eq!(of(Span::new(0, text.len())), "|{| …");
        // A span behind the end marks nothing.
        assert_eq!(of(Span::new(text.len(), text.len() + 9)), "}||");
        let long = "é".repeat(300);
        let [before, inside, after] = line(&long, Span::new(200, 204));
        assert_eq!(inside, "éé");
        for side in [before, after] {
            assert_eq!(side.chars().count(), 81);
        }
    }
}
