//! Sets of cells, and boxes of them: one set a dimension.

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    words: Vec<u64>,
}

impl Set {
    pub(super) fn empty(size: usize) -> Self {
        Self {
            words: vec![0; size.div_ceil(64)],
        }
    }

    pub(super) fn full(size: usize) -> Self {
        let mut set = Self::empty(size);
        for at in 0..size {
            set.insert(at);
        }
        set
    }

    pub(super) fn insert(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.words
            .get(at / 64)
            .is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// The set as a key: equal for equal sets of one size.
    pub(super) fn key(&self) -> Vec<u8> {
        let mut key = Vec::with_capacity(self.words.len() * 8 + 1);
        for word in &self.words {
            key.extend_from_slice(&word.to_le_bytes());
        }
        key
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        self.zip(other, |left, right| left & right)
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.zip(other, |left, right| left & !right)
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        self.zip(other, |left, right| left | right)
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.words
            .iter()
            .zip(&other.words)
            .all(|(left, right)| left & !right == 0)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.words
            .iter()
            .zip(&other.words)
            .any(|(left, right)| left & right != 0)
    }

    /// Every number one more.
    pub(super) fn shifted(&self) -> Self {
        let mut carry = 0;
        let words = self
            .words
            .iter()
            .map(|word| {
                let shifted = word << 1 | carry;
                carry = word >> 63;
                shifted
            })
            .collect();
        Self { words }
    }

    fn zip(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let words = self
            .words
            .iter()
            .zip(&other.words)
            .map(|(left, right)| join(*left, *right))
            .collect();
        Self { words }
    }
}

/// One set a dimension; holds every request that is in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cube {
    pub(super) sides: Vec<Set>,
}

impl Cube {
    pub(super) fn is_empty(&self) -> bool {
        self.sides.iter().any(Set::is_empty)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.sides
            .iter()
            .zip(&other.sides)
            .all(|(left, right)| left.meets(right))
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.sides
            .iter()
            .zip(&other.sides)
            .all(|(left, right)| left.is_within(right))
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        let sides = self
            .sides
            .iter()
            .zip(&other.sides)
            .map(|(left, right)| left.and(right))
            .collect();
        Self { sides }
    }

    /// What is left of `self` outside `other`, as all its maximal cubes; they may overlap.
    fn maximal_without(&self, other: &Self, found: &mut Vec<Self>) {
        for (at, (left, right)) in self.sides.iter().zip(&other.sides).enumerate() {
            let rest = left.minus(right);
            if !rest.is_empty() {
                let mut cube = self.clone();
                if let Some(side) = cube.sides.get_mut(at) {
                    *side = rest;
                }
                found.push(cube);
            }
        }
    }

    /// What is left of `self` outside `other`, as cubes that do not overlap.
    fn split_without(&self, other: &Self, found: &mut Vec<Self>) {
        let mut inside = self.clone();
        for (at, right) in other.sides.iter().enumerate() {
            let Some(left) = inside.sides.get(at).cloned() else {
                return;
            };
            let rest = left.minus(right);
            if !rest.is_empty() {
                let mut cube = inside.clone();
                if let Some(side) = cube.sides.get_mut(at) {
                    *side = rest;
                }
                found.push(cube);
            }
            if let Some(side) = inside.sides.get_mut(at) {
                *side = left.and(right);
            }
        }
    }
}

/// What a subtraction leaves.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) cubes: Vec<Cube>,
    /// Whether it had to stop early: then it holds more than is left.
    pub(super) is_rough: bool,
}

/// More cubes than that are not for people; cubes that do not overlap are fewer.
const MOST_MAXIMAL: usize = 400;
/// More than that is given up.
const MOST_SPLIT: usize = 4_000;

/// What is left of `cube` outside all of `others`. `work` counts down what may still be done.
pub(super) fn subtract(cube: &Cube, others: &[&Cube], work: &mut usize) -> Rest {
    let others: Vec<&Cube> = others
        .iter()
        .copied()
        .filter(|other| other.meets(cube))
        .collect();
    if cube.is_empty() || others.iter().any(|other| cube.is_within(other)) {
        return Rest {
            cubes: Vec::new(),
            is_rough: false,
        };
    }
    // Whether anything is left is soon known, and mostly nothing is.
    let split = run(cube, &others, MOST_SPLIT, work, Cube::split_without, false);
    if split.is_rough || split.cubes.is_empty() {
        return split;
    }
    let maximal = run(
        cube,
        &others,
        MOST_MAXIMAL,
        work,
        Cube::maximal_without,
        true,
    );
    if maximal.is_rough { split } else { maximal }
}

fn run(
    cube: &Cube,
    others: &[&Cube],
    most: usize,
    work: &mut usize,
    without: fn(&Cube, &Cube, &mut Vec<Cube>),
    absorb: bool,
) -> Rest {
    let mut cubes = vec![cube.clone()];
    for other in others {
        let mut next = Vec::new();
        for cube in cubes {
            *work = work.saturating_sub(1);
            if cube.meets(other) {
                cube_without(&cube, other, without, &mut next);
            } else {
                next.push(cube);
            }
        }
        cubes = if absorb { maximal(next, work) } else { next };
        if cubes.len() > most || *work == 0 {
            return Rest {
                cubes: vec![cube.clone()],
                is_rough: true,
            };
        }
        if cubes.is_empty() {
            break;
        }
    }
    Rest {
        cubes,
        is_rough: false,
    }
}

fn cube_without(
    cube: &Cube,
    other: &Cube,
    without: fn(&Cube, &Cube, &mut Vec<Cube>),
    next: &mut Vec<Cube>,
) {
    without(cube, other, next);
}

/// Those that lie in no other.
pub(super) fn maximal(cubes: Vec<Cube>, work: &mut usize) -> Vec<Cube> {
    let mut kept: Vec<Cube> = Vec::new();
    for cube in cubes {
        *work = work.saturating_sub(kept.len() / 8 + 1);
        if kept.iter().any(|other| cube.is_within(other)) {
            continue;
        }
        kept.retain(|other| !other.is_within(&cube));
        kept.push(cube);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(sides: &[&[usize]]) -> Cube {
        let sides = sides
            .iter()
            .map(|cells| {
                let mut set = Set::empty(4);
                for cell in *cells {
                    set.insert(*cell);
                }
                set
            })
            .collect();
        Cube { sides }
    }

    #[test]
    fn what_is_left_is_all_of_it_in_maximal_cubes() {
        let rest = subtract(
            &cube(&[&[0, 1], &[0, 1]]),
            &[&cube(&[&[0], &[0]])],
            &mut 1_000,
        );
        assert_eq!(rest.cubes, [cube(&[&[1], &[0, 1]]), cube(&[&[0, 1], &[1]])]);
        let rest = subtract(
            &cube(&[&[0, 1], &[0, 1]]),
            &[&cube(&[&[0], &[0, 1]]), &cube(&[&[1, 2], &[0, 1]])],
            &mut 1_000,
        );
        assert!(rest.cubes.is_empty());
    }
}
