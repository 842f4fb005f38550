//! The vault: which placeholder stands for which original, and the way back.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use crate::detector::Form;
use crate::network::{self, Networks};
use crate::placeholder::{self, Written, push_number};
use crate::pool::Pool;
use crate::restore;

/// Originals by placeholder, for one session. Never printed, never serialised, wiped on drop.
#[derive(Default)]
#[allow(
    missing_debug_implementations,
    reason = "a debug print would be a leak"
)]
pub struct Vault {
    // Placeholders, originals and cores.
    texts: Pool,
    // What each text is, by its number; of those beyond the end nothing is known.
    // INVARIANT: no two placeholders have the same core and different originals; no core is reserved.
    roles: Vec<Role>,
    // The placeholders, the cores of placeholders and the values with a placeholder, in the order in which they came.
    placeholders: Vec<u32>,
    cores: Vec<u32>,
    known: Vec<Known>,
    // The numbers handed out last.
    next: Vec<(Family, usize)>,
    // Generic words that had to go once, and so go everywhere.
    pub(crate) words: BTreeSet<String>,
    pub(crate) networks: Networks,
    // Private ranges that cannot stay, because an address in them is hidden.
    pub(crate) ranges: BTreeSet<String>,
}

/// What a text is to a vault.
#[derive(Clone, Copy)]
struct Role {
    /// As a placeholder: the number of its original, or `NONE`.
    original: u32,
    /// As a value: the last of `known` that is about it, or `NONE`.
    known: u32,
    /// The core of a placeholder.
    core: bool,
    /// The core of what looked like a placeholder in a text.
    reserved: bool,
}

/// That a value has a placeholder.
struct Known {
    family: Family,
    value: u32,
    placeholder: u32,
    /// The next that is about the same value, or `NONE`.
    next: u32,
}

const NONE: u32 = u32::MAX;
const NO_ROLE: Role = Role {
    original: NONE,
    known: NONE,
    core: false,
    reserved: false,
};

/// What shares a row of numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Tag(&'static str),
    Account,
    Masked,
    Name,
    // A name in one of its spellings.
    Spelling,
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
        self.placeholders.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.placeholders.is_empty()
    }

    /// Placeholder and original, for the map that the user asked for, and nothing else; in alphabetical order.
    ///
    /// Text of the user's that only looks like a placeholder is in it too, behind the others, as itself.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        let reserved = (0..).zip(&self.roles).filter_map(|(number, role)| {
            let text = self.texts.text(number);
            (role.reserved && !role.core).then_some((text, text))
        });
        let mut entries: Vec<(&str, &str)> = self.pairs().collect();
        entries.sort_unstable();
        let mut reserved: Vec<(&str, &str)> = reserved.collect();
        reserved.sort_unstable();
        entries.append(&mut reserved);
        entries.into_iter()
    }

    /// The originals, for the gate that looks for them in outgoing bytes.
    pub fn originals(&self) -> impl Iterator<Item = &str> {
        self.entries()
            .take(self.len())
            .map(|(_, original)| original)
    }

    /// Placeholder and original, in the order in which they were handed out.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.placeholders.iter().map(|placeholder| {
            let original = self.role(*placeholder).original;
            (self.texts.text(*placeholder), self.texts.text(original))
        })
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
                vault.reserve(&placeholder);
                continue;
            }
            if placeholder.is_empty()
                || vault
                    .original(&placeholder)
                    .is_some_and(|known| known != original)
            {
                return Err(VaultError::Placeholder(placeholder));
            }
            if let Some((family, key)) = family_of(&placeholder, &original) {
                let value = vault.texts.number(&key);
                let placeholder = vault.texts.number(&placeholder);
                vault.know(family, value, placeholder);
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
            vault.add_core(&core(&placeholder));
            vault.stands_for(&placeholder, &original);
        }
        Ok(vault)
    }

    /// `text` with its originals back: exact for what [`redact`](crate::redact) wrote, tolerant of what models make of placeholders.
    #[must_use]
    pub fn restore(&self, text: &str) -> Restored {
        restore::restore(self, text)
    }

    /// Whether `text`, restored, is `original`, and nothing in it seems to be a placeholder that was altered.
    pub(crate) fn restores(&self, text: &str, original: &str) -> bool {
        let restored = restore::replaced(self, text).0;
        restored.text == original && restored.altered.is_empty()
    }

    /// The original of exactly this placeholder.
    pub(crate) fn original(&self, placeholder: &str) -> Option<&str> {
        let original = self.role(self.texts.find(placeholder)?).original;
        (original != NONE).then(|| self.texts.text(original))
    }

    /// Whether this core stood in a text before.
    pub(crate) fn is_reserved(&self, core: &str) -> bool {
        let core = self.texts.find(core);
        core.is_some_and(|core| self.role(core).reserved)
    }

    /// Whether a placeholder with this core was handed out.
    pub(crate) fn has_core(&self, core: &str) -> bool {
        let core = self.texts.find(core);
        core.is_some_and(|core| self.role(core).core)
    }

    /// Never hand out a placeholder with this core, unless it is one already.
    pub(crate) fn reserve(&mut self, core: &str) {
        let core = self.texts.number(core);
        self.role_mut(core, |role| role.reserved = true);
    }

    /// What was handed out so far.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            placeholders: self.placeholders.len(),
            known: self.known.len(),
            next: self.next.clone(),
            words: self.words.clone(),
            networks: self.networks.clone(),
        }
    }

    /// Back to a checkpoint, as if the calls since had not been, except for what is reserved.
    pub(crate) fn back_to(&mut self, checkpoint: &Checkpoint) {
        while self.known.len() > checkpoint.known
            && let Some(last) = self.known.pop()
        {
            self.role_mut(last.value, |role| role.known = last.next);
        }
        for placeholder in self.placeholders.split_off(checkpoint.placeholders) {
            self.role_mut(placeholder, |role| role.original = NONE);
        }
        for core in std::mem::take(&mut self.cores) {
            self.role_mut(core, |role| role.core = false);
        }
        for at in 0..self.placeholders.len() {
            let placeholder = self.placeholders.get(at).copied().unwrap_or(NONE);
            let core = core(self.texts.text(placeholder)).into_owned();
            self.add_core(&core);
        }
        self.next.clone_from(&checkpoint.next);
        self.words.clone_from(&checkpoint.words);
        self.networks = checkpoint.networks.clone();
    }

    fn role(&self, text: u32) -> Role {
        self.roles.get(text as usize).copied().unwrap_or(NO_ROLE)
    }

    fn role_mut(&mut self, text: u32, change: impl FnOnce(&mut Role)) {
        let at = text as usize;
        if self.roles.len() <= at {
            self.roles.resize(at + 1, NO_ROLE);
        }
        if let Some(role) = self.roles.get_mut(at) {
            change(role);
        }
    }

    fn add_core(&mut self, core: &str) {
        let core = self.texts.number(core);
        self.cores.push(core);
        self.role_mut(core, |role| role.core = true);
    }

    /// Whether no placeholder may have this core: one has it, or it stood in a text.
    fn is_taken(&self, core: &str) -> bool {
        self.texts.find(core).is_some_and(|core| {
            let role = self.role(core);
            role.core || role.reserved
        })
    }

    /// From now on `placeholder` stands for `original`.
    fn stands_for(&mut self, placeholder: &str, original: &str) -> u32 {
        let placeholder = self.texts.number(placeholder);
        let original = self.texts.number(original);
        if self.role(placeholder).original == NONE {
            self.placeholders.push(placeholder);
        }
        self.role_mut(placeholder, |role| role.original = original);
        placeholder
    }

    /// The text with this number: what [`Self::placeholder`] gave.
    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts.text(number)
    }

    /// The placeholder of `original`, the same as last time or the next free one; `original` itself, where it may stay.
    pub(crate) fn placeholder(&mut self, form: Form, original: &str) -> u32 {
        match form {
            Form::Tag(name) => self.tag(name, "", original),
            Form::AccessKey => {
                let account = account_of_key(original).map_or_else(String::new, |account| {
                    let account = self.placeholder(Form::Account, &account);
                    self.text(account).to_owned()
                });
                self.tag("KEYID", &account, original)
            }
            Form::Account => {
                if placeholder::is_public_account(original) {
                    return self.texts.number(original);
                }
                let written = Written::of(original);
                // Next to a prefix that stays, a digit that stays tells more of it.
                let same = |account: &str| {
                    let (fake, real) = (account.as_bytes(), original.as_bytes());
                    written == Written::Decimal && fake.first() == real.first()
                        || fake.last() == real.last()
                };
                self.numbered(Family::Account, original, original, &|n, out| {
                    let account = (n..n + APART)
                        .map(|n| placeholder::account(n, written))
                        .find(|account| !same(account))
                        .unwrap_or_else(|| placeholder::account(n, written));
                    out.push_str(&account);
                    true
                })
            }
            Form::DashedAccount => {
                let separator = if original.contains(' ') { " " } else { "-" };
                let account = self.placeholder(Form::Account, &original.replace(separator, ""));
                let account = self.text(account);
                let dashed = [account.get(..4), account.get(4..8), account.get(8..)]
                    .map(Option::unwrap_or_default)
                    .join(separator);
                self.fixed(&dashed, original)
            }
            Form::MaskedAccount => self.masked_account(original),
            Form::Name | Form::WholeName | Form::Echo => self.name(original),
            Form::Padded(prefix) => self.padded(usize::from(prefix), original),
            Form::OrganizationalUnit => self.unit(original),
            Form::Uuid => self.uuid(original),
            // A range that holds nothing hidden was not learnt, and stays.
            Form::Ipv4Range if !self.ranges.contains(original) => self.texts.number(original),
            Form::Ipv4 | Form::Ipv4Range => self.address(Family::Ipv4, original, &|n, out| {
                out.push_str("240.255.");
                push_number(out, n >> 8, 1);
                out.push('.');
                push_number(out, n & 255, 1);
                n < 65_536
            }),
            Form::DashedIpv4 => {
                let address = self.placeholder(Form::Ipv4, &original.replace('-', "."));
                let dashed = self.text(address).replace('.', "-");
                self.fixed(&dashed, original)
            }
            Form::Ipv6 => self.address(Family::Ipv6, original, &|n, out| {
                out.push_str(&format!("3fff:fff::{n:x}"));
                true
            }),
            Form::Mac => self.numbered(Family::Mac, original, original, &|n, out| {
                out.push_str(&format!("02:00:00:00:{:02x}:{:02x}", n >> 8, n & 255));
                n < 65_536
            }),
            Form::Number => self.numbered(Family::Number, original, original, &|n, out| {
                out.push_str("99900");
                push_number(out, n, 5);
                n < 100_000
            }),
            Form::Email => self.email(original),
        }
    }

    /// The end of the placeholder of the account that ends so, where one is known, or of a number of its own.
    fn masked_account(&mut self, original: &str) -> u32 {
        const MASK: &str = "********";
        // So many placeholders are looked through for the account.
        const FIRST: usize = 1 << 14;
        if let Some(known) = self.known(Family::Masked, original) {
            return known;
        }
        let end = original.trim_start_matches('*');
        let known = self
            .pairs()
            .take(FIRST)
            .find_map(|(placeholder, original)| {
                let is_account = |text: &str| text.len() == 12 && is_dashed(text);
                let of_it =
                    is_account(placeholder) && is_account(original) && original.ends_with(end);
                of_it
                    .then(|| placeholder.get(8..).map(str::to_owned))
                    .flatten()
            });
        let Some(known) = known else {
            return self.numbered(Family::Account, original, original, &|n, out| {
                out.push_str(MASK);
                let account = placeholder::account(n, Written::Decimal);
                out.push_str(account.get(8..).unwrap_or_default());
                // Numbers behind the family of placeholders do not show that they are one.
                account.as_bytes().first() == account.as_bytes().get(1)
            });
        };
        let masked = format!("{MASK}{known}");
        let free = self.original(&masked).is_none_or(|other| other == original)
            && !self.is_reserved(&known)
            && known.bytes().all(|byte| known.bytes().next() == Some(byte));
        if !free {
            return self.tag("SECRET", "", original);
        }
        let placeholder = self.stands_for(&masked, original);
        let value = self.texts.number(original);
        self.know(Family::Masked, value, placeholder);
        placeholder
    }

    /// `<NAME_3>`, or with the account of a key `<NAME_222244446666_3>`.
    fn tag(&mut self, name: &'static str, account: &str, original: &str) -> u32 {
        self.numbered(Family::Tag(name), original, original, &|n, out| {
            out.push('<');
            out.push_str(name);
            out.push('_');
            out.push_str(account);
            if !account.is_empty() {
                out.push('_');
            }
            push_number(out, n, 1);
            out.push('>');
            true
        })
    }

    /// A UUID with capitals has the number of the one without, and a nine before it.
    fn uuid(&mut self, original: &str) -> u32 {
        const HEAD: &str = "00000000-0000-4000-8000-0000";
        let lower = original.to_ascii_lowercase();
        if lower != original {
            let small = self.uuid(&lower);
            let number = self.text(small).get(HEAD.len() + 1..).map(str::to_owned);
            let capital = format!("{HEAD}9{}", number.unwrap_or_default());
            match self.original(&capital) {
                Some(known) if known == original => return self.texts.number(&capital),
                None if !self.is_taken(&capital) => {
                    self.add_core(&capital);
                    return self.stands_for(&capital, original);
                }
                // In mixed cases, there are more of them.
                _ => {}
            }
        }
        self.numbered(Family::Uuid, original, original, &|n, out| {
            out.push_str(HEAD);
            push_number(out, n, 8);
            n < 90_000_000
        })
    }

    /// One number for `jane@acme.io`, `Jane@Acme.io` and `JANE@ACME.IO`; the case of the placeholder tells which.
    fn email(&mut self, original: &str) -> u32 {
        let lower = original.to_ascii_lowercase();
        let small = original.bytes().any(|byte| byte.is_ascii_lowercase());
        let styled = |n: usize, out: &mut String| {
            let [person, host] = match (lower == original, small) {
                (true, _) => ["person", "@example.com"],
                (false, true) => ["Person", "@example.com"],
                (false, false) => ["PERSON", "@EXAMPLE.COM"],
            };
            out.push_str(person);
            push_number(out, n, 1);
            out.push_str(host);
            true
        };
        let placeholder = self.numbered(Family::Email, &lower, original, &styled);
        if self.original(self.text(placeholder)) == Some(original) {
            return placeholder;
        }
        let digits = self.text(placeholder).bytes().filter(u8::is_ascii_digit);
        let number = digits.fold(0_usize, |sum, digit| {
            sum.wrapping_mul(10).wrapping_add(usize::from(digit - b'0'))
        });
        let mut same = String::new();
        styled(number, &mut same);
        match self.original(&same) {
            Some(known) if known == original => self.texts.number(&same),
            None => self.stands_for(&same, original),
            // More spellings than styles: a number of its own.
            Some(_) => self.numbered(Family::Email, original, original, &styled),
        }
    }

    /// An address in the network of its neighbours, or the next of those that `render` makes.
    fn address(&mut self, family: Family, original: &str, render: &Render<'_>) -> u32 {
        if let Some(known) = self.known(family, original) {
            return known;
        }
        let mapped = original
            .parse()
            .ok()
            .and_then(|address| self.networks.map(address, false))
            .map(|address| address.to_string())
            .filter(|mapped| !self.is_taken(mapped));
        let Some(placeholder) = mapped else {
            return self.numbered(family, original, original, render);
        };
        self.add_core(&placeholder);
        let placeholder = self.stands_for(&placeholder, original);
        let value = self.texts.number(original);
        self.know(family, value, placeholder);
        placeholder
    }

    /// Whether this name, in lower case, has a placeholder.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.known(Family::Name, name).is_some()
    }

    /// The placeholder of the value that is known in this row of numbers by `key`.
    fn known(&self, family: Family, key: &str) -> Option<u32> {
        let mut next = self.role(self.texts.find(key)?).known;
        while let Some(known) = self.known.get(next as usize) {
            if known.family == family {
                return Some(known.placeholder);
            }
            next = known.next;
        }
        None
    }

    fn know(&mut self, family: Family, value: u32, placeholder: u32) {
        let next = self.role(value).known;
        let last = self.known.len();
        self.known.push(Known {
            family,
            value,
            placeholder,
            next,
        });
        let last = u32::try_from(last).unwrap_or(NONE);
        self.role_mut(value, |role| role.known = last);
    }

    /// A placeholder that follows from another one's.
    fn fixed(&mut self, placeholder: &str, original: &str) -> u32 {
        if placeholder != original && self.original(placeholder).is_none() {
            return self.stands_for(placeholder, original);
        }
        self.texts.number(placeholder)
    }

    fn numbered(&mut self, family: Family, key: &str, original: &str, render: &Render<'_>) -> u32 {
        if let Some(known) = self.known(family, key) {
            return known;
        }
        let row = self.next.iter().position(|(row, _)| *row == family);
        let row = row.unwrap_or_else(|| {
            self.next.push((family, 0));
            self.next.len() - 1
        });
        let mut number = self.next.get(row).map_or(0, |(_, number)| *number);
        let mut placeholder = String::new();
        loop {
            number += 1;
            placeholder.clear();
            if !render(number, &mut placeholder) {
                return self.placeholder(Form::Tag("SECRET"), original);
            }
            let core = core(&placeholder);
            if self.is_taken(&core) {
                continue;
            }
            self.add_core(&core);
            if let Some((_, last)) = self.next.get_mut(row) {
                *last = number;
            }
            let value = self.texts.number(key);
            let placeholder = self.stands_for(&placeholder, original);
            self.know(family, value, placeholder);
            return placeholder;
        }
    }

    /// One number for `acme`, `Acme` and `ACME`; the case of the placeholder tells which.
    fn name(&mut self, original: &str) -> u32 {
        if let Some(known) = self.known(Family::Spelling, original) {
            return known;
        }
        let placeholder = self.spelling(original);
        let value = self.texts.number(original);
        self.know(Family::Spelling, value, placeholder);
        placeholder
    }

    fn spelling(&mut self, original: &str) -> u32 {
        let styles = styles(original);
        let edges = Edges::of(original);
        let first = |n: usize, out: &mut String| {
            let style = styles.first();
            style.is_some_and(|style| {
                push_styled(out, n, style, edges);
                true
            })
        };
        let key = original.to_ascii_lowercase();
        let placeholder = self.numbered(Family::Name, &key, original, &first);
        let number = self
            .text(placeholder)
            .bytes()
            .filter(u8::is_ascii_digit)
            .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        let mut free = None;
        for style in styles {
            let mut same = String::new();
            push_styled(&mut same, number, style, edges);
            match self.original(&same) {
                Some(known) if known == original => return self.texts.number(&same),
                None if free.is_none() => free = Some(same),
                _ => {}
            }
        }
        match free {
            Some(free) => self.stands_for(&free, original),
            // More spellings than styles: a number of its own.
            None => self.numbered(Family::Name, original, original, &first),
        }
    }

    fn padded(&mut self, prefix: usize, original: &str) -> u32 {
        let number = original.bytes().all(|byte| byte.is_ascii_digit());
        let kept = if prefix == 0 && original.len() >= placeholder::LONG && !number {
            placeholder::LETTERED
        } else {
            original.get(..prefix).unwrap_or_default()
        };
        let width = original.len() - kept.len();
        let most = match width {
            0..4 => 0,
            4 => 99,
            5 => 999,
            6 => 9_999,
            _ => 99_999,
        };
        let family = Family::Padded(u8::try_from(width).unwrap_or(u8::MAX));
        // `subnet-0..` of eight digits would keep half of itself.
        let nine = width == 8
            && original.as_bytes().get(prefix) == Some(&b'0')
            && placeholder::begins_id(kept);
        self.numbered(family, original, original, &|n, out| {
            out.push_str(kept);
            if nine {
                out.push('9');
            }
            push_number(out, n, width - usize::from(nine));
            n <= most
        })
    }

    /// `ou-ROOT-UNIT` and `r-ROOT` share the root's number.
    fn unit(&mut self, original: &str) -> u32 {
        let mut parts = original.split('-');
        let (Some("ou"), Some(root), Some(unit), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return self.placeholder(Form::Tag("SECRET"), original);
        };
        let root = self.padded(2, &format!("r-{root}"));
        let Some(root) = self.text(root).strip_prefix("r-").map(str::to_owned) else {
            return self.placeholder(Form::Tag("SECRET"), original);
        };
        let width = unit.len();
        self.numbered(Family::Root, original, original, &|n, out| {
            out.push_str("ou-");
            out.push_str(&root);
            out.push('-');
            push_number(out, n, width);
            n < 100_000
        })
    }
}

/// Writes the placeholder with this number, if there is one.
type Render<'r> = dyn Fn(usize, &mut String) -> bool + 'r;

/// What a vault held at a time, without originals.
pub(crate) struct Checkpoint {
    placeholders: usize,
    known: usize,
    next: Vec<(Family, usize)>,
    words: BTreeSet<String>,
    networks: Networks,
}

/// How many numbers of accounts are passed over for one that differs at both ends.
const APART: usize = 4;

/// The part of a placeholder that must be unique.
pub(crate) fn core(placeholder: &str) -> Cow<'_, str> {
    let inner = placeholder.trim_start_matches('<').trim_end_matches('>');
    if inner.len() != placeholder.len() || placeholder::is_name(placeholder) {
        return restore::lower_case(inner);
    }
    if placeholder.contains('@') {
        return restore::lower_case(placeholder);
    }
    if placeholder.starts_with("00000000-") || placeholder.contains(['.', ':']) {
        return Cow::Borrowed(placeholder);
    }
    let tail = placeholder.rfind(|byte: char| !byte.is_ascii_digit());
    let tail = tail.and_then(|at| placeholder.get(at + 1..));
    Cow::Borrowed(match tail {
        Some(tail) if placeholder::is_padded(tail) || !is_dashed(placeholder) => tail,
        _ => placeholder,
    })
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

fn push_styled(out: &mut String, number: usize, [first, second, last]: &[char; 3], edges: Edges) {
    // `n` is `q` then, `x` is `z`, in the same case.
    out.push(match first {
        'n' if edges.first => 'q',
        'N' if edges.first => 'Q',
        first => *first,
    });
    out.push(*second);
    push_number(out, number, 1);
    out.push(match last {
        'x' if edges.last => 'z',
        'X' if edges.last => 'Z',
        last => *last,
    });
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
    if placeholder.starts_with("********") {
        return Some((Family::Masked, same()));
    }
    if placeholder.starts_with("00000000-0000-4000-8000-") {
        return Some((Family::Uuid, same()));
    }
    if placeholder.to_ascii_lowercase().ends_with("@example.com") {
        return Some((Family::Email, original.to_ascii_lowercase()));
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
