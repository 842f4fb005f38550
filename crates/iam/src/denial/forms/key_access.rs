use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::value::between;

/// *What it reads* · KMS texts that name no caller, and mostly no key.
/// *What it never does* · say `kms:Decrypt`: it follows from the wording, but the text does not print it.
#[derive(Debug)]
pub(super) struct KeyAccess;

/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html>
const RDS: &str = "doesnotexist,isnotenabledoryoudonothavepermission";

impl Form for KeyAccess {
    fn id(&self) -> &'static str {
        manual("key-access")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`The ciphertext refers to a customer master key that does not exist ...`, `Access to KMS is not allowed`, `The specified KMS key [ARN] does not exist, is not enabled or you do not have permissions to access it`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
            "AccessDeniedException: Access to KMS is not allowed",
            "KMSKeyNotAccessibleFault: The specified KMS key [arn:aws:kms:eu-west-1:111122223333:key/1a2b] does not exist, is not enabled or you do not have permissions to access it.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accesstokmsisnotallowed",
            "ciphertextreferstoacustomermasterkey",
            "kmskeyisnotaccessible",
            RDS,
            "wasunabletodecrypttheenvironmentvariablesbecausekmsaccesswasdenied",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let mut finding = Finding::alone(hit, None);
        // Lambda quotes KMS's own sentence behind its own.
        finding.complete = text
            .squeezed()
            .get(hit.range())
            .is_some_and(|phrase| !phrase.starts_with("was"));
        // `The specified KMS key [ARN] does not exist, ...`
        let before = text.squeezed_before(hit.start, 160);
        if let Some(at) = before.rfind("[arn:") {
            let start = text.place_end(hit.start - before.len() + at + 1);
            finding.denial.resource =
                between(text, start, text.place(hit.start - 1)).map(|key| key.text);
            finding.weight = Weight::Sentence;
        }
        vec![finding]
    }
}
