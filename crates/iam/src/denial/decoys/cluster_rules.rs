use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A rule of the cluster or of a tool on it, beside its roles: an admission webhook, Pod Security, Argo CD's own roles.
#[derive(Debug)]
pub(super) struct ClusterRules;

impl Lookalike for ClusterRules {
    fn id(&self) -> &'static str {
        "cluster-rules"
    }

    fn advice(&self) -> &'static str {
        "A rule inside of the Kubernetes cluster refused this (an admission policy, Pod Security, a tool's own roles), and IAM was not asked: change the object to fit the rule, or the rule."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "admission webhook \"validate.kyverno.svc-fail\" denied the request: policy Deployment/api for resource violation",
            "pods \"api-\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false",
            "rpc error: code = PermissionDenied desc = permission denied: applications, get, default/api, sub: ann",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "admissionwebhook",
            "permissiondenied:applications,",
            "permissiondenied:clusters,",
            "permissiondenied:projects,",
            "permissiondenied:repositories,",
            "violatespodsecurity",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let after = text.squeezed_window(hit.end, 200);
        (phrase != "admissionwebhook" || after.contains("deniedtherequest")).then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
