//! Whether a statement names the caller, and as what: a grant to a role is limited by more than one to its session.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::arn::{Arn, Caller};
use crate::policy::{Principal, PrincipalKind};

/// One principal of a statement, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// `"*"`, also as `{"AWS": "*"}`, which AWS documents as equal.
    Everyone,
    /// `111122223333` or `arn:aws:iam::111122223333:root`.
    Account {
        /// Where the ARN says so.
        partition: Option<String>,
        /// Twelve digits.
        account: String,
    },
    /// `arn:aws:iam::111122223333:role/path/name`
    Role {
        /// The whole.
        arn: String,
        /// `aws`
        partition: String,
        /// Twelve digits.
        account: String,
        /// Without the path.
        name: String,
    },
    /// `arn:aws:iam::111122223333:user/path/name`
    User {
        /// The whole.
        arn: String,
        /// Twelve digits.
        account: String,
        /// Without the path.
        name: String,
    },
    /// Any other AWS principal: a session, a federated user, a deleted principal's id.
    Aws(String),
    /// `lambda.amazonaws.com`; `*` is every service.
    Service(String),
    /// An identity provider's ARN or domain; `*` is every provider.
    Federated(String),
    /// A canonical user id.
    Canonical(String),
    /// A key that IAM does not know.
    Nobody,
}

/// As what a statement names the caller: a set, since it may do so in several ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(u8);

impl Names {
    pub(crate) const NONE: Self = Self(0);
    /// The user's own ARN.
    pub(crate) const USER: Self = Self(1);
    /// The role; the caller is one of its sessions.
    pub(crate) const ROLE: Self = Self(2);
    /// The session's or federated user's own ARN.
    pub(crate) const SESSION: Self = Self(4);
    /// The user who asked for the federated user's credentials.
    pub(crate) const FEDERATING: Self = Self(8);
    /// The account: a delegation to its identity policies.
    pub(crate) const ACCOUNT: Self = Self(16);
    /// `*`
    pub(crate) const EVERYONE: Self = Self(32);
    /// `*` with a condition that names the principal's ARN.
    pub(crate) const EVERYONE_BY_ARN: Self = Self(64);
    /// A service, an identity provider, a canonical user.
    pub(crate) const ITSELF: Self = Self(128);

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// `*` that a condition narrows to principals by their ARN.
    pub(crate) const fn by_arn(self) -> Self {
        if self.has(Self::EVERYONE) {
            Self(self.0 & !Self::EVERYONE.0 | Self::EVERYONE_BY_ARN.0)
        } else {
            self
        }
    }
}

/// As what `NotPrincipal` of a Deny lists the caller: an account beside one of its principals is listed for that principal's sake, and everybody
/// else of the account is denied.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
pub(crate) fn spared(
    items: &[Named],
    text: &str,
    caller: &Caller<'_>,
    owner: Option<&str>,
) -> Names {
    let names = items.iter().fold(Names::NONE, |names, named| {
        names.with(named.names(text, caller, owner))
    });
    let is_of_companion = names == Names::ACCOUNT
        && !matches!(caller, Caller::Root(_))
        && items.iter().any(|named| {
            named
                .principal_of()
                .is_some_and(|account| Some(account) == caller.account())
        });
    if is_of_companion { Names::NONE } else { names }
}

impl Named {
    /// The account of the user, role or session that this is.
    fn principal_of(&self) -> Option<&str> {
        match self {
            Self::Role { account, .. } | Self::User { account, .. } => Some(account),
            Self::Aws(arn) => {
                let arn = Arn::parse(arn)?;
                (arn.service == "sts").then_some(arn.account)
            }
            _ => None,
        }
    }

    pub(crate) fn new(principal: &Principal) -> Self {
        let value = principal.item.value();
        let text: &str = &value;
        match principal.kind {
            PrincipalKind::Everyone if text == "*" => Self::Everyone,
            PrincipalKind::Aws if text == "*" => Self::Everyone,
            PrincipalKind::Aws | PrincipalKind::Everyone => Self::aws(text),
            PrincipalKind::Service => Self::Service(text.to_owned()),
            PrincipalKind::Federated => Self::Federated(text.to_owned()),
            PrincipalKind::CanonicalUser => Self::Canonical(text.to_owned()),
            PrincipalKind::Unknown => Self::Nobody,
        }
    }

    fn aws(text: &str) -> Self {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Account {
                partition: None,
                account: text.to_owned(),
            };
        }
        let Some(arn) = Arn::parse(text).filter(|arn| arn.service == "iam") else {
            return Self::Aws(text.to_owned());
        };
        let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        match arn.type_and_name() {
            (None, "root") => Self::Account {
                partition: Some(arn.partition.to_owned()),
                account: arn.account.to_owned(),
            },
            (Some("role"), name) => Self::Role {
                arn: text.to_owned(),
                partition: arn.partition.to_owned(),
                account: arn.account.to_owned(),
                name: last(name),
            },
            (Some("user"), name) => Self::User {
                arn: text.to_owned(),
                account: arn.account.to_owned(),
                name: last(name),
            },
            _ => Self::Aws(text.to_owned()),
        }
    }

    /// As what this names the caller. `owner` is the account of the resource.
    pub(crate) fn names(&self, text: &str, caller: &Caller<'_>, owner: Option<&str>) -> Names {
        let itself = |yes: bool, names: Names| if yes { names } else { Names::NONE };
        match self {
            Self::Everyone => Names::EVERYONE,
            Self::Account { partition, account } => {
                let arn = match caller {
                    Caller::User(arn)
                    | Caller::Role(arn)
                    | Caller::RoleSession { arn, .. }
                    | Caller::FederatedUser(arn)
                    | Caller::Root(arn) => arn,
                    _ => return Names::NONE,
                };
                let same_partition = partition
                    .as_deref()
                    .is_none_or(|partition| partition == arn.partition);
                itself(same_partition && arn.account == account, Names::ACCOUNT)
            }
            Self::Role {
                arn: whole,
                partition,
                account,
                name,
            } => match caller {
                Caller::Role(_) => itself(whole == text, Names::ROLE),
                Caller::RoleSession { arn, role, .. } => itself(
                    arn.account == account
                        && arn.partition == partition
                        && role.eq_ignore_ascii_case(name),
                    Names::ROLE,
                ),
                _ => Names::NONE,
            },
            Self::User {
                arn: whole,
                account,
                name,
            } => match caller {
                // A federated user's ARN does not say who asked for its credentials; AWS's examples give it that user's name.
                Caller::FederatedUser(arn) => itself(
                    arn.account == account && arn.type_and_name().1 == name,
                    Names::FEDERATING,
                ),
                _ => itself(whole == text, Names::USER),
            },
            Self::Aws(whole) => itself(
                whole == text,
                match caller {
                    Caller::RoleSession { .. } | Caller::FederatedUser(_) => Names::SESSION,
                    _ => Names::ITSELF,
                },
            ),
            Self::Service(name) => itself(
                matches!(caller, Caller::Service(_)) && (name == "*" || name == text),
                Names::ITSELF,
            ),
            Self::Federated(name) => itself(
                matches!(caller, Caller::IdentityProvider(_))
                    && (name == "*" || name == text || is_provider_of(name, text, owner)),
                Names::ITSELF,
            ),
            Self::Canonical(id) => itself(id == text, Names::ITSELF),
            Self::Nobody => Names::NONE,
        }
    }
}

/// Whether `arn` is the provider with the domain `text`, in the account of the role.
fn is_provider_of(arn: &str, text: &str, owner: Option<&str>) -> bool {
    Arn::parse(arn).is_some_and(|arn| {
        arn.type_and_name() == (Some("oidc-provider"), text)
            && owner.is_none_or(|owner| owner == arn.account)
    })
}
