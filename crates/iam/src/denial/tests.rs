mod wrappers;

use std::fmt::Write as _;

use proptest::prelude::*;

use super::forms::LATE_FORMS;
use super::forms::readers;
use super::{ActionSource, Denial, DenialReading, FORMS, decoys, forms, read};
use wrappers::{Choices, cut, fill, together};

/// `principal | action | resource | policy type | kind | operation`, one denial a line; `-` is none, `~` marks an implied action.
fn shown(reading: &DenialReading) -> String {
    let mut out = String::new();
    for denial in &reading.denials {
        let or = |value: Option<&str>| value.unwrap_or("-").to_owned();
        let implied = if denial.action_source == ActionSource::Implied && denial.action.is_some() {
            "~"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "{} | {implied}{} | {} | {} | {} | {}",
            or(denial.principal.as_deref()),
            or(denial.action.as_deref()),
            or(denial.resource.as_deref()),
            or(denial.policy_type.map(super::PolicyType::as_str)),
            denial.kind.as_str(),
            or(denial.operation.as_deref()),
        );
    }
    out
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |all, line| all + line + "\n");
    let reading = read(text);
    assert_eq!(shown(&reading), expected, "in\n{text}");
    for denial in &reading.denials {
        assert!(
            text.get(denial.span.range())
                .is_some_and(|said| !said.is_empty()),
            "span {:?} of\n{text}",
            denial.span
        );
    }
    // Line ends are not part of what was said.
    let windows = text.replace('\n', "\r\n");
    assert_eq!(shown(&read(&windows)), expected, "with CRLF, in\n{text}");
}

/// A text, and what is read from it.
struct Case {
    form: &'static str,
    text: &'static str,
    reads: &'static str,
}

const fn case(form: &'static str, text: &'static str, reads: &'static str) -> Case {
    Case { form, text, reads }
}

const CASES: &[Case] = &[
    case(
        "assume-role-refused",
        "com.amazonaws.services.cloudfront.model.InvalidLambdaFunctionAssociationException: The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com principals. Update the IAM role and try again. Role: arn:aws:iam::111122223333:role/edge (Service: AmazonCloudFront; Status Code: 400)",
        "edgelambda.amazonaws.com | ~sts:AssumeRole | arn:aws:iam::111122223333:role/edge | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "An error occurred (InvalidRequestException) when calling the CreateTopicRule operation: AWS IoT (iot.amazonaws.com) is unable to assume role (sts:AssumeRole) on resource: arn:aws:iam::111122223333:role/rule.",
        "iot.amazonaws.com | sts:AssumeRole | arn:aws:iam::111122223333:role/rule | - | unknown | CreateTopicRule",
    ),
    case(
        "assume-role-refused",
        "Access denied: S3 Files does not have permissions to assume the provided role.",
        "S3 Files | ~sts:AssumeRole | - | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "*\"We were unable to assume the role\n  provided\"*, that is, IAM was too slow",
        "- | ~sts:AssumeRole | - | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "User: arn:aws:iam::111122223333:user/`ann` is not authorized to perform: iam:PassRole",
        "arn:aws:iam::111122223333:user/ann | iam:PassRole | - | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "    \"User: arn:aws:iam::111122223333:user/ann \" +\n        \"is not authorized to perform: SNS:CreateTopic \" +\n        \"on resource: arn:aws:sns:eu-west-1:111122223333:orders\"",
        "arn:aws:iam::111122223333:user/ann | SNS:CreateTopic | arn:aws:sns:eu-west-1:111122223333:orders | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "  1. AccessDenied: User deployer is not authorized to perform: ecr:DescribeRepositories\n  2. AccessDenied: User deployer is not authorized to perform: sns:SetTopicAttributes",
        "deployer | ecr:DescribeRepositories | - | - | unknown | -
         deployer | sns:SetTopicAttributes | - | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "ERROR: KMSAccessDeniedException - User: arn:aws:iam::111122223333:role/app is not authorized to perform: kms:Decrypt on resource\n\nSolution A",
        "arn:aws:iam::111122223333:role/app | kms:Decrypt | - | - | unknown | -",
    ),
    case(
        "console-alert",
        "Access denied\nYou don't have permission to iam:GetRole. To request access, copy the following text and send it to your AWS administrator.\nUser: arn:aws:sts::604718392055:assumed-role/lab/ann=Ann\nAction: iam:GetRole\nContext: an identity-based policy explicitly denies the action",
        "arn:aws:sts::604718392055:assumed-role/lab/ann=Ann | iam:GetRole | - | identity | explicit | -",
    ),
    case(
        "console-alert",
        "> Learn more about troubleshooting access denied errors. User: arn:aws:iam::604718392055:user/ANNAction: servicecatalog:ListApplicationsOn resource(s): arn:aws:servicecatalog:ap-south-2:604718392055:/applications/*Context: no identity-based policy allows the action",
        "arn:aws:iam::604718392055:user/ANN | servicecatalog:ListApplications | arn:aws:servicecatalog:ap-south-2:604718392055:/applications/* | identity | implicit | -",
    ),
    case(
        "console-alert",
        "User: [arn:aws:iam::604718392055:user/ann]\nService: [AWSS3]\nAction: [ListBuckets]\nOn resource(s): [*]\nContext: [no identity-based policy allows the AWSS3:ListBuckets action.]",
        "arn:aws:iam::604718392055:user/ann | ~s3:ListAllMyBuckets | * | identity | implicit | -",
    ),
    case(
        "elided-sentence",
        "Error: reading IAM Policy: ... AccessDenied: ... because no permissions boundary allows the\niam:ListPolicies action",
        "- | iam:ListPolicies | - | boundary | implicit | -",
    ),
    case(
        "error-code-alone",
        "Error: creating EC2 EIP: operation error EC2: AllocateAddress, https response\nerror StatusCode: 403 ... UnauthorizedOperation: You are not authorized to\nperform this operation ... with an explicit deny in a service control policy",
        "- | - | - | scp | explicit | AllocateAddress",
    ),
    case(
        "error-code-alone",
        "Error: creating EC2 VPC: UnauthorizedOperation: You are not authorized to perform this operation\nError: AccessDenied: User is not authorized to perform: lambda:CreateFunction",
        "- | - | - | - | unknown | -
         - | lambda:CreateFunction | - | - | unknown | -",
    ),
    case(
        "error-code-alone",
        "fatal: unable to access 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app/': The requested URL returned error: 403",
        "- | - | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "Caused by: AccessDenied: s3:GetObject on reports-bucket",
        "- | s3:GetObject | reports-bucket | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "(service shop) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::111122223333:role/shop-exec' that was provided for this task.)",
        "ECS | ~sts:AssumeRole | arn:aws:iam::111122223333:role/shop-exec | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "An error occurred (InvalidParameterValueException) when calling the CreateFunction\noperation: The role defined for the function cannot be assumed by\nLambda.",
        "Lambda | ~sts:AssumeRole | - | - | unknown | CreateFunction",
    ),
    case(
        "assume-role-refused",
        "ValidationError: Role arn:aws:iam::111122223333:role/stack is invalid or cannot be assumed",
        "- | ~sts:AssumeRole | arn:aws:iam::111122223333:role/stack | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "Neither the global service principal scheduler.amazonaws.com, nor the regional one is authorized to assume the provided role.",
        "scheduler.amazonaws.com | ~sts:AssumeRole | - | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "Could not assume role arn:aws:iam::111122223333:role/train. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
        "sagemaker.amazonaws.com | ~sts:AssumeRole | arn:aws:iam::111122223333:role/train | - | unknown | -",
    ),
    case(
        "assume-role-refused",
        "Role arn:aws:iam::111122223333:role/etl should be given assume role permissions for Glue Service.",
        "Glue | ~sts:AssumeRole | arn:aws:iam::111122223333:role/etl | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: sqs:receivemessage on resource: arn:aws:sqs:eu-west-1:111122223333:jobs because no identity-based policy allows the sqs:receivemessage action",
        "arn:aws:iam::111122223333:user/ann | sqs:receivemessage | arn:aws:sqs:eu-west-1:111122223333:jobs | identity | implicit | -",
    ),
    case(
        "authorization-sentence",
        "operation error DynamoDB: PutItem, https response error StatusCode: 400, RequestID: R, api error AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/web/i-0ab\nc is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/carts with an explicit deny in a VPC endpoint policy",
        "arn:aws:sts::111122223333:assumed-role/web/i-0abc | dynamodb:PutItem | arn:aws:dynamodb:eu-west-1:111122223333:table/carts | vpce | explicit | PutItem",
    ),
    case(
        "authorization-sentence",
        "You are not authorized to perform: athena:GetWorkGroup on the resource. After your AWS administrator or you have updated your permissions, please try again.",
        "- | athena:GetWorkGroup | - | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "554 Access denied: User `arn:aws:iam::111122223333:user/mail' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:111122223333:identity/shop.example'",
        "arn:aws:iam::111122223333:user/mail | ses:SendRawEmail | arn:aws:ses:eu-west-1:111122223333:identity/shop.example | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "CodeBuild is not authorized to perform: sts:AssumeRole on arn:aws:iam::111122223333:role/build",
        "CodeBuild | sts:AssumeRole | arn:aws:iam::111122223333:role/build | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "arn:aws:iam::111122223333:role/pipe is not authorized to perform AssumeRole on role arn:aws:iam::444455556666:role/act (Service: AWSCodePipeline)",
        "arn:aws:iam::111122223333:role/pipe | ~sts:AssumeRole | arn:aws:iam::444455556666:role/act | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::site\" because public policies are blocked by the BlockPublicPolicy block public access setting.",
        "arn:aws:iam::111122223333:user/ann | s3:PutBucketPolicy | arn:aws:s3:::site | bpa | explicit | -",
    ),
    case(
        "authorization-sentence",
        "User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: kms:Decrypt on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
        "arn:aws:sts::111122223333:assumed-role/app/s | kms:Decrypt | - | resource | unknown | -",
    ),
    case(
        "authorization-sentence",
        "User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/x because no role trust policy allows the sts:AssumeRole action",
        "arn:aws:sts::111122223333:assumed-role/app/s | sts:AssumeRole | arn:aws:iam::444455556666:role/x | trust | implicit | -",
    ),
    case(
        "authorization-sentence",
        "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject, s3:PutObject on resource: arn:aws:s3:::data/*",
        "arn:aws:iam::111122223333:user/ann | s3:GetObject | arn:aws:s3:::data/* | - | unknown | -
         arn:aws:iam::111122223333:user/ann | s3:PutObject | arn:aws:s3:::data/* | - | unknown | -",
    ),
    case(
        "bucket-delivery",
        "Access Denied for bucket: edge-logs. Please check S3bucket permission (Service: AmazonElasticLoadBalancing; Status Code: 400)",
        "- | - | edge-logs | - | unknown | -",
    ),
    case(
        "bucket-delivery",
        "Insufficient delivery policy to s3\nbucket: audit-config, unable to write to bucket",
        "- | - | audit-config | - | unknown | -",
    ),
    case(
        "bucket-delivery",
        "Permission denied on S3 path: s3://lake/raw/2026/",
        "- | - | s3://lake/raw/2026/ | - | unknown | -",
    ),
    case(
        "elided-sentence",
        "creating the bucket fails: `AccessDenied ... s3:CreateBucket ... with an explicit deny in a service control policy`",
        "- | s3:CreateBucket | - | scp | explicit | -",
    ),
    case(
        "elided-sentence",
        "# AccessDenied ... \"with an explicit\n# deny in a resource-based policy\"",
        "- | - | - | resource | explicit | -",
    ),
    case(
        "elided-sentence",
        "AccessDeniedException: \u{2026} because no session policy allows the sqs:SendMessage action",
        "- | sqs:SendMessage | - | session | implicit | -",
    ),
    case(
        "elided-sentence",
        "we get a `no resource-based policy allows the lambda:GetLayerVersion action` error",
        "- | lambda:GetLayerVersion | - | resource | unknown | -",
    ),
    case(
        "queue-access",
        "AccessDeniedException: 'arn:aws:iam::111122223333:role/machine' is not authorized to create managed-rule.",
        "arn:aws:iam::111122223333:role/machine | - | - | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "error: `${ROLE_ARN} is not authorized to perform sts:AssumeRole on ${TARGET_ARN}`",
        "${ROLE_ARN} | sts:AssumeRole | ${TARGET_ARN} | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "## User xxx is not authorized to perform sts:AssumeRole on resource\n\nWait a minute and try again.",
        "xxx | sts:AssumeRole | - | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "AWS CodeBuild is not authorized to perform: sts:AssumeRole on service role.",
        "AWS CodeBuild | sts:AssumeRole | service role | - | unknown | -",
    ),
    case(
        "",
        "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden",
        "- | - | - | - | unknown | HeadObject",
    ),
    case(
        "error-code-alone",
        "Error: reading EC2 VPC (vpc-1): UnauthorizedOperation: You are not authorized to perform\nthis operation.\n\tstatus code: 403, request id: 1",
        "- | - | - | - | unknown | -",
    ),
    case(
        "error-code-alone",
        "Resource handler returned message: \"Access denied for operation 'AWS::Logs::LogGroup'.\" (RequestToken: 1, HandlerErrorCode: AccessDenied)",
        "- | - | - | - | unknown | -",
    ),
    case(
        "error-code-alone",
        "API: ec2:CreateSubnet You are not authorized to perform this operation. Encoded authorization failure message: example",
        "- | ec2:CreateSubnet | - | - | unknown | -",
    ),
    case(
        "file-system-mount",
        "stderr: b'mount.nfs4: access denied by server while mounting 127.0.0.1:/' : unsuccessful EFS utils command execution; code: 32",
        "- | ~elasticfilesystem:ClientMount | - | - | unknown | -",
    ),
    case(
        "file-system-mount",
        "Mounting arguments: -t efs -o tls,iam fs-0a1b2c3d4e5f60718:/ /mnt\nOutput: mount.nfs4: access denied by server while\nmounting 127.0.0.1:/",
        "- | ~elasticfilesystem:ClientMount | fs-0a1b2c3d4e5f60718 | - | unknown | -",
    ),
    case(
        "file-system-mount",
        "arn:aws:elasticfilesystem:eu-west-1:604718392055:file-system/fs-0a1b2c3d: mount.nfs4: access denied by server while mounting 127.0.0.1:/",
        "- | ~elasticfilesystem:ClientMount | arn:aws:elasticfilesystem:eu-west-1:604718392055:file-system/fs-0a1b2c3d | - | unknown | -",
    ),
    case(
        "identity-pool",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        "- | ~sts:AssumeRoleWithWebIdentity | - | - | unknown | -",
    ),
    case(
        "identity-pool",
        "InvalidIdentityPoolConfigurationException: Invalid identity pool\nconfiguration. Check assigned IAM roles for this pool.",
        "- | ~sts:AssumeRoleWithWebIdentity | - | - | unknown | -",
    ),
    case(
        "identity-pool",
        "An error occurred (InvalidIdentityPoolConfigurationException) when calling the GetCredentialsForIdentity operation: Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        "- | ~sts:AssumeRoleWithWebIdentity | - | - | unknown | GetCredentialsForIdentity",
    ),
    case(
        "image-pull",
        "Error response from daemon: pull access denied for 111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop, repository does not exist",
        "- | - | - | - | unknown | -",
    ),
    case(
        "image-pull",
        "CannotPullContainerError: Error response from daemon:\npull access denied\nfor 111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop",
        "- | - | - | - | unknown | -",
    ),
    case(
        "image-pull",
        "failed to resolve reference \"111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1\": unexpected status: 403 Forbidden",
        "- | - | - | - | unknown | -",
    ),
    case(
        "key-access",
        "AccessDeniedException: Access to KMS is not allowed",
        "- | - | - | - | unknown | -",
    ),
    case(
        "key-access",
        "An error occurred (AccessDeniedException) when calling the Decrypt operation: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
        "- | - | - | - | unknown | Decrypt",
    ),
    case(
        "key-access",
        "The ciphertext refers to a customer\nmaster key that does not exist, does not exist in this region, or you are not allowed to access.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "lake-formation",
        "Insufficient Lake Formation permission(s): Required Select on orders (Service: AWSGlue; Status Code: 400)",
        "- | - | orders | - | unknown | -",
    ),
    case(
        "lake-formation",
        "AccessDeniedException: Insufficient Lake Formation\npermission(s): Required Alter\non customers",
        "- | - | customers | - | unknown | -",
    ),
    case(
        "lake-formation",
        "An error occurred (AccessDeniedException) when calling the GetTable operation: Insufficient Lake Formation permission(s) on orders",
        "- | - | orders | - | unknown | GetTable",
    ),
    case(
        "marketplace-actions",
        "IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe)",
        "- | aws-marketplace:ViewSubscriptions | - | - | unknown | -
         - | aws-marketplace:Subscribe | - | - | unknown | -",
    ),
    case(
        "marketplace-actions",
        "Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace\nactions (aws-marketplace:Subscribe) to enable access to this model.",
        "- | aws-marketplace:Subscribe | - | - | unknown | -",
    ),
    case(
        "marketplace-actions",
        "{\"message\":\"Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:Unsubscribe).\"}",
        "- | aws-marketplace:Unsubscribe | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "The provided execution role does not have permissions to call ReceiveMessage on SQS",
        "- | ~sqs:ReceiveMessage | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "API: s3:CreateBucket Access Denied",
        "- | s3:CreateBucket | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "The role does not have permission to perform: logs:CreateLogStream\non resource: arn:aws:logs:eu-west-1:111122223333:log-group:/a",
        "- | logs:CreateLogStream | arn:aws:logs:eu-west-1:111122223333:log-group:/a | - | unknown | -",
    ),
    case(
        "role-unusable",
        "creating CloudTrail Trail (audit): InvalidCloudWatchLogsRoleArnException: Access denied. Check the trust\nrelationships for your role.",
        "- | ~sts:AssumeRole | - | - | unknown | -",
    ),
    case(
        "role-unusable",
        "An error occurred (InvalidParameterValue) when calling the CreateFlowLogs operation: Unable to assume given IAM role",
        "- | ~sts:AssumeRole | - | - | unknown | CreateFlowLogs",
    ),
    case(
        "role-unusable",
        "AWS CodeDeploy does not have the permissions required to assume the role arn:aws:iam::111122223333:role/deploy.",
        "- | ~sts:AssumeRole | arn:aws:iam::111122223333:role/deploy | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "2026-11-20T08:12:01Z ERR failed to assume role: operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: 12, api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/controller/1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/dns",
        "arn:aws:sts::111122223333:assumed-role/controller/1 | sts:AssumeRole | arn:aws:iam::111122223333:role/dns | - | unknown | AssumeRole",
    ),
    case(
        "role-unusable",
        "[Amazon](500310) Invalid operation: Not authorized to get credentials of role arn:aws:iam::111122223333:role/spectrum.",
        "- | ~sts:AssumeRole | arn:aws:iam::111122223333:role/spectrum | - | unknown | -",
    ),
    case(
        "authorization-sentence",
        "Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity\nGITHUB_REPOSITORY=acme/shop",
        "- | sts:AssumeRoleWithWebIdentity | - | - | unknown | -",
    ),
    case(
        "service-refused",
        "CREATE_FAILED | AWS::S3::Bucket | Inbox | Unable to validate the following destination configurations (Service: Amazon S3; Status Code: 400; Error Code: InvalidArgument; Request ID: 6CJ1; Proxy: null)",
        "- | - | - | - | unknown | -",
    ),
    case(
        "service-refused",
        "InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/app'",
        "- | - | arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/app | - | unknown | -",
    ),
    case(
        "service-refused",
        "Received error: \"CloudWatch Alarms does not have authorization to access the\nSNS topic encryption key.\"",
        "- | - | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "Unable to use Connection: arn:aws:codeconnections:eu-west-1:111122223333:connection/5b0d6b2a. The provided role does not have sufficient permissions.",
        "- | ~codeconnections:UseConnection | arn:aws:codeconnections:eu-west-1:111122223333:connection/5b0d6b2a | - | unknown | -",
    ),
    case(
        "service-words",
        "SYSTEM ERROR MESSAGE:The IAM Role\narn:aws:iam::604718392055:role/dms-vpc-role is not configured properly.",
        "- | ~sts:AssumeRole | arn:aws:iam::604718392055:role/dms-vpc-role | - | unknown | -",
    ),
    case(
        "service-words",
        "AccessDeniedFault: Access denied to assume role arn:aws:iam::604718392055:role/dms-s3-role.",
        "- | ~sts:AssumeRole | arn:aws:iam::604718392055:role/dms-s3-role | - | unknown | -",
    ),
    case(
        "service-words",
        "An error occurred (InvalidParameter) when calling the ImportImage operation: The service role vmimport provided does not exist or does not have sufficient permissions",
        "vmimport | - | - | - | unknown | ImportImage",
    ),
    case(
        "service-words",
        "The role 'arn:aws:iam::604718392055:role/model' does not have BatchGetImage permission for the image: '604718392055.dkr.ecr.eu-west-1.amazonaws.com/model:1'.",
        "arn:aws:iam::604718392055:role/model | ~ecr:BatchGetImage | arn:aws:ecr:eu-west-1:604718392055:repository/model | - | unknown | -",
    ),
    case(
        "service-words",
        "Termination Reason: Client.InternalError: Client error on launch",
        "- | - | - | - | unknown | -",
    ),
    case(
        "service-words",
        "ERROR: S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 6K1,ExtRid abc=,CanRetry 1\n  context:   Listing bucket=acme-orders prefix=2024/",
        "- | ~s3:ListBucket | acme-orders | - | unknown | -",
    ),
    case(
        "service-words",
        "The IAM role arn:aws:iam::604718392055:role/cd does not give you permission to perform operations in the following AWS service: AmazonAutoScaling.",
        "arn:aws:iam::604718392055:role/cd | - | - | - | unknown | -",
    ),
    case(
        "service-words",
        "Access was denied when calling Glue. Ensure that the access policy on the provided IAM role allows access to the appropriate Glue resources.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "service-words",
        "Access Denied trying to call AWS Backup service",
        "- | ~backup:CopyIntoBackupVault | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "Controller isn't authorized to call ec2:CreateFleet",
        "- | ec2:CreateFleet | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "Service role arn:aws:iam::604718392055:role/EMR_DefaultRole has insufficient permissions to call kms:CreateGrant on resource: arn:aws:kms:eu-west-1:604718392055:key/1a2b",
        "arn:aws:iam::604718392055:role/EMR_DefaultRole | kms:CreateGrant | arn:aws:kms:eu-west-1:604718392055:key/1a2b | - | unknown | -",
    ),
    case(
        "stream-actions",
        "Cannot access stream arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.",
        "- | ~dynamodb:GetRecords | arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000 | - | unknown | -
         - | ~dynamodb:GetShardIterator | arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000 | - | unknown | -
         - | ~dynamodb:DescribeStream | arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000 | - | unknown | -
         - | ~dynamodb:ListStreams | - | - | unknown | -",
    ),
    case(
        "stream-actions",
        "Cannot access stream arn:aws:kinesis:eu-west-1:111122223333:stream/clicks. Please ensure the role can perform the\nGetRecords, DescribeStream Actions on your stream in IAM.",
        "- | ~kinesis:GetRecords | arn:aws:kinesis:eu-west-1:111122223333:stream/clicks | - | unknown | -
         - | ~kinesis:DescribeStream | arn:aws:kinesis:eu-west-1:111122223333:stream/clicks | - | unknown | -",
    ),
    case(
        "stream-actions",
        "{\"message\":\"Cannot access stream arn:aws:kinesis:eu-west-1:111122223333:stream/clicks. Please ensure the role can perform the GetShardIterator Actions on your stream in IAM.\"}",
        "- | ~kinesis:GetShardIterator | arn:aws:kinesis:eu-west-1:111122223333:stream/clicks | - | unknown | -",
    ),
    case(
        "pass-role-refused",
        "User: arn:aws:iam::111122223333:user/ann is not authorized to pass role arn:aws:iam::111122223333:role/task",
        "arn:aws:iam::111122223333:user/ann | ~iam:PassRole | arn:aws:iam::111122223333:role/task | - | unknown | -",
    ),
    case(
        "pass-role-refused",
        "An error occurred (AccessDeniedException) when calling the CreateFunction operation: Cross-account pass role is not allowed.",
        "- | ~iam:PassRole | - | - | unknown | CreateFunction",
    ),
    case(
        "pass-role-refused",
        "User: arn:aws:iam::111122223333:user/ann is\nnot authorized to pass the role\n'arn:aws:iam::111122223333:role/task'",
        "arn:aws:iam::111122223333:user/ann | ~iam:PassRole | arn:aws:iam::111122223333:role/task | - | unknown | -",
    ),
    case(
        "queue-access",
        "Access to the resource https://sqs.eu-west-1.amazonaws.com/111122223333/jobs is denied.",
        "- | - | https://sqs.eu-west-1.amazonaws.com/111122223333/jobs | - | unknown | -",
    ),
    case(
        "queue-access",
        "AccessDenied: Access to the resource https://sqs.eu-west-1.amazonaws.com/1111\n22223333/jobs is denied.",
        "- | - | https://sqs.eu-west-1.amazonaws.com/111122223333/jobs | - | unknown | -",
    ),
    case(
        "queue-access",
        "User: arn:aws:iam::111122223333:user/ann is not authorized to access this resource",
        "arn:aws:iam::111122223333:user/ann | - | - | - | unknown | -",
    ),
    case(
        "trust-policy-refused",
        "An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: Trust policy with trusted principal arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, token.actions.githubusercontent.com:sub or token.actions.githubusercontent.com:job_workflow_ref which is not scoped to all.",
        "- | - | - | - | unknown | CreateRole",
    ),
    case(
        "trust-policy-refused",
        "#   MalformedPolicyDocument: Trust policy with trusted principal\n#   ...token.actions.githubusercontent.com must evaluate, using StringEquals,\n#   StringLike or StringEqualsIgnoreCase, ...:sub or ...:job_workflow_ref\n#   which is not scoped to all.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "trust-policy-refused",
        "Failed to update trust policy. Trust policy with trusted principal <provider> must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, token.actions.githubusercontent.com:sub which is not scoped to all.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "object-path",
        "java.nio.file.AccessDeniedException: s3a://acme-lake/raw/a.parquet: getFileStatus on s3a://acme-lake/raw/a.parquet: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: A; S3 Extended Request ID: B), S3 Extended Request ID: B:403 Forbidden",
        "- | ~s3:GetObject | s3a://acme-lake/raw/a.parquet | - | unknown | -",
    ),
    case(
        "object-path",
        "Caused by: java.nio.file.AccessDeniedException: s3a://acme-lake/out/dt=2026-11-03/_temporary/0/part-0: Writing Object on out/dt=2026-11-03/_temporary/0/part-0: software.amazon.awssdk.services.s3.model.S3Exception: Access Denied (Service: S3, Status Code: 403, Request ID: A, Extended Request ID: B):AccessDenied\n\tat org.apache.hadoop.fs.s3a.S3AUtils.translateException(S3AUtils.java:270)",
        "- | ~s3:PutObject | s3a://acme-lake/out/dt=2026-11-03/_temporary/0/part-0 | - | unknown | -",
    ),
    case(
        "object-path",
        "com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: A; S3 Extended Request ID: B; Proxy: null), S3 Extended Request ID: B\n(Path: s3://acme-lake/raw/part-0.parquet)",
        "- | ~s3:GetObject | s3://acme-lake/raw/part-0.parquet | - | unknown | -",
    ),
    case(
        "file-system-mount",
        "EFSMountFailureException: The function couldn't mount the Amazon EFS file system with access point\narn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/fsap-0d9abc123def45678.",
        "- | ~elasticfilesystem:ClientMount | - | - | unknown | -",
    ),
    case(
        "service-words",
        "VALIDATION_ERROR: Invalid InstanceProfile: EMR_EC2_DefaultRole.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "role-unusable",
        "S3.AccessDenied: Access was denied. Ensure that the trust policy for the provided IAM role allows Amazon Data Firehose to assume the role, and the access policy allows access to the S3 bucket.",
        "Firehose | ~sts:AssumeRole | - | - | unknown | -",
    ),
    case(
        "database-login",
        "psql: error: connection to server at \"db.abc.eu-west-1.rds.amazonaws.com\" (10.0.0.5), port 5432 failed: FATAL:  PAM authentication failed for user \"app\"",
        "- | ~rds-db:connect | - | - | unknown | -",
    ),
    case(
        "database-login",
        "connection to server at \"db.abc.eu-west-1.rds.amazonaws.com\", port 5432 failed:\nFATAL:  PAM authentication\nfailed for user \"app\"",
        "- | ~rds-db:connect | - | - | unknown | -",
    ),
    case(
        "database-login",
        "Host main.cluster-abc.us-east-1.rds.amazonaws.com: FATAL: PAM authentication failed for user \"reader\" (SQLSTATE 28000)",
        "- | ~rds-db:connect | - | - | unknown | -",
    ),
    case(
        "web-identity-token",
        "Error: Could not assume role with OIDC: Incorrect token audience",
        "- | ~sts:AssumeRoleWithWebIdentity | - | - | unknown | -",
    ),
    case(
        "web-identity-token",
        "caused by: InvalidIdentityToken: No OpenIDConnect provider found in your\naccount for https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE\n\tstatus code: 400, request id: 1",
        "- | ~sts:AssumeRoleWithWebIdentity | - | - | unknown | -",
    ),
    case(
        "web-identity-token",
        "An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider",
        "- | ~sts:AssumeRoleWithWebIdentity | - | - | unknown | AssumeRoleWithWebIdentity",
    ),
    case(
        "data-access",
        "UnexpectedStatusException: Error for Training job a: Failed. Reason: ClientError: Data download failed:Unable to download object s3://acme-models/a.tar.gz\n(AccessDenied: Access Denied)",
        "- | ~s3:GetObject | s3://acme-models/a.tar.gz | - | unknown | -",
    ),
    case(
        "data-access",
        "The push refers to repository [604718392055.dkr.ecr.eu-west-1.amazonaws.com/api]\n5f70bf18a086: Preparing\nerror parsing HTTP 403 response body: unexpected end of JSON input: \"\"",
        "- | - | - | - | unknown | -",
    ),
    case(
        "data-access",
        "Application-Status: 1020912, Application-Detailed-Message: failed to list bucket acmetarget: AccessDenied",
        "- | ~s3:ListBucket | acmetarget | - | unknown | -",
    ),
    case(
        "data-access",
        "ERROR:  HTTP 403. Permission denied. Check bucket or provided credentials as they may no longer be valid.\nHINT:  Check your arguments and try again.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "data-access",
        "Reason: S3 HeadObject of 's3://acme-gg/app.zip' failed\nFailed to download artifact name: 's3://acme-gg/app.zip' for component com.acme.app-1.0.0, reason: S3 HeadObject returns 403 Access Denied.",
        "- | ~s3:GetObject | s3://acme-gg/app.zip | - | unknown | -",
    ),
    case(
        "device-message",
        "2026-11-03T10:00:00.123Z {\"logLevel\": \"ERROR\", \"status\": \"Failure\", \"eventType\": \"Subscribe\", \"protocol\": \"MQTT\", \"topicName\": \"acme/1/cmd\", \"reason\": \"AUTHORIZATION_FAILURE\"}",
        "- | ~iot:Subscribe | - | - | unknown | -",
    ),
    case(
        "device-message",
        "{\n  \"eventType\": \"Publish-In\",\n  \"clientId\": \"1\",\n  \"reason\":\n    \"AUTHORIZATION_FAILURE\"\n}",
        "- | ~iot:Publish | - | - | unknown | -",
    ),
    case(
        "device-message",
        "{\\\"eventType\\\":\\\"Connect\\\",\\\"protocol\\\":\\\"MQTT\\\",\\\"clientId\\\":\\\"1\\\",\\\"reason\\\":\\\"AUTHORIZATION_FAILURE\\\"}",
        "- | ~iot:Connect | - | - | unknown | -",
    ),
    case(
        "event-table",
        "eventtime\teventsource\teventname\terrorcode\terrormessage\tuseridentity_arn\n2026-11-03T10:00:00Z\tkms.amazonaws.com\tDecrypt\tAccessDenied\t\tarn:aws:sts::604718392055:assumed-role/app/i-0a",
        "arn:aws:sts::604718392055:assumed-role/app/i-0a | ~kms:Decrypt | - | - | unknown | Decrypt",
    ),
    case(
        "event-table",
        "Event ID,Event time,User name,Event name,Event source,Resource type,Resource name,Error code\n9f0c,\"November 03, 2026, 10:00:00 (UTC+01:00)\",ann,PutBucketPolicy,s3.amazonaws.com,AWS::S3::Bucket,acme-logs,AccessDenied\n9f0d,\"November 03, 2026, 10:00:01 (UTC+01:00)\",ann,ListBuckets,s3.amazonaws.com,,,",
        "ann | ~s3:PutBucketPolicy | acme-logs | - | unknown | PutBucketPolicy",
    ),
    case(
        "event-table",
        "| eventSource | eventName | errorCode |\n|---|---|---|\n| ec2.amazonaws.com | RunInstances | Client.UnauthorizedOperation |\n| ec2.amazonaws.com | DescribeInstances | Client.RequestLimitExceeded |",
        "- | ~ec2:RunInstances | - | - | unknown | RunInstances",
    ),
    case(
        "kafka-access",
        "kafka server: SASL Authentication failed:\n[0f21b38a-0c1d-4bb8-9d5a-1b1127502cad]: Access denied",
        "- | ~kafka-cluster:Connect | - | - | unknown | -",
    ),
    case(
        "kafka-access",
        "bootstrap.servers = [b-1.acme.x1.c2.kafka.eu-west-1.amazonaws.com:9098]\norg.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]",
        "- | - | - | - | unknown | -",
    ),
    case(
        "kafka-access",
        "LastProcessingResult: PROBLEM: Cluster failed to authorize Lambda.",
        "- | - | - | - | unknown | -",
    ),
    case(
        "named-permission",
        "Insufficient permissions\nThe provided role does not have the elasticbeanstalk:DescribeEvents\npermission",
        "- | elasticbeanstalk:DescribeEvents | - | - | unknown | -",
    ),
    case(
        "named-permission",
        "Error: role arn:aws:iam::604718392055:role/export does not have s3:PutObject permission on resource: arn:aws:s3:::acme-out/*",
        "arn:aws:iam::604718392055:role/export | s3:PutObject | arn:aws:s3:::acme-out/* | - | unknown | -",
    ),
    case(
        "named-permission",
        "Execution role is missing secretsmanager:GetSecretValue permission.",
        "- | secretsmanager:GetSecretValue | - | - | unknown | -",
    ),
    case(
        "missing-permissions",
        "The IAM role arn:aws:iam::604718392055:role/export isn't authorized to call s3:PutObject on the S3 bucket acme-out",
        "arn:aws:iam::604718392055:role/export | s3:PutObject | - | - | unknown | -",
    ),
    case(
        "package-repository",
        "Looking in indexes: https://aws:****@acme-604718392055.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/simple/\nWARNING: 403 Client Error: Forbidden for url: https://acme-604718392055.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/simple/acme-utils/\nERROR: No matching distribution found for acme-utils",
        "- | ~codeartifact:ReadFromRepository | arn:aws:codeartifact:eu-west-1:604718392055:repository/acme/internal | - | unknown | -",
    ),
    case(
        "package-repository",
        "ERROR    HTTPError: 403 Forbidden from https://acme-604718392055.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/\n         Forbidden",
        "- | ~codeartifact:PublishPackageVersion | - | - | unknown | -",
    ),
    case(
        "package-repository",
        "> Could not PUT 'https://acme-604718392055.d.codeartifact.eu-west-1.amazonaws.com/maven/internal/com/acme/a/1/a-1.jar'. Received status code 403 from server: Forbidden",
        "- | ~codeartifact:PublishPackageVersion | - | - | unknown | -",
    ),
    case(
        "bucket-delivery",
        "Could not access model data at s3://acme-models/m.tar.gz. Please ensure that the role \"arn:aws:iam::604718392055:role/models\" exists and that its trust relationship policy allows the action \"sts:AssumeRole\" for the service principal \"sagemaker.amazonaws.com\". Also ensure that the role has \"s3:GetObject\" permissions",
        "arn:aws:iam::604718392055:role/models | ~s3:GetObject | s3://acme-models/m.tar.gz | - | unknown | -",
    ),
    case(
        "bucket-delivery",
        "The service role or action role doesn't have the permissions required to access the Amazon S3 bucket named acme-artifacts. Update the IAM role permissions, and then try again. Error: Amazon S3:AccessDenied:Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: A; S3 Extended Request ID: B; Proxy: null)",
        "- | - | acme-artifacts | - | unknown | -",
    ),
];

#[test]
fn every_case_reads_as_written() {
    for case in CASES {
        check(case.text, case.reads);
    }
}

#[test]
fn every_form_has_three_cases_and_one_is_wrapped() {
    for form in forms::all() {
        let cases: Vec<&Case> = CASES.iter().filter(|case| case.form == form.id()).collect();
        assert!(cases.len() >= 3, "{} has {} cases", form.id(), cases.len());
        assert!(
            cases.iter().any(|case| case.text.contains('\n')),
            "{} has no wrapped case",
            form.id()
        );
        for case in cases {
            assert!(
                readers(case.text).contains(&form.id()),
                "{} does not read\n{}",
                form.id(),
                case.text
            );
        }
        for example in form.examples() {
            assert!(
                readers(example).contains(&form.id()),
                "{} does not read its example\n{example}",
                form.id()
            );
            assert!(!read(example).denials.is_empty(), "{example}");
        }
        assert!(form.source().starts_with("https://"));
    }
}

#[test]
fn registries_are_alphabetical() {
    for registry in [FORMS, LATE_FORMS] {
        let forms: Vec<&str> = registry.iter().map(|form| form.id()).collect();
        assert!(forms.is_sorted(), "{forms:?}");
    }
    let late: Vec<&str> = decoys::LATE_DECOYS.iter().map(|decoy| decoy.id()).collect();
    assert!(late.is_sorted(), "{late:?}");
    let ids: std::collections::BTreeSet<&str> = decoys::all().map(|decoy| decoy.id()).collect();
    assert_eq!(ids.len(), decoys::all().count());
    for form in forms::all() {
        assert!(
            form.anchors()
                .iter()
                .all(|anchor| anchor.len() >= 8 && !anchor.contains([' ', '"', '\'', '*'])),
            "{}",
            form.id()
        );
    }
}

#[test]
fn every_decoy_is_named_and_is_no_denial() {
    for decoy in decoys::all() {
        assert!(!decoy.examples().is_empty());
        for example in decoy.examples() {
            let reading = read(example);
            assert!(reading.denials.is_empty(), "{example}\n{}", shown(&reading));
            assert!(
                reading.decoys.iter().any(|seen| seen.kind == decoy.id()),
                "{} does not see\n{example}",
                decoy.id()
            );
        }
    }
}

#[test]
fn a_role_is_read_behind_its_words() {
    check(
        "Execution failed due to configuration error: API Gateway does not have permission to assume the provided role arn:aws:iam::604718392055:role/orders",
        "API Gateway | ~sts:AssumeRole | arn:aws:iam::604718392055:role/orders | - | unknown | -",
    );
}

#[test]
fn another_system_beside_a_call_hides_nothing() {
    check(
        "mkdir: cannot create directory '/cache': Permission denied\n./deploy.sh: Permission denied\nError from server (Forbidden): pods is forbidden: User \"ann\" cannot list resource \"pods\"\nupload failed: ./a to s3://acme/a An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
        "- | - | - | - | unknown | PutObject",
    );
}

#[test]
fn prose_is_no_denial() {
    for text in [
        "User: ann\nAction: deploy the app\nContext: no policy was looked at",
        "mount.nfs4: access denied by server while mounting nas01.example.com:/export",
        "The printer is not configured properly. Listing bucket=none.",
        "Variance equality cannot be assumed by default; the user can choose.",
        "The CD role is scoped to main and cannot be assumed by PRs or human users.",
        "Applications unable to assume roles, such as plugins, need users.",
        "Only readers with access may see this; access denied pages are logged.",
        "`with an explicit deny in a service control policy` means that the SCP must change.",
        "The handler returns 403 Forbidden when the session is missing.",
        "info(\"Warning: Unable to assume uid=%u\", uid);",
        "fmt.Errorf(\"unable to assume role with error: %w\", err)",
        "If the role does not have the s3:GetObject permission, the job fails.",
        "Users who don't have kms:Decrypt access see an empty page.",
        "Check whether the node role is missing the ecr:BatchGetImage permission.",
        "WARNING: 401 Error, Credentials not correct for https://acme-604718392055.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/simple/pip/",
        "HTTP response error code: 403 from https://hooks.example.com/x",
        "Data download failed: the Forbidden Island data set is gone",
        "error parsing HTTP 403 response body: unexpected end of JSON input",
    ] {
        let reading = read(text);
        assert!(reading.denials.is_empty(), "{text}\n{}", shown(&reading));
    }
}

#[test]
fn more_decoys() {
    for text in [
        "An error occurred (ExpiredTokenException) when calling the ListBuckets operation: The security token included in the request is expired",
        "api error RequestExpired: Request has expired.",
        "Error: Credentials could not be loaded, please check your action inputs: Could not load credentials from any providers",
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
        "Error from server (Forbidden): secrets is forbidden: User \"system:serviceaccount:ci:x\" cannot list resource \"secrets\"",
        "denied: requested access to the resource is denied",
        "PG::InsufficientPrivilege: ERROR: permission denied for table users",
        "no permissions for [indices:admin/create] and User [name=arn:aws:iam::111122223333:role/x, backend_roles=[]]",
        "AccessDeniedException: Access to Anthropic models is not allowed for this account.",
        "{\"message\":\"Forbidden\"}",
        "{\"error\":\"User is not authorized to access this resource with an explicit deny in an identity-based policy\"}",
        "bootstrap.servers = [b-1.acme.x1.c2.kafka.eu-west-1.amazonaws.com:9096]\norg.apache.kafka.common.errors.GroupAuthorizationException: Not authorized to access group: a",
        "denied: Permission \"artifactregistry.repositories.uploadArtifacts\" denied on resource \"projects/acme/locations/europe-west1/repositories/api\" (or it may not exist)",
        "Your current user or role does not have access to Kubernetes objects on this EKS cluster.",
        "System.UnauthorizedAccessException: Access to the path '/app/logs' is denied.",
    ] {
        let reading = read(text);
        assert!(reading.denials.is_empty(), "{text}\n{}", shown(&reading));
        assert!(!reading.decoys.is_empty(), "{text}");
    }
}

#[test]
fn the_seed_story_names_the_missing_permission() {
    let text = "An error occurred (AccessDeniedException) when calling the AssumeRole operation:\nUser: arn:aws:sts::123456789012:assumed-role/CodeBuildServiceRole/session\nis not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/TargetDeployRole\nwith an explicit deny or missing permission: sts:TagSession\n";
    check(
        text,
        "arn:aws:sts::123456789012:assumed-role/CodeBuildServiceRole/session | sts:AssumeRole | arn:aws:iam::123456789012:role/TargetDeployRole | - | unknown | AssumeRole",
    );
    let reading = read(text);
    let denial = &reading.denials[0];
    assert_eq!(denial.missing_permissions, ["sts:TagSession"]);
    let said = denial.span.text(text);
    assert!(
        said.starts_with("arn:aws:sts") && said.ends_with("sts:TagSession"),
        "{said}"
    );
}

#[test]
fn wrappers_come_off() {
    let reads = "arn:aws:sts::111122223333:assumed-role/deploy/run | ecs:UpdateService | arn:aws:ecs:eu-west-1:111122223333:service/shop/web | identity | implicit | -";
    for text in [
        // Terraform's box, with colours.
        "\u{1b}[31m╷\u{1b}[0m\n\u{1b}[31m│\u{1b}[0m Error: updating service: User: arn:aws:sts::111122223333:assumed-role/deploy/run is not\n\u{1b}[31m│\u{1b}[0m authorized to perform: ecs:UpdateService on resource:\n\u{1b}[31m│\u{1b}[0m arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based policy allows the\n\u{1b}[31m│\u{1b}[0m ecs:UpdateService action\n\u{1b}[31m╵\u{1b}[0m",
        // Colours that lost their escape character.
        "[31mUser: arn:aws:sts::111122223333:assumed-role/deploy/run is not authorized to perform: [1mecs:UpdateService[0m on resource: arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based policy allows the ecs:UpdateService action[0m",
        // GitHub Actions, a timestamp inside the message.
        "2026-09-14T08:21:00.1234567Z ##[error]User: arn:aws:sts::111122223333:assumed-role/deploy/run is not 2026-09-14T08:21:01.1234567Z ##[error]authorized to perform: ecs:UpdateService\n2026-09-14T08:21:01.1234567Z on resource: arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based policy allows the ecs:UpdateService action",
        // JSON in JSON.
        r#"{"body":"{\"message\":\"User: arn:aws:sts::111122223333:assumed-role/deploy/run is not authorized to perform: ecs:UpdateService on resource: \\\"arn:aws:ecs:eu-west-1:111122223333:service/shop/web\\\" because no identity-based policy allows the ecs:UpdateService action\"}"}"#,
        // HTML, twice.
        "&lt;pre&gt;User: arn:aws:sts::111122223333:assumed-role/deploy/run is not authorized to perform: ecs:UpdateService on resource: &amp;quot;arn:aws:ecs:eu-west-1:111122223333:service/shop/web&amp;quot; because no identity-based policy allows the ecs:UpdateService action&lt;/pre&gt;",
        // Python 2.
        "{u'Message': u'User: arn:aws:sts::111122223333:assumed-role/deploy/run is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based policy allows the ecs:UpdateService action'}",
        // Literals in source code.
        "    \"User: arn:aws:sts::111122223333:assumed-role/\" +\n    \"deploy/run is not authorized to perform: \" +\n    \"ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:111122223333:\" +\n    \"service/shop/web because no identity-based policy allows the ecs:UpdateService action\"",
        // Comments, quotes, bars.
        " * User: arn:aws:sts::111122223333:assumed-role/deploy/run is not\n * authorized to perform: ecs:UpdateService on resource:\n * arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based\n * policy allows the ecs:UpdateService action",
        "> User: arn:aws:sts::111122223333:assumed-role/deploy/run\u{a0}is not authorized to perform:\u{a0}ecs:UpdateService\n> on resource: arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based policy allows the ecs:UpdateService action",
        "deploy-1  | User: arn:aws:sts::111122223333:assumed-role/deploy/run is not authorized to perform:\ndeploy-1  | ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:111122223333:service/shop/web because no identity-based policy\ndeploy-1  | allows the ecs:UpdateService action",
    ] {
        check(text, reads);
    }
}

#[test]
fn what_is_elided_is_unknown_and_masks_stay() {
    check(
        "AccessDeniedException: User: [...] is not authorized to perform: lambda:CreateFunction [...] with an explicit deny in an identity-based policy",
        "- | lambda:CreateFunction | - | identity | explicit | -",
    );
    check(
        "User: ... is not authorized to perform: s3:GetObject on resource: \"...\" with an explicit deny",
        "- | s3:GetObject | - | - | explicit | -",
    );
    check(
        "User: *** is not authorized to perform: iam:PassRole on resource: ***",
        "*** | iam:PassRole | *** | - | unknown | -",
    );
    check(
        "User: arn:aws:sts::***:assumed-role/*** is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:***:service/*** because no identity-based policy allows the ecs:UpdateService action",
        "arn:aws:sts::***:assumed-role/*** | ecs:UpdateService | arn:aws:ecs:us-east-1:***:service/*** | identity | implicit | -",
    );
    check(
        "**User: arn:aws:iam::*****:user/**** is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::app/***",
        "arn:aws:iam::*****:user/**** | s3:PutObject | arn:aws:s3:::app/* | - | unknown | -",
    );
    check(
        "User: <IAM user> is not authorized to perform: iam:PassRole on resource: <the role>",
        "<IAM user> | iam:PassRole | <the role> | - | unknown | -",
    );
    check(
        "User: arn:aws:iam::11 :user/a is not authorized to perform: sns:Publish on resource: arn:aws:sns:eu-west-1:11 :t",
        "arn:aws:iam::11 :user/a | sns:Publish | arn:aws:sns:eu-west-1:11 :t | - | unknown | -",
    );
    check(
        "User: ann is not authorized to perform: ec2:RunInstances on resource: * because no identity",
        "ann | ec2:RunInstances | * | identity | implicit | -",
    );
    check(
        "fails with \"is not authorized to perform: ecr:GetAuthorizationToken on resource: *\"",
        "- | ecr:GetAuthorizationToken | * | - | unknown | -",
    );
}

/// Texts whose wraps are anybody's guess: a name of two words that begin with capitals, a sentence that is itself cut off.
#[test]
fn wordings_that_are_read_whole() {
    check(
        "`errorMessage`: *not authorized to perform: iam:CreateUser on resource: arn:aws:iam::<ACCOUNT_ID>:user/eve*",
        "- | iam:CreateUser | arn:aws:iam::<ACCOUNT_ID>:user/eve | - | unknown | -",
    );
    check(
        "| `AccessDenied: User [function ARN] is not authorized to perform: sts:AssumeRole on resource: [role ARN]` | the trust policy |",
        "[function ARN] | sts:AssumeRole | [role ARN] | - | unknown | -",
    );
    check(
        "the alarm's history says \"CloudWatch Alarms is not authorized to perform: SNS:Publish\"",
        "CloudWatch Alarms | SNS:Publish | - | - | unknown | -",
    );
    check(
        "ValidationException: Make sure you have given CloudWatch Logs permission to assume the provided role.",
        "CloudWatch Logs | ~sts:AssumeRole | - | - | unknown | -",
    );
    check(
        "Account 111122223333 should have 'StackSetExecutionRole' role with trust relationship to CloudFormation service.",
        "CloudFormation | ~sts:AssumeRole | StackSetExecutionRole | - | unknown | -",
    );
    check(
        "[ERROR] AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized t",
        "arn:aws:sts::111122223333:assumed-role/app/s | - | - | - | unknown | -",
    );
}

/// IAM names its own things in words, and Glue's jobs have blanks in their names.
#[test]
fn names_of_more_than_one_word() {
    for (said, resource) in [
        (
            "role deploy\n\tstatus code: 403, request id: 1",
            "role deploy",
        ),
        ("role deploy", "role deploy"),
        (
            "instance profile web (Service: Iam, Status Code: 403)",
            "instance profile web",
        ),
        ("user ****", "user ****"),
    ] {
        check(
            &format!(
                "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: iam:GetRole on resource: {said}"
            ),
            &format!(
                "arn:aws:iam::111122223333:user/ann | iam:GetRole | {resource} | - | unknown | -"
            ),
        );
    }
    check(
        "User: arn:aws:sts::111122223333:assumed-role/mwaa/airflow is not authorized to perform: glue:GetJobRuns on resource: arn:aws:glue:eu-west-2:111122223333:job/Copy parking landing zone to raw because no identity-based policy allows the glue:GetJobRuns action",
        "arn:aws:sts::111122223333:assumed-role/mwaa/airflow | glue:GetJobRuns | arn:aws:glue:eu-west-2:111122223333:job/Copy parking landing zone to raw | identity | implicit | -",
    );
}

#[test]
fn an_image_that_the_kubelet_resolves_tells_its_repository() {
    check(
        "failed to pull and unpack image \"111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1\": failed to resolve reference \"111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1\": unexpected status from HEAD request to https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/app/manifests/1: 403 Forbidden",
        "- | ~ecr:BatchGetImage | arn:aws:ecr:eu-west-1:111122223333:repository/app | - | unknown | -",
    );
}

#[test]
fn an_encoded_message_that_is_left_out_is_none() {
    let reading = read(
        "UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: \n\tstatus code: 403, request id: 1",
    );
    assert_eq!(reading.denials.len(), 1);
    assert!(
        reading
            .denials
            .iter()
            .all(|denial| denial.encoded_message.is_none())
    );
}

#[test]
fn equal_denials_count_once_and_different_ones_each() {
    let one = "AccessDenied: User: arn:aws:iam::111122223333:user/ann is not authorized to perform: iam:GetRole on resource: role deploy\n";
    assert_eq!(read(&one.repeat(12)).denials.len(), 1);
    check(
        "An error occurred (403) when calling the HeadBucket operation: Forbidden\nAn error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied\nUser: arn:aws:iam::111122223333:user/ann is not authorized to perform: iam:GetUser",
        "- | - | - | - | unknown | HeadBucket
         - | - | - | - | unknown | ListBuckets
         arn:aws:iam::111122223333:user/ann | iam:GetUser | - | - | unknown | -",
    );
}

const EVENT: &str = r#"{
  "eventVersion": "1.08",
  "userIdentity": {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::111122223333:assumed-role/app/s",
    "accountId": "111122223333",
    "sessionContext": {
      "attributes": { "mfaAuthenticated": "false" },
      "webIdFederationData": {
        "federatedProvider": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        "attributes": { "sub": "repo:acme/app:ref:refs/heads/main" }
      }
    }
  },
  "eventSource": "s3.amazonaws.com",
  "eventName": "ListObjectsV2",
  "awsRegion": "eu-west-1",
  "sourceIPAddress": "198.51.100.7",
  "errorCode": "AccessDenied",
  "errorMessage": "Access Denied",
  "requestParameters": { "bucketName": "data" },
  "resources": [ { "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::data" } ]
}"#;

#[test]
fn an_event_is_a_denial_with_its_context() {
    let reads = "arn:aws:sts::111122223333:assumed-role/app/s | ~s3:ListBucket | arn:aws:s3:::data | - | unknown | ListObjectsV2";
    check(EVENT, reads);
    let one_line = EVENT.replace('\n', "");
    check(&format!("{{\"Records\":[{one_line}]}}"), reads);
    check(
        &format!(
            "{{\"CloudTrailEvent\":\"{}\"}}",
            one_line.replace('"', "\\\"")
        ),
        reads,
    );
    let reading = read(EVENT);
    let context = |key: &str| {
        reading.denials[0]
            .context
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, values)| values.join(","))
    };
    assert_eq!(context("aws:SourceIp").as_deref(), Some("198.51.100.7"));
    assert_eq!(context("aws:RequestedRegion").as_deref(), Some("eu-west-1"));
    assert_eq!(
        context("aws:MultiFactorAuthPresent").as_deref(),
        Some("false")
    );
    assert_eq!(
        context("token.actions.githubusercontent.com:sub").as_deref(),
        Some("repo:acme/app:ref:refs/heads/main")
    );
    // The sentence in the message says more than the call.
    let told = EVENT.replace(
        "\"Access Denied\"",
        r#""User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::data\" with an explicit deny in a resource-based policy""#,
    );
    check(
        &told,
        "arn:aws:sts::111122223333:assumed-role/app/s | s3:ListBucket | arn:aws:s3:::data | resource | explicit | ListObjectsV2",
    );
    assert!(!read(&told).denials[0].context.is_empty());
    // Allowed calls are no denials.
    check(&EVENT.replace("\"errorCode\": \"AccessDenied\",", ""), "");
}

#[test]
fn a_decoded_message_is_a_denial_with_its_context() {
    let text = r#"{"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[]},"failures":{"items":[]},"context":{"principal":{"id":"AIDA","name":"ann","arn":"arn:aws:iam::111122223333:user/ann"},"action":"ec2:RunInstances","resource":"arn:aws:ec2:eu-west-1:111122223333:instance/*","conditions":{"items":[{"key":"ec2:InstanceType","values":{"items":[{"value":"p4d.24xlarge"}]}}]}}}"#;
    let reads = "arn:aws:iam::111122223333:user/ann | ec2:RunInstances | arn:aws:ec2:eu-west-1:111122223333:instance/* | - | explicit | -";
    check(text, reads);
    check(
        &format!(
            "{{\n    \"DecodedMessage\": \"{}\"\n}}",
            text.replace('"', "\\\"")
        ),
        reads,
    );
    assert_eq!(
        read(text).denials[0].context,
        [(
            "ec2:InstanceType".to_owned(),
            vec!["p4d.24xlarge".to_owned()]
        )]
    );
}

#[test]
fn the_encoded_message_is_kept_for_its_decoder() {
    let encoded = |text: &str| -> Vec<String> {
        let denials = read(text).denials.into_iter();
        denials
            .map(|denial| denial.encoded_message.unwrap_or_default())
            .collect()
    };
    let message = "HZ_v6rHUpVHMSckD0OAc5l3r9HZ-v6rHUpVHMSckD0OAc5l3r9";
    let whole = format!(
        "You are not authorized to perform this operation. Encoded authorization failure message: {message}"
    );
    assert_eq!(encoded(&whole), [message]);
    for width in [60, 80, 100, 120] {
        assert_eq!(encoded(&cut(&whole, width)), [message], "{width}");
    }
    assert_eq!(encoded(&format!("{whole}...")), [format!("{message}...")]);
    assert_eq!(
        encoded("UnauthorizedOperation: You are not authorized to perform this operation."),
        [""]
    );
}

#[test]
fn the_policy_that_aws_names_is_read() {
    let denial = |text: &str| -> Denial { read(text).denials.remove(0) };
    let told = denial(
        "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: ec2:StopInstances with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-exampleorg/service_control_policy/p-example1. Encoded authorization failure message: abc",
    );
    assert_eq!(
        told.policy_arn.as_deref(),
        Some(
            "arn:aws:organizations::444455556666:policy/o-exampleorg/service_control_policy/p-example1"
        )
    );
    let none = denial(
        "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: ec2:StopInstances with an explicit deny in a service control policy",
    );
    assert_eq!(none.policy_arn, None);
}

fn denials(text: &str) -> String {
    shown(&read(text))
}

/// Cases with one sentence on one line; the short ones are too short to be wrapped by anybody.
fn sentences() -> impl Iterator<Item = &'static Case> {
    CASES
        .iter()
        .filter(|case| !case.text.contains('\n') && case.text.len() > 60)
}

#[test]
fn wrapped_at_any_width_the_same_is_read() {
    let mut wrong = Vec::new();
    let mut of = 0;
    for case in sentences() {
        let whole = denials(case.text);
        for width in 40..=120 {
            for (how, text) in [
                ("cut", cut(case.text, width)),
                ("filled", fill(case.text, width)),
            ] {
                of += 1;
                let got = denials(&text);
                if got != whole {
                    wrong.push(format!("{how} at {width}\n{text}\nwant {whole}got  {got}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {of}, the first:\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(8)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n\n")
    );
}

/// What stands below a message that ends with its action or its resource is no rest of it.
#[test]
fn the_next_line_is_no_rest() {
    let sentences = [
        "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        "An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        "User: arn:aws:iam::604718392055:user/ann is not authorized to perform: s3:PutObject",
        "User: arn:aws:iam::604718392055:user/ann is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:604718392055:orders",
        "User: arn:aws:iam::604718392055:user/ann is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::reports",
        "An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:sts::604718392055:assumed-role/ci/build-7 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::596341019084:role/deploy",
    ];
    let below = [
        "section_end:1725531234:step_script\r\u{1b}[0Ksection_start:1725531235:cleanup_file_variables\r\u{1b}[0K\u{1b}[0K\u{1b}[36;1mCleaning up\u{1b}[0;m",
        "[Pipeline] }",
        "[Pipeline] // stage",
        "[Pipeline] End of Pipeline",
        "data \"aws_iam_policy_document\" \"ci\" {",
        "resource \"aws_iam_role_policy\" \"ci\" {",
        "module \"ci\" {",
        "variable \"name\" {",
        "provider \"aws\" {",
        "output \"arn\" {",
        "check \"role\" {",
        "import {",
        "moved {",
        "locals {",
        "main.tf",
        "trust.json",
        "policies/ci.tf",
        "main.tf:",
        "{",
        "[",
        "}",
        "---",
        "$",
        "$ terraform plan",
        "Version: \"2012-10-17\"",
        "AWSTemplateFormatVersion: 2010-09-09",
    ];
    for sentence in sentences {
        let whole = denials(sentence);
        for below in below {
            for end in ["\n", "\r\n"] {
                let text = format!("{sentence}{end}{below}{end}  x{end}");
                assert_eq!(denials(&text), whole, "{text}");
            }
        }
    }
}

/// Every wrapper around every case, then wrappers in wrappers.
#[test]
fn in_any_wrapper_the_same_is_read() {
    let mut wrong = Vec::new();
    let mut of = 0;
    let mut read_again = |name: &str, whole: &str, text: &str| {
        of += 1;
        let got = denials(text);
        if got != whole {
            wrong.push(format!("{name}\n{text}\nwant {whole}got  {got}"));
        }
    };
    let mut choices = Choices::new(4);
    for case in sentences() {
        let whole = denials(case.text);
        for wrapper in wrappers::WRAPPERS {
            let text = (wrapper.wrap)(case.text, &mut choices);
            read_again(wrapper.name, &whole, &text);
        }
        for _ in 0..24 {
            let (text, names) = together(case.text, &mut choices);
            read_again(&names.join(" in "), &whole, &text);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {of}, the first:\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(8)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n\n")
    );
}

/// The lines of a data file: its columns.
fn columns(file: &'static str) -> Vec<Vec<&'static str>> {
    file.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').collect())
        .collect()
}

const OPERATIONS: &str = include_str!("../../data/operations.tsv");
const NAMES: &str = include_str!("../../data/names.tsv");

/// `tables.rs` holds the data files without their sources; `UPDATE=1` writes it anew.
#[test]
fn the_tables_are_those_of_the_data_files() {
    let table = |rows: &[Vec<&str>]| {
        let mut out = String::new();
        let mut group = "";
        for row in rows {
            let [of, name, value, source] = row[..] else {
                panic!("{row:?} has no four columns");
            };
            assert!(
                source.starts_with("https://docs.aws.amazon.com/"),
                "{row:?}"
            );
            if of != group {
                group = of;
                let _ = writeln!(out, "@{of}");
            }
            let value = value.strip_prefix(&format!("{of}:")).unwrap_or(value);
            let _ = writeln!(out, "{name} {value}");
        }
        out
    };
    let mut made = String::from(
        "//! Made from `data/operations.tsv` and `data/names.tsv` by `UPDATE=1 cargo test -p undeny-iam tables`: their columns without the sources.\n\n",
    );
    for (name, says, file) in [
        ("OPERATIONS", "Prefix; operation, action.", OPERATIONS),
        ("NAMES", "Kind; name, value.", NAMES),
    ] {
        let rows = columns(file);
        assert!(rows.is_sorted(), "{name}");
        let _ = write!(
            made,
            "/// {says}\npub(super) const {name}: &str = \"\\\n{}\";\n\n",
            table(&rows)
        );
    }
    let made = made.trim_end().to_owned() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/denial/tables.rs"),
            &made,
        )
        .unwrap();
    }
    assert!(
        made == include_str!("tables.rs") || std::env::var_os("UPDATE").is_some(),
        "tables.rs is not what the data files say: run with UPDATE=1"
    );
}

#[test]
fn the_actions_of_the_tables_exist() {
    let whole =
        crate::service::Catalogue::read(include_bytes!("../../data/services.bin").as_slice())
            .unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for row in columns(OPERATIONS) {
        let (service, operation, action) = (row[0], row[1], row[2]);
        assert!(whole.action(action).is_some(), "{action}");
        if !operation.ends_with('*') {
            assert!(seen.insert(operation), "{operation} twice");
            let named = format!("{service}:{operation}");
            assert!(
                named.eq_ignore_ascii_case(action) || whole.action(&named).is_none(),
                "{named} is an action itself"
            );
        }
    }
    for row in columns(NAMES) {
        if row[0] == "prefix" {
            assert!(
                whole.services().any(|service| service.prefix() == row[2]),
                "{row:?}"
            );
        }
    }
}

#[test]
fn tables_answer() {
    use super::operations::{action, action_of_operation, queue_arn, service_principal};
    for (service, operation, wanted) in [
        ("S3", "ListObjectsV2", "s3:ListBucket"),
        ("s3.amazonaws.com", "HeadObject", "s3:GetObject"),
        (
            "Amazon S3",
            "ListBucketMetricsConfigurations",
            "s3:GetMetricsConfiguration",
        ),
        ("CloudWatch Logs", "CreateLogGroup", "logs:CreateLogGroup"),
        ("AWSLogs", "CreateLogGroup", "logs:CreateLogGroup"),
        ("lambda.amazonaws.com", "Invoke", "lambda:InvokeFunction"),
        (
            "lambda.amazonaws.com",
            "CreateFunction20150331",
            "lambda:CreateFunction",
        ),
        (
            "Secrets Manager",
            "GetSecretValue",
            "secretsmanager:GetSecretValue",
        ),
        ("AWSSecurityTokenService", "AssumeRole", "sts:AssumeRole"),
        (
            "monitoring.amazonaws.com",
            "PutMetricData",
            "cloudwatch:PutMetricData",
        ),
        (
            "Elastic Load Balancing v2",
            "CreateRule",
            "elasticloadbalancing:CreateRule",
        ),
        (
            "Cognito Identity Provider",
            "AdminGetUser",
            "cognito-idp:AdminGetUser",
        ),
        (
            "Bedrock Runtime",
            "ConverseStream",
            "bedrock:InvokeModelWithResponseStream",
        ),
        ("ApiGatewayV2", "CreateApi", "apigateway:POST"),
        ("API Gateway", "UpdateStage", "apigateway:PATCH"),
        ("SFN", "StartExecution", "states:StartExecution"),
        ("execute-api", "Invoke", "execute-api:Invoke"),
    ] {
        assert_eq!(action(service, operation).as_deref(), Some(wanted));
    }
    assert_eq!(
        action_of_operation("ListObjectsV2").as_deref(),
        Some("s3:ListBucket")
    );
    assert_eq!(action_of_operation("DescribeAnything"), None);
    assert_eq!(
        queue_arn("https://sqs.eu-west-1.amazonaws.com/111122223333/jobs").as_deref(),
        Some("arn:aws:sqs:eu-west-1:111122223333:jobs")
    );
    assert_eq!(queue_arn("https://sqs.eu-west-1.amazonaws.com/"), None);
    for (name, principal) in [
        ("AWS Lambda", "lambda.amazonaws.com"),
        ("Amazon ECS", "ecs-tasks.amazonaws.com"),
        ("Step Functions", "states.amazonaws.com"),
        ("EventBridge Scheduler", "scheduler.amazonaws.com"),
    ] {
        assert_eq!(service_principal(name), Some(principal));
    }
}

#[test]
fn hostile_texts_take_linear_time() {
    for text in [
        "not authorized to perform: ".repeat(20_000),
        "User: ".repeat(60_000),
        "{\"errorCode\":\"AccessDenied\",\"eventName\":\"x\",".repeat(8_000),
        "\"errorCode\": \"AccessDenied\",\n".repeat(12_000),
        "<".repeat(300_000),
        "arn:aws:iam::1:role/x\n".repeat(15_000),
        "An error occurred (AccessDenied) when calling the X operation: ".repeat(5_000),
        "Error: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)\n"
            .repeat(4_000),
        "\\".repeat(300_000),
        "&amp;".repeat(60_000),
    ] {
        let start = std::time::Instant::now();
        let _ = read(&text);
        // Debug builds are slow; a quadratic reading would take minutes.
        assert!(
            start.elapsed().as_secs() < 20,
            "{:?} for {:.40}",
            start.elapsed(),
            text
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_panics(text in any::<String>()) {
        let _ = read(&text);
    }

    /// Cases cut up, put together anew and spoilt.
    #[test]
    fn spoilt_cases_never_panic_and_spans_stay_inside(
        pieces in prop::collection::vec((0..CASES.len(), 0_usize..400, 0_usize..400), 1..5),
        noise in prop::collection::vec((0_usize..2000, prop::sample::select(vec!["\n", "\"", "\\", "\\n", "<", ">", "{", "}", "*", "é", "\u{2502}", "\u{1b}[", "&#", "&amp;", "...", "\u{2026}", "arn:", "User:", " ", ":", "\u{1f600}", "\r", "`", "on resource", "because no "])), 0..8),
    ) {
        let mut text = String::new();
        for (number, from, length) in pieces {
            let characters: Vec<char> = CASES[number].text.chars().collect();
            text.extend(characters.iter().skip(from.min(characters.len())).take(length));
            text.push('\n');
        }
        for (at, piece) in noise {
            let at = super::normalise::floor(&text, at);
            text.insert_str(at, piece);
        }
        let reading = read(&text);
        for span in reading.denials.iter().map(|denial| denial.span).chain(reading.decoys.iter().map(|decoy| decoy.span)) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }
}
