use undeny_document::Role;
use undeny_iam::change::{Change, ChangeKind, NewCondition, expected};
use undeny_iam::evaluate::Request;
use undeny_iam::glob;
use undeny_iam::policy::{Condition, Effect, Item, Policy, PrincipalKind, Statement};
use undeny_text::Span;

use super::{Found, Precedence, Rule, Seen};
use crate::case::Case;
use crate::diagnosis::{Diagnosis, Hardened, Owner, Plan, Remedy};
use crate::report::Question;
use crate::witness::{self, example_of};
use crate::words::{self, code};
use crate::workflow;

/// A trust policy for web identities does not fit the token.
///
/// # What it sees
/// A denial of `sts:AssumeRoleWithWebIdentity`, whose message names nothing, and a trust policy for an OpenID Connect provider or a Cognito
/// identity pool. It looks, in this order, at the action, the provider that the message names, the keys' issuer, claims under each
/// other's key, and the conditions on the token's `aud` and `sub`: a wildcard under `StringEquals`, which compares it as a plain star; an
/// audience that AWS's own tools never ask for; a subject other than the one that the job presents. The subject is the user's answer, or
/// follows from the pasted workflow.
///
/// # What it changes
/// What does not fit, and nothing else: `StringEquals` becomes `StringLike` for the key that has the wildcard, a wrong audience or a subject in
/// the wrong letter case is replaced, the job's subject joins the list, keys get the provider's issuer. `ForAllValues:` goes, since a
/// token without the claim passes it. The hardened variant also pins `aud` where the policy does not look at it.
///
/// # What it never does
/// It never drops a condition, never widens a subject beyond what the policy's author wrote or the job presents, and offers nothing that
/// would leave a provider's tokens without a condition on `sub`.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>,
/// <https://docs.github.com/en/actions/reference/security/oidc>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>
#[derive(Debug)]
pub(super) struct WebIdentityCondition;

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";
/// The audience that GitHub's official action and EKS ask for.
const AUDIENCE: &str = "sts.amazonaws.com";
const GITHUB: &str = "token.actions.githubusercontent.com";

impl Rule for WebIdentityCondition {
    fn name(&self) -> &'static str {
        "web-identity-condition"
    }

    fn summary(&self) -> &'static str {
        "A trust policy's provider or its conditions on a web identity token do not fit the token"
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !denial.action.as_deref()?.eq_ignore_ascii_case(ACTION) {
            return None;
        }
        let trusts = case.with_role(Role::Trust);
        let found = trusts.iter().find_map(|index| {
            let policy = case.policies.get(*index)?;
            let statement = policy
                .statements
                .iter()
                .position(|statement| provider_of(statement).is_some())?;
            Some((*index, statement))
        });
        let Some((policy_index, statement_index)) = found else {
            return Some(Found(ask_for_trust_policy(self.name(), trusts.is_empty())));
        };
        let said = case
            .texts
            .get(seen.denial.input)
            .and_then(|text| issuer_in(text));
        let look = Look::new(case, policy_index, statement_index, said)?;
        Some(Found(look.diagnose(self.name())))
    }
}

/// The provider that an Allow trusts, as its value.
fn provider_of(statement: &Statement) -> Option<&Item> {
    let principals = statement
        .principals
        .as_ref()
        .filter(|principals| !principals.negated)?;
    let item = &principals
        .items
        .iter()
        .find(|principal| principal.kind == PrincipalKind::Federated)?
        .item;
    (statement.effect == Effect::Allow && !item.value().contains(":saml-provider/")).then_some(item)
}

/// The issuer that a message names: "No OpenIDConnect provider found in your account for https://..".
fn issuer_in(text: &str) -> Option<&str> {
    let start = text.find("provider found in your account for https://")?
        + "provider found in your account for https://".len();
    let rest = text.get(start..)?;
    let end = rest
        .find(|character: char| {
            character.is_whitespace() || matches!(character, '"' | '\'' | ',' | '<' | '\\')
        })
        .unwrap_or(rest.len());
    rest.get(..end)
        .map(|issuer| issuer.trim_end_matches(['.', '/']))
        .filter(|issuer| issuer.contains('.'))
}

/// One trust statement under the glass.
struct Look<'c, 't> {
    case: &'c Case<'t>,
    policy_index: usize,
    policy: &'c Policy,
    statement_index: usize,
    statement: &'c Statement,
    /// The provider as it is to be: an ARN or `cognito-identity.amazonaws.com`.
    provider: String,
    /// Its issuer as conditions write it: host and path.
    host: String,
    /// The issuer that the message names where it is another one.
    said: Option<&'c str>,
}

/// What does not fit.
struct Wrong {
    kinds: Vec<ChangeKind>,
    sentence: String,
    span: Span,
    label: &'static str,
}

/// What the token's subject is, as far as known.
enum Subject {
    /// Told by the user or by the workflow.
    Known(String),
    /// One that the policy lets in: an example.
    Example(String),
    Unknown,
}

impl<'c, 't> Look<'c, 't> {
    fn new(
        case: &'c Case<'t>,
        policy_index: usize,
        statement_index: usize,
        said: Option<&'c str>,
    ) -> Option<Self> {
        let policy = case.policies.get(policy_index)?;
        let statement = policy.statements.get(statement_index)?;
        let provider = provider_of(statement)?.value().into_owned();
        let host = provider
            .split_once("oidc-provider/")
            .map_or(provider.as_str(), |(_, host)| host)
            .to_owned();
        let said = said.filter(|said| *said != host && provider.contains("oidc-provider/"));
        let (provider, host) = match said {
            Some(said) => (provider.replace(&host, said), said.to_owned()),
            None => (provider, host),
        };
        Some(Self {
            case,
            policy_index,
            policy,
            statement_index,
            statement,
            provider,
            host,
            said,
        })
    }

    fn is_github(&self) -> bool {
        self.host == GITHUB
            || self
                .host
                .starts_with("token.actions.githubusercontent.com/")
    }

    fn asks_for_sts(&self) -> bool {
        self.is_github() || self.host.starts_with("oidc.eks.")
    }

    fn key(&self, claim: &str) -> String {
        format!("{}:{claim}", self.host)
    }

    /// The conditions on a claim, under whichever issuer's name.
    fn conditions(&self, claim: &str) -> impl Iterator<Item = (usize, &'c Condition)> {
        self.statement
            .conditions
            .iter()
            .enumerate()
            .filter(move |(_, condition)| claim_of(condition) == Some(claim))
    }

    fn diagnose(&self, rule: &'static str) -> Diagnosis {
        let jobs = workflow::jobs(self.case);
        let subject = self.subject(&jobs);
        let mut wrong = Vec::new();
        wrong.extend(self.wrong_action());
        wrong.extend(self.wrong_provider());
        let swapped = self.swapped_claims();
        let has_swapped = swapped.is_some();
        wrong.extend(swapped);
        if !has_swapped {
            wrong.extend(self.wrong_keys());
            for (index, condition) in self.conditions("sub") {
                wrong.extend(self.wrong_subject(condition, index, &subject));
            }
            if self.asks_for_sts() {
                wrong.extend(
                    self.conditions("aud")
                        .filter_map(|(_, condition)| self.wrong_audience(condition)),
                );
            }
            if !wrong.is_empty() {
                wrong.extend(self.vacuous());
            }
        }
        let pin = (self.asks_for_sts() && !has_swapped && self.conditions("aud").next().is_none())
            .then(|| {
                self.change(ChangeKind::AddCondition {
                    statement: self.statement_index,
                    condition: NewCondition {
                        operator: "StringEquals".to_owned(),
                        key: self.key("aud"),
                        values: vec![AUDIENCE.to_owned()],
                    },
                })
            });
        let changes: Vec<Change> = wrong
            .iter()
            .flat_map(|wrong| &wrong.kinds)
            .map(|kind| self.change(kind.clone()))
            .collect();
        let after = expected(&self.case.policies, &changes);
        let after_statement = after
            .get(self.policy_index)
            .and_then(|policy| policy.statements.get(self.statement_index));
        let request = self.request(after_statement.unwrap_or(self.statement), &subject);
        let has_subject = after_statement.is_some_and(|statement| {
            statement
                .conditions
                .iter()
                .any(|condition| condition.key.eq_ignore_ascii_case(&self.key("sub")))
        });

        let mut assumptions = Vec::new();
        if let Subject::Example(subject) = &subject {
            assumptions.push(format!("the token has a subject like {}", code(subject)));
        }
        let mut questions = Vec::new();
        if !matches!(subject, Subject::Known(_)) && self.provider.contains("oidc-provider/") {
            questions.push(self.ask_subject(&subject));
        }
        if wrong.is_empty() || (self.asks_for_sts() && !has_subject) {
            return self.nothing_wrong(
                rule,
                &subject,
                request,
                pin,
                assumptions,
                questions,
                !wrong.is_empty(),
            );
        }

        let name = words::policy(self.case, self.policy_index);
        let document = self
            .case
            .document_of(self.policy_index)
            .map_or(0, |document| document.input);
        let mut explanation =
            format!("The message does not say so, but the {name} does not fit the token:");
        for wrong in &wrong {
            explanation.push(' ');
            explanation.push_str(&wrong.sentence);
        }
        explanation.push_str(&self.unpinned(pin.is_some()));
        let lazy = self.lazy(&request);
        let title = self.title(&wrong);
        let minimal = Plan {
            changes: changes.clone(),
            requests: vec![request.clone()],
            assumptions: assumptions.clone(),
            lazy: lazy.clone(),
        };
        let hardened = pin.map(|pin| Hardened {
            plan: Plan { changes: changes.into_iter().chain([pin]).collect(), requests: vec![request], assumptions, lazy },
            title: format!("The same, and the audience pinned to {}.", code(AUDIENCE)),
            note: format!(
                "A token that the same job asked for with another audience is refused. It breaks a job that sets `audience:` to something \
                 else than {}.",
                code(AUDIENCE)
            ),
        });
        let next = self.said.map(|said| {
            format!(
                "The provider itself has to exist in the role's account: `aws iam create-open-id-connect-provider --url https://{said} \
                 --client-id-list {AUDIENCE}`."
            )
        });
        Diagnosis {
            rule,
            title,
            explanation,
            next,
            labels: wrong
                .iter()
                .map(|wrong| (document, wrong.span, wrong.label.to_owned()))
                .collect(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal,
                hardened,
            },
            questions,
            handover: None,
        }
    }

    fn change(&self, kind: ChangeKind) -> Change {
        Change {
            policy: self.policy_index,
            kind,
        }
    }

    fn subject(&self, jobs: &[workflow::Job]) -> Subject {
        if let Some(answer) = self.case.answer("sub") {
            return Subject::Known(answer.to_owned());
        }
        let values: Vec<String> = self
            .conditions("sub")
            .flat_map(|(_, condition)| &condition.values)
            .map(|item| item.value().into_owned())
            .collect();
        if self.is_github()
            && let Some(repository) = values.iter().find_map(|value| repository_of(value))
        {
            let mut subjects = jobs
                .iter()
                .flat_map(|job| &job.contexts)
                .map(|context| format!("repo:{repository}:{context}"));
            let refused =
                |subject: &String| !values.iter().any(|value| glob::matches(value, subject));
            // Of what the workflow can present, what the policy refuses is what was denied; two such are a question.
            let first = subjects.by_ref().find(refused);
            let second = subjects.find(refused);
            if let (Some(subject), None) = (first, second) {
                return Subject::Known(subject);
            }
        }
        match values.first() {
            Some(value) => Subject::Example(example_of(value)),
            // A service account under `aud` is a subject.
            None => match self
                .conditions("aud")
                .flat_map(|(_, condition)| &condition.values)
                .find(|item| is_subject(&item.value()))
            {
                Some(item) => Subject::Example(example_of(&item.value())),
                None => Subject::Unknown,
            },
        }
    }

    /// A request whose token fits the statement.
    fn request(&self, statement: &Statement, subject: &Subject) -> Request {
        let account =
            undeny_iam::arn::Arn::parse(&self.provider).map_or("000000000000", |arn| arn.account);
        let role = self.policy.name.as_deref().unwrap_or("this-role");
        let mut request = Request {
            principal: self.provider.clone(),
            action: ACTION.to_owned(),
            resource: format!("arn:aws:iam::{account}:role/{role}"),
            ..Request::default()
        };
        if self.asks_for_sts() {
            request
                .context
                .set(&self.key("aud"), vec![AUDIENCE.to_owned()]);
        }
        if let Subject::Known(subject) | Subject::Example(subject) = subject {
            request.context.set(&self.key("sub"), vec![subject.clone()]);
        }
        for condition in &statement.conditions {
            witness::satisfy(condition, &mut request.context);
        }
        request
    }

    fn wrong_action(&self) -> Option<Wrong> {
        let actions = self
            .statement
            .actions
            .as_ref()
            .filter(|actions| !actions.negated)?;
        if actions
            .items
            .iter()
            .any(|item| glob::matches_ignoring_case(&item.value(), ACTION))
        {
            return None;
        }
        let item = actions
            .items
            .iter()
            .find(|item| item.value().eq_ignore_ascii_case("sts:AssumeRole"))?;
        Some(Wrong {
            kinds: vec![ChangeKind::ReplaceValue {
                statement: self.statement_index,
                item: item.span,
                value: ACTION.to_owned(),
            }],
            sentence: format!(
                "a provider's tokens come with {}, and the statement allows {}.",
                code(ACTION),
                code(&item.value())
            ),
            span: item.span,
            label: "not the action that a web identity uses",
        })
    }

    fn wrong_provider(&self) -> Option<Wrong> {
        let said = self.said?;
        let item = provider_of(self.statement)?;
        let old = item.value();
        Some(Wrong {
            kinds: vec![ChangeKind::ReplaceValue {
                statement: self.statement_index,
                item: item.span,
                value: self.provider.clone(),
            }],
            sentence: format!(
                "the token's issuer is {}, and the policy trusts {}.",
                code(said),
                code(
                    old.split_once("oidc-provider/")
                        .map_or(&*old, |(_, host)| host)
                )
            ),
            span: item.span,
            label: "another issuer's provider",
        })
    }

    /// Keys of another issuer than the provider's: a token never has them.
    fn wrong_keys(&self) -> Vec<Wrong> {
        self.statement
            .conditions
            .iter()
            .enumerate()
            .filter_map(|(index, condition)| {
                let (issuer, claim) = condition.key.rsplit_once(':')?;
                let is_issuer = issuer.contains('.') && !issuer.eq_ignore_ascii_case(&self.host);
                (is_issuer && self.provider.contains("oidc-provider/")).then(|| Wrong {
                    kinds: vec![ChangeKind::ReplaceKey {
                        statement: self.statement_index,
                        condition: index,
                        key: self.key(claim),
                    }],
                    sentence: format!(
                        "the key {} is of another issuer than the provider; a token of {} has {}.",
                        code(&condition.key),
                        code(&self.host),
                        code(&self.key(claim))
                    ),
                    span: condition.key_span,
                    label: "another issuer's key",
                })
            })
            .collect()
    }

    /// A subject under `aud` where nothing looks at `sub`.
    fn swapped_claims(&self) -> Option<Wrong> {
        if !self.asks_for_sts() || self.conditions("sub").next().is_some() {
            return None;
        }
        let mut audiences = self.conditions("aud");
        let (index, condition) = audiences.next()?;
        if audiences.next().is_some()
            || !condition
                .values
                .iter()
                .all(|item| is_subject(&item.value()))
        {
            return None;
        }
        let operator = if condition
            .values
            .iter()
            .any(|item| item.value().contains(['*', '?']))
        {
            "StringEquals".to_owned()
        } else {
            condition.operator.clone()
        };
        Some(Wrong {
            kinds: vec![
                ChangeKind::ReplaceKey {
                    statement: self.statement_index,
                    condition: index,
                    key: self.key("sub"),
                },
                ChangeKind::AddCondition {
                    statement: self.statement_index,
                    condition: NewCondition {
                        operator,
                        key: self.key("aud"),
                        values: vec![AUDIENCE.to_owned()],
                    },
                },
            ],
            sentence: format!(
                "{} is a subject, and stands under {}; the token has it under {}, and its audience is {}.",
                condition
                    .values
                    .first()
                    .map_or_else(String::new, |item| code(&item.value())),
                code(&condition.key),
                code(&self.key("sub")),
                code(AUDIENCE)
            ),
            span: condition.key_span,
            label: "a subject under `aud`",
        })
    }

    fn wrong_subject(
        &self,
        condition: &Condition,
        index: usize,
        subject: &Subject,
    ) -> Option<Wrong> {
        let bare = condition.operator.rsplit(':').next().unwrap_or_default();
        let lower = bare.to_ascii_lowercase();
        let equals = lower == "stringequals" || lower == "stringequalsifexists";
        let like = lower.starts_with("stringlike");
        let known = match subject {
            Subject::Known(subject) => Some(subject.as_str()),
            _ => None,
        };
        let values: Vec<_> = condition.values.iter().map(Item::value).collect();
        let mut wild = values.iter().filter(|value| value.contains(['*', '?']));
        if equals
            && let Some(first) =
                wild.find(|value| known.is_none_or(|subject| glob::matches(value, subject)))
        {
            let operator = format!(
                "{}{}",
                condition
                    .operator
                    .strip_suffix(bare)
                    .filter(|set| !set.eq_ignore_ascii_case("ForAllValues:"))
                    .unwrap_or_default(),
                bare.replacen("Equals", "Like", 1)
                    .replacen("equals", "Like", 1)
            );
            return Some(Wrong {
                sentence: format!(
                    "{} compares {} as it stands, so the star in {} is a plain character, and no token has it; {} takes it as a wildcard.",
                    code(&condition.operator),
                    code(&condition.key),
                    code(first),
                    code(&operator)
                ),
                span: condition.span,
                label: "a wildcard where none is read",
                kinds: vec![ChangeKind::ReplaceOperator {
                    statement: self.statement_index,
                    condition: index,
                    operator,
                }],
            });
        }
        let known = known?;
        let holds = values.iter().any(|value| {
            if like {
                glob::matches(value, known)
            } else {
                *value == known
            }
        });
        if holds || !(equals || like) {
            return None;
        }
        let wanted = words::list(&values.iter().map(|value| code(value)).collect::<Vec<_>>());
        let sentence = format!(
            "the token's subject is {}, and {} wants {wanted}.",
            code(known),
            code(&condition.operator)
        );
        let statement = self.statement_index;
        let other_case = condition
            .values
            .iter()
            .find(|item| glob::matches_ignoring_case(&item.value(), known));
        Some(match other_case {
            Some(item) => Wrong {
                sentence: format!(
                    "{sentence} The two differ in upper and lower case, which counts."
                ),
                span: item.span,
                label: "differs from the token's subject in letter case",
                kinds: vec![ChangeKind::ReplaceValue {
                    statement,
                    item: item.span,
                    value: known.to_owned(),
                }],
            },
            None => Wrong {
                sentence,
                span: condition.span,
                label: "does not let in this job's subject",
                kinds: vec![ChangeKind::AddConditionValues {
                    statement,
                    condition: index,
                    values: vec![known.to_owned()],
                }],
            },
        })
    }

    fn wrong_audience(&self, condition: &'c Condition) -> Option<Wrong> {
        let holds = condition
            .values
            .iter()
            .any(|item| glob::matches(&item.value(), AUDIENCE));
        let first = condition.values.first()?;
        if holds || condition.operator.to_ascii_lowercase().contains("not") {
            return None;
        }
        Some(Wrong {
            sentence: format!(
                "it wants the audience {}, and the token's is {}, unless the job asks for another one.",
                code(&first.value()),
                code(AUDIENCE)
            ),
            span: first.span,
            label: "not the token's audience",
            kinds: vec![ChangeKind::ReplaceValue {
                statement: self.statement_index,
                item: first.span,
                value: AUDIENCE.to_owned(),
            }],
        })
    }

    /// `ForAllValues:` on a claim that a token has once: true also where the token does not have it.
    fn vacuous(&self) -> Vec<Wrong> {
        self.statement
            .conditions
            .iter()
            .enumerate()
            .filter(|(_, condition)| matches!(claim_of(condition), Some("aud" | "sub")))
            .filter_map(|(index, condition)| {
                let (set, operator) = condition.operator.split_once(':')?;
                set.eq_ignore_ascii_case("ForAllValues").then(|| Wrong {
                    kinds: vec![ChangeKind::ReplaceOperator {
                        statement: self.statement_index,
                        condition: index,
                        operator: operator.to_owned(),
                    }],
                    sentence: format!(
                        "{} is true also for a token without the claim, so {} takes its place.",
                        code(&condition.operator),
                        code(operator)
                    ),
                    span: condition.operator_span,
                    label: "true also without the claim",
                })
            })
            .collect()
    }

    fn title(&self, wrong: &[Wrong]) -> String {
        let first = wrong.iter().flat_map(|wrong| &wrong.kinds).next();
        let what = match first {
            Some(ChangeKind::ReplaceOperator { operator, .. }) => format!(
                "compare the subject with {}, since it has a wildcard",
                code(operator)
            ),
            Some(ChangeKind::ReplaceValue { value, .. }) if value == ACTION => {
                format!("tokens come with {}", code(ACTION))
            }
            Some(ChangeKind::ReplaceValue { value, .. }) if value == AUDIENCE => {
                format!("the token's audience is {}", code(AUDIENCE))
            }
            Some(ChangeKind::ReplaceValue { value, .. }) if *value == self.provider => {
                format!("the token's issuer is {}", code(&self.host))
            }
            Some(ChangeKind::ReplaceValue { value, .. }) => {
                format!("the token's subject is {}", code(value))
            }
            Some(ChangeKind::ReplaceKey { key, .. }) => format!("look at {}", code(key)),
            Some(ChangeKind::AddConditionValues { values, .. }) => {
                format!("let in the subject {}", words::actions(values))
            }
            _ => "fit it to the token".to_owned(),
        };
        format!(
            "Patch the {}: {what}.",
            words::policy(self.case, self.policy_index)
        )
    }

    fn unpinned(&self, unpinned: bool) -> String {
        if !unpinned {
            return String::new();
        }
        format!(
            " The policy does not look at {}: a token that the same job asked for with another audience would do as well. The hardened \
             variant pins it to {}.",
            code(&self.key("aud")),
            code(AUDIENCE)
        )
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "it is the other end of `diagnose`, and hands on what that found"
    )]
    fn nothing_wrong(
        &self,
        rule: &'static str,
        subject: &Subject,
        request: Request,
        pin: Option<Change>,
        assumptions: Vec<String>,
        questions: Vec<Question>,
        lacks_subject: bool,
    ) -> Diagnosis {
        let name = words::policy(self.case, self.policy_index);
        let document = self
            .case
            .document_of(self.policy_index)
            .map_or(0, |document| document.input);
        let unpinned = self.unpinned(pin.is_some());
        let hardened = pin.map(|change| Hardened {
            plan: Plan { changes: vec![change], requests: vec![request], assumptions, lazy: Vec::new() },
            title: format!("Pin the audience to {}.", code(AUDIENCE)),
            note: format!(
                "A token that the job asked for with another audience is refused. It breaks a job that sets `audience:` to something else \
                 than {}. It does not lift this denial by itself: no condition of the policy fails for the subject above.",
                code(AUDIENCE)
            ),
        });
        let accepted = match subject {
            Subject::Known(subject) | Subject::Example(subject) => {
                format!("a token with the subject {}", code(subject))
            }
            Subject::Unknown => "a token with any subject".to_owned(),
        };
        let (title, explanation) = if lacks_subject {
            (
                "I need to know: which subject does the token have?".to_owned(),
                format!(
                    "The {name} has no condition on {}, so repairing the rest of it would let in every token of this provider. With the \
                     subject, it can be patched.",
                    code(&self.key("sub"))
                ),
            )
        } else {
            (
                match subject {
                    Subject::Known(_) => "The trust policy accepts this token: look at the provider, the role's ARN and the audience.".to_owned(),
                    _ => "I need to know: which subject does the token have?".to_owned(),
                },
                format!(
                    "The message names nothing, and no condition of the {name} fails for {accepted} and the audience {}. So the token has \
                     another subject, or the workflow names another role, or the provider does not exist in the role's account.{unpinned}",
                    code(AUDIENCE)
                ),
            )
        };
        Diagnosis {
            rule,
            title,
            explanation,
            next: None,
            labels: vec![(
                document,
                self.statement.span,
                "accepts the expected token".to_owned(),
            )],
            remedy: Remedy::Ask { hardened },
            questions,
            handover: None,
        }
    }

    fn ask_subject(&self, subject: &Subject) -> Question {
        let forms = if self.is_github() {
            format!(
                " For GitHub: {}, {} or {}.",
                code("repo:ORG/REPO:ref:refs/heads/BRANCH"),
                code("repo:ORG/REPO:environment:NAME"),
                code("repo:ORG/REPO:pull_request")
            )
        } else if self.host.starts_with("oidc.eks.") {
            format!(
                " For EKS: {}.",
                code("system:serviceaccount:NAMESPACE:NAME")
            )
        } else {
            String::new()
        };
        Question {
            id: "sub".to_owned(),
            text: format!("Which subject (`sub`) does the token have?{forms}"),
            why: "the message does not print it, and the trust policy compares it".to_owned(),
            default: match subject {
                Subject::Known(subject) | Subject::Example(subject) => Some(subject.clone()),
                Subject::Unknown => None,
            },
        }
    }

    fn lazy(&self, request: &Request) -> Vec<(Request, String)> {
        let mut lazy = Vec::new();
        if request.context.get(&self.key("sub")).is_some() {
            let stranger = if self.is_github() {
                "repo:somebody-else/any-repository:ref:refs/heads/main"
            } else {
                "system:serviceaccount:any-namespace:any-account"
            };
            let mut request = request.clone();
            request
                .context
                .set(&self.key("sub"), vec![stranger.to_owned()]);
            lazy.push((request, "dropping the condition on `sub`".to_owned()));
        }
        if request.context.get(&self.key("aud")).is_some() {
            let mut request = request.clone();
            request
                .context
                .set(&self.key("aud"), vec!["https://example.com".to_owned()]);
            lazy.push((request, "dropping the condition on `aud`".to_owned()));
        }
        lazy
    }
}

/// `aud` or `sub`, whatever the issuer before it.
fn claim_of(condition: &Condition) -> Option<&str> {
    let (issuer, claim) = condition.key.rsplit_once(':')?;
    issuer.contains('.').then_some(claim)
}

/// Whether a value is a subject as GitHub, GitLab, Kubernetes or HCP Terraform write them.
fn is_subject(value: &str) -> bool {
    [
        "repo:",
        "system:serviceaccount:",
        "project_path:",
        "organization:",
    ]
    .iter()
    .any(|prefix| value.starts_with(prefix))
}

/// `ORG/REPO` of a subject, where neither has a wildcard.
fn repository_of(subject: &str) -> Option<&str> {
    let repository = subject.strip_prefix("repo:")?.split(':').next()?;
    (repository.contains('/') && !repository.contains(['*', '?'])).then_some(repository)
}

fn ask_for_trust_policy(rule: &'static str, none: bool) -> Diagnosis {
    Diagnosis {
        rule,
        title: if none {
            "Paste the role's trust policy: it decides this call alone.".to_owned()
        } else {
            "The pasted trust policy trusts no identity provider: is it this role's?".to_owned()
        },
        explanation: "`sts:AssumeRoleWithWebIdentity` is not signed, so no identity policy has a say: the trust policy of the role, its \
                      conditions on the token's `aud` and `sub`, and the identity provider in the role's account decide. The message names \
                      none of them."
            .to_owned(),
        next: None,
        labels: Vec::new(),
        remedy: Remedy::Ask { hardened: None },
        questions: vec![Question {
            id: "trust-policy".to_owned(),
            text: "What does the role's trust policy say? Paste it beside the error.".to_owned(),
            why: "its conditions on the token are what fails".to_owned(),
            default: None,
        }],
        handover: None,
    }
}
