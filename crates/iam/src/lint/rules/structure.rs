//! Elements that are missing, unknown, of the wrong type or said twice.

use undeny_document::{Format, Map, Member, Node, Role, Syntax, Value};
use undeny_text::Span;

use crate::change::ChangeKind;

use super::prelude::*;

rule! {
    /// A value has another JSON type than its element takes.
    DataTypeMismatch = "data-type-mismatch", Some("error-data-type-mismatch"), Error,
    "A value has another JSON type than its element takes",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": {"a": "s3:GetObject"}, "Resource": "*"}"#,
        policy Identity r#"{"Version": 20121017, "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#,
        statement Identity r#"{"Sid": 5, "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": [{"Bool": {"aws:SecureTransport": "true"}}]}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": ["*"], "Condition": {"Bool": {"aws:SecureTransport": true}}}"#
    ],
    data_type_mismatch
}

rule! {
    /// Two members of one object have the same key: only one of them counts, and IAM refuses the policy.
    DuplicateKeys = "duplicate-keys", None, Error,
    "An object has one key twice, so that one of the two is lost",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::reports/a"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/a", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "StringEquals": {"aws:SourceVpc": "vpc-12345678"}}}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/a", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:SourceVpc": "vpc-12345678"}}}"#
    ],
    duplicate_keys
}

rule! {
    /// One condition key stands in one block in two letter cases; to IAM they are one key.
    DuplicateKeysWithDifferentCase = "duplicate-keys-with-different-case", Some("error-duplicate-keys-with-different-case"), Error,
    "A condition block has one key twice in different letter case",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/a", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "AWS:PrincipalOrgId": "o-2"}}}"#
    ],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/a", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "StringLike": {"AWS:PrincipalOrgId": "o-*"}}}"#
    ],
    duplicate_keys_with_different_case
}

rule! {
    /// `Sid` is there and empty.
    EmptySidValue = "empty-sid-value", Some("suggestion-empty-sid-value"), Suggestion,
    "A `Sid` is empty",
    bad [statement Identity r#"{"Sid": "", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    good [statement Identity r#"{"Sid": "List", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    empty_sid_value
}

rule! {
    /// `Effect` takes `Allow` and `Deny`, in this letter case.
    InvalidEffect = "invalid-effect", Some("error-invalid-effect"), Error,
    "An `Effect` is neither `Allow` nor `Deny`",
    bad [
        statement Identity r#"{"Effect": "Permit", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
        statement Identity r#"{"Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#
    ],
    good [statement Identity r#"{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    invalid_effect
}

rule! {
    /// An element that the policy language does not have, often one in another letter case.
    InvalidPolicyElement = "invalid-policy-element", Some("error-invalid-policy-element"), Error,
    "A policy or statement has an element that does not exist",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Comment": "lists"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Conditions": {}}"#,
        policy Identity r#"{"Version": "2012-10-17", "Description": "lists", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#
    ],
    good [policy Identity r#"{"Version": "2012-10-17", "Id": "lists", "Statement": [{"Sid": "List", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#],
    invalid_policy_element
}

rule! {
    /// `Version` names the policy language; it is no date of the author's choice.
    InvalidVersion = "invalid-version", Some("error-invalid-version"), Error,
    "`Version` is neither `2012-10-17` nor `2008-10-17`",
    bad [policy Identity r#"{"Version": "2024-01-01", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#],
    good [policy Identity r#"{"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#],
    invalid_version
}

rule! {
    /// The text of a policy cannot be read as JSON.
    JsonSyntaxError = "json-syntax-error", Some("error-json-syntax-error"), Error,
    "A policy cannot be read as JSON",
    bad [
        policy Identity r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow" "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#,
        policy Identity r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]"#,
        policy Identity r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets",], "Resource": "*"}]}"#,
        policy Identity r#"{"Version": "2012-10-17", /* lists */ "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#
    ],
    good [statement Identity r#"{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/a,]//b\"/*"}"#],
    beyond_json,
    unread json_syntax_error
}

rule! {
    /// A statement says nothing about actions.
    MissingAction = "missing-action", Some("error-missing-action"), Error,
    "A statement has no `Action` and no `NotAction`",
    bad [statement Identity r#"{"Effect": "Allow", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Deny", "NotAction": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    missing_action
}

rule! {
    /// A statement neither allows nor denies.
    MissingEffect = "missing-effect", Some("error-missing-effect"), Error,
    "A statement has no `Effect`",
    bad [statement Identity r#"{"Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    missing_effect
}

rule! {
    /// A policy of a resource must say who; without that a statement matches nobody.
    MissingPrincipal = "missing-principal", Some("error-missing-principal"), Error,
    "A statement of a resource's policy has no `Principal`",
    bad [
        statement Bucket r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#,
        statement Trust r#"{"Effect": "Allow", "Action": "sts:AssumeRole"}"#
    ],
    good [statement Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}"#],
    missing_principal
}

rule! {
    /// A statement says nothing about resources, in a policy where that is needed.
    MissingResource = "missing-resource", Some("error-missing-resource"), Error,
    "A statement has no `Resource` and no `NotResource`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets"}"#],
    good [
        statement Identity r#"{"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::reports/*"}"#,
        statement Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}"#
    ],
    missing_resource
}

rule! {
    /// A policy without statements allows and denies nothing.
    MissingStatement = "missing-statement", Some("error-missing-statement"), Error,
    "A policy has no statement",
    bad [
        policy Identity r#"{"Version": "2012-10-17"}"#,
        policy Identity r#"{"Version": "2012-10-17", "Statement": []}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    missing_statement
}

rule! {
    /// Without `Version` the policy is read by the rules of 2008, which have no variables.
    MissingVersion = "missing-version", Some("general-warning-missing-version"), Warning,
    "A policy has no `Version`, so the rules of 2008 hold",
    bad [policy Identity r#"{"Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    missing_version
}

rule! {
    /// A conditional, a loop or a value from elsewhere says what a part of the policy is: nothing is found in what is not there to be read.
    PartNotRead = "part-not-read", None, Warning,
    "A part of a policy is put together in the template and cannot be checked",
    bad [
        policy Identity r#"policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "s3:ListAllMyBuckets", Resource = "*" }, local.admin] })"#,
        policy Identity r#"policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.actions, Resource = "*" }] })"#
    ],
    good [policy Identity r#"policy = jsonencode({ Version = "2012-10-17", Statement = [var.all ? { Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" } : null] })"#],
    part_not_read
}

rule! {
    /// Longer than a managed policy may be.
    PolicySizeExceedsIdentityPolicyQuota = "policy-size-exceeds-identity-policy-quota",
    Some("general-warning-policy-size-exceeds-identity-policy-quota"), Warning,
    "An identity policy is longer than IAM stores",
    bad [padded(6200) Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/PADDING"}"#],
    good [padded(5000) Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/PADDING"}"#],
    identity_size
}

rule! {
    /// Longer than the service stores with its resource.
    PolicySizeExceedsResourcePolicyQuota = "policy-size-exceeds-resource-policy-quota",
    Some("general-warning-policy-size-exceeds-resource-policy-quota"), Warning,
    "A resource's policy is longer than its service stores",
    bad [padded(21000) Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/PADDING"}"#],
    good [padded(19000) Bucket r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/PADDING"}"#],
    resource_size
}

rule! {
    /// Longer than the default quota of a role's trust policy.
    PolicySizeExceedsRoleTrustPolicyQuota = "policy-size-exceeds-role-trust-policy-quota",
    Some("general-warning-policy-size-exceeds-role-trust-policy-quota"), Warning,
    "A trust policy is longer than IAM stores without a raised quota",
    bad [padded(2100) Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "PADDING"}}}"#],
    good [padded(1000) Trust r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "PADDING"}}}"#],
    trust_size
}

rule! {
    /// Longer than Organizations stores (10,240 characters; 5,120 until 2025).
    PolicySizeExceedsScpQuota = "policy-size-exceeds-scp-quota", Some("error-policy-size-exceeds-scp-quota"), Error,
    "A service control policy is longer than Organizations stores",
    bad [padded(10300) Scp r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/PADDING"}"#],
    good [padded(6000) Scp r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/PADDING"}"#],
    scp_size
}

rule! {
    /// Two statements have one `Sid` where the service does not mind; people do.
    UniqueSidsRecommended = "unique-sids-recommended", Some("general-warning-unique-sids-recommended"), Warning,
    "Two statements of a resource's policy have one `Sid`",
    bad [statement Queue r#"{"Sid": "Send", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}, {"Sid": "Send", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/cd"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#],
    good [statement Queue r#"{"Sid": "Send", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}, {"Sid": "SendToo", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/cd"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#],
    unique_sids_recommended
}

rule! {
    /// Two statements have one `Sid`, which IAM refuses.
    UniqueSidsRequired = "unique-sids-required", Some("error-unique-sids-required"), Error,
    "Two statements of a policy that IAM stores have one `Sid`",
    bad [statement Identity r#"{"Sid": "List", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}, {"Sid": "List", "Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*"}"#],
    good [statement Identity r#"{"Sid": "List", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}, {"Sid": "ListTopics", "Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*"}"#],
    unique_sids_required
}

rule! {
    /// `Action` and `NotAction` (or the like) in one statement.
    UnsupportedElementCombination = "unsupported-element-combination", Some("error-unsupported-element-combination"), Error,
    "A statement has an element and its `Not` form",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "NotAction": "s3:PutObject", "Resource": "arn:aws:s3:::reports/a"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/a", "NotResource": "arn:aws:s3:::reports/b"}"#
    ],
    good [statement Identity r#"{"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::reports/b"}"#],
    unsupported_element_combination
}

rule! {
    /// IAM takes letters and digits in a `Sid`.
    UnsupportedSid = "unsupported-sid", Some("error-unsupported-sid"), Error,
    "A `Sid` has other characters than letters and digits",
    bad [statement Identity r#"{"Sid": "List all-buckets", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#],
    good [
        statement Identity r#"{"Sid": "ListAllBuckets2", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
        statement Queue r#"{"Sid": "Send it", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#
    ],
    unsupported_sid
}

/// The JSON type of a node, where its text tells it.
/// We read more than JSON, and AWS does not: comments, and a comma behind the last of a list.
fn beyond_json(context: &Context<'_>, found: &mut Sink) {
    if context.format != Format::Json || context.object().is_none() {
        return;
    }
    let start = context.root.span.start;
    let text = context.root.span.text(context.text);
    let bytes = text.as_bytes();
    let mut is_string = false;
    let mut comma = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let here = at;
        at += 1;
        match (is_string, byte) {
            (true, b'\\') => at += 1,
            // It stands in a string itself, where its own quotes are escaped.
            (false, b'\\') => return,
            (_, b'"') => {
                is_string = !is_string;
                comma = None;
            }
            (true, _) => {}
            (false, b'/') => {
                let place = Span::new(start + here, start + here + 2);
                found.say(place, "AWS takes no comments in a policy".to_owned());
                return;
            }
            (false, b',') => comma = Some(here),
            (false, b'}' | b']') => {
                if let Some(comma) = comma.take() {
                    let place = Span::new(start + comma, start + comma + 1);
                    let said = "AWS takes no comma behind the last of a list or an object";
                    found.say(place, said.to_owned());
                }
            }
            (false, byte) if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
    }
}

fn json_syntax_error(unread: &Unread<'_>, found: &mut Sink) {
    let is_policy = ["\"Statement\"", "\"Effect\"", "\"Action\""]
        .iter()
        .any(|word| unread.text.contains(word));
    // A key that is there twice has a rule of its own.
    if is_policy && !unread.message.contains("there twice") {
        found.say(unread.span, format!("this is no JSON: {}", unread.message));
    }
}

fn type_of(node: &Node) -> Option<&'static str> {
    match &node.inner().value {
        Value::Null => Some("null"),
        Value::Bool(_) => Some("a boolean"),
        Value::Number(_) => Some("a number"),
        Value::Text(_) => Some("a string"),
        Value::List(_) => Some("a list"),
        Value::Map(map)
            if map
                .members
                .iter()
                .any(|member| is_intrinsic(&member.key.text)) =>
        {
            None
        }
        Value::Map(_) => Some("an object"),
        _ => None,
    }
}

/// Whether a key is CloudFormation's and not the policy's.
/// What the template or YAML puts something else in the place of.
fn is_intrinsic(key: &str) -> bool {
    key.starts_with("Fn::") || matches!(key, "<<" | "Ref" | "Condition!")
}

fn data_type_mismatch(context: &Context<'_>, found: &mut Sink) {
    let mut expect = |member: &Member, node: &Node, wanted: &[&str]| {
        if let Some(actual) = type_of(node)
            && !wanted.contains(&actual)
        {
            found.say(
                node.span,
                format!(
                    "{} is {actual}, and takes {}",
                    code(&member.key.text),
                    wanted.join(" or ")
                ),
            );
        }
    };
    if let Some(map) = context.object() {
        for member in &map.members {
            match member.key.text.as_str() {
                "Version" | "Id" => expect(member, &member.value, &["a string"]),
                "Statement" => {
                    expect(member, &member.value, &["an object", "a list"]);
                    for item in member.value.one_or_many() {
                        expect(member, item, &["an object"]);
                    }
                }
                _ => {}
            }
        }
    }
    for member in context
        .statements
        .iter()
        .filter_map(RawStatement::map)
        .flat_map(|map| &map.members)
    {
        match member.key.text.as_str() {
            "Sid" | "Effect" => expect(member, &member.value, &["a string"]),
            "Action" | "NotAction" | "Resource" | "NotResource" => {
                if type_of(&member.value) == Some("a list") {
                    for item in member.value.one_or_many() {
                        expect(member, item, &["a string"]);
                    }
                } else {
                    expect(member, &member.value, &["a string", "a list"]);
                }
            }
            "Principal" | "NotPrincipal" => {
                // A list has a rule of its own: `invalid-principal-format`.
                expect(member, &member.value, &["an object", "a string", "a list"]);
                for kind in member
                    .value
                    .as_map()
                    .iter()
                    .flat_map(|map| &map.members)
                    .filter(|kind| !is_intrinsic(&kind.key.text))
                {
                    for item in kind.value.one_or_many() {
                        // Account numbers are often written bare.
                        expect(kind, item, &["a string", "a number"]);
                    }
                }
            }
            "Condition" => {
                expect(member, &member.value, &["an object"]);
                for operator in member.value.as_map().iter().flat_map(|map| &map.members) {
                    if is_intrinsic(&operator.key.text) {
                        continue;
                    }
                    expect(operator, &operator.value, &["an object"]);
                    for key in operator.value.as_map().iter().flat_map(|map| &map.members) {
                        if is_intrinsic(&key.key.text) {
                            continue;
                        }
                        for item in key.value.one_or_many() {
                            expect(key, item, &["a string", "a number", "a boolean"]);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn duplicate_keys(context: &Context<'_>, found: &mut Sink) {
    if context.object().is_none() && context.statements.is_empty() {
        return;
    }
    fn below(node: &Node, found: &mut Sink) {
        if let Value::Map(map) = &node.value {
            let mut seen = Index::default();
            for member in &map.members {
                if !seen.is_new(member.key.text.as_str()) {
                    found.say(
                        member.key.span,
                        format!(
                            "{} stands twice in one object; only one of the two counts",
                            code(&member.key.text)
                        ),
                    );
                }
            }
        }
        for child in node.children() {
            below(child, found);
        }
    }
    below(context.root, found);
}

fn duplicate_keys_with_different_case(context: &Context<'_>, found: &mut Sink) {
    for map in context
        .statements
        .iter()
        .filter_map(|statement| statement.member("Condition")?.value.as_map())
    {
        for operator in &map.members {
            let keys = operator
                .value
                .as_map()
                .map_or(&[][..], |map| map.members.as_slice());
            let mut seen = Index::default();
            let mut first: Vec<&str> = Vec::new();
            for key in keys {
                let (at, is_new) = seen.place(key.key.text.to_ascii_lowercase());
                if is_new {
                    first.push(&key.key.text);
                }
                let other = first.get(at).copied().unwrap_or_default();
                if other != key.key.text {
                    found.say(
                        key.key.span,
                        format!(
                            "{} and {} are one key: letter case does not matter in it",
                            code(other),
                            code(&key.key.text)
                        ),
                    );
                }
            }
        }
    }
}

/// A Sid that no statement has: this word, or with a number behind it.
fn fresh_sid(context: &Context<'_>, word: &str) -> String {
    let is_taken = |sid: &str| {
        context
            .statements
            .iter()
            .filter_map(|statement| statement.member("Sid")?.value.as_str())
            .any(|known| known == sid)
    };
    if word != "Statement" && !is_taken(word) {
        return word.to_owned();
    }
    let mut number = if word == "Statement" { 1 } else { 2 };
    loop {
        let sid = format!("{word}{number}");
        if !is_taken(&sid) {
            return sid;
        }
        number += 1;
    }
}

fn respell(place: Span, word: impl Into<String>) -> ChangeKind {
    ChangeKind::Respell {
        place,
        word: word.into(),
    }
}

fn empty_sid_value(context: &Context<'_>, found: &mut Sink) {
    for member in context
        .statements
        .iter()
        .filter_map(|statement| statement.member("Sid"))
        .filter(|member| member.value.as_str() == Some(""))
    {
        let sid = fresh_sid(context, "Statement");
        found.push(
            Found::new(
                member.span,
                "`Sid` is empty; give it a word or leave it out".to_owned(),
            )
            .fix(
                format!("call it {sid}"),
                vec![respell(member.value.span, sid)],
            ),
        );
    }
}

fn invalid_effect(context: &Context<'_>, found: &mut Sink) {
    for member in context
        .statements
        .iter()
        .filter_map(|statement| statement.member("Effect"))
    {
        if let Some(effect) = member.value.as_str()
            && !matches!(effect, "Allow" | "Deny")
        {
            let meant = ["Allow", "Deny"]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(effect.trim()));
            let help = meant.map_or_else(
                || "; it is `Allow` or `Deny`".to_owned(),
                |meant| format!("; write {}", code(meant)),
            );
            let mut finding = Found::new(
                member.value.span,
                format!("{} is no `Effect`{help}", code(effect)),
            );
            if let Some(meant) = meant {
                finding = finding.fix(
                    format!("write {meant}"),
                    vec![respell(member.value.span, meant)],
                );
            }
            found.push(finding);
        }
    }
}

const POLICY_ELEMENTS: &[&str] = &["Id", "Statement", "Version"];
const STATEMENT_ELEMENTS: &[&str] = &[
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
];

fn invalid_policy_element(context: &Context<'_>, found: &mut Sink) {
    let mut look = |map: &Map, known: &[&str], place: &str| {
        for member in &map.members {
            let key = member.key.text.as_str();
            if known.contains(&key) || is_intrinsic(key) {
                continue;
            }
            let near = known.iter().find(|known| {
                known.eq_ignore_ascii_case(key)
                    || key
                        .strip_suffix('s')
                        .is_some_and(|key| known.eq_ignore_ascii_case(key))
            });
            let help = near.map_or(String::new(), |near| format!("; you mean {}", code(near)));
            let mut finding = Found::new(
                member.key.span,
                format!("{} is no element of a {place}{help}", code(key)),
            );
            if let Some(near) = near.filter(|near| map.get(near).is_none()) {
                finding = finding.fix(
                    format!("write {near}"),
                    vec![respell(member.key.span, *near)],
                );
            }
            found.push(finding);
        }
    };
    if let Some(map) = context.object() {
        look(map, POLICY_ELEMENTS, "policy");
    }
    for map in context.statements.iter().filter_map(RawStatement::map) {
        look(map, STATEMENT_ELEMENTS, "statement");
    }
}

fn invalid_version(context: &Context<'_>, found: &mut Sink) {
    let version = context.object().and_then(|map| map.get("Version"));
    if let Some(member) = version
        && let Some(version) = member.value.as_str()
        && !matches!(version, "2012-10-17" | "2008-10-17")
    {
        found.push(
            Found::new(
                member.value.span,
                format!(
                    "{} is no version of the policy language; write `2012-10-17`",
                    code(version)
                ),
            )
            .fix(
                "write 2012-10-17",
                vec![respell(member.value.span, "2012-10-17")],
            ),
        );
    }
}

/// The statements that lack every one of `names`.
fn lacking<'a>(
    context: &Context<'a>,
    names: &'static [&'static str],
) -> impl Iterator<Item = RawStatement<'a>> {
    context
        .statements
        .clone()
        .into_iter()
        .filter(move |statement| {
            statement.map().is_some_and(|map| {
                !map.members.is_empty()
                    && !map.members.iter().any(|member| {
                        names.contains(&member.key.text.as_str()) || is_intrinsic(&member.key.text)
                    })
            })
        })
}

fn missing_action(context: &Context<'_>, found: &mut Sink) {
    for statement in lacking(context, &["Action", "NotAction"]) {
        found.say(
            statement.node.span,
            format!(
                "statement {} has no `Action` and no `NotAction`",
                statement.index + 1
            ),
        );
    }
}

fn missing_effect(context: &Context<'_>, found: &mut Sink) {
    for statement in lacking(context, &["Effect"]) {
        found.say(
            statement.node.span,
            format!("statement {} has no `Effect`", statement.index + 1),
        );
    }
}

fn missing_principal(context: &Context<'_>, found: &mut Sink) {
    if !context.role().is_resource_policy() {
        return;
    }
    for statement in lacking(context, &["Principal", "NotPrincipal"]) {
        found.say(
            statement.node.span,
            format!(
                "statement {} has no `Principal`, so it matches nobody",
                statement.index + 1
            ),
        );
    }
}

fn missing_resource(context: &Context<'_>, found: &mut Sink) {
    // Policies of other resources apply to the resource that they are attached to, and services differ in what they ask for.
    let needed = matches!(
        context.role(),
        Role::Identity | Role::Boundary | Role::Session | Role::Scp | Role::Rcp | Role::Bucket
    ) && !(context.role() == Role::Identity && context.has_principals());
    if !needed {
        return;
    }
    for statement in lacking(context, &["Resource", "NotResource"]) {
        found.say(
            statement.node.span,
            format!(
                "statement {} has no `Resource` and no `NotResource`",
                statement.index + 1
            ),
        );
    }
}

fn missing_statement(context: &Context<'_>, found: &mut Sink) {
    let Some(map) = context.object() else { return };
    match map.get("Statement") {
        None => found.push(Found::new(
            context.root.span,
            "the policy has no `Statement`, so it allows and denies nothing".to_owned(),
        )),
        Some(member)
            if member
                .value
                .as_list()
                .is_some_and(|list| list.items.is_empty()) =>
        {
            found.say(
                member.span,
                "`Statement` is empty, so the policy allows and denies nothing".to_owned(),
            );
        }
        Some(_) => {}
    }
}

fn missing_version(context: &Context<'_>, found: &mut Sink) {
    if let Some(map) = context.object()
        && map.get("Version").is_none()
    {
        let mut finding = Found::new(
            context.root.span,
            "the policy has no `Version`, so the rules of 2008 hold and `${aws:username}` is plain text; write `2012-10-17`".to_owned(),
        );
        // With variables in it the policy would say something else.
        if !context.root.span.text(context.text).contains("${") {
            finding = finding.fix(
                "write the version",
                vec![ChangeKind::AddVersion {
                    version: "2012-10-17",
                }],
            );
        }
        found.push(finding);
    }
}

/// The policy's length as AWS counts it, without blanks, where the text is what AWS gets.
fn size(context: &Context<'_>) -> Option<usize> {
    (context.root.syntax == Syntax::Json && context.object().is_some()).then(|| {
        context
            .root
            .span
            .text(context.text)
            .chars()
            .filter(|character| !character.is_whitespace())
            .count()
    })
}

fn too_long(context: &Context<'_>, quota: usize, found: &mut Sink) {
    if let Some(size) = size(context)
        && size > quota
    {
        let at = context.root.span.start;
        found.say(
            Span::new(at, at + 1),
            format!(
                "the policy has {size} characters without blanks, and AWS stores {quota} at most"
            ),
        );
    }
}

fn identity_size(context: &Context<'_>, found: &mut Sink) {
    if context.is_identity() {
        too_long(context, 6_144, found);
    }
}

fn resource_size(context: &Context<'_>, found: &mut Sink) {
    let quota = match context.role() {
        Role::Bucket | Role::Secret => 20_480,
        Role::Key => 32_768,
        Role::Topic => 30_720,
        _ => return,
    };
    too_long(context, quota, found);
}

fn trust_size(context: &Context<'_>, found: &mut Sink) {
    if context.role() == Role::Trust {
        too_long(context, 2_048, found);
    }
}

fn scp_size(context: &Context<'_>, found: &mut Sink) {
    if context.role() == Role::Scp {
        too_long(context, 10_240, found);
    }
}

/// The `Sid`s that an earlier statement has too.
fn repeated_sids<'a>(context: &Context<'a>) -> Vec<(Span, &'a str)> {
    let sids: Vec<(Span, &str)> = context
        .statements
        .iter()
        .filter_map(|statement| {
            let member = statement.member("Sid")?;
            Some((member.value.span, member.value.as_str()?))
        })
        .filter(|(_, sid)| !sid.is_empty())
        .collect();
    let mut seen = Index::default();
    sids.into_iter()
        .filter(|(_, sid)| !seen.is_new(*sid))
        .collect()
}

fn unique_sids_recommended(context: &Context<'_>, found: &mut Sink) {
    if context.is_iam() || context.role() == Role::Scp {
        return;
    }
    for (span, sid) in repeated_sids(context) {
        let other = fresh_sid(context, sid);
        found.push(
            Found::new(
                span,
                format!("another statement is called {} too", code(sid)),
            )
            .fix(format!("call it {other}"), vec![respell(span, other)]),
        );
    }
}

fn unique_sids_required(context: &Context<'_>, found: &mut Sink) {
    if !context.is_iam() {
        return;
    }
    for (span, sid) in repeated_sids(context) {
        let other = fresh_sid(context, sid);
        found.push(
            Found::new(
                span,
                format!(
                    "another statement is called {} too, and IAM refuses the policy",
                    code(sid)
                ),
            )
            .fix(format!("call it {other}"), vec![respell(span, other)]),
        );
    }
}

fn unsupported_element_combination(context: &Context<'_>, found: &mut Sink) {
    for statement in &context.statements {
        for (plain, not) in [
            ("Action", "NotAction"),
            ("Principal", "NotPrincipal"),
            ("Resource", "NotResource"),
        ] {
            if statement.member(plain).is_some()
                && let Some(member) = statement.member(not)
            {
                found.say(
                    member.key.span,
                    format!("a statement takes `{plain}` or `{not}`, not both"),
                );
            }
        }
    }
}

fn unsupported_sid(context: &Context<'_>, found: &mut Sink) {
    if !context.is_iam() {
        return;
    }
    for statement in &context.statements {
        if let Some(member) = statement.member("Sid")
            && let Some(sid) = member.value.as_str()
            && !sid.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !is_placeholder(&sid.replace(' ', ""))
        {
            let mut finding = Found::new(
                member.value.span,
                format!(
                    "the Sid {} has other characters than letters and digits, which IAM refuses",
                    code(sid)
                ),
            );
            let plain: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
            if !plain.is_empty() {
                let plain = fresh_sid(context, &plain);
                finding = finding.fix(
                    format!("call it {plain}"),
                    vec![respell(member.value.span, plain)],
                );
            }
            found.push(finding);
        }
    }
}

fn part_not_read(context: &Context<'_>, found: &mut Sink) {
    // What is not read in JSON is wrong, and other rules say so.
    if context.format == Format::Json {
        return;
    }
    for open in context.open.iter().filter(|open| !open.is_all) {
        found.say(open.span, format!("this part is not checked: {}", open.why));
    }
}
