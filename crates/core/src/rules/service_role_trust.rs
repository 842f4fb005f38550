use undeny_document::Role;
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewStatement};
use undeny_iam::denial::manual;
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::{Effect, Policy, Principal, PrincipalKind, Statement};

use super::{Found, Precedence, Rule, Seen};
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::role_arn;
use crate::services;
use crate::words::{self, code, short};

/// A service cannot assume the role that it was given.
///
/// # What it sees
/// A denial of `sts:AssumeRole` whose caller is a service: "CodeBuild is not authorized to perform: sts:AssumeRole on service role", "cannot
/// be assumed by Lambda", "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the
/// provided role". The role's trust policy decides alone.
///
/// # What it changes
/// The service's principal joins the statement of the trust policy that lets services assume the role, else it gets a statement of its own.
/// A principal that is no service's name (`lambda.amazon.com`), or another service's on a role that is called after the one that was
/// denied, is replaced. EKS Pod Identity also needs `sts:TagSession`.
///
/// # What it never does
/// It never trusts a service that the message does not name, and never gives a service anything in an identity policy: services have none.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html>
#[derive(Debug)]
pub(super) struct ServiceRoleTrust;

const ASSUME: &str = "sts:AssumeRole";
const POD_IDENTITY: &str = "pods.eks.amazonaws.com";
const REDSHIFT: &str = "redshift.amazonaws.com";

const FIREHOSE: &str = "firehose.amazonaws.com";
const DMS: &str = "dms.amazonaws.com";
const CLOUDFORMATION: &str = "cloudformation.amazonaws.com";

/// What else some services ask for.
///
/// Sources: <https://docs.aws.amazon.com/redshift/latest/mgmt/copy-unload-iam-role.html>,
/// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3>,
/// <https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole>
fn next(service: &str) -> Option<String> {
    let next = match service {
        REDSHIFT => {
            "The role has to be attached to the cluster too: `aws redshift modify-cluster-iam-roles --cluster-identifier CLUSTER \
             --add-iam-roles ROLE`. In a chain of roles (`iam_role 'FIRST,SECOND'`) only the first is, and the second trusts the first."
        }
        FIREHOSE => {
            "The role's own policy has to let it write to the bucket too: `s3:AbortMultipartUpload`, `s3:GetBucketLocation`, `s3:GetObject`, \
             `s3:ListBucket`, `s3:ListBucketMultipartUploads` and `s3:PutObject`."
        }
        CLOUDFORMATION => {
            "A stack keeps the role that it was last given: where that one was deleted, make it again under the same name, or pass another \
             (`--role-arn`), for deleting the stack too."
        }
        DMS => {
            "DMS looks for its own roles by name: `dms-vpc-role` with the managed policy `AmazonDMSVPCManagementRole`, \
             `dms-cloudwatch-logs-role` with `AmazonDMSCloudWatchLogsRole`. A new one is known after some seconds: make what needs it behind \
             its policy's attachment (`depends_on`)."
        }
        _ => return None,
    };
    Some(next.to_owned())
}

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    caller(seen).is_some()
}

/// The service that wants to assume the role.
fn caller(seen: &Seen<'_, '_>) -> Option<String> {
    let (case, denial) = (seen.case, &seen.denial.value);
    let action = denial.action.as_deref()?;
    let is_pod = denial.principal.is_none()
        && denial.operation.as_deref() == Some("AssumeRoleForPodIdentity");
    if !is_pod
        && !action.eq_ignore_ascii_case(ASSUME)
        && !action.eq_ignore_ascii_case("sts:TagSession")
    {
        return None;
    }
    let says_pod = || {
        case.texts.get(seen.denial.input).is_some_and(|text| {
            text.contains("EKS does not have permissions to assume the associated role")
        })
    };
    if is_pod || says_pod() {
        return Some(POD_IDENTITY.to_owned());
    }
    let linked = || denial.resource.as_deref().and_then(linked);
    service(seen).or_else(|| linked().map(str::to_owned))
}

/// CloudFormation, which does not name itself where it cannot assume a stack's role.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-role-not-assumed>
fn stack(seen: &Seen<'_, '_>) -> Option<String> {
    let denial = &seen.denial.value;
    let is_call = denial.principal.is_none() && denial.action.as_deref() == Some(ASSUME);
    (is_call && seen.mentions("isinvalidorcannotbeassumed")).then(|| CLOUDFORMATION.to_owned())
}

/// The service that a service-linked role is for.
fn linked(role: &str) -> Option<&str> {
    let (_, rest) = role.split_once(":role/aws-service-role/")?;
    rest.split_once('/').map(|(service, _)| service)
}

impl Rule for ServiceRoleTrust {
    fn name(&self) -> &'static str {
        "service-role-trust"
    }

    fn summary(&self) -> &'static str {
        manual("A role's trust policy does not name the service that is to run with it")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let service = caller(seen).or_else(|| stack(seen))?;
        if let Some(role) = denial.resource.as_deref()
            && linked(role).is_some()
        {
            return Some(Found(self.linked(&service, role)));
        }
        let trusts = case.with_role(Role::Trust);
        let Some(index) = trust_policy(case, &trusts, denial.resource.as_deref(), &service) else {
            return Some(Found(self.ask(&service, denial.resource.as_deref())));
        };
        let policy = case.policies.get(index)?;
        let role = role_arn(case, policy, denial.resource.as_deref());
        let actions: &[&str] = if service == POD_IDENTITY {
            &[ASSUME, "sts:TagSession"]
        } else {
            &[ASSUME]
        };
        let requests: Vec<Request> = actions
            .iter()
            .map(|action| Request {
                principal: service.clone(),
                action: (*action).to_owned(),
                resource: role.clone(),
                ..Request::default()
            })
            .collect();
        let missing: Vec<&Request> = requests
            .iter()
            .filter(|request| !trusted(case, policy, request))
            .collect();
        let name = words::policy(case, index);
        if missing.is_empty() {
            return Some(Found(self.trusts_already(&service, &name)));
        }
        let missing: Vec<String> = missing
            .iter()
            .map(|request| request.action.clone())
            .collect();
        // A name that the message prints in an ARN is a placeholder in the redacted text, where nothing can be read off it.
        let called = match &denial.resource {
            None => policy.name.as_deref().unwrap_or_default(),
            Some(_) => "",
        }
        .to_ascii_lowercase();
        let kind = change(policy, &service, &missing, &called);
        let document = case.document_of(index)?.input;
        let label = policy
            .statements
            .iter()
            .find(|statement| statement.effect == Effect::Allow)
            .map(|statement| {
                (
                    document,
                    statement.span,
                    format!("{service} is not named here"),
                )
            });
        let replaced = matches!(kind, ChangeKind::ReplaceValue { .. });
        let stranger = |principal: &str| Request {
            principal: principal.to_owned(),
            action: ASSUME.to_owned(),
            resource: role.clone(),
            ..Request::default()
        };
        let lazy = ["ec2.amazonaws.com", "lambda.amazonaws.com"]
            .into_iter()
            .filter(|other| *other != service)
            .take(1)
            .map(|other| (stranger(other), "trusting every service".to_owned()))
            .collect();
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!("Patch the {name}: trust {}.", code(&service)),
            explanation: format!(
                "{} is to run with this role, and a service assumes a role only where the role's trust policy names it: no identity policy \
                 has a say. The {name} does not allow {} to {}.{}",
                code(&service),
                words::actions(&missing),
                code(&service),
                if replaced {
                    " What it names instead is not the service that is denied, and is replaced."
                } else {
                    ""
                }
            ),
            next: next(&service),
            labels: label.into_iter().collect(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes: vec![Change {
                        policy: index,
                        kind,
                    }],
                    requests,
                    assumptions: Vec::new(),
                    lazy,
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        }))
    }
}

impl ServiceRoleTrust {
    fn ask(&self, service: &str, role: Option<&str>) -> Diagnosis {
        let role = role.map_or_else(|| "the role".to_owned(), |role| code(short(role)));
        Diagnosis {
            title: format!(
                "Paste the trust policy of {role}: it has to name {}.",
                code(service)
            ),
            explanation: format!(
                "{} was not let assume {role}. Whether a service may assume a role is decided by the role's trust policy alone; it was not \
                 pasted. Check also that the role exists and that its name is written as it is, in the same letter case.",
                code(service)
            ),
            next: next(service),
            questions: vec![Question {
                id: "trust-policy".to_owned(),
                text: format!(
                    "What does the trust policy of {role} say? Paste it beside the error."
                ),
                why: "the patch is made in its text".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }

    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
    fn linked(&self, service: &str, role: &str) -> Diagnosis {
        Diagnosis {
            rule: self.name(),
            title: format!(
                "No policy is wrong: {} has no service-linked role yet.",
                code(service)
            ),
            explanation: format!(
                "{} is made by AWS, trusts its service, and nobody can change that: where it cannot be assumed, it is not there. It is made \
                 once in an account: `aws iam create-service-linked-role --aws-service-name {service}`. Whoever makes it, by this command or \
                 by the call that needs it, has to be allowed `iam:CreateServiceLinkedRole` on it. A role that was just made takes some \
                 seconds to be known everywhere: call again.",
                code(short(role))
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }
    }

    fn trusts_already(&self, service: &str, name: &str) -> Diagnosis {
        Diagnosis {
            rule: self.name(),
            title: format!("The {name} trusts {} already.", code(service)),
            explanation: format!(
                "As pasted, the {name} lets {} assume the role. Check that it is in force (a role that was just made or changed takes some \
                 seconds to be known everywhere: create the role first, then what uses it), and that the role's name and path in the \
                 service's configuration are exactly the role's.",
                code(service)
            ),
            next: next(service),
            labels: Vec::new(),
            remedy: Remedy::Ask { hardened: None },
            questions: vec![Question {
                id: "role-in-use".to_owned(),
                text:
                    "Which role does the service's configuration name, and when was the role made?"
                        .to_owned(),
                why: "what was pasted trusts the service".to_owned(),
                default: None,
            }],
            handover: Vec::new(),
        }
    }
}

/// The service that called.
fn service(seen: &Seen<'_, '_>) -> Option<String> {
    let text = seen.case.texts.get(seen.denial.input)?;
    match seen.denial.value.principal.as_deref() {
        Some(name) => {
            if let Caller::Service(service) = Caller::parse(name) {
                return Some(service.to_owned());
            }
            // A login of Redshift: the cluster assumes the role for it.
            if Arn::parse(name).is_some_and(|arn| arn.service == "redshift") {
                return Some(REDSHIFT.to_owned());
            }
            services::principal(name).map(str::to_owned)
        }
        // `The role defined for the function cannot be assumed by Lambda.`
        None => {
            let lower = text.to_ascii_lowercase();
            let says = [
                "assume",
                "trust relationship",
                "trusted entity",
                "role arn value is invalid",
                "get credentials of role",
                "is not configured properly",
            ]
            .iter()
            .any(|word| lower.contains(word));
            if !says {
                return None;
            }
            let operation = seen.denial.value.operation.as_deref();
            services::named_in(text)
                .or_else(|| operation.and_then(services::receiver))
                .or_else(|| services::mentioned_in(text))
                .map(str::to_owned)
        }
    }
}

/// The trust policy of the role that was denied: by its name, else the only one, else the only one without the service.
fn trust_policy(
    case: &Case<'_>,
    trusts: &[usize],
    role: Option<&str>,
    service: &str,
) -> Option<usize> {
    let name = role.and_then(Arn::parse).map(|arn| {
        arn.resource
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    let named = |index: &&usize| {
        let policy = case.policies.get(**index);
        let document = case
            .document_of(**index)
            .and_then(|document| document.name.as_deref());
        name.as_deref().is_some_and(|name| {
            policy.and_then(|policy| policy.name.as_deref()) == Some(name)
                || document.is_some_and(|document| document.contains(name))
        })
    };
    if let Some(index) = trusts.iter().find(named) {
        return Some(*index);
    }
    if let [only] = trusts {
        return Some(*only);
    }
    let mut without = trusts.iter().filter(|index| {
        case.policies.get(**index).is_some_and(|policy| {
            !policy.statements.iter().any(|statement| {
                names(statement).any(|principal| principal.item.value() == service)
            })
        })
    });
    match (without.next(), without.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

fn names(statement: &Statement) -> impl Iterator<Item = &Principal> {
    statement
        .principals
        .iter()
        .filter(|principals| !principals.negated)
        .flat_map(|principals| &principals.items)
}

/// The role's ARN: as printed, else by the policy's name in the account that is known.
fn role_arn(case: &Case<'_>, policy: &Policy, printed: Option<&str>) -> String {
    if let Some(printed) = printed.filter(|printed| Arn::parse(printed).is_some()) {
        return printed.to_owned();
    }
    let account = case
        .told
        .bindings(policy)
        .get("Ref:AWS::AccountId")
        .map_or(UNKNOWN_ACCOUNT, String::as_str);
    role_arn::of_trust_policy(case, policy, account)
}

/// Whether the trust policy lets the service, whatever its conditions ask for.
fn trusted(case: &Case<'_>, policy: &Policy, request: &Request) -> bool {
    let mut request = request.clone();
    for condition in policy
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| &statement.conditions)
    {
        crate::witness::satisfy(condition, &mut request.context);
    }
    let mut setup = case.setup(request);
    setup.scenario.resource = Some(policy.clone());
    setup
        .decide()
        .layers
        .iter()
        .any(|layer| layer.layer == Layer::Resource && layer.outcome == Outcome::Allowed)
}

/// `called` is the role's name in small letters.
fn change(policy: &Policy, service: &str, actions: &[String], called: &str) -> ChangeKind {
    let grants = |statement: &Statement| {
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && statement.actions.as_ref().is_some_and(|element| {
                !element.negated
                    && actions.iter().all(|action| {
                        element
                            .items
                            .iter()
                            .any(|item| item.value().eq_ignore_ascii_case(action))
                    })
                    && element.items.len() == actions.len()
            })
    };
    for (index, statement) in policy.statements.iter().enumerate() {
        // The service is named, and lacks an action.
        let all: Vec<&Principal> = names(statement).collect();
        if statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && !all.is_empty()
            && all
                .iter()
                .all(|principal| principal.item.value() == service)
            && statement
                .actions
                .as_ref()
                .is_some_and(|element| !element.negated)
        {
            return ChangeKind::AddActions {
                statement: index,
                actions: actions.to_vec(),
            };
        }
        if !grants(statement) {
            continue;
        }
        let services: Vec<&Principal> = names(statement)
            .filter(|principal| principal.kind == PrincipalKind::Service)
            .collect();
        if let Some(wrong) = services
            .iter()
            .find(|principal| is_wrong(&principal.item.value(), service, called))
        {
            return ChangeKind::ReplaceValue {
                statement: index,
                item: wrong.item.span,
                value: service.to_owned(),
            };
        }
        let joins = names(statement).all(|principal| {
            matches!(principal.kind, PrincipalKind::Service | PrincipalKind::Aws)
                && principal.item.value() != "*"
        });
        if joins && names(statement).next().is_some() {
            return ChangeKind::AddPrincipals {
                statement: index,
                kind: PrincipalKind::Service,
                names: vec![service.to_owned()],
            };
        }
    }
    ChangeKind::AddStatement(NewStatement {
        sid: Some(words::sid(policy, ASSUME)),
        effect: Effect::Allow,
        principals: vec![(PrincipalKind::Service, service.to_owned())],
        actions: actions.to_vec(),
        resources: Vec::new(),
        conditions: Vec::new(),
    })
}

/// Whether the trusted name is no service's, or another service's on a role that is called after the service that was denied.
fn is_wrong(present: &str, wanted: &str, called: &str) -> bool {
    if present == wanted {
        return false;
    }
    if !present.ends_with(".amazonaws.com") && !present.ends_with(".amazonaws.com.cn") {
        return true;
    }
    let word = |service: &str| {
        service
            .split(['.', '-'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let (present, wanted) = (word(present), word(wanted));
    present != wanted && called.contains(&wanted) && !called.contains(&present)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_replaced_only_where_the_role_says_so() {
        let role = "app-codebuild";
        assert!(is_wrong(
            "codepipeline.amazonaws.com",
            "codebuild.amazonaws.com",
            role
        ));
        assert!(is_wrong(
            "codebuild.amazon.com",
            "codebuild.amazonaws.com",
            role
        ));
        let plain = "app";
        assert!(!is_wrong(
            "codepipeline.amazonaws.com",
            "codebuild.amazonaws.com",
            plain
        ));
        assert!(!is_wrong(
            "ecs.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            plain
        ));
    }
}
