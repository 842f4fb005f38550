//! The text of a denial as data, whatever wrapped it.

use undeny_document::Role;
use undeny_text::Span;

/// What one text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DenialReading {
    /// Every denial, in order of place; equal ones count once.
    pub denials: Vec<Denial>,
    /// Texts that look like an AWS denial and are not.
    pub decoys: Vec<Decoy>,
}

/// A denial as printed. What the text does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denial {
    /// Who was denied, quotes dropped, wrapped lines joined, masks kept.
    pub principal: Option<String>,
    /// What was denied: `service:Action`.
    pub action: Option<String>,
    /// On what.
    pub resource: Option<String>,
    /// The kind of policy that the text names.
    pub policy_type: Option<PolicyType>,
    /// Whether the text says that a Deny matched, or that nothing allows.
    pub kind: DenialKind,
    /// The call that the wrapper names: `AssumeRole`.
    pub operation: Option<String>,
    /// Whether the action was read or follows from the wording.
    pub action_source: ActionSource,
    /// The kind of policy that the wording implies.
    pub inferred_policy_type: Option<PolicyType>,
    /// The policy that AWS names.
    pub policy_arn: Option<String>,
    /// Permissions that the text names as missing beside the action: `missing permission: sts:TagSession`.
    pub missing_permissions: Vec<String>,
    /// Condition keys that the text tells (CloudTrail events, decoded messages), as the request carried them.
    pub context: Vec<(String, Vec<String>)>,
    /// The bytes that say so, of the text as given.
    pub span: Span,
}

/// Kinds of policies as AWS's messages name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// "identity-based policy"
    Identity,
    /// "resource-based policy"
    Resource,
    /// "service control policy"
    Scp,
    /// "resource control policy"
    Rcp,
    /// "permissions boundary"
    Boundary,
    /// "session policy"
    Session,
    /// "VPC endpoint policy"
    Vpce,
    /// "role trust policy"
    Trust,
    /// "S3 Block Public Access"
    Bpa,
}

impl PolicyType {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Vpce => "vpce",
            Self::Trust => "trust",
            Self::Bpa => "bpa",
        }
    }

    /// The role that a document of this kind has, where there is one.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Identity => Some(Role::Identity),
            Self::Scp => Some(Role::Scp),
            Self::Rcp => Some(Role::Rcp),
            Self::Boundary => Some(Role::Boundary),
            Self::Session => Some(Role::Session),
            Self::Vpce => Some(Role::Endpoint),
            Self::Trust => Some(Role::Trust),
            Self::Resource | Self::Bpa => None,
        }
    }
}

/// Whether a Deny matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DenialKind {
    /// "with an explicit deny in ..."
    Explicit,
    /// "because no ... allows ..."
    Implicit,
    /// The text does not say.
    #[default]
    Unknown,
}

impl DenialKind {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Implicit => "implicit",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the action is known from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionSource {
    /// The text prints it.
    #[default]
    Printed,
    /// The wording implies it.
    Implied,
}

/// A text that looks like an AWS denial and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoy {
    /// Which: `expired-credentials`, `other-cloud`, ...
    pub kind: &'static str,
    /// What it is and what to do, in one or two sentences.
    pub reason: String,
    /// The bytes that say so, of the text as given.
    pub span: Span,
}

/// Read every denial in `text`.
#[must_use]
pub fn read(text: &str) -> DenialReading {
    let _ = text;
    DenialReading::default()
}
