//! The vault: which placeholder stands for which original, and the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use zeroize::Zeroize;

use crate::detector::Form;
use crate::network::{self, Networks};
use crate::placeholder;
use crate::restore;

/// Originals by placeholder, for one session. Never printed, never serialised, wiped on drop.
#[derive(Default)]
#[allow(
    missing_debug_implementations,
    reason = "a debug print would be a leak"
)]
pub struct Vault {
    // INVARIANT: no two placeholders have the same core and different originals; no core is reserved.
    originals: BTreeMap<String, String>,
    by_value: BTreeMap<Family, BTreeMap<String, String>>,
    // Cores of what looked like a placeholder in a text.
    reserved: BTreeSet<String>,
    cores: BTreeSet<String>,
    next: BTreeMap<Family, usize>,
    // Generic words that had to go once, and so go everywhere.
    pub(crate) words: BTreeSet<String>,
    pub(crate) networks: Networks,
    // Private ranges that cannot stay, because an address in them is hidden.
    pub(crate) ranges: BTreeSet<String>,
}

/// What shares a row of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Tag(&'static str),
    Account,
    Name,
    Padded(u8),
    Uuid,
    Ipv4,
    Ipv6,
    Mac,
    Email,
    Root,
    Number,
}

/// A text with its originals back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The text.
    pub text: String,
    /// What looks like a placeholder and is none of this vault.
    pub unknown: Vec<String>,
    /// What looks like a damaged placeholder of this vault, and was left alone.
    pub altered: Vec<String>,
}

/// Why a map is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// A placeholder is empty, or given twice with different originals.
    Placeholder(String),
}

impl fmt::Display for VaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placeholder(name) => write!(
                formatter,
                "the map's placeholder `{name}` is empty or given twice"
            ),
        }
    }
}

impl std::error::Error for VaultError {}

impl Vault {
    /// An empty vault.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many originals it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.originals.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }

    /// Placeholder and original, for the map that the user asked for, and nothing else.
    ///
    /// Text of the user's that only looks like a placeholder is in it too, as itself.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.originals
            .iter()
            .map(|(placeholder, original)| (placeholder.as_str(), original.as_str()))
            .chain(
                self.reserved
                    .iter()
                    .filter(|core| !self.cores.contains(*core))
                    .map(|core| (core.as_str(), core.as_str())),
            )
    }

    /// The originals, for the gate that looks for them in outgoing bytes.
    pub fn originals(&self) -> impl Iterator<Item = &str> {
        self.originals.values().map(String::as_str)
    }

    /// The vault of a map that was written down.
    ///
    /// # Errors
    /// [`VaultError::Placeholder`] when a placeholder is empty or stands for two originals.
    pub fn from_entries<P: Into<String>, O: Into<String>>(
        entries: impl IntoIterator<Item = (P, O)>,
    ) -> Result<Self, VaultError> {
        let mut vault = Self::new();
        for (placeholder, original) in entries {
            let placeholder: String = placeholder.into();
            let original: String = original.into();
            if placeholder == original {
                vault.reserved.insert(placeholder);
                continue;
            }
            if placeholder.is_empty()
                || vault
                    .originals
                    .get(&placeholder)
                    .is_some_and(|known| *known != original)
            {
                return Err(VaultError::Placeholder(placeholder));
            }
            if let Some((family, key)) = family_of(&placeholder, &original) {
                vault.know(family, key, placeholder.clone());
            }
            if placeholder::is_name(&placeholder)
                && crate::generic::is_generic(&original.to_ascii_lowercase())
            {
                vault.words.insert(original.to_ascii_lowercase());
            }
            if let (Ok(from), Ok(to)) = (original.parse(), placeholder.parse())
                && network::is_fake(to)
            {
                vault.networks.relearn(from, to);
            }
            vault.cores.insert(core(&placeholder));
            vault.originals.insert(placeholder, original);
        }
        Ok(vault)
    }

    /// `text` with its originals back: exact for what [`redact`](crate::redact) wrote, tolerant of what models make of placeholders.
    #[must_use]
    pub fn restore(&self, text: &str) -> Restored {
        restore::restore(self, text)
    }

    /// Whether `text`, restored, is `original`.
    pub(crate) fn restores(&self, text: &str, original: &str) -> bool {
        restore::replaced(self, text).0.text == original
    }

    /// The original of exactly this placeholder.
    pub(crate) fn original(&self, placeholder: &str) -> Option<&str> {
        self.originals.get(placeholder).map(String::as_str)
    }

    /// Whether this core stood in a text before.
    pub(crate) fn is_reserved(&self, core: &str) -> bool {
        self.reserved.contains(core)
    }

    /// Whether a placeholder with this core was handed out.
    pub(crate) fn has_core(&self, core: &str) -> bool {
        self.cores.contains(core)
    }

    /// Never hand out a placeholder with this core, unless it is one already.
    pub(crate) fn reserve(&mut self, core: String) {
        self.reserved.insert(core);
    }

    /// Forget what was handed out after `keep`, as if the call had not been.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            originals: self.originals.keys().cloned().collect(),
            next: self.next.clone(),
            words: self.words.clone(),
            networks: self.networks.clone(),
        }
    }

    /// Back to a checkpoint, except for what is reserved.
    pub(crate) fn back_to(&mut self, checkpoint: &Checkpoint) {
        self.originals
            .retain(|placeholder, _| checkpoint.originals.contains(placeholder));
        let kept = &checkpoint.originals;
        for known in self.by_value.values_mut() {
            known.retain(|_, placeholder| kept.contains(placeholder));
        }
        self.cores = self
            .originals
            .keys()
            .map(|placeholder| core(placeholder))
            .collect();
        self.next.clone_from(&checkpoint.next);
        self.words.clone_from(&checkpoint.words);
        self.networks = checkpoint.networks.clone();
    }

    /// The placeholder of `original`, the same as last time or the next free one.
    pub(crate) fn placeholder(&mut self, form: Form, original: &str) -> String {
        match form {
            Form::Tag(name) => self.numbered(Family::Tag(name), original, original, |n| {
                Some(format!("<{name}_{n}>"))
            }),
            Form::AccessKey => match account_of_key(original) {
                Some(account) => {
                    let account = self.placeholder(Form::Account, &account);
                    self.numbered(Family::Tag("KEYID"), original, original, |n| {
                        Some(format!("<KEYID_{account}_{n}>"))
                    })
                }
                None => self.placeholder(Form::Tag("KEYID"), original),
            },
            Form::Account => {
                if placeholder::is_public_account(original) {
                    return original.to_owned();
                }
                let zero = original.starts_with('0');
                // Next to a prefix that stays, a digit that stays tells more of it.
                let same = |account: &str| {
                    let (fake, real) = (account.as_bytes(), original.as_bytes());
                    !zero && fake.first() == real.first() || fake.last() == real.last()
                };
                self.numbered(Family::Account, original, original, |n| {
                    let account = (n..n + APART)
                        .map(|n| placeholder::account(n, zero))
                        .find(|account| !same(account))
                        .unwrap_or_else(|| placeholder::account(n, zero));
                    Some(account)
                })
            }
            Form::DashedAccount => {
                let account = self.placeholder(Form::Account, &original.replace('-', ""));
                let dashed = [account.get(..4), account.get(4..8), account.get(8..)]
                    .map(Option::unwrap_or_default)
                    .join("-");
                self.fixed(dashed, original)
            }
            Form::Name | Form::WholeName | Form::Echo => self.name(original),
            Form::Padded(prefix) => self.padded(usize::from(prefix), original),
            Form::OrganizationalUnit => self.unit(original),
            Form::Uuid => self.numbered(Family::Uuid, original, original, |n| {
                Some(format!("00000000-0000-4000-8000-{n:012}"))
            }),
            // A range that holds nothing hidden was not learnt, and stays.
            Form::Ipv4Range if !self.ranges.contains(original) => original.to_owned(),
            Form::Ipv4 | Form::Ipv4Range => self.address(Family::Ipv4, original, |n| {
                (n < 65_536).then(|| format!("240.255.{}.{}", n >> 8, n & 255))
            }),
            Form::DashedIpv4 => {
                let address = self.placeholder(Form::Ipv4, &original.replace('-', "."));
                self.fixed(address.replace('.', "-"), original)
            }
            Form::Ipv6 => {
                self.address(Family::Ipv6, original, |n| Some(format!("3fff:fff::{n:x}")))
            }
            Form::Mac => self.numbered(Family::Mac, original, original, |n| {
                (n < 65_536).then(|| format!("02:00:00:00:{:02x}:{:02x}", n >> 8, n & 255))
            }),
            Form::Number => self.numbered(Family::Number, original, original, |n| {
                (n < 100_000).then(|| format!("99900{n:05}"))
            }),
            Form::Email => self.numbered(Family::Email, original, original, |n| {
                Some(format!("person{n}@example.com"))
            }),
        }
    }

    /// An address in the network of its neighbours, or the next of those that `render` makes.
    fn address(
        &mut self,
        family: Family,
        original: &str,
        render: impl Fn(usize) -> Option<String>,
    ) -> String {
        if let Some(known) = self.known(family, original) {
            return known.clone();
        }
        let mapped = original
            .parse()
            .ok()
            .and_then(|address| self.networks.map(address, false))
            .map(|address| address.to_string())
            .filter(|mapped| !self.reserved.contains(mapped) && !self.cores.contains(mapped));
        let Some(placeholder) = mapped else {
            return self.numbered(family, original, original, render);
        };
        self.cores.insert(placeholder.clone());
        self.know(family, original.to_owned(), placeholder.clone());
        self.originals
            .insert(placeholder.clone(), original.to_owned());
        placeholder
    }

    /// Whether this name, in lower case, has a placeholder.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.known(Family::Name, name).is_some()
    }

    /// The placeholder of the value that is known in this row of numbers by `key`.
    fn known(&self, family: Family, key: &str) -> Option<&String> {
        self.by_value.get(&family)?.get(key)
    }

    fn know(&mut self, family: Family, key: String, placeholder: String) {
        let known = self.by_value.entry(family).or_default();
        known.insert(key, placeholder);
    }

    /// A placeholder that follows from another one's.
    fn fixed(&mut self, placeholder: String, original: &str) -> String {
        if placeholder != original && !self.originals.contains_key(&placeholder) {
            self.originals
                .insert(placeholder.clone(), original.to_owned());
        }
        placeholder
    }

    fn numbered(
        &mut self,
        family: Family,
        key: &str,
        original: &str,
        render: impl Fn(usize) -> Option<String>,
    ) -> String {
        if let Some(known) = self.known(family, key) {
            return known.clone();
        }
        let mut number = self.next.get(&family).copied().unwrap_or(0);
        loop {
            number += 1;
            let Some(placeholder) = render(number) else {
                return self.placeholder(Form::Tag("SECRET"), original);
            };
            let core = core(&placeholder);
            if self.reserved.contains(&core) || self.cores.contains(&core) {
                continue;
            }
            self.next.insert(family, number);
            self.cores.insert(core);
            self.know(family, key.to_owned(), placeholder.clone());
            self.originals
                .insert(placeholder.clone(), original.to_owned());
            return placeholder;
        }
    }

    /// One number for `acme`, `Acme` and `ACME`; the case of the placeholder tells which.
    fn name(&mut self, original: &str) -> String {
        let key = original.to_ascii_lowercase();
        let styles = styles(original);
        let edges = Edges::of(original);
        let first = |n: usize| styles.first().map(|style| styled(n, style, edges));
        let placeholder = self.numbered(Family::Name, &key, original, first);
        let number: usize = placeholder
            .bytes()
            .filter(u8::is_ascii_digit)
            .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        let same: Vec<String> = styles
            .iter()
            .map(|style| styled(number, style, edges))
            .collect();
        let known = |placeholder: &&String| self.originals.get(*placeholder).map(String::as_str);
        if let Some(placeholder) = same.iter().find(|style| known(style) == Some(original)) {
            return placeholder.clone();
        }
        if let Some(placeholder) = same.iter().find(|style| known(style).is_none()) {
            self.originals
                .insert(placeholder.clone(), original.to_owned());
            return placeholder.clone();
        }
        // More spellings than styles: a number of its own.
        self.numbered(Family::Name, original, original, first)
    }

    fn padded(&mut self, prefix: usize, original: &str) -> String {
        let kept = original.get(..prefix).unwrap_or_default().to_owned();
        let width = original.len() - kept.len();
        let most = match width {
            0..4 => 0,
            4..8 => 99,
            _ => 99_999,
        };
        let family = Family::Padded(u8::try_from(width).unwrap_or(u8::MAX));
        // `subnet-0..` of eight digits would keep half of itself.
        let nine = width == 8
            && original.as_bytes().get(prefix) == Some(&b'0')
            && placeholder::begins_id(&kept);
        self.numbered(family, original, original, |n| {
            (n <= most).then(|| {
                if nine {
                    format!("{kept}9{n:07}")
                } else {
                    format!("{kept}{n:0width$}")
                }
            })
        })
    }

    /// `ou-ROOT-UNIT` and `r-ROOT` share the root's number.
    fn unit(&mut self, original: &str) -> String {
        let mut parts = original.split('-');
        let (Some("ou"), Some(root), Some(unit), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return self.placeholder(Form::Tag("SECRET"), original);
        };
        let root = self.padded(2, &format!("r-{root}"));
        let Some(root) = root.strip_prefix("r-") else {
            return self.placeholder(Form::Tag("SECRET"), original);
        };
        let width = unit.len();
        self.numbered(Family::Root, original, original, |n| {
            (n < 100_000).then(|| format!("ou-{root}-{n:0width$}"))
        })
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        for (_, mut original) in std::mem::take(&mut self.originals) {
            original.zeroize();
        }
        for (mut value, _) in std::mem::take(&mut self.by_value).into_values().flatten() {
            value.zeroize();
        }
    }
}

/// What a vault held at a time, without originals.
pub(crate) struct Checkpoint {
    originals: BTreeSet<String>,
    next: BTreeMap<Family, usize>,
    words: BTreeSet<String>,
    networks: Networks,
}

/// How many numbers of accounts are passed over for one that differs at both ends.
const APART: usize = 4;

/// The part of a placeholder that must be unique.
pub(crate) fn core(placeholder: &str) -> String {
    let inner = placeholder.trim_start_matches('<').trim_end_matches('>');
    if inner.len() != placeholder.len() || placeholder::is_name(placeholder) {
        return inner.to_ascii_lowercase();
    }
    if placeholder.starts_with("00000000-") || placeholder.contains(['.', ':', '@']) {
        return placeholder.to_owned();
    }
    let tail = placeholder.rfind(|byte: char| !byte.is_ascii_digit());
    let tail = tail.and_then(|at| placeholder.get(at + 1..));
    match tail {
        Some(tail) if placeholder::is_padded(tail) || !is_dashed(placeholder) => tail.to_owned(),
        _ => placeholder.to_owned(),
    }
}

/// Whether a placeholder is numbers joined by hyphens: an account or an address.
fn is_dashed(placeholder: &str) -> bool {
    placeholder
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// How a spelling is written: the letters of the placeholder, the best first. One spelling of a name differs from another in case only, and so do these.
fn styles(original: &str) -> &'static [[char; 3]] {
    let letters = || original.bytes().filter(u8::is_ascii_alphabetic);
    let upper = letters().filter(u8::is_ascii_uppercase).count();
    let capital = original.starts_with(|first: char| first.is_ascii_uppercase());
    match (capital, upper) {
        (_, 1..) if upper == letters().count() => &[
            ['N', 'M', 'X'],
            ['N', 'M', 'x'],
            ['N', 'm', 'X'],
            ['N', 'm', 'x'],
        ],
        (true, 1) => &[['N', 'm', 'x'], ['N', 'm', 'X'], ['N', 'M', 'x']],
        (true, _) => &[['N', 'm', 'X'], ['N', 'M', 'x'], ['N', 'm', 'x']],
        (false, 0) => &[['n', 'm', 'x'], ['n', 'm', 'X'], ['n', 'M', 'x']],
        (false, _) => &[['n', 'm', 'X'], ['n', 'M', 'x'], ['n', 'M', 'X']],
    }
}

/// Which letters of a placeholder would be those of the word at the same place.
#[derive(Clone, Copy)]
struct Edges {
    first: bool,
    last: bool,
}

impl Edges {
    fn of(original: &str) -> Self {
        Self {
            first: original.starts_with(['n', 'N']),
            last: original.ends_with(['x', 'X']),
        }
    }
}

fn styled(number: usize, [first, second, last]: &[char; 3], edges: Edges) -> String {
    // `n` is `q` then, `x` is `z`, in the same case.
    let first = match first {
        'n' if edges.first => 'q',
        'N' if edges.first => 'Q',
        first => *first,
    };
    let last = match last {
        'x' if edges.last => 'z',
        'X' if edges.last => 'Z',
        last => *last,
    };
    format!("{first}{second}{number}{last}")
}

/// The account that an access key id encodes: base32 of characters 5 to 20, the first six bytes, without the highest bit and the last seven.
/// Observed by A. Steele (2020) and T. Be'ery (2023); AWS documents it nowhere, `sts:GetAccessKeyInfo` answers the same.
pub(crate) fn account_of_key(key: &str) -> Option<String> {
    let mut bits = 0_u64;
    for byte in key.as_bytes().get(4..14)? {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u64::from(value);
    }
    let account = (bits >> 2 & 0x7fff_ffff_ff80) >> 7;
    (account < 1_000_000_000_000).then(|| format!("{account:012}"))
}

/// The family of a placeholder that was written down, and what its original is known by.
fn family_of(placeholder: &str, original: &str) -> Option<(Family, String)> {
    let same = || original.to_owned();
    if let Some(tag) = placeholder.strip_prefix('<') {
        let name = tag.split('_').next()?;
        let name = placeholder::TAGS.iter().find(|known| **known == name)?;
        return Some((Family::Tag(name), same()));
    }
    if crate::placeholder::name_at(crate::bytes::Bytes(placeholder.as_bytes()), 0)
        == Some(placeholder.len())
    {
        return Some((Family::Name, original.to_ascii_lowercase()));
    }
    if placeholder.starts_with("00000000-0000-4000-8000-") {
        return Some((Family::Uuid, same()));
    }
    if placeholder.ends_with("@example.com") {
        return Some((Family::Email, same()));
    }
    if let Ok(address) = placeholder.parse()
        && network::is_fake(address)
    {
        return Some(if address.is_ipv4() {
            (Family::Ipv4, same())
        } else {
            (Family::Ipv6, same())
        });
    }
    if placeholder.starts_with("02:00:") {
        return Some((Family::Mac, same()));
    }
    if placeholder.starts_with("ou-") {
        return Some((Family::Root, same()));
    }
    if placeholder.len() == 10 && placeholder.starts_with("99900") {
        return Some((Family::Number, same()));
    }
    if placeholder.len() == 12 && placeholder::is_public_account(placeholder) {
        return Some((Family::Account, same()));
    }
    let tail = core(placeholder).len();
    Some((
        Family::Padded(u8::try_from(tail).unwrap_or(u8::MAX)),
        same(),
    ))
}
