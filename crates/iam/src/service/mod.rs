//! What AWS's services know: actions, resource types and condition keys, from a table that is checked in (`crates/iam/data`, made by
//! `cargo xtask service-data`, date and licences in its NOTICE).
//!
//! The table is never complete: AWS adds actions every week. Whoever asks it gets "unknown" as an answer of its own, and may make a note of it,
//! never an error.
//!
//! [`Catalogue::common`] is inside the engine and knows the services most used; the page reads the whole file with [`Catalogue::read`] once it is
//! idle. Reading finds only where each service lies; a service is unpacked when it is first asked for.
//!
//! # The file
//! `UDSC`, a version, flags, the day as ten letters; the lengths of 23 streams as varints; the streams. Nothing is compressed, as the page comes
//! with brotli, but what is alike lies together and is said once:
//!
//! | streams | hold |
//! | --- | --- |
//! | affixes, affix sets | `Create~`, `List~s`, ...; and which of them come together around one noun |
//! | global keys | a line a key, its type as first letter |
//! | dependent actions, dependent lists | the actions on which others depend, as service and place; the lists of them that occur |
//! | services, counts | prefixes; for each: flags, and how many nouns, shapes, types, keys, key sets |
//! | nouns, noun sets | `BucketPolicy` and its affix set: an action's name is affix and noun |
//! | levels | first the likely level of each affix; then 0 for a likely one, else the level plus one |
//! | shapes, shape types, shape keys | which resource types an action takes: most recently used first, 0 for the next new one |
//! | action keys, key sets | condition keys of an action, a set as its difference from an earlier one |
//! | type nouns, styles, names, ARNs, keys | a resource type is a noun of the service in another style, or a name of its own |
//! | keys, key types | condition keys without the service's prefix |
//! | dependents | gap and list, ended by 0 |

mod keys;
mod pattern;
mod read;
mod spelling;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, sync::OnceLock};

use undeny_text::order_without_case;

pub use self::keys::{ConditionKey, KeyType, KeyUse};
use self::read::{Entry, Row, Tables, Unpacked};
use crate::{arn::Arn, glob::Glob};

static COMMON: &[u8] = include_bytes!("../../data/common.bin");

/// A table of services, read from a file of `crates/iam/data`.
pub struct Catalogue {
    bytes: Cow<'static, [u8]>,
    tables: Tables,
    // INVARIANT: sorted by prefix, as `Entry`s from the file are refused otherwise.
    entries: Vec<Entry>,
}

/// The file is none of ours, or not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the file of service data is damaged or of another version")
    }
}

impl std::error::Error for Damaged {}

/// How far an action lets its caller go, after AWS's service authorization reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Sees that something exists.
    List,
    /// Sees what is in it.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Changes tags only.
    Tagging,
    /// Grants or changes permissions.
    PermissionsManagement,
}

impl AccessLevel {
    /// As AWS's documentation writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Tagging => "Tagging",
            Self::PermissionsManagement => "Permissions management",
        }
    }

    fn of(number: u8) -> Self {
        match number {
            0 => Self::List,
            1 => Self::Read,
            3 => Self::Tagging,
            4 => Self::PermissionsManagement,
            _ => Self::Write,
        }
    }
}

/// A service of the table.
#[derive(Clone, Copy)]
pub struct Service<'a> {
    catalogue: &'a Catalogue,
    entry: &'a Entry,
}

/// An action of the table.
#[derive(Clone, Copy)]
pub struct Action<'a> {
    service: Service<'a>,
    row: &'a Row,
}

/// A kind of resource that a service's actions take.
#[derive(Clone, Copy)]
pub struct ResourceType<'a> {
    service: Service<'a>,
    number: usize,
    name: &'a str,
    arn: &'a str,
    parent: bool,
}

/// What the table says about a text that stands where an action belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It is one.
    Action(Action<'a>),
    /// The service has no such action, as far as is known; the nearest that it has, the likeliest first.
    NoSuchAction(Vec<String>),
    /// The table has no such service; actions of services that were perhaps meant. [`Catalogue::is_complete`] says how much that means.
    NoSuchService(Vec<String>),
    /// Not `service:Name`, or it has wildcards.
    NotAnAction,
}

/// Whether a statement's resource can be what its action works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit<'a> {
    /// The resource covers resources of these types, which the action takes; of `*`, all that it takes.
    Fits(Vec<ResourceType<'a>>),
    /// The action has no resource types: only `Resource: "*"` matches it.
    OnlyStar,
    /// The action takes other types: these. What the resource is, [`Catalogue::types_of`] knows.
    Other(Vec<ResourceType<'a>>),
    /// The action is not in the table, or the resource is no ARN.
    Unknown,
}

impl Catalogue {
    /// The services inside the engine.
    #[must_use]
    pub fn common() -> &'static Self {
        static READ: OnceLock<Catalogue> = OnceLock::new();
        READ.get_or_init(|| {
            Self::read(COMMON).unwrap_or(Self {
                bytes: Cow::Borrowed(&[]),
                tables: Tables::default(),
                entries: Vec::new(),
            })
        })
    }

    /// Reads a file of `crates/iam/data`: bytes that the page fetched, or that a program includes.
    ///
    /// # Errors
    /// [`Damaged`] where the file's parts don't fit together. Damage inside a service may show only later: its actions are unknown then.
    pub fn read(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, Damaged> {
        let bytes = bytes.into();
        let (tables, entries) = read::index(&bytes).ok_or(Damaged)?;
        Ok(Self {
            bytes,
            tables,
            entries,
        })
    }

    /// Whether all of AWS's services of that day are in it, so that an unknown service is news.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.tables.complete
    }

    /// The day of the data, as `2026-09-26`.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.tables.date
    }

    /// All services, by prefix.
    pub fn services(&self) -> impl ExactSizeIterator<Item = Service<'_>> {
        self.entries.iter().map(|entry| Service {
            catalogue: self,
            entry,
        })
    }

    /// The service with this prefix, in whatever case.
    #[must_use]
    pub fn service(&self, prefix: &str) -> Option<Service<'_>> {
        let at = self
            .entries
            .binary_search_by(|entry| order_without_case(&entry.prefix, prefix))
            .ok()?;
        Some(Service {
            catalogue: self,
            entry: self.entries.get(at)?,
        })
    }

    /// The action `service:Name`, in whatever case. Wildcards find nothing: see [`Self::expand`].
    #[must_use]
    pub fn action(&self, text: &str) -> Option<Action<'_>> {
        let (prefix, name) = text.split_once(':')?;
        self.service(prefix)?.action(name)
    }

    /// The action, or what was perhaps meant.
    #[must_use]
    pub fn look_up(&self, text: &str) -> Lookup<'_> {
        let Some((prefix, name)) = text.split_once(':') else {
            return Lookup::NotAnAction;
        };
        if prefix.is_empty() || name.is_empty() || text.contains(['*', '?', '$', ' ']) {
            return Lookup::NotAnAction;
        }
        match self.service(prefix) {
            None => Lookup::NoSuchService(self.nearest(text)),
            Some(service) => match service.action(name) {
                Some(action) => Lookup::Action(action),
                None => Lookup::NoSuchAction(self.nearest(text)),
            },
        }
    }

    /// Actions that an unknown one was perhaps meant to be, the likeliest first, at most three. The action behind the API operation of that name
    /// stands alone (`s3:HeadObject` needs `s3:GetObject`); else the same name in the service that the prefix stands for, and names with few letters
    /// or one word changed. This looks at every action of the service, up to half a millisecond for EC2: ask once for each text.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Vec<String> {
        spelling::nearest(self, text)
    }

    /// The actions that a policy's `Action` entry covers, by service and name: `s3:Get*`, `*:*`, `iam:passrole`.
    #[must_use]
    pub fn expand(&self, pattern: &str) -> Vec<Action<'_>> {
        if pattern == "*" {
            return self.services().flat_map(Service::actions).collect();
        }
        let Some((prefix, name)) = pattern.split_once(':') else {
            return Vec::new();
        };
        if !pattern.contains(['*', '?']) {
            return self.action(pattern).into_iter().collect();
        }
        let glob = Glob::new(&name.to_ascii_lowercase());
        if prefix == "*" && glob.is_everything() {
            return self.services().flat_map(Service::actions).collect();
        }
        self.service(prefix)
            .into_iter()
            .flat_map(Service::actions)
            .filter(|action| glob.matches(action.lower_name()))
            .collect()
    }

    /// Whether the action takes only `Resource: "*"`; `None` where it is not in the table.
    #[must_use]
    pub fn only_star(&self, action: &str) -> Option<bool> {
        Some(self.action(action)?.only_star())
    }

    /// Whether `resource`, an element of a policy's `Resource`, can be what `action` works on. Wildcards and variables in it stand for anything.
    #[must_use]
    pub fn fit(&self, action: &str, resource: &str) -> Fit<'_> {
        let Some(action) = self.action(action) else {
            return Fit::Unknown;
        };
        if resource == "*" {
            return Fit::Fits(action.resource_types().map(|(kind, _)| kind).collect());
        }
        let Some(written) = pattern::Written::parse(resource) else {
            return Fit::Unknown;
        };
        if action.only_star() {
            return Fit::OnlyStar;
        }
        let takes: Vec<_> = action.resource_types().map(|(kind, _)| kind).collect();
        let fits: Vec<_> = takes
            .iter()
            .copied()
            .filter(|kind| kind.covers(&written))
            .collect();
        if fits.is_empty() {
            Fit::Other(takes)
        } else {
            Fit::Fits(fits)
        }
    }

    /// The resource types of which `resource` is, or can be if it has wildcards; of the service that its ARN names.
    #[must_use]
    pub fn types_of(&self, resource: &str) -> Vec<ResourceType<'_>> {
        let Some(written) = pattern::Written::parse(resource) else {
            return Vec::new();
        };
        let service = Arn::parse(resource).and_then(|arn| self.service(arn.service));
        service
            .into_iter()
            .flat_map(Service::resource_types)
            .filter(|kind| kind.covers(&written))
            .collect()
    }

    /// A condition key of any service, in whatever case: `aws:SourceIp`, `s3:prefix`, `aws:RequestTag/team`.
    #[must_use]
    pub fn condition_key(&self, key: &str) -> Option<ConditionKey<'_>> {
        keys::find(&self.tables.global_keys, key)
            .or_else(|| {
                let (prefix, _) = key.split_once(':')?;
                keys::find(&self.service(prefix)?.unpacked().keys, key)
            })
            .or_else(|| {
                // Keys of identity providers stand under STS: `token.actions.githubusercontent.com:sub`, `saml:aud`.
                keys::find(&self.service("sts")?.unpacked().keys, key)
            })
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Catalogue({} services of {})",
            self.entries.len(),
            self.date()
        )
    }
}

impl<'a> Service<'a> {
    /// `s3`
    #[must_use]
    pub fn prefix(self) -> &'a str {
        &self.entry.prefix
    }

    /// Whether resource control policies reach it.
    #[must_use]
    pub fn supports_rcp(self) -> bool {
        self.entry.rcp
    }

    /// All its actions, by name.
    pub fn actions(self) -> impl Iterator<Item = Action<'a>> {
        let unpacked = self.unpacked();
        let rows = unpacked.by_name.iter();
        rows.filter_map(move |number| {
            let row = unpacked.rows.get(*number)?;
            Some(Action { service: self, row })
        })
    }

    /// The action of this name, in whatever case.
    #[must_use]
    pub fn action(self, name: &str) -> Option<Action<'a>> {
        let unpacked = self.unpacked();
        let row = |number: &usize| unpacked.rows.get(*number);
        let at = unpacked
            .by_name
            .binary_search_by(|number| {
                order_without_case(row(number).map_or("", |row| unpacked.lower(row)), name)
            })
            .ok()?;
        let row = row(unpacked.by_name.get(at)?)?;
        Some(Action { service: self, row })
    }

    /// All its resource types.
    pub fn resource_types(self) -> impl Iterator<Item = ResourceType<'a>> {
        (0..self.unpacked().types.len()).filter_map(move |number| self.resource_type(number))
    }

    /// The condition keys that the service defines or uses, without those of every service.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        self.unpacked().keys.iter().map(ConditionKey::from)
    }

    fn resource_type(self, number: usize) -> Option<ResourceType<'a>> {
        let kind = self.unpacked().types.get(number)?;
        Some(ResourceType {
            service: self,
            number,
            name: &kind.name,
            arn: &kind.arn,
            parent: kind.parent,
        })
    }

    fn unpacked(self) -> &'a Unpacked {
        self.entry
            .unpacked(&self.catalogue.tables, &self.catalogue.bytes)
    }
}

impl fmt::Debug for Service<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Service({})", self.prefix())
    }
}

impl<'a> Action<'a> {
    /// Its service.
    #[must_use]
    pub fn service(self) -> Service<'a> {
        self.service
    }

    /// Its name as AWS writes it, without the service: `GetObject`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.service.unpacked().name(self.row)
    }

    /// How far it lets its caller go.
    #[must_use]
    pub fn level(self) -> AccessLevel {
        AccessLevel::of(self.row.level)
    }

    /// Whether it takes only `Resource: "*"`.
    #[must_use]
    pub fn only_star(self) -> bool {
        self.resource_types().next().is_none()
    }

    /// The resource types that it takes, and whether each must be there; empty where it takes only `*`.
    pub fn resource_types(self) -> impl Iterator<Item = (ResourceType<'a>, bool)> {
        self.shape()
            .iter()
            .filter_map(move |used| Some((self.service.resource_type(used.kind)?, used.required)))
    }

    /// The condition keys that apply to it, those of its resource types too, without those of every service.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        let unpacked = self.service.unpacked();
        unpacked
            .keys
            .iter()
            .enumerate()
            .filter(move |(number, _)| {
                unpacked.has_key(self.row.keys, *number)
                    || self.shape().iter().any(|used| {
                        let own = unpacked.types.get(used.kind).map_or(0, |kind| kind.keys);
                        unpacked.has_key(used.keys, *number) || unpacked.has_key(own, *number)
                    })
            })
            .map(|(_, key)| ConditionKey::from(key))
    }

    /// What a condition key (in whatever case) means for this action.
    #[must_use]
    pub fn condition_key(self, key: &str) -> KeyUse<'a> {
        keys::usage(self, key)
    }

    /// The actions that a caller often needs beside this one, as `service:Name`. [`Catalogue::common`] leaves out those of other services than its own.
    pub fn dependents(self) -> impl Iterator<Item = String> {
        let catalogue = self.service.catalogue;
        let list = self.row.dependents.and_then(|list| {
            let range = catalogue.tables.dependent_lists.get(list)?.clone();
            catalogue.tables.dependents.get(range)
        });
        list.unwrap_or_default()
            .iter()
            .filter_map(|number| catalogue.tables.dependent_actions.get(*number))
            .filter_map(|(service, ordinal)| {
                let service = Service {
                    catalogue,
                    entry: catalogue.entries.get(*service)?,
                };
                let row = service.unpacked().rows.get(*ordinal)?;
                Some(Action { service, row }.to_string())
            })
    }

    fn lower_name(self) -> &'a str {
        self.service.unpacked().lower(self.row)
    }

    fn shape(self) -> &'a [read::Used] {
        self.service.unpacked().shape(self.row.shape)
    }
}

impl PartialEq for Action<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.service.prefix() == other.service.prefix()
    }
}

impl Eq for Action<'_> {}

/// As AWS writes it: `s3:GetObject`.
impl fmt::Display for Action<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.service.prefix(), self.name())
    }
}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Action({self})")
    }
}

impl<'a> ResourceType<'a> {
    /// As AWS's documentation calls it: `object`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.name
    }

    /// Its ARNs' form: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`; a few types have two, with `, ` between.
    #[must_use]
    pub fn arn(self) -> &'a str {
        self.arn
    }

    /// The service whose type it is.
    #[must_use]
    pub fn service(self) -> Service<'a> {
        self.service
    }

    /// Whether resources of this type are among those that `written` stands for.
    fn covers(self, written: &pattern::Written<'_>) -> bool {
        self.arn
            .split(", ")
            .any(|form| pattern::meets(form, self.parent, written))
    }
}

impl PartialEq for ResourceType<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.service.prefix() == other.service.prefix()
    }
}

impl Eq for ResourceType<'_> {}

impl fmt::Debug for ResourceType<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "ResourceType({}, {})",
            self.service.prefix(),
            self.name
        )
    }
}
