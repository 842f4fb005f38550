use undeny_document::Role;
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::denial::{Denial, DenialKind, manual};
use undeny_iam::evaluate::{Layer, Outcome, Request};
use undeny_iam::glob;
use undeny_iam::policy::{Effect, PrincipalKind};
use undeny_text::Span;

use super::{Found, Precedence, Rule, Seen, missing_permission};
use crate::case::{Case, PRINCIPAL_ARN, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::handover::{Handover, Named};
use crate::report::Question;
use crate::resolve::{self, UNKNOWN_REGION};
use crate::understand::speaks_of_key;
use crate::words::{self, code, short};

/// What a service stores is encrypted with a key that the caller may not use.
///
/// # What it sees
/// A denial of `kms:Decrypt`, `kms:GenerateDataKey` and the like behind a call of another service, or one of the sentences that name no
/// action: "Access to KMS is not allowed", "The ciphertext refers to a customer master key that does not exist, does not exist in this
/// region, or you are not allowed to access", "The specified KMS key does not exist, is not enabled or you do not have permissions to access it"
/// of RDS. A key needs two: its key policy, which may leave the decision to the account's policies, and the
/// caller's identity policy. The key is the one in the message, else the one in the caller's policy; else it asks. Where a service uses the key
/// in its own name (a log group's, an alarm's to an encrypted topic), the key policy alone decides.
///
/// # What it changes
/// The action joins the statement that already speaks of exactly this key, else it gets a statement of its own with `kms:ViaService`, so that
/// the key is used through that service only, where the paste tells the service and the region. In the key policy, where it does not allow the caller, a statement for exactly this caller.
/// A message for a queue or topic needs `kms:GenerateDataKey` and `kms:Decrypt`: both are looked at.
///
/// # What it never does
/// It never allows `kms:*`, never uses `*` for the key in an identity policy, and never trusts another account's root in a key policy without naming the role.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html>,
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html>
#[derive(Debug)]
pub(super) struct EncryptedData;

const DECRYPT: &str = "kms:Decrypt";
const GENERATE: &str = "kms:GenerateDataKey";
const VIA: &str = "kms:ViaService";
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
pub(super) const LOG_GROUP: &str = "kms:EncryptionContext:aws:logs:arn";

impl Rule for EncryptedData {
    fn name(&self) -> &'static str {
        "encrypted-data"
    }

    fn summary(&self) -> &'static str {
        manual("Data is encrypted with a key that the caller may not use")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let text = case.texts.get(seen.denial.input)?;
        let is_key_action = denial.action.as_deref().is_some_and(is_key_action);
        let is_wording = denial.action.is_none() && speaks_of_key(text, denial);
        if (!is_key_action && !is_wording) || denial.kind == DenialKind::Explicit {
            return None;
        }
        let via = service(seen, text);
        if is_key_action && via.is_none() && denial.resource.is_some() {
            // A call of KMS itself is like any other.
            return None;
        }
        let user = is_wording.then(|| user(case, denial, text)).flatten();
        let actions = match &user {
            Some((_, actions)) => actions.iter().map(|action| (*action).to_owned()).collect(),
            None => actions(denial, via.as_ref()),
        };
        let mut assumptions = Vec::new();
        let key = key(case, denial).or_else(|| {
            user.as_ref()?;
            if let Some(beside) = key_beside(text, seen.denial.value.span) {
                return Some(beside.to_owned());
            }
            let [_] = case.with_role(Role::Key).as_slice() else {
                return None;
            };
            assumptions.push("the key is the one whose policy was given".to_owned());
            let region = case.region().unwrap_or(UNKNOWN_REGION);
            let account = case.account().unwrap_or(UNKNOWN_ACCOUNT);
            Some(format!("arn:aws:kms:{region}:{account}:key/of-this-policy"))
        });
        let Some(key) = key else {
            return Some(Found(self.ask(&actions, via.map(|via| via.service))));
        };
        let via = if user.is_some() { None } else { via };
        let known = match &user {
            Some(_) => None,
            None => denial
                .context
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(PRINCIPAL_ARN)),
        };
        let principal = user
            .map(|(service, _)| service)
            .or_else(|| denial.principal.clone())
            .filter(|principal| !principal.contains(['*', '<', '>']));
        let principal = principal.unwrap_or_else(|| {
            assumptions.push(
                "the message does not say who called; it is taken to be whoever has the identity policy"
                    .to_owned(),
            );
            missing_permission::anybody(Some(&key))
        });
        let mut through = String::new();
        let via_service = via.and_then(|via| {
            let Some(region) = resolve::region(&key) else {
                through = format!(
                    " The call goes through {}, which uses the key in the caller's name; the paste does not say in which region, so no {} \
                     binds the use of the key to it.",
                    code(via.service),
                    code(VIA)
                );
                return None;
            };
            let name = format!("{}.{region}.amazonaws.com", via.service);
            through = format!(
                " The call goes through {}, which uses the key in the caller's name.",
                code(&name)
            );
            assumptions.extend(via.guess);
            // Only a reference tells which key it is.
            if key.contains('\u{27e6}') {
                assumptions.push(format!("the key is in the region `{region}`, which the paste names"));
            }
            Some(name)
        });
        let requests: Vec<Request> = actions
            .iter()
            .map(|action| {
                let mut request = Request {
                    principal: principal.clone(),
                    action: action.clone(),
                    resource: key.clone(),
                    ..Request::default()
                };
                if let Some((key, values)) = known {
                    request.context.set(key, values.clone());
                }
                if let Some(via) = &via_service {
                    request.context.set(VIA, vec![via.clone()]);
                }
                // CloudWatch Logs says for which log group it uses the key.
                if let Some(group) = &denial.resource
                    && principal.starts_with("logs.")
                {
                    request.context.set(LOG_GROUP, vec![group.clone()]);
                }
                request
            })
            .collect();
        self.plan(
            case,
            requests,
            via_service.as_deref(),
            &through,
            assumptions,
        )
        .map(Found)
    }
}

impl EncryptedData {
    fn ask(&self, actions: &[String], via: Option<&str>) -> Diagnosis {
        let through = via.map_or_else(String::new, |via| format!(", which {} uses", code(via)));
        Diagnosis {
            title: "I need to know: which KMS key is the data encrypted with?".to_owned(),
            explanation: format!(
                "The call reached data that is encrypted with a KMS key{through}, and the caller may not use that key: {} has to be allowed \
                 in the caller's identity policy, and the key policy has to allow it or to leave it to the account. The message does not \
                 name the key, and a grant on every key would be wider than the call needs.",
                words::actions(actions)
            ),
            questions: vec![Question {
                id: "key-arn".to_owned(),
                text: "What is the ARN of the KMS key? (the bucket's, queue's or secret's encryption settings show it; not an alias)".to_owned(),
                why: "the grant is made on exactly this key".to_owned(),
                default: None,
            }],
            ..Diagnosis::asking(self.name())
        }
    }

    fn plan(
        &self,
        case: &Case<'_>,
        mut requests: Vec<Request>,
        via: Option<&str>,
        service: &str,
        assumptions: Vec<String>,
    ) -> Option<Diagnosis> {
        let first = requests.first()?.clone();
        let mut changes: Vec<Change> = Vec::new();
        let mut others: Vec<usize> = Vec::new();
        let mut denied = Vec::new();
        for request in &requests {
            let setup = case.setup(request.clone());
            let decision = setup.decide();
            match decision.outcome {
                Outcome::ExplicitlyDenied => return None,
                Outcome::Allowed => continue,
                Outcome::ImplicitlyDenied => {}
            }
            denied.push(request.action.clone());
            for (layer, change) in missing_permission::blamed(case, request, &setup, &decision) {
                let policy = case.policies.get(change.policy)?;
                if missing_permission::owned_by_others(policy, layer.layer, request, &setup) {
                    others.push(change.policy);
                }
                let kind = match change.kind {
                    ChangeKind::AddStatement(new) => {
                        ChangeKind::AddStatement(through(new, via, layer.layer))
                    }
                    kind => kind,
                };
                join(&mut changes, change.policy, kind);
            }
        }
        if changes.is_empty() {
            return Some(self.nothing(
                case,
                &first,
                denied.is_empty() && !case.policies.is_empty(),
            ));
        }
        let named = missing_permission::name_by_condition(case, &mut requests, &mut changes);
        let names: Vec<String> = {
            let mut indexes: Vec<usize> = changes.iter().map(|change| change.policy).collect();
            indexes.dedup();
            indexes
                .iter()
                .map(|index| format!("the {}", words::policy(case, *index)))
                .collect()
        };
        let has_key_policy = !case.with_role(Role::Key).is_empty();
        let key = short(&first.resource).to_owned();
        let explanation = if matches!(Caller::parse(&first.principal), Caller::Service(_)) {
            format!(
                "{} uses {} in its own name, not in a caller's, so the key policy alone decides: it has to allow the service {}, and {} \
                 does not.",
                code(&first.principal),
                code(&key),
                words::actions(&denied),
                words::list(&names),
            )
        } else {
            format!(
                "The data is encrypted with {}.{service} For that the caller needs {} on this key, in its identity policy, and the key policy \
             has to allow it or to leave it to the account; {} does not.{}",
                code(&key),
                words::actions(&denied),
                words::list(&names),
                if has_key_policy {
                    ""
                } else {
                    " The key policy was not pasted: check that it names the account (`:root`), which leaves the decision to IAM, or the caller."
                }
            )
        };
        let (explanation, questions) = match named {
            Some((why, question)) => (format!("{explanation} {why}"), vec![question]),
            None => (explanation, Vec::new()),
        };
        let other_action = Request {
            action: "kms:ScheduleKeyDeletion".to_owned(),
            ..first.clone()
        };
        let mut lazy = vec![(other_action, "`kms:*`".to_owned())];
        if let Some(arn) = Arn::parse(&first.resource) {
            let other = Arn {
                resource: "key/any-other",
                ..arn
            };
            lazy.push((
                Request {
                    resource: other.to_string(),
                    ..first.clone()
                },
                "`Resource: \"*\"`".to_owned(),
            ));
        }
        let handover = Handover::of_policies(&others, &changes, "the key policy", &requests);
        let owner = if others.is_empty() {
            Owner::User
        } else {
            Owner::Other
        };
        Some(Diagnosis {
            rule: self.name(),
            title: format!(
                "Patch {}: allow {} on {}.",
                words::list(&names),
                words::actions(&denied),
                code(&key)
            ),
            explanation,
            next: crate::next::after(case, &requests),
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner,
                minimal: Plan {
                    changes,
                    requests,
                    assumptions,
                    lazy,
                },
                hardened: None,
            },
            questions,
            handover,
        })
    }

    fn nothing(&self, case: &Case<'_>, request: &Request, allowed: bool) -> Diagnosis {
        let is_service = matches!(Caller::parse(&request.principal), Caller::Service(_));
        // A service has no identity policy.
        let has_key_policy = !is_service && !case.with_role(Role::Key).is_empty();
        let missing = if is_service {
            "key policy that is in force"
        } else if has_key_policy {
            "identity policy of the caller"
        } else {
            "key policy"
        };
        Diagnosis {
            rule: self.name(),
            title: format!(
                "Look at the {missing}: {} {}.",
                if allowed {
                    "what was pasted allows"
                } else {
                    "it has to allow"
                },
                code(&request.action)
            ),
            explanation: format!(
                "{} {} on {}. {} Check also that the key is enabled and in the same region.",
                if allowed {
                    "The policies as pasted allow"
                } else {
                    "The call needs"
                },
                code(&request.action),
                code(short(&request.resource)),
                if is_service {
                    "For a service its policy decides alone."
                } else {
                    "A key needs both sides: the caller's identity policy, and a key policy that allows the caller or leaves it to the \
                     account."
                }
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Ask { hardened: None },
            questions: vec![Question {
                id: if has_key_policy {
                    "identity-policy"
                } else {
                    "key-policy"
                }
                .to_owned(),
                text: format!("What does the {missing} say? Paste it beside the rest."),
                why: "it decides this call".to_owned(),
                default: None,
            }],
            handover: vec![Handover::Request {
                place: format!("the {missing}"),
                request: request.clone(),
                named: if has_key_policy {
                    Named::Nobody
                } else {
                    Named::Caller
                },
            }],
        }
    }
}

/// Whether the denied call is one of KMS itself, and no service is seen that uses the key for another: it is like any other call.
pub(super) fn is_called_itself(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    let Some(text) = seen.case.texts.get(seen.denial.input) else {
        return false;
    };
    denial.resource.is_some()
        && denial.action.as_deref().is_some_and(is_key_action)
        && service(seen, text).is_none()
}

fn is_key_action(action: &str) -> bool {
    action.to_ascii_lowercase().starts_with("kms:")
}

/// The service that uses the key in its own name, and what it asks the key policy for; no identity policy has a say.
///
/// Sources: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>,
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services>
fn user(case: &Case<'_>, denial: &Denial, text: &str) -> Option<(String, &'static [&'static str])> {
    let said = denial.span.text(text).to_ascii_lowercase();
    if said.contains("topic encryption key") {
        return Some(("cloudwatch.amazonaws.com".to_owned(), &[DECRYPT, GENERATE]));
    }
    let group = denial.resource.as_deref().and_then(Arn::parse);
    let in_logs = said.contains("allowed to be used with")
        && group.as_ref().is_none_or(|arn| arn.service == "logs");
    let region = group
        .map(|arn| arn.region)
        .filter(|region| !region.is_empty())
        .or_else(|| case.region());
    in_logs.then_some(())?;
    Some((
        format!("logs.{}.amazonaws.com", region?),
        &[
            "kms:Encrypt",
            DECRYPT,
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            GENERATE,
            "kms:DescribeKey",
        ],
    ))
}

/// Calls that reach encrypted data, and the service in whose name they use the key; whether they write.
const CALLS: &[(&str, &str, bool)] = &[
    ("BatchGetItem", "dynamodb", false),
    ("CompleteMultipartUpload", "s3", true),
    ("CopyDBSnapshot", "rds", true),
    ("CopyObject", "s3", true),
    ("CreateDBCluster", "rds", true),
    ("CreateDBInstance", "rds", true),
    ("CreateMultipartUpload", "s3", true),
    ("CreateSecret", "secretsmanager", true),
    ("GetItem", "dynamodb", false),
    ("GetObject", "s3", false),
    ("GetParameter", "ssm", false),
    ("GetParameters", "ssm", false),
    ("GetParametersByPath", "ssm", false),
    ("GetSecretValue", "secretsmanager", false),
    ("HeadObject", "s3", false),
    ("Publish", "sns", true),
    ("PublishBatch", "sns", true),
    ("PutItem", "dynamodb", false),
    ("PutObject", "s3", true),
    ("PutParameter", "ssm", true),
    ("PutRecord", "kinesis", true),
    ("PutRecords", "kinesis", true),
    ("PutSecretValue", "secretsmanager", true),
    ("Query", "dynamodb", false),
    ("ReceiveMessage", "sqs", false),
    ("Scan", "dynamodb", false),
    ("SendMessage", "sqs", true),
    ("SendMessageBatch", "sqs", true),
    ("UpdateItem", "dynamodb", false),
    ("UploadPart", "s3", true),
];

/// The service through which a key is used.
struct Via {
    service: &'static str,
    /// Whether the call writes, as far as one is known.
    writes: bool,
    /// What was taken for granted, where the message does not say it.
    guess: Option<String>,
}

/// The service through which the key of a denial is used.
pub(super) fn service_of(seen: &Seen<'_, '_>) -> Option<&'static str> {
    let text = seen.case.texts.get(seen.denial.input)?;
    service(seen, text).map(|via| via.service)
}

/// The service through which the key is used: that of the call that the message is about, else that of a call which was refused beside it,
/// else the only one whose encrypted data the caller's policy speaks of.
fn service(seen: &Seen<'_, '_>, text: &str) -> Option<Via> {
    let denial = &seen.denial.value;
    let of_call = |name: &str| CALLS.iter().find(|(call, _, _)| *call == name);
    let surely = |(_, service, writes): &(&str, &'static str, bool)| Via {
        service,
        writes: *writes,
        guess: None,
    };
    if let Some(operation) = &denial.operation {
        return of_call(operation).map(surely);
    }
    let said = own_lines(seen, text);
    let said = CALLS.iter().find(|(name, _, _)| {
        said.contains(&format!("the {name} operation")) || said.contains(&format!(":{name} "))
    });
    if let Some(call) = said {
        return Some(surely(call));
    }
    refused_beside(seen, text).or_else(|| spoken_of(seen, text))
}

/// Lines before a message that may tell of the same call.
const LINES_BEFORE: usize = 3;

/// The message's lines and those before it down to an empty one, without what other denials say.
fn own_lines(seen: &Seen<'_, '_>, text: &str) -> String {
    let span = seen.denial.value.span;
    let before = text.get(..span.start).unwrap_or_default();
    let start = before
        .rsplit('\n')
        .take(1 + LINES_BEFORE)
        .enumerate()
        .take_while(|(number, line)| *number == 0 || !line.trim().is_empty())
        .fold(before.len() + 1, |start, (_, line)| {
            start.saturating_sub(line.len() + 1)
        });
    let behind = text.get(span.end..).unwrap_or_default();
    let end = span.end + behind.find('\n').unwrap_or(behind.len());
    let others = seen
        .case
        .denials
        .iter()
        .filter(|other| other.input == seen.denial.input && other.value.span != span)
        .map(|other| other.value.span);
    // A line at a time, but for the message itself, which may be wrapped.
    let mut lines = String::new();
    let mut at = start.min(span.start);
    for line in text.get(at..end).unwrap_or_default().split_inclusive('\n') {
        let whole = Span::new(at, at + line.len());
        if whole.overlaps(span) || !others.clone().any(|other| whole.overlaps(other)) {
            lines.push_str(line);
        }
        at += line.len();
    }
    lines
}

/// A call that uses keys, by the same caller and refused right beside the message, at the same time where times are printed.
fn refused_beside(seen: &Seen<'_, '_>, text: &str) -> Option<Via> {
    const NEAR: usize = 400;
    let (span, principal) = (seen.denial.value.span, &seen.denial.value.principal);
    principal.as_ref()?;
    let time = |span: Span| {
        let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
        clock(text.get(start..span.end)?)
    };
    seen.case
        .denials
        .iter()
        .filter(|other| other.input == seen.denial.input && other.value.principal == *principal)
        .find_map(|other| {
            let there = other.value.span;
            let (first, second) = if there.start < span.start {
                (there, span)
            } else {
                (span, there)
            };
            let between = text.get(first.end..second.start)?;
            let apart = between.len() > NEAR
                || between.lines().skip(1).any(|line| line.trim().is_empty())
                || matches!((time(first), time(second)), (Some(first), Some(second)) if first != second);
            let action = other.value.action.as_deref().filter(|_| !apart)?;
            let (prefix, name) = action.split_once(':')?;
            let (_, service, writes) = CALLS
                .iter()
                .find(|(call, service, _)| *call == name && prefix.eq_ignore_ascii_case(service))?;
            Some(Via {
                service,
                writes: *writes,
                guess: Some(format!(
                    "the key is used through `{service}`, whose call `{action}` was refused beside it"
                )),
            })
        })
}

/// The time of day that a line prints first.
fn clock(line: &str) -> Option<&str> {
    const LENGTH: usize = "00:00:00".len();
    (0..line.len().min(64)).find_map(|at| {
        let time = line.get(at..at + LENGTH)?;
        let is_time = time.bytes().enumerate().all(|(place, byte)| {
            if place % 3 == 2 {
                byte == b':'
            } else {
                byte.is_ascii_digit()
            }
        });
        is_time.then_some(time)
    })
}

/// The only service that the caller's policy allows calls to which use keys; where the message does not even name the action, the one that the
/// text speaks of.
fn spoken_of(seen: &Seen<'_, '_>, text: &str) -> Option<Via> {
    let mut found: Vec<&'static str> = Vec::new();
    let allowed = seen
        .case
        .with_role(Role::Identity)
        .into_iter()
        .filter_map(|index| seen.case.policies.get(index))
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| &statement.actions)
        .filter(|element| !element.negated)
        .flat_map(|element| &element.items);
    for item in allowed {
        let pattern = item.value();
        for (name, service, _) in CALLS {
            if !found.contains(service)
                && glob::matches_ignoring_case(&pattern, &format!("{service}:{name}"))
            {
                found.push(service);
            }
        }
    }
    let taken = |service: &'static str, guess: Option<String>| Via {
        service,
        writes: false,
        guess,
    };
    if let [only] = found.as_slice() {
        let guess = format!(
            "the key is used through `{only}`, the only service with encrypted data that the caller's policy allows calls to"
        );
        return Some(taken(only, Some(guess)));
    }
    if seen.denial.value.action.is_some() {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let words: &[(&str, &'static str)] = &[
        ("secret", "secretsmanager"),
        ("s3", "s3"),
        ("sqs", "sqs"),
        ("sns", "sns"),
        ("parameter", "ssm"),
    ];
    words
        .iter()
        .find(|(word, service)| {
            lower.contains(word) && (found.is_empty() || found.contains(service))
        })
        .map(|(_, service)| {
            taken(
                service,
                Some(format!(
                    "the key is used through `{service}`, which the text speaks of"
                )),
            )
        })
}

/// What the call needs of the key.
fn actions(denial: &Denial, via: Option<&Via>) -> Vec<String> {
    let mut actions: Vec<String> = denial.action.iter().cloned().collect();
    let writes = via.is_some_and(|via| via.writes);
    let mut add = |action: &str| {
        if !actions
            .iter()
            .any(|known| known.eq_ignore_ascii_case(action))
        {
            actions.push(action.to_owned());
        }
    };
    // A producer makes a data key and reads it again.
    if writes && via.is_some_and(|via| matches!(via.service, "sqs" | "sns")) {
        add(DECRYPT);
        add(GENERATE);
    }
    // RDS gives itself a grant, in the caller's name.
    if via.is_some_and(|via| via.service == "rds") {
        add("kms:CreateGrant");
        add("kms:DescribeKey");
    }
    if actions.is_empty() {
        actions.push(if writes { GENERATE } else { DECRYPT }.to_owned());
    }
    actions
}

/// The key that a wrapper around the message names.
fn key_beside(text: &str, message: Span) -> Option<&str> {
    const NEAR: usize = 400;
    let line = |at: usize| text.get(..at).and_then(|before| before.rfind("\n\n"));
    let start = line(message.start).map_or(0, |at| at + 2);
    let before = text.get(start.max(message.start.saturating_sub(NEAR))..message.start)?;
    before
        .split(|letter: char| !letter.is_ascii_alphanumeric() && !":/-_".contains(letter))
        .rfind(|word| word.starts_with("arn:") && word.contains(":kms:") && word.contains(":key/"))
}

/// The key's ARN.
fn key(case: &Case<'_>, denial: &Denial) -> Option<String> {
    let answer = case.answer("key-arn").or_else(|| case.answer("resource"));
    if let Some(answer) = answer {
        return Some(answer.to_owned());
    }
    let printed = denial
        .resource
        .as_deref()
        .filter(|resource| resource.contains(":key/") && !resource.contains('*'));
    printed.map(str::to_owned).or_else(|| {
        // The one key that some policy names.
        let mut keys: Vec<String> = case
            .policies
            .iter()
            .flat_map(|policy| &policy.statements)
            .flat_map(|statement| &statement.resources)
            .flat_map(|element| &element.items)
            .map(|item| item.value().into_owned())
            .filter(|value| {
                value.starts_with("arn:")
                    && value.contains(":kms:")
                    && value.contains(":key/")
                    && !value.contains('*')
            })
            .collect();
        keys.sort();
        keys.dedup();
        match keys.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    })
}

/// A statement for the use of the key through one service.
fn through(new: NewStatement, via: Option<&str>, layer: Layer) -> NewStatement {
    let Some(via) = via.filter(|_| layer == Layer::Identity || layer == Layer::Resource) else {
        return new;
    };
    let mut new = new;
    // A service principal uses the key itself.
    if new
        .principals
        .iter()
        .any(|(kind, _)| *kind == PrincipalKind::Service)
        || new.effect == Effect::Deny
    {
        return new;
    }
    new.conditions.push(NewCondition {
        operator: "StringEquals".to_owned(),
        key: VIA.to_owned(),
        values: vec![via.to_owned()],
    });
    new
}

/// Put a change to the others: two statements that differ in their action alone are one.
pub(super) fn join(changes: &mut Vec<Change>, policy: usize, kind: ChangeKind) {
    if let ChangeKind::AddStatement(new) = &kind {
        for change in changes.iter_mut().filter(|change| change.policy == policy) {
            if let ChangeKind::AddStatement(before) = &mut change.kind
                && before.resources == new.resources
                && before.principals == new.principals
                && before.conditions == new.conditions
                && before.effect == new.effect
            {
                for action in &new.actions {
                    if !before.actions.contains(action) {
                        before.actions.push(action.clone());
                    }
                }
                return;
            }
        }
    }
    let change = Change { policy, kind };
    if !changes.contains(&change) {
        changes.push(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_sorted() {
        assert!(CALLS.is_sorted_by_key(|(name, _, _)| *name));
    }
}
