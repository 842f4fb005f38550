use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form};
use crate::denial::normalise::Normalised;

/// *What it reads* · KMS texts that name neither caller nor key.
/// *What it never does* · say `kms:Decrypt`: it follows from the wording, but the text does not print it.
#[derive(Debug)]
pub(super) struct KeyAccess;

impl Form for KeyAccess {
    fn id(&self) -> &'static str {
        "key-access"
    }

    fn reads(&self) -> &'static str {
        manual(
            "`The ciphertext refers to a customer master key that does not exist ...`, `Access to KMS is not allowed`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
            "AccessDeniedException: Access to KMS is not allowed",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accesstokmsisnotallowed",
            "ciphertextreferstoacustomermasterkey",
            "kmskeyisnotaccessible",
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
        vec![finding]
    }
}
