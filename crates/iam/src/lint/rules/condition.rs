//! Conditions: operators, keys and values that do not go together, or never hold.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use undeny_document::Value;

use crate::change::ChangeKind;
use crate::evaluate::condition::{Operator, SetOperator, Test};
use crate::evaluate::values::{self, Network};
use crate::policy::Effect;

use super::arn::wrong_region;
use super::prelude::*;

rule! {
    /// `aws:ARN` had a longer name when it was new.
    DeprecatedGlobalConditionKey = "deprecated-global-condition-key", Some("general-warning-deprecated-global-condition-key"), Warning,
    "`aws:ARN` stands where `aws:PrincipalArn` is meant",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"ArnLike": {"aws:ARN": "arn:aws:iam::111122223333:role/ci"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci"}}}"#],
    deprecated_global_condition_key
}

rule! {
    /// `ForAllValues:` holds where the key is absent; a key with one value needs no such prefix.
    ForallvaluesWithSingleValuedKey = "forallvalues-with-single-valued-key", Some("security-warning-forallvalues-with-single-valued-key"), Security,
    "`ForAllValues:` with a key that has one value",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-12345678"}}}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12345678"}}}"#
    ],
    forallvalues_with_single_valued_key
}

rule! {
    /// Bits behind the mask of an address range.
    ImproveIpRange = "improve-ip-range", Some("suggestion-improve-ip-range"), Suggestion,
    "An address range has bits behind its mask",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.77/24"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#],
    improve_ip_range
}

rule! {
    /// Values of one key of different JSON types.
    InvalidConditionDataType = "invalid-condition-data-type", Some("error-invalid-condition-data-type"), Error,
    "The values of a condition key are of different JSON types",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"NumericEquals": {"s3:max-keys": ["10", 20]}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"NumericEquals": {"s3:max-keys": [10, 20]}}}"#],
    invalid_condition_data_type
}

rule! {
    /// A key has the form `service:name`.
    InvalidConditionKeyFormat = "invalid-condition-key-format", Some("error-invalid-condition-key-format"), Error,
    "A condition key has not the form `service:name`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"SourceVpc": "vpc-12345678"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12345678"}}}"#],
    invalid_condition_key_format
}

rule! {
    /// `Bool` with `true` and `false` says nothing.
    InvalidConditionMultipleBoolean = "invalid-condition-multiple-boolean", Some("error-invalid-condition-multiple-boolean"), Error,
    "`Bool` has several values",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": ["true"]}}}"#],
    invalid_condition_multiple_boolean
}

rule! {
    /// An operator that the policy language does not have.
    InvalidConditionOperator = "invalid-condition-operator", Some("error-invalid-condition-operator"), Error,
    "A condition operator does not exist",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringMatches": {"aws:SourceVpc": "vpc-12345678"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"ForSomeValue:StringEquals": {"aws:TagKeys": "team"}}}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "team"}}}"#],
    invalid_condition_operator
}

rule! {
    /// A date that is read as a number of seconds since 1970, or without its separators.
    InvalidDateValue = "invalid-date-value", Some("general-warning-invalid-date-value"), Warning,
    "A date is read as seconds since 1970",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "20261231"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-31"}}}"#],
    invalid_date_value
}

rule! {
    /// An `aws:` key that AWS does not have. New ones appear, so this is no error here.
    InvalidGlobalConditionKey = "invalid-global-condition-key", Some("error-invalid-global-condition-key"), Warning,
    "A global condition key is not known",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpcId": "vpc-12345678"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-12345678", "AWS:PrincipalTag/team": "web"}}}"#],
    invalid_global_condition_key
}

rule! {
    /// A region that AWS does not have, as a value.
    InvalidRegion = "invalid-region", Some("error-invalid-region"), Error,
    "`aws:RequestedRegion` is compared with a region that does not exist",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-wst-1"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:111122223333:instance/*", "Condition": {"StringLike": {"aws:RequestedRegion": ["eu-west-1", "us-*"]}}}"#],
    invalid_region
}

rule! {
    /// `vpc-` and 8 or 17 letters and digits.
    InvalidVpcFormat = "invalid-vpc-format", Some("error-invalid-vpc-format"), Error,
    "`aws:SourceVpc` is compared with something that is no VPC's id",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpce-12345678"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-12345678", "vpc-0123456789abcdef0"]}}}"#],
    |context, found| id_format(context, "aws:sourcevpc", "vpc-", found)
}

rule! {
    /// `vpce-` and 8 or 17 letters and digits.
    InvalidVpceFormat = "invalid-vpce-format", Some("error-invalid-vpce-format"), Error,
    "`aws:SourceVpce` is compared with something that is no VPC endpoint's id",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpc-0123456789abcdef0"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}}"#],
    |context, found| id_format(context, "aws:sourcevpce", "vpce-", found)
}

rule! {
    /// A key that says little without another.
    MissingPairedConditionKeys = "missing-paired-condition-keys", Some("security-warning-missing-paired-condition-keys"), Security,
    "A condition key says little without another",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}, "StringEquals": {"aws:SourceVpc": "vpc-12345678"}}}"#],
    missing_paired_condition_keys
}

rule! {
    /// A key with several values needs `ForAllValues:` or `ForAnyValue:`.
    MissingQualifier = "missing-qualifier", Some("error-missing-qualifier"), Error,
    "A key with several values has no `ForAllValues:` or `ForAnyValue:`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"StringEquals": {"aws:TagKeys": ["team", "cost"]}}}"#],
    good [
        statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team", "cost"]}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"Null": {"aws:TagKeys": "false"}}}"#
    ],
    missing_qualifier
}

rule! {
    /// `aws:RequestTag/` without the tag's key.
    MissingTagKeyInCondition = "missing-tag-key-in-condition", Some("error-missing-tag-key-in-condition"), Error,
    "A tag's condition key does not say which tag",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestTag/": "web"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag": "web"}}}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestTag/team": "web"}}}"#],
    missing_tag_key_in_condition
}

rule! {
    /// `Null` asks whether the key is there; `IfExists` asks that too.
    NullWithIfExists = "null-with-if-exists", Some("error-null-with-if-exists"), Error,
    "`Null` with `IfExists`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"NullIfExists": {"aws:TokenIssueTime": "true"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Null": {"aws:TokenIssueTime": "true"}}}"#],
    null_with_if_exists
}

rule! {
    /// `ForAllValues:Null` always holds, `ForAnyValue:Null` never does.
    NullWithQualifier = "null-with-qualifier", Some("suggestion-null-with-qualifier"), Suggestion,
    "`Null` with `ForAllValues:` or `ForAnyValue:`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"ForAllValues:Null": {"aws:TagKeys": "true"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Null": {"aws:TagKeys": "true"}}}"#],
    null_with_qualifier
}

rule! {
    /// `aws:SourceIp` is never a private address: those come through a VPC endpoint, as `aws:VpcSourceIp`.
    PrivateIpAddress = "private-ip-address", Some("error-private-ip-address"), Error,
    "`aws:SourceIp` is compared with private addresses only",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.1.0/24"]}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#],
    |context, found| private(context, false, false, found)
}

rule! {
    /// As `private-ip-address`, for some of the values.
    PrivateIpAddressSubset = "private-ip-address-subset", Some("suggestion-private-ip-address-subset"), Suggestion,
    "`aws:SourceIp` is compared with private addresses among others",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/24"]}}}"#],
    |context, found| private(context, false, true, found)
}

rule! {
    /// `NotIpAddress` with private addresses excludes nobody.
    PrivateNotIpAddress = "private-not-ip-address", Some("error-private-not-ip-address"), Error,
    "`NotIpAddress` on `aws:SourceIp` has private addresses only",
    bad [statement Identity r#"{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "172.16.0.0/12"}}}"#],
    good [statement Identity r#"{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#],
    |context, found| private(context, true, false, found)
}

rule! {
    /// As `private-not-ip-address`, for some of the values.
    PrivateNotIpAddressSubset = "private-not-ip-address-subset", Some("suggestion-private-not-ip-address-subset"), Suggestion,
    "`NotIpAddress` on `aws:SourceIp` has private addresses among others",
    bad [statement Identity r#"{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": ["172.16.0.0/12", "203.0.113.0/24"]}}}"#],
    good [statement Identity r#"{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": ["198.51.100.7", "203.0.113.0/24"]}}}"#],
    |context, found| private(context, true, true, found)
}

rule! {
    /// An operator of another type than the key's values.
    TypeMismatch = "type-mismatch", Some("general-warning-type-mismatch"), Warning,
    "An operator is of another type than its key",
    bad [
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
        statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"NumericEquals": {"aws:SourceAccount": "111122223333"}}}"#
    ],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}}"#],
    type_mismatch
}

rule! {
    /// `Bool` and `Null` take `true` and `false`.
    TypeMismatchBoolean = "type-mismatch-boolean", Some("general-warning-type-mismatch-boolean"), Warning,
    "`Bool` or `Null` has another value than `true` or `false`",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "yes"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": true}}}"#],
    |context, found| unreadable(context, |test| matches!(test, Test::Bool | Test::Null), |text| values::parse_bool(text).is_some(), "`true` or `false`", found)
}

rule! {
    /// Date operators take ISO 8601, or seconds since 1970.
    TypeMismatchDate = "type-mismatch-date", Some("general-warning-type-mismatch-date"), Warning,
    "A date operator has a value that is no date",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "31.12.2026"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-31T23:59:59Z"}}}"#],
    |context, found| unreadable(context, |test| matches!(test, Test::Date(_)), |text| values::parse_date(text).is_some(), "a date such as `2026-12-31T23:59:59Z`", found)
}

rule! {
    /// Address operators take an address or a range.
    TypeMismatchIpRange = "type-mismatch-ip-range", Some("general-warning-type-mismatch-ip-range"), Warning,
    "An address operator has a value that is no address range",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.*"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.7", "2001:db8::/32"]}}}"#],
    |context, found| unreadable(context, |test| matches!(test, Test::Address), |text| Network::parse(text).is_some(), "an address range such as `203.0.113.0/24`", found)
}

rule! {
    /// Numeric operators take numbers.
    TypeMismatchNumber = "type-mismatch-number", Some("general-warning-type-mismatch-number"), Warning,
    "A numeric operator has a value that is no number",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"NumericLessThan": {"s3:max-keys": "ten"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"NumericLessThan": {"s3:max-keys": "10"}}}"#],
    |context, found| unreadable(context, |test| matches!(test, Test::Number(_)), |text| values::Decimal::parse(text).is_some(), "a number", found)
}

rule! {
    /// `BinaryEquals` takes base64.
    TypeMismatchString = "type-mismatch-string", Some("general-warning-type-mismatch-string"), Warning,
    "`BinaryEquals` has a value that is no base64",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"BinaryEquals": {"acme:hash": "not base64!"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"BinaryEquals": {"acme:hash": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}}"#],
    |context, found| unreadable(context, |test| matches!(test, Test::Binary), |text| values::parse_base64(text).is_some(), "base64", found)
}

rule! {
    /// `aws:ARN` in a policy of a resource, where it may mean the caller or the source.
    UnsupportedGlobalConditionKey = "unsupported-global-condition-key", Some("error-unsupported-global-condition-key"), Error,
    "`aws:ARN` in a resource's policy",
    bad [statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"ArnLike": {"aws:ARN": "arn:aws:sns:eu-west-1:111122223333:news"}}}"#],
    good [statement Queue r#"{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:news"}}}"#],
    unsupported_global_condition_key
}

rule! {
    /// A `*` under an operator for which it is a plain character.
    WildcardWithoutLikeOperator = "wildcard-without-like-operator", Some("general-warning-wildcard-without-like-operator"), Warning,
    "A value has a wildcard and its operator does not read it",
    bad [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"StringEquals": {"s3:prefix": "home/*"}}}"#],
    good [statement Identity r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports", "Condition": {"StringLike": {"s3:prefix": "home/*"}}}"#],
    wildcard_without_like_operator
}

/// What a key's values are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Arn,
    Bool,
    Number,
    Date,
    DateOrNumber,
    Address,
}

/// The keys of every service, in lower case; one with `/` is followed by a tag's key.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const GLOBAL_KEYS: &[(&str, Kind, bool)] = &[
    ("aws:arn", Kind::Arn, false),
    ("aws:assumedroot", Kind::Bool, false),
    ("aws:calledvia", Kind::Text, true),
    ("aws:calledviaawsmcp", Kind::Text, false),
    ("aws:calledviafirst", Kind::Text, false),
    ("aws:calledvialast", Kind::Text, false),
    ("aws:chatbotsourcearn", Kind::Arn, false),
    ("aws:currenttime", Kind::Date, false),
    ("aws:ec2instancesourceprivateipv4", Kind::Text, false),
    ("aws:ec2instancesourcevpc", Kind::Text, false),
    ("aws:epochtime", Kind::DateOrNumber, false),
    ("aws:federatedprovider", Kind::Text, false),
    ("aws:ismcpserviceaction", Kind::Bool, false),
    ("aws:multifactorauthage", Kind::Number, false),
    ("aws:multifactorauthpresent", Kind::Bool, false),
    ("aws:principalaccount", Kind::Text, false),
    ("aws:principalarn", Kind::Arn, false),
    ("aws:principalisawsservice", Kind::Bool, false),
    ("aws:principalorgid", Kind::Text, false),
    ("aws:principalorgpaths", Kind::Text, true),
    ("aws:principalservicename", Kind::Text, false),
    ("aws:principalservicenameslist", Kind::Text, true),
    ("aws:principaltag/", Kind::Text, false),
    ("aws:principaltype", Kind::Text, false),
    ("aws:referer", Kind::Text, false),
    ("aws:requestedregion", Kind::Text, false),
    ("aws:requesttag/", Kind::Text, false),
    ("aws:resourceaccount", Kind::Text, false),
    ("aws:resourceorgid", Kind::Text, false),
    ("aws:resourceorgpaths", Kind::Text, true),
    ("aws:resourcetag/", Kind::Text, false),
    ("aws:securetransport", Kind::Bool, false),
    ("aws:signinsessionarn", Kind::Arn, false),
    ("aws:sourceaccount", Kind::Text, false),
    ("aws:sourcearn", Kind::Arn, false),
    ("aws:sourceidentity", Kind::Text, false),
    ("aws:sourceinstancearn", Kind::Arn, false),
    ("aws:sourceip", Kind::Address, false),
    ("aws:sourceorgid", Kind::Text, false),
    ("aws:sourceorgpaths", Kind::Text, true),
    ("aws:sourceowner", Kind::Text, false),
    ("aws:sourcevpc", Kind::Text, false),
    ("aws:sourcevpcarn", Kind::Arn, false),
    ("aws:sourcevpce", Kind::Text, false),
    ("aws:tagkeys", Kind::Text, true),
    ("aws:tokenissuetime", Kind::Date, false),
    ("aws:useragent", Kind::Text, false),
    ("aws:userid", Kind::Text, false),
    ("aws:username", Kind::Text, false),
    ("aws:viaawsmcpservice", Kind::Bool, false),
    ("aws:viaawsservice", Kind::Bool, false),
    ("aws:vpceaccount", Kind::Text, false),
    ("aws:vpceorgid", Kind::Text, false),
    ("aws:vpceorgpaths", Kind::Text, true),
    ("aws:vpcsourceip", Kind::Address, false),
];

/// Keys of single services that are often got wrong: their values' kind, and whether there are several.
const SERVICE_KEYS: &[(&str, Kind, bool)] = &[
    ("dynamodb:attributes", Kind::Text, true),
    ("dynamodb:leadingkeys", Kind::Text, true),
    ("iam:awsservicename", Kind::Text, false),
    ("iam:passedtoservice", Kind::Text, false),
    ("kms:calleraccount", Kind::Text, false),
    ("kms:encryptioncontextkeys", Kind::Text, true),
    ("kms:grantisforawsresource", Kind::Bool, false),
    ("kms:viaservice", Kind::Text, false),
    ("s3:max-keys", Kind::Number, false),
    ("s3:prefix", Kind::Text, false),
    ("s3:tlsversion", Kind::Number, false),
    ("sts:externalid", Kind::Text, false),
    ("sts:rolesessionname", Kind::Text, false),
    ("sts:sourceidentity", Kind::Text, false),
    ("sts:transitivetagkeys", Kind::Text, true),
];

/// What is known of a key: its values' kind, and whether a request can have several.
fn known(key: &str) -> Option<(Kind, bool)> {
    let key = key.to_ascii_lowercase();
    let stem = key
        .split_once('/')
        .map_or(key.clone(), |(stem, _)| format!("{stem}/"));
    GLOBAL_KEYS
        .iter()
        .chain(SERVICE_KEYS)
        .find(|(name, _, _)| *name == key || *name == stem)
        .map(|(_, kind, several)| (*kind, *several))
}

fn deprecated_global_condition_key(context: &Context<'_>, found: &mut Sink) {
    if context.has_principals() {
        return;
    }
    for &(at, _, index, condition) in &context.conditions {
        if is_key(condition, &["aws:arn"]) {
            found.push(
                Found::new(
                    condition.key_span,
                    format!(
                        "{} is the old name of `aws:PrincipalArn`",
                        code(&condition.key)
                    ),
                )
                .fix(
                    "write aws:PrincipalArn",
                    vec![ChangeKind::ReplaceKey {
                        statement: at,
                        condition: index,
                        key: "aws:PrincipalArn".to_owned(),
                    }],
                ),
            );
        }
    }
}

fn unsupported_global_condition_key(context: &Context<'_>, found: &mut Sink) {
    if !context.has_principals() {
        return;
    }
    for &(_, _, _, condition) in &context.conditions {
        if is_key(condition, &["aws:arn"]) {
            found.say(
                condition.key_span,
                format!(
                    "{} is not supported here: `aws:PrincipalArn` is the caller, `aws:SourceArn` is for whom a service acts",
                    code(&condition.key)
                ));
        }
    }
}

fn forallvalues_with_single_valued_key(context: &Context<'_>, found: &mut Sink) {
    for &(at, statement, index, condition) in &context.conditions {
        let is_all = Operator::parse(&condition.operator).set == Some(SetOperator::All);
        if !is_all
            || statement.effect != Effect::Allow
            || !matches!(known(&condition.key), Some((_, false)))
        {
            continue;
        }
        let mut finding = Found::new(
            condition.operator_span,
            format!(
                "{} holds for a request without {}, which has one value at most",
                code(&condition.operator),
                code(&condition.key)
            ),
        )
        .attack("whoever comes without that key passes this condition");
        if let Some((_, operator)) = condition.operator.split_once(':') {
            finding = finding.fix(
                format!("compare with {operator}"),
                vec![ChangeKind::ReplaceOperator {
                    statement: at,
                    condition: index,
                    operator: operator.to_owned(),
                }],
            );
        }
        found.push(finding);
    }
}

fn improve_ip_range(context: &Context<'_>, found: &mut Sink) {
    for &(at, _, _, condition) in &context.conditions {
        if Operator::parse(&condition.operator).test != Test::Address {
            continue;
        }
        for item in &condition.values {
            let Some(text) = literal(item) else { continue };
            let (Some(network), Some((address, length))) =
                (Network::parse(text), text.trim().split_once('/'))
            else {
                continue;
            };
            if values::parse_address(address).is_some_and(|given| given.first != network.first) {
                let first = if network.v6 {
                    std::net::Ipv6Addr::from(network.first).to_string()
                } else {
                    match u32::try_from(network.first) {
                        Ok(bits) => std::net::Ipv4Addr::from(bits).to_string(),
                        Err(_) => continue,
                    }
                };
                let better = format!("{first}/{length}");
                found.push(
                    Found::new(
                        item.span,
                        format!(
                            "{} means {}: the bits behind the mask do not count",
                            code(text),
                            code(&better)
                        ),
                    )
                    .fix(
                        format!("write {better}"),
                        vec![ChangeKind::ReplaceValue {
                            statement: at,
                            item: item.span,
                            value: better,
                        }],
                    ),
                );
            }
        }
    }
}

fn invalid_condition_data_type(context: &Context<'_>, found: &mut Sink) {
    for map in context
        .statements
        .iter()
        .filter_map(|statement| statement.member("Condition")?.value.as_map())
    {
        for key in map
            .members
            .iter()
            .filter_map(|operator| operator.value.as_map())
            .flat_map(|map| &map.members)
        {
            let mut kinds: Vec<&str> = key
                .value
                .one_or_many()
                .iter()
                .filter_map(|node| match &node.value {
                    Value::Text(_) => Some("strings"),
                    Value::Number(_) => Some("numbers"),
                    Value::Bool(_) => Some("booleans"),
                    _ => None,
                })
                .collect();
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.len() > 1 {
                found.say(
                    key.value.span,
                    format!(
                        "the values of {} are {}; write all of them as strings",
                        code(&key.key.text),
                        kinds.join(" and ")
                    ),
                );
            }
        }
    }
}

fn invalid_condition_key_format(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let key = condition.key.as_str();
        let is_written_out = key.is_ascii() && !is_placeholder(key) && !key.starts_with("Fn::");
        let is_right = key
            .split_once(':')
            .is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
        if is_written_out && !is_right {
            found.say(
                condition.key_span,
                format!("{} has not the form `service:name`", code(key)),
            );
        }
    }
}

fn invalid_condition_multiple_boolean(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let operator = Operator::parse(&condition.operator);
        if operator.test == Test::Bool && operator.set.is_none() && condition.values.len() > 1 {
            found.say(
                condition.span,
                format!(
                    "{} takes one value, `true` or `false`",
                    code(&condition.operator)
                ),
            );
        }
    }
}

/// `Null` with a prefix or suffix that it does not take, which other rules tell.
fn is_odd_null(operator: &str) -> bool {
    let operator = operator.to_ascii_lowercase();
    let name = operator.rsplit(':').next().unwrap_or(&operator);
    matches!(name, "null" | "nullifexists")
}

fn invalid_condition_operator(context: &Context<'_>, found: &mut Sink) {
    const OPERATORS: &[&str] = &[
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "BinaryEquals",
        "Bool",
        "DateEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateNotEquals",
        "IpAddress",
        "NotIpAddress",
        "Null",
        "NumericEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericNotEquals",
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
    ];
    let mut told = Index::default();
    for &(_, _, _, condition) in &context.conditions {
        let text = condition.operator.as_str();
        if Operator::parse(text).test != Test::Unknown
            || is_odd_null(text)
            || is_placeholder(text)
            || text.starts_with("Fn::")
        {
            continue;
        }
        // One operator may stand before several keys.
        if !told.is_new(condition.operator_span.start.to_le_bytes()) {
            continue;
        }
        let name = text.rsplit(':').next().unwrap_or(text).to_ascii_lowercase();
        let near = OPERATORS.iter().find(|known| {
            let known = known.to_ascii_lowercase();
            name.len() >= 4 && (known.starts_with(&name) || name.starts_with(&known))
        });
        let help = near.map_or(String::new(), |near| format!("; you mean perhaps `{near}`"));
        found.say(
            condition.operator_span,
            format!("{} is no condition operator{help}", code(text)),
        );
    }
}

fn invalid_date_value(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        if !matches!(Operator::parse(&condition.operator).test, Test::Date(_)) {
            continue;
        }
        for item in &condition.values {
            let Some(text) = literal(item) else { continue };
            // Seconds since 1970 have ten digits from 2001 on.
            if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() && text.len() < 10
            {
                found.say(
                    item.span,
                    format!(
                        "{} is read as seconds since 1970; write a date as `YYYY-MM-DD`",
                        code(text)
                    ),
                );
            }
        }
    }
}

fn invalid_global_condition_key(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let key = condition.key.to_ascii_lowercase();
        let is_tag = ["aws:principaltag", "aws:requesttag", "aws:resourcetag"]
            .iter()
            .any(|tag| key == *tag);
        if !key.starts_with("aws:") || is_tag || is_placeholder(&key) || known(&key).is_some() {
            continue;
        }
        let near = GLOBAL_KEYS.iter().find(|(name, _, _)| {
            name.len() > 8 && (key.starts_with(name) || name.starts_with(key.as_str()))
        });
        let help = near.map_or(String::new(), |(name, _, _)| {
            format!("; near it is `{name}`")
        });
        found.say(
            condition.key_span,
            format!(
                "{} is no global condition key that we know{help}",
                code(&condition.key)
            ),
        );
    }
}

fn invalid_region(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        if !is_key(condition, &["aws:requestedregion", "ec2:region"]) {
            continue;
        }
        for item in &condition.values {
            if let Some(text) = literal(item)
                && wrong_region(text)
            {
                found.say(item.span, format!("{} is no region of AWS's", code(text)));
            }
        }
    }
}

fn id_format(context: &Context<'_>, key: &str, prefix: &str, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        if !is_key(condition, &[key])
            || !matches!(
                Operator::parse(&condition.operator).test,
                Test::String | Test::StringIgnoringCase
            )
        {
            continue;
        }
        for item in &condition.values {
            let Some(text) = literal(item) else { continue };
            if is_placeholder(text) || text.contains(['*', '?']) {
                continue;
            }
            // What has no digit is a word to be filled in: `vpc-id`.
            let is_id = text.strip_prefix(prefix).is_some_and(|id| {
                matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            if !is_id && text.bytes().any(|byte| byte.is_ascii_digit()) {
                found.say(
                    item.span,
                    format!(
                        "{} is compared with {}; such an id is `{prefix}` and 8 or 17 letters and digits",
                        code(&condition.key),
                        code(text)
                    ));
            }
        }
    }
}

fn missing_paired_condition_keys(context: &Context<'_>, found: &mut Sink) {
    const PAIRS: &[(&str, &[&str], &str)] = &[
        (
            "aws:vpcsourceip",
            &["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"],
            "every VPC of every account can have these private addresses",
        ),
        (
            "aws:ec2instancesourceprivateipv4",
            &["aws:ec2instancesourcevpc"],
            "a machine in any VPC can have this private address",
        ),
        (
            "cognito-identity.amazonaws.com:amr",
            &["cognito-identity.amazonaws.com:aud"],
            "the users of anybody's identity pool become this role",
        ),
    ];
    for (_, statement) in context.allows() {
        for (key, others, attack) in PAIRS {
            if let Some(condition) = condition_on(statement, &[key])
                && condition_on(statement, others).is_none()
            {
                found.push(
                    Found::new(
                        condition.key_span,
                        format!(
                            "{} says little without {}",
                            code(&condition.key),
                            list(others)
                        ),
                    )
                    .attack(*attack),
                );
            }
        }
    }
}

fn missing_qualifier(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let operator = Operator::parse(&condition.operator);
        if operator.set.is_none()
            && !matches!(operator.test, Test::Null | Test::Unknown)
            && !is_odd_null(&condition.operator)
            && matches!(known(&condition.key), Some((_, true)))
        {
            found.say(
                condition.operator_span,
                format!(
                    "{} has several values, and {} looks at one; write `ForAnyValue:{}` or `ForAllValues:{}`",
                    code(&condition.key),
                    code(&condition.operator),
                    condition.operator,
                    condition.operator
                ));
        }
    }
}

fn missing_tag_key_in_condition(context: &Context<'_>, found: &mut Sink) {
    const TAGS: &[&str] = &[
        "aws:principaltag",
        "aws:requesttag",
        "aws:resourcetag",
        "ec2:resourcetag",
        "iam:resourcetag",
        "s3:existingobjecttag",
        "s3:requestobjecttag",
    ];
    for &(_, _, _, condition) in &context.conditions {
        let key = condition.key.to_ascii_lowercase();
        if TAGS.contains(&key.trim_end_matches('/')) {
            found.say(
                condition.key_span,
                format!(
                    "{} does not say which tag; write `{}/` and the tag's key",
                    code(&condition.key),
                    condition.key.trim_end_matches('/')
                ),
            );
        }
    }
}

fn null_with_if_exists(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        if condition.operator.eq_ignore_ascii_case("nullifexists") {
            found.say(
                condition.operator_span,
                format!(
                    "{} does not exist: `Null` asks itself whether the key is there",
                    code(&condition.operator)
                ),
            );
        }
    }
}

fn null_with_qualifier(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let operator = condition.operator.to_ascii_lowercase();
        let what = match operator.as_str() {
            "forallvalues:null" => "always holds",
            "foranyvalue:null" => "never holds",
            _ => continue,
        };
        found.say(
            condition.operator_span,
            format!("{} {what}; write `Null`", code(&condition.operator)),
        );
    }
}

/// Addresses that no request from the internet has.
fn is_private(network: &Network) -> bool {
    const RANGES: &[&str] = &[
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
    ];
    RANGES
        .iter()
        .filter_map(|range| Network::parse(range))
        .any(|range| range.contains(network))
}

fn private(context: &Context<'_>, negated: bool, some: bool, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let operator = Operator::parse(&condition.operator);
        if operator.test != Test::Address
            || operator.negated != negated
            || !is_key(condition, &["aws:sourceip"])
        {
            continue;
        }
        let mut private = Vec::new();
        let mut all = 0;
        for item in &condition.values {
            all += 1;
            let text = item.value();
            if Network::parse(&text).is_some_and(|network| is_private(&network)) {
                private.push((item.span, text.into_owned()));
            }
        }
        let are_some = private.len() < all;
        if private.is_empty() || are_some != some {
            continue;
        }
        let names: Vec<&str> = private.iter().map(|(_, text)| text.as_str()).collect();
        let span = if let ([(span, _)], true) = (private.as_slice(), some) {
            *span
        } else {
            condition.span
        };
        found.say(
            span,
            format!(
                "`aws:SourceIp` is a public address, never {}; private ones are `aws:VpcSourceIp`",
                list(&names)
            ),
        );
    }
}

fn type_mismatch(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        let Some((kind, _)) = known(&condition.key) else {
            continue;
        };
        let is_tag = condition.key.contains('/');
        let test = Operator::parse(&condition.operator).test;
        let is_text = matches!(
            test,
            Test::String | Test::StringIgnoringCase | Test::StringLike
        );
        let (fits, wanted) = match kind {
            // A text is compared as whatever it is written as: tags hold numbers and dates.
            Kind::Text if is_tag => (true, ""),
            Kind::Text => (
                is_text || matches!(test, Test::Arn | Test::Binary),
                "String",
            ),
            Kind::Arn => (is_text || test == Test::Arn, "Arn"),
            Kind::Bool => (test == Test::Bool, "Bool"),
            Kind::Number => (matches!(test, Test::Number(_)), "Numeric"),
            Kind::Date => (matches!(test, Test::Date(_)), "Date"),
            Kind::DateOrNumber => (matches!(test, Test::Date(_) | Test::Number(_)), "Date"),
            Kind::Address => (test == Test::Address, "IpAddress"),
        };
        if !fits && !matches!(test, Test::Null | Test::Unknown) {
            found.say(
                condition.operator_span,
                format!(
                    "{} is compared with {}; its values take the `{wanted}` operators",
                    code(&condition.key),
                    code(&condition.operator)
                ),
            );
        }
    }
}

fn unreadable(
    context: &Context<'_>,
    is_ours: fn(Test) -> bool,
    reads: fn(&str) -> bool,
    wanted: &str,
    found: &mut Sink,
) {
    for &(_, _, _, condition) in &context.conditions {
        if !is_ours(Operator::parse(&condition.operator).test) {
            continue;
        }
        for item in &condition.values {
            let Some(text) = literal(item) else { continue };
            // A variable there has a rule of its own.
            if !reads(text) && !text.contains("${") {
                found.say(
                    item.span,
                    format!(
                        "{} takes {wanted}, and {} is none, so it never holds",
                        code(&condition.operator),
                        code(text)
                    ),
                );
            }
        }
    }
}

fn wildcard_without_like_operator(context: &Context<'_>, found: &mut Sink) {
    for &(_, _, _, condition) in &context.conditions {
        if !matches!(
            Operator::parse(&condition.operator).test,
            Test::String | Test::StringIgnoringCase
        ) {
            continue;
        }
        for item in &condition.values {
            let Some(text) = literal(item) else { continue };
            // `${*}` and `${?}` are the characters themselves, and masks are no wildcards.
            let plain = text.replace("${*}", "").replace("${?}", "");
            if plain.contains(['*', '?']) && !plain.contains("***") && !plain.contains("://") {
                found.say(
                    item.span,
                    format!(
                        "{} compares {} letter by letter, also its wildcard; `StringLike` and `StringNotLike` read it",
                        code(&condition.operator),
                        code(text)
                    ));
            }
        }
    }
}
