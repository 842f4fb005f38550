//! What of a long document is shown: the lines nearest to what matters, with every gap said.

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The lines kept, with a sentence in the place of each gap.
    pub(crate) text: String,
    /// How many lines are left out.
    pub(crate) left_out: usize,
}

/// Longest part of one line that is kept, in bytes.
const LONGEST_LINE: usize = 2_000;

/// At most about `limit` bytes of `text`, nearest to the bytes at `anchors` first; its first and last lines where there are none.
pub(crate) fn cut(text: &str, anchors: &[(usize, usize)], limit: usize) -> Cut {
    if text.len() <= limit {
        return Cut {
            text: text.to_owned(),
            left_out: 0,
        };
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut starts = Vec::with_capacity(lines.len());
    let mut at = 0;
    for line in &lines {
        starts.push(at);
        at += line.len();
    }
    let line_of = |offset: usize| starts.partition_point(|start| *start <= offset).max(1) - 1;
    let mut distance = vec![usize::MAX; lines.len()];
    let mut reach = |from: usize, to: usize| {
        for (index, known) in distance.iter_mut().enumerate() {
            let away = from.saturating_sub(index).max(index.saturating_sub(to));
            *known = (*known).min(away);
        }
    };
    // So many anchors say where to look; more would make the search slow and the choice no better.
    for (start, end) in anchors.iter().take(50) {
        reach(line_of(*start), line_of(end.saturating_sub(1).max(*start)));
    }
    if anchors.is_empty() {
        reach(0, 0);
        reach(lines.len() - 1, lines.len() - 1);
    }
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|index| (distance.get(*index).copied(), *index));
    let mut kept = vec![false; lines.len()];
    let mut left = limit;
    for index in order {
        let length = lines
            .get(index)
            .map_or(0, |line| line.len().min(LONGEST_LINE));
        if length > left {
            break;
        }
        left -= length;
        if let Some(keep) = kept.get_mut(index) {
            *keep = true;
        }
    }
    let mut cut = Cut {
        text: String::with_capacity(limit),
        left_out: 0,
    };
    let mut gap = 0;
    for (line, keep) in lines.iter().zip(&kept) {
        if !*keep {
            gap += 1;
            continue;
        }
        say_gap(&mut cut, &mut gap);
        if line.len() <= LONGEST_LINE {
            cut.text.push_str(line);
        } else {
            let end = (0..=LONGEST_LINE)
                .rev()
                .find(|end| line.is_char_boundary(*end))
                .unwrap_or(0);
            cut.text.push_str(line.get(..end).unwrap_or_default());
            cut.text
                .push_str(" [... the rest of this line is left out ...]\n");
            cut.left_out += 1;
        }
    }
    say_gap(&mut cut, &mut gap);
    cut
}

fn say_gap(cut: &mut Cut, gap: &mut usize) {
    if *gap == 0 {
        return;
    }
    if !cut.text.is_empty() && !cut.text.ends_with('\n') {
        cut.text.push('\n');
    }
    let lines = if *gap == 1 { "line is" } else { "lines are" };
    cut.text
        .push_str(&format!("[... {gap} {lines} left out ...]\n"));
    cut.left_out += *gap;
    *gap = 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_anchors_neighbourhood_stays_and_the_gaps_are_said() {
        let text: String = (0..1000).map(|line| format!("line {line}\n")).collect();
        let at = text.find("line 500\n").unwrap();
        let cut = cut(&text, &[(at, at + 8)], 200);
        assert!(
            cut.text.contains("line 499\nline 500\nline 501\n"),
            "{}",
            cut.text
        );
        assert!(cut.text.starts_with("[... 4"), "{}", cut.text);
        let kept = cut
            .text
            .lines()
            .filter(|line| line.starts_with("line"))
            .count();
        assert_eq!(kept + cut.left_out, 1000);
        assert!(cut.text.len() < 300);
    }

    #[test]
    fn without_anchors_both_ends_stay() {
        let text: String = (0..1000).map(|line| format!("line {line}\n")).collect();
        let cut = cut(&text, &[], 100);
        assert!(cut.text.starts_with("line 0\n") && cut.text.ends_with("line 999\n"));
    }

    #[test]
    fn one_long_line_is_shown_in_part() {
        let cut = cut(&"é".repeat(100_000), &[(0, 2)], 5_000);
        assert!(cut.text.len() < 2_100 && cut.text.contains("left out"));
    }
}
