//! Amazon Resource Names, by field.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use std::fmt;

/// An ARN's six parts, each as written (also `*`, `${..}`, masks or nothing).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    pub partition: &'a str,
    /// The service's name space: `s3`, `iam`.
    pub service: &'a str,
    /// The region; empty for global services.
    pub region: &'a str,
    /// The account; empty for S3 buckets.
    pub account: &'a str,
    /// Everything behind the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Split at the first five colons that stand in no reference or variable; `None` where `text` does not begin with `arn:` or has fewer.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text.strip_prefix("arn:")?;
        let mut part = || {
            let end = colon(rest)?;
            let part = rest.get(..end)?;
            rest = rest.get(end + 1..)?;
            Some(part)
        };
        let (partition, service, region, account) = (part()?, part()?, part()?, part()?);
        Some(Self {
            partition,
            service,
            region,
            account,
            resource: rest,
        })
    }

    /// The resource's type and name: `role` and `app/deploy` of `role/app/deploy`, `secret` and `db` of `secret:db`; no type for a bucket.
    #[must_use]
    pub fn type_and_name(&self) -> (Option<&'a str>, &'a str) {
        match undeny_text::split_at_first(self.resource, b"/:") {
            Some((kind, name)) if self.service != "s3" => (Some(kind), name),
            _ => (None, self.resource),
        }
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(
            formatter,
            "arn:{partition}:{service}:{region}:{account}:{resource}"
        )
    }
}

/// Who calls, read from the principal that a request or a message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller<'a> {
    /// `arn:aws:iam::111122223333:user/ann`
    User(Arn<'a>),
    /// `arn:aws:iam::111122223333:role/ci`: a role itself, as some messages print it.
    Role(Arn<'a>),
    /// `arn:aws:sts::111122223333:assumed-role/ci/build-7`
    RoleSession {
        /// The whole.
        arn: Arn<'a>,
        /// The role's name, without its path, which STS does not print.
        role: &'a str,
        /// The session's name.
        session: &'a str,
    },
    /// `arn:aws:sts::111122223333:federated-user/ann`
    FederatedUser(Arn<'a>),
    /// `arn:aws:iam::111122223333:root`
    Root(Arn<'a>),
    /// `arn:aws:iam::111122223333:oidc-provider/..` or `saml-provider/..`, or a provider's domain.
    IdentityProvider(&'a str),
    /// `lambda.amazonaws.com`
    Service(&'a str),
    /// `*`: nobody signed the request.
    Anonymous,
    /// Anything else, as printed.
    Other(&'a str),
}

impl<'a> Caller<'a> {
    /// Read a principal as IAM prints it.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        if text == "*" || text == "anonymous" {
            return Self::Anonymous;
        }
        if let Some(arn) = Arn::parse(text) {
            return match (arn.service, arn.type_and_name()) {
                ("iam", (Some("user"), _)) => Self::User(arn),
                ("iam", (Some("role"), _)) => Self::Role(arn),
                ("iam", (None, "root")) => Self::Root(arn),
                ("iam", (Some("oidc-provider" | "saml-provider"), _)) => {
                    Self::IdentityProvider(text)
                }
                ("sts", (Some("assumed-role"), name)) => {
                    let (role, session) = name.split_once('/').unwrap_or((name, ""));
                    Self::RoleSession { arn, role, session }
                }
                ("sts", (Some("federated-user"), _)) => Self::FederatedUser(arn),
                _ => Self::Other(text),
            };
        }
        if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
            return match text {
                "cognito-identity.amazonaws.com" => Self::IdentityProvider(text),
                _ => Self::Service(text),
            };
        }
        let is_domain = text.contains('.')
            && text.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'_')
            });
        if is_domain {
            Self::IdentityProvider(text)
        } else {
            Self::Other(text)
        }
    }

    /// The account that the caller belongs to.
    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        match self {
            Self::User(arn)
            | Self::Role(arn)
            | Self::RoleSession { arn, .. }
            | Self::FederatedUser(arn)
            | Self::Root(arn) => Some(arn.account),
            _ => None,
        }
    }

    /// The ARN to name in a policy: a session's role, else the caller as printed. A path is not in a session's ARN, so it is missing here.
    #[must_use]
    pub fn policy_principal(&self) -> Option<String> {
        match self {
            Self::User(arn) | Self::Role(arn) | Self::Root(arn) | Self::FederatedUser(arn) => {
                Some(arn.to_string())
            }
            Self::RoleSession { arn, role, .. } => Some(format!(
                "arn:{}:iam::{}:role/{role}",
                arn.partition, arn.account
            )),
            Self::IdentityProvider(name) | Self::Service(name) => Some((*name).to_owned()),
            Self::Anonymous | Self::Other(_) => None,
        }
    }
}

/// The first colon that stands in no unknown reference and no variable.
pub(crate) fn colon(text: &str) -> Option<usize> {
    // Nearly always there is nothing to step over. No other byte below is the first of U+27E6.
    let stop = undeny_text::first_of(text, b":{\xe2")?;
    if text.as_bytes().get(stop) == Some(&b':') {
        return Some(stop);
    }
    let first = text.find(':')?;
    let mut inside: Option<char> = None;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        match (inside, character) {
            (None, ':') => return Some(at),
            (None, '\u{27e6}') => inside = Some('\u{27e7}'),
            (None, '{') if previous == '$' => inside = Some('}'),
            (Some(end), character) if end == character => inside = None,
            _ => {}
        }
        previous = character;
    }
    // Never closed, so nothing was opened.
    if inside.is_some() { Some(first) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_its_role_in_a_policy() {
        let caller = Caller::parse("arn:aws-us-gov:sts::111122223333:assumed-role/ci/build-7");
        assert_eq!(caller.account(), Some("111122223333"));
        assert_eq!(
            caller.policy_principal().as_deref(),
            Some("arn:aws-us-gov:iam::111122223333:role/ci")
        );
    }

    #[test]
    fn callers_are_told_apart() {
        assert!(matches!(
            Caller::parse("lambda.amazonaws.com"),
            Caller::Service(_)
        ));
        assert!(matches!(Caller::parse("*"), Caller::Anonymous));
        assert!(matches!(
            Caller::parse("arn:aws:iam::111122223333:root"),
            Caller::Root(_)
        ));
        assert!(matches!(
            Caller::parse("token.actions.githubusercontent.com"),
            Caller::IdentityProvider(_)
        ));
        assert!(matches!(Caller::parse("ann"), Caller::Other(_)));
        assert!(matches!(Caller::parse(""), Caller::Other(_)));
    }

    #[test]
    fn arns_split_at_the_first_five_colons() {
        let arn = Arn::parse("arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST").unwrap();
        assert_eq!(arn.resource, "function:f:$LATEST");
        assert_eq!(arn.type_and_name(), (Some("function"), "f:$LATEST"));
        assert_eq!(
            Arn::parse("arn:aws:s3:::b/k").unwrap().type_and_name(),
            (None, "b/k")
        );
        assert_eq!(Arn::parse("arn:aws:s3:*"), None);
    }
}
