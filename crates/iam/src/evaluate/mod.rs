//! Decides a request: allowed, denied because nothing allows it, or denied by a statement that says so.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

pub(crate) mod compiled;
pub(crate) mod condition;
pub mod disputed;
mod explain;
pub(crate) mod layers;
pub(crate) mod matching;
pub(crate) mod principal;
pub mod rules;
pub(crate) mod template;
pub(crate) mod values;

use crate::policy::{Effect, Policy};

pub use compiled::Compiled;
pub use condition::ConditionFailure;

/// What is asked of AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// An ARN, a service, an identity provider, or `*` for the anonymous caller.
    pub principal: String,
    /// `service:Action`, in any letter case.
    pub action: String,
    /// An ARN, or `*` for an action without resource types.
    pub resource: String,
    /// The condition keys that the request carries.
    pub context: Context,
}

/// Condition keys with their values. Names are compared without letter case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    // INVARIANT: sorted by name, each once. A request has few keys, so a list is quicker than a tree and far less code.
    keys: Vec<Key>,
}

/// A condition key of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    // INVARIANT: in lower case.
    name: String,
    given: String,
    // INVARIANT: not empty.
    values: Vec<String>,
}

impl Context {
    /// Set `key` to `values`; one is a single-valued key, more are a multi-valued one, none makes the key absent.
    pub fn set(&mut self, key: &str, values: Vec<String>) {
        let key = Key {
            name: key.to_ascii_lowercase(),
            given: key.to_owned(),
            values,
        };
        let place = self.place(&key.name);
        match (place, key.values.is_empty()) {
            (Ok(at), true) => drop(self.keys.remove(at)),
            (Ok(at), false) => {
                if let Some(known) = self.keys.get_mut(at) {
                    *known = key;
                }
            }
            (Err(_), true) => {}
            (Err(at), false) => self.keys.insert(at, key),
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.keys
            .binary_search_by(|known| known.name.as_str().cmp(name))
    }

    /// The values of `key`, in any letter case.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[String]> {
        // Policies that were read ask in lower case, mostly for keys that are not there.
        let place = if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.place(&key.to_ascii_lowercase())
        } else {
            self.place(key)
        };
        self.keys.get(place.ok()?).map(|key| key.values.as_slice())
    }

    /// The keys as given, in alphabetical order, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.keys
            .iter()
            .map(|key| (key.given.as_str(), key.values.as_slice()))
    }

    /// Whether the request carries no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// A request with everything that decides it. What is not given does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The request.
    pub request: Request,
    /// The account that owns the resource; else the one in its ARN, else the caller's.
    pub resource_account: Option<String>,
    /// The caller's identity policies.
    pub identity: Vec<Policy>,
    /// The resource's policy; a role's trust policy for `sts:AssumeRole` and its like.
    pub resource: Option<Policy>,
    /// The caller's permissions boundary; empty where there is none.
    pub boundary: Vec<Policy>,
    /// The session's policies; empty where there are none.
    pub session: Vec<Policy>,
    /// Service control policies by level, root first; empty where the account is not limited.
    pub scps: Vec<Vec<Policy>>,
    /// Resource control policies by level, root first, without `RCPFullAWSAccess`.
    pub rcps: Vec<Vec<Policy>>,
    /// The VPC endpoint's policy.
    pub endpoint: Option<Policy>,
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Every gate lets it through.
    Allowed,
    /// No statement allows it where one would have to.
    ImplicitlyDenied,
    /// A Deny matches.
    ExplicitlyDenied,
}

impl Outcome {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
        }
    }
}

/// A kind of policy that has a say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// The VPC endpoint's policy.
    Endpoint,
    /// The permissions boundary.
    Boundary,
    /// The session's policies.
    Session,
    /// The caller's identity policies.
    Identity,
    /// The resource's policy, or the role's trust policy.
    Resource,
}

impl Layer {
    /// Every layer, in order.
    pub const ALL: &[Self] = &[
        Self::Scp,
        Self::Rcp,
        Self::Endpoint,
        Self::Boundary,
        Self::Session,
        Self::Identity,
        Self::Resource,
    ];

    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Endpoint => "endpoint",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Identity => "identity",
            Self::Resource => "resource",
        }
    }
}

/// The decision with its grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How it ends.
    pub outcome: Outcome,
    /// Each layer that was given or that had to allow, in the order of [`Layer`].
    pub layers: Vec<LayerDecision>,
    /// The layer that AWS's message would name, where it is denied.
    pub denied_by: Option<Layer>,
    /// What decided it beyond the statements, in sentences ("the trust policy names the caller's role, so it decides alone").
    pub notes: Vec<String>,
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerDecision {
    /// Which.
    pub layer: Layer,
    /// What it says by itself.
    pub outcome: Outcome,
    /// Whether the decision needs it to allow.
    pub required: bool,
    /// Each statement of each policy, in order.
    pub statements: Vec<StatementDecision>,
}

/// Whether one statement matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementDecision {
    /// Index of the policy in its layer; levels are counted through.
    pub policy: usize,
    /// Index of the statement in the policy.
    pub statement: usize,
    /// Its effect.
    pub effect: Effect,
    /// The first reason why it does not match; `None` where it matches.
    pub mismatch: Option<Mismatch>,
}

/// The first element of a statement that does not match the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Which.
    pub element: MismatchElement,
    /// One sentence, lower case, that names both values.
    pub why: String,
    /// The values themselves, where it is a condition.
    pub condition: Option<ConditionMismatch>,
}

/// A condition that does not hold, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionMismatch {
    /// As written: `StringEquals`.
    pub operator: String,
    /// As written.
    pub key: String,
    /// The request's values; `None` where it has no such key.
    pub actual: Option<Vec<String>>,
    /// The policy's values as written.
    pub wanted: Vec<String>,
    /// What is wrong.
    pub failure: ConditionFailure,
}

/// The element that does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MismatchElement {
    /// `Principal`, `NotPrincipal`, or that it is missing.
    Principal,
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// The condition at this index of [`crate::policy::Statement::conditions`].
    Condition(usize),
}

/// Decide.
///
/// For many requests to the same policies, [`Compiled`] reads these once.
#[must_use]
pub fn evaluate(scenario: &Scenario) -> Decision {
    Compiled::new(scenario).explain(scenario)
}
