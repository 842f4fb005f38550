//! The file's bytes, found and unpacked. Whatever they are, nothing here panics, and the work is bounded by their number.

use std::{ops::Range, sync::OnceLock};

use super::keys::{KeyType, NamedKey};

const MAGIC: &[u8] = b"UDSC\x01";
const DATE: usize = 10;
const STREAMS: usize = 23;
/// No real name comes near; a damaged file could otherwise repeat a long one thousands of times.
const LONGEST_NAME: usize = 250;
const LONGEST_ARN: usize = 4000;

/// What all services share.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) complete: bool,
    pub(super) date: String,
    pub(super) global_keys: Vec<NamedKey>,
    /// Number of the service, and of the action in it.
    pub(super) dependent_actions: Vec<(usize, usize)>,
    pub(super) dependents: Vec<usize>,
    pub(super) dependent_lists: Vec<Range<usize>>,
    affixes: Vec<Affix>,
    affix_sets: Vec<Vec<usize>>,
}

/// What is around a noun, and the level that most actions have that are made with it.
#[derive(Debug)]
struct Affix {
    verb: String,
    suffix: String,
    level: u8,
}

/// Where a service lies, and what it holds once somebody asked.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) prefix: String,
    pub(super) rcp: bool,
    counts: Counts,
    at: Streams<usize>,
    unpacked: OnceLock<Unpacked>,
}

#[derive(Clone, Copy, Debug)]
struct Counts {
    nouns: usize,
    shapes: usize,
    types: usize,
    keys: usize,
    key_sets: usize,
}

/// The streams that every service has a part of, in the order of the file.
#[derive(Clone, Copy, Debug)]
struct Streams<T> {
    nouns: T,
    noun_sets: T,
    levels: T,
    shapes: T,
    shape_types: T,
    shape_keys: T,
    action_keys: T,
    key_sets: T,
    type_nouns: T,
    type_styles: T,
    type_names: T,
    type_arns: T,
    type_keys: T,
    keys: T,
    key_types: T,
    dependents: T,
}

/// A service, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    names: String,
    // INVARIANT: `names` in lower case, so the same ranges hold.
    lower: String,
    /// In the order of the file.
    pub(super) rows: Vec<Row>,
    // INVARIANT: places in `rows`, sorted by the lower name.
    pub(super) by_name: Vec<usize>,
    shapes: Vec<Vec<Used>>,
    pub(super) types: Vec<Type>,
    pub(super) keys: Vec<NamedKey>,
    /// One bit a key, `words` words a set; the first set is empty.
    key_sets: Vec<u64>,
    words: usize,
}

/// An action.
#[derive(Debug)]
pub(super) struct Row {
    name: Range<usize>,
    pub(super) level: u8,
    pub(super) shape: usize,
    pub(super) keys: usize,
    pub(super) dependents: Option<usize>,
}

/// A resource type that an action takes.
#[derive(Clone, Debug)]
pub(super) struct Used {
    pub(super) kind: usize,
    pub(super) required: bool,
    pub(super) keys: usize,
}

#[derive(Debug)]
pub(super) struct Type {
    pub(super) name: String,
    pub(super) arn: String,
    /// Longer ARNs, with a slash behind this one, are of another type of the service: a bucket's name ends at the slash because objects have more
    /// behind it, while a role's name has its path in it.
    pub(super) parent: bool,
    pub(super) keys: usize,
}

/// Reads what all services share, and finds where each one lies.
pub(super) fn index(bytes: &[u8]) -> Option<(Tables, Vec<Entry>)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (flags, rest) = rest.split_first()?;
    let date = std::str::from_utf8(rest.get(..DATE)?).ok()?.to_owned();
    let mut header = Cursor {
        bytes,
        at: MAGIC.len() + 1 + DATE,
    };
    let mut lengths = [0; STREAMS];
    for length in &mut lengths {
        *length = header.number()?;
    }
    let mut start = header.at;
    let mut next = 0;
    let mut stream = || {
        let length = *lengths.get(next)?;
        let end = start
            .checked_add(length)
            .filter(|end| *end <= bytes.len())?;
        let cursor = Cursor { bytes, at: start };
        (start, next) = (end, next + 1);
        Some((cursor, length))
    };

    let mut tables = Tables {
        complete: flags & 1 != 0,
        date,
        ..Tables::default()
    };
    let (mut affixes, length) = stream()?;
    let end = affixes.at + length;
    while affixes.at < end {
        let (verb, suffix) = affixes.line()?.split_once('~')?;
        tables.affixes.push(Affix {
            verb: verb.to_owned(),
            suffix: suffix.to_owned(),
            level: 0,
        });
    }
    let (mut sets, _) = stream()?;
    for _ in 0..sets.number()? {
        tables.affix_sets.push(sets.increasing()?);
    }
    let (mut global_keys, length) = stream()?;
    let end = global_keys.at + length;
    while global_keys.at < end {
        let line = global_keys.line()?;
        let (kind, name) = line.split_at_checked(1)?;
        let kind = KeyType::of(kind.bytes().next()?.checked_sub(b'0')?)?;
        tables
            .global_keys
            .push(NamedKey::new(name.to_owned(), kind));
    }
    let (mut actions, _) = stream()?;
    let mut last = (0_usize, 0_usize);
    for _ in 0..actions.number()? {
        let service = actions.number()?;
        let from = if service == 0 { last.1 } else { 0 };
        last = (
            last.0.checked_add(service)?,
            from.checked_add(actions.number()?)?,
        );
        tables.dependent_actions.push(last);
    }
    let (mut lists, _) = stream()?;
    for _ in 0..lists.number()? {
        let list = lists.increasing()?;
        let start = tables.dependents.len();
        tables.dependents.extend(list);
        tables.dependent_lists.push(start..tables.dependents.len());
    }

    let (mut prefixes, length) = stream()?;
    let end = prefixes.at + length;
    let (mut counts, _) = stream()?;
    let mut place = || Some(stream()?.0);
    let mut cursors = Streams {
        nouns: place()?,
        noun_sets: place()?,
        levels: place()?,
        shapes: place()?,
        shape_types: place()?,
        shape_keys: place()?,
        action_keys: place()?,
        key_sets: place()?,
        type_nouns: place()?,
        type_styles: place()?,
        type_names: place()?,
        type_arns: place()?,
        type_keys: place()?,
        keys: place()?,
        key_types: place()?,
        dependents: place()?,
    };
    for affix in &mut tables.affixes {
        affix.level = cursors.levels.byte()?;
    }
    let mut entries: Vec<Entry> = Vec::new();
    while prefixes.at < end {
        let prefix = prefixes.line()?.to_owned();
        if entries.last().is_some_and(|last| last.prefix >= prefix)
            || prefix.bytes().any(|byte| byte.is_ascii_uppercase())
        {
            return None;
        }
        let rcp = counts.number()? & 1 != 0;
        let counts = Counts {
            nouns: counts.number()?,
            shapes: counts.number()?,
            types: counts.number()?,
            keys: counts.number()?,
            key_sets: counts.number()?,
        };
        let at = cursors.places();
        skip(&mut cursors, counts, &tables)?;
        entries.push(Entry {
            prefix,
            rcp,
            counts,
            at,
            unpacked: OnceLock::new(),
        });
    }
    Some((tables, entries))
}

/// Moves behind a service's part of each stream.
fn skip(streams: &mut Streams<Cursor<'_>>, counts: Counts, tables: &Tables) -> Option<()> {
    streams.nouns.skip_lines(counts.nouns)?;
    let mut actions = 0_usize;
    for _ in 0..counts.nouns {
        let set = tables.affix_sets.get(streams.noun_sets.number()?)?;
        actions = actions.checked_add(set.len())?;
    }
    streams.levels.skip(actions)?;
    streams.shapes.skip_numbers(actions)?;
    streams.action_keys.skip_numbers(actions)?;
    let mut used = 0_usize;
    for _ in 0..counts.shapes {
        let types = streams.shape_types.number()?;
        streams.shape_types.skip_numbers(types)?;
        used = used.checked_add(types)?;
    }
    streams.shape_keys.skip_numbers(used)?;
    let mut named = 0;
    for _ in 0..counts.types {
        named += usize::from(streams.type_nouns.number()? == 0);
    }
    streams.type_styles.skip(counts.types)?;
    streams.type_names.skip_lines(named)?;
    streams.type_arns.skip_lines(counts.types)?;
    streams.type_keys.skip_numbers(counts.types)?;
    streams.keys.skip_lines(counts.keys)?;
    streams.key_types.skip(counts.keys)?;
    for _ in 0..counts.key_sets {
        streams.key_sets.number()?;
        let toggled = streams.key_sets.number()?;
        streams.key_sets.skip_numbers(toggled)?;
    }
    while streams.dependents.number()? != 0 {
        streams.dependents.number()?;
    }
    Some(())
}

impl Entry {
    /// What the service holds; nothing, where its bytes are damaged.
    pub(super) fn unpacked(&self, tables: &Tables, bytes: &[u8]) -> &Unpacked {
        self.unpacked.get_or_init(|| {
            let mut streams = self.at.cursors(bytes);
            unpack(&mut streams, self.counts, tables, &self.prefix).unwrap_or_default()
        })
    }
}

fn unpack(
    streams: &mut Streams<Cursor<'_>>,
    counts: Counts,
    tables: &Tables,
    prefix: &str,
) -> Option<Unpacked> {
    let mut unpacked = Unpacked::default();
    for _ in 0..counts.keys {
        let name = whole_key(streams.keys.line()?, prefix);
        let kind = KeyType::of(streams.key_types.byte()?)?;
        unpacked.keys.push(NamedKey::new(name, kind));
    }
    unpacked.words = counts.keys.div_ceil(64).max(1);
    unpacked.key_sets = vec![0; unpacked.words];
    for number in 1..=counts.key_sets {
        let from = number.checked_sub(1 + streams.key_sets.number()?)? * unpacked.words;
        let start = unpacked.key_sets.len();
        unpacked
            .key_sets
            .extend_from_within(from..from + unpacked.words);
        for key in streams.key_sets.increasing()? {
            if key >= counts.keys {
                return None;
            }
            *unpacked.key_sets.get_mut(start + key / 64)? ^= 1 << (key % 64);
        }
    }

    let mut last_keys = vec![0; counts.types];
    for _ in 0..counts.shapes {
        let mut shape = Vec::new();
        let mut next = 0_usize;
        for _ in 0..streams.shape_types.number()? {
            let number = streams.shape_types.number()?;
            let kind = next.checked_add(number / 2)?;
            let last = last_keys.get_mut(kind)?;
            if let Some(keys) = streams.shape_keys.number()?.checked_sub(1) {
                *last = keys;
            }
            shape.push(Used {
                kind,
                required: number % 2 == 1,
                keys: *last,
            });
            next = kind + 1;
        }
        unpacked.shapes.push(shape);
    }

    let nouns = unpack_actions(&mut unpacked, streams, counts, tables)?;
    let mut last = 0_usize;
    for _ in 0..counts.types {
        let base = match streams.type_nouns.number()?.checked_sub(1) {
            None => streams.type_names.line()?,
            Some(step) if step % 2 == 0 => {
                last = last.checked_add(step / 2)?;
                nouns.get(last)?
            }
            Some(step) => {
                last = last.checked_sub(step / 2 + 1)?;
                nouns.get(last)?
            }
        };
        if base.len() > LONGEST_NAME {
            return None;
        }
        let name = styled(base, streams.type_styles.byte()?);
        let arn = whole_arn(streams.type_arns.line()?, prefix, &name, base)?;
        let keys = streams.type_keys.number()?;
        unpacked.types.push(Type {
            name,
            arn,
            parent: false,
            keys,
        });
    }
    let parents: Vec<bool> = unpacked
        .types
        .iter()
        .map(|kind| is_parent(kind, &unpacked.types))
        .collect();
    for (kind, parent) in unpacked.types.iter_mut().zip(parents) {
        kind.parent = parent;
    }
    Some(unpacked)
}

fn is_parent(kind: &Type, types: &[Type]) -> bool {
    let longer = |other: &Type| {
        let rest = other.arn.strip_prefix(kind.arn.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    types.iter().any(longer)
}

/// The actions' rows; gives the nouns that they are made of.
fn unpack_actions<'a>(
    unpacked: &mut Unpacked,
    streams: &mut Streams<Cursor<'a>>,
    counts: Counts,
    tables: &Tables,
) -> Option<Vec<&'a str>> {
    let mut nouns = Vec::new();
    let mut recent: Vec<usize> = Vec::new();
    let mut gap = streams.dependents.number()?;
    for _ in 0..counts.nouns {
        let noun = streams.nouns.line()?;
        if noun.len() > LONGEST_NAME {
            return None;
        }
        nouns.push(noun);
        for affix in tables.affix_sets.get(streams.noun_sets.number()?)? {
            let Affix {
                verb,
                suffix,
                level,
            } = tables.affixes.get(*affix)?;
            let start = unpacked.names.len();
            unpacked.names.push_str(verb);
            match noun.strip_suffix('y') {
                Some(stem) if suffix == "ies" => unpacked.names.push_str(stem),
                _ => unpacked.names.push_str(noun),
            }
            unpacked.names.push_str(suffix);
            let level = match streams.levels.byte()?.checked_sub(1) {
                None => *level,
                Some(level) => level,
            };
            let shape = match streams.shapes.number()?.checked_sub(1) {
                None => recent.len(),
                Some(at) if at < recent.len() => recent.remove(at),
                Some(_) => return None,
            };
            recent.insert(0, shape);
            gap = gap.wrapping_sub(1);
            let dependents = if gap == 0 {
                let list = streams.dependents.number()?;
                gap = streams.dependents.number()?;
                Some(list)
            } else {
                None
            };
            unpacked.rows.push(Row {
                name: start..unpacked.names.len(),
                level,
                shape,
                keys: streams.action_keys.number()?,
                dependents,
            });
        }
    }
    unpacked.lower = unpacked.names.to_ascii_lowercase();
    // By insertion: a few hundred numbers move quickly, and a sort of its own would be five kilobytes of the page.
    let mut by_name: Vec<usize> = Vec::with_capacity(unpacked.rows.len());
    for (number, row) in unpacked.rows.iter().enumerate() {
        let at = by_name.partition_point(|other| {
            unpacked
                .rows
                .get(*other)
                .is_some_and(|other| unpacked.lower(other) < unpacked.lower(row))
        });
        by_name.insert(at, number);
    }
    unpacked.by_name = by_name;
    Some(nouns)
}

impl Unpacked {
    pub(super) fn name(&self, row: &Row) -> &str {
        self.names.get(row.name.clone()).unwrap_or_default()
    }

    pub(super) fn lower(&self, row: &Row) -> &str {
        self.lower.get(row.name.clone()).unwrap_or_default()
    }

    pub(super) fn shape(&self, number: usize) -> &[Used] {
        self.shapes.get(number).map_or(&[], Vec::as_slice)
    }

    /// Whether the set has the key.
    pub(super) fn has_key(&self, set: usize, key: usize) -> bool {
        let word = set.checked_mul(self.words);
        word.and_then(|word| self.key_sets.get(word + key / 64))
            .is_some_and(|word| word & (1 << (key % 64)) != 0)
    }
}

/// `VpcEndpoint` as `vpc-endpoint`, `vpcendpoint`, `VpcEndpoint`, `vpcEndpoint`, `vpc_endpoint`.
fn styled(noun: &str, style: u8) -> String {
    let bytes = noun.as_bytes();
    let mut text = String::new();
    for (at, letter) in noun.char_indices() {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after_lower =
            before.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let starts_word = letter.is_ascii_uppercase()
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

/// An ARN pattern whose known parts are control characters. A variable, `\5Name`, ends where no letter follows.
fn whole_arn(short: &str, prefix: &str, name: &str, base: &str) -> Option<String> {
    let mut text = String::new();
    let mut in_variable = false;
    for letter in short.chars() {
        let goes_on = letter.is_ascii_alphanumeric() || matches!(letter, '_' | '\u{1}'..='\u{3}');
        if in_variable && !goes_on {
            text.push('}');
            in_variable = false;
            if letter == '}' {
                continue;
            }
        }
        let head = |parts: [&str; 3]| parts.concat();
        match letter {
            '\u{1}' => text.push_str(name),
            '\u{2}' => text.push_str(base),
            '\u{3}' => text.push_str(&base.to_ascii_lowercase()),
            '\u{5}' => {
                text.push_str("${");
                in_variable = true;
            }
            '\u{6}' => {
                text.push_str(&head([
                    "arn:${Partition}:",
                    prefix,
                    ":${Region}:${Account}:",
                ]));
            }
            '\u{7}' => text.push_str(&head(["arn:${Partition}:", prefix, "::${Account}:"])),
            '\u{e}' => text.push_str(&head(["arn:${Partition}:", prefix, ":${Region}::"])),
            '\u{f}' => text.push_str(&head(["arn:${Partition}:", prefix, ":::"])),
            '\u{10}' => text.push_str("arn:${Partition}:"),
            other => text.push(other),
        }
        if text.len() > LONGEST_ARN {
            return None;
        }
    }
    if in_variable {
        text.push('}');
    }
    Some(text)
}

/// A condition key with its prefix.
fn whole_key(short: &str, prefix: &str) -> String {
    match short {
        "\u{1}" => return "aws:RequestTag/${TagKey}".to_owned(),
        "\u{2}" => return "aws:ResourceTag/${TagKey}".to_owned(),
        "\u{3}" => return "aws:TagKeys".to_owned(),
        _ => {}
    }
    let text = match short.strip_prefix('~') {
        Some(whole) => whole.to_owned(),
        None => format!("{prefix}:{short}"),
    };
    text.replace('\u{4}', "${TagKey}")
}

impl Streams<Cursor<'_>> {
    fn places(&self) -> Streams<usize> {
        self.map(|cursor| cursor.at)
    }
}

impl Streams<usize> {
    fn cursors<'a>(&self, bytes: &'a [u8]) -> Streams<Cursor<'a>> {
        self.map(|at| Cursor { bytes, at })
    }
}

impl<T: Copy> Streams<T> {
    fn map<U>(&self, change: impl Fn(T) -> U) -> Streams<U> {
        Streams {
            nouns: change(self.nouns),
            noun_sets: change(self.noun_sets),
            levels: change(self.levels),
            shapes: change(self.shapes),
            shape_types: change(self.shape_types),
            shape_keys: change(self.shape_keys),
            action_keys: change(self.action_keys),
            key_sets: change(self.key_sets),
            type_nouns: change(self.type_nouns),
            type_styles: change(self.type_styles),
            type_names: change(self.type_names),
            type_arns: change(self.type_arns),
            type_keys: change(self.type_keys),
            keys: change(self.keys),
            key_types: change(self.key_types),
            dependents: change(self.dependents),
        }
    }
}

/// A place in the file, moving forward.
#[derive(Clone, Copy, Debug)]
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// A varint of at most four bytes: no count in the file needs more.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in [0, 7, 14, 21] {
            let byte = usize::from(self.byte()?);
            number |= (byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A count, and that many numbers, each as its distance from the one after the last.
    fn increasing(&mut self) -> Option<Vec<usize>> {
        let mut numbers = Vec::new();
        let mut next = 0_usize;
        for _ in 0..self.number()? {
            let number = next.checked_add(self.number()?)?;
            numbers.push(number);
            next = number.checked_add(1)?;
        }
        Some(numbers)
    }

    fn line(&mut self) -> Option<&'a str> {
        let rest = self.bytes.get(self.at..)?;
        let length = memchr::memchr(b'\n', rest)?;
        self.at += length + 1;
        std::str::from_utf8(rest.get(..length)?).ok()
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.at = self
            .at
            .checked_add(bytes)
            .filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    fn skip_lines(&mut self, count: usize) -> Option<()> {
        for _ in 0..count {
            let rest = self.bytes.get(self.at..)?;
            self.at += memchr::memchr(b'\n', rest)? + 1;
        }
        Some(())
    }

    fn skip_numbers(&mut self, count: usize) -> Option<()> {
        for _ in 0..count {
            self.number()?;
        }
        Some(())
    }
}
