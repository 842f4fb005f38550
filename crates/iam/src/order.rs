//! Tables and orders. The page downloads the code of each kind of table and of each kind of sort, so there is one of each for all.

use std::collections::HashMap;

/// Numbers for keys, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    places: HashMap<Vec<u8>, usize>,
}

impl Index {
    /// The key's number, and whether it is new.
    pub(crate) fn place(&mut self, key: impl Into<Vec<u8>>) -> (usize, bool) {
        let next = self.places.len();
        let place = *self.places.entry(key.into()).or_insert(next);
        (place, place == next)
    }

    /// Whether the key is new; it is known from now on.
    pub(crate) fn is_new(&mut self, key: impl Into<Vec<u8>>) -> bool {
        self.place(key).1
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<usize> {
        self.places.get(key).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}

/// The items by rank, those of one rank as they stood.
pub(crate) fn ranked<T>(items: Vec<T>, rank: impl Fn(&T) -> usize) -> Vec<T> {
    let mut order: Vec<(usize, usize)> = items
        .iter()
        .enumerate()
        .map(|(at, item)| (rank(item), at))
        .collect();
    order.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|(_, at)| items.get_mut(at)?.take())
        .collect()
}

/// Put `item` into a sorted list that does not have it.
pub(crate) fn insert<T: Ord>(list: &mut Vec<T>, item: T) {
    if let Err(at) = list.binary_search(&item) {
        list.insert(at, item);
    }
}

/// The entry of this name in a list that is sorted by name.
pub(crate) fn entry<'a, V: Default>(
    list: &'a mut Vec<(String, V)>,
    name: &str,
) -> Option<&'a mut V> {
    let at = match list.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
        Ok(at) => at,
        Err(at) => {
            list.insert(at, (name.to_owned(), V::default()));
            at
        }
    };
    list.get_mut(at).map(|(_, value)| value)
}
