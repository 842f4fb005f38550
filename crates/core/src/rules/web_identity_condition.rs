use undeny_document::Role;
use undeny_iam::arn::Arn;
use undeny_iam::change::{Change, ChangeKind, NewCondition, expected};
use undeny_iam::denial::{Denial, manual};
use undeny_iam::evaluate::Request;
use undeny_iam::glob;
use undeny_iam::policy::{Condition, Effect, Item, Policy, PrincipalKind, Statement};
use undeny_text::Span;

use super::{Found, Precedence, Rule, Seen, web_identity_statement};
use crate::case::{Case, In, UNKNOWN_ACCOUNT};
use crate::diagnosis::{Diagnosis, Hardened, Owner, Plan, Remedy};
use crate::report::Question;
use crate::role_arn;
use crate::token::{self, Token};
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

pub(super) const ACTION: &str = "sts:AssumeRoleWithWebIdentity";
const TAG: &str = "sts:TagSession";
/// The audience that GitHub's official action and EKS ask for.
pub(super) const AUDIENCE: &str = "sts.amazonaws.com";
pub(super) const GITHUB: &str = "token.actions.githubusercontent.com";

impl Rule for WebIdentityCondition {
    fn name(&self) -> &'static str {
        "web-identity-condition"
    }

    fn summary(&self) -> &'static str {
        manual(
            "A trust policy's provider or its conditions on a web identity token do not fit the token",
        )
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        if !concerns(seen) {
            return None;
        }
        let tags = asks_for_tags(denial);
        let said = case
            .texts
            .get(seen.denial.input)
            .and_then(|text| issuer_in(text));
        let trusts = case.with_role(Role::Trust);
        let issuer = said.or_else(|| case.told.tokens.first().map(|token| token.issuer.as_str()));
        let mut found: Option<(usize, usize)> = None;
        for index in &trusts {
            let policy = case.policies.get(*index)?;
            for (number, statement) in policy.statements.iter().enumerate() {
                let Some(provider) = provider_of(statement) else {
                    continue;
                };
                // Of several, the one for the token's issuer.
                if found.is_none()
                    || issuer.is_some_and(|issuer| provider.value().ends_with(issuer))
                {
                    found = Some((*index, number));
                }
            }
        }
        let Some((policy_index, statement_index)) = found else {
            if tags {
                return None;
            }
            let stated = web_identity_statement::state(case, denial, self.name());
            return Some(Found(stated.unwrap_or_else(|| {
                ask_for_trust_policy(self.name(), trusts.is_empty())
            })));
        };
        let look = Look::new(case, seen.denial, policy_index, statement_index, said)?;
        Some(Found(if tags {
            look.tagging(self.name())?
        } else {
            look.diagnose(self.name())
        }))
    }
}

/// Whether the rule may know this denial: a token was refused, and not a signed call.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    let action = denial.action.as_deref().unwrap_or_default();
    action.eq_ignore_ascii_case(ACTION) || asks_for_tags(denial)
}

/// Whether it is the second permission that a token with tags in it needs; the message names no caller, since nobody signed.
fn asks_for_tags(denial: &Denial) -> bool {
    let action = denial.action.as_deref().unwrap_or_default();
    denial.principal.is_none() && action.eq_ignore_ascii_case(TAG)
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
pub(super) fn issuer_in(text: &str) -> Option<&str> {
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

/// The document that a denial stands in, which is not one of the policies.
fn message_around<'c>(case: &'c Case<'_>, denial: &In<Denial>) -> &'c str {
    let text = case.texts.get(denial.input).copied().unwrap_or_default();
    let start = denial.value.span.start;
    let mut documents = case.reading.documents.iter();
    documents
        .find(|document| document.input == denial.input && document.span.contains_offset(start))
        .map_or(text, |document| document.span.text(text))
}

/// An issuer as it is called, where the written one can be no other: EKS's with its parts in another order, GitHub's with other parts.
///
/// Sources: <https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html>,
/// <https://docs.github.com/en/actions/concepts/security/openid-connect>
fn respelled(issuer: &str) -> Option<String> {
    let (host, path) = issuer.split_once('/').unwrap_or((issuer, ""));
    let parts: Vec<&str> = host.split('.').collect();
    let right = if let [first, second, third, "amazonaws", "com"] = parts.as_slice() {
        let parts = [*first, *second, *third];
        let region = parts
            .iter()
            .find(|part| !matches!(**part, "oidc" | "eks"))?;
        let is_cluster = parts.contains(&"oidc") && parts.contains(&"eks") && region.contains('-');
        is_cluster.then(|| format!("oidc.eks.{region}.amazonaws.com/{path}"))?
    } else if host.ends_with("githubusercontent.com") || host == "token.actions.github.com" {
        if path.is_empty() {
            GITHUB.to_owned()
        } else {
            format!("{GITHUB}/{path}")
        }
    } else {
        return None;
    };
    (right != issuer).then_some(right)
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
    /// Why the provider is another one than the policy has, in a sentence.
    moved: Option<String>,
    /// The role's ARN, where a text names it.
    role: Option<String>,
    /// The pasted token of this issuer, or else of any.
    token: Option<&'c Token>,
    /// The audience that the token has, as far as known.
    audience: Option<String>,
    /// The text around the message, without the policies that were pasted beside it.
    message: &'c str,
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
    /// One of those that the workflow can present: with a star.
    Pattern(String),
    /// One that the policy lets in: an example.
    Example(String),
    Unknown,
}

impl<'c, 't> Look<'c, 't> {
    fn new(
        case: &'c Case<'t>,
        denial: &In<Denial>,
        policy_index: usize,
        statement_index: usize,
        said: Option<&str>,
    ) -> Option<Self> {
        let policy = case.policies.get(policy_index)?;
        let statement = policy.statements.get(statement_index)?;
        let written = provider_of(statement)?.value().into_owned();
        let mut provider = written.clone();
        let mut moved = None;
        let role = web_identity_statement::role_of(case, &denial.value);
        let tokens = &case.told.tokens;
        if let Some((arn, old)) = written.split_once("oidc-provider/") {
            let ends = |issuer: &&str| issuer.trim_end_matches('/') == old.trim_end_matches('/');
            let issuer = said.or_else(|| {
                // A token says whose it is, unless it is the token of another story.
                let mut issuers = tokens.iter().map(|token| token.issuer.as_str());
                let first = issuers.next()?;
                (!ends(&first) && !issuers.any(|issuer| ends(&issuer))).then_some(first)
            });
            let plain = old.trim_start_matches("https://");
            if let Some(issuer) = issuer.filter(|issuer| !ends(issuer)) {
                provider = format!("{arn}oidc-provider/{issuer}");
                moved = Some(format!(
                    "the token's issuer is {}, and the policy trusts {}.",
                    code(issuer),
                    code(old)
                ));
            } else if let Some(issuer) = respelled(plain) {
                moved = Some(format!(
                    "no issuer is called {}: this one is {}.",
                    code(plain),
                    code(&issuer)
                ));
                provider = format!("{arn}oidc-provider/{issuer}");
            } else if plain != old {
                provider = format!("{arn}oidc-provider/{plain}");
                moved = Some(format!(
                    "a provider's ARN has the issuer without `https://`: {}.",
                    code(plain)
                ));
            }
            // A provider is in the role's own account.
            let account = role
                .as_deref()
                .and_then(|role| Arn::parse(role).map(|arn| arn.account.to_owned()));
            if let (Some(account), Some(named)) = (account, Arn::parse(&provider))
                && account.len() == 12
                && named.account.len() == 12
                && named.account != account
            {
                moved = Some(format!(
                    "the provider that it trusts is in account {}, and the role in {}: a role trusts a provider of its own account.",
                    code(named.account),
                    code(&account)
                ));
                provider = Arn {
                    account: &account,
                    ..named
                }
                .to_string();
            }
        }
        let host = provider
            .split_once("oidc-provider/")
            .map_or(provider.as_str(), |(_, host)| host)
            .to_owned();
        let token = tokens
            .iter()
            .find(|token| token.issuer.trim_end_matches('/') == host.trim_end_matches('/'));
        let mut look = Self {
            case,
            policy_index,
            policy,
            statement_index,
            statement,
            provider,
            host,
            moved,
            role,
            token,
            audience: None,
            message: message_around(case, denial),
        };
        look.audience = look.audience();
        Some(look)
    }

    /// The audience that the token has: a token's own, the user's answer, what the workflow asks for, or what AWS's own tools ask for.
    fn audience(&self) -> Option<String> {
        let of_token = self.token.and_then(|token| {
            // The authorised party takes the audience's place where there is one.
            let party = token.claim("azp").first();
            party.or_else(|| token.claim("aud").first()).cloned()
        });
        let jobs = || {
            let audiences: Vec<Option<String>> = workflow::jobs(self.case)
                .into_iter()
                .map(|job| job.audience)
                .collect();
            match audiences.as_slice() {
                [Some(only)] if self.is_github() => Some(only.clone()),
                _ => None,
            }
        };
        of_token
            .or_else(|| self.case.answer("aud").map(str::to_owned))
            .or_else(jobs)
            .or_else(|| {
                (!self.asks_for_sts())
                    .then(|| workflow::gitlab_audience(self.case))
                    .flatten()
            })
            .or_else(|| self.asks_for_sts().then(|| AUDIENCE.to_owned()))
    }

    fn is_github(&self) -> bool {
        self.host == GITHUB
            || self
                .host
                .starts_with("token.actions.githubusercontent.com/")
    }

    /// Whether the tokens are those of a cluster's service accounts: by the issuer, or where that is a reference, by a subject.
    fn is_cluster(&self) -> bool {
        self.host.starts_with("oidc.eks.")
            || (is_reference(&self.host)
                && self
                    .statement
                    .conditions
                    .iter()
                    .flat_map(|condition| &condition.values)
                    .any(|item| item.value().starts_with("system:serviceaccount:")))
    }

    fn asks_for_sts(&self) -> bool {
        self.is_github() || self.is_cluster()
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
            for (index, condition) in self.conditions("aud") {
                match self.wrong_audience(condition, index) {
                    // The policy wants what AWS's own tools ask for: the job is what is odd.
                    Some(_) if self.wants_default(condition) => {
                        return self.other_audience(rule, condition);
                    }
                    found => wrong.extend(found),
                }
            }
            for (index, condition) in self.conditions("amr") {
                wrong.extend(self.wrong_login(condition, index));
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

        if let Some(diagnosis) = self.unset_claims(rule, &wrong) {
            return diagnosis;
        }
        let mut assumptions = Vec::new();
        if let Subject::Example(subject) = &subject {
            assumptions.push(format!("the token has a subject like {}", code(subject)));
        }
        let mut questions = Vec::new();
        // A condition that compares whole subjects wants one of those that a pattern stands for.
        let is_told = match &subject {
            Subject::Known(_) => true,
            Subject::Pattern(_) => !wrong.is_empty(),
            _ => false,
        };
        if !is_told && self.provider.contains("oidc-provider/") {
            questions.push(self.ask_subject(&subject));
        }
        if wrong.is_empty() {
            questions.extend(self.ask_claims());
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
        for (at, wrong) in wrong.iter().enumerate() {
            explanation.push(' ');
            if at == 0 {
                explanation.push_str(&wrong.sentence);
            } else {
                explanation.push_str(&words::capitalised(&wrong.sentence));
            }
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
        let next = self.moved.as_ref().map(|_| {
            format!(
                "The provider itself has to exist in the role's account: `aws iam create-open-id-connect-provider --url https://{} \
                 --client-id-list {AUDIENCE}`.",
                self.host
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
            handover: Vec::new(),
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
        if let Some(subject) = self.token.and_then(|token| token.claim("sub").first()) {
            return Subject::Known(subject.clone());
        }
        let values: Vec<String> = self
            .conditions("sub")
            .flat_map(|(_, condition)| &condition.values)
            .map(|item| item.value().into_owned())
            .collect();
        let mut presented: Vec<String> = Vec::new();
        if self.is_github()
            && let logged = repository_in_log(self.case)
            && let Some(repository) =
                logged.or_else(|| values.iter().find_map(|value| repository_of(value)))
        {
            presented = jobs
                .iter()
                .flat_map(|job| &job.contexts)
                .map(|context| format!("repo:{repository}:{context}"))
                .collect();
            if presented.is_empty() && logged.is_some() {
                // What the policy lets in of another repository, of this one.
                let named = values
                    .iter()
                    .filter_map(|value| Some((value, repository_of(value)?)));
                presented = named
                    .map(|(value, named)| value.replacen(named, repository, 1))
                    .collect();
            }
        } else if self.is_cluster() {
            presented = web_identity_statement::subjects(self.case);
        }
        // Of what the workflow or the pod can present, what the policy refuses is what was denied; two such are a question.
        presented.retain(|subject| !values.iter().any(|value| glob::matches(value, subject)));
        presented.dedup();
        if let [only] = presented.as_slice() {
            return if only.contains('*') {
                Subject::Pattern(only.clone())
            } else {
                Subject::Known(only.clone())
            };
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
        let account = Arn::parse(&self.provider).map_or(UNKNOWN_ACCOUNT, |arn| arn.account);
        let made_up = || role_arn::of_trust_policy(self.case, self.policy, account);
        let mut request = Request {
            principal: self.provider.clone(),
            action: ACTION.to_owned(),
            resource: self.role.clone().unwrap_or_else(made_up),
            ..Request::default()
        };
        if let Some(audience) = self.audience.as_ref().filter(|_| !self.is_facebook()) {
            request
                .context
                .set(&self.key("aud"), vec![audience.clone()]);
        }
        if let Some(login) = self.login().filter(|_| self.is_cognito()) {
            request
                .context
                .set(&self.key("amr"), vec![login.to_owned()]);
        }
        if let Some(token) = self.token {
            for (name, values) in &token.claims {
                if !matches!(
                    name.as_str(),
                    "aud" | "azp" | "sub" | "iss" | "exp" | "iat" | "nbf" | "jti"
                ) {
                    request.context.set(&self.key(name), values.clone());
                }
            }
            // The audience that an authorised party hides.
            if !token.claim("azp").is_empty() {
                request
                    .context
                    .set(&self.key("oaud"), token.claim("aud").to_vec());
            }
        }
        let presented = match subject {
            Subject::Known(subject) | Subject::Example(subject) => Some(subject.clone()),
            Subject::Pattern(pattern) => Some(example_of(pattern)),
            Subject::Unknown => None,
        };
        if let Some(subject) = presented {
            request.context.set(&self.key("sub"), vec![subject]);
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
        let sentence = self.moved.clone()?;
        let item = provider_of(self.statement)?;
        Some(Wrong {
            kinds: vec![ChangeKind::ReplaceValue {
                statement: self.statement_index,
                item: item.span,
                value: self.provider.clone(),
            }],
            sentence,
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
                let renamed = RENAMED
                    .iter()
                    .find(|(host, name, _)| *host == self.host && *name == claim)
                    .map(|(_, _, name)| *name);
                // Google's own audience stands under another key, the authorised party's under `aud`.
                let hidden = (claim == "aud"
                    && self.token.is_some_and(|token| {
                        let is_in = |values: &[String]| {
                            condition
                                .values
                                .iter()
                                .any(|item| values.iter().any(|value| *value == item.value()))
                        };
                        !token.claim("azp").is_empty()
                            && !is_in(token.claim("azp"))
                            && is_in(token.claim("aud"))
                            && self.host == "accounts.google.com"
                    }))
                .then_some("oaud");
                let right = renamed.or(hidden);
                let is_wrong = right.is_some()
                    || (is_issuer && !is_reference(issuer) && self.provider.contains("oidc-provider/"));
                is_wrong.then(|| Wrong {
                    kinds: vec![ChangeKind::ReplaceKey {
                        statement: self.statement_index,
                        condition: index,
                        key: self.key(right.unwrap_or(claim)),
                    }],
                    sentence: if right.is_some() {
                        format!(
                            "{} is not where a token of {} has this: {} is.",
                            code(&condition.key),
                            code(&self.host),
                            code(&self.key(right.unwrap_or(claim)))
                        )
                    } else {
                        format!(
                            "the key {} is of another issuer than the provider; a token of {} has {}.",
                            code(&condition.key),
                            code(&self.host),
                            code(&self.key(claim))
                        )
                    },
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
            // Only a condition that reads stars can let in all of them.
            Subject::Pattern(pattern) if like => Some(pattern.as_str()),
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

    fn wrong_audience(&self, condition: &'c Condition, index: usize) -> Option<Wrong> {
        let audience = self.audience.as_deref()?;
        let holds = condition
            .values
            .iter()
            .any(|item| item.text.literal().is_none() || glob::matches(&item.value(), audience));
        let first = condition.values.first()?;
        let hidden = self.wrong_keys().iter().any(|wrong| {
            wrong.kinds.iter().any(
                |kind| matches!(kind, ChangeKind::ReplaceKey { condition, key, .. } if *condition == index && !key.ends_with(":aud")),
            )
        });
        if holds || hidden || condition.operator.to_ascii_lowercase().contains("not") {
            return None;
        }
        let statement = self.statement_index;
        // What is no identity pool's id was never right; another pool's may be.
        let keeps = self.is_cognito();
        Some(Wrong {
            sentence: format!(
                "it wants the audience {}, and the token's is {}{}.",
                code(&first.value()),
                code(audience),
                if self.token.is_some() || self.case.answer("aud").is_some() {
                    ""
                } else {
                    ", unless the job asks for another one"
                }
            ),
            span: first.span,
            label: "not the token's audience",
            kinds: vec![if keeps {
                ChangeKind::AddConditionValues {
                    statement,
                    condition: index,
                    values: vec![audience.to_owned()],
                }
            } else {
                ChangeKind::ReplaceValue {
                    statement,
                    item: first.span,
                    value: audience.to_owned(),
                }
            }],
        })
    }

    /// Whether a condition wants the audience that AWS's own tools ask for, and no other.
    fn wants_default(&self, condition: &Condition) -> bool {
        self.asks_for_sts()
            && !condition.values.is_empty()
            && condition.values.iter().all(|item| item.value() == AUDIENCE)
    }

    /// The job asked for its token with another audience than the policy wants, which is the usual one.
    fn other_audience(&self, rule: &'static str, condition: &Condition) -> Diagnosis {
        let document = self
            .case
            .document_of(self.policy_index)
            .map_or(0, |document| document.input);
        Diagnosis {
            rule,
            title: format!(
                "No policy is wrong: ask for the token with the audience {}.",
                code(AUDIENCE)
            ),
            explanation: format!(
                "The {} wants the audience {}, which is what AWS's own tools ask for, and the token's is {}. Leave out `audience:` in the \
                 workflow's step, or set it to {}: a policy that lets in another audience lets in tokens that were made for others.",
                words::policy(self.case, self.policy_index),
                code(AUDIENCE),
                code(self.audience.as_deref().unwrap_or_default()),
                code(AUDIENCE)
            ),
            next: None,
            labels: vec![(
                document,
                condition.span,
                "the token has another audience".to_owned(),
            )],
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        }
    }

    /// Cognito's guests and users: `amr` says which of them the identity is.
    fn wrong_login(&self, condition: &Condition, index: usize) -> Option<Wrong> {
        let login = self.login()?;
        let holds = condition
            .values
            .iter()
            .any(|item| glob::matches(&item.value(), login));
        (!holds && self.is_cognito()).then(|| Wrong {
            sentence: format!(
                "the identity is {}, and {} wants another.",
                code(login),
                code(&condition.key)
            ),
            span: condition.span,
            label: "not this identity's login",
            kinds: vec![ChangeKind::AddConditionValues {
                statement: self.statement_index,
                condition: index,
                values: vec![login.to_owned()],
            }],
        })
    }

    /// How many minutes ago the token ended.
    fn ended_before(&self) -> Option<u64> {
        let (now, ended) = (self.case.told.now?, self.token?.expires()?);
        (ended < now).then(|| (now - ended) / 60)
    }

    /// `authenticated` or `unauthenticated`, where it is known.
    fn login(&self) -> Option<&'static str> {
        let said = self
            .case
            .answer("amr")
            .unwrap_or(self.message)
            .to_ascii_lowercase();
        if said.contains("unauthenticated") || said.contains("guest") {
            Some("unauthenticated")
        } else if said.contains("authenticated") {
            Some("authenticated")
        } else {
            None
        }
    }

    fn is_cognito(&self) -> bool {
        self.host == "cognito-identity.amazonaws.com"
    }

    fn is_facebook(&self) -> bool {
        RENAMED.iter().any(|(host, _, _)| *host == self.host)
    }

    /// Conditions on claims that AWS takes from no token of this provider: a policy with them lets nobody in.
    ///
    /// Of most providers it takes [`token::CLAIMS`], and of some those of [`CLAIMS`] besides.
    fn unset_claims(&self, rule: &'static str, wrong: &[Wrong]) -> Option<Diagnosis> {
        if self.is_facebook() || !self.provider.contains("oidc-provider/") {
            return None;
        }
        let unset: Vec<(&Condition, &str)> = self
            .statement
            .conditions
            .iter()
            .filter_map(|condition| Some((condition, claim_of(condition)?)))
            .filter(|(condition, claim)| {
                let operator = condition.operator.to_ascii_lowercase();
                let holds_without = operator == "null"
                    || operator.contains("not")
                    || operator.ends_with("ifexists")
                    || operator.starts_with("forallvalues:");
                !holds_without
                    && !token::CLAIMS.contains(claim)
                    && !is_reference(&self.host)
                    && !CLAIMS.iter().any(|(issuer, claims)| {
                        glob::matches(issuer, &self.host) && claims.contains(claim)
                    })
            })
            .collect();
        let (first, claim) = unset.first()?;
        let name = words::policy(self.case, self.policy_index);
        let document = self
            .case
            .document_of(self.policy_index)
            .map_or(0, |document| document.input);
        let mut explanation = format!(
            "The message does not say so, but AWS takes no {} from a token of {}, so {} is not among the keys of the request and the \
             condition on it in the {name} never holds. Take it out: the provider in `Principal` already says who issued the token, and \
             what else is meant can be said of {}.",
            code(claim),
            code(&self.host),
            code(&first.key),
            code(&self.key("sub"))
        );
        for wrong in wrong {
            explanation.push_str(" Besides, ");
            explanation.push_str(&wrong.sentence);
        }
        Some(Diagnosis {
            rule,
            title: format!(
                "A condition on {} never holds: take it out.",
                code(&first.key)
            ),
            explanation,
            next: None,
            labels: unset
                .iter()
                .map(|(condition, _)| (document, condition.span, "never in a request".to_owned()))
                .collect(),
            remedy: Remedy::Explain { hardened: None },
            questions: Vec::new(),
            handover: Vec::new(),
        })
    }

    /// The claims that the policy compares and that nothing tells.
    fn ask_claims(&self) -> Vec<Question> {
        self.statement
            .conditions
            .iter()
            .filter_map(|condition| {
                let claim = claim_of(condition)?;
                let known = claim == "sub"
                    || (claim == "aud" && self.audience.is_some())
                    || (claim == "amr" && self.login().is_some())
                    // What a reference stands for is not what somebody mistyped.
                    || condition.values.iter().all(|item| item.text.literal().is_none())
                    || self
                        .token
                        .is_some_and(|token| !token.claim(claim).is_empty())
                    || self.case.answer(claim).is_some();
                (!known).then(|| Question {
                    id: claim.to_owned(),
                    text: match (claim, self.is_cognito()) {
                        ("aud", true) => {
                            "Which identity pool is it (its id, `REGION:..`)?".to_owned()
                        }
                        ("amr", true) => {
                            "Is the identity `authenticated` or `unauthenticated` (a guest)?"
                                .to_owned()
                        }
                        _ => format!("Which {} does the token have?", code(claim)),
                    },
                    why: "the message does not print it, and the trust policy compares it"
                        .to_owned(),
                    default: None,
                })
            })
            .collect()
    }

    /// The token carries session tags, which the statement has to allow besides.
    fn tagging(&self, rule: &'static str) -> Option<Diagnosis> {
        let actions = self
            .statement
            .actions
            .as_ref()
            .filter(|actions| !actions.negated)?;
        if actions
            .items
            .iter()
            .any(|item| glob::matches_ignoring_case(&item.value(), TAG))
        {
            return None;
        }
        let mut request = self.request(self.statement, &self.subject(&[]));
        let assume = request.clone();
        request.action = TAG.to_owned();
        let name = words::policy(self.case, self.policy_index);
        Some(Diagnosis {
            rule,
            title: format!("Patch the {name}: allow {} to the token.", code(TAG)),
            explanation: format!(
                "The token carries session tags (its claim `https://aws.amazon.com/tags`), and passing tags is authorised apart, in the same \
                 statement and under the same conditions. The {name} does not allow {} to the provider.",
                code(TAG)
            ),
            next: None,
            labels: Vec::new(),
            remedy: Remedy::Change {
                owner: Owner::User,
                minimal: Plan {
                    changes: vec![self.change(ChangeKind::AddActions {
                        statement: self.statement_index,
                        actions: vec![TAG.to_owned()],
                    })],
                    lazy: self.lazy(&request),
                    requests: vec![assume, request],
                    assumptions: Vec::new(),
                },
                hardened: None,
            },
            questions: Vec::new(),
            handover: Vec::new(),
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
            Some(ChangeKind::ReplaceValue { value, .. })
                if Some(value.as_str()) == self.audience.as_deref() =>
            {
                format!("the token's audience is {}", code(value))
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
        let audience = request.context.get(&self.key("aud"));
        let audience = audience
            .and_then(|values| values.first())
            .map_or_else(String::new, |audience| {
                format!(" and the audience {}", code(audience))
            });
        let hardened = pin.map(|change| Hardened {
            plan: Plan { changes: vec![change], requests: vec![request], assumptions, lazy: Vec::new() },
            title: format!("Pin the audience to {}.", code(AUDIENCE)),
            note: format!(
                "A token that the job asked for with another audience is refused. It breaks a job that sets `audience:` to something else \
                 than {}. It does not lift this denial by itself: no condition of the policy fails for the subject above.",
                code(AUDIENCE)
            ),
        });
        if let Some(minutes) = self.ended_before()
            && !lacks_subject
        {
            return Diagnosis {
                rule,
                title: "No policy is wrong: the pasted token has ended.".to_owned(),
                explanation: format!(
                    "No condition of the {name} fails for the pasted token, but it ended {minutes} minutes ago (its claim `exp`), and AWS \
                     refuses it for that. Ask for a new one right before the call; GitHub's last a few minutes. If the token was still good \
                     when the call was made, look at the role's ARN and at the identity provider in the role's account."
                ),
                next: None,
                labels: Vec::new(),
                remedy: Remedy::Explain { hardened },
                questions: Vec::new(),
                handover: Vec::new(),
            };
        }
        let accepted = match subject {
            Subject::Known(subject) | Subject::Example(subject) | Subject::Pattern(subject) => {
                format!("a token with the subject {}", code(subject))
            }
            Subject::Unknown => "a token with any subject".to_owned(),
        };
        // What an identity pool's token has is asked for: nothing is known of it.
        let of_pool = questions.iter().any(|question| question.id == "amr");
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
                    _ if of_pool => "I need to know: which identity pool is it, and who is in it?".to_owned(),
                    _ => "I need to know: which subject does the token have?".to_owned(),
                },
                match self.presented_end() {
                    Some(end) => format!(
                        "The message names nothing. The pasted workflow's job presents a subject that ends in {}, and the {name} lets in none \
                         that does; the policy leaves the repository open, so say which it is.{unpinned}",
                        code(&end)
                    ),
                    None if matches!(subject, Subject::Pattern(_)) => format!(
                        "The message names nothing. The pasted workflow's job presents {accepted}, and the {name} compares whole subjects: \
                         say which one it is to let in.{unpinned}"
                    ),
                    None if of_pool => format!(
                        "The message names nothing, and the {name} compares what it does not tell: whether it accepts the token depends on \
                         what is asked below. The role has to be the one that the pool uses for such an identity.{unpinned}"
                    ),
                    None => format!(
                        "The message names nothing, and no condition of the {name} fails for {accepted}{audience}. So the token has another \
                         subject, or the workflow names another role, or the provider does not exist in the role's account.{unpinned}"
                    ),
                },
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
            handover: Vec::new(),
        }
    }

    /// How the subject of the pasted workflow's only job ends, where the policy names no single repository and lets in no such subject of any.
    fn presented_end(&self) -> Option<String> {
        let mut ends: Vec<String> = workflow::jobs(self.case)
            .into_iter()
            .flat_map(|job| job.contexts)
            .collect();
        ends.dedup();
        let [end] = ends.as_slice() else {
            return None;
        };
        let mut repositories = self
            .conditions("sub")
            .flat_map(|(_, condition)| &condition.values)
            .map(|item| item.value().into_owned())
            .peekable();
        repositories.peek()?;
        let is_let_in = repositories.any(|value| {
            let repository = value.split(':').nth(1).map(example_of);
            repository_of(&value).is_some()
                || repository.is_none_or(|repository| {
                    glob::matches(&value, &format!("repo:{repository}:{end}"))
                })
        });
        (self.is_github() && !is_let_in).then(|| end.clone())
    }

    fn ask_subject(&self, subject: &Subject) -> Question {
        let forms = if self.is_github() {
            format!(
                " For GitHub: {}, {} or {}; {} where the repository was made after 15 July 2026.",
                code("repo:ORG/REPO:ref:refs/heads/BRANCH"),
                code("repo:ORG/REPO:environment:NAME"),
                code("repo:ORG/REPO:pull_request"),
                code("repo:ORG@ID/REPO@ID:..")
            )
        } else if self.is_cluster() {
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
                Subject::Pattern(pattern) => Some(example_of(pattern)),
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

const BUILDKITE: &[&str] = &[
    "build_branch",
    "cluster_id",
    "cluster_name",
    "organization_id",
    "organization_slug",
    "pipeline_id",
    "pipeline_slug",
];
const GITHUB_CLAIMS: &[&str] = &[
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
];

/// Claims that AWS takes of a provider's tokens beside the five that it takes of all, by issuer; a star for what differs between users. A table of
/// its own, because the service table is not at hand where the cause is found first.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
const CLAIMS: &[(&str, &[&str])] = &[
    ("accounts.google.com", &["google/organization_number"]),
    ("agent.*.buildkite.dev", BUILDKITE),
    ("agent.*.buildkite.site", BUILDKITE),
    ("agent.buildkite.com", BUILDKITE),
    ("github.com/enterprises/*", GITHUB_CLAIMS),
    (
        "gitlab.com",
        &[
            "namespace_id",
            "pipeline_source",
            "project_id",
            "ref_protected",
            "runner_environment",
            "user_access_level",
            "user_email",
            "user_id",
            "user_login",
        ],
    ),
    ("idcs-*.identity.oraclecloud.com", &["rpst_id"]),
    ("oidc.circleci.com/org/*", &["oidc.circleci.com/project-id"]),
    ("token.actions.*.ghe.com", GITHUB_CLAIMS),
    ("token.actions.githubusercontent.com", GITHUB_CLAIMS),
    ("token.actions.githubusercontent.com/*", GITHUB_CLAIMS),
];

/// Providers whose tokens have a claim under another key than OpenID Connect's.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
const RENAMED: &[(&str, &str, &str)] = &[
    ("graph.facebook.com", "aud", "app_id"),
    ("graph.facebook.com", "sub", "id"),
    ("www.amazon.com", "aud", "app_id"),
    ("www.amazon.com", "sub", "user_id"),
];

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

/// Whether a value has a reference in it that the paste does not resolve.
fn is_reference(value: &str) -> bool {
    value.contains('\u{27e6}')
}

/// The repository that GitHub's log names, if it is one: as the token's subject spells it.
fn repository_in_log<'t>(case: &Case<'t>) -> Option<&'t str> {
    let mut found: Option<&str> = None;
    for marker in [
        "Syncing repository:",
        "GITHUB_REPOSITORY:",
        "GITHUB_REPOSITORY=",
    ] {
        for text in &case.texts {
            for (at, _) in text.match_indices(marker) {
                let rest = text.get(at + marker.len()..).unwrap_or_default();
                let line = rest.split('\n').next().unwrap_or_default();
                let name = line.trim().trim_matches(['"', '\'']);
                if !name.contains('/') || name.contains([' ', '*', '$']) {
                    continue;
                }
                if found.is_some_and(|known| known != name) {
                    return None;
                }
                found = Some(name);
            }
        }
    }
    found
}

/// `ORG/REPO` of a subject, where neither has a wildcard.
fn repository_of(subject: &str) -> Option<&str> {
    let repository = subject.strip_prefix("repo:")?.split(':').next()?;
    (repository.contains('/') && !repository.contains(['*', '?'])).then_some(repository)
}

fn ask_for_trust_policy(rule: &'static str, none: bool) -> Diagnosis {
    Diagnosis {
        title: if none {
            "Paste the role's trust policy: it decides this call alone.".to_owned()
        } else {
            "The pasted trust policy trusts no identity provider: is it this role's?".to_owned()
        },
        explanation: "`sts:AssumeRoleWithWebIdentity` is not signed, so no identity policy has a say: the trust policy of the role, its \
                      conditions on the token's `aud` and `sub`, and the identity provider in the role's account decide. The message names \
                      none of them."
            .to_owned(),
        questions: vec![Question {
            id: "trust-policy".to_owned(),
            text: "What does the role's trust policy say? Paste it beside the error.".to_owned(),
            why: "its conditions on the token are what fails".to_owned(),
            default: None,
        }],
        ..Diagnosis::asking(rule)
    }
}

#[cfg(test)]
mod tests {
    use undeny_iam::service::Catalogue;

    use super::*;

    #[test]
    fn claims_are_those_of_the_service_table() {
        let known = |key: &str| Catalogue::common().condition_key(key).is_some();
        for (issuer, claims) in CLAIMS {
            let host = issuer.replace('*', "acme");
            for claim in *claims {
                assert!(known(&format!("{host}:{claim}")), "{host}:{claim}");
            }
            assert!(!known(&format!("{host}:no_such_claim")), "{host}");
        }
    }
}
