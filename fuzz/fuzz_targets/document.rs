//! Reading a paste never panics or hangs, and what it says about places is true: in bounds, between characters, in order, apart.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undeny_core::{Input, Paste};

fuzz_target!(|text: &str| {
    let input = Input {
        name: None,
        text: text.to_owned(),
        role: None,
    };
    let reading = undeny_document::read(&Paste {
        inputs: vec![input],
    });
    let mut end = 0;
    for document in &reading.documents {
        assert_eq!(document.input, 0);
        assert!(
            text.get(document.span.start..document.span.end).is_some(),
            "{:?}",
            document.span
        );
        assert!(
            end <= document.span.start,
            "documents overlap at {}",
            document.span.start
        );
        end = document.span.end;
    }
    for problem in &reading.problems {
        assert!(
            text.get(problem.span.start..problem.span.end).is_some(),
            "{:?}",
            problem.span
        );
    }
});
