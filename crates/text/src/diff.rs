//! The difference of two texts by lines, as people read it and as `patch` takes it.

use std::fmt::Write as _;

use crate::{Edit, Edits, EditsError, LineIndex, Span};

/// Whether a line stays, goes or comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// In both texts.
    Context,
    /// Only in the text before.
    Removed,
    /// Only in the text after.
    Added,
}

/// One line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it stays, goes or comes.
    pub kind: LineKind,
    /// Its number (from 1): of the text before for a removed line, else of the text after.
    pub number: usize,
    /// The line without its `\n` (a `\r` stays).
    pub text: String,
    /// Whether a `\n` ends it.
    pub ended: bool,
}

/// A run of changed lines with the lines around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// First line (from 1) and number of lines in the text before.
    pub before: (usize, usize),
    /// First line (from 1) and number of lines in the text after.
    pub after: (usize, usize),
    /// The lines, removed ones before added ones.
    pub lines: Vec<Line>,
}

/// The changes from `before` to `after` with `context` lines around each; empty when the two are equal.
///
/// Shortest edit scripts are looked for up to a distance of 2,000 lines in the part that differs; beyond, that part is shown as
/// replaced whole, so the time is bounded.
#[must_use]
pub fn hunks(before: &str, after: &str, context: usize) -> Vec<Hunk> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let prefix = old
        .iter()
        .zip(&new)
        .take_while(|(left, right)| left == right)
        .count();
    let rest = old.len().min(new.len()) - prefix;
    let suffix = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(left, right)| left == right)
        .count();
    let old_middle = old.get(prefix..old.len() - suffix).unwrap_or_default();
    let new_middle = new.get(prefix..new.len() - suffix).unwrap_or_default();

    let mut kinds = vec![LineKind::Context; prefix];
    kinds.extend(script(old_middle, new_middle));
    kinds.extend(std::iter::repeat_n(LineKind::Context, suffix));
    group(&kinds, &old, &new, context)
}

/// A unified diff that `git apply` and `patch -p1` take; `""` when the two are equal.
///
/// `name` is the file's path from the top of the tree, with `/`.
#[must_use]
pub fn unified_diff(name: &str, before: &str, after: &str) -> String {
    printed(name, hunks(before, after, 3))
}

fn printed(name: &str, hunks: Vec<Hunk>) -> String {
    let mut text = String::new();
    if hunks.is_empty() {
        return text;
    }
    // An absolute name would begin with two slashes.
    let name = name.trim_start_matches('/');
    let _ = write!(text, "--- a/{name}\n+++ b/{name}\n");
    for hunk in hunks {
        let _ = writeln!(text, "@@ -{} +{} @@", range(hunk.before), range(hunk.after));
        for line in hunk.lines {
            let sign = match line.kind {
                LineKind::Context => ' ',
                LineKind::Removed => '-',
                LineKind::Added => '+',
            };
            let _ = writeln!(text, "{sign}{}", line.text);
            if !line.ended {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// As [`unified_diff`] of `text` and what `edits` make of it, looking only at the lines around the edits: for many small changes to a long
/// text. `lines` is made from `text`.
///
/// # Errors
/// As [`Edits::apply`].
pub fn unified_diff_of_edits(
    name: &str,
    text: &str,
    lines: &LineIndex,
    edits: &Edits,
) -> Result<String, EditsError> {
    // More lines than a hunk shows: a new line that is like those below it is shown as the last of them.
    const AROUND: usize = 40;
    let (Some(first), Some(last)) = (edits.as_slice().first(), edits.as_slice().last()) else {
        return Ok(String::new());
    };
    let from_line = lines.line(first.span.start).saturating_sub(AROUND).max(1);
    let from = lines.start(from_line);
    let to = lines.start(lines.line(last.span.end).saturating_add(AROUND));
    let window = Span::new(from.min(text.len()), to.min(text.len()));
    let moved = edits
        .as_slice()
        .iter()
        .map(|edit| {
            let start = edit.span.start.saturating_sub(window.start);
            let end = edit.span.end.saturating_sub(window.start);
            Edit::replace(Span::new(start, end), edit.insert.clone())
        })
        .collect();
    let before = window.text(text);
    let after = Edits::new(moved)?.apply(before)?;
    let mut hunks = hunks(before, &after, 3);
    for hunk in &mut hunks {
        hunk.before.0 += from_line - 1;
        hunk.after.0 += from_line - 1;
    }
    Ok(printed(name, hunks))
}

fn range((first, count): (usize, usize)) -> String {
    match count {
        0 => format!("{},0", first.saturating_sub(1)),
        1 => first.to_string(),
        _ => format!("{first},{count}"),
    }
}

/// A shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), removals before additions.
fn script(old: &[&str], new: &[&str]) -> Vec<LineKind> {
    const FARTHEST: usize = 2_000;
    let (width, height) = (old.len(), new.len());
    let whole = || {
        let removed = std::iter::repeat_n(LineKind::Removed, width);
        removed
            .chain(std::iter::repeat_n(LineKind::Added, height))
            .collect()
    };
    if width == 0 || height == 0 {
        return whole();
    }
    let limit = (width + height).min(FARTHEST);
    // `reached[distance]` holds, for each diagonal -distance, -distance + 2, .. distance, how far into `old` it gets.
    let mut reached: Vec<Vec<usize>> = Vec::new();
    let at = |row: &Vec<usize>, distance: usize, diagonal: isize| -> Option<usize> {
        let index = diagonal.checked_add_unsigned(distance)?;
        if index < 0 || index % 2 != 0 {
            return None;
        }
        row.get(index.unsigned_abs() / 2).copied()
    };
    let start =
        |previous: Option<&Vec<usize>>, distance: usize, diagonal: isize| -> (usize, bool) {
            let Some(previous) = previous else {
                return (0, false);
            };
            let down = at(previous, distance - 1, diagonal + 1);
            let right = at(previous, distance - 1, diagonal - 1).map(|x| x + 1);
            match (down, right) {
                (Some(down), Some(right)) if down >= right => (down, true),
                (_, Some(right)) => (right, false),
                (Some(down), None) => (down, true),
                (None, None) => (0, false),
            }
        };
    let mut found = None;
    'search: for distance in 0..=limit {
        let mut row = Vec::with_capacity(distance + 1);
        let reach = isize::try_from(distance).unwrap_or(0);
        let mut diagonal = -reach;
        while diagonal <= reach {
            let (mut x, _) = start(reached.last(), distance, diagonal);
            while let Some(y) = y_of(x, diagonal) {
                if x < width && y < height && old.get(x) == new.get(y) {
                    x += 1;
                } else {
                    break;
                }
            }
            row.push(x);
            if x >= width && y_of(x, diagonal).is_some_and(|y| y >= height) {
                reached.push(row);
                found = Some((distance, diagonal));
                break 'search;
            }
            diagonal += 2;
        }
        reached.push(row);
    }
    let Some((mut distance, mut diagonal)) = found else {
        return whole();
    };
    let mut kinds = Vec::new();
    let (mut x, mut y) = (width, height);
    while distance > 0 {
        let previous = reached.get(distance - 1);
        let (begin, down) = start(previous, distance, diagonal);
        while x > begin {
            kinds.push(LineKind::Context);
            x -= 1;
            y = y.saturating_sub(1);
        }
        if down {
            kinds.push(LineKind::Added);
            y = y.saturating_sub(1);
            diagonal += 1;
        } else {
            kinds.push(LineKind::Removed);
            x = x.saturating_sub(1);
            diagonal -= 1;
        }
        distance -= 1;
    }
    kinds.extend(std::iter::repeat_n(LineKind::Context, x.min(y)));
    kinds.reverse();
    removals_first(&mut kinds);
    kinds
}

fn y_of(x: usize, diagonal: isize) -> Option<usize> {
    isize::try_from(x)
        .ok()?
        .checked_sub(diagonal)
        .and_then(|y| usize::try_from(y).ok())
}

/// Within a run of changes the order of removals and additions is free; people expect removals first.
fn removals_first(kinds: &mut [LineKind]) {
    for run in kinds.split_mut(|kind| *kind == LineKind::Context) {
        run.sort_by_key(|kind| *kind == LineKind::Added);
    }
}

fn group(kinds: &[LineKind], old: &[&str], new: &[&str], context: usize) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut old_line, mut new_line) = (0, 0);
    let mut last_change: Option<usize> = None;
    let next_change = {
        let mut next = vec![usize::MAX; kinds.len() + 1];
        for (index, kind) in kinds.iter().enumerate().rev() {
            let value = if *kind == LineKind::Context {
                next.get(index + 1).copied().unwrap_or(usize::MAX)
            } else {
                index
            };
            if let Some(slot) = next.get_mut(index) {
                *slot = value;
            }
        }
        next
    };
    for (index, kind) in kinds.iter().enumerate() {
        let coming = next_change
            .get(index)
            .is_some_and(|next| *next != usize::MAX && *next - index <= context);
        let recent = last_change.is_some_and(|last| index - last <= context);
        let source = if *kind == LineKind::Removed {
            old.get(old_line)
        } else {
            new.get(new_line)
        };
        if coming || recent {
            if !recent && !open(&hunks, old_line, new_line) {
                hunks.push(Hunk {
                    before: (old_line + 1, 0),
                    after: (new_line + 1, 0),
                    lines: Vec::new(),
                });
            }
            if let (Some(hunk), Some(source)) = (hunks.last_mut(), source) {
                let number = if *kind == LineKind::Removed {
                    old_line + 1
                } else {
                    new_line + 1
                };
                let text = source.strip_suffix('\n');
                hunk.lines.push(Line {
                    kind: *kind,
                    number,
                    text: text.unwrap_or(source).to_owned(),
                    ended: text.is_some(),
                });
                hunk.before.1 += usize::from(*kind != LineKind::Added);
                hunk.after.1 += usize::from(*kind != LineKind::Removed);
            }
        }
        if *kind != LineKind::Context {
            last_change = Some(index);
        }
        old_line += usize::from(*kind != LineKind::Added);
        new_line += usize::from(*kind != LineKind::Removed);
    }
    hunks
}

/// Whether the last hunk ends just before these lines, so that it goes on.
fn open(hunks: &[Hunk], old_line: usize, new_line: usize) -> bool {
    hunks.last().is_some_and(|hunk| {
        hunk.before.0 + hunk.before.1 == old_line + 1 && hunk.after.0 + hunk.after.1 == new_line + 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(unified_diff("f", before, after), expected);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check("a\nb\n", "a\nb\n", "");
    }

    #[test]
    fn a_changed_line_is_removed_and_added() {
        check(
            "a\nb\nc\n",
            "a\nB\nc\n",
            "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
        );
    }

    #[test]
    fn a_missing_last_line_end_is_told() {
        check(
            "a",
            "a\nb",
            "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n",
        );
    }

    #[test]
    fn an_empty_text_has_line_zero() {
        check("", "a\n", "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+a\n");
        check("a\n", "", "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn a_diff_of_edits_is_the_diff_of_the_texts() {
        let text: String = (1..=300)
            .map(|number| format!("{}\n", number % 7))
            .collect();
        let index = LineIndex::new(&text);
        for (line, until, insert) in [
            (1, 1, "new\n"),
            (1, 2, ""),
            (5, 5, "3\n"),
            (150, 153, "a\nb"),
            (298, 301, "x"),
            (301, 301, "end"),
        ] {
            let at = |line| index.start(line).min(text.len());
            let edit = Edit::replace(Span::new(at(line), at(until)), insert);
            let far = Edit::insert(at(if line < 150 { line + 120 } else { 90 }), "far\n");
            for edits in [vec![edit.clone()], vec![edit, far]] {
                let edits = Edits::new(edits).unwrap();
                let whole = unified_diff("f", &text, &edits.apply(&text).unwrap());
                assert!(!whole.is_empty());
                assert_eq!(
                    unified_diff_of_edits("f", &text, &index, &edits).unwrap(),
                    whole
                );
            }
        }
    }

    #[test]
    fn changes_far_apart_are_two_hunks_and_near_ones_are_one() {
        let lines: Vec<String> = (1..=20).map(|number| format!("{number}\n")).collect();
        let before = lines.concat();
        assert_eq!(
            hunks(
                &before,
                &before.replace("2\n3\n", "2\nx\n").replace("18\n", "y\n"),
                3
            )
            .len(),
            2
        );
        assert_eq!(
            hunks(
                &before,
                &before.replace("5\n6\n", "5\nx\n").replace("12\n", "y\n"),
                3
            )
            .len(),
            1
        );
    }

    #[test]
    fn texts_without_a_common_line_are_replaced_whole() {
        let before = "a\n".repeat(3_000);
        let after = "b\n".repeat(3_000);
        assert_eq!(hunks(&before, &after, 3).len(), 1);
    }
}
