//! Conditions: every operator, `IfExists`, the set operators, `Null`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;

use crate::glob::Glob;
use crate::policy;
use crate::policy::Version;

use super::Context;
use super::matching::arn_parts;
use super::template::Template;
use super::values::{Decimal, Network, parse_address, parse_base64, parse_bool, parse_date};

/// An operator as written, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`.
    pub(crate) set: Option<SetOperator>,
    /// What is compared.
    pub(crate) test: Test,
    /// The `Not` form.
    pub(crate) negated: bool,
    /// The `IfExists` form.
    pub(crate) if_exists: bool,
}

/// How several values in the request count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetOperator {
    /// `ForAllValues:`
    All,
    /// `ForAnyValue:`
    Any,
}

/// What an operator compares, without its `Not`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// `StringEquals`
    String,
    /// `StringEqualsIgnoreCase`
    StringIgnoringCase,
    /// `StringLike`
    StringLike,
    /// `NumericEquals`, `NumericLessThan`, ...
    Number(Comparison),
    /// `DateEquals`, `DateLessThan`, ...
    Date(Comparison),
    /// `Bool`
    Bool,
    /// `BinaryEquals`
    Binary,
    /// `IpAddress`
    Address,
    /// `ArnEquals`, `ArnLike`
    Arn,
    /// `Null`
    Null,
    /// An operator that IAM does not know.
    Unknown,
}

/// How numbers and dates are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `Equals`
    Equal,
    /// `LessThan`
    Less,
    /// `LessThanEquals`
    LessOrEqual,
    /// `GreaterThan`
    Greater,
    /// `GreaterThanEquals`
    GreaterOrEqual,
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Operator {
    pub(crate) fn parse(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let (set, name) = match lower.split_once(':') {
            Some(("forallvalues", name)) => (Some(SetOperator::All), name),
            Some(("foranyvalue", name)) => (Some(SetOperator::Any), name),
            Some(_) => (None, ""),
            None => (None, lower.as_str()),
        };
        let (name, if_exists) = match name.strip_suffix("ifexists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (test, negated) = match name {
            "stringequals" => (Test::String, false),
            "stringnotequals" => (Test::String, true),
            "stringequalsignorecase" => (Test::StringIgnoringCase, false),
            "stringnotequalsignorecase" => (Test::StringIgnoringCase, true),
            "stringlike" => (Test::StringLike, false),
            "stringnotlike" => (Test::StringLike, true),
            "numericequals" => (Test::Number(Comparison::Equal), false),
            "numericnotequals" => (Test::Number(Comparison::Equal), true),
            "numericlessthan" => (Test::Number(Comparison::Less), false),
            "numericlessthanequals" => (Test::Number(Comparison::LessOrEqual), false),
            "numericgreaterthan" => (Test::Number(Comparison::Greater), false),
            "numericgreaterthanequals" => (Test::Number(Comparison::GreaterOrEqual), false),
            "dateequals" => (Test::Date(Comparison::Equal), false),
            "datenotequals" => (Test::Date(Comparison::Equal), true),
            "datelessthan" => (Test::Date(Comparison::Less), false),
            "datelessthanequals" => (Test::Date(Comparison::LessOrEqual), false),
            "dategreaterthan" => (Test::Date(Comparison::Greater), false),
            "dategreaterthanequals" => (Test::Date(Comparison::GreaterOrEqual), false),
            "bool" => (Test::Bool, false),
            "binaryequals" => (Test::Binary, false),
            "ipaddress" => (Test::Address, false),
            "notipaddress" => (Test::Address, true),
            "arnequals" | "arnlike" => (Test::Arn, false),
            "arnnotequals" | "arnnotlike" => (Test::Arn, true),
            "null" if set.is_none() && !if_exists => (Test::Null, false),
            _ => (Test::Unknown, false),
        };
        Self {
            set,
            test,
            negated,
            if_exists,
        }
    }
}

/// A condition, read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    /// In lower case.
    pub(crate) key: String,
    pub(crate) wanted: Vec<Wanted>,
    /// Whether a value of the policy is not of the operator's type.
    unreadable: bool,
}

impl Condition {
    /// As the condition would read with one of its values alone; `None` where it does not hold as soon as one of them does.
    pub(crate) fn with_one(&self, at: usize) -> Option<Self> {
        let is_one_of = !self.operator.negated
            && self.operator.set != Some(SetOperator::All)
            && self.operator.test != Test::Null;
        Some(Self {
            operator: self.operator,
            key: self.key.clone(),
            wanted: vec![self.wanted.get(at).filter(|_| is_one_of)?.clone()],
            unreadable: self.unreadable,
        })
    }
}

/// A value of the policy, as the operator's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Text(Template),
    /// In lower case.
    TextIgnoringCase(Template),
    Arn(Box<[Glob; 6]>),
    /// An ARN with variables: it is one only when they have values.
    ArnTemplate(Template),
    Number(Decimal),
    Date(i128),
    Bool(bool),
    Binary(Vec<u8>),
    Network(Network),
    /// Not of the operator's type.
    Unreadable,
}

/// Why a condition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionFailure {
    /// The request has no such key.
    Absent,
    /// The request has the key and `Null` wants it absent.
    Present,
    /// The values differ, or under a `Not` operator agree.
    Value,
    /// The request has several values and the operator has no `ForAllValues:` or `ForAnyValue:`.
    SeveralValues,
    /// A value of the request is not of the operator's type.
    UnreadableInRequest,
    /// A value of the policy is not of the operator's type.
    UnreadableInPolicy,
    /// A variable in the policy's value has no value in the request.
    UnresolvedVariable,
    /// IAM does not know the operator.
    UnknownOperator,
}

impl Condition {
    pub(crate) fn new(condition: &policy::Condition, version: Version) -> Self {
        let operator = Operator::parse(&condition.operator);
        let wanted: Vec<Wanted> = condition
            .values
            .iter()
            .map(|item| Wanted::new(operator.test, &item.value(), version))
            .collect();
        Self {
            operator,
            key: condition.key.to_ascii_lowercase(),
            unreadable: wanted.contains(&Wanted::Unreadable),
            wanted,
        }
    }

    pub(crate) fn check(&self, context: &Context) -> Result<(), ConditionFailure> {
        let Operator {
            set,
            test,
            negated,
            if_exists,
        } = self.operator;
        let values = context.get(&self.key);
        match test {
            Test::Unknown => return Err(ConditionFailure::UnknownOperator),
            Test::Null => return self.check_null(values.is_none()),
            _ => {}
        }
        let Some(values) = values.filter(|values| !values.is_empty()) else {
            let holds = match set {
                Some(SetOperator::All) => true,
                Some(SetOperator::Any) => if_exists,
                None => if_exists || negated,
            };
            return if holds {
                Ok(())
            } else {
                Err(ConditionFailure::Absent)
            };
        };
        match (set, values) {
            (Some(SetOperator::All), values) => values
                .iter()
                .try_for_each(|value| self.check_value(value, context)),
            (Some(SetOperator::Any), values) => {
                let mut failure = ConditionFailure::Value;
                for value in values {
                    match self.check_value(value, context) {
                        Ok(()) => return Ok(()),
                        Err(reason) => failure = reason,
                    }
                }
                Err(failure)
            }
            (None, [value]) => self.check_value(value, context),
            (None, _) => Err(ConditionFailure::SeveralValues),
        }
    }

    fn check_null(&self, absent: bool) -> Result<(), ConditionFailure> {
        if self.wanted.contains(&Wanted::Bool(absent)) {
            Ok(())
        } else if self.unreadable {
            Err(ConditionFailure::UnreadableInPolicy)
        } else if absent {
            Err(ConditionFailure::Absent)
        } else {
            Err(ConditionFailure::Present)
        }
    }

    /// Whether one value of the request satisfies the operator: one of the policy's values, or for a `Not` operator none.
    fn check_value(&self, value: &str, context: &Context) -> Result<(), ConditionFailure> {
        let Some(actual) = Actual::read(self.operator.test, value) else {
            return Err(ConditionFailure::UnreadableInRequest);
        };
        let found = self
            .wanted
            .iter()
            .any(|wanted| wanted.is_met(self.operator.test, &actual, context));
        if self.operator.negated {
            if self.unreadable {
                return Err(ConditionFailure::UnreadableInPolicy);
            }
            return if found {
                Err(ConditionFailure::Value)
            } else {
                Ok(())
            };
        }
        if found {
            Ok(())
        } else if self.missing_variable(context).is_some() {
            Err(ConditionFailure::UnresolvedVariable)
        } else if self.unreadable {
            Err(ConditionFailure::UnreadableInPolicy)
        } else {
            Err(ConditionFailure::Value)
        }
    }

    /// The first variable in the policy's values that this request gives no value to.
    pub(crate) fn missing_variable(&self, context: &Context) -> Option<&str> {
        self.wanted.iter().find_map(|wanted| match wanted {
            Wanted::Text(template)
            | Wanted::TextIgnoringCase(template)
            | Wanted::ArnTemplate(template) => template.missing(context),
            _ => None,
        })
    }
}

impl Wanted {
    fn new(test: Test, text: &str, version: Version) -> Self {
        match test {
            Test::String => Self::Text(Template::exact(text, version)),
            Test::StringLike => Self::Text(Template::like(text, version)),
            Test::StringIgnoringCase => {
                Self::TextIgnoringCase(Template::exact(&text.to_ascii_lowercase(), version))
            }
            Test::Arn => match Template::like(text, version) {
                Template::Fixed(_) => match arn_parts(text) {
                    Some(parts) => Self::Arn(Box::new(parts.map(|part| arn_part(part, version)))),
                    None => Self::Unreadable,
                },
                template => Self::ArnTemplate(template),
            },
            Test::Number(_) => Decimal::parse(text).map_or(Self::Unreadable, Self::Number),
            Test::Date(_) => parse_date(text).map_or(Self::Unreadable, Self::Date),
            Test::Bool | Test::Null => parse_bool(text).map_or(Self::Unreadable, Self::Bool),
            Test::Binary => parse_base64(text).map_or(Self::Unreadable, Self::Binary),
            Test::Address => Network::parse(text).map_or(Self::Unreadable, Self::Network),
            Test::Unknown => Self::Unreadable,
        }
    }

    fn is_met(&self, test: Test, actual: &Actual<'_>, context: &Context) -> bool {
        match (self, actual) {
            (Self::Text(template), Actual::Text(text)) => template.matches(text, context),
            (Self::TextIgnoringCase(template), Actual::Lower(text)) => {
                template.resolve(context).is_some_and(|glob| {
                    let lower = Glob::from_marked(glob.marked().to_ascii_lowercase());
                    lower.matches(text)
                })
            }
            (Self::Arn(wanted), Actual::Arn(parts)) => wanted
                .iter()
                .zip(parts)
                .all(|(glob, part)| glob.matches(part)),
            (Self::ArnTemplate(template), Actual::Arn(parts)) => {
                template.resolve(context).is_some_and(|glob| {
                    let mut wanted = glob.marked().splitn(6, |byte| *byte == b':');
                    parts.iter().all(|part| {
                        wanted
                            .next()
                            .is_some_and(|piece| Glob::from_marked(piece.to_vec()).matches(part))
                    })
                })
            }
            (Self::Number(wanted), Actual::Number(number)) => {
                matches!(test, Test::Number(comparison) if comparison.holds(number.cmp(wanted)))
            }
            (Self::Date(wanted), Actual::Date(date)) => {
                matches!(test, Test::Date(comparison) if comparison.holds(date.cmp(wanted)))
            }
            (Self::Bool(wanted), Actual::Bool(flag)) => wanted == flag,
            (Self::Binary(wanted), Actual::Binary(bytes)) => wanted == bytes,
            (Self::Network(wanted), Actual::Address(address)) => wanted.contains(address),
            _ => false,
        }
    }
}

/// Longer than any value that AWS takes; keeps the time for a hostile request small.
const LONGEST_VALUE: usize = 64 * 1024;

/// One part of an ARN pattern, `${*}` and its like undone.
fn arn_part(part: &str, version: Version) -> Glob {
    match Template::like(part, version) {
        Template::Fixed(glob) => glob,
        Template::Variable(_) => Glob::new(part),
    }
}

/// A value of the request, as the operator's type.
enum Actual<'a> {
    Text(&'a str),
    Lower(String),
    Arn([&'a str; 6]),
    Number(Decimal),
    Date(i128),
    Bool(bool),
    Binary(Vec<u8>),
    Address(Network),
}

impl<'a> Actual<'a> {
    fn read(test: Test, text: &'a str) -> Option<Self> {
        if text.len() > LONGEST_VALUE {
            return None;
        }
        Some(match test {
            Test::String | Test::StringLike => Self::Text(text),
            Test::StringIgnoringCase => Self::Lower(text.to_ascii_lowercase()),
            Test::Arn => Self::Arn(arn_parts(text)?),
            Test::Number(_) => Self::Number(Decimal::parse(text)?),
            Test::Date(_) => Self::Date(parse_date(text)?),
            Test::Bool => Self::Bool(parse_bool(text)?),
            Test::Binary => Self::Binary(parse_base64(text)?),
            Test::Address => Self::Address(parse_address(text)?),
            Test::Null | Test::Unknown => return None,
        })
    }
}
