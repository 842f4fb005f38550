//! Condition keys: lists of values that tell all conditions on one key apart.

use crate::evaluate::Context;
use crate::evaluate::condition::{Condition, Test, Wanted};
use crate::evaluate::matching::arn_parts;
use crate::evaluate::template::Template;
use crate::evaluate::values::{Decimal, Network, date_text};
use crate::order::{Index, insert};
use crate::policy;
use crate::service::{Catalogue, KeyType};

use super::minterms::{Alphabet, Minterms, Pattern, Token, minterms};
use super::set::Set;
use super::space::{TooLarge, glob_pattern};

/// What a condition compares: conditions of one family are cut together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Text,
    Number,
    Date,
    Bool,
    Binary,
    Address,
}

impl Family {
    fn of(test: Test) -> Option<Self> {
        Some(match test {
            Test::String | Test::StringIgnoringCase | Test::StringLike | Test::Arn => Self::Text,
            Test::Number(_) => Self::Number,
            Test::Date(_) => Self::Date,
            Test::Bool => Self::Bool,
            Test::Binary => Self::Binary,
            Test::Address => Self::Address,
            Test::Null | Test::Unknown => return None,
        })
    }
}

/// A way in which a request may carry a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyValues {
    /// One list of values; where conditions of several families look at the key, one for each of them. Empty where the key is absent.
    lists: Vec<(Family, Vec<String>)>,
    /// Whether AWS never sends it so: several values of a key that has one, or a value that is not of the key's type.
    pub(super) is_unreal: bool,
}

impl KeyValues {
    const ABSENT: Self = Self {
        lists: Vec::new(),
        is_unreal: false,
    };

    /// Whether `condition`, which is on this key, holds.
    pub(super) fn satisfy(&self, condition: &Condition) -> bool {
        let family = Family::of(condition.operator.test);
        let list = self
            .lists
            .iter()
            .find(|(known, _)| Some(*known) == family)
            .or_else(|| self.lists.first());
        let mut context = Context::default();
        if let Some((_, values)) = list {
            context.set(&condition.key, values.clone());
        }
        condition.check(&context).is_ok()
    }

    /// What a request could carry: one list, or where several families look at the key, one of theirs.
    pub(super) fn choices(&self) -> Vec<&[String]> {
        if self.lists.is_empty() {
            return vec![&[]];
        }
        self.lists
            .iter()
            .map(|(_, values)| values.as_slice())
            .collect()
    }
}

/// The most kinds of value of which all sets are looked at.
const MOST_KINDS: usize = 10;
/// The most values, and lists of them, of one key.
const MOST_VALUES: usize = 4_000;
/// Values of one kind that are kept, so that examples have a choice.
const SPARE: usize = 3;

/// Values of `key` for every way in which its conditions, which have no variables, can hold.
pub(super) fn key_values(
    key: &str,
    conditions: &[(&Condition, &policy::Condition)],
    notes: &mut Vec<String>,
) -> Result<Vec<KeyValues>, TooLarge> {
    let kind = Catalogue::common()
        .condition_key(key)
        .map(|known| known.kind);
    let is_list = kind.is_some_and(KeyType::is_multi_valued)
        || conditions
            .iter()
            .any(|(condition, _)| condition.operator.set.is_some());
    let mut families: Vec<Family> = Vec::new();
    for (condition, _) in conditions {
        if let Some(family) = Family::of(condition.operator.test)
            && !families.contains(&family)
        {
            families.push(family);
        }
    }
    if families.is_empty() {
        families.push(Family::Text);
    }
    let mut all = vec![KeyValues::ABSENT];
    if let [family] = families.as_slice() {
        let Ways { single, several } = ways(*family, kind, is_list, conditions, SPARE)?;
        all.extend(single.into_iter().map(|value| one(*family, value)));
        all.extend(several.into_iter().map(|value| one(*family, value)));
        return Ok(all);
    }
    notes.push(format!(
        "{key} is compared under operators of several types, which are taken as independent"
    ));
    let mut singles = Vec::new();
    let mut severals = Vec::new();
    for family in families {
        let Ways { single, several } = ways(family, None, is_list, conditions, 1)?;
        singles.push((family, single));
        severals.push((family, several));
    }
    for ways in [singles, severals] {
        let mut partial = vec![KeyValues::ABSENT];
        for (family, ways) in ways {
            if partial.len() * ways.len() > MOST_VALUES {
                return Err(TooLarge);
            }
            let mut next = Vec::new();
            for known in &partial {
                for (values, is_unreal) in &ways {
                    let mut joined = known.clone();
                    joined.lists.push((family, values.clone()));
                    joined.is_unreal |= is_unreal;
                    next.push(joined);
                }
            }
            partial = next;
        }
        all.extend(partial);
    }
    Ok(all)
}

fn one(family: Family, (values, is_unreal): Way) -> KeyValues {
    KeyValues {
        lists: vec![(family, values)],
        is_unreal,
    }
}

/// A list of values, and whether AWS never sends it.
type Way = (Vec<String>, bool);

/// What a key may hold, as the conditions of one family tell it apart.
struct Ways {
    /// One value.
    single: Vec<Way>,
    /// Several.
    several: Vec<Way>,
}

/// Values that some conditions treat alike.
struct Alike {
    values: Vec<String>,
    is_unreal: bool,
}

fn ways(
    family: Family,
    kind: Option<KeyType>,
    is_list: bool,
    conditions: &[(&Condition, &policy::Condition)],
    spare: usize,
) -> Result<Ways, TooLarge> {
    let own: Vec<(&Condition, &policy::Condition)> = conditions
        .iter()
        .filter(|(condition, _)| Family::of(condition.operator.test) == Some(family))
        .copied()
        .collect();
    let values = values(family, kind, &own)?;
    let of_sets: Vec<&Condition> = own
        .iter()
        .map(|(condition, _)| *condition)
        .filter(|condition| condition.operator.set.is_some())
        .collect();
    let all: Vec<&Condition> = own.iter().map(|(condition, _)| *condition).collect();
    let single = alike(&values, &all, spare)
        .into_iter()
        .flat_map(|alike| {
            let Alike {
                values, is_unreal, ..
            } = alike;
            values
                .into_iter()
                .map(move |value| (vec![value], is_unreal))
        })
        .collect();
    // Several values satisfy only conditions with a set operator, and these look at each by itself.
    let kinds = alike(&values, &of_sets, 2);
    if kinds.len() > MOST_KINDS {
        return Err(TooLarge);
    }
    let mut several = Vec::new();
    for subset in 1_u32..1 << kinds.len() {
        let mut list: Vec<String> = Vec::new();
        let mut is_unreal = !is_list;
        for (at, kind) in kinds.iter().enumerate() {
            if subset & (1 << at) != 0 {
                list.extend(kind.values.first().cloned());
                is_unreal |= kind.is_unreal;
                if subset.count_ones() == 1 {
                    list.extend(kind.values.get(1).or(kind.values.first()).cloned());
                }
            }
        }
        several.push((list, is_unreal));
    }
    Ok(Ways { single, several })
}

/// The values by what holds for each of them alone; of those that AWS sends first, at most `most` of a kind.
fn alike(values: &[(String, bool)], conditions: &[&Condition], most: usize) -> Vec<Alike> {
    let mut kinds: Vec<Alike> = Vec::new();
    let mut places = Index::default();
    for (value, is_unreal) in values {
        let mut held = Set::empty(conditions.len());
        for (at, condition) in conditions.iter().enumerate() {
            let mut context = Context::default();
            context.set(&condition.key, vec![value.clone()]);
            if condition.check(&context).is_ok() {
                held.insert(at);
            }
        }
        let (at, is_new) = places.place(held.key());
        if is_new {
            kinds.push(Alike {
                values: Vec::new(),
                is_unreal: *is_unreal,
            });
        }
        let Some(kind) = kinds.get_mut(at) else {
            continue;
        };
        if kind.is_unreal && !is_unreal {
            kind.is_unreal = false;
            kind.values.clear();
        }
        if kind.values.len() < most && kind.is_unreal == *is_unreal {
            kind.values.push(value.clone());
        }
    }
    kinds
}

/// A value for each way to satisfy conditions of one family, and whether it is none of the key's type.
fn values(
    family: Family,
    kind: Option<KeyType>,
    conditions: &[(&Condition, &policy::Condition)],
) -> Result<Vec<(String, bool)>, TooLarge> {
    let wanted = || {
        conditions
            .iter()
            .flat_map(|(condition, _)| &condition.wanted)
    };
    let mut values: Vec<String> = Vec::new();
    let mut no_value = "example";
    match family {
        Family::Text => return text_values(kind, conditions),
        Family::Number => {
            let numbers = wanted().filter_map(|wanted| match wanted {
                Wanted::Number(number) => Some(number),
                _ => None,
            });
            values = number_values(numbers.collect());
        }
        Family::Date => {
            let dates = wanted().filter_map(|wanted| match wanted {
                Wanted::Date(date) => Some(*date),
                _ => None,
            });
            values = date_values(dates.collect());
        }
        Family::Bool => values.extend(["true".to_owned(), "false".to_owned()]),
        Family::Binary => {
            for (_, written) in conditions {
                values.extend(written.values.iter().map(|item| item.value().into_owned()));
            }
            // `example`, `example!`, `example!!`, ...: one of them nobody wants.
            for more in 0..=values.len() {
                let mut text = "ZXhhbXBsZS".to_owned();
                text.push_str(&"EhISEh".repeat(more));
                values.push(text);
            }
            no_value = "?";
        }
        Family::Address => {
            let networks = wanted().filter_map(|wanted| match wanted {
                Wanted::Network(network) => Some(*network),
                _ => None,
            });
            values = address_values(&networks.collect::<Vec<Network>>());
        }
    }
    let is_typed = match kind.map(KeyType::of_one) {
        Some(KeyType::Numeric) => family == Family::Number,
        Some(KeyType::Date) => family == Family::Date,
        Some(KeyType::Bool) => family == Family::Bool,
        Some(KeyType::IpAddress) => family == Family::Address,
        Some(KeyType::String | KeyType::Arn) => false,
        // Who compares an unknown key with true and false knows it to be one of them.
        _ => family == Family::Bool,
    };
    if values.len() > MOST_VALUES {
        return Err(TooLarge);
    }
    let mut values: Vec<(String, bool)> = values.into_iter().map(|value| (value, false)).collect();
    values.push((no_value.to_owned(), is_typed));
    Ok(values)
}

fn text_values(
    kind: Option<KeyType>,
    conditions: &[(&Condition, &policy::Condition)],
) -> Result<Vec<(String, bool)>, TooLarge> {
    let mut patterns: Vec<Pattern> = Vec::new();
    for wanted in conditions
        .iter()
        .flat_map(|(condition, _)| &condition.wanted)
    {
        match wanted {
            Wanted::Text(Template::Fixed(glob)) => {
                patterns.push(glob_pattern(glob.marked(), true));
            }
            Wanted::TextIgnoringCase(Template::Fixed(glob)) => {
                patterns.push(glob_pattern(glob.marked(), true).ignoring_case());
            }
            Wanted::Arn(parts) => {
                let mut tokens = Vec::new();
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        tokens.push(Token::Character(':'));
                    }
                    tokens.extend(glob_pattern(part.marked(), at == 5).0);
                }
                patterns.push(Pattern(tokens));
            }
            _ => {}
        }
    }
    let is_of_arns =
        |(condition, _): &(&Condition, &policy::Condition)| condition.operator.test == Test::Arn;
    let mut values = Vec::new();
    if conditions.iter().any(is_of_arns) {
        values.push("arn:aws:example:us-east-1:123456789012:example".to_owned());
        // What is no ARN satisfies neither an operator nor its `Not`.
        let any = "*:*:*:*:*:*".split(':').enumerate();
        let mut tokens = Vec::new();
        for (at, _) in any {
            if at > 0 {
                tokens.push(Token::Character(':'));
            }
            tokens.push(Token::Star { colon: at == 5 });
        }
        patterns.push(Pattern(tokens));
    }
    let Minterms { texts, is_capped } = minterms(&patterns, Alphabet::Free);
    if is_capped || texts.len() > MOST_VALUES {
        return Err(TooLarge);
    }
    values.extend(texts);
    let wants_arns = kind.map(KeyType::of_one) == Some(KeyType::Arn)
        && !conditions.is_empty()
        && conditions.iter().all(is_of_arns);
    Ok(values
        .into_iter()
        .map(|value| {
            let is_unreal = wants_arns && arn_parts(&value).is_none();
            (value, is_unreal)
        })
        .collect())
}

fn number_values(all: Vec<&Decimal>) -> Vec<String> {
    let mut numbers: Vec<&Decimal> = Vec::new();
    for number in all {
        insert(&mut numbers, number);
    }
    let mut values = Vec::new();
    if let (Some(least), Some(most)) = (numbers.first(), numbers.last()) {
        values.push(least.below().to_text());
        values.push(most.above().to_text());
    }
    for pair in numbers.windows(2) {
        if let [low, high] = pair {
            values.push(low.between(high).to_text());
        }
    }
    values.extend(numbers.iter().map(|number| number.to_text()));
    values
}

fn date_values(all: Vec<i128>) -> Vec<String> {
    const SECOND: i128 = 1_000_000_000;
    const DAY: i128 = 86_400 * SECOND;
    let mut dates: Vec<i128> = Vec::new();
    for date in all {
        insert(&mut dates, date);
    }
    let mut values = Vec::new();
    for pair in dates.windows(2) {
        if let [low, high] = pair {
            let middle = low + (high - low) / 2;
            let whole = middle.div_euclid(SECOND) * SECOND;
            values.extend(
                [whole, whole + SECOND, middle]
                    .into_iter()
                    .filter(|date| low < date && date < high)
                    .find_map(date_text),
            );
        }
    }
    if let (Some(least), Some(most)) = (dates.first(), dates.last()) {
        values.extend(date_text(least - DAY));
        values.extend(date_text(most + DAY));
    }
    values.extend(dates.iter().copied().filter_map(date_text));
    values
}

fn address_values(networks: &[Network]) -> Vec<String> {
    let mut values = vec!["203.0.113.9".to_owned(), "2001:db8::9".to_owned()];
    for network in networks {
        let most = if network.v6 {
            u128::MAX
        } else {
            u128::from(u32::MAX)
        };
        let ends = [
            Some(network.first),
            Some(network.last),
            network.first.checked_sub(1),
            network
                .last
                .checked_add(1)
                .filter(|address| *address <= most),
        ];
        for address in ends.into_iter().flatten() {
            values.push(if network.v6 {
                std::net::Ipv6Addr::from(address).to_string()
            } else {
                u32::try_from(address)
                    .map(|address| std::net::Ipv4Addr::from(address).to_string())
                    .unwrap_or_default()
            });
        }
    }
    values
}
