//! Changes to YAML by indentation.

use undeny_text::{Edit, Span};

use super::hand::{Hand, begins_line, line_end, line_start};
use super::write::{yaml_key, yaml_value};
use super::{New, NewMember, Refusal, refuse};
use crate::{Map, Node, Syntax, Value};

pub(super) fn append(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    let Value::List(list) = &node.value else {
        return wrap(text, node, items);
    };
    let Some(last) = list.items.last() else {
        return Err(refuse(node, "an empty list by indentation cannot be"));
    };
    let dash = dash(text, last.span.start)
        .ok_or_else(|| refuse(node, "the list's dashes could not be found"))?;
    let hand = Hand::around(text, node.span, Syntax::YamlBlock).like_yaml(text, node);
    let indent = blanks_before(text, dash.start);
    let gap = if dash.text(text).contains('\n') {
        " "
    } else {
        dash.text(text).get(1..).unwrap_or(" ")
    };
    let gap = if gap.is_empty() { " " } else { gap };
    let lines = item_lines(node, items, &hand, &indent, gap)?;
    Ok(vec![Edit::insert(end_of(text, last.span.end), lines)])
}

fn item_lines(
    node: &Node,
    items: &[New],
    hand: &Hand,
    indent: &str,
    gap: &str,
) -> Result<String, Refusal> {
    let mut lines = String::new();
    for item in items {
        let inner = format!("{indent} {}", " ".repeat(gap.len()));
        let written =
            yaml_value(item, hand, &inner, true).map_err(|reason| refuse(node, reason))?;
        lines.push_str(&format!(
            "{}{indent}-{gap}{}",
            hand.newline,
            written.trim_start()
        ));
    }
    Ok(lines)
}

/// From the dash of the item that begins at `start` to the item.
fn dash(text: &str, start: usize) -> Option<Span> {
    let before = text.get(..start)?;
    let trimmed = before.trim_end();
    let dash = trimmed.strip_suffix('-')?.len();
    Some(Span::new(dash, start))
}

/// As many blanks as there are characters before the byte at `offset` on its line.
fn blanks_before(text: &str, offset: usize) -> String {
    let line = text
        .get(line_start(text, offset)..offset)
        .unwrap_or_default();
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    " ".repeat(line.chars().count())
}

/// Where a line can be put behind the node that ends at `end`: the end of that line, behind its comment.
fn end_of(text: &str, end: usize) -> usize {
    line_end(text, end)
}

/// A single value becomes a list with that value first.
fn wrap(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    if let Value::Opaque { expression } = &node.value
        && expression.starts_with('*')
    {
        return Err(refuse(
            node,
            format!("`{expression}` stands for something written elsewhere"),
        ));
    }
    if node.value == Value::Null {
        return Err(refuse(node, "there is no value to begin a list with"));
    }
    let start = line_start(text, node.span.start);
    let before = text.get(start..node.span.start).unwrap_or_default();
    let content = before.trim_start_matches([' ', '-', '\u{feff}']);
    let lead = before.len() - content.len();
    let hand = Hand::around(text, node.span, Syntax::YamlBlock).like_yaml(text, node);
    if let Value::Map(_) = &node.value {
        return wrap_map(text, node, items, &hand);
    }
    if !content.trim_end().ends_with(':') {
        return Err(refuse(
            node,
            "the value does not stand behind its key on one line",
        ));
    }
    if node.span.text(text).contains('\n') || is_block_scalar(text, node) {
        return Err(refuse(node, "the value takes several lines"));
    }
    let line = line_end(text, node.span.end);
    let is_flat = !items.iter().any(|item| matches!(item, New::Map(_)));
    if hand.flow_lists && is_flat && stands_in_brackets(node.span.text(text)) {
        let flow = Hand {
            syntax: Syntax::YamlFlow,
            ..hand
        };
        let mut behind = String::new();
        for item in items {
            behind.push_str(", ");
            behind.push_str(
                &yaml_value(item, &flow, "", false).map_err(|reason| refuse(node, reason))?,
            );
        }
        behind.push(']');
        return Ok(vec![
            Edit::insert(node.span.start, "["),
            Edit::insert(node.span.end, behind),
        ]);
    }
    let key = start + lead;
    let indent = format!("{}{}", blanks_before(text, key), hand.list_indent);
    let colon = start + lead + content.trim_end().len();
    let lines = item_lines(node, items, &hand, &indent, " ")?;
    Ok(vec![
        Edit::replace(
            Span::new(colon, node.span.start),
            format!("{}{indent}- ", hand.newline),
        ),
        Edit::insert(line, lines),
    ])
}

/// Whether a value can stand between brackets as it is written: `!Sub arn:aws:iam::${AWS::AccountId}:root` without quotes cannot.
fn stands_in_brackets(value: &str) -> bool {
    let content = match value.strip_prefix('!') {
        Some(tagged) => tagged.split_once(' ').map_or("", |(_, content)| content),
        None => value,
    };
    let content = content.trim_start();
    content.starts_with(['"', '\'', '[', '{']) || !content.contains([',', '[', ']', '{', '}'])
}

/// Whether the value is written as `|` or `>` with lines of its own, perhaps none.
fn is_block_scalar(text: &str, node: &Node) -> bool {
    let line = node.span.text(text).lines().next().unwrap_or_default();
    let header = line.trim_end_matches(|last: char| last.is_ascii_digit() || "+- ".contains(last));
    !line.starts_with(['"', '\'']) && header.ends_with(['|', '>'])
}

/// A mapping becomes the first item: its lines move to the right.
fn wrap_map(text: &str, node: &Node, items: &[New], hand: &Hand) -> Result<Vec<Edit>, Refusal> {
    if !begins_line(text, node.span.start) {
        return Err(refuse(
            node,
            "the mapping does not begin on a line of its own",
        ));
    }
    let indent = blanks_before(text, node.span.start);
    let mut edits = vec![Edit::insert(node.span.start, "- ")];
    let end = end_of(text, node.span.end);
    let mut at = line_end(text, node.span.start);
    while let Some(offset) = text.get(at..end).and_then(|rest| rest.find('\n')) {
        at += offset + 1;
        let line = text.get(at..line_end(text, at)).unwrap_or_default();
        if !line.trim().is_empty() {
            edits.push(Edit::insert(at, "  "));
        }
    }
    edits.push(Edit::insert(
        end,
        item_lines(node, items, hand, &indent, " ")?,
    ));
    Ok(edits)
}

pub(super) fn insert_members(
    text: &str,
    node: &Node,
    map: &Map,
    after: Option<usize>,
    members: &[NewMember],
) -> Result<Vec<Edit>, Refusal> {
    let index = after
        .filter(|index| *index < map.members.len())
        .or(map.members.len().checked_sub(1));
    let (Some(anchor), Some(first)) = (
        index.and_then(|index| map.members.get(index)),
        map.members.first(),
    ) else {
        return Err(refuse(node, "an empty mapping by indentation cannot be"));
    };
    let hand = Hand::around(text, node.span, Syntax::YamlBlock).like_yaml(text, node);
    let indent = blanks_before(text, first.span.start);
    let mut lines = String::new();
    for new in members {
        lines.push_str(hand.newline);
        lines.push_str(&indent);
        lines.push_str(&member(new, &hand, &indent).map_err(|reason| refuse(node, reason))?);
    }
    Ok(vec![Edit::insert(end_of(text, anchor.span.end), lines)])
}

/// `key: value`, or the key with the value on the lines below.
pub(super) fn member(new: &NewMember, hand: &Hand, indent: &str) -> Result<String, String> {
    let key = yaml_key(&new.key, hand);
    let inner = match &new.value {
        New::List(items) if !items.is_empty() && !hand.flow_lists => {
            format!("{indent}{}", hand.list_indent)
        }
        New::List(items) if items.iter().any(|item| matches!(item, New::Map(_))) => {
            format!("{indent}{}", hand.list_indent)
        }
        New::Map(members) if !members.is_empty() && !hand.wide_maps => {
            format!("{indent}{}", hand.unit)
        }
        _ => {
            return Ok(format!(
                "{key}: {}",
                yaml_value(&new.value, hand, indent, false)?
            ));
        }
    };
    let written = yaml_value(&new.value, hand, &inner, true)?;
    Ok(format!(
        "{key}:{}{inner}{}",
        hand.newline,
        written.trim_start()
    ))
}

pub(super) fn remove(
    text: &str,
    node: &Node,
    spans: &[Span],
    index: usize,
) -> Result<Vec<Edit>, Refusal> {
    let Some(child) = spans.get(index).copied() else {
        return Err(refuse(node, "there is no such item"));
    };
    if spans.len() < 2 {
        return Err(refuse(
            node,
            "it is the only item, and an empty list means something else",
        ));
    }
    let list = matches!(node.value, Value::List(_));
    let start = if list {
        dash(text, child.start)
            .ok_or_else(|| refuse(node, "the list's dashes could not be found"))?
            .start
    } else {
        child.start
    };
    let next = spans.get(index + 1);
    if !begins_line(text, start) {
        // The first key behind a dash: the next one moves up.
        let Some(next) = next else {
            return Err(refuse(node, "it shares its line with something else"));
        };
        let next = if list {
            dash(text, next.start).map_or(next.start, |dash| dash.start)
        } else {
            next.start
        };
        return Ok(vec![Edit::delete(Span::new(start, next))]);
    }
    let end = end_of(text, child.end);
    let rest = text.get(end..).unwrap_or_default();
    if rest.is_empty() {
        // No line end behind: the one before goes.
        let from = line_start(text, start);
        let from = text
            .get(..from)
            .map_or(from, |before| before.trim_end_matches(['\n', '\r']).len());
        return Ok(vec![Edit::delete(Span::new(from, end))]);
    }
    let behind = end + if rest.starts_with("\r\n") { 2 } else { 1 };
    Ok(vec![Edit::delete(Span::new(
        line_start(text, start),
        behind,
    ))])
}

/// Refuse what an anchor shares with other places.
pub(super) fn shared(text: &str, node: &Node) -> Option<Refusal> {
    if node.span.text(text).starts_with('&') {
        return Some(refuse(
            node,
            "an anchor (`&`) makes this node stand in several places: a change here would change them all",
        ));
    }
    if !text.contains('&') || !text.contains(": *") && !text.contains("- *") {
        return None;
    }
    let reading = crate::read(&crate::Paste {
        inputs: vec![crate::Input {
            name: None,
            text: text.to_owned(),
            role: None,
        }],
    });
    let document = reading
        .documents
        .iter()
        .find(|document| document.span.contains(node.span))?;
    let mut at = &document.root;
    loop {
        if at.span.text(text).starts_with('&') {
            return Some(refuse(
                node,
                "it stands inside an anchored node (`&`), which other places share",
            ));
        }
        let next = at
            .children()
            .find(|child| child.span.contains(node.span) && child.span != at.span)?;
        at = next;
    }
}
