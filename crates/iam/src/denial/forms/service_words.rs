use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::assume_role_refused::role_before;
use super::image_pull::repository_arn;
use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · services that refuse in words of their own, each with one cause: Auto Scaling, Backup, CloudFormation, CloudTrail, CodeDeploy, DMS, EC2 Spot, EMR, EventBridge, Firehose,
/// Lambda, OpenSearch Serverless, Redshift, SageMaker, Step Functions, VM Import.
/// *What it never does* · name an action where the words may stand for several.
#[derive(Debug)]
pub(super) struct ServiceWords;

/// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html>
const LAUNCH: &str = "clienterroronlaunch";
/// <https://repost.aws/knowledge-center/backup-resolve-access-denied-error>
const BACKUP: &str = "accessdeniedtryingtocallawsbackupservice";
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html>
const LINKED: &str = "permissiontocreatetheservice-linkedrole";
const LINKED_CALL: &str = "accessdeniedwhencallingcreateservicelinkedrole";
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Troubleshooting.html>
const DMS: &str = "isnotconfiguredproperly";
const DMS_ROLE: &str = "accessdeniedtoassumerole";
/// <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>
const LOGS: &str = "notauthorizedtoaccessthelogdestination";
/// <https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions>
const IMAGE: &str = "lambdadoesnothavepermissiontoaccesstheecrimage";
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
const MODEL_IMAGE: &str = "permissionfortheimage:";
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
const TRUST: &str = "trustrelationshippolicyallowstheactionsts:assumerolefortheserviceprincipal";
/// <https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html>
const CODE: &str = "credentialshavepermissiontogetobjectfor";
/// <https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html>
const LISTING: &str = "listingbucket=";
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-ec2-instances.html>
const DEPLOY: &str = "doesnotgiveyoupermissiontoperformoperations";
/// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-glue>
const FORMAT: &str = "accesswasdeniedwhencallingglue";
/// <https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html>
const TRANSFORM: &str = "accesspolicyallowsaccesstothelambdafunction";
/// <https://repost.aws/knowledge-center/emr-default-role-invalid>
const PROFILE: &str = "invalidinstanceprofile";
const PROFILE_REFUSED: &str = "failedtoauthorizeinstanceprofile";
const DEFAULT_ROLE: &str = "_defaultroleisinvalid";
const EMR_ROLE: &str = "hasinsufficientec2permissions";
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html>
const SERVERLESS: &str = ".aoss.amazonaws.com";
const KNOWLEDGE_BASE: &str = "[security_exception]403forbidden";
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html>
const TEMPLATE: &str = "s3error:accessdenied";
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>
const TRAIL: &str = "insufficientpermissionstoaccesss3bucket";
/// <https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html>
const DEVICE: &str = ".credentials.iot.";
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html>
const TARGET: &str = "lackofpermissionstoinvokecrossaccounttarget";
/// <https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html>
const IMPORT: &str = "doesnotexistordoesnothavesufficientpermissions";

impl Form for ServiceWords {
    fn id(&self) -> &'static str {
        manual("service-words")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Client.InternalError: Client error on launch`, `Access Denied trying to call AWS Backup service`, `The provided credentials do not have permission to create the service-linked role for ...`, `The IAM Role ARN is not configured properly`, `not authorized to access the Log Destination`, `make sure your request credentials have permission to GetObject for BUCKET/KEY`, `does not have BatchGetImage permission for the image`, `The service role NAME does not exist or does not have sufficient permissions`, `Invalid InstanceProfile`, `Failed to authorize instance profile`, `Lack of permissions to invoke cross account target`, `S3 error: Access Denied`, `Insufficient permissions to access S3 bucket NAME or KMS key`, OpenSearch Serverless's bare `Forbidden`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "Termination Reason: Client.InternalError: Client error on launch",
            "Access Denied trying to call AWS Backup service",
            "AuthFailure.ServiceLinkedRoleCreationNotPermitted: The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.",
            "SYSTEM ERROR MESSAGE: The IAM Role arn:aws:iam::111122223333:role/dms-vpc-role is not configured properly.",
            "The state machine IAM Role is not authorized to access the Log Destination",
            "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for example-code/app.zip. S3 Error Code: AccessDenied.",
            "The role 'arn:aws:iam::111122223333:role/model' does not have BatchGetImage permission for the image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/model:1'.",
            "The service role vmimport provided does not exist or does not have sufficient permissions",
            "VALIDATION_ERROR: Invalid InstanceProfile: EMR_EC2_DefaultRole.",
            "Failed to authorize instance profile arn:aws:iam::111122223333:instance-profile/EMR_EC2_DefaultRole",
            "Lack of permissions to invoke cross account target.",
            "https://0a1b2c3d.us-east-1.aoss.amazonaws.com/docs: AuthorizationException(403, 'Forbidden')",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            BACKUP,
            CODE,
            DEFAULT_ROLE,
            DEPLOY,
            DEVICE,
            DMS,
            DMS_ROLE,
            EMR_ROLE,
            FORMAT,
            IMAGE,
            IMPORT,
            KNOWLEDGE_BASE,
            LAUNCH,
            LINKED,
            LINKED_CALL,
            LISTING,
            LOGS,
            MODEL_IMAGE,
            PROFILE,
            PROFILE_REFUSED,
            SERVERLESS,
            TARGET,
            TEMPLATE,
            TRAIL,
            TRANSFORM,
            TRUST,
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let said = text.squeezed().get(hit.range()).unwrap_or_default();
        let before = text.squeezed_before(hit.start, 300);
        let named = || {
            let value = token(text, text.place_end(hit.end))?;
            let name = value.text.trim_end_matches(['.', ',']);
            (!name.is_empty()).then(|| name.to_owned())
        };
        let implied = |action: &str| Denial {
            action: Some(action.to_owned()),
            action_source: ActionSource::Implied,
            ..Denial::default()
        };
        let denial = match said {
            BACKUP => Denial {
                inferred_policy_type: Some(PolicyType::Resource),
                ..implied("backup:CopyIntoBackupVault")
            },
            CODE => Denial {
                resource: named(),
                ..implied("s3:GetObject")
            },
            DMS => {
                let role = role_before(text, hit.start).filter(|_| before.contains("iamrole"));
                let Some(role) = role else {
                    return Vec::new();
                };
                Denial {
                    resource: Some(role.text),
                    inferred_policy_type: Some(PolicyType::Trust),
                    ..implied("sts:AssumeRole")
                }
            }
            DMS_ROLE => {
                let Some(role) = named().filter(|name| name.contains(":role/")) else {
                    return Vec::new();
                };
                Denial {
                    resource: Some(role),
                    inferred_policy_type: Some(PolicyType::Trust),
                    ..implied("sts:AssumeRole")
                }
            }
            DEPLOY | IMPORT => {
                let opening = if said == IMPORT {
                    "servicerole"
                } else {
                    "iamrole"
                };
                let Some(name) = role_behind(text, hit.start, opening) else {
                    return Vec::new();
                };
                let denial = Denial {
                    principal: Some(name),
                    ..Denial::default()
                };
                return vec![Finding::new(denial, hit, Weight::Sentence)];
            }
            // Of two possible causes the other one names its action.
            TRUST
                if text
                    .squeezed_window(hit.end, 200)
                    .contains("alsoensurethattherolehas") =>
            {
                return Vec::new();
            }
            TRUST => Denial {
                principal: named(),
                resource: before
                    .ends_with("existsandthatits")
                    .then(|| role_before(text, hit.start))
                    .flatten()
                    .map(|role| role.text),
                inferred_policy_type: Some(PolicyType::Trust),
                ..implied("sts:AssumeRole")
            },
            LINKED | LINKED_CALL => implied("iam:CreateServiceLinkedRole"),
            LISTING if before.contains("s3serviceexception:accessdenied") => Denial {
                resource: named(),
                ..implied("s3:ListBucket")
            },
            MODEL_IMAGE => {
                let call = before.rsplit("doesnothave").next().unwrap_or_default();
                let call = CALLS.iter().find(|name| name.eq_ignore_ascii_case(call));
                let Some(call) = call else {
                    return Vec::new();
                };
                Denial {
                    principal: role_before(text, hit.start).map(|role| role.text),
                    resource: named().and_then(|image| repository_arn(&image)),
                    ..implied(&format!("ecr:{call}"))
                }
            }
            LAUNCH
                if !before.ends_with("client.internalerror:")
                    && !before.ends_with("client.internalerror-") =>
            {
                return Vec::new();
            }
            DEVICE
                if ![before, text.squeezed_window(hit.end, 300)]
                    .iter()
                    .any(|around| around.contains("accessdenied")) =>
            {
                return Vec::new();
            }
            SERVERLESS if !refused(before, text.squeezed_window(hit.end, 300)) => {
                return Vec::new();
            }
            DEFAULT_ROLE if !before.ends_with("emr") && !before.ends_with("emr_ec2") => {
                return Vec::new();
            }
            PROFILE_REFUSED if text.squeezed_window(hit.end, 200).contains("user:arn:") => {
                return Vec::new();
            }
            KNOWLEDGE_BASE if !before.contains("knowledgebase") => return Vec::new(),
            DEFAULT_ROLE | DEVICE | TEMPLATE | TRAIL | EMR_ROLE | FORMAT | IMAGE
            | KNOWLEDGE_BASE | LAUNCH | LOGS | PROFILE | PROFILE_REFUSED | SERVERLESS | TARGET
            | TRANSFORM => {
                let mut finding = Finding::alone(hit, None);
                finding.complete = true;
                return vec![finding];
            }
            _ => return Vec::new(),
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}

/// Whether the words around a collection's address say that it refused, and nothing more.
fn refused(before: &str, after: &str) -> bool {
    [before, after].iter().any(|around| {
        around.contains("authorizationexception(403")
            || around.contains("403") && around.contains("forbidden")
    })
}

/// What SageMaker needs to pull a model's image.
const CALLS: &[&str] = &[
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "GetAuthorizationToken",
    "GetDownloadUrlForLayer",
];

/// `The service role NAME provided`, which ends at the squeezed offset `at`.
fn role_behind(text: &Normalised, at: usize, opening: &str) -> Option<String> {
    let before = text.squeezed_before(at, 160);
    let found = before.rfind(opening)? + opening.len();
    let named = before.get(found..)?;
    let named = named.strip_suffix("provided").unwrap_or(named);
    let start = at - before.len() + found;
    let raw = text
        .text()
        .get(text.place(start)..text.place_end(start + named.len()))?;
    // Wrapped inside the name, too.
    let name = raw.replace('\n', "");
    let name = name.trim_matches(['"', '\'', '`', ' ', '<', '>']);
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@_-:/".contains(letter);
    (!name.is_empty() && name.chars().all(is_name)).then(|| name.to_owned())
}
