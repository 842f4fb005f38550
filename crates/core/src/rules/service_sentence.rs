use undeny_iam::denial::manual;

use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::{Diagnosis, Remedy};
use crate::report::Question;

/// A service says in a sentence of its own what is wrong, and the sentence has one cause.
///
/// # What it sees
/// Refusals that name no action and of which AWS's pages tell the cause: a one-time code that was not accepted, a call that the root user or
/// temporary credentials cannot make, the roles and instance profiles of EMR, the service roles of CodeDeploy, Firehose and VM Import, a bare
/// `Forbidden` of OpenSearch Serverless, Athena's data on S3, CloudFormation's templates, CloudTrail's keys, devices of AWS IoT, EventBridge's
/// targets in another account, AWS Organizations outside of its management account, topics and groups of MSK, a layer of an image in ECR, data that
/// Aurora, Redshift Spectrum, SageMaker or Unity Catalog do not reach on S3, App Runner's access role, messages of a device of AWS IoT.
///
/// # What it changes
/// Nothing: it says what the service asks for, and by which policy, and asks for what the sentence leaves out.
///
/// # What it never does
/// It never gives the caller a permission for what a service does in the name of its own role.
///
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>,
/// <https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-roles.html>,
/// <https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html>,
/// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html>,
/// <https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html>,
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html>,
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html>,
/// <https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html>,
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>,
/// <https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html>
#[derive(Debug)]
pub(super) struct ServiceSentence;

struct Sentence {
    /// Any of these, in small letters and without blanks.
    says: &'static [&'static str],
    title: &'static str,
    why: &'static str,
    /// What would make it surer; nothing where no policy has a part in it.
    question: Option<&'static str>,
}

const SENTENCES: &[Sentence] = &[
    Sentence {
        says: &["multifactorauthenticationfailed"],
        title: "No policy is wrong: the one-time code of the MFA device was not accepted.",
        why: "The call has a serial number or a one-time code that AWS could not check, and no policy was looked at. A code counts once: wait for \
              the next one. The serial number (`mfa_serial`, `--serial-number`) has to be that of a device of the very user whose keys sign the \
              call, and the device's clock has to be right.",
        question: None,
    },
    Sentence {
        says: &["rolesmaynotbeassumedbyrootaccounts"],
        title: "No policy can allow it: the root user cannot assume a role.",
        why: "The call is signed with the keys of an account's root user, which assumes no role whatever the policies say. Sign it as an IAM user \
              or as another role; the root user is better off without access keys.",
        question: None,
    },
    Sentence {
        says: &[
            "cannotcallgetfederationtokenwithsessioncredentials",
            "cannotcallgetsessiontokenwithsessioncredentials",
        ],
        title: "No policy can allow it: this call is made with a user's long-term keys.",
        why: "`GetSessionToken` and `GetFederationToken` make temporary credentials out of long-term ones, and this call was signed with temporary \
              ones: a role's, or an earlier session's (`AWS_SESSION_TOKEN` is still set). Use those as they are, or assume a role with them; else \
              sign the call with the access keys of an IAM user.",
        question: None,
    },
    Sentence {
        says: &["anonymoususerscannotinitiatemultipartuploads"],
        title: "No policy can allow it: the request carries no credentials.",
        why: "S3 lets nobody begin an upload in parts with an unsigned request, even where the bucket's policy lets everybody write. Sign it \
              (without `--no-sign-request`, with credentials that the client finds), or hand out presigned addresses.",
        question: None,
    },
    Sentence {
        says: &["youdon'thavepermissionstoaccessthisresource"],
        title: "I need to know: in which account of the organisation is the call made?",
        why: "This is how AWS Organizations refuses. Most of its calls are for the management account, or for a member account that is a delegated \
              administrator; in any other account no policy allows them. In the right account the caller's identity policy has to allow the \
              call's action (`organizations:` and the call's name).",
        question: Some(
            "Which account makes the call (`aws sts get-caller-identity`), and which one is the management account (`aws organizations \
             describe-organization`)?",
        ),
    },
    Sentence {
        says: &["usernotenabledforcostexploreraccess"],
        title: "No policy is seen to be wrong: Cost Explorer is not open to this account or to its IAM users and roles.",
        why: "Cost Explorer is enabled once, in the management account, and its data is there a day later. A member account sees it where the \
              management account lets member accounts, and IAM users and roles see it where the root user has activated IAM access to billing. \
              Only then do identity policies decide (`ce:GetCostAndUsage`).",
        question: None,
    },
    Sentence {
        says: &["doesnotexistordoesnothavesufficientpermissions"],
        title: "Compare the service role with what VM Import asks for.",
        why: "VM Import works in the name of this role, which is in the account of the call and is called `vmimport` where the call names no \
              other. Its trust policy lets `vmie.amazonaws.com` assume it, with the external id `vmimport`. Its identity policy allows \
              `s3:GetBucketLocation` and `s3:ListBucket` on the bucket and `s3:GetObject` on the image, for an export `s3:GetBucketAcl` and \
              `s3:PutObject` too, and `ec2:ModifySnapshotAttribute`, `ec2:CopySnapshot`, `ec2:RegisterImage` and `ec2:Describe*`. An encrypted \
              image needs the use of its key besides.",
        question: Some(
            "What do the role's trust policy and its identity policy say, and in which bucket is the image?",
        ),
    },
    Sentence {
        says: &["failedtoauthorizeinstanceprofile"],
        title: "EMR's service role may not use the cluster's instance profile.",
        why: "EMR starts the cluster's instances in the name of its service role (`EMR_DefaultRole` where the cluster names no other). The \
              identity policy of that role has to allow `iam:GetInstanceProfile` on the instance profile, and `iam:PassRole` on the role that is \
              in it, handed over to `ec2.amazonaws.com`.",
        question: Some(
            "What does the identity policy of the service role say, and which role is in the instance profile (`aws iam get-instance-profile`)?",
        ),
    },
    Sentence {
        says: &["hasinsufficientec2permissions"],
        title: "EMR's service role lacks permissions for EC2.",
        why: "EMR makes the cluster in the name of its service role. What that needs is AWS's managed policy `AmazonEMRServicePolicy_v2`; it counts \
              only where the VPC, the subnets and the security groups have the tag `for-use-with-amazon-emr-managed-policies` with the value \
              `true`, and it leaves out `iam:PassRole` on an instance profile's role that is not the default one.",
        question: Some(
            "Which policies does the service role have, and which call of that role does CloudTrail show as denied?",
        ),
    },
    Sentence {
        says: &["invalidinstanceprofile", "defaultroleisinvalid"],
        title: "Check first that EMR's roles exist as they are named.",
        why: "EMR does not find the instance profile (`EMR_EC2_DefaultRole` where the cluster names no other) or the service role \
              (`EMR_DefaultRole`) in this account. `aws emr create-default-roles` makes the default ones. A cluster names the instance profile and \
              not the role in it: a role that was made by hand, by Terraform or in a template needs a profile (`aws_iam_instance_profile`, \
              `AWS::IAM::InstanceProfile`), which takes a moment to be known everywhere. The role in it trusts `ec2.amazonaws.com`, the service \
              role `elasticmapreduce.amazonaws.com`, and the caller may `iam:PassRole` both.",
        question: Some(
            "What do `aws iam get-instance-profile` and `aws iam get-role` print for the two names?",
        ),
    },
    Sentence {
        says: &["doesnotgiveyoupermissiontoperformoperations"],
        title: "CodeDeploy's service role lacks permissions for the service that the message names.",
        why: "CodeDeploy calls that service in the name of this role, so the caller's own policy has no part in it. What the role needs is AWS's \
              managed policy for the platform: `AWSCodeDeployRole` for EC2 and on-premises, `AWSCodeDeployRoleForECS`, \
              `AWSCodeDeployRoleForLambda`. An Auto Scaling group with a launch template needs three more in the role: `ec2:RunInstances`, \
              `ec2:CreateTags`, and `iam:PassRole` on the instances' role.",
        question: Some(
            "Which policies does the role have, and which call of that role does CloudTrail show as denied?",
        ),
    },
    Sentence {
        says: &["accesswasdeniedwhencallingglue"],
        title: "The role of the format conversion may not read the table's schema.",
        why: "Firehose reads the schema in the name of the role that the conversion's schema configuration names. The identity policy of that role \
              has to allow `glue:GetTable`, `glue:GetTableVersion` and `glue:GetTableVersions` on the catalog, the database and the table. Where \
              the table is registered in Lake Formation, the role needs a grant there too.",
        question: Some(
            "Which table of which database is it, and what does the identity policy of that role say?",
        ),
    },
    Sentence {
        says: &["policyallowsaccesstothelambdafunction"],
        title: "The stream's role may not call the function that transforms its records.",
        why: "Firehose calls the function in the name of the stream's role, so the function's own policy needs nothing. The identity policy of that \
              role has to allow `lambda:InvokeFunction` and `lambda:GetFunctionConfiguration` on the function, with the version or alias that the \
              stream names.",
        question: Some(
            "What is the function's ARN as the stream names it, and what does the identity policy of the stream's role say?",
        ),
    },
    Sentence {
        says: &[".aoss.amazonaws.com", "[security_exception]403forbidden"],
        title: "OpenSearch Serverless asks two policies, and at least one of them does not let the caller in.",
        why: "The caller's identity policy has to allow `aoss:APIAccessAll` on the collection (its ARN ends in `collection/ID`), and a data access \
              policy of OpenSearch Serverless, which is none of IAM's, has to name the caller's role with what it does on the index \
              (`aoss:CreateIndex`, `aoss:ReadDocument`, `aoss:WriteDocument`, ...). Besides, the request has to be signed for the service `aoss` \
              and not `es`, and the collection's network policy has to let its source in. The bare refusal does not say which of them it was.",
        question: Some(
            "What does the identity policy of the caller say, and what does `aws opensearchserverless get-access-policy --type data` print?",
        ),
    },
    Sentence {
        says: &["s3error:accessdenied"],
        title: "CloudFormation may not read a template on S3, or it is not there.",
        why: "CloudFormation fetches a template (`TemplateURL`, a nested stack's too) in the name of whoever makes the stack, or of the stack's role \
              where it has one. That identity policy has to allow `s3:GetObject` on the template; a bucket of another account has to allow it too, \
              and an encrypted one needs `kms:Decrypt` on its key. S3 says the same of an object that is not there to whoever may not \
              `s3:ListBucket`: look at the address first.",
        question: Some(
            "Which address does the stack name for the template, and what does the identity policy of the stack's role or of the caller say?",
        ),
    },
    Sentence {
        says: &["insufficientpermissionstoaccesss3bucket"],
        title: "CloudTrail may not use the bucket or the key in its own name.",
        why: "CloudTrail writes in the name of `cloudtrail.amazonaws.com`, so no identity policy has a say. The bucket's policy has to allow that \
              service `s3:GetBucketAcl` on the bucket and `s3:PutObject` below `AWSLogs/ACCOUNT/`, and the key's policy `kms:GenerateDataKey*` and \
              `kms:DescribeKey`, on the condition of the trail's ARN (`aws:SourceArn`, `kms:EncryptionContext:aws:cloudtrail:arn`). Bucket and key \
              are in the same region.",
        question: Some("What do the policies of the bucket and of the key say?"),
    },
    Sentence {
        says: &[".credentials.iot.", "tesrespondedwithstatuscode:403"],
        title: "AWS IoT does not give the device the role's credentials.",
        why: "A device gets credentials through a role alias. The policy that is attached to its certificate, which is one of AWS IoT's, has to \
              allow `iot:AssumeRoleWithCertificate` on the role alias (`arn:aws:iot:REGION:ACCOUNT:rolealias/NAME`); the certificate has to be \
              active, and the header `x-amzn-iot-thingname` to name a thing that has it. The role's trust policy lets \
              `credentials.iot.amazonaws.com` assume it.",
        question: Some(
            "What does the policy of the device's certificate say (`aws iot list-attached-policies`), and what does the role's trust policy say?",
        ),
    },
    Sentence {
        says: &["permissiondeniedons3path"],
        title: "Whoever runs the query may not read the table's data on S3.",
        why: "Athena reads the data in the name of whoever runs the query. The identity policy has to allow `s3:GetObject` on the objects below the \
              path that the message names and `s3:ListBucket` on its bucket; a bucket of another account has to allow it too, and encrypted data \
              needs `kms:Decrypt` on its key. Where the path is registered in Lake Formation, the caller needs `lakeformation:GetDataAccess` and a \
              grant there in place of that.",
        question: Some("What does the identity policy of whoever runs the query say?"),
    },
    Sentence {
        says: &["lackofpermissionstoinvokecrossaccounttarget"],
        title: "Both accounts have to let EventBridge send to the target.",
        why: "The rule's target is in another account. The policy of the target (of an event bus, for `events:PutEvents`) has to let the rule's \
              account or role in, and the rule's target has to name a role that may call it, which trusts `events.amazonaws.com`.",
        question: Some(
            "What does the target's policy say (`aws events describe-event-bus` in its account), and which role does the rule's target name (`aws \
             events list-targets-by-rule`)?",
        ),
    },
    Sentence {
        says: &["clusterfailedtoauthorizelambda"],
        title: "The function's role may not read the topic, or the cluster's own lists do not let it.",
        why: "Lambda reads the topic in the name of the function's role. Where the cluster is one of MSK and signs in with IAM, the identity policy \
              of that role has to allow `kafka-cluster:Connect`, `kafka-cluster:DescribeGroup`, `kafka-cluster:AlterGroup`, \
              `kafka-cluster:DescribeTopic`, `kafka-cluster:ReadData` and `kafka-cluster:DescribeClusterDynamicConfiguration`, on the cluster, \
              the topic and the consumer group. With SASL/SCRAM or TLS, Kafka's own access control lists decide, and no policy does.",
        question: Some(
            "How does the function sign in to the cluster, and what does the identity policy of its role say?",
        ),
    },
    Sentence {
        says: &[
            "clusterauthorizationexception",
            "groupauthorizationexception",
            "topicauthorizationexception",
            "transactionalidauthorizationexception",
        ],
        title: "The client may sign in to the MSK cluster, and may not use what the message names.",
        why: "With IAM access control the identity policy of whoever signs in decides, by the actions of `kafka-cluster`. A topic needs \
              `DescribeTopic`, with `ReadData` to consume it and `WriteData` to produce to it (`CreateTopic` where it does not exist yet); a consumer \
              group `DescribeGroup` and `AlterGroup`; a transactional id `DescribeTransactionalId` and `AlterTransactionalId`; the cluster itself \
              `WriteDataIdempotently` for a producer that is idempotent, as new clients are. Their ARNs differ: \
              `arn:aws:kafka:REGION:ACCOUNT:topic/CLUSTER/ID/NAME`, `group/CLUSTER/ID/NAME`, `cluster/CLUSTER/ID`.",
        question: Some(
            "What does the identity policy of the client say, and does it produce to the topic or consume it?",
        ),
    },
    Sentence {
        says: &[
            "parsinghttp403responsebody",
            "/blobs/sha256:",
            "/blobs/uploads/",
        ],
        title: "ECR refused a layer of the image, and the message does not say which call that was.",
        why: "A push needs `ecr:BatchCheckLayerAvailability`, `ecr:InitiateLayerUpload`, `ecr:UploadLayerPart`, `ecr:CompleteLayerUpload` and \
              `ecr:PutImage` on the repository, a pull `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`; a push of an image that is known in \
              part needs both. The login alone (`ecr:GetAuthorizationToken`) gives none of them. For a repository of another account its own \
              policy has to allow them too; in a VPC the endpoints' policies, with that of S3 for the layers.",
        question: Some(
            "What does the identity policy of whoever pushes or pulls say, and is the repository in the same account?",
        ),
    },
    Sentence {
        says: &[
            "http403.permissiondenied.checkbucket",
            "amazons3clientreturned",
            "s3apireturnederror:accessdenied",
        ],
        title: "The role that is attached to the database may not use the object on S3.",
        why: "RDS and Aurora read and write S3 in the name of a role that is attached to the database (`aws rds add-role-to-db-cluster`, \
              `add-role-to-db-instance`; for PostgreSQL with the feature `s3Import` or `s3Export`). Its identity policy has to allow `s3:GetObject` \
              on the objects and `s3:ListBucket` on the bucket for an import, `s3:PutObject` and `s3:AbortMultipartUpload` for an export; a \
              bucket's own policy and an encrypted object's key come beside that.",
        question: Some(
            "Which role is attached to the database, what does its identity policy say, and which object is meant?",
        ),
    },
    Sentence {
        says: &["spectrumscanerror"],
        title: "The role of the external schema may not read the table's data on S3.",
        why: "Redshift Spectrum reads in the name of the role that the external schema names. Its identity policy has to allow `s3:GetObject` on the \
              objects and `s3:ListBucket` on the bucket, and `kms:Decrypt` where they are encrypted with a key of KMS; a bucket of another account \
              has to allow it too.",
        question: Some(
            "What does the identity policy of the schema's role say, and where does the table's data lie?",
        ),
    },
    Sentence {
        says: &["datadownloadfailed:"],
        title: "SageMaker's execution role may not read the data on S3.",
        why: "SageMaker reads the data in the name of the job's execution role. Its identity policy has to allow `s3:GetObject` on the objects and \
              `s3:ListBucket` on the bucket, and `kms:Decrypt` where they are encrypted with a key of KMS; a bucket of another account, and the \
              policy of the VPC's endpoint for S3 where the job runs in one, have to allow it too.",
        question: Some("What does the identity policy of the execution role say?"),
    },
    Sentence {
        says: &["awsiamroledoesnothave"],
        title: "The role of the storage credential may not use the path.",
        why: "Databricks reaches S3 in the name of the role that the storage credential names. Its identity policy has to allow `s3:GetObject`, \
              `s3:ListBucket` and `s3:GetBucketLocation` to read, `s3:PutObject` and `s3:DeleteObject` to write, and its trust policy to let \
              Unity Catalog's role and the role itself assume it, with the credential's external id.",
        question: Some("What do the role's identity policy and its trust policy say?"),
    },
    Sentence {
        says: &["invalidaccessroleinauthenticationconfiguration"],
        title: "App Runner cannot use the access role of the service.",
        why: "App Runner pulls an image from ECR in the name of the service's access role. Its trust policy has to let \
              `build.apprunner.amazonaws.com` assume it (the instance role, which is another, trusts `tasks.apprunner.amazonaws.com`), and its \
              identity policy to allow what AWS's managed policy `AWSAppRunnerServicePolicyForECRAccess` does. A role that was made a moment ago \
              may not be known everywhere yet.",
        question: Some("What do the access role's trust policy and its identity policy say?"),
    },
    Sentence {
        says: &["authorization_failure"],
        title: "The policy of the device's certificate does not allow it.",
        why: "What a device may do is decided by the policies of AWS IoT that are attached to its certificate or thing group, and by no policy of IAM. \
              They have to allow `iot:Connect` on `client/CLIENTID`, `iot:Publish` and `iot:Receive` on `topic/NAME`, and `iot:Subscribe` on \
              `topicfilter/FILTER`: publishing and subscribing have different ARNs, and a variable such as `${iot:Connection.Thing.ThingName}` is \
              filled in only where the thing is attached to the certificate and the client's id is the thing's name. A client that signs in with \
              credentials of AWS (SigV4, Cognito) needs the same in its identity policy.",
        question: Some(
            "What do the policies of the device's certificate say (`aws iot list-attached-policies`)?",
        ),
    },
];

/// Whether the rule may know this denial: its sentences are not linked here.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    // The call may tell the action where the message does not.
    denial.action.as_deref().is_none_or(|action| {
        denial.principal.is_none()
            && ["iot:", "organizations:", "sts:"]
                .iter()
                .any(|service| action.starts_with(service))
    })
}

impl Rule for ServiceSentence {
    fn name(&self) -> &'static str {
        "service-sentence"
    }

    fn summary(&self) -> &'static str {
        manual(
            "A service says in a sentence of its own what is wrong, and the sentence has one cause",
        )
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        // A message and what its wrapper prints around it.
        const AROUND: usize = 300;
        if !concerns(seen) {
            return None;
        }
        // What the caller's own policy lacks is wrong in any account.
        let action = seen.denial.value.action.as_deref().unwrap_or_default();
        if action.starts_with("organizations:") && !seen.case.policies.is_empty() {
            return None;
        }
        let said = seen.squeezed(AROUND, AROUND);
        let sentence = SENTENCES
            .iter()
            .find(|sentence| sentence.says.iter().any(|words| said.contains(words)))?;
        let question = sentence.question.map(|text| Question {
            id: "service-policies".to_owned(),
            text: text.to_owned(),
            why: "the message does not say which permission is missing".to_owned(),
            default: None,
        });
        Some(Found(Diagnosis {
            title: sentence.title.to_owned(),
            explanation: sentence.why.to_owned(),
            labels: vec![(
                seen.denial.input,
                seen.denial.value.span,
                "the service's own words".to_owned(),
            )],
            remedy: if question.is_some() {
                Remedy::Ask { hardened: None }
            } else {
                Remedy::Explain { hardened: None }
            },
            questions: question.into_iter().collect(),
            ..Diagnosis::asking(self.name())
        }))
    }
}
