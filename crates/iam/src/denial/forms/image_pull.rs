use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · a container engine that may not pull from, or push to, a private ECR repository.
/// *What it never does* · take another registry's refusal for ECR's (that is a decoy).
#[derive(Debug)]
pub(super) struct ImagePull;

impl Form for ImagePull {
    fn id(&self) -> &'static str {
        manual("image-pull")
    }

    fn reads(&self) -> &'static str {
        manual("`pull access denied for ACCOUNT.dkr.ecr.REGION.amazonaws.com/...`")
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "CannotPullContainerError: Error response from daemon: pull access denied for 111122223333.dkr.ecr.us-east-1.amazonaws.com/app, repository does not exist or may require 'docker login'",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["pullaccessdeniedfor", "pullaccessdenied", "403forbidden"]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let window = text.squeezed_window(hit.start, 160);
        let around = text.squeezed_before(hit.start, 300);
        let private = window.contains(".dkr.ecr.")
            || text.squeezed().get(hit.range()) == Some("403forbidden")
                && around.contains(".dkr.ecr.");
        if !private {
            return Vec::new();
        }
        // The manifest is asked for first, and an image is resolved by it.
        let said = around.rfind("failedtoresolveref");
        if let Some(said) = said
            && around
                .get(said..)
                .is_some_and(|rest| rest.contains("manifests"))
        {
            let start = hit.start - around.len() + said;
            // `ref` of containerd, `reference` of the kubelet.
            let at = start + "failedtoresolveref".len();
            let rest = text.squeezed_window(at, 6) == "erence";
            let reference = token(text, text.place_end(at + if rest { 6 } else { 0 }));
            let resource = reference.and_then(|reference| repository_arn(&reference.text));
            let denial = Denial {
                action: Some("ecr:BatchGetImage".to_owned()),
                action_source: ActionSource::Implied,
                resource,
                ..Denial::default()
            };
            return vec![Finding::new(
                denial,
                Span::new(start, hit.end),
                Weight::Implied,
            )];
        }
        vec![Finding::alone(hit, None)]
    }
}

/// The repository of an image's address: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG`.
pub(super) fn repository_arn(reference: &str) -> Option<String> {
    let (host, path) = reference.split_once('/')?;
    let (account, rest) = host.split_once(".dkr.ecr.")?;
    let (region, suffix) = rest.split_once('.')?;
    let partition = match suffix {
        "amazonaws.com" if region.starts_with("us-gov-") => "aws-us-gov",
        "amazonaws.com" => "aws",
        "amazonaws.com.cn" => "aws-cn",
        _ => return None,
    };
    let name = path.split(['@', ':']).next()?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && !name.is_empty())
        .then(|| format!("arn:{partition}:ecr:{region}:{account}:repository/{name}"))
}

#[cfg(test)]
mod tests {
    use super::repository_arn;

    #[test]
    fn an_address_tells_its_repository() {
        assert_eq!(
            repository_arn("604718392055.dkr.ecr.eu-west-1.amazonaws.com/team/app:latest")
                .as_deref(),
            Some("arn:aws:ecr:eu-west-1:604718392055:repository/team/app")
        );
        assert_eq!(repository_arn("docker.io/library/nginx"), None);
    }
}
