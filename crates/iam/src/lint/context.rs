//! What a rule looks at: one policy as IAM sees it, and as it is written.

use undeny_document::{Format, Map, Member, Node, Role, Value};
use undeny_text::Span;

use crate::glob;
use crate::policy::{
    Condition, Dialect, Effect, Element, Item, Open, Policy, Principal, PrincipalKind, Statement,
};
use crate::service::Catalogue;

/// One policy with its text.
#[derive(Debug)]
pub struct Context<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The node that it is written in.
    pub root: &'a Node,
    /// The input's whole text.
    pub text: &'a str,
    /// The format that it is written in.
    pub format: Format,
    /// What is known of services.
    pub catalogue: &'a Catalogue,
    /// Its statements as written, also those that IAM would refuse; none for Terraform's own `statement` blocks.
    pub statements: Vec<RawStatement<'a>>,
    /// What of the policy its template leaves open.
    pub(crate) open: &'a [Open],
    /// Every condition with its statement's index and its own. A list, as most rules go through it: each walk of its own would be downloaded.
    pub(crate) conditions: Vec<(usize, &'a Statement, usize, &'a Condition)>,
}

/// A statement as written.
#[derive(Clone, Copy, Debug)]
pub struct RawStatement<'a> {
    /// Its number in the policy, from 0.
    pub index: usize,
    /// Its node.
    pub node: &'a Node,
}

impl<'a> RawStatement<'a> {
    /// Its members, where it is an object.
    pub(crate) fn map(&self) -> Option<&'a Map> {
        self.node.as_map()
    }

    /// The member of this name.
    pub(crate) fn member(&self, name: &str) -> Option<&'a Member> {
        self.map()?.get(name)
    }
}

/// How a statement comes to name an action.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach<'a> {
    /// `iam:PassRole`.
    Named(&'a Item),
    /// `iam:*`, `iam:Pass*`, `*`.
    Pattern(&'a Item),
    /// A `NotAction` that leaves it.
    NotAction(&'a Element),
}

impl Reach<'_> {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Named(item) | Self::Pattern(item) => item.span,
            Self::NotAction(element) => element.span,
        }
    }

    /// Whether it is `*` or `*:*`, which have rules of their own.
    pub(crate) fn is_everything(&self) -> bool {
        match self {
            Self::Named(_) => false,
            Self::Pattern(item) => matches!(&*item.value(), "*" | "*:*"),
            Self::NotAction(_) => true,
        }
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        node: &'a Node,
        text: &'a str,
        format: Format,
        catalogue: &'a Catalogue,
        open: &'a [Open],
    ) -> Self {
        let root = node.inner();
        let mut statements = Vec::new();
        if policy.dialect == Dialect::PolicyLanguage {
            let list = match root.as_map() {
                Some(map) => map.get("Statement").map(|member| member.value.inner()),
                None => Some(root),
            };
            match list.map(|node| (&node.value, node)) {
                Some((Value::List(list), _)) => statements.extend(
                    list.items
                        .iter()
                        .enumerate()
                        .map(|(index, node)| RawStatement { index, node }),
                ),
                Some((_, node)) => statements.push(RawStatement { index: 0, node }),
                None => {}
            }
        }
        let mut conditions = Vec::new();
        for (at, statement) in policy.statements.iter().enumerate() {
            for (index, condition) in statement.conditions.iter().enumerate() {
                conditions.push((at, statement, index, condition));
            }
        }
        Self {
            policy,
            root,
            text,
            format,
            catalogue,
            statements,
            open,
            conditions,
        }
    }

    pub(crate) fn role(&self) -> Role {
        self.policy.role
    }

    /// The policy's object, where it is written in the policy language.
    pub(crate) fn object(&self) -> Option<&'a Map> {
        if self.policy.dialect == Dialect::PolicyLanguage {
            self.root.as_map()
        } else {
            None
        }
    }

    /// The statements that IAM can read, with their indexes for changes.
    pub(crate) fn views(&self) -> impl Iterator<Item = (usize, &'a Statement)> + use<'a> {
        self.policy.statements.iter().enumerate()
    }

    /// Those that allow.
    pub(crate) fn allows(&self) -> impl Iterator<Item = (usize, &'a Statement)> + use<'a> {
        self.views()
            .filter(|(_, statement)| statement.effect == Effect::Allow)
    }

    /// Whether it grants by itself to whom it is attached.
    pub(crate) fn is_identity(&self) -> bool {
        self.role() == Role::Identity
    }

    /// Whether its statements say who: also RCPs, endpoints and unknown ones with a principal.
    pub(crate) fn has_principals(&self) -> bool {
        self.role().is_resource_policy()
            || matches!(self.role(), Role::Rcp | Role::Endpoint)
            || self
                .policy
                .statements
                .iter()
                .any(|statement| statement.principals.is_some())
    }

    /// Whether IAM itself stores it, with IAM's own limits.
    pub(crate) fn is_iam(&self) -> bool {
        matches!(
            self.role(),
            Role::Identity | Role::Trust | Role::Boundary | Role::Session
        )
    }
}

/// The values of `Action`, where it is not `NotAction`.
pub(crate) fn actions(statement: &Statement) -> &[Item] {
    plain(statement.actions.as_ref())
}

/// The values of `Resource`, where it is not `NotResource`.
pub(crate) fn resources(statement: &Statement) -> &[Item] {
    plain(statement.resources.as_ref())
}

/// The values of `Resource` and of `NotResource`.
pub(crate) fn any_resources(statement: &Statement) -> &[Item] {
    statement
        .resources
        .as_ref()
        .map_or(&[], |element| &element.items)
}

/// The values of `Action` and of `NotAction`.
pub(crate) fn any_actions(statement: &Statement) -> &[Item] {
    statement
        .actions
        .as_ref()
        .map_or(&[], |element| &element.items)
}

fn plain(element: Option<&Element>) -> &[Item] {
    element
        .filter(|element| !element.negated)
        .map_or(&[], |element| &element.items)
}

/// The element, where it is the `Not` form.
pub(crate) fn negated(element: Option<&Element>) -> Option<&Element> {
    element.filter(|element| element.negated)
}

/// The principals, where they are not `NotPrincipal`.
pub(crate) fn principals(statement: &Statement) -> &[Principal] {
    statement
        .principals
        .as_ref()
        .filter(|principals| !principals.negated)
        .map_or(&[], |principals| &principals.items)
}

/// The principals of one kind.
pub(crate) fn principals_of(
    statement: &Statement,
    kind: PrincipalKind,
) -> impl Iterator<Item = &Item> {
    principals(statement)
        .iter()
        .filter(move |principal| principal.kind == kind)
        .map(|principal| &principal.item)
}

/// Whether an action pattern matches an action, as IAM reads it: the service's part takes no wildcard but a lone `*`.
pub(crate) fn action_matches(pattern: &str, action: &str) -> bool {
    if matches!(pattern, "*" | "*:*") {
        return true;
    }
    // Asked for each action of each statement by some thirty rules, and hardly ever is it the same service.
    let Some((service, name)) = action.split_once(':') else {
        return false;
    };
    let (Some(wanted), Some(b':')) = (
        pattern.get(..service.len()),
        pattern.as_bytes().get(service.len()),
    ) else {
        return false;
    };
    wanted.eq_ignore_ascii_case(service)
        && pattern
            .get(service.len() + 1..)
            .is_some_and(|pattern| glob::matches_ignoring_case(pattern, name))
}

/// How the statement comes to name `action`; a name comes before a pattern.
pub(crate) fn reach<'a>(statement: &'a Statement, action: &str) -> Option<Reach<'a>> {
    let element = statement.actions.as_ref()?;
    let mut matching = element
        .items
        .iter()
        .filter(|item| action_matches(&item.value(), action));
    if element.negated {
        return matching
            .next()
            .is_none()
            .then_some(Reach::NotAction(element));
    }
    let first = matching.next()?;
    let named = std::iter::once(first)
        .chain(matching)
        .find(|item| item.value().eq_ignore_ascii_case(action));
    Some(named.map_or(Reach::Pattern(first), Reach::Named))
}

/// A resource of the statement that stands for every resource of a kind: `*`, or a pattern that `example` (made of names that nobody
/// chose) matches.
pub(crate) fn wide_resource<'a>(statement: &'a Statement, example: &str) -> Option<&'a Item> {
    resources(statement).iter().find(|item| {
        let value = item.value();
        &*value == "*" || glob::matches(&with_account(&value), &with_account(example))
    })
}

/// An ARN whose partition, region and account are put aside: a policy of one account is as wide as its account.
fn with_account(arn: &str) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, service, _, _, resource] => format!("arn:-:{service}:-:-:{resource}"),
        _ => arn.to_owned(),
    }
}

/// A condition on a key, by its name in lower case without what follows a `/`.
pub(crate) fn condition_on<'a>(statement: &'a Statement, keys: &[&str]) -> Option<&'a Condition> {
    statement
        .conditions
        .iter()
        .find(|condition| is_key(condition, keys))
}

/// Whether the condition's key is one of these (in lower case; `aws:requesttag` is every one of its tags).
pub(crate) fn is_key(condition: &Condition, keys: &[&str]) -> bool {
    let key = condition.key.to_ascii_lowercase();
    let stem = key.split('/').next().unwrap_or(&key);
    keys.contains(&key.as_str()) || keys.contains(&stem)
}

/// A value without references.
pub(crate) fn literal(item: &Item) -> Option<&str> {
    item.text.literal()
}

/// Whether a value was left for somebody to fill in or was masked: `<account>`, `***`, `ACCOUNT-ID`, `123EXAMPLE`, `{{account}}`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'<' | b'>' | b'{' | b'}' | b'[' | b']' | b'%' | b'$' | b'(' | b')' | b' ' | b'#'
        | b'@' => true,
        b'*' | b'.' => {
            matches!(bytes.get(at + 1..at + 3), Some([one, two]) if one == byte && two == byte)
        }
        b'e' | b'E' => begins(bytes, at, b"example"),
        b'p' | b'P' => begins(bytes, at, b"placeholder"),
        _ => false,
    })
}

/// Whether `word` stands at `at`, in whatever case.
fn begins(text: &[u8], at: usize, word: &[u8]) -> bool {
    text.get(at..at + word.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(word))
}
