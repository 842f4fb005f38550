//! Tables: which IAM action an API operation needs, whose principal a service is, and names that stand for ARNs.
//!
//! An operation `X` of a service mostly needs the action `service:X`; the table lists where the name differs, after the service
//! authorization reference (<https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>)
//! and, for S3, "Required permissions for Amazon S3 API operations".

/// Operations of S3 whose action has another name.
pub const S3_OPERATIONS: &[(&str, &str)] = &[
    ("CompleteMultipartUpload", "s3:PutObject"),
    ("CopyObject", "s3:PutObject"),
    ("CreateMultipartUpload", "s3:PutObject"),
    (
        "DeleteBucketAnalyticsConfiguration",
        "s3:PutAnalyticsConfiguration",
    ),
    ("DeleteBucketCors", "s3:PutBucketCORS"),
    ("DeleteBucketEncryption", "s3:PutEncryptionConfiguration"),
    (
        "DeleteBucketInventoryConfiguration",
        "s3:PutInventoryConfiguration",
    ),
    ("DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
    (
        "DeleteBucketMetricsConfiguration",
        "s3:PutMetricsConfiguration",
    ),
    ("DeleteBucketReplication", "s3:PutReplicationConfiguration"),
    ("DeleteBucketTagging", "s3:PutBucketTagging"),
    ("DeleteObjects", "s3:DeleteObject"),
    ("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    (
        "GetBucketAccelerateConfiguration",
        "s3:GetAccelerateConfiguration",
    ),
    ("GetBucketCors", "s3:GetBucketCORS"),
    ("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    (
        "GetBucketInventoryConfiguration",
        "s3:GetInventoryConfiguration",
    ),
    ("GetBucketLifecycle", "s3:GetLifecycleConfiguration"),
    (
        "GetBucketLifecycleConfiguration",
        "s3:GetLifecycleConfiguration",
    ),
    (
        "GetBucketMetricsConfiguration",
        "s3:GetMetricsConfiguration",
    ),
    (
        "GetBucketNotificationConfiguration",
        "s3:GetBucketNotification",
    ),
    ("GetBucketReplication", "s3:GetReplicationConfiguration"),
    (
        "GetObjectLockConfiguration",
        "s3:GetBucketObjectLockConfiguration",
    ),
    ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("HeadBucket", "s3:ListBucket"),
    ("HeadObject", "s3:GetObject"),
    ("ListBuckets", "s3:ListAllMyBuckets"),
    ("ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("ListObjectVersions", "s3:ListBucketVersions"),
    ("ListObjects", "s3:ListBucket"),
    ("ListObjectsV2", "s3:ListBucket"),
    ("ListParts", "s3:ListMultipartUploadParts"),
    (
        "PutBucketAccelerateConfiguration",
        "s3:PutAccelerateConfiguration",
    ),
    ("PutBucketCors", "s3:PutBucketCORS"),
    ("PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
    (
        "PutBucketLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
    ),
    (
        "PutBucketNotificationConfiguration",
        "s3:PutBucketNotification",
    ),
    ("PutBucketReplication", "s3:PutReplicationConfiguration"),
    (
        "PutObjectLockConfiguration",
        "s3:PutBucketObjectLockConfiguration",
    ),
    ("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("SelectObjectContent", "s3:GetObject"),
    ("UploadPart", "s3:PutObject"),
    ("UploadPartCopy", "s3:PutObject"),
];

/// Operations whose service is known from the name alone, for texts that print no service.
pub const OPERATIONS: &[(&str, &str)] = &[
    ("AssumeRole", "sts:AssumeRole"),
    ("AssumeRoleWithSAML", "sts:AssumeRoleWithSAML"),
    ("AssumeRoleWithWebIdentity", "sts:AssumeRoleWithWebIdentity"),
    ("AssumeRoot", "sts:AssumeRoot"),
    ("BatchGetImage", "ecr:BatchGetImage"),
    ("CreateLogGroup", "logs:CreateLogGroup"),
    ("CreateLogStream", "logs:CreateLogStream"),
    ("CreateNetworkInterface", "ec2:CreateNetworkInterface"),
    (
        "CreateNetworkInterfacePermission",
        "ec2:CreateNetworkInterfacePermission",
    ),
    ("CreateServiceLinkedRole", "iam:CreateServiceLinkedRole"),
    ("Decrypt", "kms:Decrypt"),
    ("DeleteNetworkInterface", "ec2:DeleteNetworkInterface"),
    ("DescribeDhcpOptions", "ec2:DescribeDhcpOptions"),
    ("DescribeInstances", "ec2:DescribeInstances"),
    ("DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces"),
    ("DescribeSecurityGroups", "ec2:DescribeSecurityGroups"),
    ("DescribeSubnets", "ec2:DescribeSubnets"),
    ("DescribeVpcs", "ec2:DescribeVpcs"),
    ("GenerateDataKey", "kms:GenerateDataKey"),
    ("GetAuthorizationToken", "ecr:GetAuthorizationToken"),
    ("GetCallerIdentity", "sts:GetCallerIdentity"),
    ("GetFederationToken", "sts:GetFederationToken"),
    ("GetObject", "s3:GetObject"),
    ("GetSecretValue", "secretsmanager:GetSecretValue"),
    ("GetSessionToken", "sts:GetSessionToken"),
    ("InvokeFunction", "lambda:InvokeFunction"),
    ("InvokeModel", "bedrock:InvokeModel"),
    ("PassRole", "iam:PassRole"),
    ("PutLogEvents", "logs:PutLogEvents"),
    ("PutObject", "s3:PutObject"),
    ("RunInstances", "ec2:RunInstances"),
    ("SetSourceIdentity", "sts:SetSourceIdentity"),
    ("TagSession", "sts:TagSession"),
];

/// Operations of other services whose action has another name, by the service's prefix.
pub const RENAMED_OPERATIONS: &[(&str, &str, &str)] = &[
    ("apigateway", "CreateApi", "apigateway:POST"),
    ("apigateway", "CreateRestApi", "apigateway:POST"),
    ("apigateway", "DeleteRestApi", "apigateway:DELETE"),
    ("apigateway", "GetRestApis", "apigateway:GET"),
    ("bedrock", "Converse", "bedrock:InvokeModel"),
    (
        "bedrock",
        "ConverseStream",
        "bedrock:InvokeModelWithResponseStream",
    ),
    (
        "dynamodb",
        "BatchExecuteStatement",
        "dynamodb:PartiQLSelect",
    ),
    ("dynamodb", "ExecuteStatement", "dynamodb:PartiQLSelect"),
    ("dynamodb", "TransactGetItems", "dynamodb:GetItem"),
    ("dynamodb", "TransactWriteItems", "dynamodb:PutItem"),
    ("lambda", "Invoke", "lambda:InvokeFunction"),
    ("sqs", "DeleteMessageBatch", "sqs:DeleteMessage"),
    ("sqs", "SendMessageBatch", "sqs:SendMessage"),
];

/// Names of services in AWS's messages and event sources, and the prefix of their actions.
pub const SERVICE_PREFIXES: &[(&str, &str)] = &[
    ("amazons3", "s3"),
    ("amazonsns", "sns"),
    ("amazonsqs", "sqs"),
    ("awskms", "kms"),
    ("awslambda", "lambda"),
    ("awssecuritytokenservice", "sts"),
    ("cloudwatchlogs", "logs"),
    ("email", "ses"),
    ("monitoring", "cloudwatch"),
    ("opensearch", "es"),
    ("opensearchservice", "es"),
    ("secretsmanager", "secretsmanager"),
    ("sesv2", "ses"),
    ("sfn", "states"),
    ("tagging", "tag"),
];

/// Services as messages call them, and their principals.
pub const SERVICE_PRINCIPALS: &[(&str, &str)] = &[
    ("API Gateway", "apigateway.amazonaws.com"),
    ("AppSync", "appsync.amazonaws.com"),
    ("Batch", "batch.amazonaws.com"),
    ("CloudFormation", "cloudformation.amazonaws.com"),
    ("CloudTrail", "cloudtrail.amazonaws.com"),
    ("CodeBuild", "codebuild.amazonaws.com"),
    ("CodeDeploy", "codedeploy.amazonaws.com"),
    ("CodePipeline", "codepipeline.amazonaws.com"),
    ("Config", "config.amazonaws.com"),
    ("ECS", "ecs-tasks.amazonaws.com"),
    ("EKS", "eks.amazonaws.com"),
    ("EventBridge", "events.amazonaws.com"),
    ("EventBridge Scheduler", "scheduler.amazonaws.com"),
    ("Firehose", "firehose.amazonaws.com"),
    ("Glue", "glue.amazonaws.com"),
    ("Lambda", "lambda.amazonaws.com"),
    ("Redshift", "redshift.amazonaws.com"),
    ("SageMaker", "sagemaker.amazonaws.com"),
    ("Step Functions", "states.amazonaws.com"),
];

/// The action behind an operation that is printed without its service.
#[must_use]
pub fn action_of_operation(operation: &str) -> Option<String> {
    OPERATIONS
        .iter()
        .find(|(name, _)| *name == operation)
        .or_else(|| S3_OPERATIONS.iter().find(|(name, _)| *name == operation))
        .map(|(_, action)| (*action).to_owned())
}

/// The action behind an operation of `service`: an event source (`s3.amazonaws.com`) or a name (`S3`, `CloudWatch Logs`).
#[must_use]
pub fn action(service: &str, operation: &str) -> Option<String> {
    let prefix = service_prefix(service)?;
    let plain = operation.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let operation = if prefix == "lambda" || prefix == "cloudfront" {
        plain
    } else {
        operation
    };
    if operation.is_empty() || !operation.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if prefix == "s3"
        && let Some((_, action)) = S3_OPERATIONS.iter().find(|(name, _)| *name == operation)
    {
        return Some((*action).to_owned());
    }
    let renamed = RENAMED_OPERATIONS
        .iter()
        .find(|(service, name, _)| *service == prefix && *name == operation);
    Some(match renamed {
        Some((_, _, action)) => (*action).to_owned(),
        None => format!("{prefix}:{operation}"),
    })
}

/// The prefix of a service's actions.
#[must_use]
pub fn service_prefix(service: &str) -> Option<String> {
    let name = service.split('.').next().unwrap_or_default();
    let folded: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect::<String>()
        .to_ascii_lowercase();
    if folded.is_empty() || folded.len() > 40 {
        return None;
    }
    Some(
        SERVICE_PREFIXES
            .iter()
            .find(|(name, _)| *name == folded)
            .map_or(folded.clone(), |(_, prefix)| (*prefix).to_owned()),
    )
}

/// The ARN of the queue behind an SQS URL: `https://sqs.us-east-1.amazonaws.com/111122223333/orders`.
#[must_use]
pub fn queue_arn(url: &str) -> Option<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let (account, queue) = path.split_once('/')?;
    let region = host
        .strip_prefix("sqs.")
        .and_then(|rest| rest.split_once(".amazonaws.com"))
        .or_else(|| {
            host.strip_suffix(".queue.amazonaws.com")
                .map(|region| (region, ""))
        })?;
    let partition = if region.1.starts_with(".cn") {
        "aws-cn"
    } else {
        "aws"
    };
    let queue = queue.trim_end_matches('/');
    (!account.is_empty() && !queue.is_empty())
        .then(|| format!("arn:{partition}:sqs:{}:{account}:{queue}", region.0))
}

/// The principal of a service as a message calls it: `Lambda` is `lambda.amazonaws.com`.
#[must_use]
pub fn service_principal(name: &str) -> Option<&'static str> {
    let name = name
        .trim_start_matches("AWS ")
        .trim_start_matches("Amazon ");
    SERVICE_PRINCIPALS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, principal)| *principal)
}
