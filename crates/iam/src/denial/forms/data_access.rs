use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::sentence::actions_at;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · services that could not read or write data on S3 and say so in words of their own: SageMaker, DMS, Greengrass, Elastic Beanstalk,
/// Aurora, Redshift Spectrum, Databricks; and a Lambda function's address.
/// *What it never does* · name an action where a listing or a download may have been refused.
#[derive(Debug)]
pub(super) struct DataAccess;

/// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
const TRAINING: &str = "datadownloadfailed:";
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html#CHAP_Target.S3.Prerequisites>
const MIGRATION: &str = "failedtolistbucket";
/// <https://docs.aws.amazon.com/greengrass/v2/developerguide/troubleshooting.html>
const DEVICE: &str = "s3headobjectreturns403";
/// <https://docs.aws.amazon.com/greengrass/v2/developerguide/token-exchange-service-component.html>
const EXCHANGE: &str = "tesrespondedwithstatuscode:403";
/// <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html>
const BUNDLE: &str = "accessdenied:s3bucket=";
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.S3Import.html>
const IMPORT: &str = "http403.permissiondenied.checkbucket";
const EXPORT: &str = "amazons3clientreturnedaccessdenied";
/// <https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-troubleshooting.html>
const SPECTRUM: &str = "httpresponseerrorcode:403";
/// <https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage/s3/>
const CATALOG: &str = "awsiamroledoesnothave";
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
const ADDRESS: &str = "fortroubleshootingfunctionurlauthorization";
/// <https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html>
const RUNNER: &str = "invalidaccessroleinauthenticationconfiguration";
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html>
const PUSH: &str = "parsinghttp403responsebody";

impl Form for DataAccess {
    fn id(&self) -> &'static str {
        manual("data-access")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Data download failed: ... Access Denied`, `failed to list bucket NAME ... AccessDenied`, `S3 HeadObject returns 403 Access Denied`, `TES responded with status code: 403`, `Access Denied: S3Bucket=NAME, S3Key=KEY`, `HTTP 403. Permission denied. Check bucket`, `Amazon S3 client returned 'Access Denied'`, `HTTP response error code: 403`, `AWS IAM role does not have READ permissions on url`, `For troubleshooting Function URL authorization issues`, `Invalid Access Role in AuthenticationConfiguration`, `error parsing HTTP 403 response body` of a push to ECR",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "ClientError: Data download failed:Unable to download object s3://example-train/in/a.csv (AccessDenied: Access Denied)",
            "Test Endpoint failed: Application-Status: 1020912, Application-Message: Failed to connect to database., Application-Detailed-Message: failed to list bucket example-target: AccessDenied",
            "Failed to download artifact name: 's3://example-components/app.zip', reason: S3 HeadObject returns 403 Access Denied.",
            "credentialData=TES responded with status code: 403",
            "Access Denied: S3Bucket=elasticbeanstalk-us-east-1-111122223333, S3Key=app/v1.zip",
            "ERROR: HTTP 403. Permission denied. Check bucket or provided credentials as they may no longer be valid.",
            "DETAIL: Amazon S3 client returned 'Access Denied'.",
            "Spectrum Scan Error code: 15007 context: Forbidden: HTTP response error code: 403 Message: AccessDenied Access Denied",
            "PERMISSION_DENIED: AWS IAM role does not have READ permissions on url s3://example-lake/raw.",
            "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}",
            "Failed to pull your application image. Reason: Invalid Access Role in AuthenticationConfiguration",
            "The push refers to repository [111122223333.dkr.ecr.us-east-1.amazonaws.com/api]\nerror parsing HTTP 403 response body: unexpected end of JSON input: \"\"",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            ADDRESS, BUNDLE, CATALOG, DEVICE, EXCHANGE, EXPORT, IMPORT, MIGRATION, PUSH, RUNNER,
            SPECTRUM, TRAINING,
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let before = text.squeezed_before(hit.start, 300);
        let after = text.squeezed_window(hit.end, 300);
        let refused = after.contains("accessdenied") || after.contains("403");
        let alone = || {
            let mut finding = Finding::alone(hit, None);
            finding.complete = true;
            vec![finding]
        };
        let said = |action: &str, resource: Option<String>, source: ActionSource| {
            let denial = Denial {
                action: Some(action.to_owned()),
                action_source: source,
                resource,
                ..Denial::default()
            };
            vec![Finding::new(denial, hit, Weight::Sentence)]
        };
        let implied =
            |action: &str, resource: Option<String>| said(action, resource, ActionSource::Implied);
        match text.squeezed().get(hit.range()) {
            // The sentence says more, and is read as one.
            Some(TRAINING) if !refused || after.contains("authorizedtoperform") => Vec::new(),
            Some(TRAINING) => {
                // `Access denied when calling s3:ListBucket`, `has s3:ListBucket permission`.
                let named = ["calling", "has"].iter().find_map(|word| {
                    let at = hit.end + after.find(&format!("{word}s3:"))? + word.len();
                    actions_at(text, text.place(at)).into_iter().next()
                });
                let path = after
                    .find("s3://")
                    .and_then(|at| token(text, text.place(hit.end + at)))
                    .map(|path| path.text);
                let bucket = || {
                    let at = after.find("bucket:")? + "bucket:".len();
                    bucket_at(text, hit.end + at)
                };
                match named {
                    Some(action) => said(&action.name, path.or_else(bucket), action.source),
                    None if after.starts_with("unabletodownloadobject") => {
                        implied("s3:GetObject", path)
                    }
                    None => alone(),
                }
            }
            Some(MIGRATION)
                if refused
                    && !after.starts_with('s')
                    && (before.contains("application-") || after.contains("application-")) =>
            {
                let end = [":", ",", "accessdenied"]
                    .iter()
                    .filter_map(|end| after.find(end))
                    .min();
                // Up to there it is the name, wherever it is wrapped; else its first word.
                let bucket = end.and_then(|end| {
                    let raw = text
                        .text()
                        .get(text.place(hit.end)..text.place_end(hit.end + end))?
                        .replace('\n', "");
                    let name = raw.split_whitespace().next()?;
                    Some(name.trim_matches(['.', '"', '\'', '`']).to_owned())
                });
                implied("s3:ListBucket", bucket)
            }
            Some(MIGRATION) => Vec::new(),
            Some(DEVICE) => {
                let path = before
                    .rfind("s3://")
                    .and_then(|at| token(text, text.place(hit.start - before.len() + at)));
                implied("s3:GetObject", path.map(|path| path.text))
            }
            Some(BUNDLE) => implied("s3:GetObject", object(text, hit)),
            Some(ADDRESS) => implied("lambda:InvokeFunctionUrl", None),
            Some(SPECTRUM) if !before.contains("spectrum") => Vec::new(),
            Some(PUSH) if !text.squeezed_before(hit.start, 2000).contains(".dkr.ecr.") => {
                Vec::new()
            }
            Some(CATALOG) => {
                let path = after
                    .find("s3://")
                    .and_then(|at| token(text, text.place(hit.end + at)))
                    .map(|path| path.text.trim_end_matches('.').to_owned());
                let Some(path) = path else {
                    return Vec::new();
                };
                let denial = Denial {
                    resource: Some(path),
                    ..Denial::default()
                };
                vec![Finding::new(denial, hit, Weight::Sentence)]
            }
            _ => alone(),
        }
    }
}

/// The name of a bucket at the squeezed offset `at`: a word may follow its colon in the next line.
fn bucket_at(text: &Normalised, at: usize) -> Option<String> {
    let value = token(text, text.place_end(at))?.text;
    let name: String = value
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(*letter))
        .collect();
    let name = name.trim_end_matches('.');
    (!name.is_empty()).then(|| name.to_owned())
}

/// `S3Bucket=NAME, S3Key=KEY`, the name at the end of `hit`.
fn object(text: &Normalised, hit: Span) -> Option<String> {
    let rest = text.text().get(text.place_end(hit.end)..)?;
    let line = rest.lines().next()?;
    let (bucket, key) = line.split_once(", S3Key=")?;
    let key = key.split([' ', ',', ')', '"']).next()?;
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    (is_name(bucket) && is_name(key)).then(|| format!("{bucket}/{key}"))
}
