use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// The machine's own permissions: folders, sockets, Windows' lists, a server's files.
#[derive(Debug)]
pub(super) struct LocalPermission;

impl Lookalike for LocalPermission {
    fn id(&self) -> &'static str {
        "local-permission"
    }

    fn advice(&self) -> &'static str {
        "The machine itself refused this, not AWS: look at the owner, the mode or the access list of what the message names, and at the groups of the user who runs the command."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "mkdir: cannot create directory '/var/lib/app': Permission denied",
            "open() \"/usr/share/nginx/html/index.html\" failed (13: Permission denied)",
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
            "Access to the path 'C:\\inetpub\\app\\web.config' is denied.",
            "com.jcraft.jsch.SftpException: Permission denied",
            "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "(13:permissiondenied)",
            "accesstothepath",
            "cannotcreatedirectory",
            "e_accessdenied)",
            "sftpexception:permissiondenied",
            "thedockerdaemonsocket",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        let after = text.squeezed_window(hit.end, 300);
        let seen = match phrase {
            "cannotcreatedirectory" => text
                .text()
                .get(text.place_end(hit.end)..)
                .and_then(|rest| rest.lines().next())
                .is_some_and(|line| line.contains("ermission denied")),
            "accesstothepath" => after.contains("isdenied"),
            "thedockerdaemonsocket" => text
                .squeezed_before(hit.start, 80)
                .contains("permissiondenied"),
            _ => true,
        };
        seen.then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
