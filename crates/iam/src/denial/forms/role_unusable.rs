use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · a service's refusal of a role that says neither "assume" as a verb of its own nor who: CloudTrail, flow logs, RDS, CodeDeploy,
/// Redshift.
/// *What it never does* · name the service: the words around the sentence do.
#[derive(Debug)]
pub(super) struct RoleUnusable;

const FIREHOSE: &str = "firehosetoassumetherole";

impl Form for RoleUnusable {
    fn id(&self) -> &'static str {
        manual("role-unusable")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`Access denied. Check the trust relationships for your role`, `Unable to assume given IAM role`, `does not have the permissions required to assume the role ROLE`, `Not authorized to get credentials of role ROLE`, `Ensure that the trust policy for the provided IAM role allows Firehose to assume the role`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "InvalidCloudWatchLogsRoleArnException: Access denied. Check the trust relationships for your role.",
            "Unable to assume given IAM role",
            "Bedrock Knowledge Base was unable to assume the given role. Provide the proper permissions and retry the request.",
            "Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role",
            "Not authorized to get credentials of role arn:aws:iam::111122223333:role/spectrum",
            "AWS CodeDeploy does not have the permissions required to assume the role arn:aws:iam::111122223333:role/deploy",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            FIREHOSE,
            "accessdenied.checkthetrustrelationshipsforyourrole",
            "errorinassuminginstancerole",
            "notauthorizedtogetcredentialsofrole",
            "permissionsrequiredtoassumetherole",
            "permissionstoassumetheassociatedrole",
            "rolearnvalueisinvalidordoesnotincludetherequiredpermissions",
            "unabletoassumegiveniamrole",
            "unabletoassumethegivenrole",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let role = token(text, text.place_end(hit.end))
            .map(|value| {
                let is_name =
                    |letter: &char| letter.is_ascii_alphanumeric() || ":/+=,.@_-".contains(*letter);
                let name: String = value.text.chars().take_while(is_name).collect();
                name.trim_end_matches(['.', ',', ':']).to_owned()
            })
            .filter(|value| value.starts_with("arn:") && value.contains(":role/"));
        let denial = Denial {
            // The one that is named in the words themselves.
            principal: (text.squeezed().get(hit.range()) == Some(FIREHOSE))
                .then(|| "Firehose".to_owned()),
            action: Some("sts:AssumeRole".to_owned()),
            resource: role,
            action_source: ActionSource::Implied,
            inferred_policy_type: Some(PolicyType::Trust),
            ..Denial::default()
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}
