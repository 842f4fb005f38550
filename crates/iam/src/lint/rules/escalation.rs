//! Ways from one identity's permissions to all of them, and to the account's data and doors.
//!
//! The ways are those that Cloudsplaining and its sources list.
//! Source: <https://github.com/salesforce/cloudsplaining>, <https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/>

use crate::policy::Statement;

use super::prelude::*;

/// A rule that finds one way: every one of the actions, on resources that nothing narrows.
macro_rules! way {
    ($name:ident = $id:literal, $summary:literal, [$($action:literal on $example:literal),+ $(,)?], $attack:literal, bad $bad:literal, good $good:literal) => {
        rule! {
            #[doc = $summary]
            $name = $id, None, Security, $summary,
            bad [statement Identity $bad],
            good [statement Identity $good, statement Boundary $bad],
            |context, found| way(context, &[$(($action, $example)),+], $attack, found)
        }
    };
}

way! {
    AddUserToGroup = "add-user-to-group", "The caller can put itself into any group",
    ["iam:AddUserToGroup" on "arn:aws:iam::111122223333:group/qzx"],
    "whoever takes over this caller joins the administrators' group",
    bad r#"{"Effect": "Allow", "Action": "iam:AddUserToGroup", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:AddUserToGroup", "Resource": "arn:aws:iam::111122223333:group/readers"}"#
}

way! {
    AttachGroupPolicy = "attach-group-policy", "The caller can attach any policy to any group",
    ["iam:AttachGroupPolicy" on "arn:aws:iam::111122223333:group/qzx"],
    "whoever takes over this caller attaches `AdministratorAccess` to its own group",
    bad r#"{"Effect": "Allow", "Action": "iam:AttachGroupPolicy", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:AttachGroupPolicy", "Resource": "*", "Condition": {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::111122223333:policy/team/*"}}}"#
}

way! {
    AttachRolePolicy = "attach-role-policy", "The caller can attach any policy to any role",
    ["iam:AttachRolePolicy" on "arn:aws:iam::111122223333:role/qzx"],
    "whoever takes over this caller attaches `AdministratorAccess` to its own role",
    bad r#"{"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "arn:aws:iam::111122223333:role/*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "arn:aws:iam::111122223333:role/team/*"}"#
}

way! {
    AttachUserPolicy = "attach-user-policy", "The caller can attach any policy to any user",
    ["iam:AttachUserPolicy" on "arn:aws:iam::111122223333:user/qzx"],
    "whoever takes over this caller attaches `AdministratorAccess` to a user of its own",
    bad r#"{"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "arn:aws:iam::111122223333:user/team/*"}"#
}

way! {
    CreateAccessKey = "create-access-key", "The caller can make access keys for any user",
    ["iam:CreateAccessKey" on "arn:aws:iam::111122223333:user/qzx"],
    "whoever takes over this caller makes a key for an administrator and keeps it",
    bad r#"{"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "arn:aws:iam::*:user/${aws:username}"}"#
}

way! {
    CreateLoginProfile = "create-login-profile", "The caller can set a first console password for any user",
    ["iam:CreateLoginProfile" on "arn:aws:iam::111122223333:user/qzx"],
    "whoever takes over this caller signs in to the console as an administrator",
    bad r#"{"Effect": "Allow", "Action": "iam:CreateLoginProfile", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:CreateLoginProfile", "Resource": "arn:aws:iam::*:user/${aws:username}"}"#
}

way! {
    CreatePolicyVersion = "create-policy-version", "The caller can rewrite any managed policy",
    ["iam:CreatePolicyVersion" on "arn:aws:iam::111122223333:policy/qzx"],
    "whoever takes over this caller rewrites a policy that it has to allow everything",
    bad r#"{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "arn:aws:iam::111122223333:policy/team/*"}"#
}

way! {
    PassRoleToCloudformation = "pass-role-to-cloudformation", "The caller can run a CloudFormation stack as any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "cloudformation:CreateStack" on "arn:aws:cloudformation:eu-west-1:111122223333:stack/qzx/1"],
    "whoever takes over this caller has a stack do what it may not do itself",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "cloudformation:CreateStack"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}, {"Effect": "Allow", "Action": "cloudformation:CreateStack", "Resource": "*"}"#
}

way! {
    PassRoleToCodebuild = "pass-role-to-codebuild", "The caller can run a build as any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "codebuild:CreateProject" on "arn:aws:codebuild:eu-west-1:111122223333:project/qzx", "codebuild:StartBuild" on "arn:aws:codebuild:eu-west-1:111122223333:project/qzx"],
    "whoever takes over this caller runs commands with the strongest role that CodeBuild may assume",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": ["codebuild:CreateProject", "codebuild:StartBuild"], "Resource": "*"}"#
}

way! {
    PassRoleToDataPipeline = "pass-role-to-data-pipeline", "The caller can run a data pipeline as any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "datapipeline:CreatePipeline" on "*", "datapipeline:PutPipelineDefinition" on "*"],
    "whoever takes over this caller runs commands with the strongest role that Data Pipeline may assume",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"], "Resource": "*"}"#
}

way! {
    PassRoleToEc2 = "pass-role-to-ec2", "The caller can start a machine with any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "ec2:RunInstances" on "arn:aws:ec2:eu-west-1:111122223333:instance/qzx"],
    "whoever takes over this caller starts a machine with an administrator's role and reads its credentials there",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}, {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}"#
}

way! {
    PassRoleToEcs = "pass-role-to-ecs", "The caller can run a container with any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "ecs:RegisterTaskDefinition" on "*", "ecs:RunTask" on "arn:aws:ecs:eu-west-1:111122223333:task-definition/qzx:1"],
    "whoever takes over this caller runs a container with an administrator's role",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": ["ecs:RegisterTaskDefinition", "ecs:RunTask"], "Resource": "*"}"#
}

way! {
    PassRoleToGlue = "pass-role-to-glue", "The caller can open a Glue development endpoint with any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "glue:CreateDevEndpoint" on "arn:aws:glue:eu-west-1:111122223333:devEndpoint/qzx"],
    "whoever takes over this caller signs in to a machine that has an administrator's role",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "glue:CreateDevEndpoint"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "glue:CreateDevEndpoint", "Resource": "*"}"#
}

way! {
    PassRoleToLambda = "pass-role-to-lambda", "The caller can make a function with any role and call it",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "lambda:CreateFunction" on "arn:aws:lambda:eu-west-1:111122223333:function:qzx"],
    "whoever takes over this caller makes a function with an administrator's role and runs its own code in it",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}, {"Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"}"#
}

way! {
    PassRoleToSagemaker = "pass-role-to-sagemaker", "The caller can open a SageMaker notebook with any role",
    ["iam:PassRole" on "arn:aws:iam::111122223333:role/qzx", "sagemaker:CreateNotebookInstance" on "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/qzx", "sagemaker:CreatePresignedNotebookInstanceUrl" on "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/qzx"],
    "whoever takes over this caller opens a notebook that has an administrator's role",
    bad r#"{"Effect": "Allow", "Action": ["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"], "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"], "Resource": "*"}"#
}

way! {
    PutGroupPolicy = "put-group-policy", "The caller can write a policy into any group",
    ["iam:PutGroupPolicy" on "arn:aws:iam::111122223333:group/qzx"],
    "whoever takes over this caller writes itself a policy that allows everything",
    bad r#"{"Effect": "Allow", "Action": "iam:PutGroupPolicy", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:PutGroupPolicy", "Resource": "arn:aws:iam::111122223333:group/team/*"}"#
}

way! {
    PutRolePolicy = "put-role-policy", "The caller can write a policy into any role",
    ["iam:PutRolePolicy" on "arn:aws:iam::111122223333:role/qzx"],
    "whoever takes over this caller writes its own role a policy that allows everything",
    bad r#"{"Effect": "Allow", "Action": "iam:Put*Policy", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "arn:aws:iam::111122223333:role/team/*"}"#
}

way! {
    PutUserPolicy = "put-user-policy", "The caller can write a policy into any user",
    ["iam:PutUserPolicy" on "arn:aws:iam::111122223333:user/qzx"],
    "whoever takes over this caller writes a user of its own a policy that allows everything",
    bad r#"{"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "arn:aws:iam::111122223333:user/team/*"}"#
}

way! {
    SetDefaultPolicyVersion = "set-default-policy-version", "The caller can put an older version of any managed policy in force",
    ["iam:SetDefaultPolicyVersion" on "arn:aws:iam::111122223333:policy/qzx"],
    "whoever takes over this caller brings back a version that allowed more",
    bad r#"{"Effect": "Allow", "Action": "iam:SetDefaultPolicyVersion", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:SetDefaultPolicyVersion", "Resource": "arn:aws:iam::111122223333:policy/team/*"}"#
}

way! {
    UpdateAssumeRolePolicy = "update-assume-role-policy", "The caller can rewrite any role's trust policy",
    ["iam:UpdateAssumeRolePolicy" on "arn:aws:iam::111122223333:role/qzx"],
    "whoever takes over this caller has an administrator's role trust it, and becomes it",
    bad r#"{"Effect": "Allow", "Action": "iam:UpdateAssumeRolePolicy", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:UpdateAssumeRolePolicy", "Resource": "arn:aws:iam::111122223333:role/team/*"}"#
}

way! {
    UpdateDevEndpoint = "update-glue-dev-endpoint", "The caller can put its own key on any Glue development endpoint",
    ["glue:UpdateDevEndpoint" on "arn:aws:glue:eu-west-1:111122223333:devEndpoint/qzx"],
    "whoever takes over this caller signs in to a machine and has its role",
    bad r#"{"Effect": "Allow", "Action": "glue:UpdateDevEndpoint", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "glue:UpdateDevEndpoint", "Resource": "arn:aws:glue:eu-west-1:111122223333:devEndpoint/team"}"#
}

way! {
    UpdateFunctionCode = "update-function-code", "The caller can replace any function's code",
    ["lambda:UpdateFunctionCode" on "arn:aws:lambda:eu-west-1:111122223333:function:qzx"],
    "whoever takes over this caller runs its own code with the strongest function's role",
    bad r#"{"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:web"}"#
}

way! {
    UpdateLoginProfile = "update-login-profile", "The caller can change any user's console password",
    ["iam:UpdateLoginProfile" on "arn:aws:iam::111122223333:user/qzx"],
    "whoever takes over this caller signs in to the console as an administrator",
    bad r#"{"Effect": "Allow", "Action": "iam:UpdateLoginProfile", "Resource": "*"}"#,
    good r#"{"Effect": "Allow", "Action": "iam:UpdateLoginProfile", "Resource": "arn:aws:iam::*:user/${aws:username}"}"#
}

rule! {
    /// Calls that hand out credentials, on everything.
    CredentialsExposure = "credentials-exposure", None, Security,
    "Calls that return credentials, on every resource",
    bad [statement Identity r#"{"Effect": "Allow", "Action": ["redshift:GetClusterCredentials", "rds-db:connect"], "Resource": "*"}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "redshift:GetClusterCredentials", "Resource": "arn:aws:redshift:eu-west-1:111122223333:dbuser:c/ann"}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}"#
    ],
    |context, found| exposure(context, CREDENTIALS, "hands out credentials for everything",
        "whoever takes over this caller takes other identities with it that outlive the break-in", found)
}

rule! {
    /// Calls that read data in bulk, on everything.
    DataExfiltration = "data-exfiltration", None, Security,
    "Calls that read data or secrets, on every resource",
    bad [statement Identity r#"{"Effect": "Allow", "Action": ["s3:GetObject", "secretsmanager:GetSecretValue"], "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::reports/*"}, {"Effect": "Allow", "Action": ["ssm:GetParameter"], "Resource": "arn:aws:ssm:eu-west-1:111122223333:parameter/app/*"}"#],
    |context, found| exposure(context, DATA, "reads the data of everything",
        "whoever takes over this caller carries all of it away", found)
}

rule! {
    /// Calls that open resources to others, on everything.
    ResourceExposure = "resource-exposure", None, Security,
    "Calls that change who may use a resource, on every resource",
    bad [statement Identity r#"{"Effect": "Allow", "Action": ["s3:PutBucketPolicy", "kms:PutKeyPolicy"], "Resource": "*"}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::reports"}"#],
    |context, found| exposure(context, DOORS, "changes who may use everything",
        "whoever takes over this caller shares the account's resources with its own account, or with the world", found)
}

const CREDENTIALS: &[&str] = &[
    "chime:CreateApiKey",
    "codepipeline:PollForJobs",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "gamelift:RequestUploadCredentials",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "sso:GetRoleCredentials",
];

const DATA: &[&str] = &[
    "athena:GetQueryResults",
    "dynamodb:ExportTableToPointInTime",
    "ebs:GetSnapshotBlock",
    "rds:CopyDBSnapshot",
    "rds:CreateDBSnapshot",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

const DOORS: &[&str] = &[
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "ecr:SetRepositoryPolicy",
    "elasticfilesystem:PutFileSystemPolicy",
    "glacier:SetVaultAccessPolicy",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "lambda:AddPermission",
    "logs:PutResourcePolicy",
    "ram:CreateResourceShare",
    "rds:ModifyDBSnapshotAttribute",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutObjectAcl",
    "secretsmanager:PutResourcePolicy",
    "sns:AddPermission",
    "sqs:AddPermission",
];

/// Whether the policy grants by itself: a boundary or a service control policy only limits.
fn grants(context: &Context<'_>) -> bool {
    context.is_identity() && !context.has_principals()
}

/// How a statement allows the action on something that nobody chose, without a condition. `*` has a rule of its own.
fn free<'a>(statement: &'a Statement, action: &str, example: &str) -> Option<Reach<'a>> {
    if !statement.conditions.is_empty() {
        return None;
    }
    let reach = reach(statement, action).filter(|reach| !reach.is_everything())?;
    wide_resource(statement, example).map(|_| reach)
}

fn way(
    context: &Context<'_>,
    needed: &[(&'static str, &'static str)],
    attack: &str,
    found: &mut Sink,
) {
    if !grants(context) {
        return;
    }
    let mut first = None;
    for (action, example) in needed {
        let reached = context
            .allows()
            .find_map(|(_, statement)| free(statement, action, example));
        match reached {
            // The way goes through what is special about it: the last action named.
            Some(reach) => first = Some(reach),
            None => return,
        }
    }
    let Some(reach) = first else { return };
    let names: Vec<&str> = needed.iter().map(|(action, _)| *action).collect();
    let by = match reach {
        Reach::Pattern(item) => format!(" ({} covers it)", code(&item.value())),
        _ => String::new(),
    };
    found.push(
        Found::new(
            reach.span(),
            format!("{}{by} on resources that nothing narrows", list(&names)),
        )
        .attack(attack),
    );
}

fn exposure(
    context: &Context<'_>,
    actions: &[&'static str],
    what: &str,
    attack: &str,
    found: &mut Sink,
) {
    if !grants(context) {
        return;
    }
    for (_, statement) in context.allows() {
        let mut reported: Vec<undeny_text::Span> = Vec::new();
        let everywhere = resources(statement).iter().any(|item| item.value() == "*");
        if !everywhere || !statement.conditions.is_empty() {
            continue;
        }
        for action in actions {
            let Some(reach) = reach(statement, action).filter(|reach| !reach.is_everything())
            else {
                continue;
            };
            let name = match reach {
                // A whole service has a rule of its own.
                Reach::Pattern(item) if item.value().ends_with(":*") => continue,
                Reach::Pattern(item) => format!("{} covers `{action}`, which", code(&item.value())),
                _ => code(action).to_string(),
            };
            if reported.contains(&reach.span()) {
                continue;
            }
            reported.push(reach.span());
            found.push(Found::new(reach.span(), format!("{name} on `*` {what}")).attack(attack));
        }
    }
}
