//! The redaction itself: texts in, redacted texts and findings out.

use undeny_text::{MappedText, SourceMap, Span};

use crate::{Class, Confidence, Options, Vault};

/// A value that was hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which detector saw it.
    pub detector: &'static str,
    /// What it is.
    pub class: Class,
    /// Bytes of the input text.
    pub span: Span,
    /// What stands there now.
    pub placeholder: String,
    /// How sure.
    pub confidence: Confidence,
}

/// A value that would be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Which detector saw it.
    pub detector: &'static str,
    /// What it is.
    pub class: Class,
    /// Bytes of the text.
    pub span: Span,
    /// How sure.
    pub confidence: Confidence,
}

/// One text after redaction.
#[derive(Clone, Debug, Default)]
pub struct Redacted {
    /// The text without originals.
    pub text: String,
    /// What was hidden: sorted, disjoint; alone they turn the input into the output.
    pub findings: Vec<Finding>,
    /// From the redacted text to the text as given.
    pub source_map: SourceMap,
}

/// Hide what a stranger must not read in `texts`, which belong together: a value found in one is hidden in all.
///
/// Placeholders are numbered by first occurrence and shared through `vault` with other calls of the session. The same vault, texts and options give
/// the same result on every machine.
#[must_use]
pub fn redact(vault: &mut Vault, texts: &[&str], options: &Options) -> Vec<Redacted> {
    let _ = (vault, options);
    texts
        .iter()
        .map(|text| {
            let mut mapped = MappedText::new();
            mapped.copy(text, Span::of(text));
            let (text, source_map) = mapped.finish();
            Redacted {
                text,
                findings: Vec::new(),
                source_map,
            }
        })
        .collect()
}

/// What [`redact`] would hide in `text`, without handing out placeholders.
#[must_use]
pub fn scan(text: &str) -> Vec<Sighting> {
    let _ = text;
    Vec::new()
}
