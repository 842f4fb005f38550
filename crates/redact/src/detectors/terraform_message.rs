//! Names in the messages of Terraform's provider: `creating IAM Role (acme-ci): ..`.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `reading S3 Bucket (acme-logs)`, `putting IAM Role (acme-ci) Policy (deploy)`.
    TerraformMessage,
    Facts {
        id: "terraform-message",
        class: Class::Identifier,
        sees: "the name in brackets behind what Terraform's provider could not make, read or change",
        source: "https://hashicorp.github.io/terraform-provider-aws/error-handling/",
        example: "Error: reading S3 Bucket (acme-northwind-logs): operation error S3: HeadBucket",
        near_miss: "Error: reading S3 Bucket (timeout): operation error S3: HeadBucket",
        placeholder: "nm1x-nm2x-logs",
    },
    &[
        Anchor::Literal("attaching "),
        Anchor::Literal("creating "),
        Anchor::Literal("deleting "),
        Anchor::Literal("detaching "),
        Anchor::Literal("putting "),
        Anchor::Literal("reading "),
        Anchor::Literal("tagging "),
        Anchor::Literal("updating "),
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let mut at = place.span.end + 1;
    // `Role (name) Policy (name)`.
    for _ in 0..3 {
        let kind = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'/');
        let open = bytes.run(at, 80, kind);
        let named = bytes.at(open) == b'(' && bytes.before(open) == b' ' && open > at;
        if !named
            || !bytes
                .at(bytes.run(at, 1, |byte| byte == b' '))
                .is_ascii_uppercase()
        {
            return;
        }
        let close = bytes.run(open + 1, 256, |byte| {
            byte.is_ascii_alphanumeric() || b"-_./+=,@".contains(&byte)
        });
        if bytes.at(close) != b')' {
            return;
        }
        let name = Span::new(open + 1, close);
        // One word may be anybody's.
        let (rank, form) = if scan
            .under(name)
            .bytes()
            .all(|byte| byte.is_ascii_lowercase())
        {
            (rank::ECHO, Form::Echo)
        } else {
            (rank::NAME, Form::Name)
        };
        scan.hit(&FACTS, name, rank, Confidence::Medium, form);
        at = close + 1;
    }
}
