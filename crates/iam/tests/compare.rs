//! What a comparison says of the changes that people make.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop"
)]

mod support;

use serde_json::{Value, json};
use undeny_iam::compare::{Comparison, NewAccess, compare, granted, public};
use undeny_iam::evaluate::{Outcome, Scenario, evaluate};

fn statements(statements: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn compared(before: &Value, after: &Value) -> Comparison {
    let comparison = compare(
        &[support::policy(&statements(before))],
        &[support::policy(&statements(after))],
    );
    assert!(
        comparison.new_access.iter().all(|entry| entry.confirmed),
        "{comparison:#?}"
    );
    comparison
}

#[track_caller]
fn only(before: &Value, after: &Value) -> NewAccess {
    let comparison = compared(before, after);
    assert_eq!(comparison.new_access.len(), 1, "{comparison:#?}");
    assert_eq!(comparison.approximated, Vec::<String>::new());
    comparison.new_access[0].clone()
}

#[track_caller]
fn nothing(before: &Value, after: &Value) {
    let comparison = compared(before, after);
    assert_eq!(comparison.new_access, []);
}

const ROLE: &str = "arn:aws:iam::123456789012:role/TargetDeployRole";
const CALLER: &str = "arn:aws:iam::123456789012:role/CodeBuildServiceRole";

/// Pairs in the form of AWS's samples for CheckNoNewAccess, each with what its documentation says of them.
#[test]
fn pairs_are_decided_as_documented() {
    let mut wrong = Vec::new();
    for line in include_str!("pairs.jsonl").lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        let found = compare(
            &[support::policy(&pair["existing"])],
            &[support::policy(&pair["new"])],
        )
        .new_access;
        let expected = pair["expect"] == "FAIL";
        if found.is_empty() == expected || !found.iter().all(|new| new.confirmed) {
            wrong.push(format!("{}: {found:#?}", pair["name"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_action_beside_another_is_new_for_the_same_resource() {
    let before = json!([{ "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": ROLE }]);
    let after = json!([{ "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": ROLE }]);
    let entry = only(&before, &after);
    assert_eq!(entry.actions, ["sts:TagSession"]);
    assert_eq!(entry.resources, [ROLE]);
    assert_eq!(entry.principals, Vec::<String>::new());
    assert_eq!(entry.condition, None);
    assert_eq!(entry.example.action, "sts:TagSession");
    assert_eq!(entry.example.resource, ROLE);
    nothing(&after, &before);
}

#[test]
fn an_action_in_a_trust_policy_is_new_for_its_principal() {
    let before =
        json!([{ "Effect": "Allow", "Principal": { "AWS": CALLER }, "Action": "sts:AssumeRole" }]);
    let after = json!([{ "Effect": "Allow", "Principal": { "AWS": CALLER }, "Action": ["sts:AssumeRole", "sts:TagSession"] }]);
    let entry = only(&before, &after);
    assert_eq!(entry.actions, ["sts:TagSession"]);
    assert_eq!(entry.principals, [CALLER]);
    assert_eq!(entry.condition, None);
    let decide = |policy: &Value| {
        evaluate(&Scenario {
            request: entry.example.clone(),
            resource: Some(support::policy(&statements(policy))),
            ..Scenario::default()
        })
        .outcome
    };
    assert_eq!(decide(&before), Outcome::ImplicitlyDenied);
    assert_eq!(decide(&after), Outcome::Allowed);
}

#[test]
fn a_hardened_statement_is_new_under_its_conditions() {
    let before = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE }]);
    let after = json!([
        { "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE },
        { "Effect": "Allow", "Action": "sts:TagSession", "Resource": ROLE,
          "Condition": { "ForAllValues:StringEquals": { "sts:TransitiveTagKeys": ["Project", "Build"] } } }
    ]);
    let entry = only(&before, &after);
    assert_eq!(entry.actions, ["sts:TagSession"]);
    assert_eq!(
        entry.condition.as_deref(),
        Some("ForAllValues:StringEquals sts:TransitiveTagKeys \"Project\" or \"Build\"")
    );
}

#[test]
fn a_role_is_inside_its_account() {
    let before = json!([{ "Effect": "Allow", "Principal": { "AWS": "111111111111" }, "Action": "sts:AssumeRole" }]);
    let after = json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:role/ci" }, "Action": "sts:AssumeRole" }]);
    nothing(&before, &after);
    assert!(!compared(&after, &before).new_access.is_empty());
}

#[test]
fn a_wildcard_is_new_beyond_what_it_replaces() {
    let before =
        json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*" }]);
    let after = json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }]);
    let comparison = compared(&before, &after);
    assert!(
        comparison
            .new_access
            .iter()
            .any(|entry| entry.actions == ["s3:*"] && entry.resources == ["*"])
    );
    nothing(&after, &before);
}

#[test]
fn a_dropped_deny_and_a_dropped_condition_are_new_access() {
    let allow = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    let deny = json!({ "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*" });
    let entry = only(&json!([allow, deny]), &json!([allow]));
    assert_eq!(entry.actions, ["s3:DeleteBucket"]);
    let careful = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } });
    let entry = only(&json!([careful]), &json!([allow]));
    assert_eq!(
        entry.condition.as_deref(),
        Some("not (Bool aws:MultiFactorAuthPresent \"true\")")
    );
    nothing(&json!([allow]), &json!([careful]));
}

#[test]
fn of_a_condition_only_the_values_that_are_new_are_said() {
    let of = |operator: &str, prefixes: &[&str]| {
        json!([{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::box",
            "Condition": { operator: { "s3:prefix": prefixes } } }])
    };
    let words = |before, after| only(&before, &after).condition;
    assert_eq!(
        words(of("StringEquals", &["a"]), of("StringEquals", &["a", "b"])).as_deref(),
        Some("StringEquals s3:prefix \"b\"")
    );
    // What overlaps is said whole, and what was there before is taken off.
    assert_eq!(
        words(of("StringEquals", &["a"]), of("StringLike", &["a*", "b"])).as_deref(),
        Some("StringLike s3:prefix \"a*\" or \"b\"; not (StringEquals s3:prefix \"a\")")
    );
    assert_eq!(
        words(
            of("StringNotEquals", &["a", "b"]),
            of("StringNotEquals", &["b", "c"])
        )
        .as_deref(),
        Some(
            "StringNotEquals s3:prefix \"b\" or \"c\"; not (StringNotEquals s3:prefix \"a\" or \"b\")"
        )
    );
}

#[test]
fn equal_variables_cancel_and_literals_do_not() {
    let of = |resource: &str| json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": resource }]);
    let home = of("arn:aws:s3:::home/${aws:username}/*");
    let docs = of("arn:aws:s3:::home/${aws:username}/docs/*");
    let all = of("arn:aws:s3:::home/*");
    let ann = of("arn:aws:s3:::home/ann/*");
    nothing(&home, &home);
    nothing(&home, &docs);
    nothing(&all, &home);
    assert!(!compared(&home, &all).new_access.is_empty());
    let wider = compared(&ann, &home);
    assert_eq!(wider.new_access.len(), 1);
    assert!(
        wider.new_access[0]
            .example
            .context
            .get("aws:username")
            .is_some()
    );
}

/// What NotResource excepts, a variable may stand for.
#[test]
fn a_variable_may_be_what_notresource_excepts() {
    let before =
        json!([{ "Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::home/red/*" }]);
    let after = json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username, 'red'}/b" }]);
    assert_eq!(compared(&before, &after).new_access.len(), 1);
    let elsewhere =
        json!([{ "Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*" }]);
    nothing(&elsewhere, &after);
}

#[test]
fn numbers_addresses_and_dates_are_ranges() {
    let of = |condition: Value| json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition }]);
    let hour = of(json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } }));
    let day = of(json!({ "NumericLessThanEquals": { "aws:MultiFactorAuthAge": "86400" } }));
    nothing(&day, &hour);
    assert_eq!(compared(&hour, &day).new_access.len(), 1);
    let net = of(json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }));
    let part = of(json!({ "IpAddress": { "aws:SourceIp": ["203.0.113.0/25", "203.0.113.200"] } }));
    nothing(&net, &part);
    let entry = only(&part, &net);
    assert!(entry.example.context.get("aws:SourceIp").unwrap()[0].starts_with("203.0.113."));
    let june = of(json!({ "DateLessThan": { "aws:CurrentTime": "2026-06-01T00:00:00Z" } }));
    let july = of(json!({ "DateLessThan": { "aws:CurrentTime": "2026-07-01T00:00:00Z" } }));
    nothing(&july, &june);
    only(&june, &july);
}

#[test]
fn huge_policies_are_compared_roughly_and_soon() {
    let many = |count: usize| {
        let list: Vec<Value> = (0..count)
            .map(|at| json!({ "Effect": "Allow", "Action": format!("s3:Get*{at}"), "Resource": format!("arn:aws:s3:::b{at}/*x*{at}*") }))
            .collect();
        Value::Array(list)
    };
    let comparison = compare(
        &[support::policy(&statements(&many(3_000)))],
        &[support::policy(&statements(&many(3_001)))],
    );
    assert_eq!(comparison.new_access.len(), 1);
    assert!(!comparison.approximated.is_empty());
}

/// Of what a policy grants, as `access-not-granted` asks: the examples are allowed by it.
#[track_caller]
fn check_granted(policy: &Value, actions: &[&str], resources: &[&str], expected: bool) {
    let list = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let policy = support::policy(&statements(policy));
    let comparison = granted(
        std::slice::from_ref(&policy),
        &list(actions),
        &list(resources),
    );
    assert_eq!(
        !comparison.new_access.is_empty(),
        expected,
        "{comparison:#?}"
    );
    for entry in comparison.new_access {
        let mut scenario = Scenario {
            request: entry.example.clone(),
            ..Scenario::default()
        };
        if policy.role.is_resource_policy() {
            scenario.resource = Some(policy.clone());
        } else {
            scenario.identity = vec![policy.clone()];
        }
        assert_eq!(evaluate(&scenario).outcome, Outcome::Allowed, "{entry:#?}");
    }
}

#[test]
fn access_is_granted_where_some_request_has_it() {
    let reads =
        json!([{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::box/*" }]);
    check_granted(&reads, &["s3:GetObject"], &[], true);
    check_granted(&reads, &["s3:DeleteBucket", "s3:GetObjectAcl"], &[], true);
    check_granted(&reads, &["s3:Put*"], &[], false);
    check_granted(&reads, &["s3:*"], &["arn:aws:s3:::other/*"], false);
    check_granted(&reads, &[], &["arn:aws:s3:::box/secret"], true);
    check_granted(&reads, &["s3:GetObject"], &["arn:aws:s3:::*/secret"], true);
    let careful = json!([
        { "Effect": "Allow", "NotAction": "iam:*", "Resource": "*",
          "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } },
        { "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*" }
    ]);
    check_granted(&careful, &["iam:CreateUser"], &[], false);
    check_granted(&careful, &["s3:DeleteObject"], &[], false);
    check_granted(&careful, &["ec2:RunInstances"], &[], true);
    let bucket = json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*" }]);
    check_granted(&bucket, &["s3:GetObject"], &["arn:aws:s3:::box/a"], true);
    check_granted(&bucket, &["s3:PutObject"], &[], false);
}

/// Whether a bucket's policy that allows this to everyone under `condition` is public.
#[track_caller]
fn check_public(principal: &Value, condition: &Value, expected: bool) {
    let policy = support::policy(&statements(&json!([{
        "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::box/*",
        "Condition": condition
    }])));
    let comparison = public(std::slice::from_ref(&policy));
    assert_eq!(
        !comparison.new_access.is_empty(),
        expected,
        "{comparison:#?}"
    );
    for entry in comparison.new_access {
        let scenario = Scenario {
            request: entry.example.clone(),
            resource: Some(policy.clone()),
            ..Scenario::default()
        };
        assert_eq!(evaluate(&scenario).outcome, Outcome::Allowed, "{entry:#?}");
    }
}

#[test]
fn public_is_what_anybody_gets() {
    let anybody = json!("*");
    let plain = json!({});
    check_public(&anybody, &plain, true);
    check_public(&json!({ "AWS": "*" }), &plain, true);
    for principal in [
        json!({ "AWS": "111122223333" }),
        json!({ "AWS": "arn:aws:iam::111122223333:role/ci" }),
        json!({ "Service": "cloudfront.amazonaws.com" }),
        json!({ "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" }),
    ] {
        check_public(&principal, &plain, false);
    }
    for (condition, expected) in [
        (
            json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc" } }),
            false,
        ),
        (
            json!({ "StringEqualsIfExists": { "aws:PrincipalOrgID": "o-abc" } }),
            true,
        ),
        (
            json!({ "StringLike": { "aws:PrincipalOrgID": "o-*" } }),
            true,
        ),
        (
            json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-abc" } }),
            true,
        ),
        (
            json!({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-abc/*" } }),
            false,
        ),
        (
            json!({ "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-abc/*" } }),
            true,
        ),
        (
            json!({ "StringEquals": { "aws:SourceVpce": ["vpce-1", "vpce-2"] } }),
            false,
        ),
        (
            json!({ "StringEquals": { "aws:SourceVpce": ["vpce-1", ""] } }),
            true,
        ),
        (
            json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } }),
            false,
        ),
        (
            json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/ci" } }),
            true,
        ),
        (
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::box" } }),
            false,
        ),
        (
            json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            false,
        ),
        (
            json!({ "IpAddress": { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"] } }),
            true,
        ),
        (json!({ "Bool": { "aws:SecureTransport": "true" } }), true),
        (
            json!({ "StringEquals": { "aws:UserAgent": "secret" } }),
            true,
        ),
        (
            json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }),
            true,
        ),
    ] {
        check_public(&anybody, &condition, expected);
    }
}

#[test]
fn a_deny_of_all_but_some_makes_a_policy_private() {
    let policy = support::policy(&statements(&json!([
        { "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*" },
        { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
          "Condition": { "StringNotEquals": { "aws:SourceVpc": "vpc-1" } } }
    ])));
    assert_eq!(public(&[policy]).new_access, []);
}

#[test]
fn a_delegation_that_became_a_direct_grant_is_noted() {
    let before = json!([{ "Effect": "Allow", "Principal": { "AWS": "111111111111" }, "Action": "sts:AssumeRole" }]);
    let after = json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:role/ci" }, "Action": "sts:AssumeRole" }]);
    let comparison = compared(&before, &after);
    assert_eq!(comparison.new_access, []);
    assert_eq!(comparison.notes.len(), 1);
    assert_eq!(compared(&after, &after).notes, Vec::<String>::new());
}

/// More kinds of value under set operators than subsets can be listed of: what is written is compared, said so, and nothing is missed.
#[test]
fn many_kinds_of_value_under_set_operators_are_only_over_reported() {
    const KINDS: u64 = 13;
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut draw = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let key = |number: u64| format!("tag{number}");
    let mut side = || {
        // Every kind once, so that they are always too many; Denies are rare, or nothing would be allowed.
        let mut all: Vec<Value> = (0..KINDS)
            .map(|number| {
                let action = ["ec2:CreateTags", "ec2:DeleteTags"][draw(2) as usize];
                let operator = ["ForAnyValue:StringEquals", "ForAllValues:StringEquals", "ForAnyValue:StringNotEquals"][draw(3) as usize];
                let effect = if draw(8) == 0 { "Deny" } else { "Allow" };
                let values = [key(number), key(draw(KINDS))];
                json!({ "Effect": effect, "Action": action, "Resource": "*",
                        "Condition": { operator: { "aws:TagKeys": values }, "Bool": { "aws:SecureTransport": "true" } } })
            })
            .collect();
        all.rotate_left(draw(KINDS) as usize);
        json!(all)
    };
    let pairs: Vec<(Value, Value)> = (0..60).map(|_| (side(), side())).collect();
    let mut new = 0;
    for (before, after) in &pairs {
        let read = |side: &Value| support::policy(&statements(side));
        let comparison = compare(&[read(before)], &[read(after)]);
        assert_ne!(comparison.approximated, Vec::<String>::new());
        let same = compare(&[read(before)], &[read(before)]);
        assert_eq!(same.new_access, []);
        for _ in 0..40 {
            let action = ["ec2:CreateTags", "ec2:DeleteTags"][draw(2) as usize];
            let tags = (0..draw(4)).map(|_| key(draw(KINDS + 1))).collect();
            let mut context = undeny_iam::evaluate::Context::default();
            context.set("aws:TagKeys", tags);
            context.set("aws:SecureTransport", vec!["true".to_owned()]);
            let request = undeny_iam::evaluate::Request {
                principal: CALLER.to_owned(),
                action: action.to_owned(),
                resource: "*".to_owned(),
                context,
            };
            let decide = |side: &Value| {
                let scenario = Scenario {
                    request: request.clone(),
                    identity: vec![read(side)],
                    ..Scenario::default()
                };
                evaluate(&scenario).outcome
            };
            if decide(after) == Outcome::Allowed && decide(before) != Outcome::Allowed {
                new += 1;
                assert!(
                    comparison
                        .new_access
                        .iter()
                        .any(|entry| entry.actions.iter().any(|listed| listed == action)),
                    "{request:?} is new from {before} to {after} and not in {comparison:#?}"
                );
            }
        }
    }
    assert!(new > 100, "only {new} new requests were tried");
}
