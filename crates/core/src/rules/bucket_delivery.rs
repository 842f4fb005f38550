use undeny_iam::arn::Arn;
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::denial::manual;
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::policy::{Effect, Policy, PrincipalKind, Statement};

use super::{Found, Precedence, Rule, Seen};
use crate::case::{Case, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::handover::{self, Handover};
use crate::report::Question;
use crate::words::{self, code};

/// A service may not deliver its logs or snapshots to a bucket.
///
/// # What it sees
/// "Access Denied for bucket: NAME. Please check S3bucket permission" of Elastic Load Balancing, "Incorrect S3 bucket policy is detected for
/// bucket: NAME" of CloudTrail, "Insufficient delivery policy to s3 bucket: NAME" of AWS Config, "Access Denied for LogDestination: NAME" of
/// VPC flow logs. The service looks at the bucket in its own name when the delivery is set up: the bucket policy decides, and the caller's
/// policies have no part in it.
///
/// # What it changes
/// The bucket policy allows the service what its manual lists: to read the bucket's ACL, and to write below `AWSLogs/ACCOUNT/`, with the
/// condition on `s3:x-amz-acl` that the manual gives. Only what is missing is added. The account is the one in the paste; else it asks.
///
/// # What it never does
/// It writes no account of Elastic Load Balancing: the older policies that name one, by region, stay as they are. Where the service is
/// allowed under a condition on the source, it asks which source it is, and adds no second statement that would undo the condition.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>,
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>,
/// <https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html>,
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html>
#[derive(Debug)]
pub(super) struct BucketDelivery;

/// Who delivers, and what of a bucket that takes.
struct Delivery {
    /// What its message says, without blanks.
    says: &'static str,
    service: &'static str,
    /// What is done with the bucket itself.
    on_bucket: &'static [&'static str],
    /// Where it writes in the account's folder.
    folder: &'static str,
    /// Whether it hands what it writes to the bucket's owner.
    acl: bool,
    /// What else stops it.
    check: &'static str,
}

const DELIVERIES: &[Delivery] = &[
    Delivery {
        says: "accessdeniedforbucket:",
        service: "logdelivery.elasticloadbalancing.amazonaws.com",
        on_bucket: &[],
        folder: "",
        acl: false,
        check: "The bucket has to be in the load balancer's region, and encrypted with S3's own keys (SSE-S3). An older policy that names the \
                region's account of Elastic Load Balancing is still good, where it is that region's.",
    },
    Delivery {
        says: "accessdeniedforlogdestination:",
        service: "delivery.logs.amazonaws.com",
        on_bucket: &["s3:GetBucketAcl"],
        folder: "",
        acl: true,
        check: "A bucket that is encrypted with a KMS key needs a statement for the service in the key policy too.",
    },
    Delivery {
        says: "incorrects3bucketpolicyisdetectedforbucket:",
        service: "cloudtrail.amazonaws.com",
        on_bucket: &["s3:GetBucketAcl"],
        folder: "",
        acl: true,
        check: "A trail with a prefix writes below that prefix, an organisation's also to `AWSLogs/ORGANISATION-ID/`.",
    },
    Delivery {
        says: "insufficientdeliverypolicytos3bucket:",
        service: "config.amazonaws.com",
        on_bucket: &["s3:GetBucketAcl", "s3:ListBucket"],
        folder: "Config/",
        acl: true,
        check: "AWS Config tries its own role first: where the bucket is in its account, that role's identity policy can allow the same.",
    },
];

const WRITE: &str = "s3:PutObject";
const ACL: &str = "s3:x-amz-acl";
const OWNER_MAY: &str = "bucket-owner-full-control";
const SOURCES: &[&str] = &["aws:sourcearn", "aws:sourceaccount"];

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    seen.denial.value.resource.is_some() && {
        let said = said(seen);
        said.contains("bucket:") || said.contains("logdestination:")
    }
}

/// The message's own words, in small letters and without blanks.
fn said(seen: &Seen<'_, '_>) -> String {
    let text = seen.case.texts.get(seen.denial.input).copied();
    let said = seen.denial.value.span.text(text.unwrap_or_default());
    let letters = said.chars().filter(|letter| !letter.is_whitespace());
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

impl Rule for BucketDelivery {
    fn name(&self) -> &'static str {
        "bucket-delivery"
    }

    fn summary(&self) -> &'static str {
        manual("A bucket's policy does not let a service deliver its logs")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let case = seen.case;
        let said = said(seen);
        let mut delivery = DELIVERIES
            .iter()
            .find(|delivery| said.contains(delivery.says))?;
        // A network load balancer's logs go the way of flow logs.
        if !delivery.acl && seen.mentions(":loadbalancer/net/") {
            delivery = DELIVERIES
                .iter()
                .find(|other| other.service == "delivery.logs.amazonaws.com")?;
        }
        let named = seen.denial.value.resource.as_deref()?;
        let bucket = match named.strip_prefix("arn:") {
            Some(_) => named.split('/').next().unwrap_or(named).to_owned(),
            None => format!("arn:aws:s3:::{}", named.split('/').next()?),
        };
        let on_bucket = |action: &&str| Request {
            principal: delivery.service.to_owned(),
            action: (*action).to_owned(),
            resource: bucket.clone(),
            ..Request::default()
        };
        let mut requests: Vec<Request> = delivery.on_bucket.iter().map(on_bucket).collect();
        let probe = on_bucket(&WRITE);
        let setup = case.setup(probe.clone());
        let policy = setup.policies(Layer::Resource).first().copied();
        let Some(account) = account(seen, policy) else {
            return Some(Found(self.ask_account(delivery, &bucket)));
        };
        let mut writes = probe;
        writes.resource = format!(
            "{bucket}/{}AWSLogs/{account}/{}*",
            prefix(seen),
            delivery.folder
        );
        if delivery.acl {
            writes.context.set(ACL, vec![OWNER_MAY.to_owned()]);
        }
        requests.push(writes);
        let Some(index) = policy else {
            return Some(Found(self.hand_over(delivery, &bucket, &requests)));
        };
        self.plan(case, delivery, index, requests).map(Found)
    }
}

impl BucketDelivery {
    fn plan(
        &self,
        case: &Case<'_>,
        delivery: &Delivery,
        index: usize,
        mut requests: Vec<Request>,
    ) -> Option<Diagnosis> {
        let policy = case.policies.get(index)?;
        let name = words::policy(case, index);
        let mut changes: Vec<Change> = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        let source = case.answer("source");
        for request in &mut requests {
            if let Some(source) = source {
                request
                    .context
                    .set("aws:SourceArn", vec![source.to_owned()]);
                if let Some(arn) = Arn::parse(source) {
                    let account = vec![arn.account.to_owned()];
                    request.context.set("aws:SourceAccount", account);
                }
            }
            if case.setup(request.clone()).decide().outcome == Outcome::Allowed {
                continue;
            }
            missing.push(request.action.clone());
            let kind = match held_back(policy, request) {
                Some((statement, condition)) => {
                    let Some(source) = source else {
                        let label = policy.statements.get(statement)?.label(statement);
                        return Some(self.ask_source(delivery, &name, &label));
                    };
                    ChangeKind::AddConditionValues {
                        statement,
                        condition,
                        values: vec![source.to_owned()],
                    }
                }
                None => ChangeKind::AddStatement(statement_for(request, delivery, policy)),
            };
            super::encrypted_data::join(&mut changes, index, kind);
        }
        let last = requests.last()?.clone();
        if changes.is_empty() {
            return Some(self.allowed_already(delivery, &name));
        }
        let lazy = Request {
            action: "s3:GetObject".to_owned(),
            ..last
        };
        Some(Diagnosis {
            rule: self.name(),
            title: format!(
                "Patch the {name}: let {} deliver to the bucket.",
                code(delivery.service)
            ),
            explanation: format!(
                "{} The {name} lacks {}. {}",
                why(delivery),
                words::actions(&missing),
                delivery.check
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes,
                    requests,
                    assumptions: Vec::new(),
                    lazy: vec![(lazy, code("s3:*"))],
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        })
    }

    fn hand_over(&self, delivery: &Delivery, bucket: &str, requests: &[Request]) -> Diagnosis {
        let statements: Vec<NewStatement> = requests
            .iter()
            .map(|request| NewStatement {
                sid: None,
                ..statement_of(request, delivery)
            })
            .collect();
        Diagnosis {
            handover: vec![Handover::Text(handover::write(
                "the bucket policy",
                requests,
                &statements,
            ))],
            ..self.question(
                format!(
                    "Paste the bucket policy of {}: it has to let {} in.",
                    code(words::short(bucket)),
                    code(delivery.service)
                ),
                format!("{} {}", why(delivery), delivery.check),
                "bucket-policy",
                "What does `aws s3api get-bucket-policy` print? Paste it beside the error."
                    .to_owned(),
                "the patch is made in its text",
            )
        }
    }

    fn allowed_already(&self, delivery: &Delivery, name: &str) -> Diagnosis {
        self.question(
            format!(
                "The {name} lets {} deliver already.",
                code(delivery.service)
            ),
            format!(
                "{} As pasted, the {name} allows all of that. Check that it is in force, and that the delivery writes to no other prefix. {}",
                why(delivery),
                delivery.check
            ),
            "delivery-settings",
            "Which bucket, prefix and key do the settings of the delivery name?".to_owned(),
            "what was pasted allows the delivery",
        )
    }

    fn ask_account(&self, delivery: &Delivery, bucket: &str) -> Diagnosis {
        self.question(
            "I need to know: for which account is delivered?".to_owned(),
            format!(
                "{} It writes below {}, and the paste does not say which account it is.",
                why(delivery),
                code(&format!("{}/AWSLogs/ACCOUNT/", words::short(bucket)))
            ),
            "account",
            "Which account has what is logged? (12 digits)".to_owned(),
            "the grant is made on exactly this account's folder",
        )
    }

    fn ask_source(&self, delivery: &Delivery, name: &str, label: &str) -> Diagnosis {
        self.question(
            "I need to know: what is the ARN of what delivers?".to_owned(),
            format!(
                "{} In the {name}, {label} allows it for another source only; a second statement without the condition would undo it.",
                why(delivery)
            ),
            "source",
            "What is the ARN of the trail, flow log, load balancer or recorder that is set up?".to_owned(),
            "the statement compares it",
        )
    }

    fn question(
        &self,
        title: String,
        explanation: String,
        id: &str,
        text: String,
        why: &str,
    ) -> Diagnosis {
        Diagnosis {
            title,
            explanation,
            questions: vec![Question {
                id: id.to_owned(),
                text,
                why: why.to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }
}

fn why(delivery: &Delivery) -> String {
    let actions = delivery.on_bucket.iter().chain([&WRITE]);
    let actions: Vec<String> = actions.map(|action| (*action).to_owned()).collect();
    format!(
        "{} looks at the bucket and writes to it in its own name: the bucket policy has to allow it {}, and no identity policy has a say.",
        code(delivery.service),
        words::actions(&actions)
    )
}

fn statement_for(request: &Request, delivery: &Delivery, policy: &Policy) -> NewStatement {
    NewStatement {
        sid: Some(words::sid(policy, &request.action)),
        ..statement_of(request, delivery)
    }
}

fn statement_of(request: &Request, delivery: &Delivery) -> NewStatement {
    let acl = delivery.acl && request.action == WRITE;
    let condition = NewCondition {
        operator: "StringEquals".to_owned(),
        key: ACL.to_owned(),
        values: vec![OWNER_MAY.to_owned()],
    };
    NewStatement {
        sid: None,
        effect: Effect::Allow,
        principals: vec![(PrincipalKind::Service, delivery.service.to_owned())],
        actions: vec![request.action.clone()],
        resources: vec![request.resource.clone()],
        conditions: acl.then_some(condition).into_iter().collect(),
    }
}

/// The statement that allows the request under a condition on the source, and that condition.
fn held_back(policy: &Policy, request: &Request) -> Option<(usize, usize)> {
    let names = |statement: &Statement| {
        let mut principals = statement.principals.iter().flat_map(|found| &found.items);
        statement.effect == Effect::Allow
            && principals.any(|principal| principal.item.value() == request.principal)
            && statement.actions.as_ref().is_some_and(|element| {
                let mut items = element.items.iter();
                items.any(|item| {
                    undeny_iam::glob::matches_ignoring_case(&item.value(), &request.action)
                })
            })
    };
    let mut statements = policy.statements.iter().enumerate();
    statements.find_map(|(at, statement)| {
        if !names(statement) {
            return None;
        }
        let mut conditions = statement.conditions.iter().enumerate();
        let (number, _) = conditions.find(|(_, condition)| {
            SOURCES.contains(&condition.key.to_ascii_lowercase().as_str())
        })?;
        Some((at, number))
    })
}

/// The prefix in the bucket that the message prints: `provided s3 key prefix is 'logs'`.
fn prefix(seen: &Seen<'_, '_>) -> String {
    let text = seen.case.texts.get(seen.denial.input).copied();
    let behind = text
        .and_then(|text| text.get(seen.denial.value.span.start..))
        .and_then(|behind| behind.split_once("key prefix is '"))
        .and_then(|(_, rest)| rest.split_once('\''));
    match behind {
        Some((prefix, _)) if prefix != "null" && !prefix.is_empty() && prefix.len() < 200 => {
            format!("{}/", prefix.trim_matches('/'))
        }
        _ => String::new(),
    }
}

/// The account that is delivered for: the answer, the one in the line of the message, the one whose folder the policy names, the caller's.
fn account(seen: &Seen<'_, '_>, policy: Option<usize>) -> Option<String> {
    let case = seen.case;
    if let Some(answer) = case.answer("account") {
        return Some(answer.to_owned());
    }
    // An organisation's folder, a reference or a wildcard is none.
    let is_account = |text: &&str| {
        text.len() > 3
            && !text.starts_with("o-")
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let text = case.texts.get(seen.denial.input)?;
    let line = text
        .get(..seen.denial.value.span.start)
        .and_then(|before| before.rsplit('\n').next())?;
    let in_line = line
        .split(|letter: char| letter.is_whitespace() || "()\"'".contains(letter))
        .filter_map(Arn::parse)
        .map(|arn| arn.account)
        .find(is_account);
    let resources: Vec<String> = policy
        .and_then(|index| case.policies.get(index))
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.resources)
        .flat_map(|element| &element.items)
        .map(|item| item.value().into_owned())
        .collect();
    let mut folders = resources
        .iter()
        .filter_map(|resource| resource.split_once("AWSLogs/")?.1.split('/').next())
        .filter(is_account);
    let folder = folders
        .next()
        .filter(|first| folders.all(|other| other == *first));
    in_line
        .or(folder)
        .or_else(|| case.account())
        .filter(|account| *account != UNKNOWN_ACCOUNT)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deliveries_are_sorted() {
        assert!(DELIVERIES.is_sorted_by_key(|delivery| delivery.says));
    }
}
