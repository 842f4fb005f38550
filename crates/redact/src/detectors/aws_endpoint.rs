//! Hosts of AWS: the labels that name something of the customer's go, service, region and suffix stay. Also bucket and queue in the path.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `NAME.REGION.elb.amazonaws.com`, `ID.execute-api..`, `BUCKET.s3..`, `sqs..amazonaws.com/ACCOUNT/QUEUE`, `s3://BUCKET/KEY`.
    AwsEndpoint,
    Facts {
        id: "aws-endpoint",
        class: Class::Identifier,
        sees: "the customer's labels of a host of AWS, in every partition, and names in the paths of buckets, queues and registries",
        source: "https://docs.aws.amazon.com/general/latest/gr/rande.html",
        example: "https://db26mzjlof.execute-api.us-east-1.amazonaws.com/prod",
        near_miss: "https://sts.us-east-1.amazonaws.com/",
        placeholder: "https://nm1x.execute-api.us-east-1.amazonaws.com/prod",
    },
    &[
        Anchor::Literal("amazonaws."), Anchor::Literal("on.aws"), Anchor::Literal("awsapps.com"), Anchor::Literal("cloudfront.net"), Anchor::Literal("elasticbeanstalk.com"), Anchor::Literal("amazoncognito.com"),
        Anchor::Literal("signin.aws"), Anchor::Literal("c2s.ic.gov"), Anchor::Literal("sc2s.sgov.gov"), Anchor::Literal("cloud.adc-e.uk"), Anchor::Literal("csp.hci.ic.gov"), Anchor::Literal("awsglobalaccelerator.com"), Anchor::Literal("amplifyapp.com"), Anchor::Literal("awsapprunner.com"),
        Anchor::Literal("s3:/"), Anchor::Literal("s3a:/"), Anchor::Literal("s3n:/"), Anchor::Literal("api.aws"),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    if bytes.at(place.span.end) == b':' {
        let from = place.span.end + 3;
        if bytes.starts(place.span.end, "://") {
            let end = path_end(scan, from);
            name(scan, from, end);
        }
        return;
    }
    let host_end = bytes.run(start, 80, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
    });
    let suffix = scan.under(Span::new(start, host_end));
    let mut service = "";
    if bytes.before(start) == b'.' {
        let from = bytes.run_back(start - 1, 253, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || byte == b'_'
        });
        // A host is looked at once.
        let from = from.max(scan.done.host.min(start - 1));
        scan.done.host = host_end;
        let first = scan.under(Span::new(from, start - 1)).split('.').next();
        // Images that AWS holds for everybody.
        if first.is_some_and(crate::published::is_account) {
            return;
        }
        let labels: Vec<&str> = scan.under(Span::new(from, start - 1)).split('.').collect();
        let keep = if suffix.starts_with("amazonaws")
            || suffix.starts_with("on.aws")
            || suffix.starts_with("api.aws")
            || suffix.contains(".ic.gov")
            || suffix.contains(".sgov.gov")
            || suffix.contains("adc-e")
        {
            customer_labels(&labels)
        } else {
            // One label of the customer's, perhaps with a region behind it.
            labels
                .iter()
                .take_while(|label| !is_region(label) && !matches!(**label, "auth" | "auth-fips"))
                .count()
        };
        service = labels.get(keep).copied().unwrap_or_default();
        let (first, keep) = own_labels(&labels, keep);
        let behind = |count: usize| {
            let labels = labels.iter().take(count);
            from + labels.map(|label| label.len() + 1).sum::<usize>()
        };
        let end = behind(keep);
        let from = behind(first);
        if keep > first && end > from {
            let from = from + fixed_begin(scan.under(Span::new(from, end - 1)), service);
            let text = scan.under(Span::new(from, end - 1));
            // `ec2-192-0-2-7`: its address goes, and nothing else is a name.
            let address = text.strip_prefix("ec2-").is_some_and(|rest| {
                rest.bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-')
            });
            // An account in a name says nothing of its other words.
            let account =
                |part: &&str| part.len() != 12 || !part.bytes().all(|byte| byte.is_ascii_digit());
            let parts = text.split(['-', '.']).filter(account);
            let digits = parts.flat_map(str::bytes).filter(u8::is_ascii_digit);
            let form = if digits.count() > 3 {
                Form::WholeName
            } else {
                Form::Name
            };
            if text.len() > 1 && !address && !matches!(text, "www" | "console" | "docs" | "repost")
            {
                scan.hit(
                    &FACTS,
                    Span::new(from, end - 1),
                    rank::NAME + 1,
                    Confidence::High,
                    form,
                );
            }
        }
    }
    if bytes.at(host_end) == b'/'
        && matches!(
            service,
            "s3" | "sqs" | "queue" | "dkr" | "git-codecommit" | ""
        ) | service.starts_with("s3-")
    {
        path(scan, host_end + 1, service);
    }
}

/// Whether a host is one of AWS's, whose service and region stay.
pub(super) fn is_host(name: &str) -> bool {
    const SUFFIXES: &[&[u8]] = &[
        b".amazonaws.",
        b".on.aws",
        b".api.aws",
        b".c2s.ic.gov",
        b".sc2s.sgov.gov",
        b".cloud.adc-e.uk",
        b".csp.hci.ic.gov",
    ];
    let mut rest = name.as_bytes();
    while let Some(dot) = rest.iter().position(|byte| *byte == b'.') {
        rest = rest.get(dot..).unwrap_or_default();
        if SUFFIXES.iter().any(|suffix| rest.starts_with(suffix)) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

fn path(scan: &mut Scan<'_>, from: usize, service: &str) {
    let end = path_end(scan, from);
    let text = scan.under(Span::new(from, end));
    match service {
        "git-codecommit" => {
            if let Some(at) = text.find("repos/") {
                name(scan, from + at + 6, end);
            }
        }
        "s3" | "sqs" | "queue" | "dkr" => name(scan, from, end),
        _ if service.starts_with("s3-") => name(scan, from, end),
        _ => {}
    }
}

fn path_end(scan: &Scan<'_>, from: usize) -> usize {
    scan.bytes.run(from, 1024, |byte| {
        is_word(byte)
            || matches!(
                byte,
                b'-' | b'.' | b'/' | b'*' | b'=' | b'+' | b'@' | b'%' | b'$' | b'{' | b'}'
            )
    })
}

fn name(scan: &mut Scan<'_>, from: usize, end: usize) {
    if end > from {
        scan.hit(
            &FACTS,
            Span::new(from, end),
            rank::NAME + 1,
            Confidence::High,
            Form::Name,
        );
    }
}

/// How many labels come before the first that names a service or a region.
fn customer_labels(labels: &[&str]) -> usize {
    let first = labels
        .iter()
        .position(|label| is_service(label) || is_region(label))
        .unwrap_or(0);
    // `X.REGION.amazonaws.com` is the endpoint of service X, known or not.
    if first == 1 && labels.len() == 2 && labels.get(1).is_some_and(|label| is_region(label)) {
        0
    } else {
        first
    }
}

/// Which labels of those before the service are the customer's: not the words with which AWS begins a host, nor shards and short regions,
/// `master.NAME.ID.0001.use1.cache`, `ID.gr7.us-east-1.eks`.
fn own_labels(labels: &[&str], keep: usize) -> (usize, usize) {
    const FIRST: &[&str] = &[
        "clustercfg",
        "configuration",
        "dualstack",
        "master",
        "reader",
        "replica",
    ];
    let own = labels.get(..keep).unwrap_or_default();
    let service = labels.get(keep..).unwrap_or_default();
    let of_eks = service.contains(&"eks");
    let of_cache = (service.first())
        .is_some_and(|name| matches!(*name, "cache" | "memorydb" | "dax" | "serverless"));
    let is_shard = |label: &str| {
        let digits = label.bytes().filter(u8::is_ascii_digit).count();
        let letters = label.bytes().filter(u8::is_ascii_lowercase).count();
        digits + letters == label.len()
            && (of_eks && (letters, digits) == (2, 1)
                || of_cache
                    && ((letters, digits) == (0, 4) || digits == 1 && (3..=5).contains(&letters)))
    };
    let first = own.iter().take_while(|label| FIRST.contains(label)).count();
    let shards = own.iter().rev().take_while(|label| is_shard(label)).count();
    if first + shards < keep {
        (first, keep - shards)
    } else {
        (0, keep)
    }
}

/// How many bytes AWS puts before a customer's name in a label: `internal-NAME` of a load balancer, `search-NAME` of a domain.
fn fixed_begin(label: &str, service: &str) -> usize {
    let begins: &[&str] = match service {
        "elb" => &["internal-"],
        "es" | "aos" | "cloudsearch" => &["search-", "vpc-", "doc-"],
        _ if is_region(service) => &["internal-", "search-", "vpc-"],
        _ => &[],
    };
    (begins.iter())
        .find(|begin| label.len() > begin.len() && label.starts_with(**begin))
        .map_or(0, |begin| begin.len())
}

/// `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    (3..=4).contains(&parts.len())
        && parts.last().is_some_and(|number| {
            number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit())
        })
        && parts
            .iter()
            .rev()
            .skip(1)
            .all(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))
        && parts.iter().rev().nth(1).is_some_and(|part| {
            part.contains("east")
                || part.contains("west")
                || part.contains("north")
                || part.contains("south")
                || part.contains("central")
        })
}

/// Labels of AWS's own in the middle of a host.
fn is_service(label: &str) -> bool {
    const SERVICES: &[&str] = &[
        "access-analyzer",
        "acm",
        "airflow",
        "amazon",
        "api",
        "apigateway",
        "appconfig",
        "appsync-api",
        "appsync-realtime-api",
        "athena",
        "autoscaling",
        "batch",
        "bedrock",
        "bedrock-runtime",
        "cache",
        "cloudformation",
        "cloudfront",
        "cloudsearch",
        "cloudtrail",
        "codeartifact",
        "codebuild",
        "codecommit",
        "cognito-identity",
        "cognito-idp",
        "compute",
        "compute-1",
        "config",
        "console",
        "data",
        "dax",
        "dkr",
        "dkr-ecr",
        "dms",
        "docdb",
        "dynamodb",
        "ec2",
        "ecr",
        "ecs",
        "efs",
        "eks",
        "elasticache",
        "elasticbeanstalk",
        "elasticfilesystem",
        "elasticloadbalancing",
        "elasticmapreduce",
        "elb",
        "emr",
        "es",
        "aoss",
        "aos",
        "events",
        "execute-api",
        "firehose",
        "fsx",
        "git-codecommit",
        "glue",
        "grafana-workspace",
        "iam",
        "iot",
        "ats",
        "kafka",
        "kinesis",
        "kms",
        "lambda",
        "lambda-url",
        "logs",
        "memorydb",
        "monitoring",
        "mq",
        "neptune",
        "oidc",
        "opensearch",
        "organizations",
        "queue",
        "rds",
        "redshift",
        "redshift-serverless",
        "route53",
        "runtime",
        "s3",
        "s3-accelerate",
        "s3-accesspoint",
        "s3-control",
        "s3-fips",
        "s3-object-lambda",
        "s3-outposts",
        "s3express",
        "sagemaker",
        "secretsmanager",
        "serverlessrepo",
        "servicediscovery",
        "ses",
        "email",
        "email-smtp",
        "signin",
        "sns",
        "sqs",
        "sqs-fips",
        "ssm",
        "ssmmessages",
        "ec2messages",
        "states",
        "storagegateway",
        "sts",
        "streams",
        "synthetics",
        "textract",
        "transfer",
        "vpce",
        "vpce-svc",
        "workspaces",
        "xray",
    ];
    SERVICES.contains(&label) || label.starts_with("s3-") || label.starts_with("s3express-")
}
