//! Questions about one policy, asked as comparisons: against a policy that allows everything else.
//!
//! They answer to AWS's `CheckAccessNotGranted` and `CheckNoPublicAccess`, with an example for every no.
//! Sources: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html>,
//! <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html>

use undeny_text::Span;

use crate::evaluate::condition::{Operator, SetOperator, Test};
use crate::evaluate::values::Network;
use crate::policy::{
    Condition, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals, Statement,
    Version,
};

use super::{Comparison, compare, space};

/// What `policies` allow of these actions on these resources; everything where a list is empty.
#[must_use]
pub fn granted(policies: &[Policy], actions: &[String], resources: &[String]) -> Comparison {
    let has_principals = space::has_principals(&[policies]);
    let all = ["*".to_owned()];
    let or_all = |list: &'_ [String]| element(if list.is_empty() { &all } else { list });
    let of = |effect, actions, resources| Statement {
        principals: has_principals.then(everyone),
        actions: Some(actions),
        resources: Some(resources),
        ..nothing(effect)
    };
    let elsewhere = vec![
        of(Effect::Allow, element(&all), element(&all)),
        of(Effect::Deny, or_all(actions), or_all(resources)),
    ];
    against(elsewhere, policies)
}

/// What `policies`, which say who, allow to somebody whom they neither name nor tell by a fixed account, organisation, source or network.
#[must_use]
pub fn public(policies: &[Policy]) -> Comparison {
    let statements = || policies.iter().flat_map(|policy| &policy.statements);
    let all = ["*".to_owned()];
    let open = |principals: Principals, conditions: Vec<Condition>| Statement {
        principals: Some(principals),
        actions: Some(element(&all)),
        resources: Some(element(&all)),
        conditions,
        ..nothing(Effect::Allow)
    };
    let named: Vec<Principal> = statements()
        .flat_map(|statement| &statement.principals)
        .flat_map(|principals| &principals.items)
        .filter(|principal| principal.item.value() != "*")
        .cloned()
        .collect();
    let mut elsewhere = Vec::new();
    if !named.is_empty() {
        elsewhere.push(open(
            Principals {
                items: named,
                ..Principals::default()
            },
            Vec::new(),
        ));
    }
    for condition in policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.conditions)
    {
        if let Some(fixed) = fixed(condition) {
            elsewhere.push(open(everyone(), vec![fixed]));
        }
    }
    against(elsewhere, policies)
}

fn against(statements: Vec<Statement>, policies: &[Policy]) -> Comparison {
    let Some(first) = policies.first() else {
        return Comparison::default();
    };
    let before = Policy {
        version: Version::V2012,
        statements,
        ..first.clone()
    };
    compare(&[before], policies)
}

/// What a value of a key fixes, so that not just anybody can send it.
#[derive(Clone, Copy)]
enum Fixed {
    /// The whole.
    Value,
    /// An ARN's account, or a bucket's name.
    Arn,
    /// The organisation, before the first slash.
    Path,
    /// A role's id, before the colon.
    RoleId,
    /// A network that is not half the internet.
    Network,
    /// That an AWS service calls.
    True,
}

/// Keys that tell who calls, or through what, by something that others cannot choose.
///
/// Source: "The meaning of 'public'" in <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>, and
/// the properties of principals and of the network in
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const TELLING: &[(&str, Fixed)] = &[
    ("aws:federatedprovider", Fixed::Value),
    ("aws:principalaccount", Fixed::Value),
    ("aws:principalarn", Fixed::Arn),
    ("aws:principalisawsservice", Fixed::True),
    ("aws:principalorgid", Fixed::Value),
    ("aws:principalorgpaths", Fixed::Path),
    ("aws:principalservicename", Fixed::Value),
    ("aws:sourceaccount", Fixed::Value),
    ("aws:sourcearn", Fixed::Arn),
    ("aws:sourceip", Fixed::Network),
    ("aws:sourceorgid", Fixed::Value),
    ("aws:sourceorgpaths", Fixed::Path),
    ("aws:sourceowner", Fixed::Value),
    ("aws:sourcevpc", Fixed::Value),
    ("aws:sourcevpcarn", Fixed::Arn),
    ("aws:sourcevpce", Fixed::Value),
    ("aws:userid", Fixed::RoleId),
    ("aws:vpceaccount", Fixed::Value),
    ("aws:vpceorgid", Fixed::Value),
    ("aws:vpceorgpaths", Fixed::Path),
    ("kms:calleraccount", Fixed::Value),
    ("s3:dataaccesspointaccount", Fixed::Value),
    ("s3:dataaccesspointarn", Fixed::Arn),
];

/// Whether a condition that could tell who calls lets others pass too: it holds without its key, or for a value that anybody can have.
/// What a variable or a reference stands for is not known, and is taken to tell.
pub(crate) fn lets_others_pass(condition: &Condition) -> bool {
    let operator = Operator::parse(&condition.operator);
    let holds_without = operator.negated
        || operator.if_exists
        || operator.set == Some(SetOperator::All)
        || operator.test == Test::Null;
    let key = condition.key.to_ascii_lowercase();
    let Some((_, kind)) = TELLING.iter().find(|(known, _)| *known == key) else {
        return holds_without;
    };
    let is_open = |item: &Item| match (kind, item.text.literal()) {
        (_, None) => false,
        (Fixed::True, Some(_)) => false,
        (Fixed::RoleId, Some(value)) => value.starts_with(['*', '?']),
        (_, Some(value)) => !value.contains('$') && !kind.is_fixed_by(value),
    };
    holds_without || condition.values.iter().any(is_open)
}

/// The condition that holds for one of the values which `condition` wants or refuses, as far as they are fixed.
fn fixed(condition: &Condition) -> Option<Condition> {
    let key = condition.key.to_ascii_lowercase();
    let (_, kind) = TELLING.iter().find(|(known, _)| *known == key)?;
    let written = Operator::parse(&condition.operator);
    let name = match written.test {
        Test::String => "StringEquals",
        Test::StringIgnoringCase => "StringEqualsIgnoreCase",
        Test::StringLike => "StringLike",
        Test::Arn => "ArnLike",
        Test::Address => "IpAddress",
        Test::Bool => "Bool",
        _ => return None,
    };
    // Of several values one is enough.
    let set = if written.set.is_some() {
        "ForAnyValue:"
    } else {
        ""
    };
    let values: Vec<Item> = condition
        .values
        .iter()
        .filter(|item| kind.is_fixed_by(&item.value()))
        .cloned()
        .collect();
    (!values.is_empty()).then(|| Condition {
        operator: format!("{set}{name}"),
        values,
        ..condition.clone()
    })
}

impl Fixed {
    fn is_fixed_by(self, value: &str) -> bool {
        let is_plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '$']);
        match self {
            Self::Value => is_plain(value),
            Self::Path => value.split('/').next().is_some_and(is_plain),
            Self::RoleId => is_plain(value.strip_suffix(":*").unwrap_or(value)),
            Self::True => value.eq_ignore_ascii_case("true"),
            Self::Arn => {
                let mut parts = value.splitn(6, ':').skip(2);
                let (service, account, resource) = (parts.next(), parts.nth(1), parts.next());
                let bucket = resource.and_then(|resource| resource.split('/').next());
                account.is_some_and(is_plain)
                    || service == Some("s3") && account == Some("") && bucket.is_some_and(is_plain)
            }
            Self::Network => Network::parse(value).is_some_and(|network| {
                let size = network.last - network.first;
                // Shorter than /8, or for version 6 than /32, is too large to be somebody's.
                let most = if network.v6 {
                    u128::MAX >> 32
                } else {
                    u128::from(u32::MAX >> 8)
                };
                size <= most
            }),
        }
    }
}

fn everyone() -> Principals {
    Principals {
        items: vec![Principal {
            kind: PrincipalKind::Everyone,
            item: Item::literal("*"),
        }],
        ..Principals::default()
    }
}

fn element(values: &[String]) -> Element {
    Element {
        items: values.iter().map(Item::literal).collect(),
        ..Element::default()
    }
}

fn nothing(effect: Effect) -> Statement {
    Statement {
        path: Vec::new(),
        passed_over: 0,
        span: Span::default(),
        sid: None,
        effect,
        principals: None,
        actions: None,
        resources: None,
        conditions: Vec::new(),
    }
}
