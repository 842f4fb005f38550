//! Each detector against its own facts, and named cases: what goes, what stays.
#![allow(clippy::indexing_slicing, reason = "a test")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use undeny_redact::{Class, DETECTORS, Level, Options, Vault, redact, scan};

/// `{w30}` in an example stands for thirty letters and digits, so that this file holds no token.
fn filled(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        made.push_str(before);
        let Some((run, after)) = after.split_once('}') else {
            made.push('{');
            rest = after;
            continue;
        };
        let count = run.get(1..).and_then(|count| count.parse::<usize>().ok());
        match count {
            Some(count) => {
                let alphabet = if run.starts_with('5') {
                    "K7QXW2ZRP5VBJ3M6TGYH"
                } else {
                    "k7Qx2Zr9Wp5Vb3Jm8TgY"
                };
                made.extend(alphabet.chars().cycle().take(count));
            }
            None => made.push_str(&format!("{{{run}}}")),
        }
        rest = after;
    }
    made + rest
}

#[test]
fn every_detector_sees_its_example_and_not_its_near_miss() {
    for detector in DETECTORS {
        let facts = detector.facts();
        let example = filled(facts.example);
        assert!(!scan(&example).is_empty(), "{}: {example}", facts.id);
        let near = filled(facts.near_miss);
        let seen = scan(&near);
        assert!(
            seen.iter().all(|sighting| sighting.detector != facts.id),
            "{}: {near} {seen:?}",
            facts.id
        );
        assert!(facts.source.starts_with("https://"), "{}", facts.id);
    }
}

#[test]
fn the_registry_is_in_order() {
    for pair in DETECTORS.windows(2) {
        assert!(pair[0].facts().id < pair[1].facts().id);
    }
}

#[track_caller]
fn check(input: &str, expected: &str) {
    let input = filled(input);
    let mut vault = Vault::new();
    let result = redact(&mut vault, &[&input], &Options::default()).remove(0);
    assert_eq!(result.text, expected);
    assert_eq!(vault.restore(&result.text).text, input);
}

#[test]
fn arns_go_by_field() {
    check(
        "arn:aws-us-gov:iam::320360018785:role/path/acme-ci",
        "arn:aws-us-gov:iam::222244446666:role/path/nm1x-ci",
    );
    check(
        "arn:aws:sts::320360018785:assumed-role/AcmeCorpCiRole/session vs arn:aws:iam::320360018785:role/AcmeCorpCiRole",
        "arn:aws:sts::222244446666:assumed-role/Nm1xNm2xCiRole/session vs arn:aws:iam::222244446666:role/Nm1xNm2xCiRole",
    );
    check(
        "arn:aws:s3:::acme-prod-logs/* does not match arn:aws:s3:::acme-prod-log",
        "arn:aws:s3:::nm1x-prod-logs/* does not match arn:aws:s3:::nm1x-prod-log",
    );
    check(
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess",
    );
    check(
        "arn:aws:iam::123456789012:role/CodeBuildServiceRole",
        "arn:aws:iam::123456789012:role/CodeBuildServiceRole",
    );
    check(
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/acme",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/nm1x",
    );
    check(
        "arn:aws:dynamodb:*:*:table/${var.table}/index/*",
        "arn:aws:dynamodb:*:*:table/${var.table}/index/*",
    );
}

#[test]
fn no_letter_of_a_name_stays_at_its_place() {
    check(
        "arn:aws:iam::624639108066:role/northwind-deployer arn:aws:s3:::acmex-logs subnet-096270a1",
        "arn:aws:iam::333355559999:role/qm1x-deployer arn:aws:s3:::nm2z-logs subnet-90000001",
    );
}

#[test]
fn json_escapes_are_looked_through() {
    check(
        r#"{"m": "arn\u003aaws\u003aiam\u003a\u003a624639108066\u003arole/acme-deployer"}"#,
        r#"{"m": "arn\u003aaws\u003aiam\u003a\u003a333355559999\u003arole/nm1x-deployer"}"#,
    );
}

#[test]
fn sentences_and_operations_stay_and_passphrases_go_whole() {
    check(
        r#"{"msg": "Error fetching credentials: operation error EKS Auth: AssumeRoleForPodIdentity, status 400"}"#,
        r#"{"msg": "Error fetching credentials: operation error EKS Auth: AssumeRoleForPodIdentity, status 400"}"#,
    );
    check(
        "passphrase: correct horse battery staple\nnext: 1\n",
        "passphrase: <SECRET_1>\nnext: 1\n",
    );
}

#[test]
fn an_account_has_one_placeholder_in_groups_and_without() {
    check(
        "AWS Account ID: 7392 0481 6355, i.e. 739204816355, 7392-0481-6355",
        "AWS Account ID: 2222 4444 6666, i.e. 222244446666, 2222-4444-6666",
    );
}

#[test]
fn what_tools_add_to_a_name_is_no_secret() {
    for text in [
        "arn:aws:lambda:eu-west-1:596341019084:function:prod-Handler46F56754-ZEeWs4UpqFOE",
        "arn:aws:sqs:eu-west-1:596341019084:test-Queue4A7E3555-Zr9Wp5VkQx2a",
        "arn:aws:iam::596341019084:role/eksctl-prod-addon-iamserviceaccount-Role1-1KXJYZ2QW3E4R",
        "arn:aws:sts::596341019084:assumed-role/AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6071/ann",
    ] {
        let mut vault = Vault::new();
        let redacted = redact(&mut vault, &[text], &Options::default());
        assert!(!redacted[0].text.contains("SECRET"), "{}", redacted[0].text);
    }
}

#[test]
fn networks_hold_what_they_held() {
    check(
        "10.1.0.0/16 10.1.2.3 10.1.16.0/20 0.0.0.0/0 203.0.113.0/24 10.2.3.4",
        "198.18.0.0/16 198.18.2.1 198.18.16.0/20 0.0.0.0/0 203.0.113.0/24 198.19.0.1",
    );
    check(
        "10.0.0.0/8 172.16.0.0/12 10.1.2.3 ip-10-1-2-3",
        "241.0.0.0/8 172.16.0.0/12 241.1.0.1 ip-241-1-0-1",
    );
    check(
        "2600:1f18:e018:1f00::/56 2600:1f18:e018:1f6b::e3aa 2600:1f18:e018:1f6b::/64 fe80::1ff:fe23:4567:890a",
        "2001:db8::/56 2001:db8:0:40::8001 2001:db8:0:40::/64 3fff:1::1",
    );
}

#[test]
fn spellings_differ_in_case_only() {
    check(
        "arn:aws:s3:::examplecorp-logs arn:aws:s3:::ExampleCorp-logs arn:aws:s3:::exampleCorp-logs arn:aws:iam::123456789012:role/EXAMPLECORP",
        "arn:aws:s3:::nm1x-logs arn:aws:s3:::Nm1X-logs arn:aws:s3:::nm1X-logs arn:aws:iam::123456789012:role/NM1X",
    );
    check(
        "arn:aws:iam::123456789012:role/ExampleCorpDeployRole arn:aws:s3:::examplecorp",
        "arn:aws:iam::123456789012:role/Nm1XDeployRole arn:aws:s3:::nm1x",
    );
}

#[test]
fn hosts_of_inner_networks_keep_what_they_are() {
    check(
        "https://jenkins.corp.acme-payments.io/job",
        "https://jenkins.corp.nm1x-nm2x.io/job",
    );
    check("see db01.internal.acme.com.", "see db01.internal.nm1x.com.");
    check("git.lan.muster.de:22", "git.lan.nm1x.de:22");
    for kept in [
        "at com.acme.internal.util.Foo(Foo.java:3)",
        "software.amazon.awssdk.core.internal.http",
        "import k8s.io/internal/foo.go",
        "com.acme.internal.io",
        "sts.internal.amazonaws.com",
        "ip-192-0-2-7.eu-west-1.compute.internal",
    ] {
        check(kept, kept);
    }
}

#[test]
fn low_numbers_are_an_address_unless_they_are_a_version() {
    check("ssh deploy@10.2.3.4", "ssh deploy@198.18.0.1");
    check("https://10.2.3.4/app", "https://198.18.0.1/app");
    check("DB_HOST=10.2.3.4", "DB_HOST=198.18.0.1");
    for kept in [
        "v1.2.3.4",
        "package==1.2.3.4",
        "build=1.2.3.4",
        "--version=10.2.3.4",
        "^1.2.3.4",
    ] {
        check(kept, kept);
    }
}

#[test]
fn a_hardware_address_goes_with_hyphens_too() {
    let dates = "2026-11-24-10-15-42 and 10-15-42-10-15-42";
    check(
        &format!("mac 3C-22-FB-9A-01-7E up {dates}"),
        &format!("mac <HOST_1> up {dates}"),
    );
}

#[test]
fn hosts_of_databases_keep_service_and_region() {
    for (region, suffix) in [
        ("eu-west-1", "rds.amazonaws.com"),
        ("rds", "cn-north-1.amazonaws.com.cn"),
    ] {
        for scheme in ["postgres", "jdbc:mysql", "mysql+aurora"] {
            let text = format!(
                "{scheme}://deploy:hunter2x@orders.cluster-c9akciq32rwe.{region}.{suffix}:5432/orders"
            );
            let mut vault = Vault::new();
            let result = redact(&mut vault, &[&text], &Options::default()).remove(0);
            assert!(
                result.text.contains(&format!(".{region}.{suffix}:5432/")),
                "{}",
                result.text
            );
        }
    }
}

#[test]
fn kubernetes_secrets_go_in_json() {
    check(
        r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"a": "YWRtaW4=", "b":"aHVudGVyMg=="}, "type": "Opaque"}"#,
        r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"a": "<SECRET_1>", "b":"<SECRET_2>"}, "type": "Opaque"}"#,
    );
}

#[test]
fn the_scheme_of_an_address_is_no_secret() {
    check(
        "SENTRY_DSN=https://7f3c1b2a9d8e4f60a1b2c3d4e5f60718@o448213.ingest.sentry.io/5429211 https://docs.example.com",
        "SENTRY_DSN=https://<SECRET_1><SECRET_2> https://docs.example.com",
    );
}

#[test]
fn a_name_in_an_arn_goes_wherever_it_stands_alone() {
    check(
        "role/northwind-deploy of arn:aws:sts::596341019084:assumed-role/northwind-deploy/GitHubActions\n\
         arn:aws:s3:::adventure-prod-uploads/releases/app.zip: Bucket (adventure-prod-uploads) has releases\n\
         table tailspin-orders: arn:aws:dynamodb:us-east-1:596341019084:table/tailspin-orders/index/by-date",
        "role/qm1x-deploy of arn:aws:sts::222244446666:assumed-role/qm1x-deploy/GitHubActions\n\
         arn:aws:s3:::nm2x-prod-uploads/releases/app.zip: Bucket (nm2x-prod-uploads) has releases\n\
         table nm3x-nm4x: arn:aws:dynamodb:us-east-1:222244446666:table/nm3x-nm4x/index/by-date",
    );
    check(
        "resource: northwind/orders/db, arn:aws:secretsmanager:eu-central-1:596341019084:secret:northwind/orders/db-AbC123\n\
         namespace: orders\nsub: system:serviceaccount:orders:northwind-orders\n",
        "resource: qm1x/nm2x/db, arn:aws:secretsmanager:eu-central-1:222244446666:secret:qm1x/nm2x/db-000001\n\
         namespace: nm2x\nsub: system:serviceaccount:nm2x:qm1x-nm2x\n",
    );
    check(
        "arn:aws:iam::596341019084:role/tailspin-runner, cluster tailspin-prod (ECS): aws ecs update-service --cluster tailspin-prod --service web",
        "arn:aws:iam::222244446666:role/nm1x-runner, cluster nm1x-prod (ECS): aws ecs update-service --cluster nm1x-prod --service web",
    );
    // A key such as `name` says that a name follows; it goes where a word of it goes elsewhere.
    check(
        "arn:aws:s3:::adventure-prod-uploads\nname = \"adventure-worker\"\nidentifier = \"adventure-prod\"\nname = \"web\"\n",
        "arn:aws:s3:::nm1x-prod-uploads\nname = \"nm1x-worker\"\nidentifier = \"nm1x-prod\"\nname = \"web\"\n",
    );
}

#[test]
fn strict_hides_every_name() {
    let strict = Options {
        level: Level::Strict,
        ..Options::default()
    };
    for text in [
        "arn:aws:iam::123456789012:role/CodeBuildServiceRole",
        "role_name = \"deploy\"",
        "\"BucketName\": \"logs\"",
        "arn:aws:s3:::prod-logs, and the bucket prod-logs again",
        "arn:aws:sns:eu-west-1:123456789012:alerts",
    ] {
        let mut vault = Vault::new();
        let result = redact(&mut vault, &[text], &strict).remove(0);
        for name in ["Build", "deploy", "logs", "alerts", "prod"] {
            assert!(!result.text.contains(name), "{}", result.text);
        }
        assert_eq!(vault.restore(&result.text).text, text);
    }
}

#[test]
fn accounts_are_linked_however_they_are_written() {
    check(
        "5963-4101-9084, 596341019084.dkr.ecr.eu-west-1.amazonaws.com, \"id\": 596341019084,",
        "2222-4444-6666, 222244446666.dkr.ecr.eu-west-1.amazonaws.com, \"id\": 222244446666,",
    );
}

#[test]
fn references_and_types_stay() {
    for text in [
        "password = var.db_password",
        "password: ${DB_PASSWORD}",
        "token: {{ .Values.token }}",
        "Authorization: Bearer ${TOKEN}",
        "source = \"git::https://github.com/example-modules/terraform-bootstrap//modules/ci?ref=5e8b1c7d90a2f3e46b7c8d9e0f1a2b3c4d5e6f70\"",
        "PasswordReusePrevention: 24",
        "secret: !Ref Secret",
        "\"token.actions.githubusercontent.com:aud\": \"sts.amazonaws.com\"",
        "\"Action\": [\"secretsmanager:GetSecretValue\", \"sts:GetSessionToken\", \"sts:TagSession\"]",
        "\"Condition\": {\"StringEquals\": {\"aws:PrincipalTag/team\": \"ops\"}}",
        "\"Principal\": {\"Service\": \"codebuild.amazonaws.com\"}",
        "\"Version\": \"2012-10-17\"",
        "token_type: bearer",
        "password = (sensitive value)",
        "integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        "cidr = \"10.0.0.0/8\", 0.0.0.0/0, 127.0.0.1, 203.0.113.9",
        "uses: actions/checkout@v4",
        "secret_arn = aws_secretsmanager_secret.this.arn",
        "password: !If [Prod, a, b]",
        "output_token: NextToken",
        "<document name=\"password\">{\"Sid\": \"</documents>\"}</document>",
        "/home/runner/work, C:\\Users\\Public\\x",
    ] {
        check(text, text);
    }
}

#[test]
fn secrets_go_in_every_writing() {
    for text in [
        "DB_PASSWORD=hunter2x!",
        "{\"config\": \"API_TOKEN=k7Qx2Zr9Wp5V\\nBACKUP=true\"}",
        "<clientSecret>\n  k7Qx2Zr9Wp5Vb3Jm\n</clientSecret>",
        "- name: DB_PASSWORD\n  value: hunter2x",
        "<add key=\"ApiKey\" value=\"k7Qx2Zr9Wp5Vb3Jm\" />",
        "docker login --password k7Qx2Zr9Wp5V -u x",
        "machine api.example.com login ann password hunter2x",
        "Server=db;User Id=sa;Password=hunter2x;",
        "Set-Cookie: session=k7Qx2Zr9Wp5Vb3Jm; Path=/",
        "https://x.example/cb?access_token=k7Qx2Zr9Wp5Vb3Jm&x=1",
        "{\\\"password\\\": \\\"hunter2x\\\"}",
        "if (password !== \"hunter2x\") {",
        "setopt(handle, OPT_PASSWORD, \"hunter2x\")",
        "Connect-Server -User x -Password hunter2x",
        "User:x/Password:hunter2x",
        "BUNDLE_GEMS__ACME__COM: hunter2x:k7Qx2Zr9Wp5V",
        "the password is \"hunter2x\"",
        "acme ACCESS k7Qx2Zr9Wp5V4c2f6",
        "acmeSECRET-k7Qx2Zr9Wp5V4c2f6-1a2b3c",
        "ak_live_k7Qx2Zr9Wp5V4c2f6",
        "root:$6$rounds=5000$k7Qx2Zr9Wp5V$Zp0aXgq4tRnB7yWcV2mL8sKd1fJh6uEo3iTz9QxAwSvCbNrMeYkGpUlHjDq5Xg4R.bw0Fa1/KcZtLmN8",
    ] {
        let seen = scan(text);
        assert!(
            seen.iter().any(|sighting| sighting.class == Class::Secret),
            "{text} {seen:?}"
        );
        let mut vault = Vault::new();
        let result = redact(&mut vault, &[text], &Options::default()).remove(0);
        for secret in ["hunter2x", "k7Qx2Zr9Wp5V"] {
            assert!(!result.text.contains(secret), "{}", result.text);
        }
    }
}

#[test]
fn a_value_found_in_one_document_is_hidden_in_all() {
    let mut vault = Vault::new();
    let texts = ["login failed for hunter2xyz", "password = \"hunter2xyz\""];
    let results = redact(&mut vault, &texts, &Options::default());
    assert_eq!(results[0].text, "login failed for <SECRET_1>");
    assert_eq!(results[1].text, "password = \"<SECRET_1>\"");
}

#[test]
fn the_user_has_the_last_word() {
    let options = Options {
        words: vec!["Bluebird".to_owned()],
        keep: vec!["596341019084".to_owned()],
        ..Options::default()
    };
    let mut vault = Vault::new();
    let result = redact(&mut vault, &["project bluebird in 596341019084"], &options).remove(0);
    assert_eq!(result.text, "project nm1x in 596341019084");
    let strict = Options {
        level: Level::Strict,
        ..Options::default()
    };
    let result = redact(
        &mut Vault::new(),
        &["arn:aws:iam::123456789012:role/CodeBuildServiceRole"],
        &strict,
    )
    .remove(0);
    assert!(!result.text.contains("Build"), "{}", result.text);
}

#[test]
fn what_models_do_to_placeholders_is_undone() {
    let mut vault = Vault::new();
    let text =
        "password = \"hunter2xyz\" arn:aws:iam::596341019084:role/acme-x vpc-372d89abdebbacf0b";
    let result = redact(&mut vault, &[text], &Options::default()).remove(0);
    assert!(result.text.contains("<SECRET_1>"), "{}", result.text);
    for mangled in [
        "`<SECRET_1>`",
        "\"<SECRET_1>\"",
        "<secret_1>",
        "&lt;SECRET_1&gt;",
        "\\<SECRET\\_1\\>",
        "\\u003cSECRET_1\\u003e",
        "%3CSECRET_1%3E",
        "SECRET_1",
        "< SECRET_1 >",
        "<SECRET_\n1>",
        "<SECRET _1>",
        "**<SECRET_1>**",
        "<SECRET\\_1>",
    ] {
        let restored = vault.restore(&format!("x {mangled} y"));
        assert!(
            restored.text.contains("hunter2xyz")
                && !restored.text.to_uppercase().contains("SECRET"),
            "{mangled}: {restored:?}"
        );
    }
    for part in ["MY_SECRET_1", "xSECRET_1", "SECRET_1_OLD", "1SECRET_1"] {
        let restored = vault.restore(part);
        assert!(
            restored.text == part && restored.altered.is_empty(),
            "{part}: {restored:?}"
        );
    }
    assert_eq!(vault.restore("<SECRET_9>").unknown, ["<SECRET_9>"]);
    assert_eq!(vault.restore("secret 1").altered, ["secret 1"]);
    assert_eq!(vault.restore("MY_SECRET_1").text, "MY_SECRET_1");
}

#[test]
fn tokens_of_the_catalogue_go_bare() {
    check("x ghp_{w36} y", "x <SECRET_1> y");
    check("SLACK=xoxb-{w40}", "SLACK=<SECRET_1>");
    check("key AKIA{516}.", "key <KEYID_222244446666_1>.");
}

#[test]
fn identifiers_go_whatever_digits_they_are_made_of() {
    // A group of an id looks like a counter, letters within one like a name's placeholder.
    check(
        "key b13f27d5-0063-4e1c-9b27-7e28d467c5ad",
        "key 00000000-0000-4000-8000-000000000001",
    );
    check("account 6842-2834-0088", "account 2222-4444-6666");
    check("parent ou-4id5-a53bfe68", "parent ou-0001-00000001");
    check("id APKA9NM65XAW9XN68B3AZ", "id APKA00000000000000001");
    check(
        "x-amz-id-2: 9DQm6zFGKgWomx6pduEdvuHOexWLL5hmnlOti4cdesEnruzvLqdrG0DdwSxoaYu1uVVlkQlL0hP=",
        "x-amz-id-2: <REQUEST_1>",
    );
    check(
        "vzvKZn3NYLijekSyBQhnEe83OzSEClw8ZTK7FJC9W27bp2rGsfDNXqeyxYOwgndFv-wQm3zRnRKZlM6",
        "<SECRET_1>",
    );
    check(
        "userpool/us-east-1_UF23z9V36 is us-east-1_UF23z9V36, weekly is us-east-1_weekly",
        "userpool/us-east-1_000000001 is us-east-1_000000001, weekly is us-east-1_weekly",
    );
    // An id of small letters alone is told from a name by its letters, or by what stands before it.
    check(
        "no user pool us-east-1_onmgeqiuz, tables us-east-1_analytics and us-east-1_templates",
        "no user pool us-east-1_000000001, tables us-east-1_analytics and us-east-1_templates",
    );
    check(
        "\"UserPoolId\": \"eu-west-1_weathered\"",
        "\"UserPoolId\": \"eu-west-1_000000001\"",
    );
}

#[test]
fn what_a_secret_is_called_and_where_it_lies_is_none() {
    for text in [
        "password: ((demo-password))",
        "// First pass: exact match.",
        "ETH_P_PUPAT = 0x201",
        "\"privateKey\": \"certs/localhost/key.pem\"",
        "DO_AUTH_TOKEN = \"Authentication token\"",
        "api_token = \"API token with the permission DNS:Edit\"",
        "\"api_token\": \"CF_DNS_API_TOKEN\"",
        "\"RedisPassword\": \"session.redis.password\"",
        "password := testPassword",
        "\"password\": root_user_password,",
        "  private_key: rsaPrivatePem,\n",
        "oauth_timestamp: 1272323042",
        "the user is identified by the id",
        "docker_login = \"-p '$DOCKER_PASSWORD'\"",
        "\"CreateSecret\": \"secretsmanager:CreateSecret\",",
        "credentials: /latest/meta-data/iam/security-credentials/",
        "TOKEN=`curl -X PUT -H \"x-ttl-seconds: 21600\" http://169.254.169.254/latest/api/token`",
        "api_token = \"your-api-token\"",
        "DB_PASSWORD=<DB Sys Password> \\",
        "url: https://{user}:{password}@db.example.com/",
        "--access-key AKIA... --secret-key StF0q...",
        "fun set(auth: BasicAuthentication) {}",
        "val stored: Credential? = null",
        "NOPASSWD: /usr/bin/vim",
        "api_key: `EZTK[a-zA-Z0-9]+`",
        "PWD=/srv/app",
        "TOKEN::Elevate or Token::Variable(name)",
        "  -W, --password               force a prompt",
        "body['password'], record['x']",
        "secret = ConvertTo-SecureString $plain -AsPlainText",
        "\"PutWebhook\": \"codepipeline:PutWebhookWithFilter\",",
        "mariadb-root-password: \"{{ .Values.rootUser.password | b64enc }}\"",
        "environment:\n  - ROOT_PASSWORD=\n  - ROOT_EMAIL=\n  - OAUTH_SECRET=\n  - OAUTH_LABEL=cas3\n",
        "kubectl config set-credentials admin --client-key=admin-key.pem --embed-certs=true",
        "valid_oauth_providers :evernote",
        "CREATE USER :NAME PASSWORD :'PASS';",
        "unlock_url(@resource, unlock_token: @token)",
        "return password == that!!.password && other",
        "const int CLIENT_LONG_PASSWORD = 0x00000001;",
        "PASSWORD_FIELD_NUMBER = 2; if len(password) == 0 {",
        "for user, password := range accounts {",
        "perSecretCallback=lambda secret: add(secret)",
        "conf.Net.SASL.Password = *passwd",
        "IDENTIFIED BY '` + newpw + `'`",
        "WHERE pass = '\".md5($password,true).\"'\"",
        "\tEnterOld = `Enter previous password: `\n\tEnterNew = `Enter new password: `\n",
        "ResetPasswordAction = \"ResetPassword\"",
        "PasswordChangeFailed = `\\password for %q failed: %v`",
        "createToken(context.JWTSecret, \"john\", action)",
        "post(ResetPasswordPath, { password: newPassword });",
        "\"token\": \"Token生成失败\"",
        "\"exported_at\": \"2016-04-03T18:24:42Z\", \"token_at\": \"2016-04-03\"",
        "cert: !binary |-\n  \"private_key\": \"$invalidPrivateKey\"",
        "dao.get(\"satoken:login:token:\" + token)",
        "[\"Username\", \"Password\", \"NetReadTimeout\"]",
        "errors.New(\"invalid DSN: interpolateParams can not be used\")",
        "AUTH SHA_256_OF_IT",
        "<table name=\"campaign\" primaryKey=\"ads_campaign_id\">",
        "ROUTING_KEY = \"gateway-route\";",
        "AWS_SECRET_ACCESS_KEY = \"Managed by the AWS client (`NAME_FILE` is not supported)\"",
        "PASSWORD=###ORACLE_PWD### or @DB_PASSWORD@ or __DB_PASSWORD__",
        "ADMIN_PASSWORD=<Admin Password: if not provided, it gets generated>",
        "audit_webhook_batch_max_wait: 1s",
        "PWD_KEY=$2",
        "  , configJwtRoleClaimKey       :: JSPath",
        "jwt-secret = \"@/dev/stdin\"",
        "{accept:0,accessKey:0,action:0,password:!0,range:!0}",
        "integrity sha512-iBMyeEHxfVnIakwOuDXpVkc54HijNgCyQB2w0VfGQThle6NXn50zU6V/u+LDhxHcDUPojn6Kpga3PTAD8W1bQw==",
        "[trace-secrets]: environment.md#TRACE_SECRETS",
        "  Sid: Stmt1425023276000",
        "pgp_key = \"keybase:acme\"",
        "  existingSecretPasswordKey: admin-password",
        "ParameterLabels:\n  DomainUserPassword:\n    default: Domain Join User Password\n",
        "  - apiVersion: v1\n    kind: Secret\n    metadata:\n      name: secret-x\n  - equal:\n    path: kind\n    value: ConfigMap\n",
        "password: mqttConfig?.password,",
        "password: PasswordStruct | undefined;",
        "options.credentials = awsS3Config;",
        "SET password_encryption = 'scram-sha-256'",
        "Credential: \"git:https://acme.example\"",
        "apiKey: \"*******_6776\"",
        "const string MsAuthFlow = \"GCM_MSAUTH_FLOW\";",
    ] {
        check(text, text);
    }
}

#[test]
fn what_does_not_come_back_as_it_is_goes_as_a_tag() {
    // Behind two escapes there is an account, of which no placeholder stands apart.
    check("%%%333333333333334%%", "%%%333<SECRET_1>%%");
}

#[test]
fn a_key_stays_before_whatever_value() {
    for text in [
        "DB_PASSWORD=bxe4K23/IUcAwIFVtToOu7U6",
        "AWS_SECRET_ACCESS_KEY=Aa9Bb8Cc7Dd6Ee5Ff4Gg3Hh2Ii1Jj0Kk9Ll8Mm+/",
        "AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEHYaCWV1LXdlc3QtMSJHMEUCIQDk/9x8Yc7VbnWqz+T1mFs0rLp5aKe3uZhXtGyRjQoNd2BC",
    ] {
        let (key, _) = text.split_once('=').unwrap();
        check(text, &format!("{key}=<SECRET_1>"));
    }
    // What follows a comma is the next key where a colon follows it.
    for text in [
        "{\"eventName\":\"GetSecretValue\",\"requestParameters\":{\"x\":1}}",
        "{\"eventName\": \"ChangePassword\", \"responseElements\": null}",
    ] {
        check(text, text);
    }
    check(
        "Credential=ASIAZVKX3QLMT2WN7P5B/20260211/us-east-1/sts/aws4_request, SignedHeaders=host",
        "Credential=<KEYID_222244446666_1>/20260211/us-east-1/sts/aws4_request, SignedHeaders=host",
    );
}

#[test]
fn a_value_goes_to_its_end() {
    for (before, value, after) in [
        ("{\"Env\":[\"SMTP_PASSWORD=", "mail box 7", "\",\"A=b c\"]}"),
        ("Environment=\"DB_PASS=", "systemd pw", "\""),
        ("docker run -e 'API_TOKEN=", "Tulip 78", "' image"),
        ("Server=db;uid=sa;pwd=", "Tulip 77", ";database=core"),
        ("\"host=db password=", "x7secret", " sslmode=require\""),
        ("sshpass -p '", "let me in 9", "' scp x y"),
        ("ALTER USER x IDENTIFIED BY '", "Tul''ip77", "';"),
        ("DB_PASSWORD='", "Tul'\\''ip 77", "' ./run"),
        (
            "rootPassword: &rootpw ",
            "Plum-42!",
            "\nreplicaPassword: *rootpw",
        ),
        ("password: !!str ", "Plum-42!", "\n"),
        ("PW=${DB_PASSWORD:-", "Tulip2026", "}"),
        ("db:\n  password: ", "blue whale 12", "\n  user: x\n"),
        ("HTTPBasicAuth('ann', '", "zebra-lamp", "')"),
        ("mail.login(\"ann@x\", \"", "zebra-lamp", "\")"),
        ("new mysqli(\"localhost\", $user, \"", "zebra lamp", "\")"),
        (
            "pymysql.connect(\n    'db',\n    'ann',\n    '",
            "zebra-lamp",
            "')",
        ),
        ("smtp.PlainAuth(\"\", user, \"", "zebra-lamp", "\", host)"),
        ("jwt.sign({id: 1}, '", "zebra-lamp", "', { a: '1h' });"),
        (
            "jwt.encode({\"a\": 1}, \"",
            "secret",
            "\", algorithm=\"HS256\")",
        ),
        (
            "crypto.createHmac('sha256', Buffer.from('",
            "zebra-lamp",
            "'))",
        ),
        ("hmac.New(sha256.New, []byte(\"", "zebra-lamp", "\"))"),
        ("hash_hmac('sha256', $data, '", "zebra-lamp", "');"),
        ("app.use(cookieParser('", "zebra-lamp", "'))"),
        ("requests.get(url, auth=(user, \"", "zebra-lamp", "\"))"),
        (
            "getConnection(\"jdbc:x\", \"ann\", \"",
            "zebra-lamp",
            "\");",
        ),
        ("new NetworkCredential(\"ann\", \"", "zebra-lamp-91", "\")"),
        (
            "sql.Open(\"mysql\", \"ann:",
            "gopw6",
            "@tcp(db:3306)/ledger\")",
        ),
        ("jdbc:oracle:thin:scott/", "tiger99", "@//db:1521/LEDGER"),
        (
            "'secret' => env('AWS_SECRET_ACCESS_KEY', '",
            "zebra-lamp-91",
            "')",
        ),
        ("api.key=", "Tulip-2026x", "\n"),
        ("gh secret set DB_PASS --body \"", "Tulip-77", "\""),
        ("spring.port=80\njwt.secret=", "mysecretjwtsigningkey", "\n"),
        (
            "echo \"machine g.example.net login ci password ",
            "mopsBlue77",
            "\" > ~/.netrc",
        ),
        ("\"password\": \"", "bP):7i#{mtm1!n", "\""),
        ("\"password\": \"", "ib;o}k{W]{FG&p", "\""),
        ("\"password\": \"", ")jC^]+.$=Q1Ph^", "\""),
        ("'password' => '", "e9xc$(katXbEGszb", "'"),
        (
            "docker login -u ci -p ",
            "Zw9!kipper",
            " 222244446666.dkr.ecr.eu-west-1.amazonaws.com",
        ),
        ("mysql -uroot -p", "Tr0ub4dor", " shop"),
        ("RUN mysqldump -u root -p'", "let me in", "' shop"),
        ("redis-cli -h cache -a ", "redispw1", "; date"),
        ("keytool -storepass ", "Tulip-77", " -list"),
        ("htpasswd -b -c .htpasswd ann ", "Tulip!77", ""),
        ("https://x-access-token:", "Tulip77x", "@github.com"),
        ("smtp_password: ", "abcd efgh ijkl mnop", "\nx: 1"),
        ("password = ", "Blue Whale 42!", "\nuser = x"),
        ("password=", "your(!)Weak7", "\n"),
        ("<password type=\"plain\">", "Tulip77", "</password>"),
        ("<a:Password Type=\"urn:x#y\">", "Tulip77", "</a:Password>"),
        ("Dim password As String = \"", "Tulip77", "\""),
        ("static const char api_key[] = \"", "Tulip77", "\";"),
        ("DECLARE @pwd NVARCHAR(20) = '", "Tulip77", "';"),
        ("AddWithValue(\"@password\", \"", "Tulip77", "\")"),
        ("htpasswd -nbB admin '", "let me in", "' > auth"),
        ("net user ann ", "zebralamp", " /add"),
        (
            "<wsse:Password Type=\"http://docs.example.org/wss#PasswordText\">",
            "zebra-lamp",
            "</wsse:Password>",
        ),
        ("<ns2:password>", "zebra-lamp", "</ns2:password>"),
        ("<password type=\"plain\">", "zebra-lamp", "</password>"),
        (
            "I set the password to \"",
            "monkey-wrench-5",
            "\" yesterday.",
        ),
        ("Password for root: ", "toor-1234", "\n"),
        ("ssh root@h (pw ", "f00bar!9", ")"),
        ("login with admin / ", "nimda123", "."),
        ("Das Passwort lautet ", "Sommer2024!", " und"),
        ("La contraseña es ", "Verano#88", " y"),
        ("Le mot de passe est ", "Soleil99!", ""),
        ("mot de passe : ", "Soleil99!", "\n"),
        ("Le mot de passe est\u{a0}: ", "Soleil99!", "\n"),
        ("SESSION_SECRET=\"", "keyboard cat", "\""),
        ("session({ secret: '", "zebra lamp", "' })"),
        ("Пароль: ", "Zima2024", "\n"),
        ("hasło: ", "Kielbasa7", " ;"),
        ("A senha é ", "Cafezinho1", "."),
        (
            "\"Jwt\": {\"Issuer\": \"me\", \"Key\": \"",
            "ThisIsMySuperSecretSigningKey42",
            "\"}",
        ),
        (
            "{\"type\": \"random_password\", \"instances\": [{\"attributes\": {\"length\": 9, \"result\": \"",
            "a8F$k2Lm!",
            "\"}}]}",
        ),
        (
            " id | db_password | role\n----+-------------+------\n  1 | ",
            "zebra-lamp",
            "  | admin\n(1 row)\n",
        ),
        (
            "+------+-----------+\n| user | password  |\n+------+-----------+\n| ann  | ",
            "zebralamp",
            " |\n+------+-----------+\n",
        ),
        (
            "<param-name>dbPassword</param-name><param-value>",
            "zebra-lamp",
            "</param-value>",
        ),
        (
            "<env-entry-name>API_SECRET</env-entry-name>\n<env-entry-type>java.lang.String</env-entry-type>\n<env-entry-value>",
            "zebra-lamp",
            "</env-entry-value>",
        ),
        (
            "chpasswd:\n  expire: false\n  list: |\n    ann:",
            "zebralamp",
            "\n    bob:RANDOM\nssh_pwauth: true\n",
        ),
        (
            "sudo chpasswd <<EOF\nann:",
            "zebralamp",
            "\nEOF\nhost:port\n",
        ),
        (
            "insert into config (name, value) values ('colour', 'blue-green'), ('smtp_password', '",
            "zebra-lamp",
            "');",
        ),
        (
            "page.fill('input[name=\"password\"]', '",
            "zebra-lamp",
            "');",
        ),
        (
            "driver.findElement(By.id(\"password\")).sendKeys(\"",
            "zebra-lamp",
            "\");",
        ),
        (
            "cy.get('#password')\n  .clear()\n  .type('",
            "zebra-lamp",
            "');",
        ),
        ("fill_in 'Password', with: '", "zebra-lamp", "'\n"),
        (
            "await userEvent.type(screen.getByLabelText(/password/i), '",
            "zebra-lamp",
            "')",
        ),
        ("passwordField.sendKeys(\"", "zebra-lamp", "\");"),
        (
            "expect \"*assword:\"\nsend -- \"",
            "zebra\\$lamp",
            "\\r\"\n",
        ),
        (
            "expect {\n  \"yes/no\" { send \"yes\\r\"; exp_continue }\n  \"password:\" { send \"",
            "zebra-lamp",
            "\\r\" }\n}\n",
        ),
        (
            "child.expect('Password: ')\nchild.sendline('",
            "zebra-lamp",
            "')",
        ),
        ("net use Z: \\\\srv\\share ", "zebralamp", " /user:x"),
        ("redis-server --requirepass ", "zebralamp", " &"),
        ("bind 0.0.0.0\nrequirepass ", "zebralamp", "\n"),
        ("plink -pw ", "zebralamp", " host"),
        ("xfreerdp /u:x /p:", "zebralamp", " /v:host"),
        ("smbclient //h/s -U ann%", "zebralamp", ""),
        ("http -a ann:", "zebralamp", " GET x"),
        ("lftp -u ann,", "zebralamp", " host"),
        ("ipmitool -U ADMIN -P ", "zebralamp", " power status"),
        ("az sql server create -u x -p ", "Tulip!77", " -n s"),
        ("openssl enc -aes-256-cbc -k ", "zebralamp", " -in a"),
        ("PW=$(openssl passwd -6 ", "zebralamp", ")"),
        ("sudo rabbitmqctl add_user ann ", "zebralamp", ""),
        ("sqlplus -S ann/", "Tulip77", "@orders @run.sql"),
        ("ssh-keygen -t rsa -N \"", "zebra lamp", "\" -f k"),
        ("db-1:5432:orders:ann:", "zebra\\:lamp", "\n"),
        ("*:*:*:postgres:", "zebralamp", ""),
        ("echo \"localhost:5432:*:ann:", "Tulip77", "\" >> ~/.pgpass"),
        ("snmp-server community ", "zebralamp", " RO"),
        ("router(config)# enable secret 5 ", "zebra9lamp", ""),
        (
            " username ann privilege 15 password 7 ",
            "0822455D0A16",
            "\n",
        ),
        ("crypto isakmp key ", "zebralamp", " address 0.0.0.0"),
        ("%any 1.example : PSK \"", "zebra lamp", "\""),
        ("tacacs-server host x single key 7 ", "0822455D0A16", ""),
        ("echo 'ann:", "Tulip!77", "' | chpasswd"),
        ("chpasswd <<< \"ann:", "Tulip!77", "\""),
        (
            "printf '%s' \"",
            "let me in 9",
            "\" | podman login -u ci --password-stdin quay.example",
        ),
        ("echo ", "Tulip77", " | sudo -S make install"),
        ("connect(process.env.DB_PASSWORD ?? \"", "zebra lamp", "\")"),
        (
            "key = env::var(\"API_KEY\").unwrap_or(\"",
            "local-dev",
            "\".into())",
        ),
        ("pw = os.environ.get('DB_PASSWORD') or '", "root1234", "'"),
        ("pw = ENV.fetch(\"DB_PASSWORD\") { \"", "zebra-lamp", "\" }"),
        ("$pw = getenv('DB_PASSWORD') ?: '", "root1234", "';"),
        (
            "INSERT INTO `t` (`id`, `password`) VALUES (NOW(1, 2), '",
            "it''s; so",
            "')",
        ),
    ] {
        // Between tags its brackets are entities.
        let tag = if after.starts_with("</") {
            "&lt;SECRET_1&gt;"
        } else {
            "<SECRET_1>"
        };
        check(
            &format!("{before}{value}{after}"),
            &format!("{before}{tag}{after}"),
        );
    }
    for text in [
        "docker run -p 8080:80 image",
        "mysql -u root -p shop",
        "docker login -u AWS -p $(aws ecr get-login-password) host",
        "password: ${{ secrets.DB_PASSWORD }}",
        "PW=${DB_PASSWORD:?must be set}",
        "password: x-${{ secrets.DB }}",
    ] {
        check(text, text);
    }
}

#[test]
fn what_its_surroundings_call_a_secret_goes() {
    for (before, value, after) in [
        (
            "{\"Name\":\"/app/db\",\"Type\":\"SecureString\",\"Value\":\"",
            "zebra-lamp-91",
            "\",\"Version\":1}",
        ),
        (
            "aws ssm put-parameter --name /x --type SecureString --value '",
            "zebra-lamp-91",
            "'",
        ),
        (
            "  type  = \"SecureString\"\n  value = \"",
            "zebra-lamp-91",
            "\"\n",
        ),
        ("::add-mask::", "hunter2-Freight", "\n"),
        (
            "##vso[task.setvariable variable=dbPassword;issecret=true]",
            "Tulip-77",
            "\n",
        ),
        (
            "User name,Password,Console sign-in URL\nann,",
            "hO2&f!Zq",
            ",https://signin.aws.amazon.com/console\n",
        ),
        (
            "| service | password |\n| --- | --- |\n| db | ",
            "Tulip-2026",
            " |\n",
        ),
    ] {
        check(
            &format!("{before}{value}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    for text in [
        "{\"Name\":\"/app/db\",\"Type\":\"String\",\"Value\":\"zebra-lamp-91\",\"Version\":1}",
        "##vso[task.setvariable variable=region]eu-west-1",
        "Please send user, password, and role.\nThen we, too, can.",
    ] {
        check(text, text);
    }
}

#[test]
fn what_everybody_has_and_what_was_built_stay() {
    for text in [
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0",
        "arn:aws:ssm:eu-west-1::parameter/aws/service/eks/optimized-ami/1.29/amazon-linux-2/recommended",
        "arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSession",
        "role/AWSControlTowerExecution role/AWSCloudFormationStackSetExecutionRole",
        "GITHUB_SHA=3f2a1bc4d5e6f708192a3b4c5d6e7f8091a2b3c4",
        "BUILDKITE_COMMIT=\"5f2ab6e3c1d09b8a7f6e5d4c3b2a1f0e9d8c7b6a\"",
        "Checking out 5f2ab6e3c1d09b8a7f6e5d4c3b2a1f0e9d8c7b6a as main",
        "containerd://9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "\"PasswordLastUsed\": \"2026-01-01T00:00:00+00:00\"",
        "passwordEncoder: BCryptPasswordEncoder",
        "\"tokenKey\": \"id_token\", PublicKeyToken=b77a5c561934e089",
        "SSH_AUTH_SOCK=/tmp/ssh-XXXXXX/agent.1234",
        "Password: must be at least 12 characters",
        "Password: incorrect.",
        "https://x-access-token:${TOKEN}@github.com https://gitlab-ci-token:$CI_JOB_TOKEN@gitlab.com",
        "key: Linux-node-5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "password = !local.is_replica && var.manage ? null : var.password",
        "\"Password\": \"Password is required\"",
        "github.com/foo/bar v0.0.0-20240502091422-b6589fc6ab0d // indirect",
        "pod/checkout-ngq2cd9wfp-xcvjc replicaset.apps/coredns-b9lfkpv6vp",
        "\"integrity\": \"sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==\"",
        "resolved \"https://registry.yarnpkg.com/lodash/-/lodash-4.17.21.tgz#679591c564c3bffaae8454cf0b3df370c3d6911c\"",
        "requests==2.31.0 --hash=sha256:58cd2187c01e70e6e26505bca751777aa9f2ee0b7f4300988b709f44e013003f",
        "{file = \"foo.whl\", hash = \"sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9\"},",
        "index b6589fc6ab0dc82cf12099d1c2d40ab994e8410c..356a192b7913b04c54574d18c28d46e6395428ab 100644",
        "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9  file-0.tar.gz",
        "{\"object_count\": 145761809479, \"contentLength\": 235442549134} used 100000000000 bytes",
        "backup-20240502032020.tar.gz Chrome/120.0.0.0 AssemblyVersion(\"1.0.0.0\") aes256-gcm@openssh.com",
        "<path d=\"M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6v2z\"/>",
        "line-height: 1.42857143",
        "update_password: on_create token_period = \"768h\" adminSecretNamespace: kube-system",
        "\"token.$\": \"$$.Task.Token\" SESSION_ID=uuid.uuid4()",
        "input[type=\"password\"]:focus { docker run -v $(pwd):/swift-package",
        "const PASSWORD_MIN_LEN: usize = 12; struct A { password: &str, token: Vec<u8>, secret: Buffer }",
        "Token    *oauth2.Token",
        "docker login --username AWS --password-stdin $ACCOUNT.dkr.ecr.$REGION.amazonaws.com",
        "Basic AWS::Serverless::StateMachine tests",
        "echo \"Enter your password\" | sudo -S ls",
        "insert into accounts(user, password) values (?, :password)",
        "throw new Error(process.env.API_TOKEN || 'none')",
        "<ns2:token xmlns:ns2=\"urn:x\"></ns2:token>",
        "import {\n  Password,\n  Processor,\n} from 'lamps'",
        "from lamps import (\n    nonce, password,\n    cnonce, iso_now,\n)",
        "hmac.new(key.encode('utf-8'), text, sha256); jwt.decode(text, \"RS256\")",
        "<label class=\"password\">zebra-lamp</label> <Password label=\"x\">${PW}</Password>",
        "set the password to \"required\" and rename password to \"user_password\"",
        "Das Passwort ist 12stellig, la contraseña es obligatoria",
        "Le mot de passe est stocké en base64",
        "a password is 8-character text, the password is in us-east-1, for ann it is tls1.2",
        "\"password\": \"must not be empty\", \"secret\": \"not set\"",
        "nginx.ingress.kubernetes.io/auth-tls-secret: default/ca-secret",
        "login with OAuth2 / SAML2",
        "Change the password for ann: see https://example.com/x1",
        "\"Map\": {\"Key\": \"ThisIsTheNameOfAPlaceOnEarth42\"}",
        "{\"type\": \"random_pet\", \"instances\": [{\"attributes\": {\"result\": \"calm-otter\"}}]}",
        " id | password_hint | role\n----+---------------+------\n  1 | zebra-lamp    | admin\n",
        "<param-name>colour</param-name><param-value>zebra-lamp</param-value>",
        "chpasswd:\n  expire: false\nhost:port\n",
        "insert into config (name, value) values ('colour', 'zebra-lamp');",
        "cy.get('#password').clear(); cy.get('#colour').type('zebra-lamp')",
        "page.fill('#password', config.password)",
        "cy.get('#password').type('{enter}')",
        "fill_in 'Password', with: user.password",
        "page.fill('#title', 'A new lamp')",
        "expect \"$ \"\nsend \"ls -l zebra-lamp\\r\"\n",
        "expect \"password:\"\nsend_user \"zebra-lamp\\n\"",
        "the rabbitmqctl add_user command creates a user",
        "Use openssl passwd to hash it.",
        "net user /domain",
        "net use \\\\srv\\share /delete",
        "sqlplus / as sysdba",
        "sqlplus @/opt/scripts/run.sql",
        "http GET https://api.example.com/items a==b:c",
        "src/main.c:5432:ledger:warning:unused",
        "12:5432:00:11:22",
        "snmpwalk -v2c -c public host",
        "username or password incorrect",
        "snmp-server community strings are listed below",
        "enable password protection",
        "requirepass must be set",
        "jwt.sign(payload, config.get('jwt.key-name'), settings[\"signing\"])",
        "jwt.verify(token, process.env['SIGNING_NAME'])",
        "jwt.sign(payload, fs.readFileSync('signing-material.pem'))",
        "pymysql.connect('db', 'ann', charset='utf8mb4-bin')",
        "page.login('ann', password)",
        "login('label', 'zebra-lamp')",
        "createHmac('sha256', key).update('zebra-lamp')",
        "actions: [\"GetSessionToken\",\"ListS3Objects\"]",
    ] {
        check(text, text);
    }
}

#[test]
fn short_names_go_wherever_they_stand() {
    check(
        "arn:aws:iam::481516234299:role/acme-ci and the role acme-ci",
        "arn:aws:iam::222244446666:role/nm1x-ci and the role nm1x-ci",
    );
    check(
        "arn:aws:iam::481516234299:user/lwagner: lwagner logged in",
        "arn:aws:iam::222244446666:user/nm1x: nm1x logged in",
    );
    check(
        "/home/jpeters/x\njpeters ran it",
        "/home/nm1x/x\nnm1x ran it",
    );
    // A reference is the program's own.
    check(
        "arn:aws:sqs:eu-west-1:481516234299:orders\n  Resource = aws_sqs_queue.orders.arn\n  name = \"orders\"",
        "arn:aws:sqs:eu-west-1:222244446666:nm1x\n  Resource = aws_sqs_queue.orders.arn\n  name = \"nm1x\"",
    );
    check(
        "arn:aws:sts::481516234299:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
        "arn:aws:sts::222244446666:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
    );
    // A secret's name is no secret, and agrees with its ARN.
    check(
        "--secret-id pinecrest/api is arn:aws:secretsmanager:eu-west-1:481516234299:secret:pinecrest/api-*",
        "--secret-id nm1x/api is arn:aws:secretsmanager:eu-west-1:222244446666:secret:nm1x/api-*",
    );
}

#[test]
fn every_item_of_a_list_of_secrets_goes() {
    check(
        "passwords:\n  - Tulip-77\n  - 'Rose 78'\nnext: 1\n",
        "passwords:\n  - <SECRET_1>\n  - '<SECRET_2>'\nnext: 1\n",
    );
    check(
        "\"passwords\": [\"Tulip-77\", \"Rose 78\"]",
        "\"passwords\": [\"<SECRET_1>\", \"<SECRET_2>\"]",
    );
    check(
        "secrets = [\"alpha-Secret1\", \"beta-Secret2\"]",
        "secrets = [\"<SECRET_1>\", \"<SECRET_2>\"]",
    );
    for text in [
        "secrets:\n  - db-password\n  - api-token\n",
        "imagePullSecrets:\n  - name: regcred\n",
        "permissions:\n  id-token: write\n",
    ] {
        check(text, text);
    }
}

#[test]
fn accounts_of_banks_go_by_their_check_digits() {
    check("IBAN: DE89370400440532013000", "IBAN: <IBAN_1>");
    check("to DE89 3704 0044 0532 0130 00 now", "to <IBAN_1> now");
    check("DE89370400440532013001", "DE89370400440532013001");
}

#[test]
fn names_go_that_a_message_or_a_variable_gives() {
    for (text, expected) in [
        ("AWS_BUCKET=quillstone-uploads", "AWS_BUCKET=nm1x-uploads"),
        (
            "AWS_STORAGE_BUCKET_NAME = 'quillstone-uploads'",
            "AWS_STORAGE_BUCKET_NAME = 'nm1x-uploads'",
        ),
        (
            "Error: putting IAM Role (kestrel-ci) Policy (deploy-kestrel): x",
            "Error: putting IAM Role (nm1x-ci) Policy (deploy-nm1x): x",
        ),
        (
            "Roles: [admin, quokka]\nUsers:\n  - wallaby\nGroups: [\"wombats\", !Ref G]\n\
             arn:aws:iam::596341019084:role/quokka arn:aws:iam::596341019084:user/wallaby arn:aws:iam::596341019084:group/wombats",
            "Roles: [admin, nm1x]\nUsers:\n  - nm2x\nGroups: [\"nm3x\", !Ref G]\n\
             arn:aws:iam::222244446666:role/nm1x arn:aws:iam::222244446666:user/nm2x arn:aws:iam::222244446666:group/nm3x",
        ),
        (
            "Error: reading the bucket (see above)",
            "Error: reading the bucket (see above)",
        ),
        (
            "The role with name kestrel-ci cannot be found. Role with name kestrel already exists.",
            "The role with name nm1x-ci cannot be found. Role with name nm1x already exists.",
        ),
        (
            "The specified bucket does not exist: kestrel-raw, DBInstance kestrel-db not found.",
            "The specified bucket does not exist: nm1x-raw, DBInstance nm1x-db not found.",
        ),
        (
            "Stack with id kestrel does not exist\nStack [kestrel-web] already exists\nNo cluster found for name: kestrel.",
            "Stack with id nm1x does not exist\nStack [nm1x-web] already exists\nNo cluster found for name: nm1x.",
        ),
        (
            "\"message\": \"The repository with name \\\"kestrel\\\" does not exist in the registry\"",
            "\"message\": \"The repository with name \\\"nm1x\\\" does not exist in the registry\"",
        ),
        (
            "(service kestrel-web) was unable to place a task; the key pair 'kestrel' does not exist",
            "(service nm1x-web) was unable to place a task; the key pair 'nm1x' does not exist",
        ),
        (
            "Table: KestrelOrders not found; The config profile (kestrel) could not be found",
            "Table: Nm1xNm2x not found; The config profile (nm1x) could not be found",
        ),
        (
            "Role kestrel-ci already exists; Security group 'kestrel' does not exist",
            "Role nm1x-ci already exists; Security group 'nm1x' does not exist",
        ),
        (
            "Parameter /kestrel/db not found. Value (kestrel-x) for parameter groupName is invalid.",
            "Parameter /nm1x/db not found. Value (nm1x-x) for parameter groupName is invalid.",
        ),
        (
            "{\"UserId\": \"AROAJ3K5M7P2Q4R6S7T8U:jroe\", \"Arn\": \"arn:aws:sts::739204816355:assumed-role/kestrel-x/jroe\"}",
            "{\"UserId\": \"AROA00000000000000001:nm1x\", \"Arn\": \"arn:aws:sts::222244446666:assumed-role/nm2x-x/nm1x\"}",
        ),
        (
            "{\"UserId\": \"AROAJ3K5M7P2Q4R6S7T8U:ann@kestrel.io\", \"Arn\": \"arn:aws:sts::739204816355:assumed-role/kestrel-x/ann@kestrel.io\"}",
            "{\"UserId\": \"AROA00000000000000001:person1@example.com\", \"Arn\": \"arn:aws:sts::222244446666:assumed-role/nm1x-x/person1@example.com\"}",
        ),
        (
            "https://s3.console.aws.amazon.com/s3/buckets/kestrel-raw?region=eu-west-1&prefix=kestrel/",
            "https://s3.console.aws.amazon.com/s3/buckets/nm1x-raw?region=eu-west-1&prefix=nm1x/",
        ),
        (
            "https://console.aws.amazon.com/cloudwatch/home#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fkestrel-web",
            "https://console.aws.amazon.com/cloudwatch/home#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fnm1x-web",
        ),
        (
            "https://console.aws.amazon.com/ecr/repositories/private/739204816355/kestrel and secretsmanager/secret?name=kestrel%2Fdb",
            "https://console.aws.amazon.com/ecr/repositories/private/222244446666/nm1x and secretsmanager/secret?name=nm1x%2Fdb",
        ),
        (
            "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/kestrel-a/services/kestrel-b/tasks",
            "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/nm1x-a/services/nm1x-b/tasks",
        ),
        (
            "2023-01-01 10:11:12 kestrel-raw\nBUCKETS\t2023-01-01T10:11:12+00:00\tkestrel\n",
            "2023-01-01 10:11:12 nm1x-raw\nBUCKETS\t2023-01-01T10:11:12+00:00\tnm1x\n",
        ),
        (
            "/aws/eks/kestrel-prod/cluster '/aws/codebuild/kestrel' /ecs/kestrel-web",
            "/aws/eks/nm1x-prod/cluster '/aws/codebuild/nm1x' /ecs/nm1x-web",
        ),
        (
            "PhysicalResourceId: kestrel-raw, KeyName: kestrel-1, sso_role_name = KestrelUser",
            "PhysicalResourceId: nm1x-raw, KeyName: nm1x-1, sso_role_name = Nm1xUser",
        ),
        (
            "aws s3 ls --profile kestrel\n[profile kestrel]\nAWS_PROFILE=kestrel-ci",
            "aws s3 ls --profile nm1x\n[profile nm1x]\nAWS_PROFILE=nm1x-ci",
        ),
        (
            "--master-username kestrel1 db_username = \"kestrel1\"",
            "--master-username nm1x1 db_username = \"nm1x1\"",
        ),
        (
            "\"Host=pg.kestrel.io;Database=app;User ID=kestrel;\" DB_HOST=pg.kestrel.io",
            "\"Host=pg.nm1x.io;Database=app;User ID=nm1x;\" DB_HOST=pg.nm1x.io",
        ),
        ("kestrel.redis.cache.windows.net:6380", "<HOST_1>:6380"),
        (
            "arn:aws:s3:::kestrel-raw org = \"kestrel\" name_prefix = \"kestrel\"\nteam: kestrel\n  Default: kestrel\n  default = \"falcon\"",
            "arn:aws:s3:::nm1x-raw org = \"nm1x\" name_prefix = \"nm1x\"\nteam: nm1x\n  Default: nm1x\n  default = \"falcon\"",
        ),
        (
            "[default]\nregion=x\n[kestrel-ci]\r\naws_access_key_id=x\n[kestrel]\nrole_arn = y\n[profiles]\nname = z\n",
            "[default]\nregion=x\n[nm1x-ci]\r\naws_access_key_id=x\n[nm1x]\nrole_arn = y\n[profiles]\nname = z\n",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn words_of_infrastructure_stay_in_names() {
    for (text, expected) in [
        (
            "arn:aws:iam::739204816355:role/ViewOnlyAccess arn:aws:iam::739204816355:instance-profile/ec2-ssm-profile",
            "arn:aws:iam::222244446666:role/ViewOnlyAccess arn:aws:iam::222244446666:instance-profile/ec2-ssm-profile",
        ),
        (
            "arn:aws:iam::739204816355:role/cdk-hnb659fds-deploy-role-739204816355-us-east-1",
            "arn:aws:iam::222244446666:role/cdk-hnb659fds-deploy-role-222244446666-us-east-1",
        ),
        (
            "arn:aws:s3:::cdk-hnb659fds-assets-739204816355-eu-west-1/*",
            "arn:aws:s3:::cdk-hnb659fds-assets-222244446666-eu-west-1/*",
        ),
        (
            "kestrel-cache.ab12cd.0001.use1.cache.amazonaws.com master.kestrel-r.ab12cd.usw2.cache.amazonaws.com",
            "nm1x-cache.nm2x.0001.use1.cache.amazonaws.com master.nm1x-r.nm2x.usw2.cache.amazonaws.com",
        ),
        (
            "https://F95B71AF77170FDAE72855DEECAE24DA.gr7.us-east-1.eks.amazonaws.com",
            "https://NM1X.gr7.us-east-1.eks.amazonaws.com",
        ),
        (
            "search-kestrel-yw5fdr9ab2cd3ef4gh5ij6kl7m.us-east-1.es.amazonaws.com vpc-kestrel-yw5fdr9ab2cd3ef4gh5ij6kl7m.us-east-1.es.amazonaws.com",
            "search-nm1x-nm2x.us-east-1.es.amazonaws.com vpc-nm1x-nm2x.us-east-1.es.amazonaws.com",
        ),
        (
            "internal-kestrel-1234567890.us-east-1.elb.amazonaws.com",
            "internal-nm1x-nm2x.us-east-1.elb.amazonaws.com",
        ),
        (
            "volume \"pvc-2108e253-1502-4a1b-9c3d-0a1b2c3d4e5f\"",
            "volume \"pvc-00000000-0000-4000-8000-000000000001\"",
        ),
        (
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_kpNrDKj9I",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_000000001",
        ),
        (
            "s3://kestrel-lake/year=2024/month=05/part-00000-40acbb0b-275e-4f4a-a3eb-eb453d68a18e-c000.snappy.parquet",
            "s3://nm1x-lake/year=2024/month=05/part-00000-00000000-0000-4000-8000-000000000001-c000.snappy.parquet",
        ),
        (
            "arn:aws:s3:::kestrel-raw/2024/05/02/part-0001.parquet arn:aws:s3:::kestrel-raw/logs/20240502/app.log.gz s3://kestrel-raw/images/logo.png",
            "arn:aws:s3:::nm1x-raw/2024/05/02/part-0001.parquet arn:aws:s3:::nm1x-raw/logs/20240502/app.log.gz s3://nm1x-raw/images/logo.png",
        ),
        (
            "[\"arn:aws:s3:::kestrel-raw/uploads/*.jpg\", \"arn:aws:s3:::kestrel-raw/home/${aws:username}/*\"]",
            "[\"arn:aws:s3:::nm1x-raw/uploads/*.jpg\", \"arn:aws:s3:::nm1x-raw/home/${aws:username}/*\"]",
        ),
        (
            "{\"key\":\"2024/05/02/part-0001.parquet\",\"arn\":\"arn:aws:s3:::kestrel-raw/2024/05/02/part-0001.parquet\"}",
            "{\"key\":\"2024/05/02/part-0001.parquet\",\"arn\":\"arn:aws:s3:::nm1x-raw/2024/05/02/part-0001.parquet\"}",
        ),
        // What is left of a token goes where it is more than words.
        (
            "Zk39xQ7-2108e253-1502-4a1b-9c3d-0a1b2c3d4e5f",
            "<SECRET_1>00000000-0000-4000-8000-000000000001",
        ),
    ] {
        check(text, expected);
    }
    check(
        "arn:aws:s3:::amzn-s3-demo-bucket/*",
        "arn:aws:s3:::amzn-s3-demo-bucket/*",
    );
}

#[test]
fn words_and_hosts_of_everybody_are_no_names() {
    for text in [
        "Table not found, the table could not be found, (service unavailable)",
        "Parameter 'user_id' not found. Available parameters are [arg1, param1]",
        "the role with name and path cannot be found; Topic of the day does not exist",
        "https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1",
        "https://console.aws.amazon.com/ec2/home?region=us-east-1#Instances:instanceState=running",
        "https://console.aws.amazon.com/iam/home#/roles/create?step=type",
        "2023-01-01 10:11:12 done\n2023-01-01 10:11:12     1234 file.txt\n2023-01-01 10:11:12 INFO x-y",
        "src/aws/lambda/handler.py ./aws/eks/kestrel /aws/service/eks/optimized-ami https://github.com/aws/lambda/kestrel",
        "SMTP_HOST=smtp.sendgrid.net\nsmtp_host: smtp.mailgun.org\nhost: \"smtp.gmail.com\"",
        "host = config.db.host\nhost: process.env.DB_HOST\nDB_HOST=localhost\nHost: api.stripe.com",
        "[profile default]\nprofile: \"kestrel\"\ndb_username = \"admin\"\nusername: var.db_username",
        "KeyName: !Ref KeyName\nUid=1000;",
    ] {
        check(text, text);
    }
    check(
        "\"aws:userid\": \"AROAJ3K5M7P2Q4R6S7T8U:*\"",
        "\"aws:userid\": \"AROA00000000000000001:*\"",
    );
}

#[test]
fn what_a_terminal_colours_is_seen_through_its_colours() {
    for (text, expected) in [
        (
            "User: arn:aws:iam::\u{1b}[1m618823014477\u{1b}[0m:user/dana",
            "User: arn:aws:iam::\u{1b}[1m222244446666\u{1b}[0m:user/nm1x",
        ),
        (
            "arn:aws:s3:::\u{1b}[1mcopperleaf-app\u{1b}[0m/x",
            "arn:aws:s3:::\u{1b}[1mnm1x-app\u{1b}[0m/x",
        ),
        (
            "password\u{1b}[0m=\u{1b}[33mansi-pw-1\u{1b}[0m \u{1b}[1msg-0a1b2c3d\u{1b}[0m",
            "password\u{1b}[0m=\u{1b}[33m<SECRET_1>\u{1b}[0m \u{1b}[1msg-90000001\u{1b}[0m",
        ),
        (
            "\u{1b}[31mAKIAZQQXKM2TLVPB7W3D\u{1b}[0m \u{1b}[33mdana@copperleaf.io\u{1b}[0m",
            "\u{1b}[31m<KEYID_222244446666_1>\u{1b}[0m \u{1b}[33mperson1@example.com\u{1b}[0m",
        ),
        (
            "[0m[1maws_iam_role.ci: Creating... [0m[1marn:aws:iam::618823014477:role/acme-runner[0m",
            "[0m[1maws_iam_role.ci: Creating... [0m[1marn:aws:iam::222244446666:role/nm1x-runner[0m",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn logical_ids_in_names_that_cloudformation_made_go_in_the_template_too() {
    check(
        "arn:aws:iam::618823014477:role/media-AcmeOrdersFunctionRole-AbC123dEf456 AcmeOrdersFunction: !GetAtt AcmeOrdersFunctionRole.Arn",
        "arn:aws:iam::222244446666:role/media-Nm1xNm2xFunctionRole-Nm3xNm4xNm5x456 Nm1xNm2xFunction: !GetAtt Nm1xNm2xFunctionRole.Arn",
    );
}

#[test]
fn a_word_goes_in_a_file_of_settings_and_stays_in_code() {
    for settings in [
        "password = rootroot",
        "[client]\nuser = root\npassword = rootroot\nhost = localhost\n",
        "[mysqld]\nsocket = \"/run/mysqld.sock\"\n\n[client]\n\tpassword = rootroot  # the old one\n",
        "$ cat application.properties\nshop.url = jdbc:mysql://db:3306/shop\nshop.user = shop\nshop.password = rootroot\n",
        "# the shop's database\ndatabase.secret-key = rootroot\ndatabase.pool = 5\n\nError: AccessDenied\n",
    ] {
        check(settings, &settings.replace("rootroot", "<SECRET_1>"));
    }
    check(
        "[client]\npassword = admin\n",
        "[client]\npassword = <SECRET_1>\n",
    );
    for code in [
        "def connect(user, word):\n    client.password = word\n    return client\n",
        "password = mapped\nconnect(password)\n",
        "self.password = word\n",
        "user = user\npassword = word\n",
        "password = next_token\n",
        "username = \"admin\"\npassword = random\n",
        "    password = word\n",
        "#[test]\npassword = word\n",
        "password = word;\n",
    ] {
        check(code, code);
    }
}

#[test]
fn what_stands_for_itself_goes_however_plain() {
    check(
        "POSTGRES_PASSWORD: admin by admin",
        "POSTGRES_PASSWORD: <SECRET_1> by admin",
    );
    check(
        "APP_OAUTH_SECRET=appoauthsecret",
        "APP_OAUTH_SECRET=<SECRET_1>",
    );
    check(
        "{\"tokens\": [\"c244a90fbad06a65\", \"91a139ce322eed65\"]}",
        "{\"tokens\": [\"<SECRET_1>\", \"<SECRET_2>\"]}",
    );
    check(
        "openssl req -passout pass:foobar -x509",
        "openssl req -passout pass:<SECRET_1> -x509",
    );
    check(
        "alter user sys identified by Passwd container=all;",
        "alter user sys identified by <SECRET_1> container=all;",
    );
    check(
        "CREATE ROLE app WITH LOGIN PASSWORD 'mypassword';",
        "CREATE ROLE app WITH LOGIN PASSWORD '<SECRET_1>';",
    );
    check(
        "$p = ConvertTo-SecureString 'user1pwd' -AsPlainText -Force",
        "$p = ConvertTo-SecureString '<SECRET_1>' -AsPlainText -Force",
    );
    check(
        "config.setPassword(\"k7Qx2Zr9Wp\"); getSecret(\"name\"); mask('secret!')",
        "config.setPassword(\"<SECRET_1>\"); getSecret(\"name\"); mask('secret!')",
    );
    check(
        "update user set password=password('123123') where user='root';",
        "update user set password=password('<SECRET_1>') where user='root';",
    );
    check("{ password: 'secret!' }", "{ password: '<SECRET_1>' }");
    check(
        "services:\n  app:\n    environment:\n      - jwt_secret=myverysecuresecret\n",
        "services:\n  app:\n    environment:\n      - jwt_secret=<SECRET_1>\n",
    );
    check(
        "config.setJwtSecretKey(\"correcthorse\"); login.withToken(\"qwer-qwer-qwer-qwer\")",
        "config.setJwtSecretKey(\"<SECRET_1>\"); login.withToken(\"<SECRET_2>\")",
    );
    check(
        "EXECUTE('CREATE LOGIN x WITH PASSWORD = ''P@ssword123.''') or N'' or PASSWORD = N'S3cretPwd!' or IDENTIFIED BY '' REQUIRE SSL 'x'",
        "EXECUTE('CREATE LOGIN x WITH PASSWORD = ''<SECRET_1>''') or N'' or PASSWORD = N'<SECRET_2>' or IDENTIFIED BY '' REQUIRE SSL 'x'",
    );
    check(
        "db_secret = aws.secretsmanager.Secret(\"app-database\")",
        "db_secret = aws.secretsmanager.Secret(\"app-database\")",
    );
    // The lines around a key stay to say what was there.
    check(
        "\"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIE{w30}\\n{w30}\\n-----END PRIVATE KEY-----\\n\"",
        "\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n<SECRET_1>\\n-----END PRIVATE KEY-----\\n\"",
    );
}

#[test]
fn a_password_that_is_everybodys_word_stays_elsewhere() {
    for (input, expected) in [
        (
            "image: postgres:15\nPOSTGRES_PASSWORD: postgres\nDATABASE_URL: postgres://postgres:postgres@postgres:5432/postgres\n",
            "image: postgres:15\nPOSTGRES_PASSWORD: <SECRET_1>\nDATABASE_URL: postgres://postgres:<SECRET_1>@postgres:5432/postgres\n",
        ),
        (
            "image: wordpress\nWORDPRESS_DB_PASSWORD: wordpress\n",
            "image: wordpress\nWORDPRESS_DB_PASSWORD: <SECRET_1>\n",
        ),
        (
            "SECRET_KEY=development\nNODE_ENV=development\n",
            "SECRET_KEY=<SECRET_1>\nNODE_ENV=development\n",
        ),
        (
            "DB_PASSWORD=terraform\nterraform init\n",
            "DB_PASSWORD=<SECRET_1>\nterraform init\n",
        ),
        (
            "services:\n  sunflower:\n    image: acme/sunflower:1\n    environment:\n      DB_PASSWORD: sunflower\n# sunflower://x, sunflower\n",
            "services:\n  sunflower:\n    image: acme/sunflower:1\n    environment:\n      DB_PASSWORD: <SECRET_1>\n# sunflower://x, <SECRET_1>\n",
        ),
        (
            "api_key_id = create()\nget_api_key(apiKey=api_key_id)\n",
            "api_key_id = create()\nget_api_key(apiKey=api_key_id)\n",
        ),
        (
            "var eventName = Name();\nProcess(routingKey: eventName);\n",
            "var eventName = Name();\nProcess(routingKey: eventName);\n",
        ),
        (
            "User(name=ann, password=hunter2)",
            "User(name=ann, password=<SECRET_1>)",
        ),
    ] {
        check(input, expected);
    }
}

#[test]
fn other_writings_of_placeholders_are_read() {
    let mut vault = Vault::new();
    let text = "arn:aws:iam::596341019084:role/zephyr-AcmeQuark AKIAZVKX3QLMT2WN7P5B password=hunter2x jane@zephyr.io 54.12.33.4 2e9080c3-3ae2-fa16-5131-39654762bd84";
    let result = redact(&mut vault, &[text], &Options::default()).remove(0);
    assert_eq!(
        result.text,
        "arn:aws:iam::222244446666:role/nm1x-Nm2xNm3x <KEYID_333355559999_1> password=<SECRET_1> person1@example.com 198.18.0.1 00000000-0000-4000-8000-000000000001"
    );
    for (written, original) in [
        ("Nm1x-x", "Zephyr-x"),
        ("NM1X_BUCKET", "ZEPHYR_BUCKET"),
        ("Nm1xRole", "ZephyrRole"),
        ("nm2x", "acme"),
        ("NM3X", "QUARK"),
        ("<SECRET1>", "hunter2x"),
        ("<SECRET_\u{2060}1>", "hunter2x"),
        ("<SECRET\u{200b}_1>", "hunter2x"),
        ("&lt;SECRET&#x5f;1&gt;", "hunter2x"),
        ("person1%40example.com", "jane%40zephyr.io"),
        ("person1&#64;example.com", "jane&#64;zephyr.io"),
        ("2222 4444 6666", "5963 4101 9084"),
        ("2222-4444-6666", "5963-4101-9084"),
        (
            "00000000000040008000000000000001",
            "2e9080c33ae2fa16513139654762bd84",
        ),
        ("198[.]18[.]0[.]1", "54[.]12[.]33[.]4"),
        ("198\\.18\\.0\\.1", "54\\.12\\.33\\.4"),
        ("ip-198-18-0-1", "ip-54-12-33-4"),
        ("4111 2222 4444 6666", "4111 2222 4444 6666"),
    ] {
        let restored = vault.restore(&format!("`{written}`"));
        assert_eq!(restored.text, format!("`{original}`"));
        assert!(restored.altered.is_empty() && restored.unknown.is_empty());
    }
    for (written, altered, unknown) in [
        ("nm1X", &["nm1X"][..], &[][..]),
        ("external 1 secret-1", &["secret-1"], &[]),
        ("<KEYID_222244446666_1>", &[], &["<KEYID_222244446666_1>"]),
        ("<KEYID_222244446666_7>", &[], &["<KEYID_222244446666_7>"]),
    ] {
        let restored = vault.restore(written);
        assert_eq!(restored.text, written);
        assert_eq!(restored.altered, altered);
        assert_eq!(restored.unknown, unknown);
    }
}

#[test]
fn parts_and_cases_of_one_value_stay_related() {
    for (input, expected) in [
        (
            "arn:aws:iam::5963*:role/x arn:aws:iam::59634101908?:role/y arn:aws:iam::*:role/z",
            "arn:aws:iam::<SECRET_1>*:role/x arn:aws:iam::00000000001?:role/y arn:aws:iam::*:role/z",
        ),
        (
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:zephyr/db-AbCdEf arn:aws:secretsmanager:eu-west-1:123456789012:secret:zephyr/db-?????? zephyr/db-AbCdEf",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:nm1x/db-000001 arn:aws:secretsmanager:eu-west-1:123456789012:secret:nm1x/db-?????? nm1x/db-000001",
        ),
        (
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:zephyr-deploy",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:nm1x-deploy",
        ),
        (
            "https://zephyr-raw-596341019084.s3.eu-west-1.amazonaws.com/in/x.csv arn:aws:s3:::zephyr-raw-596341019084",
            "https://nm1x-raw-222244446666.s3.eu-west-1.amazonaws.com/in/x.csv arn:aws:s3:::nm1x-raw-222244446666",
        ),
        (
            "2E9080C3-3AE2-FA16-5131-39654762BD84 2e9080c3-3ae2-fa16-5131-39654762bd84 2E9080c3-3ae2-fa16-5131-39654762bd84",
            "00000000-0000-4000-8000-000090000001 00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002",
        ),
        (
            "Jane.Doe@Zephyr.io jane.doe@zephyr.io JANE.DOE@ZEPHYR.IO jane.Doe@zephyr.io",
            "Person1@example.com person1@example.com PERSON1@EXAMPLE.COM Person2@example.com",
        ),
        (
            "db1.zephyr.internal:5432 DB1.ZEPHYR.INTERNAL:5432 Scope.INTERNAL A.INTERNAL",
            "db1.nm1x.internal:5432 DB1.NM1X.INTERNAL:5432 Scope.INTERNAL A.INTERNAL",
        ),
    ] {
        check(input, expected);
    }
}

#[test]
fn everybodys_words_stay_in_names() {
    for (input, expected) in [
        ("role/acme-prod-app", "role/nm1x-prod-app"),
        ("role/acme-readonly", "role/nm1x-readonly"),
        ("role/zephyr-lambda-role", "role/nm1x-lambda-role"),
        ("role/northwindtraders-prod-app", "role/qm1x-prod-app"),
        ("role/prod-deployer", "role/prod-deployer"),
    ] {
        let arn = |rest: &str| format!("arn:aws:iam::123456789012:{rest}");
        check(&arn(input), &arn(expected));
    }
    // Around a secret, half of the address must not stay.
    check(
        "uri=mongodb://svc-reader:Az9xV2pLm6Q@mongo1.internal.example:27017,mongo2.internal.example:27017/app",
        "uri=mongodb://svc-reader:<SECRET_1>@mongo1.nm1x.example:27017,mongo2.nm1x.example:27017/app",
    );
}

#[test]
fn a_secret_goes_in_every_command_message_and_sentence() {
    for (before, value, after) in [
        (
            "",
            "HUrXCtso/FTiurWYGyGFGebhTpJPzfTkV2jktqW0DEBfVBJrzmGzEkJfzAbpOs9F",
            "",
        ),
        (
            "https://files.acme.example/api/v1/",
            "x9Kq2Lm/Tz+8WvBn4Rt/yPq1Sd7fGh3JkL5Zx0Cv==",
            "",
        ),
        (
            "\n",
            "MIIEpAIBAAKCAQEA7v3kzQ8yT2mXw5nB0cR9dF4gH6jK1lP3sU7vY2xZ8aE5iO0q\nT2mXw5nB0cR9",
            "\n-----END RSA PRIVATE KEY-----\n",
        ),
        ("$ echo $DB_PASSWORD\n", "zebralamp", "\n$ ls\n"),
        ("ann@box:~$ printenv DB_PASSWORD\n", "Zebra!77", "\n"),
        (
            "$ aws ssm get-parameter --name /db \\\n  --with-decryption --query Parameter.Value --output text\n",
            "zebralamp",
            "\n",
        ),
        (
            "$ kubectl get secret db -o jsonpath='{.data.pw}' | base64 -d\n",
            "zebralamp",
            "\n",
        ),
        ("terraform output -raw db_password\n", "Zebra!77", "\n"),
        ("{\"log\": \"$ pass show db\\n", "Zebra!77", "\\n$ ls\"}"),
        (
            "||  Type    |  SecureString  ||\n||  Value   |  ",
            "zebralamp",
            "     ||\n||  Version |  3  ||\n",
        ),
        (
            "PARAMETER\ttext\t/db\tSecureString\t",
            "zebra lamp",
            "\t3\n",
        ),
        (
            "{\"log\":\"+ gh secret set DB_PASSWORD --body \\\"",
            "Zebra!77",
            "\\\"\\n\"}",
        ),
        (
            "{\"log\":\"htpasswd -nbB svc ",
            "Zebra2025!",
            "\\n\",\"stream\":\"stdout\"}",
        ),
        ("{\"log\":\"mysql -p\\\"", "Zebra!77", "\\\" shop\\n\"}"),
        (
            "{\"log\":\"NetworkCredential(\\\"svc\\\", \\\"",
            "Zebra!77",
            "\\\", \\\"CORP\\\")\"}",
        ),
        (
            "{\"log\":\"[Environment]::SetEnvironmentVariable(\\\"DB_PASS\\\", \\\"",
            "Zebra!77",
            "\\\")\"}",
        ),
        (
            "[\"mysqladmin\",\"ping\",\"-u\",\"root\",\"-p",
            "Zebra!77",
            "\"]",
        ),
        (
            "\"Path\":\"redis-server\",\"Args\": [\"-h\",\"x\"] [\"redis-cli\", \"-a\", \"",
            "Zebra!77",
            "\", \"ping\"]",
        ),
        (r"\x1b[36mDB_PASSWORD\x1b[0m=", "Zebra!77", ""),
        ("^[[36mDB_PASSWORD^[[0m=", "Zebra!77", ""),
        (
            "docker login -u ci --password-stdin r.io <<EOF\n",
            "Zebra!77",
            "\nEOF\n",
        ),
        ("wrangler secret put X <<< ", "Zebra!77", "\n"),
        (
            "The password for the staging db is ",
            "Zebra!77",
            " (do not share).",
        ),
        ("The password for ann is ", "zebra77", "."),
        ("the root pw on the box is ", "zebra-77", ""),
        ("login app, pw ", "Zebra!77", ""),
        ("credentials are admin/", "Zebra!77", ""),
        ("creds = admin / ", "Zebra!77", ""),
        ("set the password to \"", "mI=<g6QZbG1+?{7R", "\" now"),
        ("密码：", "Zebra!77", "。"),
        ("パスワードは「", "Zebra!77", "」です"),
        ("mật khẩu: ", "Zebra!77", ""),
        ("Password for user app: ", "zebra77", "\n"),
        ("Enter passphrase for key '/x/id_rsa': ", "zebra77", "\n"),
        (
            "var.db_password\n  Who knows.\n\n  Enter a value: ",
            "zebralamp",
            "\n",
        ),
        (
            "+ resource \"random_password\" \"db\" {\n  + id     = \"none\"\n  + result = \"",
            "MOSE_riva37",
            "\"\n}",
        ),
        ("Value '", "zebralamp", "' at 'masterUserPassword' failed"),
        (
            "Parameter 'DBPassword' value '",
            "zebralamp",
            "' must match",
        ),
        (
            "invalid value \"",
            "zebralamp",
            "\" for variable \"db_password\"",
        ),
        ("$ poetry config http-basic.acme ci ", "Zebra!77", "\n"),
        ("$ bundle config gems.acme.example ci:", "Zebra!77", "\n"),
        (
            "$ mc alias set a http://m:9000 minioadmin ",
            "Zebra!77",
            "\n",
        ),
        ("$ curl -E cert.pem:", "Zebra!77", " https://x.example"),
        ("$ lftp -e \"open -u a,", "Zebra!77", " h\""),
        ("SET PASSWORD FOR 'a'@'%' = '", "Zebra!77", "';"),
        ("EXEC sp_addlogin 'u','", "Zebra!77", "'"),
        ("jdbc:sqlserver://;password={", "abc;x9", "};encrypt=true"),
        ("\nuser app on >", "Zebra!77", " ~* +@all"),
        ("\nbindpw ", "Zebra!77", "\n"),
        ("\n[smtp.acme.example]:587 ann:", "Zebra!77", "\n"),
    ] {
        let mut vault = Vault::new();
        let text = format!("{before}{value}{after}");
        let result = redact(&mut vault, &[&text], &Options::default()).remove(0);
        let secrets = (result.findings.iter())
            .filter(|finding| finding.class == Class::Secret)
            .map(|finding| finding.span.text(&text));
        assert_eq!(secrets.collect::<Vec<_>>(), [value], "{text}");
        assert_eq!(vault.restore(&result.text).text, text);
    }
    for text in [
        "$ echo $DB_PASSWORD\n$ ls\n",
        "```\n$ pass show db\n```\n",
        "    echo $DB_PASSWORD\n    docker ps\n",
        "echo $DB_PASSWORD > file\nZebra2024!\n",
        "$ echo $REGION\nZebra2024!\n",
        "src/main/java/MyProject/AWSLambda/Handler2 docs/API/v2/GettingStarted",
        "||  Type  |  SecureString  ||\n||  Tier  |  Standard  ||\n",
        "The password for the staging db is too short",
        "Password for user app: required",
        "password changed from the console to something new",
        "var.region\n  Enter a value: eu-west-1\n",
        "Value 'running' at 'state' failed to satisfy constraint",
        "getent group | grep passwd file",
        "[\"docker\", \"-p\", \"8080:80\"]",
        "user app on holiday",
    ] {
        check(text, text);
    }
    check(
        "dbPassword: \"Zebra2024!\" => \"Lamp-2024\"",
        "dbPassword: \"<SECRET_1>\" => \"<SECRET_2>\"",
    );
    check(
        "password changed from Zebra!77 to Lamp-2024",
        "password changed from <SECRET_1> to <SECRET_2>",
    );
    check(
        "DB_PASSWORD=\"Zebra&2024<b\"\nthen Zebra&amp;2024&lt;b and ZEBRA&2024<B",
        "DB_PASSWORD=\"<SECRET_1>\"\nthen <SECRET_2> and <SECRET_3>",
    );
    check(
        "DB_PASSWORD=hunter2\nI tried hunter2",
        "DB_PASSWORD=<SECRET_1>\nI tried <SECRET_1>",
    );
}

#[test]
fn a_secret_goes_before_and_behind_what_is_said_of_it() {
    for (before, secret, after) in [
        ("the user is admin, pass is ", "letmein9", "\n"),
        ("try password ", "Trinity99", " on the jump host"),
        ("log in as ann with password ", "hunter22", ""),
        ("creds for grafana: admin / ", "s3cr3tMonkey", ""),
        ("the new password → ", "Zebra-77", ""),
        ("use \"", "Monkey99", "\" as the password"),
        ("", "Giraffe11", " is the admin password"),
        ("the db password (was ", "Lion2023", ") expired"),
        ("the pin is ", "4821", "."),
        ("I set DB_PASSWORD to ", "Iltis2024", ""),
        ("The password has been reset to ", "Zobel2024!", "."),
        ("Password (temporary): ", "Gecko-2024", ""),
        ("the passphrase for the key is ", "seven blue lamps", "\n"),
        ("the basic auth is admin:", "Platypus77", ""),
        (
            "- OptionName: DB_PASSWORD\n  Value: ",
            "cornflower",
            "\n- OptionName: STAGE\n  Value: prod\n",
        ),
        (
            "{\"log\":\"{\\\"cookie\\\":\\\"sid=",
            "Zw9pqRt7k",
            "\\\"}\"}",
        ),
        ("> > The initial password is: ", "Blue*Horse", ""),
        ("the vpn psk ", "kx7-mango-22", ""),
        ("passordet er ", "Vinter23", ""),
        ("- **Password**: ", "Herring!8", "\n"),
        ("1. user `ann`, password `", "sardines", "`"),
        ("||User||Password||\n|qa|", "ermine12", "|\n"),
        ("::set-output name=db_password::", "caramelo", "\n"),
        ("$ consul kv put app/db/password ", "blackberry", "\n"),
        ("$ rclone config create r sftp pass ", "blackberry", "\n"),
        ("$ snowsql -a acme -u ann -p ", "tartlet", "\n"),
        (
            "$ pulumi config set --secret dbPassword ",
            "blackberry",
            "\n",
        ),
        ("username ann privilege 15 secret ", "turnstone", "\n"),
        ("neighbor bgp.peer password ", "lapwing", "\n"),
        ("psk=\"", "dunlin-bird", "\""),
        (
            "    Args:\n      --db-password\n      ",
            "tortoise",
            "\n      --log\n      info\n",
        ),
        ("{:user \"ann\" :password \"", "cornflower", "\"}"),
        (
            "|  Name        |  app        |\n|  SecretString|  ",
            "cornflower",
            "  |\n|  VersionId   |  1          |\n",
        ),
        ("define( 'DB_PASSWORD', '", "cornflower", "' );"),
        ("x = config('DB_PASSWORD', default='", "cornflower", "')"),
        (
            "@click.option(\"--api-token\", default=\"",
            "corn-flower-9",
            "\")",
        ),
        (
            "new CfnParameter(this, 'DbPassword', { noEcho: true, default: '",
            "cornflower",
            "' });",
        ),
        ("\"Jwt\": {\"Key\": \"", "this is my custom secret", "\"}"),
        ("RABBITMQ_ERLANG_COOKIE=", "cornflower", "\n"),
        (
            "helm install x y --set db.password=",
            "oakleaf7",
            ",image.tag=1.2.3",
        ),
        (
            "metadata:\n  annotations:\n    last-applied: |\n      {\"kind\":\"Secret\",\"stringData\":{\"conf\":\"",
            "cornflower",
            "\"}}\nkind: Secret\n",
        ),
    ] {
        check(
            &format!("{before}{secret}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    check(
        "the password (was Lion2023) is now Tiger2024",
        "the password (was <SECRET_1>) is now <SECRET_2>",
    );
    check("Call +1 (415) 555-2671.", "Call <PHONE_1>.");
}

#[test]
fn what_says_where_a_secret_is_and_what_it_is_called_stays() {
    for text in [
        "    checksum/secret: 8a1d0f5c7be94236a0d1e2f3948576a0b1c2d3e4f5061728394a5b6c7d8e9f01\n",
        "    nginx.ingress.kubernetes.io/auth-secret: basic-auth\n",
        "    vault.example.com/agent-inject-secret-db: database/creds/app\n",
        "  passwordSecret: db-old\n",
        "secret_engine = kv-v2",
        "'password' => ['required', 'string', 'min:8', 'confirmed'],",
        "errors.password = 'Password is too short';",
        "password={{ deploy_password | password_hash('sha512') }}",
        "UPDATE users SET password = crypt($1, gen_salt('bf')) WHERE id = $2;",
        "docker build --secret id=npm,src=.npmrc .",
        "login.forgotPassword=Forgot your password?\n",
        "  \"password\": \"Passwort\",\n",
        "  \"password\": \"Passwort vergessen\",\n  \"newPassword\": \"Nueva contraseña\",\n",
        "  \"confirm_password\": \"Répétez le mot de passe\",\n",
        "  password: ¿Olvidó su contraseña\n",
        "login.password=Wachtwoord vergeten?\n",
        "      serviceAccountToken: projected\n",
        "    secrets:\n      - jwt\n      - session\n      - smtp\n",
        "\"LABEL_PASSWORD_REPEAT\": \"Korda parooli\",\n\"LABEL_NEW_PASSWORD\": \"Uus salasõna\",\n",
        "\"MANDATORY_PASSWORD\": \"გთხოვთ ჩაწერეთ პაროლი.\",\n\"password\": \"Hasło jest za krótkie\",\n",
        "\"TITLE_TWO_FACTOR_AUTH_CONFIG\": \"2FA Konfiguration\", \"REMOVE_AUTH\": \"2FA eemaldamine kontolt\"",
        "sign in by OAuth 2.0-service",
        "keys plus `password`, `password_confirmation` and `current_password`",
        "user.reset_password_sent_at = 2.days.ago",
        "Specify the id of the distribution. Example: EDFDVBD632BHDS5.",
        "\"error\": {\"code\": \"SnapshotFeatureNotSupportedByThisEngineFault\"}",
        "It fails with <code>ResourcePreconditionNotMetException</code>.</p>",
        "\"postPassDurationSeconds\": {\"shape\": \"DurationInSeconds\"}, \"credentials\": {\"shape\": \"OAuth2Credentials\"}",
        "('X-GitHub-Request-Id', 'CE65:5225:24E50A:307321:5E66A451')",
        "isRootPasswordEmpty=\"Empty or Unset\"",
        "jdbc.dsn=trino://report@coordinator:8080/hive",
        "CONNECTION_STRING=localhost:1521/orders",
        ".. youtube:: UCZXJpI1dKw\n",
        "auth: kerberos\n",
        "  pullSecrets: [regcred]\n",
        "password: incorrect\n",
        "The password was set for the user deploy: see the runbook\n",
        "ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\n",
        "  |  l2tpd  Service  running\n",
        "log.Printf(\"token refreshed: user=%s\", user)",
        "vertex \"var.db_password\": value: known",
        "fetch(url, { credentials: 'include' })\ncredentials: include\n",
        "| Name | Kind |\n| SecretString | text |\n| VersionId | text |\n",
        "the password policy v12 is on",
        "the passphrase is stored elsewhere safely\n",
        "Set AWS_SECRET_ACCESS_KEY to your key",
        "\"Credentials\": {\"Expiration\": \"2026-04-14T09:00:00Z\"}",
        "the pin is 12 mm long",
        "  --password\n      the password of the user\n",
        "user + password is required as the password",
    ] {
        check(text, text);
    }
}

#[test]
fn what_trees_tables_and_modules_say_of_a_secret_goes() {
    for (before, secret, after) in [
        (
            "Login { UserName = ann, Password = ",
            "Cornflower",
            ", Keep = True }",
        ),
        (
            "Array\n(\n    [password] => ",
            "Cornflower",
            "\n    [port] => 3306\n)\n",
        ),
        (
            "array(3) {\n  [\"password\"]=>\n  string(10) \"",
            "Cornflower",
            "\"\n}\n",
        ),
        (
            "wmic /node:srv /user:adm /password:",
            "Cornflower",
            " os get caption",
        ),
        (
            "Outputs:\nAppStack.Url = https://x.example\nAppStack.AdminPassword = ",
            "Cornflower",
            "\n",
        ),
        ("Db:Password = ", "Cornflower", "\n"),
        (
            " └─ [~] MasterUserPassword\n     ├─ [-] ",
            "summerhouse",
            "\n     └─ [+] {\"Ref\":\"Db\"}\n",
        ),
        (
            " └─ [~] Environment\n     └─ [~] .Variables:\n         └─ [~] .DB_PASSWORD:\n             ├─ [-] null\n             └─ [+] ",
            "summerhouse",
            "\n",
        ),
        (
            "Key         Value\n---         -----\nhost        db1\npassword    ",
            "cornflower",
            "\nport        5432\n",
        ),
        (
            "Name                           Value\n----                           -----\nDB_PASSWORD                    ",
            "cornflower",
            "\n",
        ),
        ("team/db/user:app\nteam/db/password:", "cornflower", "\n"),
        (
            "&lt;soap:password&gt;",
            "cornflower",
            "&lt;/soap:password&gt; &lt;port&gt;8080&lt;/port&gt;",
        ),
        (
            "org.apache.kafka.common.security.scram.ScramLoginModule required\n   username=\"admin\"\n   user_ann=\"",
            "cornflower",
            "\";\n",
        ),
        ("ann\tl2tpd\t", "cornflower", "\t*\n"),
        (
            "# client\tserver\tsecret\t\t\tIP addresses\n\"ann\"\t*\t\"",
            "cornflower",
            "\"\t*\n",
        ),
        (
            "\"Cmd\": [\"node\", \"--db-password\", \"",
            "cornflower",
            "\"]",
        ),
        (
            "config: map[host:db password:",
            "Cornflower",
            " timeout:30s]",
        ),
        ("password: ${DB_PASSWORD:", "cornflower", "}\n"),
        (
            "db_password\n  String should have at least 12 characters [type=string_too_short, input_value='",
            "cornflower",
            "', input_type=str]\n",
        ),
        (
            "#0 /app/index.php(12): PDO->__construct('mysql:host=db;d...', 'app', '",
            "cornflower",
            "')",
        ),
        ("  AuthLDAPBindPassword \"", "cornflower", "\"\n"),
        ("  SetEnv DB_PASSWORD ", "cornflower", "\n"),
        ("  proxy_set_header X-Api-Key ", "cornflower", ";\n"),
        ("127.0.0.1:6379> AUTH ", "cornflower", "\n"),
        (
            "127.0.0.1:6379> CONFIG SET requirepass ",
            "cornflower",
            "\n",
        ),
        (
            "My username is ann and my password is ",
            "cornflower",
            ". Please reset it.",
        ),
        (
            "the root password for staging is still ",
            "Cornflower",
            ", as before",
        ),
        ("the new wifi password is ", "cornflower", "\n"),
        (
            "Temporary password for the new laptop: ",
            "cornflower",
            ". Change it.",
        ),
        (
            "We tried it with password \"",
            "cornflower",
            "\" and failed",
        ),
    ] {
        check(
            &format!("{before}{secret}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    for text in [
        " └─ [~] Timeout\n     ├─ [-] 30\n     └─ [+] 60\n",
        " └─ [~] SecretArn\n     ├─ [-] {\"Ref\":\"Db\"}\n     └─ [+] {\"Ref\":\"Db2\"}\n",
        "token_duration    768h\npassword    required\n",
        "registry/app/password:latest",
        "a/b/password: see below\n",
        "&lt;password&gt;required&lt;/password&gt; &lt;password&gt;${db.password}&lt;/password&gt;",
        "the client l2tpd is gone",
        "# client certificates are kept there\nann and bob write\n",
        "AUTH LOGIN\n> AUTH PLAIN\nAUTH required\n",
        "proxy_set_header X-Api-Key $http_x_api_key;",
        "map[string]string password:string",
        "String s = map[password:int]",
        "parser.add_argument(\"-p\", \"--password\", help=\"the password\")",
        "[\"--password-stdin\", \"--token\", \"--verbose\"]",
        "password: ${DB_PASSWORD:required}",
        "The password is encrypted. My password is incorrect, and our password is somewhere.",
        "The new password is too short. The password is Base64 encoded",
        "Password for the archive: provided separately",
        "connect with password \"required\" set",
        "GITHUB_RUN_ID=7283645512",
        "Please give the password to Siobhan. The new password is complete.",
        "Config.Password = Value\n",
        "Options.User = user;\nOptions.Password = secretWord;\n",
        "cd app/web-client/deadbeefdeadbeef1 src/net/http/50dc6c495c0c9188",
        "new Login { UserName = name, Password = secretWord };",
        "var l = new Login { UserName = name, Password = SecretWord }",
        "const { User = a, Password = b } = props;",
        "['password' => $password]",
        "password: [FILTERED] password: ENC[AES256_GCM,data:abc=,iv:def=,tag:ghi=,type:str]",
        "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd",
        "password_command = \"pass show mail\"",
        "\"Jwt\": { \"Key\": \"hello\" }, \"LogLevel\": { \"Default\": \"Information\" }",
    ] {
        check(text, text);
    }
    check(
        "https 2026-07-02T22:23:00Z app/acme-lb/50dc6c495c0c9188 GITHUB_REPOSITORY=tarnvale/billing",
        "https 2026-07-02T22:23:00Z app/nm1x-lb/0000000000000001 GITHUB_REPOSITORY=nm2x/billing",
    );
    check(
        "https://dev.azure.com/tarnvale/web https://app.terraform.io/app/tarnvale/net https://tarnvale.slack.com/x https://hooks.slack.com/",
        "https://dev.azure.com/nm1x/web https://app.terraform.io/app/nm1x/net https://<HOST_1>/x https://hooks.slack.com/",
    );
    // What was hidden is no name of the default that follows.
    check(
        "\"Jwt\": { \"Key\": \"cornflowerblue\" }, \"LogLevel\": { \"Default\": \"Information\" }",
        "\"Jwt\": { \"Key\": \"<SECRET_1>\" }, \"LogLevel\": { \"Default\": \"Information\" }",
    );
}

#[test]
fn a_value_without_quotes_is_what_it_says() {
    for (before, secret, after) in [
        ("DB_PASSWORD=", "abc[def9gh", "\n"),
        ("DB_PASSWORD=", "abc;def9gh", "\n"),
        ("DB_PASSWORD=", "abc)def9gh", "\n"),
        ("DB_PASSWORD=", "abc}def9gh", "\n"),
        ("DB_PASSWORD=", "abc::def9gh", "\n"),
        ("DB_PASSWORD=", "abc->def9gh", "\n"),
        ("DB_PASSWORD=", "Tr0ub[4dor]3", "\n"),
        ("DB_PASSWORD=", "kCnD8zRA9<}a9S?kpXz9w3:Q", "\n"),
        ("Variables={DB_PASSWORD=", "xK9mP2)vL5nQ8", ",STAGE=prod}\n"),
        (
            "2026-03-01T10:00:00.1234567Z env:\n2026-03-01T10:00:00.1234567Z   DB_PASSWORD: ",
            "tR9]x(kQ2;vW",
            "\n",
        ),
        ("web_1  | DB_PASSWORD: ", "blue.falcon77", "\n"),
        (
            "Server=db1;Password=",
            "EE]h>AuLz-b?s?D>",
            ";Encrypt=true\n",
        ),
        ("x?user=app&password=", "xK9m(P2]vL5", "&useSSL=true\n"),
        ("{User:app Password:", "xK9m(P2]vL5", " Host:db1}\n"),
        ("{User:app Password:", "sunflower", " Host:db1}\n"),
        (
            "Config(user=app, password=",
            "xK9mP2)vL5nQ8",
            ", host=db1)\n",
        ),
        ("Config(user=app, password=", "dTPuGlyMhd", ", host=db1)\n"),
        ("DB_PASSWORD=", "blue.falcon77", "\n"),
        ("spring.datasource.password=", "Blue.Falcon", "\n"),
        ("[db]\npassword = ", "blue.falcon", "\n"),
        ("db:\n  password: ", "winter.is.coming", "\n  port: 1\n"),
        ("tool --password ", "summer.rain24", " run\n"),
        ("mvn -Dgpg.passphrase=", "summer.rain24", " run\n"),
        (
            "mount -o username=app,password=",
            "summer.rain24",
            ",vers=3\n",
        ),
        (
            "ParameterKey=DBPassword,ParameterValue=",
            "summer.rain24",
            "\n",
        ),
        ("CREDS_PSW=", "sunflower12", "\n"),
        ("ROOTPW=", "sunflower12", "\n"),
    ] {
        check(
            &format!("{before}{secret}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    for text in [
        "password = foo(bar)\n",
        "password: user.password\n",
        "this.password = props.password;\n",
        "connect(\n    user=args.user,\n    password=args.value,\n)\n",
        "interface X {\n  user: string\n  password: Foo.Bar\n}\n",
        "const x = {\n  user: a.b,\n  password: a.text\n}\n",
        "DB_PASSWORD=get_secret(name)\n",
        "DB_PASSWORD=sys.argv[4]\n",
        "DB_PASSWORD=${DB_AUTH#user/}\n",
        "DB_AUTH=user/[password]\n",
    ] {
        check(text, text);
    }
}

#[test]
fn a_template_closes_what_it_opens() {
    for secret in [
        "WLR!&BVoDkl$iA#{",
        "sK8vDjD2cGW05!${",
        "%X?]-n<#I3:EM3H%",
        "<pC}mg=J+St9Ds5>",
        "vP#{+EHa0}L>AZHg",
        "$bak:ZtTDRInaHbX",
        "T_]HQB44MaC}+ZgnsppjK[]*uPE{k-o-",
    ] {
        check(
            &format!("{{\"password\": \"{secret}\"}}"),
            "{\"password\": \"<SECRET_1>\"}",
        );
    }
    for text in [
        "{\"password\": \"pre-${local.x}\"}",
        "{\"password\": \"{{ lookup('env', 'X') }}\"}",
        "{\"password\": \"<%= config.x %>\"}",
        "{\"password\": \"%DB_AUTH%\"}",
        "{\"password\": \"$env:DB_AUTH\"}",
        "{\"password\": \"[a-z]{8}\"}",
    ] {
        check(text, text);
    }
    check(
        r#"msg="config {\"password\": \"abc\\\"defgh9zz\"}""#,
        r#"msg="config {\"password\": \"<SECRET_1>\"}""#,
    );
}

#[test]
fn maps_and_lists_of_secrets_go() {
    for (before, after) in [
        ("db_passwords = { dev = \"", "\" }"),
        ("db_passwords: {dev: ", "}"),
        ("{\"passwords\":{\"dev\":\"", "\"}}"),
        ("{\"secrets\": {\"stripe\": \"", "\"}}"),
        ("credentials:\n  # of the team\n  alice: ", "\n"),
        ("passwords = {\n  dev = \"", "\"\n}"),
        ("passwords = tolist([\n  \"", "\",\n])"),
        ("secretKeys: [", "]"),
    ] {
        check(
            &format!("{before}Zonk2024!{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    check(
        "passwords: [Zonk2024!, Bonk-2024]\n",
        "passwords: [<SECRET_1>, <SECRET_2>]\n",
    );
    for text in [
        "jobs:\n  a:\n    secrets: inherit\n",
        "secrets:\n  db_password:\n    file: ./db2024.txt\n",
        "secrets:\n  token:\n    required: true\n    description: Token v2\n",
        "secrets:\n  token: ${{ secrets.TOKEN }}\n",
        "credentials:\n  region: us-east-1\n  profile: main2\n",
        "passwords = { dev = var.dev }\n",
    ] {
        check(text, text);
    }
}

#[test]
fn logins_without_a_scheme_and_words_behind_a_name_go() {
    for (before, secret, after) in [
        ("DB_URL=app:", "Zonk2024!", "@db:3306/x\n"),
        ("DB_CONN=app/", "Zonk2024!", "@db:1521/X\n"),
        ("exp userid=scott/", "Zonk2024!", "@orcl file=x.dmp\n"),
        ("sqlcl app/", "Zonk2024!", "@db1\n"),
        ("postgres://app:", "Cka7{>g78tG2gUzd", "@db1:5432/x\n"),
        ("glab variable set DB_PASSWORD ", "redotoku-55", "\n"),
        ("DB_PASSWORD\t", "hunter-52", "\n"),
        (
            "pulumi config set --secret dbPassword ",
            "rufagesa-88",
            "\n",
        ),
        (
            "grafana-cli admin reset-admin-password ",
            "rufagesa-88",
            "\n",
        ),
        ("| DB_PASSWORD | ", "fideladu-58", " |\n"),
        ("│ DB_PASSWORD │ ", "Zonk2024!", " │\n"),
        ("DB_PASSWORD  ->  ", "Zonk2024!", "\n"),
    ] {
        check(
            &format!("{before}{secret}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    check(
        "url: jdbc:oracle:thin:@localhost:1521:XE\n",
        "url: jdbc:oracle:thin:@localhost:1521:XE\n",
    );
}

#[test]
fn what_aws_publishes_stays() {
    for text in [
        "{\"Principal\": {\"AWS\": \"arn:aws:iam::127311923021:root\"}}",
        "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.2",
        "owners = [\"099720109477\", \"137112412989\"]",
        "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV2:59",
        "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-3-5-sonnet-20240620-v1:0",
        "arn:aws:apigateway:${AWS::Region}::/restapis/${ApiGatewayId}/stages/${StageName}",
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${LambdaFunction.Arn}/invocations",
        "AllowedOAuthFlows:\n  - implicit\n  - code\n",
        "AuthParameters:\n  - ConnectionArn\n",
        "\"input_token\":\"Marker\",\"output_token\":\"NextMarker\"",
        "/home/argocd/x /home/airflow/x /home/spark/y /home/gradle/z",
    ] {
        check(text, text);
    }
    // What looks the same and is somebody's own goes.
    check(
        "arn:aws:bedrock:eu-west-1:596341019084:application-inference-profile/zephyr-chat",
        "arn:aws:bedrock:eu-west-1:222244446666:application-inference-profile/nm1x-chat",
    );
    check(
        "596341019084.dkr.ecr.us-west-2.amazonaws.com/zephyr-cni:v1",
        "222244446666.dkr.ecr.us-west-2.amazonaws.com/nm1x-nm2x:v1",
    );
    let strict = Options {
        level: Level::Strict,
        ..Options::default()
    };
    let text = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/POST/orders";
    let result = redact(&mut Vault::new(), &[text], &strict).remove(0);
    assert_eq!(
        result.text,
        "arn:aws:execute-api:eu-west-1:123456789012:nm1x/nm2x/POST/nm3x"
    );
}

#[test]
fn versions_checksums_and_packages_stay() {
    for text in [
        "image: docker.io/apache/tika:3.3.1.0",
        "FROM postgres:16.2.0.1",
        "kernel 5.10.0.28",
        "tag: 1.4.12.3",
        "gcr.io/acme/web:1.2.3.4",
        "\"node_modules/p-cancelable\": \"https://registry.npmjs.org/p-cancelable/-/p-cancelable-1.1.0.tgz\"",
        "SPEC CHECKSUMS:\n  boost: 57d2868c099736d80fcd648bf211b4431e51a558\n  glog: 5337263514dd6f09803962437687240c5dc39aa4\n",
        "\"certifi\": {:hex, :certifi, \"2.5.1\", \"867ce347f7c7d78563450a18a6a28a8090331e77fa02380b4a21962a65d36ee5\", [:rebar3]}",
        "\"url\": \"https://api.github.com/repos/doctrine/cache/zipball/d768d58baee9a4862ca783840eca1b9add7a7f57\",",
        "\"reference\": \"d768d58baee9a4862ca783840eca1b9add7a7f57\",",
        "<table id=\"w57aab5b7d169c11c17\">",
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "-----BEGIN CERTIFICATE-----\nMIIDBTCCAe2gAwIBAgIQH8BQRfTbTtKeWJyLcMZ5mDANBgkqhkiG9w0BAQsFADAU\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvyZbUk9HTdvKx2pKeTUX\n-----END CERTIFICATE-----",
        "--database sqlite3",
        "ExpiresAt: 253428928061",
    ] {
        check(text, text);
    }
    for (text, expected) in [
        ("host:51.15.20.77", "host:198.18.0.1"),
        (
            "image: foo/bar:51.15.20.77:5000",
            "image: foo/bar:198.18.0.1:5000",
        ),
        (
            "service_control_policy/p-abcdefgh",
            "service_control_policy/p-00000001",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn syntax_of_languages_stays() {
    for text in [
        "config :my, otp_app: :hello",
        "password:text:redact",
        "%{token: ^hashed_token}",
        "redirected_to(new_password_conn) == ~p\"/users/settings\"",
        "defstruct token: nil, password: :string",
        "protected $signature = 'config:clear';",
        "protected $signature = \"invoices:generate-monthly {user}\";",
        "['SecretId' => $secretName]",
        "function a(TokenInterface $token): ?Response {",
        "class Password:\n    pass\n",
        "with secret:\n    continue\n",
        "class TestTokenizers:\n    @pytest.fixture\n",
        "var DefaultCredentialKVS = KVS{\n",
        "host+path+\"?access_token=\"+validToken",
        "-backend-config \"credentials=$TF_VAR_credentials_path\"",
        "password: env:DOCKER_PASSWORD",
        "password: file:/run/secrets/db",
        "external_id: String,",
        "externalId: string;",
        "const pulumi_vpc_id = vpc.vpcId;",
        "#[diesel(table_name = twofactor_duo_ctx)]",
        "\"linkedin\": \"kozubgrzegorz\"",
        "<input name=\"password\" type=\"password\"/> <input type=\"submit\" value=\"Register\"/>",
        "Pass 'AtLeast21' policy",
        "password = fields[i+1:]",
        "${DB_PASSWORD:+--password}",
        "<app-change [password]=\"component\">",
        "Password: <input type=\"password\">",
        "for (String token : allTokens) {",
        "'password' => 'required|confirmed|min:6',",
        "STORAGE_KEY = 'acme_conversations'",
        "user.reset_within = 4.days.ago",
        "self.password_confirmation = new_password_confirmation",
        "hostkey = \"|1|{}|{}\".format(salt, digest)",
        "'id-kp-serverAuth' => '1.3.6.1.5.5.7.3.1',",
        "RSAPrivateKey ::= SEQUENCE {",
        " * @param string $signatureAlgorithm",
        "connect(user, password, 't3://' + host)",
        "UUIDField(primary_key=True, default=uuid.uuid4, editable=False)",
        "sign({ consumer_key: KEY, oauth_signature: signed })",
        "Credential saved = (PasswordCredential) subject.load(id);",
        "?('auth: (nothing)')",
        "export ORACLE_PWD=${ORACLE_PWD:-\"`openssl rand -hex 8`\"}",
        "<setPassword>1</setPassword>",
    ] {
        check(text, text);
    }
    for (text, expected) in [
        ("password: ^Zw9pqRt7k", "password: <SECRET_1>"),
        ("password: Zw9:pqRt7k", "password: <SECRET_1>"),
        ("$signature = 'Zw9pqRt7kX2m'", "$signature = '<SECRET_1>'"),
        (
            "<input name=\"password\" value=\"Zw9pqRt7k\"/>",
            "<input name=\"password\" value=\"<SECRET_1>\"/>",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_secret_goes_in_calls_cookies_and_codes() {
    for (before, value, after) in [
        (
            "{\"name\":\"theme_ref\",\"value\":\"",
            "walking-otter",
            "\",\"domain\":\".acme.example\",\"path\":\"/\",\"httpOnly\":true}",
        ),
        (
            "{\"cookies\":[{\"name\":\"a\",\"value\":\"",
            "walking-otter",
            "\"}]}",
        ),
        (
            "secure_link_md5 \"$secure_link_expires$uri ",
            "walkingotter",
            "\";",
        ),
        ("secure_link_secret ", "walkingotter", ";"),
        ("Created: admin / ", "Hunter2x", "\n"),
        ("Your verification code is ", "482913", "."),
        ("", "482913", " is your Acme verification code."),
        ("One-time password: ", "482 913", "\n"),
        ("withUser(\"ann\").password(\"{noop}", "walkotter9", "\")"),
        ("if (password.equals(\"", "walkotter9", "\")) {"),
        ("strcpy(password, \"", "walkotter9", "\");"),
        (
            "curl_easy_setopt(curl, CURLOPT_PASSWORD, \"",
            "walkotter9",
            "\");",
        ),
        ("Map(\"password\" -> \"", "walkotter9", "\")"),
        (
            "await userManager.CreateAsync(user, \"",
            "Walk-otter9",
            "\");",
        ),
        ("bcrypt.compareSync(\"", "walkotter9", "\", hash)"),
        ("set password \"", "walkotter9", "\""),
        ("byte[] key = \"", "sixteen byte key", "\".getBytes();"),
    ] {
        check(
            &format!("{before}{value}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    for text in [
        "{\"name\":\"theme_ref\",\"value\":\"walking-otter\",\"path\":\"/\"}",
        "secure_link_md5 \"$secure_link_expires$uri$remote_addr\";",
        "Created: admin / editor",
        "Your verification code is missing.",
        "withUser(\"ann\").roles(\"walkotter9\")",
        "strcpy(path, \"walkotter9\");",
    ] {
        check(text, text);
    }
}

#[test]
fn an_address_of_hardware_goes_as_switches_write_it() {
    check("mac address 001a.2b3c.4d5e\n", "mac address <HOST_1>\n");
    check(
        "   1    001a.2b3c.4d5e    DYNAMIC     Gi1/0/1\n",
        "   1    <HOST_1>    DYNAMIC     Gi1/0/1\n",
    );
    let text = "version 0000.0000.0000 STATIC, build 001a.2b3c.4d5e done";
    check(text, text);
}

#[test]
fn a_file_of_chap_secrets_ends_where_something_else_begins() {
    check(
        "# client\tserver\tsecret\tIP addresses\nann\t*\tZw9-T64jo0\t*\n └─ [~] MasterUserPassword\n",
        "# client\tserver\tsecret\tIP addresses\nann\t*\t<SECRET_1>\t*\n └─ [~] MasterUserPassword\n",
    );
}

#[test]
fn a_zone_of_awss_own_stays_and_another_goes() {
    let text = "\"HostedZoneId\": \"Z35SXDOTRQ7X7K\"";
    check(text, text);
    check(
        "\"HostedZoneId\": \"Z0481537QPLXKWV1M2N3\"",
        "\"HostedZoneId\": \"Z0000000000000000001\"",
    );
}

#[test]
fn each_cookie_goes_in_a_list_of_headers() {
    let first = "s%3A3cYTHTFWso2Vw-uGb1FL6C_3WyOjPvMd.plTqAcQU4Dvt7nyuuFWtbwlFBQp7I%2Fr8ZRwaew";
    check(
        &format!(
            "      Set-Cookie:\n      - acme.sid={first}; Path=/; HttpOnly\n      - theme=greenish; Expires=Tue, 01 Jan 2030 10:00:00 GMT\n      Vary:\n      - Accept-Encoding\n"
        ),
        "      Set-Cookie:\n      - acme.sid=<SECRET_1>; Path=/; HttpOnly\n      - theme=<SECRET_2>; Expires=Tue, 01 Jan 2030 10:00:00 GMT\n      Vary:\n      - Accept-Encoding\n",
    );
}

#[test]
fn words_and_padding_tell_what_a_value_is() {
    for (text, expected) in [
        (
            "password: 'i am an awesome accountant'",
            "password: '<SECRET_1>'",
        ),
        (
            "totp_secret = \"jbsw y3dp ehpk 3pxp\"",
            "totp_secret = \"<SECRET_1>\"",
        ),
        (
            "PASSWORD_SALT=zzWITpnDximUNKYLiUam/w==",
            "PASSWORD_SALT=<SECRET_1>",
        ),
        (
            "COOKIE_SALT=qzWITpnDximUNKYLiUam/w==",
            "COOKIE_SALT=<SECRET_1>",
        ),
        ("ACME_SALT=qzWITpnDximUNKYLiUam/w==", "ACME_SALT=<SECRET_1>"),
    ] {
        check(text, expected);
    }
    let text = "password: 'please enter the password that you were given'";
    check(text, text);
}

#[test]
fn of_a_connection_only_what_opens_it_goes() {
    for (text, expected) in [
        (
            "DSN: \"postgres://postgres:pw7xk@localhost:%s/postgres?sslmode=disable\",",
            "DSN: \"postgres://postgres:<SECRET_1>@localhost:%s/postgres?sslmode=disable\",",
        ),
        (
            "connection_string = \"mysql://root:a7b/1x@localhost:3306/orders\"",
            "connection_string = \"<SECRET_1><SECRET_2><SECRET_3>\"",
        ),
        (
            "ConnectionString=AccountName=shop;AccountKey=C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4Q==",
            "ConnectionString=<SECRET_1>;AccountKey=<SECRET_2>",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_checksum_in_a_path_of_revisions_stays() {
    let tree = "fa891e8f586348ce6d20aa33c7a53215bb3f8eed";
    for path in ["git/trees", "git/blobs", "commits", "statuses"] {
        let text = format!("\"url\":\"https://api.github.com/repos/python/cpython/{path}/{tree}\"");
        let seen = undeny_redact::scan(&text);
        assert!(
            seen.iter()
                .all(|seen| !seen.span.text(&text).contains(tree)),
            "{text}: {seen:?}"
        );
    }
}

#[test]
fn a_secret_goes_in_dialogues_of_protocols() {
    for (before, value, after) in [
        (
            "USER mia\n331 Password required\nPASS ",
            "zebralamp",
            "\n230 ok\n",
        ),
        ("+OK POP3 ready\n> USER mia\n> PASS ", "zebralamp", "\n"),
        ("ftp> user mia ", "zebralamp", "\n"),
        ("a1 LOGIN mia ", "zebralamp", "\na1 OK LOGIN completed\n"),
        ("A01 LOGIN \"mia\" \"", "zebra lamp", "\"\n"),
        ("AUTH PLAIN ", "AGFubgB6ZWJyYQ==", "\n235 ok\n"),
        ("a2 AUTHENTICATE PLAIN ", "AGFubgB6ZWJyYQ==", "\n"),
        ("334 UGFzc3dvcmQ6\n", "YmlyY2h3b29k", "\n"),
        ("S: 334 UGFzc3dvcmQ6\nC: ", "YmlyY2h3b29k", "\n"),
        (
            "reply: b'334 UGFzc3dvcmQ6\\r\\n'\nreply: retcode (334); Msg: b'UGFzc3dvcmQ6'\nsend: '",
            "YmlyY2h3b29k",
            "\\r\\n'\n",
        ),
        ("127.0.0.1:6379> AUTH mia ", "zebralamp", "\n"),
        ("127.0.0.1:6379> HELLO 3 AUTH mia ", "zebralamp", "\n"),
        ("user mia on +@all ~* >", "zebralamp", "\n"),
        ("ACL SETUSER mia on >", "zebralamp", " allkeys +@all\n"),
        ("sentinel auth-pass primary ", "zebralamp", "\n"),
    ] {
        check(
            &format!("{before}{value}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    check(
        "user mia on ~* >zebralamp >tulip-77\n",
        "user mia on ~* ><SECRET_1> ><SECRET_2>\n",
    );
    for text in [
        "250-AUTH PLAIN LOGIN\n250 SMTPUTF8\n",
        "AUTH LOGIN PLAIN\n",
        "PASS src/handlers/login.test.js\n",
        "web1 LOGIN attempt failed\n",
        "  334 main.tf\n  120 variables.tf\n",
        "user mia on > holiday\n",
        "NOAUTH Authentication required.",
    ] {
        check(text, text);
    }
}

#[test]
fn a_secret_goes_in_traces_and_in_what_programs_dump() {
    for (before, value, after) in [
        (
            "[Note] [MY-010454] [Server] A temporary password is generated for root@localhost: ",
            "k3!aB9xZ.wQ2",
            "\n",
        ),
        (
            "A new password has been created for user deploy: ",
            "q8Zk3vPxT7",
            "\n",
        ),
        (
            "DEBUG - Arguments entered to CLI: ['ssm', 'put-parameter', '--value', '",
            "zebra-77-lamp",
            "', '--type', 'SecureString']\n",
        ),
        (
            "name,note,password\n\"ann\",\"on leave, back in May\",\"",
            "zebra-77-lamp",
            "\"\n",
        ),
        (
            "\"user\",\"password\",\"note\"\n\"ann\",\"",
            "zebra-77-lamp",
            "\",\"says \"\"hi, all\"\"\"\n",
        ),
        (
            "REPLACE INTO users (name, password) VALUES ('ann', '",
            "zebra-77-lamp",
            "');\n",
        ),
        (
            "INSERT IGNORE INTO users (name, password) VALUES ('ann', '",
            "zebra-77-lamp",
            "');\n",
        ),
        (
            "http-outgoing-0 >> \"Cookie: session=",
            "q4pdt26np4oasrkeyd1uik8qd1xcfn",
            "[\\r][\\n]\"\n",
        ),
        ("DB_PASSWORD: ", "Sandiego7", "\n"),
        ("\"password\": \"", "Sandiego", "\"\n"),
        (
            "[TRACE] NodeApplyableVariable: var.db_password = cty.StringVal(\"",
            "zebralamp",
            "\").Mark(marks.Sensitive)\n",
        ),
        (
            "cty.ObjectVal(map[string]cty.Value{\"password\":cty.StringVal(\"",
            "zebra-77",
            "\"), \"port\":cty.NumberIntVal(5432)})",
        ),
        (
            "prepareFinalInputVariableValue: var.github_token has source value cty.StringVal(\"",
            "zebralamp",
            "\")\n",
        ),
        (
            "[\"password\":protected]=>\n  string(9) \"",
            "zebralamp",
            "\"\n",
        ),
        ("[password:App\\Config:private] => ", "zebralamp", "\n"),
        (
            "[\"password\":\"App\\Config\":private]=>\n  string(9) \"",
            "zebralamp",
            "\"\n",
        ),
        (" Password: (string) (len=9) \"", "zebralamp", "\",\n"),
        (
            "[('user', 'mia'), ('password', '",
            "zebralamp",
            "'), ('host', 'box')]",
        ),
        (
            "Command '['curl', '-u', 'mia:",
            "zebralamp",
            "', 'https://x.acme.example']' failed",
        ),
        (
            "mysql \\\n  --password \\\n  ",
            "zebralamp",
            " \\\n  --batch\n",
        ),
        (
            "az vm create `\n  --admin-password `\n  ",
            "zebralamp",
            " `\n  --size Small\n",
        ),
        ("MAIL_PASSWORD=", "abcd efgh ijkl mnop", "\n"),
        ("userPassword:: ", "emVicmFsYW1w", "\n"),
        ("spark.acme.password ", "zebralamp", "\n"),
        ("UPDATE t SET password = MD5('", "zebralamp", "')"),
        ("secret_string=\"", "zebralamp", "\""),
        ("lösenordet är ", "Zebra-77", "\n"),
        ("пароль: ", "zebralamp", "\n"),
        ("contraseña: ", "zebralamp", "\n"),
        ("use user mia, pass ", "Zebra77", "\n"),
    ] {
        check(
            &format!("{before}{value}{after}"),
            &format!("{before}<SECRET_1>{after}"),
        );
    }
    check(
        "unexpected new value for .password: was cty.StringVal(\"zebralamp\"), but now cty.StringVal(\"tulip-77\").",
        "unexpected new value for .password: was cty.StringVal(\"<SECRET_1>\"), but now cty.StringVal(\"<SECRET_2>\").",
    );
    for text in [
        ".engine: was cty.StringVal(\"postgres\"), but now cty.StringVal(\"aurora\").",
        "\"password\": \"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER\"",
        "password: \"** redacted **\"",
        "pwdLastSet: 132539584000000000",
        "pin: memory",
        "passwordSecret: db-new",
        "{\"Jwt\": {\"Key\": \"${KEY_SECRET}\"}, \"Level\": {\"Default\": \"Information\"}}",
        "if kind in ('password', 'secrecy'): pass",
        "token :: MaybeToken",
        "docker run \\\n  --password-stdin \\\n  registry\n",
    ] {
        check(text, text);
    }
}

#[test]
fn a_tag_between_tags_is_written_with_entities() {
    for (text, expected) in [
        (
            "<Error><RequestId>4TP9X0BSA1B2C3D4</RequestId></Error>",
            "<Error><RequestId>&lt;REQUEST_1&gt;</RequestId></Error>",
        ),
        (
            "<server><password>Zw9-pqRt7k</password></server>",
            "<server><password>&lt;SECRET_1&gt;</password></server>",
        ),
        (
            "<password><![CDATA[Zw9-pqRt7k]]></password>",
            "<password><![CDATA[<SECRET_1>]]></password>",
        ),
    ] {
        check(text, expected);
        let mut vault = Vault::new();
        let result = redact(&mut vault, &[text], &Options::default()).remove(0);
        let restored = vault.restore(&result.text);
        assert_eq!(restored.text, text);
        assert!(restored.unknown.is_empty() && restored.altered.is_empty());
    }
}

#[test]
fn a_masked_account_ends_as_the_whole_one() {
    for (text, expected) in [
        (
            "arn:aws:execute-api:eu-west-1:********9084:*/prod/GET/ arn:aws:iam::596341019084:root",
            "arn:aws:execute-api:eu-west-1:********6666:*/prod/GET/ arn:aws:iam::222244446666:root",
        ),
        (
            "arn:aws:iam::596341019084:root arn:aws:execute-api:eu-west-1:********9084:*/prod/GET/",
            "arn:aws:iam::222244446666:root arn:aws:execute-api:eu-west-1:********6666:*/prod/GET/",
        ),
        (
            "arn:aws:iam::596341019084:root arn:aws:execute-api:eu-west-1:********0187:*/prod/GET/",
            "arn:aws:iam::222244446666:root arn:aws:execute-api:eu-west-1:********7777:*/prod/GET/",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn of_a_variable_only_the_word_goes_that_goes_elsewhere() {
    check(
        "arn:aws:s3:::kestrel-raw\n- name: KESTREL_REPO_LOGLEVEL\n",
        "arn:aws:s3:::nm1x-raw\n- name: NM1X_REPO_LOGLEVEL\n",
    );
}

#[test]
fn no_altered_placeholder_is_passed_over() {
    let mut vault = Vault::new();
    let text = "account 596341019084, password: Zw9-pqRt7k";
    let result = redact(&mut vault, &[text], &Options::default()).remove(0);
    assert_eq!(result.text, "account 222244446666, password: <SECRET_1>");
    for (written, expected) in [
        ("2222\\-4444\\-6666", "5963\\-4101\\-9084"),
        (
            "2222\u{2013}4444\u{2013}6666",
            "5963\u{2013}4101\u{2013}9084",
        ),
        ("222,244,446,666", "596,341,019,084"),
        ("222244\u{2026}6666", "596341\u{2026}9084"),
        ("&lt;SECRET_1&gt;", "Zw9-pqRt7k"),
    ] {
        assert_eq!(vault.restore(written).text, expected);
    }
    for written in [
        "<SECR\nET_1>",
        "<SECR\n    ET_1>",
        "<SECR\n> ET_1>",
        "<SECR\n+ET_1>",
        "222244\n446666",
    ] {
        let restored = vault.restore(written);
        assert_eq!(restored.text, written);
        assert_eq!(restored.altered, [written]);
    }
    assert_eq!(vault.restore("333355557777").unknown, ["333355557777"]);
    assert_eq!(vault.restore("the <ACCOUNT_1>").unknown, ["ACCOUNT_1"]);
    assert!(
        vault
            .restore("123456789012 111122223333")
            .unknown
            .is_empty()
    );
}

#[test]
fn json_in_base64_is_judged_by_what_it_holds() {
    let schema = "WyJvYmplY3QiLHsiYXJuIjoic3RyaW5nIiwic2l6ZSI6Im51bWJlciIsInRhZ3MiOlsibWFwIiwic3RyaW5nIl19XQ==";
    // So long that what is hidden behind it is looked at from within.
    let fields: Vec<String> = (0..90)
        .map(|number| format!("\"field_of_{number}\":\"string\""))
        .collect();
    let long = STANDARD.encode(format!("[\"object\",{{{}}}]", fields.join(",")));
    for text in [
        "--starting-from eyJOZXh0TWFya2VyIjpudWxsLCJib3RvX3RydW5jYXRlX2Ftb3VudCI6MjV9".to_owned(),
        format!("{{\"Typ\":\"{schema}\",\"Err\":null}}"),
        format!("{{\"Typ\":\"{long}\",\"Err\":null}}"),
    ] {
        check(&text, &text);
    }
    for (text, class) in [
        (
            "eyJhcm4iOiJhcm46YXdzOnNuczpldS13ZXN0LTM6NTI2OTU0OTI5OTIzOmFsZXJ0cyIsInNpemUiOjN9",
            Class::Identifier,
        ),
        (
            "eyJzaXplIjozLCJwYXNzd29yZCI6IjR1aFZyVHo5S3EifQ==",
            Class::Secret,
        ),
        // A token's header, and what was cut off.
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", Class::Secret),
        ("eyJOZXh0TWFya2VyIjpudWxsLCJib3RvX3RydW5j", Class::Secret),
    ] {
        check(&format!("state {text} end"), "state <SECRET_1> end");
        let seen: Vec<Class> = scan(text).iter().map(|seen| seen.class).collect();
        assert_eq!(seen, [class], "{text}");
    }
    check(
        &format!(
            "{{\"Typ\":\"{long}\",\"Val\":\"eyJhcm4iOiJhcm46YXdzOnNuczpldS13ZXN0LTM6NTI2OTU0OTI5OTIzOmFsZXJ0cyIsInNpemUiOjN9\"}}"
        ),
        &format!("{{\"Typ\":\"{long}\",\"Val\":\"<SECRET_1>\"}}"),
    );
}

#[test]
fn letters_of_several_bytes_before_a_word_hide_nothing_from_a_look_back() {
    for letters in ["", "x", "xx"] {
        check(
            &format!(
                "{letters}パスワードは長い説明の文章の中にありますから、ここに書きます \"kind\": \"Secret\", \"data\": {{\"a\": \"zebra-lamp\"}}"
            ),
            &format!(
                "{letters}パスワードは長い説明の文章の中にありますから、ここに書きます \"kind\": \"Secret\", \"data\": {{\"a\": \"<SECRET_1>\"}}"
            ),
        );
    }
}
