use undeny_document::Role;
use undeny_iam::arn::Arn;
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::denial::manual;
use undeny_iam::evaluate::{Outcome, Request};
use undeny_iam::policy::{Effect, Policy, PrincipalKind};

use super::{Found, Precedence, Rule, Seen};
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::resolve::UNKNOWN_REGION;
use crate::words::{self, code};

/// Auto Scaling may not use the key of the volumes with which its instances are to start.
///
/// # What it sees
/// "Client.InternalError: Client error on launch": the instance is made and ends at once. Auto Scaling starts it with its own service-linked role,
/// whose policy nobody can change, so the key policy alone decides.
///
/// # What it changes
/// The key policy lets the role use the key, and make grants for EC2 (`kms:GrantIsForAWSResource`): the two statements of AWS's manual, what of
/// them is missing.
///
/// # What it never does
/// It never lets the role manage the key, and changes no identity policy.
///
/// Source: <https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html>,
/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html>
#[derive(Debug)]
pub(super) struct EncryptedVolume;

const USE: &[&str] = &[
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];
const GRANT: &str = "kms:CreateGrant";
const FOR_RESOURCE: &str = "kms:GrantIsForAWSResource";
const WHY: &str = "Auto Scaling (and with it a managed node group) starts instances with its service-linked role, which may use the keys that \
    AWS manages and no other. Where a volume is encrypted with a key of one's own, the launch ends with this error until the key's policy lets \
    the role use the key and make grants on it for EC2: that role's own policy cannot be changed.";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    seen.denial.value.action.is_none() && seen.mentions("clienterroronlaunch")
}

impl Rule for EncryptedVolume {
    fn name(&self) -> &'static str {
        "encrypted-volume"
    }

    fn summary(&self) -> &'static str {
        manual("A key's policy does not let Auto Scaling start instances with encrypted volumes")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let case = seen.case;
        if !concerns(seen) {
            return None;
        }
        let found = match case.with_role(Role::Key).as_slice() {
            [only] => self.plan(case, *only),
            _ => None,
        };
        Some(Found(found.unwrap_or_else(|| self.ask())))
    }
}

impl EncryptedVolume {
    fn plan(&self, case: &Case<'_>, index: usize) -> Option<Diagnosis> {
        let policy = case.policies.get(index)?;
        let account = case
            .account()
            .map(str::to_owned)
            .or_else(|| account(policy))?;
        let role = format!(
            "arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        );
        let key = format!(
            "arn:aws:kms:{}:{account}:key/of-this-policy",
            case.region().unwrap_or(UNKNOWN_REGION)
        );
        let request = |action: &str| {
            let mut request = Request {
                principal: role.clone(),
                action: action.to_owned(),
                resource: key.clone(),
                ..Request::default()
            };
            if action == GRANT {
                request.context.set(FOR_RESOURCE, vec!["true".to_owned()]);
            }
            request
        };
        let lacks =
            |action: &&str| case.setup(request(action)).decide().outcome != Outcome::Allowed;
        let uses: Vec<String> = USE
            .iter()
            .copied()
            .filter(|action| lacks(action))
            .map(str::to_owned)
            .collect();
        let mut missing = uses.clone();
        let statement =
            |called: &str, actions: Vec<String>, conditions: Vec<NewCondition>| Change {
                policy: index,
                kind: ChangeKind::AddStatement(NewStatement {
                    sid: Some(words::sid(policy, called)),
                    effect: Effect::Allow,
                    principals: vec![(PrincipalKind::Aws, role.clone())],
                    actions,
                    resources: vec!["*".to_owned()],
                    conditions,
                }),
            };
        let mut changes = Vec::new();
        if !uses.is_empty() {
            changes.push(statement("AutoScalingUse", uses, Vec::new()));
        }
        if lacks(&GRANT) {
            missing.push(GRANT.to_owned());
            let condition = NewCondition {
                operator: "Bool".to_owned(),
                key: FOR_RESOURCE.to_owned(),
                values: vec!["true".to_owned()],
            };
            changes.push(statement(
                "AutoScalingGrant",
                vec![GRANT.to_owned()],
                vec![condition],
            ));
        }
        if missing.is_empty() {
            return None;
        }
        let name = words::policy(case, index);
        let requests: Vec<Request> = USE
            .iter()
            .chain(&[GRANT])
            .map(|action| request(action))
            .collect();
        Some(Diagnosis {
            rule: self.name(),
            title: format!("Patch the {name}: let Auto Scaling use the key."),
            explanation: format!("{WHY} The {name} does not allow {} to it.", words::actions(&missing)),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes,
                    requests,
                    assumptions: vec![
                        "the volumes are encrypted with the key whose policy was given, in the account of the Auto Scaling group".to_owned(),
                    ],
                    lazy: vec![(request("kms:ScheduleKeyDeletion"), code("kms:*"))],
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        })
    }

    fn ask(&self) -> Diagnosis {
        Diagnosis {
            title: "Paste the policy of the key with which the volumes are encrypted.".to_owned(),
            explanation: format!(
                "{WHY} Look at the image's and the launch template's volumes first: where none is encrypted with a key of one's own, the cause \
                 is another, and no policy's."
            ),
            questions: vec![Question {
                id: "key-policy".to_owned(),
                text: "What does `aws kms get-key-policy` print for the volumes' key? Paste it beside the error.".to_owned(),
                why: "the patch is made in its text".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }
}

/// The account whose root the key policy names: a key's policy names that of its own.
fn account(policy: &Policy) -> Option<String> {
    policy
        .statements
        .iter()
        .filter_map(|statement| statement.principals.as_ref())
        .flat_map(|principals| &principals.items)
        .find_map(|principal| {
            let name = principal.item.value();
            let arn = Arn::parse(&name).filter(|arn| arn.resource == "root")?;
            (arn.account != UNKNOWN_ACCOUNT && arn.account.len() == 12)
                .then(|| arn.account.to_owned())
        })
}
