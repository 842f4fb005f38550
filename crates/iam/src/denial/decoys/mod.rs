//! Texts that look like an AWS denial and are none: one file each, one registry. They are named as what they are, with what to do.

mod application;
mod aws_account;
mod azure;
mod bucket_acl;
mod clock_skew;
mod database;
mod expired_credentials;
mod file_permission;
mod gateway_logging;
mod github;
mod google_cloud;
mod graphql_field;
mod image_registry;
mod invalid_credentials;
mod kubernetes_rbac;
mod model_access;
mod network;
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
}

/// Every decoy, by name.
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
