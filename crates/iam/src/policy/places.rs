//! Where policies stand in Terraform, CloudFormation, Serverless and the AWS CLI's output, and what they are for there.

use undeny_document::Role;

/// What is known of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Policies there have this role.
    Role(Role),
    /// An Organizations policy: the resource's `type` says which kind.
    Organizations,
}

/// Attributes that tell by themselves.
const ATTRIBUTES: &[(&str, Role)] = &[
    ("AssumeRolePolicyDocument", Role::Trust),
    ("BucketPolicy", Role::Bucket),
    ("KeyPolicy", Role::Key),
    ("RepositoryPolicyText", Role::Repository),
    ("assume_role_policy", Role::Trust),
    ("iamRoleStatements", Role::Identity),
    ("inline_policy", Role::Identity),
];

/// Resource types; the CloudFormation and the Terraform names of one thing stand together.
/// Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>,
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs>
const RESOURCES: &[(&str, Place)] = &[
    ("AWS::EC2::VPCEndpoint", Place::Role(Role::Endpoint)),
    ("AWS::ECR::Repository", Place::Role(Role::Repository)),
    ("AWS::IAM::Group", Place::Role(Role::Identity)),
    ("AWS::IAM::GroupPolicy", Place::Role(Role::Identity)),
    ("AWS::IAM::ManagedPolicy", Place::Role(Role::Identity)),
    ("AWS::IAM::Policy", Place::Role(Role::Identity)),
    ("AWS::IAM::Role", Place::Role(Role::Identity)),
    ("AWS::IAM::RolePolicy", Place::Role(Role::Identity)),
    ("AWS::IAM::User", Place::Role(Role::Identity)),
    ("AWS::IAM::UserPolicy", Place::Role(Role::Identity)),
    ("AWS::KMS::Key", Place::Role(Role::Key)),
    ("AWS::KMS::ReplicaKey", Place::Role(Role::Key)),
    ("AWS::Organizations::Policy", Place::Organizations),
    ("AWS::S3::BucketPolicy", Place::Role(Role::Bucket)),
    ("AWS::SNS::TopicInlinePolicy", Place::Role(Role::Topic)),
    ("AWS::SNS::TopicPolicy", Place::Role(Role::Topic)),
    ("AWS::SQS::QueueInlinePolicy", Place::Role(Role::Queue)),
    ("AWS::SQS::QueuePolicy", Place::Role(Role::Queue)),
    ("AWS::SSO::PermissionSet", Place::Role(Role::Identity)),
    (
        "AWS::SecretsManager::ResourcePolicy",
        Place::Role(Role::Secret),
    ),
    ("AWS::Serverless::Function", Place::Role(Role::Identity)),
    ("AWS::Serverless::StateMachine", Place::Role(Role::Identity)),
    ("aws_ecr_repository_policy", Place::Role(Role::Repository)),
    ("aws_iam_group_policy", Place::Role(Role::Identity)),
    ("aws_iam_policy", Place::Role(Role::Identity)),
    ("aws_iam_role", Place::Role(Role::Identity)),
    ("aws_iam_role_policy", Place::Role(Role::Identity)),
    ("aws_iam_user_policy", Place::Role(Role::Identity)),
    ("aws_kms_key", Place::Role(Role::Key)),
    ("aws_kms_key_policy", Place::Role(Role::Key)),
    ("aws_organizations_policy", Place::Organizations),
    ("aws_s3_bucket", Place::Role(Role::Bucket)),
    ("aws_s3_bucket_policy", Place::Role(Role::Bucket)),
    ("aws_secretsmanager_secret", Place::Role(Role::Secret)),
    (
        "aws_secretsmanager_secret_policy",
        Place::Role(Role::Secret),
    ),
    ("aws_sns_topic", Place::Role(Role::Topic)),
    ("aws_sns_topic_policy", Place::Role(Role::Topic)),
    ("aws_sqs_queue", Place::Role(Role::Queue)),
    ("aws_sqs_queue_policy", Place::Role(Role::Queue)),
    (
        "aws_ssoadmin_permission_set_inline_policy",
        Place::Role(Role::Identity),
    ),
    ("aws_vpc_endpoint", Place::Role(Role::Endpoint)),
    ("aws_vpc_endpoint_policy", Place::Role(Role::Endpoint)),
];

/// What a policy is for that stands under `keys` (from the document's root, nearest last) in a resource of this type.
pub(super) fn look_up(resource_type: Option<&str>, keys: &[&str]) -> Option<Place> {
    // A template's resource may nest: `Policies: [{ PolicyDocument: .. }]`. The nearest telling attribute decides.
    if let Some((_, role)) = keys
        .iter()
        .rev()
        .find_map(|key| ATTRIBUTES.iter().find(|(name, _)| name == key))
    {
        return Some(Place::Role(*role));
    }
    if keys.ends_with(&["role", "statements"]) || keys.ends_with(&["PolicyVersion", "Document"]) {
        return Some(Place::Role(Role::Identity));
    }
    let kind = resource_type?;
    RESOURCES
        .binary_search_by(|(name, _)| name.cmp(&kind))
        .ok()
        .and_then(|index| RESOURCES.get(index))
        .map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(RESOURCES.is_sorted_by_key(|(name, _)| *name));
        assert!(ATTRIBUTES.is_sorted_by_key(|(name, _)| *name));
    }
}
