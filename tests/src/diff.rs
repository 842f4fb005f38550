//! Unified diffs, read and applied without any of the code that writes them.

/// The lines that a diff removes and adds, with their `-` or `+`, in order.
#[must_use]
pub fn changed_lines(diff: &str) -> Vec<String> {
    body(diff)
        .filter(|line| line.starts_with(['-', '+']))
        .map(|line| line.trim_end_matches('\r').to_owned())
        .collect()
}

/// The lines of the hunks, without headers.
fn body(diff: &str) -> impl Iterator<Item = &str> {
    diff.split_terminator('\n')
        .filter(|line| !line.starts_with("--- ") && !line.starts_with("+++ "))
}

/// Apply a unified diff of one file as `patch` does: no fuzz, no offsets.
///
/// # Errors
/// A sentence on the first line that does not fit.
pub fn apply(diff: &str, before: &str) -> Result<String, String> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let mut next = 0;
    let mut result = String::new();
    let mut lines = diff.split_terminator('\n').peekable();
    for prefix in ["--- a/", "+++ b/"] {
        match lines.next() {
            Some(line) if line.starts_with(prefix) => {}
            other => return Err(format!("wanted `{prefix}...`, found {other:?}")),
        }
    }
    while let Some(header) = lines.next() {
        let (start, mut removed, mut added) =
            hunk(header).ok_or_else(|| format!("not a hunk's header: {header:?}"))?;
        let start = if removed == 0 { start } else { start - 1 };
        if start < next {
            return Err(format!("hunks overlap or are out of order at {header:?}"));
        }
        result.extend(
            old.get(next..start)
                .ok_or("a hunk starts behind the end")?
                .iter()
                .copied(),
        );
        next = start;
        while removed > 0 || added > 0 {
            let line = lines.next().ok_or("a hunk is cut off")?;
            let (kind, text) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
            let unended = lines.next_if(|line| line.starts_with('\\')).is_some();
            let text = if unended {
                text.to_owned()
            } else {
                format!("{text}\n")
            };
            if matches!(kind, " " | "-") {
                if old.get(next) != Some(&text.as_str()) {
                    return Err(format!(
                        "line {} is {:?}, the diff has {text:?}",
                        next + 1,
                        old.get(next)
                    ));
                }
                next += 1;
                removed = removed
                    .checked_sub(1)
                    .ok_or("more old lines than announced")?;
            }
            if matches!(kind, " " | "+") {
                result.push_str(&text);
                added = added
                    .checked_sub(1)
                    .ok_or("more new lines than announced")?;
            }
            if !matches!(kind, " " | "-" | "+") {
                return Err(format!("not a line of a hunk: {line:?}"));
            }
        }
    }
    result.extend(old.get(next..).unwrap_or_default().iter().copied());
    Ok(result)
}

/// First line of the text before, and the numbers of lines before and after.
fn hunk(header: &str) -> Option<(usize, usize, usize)> {
    let inner = header.strip_prefix("@@ -")?.split_once(" @@")?.0;
    let (old, new) = inner.split_once(" +")?;
    let pair = |text: &str| -> Option<(usize, usize)> {
        match text.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let (start, removed) = pair(old)?;
    let (_, added) = pair(new)?;
    Some((start, removed, added))
}

/// How many lines go and come between two texts, by a diff that is not the product's.
#[must_use]
pub fn distance(before: &str, after: &str) -> usize {
    similar::TextDiff::from_lines(before, after)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .count()
}

/// What became of each of `regions` (bytes of `before`, disjoint, in order) in `after`.
///
/// A line that comes between two regions belongs to the one whose last line it follows.
#[must_use]
pub fn regions(before: &str, after: &str, regions: &[std::ops::Range<usize>]) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let mut result = vec![String::new(); regions.len()];
    let mut at = 0;
    let mut last = None;
    for change in diff.iter_all_changes() {
        let text = change.value();
        let here = regions.iter().position(|region| region.contains(&at));
        let region = match change.tag() {
            similar::ChangeTag::Insert => {
                here.or_else(|| last.filter(|last: &usize| regions[*last].end == at))
            }
            _ => here,
        };
        if change.tag() != similar::ChangeTag::Insert {
            at += text.len();
            last = here;
        }
        if let Some(region) = region
            && change.tag() != similar::ChangeTag::Delete
        {
            result[region].push_str(text);
        }
    }
    result
}
