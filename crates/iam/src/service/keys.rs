//! Condition keys: their names, which may have a part of the user's choice (`aws:RequestTag/${TagKey}`), their types, and to which actions they apply.

use super::Action;

/// What a condition key's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// Text.
    String,
    /// Texts; it takes `ForAllValues` or `ForAnyValue`.
    ArrayOfString,
    /// An ARN.
    Arn,
    /// ARNs; it takes `ForAllValues` or `ForAnyValue`.
    ArrayOfArn,
    /// `true` or `false`.
    Bool,
    /// Several of `true` and `false`; it takes `ForAllValues` or `ForAnyValue`.
    ArrayOfBool,
    /// A number.
    Numeric,
    /// A point in time.
    Date,
    /// An address.
    IpAddress,
}

impl KeyType {
    /// Whether a request can carry several values at once.
    #[must_use]
    pub fn is_multi_valued(self) -> bool {
        matches!(
            self,
            Self::ArrayOfString | Self::ArrayOfArn | Self::ArrayOfBool
        )
    }

    /// The type of one value.
    #[must_use]
    pub fn of_one(self) -> Self {
        match self {
            Self::ArrayOfString => Self::String,
            Self::ArrayOfArn => Self::Arn,
            Self::ArrayOfBool => Self::Bool,
            one => one,
        }
    }

    /// As AWS's documentation writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::ArrayOfString => "ArrayOfString",
            Self::Arn => "ARN",
            Self::ArrayOfArn => "ArrayOfARN",
            Self::Bool => "Bool",
            Self::ArrayOfBool => "ArrayOfBool",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::IpAddress => "IPAddress",
        }
    }

    pub(super) fn of(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::String,
            1 => Self::ArrayOfString,
            2 => Self::Arn,
            3 => Self::ArrayOfArn,
            4 => Self::Bool,
            5 => Self::ArrayOfBool,
            6 => Self::Numeric,
            7 => Self::Date,
            8 => Self::IpAddress,
            _ => return None,
        })
    }
}

/// A condition key of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionKey<'a> {
    /// As AWS writes it, with `${TagKey}` or `<key>` for a part of the user's choice.
    pub name: &'a str,
    /// What its values are.
    pub kind: KeyType,
}

/// What a condition key means for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse<'a> {
    /// AWS lists it for this action or for a resource type that it takes.
    Applies(ConditionKey<'a>),
    /// It is a key of every service, so requests may have it.
    Global(ConditionKey<'a>),
    /// A key of an identity provider that no table can list: `oidc.eks.eu-west-1.amazonaws.com/id/X:sub`.
    Provider,
    /// The key exists, but AWS does not list it for this action: the condition never sees a value, as far as is known.
    DoesNotApply(ConditionKey<'a>),
    /// The table has no such key.
    Unknown,
}

impl KeyUse<'_> {
    /// What its values are, where that is known.
    #[must_use]
    pub fn kind(self) -> Option<KeyType> {
        match self {
            Self::Applies(key) | Self::Global(key) | Self::DoesNotApply(key) => Some(key.kind),
            Self::Provider | Self::Unknown => None,
        }
    }
}

/// A key as it is kept.
#[derive(Debug)]
pub(super) struct NamedKey {
    name: String,
    kind: KeyType,
}

impl NamedKey {
    pub(super) fn new(name: String, kind: KeyType) -> Self {
        Self { name, kind }
    }
}

impl<'a> From<&'a NamedKey> for ConditionKey<'a> {
    fn from(key: &'a NamedKey) -> Self {
        Self {
            name: &key.name,
            kind: key.kind,
        }
    }
}

/// The key of this name: exactly, else one with a part of the user's choice.
pub(super) fn find<'a>(keys: &'a [NamedKey], name: &str) -> Option<ConditionKey<'a>> {
    let exact = keys.iter().find(|key| key.name.eq_ignore_ascii_case(name));
    exact
        .or_else(|| keys.iter().find(|key| is_form_of(&key.name, name)))
        .map(ConditionKey::from)
}

pub(super) fn usage<'a>(action: Action<'a>, name: &str) -> KeyUse<'a> {
    let same =
        |key: &ConditionKey<'_>| key.name.eq_ignore_ascii_case(name) || is_form_of(key.name, name);
    if let Some(key) = action.condition_keys().find(same) {
        return KeyUse::Applies(key);
    }
    let catalogue = action.service().catalogue;
    let Some(key) = catalogue.condition_key(name) else {
        let provider = name
            .split_once(':')
            .is_some_and(|(prefix, _)| prefix.contains('.'));
        return if provider && action.service().prefix() == "sts" {
            KeyUse::Provider
        } else {
            KeyUse::Unknown
        };
    };
    // Tags are keys of every service by name, but only actions and types that list them have them.
    let listed_only = ["aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys"];
    let global = find(&catalogue.tables.global_keys, name).is_some()
        && !listed_only.iter().any(|tags| key.name.starts_with(tags));
    if global {
        KeyUse::Global(key)
    } else {
        KeyUse::DoesNotApply(key)
    }
}

/// Whether `name` is `form` with something in place of its `${..}` and `<..>`, letters in whatever case.
fn is_form_of(form: &str, name: &str) -> bool {
    if !form.contains(['$', '<']) {
        return false;
    }
    let mut pattern = String::new();
    let mut rest = form;
    while let Some(start) = rest.find("${").or_else(|| rest.find('<')) {
        let (before, after) = rest.split_at(start);
        let Some((_, behind)) = after.split_once(['}', '>']) else {
            break;
        };
        pattern.push_str(before);
        pattern.push_str("?*");
        rest = behind;
    }
    pattern.push_str(rest);
    crate::glob::matches_ignoring_case(&pattern, name)
}
