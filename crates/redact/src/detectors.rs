//! The registry: every detector, in alphabetical order of its name. A new one is a file, its line here, and nothing else.

use crate::Detector;

/// A detector of these facts, anchors and look.
macro_rules! detector {
    ($(#[$doc:meta])* $name:ident, $facts:expr, $anchors:expr, $look:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $name;

        pub(crate) static FACTS: crate::detector::Facts = $facts;

        impl crate::detector::Detector for $name {
            fn facts(&self) -> &'static crate::detector::Facts {
                &FACTS
            }

            fn anchors(&self) -> &'static [crate::detector::Anchor] {
                $anchors
            }

            fn look(&self, place: &crate::detector::Place, scan: &mut crate::detector::Scan<'_>) {
                $look(*place, scan);
            }
        }
    };
}

/// Anchors: the words of a table (in the field that is named, where its rows are tuples), and others. The rows are in the order of their words' first
/// bytes, as [`crate::bytes::Bytes::standing`] needs them.
macro_rules! literals {
    ($table:ident $(. $field:tt)?) => {
        literals!($table $(. $field)?, and [])
    };
    ($table:ident $(. $field:tt)?, and [$($more:expr),*]) => {
        const {
            &{
                use crate::detector::Anchor;
                const MORE: &[Anchor] = &[$($more),*];
                let mut anchors = [Anchor::Token; $table.len() + MORE.len()];
                let mut at = 0;
                while at < anchors.len() {
                    #[expect(clippy::indexing_slicing, reason = "at is within both, in a constant")]
                    {
                        anchors[at] = if at < $table.len() {
                            let word = $table[at]$(.$field)?;
                            let before = $table[at.saturating_sub(1)]$(.$field)?;
                            assert!(before.as_bytes()[0] <= word.as_bytes()[0]);
                            Anchor::Literal(word)
                        } else {
                            MORE[at - $table.len()]
                        };
                    }
                    at += 1;
                }
                anchors
            }
        }
    };
}

mod authorization;
mod aws_access_key_id;
mod aws_account_id;
mod aws_arn;
mod aws_console;
mod aws_endpoint;
mod aws_listing;
mod aws_log_group;
mod aws_message;
mod aws_resource_id;
mod changed_value;
mod chap_secret;
mod cognito_user_pool;
mod command_password;
mod credentials_profile;
mod database_login;
mod device_password;
mod email_address;
mod encoded_authorization;
mod encoded_text;
mod escaped_element;
mod home_directory;
mod ip_address;
mod json_web_token;
mod keyed_identifier;
mod keyed_secret;
mod kubernetes_secret;
mod login_module;
mod masked_value;
mod oidc_claim;
mod one_time_code;
mod opaque;
mod parameter_listing;
mod password_argument;
mod password_column;
mod password_file;
mod payment_number;
mod phone_number;
mod piped_password;
mod powershell_secure_string;
mod printed_secret;
mod private_key;
mod protocol_login;
mod random_password;
mod redis_user;
mod rejected_value;
mod secret_collection;
mod secure_link;
mod sent_password;
mod sql_password;
mod sql_values;
mod tenant_host;
mod terraform_message;
mod terraform_value;
mod token;
mod told_password;
mod typed_password;
mod url_credentials;
mod uuid;
mod variable_default;

pub(crate) use aws_resource_id::is_id_prefix;
pub(crate) use keyed_identifier::is_like_another;
pub use token::{Check, TokenFact, tokens};

/// Every detector, in alphabetical order of its id; help and manual derive from it.
pub const DETECTORS: &[&dyn Detector] = &[
    &authorization::Authorization,
    &aws_access_key_id::AwsAccessKeyId,
    &aws_account_id::AwsAccountId,
    &aws_arn::AwsArn,
    &aws_console::AwsConsole,
    &aws_endpoint::AwsEndpoint,
    &aws_listing::AwsListing,
    &aws_log_group::AwsLogGroup,
    &aws_message::AwsMessage,
    &aws_resource_id::AwsResourceId,
    &changed_value::ChangedValue,
    &chap_secret::ChapSecret,
    &cognito_user_pool::CognitoUserPool,
    &command_password::CommandPassword,
    &credentials_profile::CredentialsProfile,
    &database_login::DatabaseLogin,
    &device_password::DevicePassword,
    &email_address::EmailAddress,
    &encoded_authorization::EncodedAuthorization,
    &encoded_text::EncodedText,
    &escaped_element::EscapedElement,
    &home_directory::HomeDirectory,
    &ip_address::IpAddress,
    &json_web_token::JsonWebToken,
    &keyed_identifier::KeyedIdentifier,
    &keyed_secret::KeyedSecret,
    &kubernetes_secret::KubernetesSecret,
    &login_module::LoginModule,
    &masked_value::MaskedValue,
    &oidc_claim::OidcClaim,
    &one_time_code::OneTimeCode,
    &opaque::Opaque,
    &parameter_listing::ParameterListing,
    &password_argument::PasswordArgument,
    &password_column::PasswordColumn,
    &password_file::PasswordFile,
    &payment_number::PaymentNumber,
    &phone_number::PhoneNumber,
    &piped_password::PipedPassword,
    &powershell_secure_string::PowershellSecureString,
    &printed_secret::PrintedSecret,
    &private_key::PrivateKey,
    &protocol_login::ProtocolLogin,
    &random_password::RandomPassword,
    &redis_user::RedisUser,
    &rejected_value::RejectedValue,
    &secret_collection::SecretCollection,
    &secure_link::SecureLink,
    &sent_password::SentPassword,
    &sql_password::SqlPassword,
    &sql_values::SqlValues,
    &tenant_host::TenantHost,
    &terraform_message::TerraformMessage,
    &terraform_value::TerraformValue,
    &token::Token,
    &told_password::ToldPassword,
    &typed_password::TypedPassword,
    &url_credentials::UrlCredentials,
    &uuid::Uuid,
    &variable_default::VariableDefault,
];
