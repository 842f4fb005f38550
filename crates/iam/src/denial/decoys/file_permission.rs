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
            "eacces:permissiondenied",
            "errno13]permissiondenied",
            "java.nio.file.accessdeniedexception",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let window = text.squeezed_window(hit.end, 240);
        let remote = ["s3", "amazon", "arn:", "statuscode:"]
            .iter()
            .any(|sign| window.contains(sign));
        (!remote).then_some(hit)
    }
}
