//! The column of `=`, which `terraform fmt` wants the same on neighbouring lines.

use undeny_text::Edit;

use super::hand::Hand;
use super::write::hcl_key;
use super::{New, NewMember};
use crate::{Map, Member, MemberKind, Syntax};

/// Whether the value is written on one line; only such attributes share a column.
fn is_single(new: &NewMember, hand: &Hand) -> bool {
    if new.block {
        return false;
    }
    match &new.value {
        New::Map(members) => members.is_empty() || hand.wide_maps,
        New::List(items) => {
            let maps = items.iter().any(|item| matches!(item, New::Map(_)));
            items.is_empty() || !(maps || (hand.tall_lists && items.len() > 1))
        }
        _ => true,
    }
}

fn key_width(new: &NewMember, hand: &Hand) -> usize {
    let quotes = if hand.quoted_keys && !hcl_key(&new.key).starts_with('"') {
        2
    } else {
        0
    };
    hcl_key(&new.key).chars().count() + quotes
}

/// The key's width for each of the members of a new body or object.
pub(super) fn new_widths(members: &[NewMember], hand: &Hand) -> Vec<usize> {
    if hand.syntax != Syntax::Hcl || hand.colon.is_some() {
        return vec![0; members.len()];
    }
    let mut widths = Vec::with_capacity(members.len());
    for group in members.chunk_by(|left, right| is_single(left, hand) && is_single(right, hand)) {
        let widest = group
            .iter()
            .map(|new| key_width(new, hand))
            .max()
            .unwrap_or(0);
        widths.extend(std::iter::repeat_n(widest, group.len()));
    }
    widths
}

/// The width for keys inserted behind the member at `index`; where a new key is wider than its aligned neighbours, `edits` moves those.
pub(super) fn width(
    text: &str,
    map: &Map,
    index: usize,
    members: &[NewMember],
    hand: &Hand,
    edits: &mut Vec<Edit>,
) -> usize {
    let Some(widest) = members
        .iter()
        .filter(|new| is_single(new, hand))
        .map(|new| key_width(new, hand))
        .max()
    else {
        return 0;
    };
    let group = group_around(text, map, index);
    let columns: Vec<usize> = group
        .iter()
        .filter_map(|member| column(text, member))
        .collect();
    let Some(column) = columns.first().copied() else {
        return 0;
    };
    if columns.iter().any(|other| *other != column) {
        // The neighbours are not aligned: nothing to keep.
        return 0;
    }
    let longest = group
        .iter()
        .map(|member| width_of(member.key.span.text(text)))
        .max()
        .unwrap_or(0);
    if widest <= column || column > longest {
        return column.max(widest);
    }
    for member in group {
        edits.push(Edit::insert(
            member.key.span.end,
            " ".repeat(widest - column),
        ));
    }
    widest
}

fn width_of(key: &str) -> usize {
    key.chars().count()
}

/// The attributes on one line each, without a gap, that the member at `index` is one of.
fn group_around<'m>(text: &str, map: &'m Map, index: usize) -> Vec<&'m Member> {
    let single = |member: &Member| {
        member.kind == MemberKind::Attribute && !member.span.text(text).contains('\n')
    };
    let joined = |left: &Member, right: &Member| {
        text.get(left.span.end..right.span.start)
            .is_some_and(|between| between.matches('\n').count() == 1)
    };
    let Some(anchor) = map.members.get(index).filter(|member| single(member)) else {
        return Vec::new();
    };
    let mut group = vec![anchor];
    let mut first = anchor;
    for member in map.members.iter().take(index).rev() {
        if !single(member) || !joined(member, first) {
            break;
        }
        group.push(member);
        first = member;
    }
    let mut last = anchor;
    for member in map.members.iter().skip(index + 1) {
        if !single(member) || !joined(last, member) {
            break;
        }
        group.push(member);
        last = member;
    }
    group
}

/// The width that a key's blanks fill up to: where `=` stands, less one.
fn column(text: &str, member: &Member) -> Option<usize> {
    let between = text.get(member.key.span.end..member.value.span.start)?;
    let equals = between.find('=')?;
    Some(width_of(member.key.span.text(text)) + equals.checked_sub(1)?)
}
