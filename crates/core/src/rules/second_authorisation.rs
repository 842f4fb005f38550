//! What `sts:TagSession` and `sts:SetSourceIdentity` have in common: a call that assumes a role needs them besides, on both sides.

use undeny_document::Role;
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::evaluate::{self, Layer, Outcome, Request, Scenario};
use undeny_iam::policy::{Effect, Policy, PrincipalKind, Statement};

use super::{Found, Seen};
use crate::case::{Case, Setup};
use crate::diagnosis::{Diagnosis, Hardened, Owner, Plan, Remedy};
use crate::handover::Handover;
use crate::report::Question;
use crate::role_arn;
use crate::witness;
use crate::words::{self, capitalised, code, short};

/// The second action.
pub(super) struct Second {
    pub(super) rule: &'static str,
    pub(super) action: &'static str,
    /// Why the call needs it: "it passes session tags".
    pub(super) because: &'static str,
    /// What it allows: "passing session tags".
    pub(super) what: &'static str,
}

const ASSUME: &str = "sts:AssumeRole";

/// The call by which somebody assumes a role: an identity provider's token has its own.
fn assuming(caller: &Caller<'_>) -> &'static str {
    match caller {
        Caller::IdentityProvider(provider) if provider.contains(":saml-provider/") => {
            "sts:AssumeRoleWithSAML"
        }
        Caller::IdentityProvider(_) => "sts:AssumeRoleWithWebIdentity",
        _ => ASSUME,
    }
}

pub(super) fn diagnose(seen: &Seen<'_, '_>, second: &Second) -> Option<Found> {
    let (case, denial) = (seen.case, &seen.denial.value);
    let is_second = |name: &str| name.eq_ignore_ascii_case(second.action);
    let printed = denial.action.as_deref().is_some_and(is_second);
    let named = denial
        .action
        .as_deref()
        .is_some_and(|action| action.eq_ignore_ascii_case(ASSUME))
        && denial
            .missing_permissions
            .iter()
            .any(|name| is_second(name));
    let elsewhere = || {
        case.denials.iter().any(|other| {
            other.value.action.as_deref().is_some_and(is_second)
                && other.value.resource == denial.resource
        })
    };
    if !printed && !named && !elsewhere() {
        return None;
    }
    let request = case.request(denial)?;
    let caller = Caller::parse(&request.principal);
    let principal = role_arn::to_name(&request)?;
    let role = Arn::parse(&request.resource)?;
    let assuming = assuming(&caller);
    let is_provider = assuming != ASSUME;
    let assume = Request {
        action: assuming.to_owned(),
        ..request.clone()
    };
    let tag = Request {
        action: second.action.to_owned(),
        ..request.clone()
    };

    let assume_setup = case.setup(assume.clone());
    let tag_setup = case.setup(tag.clone());
    if tag_setup.decide().outcome == Outcome::ExplicitlyDenied {
        return None;
    }
    let same_account = caller.account() == Some(role.account);
    let mut plan = Planned::default();
    for index in tag_setup.policies(Layer::Identity) {
        plan.side(case, *index, &assume, &tag, None);
        if !plan.changes.is_empty() {
            break;
        }
    }
    if !tag_setup.policies(Layer::Identity).is_empty() && plan.changes.is_empty() {
        plan.side_new(
            case,
            *tag_setup.policies(Layer::Identity).first()?,
            &assume_setup,
            &tag_setup,
            None,
        );
    }
    let identity_changes = plan.changes.len();
    if let Some(index) = tag_setup.policies(Layer::Resource).first() {
        plan.side(case, *index, &assume, &tag, Some(&principal));
        if plan.changes.len() == identity_changes && is_provider {
            // What a provider's tokens have to say is for the rules that know them.
            return None;
        }
        if plan.changes.len() == identity_changes {
            plan.side_new(case, *index, &assume_setup, &tag_setup, Some(&principal));
        }
    }

    let has_identity = !tag_setup.policies(Layer::Identity).is_empty();
    let has_trust = !tag_setup.policies(Layer::Resource).is_empty();
    let role_name = short(&tag.resource);
    let mut explanation = format!(
        "The call assumes {} and {}, so AWS asks for {} beside {}, for the same caller on the same role.",
        code(role_name),
        second.because,
        code(second.action),
        code(assuming),
    );
    for index in tag_setup
        .policies(Layer::Identity)
        .iter()
        .chain(tag_setup.policies(Layer::Resource))
    {
        explanation.push_str(&describe(
            case,
            *index,
            second,
            plan.changes.iter().any(|change| change.policy == *index),
        ));
    }
    explanation.push(' ');
    explanation.push_str(&if is_provider {
        "Whoever comes with a provider's token has no identity policy: the role's trust policy decides alone.".to_owned()
    } else {
        who_decides(
            case,
            &tag_setup,
            &principal,
            same_account,
            has_identity,
            has_trust,
        )
    });

    let mut questions = Vec::new();
    let mut handover = Vec::new();
    if !has_trust {
        questions.push(Question {
            id: "trust-policy".to_owned(),
            text: format!(
                "What does the trust policy of {} say? Paste it beside the rest.",
                code(role_name)
            ),
            why: format!(
                "the role's trust policy has to allow {} too, and it was not pasted",
                code(second.action)
            ),
            default: Some("that it allows the caller's account".to_owned()),
        });
        handover.push(trust_handover(second, &assume, &principal));
    } else if !has_identity && !is_provider {
        questions.push(Question {
            id: "identity-policy".to_owned(),
            text: format!(
                "What does the identity policy of {} say? Paste it beside the rest.",
                code(short(&principal))
            ),
            why: format!(
                "the caller's identity policy has to allow {} too{}",
                code(second.action),
                if same_account {
                    ", unless the trust policy names its role"
                } else {
                    " in another account"
                }
            ),
            default: Some("that it allows this call".to_owned()),
        });
        handover.push(identity_handover(second, &tag.resource));
    }
    if !has_identity && !has_trust {
        return Some(Found(Diagnosis {
            rule: second.rule,
            title: format!(
                "Paste the policies: {} is missing on {}.",
                code(second.action),
                code(role_name)
            ),
            explanation,
            next: None,
            labels: labels(case, &tag_setup),
            remedy: Remedy::Ask { hardened: None },
            questions,
            handover,
        }));
    }
    if plan.changes.is_empty() {
        // Everything pasted allows it: what was not pasted is what denies.
        let missing = if has_trust {
            "identity policy of the caller"
        } else {
            "trust policy of the role"
        };
        let ask = !(has_trust && (has_identity || is_provider));
        return Some(Found(Diagnosis {
            rule: second.rule,
            title: if ask {
                format!(
                    "Look at the {missing}: what was pasted already allows {}.",
                    code(second.action)
                )
            } else {
                format!(
                    "These policies already allow {}: something that was not pasted denies it.",
                    code(second.action)
                )
            },
            explanation: if ask {
                explanation
            } else {
                format!(
                    "{explanation} Both policies allow it as pasted. Check that they are the ones in force, and the caller's permissions \
                     boundary, session policy and the organisation's service control policies."
                )
            },
            next: None,
            labels: labels(case, &tag_setup),
            remedy: Remedy::Ask { hardened: None },
            questions,
            handover,
        }));
    }

    let needs_assume = plan.changes.iter().any(|change| adds(change, assuming));
    let count = plan
        .changes
        .iter()
        .map(|change| change.policy)
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let title = format!(
        "Patch {}: allow {} on this one role.",
        match count {
            1 => plan
                .changes
                .first()
                .and_then(|change| case.policies.get(change.policy))
                .map_or("one policy", |policy| match policy.role {
                    Role::Trust => "the trust policy",
                    _ => "the identity policy",
                })
                .to_owned(),
            _ => "two policies".to_owned(),
        },
        words::actions(&if needs_assume {
            vec![assuming.to_owned(), second.action.to_owned()]
        } else {
            vec![second.action.to_owned()]
        }),
    );
    if second.action == "sts:TagSession" && tags_unasked(case) {
        explanation.push_str(
            " Or leave the tags out: `configure-aws-credentials` sends them unasked, no pasted policy reads one, and \
             `role-skip-session-tagging: true` in the workflow's step makes this check go away without widening any policy.",
        );
    }
    let minimal = Plan {
        changes: plan.changes.clone(),
        requests: requests(case, &plan, &assume, &tag),
        assumptions: plan.assumptions.clone(),
        lazy: lazy(second, &tag),
    };
    let hardened = if is_provider {
        None
    } else {
        harden(case, second, &plan, &minimal)
    };
    if second.action == "sts:TagSession" && hardened.is_some() && case.answer("tag-keys").is_none()
    {
        questions.push(Question {
            id: "tag-keys".to_owned(),
            text:
                "Which tag keys may travel on to further roles? (comma-separated; empty for none)"
                    .to_owned(),
            why: "the hardened variant limits `sts:TransitiveTagKeys` to them".to_owned(),
            default: Some("none".to_owned()),
        });
    }
    Some(Found(Diagnosis {
        rule: second.rule,
        title,
        explanation,
        next: None,
        labels: labels(case, &tag_setup),
        remedy: Remedy::Change {
            owner: Owner::User,
            minimal,
            hardened,
        },
        questions,
        handover,
    }))
}

#[derive(Default)]
struct Planned {
    changes: Vec<Change>,
    /// The statements that were joined: what their conditions ask of the request.
    joined: Vec<(usize, usize)>,
    assumptions: Vec<String>,
}

impl Planned {
    /// Join the statement of the policy at `index` that allows the assuming on exactly this role to exactly this caller.
    fn side(
        &mut self,
        case: &Case<'_>,
        index: usize,
        assume: &Request,
        tag: &Request,
        principal: Option<&str>,
    ) {
        let Some(policy) = case.policies.get(index) else {
            return;
        };
        let is_allow = |statement: &&Statement| statement.effect == Effect::Allow;
        if policy
            .statements
            .iter()
            .filter(is_allow)
            .any(|statement| matches(statement.clone(), tag, principal, policy))
        {
            return;
        }
        for (number, statement) in policy.statements.iter().enumerate() {
            if statement.effect != Effect::Allow || !allows(statement, assume, principal, policy) {
                continue;
            }
            if allows(statement, tag, principal, policy) {
                return;
            }
            if exact(statement, tag, policy) && !negated(statement) {
                self.joined.push((index, number));
                let actions = vec![tag.action.clone()];
                self.changes.push(Change {
                    policy: index,
                    kind: ChangeKind::AddActions {
                        statement: number,
                        actions,
                    },
                });
                return;
            }
        }
    }

    /// A statement of its own, where none can be joined and this side does not allow the request yet.
    fn side_new(
        &mut self,
        case: &Case<'_>,
        index: usize,
        assume: &Setup,
        tag: &Setup,
        principal: Option<&str>,
    ) {
        let Some(policy) = case.policies.get(index) else {
            return;
        };
        let allowed = |request: &Request| {
            policy.statements.iter().any(|statement| {
                statement.effect == Effect::Allow && allows(statement, request, principal, policy)
            })
        };
        let (assume, tag) = (&assume.scenario.request, &tag.scenario.request);
        let actions: Vec<String> = [assume, tag]
            .into_iter()
            .filter(|request| !allowed(request))
            .map(|request| request.action.clone())
            .collect();
        if actions.is_empty() {
            return;
        }
        self.changes.push(Change {
            policy: index,
            kind: ChangeKind::AddStatement(own_statement(
                policy,
                actions,
                &tag.resource,
                principal,
                Vec::new(),
            )),
        });
    }
}

fn own_statement(
    policy: &Policy,
    actions: Vec<String>,
    resource: &str,
    principal: Option<&str>,
    conditions: Vec<NewCondition>,
) -> NewStatement {
    NewStatement {
        sid: Some(words::sid(
            policy,
            actions.last().map_or(ASSUME, String::as_str),
        )),
        effect: Effect::Allow,
        principals: principal
            .map(|name| (PrincipalKind::Aws, name.to_owned()))
            .into_iter()
            .collect(),
        resources: if principal.is_some() {
            Vec::new()
        } else {
            vec![resource.to_owned()]
        },
        actions,
        conditions,
    }
}

/// Whether a statement, its conditions apart, speaks of this request.
fn allows(
    statement: &Statement,
    request: &Request,
    principal: Option<&str>,
    policy: &Policy,
) -> bool {
    let mut bare = statement.clone();
    bare.conditions.clear();
    matches(bare, request, principal, policy)
}

/// Whether a statement, with its conditions, matches this request as far as it is known.
fn matches(
    statement: Statement,
    request: &Request,
    principal: Option<&str>,
    policy: &Policy,
) -> bool {
    let only = policy.with_statements(vec![statement]);
    let (layer, scenario) = match principal {
        None => (
            Layer::Identity,
            Scenario {
                request: request.clone(),
                identity: vec![only],
                ..Scenario::default()
            },
        ),
        Some(_) => (
            Layer::Resource,
            Scenario {
                request: request.clone(),
                resource: Some(only),
                ..Scenario::default()
            },
        ),
    };
    let decision = evaluate::evaluate(&scenario);
    let found = decision
        .layers
        .iter()
        .find(|decision| decision.layer == layer);
    found.is_some_and(|decision| {
        decision
            .statements
            .iter()
            .any(|statement| statement.mismatch.is_none())
    })
}

/// Whether the statement is about this one resource and no other.
fn exact(statement: &Statement, request: &Request, policy: &Policy) -> bool {
    match &statement.resources {
        None => policy.role == Role::Trust,
        Some(element) => {
            !element.negated
                && !element.items.is_empty()
                && element
                    .items
                    .iter()
                    .all(|item| item.value() == request.resource)
        }
    }
}

fn negated(statement: &Statement) -> bool {
    statement
        .actions
        .as_ref()
        .is_none_or(|element| element.negated)
        || statement
            .principals
            .as_ref()
            .is_some_and(|principals| principals.negated)
}

fn adds(change: &Change, action: &str) -> bool {
    match &change.kind {
        ChangeKind::AddActions { actions, .. } => actions.iter().any(|added| added == action),
        ChangeKind::AddStatement(statement) => {
            statement.actions.iter().any(|added| added == action)
        }
        _ => false,
    }
}

/// The requests of the call, with the context that the joined statements' conditions ask for: they held when the role was assumed.
fn requests(case: &Case<'_>, plan: &Planned, assume: &Request, tag: &Request) -> Vec<Request> {
    let mut requests = vec![assume.clone(), tag.clone()];
    for (policy, statement) in &plan.joined {
        let statement = case
            .policies
            .get(*policy)
            .and_then(|policy| policy.statements.get(*statement));
        for condition in statement.iter().flat_map(|statement| &statement.conditions) {
            for request in &mut requests {
                witness::satisfy(condition, &mut request.context);
            }
        }
    }
    requests
}

/// A statement of its own for the second action, so that its condition binds nothing else.
fn harden(case: &Case<'_>, second: &Second, plan: &Planned, minimal: &Plan) -> Option<Hardened> {
    if second.action != "sts:TagSession" {
        return None;
    }
    let keys: Vec<String> = case
        .answer("tag-keys")
        .map(|answer| {
            answer
                .split([',', ' '])
                .map(str::trim)
                .filter(|key| !key.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    let mut conditions = vec![if keys.is_empty() {
        NewCondition {
            operator: "Null".into(),
            key: "sts:TransitiveTagKeys".into(),
            values: vec!["true".into()],
        }
    } else {
        NewCondition {
            operator: "ForAllValues:StringEquals".into(),
            key: "sts:TransitiveTagKeys".into(),
            values: keys.clone(),
        }
    }];
    let region = case.answer("region");
    conditions.extend(region.map(|region| NewCondition {
        operator: "StringEquals".into(),
        key: "aws:RequestedRegion".into(),
        values: vec![region.to_owned()],
    }));
    let mut changes = Vec::new();
    for change in &plan.changes {
        let policy = case.policies.get(change.policy)?;
        match &change.kind {
            ChangeKind::AddActions { statement, actions } => {
                let joined = policy.statements.get(*statement)?;
                let mut all = conditions.clone();
                all.extend(NewCondition::all_of(joined));
                let resource = minimal.requests.first()?.resource.clone();
                let mut new = own_statement(policy, actions.clone(), &resource, None, all);
                if let Some(principals) = &joined.principals {
                    new.resources.clear();
                    new.principals = principals
                        .items
                        .iter()
                        .map(|principal| (principal.kind, principal.item.value().into_owned()))
                        .collect();
                    // A statement is hardened only towards callers that a proof can name.
                    let caller = role_arn::to_name(minimal.requests.first()?)?;
                    if new.principals.iter().any(|(_, name)| *name != caller) {
                        new.principals = vec![(PrincipalKind::Aws, caller)];
                    }
                }
                changes.push(Change {
                    policy: change.policy,
                    kind: ChangeKind::AddStatement(new),
                });
            }
            ChangeKind::AddStatement(statement) => {
                let mut statement = statement.clone();
                statement.conditions.extend(conditions.clone());
                changes.push(Change {
                    policy: change.policy,
                    kind: ChangeKind::AddStatement(statement),
                });
            }
            _ => return None,
        }
    }
    let mut requests = minimal.requests.clone();
    if let Some(region) = region {
        for request in &mut requests {
            request
                .context
                .set("aws:RequestedRegion", vec![region.to_owned()]);
        }
    }
    let limit = if keys.is_empty() {
        "no tag may travel on to further roles".to_owned()
    } else {
        format!(
            "only {} may travel on to further roles",
            words::list(&keys.iter().map(|key| code(key)).collect::<Vec<_>>())
        )
    };
    let mut note = format!(
        "A stolen session cannot carry made-up tags through a chain of roles: {limit}. It breaks a caller that passes other transitive \
         tags (`--transitive-tag-keys`, EKS Pod Identity)."
    );
    if region.is_some() {
        note.push_str(" `aws:RequestedRegion` binds the call to one regional STS endpoint; a client that uses the global endpoint counts as `us-east-1`.");
    }
    let mut assumptions = minimal.assumptions.clone();
    assumptions.push(if keys.is_empty() {
        "none of the tags is transitive".to_owned()
    } else {
        "no other tag is transitive".to_owned()
    });
    Some(Hardened {
        plan: Plan {
            changes,
            requests,
            assumptions,
            lazy: minimal.lazy.clone(),
        },
        title: format!("The same in a statement of its own: {limit}."),
        note,
    })
}

/// What a lazier fix would open.
fn lazy(second: &Second, tag: &Request) -> Vec<(Request, String)> {
    let other_role = Arn::parse(&tag.resource)
        .map(|arn| {
            Arn {
                resource: "role/any-other-role",
                ..arn
            }
            .to_string()
        })
        .unwrap_or_default();
    let account = Arn::parse(&tag.resource)
        .map(|arn| arn.account)
        .unwrap_or_default();
    let foreign = if account == "999999999999" {
        "888888888888"
    } else {
        "999999999999"
    };
    let other = if second.action == "sts:TagSession" {
        "sts:SetSourceIdentity"
    } else {
        "sts:TagSession"
    };
    vec![
        (
            Request {
                resource: other_role,
                ..tag.clone()
            },
            "`Resource: \"*\"`".to_owned(),
        ),
        (
            Request {
                action: other.to_owned(),
                ..tag.clone()
            },
            "`sts:*`".to_owned(),
        ),
        (
            Request {
                action: "sts:GetFederationToken".to_owned(),
                resource: "*".to_owned(),
                ..tag.clone()
            },
            "`sts:*` on `*`".to_owned(),
        ),
        (
            Request {
                principal: format!("arn:aws:sts::{foreign}:assumed-role/stranger/session"),
                ..tag.clone()
            },
            "`Principal: \"*\"`".to_owned(),
        ),
    ]
}

/// Whether GitHub's action sends tags that no pasted policy reads.
fn tags_unasked(case: &Case<'_>) -> bool {
    let sends = case
        .texts
        .iter()
        .any(|text| text.contains("aws-actions/configure-aws-credentials"));
    let reads = case
        .policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.conditions)
        .any(|condition| {
            let key = condition.key.to_ascii_lowercase();
            ["aws:principaltag/", "aws:requesttag/", "aws:tagkeys"]
                .iter()
                .any(|tag| key.starts_with(tag))
        });
    sends && !reads
}

/// A sentence on what one of the policies says today.
fn describe(case: &Case<'_>, index: usize, second: &Second, changes: bool) -> String {
    let name = words::policy(case, index);
    if changes {
        format!(" The {name} does not allow {} there.", code(second.action))
    } else {
        format!(" The {name} already allows it.")
    }
}

fn who_decides(
    case: &Case<'_>,
    setup: &Setup,
    principal: &str,
    same_account: bool,
    has_identity: bool,
    has_trust: bool,
) -> String {
    if !same_account {
        return "Caller and role are in different accounts, so both sides have to allow it: the caller's identity policy and the role's \
                trust policy."
            .to_owned();
    }
    if !has_trust {
        return "Both are in one account: the role's trust policy, which was not pasted, has to allow it too; where it names the caller's \
                role and not the account, it decides alone."
            .to_owned();
    }
    let names_caller = setup
        .policies(Layer::Resource)
        .iter()
        .filter_map(|index| case.policies.get(*index))
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| {
            statement
                .principals
                .iter()
                .flat_map(|principals| &principals.items)
        })
        .any(|named| {
            let value = named.item.value();
            value == principal
                || (value.contains(":role/")
                    && value.rsplit('/').next() == principal.rsplit('/').next())
        });
    match (names_caller, has_identity) {
        (true, true) => "Both are in one account and the trust policy names the caller's role, so the trust policy decides alone; the \
                         identity policy says it too, as AWS's guide advises, so that the permission is found where one looks for it."
            .to_owned(),
        (true, false) => "Both are in one account and the trust policy names the caller's role, so it decides alone.".to_owned(),
        (false, _) => "Both are in one account, but the trust policy names the account and not the caller's role: it delegates, so the \
                       caller's identity policy has to allow it as well."
            .to_owned(),
    }
}

fn labels(case: &Case<'_>, setup: &Setup) -> Vec<(usize, undeny_text::Span, String)> {
    let mut labels = Vec::new();
    let decision = setup.decide();
    for layer in &decision.layers {
        let policies = setup.policies(layer.layer);
        for statement in &layer.statements {
            let Some(mismatch) = &statement.mismatch else {
                continue;
            };
            let Some(index) = policies.get(statement.policy) else {
                continue;
            };
            let Some(document) = case.document_of(*index) else {
                continue;
            };
            let Some(view) = case
                .policies
                .get(*index)
                .and_then(|policy| policy.statements.get(statement.statement))
            else {
                continue;
            };
            labels.push((document.input, view.span, mismatch.why.clone()));
        }
    }
    labels
}

fn trust_handover(second: &Second, assume: &Request, principal: &str) -> Handover {
    let (assuming, role) = (&assume.action, &assume.resource);
    let kind = if assuming == ASSUME {
        "AWS"
    } else {
        "Federated"
    };
    Handover::Text(format!(
        "Please let our role pass the second check in the trust policy of {role}.\n\nOur call to {assuming} is denied {}, because {} \
         is authorised apart from assuming the role. The trust policy has to allow it to the same principal. Either add \"{}\" to the \
         Action of the statement that allows {assuming} to us, or add this statement:\n\n{{\n  \"Effect\": \"Allow\",\n  \
         \"Principal\": {{\n    \"{kind}\": \"{principal}\"\n  }},\n  \"Action\": \"{}\"\n}}\n\nNothing else is needed: no other action, no \
         other principal.\n",
        second.action, second.what, second.action, second.action
    ))
}

fn identity_handover(second: &Second, role: &str) -> Handover {
    Handover::Text(format!(
        "Please add this statement to the identity policy of the calling role. {} is authorised apart from assuming the role, on the \
         caller's side too:\n\n{{\n  \"Effect\": \"Allow\",\n  \"Action\": \"{}\",\n  \"Resource\": \"{role}\"\n}}\n\nNothing else is \
         needed: no other action, no other role.\n",
        capitalised(second.what),
        second.action
    ))
}
