//! Access key ids of AWS: which key signs, and, encoded in it, whose account it is.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `AKIA..`, `ASIA..` and the old `A3T..`.
    AwsAccessKeyId,
    Facts {
        id: "aws-access-key-id",
        class: Class::Secret,
        sees: "AKIA, ASIA or A3T and 16 or more upper-case letters and digits",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
        example: "AKIA{516}",
        near_miss: "AKIA{57}",
        placeholder: "<KEYID_account_n>",
    },
    &[Anchor::Literal("AKIA"), Anchor::Literal("ASIA"), Anchor::Literal("A3T")],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let end = scan.bytes.run(place.span.start, 128, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit()
    });
    if (20..=32).contains(&(end - place.span.start)) && !scan.bytes.at(end).is_ascii_lowercase() {
        let span = Span::new(place.span.start, end);
        scan.hit(&FACTS, span, rank::TOKEN, Confidence::High, Form::AccessKey);
        scan.known();
    }
}
