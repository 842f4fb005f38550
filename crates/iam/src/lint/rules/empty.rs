//! Lists and objects with nothing in them.

use undeny_document::Node;

use super::prelude::*;

rule! {
    /// A statement with an empty list of actions.
    EmptyArrayAction = "empty-array-action", Some("suggestion-empty-array-action"), Suggestion,
    "`Action` is an empty list",
    bad [statement Identity r#"{"Effect": "Allow", "Action": [], "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": "*"}"#],
    |context, found| empty_list(context, &["Action", "NotAction"], "names no action", found)
}

rule! {
    /// A condition key with an empty list of values.
    EmptyArrayCondition = "empty-array-condition", Some("suggestion-empty-array-condition"), Suggestion,
    "A condition key has an empty list of values",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": []}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}}"#],
    |context, found| empty_values(context, Form::Plain, "so the condition never holds", found)
}

rule! {
    /// `ForAllValues:` with an empty list holds for requests without the key only.
    EmptyArrayConditionForallvalues = "empty-array-condition-forallvalues", Some("suggestion-empty-array-condition-forallvalues"), Suggestion,
    "`ForAllValues:` has an empty list of values",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": []}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}}"#],
    |context, found| empty_values(context, Form::ForAllValues, "so it holds only for requests without the key; say that with `Null` and `true`", found)
}

rule! {
    /// `ForAnyValue:` with an empty list never holds.
    EmptyArrayConditionForanyvalue = "empty-array-condition-foranyvalue", Some("suggestion-empty-array-condition-foranyvalue"), Suggestion,
    "`ForAnyValue:` has an empty list of values",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": []}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}}"#],
    |context, found| empty_values(context, Form::ForAnyValue, "so it never holds", found)
}

rule! {
    /// `...IfExists` with an empty list holds for requests without the key only.
    EmptyArrayConditionIfexists = "empty-array-condition-ifexists", Some("suggestion-empty-array-condition-ifexists"), Suggestion,
    "`...IfExists` has an empty list of values",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": []}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": ["o-1"]}}}"#],
    |context, found| empty_values(context, Form::IfExists, "so it holds only for requests without the key; say that with `Null` and `true`", found)
}

rule! {
    /// A kind of principal with an empty list.
    EmptyArrayPrincipal = "empty-array-principal", Some("suggestion-empty-array-principal"), Suggestion,
    "A list of principals is empty",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": []}, "Action": "sts:AssumeRole"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/ci"]}, "Action": "sts:AssumeRole"}"#],
    empty_array_principal
}

rule! {
    /// A statement with an empty list of resources.
    EmptyArrayResource = "empty-array-resource", Some("suggestion-empty-array-resource"), Suggestion,
    "`Resource` is an empty list",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": []}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": ["*"]}"#],
    |context, found| empty_list(context, &["Resource", "NotResource"], "names no resource", found)
}

rule! {
    /// `Condition` or one of its operators is an empty object.
    EmptyObjectCondition = "empty-object-condition", Some("suggestion-empty-object-condition"), Suggestion,
    "`Condition` or an operator in it is an empty object",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {}}}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#],
    empty_object_condition
}

rule! {
    /// `Principal` is an empty object.
    EmptyObjectPrincipal = "empty-object-principal", Some("suggestion-empty-object-principal"), Suggestion,
    "`Principal` is an empty object",
    bad [statement Trust r#"{"Effect": "Allow", "Principal": {}, "Action": "sts:AssumeRole"}"#],
    good [statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}"#],
    empty_object_principal
}

fn is_empty_list(node: &Node) -> bool {
    node.as_list().is_some_and(|list| list.items.is_empty())
}

fn is_empty_object(node: &Node) -> bool {
    node.as_map().is_some_and(|map| map.members.is_empty())
}

fn empty_list(context: &Context<'_>, names: &[&str], what: &str, found: &mut Sink) {
    for statement in &context.statements {
        for member in names.iter().filter_map(|name| statement.member(name)) {
            if is_empty_list(&member.value) {
                found.say(
                    member.span,
                    format!(
                        "statement {} {what}, so it does nothing",
                        statement.index + 1
                    ),
                );
            }
        }
    }
}

/// How an operator is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    ForAllValues,
    ForAnyValue,
    IfExists,
}

fn form(operator: &str) -> Form {
    let operator = operator.to_ascii_lowercase();
    if operator.starts_with("forallvalues:") {
        Form::ForAllValues
    } else if operator.starts_with("foranyvalue:") {
        Form::ForAnyValue
    } else if operator.ends_with("ifexists") {
        Form::IfExists
    } else {
        Form::Plain
    }
}

fn empty_values(context: &Context<'_>, wanted: Form, what: &str, found: &mut Sink) {
    for map in context
        .statements
        .iter()
        .filter_map(|statement| statement.member("Condition")?.value.as_map())
    {
        for operator in map
            .members
            .iter()
            .filter(|operator| form(&operator.key.text) == wanted)
        {
            for key in operator.value.as_map().iter().flat_map(|map| &map.members) {
                if is_empty_list(&key.value) {
                    found.say(
                        key.span,
                        format!("{} has no value, {what}", code(&key.key.text)),
                    );
                }
            }
        }
    }
}

fn empty_array_principal(context: &Context<'_>, found: &mut Sink) {
    for statement in &context.statements {
        for member in ["Principal", "NotPrincipal"]
            .iter()
            .filter_map(|name| statement.member(name))
        {
            for kind in member.value.as_map().iter().flat_map(|map| &map.members) {
                if is_empty_list(&kind.value) {
                    found.say(
                        kind.span,
                        format!("{} lists no principal", code(&kind.key.text)),
                    );
                }
            }
        }
    }
}

fn empty_object_condition(context: &Context<'_>, found: &mut Sink) {
    for member in context
        .statements
        .iter()
        .filter_map(|statement| statement.member("Condition"))
    {
        if is_empty_object(&member.value) {
            found.say(member.span, "`Condition` is empty".to_owned());
        }
        for operator in member.value.as_map().iter().flat_map(|map| &map.members) {
            if is_empty_object(&operator.value) {
                found.say(
                    operator.span,
                    format!("{} looks at no key", code(&operator.key.text)),
                );
            }
        }
    }
}

fn empty_object_principal(context: &Context<'_>, found: &mut Sink) {
    for statement in &context.statements {
        for member in ["Principal", "NotPrincipal"]
            .iter()
            .filter_map(|name| statement.member(name))
        {
            if is_empty_object(&member.value) {
                found.say(
                    member.span,
                    format!("statement {} names no principal", statement.index + 1),
                );
            }
        }
    }
}
