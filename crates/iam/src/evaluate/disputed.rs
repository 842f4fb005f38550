//! Where AWS's guide is silent, ambiguous or contradicted: how it is decided here, and what AWS says.

/// One question that evaluators answer differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disputed {
    /// What is asked.
    pub question: &'static str,
    /// How it is decided.
    pub decided: &'static str,
    /// The rule ([`super::rules::RULES`]) under whose name it is tested.
    pub rule: &'static str,
    /// The sentence of AWS's guide that is nearest to it; `None` where it has none.
    pub says: Option<&'static str>,
    /// Where that stands, or should stand.
    pub source: &'static str,
}

macro_rules! guide {
    ($page:literal) => {
        concat!("https://docs.aws.amazon.com/IAM/latest/UserGuide/", $page)
    };
}

/// Every disputed question, by question.
pub const DISPUTED: &[Disputed] = &[
    Disputed {
        question: "a Deny with NotPrincipal that lists the caller's account, but not the caller",
        decided: "denied where another principal of the account is listed beside it, else spared",
        rule: "not-principal-deny",
        says: Some(
            "In the following example, all principals are denied except the user named Bob in AWS account 444455556666.",
        ),
        source: guide!("reference_policies_elements_notprincipal.html"),
    },
    Disputed {
        question: "a Deny with NotPrincipal that lists the caller's session or role, but not its account",
        decided: "spares the listed, with a warning",
        rule: "not-principal-deny",
        says: Some(
            "When you use NotPrincipal with Deny, you must also specify the account ARN of the not-denied principal. Otherwise, the policy might deny access to the entire account containing the principal.",
        ),
        source: guide!("reference_policies_elements_notprincipal.html"),
    },
    Disputed {
        question: "a negated operator whose value has a variable without value",
        decided: "matches",
        rule: "variable-unresolved",
        says: Some(
            "Inverted condition operators like StringNotEquals or StringNotLike do match against a null value, as the value of the condition key they are testing against is not equal to or like the effectively null value.",
        ),
        source: guide!("reference_policies_variables.html#policy-vars-no-value"),
    },
    Disputed {
        question: "a request to STS without a trust policy in the scenario",
        decided: "denied: what is not given does not exist",
        rule: "trust-must-allow",
        says: Some(
            "A role trust policy is a required resource-based policy that is attached to a role in IAM.",
        ),
        source: guide!("id_roles_terms-and-concepts.html"),
    },
    Disputed {
        question: "a resource policy names the role, and the permissions boundary is silent",
        decided: "denied",
        rule: "boundary-limits-role-grant",
        says: Some(
            "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit deny in a permissions boundary or session policy.",
        ),
        source: guide!("reference_policies_evaluation-logic_policy-eval-denyallow.html"),
    },
    Disputed {
        question: "a resource policy names the session, and boundary or session policy are silent",
        decided: "allowed",
        rule: "session-arn-escapes",
        says: Some(
            "Permissions granted directly to a session are not limited by an implicit deny in an identity-based policy, a permissions boundary, or session policy.",
        ),
        source: guide!("reference_policies_evaluation-logic_policy-eval-denyallow.html"),
    },
    Disputed {
        question: "a variable under Bool, Numeric, Date, IpAddress",
        decided: "no match: it is no value of that type",
        rule: "variable-operators",
        says: Some(
            "You can't use a policy variable with other operators, such as Numeric, Date, Boolean, Binary, IP Address, or Null operators.",
        ),
        source: guide!("reference_policies_variables.html"),
    },
    Disputed {
        question: "a wildcard in the service part of a resource's ARN",
        decided: "matches nothing, and the linter says so",
        rule: "resource-service-wildcard",
        says: Some(
            "You can't use a wildcard in the service segment that identifies the AWS product.",
        ),
        source: guide!("reference_policies_elements_resource.html"),
    },
    Disputed {
        question: "a wildcard where a resource's type stands: `arn:aws:iam::111122223333:*/name`",
        decided: "a pattern like any other, and the linter says so",
        rule: "resource-type-wildcard",
        says: Some(
            "You cannot use a wildcard in the portion of the ARN that specifies the resource type, such as the term user in an IAM ARN.",
        ),
        source: guide!("reference-arns.html"),
    },
    Disputed {
        question: "an ARN with fewer than six parts in resource policies, endpoint policies, SCPs and RCPs",
        decided: "completed with `*`, as in identity policies, and the linter says so",
        rule: "resource-short-arn",
        says: None,
        source: guide!("reference_policies_elements_resource.html"),
    },
    Disputed {
        question: "an operator that IAM does not know, in an Allow",
        decided: "no match, whatever its name looks like",
        rule: "condition-unknown-operator",
        says: None,
        source: guide!("reference_policies_elements_condition_operators.html"),
    },
    Disputed {
        question: "everyone is named, and the session policy is silent",
        decided: "denied; with a condition on aws:PrincipalArn allowed",
        rule: "everyone-session",
        says: Some(
            "Identity-based policy types, such as permissions boundaries or session policies, do not limit permissions granted using the aws:PrincipalArn condition key with a wildcard(*) in the Principal element, unless the identity-based policies contain an explicit deny.",
        ),
        source: guide!("reference_policies_elements_principal.html"),
    },
    Disputed {
        question: "the action `*:*`",
        decided: "every action, and the linter says so",
        rule: "action-all",
        says: None,
        source: guide!("reference_policies_elements_action.html"),
    },
    Disputed {
        question: "the empty string as a key's value, under Null",
        decided: "the key is there",
        rule: "null",
        says: Some(
            "In the policy statement, use either true (the key doesn't exist — it is null) or false (the key exists and its value is not null).",
        ),
        source: guide!("reference_policies_elements_condition_operators.html#Conditions_Null"),
    },
];
