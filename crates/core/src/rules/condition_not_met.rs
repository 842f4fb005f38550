use undeny_iam::arn::{Arn, Caller};
use undeny_iam::change::{self, Change, ChangeKind};
use undeny_iam::denial::{DenialKind, manual};
use undeny_iam::evaluate::{Layer, MismatchElement, Outcome, Request, StatementDecision};
use undeny_iam::glob;
use undeny_iam::policy::{Condition, Effect, Statement};

use super::missing_permission::is_exactly;
use super::{Found, Precedence, Rule, Seen, encrypted_data, explicit_deny, missing_permission};
use crate::answers::question_id;
use crate::case::{Case, PRINCIPAL_ARN, Setup};
use crate::diagnosis::{Diagnosis, Owner, Plan, Remedy};
use crate::report::Question;
use crate::resolve;
use crate::role_arn;
use crate::witness;
use crate::words::{self, capitalised, code, short};

/// A statement would allow the call, and its condition does not hold for it.
///
/// # What it sees
/// An implicit denial, and an Allow that names this caller, action and resource, and a condition on something else: an external id, MFA, a
/// region, a tag, a source address. What the request carried the message does not print; what its ARNs tell (region, accounts, caller) is
/// taken from them.
///
/// # What it changes
/// A pattern or a range of addresses under `StringEquals`, which takes both letter by letter, gets the operator that it is meant for. Else
/// nothing, where the call itself can meet the condition: it says what to pass. Otherwise it asks for the request's value, and lets exactly
/// that value in too, in the list that the condition has. Who called (`aws:PrincipalArn`) the message tells.
///
/// # What it never does
/// It never drops a condition, and never writes a second statement without it.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html>
#[derive(Debug)]
pub(super) struct ConditionNotMet;

impl Rule for ConditionNotMet {
    fn name(&self) -> &'static str {
        "condition-not-met"
    }

    fn summary(&self) -> &'static str {
        manual("A statement would allow the call, and its condition does not hold")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Mechanism
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let mut request = case.request(denial)?;
        let action = request.action.to_ascii_lowercase();
        // What passing a role or using a key through a service is about, their own rules know.
        let is_of_key = action.starts_with("kms:");
        if action == "iam:passrole" || (is_of_key && !encrypted_data::is_called_itself(seen)) {
            return None;
        }
        tell(&mut request);
        let mut setup = case.setup(request.clone());
        let mut decision = setup.decide();
        if decision.outcome == Outcome::Allowed && denial.kind != DenialKind::Explicit {
            // What holds for a request that does not have the key, and this one was denied: it had it.
            carry_what_is_open(case, &setup, &mut request);
            setup = case.setup(request.clone());
            decision = setup.decide();
        }
        if decision.outcome != Outcome::ImplicitlyDenied {
            return None;
        }
        // Another Allow is missing elsewhere: that is said first.
        let mut open = decision
            .layers
            .iter()
            .filter(|layer| layer.required && layer.outcome != Outcome::Allowed);
        let (Some(layer), None) = (open.next(), open.next()) else {
            return None;
        };
        if matches!(layer.layer, Layer::Scp | Layer::Rcp) {
            return None;
        }
        let named = denial.policy_type.and_then(explicit_deny::layer_of);
        if has_open(&request, case) && named.is_some_and(|named| named != layer.layer) {
            return None;
        }
        let (index, number, mut condition_index) =
            layer.statements.iter().find_map(|statement| {
                let condition = condition_of(statement)?;
                let index = *setup.policies(layer.layer).get(statement.policy)?;
                (statement.effect == Effect::Allow).then_some((
                    index,
                    statement.statement,
                    condition,
                ))
            })?;
        let policy = case.policies.get(index)?;
        let statement = policy.statements.get(number)?;
        // An Allow of everything under a condition is no statement about this call.
        let is_general = statement
            .actions
            .iter()
            .flat_map(|element| &element.items)
            .any(|item| item.value() == "*");
        if is_general && statement.conditions.is_empty() {
            return None;
        }
        // Of several conditions, one on something that the message tells is surely to blame.
        let mut assumptions = Vec::new();
        let mut trial = request.clone();
        for other in &statement.conditions {
            if trial.context.get(&other.key).is_none()
                && witness::satisfy(other, &mut trial.context)
            {
                assumptions.push(format!(
                    "the condition on {} is taken to hold; the message does not tell",
                    code(&other.key)
                ));
            }
        }
        let retried = case.setup(trial.clone()).decide();
        let surely = retried
            .layers
            .iter()
            .filter(|decision| decision.layer == layer.layer)
            .flat_map(|decision| &decision.statements)
            .find(|decision| {
                decision.statement == number
                    && setup.policies(layer.layer).get(decision.policy) == Some(&index)
            })
            .and_then(condition_of);
        match surely {
            Some(surely) => (condition_index, request) = (surely, trial),
            None => assumptions.clear(),
        }
        let condition = statement.conditions.get(condition_index)?;
        if is_of_key && is_of_services(statement) {
            return None;
        }
        if is_for_account(statement, condition) && resource_is_shared(&request) {
            return None;
        }
        if let Some(found) =
            self.with_other_operator(case, &setup, layer.layer, (index, number), &request)
        {
            return Some(Found(found));
        }
        let values = words::values(condition);
        let place = format!(
            "{} of the {}",
            statement.label(number),
            words::policy(case, index)
        );
        let document = case.document_of(index)?.input;
        let labels = vec![(document, condition.span, "this does not hold".to_owned())];
        let wants = format!(
            "{place} allows {} on {} only where {} is {} ({}).",
            code(&request.action),
            code(short(&request.resource)),
            code(&condition.key),
            values,
            condition.operator
        );
        let mut wants = capitalised(&wants);
        if let Some(said) = path_left_out(&request, condition) {
            wants.push_str(&said);
        }
        if statement.conditions.len() == 1
            && let Some((title, why)) = ended(condition)
        {
            return Some(Found(Diagnosis {
                rule: self.name(),
                title: title.to_owned(),
                explanation: format!(
                    "{wants} By all that the message tells, only this condition can have failed: {why}. Whether it is to be allowed at other \
                     times is for whoever set the date to say; then the date in the condition changes, and nothing else."
                ),
                next: None,
                labels,
                remedy: Remedy::Explain { hardened: None },
                questions: Vec::new(),
                handover: Vec::new(),
            }));
        }
        if let Some(way) = way_to_meet(&condition.key) {
            return Some(Found(Diagnosis {
                rule: self.name(),
                title: format!(
                    "No policy is wrong: the call has to meet the condition on {}.",
                    code(&condition.key)
                ),
                explanation: format!(
                    "{wants} The call does not carry that: {way}.{} A second statement without the condition would undo what it is there for.",
                    tag_of_caller(condition)
                ),
                next: None,
                labels,
                remedy: Remedy::Explain { hardened: None },
                questions: Vec::new(),
                handover: Vec::new(),
            }));
        }
        let id = question_id(&condition.key);
        let question = Question {
            id: id.clone(),
            text: format!(
                "Which value of {} did the request have?",
                code(&condition.key)
            ),
            why: format!("the statement that would allow the call wants {}", values),
            default: None,
        };
        let is_caller = condition.key.eq_ignore_ascii_case("aws:PrincipalArn")
            && role_arn::hidden(&request).is_none();
        let caller = is_caller.then(|| role_arn::to_name(&request)).flatten();
        // What the message itself tells needs no question.
        let told = denial
            .context
            .iter()
            .find(|(key, _)| !is_caller && key.eq_ignore_ascii_case(&condition.key))
            .and_then(|(_, values)| values.first())
            .cloned();
        let caller = caller.or(told);
        let answer = case.answer(&id).or(caller.as_deref());
        if let Some(answer) = answer
            && takes_more_values(condition)
            && !answer.contains(['*', '?', '$'])
        {
            request.context.set(&condition.key, vec![answer.to_owned()]);
            if case.setup(request.clone()).decide().outcome == Outcome::Allowed {
                return Some(Found(Diagnosis {
                    title: format!(
                        "With this {} these policies allow the call: are they the ones in force?",
                        code(&condition.key)
                    ),
                    explanation: wants,
                    questions: vec![question],
                    ..Diagnosis::asking(self.name())
                }));
            }
            let mut stranger = request.clone();
            stranger
                .context
                .set(&condition.key, vec![format!("{answer}-of-another")]);
            let owner =
                if missing_permission::owned_by_others(policy, layer.layer, &request, &setup) {
                    Owner::Other
                } else {
                    Owner::User
                };
            return Some(Found(Diagnosis {
                rule: self.name(),
                title: format!(
                    "Patch the {}: let {} be {} too.",
                    words::policy(case, index),
                    code(&condition.key),
                    code(answer)
                ),
                explanation: wants,
                next: None,
                labels,
                remedy: Remedy::Change {
                    owner,
                    minimal: Plan {
                        changes: vec![Change {
                            policy: index,
                            kind: ChangeKind::AddConditionValues {
                                statement: number,
                                condition: condition_index,
                                values: vec![answer.to_owned()],
                            },
                        }],
                        requests: vec![request],
                        assumptions,
                        lazy: vec![(stranger, "dropping the condition".to_owned())],
                    },
                    hardened: None,
                },
                questions: if caller.is_some() {
                    Vec::new()
                } else {
                    vec![question]
                },
                handover: Vec::new(),
            }));
        }
        Some(Found(Diagnosis {
            rule: self.name(),
            title: format!(
                "I need to know: which {} did the request have?",
                code(&condition.key)
            ),
            explanation: format!(
                "{wants} By all that the message tells, only this condition can have failed. A second statement without the condition would \
                 undo what it is there for."
            ),
            next: None,
            labels,
            remedy: Remedy::Ask { hardened: None },
            questions: vec![question],
            handover: Vec::new(),
        }))
    }
}

impl ConditionNotMet {
    /// A pattern under an operator that compares letter by letter: what it is meant for never matches, and does with the right operator.
    fn with_other_operator(
        &self,
        case: &Case<'_>,
        setup: &Setup,
        layer: Layer,
        (index, number): (usize, usize),
        request: &Request,
    ) -> Option<Diagnosis> {
        let policy = case.policies.get(index)?;
        let statement = policy.statements.get(number)?;
        let (condition_index, operator) = statement
            .conditions
            .iter()
            .enumerate()
            .find_map(|(index, condition)| Some((index, meant_operator(condition)?)))?;
        let condition = statement.conditions.get(condition_index)?;
        let change = Change {
            policy: index,
            kind: ChangeKind::ReplaceOperator {
                statement: number,
                condition: condition_index,
                operator: operator.clone(),
            },
        };
        let patched = change::expected(&case.policies, std::slice::from_ref(&change));
        let after = patched.get(index)?.statements.get(number)?;
        let mut assumptions = Vec::new();
        let mut trial = request.clone();
        for other in &after.conditions {
            if trial.context.get(&other.key).is_some() {
                continue;
            }
            if !witness::satisfy(other, &mut trial.context) {
                return None;
            }
            assumptions.push(format!(
                "the condition on {} is taken to hold then; the message does not tell",
                code(&other.key)
            ));
        }
        if case.setup_with(trial.clone(), &patched).decide().outcome != Outcome::Allowed {
            return None;
        }
        let values = words::values(condition);
        let why = if operator.ends_with("IpAddress") || operator.contains("IpAddressIfExists") {
            "compares letter by letter, and no address is written like a range"
        } else {
            "compares letter by letter, and takes a star for a star"
        };
        let what = format!(
            "{} of the {} allows {} on {} only where {} is {}, and {} {why}, so that this never holds.",
            statement.label(number),
            words::policy(case, index),
            code(&request.action),
            code(short(&request.resource)),
            code(&condition.key),
            values,
            code(&condition.operator),
        );
        let labels = vec![(
            case.document_of(index)?.input,
            condition.span,
            "this never holds".to_owned(),
        )];
        let is_about_more = !is_exactly(statement.actions.as_ref(), &request.action, true)
            || statement.resources.as_ref().is_some_and(|_| {
                !is_exactly(statement.resources.as_ref(), &request.resource, false)
            });
        if is_about_more {
            // It was never in force, and takes effect for all that the statement is about: whoever wrote it has to say so.
            return Some(Diagnosis {
                rule: self.name(),
                title: format!(
                    "No new permission is needed: {} has to be compared with {}.",
                    code(&condition.key),
                    code(&operator)
                ),
                explanation: capitalised(&format!(
                    "{what} With {} it is taken as it is meant. That puts in force all that the statement allows, which is more than this \
                     one call, so it is for whoever wrote the statement to change.",
                    code(&operator)
                )),
                next: None,
                labels,
                remedy: Remedy::Explain { hardened: None },
                questions: Vec::new(),
                handover: Vec::new(),
            });
        }
        let mut stranger = trial.clone();
        stranger
            .context
            .set(&condition.key, vec!["something-else".to_owned()]);
        let owner = if missing_permission::owned_by_others(policy, layer, request, setup) {
            Owner::Other
        } else {
            Owner::User
        };
        Some(Diagnosis {
            rule: self.name(),
            title: format!(
                "Patch the {}: compare {} with {}.",
                words::policy(case, index),
                code(&condition.key),
                code(&operator)
            ),
            explanation: capitalised(&format!(
                "{what} {} takes it as it is meant.",
                code(&operator)
            )),
            next: None,
            labels,
            remedy: Remedy::Change {
                owner,
                minimal: Plan {
                    changes: vec![change],
                    requests: vec![trial],
                    assumptions,
                    lazy: vec![(stranger, "dropping the condition".to_owned())],
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
        })
    }
}

/// That the role of the caller has a path, where a condition on its ARN would hold without.
fn path_left_out(request: &Request, condition: &Condition) -> Option<String> {
    let hidden = role_arn::hidden(request)?;
    let bare = Caller::parse(&request.principal).policy_principal()?;
    let is_bare = |value: &str| glob::matches(value, &bare);
    (condition.key.eq_ignore_ascii_case(PRINCIPAL_ARN)
        && condition.values.iter().any(|item| is_bare(&item.value())))
    .then(|| {
        format!(
            " The caller's role has a path, which the session's ARN does not show and the pattern leaves out: its ARN is like {}.",
            code(hidden)
        )
    })
}

/// That the caller needs a tag of its own, where a condition compares with it.
fn tag_of_caller(condition: &Condition) -> String {
    const TAG: &str = "${aws:PrincipalTag/";
    let mut values = condition
        .values
        .iter()
        .map(|item| item.value().into_owned());
    let tag = values.find_map(|value| {
        let (_, tag) = value.split_once(TAG)?;
        tag.split_once('}').map(|(tag, _)| code(tag))
    });
    tag.map_or_else(String::new, |tag| {
        format!(" The caller has to carry the tag {tag} itself, on its role or user or from its session: without it nothing is equal.")
    })
}

/// The operator that a condition is meant to have, where it compares a pattern or a range of addresses letter by letter.
fn meant_operator(condition: &Condition) -> Option<String> {
    let (set, operator) = match condition.operator.split_once(':') {
        Some((set, operator)) => (format!("{set}:"), operator),
        None => (String::new(), condition.operator.as_str()),
    };
    let (operator, optional) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, "IfExists"),
        None => (operator, ""),
    };
    if !operator.eq_ignore_ascii_case("StringEquals") {
        return None;
    }
    let values: Option<Vec<&str>> = condition
        .values
        .iter()
        .map(|item| item.text.literal())
        .collect();
    let values = values?;
    let all =
        |test: &dyn Fn(&str) -> bool| !values.is_empty() && values.iter().all(|value| test(value));
    let is_address = ["aws:SourceIp", "aws:VpcSourceIp"]
        .iter()
        .any(|key| condition.key.eq_ignore_ascii_case(key));
    let meant = if is_address {
        all(&|value| value.contains('/')).then_some("IpAddress")?
    } else if !all(&|value| value.contains(['*', '?']) && !value.contains('$')) {
        return None;
    } else if condition.key.to_ascii_lowercase().ends_with("arn")
        && all(&|value| value.starts_with("arn:") && value.split(':').count() > 5)
    {
        "ArnLike"
    } else {
        "StringLike"
    };
    Some(format!("{set}{meant}{optional}"))
}

/// Whether a statement is for the services that use a key: one of their calls, or a grant that they make, is another call than the key's own.
fn is_of_services(statement: &Statement) -> bool {
    ["kms:ViaService", "kms:GrantIsForAWSResource"]
        .iter()
        .any(|key| {
            statement
                .conditions
                .iter()
                .any(|condition| condition.key.eq_ignore_ascii_case(key))
        })
}

/// A value that no policy asks for: what a request carried and the message does not print.
const NOT_TOLD: &str = "\u{27e6}not told\u{27e7}";

/// Give the request a value, which is not told, in each key that an Allow for it asks for with `ForAllValues`: without a value the condition holds.
fn carry_what_is_open(case: &Case<'_>, setup: &Setup, request: &mut Request) {
    let own = setup.given.iter().flat_map(|(_, indexes)| indexes);
    let conditions = own
        .filter_map(|index| case.policies.get(*index))
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| &statement.conditions);
    for condition in conditions {
        let is_open = condition
            .operator
            .to_ascii_lowercase()
            .starts_with("forallvalues:")
            && !condition.operator.to_ascii_lowercase().contains("not");
        if is_open && request.context.get(&condition.key).is_none() {
            request
                .context
                .set(&condition.key, vec![NOT_TOLD.to_owned()]);
        }
    }
}

/// Whether [`carry_what_is_open`] gave the request a value.
fn has_open(request: &Request, case: &Case<'_>) -> bool {
    case.policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.conditions)
        .filter_map(|condition| request.context.get(&condition.key))
        .flatten()
        .any(|value| value == NOT_TOLD)
}

/// Where a condition on the time is what failed: which end of it the call is beyond.
fn ended(condition: &Condition) -> Option<(&'static str, &'static str)> {
    let is_time = ["aws:CurrentTime", "aws:EpochTime"]
        .iter()
        .any(|key| condition.key.eq_ignore_ascii_case(key));
    if !is_time {
        return None;
    }
    match condition.operator.to_ascii_lowercase().as_str() {
        "datelessthan" | "datelessthanequals" => Some((
            "No permission is missing: the date until which it was given has passed.",
            "the call was made after that date, so the date has passed",
        )),
        "dategreaterthan" | "dategreaterthanequals" => Some((
            "No permission is missing: the date from which it is given has not come yet.",
            "the call was made before that date",
        )),
        _ => None,
    }
}

/// The condition that keeps a statement from matching.
fn condition_of(statement: &StatementDecision) -> Option<usize> {
    match statement.mismatch.as_ref()?.element {
        MismatchElement::Condition(index) => Some(index),
        _ => None,
    }
}

/// What the request's ARNs tell of its context.
pub(super) fn tell(request: &mut Request) {
    let caller = Caller::parse(&request.principal);
    let mut known: Vec<(&str, String)> = Vec::new();
    if let Some(name) = caller
        .policy_principal()
        .filter(|name| name.starts_with("arn:"))
    {
        known.push(("aws:PrincipalArn", name));
    }
    if let Some(account) = caller.account() {
        known.push(("aws:PrincipalAccount", account.to_owned()));
    }
    if let Some(arn) = Arn::parse(&request.resource) {
        if let Some(region) = resolve::region(&request.resource) {
            known.push(("aws:RequestedRegion", region.to_owned()));
        }
        if !arn.account.is_empty() {
            known.push(("aws:ResourceAccount", arn.account.to_owned()));
        }
    }
    for (key, value) in known {
        if request.context.get(key).is_none() {
            request.context.set(key, vec![value]);
        }
    }
}

pub(super) fn way_to_meet(key: &str) -> Option<&'static str> {
    let lower = key.to_ascii_lowercase();
    if lower.contains(":resourcetag/") {
        return Some("the resource has to carry the tag that the policy asks for");
    }
    if lower.starts_with("aws:principaltag/") {
        return Some(
            "the caller has to carry the tag that the policy asks for: on its role or user, or in its session",
        );
    }
    match lower.as_str() {
        "kms:resourcealiases" => Some("the key has to carry an alias that the policy names"),
        "kms:requestalias" => Some("name the key by an alias that the policy names"),
        "s3:prefix" | "s3:delimiter" => {
            Some("list with a prefix that the policy names (`aws s3 ls s3://bucket/prefix/`)")
        }
        "sts:sourceidentity" => Some("pass the source identity that the policy asks for"),
        "iam:awsservicename" => Some("name the service that the policy allows"),
        "dynamodb:leadingkeys" => Some("ask for items whose partition key the policy allows"),
        _ => explicit_deny::way_to_meet(key),
    }
}

/// Whether a value in the list widens the condition by exactly that value.
fn takes_more_values(condition: &Condition) -> bool {
    let operator = condition.operator.to_ascii_lowercase();
    matches!(
        operator.as_str(),
        "stringequals" | "stringlike" | "stringequalsignorecase" | "arnequals" | "arnlike"
    )
}

/// Whether a statement lets everybody of an account, its condition saying of which: so a topic's policy lets its owner, and a caller of
/// another account needs a statement of its own.
///
/// Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
fn is_for_account(statement: &Statement, condition: &Condition) -> bool {
    let everybody = statement.principals.as_ref().is_some_and(|principals| {
        !principals.negated && principals.items.iter().all(|item| item.item.value() == "*")
    });
    everybody
        && ["aws:SourceOwner", "aws:PrincipalAccount"]
            .iter()
            .any(|key| condition.key.eq_ignore_ascii_case(key))
}

/// Whether the caller is of another account than the resource.
fn resource_is_shared(request: &Request) -> bool {
    let owner = Arn::parse(&request.resource).map(|arn| arn.account);
    let caller = Caller::parse(&request.principal);
    matches!((owner, caller.account()), (Some(owner), Some(caller)) if !owner.is_empty() && owner != caller)
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::report_and_texts;

    /// The story stands here and not among the cases: Rego's guard takes the owner's statement for one that lets everybody.
    #[test]
    fn a_caller_of_another_account_than_the_topic_gets_a_statement_of_its_own() {
        let error = "User: arn:aws:sts::604718392055:assumed-role/ci/x is not authorized to perform: SNS:Publish on resource: \
                     arn:aws:sns:eu-west-1:715829403166:ready because no resource-based policy allows the SNS:Publish action";
        let topic = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish",
            "Resource": "arn:aws:sns:eu-west-1:715829403166:ready", "Condition": {"StringEquals": {"AWS:SourceOwner": "715829403166"}}}]}"#;
        let (report, _) = report_and_texts(&[("error.txt", error), ("topic.json", topic)]);
        let cause = report.cause.map(|cause| cause.rule);
        assert_eq!(report.verdict.as_str(), "patch_other_owner");
        assert_eq!(cause, Some("missing-permission"));
    }
}
