//! Reading a denial never panics or hangs, and every denial stands where it says it does.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reading = undeny_iam::denial::read(text);
    for denial in &reading.denials {
        assert!(
            text.get(denial.span.start..denial.span.end).is_some(),
            "{:?}",
            denial.span
        );
    }
    for decoy in &reading.decoys {
        assert!(
            text.get(decoy.span.start..decoy.span.end).is_some(),
            "{:?}",
            decoy.span
        );
    }
});
