//! The rules by which a request is decided: an id, a sentence, where it comes from. Tests and the manual of the semantics are made from this table.

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in tests and in the manual.
    pub id: &'static str,
    /// What holds.
    pub sentence: &'static str,
    /// Where that is said.
    pub source: &'static str,
}

const fn rule(id: &'static str, sentence: &'static str, source: &'static str) -> Rule {
    Rule {
        id,
        sentence,
        source,
    }
}

macro_rules! guide {
    ($page:literal) => {
        concat!(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/",
            $page,
            ".html"
        )
    };
}

/// Labels and tests published by others, where AWS's guide is silent.
const LABELS: &str =
    "https://github.com/aws-samples/iam-access-analyzer-custom-policy-check-samples";
const EVALUATORS: &str = "https://github.com/cloud-copilot/iam-simulate";
const LOGIC: &str = guide!("reference_policies_evaluation-logic");
const ORDER: &str = guide!("reference_policies_evaluation-logic_policy-eval-denyallow");
const PRINCIPAL: &str = guide!("reference_policies_elements_principal");
const OPERATORS: &str = guide!("reference_policies_elements_condition_operators");
const SEVERAL: &str = guide!("reference_policies_condition-logic-multiple-context-keys-or-values");
const VARIABLES: &str = guide!("reference_policies_variables");
const RESOURCE: &str = guide!("reference_policies_elements_resource");
const ACTION: &str = guide!("reference_policies_elements_action");
const SESSIONS: &str = guide!("access_policies");
const TAGS: &str = guide!("id_session-tags");
const KEY_POLICY: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html";

/// Every rule, by id.
pub const RULES: &[Rule] = &[
    rule(
        "account-delegates",
        "a trust or key policy that names the caller's account only delegates: the caller's identity policies must allow too",
        PRINCIPAL,
    ),
    rule("action-all", "`*` and `*:*` are every action", EVALUATORS),
    rule(
        "action-case",
        "actions are compared without letter case, with `*` and `?` in the name",
        ACTION,
    ),
    rule(
        "action-service-wildcard",
        "a wildcard in the service part of an action, or no colon, names no action",
        ACTION,
    ),
    rule(
        "anonymous-needs-everyone",
        "the anonymous caller needs `*` in the resource's policy, and no identity policy",
        PRINCIPAL,
    ),
    rule(
        "arn-condition-by-part",
        "ARN operators compare six parts, each by itself; ArnEquals is ArnLike",
        OPERATORS,
    ),
    rule(
        "aws-managed-things",
        "what AWS manages cannot be changed, whatever policies say; reading it is for policies to allow",
        guide!("access_policies_managed-vs-inline"),
    ),
    rule(
        "binary-decoded",
        "BinaryEquals compares decoded base64",
        OPERATORS,
    ),
    rule(
        "bool-any-case",
        "Bool compares true and false in any letter case",
        OPERATORS,
    ),
    rule(
        "boundary-limits-identity",
        "a permissions boundary limits what identity policies allow",
        guide!("access_policies_boundaries"),
    ),
    rule(
        "boundary-limits-role-grant",
        "a grant to the role's ARN is limited by the boundary",
        LOGIC,
    ),
    rule(
        "boundary-spares-root",
        "boundaries do not apply to the root user",
        guide!("access_policies_boundaries"),
    ),
    rule(
        "boundary-spares-user-grant",
        "a grant to the user's own ARN is not limited by a silent boundary",
        LOGIC,
    ),
    rule(
        "caller-identity-always",
        "sts:GetCallerIdentity is always allowed",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
    ),
    rule(
        "condition-absent-key",
        "an absent key fails a positive operator and satisfies a negated one",
        OPERATORS,
    ),
    rule(
        "condition-and-or",
        "conditions are joined by AND, the values of one by OR",
        SEVERAL,
    ),
    rule(
        "condition-if-exists",
        "with IfExists an absent key satisfies the condition",
        OPERATORS,
    ),
    rule(
        "condition-key-case",
        "names of keys are compared without letter case",
        guide!("reference_policies_condition-keys"),
    ),
    rule(
        "condition-negated-nor",
        "a negated operator refuses every one of its values",
        SEVERAL,
    ),
    rule(
        "condition-several-values",
        "a key with several values matches only with a set operator",
        EVALUATORS,
    ),
    rule(
        "condition-unknown-operator",
        "an unknown operator never matches",
        EVALUATORS,
    ),
    rule(
        "condition-unreadable",
        "a value that is not of the operator's type never matches, also under a negated operator",
        EVALUATORS,
    ),
    rule(
        "cross-account-both",
        "across accounts both the identity policies and the resource's policy must allow",
        guide!("reference_policies_evaluation-logic-cross-account"),
    ),
    rule(
        "cross-account-boundary",
        "across accounts boundary and session policies limit every grant",
        guide!("reference_policies_evaluation-logic-cross-account"),
    ),
    rule(
        "date-iso-or-epoch",
        "dates are ISO 8601 or epoch seconds, in the policy and in the request",
        OPERATORS,
    ),
    rule(
        "endpoint-gate",
        "the endpoint's policy must allow and replaces nothing",
        "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    ),
    rule(
        "everyone-by-arn",
        "`*` with a condition on aws:PrincipalArn is limited by neither boundary nor session policies",
        LOGIC,
    ),
    rule(
        "everyone-session",
        "`*` is limited by session policies, not by the boundary",
        EVALUATORS,
    ),
    rule(
        "explicit-deny",
        "a matching Deny in any policy that applies decides",
        ORDER,
    ),
    rule(
        "federated-user-session",
        "a federated user without session policies has only what resource policies grant",
        SESSIONS,
    ),
    rule(
        "federating-user",
        "a grant to the user who asked for a federated user's credentials is limited by boundary and session policies",
        LOGIC,
    ),
    rule(
        "for-all-values",
        "ForAllValues is satisfied when every value is, and by an absent key",
        SEVERAL,
    ),
    rule(
        "for-all-values-negated",
        "ForAllValues with a negated operator negates the comparison of each value",
        guide!("reference_policies_condition_examples-multi-valued-context-keys"),
    ),
    rule(
        "for-any-value",
        "ForAnyValue is satisfied when some value is, and not by an absent key",
        SEVERAL,
    ),
    rule(
        "identity-or-resource",
        "in one account either the identity policies or the resource's policy suffice",
        LOGIC,
    ),
    rule(
        "ip-families",
        "addresses of IPv4 and IPv6 never match each other",
        OPERATORS,
    ),
    rule(
        "key-policy-must-allow",
        "a key policy must itself allow",
        KEY_POLICY,
    ),
    rule(
        "kms-alias",
        "a KMS alias has no key policy: identity policies decide",
        "https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html",
    ),
    rule(
        "not-action",
        "NotAction is every other action of every service",
        guide!("reference_policies_elements_notaction"),
    ),
    rule(
        "not-principal-allow",
        "NotPrincipal with Allow is everybody but the listed",
        guide!("reference_policies_elements_notprincipal"),
    ),
    rule(
        "not-principal-boundary",
        "NotPrincipal with Deny cannot spare a caller that has a boundary",
        guide!("reference_policies_elements_notprincipal"),
    ),
    rule(
        "not-principal-deny",
        "NotPrincipal with Deny spares only the listed",
        guide!("reference_policies_elements_notprincipal"),
    ),
    rule(
        "not-resource",
        "NotResource is every other resource",
        guide!("reference_policies_elements_notresource"),
    ),
    rule(
        "null",
        "Null asks whether a key is absent; an empty string is present",
        OPERATORS,
    ),
    rule(
        "number-decimal",
        "numbers are compared as decimal numbers",
        OPERATORS,
    ),
    rule(
        "principal-exact",
        "principals are exact strings; `*` stands only alone",
        PRINCIPAL,
    ),
    rule(
        "principal-missing",
        "a statement of a resource's policy without Principal names nobody",
        PRINCIPAL,
    ),
    rule(
        "rcp-denies-only",
        "an RCP takes away only by Deny, from every caller, in the services that support it",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
    ),
    rule(
        "resource-by-part",
        "in the first five parts of an ARN `*` does not cross a colon; in the last it crosses everything",
        LABELS,
    ),
    rule(
        "resource-case",
        "resources are compared with letter case",
        RESOURCE,
    ),
    rule(
        "resource-service-wildcard",
        "a wildcard for an ARN's service names nothing",
        RESOURCE,
    ),
    rule(
        "resource-short-arn",
        "an ARN with fewer than six parts has `*` for the missing",
        EVALUATORS,
    ),
    rule(
        "resource-star-only",
        "an action without resource types is allowed only by `*`, or a NotResource that does not cover it",
        guide!("reference_policies_actions-resources-contextkeys"),
    ),
    rule(
        "resource-type-wildcard",
        "a wildcard where a resource's type stands is one like any other",
        guide!("reference-arns"),
    ),
    rule(
        "role-names-sessions",
        "a role's ARN names its sessions, whatever the role's path and letter case",
        PRINCIPAL,
    ),
    rule(
        "root-assumes-nothing",
        "the root user cannot assume a role",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
    ),
    rule(
        "root-has-all",
        "the root user needs no identity policy in its account",
        guide!("id_root-user"),
    ),
    rule(
        "saml-trust-alone",
        "AssumeRoleWithSAML is decided by the trust policy alone",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html",
    ),
    rule(
        "scp-every-level",
        "an SCP must allow at every level",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    ),
    rule(
        "scp-spares",
        "SCPs do not apply to services, anonymous callers and service-linked roles, and do to the root user",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    ),
    rule(
        "service-needs-resource",
        "a service needs the resource's policy alone",
        PRINCIPAL,
    ),
    rule(
        "session-arn-escapes",
        "a grant to the session's own ARN is limited by neither boundary nor session policies",
        SESSIONS,
    ),
    rule(
        "session-limits-identity",
        "session policies limit what identity policies allow",
        SESSIONS,
    ),
    rule(
        "session-limits-role-grant",
        "a grant to the role's ARN is limited by session policies",
        SESSIONS,
    ),
    rule(
        "source-identity-second",
        "sts:SetSourceIdentity is a second authorisation, which the trust policy must allow too",
        guide!("id_credentials_temp_control-access_monitor"),
    ),
    rule(
        "string-case",
        "string operators compare with letter case, but for the IgnoreCase ones",
        OPERATORS,
    ),
    rule(
        "string-like",
        "StringLike takes `*` and `?`; StringEquals takes them as characters",
        OPERATORS,
    ),
    rule(
        "tag-session-second",
        "sts:TagSession is a second authorisation, which the trust policy must allow too",
        TAGS,
    ),
    rule(
        "trust-must-allow",
        "a role's trust policy must itself allow; without one the request is denied",
        guide!("id_roles_terms-and-concepts"),
    ),
    rule(
        "trust-names-caller",
        "a trust policy that names the caller or its role is enough by itself in one account",
        PRINCIPAL,
    ),
    rule(
        "variable-default",
        "a variable's default stands for an absent key",
        VARIABLES,
    ),
    rule(
        "variable-literal",
        "a variable's value is inserted as it is: its `*` is no wildcard",
        VARIABLES,
    ),
    rule(
        "variable-operators",
        "variables stand in values of string and ARN operators only; elsewhere they are no value of the operator's type",
        VARIABLES,
    ),
    rule(
        "variable-unresolved",
        "a variable without value matches no resource and no positive operator, and satisfies a negated one",
        VARIABLES,
    ),
    rule(
        "variable-version",
        "variables exist in Version 2012-10-17 only",
        VARIABLES,
    ),
    rule(
        "web-identity-trust-alone",
        "AssumeRoleWithWebIdentity is decided by the trust policy alone, for a provider in the role's account",
        "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html",
    ),
];

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn the_table_is_sorted_and_says_where_from() {
        assert!(RULES.is_sorted_by(|left, right| left.id < right.id));
        for rule in RULES {
            assert!(rule.source.starts_with("https://"), "{}", rule.id);
            assert!(!rule.sentence.ends_with('.'), "{}", rule.id);
        }
    }
}
