use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · a file system of EFS that may not be mounted: ECS tasks, functions, the CSI driver of Kubernetes, `mount` itself.
/// *What it never does* · take another server's export for EFS: its helper mounts through `127.0.0.1`, or the message names an `fs-` id.
#[derive(Debug)]
pub(super) struct FileSystemMount;

/// <https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html#troubleshooting-invocation-efsmount>
const LAMBDA: &str = "efsmountfailureexception";

impl Form for FileSystemMount {
    fn id(&self) -> &'static str {
        manual("file-system-mount")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`mount.nfs4: access denied by server while mounting 127.0.0.1:/`, `EFSMountFailureException`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/efs/latest/ug/troubleshooting-efs-mounting.html#mount-fails-propagation",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "EFSMountFailureException: The function couldn't mount the Amazon EFS file system with access point arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0.",
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: b'mount.nfs4: access denied by server while mounting 127.0.0.1:/' : unsuccessful EFS utils command execution; code: 32",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["accessdeniedbyserverwhilemounting", LAMBDA]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let before = text.squeezed_before(hit.start, 600);
        let is_lambda = text.squeezed().get(hit.range()) == Some(LAMBDA);
        let after = text.squeezed_window(hit.end, if is_lambda { 400 } else { 80 });
        // The last one before the sentence, or what it says itself that it mounts.
        let id = before
            .rmatch_indices("fs-")
            .find_map(|(at, _)| named_at(before, at))
            .or_else(|| {
                let mut named = after.match_indices("fs-");
                named.find_map(|(at, _)| named_at(after, at))
            });
        if id.is_none() && !is_lambda && !after.starts_with("127.0.0.1:") {
            return Vec::new();
        }
        let denial = Denial {
            action: Some("elasticfilesystem:ClientMount".to_owned()),
            action_source: ActionSource::Implied,
            resource: id,
            ..Denial::default()
        };
        vec![Finding::new(denial, hit, Weight::Implied)]
    }
}

/// The file system named at the byte `at`: by its ARN, of which the id is the end, or by its id.
fn named_at(text: &str, at: usize) -> Option<String> {
    let (before, id) = text.split_at_checked(at)?;
    let id = file_system(id)?;
    let arn = before
        .ends_with("file-system/")
        .then(|| before.rfind("arn:"))
        .flatten()
        .and_then(|start| before.get(start..))
        .filter(|arn| arn.contains(":elasticfilesystem:") && arn.len() < 80);
    Some(format!("{}{id}", arn.unwrap_or_default()))
}

/// The id of a file system at the start of `text`.
fn file_system(text: &str) -> Option<String> {
    let digits: String = text
        .strip_prefix("fs-")?
        .chars()
        .take_while(char::is_ascii_hexdigit)
        .collect();
    matches!(digits.len(), 8 | 17).then(|| format!("fs-{digits}"))
}
