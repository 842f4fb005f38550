//! Changes inside brackets: JSON, HCL objects and lists, YAML with brackets.

use undeny_text::{Edit, Span};

use super::hand::{Hand, begins_line, indent_at, inside_end, is_body, is_tall, line_end};
use super::write::{member, value};
use super::{New, NewBlock, NewMember, Refusal, refuse};
use crate::{List, Map, MemberKind, Node, Syntax, Value, is_single_value};

pub(super) fn append(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    let Value::List(list) = &node.value else {
        return wrap(text, node, items);
    };
    let Some(last) = list.items.last() else {
        return fill_list(text, node, items);
    };
    let hand = hand_of(text, node);
    let hand = if node.syntax == Syntax::YamlFlow {
        hand
    } else {
        hand.like(text, last)
    };
    // `[{` and `}]` hug: the item's own last line says how deep it stands.
    let indent = indent_at(text, last.span.end.saturating_sub(1));
    let leading = previous_of(list).is_some_and(|previous| {
        let between = text.get(previous.end..last.span.start);
        between.is_some_and(|between| leads(between) && between.contains('\n'))
    });
    // Between commas that begin lines, an item on one line looks like its neighbours.
    let template = !leading && tall_as(text, last, items);
    let written = items
        .iter()
        .map(|item| value(item, &hand, indent, template))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| refuse(node, reason))?;
    let mut edits = after_child(
        text,
        node,
        &Place {
            child: last.span,
            next: None,
            previous: previous_of(list),
            blank: false,
        },
        &written,
        &hand,
    );
    if template && moves_inward(text, node, list, last) {
        let brace = last.span.end.saturating_sub(1);
        edits.insert(0, Edit::insert(brace, hand.unit));
    }
    Ok(edits)
}

/// Whether the brace that closes the last item moves inward when another item follows: `terraform fmt` writes `}, {` one step deeper than
/// `}]`. Where items before have it otherwise, nothing moves.
fn moves_inward(text: &str, node: &Node, list: &List, last: &Node) -> bool {
    let brace = last.span.end.saturating_sub(1);
    node.syntax == Syntax::Hcl
        && !begins_line(text, last.span.start)
        && begins_line(text, brace)
        && previous_of(list).is_none_or(|previous| {
            indent_at(text, previous.end.saturating_sub(1)).len() > indent_at(text, brace).len()
        })
}

fn hand_of(text: &str, node: &Node) -> Hand {
    let hand = Hand::around(text, node.span, node.syntax);
    if node.syntax == Syntax::YamlFlow {
        hand.like_yaml(text, node)
    } else {
        hand.like(text, node)
    }
}

/// Whether a new item is written over several lines: as its neighbour is.
fn tall_as(text: &str, neighbour: &Node, items: &[New]) -> bool {
    match neighbour.value {
        Value::Map(_) => is_tall(text, neighbour),
        _ => {
            items.iter().any(|item| matches!(item, New::Map(_)))
                && begins_line(text, neighbour.span.start)
        }
    }
}

fn previous_of(list: &List) -> Option<Span> {
    let index = list.items.len().checked_sub(2)?;
    list.items.get(index).map(|item| item.span)
}

/// Where something is inserted: behind `child`.
struct Place {
    child: Span,
    next: Option<Span>,
    previous: Option<Span>,
    /// Whether a blank line comes first.
    blank: bool,
}

/// Insert `written` behind a child of the bracketed `node`, as the children around are separated.
fn after_child(
    text: &str,
    node: &Node,
    place: &Place,
    written: &[String],
    hand: &Hand,
) -> Vec<Edit> {
    let limit = place
        .next
        .map_or_else(|| inside_end(text, node), |next| next.start);
    let mut gap = Gap::read(text, place.child.end, limit, node.syntax);
    if is_body(text, node) {
        // What stands between two blocks may be a broken one with commas in it.
        gap.comma = None;
    }
    let own_line =
        begins_line(text, place.child.start) && (place.next.is_none() || gap.newline.is_some());
    let needs_comma = node.syntax != Syntax::Hcl
        || matches!(node.value, Value::List(_))
        || gap.comma.is_some()
        || (hand.commas && !is_body(text, node))
        || !own_line;
    if own_line {
        let indent = indent_at(text, place.child.start);
        let blank = if place.blank { hand.newline } else { "" };
        let separator = format!("{blank}{}{indent}", hand.newline);
        let mut insert = String::new();
        for (index, item) in written.iter().enumerate() {
            insert.push_str(&separator);
            insert.push_str(item);
            let last = index + 1 == written.len();
            if needs_comma && (!last || gap.comma.is_some()) {
                insert.push(',');
            }
        }
        // Behind the comment that ends the line; the comma goes before it.
        let line_break = gap.newline.unwrap_or(place.child.end);
        let at = if gap.comma.is_some_and(|comma| comma >= line_break) {
            gap.comma.map_or(line_break, |comma| comma + 1)
        } else {
            line_break
        };
        if gap.comma.is_none() && needs_comma {
            if at == place.child.end {
                return vec![Edit::insert(at, format!(",{insert}"))];
            }
            return vec![Edit::insert(place.child.end, ","), Edit::insert(at, insert)];
        }
        return vec![Edit::insert(at, insert)];
    }
    // On one line: the separator that stands between the two before, or the usual one.
    let separator = place
        .previous
        .and_then(|previous| text.get(previous.end..place.child.start))
        .filter(|between| leads(between))
        .map_or_else(
            || hand.comma().to_owned(),
            |between| {
                let begins_line = between.contains('\n');
                let separator = if begins_line {
                    between
                } else {
                    between.trim_start()
                };
                separator.to_owned()
            },
        );
    let joined = written.join(&separator);
    match (gap.comma, place.next) {
        (Some(comma), None) => {
            // A list that ends in a comma goes on ending in one.
            let blank = separator.get(1..).unwrap_or_default();
            vec![Edit::insert(comma + 1, format!("{blank}{joined},"))]
        }
        _ => vec![Edit::insert(
            place.child.end,
            format!("{separator}{joined}"),
        )],
    }
}

/// Whether what stands between two children is a comma on the line of the second.
fn leads(between: &str) -> bool {
    let behind = between.split_once(',').map(|(_, behind)| behind);
    between.trim() == "," && behind.is_some_and(|behind| !behind.contains('\n'))
}

/// What stands between a child and what follows it.
struct Gap {
    comma: Option<usize>,
    /// Where the child's line ends, behind its comment.
    newline: Option<usize>,
}

impl Gap {
    fn read(text: &str, start: usize, limit: usize, syntax: Syntax) -> Self {
        let mut gap = Self {
            comma: None,
            newline: None,
        };
        let mut at = start;
        while at < limit {
            let rest = text.get(at..limit).unwrap_or_default();
            let hash = rest.starts_with('#') && matches!(syntax, Syntax::Hcl | Syntax::YamlFlow);
            let slashes = rest.starts_with("//") && syntax != Syntax::YamlFlow;
            if rest.starts_with('\n') || rest.starts_with("\r\n") {
                gap.newline = gap.newline.or(Some(at));
                at += 1;
            } else if rest.starts_with(',') {
                gap.comma = gap.comma.or(Some(at));
                at += 1;
            } else if hash || slashes {
                at = line_end(text, at).max(at + 1);
            } else if rest.starts_with("/*") && syntax != Syntax::YamlFlow {
                at += rest.find("*/").map_or(rest.len(), |length| length + 2);
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        gap
    }
}

/// A single value becomes a list with that value first.
fn wrap(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    if let Value::Opaque { expression } = &node.value
        && !is_single_value(expression)
    {
        return Err(refuse(
            node,
            format!("`{expression}` may be a list already, and the text does not tell"),
        ));
    }
    if node.value == Value::Null {
        return Err(refuse(node, "there is no value to begin a list with"));
    }
    if is_body(text, node) {
        return Err(refuse(node, "a block cannot stand in a list"));
    }
    if node.span.text(text).starts_with("<<") {
        return Err(refuse(node, "a heredoc cannot stand in a list here"));
    }
    let hand = hand_of(text, node);
    let is_map = matches!(node.value, Value::Map(_));
    // In HCL a value on one line keeps its neighbours' column.
    let source = node.span.text(text);
    // A broken string may take several lines too, and they are its own.
    let is_tall_function = !is_map && source.starts_with('{') && source.contains('\n');
    let tall = (hand.tall_lists || is_tall_function)
        && !is_map
        && node.syntax == Syntax::Json
        && stands_in_tall(text, node);
    let outer = indent_at(text, node.span.start).to_owned();
    let inner = if tall {
        format!("{outer}{}", hand.unit)
    } else {
        indent_at(text, node.span.end.saturating_sub(1)).to_owned()
    };
    let written = items
        .iter()
        .map(|item| value(item, &hand, &inner, is_map && is_tall(text, node)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| refuse(node, reason))?;
    if tall {
        let mut behind = String::new();
        for item in &written {
            behind.push_str(&format!(",{}{inner}{item}", hand.newline));
        }
        if hand.trailing_commas {
            behind.push(',');
        }
        behind.push_str(&format!("{}{outer}]", hand.newline));
        let start = node.span.start;
        let mut edits = vec![Edit::insert(start, format!("[{}{inner}", hand.newline))];
        // The lines of a template's function move inward with its brace.
        let breaks = source.match_indices('\n').filter(|_| is_tall_function);
        edits.extend(breaks.map(|(at, _)| Edit::insert(start + at + 1, hand.unit.clone())));
        edits.push(Edit::insert(node.span.end, behind));
        return Ok(edits);
    }
    let mut behind = String::new();
    for item in &written {
        behind.push_str(hand.comma());
        behind.push_str(item);
    }
    behind.push(']');
    Ok(vec![
        Edit::insert(node.span.start, "["),
        Edit::insert(node.span.end, behind),
    ])
}

/// Whether the member that has this value stands alone on its line, so that more lines can follow.
fn stands_in_tall(text: &str, node: &Node) -> bool {
    let indent = indent_at(text, node.span.start);
    let start = super::hand::line_start(text, node.span.start);
    let before = text
        .get(start + indent.len()..node.span.start)
        .unwrap_or_default();
    !before.contains(['{', ',']) && !before.contains('[')
}

/// The first items of an empty list.
fn fill_list(text: &str, node: &Node, items: &[New]) -> Result<Vec<Edit>, Refusal> {
    let hand = hand_of(text, node);
    let outer = indent_at(text, node.span.start);
    let tall = is_tall(text, node)
        || (items.iter().any(|item| matches!(item, New::Map(_)))
            && !hand.compact
            && stands_in_tall(text, node));
    let inner = format!("{outer}{}", hand.unit);
    let written = items
        .iter()
        .map(|item| value(item, &hand, if tall { &inner } else { outer }, tall))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| refuse(node, reason))?;
    Ok(fill(text, node, &written, tall, false, &hand))
}

/// Write the first children between the brackets of `node`.
fn fill(
    text: &str,
    node: &Node,
    written: &[String],
    tall: bool,
    padded: bool,
    hand: &Hand,
) -> Vec<Edit> {
    let outer = indent_at(text, node.span.start);
    let inside = Span::new(node.span.start + 1, node.span.end.saturating_sub(1));
    let content = inside.text(text);
    let newline = hand.newline;
    let comma = if node.syntax == Syntax::Hcl && matches!(node.value, Value::Map(_)) {
        ""
    } else {
        ","
    };
    if tall {
        let inner = format!("{outer}{}", hand.unit);
        let mut lines = String::new();
        for (index, item) in written.iter().enumerate() {
            let last = index + 1 == written.len();
            let trailing =
                last && hand.syntax == Syntax::Hcl && hand.trailing_commas && !comma.is_empty();
            let comma = if last && !trailing { "" } else { comma };
            lines.push_str(&format!("{newline}{inner}{item}{comma}"));
        }
        if content.contains('\n') {
            // Behind what is there (a comment), before the closing bracket's line.
            let end = inside.start + content.trim_end().len();
            return vec![Edit::insert(end, lines)];
        }
        if content.trim().is_empty() {
            return vec![Edit::replace(inside, format!("{lines}{newline}{outer}"))];
        }
        return vec![Edit::insert(inside.end, format!("{lines}{newline}{outer}"))];
    }
    let joined = written.join(hand.comma());
    let joined = if padded && !hand.compact {
        format!(" {joined} ")
    } else {
        joined
    };
    if content.trim().is_empty() {
        vec![Edit::replace(inside, joined)]
    } else {
        vec![Edit::insert(inside.start, joined)]
    }
}

pub(super) fn insert_members(
    text: &str,
    node: &Node,
    map: &Map,
    after: Option<usize>,
    members: &[NewMember],
) -> Result<Vec<Edit>, Refusal> {
    let hand = hand_of(text, node);
    let index = after
        .filter(|index| *index < map.members.len())
        .or(map.members.len().checked_sub(1));
    let body = is_body(text, node);
    let Some(index) = index else {
        let outer = indent_at(text, node.span.start);
        let tall = body || is_tall(text, node) || (!hand.compact && stands_in_tall(text, node));
        let inner = format!("{outer}{}", hand.unit);
        let written = members
            .iter()
            .map(|new| member(new, &hand, if tall { &inner } else { outer }, tall, 0))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|reason| refuse(node, reason))?;
        return Ok(fill(text, node, &written, tall, true, &hand));
    };
    let Some(anchor) = map.members.get(index) else {
        return Err(refuse(node, "there is no such member"));
    };
    if body && !begins_line(text, anchor.span.start) {
        return unfold(text, node, map, index, members, &hand);
    }
    let tall = begins_line(text, anchor.span.start);
    let indent = indent_at(text, anchor.span.start);
    let mut edits = Vec::new();
    let width = if tall && node.syntax == Syntax::Hcl && hand.colon.is_none() {
        super::align::width(text, map, index, members, &hand, &mut edits)
    } else {
        0
    };
    let written = members
        .iter()
        .map(|new| member(new, &hand, indent, tall, width))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|reason| refuse(node, reason))?;
    edits.extend(after_child(
        text,
        node,
        &Place {
            child: anchor.span,
            next: map.members.get(index + 1).map(|next| next.span),
            previous: index
                .checked_sub(1)
                .and_then(|index| map.members.get(index))
                .map(|member| member.span),
            blank: members.iter().all(|new| new.block) && blank_before_blocks(text, map, members),
        },
        &written,
        &hand,
    ));
    Ok(edits)
}

pub(super) fn add_block(
    text: &str,
    node: &Node,
    block: &NewBlock,
    like: Option<&Node>,
) -> Result<Vec<Edit>, Refusal> {
    let own = hand_of(text, node);
    let outer = indent_at(text, node.span.start);
    let rest = text.get(node.span.end..line_end(text, node.span.end));
    if !is_body(text, node)
        || !is_tall(text, node)
        || rest.is_none_or(|rest| {
            let rest = rest.trim_start();
            !(rest.is_empty() || rest.starts_with('#') || rest.starts_with("//"))
        })
    {
        return Err(refuse(
            node,
            "something stands behind this block on its last line",
        ));
    }
    let mut hand = like.map_or_else(|| own.clone(), |like| hand_of(text, like));
    if let Some(like) = like {
        let behind = text.get(like.span.end..).unwrap_or_default();
        hand.trailing_commas = behind.trim_start().starts_with(',');
    }
    let newline = own.newline;
    let inner = format!("{outer}{}", own.unit);
    let mut lines = vec![String::new(), format!("{outer}{} {{", block.head)];
    let widths = super::align::new_widths(&block.attributes, &own);
    for (new, width) in block.attributes.iter().zip(widths) {
        let written = member(new, &own, &inner, false, width);
        let written = written.map_err(|reason| refuse(node, reason))?;
        lines.push(format!("{inner}{written}"));
    }
    let encoded = value(&block.encoded.value, &hand, &inner, true);
    let encoded = encoded.map_err(|reason| refuse(node, reason))?;
    lines.push(String::new());
    lines.push(format!(
        "{inner}{} = jsonencode({encoded})",
        block.encoded.key
    ));
    lines.push(format!("{outer}}}"));
    let behind = line_end(text, node.span.end);
    let next = text
        .get(behind..)
        .unwrap_or_default()
        .trim_start_matches('\r');
    let is_close = next.strip_prefix('\n').is_some_and(|rest| {
        let line = rest.lines().next().unwrap_or_default();
        !line.trim().is_empty()
    });
    if is_close {
        lines.push(String::new());
    }
    let written: String = lines
        .iter()
        .map(|line| format!("{newline}{line}"))
        .collect();
    Ok(vec![Edit::insert(behind, written)])
}

/// Whether blocks of this body have a blank line above: those of the same type where there are two, else any block.
fn blank_before_blocks(text: &str, map: &Map, members: &[NewMember]) -> bool {
    let key = members.first().map(|new| new.key.as_str());
    let mut same = None;
    let mut any = None;
    for pair in map.members.windows(2) {
        let [before, block] = pair else {
            continue;
        };
        if block.kind == MemberKind::Attribute {
            continue;
        }
        let blank = text
            .get(before.span.end..block.span.start)
            .is_some_and(|between| between.matches('\n').count() > 1);
        if Some(block.key.text.as_str()) == key && before.key.text == block.key.text {
            same = Some(blank);
        }
        any = Some(blank);
    }
    same.or(any).unwrap_or(false)
}

/// A body on one line holds one attribute only: it gets lines of its own.
fn unfold(
    text: &str,
    node: &Node,
    map: &Map,
    index: usize,
    members: &[NewMember],
    hand: &Hand,
) -> Result<Vec<Edit>, Refusal> {
    let ([only], true) = (map.members.as_slice(), index == 0) else {
        return Err(refuse(node, "several members share one line"));
    };
    let outer = indent_at(text, node.span.start);
    let inner = format!("{outer}{}", hand.unit);
    let newline = hand.newline;
    let mut edits = Vec::new();
    let width = super::align::width(text, map, 0, members, hand, &mut edits);
    let mut lines = String::new();
    for new in members {
        let written =
            member(new, hand, &inner, true, width).map_err(|reason| refuse(node, reason))?;
        lines.push_str(&format!("{newline}{inner}{written}"));
    }
    edits.push(Edit::replace(
        Span::new(node.span.start + 1, only.span.start),
        format!("{newline}{inner}"),
    ));
    edits.push(Edit::replace(
        Span::new(only.span.end, node.span.end.saturating_sub(1)),
        format!("{lines}{newline}{outer}"),
    ));
    Ok(edits)
}

/// Take a child of a bracketed node away.
pub(super) fn remove(
    text: &str,
    node: &Node,
    spans: &[Span],
    index: usize,
) -> Result<Vec<Edit>, Refusal> {
    let Some(child) = spans.get(index).copied() else {
        return Err(refuse(node, "there is no such item"));
    };
    let previous = index
        .checked_sub(1)
        .and_then(|index| spans.get(index))
        .copied();
    let next = spans.get(index + 1).copied();
    if previous.is_none() && next.is_none() {
        return Err(refuse(
            node,
            "it is the only item, and an empty list means something else",
        ));
    }
    let limit = next.map_or_else(|| inside_end(text, node), |next| next.start);
    let gap = Gap::read(text, child.end, limit, node.syntax);
    let mut edits = Vec::new();
    // A list that did not end in a comma must not end in one now.
    if next.is_none()
        && gap.comma.is_none()
        && let Some(previous) = previous
        && let Some(comma) = Gap::read(text, previous.end, child.start, node.syntax).comma
    {
        if !begins_line(text, child.start) || gap.newline.is_none() {
            return Ok(vec![Edit::delete(Span::new(previous.end, child.end))]);
        }
        edits.push(Edit::delete(Span::new(comma, comma + 1)));
    }
    if begins_line(text, child.start)
        && let Some(newline) = gap.newline
        && gap.comma.is_none_or(|comma| comma < newline)
    {
        let start = super::hand::line_start(text, child.start);
        let end = newline
            + if text
                .get(newline..)
                .is_some_and(|rest| rest.starts_with("\r\n"))
            {
                2
            } else {
                1
            };
        edits.push(Edit::delete(Span::new(start, end)));
    } else if let Some(next) = next {
        edits.push(Edit::delete(Span::new(child.start, next.start)));
    } else if let Some(previous) = previous {
        let end = gap.comma.map_or(child.end, |_| child.end);
        let start = Gap::read(text, previous.end, child.start, node.syntax)
            .comma
            .map_or(previous.end, |comma| {
                if gap.comma.is_some() {
                    comma + 1
                } else {
                    previous.end
                }
            });
        let end = gap.comma.map_or(end, |comma| comma + 1);
        edits.clear();
        edits.push(Edit::delete(Span::new(start, end)));
    }
    Ok(edits)
}
