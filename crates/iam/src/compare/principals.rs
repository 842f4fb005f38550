//! Callers that tell all statements apart by whom these name.

use crate::arn::{Arn, Caller};
use crate::evaluate::principal::{Named, Names, spared};
use crate::policy::{self, Effect, PrincipalKind};

use super::space::Stated;

/// A caller, as far as a statement can tell callers apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Who {
    /// As a request names it.
    pub(super) text: String,
    /// The resource's account, where it matters: a provider's domain stands for the provider of that account.
    pub(super) owner: Option<String>,
    /// A provider's ARN at a role of another account, which no Principal names.
    is_foreign: bool,
}

impl Who {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            owner: None,
            is_foreign: false,
        }
    }

    /// Whether it is an identity provider by its domain.
    pub(super) fn is_domain(&self) -> bool {
        matches!(Caller::parse(&self.text), Caller::IdentityProvider(text) if Arn::parse(text).is_none())
    }
}

/// Whether the statement is about this caller.
pub(super) fn names(stated: &Stated<'_>, who: &Who) -> bool {
    let caller = Caller::parse(&who.text);
    stated.read.principals.as_ref().is_some_and(|principals| {
        if who.is_foreign && !principals.negated {
            return false;
        }
        let owner = who.owner.as_deref();
        let names = if principals.negated && stated.effect == Effect::Deny {
            spared(&principals.items, &who.text, &caller, owner)
        } else {
            principals.items.iter().fold(Names::NONE, |names, named| {
                names.with(named.names(&who.text, &caller, owner))
            })
        };
        names.is_empty() == principals.negated
    })
}

/// A caller of every kind, named or not, and what was rounded up for them.
pub(super) fn representatives(statements: &[Stated<'_>]) -> (Vec<Who>, Vec<String>) {
    let mut known = Known::default();
    for stated in statements {
        let written = stated.written.principals.iter();
        for principal in written.flat_map(|principals| &principals.items) {
            known.read(principal);
        }
    }
    let Known {
        mut texts,
        accounts,
        domains,
        ..
    } = known;
    // Names that nobody has named.
    let fresh = |mut text: String, more: char, make: &dyn Fn(&str) -> String| {
        while texts.iter().any(|known| *known == make(&text)) {
            text.push(more);
        }
        make(&text)
    };
    let mut account = "123456789012".to_owned();
    let mut next = 210_987_654_321_u64;
    while accounts.iter().any(|(_, known)| *known == account) {
        account = next.to_string();
        next += 1;
    }
    let mut unnamed = Vec::new();
    let stranger = ("aws".to_owned(), account.clone());
    for (partition, account) in accounts.iter().chain([&stranger]) {
        unnamed.push(fresh("example-role".to_owned(), 'x', &|role| {
            format!("arn:{partition}:sts::{account}:assumed-role/{role}/example")
        }));
    }
    unnamed.push("*".to_owned());
    unnamed.push(fresh("example".to_owned(), 'x', &|name| {
        format!("{name}.amazonaws.com")
    }));
    unnamed.push(format!(
        "arn:aws:iam::{account}:oidc-provider/oidc.example.com"
    ));
    unnamed.push(format!("arn:aws:iam::{account}:saml-provider/example"));
    // A canonical id, for whoever is none of the above.
    let id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    unnamed.push(fresh(id.to_owned(), '0', &str::to_owned));
    for (partition, account) in &accounts {
        unnamed.push(format!("arn:{partition}:iam::{account}:root"));
    }
    for text in unnamed {
        push(&mut texts, text);
    }
    let mut all: Vec<Who> = texts.into_iter().map(Who::new).collect();
    let mut notes = Vec::new();
    for (domain, account) in domains {
        let of_account = Who {
            owner: Some(account),
            ..Who::new(domain)
        };
        if !all.contains(&of_account) {
            all.push(of_account);
        }
    }
    // Only NotPrincipal speaks of a provider that is in another account than the role.
    let is_excepting = statements.iter().any(|stated| {
        let principals = stated.read.principals.as_ref();
        stated.is_after
            && stated.effect == Effect::Allow
            && principals.is_some_and(|principals| principals.negated)
            && stated.read.actions.as_ref().is_some_and(|actions| {
                [
                    ("sts", "assumerolewithwebidentity"),
                    ("sts", "assumerolewithsaml"),
                ]
                .iter()
                .any(|action| {
                    actions.items.iter().any(|item| item.matches(*action)) != actions.negated
                })
            })
    });
    if is_excepting {
        notes.push(
            "a provider of another account than the role's is taken for a caller of every action"
                .to_owned(),
        );
        let providers: Vec<Who> = all
            .iter()
            .filter(|who| {
                matches!(Caller::parse(&who.text), Caller::IdentityProvider(text) if Arn::parse(text).is_some())
            })
            .map(|who| Who {
                is_foreign: true,
                ..who.clone()
            })
            .collect();
        all.extend(providers);
    }
    (all, notes)
}

/// What the statements name.
#[derive(Default)]
struct Known {
    texts: Vec<String>,
    /// By partition and number.
    accounts: Vec<(String, String)>,
    /// Accounts without a partition.
    numbers: Vec<String>,
    /// A provider's domain and its account.
    domains: Vec<(String, String)>,
}

impl Known {
    fn read(&mut self, principal: &policy::Principal) {
        let value = principal.item.value();
        match Named::new(principal) {
            Named::Account { partition, account } => {
                self.account(partition.as_deref(), &account);
            }
            Named::Role {
                partition,
                account,
                name,
                arn,
            } => {
                push(
                    &mut self.texts,
                    format!("arn:{partition}:sts::{account}:assumed-role/{name}/example"),
                );
                push(&mut self.texts, arn);
                self.account(Some(&partition), &account);
            }
            Named::User { account, name, arn } => {
                let partition = Arn::parse(&arn)
                    .map_or("aws", |arn| arn.partition)
                    .to_owned();
                push(&mut self.texts, arn);
                push(
                    &mut self.texts,
                    format!("arn:{partition}:sts::{account}:federated-user/{name}"),
                );
                self.account(Some(&partition), &account);
            }
            Named::Aws(text) => {
                if let Some(arn) = Arn::parse(&text) {
                    self.account(Some(arn.partition), arn.account);
                }
                push(&mut self.texts, text);
            }
            Named::Federated(name) => {
                if let Some(arn) = Arn::parse(&name)
                    && let (Some("oidc-provider"), domain) = arn.type_and_name()
                {
                    push(&mut self.texts, domain.to_owned());
                    let other = "the-resource-of-no-account".to_owned();
                    for account in [arn.account.to_owned(), other] {
                        let domain = (domain.to_owned(), account);
                        if !self.domains.contains(&domain) {
                            self.domains.push(domain);
                        }
                    }
                }
                if name != "*" {
                    push(&mut self.texts, name);
                }
            }
            Named::Service(name) if name == "*" => {}
            Named::Service(_) | Named::Canonical(_) => push(&mut self.texts, value.into_owned()),
            Named::Everyone | Named::Nobody => {}
        }
    }

    fn account(&mut self, partition: Option<&str>, account: &str) {
        let place = (partition.unwrap_or("aws").to_owned(), account.to_owned());
        let is_known = self.accounts.iter().any(|(_, known)| known == account);
        match partition {
            // An account is in one partition; a number alone is the account in whichever.
            None if is_known => {}
            None => {
                self.numbers.push(account.to_owned());
                self.accounts.push(place);
            }
            Some(_) if self.accounts.contains(&place) => {}
            Some(_) => {
                if let Some(at) = self.numbers.iter().position(|known| known == account) {
                    self.numbers.remove(at);
                    self.accounts.retain(|(_, known)| known != account);
                }
                self.accounts.push(place);
            }
        }
    }
}

fn push(texts: &mut Vec<String>, text: String) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}

/// What kind of principal a written one is, for words.
pub(super) fn principal_text(principal: &policy::Principal) -> String {
    let value = principal.item.value().into_owned();
    match (principal.kind, value.as_str()) {
        (PrincipalKind::Service, "*") => "every service".to_owned(),
        (PrincipalKind::Federated, "*") => "every identity provider".to_owned(),
        _ => value,
    }
}
