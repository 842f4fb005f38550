use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// Kubernetes' own roles and bindings.
#[derive(Debug)]
pub(super) struct KubernetesRbac;

impl Lookalike for KubernetesRbac {
    fn id(&self) -> &'static str {
        "kubernetes-rbac"
    }

    fn advice(&self) -> &'static str {
        "This is Kubernetes' own access control, not IAM: map the IAM principal into the cluster (access entry or aws-auth) and bind a role to it."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "pods is forbidden: User \"system:anonymous\" cannot list resource \"pods\" in API group \"\"",
            "error: You must be logged in to the server (Unauthorized)",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "attemptingtograntextraprivileges",
            "cannotgetresource",
            "cannotlistresource",
            "error:unauthorized",
            "isforbidden:user",
            "kubernetesobjectsonthisekscluster",
            "mustbeloggedintotheserver",
            "serverhasaskedfortheclienttoprovidecredentials",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let window = text.squeezed_window(hit.end, 24);
        let word = window
            .chars()
            .next()
            .is_some_and(|next| next.is_ascii_alphanumeric() || next == ':' || next == '_');
        let glued = text
            .text()
            .get(text.place_end(hit.end)..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|next| next.is_ascii_alphanumeric() || next == ':');
        (phrase != "error:unauthorized" || !(word && glued)).then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
