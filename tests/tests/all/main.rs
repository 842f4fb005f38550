//! Every test of the whole in one binary: the cases with their laws, the command, random input.
//!
//! `cargo test -p undeny-tests -- seed` runs what has `seed` in its name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod cases;
mod commands;
mod hostile;
mod known_failures;
mod outputs;
mod random;
mod tools;

use libtest_mimic::{Arguments, Trial};

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = cases::trials();
    trials.extend(tools::trials());
    trials.extend(commands::trials(&arguments));
    trials.extend(hostile::trials());
    trials.extend(outputs::trials());
    trials.extend(random::trials());
    let trials = known_failures::turn(trials);
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test before it is known whether it is a known failure.
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) run: Box<dyn FnOnce() -> Result<(), String> + Send>,
}

impl Test {
    pub(crate) fn new(
        name: impl Into<String>,
        run: impl FnOnce() -> Result<(), String> + Send + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            run: Box::new(run),
        }
    }

    fn trial(self, known: bool) -> Trial {
        let Self { name, run } = self;
        Trial::test(name, move || {
            // A panic of the engine is a failure that may be known, too.
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
                .unwrap_or_else(|panic| {
                    let text = panic
                        .downcast_ref::<String>()
                        .cloned()
                        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                    Err(format!("it panics: {}", text.unwrap_or_default()))
                });
            match (result, known) {
                (Ok(()), false) | (Err(_), true) => Ok(()),
                (Err(error), false) => Err(error.into()),
                (Ok(()), true) => {
                    Err("it passes: take its line out of cases/known-failures.txt".into())
                }
            }
        })
    }
}
