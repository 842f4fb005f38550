//! What a service asks for in one go: every action of a set, or the call fails.

use undeny_iam::arn::Caller;
use undeny_iam::change::{Change, ChangeKind, NewStatement};
use undeny_iam::evaluate::{Outcome, Request};
use undeny_iam::policy::{Effect, PrincipalKind};

use crate::case::Case;
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::words::{self, code};

/// A set of actions that one caller needs on the same resources.
pub(super) struct WholeSet<'a> {
    /// The rule that knows it.
    pub(super) rule: &'static str,
    /// The policy that has to allow it, by index.
    pub(super) policy: usize,
    /// Who needs it: an ARN or a service.
    pub(super) principal: String,
    /// Full names.
    pub(super) actions: &'a [&'static str],
    /// ARNs, or `*`.
    pub(super) resources: Vec<String>,
    /// Whether the policy is on one thing and its statements name no resource.
    pub(super) on_one: bool,
    /// What the new statement is called after.
    pub(super) called: &'static str,
    /// An action of the same service that must stay denied.
    pub(super) lazy: &'static str,
    /// What is taken for granted, in sentences.
    pub(super) assumptions: Vec<String>,
}

impl WholeSet<'_> {
    /// The plan that adds what is missing, in one statement; `None` where nothing is. `why` ends in a full stop and stands before what
    /// the policy lacks.
    pub(super) fn missing(self, case: &Case<'_>, title: &str, why: &str) -> Option<Diagnosis> {
        let policy = case.policies.get(self.policy)?;
        let mut requests = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        for action in self.actions {
            let mut lacks = false;
            for resource in &self.resources {
                let request = Request {
                    principal: self.principal.clone(),
                    action: (*action).to_owned(),
                    resource: resource.clone(),
                    ..Request::default()
                };
                lacks |= case.setup(request.clone()).decide().outcome != Outcome::Allowed;
                requests.push(request);
            }
            if lacks {
                missing.push((*action).to_owned());
            }
        }
        if missing.is_empty() {
            return None;
        }
        let first = requests.first()?.clone();
        let (service, _) = first.action.split_once(':')?;
        let lazy = (
            Request {
                action: self.lazy.to_owned(),
                ..first.clone()
            },
            code(&format!("{service}:*")),
        );
        let principals = match Caller::parse(&self.principal) {
            Caller::Service(service) => vec![(PrincipalKind::Service, service.to_owned())],
            _ => Vec::new(),
        };
        let name = words::policy(case, self.policy);
        Some(Diagnosis {
            rule: self.rule,
            title: format!("Patch the {name}: {title}."),
            explanation: format!("{why} The {name} lacks {}.", words::actions(&missing)),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes: vec![Change {
                        policy: self.policy,
                        kind: ChangeKind::AddStatement(NewStatement {
                            sid: Some(words::sid(policy, self.called)),
                            effect: Effect::Allow,
                            principals,
                            actions: missing,
                            resources: if self.on_one {
                                Vec::new()
                            } else {
                                self.resources
                            },
                            conditions: Vec::new(),
                        }),
                    }],
                    requests,
                    assumptions: self.assumptions,
                    lazy: vec![lazy],
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        })
    }
}

/// The identity policy of a role that a message names or only speaks of, as `what`; its caller, and what that takes for granted.
pub(super) fn role_of(
    case: &Case<'_>,
    principal: Option<&str>,
    what: &str,
) -> Option<(usize, String, Vec<String>)> {
    let mut assumptions = Vec::new();
    let principal = principal.map_or_else(
        || {
            assumptions.push(format!("{what} is the one that has the identity policy"));
            super::missing_permission::anybody(None)
        },
        str::to_owned,
    );
    let policy = *case.own_policies(&principal).first()?;
    Some((policy, principal, assumptions))
}
