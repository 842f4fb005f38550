//! The forms of denials: one file each, one registry. Help and documentation tables are made from what each form tells of itself.

mod assume_role_refused;
mod authorization_sentence;
mod bucket_delivery;
mod console_alert;
mod data_access;
mod database_login;
mod device_message;
mod elided_sentence;
mod error_code_alone;
mod event_table;
mod file_system_mount;
mod identity_pool;
mod image_pull;
mod kafka_access;
mod key_access;
mod lake_formation;
mod marketplace_actions;
mod missing_permissions;
mod named_permission;
mod object_path;
mod package_repository;
mod pass_role_refused;
mod queue_access;
mod role_unusable;
mod service_refused;
mod service_words;
mod stream_actions;
mod trust_policy_refused;
mod web_identity_token;

use undeny_text::{Finder, Span};

use super::Denial;
use super::normalise::Normalised;
pub(super) use kafka_access::is_signed_with_iam;

/// A form of denial.
pub trait Form: Sync {
    /// Its name in tables: lower case, hyphens.
    fn id(&self) -> &'static str;
    /// What it reads, in one sentence.
    fn reads(&self) -> &'static str;
    /// Where the wording comes from.
    fn source(&self) -> &'static str;
    /// Texts that it reads.
    fn examples(&self) -> &'static [&'static str];
    /// The phrases around which it reads: lower case, without spaces, quotes and asterisks.
    fn anchors(&self) -> &'static [&'static str];
    /// What the text says around the phrase found at `hit` (of [`Normalised::squeezed`]).
    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding>;
}

/// The forms that the page's first answer needs, by name.
pub const FORMS: &[&dyn Form] = &[
    &assume_role_refused::AssumeRoleRefused,
    &authorization_sentence::AuthorizationSentence,
    &console_alert::ConsoleAlert,
    &elided_sentence::ElidedSentence,
    &error_code_alone::ErrorCodeAlone,
    &image_pull::ImagePull,
    &key_access::KeyAccess,
    &marketplace_actions::MarketplaceActions,
    &missing_permissions::MissingPermissions,
    &pass_role_refused::PassRoleRefused,
    &queue_access::QueueAccess,
    &role_unusable::RoleUnusable,
    &service_refused::ServiceRefused,
    &trust_policy_refused::TrustPolicyRefused,
    &web_identity_token::WebIdentityToken,
];

/// The forms that come with the page's second piece, by name: nothing is told of what they read without a rule that comes with it too.
pub const LATE_FORMS: &[&dyn Form] = &[
    &bucket_delivery::BucketDelivery,
    &data_access::DataAccess,
    &database_login::DatabaseLogin,
    &device_message::DeviceMessage,
    &event_table::EventTable,
    &file_system_mount::FileSystemMount,
    &identity_pool::IdentityPool,
    &kafka_access::KafkaAccess,
    &lake_formation::LakeFormation,
    &named_permission::NamedPermission,
    &object_path::ObjectPath,
    &package_repository::PackageRepository,
    &service_words::ServiceWords,
    &stream_actions::StreamActions,
];

/// Every form, by name.
pub fn all() -> impl Iterator<Item = &'static dyn Form> {
    let mut forms: Vec<_> = FORMS.iter().chain(LATE_FORMS).copied().collect();
    forms.sort_by_key(|form| form.id());
    forms.into_iter()
}

/// The names of the forms that read something in `text`, each asked by itself; for tests and measurements.
#[must_use]
pub fn readers(text: &str) -> Vec<&'static str> {
    let text = Normalised::new(text);
    all()
        .filter(|form| {
            let anchors: Vec<&[u8]> = form
                .anchors()
                .iter()
                .map(|anchor| anchor.as_bytes())
                .collect();
            let mut seen = false;
            Finder::new(&anchors).find_overlapping(
                text.squeezed().as_bytes(),
                &mut |at, number| {
                    let length = anchors.get(number).map_or(0, |anchor| anchor.len());
                    seen |= !form.read(&text, Span::new(at, at + length)).is_empty();
                },
            );
            seen
        })
        .map(|form| form.id())
        .collect()
}

/// A denial as one form reads it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it says; its span is filled in last.
    pub(super) denial: Denial,
    /// Bytes of the squeezed text.
    pub(super) span: Span,
    /// How much it says, against other readings of the same place.
    pub(super) weight: Weight,
    /// The call that the wrapper names, in the squeezed text.
    pub(super) call: Option<Span>,
    /// Whether a reading that names nothing is a whole message, and not a code beside one.
    pub(super) complete: bool,
}

/// How much a reading says. Where two overlap, the first of this order stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// An event or decoded message.
    Whole,
    /// A sentence that names who or what.
    Sentence,
    /// A wording that implies the action.
    Implied,
    /// Only that something was denied.
    Alone,
}

impl Finding {
    pub(super) fn new(denial: Denial, span: Span, weight: Weight) -> Self {
        Self {
            denial,
            span,
            weight,
            call: None,
            complete: false,
        }
    }

    pub(super) fn alone(span: Span, operation: Option<String>) -> Self {
        let denial = Denial {
            operation,
            ..Denial::default()
        };
        Self::new(denial, span, Weight::Alone)
    }
}

/// Whether an error code, in lower case, says that IAM refused.
pub(super) fn is_denial_code(code: &str) -> bool {
    let code = code.rsplit(['.', '#']).next().unwrap_or(code);
    matches!(
        code,
        "403"
            | "accessdenied"
            | "accessdeniedexception"
            | "accessdeniedfault"
            | "authorizationerror"
            | "authorizationerrorexception"
            | "accessforbidden"
            | "forbidden"
            | "forbiddenexception"
            | "insufficientprivilegesexception"
            | "kmsaccessdenied"
            | "kmsaccessdeniedexception"
            | "kmsaccessdeniedfault"
            | "notauthorized"
            | "s3accessdeniedfault"
            | "unauthorizedaccess"
            | "unauthorizedoperation"
    )
}
