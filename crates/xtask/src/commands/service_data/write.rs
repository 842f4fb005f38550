//! Writes a catalogue: the form is described where it is read, in `crates/iam/src/service/mod.rs`.
//!
//! Nothing is compressed here, for the page is sent with brotli anyway; but what belongs together lies together, and whatever can be said by
//! reference to something else is: `DeleteBucketPolicy` is the noun `BucketPolicy` with one of a few sets of verbs, the resource type
//! `bucket-policy` is that noun in another style, and its ARN is written with the noun left out.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Action, KEY_TYPES, LEVELS, Service, Source};

const MAGIC: &[u8] = b"UDSC\x01";
/// The file knows all services.
const COMPLETE: u8 = 1;

/// The streams, in the order of the file.
#[derive(Debug, Default)]
struct Streams {
    affixes: Vec<u8>,
    affix_sets: Vec<u8>,
    global_keys: Vec<u8>,
    dependent_actions: Vec<u8>,
    dependent_lists: Vec<u8>,
    services: Vec<u8>,
    counts: Vec<u8>,
    nouns: Vec<u8>,
    noun_sets: Vec<u8>,
    levels: Vec<u8>,
    shapes: Vec<u8>,
    shape_types: Vec<u8>,
    shape_keys: Vec<u8>,
    action_keys: Vec<u8>,
    key_sets: Vec<u8>,
    type_nouns: Vec<u8>,
    type_styles: Vec<u8>,
    type_names: Vec<u8>,
    type_arns: Vec<u8>,
    type_keys: Vec<u8>,
    keys: Vec<u8>,
    key_types: Vec<u8>,
    dependents: Vec<u8>,
}

impl Streams {
    fn all(&self) -> [(&'static str, &Vec<u8>); 23] {
        [
            ("affixes", &self.affixes),
            ("affix_sets", &self.affix_sets),
            ("global_keys", &self.global_keys),
            ("dependent_actions", &self.dependent_actions),
            ("dependent_lists", &self.dependent_lists),
            ("services", &self.services),
            ("counts", &self.counts),
            ("nouns", &self.nouns),
            ("noun_sets", &self.noun_sets),
            ("levels", &self.levels),
            ("shapes", &self.shapes),
            ("shape_types", &self.shape_types),
            ("shape_keys", &self.shape_keys),
            ("action_keys", &self.action_keys),
            ("key_sets", &self.key_sets),
            ("type_nouns", &self.type_nouns),
            ("type_styles", &self.type_styles),
            ("type_names", &self.type_names),
            ("type_arns", &self.type_arns),
            ("type_keys", &self.type_keys),
            ("keys", &self.keys),
            ("key_types", &self.key_types),
            ("dependents", &self.dependents),
        ]
    }
}

/// The file, and the streams by name for people who look at sizes.
pub(super) fn write(source: &Source, complete: bool) -> (Vec<u8>, Vec<(&'static str, Vec<u8>)>) {
    let affixes = Affixes::choose(source);
    let mut streams = Streams::default();
    let grouped: BTreeMap<&str, Vec<Group<'_>>> = source
        .services
        .iter()
        .map(|(prefix, service)| (prefix.as_str(), affixes.group(service)))
        .collect();
    let sets = numbered(
        grouped
            .values()
            .flatten()
            .map(|group| group.members.keys().copied().collect::<Vec<_>>()),
    );
    let levels = likely_levels(&affixes, &grouped, source);

    for (index, (prefix, suffix)) in affixes.list.iter().enumerate() {
        line(&mut streams.affixes, &format!("{prefix}~{suffix}"));
        streams
            .levels
            .push(levels.get(index).copied().unwrap_or_default());
    }
    let mut by_number: Vec<_> = sets.iter().collect();
    by_number.sort_by_key(|(_, number)| **number);
    varint(&mut streams.affix_sets, by_number.len());
    for (set, _) in by_number {
        increasing(&mut streams.affix_sets, set.iter().copied());
    }
    for (key, kind) in &source.global_keys {
        line(
            &mut streams.global_keys,
            &format!("{}{key}", type_letter(kind)),
        );
    }

    let places = places(&grouped);
    let lists = numbered(source.services.values().flat_map(|service| {
        service
            .actions
            .values()
            .filter(|action| !action.dependents.is_empty())
            .map(|action| action.dependents.iter().collect::<Vec<_>>())
    }));
    let named: BTreeSet<(usize, usize)> = lists
        .keys()
        .flatten()
        .filter_map(|(prefix, name)| places.get(&(prefix.as_str(), name.as_str())).copied())
        .collect();
    let named: Vec<_> = named.into_iter().collect();
    varint(&mut streams.dependent_actions, named.len());
    let mut last = (0, 0);
    for (service, action) in &named {
        varint(&mut streams.dependent_actions, service - last.0);
        let from = if *service == last.0 { last.1 } else { 0 };
        varint(&mut streams.dependent_actions, action - from);
        last = (*service, *action);
    }
    let mut by_number: Vec<_> = lists.iter().collect();
    by_number.sort_by_key(|(_, number)| **number);
    varint(&mut streams.dependent_lists, by_number.len());
    for (list, _) in by_number {
        let numbers: BTreeSet<usize> = list
            .iter()
            .filter_map(|(prefix, name)| places.get(&(prefix.as_str(), name.as_str())))
            .filter_map(|place| named.binary_search(place).ok())
            .collect();
        increasing(&mut streams.dependent_lists, numbers.into_iter());
    }

    for (prefix, service) in &source.services {
        let groups = grouped.get(prefix.as_str()).map_or(&[][..], Vec::as_slice);
        write_service(
            &mut streams,
            prefix,
            service,
            groups,
            &sets,
            &levels,
            &lists,
        );
    }

    let mut file = MAGIC.to_vec();
    file.push(if complete { COMPLETE } else { 0 });
    file.extend(source.date.bytes());
    for (_, stream) in streams.all() {
        varint(&mut file, stream.len());
    }
    for (_, stream) in streams.all() {
        file.extend(stream);
    }
    let named = streams
        .all()
        .map(|(name, stream)| (name, stream.clone()))
        .to_vec();
    (file, named)
}

fn write_service(
    streams: &mut Streams,
    prefix: &str,
    service: &Service,
    groups: &[Group<'_>],
    sets: &BTreeMap<Vec<usize>, usize>,
    levels: &[u8],
    lists: &BTreeMap<Vec<&(String, String)>, usize>,
) {
    line(&mut streams.services, prefix);
    let types: Vec<&String> = sorted(service.types.keys());
    let keys: Vec<&String> = sorted(service.keys.keys());
    let mut key_sets = KeySets::new(&keys);
    let mut shapes: Vec<Vec<(usize, bool, usize)>> = Vec::new();
    let mut recent: Vec<usize> = Vec::new();
    let mut gap = 1;

    for group in groups {
        line(&mut streams.nouns, group.noun);
        let set: Vec<usize> = group.members.keys().copied().collect();
        varint(
            &mut streams.noun_sets,
            sets.get(&set).copied().unwrap_or_default(),
        );
        for (affix, (_, action)) in &group.members {
            let likely = levels.get(*affix).copied().unwrap_or_default();
            streams.levels.push(if action.level == likely {
                0
            } else {
                action.level + 1
            });
            let shape: Vec<_> = types
                .iter()
                .enumerate()
                .filter_map(|(number, kind)| {
                    let (required, keys) = action.types.get(*kind)?;
                    Some((number, *required, key_sets.number(keys)))
                })
                .collect();
            let number = shapes.iter().position(|known| *known == shape);
            let number = number.unwrap_or_else(|| {
                shapes.push(shape);
                shapes.len() - 1
            });
            move_to_front(&mut streams.shapes, &mut recent, number);
            let keys = key_sets.number(&action.keys);
            varint(&mut streams.action_keys, keys);
            if action.dependents.is_empty() {
                gap += 1;
            } else {
                varint(&mut streams.dependents, gap);
                let list: Vec<_> = action.dependents.iter().collect();
                varint(
                    &mut streams.dependents,
                    lists.get(&list).copied().unwrap_or_default(),
                );
                gap = 1;
            }
        }
    }
    streams.dependents.push(0);

    let mut last_keys = vec![0; types.len()];
    for shape in &shapes {
        varint(&mut streams.shape_types, shape.len());
        let mut next = 0;
        for (number, required, keys) in shape {
            varint(
                &mut streams.shape_types,
                (number - next) * 2 + usize::from(*required),
            );
            next = number + 1;
            // A type mostly brings the keys that it brought the last time.
            if let Some(last) = last_keys.get_mut(*number) {
                let same = *last == *keys;
                varint(&mut streams.shape_keys, if same { 0 } else { keys + 1 });
                *last = *keys;
            }
        }
    }
    let mut last = 0;
    for key in &types {
        let Some(kind) = service.types.get(*key) else {
            continue;
        };
        let base = Base::choose(key, groups, &kind.arn);
        streams.type_styles.push(base.style);
        match base.noun {
            Some(noun) => {
                // Zigzag: types and nouns are both sorted, so the next noun is mostly a few further.
                let step = if noun >= last {
                    (noun - last) * 2
                } else {
                    (last - noun) * 2 - 1
                };
                varint(&mut streams.type_nouns, step + 1);
                last = noun;
            }
            None => {
                streams.type_nouns.push(0);
                line(&mut streams.type_names, &base.text);
            }
        }
        line(
            &mut streams.type_arns,
            &shortened_arn(&kind.arn, prefix, key, &base.text),
        );
        varint(&mut streams.type_keys, key_sets.number(&kind.keys));
    }
    for key in &keys {
        line(&mut streams.keys, &shortened_key(key, prefix));
        let kind = service.keys.get(*key).map_or("", String::as_str);
        streams.key_types.push(type_number(kind));
    }
    for (number, set) in key_sets.list.iter().enumerate().skip(1) {
        let (back, toggled) = difference(key_sets.list.get(..number).unwrap_or_default(), set);
        varint(&mut streams.key_sets, back);
        increasing(&mut streams.key_sets, toggled.into_iter());
    }
    streams.counts.push(u8::from(service.rcp));
    varint(&mut streams.counts, groups.len());
    varint(&mut streams.counts, shapes.len());
    varint(&mut streams.counts, types.len());
    varint(&mut streams.counts, keys.len());
    varint(&mut streams.counts, key_sets.list.len() - 1);
}

/// What stands before and after a noun, the most used first.
#[derive(Debug)]
struct Affixes {
    verbs: Vec<String>,
    list: Vec<(String, &'static str)>,
}

/// The actions that share a noun, by affix.
#[derive(Debug)]
struct Group<'a> {
    noun: &'a str,
    members: BTreeMap<usize, (&'a str, &'a Action)>,
}

/// Plural endings: what a name ends with, and what its noun ends with instead.
const SUFFIXES: &[(&str, &str)] = &[("s", ""), ("ies", "y"), ("es", "")];

impl Affixes {
    /// A first word is a verb if many actions begin with it.
    fn choose(source: &Source) -> Self {
        let names = || {
            source
                .services
                .values()
                .flat_map(|service| service.actions.keys())
        };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in names() {
            let ends: Vec<usize> = name
                .char_indices()
                .skip(1)
                .filter(|(_, letter)| letter.is_ascii_uppercase())
                .map(|(at, _)| at)
                .collect();
            let first = ends.first().copied().unwrap_or(name.len());
            *counts.entry(name.get(..first).unwrap_or(name)).or_default() += 1;
            if name.starts_with("Batch") || name.starts_with("Admin") || name.starts_with("Start") {
                let second = ends.get(1).copied().unwrap_or(name.len());
                *counts
                    .entry(name.get(..second).unwrap_or(name))
                    .or_default() += 1;
            }
        }
        let least = (names().count() / 1800).max(4);
        let mut verbs: Vec<String> = counts
            .into_iter()
            .filter(|(verb, count)| *count >= least && verb.len() > 1)
            .map(|(verb, _)| verb.to_owned())
            .collect();
        verbs.sort_by_key(|verb| std::cmp::Reverse(verb.len()));
        let mut affixes = Self {
            verbs,
            list: Vec::new(),
        };
        let mut used: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
        for service in source.services.values() {
            for (_, verb, _, suffix) in affixes.split_all(service) {
                *used.entry((verb.to_owned(), suffix)).or_default() += 1;
            }
        }
        let mut list: Vec<_> = used.into_iter().collect();
        list.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        affixes.list = list.into_iter().map(|(affix, _)| affix).collect();
        affixes
    }

    /// Verb and noun of a name.
    fn split<'a>(&self, name: &'a str) -> (&'a str, &'a str) {
        for verb in &self.verbs {
            let Some(noun) = name.strip_prefix(verb.as_str()) else {
                continue;
            };
            let ends = noun
                .bytes()
                .next()
                .is_none_or(|next| !next.is_ascii_lowercase());
            if ends {
                return name.split_at(verb.len());
            }
        }
        ("", name)
    }

    /// Name, verb, noun and plural ending of each action. A plural is one only where the singular is there too.
    fn split_all<'a>(&self, service: &'a Service) -> Vec<(&'a str, &'a str, String, &'static str)> {
        let pairs: Vec<_> = service
            .actions
            .keys()
            .map(|name| (name.as_str(), self.split(name)))
            .collect();
        let nouns: BTreeSet<&str> = pairs.iter().map(|(_, (_, noun))| *noun).collect();
        pairs
            .into_iter()
            .map(|(name, (verb, noun))| {
                for (suffix, ending) in SUFFIXES {
                    let Some(stem) = noun.strip_suffix(suffix) else {
                        continue;
                    };
                    let singular = format!("{stem}{ending}");
                    if stem.len() > 1 && nouns.contains(singular.as_str()) {
                        return (name, verb, singular, *suffix);
                    }
                }
                (name, verb, noun.to_owned(), "")
            })
            .collect()
    }

    fn group<'a>(&self, service: &'a Service) -> Vec<Group<'a>> {
        let split = self.split_all(service);
        // The singular's text is borrowed from the name that has it alone.
        let nouns: BTreeMap<&str, ()> = service
            .actions
            .keys()
            .map(|name| (self.split(name).1, ()))
            .collect();
        let mut groups: BTreeMap<&str, Group<'a>> = BTreeMap::new();
        for (name, verb, noun, suffix) in split {
            let Some((noun, ())) = nouns.get_key_value(noun.as_str()) else {
                continue;
            };
            let affix = self
                .list
                .iter()
                .position(|(known, end)| known == verb && *end == suffix)
                .unwrap_or_default();
            let Some(action) = service.actions.get(name) else {
                continue;
            };
            groups
                .entry(noun)
                .or_insert_with(|| Group {
                    noun,
                    members: BTreeMap::new(),
                })
                .members
                .insert(affix, (name, action));
        }
        groups.into_values().collect()
    }
}

/// The level that most actions of an affix have.
fn likely_levels(
    affixes: &Affixes,
    grouped: &BTreeMap<&str, Vec<Group<'_>>>,
    source: &Source,
) -> Vec<u8> {
    debug_assert!(!source.services.is_empty());
    let mut counts = vec![vec![0_usize; LEVELS.len()]; affixes.list.len()];
    for (affix, (_, action)) in grouped.values().flatten().flat_map(|group| &group.members) {
        if let Some(count) = counts
            .get_mut(*affix)
            .and_then(|levels| levels.get_mut(usize::from(action.level)))
        {
            *count += 1;
        }
    }
    counts
        .iter()
        .map(|levels| {
            let most = (0_u8..).zip(levels).max_by_key(|(_, count)| **count);
            most.map_or(0, |(level, _)| level)
        })
        .collect()
}

/// Service number and number in the service of each action, in the order of the file.
fn places<'a>(
    grouped: &BTreeMap<&'a str, Vec<Group<'a>>>,
) -> BTreeMap<(&'a str, &'a str), (usize, usize)> {
    let mut places = BTreeMap::new();
    for (number, (prefix, groups)) in grouped.iter().enumerate() {
        let names = groups
            .iter()
            .flat_map(|group| group.members.values().map(|(name, _)| *name));
        for (ordinal, name) in names.enumerate() {
            places.insert((*prefix, name), (number, ordinal));
        }
    }
    places
}

/// Sets of condition keys, by number; the first is the empty one.
#[derive(Debug)]
struct KeySets<'a> {
    keys: &'a [&'a String],
    list: Vec<Vec<usize>>,
}

impl<'a> KeySets<'a> {
    fn new(keys: &'a [&'a String]) -> Self {
        Self {
            keys,
            list: vec![Vec::new()],
        }
    }

    fn number(&mut self, set: &BTreeSet<String>) -> usize {
        let set: Vec<usize> = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, key)| set.contains(key.as_str()))
            .map(|(number, _)| number)
            .collect();
        let known = self.list.iter().position(|other| *other == set);
        known.unwrap_or_else(|| {
            self.list.push(set);
            self.list.len() - 1
        })
    }
}

/// The earlier set, counted from the end, that `set` differs least from, and the keys that only one of the two has.
fn difference(earlier: &[Vec<usize>], set: &[usize]) -> (usize, Vec<usize>) {
    let toggled = |other: &Vec<usize>| -> Vec<usize> {
        let (one, two): (BTreeSet<_>, BTreeSet<_>) = (
            set.iter().copied().collect(),
            other.iter().copied().collect(),
        );
        one.symmetric_difference(&two).copied().collect()
    };
    let from_nothing = (earlier.len() - 1, set.to_vec());
    earlier
        .iter()
        .rev()
        .enumerate()
        .map(|(back, other)| (back, toggled(other)))
        .chain([from_nothing])
        .min_by_key(|(back, toggled)| (toggled.len() * 2 + usize::from(*back > 0), *back))
        .unwrap_or_default()
}

/// A resource type's name as a noun in some style.
#[derive(Debug)]
struct Base {
    noun: Option<usize>,
    text: String,
    style: u8,
}

impl Base {
    fn choose(key: &str, groups: &[Group<'_>], arn: &str) -> Self {
        for style in 0..STYLES {
            let noun = groups
                .iter()
                .position(|group| group.noun.len() > 1 && styled(group.noun, style) == key);
            if let Some(noun) = noun {
                let text = groups.get(noun).map_or("", |group| group.noun).to_owned();
                return Self {
                    noun: Some(noun),
                    text,
                    style,
                };
            }
        }
        // A variable of the ARN shows the capitals that the key lost: `${CertificateAuthorityId}`.
        let camel: String = key
            .split(['-', '_', ' ', '/'])
            .map(|word| {
                let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
                first.to_ascii_uppercase() + rest
            })
            .collect();
        let lower = camel.to_ascii_lowercase();
        let seen = arn.split("${").skip(1).find_map(|part| {
            let part = part.get(..lower.len())?;
            (part.to_ascii_lowercase() == lower).then(|| part.to_owned())
        });
        for text in seen.into_iter().chain([camel, key.to_owned()]) {
            for style in 0..STYLES {
                if styled(&text, style) == key {
                    return Self {
                        noun: None,
                        text,
                        style,
                    };
                }
            }
        }
        Self {
            noun: None,
            text: key.to_owned(),
            style: 2,
        }
    }
}

const STYLES: u8 = 5;

/// `VpcEndpoint` as `vpc-endpoint`, `vpcendpoint`, `VpcEndpoint`, `vpcEndpoint`, `vpc_endpoint`. The reader has the same.
fn styled(noun: &str, style: u8) -> String {
    let bytes = noun.as_bytes();
    let mut text = String::new();
    for (at, letter) in noun.char_indices() {
        let upper = letter.is_ascii_uppercase();
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after_lower =
            before.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let starts_word = upper
            && at > 0
            && (after_lower || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        match style {
            0 if starts_word => text.push('-'),
            4 if starts_word => text.push('_'),
            _ => {}
        }
        let keep = style == 2 || (style == 3 && at > 0);
        text.push(if keep {
            letter
        } else {
            letter.to_ascii_lowercase()
        });
    }
    text
}

/// An ARN pattern with what is known already replaced by control characters; `Reader::arn` undoes it.
fn shortened_arn(arn: &str, prefix: &str, key: &str, base: &str) -> String {
    let heads = [
        (
            "\u{6}",
            format!("arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:"),
        ),
        (
            "\u{7}",
            format!("arn:${{Partition}}:{prefix}::${{Account}}:"),
        ),
        (
            "\u{e}",
            format!("arn:${{Partition}}:{prefix}:${{Region}}::"),
        ),
        ("\u{f}", format!("arn:${{Partition}}:{prefix}:::")),
        ("\u{10}", "arn:${Partition}:".to_owned()),
    ];
    let mut text = arn.to_owned();
    for (code, head) in &heads {
        text = text.replace(head.as_str(), code);
    }
    let lower = base.to_ascii_lowercase();
    for (code, word) in [("\u{2}", base), ("\u{1}", key), ("\u{3}", lower.as_str())] {
        if word.len() > 2 {
            text = text.replace(word, code);
        }
    }
    // `${Name}` becomes `\5Name`: the closing brace is known where no letter follows it.
    let mut short = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        short.push_str(before);
        let end = after.find(|letter: char| !in_variable(letter));
        let name = after.get(..end.unwrap_or(0)).unwrap_or_default();
        let behind = after.get(name.len()..).unwrap_or_default();
        match behind.strip_prefix('}') {
            Some(behind) if !name.is_empty() => {
                short.push('\u{5}');
                short.push_str(name);
                if behind.starts_with(|next: char| in_variable(next) || next == '}') {
                    short.push('}');
                }
                rest = behind;
            }
            _ => {
                short.push_str("${");
                rest = after;
            }
        }
    }
    short + rest
}

/// Letters of a variable's name, in its shortened form.
fn in_variable(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '\u{1}'..='\u{3}')
}

/// A condition key without its service's prefix; `~` is before a key of another.
fn shortened_key(key: &str, prefix: &str) -> String {
    let text = match key {
        "aws:RequestTag/${TagKey}" => return "\u{1}".to_owned(),
        "aws:ResourceTag/${TagKey}" => return "\u{2}".to_owned(),
        "aws:TagKeys" => return "\u{3}".to_owned(),
        _ => match key
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix(':'))
        {
            Some(rest) => rest.to_owned(),
            None => format!("~{key}"),
        },
    };
    text.replace("${TagKey}", "\u{4}")
}

fn type_number(kind: &str) -> u8 {
    (0_u8..)
        .zip(KEY_TYPES)
        .find(|(_, known)| **known == kind)
        .map_or(0, |(number, _)| number)
}

fn type_letter(kind: &str) -> char {
    char::from(b'0' + type_number(kind))
}

/// By letters, of whatever case: what lies side by side looks alike.
fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_key(|name| name.to_ascii_lowercase());
    names
}

/// Distinct values by number, the most used first.
fn numbered<T: Ord + Clone>(values: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut ordered: Vec<_> = counts.into_iter().collect();
    ordered.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ordered
        .into_iter()
        .enumerate()
        .map(|(number, (value, _))| (value, number))
        .collect()
}

/// 0 for the next new one, else how long ago it was seen.
fn move_to_front(stream: &mut Vec<u8>, recent: &mut Vec<usize>, number: usize) {
    match recent.iter().position(|known| *known == number) {
        Some(at) => {
            varint(stream, at + 1);
            recent.remove(at);
        }
        None => stream.push(0),
    }
    recent.insert(0, number);
}

/// A count, then each number as its distance from the one after the last.
fn increasing(stream: &mut Vec<u8>, numbers: impl ExactSizeIterator<Item = usize>) {
    varint(stream, numbers.len());
    let mut next = 0;
    for number in numbers {
        varint(stream, number - next);
        next = number + 1;
    }
}

fn line(stream: &mut Vec<u8>, text: &str) {
    stream.extend(text.bytes());
    stream.push(b'\n');
}

fn varint(stream: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        stream.push(u8::try_from(number & 0x7F).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    stream.push(u8::try_from(number).unwrap_or_default());
}
