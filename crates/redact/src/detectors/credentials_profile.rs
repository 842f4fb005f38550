//! Names of profiles in the file of credentials of AWS's command line.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `[acme-billing]` above `aws_access_key_id`.
    CredentialsProfile,
    Facts {
        id: "credentials-profile",
        class: Class::Identifier,
        sees: "the name of a section whose first setting is a key, a role or a single sign-on of AWS's",
        source: "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
        example: "[acme-billing]\nrole_arn = var.role",
        near_miss: "[acme-billing]\nname = var.role",
        placeholder: "nm1x-billing",
    },
    &[
        Anchor::Literal("aws_access_key_id"),
        Anchor::Literal("aws_secret_access_key"),
        Anchor::Literal("credential_process"),
        Anchor::Literal("role_arn"),
        Anchor::Literal("source_profile"),
        Anchor::Literal("sso_"),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let line = bytes.run_back(place.span.start, 2, |byte| matches!(byte, b'\n' | b'\r'));
    let end = line.saturating_sub(1);
    if line == place.span.start || bytes.at(end) != b']' {
        return;
    }
    let start = bytes.run_back(end, 64, |byte| is_word(byte) || b"-.@+".contains(&byte));
    let open = start.saturating_sub(1);
    let begins_line = bytes.at(open) == b'[' && matches!(bytes.before(open), b'\n' | 0);
    let name = Span::new(start, end);
    if begins_line && name.len() > 1 && scan.under(name) != "default" {
        scan.hit(&FACTS, name, rank::NAME, Confidence::Medium, Form::Name);
    }
}
