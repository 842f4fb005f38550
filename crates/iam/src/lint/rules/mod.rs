//! The rules, by the names of the public JSON. A rule is a unit struct in one of the files here and a line in [`RULES`].

/// A rule from its parts: name, AWS's name, severity, summary, probes, and the function that looks.
macro_rules! rule {
    (
        $(#[$attribute:meta])*
        $name:ident = $id:literal, $aws:expr, $severity:ident, $summary:literal,
        bad [$($bad_kind:ident $(($bad_size:literal))? $bad_role:ident $bad:literal),+ $(,)?],
        good [$($good_kind:ident $(($good_size:literal))? $good_role:ident $good:literal),+ $(,)?],
        $check:expr $(, unread $unread:expr)?
    ) => {
        $(#[$attribute])*
        pub(super) struct $name;

        impl $name {
            pub(super) const RULE: $crate::lint::Rule = $crate::lint::Rule {
                name: $id,
                severity: $crate::lint::Severity::$severity,
                check: $check,
                check_unread: rule!(@unread $($unread)?),
            };
            pub(super) const MANUAL: $crate::lint::Manual = $crate::lint::Manual {
                aws_name: $aws,
                summary: $summary,
                bad: &[$($crate::lint::Probe::$bad_kind(undeny_document::Role::$bad_role, $bad $(, $bad_size)?)),+],
                good: &[$($crate::lint::Probe::$good_kind(undeny_document::Role::$good_role, $good $(, $good_size)?)),+],
            };
        }
    };
    (@unread) => {
        None
    };
    (@unread $unread:expr) => {
        Some($unread)
    };
}

macro_rules! registry {
    ($($module:ident::$rule:ident),+ $(,)?) => {
        /// Every rule, by name.
        pub const RULES: &[Rule] = &[$($module::$rule::RULE),+];
        /// What each of [`RULES`] says of itself, in the same order. A table of its own: what only people read is not in the page.
        pub const MANUALS: &[Manual] = &[$($module::$rule::MANUAL),+];
    };
}

mod prelude {
    //! What every rule uses.
    pub(super) use crate::lint::context::*;
    pub(super) use crate::lint::words::{code, list};
    pub(super) use crate::lint::{Found, Sink, Unread};
    pub(super) use crate::order::Index;
}

mod arn;
mod condition;
mod empty;
mod escalation;
mod pass_role;
mod principal;
mod redundant;
mod resource_policy;
mod service;
mod structure;
mod trust;
mod variables;
mod web_identity;
mod wildcard;

use super::{Manual, Rule};

registry![
    service::ActionNeedsStar,
    escalation::AddUserToGroup,
    wildcard::AdministratorAccess,
    service::AllowNotactionWithTagKey,
    principal::AllowWithNotPrincipal,
    service::AllowWithTagKey,
    arn::ArnAccountNotAllowed,
    arn::ArnRegionNotAllowed,
    arn::ArnWildcardService,
    arn::ArnWildcardType,
    escalation::AttachGroupPolicy,
    escalation::AttachRolePolicy,
    escalation::AttachUserPolicy,
    web_identity::ConfirmAudienceClaimType,
    trust::ConfusedDeputy,
    escalation::CreateAccessKey,
    escalation::CreateLoginProfile,
    escalation::CreatePolicyVersion,
    pass_role::CreateSlrWithNotActionAndNotResource,
    pass_role::CreateSlrWithNotResource,
    pass_role::CreateSlrWithStarInActionAndNotResource,
    pass_role::CreateSlrWithStarInActionAndResource,
    pass_role::CreateSlrWithStarInResource,
    pass_role::CreateSlrWithStarInResourceAndNotAction,
    escalation::CredentialsExposure,
    escalation::DataExfiltration,
    structure::DataTypeMismatch,
    service::DenyNotactionWithTagKey,
    service::DenyWithTagKey,
    condition::DeprecatedGlobalConditionKey,
    structure::DuplicateKeys,
    structure::DuplicateKeysWithDifferentCase,
    empty::EmptyArrayAction,
    empty::EmptyArrayCondition,
    empty::EmptyArrayConditionForallvalues,
    empty::EmptyArrayConditionForanyvalue,
    empty::EmptyArrayConditionIfexists,
    empty::EmptyArrayPrincipal,
    empty::EmptyArrayResource,
    empty::EmptyObjectCondition,
    empty::EmptyObjectPrincipal,
    structure::EmptySidValue,
    variables::EmptyVariable,
    principal::FederatedPrincipalNotSupported,
    web_identity::ForallvaluesInTrust,
    condition::ForallvaluesWithSingleValuedKey,
    condition::ImproveIpRange,
    arn::InvalidArnAccount,
    arn::InvalidArnPrefix,
    arn::InvalidArnRegion,
    arn::InvalidArnResource,
    arn::InvalidArnServiceCase,
    condition::InvalidConditionDataType,
    condition::InvalidConditionKeyFormat,
    condition::InvalidConditionMultipleBoolean,
    condition::InvalidConditionOperator,
    condition::InvalidDateValue,
    structure::InvalidEffect,
    trust::InvalidFederatedPrincipalSyntax,
    condition::InvalidGlobalConditionKey,
    arn::InvalidPartition,
    structure::InvalidPolicyElement,
    principal::InvalidPrincipalFormat,
    principal::InvalidPrincipalKey,
    condition::InvalidRegion,
    principal::InvalidRoleReference,
    principal::InvalidServicePrincipalFormat,
    principal::InvalidUserReference,
    variables::InvalidVariableForOperator,
    structure::InvalidVersion,
    condition::InvalidVpcFormat,
    condition::InvalidVpceFormat,
    resource_policy::IrrelevantConditionKeyInPolicy,
    structure::JsonSyntaxError,
    trust::MismatchedActionForPrincipal,
    structure::MissingAction,
    trust::MissingActionForConditionKey,
    trust::MissingActionForRolesAnywhere,
    arn::MissingArnField,
    arn::MissingArnRegion,
    web_identity::MissingAud,
    variables::MissingBraceInVariable,
    web_identity::MissingConditionKeyForOidcPrincipal,
    structure::MissingEffect,
    web_identity::MissingGithubRepoConditionKey,
    condition::MissingPairedConditionKeys,
    structure::MissingPrincipal,
    condition::MissingQualifier,
    variables::MissingQuoteInVariable,
    structure::MissingResource,
    structure::MissingStatement,
    web_identity::MissingSub,
    condition::MissingTagKeyInCondition,
    structure::MissingVersion,
    service::MisspeltAction,
    principal::NotPrincipalWithoutAccount,
    condition::NullWithIfExists,
    condition::NullWithQualifier,
    structure::PartNotRead,
    escalation::PassRoleToCloudformation,
    escalation::PassRoleToCodebuild,
    escalation::PassRoleToDataPipeline,
    escalation::PassRoleToEc2,
    escalation::PassRoleToEcs,
    escalation::PassRoleToGlue,
    escalation::PassRoleToLambda,
    escalation::PassRoleToSagemaker,
    pass_role::PassRoleWithNotActionAndNotResource,
    pass_role::PassRoleWithNotResource,
    pass_role::PassRoleWithStarInActionAndNotResource,
    pass_role::PassRoleWithStarInActionAndResource,
    pass_role::PassRoleWithStarInResourceAndNotAction,
    structure::PolicySizeExceedsIdentityPolicyQuota,
    structure::PolicySizeExceedsResourcePolicyQuota,
    structure::PolicySizeExceedsRoleTrustPolicyQuota,
    structure::PolicySizeExceedsScpQuota,
    condition::PrivateIpAddress,
    condition::PrivateIpAddressSubset,
    condition::PrivateNotIpAddress,
    condition::PrivateNotIpAddressSubset,
    escalation::PutGroupPolicy,
    escalation::PutRolePolicy,
    escalation::PutUserPolicy,
    resource_policy::RecommendedConditionKeyForServicePrincipal,
    redundant::RedundantAction,
    redundant::RedundantConditionValueNum,
    trust::RedundantPrincipalInRoleTrustPolicy,
    redundant::RedundantResource,
    redundant::RedundantStatement,
    escalation::ResourceExposure,
    service::ResourceTypeMismatch,
    resource_policy::RestrictAccessToServicePrincipal,
    trust::RoleTrustPolicyNotprincipal,
    trust::RoleTrustPolicyResource,
    trust::RoleTrustPolicyWildcard,
    trust::RootPrincipal,
    principal::ScpSyntaxErrorPrincipal,
    escalation::SetDefaultPolicyVersion,
    arn::ShortArn,
    web_identity::SpecificGithubRepoAndBranchRecommended,
    wildcard::StarColonStar,
    condition::TypeMismatch,
    condition::TypeMismatchBoolean,
    condition::TypeMismatchDate,
    condition::TypeMismatchIpRange,
    condition::TypeMismatchNumber,
    condition::TypeMismatchString,
    structure::UniqueSidsRecommended,
    structure::UniqueSidsRequired,
    service::UnknownAction,
    service::UnknownConditionKey,
    service::UnknownServiceInArn,
    service::UnknownServiceInAction,
    service::UnsupportedActionForConditionKey,
    resource_policy::UnsupportedActionInPolicy,
    resource_policy::UnsupportedConditionKeyForServicePrincipal,
    structure::UnsupportedElementCombination,
    condition::UnsupportedGlobalConditionKey,
    principal::UnsupportedPrincipal,
    resource_policy::UnsupportedResourceArnInPolicy,
    structure::UnsupportedSid,
    variables::UnsupportedSpaceInVariable,
    principal::UnsupportedWildcardInPrincipal,
    escalation::UpdateAssumeRolePolicy,
    escalation::UpdateFunctionCode,
    escalation::UpdateDevEndpoint,
    escalation::UpdateLoginProfile,
    variables::VariableUnsupportedInElement,
    variables::VariableUnsupportedInVersion,
    wildcard::WildcardAssumeRole,
    wildcard::WildcardInServiceName,
    pass_role::WildcardPassrole,
    service::WildcardPermissionsManagement,
    principal::WildcardPrincipal,
    wildcard::WildcardService,
    web_identity::WildcardSub,
    condition::WildcardWithoutLikeOperator,
];
