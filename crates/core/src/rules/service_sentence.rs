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
/// targets in another account, AWS Organizations outside of its management account.
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
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html>
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
        says: &[".credentials.iot."],
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
];

/// Whether the rule may know this denial: its sentences are not linked here.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    // The call may tell the action where the message does not.
    denial.action.as_deref().is_none_or(|action| {
        denial.principal.is_none()
            && (action.starts_with("sts:") || action.starts_with("organizations:"))
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
