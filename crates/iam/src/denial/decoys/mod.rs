//! Texts that look like an AWS denial and are none: one file each, one registry. They are named as what they are, with what to do.

mod application;
mod aws_account;
mod azure;
mod bucket_acl;
mod cdk_bootstrap;
mod clock_skew;
mod cluster_rules;
mod data_store;
mod database;
mod edge_firewall;
mod expired_credentials;
mod file_permission;
mod gateway_logging;
mod github;
mod gitlab;
mod google_cloud;
mod graphql_field;
mod image_registry;
mod invalid_credentials;
mod kafka;
mod kubernetes_rbac;
mod local_permission;
mod mail_login;
mod model_access;
mod network;
mod opensearch_roles;
mod other_service;
mod package_registry;
mod role_name;
mod s3_compatible;
mod secret_format;

use undeny_text::Span;

use super::normalise::Normalised;

/// A text that is mistaken for a denial.
pub trait Lookalike: Sync {
    /// Its name in the public JSON.
    fn id(&self) -> &'static str;
    /// What it is and what to do, in one or two sentences.
    fn advice(&self) -> &'static str;
    /// Texts that it sees.
    fn examples(&self) -> &'static [&'static str];
    /// The phrases around which it looks: lower case, without spaces, quotes and asterisks.
    fn anchors(&self) -> &'static [&'static str];
    /// The bytes of [`Normalised::squeezed`] that say so, where the phrase at `hit` does.
    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let _ = text;
        Some(hit)
    }
    /// Whether it surely is no denial of a policy.
    fn is_sure(&self) -> bool {
        true
    }
    /// Whether a bare error code beside it belongs to it and is no denial.
    fn hides(&self) -> bool {
        true
    }
    /// Whether that holds where a wrapper names the call of AWS that failed: another system's refusal in the same log has no part in it.
    fn hides_calls(&self) -> bool {
        true
    }
}

/// The decoys that the page's first answer needs, by name.
pub const DECOYS: &[&dyn Lookalike] = &[
    &application::Application,
    &aws_account::AwsAccount,
    &azure::Azure,
    &bucket_acl::BucketAcl,
    &clock_skew::ClockSkew,
    &database::Database,
    &expired_credentials::ExpiredCredentials,
    &file_permission::FilePermission,
    &gateway_logging::GatewayLogging,
    &github::GitHub,
    &google_cloud::GoogleCloud,
    &graphql_field::GraphqlField,
    &image_registry::ImageRegistry,
    &invalid_credentials::InvalidCredentials,
    &kubernetes_rbac::KubernetesRbac,
    &model_access::ModelAccess,
    &network::Network,
    &s3_compatible::S3Compatible,
    &secret_format::SecretFormat,
];

/// The decoys that come with the page's second piece, by name: what they may hide is told only there.
pub const LATE_DECOYS: &[&dyn Lookalike] = &[
    &cdk_bootstrap::CdkBootstrap,
    &cluster_rules::ClusterRules,
    &data_store::DataStore,
    &edge_firewall::EdgeFirewall,
    &gitlab::GitLab,
    &kafka::Kafka,
    &local_permission::LocalPermission,
    &mail_login::MailLogin,
    &opensearch_roles::OpenSearchRoles,
    &other_service::OtherService,
    &package_registry::PackageRegistry,
    &role_name::RoleName,
];

/// Every decoy, by name.
pub fn all() -> impl Iterator<Item = &'static dyn Lookalike> {
    let mut decoys: Vec<_> = DECOYS.iter().chain(LATE_DECOYS).copied().collect();
    decoys.sort_by_key(|decoy| decoy.id());
    decoys.into_iter()
}
