use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// The operating system's own file permissions.
#[derive(Debug)]
pub(super) struct FilePermission;

impl Lookalike for FilePermission {
    fn id(&self) -> &'static str {
        "file-permission"
    }

    fn advice(&self) -> &'static str {
        "The operating system refused a file, not AWS: look at the file's owner and mode."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "EACCES: permission denied, open '/var/log/app.log'",
            "java.nio.file.AccessDeniedException: /var/lib/app/data.db",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            ".sh:permissiondenied",
            "accessdeniedexception:/",
            "accessdeniedexception:c:",
            "accessdeniedexception:d:",
            "accessisdenied.",
            "cannotopen:permissiondenied",
            "eacces:permissiondenied",
            "errno13]permissiondenied",
            "java.nio.file.accessdeniedexception",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        // What stands behind a blank line is something else, a policy in the same paste.
        let rest = text.text().get(text.place_end(hit.end)..)?;
        let paragraph = rest.split("\n\n").next().unwrap_or_default();
        let window: String = paragraph
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .take(240)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let remote = ["s3", "amazon", "arn:", "statuscode:"]
            .iter()
            .any(|sign| window.contains(sign));
        (!remote).then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
