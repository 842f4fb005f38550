//! Strings that tell patterns apart: for every set of patterns that some string is matched by, and no other, one such string.
//!
//! The patterns without wildcards are strings already. The others become one automaton whose states are sets of places in all of them at
//! once; a breadth-first walk over the characters that occur, and one that does not, meets every set in its shortest string.

use super::set::Set;
use crate::order::{Index, insert};

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Character(char),
    /// This letter in either case.
    Letter(char),
    /// Any one character, but for a colon where `colon` is false.
    One { colon: bool },
    /// Any characters, likewise.
    Star { colon: bool },
}

/// A pattern as tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(pub(super) Vec<Token>);

/// Variables are characters of their own here, which `*` matches and `?` does not: U+E000 and following.
pub(super) const FIRST_VARIABLE: char = '\u{e000}';
const LAST_VARIABLE: char = '\u{e0ff}';

pub(super) fn is_variable(character: char) -> bool {
    (FIRST_VARIABLE..=LAST_VARIABLE).contains(&character)
}

impl Pattern {
    /// The same for letters of either case.
    pub(super) fn ignoring_case(mut self) -> Self {
        for token in &mut self.0 {
            if let Token::Character(character) = *token
                && character.is_ascii_alphabetic()
            {
                *token = Token::Letter(character.to_ascii_lowercase());
            }
        }
        self
    }

    fn literal(&self) -> Option<String> {
        self.0
            .iter()
            .map(|token| match token {
                Token::Character(character) => Some(*character),
                _ => None,
            })
            .collect()
    }

    /// Whether it matches `text`, variables counted as characters that only themselves and `*` match.
    pub(super) fn matches(&self, text: &str) -> bool {
        Automaton::new(&[self]).accepts_only(text)
    }
}

impl Pattern {
    /// Whether it matches some string that `text` is, with anything in the place of its variables.
    pub(super) fn may_match(&self, text: &str) -> bool {
        let automaton = Automaton::new(&[self]);
        let end = self.0.len();
        let mut places = automaton.start.clone();
        for character in text.chars() {
            if is_variable(character) {
                // Any string leads from a place to every later one.
                let first = (0..=end).find(|place| places.contains(*place));
                for place in first.unwrap_or(end + 1)..=end {
                    places.insert(place);
                }
            } else {
                places = automaton.step(&places, character);
            }
        }
        places.contains(end)
    }
}

/// Of which characters strings are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Those of an action's name, in lower case.
    Action,
    /// Those of an ARN's first five parts: no colon.
    Part,
    /// Any.
    Free,
}

impl Alphabet {
    fn has(self, character: char) -> bool {
        match self {
            Self::Action => {
                character.is_ascii_lowercase()
                    || character.is_ascii_digit()
                    || matches!(character, '-' | '_')
            }
            Self::Part => character != ':',
            Self::Free => true,
        }
    }

    /// Characters for "any other", those of a name first.
    fn fresh(self) -> impl Iterator<Item = char> {
        "xzqwkjvybhugmfpdclntrsoiae0123456789-_XZQ"
            .chars()
            .chain('\u{c0}'..'\u{24f}')
            .filter(move |character| self.has(*character))
    }
}

/// Strings for every reachable set of patterns.
#[derive(Debug)]
pub(super) struct Minterms {
    /// The strings; those of `Pattern::exact` and shorter ones first.
    pub(super) texts: Vec<String>,
    /// Whether the walk was stopped: then some sets may be missing.
    pub(super) is_capped: bool,
}

/// States of one automaton.
const MOST_STATES: usize = 60_000;
/// Characters tried in all, times the words that a state takes: some 50 ms.
const MOST_WORK: usize = 4_000_000;

pub(super) fn minterms(patterns: &[Pattern], made_of: Alphabet) -> Minterms {
    let mut seen = Index::default();
    let mut texts = Vec::new();
    let mut globs: Vec<&Pattern> = Vec::new();
    let mut literals: Vec<&Pattern> = Vec::new();
    let mut used: Vec<char> = Vec::new();
    for pattern in patterns {
        match pattern.literal() {
            Some(text) => {
                for character in text.chars() {
                    insert(&mut used, character);
                }
                if seen.is_new(text.as_str()) {
                    literals.push(pattern);
                    texts.push(text);
                }
            }
            None if !globs.contains(&pattern) => globs.push(pattern),
            None => {}
        }
    }
    let mut alphabet: Vec<char> = used
        .iter()
        .copied()
        .filter(|found| is_variable(*found))
        .collect();
    let mut has_letters = false;
    for token in globs.iter().flat_map(|glob| &glob.0) {
        match token {
            Token::Character(character) => {
                insert(&mut alphabet, *character);
            }
            Token::Letter(letter) => {
                has_letters = true;
                insert(&mut alphabet, *letter);
                insert(&mut alphabet, letter.to_ascii_uppercase());
            }
            Token::One { colon: false } | Token::Star { colon: false } => {
                insert(&mut alphabet, ':');
            }
            Token::One { .. } | Token::Star { .. } => {}
        }
    }
    // A character that occurs nowhere makes strings that are none of the literals. Where there is none, or where letters of either case make
    // a literal one of several that the others treat alike, the literals are patterns like the rest.
    let free = made_of
        .fresh()
        .find(|character| !alphabet.contains(character) && !used.contains(character));
    if free.is_none() || has_letters {
        for character in used {
            insert(&mut alphabet, character);
        }
        globs.extend(literals);
    }
    let fresh = free.or_else(|| {
        made_of
            .fresh()
            .find(|character| !alphabet.contains(character))
    });
    let mut letters: Vec<char> = fresh.into_iter().collect();
    letters.extend(alphabet.into_iter().filter(|found| made_of.has(*found)));
    let automaton = Automaton::new(&globs);
    let is_capped = automaton.walk(&letters, fresh, |text| {
        if seen.is_new(text.as_str()) {
            texts.push(text);
        }
    });
    Minterms { texts, is_capped }
}

/// Places in all patterns at once: bit `first + n` stands before token `n` of a pattern.
struct Automaton {
    size: usize,
    start: Set,
    /// Places from which a character goes on, and at which it stays.
    // INVARIANT: sorted by character.
    steps: Vec<(char, (Set, Set))>,
    /// The same for characters that no pattern names: an ordinary one, a colon, a variable.
    ordinary: (Set, Set),
    colon: (Set, Set),
    variable: (Set, Set),
    stars: Set,
    ends: Vec<usize>,
    accepting: Set,
}

impl Automaton {
    fn new(patterns: &[&Pattern]) -> Self {
        let size: usize = patterns.iter().map(|pattern| pattern.0.len() + 1).sum();
        let none = || (Set::empty(size), Set::empty(size));
        let mut automaton = Self {
            size,
            start: Set::empty(size),
            steps: Vec::new(),
            ordinary: none(),
            colon: none(),
            variable: none(),
            stars: Set::empty(size),
            ends: Vec::new(),
            accepting: Set::empty(size),
        };
        let mut first = 0;
        for pattern in patterns {
            automaton.start.insert(first);
            for (at, token) in pattern.0.iter().enumerate() {
                let place = first + at;
                match token {
                    Token::One { colon } => {
                        automaton.ordinary.0.insert(place);
                        if *colon {
                            automaton.colon.0.insert(place);
                        }
                    }
                    Token::Star { colon } => {
                        automaton.stars.insert(place);
                        automaton.ordinary.1.insert(place);
                        automaton.variable.1.insert(place);
                        if *colon {
                            automaton.colon.1.insert(place);
                        }
                    }
                    Token::Character(_) | Token::Letter(_) => {}
                }
            }
            first += pattern.0.len() + 1;
            automaton.ends.push(first - 1);
            automaton.accepting.insert(first - 1);
        }
        let mut first = 0;
        for pattern in patterns {
            for (at, token) in pattern.0.iter().enumerate() {
                let place = first + at;
                match token {
                    Token::Character(character) => automaton.name(*character, place),
                    Token::Letter(letter) => {
                        automaton.name(*letter, place);
                        automaton.name(letter.to_ascii_uppercase(), place);
                    }
                    Token::One { .. } | Token::Star { .. } => {}
                }
            }
            first += pattern.0.len() + 1;
        }
        automaton.start = automaton.close(automaton.start.clone());
        automaton
    }

    fn name(&mut self, character: char, place: usize) {
        let at = match self.named(character) {
            Ok(at) => at,
            Err(at) => {
                let unnamed = self.unnamed(character).clone();
                self.steps.insert(at, (character, unnamed));
                at
            }
        };
        if let Some((_, (go, _))) = self.steps.get_mut(at) {
            go.insert(place);
        }
    }

    fn named(&self, character: char) -> Result<usize, usize> {
        self.steps
            .binary_search_by_key(&character, |(known, _)| *known)
    }

    fn unnamed(&self, character: char) -> &(Set, Set) {
        if character == ':' {
            &self.colon
        } else if is_variable(character) {
            &self.variable
        } else {
            &self.ordinary
        }
    }

    /// A star may stand for nothing.
    fn close(&self, mut places: Set) -> Set {
        // Two stars side by side, where one crosses colons and the other does not, need a second round.
        for _ in 0..2 {
            places = places.or(&places.and(&self.stars).shifted());
        }
        places
    }

    fn step(&self, places: &Set, character: char) -> Set {
        let named = self.named(character).ok().and_then(|at| self.steps.get(at));
        let (go, stay) = named.map_or_else(|| self.unnamed(character), |(_, steps)| steps);
        self.close(places.and(go).shifted().or(&places.and(stay)))
    }

    /// Whether all patterns match all of `text`.
    fn accepts_only(&self, text: &str) -> bool {
        let places = text.chars().fold(self.start.clone(), |places, character| {
            self.step(&places, character)
        });
        self.ends.iter().all(|end| places.contains(*end))
    }

    /// Meet every set of accepting patterns, without and with `fresh` in the string; whether it was stopped early.
    fn walk(&self, letters: &[char], fresh: Option<char>, mut found: impl FnMut(String)) -> bool {
        if self.size == 0 {
            found(fresh.unwrap_or('x').to_string());
            return false;
        }
        let key = |places: &Set, is_fresh: bool| {
            let mut key = places.key();
            key.push(u8::from(is_fresh));
            key
        };
        let mut states = Index::default();
        let mut met = Index::default();
        // Where each state was come from, to spell its string.
        let mut from: Vec<(usize, char)> = vec![(0, ' ')];
        let mut queue: Vec<(Set, bool)> = vec![(self.start.clone(), false)];
        states.place(key(&self.start, false));
        let spell = |from: &[(usize, char)], mut at: usize| {
            let mut text = Vec::new();
            while at > 0 {
                let Some((before, character)) = from.get(at) else {
                    break;
                };
                text.push(*character);
                at = *before;
            }
            text.iter().rev().collect::<String>()
        };
        let mut at = 0;
        let mut steps = 0;
        let most_steps = MOST_WORK / (self.size / 64 + 1);
        while let Some((places, is_fresh)) = queue.get(at).cloned() {
            for letter in letters {
                steps += 1;
                let next = self.step(&places, *letter);
                let is_fresh = is_fresh || Some(*letter) == fresh;
                let name = key(&next, is_fresh);
                if states.get(&name).is_some() {
                    continue;
                }
                if queue.len() >= MOST_STATES || steps >= most_steps {
                    return true;
                }
                from.push((at, *letter));
                if met.is_new(key(&next.and(&self.accepting), is_fresh)) {
                    found(spell(&from, from.len() - 1));
                }
                states.place(name);
                queue.push((next, is_fresh));
            }
            at += 1;
        }
        // The empty string comes last: no name is empty, but a value may be.
        let none = self.start.and(&self.accepting);
        if !none.is_empty() || met.get(&key(&none, true)).is_none() {
            found(String::new());
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Pattern {
        let token = |character| match character {
            '*' => Token::Star { colon: true },
            '?' => Token::One { colon: true },
            other => Token::Character(other),
        };
        Pattern(text.chars().map(token).collect())
    }

    fn texts(patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<Pattern> = patterns.iter().map(|text| glob(text)).collect();
        minterms(&patterns, Alphabet::Free).texts
    }

    /// Every set of patterns that a short string is matched by is the set of some string found.
    #[test]
    fn every_set_is_met() {
        for patterns in [
            ["a*", "*b", "ab"],
            ["a?", "?b", "ab"],
            ["*a*", "a", "?"],
            ["a*b*", "*b*a", "b*"],
            ["a*", "ab", "abab"],
            ["*", "xa", "bx"],
        ] {
            let sets = |text: &str| patterns.map(|pattern| crate::glob::matches(pattern, text));
            let found: std::collections::HashSet<[bool; 3]> =
                texts(&patterns).iter().map(|text| sets(text)).collect();
            let mut words = vec![String::new()];
            let mut at = 0;
            while at < words.len() && words[at].len() < 6 {
                for letter in ['a', 'b', 'x'] {
                    words.push(format!("{}{letter}", words[at]));
                }
                at += 1;
            }
            for word in words {
                assert!(found.contains(&sets(&word)), "{patterns:?}: {word}");
            }
        }
    }

    /// Letters of either case: a literal is one of several strings that a pattern takes.
    #[test]
    fn a_literal_does_not_hide_its_other_spellings() {
        for literal in ["ab", "AB", "Ab"] {
            let found =
                minterms(&[glob("ab").ignoring_case(), glob(literal)], Alphabet::Free).texts;
            assert!(
                found
                    .iter()
                    .any(|text| text != literal && text.eq_ignore_ascii_case("ab")),
                "{literal}: {found:?}"
            );
        }
    }

    /// Where every character is taken, a literal does not stand for what only a glob matches.
    #[test]
    fn literals_of_every_character_hide_nothing() {
        let all: String = Alphabet::Action.fresh().collect();
        let found = minterms(&[glob("x*"), glob("x"), glob(&all)], Alphabet::Action).texts;
        assert!(
            found
                .iter()
                .any(|text| text.starts_with('x') && *text != "x" && *text != all)
        );
    }

    #[test]
    fn a_variable_is_matched_by_itself_and_by_a_star() {
        let variable = FIRST_VARIABLE.to_string();
        assert!(glob("*").matches(&variable));
        assert!(!glob("?").matches(&variable));
        assert!(glob(&variable).matches(&variable));
    }

    #[test]
    fn a_variable_may_be_anything() {
        let text = format!("home/{FIRST_VARIABLE}/b");
        for (pattern, expected) in [
            ("home/red/*", true),
            ("home/*", true),
            ("home/a/b/b", true),
            ("home/?b", true),
            ("home/b", false),
            ("home/*/c", false),
            ("other/*", false),
        ] {
            assert_eq!(glob(pattern).may_match(&text), expected, "{pattern}");
        }
    }

    #[test]
    fn many_overlapping_stars_are_given_up_in_bounded_time() {
        let patterns: Vec<Pattern> = (0..40)
            .map(|at| glob(&format!("*{at}x{}*y{at}*", at * 7)))
            .collect();
        assert!(minterms(&patterns, Alphabet::Free).is_capped);
    }
}
