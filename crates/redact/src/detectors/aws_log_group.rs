//! Names in the paths of log groups that services of AWS make: `/aws/lambda/acme-orders`.

use undeny_text::Span;

use crate::detector::{Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `/aws/lambda/acme-orders`, `/aws/eks/acme-prod/cluster`, `/ecs/acme-web`.
    AwsLogGroup,
    Facts {
        id: "aws-log-group",
        class: Class::Identifier,
        sees: "the name in the path of a log group of a service of AWS",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html",
        example: "tail of /aws/eks/northwind-prod/cluster",
        near_miss: "/aws/service/eks/optimized-ami",
        placeholder: "/aws/eks/nm1x-prod/cluster",
    },
    literals!(PATHS),
    look
);

/// How the paths begin behind their first slash.
const PATHS: &[&str] = &[
    "API-Gateway-Execution-Logs_",
    "aws-glue/",
    "aws/OpenSearchService/",
    "aws/aes/",
    "aws/amplify/",
    "aws/apigateway/",
    "aws/apprunner/",
    "aws/appsync/apis/",
    "aws/batch/",
    "aws/bedrock/",
    "aws/cloudtrail/",
    "aws/codebuild/",
    "aws/codepipeline/",
    "aws/containerinsights/",
    "aws/dms/",
    "aws/docdb/",
    "aws/ecs/",
    "aws/eks/",
    "aws/elasticache/",
    "aws/elasticbeanstalk/",
    "aws/events/",
    "aws/fsx/",
    "aws/http-api/",
    "aws/imagebuilder/",
    "aws/kinesis-analytics/",
    "aws/kinesisfirehose/",
    "aws/lambda/",
    "aws/msk/",
    "aws/neptune/",
    "aws/rds/",
    "aws/redshift/",
    "aws/reference/secretsmanager/",
    "aws/sagemaker/",
    "aws/states/",
    "aws/stepfunctions/",
    "aws/transfer/",
    "aws/vendedlogs/",
    "aws/vpc/",
    "ecs/",
];

/// Longest name of a log group in bytes.
const LONGEST: usize = 512;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let Some(path) = (PATHS.iter())
        .filter(|path| bytes.starts(start, path))
        .max_by_key(|path| path.len())
    else {
        return;
    };
    let from = start + path.len();
    let rooted = bytes.before(start) == b'/' && {
        let before = bytes.before(start - 1);
        // In a path of files or the web it is a folder.
        !before.is_ascii_alphanumeric()
            && !matches!(
                before,
                b'.' | b'-' | b'_' | b'~' | b'/' | b'}' | b')' | b'@' | b'*'
            )
    };
    let gateway = path.ends_with('_');
    if !rooted && !gateway {
        return;
    }
    let end = bytes.run(from, LONGEST, |byte| {
        byte.is_ascii_alphanumeric() || b"-_./#*".contains(&byte)
    });
    scan.reads_to(place.span, end);
    let end = bytes.run_back(end, 3, |byte| byte == b'.').max(from);
    if gateway {
        let id = bytes.run(from, end - from, |byte| byte.is_ascii_alphanumeric());
        if id == from + 10 {
            report(scan, Span::new(from, id));
        }
        return;
    }
    // `/ecs/main.py`: a file.
    let name = Span::new(from, end);
    let is_file = [
        ".py", ".js", ".ts", ".go", ".tf", ".md", ".sh", ".json", ".yaml", ".yml", ".html", ".so",
    ]
    .iter()
    .any(|kind| scan.under(name).ends_with(kind));
    if !is_file {
        report(scan, name);
    }
}

fn report(scan: &mut Scan<'_>, name: Span) {
    scan.hit(&FACTS, name, rank::NAME, Confidence::Medium, Form::Name);
}
