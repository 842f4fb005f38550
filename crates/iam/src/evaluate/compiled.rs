//! Policies read once, for many requests.

use undeny_document::Role;

use crate::arn::{Arn, Caller};
use crate::policy;
use crate::policy::{Effect, Policy};

use super::condition::{Condition, Test};
use super::matching::{ActionPattern, ResourceName, ResourcePattern};
use super::principal::{self, Named, Names};
use super::{Context, Decision, Outcome, Request, Scenario, explain, layers};

/// A scenario's policies, read once: everything but the request.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    pub(super) resource_account: Option<String>,
    pub(super) identity: Vec<CompiledPolicy>,
    pub(super) resource: Option<CompiledPolicy>,
    pub(super) boundary: Vec<CompiledPolicy>,
    pub(super) session: Vec<CompiledPolicy>,
    pub(super) scps: Vec<Vec<CompiledPolicy>>,
    pub(super) rcps: Vec<Vec<CompiledPolicy>>,
    pub(super) endpoint: Option<CompiledPolicy>,
}

impl Compiled {
    /// Read the policies of `scenario`; its request does not matter.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let all = |policies: &[Policy]| policies.iter().map(CompiledPolicy::new).collect();
        let levels =
            |levels: &[Vec<Policy>]| levels.iter().map(|level| all(level)).collect::<Vec<_>>();
        Self {
            resource_account: scenario.resource_account.clone(),
            identity: all(&scenario.identity),
            resource: scenario.resource.as_ref().map(CompiledPolicy::new),
            boundary: all(&scenario.boundary),
            session: all(&scenario.session),
            scps: levels(&scenario.scps),
            rcps: levels(&scenario.rcps),
            endpoint: scenario.endpoint.as_ref().map(CompiledPolicy::new),
        }
    }

    /// How `request` ends.
    #[must_use]
    pub fn decide(&self, request: &Request) -> Outcome {
        layers::decide(self, &Asked::new(self, request)).outcome
    }

    /// As [`super::evaluate`], with these policies, which `scenario` holds as written.
    pub(super) fn explain(&self, scenario: &Scenario) -> Decision {
        explain::explain(self, scenario, &Asked::new(self, &scenario.request))
    }
}

/// A policy, read once.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPolicy {
    pub(crate) role: Role,
    pub(crate) statements: Vec<CompiledStatement>,
}

/// A statement, read once.
#[derive(Clone, Debug)]
pub(crate) struct CompiledStatement {
    pub(crate) effect: Effect,
    pub(crate) principals: Option<OneOf<Named>>,
    pub(crate) actions: Option<OneOf<ActionPattern>>,
    pub(crate) resources: Option<OneOf<ResourcePattern>>,
    pub(crate) conditions: Vec<Condition>,
    /// Whether a condition wants the principal's ARN to be one of some.
    by_arn: bool,
}

/// An element's values and whether it is the `Not` form.
#[derive(Clone, Debug)]
pub(crate) struct OneOf<T> {
    pub(crate) negated: bool,
    pub(crate) items: Vec<T>,
}

/// On whose side a policy is: the resource's says who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Identity and session policies, boundaries, SCPs.
    Caller,
    /// The resource's policy.
    Resource,
    /// RCPs and endpoint policies: they say who too, and where they do not, AWS refuses them; taken as everyone.
    Gate,
}

/// The first element that does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// On the resource's side, without `Principal`.
    NoPrincipal,
    Principal,
    /// The provider's ARN is named, but it is in another account than the role.
    ForeignProvider,
    NoAction,
    Action,
    NoResource,
    Resource,
    /// The index of the condition.
    Condition(usize),
}

/// A request, read once for all statements.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request,
    pub(crate) caller: Caller<'a>,
    /// The caller's account.
    pub(crate) caller_account: Option<&'a str>,
    /// In lower case.
    pub(crate) action: String,
    pub(crate) resource: ResourceName<'a>,
    /// The resource's account.
    pub(crate) owner: Option<&'a str>,
    pub(crate) has_boundary: bool,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(compiled: &'a Compiled, request: &'a Request) -> Self {
        let caller = Caller::parse(&request.principal);
        let resource = ResourceName::new(&request.resource);
        let caller_account = caller
            .account()
            .or_else(|| Arn::parse(&request.principal).map(|arn| arn.account))
            .filter(|account| !account.is_empty());
        let owner = match (&compiled.resource_account, resource) {
            (Some(account), _) => Some(account.as_str()),
            (None, ResourceName::Arn([_, _, _, _, account, _]))
                if !account.is_empty() && account != "aws" =>
            {
                Some(account)
            }
            _ => caller_account,
        };
        Self {
            request,
            caller,
            caller_account,
            action: request.action.to_ascii_lowercase(),
            resource,
            owner,
            has_boundary: !compiled.boundary.is_empty(),
        }
    }

    /// The action's service and name, in lower case.
    pub(crate) fn action_parts(&self) -> (&str, &str) {
        if self.action.len() > LONGEST_ACTION {
            return ("", "");
        }
        undeny_text::split_at_first(&self.action, b":").unwrap_or(("", &self.action))
    }

    pub(crate) fn context(&self) -> &Context {
        &self.request.context
    }
}

/// AWS's longest is under 100.
const LONGEST_ACTION: usize = 1024;

impl CompiledPolicy {
    pub(crate) fn new(policy: &Policy) -> Self {
        let statements = policy
            .statements
            .iter()
            .map(|statement| CompiledStatement::new(statement, policy.version))
            .collect();
        Self {
            role: policy.role,
            statements,
        }
    }
}

impl CompiledStatement {
    fn new(statement: &policy::Statement, version: policy::Version) -> Self {
        let principals = statement.principals.as_ref().map(|principals| OneOf {
            negated: principals.negated,
            items: principals.items.iter().map(Named::new).collect(),
        });
        let actions = statement.actions.as_ref().map(|actions| OneOf {
            negated: actions.negated,
            items: actions
                .items
                .iter()
                .map(|item| ActionPattern::new(&item.value()))
                .collect(),
        });
        let resources = statement.resources.as_ref().map(|resources| OneOf {
            negated: resources.negated,
            items: resources
                .items
                .iter()
                .map(|item| ResourcePattern::new(&item.value(), version))
                .collect(),
        });
        let conditions: Vec<Condition> = statement
            .conditions
            .iter()
            .map(|condition| Condition::new(condition, version))
            .collect();
        let by_arn = conditions.iter().any(|condition| {
            condition.key == "aws:principalarn"
                && !condition.operator.negated
                && condition.operator.test != Test::Null
        });
        Self {
            effect: statement.effect,
            principals,
            actions,
            resources,
            conditions,
            by_arn,
        }
    }

    /// As what it names the caller, where everything in it matches; on the caller's side [`Names::NONE`], since nobody is named there.
    pub(crate) fn check(&self, asked: &Asked<'_>, side: Side) -> Result<Names, Cause> {
        let mut names = self.check_principal(asked, side)?;
        self.check_rest(asked, side)?;
        if self.by_arn {
            names = names.by_arn();
        }
        Ok(names)
    }

    fn check_principal(&self, asked: &Asked<'_>, side: Side) -> Result<Names, Cause> {
        let Some(principals) = &self.principals else {
            return match side {
                Side::Caller => Ok(Names::NONE),
                Side::Resource => Err(Cause::NoPrincipal),
                Side::Gate => Ok(Names::EVERYONE),
            };
        };
        let names = self.named(asked);
        if !principals.negated {
            if names.is_empty() {
                return Err(Cause::Principal);
            }
            let is_web_identity = matches!(
                asked.action.as_str(),
                "sts:assumerolewithwebidentity" | "sts:assumerolewithsaml"
            );
            if is_web_identity
                && let Caller::IdentityProvider(provider) = &asked.caller
                && let Some(arn) = Arn::parse(provider)
                && asked.owner.is_some_and(|owner| owner != arn.account)
            {
                return Err(Cause::ForeignProvider);
            }
            return Ok(names);
        }
        // A caller with a boundary cannot be spared.
        let is_limited = asked.has_boundary
            && matches!(
                asked.caller,
                Caller::User(_) | Caller::Role(_) | Caller::RoleSession { .. }
            );
        if names.is_empty() || self.effect == Effect::Deny && is_limited {
            Ok(Names::EVERYONE)
        } else {
            Err(Cause::Principal)
        }
    }

    /// As what `Principal` or `NotPrincipal` lists the caller.
    pub(crate) fn named(&self, asked: &Asked<'_>) -> Names {
        let Some(principals) = &self.principals else {
            return Names::NONE;
        };
        let text = &asked.request.principal;
        if principals.negated && self.effect == Effect::Deny {
            return principal::spared(&principals.items, text, &asked.caller, asked.owner);
        }
        principals.items.iter().fold(Names::NONE, |names, named| {
            names.with(named.names(text, &asked.caller, asked.owner))
        })
    }

    fn check_rest(&self, asked: &Asked<'_>, side: Side) -> Result<(), Cause> {
        let actions = self.actions.as_ref().ok_or(Cause::NoAction)?;
        let action = asked.action_parts();
        if actions.items.iter().any(|item| item.matches(action)) == actions.negated {
            return Err(Cause::Action);
        }
        match &self.resources {
            Some(resources) => {
                let is_listed = resources.items.iter().any(|item| {
                    item.matches(&asked.request.resource, &asked.resource, asked.context())
                });
                if is_listed == resources.negated {
                    return Err(Cause::Resource);
                }
            }
            // A trust policy or a repository's has none: it is about what it is attached to.
            None if side != Side::Caller => {}
            None => return Err(Cause::NoResource),
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            if condition.check(asked.context()).is_err() {
                return Err(Cause::Condition(index));
            }
        }
        Ok(())
    }
}
