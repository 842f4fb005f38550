//! A decision in words: each layer, each statement, and why it did not match.

use crate::policy;
use crate::policy::{Effect, Element, Item, Policy};

use super::compiled::{Asked, Cause, Compiled, CompiledPolicy, CompiledStatement, Side};
use super::condition::{ConditionFailure, SetOperator, Test};
use super::principal::Names;
use super::{
    ConditionMismatch, Decision, Layer, LayerDecision, Mismatch, MismatchElement, Scenario,
    StatementDecision, layers,
};

pub(super) fn explain(compiled: &Compiled, scenario: &Scenario, asked: &Asked<'_>) -> Decision {
    let verdict = layers::decide(compiled, asked);
    let mut notes = verdict.notes.sentences();
    let mut decisions = Vec::new();
    for layer in Layer::ALL {
        let Some(said) = verdict.said(*layer) else {
            continue;
        };
        let (written, read) = policies(compiled, scenario, *layer);
        let side = side(*layer);
        let mut statements = Vec::new();
        for (index, (written, read)) in written.into_iter().zip(read).enumerate() {
            for (at, (written, read)) in written.statements.iter().zip(&read.statements).enumerate()
            {
                let checked = read.check(asked, side);
                warn(*layer, written, read, at, asked, &checked, &mut notes);
                statements.push(StatementDecision {
                    policy: index,
                    statement: at,
                    effect: read.effect,
                    mismatch: checked
                        .err()
                        .map(|cause| mismatch(cause, written, read, asked)),
                });
            }
        }
        decisions.push(LayerDecision {
            layer: *layer,
            outcome: said.outcome,
            required: said.required,
            statements,
        });
    }
    Decision {
        outcome: verdict.outcome,
        layers: decisions,
        denied_by: verdict.denied_by,
        notes,
    }
}

fn side(layer: Layer) -> Side {
    match layer {
        Layer::Rcp | Layer::Endpoint => Side::Gate,
        Layer::Resource => Side::Resource,
        Layer::Scp | Layer::Boundary | Layer::Session | Layer::Identity => Side::Caller,
    }
}

/// A layer's policies as written and as read, levels one after the other.
fn policies<'a>(
    compiled: &'a Compiled,
    scenario: &'a Scenario,
    layer: Layer,
) -> (Vec<&'a Policy>, Vec<&'a CompiledPolicy>) {
    match layer {
        Layer::Scp => (
            scenario.scps.iter().flatten().collect(),
            compiled.scps.iter().flatten().collect(),
        ),
        Layer::Rcp => (
            scenario.rcps.iter().flatten().collect(),
            compiled.rcps.iter().flatten().collect(),
        ),
        Layer::Endpoint => (
            scenario.endpoint.iter().collect(),
            compiled.endpoint.iter().collect(),
        ),
        Layer::Boundary => (
            scenario.boundary.iter().collect(),
            compiled.boundary.iter().collect(),
        ),
        Layer::Session => (
            scenario.session.iter().collect(),
            compiled.session.iter().collect(),
        ),
        Layer::Identity => (
            scenario.identity.iter().collect(),
            compiled.identity.iter().collect(),
        ),
        Layer::Resource => (
            scenario.resource.iter().collect(),
            compiled.resource.iter().collect(),
        ),
    }
}

/// What a person should know of a statement whether it matches or not.
fn warn(
    layer: Layer,
    written: &policy::Statement,
    read: &CompiledStatement,
    index: usize,
    asked: &Asked<'_>,
    checked: &Result<Names, Cause>,
    notes: &mut Vec<String>,
) {
    let mut note = |text: String| {
        if notes.len() < MOST_NOTES && !notes.contains(&text) {
            notes.push(text);
        }
    };
    if read.effect == Effect::Deny {
        for condition in &written.conditions {
            let operator = super::condition::Operator::parse(&condition.operator);
            if operator.test == Test::Unknown {
                note(format!(
                    "the {} layer's policy is invalid: {} denies under `{}`, which IAM does not know, so it has no effect here",
                    layer.as_str(),
                    written.label(index),
                    shortened(&condition.operator),
                ));
            }
        }
    }
    let is_spared = *checked == Err(Cause::Principal)
        && read.effect == Effect::Deny
        && read
            .principals
            .as_ref()
            .is_some_and(|principals| principals.negated);
    if is_spared {
        let names = read.named(asked);
        let all = names.has(Names::ROLE) && names.has(Names::ACCOUNT);
        if !all
            && asked.caller_account.is_some()
            && !(names.has(Names::USER) && names.has(Names::ACCOUNT))
        {
            note(format!(
                "{} denies with NotPrincipal and spares only whom it lists: AWS advises to list the caller's role and account beside it",
                written.label(index),
            ));
        }
    }
}

/// Enough for a person, whatever a policy holds.
const MOST_NOTES: usize = 64;

fn mismatch(
    cause: Cause,
    written: &policy::Statement,
    read: &CompiledStatement,
    asked: &Asked<'_>,
) -> Mismatch {
    let simple = |element: MismatchElement, why: String| Mismatch {
        element,
        why,
        condition: None,
    };
    match cause {
        Cause::NoPrincipal => simple(
            MismatchElement::Principal,
            "the statement has no Principal, so it names nobody".to_owned(),
        ),
        Cause::Principal => simple(MismatchElement::Principal, principal_words(written, asked)),
        Cause::ForeignProvider => simple(
            MismatchElement::Principal,
            format!(
                "the provider is {}, but the role is in account {}: a provider must be in the role's own account",
                quoted(&asked.request.principal),
                quoted(asked.owner.unwrap_or_default()),
            ),
        ),
        Cause::NoAction => simple(
            MismatchElement::Action,
            "the statement has neither Action nor NotAction".to_owned(),
        ),
        Cause::Action => simple(
            MismatchElement::Action,
            element_words(
                "action",
                "Action",
                &asked.request.action,
                written.actions.as_ref(),
            ),
        ),
        Cause::NoResource => simple(
            MismatchElement::Resource,
            "the statement has neither Resource nor NotResource".to_owned(),
        ),
        Cause::Resource => {
            let mut why = element_words(
                "resource",
                "Resource",
                &asked.request.resource,
                written.resources.as_ref(),
            );
            if let Some(key) = missing_in_resource(read, asked) {
                why = format!("{why} and has no {}", shortened(key));
            }
            simple(MismatchElement::Resource, why)
        }
        Cause::Condition(index) => condition_mismatch(index, written, read, asked),
    }
}

fn principal_words(written: &policy::Statement, asked: &Asked<'_>) -> String {
    let caller = quoted(&asked.request.principal);
    let Some(principals) = &written.principals else {
        return format!("the caller is {caller}, and the statement names nobody");
    };
    let names = list(principals.items.iter().map(|principal| &principal.item));
    if principals.negated {
        return format!("the caller is {caller}, which NotPrincipal excepts with {names}");
    }
    let deleted = principals.items.iter().find_map(|principal| {
        let value = principal.item.value().into_owned();
        let is_id = ["AROA", "AIDA"]
            .iter()
            .any(|prefix| value.starts_with(prefix));
        is_id.then_some(value)
    });
    let deleted = deleted.map_or_else(String::new, |id| {
        format!(
            "; {} is the id of a principal that has been deleted",
            quoted(&id)
        )
    });
    format!("the caller is {caller}, Principal names {names}{deleted}")
}

fn element_words(what: &str, name: &str, actual: &str, element: Option<&Element>) -> String {
    let actual = quoted(actual);
    match element {
        Some(element) if element.negated => format!(
            "the request's {what} is {actual}, which Not{name} excepts with {}",
            list(&element.items)
        ),
        Some(element) => format!(
            "the request's {what} is {actual}, {name} has {}",
            list(&element.items)
        ),
        None => format!("the request's {what} is {actual}"),
    }
}

fn missing_in_resource<'a>(read: &'a CompiledStatement, asked: &Asked<'_>) -> Option<&'a str> {
    let resources = read
        .resources
        .as_ref()
        .filter(|resources| !resources.negated)?;
    resources.items.iter().find_map(|item| match item {
        super::matching::ResourcePattern::Arn { resource, .. } => resource.missing(asked.context()),
        _ => None,
    })
}

fn condition_mismatch(
    index: usize,
    written: &policy::Statement,
    read: &CompiledStatement,
    asked: &Asked<'_>,
) -> Mismatch {
    let element = MismatchElement::Condition(index);
    let (Some(written), Some(condition)) =
        (written.conditions.get(index), read.conditions.get(index))
    else {
        return Mismatch {
            element,
            why: "a condition does not hold".to_owned(),
            condition: None,
        };
    };
    let failure = condition
        .check(asked.context())
        .err()
        .unwrap_or(ConditionFailure::Value);
    let actual = asked.context().get(&condition.key);
    Mismatch {
        element,
        why: condition_words(written, condition, failure, asked),
        condition: Some(ConditionMismatch {
            operator: written.operator.clone(),
            key: written.key.clone(),
            actual: actual.map(<[String]>::to_vec),
            wanted: written
                .values
                .iter()
                .map(|item| item.value().into_owned())
                .collect(),
            failure,
        }),
    }
}

fn condition_words(
    written: &policy::Condition,
    condition: &super::condition::Condition,
    failure: ConditionFailure,
    asked: &Asked<'_>,
) -> String {
    let operator = shortened(&written.operator);
    let key = shortened(&written.key);
    let wanted = list(&written.values);
    let verb = if condition.operator.negated {
        "refuses"
    } else {
        "wants"
    };
    let has = match asked.context().get(&condition.key) {
        None | Some([]) => format!("the request has no {key}"),
        Some([value]) => format!("the request's {key} is {}", quoted(value)),
        Some(values) => format!("the request's {key} is {}", all_of(values)),
    };
    match failure {
        ConditionFailure::UnknownOperator => {
            format!("IAM knows no condition operator {operator}")
        }
        ConditionFailure::Absent if condition.operator.test == Test::Null => {
            format!("{has}, Null wants it present")
        }
        ConditionFailure::Present => format!("{has}, Null wants it absent"),
        ConditionFailure::SeveralValues => format!(
            "{has}: several values need ForAnyValue: or ForAllValues:, and {operator} has neither"
        ),
        ConditionFailure::UnreadableInRequest => {
            format!(
                "{has}, which is not {}, {operator} {verb} {wanted}",
                kind(condition.operator.test)
            )
        }
        ConditionFailure::UnreadableInPolicy => {
            format!(
                "{has}, {operator} {verb} {wanted}, which is not {}",
                kind(condition.operator.test)
            )
        }
        ConditionFailure::UnresolvedVariable => {
            let variable = condition
                .missing_variable(asked.context())
                .unwrap_or_default();
            format!(
                "{has}, {operator} {verb} {wanted}, and the request has no {}",
                shortened(variable)
            )
        }
        ConditionFailure::Absent | ConditionFailure::Value => {
            let literal_star = condition.operator.test == Test::String
                && !condition.operator.negated
                && written
                    .values
                    .iter()
                    .any(|item| item.value().contains(['*', '?']));
            let hint = if literal_star && failure == ConditionFailure::Value {
                " and takes `*` and `?` as characters (StringLike takes them as wildcards)"
            } else {
                ""
            };
            let each = match (condition.operator.set, failure) {
                (Some(SetOperator::All), ConditionFailure::Value) => " for each value",
                (Some(SetOperator::Any), ConditionFailure::Value) => " for one value",
                _ => "",
            };
            format!("{has}, {operator} {verb} {wanted}{each}{hint}")
        }
    }
}

fn kind(test: Test) -> &'static str {
    match test {
        Test::Number(_) => "a number",
        Test::Date(_) => "a date",
        Test::Bool | Test::Null => "true or false",
        Test::Binary => "base64",
        Test::Address => "an IP address",
        Test::Arn => "an ARN of six parts",
        Test::String | Test::StringLike | Test::StringIgnoringCase | Test::Unknown => {
            "a value that AWS takes"
        }
    }
}

/// `"a"`, or `one of "a", "b"`, with the first few of many.
fn list<'a>(items: impl IntoIterator<Item = &'a Item>) -> String {
    let mut items = items.into_iter();
    let shown: Vec<String> = items
        .by_ref()
        .take(MOST_SHOWN)
        .map(|item| quoted(&item.value()))
        .collect();
    let more = items.count();
    match (shown.as_slice(), more) {
        ([], _) => "nothing".to_owned(),
        ([only], 0) => only.clone(),
        (shown, 0) => format!("one of {}", shown.join(", ")),
        (shown, more) => format!("one of {} and {more} more", shown.join(", ")),
    }
}

fn all_of(values: &[String]) -> String {
    let shown: Vec<String> = values
        .iter()
        .take(MOST_SHOWN)
        .map(|value| quoted(value))
        .collect();
    match values.len().saturating_sub(MOST_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

const MOST_SHOWN: usize = 4;

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// A hostile value must not make a hostile sentence.
fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}
