//! Each rule of the evaluator, shown at work: a scenario on either side of it.
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

use std::collections::BTreeMap;

use serde_json::{Value, json};
use undeny_iam::evaluate::disputed::DISPUTED;
use undeny_iam::evaluate::evaluate;
use undeny_iam::evaluate::rules::RULES;

const ANN: &str = "arn:aws:iam::111111111111:user/ann";
const CI: &str = "arn:aws:sts::111111111111:assumed-role/ci/build-7";
const CI_ROLE: &str = "arn:aws:iam::111111111111:role/ci";
const ROOT: &str = "arn:aws:iam::111111111111:root";
const FOREIGN: &str = "arn:aws:sts::222222222222:assumed-role/deploy/run";
const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/ann";
const OBJECT: &str = "arn:aws:s3:::box/a";
const TARGET: &str = "arn:aws:iam::111111111111:role/target";
const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/1";
const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/example.com";

fn policy(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn deny(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Deny", "Action": action, "Resource": resource })
}

fn with(mut statement: Value, key: &str, value: Value) -> Value {
    statement[key] = value;
    statement
}

fn to(principal: &str, statement: Value) -> Value {
    let kind = if principal.ends_with(".amazonaws.com") {
        "Service"
    } else if principal.contains("-provider/") {
        "Federated"
    } else {
        "AWS"
    };
    with(statement, "Principal", json!({ kind: principal }))
}

fn when(statement: Value, condition: Value) -> Value {
    with(statement, "Condition", condition)
}

/// A trust policy's statement.
fn trust(principal: &str, action: &str) -> Value {
    to(principal, json!({ "Effect": "Allow", "Action": action }))
}

/// A scenario that grows.
#[derive(Clone)]
struct Ask(Value);

fn ask(principal: &str, action: &str, resource: &str) -> Ask {
    Ask(
        json!({ "request": { "principal": principal, "action": action, "resource": resource, "context": {} } }),
    )
}

impl Ask {
    fn key(mut self, key: &str, values: &[&str]) -> Self {
        self.0["request"]["context"][key] = json!(values);
        self
    }
    fn list(mut self, layer: &str, statements: &[Value]) -> Self {
        self.0[layer] = json!([policy(statements)]);
        self
    }
    fn identity(self, statements: &[Value]) -> Self {
        self.list("identity", statements)
    }
    fn boundary(self, statements: &[Value]) -> Self {
        self.list("boundary", statements)
    }
    fn session(self, statements: &[Value]) -> Self {
        self.list("session", statements)
    }
    fn resource(mut self, statements: &[Value]) -> Self {
        self.0["resource"] = policy(statements);
        self
    }
    fn endpoint(mut self, statements: &[Value]) -> Self {
        self.0["endpoint"] = policy(statements);
        self
    }
    fn levels(mut self, layer: &str, levels: &[&[Value]]) -> Self {
        self.0[layer] = levels.iter().map(|level| json!([policy(level)])).collect();
        self
    }
    fn owner(mut self, account: &str) -> Self {
        self.0["resource_account"] = json!(account);
        self
    }
    fn old(mut self) -> Self {
        self.0["identity"][0]["Version"] = json!("2008-10-17");
        self
    }
}

#[derive(Default)]
struct Shown {
    counts: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Shown {
    fn check(&mut self, rule: &'static str, ask: Ask, expected: &str) {
        *self.counts.entry(rule).or_default() += 1;
        let decision = evaluate(&support::scenario(&ask.0));
        if decision.outcome.as_str() != expected {
            self.wrong.push(format!(
                "{rule}: expected {expected}: {} {decision:#?}",
                ask.0
            ));
        }
    }
    fn yes(&mut self, rule: &'static str, ask: Ask) {
        self.check(rule, ask, "Allowed");
    }
    fn no(&mut self, rule: &'static str, ask: Ask) {
        self.check(rule, ask, "ImplicitlyDenied");
    }
    fn deny(&mut self, rule: &'static str, ask: Ask) {
        self.check(rule, ask, "ExplicitlyDenied");
    }
}

#[test]
fn every_rule_is_shown_twice() {
    let mut shown = Shown::default();
    who(&mut shown);
    limits(&mut shown);
    elements(&mut shown);
    conditions(&mut shown);
    sts(&mut shown);
    assert!(shown.wrong.is_empty(), "{}", shown.wrong.join("\n"));
    for rule in RULES {
        let count = shown.counts.remove(rule.id).unwrap_or(0);
        assert!(count >= 2, "{} is shown {count} times", rule.id);
    }
    assert!(shown.counts.is_empty(), "no such rule: {:?}", shown.counts);
    assert!(DISPUTED.is_sorted_by_key(|disputed| disputed.question));
    for disputed in DISPUTED {
        let is_shown = RULES.iter().any(|rule| rule.id == disputed.rule);
        assert!(is_shown, "no such rule: {disputed:?}");
    }
}

fn get(caller: &str) -> Ask {
    ask(caller, "s3:GetObject", OBJECT)
}

fn reads() -> Value {
    allow("s3:GetObject", OBJECT)
}

fn who(shown: &mut Shown) {
    shown.yes("identity-or-resource", get(ANN).identity(&[reads()]));
    shown.yes(
        "identity-or-resource",
        get(ANN).resource(&[to(ANN, reads())]),
    );
    shown.no(
        "identity-or-resource",
        get(ANN).resource(&[to(CI_ROLE, reads())]),
    );
    shown.deny(
        "explicit-deny",
        get(ANN).identity(&[reads(), deny("*", "*")]),
    );
    shown.deny(
        "explicit-deny",
        get(ANN)
            .identity(&[reads()])
            .resource(&[to(ROOT, deny("s3:*", OBJECT))]),
    );
    shown.yes(
        "explicit-deny",
        get(ANN).identity(&[reads(), deny("s3:Put*", "*")]),
    );
    shown.no(
        "cross-account-both",
        get(FOREIGN).owner("111111111111").identity(&[reads()]),
    );
    shown.no(
        "cross-account-both",
        get(FOREIGN)
            .owner("111111111111")
            .resource(&[to(FOREIGN, reads())]),
    );
    shown.yes(
        "cross-account-both",
        get(FOREIGN)
            .owner("111111111111")
            .identity(&[reads()])
            .resource(&[to("222222222222", reads())]),
    );
    let cross = get(FOREIGN)
        .owner("111111111111")
        .identity(&[reads()])
        .resource(&[to(FOREIGN, reads())]);
    shown.no(
        "cross-account-boundary",
        cross.clone().boundary(&[allow("ec2:*", "*")]),
    );
    shown.no(
        "cross-account-boundary",
        cross.clone().session(&[allow("ec2:*", "*")]),
    );
    shown.yes(
        "cross-account-boundary",
        cross.boundary(&[allow("s3:*", "*")]),
    );
    shown.yes(
        "anonymous-needs-everyone",
        get("*").resource(&[to("*", reads())]),
    );
    shown.no(
        "anonymous-needs-everyone",
        get("*").resource(&[to(ANN, reads())]).identity(&[reads()]),
    );
    shown.yes(
        "service-needs-resource",
        get("logs.amazonaws.com").resource(&[to("logs.amazonaws.com", reads())]),
    );
    shown.no(
        "service-needs-resource",
        get("logs.amazonaws.com").identity(&[reads()]),
    );
    shown.yes("root-has-all", get(ROOT));
    shown.no(
        "root-has-all",
        get("arn:aws:iam::222222222222:root").owner("111111111111"),
    );
    shown.no(
        "principal-exact",
        get(ANN).resource(&[to("arn:aws:iam::111111111111:user/*", reads())]),
    );
    shown.no(
        "principal-exact",
        get(CI).resource(&[to("arn:aws:sts::111111111111:assumed-role/ci/*", reads())]),
    );
    shown.yes("principal-exact", get(ANN).resource(&[to("*", reads())]));
    shown.no("principal-missing", get(ANN).resource(&[reads()]));
    shown.no(
        "principal-missing",
        get("*").resource(&[reads(), to(ANN, reads())]),
    );
    shown.yes(
        "role-names-sessions",
        get(CI).resource(&[to("arn:aws:iam::111111111111:role/path/CI", reads())]),
    );
    shown.no(
        "role-names-sessions",
        get(CI).resource(&[to("arn:aws:iam::222222222222:role/ci", reads())]),
    );
    let but = |effect: &str, name: &str| json!({ "Effect": effect, "NotPrincipal": { "AWS": name }, "Action": "s3:GetObject", "Resource": OBJECT });
    shown.yes(
        "not-principal-allow",
        get(ANN).resource(&[but("Allow", CI_ROLE)]),
    );
    shown.no(
        "not-principal-allow",
        get(ANN).resource(&[but("Allow", ANN)]),
    );
    shown.deny(
        "not-principal-deny",
        get(ANN)
            .identity(&[reads()])
            .resource(&[but("Deny", CI_ROLE)]),
    );
    shown.yes(
        "not-principal-deny",
        get(ANN).identity(&[reads()]).resource(&[but("Deny", ANN)]),
    );
    shown.yes(
        "not-principal-deny",
        get(CI).identity(&[reads()]).resource(&[but("Deny", CI)]),
    );
    let both = json!({ "Effect": "Deny", "NotPrincipal": { "AWS": [CI_ROLE, ROOT] }, "Action": "s3:GetObject", "Resource": OBJECT });
    let asks = |caller: &str| {
        get(caller)
            .identity(&[reads()])
            .resource(std::slice::from_ref(&both))
    };
    shown.yes("not-principal-deny", asks(CI));
    shown.deny("not-principal-deny", asks(ANN));
    let limited = |caller: &str| {
        get(caller)
            .identity(&[reads()])
            .boundary(&[allow("*", "*")])
    };
    shown.deny(
        "not-principal-boundary",
        limited(ANN).resource(&[but("Deny", ANN)]),
    );
    shown.deny(
        "not-principal-boundary",
        limited(CI).resource(&[but("Deny", CI_ROLE)]),
    );
    shown.yes(
        "caller-identity-always",
        ask(ANN, "sts:GetCallerIdentity", "*").identity(&[deny("*", "*")]),
    );
    shown.yes(
        "caller-identity-always",
        ask(CI, "sts:getcalleridentity", "*"),
    );
    let managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    shown.no(
        "aws-managed-things",
        ask(ANN, "iam:CreatePolicyVersion", managed).identity(&[allow("*", "*")]),
    );
    shown.yes(
        "aws-managed-things",
        ask(ANN, "iam:GetPolicy", managed).identity(&[allow("*", "*")]),
    );
    let reserved = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/x";
    shown.no(
        "aws-managed-things",
        ask(ANN, "iam:PassRole", reserved).identity(&[allow("*", "*")]),
    );
}

fn limits(shown: &mut Shown) {
    let ec2 = || allow("ec2:*", "*");
    shown.no(
        "boundary-limits-identity",
        get(ANN).identity(&[reads()]).boundary(&[ec2()]),
    );
    shown.yes(
        "boundary-limits-identity",
        get(ANN)
            .identity(&[reads()])
            .boundary(&[allow("s3:*", "*")]),
    );
    shown.no(
        "boundary-limits-role-grant",
        get(CI).resource(&[to(CI_ROLE, reads())]).boundary(&[ec2()]),
    );
    shown.yes(
        "boundary-limits-role-grant",
        get(CI)
            .resource(&[to(CI_ROLE, reads())])
            .boundary(&[reads()]),
    );
    shown.yes(
        "boundary-spares-user-grant",
        get(ANN).resource(&[to(ANN, reads())]).boundary(&[ec2()]),
    );
    shown.deny(
        "boundary-spares-user-grant",
        get(ANN)
            .resource(&[to(ANN, reads())])
            .boundary(&[deny("*", "*")]),
    );
    shown.yes("boundary-spares-root", get(ROOT).boundary(&[ec2()]));
    shown.yes(
        "boundary-spares-root",
        get(ROOT).boundary(&[deny("s3:*", "*")]),
    );
    shown.no(
        "session-limits-identity",
        get(CI).identity(&[reads()]).session(&[ec2()]),
    );
    shown.yes(
        "session-limits-identity",
        get(CI).identity(&[reads()]).session(&[reads()]),
    );
    shown.no(
        "session-limits-role-grant",
        get(CI).resource(&[to(CI_ROLE, reads())]).session(&[ec2()]),
    );
    shown.yes(
        "session-limits-role-grant",
        get(CI)
            .resource(&[to(CI_ROLE, reads())])
            .session(&[reads()]),
    );
    shown.yes(
        "session-arn-escapes",
        get(CI).resource(&[to(CI, reads())]).session(&[ec2()]),
    );
    shown.yes(
        "session-arn-escapes",
        get(CI).resource(&[to(CI, reads())]).boundary(&[ec2()]),
    );
    shown.yes(
        "session-arn-escapes",
        get(FEDERATED)
            .resource(&[to(FEDERATED, reads())])
            .session(&[ec2()]),
    );
    shown.no(
        "federated-user-session",
        get(FEDERATED).identity(&[reads()]),
    );
    shown.yes(
        "federated-user-session",
        get(FEDERATED).identity(&[reads()]).session(&[reads()]),
    );
    shown.no(
        "federating-user",
        get(FEDERATED)
            .resource(&[to(ANN, reads())])
            .session(&[ec2()]),
    );
    shown.yes(
        "federating-user",
        get(FEDERATED)
            .resource(&[to(ANN, reads())])
            .session(&[reads()]),
    );
    shown.no(
        "everyone-session",
        get(CI).resource(&[to("*", reads())]).session(&[ec2()]),
    );
    shown.yes(
        "everyone-session",
        get(CI).resource(&[to("*", reads())]).boundary(&[ec2()]),
    );
    let by_arn = |operator: &str| {
        when(
            to("*", reads()),
            json!({ operator: { "aws:PrincipalArn": CI_ROLE } }),
        )
    };
    let session = || {
        get(CI)
            .key("aws:PrincipalArn", &[CI_ROLE])
            .session(&[ec2()])
            .boundary(&[ec2()])
    };
    shown.yes(
        "everyone-by-arn",
        session().resource(&[by_arn("ArnEquals")]),
    );
    shown.yes(
        "everyone-by-arn",
        session().resource(&[by_arn("StringLike")]),
    );
    shown.no(
        "everyone-by-arn",
        session()
            .key("aws:PrincipalArn", &[ANN])
            .resource(&[by_arn("ArnEquals")]),
    );
    let all: &[Value] = &[allow("*", "*")];
    let only_ec2: &[Value] = &[ec2()];
    shown.yes(
        "scp-every-level",
        get(ANN).identity(&[reads()]).levels("scps", &[all, all]),
    );
    shown.no(
        "scp-every-level",
        get(ANN)
            .identity(&[reads()])
            .levels("scps", &[all, only_ec2]),
    );
    shown.yes(
        "scp-spares",
        get("*")
            .resource(&[to("*", reads())])
            .levels("scps", &[only_ec2]),
    );
    shown.yes(
        "scp-spares",
        get("arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s")
            .identity(&[reads()])
            .levels("scps", &[only_ec2]),
    );
    shown.no("scp-spares", get(ROOT).levels("scps", &[only_ec2]));
    let rcp = |statement: Value| with(statement, "Principal", json!("*"));
    shown.yes(
        "rcp-denies-only",
        get(ANN)
            .identity(&[reads()])
            .levels("rcps", &[&[rcp(ec2())]]),
    );
    shown.deny(
        "rcp-denies-only",
        get("*")
            .resource(&[to("*", reads())])
            .levels("rcps", &[&[rcp(deny("s3:*", "*"))]]),
    );
    shown.yes(
        "rcp-denies-only",
        ask(ANN, "sns:Publish", "*")
            .identity(all)
            .levels("rcps", &[&[rcp(deny("*", "*"))]]),
    );
    shown.no(
        "endpoint-gate",
        get(ANN).identity(&[reads()]).endpoint(&[to("*", ec2())]),
    );
    shown.no("endpoint-gate", get(ANN).endpoint(&[to("*", reads())]));
    shown.yes(
        "endpoint-gate",
        get(ANN).identity(&[reads()]).endpoint(&[to("*", reads())]),
    );
    let decrypt = || ask(CI, "kms:Decrypt", KEY);
    let key = |principal: &str| to(principal, allow("kms:*", "*"));
    shown.no(
        "key-policy-must-allow",
        decrypt().identity(&[allow("kms:Decrypt", KEY)]),
    );
    shown.no(
        "key-policy-must-allow",
        decrypt()
            .identity(&[allow("kms:Decrypt", KEY)])
            .resource(&[key(ANN)]),
    );
    shown.yes("key-policy-must-allow", decrypt().resource(&[key(CI_ROLE)]));
    shown.no("account-delegates", decrypt().resource(&[key(ROOT)]));
    shown.yes(
        "account-delegates",
        decrypt()
            .resource(&[key(ROOT)])
            .identity(&[allow("kms:Decrypt", KEY)]),
    );
    let alias = "arn:aws:kms:us-east-1:111111111111:alias/app";
    shown.yes(
        "kms-alias",
        ask(ANN, "kms:UpdateAlias", alias).identity(&[allow("kms:*", alias)]),
    );
    shown.no("kms-alias", ask(ANN, "kms:UpdateAlias", alias));
    shown.no(
        "kms-alias",
        ask(
            ANN,
            "kms:UpdateAlias",
            "arn:aws:kms:us-east-1:111111111111:alias/aws/s3",
        )
        .identity(all),
    );
}

fn elements(shown: &mut Shown) {
    let may = |action: &str, resource: &str| get(ANN).identity(&[allow(action, resource)]);
    shown.yes("action-case", may("S3:getobject", "*"));
    shown.yes("action-case", may("s3:G?tObj*", "*"));
    shown.no("action-case", may("s3:GetObject, s3:PutObject", "*"));
    shown.yes("action-all", may("*", "*"));
    shown.yes("action-all", may("*:*", "*"));
    shown.no("action-service-wildcard", may("s*:GetObject", "*"));
    shown.no("action-service-wildcard", may("*:GetObject", "*"));
    shown.no("action-service-wildcard", may("s3*", "*"));
    let not = |element: &str, value: &str| {
        let mut statement = json!({ "Effect": "Allow", element: value });
        let other = if element == "NotAction" {
            "Resource"
        } else {
            "Action"
        };
        statement[other] = json!("*");
        statement
    };
    shown.yes(
        "not-action",
        get(ANN).identity(&[not("NotAction", "iam:*")]),
    );
    shown.no(
        "not-action",
        get(ANN).identity(&[not("NotAction", "s3:Get*")]),
    );
    shown.yes(
        "not-resource",
        get(ANN).identity(&[not("NotResource", "arn:aws:s3:::other/*")]),
    );
    shown.no(
        "not-resource",
        get(ANN).identity(&[not("NotResource", "arn:aws:s3:::box/*")]),
    );
    shown.no("resource-case", may("s3:*", "arn:aws:s3:::Box/*"));
    shown.yes("resource-case", may("s3:*", "arn:aws:s3:::box/?"));
    shown.no("resource-by-part", may("s3:*", "arn:aws:s3*:box/a"));
    shown.no(
        "resource-by-part",
        ask(ANN, "sns:Publish", "arn:aws:sns:us-east-1:111111111111:a")
            .identity(&[allow("*", "arn:aws:sns:*:a:*")]),
    );
    shown.yes(
        "resource-by-part",
        ask(
            ANN,
            "ecs:RunTask",
            "arn:aws:ecs:us-east-1:111111111111:task-definition/a/b:7",
        )
        .identity(&[allow("*", "arn:aws:ecs:*:*:task-definition/*7")]),
    );
    shown.yes("resource-short-arn", may("s3:*", "arn:aws:s3:*"));
    shown.yes("resource-short-arn", may("s3:*", "arn:aws:s3"));
    shown.no("resource-short-arn", may("s3:*", "arn:aws:sqs:*"));
    shown.no(
        "resource-service-wildcard",
        may("s3:*", "arn:aws:*:::box/*"),
    );
    shown.no(
        "resource-service-wildcard",
        may("s3:*", "arn:aws:s?:::box/*"),
    );
    let list = ask(ANN, "s3:ListAllMyBuckets", "*");
    shown.yes(
        "resource-star-only",
        list.clone().identity(&[allow("s3:*", "*")]),
    );
    shown.no(
        "resource-star-only",
        list.clone().identity(&[allow("s3:*", "arn:aws:s3:::*")]),
    );
    shown.yes(
        "resource-star-only",
        list.identity(&[not("NotResource", "arn:aws:s3:::*")]),
    );
    let mine = |resource: &str| may("s3:*", resource);
    shown.yes(
        "variable-literal",
        mine("arn:aws:s3:::box/${aws:username}").key("aws:username", &["a"]),
    );
    shown.no(
        "variable-literal",
        mine("arn:aws:s3:::box/${aws:username}").key("aws:username", &["*"]),
    );
    shown.no("variable-literal", mine("arn:aws:s3:::box/${*}"));
    shown.yes(
        "variable-default",
        mine("arn:aws:s3:::box/${aws:PrincipalTag/x, 'a'}"),
    );
    shown.no(
        "variable-default",
        mine("arn:aws:s3:::box/${aws:PrincipalTag/x, 'a'}").key("aws:PrincipalTag/x", &["b"]),
    );
    shown.no(
        "variable-unresolved",
        mine("arn:aws:s3:::box/${aws:username}"),
    );
    let tagged = |operator: &str| {
        get(ANN)
            .key("aws:ResourceTag/team", &["red"])
            .identity(&[when(
                reads(),
                json!({ operator: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } }),
            )])
    };
    shown.no("variable-unresolved", tagged("StringEquals"));
    shown.yes("variable-unresolved", tagged("StringNotEquals"));
    shown.no(
        "variable-version",
        mine("arn:aws:s3:::box/${aws:username}")
            .key("aws:username", &["a"])
            .old(),
    );
    shown.yes("variable-version", mine("arn:aws:s3:::box/*").old());
    let role = |resource: &str| {
        ask(ANN, "iam:GetRole", CI_ROLE).identity(&[allow("iam:GetRole", resource)])
    };
    shown.yes(
        "resource-type-wildcard",
        role("arn:aws:iam::111111111111:*/ci"),
    );
    shown.no(
        "resource-type-wildcard",
        role("arn:aws:iam::111111111111:*/other"),
    );
    let under = |operator: &str, sent: &str| {
        get(ANN)
            .identity(&[when(reads(), json!({ operator: { "k:x": "${k:y}" } }))])
            .key("k:x", &[sent])
            .key("k:y", &[sent])
    };
    shown.yes("variable-operators", under("StringEquals", "5"));
    shown.no("variable-operators", under("NumericEquals", "5"));
    shown.no("variable-operators", under("Bool", "true"));
    shown.no("variable-operators", under("NotIpAddress", "10.0.0.1"));
}

fn conditions(shown: &mut Shown) {
    let under = |condition: Value| get(ANN).identity(&[when(reads(), condition)]);
    let one = |operator: &str, wanted: &str, actual: &[&str]| {
        let ask = under(json!({ operator: { "k:x": wanted } }));
        if actual.is_empty() {
            ask
        } else {
            ask.key("k:x", actual)
        }
    };
    shown.yes(
        "condition-and-or",
        under(json!({ "StringEquals": { "k:x": ["a", "b"] } })).key("k:x", &["b"]),
    );
    shown.no(
        "condition-and-or",
        under(json!({ "StringEquals": { "k:x": "a", "k:y": "b" } }))
            .key("k:x", &["a"])
            .key("k:y", &["c"]),
    );
    shown.no(
        "condition-negated-nor",
        under(json!({ "StringNotEquals": { "k:x": ["a", "b"] } })).key("k:x", &["b"]),
    );
    shown.yes(
        "condition-negated-nor",
        under(json!({ "StringNotEquals": { "k:x": ["a", "b"] } })).key("k:x", &["c"]),
    );
    shown.yes(
        "condition-key-case",
        one("StringEquals", "a", &[]).key("K:X", &["a"]),
    );
    shown.yes(
        "condition-key-case",
        under(json!({ "StringEquals": { "aws:RequestTag/TEAM": "a" } }))
            .key("aws:requesttag/team", &["a"]),
    );
    for (operator, value) in [
        ("StringEquals", "a"),
        ("NumericLessThan", "1"),
        ("IpAddress", "::/0"),
        ("ArnLike", "arn:aws:s3:::a"),
    ] {
        shown.no("condition-absent-key", one(operator, value, &[]));
    }
    for (operator, value) in [
        ("StringNotEquals", "a"),
        ("StringNotLike", "*"),
        ("NumericNotEquals", "1"),
        ("DateNotEquals", "2026-01-01"),
        ("NotIpAddress", "0.0.0.0/0"),
        ("ArnNotLike", "arn:aws:s3:::*"),
    ] {
        shown.yes("condition-absent-key", one(operator, value, &[]));
    }
    shown.yes("condition-if-exists", one("StringEqualsIfExists", "a", &[]));
    shown.yes("condition-if-exists", one("BoolIfExists", "true", &[]));
    shown.no(
        "condition-if-exists",
        one("StringEqualsIfExists", "a", &["b"]),
    );
    shown.no(
        "condition-several-values",
        one("StringEquals", "a", &["a", "b"]),
    );
    shown.no(
        "condition-several-values",
        one("StringNotEquals", "c", &["a", "b"]),
    );
    shown.no(
        "condition-unknown-operator",
        one("StringMatches", "a", &["a"]),
    );
    shown.no(
        "condition-unknown-operator",
        one("ForSomeValues:StringEquals", "a", &["a"]),
    );
    shown.no(
        "condition-unknown-operator",
        one("StringNotMatches", "a", &[]),
    );
    shown.no("condition-unreadable", one("NumericEquals", "one", &["1"]));
    shown.no(
        "condition-unreadable",
        one("NumericNotEquals", "1", &["one"]),
    );
    shown.no(
        "condition-unreadable",
        one("NotIpAddress", "10.0.0.0/33", &["10.0.0.1"]),
    );
    shown.no("string-case", one("StringEquals", "a", &["A"]));
    shown.yes("string-case", one("StringEqualsIgnoreCase", "a", &["A"]));
    shown.no("string-case", one("StringNotEqualsIgnoreCase", "a", &["A"]));
    shown.yes(
        "string-like",
        one("StringLike", "repo:acme/*", &["repo:acme/app"]),
    );
    shown.no(
        "string-like",
        one("StringEquals", "repo:acme/*", &["repo:acme/app"]),
    );
    let role = |account: &str| format!("arn:aws:iam::{account}:role/x");
    shown.yes(
        "arn-condition-by-part",
        one("ArnEquals", "arn:aws:iam::*:role/?", &[&role("1")]),
    );
    shown.no(
        "arn-condition-by-part",
        one("ArnLike", "arn:aws:*:role/x", &[&role("1")]),
    );
    shown.no(
        "arn-condition-by-part",
        one("ArnNotEquals", "arn:aws:iam::*:role/x", &[&role("1")]),
    );
    shown.yes("number-decimal", one("NumericLessThan", "10", &["9.5"]));
    shown.no(
        "number-decimal",
        one("NumericGreaterThanEquals", "10", &["9"]),
    );
    shown.yes("number-decimal", one("NumericEquals", "1.50", &["1.5"]));
    shown.yes(
        "date-iso-or-epoch",
        one("DateLessThan", "2026-01-01T00:00:00Z", &["1719792000"]),
    );
    shown.yes(
        "date-iso-or-epoch",
        one("DateGreaterThan", "1719792000", &["2026-01-01"]),
    );
    shown.no(
        "date-iso-or-epoch",
        one("DateEquals", "2026-01-01", &["2026-01-02"]),
    );
    shown.yes("bool-any-case", one("Bool", "TRUE", &["true"]));
    shown.no("bool-any-case", one("Bool", "true", &["false"]));
    shown.yes("binary-decoded", one("BinaryEquals", "YQ==", &["YQ"]));
    shown.no("binary-decoded", one("BinaryEquals", "YQ==", &["Yg=="]));
    shown.yes(
        "ip-families",
        one("IpAddress", "2001:db8::/32", &["2001:db8::1"]),
    );
    shown.no("ip-families", one("IpAddress", "::/0", &["10.0.0.1"]));
    shown.yes(
        "ip-families",
        one("NotIpAddress", "0.0.0.0/0", &["2001:db8::1"]),
    );
    shown.yes("null", one("Null", "true", &[]));
    shown.no("null", one("Null", "true", &[""]));
    shown.yes("null", one("Null", "false", &[""]));
    shown.yes(
        "for-all-values",
        one("ForAllValues:StringLike", "a*", &["a", "ab"]),
    );
    shown.no(
        "for-all-values",
        one("ForAllValues:StringLike", "a*", &["a", "b"]),
    );
    shown.yes("for-all-values", one("ForAllValues:StringLike", "a*", &[]));
    shown.yes(
        "for-any-value",
        one("ForAnyValue:StringLike", "a*", &["b", "ab"]),
    );
    shown.no("for-any-value", one("ForAnyValue:StringLike", "a*", &[]));
    let table = |values: &[&str]| one("ForAllValues:StringNotLike", "key1*", values);
    shown.no("for-all-values-negated", table(&["key1:legal"]));
    shown.no(
        "for-all-values-negated",
        table(&["key1:hr", "key1:personnel"]),
    );
    shown.yes("for-all-values-negated", table(&["key2:audit"]));
    shown.yes("for-all-values-negated", table(&[]));
}

fn sts(shown: &mut Shown) {
    let assume = |action: &str| ask(CI, action, TARGET);
    let second = |shown: &mut Shown, rule: &'static str, action: &str| {
        shown.no(
            rule,
            assume(action).resource(&[trust(CI_ROLE, "sts:AssumeRole")]),
        );
        shown.yes(rule, assume(action).resource(&[trust(CI_ROLE, action)]));
        let both = allow(action, TARGET);
        shown.no(
            rule,
            ask(FOREIGN, action, TARGET).resource(&[trust(FOREIGN, action)]),
        );
        shown.yes(
            rule,
            ask(FOREIGN, action, TARGET)
                .resource(&[trust(FOREIGN, action)])
                .identity(&[both]),
        );
    };
    second(shown, "tag-session-second", "sts:TagSession");
    second(shown, "source-identity-second", "sts:SetSourceIdentity");
    shown.yes(
        "trust-names-caller",
        assume("sts:AssumeRole").resource(&[trust(CI_ROLE, "sts:AssumeRole")]),
    );
    shown.yes(
        "trust-names-caller",
        ask(ANN, "sts:AssumeRole", TARGET).resource(&[trust(ANN, "sts:AssumeRole")]),
    );
    shown.no(
        "trust-must-allow",
        assume("sts:AssumeRole").identity(&[allow("*", "*")]),
    );
    shown.no(
        "trust-must-allow",
        assume("sts:AssumeRole")
            .identity(&[allow("*", "*")])
            .resource(&[trust(ANN, "sts:AssumeRole")]),
    );
    shown.no(
        "account-delegates",
        assume("sts:AssumeRole").resource(&[trust(ROOT, "sts:AssumeRole")]),
    );
    shown.yes(
        "account-delegates",
        assume("sts:AssumeRole")
            .resource(&[trust("111111111111", "sts:AssumeRole")])
            .identity(&[allow("sts:AssumeRole", TARGET)]),
    );
    shown.no(
        "root-assumes-nothing",
        ask(ROOT, "sts:AssumeRole", TARGET).resource(&[trust(ROOT, "sts:AssumeRole")]),
    );
    shown.no(
        "root-assumes-nothing",
        ask(ROOT, "sts:AssumeRole", TARGET).resource(&[trust("*", "sts:AssumeRole")]),
    );
    let web = "sts:AssumeRoleWithWebIdentity";
    let main = || {
        when(
            trust(OIDC, web),
            json!({ "StringEquals": { "example.com:aud": "sts.amazonaws.com", "example.com:sub": "repo:acme/app:ref:refs/heads/main" } }),
        )
    };
    let token = |sub: &str| {
        ask(OIDC, web, TARGET)
            .key("example.com:aud", &["sts.amazonaws.com"])
            .key("example.com:sub", &[sub])
    };
    shown.yes(
        "web-identity-trust-alone",
        token("repo:acme/app:ref:refs/heads/main").resource(&[main()]),
    );
    shown.no(
        "web-identity-trust-alone",
        token("repo:acme/app:environment:prod").resource(&[main()]),
    );
    let elsewhere = "arn:aws:iam::222222222222:oidc-provider/example.com";
    shown.no(
        "web-identity-trust-alone",
        ask(elsewhere, web, TARGET).resource(&[trust(elsewhere, web)]),
    );
    shown.yes(
        "web-identity-trust-alone",
        ask("example.com", web, TARGET).resource(&[trust(OIDC, web)]),
    );
    let saml = "arn:aws:iam::111111111111:saml-provider/corp";
    let with_saml = "sts:AssumeRoleWithSAML";
    shown.yes(
        "saml-trust-alone",
        ask(saml, with_saml, TARGET).resource(&[trust(saml, with_saml)]),
    );
    shown.no(
        "saml-trust-alone",
        ask(saml, with_saml, TARGET)
            .resource(&[trust(saml, "sts:AssumeRole")])
            .identity(&[allow("*", "*")]),
    );
    let pods = "pods.eks.amazonaws.com";
    shown.no(
        "tag-session-second",
        ask(pods, "sts:TagSession", TARGET).resource(&[trust(pods, "sts:AssumeRole")]),
    );
    shown.yes(
        "tag-session-second",
        ask(pods, "sts:TagSession", TARGET).resource(&[trust(pods, "sts:TagSession")]),
    );
}

/// The first reason of the statement at `place` in the only layer that has statements.
#[track_caller]
fn reason(ask: Ask, expected: &str) {
    let decision = evaluate(&support::scenario(&ask.0));
    let why: Vec<&str> = decision
        .layers
        .iter()
        .flat_map(|layer| &layer.statements)
        .filter_map(|statement| {
            statement
                .mismatch
                .as_ref()
                .map(|mismatch| mismatch.why.as_str())
        })
        .collect();
    assert_eq!(why, [expected]);
}

#[test]
fn a_mismatch_names_both_values() {
    let web = "sts:AssumeRoleWithWebIdentity";
    let key = "token.actions.githubusercontent.com:sub";
    reason(
        ask(OIDC, web, TARGET)
            .key(key, &["repo:acme/app:environment:prod"])
            .resource(&[when(
                trust(OIDC, web),
                json!({ "StringEquals": { key: "repo:acme/app:ref:refs/heads/main" } }),
            )]),
        "the request's token.actions.githubusercontent.com:sub is \"repo:acme/app:environment:prod\", StringEquals wants \"repo:acme/app:ref:refs/heads/main\"",
    );
    reason(
        get(ANN).identity(&[allow("s3:PutObject", "*")]),
        "the request's action is \"s3:GetObject\", Action has \"s3:PutObject\"",
    );
    reason(
        get(ANN).identity(&[allow("s3:*", "arn:aws:s3:::box")]),
        "the request's resource is \"arn:aws:s3:::box/a\", Resource has \"arn:aws:s3:::box\"",
    );
    reason(
        get(ANN).resource(&[to(CI_ROLE, reads())]),
        "the caller is \"arn:aws:iam::111111111111:user/ann\", Principal names \"arn:aws:iam::111111111111:role/ci\"",
    );
    reason(
        get(ANN).identity(&[when(
            reads(),
            json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
        )]),
        "the request has no aws:MultiFactorAuthPresent, Bool wants \"true\"",
    );
}

#[test]
fn the_layer_that_aws_would_name_is_blamed() {
    let blamed = |ask: Ask| {
        evaluate(&support::scenario(&ask.0))
            .denied_by
            .map(|layer| layer.as_str())
    };
    assert_eq!(blamed(get(ANN)), Some("identity"));
    assert_eq!(
        blamed(
            get(ANN)
                .identity(&[reads()])
                .boundary(&[allow("ec2:*", "*")])
        ),
        Some("boundary")
    );
    assert_eq!(
        blamed(get(CI).identity(&[reads()]).session(&[allow("ec2:*", "*")])),
        Some("session")
    );
    assert_eq!(
        blamed(
            get(CI)
                .resource(&[to(CI_ROLE, reads())])
                .boundary(&[allow("ec2:*", "*")])
        ),
        Some("boundary")
    );
    assert_eq!(
        blamed(get(ANN).identity(&[reads()]).levels("scps", &[&[]])),
        Some("scp")
    );
    assert_eq!(
        blamed(
            get(ANN)
                .identity(&[reads()])
                .resource(&[to("*", deny("*", "*"))])
        ),
        Some("resource")
    );
    let tag = ask(CI, "sts:TagSession", TARGET);
    assert_eq!(
        blamed(tag.clone().resource(&[trust(CI_ROLE, "sts:AssumeRole")])),
        Some("resource")
    );
    assert_eq!(
        blamed(tag.resource(&[trust(ROOT, "sts:TagSession")])),
        Some("identity")
    );
    assert_eq!(
        blamed(get(FOREIGN).owner("111111111111").identity(&[reads()])),
        Some("resource")
    );
}
