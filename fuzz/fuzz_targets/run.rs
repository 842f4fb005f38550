//! The whole way from paste to report never panics or hangs, and the same paste gives the same report.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undeny_core::{Input, Options, Paste, run};

fuzz_target!(|text: &str| {
    let input = Input {
        name: None,
        text: text.to_owned(),
        role: None,
    };
    let paste = Paste {
        inputs: vec![input],
    };
    let options = Options::default();
    let report = run(&paste, &options).report;
    assert_eq!(
        format!("{report:?}"),
        format!("{:?}", run(&paste, &options).report),
        "same input, same output"
    );
});
