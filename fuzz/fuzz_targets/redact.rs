//! Redaction never panics or hangs, restores exactly, and its findings alone turn the input into the output.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undeny_redact::{Options, Vault, redact};

fuzz_target!(|text: &str| {
    let mut vault = Vault::new();
    let redacted = redact(&mut vault, &[text], &Options::default());
    assert_eq!(redacted.len(), 1);
    for one in &redacted {
        assert_eq!(vault.restore(&one.text).text, text, "restoring is exact");
        let mut rebuilt = String::new();
        let mut end = 0;
        for finding in &one.findings {
            rebuilt.push_str(&text[end..finding.span.start]);
            rebuilt.push_str(&finding.placeholder);
            end = finding.span.end;
        }
        rebuilt.push_str(&text[end..]);
        assert_eq!(rebuilt, one.text, "the findings are the whole change");
    }
});
