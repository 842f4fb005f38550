//! Identifiers and credentials of AWS, drawn at random into the places where they stand: whatever digits and letters they are made of, they go.
//!
//! A value's pattern is text with draws in it: `{d4}` four digits, `{h8}` hexadecimal, `{H8}` the same in capitals, `{l10}` small letters and digits,
//! `{u16}` capitals and digits, `{k16}` the alphabet of key ids, `{a9}` letters and digits, `{b40}` base64. In its place, `@` is the value.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may panic"
)]

use undeny_redact::{Options, Vault, redact};

/// What it is, the value's pattern, where it stands.
const TABLE: &[(&str, &str, &str)] = &[
    ("account id", "{d12}", "{\"Account\": @}"),
    ("account id", "{d12}", "account_id = \"@\""),
    ("account id", "{d12}", "in account @ you may not"),
    (
        "account id",
        "{d12}",
        "docker pull @.dkr.ecr.cn-north-1.amazonaws.com.cn/web:1",
    ),
    ("account id", "{d12}", "@.dkr-ecr.eu-central-1.on.aws/web"),
    (
        "account id",
        "{d12}",
        "https://sqs.us-iso-east-1.c2s.ic.gov/@/orders",
    ),
    (
        "account id",
        "{d12}",
        "https://@.signin.aws.amazon.com/console",
    ),
    (
        "account id",
        "{d12}",
        "https://@.s3-control.eu-isoe-west-1.cloud.adc-e.uk/v1",
    ),
    (
        "account id",
        "{d12}",
        "https://reports-@.s3-accesspoint.us-east-1.amazonaws.com/k",
    ),
    (
        "account id",
        "{d12}",
        "s3://cdk-hnb659fds-assets-@-eu-west-1/x",
    ),
    ("account id", "{d12}", "elasticbeanstalk-us-east-1-@"),
    ("account id", "{d12}", "s3://trail/AWSLogs/@/CloudTrail"),
    ("account id", "{d12}", "\"aws:SourceAccount\": \"@\""),
    ("account id", "{d12}", "user bob-at-@"),
    ("account id", "{d12}", "\"recipientAccountId\":\"@\""),
    ("account id", "{d12}", "arn:aws-us-gov:iam::@:root"),
    ("account id", "{d12}", "arn%3Aaws%3Aiam%3A%3A@%3Arole%2Fx"),
    ("account id", "{d12}", "arn:aws-eusc:iam::@:role\\/x"),
    ("account id", "{d12}", "@,prod,eu-west-1"),
    ("account id", "{d12}", "[profile sso-@]"),
    ("account id", "{d12}", "| prod | @ | yes |"),
    ("account id, dashed", "{d4}-{d4}-{d4}", "Account @ (dev)"),
    ("access key id", "AKIA{k16}", "key @"),
    (
        "access key id",
        "ASIA{k16}",
        "?X-Amz-Credential=@%2F20260101%2Feu-west-1%2Fs3%2Faws4_request",
    ),
    ("unique id", "AROA{u17}", "id @"),
    ("unique id", "AIDA{u17}", "\"userId\": \"@:session\""),
    ("unique id", "APKA{u17}", "\"aws:userid\": \"@:*\""),
    ("secret access key", "{b40}", "AWS_SECRET_ACCESS_KEY=@"),
    ("secret access key", "{b40}", "\"SecretAccessKey\": \"@\""),
    (
        "secret access key",
        "{b40}",
        "<SecretAccessKey>@</SecretAccessKey>",
    ),
    (
        "session token",
        "IQoJb3JpZ2lu{b300}==",
        "export AWS_SESSION_TOKEN=@",
    ),
    (
        "session token",
        "FwoGZXIvYXdz{b300}",
        "\"SessionToken\": \"@\"",
    ),
    ("external id", "{a18}", "\"sts:ExternalId\": \"@\""),
    ("organization", "o-{l10}", "\"aws:PrincipalOrgID\": \"@\""),
    ("root", "r-{l4}", "root_id = \"@\""),
    ("organizational unit", "ou-{l4}-{l8}", "parent @"),
    ("instance", "i-{h17}", "resource @ is gone"),
    ("network", "vpc-{h8}", "resource @ is gone"),
    ("subnet", "subnet-{h17}", "in [@]"),
    ("attachment", "tgw-attach-{h17}", "x @"),
    ("UUID", "{h8}-{h4}-{h4}-{h4}-{h12}", "key @"),
    (
        "UUID",
        "{h8}-{h4}-{h4}-{h4}-{h12}",
        "arn:aws:kms:eu-west-1:123456789012:key/@",
    ),
    ("UUID", "{h8}-{h4}-{h4}-{h4}-{h12}", "eu-west-1:@"),
    ("multi-region key", "mrk-{h32}", "key/@"),
    ("canonical user", "{h64}", "CanonicalUser: \"@\""),
    ("client secret", "{l52}", "ClientSecret: @"),
    (
        "cluster's provider",
        "{H32}",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/@",
    ),
    (
        "cluster's provider",
        "{H32}",
        "oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/@:sub",
    ),
    ("thumbprint", "{h40}", "thumbprint_list = [\"@\"]"),
    (
        "Identity Center",
        "ssoins-{h16}",
        "arn:aws:sso:::instance/@",
    ),
    ("directory", "d-{h10}", "https://@.awsapps.com/start"),
    ("hosted zone", "Z{u13}", "zone_id = \"@\""),
    ("distribution", "E{u13}", "distribution/@"),
    ("distribution", "d{l13}", "https://@.cloudfront.net"),
    (
        "encoded message",
        "{a40}-{a90}_{a90}",
        "Encoded authorization failure message: @",
    ),
    ("request id", "{u16}", "RequestId: @"),
    ("request id", "{b75}=", "x-amz-id-2: @"),
    ("trace id", "1-{h8}-{h24}", "Root=@"),
    (
        "function URL",
        "{l32}",
        "https://@.lambda-url.eu-west-1.on.aws/",
    ),
    (
        "REST API",
        "{l10}",
        "https://@.execute-api.eu-west-1.amazonaws.com/prod",
    ),
    (
        "database host",
        "zorkon.c{l11}",
        "@.eu-west-1.rds.amazonaws.com",
    ),
    (
        "balancer's host",
        "zorkon-{d10}",
        "@.eu-west-1.elb.amazonaws.com",
    ),
    ("signature", "{h64}", "X-Amz-Signature=@"),
    ("signature", "{h64}", "SignedHeaders=host, Signature=@"),
    ("Bedrock key", "ABSK{a130}", "AWS_BEARER_TOKEN_BEDROCK=@"),
    (
        "Marketplace token",
        "{h8}-{h4}-{h4}-{h4}-{h12}",
        "amzn.mws.@",
    ),
    ("mail password", "{b44}", "SMTP_PASSWORD=@"),
];

/// Draws of each row.
const DRAWS: u64 = 200;

struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn value(&mut self, pattern: &str) -> String {
        let mut value = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            value.push_str(before);
            let (draw, after) = after.split_once('}').unwrap();
            let (alphabet, count) = draw.split_at(1);
            let alphabet: Vec<char> = match alphabet {
                "d" => ('0'..='9').collect(),
                "h" => "0123456789abcdef".chars().collect(),
                "H" => "0123456789ABCDEF".chars().collect(),
                "l" => ('a'..='z').chain('0'..='9').collect(),
                "u" => ('A'..='Z').chain('0'..='9').collect(),
                "k" => ('A'..='Z').chain('2'..='7').collect(),
                "a" => ('a'..='z').chain('A'..='Z').chain('0'..='9').collect(),
                _ => ('a'..='z')
                    .chain('A'..='Z')
                    .chain('0'..='9')
                    .chain(['+', '/'])
                    .collect(),
            };
            for _ in 0..count.parse::<usize>().unwrap() {
                value.push(alphabet[self.below(alphabet.len())]);
            }
            rest = after;
        }
        value + rest
    }
}

#[test]
fn drawn_identifiers_go_and_come_back() {
    for (number, (what, pattern, place)) in TABLE.iter().enumerate() {
        let mut draw = Draw(number as u64 + 1);
        for _ in 0..DRAWS {
            let value = draw.value(pattern);
            let text = place.replace('@', &value);
            let mut vault = Vault::new();
            let redacted = redact(&mut vault, &[&text], &Options::default()).remove(0);
            // No half of what was drawn stays.
            let drawn = &value[pattern.find('{').unwrap()..];
            let run = drawn.len().div_ceil(2).max(drawn.len().min(8));
            for start in 0..=drawn.len() - run {
                let part = &drawn[start..start + run];
                assert!(
                    !redacted.text.contains(part),
                    "{what}: {text} -> {}",
                    redacted.text
                );
            }
            assert_eq!(vault.restore(&redacted.text).text, text, "{what}");
        }
    }
}
